"""The command line of what measures the suite: options that are whole numbers, and some more. Nothing runs here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


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
