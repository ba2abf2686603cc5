"""What of the target a command can be for: chosen by [offers] of target.toml, or from what it publishes. Reads only.

Rules: what happens at a charge point costs somebody something, so an EVSE that no one has offered is only chosen where
`[allow] commands = true` says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps import acts, booking, invoicing, paying, token_offers
from ocpi_conformance.steps.likeness import parts
from ocpi_conformance.steps.scene import Chosen, Json, Scene, data_of
from ocpi_conformance.steps.verdicts import NotObserved

ANYWHERE = "commands = true, which lets the suite choose any EVSE that is published"
# Pages of the Location list in which an EVSE is looked for.
_PAGES = 5
# Seconds between two looks at an EVSE that is not free yet.
_LOOK = 0.1


@dataclass(frozen=True)
class Wanted:
    """One kind of EVSE: its key in [offers], the capabilities that it has, one that it lacks, its status.

    What is only `declared` cannot be told from what the target publishes. `other` wants one that no Given has chosen.
    """

    key: str
    capabilities: tuple[str, ...] = ()
    lacks: str = ""
    status: str = ""
    declared: bool = False
    other: bool = False

    def fits(self, evse: Json) -> bool:
        """Tell whether an EVSE is of this kind and free, as it is published."""
        return self.is_of(evse) and (not self.status or evse.get("status") == self.status)

    def is_of(self, evse: Json) -> bool:
        """Tell whether an EVSE is of this kind, whatever its status; one without capabilities says nothing of them."""
        told = evse.get("capabilities")
        capabilities = told if isinstance(told, list) else []
        if self.lacks and (not capabilities or self.lacks in capabilities):
            return False
        return all(name in capabilities for name in self.capabilities)


OFFERS: dict[str, Wanted] = {
    "an EVSE to charge at": Wanted("evse", ("REMOTE_START_STOP_CAPABLE",), status="AVAILABLE"),
    "an EVSE to reserve": Wanted("reservable_evse", ("RESERVABLE",), status="AVAILABLE"),
    "a Connector to unlock": Wanted("unlockable_connector", ("UNLOCK_CAPABLE",)),
    "an EVSE with a price for expired reservations": Wanted("expiring_evse", ("RESERVABLE",), status="AVAILABLE"),
    "an EVSE that cannot be reserved": Wanted("unreservable_evse", lacks="RESERVABLE", status="AVAILABLE"),
    "a Connector that cannot be unlocked": Wanted("fixed_connector", lacks="UNLOCK_CAPABLE", status="AVAILABLE"),
    "an EVSE that needs a connector_id": Wanted(
        "evse_with_connectors", ("REMOTE_START_STOP_CAPABLE", "START_SESSION_CONNECTOR_REQUIRED"), status="AVAILABLE"
    ),
    "an EVSE with charging preferences": Wanted(
        "evse_with_preferences", ("CHARGING_PREFERENCES_CAPABLE",), status="AVAILABLE"
    ),
    "an EVSE without charging preferences": Wanted(
        "evse_without_preferences", lacks="CHARGING_PREFERENCES_CAPABLE", status="AVAILABLE"
    ),
    "an EVSE of a silent charge point": Wanted("silent_evse", declared=True),
    "an EVSE with smart charging": Wanted(
        "profile_evse", ("REMOTE_START_STOP_CAPABLE", "CHARGING_PROFILE_CAPABLE"), status="AVAILABLE"
    ),
    "an EVSE without smart charging": Wanted(
        "plain_evse", ("REMOTE_START_STOP_CAPABLE",), lacks="CHARGING_PROFILE_CAPABLE", status="AVAILABLE"
    ),
}
# What a target can offer → the key by which [offers] of target.toml names it.
KEYS = {thing: wanted.key for thing, wanted in OFFERS.items()} | {
    thing: wanted.key for thing, wanted in token_offers.TOKENS.items()
}
KEYS |= dict.fromkeys(booking.OFFERS, booking.KEY)
KEYS |= {thing: wanted.key for thing, wanted in paying.OFFERS.items()}
ANOTHER = Wanted("other_reservable_evse", ("RESERVABLE",), status="AVAILABLE", other=True)


def offer(scene: Scene, thing: str) -> None:
    """Make an EVSE of the kind `thing`, its Location and its first Connector the ones that the scenario is about.

    Raises:
        LookupError: no such kind; the message lists the known ones.
        NotObserved: the target has none that could be found.
    """
    if thing in token_offers.TOKENS:
        token_offers.offer(scene, thing)
        return
    if thing == invoicing.CDR_TO_INVOICE:
        invoicing.offer_cdr(scene)
        return
    if thing in paying.OFFERS:
        paying.offer(scene, thing)
        return
    if thing in booking.OFFERS:
        booking.offer(scene, thing)
        return
    if thing not in OFFERS:
        raise LookupError(f'no offer is called "{thing}". Known: {sorted([*KEYS, invoicing.CDR_TO_INVOICE])}')
    _offer(scene, thing.partition(" ")[2], OFFERS[thing])


def offer_another(scene: Scene) -> None:
    """Do the same with an EVSE to reserve that no Given has chosen.

    Raises:
        NotObserved: the target has none that could be found.
    """
    _offer(scene, "second EVSE to reserve", ANOTHER)


def _offer(scene: Scene, thing: str, wanted: Wanted) -> None:
    row = scene.partner.config.offers.get(wanted.key, {})
    if row.get("location_id") and row.get("evse_uid"):
        _choose_declared(scene, wanted.key, row)
        return
    if not wanted.declared and is_free(scene) and (found := _find(scene, wanted)):
        _choose(scene, *found)
        return
    raise NotObserved(f"the target offers no {thing} that could be found; name one in {_remedy(scene, wanted)}")


def _find(scene: Scene, wanted: Wanted) -> tuple[Json, Json, Exchange] | None:
    """Return the first EVSE that is wanted; where all are in use, looks again: what has just ended frees one soon."""
    deadline = time.monotonic() + scene.partner.config.timeouts.silence
    while True:
        is_there = False
        for location, evse, page in _published(scene):
            suits = wanted.is_of(evse) and not (wanted.other and _is_chosen(scene, evse))
            if suits and wanted.fits(evse):
                return location, evse, page
            is_there = is_there or suits
        left = deadline - time.monotonic()
        if not is_there or left <= 0:
            return None
        with suppress(NotSeen):
            scene.record.wait_for(_frees, "a change at an EVSE", min(_LOOK, left), scene.record.tick())


def _frees(exchange: Exchange) -> bool:
    return exchange.sender == "target" and exchange.context.module == "locations"


def is_free(scene: Scene) -> bool:
    """Tell whether target.toml leaves it to the suite at which of the published EVSEs something happens."""
    return scene.partner.config.allow.commands is True


def _remedy(scene: Scene, wanted: Wanted) -> str:
    row = f'[offers] {wanted.key} = {{ location_id = "...", evse_uid = "..." }} of target.toml'
    return row if wanted.declared or is_free(scene) else f"{row}, or say [allow] {ANYWHERE}"


def _published(scene: Scene) -> Iterator[tuple[Json, Json, Exchange]]:
    """Yield the EVSEs of the target's list with the Location around them and the page that showed them."""
    for page in acts.crawl(scene, "locations", {}, _PAGES):
        data = data_of(page)
        for location in data if isinstance(data, list) else []:
            yield from ((location, evse, page) for evse in parts(location, "EVSE") if parts(evse, "Connector"))


