"""The embedded target: a second platform of ours in the opposite role, with a control interface as its operator.

Rules: the suite meets it only over HTTP, like any other target; nothing may know that it is ours.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ocpi_conformance.mock_partner import activity, samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.editing import edit, moved
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Faults, Rule
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.messages import ABSENT, Inbound, Reply, parse_timestamp, problem
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import OFFERED, RECEIVER
from ocpi_conformance.mock_partner.platform import Platform, Validate, accept_all
from ocpi_conformance.mock_partner.record import Context, Record, Response
from ocpi_conformance.mock_partner.samples_2_3_0 import BOOKING_LOCATIONS
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Json, Party, TokenMint

PARTIES = {
    "CPO": Party("CPO", "NL", "EMB", "Embedded charging"),
    "EMSP": Party("EMSP", "NL", "EMB", "Embedded mobility"),
    "HUB": Party("HUB", "NL", "EMB", "Embedded hub"),
    "PTP": Party("PTP", "NL", "EMB", "Embedded payments"),
}
SECOND_PARTIES = {role: replace(party, party_id="EM2") for role, party in PARTIES.items()}
# What only the operator of a CPO knows of its EVSEs.
OFFERS = {
    "evse": {"car": "plugged in"},
    "profile_evse": {"maximum": "32 A"},
    "expiring_evse": {"location_id": "LOC4", "evse_uid": "LOC4-E1", "connector_id": "1"},
    "silent_evse": {"location_id": "LOC5", "evse_uid": "LOC5-E2", "connector_id": "1"},
}
# Where nothing but a card is read: 2.1.1 does not show the Location that is not published and has such EVSEs.
_CARDS_ONLY = ("LOC7", "LOC7-E2")
# What only the operator of a PTP knows of its terminals: the serial number of a new one, and one that is not needed.
_TERMINALS_OFFERED = {
    "terminal_to_activate": {"reference": "SN-NEW"},
    "terminal_to_deactivate": {"terminal_id": "TERM7"},
}
_OFFERS_OF = {"CPO": OFFERS, "PTP": _TERMINALS_OFFERED}
# Seconds that a hub waits for a party behind it.
_HUB_WAITS = 3.0
# What a role offers beyond what is typical of it: the eMSP passes the charging profiles of an SCSP on to CPOs.
_BEYOND = {"EMSP": (("chargingprofiles", RECEIVER),)}
TRIGGER_PARAMETERS = {
    "register_with_partner": ("versions_url", "token_a"),
    "new_token_a": (),
    "unregister_from_partner": (),
    "update_credentials": (),
    "change_version": ("version",),
    "create_location": (),
    "change_location": ("location_id",),
    "change_evse_status": ("location_id", "evse_uid", "status"),
    "change_connector": ("location_id", "evse_uid", "connector_id"),
    "remove_evse": ("location_id", "evse_uid"),
    "pull_locations": ("date_from",),
    "create_session": ("location_id", "evse_uid", "connector_id", "token_uid", "status"),
    "change_session": ("session_id",),
    "stop_session": ("session_id",),
    "invalidate_session": ("session_id",),
    "create_cdr": (),
    "correct_cdr": ("cdr_id",),
    "create_tariff": (),
    "change_tariff": ("tariff_id",),
    "delete_tariff": ("tariff_id",),
    "pull_tokens": ("date_from",),
    "authorize_token": ("token_uid", "token_type", "location_id", "evse_uid"),
    "present_token": ("token_uid", "token_type", "location_id", "evse_uid"),
    "pull_sessions": ("date_from",),
    "pull_cdrs": ("date_from",),
    "pull_tariffs": ("date_from",),
    "create_token": ("token_type", "whitelist"),
    "change_token": ("token_uid",),
    "invalidate_token": ("token_uid",),
    "set_charging_preferences": ("session_id", "profile_type", "departure_time", "energy_need"),
    "send_command": ("command", "location_id", "evse_uid", "connector_id", "session_id", "reservation_id"),
    "set_charging_profile": ("session_id",),
    "request_active_profile": ("session_id", "duration"),
    "clear_charging_profile": ("session_id",),
    "cancel_reservation": ("reservation_id",),
    "change_active_profile": ("session_id",),
    "cancel_charging_profile": ("session_id",),
    "activate_terminal": ("reference", "location_id"),
    "assign_terminal": ("terminal_id", "location_id"),
    "update_terminal": ("terminal_id", "customer_reference"),
    "deactivate_terminal": ("terminal_id",),
    "pull_hubclientinfo": ("date_from",),
    "pull_terminals": (),
    "pull_confirmations": (),
    "ship_terminal": (),
    "confirm_payment": ("authorization_reference",),
    "create_invoice_record": ("cdr_ids",),
    "change_invoice_record": ("record_id",),
    "delete_invoice_record": ("record_id",),
    "pull_invoicereconciliation": ("date_from",),
    "push_booking_location": ("booking_location_id",),
    "change_calendar": ("booking_location_id",),
    "cancel_booking": ("booking_id",),
    "use_booking": ("booking_id",),
    "miss_booking": ("booking_id",),
    "request_booking": ("booking_location_id",),
    "change_booking_request": ("booking_id",),
    "cancel_booking_request": ("booking_id",),
    "pull_bookings": (),
    "pull_booking_locations": (),
    "change_client": ("country_code", "party_id", "role", "status"),
    "check_clients": (),
}
# Both roles bill: the CPO directly, the eMSP in reverse.
_INVOICES = (
    "create_invoice_record",
    "change_invoice_record",
    "delete_invoice_record",
    "pull_invoicereconciliation",
)
_FOR_ROLE = {
    "CPO": (
        *("create_location", "change_location", "change_evse_status", "change_connector", "remove_evse"),
        *("create_session", "change_session", "stop_session", "invalidate_session", "create_cdr", "correct_cdr"),
        *("create_tariff", "change_tariff", "delete_tariff"),
        *("pull_tokens", "authorize_token", "present_token"),
        *("cancel_reservation", "change_active_profile", "cancel_charging_profile"),
        *("activate_terminal", "assign_terminal", "update_terminal", "deactivate_terminal"),
        *("pull_terminals", "pull_confirmations", "pull_hubclientinfo"),
        *_INVOICES,
        *("push_booking_location", "change_calendar", "cancel_booking", "use_booking", "miss_booking"),
    ),
    "EMSP": (
        *("pull_locations", "pull_sessions", "pull_cdrs", "pull_tariffs"),
        *("create_token", "change_token", "invalidate_token", "set_charging_preferences"),
        *("send_command", "set_charging_profile", "request_active_profile", "clear_charging_profile"),
        *_INVOICES,
        *("request_booking", "change_booking_request", "cancel_booking_request"),
        *("pull_bookings", "pull_booking_locations", "pull_hubclientinfo"),
    ),
    "HUB": ("change_client", "check_clients"),
    "PTP": (
        *("pull_locations", "pull_sessions", "pull_cdrs", "pull_tariffs"),
        *("send_command", "ship_terminal", "confirm_payment"),
    ),
}


@dataclass(frozen=True)
class _Control:
    """The operator's side of the embedded target: one POST for each thing it can be made to do."""

    platform: Platform

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Carry out the activity that the path names with the query's parameters."""
        return self._carry_out(inbound).render(self.platform.clock.now()), Context()

    def _carry_out(self, inbound: Inbound) -> Reply:
        name = inbound.path[-1] if inbound.path else ""
        arguments: dict[str, Any] = {key: value for key, value in inbound.query if value}
        if inbound.method != "POST" or name not in TRIGGER_PARAMETERS:
            return problem(404, status.CLIENT_ERROR, f"known are POST {', '.join(sorted(TRIGGER_PARAMETERS))}")
        if name == "new_token_a":
            return Reply(data=self.platform.invite())
        try:
            activity.ACTIVITIES[name](self.platform, **arguments)
        except HarnessError as error:
            return problem(502, status.SERVER_ERROR, str(error))
        return Reply()


