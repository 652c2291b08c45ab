"""Image patches: what a person reads is what was measured, for any picture, patch size, order and scheme."""

import re

import numpy as np
import pytest
import streamlit
from hypothesis import given, settings
from hypothesis import strategies as st

import posenc
from posenc.experiments import image_patches, pictures
from posenc.experiments.sequence_models import attentive
from tests.pages.app import open_page
from tests.pages.seen import bytes_of, figure, numbers, press, text
from tests.ui.hostile import REFUSED, SHOWN
from ui.badges import badge
from ui.upload import decode

STEM = "4_image_patches"
MOVED = re.compile(r"(\d+) of (\d+) patches moved")


def measured(at):
    """Order sensitivities without and with positions, and the shares put back without and with them."""
    off, on, without, having = (metric.value for metric in at.metric)
    return float(off), float(on), float(without.rstrip("%")) / 100, float(having.rstrip("%")) / 100


def settled(pieces, order):
    """The order with patches that look alike in their own order."""
    found, names = np.empty_like(order), [piece.tobytes() for piece in pieces]
    for name in set(names):
        alike = [place for place, one in enumerate(names) if one == name]
        found[[place for place, one in enumerate(order) if names[one] == name]] = alike
    return found


def expected(name="face", size=16, order=None, scheme="sincos2d", dim=384, positions=True):
    side = 224 // size
    x = image_patches.embed_patches(image_patches.cut(pictures.picture(name), size), dim, dtype=np.float64)
    grid = {"height": side, "width": side} if "width" in posenc.schemes()[scheme].parameters() else {}
    table = posenc.scheme(scheme, **grid).table(side * side, dim, np.float64)
    return image_patches.puzzle(x, image_patches.shuffle(side * side) if order is None else order, table, positions)


def choose(at, key, value):
    """A press of one of a row of buttons."""
    next(group for group in at.get("button_group") if group.key == key).set_value(value).run()
    assert not at.exception, at.exception


@pytest.fixture(scope="module")
def page():
    return open_page(STEM)


def test_to_the_model_the_two_pictures_are_one_until_positions_tell(page):
    off, on, without, having = measured(page)
    assert off < 1e-12
    assert on == pytest.approx(expected().sensitivity, rel=0.05)
    assert having == pytest.approx(expected().recovered, abs=0.001)
    assert without == pytest.approx(expected(positions=False).recovered, abs=0.001)
    assert without < 0.03
    assert having > 0.9
    assert "To the model, these two pictures are one" in text(page)
    assert MOVED.search(text(page)).groups() == ("196", "196")


def test_every_number_says_what_kind_it_is(page):
    kinds = [re.search(r":\w+-badge\[[^]]+]", metric.label)[0] for metric in page.metric]
    assert kinds == [badge(kind) for kind in ("exact", "toy", "toy", "toy")]
    assert text(page).count(badge("exact")) >= 3
    learned = open_page(STEM, scheme="learned")
    assert badge("real") in text(learned)


@settings(max_examples=25)
@given(
    image=st.sampled_from(pictures.PICTURES),
    size=st.sampled_from(["14", "16", "32"]),
    shuffle=st.sampled_from(["patches", "rows"]),
    seed=st.integers(0, 99),
    scheme=st.sampled_from(["sincos2d", "sinusoidal", "fourier"]),
)
def test_every_shuffle_is_one_without_positions_and_two_with_them(image, size, shuffle, seed, scheme):
    at = open_page(STEM, image=image, size=size, shuffle=shuffle, seed=str(seed), scheme=scheme, dim="64")
    off, on, without, having = measured(at)
    assert off < 1e-12
    assert on > 1e-3
    assert without < 0.1 < having
    assert not at.info


def test_the_mosaics_drawn_are_those_of_the_library(page):
    for key, scheme in (("mosaic_False", "sinusoidal"), ("mosaic_True", "sincos2d")):
        z = numbers(figure(page, key)["data"][0]["z"])
        assert z.shape == (14 * 15 - 1, 14 * 15 - 1)
        tiles = image_patches.mosaic(posenc.scheme(scheme).table(196, 384), 14, 14)
        shares = np.rint((tiles - tiles.min()) / np.ptp(tiles) * 100)
        assert np.abs(z[:14, 15:29] - shares[:14, 14:28]).max() <= 1
        assert np.abs(z[-14:, -14:] - shares[-14:, -14:]).max() <= 1
        assert not z[14].any()


