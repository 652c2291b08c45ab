"""Rope scaling by name, and what a model's config.json says of its rotary positions: the one reader of it."""

from collections.abc import Mapping
from typing import Any

from .families import Rotary
from .numeric.checks import as_choice, as_count, shown
from .rope_scalings import KINDS, RopeScaling, Yarn
from .schemes.mrope import Mrope
from .schemes.rotary import RotaryEmbedding

UNSCALED = "default"
FULL, SLIDING = "full_attention", "sliding_attention"
NESTED = ("text_config",)
"""Where a model of text and images keeps what it says of its text."""
OLD_KINDS = {"su": "longrope", "mrope": UNSCALED}
OLD_KEYS = {"type": "rope_type", "rotary_emb_base": "rope_theta", "rotary_pct": "partial_rotary_factor"}
"""The present name of what older configs and other families call so."""
STATED = {"rope_parameters", "rope_scaling", "rope_theta", "rope_type"}
"""A config with none of these has no rotary positions."""
MAX_FEATURES, MAX_LENGTH, MAX_KINDS = 1 << 20, 1 << 40, 16
"""Features of a model or of a head, positions, kinds of layer."""


class RopeScalings:
    """Called with a kind and its parameters, named as in transformers' `rope_parameters`, gives that rope scaling.

    Raises ValueError that says which kinds there are, and which parameters a kind needs and may have. A model's
    max_position_embeddings may come along whatever the kind.

    >>> from posenc import rope_scaling, scheme
    >>> scheme("rotary", scaling=rope_scaling("linear", factor=4.0)).frequencies(4).tolist()
    [0.25, 0.0025]
    >>> rope_scaling("linear")
    Traceback (most recent call last):
    ValueError: linear needs factor; got nothing
    """

    def __call__(self, kind: str, **parameters: Any) -> RopeScaling:
        scaling = KINDS[as_choice("kind", kind, tuple(KINDS))]
        allowed = scaling.parameters()
        for name in parameters:
            if name not in allowed and name != "max_position_embeddings":
                raise ValueError(f"{_wanted(scaling)}; it has no {name!r}")
        if any(name not in parameters for name in scaling.needed):
            raise ValueError(f"{_wanted(scaling)}; got {_names(parameters) or 'nothing'}")
        return scaling(**{name: value for name, value in parameters.items() if name in allowed})

    def from_config(self, config: Mapping[str, Any], layer_type: str | None = None) -> Rotary:
        """The scheme that a model's config describes.

        Takes a whole config.json, its `rope_parameters` alone, or the older `rope_scaling` and `rope_theta`. Where
        kinds of layer differ, as in Gemma 3, `layer_type` says which: "full_attention" unless told. As transformers
        does, a missing rope_theta is 10000, a missing original_max_position_embeddings max_position_embeddings.

        >>> from posenc import rope_scaling
        >>> llama = {"rope_theta": 500000.0, "rope_scaling": {"rope_type": "linear", "factor": 2.0}}
        >>> rope_scaling.from_config(llama).frequencies(2).tolist()
        [0.5]
        """
        _, keys = of_layer(config, layer_type)
        return rotary(keys)


rope_scaling = RopeScalings()


