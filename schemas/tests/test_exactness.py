"""Each constraint with a sample that passes beside one that fails, in every edition that has it."""

import copy

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.schemas.errors import KINDS
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.schemas.overlay import AS_LONG_AS_COPIED
from ocpi_conformance.schemas.tests.samples import minimal, sample

ALL = schemas.VERSIONS
CORE = ("2.1.1", "2.2.1", "2.3.0")
LATER = ("2.2.1", "2.3.0")

CASES = [
    # versions, class, member, values that pass, values that fail, kind
    (ALL, "Version", "url", ["https://a.example", "http://10.0.0.1:8080/x?y=%20#z", "HTTPS://a.example/",
     "mailto:a@b.example"],
     ["a.example", "example.com:8080/x", "/relative", "", "https://", "https://a b", "https://a.example\n",
     "//a.example",
      "https://a.example/" + "x" * 255], "url"),
    (ALL, "Version", "url", ["https://a.example/" + "x" * 237], [5, True, {}, ["https://a.example"]], "type"),
    (ALL, "Response", "timestamp",
     ["2015-06-29T20:39:09Z", "2015-06-29T20:39:09", "2016-12-29T17:45:09.2Z", "2018-01-01T01:08:01.123",
     "2000-02-29T00:00:00Z",
      "2024-02-29T00:00:00Z", "2016-12-31T23:59:60Z", "2018-01-01T01:08:01.1234Z"],
     ["2015-06-29T20:39:09+00:00", "2015-06-29T20:39:09+0000", "2015-06-29T20:39:09-01:00", "2015-06-29 20:39:09Z",
      "2015-06-29t20:39:09z", "2015-06-29T20:39Z", "2015-06-29", "20150629T203909Z", "2015-6-29T20:39:09Z",
      "2015-13-01T00:00:00Z",
      "2015-02-30T00:00:00Z", "2015-04-31T00:00:00Z", "2015-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
      "2015-06-29T24:00:00Z",
      "2015-06-29T20:60:09Z", "2015-06-29T20:39:61Z", "2015-06-29T20:39:09.Z", "2015-06-29T20:39:09Z\n", "",
      "1970-1-1T00:00:00Z",
      "2015-06-29T20:39:09ZZ", "\u0662015-06-29T20:39:09Z", "2018-01-01T01:08:01.12345Z"], "datetime"),
    (ALL, "Response", "status_code", [1000, 2001, 1000.0], [1000.5], "integer"),
    (ALL, "Response", "status_code", [1000], ["1000", True], "integer"),
    (ALL, "EnergySource", "percentage", [0, 100, 33.3333], [-1, 100.1], "range"),
    (ALL, "EnergySource", "percentage", [50], ["50", True, [50]], "number"),
    (ALL, "EnergyMix", "is_green_energy", [True, False], ["true", 1, 0], "type"),
    (ALL, "RegularHours", "weekday", [1, 7], [0, 8, -1], "range"),
    (ALL, "RegularHours", "period_begin", ["00:00", "23:59"], ["24:00", "8:00", "08:60", "0800"], "pattern"),
    (ALL, "RegularHours", "period_end", ["19:45"], ["7:45", "24:00", "ab:cd"], "pattern"),
    (ALL, "TariffRestrictions", "start_time", ["13:30", None], ["1330", "24:00"], "pattern"),
    (LATER, "TariffRestrictions", "start_date", ["2015-12-24", None], ["2015-12-32", "2015-13-24", "0999-12-24"],
     "pattern"),
    (("2.1.1",), "GeoLocation", "latitude", ["50.770774", "-50.770774"], ["50.77077", "50,770774", "1e1"], "pattern"),
    (LATER, "GeoLocation", "latitude", ["50.77077", "50.7707741", "-50.7707741"], ["50.7707", "50.77077411",
     "+50.77077"], "pattern"),
    (LATER, "GeoLocation", "longitude", ["126.10496", "-126.1049651"], ["1260.10496", ".104965", "126.1"], "pattern"),
    (ALL, "GeoLocation", "latitude", ["50.770774"], [50.770774], "type"),
    (ALL, "Image", "width", [99999, None, 0], [100000], "length"),
    (("2.1.1",), "CDR", "id", ["a" * 36], ["a" * 37], "length"),
    (LATER, "CDR", "id", ["a" * 39], ["a" * 40], "length"),
    (ALL, "CDR", "id", ["az AZ~!"], ["\u00e9", "a\tb", "a\n", "\x7f", "\u200b"], "ci-string"),
    (("2.1.1",), "Location", "city", ["Arnhem"], ["Malm\u00f6", "a\tb", "Arnhem\n"], "ascii-string"),
    (LATER, "Location", "city", ["Arnhem", "Malm\u00f6", "\u6771\u4eac", "\U0001f50c" * 45],
     ["a\tb", "a\rb", "Arnhem\n", "\x00", "\x7f", "\x85", "\u2028"], "control-character"),
    (LATER, "Location", "city", ["\u00f6" * 45], ["\u00f6" * 46], "length"),
    (("2.1.1",), "Location", "address", ["a" * 45], ["a" * 46], "length"),
    (ALL, "Connector", "format", ["SOCKET", "CABLE"], ["socket", "PLUG", "", "CABLE "], "enum"),
    (("2.1.1", "2.2.1"), "Connector", "standard", ["CHADEMO", "IEC_60309_2_single_16"], ["MCS_X", "chademo"], "enum"),
    (ALL, "EVSE", "status", ["AVAILABLE"], [1, ["AVAILABLE"]], "type"),
    (ALL, "EVSE", "uid", ["1"], [None], "null"),
    (ALL, "EVSE", "images", [[], None], [{}, "x"], "type"),
    (("2.1.1", "2.2.1"), "EVSE", "capabilities", [[], None, ["RESERVABLE", "RESERVABLE"]], [["FLYING"]], "enum"),
    (ALL, "EVSE", "connectors", [], [[], None], "min-items"),
    (ALL, "VersionDetails", "endpoints", [], [[], None], "min-items"),
    (LATER, "Credentials", "roles", [], [[], None], "min-items"),
    (("2.1.1",), "Credentials", "token", ["a" * 64], ["a" * 65], "length"),
    (("2.3.0-payments",), "FinancialAdviceConfirmation", "eft_data", [["x"]], [[""], ["x" * 256]], "length"),
    (("2.3.0-bookings",), "Booking", "reservation_status", ["FULFILLED"], ["FULLFILLED"], "enum"),
]  # fmt: skip

