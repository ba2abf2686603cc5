"""The summary for a terminal: findings, a table, where the reports are; it fits a screen. Nothing is counted here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.summary import Conformance, Row, Summary
from ocpi_conformance.reports.writing import brief, defused
from ocpi_conformance.steps.verdicts import Finding, Verdict

# Lines, so that what is there all in all fits a screen.
MOST_LISTED = {Verdict.FAILED: 12, Verdict.WAIVED: 4, Verdict.ADVISED: 5, Verdict.OBSERVED: 3}
MOST_REASONS = 3
# Versions and roles of which every module is named; with more of them, only the modules with violations.
MOST_PAIRS = 2
WIDTH = 160
_SHORTEST_WIDTH = 80
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
# The worst first.
_COLOURS = {
    Conformance.NON_CONFORMANT: "31",
    Conformance.PARTIAL: "33",
    Conformance.NOTHING_GRADED: "35",
    Conformance.WITH_WARNINGS: "33",
    Conformance.CONFORMANT: "32",
    Conformance.NOT_APPLICABLE: "37",
}


class Clause(Protocol):
    """The part of a catalogue entry that is shown."""

    @property
    def level(self) -> str:
        """MUST, SHOULD, MAY or INFO."""

    def clause(self, version: str) -> str:
        """Where the specification of `version` says so, as in "mod_cdrs.asciidoc#CDR Object"."""


def wants_colour(stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Say whether colours may go to `stream`: it is a terminal and NO_COLOR is not set (https://no-color.org)."""
    return stream.isatty() and not environment.get("NO_COLOR")


def text(
    summary: Summary,
    catalogue: Mapping[str, Clause],
    redactor: Redactor,
    *,
    mind: Sequence[str] = (),
    reports: Sequence[Path] = (),
    colour: bool = False,
    encoding: str = "ascii",
    width: int = WIDTH,
) -> str:
    """Return the summary as lines that fit a screen.

    Args:
        summary: what to show.
        catalogue: requirement id to its entry; an unknown id is shown without level and clause.
        redactor: what must not be shown.
        mind: what makes the run say less than it seems to, one line each.
        reports: paths that were written.
        colour: use ANSI colours; see `wants_colour`.
        encoding: of the terminal; what it does not have is escaped.
        width: of the terminal, in characters.
    """
    paint = _painted if colour else _plain
    room = max(width, _SHORTEST_WIDTH)
    lines = [
        *(line for verdict in _SECTIONS for line in _section(summary, verdict, catalogue, redactor, paint, room)),
        *(line for verdict in _REASONS for line in _reasons(summary, verdict, redactor, paint, room)),
        *_modules(summary, redactor, paint, room),
        _counts(summary),
        *(paint(f"Mind: {brief(line, redactor, room - 6)}", "33") for line in mind),
        *_written(reports, redactor),
    ]
    shown = "".join(f"{defused(line)}\n" for line in lines)
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def _section(
    summary: Summary, verdict: Verdict, catalogue: Mapping[str, Clause], redactor: Redactor, paint: _Paint, width: int
) -> Iterator[str]:
    """Yield a line for each requirement with findings: the first of them, and how many there are."""
    heading, colour = _SECTIONS[verdict]
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    versions: dict[str, str] = {}
    for outcome, finding in summary.findings:
        if finding.verdict is verdict:
            found[finding.requirement].append(finding)
            versions.setdefault(finding.requirement, outcome.version)
    if not found:
        return
    total, most = sum(map(len, found.values())), MOST_LISTED[verdict]
    yield paint(f"{heading}: {_counted(len(found), 'requirement')}, {_counted(total, 'finding')}", colour)
    for name, findings in list(found.items())[:most]:
        yield _finding(findings, versions[name], catalogue, redactor, width)
    if len(found) > most:
        rest = list(found)[most:]
        yield brief(f"  and {len(rest)} more, see the reports: {', '.join(rest)}", redactor, width)


