"""What the copies of one Location, EVSE or Connector that the target showed must have in common. Not single objects."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.mock_partner.jsontext import type_name
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.locations import Json, instant, listed
from ocpi_conformance.steps.checks.readings import of_one_moment
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.rules.common import folded as in_version
from ocpi_conformance.steps.likeness import differences
from ocpi_conformance.steps.payloads import Payload, is_filtered, version_of
from ocpi_conformance.steps.scene import data_of, envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Key = tuple[str, ...]


def folded(value: object, version: str = "") -> str:
    """Return an id as it compares in `version`, whatever stands in its place."""
    return in_version(str(value), version)


def owner_of(item: Json) -> Key:
    """Return the owner that an object names, case ignored."""
    return folded(item.get("country_code")), folded(item.get("party_id"))


_LEVELS = {"Location": 1, "EVSE": 2, "Connector": 3}
_SEGMENTS = ("location_id", "evse_uid", "connector_id")


def key_of(payload: Payload) -> Key:
    """Return the ids that name a Location or a part of one: of the Location, then of the EVSE, then of the Connector.

    They come from the objects around it or, for what was asked for or pushed by itself, from the URL.
    """
    if payload.parents or (payload.kind == "Location" and not payload.in_request):
        chain = [*payload.parents, payload.value]
        return tuple(folded(part.get("uid", part.get("id")), version_of(payload)) for part in chain)
    ids = payload.exchange.context.id
    return tuple(folded(ids(name), version_of(payload)) for name in _SEGMENTS[: _LEVELS[payload.kind]])


def owner_around(payload: Payload) -> Key:
    """Return the owner of a Location or of a part of one, from the Location or from the URL; empty when unknown.

    A platform of 2.1.1 is one party, which its objects do not name.
    """
    if version_of(payload) == "2.1.1":
        return ()
    if payload.parents or (payload.kind == "Location" and not payload.in_request):
        return owner_of((*payload.parents, payload.value)[0])
    return tuple(folded(payload.exchange.context.id(name) or "") for name in ("country_code", "party_id"))


def whole(found: Iterable[Payload]) -> list[Payload]:
    """Return the whole objects of the target: no PATCH bodies, no copies of what the partner pushed."""
    own = [payload for payload in found if not payload.is_copy]
    return [payload for payload in own if isinstance(payload.value, dict) and not payload.partial]


def in_list(payload: Payload) -> bool:
    """Tell whether an object stands in a list of the target, or in an object of one."""
    return payload.exchange.context.route == "list"


def is_one_state(one: Payload, other: Payload) -> bool:
    """Tell whether two readings of an object must show the same state, as nothing changed between them."""
    moment = instant(one.value.get("last_updated"))
    if moment is None or moment != instant(other.value.get("last_updated")):
        return False
    return not of_one_moment(one, other, moment)


# Answers about one object ---------------------------------------------------------------------------------------------

_ID_FIELDS = {
    "booking_location": ("booking_location_id", "id"),
    "calendar": ("calendar_id", "id"),
    "location": ("location_id", "id"),
    "evse": ("evse_uid", "uid"),
    "connector": ("connector_id", "id"),
    "terminal": ("terminal_id", "terminal_id"),
    "confirmation": ("financial_advice_confirmation_id", "id"),
}


@expectation("the response", "is the object that the URL names")
def is_the_named_object(exchange: Exchange) -> Iterator[Breach]:
    """The id in `data` is the last one of the URL (mod_locations_get_object_request_parameters)."""
    segment, name = _ID_FIELDS[exchange.context.route]
    version = exchange.context.version
    wanted = str(exchange.context.id(segment))
    data = data_of(exchange)
    if not isinstance(data, dict):
        raise NotObserved(f"data is no object but {type_name(data)}: TRN-072 judges that")
    if folded(data.get(name), version) != folded(wanted, version):
        yield Breach(f"the object with {name} {wanted}", f"{name} {data.get(name)}", exchange, f"/data/{name}")


def _as_listed(found: Sequence[Payload]) -> Iterator[Breach]:
    entries = [p for p in whole(found) if in_list(p) and not is_filtered(p.exchange)]
    for payload in whole(found):
        if payload.parents or payload.exchange.context.route not in _ID_FIELDS or payload.in_request:
            continue
        for entry in entries:
            if key_of(entry) == key_of(payload) and is_one_state(entry, payload):
                yield from _unlike(entry, payload, "as in the list")


def _unlike(one: Payload, other: Payload, words: str) -> Iterator[Breach]:
    version = other.exchange.context.version
    for difference in differences(version, other.kind, one.value, other.value, closed=True):
        expected, place = f"{difference.expected} {words}", other.pointer + difference.pointer
        yield Breach(expected, difference.actual, other.exchange, place)


@expectation("every Location", "is the same alone and in the list")
def location_as_listed(found: Sequence[Payload]) -> Iterator[Breach]:
    """While last_updated is the same, GET of a Location gives what the list gives."""
    return _as_listed(found)


@expectation("every EVSE", "is the same alone and in its Location")
def evse_as_listed(found: Sequence[Payload]) -> Iterator[Breach]:
    """While last_updated is the same, GET of an EVSE gives what its Location holds."""
    return _as_listed(found)


@expectation("every Connector", "is the same alone and in its EVSE")
def connector_as_listed(found: Sequence[Payload]) -> Iterator[Breach]:
    """While last_updated is the same, GET of a Connector gives what its EVSE holds."""
    return _as_listed(found)


@expectation("every Location", "is complete in a list by date")
def filtered_is_complete(found: Sequence[Payload]) -> Iterator[Breach]:
    """A Location that changed is listed with all its EVSEs (mod_locations_get_list_response_data)."""
    objects = whole(found)
    elsewhere = [p for p in objects if not p.in_request and not (in_list(p) and is_filtered(p.exchange))]
    for payload in objects:
        if in_list(payload) and is_filtered(payload.exchange):
            for other in elsewhere:
                if key_of(other) == key_of(payload) and is_one_state(other, payload):
                    yield from _unlike(other, payload, "as in the whole object")


# Time -----------------------------------------------------------------------------------------------------------------


def _not_older(found: Sequence[Payload], parent: str) -> Iterator[Breach]:
    seen = [p for p in whole(found) if p.parents]
    if not seen:
        raise NotObserved("the target has shown no such object within its Location")
    for payload in seen:
        above, own = instant(payload.parents[-1].get("last_updated")), instant(payload.value.get("last_updated"))
        if above and own and above < own:
            expected = f"a {parent} that is updated when its part is: not before {own:%FT%TZ}"
            yield Breach(expected, f"{above:%FT%TZ}", payload.exchange, payload.pointer)


@expectation("every EVSE", "has a Location that is not older")
def location_follows(found: Sequence[Payload]) -> Iterator[Breach]:
    """An update of an EVSE updates its Location (mod_locations_get_list_request_parameters)."""
    return itertools.islice(_not_older(found, "Location"), MOST)


@expectation("every Connector", "has an EVSE that is not older")
def evse_follows(found: Sequence[Payload]) -> Iterator[Breach]:
    """An update of a Connector updates its EVSE; the Location follows as it does for the EVSE."""
    return itertools.islice(_not_older(found, "EVSE"), MOST)


_PARTS = {"Location": frozenset({"evses"}), "EVSE": frozenset({"connectors"}), "Connector": frozenset[str]()}


def _updated(earlier: Payload, later: Payload) -> Iterator[Breach]:
    """Judge two different copies of one object: the later one has a later last_updated."""
    then, now = instant(earlier.value.get("last_updated")), instant(later.value.get("last_updated"))
    if then is None or now is None or now > then:
        return
    # A push and an answer may cross, and a push may be repeated: an older state is no change then.
    if now < then and (earlier.in_request or later.in_request):
        return
    # A change within the second of the last one cannot be told from it.
    if now == then and of_one_moment(earlier, later, then):
        return
    ignored = _PARTS[later.kind] | {"last_updated"}
    kind, version = later.kind, later.exchange.context.version
    for difference in differences(version, kind, earlier.value, later.value, closed=True, ignored=ignored):
        changed = f"{difference.pointer} changed from {difference.expected} to {difference.actual}"
        yield Breach(f"a last_updated after {then:%FT%TZ}", f"{now:%FT%TZ}; {changed}", later.exchange, later.pointer)
        return


@expectation("every object", "that changed has a later last_updated")
def changed_is_updated(found: Sequence[Payload]) -> Iterator[Breach]:
    """Successive whole copies of each Location, EVSE and Connector (mod_locations_location_object)."""
    copies: dict[tuple[str, ...], list[Payload]] = defaultdict(list)
    for payload in whole(p for p in found if p.kind in _PARTS):
        copies[payload.kind, *owner_around(payload), *key_of(payload)].append(payload)
    following = (pair for items in copies.values() for pair in itertools.pairwise(items))
    pairs = [(earlier, later) for earlier, later in following if earlier.value != later.value]
    if not pairs:
        raise NotObserved("the target has shown no Location, EVSE or Connector that changed")
    breaches = (breach for earlier, later in pairs for breach in _updated(earlier, later))
    return itertools.islice(breaches, MOST)


# Identity -------------------------------------------------------------------------------------------------------------


def uids(location: Json, version: str) -> frozenset[str]:
    """Return the uids of the EVSEs of a Location as they compare in `version`."""
    return frozenset(folded(evse.get("uid"), version) for evse in listed(location, "evses") if isinstance(evse, dict))


def given_out(found: Iterable[Payload]) -> list[Payload]:
    """Return the objects that stand in answers of the target's Sender interface."""
    return [p for p in whole(found) if not p.in_request and p.exchange.context.interface == SENDER]


