"""What a platform of ours knows: its parties, its connections to other platforms, its objects. No HTTP here."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.ocpi.modules import same_module

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
    CREDENTIALS_TOKEN_A and the peer may only use versions and credentials. `account` are the terms agreed with it.
    """

    token_in: str
    state: Literal["invited", "registered", "ended"] = "invited"
    token_out: str = ""
    version: str = ""
    versions_url: str = ""
    endpoints: tuple[Endpoint, ...] = ()
    peer_roles: tuple[Party, ...] = ()
    account: Account = field(default_factory=Account)

    @property
    def hub(self) -> Party | None:
        """The party of the peer that is a hub, if any."""
        return next((party for party in self.peer_roles if party.role == "HUB"), None)

    def speaks_for(self, country_code: str, party_id: str) -> bool:
        """Tell whether messages of this party may come from the peer, and go there: a hub passes on those of others."""
        return self.hub is not None or any(role.owns(country_code, party_id) for role in self.peer_roles)

    def endpoint(self, identifier: str, interface: str) -> Endpoint | None:
        """Return the peer's endpoint of the module; for credentials the interface is no criterion."""
        for endpoint in self.endpoints:
            known = same_module(endpoint.identifier, identifier)
            if known and (identifier == "credentials" or endpoint.role == interface):
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
View = Callable[[Json], Json]
Shows = Callable[[Json], bool]
Window = tuple[datetime | None, datetime | None]


class Stored:
    """One object of a store: its JSON text, or the dict that somebody was handed and may be changing, or both.

    `moment` is its last_updated, None when it has none that can be read.
    """

    __slots__ = ("flags", "item", "moment", "stamp", "text", "views")

    def __init__(self, item: Json) -> None:
        self.item: Json | None = item
        self.text: bytes | None = None
        self.views: dict[str, bytes] | None = None
        self.flags: dict[str, bool] | None = None
        self.stamp: object = None
        self.moment: datetime | None = None
        self.look()

    @classmethod
    def of_text(cls, text: bytes) -> Stored:
        """Return an entry that has the JSON text of an object and no dict."""
        entry = cls(jsontext.EncodedValue(text).decoded())
        entry.item, entry.text = None, text
        return entry

    def look(self) -> bool:
        """Read last_updated again where it may have changed; tells whether it has."""
        stamp = self.stamp if self.item is None else self.item.get("last_updated")
        if stamp == self.stamp:
            return False
        self.stamp = stamp
        try:
            self.moment = parse_timestamp(stamp) if isinstance(stamp, str) else None
        except ValueError:
            self.moment = None
        return True

    def lend(self) -> Json:
        """Return the dict itself; from now on the text is made anew each time, as the dict may change."""
        if self.item is None:
            self.item = jsontext.loads(self.text or b"{}")
        self.text = self.views = self.flags = None
        return self.item

    def settle(self) -> None:
        """Make the text of the dict as it is now: nobody changes it without saying so."""
        if self.item is not None:
            self.text, self.views, self.flags = jsontext.dumps(self.item), None, None
            self.look()

    def pack(self) -> None:
        """Keep the text only: a tenth of the memory of a dict."""
        self.settle()
        self.text = _trimmed(self.text or b"")
        self.item = None

    def encoded(self, name: str = "", view: View | None = None) -> bytes:
        """Return the JSON text of the object, or of what `view` makes of it, which is remembered by its `name`."""
        if view is None:
            return jsontext.dumps(self.item) if self.text is None else self.text
        if self.text is None:
            return jsontext.dumps(view(self.copy()))
        self.views = {} if self.views is None else self.views
        if name not in self.views:
            made = jsontext.dumps(view(self.copy()))
            # Mostly there is no difference: the same text is not kept twice.
            self.views[name] = self.text if made == self.text else _trimmed(made)
        return self.views[name]

    def is_shown(self, name: str, shows: Shows) -> bool:
        """Return what `shows` says of the object; it is remembered by its `name`."""
        if self.text is None:
            return shows(self.copy())
        self.flags = {} if self.flags is None else self.flags
        if name not in self.flags:
            self.flags[name] = shows(self.copy())
        return self.flags[name]

    def copy(self) -> Json:
        """Return the object as a dict of the caller's own."""
        # What we have encoded ourselves needs no check.
        copied: Json = jsontext.EncodedValue(self.encoded()).decoded()
        return copied


def _trimmed(text: bytes) -> bytes:
    """Return a copy: the encoder leaves more room behind a text than the text has."""
    return bytes(memoryview(text))


