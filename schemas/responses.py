"""Says per endpoint which class the `data` of a response and the body of a request are; no HTTP and no URLs live here.

A path is what follows the endpoint's URL, with the names of its parameters in braces, such as `{location_id}`; the
empty path is the endpoint itself. Results of commands and charging profiles go to a URL that the other party chose:
their path is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from ocpi_conformance.schemas.errors import SchemaError, describe
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.schemas.validation import Validator, validator

if TYPE_CHECKING:
    from collections.abc import Mapping

SENDER: Final = "SENDER"
RECEIVER: Final = "RECEIVER"
BOTH: Final = ""
"""The interface of configuration modules: both parties offer the same."""


@dataclass(frozen=True)
class Body:
    """What travels in one direction: a class, one of several classes, or a list of one.

    Attributes:
        names: the classes, more than one where the text lets the sender choose.
        card: `1` for one object, `*` or `+` for a list.
        partial: the body of a PATCH.
        excused: members that may be absent here although the table of the class requires them.
        version: the edition whose classes are meant; empty in the tables.
    """

    names: tuple[str, ...]
    card: str = "1"
    partial: bool = False
    excused: tuple[str, ...] = ()
    version: str = ""

    def errors(self, value: object) -> list[SchemaError]:
        """Returns what is wrong with a parsed body, as `Validator.errors` does; never raises."""
        return [error for error in self._found(value) if not self._is_excused(error)]

    def notices(self, value: object) -> list[SchemaError]:
        """Returns what is worth telling about a parsed body, excused members included; never raises."""
        excused = [error for error in self._found(value) if self._is_excused(error)]
        told = [replace(error, severity="notice", kind="disputed") for error in excused]
        if self.card == "1":
            return told + self._closest(value)[0].notices(value)
        elements = value if isinstance(value, list) else []
        checked = validator(self.version, self.names[0])
        return told + [
            _at(f"/{i}", notice) for i, element in enumerate(elements) for notice in checked.notices(element)
        ]

    def _found(self, value: object) -> list[SchemaError]:
        if self.card == "1":
            return self._closest(value)[1]
        if not isinstance(value, list):
            return [self._error("type", "array", describe(value), "type")]
        if self.card == "+" and not value:
            return [self._error("minItems", "at least 1 element", "[]", "min-items")]
        checked = validator(self.version, self.names[0])
        return [_at(f"/{index}", error) for index, element in enumerate(value) for error in checked.errors(element)]

    def _closest(self, value: object) -> tuple[Validator, list[SchemaError]]:
        """Returns the validator with the fewest errors, and these."""
        tried = [validator(self.version, name, partial=self.partial) for name in self.names]
        return min(((checked, checked.errors(value)) for checked in tried), key=lambda found: len(found[1]))

    def _is_excused(self, error: SchemaError) -> bool:
        return error.keyword == "required" and error.pointer.removeprefix("/") in self.excused

    def _error(self, keyword: str, expected: str, actual: str, kind: str) -> SchemaError:
        facts = edition(self.version)
        record = facts.classes.get(self.names[0]) or facts.enums[self.names[0]]
        return SchemaError("", keyword, expected, actual, record.anchor, "error", kind)

    def errors_of_response(self, response: object) -> list[SchemaError]:
        """Returns what is wrong with a whole parsed response whose `data` should be this; never raises.

        Data is asked for and judged only where the status code tells of success; an absent list is no error.
        """
        found = validator(self.version, "Response").errors(response)
        if not isinstance(response, dict) or not _successful(response.get("status_code")):
            return found
        data = response.get("data")
        if data is not None:
            return [error for error in found if error.pointer != "/data"] + [_at("/data", e) for e in self.errors(data)]
        if self.card == "1":
            actual = "null" if "data" in response else "absent"
            found.append(_at("/data", self._error("required", f"a {' or '.join(self.names)}", actual, "required")))
        return found


def _successful(code: object) -> bool:
    return isinstance(code, int) and 1000 <= code < 2000


def _at(root: str, error: SchemaError) -> SchemaError:
    return replace(error, pointer=root + error.pointer)


Endpoint = tuple[str, str, str, str]
"""Module, interface, method, path."""

_OWNED: Final = "{country_code}/{party_id}/"
_LOCATIONS: Final = {
    "{location_id}": "Location",
    "{location_id}/{evse_uid}": "EVSE",
    "{location_id}/{evse_uid}/{connector_id}": "Connector",
}
_SESSIONS: Final = {"{session_id}": "Session"}
_TARIFFS: Final = {"{tariff_id}": "Tariff"}
_TOKENS: Final = {"{token_uid}": "Token"}


def _lists(**modules: str) -> dict[Endpoint, Body]:
    """Returns the paginated list of the Sender of each module."""
    return {(module, SENDER, "GET", ""): Body((name,), "*") for module, name in modules.items()}


def _got(module: str, interface: str, paths: Mapping[str, str], prefix: str = "") -> dict[Endpoint, Body]:
    return {(module, interface, "GET", prefix + path): Body((name,)) for path, name in paths.items()}


def _put(module: str, paths: Mapping[str, str], *, patch: bool = True) -> dict[Endpoint, Body]:
    puts = {(module, RECEIVER, "PUT", _OWNED + path): Body((name,)) for path, name in paths.items()}
    patches = {
        (module, RECEIVER, "PATCH", _OWNED + path): Body((name,), partial=True) for path, name in paths.items() if patch
    }
    return puts | patches


_CONFIGURATION_RESPONSES: Final[dict[Endpoint, Body]] = {
    ("versions", BOTH, "GET", ""): Body(("Version",), "+"),
    ("version_details", BOTH, "GET", ""): Body(("VersionDetails",)),
    **{("credentials", BOTH, method, ""): Body(("Credentials",)) for method in ("GET", "POST", "PUT")},
}
_CONFIGURATION_REQUESTS: Final[dict[Endpoint, Body]] = {
    ("credentials", BOTH, method, ""): Body(("Credentials",)) for method in ("POST", "PUT")
}
_RESPONSES_2_1_1: Final[dict[Endpoint, Body]] = {
    **_CONFIGURATION_RESPONSES,
    **_lists(locations="Location", sessions="Session", cdrs="CDR", tariffs="Tariff", tokens="Token"),
    **_got("locations", SENDER, _LOCATIONS),
    **_got("locations", RECEIVER, _LOCATIONS, _OWNED),
    **_got("sessions", RECEIVER, _SESSIONS, _OWNED),
    **_got("cdrs", RECEIVER, {"{cdr_id}": "CDR"}),
    **_got("tariffs", RECEIVER, _TARIFFS, _OWNED),
    **_got("tokens", RECEIVER, _TOKENS, _OWNED),
    ("tokens", SENDER, "POST", "{token_uid}/authorize"): Body(("AuthorizationInfo",)),
    ("commands", RECEIVER, "POST", "{command}"): Body(("CommandResponse",)),
}
_COMMANDS_2_1_1: Final = {
    "RESERVE_NOW": "ReserveNow",
    "START_SESSION": "StartSession",
    "STOP_SESSION": "StopSession",
    "UNLOCK_CONNECTOR": "UnlockConnector",
}
_COMMANDS: Final = {"CANCEL_RESERVATION": "CancelReservation", **_COMMANDS_2_1_1}


def _commands(commands: Mapping[str, str]) -> dict[Endpoint, Body]:
    """Returns the body of each command, and of one whose name is not known."""
    named = {("commands", RECEIVER, "POST", command): Body((name,)) for command, name in commands.items()}
    return {**named, ("commands", RECEIVER, "POST", "{command}"): Body(tuple(commands.values()))}


_REQUESTS_2_1_1: Final[dict[Endpoint, Body]] = {
    **_CONFIGURATION_REQUESTS,
    **_put("locations", _LOCATIONS),
    **_put("sessions", _SESSIONS),
    **_put("tariffs", _TARIFFS),
    **_put("tokens", _TOKENS),
    **_commands(_COMMANDS_2_1_1),
    ("cdrs", RECEIVER, "POST", ""): Body(("CDR",)),
    ("commands", SENDER, "POST", ""): Body(("CommandResponse",)),
    ("tokens", SENDER, "POST", "{token_uid}/authorize"): Body(("LocationReferences",)),
}
_CLIENT: Final = {"{country_code}/{party_id}": "ClientInfo"}
_RESPONSES_2_2_1: Final[dict[Endpoint, Body]] = {
    **_RESPONSES_2_1_1,
    **_lists(hubclientinfo="ClientInfo"),
    **_got("hubclientinfo", RECEIVER, _CLIENT),
    ("sessions", SENDER, "PUT", "{session_id}/charging_preferences"): Body(("ChargingPreferencesResponse",)),
    **{
        ("chargingprofiles", RECEIVER, method, "{session_id}"): Body(("ChargingProfileResponse",))
        for method in ("GET", "PUT", "DELETE")
    },
}
_TARIFF_PATCH: Final = ("tariffs", RECEIVER, "PATCH", _OWNED + "{tariff_id}")
"""Gone from 2.2 on: a Tariff is replaced as a whole."""

_RESULTS: Final = ("ActiveChargingProfileResult", "ChargingProfileResult", "ClearProfileResult")
_REQUESTS_2_2_1: Final[dict[Endpoint, Body]] = {
    **{endpoint: body for endpoint, body in _REQUESTS_2_1_1.items() if endpoint != _TARIFF_PATCH},
    **_commands(_COMMANDS),
    ("commands", SENDER, "POST", ""): Body(("CommandResult",)),
    ("hubclientinfo", RECEIVER, "PUT", "{country_code}/{party_id}"): Body(("ClientInfo",)),
    ("sessions", SENDER, "PUT", "{session_id}/charging_preferences"): Body(("ChargingPreferences",)),
    ("chargingprofiles", RECEIVER, "PUT", "{session_id}"): Body(("SetChargingProfile",)),
    ("chargingprofiles", SENDER, "POST", ""): Body(_RESULTS),
    ("chargingprofiles", SENDER, "PUT", "{session_id}"): Body(("ActiveChargingProfile",)),
}
_RECORD: Final = {"{id}": "InvoiceReconciliationRecord"}
_RESPONSES_2_3_0: Final[dict[Endpoint, Body]] = {
    **_RESPONSES_2_2_1,
    **_lists(invoicereconciliation="InvoiceReconciliationRecord"),
    **_got("invoicereconciliation", RECEIVER, _RECORD, _OWNED),
}
_REQUESTS_2_3_0: Final[dict[Endpoint, Body]] = {
    **_REQUESTS_2_2_1,
    **_put("invoicereconciliation", _RECORD, patch=False),
    ("invoicereconciliation", RECEIVER, "POST", ""): Body(("InvoiceReconciliationRecord",)),
}
_CONFIRMATIONS: Final = "financial-advice-confirmations"
_PAYMENTS: Final = {
    "terminals/{terminal_id}": "Terminal",
    f"{_CONFIRMATIONS}/{{financial_advice_confirmation_id}}": "FinancialAdviceConfirmation",
}
_BOOKING_LOCATIONS: Final = {
    "booking_locations/{booking_location_id}": "BookingLocation",
    "booking_locations/{booking_location_id}/{calendar_id}": "Calendar",
}
_BOOKINGS: Final = {**_BOOKING_LOCATIONS, "{booking_id}": "Booking"}

RESPONSES: Final[dict[str, dict[Endpoint, Body]]] = {
    "2.1.1": _RESPONSES_2_1_1,
    "2.2.1": _RESPONSES_2_2_1,
    "2.3.0": _RESPONSES_2_3_0,
    "2.3.0-payments": {
        **_RESPONSES_2_3_0,
        ("payments", SENDER, "GET", "terminals"): Body(("Terminal",), "*"),
        ("payments", SENDER, "GET", _CONFIRMATIONS): Body(("FinancialAdviceConfirmation",), "*"),
        **_got("payments", SENDER, _PAYMENTS),
        **_got("payments", RECEIVER, _PAYMENTS),
    },
    "2.3.0-bookings": {
        **_RESPONSES_2_3_0,
        **_lists(bookings="Booking"),
        ("bookings", SENDER, "GET", "booking_locations"): Body(("BookingLocation",), "*"),
        ("bookings", SENDER, "POST", ""): Body(("Booking",)),
        **_got("bookings", SENDER, _BOOKING_LOCATIONS),
        **_got("bookings", RECEIVER, _BOOKINGS, _OWNED),
    },
}
"""What the `data` of a successful response is; endpoints that the text defines without data are not listed."""

REQUESTS: Final[dict[str, dict[Endpoint, Body]]] = {
    "2.1.1": _REQUESTS_2_1_1,
    "2.2.1": _REQUESTS_2_2_1,
    "2.3.0": _REQUESTS_2_3_0,
    "2.3.0-payments": {
        **_REQUESTS_2_3_0,
        # The URL names the terminal; the example of an update leaves its id out of the body (A39).
        ("payments", SENDER, "PUT", "terminals/{terminal_id}"): Body(("Terminal",), excused=("terminal_id",)),
        ("payments", SENDER, "PATCH", "terminals/{terminal_id}"): Body(("Terminal",), partial=True),
        # The PTP gives the terminal its id; every other requirement of the table stays, the text says.
        ("payments", SENDER, "POST", "terminals/activate"): Body(("Terminal",), excused=("terminal_id",)),
        # The text says that the terminal_id alone is enough for a new terminal (PAY-047).
        ("payments", RECEIVER, "POST", "terminals"): Body(("Terminal",), excused=("last_updated",)),
        ("payments", RECEIVER, "POST", _CONFIRMATIONS): Body(("FinancialAdviceConfirmation",)),
    },
    "2.3.0-bookings": {
        **_REQUESTS_2_3_0,
        ("bookings", SENDER, "POST", ""): Body(("BookingRequest",)),
        **_put("bookings", _BOOKINGS),
    },
}
"""What the body of a request is; the body of `authorize` may also be left out."""


@cache
def response(version: str, module: str, interface: str, method: str, path: str) -> Body | None:
    """Returns what the `data` of a successful response of an endpoint is, or None where the text defines none.

    Args:
        version: one of `schemas.VERSIONS`.
        module: its identifier, such as `hubclientinfo`; also `versions` and `version_details`.
        interface: `SENDER` or `RECEIVER`, of the party that answers; ignored for configuration modules.
        method: of the request.
        path: see the start of this file.

    Raises:
        KeyError: the version is unknown; the message lists the known ones.
    """
    return _looked_up(RESPONSES, version, (module, interface, method, path))


@cache
def request(version: str, module: str, interface: str, method: str, path: str) -> Body | None:
    """Returns what the body of a request to an endpoint is, or None where the text defines none; see `response`."""
    return _looked_up(REQUESTS, version, (module, interface, method, path))


def _looked_up(table: Mapping[str, Mapping[Endpoint, Body]], version: str, endpoint: Endpoint) -> Body | None:
    if version not in table:
        message = f"no endpoints for OCPI {version!r}; known: {', '.join(table)}"
        raise KeyError(message)
    module, _, method, path = endpoint
    found = table[version].get(endpoint) or table[version].get((module, BOTH, method, path))
    return replace(found, version=version) if found else None
