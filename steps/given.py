"""Given: the state in which a scenario begins. Each step brings it about or says why it cannot."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import given, parsers

from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.steps import (
    acts,
    background,
    billed,
    commanding,
    connecting,
    course,
    hubs,
    invoicing,
    moving,
    offered,
    profiling,
    receiving,
    things,
)
from ocpi_conformance.steps.answers import CONFIGURATION, answer_rule
from ocpi_conformance.steps.evidence import requests
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved

# The version before all that the partner has: its details are not found.
_BEFORE_ALL = "2.0"


@given(parsers.re(r"the partner is registered with the target(?: as an? (?P<role>[\w ]+))?"))
def registered(scene: Scene, role: str | None) -> None:
    """Registers when it is not; all scenarios share one registration, those in a role one of a party of its own."""
    behind = connecting.connected_as if role in connecting.WORDS else hubs.registered_as
    scene.site = behind(scene, role or "")


@given("the partner is not registered with the target")
def not_registered(scene: Scene) -> None:
    """Ends a registration and takes an unspent CREDENTIALS_TOKEN_A."""
    scene.site = scene.possible(scene.partner.unregistered)


@given("the partner has unregistered from the target")
def unregistered_again(scene: Scene) -> None:
    """Takes a registration that DELETE has ended; ends one when there is none."""
    scene.site = scene.possible(scene.partner.unregistered_again)


@given("a registration of the partner has failed")
def registration_failed(scene: Scene) -> None:
    """Sends a POST while the partner's versions endpoint cannot be used; what the target then takes is no failure."""
    scene.site = scene.possible(scene.partner.unregistered)
    with acts.spoilt(scene, answer_rule("versions", "HTTP status 500")):
        acts.exchange_credentials(scene, "its credentials", "POST")
    if acts.accepted(scene.response):
        raise NotObserved("the target registered a partner whose versions endpoint answers HTTP 500")


@given("the target is invited to register")
def invited(scene: Scene) -> None:
    """Issues a CREDENTIALS_TOKEN_A of the partner, which the trigger hands to the target."""
    # Without the trigger the registration that there is need not end.
    acts.need_trigger(scene, "register with the partner")
    scene.site = scene.possible(scene.partner.invite)


@given("the partner offers an older version too")
def offers_older_version(scene: Scene) -> None:
    """Puts the version before the one under test at the head of the partner's versions list."""
    platform, usual = scene.site.platform, scene.site.platform.supported
    older = [number for number in VERSIONS if number < scene.partner.version]
    if not older:
        platform.listed = (_BEFORE_ALL,)
        scene.undo.append(lambda: setattr(platform, "listed", ()))
        return
    platform.supported = (older[-1], *usual)
    scene.undo.append(lambda: setattr(platform, "supported", usual))


@given(parsers.parse("the partner is registered and speaks {which} version too"))
def speaks_too(scene: Scene, which: str) -> None:
    """Opens a registration of its own, with the partner in two versions, until the scenario ends."""
    moving.speak(scene, which)


@given(parsers.parse("the partner has moved its {module} interface"))
def has_moved(scene: Scene, module: str) -> None:
    """Serves a module of the partner at another URL for the rest of the scenario."""
    acts.move(scene, module)


@given(parsers.re(r"the target publishes at least (?P<number>\d+) (?P<kind>\w+) objects?"))
def publishes(scene: Scene, number: str, kind: str) -> None:
    """Reads the target's list; the first objects become the ones the scenario is about."""
    found = invoicing.provide(scene, kind, int(number))
    if len(found) < int(number):
        raise NotObserved(f"the target publishes {len(found)} {kind} objects, {number} are needed")


@given(parsers.parse("the partner has pushed {name}"))
def has_pushed(scene: Scene, name: str) -> None:
    """Pushes by PUT, a CDR by POST; a target that does not take it makes the scenario not observed."""
    push = things.build(scene, name)
    exchange = acts.push(scene, push, acts.usual_method(scene, push))
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take {name}: {exchange.summary}")
    things.remember(scene, push, exchange)


@given(parsers.parse("the target has been made to {trigger}"))
def has_been_made_to(scene: Scene, trigger: str) -> None:
    """Pulls a trigger and waits for a request of the target; without one the scenario is not observed."""
    acts.pull_trigger(scene, trigger)
    requests(scene)


@given(parsers.parse("the partner has read the {module} list"))
def has_read(scene: Scene, module: str) -> None:
    """Reads the list once in a run, so that the record holds what the target publishes; "whole": to its very end."""
    background.read(scene, module)


@given("the partner has read every list")
def has_read_all(scene: Scene) -> None:
    """Reads all lists that the target publishes, each once in a run."""
    background.read_all(scene)


@given(parsers.parse("the target shows the {kind}"))
def shows(scene: Scene, kind: str) -> None:
    """Reads the object that the scenario is about by its own URL; without it the scenario is not observed."""
    stored, exchange, missing = acts.read_back(scene, kind)
    if missing or not isinstance(stored, dict):
        raise NotObserved(f"the target does not show the {kind}: {exchange.summary}")


