"""The commands that a phrase can name: words → the command and the body of it. Nothing is sent here but Tokens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS as VERSIONS
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.steps import acts, offered
from ocpi_conformance.steps.commanded import at, latest, shown
from ocpi_conformance.steps.places import UNKNOWN_ID
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import Push, fresh_id, moment, new, remember
from ocpi_conformance.steps.verdicts import NotObserved

Body = Callable[[Scene], Json]
# What charge points take for a reservation_id that is a number.
_HIGHEST_ID = 2**31 - 1
# Seconds for which a reservation lasts at least that is to end.
_SHORTEST = 5


def _place(scene: Scene, depth: int) -> Json:
    """Return the ids of the chosen Location, EVSE and Connector, the first `depth` of them."""
    path = scene.chosen("Connector").path
    return dict(zip(("location_id", "evse_uid", "connector_id")[:depth], path, strict=False))


def make_token(scene: Scene, kind: str = "RFID", *, push: bool = True, **changes: Any) -> Json:  # noqa: ANN401
    """Return a new Token of the partner that becomes that of the scenario; a target that takes Tokens is sent it.

    What was pushed as valid is made invalid when the scenario ends.
    """
    party = scene.behind or scene.site.platform.party("EMSP")
    body = samples.token(fresh_id("TOK"), party, moment()) | {"type": kind} | changes
    item = new(scene, "Token", "tokens", (party.country_code, party.party_id, body["uid"]), body)
    remember(scene, item)
    if push and scene.offers("tokens", RECEIVER):
        with suppress(NotObserved):
            if acts.accepted(acts.push(scene, item, "PUT")) and body["valid"]:
                site = scene.site
                scene.undo.append(lambda: _invalidate(scene, site, item))
    return body


def _invalidate(scene: Scene, site: Site, item: Push) -> None:
    change = {"valid": False, "last_updated": timestamp(datetime.now(UTC))}
    with at(scene, site), suppress(NotObserved, HarnessError):
        acts.push(scene, replace(item, body=change), "PATCH")


def _token(scene: Scene) -> Json:
    """Return the Token of the scenario; the first command makes one that the target knows as valid."""
    if "Token" in scene.objects:
        kept: Json = scene.chosen("Token").kept()
        return kept
    return make_token(scene)


def _start(scene: Scene) -> Json:
    return _starting(scene, _place(scene, 3))


def _starting(scene: Scene, place: Json) -> Json:
    return {"token": _token(scene), **place, "authorization_reference": fresh_id("REF")}


def _reserve(scene: Scene) -> Json:
    return _reserving(scene, _place(scene, 2))


def _reserving(scene: Scene, place: Json) -> Json:
    return {
        "token": _token(scene),
        "expiry_date": _later(15),
        "reservation_id": _reservation_id(scene),
        **place,
        "authorization_reference": fresh_id("REF"),
    }


def _reservation_id(scene: Scene) -> str:
    """Return an id that no other reservation has; a version that wants a number makes one of its digits."""
    name = fresh_id("RES")
    if not VERSIONS[scene.partner.version].integer_reservation_id:
        return name
    return str(int("".join(filter(str.isdigit, name))) % _HIGHEST_ID)


def soon() -> str:
    """Return the earliest moment at which a reservation can end."""
    return timestamp(datetime.now(UTC) + timedelta(seconds=_SHORTEST))


def _later(minutes: int) -> str:
    return timestamp(datetime.now(UTC) + timedelta(minutes=minutes))


def _soon(scene: Scene) -> str:
    """Return a moment that leaves as much time to reserve as for what follows when nobody comes."""
    return timestamp(datetime.now(UTC) + timedelta(seconds=scene.partner.config.timeouts.callback / 2))


def _session_id(scene: Scene) -> str:
    found = shown(scene, "Session", latest(scene, "START_SESSION"))
    if not found:
        raise NotObserved("the target has shown no Session that could be stopped")
    return str(found[-1].value.get("id"))


def _again(scene: Scene, **changes: Any) -> Json:  # noqa: ANN401
    """Return the body of the latest RESERVE_NOW with other values."""
    body: Json = latest(scene, "RESERVE_NOW").body
    return body | changes


def _elsewhere(scene: Scene) -> Json:
    """Return a RESERVE_NOW of a Token of its own at an EVSE of its own, with the reservation_id of the latest one."""
    known = latest(scene, "RESERVE_NOW").body["reservation_id"]
    offered.offer_another(scene)
    make_token(scene)
    return _reserve(scene) | {"reservation_id": known}


def _without(body: Body, *names: str) -> Body:
    return lambda scene: {name: value for name, value in body(scene).items() if name not in names}


def _for(body: Body, kind: str = "RFID", *, push: bool = False, **changes: Any) -> Body:  # noqa: ANN401
    """Return the body with a Token of its own."""

    def made(scene: Scene) -> Json:
        make_token(scene, kind, push=push, **changes)
        return body(scene)

    return made


_NOWHERE: Json = {"location_id": UNKNOWN_ID, "evse_uid": UNKNOWN_ID}
_NO_CONNECTOR: Json = {**_NOWHERE, "connector_id": "1"}
COMMANDS: dict[str, tuple[str, Body]] = {
    "START_SESSION": ("START_SESSION", _start),
    "START_SESSION for an unknown Location": ("START_SESSION", lambda scene: _starting(scene, _NOWHERE)),
    "START_SESSION for an unknown EVSE": ("START_SESSION", lambda scene: _start(scene) | {"evse_uid": UNKNOWN_ID}),
    "START_SESSION with the body of STOP_SESSION": ("START_SESSION", lambda _: {"session_id": UNKNOWN_ID}),
    "START_SESSION without evse_uid": ("START_SESSION", _without(_start, "evse_uid", "connector_id")),
    "START_SESSION with a connector_id but without evse_uid": ("START_SESSION", _without(_start, "evse_uid")),
    "START_SESSION without connector_id": ("START_SESSION", _without(_start, "connector_id")),
    "START_SESSION with a Token of its own": ("START_SESSION", _for(_start, push=True)),
    "START_SESSION with a Token that was never pushed": ("START_SESSION", _for(_start)),
    "START_SESSION with a Token that is not valid": ("START_SESSION", _for(_start, push=True, valid=False)),
    "START_SESSION with a Token whose whitelist is NEVER": (
        "START_SESSION",
        _for(_start, push=True, whitelist="NEVER"),
    ),
    "START_SESSION with an AD_HOC_USER Token": ("START_SESSION", _for(_start, "AD_HOC_USER", whitelist="NEVER")),
    "START_SESSION with an APP_USER Token": ("START_SESSION", _for(_start, "APP_USER", whitelist="NEVER")),
    "STOP_SESSION": ("STOP_SESSION", lambda scene: {"session_id": _session_id(scene)}),
    "STOP_SESSION for an unknown Session": ("STOP_SESSION", lambda _: {"session_id": UNKNOWN_ID}),
    "RESERVE_NOW": ("RESERVE_NOW", _reserve),
    "RESERVE_NOW for an unknown Location": ("RESERVE_NOW", lambda scene: _reserving(scene, _NOWHERE)),
    "RESERVE_NOW without evse_uid": ("RESERVE_NOW", _without(_reserve, "evse_uid")),
    "RESERVE_NOW with a Token of its own": ("RESERVE_NOW", _for(_reserve, push=True)),
    "RESERVE_NOW with a Token that was never pushed": ("RESERVE_NOW", _for(_reserve)),
    "RESERVE_NOW with a later expiry_date": ("RESERVE_NOW", lambda scene: _again(scene, expiry_date=_later(20))),
    "RESERVE_NOW with an expiry_date that is near": (
        "RESERVE_NOW",
        lambda scene: _reserve(scene) | {"expiry_date": _soon(scene)},
    ),
    "RESERVE_NOW with an expiry_date in the past": (
        "RESERVE_NOW",
        lambda scene: _reserve(scene) | {"expiry_date": _later(-60)},
    ),
    "RESERVE_NOW with the same reservation_id at another EVSE": ("RESERVE_NOW", _elsewhere),
    "CANCEL_RESERVATION": (
        "CANCEL_RESERVATION",
        lambda scene: {"reservation_id": latest(scene, "RESERVE_NOW").body["reservation_id"]},
    ),
    "CANCEL_RESERVATION for an unknown reservation": ("CANCEL_RESERVATION", lambda _: {"reservation_id": UNKNOWN_ID}),
    "UNLOCK_CONNECTOR": ("UNLOCK_CONNECTOR", lambda scene: _place(scene, 3)),
    "UNLOCK_CONNECTOR for an unknown Location": ("UNLOCK_CONNECTOR", lambda _: {**_NO_CONNECTOR}),
    "OPEN_GARAGE, which does not exist": ("OPEN_GARAGE", lambda _: {"location_id": UNKNOWN_ID}),
    "CANCEL_RESERVATION, which does not exist yet": (
        "CANCEL_RESERVATION",
        lambda scene: {"reservation_id": _reservation_id(scene)},
    ),
}
# What is sent although the version in use has no such command.
NONEXISTENT = frozenset({"OPEN_GARAGE, which does not exist", "CANCEL_RESERVATION, which does not exist yet"})
