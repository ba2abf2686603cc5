"""The costs of CDRs: what the engine makes of tariffs and periods, and the readings of step_size that are wrong.

Most numbers are those of the worked examples in the chapters on tariffs and CDRs.
"""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.checks.rules import cdr_costs
from ocpi_conformance.steps.checks.rules.common import moment
from ocpi_conformance.steps.checks.rules.pricing import Undecided, bill, edges_between, timely, zone_of
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    ALL,
    BOOKINGS,
    LATER,
    V211,
    V221,
    V230,
    cdr,
    credit,
    element,
    gravest,
    judged,
    period,
    plain,
    price,
    tariff,
    without,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
STEPS = ("CDR-040", "CDR-041", "CDR-042", "CDR-043", "CDR-044", "CDR-045", "CDR-046")
PARTS = {
    "energy": "total_energy_cost",
    "time": "total_time_cost",
    "parking": "total_parking_cost",
    "fixed": "total_fixed_cost",
    "reserved": "total_reservation_cost",
}
AMSTERDAM = "Europe/Amsterdam"


def made(version, elements, periods, until, *, total, tariffs=None, day="2024-03-05", **costs):
    """Return a CDR with these tariff elements, periods and costs without tax; its other totals follow from them."""
    hours = {"TIME": 0.0, "PARKING_TIME": 0.0, "RESERVATION_TIME": 0.0, "ENERGY": 0.0}
    for one in periods:
        for dimension in one["dimensions"]:
            hours[dimension["type"]] = hours.get(dimension["type"], 0.0) + dimension["volume"]
    end = "stop_date_time" if version == V211 else "end_date_time"
    value = cdr(version, **{
        "start_date_time": periods[0]["start_date_time"], end: f"{day}T{until}:00Z", "charging_periods": periods,
        "tariffs": tariffs or [tariff(version, *elements)], "total_cost": price(version, total),
        "total_energy": hours["ENERGY"], "total_parking_time": hours["PARKING_TIME"],
        "total_time": (moment(f"{day}T{until}:00Z") - moment(periods[0]["start_date_time"])).total_seconds() / 3600,
    })  # fmt: skip
    for name in PARTS.values():
        value.pop(name, None)
    given = {PARTS[name]: price(version, amount) for name, amount in costs.items() if version != V211}
    return plain(version, {**value, **given})


def recomputed(value, version, zone=""):
    return [(flaw.pointer, flaw.at_most) for flaw in cdr_costs.cost_as_recomputed(value, version, zone)]


def steps_broken(value, version):
    return {name for name in STEPS if judged(name, "CDR", [value], version)}


# Energy: 4.3 kWh before 17:00 and 1.1 kWh after, in steps of 500 Wh; the elements are told apart by duration.
TWO_PRICES = (
    element(("ENERGY", 0.20, 500), max_duration=3600),
    element(("ENERGY", 0.27, 500)),
)
FIVE_KWH = (period("16:00", ENERGY=4.3, TIME=1), period("17:00", ENERGY=1.1, TIME=0.5))
# Charging and then parking: 21 and 7 minutes in steps of 5 minutes.
PARKED = (element(("TIME", 1.0, 300), ("PARKING_TIME", 2.0, 300)),)
THEN_PARKED = (period("10:00", TIME=0.35), period("10:21", PARKING_TIME=0.1167))


@pytest.mark.parametrize("version", LATER)
def test_energy_is_rounded_once(version):
    def energy(amount):
        return made(version, TWO_PRICES, list(FIVE_KWH), "17:30", total=amount, energy=amount)

    right = 0.86 + 1.2 * 0.27
    assert recomputed(energy(round(right, 2)), version) == []
    assert steps_broken(energy(round(right, 2)), version) == set()
    # 4.5 and 1.5 kWh: rounded in each period, and here in each element; 1.5 kWh: only the last period.
    assert steps_broken(energy(round(0.9 + 1.5 * 0.27, 2)), version) == {"CDR-040", "CDR-042"}
    assert steps_broken(energy(round(0.86 + 1.5 * 0.27, 2)), version) == {"CDR-045"}
    unrounded = energy(round(0.86 + 1.1 * 0.27, 2))
    assert steps_broken(unrounded, version) == set()
    assert recomputed(unrounded, version) == [("/total_energy_cost", OBSERVED)]
    assert recomputed(energy(5), version) == [("/total_energy_cost", FAILED)]
    assert steps_broken(energy(5), version) == set()


