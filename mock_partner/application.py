"""The ASGI side of our platforms: mounts below path prefixes, translation to and from `messages`, the record, limits.

Rules: what an answer says is decided by what is mounted, except for a request that breaks a limit.
"""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.limits import Limits
from ocpi_conformance.mock_partner.messages import HEADER_NAMES, Delivered, Delivery, Inbound, problem
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Context, Headers, Pending, Record, Request, Response
from ocpi_conformance.mock_partner.timing import Clock


class Mountable(Protocol):
    """What can be mounted: a platform, or a control interface."""

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Answer one request; None drops the connection."""
        ...


def never(_: Inbound) -> bool:
    """Say of no request that its answer is at hand."""
    return False


class Refused(Exception):
    """A request that breaks a limit, with its answer."""

    def __init__(self, http: int, message: str) -> None:
        super().__init__(message)
        answer = problem(http, status.CLIENT_ERROR if http < 500 else status.SERVER_ERROR, message)
        # What is left of the request is not read.
        answer.set_header("Connection", "close")
        self.response = answer.render(Clock().now())


class Application:
    """An ASGI application that serves what is mounted.

    Args:
        url: how others reach it.
        record: where the requests of others go, for the mounts that are recorded.
        limits: what is accepted at most.
    """

    def __init__(self, url: str, record: Record | None = None, limits: Limits | None = None) -> None:
        self.url = url.rstrip("/")
        self.limits = limits or Limits()
        # Called after each answer is made and before it is sent; a HarnessError of it becomes the answer.
        self.settle: Callable[[], None] = lambda: None
        self._record = record
        self._mounts: dict[str, tuple[Mountable, bool, Callable[[Inbound], bool]]] = {}

    def mount(
        self, prefix: str, platform: Mountable, *, recorded: bool = False, prompt: Callable[[Inbound], bool] = never
    ) -> str:
        """Serve `platform` below `/prefix` and return its base URL.

        `prompt` tells of which requests the answer is at hand: they need no thread of their own.
        """
        self._mounts[prefix] = (platform, recorded, prompt)
        return f"{self.url}/{prefix}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything that is not HTTP is left alone."""
        if scope["type"] != "http":
            return
        pending = self._record.begin() if self._record else None
        try:
            body = await self._admit(scope, receive)
        except Refused as refused:
            await _send(refused.response, scope, receive, send)
            return
        if self._record is None or pending is None:
            await self._respond(body, scope, receive, send)
            return
        # What is fetched with a new token is recorded before the request that brings it has its answer.
        self._record.keep_secret(body)
        # What the other side takes to send its body is no time of ours.
        pending = self._record.received(pending)
        try:
            await self._respond(body, scope, receive, send, pending)
        finally:
            self._record.answered(pending)

    async def _respond(
        self, body: bytes, scope: Scope, receive: Receive, send: Send, pending: Pending | None = None
    ) -> None:
        """Answer a request that is there whole, and record it where that is asked for."""
        inbound, prefix = _inbound(scope, body, self.url)
        platform, recorded, prompt = self._mounts.get(prefix, (None, False, never))
        if platform is None:
            response: Response | None = problem(404, status.CLIENT_ERROR, "nothing is here").render(Clock().now())
            context = Context()
        else:
            response, context = (
                self._answer(platform, inbound)
                if prompt(inbound)
                else await run_in_threadpool(self._answer, platform, inbound)
            )
        delivery = response.delivery if isinstance(response, Delivered) else _AT_ONCE
        if delivery.delay and not await _waited(scope, receive, delivery.delay):
            return
        if delivery.hang or delivery.reset:
            response = None
        if self._record and pending and (recorded or platform is None):
            request = Request(inbound.method, inbound.url, inbound.headers, body)
            self._record.add(pending, "target", request, response, context.at(prefix))
        if delivery.hang:
            await _waited(scope, receive)
        elif response is None:
            await _break_off(scope, receive, "ocpi_reset" if delivery.reset else "ocpi_abort")
        else:
            await _send(response, scope, receive, send)

    def _answer(self, platform: Mountable, inbound: Inbound) -> tuple[Response | None, Context]:
        response, context = platform.handle(inbound)
        try:
            self.settle()
        except HarnessError as error:
            # What is not kept was not done, as far as the other side may know.
            return problem(500, status.SERVER_ERROR, str(error)).render(Clock().now()), context
        return response, context

    async def _admit(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body of the request; raises Refused when a limit is broken."""
        if scope.get("ocpi_full"):
            raise Refused(503, f"more than {self.limits.connections} connections are open")
        try:
            if _has_no_body(scope):
                return await _body(receive, self.limits.body_bytes)
            async with asyncio.timeout(self.limits.body_seconds):
                return await _body(receive, self.limits.body_bytes)
        except TimeoutError:
            raise Refused(408, f"the body was not complete within {self.limits.body_seconds:g} s") from None


def _has_no_body(scope: Scope) -> bool:
    """Tell whether there is nothing to wait for: in HTTP/1 what announces no body has none (RFC 9112, 6.3)."""
    return scope.get("http_version") in _HTTP_1 and not any(name in _BODY_HEADERS for name, _ in scope["headers"])


async def _body(receive: Receive, most: int) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise Refused(413, f"the body is larger than {most} bytes")
    return body


def _inbound(scope: Scope, body: bytes, base: str) -> tuple[Inbound, str]:
    raw_path = (scope.get("raw_path") or urllib.parse.quote(scope["path"]).encode("ascii")).decode("ascii")
    query = scope["query_string"].decode("ascii", "replace")
    sent = scope.get("ocpi_headers") or scope["headers"]
    headers: Headers = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent])
    # A percent-encoded slash is part of a segment: split first, decode then.
    prefix, *rest = raw_path.lstrip("/").split("/")
    if "%" in raw_path:
        prefix, *rest = (urllib.parse.unquote(part) for part in (prefix, *rest))
    pairs = tuple(urllib.parse.parse_qsl(query, keep_blank_values=True)) if query else ()
    url = base + raw_path + (f"?{query}" if query else "")
    return Inbound(scope["method"], url, tuple(filter(None, rest)), pairs, headers, body), prefix


_AT_ONCE = Delivery()
_HTTP_1 = frozenset({"1.0", "1.1"})
_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
# A response of these is never followed by a body (RFC 9110, 8.6), nor announces one.
_BODILESS = frozenset({204, 304})


async def _send(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    delivery = response.delivery if isinstance(response, Delivered) else _AT_ONCE
    own = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if delivery.header_names != "lower" and "ocpi_header_names" in scope:
        scope["ocpi_header_names"](HEADER_NAMES[delivery.header_names], [name for name, _ in response.headers])
    if not delivery.chunk and response.status not in _BODILESS:
        own.append((b"content-length", str(len(response.body)).encode("ascii")))
    await send({"type": "http.response.start", "status": response.status, "headers": own})
    if not delivery.chunk and delivery.keep is None:
        await send({"type": "http.response.body", "body": response.body})
        return
    body, size = response.body[: delivery.keep], delivery.chunk or len(response.body) or 1
    for start in range(0, len(body), size):
        await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
    if len(body) == len(response.body):
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    else:
        await _break_off(scope, receive, "ocpi_close")


async def _break_off(scope: Scope, receive: Receive, how: str) -> None:
    """End the connection; `how` is what the scope has for it, which another server than ours has not."""
    if how not in scope:
        raise ConnectionAbortedError("a fault rule drops this connection")
    scope[how]()
    # What returns too early counts as a failure of the application.
    await _gone(receive)


async def _waited(scope: Scope, receive: Receive, seconds: float | None = None) -> bool:
    """Wait as `_gone` does; False when the server stops meanwhile, which ends the connection."""
    try:
        await _gone(receive, seconds)
    except asyncio.CancelledError:
        if "ocpi_abort" not in scope:
            raise
        await _break_off(scope, receive, "ocpi_abort")
        return False
    return True


async def _gone(receive: Receive, seconds: float | None = None) -> None:
    """Wait until the client has hung up, at most `seconds`; other requests are answered meanwhile."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
