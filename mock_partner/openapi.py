"""The OpenAPI 3.1 description of the control API, made from its table of routes. No prose of its own."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from ocpi_conformance.mock_partner.control_routes import COMMON_ERRORS, ERROR, ERRORS, ROUTES, ControlRoute


def document(url: str) -> dict[str, Any]:
    """Return the description for a control API at `url`."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(f"/{route.template}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "OCPI mock partner, control API", "version": version("ocpi-conformance")},
        "servers": [{"url": url}],
        "security": [{"secret": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": ERROR},
        },
    }


def _operation(route: ControlRoute) -> dict[str, Any]:
    segments = [part.strip("{}") for part in route.template.split("/") if part.startswith("{")]
    parameters = [
        *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in segments),
        *({"name": name, "in": "query", "schema": schema} for name, schema in route.query.items()),
    ]
    errors = dict.fromkeys((*COMMON_ERRORS, *(() if route.open else (401,)), *route.errors))
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {
            str(route.status): {"description": route.summary, **_content(route.answer)},
            **{
                str(code): {"description": ERRORS[code], **_content({"$ref": "#/components/schemas/Error"})}
                for code in sorted(errors)
            },
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {"required": bool(route.body["required"]), **_content(route.body)}
    if route.open:
        operation["security"] = []
    return operation


def _content(schema: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON Schema)
    return {"content": {"application/json": {"schema": schema}}}
