"""The command `validate`: has the objects in files judged by `schemas` and prints what was found; it judges nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, TextIO

import click

from ocpi_conformance.cli.object_rules import ObjectRules
from ocpi_conformance.mock_partner.safety import printable
from ocpi_conformance.schemas.bulk import Bulk, Judged, Tally, Task

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ocpi_conformance.schemas.errors import SchemaError

VALID: Final = 0
INVALID: Final = 1
UNREADABLE: Final = 2
INTERRUPTED: Final = 2
NOTHING: Final = 5

_EVERY: Final = 0.2
"""Seconds between two updates of the progress line."""


@dataclass
class Progress:
    """One line on `stream` that is overwritten as the input is read; nothing is written where nobody looks."""

    stream: TextIO
    tally: Tally
    size: int | None = None
    done: int = 0
    shown: bool = False
    _next: float = field(default_factory=lambda: time.monotonic() + _EVERY)

    def read(self, count: int) -> None:
        """Notes that `count` more bytes were read, and shows it now and then."""
        self.done += count
        if not self.stream.isatty() or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        share = f" ({100 * self.done // self.size} %)" if self.size else ""
        self.stream.write(f"\r\x1b[K{self.done / 1e6:,.0f} MB{share}, {self.tally.objects:,} objects")
        self.stream.flush()
        self.shown = True

    def clear(self) -> None:
        """Takes the line away, so that other text can be written."""
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self.shown = False


def text_lines(file: str, judged: Judged) -> Iterator[str]:
    """Yields each finding of one item as a line for a reader: file, line, place, expectation."""
    if judged.problem:
        yield printable(f"{file}:{judged.line}: cannot be read: {judged.problem}", single_line=True)
    for found in (*judged.errors, *judged.notices):
        severity = "" if found.severity == "error" else "notice: "
        place = f"{judged.root}{found.pointer}" or "(the whole value)"
        said = f"expected {found.expected}, got {found.actual} [{found.label}, {found.anchor}]"
        yield printable(f"{file}:{judged.line}: {place}: {severity}{said}", single_line=True)


def json_lines(file: str, judged: Judged) -> Iterator[str]:
    """Yields each finding of one item as a JSON object on one line, in ASCII only."""
    place = {"file": file, "line": judged.line}
    if judged.problem:
        yield _json({**place, "severity": "unreadable", "problem": judged.problem})
    for found in (*judged.errors, *judged.notices):
        yield _json({**place, **_members(judged, found)})


def _members(judged: Judged, found: SchemaError) -> dict[str, str]:
    return {**asdict(found), "pointer": judged.root + found.pointer}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")


def exit_code(tally: Tally) -> int:
    """Returns the exit code of a count: what could not be read weighs more than what is invalid."""
    if tally.unreadable:
        return UNREADABLE
    if tally.errors:
        return INVALID
    return VALID if tally.objects else NOTHING


def summary_text(task: Task, tally: Tally, _: int) -> str:
    """Returns the last line for a reader."""
    what = f"{task.name} objects of OCPI {task.version}"
    if not tally.objects:
        said = f"no {what} found"
    elif tally.invalid:
        said = f"{tally.invalid:,} of {tally.objects:,} {what} invalid"
    else:
        said = f"{tally.objects:,} {what} valid"
    counts = {"errors": tally.errors, "notices": tally.notices, "texts that cannot be read": tally.unreadable}
    return "; ".join([said, *(f"{number:,} {name}" for name, number in counts.items() if number)])


def summary_json(task: Task, tally: Tally, code: int) -> str:
    """Returns the last line for a program."""
    return _json({"summary": {"version": task.version, "type": task.name, **asdict(tally)}, "exit": code})


_Lines = Callable[[str, Judged], Iterator[str]]
_Summary = Callable[[Task, Tally, int], str]
FORMATS: Final[dict[str, tuple[_Lines, _Summary]]] = {
    "text": (text_lines, summary_text),
    "json": (json_lines, summary_json),
}


@click.command(short_help="Validate OCPI objects in files against schemas and rules.")
@click.option("--version", "version", required=True, help="2.1.1, 2.2.1, 2.3.0, 2.3.0-payments or 2.3.0-bookings.")
@click.option(
    "--type", "name", required=True, help="The class of the objects as the specification names it: CDR, Location, …"
)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--no-rules", is_flag=True, help="Only the schemas: leave out what the text says in words; faster.")
@click.option("--notices", is_flag=True, help="Also tell what is allowed but worth knowing; slower.")
@click.option("--partial", is_flag=True, help="The objects are bodies of PATCH requests: nothing is required.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, for JSON Lines.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.pass_context
def validate(
    ctx: click.Context,
    *,
    version: str,
    name: str,
    form: str,
    no_rules: bool,
    notices: bool,
    partial: bool,
    workers: int,
    files: tuple[str, ...],
) -> None:
    """Validate the OCPI objects in FILES ("-": standard input) against the specification's tables and text.

    The tables are judged by schemas. What the text says in words of one object (totals against periods, the order of
    times, last_updated of a parent, …) is judged by rules, each with the id and level of its requirement: a broken MUST
    is an error, anything else a notice. Bodies of PATCH requests are judged by the schemas alone. What the text says
    of several objects together (an id that is used twice, a Session and its CDR) is judged by a run, not here.

    A file holds one object, a JSON array of objects, one object per line (JSON Lines), or whole OCPI responses; which
    one is found out. Files of any length are read in constant memory.

    Exit codes: 0 all valid, 1 errors, 2 something could not be read as JSON, 4 usage, 5 no object found.
    """
    rules = None if no_rules or partial else ObjectRules(version, name, notices)
    task = Task(version, name, partial, notices, rules)
    try:
        task.validator()
    except KeyError as error:
        raise click.UsageError(printable(str(error.args[0]), single_line=True)) from None
    bulk = Bulk(task, workers)
    lines, summary = FORMATS[form]
    out = sys.stdout
    try:
        for file in files:
            for line in _found(bulk, file, lines):
                out.write(line + "\n")
        code = exit_code(bulk.tally)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    out.write(summary(task, bulk.tally, code) + "\n")
    out.flush()
    ctx.exit(code)


def _found(bulk: Bulk, file: str, lines: _Lines) -> Iterator[str]:
    shown = "standard input" if file == "-" else file
    progress = Progress(sys.stderr, bulk.tally)
    try:
        with _opened(file) as source:
            progress.size = _size(source)
            for judged in bulk.judge(source, progress.read):
                progress.clear()
                yield from lines(shown, judged)
    except OSError as error:
        judged = Judged(0, "", problem=error.strerror or str(error))
        bulk.tally.add(judged)
        yield from lines(shown, judged)
    finally:
        progress.clear()


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb")  # noqa: PTH123


def _size(source: IO[bytes]) -> int | None:
    """Returns the length of a file, or None of a pipe."""
    if not source.seekable():
        return None
    here = source.tell()
    length = source.seek(0, 2)
    source.seek(here)
    return length
