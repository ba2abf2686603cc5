"""Each expectation about a Receiver of commands: what fulfils it beside what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.record import Actor, Context, Exchange, Headers, Request, Response
from ocpi_conformance.steps.checks import commands as checks
from ocpi_conformance.steps.checks import journeys
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.commanded import Followed, Outcome, Sent
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

URL = "http://p/2.2.1/sender/commands/START_SESSION/u1"
AT_TARGET = Context("2.2.1", "commands", "RECEIVER", "command")
AT_PARTNER = Context("2.2.1", "commands", "SENDER", "result")
TOKEN = {"country_code": "NL", "party_id": "TST", "uid": "T1", "type": "RFID", "contract_id": "NL-TST-C1-X"}
BODY = {"response_url": URL, "token": TOKEN, "location_id": "LOC1", "authorization_reference": "REF1"}
IDS: Headers = (("Authorization", "Token eA=="), ("X-Request-ID", "1"), ("X-Correlation-ID", "2"))


def exchange(
    number: int,
    sender: Actor,
    context: Context,
    body: object,
    answer: object,
    *,
    http: int = 200,
    url: str = URL,
    headers: Headers = IDS,
    at: float = 0.0,
) -> Exchange:
    request = Request("POST", url, headers, jsontext.dumps(body))
    response = Response(http, (), jsontext.dumps(answer))
    return Exchange(number, sender, request, response, context, 2 * number, 2 * number + 1, at, at)


def command(result: object = "ACCEPTED", http: int = 200, ocpi: int = 1000, **more: Any) -> Exchange:
    """A command of the partner; `result` None is an answer without data."""
    data = {} if result is None else {"data": {"result": result, "timeout": 30} | more}
    routing = (("OCPI-from-party-id", "TST"), ("OCPI-to-party-id", "CPO"))
    answer = {"status_code": ocpi, **data}
    return exchange(1, "partner", AT_TARGET, BODY, answer, http=http, url="http://t/START_SESSION", headers=routing)


def result(word: object = "ACCEPTED", *, url: str = URL, http: int = 200, at: float = 1.0, number: int = 2) -> Exchange:
    body = {"result": word}
    return exchange(number, "target", AT_PARTNER, body, {"status_code": 1000}, url=url, http=http, at=at)


def sent(answer: Exchange | None = None) -> Sent:
    return Sent("START_SESSION", BODY, answer or command(), cast(Site, None), "u1")


def outcome(*results: Exchange, answer: Exchange | None = None, **more: Any) -> Outcome:
    return Outcome(sent(answer), results, more.pop("calls", ()), more.pop("waited_out", True), **more)


def actual(check: Any, evidence: object, **arguments: Any) -> list[str]:
    return [breach.actual for breach in check(evidence, **arguments)]


REFUSED = command("REJECTED")


# The direct answer ----------------------------------------------------------------------------------------------------


def test_acceptance() -> None:
    assert actual(checks.accepts, command()) == []
    assert actual(checks.accepts, REFUSED) == ["HTTP 200, OCPI 1000 with the result REJECTED"]
    assert actual(checks.accepts, command(http=404, ocpi=2000)) == ["HTTP 404, OCPI 2000"]
    assert actual(checks.accepts_not, REFUSED) == []
    assert actual(checks.accepts_not, command(ocpi=2001)) == []
    assert actual(checks.accepts_not, command()) == ["HTTP 200, OCPI 1000 with the result ACCEPTED"]
    assert actual(checks.knows_evse, REFUSED) == []
    assert [breach.at_most for breach in checks.knows_evse(command())] == [Verdict.ADVISED]


def test_a_command_response_whatever_its_result() -> None:
    for fine in (command(), command("NOT_SUPPORTED"), command(None, ocpi=2003), command(None, 400, 2001)):
        assert actual(checks.is_command_response, fine) == []
    assert actual(checks.is_command_response, command(None)) == ["HTTP 200, OCPI 1000 without a CommandResponse"]
    assert actual(checks.is_command_response, command(None, 405, 2000)) == ["HTTP 405, OCPI 2000"]
    assert actual(checks.is_command_response, command(None, 500, 3000)) == ["HTTP 500, OCPI 3000"]


@pytest.mark.parametrize("check", [checks.accepts, checks.accepts_not, checks.is_command_response])
def test_an_array_is_the_business_of_another_entry(check: Any) -> None:
    answer = {"status_code": 1000, "data": [{"result": "ACCEPTED", "timeout": 30}]}
    listed = exchange(1, "partner", AT_TARGET, BODY, answer, url="http://t/START_SESSION")
    assert not checks.is_success(listed)
    with pytest.raises(NotObserved, match="TRN-072"):
        actual(check, listed)


def test_evse_uid_is_optional() -> None:
    assert actual(checks.needs_no_evse, REFUSED) == []
    assert actual(checks.needs_no_evse, command(None, ocpi=2001)) == ["HTTP 200, OCPI 2001"]
    with pytest.raises(NotObserved):
        actual(checks.needs_no_evse, command(None, ocpi=2003))


def test_an_unknown_location() -> None:
    for fine in (command(None, ocpi=2003), command("REJECTED", ocpi=2003), command("NOT_SUPPORTED")):
        assert actual(checks.unknown_location, fine) == []
    assert actual(checks.unknown_location, REFUSED) == ["HTTP 200, OCPI 1000 with the result REJECTED"]
    assert actual(checks.unknown_location, command(None, 404, 2003)) == ["HTTP 404, OCPI 2003"]


def test_an_unknown_session() -> None:
    for fine in (command("UNKNOWN_SESSION"), command("UNKNOWN_SESSION", ocpi=2000), command("NOT_SUPPORTED")):
        assert actual(checks.unknown_session, fine) == []
    assert actual(checks.unknown_session, REFUSED) == ["HTTP 200, OCPI 1000 with the result REJECTED"]
    with pytest.raises(NotObserved):
        actual(checks.unknown_session, command(None, 404, 2000))


def test_the_decision_of_the_cpo() -> None:
    assert actual(checks.own_decision, command("UNKNOWN_SESSION")) == []
    assert actual(checks.own_decision, command("EVSE_OCCUPIED")) == ["EVSE_OCCUPIED"]


def test_a_whole_command_response() -> None:
    assert actual(checks.whole_response, command(timeout=1)) == []
    assert actual(checks.whole_response, command("EVSE_OCCUPIED")) == []
    assert actual(checks.whole_response, command("REJECTED", timeout=0)) == []
    assert actual(checks.whole_response, command(timeout="30")) != []
    found = list(checks.whole_response(command(timeout=0)))
    assert [(breach.actual, breach.at_most) for breach in found] == [("0 s", Verdict.ADVISED)]


# Results of a run -----------------------------------------------------------------------------------------------------


def test_a_bare_result() -> None:
    assert actual(checks.bare_result, result("TIMEOUT")) == []
    assert actual(checks.bare_result, result("UNKNOWN_SESSION")) == ['"UNKNOWN_SESSION"']
    wrapped = exchange(2, "target", AT_PARTNER, {"data": {"result": "ACCEPTED"}, "status_code": 1000}, {})
    assert actual(checks.bare_result, wrapped) == ["an envelope around it"]


def test_the_token_of_a_result() -> None:
    assert actual(checks.authorized_result, result()) == []
    assert actual(checks.authorized_result, result(http=401)) == ["another token"]
    bare = exchange(2, "target", AT_PARTNER, {}, {}, headers=())
    assert actual(checks.authorized_result, bare) == ["no Authorization header"]


def test_message_ids_of_a_result() -> None:
    assert actual(checks.result_has_ids, result()) == []
    assert len(actual(checks.result_has_ids, exchange(2, "target", AT_PARTNER, {}, {}, headers=()))) == 2


def test_the_url_of_a_result() -> None:
    assert actual(checks.at_response_url, [command(), result()]) == []
    assert actual(checks.at_response_url, [command(), result(url=URL.replace("u1", "%751"))]) == []
    elsewhere = result(url=URL + "?part=1")
    assert actual(checks.at_response_url, [command(), elsewhere]) == ["/2.2.1/sender/commands/START_SESSION/u1?part=1"]


def test_the_time_of_a_result() -> None:
    assert actual(checks.within_timeout, [command(timeout=5), result(at=5.2), result(at=90.0, number=3)]) == []
    assert actual(checks.within_timeout, [command(timeout=5), result(at=6.0)]) == ["after 6.0 s"]
    with pytest.raises(NotObserved):
        actual(checks.within_timeout, [command(None), result()])


def test_the_way_back_of_a_result() -> None:
    def back(*headers: tuple[str, str]) -> list[Exchange]:
        return [command(), exchange(2, "target", AT_PARTNER, {}, {}, headers=headers)]

    right = (("OCPI-to-party-id", "tst"), ("OCPI-from-party-id", "CPO"))
    assert actual(checks.routed_back, back(*right)) == []
    assert actual(checks.routed_back, back(right[1], ("OCPI-to-party-id", "XXX"))) == ["XXX"]
    assert [breach.at_most for breach in checks.routed_back(back(right[0]))] == [Verdict.ADVISED]
    with pytest.raises(NotObserved):
        actual(checks.routed_back, [command(), result(url=URL + "x")])


# The result of one command --------------------------------------------------------------------------------------------


def test_a_result_comes() -> None:
    assert actual(checks.comes, outcome(result())) == []
    assert actual(checks.comes, outcome()) == ["none"]
    for unseen in (outcome(waited_out=False), outcome(answer=REFUSED)):
        with pytest.raises(NotObserved):
            actual(checks.comes, unseen)


def test_a_result_comes_once() -> None:
    assert actual(checks.comes_once, outcome(result())) == []
    assert actual(checks.comes_once, outcome(result(), result())) == ["2 of them"]
    with pytest.raises(NotObserved):
        actual(checks.comes_once, outcome())


def test_no_result_comes_of_a_refusal() -> None:
    assert actual(checks.never_comes, outcome(answer=REFUSED)) == []
    assert actual(checks.never_comes, outcome(result("REJECTED"), answer=REFUSED)) == ["REJECTED"]
    with pytest.raises(NotObserved):
        actual(checks.never_comes, outcome())


def test_the_word_of_a_result() -> None:
    assert actual(checks.is_word_unless_refused, outcome(answer=REFUSED), word="TIMEOUT") == []
    assert actual(checks.is_word_unless_refused, outcome(result()), word="TIMEOUT") == ["ACCEPTED"]
    assert actual(checks.is_word_somewhere, outcome(answer=command("NOT_SUPPORTED")), word="NOT_SUPPORTED") == []
    assert actual(checks.is_word_somewhere, outcome(result("NOT_SUPPORTED")), word="NOT_SUPPORTED") == []
    assert actual(checks.is_word_somewhere, outcome(answer=REFUSED), word="NOT_SUPPORTED") != []
    assert actual(checks.is_never, outcome(answer=REFUSED), word="ACCEPTED") == []
    assert actual(checks.is_never, outcome(result("REJECTED")), word="ACCEPTED") == []
    assert actual(checks.is_never, outcome(result()), word="ACCEPTED") == ["ACCEPTED"]
    with pytest.raises(NotObserved):
        actual(checks.is_word_unless_refused, outcome(), word="ACCEPTED")


def test_a_reservation_that_is_replaced() -> None:
    assert actual(checks.is_replaced, outcome(result())) == []
    for word, limit in (("EVSE_OCCUPIED", Verdict.FAILED), ("REJECTED", Verdict.ADVISED)):
        found = list(checks.is_replaced(outcome(result(word))))
        assert [(breach.actual, breach.at_most) for breach in found] == [(word, limit)]


def test_any_token_will_do() -> None:
    accepted, refused = (sent(), ()), (sent(REFUSED), ())
    assert actual(checks.any_token, outcome(earlier=(accepted,))) == []
    assert actual(checks.any_token, outcome(earlier=(accepted,), answer=REFUSED)) == []
    assert actual(checks.any_token, outcome(earlier=(refused,))) == ["HTTP 200, OCPI 1000 with the result REJECTED"]
    with pytest.raises(NotObserved):
        actual(checks.any_token, outcome(earlier=(refused,), answer=REFUSED))


def test_a_second_result() -> None:
    cancelled = result("CANCELED_RESERVATION")
    assert actual(checks.is_followed_by, outcome(result(), cancelled), word="CANCELED_RESERVATION") == []
    assert actual(checks.is_followed_by, outcome(result()), word="CANCELED_RESERVATION") == ["ACCEPTED only"]


def test_results_of_commands_at_the_same_time() -> None:
    first = (sent(), (result(),))
    assert actual(checks.each_its_own, outcome(result(), earlier=(first,))) == []
    assert actual(checks.each_its_own, outcome(result(), result(), earlier=((sent(), ()),))) == ["0 and 2 of them"]
    with pytest.raises(NotObserved):
        actual(checks.each_its_own, outcome(earlier=((sent(), ()),)))


def test_no_authorization_in_real_time() -> None:
    def asked(uid: str) -> Exchange:
        context = Context("2.2.1", "tokens", "SENDER", "authorize", (("token_uid", uid),))
        return exchange(3, "target", context, {}, {})

    assert actual(checks.unauthorized_start, outcome(result(), calls=(asked("T2"),))) == []
    assert actual(checks.unauthorized_start, outcome(result(), calls=(asked("t1"),))) == ["POST authorize"]


# Sessions and CDRs ----------------------------------------------------------------------------------------------------


def payload(kind: str = "Session", **fields: Any) -> Payload:
    value = {"id": "S1", "cdr_token": TOKEN, "location_id": "loc1", "status": "ACTIVE", **fields}
    return Payload(
        kind, value, exchange(3, "target", Context("2.2.1", "sessions", "RECEIVER", "session"), value, {}), ""
    )


def followed(*found: Payload, words: tuple[str, ...] = ("ACCEPTED",), **more: Any) -> Followed:
    return Followed(sent(), words, found, later=more.pop("later", ("ACCEPTED",)), **more)


@pytest.mark.parametrize(
    ("check", "good", "bad", "shown"),
    [
        (checks.names_token, {"cdr_token": TOKEN | {"uid": "t1"}}, {"cdr_token": TOKEN | {"type": "OTHER"}}, "OTHER"),
        (checks.has_reference, {"authorization_reference": "ref1"}, {}, "absent"),
        (checks.is_started, {}, {"location_id": "LOC2"}, "LOC2"),
        (checks.is_reservation, {"status": "RESERVATION"}, {"status": "RESERVED"}, "RESERVED"),
        (checks.is_still_open, {"status": "RESERVATION"}, {"status": "INVALID"}, "INVALID"),
    ],
)
def test_what_follows_a_command(check: Any, good: dict[str, Any], bad: dict[str, Any], shown: str) -> None:
    assert actual(check, followed(payload(**good))) == []
    assert actual(check, followed(payload(**bad))) == [shown]
    with pytest.raises(NotObserved):
        actual(check, followed(payload(**bad), words=("FAILED",)))


def test_a_session_of_2_1_1_has_the_auth_id_of_the_token() -> None:
    command = replace(sent(), body=sent().body | {"token": {"uid": "U1", "auth_id": "DE8AA1"}})
    for given, found in (("DE8AA1", []), ("U1", ["U1"]), ("de8aa1", ["de8aa1"])):
        shown = replace(followed(payload(auth_id=given)), sent=command)
        assert actual(checks.names_token, shown) == found


def test_no_session_at_all() -> None:
    assert actual(checks.is_started, followed(plugged_in=True)) == ["none"]
    assert actual(checks.is_reservation, followed()) == ["no Session for the Token"]
    for check in (checks.is_started, checks.names_token, checks.has_reference):
        with pytest.raises(NotObserved):
            actual(check, followed())


def test_the_evse_of_a_reservation() -> None:
    for uid in ("#NA", "e1"):
        assert actual(checks.at_some_evse, followed(payload(evse_uid=uid), evses=("E1", "E2"))) == []
    assert actual(checks.at_some_evse, followed(payload(evse_uid="E3"), evses=("E1",))) == ["E3"]
    with pytest.raises(NotObserved):
        actual(checks.at_some_evse, followed(payload(evse_uid="E3")))


def test_one_open_session() -> None:
    assert actual(checks.is_alone, followed(payload(status="INVALID"), payload())) == []
    assert actual(checks.is_alone, followed(payload(), payload())) == ["2 of them"]


def test_a_reservation_that_was_cancelled() -> None:
    assert actual(checks.is_still_open, followed()) == []
    cancelled = followed(words=("ACCEPTED", "CANCELED_RESERVATION"))
    assert actual(checks.is_still_open, cancelled) == ["CANCELED_RESERVATION"]
    with pytest.raises(NotObserved):
        actual(checks.is_still_open, followed(later=("FAILED",)))


def test_a_journey_names_the_rules_that_are_broken() -> None:
    expectation, _ = find(checks.CDR, "belongs to its Session")
    session = payload(start_date_time="2024-01-01T00:00:00Z", country_code="NL", party_id="CPO")
    same = {"session_id": "S1", "start_date_time": "2024-01-01T00:00:00Z", "country_code": "NL", "party_id": "CPO"}
    late = same | {"start_date_time": "2024-01-01T01:00:00Z"}
    other = same | {"cdr_token": TOKEN | {"contract_id": "NL-TST-C2-X"}}
    for fields, broken in ((same, set()), (late, {"CDR-049"}), (other, {"CDR-078"})):
        cdr = payload("CDR", **fields)
        found = expectation.function(followed(cdr, objects=(session, cdr)))
        assert {breach.requirement for breach in found} == broken
    with pytest.raises(NotObserved):
        list(expectation.function(followed()))
    assert journeys.expectation


def test_a_phrase_can_end_in_the_requirement_that_it_is_about() -> None:
    expectation, arguments = find(checks.RESULT, "is ACCEPTED at once or later (CMD-039)")
    assert arguments == {"word": "ACCEPTED"}
    (breach,) = expectation.function(outcome(result("FAILED")), **arguments)
    assert breach.requirement == "CMD-039"
    expectation, arguments = find(checks.RESULT, "is ACCEPTED at once or later")
    (breach,) = expectation.function(outcome(result("FAILED")), **arguments)
    assert breach.requirement == ""


def test_a_session_and_its_success() -> None:
    assert actual(checks.comes_with_success, followed(objects=(payload(),))) == []
    assert actual(checks.comes_with_success, followed()) == ["none"]
    assert actual(checks.comes_with_success, followed(words=("TIMEOUT",))) == []
    assert actual(checks.comes_with_success, followed(words=("TIMEOUT",), objects=(payload(),))) == ["a Session"]
    with pytest.raises(NotObserved):
        actual(checks.comes_with_success, followed(words=()))


# The version before -------------------------------------------------------------------------------------------------


def in_2_1_1(exchange: Exchange) -> Exchange:
    return replace(exchange, context=replace(exchange.context, version="2.1.1"))


def test_the_direct_answer_of_2_1_1_has_one_enum_with_the_result() -> None:
    assert actual(checks.own_decision, command("TIMEOUT")) == ["TIMEOUT"]
    assert actual(checks.own_decision, in_2_1_1(command("TIMEOUT"))) == []
    assert actual(checks.own_decision, in_2_1_1(command("EVSE_OCCUPIED"))) == ["EVSE_OCCUPIED"]


def test_in_2_1_1_an_http_error_may_mean_what_the_command_names() -> None:
    def limits(answer: Exchange) -> list[Verdict]:
        return [breach.at_most for breach in checks.is_command_response(answer)]

    unknown = command(None, http=404, ocpi=2003)
    assert limits(unknown) == [Verdict.FAILED]
    assert limits(in_2_1_1(unknown)) == [Verdict.ADVISED]
    assert limits(in_2_1_1(command(None, http=405, ocpi=2000))) == [Verdict.FAILED]
    assert limits(in_2_1_1(command(None, http=404, ocpi=3000))) == [Verdict.FAILED]


def test_the_direct_answer_of_2_1_1_needs_no_timeout() -> None:
    bare = exchange(1, "partner", AT_TARGET, BODY, {"status_code": 1000, "data": {"result": "ACCEPTED"}})
    assert actual(checks.whole_response, bare) == ["absent"]
    assert actual(checks.whole_response, in_2_1_1(bare)) == []
    empty = exchange(1, "partner", AT_TARGET, BODY, {"status_code": 1000, "data": {"timeout": 30}})
    assert actual(checks.whole_response, in_2_1_1(empty)) == ["absent"]


def test_the_result_of_2_1_1_is_a_command_response() -> None:
    assert actual(checks.bare_result, in_2_1_1(result("REJECTED"))) == []
    assert actual(checks.bare_result, result("FAILED")) == []
    assert actual(checks.bare_result, in_2_1_1(result("FAILED"))) == ['"FAILED"']
    wrapped = exchange(2, "target", AT_PARTNER, {"data": {"result": "ACCEPTED"}, "status_code": 1000}, {})
    assert actual(checks.bare_result, in_2_1_1(wrapped)) == ["an envelope around it"]


def test_the_session_of_2_1_1_holds_its_location() -> None:
    def followed(place: str) -> Followed:
        session = {"id": "S1", "auth_id": TOKEN["contract_id"], "location": {"id": place}}
        return Followed(sent(), ("ACCEPTED",), (Payload("Session", session, result(), ""),))

    assert actual(checks.is_started, followed("loc1")) == []
    assert actual(checks.is_started, followed("LOC2")) == ["LOC2"]
