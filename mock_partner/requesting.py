"""Commands and charging profiles as their Sender (eMSP, SCSP): requests with a response_url, and what comes there.

Rules: what nobody gave is filled in from what the platform has and was sent; what a Receiver does is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from ocpi_conformance.mock_partner import pulling, samples
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply, problem, timestamp
from ocpi_conformance.mock_partner.ocpi import status, views
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS, CommandFacts
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.pushing import peers_for
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Connection, Json, object_key

COMMAND_RESULTS, PROFILE_RESULTS, ACTIVE_PROFILES = "command_results", "profile_results", "active_profiles"
_RESULTS = {"commands": COMMAND_RESULTS, "chargingprofiles": PROFILE_RESULTS}
_LATEST = object_key("", "", "latest")
_RESERVED = "sent_reservations"


# Commands -------------------------------------------------------------------------------------------------------------


def send_command(platform: Platform, command: str, **fields: Any) -> Exchange:  # noqa: ANN401  (JSON)
    """POST `command` to the peer that owns what it is about, or the first that takes commands; returns the exchange.

    `fields` are fields of its body, or `token_uid` for one of our Tokens; see `command_body` for what nobody gave.

    Raises:
        HarnessError: no peer takes commands, or there is nothing that the command could be about.
        TransportError: no complete response came.
    """
    place = str(fields.get("location_id", ""))
    about = ("locations", place) if place else ("sessions", str(fields.get("session_id", "")))
    connection = _peer(platform, "commands", *about)
    body = command_body(platform, connection.version, command, fields)
    if command == "START_SESSION" and _is_terminal_provider(platform):
        _consult(platform, connection, body)
    return platform.call(connection, "POST", "commands", RECEIVER, (command,), body=body)


def _is_terminal_provider(platform: Platform) -> bool:
    return platform.roles[0].role == "PTP"


def _consult(platform: Platform, connection: Connection, body: Json) -> None:
    """Read the Connector and the Tariffs for who stands at a payment terminal (mod_payments_transaction_flow)."""
    path = tuple(body[name] for name in ("location_id", "evse_uid", "connector_id") if body.get(name))
    with suppress(HarnessError):  # what cannot be read does not keep the driver from charging
        platform.call(connection, "GET", "locations", SENDER, path)
    with suppress(HarnessError):
        pulling.pull(platform, "tariffs")


def command_body(platform: Platform, version: str, command: str, fields: Mapping[str, Any]) -> Json:
    """Return the body of `command` in `version` with a new response_url.

    A Location that was received, an own valid Token, the latest active Session and the latest reservation stand in
    for what `fields` lack; optional ids of a place are only filled in together with the Location.

    Raises:
        HarnessError: the version has no such command, or there is nothing that it could be about.
    """
    facts = COMMANDS[version]
    row = facts.commands.get(command)
    if row is None:
        raise HarnessError(f"OCPI {version} has no command {command}", f"Known are: {', '.join(facts.commands)}")
    given = dict(fields)
    if "location_id" in row.fields and "location_id" not in given:
        given = _place(platform) | given
    if "token" in row.fields and "token" not in given:
        token = _own_token(platform, str(given.get("token_uid", "")))
        given["token"] = views.view(version, "Token", token)
    body = {name: given[name] for name in row.fields if name in given}
    for name in row.fields:
        if name not in body and name in _DEFAULTS:
            body[name] = _DEFAULTS[name](platform, facts, command)
    if facts.integer_reservation_id and "reservation_id" in body:
        body["reservation_id"] = int(body["reservation_id"])
    if command == "RESERVE_NOW":
        platform.own.put(_RESERVED, _LATEST, {"reservation_id": body["reservation_id"]})
    return {"response_url": response_url(platform, version, "commands", command), **body}


def response_url(platform: Platform, version: str, module: str, kind: str) -> str:
    """Return a new URL for the result of a request; `kind` is the command, or get, set or clear (a profile)."""
    unique = platform.behaviour.response_urls == "unique"
    uid = f"{platform.random.getrandbits(64):016x}" if unique else "result"
    return f"{platform.base_url}/{platform.path_of(version, module, SENDER)}/{kind}/{uid}"


def results(platform: Platform, kind: str = "", module: str = "commands") -> tuple[Json, ...]:
    """Return the results received so far, oldest request first, of one `kind` (see `response_url`) or all."""
    kept = platform.received.all(_RESULTS[module])
    return tuple(body for row in kept if kind in {"", row["kind"]} for body in row["results"])


def take_result(call: Call) -> Reply:
    """Take what is POSTed to a response_url of ours; the answer is an envelope without data."""
    behaviour, body = call.platform.behaviour, call.body
    problems = call.platform.validate(call.context.version, call.route.object, body, False)
    if problems or not isinstance(body, dict):
        return problem(200, status.INVALID_PARAMETERS, next(iter(problems), "the body is no JSON object"))
    kind = call.ids.get("command") or call.route.name.removesuffix("_result")
    table, key = _RESULTS[call.context.module], object_key("", "", call.ids["uid"], kind)
    with call.platform.lock:
        earlier = (call.platform.received.get(table, key) or {}).get("results", [])
        if earlier and behaviour.second_result == "404":
            return problem(404, status.CLIENT_ERROR, "nothing more is expected here")
        row = {"kind": kind, "uid": call.ids["uid"], "results": [*earlier, body]}
        call.platform.received.put(table, key, row)
    return Reply(data=body) if behaviour.answer_to_results == "data" else Reply()


def _place(platform: Platform) -> Json:
    """Return the ids of the first connector of the first Location received that has one."""
    for key in platform.received.keys("locations"):
        place = platform.received.read("locations", key) or {}
        for evse in place.get("evses") or []:
            for plug in evse.get("connectors") or []:
                return {"location_id": place["id"], "evse_uid": evse["uid"], "connector_id": plug["id"]}
    raise HarnessError("no Location was received that a command could be for", "Give location_id, or pull first")


def _own_token(platform: Platform, uid: str) -> Json:
    for key in platform.own.keys("tokens"):
        token = platform.own.read("tokens", key) or {}
        if uid.lower() == str(token.get("uid")).lower() or (not uid and token.get("valid")):
            return token
    if _is_terminal_provider(platform):
        uid = f"PAY{platform.random.getrandbits(40):010x}"
        return samples.ad_hoc_token(uid, platform.roles[0], platform.clock.now())
    raise HarnessError(f"there is no own valid Token {uid}")


def _latest_session(platform: Platform) -> str:
    for key in reversed(platform.received.keys("sessions")):
        session = platform.received.read("sessions", key) or {}
        if session.get("status") == "ACTIVE":
            return str(session["id"])
    raise HarnessError("no active Session was received", "Give session_id, or start a Session first")


def _reservation_id(platform: Platform, facts: CommandFacts, command: str) -> str:
    if command == "RESERVE_NOW":
        number = platform.random.getrandbits(31)
        return str(number) if facts.integer_reservation_id else f"RES{number:08x}"
    latest = platform.own.read(_RESERVED, _LATEST)
    if latest is None:
        raise HarnessError("nothing was reserved", "Give reservation_id, or send RESERVE_NOW first")
    return str(latest["reservation_id"])


_DEFAULTS: dict[str, Callable[[Platform, CommandFacts, str], Any]] = {
    "session_id": lambda platform, facts, command: _latest_session(platform),
    "reservation_id": _reservation_id,
    "expiry_date": lambda platform, facts, command: timestamp(platform.clock.now() + timedelta(minutes=30)),
    "authorization_reference": lambda platform, facts, command: f"REF{platform.random.getrandbits(40):010x}",
}


# Charging profiles ----------------------------------------------------------------------------------------------------


def send_charging_profile(
    platform: Platform, session_id: str = "", limit: str = "", profile: Json | None = None
) -> Exchange:
    """PUT `profile`, or one of an hour with `limit` (A) that drops after half of it, on a Session of the first peer.

    Raises:
        HarnessError: no peer takes charging profiles, or there is no active Session.
        TransportError: no complete response came.
    """
    if profile is None:
        amperes = float(limit or 16)
        profile = {
            "start_date_time": timestamp(platform.clock.now()),
            "duration": 3600,
            "charging_rate_unit": "A",
            "min_charging_rate": 6.0,
            "charging_profile_period": [
                {"start_period": 0, "limit": amperes},
                {"start_period": 1800, "limit": round(amperes / 2, 1)},
            ],
        }
    return _ask(platform, "PUT", session_id, "set", body={"charging_profile": profile})


def request_active_profile(platform: Platform, session_id: str = "", duration: str = "900") -> Exchange:
    """GET the active profile of a Session for the next `duration` seconds; it comes to the response_url.

    Raises:
        HarnessError: no peer takes charging profiles, or there is no active Session.
        TransportError: no complete response came.
    """
    return _ask(platform, "GET", session_id, "get", {"duration": duration})


def clear_charging_profile(platform: Platform, session_id: str = "") -> Exchange:
    """DELETE the charging profile of a Session.

    Raises:
        HarnessError: no peer takes charging profiles, or there is no active Session.
        TransportError: no complete response came.
    """
    return _ask(platform, "DELETE", session_id, "clear")


def _ask(
    platform: Platform,
    method: str,
    session_id: str,
    kind: str,
    parameters: Mapping[str, str] | None = None,
    body: Json | None = None,
) -> Exchange:
    path = (session_id or _latest_session(platform),)
    connection = _peer(platform, "chargingprofiles", "sessions", *path)
    back = {"response_url": response_url(platform, connection.version, "chargingprofiles", kind)}
    if body is not None:
        return platform.call(connection, method, "chargingprofiles", RECEIVER, path, body=body | back)
    return platform.call(
        connection, method, "chargingprofiles", RECEIVER, path, parameters={**(parameters or {}), **back}
    )


def take_active_profile(call: Call) -> Reply:
    """Take the active profile that a Receiver PUTs; the answer is an envelope without data."""
    problems = call.platform.validate(call.context.version, call.route.object, call.body, False)
    if problems or not isinstance(call.body, dict):
        return problem(200, status.INVALID_PARAMETERS, next(iter(problems), "the body is no JSON object"))
    call.platform.received.put(ACTIVE_PROFILES, object_key("", "", call.ids["session_id"]), call.body)
    return Reply(data=call.body) if call.platform.behaviour.answer_to_results == "data" else Reply()


def _peer(platform: Platform, module: str, table: str, object_id: str) -> Connection:
    """Return the peer with the Receiver interface of `module` that owns a received object, or the hub before it.

    Where nobody is known to own it, it is the first peer.
    """
    peers = peers_for(platform, module, RECEIVER)
    if not peers:
        raise HarnessError(f"no registered peer has a Receiver interface of {module}")
    owners = [key[:2] for key in platform.received.keys_of(table, object_id)] if object_id else []
    direct = (peer for peer in peers if any(role.owns(*ids) for ids in owners for role in peer.peer_roles))
    return next(direct, None) or next((peer for peer in peers if owners and peer.hub), peers[0])
