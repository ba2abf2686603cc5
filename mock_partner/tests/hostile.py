"""Servers that misbehave on purpose, for tests of the client: each answers a connection with one raw script."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket, threading.Event], None]


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """Serve `script` on a free port; gives the base URL. The event is set when the test is over."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=_quietly, args=(script, connection, over), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listener.close()


def _quietly(script: Script, connection: socket.socket, over: threading.Event) -> None:
    with connection:
        try:
            script(connection, over)
        except OSError:
            return


def read_request(connection: socket.socket) -> bytes:
    """Read until the end of the request's header."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            break
        data += chunk
    return data


def answer(raw: bytes) -> Script:
    """Return a script that answers every request with `raw` and closes."""

    def script(connection: socket.socket, over: threading.Event) -> None:
        read_request(connection)
        connection.sendall(raw)

    return script


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Take the request and never answer."""
    read_request(connection)
    over.wait()


def closing(connection: socket.socket, over: threading.Event) -> None:
    """Take the request and close."""
    read_request(connection)


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """Send the body byte by byte, each before any timeout of a single read."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.05):
        connection.sendall(b"x")


def endless(connection: socket.socket, over: threading.Event) -> None:
    """Send a body without end, as fast as it is read."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    while not over.is_set():
        connection.sendall(chunk)


def provisional(connection: socket.socket, over: threading.Event) -> None:
    """Send interim answers without end."""
    read_request(connection)
    while not over.wait(0.02):
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
