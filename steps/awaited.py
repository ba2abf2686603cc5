"""The requests of the target that a Then can wait for: words → a match over the record, and where to look."""

from __future__ import annotations

import re
from collections.abc import Callable

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.scene import Scene

_MESSAGE = re.compile(r"(?P<methods>[A-Z]+(?: or [A-Z]+)*) to the partner's (?P<place>.+)")
_PLACES = {
    "versions endpoint": "versions",
    "version details endpoint": "version_details",
    "credentials endpoint": "credentials",
}
_INTERFACE = re.compile(r"(\w+) interface")


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
    site = scene.site.name

    def match(exchange: Exchange) -> bool:
        return (
            exchange.sender == "target"
            and exchange.request.method in methods
            and exchange.context.module == module
            and exchange.context.site == site
        )

    return match


def request(scene: Scene, message: str, when: str) -> Exchange:
    """Return the first such request of the target.

    `when` is "before responding" (while the partner's latest request was open), "in time" (waits up to the callback
    timeout) or "by then" (only what has come already).

    Raises:
        NotSeen: it did not come; the message lists the near misses.
    """
    match = matcher(scene, message)
    if when == "before responding":
        outer = scene.response
        return scene.record.wait_for(
            lambda e: match(e) and outer.began < e.began and e.ended < outer.ended, message, 0.0, outer.began
        )
    seconds = scene.partner.config.timeouts.callback if when == "in time" else 0.0
    return scene.record.wait_for(match, message, seconds, scene.since)