@pytest.mark.parametrize("version", LATER)
def test_total_stands_in_for_a_missing_part(version):
    value = made(version, TWO_PRICES, list(FIVE_KWH), "17:30", total=0.9 + 1.5 * 0.27)
    assert judged("CDR-040", "CDR", [value], version) == [("/total_cost", FAILED, 0)]
    assert recomputed(value, version) == [("/total_cost", FAILED)]


@pytest.mark.parametrize("version", LATER)
def test_charging_before_parking_is_not_rounded(version):
    def timed(time):
        parking = 2.0 * 10 / 60
        return made(version, PARKED, list(THEN_PARKED), "10:28", total=time + parking, time=time, parking=parking)

    assert steps_broken(timed(21 / 60), version) == set()
    assert recomputed(timed(21 / 60), version) == []
    assert steps_broken(timed(25 / 60), version) == {"CDR-041", "CDR-046"}


@pytest.mark.parametrize("version", LATER)
def test_charging_after_parking(version):
    turned = [period("10:00", PARKING_TIME=0.1167), period("10:07", TIME=0.35)]
    parking = 2.0 * 7 / 60
    value = made(version, PARKED, turned, "10:28", total=25 / 60 + parking, time=25 / 60, parking=parking)
    assert judged("CDR-046", "CDR", [value], version) == [("/total_time_cost", OBSERVED, 0)]
    assert recomputed(value, version) == []


@pytest.mark.parametrize("version", LATER)
def test_step_of_the_last_component(version):
    prices = (element(("TIME", 1.2, 1800), max_duration=1500), element(("TIME", 2.4, 900)))
    parts = [period("16:35", TIME=25 / 60), period("17:00", TIME=10 / 60)]
    right = made(version, prices, parts, "17:10", total=1.30, time=1.30)
    assert recomputed(right, version) == []
    # 60 minutes by steps of 30: 35 more at the last price.
    wrong = made(version, prices, parts, "17:10", total=1.90, time=1.90)
    assert steps_broken(wrong, version) == {"CDR-043"}


@pytest.mark.parametrize("version", LATER)
def test_change_of_tariff(version):
    two = [tariff(version, element(("ENERGY", 0.2, 1000))), tariff(version, element(("ENERGY", 0.3, 1000)), name="T2")]
    parts = [period("10:00", ENERGY=4.3), period("11:00", "t2", ENERGY=1.4)]

    def value(amount):
        return made(version, (), parts, "12:00", total=amount, tariffs=two, energy=amount)

    assert recomputed(value(0.86 + 1.7 * 0.3), version) == []
    assert steps_broken(value(0.86 + 1.7 * 0.3), version) == set()
    assert steps_broken(value(1.0 + 2 * 0.3), version) == {"CDR-040", "CDR-044"}


