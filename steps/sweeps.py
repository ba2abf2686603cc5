"""Requests of the partner that belong together: one to every endpoint, one request in two manners. Checks judge."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER, Route
from ocpi_conformance.mock_partner.ocpi.versions import (
    CORRELATION_ID,
    FROM_COUNTRY,
    FROM_PARTY,
    REQUEST_ID,
    ROUTING_HEADERS,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.record import Exchange, Headers, Request
from ocpi_conformance.mock_partner.state import Endpoint
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.places import UNKNOWN_ID, Place, details_endpoint, endpoint
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.tokens import authorization_value
from ocpi_conformance.steps.verdicts import NotObserved


def every_endpoint(scene: Scene, token: str, *, without: str = "") -> tuple[Exchange, ...]:
    """Call each advertised endpoint but those of the module `without`, with the Authorization header called `token`.

    A method that the module defines there is used, GET where it is one of them; a body is an empty object.

    Raises:
        NotObserved: the target advertises no such endpoint of a module that the version knows.
    """
    details_endpoint(scene)
    found = []
    for advertised in dict.fromkeys(scene.site.connection.endpoints):
        route = _route(scene, advertised)
        if route is None or route.free or advertised.identifier == without:
            continue
        path = _path(scene, route, advertised.role)
        place = endpoint(scene, advertised.identifier, advertised.role, path, judged=False)
        method = "GET" if "GET" in route.methods else route.methods[0]
        found.append(
            acts.send(
                scene,
                method,
                place,
                parameters=dict.fromkeys(route.required_parameters, "2010-01-01T00:00:00Z"),
                body=None if method == "GET" else {},
                extra=(("Authorization", authorization_value(scene, token)),),
            )
        )
    if not found:
        raise NotObserved("the target advertises no endpoint that could be called")
    return tuple(found)


def _route(scene: Scene, advertised: Endpoint) -> Route | None:
    module = MODULES[scene.partner.version].get(advertised.identifier)
    routes = module.routes.get(advertised.role, ()) if module else ()
    return next((route for route in routes if "GET" in route.methods), None) or next(iter(routes), None)


def _path(scene: Scene, route: Route, interface: str) -> tuple[str, ...]:
    party = scene.partner.roles[0]
    known = {"{country_code}": party.country_code, "{party_id}": party.party_id, "{command}": "STOP_SESSION"}
    owned = known if interface == RECEIVER else {}
    return tuple(owned.get(name, UNKNOWN_ID) if name.startswith("{") else name for name in route.segments)


def two_manners(scene: Scene, method: str, place: Place, manner: str) -> tuple[Exchange, Exchange]:
    """Send one request twice, as usual and then in the manner called `manner`; returns both exchanges.

    Raises:
        LookupError: no manner has that name; the message lists the known ones.
    """
    if manner not in MANNERS:
        raise LookupError(f'no manner is called "{manner}". Known: {sorted(MANNERS)}')
    site = scene.site
    usual = site.platform.send(site.platform.request(site.connection, method, place.url, place.context), place.context)
    changed = site.platform.request(site.connection, method, place.url, place.context)
    # What lies between the two requests is part of the manner.
    headers = MANNERS[manner](scene, changed.headers)
    return usual, site.platform.send(Request(method, place.url, headers, changed.body), place.context)


def _routed(scene: Scene, headers: Headers) -> Headers:
    ours, theirs = scene.partner.roles[0], (scene.site.connection.peer_roles or scene.partner.roles)[0]
    ids = (ours.party_id, ours.country_code, theirs.party_id, theirs.country_code)
    return (*headers, *zip((FROM_PARTY, FROM_COUNTRY, TO_PARTY, TO_COUNTRY), ids, strict=True))


def _routed_and_numbered(scene: Scene, headers: Headers) -> Headers:
    ids = ((name, str(uuid.uuid4())) for name in (REQUEST_ID, CORRELATION_ID))
    return (*_routed(scene, headers), *ids)


def each_party(scene: Scene, module: str) -> tuple[Exchange, ...]:
    """Ask each party that the target hosts in the role under test for the list of `module`.

    Raises:
        NotObserved: it hosts one.
    """
    parties = [party for party in scene.site.connection.peer_roles if party.role == scene.partner.role]
    if len(parties) < 2:
        raise NotObserved(f"the target hosts one {scene.partner.role} only")
    place = endpoint(scene, module, SENDER)
    parameters = acts.required(scene, module)
    return tuple(
        acts.send(
            scene,
            "GET",
            place,
            parameters=parameters,
            extra=((TO_COUNTRY, party.country_code), (TO_PARTY, party.party_id)),
        )
        for party in parties
    )


def _created(scene: Scene, headers: Headers) -> Headers:
    """Have the target get a new object before the second request."""
    acts.pull_trigger(scene, "create a Location")
    return headers


def _small_routing(_: Scene, headers: Headers) -> Headers:
    return tuple((name, value.lower() if name in ROUTING_HEADERS else value) for name, value in headers)


MANNERS: dict[str, Callable[[Scene, Headers], Headers]] = {
    "header names in lower case": lambda _, headers: tuple((name.lower(), value) for name, value in headers),
    "header names in upper case": lambda _, headers: tuple((name.upper(), value) for name, value in headers),
    "a Content-Type": lambda _, headers: (*headers, ("Content-Type", "application/json")),
    "routing headers": _routed,
    "routing headers in lower case": _small_routing,
    "routing headers and message ids": _routed_and_numbered,
    "a new Location in between": _created,
}
