"""The course that a Session of the target takes: begun by a trigger or a command, followed to its end. Checks judge.

Rules: a Session is seen by pushes and, at a target that does not push, in its list.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from weakref import WeakSet

from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.begun import Sight, after, courses, create_values, end, is_at_place, name_of, seen
from ocpi_conformance.steps.commanded import belongs, outcome
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.scene import Chosen, Scene
from ocpi_conformance.steps.verdicts import Breach, NotObserved

# Seconds between two looks at the target's list, and the pages of it that are read: the latest Session is on the last.
_LOOK, _PAGES = 0.5, 20
# Seconds for which a Session stays PENDING, so that its begin can be told from the moment when it becomes ACTIVE.
_PENDING = 3.0
# The records that hold a Session from its begin to its end.
_BROUGHT: WeakSet[Record] = WeakSet()
# Words for what a trigger can begin → the status in which it begins.
BEGINNINGS = {"a Session": "ACTIVE", "a pending Session": "PENDING"}


@dataclass(frozen=True)
class Course:
    """What the scenario has seen of one Session.

    `sights` are in their order, `since` is the tick of the latest trigger, `calls` are all requests of the target in
    the scenario. `result` is what the charge point made of the latest command, empty without one, and `others` are the
    latest sights of further Sessions that the commands have led to. `preferences` are the answers to charging
    preferences, `profiles` the types of the Tariffs at its Connector ("" for one without type), None where they are
    not known.
    """

    sights: tuple[Sight, ...]
    since: int = 0
    calls: tuple[Exchange, ...] = ()
    result: str = ""
    others: tuple[Sight, ...] = ()
    preferences: tuple[Exchange, ...] = ()
    profiles: frozenset[str] | None = None

    @property
    def latest(self) -> Sight:
        """The Session as it was seen last."""
        return self.sights[-1]

    @property
    def pushes(self) -> list[Sight]:
        """The sights that the target has pushed."""
        return [sight for sight in self.sights if sight.is_push]

    @property
    def news(self) -> list[Sight]:
        """The sights since the latest trigger."""
        return after(self.sights, self.since)


def begin(scene: Scene, words: str) -> None:
    """Have the operator begin a Session; it becomes the chosen one, and ends with the scenario.

    Raises:
        LookupError: no such beginning; the message lists the known ones.
        NotObserved: there is no trigger, or the Session does not show.
    """
    if words not in BEGINNINGS:
        raise LookupError(f'nothing that begins is called "{words}". Known: {sorted(BEGINNINGS)}')
    told = (exchange for exchange in scene.record.exchanges() if exchange.context.module == "sessions")
    known = frozenset(courses(Objects(told).sightings))
    acts.pull(scene, "create_session", create_values(scene, BEGINNINGS[words]))
    scene.undo.append(partial(end, scene, known))

    def new() -> list[Sight]:
        found = [(name, after(sights, scene.since)) for name, sights in seen(scene).items() if name not in known]
        return next((sights for _, sights in found if sights and is_at_place(scene, sights[0].value)), [])

    _await(scene, lambda: bool(new()))
    if not new():
        raise NotObserved("the target has shown no Session that began when the operator had it begin one")
    latest = new()[-1]
    path, shown = (name_of(latest.payload),), latest.payload.exchange
    scene.objects["Session"] = Chosen("Session", "sessions", SENDER, path, latest.value, shown)
    if BEGINNINGS[words] == "PENDING":
        with suppress(NotSeen):
            scene.record.wait_for(lambda _: False, "the time that a Session stays PENDING", _PENDING)


def bring_course(scene: Scene) -> None:
    """See to it that the record of the run holds the pushes of one Session from its begin to its end, by triggers.

    Raises:
        NotObserved: there are no triggers, or the target does not push (it may be pull-only).
    """
    if scene.record in _BROUGHT:
        return
    begin(scene, "a Session")
    for words in ("go on with the Session", "stop the Session"):
        acts.pull_trigger(scene, words)
        try:
            scene.record.wait_for(_is_push, "a push of a Session", scene.partner.config.timeouts.callback, scene.since)
        except NotSeen as error:
            raise NotObserved(str(error)) from None
    _BROUGHT.add(scene.record)


def judged(scene: Scene, judge: Callable[[Course], Iterable[Breach]]) -> list[Breach]:
    """Return what `judge` finds in the course of the Session, once the target has had the time for what it is to do.

    Raises:
        NotObserved: the Session does not show what is judged.
    """
    result = "/".join(outcome(scene).words[:1]) if scene.commands else ""
    reasons: list[NotObserved] = []
    found: list[Breach] = []

    def holds() -> bool:
        nonlocal found
        reasons.clear()
        try:
            found = list(judge(course(scene, result)))
        except NotObserved as reason:
            reasons.append(reason)
            return False
        return not found

    _await(scene, holds)
    if reasons:
        raise reasons[0]
    return found


def course(scene: Scene, result: str = "") -> Course:
    """Return the course of the Session that the operator has begun, or that the first command has led to.

    Raises:
        NotObserved: there is none.
    """
    found = seen(scene)
    name = _name(scene, found)
    others = (sights[-1] for key, sights in found.items() if key != name and _is_commanded(scene, sights))
    calls = scene.record.exchanges(scene.started, "target")
    asked = [e for e in scene.record.exchanges(scene.started, "partner") if e.context.route == "preferences"]
    profiles = tariff_types(scene) if asked else None
    return Course(tuple(found[name]), scene.since, tuple(calls), result, tuple(others), tuple(asked), profiles)


def _name(scene: Scene, found: Mapping[str, list[Sight]]) -> str:
    """Return the id of the Session that the scenario is about, in lower case."""
    chosen = scene.objects.get("Session")
    if chosen and chosen.path[-1].lower() in found:
        return chosen.path[-1].lower()
    for name, sights in found.items():
        if _is_commanded(scene, sights):
            return name
    raise NotObserved("the target has shown no Session that the scenario has begun")


def _is_commanded(scene: Scene, sights: Iterable[Sight]) -> bool:
    return any(belongs(sight.value, sent.body) for sight in sights for sent in scene.commands)


def tariff_types(scene: Scene) -> frozenset[str] | None:
    """Return the types of the Tariffs at the chosen Connector, "" for one without type; None where one is not known."""
    named = scene.chosen("Connector").content.get("tariff_ids") if "Connector" in scene.objects else None
    if not isinstance(named, list) or not named or not scene.offers("tariffs", SENDER):
        return None
    pages = [e for e in scene.record.exchanges(scene.started, "partner") if _is_list(e, "tariffs")]
    pages = pages or list(acts.crawl(scene, "tariffs", {}))
    listed = {str(p.value.get("id")).lower(): p.value for p in Objects(pages) if isinstance(p.value, dict)}
    tariffs = [listed.get(str(name).lower()) for name in named]
    return frozenset(str(tariff.get("type") or "") for tariff in tariffs if tariff) if all(tariffs) else None


def _is_list(exchange: Exchange, module: str) -> bool:
    return (exchange.context.module, exchange.context.route) == (module, "list")


def _await(scene: Scene, holds: Callable[[], bool]) -> None:
    """Wait until `holds`, for pushes and by looking at the target's list now and then."""
    deadline = time.monotonic() + scene.partner.config.timeouts.callback
    while not holds() and (left := deadline - time.monotonic()) > 0:
        tick = scene.record.tick()
        with suppress(NotSeen):
            scene.record.wait_for(_is_push, "a push of a Session", min(_LOOK, left), tick)
            continue
        if scene.offers("sessions", SENDER):
            recent = timestamp(datetime.now(UTC) - timedelta(minutes=10))
            with suppress(NotObserved, HarnessError):
                acts.crawl(scene, "sessions", {"date_from": recent}, _PAGES)


def _is_push(exchange: Exchange) -> bool:
    return exchange.sender == "target" and exchange.context.module == "sessions"
