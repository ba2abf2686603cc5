"""What the course of a Session, answers to preferences and copies must be: what is right beside what is not."""

from __future__ import annotations

import itertools

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.begun import courses
from ocpi_conformance.steps.checks import sessions as checks
from ocpi_conformance.steps.course import Course
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
IDS = (("country_code", "NL"), ("party_id", "CPO"), ("session_id", "S1"))
SESSION = {"id": "S1", "status": "ACTIVE", "kwh": 0.0, "start_date_time": "2024-01-01T10:00:00Z"}
NUMBERS = itertools.count(1)


def push(body, method="PUT"):
    number = next(NUMBERS)
    request = Request(method, "http://p/receiver/sessions/NL/CPO/S1", (), jsontext.dumps(body))
    context = Context("2.2.1", "sessions", "RECEIVER", "session", IDS)
    return Exchange(number, "target", request, Response(200), context, number, number, 0.0, 0.0)


def listed(*items):
    number = next(NUMBERS)
    body = jsontext.dumps({"data": list(items), "status_code": 1000, "timestamp": "2024-01-01T10:00:00Z"})
    context = Context("2.2.1", "sessions", "SENDER", "list")
    return Exchange(
        number, "partner", Request("GET", "http://x/"), Response(200, (), body), context, number, number, 0.0, 0.0
    )


def course(*exchanges, since=0, **more):
    return Course(tuple(courses(Objects(exchanges).sightings)["s1"]), since, **more)


def found(check, *arguments, **words):
    """Return pointer and cap of each breach."""
    return [(breach.pointer, breach.at_most) for breach in check(*arguments, **words)]


def test_a_session_is_pushed_whole_at_first():
    assert found(checks.pushed_whole, course(push(SESSION), push({"kwh": 1.0}, "PATCH"))) == []
    assert found(checks.pushed_whole, course(listed(SESSION), push({"kwh": 1.0}, "PATCH"))) == [("", FAILED)]
    with pytest.raises(NotObserved, match="has not pushed the Session"):
        found(checks.pushed_whole, course(listed(SESSION)))


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_session_is_pushed_with_its_change(method):
    first = push(SESSION)
    changed = push({**SESSION, "kwh": 2.0}, method)
    assert found(checks.pushed_with_change, course(first, changed, since=first.ended)) == []


def test_a_push_without_the_change_does_not_tell_it():
    first = push(SESSION)
    again = push({"last_updated": "2024-01-01T10:05:00Z"}, "PATCH")
    assert found(checks.pushed_with_change, course(first, again, since=first.ended)) == [("", FAILED)]
    assert found(checks.pushed_with_change, course(first, since=first.ended)) == [("", FAILED)]


def test_the_end_of_a_session():
    assert found(checks.has_ended, course(push(SESSION), push({"status": "COMPLETED"}, "PATCH"))) == []
    assert found(checks.has_ended, course(push(SESSION))) == [("/status", OBSERVED)]
    assert found(checks.has_ended, course(push({**SESSION, "status": "PENDING"}))) == [("/status", FAILED)]


RESERVED = {**SESSION, "status": "RESERVATION"}


def test_a_reservation_that_is_taken_up():
    charging = course(push(SESSION)).sights
    active = course(push(RESERVED), push({"status": "ACTIVE"}, "PATCH"), result="ACCEPTED")
    assert found(checks.was_taken_up, active) == []
    passed_over = course(push(RESERVED), result="ACCEPTED", others=charging)
    assert found(checks.was_taken_up, passed_over) == [("/status", FAILED)]
    for more, reason in (({"result": "ACCEPTED"}, "led to charging"), ({"result": "FAILED"}, "is FAILED")):
        with pytest.raises(NotObserved, match=reason):
            found(checks.was_taken_up, course(push(RESERVED), **more))


@pytest.mark.parametrize(("status", "breaches"), [("COMPLETED", 0), ("INVALID", 1), ("RESERVATION", 1)])
def test_a_reservation_that_nobody_takes_up(status, breaches):
    ended = course(push(RESERVED), push({"status": status}, "PATCH"), result="ACCEPTED")
    assert len(found(checks.was_completed, ended)) == breaches


