"""Each expectation about what the target sends on bookings: a request that fulfils it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import booking_requests as checks
from ocpi_conformance.steps.checks.location_pushes import addressed
from ocpi_conformance.steps.checks.tests.test_bookings import REQUEST
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

OWNER = (("country_code", "NL"), ("party_id", "EMB"))
PLACE = (*OWNER, ("booking_location_id", "BL1"))
BODY = {"country_code": "NL", "party_id": "EMB", "id": "BL1", "last_updated": "2024-01-01T00:00:00Z"}
CANCELED = {"cancellation_reason": "TRAFFIC", "who_canceled": "EMSP"}


def push(
    method="PUT", body=BODY, *, ids=PLACE, route="booking_location", path="/NL/EMB/booking_locations/BL1"
) -> Exchange:
    context = Context("2.3.0", "Booking", "RECEIVER", route, ids)
    request = Request(method, f"http://x/2.3.0/Booking{path}", (), jsontext.dumps(body))
    return Exchange(1, "target", request, Response(200), context, 1, 2, 0.0, 0.0)


def ask(body=REQUEST, began=3) -> Exchange:
    context = Context("2.3.0", "Booking", "SENDER", "request")
    request = Request("POST", "http://x/2.3.0/Booking", (), jsontext.dumps(body))
    return Exchange(began, "target", request, Response(200), context, began, began + 1, 0.0, 0.0)


def shown(items=None) -> Exchange:
    """Return what shows a BookingLocation: a PUT of the partner, or the partner's list with `items`."""
    if items is None:
        return Exchange(1, "partner", push().request, Response(200), push().context, 1, 2, 0.0, 0.0)
    content = jsontext.dumps({"status_code": 1000, "timestamp": "2024-01-01T00:00:00Z", "data": items})
    context = Context("2.3.0", "Booking", "SENDER", "booking_locations")
    return Exchange(1, "target", Request("GET", "http://y"), Response(200, (), content), context, 1, 2, 0.0, 0.0)


def verdicts(expectation, *arguments):
    return [breach.at_most for breach in expectation(*arguments)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (push(), []),
        (push(route="", ids=(), path="/booking_locations/BL1"), [Verdict.FAILED]),
        (push("PATCH", route="", ids=(), path="/bookinglocations/NL/INF/BL0123"), [Verdict.ADVISED]),
        (push("PATCH", route="", ids=(), path="/bookinglocations/NL/INF/BL0123/C0123"), [Verdict.ADVISED]),
        (push(ids=(("country_code", "EMB"), ("party_id", "NL"), ("booking_location_id", "BL1"))), [Verdict.FAILED]),
    ],
)
def test_the_url_names_owner_and_ids(given, expected) -> None:
    assert verdicts(checks.at_its_url, given) == expected


def test_the_owner_in_the_url_is_that_of_the_object() -> None:
    assert verdicts(checks.owner_in_url, push(body={**BODY, "party_id": "emb"})) == []
    assert verdicts(checks.owner_in_url, push(body={**BODY, "party_id": "XXX"})) == [Verdict.FAILED]


def test_a_calendar_has_no_owner_of_its_own() -> None:
    assert not checks.of_owned(push(ids=(*PLACE, ("calendar_id", "C1")), route="calendar"))
    assert checks.of_owned(push())


def test_a_change_is_dated() -> None:
    assert verdicts(checks.change_is_dated, push("PATCH")) == []
    assert verdicts(checks.change_is_dated, push("PATCH", {"policy": {}})) == [Verdict.FAILED]


def test_a_status_is_noted() -> None:
    assert verdicts(checks.has_no_status, push()) == []
    assert verdicts(checks.has_no_status, push(body={**BODY, "status": "REMOVED"})) == [Verdict.OBSERVED]


def test_a_request_is_a_booking_request() -> None:
    assert verdicts(checks.is_request, ask()) == []
    assert verdicts(checks.is_request, ask({k: v for k, v in REQUEST.items() if k != "period"})) == [Verdict.FAILED]


def test_edits_have_one_request_id() -> None:
    assert verdicts(checks.same_request_id, [ask(), ask({**REQUEST, "request_id": "r1"})]) == []
    assert verdicts(checks.same_request_id, [ask(), ask({**REQUEST, "request_id": "R2"})]) == [Verdict.FAILED]
    with pytest.raises(NotObserved):
        list(checks.same_request_id([ask()]))


def test_a_cancellation_says_so_and_has_the_request_id() -> None:
    assert verdicts(checks.says_that_it_cancels, [ask(), ask({**REQUEST, "canceled": CANCELED})]) == []
    assert verdicts(checks.says_that_it_cancels, [ask(), ask()]) == [Verdict.FAILED]
    other = ask({**REQUEST, "request_id": "R2", "canceled": CANCELED})
    assert verdicts(checks.says_that_it_cancels, [ask(), other]) == [Verdict.FAILED]


@pytest.mark.parametrize(
    ("exchanges", "count"),
    [
        ([shown(), ask()], 0),
        ([shown([{"id": "bl1"}]), ask()], 0),
        ([shown([{"id": "BL2"}]), ask()], 1),
        ([ask(), shown()], 1),
    ],
)
def test_what_is_booked_was_shown_before(exchanges, count) -> None:
    assert len(verdicts(checks.place_is_known, exchanges)) == count


def test_the_printed_order_is_judged_by_the_entry_of_bookings_alone() -> None:
    printed = push("PATCH", route="", ids=(), path="/bookinglocations/NL/INF/BL0123")
    assert verdicts(addressed, [printed]) == []
    assert verdicts(addressed, [push("PATCH", route="", ids=(), path="/booking_locations/BL1")]) == [Verdict.FAILED]
