"""What a run says about the target, as numbers: outcomes go in, a summary comes out. No text, no files.

Rules: pure functions; a requirement that nothing judged is never counted as met.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

OK, VIOLATIONS, NO_VERDICT, NOTHING_GRADED = 0, 1, 2, 5

# Worst first. What was judged outweighs what was not: passed in one scenario and not observed in another is passed.
_WORST_FIRST = (
    Verdict.FAILED,
    Verdict.ERROR,
    Verdict.WAIVED,
    Verdict.ADVISED,
    Verdict.PASSED,
    Verdict.OBSERVED,
    Verdict.DISABLED,
    Verdict.NOT_OBSERVED,
    Verdict.NOT_APPLICABLE,
)
_RANK = {verdict: rank for rank, verdict in enumerate(_WORST_FIRST)}
_GRADED = frozenset({Verdict.PASSED, Verdict.FAILED, Verdict.ADVISED, Verdict.WAIVED})
_SILENT = Verdict.NOT_APPLICABLE
_LEAVES_PARTIAL = frozenset({Verdict.NOT_OBSERVED, Verdict.DISABLED, Verdict.WAIVED, Verdict.ERROR})
# What a scenario says about its requirements that no finding names: a failed one ended before it came to them.
_UNNAMED = {
    Verdict.FAILED: Verdict.NOT_OBSERVED,
    Verdict.WAIVED: Verdict.NOT_OBSERVED,
    Verdict.ADVISED: Verdict.PASSED,
    Verdict.OBSERVED: Verdict.PASSED,
}


class Conformance(StrEnum):
    """The result of one version, role and module."""

    CONFORMANT = "conformant"
    WITH_WARNINGS = "conformant with warnings"
    PARTIAL = "partial"
    NON_CONFORMANT = "non-conformant"
    NOTHING_GRADED = "nothing graded"
    NOT_APPLICABLE = "not applicable"


class Leveled(Protocol):
    """The part of a catalogue entry that counts here."""

    @property
    def level(self) -> str:
        """MUST, SHOULD, MAY or INFO."""

    @property
    def area(self) -> str:
        """The module or chapter that the requirement belongs to."""


@dataclass(frozen=True, order=True)
class Scope:
    """What one result is about."""

    version: str
    role: str
    module: str


@dataclass(frozen=True)
class Row:
    """The result of one scope: `graded` of `applicable` MUSTs were judged; `verdicts` has one entry a requirement.

    `applies` holds the requirements that bind the target, whether anything looked at them or not.
    """

    scope: Scope
    conformance: Conformance
    graded: int
    applicable: int
    verdicts: Mapping[str, Verdict]
    applies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Summary:
    """The result of a run: a row for each scope, the scenarios per verdict, the findings, the exit code."""

    rows: tuple[Row, ...]
    scenarios: Mapping[Verdict, int]
    findings: tuple[tuple[Outcome, Finding], ...]
    outcomes: tuple[Outcome, ...]
    exit_code: int


def requirement_verdicts(outcome: Outcome) -> dict[str, Verdict]:
    """Return what one scenario says about each requirement that it is tagged with or that a finding names."""
    named: dict[str, Verdict] = {}
    for finding in outcome.findings:
        named[finding.requirement] = worst([finding.verdict, *_known(named, finding.requirement)])
    rest = _UNNAMED.get(outcome.verdict, outcome.verdict) if named else outcome.verdict
    return dict.fromkeys(outcome.requirements, rest) | named


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that stands for all of `verdicts`; raises ValueError when there are none."""
    return min(verdicts, key=_RANK.__getitem__)


def exit_code(outcomes: Sequence[Outcome], *, interrupted: bool = False) -> int:
    """Return 0 (conformant, also with warnings or partial), 1 (violations), 2 (no verdict) or 5 (nothing graded)."""
    verdicts = {
        verdict for outcome in outcomes for verdict in (outcome.verdict, *requirement_verdicts(outcome).values())
    }
    if interrupted:
        return NO_VERDICT
    if Verdict.FAILED in verdicts:
        return VIOLATIONS
    if Verdict.ERROR in verdicts:
        return NO_VERDICT
    return OK if verdicts & _GRADED else NOTHING_GRADED


