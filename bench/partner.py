"""Benchmarks of the mock partner beside other mock servers and at its largest; CPU time, so that others may work too.

Rules: goals and sizes live here, servers in `hosting` and `others`; every number is one of a run in which both sides
take turns.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import Measured, benchmark, others
from bench.hosting import LARGE, PAGE, TOKEN, locations
from bench.load import Load, costs, cpu_seconds, quotient
from bench.schemas import VERSION
from ocpi_conformance.mock_partner.ocpi.versions import authorization

REQUESTS, PAGES = 800, 160
"""How often each server is asked in a round, for one object and for a page."""
WARM_UP = 8_000
"""Requests before the rounds: a JVM and a node that have not compiled yet are no measure."""

_HEADERS = {"Authorization": authorization(TOKEN, VERSION)}
_JSON = {"Content-Type": "application/json"}


@benchmark
def partner_beside_others() -> Iterator[Measured]:
    """CPU time of one recorded GET and one validated PUT of a Location, beside WireMock and Prism."""
    item = locations(1)[0]
    body = json.dumps(item).encode()
    envelope = {"data": item, "status_code": 1000, "timestamp": "2026-01-01T00:00:00Z"}
    with ExitStack() as running:
        sender, receiver = (running.enter_context(hosted(name)) for name in ("sender", "receiver"))
        put = _JSON | _HEADERS
        loads = {
            "GET": Load(sender.process, f"{sender.url}/LOC1", headers=_HEADERS, expected=b'"LOC1"'),
            "PUT": Load(receiver.process, f"{receiver.url}/NL/BEC/LOC1", "PUT", put, body, b":1000"),
        }
        for name in _installed("wiremock", "prism"):
            folder = running.enter_context(tempfile.TemporaryDirectory())
            process, url = running.enter_context(others.started(name, Path(folder), envelope))
            loads[f"{name} GET"] = Load(process, url, headers=_HEADERS, expected=b'"LOC1"')
            if name == "prism":
                loads["prism PUT"] = Load(process, url, "PUT", put, body, b"1000")
        for load in loads.values():
            if load.method == "PUT":
                _require_check(load)
            load.cost(WARM_UP)
        found = costs(loads, REQUESTS)
    yield from _compared(found, "wiremock GET", "GET", "GET of a Location, CPU of WireMock over ours", 2.0)
    yield from _compared(found, "prism GET", "GET", "GET of a Location, CPU of Prism over ours", 3.0)
    yield from _compared(found, "prism PUT", "PUT", "PUT of a Location, validated, CPU of Prism over ours", 2.0)


@benchmark
def partner_page() -> Iterator[Measured]:
    """CPU time of a recorded page of 50 Locations, beside a JSONResponse of starlette of the same dicts."""
    with hosted("sender") as sender, hosted("plain") as plain:
        loads = {
            "ours": Load(sender.process, f"{sender.url}?limit={PAGE}", headers=_HEADERS, expected=b'"LOC50"'),
            "plain": Load(plain.process, plain.url, expected=b'"LOC50"'),
        }
        found = costs(loads, PAGES)
    yield Measured(f"page of {PAGE}, CPU of a JSONResponse over ours", quotient(found, "plain", "ours"), "x", 3)


@benchmark
def partner_recording() -> Iterator[Measured]:
    """CPU time that the record adds to a GET of a Location."""
    with hosted("sender") as recorded, hosted("unrecorded") as unrecorded:
        loads = {
            name: Load(server.process, f"{server.url}/LOC1", headers=_HEADERS, expected=b'"LOC1"')
            for name, server in (("with", recorded), ("without", unrecorded))
        }
        for load in loads.values():
            load.cost(WARM_UP)
        found = costs(loads, REQUESTS // 4, rounds=41)
    added = (quotient(found, "with", "without") - 1) * 100
    yield Measured("CPU that recording adds to a GET", added, "%", 25, below=True)


@benchmark
def partner_start() -> Iterator[Measured]:
    """CPU time until the mock partner answers, from its command line, beside WireMock."""
    if not _installed("wiremock"):
        return
    found = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder, others.started("wiremock", Path(folder), {}) as (process, _):
            slow = cpu_seconds(process)
        found.append(_cost_of_start() / slow)
    yield Measured("CPU until it answers, over that of WireMock", statistics.median(found), "x", 1 / 3, below=True)


@benchmark
def partner_large() -> Iterator[Measured]:
    """CPU time and memory of 300,000 EVSEs, and CPU time of the last page beside the first."""
    with hosted("large") as large:
        yield Measured(f"{LARGE:,} EVSEs made and stored, CPU", large.told["seconds"], "s", 60, below=True)
        last = (large.told["locations"] - PAGE) // PAGE * PAGE
        loads = {
            name: Load(large.process, f"{large.url}?limit={PAGE}&offset={offset}", headers=_HEADERS)
            for name, offset in (("first", 0), ("last", last))
        }
        found = costs(loads, PAGES)
        yield Measured(
            "its last page, CPU over that of the first", quotient(found, "last", "first"), "x", 1.5, below=True
        )
        yield Measured("its memory, these pages recorded", large.megabytes() / 1024, "GB", 1.5, below=True)


class Hosted:
    """A server of `hosting` in a process of its own: `process` its id, `url`, and all that it `told`."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "bench.hosting", name]
        folder = Path(__file__).resolve().parents[1]
        self._running = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process = self._running.pid
        self.told = self._line()
        self.url = str(self.told.get("url"))

    def megabytes(self) -> float:
        """End the server and return the most memory that it had."""
        assert self._running.stdin
        self._running.stdin.close()
        return float(self._line()["megabytes"])

    def kill(self) -> None:
        """End the server at once."""
        self._running.kill()
        self._running.wait()
        for pipe in (self._running.stdin, self._running.stdout):
            if pipe:
                pipe.close()

    def _line(self) -> dict[str, Any]:
        assert self._running.stdout
        line: dict[str, Any] = json.loads(self._running.stdout.readline() or "{}")
        return line


@contextmanager
def hosted(name: str) -> Iterator[Hosted]:
    """Have the server `name` of `hosting` run as long as the context lasts."""
    server = Hosted(name)
    try:
        yield server
    finally:
        server.kill()


def _cost_of_start() -> float:
    command = [sys.executable, "-m", "ocpi_conformance.cli", "mock", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = next(word for line in process.stdout for word in line.split() if word.endswith("/versions"))
            others.wait_for_answer(urlsplit(url).netloc, "/ocpi/versions")
            return cpu_seconds(process.pid)
        finally:
            process.kill()


def _installed(*names: str) -> list[str]:
    """Return those of `names` that are installed; say of the others why they are left out."""
    found = {name: others.missing(name) for name in names}
    for name, reason in found.items():
        if reason:
            print(f"{name} is left out: {reason}", flush=True)
    return [name for name, reason in found.items() if not reason]


def _require_check(load: Load) -> None:
    """Assure that the server refuses a body that is no Location: who does not look at it would have an easy life."""
    try:
        replace(load, body=b"{}").cost(1)
    except RuntimeError:
        return
    raise RuntimeError(f"{load.method} {load.url}: a body that is no Location is taken")


def _compared(found: list[dict[str, float]], slow: str, fast: str, what: str, goal: float) -> Iterator[Measured]:
    if slow in found[0]:
        yield Measured(what, quotient(found, slow, fast), "x", goal)