def test_a_line_and_a_grid_are_told_apart_by_their_neighbours(page):
    line = image_patches.neighbours(posenc.scheme("sinusoidal").table(196, 384), 14, 14)
    grid = image_patches.neighbours(posenc.scheme("sincos2d").table(196, 384), 14, 14)
    assert f"The patch below: {line.below:.2f}." in text(page)
    assert f"start of the next: {grid.wrapped:.2f}." in text(page)
    assert text(page).index("one long line") < text(page).index("rows and columns")


@pytest.mark.parametrize("size", ["8", "14", "16", "32"])
def test_no_size_makes_a_large_message(size):
    at = open_page(STEM, size=size)
    assert 5_000 < bytes_of(at) < 150_000
    side = 224 // int(size)
    tile, step = side + 1, {"8": 4, "14": 2}.get(size, 1)
    assert numbers(figure(at, "mosaic_True")["data"][0]["z"]).shape[0] == tile * -(-side // step) - 1
    if step > 1:
        assert f"one row and one column in {step}" in text(at)


def test_swaps_of_a_link_are_made():
    at = open_page(STEM, shuffle="by hand", swaps="103-106.20-40")
    assert MOVED.search(text(at)).groups() == ("4", "196")
    order = image_patches.swap(196, 103, 106)[image_patches.swap(196, 20, 40)]
    off, on, _, _ = measured(at)
    assert off < 1e-12
    assert on == pytest.approx(expected(order=order).sensitivity, rel=0.05)
    assert at.query_params["swaps"] == "103-106.20-40"


def test_nothing_moved_is_said_and_swaps_can_be_undone():
    at = open_page(STEM, shuffle="by hand")
    assert "nothing has moved" in text(at)
    assert measured(at)[1] == 0
    assert next(button for button in at.button if button.label == "Put all back").disabled
    at = press(open_page(STEM, swaps="1-2"), "Put all back")
    assert "nothing has moved" in text(at)
    assert "swaps" not in at.query_params


def test_another_patch_size_forgets_the_swaps():
    at = open_page(STEM, shuffle="by hand", swaps="0-48")
    choose(at, "size", "32")
    assert "nothing has moved" in text(at)
    assert MOVED.search(text(at))[2] == "49"


@pytest.mark.parametrize(
    "query",
    [
        {"swaps": "0-196"},
        {"swaps": "0-0"},
        {"swaps": "1-2-3"},
        {"swaps": "<b>"},
        {"swaps": "1-2." * 5000},
        {"size": "7", "image": "cat", "shuffle": "sorted", "seed": "-4"},
        {"scheme": "alibi", "dim": "abc"},
        {"size": "٨", "seed": "1e99", "swaps": "١-٢"},
        {"height": "3", "width": "5", "cls_token": "true", "shape": "9"},
    ],
)
def test_a_malformed_link_shows_the_defaults(query, page):
    assert measured(open_page(STEM, **query)) == measured(page)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"scheme": "learned", "size": "8"}, "512 rows"),
        ({"scheme": "sincos2d", "dim": "6"}, "4 divides; got 6"),
        ({"scheme": "sincos2d", "form": "simple-vit", "dim": "4"}, "at least 8"),
    ],
)
def test_a_scheme_that_does_not_fit_is_refused_in_a_sentence(query, words):
    at = open_page(STEM, **query)
    assert words in at.info[0].value
    assert measured(at)[0] < 1e-12
    assert "with sinusoidal" in at.metric[1].label


@pytest.mark.parametrize("id", [id for id, cls in posenc.schemes().items() if issubclass(cls, posenc.Absolute)])
@pytest.mark.parametrize("dim", ["2", "48", "768"])
def test_every_absolute_scheme_can_be_chosen_at_any_size(id, dim):
    at = open_page(STEM, scheme=id, dim=dim, size="32")
    assert measured(at)[0] < 1e-12
    distinguishable = measured(at)[1] > 1e-3
    assert distinguishable == ("** they differ" in text(at))
    assert distinguishable != ("** they are one as well" in text(at))
    assert distinguishable or (id, dim) == ("sincos3d", "2")  # both its features tell the depth, and a picture has none


PROMISES = {
    "ViT's patches": lambda at: MOVED.search(text(at)).groups() == ("196", "196"),
    "Two patches swapped": lambda at: MOVED.search(text(at)).groups() == ("2", "196"),
    "Rows shuffled": lambda at: "patches.shuffle_rows(14, 14, seed=0)" in at.code[0].value,
    "784 patches": lambda at: MOVED.search(text(at))[2] == "784",
    "A line, not a grid": lambda at: 'posenc.scheme("sinusoidal")' in at.code[0].value,
    "Too few dimensions": lambda at: measured(at)[3] < 0.5,
}


