"""Data of drivers: which values are found, and that they are shortened wherever they are written."""

from __future__ import annotations

import json

import pytest

from ocpi_conformance.mock_partner.personal import personal_segments, personal_values
from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.mock_partner.safety import Redactor

TOKEN = {"uid": "04A1B2C3D4", "contract_id": "NL-TNM-C12345678-X", "visual_number": "NL TNM 77", "issuer": "TheNew"}
EVSE = {"uid": "3256EVSE", "evse_id": "BE*BEC*E041503001"}


def found(value, **context):
    return set(personal_values(json.dumps(value).encode(), Context(**context)))


@pytest.mark.parametrize(
    ("value", "module", "expected"),
    [
        ({"data": [TOKEN]}, "tokens", {"04A1B2C3D4", "NL-TNM-C12345678-X", "NL TNM 77"}),
        (TOKEN, "tokens", {"04A1B2C3D4", "NL-TNM-C12345678-X", "NL TNM 77"}),
        ({"cdr_token": TOKEN}, "sessions", {"04A1B2C3D4", "NL-TNM-C12345678-X", "NL TNM 77"}),
        ({"token": {"uid": "04A1B2C3D4"}, "response_url": "http://a.test"}, "commands", {"04A1B2C3D4"}),
        ({"data": {"auth_id": "DE8ACC12E46L89", "location": {"evses": [EVSE]}}}, "cdrs", {"DE8ACC12E46L89"}),
        ({"publish_allowed_to": [{"uid": "04A1B2C3D4"}], "evses": [EVSE]}, "locations", {"04A1B2C3D4"}),
        ({"access_information": [{"method": "LICENSE_PLATE", "value": "AB-12-CD"}]}, "bookings", {"AB-12-CD"}),
        ({"evses": [EVSE]}, "locations", set()),
        ([1, None, "text"], "tokens", set()),
    ],
)
def test_personal_values_of_a_body(value, module, expected):
    assert found(value, module=module) == expected


def test_a_body_that_is_no_json_has_none():
    assert list(personal_values(b'{"auth_id": "DE8ACC', Context(module="sessions"))) == []


def test_the_token_in_a_url_is_personal_and_the_location_is_not():
    ids = (("token_uid", "04A1B2C3D4"), ("location_id", "LOC00001"))
    assert list(personal_segments(Context(module="tokens", ids=ids))) == ["04A1B2C3D4"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/tokens/NL/TNM/04A1B2C3D4?type=RFID", "/tokens/NL/TNM/04[...]D4?type=RFID"),
        ('"AB 12 CD" is not "AB%2012%20CD"', '"AB[...]CD" is not "AB[...]CD"'),
        ("04A1B2C3D4 and 04A1B2C3D4", "04[...]D4 and 04[...]D4"),
        ("104A1B2C3D4, 04A1B2C3D44", "104A1B2C3D4, 04A1B2C3D44"),
        ("04A1B2C3D4-9 is longer", "04[...]-9 is longer"),
        ("plate1", "p[...]1"),
        ("x12 is short", "x12 is short"),
    ],
)
def test_values_are_shortened_as_words(text, expected):
    redactor = Redactor()
    for value in ("04A1B2C3D4", "04A1B2C3D4-9", "AB 12 CD", "plate1", "x12"):
        redactor.add_personal(value)
    assert redactor.text(text) == expected


def test_personal_data_stays_when_asked_for():
    redactor = Redactor(personal_data=True)
    redactor.add_personal("04A1B2C3D4")
    assert redactor.text("04A1B2C3D4") == "04A1B2C3D4"


@pytest.mark.parametrize(("personal_data", "times"), [(False, 0), (True, 3)])
def test_the_journal_holds_them_only_when_asked_for(tmp_path, personal_data, times):
    record = Record(tmp_path / "journal.ndjson", Redactor(personal_data=personal_data))
    request = Request("PUT", "http://a.test/tokens/NL/TNM/04A1B2C3D4", body=json.dumps(TOKEN).encode())
    context = Context(module="tokens", ids=(("token_uid", "04A1B2C3D4"),))
    exchange = record.add(record.begin(), "target", request, Response(200), context)
    record.close()
    assert json.loads(exchange.request.body) == TOKEN
    assert (tmp_path / "journal.ndjson").read_text().count("04A1B2C3D4") == times
