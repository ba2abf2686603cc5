"""What the text leaves open and a run takes down: certificates, further versions, data of errors, busy EVSEs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import REQUESTS, body_of, distinct, expected_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.scene import data_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved

RESPONSE, ANSWERS, LIST = "the response", "the answers", "every list"
# The HTTP errors by which servers refuse a client without a certificate, where the body says so.
_UNCERTIFIED = frozenset({400, 401, 403, 495, 496})
# Numbers that were versions once; what is published beside them is of another edition.
_FORMER = frozenset({"2.0", "2.1", "2.2", "2.2.1-d2"})


@expectation(RESPONSE, "asks for no client certificate")
def needs_no_certificate(exchange: Exchange) -> Iterator[Breach]:
    """A token over TLS is all that a client needs (TRN-002)."""
    body = exchange.response.body.lower() if exchange.response else b""
    if http_status(exchange) in _UNCERTIFIED and b"certificate" in body:
        yield Breach("an answer to a client without a certificate", outcome(exchange), exchange)


@expectation(RESPONSE, "lists no version beside the known ones")
def lists_known_versions(exchange: Exchange) -> Iterator[Breach]:
    """Other numbers in the list are taken down (VER-033)."""
    rows = data_of(exchange)
    numbers = [str(row.get("version")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    for number in numbers:
        if number not in {*VERSIONS, *_FORMER}:
            yield Breach("versions that are known", number[:20], exchange, "/data")


def is_error(exchange: Exchange) -> bool:
    """An answer that is no success."""
    return exchange.response is not None and not succeeds(exchange)


@expected_of((RESPONSE,), "has no data beside its error", is_error)
def has_no_data(exchange: Exchange) -> Iterator[Breach]:
    """What an error holds as data is taken down (STA-010)."""
    body = body_of(exchange)
    if isinstance(body, dict) and body.get("data") is not None:
        yield Breach("no data, or null", "data", exchange, "/data")


@expected_of((RESPONSE,), "has a status of client errors", is_error)
def is_client_error(exchange: Exchange) -> Iterator[Breach]:
    """2000, or a more specific code of its range (STA-012)."""
    code = ocpi_status(exchange)
    if not (isinstance(code, int) and 2000 <= code < 3000):
        yield Breach("an OCPI status of 2xxx", outcome(exchange), exchange)


@expected_of(REQUESTS, "joins its URLs with one slash")
def joined_once(exchange: Exchange) -> Iterator[Breach]:
    """No two slashes stand together in a path (TRN-081, A28); both forms are served."""
    path = urlsplit(exchange.request.url).path
    if "//" in path:
        yield Breach("one slash between the parts of a path", path[-60:], exchange)


@expectation(ANSWERS, "begin alike and count one more")
def first_page_stays(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """An object that is new stands on the last page and in X-Total-Count (TRN-037).

    Raises:
        NotObserved: a page could not be read.
    """
    before, after = (data_of(exchange) for exchange in exchanges)
    if not isinstance(before, list) or not isinstance(after, list):
        raise NotObserved("the list could not be read")
    names = [[str(item.get("id")) for item in page if isinstance(item, dict)] for page in (before, after)]
    if names[1][: len(names[0])] != names[0]:
        yield Breach("the same objects on the first page", "other ones", exchanges[1], "/data")
    totals = [_total(exchange) for exchange in exchanges]
    if None not in totals and totals[1] <= totals[0]:  # type: ignore[operator]
        yield Breach(f"X-Total-Count above {totals[0]}", str(totals[1]), exchanges[1])


def _total(exchange: Exchange) -> int | None:
    text = (exchange.response.header("X-Total-Count") if exchange.response else None) or ""
    return int(text) if text.isascii() and text.isdigit() else None


@expectation(LIST, "shows one ACTIVE Session at an EVSE")
def charges_alone(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """An EVSE charges one vehicle at a time (LOC-074); what one answer shows is of one moment.

    Raises:
        NotObserved: no list of Sessions was read.
    """
    found = [exchange for exchange in exchanges if exchange.context.module == "sessions"]
    if not found:
        raise NotObserved("no list of Sessions was read")
    return distinct(breach for exchange in found for breach in _together(exchange))


def _together(exchange: Exchange) -> Iterator[Breach]:
    body = body_of(exchange)
    data = body.get("data") if isinstance(body, dict) else None
    sessions = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    version = exchange.context.version
    busy = Counter(name for s in sessions if s.get("status") == "ACTIVE" for name in _evses(s, version))
    for uid, number in busy.items():
        if number > 1 and uid != "#na":
            yield Breach("one ACTIVE Session at an EVSE", f"{number} at {uid[:36]}", exchange, "/data")


def _evses(session: dict[str, Any], version: str) -> set[str]:
    """Return the uid of the EVSE of a Session; in 2.1.1 those of the Location that stands in it."""
    if version != "2.1.1":
        return {str(session.get("evse_uid")).lower()}
    location = session.get("location")
    evses = location.get("evses") if isinstance(location, dict) else None
    uids = [evse.get("uid") for evse in evses if isinstance(evse, dict)] if isinstance(evses, list) else []
    return {uid for uid in uids if isinstance(uid, str)} if len(uids) == 1 else set()
