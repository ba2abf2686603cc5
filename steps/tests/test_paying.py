"""The partner as the CPO of a payment terminal provider: which terminal is chosen, what is asked, what is put back."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.config import Allow
from ocpi_conformance.mock_partner.samples_2_3_0 import TERMINALS
from ocpi_conformance.mock_partner.state import Store
from ocpi_conformance.schemas import validator
from ocpi_conformance.steps import acts, offered, paying, things
from ocpi_conformance.steps.run import embedded_config
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved

LISTED = {"terminal_id": "T1", "city": "Utrecht", "state": None, "last_updated": "2026-01-05T12:00:00Z"}


def scene(**offers: dict[str, str]) -> Any:
    """Return as much of a Scene as is needed, of a target that offers these terminals."""
    peer = SimpleNamespace(country_code="AT", party_id="PTP")
    platform = SimpleNamespace(own=Store(), received=Store())
    made = SimpleNamespace(
        partner=SimpleNamespace(
            role="PTP",
            version="2.3.0",
            config=replace(embedded_config(Allow()), offers=offers),
            roles=(SimpleNamespace(role="CPO", country_code="NL", party_id="TST", name="Partner"),),
        ),
        site=SimpleNamespace(platform=platform, connection=SimpleNamespace(peer_roles=(peer,))),
        behind=None,
        objects={"Terminal": Chosen("Terminal", "terminals", "SENDER", ("T1",), LISTED)},
        undo=[],
    )
    made.chosen = made.objects.__getitem__
    return made


def test_only_a_terminal_that_is_offered_is_activated_or_deactivated() -> None:
    made = scene(terminal_to_activate={"reference": "SN-1"}, terminal_to_deactivate={"terminal_id": "T9"})
    offered.offer(made, "a terminal to activate")
    push = things.build(made, "the activation of the Terminal")
    assert (push.module, push.interface, push.path) == ("terminals", "SENDER", ("activate",))
    assert push.body["reference"] == "SN-1"
    errors = validator("2.3.0-payments", "Terminal", partial=True).errors(push.body)
    assert not errors
    offered.offer(made, "a terminal to deactivate")
    assert things.build(made, "the deactivation of the Terminal").path == ("T9", "deactivate")


@pytest.mark.parametrize("offers", [{}, {"terminal_to_activate": {"terminal_id": "T9"}}])
def test_what_nobody_offers_is_left_alone(offers: Any) -> None:
    with pytest.raises(NotObserved, match=r'\[offers\] terminal_to_activate = \{ reference = "..." \}'):
        offered.offer(scene(**offers), "a terminal to activate")


@pytest.mark.parametrize("taken", [True, False])
def test_a_terminal_is_given_back_what_it_had(monkeypatch: pytest.MonkeyPatch, taken: bool) -> None:
    made, sent = scene(), []
    monkeypatch.setattr(acts, "push", lambda _, push, method: sent.append((method, push.path, push.body)))
    monkeypatch.setattr(acts, "accepted", lambda _: taken)
    push = things.build(made, "the Terminal with another customer_reference and invoice_base_url")
    assert push.body["city"] == "Utrecht"
    assert "state" not in push.body
    assert push.body["customer_reference"].startswith("OCT-CPO-")
    made.undo.pop()()
    method, path, body = sent[0]
    assert (method, path, body["city"], "customer_reference" in body) == ("PUT", ("T1",), "Utrecht", False)
    assert [(method, body["location_ids"]) for method, _, body in sent[1:]] == ([] if taken else [("PATCH", [])])


def test_the_partner_knows_of_a_terminal_of_the_target_where_the_cpo_makes_the_invoice() -> None:
    made = scene()
    push = things.build(made, "a Location with a terminal of the CPO's invoices")
    (known,) = made.site.platform.received.all(TERMINALS)
    assert (known["location_ids"], known["invoice_creator"]) == ([push.body["id"]], "CPO")
    made.undo.pop()()
    assert made.site.platform.received.all(TERMINALS) == ()
    made.site.connection.peer_roles = ()
    with pytest.raises(NotObserved, match="no party"):
        things.build(made, "a Location with a terminal of the CPO's invoices")


def test_a_tariff_is_listed_for_the_location_that_has_it() -> None:
    made = scene()
    push = things.build(made, "a Location with a Tariff of its own")
    (tariff,) = made.site.platform.own.all("tariffs")
    plugs = [plug for evse in push.body["evses"] for plug in evse["connectors"]]
    assert plugs
    assert all(plug["tariff_ids"] == [tariff["id"]] for plug in plugs)
    made.undo.pop()()
    assert made.site.platform.own.all("tariffs") == ()
    assert paying.OFFERS.keys() <= offered.KEYS.keys()
