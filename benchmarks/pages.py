"""What a visitor waits for in Chromium: a slider's step, the first chart of a cold visit, a slider that is dragged.

    make bench

The textbook app (textbook_app.py) is measured turn by turn in the same run; trust the ratios more than the milliseconds.
"""

import time
from collections.abc import Callable
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.browser.conftest import Visitor, serve

STEPS, VISITS, MOVES = 9, 5, 24
SIZES = [(512, 512), (2048, 1024), (262_144, 512)]
COLD = ["", "heatmap", "similarity", "king_and_queen", "image_patches", "adding", "rotary", "attention_bias",
        "long_context", "compare"]  # fmt: skip
SCRUBBED = [("heatmap", "Position"), ("heatmap", "Dimension"), ("similarity", "Position")]
FIRST_TRACE = """() => new Promise(resolve => {
  const look = () => document.querySelector('.js-plotly-plot .trace, .js-plotly-plot .hm image')
    ? resolve(performance.now()) : requestAnimationFrame(look);
  look(); })"""


class Repaints:
    """One open page whose slider "Positions" is moved on and on: a value seen before is answered by the browser."""

    def __init__(self, browser: Browser, address: str, path: str) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.received, self.times, self.sizes = 0, [], []
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.visitor = Visitor(self.page, address)
        self.page.goto(address + path)
        self.page.wait_for_selector(".js-plotly-plot .plotly")
        self.page.wait_for_timeout(3000)
        self.visitor.watch()

    def _count(self, message: bytes | str) -> None:
        self.received += len(message)

    def step(self) -> None:
        self.received = 0
        self.page.bring_to_front()
        self.page.locator("input[type=range][aria-label='Positions']").focus()
        self.page.keyboard.press("ArrowRight")
        self.visitor.still()
        self.times = self.visitor.answers()
        self.sizes.append(self.received)


def repaints(browser: Browser, app: str, textbook: str) -> None:
    print("\nA step of the slider Positions, to the last change of a chart")
    for length, dim in SIZES:
        query = f"?length={length}&dim={dim}"
        ours = {page: Repaints(browser, app, page + query) for page in ("heatmap", "similarity")}
        yardstick = Repaints(browser, textbook, query) if length <= 2048 else None
        opened = [*ours.values(), *([yardstick] if yardstick else [])]
        for _ in range(STEPS if yardstick else 4):  # 1,048,576 is four steps on
            for page in opened:
                page.step()
        for name, page in ours.items():
            line = f"{name} from {length:,}×{dim:,}: {median(page.times):.0f} ms, {median(page.sizes) / 1000:.0f} kB"
            if yardstick:
                slower = median(yardstick.times)
                line += f"; textbook {slower:.0f} ms: {slower / median(page.times):.1f} times"
            print(line)
        for page in opened:
            page.page.close()


def first_charts(browser: Browser, app: str, textbook: str) -> None:
    print("\nA cold visit, to the first chart")
    addresses = {"textbook": textbook} | {path or "start": app + path for path in COLD}
    times: dict[str, list[float]] = {name: [] for name in addresses}
    for _ in range(VISITS):
        for name, address in addresses.items():
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(address, wait_until="commit")
            times[name].append(page.evaluate(FIRST_TRACE))
            context.close()
            time.sleep(0.3)
    for name, seen in times.items():
        print(f"{name}: {median(seen):.0f} ms, {median(seen) / median(times['textbook']):.2f} of the textbook's")


def scrubbing(browser: Browser, app: str) -> None:
    print("\nA slider that is dragged, from each move to the last change of a chart (a frame is 16 ms)")
    for page, label in SCRUBBED:
        _scrub(browser, app, page, label, lambda visitor, label=label: visitor.drag_slider(label, 120, MOVES))
    _scrub(browser, app, "rotary", "clocks", _drag_clocks)


def _scrub(browser: Browser, app: str, page: str, label: str, drag: Callable[[Visitor], None]) -> None:
    visitor = Visitor(browser.new_page(viewport={"width": 1280, "height": 900}), app)
    visitor.open(page)
    visitor.watch()
    drag(visitor)
    answers = visitor.answers()
    print(f"{page}, {label}: {median(answers):.1f} ms, at most {max(answers):.0f}, of {len(answers)} moves")
    visitor.page.close()


def _drag_clocks(visitor: Visitor) -> None:
    grip = visitor.page.locator(".slider-grip-rect").first
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box is not None
    visitor.drag(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 120, MOVES)


def main() -> None:
    servers = [serve("app.py"), serve("benchmarks/textbook_app.py")]
    (_, app), (_, textbook) = servers
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            scrubbing(browser, app)
            repaints(browser, app, textbook)
            first_charts(browser, app, textbook)
            browser.close()
    finally:
        for server, _ in servers:
            server.terminate()


if __name__ == "__main__":
    main()
