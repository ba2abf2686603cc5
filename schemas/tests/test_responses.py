"""Every endpoint of the text has its class, and whole responses and bodies are judged by it."""

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.schemas.responses import BOTH, RECEIVER, REQUESTS, RESPONSES, SENDER, request, response
from ocpi_conformance.schemas.tests.samples import sample

AROUND = {"status_code": 1000, "timestamp": "2024-01-01T00:00:00Z"}
ROWS = [
    pytest.param(version, endpoint, body, id=f"{version}-{side}-{'-'.join(endpoint)}")
    for side, table in (("response", RESPONSES), ("request", REQUESTS))
    for version, rows in table.items()
    for endpoint, body in rows.items()
]


def found(errors):
    return {error.pointer: error.kind for error in errors}


@pytest.mark.parametrize(("version", "endpoint", "body"), ROWS)
def test_every_row_names_a_class_that_its_edition_has(version, endpoint, body):
    _, interface, method, path = endpoint
    assert set(body.names) <= set(schemas.names(version))
    assert (interface, body.card) in {(side, card) for side in (SENDER, RECEIVER, BOTH) for card in ("1", "*", "+")}
    assert method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert body.partial == (method == "PATCH")
    assert not path.startswith("/")
    for member in body.excused:
        assert edition(version).classes[body.names[0]].properties[member].required


@pytest.mark.parametrize(
    ("version", "endpoint", "names"),
    [
        ("2.1.1", ("locations", SENDER, "GET", "{location_id}/{evse_uid}"), ("EVSE",)),
        ("2.1.1", ("tokens", SENDER, "POST", "{token_uid}/authorize"), ("AuthorizationInfo",)),
        ("2.2.1", ("credentials", RECEIVER, "PUT", ""), ("Credentials",)),
        ("2.2.1", ("sessions", SENDER, "PUT", "{session_id}/charging_preferences"), ("ChargingPreferencesResponse",)),
        ("2.2.1", ("chargingprofiles", RECEIVER, "DELETE", "{session_id}"), ("ChargingProfileResponse",)),
        ("2.3.0", ("invoicereconciliation", SENDER, "GET", ""), ("InvoiceReconciliationRecord",)),
        ("2.3.0-payments", ("payments", RECEIVER, "GET", "terminals/{terminal_id}"), ("Terminal",)),
        ("2.3.0-bookings", ("bookings", SENDER, "POST", ""), ("Booking",)),
    ],
)
def test_the_class_of_the_data_of_a_response_is_known(version, endpoint, names):
    assert response(version, *endpoint).names == names


@pytest.mark.parametrize(
    ("version", "endpoint"),
    [
        ("2.1.1", ("hubclientinfo", SENDER, "GET", "")),
        ("2.1.1", ("sessions", SENDER, "PUT", "{session_id}/charging_preferences")),
        ("2.2.1", ("invoicereconciliation", SENDER, "GET", "")),
        ("2.2.1", ("cdrs", RECEIVER, "POST", "")),
        ("2.2.1", ("credentials", SENDER, "DELETE", "")),
        ("2.3.0", ("payments", SENDER, "GET", "terminals")),
    ],
)
def test_where_the_text_defines_no_data_there_is_none(version, endpoint):
    assert response(version, *endpoint) is None


def test_a_tariff_is_patched_in_2_1_1_only():
    endpoint = ("tariffs", RECEIVER, "PATCH", "{country_code}/{party_id}/{tariff_id}")
    assert request("2.1.1", *endpoint).partial
    assert request("2.2.1", *endpoint) is None
    assert request("2.2.1", "tokens", RECEIVER, "PATCH", "{country_code}/{party_id}/{token_uid}").partial


def test_an_unknown_version_lists_the_known_ones():
    with pytest.raises(KeyError, match=r"known: 2\.1\.1, 2\.2\.1"):
        response("2.2", "locations", SENDER, "GET", "")


