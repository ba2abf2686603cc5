"""What a hub makes of a request: what arrives at whom, what parties hear of each other. It waits and gathers.

Rules: all parties are the partner's, each at a site of its own; what should have come where is for checks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.ocpi.versions import TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.record import Exchange, Headers
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.clients import party
from ocpi_conformance.steps.commanded import at
from ocpi_conformance.steps.scene import Json, Scene, listed_in
from ocpi_conformance.steps.things import Push, build, fresh_id, moment, new, owner, thing
from ocpi_conformance.steps.verdicts import NotObserved

_EMSP = "eMSP"
_CLIENTS = "hubclientinfo"
_NOBODY = Party("", "XX", "ZZZ")


@dataclass(frozen=True)
class Behind:
    """A party behind the hub: what a scenario calls it, who it is, at which site and versions URL it is met."""

    word: str
    party: Party
    site: str
    url: str = ""


@dataclass(frozen=True)
class Arrival:
    """A request of the hub at a party."""

    at: Behind
    exchange: Exchange


@dataclass(frozen=True)
class Passed:
    """What came of the partner's latest request to a hub.

    `sent` is that request, `sender` who has sent it, `hub` the party that the target's Credentials name as a hub.
    `others` are the other parties of the scenario, `arrivals` what of the request has come to them, in their order.
    `clients` are the ClientInfo objects that the hub shows the sender, None where they were not asked for; `told` what
    it has pushed of `about` to the others. `pages` are those of a list, `published` the owners of what could be on it.
    """

    sent: Exchange
    sender: Behind
    hub: Party
    others: tuple[Behind, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    clients: tuple[Json, ...] | None = None
    told: tuple[Arrival, ...] = ()
    about: Party | None = None
    pages: tuple[Exchange, ...] = ()
    published: tuple[tuple[str, Party], ...] = ()

    def at(self, word: str) -> tuple[Exchange, ...]:
        """Return what has arrived at the party that a scenario calls `word`."""
        return tuple(arrival.exchange for arrival in self.arrivals if arrival.at.word == word)


# Things ---------------------------------------------------------------------------------------------------------------


def hub_of(scene: Scene) -> Party:
    """Return the party that the target names as a hub in its Credentials.

    Raises:
        NotObserved: it names none.
    """
    hub = scene.site.connection.hub
    if hub is None:
        raise NotObserved("the target names no hub in its Credentials")
    return hub


def _to(them: Party) -> Headers:
    return ((TO_PARTY, them.party_id), (TO_COUNTRY, them.country_code))


# Whom a push is for: the words for it, and what finds the party.
_RECEIVERS: dict[str, Callable[[Scene], Party]] = {
    "for the eMSP": lambda scene: party(scene, _EMSP).platform.roles[0],
    "for the unreachable eMSP": lambda scene: party(scene, "unreachable eMSP").platform.roles[0],
    "for an unknown party": lambda scene: _NOBODY,
    "for all": hub_of,
    # A header that is empty is left out.
    "for whom the hub finds": lambda scene: Party("", "", ""),
}


def _addressed(scene: Scene, make: Callable[[Scene], Push], whom: str) -> Push:
    return replace(make(scene), address=_to(_RECEIVERS[whom](scene)))


def _session(scene: Scene) -> Push:
    """Return a Session that has ended, with a Token of our eMSP."""
    us, them = owner(scene), party(scene, _EMSP).platform.roles[0]
    place = samples.location(fresh_id(), us, moment())
    body = samples.session(fresh_id("SES"), us, place, moment())
    body["cdr_token"] |= {"country_code": them.country_code, "party_id": them.party_id}
    return new(scene, "Session", "sessions", (us.country_code, us.party_id, body["id"]), body)


for _whom in _RECEIVERS:
    thing(f"a Location {_whom}")(partial(_addressed, make=partial(build, name="a Location"), whom=_whom))
thing("a Token for all")(partial(_addressed, make=partial(build, name="a Token"), whom="for all"))
thing("a Session for whom the hub finds")(partial(_addressed, make=_session, whom="for whom the hub finds"))


# What comes of it -----------------------------------------------------------------------------------------------------


def _behind(word: str, site: Site) -> Behind:
    return Behind(word, site.platform.roles[0], site.name, site.platform.versions_url)


def _request(scene: Scene) -> Passed:
    """Return the partner's latest request, and who there is; nothing is waited for."""
    return replace(credentials(scene), hub=hub_of(scene))


