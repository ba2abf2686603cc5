"""Benchmarks of a run: what the suite itself costs for each scenario, and that more step definitions cost nothing."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import Measured, benchmark
from ocpi_conformance import features

if TYPE_CHECKING:
    from collections.abc import Iterator

FEATURES = Path(features.__file__).resolve().parent
MANY = 400
_DEFINITIONS = """
from pytest_bdd import given, parsers
{steps}
"""
_STEP = "@given(parsers.parse('a step that no scenario has, {number} {{word}}'))\ndef step_{number}(word): ...\n"


@benchmark
def scenario_overhead() -> Iterator[Measured]:
    """Time of a scenario minus the time waited for the target, Allure on; the same with 400 unused definitions."""
    plain = _overheads(0)
    yield Measured("overhead of a scenario, Allure on, mean", statistics.fmean(plain), "ms", 15, below=True)
    many = _overheads(MANY)
    grown = statistics.median(many) / statistics.median(plain)
    yield Measured(f"overhead with {MANY} more step definitions", grown, "times", 1.25, below=True)


def _overheads(definitions: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "unused_steps.py"
        module.write_text(_DEFINITIONS.format(steps="".join(_STEP.format(number=n) for n in range(definitions))))
        subprocess.run(
            [
                *(sys.executable, "-m", "pytest", str(FEATURES), "--target=embedded", "--ocpi-role=CPO", "-q"),
                *(f"--rootdir={FEATURES.parent}", f"--report={folder}", f"--alluredir={folder}/allure"),
                *("-p", "unused_steps", "-p", "no:cacheprovider", "-p", "no:xdist"),
            ],
            env={"PYTHONPATH": folder, "PATH": ""},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        outcomes = json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))["outcomes"]
    return [outcome["overhead"] * 1000 for outcome in outcomes]
