"""What a run must have shown before a rule between classes is called, and which objects it is called with."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext, samples
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.checks.joins import JOINED
from ocpi_conformance.steps.checks.kept import keeps
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

Json = dict[str, Any]
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ROLES = [{"role": "CPO", "country_code": "NL", "party_id": "EMB", "business_details": {"name": "Embedded"}}]
ENDPOINTS = [{"identifier": "sessions", "role": "SENDER", "url": "https://x.example/sessions"}]
VERSION = "2.2.1"
RECORD = "InvoiceReconciliationRecord"
# Numbers of what has prices by clock in the portfolio, of its CDRs and Sessions.
NOON = {"cdrs": 9, "sessions": 7}


def exchange(number: int, module: str, data: Any, at: datetime = NOW, route: str = "list") -> Exchange:
    """Return a request of the partner that was answered with `data`."""
    body = jsontext.dumps({"status_code": 1000, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", "data": data})
    context, seconds = Context(VERSION, module, "SENDER", route), at.timestamp()
    request = Request("GET", f"https://x.example/{module}")
    return Exchange(number, "partner", request, Response(200, (), body), context, number, number, seconds, seconds)


def push(number: int, module: str, ids: Json, body: Json, method: str = "PUT", at: datetime = NOW) -> Exchange:
    """Return a request of the target."""
    context = Context(VERSION, module, "RECEIVER", module[:-1], tuple(ids.items()))
    request = Request(method, "https://y.example/", body=jsontext.dumps(body))
    return Exchange(number, "target", request, None, context, number, number, at.timestamp(), at.timestamp())


def portfolio(**changes: Callable[[list[Json]], None]) -> dict[str, list[Json]]:
    """Return what the embedded CPO publishes, changed by module."""
    objects = copy.deepcopy(samples.portfolio(Party("CPO", "NL", "EMB", "Embedded"), NOW))
    for module, change in changes.items():
        change(objects[module])
    return objects


def run(*readings: dict[str, list[Json]], more: tuple[Exchange, ...] = ()) -> Objects:
    """Return the objects of a run in which the credentials, the details and then these lists were read."""
    exchanges = [
        exchange(1, "credentials", {"token": "t", "url": "https://x.example/", "roles": ROLES}, route="credentials"),
        exchange(2, "version_details", {"version": VERSION, "endpoints": ENDPOINTS}, route=""),
    ]
    for reading in readings:
        exchanges += [exchange(len(exchanges) + n, module, reading[module]) for n, module in enumerate(reading, 1)]
    return Objects([*exchanges, *more])


def found(requirement: str, kind: str, objects: Objects) -> list[tuple[str, Verdict]]:
    return [(breach.pointer, breach.at_most) for breach in keeps(objects, kind, requirement)]


def setting(pointer: str, value: Any) -> Callable[[list[Json]], None]:
    """Return what puts `value` at a JSON Pointer into a list."""

    def change(items: Any) -> None:
        *path, last = pointer.split("/")[1:]
        for step in path:
            items = items[int(step) if isinstance(items, list) else step]
        if value is ...:
            del items[int(last) if isinstance(items, list) else last]
        else:
            items[int(last) if isinstance(items, list) else last] = value

    return change


def price(amount: float) -> Json:
    return {"excl_vat": amount, "incl_vat": round(amount * 1.21, 4)}


EVERY = sorted({(requirement, entry.kind) for requirement, entries in JOINED.items() for entry in entries})


@pytest.mark.parametrize(("requirement", "kind"), EVERY)
def test_nothing_is_said_of_a_portfolio_that_is_read_twice(requirement: str, kind: str) -> None:
    try:
        assert found(requirement, kind, run(portfolio(), portfolio())) == []
    except NotObserved:
        # TAR-069 is about prices of 2.3.0, records of invoices and bookings are objects of it.
        later = requirement == "INV-023" or kind == RECORD or kind.startswith("Booking")
        assert kind == "Token" or later or requirement in {"CDR-036", "SES-078", "TAR-069", "TAR-092"}


def records(*changes: Json, **of_cdrs: Any) -> Objects:
    """Return the objects of a run of 2.3.0 that has read a list of CDRs and, for each of `changes`, one of records."""
    one = {"country_code": "NL", "party_id": "EMB", "id": "IRR1", "invoice_id": "I1", "cdrs": ["CDR1"]}
    one |= {"last_updated": "2026-01-05T11:00:00Z"}
    cdr = portfolio()["cdrs"][0] | of_cdrs
    exchanges = [
        exchange(1, "credentials", {"token": "t", "url": "https://x.example/", "roles": ROLES}, route="credentials"),
        exchange(2, "cdrs", [cdr]),
        *(exchange(n, "invoicereconciliation", [one, one | change]) for n, change in enumerate(changes, 3)),
    ]
    return Objects(replace(found, context=replace(found.context, version="2.3.0")) for found in exchanges)


@pytest.mark.parametrize(
    ("requirement", "kind", "objects", "flaws"),
    [
        ("INV-022", RECORD, records({"id": "IRR2"}), []),
        ("INV-022", RECORD, records({"party_id": "XXX"}), [("/data/1/party_id", Verdict.ADVISED)]),
        ("INV-023", "CDR", records({"id": "IRR2"}), []),
        ("INV-023", "CDR", records({"id": "IRR2"}, id="C" * 37), [("/data/0/id", Verdict.FAILED)]),
        (
            "INV-024",
            RECORD,
            records({"id": "IRR2"}, {"id": "IRR2", "invoice_id": "I2"}),
            [("/data/1/last_updated", Verdict.OBSERVED)],
        ),
        ("INV-033", RECORD, records({"id": "IRR2"}), []),
        ("INV-033", RECORD, records({"id": "irr1", "invoice_id": "I2"}), [("/data/1/id", Verdict.FAILED)]),
    ],
)
def test_records_of_invoices(requirement: str, kind: str, objects: Objects, flaws: list[Any]) -> None:
    assert found(requirement, kind, objects) == flaws


def test_a_session_of_2_1_1_is_the_same_in_a_push_and_in_a_list() -> None:
    session = {"id": "S1", "kwh": 1.0, "status": "ACTIVE", "last_updated": "2026-01-05T11:00:00Z"}
    pushed = push(1, "sessions", {"country_code": "NL", "party_id": "EMB", "session_id": "S1"}, session)
    shown = exchange(2, "sessions", [{**session, "kwh": 2.0}])
    both = (replace(found, context=replace(found.context, version="2.1.1")) for found in (pushed, shown))
    assert found("SES-078", "Session", Objects(both)) == [("/data/0/last_updated", Verdict.FAILED)]


def test_a_cdr_of_2_1_1_has_its_time_zone() -> None:
    tariff = {"id": "T1", "elements": [], "last_updated": "2026-01-01T00:00:00Z"}
    prices = ({"day_of_week": ["SUNDAY"]}, 0.2), ({}, 0.5)
    tariff["elements"] = [
        {"price_components": [{"type": "ENERGY", "price": amount, "step_size": 1}], "restrictions": limits}
        for limits, amount in prices
    ]
    cdr = {
        "id": "C1",
        "start_date_time": "2026-01-04T10:00:00Z",
        "stop_date_time": "2026-01-04T11:00:00Z",
        "location": {"id": "LOC1", "time_zone": "Europe/Amsterdam"},
        "tariffs": [tariff],
        "charging_periods": [
            {"start_date_time": "2026-01-04T10:00:00Z", "dimensions": [{"type": "ENERGY", "volume": 10.0}]}
        ],
        "total_energy": 10.0,
        "total_time": 1.0,
    }
    for total, breaches in ((2.0, []), (5.0, [("/data/0/total_cost", Verdict.FAILED)])):
        shown = exchange(1, "cdrs", [{**cdr, "total_cost": total}])
        shown = replace(shown, context=replace(shown.context, version="2.1.1"))
        assert found("TAR-054", "CDR", Objects([shown])) == breaches


ONE_PERIOD = [{"type": "ENERGY", "volume": 11.0}, {"type": "TIME", "volume": 1.0}]


def merged(items: list[Json], number: int) -> None:
    """Make one charging period of two."""
    del items[number]["charging_periods"][1]
    items[number]["charging_periods"][0]["dimensions"] = ONE_PERIOD


ONCE: list[tuple[str, str, str, Callable[[list[Json]], None], str]] = [
    ("CDR-001", "CDR", "cdrs", setting("/1/end_date_time", "2026-01-05T12:30:00Z"), "/data/1/end_date_time"),
    ("CDR-037", "CDR", "cdrs", lambda items: merged(items, NOON["cdrs"]), "/data/9/charging_periods/0"),
    (
        "CDR-038",
        "CDR",
        "cdrs",
        setting("/9/charging_periods/1/dimensions/0", ...),
        "/data/9/charging_periods/1/dimensions",
    ),
    ("CDR-049", "CDR", "sessions", setting("/1/start_date_time", "2020-01-01T00:00:00Z"), "/data/1/start_date_time"),
    ("CDR-051", "CDR", "cdrs", setting("/1/session_id", ...), "/data/1/session_id"),
    ("CDR-051", "CDR", "cdrs", setting("/1/session_id", "SES99"), "/data/1/session_id"),
    ("CDR-061", "CDR", "sessions", setting("/1/kwh", 0.011), "/data/1/total_energy"),
    ("CDR-078", "CDR", "cdrs", setting("/1/cdr_token/uid", "04A1"), "/data/1/cdr_token/uid"),
    ("CDR-093", "CDR", "cdrs", setting("/1/party_id", "XXX"), "/data/1/party_id"),
    ("CDR-094", "CDR", "cdrs", setting("/1/cdr_location/evse_uid", "E9"), "/data/1/cdr_location/evse_uid"),
    ("CDR-096", "CDR", "cdrs", setting("/9/cdr_location/postal_code", ...), "/data/9/cdr_location/postal_code"),
    ("SES-048", "Session", "sessions", lambda items: merged(items, NOON["sessions"]), "/data/7/charging_periods/0"),
    ("SES-055", "Session", "sessions", setting("/1/evse_uid", "E9"), "/data/1/evse_uid"),
    ("SES-055", "Session", "sessions", setting("/1/location_id", "LOC99"), "/data/1/location_id"),
    ("SES-060", "Session", "sessions", setting("/1/party_id", "XXX"), "/data/1/party_id"),
    (
        "SES-069",
        "Session",
        "sessions",
        setting("/1/start_date_time", "2026-01-05T12:30:00Z"),
        "/data/1/start_date_time",
    ),
    ("SES-062", "CDR", "sessions", setting("/1/status", "INVALID"), "/data/1/total_cost"),
    ("TAR-013", "Tariff", "tariffs", setting("/1/end_date_time", "2025-01-01T00:00:00Z"), "/data/1/end_date_time"),
    ("TAR-031", "Tariff", "tariffs", setting("/1/id", "tar1"), "/data/1/id"),
    ("TAR-060", "Tariff", "tariffs", setting("/1/party_id", "XXX"), "/data/1/party_id"),
    ("TAR-048", "CDR", "cdrs", setting("/9/total_energy_cost", price(4.95)), "/data/9/total_energy_cost"),
    ("TAR-049", "CDR", "cdrs", setting("/9/total_energy_cost", price(3.135)), "/data/9/total_energy_cost"),
    ("TAR-054", "CDR", "cdrs", setting("/9/total_energy_cost", price(3.3)), "/data/9/total_energy_cost"),
    ("TAR-076", "CDR", "cdrs", setting("/10/total_energy_cost", price(3.85)), "/data/10/total_energy_cost"),
    ("TAR-077", "CDR", "cdrs", setting("/10/total_time_cost", price(2.7)), "/data/10/total_time_cost"),
    ("CDR-065", "CDR", "cdrs", setting("/10/total_time_cost", price(9.9)), "/data/10/total_time_cost"),
]


@pytest.mark.parametrize(("requirement", "kind", "module", "change", "pointer"), ONCE, ids=map(str, range(len(ONCE))))
def test_what_does_not_go_together_is_found(
    requirement: str, kind: str, module: str, change: Callable[[list[Json]], None], pointer: str
) -> None:
    assert [place for place, _ in found(requirement, kind, run(portfolio(**{module: change})))] == [pointer]


TWICE: list[tuple[str, str, str, Callable[[list[Json]], None], str]] = [
    ("CDR-003", "CDR", "cdrs", setting("/1/remark", "Corrected"), "/data/1/remark"),
    ("CDR-025", "CDR", "cdrs", setting("/1/last_updated", "2026-01-05T11:00:00Z"), "/data/1/last_updated"),
    ("SES-061", "Session", "sessions", setting("/1/kwh", 12.0), "/data/1/kwh"),
    ("SES-063", "Session", "sessions", setting("/1/status", "ACTIVE"), "/data/1/status"),
    ("SES-078", "Session", "sessions", setting("/1/kwh", 12.0), "/data/1/last_updated"),
    ("TAR-092", "Tariff", "tariffs", setting("/1/currency", "SEK"), "/data/1/last_updated"),
]


@pytest.mark.parametrize(("requirement", "kind", "module", "change", "pointer"), TWICE, ids=[row[0] for row in TWICE])
def test_what_changed_between_two_readings_is_found(
    requirement: str, kind: str, module: str, change: Callable[[list[Json]], None], pointer: str
) -> None:
    one, other = ({module: portfolio()[module]}, {module: portfolio(**{module: change})[module]})
    assert [place for place, _ in found(requirement, kind, run(one, other))] == [pointer]
    with pytest.raises(NotObserved, match=r"twice|that changed"):
        keeps(run(one), kind, requirement)


def test_a_token_that_changed_is_found() -> None:
    tokens = samples.portfolio(Party("EMSP", "NL", "EMB", "Embedded"), NOW)["tokens"]
    blocked = [tokens[0] | {"valid": False}, *tokens[1:]]
    with pytest.raises(NotObserved, match="no Token that changed"):
        keeps(run({"tokens": tokens}, {"tokens": tokens}), "Token", "TOK-083")
    twins = [tokens[0], blocked[0] | {"last_updated": tokens[0]["last_updated"]}]
    assert found("TOK-056", "Token", run({"tokens": twins})) == [
        ("/data/1/uid", Verdict.OBSERVED),
        ("/data/1/uid", Verdict.FAILED),
    ]
    later = [blocked[0] | {"last_updated": "2030-01-01T00:00:00Z"}, *tokens[1:]]
    assert found("TOK-083", "Token", run({"tokens": tokens}, {"tokens": later})) == []
    assert found("TOK-083", "Token", run({"tokens": tokens}, {"tokens": blocked})) == [
        ("/data/0/last_updated", Verdict.FAILED)
    ]
    strangers = [token | {"party_id": "XXX"} for token in tokens[:1]]
    assert found("TOK-060", "Token", run({"tokens": strangers})) == [("/data/0/party_id", Verdict.ADVISED)]


def test_two_cdrs_of_one_id_are_no_copies() -> None:
    one = {"cdrs": portfolio()["cdrs"]}
    other = {"cdrs": portfolio(cdrs=setting("/1/session_id", "SES77"))["cdrs"]}
    assert found("CDR-003", "CDR", run(one, other)) == []


def test_data_of_the_start_of_a_session() -> None:
    hour = {"start_date_time": "2026-01-05T10:00:00Z", "end_date_time": "2026-01-05T11:00:00Z"}
    place, cdr = portfolio()["locations"][0], portfolio()["cdrs"][0] | hour
    before = place | {"last_updated": "2026-01-05T09:00:00Z"}
    after = place | {"last_updated": "2026-01-05T10:30:00Z", "name": "Renamed"}
    late = cdr | {"cdr_location": cdr["cdr_location"] | {"name": "Renamed"}}

    def judged(item: Json, at: datetime) -> list[tuple[str, Verdict]]:
        readings = (
            exchange(3, "locations", [before], at),
            exchange(4, "locations", [after]),
            exchange(5, "cdrs", [item]),
        )
        return found("CDR-036", "CDR", run(more=readings))

    during = datetime(2026, 1, 5, 10, 10, tzinfo=UTC)
    assert judged(cdr, during) == []
    assert judged(late, during) == [("/data/0/cdr_location/name", Verdict.FAILED)]
    # In the second of the start it may have come before the session or after it.
    after["last_updated"] = "2026-01-05T10:00:01Z"
    with pytest.raises(NotObserved, match="changed during"):
        judged(late, during)
    after["last_updated"] = "2026-01-05T10:30:00Z"
    # What was read before the session may have changed before it, too.
    with pytest.raises(NotObserved, match="changed during"):
        judged(late, datetime(2026, 1, 5, 9, 30, tzinfo=UTC))


def test_a_push_may_be_overtaken() -> None:
    session = portfolio()["sessions"][0] | {"status": "ACTIVE"}
    ids = {"country_code": "NL", "party_id": "EMB", "session_id": session["id"]}
    older = session | {"kwh": 1.0, "last_updated": "2020-01-01T00:00:00Z"}
    first = {"sessions": [session]}
    with pytest.raises(NotObserved, match="no Session that changed"):
        keeps(run(first, more=(push(9, "sessions", ids, older),)), "Session", "SES-078")
    assert found("SES-078", "Session", run(first, {"sessions": [older]})) == [("/data/0/last_updated", Verdict.FAILED)]


def test_a_patch_of_a_completed_session() -> None:
    session = portfolio()["sessions"][0]
    ids = {"country_code": "nl", "party_id": "emb", "session_id": session["id"].lower()}
    patch = push(9, "sessions", ids, {"kwh": 12.0, "last_updated": "2026-01-05T12:00:00Z"}, "PATCH")
    pointers = [place for place, _ in found("SES-061", "Session", run({"sessions": [session]}, more=(patch,)))]
    assert pointers == ["/kwh", "/last_updated"]


def test_an_evse_that_was_pushed_by_itself_is_not_missed() -> None:
    objects = portfolio(sessions=setting("/0/evse_uid", "E9"))
    place, session = objects["locations"][0], objects["sessions"][0]
    ids = {"country_code": "NL", "party_id": "EMB", "location_id": place["id"], "evse_uid": "E9"}
    evse = push(9, "locations", ids, place["evses"][0] | {"uid": "E9"})
    evse = replace(evse, context=Context(VERSION, "locations", "RECEIVER", "evse", tuple(ids.items())))
    read = {"locations": [place], "sessions": [session]}
    assert found("SES-055", "Session", run(read)) == [("/data/0/evse_uid", Verdict.FAILED)]
    with pytest.raises(NotObserved, match="beside Locations"):
        keeps(run(read, more=(evse,)), "Session", "SES-055")


def test_parties_are_asked_for_only_where_they_are_known() -> None:
    cdr = portfolio(cdrs=setting("/1/party_id", "XXX"))["cdrs"]
    hub = {"token": "t", "url": "https://x.example/", "roles": [ROLES[0] | {"role": "HUB"}]}
    through_hub = Objects([exchange(1, "credentials", hub, route="credentials"), exchange(2, "cdrs", cdr)])
    assert list(keeps(through_hub, "CDR", "CDR-093")) == []
    assert list(keeps(Objects([exchange(1, "cdrs", cdr)]), "CDR", "CDR-093")) == []


@pytest.mark.parametrize("requirement", ["CDR-049", "CDR-094", "CDR-096", "TAR-048", "SES-062"])
def test_without_the_other_object_nothing_is_observed(requirement: str) -> None:
    with pytest.raises(NotObserved, match="the target has shown no"):
        keeps(run({"cdrs": portfolio()["cdrs"]}), "CDR", requirement)


def test_agreed_stand_ins_are_no_start() -> None:
    objects = portfolio(cdrs=setting("/0/start_date_time", "1970-01-01T00:00:00Z"))
    assert found("CDR-049", "CDR", run(objects)) == []


# Bookings


def booking(number: int, status: str, at: str, *, pushed: bool = True, **more: Any) -> Exchange:
    """Return a push of a Booking, or the list that shows it, last updated in the minute `at` of an hour."""
    item = {"id": "B1", "country_code": "NL", "party_id": "EMB", "reservation_status": status}
    item |= {"last_updated": f"2026-01-05T12:{at}:00Z", **more}
    ids = (("country_code", "NL"), ("party_id", "EMB"), ("booking_id", "B1"))
    if pushed:
        context, request = Context("2.3.0", "Booking", "RECEIVER", "booking", ids), jsontext.dumps(item)
        made = Request("PUT", "https://y.example/", body=request)
        return Exchange(number, "target", made, Response(200), context, number, number, 0.0, 0.0)
    body = jsontext.dumps({"status_code": 1000, "timestamp": "2026-01-05T12:00:00Z", "data": [item]})
    context = Context("2.3.0", "Booking", "SENDER", "list")
    return Exchange(
        number,
        "partner",
        Request("GET", "https://x.example/"),
        Response(200, (), body),
        context,
        number,
        number,
        0.0,
        0.0,
    )


@pytest.mark.parametrize(
    ("statuses", "requirement", "count"),
    [
        (["PENDING", "RESERVED", "CANCELED"], "BOO-021", 0),
        (["PENDING", "NO_SHOW"], "BOO-021", 1),
        (["RESERVED", "FULFILLED"], "BOO-022", 0),
        (["RESERVED", "REJECTED"], "BOO-022", 1),
        (["RESERVED", "CANCELED"], "BOO-023", 0),
        (["CANCELED", "RESERVED"], "BOO-023", 1),
    ],
)
def test_a_booking_goes_its_way(statuses: list[str], requirement: str, count: int) -> None:
    pushes = [booking(10 + n, status, f"{10 + n}") for n, status in enumerate(statuses)]
    assert len(found(requirement, "Booking", Objects(pushes))) == count


def test_a_list_that_crossed_a_push_tells_nothing() -> None:
    crossed = [booking(10, "CANCELED", "20"), booking(11, "RESERVED", "10", pushed=False)]
    with pytest.raises(NotObserved):
        found("BOO-023", "Booking", Objects(crossed))
    later = [booking(10, "CANCELED", "20"), booking(11, "RESERVED", "30", pushed=False)]
    assert len(found("BOO-023", "Booking", Objects(later))) == 1


def test_states_between_two_readings_are_not_judged() -> None:
    read = [booking(10, "PENDING", "10", pushed=False), booking(11, "NO_SHOW", "20", pushed=False)]
    with pytest.raises(NotObserved):
        found("BOO-021", "Booking", Objects(read))


def test_the_location_of_a_booking_is_among_those_that_are_known() -> None:
    place = exchange(5, "locations", [{"id": "LOC1", "country_code": "NL", "party_id": "EMB"}])
    for name, count in (("LOC1", 0), ("LOC2", 1)):
        objects = Objects([place, booking(10, "RESERVED", "10", location_id=name)])
        assert len(found("BOO-049", "Booking", objects)) == count
    with pytest.raises(NotObserved):
        found("BOO-049", "Booking", Objects([booking(10, "RESERVED", "10", location_id="LOC1")]))
