"""Tests of commands between two platforms of ours: answers, results, sessions, reservations, and how each is broken."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner import commands, requesting
from ocpi_conformance.mock_partner.activity import ACTIVITIES
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.embedded import TRIGGER_PARAMETERS
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.mock_partner.tests.pairs import EMSP, Pair, body_of, connected, data_of, envelope_of
from ocpi_conformance.mock_partner.timing import Agenda, SteppedClock

PLACE = {"location_id": "LOC1", "evse_uid": "LOC1-E1"}
ACCEPTED = {"result": "ACCEPTED", "timeout": 30}
REJECTED = {"result": "REJECTED", "timeout": 30}


def send(pair: Pair, command: str, **fields: Any) -> Exchange:
    """Send a command of the eMSP's own making."""
    return requesting.send_command(pair.emsp, command, **fields)


def post(pair: Pair, command: str, without: tuple[str, ...] = (), **fields: Any) -> Exchange:
    """POST a START_SESSION body with other fields, as `command`."""
    made = requesting.command_body(pair.emsp, pair.connection.version, "START_SESSION", PLACE)
    body = {name: value for name, value in (made | fields).items() if name not in without}
    return pair.emsp.call(pair.connection, "POST", "commands", RECEIVER, (command,), body=body)


def status_of(pair: Pair, evse: int = 0) -> str:
    """Return the status of an EVSE of LOC1 at the CPO."""
    place = pair.cpo.own.find("locations", "LOC1")
    assert place is not None
    return str(place["evses"][evse]["status"])


def set_status(pair: Pair, status: str, *evses: int) -> None:
    """Set the status of EVSEs of LOC1 at the CPO without a push."""
    place = pair.cpo.own.find("locations", "LOC1")
    assert place is not None
    for evse in evses:
        place["evses"][evse]["status"] = status


def stand_still(pair: Pair) -> Agenda:
    """Give the CPO a clock that only goes on when it is told to."""
    pair.cpo.clock = SteppedClock(datetime(2030, 1, 1, tzinfo=UTC))
    pair.cpo.agenda = Agenda(pair.cpo.clock)
    return pair.cpo.agenda


# What is answered and what comes of it --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_a_session_starts_after_its_result_was_sent(version: str) -> None:
    with connected(version) as pair:
        exchange = send(pair, "START_SESSION", **PLACE)
        assert data_of(exchange) == ({"result": "ACCEPTED"} if version == "2.1.1" else ACCEPTED)
        result = pair.arrived("POST", "commands")
        session = pair.arrived("PUT", "sessions")
        pair.settle()
        assert result.request.url == body_of(exchange)["response_url"]
        assert body_of(result) == {"result": "ACCEPTED"}
        assert exchange.began < exchange.ended < result.ended < session.began
        assert status_of(pair) == "CHARGING"
        assert requesting.results(pair.emsp, "START_SESSION") == ({"result": "ACCEPTED"},)
        assert "data" not in envelope_of(result)


def test_the_session_holds_the_token_and_the_reference_of_the_command() -> None:
    with connected() as pair:
        sent = body_of(send(pair, "START_SESSION", **PLACE, connector_id="2", authorization_reference="REF1"))
        session = body_of(pair.arrived("PUT", "sessions"))
        assert session["authorization_reference"] == "REF1"
        assert session["auth_method"] == "COMMAND"
        assert session["cdr_token"]["uid"] == sent["token"]["uid"]
        assert (session["location_id"], session["evse_uid"], session["connector_id"]) == ("LOC1", "LOC1-E1", "2")


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_a_session_that_is_stopped_ends_in_a_cdr(version: str) -> None:
    with connected(version) as pair:
        send(pair, "START_SESSION", **PLACE)
        pair.arrived("PUT", "sessions")
        pair.settle()
        send(pair, "STOP_SESSION")
        cdr = pair.arrived("POST", "cdrs")
        pair.settle()
        assert body_of(cdr)["id"]
        assert status_of(pair) == "AVAILABLE"
        assert [s["status"] for s in pair.cpo.own.all("sessions")] == ["COMPLETED"]