@expectation("every Location", "has an id of its own")
def location_ids(found: Sequence[Payload]) -> Iterator[Breach]:
    """`Location.id` is unique: two that share it in one page, or have nothing else in common, are two Locations."""
    known: dict[Key, list[Payload]] = defaultdict(list)
    for payload in [p for p in given_out(found) if in_list(p)]:
        key = (*owner_of(payload.value), folded(payload.value.get("id"), version_of(payload)))
        for other in known[key]:
            if _are_two(other, payload):
                expected, actual = "one Location of this id", f"another one, in exchange {other.exchange.number}"
                yield Breach(expected, actual, payload.exchange, f"{payload.pointer}/id")
        known[key].append(payload)


def _are_two(one: Payload, other: Payload) -> bool:
    if one.exchange is other.exchange:
        return True
    first, second = one.value, other.value
    places = first.get("coordinates") != second.get("coordinates") and first.get("address") != second.get("address")
    evses, others = uids(first, version_of(one)), uids(second, version_of(other))
    return places and bool(evses) and bool(others) and not evses & others


@expectation("every EVSE", "has a uid of its own")
def evse_uids(found: Sequence[Payload]) -> Iterator[Breach]:
    """`EVSE.uid` is unique within the platform: it stands in one Location, and once there."""
    homes: dict[Key, tuple[str, Payload]] = {}
    for payload in [p for p in given_out(found) if p.parents]:
        version, location = version_of(payload), payload.parents[0]
        uid, place = folded(payload.value.get("uid"), version), folded(location.get("id"), version)
        home, first = homes.setdefault((*owner_of(location), uid), (place, payload))
        twice = first.exchange is payload.exchange and first.pointer != payload.pointer
        if home != place:
            actual = f"in the Locations {home} and {location.get('id')}"
            yield Breach("each uid at one EVSE", actual, payload.exchange, f"{payload.pointer}/uid")
        elif twice and first.pointer.rpartition("/")[0] == payload.pointer.rpartition("/")[0]:
            actual = f"twice in the Location {location.get('id')}"
            yield Breach("each uid at one EVSE", actual, payload.exchange, f"{payload.pointer}/uid")


