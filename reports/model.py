"""A run graded as a whole: one verdict per version, role and requirement, and what it rests on. No text, no files.

Rules: pure functions over outcomes; verdicts and the roll-up are those of `summary`; nothing is judged again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.reports.compatibility import Compatibility
from ocpi_conformance.reports.journal import Journal
from ocpi_conformance.reports.summary import Scope, Summary, requirement_verdicts, worst
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

# Version, role and number of an exchange to the exchange; None when the journal does not have it.
Lookup = Callable[[str, str, int], Exchange | None]


@dataclass(frozen=True)
class Sighting:
    """What one scenario says about one requirement; `finding` when it is not just the verdict of the scenario."""

    outcome: Outcome
    verdict: Verdict
    finding: Finding | None = None


@dataclass(frozen=True)
class Judgement:
    """The one verdict on a requirement in one version and role, and every sighting it was made from, in their order."""

    scope: Scope
    requirement: str
    verdict: Verdict
    sightings: tuple[Sighting, ...] = ()

    @property
    def scenarios(self) -> int:
        """How many scenarios looked at the requirement."""
        return len({id(sighting.outcome) for sighting in self.sightings})

    @property
    def exchanges(self) -> int:
        """How many exchanges those scenarios had, and their findings refer to."""
        numbers = {number for sighting in self.sightings for number in sighting.outcome.exchanges}
        return len(numbers | {finding.exchange.number for finding in self.findings if finding.exchange})

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings on the requirement, in the order in which they were made."""
        return tuple(sighting.finding for sighting in self.sightings if sighting.finding)

    @property
    def first(self) -> Sighting | None:
        """The first sighting; None when no scenario looked at the requirement."""
        return next(iter(self.sightings), None)

    @property
    def worst(self) -> Sighting | None:
        """The first sighting of the verdict; None when no scenario looked at the requirement."""
        return next((sighting for sighting in self.sightings if sighting.verdict is self.verdict), self.first)


@dataclass(frozen=True)
class Report:
    """All that a document about a run is made from.

    Attributes:
        facts: what ran against what, as in `environment.properties`.
        summary: the roll-up.
        judgements: one for each version, role and requirement that applies or was looked at.
        catalogue: the requirements.
        exchange: finds the evidence.
        missing: what a complete run would have and this one has not, and what else fails it, one line each.
        profiles: whether the target suits the partners that were asked about.
    """

    facts: Mapping[str, str]
    summary: Summary
    judgements: tuple[Judgement, ...]
    catalogue: Catalogue
    exchange: Lookup
    missing: tuple[str, ...] = ()
    profiles: tuple[Compatibility, ...] = ()

    def of(self, *verdicts: Verdict) -> tuple[Judgement, ...]:
        """Return the judgements with one of `verdicts`."""
        return tuple(judgement for judgement in self.judgements if judgement.verdict in verdicts)


def build(
    facts: Mapping[str, str],
    summary: Summary,
    catalogue: Catalogue,
    exchange: Lookup,
    *,
    missing: Collection[str] = (),
    profiles: Collection[Compatibility] = (),
) -> Report:
    """Return the report of the run that `summary` sums up."""
    return Report(facts, summary, judgements(summary), catalogue, exchange, tuple(missing), tuple(profiles))


def of_journal(
    journal: Journal,
    summary: Summary,
    catalogue: Catalogue,
    flaws: Collection[str] = (),
    profiles: Collection[Compatibility] = (),
) -> Report:
    """Return the report of the run in `journal`; `flaws` are what fails the run beside the target, one line each."""
    parts = {(part.version, part.role): part for part in journal.parts}

    def exchange(version: str, role: str, number: int) -> Exchange | None:
        part = parts.get((version, role))
        return part.exchange(number) if part else None

    told = (*limits(journal), *journal.missing, *flaws)
    return build(journal.environment, summary, catalogue, exchange, missing=told, profiles=profiles)


def limits(journal: Journal) -> Iterator[str]:
    """Yield what makes the run say less than a certification does."""
    if journal.facts.get("narrowed"):
        chosen = [
            f"{name} {', '.join(values)}" for name, values in journal.facts["options"].items() if _is_list(values)
        ]
        yield f"only a part of what the target declares was asked for ({'; '.join(chosen) or 'see the command line'})"
    if journal.facts.get("defect"):
        yield f"the embedded target was told to break a requirement: {journal.facts['defect']}"


def _is_list(values: object) -> bool:
    return isinstance(values, list) and bool(values)


def judgements(summary: Summary) -> tuple[Judgement, ...]:
    """Return one judgement for each version, role and requirement; what nothing looked at is not observed."""
    seen: defaultdict[tuple[str, str, str], list[Sighting]] = defaultdict(list)
    for outcome in summary.outcomes:
        for requirement, verdict in requirement_verdicts(outcome).items():
            seen[outcome.version, outcome.role, requirement] += _sightings(outcome, requirement, verdict)
    return tuple(
        _judgement(row.scope, requirement, tuple(seen.get((row.scope.version, row.scope.role, requirement), ())))
        for row in summary.rows
        for requirement in sorted({*row.verdicts, *row.applies})
    )


def _sightings(outcome: Outcome, requirement: str, verdict: Verdict) -> list[Sighting]:
    named = [finding for finding in outcome.findings if finding.requirement == requirement]
    return [Sighting(outcome, finding.verdict, finding) for finding in named] or [Sighting(outcome, verdict)]


def _judgement(scope: Scope, requirement: str, sightings: tuple[Sighting, ...]) -> Judgement:
    verdict = worst(sighting.verdict for sighting in sightings) if sightings else Verdict.NOT_OBSERVED
    return Judgement(scope, requirement, verdict, sightings)
