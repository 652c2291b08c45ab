"""What public models say of their rotary positions, and the same of any config.json, read as a person pastes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from .. import rope_config
from ..families import Rotary

HEAD_DIM, TRAINED = 128, 4096
"""Taken where a config is silent; `RotaryModel.assumed` then says so."""
MAX_DIM = 512
MAX_DIGITS, MAX_LEVELS = 300, 32
"""Of a whole number, of objects within objects: far more than any model's config has."""
TOO_DEEP = "the config is not a model's: it is nested too deeply"


@dataclass(frozen=True)
class RotaryModel:
    """A model's rotary positions: the scheme, the features of a head that it takes, and two lengths."""

    scheme: Rotary
    dim: int
    """The features of a query or key that the scheme takes: `scheme.frequencies(dim)`."""
    trained: int
    """The length it was trained on before any scaling."""
    longest: int
    """The length it is said to work up to."""
    assumed: tuple[str, ...] = ()
    """What the config does not say, as sentences."""
    head: int | None = None
    """The features of a whole query or key, of which `dim` may be a part; None: the config does not say."""
    window: int | None = None
    """How many positions a token of this layer sees at most, itself included; None: all before it."""
    softmax_scale: float = 1.0
    """What the model multiplies every score by because of the scaling, besides what the scheme does."""

    @property
    def worth_showing(self) -> int:
        """A length beyond the trained one: the longest where that is longer, else four times the trained."""
        return self.longest if self.longest > self.trained else 4 * self.trained


@dataclass(frozen=True)
class PublicModel:
    """The part of a public model's config.json that its rotary positions depend on."""

    source: str
    config: Mapping[str, Any]
    trained: int | None = None
    """The length it was trained on, where its config does not say and its paper does."""

    def read(self, layer_type: str | None = None) -> RotaryModel:
        """Its rotary positions."""
        model = read(self.config, layer_type)
        return model if self.trained is None else replace(model, trained=self.trained, assumed=())


def parse(text: str) -> dict[str, Any]:
    """A config.json from its text; ValueError says where it is not JSON.

    >>> parse('{"rope_theta": 10000.0}')
    {'rope_theta': 10000.0}
    >>> parse('{"rope_theta": }')
    Traceback (most recent call last):
    ValueError: the config is not JSON: expecting value at line 1, column 16
    """
    try:
        config = json.loads(text, parse_int=_whole)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"the config is not JSON: {error.msg[0].lower()}{error.msg[1:]} at {where}") from error
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    if _deeper(config, MAX_LEVELS):
        raise ValueError(TOO_DEEP)
    if not isinstance(config, dict):
        raise ValueError('the config must be an object in braces, such as {"rope_theta": 10000.0}')
    return config


def read(config: Mapping[str, Any], layer_type: str | None = None) -> RotaryModel:
    """The rotary positions that a config.json describes; what it does not say is assumed, and named.

    >>> model = read({"rope_theta": 10000.0, "head_dim": 64, "max_position_embeddings": 2048})
    >>> model.dim, model.trained, model.longest, model.assumed
    (64, 2048, 2048, ())
    """
    label, keys = rope_config.of_layer(config, layer_type)
    scheme, dim = rope_config.rotary(keys), rope_config.head_dim(keys, MAX_DIM)
    assumed = []
    if dim is None:
        dim = HEAD_DIM
        assumed.append(f"The config says nothing of head_dim: {dim} features a head are assumed.")
    trained, longest = rope_config.lengths(keys)
    if longest is None and trained is None:
        trained = TRAINED
        assumed.append(f"The config names no length: it is assumed to be trained on {trained:,} positions.")
    elif trained is None and _stretches(scheme):
        assumed.append(
            f"The config names no length before scaling: it is assumed to be trained on {longest:,} positions."
        )
    window, every_layer = rope_config.window(keys, label)
    if window and not every_layer:
        assumed.append(
            f"The config has a sliding window of {window:,} positions, and does not say which layers have it: it is not"
            " counted."
        )
        window = None
    trained = trained or longest or TRAINED
    scheme.frequencies(dim, longest or trained)  # refuses what does not go together
    head, scale = rope_config.whole_head(keys, dim), rope_config.softmax_scale(keys, scheme)
    return RotaryModel(scheme, dim, trained, longest or trained, tuple(assumed), head, window, scale)


def layer_types(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of layer that differ in their rotary positions or in a sliding window; none where all are alike.

    >>> layer_types({"rope_theta": 1e6, "rope_local_base_freq": 1e4})
    ('full_attention', 'sliding_attention')
    """
    layers = rope_config.by_layer(config)
    return () if layers.keys() == {""} else tuple(layers)


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"the config must have whole numbers of at most {MAX_DIGITS} digits; got one of {len(digits)}")
    return int(digits)


def _deeper(value: Any, levels: int) -> bool:
    """Whether there are more levels of objects and lists within one another."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (not levels or any(_deeper(one, levels - 1) for one in inner))


def _stretches(scheme: Rotary) -> bool:
    """Whether a scheme is scaled in a way that leaves open from which length on."""
    scaling = scheme.scaling
    return scaling is not None and scaling.kind != "dynamic" and scaling.factor != 1


MODELS = {
    name: PublicModel(**model)
    for name, model in json.loads((files("posenc") / "data/public_models.json").read_text("utf-8")).items()
}
