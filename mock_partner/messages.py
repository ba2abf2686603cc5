"""What a platform is asked and what it answers, free of any web framework; the server translates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Headers, Response, header_values

ABSENT: Any = object()


@dataclass(frozen=True)
class Inbound:
    """A request that reached us: `path` holds the decoded segments below the platform's mount point."""

    method: str
    url: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name` (case ignored), or None."""
        return next(iter(header_values(self.headers, name)), None)

    def parameter(self, name: str) -> str | None:
        """Return the first value of the query parameter `name`, or None."""
        return next((value for key, value in self.query if key == name), None)


@dataclass
class Reply:
    """An answer in the making; handlers fill it, fault rules may bend it, `render` makes it bytes.

    `data` is left out of the envelope when ABSENT. `raw` replaces the envelope altogether.
    `close` makes the server drop the connection instead of answering.
    """

    http: int = 200
    ocpi: Any = status.SUCCESS
    data: Any = ABSENT
    message: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    raw: bytes | None = None
    envelope: dict[str, Any] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    close: bool = False

    def render(self, now: datetime) -> Response:
        """Return the response with the envelope of the response format, stamped with `now` (UTC)."""
        if self.raw is not None:
            return Response(self.http, tuple(self.headers), self.raw)
        body: dict[str, Any] = {} if self.data is ABSENT else {"data": self.data}
        body |= {"status_code": self.ocpi, "timestamp": timestamp(now)}
        if self.message is not None:
            body["status_message"] = self.message
        body |= self.envelope
        body = {key: value for key, value in body.items() if key not in self.dropped}
        headers = self.headers
        if not any(key.lower() == "content-type" for key, _ in headers):
            headers = [("Content-Type", "application/json"), *headers]
        return Response(self.http, tuple(headers), jsontext.dumps(body))

    def set_header(self, name: str, value: str | None) -> None:
        """Replace the header `name`; None removes it."""
        self.headers = [(k, v) for k, v in self.headers if k.lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))


def problem(http: int, ocpi: int, message: str) -> Reply:
    """Return an error answer in the OCPI envelope."""
    return Reply(http=http, ocpi=ocpi, message=message)


def timestamp(moment: datetime) -> str:
    """Return `moment` as an OCPI DateTime in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: str) -> datetime:
    """Return the instant that the OCPI DateTime `text` means; without a designator it is UTC.

    Raises:
        ValueError: not a date and time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
