"""Sessions of the target that the operator has begun: what triggers are told, what was seen of them. It gathers only.

Rules: nothing here waits or asks the target for anything but the end of what a trigger began; `course` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.steps.identities import evse_uid, location_id
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.scene import Json, Scene

OVER = frozenset({"COMPLETED", "INVALID"})
_PLACE = ("location_id", "evse_uid", "connector_id")


@dataclass(frozen=True)
class Sight:
    """One sight of a Session: what it then was, all changes applied, and the object or PATCH body that showed it."""

    value: Json
    payload: Payload

    @property
    def is_push(self) -> bool:
        """Whether the target has sent it of its own accord."""
        return self.payload.in_request


def courses(sightings: Iterable[Payload]) -> dict[str, list[Sight]]:
    """Return the sights of each Session in their order, by its id in lower case; the Session seen first comes first.

    Copies of what the partner pushed are left out, and changes of a Session that was never shown whole.
    """
    found: dict[str, list[Sight]] = {}
    for payload in sightings:
        if payload.kind != "Session" or not isinstance(payload.value, dict) or payload.is_copy:
            continue
        name = name_of(payload).lower()
        known = found.get(name)
        if known or not payload.partial:
            value = _changed(known[-1].value, payload.value) if payload.partial and known else payload.value
            found.setdefault(name, []).append(Sight(value, payload))
    return found


def name_of(payload: Payload) -> str:
    """Return the id of a Session: that of its URL where it has one, else its own."""
    return str(payload.exchange.context.id("session_id") or payload.value.get("id"))


def _changed(before: Json, change: Json) -> Json:
    """Return a Session after a PATCH: charging_periods are added, all else replaced (mod_sessions_patch_method)."""
    periods = [*(before.get("charging_periods") or []), *(change.get("charging_periods") or [])]
    return {**before, **change} | ({"charging_periods": periods} if periods else {})


def seen(scene: Scene) -> dict[str, list[Sight]]:
    """Return the sights of each Session that the target has shown in this scenario."""
    return courses(Objects(scene.record.exchanges(scene.started)).sightings)


# What triggers are told -----------------------------------------------------------------------------------------------


def create_values(scene: Scene, status: str) -> dict[str, str]:
    """Return what the operator is told to begin a Session in `status`: the chosen place, the Token of the scenario."""
    told = {"status": status}
    if _is_placed(scene):
        told |= dict(zip(_PLACE, scene.chosen("Connector").path[-3:], strict=True))
    if "Token" in scene.objects:
        told["token_uid"] = scene.chosen("Token").path[-1]
    return told


def session_values(scene: Scene) -> dict[str, str]:
    """Return what the operator is told of the Session that goes on."""
    return {"session_id": scene.chosen("Session").path[-1]}


def end(scene: Scene, known: frozenset[str]) -> None:
    """Have the operator end what has begun beyond the `known` Sessions, as far as there are triggers for that.

    Only the chosen Session and what is at the chosen place is ended: others may be those of real drivers.
    """
    for name, sights in seen(scene).items():
        latest = sights[-1]
        status = latest.value.get("status")
        if name not in known and status not in OVER and _is_ours(scene, latest):
            trigger = "invalidate_session" if status == "PENDING" else "stop_session"
            with suppress(HarnessError):
                scene.partner.triggers.pull(trigger, {"session_id": name_of(latest.payload)})


def _is_ours(scene: Scene, sight: Sight) -> bool:
    if _is_placed(scene):
        return is_at_place(scene, sight.value)
    chosen = scene.objects.get("Session")
    return chosen is not None and chosen.path[-1].lower() == name_of(sight.payload).lower()


def _is_placed(scene: Scene) -> bool:
    return "Connector" in scene.objects and scene.chosen("Connector").interface == SENDER


def is_at_place(scene: Scene, session: Json) -> bool:
    """Tell whether a Session is at the EVSE that a Given has chosen, wherever it is when none was chosen."""
    if not _is_placed(scene):
        return True
    wanted = scene.chosen("Connector").path[-3:-1]
    given = (location_id(session), evse_uid(session))
    return all(one.lower() == other.lower() for one, other in zip(wanted, given, strict=True))


def after(sights: Iterable[Sight], tick: int) -> list[Sight]:
    """Return the sights that have come after a tick of the record."""
    return [sight for sight in sights if sight.payload.exchange.began > tick]
