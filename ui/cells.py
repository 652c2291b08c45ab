"""Small tables of numbers, each of which can be pressed: what follows from the choice is the page's to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from . import links

HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "cells",
    html='<div class="tables"></div>',
    css=(HERE / "cells.css").read_text(),
    js=(HERE / "cells.js").read_text(),
)

PARAMETER = "cell"


class Cell(NamedTuple):
    """One number: the name of its table, its row, its column."""

    table: str
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers with the names of their rows and columns; `name` is the table's in the address."""

    name: str
    title: str
    values: NDArray[Any]
    rows: Sequence[str]
    columns: Sequence[str]


def cells(tables: Sequence[Table], default: Cell, lit: Callable[[Cell], Sequence[Cell]]) -> Cell:
    """Draw the tables and return the number that was pressed last; `lit` says which others it is made of."""
    links.note(PARAMETER, "")
    chosen = _parse(st.query_params.get(PARAMETER, ""), tables) or default
    marked = {*lit(chosen)}
    _mount(
        key="cells",
        data={
            "tables": [_described(table, marked) for table in tables],
            "chosen": "-".join(map(str, chosen)),
        },
        on_cell_change=lambda: _choose(st.session_state["cells"]["cell"], tables),
    )
    return chosen


def _described(table: Table, marked: set[Cell]) -> dict[str, Any]:
    largest = float(np.abs(table.values).max()) or 1.0
    return {
        "name": table.name,
        "title": table.title,
        "rows": list(table.rows),
        "columns": list(table.columns),
        "texts": [[f"{value:.2f}".replace("-", "−") for value in row] for row in table.values],
        "shares": (table.values / largest).round(3).tolist(),
        "lit": [[cell.row, cell.column] for cell in sorted(marked) if cell.table == table.name],
    }


def _choose(text: str | None, tables: Sequence[Table]) -> None:
    if _parse(text, tables):
        st.query_params[PARAMETER] = str(text)


def _parse(text: str | None, tables: Sequence[Table]) -> Cell | None:
    """The number that a link or a press names, if there is one.

    >>> one = Table("scores", "Scores", np.eye(2), ["a", "b"], ["a", "b"])
    >>> _parse("scores-0-1", [one]), _parse("scores-0-2", [one]), _parse("other-0-0", [one])
    (Cell(table='scores', row=0, column=1), None, None)
    """
    name, *places = (text or "").split("-")
    shape = {table.name: table.values.shape for table in tables}.get(name)
    if shape is None or len(places) != 2 or not all(p.isascii() and p.isdecimal() and len(p) <= 3 for p in places):
        return None
    row, column = map(int, places)
    return Cell(name, row, column) if row < shape[0] and column < shape[1] else None