WORKED = [
    # a start fee, energy, and 40 minutes of parking in steps of 15
    ((element(("FLAT", 0.5), ("ENERGY", 0.25), ("PARKING_TIME", 2.0, 900)),),
     [period("10:00", ENERGY=20, TIME=1), period("11:00", PARKING_TIME=0.6667)], "11:40",
     {"total": 7.0, "fixed": 0.5, "energy": 5.0, "parking": 1.5}),
    # 2.5 hours at 3.00, 42 minutes of parking at 5.00 in steps of 5
    ((element(("TIME", 3.0, 60), ("PARKING_TIME", 5.0, 300)),),
     [period("10:00", TIME=2.5), period("12:30", PARKING_TIME=0.7)], "13:12",
     {"total": 11.25, "time": 7.5, "parking": 3.75}),
    # a reservation of 13 minutes with a fee, in steps of 5, then 20 kWh with a start fee
    ((element(("FLAT", 2.0), ("TIME", 5.0, 300), reservation="RESERVATION"), element(("FLAT", 0.5), ("ENERGY", 0.25))),
     [period("10:00", RESERVATION_TIME=0.2167), period("10:13", ENERGY=20, TIME=1)], "11:13",
     {"total": 8.75, "fixed": 0.5, "energy": 5.0, "reserved": 3.25}),
    # a reservation that was used has nothing of what an expired one costs
    ((element(("FLAT", 4.0), reservation="RESERVATION_EXPIRES"), element(("TIME", 2.0, 600), reservation="RESERVATION"),
      element(("FLAT", 0.5), ("ENERGY", 0.25))),
     [period("10:00", RESERVATION_TIME=0.3667), period("10:22", ENERGY=20, TIME=1)], "11:22",
     {"total": 6.5, "fixed": 0.5, "energy": 5.0, "reserved": 1.0}),
    # the first half hour is free
    ((element(("ENERGY", 0.0), max_duration=1800), element(("ENERGY", 0.25), max_duration=3600),
      element(("ENERGY", 0.4))),
     [period("10:00", ENERGY=5, TIME=0.5), period("10:30", ENERGY=1.2, TIME=0.1667)], "10:40",
     {"total": 0.3, "energy": 0.3}),
    # prices by power
    ((element(("ENERGY", 0.2), max_power=16), element(("ENERGY", 0.35), min_power=16, max_power=32),
      element(("ENERGY", 0.5))),
     [period("10:00", ENERGY=1, MIN_POWER=5, MAX_POWER=6), period("10:10", ENERGY=40, MIN_POWER=46, MAX_POWER=48),
      period("11:00", ENERGY=0.5, MIN_POWER=3, MAX_POWER=4)], "11:10", {"total": 20.3, "energy": 20.3}),
    # prices by energy so far
    ((element(("ENERGY", 0.2), max_kwh=10), element(("ENERGY", 0.5))),
     [period("10:00", ENERGY=10), period("10:30", ENERGY=5)], "11:00", {"total": 4.5, "energy": 4.5}),
    # free of charge
    ((element(("FLAT", 0.0, 0)),), [period("10:00", ENERGY=5, TIME=1)], "11:00", {"total": 0.0}),
    # a step_size of 0 rounds nothing
    ((element(("ENERGY", 0.3, 0)),), [period("10:00", ENERGY=5.5)], "11:00", {"total": 1.65, "energy": 1.65}),
]  # fmt: skip


@pytest.mark.parametrize("version", LATER)
@pytest.mark.parametrize(("elements", "periods", "until", "costs"), WORKED)
def test_worked_examples(version, elements, periods, until, costs):
    value = made(version, elements, periods, until, **costs)
    assert bill(value, version).usages or costs["total"] == 0
    assert recomputed(value, version) == []
    assert steps_broken(value, version) == set()
    assert gravest("cdrs", "CDR", value, version) == {}
    raised = made(version, elements, periods, until, **{**costs, "total": costs["total"] + 1})
    assert recomputed(raised, version) == [("/total_cost", FAILED)]


def test_by_the_clock_of_the_location():
    prices = (
        element(("TIME", 1.2, 1800), ("PARKING_TIME", 1.0, 900), start_time="00:00", end_time="17:00"),
        element(("TIME", 2.4, 900), ("PARKING_TIME", 1.0, 900), start_time="17:00", end_time="20:00"),
        element(("TIME", 2.4, 900), start_time="20:00", end_time="00:00"),
    )
    # In March Amsterdam is one hour ahead of UTC.
    parts = [period("15:55", TIME=5 / 60), period("16:00", TIME=5 / 60), period("16:05", PARKING_TIME=2 / 60)]
    value = made(V221, prices, parts, "16:07", total=0.55, time=0.3, parking=0.25)
    assert recomputed(value, V221, AMSTERDAM) == []
    assert recomputed(value, V221, "UTC") == [("/total_time_cost", FAILED)]
    assert recomputed(value, V221) == []
    # Parking costs nothing from 20:00 on: its last 8 minutes before are rounded to 15.
    free = [period("18:40", TIME=0.2), period("18:52", PARKING_TIME=8 / 60), period("19:00", PARKING_TIME=0.2)]
    value = made(V221, prices, free, "19:12", total=0.73, time=0.48, parking=0.25)
    assert recomputed(value, V221, AMSTERDAM) == []
    assert recomputed({**value, "total_parking_cost": price(V221, 0.32)}, V221, AMSTERDAM) == [
        ("/total_parking_cost", FAILED)
    ]


