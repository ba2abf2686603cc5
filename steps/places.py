"""The places a phrase can name: words → the URL there and what a call to it is about. No request is sent here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import describe, join
from ocpi_conformance.mock_partner.record import Context
from ocpi_conformance.steps.agreements import accepted, agreement, received
from ocpi_conformance.steps.scene import Chosen, Json, Scene
from ocpi_conformance.steps.verdicts import NotObserved

UNKNOWN_ID = "OCPI-CONFORMANCE-NONE"


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


def endpoint(scene: Scene, module: str, interface: str, path: tuple[str, ...] = ()) -> Place:
    """Return `path` below an advertised endpoint.

    Raises:
        NotObserved: the target does not advertise it.
    """
    site = scene.site
    if not site.connection.endpoints:
        scene.possible(scene.partner.discover, site)
    found = site.connection.endpoint(module, interface)
    if found is None:
        raise NotObserved(f"the target advertises no {interface} interface of {module}")
    if "://" not in found.url:
        raise NotObserved(f"the target gives no absolute URL for {module}: {found.url}")
    return Place(join(found.url, path), describe(scene.partner.version, module, interface, path))


def chosen(scene: Scene, kind: str) -> Place:
    """Return the place of the object of class `kind` that the scenario is about."""
    item = scene.chosen(kind)
    return endpoint(scene, item.module, item.interface, item.path)


def unknown(scene: Scene, kind: str) -> Place:
    """Return a place like that of the chosen object, with a last id that nobody has."""
    item = scene.objects.get(kind) or _nowhere(scene, kind)
    return endpoint(scene, item.module, item.interface, (*item.path[:-1], UNKNOWN_ID))


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


_FIXED: dict[str, Callable[[Scene], Place]] = {
    "the versions endpoint": versions_endpoint,
    "the version details endpoint": details_endpoint,
    "the versions endpoint of its Credentials": credentials_url,
    "the credentials endpoint": lambda scene: endpoint(scene, "credentials", SENDER),
}
_OF_OBJECTS: dict[str, Callable[[Scene, str], Place]] = {
    "the ": chosen,
    "an unknown ": unknown,
    "a foreign ": foreign,
    "a recased ": recased,
}


def place(scene: Scene, text: str) -> Place:
    """Return the place that `text` names.

    Known are the three configuration endpoints, "the {module} sender|receiver interface", and "the {Object}",
    "an unknown {Object}", "a foreign {Object}", "a recased {Object}".

    Raises:
        LookupError: no such place; the message lists the forms.
    """
    if text in _FIXED:
        return _FIXED[text](scene)
    words = text.split()
    interfaces = {"sender": SENDER, "receiver": RECEIVER}
    if len(words) == 4 and words[3] == "interface" and words[2] in interfaces:
        return endpoint(scene, words[1], interfaces[words[2]])
    for start, find in _OF_OBJECTS.items():
        if text.startswith(start) and " " not in text[len(start) :]:
            return find(scene, text[len(start) :])
    raise LookupError(
        f'no place is called "{text}". Known: {sorted(_FIXED)}, "the <module> sender|receiver interface", '
        f"{[start + '<Object>' for start in _OF_OBJECTS]}"
    )
