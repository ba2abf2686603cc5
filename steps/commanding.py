"""Commands of the partner: sending them, and ending what they have led to. It acts; checks judge.

Rules: what a command holds is a table in `command_bodies`, what comes of it is gathered by `commanded`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress

from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS as KNOWN
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.steps import acts, offered, things
from ocpi_conformance.steps.command_bodies import COMMANDS, NONEXISTENT, soon
from ocpi_conformance.steps.command_traffic import is_result
from ocpi_conformance.steps.commanded import Sent, at, await_end, await_objects, is_over, latest, outcome
from ocpi_conformance.steps.places import UNKNOWN_ID, endpoint
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

# What is unusual in a response_url but allowed: a query, a name twice, percent-encoding, an empty value.
QUERY = "?part=1&part=2&of=a%2Fb&rest="
# Commands that lead to a result, and what each needs.
_LEADING = (
    ("START_SESSION", "an EVSE to charge at"),
    ("UNLOCK_CONNECTOR", "a Connector to unlock"),
    ("RESERVE_NOW", "an EVSE to reserve"),
)


def send(scene: Scene, words: str) -> Sent:
    """Send the command called `words` with a response_url of its own; its answer becomes the scenario's response.

    What it leads to is ended when the scenario is.

    Raises:
        LookupError: no such command; the message lists the known ones.
        NotObserved: it needs something that no Given has chosen or brought about.
        NotApplicable: the version in use has no such command.
    """
    if words not in COMMANDS:
        raise LookupError(f'no command is called "{words}". Known: {sorted(COMMANDS)}')
    name, body = COMMANDS[words]
    version = scene.partner.version
    if name not in KNOWN[version].commands and words not in NONEXISTENT:
        raise NotApplicable(f"OCPI {version} has no command {name}")
    content = body(scene)
    _refrain_from_others(scene, content)
    sent = _post(scene, name, content)
    scene.commands.append(sent)
    if name in _UNDONE and sent.answer == "ACCEPTED":
        scene.undo.append(lambda: _settled(lambda: _UNDONE[name](scene, sent)))
    return sent


def _refrain_from_others(scene: Scene, body: Json) -> None:
    """End the scenario where the target could choose an EVSE itself and target.toml offers certain ones only."""
    is_certain = body.get("evse_uid") not in {None, UNKNOWN_ID} or body.get("location_id") in {None, UNKNOWN_ID}
    if not is_certain and not offered.is_free(scene):
        raise NotObserved(
            f"the command names no EVSE that [offers] of target.toml does; say [allow] {offered.ANYWHERE}"
        )


def _post(scene: Scene, name: str, body: Json) -> Sent:
    site, uid = scene.site, f"{secrets.token_hex(8)}.a~b_C"
    path = site.platform.path_of(scene.partner.version, "commands", SENDER)
    full = {"response_url": f"{site.platform.base_url}/{path}/{name}/{uid}{QUERY}"}
    full = {**{key: value for key, value in body.items() if key != "response_url"}, **full}
    row = KNOWN[scene.partner.version].commands.get(name)
    full = things.shown(scene, row.object, full) if row else full
    scene.response = acts.send(scene, "POST", endpoint(scene, "commands", RECEIVER, (name,)), body=full)
    return Sent(name, full, scene.response, site, uid)


def send_and_await(scene: Scene, words: str) -> None:
    """Send the command called `words` and wait until it has taken effect.

    Raises:
        NotObserved: it was not ACCEPTED, at once or by its result, or no Session began or ended.
    """
    sent = send(scene, words)
    if sent.answer != "ACCEPTED":
        raise NotObserved(f"the target does not take {words}: {sent.answer or sent.exchange.summary}")
    found = outcome(scene, sent)
    if found.words[:1] != ["ACCEPTED"]:
        raise NotObserved(f"the result of {words} is {'/'.join(found.words) or 'missing'}")
    if sent.name == "START_SESSION" and not await_objects(scene, sent, "Session"):
        raise NotObserved("no Session has followed START_SESSION")
    if sent.name == "RESERVE_NOW":
        await_objects(scene, sent, "Session")
    if sent.name == "STOP_SESSION":
        await_end(scene, latest(scene, "START_SESSION"))


def bring_result(scene: Scene) -> None:
    """See to it that the record of the run holds a result, by a command of the partner if need be.

    Raises:
        NotObserved: nothing that the target offers leads to one.
    """
    if any(map(is_result, scene.record.exchanges(0, "target"))):
        return
    for command, thing in _LEADING:
        with suppress(NotObserved):
            offered.offer(scene, thing)
            if outcome(scene, send(scene, command)).results:
                return
    raise NotObserved(f"no result has come of {' or '.join(command for command, _ in _LEADING)}")


# Afterwards -----------------------------------------------------------------------------------------------------------


def _settled(act: Callable[[], None]) -> None:
    """Clean up as far as the target lets us: what it does not do then is not what the scenario is about."""
    with suppress(NotObserved, NotSeen, HarnessError):
        act()


def _stop(scene: Scene, sent: Sent) -> None:
    """Stop the Session of a START_SESSION unless it is over."""
    with at(scene, sent.site):
        if outcome(scene, sent).words[:1] != ["ACCEPTED"]:
            return
        for session in await_objects(scene, sent, "Session"):
            if not is_over(session):
                outcome(scene, _post(scene, "STOP_SESSION", {"session_id": session.value.get("id")}))
                await_end(scene, sent)


def _cancel(scene: Scene, sent: Sent) -> None:
    """Cancel the reservation of a RESERVE_NOW unless the scenario has; where no command does that, let it end soon."""
    cancelled = {other.body.get("reservation_id") for other in scene.commands if other.name == "CANCEL_RESERVATION"}
    if sent.body["reservation_id"] in cancelled:
        return
    with at(scene, sent.site):
        if outcome(scene, sent).words[:1] != ["ACCEPTED"]:
            return
        if "CANCEL_RESERVATION" in KNOWN[scene.partner.version].commands:
            ending = _post(scene, "CANCEL_RESERVATION", {"reservation_id": sent.body["reservation_id"]})
        else:
            ending = _post(scene, "RESERVE_NOW", sent.body | {"expiry_date": soon()})
        outcome(scene, ending)


_UNDONE: dict[str, Callable[[Scene, Sent], None]] = {"START_SESSION": _stop, "RESERVE_NOW": _cancel}
