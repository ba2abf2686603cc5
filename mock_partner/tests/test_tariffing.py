"""Costs of sessions by a tariff: the amounts of the examples in the text, and the edges of each rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ocpi_conformance.mock_partner.tariffing import (
    EXPIRED,
    RESERVATION,
    Stretch,
    choose,
    statement,
    unused_reservation,
)

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 1, 5, tzinfo=ZONE)
NOON = MONDAY.replace(hour=12)


def component(kind: str, price: float, step: int = 1, vat: float | None = None) -> dict[str, Any]:
    return {"type": kind, "price": price, "step_size": step} | ({} if vat is None else {"vat": vat})


def tariff(*elements: tuple[dict[str, Any], dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Return a tariff of (component, restrictions)."""
    listed = [{"price_components": [part]} | ({"restrictions": limits} if limits else {}) for part, limits in elements]
    return {"id": "T", "elements": listed, **fields}


def charge(minutes: float, kwh: float = 0.0, start: datetime = NOON, **fields: Any) -> Stretch:
    return Stretch(start.astimezone(UTC), round(minutes * 60), round(kwh * 1000), **fields)


def park(minutes: float, after: Stretch) -> Stretch:
    return Stretch(after.end, round(minutes * 60), charging=False)


def cost(stretches: list[Stretch], by: dict[str, Any]) -> float:
    found = statement(stretches, by, ZONE).total_cost["excl_vat"]
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize(
    ("wh", "step", "expected"),
    [(116, 1, 0.029), (101, 25, 0.0313), (125, 25, 0.0313), (1, 500, 0.125), (500, 500, 0.125), (501, 500, 0.25)],
)
def test_energy_is_billed_in_steps(wh: int, step: int, expected: float) -> None:
    assert cost([charge(10, wh / 1000)], tariff((component("ENERGY", 0.25, step), {}))) == expected


def test_a_step_size_of_nothing_rounds_nothing() -> None:
    assert cost([charge(10, 1.001)], tariff((component("ENERGY", 1.0, 0), {}))) == 1.001


def test_step_size_counts_once_for_the_whole_energy() -> None:
    by = tariff(
        (component("ENERGY", 0.20, 500), {"end_time": "17:00"}),
        (component("ENERGY", 0.27, 500), {"start_time": "17:00"}),
    )
    before = charge(30, 4.3, MONDAY.replace(hour=16, minute=30))
    assert cost([before, charge(30, 1.1, before.end)], by) == pytest.approx(4.3 * 0.20 + 1.2 * 0.27)


def test_step_size_counts_once_for_the_whole_time() -> None:
    by = tariff(
        (component("TIME", 5.0, 600), {"end_time": "17:00"}), (component("TIME", 7.0, 600), {"start_time": "17:00"})
    )
    found = cost([charge(28, start=MONDAY.replace(hour=16, minute=54))], by)
    assert found == pytest.approx(0.1 * 5 + 0.4 * 7)


SHOP = tariff(
    (component("TIME", 1.20, 1800), {"end_time": "17:00"}),
    (component("TIME", 2.40, 900), {"start_time": "17:00", "end_time": "00:00"}),
    (component("PARKING_TIME", 1.00, 900), {"end_time": "20:00"}),
)


@pytest.mark.parametrize(
    ("hour", "minute", "charged", "parked", "expected"),
    [(16, 55, 10, 2, 0.55), (16, 35, 35, 0, 1.30), (19, 40, 12, 20, 0.73)],
    ids=["parking is rounded", "charging is rounded", "free parking adds nothing"],
)
def test_the_last_component_of_time_decides_over_the_step(
    hour: int, minute: int, charged: int, parked: int, expected: float
) -> None:
    first = charge(charged, start=MONDAY.replace(hour=hour, minute=minute))
    assert cost([first, park(parked, first)] if parked else [first], SHOP) == pytest.approx(expected)


def test_charging_is_not_rounded_before_parking() -> None:
    by = tariff((component("TIME", 1.0, 600), {}), (component("PARKING_TIME", 2.0, 600), {}))
    first = charge(21)
    found = statement([first, park(16, first)], by, ZONE)
    assert found.costs["TIME"] == {"excl_vat": 0.35}
    assert found.costs["PARKING_TIME"] == {"excl_vat": 0.6667}


