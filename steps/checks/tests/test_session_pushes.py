"""What the target's own requests about Sessions must be: a request that is right beside one that is not."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import session_pushes as checks
from ocpi_conformance.steps.verdicts import NotObserved

NUMBERS = itertools.count(1)
WHERE = ("NL", "CPO", "S1")
NAMES = ("country_code", "party_id", "session_id")
TOKEN = {"country_code": "NL", "party_id": "TST", "uid": "U1"}
SESSION = {"country_code": "NL", "party_id": "CPO", "id": "S1", "cdr_token": TOKEN}
DATE = "2024-01-01T10:05:00Z"
OK = jsontext.dumps({"status_code": 1000})


def exchange(sender, method, url, context, body=None, headers=(), response=None):
    number = next(NUMBERS)
    request = Request(method, url, headers, jsontext.dumps(body) if body is not None else b"")
    return Exchange(number, sender, request, response or Response(200, (), OK), context, number, number, 0.0, 0.0)


def push(body, *ids, method="PUT", to=("NL", "TST"), status=200):
    ids = ids or WHERE
    named = tuple(zip(NAMES, ids, strict=False)) if len(ids) == 3 else ()
    context = Context("2.2.1", "sessions", "RECEIVER", "session" if named else "", named)
    headers = (("OCPI-to-country-code", to[0]), ("OCPI-to-party-id", to[1]))
    url = "http://p/s1/2.2.1/receiver/sessions/" + "/".join(ids)
    return exchange("target", method, url, context, body, headers, Response(status, (), OK))


def count(check, *exchanges):
    return len(list(check(list(exchanges))))


@pytest.mark.parametrize(
    ("method", "ids", "breaches"),
    [
        ("PUT", WHERE, 0),
        ("PATCH", WHERE, 0),
        ("PUT", ("S1",), 1),
        ("PUT", ("NLD", "CPO", "S1"), 1),
        ("PUT", (*WHERE, "kwh"), 1),
        # What follows the id of a change is another entry.
        ("PATCH", (*WHERE, "kwh"), 0),
    ],
)
def test_owner_and_id_address_a_session(method, ids, breaches):
    assert count(checks.addressed, push(SESSION, *ids, method=method)) == breaches


def test_a_change_goes_to_the_whole_session():
    assert count(checks.patches_whole, push({}, method="PATCH")) == 0
    assert count(checks.patches_whole, push({}, *WHERE, "charging_periods", method="PATCH")) == 1
    with pytest.raises(NotObserved):
        count(checks.patches_whole, push(SESSION))


def test_a_whole_session_bears_the_ids_of_its_url():
    assert count(checks.owner_in_url, push({**SESSION, "party_id": "cpo"})) == 0
    assert count(checks.owner_in_url, push({**SESSION, "party_id": "XXX"})) == 1
    assert count(checks.id_in_url, push({**SESSION, "id": "s1"})) == 0
    assert count(checks.id_in_url, push({**SESSION, "id": "S2"})) == 1
    older = push({**SESSION, "id": "s1"})
    assert count(checks.id_in_url, replace(older, context=replace(older.context, version="2.1.1"))) == 1


def test_a_change_is_dated():
    assert count(checks.patches_dated, push({"kwh": 1.0, "last_updated": DATE}, method="PATCH")) == 0
    assert count(checks.patches_dated, push({"kwh": 1.0}, method="PATCH")) == 1


def with_periods(*minutes):
    return {"charging_periods": [{"start_date_time": f"2024-01-01T10:{n:02}:00Z"} for n in minutes]}


def test_a_change_adds_periods_that_are_new():
    first, second = push({**SESSION, **with_periods(0)}), push(with_periods(10), method="PATCH")
    assert count(checks.adds_new_periods, first, second, push(with_periods(20), method="PATCH")) == 0
    assert count(checks.adds_new_periods, first, second, push(with_periods(0, 10, 20), method="PATCH")) == 1
    refused = push(with_periods(10), method="PATCH", status=500)
    assert count(checks.adds_new_periods, first, refused, push(with_periods(10), method="PATCH")) == 0
    other = push({**SESSION, **with_periods(0)}, "NL", "CPO", "S2")
    assert count(checks.adds_new_periods, other, push(with_periods(0), method="PATCH")) == 0
    with pytest.raises(NotObserved, match="no charging periods by PATCH"):
        count(checks.adds_new_periods, first, push({"kwh": 1.0}, method="PATCH"))


def test_a_put_repeats_the_periods_before():
    first, second = push({**SESSION, **with_periods(0)}), push(with_periods(10), method="PATCH")
    assert count(checks.repeats_periods, first, second, push({**SESSION, **with_periods(0, 10, 20)})) == 0
    assert count(checks.repeats_periods, first, second, push({**SESSION, **with_periods(20)})) == 1


def ours(party):
    headers = (("OCPI-from-country-code", "NL"), ("OCPI-from-party-id", party))
    return exchange("partner", "GET", "http://x/", Context("2.2.1", "sessions", "SENDER", "list"), None, headers)


def test_a_session_goes_to_the_party_of_its_token():
    both = (ours("TST"), ours("TSU"))
    assert count(checks.to_party_of_token, *both, push(SESSION)) == 0
    assert count(checks.to_party_of_token, *both, push(SESSION), push(SESSION, to=("NL", "TSU"))) == 1
    with pytest.raises(NotObserved, match="Token of the partner"):
        count(checks.to_party_of_token, ours("TSU"), push(SESSION))


def page(query, link=""):
    headers = (("Link", f'<{link}>; rel="next"'),) if link else ()
    context = Context("2.2.1", "sessions", "SENDER", "list")
    return exchange("target", "GET", f"http://p/sender/sessions{query}", context, response=Response(200, headers, OK))


def test_the_list_is_asked_for_from_a_moment_on():
    first = page(f"?date_from={DATE}", "http://p/sender/sessions?cursor=2")
    assert count(checks.names_date_from, first, page("?cursor=2")) == 0
    assert count(checks.names_date_from, page("?cursor=2")) == 1
    assert count(checks.names_date_from, page("?date_from=")) == 1
    with pytest.raises(NotObserved):
        count(checks.names_date_from)


# Charging preferences -------------------------------------------------------------------------------------------------


def wish(body, *below):
    below = below or ("S1", "charging_preferences")
    route = "preferences" if below[1:] else ""
    context = Context("2.2.1", "sessions", "SENDER", route)
    return exchange("target", "PUT", "http://p/2.2.1/sender/sessions/" + "/".join(below), context, body)


def test_preferences_go_to_their_own_url():
    assert count(checks.suffixed, wish({})) == 0
    assert count(checks.suffixed, wish({}, "S1")) == 1


def test_the_body_is_charging_preferences():
    assert count(checks.holds_preferences, wish({"profile_type": "FAST", "energy_need": 10})) == 0
    for body in ({"profile_type": "SLOW"}, {"energy_need": 10}, ["FAST"]):
        assert count(checks.holds_preferences, wish(body)) >= 1


def told(module, body):
    return exchange("partner", "PUT", "http://x/", Context("2.2.1", module, "RECEIVER"), body)


def known(capabilities, kind):
    """Return what the partner has pushed: a Tariff, a Location and a Session at its EVSE."""
    evse = {"uid": "E1", "capabilities": capabilities, "connectors": [{"id": "1", "tariff_ids": ["T1"]}]}
    session = SESSION | {"location_id": "L1", "evse_uid": "e1", "connector_id": "1"}
    return (
        told("tariffs", {"id": "t1"} | ({"type": kind} if kind else {})),
        told("locations", {"id": "L1", "evses": [evse]}),
        told("sessions", session),
    )


def test_preferences_are_for_an_evse_that_takes_them():
    right = known(["RFID_READER", checks.CAPABILITY], "PROFILE_FAST")
    assert count(checks.for_capable_evse, *right, wish({"profile_type": "FAST"})) == 0
    for capabilities in (["RFID_READER"], None):
        wrong = known(capabilities, "PROFILE_FAST")
        assert count(checks.for_capable_evse, *wrong, wish({"profile_type": "FAST"})) == 1
    with pytest.raises(NotObserved):
        count(checks.for_capable_evse, *right, wish({}, "S2", "charging_preferences"))


@pytest.mark.parametrize(
    ("kind", "profile", "breaches"),
    [
        ("PROFILE_GREEN", "GREEN", 0),
        ("PROFILE_GREEN", "REGULAR", 0),
        ("", "FAST", 0),
        ("PROFILE_GREEN", "FAST", 1),
        ("REGULAR", "CHEAP", 1),
    ],
)
def test_a_profile_type_is_one_of_the_tariffs(kind, profile, breaches):
    pushed = known([checks.CAPABILITY], kind)
    assert count(checks.for_known_profile, *pushed, wish({"profile_type": profile})) == breaches
