"""Each expectation about a payment terminal provider: what fulfils it beside what does not, and what it leaves open."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.checks import payment_terminals as checks
from ocpi_conformance.steps.checks.objects_read import is_the_named_object
from ocpi_conformance.steps.checks.paging import identity
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

FAILED, ADVISED, OBSERVED = [Verdict.FAILED], [Verdict.ADVISED], [Verdict.OBSERVED]
OLD, NOW = "2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z"
TERMINAL = {"terminal_id": "T1", "address": "Way 1", "customer_reference": "A", "last_updated": OLD}
CONFIRMATION = {
    "id": "F1",
    "authorization_reference": "REF-1",
    "total_costs": {"before_taxes": 4.0, "taxes": [{"name": "VAT", "amount": 0.84}]},
    "currency": "EUR",
    "eft_data": ["Card"],
    "capture_status_code": "SUCCESS",
    "last_updated": NOW,
}
CDR = {"id": "C1", "authorization_reference": "ref-1", "total_cost": CONFIRMATION["total_costs"], "currency": "EUR"}
COMMAND = "https://p.example/ocpi/2.3.0/receiver/commands/START_SESSION"
_TICKS = itertools.count(1)


def exchange(
    sender: Any,
    method: str,
    context: Context,
    body: Any = None,
    data: Any = None,
    *,
    ocpi: int = 1000,
    http: int = 200,
    url: str = "https://t.example/x",
) -> Exchange:
    began, ended = next(_TICKS), next(_TICKS)
    request = Request(method, url, (), b"" if body is None else jsontext.dumps(body))
    answer = {"status_code": ocpi, "timestamp": NOW, "data": data}
    response = Response(http, (), jsontext.dumps(answer))
    return Exchange(began, sender, request, response, context, began, ended, 1.8e9, 1.8e9)


def about(module: str, interface: str, route: str, **ids: str) -> Context:
    return Context("2.3.0", module, interface, route, ids=tuple(ids.items()))


def posted(route: str, body: Any) -> Exchange:
    return exchange("target", "POST", about("payments", "RECEIVER", route), body)


def start(**body: Any) -> Exchange:
    return exchange("target", "POST", about("commands", "RECEIVER", "command"), body, url=COMMAND)


def verdicts(breaches: Any) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


# Terminals ------------------------------------------------------------------------------------------------------------


def seen(value: Any, route: str, url: str = "https://t.example/x") -> Payload:
    return Payload("Terminal", value, exchange("partner", "GET", about("payments", "SENDER", route), url=url), "/data")


@pytest.mark.parametrize(
    ("alone", "expected"),
    [
        (TERMINAL, []),
        (TERMINAL | {"address": "Way 2"}, FAILED),
        (TERMINAL | {"city": "Utrecht"}, FAILED),
        (TERMINAL | {"address": "Way 2", "last_updated": NOW}, []),
        (TERMINAL | {"customer_reference": "B", "location_ids": ["L1"]}, []),
        (TERMINAL | {"terminal_id": "T2", "address": "Way 2"}, []),
    ],
)
def test_a_terminal_is_the_same_alone_and_in_the_list(alone: Any, expected: Any) -> None:
    found = [seen(TERMINAL, "terminals"), seen(alone, "terminal")]
    assert verdicts(checks.as_listed(found)) == expected
    # What a list by date shows may be of a moment before.
    assert not verdicts(checks.as_listed([seen(TERMINAL, "terminals", "https://t.example/x?date_from=1"), found[1]]))


def test_a_terminal_is_told_from_others_by_its_own_id() -> None:
    assert identity(TERMINAL, "2.3.0") == identity(TERMINAL | {"terminal_id": "t1"}, "2.3.0")
    assert identity(TERMINAL, "2.3.0") != identity(TERMINAL | {"terminal_id": "T2"}, "2.3.0")


@pytest.mark.parametrize(
    ("route", "ids", "data", "expected"),
    [
        ("terminal", {"terminal_id": "t1"}, TERMINAL, []),
        ("terminal", {"terminal_id": "T2"}, TERMINAL, FAILED),
        ("confirmation", {"financial_advice_confirmation_id": "F1"}, CONFIRMATION, []),
        ("confirmation", {"financial_advice_confirmation_id": "F2"}, CONFIRMATION, FAILED),
    ],
)
def test_the_url_names_what_is_read(route: str, ids: Any, data: Any, expected: Any) -> None:
    read = exchange("partner", "GET", about("payments", "SENDER", route, **ids), data=data)
    assert verdicts(is_the_named_object(read)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"terminal_id": "T1"}, []),
        ({"terminal_id": "T1", "location_ids": [], "evse_uids": None}, []),
        ({"terminal_id": "T1", "location_ids": ["L1"]}, FAILED),
        ({"terminal_id": "T1", "location_ids": ["L1"], "evse_uids": ["E1"]}, FAILED * 2),
    ],
)
def test_a_terminal_that_nobody_has_activated_has_no_place(body: Any, expected: Any) -> None:
    assert verdicts(checks.has_no_place(posted("create terminal", body))) == expected


def put(stored: Any, ocpi: int = 1000) -> ReadBack:
    pushed = TERMINAL | {"customer_reference": "B", "invoice_base_url": "https://i.example/"}
    read = exchange("partner", "GET", about("payments", "SENDER", "terminal"), data=stored)
    sent = exchange("partner", "PUT", about("payments", "SENDER", "terminal"), pushed, ocpi=ocpi)
    latest = Chosen("Terminal", "terminals", "SENDER", ("T1",), pushed, sent)
    return ReadBack("Terminal", stored, read, pushed, pushed, TERMINAL, "PUT", latest)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"customer_reference": "B", "invoice_base_url": "https://i.example/"}, []),
        ({"customer_reference": "B", "invoice_base_url": "https://i.example/", "address": "Way 2"}, []),
        ({"customer_reference": "A", "invoice_base_url": "https://i.example/"}, FAILED),
        ({"customer_reference": "A"}, FAILED * 2),
    ],
)
def test_a_terminal_has_what_the_cpo_has_put(stored: Any, expected: Any) -> None:
    assert verdicts(checks.has_data_of_cpo(put(stored))) == expected


def test_a_put_that_was_refused_tells_nothing_of_its_effect() -> None:
    with pytest.raises(NotObserved, match="did not take"):
        list(checks.has_data_of_cpo(put(TERMINAL, ocpi=2000)))


# Payments -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"currency": None}, FAILED),
        ({"eft_data": None}, FAILED),
        ({"eft_data": None, "capture_status_code": "FAILED"}, []),
        ({"total_costs": {"excl_vat": 4.0, "incl_vat": 4.84}}, []),
    ],
)
def test_a_confirmation_is_whole(changes: Any, expected: Any) -> None:
    body = {name: value for name, value in (CONFIRMATION | changes).items() if value is not None}
    assert verdicts(checks.is_whole_confirmation(posted("create confirmation", body))) == expected


def test_a_confirmation_has_the_reference_of_its_session() -> None:
    other = posted("create confirmation", CONFIRMATION | {"authorization_reference": "REF-0"})
    begun, fitting = start(authorization_reference="ref-1"), posted("create confirmation", CONFIRMATION)
    assert not list(checks.of_its_session([other, begun, fitting]))
    late = posted("create confirmation", CONFIRMATION | {"authorization_reference": "REF-0"})
    assert not list(checks.of_its_session([begun, late, fitting]))
    assert verdicts(checks.of_its_session([begun, late])) == FAILED
    for nothing in ([other, begun], [start(), fitting], [fitting]):
        with pytest.raises(NotObserved):
            list(checks.of_its_session(nothing))


def beside(changes: Any) -> list[Payload]:
    sent = posted("create confirmation", CONFIRMATION | changes)
    return [
        Payload("FinancialAdviceConfirmation", CONFIRMATION | changes, sent, ""),
        Payload("CDR", CDR, exchange("partner", "POST", about("cdrs", "RECEIVER", "create"), CDR), ""),
    ]


@pytest.mark.parametrize(
    ("changes", "captures", "currency"),
    [
        ({}, [], []),
        ({"total_costs": {"before_taxes": 9.0}}, FAILED, []),
        ({"total_costs": {"before_taxes": 1.0}, "capture_status_code": "PARTIAL_SUCCESS"}, [], []),
        ({"currency": "CHF"}, [], ADVISED),
    ],
)
def test_what_is_captured_is_what_the_cdr_costs(changes: Any, captures: Any, currency: Any) -> None:
    assert verdicts(checks.captures_total(beside(changes))) == captures
    assert verdicts(checks.has_currency(beside(changes))) == currency


def test_without_the_cdr_of_a_confirmation_nothing_is_compared() -> None:
    with pytest.raises(NotObserved, match="no CDR"):
        checks.captures_total(beside({"authorization_reference": "REF-2"}))


# Before a Session -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "expected"), [({"authorization_reference": "R"}, []), ({}, FAILED)])
def test_a_session_is_started_under_a_reference(body: Any, expected: Any) -> None:
    assert verdicts(checks.has_reference(start(**body))) == expected


PLUG = {"id": "1", "tariff_ids": ["TAR1"]}
PLACE = {"id": "LOC1", "evses": [{"uid": "E1", "connectors": [PLUG, {"id": "2", "tariff_ids": ["TAR2"]}]}]}
CONNECTOR = {"location_id": "LOC1", "evse_uid": "E1", "connector_id": "1"}
AT = {"location_id": "loc1", "evse_uid": "E1", "connector_id": "1"}


def reads(module: str, route: str, data: Any, ocpi: int = 1000, **ids: str) -> Exchange:
    return exchange("target", "GET", about(module, "SENDER", route, **ids), data=data, ocpi=ocpi)


def told(module: str, route: str, body: Any, ocpi: int = 1000, **ids: str) -> Exchange:
    return exchange("partner", "PUT", about(module, "RECEIVER", route, **ids), body, ocpi=ocpi)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (lambda: [reads("locations", "list", [{"id": "LOC0"}, PLACE])], []),
        (lambda: [reads("locations", "location", PLACE, location_id="LOC1")], []),
        (lambda: [reads("locations", "connector", PLUG, location_id="LOC1", evse_uid="E1", connector_id="1")], []),
        (lambda: [told("locations", "location", PLACE, location_id="LOC1")], []),
        (lambda: [told("locations", "evse", {"uid": "E1"}, location_id="LOC1")], []),
        (list, FAILED),
        (lambda: [reads("locations", "list", [{"id": "LOC0"}])], FAILED),
        (lambda: [reads("locations", "location", None, ocpi=2003, location_id="LOC1")], []),
        (lambda: [told("locations", "location", PLACE, ocpi=2001, location_id="LOC1")], FAILED),
        (lambda: [exchange("partner", "GET", about("locations", "SENDER", "list"), data=[PLACE])], FAILED),
    ],
)
def test_a_connector_is_looked_up_before_a_session(before: Any, expected: Any) -> None:
    assert verdicts(checks.knows_connector([*before(), start(**AT)])) == expected


def test_what_is_looked_up_afterwards_comes_too_late() -> None:
    begun = start(**AT)
    assert verdicts(checks.knows_connector([begun, reads("locations", "list", [PLACE])])) == FAILED
    with pytest.raises(NotObserved):
        list(checks.knows_connector([reads("locations", "list", [PLACE])]))


@pytest.mark.parametrize(
    ("tariffs", "expected"),
    [
        (lambda: [reads("tariffs", "list", [{"id": "TAR2"}, {"id": "tar1"}])], []),
        (lambda: [told("tariffs", "tariff", {"id": "TAR1"})], []),
        (lambda: [reads("tariffs", "list", [{"id": "TAR2"}])], FAILED),
        (lambda: [reads("tariffs", "list", None, ocpi=3000)], []),
        (list, FAILED),
    ],
)
def test_a_tariff_is_looked_up_before_a_session(tariffs: Any, expected: Any) -> None:
    place = told("locations", "location", PLACE, location_id="LOC1")
    assert verdicts(checks.knows_tariff([place, *tariffs(), start(**AT)])) == expected


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lambda: reads("locations", "list", [{"id": "LOC0"}, PLACE]), id="in a list"),
        pytest.param(
            lambda: reads("locations", "evse", PLACE["evses"][0], location_id="LOC1", evse_uid="E1"), id="in an EVSE"
        ),
        pytest.param(lambda: reads("locations", "connector", PLUG, **CONNECTOR), id="alone"),
    ],
)
def test_the_tariff_is_that_of_the_connector_however_it_was_read(place: Any) -> None:
    assert verdicts(checks.knows_tariff([place(), start(**AT)])) == FAILED
    assert not list(checks.knows_tariff([place(), reads("tariffs", "list", [{"id": "TAR1"}]), start(**AT)]))
    with pytest.raises(NotObserved):
        list(checks.knows_tariff([place(), start(**AT | {"location_id": "LOC9"})]))


def test_a_connector_without_a_tariff_needs_none() -> None:
    free = PLACE | {"evses": [{"uid": "E1", "connectors": [{"id": "1"}]}]}
    for before in ([], [told("locations", "location", free, location_id="LOC1")]):
        with pytest.raises(NotObserved, match="not told of a Tariff"):
            list(checks.knows_tariff([*before, start(**AT)]))
