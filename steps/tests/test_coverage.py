"""Coverage: every entry that can be tested has a scenario or a reason, every scenario a defect that it must notice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from ocpi_conformance.cli.proof import UNBREAKABLE
from ocpi_conformance.mock_partner.named_defects import defects
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import GRADED, VERSIONS, Catalogue

CATALOGUE = Catalogue.load()
AREAS = sorted({entry.area for entry in CATALOGUE.values()})
NAMED = {name for feature in gherkin.load() for pickle in feature.pickles for name in pickle.tags if name in CATALOGUE}
TESTABLE = {entry.id for version in VERSIONS for entry in CATALOGUE.testable(version)}


def without_scenario(testable: Iterable[str], named: set[str]) -> list[str]:
    """The entries that nothing judges."""
    return [f"{name} {CATALOGUE[name].level} {CATALOGUE[name].text}" for name in sorted(set(testable) - named)]


def without_defect(named: Iterable[str], broken: set[str]) -> list[str]:
    """The entries whose scenarios have never been shown to notice anything."""
    return [name for name in sorted(set(named) - broken) if CATALOGUE[name].level in GRADED]


def test_an_entry_without_scenario_is_found() -> None:
    assert without_scenario(["VER-001", "VER-002"], {"VER-001"}) == [
        f"VER-002 {CATALOGUE['VER-002'].level} {CATALOGUE['VER-002'].text}"
    ]


def test_an_entry_without_defect_is_found() -> None:
    assert without_defect(["VER-001", "VER-002", "TRN-037"], {"VER-001"}) == ["VER-002"]


@pytest.mark.parametrize("area", AREAS)
def test_every_testable_entry_has_a_scenario(area: str) -> None:
    testable = [name for name in TESTABLE if CATALOGUE[name].area == area]
    missing = without_scenario(testable, NAMED)
    assert not missing, "write a scenario that has the id as its tag, or say not_tested:\n" + "\n".join(missing)


def test_every_scenario_has_a_defect_that_it_must_notice() -> None:
    broken = {defect.breaks for defect in defects().values()}
    assert not broken & set(UNBREAKABLE)
    missing = without_defect(NAMED, broken | set(UNBREAKABLE))
    assert not missing, f"add a defect with breaks = … to mock_partner/defects/*.toml for: {missing}"


def test_every_defect_breaks_what_a_scenario_judges() -> None:
    unseen = {defect.name for defect in defects().values() if defect.breaks not in NAMED}
    assert not unseen, f"no scenario names what these break, so nothing can notice them: {sorted(unseen)}"
