"""Each expectation about the target's copy: a copy that fulfils it beside one that does not."""

from __future__ import annotations

import copy

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.checks import copies
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

THEN, NOW = "2024-01-01T00:00:00Z", "2024-01-01T00:01:00Z"
PATH = ("NL", "TST", "L1", "E1", "1")
LEVELS = {"Location": 3, "EVSE": 4, "Connector": 5}


def exchange(http: int = 200, ocpi: int = 1000) -> Exchange:
    response = Response(http, (), jsontext.dumps({"status_code": ocpi, "timestamp": NOW}))
    context = Context("2.2.1", "locations", "RECEIVER", "location")
    return Exchange(1, "partner", Request("PUT", "http://x/"), response, context, 1, 2, 0.0, 0.0)


def connector(number: int = 1, **changes):
    return {
        "id": str(number),
        "standard": "IEC_62196_T2",
        "max_voltage": 400,
        "max_electric_power": 22000,
        "last_updated": THEN,
        **changes,
    }


def evse(uid: str = "E1", **changes):
    plugs = [connector(1), connector(2)]
    return {"uid": uid, "status": "AVAILABLE", "floor_level": "0", "connectors": plugs, "last_updated": THEN, **changes}


def location(**changes):
    evses = [evse("E1"), evse("E2")]
    return {"id": "L1", "city": "Gouda", "name": "Plaza", "evses": evses, "last_updated": THEN, **changes}


def back(kind, stored, *, pushed=None, before=None, change=None, at="", method="PUT", answer=None, body=None):
    """Return the copy `stored` of an object of class `kind` after a push of class `at`."""
    latest = None
    if at:
        content = body or change or pushed or {}
        latest = Chosen(at, "locations", "RECEIVER", PATH[: LEVELS[at]], content, answer or exchange())
    return ReadBack(kind, stored, exchange(), pushed or before or {}, change, before, method, latest)


def verdicts(expectation, item, **arguments):
    return [breach.at_most for breach in expectation(item, **arguments)]


FAILED, ADVISED = [Verdict.FAILED], [Verdict.ADVISED]


def test_equals_what_was_pushed() -> None:
    sent = location()
    assert verdicts(copies.equals_pushed, back("Location", location(images=[]), pushed=sent, at="Location")) == []
    assert verdicts(copies.equals_pushed, back("Location", location(city="Breda"), pushed=sent)) == FAILED
    assert verdicts(copies.equals_pushed, back("Location", location(name=None), pushed=sent)) == ADVISED
    assert verdicts(copies.equals_pushed, back("Location", location(evses=sent["evses"][:1]), pushed=sent)) == FAILED


def test_a_refused_push_says_nothing_about_the_copy() -> None:
    refused = back("Location", location(city="Breda"), pushed=location(), at="Location", answer=exchange(200, 2001))
    with pytest.raises(NotObserved):
        verdicts(copies.equals_pushed, refused)


def test_has_the_pushed_id() -> None:
    assert verdicts(copies.has_pushed_id, back("Location", {"id": "l1"}, pushed=location())) == []
    assert verdicts(copies.has_pushed_id, back("Location", {"id": "L2"}, pushed=location())) == FAILED
    assert verdicts(copies.has_pushed_id, back("EVSE", {"uid": "E1"}, pushed=evse())) == []
    assert verdicts(copies.has_pushed_id, back("EVSE", None, pushed=evse())) == FAILED


def test_shows_the_change() -> None:
    change = {"status": "CHARGING", "last_updated": NOW}
    shown = back("EVSE", evse(status="CHARGING"), change=change, at="EVSE", method="PATCH")
    assert verdicts(copies.shows_change, shown) == []
    assert verdicts(copies.shows_change, back("EVSE", evse(), change=change, at="EVSE", method="PATCH")) == FAILED
    with pytest.raises(NotObserved):
        verdicts(copies.shows_change, back("EVSE", evse(), at="EVSE", body={"last_updated": NOW}))


def test_is_otherwise_as_before() -> None:
    change = {"status": "CHARGING", "last_updated": NOW}
    after = evse(status="CHARGING", last_updated=NOW)
    assert verdicts(copies.otherwise_as_before, back("EVSE", after, before=evse(), change=change, at="EVSE")) == []
    after["floor_level"] = None
    assert verdicts(copies.otherwise_as_before, back("EVSE", after, before=evse(), change=change, at="EVSE")) == FAILED
    with pytest.raises(NotObserved):
        verdicts(copies.otherwise_as_before, back("EVSE", after, change=change, at="EVSE"))


def test_is_as_before() -> None:
    assert verdicts(copies.as_before, back("Location", location(), before=location(), at="Location")) == []
    assert verdicts(copies.as_before, back("Location", location(city="X"), before=location(), at="Location")) == FAILED
    assert verdicts(copies.as_before, back("Location", location(name="X"), before=location(), at="Location")) == FAILED


def test_without_a_look_before_nothing_can_be_compared() -> None:
    with pytest.raises(NotObserved):
        verdicts(copies.as_before, back("Location", location(), pushed=location()))


