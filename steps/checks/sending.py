"""How a party sends and publishes, whatever it is about: methods, media type, URLs, repetition, pull beside push."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.mock_partner.record import FORMER, Exchange
from ocpi_conformance.steps.checks.each import REQUESTS, body_of, distinct, expected_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import succeeds
from ocpi_conformance.steps.checks.rules.transport import prefixed_field
from ocpi_conformance.steps.checks.types import deviations
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import data_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

# The methods of the protocol, and those by which HTTP software looks around on its own.
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
# A message that comes again within these seconds is an immediate retry.
_AT_ONCE = 30.0
# Objects that may be pushed without being offered for pulling.
_PUSH_ALONE = frozenset({"cdrs"})


@expected_of(REQUESTS, "uses a method of the protocol")
def known_method(exchange: Exchange) -> Iterator[Breach]:
    """Only GET, POST, PUT, PATCH and DELETE are used (TRN-019)."""
    if exchange.request.method not in _METHODS:
        yield Breach("GET, POST, PUT, PATCH or DELETE", exchange.request.method[:20], exchange)


def has_body(exchange: Exchange) -> bool:
    """A request with a body."""
    return bool(exchange.request.body)


@expected_of(REQUESTS, "declares its body as JSON", has_body)
def declares_json(exchange: Exchange) -> Iterator[Breach]:
    """A request with a body has the media type application/json, and that is what it holds (TRN-020, TRN-092).

    2.1.1 says what the media type is but names no header for it: one that is absent is advised against.
    """
    media_type = (exchange.request.header("Content-Type") or "").partition(";")[0].strip()
    unnamed = not media_type and exchange.context.version == "2.1.1"
    if media_type.lower() != "application/json":
        limit = Verdict.ADVISED if unnamed else Verdict.FAILED
        yield Breach("the media type application/json", media_type or "no Content-Type", exchange, at_most=limit)
        if not unnamed:
            return
    try:
        jsontext.loads(exchange.request.body)
    except jsontext.JsonError as error:
        yield Breach("a body that is JSON, as its Content-Type says", f"{error}", exchange)


@expected_of(REQUESTS, "goes to a URL that was published")
def published_url(exchange: Exchange) -> Iterator[Breach]:
    """The target calls what the partner's versions and version details name, nothing it made up (TRN-079).

    What they named earlier it may not have looked at again: whether it has to is for CRD-022 to say.
    """
    # Whoever brings no token may be a stranger, such as a health probe.
    from_target = _authorization(exchange).startswith("Token ")
    if from_target and not exchange.context.module and exchange.context.route != FORMER:
        yield Breach("a URL below an advertised endpoint", "another URL", exchange)


@expectation("every push", "is sent only once")
def sent_once(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A failed push does not come again once another one has got through (TRN-082).

    Raises:
        NotObserved: no push has failed.
    """
    for failed in _failed(exchanges):
        later = [exchange for exchange in exchanges if exchange.began > failed.ended]
        through = [exchange.ended for exchange in later if _passed(exchange) and not _same(exchange, failed)]
        repeats = [
            exchange for exchange in later if _same(exchange, failed) and through and exchange.began > through[0]
        ]
        if repeats:
            yield Breach("a failed message is not sent again", "the same message once more", repeats[0])


