"""What a platform does of its own accord: changes its objects and pushes them, pulls what others publish.

Rules: every change is one function; who asks for it (a trigger, a test, a simulation) is not known here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from ocpi_conformance.mock_partner import jsontext, registration, samples
from ocpi_conformance.mock_partner.errors import HarnessError, TransportError
from ocpi_conformance.mock_partner.links import next_url
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Platform, describe
from ocpi_conformance.mock_partner.record import Exchange, header_values
from ocpi_conformance.mock_partner.state import Connection, Json, Store, object_key

# Pushing --------------------------------------------------------------------------------------------------------------


def create_location(platform: Platform) -> None:
    """Add a Location and push it to every registered peer by PUT."""
    owner = platform.party("CPO")
    number = len(platform.own.all("locations")) + 1
    place = samples.location(f"LOC{number}", owner, platform.clock.now(), number=number)
    platform.own.put("locations", _key(place), place)
    if platform.behaviour.pushes != "no new locations":
        push_location(platform, place)


def change_location(platform: Platform, location_id: str = "") -> None:
    """Give a Location another name and push the change."""
    place = _own_location(platform, location_id)
    place["name"] = f"{place.get('name', '')} *"
    _touch(platform, place)
    push_change(platform, place, [], {"name": place["name"]})


def change_evse_status(platform: Platform, location_id: str = "", evse_uid: str = "", status: str = "") -> None:
    """Set the status of an EVSE and push the change."""
    place = _own_location(platform, location_id)
    evse = _member(place["evses"], "uid", evse_uid)
    evse["status"] = status or ("CHARGING" if evse["status"] == "AVAILABLE" else "AVAILABLE")
    _touch(platform, place, evse)
    if platform.behaviour.pushes == "no status changes":
        return
    if platform.behaviour.pushes_status_by == "PUT":
        push_part(platform, place, [evse])
    else:
        push_change(platform, place, [evse], {"status": evse["status"]})


def remove_evse(platform: Platform, location_id: str = "", evse_uid: str = "") -> None:
    """Take an EVSE out of service for good: its status becomes REMOVED, which is pushed with the whole EVSE."""
    behaviour = platform.behaviour
    place = _own_location(platform, location_id)
    evse = _member(place["evses"], "uid", evse_uid)
    evse["status"] = behaviour.removed_status
    _touch(platform, place, evse)
    if behaviour.pushes != "no removals":
        push_part(platform, place, [evse])


def change_connector(platform: Platform, location_id: str = "", evse_uid: str = "", connector_id: str = "") -> None:
    """Give a Connector another tariff and push the whole Connector."""
    place = _own_location(platform, location_id)
    evse = _member(place["evses"], "uid", evse_uid)
    plug = _member(evse["connectors"], "id", connector_id)
    plug["tariff_ids"] = ["TAR2"] if plug.get("tariff_ids") == ["TAR1"] else ["TAR1"]
    _touch(platform, place, evse, plug)
    push_part(platform, place, [evse, plug])


def push_location(platform: Platform, place: Json) -> None:
    """PUT a whole Location to every registered peer."""
    push_part(platform, place, [])


def push_part(platform: Platform, place: Json, parts: list[Json]) -> None:
    """PUT the last of `parts` (or the Location) as a whole to every registered peer."""
    if platform.behaviour.pushes == "never":
        return
    method = "POST" if platform.behaviour.pushes == "POST" else "PUT"
    body = copy.deepcopy(parts[-1]) if parts else _outgoing(platform, place)
    for connection in _receivers(platform):
        _push(platform, connection, method, place, parts, body)


def push_change(platform: Platform, place: Json, parts: list[Json], change: Json) -> None:
    """PATCH `change` on the last of `parts` (or on the Location) at every registered peer.

    A peer that refuses is asked for the object; when it has none, the whole Location is PUT (transport, PATCH).
    """
    behaviour = platform.behaviour
    if behaviour.pushes == "never":
        return
    whole = parts[-1] if parts else place
    body = {**change, "last_updated": whole["last_updated"]}
    bodies = {
        "whole object": copy.deepcopy(whole),
        "without last_updated": change,
        "with unknown type": {**body, "last_updated": 0},
    }
    body = bodies.get(behaviour.patch_body, body)
    method = "POST" if behaviour.pushes == "POST" else "PATCH"
    for connection in _receivers(platform):
        exchange = _push(platform, connection, method, place, parts, body)
        if exchange and not _succeeded(exchange):
            _after_refusal(platform, connection, place, parts, body)
        elif platform.queue:
            _push(platform, *platform.queue.pop())


def _after_refusal(platform: Platform, connection: Connection, place: Json, parts: list[Json], body: Json) -> None:
    kind = platform.behaviour.after_failed_patch
    if kind == "nothing":
        return
    if kind == "queues":
        platform.queue.append((connection, "PATCH", copy.deepcopy(place), copy.deepcopy(parts), body))
        return
    if kind == "replays":
        for _ in range(3):
            _push(platform, connection, "PATCH", place, parts, body)
        return
    found = _push(platform, connection, "GET", place, parts, None)
    if kind == "GET then PUT" and found and found.response and found.response.status == 404:
        _push(platform, connection, "PUT", place, [], _outgoing(platform, place))


def _push(
    platform: Platform, connection: Connection, method: str, place: Json, parts: list[Json], body: Json | None
) -> Exchange | None:
    owner = {"owner": [place["country_code"], place["party_id"]], "without owner": [], "foreign owner": ["XX", "YYY"]}
    path = [*owner[platform.behaviour.push_url], place["id"]]
    path += [part.get("uid", part.get("id")) for part in parts]
    try:
        exchange = platform.call(connection, method, "locations", RECEIVER, path, body=body)
    except HarnessError:
        return None  # the peer is away: it will pull when it is back (offline behaviour)
    if method != "GET" and _stumbles(platform.behaviour.answers_with_data, exchange):
        connection.state = "ended"
    return exchange


def _outgoing(platform: Platform, place: Json) -> Json:
    body = copy.deepcopy(place)
    kind = platform.behaviour.put_body
    if kind == "without required":
        del body["time_zone"]
    elif kind == "other id":
        body["id"] += "X"
    elif kind == "other owner":
        body["party_id"] = "YYY"
    return body


# Pulling --------------------------------------------------------------------------------------------------------------


def pull_locations(platform: Platform, date_from: str = "") -> None:
    """Fetch the Locations of every registered peer and keep them: all pages, every valid object."""
    if platform.behaviour.pull == "never":
        return
    for connection in platform.living():
        if connection.endpoint("locations", SENDER) is None:
            continue
        for page in pages(platform, connection, "locations", {"date_from": date_from} if date_from else {}):
            _keep(platform, connection.version, page)


def pages(platform: Platform, connection: Connection, module: str, filters: dict[str, str]) -> Iterable[list[Any]]:
    """Yield the pages of a peer's list, following its next links to the end."""
    behaviour = platform.behaviour
    exchange = platform.call(connection, "GET", module, SENDER, parameters=filters)
    seen: set[str] = set()
    total = _total(exchange)
    offset = 0
    while True:
        items = _items(exchange)
        yield items
        offset += len(items)
        link = next_link(exchange)
        if link is None or link in seen or behaviour.pull == "first page only":
            return
        seen.add(link)
        if behaviour.pull == "computes offset":
            parameters = {**filters, "offset": str(offset)}
            exchange = platform.call(connection, "GET", module, SENDER, parameters=parameters)
        else:
            exchange = _get(platform, connection, module, link)
        now = _total(exchange)
        if filters and total is not None and now is not None and now < total and behaviour.pull_shrunk == "redone":
            # An object left the window while we crawled: read the gap again, one earlier (pagination, NOTE).
            parameters = {**filters, "offset": str(max(offset - 1, 0))}
            exchange = platform.call(connection, "GET", module, SENDER, parameters=parameters)
            offset = max(offset - 1, 0)
        total = now


