"""What a platform is asked and what it answers, free of any web framework; the server translates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Headers, Response

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
        first: dict[str, str] | None = self.__dict__.get("_first")
        if first is None:
            # Asked for many times in a request. Of several with one name the first is the last that is written here.
            first = self.__dict__["_first"] = {key.lower(): value for key, value in reversed(self.headers)}
        return first.get(name.lower())

    def parameter(self, name: str) -> str | None:
        """Return the first value of the query parameter `name`, or None."""
        return next((value for key, value in self.query if key == name), None)


@dataclass(frozen=True)
class Delivery:
    """How an answer goes over the wire, where that is not at once and in one piece.

    `delay` is in seconds. `hang` sends nothing and keeps the connection until the client gives it up, `reset` breaks
    it off. `keep` is how many bytes of the body are sent before the connection ends, `chunk` the size of the pieces
    of a chunked body (0: all is announced and sent as a whole), `header_names` how they are written.
    """

    delay: float = 0.0
    hang: bool = False
    reset: bool = False
    keep: int | None = None
    chunk: int = 0
    header_names: str = "lower"


HEADER_NAMES: dict[str, Callable[[str], str]] = {"lower": str.lower, "as written": str, "upper": str.upper}


@dataclass(frozen=True)
class Delivered(Response):
    """A response and how it goes over the wire."""

    delivery: Delivery = Delivery()


@dataclass
class Reply:
    """An answer in the making; handlers fill it, fault rules may bend it, `render` makes it bytes.

    `data` is left out of the envelope when ABSENT. `raw` replaces the envelope altogether.
    `close` makes the server drop the connection instead of answering. `names` are the routing headers, where they are
    not those of the request, swapped. `changes` are made to the whole envelope, which
    `write` makes text; `skew` seconds are added to its timestamp.
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
    names: Headers | None = None
    skew: float = 0.0
    changes: list[Callable[[Any], Any]] = field(default_factory=list)
    write: Callable[[Any], bytes] = jsontext.dumps
    delivery: Delivery | None = None

    def render(self, now: datetime) -> Response:
        """Return the response with the envelope of the response format, stamped with `now` (UTC)."""
        response = self._rendered(now + timedelta(seconds=self.skew))
        if self.delivery is None:
            return response
        return Delivered(response.status, response.headers, response.body, self.delivery)

    def _rendered(self, now: datetime) -> Response:
        if self.raw is not None:
            return Response(self.http, tuple(self.headers), self.raw)
        body: dict[str, Any] = {} if self.data is ABSENT else {"data": self.data}
        body |= {"status_code": self.ocpi, "timestamp": timestamp(now)}
        if self.message is not None:
            body["status_message"] = self.message
        body |= self.envelope
        for name in self.dropped:
            body.pop(name, None)
        for change in self.changes:
            body = change(body)
        headers = self.headers
        if not any(key.lower() == "content-type" for key, _ in headers):
            headers = [("Content-Type", "application/json"), *headers]
        return Response(self.http, tuple(headers), self.write(body))

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
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_timestamp(text: str) -> datetime:
    """Return the instant that the OCPI DateTime `text` means; without a designator it is UTC.

    Raises:
        ValueError: not a date and time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
