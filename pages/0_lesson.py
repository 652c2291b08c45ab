"""How do positional embeddings work?

Ten minutes, eight steps. Each step asks a question. You guess, and a small experiment gives the answer.
"""

from sections import lesson as sections
from ui import controls
from ui.frame import experiment, page

SECTION = "Learn"
LABEL = "The lesson"
ICON = ":material/school:"

NUMBERS = [str(number) for number in range(1, len(sections.STEPS) + 1)]


@experiment
def look() -> None:
    number = int(controls.choice("Step", "step", NUMBERS, "1", label_visibility="collapsed"))
    sections.draw_step(number)


with page(__file__, sources=["Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762"]):
    look()
