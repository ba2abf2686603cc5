"""The client keeps its deadline and its cap whatever the server does, and records what went over the wire."""

from __future__ import annotations

import gzip
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from ocpi_conformance.mock_partner.client import Client, TlsSettings
from ocpi_conformance.mock_partner.errors import (
    BodyTooLarge,
    ConnectFailed,
    ConnectionLost,
    DeadlineExceeded,
    HarnessError,
    TlsFailed,
    TransportError,
)
from ocpi_conformance.mock_partner.record import Context, Record, Request
from ocpi_conformance.mock_partner.tests import hostile

OK = b"HTTP/1.1 200 OK\r\nX-Total-Count: 7\r\nContent-Length: 2\r\n\r\n{}"


def send(url: str, *, timeout: float = 0.4, max_body: int = 1000, request: Request | None = None) -> Record:
    record = Record()
    client = Client(record, "partner", timeout, max_body=max_body)
    try:
        client.send(request or Request("GET", url), Context(module="versions"))
    finally:
        client.close()
    return record


def test_an_answer_is_recorded_as_it_came() -> None:
    with hostile.serving(hostile.answer(OK)) as url:
        (exchange,) = send(url, timeout=5)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (200, b"{}")
    assert ("X-Total-Count", "7") in exchange.response.headers
    assert exchange.context.module == "versions"
    assert exchange.sender == "partner"


def test_headers_go_over_the_wire_as_given() -> None:
    seen: list[bytes] = []

    def script(connection: socket.socket, over: object) -> None:
        seen.append(hostile.read_request(connection))
        connection.sendall(OK)

    with hostile.serving(script) as url:
        (exchange,) = send(url, timeout=5, request=Request("GET", f"{url}/a?b=c%2Fd", (("aUTHORIZATION", "Token  x"),)))
    head = seen[0].decode()
    assert head.startswith("GET /a?b=c%2Fd HTTP/1.1\r\n")
    assert "aUTHORIZATION: Token  x\r\n" in head
    sent = [f"{name}: {value}" for name, value in exchange.request.headers]
    assert sorted(sent) == sorted(line for line in head.split("\r\n")[1:] if line)


@pytest.mark.parametrize(
    "script", [hostile.silent, hostile.dripping, hostile.provisional], ids=["silent", "dripping", "provisional"]
)
def test_the_deadline_is_for_the_whole_exchange(script: hostile.Script) -> None:
    with hostile.serving(script) as url, pytest.raises(DeadlineExceeded, match=r"within 0\.4 s"):
        send(url, max_body=10_000_000)


def test_a_failed_exchange_is_recorded_with_its_reason() -> None:
    record = Record()
    client = Client(record, timeout=0.2)
    with hostile.serving(hostile.silent) as url, pytest.raises(TransportError):
        client.send(Request("GET", url))
    (exchange,) = record
    assert exchange.response is None
    assert "no complete answer" in exchange.error


def test_an_endless_body_ends_at_the_cap() -> None:
    with hostile.serving(hostile.endless) as url, pytest.raises(BodyTooLarge, match="larger than 100000 bytes"):
        send(url, timeout=5, max_body=100_000)


def test_a_small_body_that_unpacks_to_a_large_one_ends_at_the_cap() -> None:
    packed = gzip.compress(b"x" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with hostile.serving(hostile.answer(head + packed)) as url, pytest.raises(BodyTooLarge):
        send(url, timeout=5, max_body=100_000)


def test_a_packed_body_is_unpacked() -> None:
    packed = gzip.compress(b'{"data":[]}')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with hostile.serving(hostile.answer(head + packed)) as url:
        (exchange,) = send(url, timeout=5)
    assert exchange.response is not None
    assert exchange.response.body == b'{"data":[]}'


@pytest.mark.parametrize(
    "raw",
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"],
    ids=["nothing", "no HTTP", "cut body"],
)
def test_a_broken_answer_is_a_lost_connection(raw: bytes) -> None:
    with hostile.serving(hostile.answer(raw)) as url, pytest.raises(ConnectionLost):
        send(url, timeout=5)


def test_nobody_listening_is_said_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectFailed, match="Is the target running"):
        send(f"http://127.0.0.1:{port}/versions")


def test_a_redirect_is_an_answer_like_any_other() -> None:
    raw = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with hostile.serving(hostile.answer(raw)) as url:
        (exchange,) = send(url, timeout=5)
    assert exchange.response is not None
    assert exchange.response.status == 302


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with hostile.serving(hostile.answer(OK)) as url:
        (exchange,) = send(url, timeout=5)
    assert exchange.response is not None


@pytest.mark.parametrize("url", ["versions", "ftp://127.0.0.1/", "http://"], ids=["relative", "ftp", "no host"])
def test_a_url_that_cannot_be_called_is_our_error(url: str) -> None:
    with pytest.raises(HarnessError):
        send(url)


EXPIRED = Path(__file__).parent / "expired.pem"  # self-signed for 127.0.0.1, expired in 2020; its key is no secret


@pytest.mark.parametrize("ca_file", [str(EXPIRED), None], ids=["its issuer is trusted", "its issuer is unknown"])
def test_an_expired_certificate_is_refused_with_the_reason(ca_file: str | None) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(EXPIRED)

    def script(connection: socket.socket, over: object) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secure:
            hostile.read_request(secure)

    client = Client(Record(), timeout=5, tls=TlsSettings(ca_file=ca_file))
    with hostile.serving(script) as url, pytest.raises(TlsFailed, match=r"expired|self.signed"):
        client.send(Request("GET", url.replace("http:", "https:")))
    client.close()


def test_a_server_of_plain_http_is_not_told_to_mend_its_certificate() -> None:
    def script(connection: socket.socket, over: object) -> None:
        connection.recv(1000)
        connection.sendall(OK)

    client = Client(Record(), timeout=5)
    with hostile.serving(script) as url, pytest.raises(TlsFailed, match="No TLS is spoken there") as caught:
        client.send(Request("GET", url.replace("http:", "https:")))
    client.close()
    assert "certificate" not in str(caught.value)


def test_verification_can_be_switched_off_for_a_lab() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(EXPIRED)

    def script(connection: socket.socket, over: object) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            hostile.read_request(secure)
            secure.sendall(OK)

    client = Client(Record(), timeout=5, tls=TlsSettings(verify=False))
    with hostile.serving(script) as url:
        exchange = client.send(Request("GET", url.replace("http:", "https:")))
    client.close()
    assert exchange.response is not None