def _last(exchange: Exchange) -> str:
    return unquote(urlsplit(exchange.request.url).path.rstrip("/").rpartition("/")[2]).lower()


def _is_of(request: Exchange, exchange: Exchange, site: str) -> bool:
    """Tell whether an exchange is the `request` as it was passed on to `site`: by what it is about, not by headers."""
    about = exchange.request.method, exchange.context.module, exchange.context.site, _last(exchange)
    return about == (request.request.method, request.context.module, site, _last(request))


def _arrivals(scene: Scene, found: Passed) -> Passed:
    calls = scene.record.exchanges(found.sent.began, "target")
    arrived = (Arrival(one, call) for call in calls for one in found.others if _is_of(found.sent, call, one.site))
    return replace(found, arrivals=tuple(arrived))


def _await(scene: Scene, found: Passed, sites: set[str], seconds: float) -> None:
    with suppress(NotSeen):
        scene.record.wait_for(
            lambda e: e.sender == "target" and any(_is_of(found.sent, e, site) for site in sites),
            "the request, passed on",
            seconds,
            found.sent.began,
        )


def passed_on(scene: Scene) -> Passed:
    """Return where the latest request has arrived, waiting for the first party that gets it.

    Raises:
        NotObserved: the target names no hub, or the partner has sent no request.
    """
    found = _request(scene)
    seconds = scene.partner.config.timeouts.callback if acts.accepted(found.sent) else 0.0
    _await(scene, found, {one.site for one in found.others}, seconds)
    return _arrivals(scene, found)


def passed_on_to_one(scene: Scene) -> Passed:
    """Return where the latest request has arrived, a little later than at the first party that gets it.

    Raises:
        NotObserved: as for `passed_on`.
    """
    found = passed_on(scene)
    reached = {arrival.at.site for arrival in found.arrivals}
    _await(scene, found, {one.site for one in found.others} - reached, scene.partner.config.timeouts.silence)
    return _arrivals(scene, found)


def sent_to_all(scene: Scene) -> Passed:
    """Return where the latest request has arrived, waiting for each party, and whom the target calls connected.

    Raises:
        NotObserved: as for `passed_on`, or the target does not take the request.
    """
    found = replace(_request(scene), clients=_clients(scene))
    if not acts.accepted(found.sent):
        raise NotObserved(f"the target does not take what is for all: {found.sent.summary}")
    timeouts = scene.partner.config.timeouts
    for one in found.others:
        # Whoever is of the same side as the sender gets nothing: for that it is enough to wait a little longer.
        same = (one.party.role == "CPO") == (found.sender.party.role == "CPO")
        _await(scene, found, {one.site}, timeouts.silence if same else timeouts.callback)
    return _arrivals(scene, found)


def _clients(scene: Scene) -> tuple[Json, ...] | None:
    """Return the ClientInfo objects that the target lists; None where it does not let them be read."""
    with suppress(NotObserved, HarnessError):
        return tuple(listed_in(acts.crawl(scene, _CLIENTS, {})))
    return None


def listed_clients(scene: Scene) -> Passed:
    """Return the ClientInfo objects on the pages that the partner has followed.

    Raises:
        NotObserved: the target names no hub, or has not given a page.
    """
    return replace(_request(scene), clients=tuple(listed_in(scene.pages)))


def listed_objects(scene: Scene) -> Passed:
    """Return the pages that the partner has followed, and what its parties have published that could be on them.

    Raises:
        NotObserved: the target names no hub, or the partner has read no list.
    """
    module = scene.response.context.module
    published = tuple(
        (str(item["id"]).lower(), site.platform.roles[0])
        for site in scene.parties.values()
        for item in site.platform.own.copies(module)
    )
    return replace(_request(scene), pages=scene.pages, published=published)


