"""The credentials handshake, both ways: answering versions and credentials requests, and making them.

Rules: only versions, version details and credentials; a URL is used only when the peer published it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.errors import HarnessError, TransportError
from ocpi_conformance.mock_partner.messages import Reply, problem
from ocpi_conformance.mock_partner.ocpi import status, versions
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, OFFERED, SENDER
from ocpi_conformance.mock_partner.platform import Call, Handler, Platform, method_not_allowed
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Json, Party

# Characters of hub_party_id: a country_code and a party_id.
_HUB_PARTY_ID = 5


class HandshakeError(HarnessError):
    """The peer's answer does not let the handshake go on; `code` is the OCPI status for it."""

    def __init__(self, problem: str, code: int, exchange: Exchange | None = None) -> None:
        super().__init__(problem)
        self.code = code
        self.exchange = exchange


# What we are asked ----------------------------------------------------------------------------------------------------


def versions_list(call: Call) -> Reply:
    """Answer GET versions."""
    platform = call.platform
    if platform.behaviour.asked_for_versions == "forgets the clients of hubs":
        for key in platform.received.keys("hubclientinfo"):
            platform.received.remove("hubclientinfo", key)
    # Once we have a token of the peer the registration is complete.
    if platform.behaviour.versions_list == "until registered" and call.connection.token_out:
        return Reply(data=[])
    numbers = [number for number in platform.supported if call.connection.account.admits(number, "versions")]
    numbers = [*platform.listed, *numbers]
    return Reply(data=[{"version": number, "url": platform.details_url(number)} for number in numbers])


def version_details(call: Call) -> Reply:
    """Answer GET version details."""
    version = call.context.version
    with_roles = versions.VERSIONS[version].endpoint_roles
    endpoints = [
        {"identifier": e.identifier, "url": e.url} | ({"role": e.role} if with_roles else {})
        for e in call.platform.endpoints(version)
        if call.connection.account.admits(version, e.identifier)
    ]
    return Reply(data={"version": version, "endpoints": endpoints})


def credentials(call: Call) -> Reply:
    """Answer GET, POST, PUT or DELETE of the credentials module."""
    return _CREDENTIALS[call.inbound.method](call)


def _get(call: Call) -> Reply:
    return Reply(data=_own_credentials(call))


def _own_credentials(call: Call) -> Json:
    return call.platform.credentials(call.connection.token_in, call.context.version)


def _post(call: Call) -> Reply:
    connection, behaviour = call.connection, call.platform.behaviour
    if connection.state != "registered":
        return _gone(call) or _take_over(call)
    if behaviour.second_post == "405 and ends the first":
        connection.state = "ended"
        return method_not_allowed(call)
    return _forbidden(call, behaviour.second_post, _take_over)


def _gone(call: Call) -> Reply | None:
    """Refuse a client that has unregistered before, where a client may not come back."""
    roles = roles_in(call.body) if isinstance(call.body, dict) else ()
    left = any(c.state == "ended" and c.peer_roles == roles for c in call.platform.connections)
    if left and call.platform.behaviour.return_after_delete == "2000":
        return problem(200, status.CLIENT_ERROR, "this client has left")
    return None


def _put(call: Call) -> Reply:
    if call.connection.state != "registered":
        return _forbidden(call, call.platform.behaviour.put_unregistered, _take_over)
    return _take_over(call)


def _delete(call: Call) -> Reply:
    platform, connection = call.platform, call.connection
    behaviour = platform.behaviour
    if connection.state != "registered":
        return _forbidden(call, behaviour.delete_unregistered, lambda _: Reply())
    if behaviour.after_delete == "keeps calling":
        platform.connections.append(replace(connection, token_in=platform.mint.new("C")))
    if behaviour.deleted_token == "revoked":
        connection.state = "ended"
    return Reply()


def _forbidden(call: Call, kind: str, accepted: Handler) -> Reply:
    """Refuse what the registration state does not allow (credentials, "MUST return 405")."""
    if kind == "accepted":
        return accepted(call)
    if kind == "405":
        return method_not_allowed(call)
    return problem(200, status.CLIENT_ERROR, "not allowed in this registration state")


