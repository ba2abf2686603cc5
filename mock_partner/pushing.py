"""How a platform sends its peers what is new, changed or gone. What was changed, and why, is not known here.

Rules: one way for all modules, driven by the routes of the peer's version; a message that fails is not queued.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi import modules, versions, views
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, Route
from ocpi_conformance.mock_partner.platform import Platform, describe
from ocpi_conformance.mock_partner.record import Exchange, Headers
from ocpi_conformance.mock_partner.state import Connection, Json, object_key

# A field that every version requires, by module; what `put_body` leaves out.
_REQUIRED = {
    "locations": "country",
    "sessions": "currency",
    "cdrs": "currency",
    "tariffs": "currency",
    "tokens": "issuer",
    "hubclientinfo": "status",
}


@dataclass(frozen=True)
class Subject:
    """What a push is about: an object of `module` or the last of its nested `parts`, outermost first."""

    module: str
    item: Json
    parts: tuple[Json, ...] = ()

    @property
    def whole(self) -> Json:
        """The object or part itself."""
        return self.parts[-1] if self.parts else self.item


def push_object(platform: Platform, module: str, item: Json, parts: tuple[Json, ...] = ()) -> None:
    """Send a whole object, or the last of its `parts`, to every peer that it concerns: PUT, or POST of a CDR."""
    subject = Subject(module, item, parts)
    for connection in _receivers(platform, module, item):
        exchange = _send(
            platform, connection, _whole_method(platform, connection, module), subject, _outgoing(platform, subject)
        )
        if exchange and module == "cdrs":
            _read_back(platform, connection, subject, exchange)


def push_patch(platform: Platform, module: str, item: Json, change: Json, parts: tuple[Json, ...] = ()) -> None:
    """Send the fields in `change`, with last_updated, to every peer that the object or part concerns: PATCH.

    Where the version defines no PATCH the whole object is PUT. A peer that refuses a PATCH is asked for the object;
    when it has none, the whole object is PUT (transport_and_format_patch).

    Raises:
        HarnessError: objects of the module cannot be changed once they are sent.
    """
    if module == "cdrs":
        raise HarnessError("a CDR that was sent cannot be changed", "Send a Credit CDR (activity correct_cdr)")
    subject = Subject(module, item, parts)
    for connection in _receivers(platform, module, item):
        if "PATCH" not in receiver_route(connection, module).methods and platform.behaviour.undefined_patch == "PUT":
            _send(platform, connection, "PUT", subject, _outgoing(platform, subject))
            continue
        method = "POST" if platform.behaviour.pushes == "POST" else "PATCH"
        exchange = _send(platform, connection, method, subject, _changed(platform, subject, change))
        if exchange and not succeeded(exchange):
            _after_refusal(platform, connection, subject, change)
        elif platform.queue:
            queued, subject_then, change_then = platform.queue.pop()
            _send(platform, queued, "PATCH", subject_then, _changed(platform, subject_then, change_then))


def push_removal(platform: Platform, module: str, item: Json) -> None:
    """Tell every peer that it concerns by DELETE that an object is gone; only Tariffs can be."""
    for connection in _receivers(platform, module, item):
        _send(platform, connection, "DELETE", Subject(module, item), None)


def tell(
    platform: Platform, module: str, interface: str, method: str, path: tuple[str, ...], body: Json | None = None
) -> list[Exchange]:
    """Send one request to this interface of every peer that has it; returns the exchanges that were answered."""
    answered: list[Exchange] = []
    if f"{method} {module}" in platform.behaviour.unpushed:
        return answered
    for connection in peers_for(platform, module, interface):
        try:
            answered.append(platform.call(connection, method, module, interface, path, body=body))
        except HarnessError as error:
            # As for a push, nothing is queued.
            platform.agenda.failures.append(error)
    return answered


def succeeded(exchange: Exchange) -> bool:
    """Tell whether an exchange was answered with HTTP 2xx and an OCPI status of 1xxx."""
    response = exchange.response
    return response is not None and response.status < 300 and str(envelope(exchange).get("status_code")).startswith("1")


def envelope(exchange: Exchange) -> Json:
    """Return the envelope of the answer; empty where there is none."""
    try:
        body = jsontext.loads(exchange.response.body) if exchange.response else {}
    except jsontext.JsonError:
        return {}
    return body if isinstance(body, dict) else {}


def peers_for(platform: Platform, module: str, interface: str) -> list[Connection]:
    """Return the registered connections whose peer has this interface of the module."""
    return [connection for connection in platform.living() if connection.endpoint(module, interface)]


def _receivers(platform: Platform, module: str, item: Json) -> list[Connection]:
    """Return whom a push is for: Sessions and CDRs concern the party whose Token was used (mod_cdrs_push_model)."""
    if platform.behaviour.pushes == "never":
        return []
    peers = [c for c in peers_for(platform, module, RECEIVER) if _is_shown(c, module, item)]
    if module == "hubclientinfo":
        # A party is told of the others.
        return [c for c in peers if not any(role.owns(item["country_code"], item["party_id"]) for role in c.peer_roles)]
    token = item.get("cdr_token")
    if not token or platform.behaviour.push_to == "everyone":
        return peers
    ids = (str(token.get("country_code", "")), str(token.get("party_id", "")))
    # A Token of nobody we know may have been issued behind a peer: all of them are told, or the hubs where there are.
    told = speakers(peers, *ids) or peers
    return [c for c in told if not c.hub or is_reached(platform, *ids)]


def speakers(peers: Iterable[Connection], country_code: str, party_id: str) -> list[Connection]:
    """Return those of `peers` that are a party's own connection, or else the hubs, which may have it behind them."""
    known = [peer for peer in peers if peer.speaks_for(country_code, party_id)]
    own = [peer for peer in known if any(role.owns(country_code, party_id) for role in peer.peer_roles)]
    return own or known


