"""The summary for a terminal: findings, a table, where the reports are; it fits a screen. Nothing is counted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.summary import Conformance, Row, Summary
from ocpi_conformance.reports.writing import brief, defused
from ocpi_conformance.steps.verdicts import Verdict

MOST_FINDINGS = 15
MOST_ROWS = 40
MOST_REASONS = 4
_Paint = Callable[[str, str], str]

# Verdict of a finding: its heading and ANSI colour, in the order of the sections.
_SECTIONS = {
    Verdict.FAILED: ("Violations", "31"),
    Verdict.WAIVED: ("Waived", "35"),
    Verdict.ADVISED: ("Advice", "33"),
    Verdict.OBSERVED: ("Observed", "36"),
}
# Verdict of a scenario that judged nothing: the same.
_REASONS = {Verdict.ERROR: ("Errors", "31"), Verdict.NOT_OBSERVED: ("Not observed", "35")}
_COLOURS = {
    Conformance.CONFORMANT: "32",
    Conformance.WITH_WARNINGS: "33",
    Conformance.PARTIAL: "33",
    Conformance.NON_CONFORMANT: "31",
    Conformance.NOTHING_GRADED: "35",
}


class Clause(Protocol):
    """The part of a catalogue entry that is shown."""

    @property
    def level(self) -> str:
        """MUST, SHOULD, MAY or INFO."""

    @property
    def spec(self) -> str:
        """Where the specification says so, as in "mod_cdrs.asciidoc#CDR Object"."""


@dataclass(frozen=True)
class _Line:
    requirement: str
    expected: str
    actual: str


def wants_colour(stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Say whether colours may go to `stream`: it is a terminal and NO_COLOR is not set (https://no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR")


def text(
    summary: Summary,
    catalogue: Mapping[str, Clause],
    redactor: Redactor,
    *,
    reports: Sequence[str] = (),
    colour: bool = False,
) -> str:
    """Return the summary as ASCII lines.

    Args:
        summary: what to show.
        catalogue: requirement id to its entry; an unknown id is shown without level and clause.
        redactor: what must not be shown.
        reports: paths of the written reports, for the last lines.
        colour: use ANSI colours; see `wants_colour`.
    """
    paint = _painted if colour else _plain
    lines = [
        *(line for verdict in _SECTIONS for line in _section(summary, verdict, catalogue, redactor, paint)),
        *(line for verdict in _REASONS for line in _reasons(summary, verdict, redactor, paint)),
        *_table(summary, redactor, paint),
        _counts(summary),
        *(f"  report: {brief(path, redactor, 300)}" for path in reports),
    ]
    return "".join(f"{defused(line)}\n" for line in lines).encode("ascii", "backslashreplace").decode()


def _section(
    summary: Summary, verdict: Verdict, catalogue: Mapping[str, Clause], redactor: Redactor, paint: _Paint
) -> Iterator[str]:
    heading, colour = _SECTIONS[verdict]
    alike: dict[_Line, int] = {}
    for _, finding in summary.findings:
        if finding.verdict is verdict:
            line = _Line(finding.requirement, finding.expected, finding.actual)
            alike[line] = alike.get(line, 0) + 1
    if not alike:
        return
    yield paint(f"{heading} ({sum(alike.values())})", colour)
    for line, times in list(alike.items())[:MOST_FINDINGS]:
        yield _finding(line, times, catalogue, redactor)
    if len(alike) > MOST_FINDINGS:
        yield f"  and {len(alike) - MOST_FINDINGS} more: see the reports"


def _reasons(summary: Summary, verdict: Verdict, redactor: Redactor, paint: _Paint) -> Iterator[str]:
    """Yield why scenarios ended without a verdict, the most frequent reasons first."""
    heading, colour = _REASONS[verdict]
    counted = Counter(outcome.reason.partition("\n")[0] for outcome in summary.outcomes if outcome.verdict is verdict)
    if not counted:
        return
    yield paint(f"{heading} ({counted.total()})", colour)
    for reason, times in counted.most_common(MOST_REASONS):
        yield f"  {times:>4} x {brief(reason, redactor, 150)}"
    if len(counted) > MOST_REASONS:
        yield f"  and {len(counted) - MOST_REASONS} more reasons: see the reports"


def _finding(line: _Line, times: int, catalogue: Mapping[str, Clause], redactor: Redactor) -> str:
    entry = catalogue.get(line.requirement)
    level, clause = (entry.level, f" [{entry.spec}]") if entry else ("", "")
    often = f" ({times} times)" if times > 1 else ""
    expected, actual = brief(line.expected, redactor, 80), brief(line.actual, redactor, 80)
    return (
        f"  {brief(line.requirement, redactor, 12):<8} {level:<6} expected {expected}; actual {actual}{often}{clause}"
    )


def _table(summary: Summary, redactor: Redactor, paint: _Paint) -> Iterator[str]:
    for row in summary.rows[:MOST_ROWS]:
        scope = row.scope
        name = brief(f"OCPI {scope.version} {scope.role} {scope.module}", redactor, 40)
        result = paint(f"{row.conformance:<24}", _COLOURS[row.conformance])
        yield f"{name:<40} {result} {_graded(row)}"
    if len(summary.rows) > MOST_ROWS:
        yield f"and {len(summary.rows) - MOST_ROWS} more: see the reports"


def _graded(row: Row) -> str:
    return f"graded {row.graded} of {row.applicable} applicable MUSTs"


def _counts(summary: Summary) -> str:
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary.scenarios.items())
    return f"{len(summary.outcomes)} scenarios: {counts or 'none ran'}"


def _plain(text: str, _colour: str) -> str:
    return text


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"
