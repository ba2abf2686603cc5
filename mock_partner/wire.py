"""What happens on a connection before there is a request: headers as they came, sizes, deadlines. No OCPI semantics.

Rules: it refuses what never becomes a request; a request that is complete is answered by the application.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ocpi_conformance.mock_partner.limits import Limits
from ocpi_conformance.mock_partner.messages import problem
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.timing import Clock


class WireProtocol(HttpToolsProtocol):
    """uvicorn's connection, with limits; the application finds in the scope what uvicorn does not tell.

    `ocpi_headers` are the headers with their names as sent, `ocpi_full` says that there are more connections than
    allowed. `ocpi_close` ends the connection when all is sent that was written, `ocpi_abort` at once, `ocpi_reset` with
    a TCP reset; `ocpi_header_names` says how the names of the headers of the answer are written.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits: Limits = getattr(config.app, "limits", None) or Limits()
        self._reading_headers = False
        self._received = 0
        self._awaited: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._full = False
        self._sent_headers: list[tuple[bytes, bytes]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection and start waiting for headers."""
        super().connection_made(transport)
        self._full = len(self.connections) > self._limits.connections
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand on what came, as long as the headers stay within their size."""
        self._received = len(data) + (self._received if self._reading_headers else 0)
        super().data_received(data)
        if self._reading_headers and self._received > self._limits.header_bytes:
            self._refuse(431, f"the headers are larger than {self._limits.header_bytes} bytes")

    def on_message_begin(self) -> None:
        """Start waiting for the headers of a request."""
        super().on_message_begin()
        self._sent_headers = []
        self._reading_headers = True
        self._await_headers()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the header as it was sent."""
        self._sent_headers.append((name, value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Tell the application what uvicorn does not."""
        self._reading_headers = False
        self._stop_waiting()
        # What is started here runs when all that came is read: it finds all of the below.
        super().on_headers_complete()
        # The next request of the connection may be here before this one is answered: each has its own.
        answering = _Answering(self.transport, has_body=self.scope["method"] != "HEAD")
        self.cycle.transport = answering  # type: ignore[assignment]
        told: dict[str, Any] = {
            "ocpi_headers": self._sent_headers,
            "ocpi_abort": self.transport.abort,
            "ocpi_close": answering.close,
            "ocpi_reset": self._reset,
            "ocpi_full": self._full,
            "ocpi_header_names": answering.write_names,
        }
        self.scope.update(told)  # type: ignore[typeddict-item]

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(400, msg)

    def _reset(self) -> None:
        connected = self.transport.get_extra_info("socket")
        if connected is not None:
            # Lingering for no time at all is what makes a close a reset.
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _await_headers(self) -> None:
        self._awaited = self.loop.time()
        if self._timer is None:
            self._timer = self.loop.call_later(self._limits.header_seconds, self._look)

    def _stop_waiting(self) -> None:
        # The timer goes on: to set one for each request would cost more than to look once in vain.
        self._awaited = None

    def _look(self) -> None:
        """Refuse to wait any longer when it is time; set the timer again when what is awaited began after it."""
        self._timer = None
        if self._awaited is None:
            return
        left = self._awaited + self._limits.header_seconds - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        elif self._reading_headers:
            self._refuse(408, f"the headers were not complete within {self._limits.header_seconds:g} s")
        else:
            # Nobody asked for anything: there is nothing to answer.
            self.transport.close()

    def _refuse(self, http: int, message: str) -> None:
        self._stop_waiting()
        if self.transport.is_closing():
            return
        response = problem(http, status.CLIENT_ERROR, message).render(Clock().now())
        lines = [
            f"HTTP/1.1 {http} {HTTPStatus(http).phrase}",
            *(f"{name}: {value}" for name, value in response.headers),
            f"Content-Length: {len(response.body)}",
            "Connection: close",
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + response.body)
        self.transport.close()


class _Answering:
    """The transport as one answer sees it: its head goes out together with what follows it, its names as told.

    What is written with one call of the system costs less than with two, and reaches the client in one piece.
    """

    def __init__(self, transport: asyncio.Transport, *, has_body: bool) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._begun = False
        self._has_body = has_body
        self._written: Callable[[str], str] | None = None

    def write_names(self, written: Callable[[str], str], names: Iterable[str]) -> None:
        """Have the `names` of the headers `written` so; uvicorn writes them in small letters."""
        known = {name.lower(): name for name in (*names, "Content-Length", "Transfer-Encoding", "Date", "Connection")}
        self._written = lambda name: written(known.get(name, name))

    def write(self, data: bytes) -> None:
        """Write `data`, of which the first is the status line and all headers, unless it is a 100 (Continue)."""
        if self._begun:
            self.flush(data)
        elif data.startswith(b"HTTP/1.1 100 "):
            self._transport.write(data)
        else:
            self._begun, self._head = True, data
            if not self._has_body:
                self.flush()

    def flush(self, data: bytes = b"") -> None:
        """Write what is held back, and `data`."""
        if self._head is not None:
            head = self._named(self._head) if self._written else self._head
            self._head, data = None, head + data
        if data:
            self._transport.write(data)

    def close(self) -> None:
        """Close the connection when all is sent that was written."""
        self.flush()
        self._transport.close()

    def _named(self, head: bytes) -> bytes:
        named = self._written or str
        first, *headers = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in headers]
        return "\r\n".join([first, *(named(name) + mark + rest for name, mark, rest in pairs)]).encode("latin-1")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._transport, name)
