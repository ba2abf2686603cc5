"""The commands of OCPI per version: bodies, answers, what an EVSE must be capable of. Tables only, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Command:
    """One command: the class of its body, the fields of that body beside response_url, the capability it needs."""

    object: str
    fields: tuple[str, ...]
    capability: str = ""


@dataclass(frozen=True)
class CommandFacts:
    """What a version says of commands.

    `result_object` is the class that is POSTed to the response_url; `announces_timeout` whether the direct response
    has a timeout; `results` the word that stands for an outcome at the charge point where the version has no own one;
    `integer_reservation_id` the type of reservation_id; `session_of_reservation` whether a reservation makes a Session.
    """

    commands: Mapping[str, Command]
    result_object: str
    announces_timeout: bool
    results: Mapping[str, str]
    integer_reservation_id: bool
    session_of_reservation: bool


_REFERENCE = "authorization_reference"
_2_2_1 = CommandFacts(
    commands={
        "START_SESSION": Command(
            "StartSession",
            ("token", "location_id", "evse_uid", "connector_id", _REFERENCE),
            "REMOTE_START_STOP_CAPABLE",
        ),
        "STOP_SESSION": Command("StopSession", ("session_id",), "REMOTE_START_STOP_CAPABLE"),
        "RESERVE_NOW": Command(
            "ReserveNow",
            ("token", "expiry_date", "reservation_id", "location_id", "evse_uid", _REFERENCE),
            "RESERVABLE",
        ),
        "CANCEL_RESERVATION": Command("CancelReservation", ("reservation_id",)),
        "UNLOCK_CONNECTOR": Command("UnlockConnector", ("location_id", "evse_uid", "connector_id"), "UNLOCK_CAPABLE"),
    },
    result_object="CommandResult",
    announces_timeout=True,
    results={},
    integer_reservation_id=False,
    session_of_reservation=True,
)
_LATER_FIELDS = {"START_SESSION": {"connector_id", _REFERENCE}, "RESERVE_NOW": {_REFERENCE}}
_2_1_1 = CommandFacts(
    commands={
        name: replace(row, fields=tuple(f for f in row.fields if f not in _LATER_FIELDS.get(name, ())))
        for name, row in _2_2_1.commands.items()
        if name != "CANCEL_RESERVATION"
    },
    # The result is a CommandResponse like the answer before it, and shares its words.
    result_object="CommandResponse",
    announces_timeout=False,
    results=dict.fromkeys(
        ("EVSE_OCCUPIED", "EVSE_INOPERATIVE", "FAILED", "CANCELED_RESERVATION", "UNKNOWN_RESERVATION"), "REJECTED"
    ),
    integer_reservation_id=True,
    session_of_reservation=False,
)

COMMANDS = {"2.1.1": _2_1_1, "2.2.1": _2_2_1, "2.3.0": _2_2_1}

# Status of an EVSE (mod_locations, Status) → what its charge point answers to somebody who wants to charge there.
STATUS_RESULTS = {
    "CHARGING": "EVSE_OCCUPIED",
    "BLOCKED": "EVSE_INOPERATIVE",
    "INOPERATIVE": "EVSE_INOPERATIVE",
    "OUTOFORDER": "EVSE_INOPERATIVE",
    "PLANNED": "EVSE_INOPERATIVE",
    "REMOVED": "EVSE_INOPERATIVE",
    "UNKNOWN": "TIMEOUT",
}
