"""The mock partner as an ASGI application, for any ASGI server; its lifespan starts and stops it."""

from __future__ import annotations

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from ocpi_conformance.mock_partner.findings import Explain, explain_nothing
from ocpi_conformance.mock_partner.platform import Validate, accept_all
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import MockConfig, load_mock


def app_from(
    config: MockConfig | Path | str | None = None,
    *,
    validate: Validate = accept_all,
    explain: Explain = explain_nothing,
) -> ASGIApp:
    """Return the application that `config` describes: values, the path of a mock.toml, or None for variables only.

    `[mock] public_url` (or `listen`) must be where the server that runs it is reached: URLs are made of it. Its
    limits on headers and connections are those of that server. A fault that drops the connection raises
    ConnectionAbortedError there.

    Raises:
        ConfigError: the file cannot be used.
    """
    made = config if isinstance(config, MockConfig) else load_mock(config)
    sandbox = Sandbox(made, validate=validate, explain=explain, hosted=True)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(sandbox, receive, send)
        else:
            await sandbox.application(scope, receive, send)

    return app


async def _lifespan(sandbox: Sandbox, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await run_in_threadpool(sandbox.start)
            await send({"type": "lifespan.startup.complete"})
        else:
            await run_in_threadpool(sandbox.stop)
            await send({"type": "lifespan.shutdown.complete"})
            return