def next_link(exchange: Exchange) -> str | None:
    """Return the URL of the next page in the Link header of `exchange`, or None."""
    return next_url(header_values(exchange.response.headers, "Link")) if exchange.response else None


def _get(platform: Platform, connection: Connection, module: str, url: str) -> Exchange:
    context = describe(connection.version, module, SENDER, ())
    return platform.send(platform.request(connection, "GET", url, context), context)


def _total(exchange: Exchange) -> int | None:
    value = exchange.response.header("X-Total-Count") if exchange.response else None
    return int(value) if value and value.isdigit() else None


def _items(exchange: Exchange) -> list[Any]:
    try:
        body = jsontext.loads(exchange.response.body) if exchange.response else {}
    except jsontext.JsonError:
        return []
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, list) else []


def _keep(platform: Platform, version: str, page: list[Any]) -> None:
    behaviour = platform.behaviour
    bad = [item for item in page if not isinstance(item, dict) or platform.validate(version, "Location", item, False)]
    if bad and behaviour.pull_bad_object == "drops the page":
        return
    for item in page:
        if item in bad:
            continue
        key = _key(item)
        old = platform.received.get("locations", key) or {}
        platform.received.put("locations", key, {**old, **item} if behaviour.pull_outdated == "merged" else item)


# The credentials of a living connection -------------------------------------------------------------------------------


