"""Each rule on invoice reconciliation: an object that keeps it beside one that breaks it, and legal odd ones."""

from __future__ import annotations

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import invoicereconciliation as records
from ocpi_conformance.steps.checks.rules.tests.samples_bookings import (
    EDITIONS,
    OWNER,
    all_dealt_with,
    pointers,
    record,
    survive_odd_shapes,
)
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import V230, judged, payload
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
KIND = "InvoiceReconciliationRecord"
LONG = "C" * 37


@pytest.mark.parametrize("version", EDITIONS)
def test_the_sample_is_valid_flawless_and_no_shape_too_odd(version):
    assert validator(version, KIND).errors(record()) == []
    survive_odd_shapes("INV-", KIND, record(), version)


def test_cdrs_listed_once():
    for cdrs, found in (
        (["CDR1", "CDR11"], []),
        (["CDR1", "CDR2", "cdr1"], [("/cdrs/2", ADVISED, 0)]),
        (["CDR1", {"id": "CDR1"}, None], []),
    ):
        assert judged("INV-021", KIND, [record(cdrs=cdrs)], V230) == found


def test_owner():
    for code, found in (("nl", []), ("XK", []), ("ZY", [("/country_code", FAILED, 0)])):
        assert judged("INV-022", KIND, [record(country_code=code)], V230) == found
    assert pointers(records.owner_of_record(record(), V230, [("NL", "CPO")])) == []
    assert pointers(records.owner_of_record(record(), V230, [("DE", "MSP")])) == [("/party_id", ADVISED)]


def test_long_ids():
    assert judged("INV-023", KIND, [record(cdrs=[LONG[:36], LONG])], V230) == [("/cdrs/1", FAILED, 0)]
    found = list(records.ids_can_be_listed([{"id": LONG[:36]}, {"id": LONG}, {"id": None}], V230))
    assert [(flaw.pointer, flaw.index) for flaw in found] == [("/id", 1)]


def test_cdrs_as_objects():
    assert judged("INV-032", KIND, [record(cdrs=["CDR1", {"id": "CDR2"}, {}])], V230) == [
        ("/cdrs/1", FAILED, 0),
        ("/cdrs/2", FAILED, 0),
    ]


@pytest.mark.parametrize(
    ("members", "apart", "twice"),
    [
        ({}, 0, 1),
        ({"id": "IRR2"}, 0, 0),
        ({"party_id": "OTH", "invoice_id": "X", "cdrs": ["CDR9"]}, 0, 0),
        ({"invoice_id": "X", "cdrs": ["CDR9"]}, 1, 1),
        ({"id": "irr1", "invoice_id": "X", "cdrs": ["CDR9"]}, 1, 1),
        ({"invoice_id": "X"}, 0, 1),
        ({"cdrs": ["CDR9"]}, 0, 1),
        ({"invoice_id": "X", "cdrs": ["cdr2", "CDR9"]}, 0, 1),
        ({"id": None, "invoice_id": "X", "cdrs": ["CDR9"]}, 0, 0),
    ],
)
def test_shared_ids(members, apart, twice):
    seen = [record(), record(**members)]
    assert judged("INV-033", KIND, seen, V230) == [("/id", OBSERVED, 1)] * apart
    found = list(records.listed_once(seen, V230))
    assert [(flaw.pointer, flaw.index) for flaw in found] == [("/id", 1)] * twice


# Between objects of several classes, or two readings of one


def test_cdrs_are_known():
    cdrs = [{**OWNER, "id": "cdr1"}, {"country_code": "DE", "party_id": "XXX", "id": "CDR2"}]
    assert pointers(records.cdrs_are_known(record(), V230, cdrs)) == []
    assert pointers(records.cdrs_are_known(record(cdrs=["CDR1", "CDR3"]), V230, cdrs)) == [("/cdrs/1", ADVISED)]


@pytest.mark.parametrize(
    ("members", "count"),
    [
        ({"cdrs": ["CDR1"], "last_updated": "2025-03-01T08:00:01Z"}, 0),
        ({"cdrs": ["CDR1"]}, 1),
        ({"invoice_id": "X", "last_updated": "2025-03-01T07:59:59Z"}, 1),
        ({"last_updated": "2025-03-01T07:00:00Z"}, 0),
        ({}, 0),
        ({"cdrs": ["CDR1"], "last_updated": None}, 0),
    ],
)
def test_last_updated_after_change(members, count):
    found = pointers(records.last_updated_after_change(record(), record(**members), V230))
    assert found == [("/last_updated", OBSERVED)] * count


# The whole area


def test_every_payload_entry_is_dealt_with():
    assert payload("invoicereconciliation")
    all_dealt_with(records, "invoicereconciliation", "INV-")


def test_the_schemas_decide():
    for version in EDITIONS:
        for members in ({"invoice_id": None}, {"cdrs": []}, {"cdrs": None}):
            (name,) = members
            found = validator(version, KIND).errors(record(**members))
            assert [error.pointer for error in found] == [f"/{name}"]
