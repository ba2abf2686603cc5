"""The command `ocpi-conformance mock`: options in, a running mock partner out. What it does is not known here."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import click

from ocpi_conformance.cli.explaining import explain
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import CLOCKS, MockConfig, effective, load_mock
from ocpi_conformance.mock_partner.settings import ConfigError
from ocpi_conformance.steps.run import validate

USAGE = 4
# Options that are a key of mock.toml: the option's name to `section.key`.
_KEYS = {
    "listen": "mock.listen",
    "public_url": "mock.public_url",
    "role": "mock.roles",
    "version": "mock.versions",
    "store": "mock.store",
    "seed": "mock.seed",
    "size": "data.size",
    "clock": "clock.mode",
}


@click.group(invoke_without_command=True)
@click.option("--config", type=click.Path(path_type=Path), help="mock.toml; docs/mock.md has its keys.")
@click.option("--role", multiple=True, help="Its role, such as EMSP (repeatable).")
@click.option("--version", multiple=True, help="An OCPI version that it speaks (repeatable).")
@click.option("--listen", help="host:port where it listens.")
@click.option("--port", type=int, help="Short for --listen 127.0.0.1:PORT; 0 takes a free one.")
@click.option("--public-url", help="How partners reach it, if not where it listens.")
@click.option("--store", type=click.Path(path_type=Path), help="File that keeps its state over a restart.")
@click.option("--size", type=int, help="How many EVSEs (or Tokens) it publishes.")
@click.option("--seed", type=int, help="Of its data and of all else that is drawn.")
@click.option("--clock", type=click.Choice(CLOCKS), help="How its time goes.")
@click.pass_context
def mock(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401
    """Run the mock partner until Ctrl-C: a CPO, eMSP or hub to develop against.

    The command line beats OCPI_MOCK_* variables, these beat mock.toml.
    """
    try:
        context.obj = _config(options)
    except ConfigError as error:
        _fail(context, str(error))
    if context.invoked_subcommand is None:
        _run(context, context.obj)


@mock.command(name="print-config")
@click.pass_obj
def print_config(config: MockConfig) -> None:
    """Print the configuration as it counts, as a mock.toml with the secrets left out."""
    click.echo(effective(config), nl=False)


def _config(options: dict[str, Any]) -> MockConfig:
    if options["port"] is not None:
        options["listen"] = options["listen"] or f"127.0.0.1:{options['port']}"
    if options["store"] is not None:
        # In the file a path is relative to the file, here to where the command is given.
        options["store"] = str(options["store"].resolve())
    return load_mock(options["config"], overrides={key: options[name] for name, key in _KEYS.items()})


def _run(context: click.Context, config: MockConfig) -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with Sandbox(config, validate=validate, explain=explain) as sandbox:
            click.echo(_told(sandbox))
            ended.wait()
    except HarnessError as error:
        _fail(context, str(error))


def _told(sandbox: Sandbox) -> str:
    """Return what whoever started it needs to know."""
    parties = ", ".join(f"{party.role} {party.country_code}*{party.party_id}" for party in sandbox.config.parties)
    lines = [
        f"The mock partner is running: {parties}, OCPI {', '.join(sandbox.config.versions)}",
        f"  versions URL         {sandbox.versions_url}",
        *(f"  CREDENTIALS_TOKEN_A  {token}   ({name})" for name, token in sandbox.invitations.items()),
        f"  control API          {sandbox.control_url}   (described at {sandbox.control_url}/openapi.json)",
        f"  control secret       {sandbox.secret}",
        *([f"  console              {sandbox.console_url}"] if sandbox.console_url else []),
        "To register, let your system start from the versions URL with a CREDENTIALS_TOKEN_A. Or let it begin:",
        f"  curl -H 'Authorization: Bearer {sandbox.secret}' {sandbox.control_url}/trigger \\",
        '    -d \'{"name": "register_with_partner", "arguments": {"versions_url": "...", "token_a": "..."}}\'',
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


def _fail(context: click.Context, message: str) -> None:
    click.echo(f"error: {message}", err=True)
    context.exit(USAGE)