def register(platform: Platform, versions_url: str, token_a: str) -> None:
    """Register with the peer behind `versions_url`, or try to."""
    try:
        registration.register(platform, versions_url, token_a)
    except HarnessError:
        return  # a peer that cannot be used; the operator reads it in the log


def update_credentials(platform: Platform) -> None:
    """Send new credentials to every registered peer by PUT and use the token of the answer."""
    for connection in platform.living():
        new = platform.mint.new("B")
        # The peer may fetch with the new token before it has answered.
        meanwhile = Connection(token_in=new, state="registered", peer_roles=connection.peer_roles)
        with platform.lock:
            platform.connections.append(meanwhile)
        try:
            exchange = registration.send_credentials(platform, connection, "PUT", connection.token_out, new)
            field = "token" if platform.behaviour.own_put_uses == "answer" else ""
            registration.accept_credentials(connection, exchange, field)
            connection.token_in = new
        except registration.HandshakeError:
            continue  # the old credentials stay in use
        finally:
            meanwhile.state = "ended"


def unregister(platform: Platform) -> None:
    """End every registered connection by DELETE."""
    for connection in platform.living():
        with suppress(TransportError):  # a peer that is gone has no connection either
            registration.send_credentials(platform, connection, "DELETE", connection.token_out, "")
        if platform.behaviour.after_own_delete == "silent":
            connection.state = "ended"


ACTIVITIES: dict[str, Callable[..., None]] = {
    "create_location": create_location,
    "change_location": change_location,
    "change_evse_status": change_evse_status,
    "change_connector": change_connector,
    "remove_evse": remove_evse,
    "pull_locations": pull_locations,
    "register_with_partner": register,
    "update_credentials": update_credentials,
    "unregister_from_partner": unregister,
}


def _receivers(platform: Platform) -> list[Connection]:
    return [c for c in platform.living() if c.endpoint("locations", RECEIVER)]


def _own_location(platform: Platform, location_id: str) -> Json:
    places = [p for p in platform.own.all("locations") if p.get("evses")]
    return _member(places, "id", location_id)


def _member(items: Iterable[Json], field: str, value: str) -> Json:
    listed = list(items)
    found = next((item for item in listed if item.get(field) == value), None)
    if found is None and (value or not listed):
        raise HarnessError(f"there is no object with {field} {value}")
    return found if found is not None else listed[0]


def _touch(platform: Platform, *chain: Json) -> None:
    moment = timestamp(platform.clock.now())
    for item in chain:
        item["last_updated"] = moment


def _key(item: Json) -> tuple[str, str, str, str]:
    return object_key(item["country_code"], item["party_id"], item["id"])


def _succeeded(exchange: Exchange) -> bool:
    response = exchange.response
    if response is None or response.status >= 300:
        return False
    try:
        body = jsontext.loads(response.body)
    except jsontext.JsonError:
        return False
    return isinstance(body, dict) and str(body.get("status_code")).startswith("1")


def _stumbles(kind: str, exchange: Exchange) -> bool:
    """Tell whether a platform of this `kind` is thrown by the data in an answer that has none by the text."""
    envelope = jsontext.loads(exchange.response.body) if exchange.response and kind != "tolerated" else {}
    data = envelope.get("data") if isinstance(envelope, dict) else None
    return data == "" if kind == "fatal when empty" else data is not None


def load(store: Store, objects: dict[str, list[Json]]) -> None:
    """Put `objects` (by module identifier) into `store` in their order."""
    for module, items in objects.items():
        for item in items:
            key = (
                object_key(item["country_code"], item["party_id"], item["uid"], item["type"])
                if module == "tokens"
                else _key(item)
            )
            store.put(module, key, item)