def test_limits_of_the_total():
    for limits, total, judgement in (
        ({"min_price": {"excl_vat": 8.0, "incl_vat": 9.0}}, 8.0, []),
        ({"min_price": {"excl_vat": 8.0}}, 9.0, [("/total_cost", FAILED)]),
        ({"max_price": {"excl_vat": 4.0}}, 4.0, []),
        ({"max_price": {"excl_vat": 4.0}}, 3.0, [("/total_cost", FAILED)]),
        ({}, 4.0, [("/total_cost", FAILED)]),
    ):
        limited = [tariff(V221, element(("ENERGY", 0.25)), **limits)]
        value = made(V221, (), [period("10:00", ENERGY=20)], "11:00", total=total, tariffs=limited)
        assert recomputed(value, V221) == judgement, (limits, total)
        assert judged("CDR-059", "CDR", [{**value, "total_energy_cost": price(V221, 5.0)}], V221) == (
            [] if limits else [("/total_cost", FAILED, 0)]
        )


def test_2_1_1_rounds_as_it_likes():
    parts = [period("10:00", ENERGY=4.3), period("11:00", ENERGY=1.1)]
    for total in (0.2 * 5.5, 0.2 * 6.0):
        value = made(V211, (element(("ENERGY", 0.2, 500)),), parts, "12:00", total=total)
        assert recomputed(value, V211) == []
    assert recomputed(made(V211, (element(("ENERGY", 0.2, 500)),), parts, "12:00", total=3), V211) == [
        ("/total_cost", FAILED)
    ]
    several = (element(("FLAT", 1.0)), element(("ENERGY", 0.2)))
    assert recomputed(made(V211, several, parts, "12:00", total=3), V211) == []


def test_2_1_1_is_judged_where_the_first_element_that_matches_has_the_price():
    parts = [period("10:00", ENERGY=4.0), period("11:00", ENERGY=2.0)]
    by_time = (element(("ENERGY", 0.2), max_duration=3600), element(("ENERGY", 0.5)))
    assert recomputed(made(V211, by_time, parts, "12:00", total=1.8), V211) == []
    assert recomputed(made(V211, by_time, parts, "12:00", total=3), V211) == [("/total_cost", FAILED)]
    fee_first = (element(("TIME", 0.0), min_duration=3600), *by_time)
    assert recomputed(made(V211, fee_first, parts, "12:00", total=3), V211) == []


@pytest.mark.parametrize(
    "change",
    [
        {"tariffs": []},
        {"tariffs": [tariff(V230, element(("ENERGY", 0.2)), tax_included="YES")]},
        {"end_date_time": "1970-01-01T00:00:00Z"},
        {"charging_periods": [period("10:00", None, ENERGY=15)]},
        {"charging_periods": [period("10:00", TIME=2)]},
        {"charging_periods": [period("10:00", ENERGY=20), period("11:00", ENERGY=-5)]},
        {"tariffs": [tariff(V230, element(("ENERGY", 0.2), max_power=10))]},
        {"tariffs": [tariff(V230, element(("ENERGY", 0.2), max_kwh=10))]},
        {"tariffs": [tariff(V230, element(("ENERGY", 0.2), end_time="11:00"))]},
        {"tariffs": [tariff(V230, element(("ENERGY", 0.2), max_duration=1800))]},
        {"charging_periods": [period("10:00", RESERVATION_OVERTIME=1, ENERGY=15)]},
        {"tariffs": [tariff(V230, element(("ENERGY", 0.2), booking="BOOKING"))]},
    ],
)
def test_what_cannot_be_recomputed(change):
    value = cdr(V230, total_cost=price(V230, 99))
    assert recomputed(value, V230) == [("/total_cost", FAILED)]
    assert recomputed({**value, **change}, V230) == []


@pytest.mark.parametrize("version", LATER)
def test_unused_reservations_are_left_alone(version):
    prices = (
        element(("FLAT", 4.0), reservation="RESERVATION_EXPIRES"),
        element(("TIME", 2.0), reservation="RESERVATION"),
    )
    value = made(version, prices, [period("10:00", RESERVATION_TIME=1)], "11:00", total=6.0, reserved=6.0)
    assert recomputed(value, version) == []
    assert gravest("cdrs", "CDR", {**value, "total_time": 0}, version) == {}


