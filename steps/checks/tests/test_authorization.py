"""Each expectation about authorization: an exchange that fulfils it beside one that does not."""

from __future__ import annotations

import base64
from typing import Literal

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import authorization as checks
from ocpi_conformance.steps.verdicts import NotObserved, Verdict


def answer(http: int, ocpi: int = 2000) -> Exchange:
    body = jsontext.dumps({"status_code": ocpi, "timestamp": "2024-01-01T00:00:00Z"})
    context = Context(module="versions", route="versions")
    return Exchange(1, "partner", Request("GET", "http://x/"), Response(http, (), body), context, 1, 2, 0.0, 0.0)


def request(*headers: tuple[str, str]) -> Exchange:
    context = Context(module="versions", route="versions")
    return Exchange(1, "target", Request("GET", "http://x/", headers), Response(200), context, 1, 2, 0.0, 0.0)


def test_every_answer_is_401() -> None:
    assert list(checks.all_unauthorized([answer(401), answer(401)])) == []
    assert len(list(checks.all_unauthorized([answer(401), answer(403), answer(200, 1000)]))) == 2


@pytest.mark.parametrize(
    ("http", "limits"),
    [(401, []), (400, [Verdict.ADVISED]), (403, [Verdict.FAILED]), (500, [Verdict.FAILED]), (200, [Verdict.FAILED])],
)
def test_a_header_without_token_is_401_and_400_is_advice(http: int, limits: list[Verdict]) -> None:
    assert [breach.at_most for breach in checks.without_token(answer(http))] == limits


def test_what_succeeds_as_usual_succeeds_in_another_manner() -> None:
    good, bad = answer(200, 1000), answer(401)
    assert list(checks.alike((good, good))) == []
    assert len(list(checks.alike((good, bad)))) == 1
    with pytest.raises(NotObserved):
        list(checks.alike((bad, good)))


def test_what_succeeds_in_another_manner_succeeds_without_it() -> None:
    good, bad = answer(200, 1000), answer(415)
    assert list(checks.independent((good, good))) == []
    assert list(checks.independent((good, bad))) == []
    assert len(list(checks.independent((bad, good)))) == 1
    with pytest.raises(NotObserved):
        list(checks.independent((bad, bad)))


def test_a_request_has_an_authorization_header() -> None:
    assert list(checks.has_authorization(request(("authorization", "Token eA==")))) == []
    assert len(list(checks.has_authorization(request(("X-Request-ID", "1"))))) == 1


@pytest.mark.parametrize("value", ["Token eA==", "Token a-b_c"])
def test_the_scheme_and_one_token(value: str) -> None:
    assert list(checks.names_scheme(request(("Authorization", value)))) == []


@pytest.mark.parametrize(
    ("value", "actual"),
    [
        ("Bearer eA==", "the scheme Bearer"),
        ("token eA==", "the scheme token"),
        ("Token  eA==", "more than one space"),
        ("Token", "one word"),
        ("Token a b", "something else after the word Token"),
    ],
)
def test_another_form_is_named_without_the_token(value: str, actual: str) -> None:
    assert [breach.actual for breach in checks.names_scheme(request(("Authorization", value)))] == [actual]


def call(token: str, status: int, module: str = "tokens") -> Exchange:
    sent = Request("PUT", "http://x/", (("Authorization", f"Token {token}"),))
    body = jsontext.dumps({"status_code": 1000 if status < 300 else 2000, "timestamp": "2024-01-01T00:00:00Z"})
    return Exchange(1, "target", sent, Response(status, (), body), Context(module=module), 1, 2, 0.0, 0.0)


@pytest.mark.parametrize("value", ["Token B", "Token  B", "Bearer B", "B", "TokenB", " Token B "])
def test_the_token_is_the_same_whatever_its_scheme(value: str) -> None:
    assert checks.written_token(request(("Authorization", value))) == "B"


@pytest.mark.parametrize("value", ["Token", "Token ", ""])
def test_a_scheme_alone_is_no_token(value: str) -> None:
    assert checks.written_token(request(("Authorization", value))) == ""


def told(sender: Literal["partner", "target"], token: str) -> Exchange:
    """Return the partner's POST of Credentials with `token`, or its answer with it to that of the target."""
    credentials = jsontext.dumps({"token": token})
    envelope = jsontext.dumps({"status_code": 1000, "data": {"token": token}})
    sent = Request("POST", "http://x/", (), credentials if sender == "partner" else b"{}")
    answer = Response(200, (), envelope if sender == "target" else b"{}")
    return Exchange(1, sender, sent, answer, Context(module="credentials"), 1, 2, 0.0, 0.0)


@pytest.mark.parametrize("sender", ["partner", "target"])
def test_a_token_that_was_given_is_known_though_it_was_never_accepted(sender: Literal["partner", "target"]) -> None:
    late = call(base64.b64encode(b"B").decode(), 401)
    assert list(checks.carries_known_token([told(sender, "B"), late])) == []
    assert [breach.exchange for breach in checks.carries_known_token([told(sender, "C"), late])] == [late]


def test_a_refused_token_was_accepted_at_some_time() -> None:
    good, stale, strange = call("B", 200), call("B", 401), call("X", 401)
    assert list(checks.carries_known_token([good, stale])) == []
    assert list(checks.carries_known_token([call("A", 200, "credentials"), call("A", 401)])) == []
    assert [breach.exchange for breach in checks.carries_known_token([good, strange, strange])] == [strange]
    assert len(list(checks.carries_known_token([good, call("X", 500), strange]))) == 1
    assert list(checks.carries_known_token([good, call("X", 401, "versions")])) == []
    with pytest.raises(NotObserved):
        list(checks.carries_known_token([call("X", 401, "versions")]))
