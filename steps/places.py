"""The places a phrase can name: words → the URL there and what a call to it is about. No request is sent here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit, urlunsplit

from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER, Route, makes_urls
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.platform import CONFIGURATION, describe, join
from ocpi_conformance.mock_partner.record import Context
from ocpi_conformance.mock_partner.state import Connection, Endpoint
from ocpi_conformance.steps.agreements import accepted, agreement, received, sent
from ocpi_conformance.steps.applicability import PASSED_ON
from ocpi_conformance.steps.command_traffic import is_command
from ocpi_conformance.steps.provoked import settle
from ocpi_conformance.steps.scene import Chosen, Json, Scene
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

UNKNOWN_ID = "OCPI-CONFORMANCE-NONE"
# Modules that have one identifier and may be listed with several URLs, one for each of their collections (A39).
_WITH_SEVERAL_URLS = frozenset({"payments"})
# Lists below the endpoint of a module that has several: what features call them → identifier and path (A38, A39).
COLLECTIONS = {
    "booking_locations": ("Booking", ("booking_locations",)),
    "terminals": ("payments", ("terminals",)),
    "financial_advice_confirmations": ("payments", ("financial-advice-confirmations",)),
}
_COMMANDS = frozenset(name for facts in COMMANDS.values() for name in facts.commands)


@dataclass(frozen=True)
class Place:
    """A URL of the target, and the context of a call to it; `doubtful` when nobody may be there at all."""

    url: str
    context: Context
    doubtful: bool = False


def versions_endpoint(scene: Scene) -> Place:
    """Return the versions endpoint that the operator configured."""
    return Place(scene.partner.config.versions_url, Context(module="versions", route="versions"))


def details_endpoint(scene: Scene) -> Place:
    """Return the version details endpoint that the versions list names for the version under test."""
    site = scene.site
    if site.details is None:
        scene.possible(scene.partner.discover, site)
    if site.details is None:
        raise NotObserved("the version details were not found")
    return Place(site.details.request.url, site.details.context)


def endpoint(scene: Scene, module: str, interface: str, path: tuple[str, ...] = (), *, judged: bool = True) -> Place:
    """Return `path` below an advertised endpoint, or below a collection of one.

    What is not `judged` is only called: whom the server passes it on to does not matter then.

    Raises:
        NotApplicable: the target is a hub, and what the scenario is about binds the parties behind it.
        NotObserved: the target does not advertise it.
    """
    module, start = COLLECTIONS.get(module, (module, ()))
    path = (*start, *path)
    if judged:
        _for_the_target(scene, module)
    site = scene.speaker(*path[:2]) if len(path) > 1 else scene.site
    if not site.connection.endpoints:
        scene.possible(scene.partner.discover, site)
    found = site.connection.endpoint(module, interface)
    if found is None:
        raise NotObserved(f"the target advertises no {interface} interface of {module}")
    about = describe(scene.partner.version, module, interface, path)
    if (own := _collection(site.connection, module, interface, path)) is not None:
        found, path = own, path[1:]
    if "://" not in found.url:
        raise NotObserved(f"the target gives no absolute URL for {module}: {found.url}")
    return Place(join(found.url, path), about)


def _for_the_target(scene: Scene, module: str) -> None:
    """See to it that a hub is asked for itself, or for parties behind it that a scenario has: to them it passes on."""
    if scene.partner.role == HUB and module not in CONFIGURATION and not scene.parties:
        raise NotApplicable(PASSED_ON)


def _collection(connection: Connection, module: str, interface: str, path: tuple[str, ...]) -> Endpoint | None:
    """Return the endpoint that is the collection at the head of `path` itself, or None.

    The text does not say whether a module of two collections is listed once or once for each (A39).
    """
    return next(
        (
            entry
            for entry in connection.endpoints
            if (entry.identifier, entry.role) == (module, interface)
            and path[:1] == (urlsplit(entry.url).path.rstrip("/").rpartition("/")[2],)
            and module in _WITH_SEVERAL_URLS
        ),
        None,
    )


def collection_of(scene: Scene, module: str, kind: str) -> str:
    """Return the name under which a platform of ours keeps objects of a class: that of the module where it has one."""
    facts = MODULES[scene.partner.version][COLLECTIONS.get(module, (module, ()))[0]]
    lists = (route for route in facts.routes[SENDER] if route.kind == "list" and route.object == kind)
    return next(map(facts.store, lists), module)


def called_by(context: Context, method: str) -> Context:
    """Return the context of a call by `method`: where a URL has two meanings it is the one that has the method."""
    module = MODULES.get(context.version, {}).get(context.module)
    routes = module.routes.get(context.interface, ()) if module else ()
    named = next((route for route in routes if route.name == context.route), None)
    if named is None or method in named.methods:
        return context
    other = next((r for r in routes if r.segments == named.segments and method in r.methods), named)
    return replace(context, route=other.name)


def chosen(scene: Scene, kind: str) -> Place:
    """Return the place of the object of class `kind` that the scenario is about."""
    item = scene.chosen(kind)
    if _is_created(scene, item):
        return _at(scene, item, item.url)
    found = endpoint(scene, item.module, item.interface, item.path)
    return replace(found, url=join(found.url, (), dict(item.query))) if item.query else found


def _is_created(scene: Scene, item: Chosen) -> bool:
    """Tell whether the target makes the URL of an object that we pushed, and the text does not say which that is."""
    module, _ = COLLECTIONS.get(item.module, (item.module, ()))
    return item.interface == RECEIVER and not item.path and makes_urls(scene.partner.version, module)


def _at(scene: Scene, item: Chosen, url: str) -> Place:
    """Return the place of an object at a URL that the target has made.

    Raises:
        NotObserved: it has made none, or one on another host, which does not get our token.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise NotObserved(f"the target gave no URL for the {item.kind}")
    if not scene.partner.trusts(scene.site, url):
        raise NotObserved(f"the URL of the {item.kind} is on another host, which does not get our token: {url}")
    name = (str(item.content.get("id")),)
    # Where it leads to another server, nobody may be there at all.
    elsewhere = item.exchange is None or urlsplit(url)[:2] != urlsplit(item.exchange.request.url)[:2]
    return Place(url, describe(scene.partner.version, item.module, item.interface, name), doubtful=elsewhere)


