"""The modules of OCPI 2.3.0 and its extensions payments and bookings: one table, with the rows of 2.2.1 it shares."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ocpi_conformance.mock_partner.ocpi import modules_2_2_1 as earlier
from ocpi_conformance.mock_partner.ocpi.routes import GET_PUT_PATCH, OWNED, RECEIVER, SENDER, Module, Route, listing

# The payments edition has the Role PTP beside those of the core (A39).
CREDENTIALS = replace(earlier.CREDENTIALS, extension="payments")
INVOICE_RECONCILIATION = Module(
    "invoicereconciliation",
    functional=True,
    owners=("CPO", "EMSP"),
    object="InvoiceReconciliationRecord",
    id_field="id",
    routes={
        SENDER: (listing("InvoiceReconciliationRecord"),),
        # POST at the endpoint itself, the others with the owner in the URL (A37).
        RECEIVER: (
            Route("create", "", ("POST",), "InvoiceReconciliationRecord", "create"),
            Route("record", OWNED + "{id}", ("GET", "PUT", "DELETE"), "InvoiceReconciliationRecord", "object"),
        ),
    },
)

_ADVICE = "financial-advice-confirmations"
_Kind = Literal["list", "object", "create", "action"]


def _terminal(name: str, path: str, methods: tuple[str, ...], kind: _Kind, *, bodiless: bool = False) -> Route:
    return Route(
        name,
        f"terminals{path}",
        methods,
        "Terminal",
        kind,
        resource="terminals",
        id_field="terminal_id",
        bodiless=bodiless,
    )


def _confirmation(name: str, path: str, method: str, kind: _Kind) -> Route:
    return Route(name, _ADVICE + path, (method,), "FinancialAdviceConfirmation", kind, resource=_ADVICE, id_field="id")


# Two collections below the URL of the one identifier (A39).
PAYMENTS = Module(
    "payments",
    functional=True,
    owners=("PTP",),
    object="Terminal",
    id_field="terminal_id",
    extension="payments",
    names_owner=False,
    patch_moment=False,
    routes={
        SENDER: (
            _terminal("terminals", "", ("GET",), "list"),
            _terminal("activate", "/activate", ("POST",), "action"),
            _terminal("terminal", "/{terminal_id}", GET_PUT_PATCH, "object"),
            _terminal("deactivate", "/{terminal_id}/deactivate", ("POST",), "action", bodiless=True),
            _confirmation("confirmations", "", "GET", "list"),
            _confirmation("confirmation", "/{financial_advice_confirmation_id}", "GET", "object"),
        ),
        RECEIVER: (
            _terminal("create terminal", "", ("POST",), "create"),
            _terminal("terminal", "/{terminal_id}", ("GET",), "object"),
            _confirmation("create confirmation", "", "POST", "create"),
            _confirmation("confirmation", "/{financial_advice_confirmation_id}", "GET", "object"),
        ),
    },
)

_PLACES = "booking_locations"


def _booking_place(name: str, path: str, methods: tuple[str, ...], kind: str) -> Route:
    return Route(name, path, methods, kind, "object", resource=_PLACES)


# The identifier is printed like this, the paths otherwise; calendars have no list of their own (A38).
BOOKINGS = Module(
    "Booking",
    functional=True,
    owners=("CPO",),
    object="Booking",
    id_field="id",
    extension="bookings",
    routes={
        SENDER: (
            listing("Booking"),
            Route("request", "", ("POST",), "BookingRequest", "action"),
            Route("booking_locations", _PLACES, ("GET",), "BookingLocation", "list", resource=_PLACES),
            _booking_place("booking_location", _PLACES + "/{booking_location_id}", ("GET",), "BookingLocation"),
            _booking_place("calendar", _PLACES + "/{booking_location_id}/{calendar_id}", ("GET",), "Calendar"),
        ),
        RECEIVER: (
            _booking_place(
                "booking_location", OWNED + _PLACES + "/{booking_location_id}", GET_PUT_PATCH, "BookingLocation"
            ),
            _booking_place(
                "calendar", OWNED + _PLACES + "/{booking_location_id}/{calendar_id}", GET_PUT_PATCH, "Calendar"
            ),
            Route("booking", OWNED + "{booking_id}", GET_PUT_PATCH, "Booking", "object", other_id="request_id"),
        ),
    },
)

_KEPT = tuple(module for module in earlier.TABLE if module.identifier != "credentials")
TABLE = (CREDENTIALS, *_KEPT, INVOICE_RECONCILIATION, PAYMENTS, BOOKINGS)
