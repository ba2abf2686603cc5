"""Each expectation about status codes: an answer that fulfils it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import status as checks
from ocpi_conformance.steps.verdicts import NotObserved, Verdict


def answer(http: int, code: object = 1000, version: str = "2.2.1") -> Exchange:
    body = jsontext.dumps({"status_code": code, "timestamp": "2024-01-01T00:00:00Z"})
    context = Context(version, "credentials", "SENDER", "credentials")
    return Exchange(1, "partner", Request("PUT", "http://x/"), Response(http, (), body), context, 1, 2, 0.0, 0.0)


def limits(check, exchange: Exchange) -> list[Verdict]:
    return [breach.at_most for breach in check(exchange)]


@pytest.mark.parametrize("code", [1000, 2001, 2901, 3000, 4003])
def test_four_digits(code: int) -> None:
    assert limits(checks.four_digits, answer(200, code)) == []


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("1000", Verdict.FAILED),
        (200, Verdict.FAILED),
        (True, Verdict.FAILED),
        (None, Verdict.FAILED),
        (5000, Verdict.FAILED),
        (2010, Verdict.ADVISED),
    ],
)
def test_something_else_or_not_listed(code: object, limit: Verdict) -> None:
    assert limits(checks.four_digits, answer(200, code)) == [limit]


@pytest.mark.parametrize(
    ("code", "limits_of_2_1_1"),
    [
        (1000, []),
        (2004, []),
        (10000, [Verdict.ADVISED]),
        (2901, [Verdict.ADVISED]),
        (200, [Verdict.FAILED]),
        ("1000", [Verdict.FAILED]),
    ],
)
def test_in_2_1_1_there_are_at_least_four_digits_and_no_ranges(code: object, limits_of_2_1_1: list[Verdict]) -> None:
    assert limits(checks.four_digits, answer(200, code, "2.1.1")) == limits_of_2_1_1


@pytest.mark.parametrize(("code", "number"), [(2003, 0), (2010, 0), (2004, 1), (4001, 1)])
def test_codes_of_later_versions(code: int, number: int) -> None:
    assert len(limits(checks.of_its_version, answer(200, code, "2.1.1"))) == number
    assert limits(checks.of_its_version, answer(200, code)) == []


@pytest.mark.parametrize(("code", "number"), [(1000, 0), (2899, 0), (1900, 1), (2999, 1), (4950, 1)])
def test_custom_ranges(code: int, number: int) -> None:
    assert len(limits(checks.not_custom, answer(200, code))) == number


@pytest.mark.parametrize(("code", "number"), [(1000, 0), (1001, 1), (1900, 0)])
def test_success_is_1000(code: int, number: int) -> None:
    assert len(limits(checks.success_is_1000, answer(200, code))) == number
    assert len(limits(checks.success_is_1000, answer(200, code, "2.1.1"))) == int(code != 1000)


def test_what_reached_the_ocpi_layer_is_no_http_error() -> None:
    assert limits(checks.no_http_error, answer(200, 2001)) == []
    assert limits(checks.no_http_error, answer(400, 2001)) == [Verdict.FAILED]
    assert limits(checks.no_http_error, answer(500, 3000)) == [Verdict.FAILED]
    assert limits(checks.no_http_error, answer(503, 3000)) == [Verdict.OBSERVED]


@pytest.mark.parametrize("http", [401, 403, 405])
def test_a_missing_right_is_no_matter_of_the_ocpi_layer(http: int) -> None:
    with pytest.raises(NotObserved):
        limits(checks.no_http_error, answer(http, 2000))


def test_malformed_is_400() -> None:
    assert limits(checks.malformed, answer(400, 2001)) == []
    assert limits(checks.malformed, answer(200, 2001)) == [Verdict.FAILED]


def test_what_is_not_processed_is_no_success() -> None:
    assert limits(checks.no_success_reported, answer(400, 2001)) == []
    assert limits(checks.no_success_reported, answer(200, 2000)) == []
    assert limits(checks.no_success_reported, answer(200, 1000)) == [Verdict.FAILED]
    assert limits(checks.no_success_reported, answer(200, 3000)) == [Verdict.ADVISED]
    assert limits(checks.no_success_reported, answer(500, 3000)) == [Verdict.ADVISED]
