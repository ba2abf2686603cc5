"""What a platform of ours knows: its parties, its connections to other platforms, its objects. No HTTP here."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ocpi_conformance.mock_partner.messages import parse_timestamp

Json = dict[str, Any]


@dataclass(frozen=True)
class Party:
    """One role of a platform (CredentialsRole)."""

    role: str
    country_code: str
    party_id: str
    name: str = "OCPI conformance partner"

    def as_role(self) -> Json:
        """Return the CredentialsRole object."""
        return {
            "role": self.role,
            "business_details": {"name": self.name},
            "party_id": self.party_id,
            "country_code": self.country_code,
        }

    def owns(self, country_code: str, party_id: str) -> bool:
        """Tell whether the ids are this party's, case ignored (CiString)."""
        return (self.country_code.lower(), self.party_id.lower()) == (country_code.lower(), party_id.lower())


@dataclass(frozen=True)
class Endpoint:
    """One entry of version details."""

    identifier: str
    role: str
    url: str


@dataclass
class Connection:
    """A platform's relation to one other platform.

    `token_in` authorizes the peer's requests to us, `token_out` ours to the peer. "invited": we issued `token_in` as
    CREDENTIALS_TOKEN_A and the peer may only use versions and credentials.
    """

    token_in: str
    state: Literal["invited", "registered", "ended"] = "invited"
    token_out: str = ""
    version: str = ""
    versions_url: str = ""
    endpoints: tuple[Endpoint, ...] = ()
    peer_roles: tuple[Party, ...] = ()

    def endpoint(self, identifier: str, interface: str) -> Endpoint | None:
        """Return the peer's endpoint of the module; for credentials the interface is no criterion."""
        for endpoint in self.endpoints:
            if endpoint.identifier == identifier and (identifier == "credentials" or endpoint.role == interface):
                return endpoint
        return None


class TokenMint:
    """Makes credentials tokens that are unique over the run and expose encoding mistakes."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._numbers = itertools.count(1)

    def new(self, kind: str) -> str:
        """Return a new token of printable ASCII, at most 64 characters; it is no valid Base64 as it stands."""
        return f"{self._prefix}-{kind}{next(self._numbers)}:{secrets.token_urlsafe(18)}~"


Key = tuple[str, str, str, str]


@dataclass
class Store:
    """Objects by module, owner and id, in the order of their creation. Ids compare as CiStrings. Thread-safe."""

    objects: dict[str, dict[Key, Json]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, module: str, key: Key) -> Json | None:
        """Return the stored object, or None."""
        with self.lock:
            return self.objects.get(module, {}).get(key)

    def put(self, module: str, key: Key, value: Json) -> bool:
        """Store `value`; returns True when it was not there before."""
        with self.lock:
            table = self.objects.setdefault(module, {})
            created = key not in table
            table[key] = value
            return created

    def remove(self, module: str, key: Key) -> bool:
        """Remove the object; returns False when there was none."""
        with self.lock:
            return self.objects.get(module, {}).pop(key, None) is not None

    def all(self, module: str) -> tuple[Json, ...]:
        """Return all objects of the module, oldest first."""
        with self.lock:
            return tuple(self.objects.get(module, {}).values())

    def between(self, module: str, date_from: datetime | None, date_to: datetime | None) -> Iterator[Json]:
        """Yield the objects whose last_updated lies in [date_from, date_to)."""
        for item in self.all(module):
            moment = parse_timestamp(item["last_updated"]) if "last_updated" in item else None
            if date_from and moment and moment < date_from:
                continue
            if date_to and moment and moment >= date_to:
                continue
            yield item


def object_key(country_code: str, party_id: str, object_id: str, kind: str = "") -> Key:
    """Return the key of an object; `kind` tells Tokens of one uid apart (TokenType)."""
    return (country_code.lower(), party_id.lower(), object_id.lower(), kind.lower())
