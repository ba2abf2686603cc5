"""Coverage: every entry that can be tested has a scenario or a reason, every scenario a defect that it must notice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping

import pytest

from ocpi_conformance.cli.proof import UNBREAKABLE
from ocpi_conformance.mock_partner.named_defects import defects
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import GRADED, VERSIONS, Catalogue

CATALOGUE = Catalogue.load()
LATER: dict[str, str] = tomllib.loads((gherkin.FOLDER / "requirements" / "later.toml").read_text("utf-8"))
# The areas whose features are still to be written; an area leaves with its first feature.
WAITING: dict[str, str] = LATER.pop("areas")  # type: ignore[assignment]
AREAS = sorted({entry.area for entry in CATALOGUE.values()} - set(WAITING))
NAMED = {name for feature in gherkin.load() for pickle in feature.pickles for name in pickle.tags if name in CATALOGUE}
TESTABLE = {entry.id for version in VERSIONS for entry in CATALOGUE.testable(version) if entry.area in AREAS}
# What is only a permission or a note need not wait for anything, but may.
OPEN = {
    entry.id
    for entry in CATALOGUE.values()
    if entry.area in AREAS and entry.level not in GRADED and entry.observed_by != "none"
}


def without_scenario(testable: Iterable[str], named: set[str], later: Mapping[str, str]) -> list[str]:
    """The entries that nothing judges and nobody excuses."""
    return [
        f"{name} {CATALOGUE[name].level} {CATALOGUE[name].text}" for name in sorted(set(testable) - named - set(later))
    ]


def without_defect(named: Iterable[str], broken: set[str]) -> list[str]:
    """The entries whose scenarios have never been shown to notice anything."""
    return [name for name in sorted(set(named) - broken) if CATALOGUE[name].level in GRADED]


def test_an_entry_without_scenario_is_found() -> None:
    assert without_scenario(["VER-001", "VER-002", "STA-015"], {"VER-001"}, {"STA-015": "why"}) == [
        f"VER-002 {CATALOGUE['VER-002'].level} {CATALOGUE['VER-002'].text}"
    ]


def test_an_entry_without_defect_is_found() -> None:
    assert without_defect(["VER-001", "VER-002", "TRN-037"], {"VER-001"}) == ["VER-002"]


@pytest.mark.parametrize("area", AREAS)
def test_every_testable_entry_has_a_scenario(area: str) -> None:
    testable = [name for name in TESTABLE if CATALOGUE[name].area == area]
    missing = without_scenario(testable, NAMED, LATER)
    assert not missing, (
        "write a scenario that has the id as its tag, say not_tested in the catalogue, or, where only features to come "
        "can show it, add it to features/requirements/later.toml:\n" + "\n".join(missing)
    )


def test_what_waits_for_later_is_not_there_yet() -> None:
    both = sorted(NAMED & set(LATER))
    assert not both, f"take out of features/requirements/later.toml what a scenario names: {both}"


def test_what_waits_for_later_is_known_and_says_why() -> None:
    wrong = [name for name, reason in LATER.items() if name not in TESTABLE | OPEN or len(reason.split()) < 3]
    assert not wrong, f"later.toml holds testable entries, each with a reason: {wrong}"


def test_an_area_that_waits_is_known_and_has_no_scenario_yet() -> None:
    assert set(WAITING) <= {entry.area for entry in CATALOGUE.values()}
    assert not [area for area, reason in WAITING.items() if len(reason.split()) < 3]
    assert not {name for name in NAMED if CATALOGUE[name].area in WAITING}


def test_every_scenario_has_a_defect_that_it_must_notice() -> None:
    broken = {defect.breaks for defect in defects().values()}
    assert not broken & set(UNBREAKABLE)
    missing = without_defect(NAMED, broken | set(UNBREAKABLE))
    assert not missing, f"add a defect with breaks = … to mock_partner/defects/*.toml for: {missing}"


def test_every_defect_breaks_what_a_scenario_judges() -> None:
    unseen = {defect.name for defect in defects().values() if defect.breaks not in NAMED}
    assert not unseen, f"no scenario names what these break, so nothing can notice them: {sorted(unseen)}"