def test_has_nothing_that_was_left_out() -> None:
    sent = {key: value for key, value in location().items() if key != "name"}
    for value in ({}, {"name": None}):
        stored = {**sent, **value}
        assert verdicts(copies.left_out, back("Location", stored, pushed=sent, before=location(), at="Location")) == []
    kept = back("Location", location(), pushed=sent, before=location(), at="Location")
    assert verdicts(copies.left_out, kept) == FAILED
    with pytest.raises(NotObserved):
        verdicts(copies.left_out, back("Location", sent, pushed=sent, before=sent, at="Location"))


def test_a_field_that_goes_back_to_its_default_was_left_out() -> None:
    before = location(charging_when_closed=False)
    returned = back("Location", location(charging_when_closed=True), pushed=location(), before=before, at="Location")
    assert verdicts(copies.left_out, returned) == []
    kept = back("Location", before, pushed=location(), before=before, at="Location")
    assert verdicts(copies.left_out, kept) == FAILED


def test_parents_follow_the_push() -> None:
    body = connector(last_updated=NOW)

    def followed(stored, before=None):
        item = back("EVSE", evse(last_updated=stored), before=before or evse(), at="Connector", body=body)
        return verdicts(copies.follows_push, item)

    assert followed(NOW) == []
    assert followed("2024-01-01T05:00:00") == []
    assert followed(THEN) == FAILED
    assert followed("soon") == FAILED
    with pytest.raises(NotObserved):
        followed(NOW, before=evse(last_updated=NOW))


def test_lists_the_pushed_part() -> None:
    item = back("Location", location(), at="EVSE", body=evse("e2"))
    assert verdicts(copies.lists_pushed, item, kind="EVSE") == []
    item = back("Location", location(), at="EVSE", body=evse("E3"))
    assert verdicts(copies.lists_pushed, item, kind="EVSE") == FAILED


def test_keeps_its_other_parts() -> None:
    after = location()
    after["evses"][0]["status"] = "CHARGING"
    kept = back("Location", after, before=location(), at="EVSE")
    assert verdicts(copies.keeps_others, kept, kind="EVSE") == []
    lost = back("Location", location(evses=after["evses"][:1]), before=location(), at="EVSE")
    assert verdicts(copies.keeps_others, lost, kind="EVSE") == FAILED
    alone = location(evses=[evse("E1")])
    with pytest.raises(NotObserved):
        verdicts(copies.keeps_others, back("Location", alone, before=alone, at="EVSE"), kind="EVSE")


def test_a_connector_of_the_same_id_under_another_evse_is_another_one() -> None:
    after = copy.deepcopy(location())
    after["evses"][0]["connectors"][0]["max_electric_power"] = 11000
    assert verdicts(copies.keeps_others, back("Location", after, before=location(), at="Connector"), kind="EVSE") == []
    after["evses"][1]["connectors"][0]["max_electric_power"] = 11000
    mixed = back("Location", after, before=location(), at="Connector")
    assert verdicts(copies.keeps_others, mixed, kind="EVSE") == FAILED


def test_has_the_pushed_status() -> None:
    assert verdicts(copies.has_pushed_status, back("EVSE", evse(), pushed=evse())) == []
    assert verdicts(copies.has_pushed_status, back("EVSE", evse(status="OUTOFORDER"), pushed=evse())) == FAILED


@pytest.mark.parametrize(("value", "expected"), [(None, []), (True, []), (False, FAILED)])
def test_default_of_charging_when_closed(value, expected) -> None:
    stored = location(charging_when_closed=value)
    item = back("Location", stored, pushed=location(), at="Location")
    assert verdicts(copies.default_of_charging_when_closed, item) == expected


@pytest.mark.parametrize(
    ("answer", "stored", "expected"),
    [
        (exchange(200, 2001), location(), []),
        (exchange(400, 2001), location(), []),
        (exchange(200, 1000), location(name="Other"), []),
        (exchange(200, 1000), location(), FAILED),
        (exchange(200, 3000), location(), ADVISED),
        (exchange(500, 3000), location(), ADVISED),
    ],
)
def test_a_success_has_an_effect(answer, stored, expected) -> None:
    item = back("Location", stored, before=location(), at="Location", answer=answer)
    assert verdicts(copies.changed_if_reported, item) == expected


@pytest.mark.parametrize(
    ("stored", "flaws"),
    [
        ([evse("E1", floor_level="-2"), evse("E2")], 0),
        ([{"uid": "E1", "floor_level": "-2"}], 0),
        ([], 1),
        ([evse("E2")], 1),
        ([evse("E1"), evse("E2"), evse("E3")], 1),
    ],
)
def test_evses_within_a_patch(stored, flaws):
    change = {"evses": [{"uid": "E1", "floor_level": "-2"}], "last_updated": NOW}
    found = back("Location", location(evses=stored), before=location(), change=change, at="Location", method="PATCH")
    assert len(verdicts(copies.has_evses, found)) == flaws
