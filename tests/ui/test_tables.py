"""Tables as Markdown."""

from ui.tables import markdown_table


def test_a_row_a_line_and_bars_are_text():
    lines = markdown_table(["query", "key"], [["1", "**a** | b"], ("2", "")]).split("\n")
    assert lines == ["| query | key |", "| --- | --- |", r"| 1 | **a** \| b |", "| 2 |  |"]


def test_a_table_without_rows_has_its_heads():
    assert markdown_table(["query"], []) == "| query |\n| --- |"
