"""The partner as the CPO that uses the terminals of a payment terminal provider: what it asks there. It judges nothing.

Rules: a Terminal that the target lists is left as it was found; only one that the operator offers is (de)activated.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import TERMINALS, terminal
from ocpi_conformance.mock_partner.state import key_of, object_key
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.likeness import parts
from ocpi_conformance.steps.places import UNKNOWN_ID
from ocpi_conformance.steps.provoked import own_location
from ocpi_conformance.steps.scene import Chosen, Json, Scene
from ocpi_conformance.steps.things import THINGS, Push, build, fresh_id, moment, remember, thing
from ocpi_conformance.steps.verdicts import NotObserved

_KIND, _LIST = "Terminal", "terminals"


@dataclass(frozen=True)
class WantedTerminal:
    """A terminal that only the operator can name: its key in [offers], and what is told of it there."""

    key: str
    told: str


OFFERS = {
    "a terminal to activate": WantedTerminal("terminal_to_activate", "reference"),
    "a terminal to deactivate": WantedTerminal("terminal_to_deactivate", "terminal_id"),
}


def offer(scene: Scene, name: str) -> None:
    """Make the terminal that the operator offers the one that the scenario is about.

    Raises:
        NotObserved: [offers] names none.
    """
    wanted = OFFERS[name]
    row = scene.partner.config.offers.get(wanted.key, {})
    if not row.get(wanted.told):
        remedy = f'[offers] {wanted.key} = {{ {wanted.told} = "..." }} of target.toml'
        raise NotObserved(f"the target offers no {name.partition(' ')[2]}; name one in {remedy}")
    scene.objects[_KIND] = Chosen(_KIND, _LIST, SENDER, (row[wanted.told],), dict(row))


# What is asked of a Terminal ------------------------------------------------------------------------------------------


def _asked(path: tuple[str, ...], body: Json | None) -> Push:
    return Push(_KIND, _LIST, path, body, interface=SENDER)


@thing("the activation of the Terminal")
def _activation(scene: Scene) -> Push:
    """Return an activation by the reference alone: the provider is the one who gives a terminal its id."""
    reference = scene.chosen(_KIND).content["reference"]
    return _asked(("activate",), {"reference": reference, "last_updated": timestamp(datetime.now(UTC))})


@thing("the deactivation of the Terminal")
def _deactivation(scene: Scene) -> Push:
    return _asked((*scene.chosen(_KIND).path, "deactivate"), None)


@thing("the deactivation of an unknown Terminal")
def _deactivation_of_none(_: Scene) -> Push:
    return _asked((UNKNOWN_ID, "deactivate"), None)


def _assignment(scene: Scene, names: tuple[str, ...]) -> Push:
    """Return the PATCH that assigns a Location of the partner, or the first EVSE there, until the scenario ends."""
    item, place = scene.chosen(_KIND), _known_location(scene)
    given = {"location_ids": [place["id"]], "evse_uids": [parts(place, "EVSE")[0]["uid"]]}
    _restore(scene, item)
    return _asked(item.path, _dated({name: given[name] for name in names}))


_ASSIGNED = {
    "a Location": ("location_ids",),
    "an EVSE": ("evse_uids",),
    "a Location and an EVSE": ("location_ids", "evse_uids"),
}
for _what, _names in _ASSIGNED.items():
    THINGS[f"the assignment of {_what}"] = functools.partial(_assignment, names=_names)


@thing("the Terminal with another customer_reference and invoice_base_url")
def _update(scene: Scene) -> Push:
    """Return the PUT of the whole Terminal with other data of the CPO, until the scenario ends."""
    item = scene.chosen(_KIND)
    listed = {name: value for name, value in item.content.items() if value is not None}
    _restore(scene, item)
    changes = {"customer_reference": fresh_id("CPO"), "invoice_base_url": "https://www.example.com/invoices/"}
    return _asked(item.path, _dated(listed | changes))


def _dated(body: Json) -> Json:
    return body | {"last_updated": timestamp(datetime.now(UTC))}


def _restore(scene: Scene, item: Chosen) -> None:
    """Give the Terminal back what it had, when the scenario ends: as a whole, or else its places alone."""
    whole = {name: value for name, value in item.content.items() if value is not None}
    places = {name: item.content.get(name) or [] for name in ("location_ids", "evse_uids")}

    def back() -> None:
        with suppress(NotObserved, HarnessError):
            if not acts.accepted(acts.push(scene, _asked(item.path, _dated(whole)), "PUT")):
                acts.push(scene, _asked(item.path, _dated(places)), "PATCH")

    scene.undo.append(back)


def _known_location(scene: Scene) -> Json:
    """Return a new Location of the partner, which the target has been told of, or has pulled where it takes no pushes.

    Raises:
        NotObserved: the target has neither taken nor pulled it.
    """
    place = build(scene, "a Location")
    remember(scene, place)
    own_location(scene)
    if scene.offers(place.module, RECEIVER):
        exchange = acts.push(scene, place, "PUT")
        if not acts.accepted(exchange):
            raise NotObserved(f"the target did not take a Location: {exchange.summary}")
    else:
        acts.pull_trigger(scene, "pull the Location list")
        seconds = scene.partner.config.timeouts.callback
        scene.possible(scene.record.wait_for, _reads_locations, "GET of the Locations", seconds, scene.since)
    made: Json = place.body
    return made


def _reads_locations(exchange: Exchange) -> bool:
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == ("target", "GET", "locations", SENDER)


# Where a driver pays --------------------------------------------------------------------------------------------------


@thing("a Location with a terminal of the CPO's invoices")
def _with_terminal(scene: Scene) -> Push:
    """Return a Location that a Terminal of the target serves, by what the partner knows; the partner makes invoices.

    It has a Tariff, so that there is something to pay.
    """
    push = _with_tariff(scene)
    peer = next(iter(scene.site.connection.peer_roles), None)
    if peer is None:
        raise NotObserved("the target has named no party of its own")
    item = terminal(fresh_id("TERM"), moment()) | {"location_ids": [push.body["id"]]}
    store, key = scene.site.platform.received, object_key(peer.country_code, peer.party_id, item["terminal_id"])
    store.put(TERMINALS, key, item)
    scene.undo.append(lambda: store.remove(TERMINALS, key))
    return push


@thing("a Location with a Tariff of its own")
def _with_tariff(scene: Scene) -> Push:
    """Return a Location whose Connectors have a new Tariff that the partner lists, but has not pushed."""
    priced = build(scene, "a minimal Tariff").kept()
    store, key = scene.site.platform.own, key_of("tariffs", priced)
    store.put("tariffs", key, priced)
    scene.undo.append(lambda: store.remove("tariffs", key))
    push = build(scene, "a Location")
    for item in (push.body, push.kept()):
        for plug in (plug for evse in item["evses"] for plug in evse["connectors"]):
            plug["tariff_ids"] = [priced["id"]]
    return push
