"""The specification's own example objects pass, but for the errata listed here; the files in `examples` are its own."""

import json
import os
from pathlib import Path

import pytest

from ocpi_conformance import schemas

SPEC = os.environ.get("OCPI_SPEC_DIR")
needs_spec = pytest.mark.skipif(not SPEC, reason="OCPI_SPEC_DIR names no checkout of the specification")
EXAMPLES = Path(__file__).with_name("examples")

CLASS_OF = {
    "cdr_": "CDR", "credentials_": "Credentials", "location_energymix": "EnergyMix", "location_hours": "Hours",
    "location_regularhours": "Hours", "location_put_example_add_evse": "EVSE", "location_patch_example_remove": "EVSE",
    "location_patch_example_status": "EVSE", "location_patch_example_tariff": "Connector", "location_": "Location",
    "session_": "Session", "tariffrestriction_": "Tariff", "tariff_": "Tariff", "token_": "Token",
    "transport_": "Response", "type_displaytext": "DisplayText", "version_details": "VersionDetails",
    "versions_info": "Version", "booking_location": "BookingLocation", "booking_request": "BookingRequest",
    "booking_": "Booking", "payment_financial": "FinancialAdviceConfirmation", "payment_terminal": "Terminal",
}  # fmt: skip
"""Start of an example's file name, longest first where they overlap, and the class that it shows."""

WRAPPED = {"location_energymix": "energy_mix", "location_regularhours": "opening_times"}
"""Examples that show the object as a member of its parent."""

PARTIAL = (
    "_patch_",
    "payment_terminal_activate",
    "payment_terminal_location_assignment",
    "payment_terminal_put_update",
)

ADDED_EVSE = {
    "/connectors/0/power_type": "required", "/connectors/0/max_voltage": "required",
    "/connectors/0/max_amperage": "required", "/connectors/0/last_updated": "required", "/physical_reference": "type",
}  # fmt: skip

ERRATA = {
    ("2.2.1", "location_put_example_add_evse.json"): ("an abbreviated connector, a reference as a number", ADDED_EVSE),
    ("2.3.0", "location_put_example_add_evse.json"): ("an abbreviated connector, a reference as a number", ADDED_EVSE),
    ("2.2.1", "tariff_put_example.json"): ("a PUT without last_updated", {"/last_updated": "required"}),
    ("2.3.0", "tariff_put_example.json"): ("a PUT without last_updated", {"/last_updated": "required"}),
    ("2.3.0", "cdr_example.json"): ("a tariff from before tax_included", {"/tariffs/0/tax_included": "required"}),
    ("2.3.0-payments", "payment_terminal_create_minimal.json"):
        ("the minimal terminal has no last_updated yet", {"/last_updated": "required"}),
    ("2.3.0-payments", "payment_terminal_put_update.json"): ("a word in place of a URL", {"/invoice_base_url": "url"}),
    ("2.3.0-bookings", "booking_example.json"): (
        "party ids of five letters; requests without booking_location_id",
        {"/party_id": "length", "/booking_tokens/0/party_id": "length",
         "/booking_requests/0/booking_request/party_id": "length",
         "/booking_requests/0/booking_request/booking_location_id": "required",
         "/booking_requests/1/booking_request/party_id": "length",
         "/booking_requests/1/booking_request/booking_location_id": "required"},
    ),
    ("2.3.0-bookings", "booking_location_example.json"): (
        "99 seconds; one position where the table has a list",
        {"/booking_option/evse_position": "type",
         "/calendars/0/end_before": "datetime", "/calendars/0/available_timeslots/0/end_date_time": "datetime",
         "/calendars/1/end_before": "datetime", "/calendars/1/available_timeslots/0/end_date_time": "datetime"},
    ),
    ("2.3.0-bookings", "location_example.json"): (
        "ids where the table has EVSEParking objects",
        {"/evses/0/parking/0": "type", "/evses/0/parking/1": "type",
         "/evses/1/parking/0": "type", "/evses/1/parking/1": "type"},
    ),
    ("2.3.0-bookings", "location_example_parking_garage_opening_hours.json"):
        ("an id where the table has an EVSEParking object", {"/evses/0/parking/0": "type"}),
}  # fmt: skip
"""Edition and file: why the text contradicts its example, and each error by its pointer."""

