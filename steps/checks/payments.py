"""What a CPO answers to a payment terminal provider, and asks of one. What a Terminal has to hold is in rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi.modules import edition
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.checks.commands import latest_of
from ocpi_conformance.steps.checks.each import REQUESTS, expected_of
from ocpi_conformance.steps.checks.kept import breach
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import SUBJECT, http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.payments import assigned_places_exist, invoice_reference_fits
from ocpi_conformance.steps.checks.versions import misspelt
from ocpi_conformance.steps.commanded import Followed
from ocpi_conformance.steps.likeness import absent, differences
from ocpi_conformance.steps.payloads import Payload, version_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Json = dict[str, Any]
MODULE = "payments"
# What a CPO may change of a Terminal that it was given: where it is used, what it calls it (PUT and PATCH Terminal).
OF_THE_CPO = frozenset({"location_ids", "evse_uids", "customer_reference", "invoice_base_url", "last_updated"})
# What tells a PTP for which charging station a terminal is: by the text, and what may have been agreed on.
_MAPPINGS = ("reference", "location_ids", "evse_uids")
_AGREED = ("terminal_id", "customer_reference", "party_id", "address", "coordinates")
_NO_SUCH_PLACE = frozenset({404, 405, 501})


# The interface of the CPO ---------------------------------------------------------------------------------------------


@expectation(SUBJECT, "calls payments by its identifier")
def calls_by_identifier(exchange: Exchange) -> Iterator[Breach]:
    """Version details list the module as `payments`, under one or several URLs (Payments module; A39).

    Raises:
        NotObserved: nothing in them is like that.
    """
    return misspelt(exchange, MODULE, lambda name: name.lower() in {"payments", "payment"})


@expectation(SUBJECT, "comes from below the URL of its module")
def is_below_the_module(exchange: Exchange) -> Iterator[Breach]:
    """The collections are sub-paths of the one URL, without the ids of an owner (Interfaces and Endpoints; A39)."""
    if http_status(exchange) in _NO_SUCH_PLACE:
        yield Breach("a collection below the URL of payments", outcome(exchange), exchange)


@expectation(SUBJECT, "takes a Terminal of its id alone")
def takes_minimal(exchange: Exchange) -> Iterator[Breach]:
    """The terminal_id may be all that is sent (POST Terminal Method); a refusal is noted (A39)."""
    if not succeeds(exchange):
        yield Breach("a success", outcome(exchange), exchange, at_most=Verdict.OBSERVED)


@expectation(SUBJECT, "reports an unknown object of payments")
def reports_unknown(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 404, for which an OCPI status of 2xxx is another way (PAY-058); a success or a server error is neither."""
    code = ocpi_status(exchange)
    refused = isinstance(code, int) and 2000 <= code < 3000
    if http_status(exchange) == 404 or (refused and http_status(exchange) < 500):
        return
    if http_status(exchange) in _NO_SUCH_PLACE:
        raise NotObserved(f"the target does not take {exchange.request.method} here: {outcome(exchange)}")
    limit = Verdict.FAILED if succeeds(exchange) else Verdict.ADVISED
    yield Breach("HTTP 404, or an OCPI status of 2xxx", outcome(exchange), exchange, at_most=limit)


@expectation("the copy", "has the data of its provider")
def has_data_of_provider(back: ReadBack) -> Iterator[Breach]:
    """What the PTP has sent is there as it was, but for what a CPO may change (PAY-027); a lost field is advice.

    Raises:
        NotObserved: the target did not take the Terminal.
    """
    if back.latest is not None and back.latest.exchange is not None and not succeeds(back.latest.exchange):
        raise NotObserved(f"the target did not take the Terminal: {outcome(back.latest.exchange)}")
    text = edition(back.exchange.context.version, MODULE)
    for found in differences(text, back.kind, back.pushed, back.stored, ignored=OF_THE_CPO):
        lost = found.actual == "absent" and not found.required
        limit = Verdict.ADVISED if lost else Verdict.FAILED
        yield Breach(found.expected, found.actual, back.exchange, f"/data{found.pointer}", limit)


@expectation("the CDR of the command", "is there for who has started it")
def there_for_starter(found: Followed) -> Iterator[Breach]:
    """The PTP gets the CDR, by push or in the list, at the end of the session (Payments module, PAY-035).

    Some time may pass until it is made, and a session without energy may have none: that none came is noted.

    Raises:
        NotObserved: the session was not started, or not stopped.
    """
    if found.words[:1] != ("ACCEPTED",) or found.later[:1] != ("ACCEPTED",):
        raise NotObserved("no Session was started and stopped by commands")
    reference = str(found.sent.body.get("authorization_reference")).lower()
    if not any(str(cdr.value.get("authorization_reference")).lower() == reference for cdr in found.found):
        actual = "a CDR without it" if found.found else "none"
        yield Breach("a CDR with the authorization_reference", actual, found.sent.exchange, at_most=Verdict.OBSERVED)


