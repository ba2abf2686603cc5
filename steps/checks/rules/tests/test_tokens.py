"""Each rule on Tokens: an object that keeps it beside one that breaks it, and legal objects that might look wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ocpi_conformance.schemas import validator
from ocpi_conformance.steps.checks.rules import RULES, tokens
from ocpi_conformance.steps.checks.rules.tests.examples import spec_examples
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import (
    ALL,
    LATER,
    V211,
    V221,
    gravest,
    judged,
    payload,
)
from ocpi_conformance.steps.verdicts import Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED


def token(version, **members):
    """Return a valid RFID Token."""
    owner = {} if version == V211 else {"country_code": "DE", "party_id": "MSP"}
    contract = {"auth_id" if version == V211 else "contract_id": "DE8ACC12E46L89"}
    common = {"uid": "04E7F5A2", "type": "RFID", "issuer": "Acme", "valid": True, "whitelist": "ALLOWED"}
    return {**owner, **contract, **common, "last_updated": "2024-01-01T00:00:00Z", **members}


# requirement, versions, members, (pointer, verdict) of the flaw or None
ONE = [
    ("TOK-057", LATER, {"group_id": "x" * 20}, None),
    ("TOK-057", LATER, {"group_id": "x" * 21}, ("/group_id", FAILED)),
    ("TOK-058", (V211,), {"auth_id": "de-8ac-c12e46l8-9"}, None),
    ("TOK-058", (V211,), {"auth_id": "12345"}, ("/auth_id", FAILED)),
    ("TOK-058", LATER, {"contract_id": "NL-TST-C12345678"}, None),
    ("TOK-058", LATER, {"contract_id": "driver@example.com"}, ("/contract_id", FAILED)),
    ("TOK-059", ALL, {"language": "nl"}, None),
    ("TOK-059", ALL, {"language": None}, None),
    ("TOK-059", ALL, {"language": "NL"}, ("/language", ADVISED)),
    ("TOK-059", ALL, {"language": "xx"}, ("/language", FAILED)),
    ("TOK-060", LATER, {"country_code": "XK"}, None),
    ("TOK-060", LATER, {"country_code": "ZY"}, ("/country_code", FAILED)),
    ("TOK-062", LATER, {"type": "APP_USER", "whitelist": "NEVER"}, None),
    ("TOK-062", LATER, {"type": "AD_HOC_USER", "whitelist": "ALLOWED"}, ("/whitelist", FAILED)),
    ("TOK-062", LATER, {"type": "OTHER", "whitelist": "ALWAYS"}, None),
]


@pytest.mark.parametrize(("requirement", "versions", "members", "flaw"), ONE)
def test_one_token(requirement, versions, members, flaw):
    for version in versions:
        expected = [(*flaw, 0)] if flaw else []
        assert judged(requirement, "Token", [token(version, **members)], version) == expected, version


@pytest.mark.parametrize("version", ALL)
def test_the_sample_is_valid_and_flawless(version):
    value = token(version)
    assert validator(version, "Token").errors(value) == []
    for name, rules in RULES.items():
        if name.startswith("TOK-"):
            assert not [flaw for entry in rules for flaw in entry.flaws([value], version)], name


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("members", [{"uid": None, "type": 3}, {"language": 3, "group_id": [], "whitelist": {}}])
def test_wrong_shapes_are_passed_over(version, members):
    assert gravest("tokens", "Token", token(version, **members), version) == {}


@pytest.mark.parametrize("version", ALL)
def test_unique_uid_and_type(version):
    one, blocked = token(version), token(version, valid=False, last_updated="2024-01-02T00:00:00Z")
    again = token(version, last_updated="2024-01-03T00:00:00Z")
    assert judged("TOK-056", "Token", [one, one, blocked, again], version) == []
    # A token may change twice within the second of its last_updated; in one list two are two.
    other = token(version, issuer="Other")
    assert judged("TOK-056", "Token", [one, other], version) == [("/uid", OBSERVED, 1)]
    assert judged("TOK-056", "Token", [one, other, one], version) == [("/uid", OBSERVED, 1), ("/uid", OBSERVED, 2)]
    assert [flaw.index for flaw in tokens.uids_unique_in_list([one, one, other], version)] == [2]
    assert list(tokens.uids_unique_in_list([one, one, {}, {}, token(version, type="OTHER")], version)) == []
    assert judged("TOK-056", "Token", [one, blocked, one], version) == [("/uid", FAILED, 2)]
    assert judged("TOK-056", "Token", [one, token(version, type="OTHER")], version) == []
    lower = token(version, uid="04e7f5a2", issuer="Other")
    expected = [] if version == V211 else [("/uid", OBSERVED, 1)]
    assert judged("TOK-056", "Token", [one, lower], version) == expected
    if version != V211:
        assert judged("TOK-056", "Token", [one, token(version, party_id="OTH", issuer="Other")], version) == []


def test_without_authorize():
    assert list(tokens.always_whitelisted(token(V221, whitelist="ALWAYS"), V221)) == []
    assert [flaw.pointer for flaw in tokens.always_whitelisted(token(V221), V221)] == ["/whitelist"]


def test_owner_of_the_credentials():
    assert list(tokens.owner_of_token(token(V221), V221, [("de", "MSP")])) == []
    found = list(tokens.owner_of_token(token(V221), V221, [("DE", "OTH")]))
    assert [(flaw.pointer, flaw.at_most) for flaw in found] == [("/party_id", ADVISED)]


@pytest.mark.parametrize("version", ALL)
def test_change_is_later(version):
    read = datetime(2024, 1, 1, 1, tzinfo=UTC)

    def found(**members):
        return [
            flaw.pointer for flaw in tokens.change_is_later(token(version), token(version, **members), version, read)
        ]

    assert found() == []
    assert found(valid=False, last_updated="2024-01-02T00:00:00Z") == []
    assert found(valid=False) == ["/last_updated"]


def test_every_payload_entry_is_dealt_with():
    area = payload("tokens")
    dealt = RULES.keys() | tokens.SCHEMA_DECIDES.keys() | tokens.NOT_JUDGED.keys() | tokens.JOINS.keys()
    assert area == dealt & area
    assert {name for name in RULES if name.startswith("TOK-")} <= area
    for table in (tokens.SCHEMA_DECIDES, tokens.NOT_JUDGED):
        assert table.keys() <= area - RULES.keys() - tokens.JOINS.keys()


@pytest.mark.parametrize("version", ALL)
def test_the_schemas_decide(version):
    assert [error.kind for error in validator(version, "Token").errors(token(version, issuer=None))] == ["null"]


@pytest.mark.parametrize("version", ALL)
def test_examples_of_the_specification(version):
    found = spec_examples(version, "mod_tokens_*.json" if version == V211 else "token_*example*.json")
    assert len(found) > 1
    for name, value in found:
        for item in value if isinstance(value, list) else [value]:
            assert gravest("tokens", "Token", item, version) == {}, name