FLAT = [
    pytest.param(version, name, member, good, bad, kind, id=f"{version}-{name}-{member}-{kind}-{number}")
    for number, (versions, name, member, good, bad, kind) in enumerate(CASES)
    for version in versions
]


@pytest.mark.parametrize(("version", "name", "member", "good", "bad", "kind"), FLAT)
def test_a_value_passes_beside_one_that_fails(version, name, member, good, bad, kind):
    checked = schemas.validator(version, name)
    for value in good:
        assert checked.errors(sample(version, name) | {member: value}) == []
    for value in bad:
        errors = checked.errors(sample(version, name) | {member: value})
        assert errors, value
        assert {error.kind for error in errors} == {kind}, value
        assert all(error.pointer.startswith(f"/{member}") and error.severity == "error" for error in errors)
        assert all(len(str(error)) < 500 and error.anchor for error in errors)


def everything():
    return [(version, name) for version in ALL for name in edition(version).classes]


@pytest.mark.parametrize(("version", "name"), everything())
def test_full_and_minimal_samples_pass(version, name):
    checked = schemas.validator(version, name)
    assert checked.errors(sample(version, name)) == []
    assert checked.errors(minimal(version, name)) == []


@pytest.mark.parametrize(("version", "name"), everything())
def test_each_row_of_the_table_is_enforced(version, name):
    """Absent, null, too long and of the wrong type: for each property what its row says, and nothing else."""
    checked = schemas.validator(version, name)
    full = sample(version, name)
    for row in edition(version).classes[name].properties.values():
        absent = {member: value for member, value in full.items() if member != row.name}
        missing = "min-items" if row.card == "+" else "required"
        assert [error.kind for error in checked.errors(absent)] == ([missing] if row.required else [])
        null = "min-items" if row.card == "+" else "null"
        nullable = row.card in {"?", "*", "* or ?"}
        assert [error.kind for error in checked.errors(full | {row.name: None})] == ([] if nullable else [null])
        if row.type in {"string", "CiString"} and row.length and row.name not in {"latitude", "longitude"}:
            long = "1" * (AS_LONG_AS_COPIED.get((name, row.name), row.length) + 1)
            errors = checked.errors(full | {row.name: [long] if row.is_list else long})
            assert "length" in {error.kind for error in errors}
        if row.card != "* or ?":
            wrong = checked.errors(full | {row.name: {"odd": 1} if row.is_list else [1]})
            assert [error.pointer for error in wrong] == [f"/{row.name}"]


@pytest.mark.parametrize("version", ALL)
def test_every_enum_is_closed_unless_open(version):
    for name, enum in edition(version).enums.items():
        checked = schemas.validator(version, name)
        assert all(checked.errors(value) == [] for value in enum.values)
        kinds = [error.kind for error in checked.errors("NOT_A_VALUE")]
        assert kinds == ([] if enum.open else ["enum"])
        assert [error.kind for error in checked.errors(5)] == ["type"]


def test_the_open_enums_of_2_3_0_are_those_of_the_text():
    assert sorted(name for name, enum in edition("2.3.0").enums.items() if enum.open) == [
        "Capability", "CommandType", "ConnectorCapability", "ConnectorType", "EnvironmentalImpactCategory", "Facility",
        "ImageCategory", "ModuleID", "ParkingRestriction", "ParkingType", "TokenType", "VehicleType", "VersionNumber",
    ]  # fmt: skip


def test_a_member_of_a_choice_may_be_absent():
    checked = schemas.validator("2.1.1", "Hours")
    assert checked.errors({"twentyfourseven": True}) == []
    assert checked.errors({"regular_hours": [sample("2.1.1", "RegularHours")]}) == []
    assert [error.kind for error in schemas.validator("2.2.1", "Hours").errors({})] == ["required"]


def test_unknown_members_are_no_error():
    for version in ALL:
        assert schemas.validator(version, "Token").errors(sample(version, "Token") | {"NewField": {"x": 1}}) == []


def test_no_kind_of_error_is_without_an_explanation():
    assert {kind for *_, kind in CASES} | {"required", "not-json"} == {
        kind for kind, text in KINDS.items() if not text.startswith("notice")
    }


def test_samples_are_not_shared():
    first = sample("2.2.1", "Location")
    assert copy.deepcopy(first) == sample("2.2.1", "Location")
    first["evses"].clear()
    assert sample("2.2.1", "Location")["evses"]
