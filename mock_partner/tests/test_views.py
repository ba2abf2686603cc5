"""Tests of how an object of ours looks in each version."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.ocpi.views import VIEWS, hides, shows, view
from ocpi_conformance.mock_partner.state import Json, Party

OWNER = Party("CPO", "NL", "EMB", "Charging")
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PLACE = samples.complete_location("LOC1", OWNER, NOW)
ADDED = {
    "parking_places": [
        {"id": "P1", "vehicle_types": ["VAN"], "restricted_to_type": False, "reservation_required": False}
    ],
    "help_phone": "+31201234567",
}
COMMANDS: dict[str, Json] = {
    "StartSession": {
        "response_url": "https://emsp.test/r/1",
        "token": samples.token("04A1", Party("EMSP", "NL", "MSP"), NOW),
        "location_id": "LOC1",
        "evse_uid": "LOC1-E1",
        "connector_id": "1",
        "authorization_reference": "A1",
    },
    "ReserveNow": {
        "response_url": "https://emsp.test/r/2",
        "token": samples.token("04A1", Party("EMSP", "NL", "MSP"), NOW),
        "expiry_date": "2026-01-05T13:00:00Z",
        "reservation_id": "17",
        "location_id": "LOC1",
    },
    "CommandResponse": {"result": "ACCEPTED", "timeout": 30, "message": [{"language": "en", "text": "Wait"}]},
}


def wrong(version: str, kind: str, item: Json) -> list[str]:
    """Return what is wrong with `item` by the schemas."""
    return [str(error) for error in schemas.validator(version, kind).errors(item)]


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_a_complete_location_is_valid_in_every_version(version: str) -> None:
    place = copy.deepcopy(PLACE) | ADDED
    place["evses"][0] |= {"parking": [{"parking_id": "P1", "evse_position": "LEFT"}]}
    shown = view(version, "Location", place)
    assert wrong(version, "Location", shown) == []
    assert ("help_phone" in shown) is (version == "2.3.0")
    assert ("parking" in shown["evses"][0]) is (version == "2.3.0")


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_a_view_changes_nothing_of_the_object(version: str) -> None:
    made = {
        "Location": PLACE,
        "Session": samples.session("SES1", OWNER, PLACE, NOW),
        "CDR": samples.rich_cdr("CDR1", OWNER, PLACE, NOW),
        "Tariff": samples.rich_tariff("TAR1", OWNER, NOW),
    }
    before = copy.deepcopy(made)
    for kind, item in made.items():
        view(version, kind, item, {"LOC1": PLACE}.get)
    assert made == before


@pytest.mark.parametrize("kind", sorted(COMMANDS))
def test_commands_of_2_1_1_are_valid(kind: str) -> None:
    shown = view("2.1.1", kind, COMMANDS[kind])
    assert wrong("2.1.1", kind, shown) == []
    assert wrong("2.2.1", kind, view("2.2.1", kind, COMMANDS[kind])) == []


@pytest.mark.parametrize(
    ("result", "shown"), [("ACCEPTED", "ACCEPTED"), ("TIMEOUT", "TIMEOUT"), ("EVSE_OCCUPIED", "REJECTED")]
)
def test_a_result_of_2_1_1_is_a_command_response(result: str, shown: str) -> None:
    made = view("2.1.1", "CommandResult", {"result": result, "message": [{"language": "en", "text": "Wait"}]})
    assert made == {"result": shown}
    assert wrong("2.1.1", "CommandResponse", made) == []


def test_a_session_of_2_1_1_holds_the_connector_that_was_used() -> None:
    session = samples.session("SES1", OWNER, PLACE, NOW) | {"auth_method": "COMMAND"}
    shown = view("2.1.1", "Session", session, {"LOC1": PLACE}.get)
    assert [(e["uid"], [c["id"] for c in e["connectors"]]) for e in shown["location"]["evses"]] == [("LOC1-E1", ["1"])]
    assert shown["auth_id"] == session["cdr_token"]["contract_id"]
    assert shown["total_cost"] == session["total_cost"]["excl_vat"]
    assert shown["auth_method"] == "AUTH_REQUEST"
    assert shown["start_datetime"] == session["start_date_time"]


def test_a_cdr_of_2_1_1_shows_the_location_as_it_was() -> None:
    cdr = samples.cdr("CDR1", OWNER, PLACE, NOW)
    cdr["cdr_location"] |= {"name": "Before", "evse_uid": "GONE"}
    shown = view("2.1.1", "CDR", cdr, {"LOC1": PLACE}.get)
    assert wrong("2.1.1", "CDR", shown) == []
    assert shown["location"]["name"] == "Before"
    assert shown["location"]["evses"][0]["uid"] == "GONE"


@pytest.mark.parametrize("kind", ["Session", "CDR"])
def test_a_location_that_is_not_known_is_still_a_location(kind: str) -> None:
    made = {"Session": samples.session, "CDR": samples.cdr}[kind]("X1", OWNER, PLACE, NOW)
    assert wrong("2.1.1", kind, view("2.1.1", kind, made)) == []


def test_prices_of_2_3_0_have_taxes() -> None:
    shown = view("2.3.0", "CDR", samples.rich_cdr("CDR1", OWNER, PLACE, NOW))
    assert shown["total_cost"] == {"before_taxes": 9.5, "taxes": [{"name": "VAT", "amount": 1.995}]}
    assert shown["tariffs"][0]["min_price"] == {"before_taxes": 0.5, "after_taxes": 0.605}
    assert shown["tariffs"][0]["tax_included"] == "NO"
    assert wrong("2.3.0", "CDR", shown) == []


def test_a_price_without_vat_has_no_taxes() -> None:
    session = samples.session("SES1", OWNER, PLACE, NOW) | {"total_cost": {"excl_vat": 2}}
    assert view("2.3.0", "Session", session)["total_cost"] == {"before_taxes": 2}


def test_an_element_that_2_1_1_cannot_say_is_left_out() -> None:
    tariff = samples.rich_tariff("TAR1", OWNER, NOW)
    shown = view("2.1.1", "Tariff", tariff)
    assert len(tariff["elements"]) - len(shown["elements"]) == 2
    assert all("reservation" not in element.get("restrictions", {}) for element in shown["elements"])


@pytest.mark.parametrize(
    ("version", "kind", "change", "shown"),
    [
        ("2.1.1", "Location", {"name": "New"}, {"name": "New"}),
        ("2.1.1", "Connector", {"tariff_ids": ["T1", "T2"]}, {"tariff_id": "T1"}),
        ("2.1.1", "Session", {"total_cost": {"excl_vat": 1.5}}, {"total_cost": 1.5}),
        ("2.3.0", "Session", {"total_cost": {"excl_vat": 1.5}}, {"total_cost": {"before_taxes": 1.5}}),
        ("2.3.0", "Tariff", {"currency": "SEK"}, {"currency": "SEK"}),
    ],
)
def test_nothing_is_added_to_the_body_of_a_patch(version: str, kind: str, change: Json, shown: Json) -> None:
    assert view(version, kind, change, partial=True) == shown


def test_an_unpublished_location_and_a_credit_are_nothing_for_2_1_1() -> None:
    assert not shows("2.1.1", "Location", PLACE)
    assert shows("2.1.1", "Location", PLACE | {"publish": True})
    assert not shows("2.1.1", "CDR", {"credit": True})
    assert shows("2.2.1", "CDR", {"credit": True})
    assert hides("2.1.1", "CDR")
    assert not hides("2.3.0", "Location")


@pytest.mark.parametrize("odd", [None, 5, "odd", [], {}, [None]])
def test_values_of_an_unexpected_type_are_shown_as_they_are(odd: Any) -> None:
    whole: dict[str, Json] = {
        "Location": PLACE,
        "EVSE": PLACE["evses"][0],
        "Connector": PLACE["evses"][0]["connectors"][0],
        "Session": samples.session("SES1", OWNER, PLACE, NOW),
        "CDR": samples.rich_cdr("CDR1", OWNER, PLACE, NOW),
        "Tariff": samples.rich_tariff("TAR1", OWNER, NOW),
        "Token": samples.token("04A1", OWNER, NOW),
    }
    for version, table in VIEWS.items():
        for kind in table.keys() & whole.keys():
            for field in whole[kind]:
                made = view(version, kind, whole[kind] | {field: odd}, {"LOC1": PLACE}.get)
                assert isinstance(made, dict)
