"""A memo for pytest-bdd's search of step definitions, so that a step costs the same with ten definitions or a thousand.

pytest-bdd 9 asks every fixture of the session for every step, twice. What is visible is the same for all scenarios of
a module, so the definitions are listed once for each module, with the literal text that each begins with; a step then
asks those only that begin like it. pytest itself still decides which of them a scenario sees.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from pytest_bdd import parsers
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.steps import step_function_context_registry

TESTED = "9.0."
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def install() -> bool:
    """Put the memo in place; returns False, leaving pytest-bdd as it is, for a version that it was not tested with."""
    if not version("pytest-bdd").startswith(TESTED):
        return False
    listed: dict[tuple[int, int, int], list[tuple[str, str]]] = {}

    def find(step: Any, fixturemanager: Any, node: Any) -> Iterable[Any]:  # noqa: ANN401  (pytest internals)
        names = get_fixture_names(fixturemanager=fixturemanager)
        # A new definition changes the number of names, and with it the key.
        key = (id(fixturemanager), id(node.parent), len(names))
        if key not in listed:
            listed[key] = list(_beginnings(names, fixturemanager, node))
        for beginning, name in listed[key]:
            if step.name.lower().startswith(beginning):
                yield from _matching(name, step, fixturemanager, node)

    # The package exports a function of the same name as this module.
    vars(sys.modules["pytest_bdd.scenario"])["find_fixturedefs_for_step"] = find
    return True


def _beginnings(names: list[str], fixturemanager: Any, node: Any) -> Iterable[tuple[str, str]]:  # noqa: ANN401
    for name in names:
        for definition in getfixturedefs(fixturemanager, name, node) or []:
            context = step_function_context_registry.get(definition.func)
            if context:
                # The parse package does not mind upper and lower case.
                yield literal_beginning(context.parser).lower(), name
                break


def _matching(name: str, step: Any, fixturemanager: Any, node: Any) -> Iterable[Any]:  # noqa: ANN401
    for definition in getfixturedefs(fixturemanager, name, node) or []:
        context = step_function_context_registry.get(definition.func)
        if context and context.type in {None, step.type} and context.parser.is_matching(step.name):
            yield definition


def literal_beginning(parser: parsers.StepParser) -> str:
    """Return a text with which everything begins that `parser` matches; empty when there is none, or none is known."""
    pattern = str(parser.name)
    if isinstance(parser, parsers.string):
        return pattern
    if isinstance(parser, parsers.parse | parsers.cfparse):
        return pattern.partition("{")[0]
    if not isinstance(parser, parsers.re) or _has_alternatives(pattern):
        return ""
    special = _SPECIAL.search(pattern)
    if special is None:
        return pattern
    # What may repeat or be absent is the character before its quantifier.
    return pattern[: special.start() - 1] if special[0] in "*?{" else pattern[: special.start()]


def _has_alternatives(pattern: str) -> bool:
    """Tell whether a regular expression has an alternative outside all groups."""
    depth = 0
    for place, character in enumerate(pattern):
        escaped = place > 0 and pattern[place - 1] == "\\"
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0) if not escaped else 0
        if character == "|" and depth == 0 and not escaped:
            return True
    return False
