"""Commands as their Receiver (CPO): the direct answer, the charge point behind it, reservations. Sending is elsewhere.

Rules: what a version says of commands is a table in `ocpi.commands`; how a result travels is known to `callbacks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ocpi_conformance.mock_partner import callbacks, charging, publishing, requesting
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.callbacks import Callback, Outcome
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply, parse_timestamp, problem
from ocpi_conformance.mock_partner.objects import Refused, refusing
from ocpi_conformance.mock_partner.ocpi import status, versions
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS, STATUS_RESULTS, CommandFacts
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.record import Context
from ocpi_conformance.mock_partner.state import Json, Key, key_of, object_key

RESERVATIONS = "reservations"


@dataclass(frozen=True)
class _Command:
    """One command that reached us, with what its version says of it."""

    call: Call
    name: str
    facts: CommandFacts

    @property
    def platform(self) -> Platform:
        return self.call.platform

    @property
    def behaviour(self) -> Behaviour:
        return self.call.platform.behaviour

    def text(self, name: str) -> str:
        """Return a field of the body as text; empty when it is not there."""
        value = self.call.body.get(name)
        return "" if value is None else str(value)

    def has(self, name: str) -> bool:
        """Tell whether the body of this command has such a field by the version's table."""
        return name in self.facts.commands[self.name].fields

    @property
    def location(self) -> Json | None:
        """The own Location that the body names, or that its Session is at."""
        place_id = self.text("location_id") or str((self.session or {}).get("location_id", ""))
        return self.platform.own.find("locations", place_id)

    @property
    def session(self) -> Json | None:
        """The own Session that the body names."""
        return self.platform.own.find("sessions", self.text("session_id")) if self.has("session_id") else None

    @property
    def evse_uid(self) -> str:
        """The uid that the body names, or that its Session is at; empty when the choice is ours."""
        return self.text("evse_uid") or str((self.session or {}).get("evse_uid", ""))

    @property
    def evses(self) -> list[Json]:
        """The EVSEs that the command can be meant for."""
        listed: list[Json] = (self.location or {}).get("evses") or []
        return [evse for evse in listed if not self.evse_uid or _same(evse.get("uid"), self.evse_uid)]

    @property
    def token(self) -> Json:
        """The Token of the body with the owner that it has in every version."""
        given = self.call.body.get("token")
        token = dict(given) if isinstance(given, dict) else {}
        country_code, party_id = sender(self.call)
        owner = {"country_code": country_code, "party_id": party_id}
        return owner | {"contract_id": token.get("auth_id", token.get("uid"))} | token


def handle(call: Call) -> Reply:
    """Answer a request to either interface of commands."""
    return requesting.take_result(call) if call.context.interface == SENDER else receive(call)


@refusing
def receive(call: Call) -> Reply:
    """Answer the POST of a command: what we say at once; the charge point's result follows (mod_commands_flow).

    Raises:
        Refused: the body does not fit the command.
    """
    facts = COMMANDS[call.context.version]
    command = _Command(call, call.ids["command"], facts)
    if command.name not in facts.commands:
        return _unknown(command)
    if not _fits(command):
        return _answer(command, "ACCEPTED")
    results = command.behaviour.command_results
    back = callbacks.callback(call, command.text("response_url"), "result")
    for check in _CHECKS:
        refusal = check(command)
        if refusal is not None:
            callbacks.refuse(back, results, _result(command, "REJECTED"))
            return refusal
    callbacks.promise(back, results, partial(_ACTS[command.name], command))
    return _answer(command, "ACCEPTED")


def sender(call: Call) -> tuple[str, str]:
    """Return country_code and party_id of the party that a request is from; empty when nobody said."""
    named = (call.inbound.header(versions.FROM_COUNTRY), call.inbound.header(versions.FROM_PARTY))
    if named[0] and named[1]:
        return named[0], named[1]
    roles = call.connection.peer_roles
    party = next((role for role in roles if role.role == "EMSP"), roles[0] if roles else None)
    return (party.country_code, party.party_id) if party else ("", "")


# The direct answer ----------------------------------------------------------------------------------------------------


