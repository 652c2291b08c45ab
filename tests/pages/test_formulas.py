"""Formulas that pages show beside those of the schemes (tests/posenc/test_formulas.py): each is evaluated.

Order sensitivity's on King and Queen is held in test_king_and_queen.py.
"""

import re

import numpy as np
import pytest

import posenc
from posenc.experiments.image_patches import cut, embed_patches
from posenc.experiments.pictures import picture
from tests.pages.app import ROOT, open_page
from tests.pages.seen import text

SHIFT = r"\$\\mathrm\{PE\}_\{p\+(\d+)\} = M_\{(\d+)\}\\,\\mathrm\{PE\}_p\$"
SENSITIVITY = "max |f(Px) − P f(x)| / max |f(x)|"


@pytest.mark.parametrize(
    "link",
    [{}, {"k": "7", "dim": "8"}, {"scheme": "rotary", "length": "64"}, {"scheme": "sinusoidal", "base": "1"}],
)
def test_moving_a_position_is_one_matrix(link):
    at = open_page("2_similarity", **link)
    k, also = map(int, re.search(SHIFT, text(at)).groups())
    scheme = posenc.scheme(link.get("scheme", "sinusoidal"), base=float(link.get("base", 10000)))
    dim = int(link.get("dim", 128))
    PE, M = scheme.table(40 + k, dim, float), scheme.shift_matrix(k, dim)
    assert k == also
    for p in (0, 1, 13, 39):
        np.testing.assert_allclose(PE[p + k], M @ PE[p], atol=1e-12)


def test_order_sensitivity_of_patches():
    at = open_page("4_image_patches")
    shown = next(metric for metric in at.metric if SENSITIVITY in (metric.help or ""))
    x = embed_patches(cut(picture("digit"), 16), 384, dtype=float)
    weights, P = posenc.AttentionWeights.random(384, dtype=float), np.random.default_rng(0).permutation(len(x))

    def f(x):
        return posenc.attention(x, weights).output

    felt = np.abs(f(x[P]) - f(x)[P]).max() / np.abs(f(x)).max()
    assert felt < 1e-12
    assert float(re.search(r"[\d.e-]+", shown.value)[0]) < 1e-12


def test_no_formula_is_shown_that_no_test_evaluates():
    known = (
        r"\displaystyle {cls.formula}",
        r"\mathrm{{PE}}_{{p+{shift}}} = M_{{{shift}}}\,\mathrm{{PE}}_p",
        r"\begin{{gathered}} {lines} \end{{gathered}}",  # a scheme's own
        *(  # sinusoidal's own once more, on Start; test_start.py holds its numbers
            rf"\mathrm{{PE}}_{{p,\,{column}}} = \{wave}\frac{{p}}{{10000^{{2i/d}}}}"
            for column, wave in (("2i", "sin"), ("2i+1", "cos"))
        ),
        *(
            rf"\;{{times}}\{function}{{angle}}{space}" for function, space in (("sin", r"\;"), ("cos", ""))
        ),  # test_formula.py
    )
    for path in [
        *(ROOT / "ui").glob("*.py"),
        *(ROOT / "sections").rglob("*.py"),
        *(ROOT / "pages").glob("*.py"),
        ROOT / "app.py",
    ]:
        source = path.read_text(encoding="utf-8").replace("\\\\", "\\")
        for formula in re.findall(r"\$([^$\n]*\\[a-z]+[^$\n]*)\$", source):
            assert formula in known, (path.name, formula)
        if path.name != "parts.py":
            assert all(part.startswith(SENSITIVITY) for part in re.findall(r"max \|.*", source)), path.name
