"""A memo for pytest-bdd's search of step definitions, so that a step costs the same with ten definitions or a thousand.

pytest-bdd 9 tries every fixture of the session for every step. What a step text means does not change within one
session, except by overriding per node: the memo therefore holds the candidates by type and text, and pytest itself
still decides which of them a node sees.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.steps import step_function_context_registry

TESTED = "9.0."


def install() -> bool:
    """Put the memo in place; returns False, leaving pytest-bdd as it is, for a version that it was not tested with."""
    if not version("pytest-bdd").startswith(TESTED):
        return False
    memo: dict[tuple[int, int, str, str], list[str]] = {}

    def find(step: Any, fixturemanager: Any, node: Any) -> Iterable[Any]:  # noqa: ANN401  (pytest internals)
        names = get_fixture_names(fixturemanager=fixturemanager)
        # What is visible is the same for all scenarios of a module; a new definition changes the number of names.
        key = (id(node.parent), len(names), step.type, step.name)
        if key not in memo:
            memo[key] = [name for name in names if any(_definitions(name, step, fixturemanager, node))]
        for name in memo[key]:
            yield from _definitions(name, step, fixturemanager, node)

    # The package exports a function of the same name as this module.
    vars(sys.modules["pytest_bdd.scenario"])["find_fixturedefs_for_step"] = find
    return True


def _definitions(name: str, step: Any, fixturemanager: Any, node: Any) -> Iterable[Any]:  # noqa: ANN401
    for definition in getfixturedefs(fixturemanager, name, node) or []:
        context = step_function_context_registry.get(definition.func)
        if context and context.type in {None, step.type} and context.parser.is_matching(step.name):
            yield definition
