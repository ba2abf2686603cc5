"""The summary for machines: stable keys, one file. What the numbers mean is decided in `summary`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.compatibility import Compatibility
from ocpi_conformance.reports.journal import Journal, Unsteady
from ocpi_conformance.reports.summary import Row, Summary
from ocpi_conformance.reports.waivers import Judged
from ocpi_conformance.reports.writing import write_json
from ocpi_conformance.steps.verdicts import Finding, Outcome

FORMAT = 1


def outcome_dict(outcome: Outcome) -> dict[str, object]:
    """Return an outcome as JSON values: a line of the verdict journal and an entry of summary.json."""
    return {
        "scenario": outcome.scenario,
        "feature": outcome.feature,
        "line": outcome.line,
        "requirements": list(outcome.requirements),
        "version": outcome.version,
        "role": outcome.role,
        "module": outcome.module,
        "verdict": str(outcome.verdict),
        "reason": outcome.reason,
        "findings": [finding_dict(finding) for finding in outcome.findings],
        "exchanges": list(outcome.exchanges),
        "seconds": round(outcome.seconds, 6),
        "overhead": round(outcome.overhead, 6),
    }


def finding_dict(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON values; the exchange by its number in the record, null when there is none."""
    return {
        "requirement": finding.requirement,
        "verdict": str(finding.verdict),
        "expected": finding.expected,
        "actual": finding.actual,
        "exchange": finding.exchange.number if finding.exchange else None,
        "pointer": finding.pointer,
        "note": finding.note,
    }


def summary_dict(
    summary: Summary, journal: Journal, waivers: Sequence[Judged] = (), profiles: Sequence[Compatibility] = ()
) -> dict[str, object]:
    """Return the summary as JSON values; docs/summary.schema.json describes them.

    Args:
        summary: the numbers.
        journal: what they were made from; it says what ran against what, and what a complete run would have.
        waivers: what became of those of target.toml.
        profiles: whether the target suits the partners that were asked about.
    """
    return {
        "format": FORMAT,
        "id": journal.run,
        "run": journal.environment,
        "exit_code": summary.exit_code,
        "interrupted": journal.interrupted,
        "missing": list(journal.missing),
        "unsteady": [_unsteady_dict(found) for found in journal.unsteady],
        "waivers": [{**asdict(waiver), "state": str(waiver.state)} for waiver in waivers],
        "profiles": [{**asdict(found), "verdict": str(found.verdict)} for found in profiles],
        "scenarios": {str(verdict): count for verdict, count in summary.scenarios.items()},
        "results": [_row_dict(row) for row in summary.rows],
        "outcomes": [outcome_dict(outcome) for outcome in summary.outcomes],
    }


def write(
    path: Path,
    summary: Summary,
    journal: Journal,
    waivers: Sequence[Judged],
    profiles: Sequence[Compatibility],
    redactor: Redactor,
) -> None:
    """Write summary.json to `path`, whole or not at all; raises OSError when the folder cannot be written to."""
    write_json(path, summary_dict(summary, journal, waivers, profiles), redactor)


def _unsteady_dict(found: Unsteady) -> dict[str, object]:
    last = found.attempts[-1]
    return {
        "scenario": last.scenario,
        "feature": last.feature,
        "line": last.line,
        "version": last.version,
        "role": last.role,
        "verdicts": [str(attempt.verdict) for attempt in found.attempts],
    }


def _row_dict(row: Row) -> dict[str, object]:
    return {
        "version": row.scope.version,
        "role": row.scope.role,
        "module": row.scope.module,
        "conformance": str(row.conformance),
        "graded": row.graded,
        "applicable": row.applicable,
        "requirements": {requirement: str(verdict) for requirement, verdict in row.verdicts.items()},
    }
