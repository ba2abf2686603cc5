"""How the control API is served: the secret, the route, what is asked checked by its schema, errors with a remedy.

Rules: it knows no operation; those stand in `control_routes` and `control_acts`.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.control_acts import ACTS, Asked, ControlError
from ocpi_conformance.mock_partner.control_routes import ROUTES, ControlRoute, Schema
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.record import Context, Headers, Response

if TYPE_CHECKING:
    from ocpi_conformance.mock_partner.sandbox import Sandbox


class Control:
    """The control API of `sandbox`; mountable."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Answer one request."""
        try:
            route, path = _found(inbound)
            self._admit(route, inbound)
            asked = Asked(self._sandbox, path, _query(route, inbound), _body(route, inbound))
            return _response(route.status, ACTS[route.name](asked)), Context()
        except ControlError as error:
            answer = {"error": error.problem, "remedy": error.remedy, **error.more}
            return _response(error.status, answer), Context()

    def _admit(self, route: ControlRoute, inbound: Inbound) -> None:
        given = (inbound.header("authorization") or "").removeprefix("Bearer ")
        if not route.open and not hmac.compare_digest(given.encode("latin-1"), self._sandbox.secret.encode()):
            raise ControlError(401, "the secret is missing or wrong", "Send Authorization: Bearer <control secret>")


def _found(inbound: Inbound) -> tuple[ControlRoute, dict[str, str]]:
    found = [(route, ids) for route in ROUTES if (ids := route.match(inbound.path)) is not None]
    for route, ids in found:
        if route.method == inbound.method:
            return route, ids
    if found:
        methods = ", ".join(route.method for route, _ in found)
        raise ControlError(405, f"{inbound.method} is not defined here", f"Use {methods}")
    raise ControlError(404, "there is no such operation", "GET openapi.json describes all of them")


def _query(route: ControlRoute, inbound: Inbound) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, text in inbound.query:
        if name not in route.query:
            raise ControlError(400, f"unknown parameter {name}", f"Known are {', '.join(route.query) or 'none'}")
        given[name] = _number(text) if route.query[name].get("type") in {"integer", "number"} else text
    return _checked({"type": "object", "properties": route.query}, given)


def _number(text: str) -> object:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text


def _body(route: ControlRoute, inbound: Inbound) -> dict[str, Any]:
    if route.body is None:
        return {}
    try:
        given = jsontext.loads(inbound.body or b"{}")
    except jsontext.JsonError as error:
        raise ControlError(400, f"the body is no JSON: {error}", "Send a JSON object") from None
    return _checked(route.body, given)


def _checked(schema: Schema, given: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    """Return `given` with the defaults of `schema`; raises ControlError when it does not fit."""
    error = next(iter(sorted(_validator_of(schema).iter_errors(given), key=lambda e: list(map(str, e.path)))), None)
    if error is not None:
        place = "/".join(str(step) for step in error.path) or "the request"
        raise ControlError(400, f"{place}: {error.message}", "GET openapi.json says what fits")
    defaults = {name: row["default"] for name, row in schema["properties"].items() if "default" in row}
    return {**defaults, **given}


def _validator_of(schema: Schema) -> Draft202012Validator:
    return _validator(jsontext.dumps(schema))


@cache
def _validator(text: bytes) -> Draft202012Validator:
    return Draft202012Validator(jsontext.loads(text))


def _response(status: int, answer: Mapping[str, Any]) -> Response:
    headers: Headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
    if status == 401:
        headers = (*headers, ("WWW-Authenticate", "Bearer"))
    return Response(status, headers, jsontext.dumps(answer))