@pytest.mark.parametrize("version", LATER)
def test_total_is_the_sum(version):
    assert judged("CDR-059", "CDR", [cdr(version)], version) == []
    assert judged("CDR-059", "CDR", [credit(version)], version) == []
    assert judged("CDR-059", "CDR", [cdr(version, total_cost=price(version, 4.52))], version) == []
    wrong = cdr(version, total_cost=price(version, 4.6))
    assert judged("CDR-059", "CDR", [wrong], version) == [("/total_cost", FAILED, 0)]
    assert judged("CDR-059", "CDR", [without(wrong, "total_parking_cost")], version) == []
    assert judged("CDR-059", "CDR", [{**wrong, "tariffs": []}], version) == []


@pytest.mark.parametrize("version", LATER)
def test_fixed_costs_without_those_of_a_reservation(version):
    prices = (element(("FLAT", 2.0), reservation="RESERVATION"), element(("FLAT", 0.5), ("ENERGY", 0.25)))
    parts = [period("10:00", RESERVATION_TIME=0.25), period("10:15", ENERGY=20)]
    for fixed, broken in ((0.5, False), (0.0, False), (2.5, True), (2.0, True), (3.0, False)):
        value = made(version, prices, parts, "11:00", total=7.5, fixed=fixed, reserved=2.0)
        expected = [("/total_fixed_cost", FAILED, 0)] if broken else []
        assert judged("CDR-060", "CDR", [value], version) == expected, fixed
    alone = made(version, prices, parts, "11:00", total=7.5, fixed=2.5)
    assert judged("CDR-060", "CDR", [alone], version) == []


def test_dimensions_that_are_priced():
    for version in ALL:
        assert judged("CDR-015", "CDR", [cdr(version)], version) == []
        bare = plain(version, cdr(version, charging_periods=[period("10:00", TIME=1.5, PARKING_TIME=0.5)]))
        assert judged("CDR-015", "CDR", [bare], version) == [("/charging_periods", FAILED, 0)]
        current = made(
            version, (element(("ENERGY", 0.2), max_power=11),), [period("10:00", ENERGY=5)], "11:00", total=1
        )
        assert judged("CDR-015", "CDR", [current], version) == [("/charging_periods", FAILED, 0)]
        known = {"MAX_CURRENT" if version == V211 else "MAX_POWER": 10}
        parts = [period("10:00", ENERGY=5, **known)]
        enough = made(version, (element(("ENERGY", 0.2), max_power=11),), parts, "11:00", total=1)
        assert judged("CDR-015", "CDR", [enough], version) == []
    # Pauses of the EVSE are no parking time, and a fee needs no time at all.
    paused = cdr(V221, charging_periods=[period("10:00", ENERGY=15, TIME=1.5)], total_parking_cost=price(V221, 0))
    assert judged("CDR-015", "CDR", [paused], V221) == []
    fee = (element(("FLAT", 2.0), ("TIME", 1.0), reservation="RESERVATION"), element(("ENERGY", 0.25)))
    value = made(V221, fee, [period("10:00", ENERGY=20)], "11:00", total=7.0, reserved=2.0)
    assert judged("CDR-015", "CDR", [value], V221) == []
    longer = made(V221, fee, [period("10:00", ENERGY=20)], "11:00", total=7.5, reserved=2.5)
    assert judged("CDR-015", "CDR", [longer], V221) == [("/charging_periods", FAILED, 0)]
    booked = made(BOOKINGS, fee, [period("10:00", ENERGY=20, RESERVATION_EXPIRES=1)], "11:00", total=7.5, reserved=2.5)
    assert judged("CDR-015", "CDR", [booked], BOOKINGS) == []


# Periods at price changes: 17:00 in Amsterdam is 16:00 in UTC

CLOCK = (element(("ENERGY", 0.2), ("TIME", 1.0), end_time="17:00"), element(("ENERGY", 0.3), ("TIME", 2.0)))


def at_changes(parts, until="17:00", elements=CLOCK, zone=AMSTERDAM):
    value = made(V221, elements, parts, until, total=5)
    return [(flaw.pointer, flaw.at_most) for flaw in cdr_costs.periods_at_price_changes(value, V221, zone)]


