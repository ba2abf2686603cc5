"""The rules on BookingLocations, Calendars and Bookings beyond their shape. Pure functions, no exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from ocpi_conformance.steps.checks.rules.common import (
    Json,
    code_flaws,
    listed,
    member,
    moment,
    owner,
    owner_flaws,
    text,
    texts,
)
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.likeness import absent
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, str]] = {"BOO-011": ("BookingLocation", ""), "BOO-015": ("Booking", "")}
"""What the schemas decide: the class, and the end of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {
    "BOO-047": "#NA may stay until the CDR, which may be the first to name the EVSE, so there is nothing to break",
}
"""Entries that no object can break, and why."""

# By text and diagram together. A status that is not in _KNOWN (UNKNOWN among them) tells nothing about the way.
_NEXT = {
    "PENDING": frozenset({"RESERVED", "REJECTED", "FAILED", "CANCELED"}),
    "RESERVED": frozenset({"FULFILLED", "CANCELED", "NO_SHOW", "PENDING"}),
}
_FINAL = frozenset({"CANCELED", "NO_SHOW", "REJECTED", "FAILED", "FULFILLED"})
_KNOWN = _FINAL | _NEXT.keys()
# The party that sets a reason; BLOCKED and UNKNOWN are free to both.
_REASON_OF = {
    "POWER_OUTAGE": "CPO",
    "BROKEN_CHARGER": "CPO",
    "FULL": "CPO",
    "TRAFFIC": "EMSP",
    "BROKEN_VEHICLE": "EMSP",
    "NO_CANCELED": "EMSP",
}
_OPPOSITE = {"CPO": "EMSP", "EMSP": "CPO"}
# Where an EVSE stood before it moved into booking_option.
_EARLIER_EVSE = ("evse_uid", "evse_uids")
_SMALL_VEHICLES = frozenset({"PERSONAL_VEHICLE", "MOTORCYCLE"})
_FOR_LARGE_VEHICLES = (
    "max_vehicle_weight",
    "max_vehicle_height",
    "max_vehicle_length",
    "max_vehicle_width",
    "min_parking_space_length",
    "min_parking_space_width",
    "dangerous_goods_allowed",
)


# One BookingLocation or Calendar


@rule("BOO-032", "BookingLocation")
def option_or_evse(location: Json, version: str) -> Iterator[Flaw]:
    """A booking location has a booking_option; only an EVSE beside it, as before, is advice (BookingLocation; A38)."""
    if not absent(location.get("booking_option")):
        return
    evse = next((name for name in _EARLIER_EVSE if not absent(location.get(name))), "")
    verdict = Verdict.ADVISED if evse else Verdict.FAILED
    yield Flaw("/booking_option", "a booking_option, in which the EVSE stands", evse or "absent", verdict)


@rule("BOO-043", "Calendar")
def timeslots_in_calendar(calendar: Json, version: str) -> Iterator[Flaw]:
    """A timeslot ends after its start and lies within its calendar (mod_bookings_calendar_object)."""
    yield from _timeslots(calendar, "")


@rule("BOO-043", "BookingLocation")
def timeslots_in_calendars(location: Json, version: str) -> Iterator[Flaw]:
    """The same for each calendar of a booking location (mod_bookings_calendar_object)."""
    for index, calendar in listed(location, "calendars"):
        yield from _timeslots(calendar, f"/calendars/{index}")


def _timeslots(calendar: Json, place: str) -> Iterator[Flaw]:
    first, last = moment(calendar.get("begin_from")), moment(calendar.get("end_before"))
    for index, slot in listed(calendar, "available_timeslots"):
        begin, end = moment(slot.get("start_date_time")), moment(slot.get("end_date_time"))
        pointer = f"{place}/available_timeslots/{index}"
        if begin and end and end <= begin:
            yield Flaw(f"{pointer}/end_date_time", f"after {slot['start_date_time']}", slot["end_date_time"])
        if begin and first and begin < first:
            expected = f"not before the calendar, {calendar['begin_from']}"
            yield Flaw(f"{pointer}/start_date_time", expected, slot["start_date_time"])
        if end and last and end > last:
            expected = f"not after the calendar, {calendar['end_before']}"
            yield Flaw(f"{pointer}/end_date_time", expected, slot["end_date_time"])


def _is_for_large_vehicles(location: Json) -> bool:
    return any(name not in _SMALL_VEHICLES for _, name in texts(member(location, "booking_option"), "vehicle_types"))


def _is_canceled(booking: Json) -> bool:
    return booking.get("reservation_status") == "CANCELED"


def _says_why(item: Json) -> bool:
    return not absent(item.get("canceled"))


@rule("BOO-045", "BookingLocation", what="BookingLocation for large vehicles", when=_is_for_large_vehicles)
def sizes_for_large_vehicles(location: Json, version: str) -> Iterator[Flaw]:
    """Sizes, weight and dangerous goods are given where larger vehicles may come (mod_bookings_booking_option_class).

    Only what is offered is judged: the option of a Booking is what the eMSP chose.
    """
    option = member(location, "booking_option")
    large = next((name for _, name in texts(option, "vehicle_types") if name not in _SMALL_VEHICLES), "")
    missing = [name for name in _FOR_LARGE_VEHICLES if option.get(name) is None]
    if large and missing:
        yield Flaw("/booking_option", f"{', '.join(missing)}, since {large} is listed", "absent")


# One Booking or BookingRequest


