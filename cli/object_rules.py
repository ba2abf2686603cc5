"""The rules beyond schemas as `validate` applies them to one object, with what they say as errors; no rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from ocpi_conformance.schemas.errors import SchemaError
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.steps.catalogue import Catalogue, Requirement
from ocpi_conformance.steps.checks.rules import RULES, Flaw, Rule
from ocpi_conformance.steps.checks.rules.common import json_text
from ocpi_conformance.steps.checks.rules.registry import One, When, always, places
from ocpi_conformance.steps.payloads import NESTED
from ocpi_conformance.steps.verdicts import LEVELS, Breach, Verdict, grade

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

KINDS: Final[Mapping[Verdict, tuple[Literal["error", "notice"], str]]] = {
    Verdict.FAILED: ("error", "rule"),
    Verdict.ADVISED: ("notice", "advice"),
    Verdict.OBSERVED: ("notice", "observation"),
}
"""What a broken rule is shown as: severity and kind, by the verdict that a run would give it."""

DEEP: Final = frozenset({"RTE-033", "TYP-009"})
"""Requirements whose rules look into what is nested in an object by themselves: there they are not applied again."""

BY_SCHEMA: Final = frozenset({"LOC-126", "LOC-127"})
"""Requirements that a run needs a rule for, and of which the schemas say all that it would say."""


@dataclass(frozen=True)
class RuleError(SchemaError):
    """One place where an object does not keep a requirement of the catalogue; `anchor` is the entry's clause."""

    requirement: str
    level: str

    @property
    def label(self) -> str:
        """What a reader needs to look the rule up."""
        return f"{self.kind}, {self.requirement} {self.level}"


class _Bound(NamedTuple):
    """A rule with the requirement that it decides: its function over whole objects, or over a part of them."""

    entry: Requirement
    judge: One
    when: When = always
    marks: tuple[bytes, ...] = ()


Reader = Callable[[Any], Sequence[Any]]
"""Finds the values that `places` finds at one path, without saying where."""


class _Part(NamedTuple):
    """The rules over the values at a path: its first member, the rest of the path (if any) and who reads that."""

    member: str
    rest: str
    read: Reader | None
    rules: tuple[_Bound, ...]


class _Plan(NamedTuple):
    """What is applied to an object of a class, sorted so that what an object lacks costs nothing.

    `whole` are the rules over the object, `marked` those of them that need a mark in its text, `parts` those over the
    values at a path. `nested` are paths, who reads them, and the plans of what is there.
    """

    whole: tuple[_Bound, ...]
    marked: tuple[_Bound, ...]
    parts: tuple[_Part, ...]
    nested: tuple[tuple[str, Reader, _Plan], ...]


@dataclass(frozen=True)
class ObjectRules:
    """The rules over one object of class `name` and over what is nested in it; it can be sent to another process.

    `version` is an edition of the schemas, `2.2.1` or `2.3.0-payments`. Without `notices` only what may be an error is
    looked for.
    """

    version: str
    name: str
    notices: bool = False

    def __call__(self, value: object, text: bytes = b"") -> list[RuleError]:
        """Return what a parsed JSON value does not keep; nothing of a value that is no object.

        `text` is the JSON text of the value, where it is at hand.
        """
        found: list[RuleError] = []
        if plan := _plan(self.version, self.name, self.notices):
            # An escape may hide what is searched for.
            known = (self.version, text if b"\\u" not in text else b"")
            # Most objects keep every rule: where a flaw is, is only asked when there is one.
            if not _is_kept(plan, value, known):
                _search(plan, value, "", known, found)
        return [error for error in found if self.notices or error.severity == "error"]


@cache
def requirements(version: str) -> Mapping[str, Requirement]:
    """Return the entries of the catalogue that hold for an edition, by id: those of its core, and its extension's.

    Raises:
        CatalogueError: the catalogue cannot be read.
    """
    core = edition(version).core
    return {
        name: entry
        for name, entry in Catalogue.load().items()
        if core in entry.versions and (entry.extension is None or entry.edition(core) == version)
    }


@cache
def _plan(version: str, name: str, notices: bool, nested: bool = False) -> _Plan | None:
    """Return the plan of a class, `nested` in another object or not; None when there is nothing to apply."""
    whole: list[_Bound] = []
    parts: dict[str, list[_Bound]] = {}
    for entry, rule in _rules(version, name, notices, nested):
        if rule.parts:
            for path in rule.parts.paths:
                parts.setdefault(path, []).append(_Bound(entry, rule.parts.judge, rule.parts.when))
        elif rule.one:
            whole.append(_Bound(entry, rule.one, marks=rule.marks))
    inner = ((path, _plan(version, kind, notices, nested=True)) for path, kind in _members(version, name))
    plan = _Plan(
        tuple(bound for bound in whole if not bound.marks),
        tuple(bound for bound in whole if bound.marks),
        tuple(_part(path, tuple(bound)) for path, bound in parts.items()),
        tuple((path, _reader(tuple(path.split("/"))), found) for path, found in inner if found),
    )
    return plan if whole or parts or plan.nested else None


