"""When two objects say the same: a pair that does beside a pair that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.likeness import differences, part, same, shown


def found(kind, expected, actual, **options):
    return [(d.pointer, d.required) for d in differences("2.2.1", kind, expected, actual, **options)]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("DateTime", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00"),
        ("DateTime", "2024-01-01T00:00:00.250Z", "2024-01-01T00:00:00Z"),
        ("CiString", "loc1", "LOC1"),
        ("number", 1, 1.0),
        ("GeoLocation", {"latitude": "52.10", "longitude": "5.1"}, {"latitude": "52.1", "longitude": "5.100"}),
        ("Hours", {"twentyfourseven": True}, {"twentyfourseven": True, "regular_hours": None}),
    ],
)
def test_what_means_the_same(kind, one, other) -> None:
    assert same("2.2.1", kind, one, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("DateTime", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"),
        ("DateTime", "2024-01-01T00:00:00Z", "yesterday"),
        ("string", "Main Street", "main street"),
        ("number", 1, True),
        ("number", 1, "1"),
        ("GeoLocation", {"latitude": "52.1", "longitude": "5.1"}, {"latitude": "52.1", "longitude": "west"}),
        ("Hours", {"twentyfourseven": True}, None),
    ],
)
def test_what_does_not(kind, one, other) -> None:
    assert not same("2.2.1", kind, one, other)


def test_absent_null_and_empty_are_one() -> None:
    assert found("Connector", {"id": "1", "tariff_ids": []}, {"id": "1", "tariff_ids": None}, closed=True) == []
    assert found("Connector", {"tariff_ids": ["T"]}, {}) == [("/tariff_ids", False)]


def test_a_default_is_as_good_as_nothing() -> None:
    assert found("Location", {"id": "L"}, {"id": "L", "charging_when_closed": True}, closed=True) == []
    assert found("Location", {"id": "L"}, {"id": "L", "charging_when_closed": False}, closed=True) == [
        ("/charging_when_closed", False)
    ]


def test_what_comes_on_top_counts_when_closed() -> None:
    assert found("Location", {"id": "L"}, {"id": "L", "name": "N"}) == []
    assert found("Location", {"id": "L"}, {"id": "L", "name": "N"}, closed=True) == [("/name", False)]
    assert found("Location", {"id": "L"}, {"id": "L", "vendor_field": 1}, closed=True) == []


def test_the_order_of_a_list_means_nothing() -> None:
    assert found("Connector", {"tariff_ids": ["A", "B"]}, {"tariff_ids": ["b", "a"]}) == []
    assert found("Connector", {"tariff_ids": ["A", "B"]}, {"tariff_ids": ["A", "A"]}) == [("/tariff_ids", False)]


def test_the_order_of_tariff_elements_counts() -> None:
    elements = [{"price_components": [{"type": kind, "price": 1, "step_size": 1}]} for kind in ("ENERGY", "TIME")]
    assert found("Tariff", {"elements": elements}, {"elements": list(elements)}) == []
    assert found("Tariff", {"elements": elements}, {"elements": elements[::-1]}) == [("/elements", True)]


def test_parts_are_found_by_their_id() -> None:
    one = {"evses": [{"uid": "E1", "status": "AVAILABLE"}, {"uid": "E2", "status": "AVAILABLE"}]}
    assert found("Location", one, {"evses": one["evses"][::-1]}) == []
    assert found("Location", one, {"evses": one["evses"][:1]}) == [("/evses/1", True)]
    assert found("Location", one, {"evses": [*one["evses"], {"uid": "E3"}]}, closed=True) == [("/evses", True)]
    blocked = {"evses": [one["evses"][0], {"uid": "e2", "status": "BLOCKED"}]}
    assert found("Location", one, blocked) == [("/evses/1/status", True)]


def test_a_part_is_found_in_its_own_letter_case_first() -> None:
    one, other = ({"uid": uid, "status": status} for uid, status in (("e1", "BLOCKED"), ("E1", "AVAILABLE")))
    assert part({"evses": [one, other]}, "EVSE", "E1") == other
    assert part({"evses": [one]}, "EVSE", "E1") == one


def test_a_difference_within_an_object_is_told_where_it_is() -> None:
    place = {"id": "LOC1", "evse_uid": "E1", "name": "Plaza"}
    assert found("CDR", {"cdr_location": place}, {"cdr_location": place | {"id": "loc1"}}) == []
    lost = {"cdr_location": {"id": "loc1", "name": "Plaza"}}
    assert found("CDR", {"cdr_location": place}, lost) == [("/cdr_location/evse_uid", True)]
    # What the tables do not want is no loss of what holds it, nor the other way round.
    assert found("CDR", {"cdr_location": place}, {"cdr_location": place | {"name": None}}) == [
        ("/cdr_location/name", False)
    ]
    priced = {"total_time_cost": {"excl_vat": 2.0}}
    assert found("CDR", priced, {"total_time_cost": {"excl_vat": 3.0}}) == [("/total_time_cost/excl_vat", False)]
    assert found("CDR", priced, {"total_time_cost": 2.0}) == [("/total_time_cost", False)]


def test_no_object_at_all() -> None:
    assert found("Location", {"id": "L"}, []) == [("", True)]


def test_a_long_value_is_shown_short() -> None:
    assert shown("x" * 200).endswith("…")
    assert shown([]) == "absent"