def _take_over(call: Call) -> Reply:
    """Store the credentials of a POST or PUT: connect back, mint a new token, answer with our credentials."""
    platform, connection, behaviour = call.platform, call.connection, call.platform.behaviour
    refusal = _incomplete(call)
    if refusal:
        return refusal
    first = call.inbound.method == "POST"
    candidate = Connection(
        token_in=connection.token_in,
        token_out=call.body["token"],
        version=call.context.version,
        versions_url=call.body["url"],
        peer_roles=roles_in(call.body),
        account=connection.account,
    )
    fetches = behaviour.fetch_back in {"before", "details only"} if first else behaviour.put_fetches
    if fetches:
        try:
            _connect_back(platform, candidate, connection)
        except HarnessError as error:
            refusal = _failed(call, error)
            if refusal:
                return refusal
    _adopt(call, candidate, first=first)
    return Reply(data=_own_credentials(call))


def _incomplete(call: Call) -> Reply | None:
    behaviour = call.platform.behaviour
    problems = list(call.platform.validate(call.edition, "Credentials", call.body, False))
    if not isinstance(call.body, dict) or not {"token", "url"} <= set(call.body):
        problems.append("token and url are required")
    elif behaviour.peer_tokens == "without punctuation" and '"' in call.body["token"]:
        problems.append("the token holds characters that are not known here")
    elif behaviour.several_parties == "2001" and len(roles_in(call.body)) > 1:
        problems.append("one party is expected")
    if not problems:
        return None
    if behaviour.incomplete_credentials == "accepted" and isinstance(call.body, dict):
        call.connection.state = "registered"
        return Reply(data=_own_credentials(call))
    return problem(200, status.INVALID_PARAMETERS, problems[0])


def _connect_back(platform: Platform, candidate: Connection, connection: Connection) -> None:
    behaviour = platform.behaviour
    token = connection.token_in if behaviour.fetch_back_token == "A" else candidate.token_out
    if behaviour.put_uses == "old token" and connection.token_out:
        token = connection.token_out
    if behaviour.fetch_back == "details only" and connection.endpoints:
        return
    fetch(platform, candidate, token)


def _failed(call: Call, error: HarnessError) -> Reply | None:
    behaviour = call.platform.behaviour
    code = error.code if isinstance(error, HandshakeError) else status.UNUSABLE_CLIENT_API
    kinds: dict[int, str] = {
        status.UNUSABLE_CLIENT_API: behaviour.connect_back_error,
        status.UNSUPPORTED_VERSION: behaviour.version_mismatch,
        status.NO_MATCHING_ENDPOINTS: behaviour.missing_endpoints,
    }
    kind = kinds[code]
    if kind in {"ignored", "accepted"}:
        return None
    if behaviour.failed_registration == "spends token A" and call.connection.state == "invited":
        call.connection.state = "ended"
    if kind == "500":
        return problem(500, status.SERVER_ERROR, str(error))
    return problem(200, int(kind), str(error))


def _adopt(call: Call, candidate: Connection, *, first: bool) -> None:
    platform, connection, behaviour = call.platform, call.connection, call.platform.behaviour
    with platform.lock:
        old = Connection(token_in=connection.token_in, state=connection.state)
        kind = behaviour.post_token if first else behaviour.put_token
        fixed = {
            "A": old.token_in,
            "same": old.token_in,
            "B": candidate.token_out,
            "one for all": "one-for-all",
            "with white space": f"{platform.mint.new('C')} C",
        }
        connection.token_in = fixed.get(kind) or platform.mint.new("C")
        keeps_old = behaviour.token_a_after_registration if first else behaviour.put_old_token
        if keeps_old == "valid" and old.token_in != connection.token_in:
            platform.connections.append(Connection(old.token_in, "registered", peer_roles=candidate.peer_roles))
        connection.state = "registered"
        stays = not first and behaviour.put_version == "kept" and candidate.version != connection.version
        if not stays:
            connection.version = candidate.version
        if first or behaviour.put_uses == "new token":
            connection.token_out = candidate.token_out
        connection.versions_url = candidate.versions_url
        if first or (behaviour.put_endpoints == "fetched" and not stays):
            connection.endpoints = candidate.endpoints or connection.endpoints
        connection.peer_roles = candidate.peer_roles


_CREDENTIALS: dict[str, Callable[[Call], Reply]] = {"GET": _get, "POST": _post, "PUT": _put, "DELETE": _delete}


# What we ask ----------------------------------------------------------------------------------------------------------


def get_configuration(
    platform: Platform,
    connection: Connection,
    url: str,
    module: str,
    token: str,
    version: str = "",
    extra: Headers = (),
) -> Exchange:
    """GET a versions list (`module` "versions") or version details ("version_details") at a published `url`."""
    context = Context(version, module, route=module)
    return platform.send(platform.request(connection, "GET", url, context, token=token, extra=extra), context)