def _part(path: str, rules: tuple[_Bound, ...]) -> _Part:
    member, _, rest = path.partition("/")
    return _Part(member, rest, _reader(tuple(rest.split("/"))) if rest else None, rules)


def _reader(steps: tuple[str, ...]) -> Reader:
    """Return what reads the path of `steps`; it is followed for every object, so it is taken apart once."""
    step, rest = steps[0], _reader(steps[1:]) if steps[1:] else None

    def items(value: Any) -> Sequence[Any]:  # noqa: ANN401
        if not isinstance(value, list):
            return ()
        return value if rest is None else [found for item in value for found in rest(item)]

    def member(value: Any) -> Sequence[Any]:  # noqa: ANN401
        held = value.get(step) if isinstance(value, dict) else None
        if held is None or held == []:
            return ()
        return (held,) if rest is None else rest(held)

    return items if step == "*" else member


def _members(version: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the paths to the nested objects that have rules of their own, and their classes."""
    record = edition(version).classes.get(name)
    for member, kind in NESTED.get(name, ()):
        row = record.properties.get(member) if record else None
        yield (f"{member}/*" if row is None or row.is_list else member), kind


def _rules(version: str, name: str, notices: bool, nested: bool) -> Iterator[tuple[Requirement, Rule]]:
    entries = requirements(version)
    for rule in (rule for rules in RULES.values() for rule in rules if rule.kind == name):
        entry = entries.get(rule.requirement)
        said = rule.requirement in BY_SCHEMA or (nested and rule.requirement in DEEP)
        if entry and not said and (notices or LEVELS[entry.level] is Verdict.FAILED):
            yield entry, rule


def _search(plan: _Plan, value: object, pointer: str, known: tuple[str, bytes], found: list[RuleError]) -> None:
    """Add to `found` what a value does not keep; `known` are the version and the text around the value, if any."""
    if not isinstance(value, dict):
        return
    version, text = known
    _judge(plan.whole, value, pointer, version, found)
    if plan.marked and (likely := _likely(plan.marked, text or json_text(value))):
        _judge(likely, value, pointer, version, found)
    for member, rest, _, rules in plan.parts:
        # Most objects lack most members: these are not looked into.
        held = value.get(member)
        if held is None or held == []:
            continue
        if not rest:
            _judge(rules, held, f"{pointer}/{member}", version, found)
            continue
        for place, part in places(held, rest):
            _judge(rules, part, f"{pointer}/{member}{place}", version, found)
    for member, _, inner in plan.nested:
        for place, item in places(value, member):
            _search(inner, item, pointer + place, known, found)


def _is_kept(plan: _Plan, value: object, known: tuple[str, bytes]) -> bool:
    """Tell whether a value keeps all rules of the plan: what `_search` finds, without the places."""
    if not isinstance(value, dict):
        return True
    version, text = known
    if not _keeps(plan.whole, value, version):
        return False
    if plan.marked and not _keeps(_likely(plan.marked, text or json_text(value)), value, version):
        return False
    for member, _, read, rules in plan.parts:
        held = value.get(member)
        if held is None or held == []:
            continue
        for part in (held,) if read is None else read(held):
            if not _keeps(rules, part, version):
                return False
    return all(_is_kept(inner, item, known) for _, read, inner in plan.nested for item in read(value))


def _keeps(rules: Sequence[_Bound], value: Any, version: str) -> bool:  # noqa: ANN401
    for _, judge, when, _ in rules:
        if when is always or when(value):
            for _ in judge(value, version):
                return False
    return True


def _likely(rules: tuple[_Bound, ...], text: bytes) -> list[_Bound]:
    """Return the rules with a mark in the text; all when there is none."""
    found = []
    for bound in rules:
        for mark in bound.marks:
            if mark in text or not text:
                found.append(bound)
                break
    return found


def _judge(rules: Sequence[_Bound], value: Any, pointer: str, version: str, found: list[RuleError]) -> None:  # noqa: ANN401
    for entry, judge, when, _ in rules:
        if when is always or when(value):
            for flaw in judge(value, version):
                found.append(_error(entry, flaw, pointer))  # noqa: PERF401  (as a rule there is nothing)


def _error(entry: Requirement, flaw: Flaw, pointer: str) -> RuleError:
    breach = Breach(flaw.expected, flaw.actual, pointer=pointer + flaw.pointer, at_most=flaw.at_most)
    found = grade(breach, entry.id, entry.level)
    severity, kind = KINDS[found.verdict]
    return RuleError(
        found.pointer, kind, found.expected, found.actual, entry.spec, severity, kind, entry.id, entry.level
    )
