"""What public models say of their rotary positions, and how to read what any config.json says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..families import Rotary
from ..numeric.checks import as_count
from ..rope_config import MAX, rope_scaling
from ..rope_scalings import Yarn

HEAD_DIM, TRAINED = 128, 4096
"""Taken where a config is silent; `RotaryModel.assumed` then says so."""
MAX_DIM = 512
MAX_DIGITS, MAX_LEVELS, MAX_KINDS = 300, 32, 16
"""Of a whole number, of objects within objects, of layers: far more than any model's config has."""


@dataclass(frozen=True)
class PublicModel:
    """The part of a public model's config.json that its rotary positions depend on."""

    source: str
    config: Mapping[str, Any]
    trained: int | None = None
    """The length it was trained on, where its config does not say and its paper does."""

    def read(self, layer_type: str | None = None) -> "RotaryModel":
        """Its rotary positions."""
        model = read(self.config, layer_type)
        return model if self.trained is None else replace(model, trained=self.trained, assumed=())


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


TOO_DEEP = "the config is not a model's: it is nested too deeply"


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
    scheme, keys = rope_scaling.from_config(config, layer_type), _every_key(config, layer_type)
    assumed = []
    dim = _head_dim(keys)
    if dim is None:
        dim = HEAD_DIM
        assumed.append(f"The config says nothing of head_dim: {dim} features a head are assumed.")
    longest, trained = (_length(keys, name) for name in ("max_position_embeddings", "original_max_position_embeddings"))
    if longest is None and trained is None:
        trained = TRAINED
        assumed.append(f"The config names no length: it is assumed to be trained on {trained:,} positions.")
    elif trained is None and _stretches(scheme):
        assumed.append(
            f"The config names no length before scaling: it is assumed to be trained on {longest:,} positions."
        )
    window, every_layer = _window(keys, layer_type)
    if window and not every_layer:
        assumed.append(
            f"The config has a sliding window of {window:,} positions, and does not say which layers have it: it is not"
            " counted."
        )
        window = None
    trained = trained or longest or TRAINED
    scheme.frequencies(dim, longest or trained)  # refuses what does not go together
    head, scale = _head(keys, dim), _softmax_scale(keys, scheme)
    return RotaryModel(scheme, dim, trained, longest or trained, tuple(assumed), head, window, scale)


