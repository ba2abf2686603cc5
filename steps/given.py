"""Given: the state in which a scenario begins. Each step brings it about or says why it cannot."""

from __future__ import annotations

from pytest_bdd import given, parsers

from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.steps import acts, things
from ocpi_conformance.steps.answers import answer_rule
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved


@given("the partner is registered with the target")
def registered(scene: Scene) -> None:
    """Registers when it is not; all scenarios share one registration."""
    scene.site = scene.possible(scene.partner.registered)


@given("the partner is not registered with the target")
def not_registered(scene: Scene) -> None:
    """Ends a registration and takes an unspent CREDENTIALS_TOKEN_A."""
    scene.site = scene.possible(scene.partner.unregistered)


@given(parsers.re(r"the target publishes at least (?P<number>\d+) (?P<kind>\w+) objects?"))
def publishes(scene: Scene, number: str, kind: str) -> None:
    """Reads the target's list; the first objects become the ones the scenario is about."""
    found = acts.published(scene, kind, int(number))
    if len(found) < int(number):
        raise NotObserved(f"the target publishes {len(found)} {kind} objects, {number} are needed")


@given(parsers.parse("the partner has pushed {name}"))
def has_pushed(scene: Scene, name: str) -> None:
    """Pushes by PUT; a target that does not take it makes the scenario not observed."""
    push = things.build(scene, name)
    exchange = acts.push(scene, push, "PUT")
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take {name}: {exchange.summary}")
    things.remember(scene, push, exchange)


@given(parsers.parse("the partner answers requests for {place} with {answer}"))
def partner_answers(scene: Scene, place: str, answer: str) -> None:
    """Bends the partner's own answers for the rest of the scenario."""
    rules = scene.site.platform.faults.rules
    rule: Rule = answer_rule(place, answer)
    rules.append(rule)
    scene.undo.append(lambda: rules.remove(rule))
