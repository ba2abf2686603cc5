"""What a run can say, as types: verdicts, findings, and the exceptions by which a step ends a scenario.

Rules: nothing here looks at a payload, and nothing here knows pytest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.safety import printable


class Verdict(StrEnum):
    """The nine verdicts; each has one meaning."""

    PASSED = "passed"
    FAILED = "failed"
    ADVISED = "advised"
    OBSERVED = "observed"
    NOT_OBSERVED = "not observed"
    NOT_APPLICABLE = "not applicable"
    DISABLED = "disabled"
    WAIVED = "waived"
    ERROR = "error"


# What a breach of an entry of this level amounts to, at most.
LEVELS = {
    "MUST": Verdict.FAILED,
    "SHOULD": Verdict.ADVISED,
    "MAY": Verdict.OBSERVED,
    "INFO": Verdict.OBSERVED,
}
_GRAVITY = (Verdict.OBSERVED, Verdict.ADVISED, Verdict.FAILED)


@dataclass(frozen=True)
class Breach:
    """One departure from what was expected, as a check sees it.

    `expected` and `actual` are short texts, `exchange` is the evidence, `pointer` a JSON Pointer into its body.
    `at_most` caps the verdict below the level of the requirement, where the text leaves room or contradicts itself.
    `requirement` names the entry that is broken; empty means those of the scenario.
    """

    expected: str
    actual: str
    exchange: Exchange | None = None
    pointer: str = ""
    at_most: Verdict = Verdict.FAILED
    requirement: str = ""
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """A breach with its requirement and its verdict: failed, advised, observed or waived."""

    requirement: str
    verdict: Verdict
    expected: str
    actual: str
    exchange: Exchange | None = None
    pointer: str = ""
    note: str = ""

    def __str__(self) -> str:
        lines = [f"{self.requirement} {self.verdict}", f"  Expected: {self.expected}", f"    Actual: {self.actual}"]
        if self.exchange:
            place = f" at {self.pointer}" if self.pointer else ""
            lines.append(f"        In: {self.exchange.number}. {self.exchange.summary}{place}")
        if self.note:
            lines.append(f"      Note: {self.note}")
        return printable("\n".join(lines))


class Nonconformance(AssertionError):
    """The target does what the specification does not allow. Its text has requirement, Expected, Actual, In."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class NotObserved(Exception):
    """The scenario could not be judged: the traffic did not come, or a precondition did not hold."""


class NotApplicable(Exception):
    """The scenario is about something that the version in use does not have."""


class Disabled(Exception):
    """The scenario does something that [allow] or --read-only switches off."""


@dataclass(frozen=True)
class Outcome:
    """How one scenario ended. `seconds` is its duration, `overhead` that minus the time waited for the target."""

    scenario: str
    feature: str
    line: int
    requirements: tuple[str, ...]
    version: str
    role: str
    module: str
    verdict: Verdict
    reason: str = ""
    findings: tuple[Finding, ...] = field(default=())
    exchanges: tuple[int, ...] = field(default=())
    seconds: float = 0.0
    overhead: float = 0.0


def grade(breach: Breach, requirement: str, level: str, *, strict: bool = False) -> Finding:
    """Return the finding that `breach` is for an entry of `level`; with `strict` advice counts as failure."""
    verdict = min(LEVELS[level], breach.at_most, key=_GRAVITY.index)
    if strict and verdict is Verdict.ADVISED:
        verdict = Verdict.FAILED
    return Finding(requirement, verdict, breach.expected, breach.actual, breach.exchange, breach.pointer, breach.note)


def worst(findings: tuple[Finding, ...]) -> Verdict:
    """Return the gravest verdict of `findings`, PASSED when there are none; waived ones weigh as waived."""
    order = (Verdict.PASSED, Verdict.OBSERVED, Verdict.ADVISED, Verdict.WAIVED, Verdict.FAILED)
    return max((finding.verdict for finding in findings), key=order.index, default=Verdict.PASSED)
