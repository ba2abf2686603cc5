"""What the pushes of the target must be: their URLs, their bodies, what changes in them. Not whether they come."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, Route
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.booking_requests import is_printed
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.locations import Json, missing
from ocpi_conformance.steps.checks.objects_read import folded, in_list, key_of, owner_around, owner_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.likeness import differences, properties
from ocpi_conformance.steps.payloads import Payload, edition_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

_LEVELS = ("Location", "EVSE", "Connector")
_IDS = frozenset({"country_code", "party_id", "id", "uid", "last_updated"})


def owned(pushes: Iterable[Exchange], *methods: str, module: str = "") -> list[Exchange]:
    """Return the pushes of client-owned objects: by one of `methods` (all when empty), of one `module` (or all).

    Raises:
        NotObserved: there is none.
    """
    found = [
        exchange
        for exchange in pushes
        if _is_owned(exchange)
        and (not methods or exchange.request.method in methods)
        and (not module or exchange.context.module == module)
    ]
    if not found:
        raise NotObserved(f"the target has pushed no {module or 'object'} by {' or '.join(methods) or 'any method'}")
    return found


def _is_owned(exchange: Exchange) -> bool:
    module = MODULES.get(exchange.context.version, {}).get(exchange.context.module)
    return module is not None and bool(module.owners) and module.functional


def route_of(exchange: Exchange) -> Route | None:
    """Return the URL shape of a push, None when the module has no such shape."""
    module = MODULES[exchange.context.version][exchange.context.module]
    return next((route for route in module.routes.get(RECEIVER, ()) if route.name == exchange.context.route), None)


def body_of(exchange: Exchange) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the JSON value in the body of a push, None when it is none."""
    try:
        return jsontext.loads(exchange.request.body)
    except jsontext.JsonError:
        return None


def _objects(pushes: Iterable[Exchange], *methods: str, module: str = "") -> Iterator[tuple[Exchange, Route, Json]]:
    """Yield the pushes of objects with their URL shape and body."""
    for exchange in owned(pushes, *methods, module=module):
        route, value = route_of(exchange), body_of(exchange)
        if route and isinstance(value, dict):
            yield exchange, route, value


# URLs -----------------------------------------------------------------------------------------------------------------


