"""What the terminal shows while a certification runs: a line that is overwritten where somebody looks. No verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TextIO

import pytest

from ocpi_conformance.cli import items
from ocpi_conformance.mock_partner.safety import shortened

_WIDTH = 100
_SHOWN = ("failed", "error", "skipped")


class Progress:
    """A pytest plugin in the place of pytest's dots.

    On a terminal: how many scenarios of how many, how many failed, which feature. Elsewhere one plain line for each
    version and role, so that a log shows that something happens. Quiet: nothing.
    """

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._stream = stream
        self._quiet = quiet
        self._live = stream.isatty() and not quiet
        self._waiting: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._total = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count what will run."""
        self._waiting = Counter(self._part(item) for item in session.items)
        self._total = self._waiting.total()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Show the scenario that begins."""
        part = self._part(item)
        if self._live:
            counts = "".join(f", {self._ended[name]} {name}" for name in _SHOWN if self._ended[name])
            where = item.stash[items.OUTCOME].feature if items.template(item) else item.name
            line = f"{self._ended.total() + 1}/{self._total}{counts}  {part} {where}"
            self._stream.write(f"\r\x1b[K{shortened(line, _WIDTH)}")
            self._stream.flush()
        elif part in self._waiting and not self._quiet:
            self._stream.write(f"{part}: {self._waiting.pop(part)} scenarios\n")
            self._stream.flush()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the scenario that has ended."""
        if report.when == "call":
            self._ended[report.outcome] += 1
        elif report.failed:
            self._ended["error"] += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Keep pytest from printing a letter, but not from printing what broke."""
        return (report.outcome, "", "") if report.when == "call" or not report.failed else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Take the line away before the summary."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    @staticmethod
    def _part(item: pytest.Item) -> str:
        pair = items.pair(item) if items.template(item) else None
        return f"OCPI {pair.version} {pair.role}" if pair else "other"


def plugins(stream: TextIO, *, quiet: bool, verbose: bool) -> Sequence[object]:
    """Return the plugins that show progress; with `verbose` pytest shows it, a line for each scenario."""
    return () if verbose else (Progress(stream, quiet=quiet),)
