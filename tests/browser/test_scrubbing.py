"""A slider that is dragged is answered in the browser: nothing is sent before it is let go, and the numbers are right."""

import numpy as np
import pytest

import posenc

# Where the line of values stands, as (places, values) in the units of its axes.
DRAWN = """([chart, slider, vertical]) => {
  const graph = document.querySelector(`.st-key-${chart} .js-plotly-plot`);
  const index = graph.data.findIndex(({meta}) => typeof meta === 'string' && JSON.parse(meta).slider === slider
    && JSON.parse(meta).part === 'values');
  const trace = graph._fullData[index], [x, y] = [trace.xaxis, trace.yaxis].map(
    name => graph._fullLayout[name.slice(0, 1) + 'axis' + name.slice(1)]);
  const d = graph.querySelector(`.trace${trace.uid} .js-line`).getAttribute('d');
  const points = d.slice(1).split('L').map(point => point.split(',').map(Number));
  return points.map(([across, up]) => vertical ? y.p2l(up) : x.p2l(across)).map((place, k) => [place,
    vertical ? x.p2l(points[k][0]) : y.p2l(points[k][1])]); }"""


def drawn(visitor, chart: str, slider: str, vertical: bool = False) -> tuple[np.ndarray, np.ndarray]:
    places, values = np.array(visitor.page.evaluate(DRAWN, [chart, slider, vertical])).T
    return places, values


def captions(visitor, chart: str) -> list[str]:
    return visitor.page.locator(f".st-key-{chart} .textpoint").all_text_contents()


@pytest.fixture
def sent(visitor) -> list[bytes]:
    """What the browser sends from now on."""
    messages: list[bytes] = []

    def keep(message: bytes) -> None:  # playwright listens with functions of one's own only
        messages.append(message)

    visitor.page.on("websocket", lambda socket: socket.on("framesent", keep))
    return messages


def test_the_vector_and_the_wave_follow_before_the_server_answers(visitor, sent):
    visitor.open("heatmap?length=128&dim=64")
    exact = posenc.scheme("sinusoidal").table(128, 64)
    sent.clear()

    visitor.drag_slider("Position", 120)
    position = int(visitor.slider("Position"))
    assert position > 37
    places, values = drawn(visitor, "picture", "position")
    assert places == pytest.approx(np.arange(64), abs=0.1)
    assert values == pytest.approx(exact[position], abs=0.02)
    assert f"Position {position}" in captions(visitor, "picture")
    assert not sent, "the server was asked before the slider was let go"

    visitor.page.mouse.up()
    visitor.settle()
    assert sent
    assert f"position={position}" in visitor.link
    exactly = np.interp(np.arange(64), *drawn(visitor, "picture", "position"))  # plotly leaves out points on a line
    assert exactly == pytest.approx(exact[position], abs=0.04)
    assert f"Position {position}" in captions(visitor, "picture")

    visitor.drag_slider("Dimension", 90)
    dimension = int(visitor.slider("Dimension"))
    assert dimension > 8
    places, values = drawn(visitor, "picture", "dimension", vertical=True)
    assert places == pytest.approx(np.arange(128), abs=0.2)
    assert values == pytest.approx(exact[:, dimension], abs=0.02)


def test_far_out_the_caption_says_whose_mean_is_drawn(visitor):
    visitor.open("heatmap?length=4096&dim=64")
    visitor.drag_slider("Position", 120)
    position = int(visitor.slider("Position"))
    first = position // 16 * 16
    assert f"Positions {first:,}–{first + 15:,}, mean" in captions(visitor, "picture")
    exact = posenc.scheme("sinusoidal").table(np.arange(first, first + 16), 64).mean(0)
    assert drawn(visitor, "picture", "position")[1] == pytest.approx(exact, abs=0.02)
    visitor.page.mouse.up()
    visitor.settle()
    assert f"Position {position:,}" in captions(visitor, "picture")


@pytest.mark.parametrize("measure", ["dot", "euclidean"])
def test_the_profile_follows_too(visitor, measure):
    visitor.open(f"similarity?length=128&dim=64&measure={measure}")
    visitor.drag_slider("Position", 150)
    position = int(visitor.slider("Position"))
    assert position > 37
    exact = posenc.similarity(posenc.scheme("sinusoidal").table(128, 64), measure)
    places, values = drawn(visitor, "profile", "position")
    assert places == pytest.approx(np.arange(128), abs=0.2)
    assert values == pytest.approx(exact[position], abs=0.02 * float(np.abs(exact).max()))
    assert captions(visitor, "profile") == [f"From position {position}"]
