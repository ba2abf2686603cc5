"""Each rule on payments: an object that keeps it beside one that breaks it, and legal objects that might look wrong."""

from __future__ import annotations

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import payments
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_bookings import (
    PAYMENTS,
    all_dealt_with,
    confirmation,
    costs,
    pointers,
    survive_odd_shapes,
    terminal,
)
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    V230,
    cdr,
    credit,
    gravest,
    judged,
    payload,
    session,
    with_,
    without,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED = Verdict.FAILED, Verdict.ADVISED
KIND = "FinancialAdviceConfirmation"
SAMPLES = {"Terminal": terminal(), KIND: confirmation()}
OF_2_2_1 = {"excl_vat": 4.0, "incl_vat": 4.4}


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_sample_is_valid_flawless_and_no_shape_too_odd(kind):
    assert validator(PAYMENTS, kind).errors(SAMPLES[kind]) == []
    for version in (V230, PAYMENTS):
        survive_odd_shapes("PAY-", kind, SAMPLES[kind], version)


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"party_id": None, "country_code": None}, []),
        ({"party_id": None}, ["/party_id"]),
        ({"country_code": None}, ["/country_code"]),
        ({"customer_reference": "C1"}, []),
    ],
)
def test_party_is_complete(members, found):
    flaws = judged("PAY-038", "Terminal", [terminal(**members)], PAYMENTS)
    assert flaws == [(pointer, FAILED, 0) for pointer in found]


def test_country():
    for code, count in (("AUT", 0), ("aut", 0), ("XKX", 0), (None, 0), ("ATX", 1), ("AT", 1)):
        found = judged("PAY-040", "Terminal", [terminal(country=code)], PAYMENTS)
        assert found == [("/country", FAILED, 0)] * count, code


def test_currency():
    for code, count in (("EUR", 0), ("eur", 0), ("HRK", 0), ("EUX", 1)):
        found = judged("PAY-042", KIND, [confirmation(currency=code)], PAYMENTS)
        assert found == [("/currency", FAILED, 0)] * count, code


def failure(**members):
    return confirmation(capture_status_code="FAILED", total_costs=costs(0.0), **members)


def test_failure_without_data():
    for data, count in ((["Declined"], 0), ([], 1), (None, 1)):
        assert judged("PAY-043", KIND, [failure(eft_data=data)], PAYMENTS) == [("/eft_data", FAILED, 0)] * count
    assert judged("PAY-043", KIND, [confirmation(eft_data=None)], PAYMENTS) == []


@pytest.mark.parametrize(
    ("status", "price", "count"),
    [
        ("FAILED", costs(0.0), 0),
        ("FAILED", {"excl_vat": 0.0, "incl_vat": 0.0}, 0),
        ("FAILED", costs(4.5), 1),
        ("FAILED", costs(0.0, tax=0.5), 1),
        ("FAILED", OF_2_2_1, 1),
        ("SUCCESS", costs(4.5), 0),
        ("PARTIAL_SUCCESS", costs(4.5), 0),
    ],
)
def test_nothing_captured(status, price, count):
    found = judged("PAY-044", KIND, [confirmation(capture_status_code=status, total_costs=price)], PAYMENTS)
    assert found == [("/total_costs", FAILED, 0)] * count


def test_price_of_2_2_1():
    for price, count in ((costs(4.5), 0), (OF_2_2_1, 1), ({**costs(4.5), "incl_vat": 4.95}, 1)):
        found = judged("PAY-054", KIND, [confirmation(total_costs=price)], PAYMENTS)
        assert found == [("/total_costs", FAILED, 0)] * count


# Between objects of several classes


@pytest.mark.parametrize("version", [V230, PAYMENTS])
@pytest.mark.parametrize(
    ("creator", "reference", "count"),
    [("CPO", "I1", 0), ("CPO", None, 1), ("PTP", None, 0), ("PTP", "I1", 1), (None, "I1", 0), (None, None, 0)],
)
def test_invoice_reference(version, creator, reference, count):
    one = cdr(version, invoice_reference_id=reference)
    found = pointers(payments.invoice_reference_fits(one, version, terminal(invoice_creator=creator)))
    assert found == [("/invoice_reference_id", FAILED)] * count


