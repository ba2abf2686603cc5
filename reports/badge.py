"""A badge for a README, as the endpoint of shields.io reads it (https://shields.io/badges/endpoint-badge). One file."""

from __future__ import annotations

from pathlib import Path

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.journal import Journal
from ocpi_conformance.reports.summary import Conformance, Summary
from ocpi_conformance.reports.writing import write_json

# Worst first: the badge says the worst that is true of any version, role and module.
_COLOURS = {
    Conformance.NON_CONFORMANT: "red",
    Conformance.PARTIAL: "yellow",
    Conformance.WITH_WARNINGS: "yellowgreen",
    Conformance.CONFORMANT: "brightgreen",
    Conformance.NOTHING_GRADED: "lightgrey",
}


def badge(summary: Summary, journal: Journal) -> dict[str, object]:
    """Return the badge as JSON values; modules of which nothing was graded count only when there are no others."""
    seen = {row.conformance for row in summary.rows}
    result = next((conformance for conformance in _COLOURS if conformance in seen), Conformance.NOTHING_GRADED)
    said, colour = (str(result), _COLOURS[result]) if not journal.interrupted else ("interrupted", "lightgrey")
    versions = ", ".join(dict.fromkeys(row.scope.version for row in summary.rows))
    return {"schemaVersion": 1, "label": f"OCPI {versions}".strip(), "message": said, "color": colour}


def write(path: Path, summary: Summary, journal: Journal, redactor: Redactor) -> None:
    """Write the badge to `path`."""
    write_json(path, badge(summary, journal), redactor)
