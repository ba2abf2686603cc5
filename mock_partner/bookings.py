"""Bookings (extension bookings): requests answered and decided as CPO, made as eMSP.

Rules: what is the same for all modules stays with `objects`; only what the text says of bookings is here.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from ocpi_conformance.mock_partner import charging, pulling
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Reply, parse_timestamp, problem, timestamp
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.publishing import free_id, own, touch
from ocpi_conformance.mock_partner.pushing import envelope, peers_for, succeeded, tell
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import BOOKING_LOCATIONS, BOOKINGS, booking_request
from ocpi_conformance.mock_partner.state import Json, key_of

# Seconds until the CPO has decided on a request.
DECIDES_AFTER = 0.2
_FINAL = frozenset({"CANCELED", "NO_SHOW", "REJECTED", "FAILED", "FULFILLED"})

# As CPO ---------------------------------------------------------------------------------------------------------------


def answer_request(call: Call) -> Reply:
    """Answer the POST of a BookingRequest with the Booking, PENDING or as it was; the decision is pushed later."""
    platform, body = call.platform, call.body
    problems = platform.validate(call.edition, "BookingRequest", body, False)
    if problems or not isinstance(body, dict):
        return problem(200, status.INVALID_PARAMETERS, next(iter(problems), "the body is no JSON object"))
    place = platform.own.find(BOOKING_LOCATIONS, str(body["booking_location_id"]))
    if place is None:
        return problem(200, status.UNKNOWN_LOCATION, "unknown booking location")
    booking = _requested(platform, str(body["request_id"])) or _new(platform, body, place)
    if booking["reservation_status"] in _FINAL:
        return problem(200, status.CLIENT_ERROR, f"the booking is {booking['reservation_status']}")
    entry = {
        "request_status": "PENDING",
        "booking_request": copy.deepcopy(body),
        "request_received": timestamp(platform.clock.now()),
    }
    known = booking["booking_requests"] if platform.behaviour.booking_requests == "all" else []
    booking["booking_requests"] = [*known, entry]
    platform.own.put(BOOKINGS, key_of(BOOKINGS, booking), booking)
    touch(platform, BOOKINGS, booking)
    number = len(booking["booking_requests"]) - 1
    platform.agenda.after(DECIDES_AFTER, lambda: _decide(platform, booking["id"], number))
    return Reply(data=copy.deepcopy(booking))


def cancel_booking(platform: Platform, booking_id: str = "", reason: str = "BROKEN_CHARGER") -> None:
    """Cancel a Booking as CPO and push it."""
    booking = own(platform, BOOKINGS, booking_id)
    canceled = {"cancellation_reason": reason, "who_canceled": "CPO"}
    booking |= {"reservation_status": "CANCELED", "canceled": canceled}
    _push(platform, booking)


def push_booking_location(platform: Platform, booking_location_id: str = "") -> None:
    """Send a BookingLocation to every eMSP by PUT."""
    place = own(platform, BOOKING_LOCATIONS, booking_location_id)
    tell(platform, BOOKINGS, RECEIVER, "PUT", _place_path(place), place)


def change_calendar(platform: Platform, booking_location_id: str = "") -> None:
    """Take the first timeslot out of a calendar and PATCH the calendar at every eMSP."""
    place = own(platform, BOOKING_LOCATIONS, booking_location_id)
    calendar = place["calendars"][0]
    if len(calendar["available_timeslots"]) > 1:
        del calendar["available_timeslots"][0]
    touch(platform, BOOKING_LOCATIONS, place, calendar)
    change = {name: calendar[name] for name in ("available_timeslots", "last_updated")}
    tell(platform, BOOKINGS, RECEIVER, "PATCH", (*_place_path(place), calendar["id"]), change)


def _requested(platform: Platform, request_id: str) -> Json | None:
    return next((b for b in platform.own.all(BOOKINGS) if b["request_id"].lower() == request_id.lower()), None)


def _new(platform: Platform, body: Json, place: Json) -> Json:
    made = {name: place[name] for name in ("country_code", "party_id", "location_id", "tariff_ids", "booking_terms")}
    given = {
        "booking_option": body.get("booking_option"),
        "booking_tokens": body.get("tokens"),
        "access_information": body.get("access_information"),
    }
    return made | {
        "id": free_id(platform, BOOKINGS, "BOK"),
        "request_id": body["request_id"],
        "period": dict(body["period"]),
        "reservation_status": "PENDING",
        "authorization_reference": body["authorization_reference"],
        "booking_requests": [],
        **{name: value for name, value in given.items() if value is not None},
    }


def _decide(platform: Platform, booking_id: str, number: int) -> None:
    """Decide on one request of a Booking and push what came of it (mod_bookings_flow_and_lifecycle)."""
    booking = platform.own.find(BOOKINGS, booking_id)
    if booking is None or booking["reservation_status"] in _FINAL:
        return
    entry = booking["booking_requests"][number]
    request = entry["booking_request"]
    accepted = _is_accepted(platform, booking, request)
    entry["request_status"] = "ACCEPTED" if accepted else "DECLINED"
    if accepted and request.get("canceled"):
        booking |= {"reservation_status": platform.behaviour.cancelled_booking, "canceled": request["canceled"]}
    elif accepted:
        booking |= {"reservation_status": "RESERVED", "period": dict(request["period"])}
    elif booking["reservation_status"] == "PENDING":
        booking["reservation_status"] = "REJECTED"
    if platform.behaviour.booking_decisions == "pushed":
        _push(platform, booking)
    else:
        touch(platform, BOOKINGS, booking)


def _is_accepted(platform: Platform, booking: Json, request: Json) -> bool:
    """Tell whether a request is within the terms and free; a cancellation needs no timeslot (BookingTerms class)."""
    behaviour, terms = platform.behaviour, booking["booking_terms"]
    cancels, edits = bool(request.get("canceled")), booking["reservation_status"] == "RESERVED"
    until = terms["cancel_until_minutes" if cancels else "change_until_minutes"]
    begin, _ = _times(booking["period"])
    if edits and begin - timedelta(minutes=until) < platform.clock.now():
        return behaviour.late_booking_changes == "ACCEPTED"
    place = platform.own.find(BOOKING_LOCATIONS, request["booking_location_id"]) or {}
    return cancels or (_lasts_as_it_may(behaviour, place, request) and _is_free(platform, booking, request))


def _lasts_as_it_may(behaviour: Behaviour, place: Json, request: Json) -> bool:
    """Tell whether the length of a period is within the terms, and a multiple of the increment."""
    terms, calendars = place.get("booking_terms", {}), place.get("calendars", [])
    begin, end = _times(request["period"])
    minutes = (end - begin).total_seconds() / 60
    shortest, longest = terms.get("min_booking_duration", 0), terms.get("max_booking_duration", math.inf)
    step = next((calendar["timeslot_increment"] for calendar in calendars if "timeslot_increment" in calendar), 0)
    whole = not step or minutes % step == 0 or behaviour.booking_steps == "any"
    limited = shortest <= minutes <= longest or behaviour.booking_durations == "any"
    return whole and limited


def _is_free(platform: Platform, booking: Json, request: Json) -> bool:
    if platform.behaviour.unavailable_timeslots == "RESERVED":
        return True
    place = platform.own.find(BOOKING_LOCATIONS, request["booking_location_id"]) or {}
    begin, end = _times(request["period"])
    slots = [slot for calendar in place.get("calendars", ()) for slot in calendar["available_timeslots"]]
    offered = any(first <= begin < end <= last for first, last in map(_times, slots))
    return offered and all(end <= first or begin >= last for first, last in _taken(platform, booking, request))


# What a driver makes of a Booking -------------------------------------------------------------------------------------


def use_booking(platform: Platform, booking_id: str = "") -> None:
    """Have a driver charge with a token of a Booking: the Booking is FULFILLED, the session ends in a CDR."""
    booking = own(platform, BOOKINGS, booking_id)
    option = booking.get("booking_option") or {}
    token = next(iter(booking.get("booking_tokens") or ()), None)
    reference = str(booking["authorization_reference"])
    session = charging.start_session(platform, booking["location_id"], option.get("evse_uid", ""), "", token, reference)
    book = platform.own.get("readings", key_of("sessions", session))
    if book is not None:
        book["booking_id"] = booking["id"]
    booking["reservation_status"] = platform.behaviour.used_booking
    _push(platform, booking)
    charging.complete_session(platform, session)


def miss_booking(platform: Platform, booking_id: str = "") -> None:
    """Have nobody come for a Booking until its noshow_timeout is over (ReservationStatus enum)."""
    booking = own(platform, BOOKINGS, booking_id)
    booking["reservation_status"] = platform.behaviour.unused_booking
    _push(platform, booking)


def _taken(platform: Platform, booking: Json, request: Json) -> Iterator[tuple[datetime, datetime]]:
    """Yield the periods that others have reserved at the same BookingLocation."""
    for other in platform.own.all(BOOKINGS):
        asked = other["booking_requests"][-1]["booking_request"]["booking_location_id"]
        same = asked == request["booking_location_id"]
        if same and other["id"] != booking["id"] and other["reservation_status"] == "RESERVED":
            yield _times(other["period"])


def _times(period: Json) -> tuple[datetime, datetime]:
    return parse_timestamp(period["start_date_time"]), parse_timestamp(period["end_date_time"])


def _push(platform: Platform, booking: Json) -> None:
    touch(platform, BOOKINGS, booking)
    path = (booking["country_code"], booking["party_id"], booking["id"])
    tell(platform, BOOKINGS, RECEIVER, "PUT", path, booking)


def _place_path(place: Json) -> tuple[str, ...]:
    return place["country_code"], place["party_id"], "booking_locations", place["id"]


# As eMSP --------------------------------------------------------------------------------------------------------------


def request_booking(platform: Platform, booking_location_id: str = "", hour: int = 0) -> list[Exchange]:
    """Ask for an hour at a BookingLocation that was received, `hour` hours into its first timeslot.

    The Booking in the answer is kept.

    Raises:
        HarnessError: no such BookingLocation was received.
    """
    places = platform.received.all(BOOKING_LOCATIONS)
    place = next((p for p in places if not booking_location_id or p["id"] == booking_location_id), None)
    if place is None:
        raise HarnessError(f"no BookingLocation {booking_location_id} was received", "Have the CPO push it first")
    if platform.behaviour.booking_place == "unknown":
        place = place | {"id": "NOWHERE"}
    begin = _times(place["calendars"][0]["available_timeslots"][0])[0] + timedelta(hours=hour)
    number = platform.received.count(BOOKINGS) + 1
    owner = platform.party("EMSP")
    return _ask(platform, booking_request(f"REQ{number}", owner, place, begin, begin + timedelta(hours=1)))


def change_request(platform: Platform, booking_id: str = "") -> list[Exchange]:
    """Ask for a Booking that was received to begin an hour later, by a request with the same request_id."""
    asked = _asked(platform, booking_id)
    begin, end = (moment + timedelta(hours=1) for moment in _times(asked["period"]))
    period = {"start_date_time": timestamp(begin), "end_date_time": timestamp(end)}
    return _ask(platform, _edited(platform, asked) | {"period": period})


def cancel_request(platform: Platform, booking_id: str = "", reason: str = "TRAFFIC") -> list[Exchange]:
    """Ask for the cancellation of a Booking that was received, by a request with the same request_id.

    Raises:
        HarnessError: no such Booking was received.
    """
    canceled = {"cancellation_reason": reason, "who_canceled": "EMSP"}
    return _ask(platform, _edited(platform, _asked(platform, booking_id)) | {"canceled": canceled})


def _asked(platform: Platform, booking_id: str) -> Json:
    """Return the latest request for a Booking that was received.

    Raises:
        HarnessError: no such Booking was received.
    """
    booking = next((b for b in platform.received.all(BOOKINGS) if not booking_id or b["id"] == booking_id), None)
    if booking is None:
        raise HarnessError(f"no Booking {booking_id} was received")
    asked: Json = booking["booking_requests"][-1]["booking_request"]
    return asked


def pull_bookings(platform: Platform) -> None:
    """Read the Bookings of every CPO; what is on no page is forgotten (GET Bookings)."""
    _pull(platform, BOOKINGS, ())


def pull_booking_locations(platform: Platform) -> None:
    """Read the BookingLocations of every CPO; what is on no page is forgotten (GET BookingLocations)."""
    _pull(platform, BOOKING_LOCATIONS, ("booking_locations",))


def _pull(platform: Platform, table: str, path: tuple[str, ...]) -> None:
    kind = "BookingLocation" if path else "Booking"
    for connection in peers_for(platform, BOOKINGS, SENDER):
        kept, complete = set(), True
        for page in pulling.exchanges(platform, connection, BOOKINGS, {}, path=path):
            complete = complete and succeeded(page)
            for item in envelope(page).get("data") or ():
                if isinstance(item, dict) and not platform.validate("2.3.0-bookings", kind, item, False):
                    kept.add(key_of(table, item))
                    platform.received.put(table, key_of(table, item), item)
        if complete and platform.behaviour.pull_left_out == "removed":
            pulling.forget_others(platform, connection, table, kept)


def _edited(platform: Platform, request: Json) -> Json:
    same = platform.behaviour.booking_edits == "the same request_id"
    return request if same else request | {"request_id": f"{request['request_id']}-2"}


def _ask(platform: Platform, request: Json) -> list[Exchange]:
    exchanges = tell(platform, BOOKINGS, SENDER, "POST", (), request)
    for exchange in exchanges:
        booking = envelope(exchange).get("data")
        if isinstance(booking, dict) and not platform.validate("2.3.0-bookings", "Booking", booking, False):
            platform.received.put(BOOKINGS, key_of(BOOKINGS, booking), booking)
    return exchanges
