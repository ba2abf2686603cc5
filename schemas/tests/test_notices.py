"""What is allowed but told: each notice with a value that raises it and one that does not."""

import json
import zoneinfo

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.schemas.codes import CODE_TABLES, CODED_PROPERTIES, FOLDER
from ocpi_conformance.schemas.errors import KINDS
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.schemas.tests.samples import sample

CASES = [
    ("2.2.1", "Location", {"name": None}, {"name": "x"}, "/name", "null"),
    ("2.2.1", "Location", {"images": None}, {"images": []}, "/images", "null"),
    ("2.2.1", "Location", {"colour": 1}, {}, "/colour", "unknown-field"),
    ("2.2.1", "Location", {"myColour": 1}, {"my_colour2": 1}, "/myColour", "property-name"),
    ("2.2.1", "Location", {"country": "NLX"}, {"country": "NLD"}, "/country", "country-code"),
    ("2.2.1", "Location", {"country": "nld"}, {"country": "DEU"}, "/country", "country-code"),
    ("2.2.1", "Location", {"country_code": "XQ"}, {"country_code": "DE"}, "/country_code", "country-code"),
    ("2.2.1", "Location", {"time_zone": "CEST"}, {"time_zone": "Europe/Oslo"}, "/time_zone", "time-zone"),
    ("2.2.1", "Location", {"time_zone": "europe/oslo"}, {"time_zone": "Asia/Calcutta"}, "/time_zone", "time-zone"),
    ("2.2.1", "Tariff", {"currency": "DEM"}, {"currency": "EUR"}, "/currency", "currency"),
    ("2.2.1", "Tariff", {"currency": "BTC"}, {"currency": "CHF"}, "/currency", "currency"),
    ("2.2.1", "Token", {"language": "EN"}, {"language": "nl"}, "/language", "language"),
    ("2.2.1", "Price", {"excl_vat": 1.23456}, {"excl_vat": 1.2345}, "/excl_vat", "decimals"),
    ("2.2.1", "Price", {"excl_vat": 1e-05}, {"excl_vat": 1e20}, "/excl_vat", "decimals"),
    ("2.2.1", "GeoLocation", {"latitude": "-50.7707741"}, {"latitude": "50.7707741"}, "/latitude", "coordinate-length"),
    ("2.2.1", "CdrLocation", {"address": "x" * 46}, {"address": "x" * 45}, "/address", "copied-length"),
    ("2.3.0", "InvoiceReconciliationRecord", {"cdrs": ["CDR1", "c" * 37]}, {"cdrs": ["c" * 36]}, "/cdrs/1",
     "copied-length"),
    ("2.1.1", "Token", {"last_updated": "2024-01-01T00:00:00.5Z"}, {"last_updated": "2024-01-01T00:00:00Z"},
     "/last_updated", "fraction"),
    ("2.3.0", "Connector", {"standard": "X_NEW"}, {"standard": "MCS"}, "/standard", "open-enum"),
    ("2.3.0", "EVSE", {"capabilities": ["RESERVABLE", "FLYING"]}, {"capabilities": ["RESERVABLE"]},
     "/capabilities/1", "open-enum"),
    ("2.2.1", "Endpoint", {"identifier": "nltnm-tokens"}, {"identifier": "tokens"}, "/identifier", "open-enum"),
    ("2.2.1", "Version", {"version": "2.3.0"}, {"version": "2.2.1"}, "/version", "open-enum"),
]  # fmt: skip


@pytest.mark.parametrize(("version", "name", "told", "untold", "pointer", "kind"), CASES)
def test_a_value_is_told_beside_one_that_is_not(version, name, told, untold, pointer, kind):
    checked = schemas.validator(version, name)
    found = checked.notices(sample(version, name) | told)
    assert (pointer, kind) in {(notice.pointer, notice.kind) for notice in found}
    assert all(notice.severity == "notice" and notice.anchor for notice in found)
    assert checked.errors(sample(version, name) | told) == []
    assert kind not in {notice.kind for notice in checked.notices(sample(version, name) | untold)}


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_a_full_sample_raises_no_notice(version):
    for name in edition(version).classes:
        assert schemas.validator(version, name).notices(sample(version, name)) == []


def test_null_for_a_required_member_is_an_error_and_no_notice():
    checked = schemas.validator("2.2.1", "Token")
    value = sample("2.2.1", "Token") | {"uid": None}
    assert checked.errors(value)
    assert checked.notices(value) == []


def test_a_fraction_is_no_notice_from_2_2_1():
    value = sample("2.2.1", "Token") | {"last_updated": "2024-01-01T00:00:00.5Z"}
    assert schemas.validator("2.2.1", "Token").notices(value) == []


def test_the_number_of_notices_is_bounded():
    value = {f"x{number}": 1 for number in range(50_000)}
    assert len(schemas.validator("2.2.1", "Token").notices(value)) == 1000


def test_every_kind_of_notice_is_explained():
    assert {kind for *_, kind in CASES} - {"null"} | {"disputed"} == {
        kind for kind, text in KINDS.items() if text.startswith("notice")
    }


@pytest.mark.parametrize(
    ("table", "size"), [("alpha-2", 249), ("alpha-3", 249), ("currency", 178), ("language", 183), ("time-zone", 598)]
)
def test_code_tables_are_complete_and_sorted(table, size):
    codes = CODE_TABLES[table]
    data = json.loads((FOLDER / codes.file).read_text(encoding="utf-8"))
    assert len(data["codes"]) == len(codes.current) == size
    assert data["codes"] == sorted(data["codes"])
    assert not codes.current & codes.withdrawn.keys()


def test_no_table_of_codes_is_an_orphan():
    assert {codes.file for codes in CODE_TABLES.values()} == {path.name for path in FOLDER.iterdir()}
    assert set(CODED_PROPERTIES.values()) == set(CODE_TABLES)


def test_time_zones_hold_what_this_system_knows_and_the_links():
    assert {"UTC", "Europe/Kyiv", "Europe/Kiev", "Asia/Calcutta", "US/Pacific"} <= CODE_TABLES["time-zone"].current
    missing = zoneinfo.available_timezones() - CODE_TABLES["time-zone"].current
    assert {name for name in missing if name not in {"localtime", "posixrules"}} == set()


def test_a_withdrawn_currency_tells_its_end():
    assert "withdrawn in 2023-01-14" in (CODE_TABLES["currency"].deviation("HRK") or "")
    assert CODE_TABLES["currency"].deviation("EUR") is None
