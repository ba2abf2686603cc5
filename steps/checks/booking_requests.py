"""What the target sends about bookings: pushes of a CPO, requests of an eMSP. No answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.checks.each import REQUESTS, body_of, expected_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.evidence import is_booking_request
from ocpi_conformance.steps.likeness import absent, shown
from ocpi_conformance.steps.payloads import edition_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Json = dict[str, Any]
_MODULE, _PLACES = "Booking", "booking_locations"
_SHAPES = (
    "country code, party id, booking_locations and the ids of BookingLocation and Calendar, or country code, party id "
    "and the id of the Booking"
)
# The paths that are printed in the examples of PATCH begin with one of these (A38).
_PRINTED = ("bookinglocations", "booking_locations")


# Pushes of a CPO ------------------------------------------------------------------------------------------------------


def of_push(exchange: Exchange) -> bool:
    """A push of a BookingLocation, a Calendar or a Booking."""
    about = (exchange.sender, exchange.context.module, exchange.context.interface)
    return about == ("target", _MODULE, RECEIVER) and exchange.request.method in {"PUT", "PATCH"}


def of_owned(exchange: Exchange) -> bool:
    """A PUT of a BookingLocation or a Booking."""
    return of_push(exchange) and exchange.request.method == "PUT" and "calendar_id" not in dict(exchange.context.ids)


def of_change(exchange: Exchange) -> bool:
    """A PATCH of a BookingLocation, a Calendar or a Booking."""
    return of_push(exchange) and exchange.request.method == "PATCH"


def is_printed(exchange: Exchange) -> bool:
    """Tell whether a push goes to a URL in the order of the examples of PATCH, with the owner in the middle (A38)."""
    path = unquote(urlsplit(exchange.request.url).path).lower().strip("/").split("/")
    return (
        exchange.context.module == _MODULE
        and not exchange.context.route
        and any(
            [len(part) for part in path[place + 1 : place + 3]] == [2, 3] and len(path) > place + 3
            for place, name in enumerate(path)
            if name in _PRINTED
        )
    )


@expected_of(REQUESTS, "about bookings goes to the URL of its owner and ids", of_push)
def at_its_url(exchange: Exchange) -> Iterator[Breach]:
    """Owner first, then what is owned (mod_bookings_emsp_interface); the order of the examples is advice (A38)."""
    ids = [str(exchange.context.id(name) or "") for name in ("country_code", "party_id")]
    if not exchange.context.route or [len(value) for value in ids] != [2, 3]:
        limit = Verdict.ADVISED if is_printed(exchange) else Verdict.FAILED
        yield Breach(_SHAPES, exchange.request.url, exchange, at_most=limit)


@expected_of(REQUESTS, "with a whole Booking or BookingLocation names its owner in the URL", of_owned)
def owner_in_url(exchange: Exchange) -> Iterator[Breach]:
    """country_code and party_id are the same in URL and body (mod_bookings_put_booking_location_method)."""
    body = sent(exchange)
    for name in ("country_code", "party_id"):
        value, wanted = body.get(name), str(exchange.context.id(name))
        if value is not None and exchange.context.id(name) and str(value).lower() != wanted.lower():
            yield Breach(f"{name} {wanted}, as in the URL", shown(value), exchange, f"/{name}")


@expected_of(REQUESTS, "with a change of bookings holds last_updated", of_change)
def change_is_dated(exchange: Exchange) -> Iterator[Breach]:
    """mod_bookings_booking_location_patch_method, mod_bookings_booking_patch_method."""
    if sent(exchange).get("last_updated") is None:
        yield Breach("last_updated in every PATCH", "absent", exchange, "/last_updated")


def of_place(exchange: Exchange) -> bool:
    """A push of a BookingLocation."""
    return of_push(exchange) and exchange.context.route == "booking_location"


@expected_of(REQUESTS, "with a BookingLocation has no status in it", of_place)
def has_no_status(exchange: Exchange) -> Iterator[Breach]:
    """A status REMOVED is spoken of, and a BookingLocation has no status: one that is sent is taken down (A55)."""
    if not absent(sent(exchange).get("status")):
        yield Breach("no status", shown(sent(exchange)["status"]), exchange, "/status", Verdict.OBSERVED)


# Requests of an eMSP --------------------------------------------------------------------------------------------------


@expected_of(REQUESTS, "for a Booking is a BookingRequest", is_booking_request)
def is_request(exchange: Exchange) -> Iterator[Breach]:
    """The body of the POST is a BookingRequest (mod_bookings_cpo_post_request_body)."""
    for error in schemas.validator(edition_of(exchange), "BookingRequest").errors(sent(exchange)):
        if error.severity == "error":
            yield Breach(error.expected, error.actual, exchange, error.pointer)


def _several(found: Sequence[Exchange]) -> tuple[Exchange, Exchange]:
    """Return the first and the latest of the requests for a Booking.

    Raises:
        NotObserved: there is one only.
    """
    if len(found) < 2:
        raise NotObserved("the target has sent one booking request only")
    return found[0], found[-1]


@expectation("every booking request", "for an edit has the request_id of the first one")
def same_request_id(found: Sequence[Exchange]) -> Iterator[Breach]:
    """All edits of a Booking have one request_id (mod_bookings_request_class), compared without case.

    Raises:
        NotObserved: there was no edit.
    """
    first, latest = _several(found)
    wanted, actual = (sent(exchange).get("request_id") for exchange in (first, latest))
    if str(wanted).lower() != str(actual).lower():
        yield Breach(f"request_id {wanted}", shown(actual), latest, "/request_id")


@expectation("every booking request", "that cancels says so")
def says_that_it_cancels(found: Sequence[Exchange]) -> Iterator[Breach]:
    """To cancel is a request with `canceled` (mod_bookings_request_class) and the request_id that is known.

    Raises:
        NotObserved: there was no second request.
    """
    _, latest = _several(found)
    if absent(sent(latest).get("canceled")):
        yield Breach("canceled, with why and by whom", "absent", latest, "/canceled")
    yield from same_request_id(found)


@expectation(
    "every booking request", "is for a BookingLocation that was published", among="booking request beside objects"
)
def place_is_known(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A BookingLocation is pushed or pulled before it is booked (mod_bookings_flow_and_lifecycle)."""
    known: set[str] = set()
    for exchange in exchanges:
        known |= {name.lower() for name in _published(exchange)}
        if is_booking_request(exchange):
            name = sent(exchange).get("booking_location_id")
            if str(name).lower() not in known:
                yield Breach("a BookingLocation that the partner has shown", shown(name), exchange)


def _published(exchange: Exchange) -> Iterable[str]:
    """Return the ids of the BookingLocations that the partner has shown in an exchange."""
    context = exchange.context
    if context.module != _MODULE or context.route not in {"booking_location", _PLACES}:
        return ()
    if exchange.sender == "partner":
        return (str(context.id("booking_location_id")),)
    body = body_of(exchange)
    data = body.get("data") if isinstance(body, dict) else None
    rows = data if isinstance(data, list) else [data]
    return tuple(str(row.get("id")) for row in rows if isinstance(row, dict))
