"""How long a sinusoidal table takes, and how far it is from float64: posenc beside the textbook, turn by turn.

    python benchmarks/tables.py

Each line is the median of several runs; all contestants run in turn, so that a busy machine slows them alike.
"Writing" only fills an array of that size: nothing that makes a new table can be faster. torch is added if it is there.
"""

import platform
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

import posenc

SIZES = [(131_072, 128), (512, 512), (4_096, 1_024), (1_048_576, 64)]
RUNS = 7
THREADS = 2
ROWS = 65_536  # compared with float64 at a time


def textbook(n: int, dim: int, precision: type = np.float64, start: int = 0) -> np.ndarray:
    """The formula as most write it down; `precision` is that of the angles, the sines keep it."""
    frequencies = (10000.0 ** (-np.arange(0, dim, 2) / dim)).astype(precision)
    angles = np.arange(start, start + n, dtype=precision)[:, None] * frequencies
    table = np.empty((n, dim), precision)
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table


def contestants() -> dict[str, Callable[[int, int], Any]]:
    known: dict[str, Callable[[int, int], Any]] = {
        "posenc": posenc.scheme("sinusoidal").table,
        "textbook, float64 angles": lambda n, dim: textbook(n, dim).astype(np.float32),
        "textbook, float32 angles": lambda n, dim: textbook(n, dim, np.float32),
    }
    try:
        import torch
    except ImportError:
        return known
    torch.set_num_threads(THREADS)

    def with_torch(n: int, dim: int) -> Any:
        positions, frequencies = torch.arange(n, dtype=torch.float32), 10000.0 ** (-torch.arange(0, dim, 2) / dim)
        angles, table = torch.outer(positions, frequencies), torch.empty(n, dim)
        torch.sin(angles, out=table[:, 0::2])
        torch.cos(angles, out=table[:, 1::2])
        return table

    return {**known, f"torch {torch.__version__}, {THREADS} threads": with_torch}


def error(table: np.ndarray) -> float:
    """The largest distance from the textbook in float64, some rows at a time."""
    n, dim = table.shape
    starts = range(0, n, ROWS)
    return max(float(np.abs(table[a : a + ROWS] - textbook(min(ROWS, n - a), dim, start=a)).max()) for a in starts)


def milliseconds(make: Callable[[int, int], Any], n: int, dim: int) -> float:
    begin = time.perf_counter()
    make(n, dim)
    return 1000 * (time.perf_counter() - begin)


def main() -> None:
    print(f"NumPy {np.__version__}, Python {platform.python_version()}, {platform.machine()}; medians of {RUNS}")
    for n, dim in SIZES:
        runners = contestants()
        errors = {name: error(np.asarray(make(n, dim))) for name, make in runners.items()}
        runners["writing alone"] = lambda n, dim: np.empty((n, dim), np.float32).fill(1.0)
        rounds = [{name: milliseconds(make, n, dim) for name, make in runners.items()} for _ in range(RUNS)]
        times = {name: median(one[name] for one in rounds) for name in runners}
        print(f"\n{f'{n:,} × {dim:,} float32':36}{'ms':>9}{'× posenc':>12}{'error':>12}")
        for name, spent in times.items():
            shown = f"{errors[name]:12.1e}" if name in errors else ""
            print(f"  {name:34}{spent:9.2f}{spent / times['posenc']:12.2f}{shown}")


if __name__ == "__main__":
    main()
