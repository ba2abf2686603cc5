"""Each expectation about a Sender of commands: a command that fulfils it beside one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers, Request, Response
from ocpi_conformance.steps.checks import command_requests as checks
from ocpi_conformance.steps.verdicts import NotObserved

FROM: Headers = (("OCPI-from-country-code", "NL"), ("OCPI-from-party-id", "EMB"))
TOKEN = {
    "country_code": "NL",
    "party_id": "EMB",
    "uid": "T1",
    "type": "RFID",
    "contract_id": "NL-EMB-C1-X",
    "issuer": "EMB",
    "valid": True,
    "whitelist": "ALLOWED",
    "last_updated": "2024-01-01T00:00:00Z",
}
START = {
    "response_url": "http://t/1",
    "token": TOKEN,
    "location_id": "LOC1",
    "evse_uid": "E1",
    "connector_id": "1",
}
RESERVE = START | {"reservation_id": "R1", "expiry_date": "2030-01-01T00:00:00Z"}


def command(name: str = "START_SESSION", body: object = START, *, number: int = 5, url: str = "") -> Exchange:
    route = "" if url else "command"
    context = Context("2.2.1", "commands", "RECEIVER", route)
    request = Request("POST", url or f"http://p/2.2.1/receiver/commands/{name}", FROM, jsontext.dumps(body))
    return Exchange(number, "target", request, None, context, 2 * number, 2 * number + 1, 0.0, 0.0)


def pushed(module: str, route: str, item: dict[str, Any], number: int = 1) -> Exchange:
    """What the partner has pushed to the target."""
    context = Context("2.2.1", module, "RECEIVER", route)
    request = Request("PUT", "http://t/x", (), jsontext.dumps(item))
    return Exchange(number, "partner", request, Response(200), context, 2 * number, 2 * number + 1, 0.0, 0.0)


def listed(module: str, items: object) -> Exchange:
    """What the target has read of the partner."""
    context = Context("2.2.1", module, "SENDER", "list")
    answer = jsontext.dumps({"status_code": 1000, "data": items})
    return Exchange(1, "target", Request("GET", "http://p/x"), Response(200, (), answer), context, 2, 3, 0.0, 0.0)


def evse(*capabilities: str) -> dict[str, Any]:
    return {"uid": "E1", "evse_id": "NL*TST*E1", "capabilities": [*capabilities], "connectors": [{"id": "1"}]}


LOCATION = pushed("locations", "location", {"id": "LOC1", "evses": [evse()]})


def actual(check: Any, evidence: object) -> list[str]:
    return [breach.actual for breach in check(evidence)]


def test_the_body_of_a_command() -> None:
    assert actual(checks.fitting_body, command()) == []
    assert actual(checks.fitting_body, command("UNLOCK_CONNECTOR")) == []
    assert actual(checks.fitting_body, command("STOP_SESSION")) == ["absent"]
    assert actual(checks.fitting_body, command("OPEN_GARAGE")) == ["OPEN_GARAGE"]
    local = RESERVE | {"expiry_date": "2030-01-01T00:00:00+02:00"}
    assert actual(checks.fitting_body, command("RESERVE_NOW", local)) == []
    assert actual(checks.expires_in_utc, command("RESERVE_NOW", local)) == ['"2030-01-01T00:00:00+02:00"']
    assert actual(checks.expires_in_utc, command("RESERVE_NOW", RESERVE)) == []


def test_the_url_of_a_command() -> None:
    assert actual(checks.goes_to_its_url, command()) == []
    owned = command(url="http://p/2.2.1/receiver/commands/NL/TST/START_SESSION")
    assert actual(checks.goes_to_its_url, owned) == ["/2.2.1/receiver/commands/NL/TST/START_SESSION"]


def test_the_owner_of_the_token() -> None:
    assert actual(checks.own_token, command()) == []
    assert actual(checks.own_token, command(body=START | {"token": TOKEN | {"party_id": "XXX"}})) == ["XXX"]
    assert not checks.is_routed(command(body={}))


def test_the_evse_of_a_connector() -> None:
    assert actual(checks.names_evse, command()) == []
    assert actual(checks.names_evse, command(body={"connector_id": "1"})) == ["absent"]


def test_a_reservation_has_a_number() -> None:
    assert actual(checks.reserves_by_number, command("RESERVE_NOW", RESERVE | {"reservation_id": 7})) == []
    assert actual(checks.reserves_by_number, command("RESERVE_NOW", RESERVE)) == ["string"]
    assert actual(checks.reserves_by_number, command("RESERVE_NOW", RESERVE | {"reservation_id": True})) == ["boolean"]


def test_a_result_is_taken() -> None:
    def answered(http: int, ocpi: int) -> Exchange:
        answer, context = jsontext.dumps({"status_code": ocpi}), Context("2.2.1", "commands", "SENDER", "result")
        return Exchange(
            1, "partner", Request("POST", "http://t/1"), Response(http, (), answer), context, 1, 2, 0.0, 0.0
        )

    assert actual(checks.is_taken, answered(200, 1000)) == []
    assert actual(checks.is_taken, answered(404, 2000)) == ["HTTP 404, OCPI 2000"]


@pytest.mark.parametrize(
    ("check", "change", "shown"),
    [
        (checks.for_own_location, {"location_id": "LOC2"}, "LOC2"),
        (checks.by_uid, {"evse_uid": "NL*TST*E1"}, "NL*TST*E1"),
        (checks.by_connector_id, {"connector_id": "0"}, "0"),
    ],
)
def test_what_a_command_names(check: Any, change: dict[str, str], shown: str) -> None:
    assert actual(check, [LOCATION, command(body=START | {"location_id": "loc1"})]) == []
    assert actual(check, [LOCATION, command(body=START | change)]) == [shown]
    assert actual(check, [listed("locations", [{"id": "LOC1", "evses": [evse()]}]), command()]) == []
    with pytest.raises(NotObserved):
        actual(check, [LOCATION])


def test_a_connector_where_one_is_required() -> None:
    place = pushed("locations", "location", {"id": "LOC1", "evses": [evse("START_SESSION_CONNECTOR_REQUIRED")]})
    without = {name: value for name, value in START.items() if name != "connector_id"}
    assert actual(checks.connector_where_required, [place, command()]) == []
    assert actual(checks.connector_where_required, [place, command(body=without)]) == ["absent"]
    with pytest.raises(NotObserved):
        actual(checks.connector_where_required, [LOCATION, command(body=without)])


def test_the_session_that_is_stopped() -> None:
    session, stop = pushed("sessions", "session", {"id": "S1"}), {"response_url": "http://t/1"}
    assert actual(checks.by_session_id, [session, command("STOP_SESSION", stop | {"session_id": "s1"})]) == []
    assert actual(checks.by_session_id, [session, command("STOP_SESSION", stop | {"session_id": "S2"})]) == ["S2"]


def test_the_reservation_that_is_cancelled() -> None:
    reserve = command("RESERVE_NOW", RESERVE)
    cancel = command("CANCEL_RESERVATION", {"reservation_id": "r1"}, number=6)
    assert actual(checks.cancels_known, [reserve, cancel]) == []
    early = command("CANCEL_RESERVATION", {"reservation_id": "R1"}, number=4)
    assert actual(checks.cancels_known, [early, reserve]) == ["r1"]
    with pytest.raises(NotObserved):
        actual(checks.cancels_known, [cancel])


def test_ids_of_reservations() -> None:
    first = command("RESERVE_NOW", RESERVE)
    other = command("RESERVE_NOW", RESERVE | {"location_id": "LOC2", "reservation_id": "R2"}, number=6)
    same = command("RESERVE_NOW", RESERVE | {"location_id": "LOC2"}, number=6)
    assert actual(checks.own_reservation_ids, [first, other]) == []
    assert actual(checks.own_reservation_ids, [first, same]) == ["r1 for 2 Locations"]
    with pytest.raises(NotObserved):
        actual(checks.own_reservation_ids, [first, first])


def test_response_urls() -> None:
    other = command(body=START | {"response_url": "http://t/2"}, number=6)
    assert actual(checks.own_response_url, [command(), other]) == []
    assert actual(checks.own_response_url, [command(), command(number=6)]) == ["that of exchange 5"]
    with pytest.raises(NotObserved):
        actual(checks.own_response_url, [command()])
