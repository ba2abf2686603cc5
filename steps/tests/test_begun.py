"""The sights of Sessions: changes applied, copies left out, each Session by its own id."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps import begun
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.scene import Chosen, Scene

OK = jsontext.dumps({"status_code": 1000})


def push(number: int, name: str, body: dict[str, Any], method: str = "PUT") -> Exchange:
    ids = (("country_code", "NL"), ("party_id", "CPO"), ("session_id", name))
    context = Context("2.2.1", "sessions", "RECEIVER", "session", ids)
    request = Request(method, "http://p/", (), jsontext.dumps(body))
    return Exchange(number, "target", request, Response(200, (), OK), context, number, number, 0.0, 0.0)


def read_back(number: int, name: str, body: dict[str, Any]) -> Exchange:
    ids = (("country_code", "NL"), ("party_id", "CPO"), ("session_id", name))
    context = Context("2.2.1", "sessions", "RECEIVER", "session", ids)
    answer = Response(200, (), jsontext.dumps({"status_code": 1000, "data": body}))
    return Exchange(number, "partner", Request("GET", "http://x/"), answer, context, number, number, 0.0, 0.0)


def test_changes_are_applied_and_periods_added() -> None:
    one, two = {"start_date_time": "2024-01-01T10:00:00Z"}, {"start_date_time": "2024-01-01T10:10:00Z"}
    exchanges = [
        push(1, "S1", {"id": "S1", "kwh": 0, "charging_periods": [one]}),
        push(2, "s1", {"kwh": 2, "charging_periods": [two]}, "PATCH"),
        push(3, "S1", {"status": "COMPLETED"}, "PATCH"),
    ]
    found = begun.courses(Objects(exchanges).sightings)
    assert [sight.value.get("kwh") for sight in found["s1"]] == [0, 2, 2]
    assert found["s1"][-1].value["charging_periods"] == [one, two]
    assert [len(begun.after(found["s1"], tick)) for tick in (0, 1, 3)] == [3, 2, 0]


def test_what_was_never_shown_whole_and_what_is_a_copy_count_for_nothing() -> None:
    exchanges = [push(1, "S1", {"kwh": 2}, "PATCH"), read_back(2, "S2", {"id": "S2"}), push(3, "S3", {"id": "X"})]
    assert list(begun.courses(Objects(exchanges).sightings)) == ["s3"]


def scene(**objects: Chosen) -> Scene:
    return cast(Scene, SimpleNamespace(objects=objects, chosen=lambda kind: objects[kind]))


def test_a_session_is_at_the_chosen_place() -> None:
    plug = Chosen("Connector", "locations", "SENDER", ("L1", "E1", "1"), {})
    here, there = ({"location_id": "l1", "evse_uid": name} for name in ("e1", "E2"))
    assert begun.is_at_place(scene(Connector=plug), here)
    assert not begun.is_at_place(scene(Connector=plug), there)
    assert begun.is_at_place(scene(), there)


def test_what_the_operator_is_told() -> None:
    plug = Chosen("Connector", "locations", "SENDER", ("L1", "E1", "1"), {})
    token = Chosen("Token", "tokens", "RECEIVER", ("NL", "TST", "U1"), {})
    place = {"location_id": "L1", "evse_uid": "E1", "connector_id": "1"}
    assert begun.create_values(scene(Connector=plug, Token=token), "PENDING") == {
        "status": "PENDING",
        "token_uid": "U1",
        **place,
    }
    assert begun.create_values(scene(), "ACTIVE") == {"status": "ACTIVE"}
