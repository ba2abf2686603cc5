"""What the answer to a push, or to a request for a pushed object, must be; and what a Receiver offers."""

from __future__ import annotations

from collections.abc import Iterator

from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import SUBJECT, http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.scene import data_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict


def _with_status(exchange: Exchange, code: int, meaning: str) -> Iterator[Breach]:
    if not succeeds(exchange):
        raise NotObserved(f"the target did not take the push: {outcome(exchange)}")
    if http_status(exchange) != code:
        yield Breach(f"HTTP {code} for {meaning}", outcome(exchange), exchange)


@expectation(SUBJECT, "reports a creation")
def reports_creation(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 201 when the object is new; only a success says so (status_codes_status_codes)."""
    yield from _with_status(exchange, 201, "a new object")


@expectation(SUBJECT, "reports an update")
def reports_update(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 200 when the object existed; only a success says so (status_codes_status_codes)."""
    yield from _with_status(exchange, 200, "an object that existed")


@expectation(SUBJECT, "reports an unknown object")
def reports_unknown(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 404 or a 2xxx; the code is not specified, but it is no success and no server error (A04)."""
    if succeeds(exchange):
        # An object that is not there is as good as deleted.
        limit = Verdict.OBSERVED if exchange.request.method == "DELETE" else Verdict.FAILED
        yield Breach("HTTP 404 or an OCPI status of 2xxx", outcome(exchange), exchange, at_most=limit)
    code = ocpi_status(exchange)
    server_error = isinstance(code, int) and 3000 <= code < 4000
    if server_error or http_status(exchange) >= 500 or exchange.response is None:
        yield Breach("HTTP 404 or an OCPI status of 2xxx", outcome(exchange), exchange, at_most=Verdict.ADVISED)


@expectation(SUBJECT, "reports that nothing is there")
def reports_nothing(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 404 to a GET (status_codes_status_codes); a server that does not take GET here is judged elsewhere."""
    if exchange.response is None:
        raise NotObserved(f"the URL cannot be called: {outcome(exchange)}")
    if http_status(exchange) in {405, 501}:
        raise NotObserved(f"the target does not take GET here: {outcome(exchange)}")
    if http_status(exchange) != 404:
        yield Breach("HTTP 404", outcome(exchange), exchange)


@expectation(SUBJECT, "is about a known object")
def about_known(exchange: Exchange) -> Iterator[Breach]:
    """The object of the URL is there, as it was pushed before; another refusal says nothing about that."""
    if http_status(exchange) == 404 or ocpi_status(exchange) == status.UNKNOWN_LOCATION:
        yield Breach("the object that was pushed to this URL", outcome(exchange), exchange)
    elif not succeeds(exchange):
        raise NotObserved(f"the target did not take the push: {outcome(exchange)}")


@expectation(SUBJECT, "offers tariffs to who receives locations")
def offers_tariffs(exchange: Exchange) -> Iterator[Breach]:
    """The locations Receiver depends on tariffs (mod_locations, module dependency).

    The endpoints of 2.1.1 have no role: those of an eMSP receive.
    """
    data = data_of(exchange)
    endpoints = data.get("endpoints") if isinstance(data, dict) else None
    without_roles = exchange.context.version == "2.1.1"
    offered = {
        (entry.get("identifier"), "RECEIVER" if without_roles else entry.get("role"))
        for entry in (endpoints if isinstance(endpoints, list) else [])
        if isinstance(entry, dict)
    }
    if ("locations", "RECEIVER") not in offered:
        raise NotObserved("the target has no Receiver interface of locations")
    if ("tariffs", "RECEIVER") not in offered:
        yield Breach("a Receiver interface of tariffs beside that of locations", "none", exchange, "/data/endpoints")
