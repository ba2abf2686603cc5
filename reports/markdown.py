"""The run as Markdown, for a ticket or the summary of a CI step: worst first. Nothing is counted here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.compatibility import Compatibility
from ocpi_conformance.reports.journal import Journal
from ocpi_conformance.reports.summary import Summary
from ocpi_conformance.reports.writing import brief, defused, write_text
from ocpi_conformance.steps.catalogue import Catalogue, CatalogueError
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

# GitHub takes no more than 1 MiB for the summary of a step.
MOST_OCTETS = 900 * 1024
MOST_PLACES = 5
_NOTE_OCTETS = 400
_HEADINGS = {
    Verdict.FAILED: "Violations",
    Verdict.ERROR: "Errors",
    Verdict.WAIVED: "Waived",
    Verdict.ADVISED: "Advice",
    Verdict.OBSERVED: "Observed",
    Verdict.NOT_OBSERVED: "Not observed",
}
_BY_REASON = frozenset({Verdict.ERROR, Verdict.NOT_OBSERVED})
_RESULTS = {
    0: "no violation",
    1: "violations",
    2: "no verdict: the run was interrupted, or could not judge the target",
    5: "nothing was graded",
}
_Alike = dict[tuple[str, str, str], list[tuple[Outcome, Finding]]]


def document(
    summary: Summary,
    catalogue: Catalogue,
    journal: Journal,
    flaws: Sequence[str],
    profiles: Sequence[Compatibility],
    redactor: Redactor,
    limit: int = MOST_OCTETS,
) -> str:
    """Return the Markdown text of at most `limit` octets of UTF-8.

    What the target says stands in code only, so that it can neither format the text nor address anybody.
    """
    kept: list[str] = []
    left = limit - _NOTE_OCTETS
    blocks = (
        _head(summary, journal, flaws, redactor),
        _profiles(profiles, redactor),
        _body(summary, catalogue, redactor),
    )
    for block in chain(*blocks, [_foot(journal, redactor)]):
        left -= len(block.encode("utf-8", "backslashreplace"))
        if left < 0:
            kept.append("\n> Cut here to fit. The other reports of this run have all of it.\n")
            break
        kept.append(block)
    return "".join(kept)


def write(
    path: Path,
    summary: Summary,
    catalogue: Catalogue,
    journal: Journal,
    flaws: Sequence[str],
    profiles: Sequence[Compatibility],
    redactor: Redactor,
) -> None:
    """Write the Markdown text to `path`, whole or not at all."""
    write_text(path, document(summary, catalogue, journal, flaws, profiles, redactor))


def _head(summary: Summary, journal: Journal, flaws: Sequence[str], redactor: Redactor) -> Iterator[str]:
    told = journal.environment
    target = " ".join(filter(None, (told.get("target", "the target"), told.get("target.version"))))
    yield f"# OCPI conformance of {code(target, redactor)}\n\n"
    yield f"**{_RESULTS.get(summary.exit_code, f'exit code {summary.exit_code}')}**"
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary.scenarios.items())
    yield f" in {len(summary.outcomes)} scenarios: {counts or 'none ran'}\n\n"
    for line in (*flaws, *journal.missing):
        yield f"- {code(line, redactor)}\n"
    yield "\n| OCPI | role | module | result | MUSTs graded |\n|---|---|---|---|---|\n"
    for row in summary.rows:
        scope = row.scope
        cells = (scope.version, scope.role, scope.module, row.conformance, f"{row.graded} of {row.applicable}")
        yield f"| {' | '.join(cells)} |\n"


def _profiles(profiles: Sequence[Compatibility], redactor: Redactor) -> Iterator[str]:
    for found in profiles:
        yield f"\nProfile {code(found.profile, redactor)}: **{found.verdict}** ({found.basis})\n\n"
        yield from (f"- {code(str(obstacle), redactor)}\n" for obstacle in found.obstacles)


def _body(summary: Summary, catalogue: Catalogue, redactor: Redactor) -> Iterator[str]:
    for verdict in _HEADINGS:
        section = _reasons if verdict in _BY_REASON else _findings
        yield from section(summary, verdict, catalogue, redactor)


def _foot(journal: Journal, redactor: Redactor) -> str:
    return "\n---\n" + "".join(f"{name}: {code(value, redactor)}  \n" for name, value in journal.environment.items())


def _findings(summary: Summary, verdict: Verdict, catalogue: Catalogue, redactor: Redactor) -> Iterator[str]:
    alike: _Alike = {}
    for outcome, finding in summary.findings:
        if finding.verdict is verdict:
            alike.setdefault((finding.requirement, finding.expected, finding.actual), []).append((outcome, finding))
    if not alike:
        return
    yield f"\n## {_HEADINGS[verdict]} ({sum(map(len, alike.values()))})\n"
    for places in alike.values():
        yield _finding(places, catalogue, redactor)


def _finding(places: list[tuple[Outcome, Finding]], catalogue: Catalogue, redactor: Redactor) -> str:
    outcome, finding = places[0]
    often = f", {len(places)} times" if len(places) > 1 else ""
    lines = [f"\n### {finding.requirement}{_level(finding.requirement, catalogue)}{often}\n"]
    lines += _clause(finding.requirement, outcome.version, catalogue)
    lines += [f"- expected {code(finding.expected, redactor)}", f"- actual {code(finding.actual, redactor)}"]
    lines += [f"- {_place(*place, redactor)}" for place in places[:MOST_PLACES]]
    if len(places) > MOST_PLACES:
        lines.append(f"- and {len(places) - MOST_PLACES} more")
    return "\n".join(lines) + "\n"


def _place(outcome: Outcome, finding: Finding, redactor: Redactor) -> str:
    where = f"OCPI {outcome.version} {outcome.role}, {code(f'features/{outcome.feature}:{outcome.line}', redactor)}"
    note = f", {code(finding.note, redactor)}" if finding.note else ""
    if finding.exchange is None:
        return f"{where}{note}"
    at = f" at {code(finding.pointer, redactor)}" if finding.pointer else ""
    return f"{where}, exchange {finding.exchange.number} {code(finding.exchange.summary, redactor)}{at}{note}"


def _level(requirement: str, catalogue: Catalogue) -> str:
    return f" ({catalogue[requirement].level})" if requirement in catalogue else ""


def _clause(requirement: str, version: str, catalogue: Catalogue) -> list[str]:
    if requirement not in catalogue:
        return []
    entry = catalogue[requirement]
    try:
        clause = f"[{entry.clause(version)}]({catalogue.link(entry, version)})"
    except CatalogueError:
        clause = entry.clause(version)
    return [f"{entry.text}  ", f"{clause}\n"]


def _reasons(summary: Summary, verdict: Verdict, _: Catalogue, redactor: Redactor) -> Iterator[str]:
    reasons: dict[str, list[Outcome]] = {}
    for outcome in summary.outcomes:
        if outcome.verdict is verdict:
            reasons.setdefault(outcome.reason.partition("\n")[0], []).append(outcome)
    if not reasons:
        return
    yield f"\n## {_HEADINGS[verdict]} ({sum(map(len, reasons.values()))})\n\n"
    for reason, outcomes in sorted(reasons.items(), key=lambda item: -len(item[1])):
        names = ", ".join(dict.fromkeys(name for outcome in outcomes for name in outcome.requirements))
        yield f"- {len(outcomes)} x {code(reason, redactor)} ({names})\n"


def code(text: str, redactor: Redactor, limit: int = 600) -> str:
    """Return `text` redacted, on one line, as a code span that nothing in it can end."""
    line = defused(brief(text, redactor, limit)).replace("|", "\\|") if text else " "
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"
