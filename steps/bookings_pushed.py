"""BookingLocations, Calendars and Bookings that the partner pushes: words → object. Nothing is sent here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.bookings import cancel_booking
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.samples_2_3_0 import BOOKING_LOCATIONS, BOOKINGS, booking_location, booking_request
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.steps.bookable import requested
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import THINGS, Push, fresh_id, later, moment, new, owner, whole

_PLACES = "booking_locations"
_ACCESS = [{"method": "ACCESS_CODE", "value": "1224"}]


def _place(scene: Scene) -> Push:
    """Return a new BookingLocation at the Location that was pushed, which the target knows then."""
    party = owner(scene)
    known = scene.objects.get("Location")
    place = known.ours if known and known.ours else samples.location(fresh_id(), party, moment())
    body = booking_location(fresh_id("BL"), party, place, datetime.now(UTC)) | {"last_updated": timestamp(moment())}
    for calendar in body["calendars"]:
        calendar["last_updated"] = body["last_updated"]
    return new(scene, "BookingLocation", BOOKINGS, (party.country_code, party.party_id, _PLACES, body["id"]), body)


def _after(scene: Scene, *kinds: str) -> str:
    return later(*(scene.chosen(kind).content for kind in kinds if kind in scene.objects))


def _place_with(scene: Scene, fields: Json) -> Push:
    return whole(scene, "BookingLocation", **fields, last_updated=_after(scene, "BookingLocation", "Calendar"))


def _change(scene: Scene, kind: str, fields: Json, *, dated: bool = True) -> Push:
    """Return the body of a PATCH of a chosen object."""
    item = scene.chosen(kind)
    moments = {"last_updated": _after(scene, "BookingLocation", "Calendar", kind)} if dated else {}
    return Push(kind, item.module, item.path, fields | moments)


def _calendar(scene: Scene) -> Push:
    """Return another Calendar of the chosen BookingLocation."""
    item, place = scene.chosen("Calendar"), scene.chosen("BookingLocation")
    body = item.content | {"id": fresh_id("CAL"), "last_updated": _after(scene, "BookingLocation", "Calendar")}
    return new(scene, "Calendar", BOOKINGS, (*place.path, str(body["id"])), body)


def _fewer_timeslots(scene: Scene) -> Push:
    slots = scene.chosen("Calendar").content["available_timeslots"]
    return _change(scene, "Calendar", {"available_timeslots": slots[1:]})


def _booking(scene: Scene, fields: Json) -> Push:
    """Return the Booking that the target has asked for, with `fields`.

    Raises:
        NotObserved: it has asked for none.
    """
    body = requested(scene) | fields
    return new(scene, "Booking", BOOKINGS, (body["country_code"], body["party_id"], str(body["id"])), body)


def _replaced(scene: Scene, fields: Json) -> Push:
    return whole(scene, "Booking", **fields, last_updated=_after(scene, "Booking"))


def _unrequested(scene: Scene) -> Push:
    """Return a Booking that nobody has asked for."""
    party, place = owner(scene), _place(scene).kept()
    begin = datetime.now(UTC) + timedelta(days=1)
    peer = next(iter(scene.site.connection.peer_roles), party)
    asked = booking_request(fresh_id("REQ"), peer, place, begin, begin + timedelta(hours=1))
    body = {name: place[name] for name in ("country_code", "party_id", "location_id", "tariff_ids", "booking_terms")}
    body |= {name: asked[name] for name in ("request_id", "period", "authorization_reference", "booking_option")}
    entry = {"request_status": "ACCEPTED", "booking_request": asked, "request_received": timestamp(moment())}
    body |= {"id": fresh_id("BOK"), "reservation_status": "RESERVED", "booking_requests": [entry]}
    body |= {"last_updated": timestamp(moment())}
    return new(scene, "Booking", BOOKINGS, (party.country_code, party.party_id, body["id"]), body)


_THINGS: dict[str, Callable[[Scene], Push]] = {
    "a BookingLocation": _place,
    "the BookingLocation with another policy": functools.partial(
        _place_with, fields={"policy": {"reservation_required": True, "ad_hoc": 2}}
    ),
    "another policy of the BookingLocation": functools.partial(
        _change, kind="BookingLocation", fields={"policy": {"reservation_required": True, "ad_hoc": 2}}
    ),
    "another Calendar": _calendar,
    "fewer timeslots of the Calendar": _fewer_timeslots,
    "the Booking as it was requested": functools.partial(_booking, fields={}),
    "the Booking with access_information": functools.partial(_replaced, fields={"access_information": _ACCESS}),
    "access_information of the Booking": functools.partial(
        _change, kind="Booking", fields={"access_information": _ACCESS}
    ),
    "a Booking": _unrequested,
    "a Booking that nobody has requested": _unrequested,
}
THINGS.update(_THINGS)


def bookable_values(scene: Scene) -> dict[str, str]:
    """Return the BookingLocation that the operator is to book: the one that was pushed, which the partner offers."""
    item = scene.chosen("BookingLocation")
    platform, ours = scene.site.platform, item.kept()
    key = key_of(BOOKING_LOCATIONS, ours)
    if not platform.own.has(BOOKING_LOCATIONS, key):
        platform.own.put(BOOKING_LOCATIONS, key, dict(ours))
        scene.undo.append(functools.partial(platform.own.remove, BOOKING_LOCATIONS, key))
        scene.undo.append(lambda: _cancel_all(platform, str(ours["id"])))
    return {"booking_location_id": str(ours["id"])}


def _cancel_all(platform: Platform, place_id: str) -> None:
    """Leave no Booking that the target has made at a BookingLocation of the partner."""
    for booking in tuple(platform.own.copies(BOOKINGS)):
        asked = booking["booking_requests"][-1]["booking_request"]["booking_location_id"]
        if asked == place_id and booking["reservation_status"] == "RESERVED":
            cancel_booking(platform, booking["id"])
