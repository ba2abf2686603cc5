"""The HTTP server of our platforms: one socket, one uvicorn in a thread. What it serves is not known here."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable

import uvicorn

from ocpi_conformance.mock_partner.application import Application, Mountable, never
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.limits import Limits
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.wire import WireProtocol

_START_DEADLINE = 10.0


def _is_error(record: logging.LogRecord) -> bool:
    """Tell of a request that was still open when its server stopped (a long poll) that it is none."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


logging.getLogger("uvicorn.error").addFilter(_is_error)


class Server:
    """Serves platforms on one socket.

    Args:
        listen: "host:port"; port 0 takes a free one.
        public_url: how others reach it, when that is not the listen address.
        record: where the requests of others go, for the mounts that are recorded.
        limits: what is accepted at most.
    """

    def __init__(
        self,
        listen: str = "127.0.0.1:0",
        public_url: str | None = None,
        record: Record | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._socket = _bind(listen)
        host, port = self._socket.getsockname()[:2]
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
        self.application = Application(public_url or f"http://{shown}:{port}", record, limits)
        self.url = self.application.url
        config = uvicorn.Config(
            self.application,
            interface="asgi3",
            proxy_headers=False,
            http=WireProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="ocpi-server", daemon=True)

    def mount(
        self, prefix: str, platform: Mountable, *, recorded: bool = False, prompt: Callable[[Inbound], bool] = never
    ) -> str:
        """Serve `platform` below `/prefix` as `Application.mount` does and return its base URL."""
        return self.application.mount(prefix, platform, recorded=recorded, prompt=prompt)

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