def fetch(platform: Platform, connection: Connection, token: str, known: Connection | None = None) -> None:
    """Fetch versions and details of the peer of `connection` and store its endpoints for the connection's version.

    The versions are asked for as the `known` connection does it, whose version says how the token is encoded.

    Raises:
        HandshakeError: the version is not offered, or an answer cannot be used.
        TransportError: the peer cannot be reached.
    """
    version = connection.version or platform.supported[-1]
    exchange = get_configuration(platform, known or connection, connection.versions_url, "versions", token)
    listed = data_of(exchange, list)
    url = next((row["url"] for row in listed if isinstance(row, dict) and row.get("version") == version), None)
    if not isinstance(url, str):
        raise HandshakeError(f"the peer does not offer {version}", status.UNSUPPORTED_VERSION)
    details = data_of(get_configuration(platform, connection, url, "version_details", token, version), dict)
    connection.endpoints = endpoints_in(details, platform.counterpart(version))
    if platform.behaviour.missing_endpoints != "accepted" and {e.identifier for e in connection.endpoints} <= {
        "credentials"
    }:
        raise HandshakeError("the peer offers no module that is needed here", status.NO_MATCHING_ENDPOINTS)


def _require_known(platform: Platform, connection: Connection, listed: Iterable[Json], details: Json) -> None:
    """Refuse a peer whose lists hold more than is known here, on a platform that does (VER-020, VER-032, TRN-089)."""
    if platform.behaviour.unknown_entries == "refused":
        unknown = [row["version"] for row in listed if row["version"] not in versions.VERSIONS]
        unknown += [e.identifier for e in connection.endpoints if e.identifier not in MODULES[connection.version]]
        if unknown:
            raise HandshakeError(f"{unknown[0]} is not known here", status.CLIENT_ERROR)
    for row in listed:
        _require_defined(platform, connection.version, "Version", row)
    _require_defined(platform, connection.version, "VersionDetails", details)


def _require_defined(platform: Platform, version: str, kind: str, value: Json) -> None:
    """Refuse an object of the class `kind` with fields that nobody defined, on a platform that does (TRN-089)."""
    if platform.behaviour.undefined_fields == "refused":
        for line in platform.validate(version, kind, value, False):
            raise HandshakeError(f"the {kind} is not as defined: {line}", status.CLIENT_ERROR)


def register(platform: Platform, versions_url: str, token_a: str, account: Account | None = None) -> Connection:
    """Register with the peer behind `versions_url`: discovery, POST credentials, new connection with `account`.

    Raises:
        HandshakeError: an answer does not let the handshake go on.
        TransportError: the peer cannot be reached.
    """
    behaviour = platform.behaviour
    connection = Connection(token_in=platform.mint.new("B"), versions_url=versions_url, account=account or Account())
    if behaviour.register_new_token == "A":
        connection.token_in = token_a
    listed = data_of(_ask_for_versions(platform, connection, token_a), list)
    offered = tuple(row["version"] for row in listed)
    known = platform.supported if behaviour.register_version == "latest" else offered[:1]
    chosen = versions.latest_mutual(connection.account.versions or known, offered)
    if chosen not in versions.VERSIONS:
        raise HandshakeError(f"no version in common with {', '.join(offered)}", status.UNSUPPORTED_VERSION)
    connection.version = chosen
    url = next(row["url"] for row in listed if row["version"] == chosen)
    details = data_of(get_configuration(platform, connection, url, "version_details", token_a, chosen), dict)
    connection.endpoints = endpoints_in(details, platform.counterpart(chosen))
    if behaviour.register_missing_endpoints == "stops" and len(connection.endpoints) < 2:
        raise HandshakeError("the peer offers no module that is needed here", status.NO_MATCHING_ENDPOINTS)
    _require_known(platform, connection, listed, details)
    if behaviour.register_credentials_role == "SENDER only":
        connection.endpoints = tuple(
            e for e in connection.endpoints if e.identifier != "credentials" or e.role == SENDER
        )
    with platform.lock:
        platform.connections.append(connection)
    # The peer fetches with the new token while it handles the POST.
    connection.state = "registered"
    token = connection.token_in if behaviour.register_token == "B" else token_a
    try:
        exchange = send_credentials(platform, connection, "POST", token, connection.token_in)
        _require_defined(platform, chosen, "Credentials", data_of(exchange, dict))
        accept_credentials(connection, exchange, "token" if behaviour.calls_with == "C" else "")
    except HarnessError:
        connection.state = "ended"
        raise
    if behaviour.calls_with == "A":
        connection.token_out = token_a
    return connection