def _answer(command: _Command, word: str, ocpi: int = status.SUCCESS) -> Reply:
    """Return a CommandResponse."""
    data: Json = {"result": word}
    if command.facts.announces_timeout:
        data["timeout"] = command.behaviour.announced_timeout
    return Reply(ocpi=ocpi, data=data, message=None if ocpi == status.SUCCESS else "unknown location")


def _unknown(command: _Command) -> Reply:
    kind = command.behaviour.unknown_command
    if kind == "404":
        return problem(404, status.CLIENT_ERROR, "unknown command")
    if kind == "2000":
        return problem(200, status.CLIENT_ERROR, "unknown command")
    return _answer(command, kind)


def _fits(command: _Command) -> bool:
    """Tell whether the body is that of the command; False only for a platform that takes any."""
    call, kind = command.call, command.behaviour.invalid_command
    object_name = command.facts.commands[command.name].object
    problems = list(call.platform.validate(call.context.version, object_name, call.body, False))
    if not isinstance(call.body, dict) or not isinstance(call.body.get("response_url"), str):
        problems.append("response_url is missing")
    if problems and kind != "ACCEPTED":
        raise Refused(problem(400 if kind == "400" else 200, status.INVALID_PARAMETERS, problems[0]))
    return not problems


def _supported(command: _Command) -> Reply | None:
    return _answer(command, "NOT_SUPPORTED") if command.name in command.behaviour.unsupported_commands else None


def _known_location(command: _Command) -> Reply | None:
    if not command.has("location_id") or command.location is not None:
        return None
    answers: dict[str, Reply | None] = {
        "2003": _answer(command, "REJECTED", status.UNKNOWN_LOCATION),
        "1000 REJECTED": _answer(command, "REJECTED"),
        "404": problem(404, status.UNKNOWN_LOCATION, "unknown location"),
        "ACCEPTED": None,
    }
    return answers[command.behaviour.unknown_location]


def _complete(command: _Command) -> Reply | None:
    """Refuse a StartSession whose ids do not go together (StartSession, evse_uid and connector_id)."""
    behaviour = command.behaviour
    if command.has("evse_uid") and not command.text("evse_uid") and behaviour.evse_uid_in_commands == "required":
        return problem(200, status.INVALID_PARAMETERS, "evse_uid is missing")
    if command.name != "START_SESSION" or not command.has("connector_id"):
        return None
    if command.text("connector_id") and not command.text("evse_uid"):
        if behaviour.connector_without_evse == "2001":
            return problem(200, status.INVALID_PARAMETERS, "connector_id without evse_uid")
        return None
    needs = any(_capable(evse, "START_SESSION_CONNECTOR_REQUIRED") for evse in command.evses)
    if needs and command.evse_uid and not command.text("connector_id") and behaviour.required_connector == "2001":
        return problem(200, status.INVALID_PARAMETERS, "connector_id is required here")
    return None


def _known_evse(command: _Command) -> Reply | None:
    if command.location is None or command.behaviour.unknown_evse == "ACCEPTED":
        return None
    plugs = [str(plug.get("id")) for evse in command.evses for plug in evse.get("connectors") or []]
    wanted = command.text("connector_id")
    unknown = not command.evses or (wanted and not any(_same(plug, wanted) for plug in plugs))
    return _answer(command, "REJECTED") if unknown else None


def _capable_evse(command: _Command) -> Reply | None:
    capability = command.facts.commands[command.name].capability
    if not capability or not command.evses or command.behaviour.incapable_evse == "ACCEPTED":
        return None
    if any(_capable(evse, capability) for evse in command.evses):
        return None
    return _answer(command, "NOT_SUPPORTED")


def _known_session(command: _Command) -> Reply | None:
    if not command.has("session_id"):
        return None
    behaviour, session = command.behaviour, command.session
    if session is None:
        kind = behaviour.unknown_session
        if kind == "404":
            return problem(404, status.CLIENT_ERROR, "unknown session")
        return None if kind == "ACCEPTED" else _answer(command, kind)
    if behaviour.foreign_session == "REJECTED" and not concerns(command.call, session):
        return _answer(command, "REJECTED")
    return None if session.get("status") in {"ACTIVE", "PENDING"} else _answer(command, "REJECTED")


