"""The specification's own example objects pass, but for the errata listed here; the examples are read, never copied."""

import json
import os
import re
from pathlib import Path

import pytest

from ocpi_conformance import schemas

SPEC = os.environ.get("OCPI_SPEC_DIR")
pytestmark = pytest.mark.skipif(not SPEC, reason="OCPI_SPEC_DIR names no checkout of the specification")

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

MARKDOWN_EXAMPLES = {
    ("credentials.md", "Example", 0): ("Credentials", "", {}),
    ("mod_cdrs.md", "Example of a CDR", 0):
        ("CDR", "a price as text", {"/tariffs/0/elements/0/price_components/0/price": "number"}),
    ("mod_locations.md", "Example: add an EVSE", 0): (
        "EVSE", "an abbreviated connector, no last_updated, a reference and a floor as numbers",
        {"/connectors/0/power_type": "required", "/connectors/0/voltage": "required", "/last_updated": "required",
         "/connectors/0/amperage": "required", "/connectors/0/last_updated": "required",
         "/physical_reference": "type", "/floor_level": "type"},
    ),
    ("mod_locations.md", "Example", 0): ("Location", "", {}),
    ("mod_sessions.md", "Simple Session example of a just starting session", 0): ("Session", "", {}),
    ("mod_sessions.md", "Simple Session example of a short finished session", 0): ("Session", "", {}),
    ("mod_tariffs.md", "Example: New Tariff 2 euro per hour", 0):
        ("Tariff", "a PUT without last_updated", {"/last_updated": "required"}),
    ("mod_tariffs.md", "Simple Tariff example 2 euro per hour", 0): ("Tariff", "", {}),
    ("mod_tariffs.md", "Free of Charge Tariff example", 0): ("Tariff", "", {}),
    ("mod_tariffs.md", "Complex Tariff example", 0): ("Tariff", "", {}),
    ("mod_tokens.md", "Example: put a new Token", 0): ("Token", "", {}),
    ("mod_tokens.md", "Example", 0): ("Token", "", {}),
    ("transport_and_format.md", "Example: Response with an error (contains no data field)", 0): ("Response", "", {}),
    ("version_information_endpoint.md", "Example", 0): ("Version", "", {}),
    ("version_information_endpoint.md", "Example", 1): ("VersionDetails", "", {}),
}  # fmt: skip
"""2.1.1: file, heading and the how-manieth of that heading; class, reason, and each error by its pointer."""


def files():
    """Yields edition and path of every example of its own: extensions repeat those of their core edition."""
    for version in schemas.VERSIONS[1:] if SPEC else ():
        for path in sorted((Path(SPEC) / version / "examples").glob("*.json")):
            core = Path(SPEC) / "2.3.0" / "examples" / path.name
            if "-" in version and core.exists() and core.read_bytes() == path.read_bytes():
                continue
            yield pytest.param(version, path, id=f"{version}-{path.name}")


def found_in(version, name, value, *, partial):
    errors = schemas.validator(version, name, partial=partial).errors(value)
    return {error.pointer: error.kind for error in errors}


@pytest.mark.parametrize(("version", "path"), list(files()))
def test_an_example_of_the_later_editions_has_the_errors_of_its_erratum_only(version, path):
    start = next(start for start in CLASS_OF if path.name.startswith(start))
    value = json.loads(path.read_text(encoding="utf-8"))
    value = value[WRAPPED[start]] if start in WRAPPED else value
    partial = any(mark in path.name for mark in PARTIAL)
    found = {}
    for element in value if isinstance(value, list) else [value]:
        found |= found_in(version, CLASS_OF[start], element, partial=partial)
    reason, expected = ERRATA.get((version, path.name), ("", {}))
    assert found == expected, reason


def test_no_erratum_is_left_of_a_file_that_is_gone():
    present = {(parameter.values[0], parameter.values[1].name) for parameter in files()}
    assert set(ERRATA) <= present


@pytest.mark.parametrize(("file", "heading", "number"), list(MARKDOWN_EXAMPLES))
def test_an_example_of_2_1_1_has_the_errors_of_its_erratum_only(file, heading, number):
    text = (Path(SPEC) / "2.1.1" / file).read_text(encoding="utf-8")
    name, reason, expected = MARKDOWN_EXAMPLES[file, heading, number]
    sections = re.findall(rf"^#+ {re.escape(heading)}\s*$.*?```json\n(.*?)```", text, re.MULTILINE | re.DOTALL)
    body = sections[number]
    value = json.loads(body[re.search(r"[\[{]", body).start() :])
    found = {}
    for element in value if isinstance(value, list) else [value]:
        found |= found_in("2.1.1", name, element, partial=False)
    assert found == expected, reason
