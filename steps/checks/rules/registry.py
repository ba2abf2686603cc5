"""The table of rules: requirement id → the function over one object, or over all objects of a class. No rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

from ocpi_conformance.steps.verdicts import Verdict

Json = dict[str, Any]
One = Callable[[Any, str], "Iterable[Flaw]"]
Many = Callable[[Sequence[Json], str], "Iterable[Flaw]"]
When = Callable[[Any], bool]
Function = TypeVar("Function", bound=Callable[..., Any])


def always(_: Any) -> bool:  # noqa: ANN401  (any JSON value)
    """Return True: a rule that says nothing else is about every object of its class."""
    return True


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
class Parts:
    """What a rule is about within an object: the values at `paths` that are as `when` says, each judged by `judge`."""

    paths: tuple[str, ...]
    when: When
    judge: One


@dataclass(frozen=True)
class Rule:
    """One rule: the requirement it decides, the class it is about, and its function.

    `one` takes an object and the OCPI version; `many` takes all objects of the class that were seen, and the version.
    Exactly one of the two is there. `concerned` tells whether an object holds something that the rule is about, and
    `what` how that is called. `phrase` is what a scenario says after "every <kind> of the target", where it says more
    than the id. The JSON text of an object with a flaw holds one of `marks`, if there are any: without them whoever has
    the text need not call the function. `parts` is there when `one` is no more than its function over those values.
    """

    requirement: str
    kind: str
    one: One | None = None
    many: Many | None = None
    phrase: str = ""
    what: str = ""
    concerned: When = always
    marks: tuple[bytes, ...] = ()
    parts: Parts | None = None

    def flaws(self, values: Sequence[Json], version: str) -> Iterator[Flaw]:
        """Yield the flaws of `values`, each with the index of its object."""
        if self.many:
            yield from self.many(values, version)
        elif self.one:
            for index, value in enumerate(values):
                yield from (replace(flaw, index=index) for flaw in self.one(value, version))


def places(value: Any, path: str) -> list[tuple[str, Any]]:  # noqa: ANN401  (any JSON value)
    """Return (JSON Pointer, value) for each place of `path` in `value`; "*" stands for every item of a list.

    What is absent, null or [] is no place.
    """
    found = [("", value)]
    for step in path.split("/") if path else ():
        if step == "*":
            found = [
                (f"{pointer}/{number}", item)
                for pointer, held in found
                if isinstance(held, list)
                for number, item in enumerate(held)
            ]
        else:
            objects = [(pointer, held.get(step)) for pointer, held in found if isinstance(held, dict)]
            found = [(f"{pointer}/{step}", held) for pointer, held in objects if held is not None and held != []]
        if not found:
            break
    return found


RULES: dict[str, tuple[Rule, ...]] = {}


def rule(
    requirement: str,
    kind: str,
    phrase: str = "",
    *,
    paths: str = "",
    what: str = "",
    when: When = always,
    marks: tuple[bytes, ...] = (),
) -> Callable[[Function], Function]:
    """Register the decorated function of (value, version) as what decides `requirement` for objects of `kind`.

    Without `paths` the function is only called with JSON objects, with them with the values at these places, such as
    "images/* evses/*/images/*"; either may hold any JSON types, since the schemas judge shape: what has the wrong shape
    is passed over. A requirement may have a rule for several classes. For `phrase`, `what` and `marks` see `Rule`.
    `when` tells which values the rule is about; a run in which none is like that is not observed. A function without
    `paths` is called with every object all the same, and asks for itself.
    """

    def register(function: Function) -> Function:
        parts = Parts(tuple(paths.split()), when, function) if paths else None
        one, concerned = (_within(parts), _somewhere(parts)) if parts else (function, when)
        _add(Rule(requirement, kind, one, None, phrase, what, concerned, marks, parts))
        return function

    return register


def _within(parts: Parts) -> One:
    """Return the function of whole objects that judges the parts of them."""

    @wraps(parts.judge)
    def one(value: Any, version: str) -> Iterator[Flaw]:  # noqa: ANN401  (any JSON value)
        for path in parts.paths:
            for pointer, found in places(value, path):
                if parts.when(found):
                    for flaw in parts.judge(found, version):
                        yield replace(flaw, pointer=pointer + flaw.pointer)

    return one


def _somewhere(parts: Parts) -> When:
    return lambda value: any(parts.when(found) for path in parts.paths for _, found in places(value, path))


def rule_over(
    requirement: str, kind: str, phrase: str = "", *, what: str = "", when: When = always
) -> Callable[[Function], Function]:
    """Register the decorated function of (objects, version), for rules between objects of one class.

    All objects are passed; `when` tells whether one of them makes the rule say anything.
    """

    def register(function: Function) -> Function:
        _add(Rule(requirement, kind, None, function, phrase, what, when))
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
