"""Each expectation about the Sender of charging profiles: what fulfils it beside what does not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import profile_sending as checks
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

FAILED, ADVISED = Verdict.FAILED, Verdict.ADVISED
PROFILE = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 16.0}]}


def request(query: str = "", method: str = "GET", body: Any = None, session: str = "S1", number: int = 1) -> Exchange:
    context = Context("2.2.1", "chargingprofiles", "RECEIVER", "profile", (("session_id", session),))
    content = b"" if body is None else jsontext.dumps(body)
    sent = Request(method, f"http://partner/chargingprofiles/{session}?{query}", (), content)
    return Exchange(number, "target", sent, Response(200), context, number, number, 0.0, 0.0)


def answer(data: Any = "none", http: int = 200, ocpi: int = 1000) -> Exchange:
    body = {"status_code": ocpi, "timestamp": "2026-01-05T12:00:00Z"} | ({} if data == "none" else {"data": data})
    context = Context("2.2.1", "chargingprofiles", "SENDER", "set_result")
    response = Response(http, (), jsontext.dumps(body))
    return Exchange(1, "partner", Request("POST", "http://target/x"), response, context, 1, 2, 0.0, 0.0)


def verdicts(breaches: Any) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("duration=900&response_url=https%3A%2F%2Fx.test%2Fa%3Fb%3D1", []),
        ("response_url=https://x.test/a?b=1", []),
        ("duration=900", [FAILED]),
        ("response_url=", [FAILED]),
        ("response_url=%2Fa%2Fb", [FAILED]),
        ("response_url=https%3A%2F%2F%5B", [FAILED]),
    ],
)
def test_the_response_url_is_a_parameter(query: str, expected: list[Verdict]) -> None:
    assert verdicts(checks.has_response_url(request(query))) == expected


@pytest.mark.parametrize(("query", "expected"), [("duration=900", []), ("duration=long", [FAILED]), ("", [FAILED])])
def test_the_duration_is_a_parameter(query: str, expected: list[Verdict]) -> None:
    assert verdicts(checks.has_duration(request(query))) == expected


def test_a_get_has_no_body() -> None:
    assert verdicts(checks.has_no_body(request())) == []
    assert verdicts(checks.has_no_body(request(body={}))) == [FAILED]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("duration=900&response_url=https%3A%2F%2Fx.test%2F%3Fa%3D1%26b%3D2", []),
        ("duration=900&response_url=https://x.test/?a=1", []),
        ("duration=900&response_url=https://x.test/?a=1&b=2", [FAILED]),
        ("duration=900", []),
    ],
)
def test_the_response_url_is_whole(query: str, expected: list[Verdict]) -> None:
    assert verdicts(checks.is_whole(request(query))) == expected


def test_a_put_sets_a_profile() -> None:
    whole = {"charging_profile": PROFILE, "response_url": "https://x.test/a"}
    assert verdicts(checks.sets_profile(request(method="PUT", body=whole))) == []
    assert verdicts(checks.sets_profile(request(method="PUT", body={"charging_profile": PROFILE}))) == [FAILED]


def shown(session: str) -> Exchange:
    """Return a Session that the partner has pushed."""
    context = Context("2.2.1", "sessions", "RECEIVER", "session")
    sent = Request("PUT", "http://target/sessions", (), jsontext.dumps({"id": session}))
    return Exchange(9, "partner", sent, Response(200), context, 0, 0, 0.0, 0.0)


def test_a_request_names_a_session_of_the_partner() -> None:
    assert verdicts(checks.names_session([shown("s1"), request()])) == []
    assert verdicts(checks.names_session([shown("S2"), request()])) == [FAILED]


def test_each_request_has_a_url_of_its_own() -> None:
    first = request("response_url=https%3A%2F%2Fx.test%2F1")
    again = request("response_url=https%3A%2F%2Fx.test%2F1", number=2)
    put = request(method="PUT", body={"response_url": "https://x.test/2"}, number=3)
    assert verdicts(checks.own_response_url([first, put])) == []
    assert verdicts(checks.own_response_url([first, put, again])) == [FAILED]
    with pytest.raises(NotObserved):
        verdicts(checks.own_response_url([first]))


def test_results_are_taken_without_data() -> None:
    assert verdicts(checks.is_taken(answer())) == []
    assert verdicts(checks.is_taken(answer(ocpi=2000))) == [FAILED]
    assert verdicts(checks.leaves_out_data(answer())) == []
    assert verdicts(checks.leaves_out_data(answer(None))) == [ADVISED]
    assert verdicts(checks.leaves_out_data(answer({}))) == [FAILED]


def test_the_place_of_active_profiles_is_published() -> None:
    pair = {"identifier": "chargingprofiles", "role": "SENDER", "url": "https://x.test"}
    assert verdicts(checks.offers_sender(answer({"endpoints": [pair]}))) == []
    assert verdicts(checks.offers_sender(answer({"endpoints": [pair | {"role": "RECEIVER"}]}))) == [ADVISED]
    with pytest.raises(NotObserved):
        verdicts(checks.offers_sender(answer(http=401, ocpi=2000)))
