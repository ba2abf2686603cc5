"""Runs as their journals on disk, for the tests of what is made from journals. No expectations."""

from __future__ import annotations

from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.reports import journal, summary_json

ID = "20260301T120000Z-abc123"
URL = "http://target.test/ocpi/cpo/2.2.1/locations"


def header(outcomes=(), **more):
    return {
        "format": 1,
        "id": ID,
        "version": "2.2.1",
        "role": "CPO",
        "started_at": 1000.0,
        "asked": ["2.2.1-CPO"],
        "environment": {"suite": "ocpi-conformance 0.1.0", "target": "Acme"},
        "configuration": {"target": {"name": "Acme", "tokens_a": 2}},
        "packages": {"ocpi-conformance": "0.1.0"},
        "narrowed": False,
        "waivers": [],
        "planned": [[outcome.feature, outcome.line, outcome.scenario] for outcome in outcomes],
    } | more


def write(folder, outcomes=(), bodies=(b"[]",), end=True, applicable=None, name=None, interrupted=False, **more):
    """Write the journal of one version and role: an exchange for each body, then the outcomes; returns its path."""
    facts = header(outcomes, **more)
    path = folder / (name or f"journal-{facts['version']}-{facts['role']}-{facts['id']}.ndjson")
    record = Record(path, now=lambda: 1000.5)
    record.note(journal.RUN, facts)
    record.note(journal.SCOPE, {"modules": {"locations": ["SENDER"]}, "applicable": applicable or {}})
    for body in bodies:
        record.add(record.begin(), "partner", Request("GET", URL), Response(200, (), body), Context())
    for outcome in outcomes:
        about = {"scenario": outcome.scenario, "feature": outcome.feature, "line": outcome.line, "started_at": 1001.0}
        record.note(journal.SCENARIO, about)
        record.note(journal.OUTCOME, summary_json.outcome_dict(outcome) | {"started_at": 1001.0, "ended_at": 1002.0})
    if end:
        record.note(journal.END, {"interrupted": interrupted, "ended_at": 1003.0})
    record.close()
    return path
