"""Every formula shown is what its code gives: each LaTeX string is transcribed by hand and evaluated beside the code.

A scheme whose formula is not a key of FORMULAS fails: who changes a formula transcribes it again.
"""

import math
from cmath import exp
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pytest

import posenc

Pairs = Iterator[tuple[object, object]]
"""What the formula says, and what the code gives."""
FORMULAS: dict[str, Callable[[], Pairs]] = {}


def transcribed(latex: str) -> Callable[[Callable[[], Pairs]], Callable[[], Pairs]]:
    def note(check: Callable[[], Pairs]) -> Callable[[], Pairs]:
        FORMULAS[latex] = check
        return check

    return note


def drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def relu_network(x: list[float], layers) -> np.ndarray:
    (w1, b1), (w2, b2) = layers
    hidden = [
        max(sum(w * value for w, value in zip(row, x, strict=True)) + b, 0) for row, b in zip(w1, b1, strict=True)
    ]
    return w2 @ np.array(hidden) + (0 if b2 is None else b2)


def sigma(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@transcribed(r"\mathrm{score}_{ij} = \frac{q_i \cdot k_j}{\sqrt{d}}")
def none():
    x = drawn(5, 8)
    weights = posenc.AttentionWeights.random(8, dtype=float)
    for heads in (1, 2):
        d = 8 // heads
        q, k = (x @ part.T for part in (weights.in_proj_weight[:8], weights.in_proj_weight[8:16]))
        shares = posenc.attention(x, weights, heads, scheme=posenc.scheme("none")).weights
        for h, i in product(range(heads), range(5)):
            powers = [math.exp(q[i, h * d :][:d] @ k[j, h * d :][:d] / math.sqrt(d)) for j in range(5)]
            yield np.array(powers) / sum(powers), shares[h, i]


@transcribed(
    r"\mathrm{PE}_{p,2i} = \sin\left(p \cdot b^{-2i/d}\right), \quad"
    r" \mathrm{PE}_{p,2i+1} = \cos\left(p \cdot b^{-2i/d}\right)"
)
def sinusoidal():
    for b, d in ((10000.0, 2), (10000.0, 8), (10000.0, 64), (7.0, 6)):
        table = posenc.scheme("sinusoidal", base=b).table(50, d, float)
        for p, i in product((0, 1, 17, 49), range(d // 2)):
            yield math.sin(p * b ** (-2 * i / d)), table[p, 2 * i]
            yield math.cos(p * b ** (-2 * i / d)), table[p, 2 * i + 1]


@transcribed(r"\mathrm{PE}_{p} = E_{p}, \quad E \in \mathbb{R}^{N \times d} \text{ found by gradient descent}")
def learned():
    E = posenc.scheme("learned").table(512, 384)
    for d, p in product((3, 384), (0, 7, 511)):
        yield E[p, :d], posenc.scheme("learned").table([p], d)[0]


@transcribed(
    r"\mathrm{PE}_{r,c} = \left[\sin \pi r f,\ \sin \pi c f,\ \cos \pi r f,\ \cos \pi c f\right], \quad r, c \in [-1, 1],"
    r" \quad f_k = (R/2)^{k/(K-1)}, \ {k < K}"
)
def fourier():
    R = 224
    for height, width, K in ((14, 14, 16), (3, 5, 2)):
        table = posenc.scheme("fourier", height=height, width=width).table(None, 4 * K, float)
        f = np.array([(R / 2) ** (k / (K - 1)) for k in range(K)])
        for row, column in ((0, 0), (1, 4), (height - 1, 2)):
            r, c = -1 + 2 * row / (height - 1), -1 + 2 * column / (width - 1)
            said = [math.sin(math.pi * r * w) for w in f] + [math.sin(math.pi * c * w) for w in f]
            said += [math.cos(math.pi * r * w) for w in f] + [math.cos(math.pi * c * w) for w in f]
            yield said, table[row * width + column]


@transcribed(
    r"\mathrm{PE}_{r,c} = \left[\sin r\omega,\ \sin c\omega,\ \cos r\omega,\ \cos c\omega\right],"
    r" \quad \omega_k = T^{-4k/d}, \ {k < d/4}"
)
def sincos2d():
    T = 10000
    for height, width, d in ((14, 14, 64), (2, 3, 8)):
        table = posenc.scheme("sincos2d", height=height, width=width).table(None, d, float)
        omega = [T ** (-4 * k / d) for k in range(d // 4)]
        for r, c in ((0, 0), (1, 2), (height - 1, 1)):
            said = [math.sin(r * w) for w in omega] + [math.sin(c * w) for w in omega]
            said += [math.cos(r * w) for w in omega] + [math.cos(c * w) for w in omega]
            yield said, table[r * width + c]


@transcribed(
    r"\mathrm{PE}_{t,r,c} = \left[\mathrm{PE}_t, \mathrm{PE}_r, \mathrm{PE}_c\right], \quad \mathrm{PE}_{x} ="
    r" \left[\sin x\omega_0, \cos x\omega_0, \sin x\omega_1, \dots\right], \quad \omega_k = T^{-6k/d}, \ {k < d/6}"
)
def sincos3d():
    T = 10000
    for shape, d in (((4, 8, 8), 48), ((2, 3, 4), 12)):
        depth, height, width = shape
        table = posenc.scheme("sincos3d", depth=depth, height=height, width=width).table(None, d, float)
        for t, r, c in ((0, 0, 0), (1, 2, 3), (depth - 1, 1, 0)):
            said = []
            for x in (t, r, c):
                for k in range(d // 6):
                    said += [math.sin(x * T ** (-6 * k / d)), math.cos(x * T ** (-6 * k / d))]
            yield said, table[(t * height + r) * width + c]


@transcribed(
    r"\begin{pmatrix} x'_{1} \\ x'_{2} \end{pmatrix} = \begin{pmatrix} \cos p\omega_i & -\sin p\omega_i \\"
    r" \sin p\omega_i & \cos p\omega_i \end{pmatrix} \begin{pmatrix} x_{1} \\ x_{2} \end{pmatrix},"
    r" \quad \omega_i = b^{-2i/d}"
)
def rotary():
    b = 10000
    for d in (2, 8, 64):
        x = drawn(1, d)
        for p, i in product((0, 1, 100), range(d // 2)):
            turned, (x1, x2) = posenc.scheme("rotary").rotate(x, [p])[0], x[0, [i, i + d // 2]]
            angle = p * b ** (-2 * i / d)
            yield math.cos(angle) * x1 - math.sin(angle) * x2, turned[i]
            yield math.sin(angle) * x1 + math.cos(angle) * x2, turned[i + d // 2]


@transcribed(
    r"q'_i = q_i\, e^{\mathrm{i} p \omega_i} z_i^{(p - c)/s}, \quad k'_i = k_i\, e^{\mathrm{i} p \omega_i} z_i^{(c - p)/s},"
    r" \quad \omega_i = b^{-2i/d}, \quad z_i = \frac{2i + 0.4 d}{1.4 d}, \quad c = \lfloor n/2 \rfloor"
)
def xpos():
    b, s = 10000, 512
    for d, n in product((2, 8), (1, 4, 7)):
        x, scheme = drawn(n, d), posenc.scheme("xpos")
        queries, keys = scheme.rotate(x, n), scheme.rotate_key(x, n)
        for p, i in product(range(n), range(d // 2)):
            z, c, pair = (2 * i + 0.4 * d) / (1.4 * d), n // 2, complex(*x[p, 2 * i : 2 * i + 2])
            turned = pair * exp(1j * p * b ** (-2 * i / d))
            yield turned * z ** ((p - c) / s), complex(*queries[p, 2 * i : 2 * i + 2])
            yield turned * z ** ((c - p) / s), complex(*keys[p, 2 * i : 2 * i + 2])


@transcribed(r"\theta_i = p_{a(i)}\, b^{-2i/d}, \quad a(i) \in \{\text{time}, \text{row}, \text{column}\}")
def mrope():
    b, d = 1000000, 128
    a = [0] * 16 + [1] * 24 + [2] * 24  # Qwen2-VL's sections, the default
    p = (5, 11, 3)
    turned = posenc.scheme("mrope").rotate(np.ones((1, d)), [[p[0]], [p[1]], [p[2]]])[0]
    for i in range(d // 2):
        theta = p[a[i]] * b ** (-2 * i / d)
        yield [math.cos(theta) - math.sin(theta), math.sin(theta) + math.cos(theta)], turned[[i, i + d // 2]]


@transcribed(r"\theta_i = r\,\omega_i \ (i < d/4), \quad \theta_{d/4 + i} = c\,\omega_i, \quad \omega_i = T^{-4i/d}")
def axial_rotary():
    T = 10000
    for height, width, d in ((14, 14, 64), (2, 5, 8)):
        turned = posenc.scheme("axial_rotary", height=height, width=width).rotate(np.ones((height * width, d)), None)
        for r, c, i in product((0, height - 1), (1, 4), range(d // 4)):
            for pair, place in ((i, r), (d // 4 + i, c)):
                theta = place * T ** (-4 * i / d)
                said = [math.cos(theta) - math.sin(theta), math.sin(theta) + math.cos(theta)]
                yield said, turned[r * width + c, 2 * pair : 2 * pair + 2]


@transcribed(
    r"\mathrm{score}_{ij} = \frac{1}{\sqrt{d}} \sum_{c=0}^{d-1} \mu(q_{ic})\,\mu(k_{jc})"
    r" \cos\left((j - i)\,\omega_c + \delta_c\right), \quad \mu(x) = \ln(1 + e^x), \quad \omega_c = b^{-c/d}"
)
def polar():
    b, n, d = 10000, 6, 4
    q, k, scheme = drawn(n, d), drawn(n, d, seed=1), posenc.scheme("polar")
    for delta in (np.zeros(d), np.array([-6.0, -0.5, 0.0, -2.0])):
        queries, keys = scheme.rotate(q, n), scheme.rotate_key(k, n, delta[None])
        for i, j in product(range(n), range(n)):
            mu = [math.log(1 + math.exp(x)) * math.log(1 + math.exp(y)) for x, y in zip(q[i], k[j], strict=True)]
            said = sum(mu[c] * math.cos((j - i) * b ** (-c / d) + delta[c]) for c in range(d)) / math.sqrt(d)
            yield said, queries[i] @ keys[j] / math.sqrt(d)
    same = scheme.rotate_qk(q[None], k[None], np.arange(n))  # in attention the phases are 0
    yield scheme.rotate(q, n) @ scheme.rotate_key(k, n).T, (same[0] @ same[1].swapaxes(1, 2))[0]


@transcribed(
    r"\mathrm{score}_{ij} = s_{ij} - m_h \, |i - j|, \quad m_h = 2^{-8h/H} \text{ where } H \text{ is a power of two}"
)
def alibi():
    n = 9
    for H in (1, 2, 8, 32):
        s = drawn(H, n, n)
        scores = posenc.scheme("alibi").add_to_scores(s, s, s, np.arange(n))
        for h, i, j in product(range(1, H + 1), (0, 5), range(n)):
            yield s[h - 1, i, j] - 2 ** (-8 * h / H) * abs(i - j), scores[h - 1, i, j]


@transcribed(r"\mathrm{score}_{ij} = s_{ij} + E_{\mathrm{bucket}(j - i),\,h}")
def t5():
    E, n = drawn(32, 3), 200

    def bucket(offset: int) -> int:  # Raffel et al. 2019: 16 a side, the first 8 for one distance each
        distance, start = abs(offset), 16 * (offset > 0)
        if distance < 8:
            return start + distance
        return start + min(8 + math.floor(math.log(distance / 8) / math.log(128 / 8) * 8 + 1e-12), 15)

    bias = posenc.scheme("t5").bias(n, n, 3, E)
    for i, j, h in product((0, 60, 199), range(n), range(3)):
        yield E[bucket(j - i), h], bias[h, i, j]


@transcribed(
    r"\mathrm{score}_{ij} = s_{ij} - r_1 \ln(1 + r_2 \delta) \quad\text{or}\quad s_{ij} - r_1 \delta^{r_2},"
    r" \quad \delta = \max(i - j, 0)"
)
def kerple():
    n, r1, r2 = 12, np.array([0.3, 2.0]), np.array([0.7, 1.5])
    log, power = (posenc.scheme("kerple", kind=kind).bias(n, n, 2, r1, r2) for kind in ("log", "power"))
    for i, j, h in product(range(n), range(n), range(2)):
        delta = max(i - j, 0)
        yield -r1[h] * math.log(1 + r2[h] * delta), log[h, i, j]
        yield -r1[h] * delta ** r2[h], power[h, i, j]


@transcribed(
    r"\mathrm{score}_{ij} = s_{ij} + \mathrm{MLP}\left(\frac{\psi(|i - j|)}{\psi(\max(i, L)) + \epsilon}\right)_h,"
    r" \quad \psi(x) = \ln(|c x| + 1)"
)
def fire():
    c, L, epsilon = 0.1, 512, 1e-6
    layers = [(drawn(32, 1), drawn(32, seed=1)), (drawn(2, 32, seed=2), drawn(2, seed=3))]
    queries = [0, 5, 511, 512, 700]
    bias = posenc.scheme("fire").bias(queries, 710, 2, layers)
    for (row, i), j in product(enumerate(queries), (0, 3, 512, 709)):
        share = math.log(abs(c * abs(i - j)) + 1) / (math.log(abs(c * max(i, L)) + 1) + epsilon)
        yield relu_network([share], layers), bias[:, row, j]


@transcribed(
    r"\mathrm{score}_{ij} = s_{ij} + \frac{H}{8h}"
    r" \left(\sum_{k=1}^{d/2} \cos\left((i - j)\, b^{-2k/d}\right) - \frac{d}{2}\right)"
)
def sandwich():
    d, b, n = 128, 10000, 9
    for H in (1, 3, 8):
        s = drawn(H, n, n)
        scores = posenc.scheme("sandwich").add_to_scores(s, s, s, np.arange(n))
        for h, i, j in product(range(1, H + 1), (0, 6), range(n)):
            waves = sum(math.cos((i - j) * b ** (-2 * k / d)) for k in range(1, d // 2 + 1))
            yield s[h - 1, i, j] + H / (8 * h) * (waves - d / 2), scores[h - 1, i, j]


@transcribed(r"\mathrm{score}_{ij} = \frac{q_i \cdot \left(k_j + a_{\mathrm{clip}(j - i,\,-k,\,k)}\right)}{\sqrt{d}}")
def shaw():
    k, d, n = 16, 6, 40
    a, q, keys = drawn(2 * k + 1, d), drawn(2, n, d, seed=1), drawn(2, n, d, seed=2)
    scores = q @ keys.swapaxes(1, 2) / math.sqrt(d) + posenc.scheme("shaw").bias(n, n, 2, q, a)
    for h, i, j in product(range(2), (0, 20, 39), range(n)):
        yield q[h, i] @ (keys[h, j] + a[min(max(j - i, -k), k) + k]) / math.sqrt(d), scores[h, i, j]
    within = posenc.scheme("shaw").add_to_scores(q @ keys.swapaxes(1, 2) / math.sqrt(d), q, keys, np.arange(n))
    toy = _read(
        lambda probe: posenc.scheme("shaw").add_to_scores(np.zeros((1, n, n)), probe, probe, np.arange(n)), n, d
    )
    for i, j in product((3, 30), range(n)):
        yield q[0, i] @ (keys[0, j] + toy[20, 20 + min(max(j - i, -k), k)]) / math.sqrt(d), within[0, i, j]


def _read(adjust: Callable[[np.ndarray], np.ndarray], n: int, d: int) -> np.ndarray:
    """The toy vectors that each pair (query, key) is compared with: (n, n, d), read feature by feature."""
    return np.stack([adjust(np.tile(np.eye(d)[f], (1, n, 1)))[0] for f in range(d)], -1) * math.sqrt(d)


@transcribed(
    r"\mathrm{score}_{ij} = \frac{q_i \cdot k_j + q_i \cdot K_{\mathrm{bucket}(i - j)}"
    r" + k_j \cdot Q_{\mathrm{bucket}(j - i)}}{\sqrt{3d}}"
)
def deberta():
    d, size = 6, 256
    K, Q = np.random.default_rng(0).standard_normal((2, 2 * size, d))  # the toy tables: row 0 is bucket −256

    def bucket(offset: int) -> int:  # He et al. 2020, version 2: the first 128 one distance each
        if abs(offset) <= 128:
            return offset + size
        steps = math.log(abs(offset) / 128) / math.log(511 / 128) * 127
        far = math.copysign(128 + math.ceil(steps - 1e-9), offset)
        return int(min(max(far + size, 0), 2 * size - 1))  # the tables end

    where = [0, 1, 5, 130, 133, 380, 505, 511, 513, 900]
    n = len(where)
    q, k = drawn(1, n, d), drawn(1, n, d, seed=1)
    scores = posenc.scheme("deberta").add_to_scores(q @ k.swapaxes(1, 2) / math.sqrt(d), q, k, np.array(where))
    for (row, i), (column, j) in product(enumerate(where), enumerate(where)):
        one, other = q[0, row], k[0, column]
        yield (
            (one @ other + one @ K[bucket(i - j)] + other @ Q[bucket(j - i)]) / math.sqrt(3 * d),
            scores[0, row, column],
        )


@transcribed(r"\mathrm{score}_{ij} = \frac{(q_i + u) \cdot k_j + (q_i + v) \cdot W R_{i - j}}{\sqrt{d}}")
def transformer_xl():
    H, d, n, b = 2, 4, 6, 10000
    q, k, W, u, v = (
        drawn(H, n, d),
        drawn(H, n, d, seed=1),
        drawn(H * d, H * d),
        drawn(H, d, seed=2),
        drawn(H, d, seed=3),
    )
    offsets = np.arange(n)[:, None] - np.arange(n)
    scores = posenc.scheme("transformer_xl").scores(q, k, offsets, W, u, v)
    for h, i, j in product(range(H), range(n), range(n)):
        angles = [(i - j) * b ** (-2 * pair / (H * d)) for pair in range(H * d // 2)]
        R = np.array([math.sin(angle) for angle in angles] + [math.cos(angle) for angle in angles])
        said = (q[h, i] + u[h]) @ k[h, j] + (q[h, i] + v[h]) @ (W @ R)[h * d : (h + 1) * d]
        yield said / math.sqrt(d), scores[h, i, j]


@transcribed(r"\mathrm{score}_{ij} = s_{ij} + E_{(r_i - r_j + H - 1)(2W - 1) + c_i - c_j + W - 1,\,h}")
def swin():
    for H, W in ((7, 7), (2, 3)):
        E = drawn((2 * H - 1) * (2 * W - 1), 2)
        bias = posenc.scheme("swin", height=H, width=W).bias(H * W, H * W, 2, E)
        for i, j, h in product(range(H * W), range(H * W), range(2)):
            (r, c), (s, e) = divmod(i, W), divmod(j, W)
            yield E[(r - s + H - 1) * (2 * W - 1) + c - e + W - 1, h], bias[h, i, j]


@transcribed(
    r"\mathrm{score}_{ij} = s_{ij} + 16\,\sigma(\mathrm{MLP}(a, b)_h), \quad a = \ell\left(\tfrac{r_i - r_j}{H - 1}\right),"
    r" \quad b = \ell\left(\tfrac{c_i - c_j}{W - 1}\right), \quad \ell(x) = \mathrm{sign}(x) \log_8(1 + |8x|)"
)
def swinv2():
    layers = [(drawn(512, 2), drawn(512, seed=1)), (drawn(2, 512, seed=2) / 30, None)]
    for H, W in ((8, 8), (2, 5)):
        bias = posenc.scheme("swinv2", height=H, width=W).bias(H * W, H * W, 2, layers)
        for i, j in product((0, H * W - 1), range(H * W)):
            (r, c), (s, e) = divmod(i, W), divmod(j, W)
            a, b = ((x > 0) - (x < 0) for x in (r - s, c - e))
            a *= math.log(1 + abs(8 * (r - s) / (H - 1)), 8)
            b *= math.log(1 + abs(8 * (c - e) / (W - 1)), 8)
            yield [16 * sigma(value) for value in relu_network([a, b], layers)], bias[:, i, j]


@transcribed(
    r"\mathrm{score}_{ij} = \frac{q_i \cdot \left(k_j + e[p_{ij}]\right)}{\sqrt{d}}, \quad p_{ij} = \min\left("
    r"\sum_{l \ge j} \sigma\left(\frac{q_i \cdot k_l}{\sqrt{d}}\right),\ P - 1\right) \text{ over the keys that } i"
    r" \text{ sees}"
)
def cope():
    d, n, P, scheme = 4, 9, 5, posenc.scheme("cope", max_positions=5)
    where, open_gates = np.arange(n), np.full((1, n, n), 50.0)
    counted = _read(lambda q: scheme.add_to_scores(open_gates, q, q, where) - open_gates, n, d)
    e = [counted[0, n - max(p, 1)] for p in range(P)]  # with all gates open key n − p is counted as p
    shut = np.full((1, n, n), -50.0)  # and with all shut as 0
    e[0] = _read(lambda q: scheme.add_to_scores(shut, q, q, where) - shut, n, d)[0, n - 1]
    q, k = drawn(1, n, d), drawn(1, n, d, seed=1)
    for causal in (False, True):
        s = q @ k.swapaxes(1, 2) / math.sqrt(d)
        scores = scheme.add_to_scores(np.where(np.tri(n) > 0, s, -np.inf) if causal else s, q, k, where)
        for i, j in product(range(n), range(n)):
            if causal and j > i:
                continue
            sees = range(j, i + 1 if causal else n)
            p = min(sum(sigma(q[0, i] @ k[0, seen] / math.sqrt(d)) for seen in sees), P - 1)
            low = math.floor(p)
            between = e[low] + (p - low) * (e[math.ceil(p)] - e[low])  # e[p] is interpolated
            yield q[0, i] @ (k[0, j] + between) / math.sqrt(d), scores[0, i, j]


@transcribed(r"\mathrm{score}_{ij} = s_{ij} + \mathrm{MLP}(i - j)_h")
def dynamic_position_bias():
    (w1, b1), (w2, b2), (w3, b3) = layers = [
        (drawn(64, 1), drawn(64, seed=1)),
        (drawn(64, 64, seed=2) / 8, drawn(64, seed=3)),
        (drawn(3, 64, seed=4) / 8, drawn(3, seed=5)),
    ]
    bias = posenc.scheme("dynamic_position_bias").bias(8, 8, 3, layers)
    for i, j in product(range(8), range(8)):
        hidden = w1[:, 0] * (i - j) + b1
        hidden = w2 @ (hidden / (1 + np.exp(-hidden))) + b2
        yield w3 @ (hidden / (1 + np.exp(-hidden))) + b3, bias[:, i, j]


@transcribed(r"\mathrm{score}_{ij} = s_{ij} + \sum_{l=j+1}^{i} \ln \sigma(w_h \cdot x_l + b_h)")
def forgetting():
    x, w, b = drawn(7, 4), drawn(2, 4, seed=1), drawn(2, seed=2)
    bias = posenc.scheme("forgetting").context_bias(x, w, b)
    for h, i, j in product(range(2), range(7), range(7)):
        yield sum(math.log(sigma(w[h] @ x[l] + b[h])) for l in range(j + 1, i + 1)), bias[h, i, j]  # noqa: E741


@pytest.mark.parametrize("id", list(posenc.schemes()))
def test_what_the_formula_says_is_what_the_code_gives(id):
    formula = posenc.schemes()[id].formula
    assert formula in FORMULAS, f"transcribe the formula of {id} into this file"
    compared = 0
    for said, done in FORMULAS[formula]():
        np.testing.assert_allclose(done, said, rtol=2e-6, atol=2e-6, err_msg=f"{id}, value {compared}")
        compared += np.size(said)
    assert compared > 5


def test_each_formula_here_is_shown():
    assert set(FORMULAS) == {cls.formula for cls in posenc.schemes().values()}
