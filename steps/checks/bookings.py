"""What a target answers to booking requests and makes of Bookings. The rules over a whole run are not here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, same_module
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.booking import Booked, slots
from ocpi_conformance.steps.checks.paging import SUBJECT as PAGES
from ocpi_conformance.steps.checks.paging import Page, name_of, read
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import SUBJECT, http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.bookings import lists_requests
from ocpi_conformance.steps.checks.rules.cdrs import names_booking
from ocpi_conformance.steps.checks.rules.common import listed
from ocpi_conformance.steps.checks.versions import identifiers
from ocpi_conformance.steps.identities import is_for
from ocpi_conformance.steps.likeness import shown
from ocpi_conformance.steps.payloads import Objects, edition_of
from ocpi_conformance.steps.scene import single_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Json = dict[str, Any]
RESULT = "the result"
_IDENTIFIER = "Booking"
# How a server says that it has no such method or place.
_ABSENT = frozenset({404, 405, 501})
# What a first request can lead to at once (mod_bookings_cpo_post_booking_method); one for a change leaves RESERVED.
_ANSWERS = frozenset({"PENDING", "RESERVED", "REJECTED", "FAILED"})
_REFUSED = frozenset({"DECLINED", "FAILED"})


# Version details ------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "names the module as it is printed")
def names_module(exchange: Exchange) -> Iterator[Breach]:
    """The identifier is Booking; the spellings of paths and headings are at most advice (mod_bookings; A38)."""
    found = [name for _, name in identifiers(exchange, lambda name: same_module(name, _IDENTIFIER))]
    if not found:
        yield Breach(f"the identifier {_IDENTIFIER}", "none", exchange, "/data/endpoints")
    for name in dict.fromkeys(found):
        if name != _IDENTIFIER:
            yield Breach(f"the identifier {_IDENTIFIER}", name, exchange, "/data/endpoints", Verdict.ADVISED)


# The direct answer ----------------------------------------------------------------------------------------------------


def _booking(exchange: Exchange) -> Json:
    """Return the Booking in the answer to a request.

    Raises:
        NotObserved: the request was refused, or the answer holds no object.
    """
    if not succeeds(exchange):
        raise NotObserved(f"the target did not take the request: {outcome(exchange)}")
    data = single_of(exchange)
    if not isinstance(data, dict):
        raise NotObserved("the answer holds no Booking: BOO-019 judges that")
    return data


@expectation(SUBJECT, "shows that Bookings can be requested")
def offers_post(exchange: Exchange) -> Iterator[Breach]:
    """POST is part of the interface (mod_bookings_cpo_interface); a refusal of the request says nothing of that."""
    known = ocpi_status(exchange)
    refused = http_status(exchange) == 404 and isinstance(known, int) and 2000 < known < 3000
    if http_status(exchange) in _ABSENT and not refused:
        yield Breach("a Booking, or a refusal of the request", outcome(exchange), exchange)


@expectation(SUBJECT, "holds a Booking that a request can lead to")
def is_booking(exchange: Exchange) -> Iterator[Breach]:
    """A Booking that is PENDING, RESERVED, REJECTED or FAILED (mod_bookings_response_data); a refusal is none.

    Raises:
        NotObserved: the target has refused the request.
    """
    if not succeeds(exchange):
        raise NotObserved(f"the target did not take the request: {outcome(exchange)}")
    data = single_of(exchange)
    if not isinstance(data, dict):
        yield Breach("a Booking", shown(data), exchange, "/data")
        return
    for error in schemas.validator(edition_of(exchange), "Booking").errors(data):
        if error.severity == "error":
            yield Breach(error.expected, error.actual, exchange, f"/data{error.pointer}")
    status = data.get("reservation_status")
    if isinstance(status, str) and status not in _ANSWERS:
        yield Breach(f"one of {', '.join(sorted(_ANSWERS))}", status, exchange, "/data/reservation_status")


@expectation(SUBJECT, "repeats the request_id")
def repeats_request_id(exchange: Exchange) -> Iterator[Breach]:
    """The Booking has the request_id of its request (mod_bookings_booking_object), compared without case."""
    from_request, found = sent(exchange).get("request_id"), _booking(exchange).get("request_id")
    if str(found).lower() != str(from_request).lower():
        yield Breach(f"request_id {from_request}", shown(found), exchange, "/data/request_id")


@expectation(SUBJECT, "keeps the Booking RESERVED and lists the change as PENDING")
def keeps_reserved(exchange: Exchange) -> Iterator[Breach]:
    """A change of a RESERVED Booking is one more request, which is PENDING at first (mod_bookings_make_request; A38).

    Where the CPO decides at once the Booking is as it is decided, which the text does not exclude: that is noted.
    """
    booking = _booking(exchange)
    entries = _entries(booking)
    if booking.get("reservation_status") != "RESERVED":
        actual = shown(booking.get("reservation_status"))
        yield Breach("a Booking that stays RESERVED", actual, exchange, "/data/reservation_status", Verdict.ADVISED)
    if len(entries) < 2:
        yield Breach("one more request", f"{len(entries)} listed", exchange, "/data/booking_requests", Verdict.ADVISED)
    elif entries[-1].get("request_status") != "PENDING":
        actual, pointer = shown(entries[-1].get("request_status")), f"/data/booking_requests/{len(entries) - 1}"
        limit = Verdict.OBSERVED if entries[-1].get("request_status") in {"ACCEPTED", "DECLINED"} else Verdict.ADVISED
        yield Breach("a request that is PENDING", actual, exchange, f"{pointer}/request_status", limit)


def _entries(booking: Json) -> list[Json]:
    return [entry for _, entry in listed(booking, "booking_requests")]


# Pushes that a Receiver takes -----------------------------------------------------------------------------------------


@expectation(SUBJECT, "preferably takes it")
def preferably_takes(exchange: Exchange) -> Iterator[Breach]:
    """Defined, but not for what the text leaves room to refuse: what nobody asked for, parts by themselves (A38)."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange, at_most=Verdict.ADVISED)


