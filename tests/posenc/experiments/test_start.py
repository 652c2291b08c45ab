"""The claims: each is measured, borne out, and says so in numbers."""

import re
from pathlib import Path

import pytest

from posenc.experiments import start

ROOT = Path(__file__).parents[3]
ADDRESSES = {re.sub(r"^\d+_", "", path.stem) for path in (ROOT / "pages").glob("[0-9]*_*.py")}


def test_they_are_numbered_from_one_on():
    numbers = [verdict.number for verdict in start.verdicts()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 7


@pytest.mark.parametrize("measure", start.CLAIMS, ids=lambda measure: measure.__name__)
def test_each_is_borne_out_in_numbers_and_names_pages_that_exist(measure):
    verdict = measure()
    assert verdict.holds
    said = " ".join(found.sentence for found in verdict.measured)
    assert re.search(r"\d|no difference", said)
    assert verdict.claim.endswith(".")
    assert said.endswith(".")
    assert {found.kind for found in verdict.measured} <= {"exact", "real", "toy"}
    assert verdict.pages
    assert set(verdict.pages) <= ADDRESSES
    assert measure() == verdict


def test_a_picture_that_the_model_could_tell_without_positions_would_be_noticed(monkeypatch):
    monkeypatch.setattr(start, "EXACT", 1e-20)
    assert not start.shuffled_patches().holds


def test_sums_that_cannot_be_read_would_be_noticed(monkeypatch):
    monkeypatch.setattr(start, "DIM", 4)
    assert not start.read_from_the_sum().holds
