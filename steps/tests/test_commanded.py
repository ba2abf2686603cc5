"""What a command can be for and what belongs to it: objects put together from pushes, EVSEs chosen by what they say."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.command_bodies import COMMANDS
from ocpi_conformance.steps.commanded import announced, belongs, merged, word_of
from ocpi_conformance.steps.offered import OFFERS
from ocpi_conformance.steps.payloads import Payload

TOKEN = {"uid": "T1"}


def exchange(request: bytes = b"{}", answer: bytes = b"{}", name: str = "S1") -> Exchange:
    context = Context("2.2.1", "sessions", "RECEIVER", "session", (("session_id", name),))
    return Exchange(
        1, "target", Request("POST", "http://x/", (), request), Response(200, (), answer), context, 1, 2, 0, 0
    )


def sight(partial: bool = False, name: str = "S1", **fields: Any) -> Payload:
    return Payload("Session", fields, exchange(name=name), "", partial)


def test_changes_are_applied_in_their_order() -> None:
    found = merged(
        [
            sight(id="S1", status="PENDING", kwh=0),
            sight(id="S2", status="ACTIVE"),
            sight(partial=True, status="ACTIVE"),
            sight(partial=True, name="S9", status="ACTIVE"),
        ],
        "Session",
    )
    assert [payload.value for payload in found] == [
        {"id": "S2", "status": "ACTIVE"},
        {"id": "S1", "status": "ACTIVE", "kwh": 0},
    ]


def test_an_object_belongs_to_a_command_by_its_token_or_its_reference() -> None:
    command = {"token": TOKEN, "authorization_reference": "REF1"}
    assert belongs({"cdr_token": {"uid": "t1"}}, command)
    assert belongs({"cdr_token": {"uid": "T2"}, "authorization_reference": "ref1"}, command)
    assert not belongs({"cdr_token": {"uid": "T2"}}, command)
    assert not belongs({}, {"token": TOKEN})


def test_the_word_of_a_result_may_lie_in_an_envelope() -> None:
    assert word_of(exchange(b'{"result": "FAILED"}')) == "FAILED"
    assert word_of(exchange(b'{"data": {"result": "FAILED"}, "status_code": 1000}')) == "FAILED"
    assert word_of(exchange(b"[]")) == ""


@pytest.mark.parametrize(("timeout", "seconds"), [(b"30", 30.0), (b"true", None), (b'"30"', None), (b"null", None)])
def test_the_timeout_that_is_announced(timeout: bytes, seconds: float | None) -> None:
    assert announced(exchange(answer=b'{"data": {"result": "ACCEPTED", "timeout": %b}}' % timeout)) == seconds


@pytest.mark.parametrize(
    ("thing", "status", "capabilities", "fits"),
    [
        ("an EVSE to charge at", "AVAILABLE", ["REMOTE_START_STOP_CAPABLE"], True),
        ("an EVSE to charge at", "CHARGING", ["REMOTE_START_STOP_CAPABLE"], False),
        ("an EVSE to charge at", "AVAILABLE", None, False),
        ("a Connector to unlock", "CHARGING", ["UNLOCK_CAPABLE"], True),
        ("an EVSE that cannot be reserved", "AVAILABLE", ["RFID_READER"], True),
        ("an EVSE that cannot be reserved", "AVAILABLE", ["RESERVABLE"], False),
        ("an EVSE that cannot be reserved", "AVAILABLE", [], False),
    ],
)
def test_an_evse_is_chosen_by_what_it_says(thing: str, status: str, capabilities: list[str] | None, fits: bool) -> None:
    assert OFFERS[thing].fits({"status": status, "capabilities": capabilities}) is fits


def test_the_words_for_a_command_begin_with_its_name() -> None:
    assert all(words.startswith(name) for words, (name, _) in COMMANDS.items())
