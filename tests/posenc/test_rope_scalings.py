"""Rope scaling against each kind's formula, pair by pair, and the properties it is used for."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import posenc
from posenc.rope_scalings import KINDS, LongRope, Proportional, RopeScaling

halves, bases = st.integers(2, 32), st.floats(100.0, 1e7)
factors, lengths = st.floats(0.25, 64.0), st.integers(16, 1 << 20)


def frequency(i, m, base=10000.0):
    return base ** (-2 * i / m)


def yarn_ramp(i, m, base, trained, maximum, fewest, truncate=True):
    def pair_of(turns):
        return m * math.log(trained / (turns * 2 * math.pi)) / (2 * math.log(base))

    low, high = pair_of(maximum), pair_of(fewest)
    if truncate:
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, m - 1)
    if low == high:
        high += 0.001
    return min(max((i - low) / (high - low), 0), 1)


def llama3(f, factor, low, high, trained):
    wave = 2 * math.pi / f
    if wave > trained / low:
        return f / factor
    if wave < trained / high:
        return f
    t = (trained / wave - low) / (high - low)
    return (1 - t) * f / factor + t * f


def check(scaling, base, half, expected, length=None):
    """`expected` is a function of pair, its plain frequency, and the number of features."""
    m = 2 * half
    scheme = posenc.scheme("rotary", base=base, scaling=scaling)
    wanted = [expected(i, frequency(i, m, base), m) for i in range(half)]
    np.testing.assert_allclose(scheme.frequencies(m, length), wanted, rtol=1e-9)


@given(base=bases, half=halves, factor=factors)
def test_linear(base, half, factor):
    check(posenc.rope_scaling("linear", factor=factor), base, half, lambda i, f, m: f / factor)


@given(base=bases, half=halves, alpha=factors)
def test_ntk(base, half, alpha):
    larger = base * alpha ** (half / (half - 1))
    scaling = posenc.rope_scaling("ntk", alpha=alpha)
    check(scaling, base, half, lambda i, f, m: frequency(i, m, larger))
    first, last = scaling.frequencies(base, 2 * half)[[0, -1]]
    assert first == 1
    assert last == pytest.approx(frequency(half - 1, 2 * half, base) / alpha)


@given(base=bases, half=halves, factor=factors, trained=lengths, length=st.none() | lengths)
def test_dynamic(base, half, factor, trained, length):
    n = max(length or trained, trained)
    larger = base * (factor * n / trained - (factor - 1)) ** (half / (half - 1))
    scaling = posenc.rope_scaling("dynamic", factor=factor, max_position_embeddings=trained)
    check(scaling, base, half, lambda i, f, m: frequency(i, m, larger), length)
    plain = posenc.scheme("rotary", base=base).frequencies(2 * half)
    for short in (1, trained):
        np.testing.assert_array_equal(scaling.frequencies(base, 2 * half, short), plain)


@given(
    base=bases,
    half=halves,
    factor=factors,
    trained=lengths,
    betas=st.tuples(st.floats(2, 64), st.floats(0.1, 2)),
    truncate=st.booleans(),
)
def test_yarn(base, half, factor, trained, betas, truncate):
    fast, slow = betas
    scaling = posenc.rope_scaling(
        "yarn",
        factor=factor,
        original_max_position_embeddings=trained,
        beta_fast=fast,
        beta_slow=slow,
        truncate=truncate,
    )

    def expected(i, f, m):
        share = yarn_ramp(i, m, base, trained, fast, slow, truncate)
        return f / factor * share + f * (1 - share)

    check(scaling, base, half, expected)


def test_yarn_with_a_ramp_of_no_width_is_a_step():
    same = {"factor": 4.0, "original_max_position_embeddings": 4096, "beta_fast": 8.0, "beta_slow": 8.0}
    frequencies = posenc.rope_scaling("yarn", **same, truncate=False).frequencies(10000.0, 64)
    plain = posenc.scheme("rotary").frequencies(64)
    np.testing.assert_allclose(plain / frequencies, np.where(4096 * plain / (2 * np.pi) < 8, 4, 1))


def growth(factor, mscale):
    return 0.1 * mscale * math.log(factor) + 1 if factor > 1 else 1.0


@pytest.mark.parametrize("factor", [0.5, 1.0, 4.0, 40.0])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, lambda s: growth(s, 1)),
        ({"mscale": 0.7}, lambda s: growth(s, 1)),
        ({"mscale_all_dim": 0.7}, lambda s: growth(s, 1)),
        ({"mscale": 0.7, "mscale_all_dim": 0.0}, lambda s: growth(s, 1)),
        ({"mscale": 0.7, "mscale_all_dim": 0.5}, lambda s: growth(s, 0.7) / growth(s, 0.5)),
        ({"mscale": 0.7, "mscale_all_dim": 0.5, "attention_factor": 1.25}, lambda s: 1.25),
        ({"attention_factor": 0}, lambda s: 0.0),
    ],
)
def test_attention_factor_of_yarn(options, expected, factor):
    scaling = posenc.rope_scaling("yarn", factor=factor, original_max_position_embeddings=4096, **options)
    for length in (None, 10, 10**6):
        got = posenc.scheme("rotary", scaling=scaling).attention_factor(length)
        assert isinstance(got, float)
        assert got == pytest.approx(expected(factor), abs=1e-12)


@given(base=bases, half=halves, factor=factors, trained=lengths)
def test_ntk_by_parts(base, half, factor, trained):
    larger = base * factor ** (half / (half - 1))

    def expected(i, f, m):
        ntk, slow, very_slow = frequency(i, m, larger), (16, 2), (1.25, 0.75)
        share = 1 - yarn_ramp(i, m, base, trained, *very_slow)
        mixed = f / factor * (1 - share) + ntk * share
        share = 1 - yarn_ramp(i, m, base, trained, *slow)
        return mixed * (1 - share) + f * share

    scaling = posenc.rope_scaling("ntk_by_parts", factor=factor, original_max_position_embeddings=trained)
    check(scaling, base, half, expected)


@given(base=bases, half=halves, trained=lengths, seed=st.integers(0, 99))
def test_longrope_switches_above_the_trained_length(base, half, trained, seed):
    short, long = np.random.default_rng(seed).uniform(1, 60, (2, half)).tolist()
    scaling = posenc.rope_scaling(
        "longrope", short_factor=short, long_factor=long, original_max_position_embeddings=trained
    )
    for length in (None, 1, trained):
        check(scaling, base, half, lambda i, f, m: f / short[i], length)
    for length in (trained + 1, 10 * trained):
        check(scaling, base, half, lambda i, f, m: f / long[i], length)


@pytest.mark.parametrize(
    ("options", "factor"),
    [({"factor": 32.0}, 32), ({"max_position_embeddings": 4096 * 8}, 8), ({}, 1), ({"factor": 0.5}, 1)],
)
def test_attention_factor_of_longrope_is_the_same_at_any_length(options, factor):
    scheme = posenc.scheme("rotary", scaling=LongRope((1.0,), (2.0,), 4096, **options))
    for length in (None, 1, 4096, 100_000):
        assert scheme.attention_factor(length) == pytest.approx(math.sqrt(1 + math.log(factor) / math.log(4096)))
    assert LongRope((1.0,), (2.0,), 4096, 32.0, attention_factor=1.1).amplitude() == 1.1


@given(base=bases, half=halves, factor=factors, low=st.floats(0.5, 4), more=st.floats(0.5, 8), trained=lengths)
def test_llama3(base, half, factor, low, more, trained):
    turns = [trained * frequency(i, 2 * half, base) / (2 * math.pi) for i in range(half)]
    assume(all(abs(one / edge - 1) > 1e-9 for one in turns for edge in (low, low + more)))
    scaling = posenc.rope_scaling(
        "llama3",
        factor=factor,
        low_freq_factor=low,
        high_freq_factor=low + more,
        original_max_position_embeddings=trained,
    )
    check(scaling, base, half, lambda i, f, m: llama3(f, factor, low, low + more, trained))


@given(base=bases, half=halves, part=st.floats(0, 1), factor=factors)
def test_proportional(base, half, part, factor):
    scaling = posenc.rope_scaling("proportional", partial_rotary_factor=part, factor=factor)
    turning = int(part * 2 * half // 2)
    check(scaling, base, half, lambda i, f, m: f / factor if i < turning else 0.0)


def test_proportional_is_not_partial_rotation():
    """All features are pairs, (i, i + dim/2): those that stand still lie between those that turn."""
    x = np.random.default_rng(0).standard_normal((5, 16))
    scheme = posenc.scheme("rotary", scaling=Proportional(0.25))
    still = (scheme.rotate(x, 5) == x).all(0)
    assert np.flatnonzero(~still).tolist() == [0, 1, 8, 9]


def test_rotation_of_a_sequence_takes_the_frequencies_of_its_length():
    x = np.random.default_rng(0).standard_normal((300, 8))
    scaling = posenc.rope_scaling("dynamic", factor=2.0, max_position_embeddings=128)
    scheme = posenc.scheme("rotary", scaling=scaling)
    angles = np.arange(300)[:, None] * scheme.frequencies(8, length=300)
    cosines, sines = np.tile(np.cos(angles), 2), np.tile(np.sin(angles), 2)
    expected = x * cosines + np.concatenate([-x[:, 4:], x[:, :4]], 1) * sines
    np.testing.assert_allclose(scheme.rotate(x, 300), expected, atol=1e-12)
    np.testing.assert_array_equal(scheme.rotate(x[:128], 128), posenc.scheme("rotary").rotate(x[:128], 128))
    assert scheme.shift_matrix(1, 8) is None


@pytest.mark.parametrize("rotary_dim", [None, 8])
def test_what_turns_is_multiplied_by_the_attention_factor(rotary_dim):
    scaling = posenc.rope_scaling("yarn", factor=4.0, original_max_position_embeddings=64, attention_factor=1.5)
    scheme = posenc.scheme("rotary", rotary_dim=rotary_dim, scaling=scaling)
    x = np.full((2, 16), 0.25)
    turned, m = scheme.rotate(x, [0, 5]), rotary_dim or 16
    np.testing.assert_allclose(turned[0, :m], 1.5 * x[0, :m])
    np.testing.assert_array_equal(turned[:, m:], x[:, m:])
    np.testing.assert_allclose(scheme.kernel([5], dim=16, heads=1)[0], turned[0] @ turned[1], atol=1e-14)
    edges = np.array([0, 3, 10])
    table = scheme.table(10, 16, np.float64)
    np.testing.assert_allclose(scheme.mean_table(edges, 16), [table[:3].mean(0), table[3:].mean(0)], atol=1e-12)
    np.testing.assert_allclose(table[3:], table[:-3] @ scheme.shift_matrix(3, 16).T, atol=1e-12)


@pytest.mark.parametrize("known", [known for known in KINDS.values() if known is not LongRope], ids=lambda k: k.kind)
def test_every_kind_has_an_example_to_start_from(known):
    scheme = posenc.scheme("rotary", scaling=known())
    assert hash(scheme) == hash(posenc.scheme("rotary", scaling=known()))
    assert issubclass(known, RopeScaling)
    assert set(known.needed) <= set(known.parameters())
    for length in (None, 10, 10**6):
        frequencies = scheme.frequencies(64, length)
        assert (frequencies.shape, frequencies.dtype) == ((32,), np.float64)
        assert np.isfinite(frequencies).all()
    assert np.isfinite(scheme.frequencies(2)).all()


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("linear", {"factor": 0}, "factor must be a number from 1e-06 .* got 0"),
        ("ntk", {"alpha": "4"}, "alpha .* got '4'"),
        (
            "dynamic",
            {"max_position_embeddings": 4096.0},
            "max_position_embeddings must be a whole number .* got 4096.0",
        ),
        ("yarn", {"original_max_position_embeddings": 0}, "original_max_position_embeddings must be .* got 0"),
        ("yarn", {"truncate": 1}, "truncate must be one of False, True; got 1"),
        ("yarn", {"mscale": -1.0}, "mscale must be a number from 0.0 .* got -1.0"),
        ("yarn", {"attention_factor": float("nan")}, "attention_factor .* got nan"),
        ("longrope", {"short_factor": (1.0, "2")}, "short_factor must be a number .* got '2'"),
        ("llama3", {"high_freq_factor": 1.0}, "high_freq_factor must be more than low_freq_factor, 1.0; got 1.0"),
        ("proportional", {"partial_rotary_factor": 1.5}, "partial_rotary_factor must be .* got 1.5"),
    ],
)
def test_bad_parameters(kind, changed, words):
    with pytest.raises(ValueError, match=words):
        KINDS[kind](**changed)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"scaling": {"rope_type": "linear"}}, r"scaling must be a posenc.rope_scaling\(…\) or None; got {'rope_type'"),
        ({"base": 1.0, "scaling": KINDS["yarn"]()}, "base must be more than 1 .* got 1.0"),
        ({"scaling": LongRope((1.0,), (1.0, 2.0))}, r"short_factor must be 2 numbers, .* got \(1.0,\)"),
        ({"scaling": LongRope(2.0, (1.0, 2.0))}, "short_factor must be 2 numbers, .* got 2.0"),
        ({"scaling": LongRope((1.0, 2.0), (1.0,))}, r"long_factor must be 2 numbers, .* got \(1.0,\)"),
    ],
)
def test_bad_schemes(parameters, words):
    with pytest.raises(ValueError, match=words):
        posenc.scheme("rotary", **parameters).frequencies(4)


@pytest.mark.parametrize("length", [0, -5, 2.5, "long"])
def test_bad_length(length):
    with pytest.raises(ValueError, match="length must be a whole number of at least 1; got"):
        posenc.scheme("rotary").frequencies(8, length=length)
