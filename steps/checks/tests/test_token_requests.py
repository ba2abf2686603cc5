"""Each expectation about what the target sends on Tokens: a request that fulfils it beside one that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import token_requests as checks
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.token_uses import Use
from ocpi_conformance.steps.verdicts import NotObserved

IDS = (("country_code", "NL"), ("party_id", "EMB"), ("token_uid", "T1"))
TOKEN = {"country_code": "NL", "party_id": "EMB", "uid": "T1", "type": "RFID", "last_updated": "2024-01-01T00:00:00Z"}
OWN = {"uid": "T1", "type": "RFID", "whitelist": "NEVER"}
EVSE = {"uid": "E1", "evse_id": "NL*EMB*E1"}


def push(method="PUT", body=TOKEN, *, ids=IDS, route="token", query="") -> Exchange:
    context = Context("2.2.1", "tokens", "RECEIVER", route, ids)
    request = Request(method, f"http://x/tokens/NL/EMB/T1{query}", (), jsontext.dumps(body))
    return Exchange(1, "target", request, Response(200), context, 1, 2, 0.0, 0.0)


def count(expectation, *arguments) -> int:
    return len(list(expectation(*arguments)))


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_the_url_names_owner_and_uid(method) -> None:
    assert count(checks.at_its_url, push(method)) == 0
    assert count(checks.at_its_url, push(method, route="", ids=())) == 1
    swapped = (("country_code", "EMB"), ("party_id", "NL"), ("token_uid", "T1"))
    assert count(checks.at_its_url, push(method, ids=swapped)) == 1


def test_the_owner_in_the_url_is_that_of_the_token() -> None:
    assert count(checks.owner_in_url, push(body={**TOKEN, "party_id": "emb"})) == 0
    assert count(checks.owner_in_url, push(body={"uid": "T1"})) == 0
    assert count(checks.owner_in_url, push(body={**TOKEN, "party_id": "YYY"})) == 1
    assert count(checks.owner_in_url, push(body={**TOKEN, "country_code": "BE"})) == 1


def test_the_uid_in_the_url_is_that_of_the_token() -> None:
    assert count(checks.uid_in_url, push(body={**TOKEN, "uid": "t1"})) == 0
    assert count(checks.uid_in_url, push(body={**TOKEN, "uid": "T2"})) == 1


def test_the_type_in_the_url_is_that_of_the_token() -> None:
    assert count(checks.type_in_url, push()) == 0
    assert count(checks.type_in_url, push(body={**TOKEN, "type": "OTHER"}, query="?type=OTHER")) == 0
    assert count(checks.type_in_url, push(body={**TOKEN, "type": "OTHER"})) == 1
    assert count(checks.type_in_url, push(query="?type=OTHER")) == 1


def test_the_uid_in_the_url_is_that_of_the_token_to_the_letter_in_2_1_1() -> None:
    def older(uid: str) -> Exchange:
        found = push(body={"uid": uid})
        return replace(found, context=replace(found.context, version="2.1.1"))

    assert count(checks.uid_in_url, older("T1")) == 0
    assert count(checks.uid_in_url, older("t1")) == 1


def test_an_emaid_is_not_pushed() -> None:
    assert count(checks.pushes_no_emaid, push()) == 0
    assert count(checks.pushes_no_emaid, push(body={**TOKEN, "type": "EMAID"})) == 1


def test_a_change_says_when_it_was() -> None:
    assert count(checks.change_is_dated, push("PATCH", {"valid": False, "last_updated": "2024-01-01T00:00:00Z"})) == 0
    assert count(checks.change_is_dated, push("PATCH", {"valid": False})) == 1
    assert count(checks.change_is_dated, push("PATCH", {"valid": False, "last_updated": None})) == 1


def test_tokens_are_not_deleted() -> None:
    assert count(checks.deletes_none, push()) == 0
    assert count(checks.deletes_none, push("DELETE")) == 1


def test_without_such_a_request_nothing_is_judged() -> None:
    expectation, _ = find("every request", "with a change of a Token holds last_updated")
    with pytest.raises(NotObserved):
        list(expectation.function([push()]))


# The use of a Token ---------------------------------------------------------------------------------------------------


def ask(body=None, *, route="authorize", query="", answer=None) -> Exchange:
    context = Context("2.2.1", "tokens", "SENDER", route, (("token_uid", "T1"),) if route else ())
    request = Request("POST", f"http://x/tokens/T1/{route}{query}", (), b"" if body is None else jsontext.dumps(body))
    response = Response(200, (), jsontext.dumps({"status_code": 1000, "data": answer}))
    return Exchange(1, "target", request, response, context, 1, 2, 0.0, 0.0)


def used(*asked, token=OWN, **more) -> Use:
    return Use(token, asked, **more)


def shown(kind="Session", **fields) -> Payload:
    return Payload(kind, {"id": "S1", "status": "ACTIVE", **fields}, push(), "")


def test_the_emsp_is_asked_or_not() -> None:
    assert count(checks.is_asked, used(ask())) == 0
    assert count(checks.is_asked, used()) == 1
    assert count(checks.is_not_asked, used()) == 0
    assert count(checks.is_not_asked, used(ask(), ask())) == 1


def test_the_list_is_not_read() -> None:
    assert count(checks.reads_no_list, used(ask())) == 0
    assert count(checks.reads_no_list, used(lists=(push("GET", None, route="list"),))) == 1


def test_a_session_begins_or_not() -> None:
    assert count(checks.begins_session, used(sessions=(shown(),))) == 0
    assert count(checks.begins_session, used(ask())) == 1
    assert count(checks.begins_session, used()) == 1
    assert count(checks.begins_no_session, used(ask())) == 0
    assert count(checks.begins_no_session, used(sessions=(shown(status="INVALID"), shown(status="PENDING")))) == 0
    assert count(checks.begins_no_session, used(sessions=(shown(),))) == 1


APP = {**OWN, "type": "APP_USER"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (used(ask()), 0),
        (used(ask({"location_id": "L1", "evse_uids": ["E1"]})), 0),
        (used(ask(query="?type=RFID")), 0),
        (used(ask(query="?type=APP_USER"), token=APP), 0),
        (used(ask(), token=APP), 1),
        (used(ask(route="")), 1),
        (used(ask({"evse_uids": ["E1"]})), 1),
        (used(ask("L1")), 1),
    ],
)
def test_the_form_of_the_question(found, expected) -> None:
    assert count(checks.asked_in_form, found) == expected


def test_the_type_has_two_names_in_2_1_1() -> None:
    def in_version(version: str, query: str) -> Use:
        asked = ask(query=query)
        asked = replace(asked, context=replace(asked.context, version=version))
        return used(asked, token={**OWN, "type": "OTHER"})

    for query in ("?type=OTHER", "?token_type=OTHER"):
        assert count(checks.asked_in_form, in_version("2.1.1", query)) == 0
    assert count(checks.asked_in_form, in_version("2.1.1", "")) == 1
    assert count(checks.asked_in_form, in_version("2.2.1", "?token_type=OTHER")) == 1


def test_evses_have_their_uid() -> None:
    def at(*uids, evses=(EVSE,)) -> Use:
        return used(ask({"location_id": "L1", "evse_uids": list(uids)}), evses=evses)

    assert count(checks.evses_by_uid, at("e1")) == 0
    assert count(checks.evses_by_uid, at("UNPUBLISHED")) == 0
    assert count(checks.evses_by_uid, at("NL*EMB*E1")) == 1
    assert count(checks.evses_by_uid, at("NL*EMB*E1", evses=({"uid": "NL*EMB*E1", "evse_id": "NL*EMB*E1"},))) == 0
    with pytest.raises(NotObserved):
        count(checks.evses_by_uid, used(ask({"location_id": "L1"})))


@pytest.mark.parametrize("expectation", [checks.asked_in_form, checks.evses_by_uid, checks.reference_in_session])
def test_without_a_question_there_is_nothing_to_judge(expectation) -> None:
    with pytest.raises(NotObserved):
        count(expectation, used())


GIVEN = {"allowed": "ALLOWED", "authorization_reference": "AUTH-1"}


@pytest.mark.parametrize(
    ("expectation", "name"), [(checks.reference_in_session, "sessions"), (checks.reference_in_cdr, "cdrs")]
)
def test_the_reference_is_carried_on(expectation, name) -> None:
    def after(answer, *objects) -> Use:
        return used(ask(answer=answer), **{name: objects})

    assert count(expectation, after(GIVEN, shown(authorization_reference="auth-1"))) == 0
    assert count(expectation, after(GIVEN, shown())) == 1
    assert count(expectation, after(GIVEN, shown(authorization_reference="AUTH-2"))) == 1
    for nothing in (after(GIVEN), after({"allowed": "BLOCKED"}, shown()), after({"allowed": "ALLOWED"}, shown())):
        with pytest.raises(NotObserved):
            count(expectation, nothing)
