"""The requests of the target that a Then can wait for: words → a match over the record, and where to look."""

from __future__ import annotations

import re
from collections.abc import Callable

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import MODULES
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.scene import Scene

_MESSAGE = re.compile(r"(?P<methods>[A-Z]+(?: or [A-Z]+)*)(?: with (?P<content>.+?))? to the partner's (?P<place>.+)")
_PLACES = {
    "versions endpoint": "versions",
    "version details endpoint": "version_details",
    "credentials endpoint": "credentials",
}
_INTERFACE = re.compile(r"(\w+) interface")


def _statuses(exchange: Exchange) -> list[object]:
    """Return the statuses of EVSEs that a push carries, whatever its level."""
    try:
        body = jsontext.loads(exchange.request.body)
    except jsontext.JsonError:
        return []
    if not isinstance(body, dict):
        return []
    evses = body.get("evses")
    parts = [body, *(evses if isinstance(evses, list) else [])]
    return [part["status"] for part in parts if isinstance(part, dict) and "status" in part]


def _holds(exchange: Exchange, name: str, value: object) -> bool:
    """Tell whether the object in a push has this value in this field."""
    return sent(exchange).get(name) == value


# By which of its fields a Terminal is assigned.
_ASSIGNED = frozenset({"location_ids", "evse_uids"})
# What a push may be asked to carry; a target pushes other things meanwhile.
_CONTENTS: dict[str, Callable[[Exchange], bool]] = {
    "a whole Location": lambda e: e.context.route == "location",
    "a Token that is not valid": lambda e: _holds(e, "valid", False),
    # Where it is pushed to is for another entry.
    "a whole BookingLocation": lambda e: e.context.route in {"", "booking_location"},
    "a Calendar or its BookingLocation": lambda e: e.context.route in {"", "booking_location", "calendar"},
    "a Booking that is CANCELED": lambda e: _holds(e, "reservation_status", "CANCELED"),
    "the status of an EVSE": lambda e: bool(_statuses(e)),
    "the status REMOVED": lambda e: "REMOVED" in _statuses(e),
    "a deactivation": lambda e: e.context.route == "deactivate",
    "an assignment": lambda e: not _ASSIGNED.isdisjoint(sent(e)),
    "a new Terminal": lambda e: e.context.route == "create terminal",
    "a confirmation": lambda e: e.context.route == "create confirmation",
    "no date filter": lambda e: "date_" not in e.request.url,
}


def _module(place: str) -> str:
    if place in _PLACES:
        return _PLACES[place]
    found = _INTERFACE.fullmatch(place)
    if not found:
        raise LookupError(f'the partner has no "{place}". Known: {sorted(_PLACES)} and "<module> interface"')
    return found.group(1)


def matcher(scene: Scene, message: str) -> Callable[[Exchange], bool]:
    """Return what tells whether an exchange is the `message`, such as "GET to the partner's versions endpoint".

    Raises:
        LookupError: the message has another form.
    """
    found = _MESSAGE.fullmatch(message)
    if not found:
        raise LookupError(f'"{message}" is no message; write it like "GET to the partner\'s versions endpoint"')
    methods = found["methods"].split(" or ")
    module = _module(found["place"])
    content = found["content"]
    if content and content not in _CONTENTS:
        raise LookupError(f'no push is known to carry "{content}". Known: {sorted(_CONTENTS)}')
    site = scene.site.name

    def match(exchange: Exchange) -> bool:
        return (
            exchange.sender == "target"
            and exchange.request.method in methods
            and exchange.context.module == module
            and exchange.context.site == site
            and (not content or _CONTENTS[content](exchange))
        )

    return match


def defined(version: str, message: str) -> str:
    """Return a message without those of its methods that the module does not have in a version, if some are left.

    So "PUT or PATCH to the partner's tariffs interface" is PUT from 2.2.1 on.
    """
    methods, _, rest = message.partition(" to the partner's ")
    module = MODULES.get(version, {}).get(rest.removesuffix(" interface"))
    words, mark, content = methods.partition(" with ")
    known = (
        {name for routes in module.routes.values() for route in routes for name in route.methods} if module else set()
    )
    kept = [name for name in words.split(" or ") if name in known]
    return f"{' or '.join(kept)}{mark}{content} to the partner's {rest}" if kept else message


def request(scene: Scene, message: str, when: str) -> Exchange:
    """Return the first such request of the target, by a method that the version in use has.

    `when` is "before responding" (while the partner's latest request was open), "in time" (waits up to the callback
    timeout) or "by then" (only what has come already).

    Raises:
        NotSeen: it did not come; the message lists the near misses.
    """
    message = defined(scene.partner.version, message)
    match = matcher(scene, message)
    if when == "before responding":
        outer = scene.response
        return scene.record.wait_for(
            lambda e: match(e) and outer.began < e.began and e.ended < outer.ended, message, 0.0, outer.began
        )
    seconds = scene.partner.config.timeouts.callback if when == "in time" else 0.0
    return scene.record.wait_for(match, message, seconds, scene.since)


def unwanted(scene: Scene) -> Exchange | None:
    """Return the first request of the target at the scene's site since the latest trigger, waiting for it in vain."""
    site, seconds = scene.site.name, scene.partner.config.timeouts.silence
    try:
        return scene.record.wait_for(
            lambda e: e.sender == "target" and e.context.site == site, "a request of the target", seconds, scene.since
        )
    except NotSeen:
        return None
