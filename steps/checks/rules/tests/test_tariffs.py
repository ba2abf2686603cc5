"""Each rule on Tariffs: an object that keeps it beside one that breaks it, and legal objects that might look wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import RULES, tariff_costs, tariffs
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    ALL,
    BOOKINGS,
    LATER,
    V211,
    V221,
    V230,
    cdr,
    element,
    gravest,
    judged,
    payload,
    period,
    price,
    tariff,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
ENERGY = element(("ENERGY", 0.2))
FREE = element(("FLAT", 0))
NIGHT = element(("ENERGY", 0.1), start_time="22:00", end_time="06:00")
RESERVATION = element(("TIME", 3.0), ("FLAT", 1.0), reservation="RESERVATION")
BOOKING = element(("TIME", 3.0), booking="BOOKING")


def limit(version, without, with_tax=None):
    names = ("excl_vat", "incl_vat") if version == V221 else ("before_taxes", "after_taxes")
    return dict(zip(names, (without, with_tax), strict=True)) if with_tax is not None else {names[0]: without}


def at(pointer, verdict=FAILED):
    return [(pointer, verdict, 0)]


# requirement, versions, elements, other members, expected flaws
ONE = [
    ("TAR-027", LATER, [NIGHT, ENERGY], {}, []),
    ("TAR-027", LATER, [NIGHT], {}, at("/elements/0")),
    ("TAR-027", LATER, [RESERVATION, ENERGY], {}, []),
    ("TAR-027", LATER, [ENERGY, element(("PARKING_TIME", 2.0), min_duration=60)], {}, at("/elements/1")),
    ("TAR-027", LATER, [{**ENERGY, "restrictions": {"day_of_week": []}}], {}, []),
    ("TAR-027", (BOOKINGS,), [BOOKING, ENERGY], {}, []),
    ("TAR-028", LATER, [NIGHT, ENERGY], {}, []),
    ("TAR-028", LATER, [ENERGY, NIGHT], {}, at("/elements/1")),
    ("TAR-028", LATER, [ENERGY, element(("ENERGY", 0.1), ("TIME", 1.0), min_kwh=3)], {}, []),
    ("TAR-028", LATER, [element(("TIME", 1.0)), RESERVATION], {}, []),
    ("TAR-028", LATER, [RESERVATION, element(("TIME", 2.0), reservation="RESERVATION", min_duration=60)], {},
     at("/elements/1")),
    ("TAR-028", LATER, [RESERVATION, element(("TIME", 2.0), reservation="RESERVATION_EXPIRES")], {}, []),
    ("TAR-028", (BOOKINGS,), [RESERVATION, element(("TIME", 2.0), booking="BOOKING", min_duration=60)], {}, []),
    ("TAR-029", LATER, [FREE], {}, []),
    ("TAR-029", LATER, [ENERGY], {}, []),
    ("TAR-029", LATER, [FREE, ENERGY], {}, []),
    ("TAR-029", LATER, [element(("ENERGY", 0))], {}, at("/elements")),
    ("TAR-029", LATER, [FREE, FREE], {}, at("/elements")),
    ("TAR-029", LATER, [element(("FLAT", 0), ("ENERGY", 0.0))], {}, at("/elements")),
    ("TAR-029", LATER, [element(("ENERGY", 0))], {"tariff_alt_url": "https://example.com"}, at("/elements", OBSERVED)),
    ("TAR-029", LATER, [element(("ENERGY", 0))], {"tariff_alt_text": []}, at("/elements")),
    ("TAR-029", LATER, [element(("FLAT", 0), start_time="08:00")], {}, at("/elements", OBSERVED)),
    ("TAR-029", (V221,), [element(("ENERGY", 0))], {"min_price": {"excl_vat": 1}}, at("/elements", OBSERVED)),
    ("TAR-067", (V211,), [FREE], {}, []),
    ("TAR-067", (V211,), [FREE, element(("TIME", 0))], {}, []),
    ("TAR-067", (V211,), [element(("ENERGY", 0))], {}, at("/elements")),
    ("TAR-067", (V211,), [element(("ENERGY", 0), min_kwh=1)], {}, at("/elements", OBSERVED)),
    ("TAR-032", ALL, [ENERGY], {"currency": "XYZ"}, at("/currency")),
    ("TAR-032", ALL, [ENERGY], {"currency": "HRK"}, []),
    ("TAR-032", ALL, [ENERGY], {"currency": "eur"}, at("/currency", ADVISED)),
    ("TAR-036", LATER, [ENERGY], {"start_date_time": "2024-01-02T00:00:00Z", "end_date_time": "2024-01-01T00:00:00"},
     at("/end_date_time")),
    ("TAR-036", LATER, [ENERGY], {"start_date_time": "2024-01-01T00:00:00Z", "end_date_time": "2024-01-01T00:00:00"},
     []),
    ("TAR-036", LATER, [ENERGY], {"end_date_time": "2019-06-30T23:59:59Z"}, []),
    ("TAR-043", LATER, [element(("ENERGY", 0.2, 1), ("FLAT", 1.0, 5), ("PARKING_TIME", 1.0, 0))], {}, []),
    ("TAR-043", LATER, [element(("FLAT", 1.0), ("TIME", 1.0, 60))], {}, at("/elements/0/price_components/1/step_size")),
    ("TAR-055", LATER, [RESERVATION, ENERGY], {}, []),
    ("TAR-055", LATER, [element(("ENERGY", 1.0), reservation="RESERVATION_EXPIRES")], {},
     at("/elements/0/price_components/0/type")),
    ("TAR-072", (BOOKINGS,), [BOOKING, ENERGY], {}, []),
    ("TAR-072", (BOOKINGS,), [element(("TIME", 3.0), ("PARKING_TIME", 1.0), booking="BOOKING_EXPIRES")], {},
     at("/elements/0/price_components/1/type")),
    ("TAR-057", ALL, [element(("ENERGY", 0.1), min_kwh=1, max_kwh=2, min_duration=0)], {}, []),
    ("TAR-057", ALL, [element(("ENERGY", 0.1), min_power=32, max_power=32)], {},
     at("/elements/0/restrictions/max_power")),
    ("TAR-057", ALL, [element(("ENERGY", 0.1), start_date="2024-01-01", end_date="2024-01-02")], {}, []),
    ("TAR-057", ALL, [element(("ENERGY", 0.1), start_date="2024-01-02", end_date="2024-01-02")], {},
     at("/elements/0/restrictions/end_date")),
    ("TAR-057", ALL, [element(("ENERGY", 0.1), start_time="22:00", end_time="06:00")], {}, []),
    ("TAR-060", LATER, [ENERGY], {"country_code": "ZY"}, at("/country_code")),
    ("TAR-060", LATER, [ENERGY], {"country_code": "XK"}, []),
    ("TAR-075", (V211,), [NIGHT, ENERGY], {}, []),
    ("TAR-075", (V211,), [ENERGY, NIGHT], {}, at("/elements/1/restrictions")),
    ("TAR-083", ALL, [ENERGY, ENERGY], {}, []),
    ("TAR-083", ALL, [element(("FLAT", 1.0), ("ENERGY", 0.2), ("FLAT", 0.5))], {},
     at("/elements/0/price_components/2/type")),
    ("TAR-088", (V221,), [ENERGY], {"min_price": {"excl_vat": 1, "incl_vat": 3}, "max_price": {"excl_vat": 2}}, []),
    ("TAR-088", (V221,), [ENERGY], {"min_price": {"excl_vat": 1, "incl_vat": 3},
                                    "max_price": {"excl_vat": 2, "incl_vat": 2}}, at("/min_price/incl_vat")),
    ("TAR-088", (V230, BOOKINGS), [ENERGY], {"min_price": {"before_taxes": 3}, "max_price": {"before_taxes": 2}},
     at("/min_price/before_taxes")),
    ("TAR-088", (V230, BOOKINGS), [ENERGY], {"min_price": {"before_taxes": 2}, "max_price": {"before_taxes": 2}}, []),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "versions", "elements", "members", "expected"), ONE)
def test_one_tariff(requirement, versions, elements, members, expected):
    for version in versions:
        value = tariff(version, *elements, **members)
        assert judged(requirement, "Tariff", [value], version) == expected, version


@pytest.mark.parametrize("version", ALL)
def test_the_sample_is_valid_and_flawless(version):
    value = tariff(version, NIGHT, ENERGY)
    assert validator(version, "Tariff").errors(value) == []
    assert gravest("tariffs", "Tariff", value, version) == {}
    assert gravest("tariffs", "CDR", cdr(version), version) == {}


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    "members",
    [
        {}, {"elements": None}, {"elements": [None, [], {"price_components": [None, {}]}, {"restrictions": 3}]},
        {"id": 3, "currency": 5, "country_code": None, "min_price": [], "max_price": {"excl_vat": "x"}},
        {"start_date_time": "soon", "end_date_time": 3},
        {"elements": [{"price_components": [{"type": 3, "price": "0", "step_size": "x"}],
                       "restrictions": {"min_kwh": "a", "max_kwh": [], "start_date": 3, "end_date": "2024"}}]},
    ],
)  # fmt: skip
def test_wrong_shapes_are_passed_over(version, members):
    assert gravest("tariffs", "Tariff", {**tariff(version, ENERGY), **members}, version) == {}


# What CDRs must keep of their tariffs


def limited(version, total, low=None, high=None, **members):
    limits = {"min_price": low, "max_price": high}
    own = tariff(version, ENERGY, **{name: value for name, value in limits.items() if value})
    return cdr(version, tariffs=[own], total_cost=total, **members)


def taxed(version, amount, tax):
    if version == V221:
        return {"excl_vat": amount, "incl_vat": amount + tax}
    return {"before_taxes": amount, "taxes": [{"name": "VAT", "amount": tax}]}


@pytest.mark.parametrize("version", LATER)
def test_min_price(version):
    plain, with_tax = ("/total_cost/excl_vat", "/total_cost/incl_vat")
    if version != V221:
        plain, with_tax = ("/total_cost/before_taxes", "/total_cost")

    def found(total, **members):
        return judged("TAR-034", "CDR", [limited(version, total, limit(version, 5, 6), **members)], version)

    assert found(taxed(version, 5, 1)) == []
    assert found(taxed(version, 4.99, 1.01)) == []
    assert found(taxed(version, 4.9, 1.1)) == at(plain)
    assert found(taxed(version, 5, 0.5)) == at(with_tax, FAILED if version == V221 else ADVISED)
    assert found(limit(version, 5)) == []
    assert found(taxed(version, 1, 0), credit=True) == []
    assert found(taxed(version, 1, 0), total_energy=0) == []
    assert found(taxed(version, 1, 0), charging_periods=[period("10:00", None, ENERGY=15)]) == []
    two = limited(version, taxed(version, 1, 0), limit(version, 5))
    two["tariffs"].append(tariff(version, ENERGY, name="T2"))
    assert judged("TAR-034", "CDR", [two], version) == []


@pytest.mark.parametrize("version", LATER)
def test_max_price(version):
    pointer = "/total_cost/excl_vat" if version == V221 else "/total_cost/before_taxes"

    def found(total, **members):
        return judged("TAR-035", "CDR", [limited(version, total, None, limit(version, 5, 6), **members)], version)

    assert found(taxed(version, 5.01, 0.5)) == []
    assert found(taxed(version, 5.1, 0.5)) == at(pointer)
    assert found(taxed(version, 5, 1.2)) == at("/total_cost/incl_vat" if version == V221 else "/total_cost")
    assert found(taxed(version, 7, -1), total_reservation_cost=price(version, 2)) == at(pointer, OBSERVED)
    assert found(taxed(version, -7, 0), credit=True) == []


def test_no_vat_in_2_2_1():
    assert judged("TAR-040", "CDR", [cdr(V221, total_cost={"excl_vat": 4.5, "incl_vat": 4.5})], V221) == []
    assert judged("TAR-040", "CDR", [cdr(V221, total_cost={"excl_vat": 4.5})], V221) == []
    assert judged("TAR-040", "CDR", [cdr(V221)], V221) == at("/total_cost/incl_vat")
    known = cdr(V221)
    known["tariffs"][0]["elements"][0]["price_components"][0]["vat"] = 10
    assert judged("TAR-040", "CDR", [known], V221) == []
    assert judged("TAR-040", "CDR", [cdr(V230)], V230) == []


@pytest.mark.parametrize("version", [V230, BOOKINGS])
def test_no_taxes_where_none_apply(version):
    value = cdr(version, tariffs=[tariff(version, ENERGY, tax_included="N/A")])
    assert judged("TAR-070", "CDR", [value], version)[0] == ("/total_cost/taxes/0", FAILED, 0)
    for name in ("total_cost", "total_fixed_cost", "total_energy_cost", "total_parking_cost"):
        value[name] = {"before_taxes": 1, "taxes": [{"name": "none", "amount": 0}]}
    assert judged("TAR-070", "CDR", [value], version) == []
    assert judged("TAR-070", "CDR", [cdr(version)], version) == []


@pytest.mark.parametrize("version", LATER)
def test_validity_of_tariffs(version):
    def found(begin, end, **members):
        own = tariff(version, ENERGY, start_date_time=begin, end_date_time=end)
        return judged("TAR-087", "CDR", [cdr(version, tariffs=[own], **members)], version)

    assert found(None, "2024-03-05T10:00:00Z") == []
    assert found("2024-03-05T10:00:03Z", None) == []
    assert found(None, "2024-03-05T09:00:00Z") == at("/tariffs/0")
    assert found("2024-03-05T13:00:00Z", None) == at("/tariffs/0")
    # Valid from the second period on, which names it, and valid at the start only.
    assert found("2024-03-05T11:30:00Z", None) == []
    assert found(None, "2024-03-05T11:00:00Z") == []
    unused = [period("10:00", "T2", ENERGY=15)]
    assert found(None, "2024-03-05T09:00:00Z", charging_periods=unused) == []


# Between Tariffs, or two readings of one


@pytest.mark.parametrize("version", ALL)
def test_unique_ids(version):
    one, same = tariff(version, ENERGY), tariff(version, ENERGY)
    newer = tariff(version, NIGHT, ENERGY, last_updated="2024-02-01T00:00:00Z")
    assert judged("TAR-031", "Tariff", [one, same, newer, newer], version) == []
    assert judged("TAR-031", "Tariff", [one, newer, one], version) == [("/id", ADVISED, 2)]
    assert judged("TAR-031", "Tariff", [one, tariff(version, NIGHT)], version) == [("/id", OBSERVED, 1)]
    pounds = {**newer, "currency": "GBP", "id": "t1" if version != V211 else "T1"}
    assert judged("TAR-031", "Tariff", [one, pounds], version) == [("/id", FAILED, 1)]
    assert judged("TAR-031", "Tariff", [one, {**pounds, "id": "T2"}], version) == []
    assert judged("TAR-031", "Tariff", [{**one, "id": ""}, {**pounds, "id": ""}, {}, {}], version) == []


def test_ids_are_told_apart_by_case_in_2_1_1_only():
    one, other = tariff(V211, ENERGY, name="a"), tariff(V211, ENERGY, name="A", currency="GBP")
    assert judged("TAR-031", "Tariff", [one, other], V211) == []
    assert [flaw.index for flaw in tariffs.ids_unique_in_list([one, other], V211)] == []


@pytest.mark.parametrize("version", ALL)
def test_unique_ids_in_a_list(version):
    one = tariff(version, ENERGY)
    other = tariff(version, NIGHT, last_updated="2024-02-01T00:00:00Z")
    assert list(tariffs.ids_unique_in_list([one, tariff(version, ENERGY), {}, {}], version)) == []
    assert [(flaw.index, flaw.at_most) for flaw in tariffs.ids_unique_in_list([one, other], version)] == [(1, FAILED)]
    if version != V211:
        assert list(tariffs.ids_unique_in_list([one, {**other, "party_id": "OTH"}], version)) == []


def test_expired_in_a_list():
    now = datetime(2024, 3, 5, 12, tzinfo=UTC)
    for end, noted in (("2024-03-05T11:00:00Z", 1), ("2024-03-05T12:00:00Z", 0), (None, 0)):
        found = list(tariffs.listed_after_end(tariff(V221, ENERGY, end_date_time=end), V221, now))
        assert [flaw.at_most for flaw in found] == [OBSERVED] * noted


def test_owner_of_the_credentials():
    assert list(tariffs.owner_of_tariff(tariff(V221, ENERGY), V221, [("nl", "CPO")])) == []
    found = list(tariffs.owner_of_tariff(tariff(V221, ENERGY), V221, [("NL", "OTH")]))
    assert [(flaw.pointer, flaw.at_most) for flaw in found] == [("/party_id", ADVISED)]
    assert list(tariffs.owner_of_tariff(tariff(V211, ENERGY), V211, [("NL", "OTH")])) == []


@pytest.mark.parametrize("version", ALL)
def test_change_is_later(version):
    read = datetime(2024, 1, 1, 1, tzinfo=UTC)
    one = tariff(version, ENERGY)

    def found(second, first_read=read):
        return [flaw.pointer for flaw in tariffs.change_is_later(one, second, version, first_read)]

    assert found(one) == []
    assert found(tariff(version, NIGHT, last_updated="2024-01-02T00:00:00Z")) == []
    assert found(tariff(version, NIGHT)) == ["/last_updated"]
    assert found(tariff(version, NIGHT), datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC)) == []
    older = tariff(version, NIGHT, last_updated="2023-12-31T00:00:00Z")
    assert found(older, datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC)) == ["/last_updated"]
    assert found(tariff(version, ENERGY, last_updated="2024-01-01T00:00:00.000Z")) == []


# The whole area


def test_every_payload_entry_is_dealt_with():
    area, joins = payload("tariffs"), tariffs.JOINS.keys() | tariff_costs.JOINS.keys()
    assert area == (RULES.keys() | tariffs.SCHEMA_DECIDES.keys() | tariffs.NOT_JUDGED.keys() | joins) & area
    assert {name for name in RULES if name.startswith("TAR-")} <= area
    for table in (tariffs.SCHEMA_DECIDES, tariffs.NOT_JUDGED):
        assert table.keys() <= area - RULES.keys() - joins


def without_indices(pointer):
    return "".join(f"/{step}" for step in pointer.split("/")[1:] if not step.isdigit())


@pytest.mark.parametrize(
    ("requirement", "version", "value"),
    [
        ("TAR-011", V211, {"id": "T1"}),
        ("TAR-079", V211, tariff(V211, element(("ENERGY", 1), start_time="24:00"))),
        ("TAR-079", V230, tariff(V230, element(("ENERGY", 1), end_time="7:00"))),
        ("TAR-080", V221, tariff(V221, element(("ENERGY", 1), start_date="2024-13-01"))),
        ("TAR-080", V230, tariff(V230, element(("ENERGY", 1), end_date="01-01-2024"))),
        ("TAR-085", V230, tariff(V230, ENERGY, min_price={"excl_vat": 1})),
        ("TAR-085", V230, tariff(V230, ENERGY, max_price=3)),
        ("TAR-086", BOOKINGS, tariff(BOOKINGS, element(("TIME", 1), booking="EXPIRED"))),
    ],
)
def test_the_schemas_decide(requirement, version, value):
    kind, *ends = tariffs.SCHEMA_DECIDES[requirement]
    found = [without_indices(error.pointer) for error in validator(version, kind).errors(value)]
    assert [pointer for pointer in found if pointer.endswith(tuple(ends))]


def test_the_schemas_allow():
    for version, members in (
        (V221, {"min_price": {"excl_vat": 1, "incl_vat": 2}}),
        (V230, {"min_price": {"before_taxes": 1}, "max_price": {"before_taxes": 2, "after_taxes": 3}}),
        (BOOKINGS, {"elements": [element(("TIME", 1), booking="BOOKING_OVERTIME")]}),
    ):
        assert validator(version, "Tariff").errors({**tariff(version, ENERGY), **members}) == []


@pytest.mark.parametrize("version", ALL)
def test_examples_of_the_specification(version):
    found = spec_examples(version, "mod_tariffs_*.json" if version == V211 else "tariff*.json")
    assert len(found) > 3
    for name, value in found:
        assert gravest("tariffs", "Tariff", value, version) == {}, name
    for name, value in spec_examples(version, "cdr_example*.json"):
        assert gravest("tariffs", "CDR", value, version) == {}, name
