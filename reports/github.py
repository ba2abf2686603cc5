"""The gravest findings as commands that GitHub Actions shows at the line of the feature. Nothing is printed here."""

from __future__ import annotations

from collections.abc import Mapping

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.summary import Summary
from ocpi_conformance.reports.writing import brief
from ocpi_conformance.steps.verdicts import Outcome, Verdict

# GitHub shows ten of a kind for a step and drops the rest without a word.
MOST = 10
# Gravest first.
_COMMANDS = {Verdict.FAILED: "error", Verdict.ERROR: "error", Verdict.ADVISED: "warning"}
_IN_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_TEXT, ":": "%3A", ",": "%2C"}


def wanted(environment: Mapping[str, str]) -> bool:
    """Say whether the run happens in GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def lines(summary: Summary, redactor: Redactor) -> tuple[str, ...]:
    """Return at most `MOST` commands, one for each requirement and feature line, the gravest first."""
    found: dict[tuple[str, str, int], str] = {}
    for verdict, command in _COMMANDS.items():
        for outcome in summary.outcomes:
            for requirement, text in _said(outcome, verdict):
                key = (requirement, outcome.feature, outcome.line)
                found.setdefault(key, _line(command, outcome, requirement, text, redactor))
    return tuple(found.values())[:MOST]


def _said(outcome: Outcome, verdict: Verdict) -> list[tuple[str, str]]:
    if verdict is Verdict.ERROR:
        return [("error", outcome.reason)] if outcome.verdict is verdict else []
    found = [finding for finding in outcome.findings if finding.verdict is verdict]
    return [(f.requirement, f"expected {f.expected}; actual {f.actual}") for f in found]


def _line(command: str, outcome: Outcome, requirement: str, text: str, redactor: Redactor) -> str:
    title = f"{requirement} OCPI {outcome.version} {outcome.role}: {outcome.scenario}"
    place = f"file=features/{outcome.feature},line={outcome.line}"
    return f"::{command} {place},title={_escaped(title, _IN_PROPERTY, redactor)}::{_escaped(text, _IN_TEXT, redactor)}"


def _escaped(text: str, table: Mapping[str, str], redactor: Redactor) -> str:
    return brief(text, redactor, 500).translate({ord(character): code for character, code in table.items()})
