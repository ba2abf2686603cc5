"""The commands that certify, list and clean up: options in, pytest run, exit code out. What a run does is elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click
import pytest
from click.core import ParameterSource

from ocpi_conformance import features
from ocpi_conformance.cli import journey_trace, progress
from ocpi_conformance.cli.exit_codes import EXIT_CODES
from ocpi_conformance.cli.listing import Listing
from ocpi_conformance.mock_partner import leftovers
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.mock_partner.safety import printable
from ocpi_conformance.steps import profiles
from ocpi_conformance.steps.run import EMBEDDED

FEATURES = Path(features.__file__).resolve().parent
Command = TypeVar("Command", bound=Callable[..., Any])


def _selection(command: Command) -> Command:
    """Add the options that choose what runs."""
    for option in (
        click.option(
            "--version",
            multiple=True,
            help="Only this OCPI version (repeatable); of the embedded target 2.2.1 if not said.",
        ),
        click.option("--role", multiple=True, help="Only this role of the target (repeatable)."),
        click.option(
            "--module", multiple=True, help="Only this area of the catalogue, such as locations (repeatable)."
        ),
        click.option("--level", multiple=True, type=click.Choice(["MUST", "SHOULD", "MAY", "INFO"]), help="Only this."),
        click.option("--requirement", multiple=True, help="Only this requirement, such as TRN-010 (repeatable)."),
        click.option("--read-only", is_flag=True, help="Send nothing that changes anything at the target."),
    ):
        command = option(command)
    return command


def _reporting(command: Command) -> Command:
    """Add the options that say what becomes of the outcome."""
    for option in (
        click.option("--strict", is_flag=True, help="A violated SHOULD fails."),
        click.option("--report", default="reports/out", show_default=True, help="Folder of all that is written."),
        click.option(
            "--profile",
            multiple=True,
            help=f"Say whether the target suits this partner (repeatable): {', '.join(profiles.names())}, or a file.",
        ),
        click.option(
            "--processes",
            "-n",
            default=1,
            type=click.IntRange(1),
            help="Judge so many versions and roles at a time (needs pytest-xdist).",
        ),
        click.option("--personal-data", is_flag=True, help="Write ids of drivers whole; they are shortened otherwise."),
        click.option("--verbose", "-v", is_flag=True, help="One line for each scenario, and tracebacks."),
        click.option("--quiet", "-q", is_flag=True, help="Only the summary."),
    ):
        command = option(command)
    return command


@click.command(epilog=EXIT_CODES)
@click.option("--target", required=True, help="target.toml, or the word embedded.")
@_selection
@_reporting
def run(**options: Any) -> None:  # noqa: ANN401
    """Run the scenarios against the target of target.toml."""
    sys.exit(_certify(options))


@click.command(epilog=EXIT_CODES)
@click.option("--journey", is_flag=True, help="Show two mock partners, a CPO and an eMSP, talk to each other instead.")
@_selection
@_reporting
@click.pass_context
def demo(context: click.Context, /, journey: bool, **options: Any) -> None:  # noqa: ANN401
    """Run all scenarios against the embedded target: what a certification looks like.

    With --journey: one relation from the handshake to its end, message by message, in every --version.
    """
    sys.exit(_travel(context, options["version"]) if journey else _certify(options | {"target": EMBEDDED}))


@click.command(name="list")
@click.option("--target", required=True, help="target.toml, or the word embedded.")
@_selection
def list_(**options: Any) -> None:  # noqa: ANN401
    """Say which scenarios would run and what they would send, without sending anything."""
    listing = Listing()
    code = pytest.main([*_arguments(options), "-qq", "--no-summary"], plugins=[listing])
    sys.exit(0 if listing.found else code)


@click.command()
@click.option("--report", default="reports/out", show_default=True, help="Folder of the run that was killed.")
def cleanup(report: str) -> None:
    """End the registrations that a killed run has left at its target.

    A run that ends by itself, by Ctrl-C or by SIGTERM does so itself.
    """
    files = sorted(Path(report).glob(leftovers.PATTERN))
    failed = False
    for file in files:
        try:
            remaining = list(leftovers.read(file))
            while remaining:
                leftovers.end(remaining[0])
                click.echo(f"ended the registration at {remaining.pop(0).versions_url}")
                leftovers.Leftovers(file).save(remaining)
        except HarnessError as error:
            failed = True
            click.echo(f"error: {printable(str(error), single_line=True)}", err=True)
    if not files:
        click.echo(f"nothing is open in {report}")
    sys.exit(2 if failed else 0)


def _travel(context: click.Context, wanted: tuple[str, ...]) -> int:
    given = (name for name in context.params if name not in {"journey", "version"})
    useless = [name for name in given if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    unknown = [version for version in wanted if version not in VERSIONS]
    if useless or unknown:
        said = ", ".join([*(f"--{name.replace('_', '-')}" for name in useless), *unknown])
        click.echo(f"error: --journey does not take {said}; give --version {', '.join(VERSIONS)} or none", err=True)
        return 4
    return journey_trace.show(wanted or tuple(VERSIONS))


def _certify(options: dict[str, Any]) -> int:
    folder = Path(options["report"])
    several = options["processes"] > 1
    if several and not find_spec("xdist"):
        click.echo("error: --processes needs pytest-xdist; `pip install pytest-xdist`, or leave it out", err=True)
        return 4
    arguments = [
        *_arguments(options),
        f"--report={folder}",
        f"--alluredir={folder / 'allure-results'}",
        "--clean-alluredir",
        *([f"--numprocesses={options['processes']}"] if several else []),
        *(["--ocpi-strict"] if options["strict"] else []),
        *(f"--profile={name}" for name in options["profile"]),
        *(["--personal-data"] if options["personal_data"] else []),
        *(["-v", "--tb=short"] if options["verbose"] else ["-qq", "--tb=no"]),
        "-rN",
        "--no-header",
    ]
    shown = progress.plugins(sys.stderr, quiet=options["quiet"], verbose=options["verbose"])
    return int(pytest.main(arguments, plugins=shown))


def _arguments(options: dict[str, Any]) -> list[str]:
    chosen = [
        f"--ocpi-{name}={value}"
        for name in ("version", "role", "module", "level", "requirement")
        for value in options[name]
    ]
    return [
        str(FEATURES),
        # The same settings from a checkout and from a wheel, whatever lies in the working directory.
        f"--config-file={FEATURES / 'certify.toml'}",
        f"--rootdir={FEATURES.parent}",
        f"--confcutdir={FEATURES.parent}",
        # Nothing here is written with assert, and what is imported already could not be rewritten.
        "--assert=plain",
        f"--target={options['target']}",
        *chosen,
        *(["--read-only"] if options["read_only"] else []),
    ]
