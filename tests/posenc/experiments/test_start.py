"""The claims: each is measured, and borne out."""

import pytest

from posenc.experiments import start
from posenc.experiments.start import Finding


def test_seven_claims_are_borne_out_and_what_is_often_said_is_not():
    assert len(start.CLAIMS) >= 7
    assert [*start.claims()] == [measure.__name__ for measure in (*start.CLAIMS, *start.REPEATED)]
    for measure in start.REPEATED:
        assert not any(finding.holds for finding in measure()), measure.__name__


@pytest.mark.parametrize("measure", start.CLAIMS, ids=lambda measure: measure.__name__)
def test_each_is_borne_out_in_numbers(measure):
    findings = measure()
    assert findings
    for finding in findings:
        assert finding.holds
        assert finding.kind in ("exact", "real", "toy")
        assert finding.values
        assert all(isinstance(value, float | int) for value in finding.values)
    assert measure() == findings


def test_a_picture_that_the_model_could_tell_without_positions_would_be_noticed(monkeypatch):
    monkeypatch.setattr(start, "EXACT64", 1e-20)
    assert [finding.holds for finding in start.shuffled_patches()] == [False, True]


def test_sums_that_cannot_be_read_would_be_noticed(monkeypatch):
    monkeypatch.setattr(start, "DIM", 4)
    assert [finding.holds for finding in start.read_from_the_sum()] == [False, True]


def test_layouts_of_other_columns_would_be_noticed(monkeypatch):
    monkeypatch.setattr(start, "other_layout", lambda *sizes: None)
    assert start.layouts_agree() == (Finding("exact", (), False),)