def _ask_for_versions(platform: Platform, connection: Connection, token: str) -> Exchange:
    """GET the versions of a peer of whom nothing is known: how it wants the token encoded has to be tried (V1)."""
    encodings = {versions.VERSIONS[number].token_encoding: number for number in platform.supported}
    for number in reversed(encodings.values()):
        connection.version = number
        exchange = get_configuration(platform, connection, connection.versions_url, "versions", token)
        if exchange.response is None or exchange.response.status != 401:
            break
    return exchange


def change_version(platform: Platform, connection: Connection, version: str) -> Connection:
    """Go over to `version` with the peer of `connection`: discovery again, then PUT there; returns the new connection.

    Raises:
        HandshakeError: an answer does not let it go on; the connection stays as it was.
        TransportError: the peer cannot be reached.
    """
    changed = replace(connection, version=version, token_in=platform.mint.new("B"))
    fetch(platform, changed, connection.token_out, connection)
    with platform.lock:
        # The peer fetches with the new token before it has answered.
        platform.connections.append(changed)
    try:
        exchange = send_credentials(platform, changed, "PUT", connection.token_out, changed.token_in)
        accept_credentials(changed, exchange)
    except HarnessError:
        changed.state = "ended"
        raise
    connection.state = "ended"
    return changed


def send_credentials(
    platform: Platform,
    connection: Connection,
    method: str,
    token: str,
    new_token: str,
    body: object = None,
    extra: Headers = (),
) -> Exchange:
    """Send our Credentials with `new_token` (or `body` as it is) by `method`, authorized with `token`."""
    own = platform.credentials(new_token, connection.version)
    payload = None if method in {"GET", "DELETE"} else own if body is None else body
    return platform.call(connection, method, "credentials", SENDER, body=payload, token=token, extra=extra)


def accept_credentials(connection: Connection, exchange: Exchange, field: str = "token") -> None:
    """Take the peer's token and roles out of the answer to our POST or PUT.

    Raises:
        HandshakeError: the answer is no success or holds no Credentials.
    """
    body = data_of(exchange, dict)
    if not isinstance(body.get("token"), str):
        raise HandshakeError("the answer holds no credentials token", status.SERVER_ERROR, exchange)
    if field:
        connection.token_out = body["token"]
    connection.peer_roles = roles_in(body)


def endpoints_in(details: object, peer: str = "") -> tuple[Endpoint, ...]:
    """Return the endpoints of a version details object, as far as they are well formed.

    Without interface roles (2.1.1) an endpoint has the interface that the role `peer` has of the module.
    """
    rows = details.get("endpoints") if isinstance(details, dict) else None
    sides = dict(OFFERED["2.1.1"].get(peer, ()))
    return tuple(
        Endpoint(row["identifier"], str(row.get("role", sides.get(row["identifier"], ""))), row["url"])
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and isinstance(row.get("identifier"), str) and isinstance(row.get("url"), str)
    )


def roles_in(body: Json) -> tuple[Party, ...]:
    """Return the roles of a Credentials object, as far as they are well formed; that of 2.1.1 is one without a name.

    The hub of a platform that names it in hub_party_id (2.3.0) is the last.
    """
    rows = body.get("roles", [body] if "party_id" in body else [])
    named = tuple(
        Party(str(r.get("role", "")), str(r.get("country_code")), str(r.get("party_id")))
        for r in (rows if isinstance(rows, list) else [])
        if isinstance(r, dict)
    )
    hub = body.get("hub_party_id")
    return (*named, Party("HUB", hub[:2], hub[2:])) if isinstance(hub, str) and len(hub) == _HUB_PARTY_ID else named


def data_of(exchange: Exchange, kind: type) -> Any:  # noqa: ANN401  (JSON)
    """Return `data` of a successful answer of the JSON type `kind`.

    Raises:
        HandshakeError: it is no success in the OCPI envelope, or data is of another type.
    """
    response = exchange.response
    if response is None:
        raise TransportError(exchange.error)
    try:
        envelope = jsontext.loads(response.body)
    except jsontext.JsonError as error:
        raise HandshakeError(f"no JSON from {exchange.summary}: {error}", 3001, exchange) from None
    succeeded = response.status < 300 and isinstance(envelope, dict)
    if not succeeded or envelope.get("status_code") != status.SUCCESS or not isinstance(envelope.get("data"), kind):
        raise HandshakeError(f"no success from {exchange.summary}", 3001, exchange)
    return envelope["data"]
