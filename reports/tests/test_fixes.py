"""The remedies: each is for a requirement that exists, and is one sentence."""

from __future__ import annotations

from ocpi_conformance.reports.fixes import fixes
from ocpi_conformance.steps.catalogue import Catalogue


def test_every_remedy_is_for_a_graded_requirement():
    catalogue = Catalogue.load()
    assert [name for name in fixes() if name not in catalogue or catalogue[name].level not in {"MUST", "SHOULD"}] == []


def test_every_remedy_is_one_short_sentence():
    assert [name for name, text in fixes().items() if not text.endswith(".") or len(text) > 160 or ". " in text] == []