def test_a_command_and_its_result_go_from_party_to_party() -> None:
    parties = (Party("CPO", "NL", "ALS"), EMSP)
    with connected(roles=parties) as pair:
        sent, result = send(pair, "START_SESSION", **PLACE), pair.arrived("POST", "commands")
        between = [tuple(e.request.header(f"OCPI-{way}-party-id") for way in ("from", "to")) for e in (sent, result)]
        assert between == [("MSP", "CPO"), ("CPO", "MSP")]


def test_without_an_evse_one_that_is_free_is_chosen() -> None:
    with connected() as pair:
        set_status(pair, "CHARGING", 0)
        pair.cpo.own.find("locations", "LOC1")["evses"][1]["capabilities"] = ["REMOTE_START_STOP_CAPABLE"]  # type: ignore[index]
        send(pair, "START_SESSION", location_id="LOC1")
        assert body_of(pair.arrived("PUT", "sessions"))["evse_uid"] == "LOC1-E2"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("CHARGING", "EVSE_OCCUPIED"),
        ("RESERVED", "EVSE_OCCUPIED"),
        ("OUTOFORDER", "EVSE_INOPERATIVE"),
        ("UNKNOWN", "TIMEOUT"),
        ("AVAILABLE", "ACCEPTED"),
    ],
)
def test_the_status_of_the_evse_decides_the_result(status: str, result: str) -> None:
    with connected() as pair:
        set_status(pair, status, 0)
        assert data_of(send(pair, "START_SESSION", **PLACE)) == ACCEPTED
        assert body_of(pair.arrived("POST", "commands")) == {"result": result}
        pair.settle()
        assert len(pair.sent("PUT", "sessions")) == (result == "ACCEPTED")


def test_the_first_version_has_no_word_for_an_occupied_evse() -> None:
    with connected("2.1.1") as pair:
        set_status(pair, "CHARGING", 0)
        send(pair, "START_SESSION", **PLACE)
        assert body_of(pair.arrived("POST", "commands")) == {"result": "REJECTED"}


def test_a_connector_is_unlocked() -> None:
    with connected() as pair:
        send(pair, "UNLOCK_CONNECTOR", **PLACE, connector_id="1")
        assert body_of(pair.arrived("POST", "commands")) == {"result": "ACCEPTED"}


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
def test_a_reservation_is_a_session_that_the_token_can_take_up(version: str) -> None:
    with connected(version) as pair:
        send(pair, "RESERVE_NOW", **PLACE, authorization_reference="REF1")
        reserved = body_of(pair.arrived("PUT", "sessions"))
        assert (reserved["status"], reserved["authorization_reference"]) == ("RESERVATION", "REF1")
        pair.arrived("PATCH", "locations")
        assert status_of(pair) == "RESERVED"
        send(pair, "START_SESSION", **PLACE)
        assert body_of(pair.arrived("PATCH", "sessions"))["status"] == "ACTIVE"
        pair.arrived("PATCH", "locations", 2)
        assert [s["status"] for s in pair.cpo.own.all("sessions")] == ["ACTIVE"]
        assert pair.cpo.own.count(commands.RESERVATIONS) == 0
        assert status_of(pair) == "CHARGING"


def test_a_reservation_can_be_passed_over() -> None:
    with connected(reserved_session="stays") as pair:
        send(pair, "RESERVE_NOW", **PLACE)
        pair.arrived("PUT", "sessions")
        send(pair, "START_SESSION", **PLACE)
        assert body_of(pair.arrived("PUT", "sessions", 2))["status"] == "ACTIVE"
        assert [s["status"] for s in pair.cpo.own.all("sessions")] == ["RESERVATION", "ACTIVE"]


