"""Shows that the suite raises no false alarm: runs it against an embedded target that is legal and only unusual.

Rules: what is unusual stands in a table of the mock partner; here it is only armed, one by one and all at once.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ocpi_conformance import features
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import ALL, chosen, profiles

ALARMS = ("failed", "advised", "error")


def alarms(name: str, folders: Iterable[str] = ()) -> list[str]:
    """Return what is said against a target with the variance `name`, one line each; nothing should be.

    Runs pytest in this process: call it in a process of its own. `folders` of features are run, or all.
    """
    here = Path(features.__file__).resolve().parent
    with tempfile.TemporaryDirectory() as report:
        arguments = [
            *([str(here / folder) for folder in folders] or [str(here)]),
            *("--target=embedded", f"--variance={name}", f"--report={report}", f"--rootdir={here.parent}"),
            *("-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "pytest_bdd.plugin"),
        ]
        code = pytest.main(arguments)
        summary = Path(report) / "summary.json"
        if not summary.exists():
            return [f"pytest ended with {int(code)} and no summary"]
        outcomes = json.loads(summary.read_text(encoding="utf-8"))["outcomes"]
    return [
        f"{outcome['verdict']} {outcome['role']} {outcome['feature']}: {outcome['scenario']}{_details(outcome)}"
        for outcome in outcomes
        if outcome["verdict"] in ALARMS
    ]


def _details(outcome: dict[str, list[dict[str, str]]]) -> str:
    told = {f"{f['requirement']} expected {f['expected']}, found {f['actual']}": None for f in outcome["findings"]}
    return "".join(f"\n    {line}" for line in list(told)[:3])


def _quietly(task: tuple[str, tuple[str, ...]]) -> tuple[str, list[str]]:
    # In the child only: plugins that nothing here needs cost more than the scenarios.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        return task[0], alarms(*task)


def look(names: Iterable[str], folders: tuple[str, ...] = (), workers: int = 2) -> Iterator[tuple[str, list[str]]]:
    """Yield each of `names` with its alarms, each from a process of its own, `workers` at a time."""
    context = multiprocessing.get_context("fork")
    with context.Pool(workers, maxtasksperchild=1) as pool:
        yield from pool.imap(_quietly, [(name, folders) for name in names])


def main(arguments: list[str]) -> int:
    """Run with each variance that is named, or with every one and then all; returns 0 when there was no alarm."""
    try:
        chosen(arguments)
    except HarnessError as error:
        print(error)
        return 4
    raised = 0
    for name, lines in look(arguments or [*profiles(), ALL]):
        print("\n  ".join([f"{'ALARM' if lines else 'quiet'} {name}", *lines]), flush=True)
        raised += bool(lines)
    return 1 if raised else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