def test_a_list_is_judged_element_by_element():
    locations = response("2.2.1", "locations", SENDER, "GET", "")
    good = sample("2.2.1", "Location")
    assert locations.errors_of_response(AROUND | {"data": [good, good]}) == []
    assert locations.errors_of_response(AROUND | {"data": []}) == []
    assert found(locations.errors_of_response(AROUND | {"data": [good, good | {"city": 5}]})) == {
        "/data/1/city": "type"
    }
    assert found(locations.errors_of_response(AROUND | {"data": good})) == {"/data": "type"}
    assert found(locations.errors_of_response(AROUND | {"data": True})) == {"/data": "type"}


def test_an_absent_list_is_no_error_and_an_absent_object_is():
    assert response("2.2.1", "tokens", SENDER, "GET", "").errors_of_response(AROUND) == []
    one = response("2.2.1", "credentials", SENDER, "GET", "")
    assert found(one.errors_of_response(AROUND)) == {"/data": "required"}
    assert found(one.errors_of_response(AROUND | {"data": None})) == {"/data": "required"}
    assert one.errors_of_response(AROUND | {"status_code": 2000}) == []


def test_the_list_of_versions_is_not_empty():
    versions = response("2.2.1", "versions", SENDER, "GET", "")
    assert found(versions.errors_of_response(AROUND | {"data": []})) == {"/data": "min-items"}
    assert versions.errors_of_response(AROUND | {"data": [sample("2.2.1", "Version")]}) == []


@pytest.mark.parametrize("answer", [None, 5, [], {}, {"status_code": "1000"}, AROUND | {"status_code": 1e400}])
def test_what_is_no_response_is_an_error_and_never_an_exception(answer):
    assert response("2.2.1", "locations", SENDER, "GET", "").errors_of_response(answer)


def test_the_data_of_a_failure_is_not_judged():
    failed = AROUND | {"status_code": 2001, "data": [5]}
    assert response("2.2.1", "locations", SENDER, "GET", "").errors_of_response(failed) == []


def test_of_several_classes_the_closest_counts():
    result = request("2.2.1", "chargingprofiles", SENDER, "POST", "")
    for name in ("ActiveChargingProfileResult", "ChargingProfileResult", "ClearProfileResult"):
        assert result.errors(sample("2.2.1", name)) == []
    assert found(result.errors({"result": "PERHAPS"})) == {"/result": "enum"}


def test_a_command_is_judged_by_its_own_class_where_its_name_is_given():
    stop = sample("2.2.1", "StopSession")
    assert request("2.2.1", "commands", RECEIVER, "POST", "STOP_SESSION").errors(stop) == []
    assert request("2.2.1", "commands", RECEIVER, "POST", "START_SESSION").errors(stop)
    assert request("2.2.1", "commands", RECEIVER, "POST", "{command}").errors(stop) == []
    assert request("2.1.1", "commands", RECEIVER, "POST", "CANCEL_RESERVATION") is None


def test_a_new_terminal_may_be_its_id_alone_and_only_when_it_is_created():
    create = request("2.3.0-payments", "payments", RECEIVER, "POST", "terminals")
    assert create.errors({"terminal_id": "T1"}) == []
    assert found(create.notices({"terminal_id": "T1"})) == {"/last_updated": "disputed"}
    assert found(create.errors({"last_updated": "2024-01-01T00:00:00Z"})) == {"/terminal_id": "required"}
    stored = response("2.3.0-payments", "payments", RECEIVER, "GET", "terminals/{terminal_id}")
    assert found(stored.errors({"terminal_id": "T1"})) == {"/last_updated": "required"}


def test_a_terminal_gets_its_id_by_activation():
    activate = request("2.3.0-payments", "payments", SENDER, "POST", "terminals/activate")
    assert activate.errors({"last_updated": "2024-01-01T00:00:00Z"}) == []
    assert found(activate.errors({"terminal_id": "T1"})) == {"/last_updated": "required"}


def test_notices_of_a_list_say_where():
    locations = response("2.2.1", "locations", SENDER, "GET", "")
    odd = sample("2.2.1", "Location") | {"extra": 1}
    assert found(locations.notices([sample("2.2.1", "Location"), odd])) == {"/1/extra": "unknown-field"}
    assert locations.notices("no list") == []