COMPLEX = tariff(
    (component("FLAT", 2.5, 1, 15.0), {}),
    (component("TIME", 1.0, 900, 20.0), {"max_current": 32.0}),
    (component("TIME", 2.0, 600, 20.0), {"min_current": 32.0, "day_of_week": ["MONDAY", "TUESDAY"]}),
    (component("TIME", 1.25, 600, 20.0), {"min_current": 32.0, "day_of_week": ["SATURDAY", "SUNDAY"]}),
    (
        component("PARKING_TIME", 5.0, 300, 10.0),
        {"start_time": "09:00", "end_time": "18:00", "day_of_week": ["MONDAY"]},
    ),
    (
        component("PARKING_TIME", 6.0, 300, 10.0),
        {"start_time": "10:00", "end_time": "17:00", "day_of_week": ["SATURDAY"]},
    ),
)


@pytest.mark.parametrize(
    ("start", "charged", "parked", "current", "expected"),
    [
        (MONDAY.replace(hour=9, minute=30), 165, 42, 16.0, {"excl_vat": 9.0, "incl_vat": 10.3}),
        # The example of the text counts 2.28 for 114 minutes at 1.25 per hour, which are 2.375.
        (MONDAY.replace(day=10, hour=13, minute=30), 114, 71, 43.0, {"excl_vat": 12.375, "incl_vat": 13.975}),
    ],
    ids=["a weekday", "a weekend"],
)
def test_each_dimension_has_the_first_element_that_matches(
    start: datetime, charged: int, parked: int, current: float, expected: dict[str, float]
) -> None:
    first = charge(charged, 20.0, start, current=current, power=current * 0.23)
    found = statement([first, park(parked, first)], COMPLEX, ZONE)
    assert found.total_cost == expected
    assert {dimension["type"] for dimension in found.periods[0]["dimensions"]} >= {"MIN_CURRENT", "MAX_CURRENT"}


def test_power_decides_while_it_is_drawn() -> None:
    by = tariff(
        (component("ENERGY", 0.2), {"max_power": 16.0}),
        (component("ENERGY", 0.35), {"min_power": 16.0, "max_power": 32.0}),
        (component("ENERGY", 0.5), {}),
    )
    stretches = [charge(10, 1.0, power=6.0)]
    for kwh, power in ((40.0, 48.0), (0.5, 4.0)):
        stretches.append(charge(10, kwh, stretches[-1].end, power=power))
    assert cost(stretches, by) == pytest.approx(20.3)


def test_duration_decides_and_begins_a_period() -> None:
    by = tariff(
        (component("ENERGY", 0.0), {"max_duration": 1800}),
        (component("ENERGY", 0.25), {"max_duration": 3600}),
        (component("ENERGY", 0.40), {}),
    )
    found = statement([charge(40, 8.0)], by, ZONE)
    assert [period["start_date_time"] for period in found.periods] == ["2026-01-05T11:00:00Z", "2026-01-05T11:30:00Z"]
    assert found.total_cost["excl_vat"] == pytest.approx(2.0 * 0.25)


def test_energy_decides_to_the_watt_hour() -> None:
    by = tariff((component("ENERGY", 0.3), {"max_kwh": 20}), (component("ENERGY", 0.5), {"min_kwh": 20}))
    found = statement([charge(60, 30.0)], by, ZONE)
    assert [period["dimensions"][0]["volume"] for period in found.periods] == [20.0, 10.0]
    assert found.total_cost["excl_vat"] == 11.0


def test_a_time_of_day_may_run_past_midnight_and_is_local() -> None:
    by = tariff((component("ENERGY", 0.1), {"start_time": "22:00", "end_time": "06:00"}), (component("ENERGY", 1), {}))
    found = statement([charge(8 * 60, 8.0, MONDAY.replace(hour=21))], by, ZONE)
    starts = [period["start_date_time"][11:16] for period in found.periods]
    assert starts[:2] == ["20:00", "21:00"]
    assert found.total_cost["excl_vat"] == pytest.approx(1.0 + 7 * 0.1)


def test_dates_end_before_their_last_day() -> None:
    limits = {"start_date": "2026-01-05", "end_date": "2026-01-06"}
    by = tariff((component("ENERGY", 1.0), limits))
    evening = MONDAY.replace(hour=23)
    assert cost([charge(120, 2.0, evening)], by) == 1.0
    assert cost([charge(60, 2.0, evening + timedelta(hours=1))], by) == 0.0


def test_a_flat_price_is_due_once() -> None:
    by = tariff((component("FLAT", 1.5), {}), (component("ENERGY", 0.5), {}))
    first = charge(10, 1.0)
    assert cost([first, charge(10, 1.0, first.end)], by) == 2.5