def is_reached(platform: Platform, country_code: str, party_id: str) -> bool:
    """Tell whether the hub says that a party behind it is connected, or says nothing of it.

    To one that is not nothing is sent, and nothing is queued for it (mod_hub_client_info, Scenarios).
    """
    told = platform.received.read("hubclientinfo", object_key(country_code, party_id, party_id))
    status = told["status"] if told else "CONNECTED"
    return status == "CONNECTED" or platform.behaviour.away_parties == f"told while {status}"


def _is_shown(connection: Connection, module: str, item: Json) -> bool:
    facts = modules.MODULES[connection.version][module]
    named = str(item.get(facts.id_field, ""))
    return connection.account.shows(module, named) and views.shows(connection.version, facts.object, item)


def receiver_route(connection: Connection, module: str, depth: int = 0) -> Route:
    """Return the URL shape of objects, or of parts `depth` levels below them, in the peer's Receiver interface."""
    routes = modules.MODULES[connection.version][module].routes[RECEIVER]
    return [route for route in routes if route.kind in {"object", "create"}][depth]


def _whole_method(platform: Platform, connection: Connection, module: str) -> str:
    creates = "POST" in receiver_route(connection, module).methods or platform.behaviour.pushes == "POST"
    return "POST" if creates else "PUT"


def _path(platform: Platform, connection: Connection, subject: Subject) -> list[str]:
    item, behaviour = subject.item, platform.behaviour
    segments = receiver_route(connection, subject.module).segments
    id_field = modules.MODULES[connection.version][subject.module].id_field
    ids = {"{country_code}": item["country_code"], "{party_id}": item["party_id"]}
    if "{country_code}" in segments and behaviour.push_url != "owner":
        segments = segments[2:] if behaviour.push_url == "without owner" else ("XX", "YYY", *segments[2:])
    if subject.module == "cdrs" and behaviour.pushed_cdr == "below its owner":
        segments = ("{country_code}", "{party_id}", "{cdr_id}")
    path = [ids[name] if name in ids else str(item[id_field]) if name.startswith("{") else name for name in segments]
    return path + [str(part.get("uid", part.get("id"))) for part in subject.parts]


def _parameters(platform: Platform, connection: Connection, subject: Subject) -> dict[str, str]:
    """Return the parameter that tells Tokens of one uid apart, where the version has one and its default is wrong."""
    told = receiver_route(connection, subject.module).kind_parameter
    if not told or platform.behaviour.token_type_parameter == "never":
        return {}
    name, default = told
    kind = str(subject.item.get("type", default))
    return {} if kind == default else {name: kind}


