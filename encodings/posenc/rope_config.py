"""Rope scaling by name, or straight from a model's config.json."""

from collections.abc import Mapping
from typing import Any

from .families import Rotary
from .numeric.checks import as_choice, as_count, shown
from .rope_scalings import KINDS, RopeScaling
from .schemes.mrope import Mrope
from .schemes.rotary import RotaryEmbedding

UNSCALED = "default"
MAX = 1 << 20
"""Features of a model, or of a head."""
OLD_KINDS = {"su": "longrope", "mrope": UNSCALED}
OLD_KEYS = {"type": "rope_type", "rotary_emb_base": "rope_theta", "rotary_pct": "partial_rotary_factor"}


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
        known = KINDS[as_choice("kind", kind, tuple(KINDS))]
        allowed = known.parameters()
        for name in parameters:
            if name not in allowed and name != "max_position_embeddings":
                raise ValueError(f"{_wanted(known)}; it has no {name!r}")
        if any(name not in parameters for name in known.needed):
            raise ValueError(f"{_wanted(known)}; got {', '.join(parameters) or 'nothing'}")
        return known(**{name: value for name, value in parameters.items() if name in allowed})

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
        keys = _flat(config, layer_type)
        stated = as_choice("rope_type", keys.get("rope_type", UNSCALED), (UNSCALED, *KINDS, *OLD_KINDS))
        kind = OLD_KINDS.get(stated, stated)
        base = keys.get("rope_theta", 10000.0)
        if "mrope_section" in keys:
            as_choice("rope_type beside mrope_section", kind, (UNSCALED,))
            form = "interleaved" if keys.get("mrope_interleaved") else "chunked"
            return Mrope(base=base, sections=keys["mrope_section"], form=form)
        if kind == UNSCALED:
            return RotaryEmbedding(base=base, rotary_dim=_rotary_dim(keys))
        known = KINDS[kind]
        if "max_position_embeddings" in keys:
            keys.setdefault("original_max_position_embeddings", keys["max_position_embeddings"])
        if any(name not in keys for name in known.needed):
            raise ValueError(f"{_wanted(known)}; the config has {_names(keys)}")
        scaling = known(**{name: keys[name] for name in known.parameters() if name in keys})
        return RotaryEmbedding(
            base=base, rotary_dim=None if kind == "proportional" else _rotary_dim(keys), scaling=scaling
        )


rope_scaling = RopeScalings()


def _flat(config: Mapping[str, Any], layer_type: str | None) -> dict[str, Any]:
    """All keys that say something, under their present names; those in `rope_parameters` win."""
    if not isinstance(config, Mapping):
        raise ValueError(f"config must be a dict, as in a config.json; got {shown(config)}")
    text = config.get("text_config")
    whole = {**config, **text} if isinstance(text, Mapping) else dict(config)
    rope = whole.get("rope_parameters") or whole.get("rope_scaling") or {}
    if not isinstance(rope, Mapping):
        raise ValueError(f"rope_parameters and rope_scaling must be a dict; got {shown(rope)}")
    if not rope and whole and all(isinstance(value, Mapping) for value in whole.values()):
        rope = whole
    if layer_type == "sliding_attention" and "rope_local_base_freq" in whole:
        rope, whole["rope_theta"] = {}, whole["rope_local_base_freq"]
    elif rope and all(isinstance(value, Mapping) for value in rope.values()):
        rope = rope[as_choice("layer_type", layer_type or "full_attention", tuple(rope))]
    named = {}
    for level in (whole, rope):
        for name in sorted(
            level, key=lambda name: name not in OLD_KEYS
        ):  # where both names stand, the present one wins
            named[OLD_KEYS.get(name, name)] = level[name]
    if not {"rope_parameters", "rope_scaling", "rope_theta", "rope_type"} & named.keys():
        raise ValueError(
            "config must have rope_parameters, or rope_theta and (where it is scaled) rope_scaling;"
            f" it has {_names(config) or 'no keys'}"
        )
    return {name: value for name, value in named.items() if value is not None}


def _rotary_dim(keys: dict[str, Any]) -> int | None:
    """How many features turn: None for all."""
    part = keys.get("partial_rotary_factor", 1.0)
    if not isinstance(part, int | float) or isinstance(part, bool) or not 0 < part <= 1:
        raise ValueError(f"partial_rotary_factor must be more than 0 and at most 1; got {shown(part)}")
    if part == 1:
        return None
    if "head_dim" in keys:
        return int(as_count("head_dim", keys["head_dim"], maximum=MAX) * part)
    if "hidden_size" in keys and "num_attention_heads" in keys:
        width, heads = (as_count(name, keys[name], maximum=MAX) for name in ("hidden_size", "num_attention_heads"))
        return int(width // heads * part)
    raise ValueError(
        f"partial_rotary_factor {part} needs head_dim, or hidden_size and num_attention_heads;"
        f" the config has {_names(keys)}"
    )


def _names(keys: Mapping[Any, Any]) -> str:
    return ", ".join(map(str, keys))


def _wanted(known: type[RopeScaling]) -> str:
    optional = [name for name in known.parameters() if name not in known.needed]
    may = f" and may have {', '.join(optional)}" if optional else ""
    return f"{known.kind} needs {', '.join(known.needed)}{may}"