class _Table:
    """The objects of one module, which of them were handed out, and the lists made of them so far."""

    def __init__(self) -> None:
        self.entries: dict[Key, Stored] = {}
        self.ids: dict[str, list[Key]] = {}
        self.lent: dict[Key, Stored] = {}
        # What was put, changed or removed since somebody asked, in that order; None while nobody will.
        self.dirty: dict[Key, None] | None = None
        self.lists: dict[tuple[Window, str], tuple[Stored, ...]] = {}

    def add(self, key: Key, entry: Stored) -> bool:
        """Take in an entry; tells whether there was none of this key before."""
        created = key not in self.entries
        if created:
            self.ids.setdefault(key[2], []).append(key)
        self.entries[key] = entry
        self.lent.pop(key, None)
        self.lists = {}
        self.note(key)
        return created

    def watch_over(self, key: Key) -> None:
        """Count the object among those that may change without a word; of too many the oldest is taken as it is."""
        self.lent.pop(key, None)
        self.lent[key] = self.entries[key]
        if len(self.lent) > _LENT:
            self.settle(next(iter(self.lent)))

    def note(self, key: Key) -> None:
        if self.dirty is not None:
            self.dirty[key] = None

    def remove(self, key: Key) -> bool:
        if self.entries.pop(key, None) is None:
            return False
        self.ids[key[2]].remove(key)
        self.lent.pop(key, None)
        self.lists = {}
        self.note(key)
        return True

    def lend(self, key: Key) -> Json:
        self.watch_over(key)
        return self.entries[key].lend()

    def settle(self, key: Key) -> None:
        self.lent.pop(key, None)
        self.entries[key].settle()
        self.note(key)
        self.forget()

    def forget(self) -> None:
        """Forget the lists of some objects; the list of all stays."""
        self.lists = {which: found for which, found in self.lists.items() if which == _ALL}

    def listing(self, window: Window, name: str = "", shows: Shows | None = None) -> tuple[Stored, ...]:
        # Every entry has to be looked at, or a change that was not told would go unseen.
        if sum(entry.look() for entry in self.lent.values()):
            self.forget()
        if (window, name) in self.lists and not (shows and self.lent):
            return self.lists[window, name]
        found = tuple(_within(self.entries.values(), *window))
        if shows:
            found = tuple(entry for entry in found if entry.is_shown(name, shows))
        if len(self.lists) > _LISTS:
            self.lists.clear()
        self.lists[window, name] = found
        return found


_LISTS = 8
# Each of them is looked at for each list and each time that changes are asked for.
_LENT = 128
_ALL = ((None, None), "")
_BEGIN_OF_TIME, _END_OF_TIME = (moment.replace(tzinfo=UTC) for moment in (datetime.min, datetime.max))


def _within(entries: Iterable[Stored], date_from: datetime | None, date_to: datetime | None) -> list[Stored]:
    first, last = date_from or _BEGIN_OF_TIME, date_to or _END_OF_TIME
    return [entry for entry in entries if entry.moment is None or first <= entry.moment < last]


