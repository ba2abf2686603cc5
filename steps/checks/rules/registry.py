"""The table of rules: requirement id → the function over one object, or over all objects of a class. No rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ocpi_conformance.steps.verdicts import Verdict

Json = dict[str, Any]
One = Callable[[Json, str], "Iterable[Flaw]"]
Many = Callable[[Sequence[Json], str], "Iterable[Flaw]"]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Flaw:
    """One place where an object does not keep a rule.

    `pointer` is a JSON Pointer into the object, `expected` and `actual` are short texts. `at_most` caps the verdict
    below the level of the requirement, where the text leaves room. `index` is the object's place in the sequence, for
    a rule over many.
    """

    pointer: str
    expected: str
    actual: str
    at_most: Verdict = Verdict.FAILED
    index: int = 0


@dataclass(frozen=True)
class Rule:
    """One rule: the requirement it decides, the class it is about, and its function.

    `one` takes an object and the OCPI version; `many` takes all objects of the class that were seen, and the version.
    Exactly one of the two is there.
    """

    requirement: str
    kind: str
    one: One | None = None
    many: Many | None = None

    def flaws(self, values: Sequence[Json], version: str) -> Iterator[Flaw]:
        """Yield the flaws of `values`, each with the index of its object."""
        if self.many:
            yield from self.many(values, version)
        elif self.one:
            for index, value in enumerate(values):
                yield from (replace(flaw, index=index) for flaw in self.one(value, version))


RULES: dict[str, tuple[Rule, ...]] = {}


def rule(requirement: str, kind: str) -> Callable[[Function], Function]:
    """Register the decorated function of (object, version) as what decides `requirement` for objects of `kind`.

    The function is only called with JSON objects; their members may be absent, null, or of any JSON type, since the
    schemas judge shape: what has the wrong shape is passed over. A requirement may have a rule for several classes.
    """

    def register(function: Function) -> Function:
        _add(Rule(requirement, kind, one=function))
        return function

    return register


def rule_over(requirement: str, kind: str) -> Callable[[Function], Function]:
    """Register the decorated function of (objects, version), for rules between objects of one class."""

    def register(function: Function) -> Function:
        _add(Rule(requirement, kind, many=function))
        return function

    return register


def flaws(kind: str, value: Json, version: str, requirements: frozenset[str]) -> Iterator[tuple[str, Flaw]]:
    """Yield what is flawed in one object by the rules over one object, as (requirement, flaw).

    `requirements` are those of the version: a rule whose requirement is not among them is left out.
    """
    for entry in _BY_KIND.get(kind, ()):
        if entry.one and entry.requirement in requirements:
            yield from ((entry.requirement, flaw) for flaw in entry.one(value, version))


_BY_KIND: dict[str, list[Rule]] = {}


def _add(entry: Rule) -> None:
    present = RULES.get(entry.requirement, ())
    if any(other.kind == entry.kind for other in present):
        raise ValueError(f"{entry.requirement} has two rules for {entry.kind}")
    RULES[entry.requirement] = (*present, entry)
    _BY_KIND.setdefault(entry.kind, []).append(entry)
