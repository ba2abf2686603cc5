"""What values must be in whatever object: types, lengths, lists, names. What they mean is judged elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.schemas.facts import ClassFacts, edition, owner
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.checks.each import distinct
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.types import SCHEMA_DECIDES, experimental_value
from ocpi_conformance.steps.payloads import Payload, edition_of, excused, version_of
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

OBJECT, COPY, RESPONSE = "every object", "the copy", "the response"
Objects = Iterable[Payload]
Deviation = schemas.SchemaError
Decide = Callable[[Payload, Deviation], Breach | None]

# Phrase → the entry that it is about, which the kinds of deviation decide.
PHRASES: dict[str, str] = {
    "has printable ASCII only in every CiString": "TYP-002",
    "has no control character in any string": "TYP-003",
    "has printable ASCII only in every string": "TYP-023",
    "has every DateTime in UTC and in the one form": "TYP-006",
    "has a JSON number for every number": "TYP-011",
    "has at most four decimals in every number": "TYP-012",
    "has an absolute URL in every URL field": "TYP-013",
    "has an element in every list that needs one": "TYP-017",
}


# Deviations from the tables -------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _deviations(version: str, kind: str, partial: bool, text: bytes) -> tuple[Deviation, ...]:
    value = jsontext.loads(text)
    judge = schemas.validator(version, kind, partial=partial)
    return (*judge.errors(value), *judge.notices(value))


def deviations(payload: Payload) -> tuple[Deviation, ...]:
    """Return how an object departs from the tables of its version; the same object is validated once."""
    tables = edition_of(payload.exchange)
    if payload.kind not in schemas.names(tables):
        return ()
    left_out = {f"/{name}" for name in excused(payload)}
    found = _deviations(tables, payload.kind, payload.partial, jsontext.dumps(payload.value))
    return tuple(error for error in found if error.keyword != "required" or error.pointer not in left_out)


def _whole(payloads: Objects) -> Iterator[Payload]:
    """Yield the objects to judge: nested ones are judged with those around them, what we pushed ourselves is not."""
    return (payload for payload in payloads if not payload.parents and not payload.is_copy)


def _over(requirement: str, decide: Decide, kinds: tuple[str, ...] = ()) -> Callable[[Objects], Iterator[Breach]]:
    """Return a check of all objects: what `decide` says of each deviation of `kinds`, or of those in SCHEMA_DECIDES."""
    kinds = kinds or SCHEMA_DECIDES[requirement]

    def check(payloads: Objects) -> Iterator[Breach]:
        return distinct(
            found
            for payload in _whole(payloads)
            for deviation in deviations(payload)
            if (deviation.kind in kinds or requirement == _of_no_text(payload, deviation))
            and (found := decide(payload, deviation))
        )

    return check


# What stands in the place of a text breaks what the type of that text says: type in the tables → its entry.
_TEXTS = {"DateTime": "TYP-006", "CiString": "TYP-002", "string": "TYP-003", "URL": "TYP-013"}
_TEXTS_OF_2_1_1 = _TEXTS | {"DateTime": "TYP-024", "string": "TYP-023"}


def _of_no_text(payload: Payload, deviation: Deviation) -> str:
    """Return the entry that a value of another JSON type breaks where a text belongs; empty anywhere else."""
    if deviation.kind != "type" or deviation.expected != "string":
        return ""
    version = version_of(payload)
    _, row = owner(edition_of(payload.exchange), payload.kind, _members(deviation.pointer))
    return (_TEXTS_OF_2_1_1 if version == "2.1.1" else _TEXTS).get(row.type, "") if row else ""


def _breach(payload: Payload, deviation: Deviation, expected: str = "", at_most: Verdict = Verdict.FAILED) -> Breach:
    field = ".".join(name for name in deviation.pointer.split("/") if name and not name.isdigit())
    place = f"{payload.kind}.{field}" if field else payload.kind
    pointer = payload.pointer + deviation.pointer
    return Breach(f"{place}: {expected or deviation.expected}", deviation.actual, payload.exchange, pointer, at_most)


for _phrase, _requirement in PHRASES.items():
    expectation(OBJECT, _phrase)(_over(_requirement, _breach))


def _members(pointer: str) -> tuple[str, ...]:
    return tuple(name for name in pointer.split("/") if name and not name.isdigit())


def _enum_values(payload: Payload, deviation: Deviation) -> tuple[str, ...]:
    tables = edition_of(payload.exchange)
    _, row = owner(tables, payload.kind, _members(deviation.pointer))
    enum = edition(tables).enums.get(row.type) if row else None
    return enum.values if enum else ()


def _in_another_case(payload: Payload, deviation: Deviation) -> str:
    """Return the enum value that was meant where only the letter case is wrong, or nothing."""
    given = deviation.actual.strip('"').upper()
    return next((value for value in _enum_values(payload, deviation) if value.upper() == given), "")


def _letter_case(payload: Payload, deviation: Deviation) -> Breach | None:
    meant = _in_another_case(payload, deviation)
    return _breach(payload, deviation, f"{meant}, in this letter case") if meant else None


def _no_such_value(payload: Payload, deviation: Deviation) -> Breach | None:
    return None if _in_another_case(payload, deviation) else _breach(payload, deviation)


def _language(payload: Payload, deviation: Deviation) -> Breach:
    """A code in another letter case, or one that was withdrawn, is advice."""
    known = deviation.expected != "a code of ISO 639-1"
    return _breach(payload, deviation, at_most=Verdict.ADVISED if known else Verdict.FAILED)


def _property_name(payload: Payload, deviation: Deviation) -> Breach:
    """A defined property in another spelling is an error; a name that nobody defined is advice."""
    *_, name = deviation.pointer.split("/")
    holder, _ = owner(edition_of(payload.exchange), payload.kind, _members(deviation.pointer))
    meant = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).replace("-", "_").lower()
    defined = isinstance(holder, ClassFacts) and meant in holder.properties
    expected = meant if defined else "lower snake case"
    return _breach(payload, deviation, expected, Verdict.FAILED if defined else Verdict.ADVISED)


def _moment(payload: Payload, deviation: Deviation) -> Breach:
    """Fractions of a second are not mentioned in 2.1.1, which is advice."""
    return _breach(payload, deviation, at_most=Verdict.ADVISED if deviation.kind == "fraction" else Verdict.FAILED)


def _length(payload: Payload, deviation: Deviation) -> Breach:
    """A text that fits into a Location, and not into the CDR that copies it, is told: the text says both."""
    return _breach(payload, deviation, at_most=Verdict.OBSERVED if deviation.severity == "notice" else Verdict.FAILED)


def _experimental(payload: Payload, deviation: Deviation) -> Breach | None:
    flaw = next(experimental_value(deviation), None)
    return _breach(payload, deviation, flaw.expected) if flaw else None


def _required(payload: Payload, deviation: Deviation) -> Breach | None:
    """As a notice, null is an optional field that has no value."""
    return _breach(payload, deviation) if deviation.severity == "error" else None


expectation(OBJECT, "has every required field")(_over("TYP-032", _required))
expectation(OBJECT, "has every enum value in its letter case")(_over("TYP-005", _letter_case))
expectation(OBJECT, "has a value of the list in every enum field")(_over("TYP-030", _no_such_value))
expectation(OBJECT, "has no value that is longer than its type")(_over("TYP-031", _length))
expectation(OBJECT, "has every DateTime in UTC and in whole seconds")(_over("TYP-024", _moment))
expectation(OBJECT, "has every name in lower snake case")(_over("TYP-018", _property_name))


named_for_good = expectation(OBJECT, "has no experimental prefix in any enum value")(
    _over("TYP-029", _experimental, ("open-enum",))
)
JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {"TYP-029": (named_for_good,)}
"""By requirement, what is about deviations that the schemas only tell."""


@expectation(OBJECT, "has an ISO 639-1 code for every language")
def languages(payloads: Objects) -> Iterator[Breach]:
    """Every language is a code of ISO 639-1, in lower case."""
    own = list(_whole(payloads))
    if not any(_holds(payload.value, "language") for payload in own):
        raise NotObserved("the target has shown no language")
    yield from _over("TYP-010", _language)(own)


def _holds(value: Any, name: str) -> bool:  # noqa: ANN401  (any JSON value)
    if isinstance(value, dict):
        return name in value or any(_holds(member, name) for member in value.values())
    return isinstance(value, list) and any(_holds(member, name) for member in value)


# What the target takes and keeps --------------------------------------------------------------------------------------


@expectation(RESPONSE, "is the object asked for")
def object_asked_for(exchange: Exchange) -> Iterator[Breach]:
    """The object whose id is in the URL, without regard to letter case (types_cistring_type)."""
    *_, (name, wanted) = exchange.context.ids
    if not succeeds(exchange):
        yield Breach(f"the object with the {name} {wanted}, in whatever letter case", outcome(exchange), exchange)
        return
    data = envelope_of(exchange).get("data")
    found = data.get("id", data.get("uid")) if isinstance(data, dict) else None
    if str(found).lower() != wanted.lower():
        yield Breach(f"the object {wanted}", f"the object {found}", exchange, "/data")


@expectation(RESPONSE, "preferably refuses it as invalid")
def preferably_refused(exchange: Exchange) -> Iterator[Breach]:
    """OCPI 2001 is expected; to accept it is advice, since no clause says what a server does with a wrong value."""
    code = ocpi_status(exchange)
    if isinstance(code, int) and 2000 <= code < 3000:
        return
    if http_status(exchange) >= 500 or succeeds(exchange):
        yield Breach("a refusal with OCPI 2001", outcome(exchange), exchange, at_most=Verdict.ADVISED)


@expectation(COPY, "keeps its text unchanged")
def text_unchanged(back: ReadBack) -> Iterator[Breach]:
    """Every string that was pushed comes back character for character (types_string_type)."""
    stored = _stored(back)
    for name, value in back.pushed.items():
        if isinstance(value, str) and not value.isascii() and stored.get(name) != value:
            yield Breach(f"{name}: {value}", f"{name}: {stored.get(name)}", back.exchange, f"/data/{name}")


@expectation(COPY, "keeps the values that no open enum lists")
def own_values_kept(back: ReadBack) -> Iterator[Breach]:
    """A value of the sender's own stands in the copy, in a field of the same name (types, OpenEnum)."""
    kept = _own_values(back, _stored(back))
    for (name, value), pointer in _own_values(back, back.pushed).items():
        if (name, value) not in kept:
            yield Breach(f"{name}: {value}", f"no {name} with this value", back.exchange, f"/data{pointer}")


def _own_values(back: ReadBack, item: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return what open enums hold that they do not list, as name of the field and value, with where it stands."""
    found = _deviations(edition_of(back.exchange), back.kind, False, jsontext.dumps(item))
    own = (notice for notice in found if notice.kind == "open-enum")
    return {(_field(notice.pointer), notice.actual): notice.pointer for notice in own}


def _field(pointer: str) -> str:
    """Return the name in which a JSON Pointer ends, which may be followed by the place in a list."""
    return next(part for part in reversed(pointer.split("/")) if not part.isdigit())


@expectation(COPY, "has no value where null was pushed")
def null_is_absent(back: ReadBack) -> Iterator[Breach]:
    """A field that was null is null or absent: both mean the same (terminology_cardinality)."""
    stored = _stored(back)
    for name, value in back.pushed.items():
        if value is None and stored.get(name) is not None:
            yield Breach(f"{name}: null or absent", f"{name}: {stored[name]}", back.exchange, f"/data/{name}")


def _stored(back: ReadBack) -> dict[str, Any]:
    if not isinstance(back.stored, dict):
        raise NotObserved("the target's copy is no object")
    return back.stored