def _renamed(item: Chosen) -> str:
    """Return the URL that the target has made for an object, with an id that nobody has instead of its own.

    Raises:
        NotObserved: no part of the URL can be told to be the id.
    """
    name = quote(str(item.content.get("id")), safe="")
    begin = item.url.lower().rfind(name.lower())
    if begin >= 0:
        return item.url[:begin] + UNKNOWN_ID + item.url[begin + len(name) :]
    parts = urlsplit(item.url)
    base = urlsplit(item.exchange.request.url).path.rstrip("/") if item.exchange else ""
    path, _, last = parts.path.rstrip("/").rpartition("/")
    if not last or parts.path.rstrip("/") == base:
        raise NotObserved(f"no part of the URL can be told to be the id of the {item.kind}: {item.url}")
    return urlunsplit(parts._replace(path=f"{path}/{UNKNOWN_ID}"))


def unknown(scene: Scene, kind: str) -> Place:
    """Return a place like that of the chosen object, with a last id that nobody has."""
    item = scene.objects.get(kind) or _nowhere(scene, kind)
    if item.url and not item.path:
        return _at(scene, item, _renamed(item))
    return endpoint(scene, item.module, item.interface, (*item.path[:-1], UNKNOWN_ID))


def list_route(version: str, module: str) -> Route | None:
    """Return the URL shape of the list of a module, or of a collection of one; None where there is none."""
    identifier, path = COLLECTIONS.get(module, (module, ()))
    routes = MODULES[version][identifier].routes[SENDER]
    return next((route for route in routes if route.kind == "list" and route.segments == path), None)


def lists_of(version: str, module: str) -> tuple[str, ...]:
    """Return what the lists of a module are called: by the module, unless all of them are collections below it."""
    if list_route(version, module) is not None:
        return (module,)
    return tuple(name for name, (identifier, _) in COLLECTIONS.items() if identifier == module)


def _nowhere(scene: Scene, kind: str) -> Chosen:
    module = next((m.identifier for m in MODULES[scene.partner.version].values() if m.object == kind), None)
    if module is None:
        # A part of an object has no place without the object.
        return scene.chosen(kind)
    if scene.offers(module, RECEIVER):
        owner = scene.partner.roles[0]
        return Chosen(kind, module, RECEIVER, (owner.country_code, owner.party_id, UNKNOWN_ID), {})
    return Chosen(kind, module, SENDER, (UNKNOWN_ID,), {})


def foreign(scene: Scene, kind: str) -> Place:
    """Return the place of the chosen object under an owner that is no role of the partner."""
    item = scene.chosen(kind)
    return endpoint(scene, item.module, item.interface, ("XX", "ZZZ", *item.path[2:]))


def credentials_url(scene: Scene) -> Place:
    """Return the URL in the Credentials that the target gave: in the latest answer, or else in the registration."""
    data = received(scene.latest) if scene.latest else _agreed(scene)
    url = data.get("url")
    if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
        raise NotObserved("the Credentials hold no URL")
    return Place(url, Context(scene.partner.version, "versions", route="versions"), doubtful=True)


def recased(scene: Scene, kind: str) -> Place:
    """Return the place of the chosen object with every id in the other letter case."""
    item = scene.chosen(kind)
    path = tuple(part.swapcase() for part in item.path)
    if path == item.path:
        raise NotObserved(f"the ids of the {kind} hold no letters")
    return endpoint(scene, item.module, item.interface, path)


def _agreed(scene: Scene) -> Json:
    found = agreement(scene)
    if found.handshake.request.method != "POST" or not accepted(found.handshake):
        raise NotObserved("no Credentials were exchanged")
    return found.credentials


