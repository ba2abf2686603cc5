"""Each rule on bookings: an object that keeps it beside one that breaks it, and legal objects that might look wrong."""

from __future__ import annotations

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import bookings
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_bookings import (
    all_dealt_with,
    booking,
    booking_location,
    calendar,
    cancellation,
    entry,
    pointers,
    request,
    slot,
    survive_odd_shapes,
)
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import BOOKINGS, V230, gravest, judged, payload
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
TRUCKS = ["PERSONAL_VEHICLE", "TRUCK_WITH_TRAILER"]
SIZES = {
    "max_vehicle_weight": 40000, "max_vehicle_height": 400, "max_vehicle_length": 1650, "max_vehicle_width": 260,
    "min_parking_space_length": 2000, "min_parking_space_width": 400, "dangerous_goods_allowed": False,
}  # fmt: skip
SAMPLES = {
    "Booking": booking(),
    "BookingLocation": booking_location(),
    "Calendar": calendar(),
    "BookingRequest": request(),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_sample_is_valid_flawless_and_no_shape_too_odd(kind):
    assert validator(BOOKINGS, kind).errors(SAMPLES[kind]) == []
    for version in (V230, BOOKINGS):
        survive_odd_shapes("BOO-", kind, SAMPLES[kind], version)


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"booking_option": {}}, []),
        ({"booking_option": {"evse_uid": "#NA"}}, []),
        ({"booking_option": None, "evse_uid": "E1"}, [("/booking_option", ADVISED, 0)]),
        ({"booking_option": None, "evse_uids": ["E1"]}, [("/booking_option", ADVISED, 0)]),
        ({"booking_option": None, "evse_uid": None}, [("/booking_option", FAILED, 0)]),
    ],
)
def test_option_or_evse(members, found):
    assert judged("BOO-032", "BookingLocation", [booking_location(**members)], BOOKINGS) == found


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (("06:00", "22:00"), []),
        (("05:59", "12:00"), ["start_date_time"]),
        (("21:00", "22:01"), ["end_date_time"]),
        (("12:00", "12:00"), ["end_date_time"]),
        (("13:00", "12:00"), ["end_date_time"]),
        (("08:00", "08:59:99"), []),
    ],
)
def test_timeslots(times, found):
    broken = calendar(slot("07:00", "08:00"), slot(*times))
    place = "/available_timeslots/1/"
    assert judged("BOO-043", "Calendar", [broken], BOOKINGS) == [(f"{place}{name}", FAILED, 0) for name in found]
    whole = booking_location(calendars=[calendar(), broken])
    expected = [(f"/calendars/1{place}{name}", FAILED, 0) for name in found]
    assert judged("BOO-043", "BookingLocation", [whole], BOOKINGS) == expected


def test_timeslots_without_a_zone_or_a_calendar_around():
    assert judged("BOO-043", "Calendar", [calendar({**slot("06:00", "07:00"), "end_date_time": None})], BOOKINGS) == []
    bare = {"start_date_time": "2025-03-23T06:00:00", "end_date_time": "2025-03-23T06:00:01.5Z"}
    assert judged("BOO-043", "Calendar", [calendar(bare)], BOOKINGS) == []
    body = {"available_timeslots": [slot("01:00", "02:00")]}
    assert judged("BOO-043", "Calendar", [body], BOOKINGS) == []


@pytest.mark.parametrize(
    ("option", "count"),
    [
        ({"vehicle_types": TRUCKS, **SIZES}, 0),
        ({"vehicle_types": TRUCKS, **SIZES, "max_vehicle_width": None}, 1),
        ({"vehicle_types": TRUCKS}, 1),
        ({"vehicle_types": ["PERSONAL_VEHICLE"]}, 0),
        ({"vehicle_types": []}, 0),
        ({"evse_uid": "E1"}, 0),
    ],
)
def test_sizes_for_large_vehicles(option, count):
    found = judged("BOO-045", "BookingLocation", [booking_location(booking_option=option)], BOOKINGS)
    assert found == [("/booking_option", FAILED, 0)] * count


@pytest.mark.parametrize("kind", ["Booking", "BookingRequest"])
@pytest.mark.parametrize(
    ("reason", "party", "count"),
    [
        ("FULL", "CPO", 0),
        ("FULL", "EMSP", 1),
        ("BROKEN_VEHICLE", "EMSP", 0),
        ("BROKEN_VEHICLE", "CPO", 1),
        ("NO_CANCELED", "NSP", 0),
        ("BLOCKED", "CPO", 0),
        ("BLOCKED", "EMSP", 0),
        ("UNKNOWN", "EMSP", 0),
        ("STOLEN", "CPO", 0),
    ],
)
def test_reason_fits_party(kind, reason, party, count):
    make = {"Booking": booking, "BookingRequest": request}[kind]
    found = judged("BOO-031", kind, [make(canceled=cancellation(reason, party))], BOOKINGS)
    assert found == [("/canceled/who_canceled", FAILED, 0)] * count


def test_what_the_emsp_gave_as_reason_is_not_the_cpos():
    made = booking(booking_requests=[entry(request(canceled=cancellation("FULL", "EMSP")))])
    assert judged("BOO-031", "Booking", [made], BOOKINGS) == []


def test_cancellation_is_explained():
    bare = booking(reservation_status="CANCELED")
    assert judged("BOO-057", "Booking", [bare], BOOKINGS) == [("/canceled", FAILED, 0)]
    told = booking(reservation_status="CANCELED", canceled=cancellation())
    assert judged("BOO-057", "Booking", [told, booking(reservation_status="NO_SHOW")], BOOKINGS) == []


