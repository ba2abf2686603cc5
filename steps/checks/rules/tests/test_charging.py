"""The rules on charging profiles and commands: what keeps them beside what breaks them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import RULES, charging
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import ALL, LATER, V211, V221, judged, payload
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED = Verdict.FAILED, Verdict.ADVISED


def profile(*periods, **members):
    """Return a ChargingProfile of (start_period, limit)."""
    found = [{"start_period": start, "limit": limit} for start, limit in periods]
    return {"charging_rate_unit": "A", "charging_profile_period": found, **members}


HOLDERS = {
    "ChargingProfile": lambda value: ("", value),
    "SetChargingProfile": lambda value: (
        "/charging_profile",
        {"charging_profile": value, "response_url": "https://example.com/1"},
    ),
    "ActiveChargingProfile": lambda value: (
        "/charging_profile",
        {"charging_profile": value, "start_date_time": "2024-01-01T00:00:00Z"},
    ),
    "ActiveChargingProfileResult": lambda value: (
        "/profile/charging_profile",
        {"result": "ACCEPTED", "profile": HOLDERS["ActiveChargingProfile"](value)[1]},
    ),
}

PROFILES = [
    ("CHP-028", profile((0, 16), (600, 8)), None),
    ("CHP-028", profile(), None),
    ("CHP-028", profile((0, 16), (0, 8)), ("/charging_profile_period/1/start_period", FAILED)),
    ("CHP-028", profile((0, 16), (600, 8), (300, 6)), ("/charging_profile_period/2/start_period", FAILED)),
    ("CHP-028", profile((60, 16)), ("/charging_profile_period/0/start_period", FAILED)),
    ("CHP-029", profile((0, 8.1), (60, 11040), (120, 0.3), (180, 10.0), (240, 1e6)), None),
    ("CHP-029", profile((0, 8.15)), ("/charging_profile_period/0/limit", FAILED)),
    ("CHP-029", profile((0, 8), min_charging_rate=6.25), ("/min_charging_rate", FAILED)),
    ("CHP-029", profile((0, 0.1 + 0.2)), ("/charging_profile_period/0/limit", ADVISED)),
    ("CHP-031", profile((0, 8), (600, 6)), None),
    ("CHP-031", profile((0, 8), (600, 6), duration=601), None),
    ("CHP-031", profile((0, 8), (600, 6), duration=600), ("/duration", FAILED)),
    ("CHP-031", profile(duration=0), None),
    ("CHP-028", {"charging_profile_period": [None, {"start_period": "0"}]}, None),
    ("CHP-029", {"charging_profile_period": {}, "min_charging_rate": "8.25"}, None),
]


@pytest.mark.parametrize("kind", HOLDERS)
@pytest.mark.parametrize(("requirement", "value", "flaw"), PROFILES)
def test_profiles(kind, requirement, value, flaw):
    for version in LATER:
        prefix, holder = HOLDERS[kind](value)
        expected = [(prefix + flaw[0], flaw[1], 0)] if flaw else []
        assert judged(requirement, kind, [holder], version) == expected


@pytest.mark.parametrize("kind", HOLDERS)
@pytest.mark.parametrize("version", LATER)
def test_the_samples_are_valid(kind, version):
    assert validator(version, kind).errors(HOLDERS[kind](profile((0, 16)))[1]) == []
    for requirement in ("CHP-028", "CHP-029", "CHP-031"):
        assert judged(requirement, kind, [{}, {"profile": None, "charging_profile": 3}], version) == []


def details(version, *modules):
    """Return VersionDetails with these modules, each as (identifier, role)."""
    endpoints = [
        {"identifier": name, "url": f"https://example.com/{name}", **({} if version == V211 else {"role": role})}
        for name, role in modules
    ]
    return {"version": version, "endpoints": endpoints}


CPO = (("commands", "RECEIVER"), ("locations", "SENDER"), ("sessions", "SENDER"))


@pytest.mark.parametrize("version", ALL)
def test_commands(version):
    def found(*modules):
        return judged("CMD-056", "VersionDetails", [details(version, *modules)], version)

    missing = [("/endpoints", FAILED, 0)]
    assert found(*CPO) == []
    assert found(*CPO[:2]) == missing
    assert found(CPO[0]) == missing * 2
    assert found(("locations", "SENDER")) == []
    if version != V211:
        assert found(("commands", "SENDER")) == []
        assert found(*CPO[:2], ("sessions", "RECEIVER")) == missing
    assert judged("CMD-056", "VersionDetails", [{"endpoints": None}, {"endpoints": [3]}], version) == []


@pytest.mark.parametrize("version", LATER)
@pytest.mark.parametrize("role", ["SENDER", "RECEIVER"])
def test_profiles_come_with_sessions(version, role):
    module = ("chargingprofiles", role)
    alone, both = details(version, module), details(version, module, ("sessions", "SENDER"))
    assert judged("CHP-041", "VersionDetails", [both], version) == []
    assert judged("CHP-041", "VersionDetails", [alone], version) == [("/endpoints", FAILED, 0)]


def test_active_profile_is_recent():
    active = HOLDERS["ActiveChargingProfile"](profile((0, 16)))[1]
    for minute, count in ((0, 0), (4, 0), (6, 1)):
        received = datetime(2024, 1, 1, 0, minute, tzinfo=UTC)
        assert len(list(charging.calculated_recently(active, V221, received))) == count
    assert list(charging.calculated_recently({}, V221, datetime(2024, 1, 1, tzinfo=UTC))) == []


def test_every_payload_entry_is_dealt_with():
    area = payload("chargingprofiles") | payload("commands")
    dealt = RULES.keys() | charging.SCHEMA_DECIDES.keys() | charging.NOT_JUDGED.keys() | charging.JOINS.keys()
    assert area == dealt & area
    assert {name for name in RULES if name.startswith(("CHP-", "CMD-"))} <= area