def test_the_first_version_reserves_without_a_session() -> None:
    with connected("2.1.1") as pair:
        sent = body_of(send(pair, "RESERVE_NOW", **PLACE))
        pair.arrived("PATCH", "locations")
        assert isinstance(sent["reservation_id"], int)
        assert status_of(pair) == "RESERVED"
        assert pair.sent("PUT", "sessions") == []
        with pytest.raises(HarnessError, match="no command CANCEL_RESERVATION"):
            send(pair, "CANCEL_RESERVATION")


def test_a_reservation_is_cancelled_by_its_id() -> None:
    with connected() as pair:
        send(pair, "RESERVE_NOW", **PLACE)
        pair.arrived("PUT", "sessions")
        pair.arrived("PATCH", "locations")
        send(pair, "CANCEL_RESERVATION", reservation_id="OTHER")
        assert body_of(pair.arrived("POST", "commands", 2)) == {"result": "UNKNOWN_RESERVATION"}
        send(pair, "CANCEL_RESERVATION")
        assert body_of(pair.arrived("POST", "commands", 3)) == {"result": "ACCEPTED"}
        ended = body_of(pair.arrived("PATCH", "sessions"))
        assert ended["status"] == "COMPLETED"
        assert "end_date_time" in ended
        pair.arrived("PATCH", "locations", 2)
        assert status_of(pair) == "AVAILABLE"


def test_an_unused_reservation_can_end_otherwise() -> None:
    with connected(unused_reservation="INVALID") as pair:
        send(pair, "RESERVE_NOW", **PLACE)
        pair.arrived("PATCH", "locations")
        send(pair, "CANCEL_RESERVATION")
        assert body_of(pair.arrived("PATCH", "sessions"))["status"] == "INVALID"


@pytest.mark.parametrize(("switch", "kept"), [({}, 1), ({"known_reservation": "added"}, 2)])
def test_a_known_reservation_is_replaced(switch: dict[str, Any], kept: int) -> None:
    with connected(**switch) as pair:
        pair.cpo.own.find("locations", "LOC1")["evses"][1]["capabilities"] = ["RESERVABLE"]  # type: ignore[index]
        send(pair, "RESERVE_NOW", **PLACE, reservation_id="R1")
        pair.arrived("PATCH", "locations")
        send(pair, "RESERVE_NOW", location_id="LOC1", evse_uid="LOC1-E2", reservation_id="R1")
        pair.arrived("PUT", "sessions", 2)
        assert pair.cpo.own.count(commands.RESERVATIONS) == kept
        assert (status_of(pair) == "RESERVED") == (kept == 2)


def test_equal_ids_of_two_parties_are_two_reservations() -> None:
    with connected() as pair, connected(reservation_ids="shared") as other:
        counts = []
        for each in (pair, other):
            for number, party in enumerate(("MSP", "MS2"), 1):
                extra = (("OCPI-from-country-code", "NL"), ("OCPI-from-party-id", party))
                fields = {"location_id": f"LOC{number}", "reservation_id": "R1"}
                body = requesting.command_body(each.emsp, "2.2.1", "RESERVE_NOW", fields)
                each.emsp.call(each.connection, "POST", "commands", RECEIVER, ("RESERVE_NOW",), body=body, extra=extra)
                each.arrived("POST", "commands", number)
            counts.append(each.cpo.own.count(commands.RESERVATIONS))
        assert counts == [2, 1]


def test_a_reservation_that_the_cpo_cancels_has_a_second_result_at_the_same_url() -> None:
    with connected() as pair:
        sent = body_of(send(pair, "RESERVE_NOW", **PLACE))
        pair.arrived("PUT", "sessions")
        commands.cancel_reservation(pair.cpo)
        second = pair.arrived("POST", "commands", 2)
        assert second.request.url == sent["response_url"]
        assert envelope_of(second)["status_code"] == 1000
        assert requesting.results(pair.emsp) == ({"result": "ACCEPTED"}, {"result": "CANCELED_RESERVATION"})
        with pytest.raises(HarnessError, match="no reservation"):
            commands.cancel_reservation(pair.cpo)


