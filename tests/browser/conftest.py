"""One server and one Chromium for all browser tests; each test gets a page of its own that must stay free of errors."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import chromium

ROOT = Path(__file__).parents[2]
QUIET = """document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stMain] [data-testid=stSkeleton]')
    && document.querySelectorAll('[data-testid=stMain] [data-testid=stPlotlyChart]').length
        === document.querySelectorAll('[data-testid=stMain] .js-plotly-plot .plotly').length"""


SEEN = """document.querySelector('[data-testid=stMain]').innerText
    + document.querySelectorAll('[data-testid=stMain] .js-plotly-plot .plotly').length"""


# Milliseconds from each move of the mouse or press of a key to the last change of a chart before the next.
WATCH = """() => {
  window.answers = [];
  let moved = 0, changed = 0;
  const begin = () => {
    if (moved && changed > moved) answers.push(changed - moved);
    moved = performance.now();
    changed = 0;
  };
  for (const kind of ['pointermove', 'keydown', 'answered']) addEventListener(kind, begin, true);
  window.still = () => changed > moved && performance.now() - changed > 400;
  const inChart = ({target}) => (target.closest ? target : target.parentElement)?.closest('.js-plotly-plot');
  new MutationObserver(changes => { if (changes.some(inChart)) changed = performance.now(); }).observe(
    document.querySelector('[data-testid=stMain]'),
    {subtree: true, childList: true, attributes: true, characterData: true}); }"""


def serve(app: str = "app.py", *options: str) -> tuple[subprocess.Popen, str]:
    """A fresh server of a script in the repository, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port), "--server.address",
         "127.0.0.1", "--server.headless", "true", *options],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return server, f"http://127.0.0.1:{port}/"
        except OSError:
            time.sleep(0.25)
    server.kill()
    raise RuntimeError(f"{app} did not answer on /_stcore/health within a minute")


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

    def drag(self, x: float, y: float, by: float, moves: int = 12) -> None:
        """Pull what is at (x, y) to the right, without letting go."""
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for move in range(1, moves + 1):
            self.page.mouse.move(x + by * move / moves, y)
            self.page.wait_for_timeout(50)

    def swipe(self, x: float, y: float, by: float, moves: int = 10) -> None:
        """Move a finger down from (x, y), and lift it."""
        touch = self.page.context.new_cdp_session(self.page)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for move in range(1, moves + 1):
            there = [{"x": x, "y": y + by * move / moves}]
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": there})
            self.page.wait_for_timeout(16)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        touch.detach()

    def drag_slider(self, label: str, by: float, moves: int = 12) -> None:
        """Pull the handle of the slider of that label, without letting go."""
        handle = self.page.locator(f"input[type=range][aria-label='{label}']")
        handle.scroll_into_view_if_needed()
        x, y = handle.evaluate(
            "e => { const place = e.parentElement.getBoundingClientRect(); return [place.x, place.y]; }"
        )
        self.drag(x, y, by, moves)

    def watch(self) -> None:
        """From now on, note how long each move takes to be seen in a chart."""
        self.page.evaluate(WATCH)

    def still(self) -> None:
        """Wait until the charts have answered the last move and changed no more for 0.4 s."""
        self.page.wait_for_function("still()", polling=100, timeout=20_000)

    def answers(self) -> list[float]:
        """How long each move took so far, in milliseconds."""
        return self.page.evaluate("dispatchEvent(new Event('answered')), answers")

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


DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


@pytest.fixture(scope="session")
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """What has been loaded once is kept, as in a visitor's own browser: a tenth of these tests' time."""
    context = browser.new_context(**DESK)
    yield context
    context.close()


@pytest.fixture
def visitor(desk: BrowserContext, address: str) -> Iterator[Visitor]:
    person = Visitor(desk.new_page(), address)
    yield person
    person.page.close()
    assert person.errors == []


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(**PHONE)
    person = Visitor(context.new_page(), address)
    yield person
    context.close()
    assert person.errors == []
