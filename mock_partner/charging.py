"""What happens at the charge points of a CPO of ours: sessions with their meter values, and the CDRs of them.

Rules: a session is priced by the Tariff that its Connector had at the start; who starts and ends it is not known here.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ocpi_conformance.mock_partner import payments, samples, tariffing
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.publishing import free_id, member, own, own_location, set_evse_status
from ocpi_conformance.mock_partner.pushing import push_object, push_patch
from ocpi_conformance.mock_partner.state import Json, key_of

NOT_ASSIGNED = "#NA"
# What a session of each status makes of its EVSE; what is over leaves it free.
_EVSE_STATUS = {"ACTIVE": "CHARGING", "RESERVATION": "RESERVED"}
# Wh of a stretch of charging, however short it was: a Session of a second is billed too.
_LEAST = 30
_ONGOING = frozenset({"ACTIVE", "PENDING", "RESERVATION"})
# In 2.1.1 nothing tells the role of a peer.
_MAY_ISSUE = ("EMSP", "")
# Who bills an expired reservation → whose price of time and fee it has, the first that there is.
_EXPIRED_BY: dict[str, tuple[str, ...]] = {
    "billed": (tariffing.EXPIRED, tariffing.RESERVATION),
    "billed as used": (tariffing.RESERVATION,),
    "free": (),
}
_CDR_TOKEN = ("country_code", "party_id", "uid", "type", "contract_id")

# Sessions -------------------------------------------------------------------------------------------------------------


def start_session(
    platform: Platform,
    location_id: str = "",
    evse_uid: str = "",
    connector_id: str = "",
    token: Json | None = None,
    reference: str = "",
    *,
    status: str = "ACTIVE",
    auth_method: str = "",
) -> Json:
    """Begin a session in `status` at a Connector of ours, push it and the status of its EVSE; returns the own Session.

    Args:
        platform: whose charge point it is.
        location_id: of an own Location, by default the first one.
        evse_uid: of one of its EVSEs, by default the first one; `#NA` for a reservation without one.
        connector_id: of one of its Connectors, by default the first one.
        token: what it was started with; by default one of the first peer's.
        reference: the authorization_reference that the eMSP gave.
        status: SessionStatus, ACTIVE, PENDING or RESERVATION.
        auth_method: AuthMethod, by default COMMAND where a token is given and WHITELIST where none is.

    Raises:
        HarnessError: there is no such Location, EVSE or Connector.
    """
    place = own_location(platform, location_id)
    evse, plug = _place_of(place, evse_uid, connector_id)
    now = platform.clock.now()
    tariff = _tariff_of(platform, plug, now)
    session: Json = {
        "country_code": place["country_code"],
        "party_id": place["party_id"],
        "id": free_id(platform, "sessions", "SES"),
        "start_date_time": timestamp(now),
        "kwh": 0.0,
        "cdr_token": _cdr_token(platform, token),
        "auth_method": auth_method or ("COMMAND" if token else "WHITELIST"),
        "location_id": place["id"],
        "evse_uid": evse["uid"] if evse else NOT_ASSIGNED,
        "connector_id": plug["id"] if plug else NOT_ASSIGNED,
        "currency": tariff["currency"] if tariff else "EUR",
        "status": status,
        "last_updated": timestamp(now),
    }
    if reference and platform.behaviour.given_reference == "carried on":
        session["authorization_reference"] = reference
    platform.own.put("sessions", key_of("sessions", session), session)
    named = {name: value for name, value in place.items() if name != "evses"}
    book: Json = {"tariff": tariff, "stretches": [], "place": named}
    platform.own.put("readings", key_of("sessions", session), book)
    push_object(platform, "sessions", session)
    _show_at_evse(platform, session)
    return session


def activate_session(platform: Platform, session: Json, auth_method: str = "", reference: str = "") -> None:
    """Let charging begin in a session that was PENDING or a RESERVATION and push that (mod_sessions_session_object)."""
    session = _own_session(platform, session)
    change: Json = {"status": "ACTIVE"}
    if platform.behaviour.start_of_active == "set":
        change["start_date_time"] = timestamp(_moment(platform, session))
    change |= {"auth_method": auth_method} if auth_method else {}
    change |= {"authorization_reference": reference} if reference else {}
    _change(platform, session, change)
    _show_at_evse(platform, session)


def update_session(platform: Platform, session: Json, energy: int | None = None, *, charging: bool = True) -> None:
    """Take a meter value of an ACTIVE session: `energy` Wh since the last one, and push what that changes.

    By default the Connector has given its full power. A session that is not `charging` is only parked.
    """
    session = _own_session(platform, session)
    _change(platform, session, _metered(platform, session, energy, charging=charging))


def complete_session(platform: Platform, session: Json, energy: int | None = None, *, charging: bool = True) -> Json:
    """End a session with a last meter value (see `update_session`) and make and push its CDR; returns that."""
    end_session(platform, session, energy=energy, charging=charging)
    return create_cdr(platform, _own_session(platform, session))


def end_session(
    platform: Platform,
    session: Json,
    status: str = "COMPLETED",
    *,
    energy: int | None = None,
    charging: bool = True,
) -> None:
    """End a session in `status`, COMPLETED or INVALID, free its EVSE and push both; no CDR follows."""
    session = _own_session(platform, session)
    active = session["status"] == "ACTIVE"
    metered = _metered(platform, session, energy, charging=charging) if active else {}
    end = timestamp(_moment(platform, session))
    final = status if platform.behaviour.end_status == "COMPLETED" else platform.behaviour.end_status
    _change(platform, session, {**metered, "end_date_time": end, "status": final})
    _show_at_evse(platform, session, over=True)


def ongoing(platform: Platform, session_id: str = "") -> Json:
    """Return the own Session with this id itself, by default the latest one that is not over.

    Raises:
        HarnessError: there is none.
    """
    if session_id:
        return own(platform, "sessions", session_id)
    for key in reversed(platform.own.keys("sessions")):
        session = platform.own.read("sessions", key)
        if session and session["status"] in _ONGOING:
            return own(platform, "sessions", session["id"])
    raise HarnessError("no session is going on", "Begin one first (activity create_session)")


def _own_session(platform: Platform, session: Json) -> Json:
    return own(platform, "sessions", session["id"])


def _place_of(place: Json, evse_uid: str, connector_id: str) -> tuple[Json | None, Json | None]:
    if evse_uid == NOT_ASSIGNED:
        return None, None
    evse = member(place["evses"], "uid", evse_uid)
    return evse, member(evse["connectors"], "id", "" if connector_id == NOT_ASSIGNED else connector_id)


def _tariff_of(platform: Platform, plug: Json | None, moment: datetime) -> Json | None:
    names = (plug or {}).get("tariff_ids") or ()
    found = (platform.own.find("tariffs", name) for name in names)
    chosen = tariffing.choose((tariff for tariff in found if tariff), moment)
    return dict(chosen) if chosen else None


def _cdr_token(platform: Platform, token: Json | None) -> Json:
    """Return what a Session says of `token`; one that came in 2.1.1 has auth_id and is of the first peer's."""
    driver = _driver(platform)
    if not token:
        return driver
    owner = {name: driver[name] for name in ("country_code", "party_id")}
    whole = owner | ({"contract_id": token["auth_id"]} if "auth_id" in token else {}) | token
    whole |= {"contract_id": token["uid"]} if platform.behaviour.contract_of_session == "uid" else {}
    return {name: value for name, value in whole.items() if name in _CDR_TOKEN}


