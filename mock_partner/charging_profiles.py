"""Charging profiles as their Receiver (CPO): the direct answer, what the EVSE makes of a profile, pushes of changes.

Rules: a profile is kept for the Session as long as that lasts; how a result travels is known to `callbacks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ocpi_conformance.mock_partner import callbacks, charging, relaying
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.callbacks import Outcome
from ocpi_conformance.mock_partner.commands import concerns, sender
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply, parse_timestamp, problem, timestamp
from ocpi_conformance.mock_partner.objects import Refused, empty_values, refusing
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.pushing import peers_for
from ocpi_conformance.mock_partner.state import Connection, Json, Key, object_key

PROFILES = "charging_profiles"
CAPABILITY = "CHARGING_PROFILE_CAPABLE"
# Method at the Receiver → what it does, the name of its result at the Sender (see `ocpi.modules`).
_KINDS = {"GET": "get", "PUT": "set", "DELETE": "clear"}
_PARAMETERS = {"GET": ("duration", "response_url"), "DELETE": ("response_url",)}


@dataclass(frozen=True)
class _Request:
    """One request for the profile of a Session."""

    call: Call
    response_url: str
    duration: int

    @property
    def platform(self) -> Platform:
        return self.call.platform

    @property
    def behaviour(self) -> Behaviour:
        return self.call.platform.behaviour

    @property
    def session(self) -> Json | None:
        """The own Session that the URL names."""
        return self.platform.own.find("sessions", self.call.ids["session_id"])


def handle(call: Call) -> Reply:
    """Answer a request to either interface of charging profiles."""
    if call.context.interface == SENDER:
        return relaying.pass_back(call)
    return receive(call)


@refusing
def receive(call: Call) -> Reply:
    """Answer GET, PUT or DELETE with a ChargingProfileResponse; the EVSE's result follows (mod_charging_profiles_flow).

    Raises:
        Refused: parameters or body do not fit.
    """
    request = _read(call)
    if request is None:
        return _answer(call, "ACCEPTED")
    kind = _KINDS[call.inbound.method]
    if relaying.is_between(call):
        return relaying.pass_on(call, kind, request.response_url)
    back = callbacks.callback(call, request.response_url, f"{kind}_result")
    results = request.behaviour.profile_results
    refusal = _refusal(request)
    if refusal is not None:
        callbacks.refuse(back, results, {"result": "REJECTED"})
        return refusal
    callbacks.promise(back, results, partial(_ACTS[kind], request))
    return _answer(call, "ACCEPTED")


# The direct answer ----------------------------------------------------------------------------------------------------


def _answer(call: Call, word: str) -> Reply:
    return Reply(data={"result": word, "timeout": call.platform.behaviour.announced_timeout})


def _read(call: Call) -> _Request | None:
    """Return the request, or None when a platform that takes any could not read it."""
    problems = list(_body_problems(call) if call.inbound.method == "PUT" else _parameter_problems(call))
    if problems and call.platform.behaviour.incomplete_profile_request == "2001":
        raise Refused(problem(200, status.INVALID_PARAMETERS, problems[0]))
    if problems:
        return None
    url = call.body["response_url"] if call.inbound.method == "PUT" else call.inbound.parameter("response_url")
    return _Request(call, str(url), int(call.inbound.parameter("duration") or 0))


def _body_problems(call: Call) -> list[str]:
    problems = list(call.platform.validate(call.context.version, "SetChargingProfile", call.body, False))
    if not isinstance(call.body, dict) or not {"response_url", "charging_profile"} <= set(call.body):
        problems.append("response_url and charging_profile are required")
    if not problems:
        problems += _profile_problems(call.body["charging_profile"], call.platform.behaviour)
    return problems


def _profile_problems(profile: Json, behaviour: Behaviour) -> list[str]:
    found = empty_values(behaviour, profile)
    found += _fine_limits(profile) if behaviour.profile_decimals == "one" else []
    if behaviour.partial_profiles == "2001":
        found += [f"{name} is missing" for name in ("start_date_time", "duration") if name not in profile]
    return found


def _fine_limits(profile: Json) -> list[str]:
    """Return what is wrong with limits that have more than one decimal (ChargingProfilePeriod)."""
    limits = [float(period["limit"]) for period in profile.get("charging_profile_period") or ()]
    return [f"limit {limit:g} has more than one decimal" for limit in limits if limit != round(limit, 1)]


def _parameter_problems(call: Call) -> list[str]:
    names = _PARAMETERS[call.inbound.method]
    problems = [f"parameter {name} is required" for name in names if not call.inbound.parameter(name)]
    duration = call.inbound.parameter("duration")
    if duration and not (duration.isascii() and duration.isdigit()):
        problems.append("duration is no whole number of seconds")
    return problems


# What a platform that takes three requests for a Session answers to a further one.
_BEYOND_THREE = {"three for each session": "TOO_OFTEN", "three, then REJECTED": "REJECTED"}


def _refusal(request: _Request) -> Reply | None:
    call, behaviour, session = request.call, request.behaviour, request.session
    if session is None:
        kind = behaviour.unknown_profile_session
        if kind == "404":
            return problem(404, status.CLIENT_ERROR, "unknown session")
        return None if kind == "ACCEPTED" else _answer(call, kind)
    contract = any(role.role == "SCSP" for role in call.connection.peer_roles)
    theirs = contract or concerns(call, session) or behaviour.foreign_session == "ACCEPTED"
    if not theirs or session.get("status") not in {"ACTIVE", "PENDING"}:
        return _answer(call, "REJECTED")
    if not _capable(request.platform, session) and behaviour.incapable_of_profiles == "NOT_SUPPORTED":
        return _answer(call, "NOT_SUPPORTED")
    row = _row(request.platform, session)
    row["requests"] += 1
    word = _BEYOND_THREE.get(behaviour.profile_requests, "")
    return _answer(call, word) if word and row["requests"] > 3 else None


def _capable(platform: Platform, session: Json) -> bool:
    evse, _ = _installed(platform, session)
    return CAPABILITY in (evse.get("capabilities") or [])


# The EVSE -------------------------------------------------------------------------------------------------------------


def _get(request: _Request) -> Outcome:
    session = request.session
    if session is None:
        return Outcome({"result": "REJECTED"})
    return Outcome({"result": "ACCEPTED", "profile": _active(request.platform, session, request.duration)})


def _set(request: _Request) -> Outcome:
    session = request.session
    if session is None:
        return Outcome({"result": "REJECTED"})
    row, setter = _row(request.platform, session), list(sender(request.call))
    if row["profile"] is None or request.behaviour.profile_put == "replaces":
        row["profile"] = request.call.body["charging_profile"]
    if setter not in row["setters"]:
        row["setters"].append(setter)
    return Outcome({"result": "ACCEPTED"}, partial(_tell, request.platform, session, setter))


def _clear(request: _Request) -> Outcome:
    session = request.session
    row = _row(request.platform, session) if session is not None else {"profile": None}
    if session is None or row["profile"] is None:
        return Outcome({"result": request.behaviour.absent_profile})
    row["last"], row["profile"] = row["profile"], None
    return Outcome({"result": "ACCEPTED"}, partial(_tell, request.platform, session, list(sender(request.call))))


_ACTS: dict[str, Callable[[_Request], Outcome]] = {"get": _get, "set": _set, "clear": _clear}


def _key(session: Json) -> Key:
    return object_key(session["country_code"], session["party_id"], session["id"])


def _row(platform: Platform, session: Json) -> Json:
    """Return what is kept of the profiles of a Session.

    `profile` is the one that is set, `last` the one before it was cleared, `setters` who has ever set one, `share` what
    a local limit leaves of the EVSE's capacity, `requests` how many there were.
    """
    row = platform.own.get(PROFILES, _key(session))
    if row is None:
        row = {"profile": None, "last": None, "setters": [], "share": 1.0, "requests": 0}
        platform.own.put(PROFILES, _key(session), row)
    return row


def _installed(platform: Platform, session: Json) -> tuple[Json, Json]:
    """Return EVSE and Connector of a Session; empty where it has none."""
    place = platform.own.find("locations", str(session.get("location_id"))) or {}
    evse: Json = next((e for e in place.get("evses") or [] if e.get("uid") == session.get("evse_uid")), {})
    plug: Json = next((c for c in evse.get("connectors") or [] if c.get("id") == session.get("connector_id")), {})
    return evse, plug


def _active(platform: Platform, session: Json, duration: int) -> Json:
    """Return the ActiveChargingProfile of a Session for the next `duration` seconds."""
    row, (_, plug) = _row(platform, session), _installed(platform, session)
    profile = row["profile"]
    if profile is None and platform.behaviour.active_profile_when_none == "the last one":
        profile = row["last"]
    return active_profile(profile, plug, row["share"], session, platform.clock.now(), duration)


def active_profile(profile: Json | None, plug: Json, share: float, session: Json, now: datetime, duration: int) -> Json:
    """Return the ActiveChargingProfile that an EVSE calculates (mod_charging_profiles_active_charging_profile_class).

    Args:
        profile: the ChargingProfile that was set; None shows the maximum.
        plug: the Connector, whose maximum is never passed.
        share: what a local limit leaves of that maximum, from 0 to 1.
        session: a profile without start_date_time begins with it.
        now: the moment of the calculation; it is the begin of what is returned.
        duration: seconds that are shown.
    """
    now = now.replace(microsecond=0)
    given = profile or {}
    unit = given.get("charging_rate_unit") or ("W" if plug.get("power_type") == "DC" else "A")
    most = round(_capacity(plug, unit) * share, 1)
    begin = parse_timestamp(given.get("start_date_time") or session["start_date_time"])
    offset = round((begin - now).total_seconds())
    # An empty list has three forms, null among them (terminology_cardinality).
    listed = given.get("charging_profile_period") or ()
    marks = [(offset + p["start_period"], min(float(p["limit"]), most)) for p in listed]
    if given.get("duration"):
        marks.append((offset + given["duration"], most))
    marks.sort()
    periods = [{"start_period": 0, "limit": ([most] + [limit for second, limit in marks if second <= 0])[-1]}]
    periods += [{"start_period": second, "limit": limit} for second, limit in marks if 0 < second < duration]
    shown = {"charging_rate_unit": unit, "duration": duration, "charging_profile_period": periods}
    return {"start_date_time": timestamp(now), "charging_profile": shown}


def _capacity(plug: Json, unit: str) -> float:
    amperes, volts = float(plug.get("max_amperage", 16)), float(plug.get("max_voltage", 230))
    return amperes if unit == "A" else float(plug.get("max_electric_power") or amperes * volts)


# Changes that nobody asked for ----------------------------------------------------------------------------------------


def change_active_profile(platform: Platform, session_id: str = "", share: str = "") -> None:
    """Let a local limit leave `share` (0 to 1) of the EVSE's capacity, half of it by default, and push that.

    Raises:
        HarnessError: there is no such Session, or `share` is no number from 0 to 1.
    """
    try:
        left = float(share or 0.5)
    except ValueError:
        left = -1.0
    if not 0 <= left <= 1:
        raise HarnessError(f"share is {share}", "Give a number from 0 to 1, such as 0.5")
    session = _session(platform, session_id)
    _row(platform, session)["share"] = left
    _tell(platform, session)


def cancel_charging_profile(platform: Platform, session_id: str = "") -> None:
    """Remove the profile of a Session as the CPO, and push the active profile that is left: the maximum.

    Raises:
        HarnessError: there is no such Session.
    """
    session = _session(platform, session_id)
    row = _row(platform, session)
    row["last"], row["profile"] = row["profile"], None
    _tell(platform, session)


def _session(platform: Platform, session_id: str) -> Json:
    """Return the Session that is named, or the latest that a profile was set on, or the latest that is going on."""
    rows = [key for key in platform.own.keys(PROFILES) if (platform.own.get(PROFILES, key) or {}).get("setters")]
    found = platform.own.get("sessions", rows[-1]) if rows and not session_id else None
    return found if found is not None else charging.ongoing(platform, session_id)


def _tell(platform: Platform, session: Json, setter: list[str] | None = None) -> None:
    """PUT the active profile to every Sender that has ever set one, but for the `setter` who knows (Sender, PUT)."""
    kind = platform.behaviour.active_profile_pushes
    if kind == "never":
        return
    body = _active(platform, session, platform.behaviour.pushed_profile_duration)
    for connection in peers_for(platform, "chargingprofiles", SENDER):
        if kind == "to everybody" or _concerned(platform, connection, session, setter):
            try:
                platform.call(connection, "PUT", "chargingprofiles", SENDER, (str(session["id"]),), body=body)
            except HarnessError as error:
                platform.agenda.failures.append(error)


def _concerned(platform: Platform, connection: Connection, session: Json, setter: list[str] | None) -> bool:
    setters = [party for party in _row(platform, session)["setters"] if party != setter]
    return any(connection.speaks_for(*party) for party in setters)
