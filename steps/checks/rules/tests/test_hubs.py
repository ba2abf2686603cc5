"""The rules on what hubs list and pass on, and on the placeholder #NA."""

from __future__ import annotations

import pytest

from ocpi_conformance.schemas import VERSIONS, names, validator
from ocpi_conformance.steps.checks.rules import RULES, hubs
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    BOOKINGS,
    LATER,
    V221,
    cdr,
    element,
    judged,
    payload,
    session,
    tariff,
    with_,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, OBSERVED = Verdict.FAILED, Verdict.OBSERVED


def info(country="NL", party="CPO", **members):
    """Return a ClientInfo."""
    names = {"country_code": country, "party_id": party, "role": "CPO", "status": "CONNECTED"}
    return {**names, "last_updated": "2024-01-01T00:00:00Z", **members}


def placed(kind, value, version=V221):
    return [pointer for pointer, _, _ in judged("RTE-033", kind, [value], version)]


@pytest.mark.parametrize("version", LATER)
def test_placeholder(version):
    value = cdr(version)
    assert placed("CDR", value, version) == []
    assert placed("CDR", with_(value, "#NA", "cdr_location", "evse_uid"), version) == []
    assert placed("CDR", with_(value, "#NA", "cdr_location", "address"), version) == []
    assert placed("CDR", with_(value, "#NA", "cdr_location", "name"), version) == ["/cdr_location/name"]
    assert placed("CDR", with_(value, "#na", "remark"), version) == ["/remark"]
    assert placed("CDR", with_(value, "#NA", "total_energy"), version) == ["/total_energy"]
    assert placed("CDR", with_(value, "#NA", "cdr_location"), version) == ["/cdr_location"]
    assert placed("CDR", with_(value, "#NA", "charging_periods"), version) == ["/charging_periods"]
    tariff_id = with_(value, "#NA", "charging_periods", 0, "tariff_id")
    assert placed("CDR", tariff_id, version) == ["/charging_periods/0/tariff_id"]
    # The schemas decide on these, and nobody on what the tables do not have.
    for name in ("auth_method", "start_date_time", "vendor"):
        assert placed("CDR", with_(value, "#NA", name), version) == []
    assert placed("CDR", with_(value, "# NA", "remark"), version) == []
    assert placed("Session", session(version, evse_uid="#NA", connector_id="#NA"), version) == []
    assert placed("Session", session(version, meter_id="#NA"), version) == ["/meter_id"]


def test_placeholder_in_lists_of_texts():
    connector = {"id": "1", "tariff_ids": ["T1", "#NA"]}
    assert placed("Connector", connector) == ["/tariff_ids/1"]
    assert placed("Location", {"evses": [{"connectors": [connector]}]}) == ["/evses/0/connectors/0/tariff_ids/1"]
    assert placed("Tariff", tariff(V221, element(("ENERGY", "#NA")))) == ["/elements/0/price_components/0/price"]


def test_placeholder_that_a_module_allows():
    option = {"booking_option": {"evse_uid": "#NA", "connector_id": "#NA"}}
    found = judged("RTE-033", "Booking", [option], BOOKINGS)
    assert [pointer for pointer, _, _ in found] == ["/booking_option/connector_id"]


@pytest.mark.parametrize("value", [{}, {"a": None}, {"cdr_location": [["#NA"]], "remark": {"x": "#NA"}}])
def test_odd_shapes_with_placeholders(value):
    placed("CDR", value)


def test_the_classes_are_there():
    known = {name for version in VERSIONS for name in names(version)}
    assert set(hubs.KINDS) <= known


def test_hub_keeps_the_owner():
    def found(item, original=("nl", "CPO"), version=V221):
        return [flaw.pointer for flaw in hubs.keeps_owner(item, version, original)]

    assert found(cdr(V221)) == []
    assert found(cdr(V221, party_id="HUB")) == ["/party_id"]
    assert found(cdr(V221, country_code="DE", party_id="HUB")) == ["/country_code", "/party_id"]
    assert found({"id": "1"}) == []


def test_ids_of_credentials():
    def found(*infos, parties=(("NL", "CPO"), ("DE", "MSP"))):
        return [(flaw.pointer, flaw.at_most, flaw.index) for flaw in hubs.ids_of_credentials(infos, V221, parties)]

    assert found(info(), info("de", "msp"), info("FR", "OTH")) == []
    assert found(info(), info("NL", "MSP")) == [("/country_code", FAILED, 1)]
    assert found(info()) == [("", OBSERVED, 0)]
    # That party id is another known party's: nothing is wrong with its entry.
    assert found(info("DE", "CPO"), parties=(("NL", "CPO"), ("DE", "CPO"))) == [("", OBSERVED, 0)]
    assert found({}, {"party_id": 3}, parties=()) == []


def test_every_payload_entry_is_dealt_with():
    area = payload("hubclientinfo") | payload("routing")
    dealt = RULES.keys() | hubs.SCHEMA_DECIDES.keys() | hubs.NOT_JUDGED.keys() | hubs.JOINS.keys()
    assert area == dealt & area
    assert {name for name in RULES if name.startswith(("HUB-", "RTE-"))} <= area


@pytest.mark.parametrize("version", LATER)
def test_the_schemas_decide(version):
    assert validator(version, "ClientInfo").errors(info()) == []
    assert [error.pointer for error in validator(version, "ClientInfo").errors(info(status=None))] == ["/status"]


@pytest.mark.parametrize("version", LATER)
@pytest.mark.parametrize(
    ("kind", "prefix"), [("CDR", "cdr_ex"), ("Session", "session_ex"), ("Location", "location_ex")]
)
def test_examples_of_the_specification(version, kind, prefix):
    found = spec_examples(version, f"{prefix}*.json")
    assert found
    for name, value in found:
        assert placed(kind, value, version) == [], name
