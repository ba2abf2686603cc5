"""Tests of sessions and CDRs of a CPO of ours: what is pushed when, that it adds up, and how each is broken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner import charging, publishing
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.state import Json, key_of
from ocpi_conformance.mock_partner.tests.pairs import EMSP, Pair, body_of, connected
from ocpi_conformance.mock_partner.timing import Agenda, SteppedClock

TOKEN = {"country_code": "NL", "party_id": "MSP", "uid": "U1", "type": "RFID", "contract_id": "NL-MSP-C1", "x": 1}


def stand_still(pair: Pair) -> Agenda:
    """Give the CPO a clock that only goes on when it is told to."""
    pair.cpo.clock = SteppedClock(datetime(2030, 1, 7, 12, tzinfo=UTC))
    pair.cpo.agenda = Agenda(pair.cpo.clock)
    return pair.cpo.agenda


def sessions(pair: Pair) -> list[tuple[str, Any]]:
    """Return method and body of each push of a session."""
    sent = [e for e in pair.record.exchanges(0, "target") if e.context.module == "sessions"]
    return [(e.request.method, body_of(e)) for e in sent]


def statuses(pair: Pair) -> list[str]:
    """Return each status of an EVSE that was pushed."""
    sent = [e for e in pair.record.exchanges(0, "target") if e.context.module == "locations"]
    return [body_of(e)["status"] for e in sent if e.request.method == "PATCH"]


def copy_of(pair: Pair, module: str, item: Json) -> Json | None:
    """Return what the eMSP has of an object."""
    return pair.emsp.received.read(module, key_of(module, item))


def test_the_location_within_a_session_and_its_cdr_of_2_1_1_stays_as_it_was() -> None:
    with connected() as pair:
        session = charging.start_session(pair.cpo, "LOC1", "LOC1-E2", "2", TOKEN)
        first = pair.cpo.show("2.1.1", "Session", session)["location"]
        assert [evse["uid"] for evse in first["evses"]] == ["LOC1-E2"]
        publishing.change_location(pair.cpo, "LOC1")
        cdr = charging.complete_session(pair.cpo, session)
        assert pair.cpo.show("2.1.1", "Session", session)["location"] == first
        assert pair.cpo.show("2.1.1", "CDR", cdr)["location"] == first
        other = charging.start_session(pair.cpo, "LOC1", "LOC1-E2", "2", TOKEN)
        assert pair.cpo.show("2.1.1", "Session", other)["location"]["name"] == f"{first['name']} *"


def test_a_session_from_its_start_to_its_cdr() -> None:
    with connected() as pair:
        agenda = stand_still(pair)
        session = charging.start_session(pair.cpo, "LOC1", "LOC1-E2", "2", TOKEN, "REF1")
        assert session["cdr_token"] == {name: TOKEN[name] for name in TOKEN if name != "x"}
        assert (session["status"], session["auth_method"], session["kwh"]) == ("ACTIVE", "COMMAND", 0.0)
        agenda.advance(1800)
        charging.update_session(pair.cpo, session, 5000)
        agenda.advance(1800)
        cdr = charging.complete_session(pair.cpo, session)
        assert [method for method, _ in sessions(pair)] == ["PUT", "PATCH", "PATCH"]
        assert [len(body["charging_periods"]) for _, body in sessions(pair)[1:]] == [1, 1]
        assert statuses(pair) == ["CHARGING", "AVAILABLE"]
        kept = copy_of(pair, "sessions", session)
        assert kept == pair.cpo.own.read("sessions", key_of("sessions", session))
        assert kept is not None
        assert (kept["status"], kept["kwh"], len(kept["charging_periods"])) == ("COMPLETED", 16.0, 2)
        assert kept["end_date_time"] == "2030-01-07T13:00:00Z"
        assert copy_of(pair, "cdrs", cdr) == cdr
        assert (cdr["total_energy"], cdr["total_time"]) == (16.0, 1.0)
        assert (
            cdr["total_cost"] == cdr["total_energy_cost"] == kept["total_cost"] == {"excl_vat": 5.6, "incl_vat": 6.776}
        )
        assert cdr["charging_periods"] == kept["charging_periods"]
        assert (cdr["session_id"], cdr["authorization_reference"]) == (session["id"], "REF1")
        assert cdr["cdr_location"]["connector_id"] == "2"


def test_a_pending_session_becomes_active_at_its_moment() -> None:
    with connected() as pair:
        agenda = stand_still(pair)
        charging.create_session(pair.cpo, status="PENDING")
        agenda.advance(60)
        charging.change_session(pair.cpo)
        (_, created), (_, changed) = sessions(pair)
        assert (created["status"], changed["status"]) == ("PENDING", "ACTIVE")
        assert (created["start_date_time"], changed["start_date_time"]) == (
            "2030-01-07T12:00:00Z",
            "2030-01-07T12:01:00Z",
        )
        assert statuses(pair) == ["CHARGING"]


def test_periods_never_start_together_even_within_a_second() -> None:
    with connected() as pair:
        stand_still(pair)
        charging.create_session(pair.cpo)
        for _ in range(3):
            charging.change_session(pair.cpo)
        charging.stop_session(pair.cpo)
        starts = [period["start_date_time"] for period in pair.cpo.own.all("sessions")[0]["charging_periods"]]
        assert len(set(starts)) == len(starts) == 4


def test_a_reservation_that_nobody_takes_up() -> None:
    with connected() as pair:
        agenda = stand_still(pair)
        session = charging.start_session(pair.cpo, "LOC1", "#NA", "#NA", TOKEN, status="RESERVATION")
        assert (session["evse_uid"], session["connector_id"]) == ("#NA", "#NA")
        agenda.advance(900)
        cdr = charging.complete_session(pair.cpo, session)
        assert cdr["total_energy"] == 0.0
        assert cdr["charging_periods"][0]["dimensions"] == [{"type": "RESERVATION_TIME", "volume": 0.25}]
        assert statuses(pair) == []


def test_an_invalid_session_has_no_cdr() -> None:
    with connected() as pair:
        charging.create_session(pair.cpo)
        charging.invalidate_session(pair.cpo)
        assert sessions(pair)[-1][1]["status"] == "INVALID"
        assert pair.cpo.own.count("cdrs") == 0


def test_a_cdr_is_corrected_by_a_credit_cdr_and_another_one() -> None:
    with connected() as pair:
        charging.issue_cdr(pair.cpo)
        charging.correct_cdr(pair.cpo)
        wrong, credit, right = [body_of(e) for e in pair.sent("POST", "cdrs")]
        assert (credit["credit"], credit["credit_reference_id"]) == (True, wrong["id"])
        assert credit["total_cost"]["excl_vat"] == -wrong["total_cost"]["excl_vat"]
        assert "credit" not in right
        assert len({wrong["id"], credit["id"], right["id"]}) == 3


@pytest.mark.parametrize(
    ("switches", "methods"),
    [
        ({}, ["PUT", "PATCH", "PATCH"]),
        ({"session_updates_by": "PUT"}, ["PUT", "PUT", "PUT"]),
        ({"unpushed": ("PUT sessions",), "after_failed_patch": "nothing"}, ["PATCH", "PATCH"]),
        ({"unpushed": ("PATCH sessions",)}, ["PUT"]),
        ({"pushes": "never"}, []),
    ],
)
def test_sessions_pushed_otherwise(switches: dict[str, Any], methods: list[str]) -> None:
    with connected(**switches) as pair:
        charging.create_session(pair.cpo)
        charging.change_session(pair.cpo)
        charging.stop_session(pair.cpo)
        assert [method for method, _ in sessions(pair)] == methods


def test_periods_that_are_pushed_again() -> None:
    with connected(pushed_periods="all") as pair:
        charging.create_session(pair.cpo)
        for _ in range(2):
            charging.change_session(pair.cpo)
        assert [len(body["charging_periods"]) for _, body in sessions(pair)[1:]] == [1, 2]
        assert len(pair.cpo.own.all("sessions")[0]["charging_periods"]) == 2


def test_a_session_patched_by_its_fields() -> None:
    with connected(patched_session="by its fields", after_failed_patch="nothing") as pair:
        charging.create_session(pair.cpo)
        charging.change_session(pair.cpo)
        assert pair.sent("PATCH", "sessions")[0].request.url.endswith("/kwh")


def test_a_start_that_stays_that_of_the_pending_session() -> None:
    with connected(start_of_active="kept") as pair:
        charging.create_session(pair.cpo, status="PENDING")
        charging.change_session(pair.cpo)
        assert "start_date_time" not in sessions(pair)[-1][1]


def test_a_session_that_never_gets_an_end_status() -> None:
    with connected(end_status="ACTIVE") as pair:
        charging.create_session(pair.cpo)
        charging.stop_session(pair.cpo)
        assert sessions(pair)[-1][1]["status"] == "ACTIVE"


def test_a_reference_that_is_dropped() -> None:
    with connected(given_reference="dropped") as pair:
        session = charging.start_session(pair.cpo, "LOC1", token=TOKEN, reference="REF1")
        assert "authorization_reference" not in charging.complete_session(pair.cpo, session)


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        ("in a list", lambda e: isinstance(body_of(e), list)),
        ("below its owner", lambda e: "/NL/CPO/CDR" in e.request.url),
        ("one object", lambda e: e.request.url.endswith("/cdrs")),
    ],
)
def test_how_a_cdr_is_pushed(kind: str, check: Any) -> None:
    with connected(pushed_cdr=kind) as pair:
        charging.issue_cdr(pair.cpo)
        (posted,) = [e for e in pair.record.exchanges(0, "target") if e.request.method == "POST"][-1:]
        assert check(posted)


@pytest.mark.parametrize(
    ("kind", "posts"), [("changed", 2), ("replaced before it is credited", 3), ("silent", 1), ("credited", 3)]
)
def test_how_a_cdr_is_corrected(kind: str, posts: int) -> None:
    with connected(corrected_cdr=kind) as pair:
        charging.issue_cdr(pair.cpo)
        charging.correct_cdr(pair.cpo)
        sent = [body_of(e) for e in pair.sent("POST", "cdrs")]
        assert len(sent) == posts
        assert (kind == "changed") == (posts == 2 and sent[0]["id"] == sent[1]["id"])
        assert kind != "replaced before it is credited" or sent[2].get("credit") is True


@pytest.mark.parametrize(("kind", "gets"), [("never", 0), ("at its URL", 1), ("at a guessed URL", 1)])
def test_a_cdr_that_is_read_back(kind: str, gets: int) -> None:
    with connected(reads_cdr_back=kind) as pair:
        charging.issue_cdr(pair.cpo)
        assert len(pair.sent("GET", "cdrs")) == gets


def test_a_token_that_a_peer_has_pushed_can_be_named() -> None:
    with connected() as pair:
        pair.cpo.received.put("tokens", ("nl", "msp", "u1", "rfid"), {**TOKEN, "party_id": EMSP.party_id})
        charging.create_session(pair.cpo, token_uid="U1")
        assert sessions(pair)[0][1]["cdr_token"]["uid"] == "U1"
        assert sessions(pair)[0][1]["auth_method"] == "WHITELIST"
        with pytest.raises(HarnessError, match="uid U2"):
            charging.create_session(pair.cpo, token_uid="U2")


def test_without_a_session_there_is_nothing_to_stop() -> None:
    with connected() as pair, pytest.raises(HarnessError, match="no session is going on"):
        charging.stop_session(pair.cpo)


@pytest.mark.parametrize("version", ["2.1.1", "2.3.0"])
def test_sessions_and_cdrs_of_the_other_versions(version: str) -> None:
    with connected(version) as pair:
        charging.create_session(pair.cpo)
        charging.change_session(pair.cpo)
        charging.stop_session(pair.cpo)
        assert [method for method, _ in sessions(pair)] == ["PUT", "PATCH", "PATCH"]
        assert len(pair.sent("POST", "cdrs")) == 1
        answers = [e.response for e in pair.record.exchanges(0, "target") if e.context.module in {"sessions", "cdrs"}]
        assert [answer.status for answer in answers if answer] == [201, 200, 200, 201, 200]