def concerns(call: Call, session: Json) -> bool:
    """Tell whether the Token of `session` is of a party of the peer; one without an owner is anybody's."""
    token = session.get("cdr_token") or {}
    owner = (str(token.get("country_code", "")), str(token.get("party_id", "")))
    return owner == ("", "") or call.connection.speaks_for(*owner)


def _trusted_token(command: _Command) -> Reply | None:
    """Check the Token, which a CPO must not (StartSession), for a platform that does."""
    kind = command.behaviour.command_token
    if not command.has("token") or kind == "trusted":
        return None
    token = command.token
    known = command.platform.received.find("tokens", str(token["uid"]))
    if kind == "REJECTED when unknown":
        return None if known else _answer(command, "REJECTED")
    if kind == "REJECTED when refused":
        refused = known is not None and (known.get("valid") is False or known.get("whitelist") == "NEVER")
        return _answer(command, "REJECTED") if refused else None
    path = (str(token["uid"]), "authorize")
    parameters = {"type": str(token.get("type", "RFID"))}
    command.platform.call(command.call.connection, "POST", "tokens", SENDER, path, parameters=parameters)
    return None


def _possible_reservation(command: _Command) -> Reply | None:
    if command.name != "RESERVE_NOW":
        return None
    behaviour = command.behaviour
    known = command.platform.own.get(RESERVATIONS, _reservation_key(command)) is not None
    past = _moment(command.text("expiry_date")) <= command.platform.clock.now().timestamp()
    refused = (known and behaviour.known_reservation == "REJECTED") or (past and behaviour.past_expiry == "REJECTED")
    return _answer(command, "REJECTED") if refused else None


_CHECKS: tuple[Callable[[_Command], Reply | None], ...] = (
    _supported,
    _known_location,
    _complete,
    _known_evse,
    _known_session,
    _capable_evse,
    _trusted_token,
    _possible_reservation,
)


# The charge point -----------------------------------------------------------------------------------------------------


def _result(command: _Command, word: str) -> Json:
    return {"result": command.facts.results.get(word, word)}


def _start(command: _Command) -> Outcome:
    evse = _choice(command)
    word = _readiness(command, evse)
    body = _result(command, word)
    if evse and word != "ACCEPTED" and command.behaviour.session_of_command == "also without success":
        # The charge point has begun, and what it said to that has not been heard in time.
        _begin(command, evse)
    return Outcome(body, partial(_begin, command, evse)) if evse and word == "ACCEPTED" else Outcome(body)


def _begin(command: _Command, evse: Json) -> None:
    """Let the Session of an accepted START_SESSION begin; that of a reservation for its Token becomes active."""
    kind, platform, token = command.behaviour.session_of_command, command.platform, command.token
    if kind == "never":
        return
    reference = command.text("authorization_reference")
    if kind == "with another token":
        token |= {"uid": "0000000000", "contract_id": "XX-XXX-C00000000-X"}
    session = take_up(platform, command.text("location_id"), str(evse["uid"]), str(token.get("uid")))
    if session is not None and command.behaviour.reserved_session == "becomes ACTIVE":
        charging.activate_session(platform, session, "COMMAND", reference)
        return
    wanted = command.text("connector_id")
    plug = next((str(p["id"]) for p in evse.get("connectors") or [] if _same(p.get("id"), wanted)), "")
    charging.start_session(platform, command.text("location_id"), str(evse["uid"]), plug, token, reference)


def _stop(command: _Command) -> Outcome:
    session = command.session
    if session is None:
        return Outcome(_result(command, "REJECTED"))

    def end() -> None:
        charging.complete_session(command.platform, session)

    return Outcome(_result(command, "ACCEPTED"), end)


