"""Who is let in, and how a party names itself: the Authorization header, both ways. Its encoding is not judged here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ocpi_conformance.mock_partner.ocpi.versions import forms
from ocpi_conformance.mock_partner.record import Exchange, header_values
from ocpi_conformance.steps.agreements import received, sent
from ocpi_conformance.steps.checks.each import REQUESTS, distinct, expected_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, outcome, succeeds, unauthorized
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

_CONFIGURATION = frozenset({"versions", "version_details", "credentials"})
_SCHEME_AND_TOKEN = re.compile(r"Token [!-~]+")


@expectation("the answers", "are refused as unauthorized")
def all_unauthorized(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """HTTP 401 to each request (transport_and_format_authorization_header)."""
    for exchange in exchanges:
        yield from unauthorized(exchange)


@expectation("the response", "is refused for want of a token")
def without_token(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 401 to a header without a token (TRN-012); HTTP 400 is advice: it tells the same at the same layer."""
    if http_status(exchange) == 401:
        return
    limit = Verdict.ADVISED if http_status(exchange) == 400 else Verdict.FAILED
    yield Breach("HTTP 401", outcome(exchange), exchange, at_most=limit)


@expectation("the answers", "succeed alike")
def alike(exchanges: tuple[Exchange, Exchange]) -> Iterator[Breach]:
    """What succeeds as usual also succeeds in the other manner.

    Raises:
        NotObserved: the usual request is no success, so that nothing can be compared.
    """
    usual, other = exchanges
    if not succeeds(usual):
        raise NotObserved(f"the usual request is no success: {usual.summary}")
    if not succeeds(other):
        yield Breach("the same success as for the usual request", outcome(other), other)


@expectation("the answers", "do not depend on it")
def independent(exchanges: tuple[Exchange, Exchange]) -> Iterator[Breach]:
    """What succeeds in the other manner also succeeds without it.

    Raises:
        NotObserved: neither is a success.
    """
    usual, other = exchanges
    if succeeds(usual):
        return
    if not succeeds(other):
        raise NotObserved(f"no success either way: {usual.summary}")
    yield Breach("the success that the second request had", outcome(usual), usual)


def is_authorized(exchange: Exchange) -> bool:
    """A request with an Authorization header."""
    return exchange.request.header("Authorization") is not None


def written_token(exchange: Exchange) -> str:
    """Return what stands after the word of the scheme, or where that is missing all; "" for no token.

    Whether the scheme is named as it should be is for TRN-004 and TRN-084 alone.
    """
    value = (exchange.request.header("Authorization") or "").strip()
    word, space, rest = value.partition(" ")
    return rest.strip() if space else word.removeprefix("Token")


@expected_of(REQUESTS, "carries an Authorization header")
def has_authorization(exchange: Exchange) -> Iterator[Breach]:
    """Every request has the header (TRN-003)."""
    if not is_authorized(exchange):
        yield Breach("an Authorization header", "no such header", exchange)


@expected_of(REQUESTS, "names the scheme Token and one token", is_authorized)
def names_scheme(exchange: Exchange) -> Iterator[Breach]:
    """The word Token, one space, the token (TRN-004); a request without the header is judged elsewhere."""
    for value in header_values(exchange.request.headers, "Authorization"):
        if not _SCHEME_AND_TOKEN.fullmatch(value):
            yield Breach("Token, one space, the encoded token", _form(value), exchange)


@expectation("every request", "carries a token that was given to the target", among="request beside credentials")
def carries_known_token(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """A token that a functional module refuses was given or accepted at some time: stale, but no other (CRD-008).

    Raises:
        NotObserved: the target has sent no request to a functional module.
    """
    known = list(exchanges)
    calls = [exchange for exchange in known if exchange.sender == "target" and is_authorized(exchange)]
    functional = [exchange for exchange in calls if exchange.context.module not in {"", *_CONFIGURATION}]
    if not functional:
        raise NotObserved("the target has sent no request to a functional module")
    # Other errors tell nothing: the partner gives them on purpose, whoever asks.
    good = {written_token(exchange) for exchange in calls if succeeds(exchange)}
    good |= {text for token in _given_tokens(known) for text in forms(token).values()}
    return distinct(
        Breach("a token that the partner gave to the target", "a token that it never gave to it", exchange)
        for exchange in functional
        if http_status(exchange) == 401 and written_token(exchange) not in good
    )


def _given_tokens(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """Yield the tokens in the Credentials that the partner sent or answered with, whatever came of them."""
    for exchange in exchanges:
        if exchange.context.module == "credentials" and exchange.request.method in {"POST", "PUT"}:
            yield str((sent if exchange.sender == "partner" else received)(exchange).get("token"))


def _form(value: str) -> str:
    """Describe the value without telling the token."""
    scheme, space, rest = value.partition(" ")
    if not space:
        return "one word"
    if scheme != "Token":
        return f"the scheme {scheme[:20]}"
    return "more than one space" if rest.startswith(" ") else "something else after the word Token"