@expectation(SUBJECT, "is the Booking of this request_id or none")
def of_request_id(exchange: Exchange) -> Iterator[Breach]:
    """Bookings are named by their id and, in one place, by request_id; which one a Receiver knows is open (A38)."""
    wanted = str(exchange.context.id("booking_id"))
    data = single_of(exchange) if succeeds(exchange) else None
    if succeeds(exchange) and (
        not isinstance(data, dict) or wanted.lower() not in {str(data.get(n)).lower() for n in ("id", "request_id")}
    ):
        yield Breach(f"the Booking with the request_id {wanted}, or none", shown(data), exchange, "/data")


# What came of a request -----------------------------------------------------------------------------------------------


def _decided(found: Booked) -> Json:
    """Return the Booking as it was decided upon.

    Raises:
        NotObserved: nothing of the request was taken, or it is still pending.
    """
    if not found.taken:
        raise NotObserved(f"the target did not take the request: {outcome(found.answer)}")
    if not found.is_settled:
        raise NotObserved("the target has not shown its decision in the time that callbacks have")
    return found.latest


def _is_refused(found: Booked) -> bool:
    """Tell whether the latest request was refused directly, by an OCPI status of 2xxx or as malformed."""
    code = ocpi_status(found.answer)
    return not succeeds(found.answer) and isinstance(code, int) and 2000 <= code < 3000


def _latest_entry(found: Booked, booking: Json) -> Json:
    entries = _entries(booking)
    if not entries:
        raise NotObserved("the Booking lists no request: BOO-026 judges that")
    wanted = found.request.get("period")
    same = [entry for entry in entries if _period(entry) == _moments(wanted)]
    return (same or entries)[-1]


def _period(entry: Json) -> tuple[str, ...]:
    request = entry.get("booking_request")
    return _moments(request.get("period") if isinstance(request, dict) else None)


