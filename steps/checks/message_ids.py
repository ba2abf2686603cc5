"""The headers that travel with a message: message ids and routing headers, both ways. Hubs are not judged here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ocpi_conformance.mock_partner.ocpi.versions import (
    CORRELATION_ID,
    FROM_COUNTRY,
    FROM_PARTY,
    REQUEST_ID,
    ROUTING_HEADERS,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.platform import CONFIGURATION
from ocpi_conformance.mock_partner.record import Exchange, Request, Response
from ocpi_conformance.steps.checks.each import REQUESTS, RESPONSE, body_of, distinct, expected_of, parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
# Where an answer takes each of its routing headers from.
_SWAPPED = {TO_PARTY: FROM_PARTY, TO_COUNTRY: FROM_COUNTRY, FROM_PARTY: TO_PARTY, FROM_COUNTRY: TO_COUNTRY}
# Answers of what stands before the target, when they are no OCPI: nothing there knows the headers.
_GATEWAYS = frozenset({429, 502, 503, 504})


# Message ids ----------------------------------------------------------------------------------------------------------


def _answered(exchange: Exchange, name: str) -> bool:
    # A name in other letters is sent on purpose; what comes of that is TRN-008.
    sent = any(key == name for key, _ in exchange.request.headers)
    at_the_gate = http_status(exchange) in _GATEWAYS and not isinstance(body_of(exchange), dict)
    return sent and exchange.response is not None and not at_the_gate


def had_request_id(exchange: Exchange) -> bool:
    """The answer to a request with an X-Request-ID."""
    return _answered(exchange, REQUEST_ID)


def had_correlation_id(exchange: Exchange) -> bool:
    """The answer to a request with an X-Correlation-ID."""
    return _answered(exchange, CORRELATION_ID)


@expected_of(RESPONSE, "repeats the X-Request-ID", had_request_id)
def repeats_request_id(exchange: Exchange) -> Iterator[Breach]:
    """The answer has the X-Request-ID of the request (RTE-037)."""
    return _repeats(exchange, REQUEST_ID)


@expected_of(RESPONSE, "repeats the X-Correlation-ID", had_correlation_id)
def repeats_correlation_id(exchange: Exchange) -> Iterator[Breach]:
    """The answer has the X-Correlation-ID of the request (RTE-039)."""
    return _repeats(exchange, CORRELATION_ID)


def _repeats(exchange: Exchange, name: str) -> Iterator[Breach]:
    sent = exchange.request.header(name)
    received = exchange.response.header(name) if exchange.response else None
    if received is None:
        yield Breach(f"{name} as in the request", "no such header", exchange)
    elif received.strip() != sent:
        yield Breach(f"{name} as in the request", "another value", exchange)


@expected_of(REQUESTS, "carries an X-Request-ID")
def has_request_id(exchange: Exchange) -> Iterator[Breach]:
    """Every request has the header (RTE-035)."""
    return _has(exchange, REQUEST_ID)


@expected_of(REQUESTS, "carries an X-Correlation-ID")
def has_correlation_id(exchange: Exchange) -> Iterator[Breach]:
    """Every request has the header (RTE-038, A27)."""
    return _has(exchange, CORRELATION_ID)


def _has(exchange: Exchange, name: str) -> Iterator[Breach]:
    if not (exchange.request.header(name) or "").strip():
        yield Breach(f"an {name} header", "no such header", exchange)


@expectation("every request", "has an X-Request-ID of its own")
def unique_request_ids(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """No two requests have the same X-Request-ID (RTE-036).

    Raises:
        NotObserved: none has one.
    """
    first: dict[str, Exchange] = {}
    found = []
    for exchange in exchanges:
        value = exchange.request.header(REQUEST_ID)
        if value and value in first:
            earlier = f"the X-Request-ID of exchange {first[value].number}"
            found.append(Breach("an X-Request-ID that no other request has", earlier, exchange))
        elif value:
            first[value] = exchange
    if not first:
        raise NotObserved("no request of the target has an X-Request-ID")
    return distinct(found)


def has_some_id(exchange: Exchange) -> bool:
    """A request with a message id."""
    return any(exchange.request.header(name) for name in (REQUEST_ID, CORRELATION_ID))


@expected_of(REQUESTS, "has UUIDs as message ids", has_some_id)
def ids_are_uuids(exchange: Exchange) -> Iterator[Breach]:
    """UUIDs are advised for both ids (RTE-040)."""
    for name in (REQUEST_ID, CORRELATION_ID):
        value = exchange.request.header(name)
        if value and not _UUID.fullmatch(value.strip("{} ")):
            yield Breach(f"a UUID as {name}", "another form", exchange)


# Routing headers ------------------------------------------------------------------------------------------------------


def of_configuration(exchange: Exchange) -> bool:
    """A message of a configuration module."""
    return exchange.context.module in CONFIGURATION


def answers_unrouted(exchange: Exchange) -> bool:
    """The answer of a configuration module to a request without routing headers."""
    return of_configuration(exchange) and not any(map(exchange.request.header, ROUTING_HEADERS))


@expected_of(RESPONSE, "bears no routing headers in a configuration module", answers_unrouted)
def no_routing_in_answers(exchange: Exchange) -> Iterator[Breach]:
    """Answers of configuration modules have none (RTE-005); one to a request that had them is not judged."""
    for name in ROUTING_HEADERS:
        if exchange.response and exchange.response.header(name) is not None:
            yield Breach("no routing headers", name, exchange)


@expected_of(REQUESTS, "bears no routing headers in a configuration module", of_configuration)
def no_routing_in_requests(exchange: Exchange) -> Iterator[Breach]:
    """Requests to configuration modules have none (RTE-006)."""
    for name in ROUTING_HEADERS:
        if exchange.request.header(name) is not None:
            yield Breach("no routing headers", name, exchange)


@expectation("the response", "is addressed back")
def addressed_back(exchange: Exchange) -> Iterator[Breach]:
    """The answer has the routing headers of the request, swapped; their absence is advice here (RTE-003, A25)."""
    return all_addressed_back([exchange])


@expectation("every response", "is addressed back")
def all_addressed_back(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """As for one answer; absence fails where one of the two platforms has more than one role.

    Raises:
        NotObserved: no functional module has answered; HTTP errors are no answers of the OCPI layer.
    """
    alone = single_roles(exchanges)
    routed = [e for e in exchanges if not of_configuration(e) and 200 <= http_status(e) < 300]
    if not routed:
        raise NotObserved("no functional module of the target has answered")
    return distinct(
        breach
        for exchange in routed
        for breach in breaches_of_addressing(exchange, Verdict.ADVISED if alone(exchange) else Verdict.FAILED)
    )


def ids_in(message: Request | Response | None, country: str, party: str) -> tuple[str, str]:
    """Return country_code and party_id in two headers of a message, in capitals; empty where one is missing."""
    found = (message.header(country), message.header(party)) if message else (None, None)
    return (found[0] or "").strip().upper(), (found[1] or "").strip().upper()


def breaches_of_addressing(exchange: Exchange, absent: Verdict) -> Iterator[Breach]:
    """Yield where an answer lacks the routing headers of its request, swapped; `absent` is how absence counts."""
    for name, source in _SWAPPED.items():
        sent = exchange.request.header(source)
        received = exchange.response.header(name) if exchange.response else None
        if sent is None:
            continue
        expected = f"{name} with the {source} of the request, {sent}"
        if received is None:
            yield Breach(expected, "no such header", exchange, at_most=absent)
        elif received.strip().lower() != sent.lower():
            yield Breach(expected, received[:20], exchange)


def single_roles(exchanges: Iterable[Exchange]) -> Callable[[Exchange], bool]:
    """Return what tells whether both platforms had a single role when an exchange began, by their Credentials."""
    changes = [e for e in exchanges if e.context.module == "credentials" and 200 <= http_status(e) < 300]
    roles = [(e.ended, side, _roles(body)) for e in changes for side, body in enumerate(_bodies(e)) if _roles(body)]

    def single(exchange: Exchange) -> bool:
        now = {side: number for ended, side, number in roles if ended < exchange.began}
        return all(number == 1 for number in now.values())

    return single


def _bodies(exchange: Exchange) -> tuple[object, object]:
    return parsed(exchange.request.body), envelope_of(exchange).get("data")


def _roles(credentials: object) -> int:
    roles = credentials.get("roles") if isinstance(credentials, dict) else None
    return len(roles) if isinstance(roles, list) else 0