def test_period_at_a_change():
    assert at_changes([period("15:00", ENERGY=5, TIME=1), period("16:00", ENERGY=5, TIME=1)]) == []
    assert at_changes([period("15:00", ENERGY=5, TIME=1), period("16:00", ENERGY=5, TIME=1)], zone="UTC") == []
    assert at_changes([period("15:00", ENERGY=9, TIME=2)]) == [("/charging_periods/0", FAILED)] * 2
    assert at_changes([period("15:00", ENERGY=9)]) == [("/charging_periods/0", ADVISED)]
    # Charging may have stopped at 15:50 here, ten minutes before the change.
    assert at_changes([period("15:00", ENERGY=9, TIME=0.83, PARKING_TIME=1.17)]) == []
    assert at_changes([period("15:00", ENERGY=9, TIME=2)], zone="Nowhere/Atall") == []
    assert at_changes([period("15:00", ENERGY=9, TIME=2)], elements=(element(("ENERGY", 0.2), ("TIME", 1.0)),)) == []
    assert at_changes([period("15:59", ENERGY=9, TIME=1.01)]) == []
    limited = (element(("ENERGY", 0.2), end_time="17:00", max_power=10), element(("ENERGY", 0.3)))
    assert at_changes([period("15:00", ENERGY=9, TIME=2)], elements=limited) == []
    by_duration = (element(("TIME", 0.0), max_duration=1800), element(("TIME", 2.0)))
    assert at_changes([period("15:00", TIME=2)], elements=by_duration) == [("/charging_periods/0", FAILED)]
    reserved = [period("15:00", RESERVATION_TIME=0.5), period("15:30", TIME=1.5)]
    assert at_changes(reserved, elements=by_duration) == []


def test_volumes_at_a_change():
    def found(parts, **members):
        value = {**made(V221, CLOCK, parts, "17:00", total=5), **members}
        return [(flaw.pointer, flaw.at_most) for flaw in cdr_costs.volumes_at_price_changes(value, V221, AMSTERDAM)]

    whole = [period("15:00", ENERGY=5, TIME=1), period("16:00", ENERGY=5, TIME=1)]
    half = [period("15:00", ENERGY=5, TIME=1), period("16:00", TIME=1)]
    assert found(whole) == []
    assert found(half) == []
    assert found(half, total_energy=10) == [("/charging_periods/1/dimensions", FAILED)]
    untimed = [period("15:00", ENERGY=5), period("16:00", ENERGY=5, TIME=1)]
    assert found(untimed, total_time=2) == [("/charging_periods/0/dimensions", FAILED)]
    elsewhere = [period("15:00", ENERGY=5, TIME=1), period("16:30", TIME=1)]
    assert found(elsewhere, total_energy=10) == []


def test_restrictions_by_the_clock():
    zone = zone_of(AMSTERDAM)
    noon = moment("2024-07-02T10:30:00Z")
    night = moment("2024-07-01T23:30:00Z")
    for restrictions, at_noon, at_night in (
        ({}, True, True),
        ({"start_time": "12:00"}, True, False),
        ({"start_time": "12:30", "end_time": "13:00"}, True, False),
        ({"start_time": "12:00", "end_time": "12:30"}, False, False),
        ({"start_time": "22:00", "end_time": "06:00"}, False, True),
        ({"start_time": "12:00", "end_time": "00:00"}, True, False),
        ({"day_of_week": ["TUESDAY"]}, True, True),
        ({"day_of_week": ["MONDAY"]}, False, False),
        ({"start_date": "2024-07-02", "end_date": "2024-07-03"}, True, True),
        ({"start_date": "2024-07-01", "end_date": "2024-07-02"}, False, False),
    ):
        assert (timely(restrictions, noon, zone), timely(restrictions, night, zone)) == (at_noon, at_night), (
            restrictions
        )
    for restrictions in ({"start_time": "12:00", "end_time": "12:00"}, {"start_time": "22:00", "end_time": "06:00"}):
        with pytest.raises(Undecided):
            timely({**restrictions, "day_of_week": ["TUESDAY"]}, night, zone)
    edges = edges_between({"start_time": "09:00"}, moment("2024-03-30T07:00:00Z"), moment("2024-03-31T08:00:00Z"), zone)
    assert [f"{edge:%dT%H:%M}" for edge in edges] == ["30T08:00", "30T23:00", "31T07:00"]
