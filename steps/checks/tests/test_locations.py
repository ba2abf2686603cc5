"""What scenarios expect of all Locations, EVSEs and Connectors of a run: where it points, and when nothing is said."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import NotObserved

HOURS = {"weekday": 1, "period_begin": "07:00", "period_end": "22:00"}


def payload(value, kind="Location", route="list"):
    context = Context("2.2.1", "locations", "SENDER", route)
    exchange = Exchange(1, "partner", Request("GET", "http://x/"), None, context, 1, 2, 0.0, 0.0)
    return Payload(kind, value, exchange, "/data/0")


def judged(kind, phrase, *values, route="list"):
    """Return the breaches of an expectation about every object of class `kind`."""
    expectation, _ = find(f"every {kind}", phrase)
    return list(expectation.function([payload(value, kind, route) for value in values]))


def test_a_breach_points_to_its_place_in_the_answer():
    value = {"opening_times": {"regular_hours": [HOURS, {**HOURS, "weekday": 8}]}}
    found = judged("Location", "numbers the weekdays of its regular hours from 1 to 7", value)
    assert [breach.pointer for breach in found] == ["/data/0/opening_times/regular_hours/1/weekday"]


def test_what_was_not_seen_is_not_observed():
    with pytest.raises(NotObserved, match="publish token"):
        judged("Location", "names the type of each publish token with a uid", {"publish_allowed_to": []})
    with pytest.raises(NotObserved, match="green"):
        judged("Location", "with green energy names green sources and no waste", {"energy_mix": {}})
    with pytest.raises(NotObserved, match="in service"):
        judged("EVSE", "that is in service has an evse_id", {"uid": "1", "status": "REMOVED"})


def test_a_mistake_that_is_everywhere_is_told_a_limited_number_of_times():
    many = [{"country": "NL", "id": str(number)} for number in range(100)]
    assert len(judged("Location", "has an ISO 3166-1 alpha-3 code as country", *many)) == MOST


def test_only_listed_locations_are_judged_for_completeness():
    phrase = "that is listed has all required fields"
    pointers = {
        breach.pointer for breach in judged("Location", phrase, {"id": "L", "city": None, "evses": [{"uid": "E"}]})
    }
    assert {"/data/0/city", "/data/0/time_zone", "/data/0/evses/0/connectors"} <= pointers
    assert "/data/0/id" not in pointers
    with pytest.raises(NotObserved):
        judged("Location", phrase, {"id": "L"}, route="location")


def test_a_listed_field_of_another_type_is_found_even_if_it_is_optional():
    phrase = "that is listed has all required fields"
    retyped = {"name": 7, "evses": [{"uid": "E", "physical_reference": 0}]}
    found = {breach.pointer: breach.actual for breach in judged("Location", phrase, retyped)}
    assert found["/data/0/evses/0/physical_reference"] == "0"
    assert found["/data/0/name"] == "7"
    absent = {"name": "N", "evses": [{"uid": "E", "physical_reference": None}]}
    left = {breach.pointer for breach in judged("Location", phrase, absent)}
    assert not left & {"/data/0/evses/0/physical_reference", "/data/0/name"}
