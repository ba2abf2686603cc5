"""Targets that are wrong, or only odd, at random: one change drawn from a seed each. What becomes of them is elsewhere.

Rules: what a change amounts to is said by the schemas and by the rules over one object, or, for a message, by the table
that declares it; never by a scenario.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ocpi_conformance.cli.object_rules import ObjectRules
from ocpi_conformance.mock_partner.editing import edit, lengthened, other_type, shifted
from ocpi_conformance.mock_partner.embedded import portfolio
from ocpi_conformance.mock_partner.messages import ABSENT, parse_timestamp
from ocpi_conformance.mock_partner.named_defects import Defect
from ocpi_conformance.mock_partner.ocpi import views
from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.run import EMBEDDED_SIZES, SIDES, USUAL, spoken_beside

YEAR = 365 * 86_400.0


class Account(StrEnum):
    """What a change amounts to: OPEN where it depends on what no single object or message shows."""

    ILLEGAL = "illegal"
    LEGAL = "legal"
    OPEN = "open"


@dataclass(frozen=True)
class Mutant:
    """One changed target.

    Attributes:
        number: it is the same for the same seed and number.
        family: "objects", "answers" or "requests": what is changed.
        change: the class of the change, as it is called in the tables.
        where: module and place, without the numbers of items.
        account: what the change amounts to, `reason` why.
        way: the change as behaviour or fault rule of the embedded target, which plays `role`.
        places: the features that look at what is changed.
        version: the version of OCPI.
    """

    number: int
    family: str
    change: str
    where: str
    account: Account
    reason: str
    way: Defect
    role: str
    places: tuple[str, ...]
    version: str = USUAL

    @property
    def key(self) -> str:
        """What mutants have in common that differ only in the item that they change."""
        return f"{self.family}: {self.change}: {self.where}"

    @property
    def name(self) -> str:
        """What tells it from all others of its seed."""
        return f"{self.number} {self.key}"

    @property
    def effect(self) -> str:
        """What it does to the target, and who looks at that: the same of two that differ in their numbers only."""
        return repr((self.way.behaviour, self.way.rules, self.role, self.places, self.account, self.version))


def mutants(seed: int, count: int, first: int = 1, version: str = USUAL) -> Iterator[Mutant]:
    """Yield `count` mutants from `seed`, from the number `first` on; each depends on these and the version alone."""
    # The moments of the sample objects move with the clock; what is drawn of them does not.
    published = {
        role: portfolio(role, parse_timestamp(_NOW), spoken_beside(version), size=EMBEDDED_SIZES[version])
        for role in SIDES
    }
    for number in range(first, first + count):
        drawn = random.Random(f"mutant {seed} {number}")  # noqa: S311  (no secrets)
        make = drawn.choice(_FAMILIES)
        yield make(Draw(number, drawn, version, published))


_NOW = "2030-01-01T00:00:00Z"
Published = Mapping[str, Mapping[str, list[Any]]]


@dataclass(frozen=True)
class Draw:
    """What a mutant is made from: its number, the source of chance, the version, what the targets publish by role."""

    number: int
    chance: random.Random
    version: str
    published: Published

    def shown(self, module: str, item: Any) -> Any:  # noqa: ANN401  (JSON)
        """Return one of the objects that are published as the version shows it."""
        # They are kept in its form, with what was added later: to change that too is to add what it does not know.
        if self.version == USUAL:
            return item
        role, kind = OWNERS[module]
        places_of_role = self.published[role].get("locations", ())
        return views.view(
            self.version, kind, item, lambda name: next((one for one in places_of_role if one["id"] == name), None)
        )


# Of each module whose objects a target publishes: the role that does, and the class of its objects.
OWNERS = {
    "locations": ("CPO", "Location"),
    "sessions": ("CPO", "Session"),
    "cdrs": ("CPO", "CDR"),
    "tariffs": ("CPO", "Tariff"),
    "tokens": ("EMSP", "Token"),
}


# Objects --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A value in an object: its JSON Pointer there, the key or position that it stands under, the value."""

    pointer: str
    key: str | int
    value: Any

    @property
    def shape(self) -> str:
        """The pointer with "*" for every position."""
        return "/".join("*" if part.isdecimal() else part for part in self.pointer.split("/"))


