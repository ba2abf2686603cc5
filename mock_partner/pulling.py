"""How a platform fetches what its peers publish: all pages of a list, kept as its own knowledge. It sends nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from ocpi_conformance.mock_partner import keys
from ocpi_conformance.mock_partner.links import next_url
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.objects import is_refused
from ocpi_conformance.mock_partner.ocpi import modules
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.platform import Platform, describe
from ocpi_conformance.mock_partner.pushing import envelope, peers_for, receiver_route, succeeded
from ocpi_conformance.mock_partner.record import Exchange, Headers, header_values
from ocpi_conformance.mock_partner.state import Connection, Key

MODULES = ("locations", "sessions", "cdrs", "tariffs", "tokens", "hubclientinfo", "invoicereconciliation")
# A complete list takes the place of what was known of the peer's objects (mod_tariffs_pull_model; HUB-011; INV-010).
REPLACED_BY_LIST = frozenset({"tariffs", "hubclientinfo", "invoicereconciliation"})


def pull(platform: Platform, module: str, date_from: str = "", date_to: str = "") -> None:
    """Fetch the `module` list of every registered peer and keep its objects: all pages, every valid object."""
    if platform.behaviour.pull == "never":
        return
    for connection in peers_for(platform, module, SENDER):
        _pull_from(platform, connection, module, date_from, date_to)


def _pull_from(platform: Platform, connection: Connection, module: str, date_from: str, date_to: str) -> None:
    whole = not date_from and not date_to
    if not date_from and _needs_date_from(connection, module) and platform.behaviour.sessions_date_from == "sent":
        date_from = timestamp(platform.clock.now() - timedelta(days=30))
    filters = {name: value for name, value in (("date_from", date_from), ("date_to", date_to)) if value}
    kept: set[Key] = set()
    complete = True
    for exchange in exchanges(platform, connection, module, filters):
        kept |= _keep(platform, connection, module, _items(exchange))
        complete = complete and succeeded(exchange)
    if whole and complete and module in REPLACED_BY_LIST and platform.behaviour.pull_left_out == "removed":
        forget_others(platform, connection, module, kept)


def _needs_date_from(connection: Connection, module: str) -> bool:
    routes = modules.MODULES[connection.version][module].routes[SENDER]
    return any("date_from" in route.required_parameters for route in routes)


def exchanges(
    platform: Platform,
    connection: Connection,
    module: str,
    filters: dict[str, str],
    extra: Headers = (),
    path: tuple[str, ...] = (),
) -> Iterable[Exchange]:
    """Yield the requests for the pages of a peer's list, following its next links to the end.

    `extra` headers are sent with each, `path` is where the list is below the endpoint.
    """
    behaviour = platform.behaviour
    exchange = platform.call(connection, "GET", module, SENDER, path, parameters=filters, extra=extra)
    seen: set[str] = set()
    total = _total(exchange)
    offset = 0
    while True:
        yield exchange
        offset += len(_items(exchange))
        link = next_link(exchange)
        if link is None or link in seen or behaviour.pull == "first page only":
            return
        seen.add(link)
        if behaviour.pull == "computes offset":
            parameters = {**filters, "offset": str(offset)}
            exchange = platform.call(connection, "GET", module, SENDER, path, parameters=parameters, extra=extra)
        else:
            exchange = _get(platform, connection, module, link, extra, path)
        now = _total(exchange)
        if filters and total is not None and now is not None and now < total and behaviour.pull_shrunk == "redone":
            # An object left the window while we crawled: read the gap again, one earlier (pagination, NOTE).
            offset = max(offset - 1, 0)
            parameters = {**filters, "offset": str(offset)}
            exchange = platform.call(connection, "GET", module, SENDER, path, parameters=parameters, extra=extra)
        total = now


def next_link(exchange: Exchange) -> str | None:
    """Return the URL of the next page in the Link header of `exchange`, or None."""
    return next_url(header_values(exchange.response.headers, "Link")) if exchange.response else None


def _get(
    platform: Platform, connection: Connection, module: str, url: str, extra: Headers, path: tuple[str, ...]
) -> Exchange:
    context = describe(connection.version, module, SENDER, path)
    return platform.send(platform.request(connection, "GET", url, context, extra=extra), context)


def _total(exchange: Exchange) -> int | None:
    value = exchange.response.header("X-Total-Count") if exchange.response else None
    return int(value) if value and value.isdigit() else None


def _items(exchange: Exchange) -> list[Any]:
    data = envelope(exchange).get("data")
    return data if isinstance(data, list) else []


def _keep(platform: Platform, connection: Connection, module: str, page: list[Any]) -> set[Key]:
    """Keep the valid objects of a page; returns their keys."""
    behaviour, version = platform.behaviour, connection.version
    name = modules.MODULES[version][module].object
    bad = [
        item
        for item in page
        if not isinstance(item, dict) or platform.validate(version, name, item, False) or is_refused(behaviour, item)
    ]
    if behaviour.pull == "keeps nothing" or (bad and behaviour.pull_bad_object == "drops the page"):
        return set()
    route = receiver_route(connection, module)
    kept: set[Key] = set()
    for item in page:
        if item in bad:
            continue
        key = keys.of_peer(connection, version, module, route, item)
        if behaviour.pull_outdated == "merged":
            platform.received.keep(module, key, {**(platform.received.read(module, key) or {}), **item})
        else:
            platform.received.keep(module, key, item)
        kept.add(key)
    return kept


def forget_others(platform: Platform, connection: Connection, table: str, kept: set[Key]) -> None:
    """Forget what a peer has sent of a table and a whole list of it does not hold: the keys beside `kept`."""
    for key in platform.received.keys(table):
        theirs = table == "hubclientinfo" or any(role.owns(*key[:2]) for role in connection.peer_roles)
        if theirs and key not in kept:
            platform.received.remove(table, key)
