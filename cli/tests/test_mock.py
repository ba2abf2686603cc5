"""The command `mock`: what it prints, how it ends, how it refuses; and its pages."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from ocpi_conformance.cli import mock_page
from ocpi_conformance.cli.mock import mock
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.record import Record, Request

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0


def printed(*arguments: str) -> dict:
    done = CliRunner().invoke(mock, [*arguments, "print-config"])
    assert done.exit_code == 0, done.output
    return tomllib.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "section", "key", "expected"),
    [
        (("--role", "EMSP"), "parties", "role", "EMSP"),
        (("--version", "2.1.1", "--version", "2.2.1"), "mock", "versions", ["2.1.1", "2.2.1"]),
        (("--port", "9123"), "mock", "listen", "127.0.0.1:9123"),
        (("--listen", "0.0.0.0:9000"), "mock", "listen", "0.0.0.0:9000"),
        (("--public-url", "https://a.test"), "mock", "public_url", "https://a.test"),
        (("--store", "a.db"), "mock", "store", str(Path("a.db").resolve())),
        (("--size", "3"), "data", "size", 3),
        (("--seed", "0"), "mock", "seed", 0),
        (("--clock", "stepped"), "clock", "mode", "stepped"),
    ],
)
def test_an_option_sets_its_key(arguments: tuple[str, ...], section: str, key: str, expected: object) -> None:
    table = printed(*arguments)[section]
    assert (table[0] if isinstance(table, list) else table)[key] == expected


def test_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mock.toml"
    path.write_text("[data]\nsize = 4\n")
    assert printed("--config", str(path))["data"]["size"] == 4
    assert printed("--config", str(path), "--size", "5")["data"]["size"] == 5


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--config", "none.toml"), "none.toml: -: cannot be read: No such file or directory; give the path"),
        (("--role", "CSMS"), 'command line: mock.roles: "CSMS" is not known; known: CPO, EMSP'),
        (("--listen", "203.0.113.1:0"), "cannot listen on 203.0.113.1:0"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], expected: str) -> None:
    done = CliRunner().invoke(mock, arguments)
    assert done.exit_code == 4
    assert f"error: {expected}" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_end(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "ocpi_conformance.cli", "mock", "--role", "EMSP", "--port", "0", "--size", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "".join(lines)
        told = dict(
            re.findall(r"^  (versions URL|CREDENTIALS_TOKEN_A|control API|control secret) +(\S+)", "".join(lines), re.M)
        )
        assert set(told) == {"versions URL", "CREDENTIALS_TOKEN_A", "control API", "control secret"}
        client = Client(Record(), timeout=DEADLINE)
        headers = (("Authorization", f"Bearer {told['control secret']}"),)
        response = client.send(Request("GET", f"{told['control API']}/state", headers)).response
        client.close()
        process.send_signal(number)
        assert process.wait(DEADLINE) == 0
    assert response is not None
    assert response.json["versions_url"] == told["versions URL"]


def test_the_pages_are_what_the_tables_say() -> None:
    for name, kind in (("mock.md", "page"), ("mock.schema.json", "schema")):
        written = (ROOT / "docs" / name).read_text("utf-8")
        assert written == mock_page.WRITERS[kind](), (
            f"run: python -m ocpi_conformance.cli.mock_page {kind} > docs/{name}"
        )
    assert json.loads(mock_page.schema_text())["title"] == "mock.toml"
