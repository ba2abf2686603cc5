"""All documents of a run, made from its journal alone: which ones there are. What each says does not stand here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import badge, compatibility, har, html, junit, markdown, model, summary_json, waivers
from ocpi_conformance.reports.compatibility import Compatibility
from ocpi_conformance.reports.journal import Journal
from ocpi_conformance.reports.summary import OK, VIOLATIONS, Summary, summarize
from ocpi_conformance.reports.waivers import Judged
from ocpi_conformance.steps.catalogue import Catalogue


@dataclass(frozen=True)
class Result:
    """What a run says: its journal, the numbers, the waivers, the profiles. `summary` has the exit code of it all."""

    journal: Journal
    summary: Summary
    waivers: tuple[Judged, ...]
    profiles: tuple[Compatibility, ...] = ()

    @property
    def flaws(self) -> tuple[str, ...]:
        """What fails the run beside the target, one line each."""
        # A violation that was seen is one, whatever came of it when it was tried again.
        unsteady = (str(found) for found in self.journal.unsteady if found.violated)
        return (*(waiver.flaw for waiver in self.waivers if waiver.flaw), *unsteady)


_Writer = Callable[[Path, Result, Catalogue, Redactor], None]


def _summary_json(path: Path, result: Result, _: Catalogue, redactor: Redactor) -> None:
    summary_json.write(path, result.summary, result.journal, result.waivers, result.profiles, redactor)


def _junit(path: Path, result: Result, catalogue: Catalogue, redactor: Redactor) -> None:
    junit.write(path, result.summary, catalogue, result.journal, result.flaws, redactor)


def _html(path: Path, result: Result, catalogue: Catalogue, redactor: Redactor) -> None:
    report = model.of_journal(result.journal, result.summary, catalogue, result.flaws, result.profiles)
    html.write(path, report, redactor)


def _markdown(path: Path, result: Result, catalogue: Catalogue, redactor: Redactor) -> None:
    markdown.write(path, result.summary, catalogue, result.journal, result.flaws, result.profiles, redactor)


def _badge(path: Path, result: Result, _: Catalogue, redactor: Redactor) -> None:
    badge.write(path, result.summary, result.journal, redactor)


def _har(path: Path, result: Result, _: Catalogue, redactor: Redactor) -> None:
    har.write(path, result.journal, redactor)


# Name of the file in the folder of the run to what writes it.
DOCUMENTS: Mapping[str, _Writer] = {
    "summary.json": _summary_json,
    "junit.xml": _junit,
    "report.html": _html,
    "report.md": _markdown,
    "badge.json": _badge,
    "exchanges.har": _har,
}


def judge(journal: Journal, catalogue: Catalogue) -> Result:
    """Return what the run says; a waiver that nothing needs and a violation that went away count as violations."""
    summary = summarize(journal.outcomes, catalogue, journal.applicable, interrupted=journal.interrupted)
    result = Result(journal, summary, waivers.judge(journal), compatibility.judge(journal, summary))
    if summary.exit_code == OK and result.flaws:
        return replace(result, summary=replace(summary, exit_code=VIOLATIONS))
    return result


def write(folder: Path, result: Result, catalogue: Catalogue, redactor: Redactor) -> tuple[Path, ...]:
    """Write every document into `folder`, each whole or not at all; returns the paths.

    Raises:
        OSError: the folder cannot be written to.
    """
    for name, writer in DOCUMENTS.items():
        writer(folder / name, result, catalogue, redactor)
    return tuple(folder / name for name in DOCUMENTS)