def _driver(platform: Platform) -> Json:
    """Return the token of a driver of the first peer's, with the contract that the sample data has."""
    peers = (role for connection in platform.living() for role in connection.peer_roles if role.role in _MAY_ISSUE)
    peer = next(peers, None)
    ids = (peer.country_code, peer.party_id) if peer else (platform.roles[0].country_code, "TST")
    return samples.cdr_token(*ids)


def _moment(platform: Platform, session: Json) -> datetime:
    """Return the current time, or the first second after the session's last change: no two periods start together."""
    return max(platform.clock.now(), parse_timestamp(session["last_updated"]) + timedelta(seconds=1))


def _metered(platform: Platform, session: Json, energy: int | None = None, *, charging: bool = True) -> Json:
    """Note what was used since the last meter value; returns the fields of the session that this changes."""
    key = key_of("sessions", session)
    book = platform.own.get("readings", key)
    place, evse, plug = _installed(platform, session)
    if book is None or evse is None or plug is None:
        return {}
    begin = _end_of(book, session)
    seconds = max(round((_moment(platform, session) - begin).total_seconds()), 1)
    power = plug.get("max_electric_power", 11000)
    used = max(math.ceil(power * seconds / 3600), _LEAST) if energy is None else energy
    book["stretches"].append([timestamp(begin), seconds, used if charging else 0, charging])
    statement = _statement(book, place, plug)
    known = len(session.get("charging_periods") or ())
    repeated = platform.behaviour.pushed_periods == "all"
    return {
        "kwh": statement.kwh,
        "charging_periods": list(statement.periods[0 if repeated else known :]),
        "total_cost": statement.total_cost,
    }