def test_a_reservation_that_nobody_takes_up_expires() -> None:
    with connected() as pair:
        agenda = stand_still(pair)
        send(pair, "RESERVE_NOW", **PLACE, expiry_date="2030-01-01T01:00:00Z")
        agenda.advance(60)
        assert status_of(pair) == "RESERVED"
        agenda.advance(3600)
        assert status_of(pair) == "AVAILABLE"
        assert pair.cpo.own.count(commands.RESERVATIONS) == 0
        assert pair.cpo.own.count("cdrs") == 0


@pytest.mark.parametrize(("switch", "cost"), [("billed", [6.0]), ("billed as used", [3.0]), ("free", [])])
def test_an_expired_reservation_is_billed_where_that_has_a_price(switch: str, cost: list[float]) -> None:
    with connected(expired_reservations=switch) as pair:
        agenda = stand_still(pair)
        (usual,) = pair.cpo.own.all("tariffs")
        elements = [
            {
                "price_components": [{"type": "TIME", "price": price, "step_size": 1}],
                "restrictions": {"reservation": mark},
            }
            for mark, price in (("RESERVATION", 3.0), ("RESERVATION_EXPIRES", 6.0))
        ]
        usual["elements"] = [*elements, *usual["elements"]]
        send(pair, "RESERVE_NOW", **PLACE, expiry_date="2030-01-01T01:00:00Z", reservation_id="R1")
        agenda.advance(60)
        send(pair, "RESERVE_NOW", location_id="LOC2", expiry_date="2030-01-01T02:00:00Z", reservation_id="R2")
        agenda.advance(60)
        send(pair, "CANCEL_RESERVATION", reservation_id="R2")
        agenda.advance(3600)
        bills = pair.cpo.own.all("cdrs")
        assert [round(cdr["total_reservation_cost"]["excl_vat"], 2) for cdr in bills] == cost
        for cdr in bills:
            assert (cdr["total_energy"], cdr["total_cost"]) == (0.0, cdr["total_reservation_cost"])


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "fields", "ocpi", "data"),
    [
        ("START_SESSION", {"location_id": "NOWHERE"}, 2003, REJECTED),
        ("START_SESSION", {"location_id": "LOC1", "evse_uid": "NONE"}, 1000, REJECTED),
        ("UNLOCK_CONNECTOR", PLACE | {"connector_id": "9"}, 1000, REJECTED),
        ("UNLOCK_CONNECTOR", {"location_id": "LOC2", "evse_uid": "LOC2-E1", "connector_id": "9"}, 1000, REJECTED),
        ("STOP_SESSION", {"session_id": "NONE"}, 1000, {"result": "UNKNOWN_SESSION", "timeout": 30}),
        ("RESERVE_NOW", PLACE | {"expiry_date": "2020-01-01T00:00:00Z"}, 1000, REJECTED),
        ("START_SESSION", {"location_id": "LOC1", "connector_id": "1"}, 2001, None),
    ],
    ids=["location", "EVSE", "connector", "connector elsewhere", "session", "past expiry", "connector without EVSE"],
)
def test_what_the_cpo_does_not_know_is_refused_at_once(
    command: str, fields: dict[str, str], ocpi: int, data: dict[str, Any] | None
) -> None:
    with connected() as pair:
        exchange = send(pair, command, **fields)
        pair.settle()
        assert envelope_of(exchange)["status_code"] == ocpi
        assert data_of(exchange) == data
        assert pair.sent("POST", "commands") == []


def test_a_session_of_another_emsp_is_not_stopped() -> None:
    with connected() as pair, connected(foreign_session="ACCEPTED") as other:
        answers = []
        for each in (pair, other):
            send(each, "START_SESSION", **PLACE)
            each.arrived("PUT", "sessions")
            each.settle()
            (session,) = each.cpo.own.all("sessions")
            session["cdr_token"]["party_id"] = "OTH"
            answers.append(data_of(send(each, "STOP_SESSION"))["result"])
        assert answers == ["REJECTED", "ACCEPTED"]


