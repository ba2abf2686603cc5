"""What a run has open at the target, kept beside its reports while it lasts, so that `cleanup` can end it after a kill.

Rules: the file holds live credentials tokens, so only its owner may read it, and it is gone when nothing is open. It is
no report and nothing of it enters one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ocpi_conformance.mock_partner import registration
from ocpi_conformance.mock_partner.client import Client, TlsSettings
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.state import Connection, Party

PATTERN = "open-registrations-*.json"


@dataclass(frozen=True)
class OpenRegistration:
    """A registration that has not been ended: where, in which version, with which CREDENTIALS_TOKEN_C."""

    versions_url: str
    version: str
    token: str
    verify: bool = True
    ca_file: str | None = None


class Leftovers:
    """The file of one run; None keeps nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def save(self, registrations: Iterable[OpenRegistration]) -> None:
        """Replace the file by one with `registrations`, whole or not at all; without any it is removed."""
        rows = [asdict(entry) for entry in registrations]
        if self._path is None:
            return
        if not rows:
            self._path.unlink(missing_ok=True)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(rows, file)
        draft.replace(self._path)


def read(path: Path) -> tuple[OpenRegistration, ...]:
    """Return the registrations in a file that a run has left.

    Raises:
        HarnessError: it is no such file.
    """
    try:
        return tuple(OpenRegistration(**row) for row in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise HarnessError(f"{path} cannot be read: {error}") from None


def end(entry: OpenRegistration, timeout: float = 10.0) -> None:
    """End a registration by DELETE.

    Raises:
        HarnessError: the target cannot be reached, or does not take the DELETE; the message says why.
    """
    client = Client(Record(), "partner", timeout, TlsSettings(entry.verify, entry.ca_file))
    platform = Platform((Party("EMSP", "NL", "TST"),), client, {}, supported=(entry.version,))
    connection = Connection("", "registered", entry.token, entry.version, entry.versions_url)
    try:
        registration.fetch(platform, connection, entry.token)
        exchange = registration.send_credentials(platform, connection, "DELETE", entry.token, "")
    finally:
        client.close()
    if exchange.response is None or exchange.response.status >= 300:
        raise HarnessError(f"the target did not take the DELETE: {exchange.summary}")
