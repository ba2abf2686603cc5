"""Which function answers which kind of route, or which module: one table. No behaviour here."""

from __future__ import annotations

from ocpi_conformance.mock_partner import objects, registration
from ocpi_conformance.mock_partner.platform import Handler

HANDLERS: dict[str, Handler] = {
    "versions": registration.versions_list,
    "version_details": registration.version_details,
    "credentials": registration.credentials,
    "list": objects.list_objects,
    "object": objects.object_route,
    "create": objects.create,
    "action": objects.unsupported,
    "undefined DELETE": objects.undefined_delete,
    "undefined POST": objects.undefined_post,
}
