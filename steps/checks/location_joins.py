"""What Locations must be beside other modules of the target: its tariffs, its version details. Not single objects."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from ocpi_conformance.steps.acts import MAX_PAGES
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.locations import Json, instant, listed
from ocpi_conformance.steps.checks.objects_read import folded, of_kind, owner_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.payloads import Payload, version_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_PREFERRED = frozenset({"PROFILE_CHEAP", "PROFILE_FAST", "PROFILE_GREEN", "REGULAR"})
Tariffs = dict[tuple[str, ...], Json]


def tariffs_in(found: Iterable[Payload]) -> Tariffs:
    """Return the latest copy of each Tariff of the target by owner and id, and by id alone.

    Raises:
        NotObserved: it has shown none, or its list was too long to be read to its end.
    """
    items = of_kind(found, "Tariff")
    if not items:
        raise NotObserved("the target has shown no Tariff")
    if len({payload.exchange.number for payload in items}) >= MAX_PAGES:
        raise NotObserved("the list of Tariffs is too long to be read to its end")
    named = [(folded(p.value.get("id"), version_of(p)), p.value) for p in items]
    alone: Tariffs = {(name,): tariff for name, tariff in named}
    return alone | {(*owner_of(tariff), name): tariff for name, tariff in named}


def _tariff(known: Tariffs, location: Json, name: str) -> Json | None:
    """Return the Tariff that a Location refers to as `name`: one of the same owner, or else any."""
    return known.get((*owner_of(location), name)) or known.get((name,))


def _field(payload: Payload) -> str:
    """Return the field in which a Connector refers to Tariffs."""
    return "tariff_id" if version_of(payload) == "2.1.1" else "tariff_ids"


def _references(payload: Payload) -> list[str]:
    """Return the ids of the Tariffs that a Connector refers to."""
    value, version = payload.value.get(_field(payload)), version_of(payload)
    names = value if isinstance(value, list) else [value]
    return [folded(name, version) for name in names if name is not None]


def _connectors(found: Iterable[Payload]) -> list[Payload]:
    plugs = [p for p in of_kind(found, "Connector") if len(p.parents) == 2 and _references(p)]
    if not plugs:
        raise NotObserved("the target has shown no Connector that refers to a Tariff")
    return plugs


@expectation("every object", "that is a Connector refers to Tariffs that are offered")
def tariffs_exist(found: Sequence[Payload]) -> Iterator[Breach]:
    """Each Tariff of a Connector was listed or pushed (mod_locations_connector_object)."""
    known = tariffs_in(found)
    breaches = (
        Breach(
            "the id of a Tariff that the target offers", name, payload.exchange, f"{payload.pointer}/{_field(payload)}"
        )
        for payload in _connectors(found)
        for name in _references(payload)
        if _tariff(known, payload.parents[0], name) is None
    )
    return itertools.islice(breaches, MOST)


@expectation("every object", "that is a Connector has one Tariff of a type at a time")
def tariffs_apart(found: Sequence[Payload]) -> Iterator[Breach]:
    """Tariffs of one type on one Connector are valid one after the other; those without type are told only."""
    known = tariffs_in(found)
    breaches = (
        breach
        for payload in _connectors(found)
        for breach in _overlaps(payload, [_tariff(known, payload.parents[0], name) for name in _references(payload)])
    )
    return itertools.islice(breaches, MOST)


def _overlaps(payload: Payload, tariffs: list[Json | None]) -> Iterator[Breach]:
    by_type: dict[object, list[Json]] = defaultdict(list)
    for tariff in filter(None, tariffs):
        by_type[tariff.get("type")].append(tariff)
    for kind, items in by_type.items():
        for one, other in itertools.combinations(items, 2):
            (begin, end), (starts, ends) = _validity(one), _validity(other)
            if begin < ends and starts < end:
                expected = f"Tariffs of the type {kind} with periods that do not overlap"
                actual = f"{one.get('id')} and {other.get('id')}"
                limit = Verdict.FAILED if kind else Verdict.OBSERVED
                yield Breach(expected, actual, payload.exchange, f"{payload.pointer}/tariff_ids", limit)


def _validity(tariff: Json) -> tuple[datetime, datetime]:
    return instant(tariff.get("start_date_time")) or _EVER[0], instant(tariff.get("end_date_time")) or _EVER[1]


@expectation("every object", "that is an EVSE with charging preferences has Tariffs for them")
def preferred_tariffs(found: Sequence[Payload]) -> Iterator[Breach]:
    """Preference-based charging comes with a Tariff for a profile type (mod_locations_connector_object)."""
    capable = [
        p
        for p in of_kind(found, "EVSE")
        if p.parents and "CHARGING_PREFERENCES_CAPABLE" in listed(p.value, "capabilities")
    ]
    if not capable:
        raise NotObserved("no EVSE of the target takes charging preferences")
    known = tariffs_in(found)
    for payload in capable[:MOST]:
        names = [folded(name) for plug in listed(payload.value, "connectors") for name in listed(plug, "tariff_ids")]
        tariffs = [_tariff(known, payload.parents[0], name) for name in names]
        if None not in tariffs and not any(
            tariff["type"] in _PREFERRED for tariff in tariffs if tariff and "type" in tariff
        ):
            expected = f"a Tariff of the type {', '.join(sorted(_PREFERRED))} on a Connector"
            yield Breach(expected, "none", payload.exchange, payload.pointer)


# Capability: module and interface of the CPO that it needs.
_MODULES = {
    "REMOTE_START_STOP_CAPABLE": ("commands", "RECEIVER"),
    "RESERVABLE": ("commands", "RECEIVER"),
    "UNLOCK_CAPABLE": ("commands", "RECEIVER"),
    "CHARGING_PROFILE_CAPABLE": ("chargingprofiles", "RECEIVER"),
    "CHARGING_PREFERENCES_CAPABLE": ("sessions", "SENDER"),
}


@expectation("every object", "that is an EVSE has capabilities whose module is advertised")
def capabilities_are_usable(found: Sequence[Payload]) -> Iterator[Breach]:
    """mod_locations_capability_enum beside the version details; each capability is told once."""
    endpoints = {(p.value.get("identifier"), p.value.get("role")) for p in of_kind(found, "Endpoint")}
    first: dict[str, Payload] = {}
    for payload in of_kind(found, "EVSE"):
        for name in listed(payload.value, "capabilities"):
            first.setdefault(str(name), payload)
    if not first or not endpoints:
        raise NotObserved("the target has shown no EVSE with capabilities, or no version details")
    for name, payload in first.items():
        if name in _MODULES and _MODULES[name] not in endpoints:
            expected = f"the {_MODULES[name][1]} interface of {_MODULES[name][0]} for {name}"
            yield Breach(expected, "not in the version details", payload.exchange, f"{payload.pointer}/capabilities")


JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {
    "LOC-078": (tariffs_apart,),
    "LOC-079": (preferred_tariffs,),
    "LOC-081": (tariffs_exist,),
    "LOC-084": (capabilities_are_usable,),
}
"""By requirement, what needs Tariffs or version details beside the Locations."""
