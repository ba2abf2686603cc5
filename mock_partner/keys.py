"""Under which key an object of a peer or of ours is stored: from a URL, or from the object. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable

from ocpi_conformance.mock_partner.ocpi import modules, versions
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.routes import Route
from ocpi_conformance.mock_partner.platform import Call
from ocpi_conformance.mock_partner.state import Connection, Json, Key, Party, Store, object_key

OWNER = ("country_code", "party_id")


def store_of(call: Call) -> Store:
    """Return the store that the interface is about: what peers own, or what we own."""
    return call.platform.received if call.context.interface == RECEIVER else call.platform.own


def base_id(call: Call) -> str:
    """Return the id of the base object in the URL: the first that is not the owner's, which may be all there is."""
    return next((value for name, value in call.context.ids if name not in OWNER), call.ids.get("party_id", ""))


def in_url(call: Call) -> Key:
    """Return the key of the base object that the URL names.

    Where the URL has no owner it is a party of the peer on a Receiver interface, one of ours on a Sender interface:
    the one that has such an object, or else the first.
    """
    kind = _kind(call)
    if call.context.interface == SENDER and not call.module.names_owner:
        owners = [("", "")]
    elif "country_code" in call.ids:
        owners = [(call.ids["country_code"], call.ids["party_id"])]
    else:
        owners = [(party.country_code, party.party_id) for party in _parties(call)]
    if call.platform.behaviour.owners == "one pool":
        owners = [("", "")]
    object_id = base_id(call)
    keys = [object_key(country, party, object_id, kind) for country, party in owners]
    store = store_of(call)
    if call.context.interface == RECEIVER and "country_code" not in call.ids and call.connection.hub:
        # Behind a hub is everybody.
        keys += store.keys_of(call.table, object_id)
    if len(keys) == 1:
        return keys[0]
    return next((key for key in keys if store.has(call.table, key)), keys[0])


def of_peer(connection: Connection, version: str, identifier: str, route: Route, item: Json) -> Key:
    """Return the key of an object that the peer of `connection` has sent in `version` by `route` of a module.

    The owner is named in the object, or, in 2.1.1 and where the text does not say so, is the peer's only party.
    """
    module = modules.MODULES[version][identifier]
    if module.names_owner and versions.VERSIONS[version].owners_in_body:
        country, party = str(item["country_code"]), str(item["party_id"])
    else:
        peer = _first(connection.peer_roles)
        country, party = peer.country_code, peer.party_id
    kind = str(item.get(route.kind_parameter[0], "")) if route.kind_parameter else ""
    return object_key(country, party, str(item[module.id_of(route)]), kind)


def _kind(call: Call) -> str:
    if not call.route.kind_parameter:
        return ""
    name, default = call.route.kind_parameter
    kinds = {"ignored": default, "required": call.inbound.parameter(name) or "none"}
    return kinds.get(call.platform.behaviour.token_types) or call.inbound.parameter(name) or default


def _parties(call: Call) -> tuple[Party, ...]:
    if call.context.interface == RECEIVER:
        return call.connection.peer_roles or (_first(()),)
    own = tuple(party for party in call.platform.roles if party.role in call.module.owners)
    return own or call.platform.roles


def _first(parties: Iterable[Party]) -> Party:
    return next(iter(parties), Party("", "", ""))
