"""Which Token a Session is for and where it is: what tells it in each version, and what does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.identities import evse_uid, is_for, location_id

KEPT = {"uid": "T1", "contract_id": "NL-TST-C1-X"}
IN_2_1_1 = {"uid": "T1", "auth_id": "NL-TST-C1-X"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"cdr_token": {"uid": "t1"}}, True),
        ({"cdr_token": {"uid": "T2", "contract_id": "NL-TST-C1-X"}}, False),
        ({"cdr_token": None}, False),
        ({"auth_id": "nl-tst-c1-x"}, True),
        ({"auth_id": "t1"}, True),
        ({"auth_id": "NL-TST-C2-X"}, False),
        ({}, False),
        ([], False),
    ],
)
@pytest.mark.parametrize("token", [KEPT, IN_2_1_1])
def test_a_session_is_for_a_token(value: object, token: dict[str, str], expected: bool) -> None:
    assert is_for(value, token) is expected


def test_a_token_without_ids_is_nobodys() -> None:
    assert not is_for({"cdr_token": {}}, {})
    assert not is_for({"auth_id": ""}, {})


def test_the_location_of_a_session() -> None:
    assert location_id({"location_id": "LOC1"}) == "LOC1"
    assert location_id({"location": {"id": "LOC1"}}) == "LOC1"
    assert location_id({"location_id": "LOC1", "location": {"id": "LOC2"}}) == "LOC1"
    assert location_id({"location": "LOC1"}) == ""


def test_the_evse_of_a_session() -> None:
    assert evse_uid({"evse_uid": "E1"}) == "E1"
    assert evse_uid({"location": {"id": "LOC1", "evses": [{"uid": "E1"}]}}) == "E1"
    assert evse_uid({"location": {"id": "LOC1", "evses": []}}) == ""
