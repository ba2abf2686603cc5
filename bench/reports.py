"""Benchmarks of the HTML report: how long a large run takes to become one, and how large the file is."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import Measured, benchmark
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import html, model
from ocpi_conformance.reports.summary import summarize
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

SCENARIOS, EXCHANGES = 2_000, 50_000
_PAIRS = (("2.1.1", "CPO"), ("2.1.1", "EMSP"), ("2.2.1", "CPO"), ("2.2.1", "EMSP"), ("2.3.0", "CPO"), ("2.3.0", "EMSP"))
# Of ten scenarios: how they end. Two in ten have findings, more than any target that is worth a report of this size.
_ENDS = (*[Verdict.PASSED] * 7, Verdict.FAILED, Verdict.ADVISED, Verdict.NOT_OBSERVED)
_ROWS = [{"id": f"LOC{number}", "city": "x" * 40, "evses": [{"uid": f"{number}"}]} for number in range(50)]
_BODY = json.dumps({"data": _ROWS, "status_code": 1000, "timestamp": "2026-01-01T00:00:00Z"}).encode()


def run(folder: Path, scenarios: int = SCENARIOS, exchanges: int = EXCHANGES) -> tuple[float, int]:
    """Write the report of a run of that size into `folder`; return the seconds that took, and the octets of it."""
    catalogue = Catalogue.load()
    each = exchanges // scenarios
    outcomes = [_outcome(number, each, catalogue) for number in range(scenarios)]
    redactor = Redactor()
    redactor.add("s3cret-t0ken-of-the-bench", "CREDENTIALS_TOKEN_B")
    began = time.perf_counter()
    summary = summarize(outcomes, catalogue)
    report = model.build(
        {"target": "large"}, summary, catalogue, lambda _version, _role, number: _exchange(number, each)
    )
    html.write(folder / "report.html", report, redactor)
    return time.perf_counter() - began, (folder / "report.html").stat().st_size


def _outcome(number: int, each: int, catalogue: Catalogue) -> Outcome:
    version, role = _PAIRS[number % len(_PAIRS)]
    entries = catalogue.testable(version)
    entry = entries[number % len(entries)]
    numbers = tuple(range(number * each + 1, (number + 1) * each + 1))
    verdict = _ENDS[number % len(_ENDS)]
    found = verdict in {Verdict.FAILED, Verdict.ADVISED}
    shown = [_exchange(of, each) for of in numbers[:5]] if found else []
    return Outcome(
        scenario=f"Scenario {number}",
        feature=f"{entry.area}/sender.feature",
        line=number,
        requirements=(entry.id,),
        version=version,
        role=role,
        module=entry.area,
        verdict=verdict,
        reason="the record holds nothing of the kind" if verdict is Verdict.NOT_OBSERVED else "",
        findings=tuple(
            Finding(entry.id, verdict, "two letters", f"{exchange.number} letters", exchange, "/data/30/city")
            for exchange in shown
        ),
        exchanges=numbers,
    )


def _exchange(number: int, each: int) -> Exchange:
    headers = (("Content-Type", "application/json"), ("Authorization", "Token s3cret-t0ken-of-the-bench"))
    return Exchange(
        number=number,
        sender="target" if number % each == each // 2 else "partner",
        request=Request("GET", f"http://target.test/ocpi/2.2.1/locations?offset={number}", headers),
        response=Response(200, headers[:1], _BODY),
        context=Context(module="locations"),
        began=2 * number,
        ended=2 * number + 1,
        started_at=float(number),
        ended_at=number + 0.01,
    )


@benchmark
def html_report() -> Iterator[Measured]:
    """Time to make the HTML report of 2,000 scenarios and 50,000 exchanges, and its size."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, octets = run(Path(folder))
    yield Measured(f"HTML report of {SCENARIOS} scenarios, {EXCHANGES} exchanges", seconds, "s", 20, below=True)
    yield Measured("its size", octets / 1_000_000, "MB", 20, below=True)
