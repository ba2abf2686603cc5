"""Requests to a server in another process, and the CPU time that they cost it; Linux only. No server is known here."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

CONNECTIONS = 16


@dataclass
class Load:
    """One request, made again and again over sixteen connections that stay open.

    `process` is the id of the server's process, all threads of which are counted.
    """

    process: int
    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    expected: bytes = b""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        self._host, self._target = parts.netloc, parts.path + (f"?{parts.query}" if parts.query else "")

    def cost(self, requests: int) -> float:
        """Return the CPU seconds of the server for each of about so many requests.

        Raises:
            RuntimeError: an answer is not 2xx, or lacks what is expected of it.
        """
        # A server may close a connection on which nobody has asked for a while: each call opens its own.
        connections = [HTTPConnection(self._host, timeout=60) for _ in range(CONNECTIONS)]
        try:
            self._round(connections)
            began, rounds = cpu_seconds(self.process), -(-requests // CONNECTIONS)
            for _ in range(rounds):
                self._round(connections)
            return (cpu_seconds(self.process) - began) / rounds / CONNECTIONS
        finally:
            for connection in connections:
                connection.close()

    def _round(self, connections: list[HTTPConnection]) -> None:
        for connection in connections:
            connection.request(self.method, self._target, self.body, self.headers)
        for connection in connections:
            self._take(connection)

    def _take(self, connection: HTTPConnection) -> None:
        answer = connection.getresponse()
        body = answer.read()
        if not 200 <= answer.status < 300 or self.expected not in body:
            raise RuntimeError(f"{self.method} {self.url}: {answer.status} {body[:300]!r}")


def costs(loads: dict[str, Load], requests: int, rounds: int = 7) -> list[dict[str, float]]:
    """Return by name what a request cost in each round, in which all `loads` take turns."""
    return [{name: load.cost(requests) for name, load in loads.items()} for _ in range(rounds)]


def quotient(found: list[dict[str, float]], slow: str, fast: str) -> float:
    """Return how many times the cost of `fast` that of `slow` is: the median of the rounds."""
    return statistics.median(each[slow] / each[fast] for each in found)


def cpu_seconds(process: int) -> float:
    """Return the CPU seconds that all threads of the process with this id have taken so far."""
    # The clock that clock_getcpuclockid(3) returns: user and system time of all threads of another process.
    return time.clock_gettime((~process << 3) | 2)
