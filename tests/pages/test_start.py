"""The Start page: every claim with its verdict, measured."""

import posenc
from tests.pages.app import open_page
from ui.kind import badge


def test_every_claim_stands_with_its_verdict():
    at = open_page("app")
    said = "\n".join(element.value for element in at.markdown)
    measured = "\n".join(element.value for element in at.caption)
    for verdict in posenc.verdicts():
        assert verdict.claim in said
        for found in verdict.measured:
            assert f"{badge(found.kind)} {found.sentence}" in measured
    assert said.count("holds]") == len(posenc.verdicts())
    assert "does not hold" not in said


def test_a_broken_claim_would_be_said(monkeypatch):
    broken = posenc.Verdict(9, "Water is dry.", (posenc.Measured("toy", "It is not."),), False, ("heatmap",))
    monkeypatch.setattr(posenc, "verdicts", lambda: [broken])
    assert "does not hold" in "\n".join(element.value for element in open_page("app").markdown)
