"""One visitor opens a costly link over and over; twenty others move a slider. How long do they wait?

    python -m benchmarks.loop [seconds]

Prints for each loop the answers that the twenty got, the median, the 95th percentile and the longest wait in
milliseconds, the exceptions seen, and the server's memory. Each turn of a loop has another seed, so that nothing of it is
kept.
"""

import asyncio
import sys
import time
from itertools import count
from statistics import median, quantiles

import websockets

from benchmarks.crowd import Place, Seen, answer, move, person
from benchmarks.soak import resident_mb
from tests.browser.conftest import serve

OTHERS, THINK = 20, 0.5
ORDINARY = [
    Place("app.py", "heatmap", "Positions"),
    Place("app.py", "similarity", "Positions"),
    Place("app.py", "king_and_queen", "Head", "heads=4"),
    Place("app.py", "rotary", "Position"),
]
SIX = "sentence=a+b+c+d+e+f&heads=8&layers=3"
LOOPS = [
    "",
    f"king_and_queen?{SIX}&scheme=dynamic_position_bias&dim=1024&depth=16",
    f"king_and_queen?{SIX}&scheme=swinv2&height=64&width=64",
    f"king_and_queen?{SIX}&scheme=deberta&bucket_size=2048&max_position=1073741824",
    f"king_and_queen?{SIX}",
    "compare?scheme=dynamic_position_bias&dim_1=1024&depth=16&scheme_2=swinv2&height_2=64&width_2=64&scheme_3=deberta"
    "&bucket_size_3=2048&max_position_3=1000000&scheme_4=shaw&max_distance_4=4096&length=64&dim=128",
    "compare?length=64&dim=128&"
    + "&".join(
        f"scheme{n}=dynamic_position_bias&dim{m}=496&depth{n}=16"
        for n, m in (("", "_1"), *[(f"_{k}",) * 2 for k in (2, 3, 4)])
    ),
    "attention_bias?scheme=shaw&max_distance=4096&length=256&heads=32",
    "image_patches?size=8&dim=768&scheme=sincos2d",
    "similarity?length=4096&dim=1024&measure=euclidean",
]


async def loop(address: str, link: str) -> None:
    """Open a link, wait for its answer, open it with another seed, for ever."""
    page, _, query = link.partition("?")
    for number in count():
        seeds = "&".join(f"seed{slot}={number % 99 + place}" for place, slot in enumerate(("", "_2", "_3", "_4")))
        async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:
            await socket.send(move(Place("", page, "", f"{query}&{seeds}&k={number % 64}")))
            await answer(socket)


async def others(address: str, seconds: float) -> Seen:
    """Twenty people who come and go until the time is over."""
    seen, end = Seen(), time.monotonic() + seconds

    async def stay(number: int) -> None:
        await asyncio.sleep(THINK * number / OTHERS)
        while time.monotonic() < end:
            await person(address, ORDINARY[number % len(ORDINARY)], THINK, seen)

    await asyncio.gather(*(stay(number) for number in range(OTHERS)))
    return seen


async def beside(address: str, link: str, seconds: float) -> Seen:
    looping = asyncio.create_task(loop(address, link)) if link else None
    seen = await others(address, seconds)
    if looping:
        looping.cancel()
    return seen


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    for link in LOOPS:
        server, address = serve()
        socket = address.replace("http", "ws") + "_stcore/stream"
        try:
            asyncio.run(others(socket, 1.0))  # every page once
            seen = asyncio.run(beside(socket, link, seconds))
            late = quantiles(seen.waits, n=20)[-1]
            print(
                f"{link[:76] or 'nobody'}: {len(seen.waits)} answers, median {median(seen.waits):.0f} ms, 95 % within"
                f" {late:.0f} ms, longest {max(seen.waits):.0f} ms, {seen.exceptions} exceptions,"
                f" {resident_mb(server.pid):.0f} MB",
                flush=True,
            )
        finally:
            server.kill()
            server.wait(10)


if __name__ == "__main__":
    main()