def test_what_needs_no_invoice():
    for one in (cdr(PAYMENTS, total_cost=costs(0.0)), credit(PAYMENTS)):
        assert pointers(payments.invoice_reference_fits(one, PAYMENTS, terminal())) == []


def test_assigned_places():
    locations = [{"id": "loc1", "evses": [{"uid": "e1"}]}, {"id": "LOC2"}]
    for body, found in (
        (terminal(), []),
        ({"location_ids": ["LOC1", "LOC2"]}, []),
        ({"location_ids": [], "evse_uids": None}, []),
        ({"location_ids": ["LOC1", "LOC3"], "evse_uids": ["E1", "E2"]}, ["/location_ids/1", "/evse_uids/1"]),
        ({"evse_uids": ["LOC1"]}, ["/evse_uids/0"]),
    ):
        flaws = pointers(payments.assigned_places_exist(body, PAYMENTS, locations))
        assert flaws == [(pointer, FAILED) for pointer in found], body


@pytest.mark.parametrize(
    ("members", "count"),
    [
        ({}, 0),
        ({"total_costs": {"before_taxes": 4.95}}, 0),
        ({"total_costs": {"excl_vat": 4.5, "incl_vat": 4.95}}, 0),
        ({"total_costs": costs(4.51)}, 0),
        ({"total_costs": costs(4.6)}, 1),
        ({"total_costs": costs(4.4)}, 1),
        ({"total_costs": costs(4.4), "capture_status_code": "PARTIAL_SUCCESS"}, 0),
        ({"total_costs": costs(4.6), "capture_status_code": "PARTIAL_SUCCESS"}, 1),
        ({"total_costs": costs(0.0), "capture_status_code": "FAILED"}, 0),
        ({"total_costs": costs(9.0), "currency": "CHF"}, 0),
        ({"total_costs": None}, 0),
    ],
)
def test_captured_fits_total(members, count):
    found = pointers(payments.captured_fits_total(confirmation(**members), PAYMENTS, cdr(PAYMENTS)))
    assert found == [("/total_costs", FAILED)] * count


def test_totals_that_cannot_be_compared():
    untaxed = with_(cdr(PAYMENTS), {"before_taxes": 9.0}, "total_cost")
    for one in (untaxed, credit(PAYMENTS), {}):
        assert pointers(payments.captured_fits_total(confirmation(), PAYMENTS, one)) == []


def test_currency_of_session():
    for code, found in (("EUR", []), ("eur", []), (None, []), ("CHF", [("/currency", ADVISED)])):
        assert pointers(payments.currency_of_session(confirmation(currency=code), PAYMENTS, session(V230))) == found


# The whole area


def test_every_payload_entry_is_dealt_with():
    assert payload("payments")
    all_dealt_with(payments, "payments", "PAY-")


def test_the_schemas_decide():
    bare = terminal(last_updated=None)
    assert [error.pointer for error in validator(PAYMENTS, "Terminal").errors(bare)] == ["/last_updated"]
    bare = confirmation(authorization_reference=None)
    assert [error.pointer for error in validator(PAYMENTS, KIND).errors(bare)] == ["/authorization_reference"]
    for disputed in (without(failure(), "eft_data"), confirmation(total_costs=OF_2_2_1)):
        assert validator(PAYMENTS, KIND).errors(disputed) == []
    assert [error.pointer for error in validator(PAYMENTS, KIND).errors(confirmation(eft_data=None))] == ["/eft_data"]


@pytest.mark.parametrize(
    ("pattern", "kind", "count"),
    [
        ("payment_terminal_example_*.json", "Terminal", 3),
        ("payment_terminal_[acp]*.json", "Terminal", 4),
        ("payment_financial_*.json", KIND, 3),
    ],
)
def test_examples_of_the_specification(pattern, kind, count):
    found = spec_examples(PAYMENTS, pattern)
    assert len(found) == count
    for name, value in found:
        assert gravest("payments", kind, value, PAYMENTS) == {}, name
