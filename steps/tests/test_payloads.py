"""The objects of a record: each content once, each sighting counted, and what comes later added to what is known."""

from __future__ import annotations

from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Record, Request, Response
from ocpi_conformance.steps import evidence
from ocpi_conformance.steps.payloads import Objects, payloads

CONTEXT = Context("2.2.1", "locations", "SENDER", "list")


def response(*items: Any) -> Response:
    return Response(200, (), jsontext.dumps({"status_code": 1000, "data": list(items)}))


def answer(number: int, *items: Any) -> Exchange:
    return Exchange(number, "partner", Request("GET", "http://x/"), response(*items), CONTEXT, number, number, 0.0, 0.0)


ONE, TWO = {"id": "1", "evses": [{"uid": "E", "connectors": [{"id": "1"}]}]}, {"id": "2"}


def test_each_content_is_there_once_with_what_it_holds() -> None:
    objects = Objects([answer(1, ONE), answer(2, ONE, TWO)])
    assert [(item.kind, item.pointer, item.exchange.number) for item in objects] == [
        ("Location", "/data/0", 1),
        ("EVSE", "/data/0/evses/0", 1),
        ("Connector", "/data/0/evses/0/connectors/0", 1),
        ("Location", "/data/1", 2),
    ]
    assert [item.value for item in payloads([answer(1, ONE, TWO)], "EVSE")] == ONE["evses"]


def test_the_answer_to_preferences_is_of_a_class_of_its_own() -> None:
    context = Context("2.2.1", "sessions", "SENDER", "preferences")
    body = jsontext.dumps({"status_code": 1000, "data": "ACCEPTED"})
    asked = Request("PUT", "http://x/1/charging_preferences", (), jsontext.dumps({"profile_type": "FAST"}))
    for sender, kind in (("partner", "ChargingPreferencesResponse"), ("target", "ChargingPreferences")):
        exchange = Exchange(1, sender, asked, Response(200, (), body), context, 1, 1, 0.0, 0.0)
        assert [item.kind for item in payloads([exchange])] == [kind]


def test_each_sighting_counts_and_shares_the_content() -> None:
    objects = Objects([answer(1, ONE), answer(2, TWO, dict(ONE))])
    assert [(item.value["id"], item.pointer, item.exchange.number) for item in objects.sightings] == [
        ("1", "/data/0", 1),
        ("2", "/data/0", 2),
        ("1", "/data/1", 2),
    ]
    assert objects.sightings[0].value is objects.sightings[2].value


def test_what_comes_later_is_added() -> None:
    record = Record()

    def read(*items: Any) -> None:
        record.add(record.begin(), "partner", Request("GET", "http://x/"), response(*items), CONTEXT)

    read(ONE)
    found = evidence._objects(record, 0, "2.2.1")
    assert len(found) == 3
    read(ONE, TWO)
    assert evidence._objects(record, 0, "2.2.1") is found
    assert [item.value["id"] for item in found if item.kind == "Location"] == ["1", "2"]
    assert len(found.sightings) == 3
    read(TWO)
    since = record.tick()
    assert len(evidence._objects(record, since, "2.2.1")) == 0
    read(ONE)
    assert len(evidence._objects(record, since, "2.2.1")) == 3
