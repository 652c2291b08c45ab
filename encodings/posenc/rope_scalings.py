"""Ways to stretch rotary embedding beyond the length it was trained for: one kind, one dataclass.

Field names are those of transformers' `rope_parameters`. m is the number of features that turn.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .numeric.checks import Array
from .numeric.phasors import geometric
from .parameters import Parametrised, parameter

POSITIVE: dict[str, Any] = dict(minimum=1e-6, maximum=1e9)
SCALE: dict[str, Any] = dict(minimum=0.0, maximum=1e6)
LENGTH: dict[str, Any] = dict(minimum=2, maximum=1 << 40)
FACTOR = "How many times longer than trained."
TRAINED = "The length that the model was trained for."
AMPLITUDE = "Queries and keys are multiplied by it; unless set, it follows from the factor."


@dataclass(frozen=True)
class RopeScaling(Parametrised):
    """A change of the frequencies base^(−2i/m), and of the length of the rotated vectors."""

    kind: ClassVar[str]
    needed: ClassVar[tuple[str, ...]]
    """The parameters that a model has to state; the values they have here are examples."""
    by_length: ClassVar[bool] = False
    """Whether the frequencies depend on the length of the sequence."""

    @property
    def factor(self) -> float | None:
        """How many times longer than trained; None where the scaling does not say."""
        return None

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        """The frequency of each pair in a sequence of that length, in radians per position: (m/2,) float64."""
        raise NotImplementedError

    def amplitude(self) -> float:
        """The number that rotated queries and keys are multiplied by; scores are multiplied by its square."""
        return 1.0


@dataclass(frozen=True)
class Linear(RopeScaling):
    """Position interpolation, Chen et al. 2023, arXiv:2306.15595: every pair turns `factor` times slower.

    >>> Linear(factor=2.0).frequencies(10000.0, 4).tolist()
    [0.5, 0.005]
    """

    kind = "linear"
    needed = ("factor",)

    factor: float = parameter(4.0, FACTOR, **POSITIVE)

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        return plain(base, m) / self.factor


@dataclass(frozen=True)
class Ntk(RopeScaling):
    """NTK-aware scaling (bloc97 2023): a larger base. The first pair stays, the last turns `alpha` times slower.

    >>> Ntk(alpha=4.0).frequencies(10000.0, 4).round(6).tolist()
    [1.0, 0.0025]
    """

    kind = "ntk"
    needed = ("alpha",)

    alpha: float = parameter(4.0, "How many times slower the last pair turns.", **POSITIVE)

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        return slower_last(base, m, self.alpha)


@dataclass(frozen=True)
class Dynamic(RopeScaling):
    """NTK-aware scaling that grows with the sequence (emozilla 2023); up to the trained length nothing changes.

    >>> scaling = Dynamic(factor=2.0, max_position_embeddings=100)
    >>> [scaling.frequencies(10000.0, 4, length).round(6).tolist() for length in (100, 300)]
    [[1.0, 0.01], [1.0, 0.002]]
    """

    kind = "dynamic"
    needed = ("factor", "max_position_embeddings")
    by_length = True

    factor: float = parameter(2.0, FACTOR, **POSITIVE)
    max_position_embeddings: int = parameter(4096, TRAINED, **LENGTH)

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        times = max((length or 0) / self.max_position_embeddings, 1.0)
        return slower_last(base, m, self.factor * times - (self.factor - 1))


@dataclass(frozen=True)
class Yarn(RopeScaling):
    """YaRN, Peng et al. 2023, arXiv:2309.00071: pairs that turn often stay, slow ones are interpolated.

    In between a ramp over the pair index. The scores grow with the factor, through `amplitude`.

    >>> Yarn(factor=4.0, original_max_position_embeddings=4096).frequencies(10000.0, 8).round(5).tolist()
    [1.0, 0.1, 0.00625, 0.00025]
    >>> round(Yarn(factor=4.0).amplitude(), 4)
    1.1386
    """

    kind = "yarn"
    needed = ("factor", "original_max_position_embeddings")

    factor: float = parameter(4.0, FACTOR, **POSITIVE)
    original_max_position_embeddings: int = parameter(4096, TRAINED, **LENGTH)
    beta_fast: float = parameter(32.0, "Pairs with more turns than this in the trained length stay.", **POSITIVE)
    beta_slow: float = parameter(1.0, "Pairs with fewer turns than this are slowed by the whole factor.", **POSITIVE)
    mscale: float | None = parameter(
        None, "Beside mscale_all_dim: the amplitude is the ratio of theirs.", optional=True, **SCALE
    )
    mscale_all_dim: float | None = parameter(None, "See mscale; either alone is ignored.", optional=True, **SCALE)
    attention_factor: float | None = parameter(None, AMPLITUDE, optional=True, **SCALE)
    truncate: bool = parameter(True, "The ramp begins and ends at a whole pair index.")

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        slowed = ramp(base, m, self.original_max_position_embeddings, self.beta_fast, self.beta_slow, self.truncate)
        return blend(plain(base, m), plain(base, m) / self.factor, slowed)

    def amplitude(self) -> float:
        if self.attention_factor is not None:
            return self.attention_factor
        if self.mscale and self.mscale_all_dim:
            return self.growth(self.mscale) / self.growth(self.mscale_all_dim)
        return self.growth(1.0)

    def growth(self, mscale: float) -> float:
        """The paper's √(1/t), for an mscale of 1: what makes up for scores that are flatter in a longer text."""
        return 0.1 * mscale * math.log(self.factor) + 1 if self.factor > 1 else 1.0


