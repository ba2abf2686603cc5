"""Which messages a hub passes to whom (transport_and_format, Message Routing): tables and their readers, no behaviour.

A message is for one party, or for all of the other side.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER, Module, Route

HUB = "HUB"
# What is meant for everybody, so that a Broadcast Push may carry it: modules, and collections of other modules.
_FOR_ALL = frozenset({"locations", "tariffs", "tokens", "Booking/booking_locations"})
PUSHES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Interfaces whose owner is found by what a request names: the id in the URL or the body, and the module it is an id of.
NAMING: dict[tuple[str, str], dict[str, str]] = {
    ("locations", SENDER): {"location_id": "locations"},
    ("sessions", SENDER): {"session_id": "sessions"},
    ("tokens", SENDER): {"token_uid": "tokens"},
    ("commands", RECEIVER): {"location_id": "locations", "session_id": "sessions"},
    ("chargingprofiles", RECEIVER): {"session_id": "sessions"},
}


def is_for_all(module: Module, route: Route) -> bool:
    """Tell whether objects of `route` are meant for everybody (transport_and_format_message_routing_broadcast_push)."""
    return module.store(route) in _FOR_ALL


def names_hub(module: Module, route: str, interface: str, method: str) -> bool:
    """Tell whether a request to a hub names the hub itself as its receiver: GET All, and Broadcast Push."""
    known = next((one for one in module.routes[interface] if one.name == route), None)
    if known is None:
        return False
    if interface == SENDER:
        return method == "GET" and known.kind == "list"
    return method in PUSHES and is_for_all(module, known)


def are_opposite(role: str, others: Iterable[str]) -> bool:
    """Tell whether a party in one of the roles `others` is of the other side than `role`.

    CPOs are one side; all other roles are of the kind of the eMSP, and hubs of none.
    """
    return any((role == "CPO") != (other == "CPO") for other in others if other != HUB)
