"""The command ocpi-conformance: which commands there are and where they live. None of them is here."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final

import click

from ocpi_conformance.cli.exit_codes import EXIT_CODES

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "cleanup": ("certify", "cleanup"),
    "demo": ("certify", "demo"),
    "list": ("certify", "list_"),
    "mock": ("mock", "mock"),
    "report": ("report", "report"),
    "run": ("certify", "run"),
    "validate": ("validate", "validate"),
}
"""Name of a command to its module beside this one and its name there; imported when it is asked for."""


class _Commands(click.Group):
    """The commands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found: click.Command = getattr(importlib.import_module(f"ocpi_conformance.cli.{module}"), name)
        return found


@click.group(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ocpi-conformance")
def main() -> None:
    """Check an OCPI implementation against the specification, and play the partner it talks to."""
