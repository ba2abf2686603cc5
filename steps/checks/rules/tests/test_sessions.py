"""Each rule on Sessions: an object that keeps it beside one that breaks it, and legal objects that might look wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import RULES, sessions
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    ALL,
    LATER,
    V211,
    V221,
    cdr,
    credit,
    element,
    gravest,
    judged,
    location_211,
    oddities,
    payload,
    period,
    plain,
    price,
    session,
    tariff,
    token,
    with_,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED


def start(version):
    return "start_datetime" if version == V211 else "start_date_time"


def end(version):
    return "end_datetime" if version == V211 else "end_date_time"


def ongoing(version, status, **members):
    return session(version, **{end(version): None, "status": status, **members})


@pytest.mark.parametrize("version", ALL)
def test_the_sample_is_valid_and_flawless(version):
    assert validator(version, "Session").errors(session(version)) == []
    for name, rules in RULES.items():
        for entry in rules:
            if entry.kind == "Session" and name.startswith(("SES-", "CDR-")) and (version == V211 or name != "SES-071"):
                assert list(entry.flaws([session(version)], version)) == [], name


@pytest.mark.parametrize("version", ALL)
def test_end_before_start(version):
    for seconds, count in (("05", 0), ("06", 1)):
        value = session(version, **{start(version): f"2024-03-05T12:00:{seconds}Z"})
        assert judged("SES-051", "Session", [value], version) == [(f"/{end(version)}", FAILED, 0)] * count


@pytest.mark.parametrize("version", LATER)
def test_not_available(version):
    for members, found in (
        ({"status": "ACTIVE", "kwh": 0, "evse_uid": "#NA"}, ["/evse_uid"]),
        ({"kwh": 0.1, "connector_id": "#NA"}, ["/connector_id"]),
        ({"status": "RESERVATION", "kwh": 0, "evse_uid": "#NA", "connector_id": "#NA"}, []),
        ({"status": "COMPLETED", "kwh": 0, "evse_uid": "#NA", "connector_id": "#NA"}, []),
    ):
        flaws = judged("SES-056", "Session", [session(version, **members)], version)
        assert flaws == [(pointer, FAILED, 0) for pointer in found], members


@pytest.mark.parametrize("version", ALL)
def test_currency(version):
    for code, found in (("HRK", []), ("EUX", [("/currency", FAILED, 0)]), ("Eur", [("/currency", ADVISED, 0)])):
        assert judged("SES-058", "Session", [session(version, currency=code)], version) == found


@pytest.mark.parametrize("version", LATER)
def test_owner(version):
    for code, found in (("nl", []), ("XK", []), ("ZY", [("/country_code", FAILED, 0)])):
        assert judged("SES-060", "Session", [session(version, country_code=code)], version) == found
    assert pointers(sessions.owner_of_session(session(version), version, [("NL", "CPO")])) == []
    assert pointers(sessions.owner_of_session(session(version), version, [("NL", "OTH")])) == [("/party_id", ADVISED)]


def test_location_of_2_1_1():
    assert judged("SES-071", "Session", [session(V211)], V211) == []
    double = with_(location_211(), location_211()["evses"][0]["connectors"] * 2, "evses", 0, "connectors")
    assert judged("SES-071", "Session", [session(V211, location=double)], V211) == [
        ("/location/evses/0/connectors", FAILED, 0)
    ]
    none = {**location_211(), "evses": []}
    assert judged("SES-071", "Session", [session(V211, location=none)], V211) == [("/location/evses", ADVISED, 0)]


@pytest.mark.parametrize("version", ALL)
def test_completed_without_end(version):
    assert judged("SES-083", "Session", [ongoing(version, "COMPLETED")], version) == [(f"/{end(version)}", FAILED, 0)]
    assert judged("SES-083", "Session", [ongoing(version, "COMPLETED", kwh=0)], version) == []
    assert judged("SES-083", "Session", [ongoing(version, "ACTIVE")], version) == []


@pytest.mark.parametrize("version", ALL)
def test_energy_in_wh(version):
    in_wh = plain(version, session(version, charging_periods=[period("10:00", ENERGY=15000)]))
    assert judged("SES-084", "Session", [in_wh], version) == [("/charging_periods", FAILED, 0)]
    other = plain(version, session(version, charging_periods=[period("10:00", ENERGY=14)]))
    assert judged("SES-084", "Session", [other], version) == []


@pytest.mark.parametrize("version", LATER)
def test_spacing_of_periods(version):
    close = [period(f"10:{minute:02}", ENERGY=0.1) for minute in range(60)] * 3
    for parts, found in ((close, 1), ([], 1), ([period("10:00", ENERGY=15)], 1)):
        assert len(judged("SES-047", "Session", [session(version, charging_periods=parts)], version)) == found
    begun = session(version)[start(version)]
    for number, found in ((3, 0), (8, 1)):
        short = session(version, charging_periods=close[:number], **{end(version): begun.replace(":00Z", ":06Z")})
        assert len(judged("SES-047", "Session", [short], version)) == found
    unused = session(version, charging_periods=[], kwh=0)
    assert judged("SES-047", "Session", [unused], version) == []


@pytest.mark.parametrize("version", ALL)
def test_shared_ids(version):
    grown = [ongoing(version, "PENDING", kwh=0), ongoing(version, "ACTIVE", **{start(version): "2024-03-05T10:04:00Z"})]
    assert judged("SES-049", "Session", [*grown, session(version)], version) == []
    later = session(version, **{start(version): "2024-03-05T13:00:00Z"})
    assert judged("SES-049", "Session", [session(version), later], version) == [("/id", FAILED, 1)]
    place = {"location": {**location_211(), "id": "L2"}} if version == V211 else {"location_id": "L2"}
    assert judged("SES-049", "Session", [session(version), session(version, **place)], version) == [("/id", FAILED, 1)]
    lower = judged("SES-049", "Session", [session(version), session(version, id="s1", **place)], version)
    assert lower == ([] if version == V211 else [("/id", FAILED, 1)])
    if version != V211:
        foreign = session(version, party_id="OTH", **place)
        assert judged("SES-049", "Session", [session(version), foreign], version) == []
        other = session(
            version, cdr_token={**token(), "uid": "X"}, start_date_time="2024-03-05T11:00:00Z", status="ACTIVE"
        )
        assert judged("SES-049", "Session", [session(version), other], version) == [("/id", FAILED, 1)]


# Between objects of several classes


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pointers(found):
    return [(flaw.pointer, flaw.at_most) for flaw in found]


def test_periods_at_price_changes():
    prices = tariff(V221, element(("TIME", 1.0), end_time="12:00"), element(("TIME", 2.0)))
    long = session(V221, charging_periods=[period("10:00", TIME=2)])
    for known, zone, found in (
        ({"t1": prices}, "Europe/Amsterdam", [("/charging_periods/0", FAILED)]),
        ({"t1": prices}, "UTC", []),
        ({}, "Europe/Amsterdam", []),
    ):
        assert pointers(sessions.periods_at_price_changes(long, V221, known, zone)) == found


def test_references():
    evses = [
        {"uid": "E1", "connectors": [{"id": "1"}]},
        {"uid": "E2", "connectors": [{"id": "2"}]},
    ]
    known = [{"country_code": "NL", "party_id": "CPO", "id": "loc1", "evses": evses}]
    for members, found in (
        ({}, []),
        ({"evse_uid": "e1"}, []),
        ({"evse_uid": "#NA", "connector_id": "#NA"}, []),
        ({"evse_uid": "E9"}, [("/evse_uid", FAILED)]),
        ({"connector_id": "2"}, [("/connector_id", FAILED)]),
        ({"location_id": "L9"}, [("/location_id", OBSERVED)]),
        ({"party_id": "OTH"}, [("/location_id", OBSERVED)]),
    ):
        assert pointers(sessions.refers_to_locations(session(V221, **members), V221, known)) == found, members


@pytest.mark.parametrize("version", ALL)
def test_completed_stays(version):
    same = session(version, total_cost=price(version, 4.5), meter_id=None)
    assert pointers(sessions.completed_stays(session(version), same, version)) == []
    assert pointers(sessions.completed_stays(session(version), session(version, kwh=16), version)) == [("/kwh", FAILED)]
    touched = session(version, last_updated="2024-03-05T13:00:00Z")
    assert pointers(sessions.completed_stays(session(version), touched, version)) == [("/last_updated", ADVISED)]
    assert pointers(sessions.completed_stays(session(version), {"kwh": 16}, version, patch=True)) == [("/kwh", FAILED)]
    assert pointers(sessions.completed_stays(session(version), {"kwh": 15}, version, patch=True)) == []
    assert pointers(sessions.completed_stays(session(version, status="ACTIVE"), session(version), version)) == []


def test_the_location_within_a_completed_session_may_change():
    for members in ({"name": "Another name"}, {"last_updated": "2024-03-06T00:00:00Z"}):
        moved = session(V211, location={**location_211(), **members})
        found = pointers(sessions.completed_stays(session(V211), moved, V211))
        assert found == [(f"/location/{next(iter(members))}", ADVISED)]
        assert list(sessions.change_is_later(session(V211), moved, V211, at("2024-03-09T11:00:30"))) == []


@pytest.mark.parametrize("version", LATER)
def test_invalid_is_not_billed(version):
    invalid = [session(version, id="s1", status="INVALID")]
    found = list(
        sessions.invalid_is_not_billed([cdr(version, id="C0", session_id="S9"), cdr(version)], version, invalid)
    )
    assert [(flaw.pointer, flaw.index) for flaw in found] == [("/total_cost", 1)]
    for seen in ([cdr(version), credit(version)], [cdr(version, total_cost=price(version, 0))]):
        assert list(sessions.invalid_is_not_billed(seen, version, invalid)) == []


@pytest.mark.parametrize(
    ("statuses", "count"),
    [
        (("PENDING", "ACTIVE", "ACTIVE", "COMPLETED"), 0),
        (("RESERVATION", "COMPLETED"), 0),
        (("ACTIVE", "PENDING"), 1),
        (("COMPLETED", "ACTIVE", "COMPLETED"), 1),
        (("WHATEVER", "ACTIVE"), 0),
        ((), 0),
    ],
)
def test_order_of_statuses(statuses, count):
    assert pointers(sessions.order_of_statuses(statuses)) == [("/status", FAILED)] * count


def test_started_when_received():
    assert pointers(sessions.active_by_now(session(V211), V211, at("2024-03-05T09:56:00"))) == []
    early = at("2024-03-05T09:00:00")
    assert pointers(sessions.active_by_now(session(V211), V211, early)) == [("/start_datetime", FAILED)]
    assert pointers(sessions.active_by_now(session(V211, status="PENDING"), V211, early)) == []
    turned = session(V211, start_datetime="2024-03-05T12:30:00Z")
    assert pointers(sessions.active_by_now(turned, V211, at("2024-03-05T13:00:00"))) == [("/start_datetime", FAILED)]


@pytest.mark.parametrize("version", ALL)
def test_change_is_later(version):
    first = ongoing(version, "ACTIVE", last_updated="2024-03-05T11:00:00Z")
    read, at_once = at("2024-03-05T11:00:30"), at("2024-03-05T11:00:01")
    for members, moment, found in (
        ({"kwh": 16, "last_updated": "2024-03-05T11:00:01Z"}, read, []),
        ({"kwh": 15, "last_updated": "2024-03-05T10:00:00Z"}, read, []),
        ({"kwh": 16, "last_updated": "2024-03-05T10:59:59Z"}, read, [("/last_updated", FAILED)]),
        ({"kwh": 16, "last_updated": "2024-03-05T11:00:00Z"}, read, [("/last_updated", FAILED)]),
        ({"kwh": 16, "last_updated": "2024-03-05T11:00:00Z"}, at_once, []),
    ):
        second = ongoing(version, "ACTIVE", **members)
        assert pointers(sessions.change_is_later(first, second, version, moment)) == found, members


# The whole area


@pytest.mark.parametrize("version", ALL)
def test_no_shape_is_too_odd(version):
    rules = [entry for found in RULES.values() for entry in found if entry.kind == "Session"]
    for odd in oddities(session(version)):
        for entry in rules:
            for flaw in entry.flaws([session(version), odd], version):
                assert {type(flaw.expected), type(flaw.actual)} == {str}
                assert flaw.pointer.startswith("/")


def test_every_payload_entry_is_dealt_with():
    tables = (RULES, sessions.SCHEMA_DECIDES, sessions.NOT_JUDGED, sessions.JOINS)
    assert payload("sessions") - {name for table in tables for name in table} == set()
    assert {name for name in RULES if name.startswith("SES-")} <= payload("sessions")
    for table in (sessions.SCHEMA_DECIDES, sessions.NOT_JUDGED):
        assert table.keys() <= payload("sessions") - RULES.keys() - sessions.JOINS.keys()


def test_the_schemas_decide():
    assert [error.kind for error in validator(V221, "Session").errors(session(V221, kwh=None))] == ["null"]
    taxed = session(V211, total_cost={"excl_vat": 1})
    assert [error.pointer for error in validator(V211, "Session").errors(taxed)] == ["/total_cost"]


@pytest.mark.parametrize("version", ALL)
def test_examples_of_the_specification(version):
    found = spec_examples(version, "mod_sessions_*.json" if version == V211 else "session_example*.json")
    whole = [(name, value) for name, value in found if "status" in value and "id" in value]
    assert len(whole) == 2
    for name, value in whole:
        assert gravest("sessions", "Session", value, version) == {}, name