@pytest.mark.parametrize(("kind", "make"), [("Booking", booking), ("BookingLocation", booking_location)])
def test_owner(kind, make):
    for code, found in (("nl", []), ("XK", []), ("ZY", [("/country_code", FAILED, 0)])):
        assert judged("BOO-054", kind, [make(country_code=code)], BOOKINGS) == found
    assert pointers(bookings.owner_of_booking(make(), BOOKINGS, [("nl", "cpo"), ("NL", "OTH")])) == []
    assert pointers(bookings.owner_of_booking(make(), BOOKINGS, [("NL", "OTH")])) == [("/party_id", ADVISED)]


# Between objects of several classes, or two readings of one


def steps(found):
    return [(flaw.pointer, flaw.at_most, flaw.index) for flaw in found]


@pytest.mark.parametrize(
    ("statuses", "pending", "reserved"),
    [
        (("PENDING", "PENDING", "RESERVED", "RESERVED", "FULFILLED"), [], []),
        (("PENDING", "REJECTED"), [], []),
        (("PENDING", "FAILED"), [], []),
        (("PENDING", "CANCELED"), [], []),
        (("RESERVED", "PENDING", "RESERVED", "NO_SHOW"), [], []),
        (("RESERVED", "CANCELED"), [], []),
        (("PENDING", "FULFILLED"), [1], []),
        (("RESERVED", "PENDING", "NO_SHOW"), [2], []),
        (("RESERVED", "REJECTED"), [], [1]),
        (("RESERVED", "FAILED"), [], [1]),
        (("PENDING", "UNKNOWN", "FULFILLED"), [], []),
        (("RESERVED", "FULLFILLED"), [], []),
        ((), [], []),
    ],
)
def test_steps_between_statuses(statuses, pending, reserved):
    assert steps(bookings.from_pending(statuses)) == [("/reservation_status", FAILED, n) for n in pending]
    assert steps(bookings.from_reserved(statuses)) == [("/reservation_status", FAILED, n) for n in reserved]


@pytest.mark.parametrize("final", ["CANCELED", "NO_SHOW", "REJECTED", "FAILED", "FULFILLED"])
def test_final_statuses(final):
    pointer = "/reservation_status"
    assert steps(bookings.final_status_stays(["PENDING", final, final])) == []
    assert steps(bookings.final_status_stays([final, "RESERVED", "RESERVED", final])) == [(pointer, FAILED, 1)]
    assert steps(bookings.final_status_stays(["PENDING", final, "UNKNOWN", final])) == [(pointer, OBSERVED, 2)]
    other = "FAILED" if final != "FAILED" else "REJECTED"
    assert steps(bookings.final_status_stays([final, "UNKNOWN", other])) == [
        (pointer, OBSERVED, 1),
        (pointer, FAILED, 2),
    ]


def test_statuses_that_are_not_final():
    assert steps(bookings.final_status_stays(["PENDING", "RESERVED", "PENDING", "UNKNOWN", "RESERVED"])) == []


def test_all_requests_are_listed():
    first, change = request(), request("14:00", "15:00")
    cancel = request("14:00", "15:00", canceled=cancellation())
    loose = request()
    loose["period"] = {"start_date_time": "2025-03-23T12:00:00.000Z", "end_date_time": "2025-03-23T13:00:00"}
    for listed, made, count in (
        ([first], [first], 0),
        ([first, change, cancel], [first, change, cancel], 0),
        ([cancel, change, first], [first, change], 0),
        ([loose], [first], 0),
        ([change], [first, change], 1),
        ([change, change], [first, change], 1),
        ([first, change, change], [first, change, cancel], 1),
        ([first], [first, first], 1),
        ([{"request_id": "R1"}], [first], 0),
    ):
        held = booking(booking_requests=[entry(one) for one in listed])
        found = pointers(bookings.lists_requests(held, BOOKINGS, made))
        assert found == [("/booking_requests", FAILED)] * count, (listed, made)
    assert pointers(bookings.lists_requests(booking(booking_requests=None), BOOKINGS, [first])) == []


@pytest.mark.parametrize("make", [booking, booking_location])
def test_references(make):
    locations = [{"country_code": "nl", "party_id": "CPO", "id": "loc1"}]
    tariffs = [{"id": "t1"}, {"id": "T2"}]
    for members, found in (
        ({}, []),
        ({"tariff_ids": None}, []),
        ({"tariff_ids": ["T2", "T3"]}, ["/tariff_ids/1"]),
        ({"location_id": "LOC9"}, ["/location_id"]),
        ({"party_id": "OTH"}, ["/location_id"]),
    ):
        flaws = pointers(bookings.refers_to_published(make(**members), BOOKINGS, locations, tariffs))
        assert flaws == [(pointer, FAILED) for pointer in found], members
        assert pointers(bookings.refers_to_published(make(**members), BOOKINGS, None, None)) == []


# The whole area


def test_every_payload_entry_is_dealt_with():
    assert payload("bookings")
    all_dealt_with(bookings, "bookings", "BOO-")


def test_the_schemas_decide():
    assert [error.kind for error in validator(BOOKINGS, "Booking").errors(booking(request_id=None))] == ["null"]
    misspelt = booking(reservation_status="FULLFILLED")
    assert [error.pointer for error in validator(BOOKINGS, "Booking").errors(misspelt)] == ["/reservation_status"]
    bare = booking_location(location_id=None)
    assert [error.pointer for error in validator(BOOKINGS, "BookingLocation").errors(bare)] == ["/location_id"]


@pytest.mark.parametrize(
    ("pattern", "kind"), [("booking_example.json", "Booking"), ("booking_location_example.json", "BookingLocation")]
)
def test_examples_of_the_specification(pattern, kind):
    ((name, value),) = spec_examples(BOOKINGS, pattern)
    assert gravest("bookings", kind, value, BOOKINGS) == {}, name