def _is_chosen(scene: Scene, evse: Json) -> bool:
    return "EVSE" in scene.objects and scene.chosen("EVSE").content.get("uid") == evse.get("uid")


def _choose(scene: Scene, location: Json, evse: Json, page: Exchange) -> None:
    connector = parts(evse, "Connector")[0]
    ids = tuple(str(name) for name in (location.get("id"), evse.get("uid"), connector.get("id")))
    for depth, (kind, content) in enumerate((("Location", location), ("EVSE", evse), ("Connector", connector)), 1):
        scene.objects[kind] = Chosen(kind, "locations", SENDER, ids[:depth], content, page)


def _choose_declared(scene: Scene, key: str, row: Mapping[str, str]) -> None:
    """Choose what the operator named; where no connector_id is named, the first Connector that is published there."""
    found = next(
        (
            (location, evse, page)
            for location, evse, page in _published(scene)
            if (str(location.get("id")).lower(), str(evse.get("uid")).lower())
            == (row["location_id"].lower(), row["evse_uid"].lower())
        ),
        None,
    )
    if found:
        _choose(scene, *found)
    elif not row.get("connector_id"):
        raise NotObserved(f"[offers] {key} of target.toml names no connector_id, and the target does not list the EVSE")
    ids = (row["location_id"], row["evse_uid"], row.get("connector_id") or scene.chosen("Connector").path[-1])
    for depth, (kind, name) in enumerate((("Location", "id"), ("EVSE", "uid"), ("Connector", "id")), 1):
        content = scene.objects[kind].content if found else {name: ids[depth - 1]}
        scene.objects[kind] = Chosen(kind, "locations", SENDER, ids[:depth], content)
