"""What a target that stands between SCSP and CPO passes on: requests, results, active profiles. It waits and gathers.

Rules: the partner is both, the CPO at its usual site, the SCSP at one beside it; what should have come is for checks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.commanded import Outcome, Sent, latest, outcome, results_of
from ocpi_conformance.steps.profile_requests import REQUESTS
from ocpi_conformance.steps.profile_traffic import answers_profile_result, is_active_profile, is_profile_request
from ocpi_conformance.steps.profiling import ActiveProfiles
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved

_NAMES = sorted({request.name for request in REQUESTS.values()})


@dataclass(frozen=True)
class Relayed(Outcome):
    """What came of a request of the SCSP.

    `asked` are the requests of its kind that the target has sent to the CPO since, `given` the results of the CPO.
    """

    asked: tuple[Exchange, ...] = ()
    given: tuple[Exchange, ...] = ()


def requests_passed_on(scene: Scene) -> Relayed:
    """Return what came of the latest request of the SCSP at the CPO, waiting for the request there."""
    sent = latest(scene, *_NAMES)
    with suppress(NotSeen):
        seconds = scene.partner.config.timeouts.callback if sent.answer == "ACCEPTED" else 0.0
        scene.record.wait_for(_asks(scene, sent), "a request to the CPO", seconds, sent.exchange.began)
    return _gathered(scene, sent)


def results_passed_on(scene: Scene) -> Relayed:
    """Return what came of the latest request of the SCSP, waiting for the CPO's result, and for it at the SCSP."""
    found = requests_passed_on(scene)
    if found.asked:
        seconds = scene.partner.config.timeouts.callback
        with suppress(NotSeen):
            scene.record.wait_for(answers_profile_result, "a result of the CPO", seconds, found.sent.exchange.began)
        outcome(scene, found.sent)
    return _gathered(scene, found.sent)


def _asks(scene: Scene, sent: Sent) -> Callable[[Exchange], bool]:
    method, site = sent.exchange.request.method, scene.site.name

    def asks(exchange: Exchange) -> bool:
        return is_profile_request(exchange) and (exchange.request.method, exchange.context.site) == (method, site)

    return asks


def _gathered(scene: Scene, sent: Sent) -> Relayed:
    began = sent.exchange.began
    calls = scene.record.exchanges(began, "target")
    given = tuple(filter(answers_profile_result, scene.record.exchanges(began, "partner")))
    asked = tuple(filter(_asks(scene, sent), calls))
    return Relayed(sent, results_of(scene.record, sent), calls, waited_out=True, asked=asked, given=given)


def profiles_passed_on(scene: Scene) -> ActiveProfiles:
    """Return the active profiles that came to the SCSP after the CPO has told the target one, waiting for the first.

    Raises:
        NotObserved: the target did not take what the CPO told it.
    """
    told, scsp = scene.response, latest(scene, *_NAMES).site.name
    if not acts.accepted(told):
        raise NotObserved(f"the target does not take the active profile: {told.summary}")

    def arrives(exchange: Exchange) -> bool:
        return is_active_profile(exchange) and exchange.context.site == scsp

    with suppress(NotSeen):
        scene.record.wait_for(arrives, "an active profile", scene.partner.config.timeouts.callback, told.began)
    pushes = tuple(filter(arrives, scene.record.exchanges(told.began, "target")))
    return ActiveProfiles(told.context.id("session_id") or "", pushes, {}, "", told)


# What an expectation about results is judged among → what waits for it.
OUTCOMES: dict[str, Callable[[Scene], Outcome]] = {
    "requests to the CPO": requests_passed_on,
    "results of the CPO": results_passed_on,
}
# The same of an expectation about active profiles.
GATHERED: dict[str, Callable[[Scene], ActiveProfiles]] = {"profiles of the CPO": profiles_passed_on}
