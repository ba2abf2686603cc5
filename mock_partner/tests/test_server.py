"""The server hands on what came over the wire, and enforces its limits, on real sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.errors import ConnectionLost, HarnessError
from ocpi_conformance.mock_partner.limits import Limits
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.mock_partner.server import Server


class Mirror:
    """Answers with what it was asked; drops the connection when asked for "drop"."""

    def __init__(self) -> None:
        self.seen: list[Inbound] = []

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        self.seen.append(inbound)
        if inbound.path[-1:] == ("drop",):
            return None, Context(module="mirror")
        return Response(202, (("X-Kind", "mirror"),), inbound.body), Context(module="mirror")


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def mirror() -> Mirror:
    return Mirror()


@pytest.fixture
def url(record: Record, mirror: Mirror) -> Iterator[str]:
    server = Server(record=record)
    base = server.mount("m", mirror, recorded=True)
    server.start()
    yield base
    server.stop()


def ask(url: str, method: str = "GET", body: bytes = b"", *headers: tuple[str, str]) -> Response:
    client = Client(Record(), timeout=5)
    try:
        response = client.send(Request(method, url, headers, body)).response
    finally:
        client.close()
    assert response is not None
    return response


def test_a_request_reaches_its_mount_with_decoded_segments(url: str, mirror: Mirror) -> None:
    response = ask(f"{url}/a%2Fb//c?x=1&y=%2B", "PUT", b"{}", ("X-Odd-CASE", "v"))
    (inbound,) = mirror.seen
    assert (response.status, response.body) == (202, b"{}")
    assert inbound.path == ("a/b", "c")
    assert inbound.query == (("x", "1"), ("y", "+"))
    assert ("X-Odd-CASE", "v") in inbound.headers
    assert inbound.url == f"{url}/a%2Fb//c?x=1&y=%2B"


def test_what_is_at_hand_is_answered_without_a_thread_of_its_own() -> None:
    threads: dict[str, str] = {}

    class Noting:
        def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
            threads[inbound.method] = threading.current_thread().name
            return Response(200), Context()

    server = Server()
    base = server.mount("m", Noting(), prompt=lambda inbound: inbound.method == "GET")
    server.start()
    try:
        assert ask(base).status == ask(base, "PUT").status == 200
    finally:
        server.stop()
    assert threads["GET"] == "ocpi-server" != threads["PUT"]


def test_a_request_is_recorded_with_its_mount(url: str, record: Record) -> None:
    ask(f"{url}/x", "POST", b"[1]")
    (exchange,) = record
    assert (exchange.sender, exchange.context.site, exchange.request.body) == ("target", "m", b"[1]")
    assert exchange.response is not None
    assert exchange.response.status == 202


def test_a_request_to_no_mount_is_answered_and_recorded(url: str, record: Record) -> None:
    response = ask(url.removesuffix("/m") + "/elsewhere")
    assert response.status == 404
    assert b'"status_code"' in response.body
    assert [exchange.context.site for exchange in record] == ["elsewhere"]


@contextmanager
def limited(**limits) -> Iterator[str]:
    server = Server(limits=Limits(**limits))
    base = server.mount("m", Mirror())
    server.start()
    try:
        yield base
    finally:
        server.stop()


def spoken(url: str, sent: bytes) -> bytes:
    """Return all that a server says to a client that sends `sent` and then nothing, until the server closes."""
    host, _, port = urlsplit(url).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(sent)
        return b"".join(iter(lambda: client.recv(65536), b""))


def refused(answer: bytes) -> tuple[int, int, str]:
    """Return the HTTP status, the OCPI status and the message of a refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    envelope = json.loads(body)
    return int(head.split()[1]), envelope["status_code"], envelope["status_message"]


def test_a_body_over_the_cap_is_refused() -> None:
    with limited(body_bytes=1000) as url:
        assert ask(f"{url}/x", "POST", b"x" * 1000).status == 202
        response = ask(f"{url}/x", "POST", b"x" * 1001)
    assert (response.status, response.json["status_code"]) == (413, 2000)
    assert response.json["status_message"] == "the body is larger than 1000 bytes"


@pytest.mark.parametrize(
    ("limits", "sent", "expected"),
    [
        (
            {"header_seconds": 0.05},
            b"GET /m HTTP/1.1\r\nHost: a\r\n",
            (408, 2000, "the headers were not complete within 0.05 s"),
        ),
        (
            {"body_seconds": 0.05},
            b"POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{",
            (408, 2000, "the body was not complete within 0.05 s"),
        ),
        (
            {"header_bytes": 100},
            b"GET /m HTTP/1.1\r\nX: " + b"a" * 200,
            (431, 2000, "the headers are larger than 100 bytes"),
        ),
        ({}, b"no HTTP at all\r\n\r\n", (400, 2000, "Invalid HTTP request received.")),
        (
            {"connections": 0},
            b"GET /m HTTP/1.1\r\nHost: a\r\n\r\n",
            (503, 3000, "more than 0 connections are open"),
        ),
    ],
)
def test_what_breaks_a_limit_is_refused_in_the_envelope(limits: dict, sent: bytes, expected: tuple) -> None:
    with limited(**limits) as url:
        assert refused(spoken(url, sent)) == expected


def test_a_client_that_says_nothing_is_hung_up_on() -> None:
    with limited(header_seconds=0.05) as url:
        assert spoken(url, b"") == b""


def test_a_mount_can_drop_the_connection(url: str, record: Record) -> None:
    with pytest.raises(ConnectionLost):
        ask(f"{url}/drop")
    (exchange,) = record
    assert exchange.response is None


@pytest.mark.parametrize("listen", ["127.0.0.1:notaport", "203.0.113.1:0", "127.0.0.1:99999"])
def test_an_address_that_cannot_be_used_is_said_with_a_remedy(listen: str) -> None:
    with pytest.raises(HarnessError, match=f"cannot listen on {listen}.*Choose a free address"):
        Server(listen)


def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(HarnessError, match="cannot listen"):
        Server(f"127.0.0.1:{taken.getsockname()[1]}")


def test_the_public_url_is_what_others_are_told() -> None:
    server = Server(public_url="https://partner.example/base/")
    assert server.mount("m", Mirror()) == "https://partner.example/base/m"
    server.start()
    server.stop()