@dataclass
class _Sightings:
    """Where an id was seen: the first and the last list, by number, and the ids that stood beside it in the last."""

    location: Json
    first: int
    last: int
    beside: frozenset[str]


@expectation("every list", "keeps the ids of its Locations")
def keeps_ids(lists: Sequence[Exchange]) -> Iterator[Breach]:
    """An id that is gone where the same Location has turned up under another one has changed."""
    answers = [(e, _locations_in(e)) for e in lists if e.context.module == "locations" and not is_filtered(e)]
    seen: dict[str, _Sightings] = {}
    for number, (_, found) in enumerate(answers):
        for name, item in found.items():
            first = seen[name].first if name in seen else number
            seen[name] = _Sightings(item, first, number, frozenset(found) - {name})
    version = answers[0][0].context.version if answers else ""
    by_features: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for name, sightings in seen.items():
        by_features[_features(sightings.location, version)].append(name)
    for old, new in (pair for names in by_features.values() for pair in itertools.permutations(names, 2)):
        former, present = seen[old], seen[new]
        # What stood beside the old id has been read again since, so the old one was not just on another page.
        again = {name for _, found in answers[present.first :] for name in found}
        if uids(former.location, version) and former.last < present.first and former.beside & again:
            yield Breach(f"the id {old} that this Location had", new, answers[present.first][0])


def _locations_in(exchange: Exchange) -> dict[str, Json]:
    data = envelope_of(exchange).get("data")
    items = data if isinstance(data, list) else []
    return {folded(item.get("id"), exchange.context.version): item for item in items if isinstance(item, dict)}


def _features(location: Json, version: str) -> tuple[Any, ...]:
    return (*owner_of(location), str(location.get("coordinates")), location.get("address"), uids(location, version))