@expectation("every push", "stays undone when it has failed")
def not_repeated_later(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A failed push does not come again later (TRN-082); an immediate retry is tolerated.

    Raises:
        NotObserved: no push has failed.
    """
    for failed in _failed(exchanges):
        for exchange in exchanges:
            seconds = exchange.started_at - failed.ended_at
            if seconds > _AT_ONCE and _same(exchange, failed):
                yield Breach("a failed message is not sent again", f"the same message {seconds:.0f} s later", exchange)
                break


def _failed(exchanges: Iterable[Exchange]) -> list[Exchange]:
    failed = [exchange for exchange in exchanges if not _passed(exchange)]
    if not failed:
        raise NotObserved("no push of the target has failed")
    return failed


def _passed(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status < 400


def _same(one: Exchange, other: Exchange) -> bool:
    pairs = ((e.request.method, e.request.url, e.request.body) for e in (one, other))
    return next(pairs) == next(pairs)


@expectation("every pushed module", "can be pulled")
def can_be_pulled(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """The list of each module that the target pushes is offered and works (TRN-016).

    A list that is not offered is advice: for CDRs push alone is legal, for the rest the clauses differ (A46).
    """
    found = tuple(exchanges)
    offered = _offered_lists(found)
    # What was refused for a token that never worked says nothing of the list.
    good = {_authorization(e) for e in found if e.sender == "partner" and succeeds(e)}
    for module in sorted({e.context.module for e in found if e.sender == "target"} - _PUSH_ALONE):
        reads = [e for e in found if (e.sender, e.context.module, e.context.route) == ("partner", module, "list")]
        reads = [e for e in reads if e.request.method == "GET" and e.request.url.partition("?")[2] == ""]
        reads = [e for e in reads if _authorization(e) in good]
        pushed = next(e for e in found if e.sender == "target" and e.context.module == module)
        if module not in offered:
            advice = Verdict.ADVISED
            yield Breach(f"a Sender interface of {module}", "it is not advertised", pushed, at_most=advice)
        elif reads and not any(map(succeeds, reads)):
            yield Breach(f"the list of {module}", "no request for it has succeeded", reads[-1])


def _authorization(exchange: Exchange) -> str:
    return exchange.request.header("Authorization") or ""


def _offered_lists(exchanges: Iterable[Exchange]) -> frozenset[str]:
    offered: set[str] = set()
    for exchange in exchanges:
        if exchange.sender == "partner" and exchange.context.module == "version_details" and succeeds(exchange):
            rows = _rows(body_of(exchange).get("data"))
            # Without interface roles an endpoint is that of the side on which the target is, and it pushes as a Sender.
            roles = VERSIONS[exchange.context.version].endpoint_roles
            offered |= {str(row.get("identifier")) for row in rows if row.get("role") == SENDER or not roles}
    return frozenset(offered)


def _rows(details: object) -> list[dict[str, object]]:
    rows = details.get("endpoints") if isinstance(details, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


# What it adds to objects ----------------------------------------------------------------------------------------------


@expectation("every object", "has no prefix such as x- in front of a field of its own")
def own_fields_unmarked(payloads: Iterable[Payload]) -> Iterator[Breach]:
    """The name of a field that the specification does not define does not say so (TRN-090)."""
    own = (payload for payload in payloads if not payload.parents and not payload.is_copy)
    return distinct(
        Breach(flaw.expected, flaw.actual, payload.exchange, payload.pointer + flaw.pointer)
        for payload in own
        for deviation in deviations(payload)
        for flaw in prefixed_field(deviation)
    )


# What version details advertise ---------------------------------------------------------------------------------------


@expectation("the response", "names the version in every URL")
def version_in_urls(exchange: Exchange) -> Iterator[Breach]:
    """Each endpoint URL holds the number of the version (TRN-080).

    Raises:
        NotObserved: the answer is no success.
    """
    parts = map(re.escape, (exchange.context.version or "2.2.1").split("."))
    number = re.compile(r"[._-]?".join(parts))
    for row in _rows(data_of(exchange)):
        url = str(row.get("url"))
        if not number.search(url):
            yield Breach(f"{exchange.context.version} in the URL of {row.get('identifier')}", url[:100], exchange)


@expectation("every response", "publishes URLs over TLS only")
def urls_over_tls(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """All URLs that a party publishes are https (TRN-001).

    Raises:
        NotObserved: the target is reached over plain HTTP itself, which only a laboratory does.
    """
    found = [exchange for exchange in exchanges if exchange.context.module in _PUBLISHING and succeeds(exchange)]
    if not any(exchange.request.url.startswith("https:") for exchange in found):
        raise NotObserved("the target is called over plain HTTP, as in a laboratory")
    return distinct(
        Breach("an https URL", url[:100], exchange)
        for exchange in found
        for url in _urls(exchange)
        if not url.lower().startswith("https:")
    )


_PUBLISHING = frozenset({"versions", "version_details", "credentials"})


def _urls(exchange: Exchange) -> Iterator[str]:
    data = body_of(exchange).get("data")
    rows = [*(data if isinstance(data, list) else [data]), *_rows(data)]
    yield from (row["url"] for row in rows if isinstance(row, dict) and isinstance(row.get("url"), str))
