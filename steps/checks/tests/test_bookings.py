"""Each expectation about Bookings and their requests: what fulfils it beside what does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.booking import Booked
from ocpi_conformance.steps.checks import bookings
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

THEN, SOON = "2024-01-01T00:00:00Z", "2024-01-01T00:01:00Z"
FAILED, ADVISED, OBSERVED = [Verdict.FAILED], [Verdict.ADVISED], [Verdict.OBSERVED]
FIRST = {"start_date_time": "2024-02-01T10:00:00Z", "end_date_time": "2024-02-01T11:00:00Z"}
LATER = {"start_date_time": "2024-02-01T11:00:00Z", "end_date_time": "2024-02-01T12:00:00Z"}
TOKEN = {"country_code": "NL", "party_id": "OCT", "uid": "T1", "type": "RFID", "contract_id": "C1"}
REQUEST = {
    "country_code": "NL",
    "party_id": "OCT",
    "request_id": "R1",
    "location_id": "LOC1",
    "booking_location_id": "BL1",
    "tokens": [TOKEN],
    "period": FIRST,
    "authorization_reference": "R1-A",
}
CHANGE = {**REQUEST, "period": LATER}
TERMS = {"supported_access_methods": ["OPEN"], "change_until_minutes": 60, "cancel_until_minutes": 60}


def entry(status="PENDING", request=REQUEST):
    return {"request_status": status, "booking_request": request, "request_received": THEN}


def booking(status="PENDING", *entries, **more):
    return {
        "id": "B1",
        "country_code": "NL",
        "party_id": "EMB",
        "request_id": "R1",
        "location_id": "LOC1",
        "period": FIRST,
        "reservation_status": status,
        "authorization_reference": "R1-A",
        "booking_terms": TERMS,
        "booking_requests": list(entries) or [entry()],
        "last_updated": THEN,
        **more,
    }


def answer(data=None, *, http=200, ocpi=1000, body=REQUEST, route="request", began=1, ids=()) -> Exchange:
    content = {"status_code": ocpi, "timestamp": THEN} | ({} if data is None else {"data": data})
    context = Context("2.3.0", "Booking", "RECEIVER" if ids else "SENDER", route, ids)
    request = Request("GET" if ids else "POST", "http://x/Booking", (), jsontext.dumps(body))
    return Exchange(
        began, "partner", request, Response(http, (), jsontext.dumps(content)), context, began, began + 1, 0, 0
    )


def push(data, *, began=3, module="Booking", route="booking") -> Exchange:
    context = Context(
        "2.3.0", module, "RECEIVER", route, (("country_code", "NL"), ("party_id", "EMB"), ("booking_id", "B1"))
    )
    request = Request("PUT", "http://y/NL/EMB/B1", (), jsontext.dumps(data))
    return Exchange(began, "target", request, Response(200), context, began, began + 1, 0, 0)


def booked(*pushed, first=None, request=REQUEST, taken=None, refused=False, calls=()) -> Booked:
    given = answer(None, http=200, ocpi=2001) if refused else answer(first or booking(), body=request)
    sights = [] if refused else [Payload("Booking", first or booking(), given, "/data")]
    pushes = [push(data, began=3 + 2 * n) for n, data in enumerate(pushed)]
    sights += [Payload("Booking", data, call, "") for data, call in zip(pushed, pushes, strict=True)]
    made = (() if refused else (request,)) if taken is None else taken
    return Booked(given, request, made, tuple(sights), (*pushes, *calls))


def verdicts(expectation, *arguments, **named):
    return [breach.at_most for breach in expectation(*arguments, **named)]


# Answers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["Booking"], []), (["bookings"], ADVISED), (["locations", "Bookings"], ADVISED), (["locations"], FAILED)],
)
def test_the_identifier_is_the_printed_one(names, expected) -> None:
    details = answer({"version": "2.3.0", "endpoints": [{"identifier": name} for name in names]})
    assert verdicts(bookings.names_module, details) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(booking()), []),
        (answer(ocpi=2001), []),
        (answer(http=404, ocpi=2003), []),
        (answer(http=405, ocpi=2000), FAILED),
        (answer(http=404, ocpi=2000), FAILED),
    ],
)
def test_bookings_can_be_requested(given, expected) -> None:
    assert verdicts(bookings.offers_post, given) == expected


@pytest.mark.parametrize("status", ["PENDING", "RESERVED", "REJECTED", "FAILED"])
def test_a_request_can_lead_to_these(status) -> None:
    assert verdicts(bookings.is_booking, answer(booking(status))) == []


@pytest.mark.parametrize(
    "data", [booking("FULFILLED"), booking("UNKNOWN"), None, {**booking(), "period": None}, "PENDING"]
)
def test_a_request_leads_to_nothing_else(data) -> None:
    assert verdicts(bookings.is_booking, answer(data)) == FAILED


def test_a_refusal_is_no_booking() -> None:
    for check in (bookings.is_booking, bookings.repeats_request_id, bookings.keeps_reserved):
        with pytest.raises(NotObserved):
            list(check(answer(ocpi=2001)))


def test_the_request_id_is_repeated() -> None:
    assert verdicts(bookings.repeats_request_id, answer(booking(request_id="r1"))) == []
    assert verdicts(bookings.repeats_request_id, answer(booking(request_id="R2"))) == FAILED


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (booking("RESERVED", entry("ACCEPTED"), entry()), []),
        (booking("PENDING", entry("ACCEPTED"), entry()), ADVISED),
        (booking("RESERVED", entry("ACCEPTED")), ADVISED),
        (booking("RESERVED", entry("ACCEPTED"), entry("ACCEPTED")), OBSERVED),
        (booking("RESERVED", entry("ACCEPTED"), entry("FAILED")), ADVISED),
    ],
)
def test_a_change_leaves_the_booking_reserved(data, expected) -> None:
    assert verdicts(bookings.keeps_reserved, answer(data)) == expected


def test_what_need_not_be_taken_is_advice() -> None:
    assert verdicts(bookings.preferably_takes, answer()) == []
    assert verdicts(bookings.preferably_takes, answer(http=405, ocpi=2000)) == ADVISED


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"data": booking()}, []),
        ({"http": 404, "ocpi": 2000}, []),
        ({"data": booking(request_id="R2")}, FAILED),
        ({}, FAILED),
    ],
)
def test_a_request_id_leads_to_its_booking_or_to_none(given, expected) -> None:
    read = answer(given.pop("data", None), route="booking", ids=(("booking_id", "R1"),), **given)
    assert verdicts(bookings.of_request_id, read) == expected


# What came of a request -----------------------------------------------------------------------------------------------

RESERVED = booking("RESERVED", entry("ACCEPTED"), last_updated=SOON)
REJECTED = booking("REJECTED", entry("DECLINED"), last_updated=SOON)
CANCELED = booking("CANCELED", entry("ACCEPTED"), entry("ACCEPTED"), last_updated=SOON)


def test_the_decision_is_pushed() -> None:
    assert verdicts(bookings.decision_is_sent, booked(RESERVED)) == []
    listed = booked()
    shown = Booked(listed.answer, REQUEST, (REQUEST,), (*listed.sights, Payload("Booking", RESERVED, answer(), "")))
    assert verdicts(bookings.decision_is_sent, shown) == FAILED
    elsewhere = (push(RESERVED, route=""),)
    astray = Booked(shown.answer, REQUEST, (REQUEST,), shown.sights, elsewhere)
    assert verdicts(bookings.decision_is_sent, astray) == []


@pytest.mark.parametrize("found", [booked(), booked(refused=True), booked(first=RESERVED)])
def test_without_a_decision_to_come_nothing_is_said(found) -> None:
    with pytest.raises(NotObserved):
        list(bookings.decision_is_sent(found))


def test_an_older_copy_does_not_count() -> None:
    assert booked(RESERVED, booking()).latest == RESERVED


@pytest.mark.parametrize(
    ("found", "expected"),
    [(booked(REJECTED), []), (booked(refused=True), []), (booked(RESERVED), FAILED)],
)
def test_what_is_not_offered_is_not_reserved(found, expected) -> None:
    assert verdicts(bookings.reserves_nothing, found) == expected
    assert verdicts(bookings.notes_reservation, found) == (OBSERVED if expected else [])


def test_what_is_still_pending_is_not_judged() -> None:
    for check in (bookings.reserves_nothing, bookings.declines_change, bookings.is_canceled):
        with pytest.raises(NotObserved):
            list(check(booked()))


@pytest.mark.parametrize(
    ("status", "expected"), [("DECLINED", []), ("FAILED", []), ("ACCEPTED", FAILED), ("PENDING", None)]
)
def test_a_late_change_is_declined(status, expected) -> None:
    found = booked(booking("RESERVED", entry("ACCEPTED"), entry(status, CHANGE), last_updated=SOON), request=CHANGE)
    if expected is None:
        with pytest.raises(NotObserved):
            list(bookings.declines_change(found))
    else:
        assert verdicts(bookings.declines_change, found) == expected
    assert verdicts(bookings.declines_change, booked(refused=True)) == []


def test_a_cancellation_cancels() -> None:
    assert verdicts(bookings.is_canceled, booked(CANCELED)) == []
    assert verdicts(bookings.is_canceled, booked(RESERVED)) == FAILED
    assert verdicts(bookings.is_canceled, booked(refused=True)) == FAILED


def test_every_request_is_listed() -> None:
    both = booking("RESERVED", entry("ACCEPTED"), entry("ACCEPTED", CHANGE), last_updated=SOON)
    assert verdicts(bookings.lists_every_request, booked(both, taken=(REQUEST, CHANGE))) == []
    assert verdicts(bookings.lists_every_request, booked(RESERVED, taken=(REQUEST, CHANGE))) == FAILED
    with pytest.raises(NotObserved):
        list(bookings.lists_every_request(booked(refused=True)))


def test_what_was_decided_before_the_latest_request_tells_nothing_of_it() -> None:
    before = [Payload("Booking", RESERVED, push(RESERVED, began=1), "")]
    edit = Booked(answer(began=5), CHANGE, (REQUEST, CHANGE), tuple(before))
    for check in (
        bookings.reserves_nothing,
        bookings.declines_change,
        bookings.is_canceled,
        bookings.lists_every_request,
    ):
        with pytest.raises(NotObserved):
            list(check(edit))
    later = [*before, Payload("Booking", RESERVED, push(RESERVED, began=9), "")]
    shown = Booked(answer(began=5), CHANGE, (REQUEST, CHANGE), tuple(later))
    assert verdicts(bookings.lists_every_request, shown) == FAILED


@pytest.mark.parametrize("status", ["FULFILLED", "NO_SHOW"])
def test_a_booking_ends_as_it_was_used(status) -> None:
    ended = booking(status, entry("ACCEPTED"), last_updated=SOON)
    assert verdicts(bookings.ends_as, booked(ended), status=status) == []
    assert verdicts(bookings.ends_as, booked(RESERVED), status=status) == FAILED


def cdr(**more) -> Exchange:
    context = Context("2.3.0", "cdrs", "RECEIVER", "create")
    body = {"id": "CDR1", "cdr_token": TOKEN, "authorization_reference": "R1-A", **more}
    return Exchange(
        9, "target", Request("POST", "http://y/cdrs", (), jsontext.dumps(body)), Response(201), context, 9, 10, 0, 0
    )


def test_the_reference_is_in_the_cdr() -> None:
    assert verdicts(bookings.carries_reference, booked(RESERVED, calls=(cdr(),))) == []
    assert verdicts(bookings.carries_reference, booked(RESERVED, calls=(cdr(authorization_reference="X"),))) == FAILED
    with pytest.raises(NotObserved):
        list(bookings.carries_reference(booked(RESERVED)))


def test_a_later_authorization_may_give_another_reference() -> None:
    asked = Exchange(
        8,
        "target",
        Request("POST", "http://y"),
        Response(200),
        Context("2.3.0", "tokens", "SENDER", "authorize"),
        8,
        9,
        0,
        0,
    )
    with pytest.raises(NotObserved):
        list(bookings.carries_reference(booked(RESERVED, calls=(asked, cdr(authorization_reference="X")))))


@pytest.mark.parametrize(
    ("more", "expected"), [({"booking_id": "b1"}, []), ({}, OBSERVED), ({"booking_id": "B2"}, FAILED)]
)
def test_the_cdr_names_its_booking(more, expected) -> None:
    assert verdicts(bookings.named_by_cdr, booked(RESERVED, calls=(cdr(**more),))) == expected
    with pytest.raises(NotObserved):
        list(bookings.named_by_cdr(booked(RESERVED)))


# Lists ----------------------------------------------------------------------------------------------------------------

SLOT = {"start_date_time": "2024-02-01T10:00:00Z", "end_date_time": "2024-02-01T12:00:00Z"}
PLACE = {"id": "BL1", "calendars": [{"id": "C1", "available_timeslots": [SLOT]}]}


def page(items, since="", until="") -> Exchange:
    asked = "&".join(f"{k}={v}" for k, v in (("timeslot_from", since), ("timeslot_to", until)) if v)
    headers = (("X-Total-Count", str(len(items))), ("X-Limit", "50"))
    content = jsontext.dumps({"status_code": 1000, "timestamp": THEN, "data": items})
    context = Context("2.3.0", "Booking", "SENDER", "booking_locations")
    request = Request("GET", f"http://x/Booking/booking_locations?limit=50&{asked}")
    return Exchange(1, "partner", request, Response(200, headers, content), context, 1, 2, 0, 0)


AROUND = ("2024-02-01T09:59:00Z", "2024-02-01T12:01:00Z")
WITHIN = ("2024-02-01T10:30:00Z", "2024-02-01T10:31:00Z")
BEFORE = ("2010-01-01T00:00:00Z", "2010-01-02T00:00:00Z")


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([page([PLACE], *AROUND), page([PLACE], *WITHIN), page([], *BEFORE)], []),
        ([page([PLACE], *AROUND), page([], *WITHIN)], []),
        ([page([PLACE], *AROUND), page([PLACE], *BEFORE)], FAILED),
        ([page([], *AROUND), page([PLACE], *WITHIN)], FAILED),
        ([page([PLACE, {"id": "BL2"}], *AROUND), page([{"id": "BL2"}], *BEFORE)], []),
    ],
)
def test_lists_hold_what_has_a_timeslot_in_the_period(pages, expected) -> None:
    assert verdicts(bookings.by_timeslot, pages) == expected


def test_without_timeslots_nothing_is_said() -> None:
    with pytest.raises(NotObserved):
        list(bookings.by_timeslot([page([{"id": "BL2"}], *AROUND)]))
