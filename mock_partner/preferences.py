"""Charging preferences of a session: what a CPO of ours answers, and what an eMSP of ours sends.

Rules: a profile type is supported where the Connector has a Tariff of its type (ChargingPreferences).
"""

from __future__ import annotations

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply, parse_timestamp, problem
from ocpi_conformance.mock_partner.objects import Refused, refusing
from ocpi_conformance.mock_partner.ocpi import status, versions
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.pushing import is_reached, peers_for, speakers
from ocpi_conformance.mock_partner.record import Headers
from ocpi_conformance.mock_partner.state import Json, Store, key_of

CAPABILITY = "CHARGING_PREFERENCES_CAPABLE"
# The TariffType of each ProfileType (mod_tariffs_tariff_type_enum).
_TARIFF_TYPES = {
    "CHEAP": "PROFILE_CHEAP",
    "FAST": "PROFILE_FAST",
    "GREEN": "PROFILE_GREEN",
    "REGULAR": "REGULAR",
}

# As the CPO that is asked ---------------------------------------------------------------------------------------------


@refusing
def answer_preferences(call: Call) -> Reply:
    """Answer PUT {session_id}/charging_preferences with a ChargingPreferencesResponse (mod_sessions_cpo_put_method).

    An EVSE without the capability is HTTP 404 with OCPI 2001 (mod_sessions_charging_preferences_response_enum; A16).
    """
    platform, behaviour = call.platform, call.platform.behaviour
    problems = platform.validate(call.context.version, "ChargingPreferences", call.body, False)
    if not isinstance(call.body, dict) or problems:
        detail = problems[0] if problems else "the body is no JSON object"
        raise Refused(problem(200, status.INVALID_PARAMETERS, detail))
    session = platform.own.find("sessions", call.ids["session_id"])
    if session is None:
        if behaviour.preferences_without_session == "ACCEPTED":
            return _said(platform, "ACCEPTED")
        raise Refused(problem(404, status.INVALID_PARAMETERS, "unknown session"))
    if session["status"] != "ACTIVE":
        raise Refused(problem(200, status.INVALID_PARAMETERS, "the session is not going on"))
    evse, plug = _charging_at(platform.own, session)
    if CAPABILITY not in (evse.get("capabilities") or ()) and behaviour.incapable_of_preferences != "ACCEPTED":
        http = 404 if behaviour.incapable_of_preferences == "404 with 2001" else 200
        raise Refused(problem(http, status.INVALID_PARAMETERS, f"the EVSE is not {CAPABILITY}"))
    result = _result(platform, session, plug, call.body)
    if result == "ACCEPTED":
        platform.own.put("preferences", key_of("sessions", session), dict(call.body))
    return _said(platform, result)


def _said(platform: Platform, result: str) -> Reply:
    return Reply(data={"result": result} if platform.behaviour.preferences_data == "object" else result)


def _charging_at(store: Store, session: Json) -> tuple[Json, Json]:
    """Return the EVSE and the Connector of a session, empty where the store does not have them."""
    place = store.find("locations", session["location_id"]) or {}
    evse = _named(place.get("evses"), "uid", session["evse_uid"])
    return evse, _named(evse.get("connectors"), "id", session["connector_id"])


def _named(items: list[Json] | None, field: str, value: str) -> Json:
    return next((item for item in items or () if str(item.get(field)).lower() == value.lower()), {})


def _profiles(store: Store, plug: Json) -> set[str]:
    """Return the profile types for which a Connector has a Tariff; one without a type is for all of them."""
    tariffs = [store.find("tariffs", name) for name in plug.get("tariff_ids") or ()]
    types = {tariff.get("type", "") for tariff in tariffs if tariff}
    return {profile for profile, kind in _TARIFF_TYPES.items() if kind in types or "" in types}


def _result(platform: Platform, session: Json, plug: Json, wish: Json) -> str:
    behaviour = platform.behaviour
    checked = behaviour.profile_types == "of the tariffs"
    if checked and wish["profile_type"] not in _profiles(platform.own, plug):
        return "PROFILE_TYPE_NOT_SUPPORTED"
    departure, need = wish.get("departure_time"), wish.get("energy_need")
    if behaviour.departure_time == "required" and departure is None:
        return "DEPARTURE_REQUIRED"
    if behaviour.energy_need == "required" and need is None:
        return "ENERGY_NEED_REQUIRED"
    if departure is not None and need is not None:
        hours = (parse_timestamp(departure) - platform.clock.now()).total_seconds() / 3600
        if need > max(hours, 0.0) * plug.get("max_electric_power", 11000) / 1000:
            return "NOT_POSSIBLE"
    return "ACCEPTED"


# As the eMSP that asks ------------------------------------------------------------------------------------------------


def set_charging_preferences(
    platform: Platform,
    session_id: str = "",
    profile_type: str = "",
    departure_time: str = "",
    energy_need: str = "",
) -> None:
    """Send ChargingPreferences for a session that is going on, as the CPO has pushed it or shown it in its list.

    Behind a hub the CPO is named, and nothing is sent while it is not connected.

    Args:
        platform: the eMSP.
        session_id: by default the latest session at an EVSE that takes preferences.
        profile_type: by default one that the Connector has a Tariff for.
        departure_time: DateTime, left out when empty.
        energy_need: kWh, left out when empty.

    Raises:
        HarnessError: no such session is known, its CPO takes none, or its EVSE is not capable of preferences.
    """
    session = _session_of(platform, session_id)
    _, plug = _charging_at(platform.received, session)
    supported = sorted(_profiles(platform.received, plug), key="REGULAR".__ne__)
    wish: Json = {"profile_type": profile_type or next(iter(supported), "REGULAR")}
    wish |= {"departure_time": departure_time} if departure_time else {}
    wish |= {"energy_need": float(energy_need)} if energy_need else {}
    path = [session["id"], "charging_preferences"]
    if platform.behaviour.preferences_url == "without suffix":
        path = path[:1]
    ids = (session.get("country_code", ""), session.get("party_id", ""))
    peers = peers_for(platform, "sessions", SENDER)
    owners = (speakers(peers, *ids) if all(ids) else []) or peers
    if not owners:
        raise HarnessError("no registered peer has the Sender interface of sessions")
    extra: Headers = ()
    if owners[0].hub and all(ids):
        if not is_reached(platform, *ids):
            return
        extra = ((versions.TO_COUNTRY, ids[0]), (versions.TO_PARTY, ids[1]))
    platform.call(owners[0], "PUT", "sessions", SENDER, path, body=wish, extra=extra)


def _session_of(platform: Platform, session_id: str) -> Json:
    keys = platform.received.keys("sessions")
    found = [session for key in reversed(keys) if (session := platform.received.read("sessions", key))]
    if session_id:
        found = [session for session in found if session["id"].lower() == session_id.lower()]
    else:
        found = [session for session in found if session.get("status") == "ACTIVE"]
    if platform.behaviour.preferences_to == "capable EVSEs":
        store = platform.received
        found = [s for s in found if CAPABILITY in (_charging_at(store, s)[0].get("capabilities") or ())]
    if not found:
        raise HarnessError(
            f"no session {session_id} is known that takes preferences", f"Its EVSE has the capability {CAPABILITY}"
        )
    return found[0]
