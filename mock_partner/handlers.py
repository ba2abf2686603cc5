"""Which function answers which kind of route, or which module: one table. No behaviour here."""

from __future__ import annotations

from ocpi_conformance.mock_partner import (
    authorization,
    bookings,
    charging_profiles,
    commands,
    hub_clients,
    objects,
    payments,
    preferences,
    registration,
    routing,
)
from ocpi_conformance.mock_partner.platform import Handler

HANDLERS: dict[str, Handler] = {
    "versions": registration.versions_list,
    "version_details": registration.version_details,
    "credentials": hub_clients.credentials,
    "commands": commands.handle,
    "chargingprofiles": charging_profiles.handle,
    "list": objects.list_objects,
    "object": objects.object_route,
    "create": objects.create,
    "action": objects.unsupported,
    "tokens authorize": authorization.authorize,
    "payments activate": payments.activate,
    "payments deactivate": payments.deactivate,
    "payments terminal": payments.answer_terminal,
    "payments create terminal": payments.create_terminal,
    "Booking request": bookings.answer_request,
    "sessions preferences": preferences.answer_preferences,
    "routed": routing.route,
    "undefined DELETE": objects.undefined_delete,
    "undefined POST": objects.undefined_post,
}