def by_layer(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a config says of each kind of its layers, {label: keys}; one entry, labelled "", where all are alike.

    The keys of all levels side by side, under their present names: an inner level wins, and of two names the present
    one. A null counts as not said. ValueError where there is no config, or none with rotary positions.

    >>> by_layer({"rotary_emb_base": 1e6, "text_config": {"head_dim": 64, "rope_scaling": None}})
    {'': {'rope_theta': 1000000.0, 'head_dim': 64}}
    >>> layers = by_layer({"rope_theta": 1e6, "rope_local_base_freq": 1e4})
    >>> {label: keys["rope_theta"] for label, keys in layers.items()}
    {'full_attention': 1000000.0, 'sliding_attention': 10000.0}
    """
    if not isinstance(config, Mapping):
        raise ValueError(f"config must be a dict, as in a config.json; got {shown(config)}")
    whole = dict(config)
    for name in NESTED:
        if isinstance(config.get(name), Mapping):
            whole |= whole.pop(name)
    rope = whole.get("rope_parameters") or whole.get("rope_scaling") or {}
    if not isinstance(rope, Mapping):
        raise ValueError(f"rope_parameters and rope_scaling must be a dict; got {shown(rope)}")
    if not rope and _is_by_label(whole):
        rope, whole = whole, {}
    if not STATED & _merged(whole, *(rope.values() if _is_by_label(rope) else [rope])).keys():
        raise ValueError(
            "config must have rope_parameters, or rope_theta and (where it is scaled) rope_scaling;"
            f" it has {_names(config) or 'no keys'}"
        )
    layers = {label: _merged(whole, own) for label, own in _ropes(whole, rope).items()}
    return {label: {name: keys[name] for name in keys if keys[name] is not None} for label, keys in layers.items()}


def of_layer(config: Mapping[str, Any], layer_type: str | None = None) -> tuple[str, dict[str, Any]]:
    """The label and the keys of one kind of layer, "full_attention" unless told; where all are alike, of any."""
    layers = by_layer(config)
    if layers.keys() == {""}:
        return layer_type or "", layers[""]
    label = as_choice("layer_type", layer_type or FULL, tuple(layers))
    return label, layers[label]


def rotary(keys: Mapping[str, Any]) -> Rotary:
    """The scheme that the keys of one kind of layer describe."""
    stated = as_choice("rope_type", keys.get("rope_type", UNSCALED), (UNSCALED, *KINDS, *OLD_KINDS))
    kind, base = OLD_KINDS.get(stated, stated), keys.get("rope_theta", 10000.0)
    if "mrope_section" in keys:
        as_choice("rope_type beside mrope_section", kind, (UNSCALED,))
        form = "interleaved" if keys.get("mrope_interleaved") else "chunked"
        return Mrope(base=base, sections=keys["mrope_section"], form=form)
    if kind == UNSCALED:
        return RotaryEmbedding(base=base, rotary_dim=_rotary_dim(keys))
    scaling, given = KINDS[kind], dict(keys)
    if "max_position_embeddings" in keys:
        given.setdefault("original_max_position_embeddings", keys["max_position_embeddings"])
    if any(name not in given for name in scaling.needed):
        raise ValueError(f"{_wanted(scaling)}; the config has {_names(keys)}")
    return RotaryEmbedding(
        base=base,
        rotary_dim=None if kind == "proportional" else _rotary_dim(keys),
        scaling=scaling(**{name: given[name] for name in scaling.parameters() if name in given}),
    )


def head_dim(keys: Mapping[str, Any], maximum: int = MAX_FEATURES) -> int | None:
    """The features of a query or key that the scheme takes, `scheme.frequencies(dim)`; None: the config is silent."""
    if "qk_rope_head_dim" in keys:
        return as_count("qk_rope_head_dim", keys["qk_rope_head_dim"], 2, maximum, multiple=2)
    width, factors = _width(keys, 2, maximum, 2), keys.get("short_factor")
    if width is not None or not isinstance(factors, list | tuple) or not factors:
        return width
    return as_count("twice the number of short_factor", 2 * len(factors), 2, maximum)


def whole_head(keys: Mapping[str, Any], dim: int) -> int | None:
    """The features of a whole query or key, of which the scheme takes `dim`; None where the config does not say.

    Where some have a name of their own, these and the others.
    """
    if "qk_rope_head_dim" not in keys:
        return dim
    beside = keys.get("qk_nope_head_dim")
    return None if beside is None else dim + as_count("qk_nope_head_dim", beside, 0, 1 << 16, multiple=2)


def lengths(keys: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The length before any scaling, and the longest it is said to work up to; None where the config does not say."""
    before, longest = (
        as_count(name, keys[name], 2, MAX_LENGTH) if name in keys else None
        for name in ("original_max_position_embeddings", "max_position_embeddings")
    )
    return before, longest


def window(keys: Mapping[str, Any], layer_type: str = "") -> tuple[int | None, bool]:
    """How many positions a token of such a layer sees at most (None: all before it), and whether the config says so.

    It does not where it has a window and does not say which layers have it.
    """
    if not _has_window(keys):
        return None, True
    size, kinds = as_count("sliding_window", keys["sliding_window"], 2, MAX_LENGTH), _kinds(keys)
    if layer_type:
        kinds = {layer_type}
    if len(kinds) != 1:
        return size, False
    return (size if SLIDING in kinds else None), True


def softmax_scale(keys: Mapping[str, Any], scheme: Rotary) -> float:
    """What the model multiplies every score by because of the scaling, besides what the scheme does.

    DeepSeek's: attention with qk_rope_head_dim multiplies all scores by the square of YaRN's growth.
    """
    scaling = scheme.scaling
    if "qk_rope_head_dim" in keys and isinstance(scaling, Yarn) and scaling.mscale_all_dim:
        return scaling.growth(scaling.mscale_all_dim) ** 2
    return 1.0


def _ropes(whole: Mapping[str, Any], rope: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The rope parameters of each kind of layer: several where they differ in these or in a sliding window."""
    local = whole.get("rope_local_base_freq")  # Gemma 3's: the base of its sliding layers, which are not scaled
    if _is_by_label(rope):
        ropes = dict(rope)
    elif local is not None or (_has_window(whole) and {FULL, SLIDING} <= _kinds(whole)):
        ropes = {FULL: rope, SLIDING: rope}
    else:
        ropes = {"": rope}
    if len(ropes) > MAX_KINDS:
        raise ValueError(f"rope_parameters must be of at most {MAX_KINDS} kinds of layer; got {len(ropes)}")
    if local is not None:
        ropes[SLIDING] = {**ropes.get(SLIDING, {}), "rope_type": UNSCALED, "rope_theta": local}
    return ropes


def _is_by_label(rope: Mapping[str, Any]) -> bool:
    return bool(rope) and all(isinstance(value, Mapping) for value in rope.values())


def _merged(*levels: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of all levels under their present names; a later level wins, and within one the present name."""
    named = {}
    for level in levels:
        for name in sorted(level, key=lambda name: name not in OLD_KEYS):
            named[OLD_KEYS.get(name, name)] = level[name]
    return named


def _kinds(keys: Mapping[str, Any]) -> set[str]:
    """The kinds of layer that a config lists, one a layer."""
    listed = keys.get("layer_types")
    return set(map(str, listed)) if isinstance(listed, list | tuple) else set()


def _has_window(keys: Mapping[str, Any]) -> bool:
    size = keys.get("sliding_window")
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        return False
    return keys.get("use_sliding_window") is not False


def _width(keys: Mapping[str, Any], minimum: int = 1, maximum: int = MAX_FEATURES, multiple: int = 1) -> int | None:
    """The features of a head by its own name, or by the model's and the number of heads."""
    if "head_dim" in keys:
        return as_count("head_dim", keys["head_dim"], minimum, maximum, multiple)
    if "hidden_size" not in keys or "num_attention_heads" not in keys:
        return None
    model, heads = (as_count(name, keys[name], maximum=MAX_FEATURES) for name in ("hidden_size", "num_attention_heads"))
    return as_count("hidden_size over num_attention_heads", model // heads, minimum, maximum, multiple)


def _rotary_dim(keys: Mapping[str, Any]) -> int | None:
    """How many features turn: None for all."""
    part = keys.get("partial_rotary_factor", 1.0)
    if not isinstance(part, int | float) or isinstance(part, bool) or not 0 < part <= 1:
        raise ValueError(f"partial_rotary_factor must be more than 0 and at most 1; got {shown(part)}")
    if part == 1:
        return None
    width = _width(keys)
    if width is None:
        raise ValueError(
            f"partial_rotary_factor {part} needs head_dim, or hidden_size and num_attention_heads;"
            f" the config has {_names(keys)}"
        )
    return int(width * part)


def _names(keys: Mapping[Any, Any]) -> str:
    return ", ".join(map(str, keys))


def _wanted(scaling: type[RopeScaling]) -> str:
    optional = [name for name in scaling.parameters() if name not in scaling.needed]
    may = f" and may have {', '.join(optional)}" if optional else ""
    return f"{scaling.kind} needs {', '.join(scaling.needed)}{may}"
