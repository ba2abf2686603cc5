"""The two layers of status, HTTP and OCPI: which code says what. Who asked for it and why is for the scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from ocpi_conformance.mock_partner.ocpi.status import CUSTOM_RANGES, LISTED, SUCCESS, in_version
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import RESPONSE, body_of, expected_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

SUBJECT = "the response"
# HTTP errors by which a server says that it is busy, not that the request is wrong.
_BUSY = frozenset({429, 503})
# HTTP errors that tell of a missing right or of a method that is not for this moment: nothing to judge here.
_NOT_ALLOWED = frozenset({401, 403, 405})


def custom(code: object) -> bool:
    """Tell whether a status code lies in a range that is reserved for custom modules."""
    return isinstance(code, int) and any(code in codes for codes in CUSTOM_RANGES)


def _code(exchange: Exchange) -> object:
    body = body_of(exchange)
    return body.get("status_code") if isinstance(body, dict) else None


def _reserved(exchange: Exchange) -> bool:
    """Tell whether an answer has a custom status code, which STA-008 judges; 2.1.1 has no ranges for such."""
    return custom(_code(exchange)) and exchange.context.version != "2.1.1"


def has_code(exchange: Exchange) -> bool:
    """An answer with a status_code."""
    body = body_of(exchange)
    return isinstance(body, dict) and "status_code" in body


@expected_of(RESPONSE, "has a status_code of four digits", has_code)
def four_digits(exchange: Exchange) -> Iterator[Breach]:
    """The status_code is an integer from 1000 to 4999; one that no table lists is advice (TRN-073).

    In 2.1.1 it may be any of at least four digits (TRN-093). Its table is shorter: STA-027 is about what it lacks.
    """
    code = body_of(exchange)["status_code"]
    most = inf if exchange.context.version == "2.1.1" else 4999
    if not isinstance(code, int) or isinstance(code, bool) or not 1000 <= code <= most:
        yield Breach("status_code as a number of four digits", repr(code)[:40], exchange, "/status_code")
    elif code >= 2000 and code not in LISTED and not _reserved(exchange):
        yield Breach("a listed status_code", str(code), exchange, "/status_code", at_most=Verdict.ADVISED)


@expected_of(RESPONSE, "has a status_code that its version lists", has_code)
def of_its_version(exchange: Exchange) -> Iterator[Breach]:
    """The status_code is none that only later versions list; 2.1.1 has no 2004 and no 4xxx (STA-027)."""
    code = _code(exchange)
    if code in LISTED and in_version(code, exchange.context.version) != code:
        yield Breach(f"a status_code of OCPI {exchange.context.version}", str(code), exchange, "/status_code")


@expected_of(RESPONSE, "has no custom status_code", has_code)
def not_custom(exchange: Exchange) -> Iterator[Breach]:
    """The ranges x9xx are for custom modules only (STA-008)."""
    if custom(code := _code(exchange)):
        yield Breach("a status_code outside the custom ranges", str(code), exchange, "/status_code")


def reports_success(exchange: Exchange) -> bool:
    """An answer with a status_code in the range of success."""
    code = _code(exchange)
    return isinstance(code, int) and 1000 <= code < 2000


@expected_of(RESPONSE, "reports success with 1000", reports_success)
def success_is_1000(exchange: Exchange) -> Iterator[Breach]:
    """A success has the status_code 1000, the only one of its range (STA-011); custom ones are STA-008."""
    code = _code(exchange)
    if code != SUCCESS and not _reserved(exchange):
        yield Breach("status_code 1000", str(code), exchange, "/status_code")


@expectation(SUBJECT, "is no HTTP error")
def no_http_error(exchange: Exchange) -> Iterator[Breach]:
    """What reached the OCPI layer gets no HTTP error (STA-002, STA-025, A03); one for overload is only recorded.

    Raises:
        NotObserved: the right to the request, or the method, is refused: that is no matter of the OCPI layer.
    """
    code = http_status(exchange)
    if code in _NOT_ALLOWED:
        raise NotObserved(f"the request was refused before its content mattered: {outcome(exchange)}")
    if code >= 400:
        limit = Verdict.OBSERVED if code in _BUSY else Verdict.FAILED
        yield Breach("HTTP 2xx with the OCPI status that tells the error", outcome(exchange), exchange, at_most=limit)


@expectation(SUBJECT, "is refused as malformed")
def malformed(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 400 (STA-001)."""
    if http_status(exchange) != 400:
        yield Breach("HTTP 400", outcome(exchange), exchange)


@expectation(SUBJECT, "is not reported as success")
def no_success_reported(exchange: Exchange) -> Iterator[Breach]:
    """No 1xxx for what was not processed (STA-029); blaming the server for it is advice."""
    code = ocpi_status(exchange)
    if isinstance(code, int) and 1000 <= code < 2000 and http_status(exchange) < 400:
        yield Breach("no OCPI status of 1xxx", outcome(exchange), exchange)
    elif http_status(exchange) >= 500 or (isinstance(code, int) and 3000 <= code < 4000):
        yield Breach(
            "an error of the client: HTTP 4xx or OCPI 2xxx", outcome(exchange), exchange, at_most=Verdict.ADVISED
        )
