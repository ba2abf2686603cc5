"""What the control API of the mock partner offers: one table of routes, each with the schemas of what goes in and out.

Rules: facts only; what a route does lives in `control_acts`, how it is served in `control`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS

Schema = Mapping[str, Any]

MAX_WAIT = 60.0
PARTS = ("faults", "data", "received", "connections")
# What an exchange can be found by: the schema of each criterion.
CRITERIA: dict[str, Schema] = {
    "direction": {"enum": ["in", "out"], "description": "in: a partner called us; out: we called"},
    "module": {"type": "string"},
    "interface": {"enum": ["SENDER", "RECEIVER"], "description": "of the called side"},
    "route": {"type": "string"},
    "method": {"type": "string"},
    "status": {"type": "integer", "description": "HTTP status of the answer; 0: none came"},
    "ocpi_status": {"type": "integer"},
    "version": {"enum": list(VERSIONS)},
    "path": {"type": "string", "description": "a part of the URL"},
    "contains": {"type": "string", "description": "a part of the request body"},
}


def _object(properties: Mapping[str, Schema], *optional: str, more: bool = False) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": more,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_COUNTS: Schema = {"type": "object", "additionalProperties": _NUMBER}
_OBJECT: Schema = {"type": "object"}
_DONE: Schema = _object({"done": {"const": True}})
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_WAIT: Schema = {"type": "number", "minimum": 0, "maximum": MAX_WAIT, "default": 0}
_PARTY = _object(dict.fromkeys(("role", "country_code", "party_id", "name"), _TEXT))
_MESSAGE = _object(
    {"headers": _list(_list(_TEXT)), "body": _TEXT, "body_latin1": _TEXT}, "body", "body_latin1", more=True
)
EXCHANGE = _object(
    {
        "number": {"type": "integer", "minimum": 1},
        "direction": {"enum": ["in", "out"]},
        "summary": _TEXT,
        "context": _OBJECT,
        "started_at": {"type": "number"},
        "ended_at": {"type": "number"},
        "error": _TEXT,
        "request": _MESSAGE,
        "response": {"oneOf": [_MESSAGE, {"type": "null"}]},
        "errors": {**_NUMBER, "description": "how many errors by the schemas its bodies have"},
    }
)
_FINDING = _object(dict.fromkeys(("part", "pointer", "expected", "actual", "kind", "anchor", "severity"), _TEXT))
_CONNECTION = _object(
    {
        "partner": _TEXT,
        "state": _TEXT,
        "version": _TEXT,
        "versions_url": _TEXT,
        "parties": _list(_PARTY),
        "modules": _list(_TEXT),
    }
)
_CLOCK = _object({"mode": _TEXT, "now": _MOMENT})
_FAULT = _object(
    {"name": _TEXT, "switches": _OBJECT, "rules": _list(_OBJECT), "seen": _NUMBER},
)
ERROR = _object({"error": _TEXT, "remedy": _TEXT, "near_misses": _list(_OBJECT)}, "near_misses")
NEAR_MISSES = 5


@dataclass(frozen=True)
class ControlRoute:
    """One operation: `name` is the act that carries it out.

    `template` is the path below the control URL. `query` are its parameters with their schemas, `body` the schema of
    its request (None: it has none), `answer` that of its answer of HTTP status `status`; `errors` are the statuses of
    its errors beside those that every operation has. `open` needs no secret.
    """

    method: str
    template: str
    name: str
    summary: str
    answer: Schema
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Schema | None = None
    status: int = 200
    errors: tuple[int, ...] = ()
    open: bool = False

    def match(self, path: tuple[str, ...]) -> dict[str, str] | None:
        """Return the values in `path` by the names in the template, or None when it has another shape."""
        names = self.template.split("/")
        if len(names) != len(path):
            return None
        pairs = list(zip(names, path, strict=True))
        if any(name != value for name, value in pairs if not name.startswith("{")):
            return None
        return {name.strip("{}"): value for name, value in pairs if name.startswith("{")}


_AFTER: Schema = {"type": "integer", "minimum": 0, "default": 0, "description": "only exchanges of a higher number"}
_RULE: Schema = {"type": "object", "description": "a fault rule, as in [[faults]] of mock.toml"}
_LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}

ROUTES = (
    ControlRoute(
        "GET",
        "health",
        "health",
        "Whether it is running",
        _object({"status": {"const": "ok"}, "versions_url": _TEXT}),
        open=True,
    ),
    ControlRoute("GET", "openapi.json", "openapi", "This description", _OBJECT, open=True),
    ControlRoute(
        "GET",
        "state",
        "state",
        "Parties, connections, how many objects, the clock, what is armed",
        _object(
            {
                "versions_url": _TEXT,
                "versions": _list(_TEXT),
                "parties": _list(_PARTY),
                "connections": _list(_CONNECTION),
                "objects": _object({"own": _COUNTS, "received": _COUNTS}),
                "clock": _CLOCK,
                "armed": _list(_TEXT),
                "failures": _list(_TEXT),
                "exchanges": _NUMBER,
            }
        ),
    ),
    ControlRoute(
        "GET",
        "exchanges",
        "exchanges",
        "Exchanges, oldest first; with `wait` the answer comes when there is one, or when that many seconds are over",
        _object({"exchanges": _list(EXCHANGE), "last": _NUMBER}),
        query={**CRITERIA, "after": _AFTER, "limit": _LIMIT, "wait": _WAIT},
        errors=(503,),
    ),
    ControlRoute("GET", "exchanges/{number}", "exchange", "One exchange", EXCHANGE, errors=(404,)),
    ControlRoute(
        "GET",
        "exchanges/{number}/findings",
        "findings",
        "What is wrong with its bodies by the schemas, each with its JSON Pointer",
        _object({"request": _list(_FINDING), "response": _list(_FINDING)}),
        errors=(404,),
    ),
    ControlRoute(
        "POST",
        "wait",
        "wait",
        "Wait for an exchange; when none comes the answer names those that came closest, and why they do not match",
        _object({"exchange": EXCHANGE}),
        body=_object(
            {"match": _object(CRITERIA, *CRITERIA), "timeout": {**_WAIT, "default": 10}, "after": _AFTER},
            "timeout",
            "after",
        ),
        errors=(503, 504),
    ),
    ControlRoute(
        "POST",
        "reset",
        "reset",
        "Bring faults, data, received objects and connections (or only `parts`) back to what mock.toml says",
        _object({"reset": _list({"enum": list(PARTS)}), "last": _NUMBER}),
        body=_object({"parts": {"type": "array", "items": {"enum": list(PARTS)}}}, "parts"),
    ),
    ControlRoute(
        "GET",
        "objects",
        "objects",
        "Objects of a module that it publishes, or has received",
        _object({"objects": _list(_OBJECT), "total": _NUMBER}),
        query={
            "module": {"type": "string"},
            "of": {"enum": ["own", "received"], "default": "own"},
            "offset": {"type": "integer", "minimum": 0, "default": 0},
            "limit": _LIMIT,
        },
    ),
    ControlRoute(
        "POST",
        "data",
        "data",
        "Publish further objects, by module; they are not pushed",
        _object({"loaded": _COUNTS}),
        body=_object(
            {
                "objects": {"type": "object", "additionalProperties": _list(_OBJECT)},
                "check": {"type": "boolean", "default": True, "description": "refuse invalid objects"},
                "replace": {"type": "boolean", "default": False, "description": "instead of those it has"},
            },
            "check",
            "replace",
        ),
    ),
    ControlRoute(
        "GET",
        "faults",
        "faults",
        "What is armed, and what can be armed by name",
        _object({"armed": _list(_FAULT), "known": _list(_object({"name": _TEXT, "breaks": _TEXT}))}),
    ),
    ControlRoute(
        "POST",
        "faults",
        "arm",
        "Arm a named defect or profile, or a rule under a name of your own",
        _FAULT,
        body=_object({"name": {"type": "string", "minLength": 1}, "rule": _RULE}, "rule"),
        status=201,
    ),
    ControlRoute("DELETE", "faults", "disarm_all", "Disarm everything", _DONE),
    ControlRoute("DELETE", "faults/{name}", "disarm", "Disarm one", _DONE, errors=(404,)),
    ControlRoute(
        "GET",
        "triggers",
        "triggers",
        "What it can be made to do",
        _object(
            {
                "triggers": _list(
                    _object(
                        {
                            "name": _TEXT,
                            "arguments": _list(_TEXT),
                            "required": _list(_TEXT),
                            "further": {"type": "boolean", "description": "any other argument may be given as well"},
                            "meaning": _TEXT,
                        }
                    )
                )
            }
        ),
    ),
    ControlRoute(
        "POST",
        "trigger",
        "trigger",
        "Make it do something; the answer comes when it is done and lists the exchanges of that time",
        _object({"name": _TEXT, "result": {}, "exchanges": _list(_NUMBER)}),
        body=_object({"name": _TEXT, "arguments": {"type": "object"}}, "arguments"),
        errors=(502,),
    ),
    ControlRoute(
        "POST",
        "clock/advance",
        "advance",
        "Move a stepped clock on, doing all that falls due on the way",
        _CLOCK,
        body=_object({"seconds": {"type": "number", "minimum": 0}}),
        errors=(409,),
    ),
    ControlRoute(
        "POST",
        "invitations",
        "invite",
        "Issue a CREDENTIALS_TOKEN_A",
        _object({"token_a": _TEXT, "versions_url": _TEXT}),
        body=_object(
            {
                "partner": {"type": "string", "description": "name of a partner in mock.toml whose terms hold"},
                "token_a": {"type": "string", "minLength": 1, "maxLength": 64},
            },
            "partner",
            "token_a",
        ),
        status=201,
    ),
)
# The statuses of errors that every operation has.
COMMON_ERRORS = {400: "The request cannot be used", 404: "There is no such thing", 405: "Not defined here"}
ERRORS = COMMON_ERRORS | {
    401: "The secret is missing or wrong",
    409: "Not possible as it is set up",
    502: "It tried and failed",
    503: "Too many are waiting",
    504: "It did not come in time",
}
