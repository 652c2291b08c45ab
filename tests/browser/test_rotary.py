"""Rotary, as a person uses it: playing the clocks, dragging their slider, keys, touch, links."""

HANDS = """(() => {
    const paths = document.querySelectorAll('.js-plotly-plot .scatterlayer .trace path.js-fill');
    const drawn = Array.from(paths).slice(0, 3).map(path => path.getAttribute('d')).join(' ');
    return drawn.replace(/[\\d.]+/g, pixels => Math.round(pixels));
})()"""
SEEN = f"""new Promise(done => {{
    const seen = new Set(), begin = performance.now();
    const look = now => {{
        seen.add({HANDS});
        now - begin < 1000 ? requestAnimationFrame(look) : done(seen.size);
    }};
    requestAnimationFrame(look);
}})"""


DOTS = """Array.from(document.querySelectorAll('.js-plotly-plot .scatterlayer .point'))
    .slice(0, 2).map(point => point.getBoundingClientRect()).map(box => box.x + box.width / 2)"""
RAIL = """(() => {
    const rail = Array.from(document.querySelectorAll('.js-plotly-plot .shapelayer path, .js-plotly-plot .shape-group path'))
        .map(path => path.getBoundingClientRect()).sort((one, other) => other.width - one.width)[0];
    return [rail.left, rail.right];
})()"""


def place(visitor, last: int = 31) -> float:
    """The position at which the clocks' own line shows the query."""
    (query, _), (left, right) = visitor.page.evaluate(DOTS), visitor.page.evaluate(RAIL)
    return (query - left) / (right - left) * last


def play(visitor):
    return visitor.page.get_by_text("Play").first


def test_the_clocks_play_in_the_browser_and_stop_where_the_slider_stands(visitor):
    sent = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    visitor.open("rotary?position=4")
    sent.clear()
    at_rest = visitor.page.evaluate(HANDS)
    assert abs(place(visitor) - 4) < 0.2
    play(visitor).click()
    assert visitor.page.evaluate(SEEN) > 15, "a second of playing shows many pictures"
    assert 5 < place(visitor) < 28
    visitor.page.get_by_text("Stop").click()
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate(SEEN) == 1
    assert visitor.page.evaluate(HANDS) == at_rest
    assert abs(place(visitor) - 4) < 0.2
    assert visitor.slider("Position") == "4"
    assert not sent, "no frame asked the server"
    visitor.errors.remove("undefined")  # plotly rejects the promise of what it was playing, without a reason


def test_played_to_the_end_it_is_back_where_the_slider_stands_and_plays_again(visitor):
    visitor.open("rotary?length=16&position=10")
    visitor.page.wait_for_timeout(500)
    at_rest = visitor.page.evaluate(HANDS)
    for _ in range(2):
        play(visitor).click()
        visitor.page.wait_for_timeout(400)
        assert visitor.page.evaluate(HANDS) != at_rest
        visitor.page.wait_for_function(f"{HANDS} === {at_rest!r}", timeout=20_000)
    assert abs(place(visitor, 15) - 10) < 0.2


def test_keys_move_position_and_distance_and_the_link_holds_them(visitor):
    visitor.open("rotary?position=4")
    before = visitor.page.evaluate(HANDS)
    visitor.press("Position")
    assert abs(place(visitor) - 5) < 0.2
    assert "position=5" in visitor.link
    assert visitor.page.evaluate(HANDS) != before
    visitor.press("Distance")
    assert "at a distance of 4 the angles" in visitor.text
    assert "offset=4" in visitor.link
    play(visitor).click()
    visitor.page.wait_for_timeout(600)
    assert place(visitor) > 5.2, "it plays on from there"


def test_a_link_opens_the_very_view(visitor):
    visitor.open("rotary?scheme=axial_rotary&height=6&width=8&length=48&offset=8&dim=32&on_grid=true")
    assert visitor.picked("Scheme") == "Axial rotary (2-D RoPE)"
    assert (visitor.slider("Positions"), visitor.slider("Dimensions")) == ("48", "32")
    assert "Each cell is a place of 6 × 8" in visitor.text
    chart = visitor.page.locator(".js-plotly-plot").first.bounding_box()
    assert chart["y"] < 600


def test_the_clocks_play_by_touch_and_fit_a_phone(phone):
    phone.open("rotary")
    play(phone).tap()
    phone.page.wait_for_timeout(1200)
    assert place(phone) > 1
    assert phone.page.locator(".js-plotly-plot").first.bounding_box()["y"] < 844 - 380 / 2
    wide = phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390


def test_the_door_opens_by_its_link_and_by_hand(visitor):
    visitor.open("rotary?door=true")
    assert "GPT-NeoX style" in visitor.text
    visitor.open("rotary")
    assert "GPT-NeoX style" not in visitor.text
    visitor.page.get_by_text("Garbage from the second token?").first.click()
    visitor.settle()
    assert "GPT-NeoX style" in visitor.text
    assert "door=true" in visitor.link
