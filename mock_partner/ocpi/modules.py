"""The modules of OCPI per version: URL shapes, methods and objects of each interface. A table and its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SENDER, RECEIVER = "SENDER", "RECEIVER"
_OWNED = "{country_code}/{party_id}/"


@dataclass(frozen=True)
class Route:
    """One URL shape of one interface.

    `template` is what follows the advertised endpoint URL; `methods` are the methods that the version defines there;
    `object` the class of the body (of the answer for GET); `kind` how the engine serves it:
    list, object, create (POST of an object whose URL the server makes), action or configuration. `free` marks a path
    that its owner chooses (a response_url): nobody else can know it.
    """

    name: str
    template: str
    methods: tuple[str, ...]
    object: str
    kind: Literal["list", "object", "create", "action", "configuration"]
    required_parameters: tuple[str, ...] = ()
    free: bool = False

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of the URL segments; literal segments stand without braces."""
        return tuple(part for part in self.template.split("/") if part)

    def match(self, path: tuple[str, ...]) -> dict[str, str] | None:
        """Return the ids in `path` (segments after the endpoint URL) by name, or None when it has another shape."""
        if len(path) != len(self.segments):
            return None
        ids: dict[str, str] = {}
        for name, value in zip(self.segments, path, strict=True):
            if name.startswith("{"):
                ids[name[1:-1]] = value
            elif name != value:
                return None
        return ids


@dataclass(frozen=True)
class Module:
    """One module: its identifier, whether its messages are routed, who owns its objects, how they are identified."""

    identifier: str
    functional: bool
    owners: tuple[str, ...]
    object: str
    id_field: str
    routes: dict[str, tuple[Route, ...]]


def _list(object_name: str, *required: str) -> Route:
    return Route("list", "", ("GET",), object_name, "list", required)


_GET_PUT_PATCH = ("GET", "PUT", "PATCH")
_LOCATION_LEVELS = (
    ("location", "{location_id}", "Location"),
    ("evse", "{location_id}/{evse_uid}", "EVSE"),
    ("connector", "{location_id}/{evse_uid}/{connector_id}", "Connector"),
)

_MODULES_2_2_1 = (
    Module(
        "credentials",
        functional=False,
        owners=(),
        object="Credentials",
        id_field="",
        routes={
            side: (Route("credentials", "", ("GET", "POST", "PUT", "DELETE"), "Credentials", "configuration"),)
            for side in (SENDER, RECEIVER)
        },
    ),
    Module(
        "locations",
        functional=True,
        owners=("CPO",),
        object="Location",
        id_field="id",
        routes={
            SENDER: (
                _list("Location"),
                *(Route(name, path, ("GET",), obj, "object") for name, path, obj in _LOCATION_LEVELS),
            ),
            RECEIVER: tuple(
                Route(n, _OWNED + path, _GET_PUT_PATCH, obj, "object") for n, path, obj in _LOCATION_LEVELS
            ),
        },
    ),
    Module(
        "sessions",
        functional=True,
        owners=("CPO",),
        object="Session",
        id_field="id",
        routes={
            SENDER: (
                _list("Session", "date_from"),
                Route("preferences", "{session_id}/charging_preferences", ("PUT",), "ChargingPreferences", "action"),
            ),
            RECEIVER: (Route("session", _OWNED + "{session_id}", _GET_PUT_PATCH, "Session", "object"),),
        },
    ),
    Module(
        "cdrs",
        functional=True,
        owners=("CPO",),
        object="CDR",
        id_field="id",
        routes={
            SENDER: (_list("CDR"),),
            RECEIVER: (
                Route("create", "", ("POST",), "CDR", "create"),
                Route("cdr", "{cdr_id}", ("GET",), "CDR", "object"),
            ),
        },
    ),
    Module(
        "tariffs",
        functional=True,
        owners=("CPO",),
        object="Tariff",
        id_field="id",
        routes={
            SENDER: (_list("Tariff"),),
            RECEIVER: (Route("tariff", _OWNED + "{tariff_id}", ("GET", "PUT", "DELETE"), "Tariff", "object"),),
        },
    ),
    Module(
        "tokens",
        functional=True,
        owners=("EMSP",),
        object="Token",
        id_field="uid",
        routes={
            SENDER: (
                _list("Token"),
                Route("authorize", "{token_uid}/authorize", ("POST",), "AuthorizationInfo", "action"),
            ),
            RECEIVER: (Route("token", _OWNED + "{token_uid}", _GET_PUT_PATCH, "Token", "object"),),
        },
    ),
    Module(
        "commands",
        functional=True,
        owners=(),
        object="CommandResponse",
        id_field="",
        routes={
            SENDER: (Route("result", "{command}/{uid}", ("POST",), "CommandResult", "action", free=True),),
            RECEIVER: (Route("command", "{command}", ("POST",), "CommandResponse", "action"),),
        },
    ),
    Module(
        "chargingprofiles",
        functional=True,
        owners=(),
        object="ChargingProfileResponse",
        id_field="",
        routes={
            SENDER: (Route("active_profile", "{session_id}", ("PUT",), "ActiveChargingProfile", "action"),),
            RECEIVER: (
                Route("profile", "{session_id}", ("GET", "PUT", "DELETE"), "ChargingProfileResponse", "action"),
            ),
        },
    ),
    Module(
        "hubclientinfo",
        functional=False,
        owners=("HUB",),
        object="ClientInfo",
        id_field="party_id",
        routes={
            SENDER: (_list("ClientInfo"),),
            RECEIVER: (Route("client", "{country_code}/{party_id}", ("GET", "PUT"), "ClientInfo", "object"),),
        },
    ),
)

MODULES: dict[str, dict[str, Module]] = {"2.2.1": {module.identifier: module for module in _MODULES_2_2_1}}

# Typical interfaces per role (terminology, "Typical OCPI implementations per Role"): what a platform of ours offers.
OFFERED: dict[str, tuple[tuple[str, str], ...]] = {
    "CPO": (
        ("locations", SENDER),
        ("sessions", SENDER),
        ("cdrs", SENDER),
        ("tariffs", SENDER),
        ("tokens", RECEIVER),
    ),
    "EMSP": (
        ("locations", RECEIVER),
        ("sessions", RECEIVER),
        ("cdrs", RECEIVER),
        ("tariffs", RECEIVER),
        ("tokens", SENDER),
    ),
}


def find_route(version: str, module: str, interface: str, path: tuple[str, ...]) -> tuple[Route, dict[str, str]] | None:
    """Return the route and the ids that `path` (segments after the endpoint URL) has in the interface, or None."""
    known = MODULES.get(version, {}).get(module)
    for route in known.routes.get(interface, ()) if known else ():
        ids = route.match(path)
        if ids is not None:
            return route, ids
    return None


def list_modules(version: str) -> tuple[str, ...]:
    """Return the identifiers of the modules whose Sender interface has a paginated list."""
    return tuple(
        m.identifier for m in MODULES[version].values() if any(r.kind == "list" for r in m.routes.get(SENDER, ()))
    )
