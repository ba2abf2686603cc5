"""The command line of what measures the suite: options that are whole numbers, and some more. Nothing runs here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocpi_conformance.steps.run import EMBEDDED_VERSIONS, USUAL

VERSION = "--version="
ALL = "all"


class WrongOption(Exception):
    """An option that is not known, or no whole number; the message lists the known ones."""


def read(
    arguments: Sequence[str], numbers: Mapping[str, int], others: Sequence[str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return the options of a command line: the `numbers`, by default as they are there, and the `others` given.

    Args:
        arguments: words such as "--n=100".
        numbers: the name of each option that is a whole number, and its default.
        others: further options as they are written, such as "json=FILE" or "quiet".

    Raises:
        WrongOption: see there.
    """
    given = dict(word.removeprefix("--").partition("=")[::2] for word in arguments)
    names = [other.partition("=")[0] for other in others]
    wrong = sorted(set(given) - {*numbers, *names})
    wrong += [name for name in numbers if not given.get(name, "1").isdecimal()]
    if wrong:
        known = [*(f"{name}={default}" for name, default in numbers.items()), *others]
        raise WrongOption(f"--{wrong[0]} cannot be; known are {', '.join(f'--{option}' for option in known)}")
    found = {name: int(given.get(name, default)) for name, default in numbers.items()}
    return found, {name: given[name] for name in names if name in given}


def versions(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the versions of OCPI that a command line asks for, in their order; without any the one met most.

    Args:
        arguments: words; those that begin with `VERSION` count, "--version=all" asks for every one.

    Raises:
        WrongOption: a version in which no scenario runs.
    """
    asked = [word.removeprefix(VERSION) for word in arguments if word.startswith(VERSION)] or [USUAL]
    if unknown := [name for name in asked if name not in {ALL, *EMBEDDED_VERSIONS}]:
        known = ", ".join(EMBEDDED_VERSIONS)
        raise WrongOption(f"{VERSION}{unknown[0]}: no scenario runs in that version; known are {known} and {ALL}")
    return tuple(version for version in EMBEDDED_VERSIONS if ALL in asked or version in asked)


def version(options: Mapping[str, str]) -> str:
    """Return the one version of OCPI that `options` ask for, as `read` returns them.

    Raises:
        WrongOption: a version in which no scenario runs.
    """
    asked = options.get("version", USUAL)
    if asked not in EMBEDDED_VERSIONS:
        raise WrongOption(f"{VERSION}{asked} cannot be; known are {', '.join(EMBEDDED_VERSIONS)}")
    return asked