def _reserve(command: _Command) -> Outcome:
    platform, key = command.platform, _reservation_key(command)
    known = platform.own.get(RESERVATIONS, key)
    if known is not None and command.behaviour.known_reservation == "added":
        key, known = (*key[:3], f"{key[3]}-{platform.own.count(RESERVATIONS)}"), None
    evse = _choice(command)
    held = known is not None and evse is not None and _same(known["evse_uid"], str(evse["uid"]))
    word = "ACCEPTED" if held else _readiness(command, evse)
    if evse is None or word != "ACCEPTED":
        return Outcome(_result(command, word))
    if known is not None and not held:
        release(platform, key)
    fields = ("reservation_id", "location_id", "expiry_date", "response_url", "authorization_reference")
    reservation: Json = {name: command.text(name) for name in fields}
    reservation |= dict(zip(("country_code", "party_id"), sender(command.call), strict=True))
    reservation |= {"evse_uid": str(evse["uid"]), "token": command.token}
    reservation["session_id"] = known["session_id"] if known and held else ""
    platform.own.put(RESERVATIONS, key, reservation)
    return Outcome(_result(command, "ACCEPTED"), partial(_hold, command, key, reservation))


def _cancel(command: _Command) -> Outcome:
    platform, key = command.platform, _reservation_key(command)
    if platform.own.get(RESERVATIONS, key) is None:
        return Outcome(_result(command, command.behaviour.unknown_reservation))
    return Outcome(_result(command, "ACCEPTED"), partial(release, platform, key))


def _unlock(command: _Command) -> Outcome:
    return Outcome(_result(command, "ACCEPTED" if command.evses else "FAILED"))


_ACTS: dict[str, Callable[[_Command], Outcome]] = {
    "START_SESSION": _start,
    "STOP_SESSION": _stop,
    "RESERVE_NOW": _reserve,
    "CANCEL_RESERVATION": _cancel,
    "UNLOCK_CONNECTOR": _unlock,
}


def _choice(command: _Command) -> Json | None:
    """Return the EVSE that the command names, or else the first that is ready, or else the first."""
    capability = command.facts.commands[command.name].capability
    capable = [evse for evse in command.evses if _capable(evse, capability)] or command.evses
    ready = (evse for evse in capable if _readiness(command, evse) == "ACCEPTED")
    return next(ready, capable[0] if capable else None)


def _readiness(command: _Command, evse: Json | None) -> str:
    """Return what the charge point says to somebody who wants to charge, or reserve, at `evse`."""
    if evse is None:
        return "FAILED"
    state = str(evse.get("status"))
    if command.behaviour.status_at_start == "disregarded":
        return "ACCEPTED"
    if state == "RESERVED":
        uid = str(command.token.get("uid"))
        mine = _held_by(command.platform, command.text("location_id"), str(evse["uid"]), uid)
        return "ACCEPTED" if mine and command.name == "START_SESSION" else "EVSE_OCCUPIED"
    return STATUS_RESULTS.get(state, "ACCEPTED")


# Reservations ---------------------------------------------------------------------------------------------------------


def release(platform: Platform, key: Key) -> None:
    """End a reservation that nobody took up: its EVSE is free again, its Session over (mod_sessions_reservation)."""
    _released(platform, key)


def _released(platform: Platform, key: Key) -> Json | None:
    """Release a reservation and return its Session, None where it has none."""
    reservation = platform.own.get(RESERVATIONS, key)
    if reservation is None:
        return None
    session = _taken_up(platform, key)
    if session is not None:
        charging.end_session(platform, session, platform.behaviour.unused_reservation)
        return session
    place = platform.own.find("locations", reservation["location_id"]) or {}
    for evse in place.get("evses") or []:
        if _same(evse.get("uid"), reservation["evse_uid"]) and evse.get("status") == "RESERVED":
            publishing.set_evse_status(platform, place, evse, "AVAILABLE")
    return None


def take_up(platform: Platform, location_id: str, evse_uid: str, token_uid: str) -> Json | None:
    """Let a reservation of this EVSE for this Token be used; returns its Session, None where there is no such one."""
    key = _held_by(platform, location_id, evse_uid, token_uid)
    return _taken_up(platform, key) if key else None


def _taken_up(platform: Platform, key: Key) -> Json | None:
    """Forget a reservation; returns its Session while that still is one of a reservation."""
    reservation = platform.own.get(RESERVATIONS, key) or {}
    platform.own.remove(RESERVATIONS, key)
    session = _session_of(platform, reservation) if reservation else None
    return session if session is not None and session.get("status") == "RESERVATION" else None


