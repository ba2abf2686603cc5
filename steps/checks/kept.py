"""From rules to expectations: what the rules and the schemas say of all objects of a class in a run. No rule itself."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from ocpi_conformance.schemas.errors import KINDS, SchemaError
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.rules import RULES, SCHEMA_DECIDES, Flaw, Rule
from ocpi_conformance.steps.checks.types import deviations
from ocpi_conformance.steps.payloads import NESTED, Payload
from ocpi_conformance.steps.verdicts import Breach, NotObserved

# The classes whose scenarios name requirements; those of the others name what they expect.
CLASSES = ("CDR", "Session", "Tariff", "Token")


def keeps(payloads: Sequence[Payload], kind: str, requirement: str) -> Iterator[Breach]:
    """Yield where objects of class `kind` do not keep a requirement, by its rule or by the schemas.

    PATCH bodies and copies of what the partner pushed are passed over.

    Raises:
        LookupError: neither rule nor schema decides the requirement for the class.
        NotObserved: nothing that the requirement is about was seen.
    """
    for entry in RULES.get(requirement, ()):
        if entry.kind == kind:
            return _by_rule(payloads, entry)
    decided = SCHEMA_DECIDES.get(requirement, ("",))
    if decided[0] != kind:
        raise LookupError(f"{requirement} is decided by no rule and no schema for {kind}; name one of {_known(kind)}")
    return _by_schema(payloads, kind, decided[1:])


def _known(kind: str) -> list[str]:
    ruled = {name for name, entries in RULES.items() if any(entry.kind == kind for entry in entries)}
    return sorted(ruled | {name for name, decided in SCHEMA_DECIDES.items() if decided[0] == kind})


def _whole(payloads: Sequence[Payload], *, partial: bool = False) -> list[Payload]:
    return [p for p in payloads if not p.is_copy and (partial or not p.partial) and isinstance(p.value, dict)]


def _by_rule(payloads: Sequence[Payload], entry: Rule) -> Iterator[Breach]:
    """Yield the breaches of one rule; objects of several versions are judged apart, each by its own text."""
    whole = _whole(payloads)
    if not any(entry.concerned(payload.value) for payload in whole):
        raise NotObserved(f"the target has shown no {entry.what or entry.kind}")
    by_version: dict[str, list[Payload]] = defaultdict(list)
    for payload in whole:
        by_version[payload.exchange.context.version].append(payload)
    breaches = (
        breach(flaw, items[flaw.index])
        for version, items in by_version.items()
        for flaw in entry.flaws([payload.value for payload in items], version)
    )
    return itertools.islice(breaches, MOST)


def breach(flaw: Flaw, payload: Payload) -> Breach:
    """Return a flaw of the object in `payload` as a breach."""
    return Breach(flaw.expected, flaw.actual, payload.exchange, payload.pointer + flaw.pointer, flaw.at_most)


def _by_schema(payloads: Sequence[Payload], kind: str, ends: tuple[str, ...]) -> Iterator[Breach]:
    """Yield what the schemas say; an entry about all of an object is one about what a list holds."""
    whole = [p for p in _whole(payloads) if ends != ("",) or p.exchange.context.route == "list"]
    if not whole:
        raise NotObserved(f"the target has listed no {kind}")
    fields = [end.rpartition("/")[2] for end in ends if "/" in end]
    if fields and not any(_holds(payload.value, fields) for payload in whole):
        raise NotObserved(f"the target has shown no {' or '.join(fields)} in a {kind}")
    breaches = (
        Breach(error.expected, error.actual, payload.exchange, payload.pointer + error.pointer)
        for payload in whole
        for error in deviations(payload)
        if decides(ends, error)
    )
    return itertools.islice(breaches, MOST)


def _holds(value: object, names: Sequence[str]) -> bool:
    """Tell whether a JSON value has a member with one of these names, at whatever depth."""
    if isinstance(value, dict):
        return any(name in value for name in names) or any(_holds(inner, names) for inner in value.values())
    return isinstance(value, list) and any(_holds(inner, names) for inner in value)


def decides(ends: tuple[str, ...], error: SchemaError) -> bool:
    """Tell whether a deviation breaks an entry of SCHEMA_DECIDES.

    `ends` are what follows the class there: kinds of deviation (`schemas.errors.KINDS`), or ends of the pointers of
    errors, indices left out; "" is any error.
    """
    if error.kind in ends:
        return True
    steps = "/".join(step for step in error.pointer.split("/") if not step.isdigit())
    return error.severity == "error" and any(steps.endswith(end) for end in ends if end not in KINDS)


# Phrase about every object → the entry whose rules, one for each class, decide it.
OF_EVERY_OBJECT = {
    "has no markup in any display text": "TYP-009",
    "has ids of the form of eMI3": "TYP-021",
}
_HOLDERS = {inner: holder for holder, nested in NESTED.items() for _, inner in nested}


def _of_every_object(requirement: str) -> Callable[[Sequence[Payload]], Iterator[Breach]]:
    """Return the check of all objects by the rules of a requirement; a part is judged with what it is a part of."""
    rules = {entry.kind: entry for entry in RULES[requirement]}

    def over(payloads: Sequence[Payload]) -> Iterator[Breach]:
        own = [
            (payload, rules[payload.kind])
            for payload in _whole(payloads, partial=True)
            if payload.kind in rules and not (payload.parents and _HOLDERS.get(payload.kind) in rules)
        ]
        seen = [(payload, entry) for payload, entry in own if entry.concerned(payload.value)]
        if not seen:
            raise NotObserved(f"the target has shown no {next(iter(rules.values())).what}")
        breaches = (
            breach(flaw, payload)
            for payload, entry in seen
            for flaw in entry.flaws([payload.value], payload.exchange.context.version)
        )
        return itertools.islice(breaches, MOST)

    over.__doc__ = next(iter(rules.values())).one.__doc__
    return over


def _register(kind: str) -> None:
    def by_id(payloads: Sequence[Payload], requirement: str) -> Iterator[Breach]:
        """Keeps what the requirement with this id says of one object, or of all of them together."""
        return keeps(payloads, kind, requirement)

    expectation(f"every {kind}", "keeps {requirement}")(by_id)


def _registered(entry: Rule) -> Callable[[Sequence[Payload]], Iterator[Breach]]:
    def by_phrase(payloads: Sequence[Payload]) -> Iterator[Breach]:
        return _by_rule(payloads, entry)

    by_phrase.__doc__ = (entry.one or entry.many).__doc__
    return by_phrase


for _class in CLASSES:
    _register(_class)
for _entry in itertools.chain.from_iterable(RULES.values()):
    if _entry.phrase:
        expectation(f"every {_entry.kind}", _entry.phrase)(_registered(_entry))
for _phrase, _requirement in OF_EVERY_OBJECT.items():
    expectation("every object", _phrase)(_of_every_object(_requirement))
