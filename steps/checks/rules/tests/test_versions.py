"""Each rule on versions and version details: an object that keeps it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.checks.rules import RULES
from ocpi_conformance.steps.checks.rules import versions as rules


def endpoint(identifier, role="SENDER"):
    row = {"identifier": identifier, "url": f"https://cpo.example.com/ocpi/2.2.1/{identifier}"}
    return row if role is None else row | {"role": role}


def kept(judge, *endpoints, version="2.2.1"):
    """Return what a rule on VersionDetails finds."""
    return [flaw.actual for flaw in judge({"version": version, "endpoints": list(endpoints)}, version)]


CREDENTIALS = endpoint("credentials")


@pytest.mark.parametrize(("number", "flaws"), [("2.2.1", 0), ("2.0", 0), ("2.3.0", 0), ("2.2", 1), ("2.1", 1)])
def test_deprecated_versions_are_not_offered(number, flaws):
    assert len(list(rules.not_deprecated({"version": number, "url": "https://x/"}, "2.2.1"))) == flaws


def test_2_2_is_not_deprecated_in_2_1_1():
    assert list(rules.not_deprecated({"version": "2.2"}, "2.1.1")) == []
    assert len(list(rules.not_deprecated({"version": "2.1"}, "2.1.1"))) == 1


def test_an_endpoint_has_an_interface_role():
    assert kept(rules.has_roles, CREDENTIALS | {"role": "CPO"}, endpoint("cdrs", "RECEIVER")) == []
    assert kept(rules.has_roles, endpoint("cdrs", "CPO"), endpoint("tokens", None)) == ["role CPO", "role None"]


def test_an_interface_is_listed_once():
    both = (endpoint("cdrs", "SENDER"), endpoint("cdrs", "RECEIVER"), CREDENTIALS, CREDENTIALS)
    assert kept(rules.interfaces_unique, *both) == []
    assert kept(rules.interfaces_unique, *both, both[0]) == ["2 times"]


def test_credentials_are_listed_once_as_sender():
    assert kept(rules.credentials_as_sender, CREDENTIALS) == []
    assert kept(rules.credentials_as_sender, endpoint("credentials", "RECEIVER")) == ["role RECEIVER"]
    assert kept(rules.credentials_once, CREDENTIALS, endpoint("cdrs")) == []
    assert kept(rules.credentials_once, CREDENTIALS, CREDENTIALS) == ["2 endpoints"]


@pytest.mark.parametrize("identifier", ["Cdrs", "CDR", "charging_profiles", "hub-client-info", "chargingProfiles"])
def test_a_module_has_its_exact_identifier(identifier):
    assert kept(rules.identifiers_spelled, endpoint("cdrs"), endpoint("nlemb-cdrs"), endpoint("loyalty")) == []
    assert kept(rules.identifiers_spelled, endpoint(identifier)) == [identifier]
    assert kept(rules.no_custom_module, endpoint(identifier)) == []


def test_custom_modules_are_agreed_on_and_have_a_prefix():
    assert kept(rules.no_custom_module, endpoint("cdrs"), endpoint("hubclientinfo")) == []
    assert kept(rules.no_custom_module, endpoint("nltnm-tokens")) == ["nltnm-tokens"]
    assert kept(rules.custom_prefixed, endpoint("nltnm-tokens")) == []
    assert kept(rules.custom_prefixed, endpoint("loyalty"), endpoint("-x")) == ["loyalty", "-x"]
    (rule,) = RULES["VER-018"]
    assert not rule.concerned({"endpoints": [endpoint("cdrs")]})
    assert rule.concerned({"endpoints": [endpoint("loyalty")]})


def test_a_module_comes_with_its_dependencies():
    receiver = endpoint("locations", "RECEIVER")
    assert kept(rules.dependencies_offered, receiver, endpoint("tariffs", "RECEIVER")) == []
    assert kept(rules.dependencies_offered, endpoint("locations")) == []
    assert kept(rules.dependencies_offered, receiver) == ["none"]
    assert len(kept(rules.dependencies_offered, endpoint("commands", "RECEIVER"))) == 2


def test_newer_modules_have_identifiers_of_their_chapters():
    newer = ("invoicereconciliation", "payments", "Booking", "bookings", "hubclientinfo")
    for identifier in newer:
        assert kept(rules.identifiers_spelled, endpoint(identifier), version="2.3.0") == []
        assert kept(rules.no_custom_module, endpoint(identifier), version="2.3.0") == []
    assert kept(rules.identifiers_spelled, endpoint("invoice_reconciliation"), version="2.3.0") != []
    assert kept(rules.no_custom_module, endpoint("payments")) == ["payments"]


def test_a_module_of_2_1_1_stands_once():
    one = endpoint("cdrs", None)
    assert kept(rules.modules_unique, one, endpoint("tokens", None), version="2.1.1") == []
    assert kept(rules.modules_unique, one, one, version="2.1.1") == ["2 times"]


def test_who_receives_locations_receives_tariffs():
    receiver = endpoint("locations", "RECEIVER")
    assert kept(rules.receiver_of_locations_has_tariffs, receiver, endpoint("tariffs", "RECEIVER")) == []
    assert kept(rules.receiver_of_locations_has_tariffs, receiver) == ["none"]
    assert kept(rules.receiver_of_locations_has_tariffs, endpoint("commands"), version="2.2.1") == []
    assert kept(rules.receiver_of_locations_has_tariffs, endpoint("locations", None), version="2.1.1") == []


def test_who_sends_profiles_publishes_them():
    assert kept(rules.publishes_profiles, endpoint("chargingprofiles")) == []
    assert kept(rules.publishes_profiles, endpoint("chargingprofiles", "RECEIVER")) == ["none"]
