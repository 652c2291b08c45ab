"""Rotary, as a person uses it: playing the clocks, dragging their slider, keys, touch, links."""

HANDS = """(() => {
    const paths = document.querySelectorAll('.js-plotly-plot .scatterlayer .trace path.js-fill');
    return Array.from(paths).slice(0, 3).map(path => path.getAttribute('d')).join(' ');
})()"""
SEEN = f"""new Promise(done => {{
    const seen = new Set(), begin = performance.now();
    const look = now => {{
        seen.add({HANDS});
        now - begin < 1000 ? requestAnimationFrame(look) : done(seen.size);
    }};
    requestAnimationFrame(look);
}})"""


def place(visitor):
    """The position that the clocks' own slider says."""
    return float(visitor.page.locator(".slider-label").first.text_content().removeprefix("query at position "))


def play(visitor):
    return visitor.page.get_by_text("Play").first


def test_the_clocks_play_in_the_browser_and_stop(visitor):
    sent = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    visitor.open("rotary")
    sent.clear()
    play(visitor).click()
    assert visitor.page.evaluate(SEEN) > 15, "a second of playing shows many pictures"
    visitor.page.get_by_text("❚❚").click()
    visitor.page.wait_for_timeout(300)
    stopped = visitor.page.evaluate(HANDS)
    assert 4 < place(visitor) < 28
    assert visitor.page.evaluate(SEEN) == 1
    assert visitor.page.evaluate(HANDS) == stopped
    assert not sent, "no frame asked the server"
    visitor.errors.remove("undefined")  # plotly rejects the promise of what it was playing, without a reason


def test_played_to_the_end_it_plays_again(visitor):
    visitor.open("rotary?length=16&position=10")
    visitor.page.locator(".slider-label").first.wait_for()
    visitor.page.wait_for_timeout(500)
    play(visitor).click()
    at_the_end = "document.querySelector('.slider-label')?.textContent.endsWith(' 12')"
    visitor.page.wait_for_function(at_the_end, timeout=20_000)
    visitor.page.wait_for_timeout(400)
    play(visitor).click()
    visitor.page.wait_for_function(f"{at_the_end} === false", timeout=5_000)


def test_the_clocks_own_slider_follows_the_pointer(visitor):
    visitor.open("rotary")
    before = visitor.page.evaluate(HANDS)
    rail = visitor.page.locator(".slider-rail-touch-rect").first.bounding_box()
    grip = visitor.page.locator(".slider-grip-rect").first.bounding_box()
    y = rail["y"] + rail["height"] / 2
    visitor.page.mouse.move(grip["x"] + grip["width"] / 2, y)
    visitor.page.mouse.down()
    visitor.page.mouse.move(rail["x"] + rail["width"] / 2, y, steps=8)
    visitor.page.mouse.up()
    visitor.page.wait_for_timeout(300)
    assert 11 <= place(visitor) <= 17
    assert visitor.page.evaluate(HANDS) != before


def test_keys_move_position_and_distance_and_the_link_holds_them(visitor):
    visitor.open("rotary?position=4")
    assert place(visitor) == 4
    before = visitor.page.evaluate(HANDS)
    visitor.press("Position")
    assert place(visitor) == 5
    assert "position=5" in visitor.link
    assert visitor.page.evaluate(HANDS) != before
    visitor.press("Distance")
    assert "at a distance of 4 the angles" in visitor.text
    assert "offset=4" in visitor.link
    play(visitor).click()
    visitor.page.wait_for_timeout(600)
    assert place(visitor) > 5, "it plays on from there"


def test_a_link_opens_the_very_view(visitor):
    visitor.open("rotary?scheme=axial_rotary&height=6&width=8&length=48&offset=8&dim=32")
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
    wide = phone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390
