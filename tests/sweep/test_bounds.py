"""No request costs more than 2 s of CPU and 150 MB: every page and scheme that fits, parameters at both ends, largest sizes.

Schemes are those of the registry when the tests are collected, so that one more is swept by itself. Of the sweep, which
takes a third of a second a link, `make test` runs one in a hundred, and always the links that were once the costliest.
"""

import ctypes
import gc
import json
import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
import streamlit as st

import posenc
from posenc.experiments import image_patches
from posenc.experiments.bounds import refuse_costly
from posenc.numeric import mlp, once
from tests.pages.app import open_page
from tests.sweep import chosen
from ui import controls
from ui.scheme_picker import has_table, names

SECONDS, MEGABYTES = 2.0, 150.0
FAR = 1 << 20
LARGEST_SEED = 2**53 - 1  # that a browser can write
SIX, SIXTEEN, MANY = (" ".join("abcdefghijklmnopqrstuvwx"[:count]) for count in (6, 16, 24))
SIZES = {
    "1_heatmap": [{"length": FAR, "dim": 4096}, {"length": 1024, "dim": 4096}, {"length": FAR, "dim": 8}],
    "2_similarity": [
        {"length": 4096, "dim": 1024, "measure": "cosine", "k": 64},
        {"length": 4096, "dim": 1024, "measure": "euclidean", "k": 64},
        {"length": FAR, "dim": 1024, "measure": "dot", "k": 64},
        {"length": FAR, "dim": 1024, "measure": "euclidean", "k": 64},
        {"length": 4096, "dim": 6, "measure": "cosine"},
    ],
    "3_king_and_queen": [
        {"sentence": SIX, "heads": 8, "layers": 3},
        {"sentence": SIX, "heads": 8, "layers": 3, "causal": True, "pooling": "last"},
        {"sentence": MANY, "heads": 8, "layers": 3},
    ],
    "4_image_patches": [{"size": 8, "dim": 768, "shuffle": "rows"}],
    "5_adding": [{"dim": 1024, "strength": 100.0}],
    "6_rotary": [{"length": 4096, "dim": 512, "offset": 32}],
    "7_attention_bias": [
        {"length": 256, "heads": 32, "content": "a sentence"},
        {"length": 256, "heads": 32, "causal": True},
    ],
    "10_compare": [{"length": 64, "dim": 128, "sentence": SIXTEEN}],
}
"""The largest that the controls of each page reach, the costliest first."""
FITS = {
    "1_heatmap": has_table,
    "2_similarity": has_table,
    "4_image_patches": lambda cls: issubclass(cls, posenc.Absolute),
    "5_adding": lambda cls: issubclass(cls, posenc.Absolute) and "width" not in cls.parameters(),
    "6_rotary": lambda cls: issubclass(cls, posenc.Rotary),
    "7_attention_bias": lambda cls: issubclass(cls, posenc.Bias),
}
FOUR_NETWORKS = "&".join(
    f"scheme{mark}=dynamic_position_bias&dim{mark or '_1'}={{dim}}&depth{mark}=16&seed{mark}={seed}"
    for mark, seed in (("", 1), ("_2", 3), ("_3", 5), ("_4", 7))
)
ALL_TURN_ALIKE = json.dumps({"rope_theta": 1.0, "head_dim": 512})  # no angle is ever off: each position is tried
KNOWN = [
    f"3_king_and_queen?scheme=dynamic_position_bias&dim=1024&depth=16&heads=8&layers=3&sentence={SIX}",
    f"3_king_and_queen?scheme=swinv2&height=64&width=64&heads=8&layers=3&sentence={SIX}",
    f"3_king_and_queen?scheme=axial_rotary&height=1024&width=1024&form=ret-pixel&heads=8&layers=3&sentence={SIX}",
    f"3_king_and_queen?words=real+model&causal=true&sentence={SIX}",
    f"10_compare?{FOUR_NETWORKS.format(dim=1024)}&length=64&dim=128&sentence={SIXTEEN}",
    f"10_compare?{FOUR_NETWORKS.format(dim=496)}&length=64&dim=128&sentence={SIXTEEN}",
    "7_attention_bias?scheme=shaw&max_distance=4096&length=256&heads=32&content=a+sentence",
    "7_attention_bias?scheme=cope&max_positions=4096&length=256&heads=32&content=a+sentence",
    "7_attention_bias?scheme=fire&width=1024&length=256&heads=32",
    "4_image_patches?scheme=fourier&num_bands=1&size=8&dim=768&shuffle=rows",
    "2_similarity?scheme=sinusoidal&length=4096&dim=1024&measure=cosine",
    f"8_long_context?{urlencode({'config': ALL_TURN_ALIKE})}&tolerated=0.001&trained=16&length={FAR}",
    "5_adding?words=real+model&word=Brobdingnag&strength=100",
    "11_catalogue?",
    "app?",
]
PROBES = '''
from dataclasses import dataclass

import numpy as np

from posenc.families import Absolute, Bias, Paper, Rotary
from posenc.parameters import parameter

PAPER = Paper("Nobody et al.", 2099, "A Probe", "9912.00001")


@dataclass(frozen=True)
class Network(Bias):
    """Draws as many numbers as it is told to, whenever it is asked."""

    id = "probe_network"
    title = "Probe network"
    paper = PAPER
    formula = r"n"
    used_by = "a test"

    units: int = parameter(1, "Numbers drawn.", minimum=1, maximum=1 << 40)

    def bias(self, query_positions, key_positions, heads):
        drawn = np.random.default_rng(0).standard_normal(self.units)
        return np.full((heads, len(query_positions), len(key_positions)), drawn[-1])

    def numbers(self, length, dim=64, heads=8):
        return self.units + super().numbers(length, dim, heads)


@dataclass(frozen=True)
class Rows(Absolute):
    """Has no formula for the mean of many positions, so every one of a million is made."""

    id = "probe_rows"
    title = "Probe rows"
    paper = PAPER
    formula = r"p"
    used_by = "a test"

    units: int = parameter(1, "Numbers drawn.", minimum=1, maximum=1 << 40)

    def table(self, positions, dim, dtype=np.float32):
        where = np.arange(positions) if np.ndim(positions) == 0 else np.asarray(positions)
        drawn = np.random.default_rng(0).standard_normal(self.units)
        return (np.cos(where[:, None] / np.arange(1, dim + 1)) + drawn[-1]).astype(dtype)

    def kernel(self, offsets, dim=64, heads=8):
        return self._per_head(np.zeros(len(offsets)), heads)

    def numbers(self, length, dim=64, heads=8):
        return self.units + super().numbers(length, dim, heads)


@dataclass(frozen=True)
class Turns(Rotary):
    """Draws as many numbers as it is told to for its speeds."""

    id = "probe_turns"
    title = "Probe turns"
    paper = PAPER
    formula = r"p"
    used_by = "a test"
    layout = "half"

    units: int = parameter(1, "Numbers drawn.", minimum=1, maximum=1 << 40)

    def frequencies(self, dim, length=None):
        np.random.default_rng(0).standard_normal(self.units)
        return 1.0 / np.arange(1, dim // 2 + 1)

    def numbers(self, length, dim=64, heads=8):
        return self.units + super().numbers(length, dim, heads)
'''


