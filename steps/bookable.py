"""Bookings that the operator is told of: those of the target, and those that it is to ask for. It judges nothing."""

from __future__ import annotations

from contextlib import suppress

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import BOOKINGS
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.verdicts import NotObserved


def requested(scene: Scene) -> Json:
    """Return the partner's Booking that the target has asked for in this scenario, once it is RESERVED.

    Raises:
        NotObserved: the target has asked for none.
    """

    def reserves(exchange: Exchange) -> bool:
        return exchange.sender == "partner" and any(
            sent(exchange).get("request_id") == body.get("request_id") for body in _asked_by_target(scene)
        )

    with suppress(NotSeen):
        scene.record.wait_for(reserves, "the decision", scene.partner.config.timeouts.callback, scene.started)
    ids = {str(body.get("request_id")).lower() for body in _asked_by_target(scene)}
    made = [b for b in scene.site.platform.own.copies(BOOKINGS) if str(b["request_id"]).lower() in ids]
    if not made:
        raise NotObserved("the target has asked for no Booking")
    return made[-1]


def _asked_by_target(scene: Scene) -> list[Json]:
    about = (BOOKINGS, SENDER, "POST")
    calls = scene.record.exchanges(scene.started, "target")
    return [sent(e) for e in calls if (e.context.module, e.context.interface, e.request.method) == about]


def requested_values(scene: Scene) -> dict[str, str]:
    """Return the Booking of the partner that the operator is to change or cancel."""
    return {"booking_id": str(requested(scene)["id"])}


def booking_values(scene: Scene) -> dict[str, str]:
    """Return the Booking of the target that the scenario is about."""
    return {"booking_id": scene.chosen("Booking").path[-1]}


def place_values(scene: Scene) -> dict[str, str]:
    """Return the BookingLocation of the target that the scenario is about."""
    return {"booking_location_id": scene.chosen("BookingLocation").path[0]}
