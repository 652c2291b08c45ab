"""Features as magnitudes, positions as angles: what and where apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..families import Paper, Rotary, Wave
from ..numeric.checks import Array, as_choice, as_count, as_shaped, as_vectors
from ..numeric.phasors import geometric
from ..parameters import parameter


@dataclass(frozen=True)
class Polar(Rotary):
    """PoPE: feature i of d is a magnitude softplus(x_i) at the angle p · base^(−i/d).

    Gopalakrishnan et al. 2025, arXiv:2509.10534. As if each feature were a rotary pair (softplus(x_i), 0):
    vectors come out with twice as many features, d cosines and d sines, and it is these that `dim` counts in
    `frequencies`, `table` and `kernel`. A key may start at a learned phase.

    >>> Polar().rotate(np.zeros((1, 2)), [0]).round(3).tolist()
    [[0.693, 0.693, 0.0, 0.0]]
    """

    id = "polar"
    title = "Polar (PoPE)"
    paper = Paper(
        "Gopalakrishnan et al.",
        2025,
        'Decoupling the "What" and "Where" With Polar Coordinate Positional Embeddings',
        "2509.10534",
    )
    formula = (
        r"\mathrm{score}_{ij} = \frac{1}{\sqrt{d}} \sum_{c=0}^{d-1} \mu(q_{ic})\,\mu(k_{jc})"
        r" \cos\left((j - i)\,\omega_c + \delta_c\right), \quad \mu(x) = \ln(1 + e^x), \quad \omega_c = b^{-c/d}"
    )
    idea = "Each number of a query or key becomes a size, and its position an angle. So what and where stay apart."
    letters = (
        "$i, j$ positions of query and key; $q_{ic}, k_{jc}$ numbers of query and key"
        r"; $c$ number of the dimension; $d$ how many dimensions a head has; $\mu$ makes a number positive"
        r"; $x$ any number; $\omega_c$ how far dimension c turns at each position; $\delta_c$ a learned angle"
        "; $b$ the base"
    )
    used_by = "research models of its authors"
    layout = "half"
    features_made = 2
    learned = "a phase for each feature, 0 here"

    base: float = parameter(
        10000.0, "The slowest feature turns at least 1/base radians a position.", minimum=1.0, maximum=1e9
    )

    def frequencies(self, dim: int, length: int | None = None) -> Array:
        """The frequency of each of the dim/2 features that make dim, in radians per position: (dim/2,) float64."""
        return geometric(self.base, dim, as_count("dim", dim, 2, multiple=2) // 2)

    def wave(self, dim: int, dimension: int) -> Wave | None:
        return self._wave(self.base, dim, dim, dimension)

    def hands(self, positions: Any, dim: int, key: bool = False) -> Array:
        """A magnitude of 1, of a query or of a key, at each position's angles: (n, dim/2) complex128."""
        as_choice("key", key, (False, True))
        return self._phasors(positions, dim, np.dtype(np.float64))

    def rotate(self, x: ArrayLike, positions: Any) -> Array:
        """Queries (…, n, dim) as magnitudes at their position's angles: (…, n, 2·dim), in their precision."""
        return self.rotate_key(x, positions)

    def rotate_key(self, x: ArrayLike, positions: Any, phase: ArrayLike | None = None) -> Array:
        """Keys as `rotate`, but each feature starts at its phase (…, 1, dim), cut to −2π…0, else at 0."""
        vectors = as_vectors("x", x)
        shape = (*vectors.shape[:-2], 1, vectors.shape[-1])
        start = np.clip(np.zeros(shape) if phase is None else as_shaped("phase", phase, shape), -2 * np.pi, 0)
        pairs = np.logaddexp(0, vectors) * np.stack([np.cos(start), np.sin(start)]).astype(vectors.dtype)
        return super().rotate(np.concatenate(list(pairs), -1), positions)