def test_a_reservation_that_is_not_cancelled_or_led_to_charging():
    for result, reason in (("", "is missing"), ("REJECTED", "is REJECTED")):
        with pytest.raises(NotObserved, match=reason):
            found(checks.was_completed, course(push(RESERVED), result=result))
    active = course(push(RESERVED), push({"status": "ACTIVE"}, "PATCH"), result="ACCEPTED")
    with pytest.raises(NotObserved, match="led to charging"):
        found(checks.was_completed, active)


PENDING = {**SESSION, "status": "PENDING", "last_updated": "2024-01-01T10:00:00Z"}


@pytest.mark.parametrize(
    ("start", "breaches"),
    [
        ("2024-01-01T10:00:03Z", []),
        ("2024-01-01T10:00:04Z", []),
        ("2024-01-01T10:00:00Z", [("/start_date_time", FAILED)]),
        ("2024-01-01T09:59:00Z", [("/start_date_time", FAILED)]),
        ("2024-01-01T12:00:00Z", [("/start_date_time", FAILED)]),
    ],
)
def test_a_pending_session_starts_when_it_becomes_active(start, breaches):
    change = {"status": "ACTIVE", "start_date_time": start, "last_updated": "2024-01-01T10:00:04Z"}
    assert found(checks.starts_when_active, course(push(PENDING), push(change, "PATCH"))) == breaches


def test_a_begin_that_cannot_be_told_from_the_creation():
    change = {"status": "ACTIVE", "last_updated": "2024-01-01T10:00:01Z"}
    for exchanges, reason in (([push(PENDING), push(change, "PATCH")], "too shortly"), ([push(SESSION)], "both")):
        with pytest.raises(NotObserved, match=reason):
            found(checks.starts_when_active, course(*exchanges))


def test_the_auth_method_of_a_command():
    authorize = Exchange(1, "target", Request("POST", "http://p/"), None, Context(route="authorize"), 1, 1, 0.0, 0.0)
    for method, calls, breaches in (
        ("COMMAND", (), 0),
        ("AUTH_REQUEST", (authorize,), 0),
        ("AUTH_REQUEST", (), 1),
        ("WHITELIST", (), 1),
    ):
        taken = course(push({**SESSION, "auth_method": method}), calls=calls, result="ACCEPTED")
        assert len(found(checks.by_command, taken)) == breaches


# Charging preferences -------------------------------------------------------------------------------------------------


def answer(data, wish=None, status=200, code=1000):
    body = jsontext.dumps({"data": data, "status_code": code, "timestamp": "2024-01-01T10:00:00Z"})
    request = Request("PUT", "http://x/S1/charging_preferences", (), jsontext.dumps(wish or {"profile_type": "FAST"}))
    context = Context("2.2.1", "sessions", "SENDER", "preferences")
    return Exchange(1, "partner", request, Response(status, (), body), context, 1, 2, 0.0, 0.0)


@pytest.mark.parametrize(
    ("types", "profile", "data", "breaches"),
    [
        ({"PROFILE_FAST"}, "FAST", "ACCEPTED", 0),
        ({""}, "FAST", "ACCEPTED", 0),
        ({"REGULAR"}, "FAST", "PROFILE_TYPE_NOT_SUPPORTED", 0),
        ({"REGULAR"}, "REGULAR", "ACCEPTED", 0),
        ({"REGULAR", "PROFILE_GREEN"}, "FAST", "ACCEPTED", 1),
    ],
)
def test_an_accepted_profile_type_has_a_tariff(types, profile, data, breaches):
    asked = (answer(data, {"profile_type": profile}),)
    taken = course(push(SESSION), preferences=asked, profiles=frozenset(types))
    assert len(found(checks.has_tariffs_for_profiles, taken)) == breaches


def test_without_tariffs_or_answers_nothing_is_said_of_profile_types():
    for more in ({}, {"preferences": (answer("ACCEPTED"),)}):
        with pytest.raises(NotObserved):
            found(checks.has_tariffs_for_profiles, course(push(SESSION), **more))


def test_preferences_are_answered_by_one_word():
    assert found(checks.is_preferences_response, answer("ACCEPTED")) == []
    assert found(checks.is_preferences_response, answer(None, status=404, code=2000)) == [("", FAILED)]
    assert found(checks.is_one_word, answer("NOT_POSSIBLE")) == []
    for data in ({"result": "ACCEPTED"}, "MAYBE", None, ["ACCEPTED"]):
        assert found(checks.is_one_word, answer(data)) == [("/data", FAILED)]
    with pytest.raises(NotObserved):
        found(checks.is_one_word, answer(None, status=404, code=2000))


