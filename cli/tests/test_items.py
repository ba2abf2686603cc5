"""Which of its requirements a scenario is about in a version. How it runs is tested by running some."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.cli.items import ENDED, SCENE, binding, verdicts
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.record import Actor, Context, Record, Request, Response
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import Disabled, Finding, Nonconformance, NotApplicable, NotObserved, Verdict

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


def judged(seconds: float, *findings: Finding, sender: Actor = "target") -> Any:
    """Return an item with a scene in which one answer took so long, and with these findings."""
    moments = iter([0.0, 0.0, seconds])
    record = Record(now=lambda: next(moments))
    item: Any = SimpleNamespace(stash={})
    partner: Any = SimpleNamespace(triggers=SimpleNamespace(waited=0.0))
    item.stash[SCENE] = Scene(partner, record, CATALOGUE, ("TRN-079",), findings=list(findings))
    pending = record.received(record.begin())
    record.add(pending, sender, Request("PUT", "http://x/credentials"), Response(200), Context())
    return item


ASKED: Any = SimpleNamespace(waiver=lambda findings: None)
FAILED = Finding("TRN-079", Verdict.FAILED, "", "")


def test_nobody_is_blamed_for_what_follows_a_late_answer_of_the_partner() -> None:
    item = judged(2.5, FAILED)
    with (
        pytest.raises(HarnessError, match=r"the partner was 2\.5 s late, .*PUT http://x/credentials"),
        verdicts(item, ASKED),
    ):
        raise Nonconformance((FAILED,))
    assert ENDED not in item.stash
    assert item.stash[SCENE].findings == []
    advised = judged(2.5, Finding("TRN-079", Verdict.ADVISED, "", ""))
    with pytest.raises(HarnessError), verdicts(advised, ASKED):
        pass


def test_a_late_answer_alone_does_no_harm() -> None:
    item = judged(2.5)
    with verdicts(item, ASKED):
        pass
    assert item.stash[ENDED] == (Verdict.PASSED, "")


@pytest.mark.parametrize(("seconds", "sender"), [(1.0, "target"), (9.0, "partner")])
def test_what_follows_other_answers_counts(seconds: float, sender: Actor) -> None:
    item = judged(seconds, FAILED, sender=sender)
    with pytest.raises(Nonconformance), verdicts(item, ASKED):
        raise Nonconformance((FAILED,))
    assert item.stash[ENDED][0] is Verdict.FAILED
