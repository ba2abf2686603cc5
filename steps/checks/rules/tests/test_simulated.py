"""What the partner makes up keeps every rule: two engines, written apart from one text, agree on costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocpi_conformance.mock_partner import datasets
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.simulation import Simulation
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.mock_partner.tariffing import Stretch, statement
from ocpi_conformance.mock_partner.timing import SteppedClock
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.checks.rules import RULES
from ocpi_conformance.steps.checks.rules.cdr_costs import (
    cost_as_recomputed,
    periods_at_price_changes,
    volumes_at_price_changes,
)
from ocpi_conformance.steps.checks.rules.pricing import bill, zone_of
from ocpi_conformance.steps.checks.rules.sessions import periods_at_price_changes as session_periods

VERSION = "2.2.1"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CLASSES = {"locations": "Location", "tariffs": "Tariff", "sessions": "Session", "cdrs": "CDR", "tokens": "Token"}
CATALOGUE = Catalogue.load()
# A step_size above 1 is allowed, and what a partner ought to meet: the text only advises against it.
EXPECTED = {"TAR-043"}


def flaws(module: str, items: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (entry.requirement, flaw.pointer, flaw.actual)
        for entries in RULES.values()
        for entry in entries
        if entry.kind == CLASSES[module] and VERSION in CATALOGUE[entry.requirement].versions
        for flaw in entry.flaws(items, VERSION)
        if entry.requirement not in EXPECTED
    ]


def simulated(seed: int, country: str) -> dict[str, list[dict[str, Any]]]:
    """Return what a CPO without peers has after some hours of traffic."""
    owner = Party("CPO", country, "TST")
    client = Client(Record())
    platform = Platform((owner,), client, HANDLERS, clock=SteppedClock(NOW), seed=seed)
    datasets.fill(platform.own, 60, seed=seed, owner=owner, now=NOW)
    simulation = Simulation(platform, seed=seed, rate=3.0, step=900).start()
    platform.agenda.advance(18 * 3600)
    simulation.stop()
    platform.agenda.advance(24 * 3600)
    client.close()
    assert platform.agenda.failures == []
    return {module: list(platform.own.all(module)) for module in ("locations", "tariffs", "sessions", "cdrs")}


@pytest.mark.parametrize(("role", "country"), [("CPO", "NL"), ("CPO", "GB"), ("CPO", "SE"), ("EMSP", "NL")])
def test_a_data_set_keeps_schemas_and_rules(role: str, country: str) -> None:
    made = datasets.dataset(300, seed=4, owner=Party(role, country, "TST"), now=NOW)
    for module, items in made.items():
        assert [error for item in items for error in validator(VERSION, CLASSES[module]).errors(item)] == []
        assert flaws(module, items) == []


@pytest.mark.parametrize(("seed", "country"), [(1, "NL"), (2, "GB"), (3, "XX")])
def test_simulated_sessions_keep_schemas_and_rules(seed: int, country: str) -> None:
    made = simulated(seed, country)
    zone = made["locations"][0]["time_zone"]
    tariffs = {tariff["id"].lower(): tariff for tariff in made["tariffs"]}
    assert len(made["cdrs"]) > 20
    for module, items in made.items():
        assert [error for item in items for error in validator(VERSION, CLASSES[module]).errors(item)] == []
        assert flaws(module, items) == []
    for cdr in made["cdrs"]:
        bill(cdr, VERSION, zone_of(zone))  # it can be told what it costs: nothing below is without meaning
        for judge in (cost_as_recomputed, periods_at_price_changes, volumes_at_price_changes):
            assert list(judge(cdr, VERSION, zone)) == [], cdr["id"]
    for session in made["sessions"]:
        assert list(session_periods(session, VERSION, tariffs, zone)) == [], session["id"]


def test_the_judge_would_notice_another_amount() -> None:
    cdr = next(cdr for cdr in simulated(1, "NL")["cdrs"] if cdr["total_cost"]["excl_vat"] > 1)
    cdr["total_energy_cost"]["excl_vat"] *= 1.1
    assert list(cost_as_recomputed(cdr, VERSION, "Europe/Amsterdam"))


def element(*prices: tuple[str, float, int], **restrictions: Any) -> dict[str, Any]:
    made = [{"type": kind, "price": price, "step_size": step, "vat": 21.0} for kind, price, step in prices]
    return {"price_components": made} | ({"restrictions": restrictions} if restrictions else {})


ELEMENTS = {
    "steps of time": [element(("TIME", 6.0, 600), ("PARKING_TIME", 3.0, 900))],
    "steps of energy by power": [element(("ENERGY", 0.7, 500), min_power=9.0), element(("ENERGY", 0.4, 250))],
    "current": [element(("ENERGY", 0.7, 1), max_current=30.0), element(("ENERGY", 0.4, 1))],
    "energy used": [element(("ENERGY", 0.3, 1), max_kwh=7.3), element(("ENERGY", 0.4, 100))],
    "time of day and duration": [
        element(("TIME", 2.0, 300), start_time="12:30", end_time="14:15"),
        element(("TIME", 4.0, 900), min_duration=6000),
        element(("TIME", 1.0, 60), ("FLAT", 1.0, 1)),
    ],
}


@pytest.mark.parametrize("kind", sorted(ELEMENTS))
@pytest.mark.parametrize("parked", [0, 1, 3])
@pytest.mark.parametrize("limits", [{}, {"max_price": {"excl_vat": 4.0}}, {"min_price": {"excl_vat": 30.0}}])
def test_both_engines_agree_on_hard_tariffs(kind: str, parked: int, limits: dict[str, Any]) -> None:
    stretches, begin = [], datetime(2026, 1, 5, 11, 7, 13, tzinfo=UTC)
    for n, (energy, charging) in enumerate([(4000, True), (1733, True), (2801, True)] + [(0, False)] * parked):
        start = begin + timedelta(seconds=1700 * n)
        power = round(energy * 3.6 / 1700, 3)
        stretches.append(Stretch(start, 1700, energy, power, round(power / 0.23, 1), charging))
    tariff = {"country_code": "NL", "party_id": "TST", "id": "T", "currency": "EUR", "elements": ELEMENTS[kind]}
    tariff |= {"last_updated": "2025-01-01T00:00:00Z", **limits}
    zone = zone_of("Europe/Amsterdam")
    assert zone is not None
    due = statement(stretches, tariff, zone)
    cdr = {
        "start_date_time": due.periods[0]["start_date_time"],
        "end_date_time": f"{stretches[-1].end:%Y-%m-%dT%H:%M:%SZ}",
        "currency": "EUR",
        "tariffs": [tariff],
        "charging_periods": list(due.periods),
        **due.totals(),
    }
    bill(cdr, VERSION, zone)
    assert list(cost_as_recomputed(cdr, VERSION, "Europe/Amsterdam")) == []
    assert flaws("cdrs", [cdr]) == []
