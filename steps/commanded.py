"""What came of a command of the partner: direct answer, results, Sessions and CDRs, as values. It waits and gathers.

Rules: nothing here sends a command; what it should have led to is for the checks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.command_traffic import is_result
from ocpi_conformance.steps.identities import is_for
from ocpi_conformance.steps.likeness import parts
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.profile_traffic import is_profile_result
from ocpi_conformance.steps.scene import Json, Scene, envelope_of, single_of
from ocpi_conformance.steps.verdicts import NotObserved

# Seconds that a result may take beyond the timeout that was announced for it.
GRACE = 2.0
# Seconds for which a result is waited for at least, however little time callbacks have.
_PATIENCE = 10.0
_LOOK, _PAGES = 0.5, 20
_OVER = frozenset({"COMPLETED", "INVALID"})


@dataclass(frozen=True)
class Sent:
    """One command that the partner has sent from `site`: its name, its body, and the exchange with the direct answer.

    `uid` is the part of its response_url that nobody could guess. A request for a charging profile is sent and
    followed as a command is: its body are its parameters where it has no body of its own.
    """

    name: str
    body: Json
    exchange: Exchange
    site: Site
    uid: str

    @property
    def answer(self) -> str:
        """`result` of the direct answer where that is a success, else nothing."""
        return answered(self.exchange)

    @property
    def timeout(self) -> float | None:
        """The seconds that were announced for the result, or None."""
        return announced(self.exchange)

    @property
    def token_uid(self) -> str:
        """`uid` of the Token in the body, or nothing."""
        return str((self.body.get("token") or {}).get("uid", ""))


@dataclass(frozen=True)
class Outcome:
    """What came of a command: the results at its response_url in their order, and what else the target sent meanwhile.

    `waited_out` tells whether the time announced for the result has passed, `earlier` are the commands that the
    scenario has sent before, each with what came at its response_url.
    """

    sent: Sent
    results: tuple[Exchange, ...]
    calls: tuple[Exchange, ...]
    waited_out: bool
    earlier: tuple[tuple[Sent, tuple[Exchange, ...]], ...] = ()

    @property
    def words(self) -> list[str]:
        """`result` of each result."""
        return [word_of(result) for result in self.results]


@dataclass(frozen=True)
class Followed:
    """The objects of one class, Session or CDR, that followed a command: each as it was shown last, changes applied.

    `words` are the results of the command, `evses` the uids of the EVSEs of the Location, as far as that is known,
    `plugged_in` whether the operator says that a car waits at the EVSE; `objects` are all that the scenario has seen,
    `later` the results of the command that the scenario has sent last.
    """

    sent: Sent
    words: tuple[str, ...]
    found: tuple[Payload, ...]
    evses: tuple[str, ...] = ()
    plugged_in: bool = False
    objects: tuple[Payload, ...] = ()
    later: tuple[str, ...] = ()


def answered(exchange: Exchange) -> str:
    """Return `result` in the direct answer to a command where that is a success, else nothing.

    Raises:
        NotObserved: the answer is a success with an array.
    """
    data = single_of(exchange) if acts.accepted(exchange) else None
    return str(data.get("result", "")) if isinstance(data, dict) else ""


def announced(exchange: Exchange) -> float | None:
    """Return the seconds that the direct answer to a command announces, or None."""
    data = envelope_of(exchange).get("data")
    found = data.get("timeout") if isinstance(data, dict) else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def word_of(result: Exchange) -> str:
    """Return `result` of what was POSTed to a response_url, also where an envelope is around it; or nothing."""
    body = sent_in(result)
    data = body.get("data")
    held = data if "result" not in body and isinstance(data, dict) else body
    return str(held.get("result", ""))


# What comes of a command ----------------------------------------------------------------------------------------------


def latest(scene: Scene, *names: str) -> Sent:
    """Return the latest command of the scenario that has one of `names`.

    Raises:
        NotObserved: there is none.
    """
    found: Sent | None = next((sent for sent in reversed(scene.commands) if sent.name in names), None)
    if found is None:
        raise NotObserved(f"the partner has sent no {' or '.join(names)}")
    return found


def results_of(record: Record, sent: Sent) -> tuple[Exchange, ...]:
    """Return what came at the response_url of a command so far."""
    return tuple(
        e for e in record.exchanges(sent.exchange.began, "target") if _is_a_result(e) and sent.uid in e.request.url
    )


def _is_a_result(exchange: Exchange) -> bool:
    return is_result(exchange) or is_profile_result(exchange)


def outcome(scene: Scene, sent: Sent | None = None) -> Outcome:
    """Return what came of a command, by default the latest one, waiting for its result while there is time for one."""
    sent = sent or _last(scene)
    patience, waited_out = _patience(scene, sent)
    with suppress(NotSeen):
        scene.record.wait_for(
            lambda e: _is_a_result(e) and sent.uid in e.request.url, "result", patience, sent.exchange.began
        )
    return _gathered(scene, sent, waited_out=waited_out)


def silent_outcome(scene: Scene) -> Outcome:
    """Return what came of the latest command, waiting for results beyond the first one, or for any after a refusal."""
    known = len(outcome(scene).results)
    sent = _last(scene)
    seconds = scene.partner.config.timeouts.silence
    with suppress(NotSeen):
        scene.record.wait_for(
            lambda e: _is_a_result(e) and len(results_of(scene.record, sent)) > known,
            "more",
            seconds,
            sent.exchange.began,
        )
    return _gathered(scene, sent, waited_out=True)


def triggered_outcome(scene: Scene) -> Outcome:
    """Return what came of the latest command, waiting for a result after the latest trigger."""
    sent, seconds = _last(scene), scene.partner.config.timeouts.callback
    with suppress(NotSeen):
        scene.record.wait_for(lambda e: _is_a_result(e) and sent.uid in e.request.url, "result", seconds, scene.since)
    return _gathered(scene, sent, waited_out=True)


def _last(scene: Scene) -> Sent:
    if not scene.commands:
        raise NotObserved("the partner has sent no command")
    found: Sent = scene.commands[-1]
    return found


def _patience(scene: Scene, sent: Sent) -> tuple[float, bool]:
    """Return the seconds to wait for a result, and whether that is all of the time announced for it."""
    most = max(scene.partner.config.timeouts.callback, _PATIENCE)
    if sent.answer != "ACCEPTED":
        return 0.0, True
    wanted = most if sent.timeout is None else sent.timeout + GRACE
    return min(wanted, most), wanted <= most


def _gathered(scene: Scene, sent: Sent, *, waited_out: bool) -> Outcome:
    record = scene.record
    earlier = tuple((other, results_of(record, other)) for other in scene.commands if other is not sent)
    calls = record.exchanges(sent.exchange.began, "target")
    return Outcome(sent, results_of(record, sent), calls, waited_out, earlier)


def followed(scene: Scene, kind: str, which: str = "") -> Followed:
    """Return the objects of class `kind` that followed the latest START_SESSION or RESERVE_NOW, or the `which` one."""
    begun = [sent for sent in scene.commands if sent.name in {"START_SESSION", "RESERVE_NOW"}]
    if not begun:
        raise NotObserved("the partner has sent no START_SESSION and no RESERVE_NOW")
    sent = begun[0] if which else begun[-1]
    later = tuple(outcome(scene).words)
    words = tuple(outcome(scene, sent).words)
    found = await_objects(scene, sent, kind) if words[:1] == ("ACCEPTED",) else ()
    place = scene.objects.get("Location")
    evses = tuple(str(evse.get("uid")) for evse in parts(place.content if place else None, "EVSE"))
    row = scene.partner.config.offers.get("evse", {})
    objects = tuple(Objects(scene.record.exchanges(scene.started)))
    return Followed(sent, words, tuple(found), evses, row.get("car") == "plugged in", objects, later)


def await_objects(scene: Scene, sent: Sent, kind: str) -> list[Payload]:
    """Return the objects of class `kind` that belong to a command, waiting for one that came after it."""

    def has_come() -> bool:
        return any(found.exchange.began > sent.exchange.began for found in shown(scene, kind, sent))

    _wait(scene, sent.site, kind, has_come)
    return shown(scene, kind, sent)


def await_end(scene: Scene, sent: Sent) -> None:
    """Wait until the Sessions that belong to a command are over."""
    _wait(scene, sent.site, "Session", lambda: all(map(is_over, shown(scene, "Session", sent))))


def is_over(session: Payload) -> bool:
    """Tell whether a Session has come to its end."""
    return session.value.get("status") in _OVER


def _wait(scene: Scene, site: Site, kind: str, condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds: for pushes, and by looking at the target's list now and then."""
    module = acts.module_of(scene, kind)
    deadline = time.monotonic() + scene.partner.config.timeouts.callback

    def fulfils(exchange: Exchange) -> bool:
        return exchange.sender == "target" and exchange.context.module == module and condition()

    while not condition() and (left := deadline - time.monotonic()) > 0:
        with suppress(NotSeen):
            scene.record.wait_for(fulfils, kind, min(_LOOK, left), scene.started)
            return
        with at(scene, site):
            _read_list(scene, module)


