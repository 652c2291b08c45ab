"""One server and one Chromium for all browser tests; each test gets a fresh page that must stay free of errors."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium

ROOT = Path(__file__).parents[2]
QUIET = """document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stMain] [data-testid=stSkeleton]')
    && document.querySelectorAll('[data-testid=stMain] [data-testid=stPlotlyChart]').length
        === document.querySelectorAll('[data-testid=stMain] .js-plotly-plot .plotly').length"""


SEEN = """document.querySelector('[data-testid=stMain]').innerText
    + document.querySelectorAll('[data-testid=stMain] .js-plotly-plot .plotly').length"""


def serve() -> tuple[subprocess.Popen, str]:
    """A fresh server and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.address",
         "127.0.0.1", "--server.headless", "true"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return server, f"http://127.0.0.1:{port}/"
        except OSError:
            time.sleep(0.25)
    server.kill()
    raise RuntimeError("the app did not answer on /_stcore/health within a minute")


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    server, address = serve()
    yield address
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        yield browser
        browser.close()


class Visitor:
    """A person at the app: opens pages, waits for them, and complains of any error in the console."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.errors = page, address, []
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" and "404" not in m.text else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str = "") -> None:
        self.page.goto(self.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run and the page says the same for a while."""
        self.page.get_by_role("heading", level=1).wait_for(timeout=30_000)
        same, before = 0, ""
        for _ in range(150):
            self.page.wait_for_timeout(120)
            now = self.page.url + self.page.evaluate(SEEN)
            same, before = (same + 1 if now == before else 0), now
            if same >= 3 and self.page.evaluate(QUIET):
                break
        expect(self.page.get_by_test_id("stException")).to_have_count(0)

    def go(self, label: str) -> None:
        """To another page by the menu."""
        self.page.get_by_test_id("stSidebar").get_by_role("link", name=label, exact=False).first.click()
        self.settle()

    def press(self, label: str, key: str = "ArrowRight") -> None:
        """A key on the slider of that label."""
        self.page.locator(f"input[type=range][aria-label='{label}']").focus()
        self.page.keyboard.press(key)
        self.settle()

    def slider(self, label: str) -> str:
        """What a slider says."""
        return self.page.locator(f"input[type=range][aria-label='{label}']").get_attribute("aria-valuetext") or ""

    def picked(self, label: str) -> str:
        """What a select box says."""
        return self.page.get_by_role("combobox", name=label, exact=True).input_value()

    @property
    def link(self) -> str:
        """The address without its host."""
        return self.page.url.removeprefix(self.address)

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.get_by_test_id("stMain").inner_text()


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    person = Visitor(context.new_page(), address)
    yield person
    context.close()
    assert person.errors == []


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    person = Visitor(context.new_page(), address)
    yield person
    context.close()
    assert person.errors == []