def _news(scene: Scene, about: Party, *, away: bool = False) -> Passed:
    """Return what the target has pushed of a party to the others since the latest act, waiting for the first.

    It waits for the first that says that the party is `away`, if it is to be: of what was before some may come late.
    """
    latest = scene.latest
    since = max(scene.since, latest.began if latest else scene.site.opened)
    known = {site.name: _behind(word, site) for word, site in scene.parties.items()}
    sites = {s.name: _behind("partner", s) for s in scene.partner.sites if s.registered} | known
    own = {name for name, one in sites.items() if one.party.owns(about.country_code, about.party_id)}

    def tells(exchange: Exchange) -> bool:
        place = exchange.context.site in sites.keys() - own
        kind = (exchange.sender, exchange.context.module, exchange.context.interface, exchange.request.method)
        body = sent(exchange)
        # Of URL and body one may be wrong.
        ids = (body.get, exchange.context.id)
        named = any(about.owns(str(of("country_code")), str(of("party_id"))) for of in ids)
        return place and named and kind == ("target", _CLIENTS, RECEIVER, "PUT")

    if not any(_offers(scene, name) for name in sites.keys() - own):
        raise NotObserved("no other party of the partner is connected")
    with suppress(NotSeen):
        scene.record.wait_for(
            lambda e: tells(e) and not (away and _is_connected(e)),
            "a ClientInfo",
            scene.partner.config.timeouts.callback,
            since,
        )
    calls = scene.record.exchanges(since, "target")
    told = tuple(Arrival(sites[e.context.site], e) for e in calls if tells(e))
    sender = known.get(scene.site.name) or _behind("partner", scene.site)
    exchange: Any = latest or scene.site.handshake
    clients = None if told else _seen_by_first(scene)
    return Passed(exchange, sender, hub_of(scene), told=told, about=about, clients=clients)


def _seen_by_first(scene: Scene) -> tuple[Json, ...] | None:
    """Return the ClientInfo objects that the target shows our first party."""
    first: Site = scene.possible(scene.partner.registered)
    with at(scene, first):
        return _clients(scene)


def _is_connected(exchange: Exchange) -> bool:
    return sent(exchange).get("status") == "CONNECTED"


def _offers(scene: Scene, name: str) -> bool:
    site = next(one for one in scene.partner.sites if one.name == name)
    return (_CLIENTS, RECEIVER) in site.platform.published(scene.partner.version)


def news_of_the_party(scene: Scene) -> Passed:
    """Return what the target has told the others of the party that has acted last.

    Raises:
        NotObserved: no other party is connected.
    """
    return _news(scene, scene.site.platform.roles[0])


def news_of_the_leaving(scene: Scene) -> Passed:
    """Return what the target has told the others of the party that has acted last, once that has left.

    Raises:
        NotObserved: no other party is connected.
    """
    return _news(scene, scene.site.platform.roles[0], away=True)


def news_of_the_emsp(scene: Scene) -> Passed:
    """Return what the target has told the others of our eMSP.

    Raises:
        NotObserved: no other party is connected, or the scenario has no eMSP.
    """
    return _news(scene, party(scene, _EMSP).platform.roles[0], away=True)


def credentials(scene: Scene) -> Passed:
    """Return the partner's latest request and who there is, also where the Credentials name no hub."""
    known = {site.name: _behind(word, site) for word, site in scene.parties.items()}
    sender = known.pop(scene.site.name, None) or _behind("partner", scene.site)
    return Passed(scene.response, sender, scene.site.connection.hub or Party("", "", ""), tuple(known.values()))


# What an expectation about a hub is judged among → what gathers it.
GATHERED: dict[str, Callable[[Scene], Passed]] = {
    "answer": _request,
    "credentials": credentials,
    "request": passed_on,
    "request and silence": passed_on_to_one,
    "broadcast": sent_to_all,
    "clients": listed_clients,
    "objects": listed_objects,
    "news of the party": news_of_the_party,
    "news of the leaving": news_of_the_leaving,
    "news of the eMSP": news_of_the_emsp,
}
