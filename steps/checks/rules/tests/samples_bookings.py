"""Bookings, terminals, confirmations and records of our own making for the tests of the rules, and what tests share."""

from __future__ import annotations

from ocpi_conformance.steps.checks.rules import RULES
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import BOOKINGS, oddities, payload

PAYMENTS = "2.3.0-payments"
EDITIONS = ("2.3.0", BOOKINGS, PAYMENTS)
OWNER = {"country_code": "NL", "party_id": "CPO"}
MOMENT = "2025-03-01T08:00:00Z"


def slot(begin, end):
    """Return a Timeslot on 2025-03-23 between two times of day (UTC)."""
    return {"start_date_time": f"2025-03-23T{begin}:00Z", "end_date_time": f"2025-03-23T{end}:00Z"}


def calendar(*slots):
    """Return a Calendar of 2025-03-23 from 06:00 to 22:00."""
    return {
        "id": "CAL1",
        "begin_from": "2025-03-23T06:00:00Z",
        "end_before": "2025-03-23T22:00:00Z",
        "timeslot_increment": 15,
        "available_timeslots": list(slots) or [slot("06:00", "12:00"), slot("12:00", "22:00")],
        "last_updated": MOMENT,
    }


def booking_location(**members):
    """Return a BookingLocation for cars with one calendar."""
    option = {"evse_uid": "E1", "vehicle_types": ["PERSONAL_VEHICLE", "MOTORCYCLE"], "connector_types": ["CHADEMO"]}
    common = {"id": "BL1", "location_id": "LOC1", "booking_option": option, "tariff_ids": ["T1"]}
    return {**OWNER, **common, "calendars": [calendar()], "last_updated": MOMENT, **members}


def request(begin="12:00", end="13:00", **members):
    """Return a BookingRequest."""
    return {
        "country_code": "DE", "party_id": "MSP", "request_id": "R1", "location_id": "LOC1",
        "booking_location_id": "BL1", "period": slot(begin, end), "authorization_reference": "A1", **members,
    }  # fmt: skip


def cancellation(reason="TRAFFIC", party="EMSP"):
    """Return a Cancellation."""
    return {"cancellation_reason": reason, "who_canceled": party}


def entry(made, status="ACCEPTED"):
    """Return a BookingRequestStatus for a request."""
    return {"request_status": status, "booking_request": made, "request_received": MOMENT}


def booking(**members):
    """Return a Booking that is RESERVED."""
    terms = {"supported_access_methods": ["OPEN"], "change_until_minutes": 60, "cancel_until_minutes": 60}
    common = {
        "id": "B1", "request_id": "R1", "location_id": "LOC1", "tariff_ids": ["T1"], "period": slot("12:00", "13:00"),
        "reservation_status": "RESERVED", "authorization_reference": "A1", "booking_terms": terms,
        "booking_requests": [entry(request())], "last_updated": MOMENT,
    }  # fmt: skip
    return {**OWNER, **common, **members}


def terminal(**members):
    """Return a Terminal with an assigned location and EVSE."""
    common = {"terminal_id": "TERM1", "country": "AUT", "invoice_creator": "CPO"}
    assigned = {"location_ids": ["LOC1"], "evse_uids": ["E1"]}
    return {**OWNER, **common, **assigned, "last_updated": MOMENT, **members}


def costs(amount, tax=None):
    """Return a Price of 2.3.0 with a tenth of tax, or with `tax`."""
    tax = round(amount * 0.1, 4) if tax is None else tax
    return {"before_taxes": amount, "taxes": [{"name": "VAT", "amount": tax}]}


def confirmation(**members):
    """Return the confirmation of a capture of 4.95 euros."""
    common = {"id": "FAC1", "authorization_reference": "A1", "total_costs": costs(4.5), "currency": "EUR"}
    outcome = {"eft_data": ["Nr: **** 1234"], "capture_status_code": "SUCCESS"}
    return {**common, **outcome, "last_updated": MOMENT, **members}


def record(**members):
    """Return an InvoiceReconciliationRecord over two CDRs."""
    common = {"id": "IRR1", "invoice_id": "2025-03", "cdrs": ["CDR1", "CDR2"]}
    return {**OWNER, **common, "last_updated": MOMENT, **members}


def pointers(found):
    """Return flaws as (pointer, verdict at most)."""
    return [(flaw.pointer, flaw.at_most) for flaw in found]


def survive_odd_shapes(prefix, kind, value, version):
    """Assert that the rules of an area say nothing of `value` and speak well-formed of odd copies of it."""
    rules = [one for name, found in RULES.items() for one in found if one.kind == kind and name.startswith(prefix)]
    assert rules
    for one in rules:
        assert list(one.flaws([value], version)) == [], one.requirement
        for odd in oddities(value):
            for flaw in one.flaws([value, odd], version):
                assert isinstance(flaw.expected, str)
                assert isinstance(flaw.actual, str)
                assert flaw.pointer[:1] == "/"


def all_dealt_with(module, area, prefix):
    """Assert that every payload entry of an area is in one table of its module, and none is in two that exclude."""
    tables = (RULES, module.SCHEMA_DECIDES, module.NOT_JUDGED, module.JOINS)
    assert payload(area) - {name for table in tables for name in table} == set()
    assert {name for name in RULES if name.startswith(prefix)} <= payload(area)
    for table in (module.SCHEMA_DECIDES, module.NOT_JUDGED):
        assert table.keys() <= payload(area) - RULES.keys() - module.JOINS.keys()