@pytest.mark.parametrize(
    ("capabilities", "fields", "expected"),
    [
        (["RFID_READER"], PLACE, "NOT_SUPPORTED"),
        (["REMOTE_START_STOP_CAPABLE"], PLACE, "ACCEPTED"),
        (["REMOTE_START_STOP_CAPABLE", "START_SESSION_CONNECTOR_REQUIRED"], PLACE, None),
        (["REMOTE_START_STOP_CAPABLE", "START_SESSION_CONNECTOR_REQUIRED"], PLACE | {"connector_id": "1"}, "ACCEPTED"),
    ],
)
def test_the_capabilities_of_the_evse_count(
    capabilities: list[str], fields: dict[str, str], expected: str | None
) -> None:
    with connected() as pair:
        pair.cpo.own.find("locations", "LOC1")["evses"][0]["capabilities"] = capabilities  # type: ignore[index]
        exchange = send(pair, "START_SESSION", **fields)
        assert (data_of(exchange) or {}).get("result") == expected
        assert envelope_of(exchange)["status_code"] == (1000 if expected else 2001)


@pytest.mark.parametrize(("version", "answer"), [("2.1.1", "ACCEPTED"), ("2.2.1", None)])
def test_a_version_without_connector_id_cannot_require_one(version: str, answer: str | None) -> None:
    with connected(version) as pair:
        evse = next(e for e in pair.cpo.own.all("locations")[0]["evses"] if e["uid"] == PLACE["evse_uid"])
        evse["capabilities"].append("START_SESSION_CONNECTOR_REQUIRED")
        exchange = send(pair, "START_SESSION", **PLACE, connector_id=None)
        assert ((data_of(exchange) or {}).get("result")) == answer


def test_the_body_of_another_command_is_refused() -> None:
    with connected() as pair:
        pair.cpo.validate = lambda version, name, body, partial: [f"{name} wanted"] if name == "StopSession" else []
        exchange = post(pair, "STOP_SESSION")
        assert (envelope_of(exchange)["status_code"], data_of(exchange)) == (2001, None)
        assert envelope_of(post(pair, "START_SESSION", without=("response_url",)))["status_code"] == 2001


def test_a_result_goes_to_no_host_that_the_peer_did_not_name() -> None:
    with connected() as pair:
        assert data_of(post(pair, "START_SESSION", response_url="http://elsewhere.invalid/x")) == ACCEPTED
        pair.arrived("PUT", "sessions")
        pair.settle()
        (failure,) = pair.cpo.agenda.failures
        assert "elsewhere.invalid" in str(failure)


def test_a_result_that_the_version_does_not_know_is_refused() -> None:
    with connected() as pair:
        pair.emsp.validate = lambda version, name, body, partial: [name] if name == "CommandResult" else []
        send(pair, "START_SESSION", **PLACE)
        assert envelope_of(pair.arrived("POST", "commands"))["status_code"] == 2001
        assert requesting.results(pair.emsp) == ()


# How it is broken -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "number", "http"),
    [("once", 1, [200]), ("never", 0, []), ("twice", 2, [200, 200]), ("with an unknown token", 1, [401])],
)
def test_how_often_and_how_a_result_is_sent(results: str, number: int, http: list[int]) -> None:
    with connected(command_results=results) as pair:
        send(pair, "START_SESSION", **PLACE)
        pair.settle()
        found = pair.sent("POST", "commands")
        assert len(found) == number
        assert [e.response.status for e in found if e.response] == http


def test_a_result_is_sent_to_another_url() -> None:
    with connected(command_results="to another URL") as pair:
        exchange = send(pair, "START_SESSION", **PLACE)
        assert pair.arrived("POST", "commands").request.url == body_of(exchange)["response_url"] + "-other"


