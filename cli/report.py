"""The commands below `report`: what can be done with a run that is over. Options in, text and exit code out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from ocpi_conformance.mock_partner.safety import Redactor, printable
from ocpi_conformance.reports import diff, documents, pack
from ocpi_conformance.reports.diff import Change, Diff, DiffError
from ocpi_conformance.reports.journal import Journal, JournalError, read
from ocpi_conformance.reports.pack import PackError
from ocpi_conformance.steps.catalogue import Catalogue

USAGE = 4
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_ANY = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_RUN = click.option("--run", default=None, help="Id of the run, when several lie there; by default the latest.")


@click.group()
def report() -> None:
    """Make the reports of a run again, compare two runs, pack the evidence."""


@report.command()
@click.argument("folder", type=_FOLDER)
@_RUN
def rebuild(folder: Path, run: str | None) -> None:
    """Make every report in FOLDER again from the journal alone, also of a run that was killed."""
    with _mistakes():
        journal = read(folder, run)
        result = documents.judge(journal, Catalogue.load())
        written = documents.write(folder, result, Catalogue.load(), Redactor())
    for line in journal.missing:
        _say(f"missing: {line}")
    exchanges = sum(part.size for part in journal.parts)
    _say(f"run {journal.run}: {len(journal.outcomes)} scenarios, {exchanges} exchanges")
    for path in written:
        _say(f"  report: {path}")


@report.command(name="diff")
@click.argument("old", type=_ANY)
@click.argument("new", type=_ANY)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff_(old: Path, new: Path, form: str) -> None:
    """Say what changed from the run in OLD to the run in NEW (folders, or files summary.json).

    Exit codes: 0 nothing fails that did not before, 1 something does, 4 a run cannot be read.
    """
    with _mistakes():
        found = diff.compare(diff.load(old), diff.load(new))
    for line in _diff_json(found) if form == "json" else _diff_text(found):
        click.echo(line)
    sys.exit(1 if found.newly_failing else 0)


@report.command(name="pack")
@click.argument("folder", type=_FOLDER)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The zip to write.")
@_RUN
def pack_(folder: Path, output: Path | None, run: str | None) -> None:
    """Put the reports, the journal, the configuration without secrets and all versions of a run into one zip."""
    with _mistakes():
        journal = read(folder, run)
        path = output or folder / f"evidence-{journal.run}.zip"
        pack.write(path, journal, _documents(journal))
        _say(f"{path}")
        _say(f"SHA-256 {pack.sha256(path)}")


@report.command()
@click.argument("file", type=_FILE)
def verify(file: Path) -> None:
    """Check that every file in a pack is as it was made.

    Exit codes: 0 it is, 1 a file was changed, added or taken out, 4 it is no pack.
    """
    with _mistakes():
        flaws = pack.verify(file)
        digest = pack.sha256(file)
    for flaw in flaws:
        _say(flaw)
    if not flaws:
        _say("every file is as it was made; compare this with the sum that its maker tells you:")
    _say(f"SHA-256 {digest}")
    sys.exit(1 if flaws else 0)


def _documents(journal: Journal) -> tuple[str, ...]:
    """Return the documents of this run; what lies in the folder may be of another one."""
    names = tuple(documents.DOCUMENTS)
    try:
        told = json.loads((journal.folder / diff.SUMMARY).read_text("utf-8"))["id"]
    except (OSError, ValueError, LookupError, TypeError):
        told = None
    if told != journal.run:
        remedy = f"run `ocpi-conformance report rebuild {journal.folder} --run {journal.run}` first"
        raise PackError(f"{journal.folder}: the reports in it are not of run {journal.run}; {remedy}")
    return names


@contextmanager
def _mistakes() -> Iterator[None]:
    try:
        yield
    except (JournalError, DiffError, PackError) as error:
        click.echo(f"error: {printable(str(error), single_line=True)}", err=True)
        sys.exit(USAGE)


def _diff_text(found: Diff) -> Iterator[str]:
    for name, changes in _lists(found).items():
        yield f"{name.replace('_', ' ')}: {len(changes)}"
        yield from (f"  {printable(str(change), single_line=True)}" for change in changes)


def _diff_json(found: Diff) -> Iterator[str]:
    yield json.dumps(
        {name: [asdict(change) for change in changes] for name, changes in _lists(found).items()}, indent=2
    )


def _lists(found: Diff) -> dict[str, tuple[Change, ...]]:
    return vars(found)


def _say(text: str) -> None:
    click.echo(printable(text, single_line=True))
