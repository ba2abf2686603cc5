"""What the partner has ready for commands of the target: a place to command, a Session to stop. It acts; no judging."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from ocpi_conformance.mock_partner import charging
from ocpi_conformance.mock_partner.commands import RESERVATIONS
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.state import Json, Key, key_of, object_key
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

_PLACE = ("location_id", "evse_uid", "connector_id")
# A reservation that expires later is not waited for.
_SOON = timedelta(minutes=1)
_OVER = frozenset({"COMPLETED", "INVALID"})


def command_values(scene: Scene, command: str) -> dict[str, str]:
    """Return what the operator is told for `command`: the place that was pushed last, or the Session to stop.

    The pushed Location is one of the partner's own until the scenario ends: only there can a command be carried out.

    Raises:
        NotObserved: no Given has pushed a Location, or no Session is going on.
        NotApplicable: the version in use has no such command.
    """
    version = scene.partner.version
    if command not in COMMANDS[version].commands:
        raise NotApplicable(f"OCPI {version} has no command {command}")
    fields = COMMANDS[version].commands[command].fields
    own_location(scene)
    told = dict(zip(_PLACE, scene.chosen("Connector").path[-3:], strict=True)) if "location_id" in fields else {}
    given = {name: value for name, value in told.items() if name in fields}
    if "session_id" in fields:
        given["session_id"] = _ongoing(scene)
    return {"command": command, **given}


def own_location(scene: Scene) -> None:
    """Make the Location that was pushed one of the partner's own until the scenario ends, with what goes on there."""
    item, platform = scene.chosen("Location"), scene.site.platform
    key = object_key(*item.path[:3])
    known = platform.own.get("locations", key) is not None
    if not known:
        platform.own.put("locations", key, item.kept())
    # One that was only published is there, but nobody ends yet what goes on there.
    if not known or item.exchange is None:
        scene.undo.append(lambda: _clear(platform, key, scene.partner.config.timeouts.callback))


def settle(scene: Scene) -> None:
    """Wait until the partner has sent the result of what the target commanded, and done what follows from it."""
    scene.site.platform.agenda.idle(scene.partner.config.timeouts.callback, _SOON)


def _ongoing(scene: Scene) -> str:
    platform = scene.site.platform
    settle(scene)
    place = scene.chosen("Location").content["id"]
    found = [s for s in platform.own.all("sessions") if s["location_id"] == place and s["status"] == "ACTIVE"]
    if not found:
        raise NotObserved("no Session of the target's is going on at the partner")
    return str(found[-1]["id"])


def _clear(platform: Platform, place: Key, seconds: float) -> None:
    """End what is going on at a Location of the partner, which the target is told, and forget the Location."""
    platform.agenda.idle(seconds, _SOON)
    name = (platform.own.get("locations", place) or {}).get("id")
    for session in platform.own.all("sessions"):
        if session["location_id"] == name:
            _end(platform, session)
    for key in platform.own.keys(RESERVATIONS):
        platform.own.remove(RESERVATIONS, key)
    platform.own.remove("locations", place)


def _end(platform: Platform, session: Json) -> None:
    if session["status"] not in _OVER:
        with suppress(HarnessError):
            charging.end_session(platform, session, "INVALID")
    for module in ("sessions", "readings"):
        platform.own.remove(module, key_of("sessions", session))
