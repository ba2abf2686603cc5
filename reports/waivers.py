"""What became of the waivers of a run: needed, met, or of no use. Pure functions; nothing is waived here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ocpi_conformance.reports.journal import Journal
from ocpi_conformance.reports.summary import requirement_verdicts
from ocpi_conformance.steps.verdicts import Outcome, Verdict


class State(StrEnum):
    """What became of a waiver."""

    USED = "used"
    STALE = "stale"
    UNUSED = "unused"
    OPEN = "open"


@dataclass(frozen=True)
class Judged:
    """A waiver of target.toml and its state: OPEN when the run could not tell, which is nobody's fault."""

    requirement: str
    reason: str
    expires: str | None
    ticket: str | None
    state: State

    @property
    def flaw(self) -> str:
        """Why the waiver fails the run, with the remedy; empty when it does not."""
        if self.state is State.STALE:
            return f"stale waiver: {self.requirement} is met, take it out of target.toml"
        if self.state is State.UNUSED:
            return f"unused waiver: nothing judges {self.requirement} at this target, take it out of target.toml"
        return ""


def judge(journal: Journal) -> tuple[Judged, ...]:
    """Return the waivers of the run with what became of them.

    Stale: the requirement was graded and met. Unused: all scenarios ran and none of them is about it; a run
    that was narrowed or interrupted cannot tell.
    """
    whole = not journal.interrupted and not journal.facts.get("narrowed", False)
    waivers: Sequence[Mapping[str, Any]] = journal.facts.get("waivers", ())
    return tuple(Judged(**entry, state=_state(entry["requirement"], journal.outcomes, whole)) for entry in waivers)


def _state(requirement: str, outcomes: Sequence[Outcome], whole: bool) -> State:
    said = {requirement_verdicts(outcome).get(requirement) for outcome in outcomes} - {None}
    if Verdict.WAIVED in said:
        return State.USED
    # What is only advised is a departure all the same: with --strict the waiver is needed.
    if Verdict.PASSED in said and not said & {Verdict.FAILED, Verdict.ADVISED}:
        return State.STALE
    if whole and said <= {Verdict.NOT_APPLICABLE}:
        return State.UNUSED
    return State.OPEN
