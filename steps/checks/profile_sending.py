"""What the Sender of charging profiles must send, and that it takes results. Its Receiver is not judged here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.checks.command_requests import known_sessions
from ocpi_conformance.steps.checks.each import Kind, body_of, expected_of, parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import outcome, succeeds
from ocpi_conformance.steps.checks.rules.versions import publishes_profiles
from ocpi_conformance.steps.profile_traffic import is_profile_request, parameters
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

REQUEST, TAKEN, BESIDE = (
    ("every profile request",),
    ("every answer to a profile result",),
    "profile request beside objects",
)
_KNOWN = frozenset({"duration", "response_url"})


def _by(*methods: str) -> Kind:
    def by(exchange: Exchange) -> bool:
        return exchange.request.method in methods

    by.__doc__ = f"A {' or '.join(methods)} of the target for a charging profile"
    return by


def _values(exchange: Exchange, name: str) -> list[str]:
    return [value for key, value in parameters(exchange) if key == name]


def is_url(text: object) -> bool:
    """Tell whether `text` is an absolute HTTP URL."""
    if not isinstance(text, str):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


@expected_of(REQUEST, "has its response_url as a parameter", _by("GET", "DELETE"))
def has_response_url(exchange: Exchange) -> Iterator[Breach]:
    """The query holds response_url, which is a URL (CHP-005, CHP-045)."""
    found = _values(exchange, "response_url")
    if not found or not is_url(found[0]):
        yield Breach("response_url, a URL, in the query", found[0][:80] if found else "absent", exchange)


@expected_of(REQUEST, "has its duration as a parameter", _by("GET"))
def has_duration(exchange: Exchange) -> Iterator[Breach]:
    """The query of a GET holds duration, a whole number of seconds (CHP-005)."""
    found = _values(exchange, "duration")
    if not found or not (found[0].isascii() and found[0].isdigit()):
        yield Breach("duration, a whole number, in the query", found[0][:40] if found else "absent", exchange)


@expected_of(REQUEST, "has no body but in a PUT", _by("GET", "DELETE"))
def has_no_body(exchange: Exchange) -> Iterator[Breach]:
    """GET and DELETE have none (CHP-006)."""
    if exchange.request.body:
        yield Breach("no body", f"{len(exchange.request.body)} bytes", exchange)


@expected_of(REQUEST, "has its response_url whole", _by("GET", "DELETE"))
def is_whole(exchange: Exchange) -> Iterator[Breach]:
    """Nothing of the response_url is left outside of it, as its own query is where it is not encoded (CHP-047)."""
    if not _values(exchange, "response_url"):
        return
    more = [name for name, _ in parameters(exchange) if name not in _KNOWN]
    if more:
        yield Breach("response_url encoded, with its own query", f"parameter {more[0][:40]} beside it", exchange)


@expected_of(REQUEST, "is a valid SetChargingProfile", _by("PUT"))
def sets_profile(exchange: Exchange) -> Iterator[Breach]:
    """The body of a PUT holds charging_profile and response_url (CHP-048)."""
    version = exchange.context.version or "2.2.1"
    for error in schemas.validator(version, "SetChargingProfile").errors(parsed(exchange.request.body)):
        if error.severity == "error":
            yield Breach(f"SetChargingProfile: {error.expected}", error.actual, exchange, error.pointer)


@expectation("every profile request", "names a Session of the partner", among=BESIDE)
def names_session(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The URL ends in the id of a Session that the partner has shown (CHP-049)."""
    known = known_sessions(exchanges)
    for exchange in filter(is_profile_request, exchanges):
        name = exchange.context.id("session_id") or ""
        if name.lower() not in known:
            yield Breach("the id of a Session of the partner", name[:40] or "no id", exchange)


@expectation("every profile request", "has a response_url of its own", among=BESIDE)
def own_response_url(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No two requests have the same response_url (CHP-013).

    Raises:
        NotObserved: there was only one request.
    """
    asked = [(url, e) for e in filter(is_profile_request, exchanges) if (url := _response_url(e))]
    if len(asked) < 2:
        raise NotObserved("the target has sent one request with a response_url only")
    first: dict[str, Exchange] = {}
    for url, exchange in asked:
        earlier = first.setdefault(url, exchange)
        if earlier is not exchange:
            yield Breach("a response_url of its own", f"that of exchange {earlier.number}", exchange)
            return


def _response_url(exchange: Exchange) -> str:
    in_body = sent_in(exchange).get("response_url") if exchange.request.method == "PUT" else None
    found = [in_body] if isinstance(in_body, str) else _values(exchange, "response_url")
    return found[0] if found else ""


# What it answers ------------------------------------------------------------------------------------------------------


@expected_of(TAKEN, "succeeds")
def is_taken(exchange: Exchange) -> Iterator[Breach]:
    """The response_url takes the POST of a result (CHP-003)."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


@expected_of((*TAKEN, "the response"), "leaves out data", succeeds)
def leaves_out_data(exchange: Exchange) -> Iterator[Breach]:
    """The envelope has no data (CHP-019, CHP-020); null is advice."""
    body = body_of(exchange)
    if isinstance(body, dict) and "data" in body:
        null = body["data"] is None
        verdict = Verdict.ADVISED if null else Verdict.FAILED
        yield Breach("no data", "null" if null else "data", exchange, "/data", verdict)


@expectation("the response", "offers the Sender interface of charging profiles")
def offers_sender(exchange: Exchange) -> Iterator[Breach]:
    """Version details list it: active profiles go there (VER-027).

    Raises:
        NotObserved: the version details could not be read.
    """
    body = body_of(exchange)
    data = body.get("data") if isinstance(body, dict) and succeeds(exchange) else None
    if not isinstance(data, dict):
        raise NotObserved("the version details could not be read")
    for flaw in publishes_profiles(data, exchange.context.version):
        yield Breach(flaw.expected, flaw.actual, exchange, f"/data{flaw.pointer}", flaw.at_most)
