"""Stability: what is compared of two runs, in which order they go, and what a wrong usage is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocpi_conformance.cli import stability
from ocpi_conformance.cli.stability import unsteady, verdicts
from ocpi_conformance.cli.trials import Trial, Tried, carry_out
from ocpi_conformance.steps.verdicts import Outcome, Verdict

ABOUT = Outcome("A", "a/a.feature", 1, ("LOC-018",), "2.2.1", "CPO", "locations", Verdict.PASSED)


def ran(*outcomes: Outcome) -> Tried:
    return Tried(Trial("it"), outcomes)


def test_scenarios_that_come_to_the_same_are_steady() -> None:
    other = replace(ABOUT, scenario="B", verdict=Verdict.NOT_OBSERVED, reason="no\n trigger")
    assert unsteady([verdicts(ran(ABOUT, other)), verdicts(ran(other, ABOUT))]) == {}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (replace(ABOUT, verdict=Verdict.FAILED, reason="why"), "2 x passed; 1 x failed: why"),
        (
            replace(ABOUT, verdict=Verdict.NOT_OBSERVED, reason="no\n trigger"),
            "2 x passed; 1 x not observed: no trigger",
        ),
    ],
)
def test_a_scenario_that_comes_to_something_else_is_told(changed: Outcome, told: str) -> None:
    runs = [verdicts(ran(one)) for one in (ABOUT, changed, ABOUT)]
    assert unsteady(runs) == {"CPO a/a.feature: A": told}


def test_the_seed_says_in_which_order_the_scenarios_run() -> None:
    place = ("versions/versions",)
    wanted = [Trial(f"{number}", role="CPO", places=place, order=order) for number, order in enumerate((0, 5, 5, 6))]
    found = {tried.trial.name: [o.scenario for o in tried.outcomes] for tried in carry_out(wanted, workers=2)}
    assert found["1"] == found["2"]
    assert len({tuple(names) for names in found.values()}) == 3
    assert {frozenset(names) for names in found.values()} == {frozenset(found["0"])}


def test_a_wrong_usage_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert stability.main(["--runs=many"]) == 4
    assert "--runs cannot be; known are --runs=50" in capsys.readouterr().out
