"""Fourier features of any points, not only those of a grid."""

import numpy as np
from numpy.typing import ArrayLike

from .numeric.checks import Array, as_choice, as_count, as_shaped, as_vectors


def bands(count: int, resolution: float, linear: bool) -> Array:
    """Frequencies from π to π·resolution/2, in octaves or evenly spaced: (count,) float64.

    >>> (bands(3, 8.0, linear=False) / np.pi).tolist(), (bands(3, 8.0, linear=True) / np.pi).tolist()
    ([1.0, 2.0, 4.0], [1.0, 2.5, 4.0])
    """
    if linear:
        return np.pi * np.linspace(1.0, resolution / 2, count)
    return np.pi * 2.0 ** np.linspace(0.0, np.log2(resolution) - 1, count)


def nerf_features(
    x: ArrayLike, num_frequencies: int = 10, include_input: bool = True, log_sampling: bool = True
) -> Array:
    """NeRF's encoding of points (…, n, axes): the point, then sin(f·x) and cos(f·x) for each frequency f.

    Mildenhall et al. 2020, arXiv:2003.08934, as its code has it: no π. Frequencies double from 1 on, or with
    log_sampling=False are evenly spaced up to the same last one. In the precision of x.

    >>> nerf_features([[0.5]], num_frequencies=2).round(2).tolist()
    [[0.5, 0.48, 0.88, 0.84, 0.54]]
    """
    points, count = as_vectors("x", x), as_count("num_frequencies", num_frequencies, maximum=64)
    octaves = 2.0 ** np.arange(count)
    as_choice("include_input", include_input, (False, True))
    as_choice("log_sampling", log_sampling, (False, True))
    frequencies = octaves if log_sampling else np.linspace(1, octaves[-1], count)
    angles = points[..., None, :].astype(np.float64) * frequencies[:, None]
    waves = np.stack([np.sin(angles), np.cos(angles)], -2).reshape(*points.shape[:-1], 2 * count * points.shape[-1])
    return np.concatenate([points, waves] if include_input else [waves], -1).astype(points.dtype)


def random_features(x: ArrayLike, matrix: ArrayLike) -> Array:
    """Random Fourier features of points (…, n, axes) in [0, 1]: sines, then cosines, of 2π(2x − 1) @ matrix.

    Tancik et al. 2020, arXiv:2006.10739; Segment Anything (Kirillov et al. 2023, arXiv:2304.02643) encodes points
    (column, row) so, with a matrix (axes, features) of normal random numbers. In the precision of x.

    >>> random_features([[1.0, 0.5]], [[0.25], [1.0]]).round(2).tolist()
    [[1.0, 0.0]]
    """
    points = as_vectors("x", x)
    angles = 2 * np.pi * ((2 * points.astype(np.float64) - 1) @ as_shaped("matrix", matrix, (points.shape[-1], None)))
    return np.concatenate([np.sin(angles), np.cos(angles)], -1).astype(points.dtype)
