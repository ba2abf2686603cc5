"""What an eMSP between SCSP and CPO must pass on: requests, answers, results, active profiles. Nothing is awaited here.

Rules: an eMSP that nobody has delegated smart charging to refuses the SCSP, and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.checks.commands import said
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import outcome, succeeds
from ocpi_conformance.steps.commanded import answered, word_of
from ocpi_conformance.steps.profile_traffic import parameters
from ocpi_conformance.steps.profiling import ActiveProfiles
from ocpi_conformance.steps.relaying import Relayed
from ocpi_conformance.steps.verdicts import Breach, NotObserved

RESULT = "the result"
Json = dict[str, Any]


@expectation(RESULT, "is asked of the CPO", among="requests to the CPO")
def is_passed_on(found: Relayed) -> Iterator[Breach]:
    """A request of the SCSP that was accepted arrives at the CPO, with any response_url (CHP-037).

    Raises:
        NotObserved: the target does not take the request.
    """
    if not found.asked:
        if found.sent.answer != "ACCEPTED":
            raise NotObserved(f"the target does not take {found.sent.name} of an SCSP: {said(found.sent.exchange)}")
        yield Breach(f"{found.sent.name} at the CPO", "no such request", found.sent.exchange)


@expectation(RESULT, "is announced as the CPO has announced it", among="requests to the CPO")
def answer_is_passed_on(found: Relayed) -> Iterator[Breach]:
    """The direct answer to the SCSP has the result that the CPO gave the target (CHP-054)."""
    asked = _asked(found)
    word = answered(asked)
    if not word:
        raise NotObserved(f"the CPO has given no result: {outcome(asked)}")
    if found.sent.answer != word:
        yield Breach(f"the result {word}, as from the CPO", said(found.sent.exchange), found.sent.exchange)


@expectation(RESULT, "is the one that the CPO has sent", among="results of the CPO")
def result_is_passed_on(found: Relayed) -> Iterator[Breach]:
    """What the CPO has sent to the target comes to the response_url of the SCSP (CHP-055).

    Raises:
        NotObserved: the CPO was not asked, has sent no result that the target took, or knows the SCSP's response_url.
    """
    asked = _asked(found)
    url = _response_url(asked)
    if found.sent.uid in url:
        raise NotObserved("the CPO was given the response_url of the SCSP itself: nothing is left to pass on")
    given = next((exchange for exchange in found.given if exchange.request.url == url and succeeds(exchange)), None)
    if given is None:
        raise NotObserved("the target has taken no result of the CPO")
    word = word_of(given)
    if not found.results:
        yield Breach(f"the result {word} at the response_url of the SCSP", "no result", given)
        return
    result = found.results[0]
    if word_of(result) != word:
        yield Breach(f"the result {word}, as from the CPO", word_of(result) or "none", result, "/result")
    elif isinstance(sent_in(given).get("profile"), dict) and not isinstance(sent_in(result).get("profile"), dict):
        yield Breach("the active profile, as from the CPO", "no profile", result, "/profile")


@expectation("the active profile", "is passed on to the SCSP", among="profiles of the CPO")
def profile_is_passed_on(found: ActiveProfiles) -> Iterator[Breach]:
    """An active profile that the CPO tells the target comes to the SCSP that has set a profile (CHP-038)."""
    if not found.pushes:
        yield Breach("a PUT of the active profile to the SCSP", "no such request", found.latest)


def _asked(found: Relayed) -> Exchange:
    if not found.asked:
        raise NotObserved(f"the target has not passed {found.sent.name} on to the CPO")
    return found.asked[0]


def _response_url(asked: Exchange) -> str:
    """Return the response_url that the target gave to the CPO."""
    given: Json = sent_in(asked) if asked.request.method == "PUT" else dict(parameters(asked))
    return str(given.get("response_url", ""))
