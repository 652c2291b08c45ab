"""Word + position: what can be read back from the sum, in which dimension and at which scale."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments import adding, minilm
from posenc.experiments.adding import (
    attention_parameters,
    lexicon,
    nearest,
    random_words,
    read_back,
    recover,
    recover_by_dim,
    side_by_side,
)

SINUSOIDAL = posenc.scheme("sinusoidal")


@pytest.fixture(scope="module")
def model_words():
    return minilm.word_vectors(minilm.vocabulary()[:2000])[0]


@given(n=st.integers(1, 9), m=st.integers(1, 9), dim=st.integers(1, 6), seed=st.integers(0, 2**32))
def test_nearest_by_brute_force(n, m, dim, seed):
    draw = np.random.default_rng(seed).standard_normal
    vectors, table = draw((n, dim)), draw((m, dim))
    distances = np.linalg.norm(vectors[:, None] - table, axis=-1)
    assert np.array_equal(nearest(vectors, table), distances.argmin(1))


def test_nearest_in_pieces_is_the_same(monkeypatch):
    vectors, table = random_words(50, 8), random_words(30, 8, seed=1)
    whole = nearest(vectors, table)
    for cells in (1, 30, 31, 70, 1499):
        monkeypatch.setattr(adding, "CELLS", cells)
        assert np.array_equal(nearest(vectors, table), whole)


def test_word_and_position_from_their_sum_as_the_dimension_grows():
    """Of 2,000 words and 128 positions: 81% at dim 16, all from dim 64 on."""

    def share(dim):
        return np.mean(
            [recover(random_words(2000, dim, s), SINUSOIDAL.table(128, dim), sums=2000, seed=s).both for s in range(6)]
        )

    assert share(16) == pytest.approx(0.81, abs=0.02)
    assert share(4) < 0.05
    assert [share(dim) for dim in (64, 128, 256)] == [1, 1, 1]


def test_the_wider_the_better():
    results = recover_by_dim(random_words(2000, 1024), SINUSOIDAL)
    assert [result.dim for result in results] == [4, 8, 16, 32, 64, 128, 256, 512, 1024]
    for reading in ("word", "position", "both"):
        shares = [getattr(result, reading) for result in results]
        assert np.diff(shares).min() > -0.02
        assert shares[0] < 0.1
        assert shares[-1] > 0.98


def test_scale_breaks_one_or_the_other():
    words, table = random_words(2000, 64), SINUSOIDAL.table(128, 64)
    drowned, balanced, drowning = (recover(words, table, scale) for scale in (0.01, 1.0, 30.0))
    assert (drowned.word, drowning.position) == (1, 1)
    assert drowned.position < 0.05
    assert drowning.word < 0.05
    assert balanced.word == 1
    assert 0.3 < balanced.position < 0.7


def test_by_dim_is_recover_on_the_first_features():
    words = random_words(300, 32)
    for scale, result in ((s, r) for s in (0.1, 5.0) for r in recover_by_dim(words, SINUSOIDAL, 20, s, dims=[8, 32])):
        assert result == recover(words[:, : result.dim], SINUSOIDAL.table(20, result.dim), scale)


def test_positions_of_size_nought_are_lost_and_words_kept():
    result = recover(random_words(500, 32), SINUSOIDAL.table(128, 32), scale=0)
    assert result.word == 1
    assert max(result.position, result.both) < 0.05


def test_the_real_models_sums_can_be_read(model_words):
    results = recover_by_dim(model_words, posenc.scheme("learned"))
    assert [result.dim for result in results] == [4, 8, 16, 32, 64, 128, 256, 384]
    assert results[-1] == adding.Recovery(dim=384, word=1.0, position=1.0, both=1.0)
    assert results[0].word < 0.5


def test_a_wrong_word_with_the_right_position_is_not_both():
    words = np.tile(np.eye(4), (2, 1))  # every word twice: the nearest is the first of the two
    result = recover(*side_by_side(words, np.eye(4)), sums=400)
    assert result.position == 1
    assert 0.4 < result.word < 0.6
    assert result.both == result.word


@given(dim=st.sampled_from([4, 8, 32]), scale=st.floats(0.25, 50), seed=st.integers(0, 100))
def test_side_by_side_nothing_is_lost(dim, scale, seed):
    words, table = random_words(300, dim, seed), SINUSOIDAL.table(64, dim)
    wide_words, wide_table = side_by_side(words, table)
    assert np.array_equal(wide_words[7] + wide_table[3], [*words[7], *table[3]])
    assert recover(wide_words, wide_table, scale, sums=100) == adding.Recovery(2 * dim, 1.0, 1.0, 1.0)


def test_the_price_of_concatenation():
    weights = posenc.AttentionWeights.random(48)
    arrays = (weights.in_proj_weight, weights.in_proj_bias, weights.out_weight, weights.out_bias)
    assert attention_parameters(48) == sum(array.size for array in arrays)


@given(seed=st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_words(seed):
    assert np.array_equal(random_words(20, 5, seed), random_words(20, 5, seed))
    assert not np.array_equal(random_words(20, 5, seed), random_words(20, 5, seed + 1))


def test_memory_stays_bounded(model_words):
    words, table = np.tile(model_words, (4, 1)), posenc.scheme("learned").table(512, 384)
    tracemalloc.start()
    recover(words, table, sums=2000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6


@pytest.mark.parametrize("source", adding.SOURCES)
def test_a_lexicons_frequent_words_have_their_rows(source, model_words):
    words = lexicon("Wörld", source, dim=48)
    assert words.names[words.row] == "world"
    assert words.known
    assert words.vectors.shape == (2000, 48)
    assert len(set(words.names)) == 2000
    wider = random_words(2000, 1024) if source == "random" else minilm.word_vectors(words.names)[0]
    assert np.array_equal(words.vectors, wider[:, :48])


@pytest.mark.parametrize("source", adding.SOURCES)
def test_another_word_comes_last(source):
    words = lexicon("Brobdingnag", source, dim=48)
    assert words.names[words.row] == "Brobdingnag"
    assert words.row == 2000
    assert words.vectors.shape == (2001, 48)
    assert words.known == (source == "random")
    assert np.array_equal(words.vectors[:2000], lexicon("the", source, dim=48).vectors)
    rare = lexicon(minilm.vocabulary()[7000], source)  # in the model's vocabulary, beyond the first 2,000
    assert rare.known
    assert rare.row == 2000


@pytest.mark.parametrize("word", ["", " ", "<b>", "👑", "王", "a" * 200, "\x00", "\ud800"])
@pytest.mark.parametrize("source", adding.SOURCES)
def test_any_text_has_a_vector(word, source):
    words = lexicon(word, source, dim=16)
    assert np.isfinite(words.vectors[words.row]).all()


@given(row=st.integers(0, 1999), position=st.integers(0, 127), scale=st.sampled_from([0.3, 1.0, 2.0]))
def test_what_was_added_is_read_back(row, position, scale):
    words, table = lexicon("king").vectors, scale * SINUSOIDAL.table(128, 128)
    reading = read_back(words[row] + table[position], words, table, count=5)
    assert (reading.word, reading.position) == (row, position)
    assert reading.from_rest[position] < 1e-5
    assert reading.from_sum[position] == pytest.approx(np.linalg.norm(words[row]), rel=1e-5)
    assert np.diff(reading.word_distances).min() >= 0
    assert reading.word_distances[0] == pytest.approx(np.linalg.norm(table[position]), rel=1e-5)


def test_reading_agrees_with_nearest():
    words, table = random_words(300, 8), SINUSOIDAL.table(40, 8)
    for row in range(50):
        summed = words[row] + table[row % 40]
        reading = read_back(summed, words, table)
        assert reading.word == nearest(summed[None], words)[0]
        assert reading.from_sum.argmin() == nearest(summed[None], table)[0]
        assert len(reading.words) == 8


def test_by_dim_tries_as_many_sums_as_asked():
    words = random_words(300, 32)
    assert recover_by_dim(words, SINUSOIDAL, 20, dims=[8], sums=50)[0] == recover(
        words[:, :8], SINUSOIDAL.table(20, 8), sums=50
    )


def test_a_setup_is_its_parts():
    setup = adding.Setup("King", 5, "random", SINUSOIDAL, 64, 0.5)
    words, table = lexicon("King", dim=64), np.float32(0.5) * SINUSOIDAL.table(128, 64)
    np.testing.assert_array_equal(setup.added, table[5])
    reading = read_back(words.vectors[words.row] + table[5], words.vectors, table)
    assert (setup.reading.word, setup.reading.position) == (reading.word, reading.position) == (words.row, 5)
    assert setup.norm_ratio == adding.mean_length(table) / adding.mean_length(words.vectors)
    every = lexicon("the", dim=1024).vectors
    assert setup.recovered(10.0) == recover(every[:, :64], SINUSOIDAL.table(128, 64), 5.0, 300)
    assert list(setup.recovered_by_dim()) == recover_by_dim(every, SINUSOIDAL, 128, 0.5, sums=300)
    assert setup.recovered_side_by_side() == recover(*side_by_side(words.vectors, table), sums=300)


@pytest.mark.parametrize(
    ("source", "id", "dim", "strength", "word", "kind"),
    [
        ("random", "sinusoidal", 384, 1.0, "King", "toy"),
        ("minilm", "learned", 384, 1.0, "King", "real"),
        ("minilm", "learned", 384, 3.0, "King", "mixed"),
        ("minilm", "learned", 192, 1.0, "King", "mixed"),
        ("minilm", "learned", 384, 1.0, "Brobdingnag", "mixed"),
        ("random", "learned", 384, 1.0, "King", "mixed"),
        ("minilm", "sinusoidal", 384, 1.0, "King", "mixed"),
    ],
)
def test_a_setup_says_what_its_numbers_are(source, id, dim, strength, word, kind):
    setup = adding.Setup(word, 0, source, posenc.scheme(id), dim, strength)
    assert setup.kind == kind
    assert setup.width == (1024 if (source, id) == ("random", "sinusoidal") else 384)


def test_what_is_read_says_where_a_word_stands():
    words, positions = np.eye(9, 12), np.zeros((2, 12))
    reading = read_back(words[3], words, positions, count=4)
    assert reading.rank(3) == 0
    assert reading.rank(8) is None
    assert reading.position_from_sum == 0


def test_enough_dimensions_are_the_first_that_suffice():
    found = [adding.Recovery(dim, 1.0, 1.0, both) for dim, both in ((4, 0.2), (8, 0.99), (16, 1.0))]
    assert adding.enough_dimensions(found).dim == 8
    assert adding.enough_dimensions(found[:1]) is None


def test_what_is_refused():
    words = random_words(10, 8)
    with pytest.raises(ValueError, match="table must have 8 features, as the vectors do; got 6"):
        nearest(words, SINUSOIDAL.table(4, 6))
    with pytest.raises(ValueError, match="scale must be a finite number; got nan"):
        recover(words, SINUSOIDAL.table(4, 8), scale=float("nan"))
    with pytest.raises(ValueError, match="dims must be a whole number of at least 1 and at most 8; got 16"):
        recover_by_dim(words, SINUSOIDAL, dims=[4, 16])
    with pytest.raises(ValueError, match="sums must be a whole number of at least 1; got 0"):
        recover(words, SINUSOIDAL.table(4, 8), sums=0)
    with pytest.raises(ValueError, match="count must be a whole number of at least 1; got 0"):
        random_words(0, 8)
    with pytest.raises(ValueError, match="source must be one of 'random', 'minilm'; got 'glove'"):
        lexicon("king", "glove")
    with pytest.raises(ValueError, match="dim must be a whole number of at least 1 and at most 384; got 385"):
        lexicon("king", "minilm", dim=385)
    with pytest.raises(ValueError, match=r"positions must have as many features as the sum, \(8,\); got \(4, 6\)"):
        read_back(words[0], words, SINUSOIDAL.table(4, 6))


def test_long_lists_are_nearly_at_right_angles():
    cosines = [adding.Setup("King", 5, "random", SINUSOIDAL, dim).cosine for dim in (8, 64, 1024)]
    assert cosines == pytest.approx([0.29, 0.1, 0.025], rel=0.03)
    assert adding.Setup("King", 5, "random", SINUSOIDAL, 64, strength=30.0).cosine == pytest.approx(cosines[1])