def ends(known):
    """The values of a parameter between which all others lie; every one of a choice."""
    if known.several or (known.minimum is None and not known.choices and not isinstance(known.default, bool)):
        return ()
    if known.choices:
        return known.choices
    if isinstance(known.default, bool):
        return (False, True)
    return known.minimum, LARGEST_SEED if known.maximum is None else known.maximum


def settings(cls):
    """All parameters at their first ends, all at their last, and each alone at each of its ends."""
    each = {name: ends(known) for name, known in cls.parameters().items() if ends(known)}
    extremes = [{}] + [{name: values[at] for name, values in each.items()} for at in (0, -1) if each]
    alone = [{name: value} for name, values in each.items() for value in values]
    return extremes, [one for one in alone if one not in extremes]


def every_case():
    """Page, scheme, parameters and which of the page's sizes; all sizes with extreme parameters, else the first."""
    for stem, sizes in SIZES.items():
        for id, cls in posenc.schemes().items():
            if FITS.get(stem, bool)(cls):
                extremes, alone = settings(cls)
                yield from ((stem, id, values, size) for values in extremes for size in range(len(sizes)))
                yield from ((stem, id, values, 0) for values in alone)


def link(stem, id, values, size):
    """The query of a case."""
    cls, wanted = posenc.schemes()[id], SIZES[stem][size]
    try:
        scheme = cls(**values)
        refuse_costly(scheme, 1, 1, 1)
    except ValueError:  # values that do not go together: the page shows the defaults
        scheme = cls()
    cut = {}
    if "length" in wanted and scheme.max_length is not None and stem != "10_compare":
        cut["length"] = min(wanted["length"], scheme.max_length)
    if "dim" in wanted and has_table(cls) and stem != "10_compare":
        cut["dim"] = widest(scheme, wanted["dim"])
    chosen_schemes = four(id, values) if stem == "10_compare" else {"scheme": id} | values
    return {name: as_text(value) for name, value in (chosen_schemes | wanted | cut).items()}


def widest(scheme, maximum):
    """The largest number of dimensions on the slider, up to so many, that goes together with the scheme."""
    for dim in sorted((d for d in {*controls.DIMS, scheme.max_dim or 2} if d <= maximum), reverse=True):
        try:
            scheme.table([0], dim)
            return dim
        except ValueError:
            pass
    return maximum


