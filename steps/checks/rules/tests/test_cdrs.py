"""Each rule on CDRs: an object that keeps it beside one that breaks it, and legal objects that might look wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import RULES, cdrs
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    ALL,
    BOOKINGS,
    LATER,
    V211,
    V221,
    V230,
    cdr,
    credit,
    gravest,
    judged,
    location_211,
    oddities,
    payload,
    period,
    plain,
    price,
    session,
    tariff,
    token,
    with_,
    without,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
SIGNED = {
    "encoding_method": "OCMF",
    "public_key": "aGVsbG8=",
    "signed_values": [{"nature": "Start", "plain_data": "x", "signed_data": "aGVsbG8"}],
}


@pytest.mark.parametrize("version", ALL)
def test_the_sample_is_valid_and_flawless(version):
    for value in (cdr(version), credit(version) if version != V211 else cdr(version)):
        assert validator(version, "CDR").errors(value) == []
        assert gravest("cdrs", "CDR", value, version) == {}
        for name, rules in RULES.items():
            if name.startswith("CDR-") and (version != V211 or name not in {"CDR-058", "CDR-047"}):
                found = [flaw for entry in rules if entry.kind == "CDR" for flaw in entry.flaws([value], version)]
                assert not [flaw for flaw in found if name != "CDR-008"], name


def end(version):
    return "stop_date_time" if version == V211 else "end_date_time"


def located(**members):
    return {"cdr_location": {**cdr(V221)["cdr_location"], **members}}


# requirement, versions, members that break it, (pointer, verdict at most)
BREACHES = [
    ("CDR-005", LATER, {"credit": True, "credit_reference_id": "cdr1"}, "/id", FAILED),
    ("CDR-006", LATER, {"credit_reference_id": "CDR0"}, "/credit", FAILED),
    ("CDR-006", LATER, {"credit": False, "credit_reference_id": "CDR0"}, "/credit", FAILED),
    ("CDR-007", LATER, {"credit": True}, "/credit_reference_id", FAILED),
    ("CDR-007", LATER, {"credit": True, "credit_reference_id": ""}, "/credit_reference_id", FAILED),
    ("CDR-048", LATER, {"id": "x" * 37}, "/id", FAILED),
    ("CDR-050", ALL, {"start_date_time": "2024-03-05T12:00:06Z"}, "END", FAILED),
    ("CDR-066", LATER, {"start_date_time": "1970-01-01T00:00:00Z"}, "/start_date_time", FAILED),
    ("CDR-066", LATER, {"end_date_time": "1970-1-1T00:00:00Z"}, "/end_date_time", FAILED),
    ("CDR-074", ALL, {"start_date_time": "2024-03-05T10:02:00Z"}, "/charging_periods/0/start_date_time", FAILED),
    ("CDR-061", ALL, {"total_energy": 15.1}, "/total_energy", FAILED),
    ("CDR-061", ALL, {"total_energy": 15000}, "/total_energy", FAILED),
    ("CDR-062", ALL, {"total_time": 1.9}, "/total_time", FAILED),
    ("CDR-062", ALL, {"total_time": 120}, "/total_time", FAILED),
    ("CDR-063", ALL, {"total_parking_time": 2.1}, "/total_parking_time", FAILED),
    ("CDR-063", ALL, {"total_parking_time": 30}, "/total_parking_time", FAILED),
    ("CDR-063", ALL, {"total_parking_time": 0.7}, "/total_parking_time", OBSERVED),
    ("CDR-064", ALL, {"total_parking_time": 0.7}, "/total_time", FAILED),
    ("CDR-070", ALL, {"total_energy": 0.015}, "/charging_periods", FAILED),
    ("CDR-056", ALL, {"currency": "EUX"}, "/currency", FAILED),
    ("CDR-056", ALL, {"currency": "eur"}, "/currency", ADVISED),
    ("CDR-057", ALL, {"tariffs": []}, None, FAILED),
    ("CDR-098", ALL, {"currency": "GBP"}, "/tariffs/0/currency", FAILED),
    ("CDR-072", LATER, located(evse_id="#NA"), "/cdr_location/evse_id", FAILED),
    ("CDR-072", LATER, located(connector_id="#na"), "/cdr_location/connector_id", FAILED),
    ("CDR-076", LATER, {"signed_data": {**SIGNED, "public_key": "not/base64!"}}, "/signed_data/public_key", FAILED),
    ("CDR-076", LATER, {"signed_data": {**SIGNED, "public_key": "aGVsb"}}, "/signed_data/public_key", FAILED),
    ("CDR-077", LATER, {"signed_data": with_(SIGNED, "Pause", "signed_values", 0, "nature")},
     "/signed_data/signed_values/0/nature", FAILED),
    ("CDR-093", LATER, {"country_code": "ZY"}, "/country_code", FAILED),
    ("CDR-095", LATER, located(country="NLX"), "/cdr_location/country", FAILED),
    ("CDR-095", LATER, located(country="nld"), "/cdr_location/country", ADVISED),
    ("CDR-097", LATER, located(evse_id="1234"), "/cdr_location/evse_id", FAILED),
    ("CDR-055", (V211,), {"location": with_(location_211(), location_211()["evses"] * 2, "evses")},
     "/location/evses", FAILED),
    ("CDR-055", (V211,), {"location": without(location_211(), "evses")}, "/location/evses", ADVISED),
    ("CDR-055", (V211,), {"location": with_(location_211(), [], "evses", 0, "connectors")},
     "/location/evses/0/connectors", ADVISED),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "versions", "members", "pointer", "verdict"), BREACHES)
def test_breach(requirement, versions, members, pointer, verdict):
    for version in versions:
        assert judged(requirement, "CDR", [cdr(version)], version) == []
        pointers = {"END": f"/{end(version)}", None: "/tariffs" if version == V211 else "/charging_periods/0/tariff_id"}
        found = judged(requirement, "CDR", [cdr(version, **members)], version)
        assert found[:1] == [(pointers.get(pointer, pointer), verdict, 0)], version


def periods(*parts):
    return {"charging_periods": list(parts)}


PERIOD_BREACHES = [
    ("CDR-067", LATER, periods(period("10:00", ENERGY=1, STATE_OF_CHARGE=50)),
     "/charging_periods/0/dimensions/1/type", FAILED),
    ("CDR-070", ALL, periods(period("10:00", TIME=90), period("11:30", PARKING_TIME=30)), "/charging_periods", FAILED),
    ("CDR-070", ALL, periods(period("10:00", TIME=5400), period("11:30", PARKING_TIME=1800)),
     "/charging_periods", FAILED),
    ("CDR-074", ALL, periods(period("10:00", TIME=2), period("12:02", TIME=0)),
     "/charging_periods/1/start_date_time", FAILED),
    ("CDR-074", ALL, periods(period("11:00", TIME=2), period("10:00", TIME=0)),
     "/charging_periods/1/start_date_time", ADVISED),
    ("CDR-074", ALL, periods(period("10:00", TIME=2), period("10:00", TIME=0)),
     "/charging_periods/1/start_date_time", ADVISED),
    ("CDR-092", ALL, periods(period("10:00", TIME=1), period("11:00", TIME=1)), "/charging_periods", FAILED),
    ("CDR-092", ALL, periods(period("10:00", ENERGY=7), period("11:00", ENERGY=8)), "/charging_periods", FAILED),
    ("CDR-058", LATER, periods(period("10:00", None, ENERGY=15, TIME=2)), "/charging_periods", FAILED),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "versions", "members", "pointer", "verdict"), PERIOD_BREACHES)
def test_breach_in_periods(requirement, versions, members, pointer, verdict):
    for version in versions:
        assert judged(requirement, "CDR", [cdr(version)], version) == []
        found = judged(requirement, "CDR", [plain(version, cdr(version, **members))], version)
        assert found == [(pointer, verdict, 0)], version


def test_a_dimension_type_twice():
    twice = with_(period("10:00", ENERGY=1), [{"type": "ENERGY", "volume": 1}] * 2, "dimensions")
    for version in ALL:
        found = judged("CDR-075", "CDR", [cdr(version, charging_periods=[twice])], version)
        assert found == [("/charging_periods/0/dimensions/1/type", FAILED, 0)]
        assert judged("CDR-075", "CDR", [cdr(version)], version) == []


@pytest.mark.parametrize(("volume", "count"), [(0, 0), (100, 0), (-0.1, 1), (101, 1)])
def test_state_of_charge(volume, count):
    for version in LATER:
        value = session(version, charging_periods=[period("10:00", STATE_OF_CHARGE=volume)])
        assert len(judged("CDR-069", "Session", [value], version)) == count


RESERVED = {
    "session_id": None,
    "total_energy": 0,
    "total_time": 0,
    "total_parking_time": None,
    "charging_periods": [period("10:00", RESERVATION_TIME=2.0)],
    **located(evse_uid="#NA", evse_id="#NA", connector_id="#NA"),
}
LEGAL = [
    (LATER, {"id": "x" * 39, "credit": True, "credit_reference_id": "CDR1"}),
    (ALL, {"start_date_time": "2024-03-05T10:00:00", "last_updated": "2024-03-05T12:00:30.123Z"}),
    (ALL, {"total_time": 2.01, "total_energy": 15.02}),
    (ALL, {"total_parking_time": None}),
    (ALL, {"currency": "HRK"}),
    (LATER, {"start_date_time": "1970-01-01T00:00:00Z"}),
    (LATER, {"end_date_time": "1970-01-01T00:00:00Z"}),
    (LATER, RESERVED),
    (LATER, {**RESERVED, "total_time": 2.0}),
    (LATER, {"signed_data": with_(SIGNED, "-_8=", "public_key")}),
    (LATER, {"signed_data": with_(SIGNED, "aGVs\r\nbG8=\n", "public_key")}),
    (LATER, located(country="XKX", evse_id="DEABCE123")),
    (LATER, {"country_code": "XK"}),
    (LATER, {"country_code": "nl"}),
    (LATER, {"id": 5, "credit": "yes", "credit_reference_id": [], "cdr_token": "x", "cdr_location": [], "tariffs": {},
             "charging_periods": [1, {"dimensions": "x", "start_date_time": 5}], "signed_data": 5, "total_cost": "4.00",
             "start_date_time": "yesterday", "end_date_time": 5, "currency": 5, "country_code": 5, "total_time": True}),
    ((V211,), {"location": "x", "tariffs": None, "charging_periods": None, "total_cost": "2.00", "id": None}),
    (ALL, {"unknown": {"a": 1}, "total_cost": 10**400, "total_energy": 10**400}),
]  # fmt: skip


@pytest.mark.parametrize(("versions", "members"), LEGAL)
def test_legal_or_of_wrong_shape(versions, members):
    for version in versions:
        assert gravest("cdrs", "CDR", cdr(version, **members), version) == {}, version


def test_pauses_and_reservations_in_total_time():
    for version in LATER:
        paused = cdr(version, total_parking_time=0.9, charging_periods=[
            period("10:00", ENERGY=10, TIME=0.8), period("10:48", ENERGY=0, MAX_POWER=0),
            period("11:12", ENERGY=5, TIME=0.8),
        ])  # fmt: skip
        assert gravest("cdrs", "CDR", paused, version) == {}
        reserved = [period("10:00", RESERVATION_TIME=0.5), period("10:30", ENERGY=15, TIME=1.5)]
        for total in (2.0, 1.5):
            value = cdr(version, charging_periods=reserved, total_time=total, total_parking_time=0)
            assert judged("CDR-062", "CDR", [value], version) == []


def test_energy_without_a_sum_is_not_judged():
    for version in ALL:
        apart = cdr(
            version, total_energy=9, charging_periods=[period("10:00", ENERGY=15), period("11:30", PARKING_TIME=1)]
        )
        assert judged("CDR-061", "CDR", [apart], version) == []
        back = cdr(version, total_energy=9, charging_periods=[period("10:00", ENERGY=15), period("11:30", ENERGY=-5)])
        assert judged("CDR-061", "CDR", [back], version) == []


def test_minutes_of_parking_by_chance_are_advice():
    for version in ALL:
        parts = [period("10:00", TIME=0.8), period("10:48", ENERGY=0), period("11:58", PARKING_TIME=0.02)]
        value = cdr(version, charging_periods=parts, total_parking_time=1.2)
        assert judged("CDR-063", "CDR", [value], version) == [("/total_parking_time", ADVISED, 0)]


# Credit CDRs


@pytest.mark.parametrize("version", LATER)
def test_credit_that_is_right(version):
    seen = [cdr(version), credit(version), cdr(version), cdr(version, id="CDR2")]
    for requirement in ("CDR-008", "CDR-009", "CDR-010", "CDR-011", "CDR-047"):
        assert judged(requirement, "CDR", seen, version) == [], requirement


@pytest.mark.parametrize("version", LATER)
def test_reference_to_what_was_never_seen(version):
    assert judged("CDR-008", "CDR", [credit(version)], version) == [("/credit_reference_id", OBSERVED, 0)]
    assert list(cdrs.refers_to(credit(version), cdr(version, id="cdr1"), version)) == []
    assert [f.pointer for f in cdrs.refers_to(credit(version), cdr(version, id="X"), version)] == [
        "/credit_reference_id"
    ]


@pytest.mark.parametrize("version", LATER)
def test_credit_with_other_data(version):
    for members, pointer, verdict in (
        ({"session_id": None}, "/session_id", FAILED),
        ({"auth_method": "COMMAND"}, "/auth_method", FAILED),
        ({"charging_periods": []}, "/charging_periods", FAILED),
        ({"total_energy_cost": None}, "/total_energy_cost", FAILED),
        ({"remark": "Credit"}, "/remark", OBSERVED),
    ):
        seen = [cdr(version, remark="x"), credit(version, remark="x"), credit(version, **{"remark": "x", **members})]
        assert judged("CDR-009", "CDR", seen, version) == [(pointer, verdict, 2)]


def test_credit_amounts():
    for version, members, pointer in (
        (V221, {"total_cost": {"excl_vat": 4.5, "incl_vat": -4.95}}, "/total_cost/excl_vat"),
        (V221, {"total_cost": {"excl_vat": -4.5}}, "/total_cost/incl_vat"),
        (V221, {"total_energy_cost": {"excl_vat": -3.0, "incl_vat": 3.3}}, "/total_energy_cost/excl_vat"),
        (V221, {"total_energy": -15}, "/total_energy"),
        (V230, {"total_cost": {"before_taxes": -4.5, "taxes": [{"name": "VAT", "percentage": 10, "amount": 0.45}]}},
         "/total_cost/taxes/0/amount"),
        (V230, {"total_cost": {"before_taxes": -4.5}}, "/total_cost/taxes/0/amount"),
        (BOOKINGS, {"total_cost": {"before_taxes": 4.5, "taxes": [{"name": "VAT", "amount": -0.45}]}},
         "/total_cost/before_taxes"),
    ):  # fmt: skip
        seen = [cdr(version), credit(version, **members)]
        assert judged("CDR-010", "CDR", seen, version) == [(pointer, FAILED, 1)], (version, members)


def test_taxes_in_another_order():
    taxes = [{"name": "GST", "amount": 1.0}, {"name": "GST", "amount": 2.0}, {"name": "PST", "amount": 0.5}]
    turned = [{"name": tax["name"], "amount": -tax["amount"]} for tax in reversed(taxes)]
    seen = [
        cdr(V230, total_cost={"before_taxes": 4.5, "taxes": taxes}),
        credit(V230, total_cost={"before_taxes": -4.5, "taxes": turned}),
    ]
    assert judged("CDR-010", "CDR", seen, V230) == []


@pytest.mark.parametrize("version", LATER)
def test_replacement(version):
    seen = [cdr(version), credit(version)]
    marked = cdr(version, id="CDR2", credit_reference_id="CDR1")
    assert judged("CDR-011", "CDR", [*seen, marked], version) == [("/credit_reference_id", FAILED, 2)]
    reused = cdr(version, total_energy=14)
    assert judged("CDR-011", "CDR", [*seen, reused], version) == [("/id", FAILED, 2)]
    unmarked = without(credit(version, id="CDR1-D"), "credit")
    assert judged("CDR-011", "CDR", [*seen, unmarked], version) == []
    assert judged("CDR-011", "CDR", [*seen, cdr(version, id="CDR2", credit=False)], version) == []


@pytest.mark.parametrize("version", ALL)
def test_shared_ids(version):
    requirement = "CDR-082" if version == V211 else "CDR-047"
    assert judged(requirement, "CDR", [cdr(version), cdr(version), cdr(version, total_energy=1)], version) == []
    other = cdr(version, id="cdr1", start_date_time="2024-03-05T10:30:00Z")
    assert judged(requirement, "CDR", [cdr(version), other], version) == [("/id", FAILED, 1)]
    if version != V211:
        foreign = cdr(version, party_id="OTH", start_date_time="2024-03-05T10:30:00Z")
        assert judged(requirement, "CDR", [cdr(version), foreign], version) == []
        assert judged(requirement, "CDR", [cdr(version), credit(version, id="CDR1")], version) == [("/id", FAILED, 1)]


# Between objects of several classes


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pointers(found):
    return [(flaw.pointer, flaw.at_most) for flaw in found]


@pytest.mark.parametrize("version", ALL)
def test_session_over_when_received(version):
    assert pointers(cdrs.ended_when_received(cdr(version), version, at("2024-03-05T11:56:00"))) == []
    found = cdrs.ended_when_received(cdr(version), version, at("2024-03-05T11:00:00"))
    assert pointers(found) == [(f"/{end(version)}", FAILED)]


@pytest.mark.parametrize("version", ALL)
def test_read_again(version):
    same = cdr(version, last_updated="2024-03-07T00:00:00Z", remark=None, start_date_time="2024-03-05T10:00:00.000")
    assert pointers(cdrs.unchanged(cdr(version), same, version)) == []
    assert pointers(cdrs.last_updated_is_constant(cdr(version), same, version)) == [("/last_updated", FAILED)]
    assert pointers(cdrs.last_updated_is_constant(cdr(version), cdr(version), version)) == []
    changed = cdr(version, total_energy=14, remark="x")
    assert {pointer for pointer, _ in pointers(cdrs.unchanged(cdr(version), changed, version))} == {
        "/total_energy",
        "/remark",
    }


def test_live_location_in_2_1_1_is_advice():
    after = with_(cdr(V211), "CHARGING", "location", "evses", 0, "status")
    assert pointers(cdrs.unchanged(cdr(V211), after, V211)) == [("/location/evses/0/status", ADVISED)]


def test_cdrs_of_others_are_noted():
    assert pointers(cdrs.for_other_parties(cdr(V221), V221, [("de", "msp")])) == []
    assert pointers(cdrs.for_other_parties(cdr(V221), V221, [("DE", "OTH")])) == [("/cdr_token", OBSERVED)]


def test_data_of_the_start():
    before = {"id": "LOC1", "address": "Stationsweg 1", "city": "Utrecht"}
    after = {**before, "address": "Laan 2", "city": "Utrecht (NL)"}
    assert pointers(cdrs.data_as_at_start(cdr(V221), V221, "Location", before, after)) == []
    late = cdr(V221, **located(address="Laan 2", city="UTRECHT"))
    assert pointers(cdrs.data_as_at_start(late, V221, "Location", before, after)) == [("/cdr_location/address", FAILED)]
    renewed = {**token(), "contract_id": "DEMSPC99999999X"}
    assert pointers(cdrs.data_as_at_start(cdr(V221), V221, "Token", renewed, token())) == [
        ("/cdr_token/contract_id", FAILED)
    ]
    current = cdr(V221)["tariffs"][0]
    old = tariff(V221, name="t1")
    assert pointers(cdrs.data_as_at_start(cdr(V221), V221, "Tariff", old, current)) == [("/tariffs/0/elements", FAILED)]
    assert pointers(cdrs.data_as_at_start(cdr(V221), V221, "Tariff", {**old, "id": "T9"}, current)) == []
    # null says no more than no field at all, in whatever depth.
    spelt_out = {**current, "elements": [{**element, "restrictions": None} for element in current["elements"]]}
    assert pointers(cdrs.data_as_at_start(cdr(V221), V221, "Tariff", spelt_out, current)) == []
    assert pointers(cdrs.data_as_at_start(cdr(V221), V221, "Tariff", old, spelt_out)) == [
        ("/tariffs/0/elements", FAILED)
    ]


def test_start_of_the_session():
    def found(start, *, reserved=False, **members):
        value = cdr(V221, start_date_time=start, **members)
        return pointers(cdrs.starts_with_session(value, V221, session(V221), reserved=reserved))

    assert found("2024-03-05T10:00:30Z") == []
    assert found("2024-03-05T10:10:00Z") == [("/start_date_time", FAILED)]
    assert found("2024-03-05T09:30:00Z") == [("/start_date_time", FAILED)]
    assert found("2024-03-05T09:30:00Z", reserved=True) == []
    assert found("1970-01-01T00:00:00Z") == []


def test_session_id():
    assert pointers(cdrs.session_is_named(cdr(V221), V221)) == []
    assert pointers(cdrs.session_is_named(cdr(V221, session_id=None), V221)) == [("/session_id", FAILED)]
    assert pointers(cdrs.session_is_named(cdr(V221, **RESERVED), V221)) == []
    assert pointers(cdrs.session_is_known(cdr(V221), V221, [session(V221, id="s1")])) == []
    assert pointers(cdrs.session_is_known(cdr(V221), V221, [])) == [("/session_id", OBSERVED)]


def test_energy_of_the_session():
    assert pointers(cdrs.energy_not_in_wh(cdr(V221), V221, session(V221))) == []
    assert pointers(cdrs.energy_not_in_wh(cdr(V221, total_energy=15000), V221, session(V221))) == [
        ("/total_energy", FAILED)
    ]


def test_token_of_the_session():
    assert pointers(cdrs.names_token(cdr(V221), V221, {**token(), "uid": "012345678", "party_id": "msp"})) == []
    assert pointers(cdrs.names_token(cdr(V221), V221, {**token(), "type": "APP_USER"})) == [("/cdr_token/type", FAILED)]
    assert pointers(cdrs.names_token(cdr(V221), V221, {**token(), "uid": "X"})) == [("/cdr_token/uid", FAILED)]


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("DE8ACC12E46L89", True),
        ("NL-TST-C12345678-S", True),
        ("de8acc12e46l89", True),
        ("DE*8AA*CA2B3C4*D", False),
        ("DE*8AA*A2B3C4*D", True),
        ("12345", False),
    ],
)
def test_contract_id(value, right):
    held = cdr(V221, cdr_token={**token(), "contract_id": value})
    assert (pointers(cdrs.contract_id_format(held, V221, [])) == []) == right
    assert pointers(cdrs.contract_id_format(held, V221, [{"contract_id": value.upper()}])) == []


def test_booking():
    assert pointers(cdrs.names_booking(cdr(BOOKINGS, booking_id="B1"), BOOKINGS, "b1")) == []
    assert pointers(cdrs.names_booking(cdr(BOOKINGS, booking_id="B2"), BOOKINGS, "B1")) == [("/booking_id", FAILED)]
    assert pointers(cdrs.names_booking(cdr(BOOKINGS), BOOKINGS, "B1")) == [("/booking_id", OBSERVED)]


def test_owner_of_the_credentials():
    assert pointers(cdrs.owner_of_cdr(cdr(V221), V221, [("NL", "cpo")])) == []
    assert pointers(cdrs.owner_of_cdr(cdr(V221), V221, [("NL", "OTH")])) == [("/party_id", ADVISED)]
    assert pointers(cdrs.owner_of_cdr(cdr(V221), V221, [])) == []
    assert pointers(cdrs.owner_of_cdr(cdr(V211), V211, [("NL", "OTH")])) == []


def test_place_of_the_session():
    assert pointers(cdrs.place_of_session(cdr(V221), V221, session(V221, evse_uid="e1"))) == []
    assert pointers(cdrs.place_of_session(cdr(V221), V221, session(V221, evse_uid="#NA"))) == []
    assert pointers(cdrs.place_of_session(cdr(V221), V221, session(V221, location_id="L2"))) == [
        ("/cdr_location/id", FAILED)
    ]


def test_postal_code():
    known = {"id": "LOC1", "postal_code": "3511 AB"}
    assert pointers(cdrs.postal_code_of_location(cdr(V221), V221, known)) == []
    bare = cdr(V221, **located(postal_code=None))
    assert pointers(cdrs.postal_code_of_location(bare, V221, known)) == [("/cdr_location/postal_code", FAILED)]
    assert pointers(cdrs.postal_code_of_location(bare, V221, {"id": "LOC1"})) == []


# The whole area


@pytest.mark.parametrize("version", ALL)
def test_no_shape_is_too_odd(version):
    rules = [
        entry for name, found in RULES.items() if name.startswith("CDR-") for entry in found if entry.kind == "CDR"
    ]
    base = cdr(version, signed_data=SIGNED, credit=False, credit_reference_id=None)
    for odd in oddities(base):
        for entry in rules:
            for flaw in entry.flaws([base, odd, odd], version):
                assert {type(flaw.expected), type(flaw.actual)} == {str}
                assert flaw.pointer.startswith("/")


def test_every_payload_entry_is_dealt_with():
    dealt = (RULES.keys() | cdrs.SCHEMA_DECIDES.keys() | cdrs.NOT_JUDGED.keys() | cdrs.JOINS.keys()) & payload("cdrs")
    assert payload("cdrs") - dealt == set()
    assert {name for name in RULES if name.startswith("CDR-")} <= payload("cdrs")
    for table in (cdrs.SCHEMA_DECIDES, cdrs.NOT_JUDGED):
        assert table.keys() <= payload("cdrs") - RULES.keys() - cdrs.JOINS.keys()


@pytest.mark.parametrize(
    ("version", "members", "kind"),
    [
        (V221, {"total_energy": None}, "null"),
        (V211, {"auth_method": "COMMAND"}, "enum"),
        (V211, {"total_cost": {"excl_vat": 1}}, "number"),
        (V221, {"charging_periods": [period("10:00", RESERVATION_OVERTIME=1)]}, "enum"),
        (BOOKINGS, {"signed_data": with_(SIGNED, "x" * 5001, "signed_values", 0, "plain_data")}, "length"),
    ],
)
def test_the_schemas_decide(version, members, kind):
    assert [error.kind for error in validator(version, "CDR").errors(cdr(version, **members))][:1] == [kind]


def test_the_schemas_allow():
    longer = with_(SIGNED, "x" * 5000, "signed_values", 0, "plain_data")
    assert validator(BOOKINGS, "CDR").errors(cdr(BOOKINGS, signed_data=longer)) == []
    over = [period("10:00", RESERVATION_OVERTIME=1, RESERVATION_EXPIRES=1)]
    assert validator(BOOKINGS, "CDR").errors(cdr(BOOKINGS, charging_periods=over)) == []
    flat = plain(V211, cdr(V211, charging_periods=[period("10:00", FLAT=1)]))
    assert validator(V211, "CDR").errors(flat) == []
    assert price(V211, 1) == 1


@pytest.mark.parametrize("version", ALL)
def test_examples_of_the_specification(version):
    found = spec_examples(version, "mod_cdrs_*.json" if version == V211 else "cdr_example*.json")
    assert found
    for name, value in found:
        assert gravest("cdrs", "CDR", value, version) == {}, name


@pytest.mark.parametrize("version", LATER)
def test_time_of_a_reservation(version):
    def held(hours, *rest):
        return cdr(version, charging_periods=[period("10:00", RESERVATION_TIME=hours), *rest])

    charging = period("10:30", ENERGY=15.0, TIME=1.5)
    assert judged("CDR-101", "CDR", [held(0.5, charging)], version) == []
    assert judged("CDR-101", "CDR", [held(30.0, charging)], version) == [("/charging_periods/0/dimensions", FAILED, 0)]
    assert judged("TAR-056", "CDR", [held(0.5, charging)], version) == []
    late = held(0.5, charging, period("11:00", RESERVATION_TIME=0.5))
    assert judged("TAR-056", "CDR", [late], version) == [("/charging_periods/2", FAILED, 0)]


@pytest.mark.parametrize("version", LATER)
def test_current_of_all_phases(version):
    def at(current, power_type="AC_3_PHASE"):
        place = cdr(version)["cdr_location"] | {"connector_power_type": power_type}
        return cdr(version, cdr_location=place, charging_periods=[period("10:00", ENERGY=40.0, MAX_CURRENT=current)])

    assert judged("CDR-102", "CDR", [at(96.0)], version) == []
    assert judged("CDR-102", "CDR", [at(32.0)], version) == [("/charging_periods/0/dimensions", FAILED, 0)]
    assert judged("CDR-102", "CDR", [at(32.0, "DC")], version) == []