class EmbeddedTarget:
    """A running embedded target.

    Args:
        role: a key of `PARTIES`.
        behaviour: how it behaves; conformant by default.
        rules: fault rules on its messages.
        validate: finds what is wrong with an object that is pushed to it.
        size: how many Locations (or Tokens) it publishes.
        seed: of its sample data.
        versions: of OCPI that it supports.
    """

    def __init__(
        self,
        role: str,
        behaviour: Behaviour | None = None,
        rules: tuple[Rule, ...] = (),
        validate: Validate = accept_all,
        size: int = 7,
        seed: int = 1,
        versions: tuple[str, ...] = ("2.2.1",),
    ) -> None:
        self._client = Client(Record(), "target", _HUB_WAITS) if role == "HUB" else Client(Record(), "target")
        self.platform = Platform(
            roles=(PARTIES[role],),
            client=self._client,
            handlers=HANDLERS,
            supported=versions,
            offered=_offered(role),
            behaviour=behaviour or Behaviour(),
            faults=Faults(rules),
            validate=validate,
            mint=TokenMint("E"),
            seed=seed,
        )
        now = self.platform.clock.now()
        own = portfolio(role, now, versions, size=size, seed=seed)
        activity.load(self.platform.own, _as_published(own, self.platform.behaviour, now))
        if self.platform.behaviour.second_party:
            self._admit(SECOND_PARTIES[role])
        self._server = Server()
        self.platform.base_url = self._server.mount("ocpi", self.platform)
        # The secret is in the path: a trigger of target.toml is a method and a URL, nothing else.
        self._control = self._server.mount(f"control-{secrets.token_hex(8)}", _Control(self.platform))
        self.role = role

    def _admit(self, party: Party) -> None:
        """Let a further party be hosted, with the same kind of objects under ids of its own."""
        self.platform.roles = (*self.platform.roles, party)
        other = samples.portfolio(party, self.platform.clock.now(), size=2)
        for module, field in (("locations", "id"), ("tokens", "uid")):
            items = [{**item, field: f"{party.party_id}-{item[field]}"} for item in other.get(module, ())]
            activity.load(self.platform.own, {module: items})

    def start(self) -> EmbeddedTarget:
        """Start serving."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop serving."""
        self.platform.agenda.close()
        self._server.stop()
        self._client.close()

    def declaration(self, tokens: int = 8) -> dict[str, Any]:
        """Return what its operator would write into target.toml, with `tokens` fresh CREDENTIALS_TOKEN_A.

        The tokens stand in clear text under `tokens_a`; the caller wraps them as secrets.
        """
        names = (
            "register_with_partner",
            "new_token_a",
            "unregister_from_partner",
            "update_credentials",
            "change_version",
            *_FOR_ROLE[self.role],
        )
        return {
            "name": f"embedded {self.role}",
            "roles": [self.role],
            "versions_url": self.platform.versions_url,
            "tokens_a": [self.platform.invite() for _ in range(tokens)],
            "triggers": {name: f"POST {self._control}/{name}?{_query(name)}" for name in names},
            "offers": _OFFERS_OF.get(self.role, {}),
        }


