"""Tests of what a platform makes of Sessions, CDRs, Tariffs and Tokens that are sent to it or that it pulls."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import activity, charging, publishing, pulling, samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Json, key_of
from ocpi_conformance.mock_partner.tests.pairs import CPO, EMSP, Pair, connected, data_of, envelope_of

MOMENT = "2030-01-07T12:00:00Z"
URL = ("NL", "CPO", "S1")


def period(hour: int) -> Json:
    return {"start_date_time": f"2030-01-07T{hour}:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 1.0}]}


def to_emsp(pair: Pair, method: str, module: str, path: tuple[str, ...], body: object = None) -> Exchange:
    """Send a request of the CPO to the Receiver interface of the eMSP."""
    return pair.cpo.call(pair.cpo.living()[0], method, module, RECEIVER, path, body=body)


def periods(pair: Pair) -> Any:
    """Return the charging_periods that the eMSP shows."""
    return data_of(to_emsp(pair, "GET", "sessions", URL)).get("charging_periods")


def put_session(pair: Pair, **changes: Any) -> None:
    """PUT the session S1."""
    session = {"country_code": "NL", "party_id": "CPO", "id": "S1", "last_updated": MOMENT} | changes
    to_emsp(pair, "PUT", "sessions", URL, session)


@pytest.mark.parametrize(
    ("switches", "after_put", "after_more", "after_none"),
    [
        ({}, [11], [11, 12], [11, 12]),
        ({"patched_periods": "replace"}, [11], [12], []),
        ({"patched_periods": "emptied by none"}, [11], [11, 12], []),
        ({"put_periods": "added"}, [10, 11], [10, 11, 12], [10, 11, 12]),
    ],
)
def test_periods_are_replaced_by_put_and_added_by_patch(
    switches: Json, after_put: list[int], after_more: list[int], after_none: list[int]
) -> None:
    with connected(emsp=Behaviour.of(switches)) as pair:
        put_session(pair, charging_periods=[period(10)])
        put_session(pair, charging_periods=[period(11)])
        assert periods(pair) == [period(hour) for hour in after_put]
        for new, expected in (([period(12)], after_more), ([], after_none)):
            to_emsp(pair, "PATCH", "sessions", URL, {"charging_periods": new, "last_updated": MOMENT})
            assert periods(pair) == [period(hour) for hour in expected]


@pytest.mark.parametrize(("kind", "kept"), [("replaces", 2.0), ("keeps the first", 1.0)])
def test_a_second_put_replaces_the_first(kind: str, kept: float) -> None:
    with connected(emsp=Behaviour.of({"put": kind})) as pair:
        put_session(pair, kwh=1.0)
        put_session(pair, kwh=2.0)
        assert data_of(to_emsp(pair, "GET", "sessions", URL))["kwh"] == kept


@pytest.mark.parametrize(("kind", "kept"), [("replace", None), ("kept when none", [period(10)])])
def test_a_put_without_periods_removes_them(kind: str, kept: object) -> None:
    with connected(emsp=Behaviour.of({"put_periods": kind})) as pair:
        put_session(pair, charging_periods=[period(10)])
        put_session(pair)
        assert periods(pair) == kept


@pytest.mark.parametrize(
    ("switches", "deleted", "left", "again"),
    [({}, 200, 404, 404), ({"deleted_tariff": "kept"}, 200, 200, 200), ({"absent_tariff": "1000"}, 200, 404, 200)],
)
def test_a_tariff_is_deleted(switches: Json, deleted: int, left: int, again: int) -> None:
    with connected(emsp=Behaviour.of(switches)) as pair:
        activity.push_object(pair.cpo, "tariffs", samples.tariff("TAR7", CPO, pair.cpo.clock.now()))
        found = [to_emsp(pair, method, "tariffs", ("NL", "CPO", "TAR7")) for method in ("DELETE", "GET", "DELETE")]
        assert [e.response and e.response.status for e in found] == [deleted, left, again]


def to_cpo(pair: Pair, method: str, kind: str, body: object = None) -> Exchange:
    """Send a request about the token U1 to the CPO, with the parameter type where `kind` is not empty."""
    parameters = {"type": kind} if kind else {}
    path = ("NL", "MSP", "U1")
    return pair.emsp.call(pair.connection, method, "tokens", RECEIVER, path, parameters=parameters, body=body)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("kept apart", ["RFID", "APP_USER"]),
        ("ignored", ["APP_USER", "APP_USER"]),
        ("required", [None, "APP_USER"]),
        ("RFID only", ["RFID", None]),
    ],
)
def test_tokens_of_one_uid_are_told_apart_by_type(kind: str, shown: list[str | None]) -> None:
    with connected(token_types=kind) as pair:
        for name in ("RFID", "APP_USER"):
            token = samples.token("U1", EMSP, pair.emsp.clock.now()) | {"type": name}
            to_cpo(pair, "PUT", name, token)
        found = [data_of(to_cpo(pair, "GET", name)) for name in ("", "APP_USER")]
        assert [token and token["type"] for token in found] == shown


def post_cdr(pair: Pair, **changes: Any) -> tuple[int, int, str | None]:
    """POST a CDR to the eMSP; returns HTTP status, OCPI status and the URL in Location."""
    place = pair.cpo.own.find("locations", "LOC1")
    assert place is not None
    body = samples.cdr("CDR1", CPO, place, pair.cpo.clock.now()) | changes
    exchange = to_emsp(pair, "POST", "cdrs", (), body)
    assert exchange.response is not None
    return exchange.response.status, envelope_of(exchange)["status_code"], exchange.response.header("Location")


def test_a_cdr_can_be_read_at_the_url_it_was_given() -> None:
    with connected() as pair:
        http, _, url = post_cdr(pair)
        assert http == 201
        assert url is not None
        assert url.endswith("/CDR1?owner=NL-CPO")
        got = to_emsp(pair, "GET", "cdrs", ("CDR1",))
        assert data_of(got)["id"] == "CDR1"
        assert envelope_of(to_emsp(pair, "GET", "cdrs", ("NONE",)))["status_code"] == 2000


@pytest.mark.parametrize(
    ("kind", "http", "ocpi", "kept"),
    [("2000", 200, 2000, None), ("replaced", 201, 1000, "second"), ("kept", 201, 1000, None)],
)
def test_a_second_cdr_of_one_id(kind: str, http: int, ocpi: int, kept: str | None) -> None:
    with connected(emsp=Behaviour.of({"known_cdr": kind})) as pair:
        post_cdr(pair)
        assert post_cdr(pair, remark="second")[:2] == (http, ocpi)
        assert data_of(to_emsp(pair, "GET", "cdrs", ("CDR1",))).get("remark") == kept


@pytest.mark.parametrize(
    ("switches", "ocpi"), [({}, 1000), ({"cdr_of_unknown_location": "2003"}, 2003), ({"credit_cdrs": "2001"}, 2001)]
)
def test_cdrs_that_are_refused(switches: Json, ocpi: int) -> None:
    with connected(emsp=Behaviour.of(switches)) as pair:
        assert post_cdr(pair, credit=True, credit_reference_id="CDR0")[1] == ocpi


def test_a_cdr_at_no_evse_that_is_refused() -> None:
    with connected(emsp=Behaviour(cdrs_at_no_evse="2001")) as pair:
        assert post_cdr(pair)[1] == 1000
        assert post_cdr(pair, id="CDR2", cdr_location={"id": "LOC1", "evse_uid": "#NA"})[1] == 2001


# Pulling --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_what_is_pulled_is_what_would_be_pushed(version: str) -> None:
    with connected(version, pushes="never") as pair:
        charging.issue_cdr(pair.cpo)
        for module in ("locations", "sessions", "cdrs", "tariffs"):
            activity.ACTIVITIES[f"pull_{module}"](pair.emsp)
            assert pair.emsp.received.keys(module) == pair.cpo.own.keys(module)
        activity.ACTIVITIES["pull_tokens"](pair.cpo)
        assert [key[:3] for key in pair.cpo.received.keys("tokens")] == [
            key[:3] for key in pair.emsp.own.keys("tokens")
        ]


def test_client_info_is_kept_under_one_key_however_it_comes() -> None:
    hub = type(EMSP)("HUB", "NL", "HUB")
    with connected(roles=(hub, EMSP)) as pair:
        pair.cpo.offered = (("hubclientinfo", "RECEIVER"),)
        pair.emsp.offered = (("hubclientinfo", "SENDER"),)
        pair.connection.endpoints = pair.cpo.endpoints("2.2.1")
        pair.cpo.living()[0].endpoints = pair.emsp.endpoints("2.2.1")
        publishing.change_client(pair.emsp, "DE", "ABC", "EMSP", "PLANNED")
        pulling.pull(pair.cpo, "hubclientinfo")
        assert pair.cpo.received.count("hubclientinfo") == 1


def test_sessions_are_asked_for_from_a_moment() -> None:
    with connected() as pair:
        pulling.pull(pair.emsp, "sessions")
        pair.emsp.behaviour = Behaviour.of({"sessions_date_from": "left out"})
        pulling.pull(pair.emsp, "sessions")
        sent = [e.request.url for e in pair.record.exchanges(0, "partner") if e.context.module == "sessions"]
        assert ["date_from=" in url for url in sent] == [True, False]


@pytest.mark.parametrize(("kind", "left"), [("removed", ["TAR1"]), ("kept", ["TAR1", "TAR2"])])
def test_a_complete_list_of_tariffs_replaces_what_was_known(kind: str, left: list[str]) -> None:
    with connected(emsp=Behaviour.of({"pull_left_out": kind})) as pair:
        publishing.create_tariff(pair.cpo)
        made = pair.cpo.own.all("tariffs")[-1]
        pulling.pull(pair.emsp, "tariffs")
        pair.cpo.own.remove("tariffs", key_of("tariffs", made))
        pulling.pull(pair.emsp, "tariffs", date_from="2020-01-01T00:00:00Z")
        assert pair.emsp.received.count("tariffs") == 2
        pulling.pull(pair.emsp, "tariffs")
        assert sorted(tariff["id"] for tariff in pair.emsp.received.all("tariffs")) == left


def test_a_list_that_fails_takes_nothing_from_what_is_known() -> None:
    with connected() as pair:
        pulling.pull(pair.emsp, "tariffs")
        rule = {"match": {"module": "tariffs"}, "status": 500, "ocpi_status": 3000, "data": []}
        pair.cpo.faults.rules.append(Rule.of(rule))
        pulling.pull(pair.emsp, "tariffs")
        assert pair.emsp.received.count("tariffs") == 1
