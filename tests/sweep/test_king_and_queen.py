"""King and Queen with every scheme and unusual settings: each sentence is checked by a few lines of NumPy."""

import re
from functools import cache
from itertools import permutations

import numpy as np
import pytest

import posenc
from posenc.experiments import minilm
from tests.pages.app import open_page
from tests.sweep import chosen
from tests.sweep.ends import ends

ROUNDING = 1e-9
SCHEMES = posenc.schemes()
SETTINGS = [
    {"sentence": "a b c"},
    {"sentence": "King"},
    {"sentence": "the the THE", "pooling": "mean"},
    {"sentence": "the dog the", "order": "2-1-0"},
    {"sentence": "a b a c", "order": "3-2-1-0", "heads": "4"},
    {"sentence": "a b c d", "order": "3-2-1-0", "layers": "2", "pooling": "mean"},
    {"sentence": "a b c d", "order": "1-0-2-3", "causal": "true", "pooling": "last", "heads": "2"},
    {"sentence": "a b c d", "order": "1-0-2-3", "causal": "true", "pooling": "last", "layers": "3"},
    {"sentence": "a b c", "causal": "true", "pooling": "last"},
    {"sentence": "a b", "causal": "true", "layers": "2", "heads": "8"},
    {"sentence": "a b c a", "pooling": "last", "order": "3-0-1-2", "layers": "2"},
    {"sentence": " ".join(f"w{number}" for number in range(24)), "causal": "true", "pooling": "mean"},
    {"sentence": "王と后", "causal": "true", "pooling": "mean", "layers": "3"},
]
CASES = [
    {"scheme": id} | SETTINGS[(5 * row + turn) % len(SETTINGS)] for row, id in enumerate(SCHEMES) for turn in range(4)
]
CASES += [
    {"scheme": id} | end | SETTINGS[number % len(SETTINGS)]
    for id, cls in SCHEMES.items()
    for number, end in enumerate(list(ends(cls))[::3])
]
CASES += [{"words": "real model"} | setting for setting in SETTINGS]
KNOWN = [
    {"scheme": "sinusoidal", "scale": "1e-10", "sentence": "a b c"},
    {"scheme": "alibi", "symmetric": "false", "max_bias": "33", "sentence": "a b c"},
    {"scheme": "polar", "sentence": "a b c"},
    {"scheme": "none", "causal": "true", "sentence": "a b c"},
    {"scheme": "alibi", "sentence": "a b c a", "order": "3-2-1-0", "pooling": "mean"},
    {"words": "real model", "causal": "true", "sentence": "King and Queen"},
]


@cache
def _weights(dim, seed):
    return posenc.AttentionWeights.random(dim, seed, float)


@pytest.mark.parametrize("link", KNOWN + chosen(CASES), ids=lambda link: "-".join(link.values())[:60])
def test_each_sentence_is_true(link):
    at = open_page("3_king_and_queen", **link)
    said = "\n".join(element.value for element in (*at.markdown, *at.caption))
    page = Page(at, link)
    page.metrics(at.metric)
    page.verdict(said)
    page.orders(said)
    page.models(said)
    page.cases(said)


