"""A gate at each token tells how much of the past it lets through."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..families import Bias, Paper
from ..numeric.checks import Array, as_count, as_shaped
from ..numeric.mlp import log_sigmoid
from ..numeric.offsets import offsets_between
from ..parameters import parameter


@dataclass(frozen=True)
class Forgetting(Bias):
    """Forgetting attention: the log gates of the tokens j + 1…i are added to the score of query i and key j.

    Lin et al. 2025, arXiv:2503.02130. A gate is sigmoid(w · x + b) of the token's input, one a head. Where the
    content says nothing (x = 0) all gates are sigmoid(b), and this is ALiBi with the slope −ln sigmoid(b): that is
    `bias`. In `add_to_scores` toy gates read the head's queries, which are a linear map of the input. It is made for a
    causal mask: keys ahead of the query get 0.

    >>> Forgetting().context_bias(np.zeros((3, 2)), np.zeros((1, 2)), [0.0]).round(3).tolist()
    [[[0.0, 0.0, 0.0], [-0.6930000185966492, 0.0, 0.0], [-1.3860000371932983, -0.6930000185966492, 0.0]]]
    """

    id = "forgetting"
    title = "Forgetting Transformer"
    paper = Paper("Lin et al.", 2025, "Forgetting Transformer: Softmax Attention with a Forget Gate", "2503.02130")
    formula = r"\mathrm{score}_{ij} = s_{ij} + \sum_{l=j+1}^{i} \ln \sigma(w_h \cdot x_l + b_h)"
    idea = (
        "Each word decides how much of what stands before it is forgotten: the score of a key falls at each such word."
    )
    letters = (
        Bias.letters + r"; $\sigma$ the sigmoid, from 0 to 1; $w_h, b_h$ learned numbers of a head"
        "; $l$ each word after the key, up to the query; $x_l$ input of that word"
    )
    used_by = "research models of its authors"
    learned = "the weights of a gate for each head"

    seed: int = parameter(0, "Draws the toy weights that stand in for learned ones.", minimum=0)

    def context_bias(self, x: ArrayLike, weight: ArrayLike, bias: ArrayLike) -> Array:
        """What is added to the scores: (heads, n, n), from inputs x (n, dim), weight (heads, dim) and bias (heads,)."""
        inputs = as_shaped("x", x, (None, None))
        gates = as_shaped("weight", weight, (None, inputs.shape[1])) @ inputs.T
        return _decay(log_sigmoid(gates + as_shaped("bias", bias, gates.shape[:1])[:, None])).astype(np.float32)

    def bias(self, query_positions: ArrayLike, key_positions: ArrayLike, heads: int) -> Array:
        """What is added to the scores where content says nothing: (heads, n_q, n_k)."""
        distances = np.maximum(-offsets_between(query_positions, key_positions), 0)
        return (log_sigmoid(self._toy_biases(as_count("heads", heads))) * distances).astype(np.float32)

    def add_to_scores(self, scores: Array, queries: Array, keys: Array, positions: Array) -> Array:
        heads, _, dim = queries.shape
        weights = np.random.default_rng((self.seed, 1)).standard_normal((heads, dim, 1)) / np.sqrt(dim)
        gates = log_sigmoid((queries @ weights) + self._toy_biases(heads))
        return scores + _decay(gates[..., 0]).astype(scores.dtype)

    def _toy_biases(self, heads: int) -> Array:
        """Mostly open gates: (heads, 1, 1)."""
        return 4 + np.random.default_rng(self.seed).standard_normal((heads, 1, 1))


def _decay(log_gates: Array) -> Array:
    """The sum of the log gates (heads, n) over j + 1…i, 0 for j ≥ i: (heads, n, n)."""
    totals = log_gates.cumsum(-1)
    return np.tril(totals[:, :, None] - totals[:, None, :])
