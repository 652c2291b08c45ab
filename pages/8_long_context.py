"""What happens beyond the length a model was trained on?

A rotary pair that did not finish a turn in training can come to angles that the model has never seen. Scaling is meant
to keep it among those that the model knows. Which pairs do, and how far, is counted here.
"""

import json

import posenc
from posenc.experiments import public_models
from sections import long_context as sections
from ui import controls
from ui.frame import Sources, experiment, page
from ui.presets import Presets, presets

SECTION = "Schemes"
LABEL = "Long context"
ICON = ":material/open_in_full:"

DEFAULT = "DeepSeek V3"
PLAIN = {"config": ""}
PRESETS: Presets = {
    "Not scaled, four times too long": PLAIN | {"model": "Llama 2", "trained": 4096, "length": 16384},
    "Every pair slowed": PLAIN
    | {"model": "Gemma 3", "layer_type": "full_attention", "trained": 32768, "length": 131072},
    "A sliding window": PLAIN
    | {"model": "Gemma 3", "layer_type": "sliding_attention", "trained": 32768, "length": 131072},
    "Only the slow pairs": PLAIN | {"model": "DeepSeek V3", "trained": 4096, "length": 163840},
    "Half as much as needed": PLAIN | {"model": "Llama 3.1", "trained": 8192, "length": 131072},
    "A divisor a pair": PLAIN | {"model": "Phi 3.5", "trained": 4096, "length": 131072},
    "A config of your own": {"config": sections.EXAMPLE, "trained": 4096, "length": 16384},
}
PAPERS: Sources = [
    posenc.schemes()["rotary"].paper,
    "Chen et al. 2023, Extending Context Window of Large Language Models via Positional Interpolation, arXiv:2306.15595",
    "Peng et al. 2023, YaRN: Efficient Context Window Extension of Large Language Models, arXiv:2309.00071",
    "Ding et al. 2024, LongRoPE: Extending LLM Context Window Beyond 2 Million Tokens, arXiv:2402.13753",
    "Meta 2024, llama-models, models/llama3, apply_scaling: Llama 3.1's scaling, “values obtained from grid search”",
]
FIGURES = [f"{name}: {model.source}" for name, model in public_models.MODELS.items()]


def code(chosen: sections.Chosen) -> str:
    layers = f", {chosen.layer_type!r}" if chosen.layer_type else ""
    lengths = f"trained={chosen.trained}, length={chosen.length}"
    return (
        "import json\nfrom posenc.experiments import long_context, precision, public_models\n\n"
        f"config = json.loads({json.dumps(chosen.config)!r})\n"
        f"model = public_models.read(config{layers})\n"
        f"pairs = long_context.stretch(model.scheme, model.dim, {lengths}, window=model.window)\n"
        "pairs.wavelengths_before, pairs.wavelengths_after, pairs.kinds()   # the first picture\n"
        f"whole = dict(window=model.window, head=model.head, softmax_scale=model.softmax_scale)\n"
        f"fading = long_context.decay(model.scheme, model.dim, {chosen.length}, **whole)   # the second\n"
        'first = precision.first_beyond(pairs.after, 0.01, "bfloat16")   # −1: never'
    )


@experiment
def look() -> None:
    chosen = sections.ask_for_model(DEFAULT)
    if chosen.turns:
        sections.pictures(chosen)
        sections.what_is_seen(chosen)
        sections.hands(chosen)
        sections.precisions(chosen)
    else:
        sections.nothing_turns()
    presets(PRESETS, sections.follow)
    controls.code(code(chosen))


with page(__file__, sources=[*PAPERS, *FIGURES]):
    look()
