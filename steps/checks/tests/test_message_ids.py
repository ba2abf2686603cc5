"""Each expectation about message ids and routing headers: a message that fulfils it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers, Request, Response
from ocpi_conformance.steps.checks import message_ids as checks
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

LIST = Context("2.2.1", "locations", "SENDER", "list")
VERSIONS = Context(module="versions", route="versions")
CREDENTIALS = Context("2.2.1", "credentials", "SENDER", "credentials")
OURS = (("OCPI-from-party-id", "TST"), ("OCPI-from-country-code", "DE"))
THEIRS = (("OCPI-to-party-id", "EMB"), ("OCPI-to-country-code", "NL"))
BACK = (
    ("ocpi-to-party-id", "tst"),
    ("ocpi-to-country-code", "DE"),
    ("ocpi-from-party-id", "EMB"),
    ("ocpi-from-country-code", "NL"),
)


def message(
    sent: Headers = (), received: Headers = (), context: Context = LIST, http: int = 200, number: int = 1, body=b"{}"
) -> Exchange:
    request, response = Request("GET", "http://x/", sent), Response(http, received, body)
    return Exchange(number, "partner", request, response, context, number, number + 1, 0.0, 0.0)


def actual(check, exchange) -> list[str]:
    return [breach.actual for breach in check(exchange)]


@pytest.mark.parametrize(
    ("check", "name"),
    [(checks.repeats_request_id, "X-Request-ID"), (checks.repeats_correlation_id, "X-Correlation-ID")],
)
def test_the_answer_repeats_the_id(check, name: str) -> None:
    sent = ((name, "a1"),)
    assert actual(check, message(sent, ((name.lower(), "a1"),), http=404)) == []
    assert actual(check, message(sent)) == ["no such header"]
    assert actual(check, message(sent, ((name, "b2"),))) == ["another value"]


def test_what_the_target_never_saw_is_not_repeated() -> None:
    sent = (("X-Request-ID", "a1"),)
    assert checks.had_request_id(message(sent))
    assert checks.had_request_id(message(sent, http=503))
    assert not checks.had_request_id(message(sent, http=503, body=b"<html>"))
    assert not checks.had_request_id(message((("x-request-id", "a1"),)))
    assert not checks.had_correlation_id(message(sent))


@pytest.mark.parametrize(
    ("check", "name"), [(checks.has_request_id, "x-request-id"), (checks.has_correlation_id, "X-Correlation-ID")]
)
def test_a_request_has_the_id(check, name: str) -> None:
    assert actual(check, message(((name, "a1"),))) == []
    assert actual(check, message(((name, " "),))) == ["no such header"]
    assert actual(check, message()) == ["no such header"]


def test_each_request_has_an_id_of_its_own() -> None:
    one, two = (message((("X-Request-ID", value),), number=n) for n, value in ((1, "a"), (2, "b")))
    again = message((("X-Request-ID", "a"),), number=3)
    assert actual(checks.unique_request_ids, [one, two, message(number=4), message(number=5)]) == []
    assert actual(checks.unique_request_ids, [one, two, again]) == ["the X-Request-ID of exchange 1"]


def test_without_message_ids_nothing_is_said_of_them() -> None:
    with pytest.raises(NotObserved):
        actual(checks.unique_request_ids, [message(number=4), message(number=5)])
    assert checks.has_some_id(message((("X-Request-ID", "12"),)))
    assert not checks.has_some_id(message(number=4))


def test_ids_are_uuids() -> None:
    uuid = "0B5a5b9e-2c9b-4d3e-9f57-6c1c2f0a7d11"
    assert actual(checks.ids_are_uuids, message((("X-Request-ID", uuid), ("X-Correlation-ID", f"{{{uuid}}}")))) == []
    assert actual(checks.ids_are_uuids, message((("X-Request-ID", "12"), ("X-Correlation-ID", uuid)))) == [
        "another form"
    ]


def test_configuration_modules_are_not_routed() -> None:
    assert actual(checks.no_routing_in_answers, message(context=VERSIONS)) == []
    assert actual(checks.no_routing_in_answers, message((), BACK[:1], VERSIONS)) == ["OCPI-to-party-id"]
    assert not checks.answers_unrouted(message(OURS, BACK, VERSIONS))
    assert not checks.answers_unrouted(message())
    assert actual(checks.no_routing_in_requests, message(context=VERSIONS)) == []
    assert actual(checks.no_routing_in_requests, message(THEIRS[:1], context=VERSIONS)) == ["OCPI-to-party-id"]


def test_an_answer_is_addressed_back() -> None:
    sent = (*OURS, *THEIRS)
    assert actual(checks.addressed_back, message(sent, BACK)) == []
    assert actual(checks.addressed_back, message((), ())) == []
    wrong = [("OCPI-to-party-id", "EMB"), *BACK[1:]]
    assert [(b.actual, b.at_most) for b in checks.addressed_back(message(sent, tuple(wrong)))] == [
        ("EMB", Verdict.FAILED)
    ]
    assert [b.at_most for b in checks.addressed_back(message(sent, BACK[1:]))] == [Verdict.ADVISED]


@pytest.mark.parametrize("exchange", [message(OURS, http=404), message(OURS, context=VERSIONS)])
def test_what_is_not_routed_is_not_addressed(exchange: Exchange) -> None:
    with pytest.raises(NotObserved):
        list(checks.addressed_back(exchange))


@pytest.mark.parametrize(("roles", "limit"), [(1, Verdict.ADVISED), (2, Verdict.FAILED)])
def test_a_platform_of_several_roles_cannot_do_without(roles: int, limit: Verdict) -> None:
    body = jsontext.dumps({"status_code": 1000, "data": {"roles": [{}] * roles}})
    record = [message(context=CREDENTIALS, body=body), message(OURS, number=10)]
    assert {b.at_most for b in checks.all_addressed_back(record)} == {limit}


def test_each_answer_is_judged_by_the_roles_of_its_time() -> None:
    several = jsontext.dumps({"status_code": 1000, "data": {"roles": [{}, {}]}})
    before, after = message(OURS, number=1), message(OURS, number=10)
    record = [before, message(context=CREDENTIALS, body=several, number=5), after]
    found = {b.exchange.number: b.at_most for b in checks.all_addressed_back(record)}
    assert found == {1: Verdict.ADVISED, 10: Verdict.FAILED}