def test_the_price_of_a_reservation_is_none_of_charging() -> None:
    by = tariff((component("TIME", 6.0), {"reservation": "RESERVATION"}), (component("TIME", 1.0), {}))
    assert cost([charge(60)], by) == 1.0


def test_limits_hold_with_and_without_vat() -> None:
    limits = {
        "min_price": {"excl_vat": 0.5, "incl_vat": 0.55},
        "max_price": {"excl_vat": 10.0, "incl_vat": 11.0},
    }
    by = tariff((component("FLAT", 0.5, 1, 20.0), {}), (component("ENERGY", 0.25, 1, 10.0), {}), **limits)
    assert statement([charge(60, 50.0)], by, ZONE).total_cost == {"excl_vat": 10.0, "incl_vat": 11.0}
    assert statement([charge(60, 30.0)], by, ZONE).total_cost == {"excl_vat": 8.0, "incl_vat": 8.85}
    low = tariff((component("ENERGY", 0.25, 1, 10.0), {}), **limits)
    assert statement([charge(60, 1.0)], low, ZONE).total_cost == {"excl_vat": 0.5, "incl_vat": 0.55}


def test_without_vat_there_is_no_amount_with_it() -> None:
    assert statement([charge(60, 1.0)], tariff((component("ENERGY", 0.25), {})), ZONE).total_cost == {"excl_vat": 0.25}


def test_totals_are_those_of_the_periods() -> None:
    by = tariff((component("ENERGY", 0.3, 1, 21.0), {}), (component("PARKING_TIME", 2.0, 60, 21.0), {}))
    first = charge(60, 10.0)
    found = statement([first, park(30, first)], by, ZONE)
    assert found.totals() == {
        "total_cost": {"excl_vat": 4.0, "incl_vat": 4.84},
        "total_energy_cost": {"excl_vat": 3.0, "incl_vat": 3.63},
        "total_parking_cost": {"excl_vat": 1.0, "incl_vat": 1.21},
        "total_energy": 10.0,
        "total_time": 1.5,
        "total_parking_time": 0.5,
    }


def test_without_a_tariff_nothing_is_due() -> None:
    found = statement([charge(60, 10.0)], None, ZONE)
    assert (found.total_cost, found.kwh) == ({"excl_vat": 0.0, "incl_vat": 0.0}, 10.0)
    assert "tariff_id" not in found.periods[0]


def test_the_tariff_of_the_kind_that_is_valid_is_chosen() -> None:
    old = {"id": "OLD", "type": "REGULAR", "end_date_time": "2026-01-01T00:00:00Z"}
    paid = {"id": "PAID", "type": "AD_HOC_PAYMENT"}
    new = {"id": "NEW", "start_date_time": "2026-01-01T00:00:00Z"}
    assert choose([old, paid, new], NOON) == new
    assert choose([old, paid, new], NOON, "AD_HOC_PAYMENT") == paid
    assert choose([old], NOON) is None


# Reservations ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "minutes", "kinds", "expected"),
    [
        # The two examples of expired reservations in mod_tariffs.
        ([("FLAT", 4.0, EXPIRED), ("TIME", 2.0, RESERVATION)], 60, (EXPIRED, RESERVATION), 6.0),
        ([("TIME", 6.0, EXPIRED), ("TIME", 3.0, RESERVATION)], 90, (EXPIRED, RESERVATION), 9.0),
        ([("TIME", 6.0, EXPIRED), ("TIME", 3.0, RESERVATION)], 90, (RESERVATION,), 4.5),
        ([("TIME", 3.0, RESERVATION), ("TIME", 6.0, EXPIRED)], 90, (EXPIRED, RESERVATION), 9.0),
        ([], 90, (EXPIRED, RESERVATION), 0.0),
    ],
)
def test_an_unused_reservation(
    parts: list[tuple[str, float, str]], minutes: int, kinds: tuple[str, ...], expected: float
) -> None:
    elements = [(component(kind, price, 600), {"reservation": mark}) for kind, price, mark in parts]
    by = tariff(*elements, (component("TIME", 50.0), {}), (component("FLAT", 50.0), {}))
    period, price = unused_reservation(charge(minutes, charging=False), by, ZONE, *kinds)
    assert price["excl_vat"] == expected
    assert period["dimensions"] == [{"type": "RESERVATION_TIME", "volume": minutes / 60}]
    assert period["tariff_id"] == "T"


def test_elements_of_reservations_price_no_session() -> None:
    by = tariff((component("TIME", 6.0), {"reservation": RESERVATION}), (component("TIME", 3.0), {}))
    assert cost([charge(60)], by) == 3.0
