"""The state of a sandbox in a SQLite file: what a platform knows, as rows. Nothing here knows what an object means.

Rules: what one request or one action has changed is written in one transaction before anybody hears of it; a file that
is not ours, of another format or in use is refused and left as it is.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.record import Exchange, of_dict
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Json, Key, Party, Store

# "OCPI" in the header of the file, where SQLite keeps whose file it is; FORMAT is raised with every change of TABLES.
APPLICATION_ID = 0x4F435049
FORMAT = 1
TABLES = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE objects (number INTEGER PRIMARY KEY, store TEXT, module TEXT, key TEXT, text BLOB NOT NULL,"
    " UNIQUE (store, module, key))",
    "CREATE TABLE exchanges (number INTEGER PRIMARY KEY, line TEXT NOT NULL)",
)
_PUT = (
    "INSERT INTO objects (store, module, key, text) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (store, module, key) DO UPDATE SET text = excluded.text"
)
_FACT = "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_BATCH = 5_000
# Bytes that the write-ahead log keeps between two transactions.
_JOURNAL = 16 * 1024 * 1024


class Shelf:
    """The open file; one sandbox has it at a time.

    A commit is in the hands of the operating system when it returns: a process that is killed loses nothing, a machine
    that loses its power may lose the last moments.

    Raises:
        HarnessError: the file cannot be used; the message says why and what to do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._written: dict[tuple[str, str, Key], int] = {}
        self._facts: dict[str, str] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Tokens are in it: nobody else may read it, not even for a moment.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=0)
        except (OSError, sqlite3.Error) as error:
            raise HarnessError(f"{path} cannot be opened: {error}", "Choose a path for --store that is yours") from None
        try:
            self._prepare()
        except BaseException:
            self._base.close()
            raise

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever kept in it."""
        return not self._facts

    def close(self) -> None:
        """Close the file; what was kept stays."""
        with self._lock:
            self._base.close()

    def fact(self, name: str) -> Any:  # noqa: ANN401  (JSON)
        """Return the kept value of this name, or None."""
        return json.loads(self._facts.get(name, "null"))

    def fill(self, name: str, store: Store) -> None:
        """Put the kept objects of the store called `name` into `store`, in the order of their creation."""
        with self._lock:
            for (module,) in self._rows("SELECT DISTINCT module FROM objects WHERE store = ?", name):
                store.load_texts(module, self._objects(name, module))

    def exchanges(self, latest: int) -> tuple[Exchange, ...]:
        """Return the last `latest` kept exchanges, in their order; those before them are dropped from the file."""
        with self._lock:
            with self._transaction():
                last = "(SELECT max(number) FROM exchanges)"
                self._base.execute(f"DELETE FROM exchanges WHERE number <= {last} - ?", (latest,))  # noqa: S608
            rows = self._base.execute("SELECT line FROM exchanges ORDER BY number")
            return tuple(of_dict(json.loads(line)) for (line,) in rows)

    def keep(self, facts: Mapping[str, object], stores: Mapping[str, Store]) -> None:
        """Write what has changed in `facts` and `stores` since the last time, as one transaction.

        Raises:
            HarnessError: it could not be written; then nothing of it was.
        """
        with self._lock:
            texts = {name: json.dumps(value) for name, value in facts.items()}
            texts = {name: text for name, text in texts.items() if self._facts.get(name) != text}
            rows = [row for name, store in stores.items() for row in self._changed(name, store.take_changes())]
            if not texts and not rows:
                return
            try:
                with self._transaction():
                    self._base.executemany(_FACT, texts.items())
                    for start in range(0, len(rows), _BATCH):
                        self._write(rows[start : start + _BATCH])
            except HarnessError:
                for name, module, key, _ in rows:
                    stores[name].note_change(module, key)
                raise
            self._facts |= texts
            self._written |= {(name, module, key): hash(text) for name, module, key, text in rows}

    def keep_exchange(self, exchange: Exchange, line: object, first: int = 0) -> None:
        """Append an exchange and drop those before `first`; `line` is it as JSON values with the secrets taken out."""
        with self._lock, self._transaction():
            self._base.execute("DELETE FROM exchanges WHERE number < ?", (first,))
            self._base.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?)", (exchange.number, json.dumps(line)))

    def _prepare(self) -> None:
        try:
            # Another sandbox that has it holds the lock as long as it lives.
            self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            # What the first filling needs is given back.
            self._base.execute(f"PRAGMA journal_size_limit = {_JOURNAL}")
            self._base.execute("BEGIN IMMEDIATE")
            owner, edition = (self._base.execute(f"PRAGMA {name}").fetchone()[0] for name in _HEADER)
            (tables,) = self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not tables:
                self._base.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._base.execute(f"PRAGMA user_version = {FORMAT}")
                for table in TABLES:
                    self._base.execute(table)
            elif owner != APPLICATION_ID:
                raise HarnessError(f"{self.path} is the file of another program", "Choose another path for --store")
            elif edition != FORMAT:
                raise HarnessError(
                    f"{self.path} has format {edition}, this version reads {FORMAT}",
                    "Use the version that made it, or another path for --store",
                )
            self._base.execute("COMMIT")
            self._facts = dict(self._base.execute("SELECT name, value FROM facts"))
        except sqlite3.OperationalError as error:
            raise HarnessError(
                f"{self.path} is in use: {error}", "Stop the other mock partner, or use another path"
            ) from None
        except sqlite3.DatabaseError as error:
            raise HarnessError(
                f"{self.path} is no usable store: {error}", "Move it away, or use another path for --store"
            ) from None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            yield
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            raise HarnessError(f"{self.path} cannot be written: {error}", "Look at the disk it is on") from None

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._base.execute(query, values).fetchall()

    def _objects(self, name: str, module: str) -> Iterator[tuple[Key, bytes]]:
        # Read one after the other: all of them at once would take their memory twice.
        chosen = "SELECT key, text FROM objects WHERE store = ? AND module = ? ORDER BY number"
        for key, text in self._base.execute(chosen, (name, module)):
            first, second, third, kind = jsontext.loads(key.encode())
            yield (first, second, third, kind), text

    def _changed(
        self, name: str, changes: Iterable[tuple[str, Key, bytes | None]]
    ) -> Iterator[tuple[str, str, Key, bytes | None]]:
        """Yield the rows of one store that are not as they were last written; without text: removed."""
        for module, key, text in changes:
            if self._written.get((name, module, key)) != hash(text):
                yield name, module, key, text

    def _write(self, rows: list[tuple[str, str, Key, bytes | None]]) -> None:
        gone = [(name, module, json.dumps(key)) for name, module, key, text in rows if text is None]
        kept = [(name, module, json.dumps(key), text) for name, module, key, text in rows if text is not None]
        self._base.executemany("DELETE FROM objects WHERE store = ? AND module = ? AND key = ?", gone)
        self._base.executemany(_PUT, kept)


_HEADER = ("application_id", "user_version")


def connection_as_json(connection: Connection) -> Json:
    """Return a connection as JSON values."""
    return asdict(connection)


def connection_of(kept: Json, accounts: Mapping[str, Account]) -> Connection:
    """Return the connection that was kept; the terms of a partner are those of `accounts`, if it still has any."""
    account = accounts.get(kept["account"]["name"]) or Account(
        kept["account"]["name"],
        tuple(kept["account"]["versions"]),
        tuple(kept["account"]["modules"]),
        {module: tuple(patterns) for module, patterns in kept["account"]["sees"].items()},
        tuple(kept["account"]["hosts"]),
    )
    endpoints = tuple(Endpoint(**endpoint) for endpoint in kept["endpoints"])
    roles = tuple(Party(**party) for party in kept["peer_roles"])
    return Connection(**{**kept, "endpoints": endpoints, "peer_roles": roles, "account": account})
