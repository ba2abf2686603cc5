"""What the objects of one journey have in common, from the command to the CDR. It names rules and has none itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ocpi_conformance.steps.checks.commands import CDR, latest_of
from ocpi_conformance.steps.checks.kept import keeps
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.commanded import Followed, belongs
from ocpi_conformance.steps.verdicts import Breach, NotObserved

# Phrase about the CDR at the end of a journey → what it keeps, and in other words what that says.
_KEPT = {
    "belongs to its Session": (
        ("CDR-049", "CDR-051", "CDR-078", "CDR-094"),
        "Start, id, Token and place are those of the Session (CDR-049, CDR-051, CDR-078, CDR-094).",
    ),
    "costs what its Tariffs say": (
        ("CDR-059", "CDR-065"),
        "The costs are the sum of their parts, and what Tariffs and periods give (CDR-059, CDR-065).",
    ),
}


def _keeping(requirements: tuple[str, ...], meaning: str) -> Callable[[Followed], Iterator[Breach]]:
    def over(found: Followed) -> Iterator[Breach]:
        latest_of(found, "CDR")
        own = [p for p in found.objects if p.kind != "CDR" or belongs(p.value, found.sent.body)]
        reasons = []
        for requirement in requirements:
            try:
                yield from (replace(breach, requirement=requirement) for breach in keeps(own, "CDR", requirement))
            except NotObserved as reason:
                reasons.append(reason)
        if len(reasons) == len(requirements):
            raise reasons[0]

    over.__doc__ = meaning
    return over


for _phrase, (_requirements, _meaning) in _KEPT.items():
    expectation(CDR, _phrase)(_keeping(_requirements, _meaning))
