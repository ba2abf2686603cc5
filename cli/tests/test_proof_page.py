"""The committed numbers of the proofs: the page says the same, and the tree has not fallen behind them."""

from __future__ import annotations

import json

import pytest

from ocpi_conformance.cli import proof_page
from ocpi_conformance.cli.proof import bound, why_not
from ocpi_conformance.cli.trials import FEATURES
from ocpi_conformance.mock_partner.named_defects import defects, profiles
from ocpi_conformance.steps.catalogue import VERSIONS, Catalogue

FILE = FEATURES.parent / "docs" / "proof.json"
KEPT = json.loads(FILE.read_text("utf-8"))
PROOFS = proof_page.in_versions(KEPT, "proof")
# Section of the file: what of it has to be empty.
WRONG = {"full": "collateral", "variance": "alarms", "mixtures": "alarms", "stability": "unsteady"}
AGAIN = "; if that is meant, measure anew: `make proof`, `make mutants`, `make variance`, `make stability`"


def fallen(kept: dict[str, dict[str, int]], found: dict[str, dict[str, int]]) -> list[str]:
    """The numbers that were higher once, one line each."""
    return [
        f"{area} {name}: {number} → {found.get(area, {}).get(name, 0)}"
        for area, numbers in kept.items()
        for name, number in numbers.items()
        if name in {"requirements", "with_scenario"} and found.get(area, {}).get(name, 0) < number
    ]


def test_a_number_that_has_fallen_is_found() -> None:
    kept = {"a": {"requirements": 3, "with_scenario": 2, "noticed": 9}, "b": {"requirements": 1}}
    assert fallen(kept, {"a": {"requirements": 3, "with_scenario": 3}, "b": {"requirements": 1}}) == []
    assert fallen(kept, {"a": {"requirements": 4, "with_scenario": 1}}) == [
        "a with_scenario: 2 → 1",
        "b requirements: 1 → 0",
    ]


def test_the_page_says_what_the_numbers_say() -> None:
    assert FILE.with_name(proof_page.PAGE).read_text("utf-8") == proof_page.page(KEPT), AGAIN


@pytest.mark.parametrize("version", PROOFS)
def test_no_requirement_and_no_scenario_was_lost(version: str) -> None:
    found = {area: dict(counts) for area, counts in proof_page.covered(Catalogue.load(), version).items()}
    assert fallen(PROOFS[version]["by_version"][version], found) == [], AGAIN


@pytest.mark.parametrize("version", PROOFS)
def test_every_defect_of_a_version_was_noticed(version: str) -> None:
    assert PROOFS[version]["survivors"] == {}
    assert PROOFS[version]["unproven_scenarios"] == []
    assert PROOFS[version]["noticed"] == PROOFS[version]["defects"]
    # Each with its reason, and no reason that is none any more.
    reasons = {name: why for name, why in why_not(version).items() if version in Catalogue.load()[name].versions}
    assert PROOFS[version]["not_yet_shown"] == reasons, AGAIN


def test_no_defect_and_no_oddity_was_lost() -> None:
    assert len(defects()) >= KEPT["proof"]["defects"], AGAIN
    assert len(profiles()) >= KEPT["variance"]["profiles"], AGAIN


@pytest.mark.parametrize("version", proof_page.in_versions(KEPT, "full"))
def test_each_defect_has_met_all_scenarios_of_its_area(version: str) -> None:
    numbers = KEPT[proof_page.section("full", version)]
    assert numbers["survivors"] == {}
    missing = sorted(bound(version) - set(numbers["ran"]))
    assert missing == [], "`python -m ocpi_conformance.cli.proof --full --json=docs/proof.json` with these"


def test_no_measurement_has_become_smaller() -> None:
    assert KEPT["mutants"]["mutants"] >= 10_000, AGAIN
    for version in VERSIONS:
        assert KEPT[proof_page.section("mixtures", version)]["seeds"] >= 500, AGAIN
    for numbers in proof_page.in_versions(KEPT, "stability").values():
        assert numbers["runs"] >= 50, AGAIN
    assert KEPT["stability"]["scenarios"] >= 1395, AGAIN


def test_what_was_measured_came_out_well() -> None:
    assert KEPT["proof"]["too_few_defects"] == []
    for name, wrong in WRONG.items():
        found = {version: numbers[wrong] for version, numbers in proof_page.in_versions(KEPT, name).items()}
        assert {version: listed for version, listed in found.items() if listed} == {}, name
    for numbers in proof_page.in_versions(KEPT, "mutants").values():
        undecided = {key: why for kind in ("survivors", "alarms") for key, why in numbers[kind].items()}
        assert {key: why for key, why in undecided.items() if why.startswith("undecided")} == {}
