"""What a hub does with a request for others: to whom it goes, how it is passed on, what comes back of the answer.

Rules: a body is passed on as it came, but for a response_url, which leads through the hub; who is connected is told by
the connections and the ClientInfo objects of the platform. Which messages may go to whom is a table in `ocpi.routing`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from ocpi_conformance.mock_partner import callbacks, jsontext, objects, pulling, requesting
from ocpi_conformance.mock_partner.errors import DeadlineExceeded, HarnessError, NotSent
from ocpi_conformance.mock_partner.links import next_url
from ocpi_conformance.mock_partner.messages import ABSENT, Reply, problem, timestamp
from ocpi_conformance.mock_partner.ocpi import routing, status, versions
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.platform import Call, Platform, join
from ocpi_conformance.mock_partner.pushing import envelope, succeeded
from ocpi_conformance.mock_partner.record import Exchange, Headers, Response, header_values
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Json, Party, object_key

# Where results go that were promised through the hub, and whose objects have passed it, by module and id.
RESPONSE_URLS, OWNERS = "routed_response_urls", "routed_owners"
# The parameter of a next link through the hub: the link that the party gave.
PAGE = "page"
_BACK = ((versions.TO_PARTY, versions.FROM_PARTY), (versions.TO_COUNTRY, versions.FROM_COUNTRY))
_COPIED = ("Content-Type", "X-Total-Count", "X-Limit", "Allow", "Retry-After")
# What a response_url is for, by the method of the request for a charging profile.
_PROFILE_KINDS = {"GET": "get", "PUT": "set", "DELETE": "clear"}


@dataclass(frozen=True)
class Receiver:
    """A party to whom a request can go, and the connection and the endpoint by which it is reached."""

    connection: Connection
    party: Party
    endpoint: Endpoint

    @property
    def address(self) -> Headers:
        """The headers that name the party."""
        return ((versions.TO_PARTY, self.party.party_id), (versions.TO_COUNTRY, self.party.country_code))


def route(call: Call) -> Reply:
    """Answer a request of a functional module that has reached a hub."""
    _remember(call)
    if call.route.free and (row := _promised(call)):
        return _deliver(call, row)
    wanted = (call.inbound.header(versions.TO_COUNTRY) or "", call.inbound.header(versions.TO_PARTY) or "")
    if wanted == ("", ""):
        return _open(call)
    ours = [party.role for party in call.platform.roles if party.owns(*wanted)]
    if not ours:
        return _directed(call, *wanted)
    if HUB not in ours:
        return call.platform.serve(call)
    return _get_all(call) if call.inbound.method == "GET" else _broadcast(call)


# To one party ---------------------------------------------------------------------------------------------------------


def _directed(call: Call, country_code: str, party_id: str) -> Reply:
    """Pass a request on to the party that it names."""
    shown = f"{country_code}*{party_id}"
    info = _client_info(call.platform, country_code, party_id)
    peer = _peer_of(call.platform, country_code, party_id)
    if peer is None and not info:
        return _hub_problem(call.platform, status.UNKNOWN_RECEIVER, f"{shown} is not known here")
    if peer is None or not all(client["status"] == "CONNECTED" for client in info):
        return _hub_problem(call.platform, status.HUB_CONNECTION, f"{shown} is not connected")
    found = (one for one in _receivers(call, but_for_sender=False) if one.party.owns(country_code, party_id))
    receiver = next(found, None)
    if receiver is None:
        what = f"the {call.context.interface} interface of {call.context.module} in OCPI {call.context.version}"
        return problem(200, status.HUB_ERROR, f"{shown} does not offer {what}")
    return _delivered(call, receiver)


def _delivered(call: Call, receiver: Receiver) -> Reply:
    """Pass a request on to the one party that it names, and what the party answers back to who sent it."""
    kept = call.platform.behaviour.directed
    if kept == "swallowed":
        return Reply()
    if kept == "to everybody":
        for other in _receivers(call):
            if other.connection is not receiver.connection:
                call.platform.agenda.after(0, _push(call, other))
    reply = _forward(call, receiver, _in_the_name_of_the_hub(call) if kept == "in its own name" else None)
    if kept == "answered in its own name":
        reply.names = (*_to_the_sender(call), *_in_the_name_of_the_hub(call))
    return reply


def _forward(call: Call, receiver: Receiver, sender: Headers | None = None) -> Reply:
    """Pass the request on to `receiver`, in the name of `sender`, and return what it answers."""
    try:
        body, parameters = _through_the_hub(call)
        exchange = _pass_on(call, receiver, _url(call, receiver, parameters), body, sender)
    except (DeadlineExceeded, NotSent) as error:
        return _hub_problem(call.platform, status.HUB_TIMEOUT, str(error))
    except HarnessError as error:
        return _hub_problem(call.platform, status.HUB_CONNECTION, str(error))
    return _answered(call, receiver, exchange)


def _hub_problem(platform: Platform, code: int, why: str) -> Reply:
    """Report why a message could not be passed on (status_codes_4xxx_hub_errors)."""
    kept = platform.behaviour.hub_errors
    return problem(200, code if kept == "told apart" else int(kept), why)


def _url(call: Call, receiver: Receiver, parameters: dict[str, str]) -> str:
    """Return the URL of the request at `receiver`: one below its endpoint, or that of a next link it gave.

    Raises:
        HarnessError: the link leads to another host, for which the token is not.
    """
    encoded = call.inbound.parameter(PAGE)
    if encoded is None or call.route.kind != "list":
        return join(receiver.endpoint.url, _path(call), parameters)
    try:
        url = base64.urlsafe_b64decode(encoded).decode("utf-8")
    except (binascii.Error, ValueError):
        raise HarnessError("this is no link of this hub") from None
    if urlsplit(url)[:2] != urlsplit(receiver.endpoint.url)[:2]:
        raise HarnessError(f"{url} is not on the host of {receiver.party.party_id}")
    return url


def _path(call: Call) -> tuple[str, ...]:
    """Return the segments of the request below the endpoint."""
    return tuple(call.ids[part[1:-1]] if part.startswith("{") else part for part in call.route.segments)


def _pass_on(call: Call, receiver: Receiver, url: str, body: bytes | None, sender: Headers | None = None) -> Exchange:
    """Send the request once more, to `url` of `receiver`, in the name of `sender` (by default of who sent it).

    X-Request-ID is a new one, X-Correlation-ID stays (transport_and_format_unique_messageg_ids).

    Raises:
        HarnessError: no answer came.
    """
    names = (versions.FROM_PARTY, versions.FROM_COUNTRY)
    given = tuple((name, value) for name in names if (value := call.inbound.header(name)))
    platform = call.platform
    extra = (*receiver.address, *(sender or given), *_ids(call))
    if platform.behaviour.passed_moments == "renewed":
        body = _renewed(platform, body)
    request = platform.request(receiver.connection, call.inbound.method, url, call.context, body, extra=extra)
    return platform.send(request, call.context)


def _ids(call: Call) -> Headers:
    """Return the message ids of a request that is passed on, as far as they are not new ones."""
    request_id, correlation = call.inbound.header(versions.REQUEST_ID), call.inbound.header(versions.CORRELATION_ID)
    kept: dict[str, tuple[str | None, str | None]] = {
        "a new X-Request-ID": (None, correlation),
        "the same X-Request-ID": (request_id, correlation),
        "a new X-Correlation-ID": (None, None),
    }
    found = zip((versions.REQUEST_ID, versions.CORRELATION_ID), kept[call.platform.behaviour.passed_ids], strict=True)
    return tuple((name, value) for name, value in found if value is not None)


def _renewed(platform: Platform, body: bytes | None) -> bytes | None:
    try:
        item = jsontext.loads(body or b"")
    except jsontext.JsonError:
        return body
    now = timestamp(platform.clock.now())
    return jsontext.dumps(item | {"last_updated": now}) if isinstance(item, dict) and "last_updated" in item else body


def _answered(call: Call, receiver: Receiver, exchange: Exchange) -> Reply:
    """Return what `receiver` has answered, with URLs that lead through the hub."""
    response = exchange.response
    if response is None:
        return problem(200, status.HUB_TIMEOUT, exchange.error)
    reply = _bendable(response) if call.platform.faults.rules else Reply(http=response.status, raw=response.body)
    reply.headers = [(name, value) for name in _COPIED if (value := response.header(name)) is not None]
    base = f"{call.platform.base_url}/{call.platform.path_of(*_interface(call))}"
    if (following := next_url(header_values(response.headers, "Link"))) is not None:
        page = base64.urlsafe_b64encode(following.encode()).decode("ascii")
        reply.set_header("Link", f'<{join(base, _path(call))}?{urlencode({PAGE: page})}>; rel="next"')
    if (location := response.header("Location")) is not None:
        reply.set_header("Location", location.replace(receiver.endpoint.url.rstrip("/"), base, 1))
    if call.inbound.header(versions.TO_PARTY) is None:
        party = receiver.party
        reply.headers += [(versions.FROM_PARTY, party.party_id), (versions.FROM_COUNTRY, party.country_code)]
    kept = call.platform.behaviour.passed_errors
    if kept != "kept" and not succeeded(exchange):
        return problem(200, int(kept), "the receiver has refused the request")
    return reply


def _bendable(response: Response) -> Reply:
    """Return the answer as fault rules need it: taken apart, with all that it says."""
    try:
        body = jsontext.loads(response.body)
    except jsontext.JsonError:
        body = None
    if not isinstance(body, dict):
        return Reply(http=response.status, raw=response.body)
    more = {name: value for name, value in body.items() if name not in {"data", "status_code"}}
    data, dropped = body.get("data", ABSENT), {"status_code"} - body.keys()
    return Reply(response.status, body.get("status_code"), data, envelope=more, dropped=dropped)


def _interface(call: Call) -> tuple[str, str, str]:
    return call.context.version, call.context.module, call.context.interface


# To whom it concerns --------------------------------------------------------------------------------------------------


def _open(call: Call) -> Reply:
    """Find the receiver of an Open Routing Request, from what it is about or because there is but one."""
    kept = call.platform.behaviour.open_requests
    if kept == "refused":
        return problem(200, status.NOT_ENOUGH_INFORMATION, "a request names its receiver here")
    if kept == "swallowed":
        return Reply()
    reply = _routed(call)
    if kept == "answered in its own name":
        reply.headers = [pair for pair in reply.headers if pair[0] not in {versions.FROM_PARTY, versions.FROM_COUNTRY}]
        reply.names = (*_to_the_sender(call), *_in_the_name_of_the_hub(call))
    return reply


def _routed(call: Call) -> Reply:
    if call.route.kind == "list" and call.inbound.method == "GET":
        return problem(200, status.NOT_ENOUGH_INFORMATION, "a GET of a list names a party or this hub as its receiver")
    found = tuple(_receivers(call))
    if not found:
        known = len(call.platform.roles) > 1
        return call.platform.serve(call) if known else problem(200, status.UNKNOWN_RECEIVER, "nobody offers this here")
    named = _concerned(call)
    if named:
        return _directed_openly(call, *named)
    if len({id(one.connection) for one in found}) == 1:
        return _forward(call, found[0])
    if call.inbound.method == "GET":
        return _asked_in_turn(call, found)
    if call.context.interface == RECEIVER and routing.is_for_all(call.module, call.route):
        return _broadcast(call)
    return problem(200, status.UNKNOWN_RECEIVER, "who this is for cannot be told from the request")


def _directed_openly(call: Call, country_code: str, party_id: str) -> Reply:
    """Pass an Open Routing Request on to the party that its content names, with that party as its receiver."""
    kept = call.platform.behaviour.open_requests
    if kept in {"routed", "answered in its own name"}:
        return _directed(call, country_code, party_id)
    receiver = next((one for one in _receivers(call) if one.party.owns(country_code, party_id)), None)
    if receiver is None:
        return problem(200, status.UNKNOWN_RECEIVER, "the party that this is about is not connected")
    to = {"for nobody": Party("", "", ""), "to the sender": (call.connection.peer_roles or (receiver.party,))[0]}[kept]
    return _forward(call, replace(receiver, party=to))


def _concerned(call: Call) -> tuple[str, str] | None:
    """Return country_code and party_id of the party that the content of a request is about, if it can be told."""
    body: Json = call.body if isinstance(call.body, dict) else {}
    token = body.get("cdr_token")
    if call.context.interface == RECEIVER and isinstance(token, dict):
        return str(token.get("country_code", "")), str(token.get("party_id", ""))
    for name, module in routing.NAMING.get(_interface(call)[1:], {}).items():
        object_id = call.ids.get(name, body.get(name))
        row = call.platform.own.read(OWNERS, object_key("", "", str(object_id), module)) if object_id else None
        if row and len(row["owners"]) == 1:
            country_code, party_id = row["owners"][0]
            return country_code, party_id
    return None


def _remember(call: Call) -> None:
    """Note whose object passes: later requests name it by its id alone."""
    if call.context.interface != RECEIVER or call.inbound.method not in {"PUT", "POST"} or not call.module.id_field:
        return
    body: Json = call.body if isinstance(call.body, dict) else {}
    owner = [str(call.ids.get(name, body.get(name, ""))).upper() for name in ("country_code", "party_id")]
    first = next((value for name, value in call.ids.items() if name not in {"country_code", "party_id"}), None)
    object_id = first or body.get(call.module.id_of(call.route))
    if object_id and all(owner):
        key = object_key("", "", str(object_id), call.table)
        known = (call.platform.own.read(OWNERS, key) or {"owners": []})["owners"]
        if owner not in known:
            call.platform.own.keep(OWNERS, key, {"owners": [*known, owner]})


def _asked_in_turn(call: Call, found: tuple[Receiver, ...]) -> Reply:
    """Return the first success among the answers of all receivers, or else the last answer: a GET changes nothing."""
    reply = problem(200, status.UNKNOWN_RECEIVER, "nobody offers this here")
    for receiver in found:
        reply = _forward(call, receiver)
        answer = jsontext.loads(reply.raw) if reply.raw and reply.http < 300 else {}
        if isinstance(answer, dict) and str(answer.get("status_code")).startswith("1"):
            break
    return reply


# To all ---------------------------------------------------------------------------------------------------------------


def _broadcast(call: Call) -> Reply:
    """Send a push to every party of the other side, in the name of the hub; the answer does not wait for them."""
    if call.context.interface != RECEIVER or call.inbound.method not in routing.PUSHES:
        return problem(200, status.CLIENT_ERROR, "only what is pushed to Receivers can be broadcast")
    if not routing.is_for_all(call.module, call.route):
        return problem(200, status.CLIENT_ERROR, f"{call.module.object} objects are for one party: name it")
    for receiver in _receivers(call):
        if _is_told(call, receiver.party):
            call.platform.agenda.after(0, _push(call, receiver))
    names = {
        "in its own name": None,
        "in no name": _to_the_sender(call),
        "in the name of the sender": (*_to_the_sender(call), *_of_the_sender(call)),
    }
    return Reply(names=names[call.platform.behaviour.broadcast_answer])


def _is_told(call: Call, party: Party) -> bool:
    """Tell whether a broadcast goes to `party`."""
    kept = call.platform.behaviour.broadcast
    if kept == "to nobody" or (kept == "not to OTHER" and party.role == "OTHER"):
        return False
    return kept == "to every side" or _is_opposite(call, party)


def _push(call: Call, receiver: Receiver) -> Callable[[], None]:
    def push() -> None:
        hub, kept, path = call.platform.party(HUB), call.platform.behaviour.broadcast, _path(call)
        if kept == "under its own ids":
            path = (hub.country_code, hub.party_id, *path[2:])
        to = replace(receiver, party=hub) if kept == "for itself" else receiver
        name = _of_the_sender(call) if kept == "in the name of the sender" else _in_the_name_of_the_hub(call)
        url = join(receiver.endpoint.url, path, dict(call.inbound.query))
        _pass_on(call, to, url, call.inbound.body or None, name)

    return push


def _in_the_name_of_the_hub(call: Call) -> Headers:
    hub = call.platform.party(HUB)
    return ((versions.FROM_PARTY, hub.party_id), (versions.FROM_COUNTRY, hub.country_code))


def _to_the_sender(call: Call) -> Headers:
    named = ((to, call.inbound.header(of)) for to, of in _BACK)
    return tuple((name, value) for name, value in named if value)


def _of_the_sender(call: Call) -> Headers:
    return tuple((of, value) for _, of in _BACK if (value := call.inbound.header(of)))


def _is_opposite(call: Call, party: Party) -> bool:
    """Tell whether `party` is of the other side than the sender, who is of the side that owns the objects if it can."""
    named = (call.inbound.header(versions.FROM_COUNTRY) or "", call.inbound.header(versions.FROM_PARTY) or "")
    theirs = call.connection.peer_roles
    senders = [role.role for role in theirs if role.owns(*named)] or [role.role for role in theirs]
    owner = next((role for role in senders if role in call.module.owners), senders[0] if senders else "")
    return routing.are_opposite(owner, [party.role])


# From all -------------------------------------------------------------------------------------------------------------


def _get_all(call: Call) -> Reply:
    """Answer a GET of a list with the objects of all connected parties (transport_and_format_get_all_via_hubs)."""
    if call.route.kind != "list" or call.context.interface != SENDER:
        return problem(200, status.CLIENT_ERROR, "GET is not used with Broadcast Push: name a party, or nobody")
    missing = [name for name in call.route.required_parameters if call.inbound.parameter(name) is None]
    if missing:
        return problem(200, status.INVALID_PARAMETERS, f"parameter {missing[0]} is required")
    filters = {name: value for name in ("date_from", "date_to") if (value := call.inbound.parameter(name))}
    items: list[Json] = []
    kept, hub = call.platform.behaviour.get_all, call.platform.party(HUB)
    for receiver in _receivers(call):
        if receiver.party.role in call.module.owners and not (kept == "of one" and items):
            items += _items_of(call, receiver, filters)
    if kept == "as its own":
        items = [item | {"country_code": hub.country_code, "party_id": hub.party_id} for item in items]
    reply = objects.paged(call, items)
    if kept == "in no name":
        reply.names = ()
    elif kept == "in the name of the sender":
        reply.names = (*_to_the_sender(call), *_of_the_sender(call))
    return reply


def _items_of(call: Call, receiver: Receiver, filters: dict[str, str]) -> list[Json]:
    """Return all objects of one party; of one that cannot be reached those that came."""
    items: list[Json] = []
    extra = (*receiver.address, *_in_the_name_of_the_hub(call))
    pages = pulling.exchanges(call.platform, receiver.connection, call.context.module, filters, extra, _path(call))
    try:
        for exchange in pages:
            items += envelope(exchange).get("data") or [] if succeeded(exchange) else []
    except HarnessError as error:
        call.platform.agenda.failures.append(error)
    return items


# Who there is ---------------------------------------------------------------------------------------------------------


def _receivers(call: Call, *, but_for_sender: bool = True) -> Iterator[Receiver]:
    """Yield the parties that have the interface of `call` in its version, by default without those of its sender."""
    for connection in call.platform.living():
        endpoint = connection.endpoint(call.context.module, call.context.interface)
        of_sender = but_for_sender and connection is call.connection
        if endpoint is None or connection.version != call.context.version or of_sender:
            continue
        for party in connection.peer_roles:
            clients = _client_info(call.platform, party.country_code, party.party_id)
            if party.role != HUB and all(client["status"] == "CONNECTED" for client in clients):
                yield Receiver(connection, party, endpoint)


def _peer_of(platform: Platform, country_code: str, party_id: str) -> Connection | None:
    living = platform.living()
    return next((c for c in living if any(role.owns(country_code, party_id) for role in c.peer_roles)), None)


def _client_info(platform: Platform, country_code: str, party_id: str) -> list[Json]:
    wanted = object_key(country_code, party_id, "")[:2]
    rows = (platform.own.read("hubclientinfo", key) for key in platform.own.keys("hubclientinfo") if key[:2] == wanted)
    return [row for row in rows if row]


# Results that come later ----------------------------------------------------------------------------------------------


def _through_the_hub(call: Call) -> tuple[bytes | None, dict[str, str]]:
    """Return body and parameters of the request to pass on; a response_url in them becomes one of this hub."""
    parameters = dict(call.inbound.query)
    if isinstance(call.body, dict) and isinstance(call.body.get("response_url"), str):
        body = call.body | {"response_url": _own_response_url(call, call.body["response_url"])}
        return jsontext.dumps(body), parameters
    if "response_url" in parameters:
        parameters["response_url"] = _own_response_url(call, parameters["response_url"])
    return call.inbound.body or None, parameters


def _own_response_url(call: Call, url: str) -> str:
    kind = call.ids.get("command") or _PROFILE_KINDS.get(call.inbound.method, "")
    made = requesting.response_url(call.platform, call.context.version, call.context.module, kind)
    named = (call.inbound.header(versions.FROM_COUNTRY), call.inbound.header(versions.FROM_PARTY))
    first = call.connection.peer_roles[0] if call.connection.peer_roles else Party("", "", "")
    party = named if all(named) else (first.country_code, first.party_id)
    row = {"url": url, "country_code": party[0], "party_id": party[1]}
    call.platform.own.keep(RESPONSE_URLS, object_key("", "", made.rpartition("/")[2]), row)
    return made


def _promised(call: Call) -> Json | None:
    return call.platform.own.read(RESPONSE_URLS, object_key("", "", call.ids.get("uid", "")))


def _deliver(call: Call, row: Json) -> Reply:
    """Pass a result on to the response_url that the sender of the request gave."""
    connection = _peer_of(call.platform, row["country_code"], row["party_id"])
    if connection is None or not callbacks.of_the_peer(connection, row["url"]):
        return problem(200, status.HUB_CONNECTION, f"{row['country_code']}*{row['party_id']} is not connected")
    party = Party("", row["country_code"], row["party_id"])
    receiver = Receiver(connection, party, Endpoint(call.context.module, SENDER, row["url"]))
    try:
        exchange = _pass_on(call, receiver, row["url"], call.inbound.body or None)
    except (DeadlineExceeded, NotSent) as error:
        return problem(200, status.HUB_TIMEOUT, str(error))
    except HarnessError as error:
        return problem(200, status.HUB_CONNECTION, str(error))
    return _answered(call, receiver, exchange)