def portfolio(
    role: str, now: datetime, versions: tuple[str, ...], *, size: int, seed: int = 1
) -> dict[str, list[Json]]:
    """Return what an embedded target in `role` publishes when it speaks `versions`, by module, before it is bent."""
    own = samples.portfolio(PARTIES[role], now, size=size, seed=seed)
    _silence(own)
    if "2.1.1" in versions:
        _read_cards_only(own)
    _free_of_vat(own)
    _price_reservations(own)
    _forbid_changes(own)
    return own


def _offered(role: str) -> tuple[tuple[str, str], ...] | None:
    """Return what the embedded target offers in all versions together; None for what is typical of its role."""
    beyond = _BEYOND.get(role)
    return (*OFFERED["2.3.0"][role], *beyond) if beyond else None


def _silence(objects: dict[str, list[Json]]) -> None:
    """Let the charge point of the EVSE that the operator calls silent answer nothing."""
    silent = OFFERS["silent_evse"]
    for place in objects.get("locations", []):
        for evse in place["evses"]:
            if (place["id"], evse["uid"]) == (silent["location_id"], silent["evse_uid"]):
                evse["status"] = "UNKNOWN"


def _read_cards_only(objects: dict[str, list[Json]]) -> None:
    """Let one EVSE take no commands."""
    for place in objects.get("locations", []):
        for evse in place["evses"]:
            if (place["id"], evse["uid"]) == _CARDS_ONLY:
                evse["capabilities"] = ["RFID_READER"]


def _free_of_vat(objects: dict[str, list[Json]]) -> None:
    """Let one session be priced without VAT, as by a CPO to whom no tax applies."""
    for cdr, session in zip(objects.get("cdrs", [])[4:5], objects.get("sessions", [])[4:5], strict=True):
        for tariff in cdr["tariffs"]:
            tariff["tax_included"] = "N/A"
            for component in (c for e in tariff["elements"] for c in e["price_components"]):
                component.pop("vat", None)
        for holder, name in ((cdr, "total_cost"), (cdr, "total_energy_cost"), (session, "total_cost")):
            holder[name] = holder[name] | {"incl_vat": holder[name]["excl_vat"]}


def _price_reservations(objects: dict[str, list[Json]]) -> None:
    """Let one EVSE have prices for reservations, of another height where they expire."""
    priced = OFFERS["expiring_evse"]
    for place in objects.get("locations", []):
        for evse in place["evses"]:
            if (place["id"], evse["uid"]) == (priced["location_id"], priced["evse_uid"]):
                tariff = samples.reservation_tariff("TAR7", objects["tariffs"][0])
                objects["tariffs"].append(tariff)
                for plug in evse["connectors"]:
                    plug["tariff_ids"] = [tariff["id"]]


# What is told of a parking space for more than cars.
_FOR_VANS = {
    "vehicle_types": ["VAN"],
    "max_vehicle_weight": 3500,
    "max_vehicle_height": 300,
    "max_vehicle_length": 700,
    "max_vehicle_width": 250,
    "min_parking_space_length": 800,
    "min_parking_space_width": 350,
    "dangerous_goods_allowed": False,
}


def _forbid_changes(objects: dict[str, list[Json]]) -> None:
    """Let one BookingLocation be for vans, and Bookings there be too near to be changed, however far they are."""
    for place in objects.get(BOOKING_LOCATIONS, [])[:1]:
        place["booking_terms"]["change_until_minutes"] = 30 * 24 * 60
        place["booking_option"] |= _FOR_VANS


def _as_published(objects: dict[str, list[Json]], behaviour: Behaviour, now: datetime) -> dict[str, list[Json]]:
    passed = now - parse_timestamp(behaviour.own_objects_as_of) if behaviour.own_objects_as_of else timedelta()
    for pointer, value in behaviour.own_objects.items():
        objects = edit(objects, pointer, moved(value, passed) if passed else value)
    for pointer in behaviour.own_objects_without:
        objects = edit(objects, pointer, ABSENT)
    return objects


def _query(name: str) -> str:
    return "&".join(f"{parameter}={{{parameter}}}" for parameter in TRIGGER_PARAMETERS[name])