def _reasons(summary: Summary, verdict: Verdict, redactor: Redactor, paint: _Paint, width: int) -> Iterator[str]:
    """Yield why scenarios ended without a verdict, the most frequent reasons first."""
    heading, colour = _REASONS[verdict]
    counted = Counter(outcome.reason.partition("\n")[0] for outcome in summary.outcomes if outcome.verdict is verdict)
    if not counted:
        return
    yield paint(f"{heading}: {_counted(counted.total(), 'scenario')}", colour)
    for reason, times in counted.most_common(MOST_REASONS):
        yield f"  {times:>4} x {brief(reason, redactor, width - 9)}"
    if len(counted) > MOST_REASONS:
        yield f"  and {_counted(len(counted) - MOST_REASONS, 'more reason')}, see the reports"


def _finding(
    findings: Sequence[Finding], version: str, catalogue: Mapping[str, Clause], redactor: Redactor, width: int
) -> str:
    first = findings[0]
    entry = catalogue.get(first.requirement)
    alike = all((other.expected, other.actual) == (first.expected, first.actual) for other in findings)
    more = f" ({len(findings)} times)" if alike else f" (and {len(findings) - 1} more)"
    often = more if len(findings) > 1 else ""
    head = f"  {brief(first.requirement, redactor, 12):<8} {entry.level if entry else '':<6} "
    # Half of what is left for each of the two; what one does not need is for the other.
    room = width - len(head) - len("expected ; actual ") - len(often)
    expected, actual = (brief(part, redactor, room) for part in (first.expected, first.actual))
    expected = brief(first.expected, redactor, max(room // 2, room - len(actual)))
    actual = brief(first.actual, redactor, room - len(expected))
    line = f"{head}expected {expected}; actual {actual}{often}"
    clause = f" [{entry.clause(version)}]" if entry else ""
    return line + clause if len(line + clause) <= width else line


def _modules(summary: Summary, redactor: Redactor, paint: _Paint, width: int) -> Iterator[str]:
    """Yield the modules of each version and role by their result, the worst first."""
    pairs: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in summary.rows:
        pairs[row.scope.version, row.scope.role].append(row)
    for (version, role), rows in pairs.items():
        graded, applicable = sum(row.graded for row in rows), sum(row.applicable for row in rows)
        head = f"{brief(f'OCPI {version} {role}', redactor, 40)}: {graded} of {applicable} applicable MUSTs graded"
        by_result = {result: [row for row in rows if row.conformance is result] for result in _COLOURS}
        if len(pairs) > MOST_PAIRS:
            yield brief(f"{head}; {'; '.join(_in_short(by_result, redactor))}", redactor, width)
            continue
        yield head
        for result, found in by_result.items():
            if found:
                yield f"  {paint(f'{result:<24}', _COLOURS[result])} {_named(found, redactor)}"


def _in_short(by_result: Mapping[Conformance, Sequence[Row]], redactor: Redactor) -> Iterator[str]:
    for result, found in by_result.items():
        if result is Conformance.NON_CONFORMANT and found:
            yield f"{result}: {_named(found, redactor)}"
        elif found:
            yield f"{len(found)} {result}"


def _named(rows: Iterable[Row], redactor: Redactor) -> str:
    """Return the modules; those of which a MUST is open with how many were graded."""
    return ", ".join(
        brief(row.scope.module, redactor, 40)
        + (f" ({row.graded} of {row.applicable})" if row.graded < row.applicable else "")
        for row in rows
    )


def _written(reports: Sequence[Path], redactor: Redactor) -> Iterator[str]:
    folders: defaultdict[Path, list[str]] = defaultdict(list)
    for path in reports:
        folders[path.parent].append(path.name)
    for folder, names in folders.items():
        yield f"Reports in {brief(str(folder), redactor, 300)}: {brief(', '.join(names), redactor, 300)}"


def _counts(summary: Summary) -> str:
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary.scenarios.items())
    return f"{_counted(len(summary.outcomes), 'scenario')}: {counts or 'none ran'}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _plain(text: str, _colour: str) -> str:
    return text


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"
