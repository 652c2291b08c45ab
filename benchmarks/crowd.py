"""Many people at once: sessions over Streamlit's WebSocket that move a slider, beside the textbook app in the same run.

    make bench

Each person moves STEPS times, some time after the last answer. Prints the median and the 95th percentile of a rerun in
milliseconds, the exceptions seen, and the server's memory.
"""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider

from benchmarks.soak import resident_mb
from tests.browser.conftest import serve

STEPS = 5
CROWDS = [(1, 0.5), (10, 0.5), (50, 0.5), (100, 5.0)]
"""People, and the seconds that each thinks between an answer and the next move."""


@dataclass(frozen=True)
class Place:
    """A page and the slider that is moved on it."""

    app: str
    page: str
    slider: str
    query: str = ""


PLACES = [
    Place("app.py", "heatmap", "Positions"),
    Place("app.py", "similarity", "Positions"),
    Place("app.py", "king_and_queen", "Head", "heads=4"),
    Place("benchmarks/textbook_app.py", "", "Positions"),
]


@dataclass
class Seen:
    waits: list[float] = field(default_factory=list)
    exceptions: int = 0


async def answer(socket: websockets.ClientConnection) -> tuple[dict[str, Slider], int]:
    """What a run sends: its sliders by label, and how many exceptions."""
    sliders, exceptions = {}, 0
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 120))
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            return sliders, exceptions
        if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
            continue
        element = message.delta.new_element
        if element.WhichOneof("type") == "slider":
            sliders[element.slider.label] = element.slider
        exceptions += element.WhichOneof("type") == "exception"


def move(place: Place, slider: Slider | None = None, step: int = 0) -> bytes:
    """A run asked for, with the slider so many steps on from where it stood."""
    asked = BackMsg()
    asked.rerun_script.page_name, asked.rerun_script.query_string = place.page, place.query
    if slider is None:
        return asked.SerializeToString()
    widget = asked.rerun_script.widget_states.widgets.add()
    widget.id = slider.id
    if slider.options:  # a slider over options answers with their text
        widget.string_array_value.data.append(slider.options[(int(slider.default[0]) + step) % len(slider.options)])
    else:
        span = slider.max - slider.min + slider.step
        widget.double_array_value.data.append(slider.min + (slider.default[0] - slider.min + step * slider.step) % span)
    return asked.SerializeToString()


async def person(address: str, place: Place, think: float, seen: Seen) -> None:
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        await socket.send(move(place))
        sliders, exceptions = await answer(socket)
        seen.exceptions += exceptions
        for step in range(1, STEPS + 1):
            await asyncio.sleep(think)
            begin = time.perf_counter()
            await socket.send(move(place, sliders[place.slider], step))
            _, exceptions = await answer(socket)
            seen.waits.append(1e3 * (time.perf_counter() - begin))
            seen.exceptions += exceptions


async def crowd(address: str, place: Place, people: int, think: float) -> Seen:
    seen = Seen()
    await asyncio.gather(*(person(address, place, think, seen) for _ in range(people)))
    return seen


def main() -> None:
    servers = {app: serve(app) for app in {place.app: None for place in PLACES}}
    try:
        for people, think in CROWDS:
            print(f"\n{people} people, thinking {think} s between moves")
            for place in PLACES:
                server, address = servers[place.app]
                socket = address.replace("http", "ws") + "_stcore/stream"
                seen = asyncio.run(crowd(socket, place, people, think))
                late = quantiles(seen.waits, n=20)[-1]
                print(
                    f"{place.page or 'textbook'}, {place.slider}: median {median(seen.waits):.0f} ms,"
                    f" 95 % within {late:.0f} ms, {seen.exceptions} exceptions, {resident_mb(server.pid):.0f} MB",
                    flush=True,
                )
    finally:
        for server, _ in servers.values():
            server.terminate()


if __name__ == "__main__":
    main()
