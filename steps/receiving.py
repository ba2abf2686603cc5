"""Acts on a target that receives: waiting for its copies, a second owner, the pull of a list. It acts; checks judge."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.steps import acts, awaited
from ocpi_conformance.steps.checks.registry import Expectation
from ocpi_conformance.steps.places import collection_of
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.things import Push, build, remember
from ocpi_conformance.steps.verdicts import Breach, NotObserved

# Seconds that a Receiver may take until a push shows in its copy, and between the first two looks at it.
SETTLE = 5.0
_PAUSE = 0.1
SECOND_PARTY = "OC2"
# Triggers that no phrase names: the class of the list → trigger.
_PULLS = {"Booking": "pull_bookings", "BookingLocation": "pull_booking_locations"}


def judged_copy(scene: Scene, kind: str, expectation: Expectation, arguments: dict[str, object]) -> Iterable[Breach]:
    """Read the target's copy of the chosen object of class `kind` back and return the breaches of `expectation`."""

    def look() -> list[Breach]:
        stored, exchange, missing = acts.read_back(scene, kind)
        if missing and _was_never_there(scene, kind):
            raise NotObserved(f"the target's copy of the {kind} could not be read before the push either")
        return missing or list(expectation.function(acts.comparison(scene, kind, stored, exchange), **arguments))

    return settled(look, min(SETTLE, scene.partner.config.timeouts.callback))


def _was_never_there(scene: Scene, kind: str) -> bool:
    """Tell whether an object that the latest push did not bring was out of reach before it."""
    latest = scene.sent
    if latest is None or kind in scene.before:
        return False
    return scene.sent_by == "PATCH" or latest.path != scene.chosen(kind).path


def settled(look: Callable[[], list[Breach]], seconds: float) -> list[Breach]:
    """Return what `look` finds; while that is something, look again for `seconds`: an effect may follow its answer."""
    deadline, pause = time.monotonic() + seconds, _PAUSE
    found = look()
    while found and (left := deadline - time.monotonic()) > 0:
        # What takes long already need not be asked for as often: the last look is at the end of the time.
        time.sleep(min(pause, left))
        pause *= 2
        found = look()
    return found


def act_for_second_party(scene: Scene) -> None:
    """Add a second party of the first one's role to the partner's credentials, until the scenario ends.

    A platform of 2.1.1 is one party: there the second one registers with a platform of its own.

    Raises:
        NotObserved: the target does not take credentials with two parties, or no second registration.
    """
    site, partner = scene.site, scene.partner
    if partner.version == "2.1.1":
        beside = scene.beside = scene.possible(partner.second_party)
        scene.undo.append(lambda: partner.unregister(beside))
        return
    if partner.config.credentials.mode != "handshake":
        raise NotObserved("with pre-shared tokens the partner cannot announce a second party")
    usual = site.platform.roles
    scene.undo.append(lambda: setattr(site.platform, "roles", usual))
    site.platform.roles = (*usual, replace(usual[0], party_id=SECOND_PARTY))
    exchange = scene.possible(partner.rotate, site)
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take a second party: {exchange.summary}")
    # Undone in reverse: the roles first, then the target is told.
    scene.undo.insert(len(scene.undo) - 1, lambda: partner.rotate(site))


def pulled(scene: Scene, item: Push) -> None:
    """Publish `item`, have the target pull the whole list, and make `item` what its copy is compared with.

    Raises:
        NotObserved: the target did not ask for the list, or only for a part of it, or was not given it.
    """
    acts.keep_copies(scene)
    _have_pulled(scene, item)
    remember(scene, item)


def pulled_without(scene: Scene, kind: str) -> None:
    """Have the target pull a list of the module of `kind` that holds a new object, but not the chosen one.

    Raises:
        NotObserved: the target did not ask for the list, or only for a part of it.
    """
    scene.chosen(kind)
    _have_pulled(scene, build(scene, f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind}"))


def _have_pulled(scene: Scene, item: Push) -> None:
    ours = item.kept()
    # A module can have several lists.
    store, name = scene.site.platform.own, collection_of(scene, item.module, item.kind)
    key = key_of(name, ours)
    store.put(name, key, ours)
    scene.undo.append(functools.partial(store.remove, name, key))
    if item.kind in _PULLS:
        acts.pull(scene, _PULLS[item.kind], {})
    else:
        acts.pull_trigger(scene, f"pull the {item.kind} list")
    try:
        request = awaited.request(scene, f"GET to the partner's {item.module} interface", "in time")
    except NotSeen as error:
        raise NotObserved(str(error)) from None
    if not acts.accepted(request):
        # What it should have taken over it was not given; why, is judged elsewhere.
        raise NotObserved(f"the target was not given the list: {request.summary}")
    if acts.required(scene, item.module):
        _require_within(item, request)
    elif "date_" in request.request.url:
        raise NotObserved("the target asked for a period, so that its older information stays valid")


def _require_within(item: Push, request: Exchange) -> None:
    """Raise NotObserved where the list was asked for from a moment on that is later than the object."""
    asked = dict(parse_qsl(urlsplit(request.request.url).query)).get("date_from", "")
    try:
        later = parse_timestamp(asked) > parse_timestamp(item.body["last_updated"])
    except ValueError:
        return
    if later:
        raise NotObserved(f"the target asked for what has changed since {asked} only")
