"""The misreadings of tariffs: each with the right amounts beside amounts that only fit the misreading."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.checks.rules import tariff_costs
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    ALL,
    BOOKINGS,
    LATER,
    V211,
    V221,
    V230,
    cdr,
    component,
    element,
    period,
    price,
    tariff,
)
from ocpi_conformance.steps.checks.rules.tests.test_cdr_costs import PARTS, made
from ocpi_conformance.steps.verdicts import Verdict

FAILED, OBSERVED = Verdict.FAILED, Verdict.OBSERVED
AMSTERDAM = "Europe/Amsterdam"
COSTS = {name: functions[0] for name, functions in tariff_costs.JOINS.items() if name != "TAR-044"}


def broken(value, version, zone=""):
    """Return the requirements of the amounts that a CDR breaks, with (pointer, verdict at most)."""
    found = {
        name: [(flaw.pointer, flaw.at_most) for flaw in judge(value, version, zone)] for name, judge in COSTS.items()
    }
    return {name: flaws for name, flaws in found.items() if flaws}


def vat(kind, amount, percentage, step=1):
    return {**component(kind, amount, step), "vat": percentage}


TWO_HOURS = [period("10:00", ENERGY=10, TIME=1), period("11:00", ENERGY=5, TIME=1)]
# Tuesday in local time: 22:30 to 23:30 in UTC is 23:30 to 00:30 in Amsterdam, the day after.
LATE = [period("22:30", ENERGY=5, TIME=0.5), period("23:00", ENERGY=5, TIME=0.5)]
RESERVED = [period("09:00", RESERVATION_TIME=0.5), period("09:30", ENERGY=10, TIME=1)]


def powers(first, second, kind="POWER"):
    return [
        period("10:00", ENERGY=10, TIME=1, **{f"MIN_{kind}": first[0], f"MAX_{kind}": first[1]}),
        period("11:00", ENERGY=10, TIME=1, **{f"MIN_{kind}": second[0], f"MAX_{kind}": second[1]}),
    ]


# requirement, versions, elements, periods, end, part of the costs, right amount, wrong amounts, time zone
CASES = [
    ("TAR-024", LATER, [element(("ENERGY", 0.2)), element(("ENERGY", 0.5))], TWO_HOURS, "12:00",
     "energy", 3.0, [7.5], ""),
    ("TAR-024", LATER, [element(("ENERGY", 0.9), min_kwh=50), element(("ENERGY", 0.2))], TWO_HOURS, "12:00",
     "energy", 3.0, [13.5], ""),
    ("TAR-025", LATER, [element(("ENERGY", 0.2)), element(("ENERGY", 0.5))], TWO_HOURS, "12:00",
     "energy", 3.0, [10.5], ""),
    ("TAR-026", LATER, [element(("ENERGY", 0.2), max_duration=3600), element(("TIME", 0))], TWO_HOURS, "12:00",
     "energy", 2.0, [3.0], ""),
    ("TAR-039", (V221,), [{"price_components": [vat("ENERGY", 0.2, 20)]}], TWO_HOURS, "12:00",
     "energy", 3.0, [2.5], ""),
    ("TAR-041", ALL, [element(("ENERGY", 0.5, 10000))], TWO_HOURS, "12:00", "energy", 10.0, [7.5], ""),
    ("TAR-042", ALL, [element(("ENERGY", 0.5, 2))], TWO_HOURS, "12:00", "energy", 7.5, [8.0], ""),
    ("TAR-042", LATER, [element(("TIME", 6.0, 7))], TWO_HOURS, "12:00", "time", 12.005, [12.6, 42.0], ""),
    ("TAR-045", LATER, [element(("TIME", 4.0), reservation="RESERVATION"), element(("ENERGY", 0.2))], RESERVED, "10:30",
     "reserved", 2.0, [4.0], ""),
    ("TAR-045", LATER, [element(("TIME", 4.0), reservation="RESERVATION"), element(("TIME", 1.0))], RESERVED, "10:30",
     "time", 1.0, [4.0], ""),
    ("TAR-046", LATER, [element(("ENERGY", 0.5), min_kwh=0, max_duration=3600), element(("ENERGY", 0.2))], TWO_HOURS,
     "12:00", "energy", 6.0, [7.5], ""),
    ("TAR-047", LATER, [element(("ENERGY", 0.5), max_duration=3600), element(("ENERGY", 0.2))], TWO_HOURS, "12:00",
     "energy", 6.0, [7.5, 3.0], ""),
    ("TAR-050", LATER, [element(("ENERGY", 0.2), max_kwh=10), element(("ENERGY", 0.5))], TWO_HOURS, "12:00",
     "energy", 4.5, [6.0], ""),
    ("TAR-051", LATER, [element(("ENERGY", 0.2), max_current=40), element(("ENERGY", 0.5))],
     powers((10, 20), (60, 63), "CURRENT"), "12:00", "energy", 7.0, [4.0, 10.0], ""),
    ("TAR-052", LATER, [element(("ENERGY", 0.2), max_power=16), element(("ENERGY", 0.5))],
     powers((5, 8), (20, 22)), "12:00", "energy", 7.0, [4.0, 10.0], ""),
    ("TAR-053", LATER, [element(("ENERGY", 0.2), max_duration=3600), element(("ENERGY", 0.5))], TWO_HOURS, "12:00",
     "energy", 4.5, [7.5], ""),
    ("TAR-066", (V211,), [element(("ENERGY", 0.2), ("TIME", 0), ("FLAT", 0)),
                          element(("ENERGY", 0.5), ("TIME", 0), ("FLAT", 0))], TWO_HOURS,
     "12:00", "energy", 3.0, [7.5], ""),
    ("TAR-084", LATER, [element(("FLAT", 4.0), reservation="RESERVATION_EXPIRES"),
                        element(("TIME", 2.0), reservation="RESERVATION"), element(("ENERGY", 0.2))], RESERVED, "10:30",
     "reserved", 1.0, [4.0, 5.0], ""),
    ("TAR-048", LATER, [element(("ENERGY", 0.2), start_time="09:00", end_time="12:00"), element(("ENERGY", 0.5))],
     TWO_HOURS, "12:00", "energy", 4.5, [3.0], AMSTERDAM),
    ("TAR-049", LATER, [element(("ENERGY", 0.2), end_date="2024-03-06")], LATE, "23:59",
     "energy", 1.0, [2.0], AMSTERDAM),
    ("TAR-049", ALL, [element(("ENERGY", 0.2), end_date="2024-03-05")], TWO_HOURS, "12:00",
     "energy", 0.0, [3.0], AMSTERDAM),
    ("TAR-049", LATER, [element(("ENERGY", 0.2), start_date="2024-03-06"), element(("ENERGY", 0.5))],
     LATE, "23:59", "energy", 3.5, [5.0], AMSTERDAM),
    ("TAR-054", LATER, [element(("ENERGY", 0.2), day_of_week=["TUESDAY"]), element(("ENERGY", 0.5))],
     LATE, "23:59", "energy", 3.5, [5.0], AMSTERDAM),
    ("TAR-054", ALL, [element(("ENERGY", 0.2), day_of_week=["MONDAY"])], TWO_HOURS, "12:00",
     "energy", 0.0, [3.0], AMSTERDAM),
    ("TAR-076", LATER, [element(("ENERGY", 0.2), start_time="22:00", end_time="06:00"), element(("ENERGY", 0.5))],
     LATE, "23:59", "energy", 2.0, [5.0, 3.5], AMSTERDAM),
    ("TAR-077", LATER, [element(("ENERGY", 0.2), start_time="22:00", end_time="00:00"), element(("ENERGY", 0.5))],
     LATE, "23:59", "energy", 3.5, [5.0], AMSTERDAM),
]  # fmt: skip


@pytest.mark.parametrize(
    ("requirement", "versions", "elements", "periods", "until", "part", "right", "wrong", "zone"), CASES
)
def test_misreading(requirement, versions, elements, periods, until, part, right, wrong, zone):
    for version in versions:

        def value(amount, version=version):
            return made(version, elements, list(periods), until, total=amount, **{part: amount})

        assert broken(value(right), version, zone) == {}, version
        pointer = "/total_cost" if version == V211 else f"/{PARTS[part]}"
        for amount in wrong:
            assert broken(value(amount), version, zone).get(requirement) == [(pointer, FAILED)], (version, amount)
        # Another wrong amount is for CDR-065 alone.
        assert broken(value(123.45), version, zone) == {}, version


@pytest.mark.parametrize("version", LATER)
def test_total_stands_for_its_parts(version):
    elements = [element(("ENERGY", 0.2)), element(("ENERGY", 0.5))]
    assert broken(made(version, elements, TWO_HOURS, "12:00", total=3.0), version) == {}
    found = broken(made(version, elements, TWO_HOURS, "12:00", total=7.5), version)
    assert found["TAR-024"] == [("/total_cost", FAILED)]


@pytest.mark.parametrize("version", LATER)
def test_credit_turns_the_sign_of_the_total(version):
    elements = [element(("ENERGY", 0.2)), element(("ENERGY", 0.5))]
    value = {**made(version, elements, TWO_HOURS, "12:00", total=-7.5), "credit": True, "credit_reference_id": "X"}
    assert broken(value, version)["TAR-024"] == [("/total_cost", FAILED)]
    assert broken({**value, "total_cost": price(version, -3.0)}, version) == {}


@pytest.mark.parametrize("version", ALL)
def test_gifts_are_no_misreadings(version):
    elements = [element(("ENERGY", 0.2), ("TIME", 0)), element(("ENERGY", 0.0), ("TIME", 0))]
    assert broken(made(version, elements, TWO_HOURS, "12:00", total=0, energy=0), version) == {}


@pytest.mark.parametrize("version", ALL)
def test_one_step_more_is_noted(version):
    elements = [element(("ENERGY", 0.5, 5000))]
    right, more = (made(version, elements, TWO_HOURS, "12:00", total=one, energy=one) for one in (7.5, 10.0))
    assert broken(right, version) == {}
    pointer = "/total_cost" if version == V211 else "/total_energy_cost"
    assert broken(more, version) == {"TAR-041": [(pointer, OBSERVED)]}


def test_times_of_2_1_1_have_no_zone():
    elements = [element(("ENERGY", 0.2), start_time="09:00", end_time="10:30")]
    for total in (2.0, 3.0, 1.0):
        assert broken(made(V211, elements, TWO_HOURS, "12:00", total=total), V211, AMSTERDAM) == {}


def test_days_of_2_1_1_may_be_those_of_utc():
    elements = [element(("ENERGY", 0.2), end_date="2024-03-06")]
    for total in (1.0, 2.0):
        assert broken(made(V211, elements, LATE, "23:59", total=total), V211, AMSTERDAM) == {}


def taxed(version, included, before, tax, **members):
    cost = {"before_taxes": before, "taxes": [{"name": "VAT", "amount": tax}] if tax else []}
    value = made(version, [element(("ENERGY", 0.2))], TWO_HOURS, "12:00", total=before, energy=before)
    tariffs = [{**one, "tax_included": included} for one in value["tariffs"]]
    return {**value, "tariffs": tariffs, "total_cost": cost, "total_energy_cost": cost, **members}


@pytest.mark.parametrize("version", [V230, BOOKINGS])
@pytest.mark.parametrize(
    ("included", "before", "tax", "wrong"),
    [
        ("NO", 3.0, 0.6, False),
        ("NO", 3.0, 0, False),
        ("NO", 2.5, 0.5, True),
        ("YES", 2.5, 0.5, False),
        ("YES", 3.0, 0.6, True),
        ("YES", 3.0, 0, False),
        ("YES", 2.8, 0.2, False),
        ("YES", 2.5, 0.2, False),
        ("N/A", 3.0, 0, False),
        ("N/A", 2.5, 0.5, False),
        ("NO", 9.0, 0.5, False),
    ],
)
def test_taxes_as_stated(version, included, before, tax, wrong):
    found = broken(taxed(version, included, before, tax), version).get("TAR-069", [])
    assert [pointer for pointer, _ in found] == (["/total_energy_cost"] if wrong else [])


EXPIRES = (
    element(("TIME", 6.0, 600), reservation="RESERVATION_EXPIRES"),
    element(("TIME", 3.0, 600), ("FLAT", 0.4), reservation="RESERVATION"),
    element(("ENERGY", 0.25)),
)


@pytest.mark.parametrize("version", LATER)
@pytest.mark.parametrize(
    ("amount", "wrong"),
    [(3.0, False), (3.4, False), (1.5, True), (1.9, True), (4.5, True), (2.22, False), (0.0, False)],
)
def test_expired_reservation(version, amount, wrong):
    periods = [period("10:00", RESERVATION_TIME=0.5)]
    value = made(version, EXPIRES, periods, "10:30", total=amount, reserved=amount)
    found = [(flaw.pointer, flaw.at_most) for flaw in tariff_costs.expired_reservation(value, version)]
    assert found == ([("/total_reservation_cost", FAILED)] if wrong else [])
    bare = {**value, "charging_periods": [period("10:00")]}
    del bare["total_reservation_cost"]
    found = [flaw.pointer for flaw in tariff_costs.expired_reservation(bare, version)]
    assert found == (["/total_cost"] if wrong else [])


def test_expired_reservation_needs_both_prices():
    value = made(V221, EXPIRES[1:], [period("10:00", RESERVATION_TIME=0.5)], "10:30", total=1.5, reserved=1.5)
    assert not list(tariff_costs.expired_reservation(value, V221))


LEGAL = [
    # the free time after a parking fee, no energy, nothing at all, a flat price alone
    ([element(("FLAT", 2.5), ("TIME", 1.0, 900))], [period("10:00", TIME=1)], "11:00", 3.5),
    ([element(("ENERGY", 0.2, 500))], [period("10:00", ENERGY=0, TIME=0)], "10:00", 0.0),
    ([element(("FLAT", 1.0))], [period("10:00", ENERGY=5, TIME=1)], "11:00", 1.0),
    ([element(("ENERGY", 0.0), max_duration=1800), element(("ENERGY", 0.25))],
     [period("10:00", ENERGY=5, TIME=0.5), period("10:30", ENERGY=1.2, TIME=0.17)], "10:40", 0.3),
    ([element(("TIME", 2.4, 900), ("PARKING_TIME", 1.0, 900))],
     [period("19:40", TIME=0.2), period("19:52", PARKING_TIME=0.1333)], "20:00", 0.73),
]  # fmt: skip


@pytest.mark.parametrize("version", LATER)
@pytest.mark.parametrize(("elements", "periods", "until", "total"), LEGAL)
def test_legal(version, elements, periods, until, total):
    assert broken(made(version, elements, periods, until, total=total), version) == {}


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    "members",
    [
        {"tariffs": None}, {"tariffs": [None, 3, {}]}, {"tariffs": [{"elements": [None, {"price_components": 3}]}]},
        {"tariffs": [{"id": "T1", "elements": [{"restrictions": []}, {"price_components": [{}]}]}]},
        {"charging_periods": None}, {"charging_periods": [{}]}, {"total_cost": "free"}, {"total_cost": None},
        {"tariffs": [tariff(V221, element(("ENERGY", 0.9, 7)), element(("ENERGY", 0.2, "x"), min_kwh="y",
                                                                       day_of_week="MONDAY", start_date=3))]},
    ],
)  # fmt: skip
def test_wrong_shapes_are_passed_over(version, members):
    assert set(broken(cdr(version, **members), version, AMSTERDAM)) <= {"TAR-039"}
    list(tariff_costs.expired_reservation(cdr(version, **members), version))


def test_hostile_tariffs_take_no_time():
    many = [element(("ENERGY", n / 100, n), min_kwh=n, max_kwh=n + 1, max_power=n) for n in range(300)]
    value = made(V221, many, TWO_HOURS, "12:00", total=77.0, energy=77.0)
    assert broken(value, V221, AMSTERDAM) == {}