def _installed(platform: Platform, session: Json) -> tuple[Json, Json | None, Json | None]:
    place = own_location(platform, session["location_id"])
    return place, *_place_of(place, session["evse_uid"], session["connector_id"])


def _end_of(book: Json, session: Json) -> datetime:
    """Return when the last stretch of a session ended."""
    if not book["stretches"]:
        return parse_timestamp(session["start_date_time"])
    begin, seconds, *_ = book["stretches"][-1]
    return parse_timestamp(begin) + timedelta(seconds=seconds)


def _statement(book: Json, place: Json, plug: Json | None) -> tariffing.Statement:
    stretches = [
        tariffing.at_connector(plug or {}, parse_timestamp(begin), seconds, energy, charging=charging)
        for begin, seconds, energy, charging in book["stretches"]
    ]
    return tariffing.statement(stretches, book["tariff"], ZoneInfo(place["time_zone"]))


def _change(platform: Platform, session: Json, change: Json) -> None:
    """Give a session other values, add to its charging_periods, and push that (mod_sessions_patch_method)."""
    moment = timestamp(_moment(platform, session))
    kept = session.get("charging_periods") or []
    if platform.behaviour.pushed_periods == "all":
        kept = []
    session |= change | {"last_updated": moment}
    if "charging_periods" in change:
        session["charging_periods"] = [*kept, *change["charging_periods"]]
    platform.own.changed("sessions", key_of("sessions", session))
    if platform.behaviour.session_updates_by == "PUT":
        push_object(platform, "sessions", session)
    else:
        push_patch(platform, "sessions", session, change)


def _show_at_evse(platform: Platform, session: Json, *, over: bool = False) -> None:
    place, evse, _ = _installed(platform, session)
    status = "AVAILABLE" if over else _EVSE_STATUS.get(session["status"], "")
    if evse and status and evse["status"] != status:
        set_evse_status(platform, place, evse, status)


# CDRs -----------------------------------------------------------------------------------------------------------------


def create_cdr(platform: Platform, session: Json) -> Json:
    """Make the CDR of a session that has ended and push it (mod_cdrs_push_model); returns it."""
    place, _, plug = _installed(platform, session)
    book = _book(platform, session)
    statement = _statement(book, place, plug)
    periods = list(statement.periods) or [_idle(session)]
    return _bill(platform, session, {"charging_periods": periods, **statement.totals()})


def bill_reservation(platform: Platform, session: Json) -> Json | None:
    """Make and push the CDR of a reservation that nobody took up before it expired, by the prices for that.

    Args:
        platform: whose charge point was reserved.
        session: the Session of the reservation, which is over.

    Returns:
        the CDR; None where nothing is due, or from a platform that bills none, which no clause requires.
    """
    kinds = _EXPIRED_BY[platform.behaviour.expired_reservations]
    place, _, _ = _installed(platform, session)
    begin, end = (parse_timestamp(session[name]) for name in ("start_date_time", "end_date_time"))
    held = tariffing.Stretch(begin, round((end - begin).total_seconds()), charging=False)
    tariff = _book(platform, session)["tariff"]
    period, cost = tariffing.unused_reservation(held, tariff, ZoneInfo(place["time_zone"]), *kinds)
    if not cost["excl_vat"]:
        return None
    made = {"charging_periods": [period], "total_cost": cost, "total_reservation_cost": cost}
    return _bill(platform, session, made | {"total_energy": 0.0, "total_time": 0.0})


def _book(platform: Platform, session: Json) -> Json:
    return platform.own.read("readings", key_of("sessions", session)) or {"tariff": None, "stretches": []}


