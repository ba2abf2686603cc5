"""Each expectation about payments: what fulfils it beside what does not, and what is legal though it looks odd."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.checks import payments as checks
from ocpi_conformance.steps.commanded import Followed, Sent
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

FAILED, ADVISED, OBSERVED = [Verdict.FAILED], [Verdict.ADVISED], [Verdict.OBSERVED]
NOW = "2026-01-05T12:00:00Z"
TERMINAL = {"terminal_id": "T1", "address": "Way 1", "customer_reference": "A", "last_updated": NOW}


def answer(data: Any = None, http: int = 200, ocpi: int = 1000, module: str = "payments") -> Exchange:
    body = {"status_code": ocpi, "timestamp": NOW, "data": data}
    context = Context("2.3.0", module, "RECEIVER", "terminal")
    response = Response(http, (), jsontext.dumps(body))
    return Exchange(1, "partner", Request("GET", "http://target/x"), response, context, 1, 2, 0.0, 0.0)


def request(method: str, route: str, body: Any) -> Exchange:
    context = Context("2.3.0", "payments", "SENDER", route)
    sent = Request(method, "http://partner/payments/terminals", (), jsontext.dumps(body))
    return Exchange(2, "target", sent, Response(200), context, 3, 4, 0.0, 0.0)


def verdicts(breaches: Any) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


# The interface --------------------------------------------------------------------------------------------------------


def details(*identifiers: str) -> Exchange:
    rows = [{"identifier": name, "role": "RECEIVER", "url": "https://t.example/x"} for name in identifiers]
    return answer({"version": "2.3.0", "endpoints": rows}, module="version_details")


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        (("locations", "payments"), []),
        (("payments", "payments"), []),
        (("Payments",), FAILED),
        (("payments", "payment"), FAILED),
    ],
)
def test_the_identifier_is_payments(identifiers, expected) -> None:
    assert verdicts(checks.calls_by_identifier(details(*identifiers))) == expected


def test_without_payments_there_is_no_identifier() -> None:
    with pytest.raises(NotObserved, match="no module of payments"):
        verdicts(checks.calls_by_identifier(details("locations")))


@pytest.mark.parametrize(("http", "expected"), [(201, []), (200, []), (404, FAILED), (405, FAILED)])
def test_the_collections_are_below_the_url(http, expected) -> None:
    assert verdicts(checks.is_below_the_module(answer(http=http, ocpi=2000))) == expected


def test_a_minimal_terminal_may_be_refused() -> None:
    assert verdicts(checks.takes_minimal(answer(http=201))) == []
    assert verdicts(checks.takes_minimal(answer(ocpi=2001))) == OBSERVED


@pytest.mark.parametrize(
    ("http", "ocpi", "expected"), [(404, 2000, []), (200, 2000, []), (200, 1000, FAILED), (500, 3000, ADVISED)]
)
def test_what_nobody_has_created(http, ocpi, expected) -> None:
    assert verdicts(checks.reports_unknown(answer(http=http, ocpi=ocpi))) == expected


def test_where_nothing_is_read_nothing_is_unknown() -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.reports_unknown(answer(http=405, ocpi=1000)))


# Copies ---------------------------------------------------------------------------------------------------------------


def back(stored: Any, taken: bool = True) -> ReadBack:
    pushed = answer(http=201) if taken else answer(ocpi=2001)
    latest = Chosen("Terminal", "payments", "RECEIVER", ("terminals", "T1"), TERMINAL, pushed)
    return ReadBack("Terminal", stored, answer(stored), TERMINAL, None, None, "POST", latest)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"terminal_id": "t1"}, []),
        ({"city": "Utrecht"}, []),
        ({"customer_reference": "B", "location_ids": ["L1"], "last_updated": "2026-02-05T12:00:00Z"}, []),
        ({"address": None}, ADVISED),
        ({"address": "Way 2"}, FAILED),
        ({"terminal_id": "T2"}, FAILED),
        ({"terminal_id": None}, FAILED),
    ],
)
def test_what_the_provider_sent_is_kept(change, expected) -> None:
    stored = {name: value for name, value in (TERMINAL | change).items() if value is not None}
    assert verdicts(checks.has_data_of_provider(back(stored))) == expected


def test_what_was_refused_need_not_be_kept() -> None:
    with pytest.raises(NotObserved, match="did not take"):
        verdicts(checks.has_data_of_provider(back({}, taken=False)))


# CDRs of terminals ----------------------------------------------------------------------------------------------------

COMMAND = {"location_id": "LOC1", "evse_uid": "E1", "authorization_reference": "ref1"}
COST = {"before_taxes": 4.0}


def cdr(**fields: Any) -> Payload:
    value = {"id": "C1", "total_cost": COST, "authorization_reference": "REF1", **fields}
    context = Context("2.3.0", "cdrs", "RECEIVER", "create")
    return Payload("CDR", value, Exchange(3, "target", Request("POST", "http://p/"), None, context, 5, 6, 0.0, 0.0), "")


def assignment(**fields: Any) -> Payload:
    return Payload("Terminal", fields, request("PATCH", "terminal", fields), "", partial=True)


def followed(*found: Payload, objects: tuple[Payload, ...] = (), later: tuple[str, ...] = ("ACCEPTED",)) -> Followed:
    site: Any = None
    sent = Sent("START_SESSION", COMMAND, answer(), site, "x")
    return Followed(sent, ("ACCEPTED",), found, objects=objects, later=later)


def test_the_provider_gets_the_cdr() -> None:
    assert verdicts(checks.there_for_starter(followed(cdr()))) == []
    assert verdicts(checks.there_for_starter(followed(cdr(authorization_reference="x")))) == OBSERVED
    assert verdicts(checks.there_for_starter(followed())) == OBSERVED
    with pytest.raises(NotObserved):
        verdicts(checks.there_for_starter(followed(later=("REJECTED",))))


@pytest.mark.parametrize("place", [{"location_ids": ["loc1"]}, {"evse_uids": ["E1"]}])
def test_the_cdr_refers_to_the_invoice(place) -> None:
    at = (assignment(**place),)
    assert verdicts(checks.refers_to_invoice(followed(cdr(invoice_reference_id="I1"), objects=at))) == []
    assert verdicts(checks.refers_to_invoice(followed(cdr(), objects=at))) == FAILED


@pytest.mark.parametrize(
    ("found", "objects"),
    [
        ((), (assignment(location_ids=["LOC1"]),)),
        ((cdr(),), (assignment(location_ids=["LOC2"]),)),
        ((cdr(),), ()),
        ((cdr(total_cost={"before_taxes": 0.001}),), (assignment(location_ids=["LOC1"]),)),
    ],
)
def test_where_no_invoice_is_due_none_is_missed(found, objects) -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.refers_to_invoice(followed(*found, objects=objects)))


# What a CPO sends -----------------------------------------------------------------------------------------------------


def test_a_put_holds_a_whole_terminal() -> None:
    assert verdicts(checks.updates_as_a_whole(request("PUT", "terminal", TERMINAL))) == []
    parts = {"customer_reference": "A", "last_updated": NOW}
    assert verdicts(checks.updates_as_a_whole(request("PUT", "terminal", parts))) == ADVISED


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"reference": "SN"}, []),
        ({"location_ids": ["L1"]}, []),
        ({"evse_uids": ["E1"]}, []),
        ({"location_ids": [], "address": "Way 1"}, OBSERVED),
        ({"last_updated": NOW}, FAILED),
    ],
)
def test_an_activation_links_a_terminal_to_its_place(body, expected) -> None:
    assert verdicts(checks.links_to_place(request("POST", "activate", body))) == expected


def test_an_assignment_without_a_moment_is_noted() -> None:
    assert verdicts(checks.says_when(request("PATCH", "terminal", {"last_updated": NOW}))) == []
    assert verdicts(checks.says_when(request("PATCH", "terminal", {"location_ids": ["L1"]}))) == OBSERVED


def test_which_requests_are_meant() -> None:
    put, patch, post = (
        request(*about, {}) for about in (("PUT", "terminal"), ("PATCH", "terminal"), ("POST", "activate"))
    )
    assert (checks.is_update(put), checks.is_assignment(patch), checks.is_activation(post)) == (True, True, True)
    assert not any((checks.is_update(patch), checks.is_assignment(put), checks.is_activation(put)))


def location(**fields: Any) -> Payload:
    context = Context("2.3.0", "locations", "SENDER", "list")
    exchange = Exchange(1, "partner", Request("GET", "http://t/"), Response(200), context, 1, 2, 0.0, 0.0)
    return Payload("Location", {"id": "L1", "evses": [{"uid": "E1"}], **fields}, exchange, "/data/0")


def test_places_of_terminals_exist() -> None:
    seen = [location(), assignment(location_ids=["l1"], evse_uids=["E1"])]
    assert verdicts(checks.is_at_known_places(seen)) == []
    assert verdicts(checks.is_at_known_places([location(), assignment(evse_uids=["E2"])])) == FAILED


@pytest.mark.parametrize("found", [[], [location()], [location(), assignment()], [assignment(location_ids=["L1"])]])
def test_without_places_none_is_wrong(found) -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.is_at_known_places(found))
