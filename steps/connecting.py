"""How a party of the partner connects to a hub that is certified. What is passed on from then on is not known here."""

from __future__ import annotations

from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.partner import BEHIND_HUB, UNREACHABLE, Site
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.commanded import at
from ocpi_conformance.steps.receiving import SETTLE, settled
from ocpi_conformance.steps.scene import Scene, listed_in
from ocpi_conformance.steps.verdicts import Breach, NotApplicable, NotObserved

WORDS = frozenset(BEHIND_HUB)


def connected_as(scene: Scene, word: str) -> Site:
    """Return the registered site of the party that `word` names; it stays one of the scene's `parties`.

    A party that is new has a moment to be shown as CONNECTED to our first one.

    Raises:
        LookupError: no party is called so.
        NotApplicable: the target is no hub.
        NotObserved: the target does not register it.
    """
    if word not in WORDS:
        raise LookupError(f'no party behind a hub is called "{word}". Known: {sorted(WORDS)}')
    if scene.partner.role != HUB:
        raise NotApplicable("only a hub has parties of the partner behind it")
    known = {site.name for site in scene.partner.sites if site.registered}
    site: Site = scene.possible(scene.partner.behind_hub, word)
    first: Site = scene.possible(scene.partner.registered)
    scene.parties[word] = site
    if word == UNREACHABLE:
        # A hub that waits for it may be late with what is for the others.
        scene.undo.append(lambda: scene.partner.unregister(site))
    # Of the one that cannot be reached a hub may find out, and list it as it likes.
    if site.name not in known | {first.name} and word != UNREACHABLE:
        with at(scene, first):
            settled(lambda: _unlisted(scene, site), min(SETTLE, scene.partner.config.timeouts.callback))
    return site


def _unlisted(scene: Scene, site: Site) -> list[Breach]:
    """Return that the target does not list the party of `site` as CONNECTED; nothing where its list cannot be read."""
    party = site.platform.roles[0]
    try:
        clients = listed_in(acts.crawl(scene, "hubclientinfo", {}))
    except NotObserved:
        return []
    for item in clients:
        if party.owns(str(item.get("country_code")), str(item.get("party_id"))) and item.get("status") == "CONNECTED":
            return []
    return [Breach("CONNECTED", "not listed so")]
