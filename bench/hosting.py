"""Servers for the benchmarks of the partner, each its own process (`python -m bench.hosting NAME`); no measuring."""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.schemas import VERSION, location
from ocpi_conformance.cli.explaining import explain
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import DataConfig, MockConfig
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Connection, Party, key_of
from ocpi_conformance.steps.run import validate

TOKEN = "token-of-the-bench"
CPO, EMSP = Party("CPO", "NL", "BEC", "CPO"), Party("EMSP", "NL", "BEC", "eMSP")
PAGE, LARGE = 50, 300_000
Told = dict[str, Any]


def locations(number: int) -> list[dict[str, Any]]:
    """Return so many Locations of 5.5 kB, the same in every server."""
    owner = {"country_code": CPO.country_code, "party_id": CPO.party_id}
    return [location() | owner | {"id": f"LOC{n}"} for n in range(1, number + 1)]


def _sandbox(party: Party, size: int = 0) -> Sandbox:
    config = MockConfig(listen="127.0.0.1:0", versions=(VERSION,), parties=(party,), data=DataConfig(size))
    made = Sandbox(config, validate=validate, explain=explain)
    # What a handshake leaves behind; the peer is never called.
    peer = Party("EMSP" if party.role == "CPO" else "CPO", party.country_code, party.party_id)
    made.platform.connections.append(Connection(TOKEN, "registered", "token-of-peer", VERSION, peer_roles=(peer,)))
    return made


def _publishing() -> Sandbox:
    made = _sandbox(CPO)
    made.platform.own.load("locations", ((key_of("locations", item), item) for item in locations(PAGE)))
    return made


def sender() -> Told:
    """Serve a CPO with 50 Locations as `ocpi-conformance mock` does, every exchange recorded."""
    return {"url": f"{_publishing().start().platform.base_url}/{VERSION}/sender/locations"}


def unrecorded() -> Told:
    """Serve the same CPO without a record."""
    server = Server()
    platform = _publishing().platform
    platform.base_url = server.mount("ocpi", platform, prompt=platform.is_prompt)
    server.start()
    return {"url": f"{platform.base_url}/{VERSION}/sender/locations"}


def receiver() -> Told:
    """Serve an eMSP that checks what is sent to it by the schemas, every exchange recorded."""
    return {"url": f"{_sandbox(EMSP).start().platform.base_url}/{VERSION}/receiver/locations"}


def plain() -> Told:
    """Serve the same 50 Locations as starlette's JSONResponse makes them: no token, no route of OCPI, no record."""
    items = locations(PAGE)

    async def page(_: Request) -> JSONResponse:
        envelope = {"data": items, "status_code": 1000, "timestamp": timestamp(datetime.now(UTC))}
        return JSONResponse(envelope, headers={"X-Total-Count": str(PAGE), "X-Limit": str(PAGE)})

    application = Starlette(routes=[Route("/locations", page)])
    config = uvicorn.Config(application, port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return {"url": f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/locations"}


def large() -> Told:
    """Serve a CPO with 300,000 EVSEs; tell what it took to make them."""
    began = time.process_time()
    made = _sandbox(CPO, LARGE)
    taken = time.process_time() - began
    return {
        "url": f"{made.start().platform.base_url}/{VERSION}/sender/locations",
        "seconds": taken,
        "locations": made.platform.own.count("locations"),
    }


SERVERS: dict[str, Callable[[], Told]] = {f.__name__: f for f in (sender, unrecorded, receiver, plain, large)}


def main() -> None:
    """Serve the one that is named until standard input ends; tell its URL, and at the end its memory in MB."""
    print(json.dumps(SERVERS[sys.argv[1]]()), flush=True)
    sys.stdin.read()
    print(json.dumps({"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    main()