@given(parsers.parse("the target has pushed {what}"))
def target_has_pushed(scene: Scene, what: str) -> None:
    """Has the target push once in a run; a target that does not push leaves the scenario not observed."""
    background.pushed(scene, what)


@given(parsers.parse("the two interfaces of {module} have places of their own"))
def interfaces_apart(scene: Scene, module: str) -> None:
    """Ends the scenario where what one interface does not offer is what the other one has at the same URL."""
    if background.share_a_place(scene, module):
        raise NotObserved(f"the target has its Sender and its Receiver interface of {module} at one URL")


@given(parsers.re(r"the partner publishes (?P<number>\d+) Location objects?"))
def partner_publishes(scene: Scene, number: str) -> None:
    """Puts Locations into the partner's own list for the rest of the scenario; the last becomes the chosen one."""
    acts.publish(scene, int(number))


@given(parsers.re(r"the partner publishes (?P<name>an? .+)"))
def partner_publishes_thing(scene: Scene, name: str) -> None:
    """Puts an object into the partner's own list for the rest of the scenario; it becomes the chosen one."""
    acts.publish(scene, 1, name)


@given(parsers.parse("the partner's lists come in pages of {number:d} objects with opaque links"))
def small_pages(scene: Scene, number: int) -> None:
    """Lets the partner's pages hold few objects, and its next links something that only the partner understands."""
    platform, usual = scene.site.platform, scene.site.platform.behaviour
    platform.behaviour = replace(usual, max_limit=number, link="with a cursor")
    scene.undo.append(lambda: setattr(platform, "behaviour", usual))


@given(parsers.parse("the partner answers requests for {place} with {answer}"))
def partner_answers(scene: Scene, place: str, answer: str) -> None:
    """Bends the partner's own answers for the rest of the scenario."""
    site = scene.site
    rule: Rule = answer_rule(place, answer, scene.partner.version)
    site.platform.faults.rules.append(rule)

    def back() -> None:
        site.platform.faults.rules.remove(rule)
        # A target that has read where the partner is while it was bent has to look again.
        site.bent = site.bent or place in CONFIGURATION

    scene.undo.append(back)


@given("the partner acts for a second party")
def acts_for_second_party(scene: Scene) -> None:
    """Announces a second owner of objects for the rest of the scenario."""
    receiving.act_for_second_party(scene)


@given(parsers.parse("the target has pulled a list that holds {name}"))
def has_pulled(scene: Scene, name: str) -> None:
    """Publishes an object and has the target read the whole list; without a trigger the scenario is not observed."""
    receiving.pulled(scene, things.build(scene, name))


@given(parsers.parse("the target has pulled a list without the {kind}"))
def has_pulled_without(scene: Scene, kind: str) -> None:
    """Has the target read a whole list that leaves out what was pushed; without a trigger it is not observed."""
    receiving.pulled_without(scene, kind)


@given("a driver of the target has charged at the partner")
def driver_has_charged(scene: Scene) -> None:
    """Pushes what a CDR names, with a Token of the target; one that shows no valid Token is not observed."""
    billed.charged(scene)


@given("a second party of the partner is registered too")
def second_party_too(scene: Scene) -> None:
    """Registers a second party beside the first one until the scenario ends."""
    site = scene.possible(scene.partner.second_party)
    scene.undo.append(lambda: scene.partner.unregister(site))


@given(parsers.parse("the target has begun {beginning}"))
def target_has_begun(scene: Scene, beginning: str) -> None:
    """Has the operator begin a Session at the chosen place; it ends with the scenario."""
    course.begin(scene, beginning)


@given(parsers.parse("a driver of the partner is charging at {offer}"))
def driver_is_charging(scene: Scene, offer: str) -> None:
    """Has a Session begin at an EVSE of this kind, by START_SESSION or by the operator; it ends with the scenario."""
    profiling.charge(scene, offer)


@given("a driver of the target is charging at the partner")
def driver_is_charging_here(scene: Scene) -> None:
    """Has a Session begin at a Location that the partner pushes, and tells the target; it ends with the scenario."""
    profiling.charge_here(scene)


@given(parsers.parse("the partner has sent the profile request {request}"))
def has_sent_profile_request(scene: Scene, request: str) -> None:
    """Sends a request for a charging profile and waits until it has taken effect, or the scenario is not observed."""
    profiling.send_and_await(scene, request)


@given(parsers.parse("the target offers {offer}"))
def offers(scene: Scene, offer: str) -> None:
    """Chooses an EVSE or a timeslot of this kind, by [offers] or from what is published; a Booking is asked for."""
    offered.offer(scene, offer)


@given(parsers.parse("the partner has sent the command {command}"))
def has_sent_command(scene: Scene, command: str) -> None:
    """Sends a command and waits until it has taken effect; without that the scenario is not observed."""
    commanding.send_and_await(scene, command)