@rule("BOO-031", "Booking", what="Booking with a reason of its cancellation", when=_says_why)
@rule("BOO-031", "BookingRequest", what="BookingRequest with a reason of its cancellation", when=_says_why)
def reason_fits_party(item: Json, version: str) -> Iterator[Flaw]:
    """A reason that is for one party to give is not given by the other (mod_bookings_canceled_reason_enum; A38)."""
    canceled = member(item, "canceled")
    reason, party = text(canceled.get("cancellation_reason")), text(canceled.get("who_canceled"))
    expected = _REASON_OF.get(reason)
    if expected and party == _OPPOSITE[expected]:
        yield Flaw("/canceled/who_canceled", f"{expected}, since the reason is {reason}", party)


@rule("BOO-057", "Booking", what="Booking that is CANCELED", when=_is_canceled)
def cancellation_is_explained(booking: Json, version: str) -> Iterator[Flaw]:
    """A canceled booking says why and by whom (mod_bookings_booking_object)."""
    if booking.get("reservation_status") == "CANCELED" and absent(booking.get("canceled")):
        yield Flaw("/canceled", "why and by whom, since the booking is CANCELED", "absent")


@rule("BOO-054", "Booking")
@rule("BOO-054", "BookingLocation")
def owner_country(item: Json, version: str) -> Iterator[Flaw]:
    """country_code is a code of ISO 3166-1 alpha-2 (mod_bookings_booking_object); see also `owner_of_booking`."""
    yield from code_flaws(item, "country_code", "alpha-2")


# Between objects of several classes, or two readings of one


def from_pending(statuses: Sequence[str]) -> Iterator[Flaw]:
    """BOO-021: what follows PENDING (mod_bookings_flow_and_lifecycle; A38).

    `statuses` are those of one booking in consecutive pushes; between polls some may be missed. The index of a flaw is
    that of the later status. Statuses that no enum lists, and UNKNOWN, are passed over.
    """
    yield from _steps_from("PENDING", statuses)


def from_reserved(statuses: Sequence[str]) -> Iterator[Flaw]:
    """BOO-022: what follows RESERVED, with `statuses` as for `from_pending` (mod_bookings_flow_and_lifecycle; A38)."""
    yield from _steps_from("RESERVED", statuses)


def _steps_from(status: str, statuses: Sequence[str]) -> Iterator[Flaw]:
    for index, (before, after) in enumerate(pairwise(statuses), start=1):
        if before == status != after and after in _KNOWN - _NEXT[status]:
            expected = f"{', '.join(sorted(_NEXT[status]))} after {status}"
            yield Flaw("/reservation_status", expected, after, index=index)


def final_status_stays(statuses: Sequence[str]) -> Iterator[Flaw]:
    """BOO-023: after a final status there is no other one; UNKNOWN is noted (mod_bookings_flow_and_lifecycle).

    `statuses` are those of one booking in the order in which they were seen, pushed or read.
    """
    final, last = "", ""
    for index, status in enumerate(statuses):
        if final and status not in {final, last}:
            verdict = Verdict.FAILED if status in _KNOWN else Verdict.OBSERVED
            yield Flaw("/reservation_status", f"{final}, which is final", status, verdict, index)
        final = final or (status if status in _FINAL else "")
        last = status


def lists_requests(booking: Json, version: str, requests: Iterable[Json]) -> Iterator[Flaw]:
    """BOO-026: booking_requests has every one of `requests`, those made for the booking (mod_bookings_booking_object).

    `requests` are the bodies that were answered with success before the booking was read. All have one request_id: they
    are told apart by period and by whether they cancel.
    """
    if not isinstance(booking.get("booking_requests"), list):
        return
    held = [_gist(member(entry, "booking_request")) for _, entry in listed(booking, "booking_requests")]
    made = Counter(gist for request in requests if (gist := _gist(request)))
    missing = (made - Counter(gist for gist in held if gist)).total() - held.count(None)
    if missing > 0:
        yield Flaw("/booking_requests", f"the {made.total()} requests made", f"{missing} missing of {len(held)} listed")


def _gist(request: Json) -> tuple[datetime, datetime, bool] | None:
    period = member(request, "period")
    begin, end = moment(period.get("start_date_time")), moment(period.get("end_date_time"))
    if begin is None or end is None:
        return None
    return begin.replace(microsecond=0), end.replace(microsecond=0), not absent(request.get("canceled"))


def refers_to_published(
    item: Json, version: str, locations: Iterable[Json] | None, tariffs: Iterable[Json] | None
) -> Iterator[Flaw]:
    """BOO-049: location and tariffs of a Booking or BookingLocation are published (mod_bookings_booking_object).

    `locations` and `tariffs` are all that the target published or lists, None when that is not known.
    """
    name = text(item.get("location_id"))
    if locations is not None and name:
        own = {text(found.get("id")).lower() for found in locations if owner(found, version) == owner(item, version)}
        if name.lower() not in own:
            yield Flaw("/location_id", "a published location of the same owner", name)
    if tariffs is not None:
        known = {text(found.get("id")).lower() for found in tariffs}
        for index, tariff in texts(item, "tariff_ids"):
            if tariff.lower() not in known:
                yield Flaw(f"/tariff_ids/{index}", "a published tariff", tariff)


def owner_of_booking(item: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """BOO-054: the owner is a party of the target, `parties` by its credentials; not for hubs (Booking Object).

    So it is with who sends a BookingRequest (BOO-053).
    """
    yield from owner_flaws(item, version, parties)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "BOO-021": (from_pending,),
    "BOO-022": (from_reserved,),
    "BOO-023": (final_status_stays,),
    "BOO-026": (lists_requests,),
    "BOO-049": (refers_to_published,),
    "BOO-053": (owner_of_booking,),
    "BOO-054": (owner_of_booking,),
}
"""By requirement, the functions that need more than one object, or what no object says; their arguments differ."""