def test_parallel_commands_are_mixed_up() -> None:
    with connected(command_results="to the latest URL") as pair:
        agenda = stand_still(pair)
        urls = [body_of(send(pair, "UNLOCK_CONNECTOR", **PLACE, connector_id=n))["response_url"] for n in ("1", "2")]
        agenda.advance(1)
        assert [e.request.url for e in pair.sent("POST", "commands")] == [urls[1], urls[1]]


def test_parallel_commands_are_kept_apart() -> None:
    with connected() as pair:
        agenda = stand_still(pair)
        urls = [body_of(send(pair, "UNLOCK_CONNECTOR", **PLACE, connector_id=n))["response_url"] for n in ("1", "2")]
        agenda.advance(1)
        assert [e.request.url for e in pair.sent("POST", "commands")] == urls


def test_a_result_comes_before_the_answer() -> None:
    with connected(command_results="before the answer") as pair:
        exchange = send(pair, "START_SESSION", **PLACE)
        (result,) = pair.sent("POST", "commands")
        assert result.ended < exchange.ended


def test_a_result_comes_after_the_timeout() -> None:
    with connected(command_results="after the timeout", announced_timeout=5) as pair:
        agenda = stand_still(pair)
        assert data_of(send(pair, "START_SESSION", **PLACE))["timeout"] == 5
        agenda.advance(5)
        assert pair.sent("POST", "commands") == []
        agenda.advance(1)
        assert len(pair.sent("POST", "commands")) == 1


@pytest.mark.parametrize(("results", "number"), [("once", 1), ("until taken", 3)])
def test_a_result_that_fails_is_sent_again(results: str, number: int) -> None:
    with connected(command_results=results) as pair:
        pair.emsp.faults.rules.append(Rule.of({"match": {"route": "result"}, "status": 500, "ocpi_status": 3000}))
        send(pair, "START_SESSION", **PLACE)
        pair.settle()
        assert len(pair.sent("POST", "commands")) == number


def test_a_result_follows_a_refusal() -> None:
    with connected(command_results="also after a refusal") as pair:
        send(pair, "START_SESSION", location_id="NOWHERE")
        assert body_of(pair.arrived("POST", "commands")) == {"result": "REJECTED"}


@pytest.mark.parametrize(
    ("switch", "value", "command", "fields", "expected"),
    [
        ("unknown_location", "1000 REJECTED", "START_SESSION", {"location_id": "NONE"}, (200, 1000, "REJECTED")),
        ("unknown_location", "ACCEPTED", "START_SESSION", {"location_id": "NONE"}, (200, 1000, "ACCEPTED")),
        ("unknown_location", "404", "START_SESSION", {"location_id": "NONE"}, (404, 2003, None)),
        ("unknown_evse", "ACCEPTED", "START_SESSION", PLACE | {"evse_uid": "NONE"}, (200, 1000, "ACCEPTED")),
        ("unknown_session", "ACCEPTED", "STOP_SESSION", {"session_id": "NONE"}, (200, 1000, "ACCEPTED")),
        ("unknown_session", "404", "STOP_SESSION", {"session_id": "NONE"}, (404, 2000, None)),
        ("unknown_session", "REJECTED", "STOP_SESSION", {"session_id": "NONE"}, (200, 1000, "REJECTED")),
        ("unsupported_commands", ("START_SESSION",), "START_SESSION", PLACE, (200, 1000, "NOT_SUPPORTED")),
        ("evse_uid_in_commands", "required", "START_SESSION", {"location_id": "LOC1"}, (200, 2001, None)),
        ("past_expiry", "ACCEPTED", "RESERVE_NOW", PLACE | {"expiry_date": "2020-01-01T00:00:00Z"}, None),
        ("connector_without_evse", "ACCEPTED", "START_SESSION", {"location_id": "LOC1", "connector_id": "1"}, None),
        ("command_token", "REJECTED when unknown", "START_SESSION", PLACE, (200, 1000, "REJECTED")),
        ("command_token", "REJECTED when refused", "START_SESSION", PLACE, None),
    ],
)
def test_each_switch_of_the_direct_answer(
    switch: str, value: Any, command: str, fields: dict[str, str], expected: tuple[int, int, str | None] | None
) -> None:
    with connected(**{switch: value}) as pair:
        exchange = send(pair, command, **fields)
        assert exchange.response is not None
        found = (
            exchange.response.status,
            envelope_of(exchange)["status_code"],
            (data_of(exchange) or {}).get("result"),
        )
        assert found == (expected or (200, 1000, "ACCEPTED"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("NOT_SUPPORTED", (200, 1000, "NOT_SUPPORTED")),
        ("ACCEPTED", (200, 1000, "ACCEPTED")),
        ("404", (404, 2000, None)),
        ("2000", (200, 2000, None)),
    ],
)
def test_each_answer_to_an_unknown_command(kind: str, expected: tuple[int, int, str | None]) -> None:
    with connected(unknown_command=kind) as pair:
        exchange = post(pair, "FOO_BAR")
        assert exchange.response is not None
        result = (data_of(exchange) or {}).get("result")
        assert (exchange.response.status, envelope_of(exchange)["status_code"], result) == expected