def _moments(period: object) -> tuple[str, ...]:
    held = period if isinstance(period, dict) else {}
    return tuple(str(held.get(name))[:19] for name in ("start_date_time", "end_date_time"))


@expectation(RESULT, "is sent to the Receiver interface", among="pushed booking")
def decision_is_sent(found: Booked) -> Iterator[Breach]:
    """After PENDING the definite result is sent back (mod_bookings_response_data), and not only listed.

    Raises:
        NotObserved: the answer was not PENDING, or the target has not decided in time.
    """
    if _booking(found.answer).get("reservation_status") != "PENDING":
        raise NotObserved("the target has decided at once")
    _decided(found)
    if not any(call.began > found.answer.began and _is_push(call) for call in found.calls):
        yield Breach("PUT or PATCH of the Booking with the decision", "the list only", found.evidence)


def _is_push(call: Exchange) -> bool:
    """Tell whether a request of the target may be about a Booking; where it is sent to is for another entry."""
    about = (call.context.module, call.context.interface)
    return about == (_IDENTIFIER, RECEIVER) and call.context.route in {"", "booking"}


@expectation(RESULT, "reserves nothing", among="booking")
def reserves_nothing(found: Booked) -> Iterator[Breach]:
    """What is not offered is not RESERVED (mod_bookings_flow_and_lifecycle, BookingTerms); any refusal will do."""
    if _is_refused(found):
        return
    status = _decided(found).get("reservation_status")
    if status == "RESERVED":
        yield Breach("REJECTED, FAILED or an OCPI status of 2xxx", "RESERVED", found.evidence)


@expectation(RESULT, "declines the change", among="booking")
def declines_change(found: Booked) -> Iterator[Breach]:
    """A change later than change_until_minutes is declined (BookingTerms class); any refusal will do."""
    if _is_refused(found):
        return
    status = _latest_entry(found, _decided(found)).get("request_status")
    if status not in _REFUSED:
        yield Breach("a request that is DECLINED, or an OCPI status of 2xxx", shown(status), found.evidence)


@expectation(RESULT, "is noted if it is RESERVED", among="booking")
def notes_reservation(found: Booked) -> Iterator[Breach]:
    """A period that is no multiple of timeslot_increment: what the target says of it is taken down (BOO-044)."""
    if not _is_refused(found) and _decided(found).get("reservation_status") == "RESERVED":
        yield Breach("periods in steps of timeslot_increment", "RESERVED", found.evidence, at_most=Verdict.OBSERVED)


@expectation(RESULT, "is a Booking that is CANCELED", among="booking")
def is_canceled(found: Booked) -> Iterator[Breach]:
    """A cancellation within cancel_until_minutes is carried out (mod_bookings_flow_and_lifecycle)."""
    if not succeeds(found.answer):
        yield Breach("a Booking that is CANCELED", outcome(found.answer), found.answer)
        return
    status = _decided(found).get("reservation_status")
    if status != "CANCELED":
        yield Breach("a Booking that is CANCELED", shown(status), found.evidence)


@expectation(RESULT, "lists every request that was made", among="booking")
def lists_every_request(found: Booked) -> Iterator[Breach]:
    """booking_requests has all requests made for the Booking (mod_bookings_booking_object).

    Raises:
        NotObserved: the target has taken none, or has not shown the Booking since.
    """
    if not found.taken or not found.is_shown_since:
        raise NotObserved("the target has taken no request, or has not shown the Booking since the latest one")
    for flaw in lists_requests(found.latest, found.answer.context.version, found.taken):
        yield Breach(flaw.expected, flaw.actual, found.evidence, flaw.pointer)


@expectation(RESULT, "is a Booking that is {status:w} in the end", among="booking at its end")
def ends_as(found: Booked, status: str) -> Iterator[Breach]:
    """What a driver makes of a Booking shows in its reservation_status (mod_bookings_reservation_status_enum; A38)."""
    latest = found.latest.get("reservation_status")
    if latest != status:
        yield Breach(f"a Booking that is {status}", shown(latest), found.evidence, "/reservation_status")