def response_url(scene: Scene) -> Place:
    """Return the response_url in the latest command of the target, once the partner has sent its own result there.

    Raises:
        NotObserved: it has sent none, or the URL is on a host that it never named, which does not get our token.
    """
    settle(scene)
    commands = [exchange for exchange in scene.record.exchanges(scene.started, "target") if is_command(exchange)]
    url = sent(commands[-1]).get("response_url") if commands else None
    if not isinstance(url, str):
        raise NotObserved("the target has sent no command with a response_url")
    if not scene.partner.trusts(scene.site, url):
        raise NotObserved(f"the response_url is on another host, which does not get our token: {url}")
    return Place(url, Context(scene.partner.version, "commands", SENDER, "result"))


def untyped(scene: Scene, kind: str) -> Place:
    """Return the place of the chosen object without the parameter that tells objects of one id apart."""
    item = scene.chosen(kind)
    return endpoint(scene, item.module, item.interface, item.path)


def authorization(scene: Scene, *, typed: bool = True, known: bool = True) -> Place:
    """Return where the target is asked about a Token (mod_tokens_post_method): the chosen one, or one that nobody has.

    The parameter `type` is only there for another type than the default, RFID, and when `typed`; the text of 2.1.1
    calls it token_type too, so that it has both names there (A51).
    """
    token = scene.chosen("Token").content if known else {"uid": UNKNOWN_ID}
    found = endpoint(scene, "tokens", SENDER, (str(token.get("uid")), "authorize"))
    kind = str(token.get("type", "RFID"))
    names = ("type", "token_type") if scene.partner.version == "2.1.1" else ("type",)
    return replace(found, url=join(found.url, (), dict.fromkeys(names, kind))) if typed and kind != "RFID" else found


def preferences(scene: Scene, *, known: bool = True) -> Place:
    """Return where charging preferences are set (mod_sessions_cpo_put_method): for the chosen Session, or for none."""
    name = scene.chosen("Session").path[-1] if known else UNKNOWN_ID
    return endpoint(scene, "sessions", SENDER, (name, "charging_preferences"))


def profile(scene: Scene, interface: str) -> Place:
    """Return where the profile of the Session is set (RECEIVER), or where its active profile is told (SENDER)."""
    name = str(scene.chosen("Session").content.get("id"))
    return endpoint(scene, "chargingprofiles", interface, (name,))


def by_request_id(scene: Scene) -> Place:
    """Return the place of the chosen Booking with its request_id instead of its id (mod_bookings, PUT Method; A38)."""
    item = scene.chosen("Booking")
    return endpoint(scene, item.module, item.interface, (*item.path[:-1], str(item.content.get("request_id"))))


_FIXED: dict[str, Callable[[Scene], Place]] = {
    "the versions endpoint": versions_endpoint,
    "the version details endpoint": details_endpoint,
    "the versions endpoint of its Credentials": credentials_url,
    "the response_url": response_url,
    "the authorization of the Token": authorization,
    "the authorization of the untyped Token": functools.partial(authorization, typed=False),
    "the authorization of an unknown Token": functools.partial(authorization, known=False),
    "the preferences of the Session": preferences,
    "the preferences of an unknown Session": functools.partial(preferences, known=False),
    "the profile of the Session": functools.partial(profile, interface=RECEIVER),
    "the active profile of the Session": functools.partial(profile, interface=SENDER),
    "the request_id of the Booking": by_request_id,
    "the credentials endpoint": lambda scene: endpoint(scene, "credentials", SENDER),
}
_OF_OBJECTS: dict[str, Callable[[Scene, str], Place]] = {
    "the ": chosen,
    "an unknown ": unknown,
    "a foreign ": foreign,
    "a recased ": recased,
    "an untyped ": untyped,
}


def place(scene: Scene, text: str) -> Place:
    """Return the place that `text` names.

    Known are the three configuration endpoints, "the response_url", "the {module} sender|receiver interface",
    "the {COMMAND} command", and "the {Object}", "an unknown {Object}", "a foreign {Object}", "a recased {Object}".

    Raises:
        LookupError: no such place; the message lists the forms.
    """
    if text in _FIXED:
        return _FIXED[text](scene)
    words = text.split()
    interfaces = {"sender": SENDER, "receiver": RECEIVER}
    if len(words) == 3 and words[2] == "command" and words[1] in _COMMANDS:
        return endpoint(scene, "commands", RECEIVER, (words[1],))
    if len(words) == 4 and words[3] == "interface" and words[2] in interfaces:
        return endpoint(scene, words[1], interfaces[words[2]])
    for start, find in _OF_OBJECTS.items():
        if text.startswith(start) and " " not in text[len(start) :]:
            return find(scene, text[len(start) :])
    raise LookupError(
        f'no place is called "{text}". Known: {sorted(_FIXED)}, "the <module> sender|receiver interface", '
        f"{[start + '<Object>' for start in _OF_OBJECTS]}"
    )
