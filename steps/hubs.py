"""As whom the partner registers, and what it sends as a hub: ClientInfo, and broadcasts. It acts; checks judge."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.state import Party, key_of
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.commanded import at
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.terminals import PROVIDER
from ocpi_conformance.steps.things import Push, build, later, moment, new, thing, whole
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

_CLIENT, _MODULE = "ClientInfo", "hubclientinfo"
_NUMBERS = itertools.count(1)
# A party_id has three characters: so many parties of a run have one of their own.
_PARTIES = 36 * 36


def registered_as(scene: Scene, role: str) -> Site:
    """Return the registered site of the partner's party of a role, or of its hub; without one that of its first party.

    Raises:
        LookupError: no scenario needs a party of this role.
        NotApplicable: a hub is to be connected to a hub.
        NotObserved: the target does not register it.
    """
    registering = {"": "registered", PROVIDER: "payment_provider", HUB: "hub"}
    if role not in registering:
        raise LookupError(f'the partner does not register as a "{role}". Known: {PROVIDER}, {HUB}')
    partner = scene.partner
    if role == partner.role == HUB:
        raise NotApplicable("the target is a hub itself: what binds who is connected to one is judged at others")
    site: Site = scene.possible(getattr(partner, registering[role]))
    return site


# ClientInfo -----------------------------------------------------------------------------------------------------------


def _behind(scene: Scene) -> Party:
    """Return the party behind the hub.

    Raises:
        NotObserved: the partner is no hub in this scenario.
    """
    if scene.site.behind is None:
        raise NotObserved("the partner is not registered as a hub")
    return scene.site.behind


def _info(scene: Scene, party: Party, **changes: Any) -> Push:  # noqa: ANN401
    """Return the ClientInfo of a party, CONNECTED unless `changes` say otherwise."""
    body: Json = {"party_id": party.party_id, "country_code": party.country_code, "role": party.role}
    body |= {"status": "CONNECTED", "last_updated": timestamp(moment()), **changes}
    return new(scene, _CLIENT, _MODULE, (party.country_code, party.party_id), body)


@thing("a ClientInfo")
def _client(scene: Scene) -> Push:
    """Return the ClientInfo of a party that no other scenario has; it is SUSPENDED when the scenario ends."""
    known, number = _behind(scene), next(_NUMBERS) % _PARTIES
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    party = replace(known, party_id=f"X{digits[number // 36]}{digits[number % 36]}")
    push = _info(scene, party)
    scene.undo.append(partial(_end, scene, scene.site, push, "SUSPENDED"))
    return push


@thing("a ClientInfo of the party behind the hub")
def _client_behind(scene: Scene) -> Push:
    """Return the ClientInfo of who is behind the hub in all scenarios; it is CONNECTED again when the scenario ends."""
    store = scene.site.platform.own
    known = next(store.copies(_MODULE))
    push = _info(scene, _behind(scene), last_updated=later(known, seconds=1))
    store.put(_MODULE, key_of(_MODULE, known), push.body)
    scene.undo.append(partial(_end, scene, scene.site, push, "CONNECTED"))
    return push


def _end(scene: Scene, site: Site, push: Push, status: str) -> None:
    """Tell the target what a party is in the end, unless it knows nothing of it or was told so."""
    told = scene.objects.get(_CLIENT)
    if told is None or told.path != push.path or told.content.get("status") == status:
        return
    body = push.body | {"status": status, "last_updated": later(told.content, seconds=1)}
    with at(scene, site), suppress(NotObserved, HarnessError):
        acts.push(scene, replace(push, body=body), "PUT")


def _in_status(scene: Scene, status: str) -> Push:
    """Return the ClientInfo that was pushed, in another status."""
    return whole(scene, _CLIENT, status=status, last_updated=later(scene.chosen(_CLIENT).content, seconds=1))


for _status in ("CONNECTED", "OFFLINE", "PLANNED", "SUSPENDED"):
    thing(f"a {_CLIENT} that is {_status}")(partial(_in_status, status=_status))


@thing("a ClientInfo of another role")
def _of_another_role(scene: Scene) -> Push:
    """Return the ClientInfo of another role of the party that was pushed: it has the same URL (A35)."""
    known = scene.chosen(_CLIENT).content
    other = "EMSP" if known["role"] == "CPO" else "CPO"
    return whole(scene, _CLIENT, role=other, last_updated=later(known, seconds=1))


@thing("a ClientInfo with another party_id than its URL")
def _other_party(scene: Scene) -> Push:
    push = _client(scene)
    return replace(push, body=push.body | {"party_id": "ZZZ"})


# What goes to all -----------------------------------------------------------------------------------------------------


def _broadcast(scene: Scene, name: str) -> Push:
    """Return what the party behind the hub pushes to all, as the hub sends it on: in its own name."""
    return replace(build(scene, name), sender=scene.site.platform.party(HUB))


for _name in ("a Location", "a Token"):
    thing(f"{_name} as a broadcast")(partial(_broadcast, name=_name))
