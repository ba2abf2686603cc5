"""Each expectation about answers on Tokens: an answer that fulfils it beside one that does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import tokens
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

THEN, SOON = "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"
# When lists are read.
READ = parse_timestamp(SOON).timestamp()
URL = "http://x/tokens/T1/authorize"
FAILED, ADVISED, OBSERVED = [Verdict.FAILED], [Verdict.ADVISED], [Verdict.OBSERVED]
TOKEN = {
    "country_code": "NL",
    "party_id": "EMB",
    "uid": "T1",
    "type": "RFID",
    "contract_id": "NL-EMB-C00000001-X",
    "issuer": "Issuer",
    "valid": True,
    "whitelist": "NEVER",
    "last_updated": THEN,
}
FRESH = {**TOKEN, "last_updated": SOON}
PLACE = {"location_id": "L1", "evse_uids": ["E1"]}


def answer(http=200, ocpi=1000, data=None, *, url=URL, body=None, seconds=0.0, raw=None) -> Exchange:
    content = {"status_code": ocpi, "timestamp": THEN} | ({} if data is None else {"data": data})
    context = Context("2.2.1", "tokens", "SENDER", "authorize", (("token_uid", "T1"),))
    request = Request("POST", url, (), b"" if body is None else jsontext.dumps(body))
    response = Response(http, (), jsontext.dumps(content) if raw is None else raw)
    return Exchange(1, "partner", request, response, context, 1, 2, 0.0, seconds)


def decided(allowed="ALLOWED", **more) -> Exchange:
    return answer(data={"allowed": allowed, "token": TOKEN, **more})


def verdicts(expectation, *arguments, **named):
    return [breach.at_most for breach in expectation(*arguments, **named)]


NEEDS, UNKNOWN, ABSENT = answer(ocpi=2002), answer(404, 2004), answer(405, 2000)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [(decided(), []), (decided("BLOCKED"), []), (NEEDS, []), (UNKNOWN, FAILED), (ABSENT, FAILED)],
)
def test_there_is_authorization(exchange, expected) -> None:
    assert verdicts(tokens.is_authorization, exchange) == expected


@pytest.mark.parametrize("check", [tokens.is_authorization, tokens.without_body, tokens.allows, tokens.informs])
def test_an_array_is_the_business_of_another_entry(check) -> None:
    with pytest.raises(NotObserved, match="TRN-072"):
        verdicts(check, answer(data=[{"allowed": "ALLOWED", "token": TOKEN}]))


@pytest.mark.parametrize("exchange", [answer(400, 2001), answer(500, 3000), answer(200, 2001)])
def test_a_form_that_is_not_handled_is_the_business_of_another_entry(exchange) -> None:
    with pytest.raises(NotObserved):
        verdicts(tokens.is_authorization, exchange)
    assert verdicts(tokens.without_body, exchange) == FAILED


def test_a_body_is_not_needed() -> None:
    assert verdicts(tokens.without_body, decided()) == []
    assert verdicts(tokens.without_body, NEEDS) == []
    with pytest.raises(NotObserved):
        verdicts(tokens.without_body, UNKNOWN)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [(decided(), []), (UNKNOWN, []), (NEEDS, []), (answer(404, 2000), FAILED), (ABSENT, FAILED), (answer(501), FAILED)],
)
def test_authorize_is_missing(exchange, expected) -> None:
    assert verdicts(tokens.offers_authorization, exchange) == expected


def test_an_answer_in_another_form_is_noted() -> None:
    assert verdicts(tokens.no_authorization, UNKNOWN) == []
    assert verdicts(tokens.no_authorization, decided()) == OBSERVED


def test_a_driver_does_not_wait_long() -> None:
    assert verdicts(tokens.in_time, answer(seconds=tokens.LONGEST_DECISION)) == []
    assert verdicts(tokens.in_time, answer(seconds=tokens.LONGEST_DECISION + 0.1)) == FAILED


@pytest.mark.parametrize(
    ("exchange", "expected"), [(decided(), []), (decided("NOT_ALLOWED"), FAILED), (answer(200, 2003), FAILED)]
)
def test_the_token_is_allowed(exchange, expected) -> None:
    assert verdicts(tokens.allows, exchange) == expected


def test_a_token_that_is_not_valid() -> None:
    assert verdicts(tokens.does_not_allow, decided("BLOCKED")) == []
    assert verdicts(tokens.does_not_allow, decided()) == FAILED
    assert verdicts(tokens.not_the_place, decided("EXPIRED")) == []
    assert verdicts(tokens.not_the_place, decided("NOT_ALLOWED")) == FAILED
    for expectation in (tokens.does_not_allow, tokens.not_the_place):
        with pytest.raises(NotObserved):
            verdicts(expectation, NEEDS)


def test_a_known_token_is_told_about() -> None:
    assert verdicts(tokens.informs, decided("BLOCKED")) == []
    assert verdicts(tokens.informs, UNKNOWN) == FAILED
    assert verdicts(tokens.informs, answer(200, 2000)) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.informs, NEEDS)


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [(NEEDS, []), (decided(), ADVISED), (decided("NOT_ALLOWED"), FAILED), (answer(200, 2000), FAILED)],
)
def test_a_location_that_is_needed(exchange, expected) -> None:
    assert verdicts(tokens.asks_for_location, exchange) == expected


def test_a_blocked_token_needs_no_location() -> None:
    with pytest.raises(NotObserved):
        verdicts(tokens.asks_for_location, decided("BLOCKED"))
    assert verdicts(tokens.needs_no_location, decided("BLOCKED")) == []
    assert verdicts(tokens.needs_no_location, NEEDS) == OBSERVED


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (UNKNOWN, []),
        (answer(404, 2004, raw=b'{"status_code": 2004, "data": null}'), []),
        (answer(200, 2004), []),
        (answer(404, 2000), FAILED),
        (answer(404, 2004, {"allowed": "BLOCKED"}), FAILED),
        (answer(404, raw=b"Not Found"), ADVISED),
        (answer(200, raw=b"[]"), FAILED),
    ],
)
def test_an_unknown_token(exchange, expected) -> None:
    assert verdicts(tokens.reports_unknown, exchange) == expected


def test_a_status_of_an_interface_that_is_not_there() -> None:
    assert verdicts(tokens.reports_status, NEEDS, code=2002) == []
    assert verdicts(tokens.reports_status, NEEDS, code=2004) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.reports_status, ABSENT, code=2004)


# What an AuthorizationInfo holds --------------------------------------------------------------------------------------


def info(allowed="ALLOWED", asked=None, url=URL, **more) -> Payload:
    value = {"allowed": allowed, "token": TOKEN, **more}
    return Payload("AuthorizationInfo", value, answer(data=value, url=url, body=asked), "/data")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (info(asked=PLACE, location={"location_id": "l1", "evse_uids": ["e1"]}), []),
        (info(asked=PLACE, location={"location_id": "L1"}), []),
        (info(asked={"location_id": "L1"}, location=PLACE), []),
        (info(asked=PLACE, location={"location_id": "L2"}), FAILED),
        (info(asked=PLACE, location={"location_id": "L1", "evse_uids": ["E1", "E2"]}), FAILED),
        (info(asked=PLACE), OBSERVED),
        (info(asked=PLACE, location=None), OBSERVED),
    ],
)
def test_the_location_is_the_one_asked_for(payload, expected) -> None:
    assert verdicts(tokens.same_location, [payload]) == expected


def test_the_evses_are_among_those_asked_for() -> None:
    assert verdicts(tokens.same_evses, [info(asked=PLACE, location=PLACE)]) == []
    more = info(asked=PLACE, location={"location_id": "L1", "evse_uids": ["E1", "E2"]})
    assert verdicts(tokens.same_evses, [more]) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.same_evses, [info(asked={"location_id": "L1"}, location=PLACE)])


def test_a_location_needs_a_request_for_it() -> None:
    assert verdicts(tokens.location_was_asked, [info(), info(location=None)]) == []
    assert verdicts(tokens.location_was_asked, [info(location=PLACE)]) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.location_was_asked, [info(asked=PLACE, location=PLACE)])


def test_a_location_needs_a_token_that_is_allowed() -> None:
    assert verdicts(tokens.location_is_allowed, [info("BLOCKED", PLACE)]) == []
    assert verdicts(tokens.location_is_allowed, [info("BLOCKED", PLACE, location=PLACE)]) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.location_is_allowed, [info(asked=PLACE, location=PLACE)])


@pytest.mark.parametrize(
    "expectation",
    [
        tokens.same_location,
        tokens.same_evses,
        tokens.location_was_asked,
        tokens.location_is_allowed,
        tokens.whole_token,
    ],
)
def test_without_authorization_there_is_nothing_to_judge(expectation) -> None:
    with pytest.raises(NotObserved):
        verdicts(expectation, [])


def listed(**changes) -> Payload:
    context = Context("2.2.1", "tokens", "SENDER", "list")
    exchange = Exchange(1, "partner", Request("GET", "http://x/"), Response(200), context, 1, 2, READ, READ)
    return Payload("Token", {**TOKEN, **changes}, exchange, "/data/0")


@pytest.mark.parametrize(
    ("token", "count"),
    [
        (TOKEN, 0),
        ({**TOKEN, "uid": "t1", "group_id": None, "language": None}, 0),
        (None, 1),
        ({k: v for k, v in TOKEN.items() if k != "issuer"}, 1),
        ({**TOKEN, "uid": "T2"}, 1),
        ({**TOKEN, "type": "OTHER"}, 1),
    ],
)
def test_the_token_is_whole_and_the_one_asked_about(token, count) -> None:
    assert len(verdicts(tokens.whole_token, [info(token=token)])) == count


def test_the_token_is_as_listed_while_it_is_the_same() -> None:
    assert verdicts(tokens.whole_token, [listed(), info()]) == []
    assert verdicts(tokens.whole_token, [listed(valid=False, last_updated="2023-01-01T00:00:00Z"), info()]) == []
    assert verdicts(tokens.whole_token, [listed(type="OTHER", issuer="Another"), info()]) == []
    assert verdicts(tokens.whole_token, [listed(issuer="Another"), info()]) == FAILED
    # Within the second of its last_updated it may have changed.
    assert verdicts(tokens.whole_token, [listed(issuer="Another", last_updated=SOON), info(token=FRESH)]) == []


def test_the_type_in_the_url_is_that_of_the_token() -> None:
    assert verdicts(tokens.whole_token, [info(url=f"{URL}?type=RFID")]) == []
    assert verdicts(tokens.whole_token, [info(url=f"{URL}?type=APP_USER")]) == FAILED


# What a CPO keeps -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (answer(data=TOKEN, url="http://x/T1"), []),
        (answer(data={**TOKEN, "type": "OTHER"}, url="http://x/T1?type=OTHER"), []),
        (answer(data={**TOKEN, "type": "OTHER"}, url="http://x/T1"), FAILED),
        (answer(data=TOKEN, url="http://x/T1?type=OTHER"), FAILED),
        (answer(404, 2000, url="http://x/T1"), FAILED),
    ],
)
def test_the_type_selects_the_token(exchange, expected) -> None:
    assert verdicts(tokens.of_the_type, exchange) == expected


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [(answer(201), []), (answer(200, 2001), ADVISED), (answer(404, 2000), FAILED), (answer(500, 3000), FAILED)],
)
def test_a_type_that_is_taken(exchange, expected) -> None:
    assert verdicts(tokens.takes_type, exchange) == expected


def test_data_that_is_no_object_is_the_business_of_another_entry() -> None:
    with pytest.raises(NotObserved):
        verdicts(tokens.of_the_type, answer(data=[TOKEN]))


def test_a_token_that_is_listed_as_invalid():
    for kept in (answer(data=TOKEN | {"valid": False}), answer(404, 2004)):
        assert verdicts(tokens.shows_no_valid, kept) == []
    assert verdicts(tokens.shows_no_valid, answer(data=TOKEN)) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.shows_no_valid, ABSENT)


def test_a_token_that_may_be_kept():
    for right in (answer(data=TOKEN | {"uid": "t1"}), answer(404, 2004)):
        assert verdicts(tokens.shows_token_or_none, right) == []
    assert verdicts(tokens.shows_token_or_none, answer(data=TOKEN | {"uid": "T2"})) == FAILED
    assert verdicts(tokens.shows_token_or_none, answer(500, 3000)) == ADVISED
    with pytest.raises(NotObserved):
        verdicts(tokens.shows_token_or_none, ABSENT)


# The version before -------------------------------------------------------------------------------------------------


def in_2_1_1(payload: Payload) -> Payload:
    exchange = payload.exchange
    return replace(payload, exchange=replace(exchange, context=replace(exchange.context, version="2.1.1")))


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (answer(404, raw=b"Not Found"), []),
        (answer(200, 2004), []),
        (answer(400, 2001), []),
        (decided("NOT_ALLOWED"), []),
        (decided(), FAILED),
        (answer(500, 3000), FAILED),
        (answer(200, 1000), FAILED),
    ],
)
def test_nobody_may_charge(exchange, expected) -> None:
    assert verdicts(tokens.allows_nobody, exchange) == expected


def test_nobody_is_asked_where_there_is_no_authorization() -> None:
    with pytest.raises(NotObserved):
        verdicts(tokens.allows_nobody, ABSENT)


def test_the_connectors_are_among_those_asked_for() -> None:
    asked = PLACE | {"connector_ids": ["1"]}
    assert verdicts(tokens.same_connectors, [in_2_1_1(info(asked=asked, location=asked))]) == []
    assert verdicts(tokens.same_connectors, [in_2_1_1(info(asked=asked, location=PLACE))]) == []
    more = PLACE | {"connector_ids": ["1", "2"]}
    assert verdicts(tokens.same_connectors, [in_2_1_1(info(asked=asked, location=more))]) == FAILED
    with pytest.raises(NotObserved):
        verdicts(tokens.same_connectors, [in_2_1_1(info(asked=PLACE, location=PLACE))])


def test_the_location_is_told_to_the_letter_in_2_1_1() -> None:
    other = info(asked=PLACE, location={"location_id": "l1"})
    assert verdicts(tokens.same_location, [other]) == []
    assert verdicts(tokens.same_location, [in_2_1_1(other)]) == FAILED


def test_an_authorization_of_2_1_1_has_two_fields_less() -> None:
    bare = {"allowed": "ALLOWED"}
    payload = Payload("AuthorizationInfo", bare, answer(data=bare), "/data")
    assert verdicts(tokens.of_two_fields_less, [payload]) == []
    assert len(verdicts(tokens.of_two_fields_less, [info(authorization_reference="R1")])) == 2
