"""How the target names, sends and takes records of invoices: identifier, URLs, bodies. Records alone are in rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.kept import breach
from ocpi_conformance.steps.checks.location_pushes import body_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import SUBJECT, http_status, ocpi_status, outcome
from ocpi_conformance.steps.checks.rules import invoicereconciliation
from ocpi_conformance.steps.checks.rules.common import folded, moment, text
from ocpi_conformance.steps.checks.types import deviations
from ocpi_conformance.steps.checks.versions import misspelt
from ocpi_conformance.steps.payloads import Payload, version_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved

RECORD = "InvoiceReconciliationRecord"
EVERY_RECORD = f"every {RECORD}"
BESIDE_CDRS = f"{RECORD} beside CDRs"
REQUESTS = "every invoice request"
# How long country_code and party_id are (mod_invoice_reconciliation_receiver_get_method).
_OWNER = (2, 3)


# The module -----------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "calls invoice reconciliation by its identifier")
def is_identified(exchange: Exchange) -> Iterator[Breach]:
    """The module identifier is printed to the letter (mod_invoice_reconciliation_module)."""
    return misspelt(exchange, INVOICES, _means_invoices)


def _means_invoices(name: str) -> bool:
    return "".join(filter(str.isalnum, name)).lower().rstrip("s") == INVOICES


@expectation(SUBJECT, "is no server error")
def no_server_error(exchange: Exchange) -> Iterator[Breach]:
    """What the text leaves open may succeed or be refused (A37), but is no fault of the server."""
    code = ocpi_status(exchange)
    if exchange.response is None or http_status(exchange) >= 500 or (isinstance(code, int) and 3000 <= code < 4000):
        yield Breach("a success, HTTP 404 or an OCPI status of 2xxx", outcome(exchange), exchange)


# Requests of the target -----------------------------------------------------------------------------------------------


@expectation(REQUESTS, "is addressed by its owner and its id")
def addressed(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """Country code, party id and record id follow the endpoint URL (mod_invoice_reconciliation_receiver_put_method).

    POST goes to the endpoint URL, as the text has no segments for it; where else it may go is open (A37).
    """
    for exchange in _of_one_record(requests):
        ids = exchange.context
        lengths = tuple(len(ids.id(name) or "") for name in ("country_code", "party_id"))
        if ids.id("id") is None or lengths != _OWNER:
            yield Breach("the endpoint URL, country_code, party_id and id", exchange.request.url, exchange)


@expectation(REQUESTS, "has the owner and id of its record in the URL")
def as_in_url(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """The segments of a PUT are what its record says of itself, letter case aside (A37)."""
    puts = [e for e in _of_one_record(requests) if e.request.method == "PUT" and e.context.id("id") is not None]
    if not puts:
        raise NotObserved("the target has pushed no record to the URL of one")
    for exchange in puts:
        body, version = body_of(exchange), exchange.context.version
        for name in ("country_code", "party_id", "id"):
            wanted = exchange.context.id(name) or ""
            found = text(body.get(name)) if isinstance(body, dict) else ""
            if found and folded(found, version) != folded(wanted, version):
                yield Breach(f"{name} {wanted}, as in the URL", found, exchange, f"/{name}")


def _of_one_record(requests: Sequence[Exchange]) -> list[Exchange]:
    """Return the requests that are about one record by their URL; raises NotObserved when there is none."""
    found = [exchange for exchange in requests if exchange.request.method in {"GET", "PUT", "DELETE"}]
    if not found:
        raise NotObserved("the target has sent no GET, PUT or DELETE of a record")
    return found


@expectation(EVERY_RECORD, "has the form of its class in each push")
def pushed_whole(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """The body of POST and PUT is one whole record (mod_invoice_reconciliation_receiver_post_method)."""
    pushed = [payload for payload in payloads if payload.in_request and not payload.partial]
    if not pushed:
        raise NotObserved("the target has pushed no record")
    breaches = (
        Breach(error.expected, error.actual, payload.exchange, payload.pointer + error.pointer)
        for payload in pushed
        for error in deviations(payload)
        if error.severity == "error"
    )
    return itertools.islice(breaches, MOST)


# Records and CDRs -----------------------------------------------------------------------------------------------------


@expectation(EVERY_RECORD, "lists CDRs that were exchanged", among=BESIDE_CDRS)
def lists_known_cdrs(found: Sequence[Payload]) -> Iterator[Breach]:
    """Each id is that of a CDR which one side has told the other of (mod_invoice_reconciliation_record_object).

    `found` are the records of the target, and the CDRs of both sides. Where the target lists no CDRs of its own, a
    record that is older than the first CDR of the run may be about others.

    Raises:
        NotObserved: there is no record whose CDRs must have been seen, or no CDR.
    """
    cdrs = [payload for payload in found if payload.kind == "CDR" and isinstance(payload.value, dict)]
    if not cdrs:
        raise NotObserved("no CDR was exchanged")
    lists = any(p.exchange.sender == "partner" and p.exchange.context.route == "list" for p in cdrs)
    first = datetime.fromtimestamp(int(min(payload.exchange.ended_at for payload in cdrs)), UTC)
    judged = [
        payload
        for payload in found
        if payload.kind == RECORD and isinstance(payload.value, dict) and not payload.is_copy
        if lists or ((issued := moment(payload.value.get("last_updated"))) is not None and issued >= first)
    ]
    if not judged:
        raise NotObserved("the target has shown no record of CDRs that were exchanged in this run")
    known = [payload.value for payload in cdrs]
    flaws = (
        breach(flaw, payload)
        for payload in judged
        for flaw in invoicereconciliation.cdrs_are_known(payload.value, version_of(payload), known)
    )
    return itertools.islice(flaws, MOST)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {"INV-021": (lists_known_cdrs,)}
"""By requirement, what is about records beside what both sides have sent."""