def _session_of(platform: Platform, reservation: Json) -> Json | None:
    """Return the Session of a reservation, which does not name it yet while it is being pushed for the first time."""
    if reservation["session_id"]:
        return platform.own.find("sessions", reservation["session_id"])
    place = (reservation["location_id"], reservation["evse_uid"], reservation["token"].get("uid"))
    for session in platform.own.copies("sessions", latest_first=True):
        own = (session["location_id"], session["evse_uid"], session["cdr_token"].get("uid"))
        if session["status"] == "RESERVATION" and all(_same(a, b) for a, b in zip(place, own, strict=True)):
            return platform.own.get("sessions", key_of("sessions", session))
    return None


def cancel_reservation(platform: Platform, reservation_id: str = "") -> None:
    """Cancel a reservation as the CPO and say so at the response_url of its RESERVE_NOW (mod_commands_flow).

    Raises:
        HarnessError: there is no such reservation, or its eMSP is not connected any more.
    """
    keys = platform.own.keys(RESERVATIONS)
    key = next((key for key in keys if not reservation_id or key[2] == reservation_id.lower()), None)
    reservation = platform.own.get(RESERVATIONS, key) if key else None
    if key is None or reservation is None:
        raise HarnessError(f"there is no reservation {reservation_id}", "Send a RESERVE_NOW first")
    release(platform, key)
    owner = (reservation["country_code"], reservation["party_id"])
    peers = [peer for peer in platform.living() if peer.speaks_for(*owner)]
    if not peers:
        raise HarnessError(f"{owner[0]} {owner[1]}, who made the reservation, is not connected any more")
    word = COMMANDS[peers[0].version].results.get("CANCELED_RESERVATION", "CANCELED_RESERVATION")
    context = Context(peers[0].version, "commands", SENDER, "result")
    if platform.behaviour.canceled_by_cpo == "told":
        callbacks.post(Callback(platform, peers[0], reservation["response_url"], context), {"result": word})


def _hold(command: _Command, key: Key, reservation: Json) -> None:
    """Keep the reserved EVSE free until the reservation ends, and publish the Session of the reservation."""
    platform, place = command.platform, (reservation["location_id"], reservation["evse_uid"])
    platform.agenda.at(parse_timestamp(reservation["expiry_date"]), partial(_expire, platform, key, reservation))
    if reservation["session_id"]:
        return
    if command.facts.session_of_reservation and command.behaviour.session_of_reservation == "RESERVATION":
        given = (reservation["token"], reservation["authorization_reference"])
        session = charging.start_session(platform, *place, "", *given, status="RESERVATION", auth_method="COMMAND")
        reservation["session_id"] = str(session["id"])
    else:
        publishing.change_evse_status(platform, *place, "RESERVED")


def _expire(platform: Platform, key: Key, reservation: Json) -> None:
    # A reservation that was replaced since then ends later.
    if platform.own.get(RESERVATIONS, key) is not reservation:
        return
    session = _released(platform, key)
    if session is not None:
        charging.bill_reservation(platform, session)


def _reservation_key(command: _Command) -> Key:
    """Return the key of a reservation: ids of different eMSPs may be equal (ReserveNow)."""
    shared = command.behaviour.reservation_ids == "shared"
    owner = ("", "") if shared else sender(command.call)
    return object_key(*owner, command.text("reservation_id"))


def _held_by(platform: Platform, location_id: str, evse_uid: str, token_uid: str) -> Key | None:
    """Return the key of the reservation of this EVSE for this Token."""
    for key in platform.own.keys(RESERVATIONS):
        held = platform.own.get(RESERVATIONS, key) or {}
        place = (held.get("location_id"), held.get("evse_uid"), held.get("token", {}).get("uid"))
        if all(_same(one, other) for one, other in zip(place, (location_id, evse_uid, token_uid), strict=True)):
            return key
    return None


def _moment(text: str) -> float:
    try:
        return parse_timestamp(text).timestamp()
    except ValueError:
        return 0.0


def _capable(evse: Json, capability: str) -> bool:
    return not capability or capability in (evse.get("capabilities") or [])


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401  (ids as they came; CiStrings)
    return str(one).lower() == str(other).lower()
