"""The partner as a payment terminal provider: where its objects go, and what it knows of the Session that is paid."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request
from ocpi_conformance.mock_partner.samples_2_3_0 import TERMINALS
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Store
from ocpi_conformance.schemas import validator
from ocpi_conformance.steps import acts, places, terminals, things
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved

BASE = "https://t.example/ocpi/payments"


def scene(*urls: str, **more: Any) -> Any:
    """Return as much of a Scene as is needed, at a target with these endpoints of payments."""
    endpoints = tuple(Endpoint("payments", "RECEIVER", url) for url in urls)
    platform = SimpleNamespace(own=Store())
    site = SimpleNamespace(connection=Connection("token", endpoints=endpoints), platform=platform)
    record = SimpleNamespace(exchanges=lambda *_: more.pop("exchanges", ()))
    made = SimpleNamespace(
        site=site,
        speaker=lambda *_: site,
        partner=SimpleNamespace(version="2.3.0", role="CPO"),
        objects={},
        undo=[],
        commands=more.get("commands", []),
        record=record,
        started=0,
    )
    made.chosen = made.objects.__getitem__
    return made


@pytest.mark.parametrize(
    ("urls", "url"),
    [
        ((BASE,), f"{BASE}/terminals/T1"),
        ((f"{BASE}/",), f"{BASE}/terminals/T1"),
        ((f"{BASE}/financial-advice-confirmations", f"{BASE}/terminals"), f"{BASE}/terminals/T1"),
        ((f"{BASE}/financial-advice-confirmations", f"{BASE}/terminals/"), f"{BASE}/terminals/T1"),
    ],
)
def test_a_module_of_two_collections_has_one_url_or_two(urls: tuple[str, ...], url: str) -> None:
    found = places.endpoint(scene(*urls), "payments", "RECEIVER", ("terminals", "T1"))
    assert (found.url, found.context.route) == (url, "terminal")


def test_other_modules_have_one_url() -> None:
    made = scene()
    made.site.connection.endpoints = (Endpoint("locations", "RECEIVER", "https://t.example/NL"),)
    found = places.endpoint(made, "locations", "RECEIVER", ("NL", "OCT", "L1"))
    assert found.url == "https://t.example/NL/NL/OCT/L1"


def test_a_terminal_is_posted_to_its_collection_and_read_below_it() -> None:
    made = scene(BASE)
    push = things.build(made, "a Terminal")
    assert acts._created_at(made, push) == ("terminals",)
    things.remember(made, push)
    assert places.chosen(made, "Terminal").url == f"{BASE}/terminals/{push.body['terminal_id']}"
    assert places.unknown(made, "Terminal").url == f"{BASE}/terminals/{places.UNKNOWN_ID}"


@pytest.mark.parametrize("name", ["a Terminal", "a complete Terminal"])
def test_terminals_are_valid(name: str) -> None:
    body = things.build(scene(BASE), name).body
    assert validator("2.3.0-payments", "Terminal").errors(body) == []
    assert "location_ids" not in body


@pytest.mark.parametrize(
    "name",
    [
        "a FinancialAdviceConfirmation",
        "a FinancialAdviceConfirmation of a part of the costs",
        "a FinancialAdviceConfirmation of a failure",
    ],
)
def test_confirmations_are_valid_and_of_the_session(name: str) -> None:
    started = SimpleNamespace(name="START_SESSION", body={"authorization_reference": "REF1"})
    body = things.build(scene(BASE, commands=[started]), name).body
    assert validator("2.3.0-payments", "FinancialAdviceConfirmation").errors(body) == []
    assert body["authorization_reference"] == "REF1"


def test_what_is_confirmed_is_what_the_cdr_says() -> None:
    total = {"before_taxes": 2.0, "taxes": [{"name": "VAT", "amount": 0.4}]}
    cdr = {"id": "C1", "authorization_reference": "ref1", "total_cost": total, "currency": "CHF"}
    context = Context("2.3.0", "cdrs", "RECEIVER", "create")
    told = Request("POST", "http://p/", (), jsontext.dumps(cdr))
    exchange = Exchange(1, "target", told, None, context, 1, 2, 0.0, 0.0)
    started = SimpleNamespace(name="START_SESSION", body={"authorization_reference": "REF1"})
    body = things.build(scene(BASE, commands=[started], exchanges=[exchange]), "a FinancialAdviceConfirmation").body
    assert (body["total_costs"], body["currency"]) == (total, "CHF")


def test_without_a_session_nothing_is_paid() -> None:
    with pytest.raises(NotObserved, match="no Session"):
        things.build(scene(BASE), "a FinancialAdviceConfirmation")


def test_a_terminal_that_the_operator_is_told_of_is_one_of_the_partner_until_the_end() -> None:
    made = scene(BASE)
    things.remember(made, things.build(made, "a Terminal"))
    made.objects["Location"] = Chosen("Location", "locations", "SENDER", ("LOC1",), {})
    told = terminals.assigned_values(made)
    assert told == {"terminal_id": made.objects["Terminal"].path[-1], "location_id": "LOC1"}
    assert len(made.site.platform.own.all(TERMINALS)) == 1
    made.undo.pop()()
    assert made.site.platform.own.all(TERMINALS) == ()


@pytest.mark.parametrize(
    ("module", "kind", "name"),
    [
        ("locations", "Location", "locations"),
        ("payments", "Terminal", TERMINALS),
        ("payments", "FinancialAdviceConfirmation", "payments/financial-advice-confirmations"),
        ("Booking", "Booking", "Booking"),
        ("booking_locations", "BookingLocation", "Booking/booking_locations"),
    ],
)
def test_where_objects_are_kept(module: str, kind: str, name: str) -> None:
    assert places.collection_of(scene(), module, kind) == name
