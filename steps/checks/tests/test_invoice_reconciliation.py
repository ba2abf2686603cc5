"""Each expectation about how records of invoices are named, sent and taken: what fulfils it beside what does not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES
from ocpi_conformance.steps.checks import invoice_reconciliation as checks
from ocpi_conformance.steps.checks.rules.tests.samples_bookings import record
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

Json = dict[str, Any]
# The moment of the sample's last_updated, 2025-03-01T08:00:00Z, and one an hour later.
ISSUED, LATER = 1740816000.0, 1740819600.0


def request(method: str = "PUT", path: str = "NL/CPO/IRR1", body: object = None) -> Exchange:
    """Return a request of the target to the Receiver interface of invoicereconciliation."""
    segments = [part for part in path.split("/") if part]
    names, route = (("country_code", "party_id", "id"), "record") if len(segments) == 3 else ((), "create")
    ids = tuple(zip(names, segments, strict=False))
    made = Request(method, f"https://p/{path}", body=jsontext.dumps(body or record()))
    return Exchange(
        1, "target", made, Response(200), Context("2.3.0", INVOICES, "RECEIVER", route, ids), 1, 1, 0.0, 0.0
    )


def answer(http: int = 200, code: int = 1000, data: object = None) -> Exchange:
    """Return an answer of the target."""
    body = jsontext.dumps({"status_code": code, "data": data, "timestamp": "2025-03-01T08:00:00Z"})
    made = Request("GET", "https://t/")
    return Exchange(1, "partner", made, Response(http, (), body), Context("2.3.0"), 1, 1, 0.0, 0.0)


def shown(kind: str, value: Json, *, sender: str = "target", route: str = "", at: float = ISSUED) -> Payload:
    module = INVOICES if kind == checks.RECORD else "cdrs"
    context = Context("2.3.0", module, "SENDER" if route == "list" else "RECEIVER", route)
    return Payload(kind, value, Exchange(1, sender, Request("GET", "https://x/"), None, context, 1, 1, at, at), "")


@pytest.mark.parametrize(
    ("identifier", "wrong"),
    [
        ("invoicereconciliation", []),
        ("InvoiceReconciliation", ["InvoiceReconciliation"]),
        ("invoice_reconciliation", ["invoice_reconciliation"]),
        ("invoicereconciliations", ["invoicereconciliations"]),
    ],
)
def test_the_identifier_of_the_module(identifier: str, wrong: list[str]) -> None:
    details = {"endpoints": [{"identifier": "cdrs"}, {"identifier": identifier}, {}]}
    assert [breach.actual for breach in checks.is_identified(answer(data=details))] == wrong


@pytest.mark.parametrize("details", [{"endpoints": [{"identifier": "cdrs"}]}, {}, None])
def test_without_the_module_its_identifier_is_not_judged(details: object) -> None:
    with pytest.raises(NotObserved):
        list(checks.is_identified(answer(data=details)))


@pytest.mark.parametrize(
    ("http", "code", "wrong"),
    [
        (200, 1000, False),
        (201, 1000, False),
        (404, 2000, False),
        (200, 2001, False),
        (500, 3000, True),
        (200, 3000, True),
    ],
)
def test_what_is_open_is_no_fault_of_the_server(http: int, code: int, *, wrong: bool) -> None:
    assert bool(list(checks.no_server_error(answer(http, code)))) == wrong


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize(("path", "wrong"), [("NL/CPO/IRR1", False), ("", True), ("IRR1", True), ("CPO/NL/IRR1", True)])
def test_the_url_of_a_record(method: str, path: str, *, wrong: bool) -> None:
    assert bool(list(checks.addressed([request(method, path)]))) == wrong


def test_a_new_record_has_no_url_yet() -> None:
    with pytest.raises(NotObserved):
        list(checks.addressed([request("POST", "")]))


@pytest.mark.parametrize(
    ("path", "pointers"),
    [
        ("NL/CPO/IRR1", []),
        ("nl/cpo/irr1", []),
        ("NL/CPO/IRR2", ["/id"]),
        ("BE/XXX/IRR1", ["/country_code", "/party_id"]),
    ],
)
def test_owner_and_id_in_the_url(path: str, pointers: list[str]) -> None:
    assert [breach.pointer for breach in checks.as_in_url([request(path=path)])] == pointers


@pytest.mark.parametrize("exchange", [request("DELETE"), request(path="IRR1")])
def test_what_has_no_record_at_its_url_is_not_compared(exchange: Exchange) -> None:
    with pytest.raises(NotObserved):
        list(checks.as_in_url([exchange]))


def test_pushed_records_are_whole() -> None:
    whole, without = shown(checks.RECORD, record()), shown(checks.RECORD, record(invoice_id=None))
    assert list(checks.pushed_whole([whole])) == []
    assert [breach.pointer for breach in checks.pushed_whole([whole, without])] == ["/invoice_id"]
    with pytest.raises(NotObserved):
        list(checks.pushed_whole([shown(checks.RECORD, record(), sender="partner", route="list")]))


def test_a_record_may_list_a_credit_cdr() -> None:
    assert list(checks.pushed_whole([shown(checks.RECORD, record(cdrs=["C" * 39]))])) == []
    assert len(list(checks.pushed_whole([shown(checks.RECORD, record(cdrs=["C" * 40]))]))) == 1


def test_listed_cdrs_were_exchanged() -> None:
    cdrs = [shown("CDR", {"id": name}, sender="partner", route="list", at=LATER) for name in ("cdr1", "CDR2")]
    known, unknown = (shown(checks.RECORD, record(cdrs=["CDR1", name])) for name in ("cdr2", "CDR3"))
    assert list(checks.lists_known_cdrs([known, *cdrs])) == []
    found = [(breach.pointer, breach.at_most) for breach in checks.lists_known_cdrs([unknown, *cdrs])]
    assert found == [("/cdrs/1", Verdict.ADVISED)]


def test_an_older_record_may_be_about_cdrs_that_came_before_the_run() -> None:
    unknown = shown(checks.RECORD, record(cdrs=["CDR3"]))
    pushed = [shown("CDR", {"id": "CDR1"}, sender="partner", route="create", at=at) for at in (LATER, LATER + 1)]
    with pytest.raises(NotObserved, match="exchanged in this run"):
        list(checks.lists_known_cdrs([unknown, *pushed]))
    assert len(list(checks.lists_known_cdrs([unknown, shown("CDR", {"id": "CDR1"}, sender="partner", at=ISSUED)]))) == 1


def test_without_cdrs_none_is_missed() -> None:
    with pytest.raises(NotObserved, match="no CDR"):
        list(checks.lists_known_cdrs([shown(checks.RECORD, record())]))