class Store:
    """Objects by module, owner and id, in the order of their creation. Ids compare as CiStrings. Thread-safe.

    An object is a dict for whoever gets it and changes it, and JSON text for whoever lists it. After a change
    `changed` says so: until then the object is encoded whenever it is shown, as long as not many others were handed
    out after it. Nobody changes an object after that without getting it again, or calling `changed` again.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._tables: dict[str, _Table] = {}
        self._watched = False

    def get(self, module: str, key: Key) -> Json | None:
        """Return the stored object itself, or None."""
        with self.lock:
            table = self._table(module)
            return table.lend(key) if key in table.entries else None

    def has(self, module: str, key: Key) -> bool:
        """Tell whether there is an object with this key."""
        with self.lock:
            return key in self._table(module).entries

    def read(self, module: str, key: Key) -> Json | None:
        """Return a copy of the stored object, or None."""
        with self.lock:
            entry = self._table(module).entries.get(key)
            return entry.copy() if entry else None

    def entry(self, module: str, key: Key) -> Stored | None:
        """Return the entry of the object, as `listing` has it, or None."""
        with self.lock:
            return self._table(module).entries.get(key)

    def find(self, module: str, object_id: str) -> Json | None:
        """Return the first object itself with this id (uid of a Token), whoever owns it, or None."""
        with self.lock:
            table = self._table(module)
            keys = table.ids.get(object_id.lower())
            return table.lend(keys[0]) if keys else None

    def put(self, module: str, key: Key, value: Json) -> bool:
        """Store `value` itself; returns True when there was no object of this key before."""
        with self.lock:
            table = self._table(module)
            created = table.add(key, Stored(value))
            table.watch_over(key)
            return created

    def keep(self, module: str, key: Key, value: Json) -> bool:
        """Store `value` as text, for nobody holds on to it; returns as `put` does."""
        entry = Stored(value)
        entry.pack()
        with self.lock:
            return self._table(module).add(key, entry)

    def load(self, module: str, objects: Iterable[tuple[Key, Json]]) -> None:
        """Store many objects as text, in their order; for what nobody holds on to."""
        with self.lock:
            for key, value in objects:
                self.keep(module, key, value)

    def load_texts(self, module: str, objects: Iterable[tuple[Key, bytes]]) -> None:
        """Store many objects, each the JSON text that an entry had, in their order."""
        with self.lock:
            table = self._table(module)
            for key, text in objects:
                table.add(key, Stored.of_text(text))

    def changed(self, module: str, key: Key) -> None:
        """Note that the object was changed in place, and is not being changed any more."""
        with self.lock:
            table = self._table(module)
            if key in table.entries:
                table.settle(key)

    def update(self, module: str, key: Key, change: Json) -> Json | None:
        """Give fields of an object other values; returns the object itself, or None when there is none."""
        with self.lock:
            found = self.get(module, key)
            if found is not None:
                found.update(change)
                self.changed(module, key)
            return found

    def remove(self, module: str, key: Key) -> bool:
        """Remove the object; returns False when there was none."""
        with self.lock:
            return self._table(module).remove(key)

    def all(self, module: str) -> tuple[Json, ...]:
        """Return all objects of the module themselves, oldest first; to be used where there are few."""
        with self.lock:
            table = self._table(module)
            return tuple(table.lend(key) for key in table.entries)

    def copies(self, module: str, *, latest_first: bool = False) -> Iterator[Json]:
        """Yield a copy of each object of the module, oldest first unless told otherwise: to look for one among many."""
        keys = self.keys(module)
        for key in reversed(keys) if latest_first else keys:
            found = self.read(module, key)
            if found is not None:
                yield found

    def keys(self, module: str) -> tuple[Key, ...]:
        """Return the keys of all objects of the module, oldest first."""
        with self.lock:
            return tuple(self._table(module).entries)

    def keys_of(self, module: str, object_id: str) -> tuple[Key, ...]:
        """Return the keys of the objects of the module with this id, whoever owns them, oldest first."""
        with self.lock:
            return tuple(self._table(module).ids.get(object_id.lower(), ()))

    def count(self, module: str) -> int:
        """Return how many objects the module has."""
        with self.lock:
            return len(self._table(module).entries)

    def counts(self) -> dict[str, int]:
        """Return how many objects there are, by module, of those that have any."""
        with self.lock:
            return {module: len(table.entries) for module, table in self._tables.items() if table.entries}

    def listing(
        self,
        module: str,
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        name: str = "",
        shows: Shows | None = None,
    ) -> tuple[Stored, ...]:
        """Return the entries whose last_updated lies in [date_from, date_to), oldest first.

        An entry without a last_updated that can be read is in every list. `shows` tells which objects to list, if not
        all; what it said is remembered by its `name`.
        """
        with self.lock:
            return self._table(module).listing((date_from, date_to), name, shows)

    def texts(self, entries: Iterable[Stored], name: str = "", view: View | None = None) -> tuple[bytes, ...]:
        """Return the JSON texts of `entries`, each as `view` shows it; what a view called `name` made is remembered."""
        with self.lock:
            return tuple(entry.encoded(name, view) for entry in entries)

    def watch(self) -> None:
        """From now on remember what changes, for `take_changes`."""
        with self.lock:
            self._watched = True
            for table in self._tables.values():
                table.dirty = {}

    def take_changes(self) -> list[tuple[str, Key, bytes | None]]:
        """Return module, key and text of what may have changed since the last call; without text: it is gone.

        What was handed out last and not given back by `changed` is among it every time.
        """
        with self.lock:
            found: list[tuple[str, Key, bytes | None]] = []
            for module, table in self._tables.items():
                for key in dict.fromkeys((*(table.dirty or ()), *table.lent)):
                    entry = table.entries.get(key)
                    found.append((module, key, entry.encoded() if entry else None))
                table.dirty = {}
            return found

    def note_change(self, module: str, key: Key) -> None:
        """Let `take_changes` return the object once more: what was done with the last changes has failed."""
        with self.lock:
            self._table(module).note(key)

    def _table(self, module: str) -> _Table:
        table = self._tables.get(module)
        if table is None:
            table = self._tables[module] = _Table()
            if self._watched:
                table.dirty = {}
        return table


def object_key(country_code: str, party_id: str, object_id: str, kind: str = "") -> Key:
    """Return the key of an object; `kind` tells Tokens of one uid apart (TokenType)."""
    return (country_code.lower(), party_id.lower(), object_id.lower(), kind.lower())


# By which fields objects are told apart beside their owner's, where that is not their id alone.
_KEY_FIELDS = {
    "tokens": ("uid", "type"),
    "authorizations": ("uid", "type"),
    "hubclientinfo": ("", "role"),
    "payments/terminals": ("terminal_id", ""),
}
# The party that a Terminal names is not its owner; a confirmation names none.
_UNOWNED = frozenset({"payments/terminals", "payments/financial-advice-confirmations"})


def key_of(module: str, item: Json) -> Key:
    """Return the key of an own object of `module`; a Token is told apart by its type too, a ClientInfo by its role."""
    fields = _KEY_FIELDS.get(module, ("id", ""))
    object_id, kind = (item[name] if name else "" for name in fields)
    country, party = ("", "") if module in _UNOWNED else (item["country_code"], item["party_id"])
    return object_key(country, party, object_id, kind)