def layer_types(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of layer that differ in their rotary positions or in a sliding window; none where all are alike.

    >>> layer_types({"rope_theta": 1e6, "rope_local_base_freq": 1e4})
    ('full_attention', 'sliding_attention')
    """
    keys = {**config, **_mapping(config.get("text_config"))}
    if "rope_local_base_freq" in keys or _slides_in_some_layers(keys):
        return ("full_attention", "sliding_attention")
    rope = _mapping(keys.get("rope_parameters") or keys.get("rope_scaling"))
    if not rope or not all(isinstance(value, Mapping) for value in rope.values()):
        return ()
    if len(rope) > MAX_KINDS:
        raise ValueError(f"rope_parameters must be of at most {MAX_KINDS} kinds of layer; got {len(rope)}")
    return tuple(rope)


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"the config must have whole numbers of at most {MAX_DIGITS} digits; got one of {len(digits)}")
    return int(digits)


def _deeper(value: Any, levels: int) -> bool:
    """Whether there are more levels of objects and lists within one another."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (not levels or any(_deeper(one, levels - 1) for one in inner))


def _every_key(config: Mapping[str, Any], layer_type: str | None) -> dict[str, Any]:
    """The keys of all levels that say something; the inner ones win."""
    keys = {**config, **_mapping(config.get("text_config"))}
    rope = _mapping(keys.get("rope_parameters") or keys.get("rope_scaling"))
    chosen = _mapping(rope.get(layer_type or "full_attention"))
    return {name: value for name, value in {**keys, **rope, **chosen}.items() if value is not None}


def _head_dim(keys: Mapping[str, Any]) -> int | None:
    for name in ("qk_rope_head_dim", "head_dim"):
        if name in keys:
            return as_count(name, keys[name], 2, MAX_DIM, multiple=2)
    if "hidden_size" in keys and "num_attention_heads" in keys:
        width, heads = (as_count(name, keys[name], maximum=MAX) for name in ("hidden_size", "num_attention_heads"))
        return as_count("hidden_size over num_attention_heads", width // heads, 2, MAX_DIM, multiple=2)
    factors = keys.get("short_factor")
    if not isinstance(factors, list | tuple) or not factors:
        return None
    return as_count("twice the number of short_factor", 2 * len(factors), 2, MAX_DIM)


def _head(keys: Mapping[str, Any], dim: int) -> int | None:
    """The features of a whole head: where some have a name of their own, these and the others."""
    if "qk_rope_head_dim" not in keys:
        return dim
    beside = keys.get("qk_nope_head_dim")
    return None if beside is None else dim + as_count("qk_nope_head_dim", beside, 0, 1 << 16, multiple=2)


def _softmax_scale(keys: Mapping[str, Any], scheme: Rotary) -> float:
    """DeepSeek's: attention with qk_rope_head_dim multiplies all scores by the square of YaRN's growth."""
    scaling = scheme.scaling
    if "qk_rope_head_dim" in keys and isinstance(scaling, Yarn) and scaling.mscale_all_dim:
        return scaling.growth(scaling.mscale_all_dim) ** 2
    return 1.0


def _window(keys: Mapping[str, Any], layer_type: str | None) -> tuple[int | None, bool]:
    """The sliding window of such a layer, and whether the config says that these layers have it."""
    size = keys.get("sliding_window")
    if keys.get("use_sliding_window") is False or not isinstance(size, int) or isinstance(size, bool) or size < 1:
        return None, True
    window, named = as_count("sliding_window", size, 2, 1 << 40), keys.get("layer_types")
    listed = set(map(str, named)) if isinstance(named, list | tuple) else set()
    kinds = listed if layer_type is None else {layer_type}
    if len(kinds) != 1:
        return window, False
    return (window if "sliding_attention" in kinds else None), True


def _slides_in_some_layers(keys: Mapping[str, Any]) -> bool:
    """Whether a config that has one rope for all names layers with a window and layers without."""
    kinds, rope = keys.get("layer_types"), _mapping(keys.get("rope_parameters") or keys.get("rope_scaling"))
    if not isinstance(kinds, list | tuple) or any(isinstance(value, Mapping) for value in rope.values()):
        return False
    both = {"full_attention", "sliding_attention"} <= set(map(str, kinds))
    return both and _window(keys, "sliding_attention")[0] is not None


def _stretches(scheme: Rotary) -> bool:
    """Whether a scheme is scaled in a way that leaves open from which length on."""
    scaling = scheme.scaling
    return scaling is not None and scaling.kind != "dynamic" and scaling.factor != 1


def _length(keys: Mapping[str, Any], name: str) -> int | None:
    return as_count(name, keys[name], 2, 1 << 40) if name in keys else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


PHI_SHORT = (
    [1.0, 1.0199999809265137, 1.0299999713897705, 1.0299999713897705]
    + 5 * [1.0499999523162842]
    + [1.0699999332427979, 1.0999999046325684, 1.1099998950958252, 1.1599998474121094, 1.1599998474121094]
    + [1.1699998378753662, 1.2899998426437378, 1.339999794960022, 1.679999828338623, 1.7899998426437378]
    + [1.8199998140335083, 1.8499997854232788, 1.8799997568130493, 1.9099997282028198, 1.9399996995925903]
    + [1.9899996519088745]
    + 6 * [2.0199997425079346]
    + 9 * [2.0299997329711914]
    + [2.0799996852874756, 2.0899996757507324, 2.189999580383301, 2.2199995517730713, 2.5899994373321533]
    + [2.729999542236328, 2.749999523162842, 2.8399994373321533]
)
PHI_LONG = [
    *[1.0800000429153442, 1.1100000143051147, 1.1399999856948853, 1.340000033378601, 1.5899999141693115],
    *[1.600000023841858, 1.6200000047683716, 2.620000123977661, 3.2300000190734863, 3.2300000190734863],
    *[4.789999961853027, 7.400000095367432, 7.700000286102295, 9.09000015258789, 12.199999809265137],
    *[17.670000076293945, 24.46000099182129, 28.57000160217285, 30.420001983642578, 30.840002059936523],
    *[32.590003967285156, 32.93000411987305, 42.320003509521484, 44.96000289916992, 50.340003967285156],
    *[50.45000457763672, 57.55000305175781, 57.93000411987305, 58.21000289916992, 60.1400032043457],
    *[62.61000442504883, 62.62000274658203, 62.71000289916992, 63.1400032043457, 63.1400032043457],
    *[63.77000427246094, 63.93000411987305, 63.96000289916992, 63.970001220703125, 64.02999877929688],
    *[64.06999969482422, 64.08000183105469, 64.12000274658203, 64.41000366210938, 64.4800033569336],
    *[64.51000213623047, 64.52999877929688, 64.83999633789062],
]
MODELS: dict[str, PublicModel] = {
    "Llama 2": PublicModel(
        "meta-llama/Llama-2-7b-hf, config.json, which leaves the base to transformers' default of 10,000",
        {"hidden_size": 4096, "num_attention_heads": 32, "max_position_embeddings": 4096, "rope_scaling": None},
    ),
    "Llama 3.1": PublicModel(
        "meta-llama/Llama-3.1-8B, config.json",
        {
            "hidden_size": 4096,
            "num_attention_heads": 32,
            "max_position_embeddings": 131072,
            "rope_theta": 500000.0,
            "rope_scaling": {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            },
        },
    ),
    "Qwen 2.5": PublicModel(
        "Qwen/Qwen2.5-7B-Instruct, config.json, with the rope_scaling that its README adds for 131,072 positions",
        {
            "hidden_size": 3584,
            "num_attention_heads": 28,
            "max_position_embeddings": 32768,
            "rope_theta": 1000000.0,
            "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768},
        },
    ),
    "Mistral": PublicModel(
        "mistralai/Mistral-7B-v0.3, config.json",
        {
            "hidden_size": 4096,
            "num_attention_heads": 32,
            "max_position_embeddings": 32768,
            "rope_theta": 1000000.0,
        },
    ),
    "DeepSeek V3": PublicModel(
        "deepseek-ai/DeepSeek-V3, config.json",
        {
            "qk_nope_head_dim": 128,
            "qk_rope_head_dim": 64,
            "max_position_embeddings": 163840,
            "rope_theta": 10000,
            "rope_scaling": {
                "type": "yarn",
                "factor": 40,
                "beta_fast": 32,
                "beta_slow": 1,
                "mscale": 1.0,
                "mscale_all_dim": 1.0,
                "original_max_position_embeddings": 4096,
            },
        },
    ),
    "Phi 3.5": PublicModel(
        "microsoft/Phi-3.5-mini-instruct, config.json",
        {
            "hidden_size": 3072,
            "num_attention_heads": 32,
            "max_position_embeddings": 131072,
            "original_max_position_embeddings": 4096,
            "rope_theta": 10000.0,
            "rope_scaling": {"type": "longrope", "short_factor": PHI_SHORT, "long_factor": PHI_LONG},
        },
    ),
    "Gemma 3": PublicModel(
        "google/gemma-3-12b-it: rope_scaling and sliding_window of config.json, the rest transformers' defaults for it"
        " (Gemma3TextConfig); trained on 32,768 positions before scaling, as arXiv:2503.19786 says",
        {
            "text_config": {
                "head_dim": 256,
                "max_position_embeddings": 131072,
                "rope_theta": 1000000.0,
                "rope_local_base_freq": 10000.0,
                "rope_scaling": {"rope_type": "linear", "factor": 8.0},
                "sliding_window": 1024,
            }
        },
        trained=32768,
    ),
}
