"""What goes later to the response_url of a request: when, how often, to whom. What a result says is not known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.behaviour import Results
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi import versions
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.pushing import succeeded
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers
from ocpi_conformance.mock_partner.state import Connection, Json, object_key

_ATTEMPTS = 3


@dataclass(frozen=True)
class Callback:
    """Where the result of one request goes: to `url`, for the request's Sender, with the request's routing turned."""

    platform: Platform
    connection: Connection
    url: str
    context: Context
    routing: Headers = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a request at the charge point: the body of the result, and what happens after it was sent."""

    body: Json
    afterwards: Callable[[], None] = lambda: None


def callback(call: Call, url: str, route: str) -> Callback:
    """Return the callback to `url`, the response_url of `call`; `route` is what the URL is for at the Sender."""
    context = Context(call.context.version, call.context.module, SENDER, route)
    turned = (
        (versions.FROM_PARTY, versions.TO_PARTY),
        (versions.FROM_COUNTRY, versions.TO_COUNTRY),
        (versions.TO_PARTY, versions.FROM_PARTY),
        (versions.TO_COUNTRY, versions.FROM_COUNTRY),
    )
    routing = tuple((name, value) for name, source in turned if (value := call.inbound.header(source)))
    call.platform.own.put("response_urls", _latest_key(call.context.module), {"url": url})
    return Callback(call.platform, call.connection, url, context, routing)


def promise(back: Callback, results: Results, decide: Callable[[], Outcome]) -> None:
    """Have `decide` carry out the request at the charge point and send its result, as `results` says.

    Nothing is sent within the request itself, unless `results` is "before the answer".
    """
    behaviour = back.platform.behaviour

    def act() -> None:
        outcome = decide()
        try:
            _send(back, results, outcome.body)
        finally:
            outcome.afterwards()

    if results == "before the answer":
        act()
        return
    late = behaviour.announced_timeout + 1.0 if results == "after the timeout" else behaviour.result_after
    back.platform.agenda.after(late, act)


def refuse(back: Callback, results: Results, body: Json) -> None:
    """Send a result although the request was refused, where `results` says so."""
    if results == "also after a refusal":
        promise(back, results, lambda: Outcome(body))


def post(back: Callback, body: Json, url: str = "", token: str | None = None) -> Exchange:
    """POST `body` to the callback's URL, or to `url`, and return the exchange.

    Raises:
        HarnessError: the URL is on a host that the peer never named: the token is not for that one.
        TransportError: no complete response came.
    """
    url = url or back.url
    if not of_the_peer(back.connection, url):
        raise HarnessError(
            f"the result is not sent to {url}: neither the versions URL nor an endpoint of the peer is on that host"
        )
    request = back.platform.request(back.connection, "POST", url, back.context, body, token, back.routing)
    return back.platform.send(request, back.context)


def _send(back: Callback, results: Results, body: Json) -> None:
    if results == "never" or back.connection.state == "ended":
        return
    if results == "until taken":
        for _ in range(_ATTEMPTS):
            if succeeded(post(back, body)):
                return
        return
    token = back.platform.mint.new("X") if results == "with an unknown token" else None
    for _ in range(2 if results == "twice" else 1):
        post(back, body, _url(back, results), token)


def _url(back: Callback, results: Results) -> str:
    if results == "to another URL":
        return back.url + "-other"
    if results == "to the latest URL":
        latest = back.platform.own.get("response_urls", _latest_key(back.context.module)) or {}
        return str(latest.get("url", back.url))
    return back.url


def _latest_key(module: str) -> tuple[str, str, str, str]:
    return object_key("", "", module)


def of_the_peer(connection: Connection, url: str) -> bool:
    """Tell whether `url` is on a host that the peer has named: where its token may go."""
    named = (connection.versions_url, *(endpoint.url for endpoint in connection.endpoints))
    return urlsplit(url).hostname in {urlsplit(known).hostname for known in named if known}
