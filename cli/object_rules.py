"""The rules beyond schemas as `validate` applies them to one object, with what they say as errors; no rule itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from ocpi_conformance.schemas.errors import SchemaError
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.steps.catalogue import Catalogue, Requirement
from ocpi_conformance.steps.checks.rules import RULES, Flaw
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


@dataclass(frozen=True)
class RuleError(SchemaError):
    """One place where an object does not keep a requirement of the catalogue; `anchor` is the entry's clause."""

    requirement: str
    level: str

    @property
    def label(self) -> str:
        """What a reader needs to look the rule up."""
        return f"{self.kind}, {self.requirement} {self.level}"


@dataclass(frozen=True)
class _Bound:
    """A rule over one object with the requirement that it decides."""

    entry: Requirement
    function: Callable[[Json, str], Iterable[Flaw]]


@dataclass(frozen=True)
class _Plan:
    """What is applied to an object of a class: its own rules, and the plans of what stands in its members."""

    rules: tuple[_Bound, ...]
    nested: tuple[tuple[str, _Plan], ...]


@dataclass(frozen=True)
class ObjectRules:
    """The rules over one object of class `name` and over what is nested in it; it can be sent to another process.

    `version` is an edition of the schemas, `2.2.1` or `2.3.0-payments`. Without `notices` only what may be an error is
    looked for.
    """

    version: str
    name: str
    notices: bool = False

    def __call__(self, value: object) -> list[RuleError]:
        """Return what a parsed JSON value does not keep; nothing of a value that is no object."""
        plan = _plan(self.version, self.name, self.notices)
        found = _found(plan, value, "", self.version) if plan else ()
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
    entries = requirements(version)
    rules = tuple(
        _Bound(entries[entry.requirement], entry.one)
        for bound in RULES.values()
        for entry in bound
        if entry.kind == name and entry.one and entry.requirement in entries
        if notices or LEVELS[entries[entry.requirement].level] is Verdict.FAILED
        if not (nested and entry.requirement in DEEP)
    )
    plans = ((member, _plan(version, kind, notices, nested=True)) for member, kind in NESTED.get(name, ()))
    inner = tuple((member, plan) for member, plan in plans if plan)
    return _Plan(rules, inner) if rules or inner else None


def _found(plan: _Plan, value: object, pointer: str, version: str) -> Iterator[RuleError]:
    if not isinstance(value, dict):
        return
    for bound in plan.rules:
        for flaw in bound.function(value, version):
            yield _error(bound.entry, flaw, pointer)
    for member, inner in plan.nested:
        found = value.get(member)
        if isinstance(found, list):
            for index, item in enumerate(found):
                yield from _found(inner, item, f"{pointer}/{member}/{index}", version)
        elif found is not None:
            yield from _found(inner, found, f"{pointer}/{member}", version)


def _error(entry: Requirement, flaw: Flaw, pointer: str) -> RuleError:
    breach = Breach(flaw.expected, flaw.actual, pointer=pointer + flaw.pointer, at_most=flaw.at_most)
    found = grade(breach, entry.id, entry.level)
    severity, kind = KINDS[found.verdict]
    return RuleError(
        found.pointer, kind, found.expected, found.actual, entry.spec, severity, kind, entry.id, entry.level
    )
