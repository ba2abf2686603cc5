"""Then: what must be seen. A step finds the evidence and hands it to the named expectation; checks judge, not steps."""

from __future__ import annotations

from pytest_bdd import parsers, then

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.steps import (
    awaited,
    booking,
    commanded,
    course,
    passing,
    profiling,
    receiving,
    relaying,
    token_uses,
)
from ocpi_conformance.steps.agreements import agreement
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.corrections import correction
from ocpi_conformance.steps.evidence import evidence
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import Breach

_OUTCOMES = commanded.OUTCOMES | relaying.OUTCOMES | booking.OUTCOMES
_ACTIVE_PROFILES = profiling.GATHERED | relaying.GATHERED


@then(parsers.parse("the response {phrase}"))
def response(scene: Scene, phrase: str) -> None:
    """Judges the answer to the partner's latest request."""
    expectation, arguments = find("the response", phrase)
    scene.judge(expectation.function(scene.response, **arguments))


@then(parsers.parse("the pages {phrase}"))
def pages(scene: Scene, phrase: str) -> None:
    """Judges all pages of the list that the partner followed."""
    expectation, arguments = find("the pages", phrase)
    scene.judge(expectation.function(scene.pages, **arguments))


@then(parsers.parse("the answers {phrase}"))
def answers(scene: Scene, phrase: str) -> None:
    """Judges the answers to requests that belong together."""
    expectation, arguments = find("the answers", phrase)
    scene.judge(expectation.function(scene.pages, **arguments))


@then(parsers.re(r"the target's copy of the (?P<kind>\w+) (?P<phrase>.+)"))
def copy_of(scene: Scene, kind: str, phrase: str) -> None:
    """Reads the target's copy of an object back and judges it, once it has had the time to settle."""
    expectation, arguments = find("the copy", phrase)
    scene.judge(receiving.judged_copy(scene, kind, expectation, arguments))


@then(
    parsers.re(
        r"the target sends (?P<message>.+?) (?P<when>before responding|in time|by then)"
        r"(?P<entry> .[A-Z]+-\d+.)?"
    )
)
def target_sends(scene: Scene, message: str, when: str, entry: str | None) -> None:
    """Waits for a request of the target."""
    try:
        awaited.request(scene, message, when)
    except NotSeen as error:
        expected = awaited.defined(scene.partner.version, message)
        scene.judge([Breach(f"{expected} {when}", str(error), scene.latest, requirement=(entry or "").strip(" ()"))])


@then(parsers.parse("the target's Session {phrase}"))
def session_of_target(scene: Scene, phrase: str) -> None:
    """Follows the Session that was begun, by pushes or in the list, and judges the course that it takes."""
    expectation, arguments = find("the Session", phrase)
    scene.judge(course.judged(scene, lambda taken: expectation.function(taken, **arguments)))


@then("the target sends nothing to the partner")
def sends_nothing(scene: Scene) -> None:
    """Waits for a request that must not come."""
    late = awaited.unwanted(scene)
    scene.judge([Breach("no request", late.summary, late)] if late else [])


@then(parsers.re(r"every (?P<subject>[\w ]+?) of the target (?P<phrase>.+)"))
def every(scene: Scene, subject: str, phrase: str) -> None:
    """Judges everything of one kind that the record holds of the target: an object, a response, a request."""
    expectation, arguments = find(f"every {subject}", phrase)
    scene.judge(expectation.function(evidence(scene, expectation.among), **arguments))


@then(parsers.parse("the registration {phrase}"))
def registration(scene: Scene, phrase: str) -> None:
    """Judges what was agreed in the registration of this scenario."""
    expectation, arguments = find("the registration", phrase)
    scene.judge(expectation.function(agreement(scene), **arguments))


@then(parsers.parse("the correction {phrase}"))
def corrected(scene: Scene, phrase: str) -> None:
    """Waits for what comes of the correction of a CDR, by push or in the list, and judges it."""
    expectation, arguments = find("the correction", phrase)
    scene.judge(expectation.function(correction(scene), **arguments))


@then(parsers.parse("the use of the Token {phrase}"))
def use_of_token(scene: Scene, phrase: str) -> None:
    """Waits for what the use of a Token has led to and judges it."""
    expectation, arguments = find("the use of the Token", phrase)
    scene.judge(expectation.function(token_uses.use(scene, expectation.among), **arguments))


@then(parsers.parse("the result {phrase}"))
def result(scene: Scene, phrase: str) -> None:
    """Waits for the result of the latest command or booking request and judges what came of it."""
    expectation, arguments = find("the result", phrase)
    scene.judge(expectation.function(_OUTCOMES[expectation.among](scene), **arguments))


@then(parsers.re(r"the (?P<kind>Session|CDR) of the (?P<which>first )?command (?P<phrase>.+)"))
def object_of_command(scene: Scene, kind: str, which: str | None, phrase: str) -> None:
    """Waits for what the latest START_SESSION or RESERVE_NOW has led to, or the first one, and judges it."""
    expectation, arguments = find(f"the {kind} of the command", phrase)
    seconds = min(receiving.SETTLE, scene.partner.config.timeouts.callback)
    scene.judge(
        receiving.settled(
            lambda: list(expectation.function(commanded.followed(scene, kind, which or ""), **arguments)), seconds
        )
    )


@then(parsers.parse("the active profile {phrase}"))
def active_profile(scene: Scene, phrase: str) -> None:
    """Waits for what the target PUTs of the active profile after the latest trigger and judges it."""
    expectation, arguments = find("the active profile", phrase)
    scene.judge(expectation.function(_ACTIVE_PROFILES[expectation.among](scene), **arguments))


@then(parsers.parse("the target as a hub {phrase}"))
def as_a_hub(scene: Scene, phrase: str) -> None:
    """Waits for what a hub makes of the partner's latest request, at the parties behind it, and judges that."""
    expectation, arguments = find("the hub", phrase)
    scene.judge(expectation.function(passing.GATHERED[expectation.among](scene), **arguments))
