"""The HTTP side of our platforms: one uvicorn in a thread, platforms mounted below path prefixes.

Rules: it translates between ASGI and `messages`, records, and enforces limits; what an answer says is not decided here.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import urllib.parse
from collections.abc import Callable
from typing import Any, Protocol

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as AsgiRequest
from starlette.responses import Response as AsgiResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Inbound, problem
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Context, Headers, Record, Request, Response
from ocpi_conformance.mock_partner.timing import Clock

MAX_BODY = 8 * 1024 * 1024
_START_DEADLINE = 10.0


class Mountable(Protocol):
    """What can be mounted: a platform, or a control interface."""

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Answer one request; None drops the connection."""
        ...


class _WireProtocol(HttpToolsProtocol):
    """uvicorn lowers header names; the record shows them as they came. Also lets a fault drop the connection."""

    def on_header(self, name: bytes, value: bytes) -> None:
        self.scope.setdefault("ocpi_headers", []).append((name, value))  # type: ignore[typeddict-item]
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.scope["ocpi_abort"] = self.transport.abort  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()


class Server:
    """Serves platforms on one socket.

    Args:
        listen: "host:port"; port 0 takes a free one.
        public_url: how others reach it, when that is not the listen address.
        record: where the requests of others go, for the mounts that are recorded.
    """

    def __init__(
        self, listen: str = "127.0.0.1:0", public_url: str | None = None, record: Record | None = None
    ) -> None:
        self._record = record
        self._mounts: dict[str, tuple[Mountable, bool]] = {}
        self._socket = _bind(listen)
        host, port = self._socket.getsockname()[:2]
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
        self.url = (public_url or f"http://{shown}:{port}").rstrip("/")
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            proxy_headers=False,
            http=_WireProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="ocpi-server", daemon=True)

    def mount(self, prefix: str, platform: Mountable, *, recorded: bool = False) -> str:
        """Serve `platform` below `/prefix` and return its base URL."""
        self._mounts[prefix] = (platform, recorded)
        return f"{self.url}/{prefix}"

    def start(self) -> Server:
        """Start serving; returns when connections are accepted.

        Raises:
            HarnessError: the server did not start.
        """
        self._thread.start()
        started = threading.Event()
        waiter = threading.Timer(_START_DEADLINE, started.set)
        waiter.start()
        while not self._server.started and not started.is_set() and self._thread.is_alive():
            started.wait(0.002)
        waiter.cancel()
        if not self._server.started:
            raise HarnessError(f"our server did not start on {self.url}")
        return self

    def stop(self) -> None:
        """Stop serving and free the socket."""
        self._server.should_exit = True
        self._server.force_exit = True
        if self._thread.is_alive():
            self._thread.join(_START_DEADLINE)
        self._socket.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(self._server.serve(sockets=[self._socket]))

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        pending = self._record.begin() if self._record else None
        body = await _body(scope, receive)
        if body is None:
            response: Response | None = problem(413, status.CLIENT_ERROR, "the body is too large").render(Clock().now())
            await _send(response, scope, receive, send)
            return
        inbound, prefix = _inbound(scope, body, self.url)
        platform, recorded = self._mounts.get(prefix, (None, False))
        if platform is None:
            response, context = problem(404, status.CLIENT_ERROR, "nothing is here").render(Clock().now()), Context()
        else:
            response, context = await run_in_threadpool(platform.handle, inbound)
        if self._record and pending and (recorded or platform is None):
            request = Request(inbound.method, inbound.url, inbound.headers, body)
            context = Context(**{**vars(context), "site": prefix})
            self._record.add(pending, "target", request, response, context)
        await _send(response, scope, receive, send)


def _bind(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, int(port)))
        sock.listen(128)
    except (OSError, ValueError, OverflowError) as error:
        sock.close()
        raise HarnessError(f"cannot listen on {listen}: {error}", "Choose a free address of this machine") from None
    return sock


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    request = AsgiRequest(scope, receive)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return None
    except ClientDisconnect:
        return bytes(body)
    return bytes(body)


def _inbound(scope: Scope, body: bytes, base: str) -> tuple[Inbound, str]:
    raw_path = scope["raw_path"].decode("ascii")
    query = scope["query_string"].decode("ascii", "replace")
    headers: Headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope.get("ocpi_headers", scope["headers"])
    )
    # A percent-encoded slash is part of a segment: split first, decode then.
    prefix, *rest = [urllib.parse.unquote(part) for part in raw_path.lstrip("/").split("/")]
    pairs = tuple(urllib.parse.parse_qsl(query, keep_blank_values=True))
    url = base + raw_path + (f"?{query}" if query else "")
    return Inbound(scope["method"], url, tuple(part for part in rest if part), pairs, headers, body), prefix


async def _send(response: Response | None, scope: Scope, receive: Receive, send: Send) -> None:
    if response is None:
        abort: Callable[[], Any] = scope["ocpi_abort"]
        abort()
        return
    answer = AsgiResponse(response.body, response.status)
    own = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    answer.raw_headers = [*own, *(pair for pair in answer.raw_headers if pair[0] == b"content-length")]
    await answer(scope, receive, send)