def _bill(platform: Platform, session: Json, amounts: Json) -> Json:
    """Issue the CDR of a session that is over: `amounts` are its periods and totals; returns it."""
    place, evse, plug = _installed(platform, session)
    book, now = _book(platform, session), timestamp(platform.clock.now())
    made: Json = {
        name: session[name]
        for name in ("country_code", "party_id", "start_date_time", "end_date_time", "cdr_token", "auth_method")
    }
    made |= {
        "id": free_id(platform, "cdrs", "CDR"),
        "session_id": session["id"],
        "cdr_location": samples.cdr_location(_place_in_cdr(platform, place, book), evse or place["evses"][0], plug),
        "currency": session["currency"],
        **amounts,
        "last_updated": max(now, session["last_updated"]),
    }
    made |= {"tariffs": [book["tariff"]]} if book["tariff"] else {}
    if "authorization_reference" in session:
        made["authorization_reference"] = session["authorization_reference"]
    if reference := payments.invoice_reference(session, platform):
        made["invoice_reference_id"] = reference
    if "booking_id" in book:
        made["booking_id"] = book["booking_id"]
    return _issue(platform, made)


def _place_in_cdr(platform: Platform, place: Json, book: Json) -> Json:
    """Return the Location of a session as it was when that started (mod_cdrs_cdr_object)."""
    known: Json | None = book.get("place") if platform.behaviour.places_in_cdrs == "at the start" else None
    return known or place


def _idle(session: Json) -> Json:
    """Return the one period of a session in which nobody charged (mod_sessions_reservation)."""
    begin, end = (parse_timestamp(session[name]) for name in ("start_date_time", "end_date_time"))
    hours = round((end - begin).total_seconds() / 3600, 4)
    return {
        "start_date_time": session["start_date_time"],
        "dimensions": [{"type": "RESERVATION_TIME", "volume": hours}],
    }


def _issue(platform: Platform, cdr: Json) -> Json:
    platform.own.put("cdrs", key_of("cdrs", cdr), cdr)
    push_object(platform, "cdrs", cdr)
    return cdr


def correct_cdr(platform: Platform, cdr_id: str = "") -> None:
    """Send a Credit CDR for a CDR, by default the oldest, and the one in its place (mod_cdrs_credit_cdrs)."""
    kind = platform.behaviour.corrected_cdr
    wrong = own(platform, "cdrs", cdr_id) if cdr_id else _uncredited(platform)
    credit, replacement = samples.corrected(wrong, platform.clock.now() - timedelta(seconds=30))
    if kind == "changed":
        _issue(platform, {**wrong, "remark": replacement["remark"], "last_updated": replacement["last_updated"]})
        return
    order = (replacement, credit) if kind == "replaced before it is credited" else (credit, replacement)
    for made in order if kind != "silent" else ():
        _issue(platform, made)


def _uncredited(platform: Platform) -> Json:
    cdrs = tuple(platform.own.copies("cdrs"))
    credited = {cdr.get("credit_reference_id") for cdr in cdrs}
    return member((cdr for cdr in cdrs if not cdr.get("credit") and cdr["id"] not in credited), "id", "")


# What an operator can have a charge point do --------------------------------------------------------------------------


def create_session(
    platform: Platform,
    location_id: str = "",
    evse_uid: str = "",
    connector_id: str = "",
    token_uid: str = "",
    status: str = "ACTIVE",
) -> None:
    """Begin a session, with the Token that a peer has pushed under `token_uid` where one is named."""
    token = platform.received.find("tokens", token_uid) if token_uid else None
    if token_uid and token is None:
        raise HarnessError(f"no peer has pushed a Token with the uid {token_uid}")
    start_session(platform, location_id, evse_uid, connector_id, token, status=status, auth_method="WHITELIST")


def change_session(platform: Platform, session_id: str = "") -> None:
    """Let a session go on: one that is PENDING or a RESERVATION becomes ACTIVE, one that is ACTIVE has used more."""
    session = ongoing(platform, session_id)
    if session["status"] == "ACTIVE":
        update_session(platform, session)
    else:
        activate_session(platform, session)


def stop_session(platform: Platform, session_id: str = "") -> None:
    """End a session; its CDR follows."""
    complete_session(platform, ongoing(platform, session_id))


def invalidate_session(platform: Platform, session_id: str = "") -> None:
    """Declare a session INVALID; it is not billed."""
    end_session(platform, ongoing(platform, session_id), "INVALID")


def issue_cdr(platform: Platform) -> None:
    """Have a short session take place from its begin to its CDR."""
    complete_session(platform, start_session(platform))
