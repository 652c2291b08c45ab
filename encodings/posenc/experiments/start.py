"""What articles on the subject claim, measured: the numbers that bear each claim out or break it.

Each is measured as the page that shows it does, with the settings that the page has when it is opened.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..numeric.tolerances import EXACT64
from ..schemes.learned import Learned
from ..schemes.sincos2d import Sincos2d
from ..schemes.sinusoidal import Sinusoidal
from ..self_attention import AttentionWeights, order_sensitivity
from ..shift import shift_error
from ..similarities import by_offset
from .adding import LENGTH, SUMS, lexicon, recover
from .heatmap import other_layout
from .image_patches import cut, embed_patches, puzzle, shuffle
from .king_and_queen import reorder
from .pictures import SIDE, picture
from .sequence_models import convolutional, recurrent
from .toy_words import split, word_vectors

CLEAR = 1e-3
"""Anything larger is no accident."""
SENTENCE, FEATURES = "King and Queen", 64
DIM = 128
PICTURE, PATCH, PATCH_DIM = "face", 16, 384
COMPARED = 32
"""Positions of which two layouts are compared."""


class Finding(NamedTuple):
    """What was measured, what kind of numbers that are, and whether they bear the claim out."""

    kind: str
    """"exact": true of any weights; "real": a trained model's; "toy": of random weights."""
    values: tuple[float, ...]
    holds: bool


def claims() -> dict[str, tuple[Finding, ...]]:
    """Every claim's findings, by its name: the experiments take a tenth of a second together.

    >>> all(finding.holds for findings in claims().values() for finding in findings)
    True
    """
    return {measure.__name__: measure() for measure in CLAIMS}


def swapping_words() -> tuple[Finding, ...]:
    """Attention's order sensitivity to "King and Queen" and its reversal: without positions; with sinusoids."""
    x, weights = _sentence(), AttentionWeights.random(FEATURES, dtype=np.float64)
    off = reorder(x, [2, 1, 0], weights).sensitivity
    on = reorder(x, [2, 1, 0], weights, scheme=Sinusoidal()).sensitivity
    return _nothing(off), Finding("toy", (on,), on > CLEAR)


def shuffled_patches() -> tuple[Finding, ...]:
    """A picture and its shuffle: the order sensitivity without positions; with them, the share of patches put back in their
    place, how many patches there are, and the share without."""
    side = SIDE // PATCH
    table = Sincos2d(side, side).table(None, PATCH_DIM, np.float64)
    x = embed_patches(cut(picture(PICTURE), PATCH), PATCH_DIM, dtype=np.float64)
    off, on = (puzzle(x, shuffle(len(x)), table, positions) for positions in (False, True))
    told = on.sensitivity > CLEAR and on.recovered > 0.5 > 10 * off.recovered
    return _nothing(off.sensitivity), Finding("toy", (on.sensitivity, on.recovered, len(x), off.recovered), told)


def order_without_help() -> tuple[Finding, ...]:
    """The order sensitivity of an RNN and of a ConvNet; of attention."""
    x, weights = _sentence(), AttentionWeights.random(FEATURES, dtype=np.float64)
    rnn, net = (order_sensitivity(model(FEATURES), x, [2, 1, 0]) for model in (recurrent, convolutional))
    return Finding("toy", (rnn, net), min(rnn, net) > CLEAR), _nothing(reorder(x, [2, 1, 0], weights).sensitivity)


def same_identifier() -> tuple[Finding, ...]:
    """The largest difference between what two words get added at the same positions."""
    words, positions = word_vectors(["King", "Queen"], DIM, np.float64), np.arange(LENGTH)
    added = [Sinusoidal().add_to_input(np.tile(word, (LENGTH, 1)), positions) - word for word in words]
    return (_nothing(float(np.abs(added[0] - added[1]).max())),)


def read_from_the_sum() -> tuple[Finding, ...]:
    """The share of sums from which both word and position are read back: of random words; of a trained model's."""
    toy = recover(lexicon("the", "random", DIM).vectors, Sinusoidal().table(LENGTH, DIM), sums=SUMS).both
    real = recover(lexicon("the", "minilm", 384).vectors, Learned().table(LENGTH, 384), sums=SUMS).both
    return Finding("toy", (toy,), toy > 0.99), Finding("real", (real,), real > 0.99)


def distance_alone() -> tuple[Finding, ...]:
    """The largest spread of the dot products at one distance; the error of one rotation that moves all positions by 5."""
    spread = float(by_offset(Sinusoidal().table(LENGTH, DIM, np.float64)).spread.max())
    return _nothing(spread), _nothing(shift_error(Sinusoidal(), 5, DIM, LENGTH))


def layouts_agree() -> tuple[Finding, ...]:
    """The largest difference of a dot product between two layouts; no value where they do not hold the same columns."""
    other = other_layout(Sinusoidal(), COMPARED, DIM)
    return (_nothing(other.error) if other else Finding("exact", (), False),)


def _nothing(value: float) -> Finding:
    """A difference that should be none, whatever the weights."""
    return Finding("exact", (value,), value < EXACT64)


def _sentence() -> np.ndarray:
    return word_vectors(split(SENTENCE), FEATURES, np.float64)


CLAIMS: tuple[Callable[[], tuple[Finding, ...]], ...] = (
    swapping_words,
    shuffled_patches,
    order_without_help,
    same_identifier,
    read_from_the_sum,
    distance_alone,
    layouts_agree,
)