class Page:
    """What the controls say, and attention over both orders from the definitions."""

    def __init__(self, at, link):
        self.made, made = {}, {}
        exec(at.code[0].value.replace("both = ", "both = () and ").replace("both.sens", "() # "), made)
        self.real = link.get("words") == "real model"
        self.x, self.n = made["x"], len(made["x"])
        self.scheme = posenc.scheme("learned") if self.real else made["scheme"]
        self.heads = 12 if self.real else int(link.get("heads", 1))
        self.layers = 1 if self.real else int(link.get("layers", 1))
        self.causal, self.how = link.get("causal") == "true", link.get("pooling", "each")
        self.order = eval(re.search(r"\[[\d, ]*\]", at.code[0].value.split("both =")[1])[0])
        self.known = not at.text
        self.same = np.array_equal(self.x[self.order], self.x)
        self.last_stays = np.array_equal(self.x[self.order][-1], self.x[-1])

    def outputs(self, x, positions, causal=None, layers=None, seed=None):
        causal, layers = self.causal if causal is None else causal, layers or self.layers
        asked = x.tobytes(), positions, causal, layers, seed
        if asked not in self.made:
            self.made[asked] = self.attend(x, positions, causal, layers, seed)
        return self.made[asked]

    def attend(self, x, positions, causal, layers, seed):
        if self.real:
            x = minilm.embed_vectors(x, positions, special=True)
        stack = [_weights(x.shape[1], layer + (seed or 0)) for layer in range(layers)]
        stack = [minilm.attention_weights()] if self.real and seed is None else stack
        where, heads, d = np.arange(len(x)), self.heads, x.shape[1] // self.heads
        scheme = self.scheme if positions and not self.real else posenc.scheme("none")
        x = scheme.add_to_input(x, where)
        for number, layer in enumerate(stack):
            q, k, v = ((x @ w.T + b).reshape(-1, heads, d).swapaxes(0, 1) for w, b in zip(
                np.split(layer.in_proj_weight, 3), np.split(layer.in_proj_bias, 3), strict=True))  # fmt: skip
            q, k = scheme.rotate_qk(q, k, where)
            scores = np.where(causal & (where > where[:, None]), -np.inf, q @ k.swapaxes(1, 2) / np.sqrt(d))
            scores = scheme.add_to_scores(scores, q, k, where)
            powers = np.exp(scores - scores.max(2, keepdims=True))
            mixed = (powers / powers.sum(2, keepdims=True) @ v).swapaxes(0, 1).reshape(x.shape)
            out = mixed @ layer.out_weight.T + layer.out_bias
            x = out if number == len(stack) - 1 else x + out
        return x[1:-1] if self.real else x

    def felt(self, positions, how=None, order=None, start=None, **changed):
        """The order sensitivity, after what is read."""
        how, order, x = how or self.how, self.order if order is None else order, self.x if start is None else start
        one, other = self.outputs(x, positions, **changed), self.outputs(x[order], positions, **changed)
        if how == "each":
            return np.abs(other - one[order]).max() / np.abs(one).max()
        one, other = ((y.mean(0) if how == "mean" else y[-1]) for y in (one, other))
        return np.abs(other - one).max() / np.abs(one).max()

    def metrics(self, shown):
        for metric, positions in zip(shown, (False, True), strict=True):
            felt = self.felt(positions)
            assert float(metric.value) == pytest.approx(felt, rel=0.06, abs=ROUNDING)
            kind = re.match(r":\w+-badge\[(.+?)\]", metric.label)[1]
            if kind == "exact":
                assert self.same or max(self.felt(positions, seed=seed) for seed in (11, 22, 33)) < ROUNDING
                assert (
                    not positions
                    or self.same
                    or self.scheme.family == "none"
                    or self.scheme.id in ("alibi", "sandwich")
                )
            elif self.real:
                assert (kind == "real model") == (positions and not self.causal and self.known)
            else:
                assert kind == "toy weights"

    def verdict(self, said):
        off, on = self.felt(False), self.felt(True)
        if self.same:
            assert re.search("only one order|Both orders are the same sentence", said)
            assert "they differ: **" not in said
            return
        leaks = "Even without positions" in said or "what is read differs" in said
        assert leaks == (off > ROUNDING)
        assert ("causal mask leaks" in said) <= self.causal
        assert ("Attention without a mask only permutes" in said) <= (not self.causal)
        found = re.search(
            r"Even without positions (?:the two orders differ|the last word's output differs) \((\S+)\):", said
        )
        if found:
            assert float(found[1]) == pytest.approx(off, rel=0.06)
        if "In a single causal layer" in said:
            assert (self.causal, self.layers, self.how, off < ROUNDING) == (True, 1, "last", True)
        deeper = re.search(r"In two layers it is not: (\S+)\.(?:\s|$)", said)
        if deeper:
            assert float(deeper[1]) == pytest.approx(self.felt(False, layers=2), rel=0.06)
        if "as another word stands last" in said:
            assert (self.how, self.last_stays) == ("last", False)
            if "Of the order it knows nothing" in said:
                assert self.felt(False, "each") < ROUNDING
            back = [*range(self.n - 2, -1, -1), self.n - 1]
            moved = re.search(r"reversing them changes its output by (\S+?)\.(?:\s|$)", said)
            if moved:
                felt = self.felt(False, "last", back, self.x[self.order])
                assert float(moved[1]) == pytest.approx(felt, rel=0.06, abs=ROUNDING)
                assert ("It also knows the order" in said) == (felt > ROUNDING)
        name = "its own table" if self.real else self.scheme.id
        if self.scheme.family == "none":
            assert f"The scheme **{name}** adds no positions: the same again." in said
        elif on > ROUNDING:
            found = re.search(rf"With \*\*{name}\*\* they differ: \*\*(\S+)\*\* of the largest output", said)
            assert float(found[1]) == pytest.approx(on, rel=0.06)
        elif on > 1e-12 and "exact reversal" not in said:
            found = re.search(
                rf"With \*\*{name}\*\* they differ by next to nothing: (\S+) of the largest output\.", said
            )
            assert float(found[1]) == pytest.approx(on, rel=0.6)
        else:
            assert f"With **{name}** they are one as well" in said
        mirrored = "this order is the exact reversal" in said
        if mirrored:
            assert np.array_equal(self.x[self.order], self.x[::-1])
            assert on < ROUNDING
            made_up = "with the made-up values that stand in here" in said
            assert made_up == (self.scheme.id not in ("alibi", "sandwich"))

    def orders(self, said):
        found = re.search(
            r"\*\*(\d+ orders|one order)\*\*\. Without positions \*\*(\d+)\*\* dots?(.*?)\. With \*\*.+?\*\* \*\*(\d+)\*\*(.*)",
            said,
        )
        assert bool(found) == (self.n <= 6)
        if not found or self.n > 4:
            return
        words = [tuple(row) for row in self.x]
        unlike = {tuple(words[i] for i in order): order for order in permutations(range(self.n))}
        assert found[1] == (f"{len(unlike)} orders" if len(unlike) > 1 else "one order")
        for positions, count in ((False, int(found[2])), (True, int(found[4]))):
            outputs = []
            for order in unlike.values():
                y = self.outputs(self.x[list(order)], positions)
                if self.how == "each":  # each word's output, equal words' in any order
                    y = np.array(sorted(y.tolist(), key=lambda row: tuple(np.round(row, 7))))
                outputs.append((y.mean(0) if self.how == "mean" else y[-1] if self.how == "last" else y).ravel())
            scale = max(np.abs(outputs[0]).max(), 1e-300)
            distinct = []
            for row in outputs:
                if all(np.abs(row - known).max() > 1e-12 * scale for known in distinct):
                    distinct.append(row)
            assert count == len(distinct), positions
        assert ("each order its own" in found[5]) <= (int(found[4]) == len(unlike))
        assert ("to the model they are one" in found[3]) == (int(found[2]) == 1 < len(unlike))

    def models(self, said):
        found = re.search(r"Without positions, these see the order: (.*?); these do not: (.*?)\.", said)
        assert bool(found) == (not self.same)
        if found:
            seeing, blind = (set() if names == "none" else set(names.split(", ")) for names in found.groups())
            assert ("attention" in seeing) == (self.felt(False, "each", causal=False) > ROUNDING)
            assert ("causal attention" in seeing) == (self.felt(False, "each", causal=True) > ROUNDING)
            assert seeing | blind == {"RNN", "ConvNet", "attention", "causal attention"}

    def cases(self, said):
        rows = [
            line.strip("| ").split(" | ")
            for line in said.split("\n")
            if line.startswith(("| no mask", "| causal mask"))
        ]
        assert len(rows) == (2 if self.real else 6)
        back = [*range(self.n - 2, -1, -1), self.n - 1]
        for name, *cells in rows:
            changed = {"causal": name.startswith("causal"), "layers": int(re.search(r"(\d) layer", name)[1])}
            for how, cell in zip(("each", "mean", "last"), cells, strict=True):
                value = re.sub(r":blue-background\[\*\*(.+)\*\*\]", r"\1", cell)
                if how == "last" and not self.last_stays:
                    second = self.x[self.order]
                    if np.array_equal(second[back], second):
                        assert value == "–"
                        continue
                    felt = self.felt(False, how, back, second, **changed)
                else:
                    felt = self.felt(False, how, **changed)
                assert float(value) == pytest.approx(felt, rel=0.06, abs=ROUNDING), (name, how)
