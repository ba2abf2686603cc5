"""Charging profiles of a scenario: a Session to set them on, requests of the partner, active profiles that are pushed.

Rules: it acts and gathers; results are awaited as those of commands are, what they should say is for the checks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ocpi_conformance.mock_partner import charging
from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Json
from ocpi_conformance.steps import acts, billed, commanding, offered, things
from ocpi_conformance.steps.command_bodies import make_token
from ocpi_conformance.steps.commanded import Sent, at, await_objects, latest, outcome, shown
from ocpi_conformance.steps.places import UNKNOWN_ID, endpoint
from ocpi_conformance.steps.profile_requests import KINDS, REQUESTS, ProfileRequest
from ocpi_conformance.steps.profile_traffic import is_active_profile, is_profile_request, is_profile_result
from ocpi_conformance.steps.provoked import own_location
from ocpi_conformance.steps.scene import Chosen, Scene
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

OFFER = "an EVSE with smart charging"


@dataclass(frozen=True)
class ActiveProfiles:
    """What the target has PUT to the partner's Sender interface since the latest trigger.

    `session_id` is that of the Session of the scenario, `plug` the Connector of it, `maximum` what the operator says
    is the most that the EVSE gives, such as "32 A", or nothing. `latest` is the exchange to show where nothing came.
    """

    session_id: str
    pushes: tuple[Exchange, ...]
    plug: Json
    maximum: str
    latest: Exchange | None

    @property
    def own(self) -> tuple[Exchange, ...]:
        """The pushes for the Session of the scenario."""
        return tuple(e for e in self.pushes if _is_for(e, self.session_id))


# A Session ------------------------------------------------------------------------------------------------------------


def charge(scene: Scene, offer: str) -> None:
    """Have a driver of the partner charge at an EVSE of the kind `offer`, until the scenario ends.

    Raises:
        NotObserved: no such EVSE was found, or no Session began there.
    """
    offered.offer(scene, offer)
    sent = _started(scene) if scene.offers("commands", RECEIVER) else _let_begin(scene)
    found = shown(scene, "Session", sent)
    if not found:
        raise NotObserved("the target has shown no Session of the partner's driver")
    session = found[-1].value
    scene.objects["Session"] = Chosen("Session", "sessions", SENDER, (str(session.get("id")),), session)


def _started(scene: Scene) -> Sent:
    commanding.send_and_await(scene, "START_SESSION")
    return latest(scene, "START_SESSION")


def _let_begin(scene: Scene) -> Sent:
    """Have the operator begin a Session, where the target takes no commands; the operator ends it too."""
    triggers = scene.partner.triggers
    if not triggers.has("create_session"):
        raise NotObserved("the target takes no START_SESSION, and no trigger create_session is in target.toml")
    token = make_token(scene)
    place = dict(zip(("location_id", "evse_uid", "connector_id"), scene.chosen("Connector").path, strict=True))
    latest_exchange = scene.record.exchanges(scene.started)[-1]
    scene.possible(triggers.pull, "create_session", {**place, "token_uid": token["uid"], "status": "ACTIVE"})
    if triggers.has("stop_session"):
        scene.undo.append(lambda: _let_end(scene))
    sent = Sent("create_session", {"token": token}, latest_exchange, scene.site, "")
    await_objects(scene, sent, "Session")
    return sent


def _let_end(scene: Scene) -> None:
    if "Session" in scene.objects:
        with suppress(HarnessError):
            scene.partner.triggers.pull("stop_session", {"session_id": scene.chosen("Session").path[-1]})


def charge_here(scene: Scene) -> None:
    """Have a driver of the target charge at a Location of the partner, and tell the target, until the scenario ends.

    Raises:
        NotObserved: the target takes no Location or shows no valid Token.
    """
    token = billed.valid_token(scene).content
    place = things.build(scene, "a Location")
    exchange = acts.push(scene, place, "PUT")
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take a Location: {exchange.summary}")
    things.remember(scene, place, exchange)
    own_location(scene)
    location_id, evse_uid, connector_id = scene.chosen("Connector").path[-3:]
    session = charging.start_session(scene.site.platform, location_id, evse_uid, connector_id, token)
    path = (str(session["country_code"]), str(session["party_id"]), str(session["id"]))
    scene.objects["Session"] = Chosen("Session", "sessions", RECEIVER, path, session)


# Requests -------------------------------------------------------------------------------------------------------------


def send(scene: Scene, words: str) -> Sent:
    """Send the request called `words` with a response_url of its own; its answer becomes the scenario's response.

    Raises:
        LookupError: no such request; the message lists the known ones.
        NotObserved: no Given has brought about a Session.
        NotApplicable: the version in use has no charging profiles.
    """
    if words not in REQUESTS:
        raise LookupError(f'no profile request is called "{words}". Known: {sorted(REQUESTS)}')
    if "chargingprofiles" not in MODULES[scene.partner.version]:
        raise NotApplicable(f"OCPI {scene.partner.version} has no charging profiles")
    request, uid = REQUESTS[words], f"{secrets.token_hex(8)}.a~b_C"
    site = scene.possible(scene.partner.smart_charging_provider) if request.delegated else scene.site
    with at(scene, site):
        return _send(scene, request, uid)


def _send(scene: Scene, request: ProfileRequest, uid: str) -> Sent:
    site = scene.site
    session_id = str(scene.chosen("Session").content.get("id")) if request.known else UNKNOWN_ID
    path = site.platform.path_of(scene.partner.version, "chargingprofiles", SENDER)
    url = f"{site.platform.base_url}/{path}/{KINDS[request.method]}/{uid}{commanding.QUERY}"
    content, place = request.content(scene, url), endpoint(scene, "chargingprofiles", RECEIVER, (session_id,))
    if request.method == "PUT":
        scene.response = acts.send(scene, "PUT", place, body=content)
    else:
        scene.response = acts.send(scene, request.method, place, parameters=content)
    sent = Sent(request.name, content, scene.response, site, uid)
    scene.commands.append(sent)
    return sent


def send_and_await(scene: Scene, words: str) -> None:
    """Send the request called `words` and wait until it has taken effect.

    Raises:
        NotObserved: it was not ACCEPTED, at once or by its result.
    """
    sent = send(scene, words)
    if sent.answer != "ACCEPTED":
        raise NotObserved(f"the target does not take {sent.name}: {sent.answer or sent.exchange.summary}")
    found = outcome(scene, sent)
    if found.words[:1] != ["ACCEPTED"]:
        raise NotObserved(f"the result of {sent.name} is {'/'.join(found.words) or 'missing'}")


def bring_active_profile(scene: Scene) -> None:
    """See to it that the record of the run holds an active profile of the target, by a GET if need be.

    Raises:
        NotObserved: none came.
    """
    if any(is_profile_result(e) and b"profile" in e.request.body for e in scene.record.exchanges(0, "target")):
        return
    charge(scene, OFFER)
    send_and_await(scene, "GET")


def bring_profile(scene: Scene) -> None:
    """See to it that the record of the run holds a profile that the target sets, by its trigger if need be.

    Raises:
        NotObserved: none came.
    """

    def sets_one(exchange: Exchange) -> bool:
        return is_profile_request(exchange) and exchange.request.method == "PUT"

    if not any(map(sets_one, scene.record.exchanges(0, "target"))):
        charge_here(scene)
        acts.pull_trigger(scene, "set a charging profile")
        scene.possible(
            scene.record.wait_for, sets_one, "a profile", scene.partner.config.timeouts.callback, scene.since
        )


# Active profiles ------------------------------------------------------------------------------------------------------


def active_profiles(scene: Scene) -> ActiveProfiles:
    """Return the active profiles since the latest trigger, waiting for one of the Session of the scenario."""
    return _gathered(scene, scene.partner.config.timeouts.callback)


def unwanted_profiles(scene: Scene) -> ActiveProfiles:
    """Return the active profiles since the latest trigger, waiting for one that must not come."""
    return _gathered(scene, scene.partner.config.timeouts.silence)


def _gathered(scene: Scene, seconds: float) -> ActiveProfiles:
    if scene.since <= scene.started:
        raise NotObserved("no active profile was to be changed")
    name = str(scene.chosen("Session").content.get("id"))
    with suppress(NotSeen):
        scene.record.wait_for(
            lambda e: is_active_profile(e) and _is_for(e, name), "an active profile", seconds, scene.since
        )
    pushes = tuple(filter(is_active_profile, scene.record.exchanges(scene.since, "target")))
    row = scene.partner.config.offers.get(offered.OFFERS[OFFER].key, {})
    return ActiveProfiles(name, pushes, scene.chosen("Connector").content, row.get("maximum", ""), scene.latest)


def _is_for(exchange: Exchange, session_id: str) -> bool:
    return (exchange.context.id("session_id") or "").lower() == session_id.lower()


# What an expectation about an active profile is judged among → what waits for it.
GATHERED: dict[str, Callable[[Scene], ActiveProfiles]] = {
    "the active profile": active_profiles,
    "silence": unwanted_profiles,
}
