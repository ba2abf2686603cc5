"""`demo --journey`: the journeys of the versions that are wanted, as lines on the terminal, and the exit code.

Rules: what happens is decided in `journey`, what is wrong is found by `exchange_flaws`; here are only the words.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import click

from ocpi_conformance.cli import exchange_flaws, journey
from ocpi_conformance.cli.journey import Sent, Stage, Told
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.safety import printable, shortened

CONFORMANT, FLAWED, FAILED = 0, 1, 3
_WIDTH = 78


def show(versions: Iterable[str]) -> int:
    """Print the journey of each version; return 0, 1 when a message breaks OCPI, 3 when a journey comes to no end."""
    return max((_show(version) for version in versions), default=CONFORMANT)


def _show(version: str) -> int:
    try:
        with journey.staged(version) as stage:
            click.echo(f"\nOCPI {version}: a CPO at {stage.cpo.versions_url}, an eMSP at {stage.emsp.versions_url}")
            told = []
            for number, chapter in enumerate(journey.chapters(version), 1):
                click.echo(f"\n{number:>2}. {chapter.title}")
                told.append(journey.tell(stage, chapter))
                for line in _lines(told[-1]):
                    click.echo(line)
            return _judged(stage, told)
    except HarnessError as error:
        click.echo(f"error: the journey in {version} ends here: {printable(str(error), single_line=True)}", err=True)
        return FAILED


def _lines(told: Told) -> Iterator[str]:
    yield from (line(sent) for sent in told.sent)
    yield f"    = {told.outcome}"


def line(sent: Sent) -> str:
    """Return an exchange on one line: who -> whom, method and path, HTTP and OCPI status; indented within another."""
    whom = "CPO" if sent.caller == "eMSP" else "eMSP"
    exchange = sent.exchange
    url = urlsplit(exchange.request.url)
    path = shortened(url.path + (f"?{url.query}" if url.query else ""), _WIDTH - 2 * sent.depth)
    http, ocpi = journey.status_of(exchange)
    what = f"{'  ' * sent.depth}{exchange.request.method:<6} {path}"
    return f"    {sent.caller:>4} -> {whom:<4}  {what:<{_WIDTH + 7}}  {f'{http}/{ocpi}' if http else 'no answer'}"


def _judged(stage: Stage, told: list[Told]) -> int:
    failures = [f"{chapter.chapter.title}: {line(sent).strip()}" for chapter in told for sent in chapter.failures]
    flaws = [*failures, *flaws_of(stage)]
    total = sum(len(chapter.sent) for chapter in told)
    click.echo(f"\nOCPI {stage.version}: {total} exchanges, {len(flaws)} errors by schemas and rules")
    for flaw in flaws:
        click.echo(printable(flaw))
    return FLAWED if flaws else CONFORMANT


def flaws_of(stage: Stage) -> Iterator[str]:
    """Yield what breaks OCPI in all that the two partners of a journey have exchanged."""
    for record in stage.records.values():
        found = itertools.chain(exchange_flaws.by_schemas(record), exchange_flaws.by_rules(record, stage.version))
        yield from (record.redactor.clean(flaw) for flaw in found)
