"""What has come of the use of a Token: whom the target asked, which Sessions and CDRs followed. Checks judge it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.commanded import merged
from ocpi_conformance.steps.identities import is_for
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.verdicts import NotObserved

_LOOK = 0.5


@dataclass(frozen=True)
class Use:
    """What the target has done since a Token of the partner was presented, or the target was made to ask about it.

    `asked` are its requests for an authorization of this Token, `lists` those for the whole list; `sessions` and `cdrs`
    are for this Token, each as it was seen last; `evses` are all EVSEs that the target has shown in the run.
    """

    token: Json
    asked: tuple[Exchange, ...] = ()
    lists: tuple[Exchange, ...] = ()
    sessions: tuple[Payload, ...] = ()
    cdrs: tuple[Payload, ...] = ()
    evses: tuple[Json, ...] = ()


def use(scene: Scene, awaited: str) -> Use:
    """Return what has come of the latest use of the chosen Token, once what is `awaited` is there: a key of `AWAITED`.

    Raises:
        NotObserved: no trigger was pulled.
    """
    if scene.since <= scene.started:
        raise NotObserved("no Token was presented")
    AWAITED[awaited](scene)
    token = scene.chosen("Token").content
    calls = scene.record.exchanges(scene.started, "target")
    sightings = Objects(scene.record.exchanges(scene.started)).sightings
    places = (exchange for exchange in scene.record.exchanges() if exchange.context.module == "locations")
    return Use(
        token=token,
        asked=tuple(call for call in calls if is_authorization(call, token)),
        lists=tuple(call for call in scene.record.exchanges(scene.since, "target") if is_whole_list(call)),
        sessions=tuple(found for found in merged(sightings, "Session") if is_for(found.value, token)),
        cdrs=tuple(found for found in merged(sightings, "CDR") if is_for(found.value, token)),
        evses=tuple(p.value for p in Objects(places) if p.kind == "EVSE" and not p.is_copy),
    )


def is_authorization(exchange: Exchange, token: Json) -> bool:
    """Tell whether the target asks about this Token, be it in a wrong form."""
    about = (exchange.sender, exchange.request.method, exchange.context.module)
    return about == ("target", "POST", "tokens") and str(token["uid"]).lower() in exchange.request.url.lower()


def is_whole_list(exchange: Exchange) -> bool:
    """Tell whether the target reads the partner's whole list of Tokens, not only what has changed in a period."""
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.route)
    return about == ("target", "GET", "tokens", "list") and "date_from=" not in exchange.request.url


def _authorization(scene: Scene) -> None:
    token = scene.chosen("Token").content
    with suppress(NotSeen):
        seconds = scene.partner.config.timeouts.callback
        scene.record.wait_for(lambda e: is_authorization(e, token), "authorization", seconds, scene.since)


def _silence(scene: Scene) -> None:
    seconds = scene.partner.config.timeouts.silence
    with suppress(NotSeen):
        scene.record.wait_for(lambda _: False, "silence", seconds, scene.since)


def _objects(scene: Scene, kind: str, seconds: float) -> None:
    """Wait for an object of class `kind` for the Token: for a push, and by a look at the list now and then."""
    module, deadline = acts.module_of(scene, kind), time.monotonic() + seconds
    while not _has_come(scene, kind) and (left := deadline - time.monotonic()) > 0:
        with suppress(NotSeen):
            scene.record.wait_for(lambda _: _has_come(scene, kind), kind, min(_LOOK, left), scene.since)
            return
        if scene.offers(module, SENDER):
            recent = timestamp(datetime.now(UTC) - timedelta(minutes=10))
            with suppress(NotObserved, HarnessError):
                acts.crawl(scene, module, {"date_from": recent}, 3)


def _has_come(scene: Scene, kind: str) -> bool:
    token = scene.chosen("Token").content
    return any(p.kind == kind and is_for(p.value, token) for p in Objects(scene.record.exchanges(scene.started)))


def _objects_soon(kind: str) -> Callable[[Scene], None]:
    return lambda scene: _objects(scene, kind, scene.partner.config.timeouts.callback)


AWAITED: dict[str, Callable[[Scene], None]] = {
    "the use of the Token": _authorization,
    "silence": _silence,
    "Session": _objects_soon("Session"),
    "no Session": lambda scene: _objects(scene, "Session", scene.partner.config.timeouts.silence),
    "CDR": _objects_soon("CDR"),
}
