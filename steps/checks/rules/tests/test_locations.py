"""Each rule on Locations, EVSEs and Connectors: a value that keeps it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.checks.rules import RULES, locations
from ocpi_conformance.steps.verdicts import Verdict

EARLY, LATE = "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"
HOURS = {"weekday": 1, "period_begin": "07:00", "period_end": "22:00"}
PLUG = {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}
POLE = {"uid": "1", "status": "AVAILABLE"}
PLACE = {"coordinates": {}}
LOGO = {"category": "OPERATOR", "width": 512, "height": 512}
PHOTO = {"category": "LOCATION", "width": 800, "height": 600}


def span(begin, end):
    return {"period_begin": begin, "period_end": end}


@pytest.mark.parametrize(
    ("judge", "right", "wrong"),
    [
        (locations.country, "NLD", "NL"),
        (locations.country, "XKX", "QZZZ"),
        (locations.country_code, "nl", "UK"),
        (locations.country_code, "XK", "N1"),
        (locations.time_zone, "Europe/Kiev", "Amsterdam"),
        (locations.evse_id, "NL*EMB*E00001*1", "Pole 1"),
        (locations.evse_id, "detntestation1", "NL-EMB-1"),
        (locations.evse_id_in_service, {**POLE, "evse_id": "NL*EMB*E1"}, POLE),
        (locations.publish_allowed_to, {"publish": True}, {"publish": True, "publish_allowed_to": [{}]}),
        (locations.publish_token, {"group_id": "G"}, {"issuer": "I", "uid": None}),
        (locations.publish_token_type, {"uid": "U", "type": "RFID"}, {"uid": "U"}),
        (locations.publish_token_type, {"visual_number": "V"}, {"uid": "U", "type": None}),
        (locations.publish_token_issuer, {"visual_number": "V", "issuer": "I"}, {"visual_number": "V"}),
        (locations.connector_ids, [{"id": "1"}, {"id": "2"}], [{"id": "a"}, {"id": "A"}]),
        (locations.electric_power, {**PLUG, "max_electric_power": 23000}, {**PLUG, "max_electric_power": 50000}),
        (locations.electric_power, PLUG, {**PLUG, "power_type": "AC_1_PHASE", "max_electric_power": 22000}),
        (locations.status_schedule, span(EARLY, LATE), span(LATE, EARLY)),
        (locations.status_schedule, span(EARLY, None), span(LATE, EARLY)),
        (locations.exceptional_period, span(EARLY, EARLY), span(LATE, EARLY)),
        (locations.regular_hours, {"twentyfourseven": True}, {"twentyfourseven": True, "regular_hours": [HOURS]}),
        (locations.regular_hours, {"twentyfourseven": False, "regular_hours": [HOURS]}, {"twentyfourseven": False}),
        (
            locations.exceptions_apart,
            {"exceptional_openings": [span(EARLY, LATE)], "exceptional_closings": [span(LATE, "2024-01-03T00:00:00Z")]},
            {"exceptional_openings": [span(EARLY, LATE)], "exceptional_closings": [span(EARLY, LATE)]},
        ),
        (locations.hours_in_order, HOURS, {**HOURS, "period_end": "06:00"}),
        (locations.hours_in_order, {**HOURS, "period_end": "6"}, {**HOURS, "period_end": "07:00"}),
        (locations.weekday, HOURS, {**HOURS, "weekday": 0}),
        (locations.weekday, {**HOURS, "weekday": 7}, {**HOURS, "weekday": "1"}),
        (locations.clock, HOURS, {**HOURS, "period_begin": "7:00"}),
        (locations.clock, {**HOURS, "period_end": "23:59"}, {**HOURS, "period_end": "24:00"}),
        (locations.energy_sum, [{"percentage": 60}, {"percentage": 39.5}], [{"percentage": 60}]),
        (locations.percentage, {"percentage": 100}, {"percentage": 101}),
        (locations.percentage, {"percentage": 0}, {"percentage": -1}),
        (
            locations.green_energy,
            {"energy_sources": [{"source": "WIND", "percentage": 100}, {"source": "COAL", "percentage": 0}]},
            {"energy_sources": [{"source": "NUCLEAR", "percentage": 5}]},
        ),
        (
            locations.green_energy,
            {"environ_impact": [{"category": "CARBON_DIOXIDE", "amount": 0}]},
            {"environ_impact": [{"category": "NUCLEAR_WASTE", "amount": 0.1}]},
        ),
        (locations.logo_and_photo, {**PLACE, "images": [LOGO, PHOTO]}, {**PLACE, "images": [LOGO]}),
        (
            locations.logo_and_photo,
            {**PLACE, "evses": [{"images": [PHOTO]}], "operator": {"logo": LOGO}},
            {**PLACE, "images": [PHOTO]},
        ),
        (locations.image_size, LOGO, {**LOGO, "width": 256}),
        (locations.image_size, PHOTO, {**PHOTO, "height": 599}),
        (locations.image_size, {"category": "LOCATION"}, {**PHOTO, "width": 640}),
    ],
)
def test_a_judgement_tells_right_from_wrong(judge, right, wrong):
    assert list(judge(right, "2.2.1")) == []
    assert len(list(judge(wrong, "2.2.1"))) == 1


@pytest.mark.parametrize(
    ("judge", "value"),
    [
        (locations.country, None),
        (locations.time_zone, 1),
        (locations.evse_id, ["x"]),
        (locations.publish_token, "x"),
        (locations.connector_ids, {}),
        (locations.electric_power, {**PLUG, "max_voltage": "230", "max_electric_power": 1e9}),
        (locations.status_schedule, span("soon", 1)),
        (locations.regular_hours, []),
        (locations.exceptions_apart, {"exceptional_openings": 1, "exceptional_closings": [None]}),
        (locations.hours_in_order, None),
        (locations.green_energy, {"energy_sources": ["WIND"], "environ_impact": [None]}),
        (locations.image_size, {"width": "1", "height": None}),
    ],
)
def test_a_value_of_another_type_is_for_others_to_judge(judge, value):
    assert list(judge(value, "2.2.1")) == []


@pytest.mark.parametrize(
    ("judge", "value", "limit"),
    [
        (locations.country, "nld", Verdict.ADVISED),
        (locations.time_zone, "europe/amsterdam", Verdict.ADVISED),
        (locations.hours_in_order, {**HOURS, "period_end": "00:00"}, Verdict.OBSERVED),
    ],
)
def test_what_the_text_leaves_open_is_no_failure(judge, value, limit):
    assert [flaw.at_most for flaw in judge(value, "2.2.1")] == [limit]


@pytest.mark.parametrize(
    ("latitude", "longitude", "wrong"),
    [
        ("52.090700", "5.121400", []),
        ("-52.0907001", "-126.1049650", []),
        ("90.00000", "180.00000", []),
        ("52.09", "5.121400", ["/latitude"]),
        ("52,090700", "5.121400", ["/latitude"]),
        ("95.090700", "190.00000", ["/latitude", "/longitude"]),
        (52.0907, "5.121400", ["/latitude"]),
    ],
)
def test_coordinates_are_decimal_degrees_in_range(latitude, longitude, wrong):
    flaws = locations.coordinates({"latitude": latitude, "longitude": longitude}, "2.2.1")
    assert [flaw.pointer for flaw in flaws] == wrong


def test_an_evse_id_of_2_1_1_may_have_hyphens_as_in_its_examples():
    assert list(locations.evse_id("BE-BEC-E041503001", "2.1.1")) == []
    assert len(list(locations.evse_id("BE-BEC-E041503001", "2.2.1"))) == 1
    assert len(list(locations.evse_id("Pole 1", "2.1.1"))) == 1


def test_coordinates_of_2_1_1_have_six_decimals():
    found = locations.coordinates({"latitude": "52.09070", "longitude": "5.121400"}, "2.1.1")
    assert [flaw.pointer for flaw in found] == ["/latitude"]


CAR = {"vehicle_types": ["PERSONAL_VEHICLE"], "id": "P1"}
TRUCK = {"vehicle_types": ["TRUCK_WITH_TRAILER"], "id": "P2"}
LIMITS = {"max_vehicle_weight": 1, "max_vehicle_height": 1, "max_vehicle_length": 1, "max_vehicle_width": 1}
SIZES = {"parking_space_length": 1, "parking_space_width": 1, "dangerous_goods_allowed": False}
EDGE = {"weekday": 1, "period_begin": "00:00", "period_end": "23:59"}


def active(name, **members):
    ids = {"country_code": "NL", "party_id": "CPO", "location_id": "L", "evse_uid": "E", "status": "ACTIVE"}
    return {**ids, "id": name, **members}


def in_2_1_1(name, uid):
    return {"id": name, "status": "ACTIVE", "location": {"id": "L", "evses": [{"uid": uid}]}}


# requirement, version, objects that keep it, objects that break it, pointers of the flaws
OF_VERSIONS = [
    ("LOC-086", "2.1.1", [], {"energy_mix": {"is_green_energy": True, "environ_impact": [
        {"source": "NUCLEAR_WASTE", "amount": 1}]}}, ["/energy_mix/environ_impact/0"]),
    ("LOC-106", "2.1.1", [{"opening_times": {"regular_hours": [EDGE]}}, {"opening_times": {"twentyfourseven": True}}],
     {"opening_times": {"regular_hours": [{**EDGE, "weekday": day} for day in range(1, 8)]}},
     ["/opening_times/regular_hours"]),
    ("LOC-106", "2.1.1", [], {"opening_times": {"twentyfourseven": True, "regular_hours": [HOURS]}},
     ["/opening_times/regular_hours"]),
    ("LOC-106", "2.1.1", [], {"opening_times": {"exceptional_closings": []}}, ["/opening_times"]),
    ("LOC-109", "2.3.0", [{"parking_places": [CAR, TRUCK, {}, {}]}], {"parking_places": [CAR, {**TRUCK, "id": "p1"}]},
     ["/parking_places/1/id"]),
    ("LOC-110", "2.3.0", [{"parking_places": [CAR], "evses": [{"parking": [{"parking_id": "p1"}]}]}, {"evses": [{}]}],
     {"parking_places": [CAR], "evses": [{}, {"parking": [{"parking_id": "P2"}]}]},
     ["/evses/1/parking/0/parking_id"]),
    ("LOC-111", "2.3.0", [{"parking_places": [CAR, {**TRUCK, **LIMITS, **SIZES}]}],
     {"parking_places": [CAR, {**TRUCK, **LIMITS}]}, ["/parking_places/1"]),
    ("LOC-113", "2.3.0", [{"parking_places": [CAR, {"vehicle_types": ["DISABLED"], "images": [PHOTO]}]}],
     {"parking_places": [{"vehicle_types": ["DISABLED"]}]}, ["/parking_places/0/images"]),
    ("LOC-117", "2.3.0", [{"parking_restrictions": ["MOTORCYCLES"]}, {"parking": [{"parking_id": "P1"}]}],
     {"parking_restrictions": ["MOTORCYCLES"], "parking": [{"parking_id": "P1"}]}, ["/parking_restrictions"]),
    ("LOC-076", "2.1.1", [{"connectors": [{"id": "a"}, {"id": "A"}, {}, {}]}], {"connectors": [{"id": "a"}] * 2},
     ["/connectors"]),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "version", "right", "wrong", "pointers"), OF_VERSIONS)
def test_what_versions_say(requirement, version, right, wrong, pointers):
    (rule,) = RULES[requirement]
    assert list(rule.flaws(right, version)) == []
    assert [flaw.pointer for flaw in rule.flaws([wrong], version)] == pointers


def test_coordinates_are_found_wherever_they_stand():
    wrong = {"latitude": "1", "longitude": "5.121400"}
    value = {"coordinates": wrong, "related_locations": [wrong], "evses": [{"uid": "1"}, {"coordinates": wrong}]}
    found = [flaw.pointer for flaw in RULES["LOC-092"][0].flaws([value], "2.2.1")]
    assert found == ["/coordinates/latitude", "/related_locations/0/latitude", "/evses/1/coordinates/latitude"]


def test_a_rule_is_about_what_it_says():
    assert not RULES["LOC-098"][0].concerned({"publish_allowed_to": []})
    assert RULES["LOC-098"][0].concerned({"publish_allowed_to": [{}]})
    assert not RULES["LOC-086"][0].concerned({"energy_mix": {"is_green_energy": False}})
    assert not RULES["LOC-072"][0].concerned({"uid": "1", "status": "REMOVED"})
    assert RULES["LOC-077"][0].concerned({})


def test_one_session_at_an_evse():
    (rule,) = RULES["LOC-074"]
    apart = [active("S1"), active("S2", evse_uid="F"), active("S3", party_id="OTH"), active("S4", evse_uid="#NA")]
    assert list(rule.flaws([*apart, active("S5", evse_uid="#NA")], "2.2.1")) == []
    assert list(rule.flaws([active("S1"), active("S1", status="COMPLETED"), active("S2")], "2.2.1")) == []
    found = list(rule.flaws([active("S1"), active("S2", evse_uid="e")], "2.2.1"))
    assert [(flaw.index, flaw.at_most) for flaw in found] == [(1, Verdict.OBSERVED)]
    assert list(rule.flaws([in_2_1_1("S1", "E"), in_2_1_1("S2", "e")], "2.1.1")) == []
    assert len(list(rule.flaws([in_2_1_1("S1", "E"), in_2_1_1("S2", "E")], "2.1.1"))) == 1
