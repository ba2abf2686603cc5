"""What a validator answers: pointers, anchors, PATCH bodies, odd input, and nothing built too early."""

import subprocess
import sys

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.schemas import validation
from ocpi_conformance.schemas.errors import SHOWN, SchemaError, describe, describe_not_ascii, pointer_of
from ocpi_conformance.schemas.plain import MAX_DEPTH, plain_json
from ocpi_conformance.schemas.tests.samples import sample


def kinds(errors):
    return {error.pointer: error.kind for error in errors}


def test_a_valid_object_has_no_errors_and_is_valid():
    checked = schemas.validator("2.2.1", "Location")
    assert checked.errors(sample("2.2.1", "Location")) == []
    assert checked.is_valid(sample("2.2.1", "Location"))
    assert not checked.is_valid({})


def test_an_error_names_place_rule_values_and_anchor():
    location = sample("2.2.1", "Location")
    location["evses"][0]["connectors"][0]["standard"] = "SCHUKO"
    (error,) = schemas.validator("2.2.1", "Location").errors(location)
    assert error == SchemaError(
        pointer="/evses/0/connectors/0/standard",
        keyword="enum",
        expected=error.expected,
        actual='"SCHUKO"',
        anchor="mod_locations.asciidoc#mod_locations_connector_object",
        severity="error",
        kind="enum",
    )
    assert error.expected.startswith("one of CHADEMO, CHAOJI, ")
    assert "expected one of" in str(error)


def test_a_missing_member_is_pointed_at_where_it_belongs():
    location = sample("2.2.1", "Location")
    del location["evses"][0]["uid"]
    (error,) = schemas.validator("2.2.1", "Location").errors(location)
    assert (error.pointer, error.actual, error.anchor) == (
        "/evses/0/uid",
        "absent",
        "mod_locations.asciidoc#mod_locations_evse_object",
    )


def test_every_error_of_an_object_is_listed():
    token = sample("2.2.1", "Token") | {"uid": "a" * 37, "type": "CARD", "valid": "yes", "last_updated": "now"}
    del token["issuer"]
    assert kinds(schemas.validator("2.2.1", "Token").errors(token)) == {
        "/uid": "length",
        "/type": "enum",
        "/valid": "type",
        "/last_updated": "datetime",
        "/issuer": "required",
    }


def test_a_wrong_type_hides_what_follows_from_it():
    errors = schemas.validator("2.2.1", "EVSE").errors(sample("2.2.1", "EVSE") | {"status": 12345678901234567890})
    assert [(error.pointer, error.keyword) for error in errors] == [("/status", "type")]


@pytest.mark.parametrize("value", [None, True, 5, "text", [], [sample("2.2.1", "Location")]])
def test_another_json_type_is_one_error_at_the_root(value):
    (error,) = schemas.validator("2.2.1", "Location").errors(value)
    assert (error.pointer, error.keyword, error.expected) == ("", "type", "object")


def test_a_patch_lacks_members_but_what_it_has_is_checked():
    whole = schemas.validator("2.2.1", "Location")
    patch = schemas.validator("2.2.1", "Location", partial=True)
    body = {"name": None, "city": None, "last_updated": "2020-01-01T00:00:00Z"}
    assert whole.errors(body)
    assert patch.errors(body) == []
    assert kinds(patch.errors({"last_updated": "yesterday", "city": "a" * 46})) == {
        "/last_updated": "datetime",
        "/city": "length",
    }
    assert patch.errors(None)
    assert kinds(patch.errors({"evses": [{"status": "BROKEN"}]})) == {"/evses/0/status": "enum"}


def test_extensions_know_their_own_classes_and_those_of_the_core():
    assert "Terminal" in schemas.names("2.3.0-payments")
    assert "Location" in schemas.names("2.3.0-payments")
    assert "Terminal" not in schemas.names("2.3.0")
    assert schemas.validator("2.3.0-payments", "Location").errors(sample("2.3.0", "Location")) == []
    booking = sample("2.3.0-bookings", "CDR") | {"booking_id": "a" * 37}
    assert kinds(schemas.validator("2.3.0-bookings", "CDR").errors(booking)) == {"/booking_id": "length"}
    assert schemas.validator("2.3.0", "CDR").errors(sample("2.3.0", "CDR") | {"booking_id": "a" * 37}) == []


def test_a_disputed_member_is_a_notice_where_the_example_lacks_it_too():
    checked = schemas.validator("2.3.0-payments", "FinancialAdviceConfirmation")
    whole = sample("2.3.0-payments", "FinancialAdviceConfirmation")
    failed = {name: value for name, value in whole.items() if name != "eft_data"} | {"capture_status_code": "FAILED"}
    assert checked.errors(failed) == []
    assert kinds(checked.notices(failed)) == {"/eft_data": "disputed"}
    assert kinds(checked.errors(failed | {"capture_status_code": "SUCCESS"})) == {"/eft_data": "min-items"}
    vat = whole | {"total_costs": {"excl_vat": 1}}
    assert checked.errors(vat) == []
    assert kinds(checked.notices(vat))["/total_costs/before_taxes"] == "disputed"
    assert kinds(checked.errors(whole | {"total_costs": {}})) == {"/total_costs/before_taxes": "required"}


