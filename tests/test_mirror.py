"""One page has one name on every floor."""

from pathlib import Path

import pytest

from ui.frame import pages

ROOT = Path(__file__).parents[1]
FLOORS = ("sections", "charts", "encodings/posenc/experiments", "tests/pages")
ABSENT = {
    "start": {"charts"},  # its picture is Heatmap's
    "catalogue": {"encodings/posenc/experiments"},
}
"""Floors on which a page has nothing of its own."""


def absent(name: str, root: Path = ROOT) -> set[str]:
    """The floors that have no module, folder or test of that name."""

    def there(floor: str) -> bool:
        prefix = "test_" if floor.startswith("tests") else ""
        place = root / floor / f"{prefix}{name}"
        return place.is_dir() or place.with_suffix(".py").exists()

    return {floor for floor in FLOORS if not there(floor)}


@pytest.mark.parametrize("name", [page.address or "start" for page in pages()])
def test_a_page_has_its_name_on_every_floor(name):
    assert absent(name) == ABSENT.get(name, set())


def test_a_missing_floor_is_noticed(tmp_path):
    (tmp_path / "sections" / "heatmap").mkdir(parents=True)
    assert absent("heatmap", tmp_path) == set(FLOORS) - {"sections"}


@pytest.mark.parametrize("floor", ["sections", "charts", "ui", "encodings/posenc/experiments"])
def test_every_module_has_a_test_or_is_seen_by_its_pages(floor):
    mirrored = {
        "sections": "tests/pages", "charts": "tests/charts", "ui": "tests/ui",
        "encodings/posenc/experiments": "tests/posenc/experiments",
    }[floor]  # fmt: skip
    modules = {path.stem for path in (ROOT / floor).iterdir() if path.suffix == ".py"} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / mirrored).glob("test_*.py")}
    assert modules - tested <= SEEN_ELSEWHERE


SEEN_ELSEWHERE: set[str] = set()
"""Modules whose tests stand under another name."""