def _used(found: Booked, kind: str) -> list[tuple[Json, Exchange]]:
    """Return the Sessions or CDRs of the Booking: those of its tokens, or with its authorization_reference."""
    reference = str(found.request.get("authorization_reference")).lower()
    tokens = [token for token in found.request.get("tokens") or () if isinstance(token, dict)]
    return [
        (payload.value, payload.exchange)
        for payload in Objects(found.calls)
        if payload.kind == kind and not payload.partial and isinstance(payload.value, dict)
        if any(is_for(payload.value, token) for token in tokens)
        or str(payload.value.get("authorization_reference")).lower() == reference
    ]


@expectation(RESULT, "has its authorization_reference in Session and CDR", among="booking at its end")
def carries_reference(found: Booked) -> Iterator[Breach]:
    """It is that of the Session and CDR (mod_bookings_booking_object), unless a later authorization gave another one.

    Raises:
        NotObserved: no Session and no CDR was pushed for it, or the driver was authorized once more.
    """
    used = _used(found, "Session") + _used(found, "CDR")
    if not used or any(call.context.route == "authorize" for call in found.calls):
        raise NotObserved("the target has pushed no Session or CDR that the Booking alone has authorized")
    wanted = str(found.latest.get("authorization_reference") or found.request.get("authorization_reference"))
    for value, exchange in used:
        actual = value.get("authorization_reference")
        if str(actual).lower() != wanted.lower():
            yield Breach(f"authorization_reference {wanted}", shown(actual), exchange, "/authorization_reference")


@expectation(RESULT, "is named by its CDR", among="booking at its end")
def named_by_cdr(found: Booked) -> Iterator[Breach]:
    """booking_id of the CDR is the id of the Booking; that it is absent is noted (bookings, CDR Object; A38).

    Raises:
        NotObserved: no CDR was pushed for it.
    """
    cdrs = _used(found, "CDR")
    if not cdrs:
        raise NotObserved("the target has pushed no CDR for the Booking")
    for value, exchange in cdrs:
        for flaw in names_booking(value, exchange.context.version, str(found.latest.get("id"))):
            yield Breach(flaw.expected, flaw.actual, exchange, flaw.pointer, flaw.at_most)


# Lists by timeslot ----------------------------------------------------------------------------------------------------


@expectation(PAGES, "hold the BookingLocations with a timeslot in their periods")
def by_timeslot(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """timeslot_from and timeslot_to limit the list to what has a matching timeslot (GET BookingLocations).

    Whether a timeslot matches that only overlaps with the period is open: what lies apart from it is not returned, and
    what lies within it is.

    Raises:
        NotObserved: no page shows a timeslot that could be judged.
    """
    pages = read(exchanges)
    known = {key: item for page in pages for key, item in zip(page.identities, page.items, strict=True) if slots(item)}
    if not known:
        raise NotObserved("no BookingLocation shows its timeslots")
    for page in pages:
        since, until = _bounds(page)
        for key, item in zip(page.identities, page.items, strict=True):
            if slots(item) and not any(end >= since and begin <= until for begin, end in slots(item)):
                yield _breach(page, "BookingLocations with a timeslot in the period", name_of(key))
        for key, item in known.items() if page.complete else ():
            inside = any(begin > since and end < until for begin, end in slots(item))
            if inside and key not in page.identities:
                yield _breach(page, f"{name_of(key)}, which has a timeslot in the period", "missing")


_OPEN = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def _bounds(page: Page) -> tuple[datetime, datetime]:
    asked = [page.asked.get(name) for name in ("timeslot_from", "timeslot_to")]
    since, until = (parse_timestamp(text) if text else usual for text, usual in zip(asked, _OPEN, strict=True))
    return since, until


def _breach(page: Page, expected: str, actual: str) -> Breach:
    return Breach(expected, actual, page.exchange, "/data")
