"""What an answer must be, whatever it is about: success, refusal, status, class of its data."""

from __future__ import annotations

from collections.abc import Iterator

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.payloads import edition_of
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.verdicts import Breach, Verdict

SUBJECT = "the response"


def outcome(exchange: Exchange) -> str:
    """Return an answer's outcome in words, as in "HTTP 200, OCPI 2001 (Missing id)"."""
    if exchange.response is None:
        return f"no response ({exchange.error})"
    envelope = envelope_of(exchange)
    if "status_code" not in envelope:
        return f"HTTP {exchange.response.status} without an OCPI status"
    message = envelope.get("status_message")
    said = f" ({message})" if isinstance(message, str) and message else ""
    return f"HTTP {exchange.response.status}, OCPI {envelope.get('status_code')}{said}"


def http_status(exchange: Exchange) -> int:
    """Return the HTTP status of an answer; 0 when there was none."""
    return exchange.response.status if exchange.response else 0


def ocpi_status(exchange: Exchange) -> object:
    """Return `status_code` of an answer, None when it has none."""
    return envelope_of(exchange).get("status_code")


def succeeds(exchange: Exchange) -> bool:
    """Tell whether an answer is HTTP 2xx with an OCPI status of 1xxx."""
    code = ocpi_status(exchange)
    return 200 <= http_status(exchange) < 300 and isinstance(code, int) and 1000 <= code < 2000


@expectation(SUBJECT, "is successful")
def successful(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 2xx and an OCPI status in the success range (status_codes_status_codes)."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


@expectation(SUBJECT, "does not succeed")
def not_successful(exchange: Exchange) -> Iterator[Breach]:
    """Anything but a success; how a method that is not defined is refused is left open (A05): 405 is preferred."""
    if succeeds(exchange):
        yield Breach("no success", outcome(exchange), exchange)


@expectation(SUBJECT, "has HTTP status {code:d}")
def has_http_status(exchange: Exchange, code: int) -> Iterator[Breach]:
    """Exactly this HTTP status."""
    if http_status(exchange) != code:
        yield Breach(f"HTTP {code}", outcome(exchange), exchange)


@expectation(SUBJECT, "is refused as unauthorized")
def unauthorized(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 401 (transport_and_format_authorization_header)."""
    if http_status(exchange) != 401:
        yield Breach("HTTP 401", outcome(exchange), exchange)


@expectation(SUBJECT, "is refused as invalid")
def invalid(exchange: Exchange) -> Iterator[Breach]:
    """OCPI 2001; another 2xxx, or an HTTP error beside it, is at most advice here: other entries judge it."""
    code = ocpi_status(exchange)
    if code == status.INVALID_PARAMETERS:
        return
    refused = isinstance(code, int) and 2000 <= code < 3000
    limit = Verdict.ADVISED if refused or http_status(exchange) == 400 else Verdict.FAILED
    yield Breach("OCPI 2001", outcome(exchange), exchange, at_most=limit)


@expectation(SUBJECT, "is a list of at least {n:d} {kind:w}")
def is_list_of(exchange: Exchange, n: int, kind: str) -> Iterator[Breach]:
    """`data` is a list with at least `n` valid objects of class `kind`."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)
        return
    data = envelope_of(exchange).get("data")
    if not isinstance(data, list) or len(data) < n:
        yield Breach(f"data is a list of at least {n} {kind}", _shape(data), exchange, "/data")
        return
    for number, item in enumerate(data):
        yield from _schema(exchange, kind, item, f"/data/{number}")


@expectation(SUBJECT, "is a valid {kind:w}")
def is_valid(exchange: Exchange, kind: str) -> Iterator[Breach]:
    """`data` is one valid object of class `kind`."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)
        return
    yield from _schema(exchange, kind, envelope_of(exchange).get("data"), "/data")


def _schema(exchange: Exchange, kind: str, value: object, place: str) -> Iterator[Breach]:
    for error in schemas.validator(edition_of(exchange), kind).errors(value):
        yield Breach(error.expected, error.actual, exchange, place + error.pointer)


def _shape(data: object) -> str:
    return f"a list of {len(data)}" if isinstance(data, list) else f"data is {type(data).__name__}"
