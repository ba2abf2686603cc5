"""The ClientInfo objects of a hub: who is connected to it, and how it tells the others. Routing is not known here."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from ocpi_conformance.mock_partner import registration
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.publishing import change_client
from ocpi_conformance.mock_partner.state import Connection, Key, Party, object_key

_TABLE = "hubclientinfo"


def credentials(call: Call) -> Reply:
    """Answer a request of the credentials module; a hub then tells the others who has come or gone."""
    if call.platform.behaviour.configuration_requests == "passed on" and call.inbound.method == "GET":
        return _of_another(call)
    reply = registration.credentials(call)
    if call.inbound.method != "GET" and call.platform.is_hub:
        call.platform.agenda.after(0, lambda: sync(call.platform))
    return reply


def _of_another(call: Call) -> Reply:
    """Answer with the Credentials of another party that is connected, as no hub does."""
    for other in call.platform.living():
        with suppress(HarnessError):
            response = call.platform.call(other, "GET", "credentials", SENDER).response
            if other is not call.connection and response and response.status == HTTPStatus.OK:
                return Reply(raw=response.body, headers=[("Content-Type", "application/json")])
    return registration.credentials(call)


def register(platform: Platform, versions_url: str, token_a: str, account: Account | None = None) -> Connection:
    """Register with the peer behind `versions_url` as `registration.register` does; a hub then tells the others.

    Raises:
        HandshakeError: an answer does not let the handshake go on.
        TransportError: the peer cannot be reached.
    """
    connection = registration.register(platform, versions_url, token_a, account)
    sync(platform)
    return connection


def sync(platform: Platform) -> None:
    """Make ClientInfo objects say who is connected now, and push those that have changed.

    Who has registered is CONNECTED, who has left is SUSPENDED (mod_hub_client_info_push_model); what an operator has
    set for a party that stays is left as it is. A platform that is no hub has none.
    """
    if not platform.is_hub:
        return
    connected = {_key(party): party for connection in platform.living() for party in _clients(connection)}
    known = {key: row for key in platform.own.keys(_TABLE) if (row := platform.own.read(_TABLE, key))}
    for key, party in connected.items():
        if key not in known or known[key]["status"] == "SUSPENDED":
            _set(platform, party, "CONNECTED")
    for key, row in known.items():
        if key not in connected and row["status"] == "CONNECTED":
            _set(platform, Party(row["role"], row["country_code"], row["party_id"]), "SUSPENDED")


def check_clients(platform: Platform) -> None:
    """Ask every connected platform for its versions: whoever answers is CONNECTED, whoever does not is OFFLINE.

    This is the check whether a connection is still alive (mod_hub_client_info, Still alive check).
    """
    if platform.behaviour.alive_checks == "never":
        return
    for connection in platform.living():
        status = "CONNECTED" if _answers(platform, connection) else "OFFLINE"
        for party in _clients(connection):
            row = platform.own.read(_TABLE, _key(party))
            if row is None or row["status"] != status:
                _set(platform, party, status)


def _answers(platform: Platform, connection: Connection) -> bool:
    url, token, version = connection.versions_url, connection.token_out, connection.version
    if platform.behaviour.alive_checks == "by credentials":
        return bool(platform.call(connection, "GET", "credentials", SENDER))
    try:
        exchange = registration.get_configuration(platform, connection, url, "versions", token, version)
        registration.data_of(exchange, list)
    except HarnessError:
        return False
    return True


def _clients(connection: Connection) -> tuple[Party, ...]:
    # In 2.1.1 nothing tells a role, and there are no routing headers.
    return tuple(party for party in connection.peer_roles if party.role not in {"", HUB})


def _key(party: Party) -> Key:
    return object_key(party.country_code, party.party_id, "", party.role)


def _set(platform: Platform, party: Party, status: str) -> None:
    change_client(platform, party.country_code, party.party_id, party.role, status)