@expectation("the CDR of the command", "refers to an invoice of the CPO")
def refers_to_invoice(found: Followed) -> Iterator[Breach]:
    """Where the CPO makes the invoices of a Terminal, a CDR has an invoice_reference_id (Transaction, PAY-034).

    Raises:
        NotObserved: no CDR came, it costs nothing, or the target has not assigned the Terminal to its place.
    """
    payload = latest_of(found, "CDR")
    places = {str(found.sent.body.get(name)).lower() for name in ("location_id", "evse_uid")}
    if not any(places & _assigned(other.value) for other in found.objects if other.kind == "Terminal"):
        raise NotObserved("the target has not assigned the Terminal to where the Session was")
    version, terminal = version_of(payload), {"invoice_creator": "CPO"}
    if not any(invoice_reference_fits(payload.value | {"invoice_reference_id": None}, version, terminal)):
        raise NotObserved("the CDR costs next to nothing, so that no invoice need be made")
    yield from (breach(flaw, payload) for flaw in invoice_reference_fits(payload.value, version, terminal))


def _assigned(terminal: object) -> set[str]:
    listed = [terminal.get(name) for name in ("location_ids", "evse_uids")] if isinstance(terminal, dict) else []
    return {str(name).lower() for names in listed if isinstance(names, list) for name in names}


# What a CPO sends -----------------------------------------------------------------------------------------------------


def is_update(exchange: Exchange) -> bool:
    """A PUT of a Terminal."""
    return _is(exchange, "PUT", "terminal")


def is_assignment(exchange: Exchange) -> bool:
    """A PATCH of a Terminal."""
    return _is(exchange, "PATCH", "terminal")


def is_activation(exchange: Exchange) -> bool:
    """The activation of a Terminal."""
    return _is(exchange, "POST", "activate")


def _is(exchange: Exchange, method: str, route: str) -> bool:
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.route)
    return about == ("target", method, MODULE, route)


@expected_of(REQUESTS, "updates a Terminal as a whole", is_update)
def updates_as_a_whole(exchange: Exchange) -> Iterator[Breach]:
    """The body of a PUT is a Terminal (PUT Terminal Method); parts of one, as an example has them, are advice (A39)."""
    text = edition(exchange.context.version, MODULE)
    for error in schemas.validator(text, "Terminal").errors(sent(exchange)):
        if error.severity == "error":
            yield Breach(f"Terminal: {error.expected}", error.actual, exchange, error.pointer, Verdict.ADVISED)


@expected_of(REQUESTS, "links the Terminal that it activates to its place", is_activation)
def links_to_place(exchange: Exchange) -> Iterator[Breach]:
    """A reference, Locations or EVSEs are there (POST Activate Terminal); something else that may do is noted."""
    body = sent(exchange)
    if any(not absent(body.get(name)) for name in _MAPPINGS):
        return
    agreed = next((name for name in _AGREED if not absent(body.get(name))), "")
    limit = Verdict.OBSERVED if agreed else Verdict.FAILED
    yield Breach(" or ".join(_MAPPINGS), f"{agreed} only" if agreed else "none of them", exchange, at_most=limit)


@expected_of(REQUESTS, "says when it has changed a Terminal", is_assignment)
def says_when(exchange: Exchange) -> Iterator[Breach]:
    """Whether a PATCH needs last_updated is not said; one without it is noted (PATCH Terminal Method; A39)."""
    if absent(sent(exchange).get("last_updated")):
        yield Breach("last_updated", "absent", exchange, at_most=Verdict.OBSERVED)


@expectation("every Terminal", "is at Locations and EVSEs of the target", among="object")
def is_at_known_places(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """What a CPO assigns is among what it has shown (Terminal Object); the whole list of Locations has to be read.

    Raises:
        NotObserved: nothing was assigned, or no Location was seen.
    """
    locations = [p.value for p in payloads if p.kind == "Location" and isinstance(p.value, dict) and not p.is_copy]
    assigned = [
        p for p in payloads if p.kind == "Terminal" and p.in_request and isinstance(p.value, dict) and _assigns(p.value)
    ]
    if not assigned or not locations:
        raise NotObserved(f"the target has {'shown no Location' if assigned else 'assigned no Terminal'}")
    for payload in assigned:
        for flaw in assigned_places_exist(payload.value, version_of(payload), locations):
            yield breach(flaw, payload)


def _assigns(terminal: Json) -> bool:
    return any(not absent(terminal.get(name)) for name in ("location_ids", "evse_uids"))
