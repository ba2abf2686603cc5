"""What is told about the bodies of exchanges: where the schemas find fault, and where there is nothing to judge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ocpi_conformance.cli.explaining import explain
from ocpi_conformance.mock_partner.findings import Findings
from ocpi_conformance.mock_partner.ocpi.modules import MODULES
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.safety import Redactor

STAMP = "2026-01-01T00:00:00Z"
LIST = Context("2.2.1", "locations", "SENDER", "list")
PATCH = Context("2.2.1", "locations", "RECEIVER", "evse")
COMMAND = Context("2.2.1", "commands", "RECEIVER", "command", (("command", "STOP_SESSION"),))
RESULT = Context("2.2.1", "commands", "SENDER", "result", (("command", "STOP_SESSION"), ("uid", "1")))
CREDENTIALS = Context("2.2.1", "credentials", "RECEIVER", "credentials")
BOOKING = Context("2.3.0", "Booking", "SENDER", "list")
SUCCESS = {"status_code": 1000, "timestamp": STAMP}


def exchange(context: Context, method: str, sent: Any = None, answer: Any = None, status: int = 200) -> Exchange:
    def text(value: Any) -> bytes:
        return value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()

    request = Request(method, "http://a.test/", (), text(sent))
    response = None if answer is None else Response(status, (), text(answer))
    return Exchange(1, "target", request, response, context, 1, 2, 0.0, 1.0)


def told(made: Exchange) -> list[tuple[str, str, str]]:
    return [(finding.part, finding.pointer, finding.kind) for finding in explain(made)]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (exchange(LIST, "GET", None, {**SUCCESS, "data": []}), []),
        (exchange(LIST, "GET", None, {"status_code": 1000, "data": []}), [("response", "/timestamp", "required")]),
        (exchange(LIST, "GET", None, {**SUCCESS, "data": {}}), [("response", "/data", "type")]),
        (exchange(LIST, "GET", None, b"<html>"), [("response", "", "not-json")]),
        (exchange(LIST, "GET", None, b"<html>", 404), []),
        (exchange(LIST, "GET", None, {"status_code": 2000, "timestamp": STAMP}), []),
        (exchange(LIST, "GET"), []),
        (exchange(PATCH, "PATCH", {"status": "CHARGING"}, SUCCESS), []),
        (exchange(PATCH, "PATCH", {"status": "BUSY"}, SUCCESS), [("request", "/status", "enum")]),
        (exchange(PATCH, "PATCH", b"{", SUCCESS), [("request", "", "not-json")]),
        (exchange(PATCH, "PUT", {"uid": 1}, SUCCESS), [("request", "/uid", "type")]),
        (exchange(COMMAND, "POST", {"response_url": "https://a.test/"}), [("request", "/session_id", "required")]),
        (exchange(COMMAND, "POST", {"response_url": "https://a.test/", "session_id": "1"}), []),
        (exchange(RESULT, "POST", {"result": "DONE"}, SUCCESS), [("request", "/result", "enum")]),
        (exchange(Context("", "versions"), "GET", None, {**SUCCESS, "data": []}), [("response", "/data", "min-items")]),
        (exchange(BOOKING, "GET", None, {**SUCCESS, "data": [1]}), [("response", "/data/0", "type")]),
        (exchange(Context(), "GET", b"{", b"<html>"), []),
        (exchange(Context("2.2.1", "cars", "SENDER", "list"), "GET", None, b"<html>"), []),
    ],
)
def test_each_fault_is_told_with_its_place(made: Exchange, expected: list[tuple[str, str, str]]) -> None:
    found = told(made)
    assert set(expected) <= set(found)
    assert bool(found) == bool(expected)


def test_what_is_allowed_and_worth_telling_is_no_error() -> None:
    made = exchange(PATCH, "PATCH", {"status": "CHARGING", "colour": "red"}, SUCCESS)
    findings = Findings(explain, Redactor())
    assert [row["severity"] for row in findings.of(made, "request")] == ["notice"]
    assert findings.errors(made) == 0
    assert findings.of(made, "response") == []


@pytest.mark.parametrize("version", MODULES)
def test_it_answers_for_every_route_of_every_version(version: str) -> None:
    for name, module in MODULES[version].items():
        for side, routes in module.routes.items():
            for route in routes:
                for method in route.methods:
                    made = exchange(Context(version, name, side, route.name), method, b"[", b"[")
                    assert ("response", "", "not-json") in told(made), (name, side, route.name, method)


def test_a_secret_is_not_told_in_part() -> None:
    token = "s" * 90
    redactor = Redactor()
    redactor.add(token, "CREDENTIALS_TOKEN")
    made = exchange(CREDENTIALS, "POST", {"token": token, "url": "https://a.test/", "roles": []})
    rows = {row["pointer"]: row for row in Findings(explain, redactor).of(made, "request")}
    assert rows["/token"]["actual"] == "[CREDENTIALS_TOKEN]"
    assert rows["/roles"]["actual"] == "[]"
    assert "sssss" not in json.dumps(list(rows.values()))
