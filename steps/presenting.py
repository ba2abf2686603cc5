"""What the operator is told when a Token of the partner is to be presented or asked about. It prepares, no more.

Rules: the partner owns the Token for the rest of the scenario, so that it can be asked; afterwards nobody can use it.
"""

from __future__ import annotations

from contextlib import suppress

from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.steps.identities import is_for
from ocpi_conformance.steps.issued import invalidation, issued
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import remember
from ocpi_conformance.steps.verdicts import NotObserved

OVER = frozenset({"COMPLETED", "INVALID"})


def asked(scene: Scene) -> dict[str, str]:
    """Return which Token is meant: the chosen one, which the partner owns from now on."""
    _own(scene)
    token = scene.chosen("Token").content
    return {"token_uid": token["uid"], "token_type": token["type"]}


def presented(scene: Scene) -> dict[str, str]:
    """Return which Token is meant, and the EVSE that a Given has chosen. What begins there is ended afterwards."""
    path = scene.chosen("EVSE").path
    values = asked(scene) | {"location_id": path[0], "evse_uid": path[1]}
    scene.undo.append(lambda: _end_sessions(scene))
    return values


def never_pushed(scene: Scene, token_type: str = "RFID") -> dict[str, str]:
    """Return the same for a Token of the partner that the target has never heard of."""
    remember(scene, issued(scene, valid=True, type=token_type))
    return presented(scene)


def begun(scene: Scene) -> dict[str, str]:
    """Return the Session that the use of the chosen Token has begun, once the target has pushed it.

    Raises:
        NotObserved: it has pushed none.
    """
    token = scene.chosen("Token").content

    def brings_it(exchange: Exchange) -> bool:
        return any(is_for(payload.value, token) for payload in Objects([exchange]) if payload.kind == "Session")

    try:
        exchange = scene.record.wait_for(
            brings_it, "a Session of the Token", scene.partner.config.timeouts.callback, scene.started
        )
    except NotSeen as error:
        raise NotObserved(str(error)) from None
    return {"session_id": str(next(found.value["id"] for found in Objects([exchange]) if found.kind == "Session"))}


def _own(scene: Scene) -> None:
    item, platform = scene.chosen("Token"), scene.site.platform
    key = key_of("tokens", item.kept())
    if platform.own.has("tokens", key):
        return
    platform.own.put("tokens", key, dict(item.kept()))
    scene.undo.append(lambda: platform.own.remove("tokens", key))
    if item.exchange is not None and item.content["valid"]:
        scene.undo.append(lambda: _invalidate(scene))


def _invalidate(scene: Scene) -> None:
    """Leave no Token at the target that anybody could charge with."""
    push, site = invalidation(scene), scene.site
    with suppress(HarnessError):
        site.platform.call(
            site.connection, "PATCH", "tokens", RECEIVER, push.path, parameters=dict(push.query), body=push.body
        )


def _end_sessions(scene: Scene) -> None:
    """End what the Token has begun, where the operator has said how."""
    token, triggers = scene.chosen("Token").content, scene.partner.triggers
    latest: dict[str, Json] = {}
    for payload in Objects(scene.record.exchanges(scene.started)).sightings:
        if payload.kind == "Session" and isinstance(payload.value, dict):
            name = str(payload.value.get("id") or payload.exchange.context.id("session_id")).lower()
            latest[name] = {**latest.get(name, {}), **payload.value}
    for session in latest.values():
        if is_for(session, token) and session.get("status") not in OVER and triggers.has("stop_session"):
            with suppress(HarnessError):
                triggers.pull("stop_session", {"session_id": str(session.get("id"))})