def _read_list(scene: Scene, module: str) -> None:
    if scene.offers(module, SENDER):
        since = timestamp(datetime.now(UTC) - timedelta(minutes=10))
        with suppress(NotObserved, HarnessError):
            acts.crawl(scene, module, {"date_from": since}, _PAGES)


def shown(scene: Scene, kind: str, sent: Sent) -> list[Payload]:
    """Return the objects of class `kind` that belong to a command, each as the scenario has seen it last."""
    sightings = Objects(scene.record.exchanges(scene.started)).sightings
    return [payload for payload in merged(sightings, kind) if belongs(payload.value, sent.body)]


def merged(sightings: Sequence[Payload], kind: str) -> list[Payload]:
    """Return the objects of class `kind`, each as it was seen last, with the changes applied, in the order of that."""
    found: dict[str, Payload] = {}
    for payload in sightings:
        if payload.kind != kind or not isinstance(payload.value, dict):
            continue
        name = str(payload.value.get("id") or payload.exchange.context.id("session_id")).lower()
        known = found.pop(name, None)
        if payload.partial and known is None:
            continue
        value = {**known.value, **payload.value} if payload.partial and known else payload.value
        found[name] = replace(payload, value=value)
    return list(found.values())


def belongs(value: Json, command: Json) -> bool:
    """Tell whether a Session or CDR is that of a command: it has its Token, or its authorization_reference."""
    same_token = is_for(value, command.get("token") or {})
    reference = _folded(command.get("authorization_reference"))
    return same_token or (bool(reference) and _folded(value.get("authorization_reference")) == reference)


def _folded(name: object) -> str:
    return str(name or "").lower()


@contextmanager
def at(scene: Scene, site: Site) -> Iterator[None]:
    """Act at another site of the partner within the block."""
    usual = scene.site
    scene.site = site
    try:
        yield
    finally:
        scene.site = usual


# What an expectation about a result is judged among → what waits for it.
OUTCOMES: dict[str, Callable[[Scene], Outcome]] = {
    "the result": outcome,
    "silence": silent_outcome,
    "trigger": triggered_outcome,
}