@dataclass(frozen=True)
class NtkByParts(RopeScaling):
    """YaRN's precursor (bloc97 2023): interpolated, NTK-aware or left alone, by the turns in the trained length.

    >>> NtkByParts(factor=4.0, original_max_position_embeddings=4096).frequencies(10000.0, 4).round(5).tolist()
    [1.0, 0.00625]
    """

    kind = "ntk_by_parts"
    needed = ("factor", "original_max_position_embeddings")

    factor: float = parameter(4.0, FACTOR, **POSITIVE)
    original_max_position_embeddings: int = parameter(2048, TRAINED, **LENGTH)

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        trained = self.original_max_position_embeddings
        very_slow, slow = ramp(base, m, trained, 1.25, 0.75), ramp(base, m, trained, 16.0, 2.0)
        stretched = blend(slower_last(base, m, self.factor), plain(base, m) / self.factor, very_slow)
        return blend(plain(base, m), stretched, slow)


@dataclass(frozen=True)
class LongRope(RopeScaling):
    """LongRoPE, Ding et al. 2024, arXiv:2402.13753: a divisor a pair, found by search.

    Beyond the trained length there are others.

    >>> scaling = LongRope((1.0, 1.0), (2.0, 4.0), original_max_position_embeddings=100, factor=10.0)
    >>> [scaling.frequencies(10000.0, 4, length).tolist() for length in (100, 101)]
    [[1.0, 0.01], [0.5, 0.0025]]
    >>> round(scaling.amplitude(), 4)
    1.2247
    """

    kind = "longrope"
    needed = ("short_factor", "long_factor", "original_max_position_embeddings")
    by_length = True

    short_factor: tuple[float, ...] = parameter((), "The divisor of each pair.", several=True, **POSITIVE)
    long_factor: tuple[float, ...] = parameter((), "The same, beyond the trained length.", several=True, **POSITIVE)
    original_max_position_embeddings: int = parameter(4096, TRAINED, **LENGTH)
    factor: float | None = parameter(None, FACTOR, optional=True, **POSITIVE)
    max_position_embeddings: int | None = parameter(
        None, "The length it is stretched to: stands in for a missing factor.", optional=True, **LENGTH
    )
    attention_factor: float | None = parameter(None, AMPLITUDE, optional=True, **SCALE)

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        for name in ("short_factor", "long_factor"):  # both, for the other's turn comes with another length
            if np.shape(divisors := getattr(self, name)) != (m // 2,):
                raise ValueError(f"{name} must be {m // 2} numbers, one for each pair of {m} features; got {divisors}")
        beyond = (length or 0) > self.original_max_position_embeddings
        return plain(base, m) / np.array(self.long_factor if beyond else self.short_factor)

    def amplitude(self) -> float:
        if self.attention_factor is not None:
            return self.attention_factor
        trained = self.original_max_position_embeddings
        factor = self.factor or (self.max_position_embeddings or trained) / trained
        return math.sqrt(1 + math.log(factor) / math.log(trained)) if factor > 1 else 1.0


@dataclass(frozen=True)
class Llama3(RopeScaling):
    """Llama 3.1's, as in Meta's code (llama-models, `apply_scaling`): long waves are interpolated, short ones stay.

    In between a ramp over the number of turns in the trained length. The code says "values obtained from grid search".

    >>> Llama3(factor=8.0).frequencies(500000.0, 8).round(8).tolist()
    [1.0, 0.03760603, 0.00052485, 6.65e-06]
    """

    kind = "llama3"
    needed = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")

    factor: float = parameter(8.0, FACTOR, **POSITIVE)
    low_freq_factor: float = parameter(1.0, "Pairs with fewer turns than this are slowed by the factor.", **POSITIVE)
    high_freq_factor: float = parameter(4.0, "Pairs with more turns than this stay.", **POSITIVE)
    original_max_position_embeddings: int = parameter(8192, TRAINED, **LENGTH)

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = self.low_freq_factor, self.high_freq_factor
        if high <= low:
            raise ValueError(f"high_freq_factor must be more than low_freq_factor, {low}; got {high}")

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        turns = self.original_max_position_embeddings * plain(base, m) / (2 * np.pi)
        kept = (turns - self.low_freq_factor) / (self.high_freq_factor - self.low_freq_factor)
        return blend(plain(base, m) / self.factor, plain(base, m), np.clip(kept, 0, 1))


@dataclass(frozen=True)
class Proportional(RopeScaling):
    """Gemma 4's: only the first pairs turn, at the speeds they have in the whole vector; all others stand still.

    >>> Proportional(partial_rotary_factor=0.5).frequencies(10000.0, 8).tolist()
    [1.0, 0.1, 0.0, 0.0]
    """

    kind = "proportional"
    needed = ("partial_rotary_factor",)

    partial_rotary_factor: float = parameter(0.25, "The part of the pairs that turn.", minimum=0.0, maximum=1.0)
    factor: float = parameter(1.0, FACTOR, **POSITIVE)

    def frequencies(self, base: float, m: int, length: int | None = None) -> Array:
        turning = int(self.partial_rotary_factor * m // 2)
        return np.where(np.arange(m // 2) < turning, plain(base, m) / self.factor, 0.0)


def plain(base: float, m: int) -> Array:
    """Frequencies before any scaling: (m/2,)."""
    return geometric(base, m, m // 2)


def slower_last(base: float, m: int, times: float) -> Array:
    """Frequencies of the base with which the last pair turns so many times slower; the first stays."""
    return plain(base * times ** (m / max(m - 2, 1)), m)


def ramp(base: float, m: int, trained: int, most: float, fewest: float, truncate: bool = True) -> Array:
    """From 0 at the pair that makes `most` turns in the trained length to 1 at that which makes `fewest`: (m/2,)."""
    if base <= 1:
        raise ValueError(f"base must be more than 1 for pairs to differ in their turns; got {base}")
    first, last = (m * math.log(trained / (2 * math.pi * turns)) / (2 * math.log(base)) for turns in (most, fewest))
    if truncate:
        first, last = math.floor(first), math.ceil(last)
    low, high = max(first, 0), min(last, m - 1)
    return np.clip((np.arange(m // 2) - low) / (high - low or 0.001), 0, 1)


def blend(first: Array, second: Array, share: Array) -> Array:
    """The first where the share is 0, the second where it is 1."""
    return first * (1 - share) + second * share


KINDS: dict[str, type[RopeScaling]] = {
    scaling.kind: scaling for scaling in (Linear, Dynamic, Ntk, NtkByParts, Yarn, LongRope, Llama3, Proportional)
}
