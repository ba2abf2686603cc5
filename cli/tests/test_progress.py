"""What the terminal shows while a certification runs: one line where somebody looks, plain lines elsewhere."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from ocpi_conformance.cli.progress import Progress, plugins


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *, quiet: bool = False) -> str:
    """Return what is written for two items, of which the first fails."""
    names = ("one", "two\x1b[2J")
    items = [SimpleNamespace(nodeid=name, location=(name, 1, name)) for name in names]
    progress = Progress(stream, quiet=quiet)
    progress.pytest_collection_finish(SimpleNamespace(items=items))  # type: ignore[arg-type]
    for item, end in zip(items, ("failed", "passed"), strict=True):
        progress.pytest_runtest_protocol(item)  # type: ignore[arg-type]
        report = SimpleNamespace(when="call", outcome=end, failed=end == "failed")
        progress.pytest_runtest_logreport(report)  # type: ignore[arg-type]
    progress.pytest_sessionfinish()
    return stream.getvalue()


def test_on_a_terminal_one_line_is_overwritten() -> None:
    assert shown(Terminal()) == "\r\x1b[K1/2  other one\r\x1b[K2/2, 1 failed  other two\\x1b[2J\r\x1b[K"


def test_what_workers_run_is_shown_when_it_has_ended() -> None:
    stream, ids = Terminal(), ("test_a.py::one[2.2.1-CPO]", "test_a.py::two[2.2.1-EMSP-x]")
    progress = Progress(stream, quiet=False)
    progress.pytest_xdist_node_collection_finished(None, ids)
    for nodeid in ids:
        location = ("features/a/a.feature", 1, "it")
        report = SimpleNamespace(when="call", outcome="passed", failed=False, nodeid=nodeid, location=location)
        progress.pytest_runtest_logreport(report)  # type: ignore[arg-type]
    lines = ("1/2  OCPI 2.2.1 CPO a/a.feature", "2/2  OCPI 2.2.1 EMSP a/a.feature")
    assert stream.getvalue() == "".join(f"\r\x1b[K{line}" for line in lines)


def test_elsewhere_a_part_is_one_plain_line() -> None:
    assert shown(io.StringIO()) == "other: 2 scenarios\n"


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_is_quiet(stream: io.StringIO) -> None:
    assert shown(stream, quiet=True) == ""


def test_with_verbose_pytest_shows_it() -> None:
    assert plugins(io.StringIO(), quiet=False, verbose=True) == ()
