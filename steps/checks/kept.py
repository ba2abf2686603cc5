"""From rules to expectations: what rules, joins and schemas say of all objects of a class in a run. No rule itself."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ocpi_conformance.schemas.errors import KINDS, SchemaError
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.joins import JOINED, Join
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.rules import RULES, SCHEMA_DECIDES, Flaw, Rule
from ocpi_conformance.steps.checks.seen import seen
from ocpi_conformance.steps.checks.types import deviations
from ocpi_conformance.steps.payloads import NESTED, Objects, Payload, is_listed
from ocpi_conformance.steps.verdicts import Breach, NotObserved

# The classes whose scenarios name requirements; those of the others name what they expect.
CLASSES = (
    *("Booking", "BookingLocation", "BookingRequest", "CDR", "Calendar", "FinancialAdviceConfirmation"),
    *("InvoiceReconciliationRecord", "Session", "Tariff", "Terminal", "Token"),
)


Judge = Callable[[Sequence[Payload]], Iterator[Breach]]


def keeps(payloads: Sequence[Payload], kind: str, requirement: str) -> Iterator[Breach]:
    """Yield where objects of class `kind` do not keep a requirement: by its rule, by the schemas, beside other objects.

    `payloads` are objects of all classes. PATCH bodies and copies of what the partner pushed are passed over.

    Raises:
        LookupError: nothing decides the requirement for the class.
        NotObserved: nothing that the requirement is about was seen.
    """
    judges: list[Judge] = [partial(_by_rule, entry=entry) for entry in RULES.get(requirement, ()) if entry.kind == kind]
    judges += [partial(_beside, entry=entry) for entry in JOINED.get(requirement, ()) if entry.kind == kind]
    decided = SCHEMA_DECIDES.get(requirement, ("",))
    if decided[0] == kind:
        judges.append(partial(_by_schema, kind=kind, ends=decided[1:]))
    if not judges:
        raise LookupError(f"{requirement} is decided by nothing for {kind}; name one of {_known(kind)}")
    return _together(payloads, judges)


def _together(payloads: Sequence[Payload], judges: Sequence[Judge]) -> Iterator[Breach]:
    """Return what several judges of one requirement find; it was observed when one of them has seen what it judges."""
    reasons = []
    found: list[Breach] = []
    for judge in judges:
        try:
            found += judge(payloads)
        except NotObserved as reason:
            reasons.append(reason)
    if len(reasons) == len(judges):
        raise reasons[0]
    return iter(found)


def _known(kind: str) -> list[str]:
    ruled = {name for name, entries in RULES.items() if any(entry.kind == kind for entry in entries)}
    joined = {name for name, entries in JOINED.items() if any(entry.kind == kind for entry in entries)}
    return sorted(ruled | joined | {name for name, decided in SCHEMA_DECIDES.items() if decided[0] == kind})


def _whole(payloads: Sequence[Payload], *, changes: bool = False) -> list[Payload]:
    return [p for p in payloads if not p.is_copy and (changes or not p.partial) and isinstance(p.value, dict)]


def _by_rule(payloads: Sequence[Payload], entry: Rule) -> Iterator[Breach]:
    """Yield the breaches of one rule; objects of several versions are judged apart, each by its own text."""
    whole = [payload for payload in _whole(payloads) if payload.kind == entry.kind]
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


def _beside(payloads: Sequence[Payload], entry: Join) -> Iterator[Breach]:
    """Yield what a rule between classes says of the cases that the run has."""
    cases = entry.cases(seen(payloads))
    first = next(cases, None)
    if first is None:
        raise NotObserved(f"the target has shown no {entry.what}")
    breaches = (breach(flaw, items[flaw.index]) for items, flaws in itertools.chain([first], cases) for flaw in flaws)
    return itertools.islice(breaches, MOST)


def breach(flaw: Flaw, payload: Payload) -> Breach:
    """Return a flaw of the object in `payload` as a breach."""
    return Breach(flaw.expected, flaw.actual, payload.exchange, payload.pointer + flaw.pointer, flaw.at_most)


def _by_schema(payloads: Sequence[Payload], kind: str, ends: tuple[str, ...]) -> Iterator[Breach]:
    """Yield what the schemas say; an entry about all of an object is one about what a list holds."""
    own = [payload for payload in _whole(payloads) if payload.kind == kind]
    whole = own if ends != ("",) else _in_lists(own) or _in_lists(_sightings(payloads, kind))
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


def _in_lists(payloads: Sequence[Payload]) -> list[Payload]:
    """Return those that a list has shown, each content once."""
    return list({id(payload.value): payload for payload in payloads if is_listed(payload.exchange)}.values())


def _sightings(payloads: Sequence[Payload], kind: str) -> list[Payload]:
    """Return the objects of a class as often as they were seen: what was pushed first counts as a push otherwise."""
    seen_so = payloads.sightings if isinstance(payloads, Objects) else ()
    return _whole([payload for payload in seen_so if payload.kind == kind])


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


# Fields of type Price that Sessions, CDRs and Tariffs most often have.
_PRICED = ("total_cost", "min_price", "max_price")
# Phrase about every object → the entry whose rules, one for each class, decide it.
OF_EVERY_OBJECT = {
    "has no markup in any display text": "TYP-009",
    "has ids of the form of eMI3": "TYP-021",
    "has taxes that are their percentages of the price": "TYP-026",
    "has #NA in required texts only": "RTE-033",
    "has charging profile periods in order": "CHP-028",
    "has charging rates of one decimal at most": "CHP-029",
    "has a charging profile duration beyond its periods": "CHP-031",
}
_HOLDERS = {inner: holder for holder, nested in NESTED.items() for _, inner in nested}


def _of_every_object(requirement: str) -> Callable[[Sequence[Payload]], Iterator[Breach]]:
    """Return the check of all objects by the rules of a requirement; a part is judged with what it is a part of."""
    rules = {entry.kind: entry for entry in RULES[requirement]}

    def over(payloads: Sequence[Payload]) -> Iterator[Breach]:
        own = [
            (payload, rules[payload.kind])
            for payload in _whole(payloads, changes=True)
            if payload.kind in rules and not (payload.parents and _HOLDERS.get(payload.kind) in rules)
        ]
        seen = [(payload, entry) for payload, entry in own if entry.concerned(payload.value)]
        if not seen:
            raise NotObserved(f"the target has shown no {next(iter(rules.values())).what or 'object'}")
        breaches = (
            breach(flaw, payload)
            for payload, entry in seen
            for flaw in entry.flaws([payload.value], payload.exchange.context.version)
        )
        return itertools.islice(breaches, MOST)

    over.__doc__ = next(iter(rules.values())).one.__doc__
    return over


# Phrase about every Location → the entry that the schemas decide.
OF_EVERY_LOCATION = {
    "has Connectors with one tariff_id, a voltage and an amperage": "LOC-108",
    "names the source of each environmental impact": "LOC-142",
}


@expectation("every object", "has every price as an object with excl_vat")
def has_prices(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """A Price is an object with excl_vat and an optional incl_vat (TYP-019).

    Raises:
        NotObserved: no object with a price was seen.
    """
    return _prices(payloads, "TYP-019")


@expectation("every object", "has every price as an object with before_taxes")
def has_prices_before_taxes(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """A Price is an object with before_taxes and optional taxes (TYP-025).

    Raises:
        NotObserved: no object with a price was seen.
    """
    return _prices(payloads, "TYP-025")


def _prices(payloads: Sequence[Payload], requirement: str) -> Iterator[Breach]:
    ends = SCHEMA_DECIDES[requirement][1:]
    priced = [payload for payload in _whole(payloads) if not payload.parents and _holds(payload.value, _PRICED)]
    if not priced:
        raise NotObserved("the target has shown no price")
    breaches = (
        Breach(error.expected, error.actual, payload.exchange, payload.pointer + error.pointer)
        for payload in priced
        for error in deviations(payload)
        if decides(ends, error)
    )
    return itertools.islice(breaches, MOST)


def _register(kind: str) -> None:
    def by_id(payloads: Sequence[Payload], requirement: str) -> Iterator[Breach]:
        """Keeps what the requirement with this id says of one object, of all, or of one beside others."""
        return keeps(payloads, kind, requirement)

    expectation(f"every {kind}", "keeps {requirement}", among="object")(by_id)


def _registered(entry: Rule) -> Callable[[Sequence[Payload]], Iterator[Breach]]:
    def by_phrase(payloads: Sequence[Payload]) -> Iterator[Breach]:
        return _by_rule(payloads, entry)

    by_phrase.__doc__ = (entry.one or entry.many).__doc__
    return by_phrase


def _by_entry(requirement: str) -> Judge:
    kind, *ends = SCHEMA_DECIDES[requirement]

    def over(payloads: Sequence[Payload]) -> Iterator[Breach]:
        return _by_schema(payloads, kind, tuple(ends))

    over.__doc__ = f"By the tables of the version ({requirement})."
    return over


for _class in CLASSES:
    _register(_class)
for _phrase, _requirement in OF_EVERY_LOCATION.items():
    expectation("every Location", _phrase)(_by_entry(_requirement))
for _entry in itertools.chain.from_iterable(RULES.values()):
    if _entry.phrase:
        expectation(f"every {_entry.kind}", _entry.phrase)(_registered(_entry))
for _phrase, _requirement in OF_EVERY_OBJECT.items():
    expectation("every object", _phrase)(_of_every_object(_requirement))
