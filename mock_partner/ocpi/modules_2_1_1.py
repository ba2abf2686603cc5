"""The modules of OCPI 2.1.1: one table, with the rows of 2.2.1 where they are the same."""

from __future__ import annotations

from dataclasses import replace

from ocpi_conformance.mock_partner.ocpi import modules_2_2_1 as later
from ocpi_conformance.mock_partner.ocpi.routes import GET_PUT_PATCH, OWNED, RECEIVER, SENDER, Route, listing

# There are no charging preferences yet.
SESSIONS = replace(later.SESSIONS, routes=later.SESSIONS.routes | {SENDER: (listing("Session", "date_from"),)})
# A Tariff may be changed in part.
TARIFFS = replace(
    later.TARIFFS,
    routes=later.TARIFFS.routes
    | {RECEIVER: (Route("tariff", OWNED + "{tariff_id}", ("GET", "PUT", "PATCH", "DELETE"), "Tariff", "object"),)},
)
# Nothing in the URL of a pushed Token tells two of one uid apart.
TOKENS = replace(
    later.TOKENS,
    routes=later.TOKENS.routes | {RECEIVER: (Route("token", OWNED + "{token_uid}", GET_PUT_PATCH, "Token", "object"),)},
)
# The asynchronous result is a CommandResponse like the answer before it.
COMMANDS = replace(
    later.COMMANDS,
    routes=later.COMMANDS.routes
    | {SENDER: (Route("result", "{command}/{uid}", ("POST",), "CommandResponse", "action", free=True),)},
)

TABLE = (later.CREDENTIALS, later.LOCATIONS, SESSIONS, later.CDRS, TARIFFS, TOKENS, COMMANDS)
