"""The things a phrase can push, and the answers it can prescribe to the partner: words → object or fault rule.

Rules: a thing is built from the samples and from what the scene has chosen; sending it is the step's business.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.scene import Chosen, Json, Scene

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Push:
    """A body and where it goes: class, module, URL segments below the Receiver endpoint."""

    kind: str
    module: str
    path: tuple[str, ...]
    body: Any


Thing = Callable[[Scene], Push]
Builder = TypeVar("Builder", bound=Thing)
THINGS: dict[str, Thing] = {}


def thing(name: str) -> Callable[[Builder], Builder]:
    """Register the decorated builder as the thing called `name`."""

    def register(builder: Builder) -> Builder:
        if name in THINGS:
            raise ValueError(f"two things are called {name!r}")
        THINGS[name] = builder
        return builder

    return register


def build(scene: Scene, name: str) -> Push:
    """Return the thing called `name` for this scene.

    Raises:
        LookupError: there is none; the message lists the known ones.
        NotObserved: it needs an object that no Given has chosen.
    """
    if name not in THINGS:
        raise LookupError(f'no thing is called "{name}". Known: {sorted(THINGS)}')
    return THINGS[name](scene)


def remember(scene: Scene, push: Push, exchange: Any = None) -> None:  # noqa: ANN401
    """Make what was pushed the chosen object of its class, and its nested objects those of theirs."""
    scene.objects[push.kind] = Chosen(push.kind, push.module, RECEIVER, push.path, push.body, exchange)
    for list_name, id_field, kind in (("evses", "uid", "EVSE"), ("connectors", "id", "Connector")):
        items = push.body.get(list_name) if isinstance(push.body, dict) else None
        if items:
            remember(scene, Push(kind, push.module, (*push.path, items[0][id_field]), items[0]), exchange)


def fresh_id(prefix: str = "LOC") -> str:
    """Return an id of our own that no object of the run has had (at most 36 printable ASCII characters)."""
    return f"OCT-{prefix}-{datetime.now(UTC):%y%m%d%H%M%S}-{next(_NUMBERS)}"


def owner(scene: Scene, role: str = "CPO") -> Party:
    """Return the partner's party that owns what it pushes."""
    return next((party for party in scene.partner.roles if party.role == role), scene.partner.roles[0])


def moment() -> datetime:
    """Return a time in the recent past, so that changes can follow it without lying in the future."""
    return datetime.now(UTC) - timedelta(minutes=10)


def later(*contents: Json, seconds: int = 60) -> str:
    """Return a DateTime after the last_updated of all `contents`."""
    return timestamp(max(parse_timestamp(item["last_updated"]) for item in contents) + timedelta(seconds=seconds))


def whole(scene: Scene, kind: str, **changes: Any) -> Push:  # noqa: ANN401
    """Return the chosen object of class `kind` as a whole, with `changes`; None as a value removes the field."""
    item = scene.chosen(kind)
    body = copy.deepcopy(item.content) | changes
    return Push(kind, item.module, item.path, {key: value for key, value in body.items() if value is not None})


@thing("a Location")
def _location(scene: Scene) -> Push:
    party = owner(scene)
    body = samples.location(fresh_id(), party, moment())
    return Push("Location", "locations", (party.country_code, party.party_id, body["id"]), body)


@thing("a minimal Location")
def _minimal_location(scene: Scene) -> Push:
    party = owner(scene)
    body = samples.minimal_location(fresh_id(), party, moment())
    return Push("Location", "locations", (party.country_code, party.party_id, body["id"]), body)
