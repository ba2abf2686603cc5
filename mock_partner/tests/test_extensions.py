"""Tests of what only 2.3.0 has, over real sockets: invoice reconciliation, payments, bookings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import (
    activity,
    bookings,
    charging,
    control_acts,
    invoices,
    jsontext,
    payments,
    registration,
    requesting,
    samples,
)
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.control_acts import Asked
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER, same_module
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.samples_2_3_0 import (
    BOOKING_LOCATIONS,
    BOOKINGS,
    CONFIRMATIONS,
    INVOICES,
    TERMINALS,
    booking_request,
)
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, DataConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.settings import Secret
from ocpi_conformance.mock_partner.state import Connection, Json, Party, TokenMint
from ocpi_conformance.mock_partner.timing import SteppedClock

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
CPO = Party("CPO", "NL", "CPO", "Charging")
EMSP = Party("EMSP", "BE", "MSP", "Driving")
PTP = Party("PTP", "AT", "PTP", "Paying")
CLASSES = {
    INVOICES: ("2.3.0", "InvoiceReconciliationRecord"),
    TERMINALS: ("2.3.0-payments", "Terminal"),
    CONFIRMATIONS: ("2.3.0-payments", "FinancialAdviceConfirmation"),
    BOOKING_LOCATIONS: ("2.3.0-bookings", "BookingLocation"),
    BOOKINGS: ("2.3.0-bookings", "Booking"),
}


def found(version: str, name: str, instance: Any, partial: bool) -> list[str]:
    """Return what is wrong with an object by the schemas."""
    if name not in schemas.names(version):
        return []
    return [str(error) for error in schemas.validator(version, name, partial=partial).errors(instance)]


@contextmanager
def joined(other: Party) -> Iterator[tuple[Platform, Platform]]:
    """Yield a CPO, whose clock stands, and a platform of `other` that have registered with each other in 2.3.0."""
    server, record, clock = Server(), Record(), SteppedClock(NOON)
    both = [
        Platform(
            (party,),
            Client(record, "partner", 5.0),
            HANDLERS,
            ("2.3.0",),
            validate=found,
            mint=TokenMint(party.role),
            clock=clock,
        )
        for party in (CPO, other)
    ]
    for one in both:
        one.base_url = server.mount(one.roles[0].role.lower(), one)
        activity.load(one.own, samples.portfolio(one.roles[0], one.clock.now()))
    server.start()
    try:
        registration.register(both[1], both[0].versions_url, both[0].invite())
        yield both[0], both[1]
    finally:
        for one in both:
            one.agenda.close()
        server.stop()
        for one in both:
            one.client.close()


def peer(platform: Platform) -> Connection:
    """Return the one connection that there is."""
    (connection,) = platform.living()
    return connection


def data(exchange: Exchange) -> Any:
    """Return `data` of a successful answer."""
    assert exchange.response is not None
    body = exchange.response.json
    assert body["status_code"] == 1000, body
    return body.get("data")


@pytest.mark.parametrize("role", ["CPO", "PTP"])
def test_what_is_published_is_valid(role: str) -> None:
    made = samples.portfolio(Party(role, "NL", "EMB"), SteppedClock(NOON).now())
    stores = CLASSES.keys() & made.keys()
    assert stores
    assert [line for name in stores for item in made[name] for line in found(*CLASSES[name], item, False)] == []


@pytest.mark.parametrize(
    "module", [bookings, invoices, payments], ids=lambda module: module.__name__.rpartition(".")[2]
)
def test_whatever_a_platform_can_do_of_its_own_accord_is_a_trigger(module: Any) -> None:
    acts = [
        act
        for name, act in vars(module).items()
        if inspect.isfunction(act) and act.__module__ == module.__name__ and not name.startswith("_")
        if next(iter(inspect.signature(act).parameters)) == "platform"
    ]
    assert len(acts) > 2
    assert set(acts) <= set(activity.ACTIVITIES.values())


def test_a_trigger_lists_what_was_sent() -> None:
    terms = PartnerTerms(Account("cpo"), Secret("token-a"))
    clock = ClockConfig("stepped", start=NOON)
    settings = {"listen": "127.0.0.1:0", "versions": ("2.3.0",), "clock": clock, "data": DataConfig(40)}
    cpo = Sandbox(MockConfig(parties=(CPO,), partners=(terms,), **settings))
    terms = replace(terms, versions_url=cpo.versions_url)
    with cpo, Sandbox(MockConfig(parties=(EMSP,), partners=(terms,), **settings)) as emsp:
        asked = Asked(cpo, {}, {}, {"name": "create_invoice_record", "arguments": {}})
        done = control_acts.trigger(asked)
        assert done["result"]["cdrs"]
        (number,) = done["exchanges"]
        (sent,) = cpo.record.later_than(number - 1)
        assert (sent.request.method, sent.context.module) == ("POST", INVOICES)
        assert emsp.platform.received.all(INVOICES) == (done["result"],)


def test_a_mock_partner_publishes_what_its_triggers_need() -> None:
    settings = {"clock": ClockConfig("stepped", start=NOON), "data": DataConfig(40)}
    parties = (CPO, replace(CPO, party_id="CP2"), PTP)
    own = Sandbox(MockConfig(parties=parties, versions=("2.3.0",), **settings), hosted=True).platform.own
    assert {name: own.count(name) for name in (INVOICES, TERMINALS, BOOKING_LOCATIONS)} == {
        INVOICES: 2,
        TERMINALS: 7,
        BOOKING_LOCATIONS: 4,
    }
    for name in CLASSES.keys() - {BOOKINGS}:
        assert [line for item in own.copies(name) for line in found(*CLASSES[name], item, False)] == []
    tariffs = {item["id"] for item in own.copies("tariffs")}
    assert all(set(place["tariff_ids"]) <= tariffs for place in own.copies(BOOKING_LOCATIONS))
    earlier = Sandbox(MockConfig(parties=parties, **settings), hosted=True).platform.own
    assert earlier.counts().keys() == {"tariffs", "locations", "sessions", "cdrs"}


# Invoice reconciliation -----------------------------------------------------------------------------------------------


def test_records_of_invoices_are_listed_pushed_changed_and_deleted() -> None:
    with joined(EMSP) as (cpo, emsp):
        listed = data(emsp.call(peer(emsp), "GET", INVOICES, SENDER))
        assert [record["id"] for record in listed] == ["IRR1", "IRR2", "IRR3"]
        record = invoices.create_invoice_record(cpo)
        assert emsp.received.all(INVOICES) == (record,)
        path = ("NL", "CPO", record["id"])
        assert data(cpo.call(peer(cpo), "GET", INVOICES, RECEIVER, path)) == record
        invoices.change_invoice_record(cpo, record["id"], "INV-2")
        assert [kept["invoice_id"] for kept in emsp.received.all(INVOICES)] == ["INV-2"]
        invoices.delete_invoice_record(cpo, record["id"])
        assert emsp.received.all(INVOICES) == ()
        assert [record["id"], invoices.create_invoice_record(cpo)["id"]] == ["IRR4", "IRR5"]


def test_an_emsp_bills_in_reverse() -> None:
    with joined(EMSP) as (cpo, emsp):
        activity.push_object(cpo, "cdrs", cpo.own.all("cdrs")[0])
        record = invoices.create_invoice_record(emsp)
        assert (record["party_id"], record["cdrs"]) == ("MSP", ["CDR1"])
        assert cpo.received.all(INVOICES) == (record,)


def test_the_url_of_a_new_record_names_its_owner() -> None:
    with joined(EMSP) as (cpo, emsp):
        body = cpo.own.all(INVOICES)[0]
        created = cpo.call(peer(cpo), "POST", INVOICES, RECEIVER, body=body)
        assert created.response.header("Location") == f"{peer(cpo).endpoint(INVOICES, RECEIVER).url}/NL/CPO/IRR1"
        refused = cpo.call(peer(cpo), "PATCH", INVOICES, RECEIVER, ("NL", "CPO", "IRR1"), body={"invoice_id": "X"})
        assert refused.response.status == 405
        assert len(emsp.received.all(INVOICES)) == 1


def test_a_list_of_records_takes_the_place_of_what_was_known() -> None:
    with joined(EMSP) as (cpo, emsp):
        for name in ("IRR8", "IRR9"):
            cpo.call(peer(cpo), "POST", INVOICES, RECEIVER, body=cpo.own.all(INVOICES)[0] | {"id": name})
        activity.ACTIVITIES["pull_invoicereconciliation"](emsp, date_from="2020-01-01T00:00:00Z")
        assert len(emsp.received.all(INVOICES)) == 5
        activity.ACTIVITIES["pull_invoicereconciliation"](emsp)
        assert [kept["id"] for kept in emsp.received.all(INVOICES)] == ["IRR1", "IRR2", "IRR3"]


@pytest.mark.parametrize(
    ("switches", "kept"),
    [
        ({}, ("CPO-2026-01-IRR4-1", "12:00:01")),
        ({"changed_record": "as issued"}, ("CPO-2026-01-IRR4-1", "12:00:00")),
        ({"unpushed": ("PUT invoicereconciliation",)}, ("CPO-2026-01-IRR4", "12:00:00")),
    ],
)
def test_what_the_other_side_is_told_of_a_record(switches: Any, kept: tuple[str, str]) -> None:
    with joined(EMSP) as (cpo, emsp):
        cpo.behaviour = replace(cpo.behaviour, **switches)
        record = invoices.create_invoice_record(cpo)
        invoices.change_invoice_record(cpo, record["id"])
        assert [(item["invoice_id"], item["last_updated"][11:19]) for item in emsp.received.all(INVOICES)] == [kept]


def test_a_platform_may_keep_nothing_of_what_is_posted() -> None:
    with joined(EMSP) as (cpo, emsp):
        emsp.behaviour = replace(emsp.behaviour, post_creates=False)
        invoices.create_invoice_record(cpo)
        assert emsp.received.all(INVOICES) == ()


# Payments -------------------------------------------------------------------------------------------------------------


def test_terminals_are_listed_read_and_assigned() -> None:
    with joined(PTP) as (cpo, ptp):
        listed = data(cpo.call(peer(cpo), "GET", "payments", SENDER, ("terminals",)))
        assert [item["terminal_id"] for item in listed] == [f"TERM{n}" for n in range(1, 6)]
        payments.assign_terminal(cpo, "TERM1", "LOC2")
        one = data(cpo.call(peer(cpo), "GET", "payments", SENDER, ("terminals", "TERM1")))
        assert one["location_ids"] == ["LOC2"]
        assert one["city"] == "Utrecht"
        payments.update_terminal(cpo, "TERM1", "CPO-2")
        replaced = data(cpo.call(peer(cpo), "GET", "payments", SENDER, ("terminals", "TERM1")))
        assert replaced["customer_reference"] == "CPO-2"
        assert "city" not in replaced
        (unknown,) = payments.assign_terminal(cpo, "NONE", "LOC2")
        assert unknown.response.status == 404
        assert len(ptp.own.all(TERMINALS)) == 7


def test_a_page_of_terminals_leads_to_the_next() -> None:
    with joined(PTP) as (cpo, _):
        first = cpo.call(peer(cpo), "GET", "payments", SENDER, ("terminals",), parameters={"limit": "1"})
        url = peer(cpo).endpoint("payments", SENDER).url
        assert first.response.header("Link") == f'<{url}/terminals?offset=1&limit=1>; rel="next"'


def test_an_assignment_as_the_examples_print_it_has_no_last_updated() -> None:
    with joined(PTP) as (cpo, ptp):
        path = ("terminals", "TERM1")
        data(cpo.call(peer(cpo), "PATCH", "payments", SENDER, path, body={"location_ids": ["LOC1"]}))
        changed = ptp.own.find(TERMINALS, "TERM1")
        assert changed["location_ids"] == ["LOC1"]
        assert found("2.3.0-payments", "Terminal", changed, False) == []


def test_a_terminal_that_is_activated_is_made_at_the_cpo() -> None:
    with joined(PTP) as (cpo, ptp):
        payments.activate_terminal(cpo, "SN-9", "LOC1")
        ptp.agenda.advance(0)
        (made,) = cpo.received.all(TERMINALS)
        assert (made["reference"], made["location_ids"]) == ("SN-9", ["LOC1"])
        payments.deactivate_terminal(cpo, made["terminal_id"])
        assert ptp.own.find(TERMINALS, made["terminal_id"])["location_ids"] == []


def test_a_new_terminal_may_be_no_more_than_its_id() -> None:
    with joined(PTP) as (cpo, ptp):
        created = ptp.call(peer(ptp), "POST", "payments", RECEIVER, ("terminals",), body={"terminal_id": "T9"})
        assert created.response.status == 201
        kept = data(ptp.call(peer(ptp), "GET", "payments", RECEIVER, ("terminals", "T9")))
        assert kept["terminal_id"] == "T9"
        nothing = ptp.call(peer(ptp), "POST", "payments", RECEIVER, ("terminals",), body={"city": "Utrecht"})
        assert nothing.response.json["status_code"] == 2001
        assert len(cpo.received.all(TERMINALS)) == 1


def test_a_list_replaces_what_was_known_of_a_provider() -> None:
    with joined(PTP) as (cpo, ptp):
        data(ptp.call(peer(ptp), "POST", "payments", RECEIVER, ("terminals",), body={"terminal_id": "T9"}))
        payments.pull_terminals(cpo)
        assert [item["terminal_id"] for item in cpo.received.all(TERMINALS)] == [f"TERM{n}" for n in range(1, 8)]
        payments.pull_confirmations(cpo)
        assert [item["id"] for item in cpo.received.all(CONFIRMATIONS)] == [f"FAC{n}" for n in range(1, 8)]
        cpo.behaviour = replace(cpo.behaviour, pull_left_out="kept")
        ptp.own.remove(TERMINALS, ptp.own.keys(TERMINALS)[0])
        payments.pull_terminals(cpo)
        assert len(cpo.received.all(TERMINALS)) == 7


def test_a_session_at_a_terminal_is_invoiced_by_the_cpo() -> None:
    with joined(PTP) as (cpo, _):
        payments.pull_terminals(cpo)
        token = {"country_code": PTP.country_code, "party_id": PTP.party_id, "uid": "A1"}
        session = {"id": "S1", "location_id": "LOC2", "evse_uid": "LOC2-E1", "cdr_token": token}
        assert payments.invoice_reference(session, cpo) == ""
        payments.assign_terminal(cpo, "TERM1", "LOC2")
        assert payments.invoice_reference(session, cpo) == "INV-S1"
        assert payments.invoice_reference(session | {"location_id": "LOC1"}, cpo) == ""
        assert payments.invoice_reference(session | {"cdr_token": token | {"party_id": "XYZ"}}, cpo) == ""


def test_a_capture_is_confirmed() -> None:
    with joined(PTP) as (cpo, ptp):
        made = payments.confirm_payment(ptp, "AUTH-7", 4.0)
        assert cpo.received.all(CONFIRMATIONS) == (made,)
        path = ("financial-advice-confirmations", made["id"])
        for platform, side in ((ptp, RECEIVER), (cpo, SENDER)):
            assert data(platform.call(peer(platform), "GET", "payments", side, path)) == made
        page = {"offset": "7"}
        (listed,) = data(cpo.call(peer(cpo), "GET", "payments", SENDER, path[:1], parameters=page))
        assert listed == made
        shipped = payments.ship_terminal(ptp)
        assert cpo.received.all(TERMINALS) == (shipped,)


def test_what_is_captured_is_what_the_cdr_costs() -> None:
    with joined(PTP) as (cpo, ptp):
        token = {"country_code": PTP.country_code, "party_id": PTP.party_id, "uid": "A1", "type": "AD_HOC_USER"}
        session = charging.start_session(cpo, token=token | {"contract_id": "A1"}, reference="AUTH-8")
        cdr = charging.complete_session(cpo, session, 5000)
        made = payments.confirm_payment(ptp, "auth-8")
        assert made["currency"] == cdr["currency"]
        assert made["total_costs"]["before_taxes"] == cdr["total_cost"]["excl_vat"]


def test_who_pays_at_a_terminal_is_shown_the_connector_and_its_tariff(monkeypatch: pytest.MonkeyPatch) -> None:
    with joined(PTP) as (_, ptp):
        asked, call = [], ptp.call

        def noted(connection: Connection, method: str, module: str, *rest: Any, **more: Any) -> Exchange:
            asked.append((method, module))
            return call(connection, method, module, *rest, **more)

        monkeypatch.setattr(ptp, "call", noted)
        places = {"location_id": "LOC1", "evse_uid": "LOC1-E1", "connector_id": "1"}
        started = requesting.send_command(ptp, "START_SESSION", **places)
        assert asked == [("GET", "locations"), ("GET", "tariffs"), ("POST", "commands")]
        assert jsontext.loads(started.request.body)["token"]["type"] == "AD_HOC_USER"
        assert ptp.received.all("tariffs")


# Bookings -------------------------------------------------------------------------------------------------------------


def offered(cpo: Platform, emsp: Platform) -> Json:
    """Push the first BookingLocation and return what the eMSP has of it."""
    bookings.push_booking_location(cpo, "BL1")
    (place,) = emsp.received.all(BOOKING_LOCATIONS)
    return place


def test_booking_locations_are_listed_read_and_pushed() -> None:
    with joined(EMSP) as (cpo, emsp):
        listed = data(emsp.call(peer(emsp), "GET", BOOKINGS, SENDER, ("booking_locations",)))
        assert [item["id"] for item in listed] == ["BL2", "BL1"]
        calendar = data(emsp.call(peer(emsp), "GET", BOOKINGS, SENDER, ("booking_locations", "BL1", "BL1-C1")))
        assert found("2.3.0-bookings", "Calendar", calendar, False) == []
        place = offered(cpo, emsp)
        path = ("NL", "CPO", "booking_locations", "BL1")
        assert data(cpo.call(peer(cpo), "GET", BOOKINGS, RECEIVER, path)) == place
        cpo.agenda.advance(60)
        bookings.change_calendar(cpo, "BL1")
        (kept,) = emsp.received.all(BOOKING_LOCATIONS)
        assert len(kept["calendars"][0]["available_timeslots"]) == 2
        # The parent follows its calendar.
        assert kept["last_updated"] == kept["calendars"][0]["last_updated"]


def test_a_booking_is_requested_reserved_and_canceled() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        (asked,) = bookings.request_booking(emsp)
        assert data(asked)["reservation_status"] == "PENDING"
        assert data(emsp.call(peer(emsp), "GET", BOOKINGS, SENDER)) == [data(asked)]
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        (booking,) = emsp.received.all(BOOKINGS)
        assert booking["reservation_status"] == "RESERVED"
        assert [entry["request_status"] for entry in booking["booking_requests"]] == ["ACCEPTED"]
        assert found("2.3.0-bookings", "Booking", booking, False) == []
        bookings.cancel_request(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        (booking,) = emsp.received.all(BOOKINGS)
        assert booking["reservation_status"] == "CANCELED"
        assert booking["canceled"]["who_canceled"] == "EMSP"
        assert len(booking["booking_requests"]) == 2
        (late,) = bookings.cancel_request(emsp)
        assert late.response.json["status_code"] == 2000


def test_lists_can_be_limited_to_timeslots() -> None:
    with joined(EMSP) as (cpo, emsp):
        slot = cpo.own.all(BOOKING_LOCATIONS)[0]["calendars"][0]["available_timeslots"][0]

        def listed(**parameters: str) -> int:
            path = ("booking_locations",)
            return len(data(emsp.call(peer(emsp), "GET", BOOKINGS, SENDER, path, parameters=parameters)))

        begin, end = slot["start_date_time"], slot["end_date_time"]
        assert listed(timeslot_from=begin, timeslot_to=end) == 2
        assert listed(timeslot_to=begin) == listed(timeslot_from="2099-01-01T00:00:00Z") == 0
        cpo.behaviour = Behaviour(timeslot_filter="ignored")
        assert listed(timeslot_to=begin) == 2


def test_a_change_is_a_request_with_the_same_request_id() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        bookings.request_booking(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        bookings.change_request(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        (booking,) = emsp.received.all(BOOKINGS)
        asked = [entry["booking_request"] for entry in booking["booking_requests"]]
        assert asked[0]["request_id"] == asked[1]["request_id"]
        assert booking["period"] == asked[1]["period"] != asked[0]["period"]


@pytest.mark.parametrize(
    ("terms", "status"),
    [
        ({}, "ACCEPTED"),
        ({"change_until_minutes": 100_000}, "DECLINED"),
        ({"max_booking_duration": 45}, "DECLINED"),
        ({"min_booking_duration": 90}, "DECLINED"),
    ],
)
def test_a_change_keeps_to_the_terms(terms: Json, status: str) -> None:
    with joined(EMSP) as (cpo, emsp):
        place = offered(cpo, emsp)
        bookings.request_booking(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        (booking,), (own,) = (
            cpo.own.all(BOOKINGS),
            [p for p in cpo.own.all(BOOKING_LOCATIONS) if p["id"] == place["id"]],
        )
        booking["booking_terms"] |= terms
        own["booking_terms"] |= terms
        bookings.change_request(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        assert booking["booking_requests"][-1]["request_status"] == status
        assert booking["reservation_status"] == "RESERVED"


def test_a_period_of_no_whole_increments_is_rejected() -> None:
    with joined(EMSP) as (cpo, emsp):
        place = offered(cpo, emsp)
        begin = cpo.clock.now().replace(hour=8, minute=0) + timedelta(days=1)
        request = booking_request("R1", EMSP, place, begin, begin + timedelta(minutes=50))
        data(emsp.call(peer(emsp), "POST", BOOKINGS, SENDER, body=request))
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        assert [b["reservation_status"] for b in cpo.own.all(BOOKINGS)] == ["REJECTED"]


def test_a_booking_is_used_or_not() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        for act, status in ((bookings.use_booking, "FULFILLED"), (bookings.miss_booking, "NO_SHOW")):
            bookings.request_booking(emsp, "BL1", 2 if status == "NO_SHOW" else 0)
            cpo.agenda.advance(bookings.DECIDES_AFTER)
            booking = cpo.own.all(BOOKINGS)[-1]
            act(cpo, booking["id"])
            assert emsp.received.all(BOOKINGS)[-1]["reservation_status"] == status
        used = cpo.own.all(BOOKINGS)[0]
        (cdr,) = [cdr for cdr in emsp.received.all("cdrs") if "booking_id" in cdr]
        assert (cdr["booking_id"], cdr["authorization_reference"]) == (used["id"], used["authorization_reference"])


def test_what_is_on_no_page_is_forgotten() -> None:
    with joined(EMSP) as (cpo, emsp):
        bookings.pull_booking_locations(emsp)
        assert {place["id"] for place in emsp.received.all(BOOKING_LOCATIONS)} == {"BL1", "BL2"}
        cpo.own.remove(BOOKING_LOCATIONS, cpo.own.keys(BOOKING_LOCATIONS)[0])
        bookings.pull_booking_locations(emsp)
        assert {place["id"] for place in emsp.received.all(BOOKING_LOCATIONS)} == {"BL1"}
        bookings.request_booking(emsp)
        bookings.pull_bookings(emsp)
        assert len(emsp.received.all(BOOKINGS)) == 1


def test_what_is_taken_or_not_offered_is_rejected() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        for hour in (0, 0, 20):
            bookings.request_booking(emsp, "BL1", hour)
            cpo.agenda.advance(bookings.DECIDES_AFTER)
        assert [b["reservation_status"] for b in cpo.own.all(BOOKINGS)] == ["RESERVED", "REJECTED", "REJECTED"]
        assert [b["reservation_status"] for b in emsp.received.all(BOOKINGS)] == ["RESERVED", "REJECTED", "REJECTED"]


def test_a_change_that_is_declined_leaves_the_booking_as_it_was() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        bookings.request_booking(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        (booking,) = cpo.own.all(BOOKINGS)
        period = dict(booking["period"])
        far = {name: f"2099{moment[4:]}" for name, moment in period.items()}
        request = booking["booking_requests"][0]["booking_request"] | {"period": far}
        data(emsp.call(peer(emsp), "POST", BOOKINGS, SENDER, body=request))
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        (booking,) = emsp.received.all(BOOKINGS)
        assert (booking["reservation_status"], booking["period"]) == ("RESERVED", period)
        assert [entry["request_status"] for entry in booking["booking_requests"]] == ["ACCEPTED", "DECLINED"]


def test_a_cpo_cancels() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        bookings.request_booking(emsp)
        cpo.agenda.advance(bookings.DECIDES_AFTER)
        bookings.cancel_booking(cpo)
        (booking,) = emsp.received.all(BOOKINGS)
        assert booking["canceled"] == {"cancellation_reason": "BROKEN_CHARGER", "who_canceled": "CPO"}


@pytest.mark.parametrize(
    ("change", "code"), [({"booking_location_id": "NONE"}, 2003), ({"period": None}, 2001), ({}, 1000)]
)
def test_a_request_is_looked_at_before_it_is_taken(change: Json, code: int) -> None:
    with joined(EMSP) as (cpo, emsp):
        place = offered(cpo, emsp)
        now = cpo.clock.now()
        request = booking_request("R1", EMSP, place, now, now + timedelta(hours=1)) | change
        asked = emsp.call(peer(emsp), "POST", BOOKINGS, SENDER, body=request)
        assert asked.response.json["status_code"] == code
        assert len(cpo.own.all(BOOKINGS)) == (code == 1000)


def test_a_booking_may_be_put_under_its_request_id() -> None:
    with joined(EMSP) as (cpo, emsp):
        offered(cpo, emsp)
        bookings.request_booking(emsp)
        (booking,) = cpo.own.all(BOOKINGS)
        for name, code in ((booking["request_id"], 1000), (booking["id"], 1000), ("OTHER", 2001)):
            put = cpo.call(peer(cpo), "PUT", BOOKINGS, RECEIVER, ("NL", "CPO", name), body=booking)
            assert put.response.json["status_code"] == code


@pytest.mark.parametrize("spelt", ["Booking", "bookings", "booking"])
def test_every_spelling_of_the_identifier_is_one_module(spelt: str) -> None:
    assert same_module(spelt, "Booking")
    assert not same_module(spelt, "payments")
