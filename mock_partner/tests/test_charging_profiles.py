"""Tests of charging profiles between two platforms of ours: results, the active profile, its changes, and defects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner import charging_profiles, requesting
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Json, Party
from ocpi_conformance.mock_partner.tests.pairs import EMSP, Pair, body_of, connected, data_of, envelope_of

NOW = datetime(2030, 1, 1, tzinfo=UTC)
PLUG = {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32, "max_electric_power": 22000}
SESSION = {"start_date_time": "2029-12-31T23:50:00Z"}
ACCEPTED = {"result": "ACCEPTED", "timeout": 30}


@contextmanager
def charging(roles: tuple[Party, ...] = (EMSP,), **cpo: Any) -> Iterator[Pair]:
    """Yield a pair with a Session that is going on."""
    with connected(roles=roles, **cpo) as pair:
        requesting.send_command(pair.emsp, "START_SESSION", location_id="LOC1", evse_uid="LOC1-E1")
        pair.settle()
        yield pair


def ask(
    pair: Pair, method: str, session_id: str, parameters: dict[str, str] | None = None, body: Any = None
) -> Exchange:
    """Send a request for a profile that is put together by the test."""
    path = (session_id,)
    return pair.emsp.call(pair.connection, method, "chargingprofiles", RECEIVER, path, parameters=parameters, body=body)


def results(pair: Pair, kind: str) -> tuple[Json, ...]:
    """Return the results of one kind, when all have come."""
    pair.settle()
    return requesting.results(pair.emsp, kind, "chargingprofiles")


@pytest.mark.parametrize("roles", [(EMSP,), (Party("SCSP", "NL", "SCP"), EMSP)], ids=["eMSP", "SCSP"])
def test_a_profile_is_set_shown_and_cleared(roles: tuple[Party, ...]) -> None:
    with charging(roles) as pair:
        assert data_of(requesting.send_charging_profile(pair.emsp, limit="20")) == ACCEPTED
        assert results(pair, "set") == ({"result": "ACCEPTED"},)
        assert data_of(requesting.request_active_profile(pair.emsp, duration="3000")) == ACCEPTED
        (shown,) = results(pair, "get")
        assert shown["result"] == "ACCEPTED"
        periods = shown["profile"]["charging_profile"]["charging_profile_period"]
        assert [period["limit"] for period in periods] == [20.0, 10.0]
        assert data_of(requesting.clear_charging_profile(pair.emsp)) == ACCEPTED
        assert results(pair, "clear") == ({"result": "ACCEPTED"},)
        assert pair.sent("PUT", "chargingprofiles") == []


def test_a_result_goes_exactly_to_its_response_url() -> None:
    with charging() as pair:
        exchange = requesting.send_charging_profile(pair.emsp)
        result = pair.arrived("POST", "chargingprofiles")
        assert result.request.url == body_of(exchange)["response_url"]
        assert result.context.route == "set_result"
        assert "data" not in envelope_of(result)


def test_without_a_profile_there_is_nothing_to_clear_and_the_maximum_to_show() -> None:
    with charging() as pair:
        requesting.clear_charging_profile(pair.emsp)
        requesting.request_active_profile(pair.emsp)
        assert results(pair, "clear") == ({"result": "UNKNOWN"},)
        (shown,) = results(pair, "get")
        assert shown["profile"]["charging_profile"]["charging_profile_period"] == [{"start_period": 0, "limit": 32.0}]


@pytest.mark.parametrize("empty", [{}, {"charging_profile_period": []}, {"charging_profile_period": None}])
def test_an_empty_list_of_periods_has_three_forms(empty: dict[str, object]) -> None:
    profile = {"charging_rate_unit": "A", "duration": 3600, **empty}
    shown = charging_profiles.active_profile(profile, PLUG, 1.0, SESSION, NOW, 900)
    assert shown["charging_profile"]["charging_profile_period"] == [{"start_period": 0, "limit": 32.0}]


def test_a_second_profile_replaces_the_first() -> None:
    with charging() as pair, charging(profile_put="kept") as other:
        limits = []
        for each in (pair, other):
            for limit in ("20", "8"):
                requesting.send_charging_profile(each.emsp, limit=limit)
                each.settle()
            requesting.request_active_profile(each.emsp)
            profile = results(each, "get")[0]["profile"]["charging_profile"]
            limits.append(profile["charging_profile_period"][0]["limit"])
        assert limits == [8.0, 20.0]


# What changes by itself -----------------------------------------------------------------------------------------------


def test_a_change_is_told_to_who_set_a_profile() -> None:
    with charging() as pair:
        charging_profiles.change_active_profile(pair.cpo)
        assert pair.sent("PUT", "chargingprofiles") == []
        requesting.send_charging_profile(pair.emsp, limit="20")
        pair.settle()
        charging_profiles.change_active_profile(pair.cpo, share="0.25")
        put = pair.arrived("PUT", "chargingprofiles")
        (session,) = pair.cpo.own.all("sessions")
        assert put.context.id("session_id") == session["id"]
        profile = body_of(put)["charging_profile"]
        assert profile["duration"] == 900
        assert profile["charging_profile_period"] == [{"start_period": 0, "limit": 8.0}]
        assert "data" not in envelope_of(put)


def test_a_profile_that_the_cpo_cancels_leaves_the_maximum() -> None:
    with charging() as pair, charging(active_profile_when_none="the last one") as other:
        limits = []
        for each in (pair, other):
            requesting.send_charging_profile(each.emsp, limit="20")
            each.settle()
            charging_profiles.cancel_charging_profile(each.cpo)
            put = body_of(each.arrived("PUT", "chargingprofiles"))
            limits.append(put["charging_profile"]["charging_profile_period"][0]["limit"])
        assert limits == [32.0, 20.0]


@pytest.mark.parametrize(("kind", "first", "second"), [("never", 0, 0), ("to everybody", 1, 2)])
def test_each_switch_of_the_pushes(kind: str, first: int, second: int) -> None:
    with charging(active_profile_pushes=kind) as pair:
        charging_profiles.change_active_profile(pair.cpo)
        assert len(pair.sent("PUT", "chargingprofiles")) == first
        requesting.send_charging_profile(pair.emsp)
        pair.settle()
        assert len(pair.sent("PUT", "chargingprofiles")) == second


def test_a_share_that_is_no_number_says_so() -> None:
    with charging() as pair, pytest.raises(HarnessError, match="from 0 to 1"):
        charging_profiles.change_active_profile(pair.cpo, share="half")


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switches", "http", "data"),
    [
        ({}, 200, {"result": "UNKNOWN_SESSION", "timeout": 30}),
        ({"unknown_profile_session": "REJECTED"}, 200, {"result": "REJECTED", "timeout": 30}),
        ({"unknown_profile_session": "404"}, 404, None),
        ({"unknown_profile_session": "ACCEPTED"}, 200, ACCEPTED),
    ],
)
def test_a_session_that_the_cpo_does_not_know(switches: dict[str, Any], http: int, data: Json | None) -> None:
    with connected(**switches) as pair:
        for send in (requesting.send_charging_profile, requesting.request_active_profile):
            exchange = send(pair.emsp, "NONE")
            assert exchange.response is not None
            assert (exchange.response.status, data_of(exchange)) == (http, data)


@pytest.mark.parametrize(
    ("method", "parameters", "body"),
    [
        ("GET", {"duration": "900"}, None),
        ("GET", {"response_url": "http://127.0.0.1/x"}, None),
        ("GET", {"response_url": "http://127.0.0.1/x", "duration": "soon"}, None),
        ("DELETE", {}, None),
        ("PUT", {}, {"response_url": "http://127.0.0.1/x"}),
    ],
)
def test_an_incomplete_request_is_refused(method: str, parameters: dict[str, str], body: Json | None) -> None:
    with charging() as pair, charging(incomplete_profile_request="ACCEPTED") as other:
        codes = []
        for each in (pair, other):
            (session,) = each.cpo.own.all("sessions")
            codes.append(envelope_of(ask(each, method, session["id"], parameters, body))["status_code"])
            each.settle()
            assert each.sent("POST", "chargingprofiles") == []
        assert codes == [2001, 1000]


@pytest.mark.parametrize(("switch", "expected"), [("NOT_SUPPORTED", "NOT_SUPPORTED"), ("ACCEPTED", "ACCEPTED")])
def test_an_evse_that_takes_no_profiles(switch: str, expected: str) -> None:
    with charging(incapable_of_profiles=switch) as pair:
        pair.cpo.own.find("locations", "LOC1")["evses"][0]["capabilities"] = []  # type: ignore[index]
        assert data_of(requesting.send_charging_profile(pair.emsp))["result"] == expected


def test_a_session_of_another_party_takes_no_profile_of_an_emsp() -> None:
    with charging() as pair:
        (session,) = pair.cpo.own.all("sessions")
        session["cdr_token"]["party_id"] = "OTH"
        assert data_of(requesting.send_charging_profile(pair.emsp))["result"] == "REJECTED"


def test_requests_can_be_too_many() -> None:
    with charging(profile_requests="three for each session") as pair:
        found = [data_of(requesting.send_charging_profile(pair.emsp))["result"] for _ in range(4)]
        assert found == [*["ACCEPTED"] * 3, "TOO_OFTEN"]


@pytest.mark.parametrize(("switches", "code"), [({}, 2001), ({"profile_decimals": "any number"}, 1000)])
def test_a_limit_of_two_decimals(switches: dict[str, Any], code: int) -> None:
    fine = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 16.55}]}
    with charging(**switches) as pair:
        assert envelope_of(requesting.send_charging_profile(pair.emsp, profile=fine))["status_code"] == code


def test_a_cpo_can_want_every_field_of_a_profile() -> None:
    rows = [{"start_period": 0, "limit": 16.0}]
    with charging(partial_profiles="2001") as pair:
        bare = {"charging_rate_unit": "A", "charging_profile_period": rows}
        assert envelope_of(requesting.send_charging_profile(pair.emsp, profile=bare))["status_code"] == 2001
        assert envelope_of(requesting.send_charging_profile(pair.emsp))["status_code"] == 1000


@pytest.mark.parametrize(("kind", "number"), [("never", 0), ("twice", 2), ("to another URL", 1)])
def test_the_switches_of_results_are_those_of_commands(kind: str, number: int) -> None:
    with charging(profile_results=kind) as pair:
        exchange = requesting.send_charging_profile(pair.emsp)
        pair.settle()
        found = pair.sent("POST", "chargingprofiles")
        assert len(found) == number
        same = [e.request.url == body_of(exchange)["response_url"] for e in found]
        assert all(same) == (kind != "to another URL")


# The active profile ---------------------------------------------------------------------------------------------------


def shown(
    profile: Json | None, share: float = 1.0, duration: int = 3600, plug: Json | None = None
) -> list[tuple[int, float]]:
    """Return the periods of the active profile as (start_period, limit)."""
    made = charging_profiles.active_profile(profile, PLUG | (plug or {}), share, SESSION, NOW, duration)
    assert made["start_date_time"] == "2030-01-01T00:00:00Z"
    return [(p["start_period"], p["limit"]) for p in made["charging_profile"]["charging_profile_period"]]


def profile(*periods: tuple[int, float], **fields: Any) -> Json:
    """Return a ChargingProfile in A with these periods."""
    rows = [{"start_period": start, "limit": limit} for start, limit in periods]
    return {"charging_rate_unit": "A", "charging_profile_period": rows, **fields}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, [(0, 32.0)]),
        (profile((0, 16), (1800, 8), start_date_time="2030-01-01T00:00:00Z"), [(0, 16.0), (1800, 8.0)]),
        (profile((0, 16), (1800, 8)), [(0, 16.0), (1200, 8.0)]),
        (profile((0, 16), start_date_time="2030-01-01T00:10:00Z"), [(0, 32.0), (600, 16.0)]),
        (profile((0, 16), start_date_time="2029-12-31T23:50:00Z", duration=900), [(0, 16.0), (300, 32.0)]),
        (profile((0, 63), start_date_time="2030-01-01T00:00:00Z"), [(0, 32.0)]),
        (profile((0, 16), (7200, 8), start_date_time="2030-01-01T00:00:00Z"), [(0, 16.0)]),
    ],
    ids=["none", "absolute", "relative to the session", "not yet", "over soon", "above the maximum", "after the end"],
)
def test_the_evse_calculates_its_profile(given: Json | None, expected: list[tuple[int, float]]) -> None:
    assert shown(given) == expected


def test_a_local_limit_and_the_unit_count() -> None:
    assert shown(profile((0, 30), start_date_time="2030-01-01T00:00:00Z"), share=0.5) == [(0, 16.0)]
    assert shown(None, plug={"power_type": "DC"}) == [(0, 22000.0)]
