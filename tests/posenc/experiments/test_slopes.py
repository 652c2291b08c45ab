"""MPT's rule for ALiBi's slopes, against the authors'."""

import numpy as np
import pytest

import posenc
from posenc.experiments.attention_bias import power_of_two_above, slopes_from_above


@pytest.mark.parametrize("max_bias", [8.0, 3.5, 16.0])
@pytest.mark.parametrize("heads", [*range(1, 130), 192, 255])
def test_both_rules_give_the_same_slopes_in_the_same_order(heads, max_bias):
    ours = posenc.scheme("alibi", max_bias=max_bias).slopes(heads)
    np.testing.assert_allclose(slopes_from_above(heads, max_bias), ours, rtol=1e-14)


def test_twelve_heads_by_hand():
    sixteen = 2.0 ** (-np.arange(1, 17) / 2)
    np.testing.assert_allclose(slopes_from_above(12), [*sixteen[1::2], *sixteen[:8:2]])


def test_power_of_two_above():
    assert [power_of_two_above(heads) for heads in (1, 2, 3, 8, 9, 31, 32)] == [1, 2, 4, 8, 16, 32, 32]


@pytest.mark.parametrize("heads", [0, -1, 2.0, True])
def test_bad_heads(heads):
    with pytest.raises(ValueError, match="heads must be a whole number"):
        slopes_from_above(heads)
