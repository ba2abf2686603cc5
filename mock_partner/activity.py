"""What a platform does of its own accord, by name: the table of activities, and those about credentials.

Rules: what an activity does lives where its objects do; who asks for it (a trigger, a test, a simulation) is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from ocpi_conformance.mock_partner import (
    authorization,
    bookings,
    charging,
    charging_profiles,
    commands,
    hub_clients,
    invoices,
    payments,
    preferences,
    publishing,
    pulling,
    registration,
    requesting,
)
from ocpi_conformance.mock_partner.charging import complete_session, start_session
from ocpi_conformance.mock_partner.errors import HarnessError, TransportError
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.pulling import next_link
from ocpi_conformance.mock_partner.pushing import push_object, push_patch
from ocpi_conformance.mock_partner.state import Connection, Json, Store, key_of

__all__ = [
    "ACTIVITIES",
    "change_version",
    "complete_session",
    "load",
    "next_link",
    "push_object",
    "push_patch",
    "register",
    "start_session",
    "unregister",
    "update_credentials",
]


def register(platform: Platform, versions_url: str, token_a: str) -> None:
    """Register with the peer behind `versions_url`, or try to."""
    try:
        hub_clients.register(platform, versions_url, token_a)
    except HarnessError:
        return  # a peer that cannot be used; the operator reads it in the log


def update_credentials(platform: Platform) -> None:
    """Send new credentials to every registered peer by PUT and use the token of the answer."""
    for connection in platform.living():
        new = platform.mint.new("B")
        # The peer may fetch with the new token before it has answered.
        meanwhile = Connection(token_in=new, state="registered", peer_roles=connection.peer_roles)
        meanwhile.account = connection.account
        with platform.lock:
            platform.connections.append(meanwhile)
        try:
            exchange = registration.send_credentials(platform, connection, "PUT", connection.token_out, new)
            field = "token" if platform.behaviour.own_put_uses == "answer" else ""
            registration.accept_credentials(connection, exchange, field)
            connection.token_in = new
        except registration.HandshakeError:
            continue  # the old credentials stay in use
        finally:
            meanwhile.state = "ended"


def change_version(platform: Platform, version: str) -> None:
    """Go over to `version` of OCPI with every registered peer; one that does not have it stays where it is."""
    for connection in platform.living():
        with suppress(registration.HandshakeError):
            registration.change_version(platform, connection, version)


def unregister(platform: Platform) -> None:
    """End every registered connection by DELETE."""
    for connection in platform.living():
        with suppress(TransportError):  # a peer that is gone has no connection either
            registration.send_credentials(platform, connection, "DELETE", connection.token_out, "")
        if platform.behaviour.after_own_delete == "silent":
            connection.state = "ended"
    hub_clients.sync(platform)


def load(store: Store, objects: Mapping[str, Iterable[Json]]) -> None:
    """Put `objects` (by module identifier) into `store` in their order, as text."""
    for module, items in objects.items():
        store.load(module, ((key_of(module, item), item) for item in items))


ACTIVITIES: dict[str, Callable[..., Any]] = {
    "register_with_partner": register,
    "update_credentials": update_credentials,
    "change_version": change_version,
    "unregister_from_partner": unregister,
    "create_location": publishing.create_location,
    "change_location": publishing.change_location,
    "change_evse_status": publishing.change_evse_status,
    "change_connector": publishing.change_connector,
    "remove_evse": publishing.remove_evse,
    "create_session": charging.create_session,
    "change_session": charging.change_session,
    "stop_session": charging.stop_session,
    "invalidate_session": charging.invalidate_session,
    "create_cdr": charging.issue_cdr,
    "correct_cdr": charging.correct_cdr,
    "create_tariff": publishing.create_tariff,
    "change_tariff": publishing.change_tariff,
    "delete_tariff": publishing.delete_tariff,
    "create_token": publishing.create_token,
    "change_token": publishing.change_token,
    "invalidate_token": publishing.invalidate_token,
    "note_authorization": authorization.note_authorization,
    "authorize_token": authorization.authorize_token,
    "present_token": authorization.present_token,
    "set_charging_preferences": preferences.set_charging_preferences,
    "change_client": publishing.change_client,
    "check_clients": hub_clients.check_clients,
    "send_command": requesting.send_command,
    "cancel_reservation": commands.cancel_reservation,
    "set_charging_profile": requesting.send_charging_profile,
    "request_active_profile": requesting.request_active_profile,
    "clear_charging_profile": requesting.clear_charging_profile,
    "change_active_profile": charging_profiles.change_active_profile,
    "cancel_charging_profile": charging_profiles.cancel_charging_profile,
    "create_invoice_record": invoices.create_invoice_record,
    "change_invoice_record": invoices.change_invoice_record,
    "delete_invoice_record": invoices.delete_invoice_record,
    "ship_terminal": payments.ship_terminal,
    "confirm_payment": payments.confirm_payment,
    "activate_terminal": payments.activate_terminal,
    "deactivate_terminal": payments.deactivate_terminal,
    "assign_terminal": payments.assign_terminal,
    "update_terminal": payments.update_terminal,
    "pull_terminals": payments.pull_terminals,
    "pull_confirmations": payments.pull_confirmations,
    "push_booking_location": bookings.push_booking_location,
    "change_calendar": bookings.change_calendar,
    "request_booking": bookings.request_booking,
    "cancel_booking_request": bookings.cancel_request,
    "change_booking_request": bookings.change_request,
    "pull_bookings": bookings.pull_bookings,
    "pull_booking_locations": bookings.pull_booking_locations,
    "cancel_booking": bookings.cancel_booking,
    "use_booking": bookings.use_booking,
    "miss_booking": bookings.miss_booking,
    **{f"pull_{name}": partial(pulling.pull, module=name) for name in pulling.MODULES},
}