def four(id, values):
    """One scheme in all of Compare's slots, each a little different, so that nothing made for one serves another."""
    known, query = posenc.schemes()[id].parameters(), {}
    for slot in range(4):
        mark = f"_{slot + 1}" if slot else ""
        query[f"scheme{mark}"] = id
        for name, value in (({"seed": 0} if "seed" in known else {}) | values).items():
            wide = not known[name].choices and not isinstance(value, bool) and (known[name].maximum or FAR) > 64
            moved = (2 * slot if value == known[name].minimum else -2 * slot) if wide else 0
            taken = "_1" * (name in ("length", "dim", "head", "causal", "query", "key"))
            query[name + (mark or taken)] = value + moved if moved else value
    return query


def as_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def cost(stem, query):
    """The page, the seconds of CPU that it took, and by how many MB memory was higher than before at its peak."""
    first_visit(stem)
    (
        st.cache_data.clear(),
        st.cache_resource.clear(),
        once.forget(),
        image_patches._layer.cache_clear(),
        mlp._drawn.cache_clear(),
    )
    gc.collect()
    peak_since_now, begin = memory(), time.process_time()
    at = open_page(stem, **query)
    return at, time.process_time() - begin, peak_since_now()


@cache
def first_visit(stem):
    """A page's imports, and what a process reads once."""
    return open_page(stem)


def memory():
    """Gives the peak of resident memory from now on, in MB over what it is now; 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return float
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)  # else what an earlier page has freed is used again, and not seen
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return float
    before = resident("VmRSS")
    return lambda: resident("VmHWM") - before


def resident(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def check(stem, query):
    at, seconds, megabytes = cost(stem, query)
    assert seconds < SECONDS, f"{seconds:.2f} s"
    assert megabytes < MEGABYTES, f"{megabytes:.0f} MB"
    return at


@pytest.mark.parametrize("address", KNOWN, ids=lambda address: address[:70])
def test_the_costliest_links_known(address):
    stem, _, query = address.partition("?")
    check(stem, dict(parse_qsl(query)))


@pytest.mark.parametrize("case", chosen(every_case(), one_in=100), ids=lambda case: "-".join(map(str, case)))
def test_every_scheme_at_both_ends_of_its_parameters(case):
    check(case[0], link(*case))


@pytest.mark.parametrize("stem", SIZES)
def test_the_sizes_are_the_largest_that_the_controls_reach(stem):
    at = first_visit(stem)
    reached = {control.key: control.options[-1] for control in at.select_slider}
    reached |= {control.key: int(control.max) for control in at.slider}
    reached |= {group.key: group.options[-1] for group in at.button_group if group.key in ("heads", "layers")}
    fitting = {id: cls for id, cls in posenc.schemes().items() if FITS.get(stem, bool)(cls)}
    assert [*names(fitting).values()] == at.selectbox("scheme").options
    for name in ("length", "dim", "heads", "layers"):
        if name in reached:
            assert str(reached[name]) == str(max(size.get(name, 0) for size in SIZES[stem])), name


@pytest.fixture
def probes(tmp_path, monkeypatch):
    """Schemes that are registered later."""
    package = import_module("posenc.schemes")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    (tmp_path / "probe_costs.py").write_text(PROBES)
    yield
    sys.modules.pop(f"{package.__name__}.probe_costs", None)
    vars(package).pop("probe_costs", None)


@pytest.mark.parametrize(
    ("stem", "id"),
    [
        *((stem, "probe_rows") for stem in ("1_heatmap", "2_similarity", "4_image_patches", "5_adding")),
        *((stem, "probe_network") for stem in ("3_king_and_queen", "7_attention_bias", "10_compare")),
        ("6_rotary", "probe_turns"),
    ],
)
@pytest.mark.usefixtures("probes")
def test_a_costly_scheme_that_is_registered_later_is_refused_in_a_sentence(stem, id):
    case = (stem, id, {"units": 1 << 40}, len(SIZES[stem]) - 1)
    assert case in [*every_case()]
    at = check(stem, link(*case))
    assert "must make at most 4,194,304 numbers" in at.info[0].value
    assert "units=1099511627" in at.info[0].value


@pytest.mark.parametrize("stem", ["1_heatmap", "2_similarity"])
@pytest.mark.usefixtures("probes")
def test_a_table_without_a_formula_for_its_means_is_not_made_for_a_million_positions(stem):
    query = {"scheme": "probe_rows", "length": str(FAR), "dim": "512"}
    said = check(stem, query).info[0].value
    assert said.startswith("probe_rows must make at most 4,194,304 numbers for 1,048,576 positions of 512 dimensions")
    assert said.endswith("Meanwhile Probe rows is shown with its defaults, 1,024 positions and 96 dimensions.")
