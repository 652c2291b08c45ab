"""Tables of sinusoids and of rotary angles, and rotating: posenc beside its peers, turn by turn, and their errors.

    make bench

Each line is the median of several rounds; in each round all contestants run in turn, so that a busy machine slows them
alike. "Writing alone" only fills an array of that size: nothing that makes a new table can be faster.
"""

import platform
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import torch
from positional_encodings.torch_encodings import PositionalEncoding1D
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, rotate_half
from x_transformers.x_transformers import RotaryEmbedding, ScaledSinusoidalEmbedding

import posenc

SIZES = [(512, 512), (4_096, 1_024), (131_072, 128), (1_048_576, 64)]
TURNED = (8, 4096, 128)
RUNS = 15
THREADS = 2
ROWS = 65_536  # compared with float64 at a time
Make = Callable[[], Any]


def angles(n: int, dim: int, precision: type = np.float64, start: int = 0) -> np.ndarray:
    frequencies = (10000.0 ** (-np.arange(0, dim, 2) / dim)).astype(precision)
    return np.arange(start, start + n, dtype=precision)[:, None] * frequencies


def textbook(n: int, dim: int, precision: type = np.float64, start: int = 0) -> np.ndarray:
    """The formula as most write it down; `precision` is that of the angles, the sines keep it."""
    angle, table = angles(n, dim, precision, start), np.empty((n, dim), precision)
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
    return table


def halves(n: int, dim: int, start: int = 0) -> np.ndarray:
    """Cosines, then sines, as a rotary table holds them."""
    angle = angles(n, dim, start=start)
    return np.concatenate([np.cos(angle), np.sin(angle)], 1)


def with_torch(n: int, dim: int) -> torch.Tensor:
    turns = torch.outer(torch.arange(n, dtype=torch.float32), 10000.0 ** (-torch.arange(0, dim, 2) / dim))
    table = torch.empty(n, dim)
    torch.sin(turns, out=table[:, 0::2])
    torch.cos(turns, out=table[:, 1::2])
    return table


def sinusoids(n: int, dim: int) -> dict[str, Make]:
    input, scaled = torch.empty(1, n, dim), ScaledSinusoidalEmbedding(dim)
    fresh, scheme = PositionalEncoding1D(dim), posenc.scheme("sinusoidal")

    def positional_encodings() -> torch.Tensor:
        fresh.cached_penc = None  # it would hand back the table of its last call
        return fresh(input)[0]

    return {
        "posenc": lambda: scheme.table(n, dim),
        "torch": lambda: with_torch(n, dim),
        "positional-encodings": positional_encodings,
        "x-transformers (scaled, sines first)": lambda: scaled(input),
        "textbook, float32 angles": lambda: textbook(n, dim, np.float32),
        "textbook, float64 angles": lambda: textbook(n, dim).astype(np.float32),
    }


def rotaries(n: int, dim: int) -> dict[str, Make]:
    """transformers and x-transformers make each pair's angle twice, as they use it; one of the two is compared."""
    shape = LlamaConfig(
        hidden_size=dim, num_attention_heads=1, max_position_embeddings=n, rope_theta=10000.0, rope_scaling=None
    )
    llama, lucid, scheme = LlamaRotaryEmbedding(shape), RotaryEmbedding(dim), posenc.scheme("rotary")
    input, where = torch.empty(1, 1, dim), torch.arange(n)[None]

    def transformers() -> tuple[torch.Tensor, ...]:
        return tuple(part[0, :, : dim // 2] for part in llama(input, where))

    def x_transformers() -> tuple[torch.Tensor, ...]:
        turns = lucid(torch.arange(n))[0].reshape(n, dim)
        return turns.cos()[:, ::2], turns.sin()[:, ::2]

    return {
        "posenc": lambda: scheme.table(n, dim),
        "transformers, LlamaRotaryEmbedding": transformers,
        "x-transformers": x_transformers,
    }


def turns() -> dict[str, Make]:
    x = np.random.default_rng(0).standard_normal(TURNED, np.float32)
    scheme, n = posenc.scheme("rotary"), TURNED[1]
    tensor = torch.from_numpy(x)
    cos, sin = (torch.from_numpy(part.astype(np.float32)) for part in np.split(halves(n, TURNED[2]), 2, 1))
    cos, sin = torch.cat([cos, cos], 1), torch.cat([sin, sin], 1)
    return {
        "posenc, angles included": lambda: scheme.rotate(x, n),
        "transformers, angles given": lambda: tensor * cos + rotate_half(tensor) * sin,
    }


def rasters() -> dict[str, Make]:
    scheme = posenc.scheme("sinusoidal")
    return {f"{n:,} positions": lambda n=n: posenc.raster(scheme, n, 64, 360, 64) for n in (1_024, 1_048_576)}


def error(table: Any, exact: Callable[..., np.ndarray]) -> float:
    """The largest distance from float64, some rows at a time; a pair is cosines and sines."""
    found = np.concatenate(table, 1) if isinstance(table, tuple) else np.asarray(table)
    n, dim = found.shape
    starts = range(0, n, ROWS)
    return max(float(np.abs(found[a : a + ROWS] - exact(min(ROWS, n - a), dim, start=a)).max()) for a in starts)


def milliseconds(make: Make) -> float:
    begin = time.perf_counter()
    make()
    return 1000 * (time.perf_counter() - begin)


def race(title: str, makers: dict[str, Make], exact: Callable[..., np.ndarray] | None = None) -> None:
    with torch.no_grad():
        first = {name: make() for name, make in makers.items()}
        rounds = [{name: milliseconds(make) for name, make in makers.items()} for _ in range(RUNS)]
    times = {name: median(one[name] for one in rounds) for name in makers}
    print(f"\n{title:42}{'ms':>9}{'× posenc':>12}{'error':>12}")
    for name, spent in times.items():
        known = exact is not None and "scaled" not in name and name != "writing alone"
        shown = f"{error(first[name], exact):12.1e}" if known else ""
        print(f"  {name:40}{spent:9.2f}{spent / next(iter(times.values())):12.2f}{shown}")


def main() -> None:
    torch.set_num_threads(THREADS)
    print(
        f"NumPy {np.__version__}, torch {torch.__version__} on {THREADS} threads, {platform.machine()}; medians of {RUNS}"
    )
    for n, dim in SIZES:
        writing = {"writing alone": lambda n=n, dim=dim: np.empty((n, dim), np.float32).fill(1.0)}
        race(f"sinusoids {n:,} × {dim:,}", sinusoids(n, dim) | writing, textbook)
        race(f"rotary cos, sin {n:,} × {dim:,}", rotaries(n, dim) | writing, halves)
    race(f"rotate {' × '.join(map(str, TURNED))}", turns())
    race("raster of 360 × 64 cells", rasters())


if __name__ == "__main__":
    main()
