"""What happens on a connection before there is a request: headers as they came, sizes, deadlines. No OCPI semantics.

Rules: it refuses what never becomes a request; a request that is complete is answered by the application.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
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
        self._deadline: asyncio.TimerHandle | None = None
        self._full = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection and start waiting for headers."""
        super().connection_made(transport)
        self._full = len(self.connections) > self._limits.connections
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
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
        self._reading_headers = True
        self._await_headers()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the header as it was sent."""
        self.scope.setdefault("ocpi_headers", []).append((name, value))  # type: ignore[typeddict-item]
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Tell the application what uvicorn does not."""
        self._reading_headers = False
        self._stop_waiting()
        told: dict[str, Any] = {
            "ocpi_abort": self.transport.abort,
            "ocpi_close": self.transport.close,
            "ocpi_reset": self._reset,
            "ocpi_full": self._full,
        }
        self.scope.update(told)  # type: ignore[typeddict-item]
        super().on_headers_complete()
        # The next request of the connection may be here before this one is answered.
        self.scope["ocpi_header_names"] = partial(_write_names, self.cycle)  # type: ignore[typeddict-unknown-key]

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
        self._stop_waiting()
        self._deadline = self.loop.call_later(self._limits.header_seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self._reading_headers:
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


def _write_names(cycle: RequestResponseCycle, written: Callable[[str], str], names: Iterable[str]) -> None:
    """Have the names of the headers of an answer `written` so; uvicorn writes them in small letters."""
    known = {name.lower(): name for name in (*names, "Content-Length", "Transfer-Encoding", "Date", "Connection")}
    cycle.transport = _NamingTransport(cycle.transport, lambda name: written(known.get(name, name)))  # type: ignore[assignment]


class _NamingTransport:
    """A transport that writes the header names of the one answer that goes through it in another way."""

    def __init__(self, transport: asyncio.Transport, named: Callable[[str], str]) -> None:
        self._transport = transport
        self._named = named
        self._begun = False

    def write(self, data: bytes) -> None:
        """Write `data`, of which the first is the status line and all headers."""
        if not self._begun:
            self._begun = True
            first, *headers = data.decode("latin-1").split("\r\n")
            pairs = [line.partition(":") for line in headers]
            data = "\r\n".join([first, *(self._named(name) + mark + rest for name, mark, rest in pairs)]).encode(
                "latin-1"
            )
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._transport, name)