@expectation("every push", "is addressed by its owner and its ids")
def addressed(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """transport_and_format_client_owned_object_push: country code, party id, object id; CDRs go to the endpoint."""
    for exchange in owned(pushes):
        ids = dict(exchange.context.ids)
        country, party = ids.get("country_code"), ids.get("party_id")
        odd = country is not None and (len(country) != 2 or len(str(party)) != 3)
        if (route_of(exchange) is None or odd) and not is_printed(exchange):
            shapes = [
                route.template for route in MODULES[exchange.context.version][exchange.context.module].routes[RECEIVER]
            ]
            yield Breach(f"the endpoint URL and {' or '.join(shapes)}", exchange.request.url, exchange)


@expectation("every push", "stands at the URL of its own class")
def at_its_level(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """A Location, an EVSE or a Connector goes to a URL of that level (mod_locations_emsp_interface)."""
    for exchange in owned(pushes, module="locations"):
        route, value = route_of(exchange), body_of(exchange)
        if route is None:
            yield Breach("country code, party id, location id and the ids below it", exchange.request.url, exchange)
        elif isinstance(value, dict):
            likely = _class_of(exchange.context.version, route.object, value)
            if likely != route.object:
                yield Breach(f"one {route.object} at the URL of one", f"fields of one {likely}", exchange)


def _class_of(version: str, kind: str, value: Json) -> str:
    """Return the class that most of the telling fields of `value` belong to; `kind` when nothing speaks against it."""
    fields = {name: set(properties(version, name)) for name in _LEVELS}
    votes = {
        name: len(set(value) & (known - set().union(*(other for key, other in fields.items() if key != name))))
        for name, known in fields.items()
    }
    best = max(_LEVELS, key=lambda name: votes[name])
    own = set(value) & fields[kind] - _IDS
    return best if votes[best] > len(own) else kind


@expectation("every push", "of a whole object carries the id of its URL")
def carries_its_id(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """The last segment of the URL is the id or uid of the body (mod_locations_request_parameters_msp)."""
    for exchange, route, value in _objects(pushes, "PUT", module="locations"):
        version = exchange.context.version
        name = "uid" if route.object == "EVSE" else "id"
        segment = dict(exchange.context.ids)[route.segments[-1].strip("{}")]
        if value.get(name) is not None and folded(value[name], version) != folded(segment, version):
            yield Breach(f"{name} {segment}, as in the URL", f"{value[name]}", exchange, f"/{name}")


@expectation("every push", "of a whole Location goes to the URL of its owner")
def owner_in_url(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """Country code and party id of URL and body are the same, case ignored (mod_locations_request_parameters_msp)."""
    found = [item for item in _objects(pushes, "PUT", module="locations") if item[1].object == "Location"]
    if not found:
        raise NotObserved("the target has pushed no whole Location")
    for exchange, _, value in found:
        for name in ("country_code", "party_id"):
            wanted = str(exchange.context.id(name))
            if value.get(name) is not None and folded(value[name]) != wanted.lower():
                yield Breach(f"{name} {wanted}, as in the URL", f"{value[name]}", exchange, f"/{name}")


# Bodies ---------------------------------------------------------------------------------------------------------------


@expectation("every push", "by PUT holds all required fields")
def puts_are_whole(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """transport_and_format_put: a PUT holds the whole object."""
    return _without_required(_objects(pushes, "PUT"))


@expectation("every push", "of a whole EVSE holds all required fields")
def evse_puts_are_whole(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """mod_locations_example_add_an_evse."""
    found = [item for item in _objects(pushes, "PUT", module="locations") if item[1].object == "EVSE"]
    if not found:
        raise NotObserved("the target has pushed no whole EVSE")
    return _without_required(found)


def _without_required(found: Iterable[tuple[Exchange, Route, Json]]) -> Iterator[Breach]:
    for exchange, route, value in found:
        for pointer, expected in missing(edition_of(exchange), route.object, value):
            yield Breach(f"{expected} for a required field", "absent", exchange, pointer)


@expectation("every push", "by PATCH is a valid part of an object")
def patches_are_valid(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """transport_and_format_patch: some fields of the object, each as the tables want it."""
    for exchange in owned(pushes, "PATCH"):
        route = route_of(exchange)
        if route is not None:
            validator = schemas.validator(edition_of(exchange), route.object, partial=True)
            for error in validator.errors(body_of(exchange)):
                yield Breach(error.expected, error.actual, exchange, error.pointer)


@expectation("every push", "by PATCH holds last_updated")
def patches_are_dated(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """mod_locations_patch_method."""
    for exchange, _, value in _objects(pushes, "PATCH", module="locations"):
        if value.get("last_updated") is None:
            yield Breach("last_updated in every PATCH", "absent", exchange, "/last_updated")


@expectation("every object", "is pushed by PATCH with its changes only")
def changes_only(found: Sequence[Payload]) -> Iterator[Breach]:
    """A PATCH beside the object as it was known before; one that changes nothing at all is not judged."""
    known: dict[tuple[str, ...], Json] = {}
    patches = 0
    for payload in found:
        if payload.kind not in _LEVELS or not isinstance(payload.value, dict):
            continue
        key = (payload.kind, *owner_around(payload), *key_of(payload))
        before = known.get(key, {})
        if payload.partial:
            patches += bool(before)
            yield from _needless(payload, before)
            if not _taken(payload.exchange):
                continue
        known[key] = {**before, **payload.value} if payload.partial else payload.value
    if not patches:
        raise NotObserved("the target has pushed no PATCH of an object that it has shown before")


def _needless(payload: Payload, before: Json) -> Iterator[Breach]:
    version, kind = payload.exchange.context.version, payload.kind
    fields = [name for name in payload.value if name not in _IDS and name in properties(version, kind)]
    same = [
        name
        for name in fields
        if name in before
        and not any(differences(version, kind, {name: before[name]}, {name: payload.value[name]}, closed=True))
    ]
    if same and len(same) < len(fields):
        yield Breach("the changed fields only", f"also {', '.join(same)}", payload.exchange)


def _taken(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status < 300


# Owners ---------------------------------------------------------------------------------------------------------------


def roles(found: Iterable[Payload]) -> frozenset[tuple[str, ...]]:
    """Return the owners that the target's credentials name: in their roles, in 2.1.1 at their top level.

    Raises:
        NotObserved: it has given none, or it is a hub, which speaks for the parties behind it.
    """
    given = [p for p in found if p.kind in {"Credentials", "CredentialsRole"} and isinstance(p.value, dict)]
    items = [p.value for p in given if p.kind == "CredentialsRole" or "party_id" in p.value]
    if not items:
        raise NotObserved("the target has given no credentials that name it")
    if any(item.get("role") == "HUB" for item in items):
        raise NotObserved("the target is a hub: it speaks for the parties behind it")
    return frozenset(owner_of(item) for item in items)


@expectation("every object", "is pushed under a role of the target")
def pushed_under_a_role(found: Sequence[Payload]) -> Iterator[Breach]:
    """The owner in a push URL is one of the credentials exchange (transport_and_format_client_owned_object_push)."""
    pushes = [p for p in found if p.in_request and p.exchange.context.id("party_id") is not None]
    if not pushes:
        raise NotObserved("the target has pushed no object")
    known = roles(found)
    for payload in pushes:
        ids = dict(payload.exchange.context.ids)
        owner = (folded(ids["country_code"]), folded(ids["party_id"]))
        if not payload.parents and owner not in known:
            yield Breach("country code and party id of one of its roles", "/".join(owner).upper(), payload.exchange)


@expectation("every object", "that is a Location belongs to a role of the target")
def owned_by_a_role(found: Sequence[Payload]) -> Iterator[Breach]:
    """The owner of a Location is a role of the target; another one is a warning (mod_locations_location_object)."""
    places = [p for p in found if p.kind == "Location" and not p.partial and isinstance(p.value, dict)]
    if not places:
        raise NotObserved("the target has shown no Location")
    known = roles(found)
    named = [p for p in places if p.value.get("country_code") and p.value.get("party_id")]
    strangers = [p for p in named if owner_of(p.value) not in known]
    for payload in strangers[:MOST]:
        actual = "/".join(owner_of(payload.value)).upper()
        limit = Verdict.ADVISED
        yield Breach(
            "the country_code and party_id of one of its roles", actual, payload.exchange, payload.pointer, limit
        )


_OWNED = frozenset({"Location", "Session", "CDR", "Tariff", "Token"})


@expectation("every object", "that is listed names its owner")
def names_its_owner(found: Sequence[Payload]) -> Iterator[Breach]:
    """transport_and_format_client_owned_object_pull: country_code and party_id stand in each object."""
    items = [p for p in found if p.kind in _OWNED and in_list(p) and isinstance(p.value, dict)]
    if not items:
        raise NotObserved("the target has listed no object")
    breaches = (
        Breach(name, "absent", payload.exchange, f"{payload.pointer}/{name}")
        for payload in items
        for name in ("country_code", "party_id")
        if not payload.value.get(name)
    )
    return itertools.islice(breaches, MOST)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {"TRN-068": (names_its_owner,)}
"""By requirement, what is about objects of lists only."""
