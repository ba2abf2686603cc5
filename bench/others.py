"""Mock servers of others that serve the same Location, started where they are installed; nothing is measured here."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from bench.schemas import VERSION
from ocpi_conformance import schemas
from ocpi_conformance.schemas.facts import BASE_URI, folder_of

VARIABLE = "OCPI_BENCH_NODE_MODULES"
"""Names the folder `node_modules` in which `npm install wiremock @stoplight/prism-cli` has put them."""
PATH = "/locations/LOC1"
_DEADLINE = 120.0


def missing(name: str) -> str:
    """Return why the server called `name` cannot be started; empty: it can."""
    if not os.environ.get(VARIABLE):
        return f"{VARIABLE} names no folder with it"
    if name == "wiremock":
        return "" if _jar() and shutil.which("java") else "its package or java is not installed"
    return "" if _script().is_file() and shutil.which("node") else "its package or node is not installed"


@contextmanager
def started(name: str, folder: Path, envelope: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Start WireMock or Prism with `envelope` as answer to GET of `PATH`; Prism also takes a PUT of a Location.

    Gives the id of the process and the URL, as soon as it answers.
    """
    port = _free_port()
    command = {"wiremock": _wiremock, "prism": _prism}[name](folder, port, envelope)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as process:
        try:
            wait_for_answer(f"127.0.0.1:{port}", PATH)
            yield process.pid, f"http://127.0.0.1:{port}{PATH}"
        finally:
            process.kill()


def wait_for_answer(host: str, path: str) -> None:
    """Return as soon as `host` ("host:port") answers anything to a GET of `path`.

    Raises:
        TimeoutError: it does not.
    """
    deadline = time.monotonic() + _DEADLINE
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection(host, timeout=10)
            connection.request("GET", path)
            connection.getresponse().read()
            connection.close()
        except (OSError, HTTPException):
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"{host} does not answer within {_DEADLINE:g} s")


def _modules() -> Path:
    return Path(os.environ[VARIABLE]).resolve()


def _jar() -> Path | None:
    return next((_modules() / "wiremock" / "build").glob("wiremock-standalone-*.jar"), None)


def _script() -> Path:
    return _modules() / "@stoplight" / "prism-cli" / "dist" / "index.js"


def _wiremock(folder: Path, port: int, envelope: dict[str, Any]) -> list[str]:
    stub = {
        "request": {"method": "GET", "urlPath": PATH},
        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": envelope},
    }
    (folder / "mappings").mkdir()
    (folder / "mappings" / "location.json").write_text(json.dumps(stub), encoding="utf-8")
    return ["java", "-jar", str(_jar()), "--port", str(port), "--root-dir", str(folder)]


def _prism(folder: Path, port: int, envelope: dict[str, Any]) -> list[str]:
    answer = {"description": "Location", "content": {"application/json": {"example": envelope}}}
    done = {"description": "Done", "content": {"application/json": {"example": {"status_code": 1000}}}}
    body = {"required": True, "content": {"application/json": {"schema": _inlined("Location.json")}}}
    api = {
        "openapi": "3.1.0",
        "info": {"title": "Locations", "version": VERSION},
        "paths": {
            PATH: {"get": {"responses": {"200": answer}}, "put": {"requestBody": body, "responses": {"200": done}}}
        },
    }
    (folder / "api.json").write_text(json.dumps(api), encoding="utf-8")
    return ["node", str(_script()), "mock", "--errors", "--port", str(port), str(folder / "api.json")]


def _inlined(name: str) -> dict[str, Any]:
    """Return the schema `name` with those that it names put in: Prism would look for them on the network."""
    registry = schemas.registry()

    def resolved(node: Any) -> Any:  # noqa: ANN401  (any JSON value)
        if isinstance(node, list):
            return [resolved(child) for child in node]
        if not isinstance(node, dict):
            return node
        made = {key: resolved(child) for key, child in node.items() if key not in {"$ref", "$id", "$schema"}}
        if isinstance(node.get("$ref"), str):
            made["allOf"] = [*made.get("allOf", ()), content(node["$ref"])]
        return made

    def content(reference: str) -> Any:  # noqa: ANN401  (any JSON value)
        return resolved(registry.contents(f"{BASE_URI}{folder_of(VERSION)}/{reference}"))

    made: dict[str, Any] = content(name)
    return made


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
