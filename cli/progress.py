"""What the terminal shows while a certification runs: a line that is overwritten where somebody looks. No verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import pytest

from ocpi_conformance.cli import items
from ocpi_conformance.mock_partner.safety import shortened

_WIDTH = 100
_SHOWN = ("failed", "error", "skipped")


class Progress:
    """A pytest plugin in the place of pytest's dots.

    On a terminal: how many scenarios of how many, how many failed, which feature. Elsewhere one plain line for each
    version and role, so that a log shows that something happens. Quiet: nothing. Of what other processes run it shows
    what has ended.
    """

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        self._stream = stream
        self._quiet = quiet
        self._live = stream.isatty() and not quiet
        self._waiting: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._total = 0
        self._elsewhere = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count what will run."""
        self._count(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: Sequence[str]) -> None:  # noqa: ANN401
        """Count what the workers will run: each has collected all of it."""
        self._count(ids)
        self._elsewhere = True

    def _count(self, ids: Iterable[str]) -> None:
        self._waiting = Counter(items.part(nodeid) for nodeid in ids)
        self._total = self._waiting.total()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Show the scenario that begins."""
        self._show(item.nodeid, self._ended.total() + 1, item.location[0])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the scenario that has ended."""
        if report.when == "call":
            self._ended[report.outcome] += 1
        elif report.failed:
            self._ended["error"] += 1
        if self._elsewhere and report.when == "call":
            self._show(report.nodeid, self._ended.total(), report.location[0])

    def _show(self, nodeid: str, number: int, file: str) -> None:
        part = items.part(nodeid)
        if self._live:
            counts = "".join(f", {self._ended[name]} {name}" for name in _SHOWN if self._ended[name])
            line = f"{number}/{self._total}{counts}  {part} {file.removeprefix('features/')}"
            self._stream.write(f"\r\x1b[K{shortened(line, _WIDTH)}")
            self._stream.flush()
        elif part in self._waiting and not self._quiet:
            self._stream.write(f"{part}: {self._waiting.pop(part)} scenarios\n")
            self._stream.flush()

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


def plugins(stream: TextIO, *, quiet: bool, verbose: bool) -> Sequence[object]:
    """Return the plugins that show progress; with `verbose` pytest shows it, a line for each scenario."""
    return () if verbose else (Progress(stream, quiet=quiet),)
