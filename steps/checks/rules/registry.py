"""The table of rules: requirement id → the function over one object, or over all objects of a class. No rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
class Rule:
    """One rule: the requirement it decides, the class it is about, and its function.

    `one` takes a value and the OCPI version; `many` takes all objects of the class that were seen, and the version.
    Exactly one of the two is there. `paths` says where the values of `one` stand in the object ("" is the object
    itself), `when` which of them the rule is about, `what` how such values are called; `phrase` is what a scenario says
    after "every <kind> of the target", where it says more than the id.
    """

    requirement: str
    kind: str
    one: One | None = None
    many: Many | None = None
    phrase: str = ""
    what: str = ""
    paths: tuple[str, ...] = ("",)
    when: When = always

    def concerned(self, value: Json) -> bool:
        """Tell whether an object holds something that the rule is about."""
        return any(True for _ in self._seen(value))

    def of(self, value: Json, version: str) -> Iterator[Flaw]:
        """Yield the flaws of one object, for a rule over one object."""
        if self.one:
            for pointer, found in self._seen(value):
                for flaw in self.one(found, version):
                    yield replace(flaw, pointer=pointer + flaw.pointer) if pointer else flaw

    def flaws(self, values: Sequence[Json], version: str) -> Iterator[Flaw]:
        """Yield the flaws of `values`, each with the index of its object."""
        if self.many:
            yield from self.many(values, version)
        else:
            for index, value in enumerate(values):
                yield from (replace(flaw, index=index) for flaw in self.of(value, version))

    def _seen(self, value: Json) -> Iterator[tuple[str, Any]]:
        for path in self.paths:
            yield from ((pointer, found) for pointer, found in places(value, path) if self.when(found))


def places(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (any JSON value)
    """Yield (JSON Pointer, value) for each place of `path` in `value`; "*" stands for every item of a list.

    What is absent, null or [] is no place.
    """
    step, _, rest = path.partition("/")
    if not step:
        yield "", value
    elif step == "*":
        for number, item in enumerate(value if isinstance(value, list) else []):
            yield from ((f"/{number}{pointer}", found) for pointer, found in places(item, rest))
    elif isinstance(value, dict) and value.get(step) not in (None, []):
        yield from ((f"/{step}{pointer}", found) for pointer, found in places(value[step], rest))


RULES: dict[str, tuple[Rule, ...]] = {}


def rule(
    requirement: str, kind: str, phrase: str = "", *, paths: str = "", what: str = "", when: When = always
) -> Callable[[Function], Function]:
    """Register the decorated function of (value, version) as what decides `requirement` for objects of `kind`.

    Without `paths` the function is only called with JSON objects, with them with the values at these places, such as
    "images/* evses/*/images/*"; either may hold any JSON types, since the schemas judge shape: what has the wrong shape
    is passed over. A requirement may have a rule for several classes. For `phrase`, `what` and `when` see `Rule`; where
    `when` is true of no value the rule has nothing to say of an object, and of a run in which that is so throughout.
    """

    def register(function: Function) -> Function:
        _add(Rule(requirement, kind, function, None, phrase, what, tuple(paths.split()) or ("",), when))
        return function

    return register


def rule_over(
    requirement: str, kind: str, phrase: str = "", *, what: str = "", when: When = always
) -> Callable[[Function], Function]:
    """Register the decorated function of (objects, version), for rules between objects of one class.

    All objects are passed; `when` tells whether one of them makes the rule say anything.
    """

    def register(function: Function) -> Function:
        _add(Rule(requirement, kind, None, function, phrase, what, when=when))
        return function

    return register


def flaws(kind: str, value: Json, version: str, requirements: frozenset[str]) -> Iterator[tuple[str, Flaw]]:
    """Yield what is flawed in one object by the rules over one object, as (requirement, flaw).

    `requirements` are those of the version: a rule whose requirement is not among them is left out.
    """
    for entry in _BY_KIND.get(kind, ()):
        if entry.requirement in requirements:
            yield from ((entry.requirement, flaw) for flaw in entry.of(value, version))


_BY_KIND: dict[str, list[Rule]] = {}


def _add(entry: Rule) -> None:
    present = RULES.get(entry.requirement, ())
    if any(other.kind == entry.kind for other in present):
        raise ValueError(f"{entry.requirement} has two rules for {entry.kind}")
    RULES[entry.requirement] = (*present, entry)
    _BY_KIND.setdefault(entry.kind, []).append(entry)
