"""The one place that sends HTTP: whole-exchange deadline, byte cap, no proxies, no redirects, headers kept as sent.

Rules: no OCPI here beyond what the caller puts into the request; every call ends in the record, also the failed one.
"""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from ocpi_conformance.mock_partner.errors import (
    BodyTooLarge,
    ConnectFailed,
    ConnectionLost,
    DeadlineExceeded,
    HarnessError,
    TlsFailed,
    TransportError,
)
from ocpi_conformance.mock_partner.record import Actor, Context, Exchange, Record, Request, Response

MAX_BODY = 32 * 1024 * 1024


@dataclass(frozen=True)
class TlsSettings:
    """How the peer's certificate is checked: `verify` against the system's or `ca_file`'s issuers."""

    verify: bool = True
    ca_file: str | None = None


class Client:
    """Sends requests to one peer and records each exchange.

    Args:
        record: where the exchanges go.
        sender: which actor this client speaks for in the record.
        timeout: deadline in seconds for a whole exchange, from connecting to the last byte.
        tls: how certificates are checked.
        max_body: cap on the decoded response body, in bytes.
    """

    def __init__(
        self,
        record: Record,
        sender: Actor = "partner",
        timeout: float = 10.0,
        tls: TlsSettings | None = None,
        max_body: int = MAX_BODY,
    ) -> None:
        self._record = record
        self._sender = sender
        self._timeout = timeout
        self._max_body = max_body
        self._backend = _DeadlineBackend()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(tls or TlsSettings()),
            network_backend=self._backend,
            max_connections=20,
            keepalive_expiry=3.0,
            retries=0,
        )

    def send(self, request: Request, context: Context | None = None, timeout: float | None = None) -> Exchange:
        """Send `request` and return the recorded exchange.

        Raises:
            TransportError: no complete HTTP response came; the exchange is recorded with the reason.
        """
        pending = self._record.begin()
        context = context or Context()
        request = _complete(request)
        seconds = timeout or self._timeout
        try:
            response = self._exchange(request, seconds)
        except TransportError as error:
            self._record.add(pending, self._sender, request, None, context, error=str(error))
            raise
        return self._record.add(pending, self._sender, request, response, context)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _exchange(self, request: Request, seconds: float) -> Response:
        self._backend.start(seconds)
        where = f"{request.method} {request.url}"
        try:
            # httpx parses and encodes the URL; what goes over the wire is httpcore's alone.
            url = httpx.URL(request.url)
            raw = httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=[(k.encode("latin-1"), v.encode("latin-1")) for k, v in request.headers],
                content=request.body,
                extensions={"timeout": {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}},
            )
            answer = self._pool.handle_request(raw)
            try:
                headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in answer.headers)
                body = self._read(answer.iter_stream(), headers)
            finally:
                answer.close()
        except (httpx.InvalidURL, UnicodeEncodeError, httpcore.UnsupportedProtocol) as error:
            raise HarnessError(
                f"cannot call {where}: {error}", "The URL must be absolute, with http or https"
            ) from None
        except _FAILURES as error:
            raise _translated(error, where, seconds) from None
        return Response(answer.status, headers, body)

    def _read(self, stream: Iterable[bytes], headers: tuple[tuple[str, str], ...]) -> bytes:
        coding = next((value.strip().lower() for key, value in headers if key.lower() == "content-encoding"), "")
        decoder = zlib.decompressobj(47) if coding in {"gzip", "deflate", "x-gzip"} else None
        body = bytearray()
        for chunk in stream:
            if time.monotonic() > self._backend.deadline:
                raise httpcore.ReadTimeout
            # One byte more than the cap is enough to know; a small chunk can unpack to gigabytes.
            body += decoder.decompress(chunk, self._max_body + 1 - len(body)) if decoder else chunk
            if len(body) > self._max_body:
                raise BodyTooLarge(f"the response is larger than {self._max_body} bytes")
        return bytes(body)


def _complete(request: Request) -> Request:
    """Add the headers that HTTP itself needs, so that the record shows all that goes over the wire."""
    have = {key.lower() for key, _ in request.headers}
    extra: list[tuple[str, str]] = []
    if "host" not in have:
        url = httpx.URL(request.url)
        extra.append(("Host", url.netloc.decode("ascii")))
    if "accept-encoding" not in have:
        extra.append(("Accept-Encoding", "identity"))
    if request.body and "content-length" not in have and "transfer-encoding" not in have:
        extra.append(("Content-Length", str(len(request.body))))
    if not request.body and request.method in {"POST", "PUT", "PATCH"} and "content-length" not in have:
        extra.append(("Content-Length", "0"))
    return Request(request.method, request.url, (*extra, *request.headers), request.body)


@lru_cache
def _ssl_context(settings: TlsSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ConnectionNotAvailable,
    zlib.error,
    ssl.SSLError,
    OSError,
)


# What OpenSSL says, by its version, where the peer does not speak TLS at all: that is no matter of certificates.
_NO_TLS_THERE = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}
_NO_TLS = "No TLS is spoken there: is it http:// that is meant, or another port?"


def _translated(error: Exception, where: str, seconds: float) -> TransportError:
    cause = error.__cause__ or error.__context__ or error
    if isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError):
        reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or str(cause)
        mend = _NO_TLS if reason in _NO_TLS_THERE else "Mend the certificate, or set [tls] ca_file"
        return TlsFailed(f"TLS with the peer failed on {where}: {reason}", mend)
    if isinstance(error, httpcore.TimeoutException):
        return DeadlineExceeded(f"no complete answer to {where} within {seconds:g} s")
    if isinstance(error, httpcore.ConnectError):
        return ConnectFailed(f"cannot connect for {where}: {error}", "Is the target running and reachable?")
    if isinstance(error, BodyTooLarge):
        return error
    return ConnectionLost(f"the connection broke during {where}: {str(error) or type(error).__name__}")


class _DeadlineBackend(httpcore.NetworkBackend):
    """Gives each socket operation what is left of the deadline of the exchange; httpcore only bounds the single one."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()
        self._local = threading.local()

    def start(self, seconds: float) -> None:
        self._local.deadline = time.monotonic() + seconds

    @property
    def deadline(self) -> float:
        return float(getattr(self._local, "deadline", float("inf")))

    def left(self) -> float:
        """Return the seconds left; raises `httpcore.ReadTimeout` when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, self.left(), local_address, socket_options)
        return _DeadlineStream(stream, self)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, backend: _DeadlineBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, self._backend.left()), self._backend)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  (as declared by httpcore)
        return self._inner.get_extra_info(info)