def test_the_role_of_a_payment_provider_is_known_to_the_payments_extension_only():
    role = sample("2.3.0", "CredentialsRole") | {"role": "PTP"}
    assert schemas.validator("2.3.0-payments", "CredentialsRole").errors(role) == []
    assert kinds(schemas.validator("2.3.0", "CredentialsRole").errors(role)) == {"/role": "enum"}


def test_unknown_names_and_versions_list_the_known_ones():
    with pytest.raises(KeyError, match=r"has no 'Locations'; known: .*Location,"):
        schemas.validator("2.2.1", "Locations")
    with pytest.raises(KeyError, match=r"known: 2\.1\.1"):
        schemas.validator("3.0", "Location")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"name": "\ud800"}, "/name"),
        ({"\udfff": 1}, ""),
        ({3: 4}, ""),
        ({"name": b"bytes"}, "/name"),
        ({"evses": (1, {2})}, "/evses"),
        ({"name": object()}, "/name"),
    ],
)
def test_what_json_cannot_hold_is_named_and_the_rest_is_judged(value, pointer):
    errors = schemas.validator("2.2.1", "Location").errors(value)
    assert {"/id": "required", pointer: "not-json"}.items() <= kinds(errors).items()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_know_is_no_number(value):
    (error,) = schemas.validator("2.2.1", "Price").errors({"excl_vat": value})
    assert (error.pointer, error.kind, error.expected) == ("/excl_vat", "not-json", "a finite number")
    (error,) = schemas.validator("2.2.1", "Price").errors({"excl_vat": 1, "incl_vat": value})
    assert (error.pointer, error.kind) == ("/incl_vat", "not-json")


def test_the_same_rule_is_told_apart_by_its_place():
    odd = {"capabilities": [None, 5], "connectors": None, "uid": None}
    found = kinds(schemas.validator("2.2.1", "EVSE", partial=False).errors(sample("2.2.1", "EVSE") | odd))
    assert found == {"/capabilities/0": "null", "/capabilities/1": "type", "/connectors": "min-items", "/uid": "null"}


def test_deep_nesting_and_huge_numbers_are_answered():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    checked = schemas.validator("2.2.1", "Location")
    assert kinds(checked.errors({"evses": deep, "x": deep}))["/evses/0"] == "type"
    assert checked.notices({"evses": deep, "x": deep})
    errors = checked.errors(sample("2.2.1", "Location") | {"coordinates": 10**5000, "publish": 2**64})
    assert kinds(errors) == {"/coordinates": "type", "/publish": "type"}


def test_the_number_of_errors_is_bounded():
    errors = schemas.validator("2.2.1", "EVSE").errors(sample("2.2.1", "EVSE") | {"capabilities": ["X"] * 50_000})
    assert len(errors) == validation.MAX_ERRORS


def test_a_plain_copy_equals_what_json_can_hold():
    value = {"a": [1, 2.5, "é", None, True, {}], "b": {"c": []}}
    assert plain_json(value) == (value, [])


def test_a_plain_copy_ends_at_the_depth_that_is_looked_at():
    value = []
    for _ in range(MAX_DEPTH + 5):
        value = [value]
    copied, defects = plain_json(value)
    assert [error.kind for error in defects] == ["not-json"]
    assert defects[0].pointer == "/0" * MAX_DEPTH
    assert copied != value


@pytest.mark.parametrize(
    ("path", "pointer"), [([], ""), (["a", 0, "b"], "/a/0/b"), (["a/b", "m~n", ""], "/a~1b/m~0n/")]
)
def test_pointers_are_rfc_6901(path, pointer):
    assert pointer_of(path) == pointer


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (2.5, "2.5"),
        (10**40, "an integer of more than 30 digits"),
        ("a\n", '"a\\n"'),
        ("Älg 电", '"Älg 电"'),
        ('"\\', '"\\"\\\\"'),
        ("\x1b[31m\x9b\x7f", '"\\u001b[31m\\u009b\\u007f"'),
        ("\u202e\u2028\ufeff\xa0", '"\\u202e\\u2028\\ufeff\\u00a0"'),
        ("\ud800", '"\\ud800"'),
        ("\U000e0001", '"\\udb40\\udc01"'),
        ([], "[]"),
        ([1, 2], "an array of 2 elements"),
        ({"a": 1}, "an object of 1 members"),
        (b"x", "a bytes"),
    ],
)
def test_values_are_shown_short(value, text):
    assert describe(value) == text
    assert len(describe("é" * 10_000)) < 8 * SHOWN


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ä1", '"Ä1" with U+00C4'),
        # No reader tells this letter from the Latin one.
        ("\u0410BC", '"\u0410BC" with U+0410'),
        ("a\x7f", '"a\\u007f" with U+007F'),
        ("a", '"a"'),
    ],
)
def test_what_is_not_ascii_is_named(value, text):
    assert describe_not_ascii(value) == text


def test_nothing_is_compiled_before_it_is_needed():
    code = (
        "from ocpi_conformance import schemas\n"
        "from ocpi_conformance.schemas import validation as v\n"
        "checked = schemas.validator('2.2.1', 'Token')\n"
        "assert v.compiled.cache_info().currsize == v._texts.cache_info().currsize == 0\n"
        "checked.errors({})\n"
        "assert v.compiled.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_registry_holds_the_schemas_of_every_version():
    assert len(registered := list(schemas.registry())) == len(validation.contents())
    assert all(uri.startswith("https://ocpi-conformance.example/schemas/v2_") for uri in registered)
