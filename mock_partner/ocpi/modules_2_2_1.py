"""The modules of OCPI 2.2.1: one table. What other versions share of it they take from here."""

from __future__ import annotations

from ocpi_conformance.mock_partner.ocpi.routes import GET_PUT_PATCH, OWNED, RECEIVER, SENDER, Module, Route, listing

_LEVELS = (
    ("location", "{location_id}", "Location"),
    ("evse", "{location_id}/{evse_uid}", "EVSE"),
    ("connector", "{location_id}/{evse_uid}/{connector_id}", "Connector"),
)

# What the Receiver of charging profiles POSTs after each of the three requests (mod_charging_profiles, Sender POST).
_PROFILE_RESULTS = {
    "get": "ActiveChargingProfileResult",
    "set": "ChargingProfileResult",
    "clear": "ClearProfileResult",
}
# Tokens of one uid differ in their TokenType.
_TYPE = ("type", "RFID")

CREDENTIALS = Module(
    "credentials",
    functional=False,
    owners=(),
    object="Credentials",
    id_field="",
    routes={
        side: (Route("credentials", "", ("GET", "POST", "PUT", "DELETE"), "Credentials", "configuration"),)
        for side in (SENDER, RECEIVER)
    },
)
LOCATIONS = Module(
    "locations",
    functional=True,
    owners=("CPO",),
    object="Location",
    id_field="id",
    routes={
        SENDER: (listing("Location"), *(Route(name, path, ("GET",), kind, "object") for name, path, kind in _LEVELS)),
        RECEIVER: tuple(Route(name, OWNED + path, GET_PUT_PATCH, kind, "object") for name, path, kind in _LEVELS),
    },
)
SESSIONS = Module(
    "sessions",
    functional=True,
    owners=("CPO",),
    object="Session",
    id_field="id",
    routes={
        SENDER: (
            listing("Session", "date_from"),
            Route("preferences", "{session_id}/charging_preferences", ("PUT",), "ChargingPreferences", "action"),
        ),
        RECEIVER: (Route("session", OWNED + "{session_id}", GET_PUT_PATCH, "Session", "object"),),
    },
)
CDRS = Module(
    "cdrs",
    functional=True,
    owners=("CPO",),
    object="CDR",
    id_field="id",
    routes={
        SENDER: (listing("CDR"),),
        RECEIVER: (
            Route("create", "", ("POST",), "CDR", "create"),
            Route("cdr", "{cdr_id}", ("GET",), "CDR", "object"),
        ),
    },
)
TARIFFS = Module(
    "tariffs",
    functional=True,
    owners=("CPO",),
    object="Tariff",
    id_field="id",
    routes={
        SENDER: (listing("Tariff"),),
        RECEIVER: (Route("tariff", OWNED + "{tariff_id}", ("GET", "PUT", "DELETE"), "Tariff", "object"),),
    },
)
TOKENS = Module(
    "tokens",
    functional=True,
    owners=("EMSP",),
    object="Token",
    id_field="uid",
    routes={
        SENDER: (
            listing("Token"),
            Route(
                "authorize",
                "{token_uid}/authorize",
                ("POST",),
                "AuthorizationInfo",
                "action",
                kind_parameter=_TYPE,
                bodiless=True,
            ),
        ),
        RECEIVER: (Route("token", OWNED + "{token_uid}", GET_PUT_PATCH, "Token", "object", kind_parameter=_TYPE),),
    },
)
COMMANDS = Module(
    "commands",
    functional=True,
    owners=(),
    object="CommandResponse",
    id_field="",
    routes={
        SENDER: (Route("result", "{command}/{uid}", ("POST",), "CommandResult", "action", free=True),),
        RECEIVER: (Route("command", "{command}", ("POST",), "CommandResponse", "action"),),
    },
)
CHARGING_PROFILES = Module(
    "chargingprofiles",
    functional=True,
    owners=(),
    object="ChargingProfileResponse",
    id_field="",
    routes={
        SENDER: (
            Route("active_profile", "{session_id}", ("PUT",), "ActiveChargingProfile", "action"),
            *(
                Route(f"{name}_result", f"{name}/{{uid}}", ("POST",), result, "action", free=True)
                for name, result in _PROFILE_RESULTS.items()
            ),
        ),
        RECEIVER: (Route("profile", "{session_id}", ("GET", "PUT", "DELETE"), "ChargingProfileResponse", "action"),),
    },
)
HUB_CLIENT_INFO = Module(
    "hubclientinfo",
    functional=False,
    owners=("HUB",),
    object="ClientInfo",
    id_field="party_id",
    routes={
        SENDER: (listing("ClientInfo"),),
        RECEIVER: (Route("client", "{country_code}/{party_id}", ("GET", "PUT"), "ClientInfo", "object"),),
    },
)

TABLE = (
    CREDENTIALS,
    LOCATIONS,
    SESSIONS,
    CDRS,
    TARIFFS,
    TOKENS,
    COMMANDS,
    CHARGING_PROFILES,
    HUB_CLIENT_INFO,
)
