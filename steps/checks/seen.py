"""What a target has shown in a run, arranged for rules between objects of several classes. It judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from weakref import WeakKeyDictionary

from ocpi_conformance.steps.checks.each import body_of
from ocpi_conformance.steps.checks.location_pushes import roles
from ocpi_conformance.steps.checks.rules.common import folded, moment, text
from ocpi_conformance.steps.payloads import Objects, Payload, version_of

# Version, country code, party id, id; for Tokens the type too.
Key = tuple[str, ...]
Owner = tuple[str, str]

# The segment of a URL that names an object of the class.
_SEGMENTS = {
    "Booking": "booking_id",
    "BookingLocation": "booking_location_id",
    "CDR": "cdr_id",
    "InvoiceReconciliationRecord": "id",
    "Location": "location_id",
    "Session": "session_id",
    "Tariff": "tariff_id",
    "Token": "token_uid",
}


def received_at(payload: Payload) -> datetime:
    """Return when an object came; of the target's clock and ours the one that is ahead."""
    ours = datetime.fromtimestamp(payload.exchange.ended_at, UTC)
    envelope = None if payload.in_request else body_of(payload.exchange)
    told = moment(envelope.get("timestamp")) if isinstance(envelope, dict) else None
    return max(ours, told) if told else ours


def owner_of(payload: Payload) -> Owner:
    """Return the owner of an object in lower case, from the object or from its URL; empty where neither tells.

    So it is in 2.1.1, where a platform is one party and only the URLs of its pushes name it.
    """
    if version_of(payload) == "2.1.1":
        return "", ""
    ids = dict(payload.exchange.context.ids)
    named = (text(payload.value.get(name)) or ids.get(name, "") for name in ("country_code", "party_id"))
    country, party = (name.lower() for name in named)
    return country, party


def _key(payload: Payload) -> Key:
    value, version = payload.value, version_of(payload)
    name = value.get("uid" if payload.kind == "Token" else "id")
    ids = dict(payload.exchange.context.ids)
    kind = text(value.get("type")) if payload.kind == "Token" else ""
    own = folded(name, version) or folded(ids.get(_SEGMENTS[payload.kind]), version)
    return (version, *owner_of(payload), own, kind)


class Seen:
    """The objects of a run: by class, by owner and id, and as often as they were seen.

    Args:
        objects: what the target sent. Only `Objects` tell how often; of others each one counts as one sighting.
    """

    def __init__(self, objects: Sequence[Payload]) -> None:
        own = [payload for payload in objects if isinstance(payload.value, dict) and not payload.is_copy]
        self._whole: dict[str, list[Payload]] = defaultdict(list)
        for payload in own:
            if not payload.partial:
                self._whole[payload.kind].append(payload)
        sightings = objects.sightings if isinstance(objects, Objects) else own
        self._sightings: dict[str, dict[Key, list[Payload]]] = defaultdict(lambda: defaultdict(list))
        for payload in sightings:
            if payload.kind in _SEGMENTS and isinstance(payload.value, dict) and not payload.is_copy:
                self._sightings[payload.kind][_key(payload)].append(payload)
        # Locations of which an EVSE or Connector came by itself: none of their copies need be up to date.
        self._in_parts = {
            payload.exchange.context.id("location_id")
            for kind in ("EVSE", "Connector")
            for payload in self._whole.get(kind, ())
            if payload.in_request
        }

    def of(self, kind: str) -> list[Payload]:
        """Return the whole objects of a class, each content once."""
        return self._whole.get(kind, [])

    def copies(self, kind: str) -> Iterator[list[Payload]]:
        """Yield for each object of a class its sightings in their order, PATCH bodies among them."""
        yield from self._sightings[kind].values()

    def pairs(self, kind: str) -> Iterator[tuple[Payload, Payload]]:
        """Yield each whole copy of an object with the one before it, where they came at different times."""
        for sightings in self.copies(kind):
            whole = [payload for payload in sightings if not payload.partial]
            yield from ((a, b) for a, b in pairwise(whole) if a.exchange is not b.exchange)

    def named(self, kind: str, name: object, beside: Payload) -> list[Payload]:
        """Return the whole copies of the object called `name` that has the owner of `beside`, latest last."""
        version = version_of(beside)
        found = self._sightings[kind].get((version, *owner_of(beside), folded(name, version), ""), [])
        return [payload for payload in found if not payload.partial]

    def latest(self, kind: str, name: object, beside: Payload) -> Payload | None:
        """Return the last copy of the object called `name` that has the owner of `beside`, or None."""
        found = self.named(kind, name, beside)
        return found[-1] if found else None

    def is_known(self, kind: str, name: object) -> bool:
        """Tell whether an object of any owner is called `name`."""
        return text(name).lower() in self._names[kind]

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        return {kind: {key[3].lower() for key in self._sightings[kind]} for kind in _SEGMENTS}

    def at(self, instant: datetime, kind: str, name: object, beside: Payload) -> Payload | None:
        """Return the copy of an object as it certainly was at `instant`, or None.

        That is one that was seen later and had not changed since.
        """
        certain = [
            payload
            for payload in self.named(kind, name, beside)
            if (updated := moment(payload.value.get("last_updated"))) and updated <= instant <= received_at(payload)
        ]
        return certain[-1] if certain else None

    def is_in_parts(self, location: Payload) -> bool:
        """Tell whether an EVSE or Connector of a Location came by itself."""
        name = text(location.value.get("id")).lower()
        return name in {(part or "").lower() for part in self._in_parts}

    def time_zone(self, name: object, beside: Payload) -> str:
        """Return the time zone of the Location called `name` that has the owner of `beside`, or nothing."""
        location = self.latest("Location", name, beside)
        return text(location.value.get("time_zone")) if location else ""

    def offers(self, module: str, role: str) -> bool:
        """Tell whether the version details of the target list an interface."""
        rows = (payload.value for payload in self.of("Endpoint"))
        return any((row.get("identifier"), row.get("role")) == (module, role) for row in rows)

    @property
    def parties(self) -> list[Owner]:
        """The parties of the target by its credentials, in lower case.

        Raises:
            NotObserved: it has given none, or it is a hub, which passes on what others own.
        """
        return [(country, party) for country, party in roles([*self.of("CredentialsRole"), *self.of("Credentials")])]


_KNOWN: WeakKeyDictionary[Objects, tuple[int, Seen]] = WeakKeyDictionary()


def seen(objects: Sequence[Payload]) -> Seen:
    """Return `objects` arranged; what was arranged before is used again as long as nothing came since."""
    if not isinstance(objects, Objects):
        return Seen(objects)
    size = len(objects) + len(objects.sightings)
    known = _KNOWN.get(objects)
    if known is None or known[0] != size:
        known = _KNOWN[objects] = (size, Seen(objects))
    return known[1]