def _address(connection: Connection, item: Json) -> Headers:
    """Return the headers that name the party behind a hub whose Token was used; nothing where there is no hub."""
    token = item.get("cdr_token") if connection.hub else None
    if not token or "party_id" not in token:
        return ()
    return ((versions.TO_PARTY, token["party_id"]), (versions.TO_COUNTRY, token["country_code"]))


def _send(
    platform: Platform, connection: Connection, method: str, subject: Subject, content: Json | None
) -> Exchange | None:
    """Send one message about `subject`, with `content` in the form of the peer's version; None: no answer came."""
    behaviour, module = platform.behaviour, subject.module
    if f"{method} {module}" in behaviour.unpushed:
        return None
    payload: object = None
    path = _path(platform, connection, subject)
    if content is not None:
        kind = receiver_route(connection, module, len(subject.parts)).object
        payload = platform.show(connection.version, kind, content, partial=method == "PATCH")
    if module == "cdrs" and behaviour.pushed_cdr == "in a list":
        payload = [payload]
    if content and method == "PATCH" and module == "sessions" and behaviour.patched_session == "by its fields":
        path.append(next(iter(content)))
    parameters = _parameters(platform, connection, subject)
    extra = _address(connection, subject.item)
    try:
        exchange = platform.call(
            connection, method, module, RECEIVER, path, parameters=parameters, body=payload, extra=extra
        )
    except HarnessError as error:
        # The peer is away: nothing is queued, it will pull when it is back (transport_and_format_offline_behaviour).
        platform.agenda.failures.append(error)
        return None
    if method != "GET" and _stumbles(behaviour.answers_with_data, exchange):
        connection.state = "ended"
    return exchange


def _outgoing(platform: Platform, subject: Subject) -> Json:
    body = copy.deepcopy(subject.whole)
    if subject.parts:
        return body
    kind = platform.behaviour.put_body
    if kind == "without required":
        body.pop(_REQUIRED[subject.module], None)
    elif kind == "other id":
        body["uid" if subject.module == "tokens" else "id"] += "X"
    elif kind == "other owner":
        body["party_id"] = "YYY"
    return body


def _changed(platform: Platform, subject: Subject, change: Json) -> Json:
    body = {**change, "last_updated": subject.whole["last_updated"]}
    bodies = {
        "whole object": subject.whole,
        "without last_updated": change,
        "with unknown type": {**body, "last_updated": 0},
    }
    return copy.deepcopy(bodies.get(platform.behaviour.patch_body, body))


def _after_refusal(platform: Platform, connection: Connection, subject: Subject, change: Json) -> None:
    kind = platform.behaviour.after_failed_patch
    if kind == "nothing":
        return
    if kind == "queues":
        platform.queue.append((connection, copy.deepcopy(subject), change))
        return
    if kind == "replays":
        for _ in range(3):
            _send(platform, connection, "PATCH", subject, _changed(platform, subject, change))
        return
    found = _send(platform, connection, "GET", subject, None)
    if kind == "GET then PUT" and found and found.response and found.response.status == 404:
        whole = Subject(subject.module, subject.item)
        _send(platform, connection, "PUT", whole, _outgoing(platform, whole))


def _read_back(platform: Platform, connection: Connection, subject: Subject, posted: Exchange) -> None:
    """Read a CDR where the answer to its POST says that it is (mod_cdrs_response_url), for a platform that does."""
    kind = platform.behaviour.reads_cdr_back
    url = posted.response.header("Location") if posted.response else None
    if kind == "never" or not succeeded(posted) or not url:
        return
    if kind == "at a guessed URL":
        url = f"{posted.request.url.rstrip('/')}/{subject.item['id']}"
    if urlsplit(url)[:2] != urlsplit(posted.request.url)[:2]:
        return  # the token goes to no other host
    context = describe(connection.version, "cdrs", RECEIVER, (subject.item["id"],))
    platform.send(platform.request(connection, "GET", url, context), context)


def _stumbles(kind: str, exchange: Exchange) -> bool:
    """Tell whether a platform of this `kind` is thrown by the data in an answer that has none by the text."""
    data = None if kind == "tolerated" else envelope(exchange).get("data")
    return data == "" if kind == "fatal when empty" else data is not None