def summarize(
    outcomes: Iterable[Outcome],
    catalogue: Mapping[str, Leveled],
    applicable: Mapping[Scope, Collection[str]] | None = None,
    *,
    interrupted: bool = False,
) -> Summary:
    """Return the summary of a run.

    Args:
        outcomes: one for each scenario, in the order they ran.
        catalogue: requirement id to its entry; an unknown id counts as a MUST.
        applicable: the ids that apply in each scope, whether a scenario exists or not; those seen are added.
        interrupted: the run ended before its end.
    """
    ran = tuple(outcomes)
    known = applicable or {}
    scopes: defaultdict[Scope, list[Outcome]] = defaultdict(list)
    for outcome in ran:
        scopes[_scope(outcome)].append(outcome)
    said = _said(ran, catalogue, {*scopes, *known})
    rows = (
        _row(scope, scopes.get(scope, []), said.get(scope, {}), catalogue, known.get(scope, ()))
        for scope in sorted({*scopes, *known})
    )
    return Summary(
        rows=tuple(rows),
        scenarios={verdict: count for verdict in _WORST_FIRST if (count := _count(ran, verdict))},
        findings=tuple((outcome, finding) for outcome in ran for finding in outcome.findings),
        outcomes=ran,
        exit_code=exit_code(ran, interrupted=interrupted),
    )


def _scope(outcome: Outcome) -> Scope:
    return Scope(outcome.version, outcome.role, outcome.module)


def _said(
    outcomes: Iterable[Outcome], catalogue: Mapping[str, Leveled], scopes: Collection[Scope]
) -> dict[Scope, dict[str, list[Verdict]]]:
    """Return all that was said about each requirement, in the one scope where it counts.

    That is its own module where that has a result, else the module in which it was seen first.
    """
    homes: dict[tuple[str, str, str], Scope] = {}
    said: defaultdict[Scope, defaultdict[str, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        for requirement, verdict in requirement_verdicts(outcome).items():
            entry = catalogue.get(requirement)
            own = Scope(outcome.version, outcome.role, entry.area) if entry else None
            seen_in = own if own is not None and own in scopes else _scope(outcome)
            home = homes.setdefault((outcome.version, outcome.role, requirement), seen_in)
            said[home][requirement].append(verdict)
    return {scope: dict(by_requirement) for scope, by_requirement in said.items()}


def _row(
    scope: Scope,
    outcomes: list[Outcome],
    said: Mapping[str, list[Verdict]],
    catalogue: Mapping[str, Leveled],
    applicable: Collection[str],
) -> Row:
    verdicts = {requirement: worst(all_said) for requirement, all_said in sorted(said.items())}
    applies = {*applicable, *(name for name, verdict in verdicts.items() if verdict is not Verdict.NOT_APPLICABLE)}
    musts = {name for name in applies if _is_must(catalogue, name)}
    return Row(
        scope=scope,
        conformance=_conformance({*verdicts.values(), *(o.verdict for o in outcomes)}, verdicts, applies, musts),
        graded=sum(verdicts.get(name) in _GRADED for name in musts),
        applicable=len(musts),
        verdicts=verdicts,
        applies=frozenset(applies),
    )


def _conformance(
    seen: set[Verdict], verdicts: Mapping[str, Verdict], applies: set[str], musts: set[str]
) -> Conformance:
    if Verdict.FAILED in seen:
        return Conformance.NON_CONFORMANT
    if not applies and seen <= {_SILENT}:
        return Conformance.NOT_APPLICABLE
    if not _GRADED & set(verdicts.values()):
        return Conformance.NOTHING_GRADED
    # A MUST that nothing looked at is as open as one that could not be observed: silence is not a pass.
    unjudged = any(verdicts.get(name, _SILENT) in {*_LEAVES_PARTIAL, _SILENT} for name in musts)
    if Verdict.ERROR in seen or unjudged:
        return Conformance.PARTIAL
    return Conformance.WITH_WARNINGS if Verdict.ADVISED in seen else Conformance.CONFORMANT


def _is_must(catalogue: Mapping[str, Leveled], requirement: str) -> bool:
    entry = catalogue.get(requirement)
    return entry is None or entry.level == "MUST"


def _known(verdicts: Mapping[str, Verdict], requirement: str) -> list[Verdict]:
    return [verdicts[requirement]] if requirement in verdicts else []


def _count(outcomes: tuple[Outcome, ...], verdict: Verdict) -> int:
    return Counter(outcome.verdict for outcome in outcomes)[verdict]