def places(value: Any, pointer: str = "") -> Iterator[Place]:  # noqa: ANN401  (any JSON value)
    """Yield every value in a JSON value, itself left out."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield Place(f"{pointer}/{key}", key, child)
        yield from places(child, f"{pointer}/{key}")


@dataclass(frozen=True)
class Change:
    """One class of change to a value: where it can be made, what it makes, whether it is legal when nothing forbids it.

    A change that moves or takes away what other objects or a sum may depend on is left open when the object is valid.
    What it makes stands at the place, or `below` it.
    """

    fits: Callable[[Place], bool]
    makes: Callable[[Place], Any]
    harmless: bool = False
    below: str = ""


def _is_field(place: Place) -> bool:
    return isinstance(place.key, str)


def _is_item(place: Place) -> bool:
    return isinstance(place.key, int)


def _is(*kinds: type) -> Callable[[Place], bool]:
    return lambda place: isinstance(place.value, kinds) and bool(place.value)


def _is_moment(place: Place) -> bool:
    return _is_field(place) and shifted({place.key: place.value}, 1, str(place.key)) != {place.key: place.value}


def _moved(seconds: float) -> Callable[[Place], Any]:
    return lambda place: shifted({place.key: place.value}, seconds, str(place.key))[place.key]


CHANGES: Mapping[str, Change] = {
    "drop a field": Change(_is_field, lambda place: ABSENT, harmless=True),
    "null in a field": Change(_is_field, lambda place: None, harmless=True),
    "add a field": Change(_is(dict), lambda place: ["anything"], harmless=True, below="/vendor_note"),
    "another type": Change(lambda place: True, lambda place: other_type(place.value)),
    "lengthen a text": Change(_is(str), lambda place: lengthened(600)(place.value)),
    "shorten a text": Change(_is(str), lambda place: place.value[:-1]),
    "empty a text or a list": Change(_is(str, list), lambda place: type(place.value)()),
    "another case": Change(_is(str), lambda place: place.value.swapcase()),
    "garbage around a text": Change(_is(str), lambda place: f"<{place.value}>"),
    "negate a number": Change(_is(int, float), lambda place: -place.value),
    "skip an item": Change(_is_item, lambda place: ABSENT),
    "repeat an item": Change(_is(list), lambda place: [*place.value, copy.deepcopy(place.value[-1])]),
    "reorder items": Change(_is(list), lambda place: place.value[::-1]),
    "stale time": Change(_is_moment, _moved(-YEAR)),
    "future time": Change(_is_moment, _moved(YEAR)),
    "wrong owner": Change(
        lambda place: place.pointer in {"/country_code", "/party_id"}, lambda place: "X" * len(place.value)
    ),
}


def _of_object(draw: Draw) -> Mutant:
    chance = draw.chance
    module = chance.choice(sorted(OWNERS))
    role, kind = OWNERS[module]
    items = draw.published[role][module]
    seen = [position for position, item in enumerate(items) if views.shows(draw.version, kind, item)]
    position = chance.choice(seen)
    original = draw.shown(module, items[position])
    while True:
        name, place = chance.choice(sorted(CHANGES)), chance.choice(list(places(original)))
        change = CHANGES[name]
        if not change.fits(place) or (value := change.makes(place)) == place.value:
            continue
        pointer, shape = f"{place.pointer}{change.below}", f"{module}{place.shape}"
        harmless = change.harmless and not any(part in shape for part in _TOLD_ELSEWHERE)
        after = edit(original, pointer, value)
        account, reason = account_of(kind, original, after, harmless=harmless, version=draw.version)
        source = None
        if place.pointer not in _KEYS and (module, place.pointer) != _TYPE_OF_TOKEN:
            source = _source(draw, module, items[position], Edit(pointer, value), after)
        # What is legal has to look the same wherever the object is shown.
        if source is not None or account is not Account.LEGAL:
            break
    way = _in_list(draw.number, module, Edit(pointer, value))
    if source is not None:
        way = Defect(f"mutant-{draw.number}", "", role, _published(f"/{module}/{position}{source}", value), ())
    looks = (f"{module}/sender", f"record/{module}", "record/types", "types/sender", *_COSTS.get(module, ()))
    return Mutant(draw.number, "objects", name, shape, account, reason, way, role, looks, draw.version)


@dataclass(frozen=True)
class Edit:
    """A value, or ABSENT, that is put at a JSON Pointer."""

    pointer: str
    value: Any


def _published(pointer: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    if value is ABSENT:
        return {"own_objects_without": (pointer,)}
    return {"own_objects": {pointer: value}, "own_objects_as_of": _NOW}


def _source(draw: Draw, module: str, item: Any, wanted: Edit, after: Any) -> str | None:  # noqa: ANN401
    """Return where a published object has to be edited so that the version shows it as `after`; None: nowhere."""
    *parents, last = wanted.pointer.split("/")
    names = [last, *_CANONICAL[draw.version].get(last, ())]
    for pointer in ("/".join([*parents, name]) for name in names):
        if draw.shown(module, edit(item, pointer, wanted.value)) == after:
            return pointer
    return None


def _canonical(version: str) -> dict[str, tuple[str, ...]]:
    """Return the names that fields have in the form in which objects are published, by their name in a version."""
    renamed = [pair for rules in views.VIEWS[version].values() for pair in rules.renamed.items()]
    return {shown: tuple(kept for kept, name in renamed if name == shown) for _, shown in renamed}


_CANONICAL = {version: _canonical(version) for version in views.VIEWS}


# What another object or a sum says something of, so that it may not be left out in silence: the Session of a CDR, and
# when a price is for it.
_TOLD_ELSEWHERE = ("cdrs/session_id", "cdrs/tariffs/*/elements/*/restrictions")
# What has prices is also judged beside others.
_COSTS = dict.fromkeys(("cdrs", "sessions", "tariffs"), ("record/costs",))
# By these the embedded target finds its objects: it could not publish one without. They are changed on their way.
_KEYS = frozenset({"/country_code", "/party_id", "/id", "/uid"})
_TYPE_OF_TOKEN = ("tokens", "/type")


def _in_list(number: int, module: str, wanted: Edit) -> Defect:
    """Return the way in which objects are changed on each page of a list: the first one, or what has such a place."""
    place = f"/{'0' if wanted.pointer.count('/') == 1 else '*'}{wanted.pointer}"
    actions = {"unset": [place]} if wanted.value is ABSENT else {"set": {place: wanted.value}}
    match = {"module": module, "interface": "SENDER", "route": "list", "success": True}
    return Defect(f"mutant-{number}", "", OWNERS[module][0], {}, ({"match": match, **actions},))


def account_of(
    kind: str,
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    *,
    harmless: bool,
    version: str = USUAL,
) -> tuple[Account, str]:
    """Return what the change of an object amounts to by its schema and the rules over it, and the first reason."""
    known = {str(error) for error in _flaws(version, kind, before)}
    errors = [str(error) for error in _flaws(version, kind, after) if str(error) not in known]
    if errors:
        return Account.ILLEGAL, errors[0]
    if harmless and not ObjectRules(version, kind, notices=True)(after):
        return Account.LEGAL, "the schema and the rules allow it"
    return Account.OPEN, "valid by itself; other objects may say otherwise"


def _flaws(version: str, kind: str, value: object) -> list[object]:
    return [*validator(version, kind).errors(value), *ObjectRules(version, kind)(value)]


# Messages -------------------------------------------------------------------------------------------------------------


_WRITES = ("PUT", "PATCH", "POST")


@dataclass(frozen=True)
class Bend:
    """One class of change to a message: the actions of a fault rule, and what it amounts to by the specification.

    Of requests it is for those with one of `methods`.
    """

    account: Account
    actions: Mapping[str, Any]
    methods: tuple[str, ...] = _WRITES


_ILLEGAL, _LEGAL, _OPEN = Account.ILLEGAL, Account.LEGAL, Account.OPEN
# Of the answers to a request for a page of a list.
ANSWERS: Mapping[str, Bend] = {
    "drop status_code": Bend(_ILLEGAL, {"drop_from_envelope": ["status_code"]}),
    "drop timestamp": Bend(_ILLEGAL, {"drop_from_envelope": ["timestamp"]}),
    "drop data": Bend(_ILLEGAL, {"drop_from_envelope": ["data"]}),
    "retype status_code": Bend(_ILLEGAL, {"ocpi_status": "1000"}),
    "HTTP code as status_code": Bend(_ILLEGAL, {"ocpi_status": 200}),
    "client error for success": Bend(_ILLEGAL, {"ocpi_status": 2000}),
    "server error for success": Bend(_ILLEGAL, {"status": 500}),
    "timestamp of another form": Bend(_ILLEGAL, {"envelope": {"timestamp": "29.06.2015 20:39"}}),
    "timestamp a day old": Bend(_OPEN, {"skew": -86400}),
    "drop X-Request-ID": Bend(_ILLEGAL, {"drop_headers": ["X-Request-ID"]}),
    "drop X-Correlation-ID": Bend(_ILLEGAL, {"drop_headers": ["X-Correlation-ID"]}),
    "another X-Request-ID": Bend(_ILLEGAL, {"headers": {"X-Request-ID": "another"}}),
    "drop X-Total-Count": Bend(_ILLEGAL, {"drop_headers": ["X-Total-Count"]}),
    "drop X-Limit": Bend(_ILLEGAL, {"drop_headers": ["X-Limit"]}),
    "retype X-Total-Count": Bend(_ILLEGAL, {"headers": {"X-Total-Count": "many"}}),
    "lessen X-Total-Count": Bend(_ILLEGAL, {"headers": {"X-Total-Count": "1"}}),
    "drop Link": Bend(_ILLEGAL, {"drop_headers": ["Link"]}),
    "Link to the same page": Bend(_ILLEGAL, {"loop": True}),
    "another Content-Type": Bend(_ILLEGAL, {"headers": {"Content-Type": "text/plain"}}),
    "truncate the body": Bend(_ILLEGAL, {"truncate": 40}),
    "an object for a list": Bend(_ILLEGAL, {"data": {}}),
    "a bare list": Bend(_ILLEGAL, {"body": "[]"}),
    "repeat items": Bend(_ILLEGAL, {"repeat_items": 2}),
    "skip an item": Bend(_OPEN, {"unset": ["/0"]}),
    "reorder items": Bend(_OPEN, {"reorder": True}),
    "HTTP 201": Bend(_OPEN, {"status": 201}),
    "another success": Bend(_OPEN, {"ocpi_status": 1001}),
    "add to the envelope": Bend(_LEGAL, {"envelope": {"vendor_note": {"any": "thing"}}}),
    "add a header": Bend(_LEGAL, {"headers": {"X-Vendor-Note": "anything"}}),
    "add a status_message": Bend(_LEGAL, {"message": "All went well"}),
    "header names in capitals": Bend(_LEGAL, {"header_names": "upper"}),
    "reorder keys": Bend(_LEGAL, {"reverse_keys": True}),
    "indent": Bend(_LEGAL, {"layout": "indented"}),
    "escape": Bend(_LEGAL, {"layout": "escaped"}),
    "split into chunks": Bend(_LEGAL, {"chunk": 7}),
    "a short delay": Bend(_LEGAL, {"delay": 0.2, "times": 3}),
}
# Of the requests with which a target pushes its objects.
REQUESTS: Mapping[str, Bend] = {
    "drop Authorization": Bend(_ILLEGAL, {"drop_headers": ["Authorization"]}),
    "unknown token": Bend(_ILLEGAL, {"token": "dW5rbm93bg=="}),
    "drop X-Request-ID": Bend(_ILLEGAL, {"drop_headers": ["X-Request-ID"]}),
    "drop X-Correlation-ID": Bend(_ILLEGAL, {"drop_headers": ["X-Correlation-ID"]}),
    "drop Content-Type": Bend(_ILLEGAL, {"drop_headers": ["Content-Type"]}),
    "truncate the body": Bend(_ILLEGAL, {"truncate": 9}),
    "retype a time": Bend(_ILLEGAL, {"retype": ["/last_updated"]}),
    "drop a time": Bend(_ILLEGAL, {"unset": ["/last_updated"]}),
    "an unknown type": Bend(_ILLEGAL, {"set": {"/last_updated": "yesterday"}}),
    "drop the owner": Bend(_ILLEGAL, {"unset": ["/party_id"]}, ("PUT", "POST")),
    "wrong owner": Bend(_ILLEGAL, {"set": {"/party_id": "XXX"}}, ("PUT", "POST")),
    "longer URL": Bend(_ILLEGAL, {"append_to_url": "/more"}),
    "stale time": Bend(_OPEN, {"stale": 86400}),
    "a call that is missing": Bend(_OPEN, {"drop": True}),
    "an extra call": Bend(_OPEN, {"duplicate": 2}),
    "add a field": Bend(_LEGAL, {"set": {"/vendor_note": ["anything"]}}),
    "add a header": Bend(_LEGAL, {"headers": {"X-Vendor-Note": "anything"}}),
    "header names in capitals": Bend(_LEGAL, {"header_names": "upper"}),
    "header names in small letters": Bend(_LEGAL, {"header_names": "lower"}),
    "reorder keys": Bend(_LEGAL, {"reverse_keys": True}),
    "indent": Bend(_LEGAL, {"layout": "indented"}),
    "split into chunks": Bend(_LEGAL, {"chunk": 7}),
}


# What a version says otherwise: what is None there changes nothing of it. There are no ids of messages before 2.2, no
# owner in an object, and a PATCH may do without a time.
_OTHERWISE: Mapping[str, Mapping[str, Bend | None]] = {
    "2.1.1": {
        "drop X-Request-ID": None,
        "drop X-Correlation-ID": None,
        "another X-Request-ID": Bend(_LEGAL, {"headers": {"X-Request-ID": "another"}}),
        "drop the owner": None,
        "wrong owner": None,
        "drop a time": Bend(_ILLEGAL, {"unset": ["/last_updated"]}, ("PUT", "POST")),
    }
}


def bends(table: Mapping[str, Bend], version: str) -> dict[str, Bend]:
    """Return the changes of `ANSWERS` or `REQUESTS` that there are in a version, by name."""
    otherwise = _OTHERWISE.get(version, {})
    found = {name: otherwise.get(name, bend) for name, bend in table.items()}
    return {name: bend for name, bend in found.items() if bend is not None}


def _of_answer(draw: Draw) -> Mutant:
    known = bends(ANSWERS, draw.version)
    module, name = draw.chance.choice(sorted(OWNERS)), draw.chance.choice(sorted(known))
    match = {"module": module, "interface": "SENDER", "route": "list", "success": True}
    looks = (f"{module}/sender", "transport/pagination_responses", "transport/envelope", "record/transport")
    return _of_message(draw, "answers", (name, known[name]), match, (*looks, "transport/message_ids"))


def _of_request(draw: Draw) -> Mutant:
    known = bends(REQUESTS, draw.version)
    module, name = draw.chance.choice(sorted(OWNERS)), draw.chance.choice(sorted(known))
    bend = known[name]
    method = draw.chance.choice([method for method in _METHODS[module] if method in bend.methods])
    match = {"direction": "request", "module": module, "interface": "RECEIVER", "method": method}
    looks = (f"{module}/pushes", "transport/requests", "transport/message_ids")
    run = (f"record/{module}", "record/pushes", "record/transport", "record/credentials", "record/types")
    return _of_message(draw, "requests", (name, bend), match, (*looks, *run, *_PUSHED.get(module, ())))


# What Sessions are pushed with is judged by a feature of its own.
_PUSHED = {"sessions": ("record/session_pushes",)}
# With which methods objects are pushed.
_METHODS = {
    "locations": ("PUT", "PATCH"),
    "sessions": ("PUT", "PATCH"),
    "cdrs": ("POST",),
    "tariffs": ("PUT",),
    "tokens": ("PUT", "PATCH"),
}


def _of_message(
    draw: Draw, family: str, named: tuple[str, Bend], match: Mapping[str, Any], looks: tuple[str, ...]
) -> Mutant:
    name, bend = named
    module = str(match["module"])
    role = OWNERS[module][0]
    way = Defect(f"mutant-{draw.number}", "", role, {}, ({"match": match, **bend.actions},))
    where = " ".join(filter(None, (str(match.get("method", "")), module)))
    return Mutant(
        draw.number, family, name, where, bend.account, "by the table", way, role, looks, version=draw.version
    )


# Objects have the most to change.
_FAMILIES = (_of_object, _of_object, _of_object, _of_answer, _of_request)
