"""Tables as Markdown: one element, where a table of Streamlit's would be many."""

from collections.abc import Iterable, Sequence


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a head above each column; a bar in a cell is text.

    >>> print(markdown_table(["query", "key"], [["1", "a | b"]]))
    | query | key |
    | --- | --- |
    | 1 | a \\| b |
    """
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