@pytest.mark.parametrize("name", PROMISES)
def test_presets_keep_their_promise(name):
    at = press(open_page(STEM, size="32", shuffle="by hand", swaps="1-2", scheme="learned"), name)
    assert PROMISES[name](at)
    assert not at.info


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"shuffle": "rows", "seed": "7", "size": "14", "scheme": "fourier", "image": "digit"},
        {"shuffle": "by hand", "swaps": "3-9.9-30", "size": "32", "scheme": "sinusoidal", "base": "100"},
    ],
)
def test_the_code_gives_the_numbers_shown(query):
    at = open_page(STEM, **query)
    names: dict = {}
    exec(at.code[0].value, names)
    off, on, without, having = measured(at)
    assert names["without"].sensitivity == pytest.approx(off, rel=0.05)
    assert names["having"].sensitivity == pytest.approx(on, rel=0.05)
    assert names["without"].recovered == pytest.approx(without, abs=0.001)
    assert names["having"].recovered == pytest.approx(having, abs=0.001)
    assert names["whole"].shape == (224, 224, 3)
    size = 224 // int(query.get("size", 16))
    assert names["tiles"].shape == (size * size, size * size)


def upload(at, data, name="picture.png"):
    at.file_uploader[0].set_value((name, data, "image/png")).run()
    assert not at.exception, at.exception
    return at


def test_a_visitors_picture_takes_the_place_of_the_built_in_one_and_is_kept():
    at = open_page(STEM, image="your own")
    assert "Choose a PNG or JPEG" in at.info[0].value
    upload(at, SHOWN["jpeg"](), "wrong extension.png")
    assert not at.info
    pieces = image_patches.cut(decode(SHOWN["jpeg"]()), 16)
    x, order = image_patches.embed_patches(pieces, 384, dtype=np.float64), settled(pieces, image_patches.shuffle(196))
    table = posenc.scheme("sincos2d").table(196, 384, np.float64)
    assert measured(at)[1] == pytest.approx(image_patches.puzzle(x, order, table).sensitivity, rel=0.05)
    choose(at, "image", "face")
    assert measured(at)[1] == pytest.approx(expected().sensitivity, rel=0.05)
    choose(at, "image", "your own")
    assert not at.info
    assert measured(at)[1] == pytest.approx(image_patches.puzzle(x, order, table).sensitivity, rel=0.05)


def test_every_hostile_file_ends_in_a_picture_or_a_sentence_on_the_page():
    at = open_page(STEM, image="your own", size="32", dim="16")
    kinds = [kind for kind in REFUSED if "MB" not in kind]  # the heavy ones are decoded in tests/ui
    for kind in kinds:
        make, words = REFUSED[kind]
        upload(at, make())
        assert words in at.info[0].value, kind
        assert measured(at)[0] < 1e-12
    for kind in ("png", "jpeg cmyk", "png grey 16 bits", "png palette with transparency", "png of one pixel"):
        upload(at, SHOWN[kind]())
        assert not at.info, kind
    at.file_uploader[0].set_value(None).run()
    assert "Choose a PNG or JPEG" in at.info[0].value


def test_a_picture_of_one_colour_has_nothing_to_shuffle():
    at = upload(open_page(STEM, image="your own", size="32"), SHOWN["png of one pixel"]())
    assert "Both pictures are the same" in text(at)


@pytest.mark.parametrize("scheme", ["sincos2d", "sinusoidal"])
def test_784_patches_work(scheme):
    off, on, _, having = measured(open_page(STEM, size="8", scheme=scheme))
    assert off < 1e-12
    assert on > 1e-3
    assert having > 0.9


@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"shuffle": "by hand"},
        {"scheme": "sincos3d", "dim": "2"},
        {"scheme": "sinusoidal", "scale": "0"},
        {"scheme": "sincos3d", "dim": "4", "shuffle": "by hand", "swaps": "0-1"},
    ],
)
def test_exact_is_true_of_any_weights(monkeypatch, seed, query):
    monkeypatch.setattr(image_patches, "_layer", lambda dim: attentive(dim, seed=seed))
    streamlit.cache_resource.clear()
    at = open_page(STEM, **{"size": "32", "dim": "24"} | query)
    streamlit.cache_resource.clear()
    exact = [metric.value for metric in at.metric if badge("exact") in metric.label]
    assert len(exact) == (2 if query else 1)
    assert all(float(value) < 1e-9 for value in exact)


def test_places_guessed_find_one_home_on_average():
    order, n = image_patches.shuffle(49), 49
    guesses = np.random.default_rng(0).integers(n, size=(20_000, n))
    assert (guesses == order).sum(1).mean() == pytest.approx(1, abs=0.03)
