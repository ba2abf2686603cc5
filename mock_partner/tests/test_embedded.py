"""Tests of the embedded target: its triggers are activities that do something, its lists those of one party."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from ocpi_conformance.mock_partner.activity import ACTIVITIES
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.embedded import TRIGGER_PARAMETERS, EmbeddedTarget
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.ocpi.versions import TO_COUNTRY, TO_PARTY, authorization
from ocpi_conformance.mock_partner.record import Record, Request
from ocpi_conformance.mock_partner.state import Connection

# What needs neither a peer nor a value of the operator's.
ALONE = {
    "CPO": (
        *("create_location", "change_location", "change_evse_status", "change_connector", "remove_evse"),
        *("create_session", "change_session", "stop_session", "create_session", "invalidate_session"),
        *("create_cdr", "correct_cdr", "create_tariff", "change_tariff", "delete_tariff", "pull_tokens"),
        *("create_invoice_record", "change_invoice_record", "delete_invoice_record", "pull_invoicereconciliation"),
    ),
    "EMSP": (
        *("create_token", "change_token", "invalidate_token"),
        *("pull_locations", "pull_sessions", "pull_cdrs", "pull_tariffs", "pull_invoicereconciliation"),
    ),
}


@pytest.mark.parametrize("name", sorted(set(TRIGGER_PARAMETERS) - {"new_token_a"}))
def test_a_trigger_has_the_parameters_of_its_activity(name: str) -> None:
    known = inspect.signature(ACTIVITIES[name]).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values())
    assert takes_any or set(TRIGGER_PARAMETERS[name]) <= set(known) - {"platform"}


@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_triggers_are_carried_out(role: str) -> None:
    target, client = EmbeddedTarget(role).start(), Client(Record(), "partner", 5.0)
    try:
        triggers = target.declaration(0)["triggers"]
        found = []
        for name in ALONE[role]:
            method, _, url = triggers[name].format_map(dict.fromkeys(TRIGGER_PARAMETERS[name], "")).partition(" ")
            exchange = client.send(Request(method, url))
            found.append((name, exchange.response and exchange.response.status))
        assert found == [(name, 200) for name in ALONE[role]]
    finally:
        client.close()
        target.stop()


def test_a_trigger_without_its_object_says_so() -> None:
    target, client = EmbeddedTarget("CPO").start(), Client(Record(), "partner", 5.0)
    try:
        _, _, url = target.declaration(0)["triggers"]["stop_session"].format(session_id="").partition(" ")
        exchange = client.send(Request("POST", url))
        assert exchange.response is not None
        assert exchange.response.status == 502
        assert "no session is going on" in exchange.response.json["status_message"]
    finally:
        client.close()
        target.stop()


def listed(behaviour: Behaviour, party_id: str) -> tuple[int, set[str]]:
    """Return the OCPI status of the Location list for one party, and the owners in it."""
    target = EmbeddedTarget("CPO", behaviour)
    platform = target.platform
    platform.connections.append(Connection("token", "registered", version="2.2.1"))
    headers = (("Authorization", authorization("token", "2.2.1")), (TO_COUNTRY, "NL"), (TO_PARTY, party_id))
    path = ("2.2.1", "sender", "locations")
    response, _ = platform.handle(Inbound("GET", f"{platform.base_url}/{'/'.join(path)}", path, (), headers, b""))
    target.stop()
    assert response is not None
    return response.json["status_code"], {item["party_id"] for item in response.json.get("data", ())}


@pytest.mark.parametrize(
    ("switches", "party_id", "expected"),
    [
        ({}, "EMB", (1000, {"EMB"})),
        ({}, "emb", (1000, {"EMB"})),
        ({"second_party": True}, "EMB", (1000, {"EMB"})),
        ({"second_party": True}, "EM2", (1000, {"EM2"})),
        ({"second_party": True, "lists_of": "every party", "max_limit": 50}, "EM2", (1000, {"EMB", "EM2"})),
        ({"routed_requests": "in exact case"}, "EMB", (1000, {"EMB"})),
        ({"routed_requests": "in exact case"}, "emb", (2000, set())),
        ({"routed_requests": "refused"}, "EMB", (2000, set())),
    ],
)
def test_a_request_is_for_the_party_in_its_headers(
    switches: dict[str, Any], party_id: str, expected: tuple[int, set[str]]
) -> None:
    assert listed(Behaviour(**switches), party_id) == expected
