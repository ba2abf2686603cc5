"""Which of its requirements a scenario is about in a version. How it runs is tested by running some."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.cli.items import ENDED, binding, verdicts
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Disabled, NotApplicable, NotObserved, Verdict

CATALOGUE = Catalogue.load()


@pytest.mark.parametrize(
    ("version", "names"), [("2.1.1", ("TRN-092",)), ("2.2.1", ("TRN-020",)), ("2.3.0", ("TRN-020",))]
)
def test_a_scenario_is_about_the_entries_of_its_version(version: str, names: tuple[str, ...]) -> None:
    assert binding(("TRN-020", "TRN-092", "cpo"), version, CATALOGUE) == names


def test_a_scenario_of_another_version_says_so_of_its_entries() -> None:
    assert binding(("TRN-092", "cpo"), "2.2.1", CATALOGUE) == ("TRN-092",)


@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        (NotObserved("why"), Verdict.NOT_OBSERVED),
        (NotApplicable("why"), Verdict.NOT_APPLICABLE),
        (Disabled("why"), Verdict.DISABLED),
    ],
)
def test_how_a_step_ends_a_scenario_without_judging_it(raised: Exception, verdict: Verdict) -> None:
    item: Any = SimpleNamespace(stash={})
    asked: Any = None
    with pytest.raises(pytest.skip.Exception, match=f"{verdict}: why"), verdicts(item, asked):
        raise raised
    assert item.stash[ENDED] == (verdict, "why")
