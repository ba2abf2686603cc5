"""Benchmarks of the schemas against `jsonschema`, each a ratio within one run; goals and sizes live here, no tests."""

from __future__ import annotations

import copy
import json
import os
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from bench import Measured, benchmark, ratio, seconds
from ocpi_conformance import schemas
from ocpi_conformance.schemas.facts import BASE_URI, folder_of
from ocpi_conformance.schemas.tests.samples import sample

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "2.2.1"
LINES = int(os.environ.get("OCPI_BENCH_LINES", "50000"))
SLOW_LINES = 200
"""Lines that `jsonschema` gets; it is timed per line."""

VALIDATE = (
    "from ocpi_conformance.cli.validate import validate\n"
    "if __name__ == '__main__':\n"
    "    validate()\n"
)  # fmt: skip
BUILD_ALL = (
    "import time\n"
    "from ocpi_conformance.schemas import VERSIONS, names, validation\n"
    "start = time.process_time()\n"
    "for version in VERSIONS:\n"
    "    for name in names(version):\n"
    "        validation.compiled(version, name)\n"
    "print(time.process_time() - start)\n"
)


def location() -> dict[str, Any]:
    """Returns a Location of three EVSEs with two connectors each, about 5.5 kB, that keeps all rules."""
    value: dict[str, Any] = sample(VERSION, "Location")
    evse = value["evses"][0]
    evse["connectors"] = [copy.deepcopy(evse["connectors"][0]) | {"id": number} for number in "12"]
    value["evses"] = [copy.deepcopy(evse) | {"uid": f"E{number}"} for number in range(3)]
    value["energy_mix"]["is_green_energy"] = False
    value["opening_times"]["twentyfourseven"] = False
    del value["publish_allowed_to"]
    return value


def broken_location() -> dict[str, Any]:
    """Returns a Location with nine errors at nine places."""
    value = location()
    del value["city"], value["evses"][1]["uid"]
    value |= {"country_code": "NLD", "publish": "yes", "last_updated": "yesterday"}
    value["coordinates"]["latitude"] = "52"
    value["evses"][0]["status"] = "Available"
    value["evses"][1]["connectors"][0]["max_voltage"] = "230"
    value["evses"][2]["connectors"] = []
    return value


def slow_validator() -> Draft202012Validator:
    """Returns what `jsonschema` makes of the same schemas."""
    return Draft202012Validator({"$ref": f"{BASE_URI}{folder_of(VERSION)}/Location.json"}, registry=schemas.registry())


@benchmark
def schemas_of_one_object() -> Iterator[Measured]:
    """Measures one valid and one broken object, already parsed."""
    slow, fast = slow_validator(), schemas.validator(VERSION, "Location")
    valid, broken = location(), broken_location()
    assert len(fast.errors(broken)) == len(list(slow.iter_errors(broken))) == 9
    found = ratio(lambda: list(slow.iter_errors(valid)), lambda: fast.errors(valid), calls=(5, 300))
    yield Measured("schemas: a valid Location, rate over jsonschema", found, "x", 100)
    found = ratio(lambda: list(slow.iter_errors(broken)), lambda: fast.errors(broken), calls=(5, 200))
    yield Measured("schemas: a Location with nine errors, rate over jsonschema", found, "x", 25)


@benchmark
def schemas_built() -> Iterator[Measured]:
    """Measures the time in which a fresh interpreter builds all validators of all versions."""
    command = [sys.executable, "-c", BUILD_ALL]
    found = [float(subprocess.check_output(command)) for _ in range(5)]
    yield Measured("schemas: all validators of all versions built", min(found) * 1000, "ms", 100, below=True)


@benchmark
def schemas_of_json_lines() -> Iterator[Measured]:
    """Measures the command over a long file without the rules, reading and the start of the interpreter included."""
    slow, value = slow_validator(), location()
    texts = [json.dumps(value | {"id": f"LOC{number}"}) for number in range(SLOW_LINES)]
    baseline = partial(_read_slowly, slow, texts)
    with tempfile.TemporaryDirectory() as folder:
        command = [*_command(Path(folder)), "--no-rules"]
        for workers, goal in ((1, 25), (2, 45)):
            # The baseline stands on both sides of the run, so that what else the machine does weighs on both.
            before = seconds(baseline)
            taken = seconds(partial(_run, command, workers))
            expected = (before + seconds(baseline)) / 2 / SLOW_LINES * LINES
            what = f"validate: {LINES:,} lines, workers: {workers}, rate over json + jsonschema"
            yield Measured(what, expected / taken, "x", goal)
    yield Measured("validate: memory of its largest process", _largest(), "MiB", 100, below=True)


@benchmark
def rules_of_json_lines() -> Iterator[Measured]:
    """Measures the command over the same file with the rules beyond schemas, and without them before and after."""
    with tempfile.TemporaryDirectory() as folder:
        command = _command(Path(folder))
        for workers in (1, 2):
            plain = partial(_run, [*command, "--no-rules"], workers)
            before = seconds(plain)
            taken = seconds(partial(_run, command, workers))
            found = (before + seconds(plain)) / 2 / taken
            yield Measured(f"validate with rules, workers: {workers}, rate relative to without", found, "x", 0.5)
    yield Measured("validate with rules: memory of its largest process", _largest(), "MiB", 100, below=True)


def _command(folder: Path) -> list[str]:
    """Returns the command over a new file of `LINES` Locations in `folder`."""
    script, file = folder / "run.py", folder / "locations.jsonl"
    script.write_text(VALIDATE, encoding="utf-8")
    value = location()
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(value | {"id": f"LOC{number}"}) + "\n" for number in range(LINES))
    return [sys.executable, str(script), "--version", VERSION, "--type", "Location", str(file)]


def _run(command: list[str], workers: int) -> None:
    subprocess.run([*command, "--workers", str(workers)], check=True, stdout=DEVNULL)


def _largest() -> float:
    """Returns the memory of the largest process that was started so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _read_slowly(slow: Draft202012Validator, texts: list[str]) -> None:
    for text in texts:
        assert not list(slow.iter_errors(json.loads(text)))
