"""The response format: what every answer is wrapped in, whatever it is about. Which status code fits is not judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, Route
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import RESPONSE, RESPONSES, body_of, expected_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, outcome, succeeds
from ocpi_conformance.steps.verdicts import Breach

# How far the clocks of the two parties may be apart, in seconds.
TOLERANCE = 300
# A clock that stands still shows when answers this far apart, in seconds, bear one timestamp.
STANDSTILL = 30
# HTTP errors that the application itself gives; others may come from what stands before it.
_ERRORS = frozenset({400, 401, 403, 404, 405})
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?")
# The classes that answer an action; charging preferences are answered with one word, which SES-020 judges.
_ANSWERS = frozenset({"AuthorizationInfo", "CommandResponse", "ChargingProfileResponse"})
_VERSIONS_ARE_LISTED = {"versions": list, "version_details": dict}


def has_content(exchange: Exchange) -> bool:
    """An answer of HTTP 2xx with a body."""
    return 200 <= http_status(exchange) < 300 and exchange.response is not None and bool(exchange.response.body)


@expected_of(RESPONSES, "is one JSON object", has_content)
def is_json_object(exchange: Exchange) -> Iterator[Breach]:
    """Content of a 2xx answer has the media type application/json and is one JSON object (TRN-070)."""
    response = exchange.response
    assert response is not None
    media_type = (response.header("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        yield Breach("the media type application/json", media_type or "no Content-Type", exchange)
    try:
        value = jsontext.loads(response.body)
    except jsontext.JsonError as error:
        yield Breach("a JSON object", f"no JSON: {error}", exchange)
        return
    if not isinstance(value, dict):
        yield Breach("a JSON object", f"a JSON {jsontext.type_name(value)}", exchange)


def is_wrapped(exchange: Exchange) -> bool:
    """An answer of HTTP 2xx that is a JSON object."""
    return has_content(exchange) and isinstance(body_of(exchange), dict)


@expected_of(RESPONSES, "has status_code and timestamp", is_wrapped)
def is_envelope(exchange: Exchange) -> Iterator[Breach]:
    """The JSON object of a 2xx answer holds both; a status_message is text or null (TRN-071)."""
    body = body_of(exchange)
    if "status_code" not in body:
        yield Breach("status_code", "no such property", exchange)
    if not isinstance(body.get("timestamp"), str):
        yield Breach("timestamp, a DateTime", _said(body, "timestamp"), exchange, "/timestamp")
    if not isinstance(body.get("status_message"), str | None):
        yield Breach("status_message as text", _said(body, "status_message"), exchange, "/status_message")


def asks_for_data(exchange: Exchange) -> bool:
    """A success whose data is specified."""
    return data_kind(exchange) is not None and succeeds(exchange)


@expected_of(RESPONSES, "has data of the right kind", asks_for_data)
def has_right_kind(exchange: Exchange) -> Iterator[Breach]:
    """A list is an array, one object is an object (TRN-072); absent data is judged elsewhere."""
    wanted = data_kind(exchange)
    body = body_of(exchange)
    if wanted is not None and body.get("data") is not None and not isinstance(body["data"], wanted):
        expected = "data as an array" if wanted is list else "data as an object"
        yield Breach(expected, f"a JSON {jsontext.type_name(body['data'])}", exchange, "/data")


def data_kind(exchange: Exchange) -> type | None:
    """Return whether the specification says that `data` of a success is a list or an object; None when neither.

    Of a method that is not defined there it says nothing: that such a request succeeds is judged elsewhere.
    """
    context, method = exchange.context, exchange.request.method
    if context.module in _VERSIONS_ARE_LISTED:
        return _VERSIONS_ARE_LISTED[context.module] if method == "GET" else None
    route = _route(exchange)
    if route and method not in route.methods:
        return None
    if route and route.kind == "action":
        # At a response_url the class is that of the request.
        return dict if route.object in _ANSWERS and not route.free else None
    if route is None or method == "DELETE":
        return None
    if method == "GET" and route.kind == "list":
        return list
    answered = method == "GET" and route.kind == "object"
    return dict if answered or context.module == "credentials" else None


def _route(exchange: Exchange) -> Route | None:
    context = exchange.context
    module = MODULES.get(context.version, {}).get(context.module)
    routes = module.routes.get(context.interface, ()) if module else ()
    return next((route for route in routes if route.name == context.route), None)


def has_time(exchange: Exchange) -> bool:
    """An answer in the OCPI envelope with a timestamp."""
    return time_text(exchange) is not None


@expected_of(RESPONSES, "bears the time of its making", has_time)
def bears_time(exchange: Exchange) -> Iterator[Breach]:
    """The timestamp is a DateTime near our own clock (TRN-074); whether it is there at all is judged elsewhere."""
    text = time_text(exchange) or ""
    moment = _moment(text)
    if moment is None:
        yield Breach("timestamp as a DateTime in UTC", text[:40], exchange, "/timestamp")
        return
    early = exchange.started_at - moment.timestamp()
    late = moment.timestamp() - exchange.ended_at
    if max(early, late) > TOLERANCE:
        ours = timestamp(datetime.fromtimestamp(exchange.ended_at, UTC))
        yield Breach(f"a time within {TOLERANCE} s of {ours}", text, exchange, "/timestamp")


@expectation("every response", "bears a time that goes on")
def time_goes_on(exchanges: Iterable[Exchange]) -> Iterator[Breach]:
    """The timestamps of a run are not all one (TRN-074); a run too short to tell has nothing wrong."""
    stamped = [(exchange, text) for exchange in exchanges if (text := time_text(exchange)) is not None]
    if len({text for _, text in stamped}) != 1:
        return
    first, last = stamped[0][0], stamped[-1][0]
    seconds = last.started_at - first.ended_at
    if seconds > STANDSTILL:
        yield Breach("a timestamp of its own in each answer", f"the same after {seconds:.0f} s", last, "/timestamp")


def time_text(exchange: Exchange) -> str | None:
    """Return `timestamp` of an answer in the OCPI envelope when it is text, else None."""
    body = body_of(exchange)
    text = body.get("timestamp") if isinstance(body, dict) and "status_code" in body else None
    return text if isinstance(text, str) else None


def _moment(text: str) -> datetime | None:
    if not _DATETIME.fullmatch(text):
        return None
    try:
        return parse_timestamp(text)
    except ValueError:
        return None


def is_http_error(exchange: Exchange) -> bool:
    """An HTTP error that the application itself gives."""
    return http_status(exchange) in _ERRORS


@expected_of(RESPONSE, "explains an HTTP error in the response format", is_http_error)
def explains_error(exchange: Exchange) -> Iterator[Breach]:
    """An HTTP error has the envelope with a status_code of 2000 or more (TRN-075)."""
    body = body_of(exchange)
    code = body.get("status_code") if isinstance(body, dict) else None
    if not isinstance(code, int) or code < 2000:
        said = f"status_code {code}" if code is not None else "no OCPI envelope"
        yield Breach("the response format with a status_code of 2000 or more", said, exchange)


def takes_push(exchange: Exchange) -> bool:
    """A push of a client-owned object that succeeded."""
    route = _route(exchange)
    pushed = exchange.request.method in {"PUT", "PATCH", "DELETE"} and exchange.context.interface == RECEIVER
    return route is not None and route.kind == "object" and pushed and succeeds(exchange)


@expected_of(RESPONSE, "leaves unspecified data unset", takes_push)
def leaves_unset(exchange: Exchange) -> Iterator[Breach]:
    """Nothing in data where it is not specified: a push of a client-owned object (TRN-077)."""
    data = body_of(exchange).get("data")
    if data is not None:
        yield Breach("no data", f"a JSON {jsontext.type_name(data)}", exchange, "/data")


@expected_of(RESPONSE, "has the data that the request asks for", asks_for_data)
def has_data(exchange: Exchange) -> Iterator[Breach]:
    """With a status of 1xxx, data holds what is specified for the request (STA-009)."""
    body = body_of(exchange)
    if body.get("data") is None:
        yield Breach("data", _said(body, "data"), exchange, "/data")


@expected_of(RESPONSES, "has a body when it comes from the OCPI layer")
def has_body(exchange: Exchange) -> Iterator[Breach]:
    """An answer of HTTP 2xx has a body (STA-007); what it holds is TRN-071."""
    if exchange.response and 200 <= exchange.response.status < 300 and not exchange.response.body:
        yield Breach("an OCPI response message with status_code", outcome(exchange), exchange)


def _said(body: dict[str, Any], name: str) -> str:
    return f"a JSON {jsontext.type_name(body[name])}" if name in body else "no such property"