EXAMPLES_2_1_1 = {
    "credentials_example": ("Credentials", "", {}),
    "mod_cdrs_example_of_a_cdr":
        ("CDR", "a price as text", {"/tariffs/0/elements/0/price_components/0/price": "number"}),
    "mod_locations_example_add_an_evse": (
        "EVSE", "an abbreviated connector, no last_updated, a reference and a floor as numbers",
        {"/connectors/0/power_type": "required", "/connectors/0/voltage": "required", "/last_updated": "required",
         "/connectors/0/amperage": "required", "/connectors/0/last_updated": "required",
         "/physical_reference": "type", "/floor_level": "type"},
    ),
    "mod_locations_example": ("Location", "", {}),
    "mod_sessions_simple_session_example_of_a_just_starting_session": ("Session", "", {}),
    "mod_sessions_simple_session_example_of_a_short_finished_session": ("Session", "", {}),
    "mod_tariffs_example_new_tariff_2_euro_per_hour":
        ("Tariff", "a PUT without last_updated", {"/last_updated": "required"}),
    "mod_tariffs_simple_tariff_example_2_euro_per_hour": ("Tariff", "", {}),
    "mod_tariffs_free_of_charge_tariff_example": ("Tariff", "", {}),
    "mod_tariffs_complex_tariff_example": ("Tariff", "", {}),
    "mod_tokens_example_put_a_new_token": ("Token", "", {}),
    "mod_tokens_example": ("Token", "", {}),
    "transport_and_format_example_response_with_an_error_contains_no_data_field": ("Response", "", {}),
    "version_information_endpoint_example": ("Version", "", {}),
    "version_information_endpoint_example_2": ("VersionDetails", "", {}),
}  # fmt: skip
"""2.1.1: file, named for its chapter and heading; class, reason, and each error by its pointer."""


def files(editions=schemas.VERSIONS[1:]):
    """Returns edition and path of every example."""
    return [
        pytest.param(version, path, id=f"{version}-{path.name}")
        for version in editions
        for path in sorted((EXAMPLES / version).glob("*.json"))
    ]


def found_in(version, name, path, *, partial, member=""):
    value = json.loads(path.read_text(encoding="utf-8"))
    value = value[member] if member else value
    found = {}
    for element in value if isinstance(value, list) else [value]:
        errors = schemas.validator(version, name, partial=partial).errors(element)
        found |= {error.pointer: error.kind for error in errors}
    return found


@pytest.mark.parametrize(("version", "path"), files())
def test_an_example_of_the_later_editions_has_the_errors_of_its_erratum_only(version, path):
    start = next(start for start in CLASS_OF if path.name.startswith(start))
    partial = any(mark in path.name for mark in PARTIAL)
    reason, expected = ERRATA.get((version, path.name), ("", {}))
    assert found_in(version, CLASS_OF[start], path, partial=partial, member=WRAPPED.get(start, "")) == expected, reason


@pytest.mark.parametrize("name", EXAMPLES_2_1_1)
def test_an_example_of_2_1_1_has_the_errors_of_its_erratum_only(name):
    class_name, reason, expected = EXAMPLES_2_1_1[name]
    assert found_in("2.1.1", class_name, EXAMPLES / "2.1.1" / f"{name}.json", partial=False) == expected, reason


def test_every_erratum_and_every_file_has_its_other_half():
    assert set(ERRATA) <= {(parameter.values[0], parameter.values[1].name) for parameter in files()}
    assert set(EXAMPLES_2_1_1) == {parameter.values[1].stem for parameter in files(["2.1.1"])}


@needs_spec
def test_the_examples_are_the_specification_s_own_and_none_is_missing():
    for version in schemas.VERSIONS[1:]:
        core = {path.name: path.read_bytes() for path in (Path(SPEC) / "2.3.0" / "examples").glob("*.json")}
        theirs = {path.name: path.read_bytes() for path in (Path(SPEC) / version / "examples").glob("*.json")}
        expected = {name: text for name, text in theirs.items() if "-" not in version or core.get(name) != text}
        assert {path.name: path.read_bytes() for path in (EXAMPLES / version).glob("*.json")} == expected, version
    chapters = [text.read_text(encoding="utf-8") for text in (Path(SPEC) / "2.1.1").glob("*.md")]
    for path in (EXAMPLES / "2.1.1").glob("*.json"):
        assert any(path.read_text(encoding="utf-8") in chapter for chapter in chapters), path.name
