"""Says where the bodies of an exchange depart from the schemas, to those who look at one. No verdict is made here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.findings import Finding
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, edition
from ocpi_conformance.mock_partner.record import Context, Exchange
from ocpi_conformance.schemas import SchemaError, responses, validator
from ocpi_conformance.schemas.responses import Body

Part = Literal["request", "response"]

# Modules that the tables of bodies call otherwise than their own text does.
_NAMES = {"Booking": "bookings"}
_CONFIGURATION = ("versions", "version_details")
# The list of versions belongs to none, and is the same in all.
_ANY = "2.2.1"


def explain(exchange: Exchange) -> Sequence[Finding]:
    """Return what the schemas say of the request and of a successful response of `exchange`; never raises.

    A request to no known endpoint, and an answer that refuses, are left alone: what these hold is not specified.
    """
    context = exchange.context
    paths = _paths(context)
    version = edition(context.version or _ANY, context.module)
    if not paths or version not in responses.REQUESTS:
        return ()
    return (*_of_request(exchange, version, paths), *_of_response(exchange, version, paths))


def _paths(context: Context) -> tuple[str, ...]:
    """Return the names under which the tables of bodies may have the endpoint, the closest first."""
    if context.module in _CONFIGURATION:
        return ("",)
    module = MODULES.get(context.version, {}).get(context.module)
    routes = module.routes.get(context.interface, ()) if module else ()
    route = next((route for route in routes if route.name == context.route), None)
    if route is None:
        return ()
    if route.free:
        return ("",)  # a URL that its owner has chosen
    command = context.id("command")
    return (command, route.template) if command else (route.template,)


def _of_request(exchange: Exchange, version: str, paths: tuple[str, ...]) -> Iterator[Finding]:
    body, request, context = exchange.request.body, exchange.request, exchange.context
    name = _NAMES.get(context.module, context.module)
    found = (responses.request(version, name, context.interface, request.method, path) for path in paths)
    expected = next(filter(None, found), None)
    if not expected or not body:
        return
    try:
        value = jsontext.loads(body)
    except jsontext.JsonError as error:
        yield _no_json("request", error)
        return
    yield from _told("request", expected.errors(value), expected.notices(value))


def _of_response(exchange: Exchange, version: str, paths: tuple[str, ...]) -> Iterator[Finding]:
    response, context = exchange.response, exchange.context
    if response is None or not 200 <= response.status < 300 or response.status == 204:
        return
    name = _NAMES.get(context.module, context.module)
    found = (responses.response(version, name, context.interface, exchange.request.method, path) for path in paths)
    expected = next(filter(None, found), None)
    try:
        value = jsontext.loads(response.body)
    except jsontext.JsonError as error:
        yield _no_json("response", error)
        return
    if expected is None:
        yield from _told("response", validator(version, "Response").errors(value), [])
    else:
        yield from _told("response", expected.errors_of_response(value), [])
        yield from _notices_of_data(expected, value)


def _notices_of_data(expected: Body, value: Any) -> Iterator[Finding]:  # noqa: ANN401  (JSON)
    data = value.get("data") if isinstance(value, dict) else None
    if data is not None:
        yield from (_finding("response", notice, "/data") for notice in expected.notices(data))


def _told(part: Part, errors: list[SchemaError], notices: list[SchemaError]) -> Iterator[Finding]:
    yield from (_finding(part, found) for found in (*errors, *notices))


def _finding(part: Part, found: SchemaError, root: str = "") -> Finding:
    pointer, said = root + found.pointer, (found.expected, found.actual, found.kind, found.anchor)
    return Finding(part, pointer, *said, severity=found.severity)


def _no_json(part: Part, error: jsontext.JsonError) -> Finding:
    return Finding(part, "", "a JSON text", str(error), "not-json")
