"""Charging profiles as an eMSP between an SCSP and a CPO: requests go on to the CPO, what comes of them to the SCSP.

Rules: whose Session it is says where a request goes; what an EVSE makes of a profile is not known here. A result that
cannot be delivered is noted, not sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ocpi_conformance.mock_partner import callbacks, requesting
from ocpi_conformance.mock_partner.callbacks import Callback
from ocpi_conformance.mock_partner.commands import sender
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply, problem
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.pushing import envelope, peers_for, speakers, succeeded
from ocpi_conformance.mock_partner.record import Context
from ocpi_conformance.mock_partner.state import Connection, Json, object_key

# Requests that were passed on, by what is unique in the response_url of ours; and who has set a profile, by Session.
_RELAYED, _SETTERS = "relayed_profiles", "relayed_setters"
_SMART_CHARGING = "SCSP"


def is_between(call: Call) -> bool:
    """Tell whether a request is for us as an eMSP: the Session that it names is one that a CPO has sent us."""
    named = call.ids["session_id"]
    platform = call.platform
    received = platform.received.find("sessions", named) is not None
    return received and platform.own.find("sessions", named) is None


def pass_on(call: Call, kind: str, response_url: str) -> Reply:
    """Send the request of an SCSP on to the CPO and answer as that does (mod_charging_profiles_flow).

    Args:
        call: a request at our Receiver interface, complete and valid.
        kind: get, set or clear.
        response_url: of the SCSP; the CPO gets one of ours.
    """
    platform, kept = call.platform, call.platform.behaviour.relay
    session_id = call.ids["session_id"]
    cpo = _cpo_of(platform, session_id)
    delegated = any(role.role == _SMART_CHARGING for role in call.connection.peer_roles)
    if not delegated or cpo is None:
        return _answer(platform, "REJECTED")
    if kept == "no requests":
        return _answer(platform, "ACCEPTED")
    own = requesting.response_url(platform, cpo.version, "chargingprofiles", kind)
    who = dict(zip(("country_code", "party_id"), sender(call), strict=True))
    row = who | {"url": response_url, "kind": kind, "session_id": session_id}
    platform.own.put(_RELAYED, object_key("", "", own.rpartition("/")[2]), row)
    body, parameters = None, {name: value for name, value in call.inbound.query if name != "response_url"}
    if kind == "set":
        body = call.body | {"response_url": own}
    else:
        parameters["response_url"] = own
    answer = _ask(platform, cpo, call.inbound.method, session_id, parameters, body)
    return _answer(platform, "ACCEPTED") if kept == "no answers" else answer


def _ask(
    platform: Platform, cpo: Connection, method: str, session_id: str, parameters: dict[str, str], body: Json | None
) -> Reply:
    """Send a request to the CPO; returns its answer as one of ours."""
    try:
        exchange = platform.call(
            cpo, method, "chargingprofiles", RECEIVER, (session_id,), parameters=parameters, body=body
        )
    except HarnessError as error:
        return problem(200, status.SERVER_ERROR, str(error))
    data = envelope(exchange).get("data")
    if not succeeded(exchange) or not isinstance(data, dict):
        return problem(200, status.SERVER_ERROR, "the CPO has refused the request")
    return Reply(data=data)


def pass_back(call: Call) -> Reply:
    """Take a result or an active profile from a CPO, and send it on to the SCSP that it is for (same clause)."""
    if call.inbound.method == "PUT":
        reply = requesting.take_active_profile(call)
        _later(call, partial(_tell_setters, call))
        return reply
    reply = requesting.take_result(call)
    row = call.platform.own.get(_RELAYED, object_key("", "", call.ids["uid"]))
    if row is not None:
        _later(call, partial(_send_result, call, row))
    return reply


def _later(call: Call, act: Callable[[], None]) -> None:
    call.platform.agenda.after(0.0, act)


def _send_result(call: Call, row: Json) -> None:
    platform = call.platform
    if row["kind"] == "set" and isinstance(call.body, dict) and call.body.get("result") == "ACCEPTED":
        platform.own.put(_SETTERS, object_key("", "", row["session_id"]), row)
    scsp = _peer(platform, row)
    if scsp is not None and platform.behaviour.relay != "no results":
        context = Context(scsp.version, "chargingprofiles", SENDER, f"{row['kind']}_result")
        callbacks.post(Callback(platform, scsp, row["url"], context), call.body)


def _tell_setters(call: Call) -> None:
    platform, session_id = call.platform, call.ids["session_id"]
    row = platform.own.get(_SETTERS, object_key("", "", session_id))
    scsp = _peer(platform, row) if row else None
    if scsp is not None and platform.behaviour.relay != "no active profiles":
        platform.call(scsp, "PUT", "chargingprofiles", SENDER, (session_id,), body=call.body)


def _answer(platform: Platform, word: str) -> Reply:
    return Reply(data={"result": word, "timeout": platform.behaviour.announced_timeout})


def _cpo_of(platform: Platform, session_id: str) -> Connection | None:
    session = platform.received.find("sessions", session_id) or {}
    peers = peers_for(platform, "chargingprofiles", RECEIVER)
    return next(iter(speakers(peers, str(session.get("country_code")), str(session.get("party_id")))), None)


def _peer(platform: Platform, row: Json) -> Connection | None:
    return next(iter(speakers(platform.living(), row["country_code"], row["party_id"])), None)