def test_a_token_is_authorized_against_the_text() -> None:
    with connected(command_token="authorized in real time") as pair:
        send(pair, "START_SESSION", **PLACE)
        assert pair.arrived("POST", "tokens").context.route == "authorize"


@pytest.mark.parametrize(("kind", "uids"), [("never", []), ("with another token", ["0000000000"])])
def test_each_switch_of_the_session(kind: str, uids: list[str]) -> None:
    with connected(session_of_command=kind) as pair:
        send(pair, "START_SESSION", **PLACE)
        pair.settle()
        assert [body_of(e)["cdr_token"]["uid"] for e in pair.sent("PUT", "sessions")] == uids


def test_a_reservation_has_no_session_against_the_text() -> None:
    with connected(session_of_reservation="never") as pair:
        send(pair, "RESERVE_NOW", **PLACE)
        pair.arrived("PATCH", "locations")
        assert pair.sent("PUT", "sessions") == []


@pytest.mark.parametrize(("kind", "number"), [("unique", 2), ("one for each kind", 1)])
def test_response_urls(kind: Any, number: int) -> None:
    with connected(emsp=Behaviour(response_urls=kind)) as pair:
        urls = {requesting.response_url(pair.emsp, "2.2.1", "commands", "STOP_SESSION") for _ in range(2)}
        assert len(urls) == number


def test_a_second_result_is_not_found() -> None:
    with connected(emsp=Behaviour(second_result="404"), command_results="twice") as pair:
        send(pair, "START_SESSION", **PLACE)
        second = pair.arrived("POST", "commands", 2)
        assert second.response is not None
        assert second.response.status == 404


def test_the_answer_to_a_result_holds_data() -> None:
    with connected(emsp=Behaviour(answer_to_results="data")) as pair:
        send(pair, "START_SESSION", **PLACE)
        assert data_of(pair.arrived("POST", "commands")) == {"result": "ACCEPTED"}


@pytest.mark.parametrize(
    ("command", "remedy"),
    [("STOP_SESSION", "start a Session first"), ("CANCEL_RESERVATION", "send RESERVE_NOW first"), ("FOO", "Known are")],
)
def test_what_cannot_be_sent_says_why(command: str, remedy: str) -> None:
    with connected() as pair, pytest.raises(HarnessError, match=remedy):
        send(pair, command)


@pytest.mark.parametrize("name", [name for name in TRIGGER_PARAMETERS if name != "new_token_a"])
def test_each_trigger_of_the_embedded_target_knows_its_placeholders(name: str) -> None:
    signature = inspect.signature(ACTIVITIES[name])
    signature.bind(None, **dict.fromkeys(TRIGGER_PARAMETERS[name], "1"))