def _successive(found: Iterable[Payload]) -> Iterator[tuple[Payload, Payload]]:
    copies: dict[Key, list[Payload]] = defaultdict(list)
    for payload in [p for p in given_out(found) if not is_filtered(p.exchange)]:
        copies[*owner_of(payload.value), *key_of(payload)].append(payload)
    if not copies:
        raise NotObserved("the target has shown no Location")
    for items in copies.values():
        yield from itertools.pairwise(items)


def _vanished(earlier: Json, later: Json, version: str) -> Iterator[Json]:
    yield from (evse for evse in _unlike_any(earlier, later, version) if evse.get("status") != "REMOVED")


def _unlike_any(one: Json, other: Json, version: str) -> Iterator[Json]:
    """Yield the EVSEs of one Location that have a uid which no EVSE of the other one has."""
    known = uids(other, version)
    for evse in listed(one, "evses"):
        if isinstance(evse, dict) and folded(evse.get("uid"), version) not in known:
            yield evse


def _losses(found: Iterable[Payload]) -> Iterator[tuple[Payload, Payload, Json]]:
    """Yield each EVSE that was lost, once, with the copies of its Location before and after."""
    told: set[Key] = set()
    for earlier, later in _successive(found):
        version = version_of(later)
        for evse in _vanished(earlier.value, later.value, version):
            name = (*key_of(later), folded(evse.get("uid"), version))
            if name not in told:
                told.add(name)
                yield earlier, later, evse


@expectation("every Location", "keeps its EVSEs until they are REMOVED")
def keeps_evses(found: Sequence[Payload]) -> Iterator[Breach]:
    """An EVSE that vanishes without REMOVED is told only: a list is the new truth as well (A34)."""
    for _, later, evse in _losses(found):
        expected = f"the EVSE {evse.get('uid')}, or its status REMOVED"
        yield Breach(expected, "absent", later.exchange, f"{later.pointer}/evses", at_most=Verdict.OBSERVED)


@expectation("every Location", "keeps the uids of its EVSEs")
def keeps_uids(found: Sequence[Payload]) -> Iterator[Breach]:
    """An EVSE that takes the place of one that vanished, and differs in nothing but its uid, had its uid changed."""
    for earlier, later, evse in _losses(found):
        version = version_of(later)
        for other in _unlike_any(later.value, earlier.value, version):
            if _like(version, evse, other):
                expected, actual = f"the uid {evse.get('uid')} that this EVSE had", str(other.get("uid"))
                place = f"{later.pointer}/evses"
                yield Breach(expected, actual, later.exchange, place, at_most=Verdict.ADVISED)


def _like(version: str, one: Json, other: Json) -> bool:
    ignored = frozenset({"uid", "last_updated", "connectors"})
    plugs = [len(listed(evse, "connectors")) for evse in (one, other)]
    return plugs[0] == plugs[1] and not any(differences(version, "EVSE", one, other, closed=True, ignored=ignored))


@expectation("every Location", "stands alone at its place")
def grouped(found: Sequence[Payload]) -> Iterator[Breach]:
    """Charge points at one place are one Location (mod_locations, Group of Charge Points)."""
    places: dict[tuple[Any, ...], dict[str, Payload]] = defaultdict(dict)
    for payload in [p for p in given_out(found) if isinstance(p.value.get("coordinates"), dict)]:
        location = payload.value
        spot = tuple(str(location["coordinates"].get(name)) for name in ("latitude", "longitude"))
        access = (location.get("publish"), str(location.get("publish_allowed_to") or ""))
        places[*owner_of(location), *spot, *access].setdefault(folded(location.get("id"), version_of(payload)), payload)
    if not places:
        raise NotObserved("the target has shown no Location")
    for found_there in [items for items in places.values() if len(items) > 1][:MOST]:
        names = ", ".join(sorted(found_there))
        payload = next(iter(found_there.values()))
        yield Breach("one Location for all EVSEs of one place", f"several: {names}", payload.exchange, payload.pointer)


def of_kind(found: Iterable[Payload], kind: str) -> list[Payload]:
    """Return the whole objects of class `kind`."""
    return [payload for payload in whole(found) if payload.kind == kind]


JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {
    "LOC-015": (grouped,),
    "LOC-025": (location_follows,),
    "LOC-026": (evse_follows,),
    "LOC-056": (keeps_ids,),
    "LOC-057": (location_ids,),
    "LOC-069": (evse_uids,),
    "LOC-070": (keeps_uids,),
    "LOC-129": (changed_is_updated,),
}
"""By requirement, what compares copies of Locations by where and when they were seen."""
