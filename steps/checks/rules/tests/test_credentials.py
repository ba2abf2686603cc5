"""Each rule on Credentials: an object that keeps it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.checks.rules import credentials as rules
from ocpi_conformance.steps.verdicts import Verdict

NAMED = {"country_code": "NL", "party_id": "CPO", "business_details": {"name": "Example"}}
ROLE = {"role": "CPO", **NAMED}
HUB = {"role": "HUB", **NAMED, "party_id": "HUB"}


def having(*roles, **members):
    return {"token": "t", "url": "https://x/versions", "roles": list(roles), **members}


def of_2_1_1(**members):
    return {"token": "t", "url": "https://x/versions", **NAMED, **members}


@pytest.mark.parametrize(
    ("judge", "version", "right", "wrong", "pointers"),
    [
        (rules.printable_token, "2.2.1", having(token="a~!"), having(token="a b"), ["/token"]),
        (rules.printable_token, "2.1.1", of_2_1_1(), of_2_1_1(token="\u00e9"), ["/token"]),
        (rules.roles_once, "2.2.1", having(ROLE, HUB), having(ROLE, {**ROLE, "party_id": "cpo"}), ["/roles/1"]),
        (rules.countries, "2.2.1", having({"country_code": "nl"}, {"country_code": "XK"}),
         having(ROLE, {"country_code": "N1"}), ["/roles/1/country_code"]),
        (rules.no_hub_role, "2.3.0", having(ROLE), having(ROLE, HUB), ["/roles/1/role"]),
        (rules.no_hub_client, "2.3.0", ROLE, HUB, ["/role"]),
        (rules.business_details, "2.2.1", having(ROLE), having(), [""]),
        (rules.business_details, "2.2.1", having(ROLE), having(ROLE, {"role": "EMSP"}), ["/roles/1"]),
        (rules.business_details, "2.1.1", of_2_1_1(), of_2_1_1(business_details={}), [""]),
    ],
)  # fmt: skip
def test_a_rule_tells_right_from_wrong(judge, version, right, wrong, pointers):
    assert list(judge(right, version)) == []
    assert [flaw.pointer for flaw in judge(wrong, version)] == pointers
    assert [flaw.at_most for flaw in judge(wrong, version)] == [Verdict.FAILED] * len(pointers)


def test_a_country_that_nobody_assigned_is_advice():
    assert [flaw.at_most for flaw in rules.countries(having({"country_code": "UK"}), "2.2.1")] == [Verdict.ADVISED]


def test_a_hub_lists_itself():
    connected = [("NL", "CPO")]
    assert list(rules.hub_for_itself(having(HUB), "2.2.1", connected)) == []
    assert [f.at_most for f in rules.hub_for_itself(having(HUB, ROLE), "2.2.1", connected)] == [Verdict.FAILED]
    own = {**ROLE, "party_id": "OWN"}
    assert [f.at_most for f in rules.hub_for_itself(having(HUB, own), "2.2.1", connected)] == [Verdict.OBSERVED]
    assert [f.actual for f in rules.hub_for_itself(having(), "2.2.1", connected)] == ["none"]


def test_a_hub_of_2_3_0_lists_who_is_behind_it():
    assert list(rules.parties_behind_hub(having(ROLE), "2.3.0", [("nl", "cpo")])) == []
    found = list(rules.parties_behind_hub(having(ROLE), "2.3.0", [("NL", "CPO"), ("DE", "MSP")]))
    assert [flaw.expected for flaw in found] == ["a role of DE*MSP"]
    assert list(rules.hub_party_id(having(hub_party_id="nlhub"), "2.3.0", ("NL", "HUB"))) == []
    assert [flaw.actual for flaw in rules.hub_party_id(having(), "2.3.0", ("NL", "HUB"))] == ["absent"]