@pytest.mark.parametrize(
    ("status", "code", "breaches"),
    [(404, 2001, []), (200, 2001, [("", OBSERVED)]), (200, 1000, [("", ADVISED)]), (404, 2000, [("", ADVISED)])],
)
def test_preferences_where_there_are_none(status, code, breaches):
    assert found(checks.refuses_incapable, answer("ACCEPTED", status=status, code=code)) == breaches


def test_a_profile_type_is_not_promised():
    assert found(checks.profile_not_promised, answer("NOT_POSSIBLE")) == []
    assert found(checks.profile_not_promised, answer("ACCEPTED")) == [("/data", FAILED)]


def test_only_what_was_left_out_is_asked_for():
    given = {"profile_type": "FAST", "departure_time": "2024-01-01T10:00:00Z"}
    assert found(checks.asks_for_what_lacks, answer("ENERGY_NEED_REQUIRED", given)) == []
    assert found(checks.asks_for_what_lacks, answer("ACCEPTED", given)) == []
    assert found(checks.asks_for_what_lacks, answer("DEPARTURE_REQUIRED", given)) == [("/data", FAILED)]


def test_what_nobody_can_fulfil():
    for data in ("NOT_POSSIBLE", "ACCEPTED"):
        assert found(checks.possible_or_not, answer(data)) == []
    assert found(checks.possible_or_not, answer("DEPARTURE_REQUIRED")) == [("/data", FAILED)]
    assert found(checks.possible_or_not, answer(None, status=500, code=3000)) == [("", FAILED)]


# Copies ---------------------------------------------------------------------------------------------------------------


def periods(*minutes):
    dimensions = [{"type": "ENERGY", "volume": 1.0}]
    return [{"start_date_time": f"2024-01-01T10:{n:02}:00Z", "dimensions": dimensions} for n in minutes]


def back(stored, change, before=None, code=1000):
    exchange = answer(None, code=code)
    latest = Chosen("Session", "sessions", "RECEIVER", ("NL", "CPO", "S1"), change, exchange)
    return ReadBack("Session", stored, exchange, SESSION, change, before, "PATCH", latest)


AT = "/data/charging_periods"


@pytest.mark.parametrize(
    ("stored", "pushed", "breaches"),
    [
        (periods(15), periods(15), []),
        (periods(0, 15), periods(15), [(AT, FAILED)]),
        (periods(0), periods(15), [(AT, FAILED)]),
        (None, None, []),
        ([], None, []),
        (None, [], []),
        (periods(0), [], [(AT, FAILED)]),
    ],
)
def test_put_replaces_charging_periods(stored, pushed, breaches):
    seen = back({**SESSION, "charging_periods": stored}, {**SESSION, "charging_periods": pushed})
    assert found(checks.only_pushed_periods, seen) == breaches


@pytest.mark.parametrize(
    ("stored", "pushed", "breaches"),
    [
        (periods(0, 10, 20), {"charging_periods": periods(20)}, []),
        (periods(20, 0, 10), {"charging_periods": periods(20)}, []),
        (periods(20), {"charging_periods": periods(20)}, [(AT, FAILED)]),
        (periods(0, 10), {"charging_periods": []}, []),
        (periods(0, 10), {"kwh": 1.0}, []),
        ([], {"charging_periods": []}, [(AT, FAILED)]),
    ],
)
def test_patch_adds_charging_periods(stored, pushed, breaches):
    before = {**SESSION, "charging_periods": periods(0, 10)}
    assert found(checks.added_periods, back({**SESSION, "charging_periods": stored}, pushed, before)) == breaches


def test_a_push_that_was_refused_says_nothing_of_periods():
    with pytest.raises(NotObserved, match="did not take the push"):
        found(checks.added_periods, back(SESSION, {"kwh": 1.0}, SESSION, code=2001))
    with pytest.raises(NotObserved, match="could not be read before"):
        found(checks.added_periods, back(SESSION, {"kwh": 1.0}))
