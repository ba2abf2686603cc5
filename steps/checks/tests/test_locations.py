"""Each judgement of a Location, an EVSE or a Connector: a value that is right beside one that is not."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request
from ocpi_conformance.steps.checks import locations
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

EARLY, LATE = "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"
HOURS = {"weekday": 1, "period_begin": "07:00", "period_end": "22:00"}
PLUG = {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}
LOGO = {"category": "OPERATOR", "width": 512, "height": 512}
PHOTO = {"category": "LOCATION", "width": 800, "height": 600}


def span(begin, end):
    return {"period_begin": begin, "period_end": end}


def payload(value, kind="Location", route="list"):
    context = Context("2.2.1", "locations", "SENDER", route)
    exchange = Exchange(1, "partner", Request("GET", "http://x/"), None, context, 1, 2, 0.0, 0.0)
    return Payload(kind, value, exchange, "/data/0")


def judged(kind, phrase, *values, route="list"):
    """Return the breaches of an expectation about every object of class `kind`."""
    expectation, _ = find(f"every {kind}", phrase)
    return list(expectation.function([payload(value, kind, route) for value in values]))


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
        (locations.evse_id_in_service, {"evse_id": "NL*EMB*E1"}, {}),
        (locations.publish_allowed_to, {"publish_allowed_to": []}, {"publish_allowed_to": [{}]}),
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
        (locations.logo_and_photo, {"images": [LOGO, PHOTO]}, {"images": [LOGO]}),
        (locations.logo_and_photo, {"evses": [{"images": [PHOTO]}], "operator": {"logo": LOGO}}, {"images": [PHOTO]}),
        (locations.image_size, LOGO, {**LOGO, "width": 256}),
        (locations.image_size, PHOTO, {**PHOTO, "height": 599}),
        (locations.image_size, {"category": "LOCATION"}, {**PHOTO, "width": 640}),
    ],
)
def test_a_judgement_tells_right_from_wrong(judge, right, wrong):
    assert list(judge(right)) == []
    assert len(list(judge(wrong))) == 1


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
    assert list(judge(value)) == []


@pytest.mark.parametrize(
    ("judge", "value", "limit"),
    [
        (locations.country, "nld", Verdict.ADVISED),
        (locations.time_zone, "europe/amsterdam", Verdict.ADVISED),
        (locations.hours_in_order, {**HOURS, "period_end": "00:00"}, Verdict.OBSERVED),
    ],
)
def test_what_the_text_leaves_open_is_no_failure(judge, value, limit):
    assert [flaw.at_most for flaw in judge(value)] == [limit]


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
    flaws = locations.coordinates("2.2.1", {"latitude": latitude, "longitude": longitude})
    assert [flaw.pointer for flaw in flaws] == wrong


def test_coordinates_of_2_1_1_have_six_decimals():
    assert [f.pointer for f in locations.coordinates("2.1.1", {"latitude": "52.09070", "longitude": "5.121400"})] == [
        "/latitude"
    ]


def test_coordinates_are_found_wherever_they_stand():
    wrong = {"latitude": "1", "longitude": "5.121400"}
    value = {"coordinates": wrong, "related_locations": [wrong], "evses": [{"uid": "1"}, {"coordinates": wrong}]}
    found = judged("Location", "and every EVSE in it stands at WGS 84 coordinates", value)
    assert [breach.pointer for breach in found] == [
        "/data/0/coordinates/latitude",
        "/data/0/related_locations/0/latitude",
        "/data/0/evses/1/coordinates/latitude",
    ]


def test_a_breach_points_to_its_place_in_the_answer():
    value = {"opening_times": {"regular_hours": [HOURS, {**HOURS, "weekday": 8}]}}
    found = judged("Location", "numbers the weekdays of its regular hours from 1 to 7", value)
    assert [breach.pointer for breach in found] == ["/data/0/opening_times/regular_hours/1/weekday"]


def test_what_was_not_seen_is_not_observed():
    with pytest.raises(NotObserved, match="publish token"):
        judged("Location", "names the type of each publish token with a uid", {"publish_allowed_to": []})
    with pytest.raises(NotObserved, match="green"):
        judged("Location", "with green energy names green sources and no waste", {"energy_mix": {}})
    with pytest.raises(NotObserved, match="in service"):
        judged("EVSE", "that is in service has an evse_id", {"uid": "1", "status": "REMOVED"})


def test_a_mistake_that_is_everywhere_is_told_a_limited_number_of_times():
    many = [{"country": "NL", "id": str(number)} for number in range(100)]
    assert len(judged("Location", "has an ISO 3166-1 alpha-3 code as country", *many)) == locations.MOST


def test_only_listed_locations_are_judged_for_completeness():
    phrase = "that is listed has all required fields"
    pointers = {
        breach.pointer for breach in judged("Location", phrase, {"id": "L", "city": None, "evses": [{"uid": "E"}]})
    }
    assert {"/data/0/city", "/data/0/time_zone", "/data/0/evses/0/connectors"} <= pointers
    assert "/data/0/id" not in pointers
    with pytest.raises(NotObserved):
        judged("Location", phrase, {"id": "L"}, route="location")
