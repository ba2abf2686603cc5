"""Simulated sessions as a peer sees them over real sockets: their course, their repeatability, what a peer missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner import pulling, pushing, samples
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.simulation import Simulation
from ocpi_conformance.mock_partner.state import Endpoint, key_of
from ocpi_conformance.mock_partner.tests.pairs import CPO, EMSP, Pair, body_of, connected
from ocpi_conformance.mock_partner.timing import Agenda, SteppedClock

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = 3600.0


@contextmanager
def standing(**cpo: Any) -> Iterator[Pair]:
    """Yield a pair whose clock stands, with a Token at the CPO and three Locations and their tariffs of that time."""
    with connected(**cpo) as pair:
        clock = SteppedClock(START)
        for platform in (pair.cpo, pair.emsp):
            platform.clock = clock
            platform.agenda = Agenda(clock)
        for n, kind in enumerate((samples.tariff, samples.rich_tariff, samples.free_tariff), 1):
            tariff = kind(f"TAR{n}", CPO, START)
            pair.cpo.own.put("tariffs", key_of("tariffs", tariff), tariff)
        for n in (1, 2, 3):
            place = samples.location(f"LOC{n}", CPO, START, number=n)
            place["evses"][0]["connectors"][0]["tariff_ids"] = [f"TAR{n}"]
            pair.cpo.own.put("locations", key_of("locations", place), place)
        token = samples.token("04A1B2C3D4E501", EMSP, START)
        pair.emsp.own.put("tokens", key_of("tokens", token), token)
        pushing.push_object(pair.emsp, "tokens", token)
        yield pair


def bodies(pair: Pair) -> list[tuple[str, str, bytes]]:
    return [
        (exchange.request.method, exchange.context.module, exchange.request.body)
        for exchange in pair.record.exchanges(0, "target")
        if exchange.context.module in {"locations", "sessions", "cdrs"}
    ]


def run(seed: int, hours: float = 2.0) -> list[tuple[str, str, bytes]]:
    with standing() as pair:
        Simulation(pair.cpo, seed=seed, rate=3.0).start()
        pair.cpo.agenda.advance(hours * HOUR)
        return bodies(pair)


def test_the_same_seed_gives_the_same_messages_and_another_one_others() -> None:
    first = run(seed=7)
    assert len(first) > 20
    assert run(seed=7) == first
    assert run(seed=8) != first


def test_a_session_runs_its_course_and_ends_in_a_cdr() -> None:
    with standing() as pair:
        simulation = Simulation(pair.cpo, seed=3, rate=2.0).start()
        pair.cpo.agenda.advance(2 * HOUR)
        simulation.stop()
        pair.cpo.agenda.advance(24 * HOUR)
        assert simulation.ongoing == 0
        assert pair.cpo.agenda.failures == []
        puts = [body_of(exchange) for exchange in pair.sent("PUT", "sessions")]
        patches = [body_of(exchange) for exchange in pair.sent("PATCH", "sessions")]
        cdrs = [body_of(exchange) for exchange in pair.sent("POST", "cdrs")]
        assert puts
        assert {session["status"] for session in puts} == {"PENDING"}
        assert Counter(patch.get("status") for patch in patches)["ACTIVE"] == len(puts) == len(cdrs)
        assert {session["cdr_token"]["uid"] for session in puts} == {"04A1B2C3D4E501"}
        # What the peer put together from the messages is what the CPO has.
        for key in pair.cpo.own.keys("sessions"):
            session = pair.cpo.own.read("sessions", key)
            assert session == pair.emsp.received.read("sessions", key)
            cdr = next(cdr for cdr in cdrs if cdr["session_id"] == session["id"])
            assert (cdr["total_energy"], cdr["total_cost"]) == (session["kwh"], session["total_cost"])
            assert cdr["charging_periods"] == session["charging_periods"]


def test_the_status_of_the_evse_follows() -> None:
    with standing() as pair:
        simulation = Simulation(pair.cpo, seed=3, rate=2.0).start()
        pair.cpo.agenda.advance(HOUR)
        simulation.stop()
        pair.cpo.agenda.advance(24 * HOUR)
        statuses = [body_of(exchange)["status"] for exchange in pair.sent("PATCH", "locations")]
        assert statuses[0] == "CHARGING"
        assert Counter(statuses)["CHARGING"] == Counter(statuses)["AVAILABLE"]


def test_nobody_charges_where_nothing_is_free() -> None:
    with standing() as pair:
        for place in pair.cpo.own.all("locations"):
            for evse in place["evses"]:
                evse["status"] = "OUTOFORDER"
        Simulation(pair.cpo, seed=3, rate=10.0).start()
        pair.cpo.agenda.advance(HOUR)
        assert pair.cpo.own.count("sessions") == 0


def test_a_token_that_its_emsp_does_not_allow_gives_no_session() -> None:
    with standing() as pair:
        for store in (pair.cpo.received, pair.emsp.own):
            for token in store.all("tokens"):
                token |= {"valid": False, "whitelist": "NEVER"}
        Simulation(pair.cpo, seed=3, rate=10.0).start()
        pair.cpo.agenda.advance(HOUR)
        assert pair.sent("POST", "tokens"), "its eMSP is asked"
        assert pair.cpo.own.count("sessions") == 0


def test_a_session_that_others_end_is_left_alone() -> None:
    with standing() as pair:
        simulation = Simulation(pair.cpo, seed=3, rate=2.0).start()
        pair.cpo.agenda.advance(HOUR)
        simulation.stop()
        for key in pair.cpo.own.keys("sessions"):
            pair.cpo.own.update("sessions", key, {"status": "INVALID"})
        before = len(pair.sent("PATCH", "sessions"))
        pair.cpo.agenda.advance(24 * HOUR)
        assert len(pair.sent("PATCH", "sessions")) == before
        assert simulation.ongoing == 0


def test_a_peer_that_was_away_pulls_what_it_missed() -> None:
    with standing() as pair:
        connection = pair.cpo.living()[0]
        there = connection.endpoints
        connection.endpoints = tuple(
            Endpoint(e.identifier, e.role, e.url.replace(pair.emsp.base_url, "http://127.0.0.1:9/gone")) for e in there
        )
        simulation = Simulation(pair.cpo, seed=3, rate=2.0).start()
        pair.cpo.agenda.advance(2 * HOUR)
        simulation.stop()
        pair.cpo.agenda.advance(24 * HOUR)
        assert pair.cpo.agenda.failures
        assert pair.emsp.received.count("sessions") == pair.emsp.received.count("cdrs") == 0
        connection.endpoints = there
        for module in ("sessions", "cdrs"):
            pulling.pull(pair.emsp, module, "2026-01-05T00:00:00Z")
            assert pair.emsp.received.count(module) == pair.cpo.own.count(module) > 0


def test_a_simulation_that_does_nothing_is_refused() -> None:
    with standing() as pair, pytest.raises(HarnessError, match="rate 0"):
        Simulation(pair.cpo, rate=0)
