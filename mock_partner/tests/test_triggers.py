"""A trigger does what target.toml says, and says what went wrong."""

from __future__ import annotations

import sys

import pytest

from ocpi_conformance.mock_partner.config import Trigger
from ocpi_conformance.mock_partner.errors import HarnessError, NoTrigger
from ocpi_conformance.mock_partner.tests import hostile
from ocpi_conformance.mock_partner.triggers import Triggers


def of(kind: str, text: str, timeout: float = 5.0) -> Triggers:
    return Triggers({"act": Trigger(kind, text)}, timeout)


def test_a_command_gets_its_values_quoted() -> None:
    script = "import sys; print(sys.argv[1])"
    triggers = of("command", f'{sys.executable} -c "{script}" {{word}}')
    assert triggers.pull("act", {"word": "a b; echo c"}).strip() == "a b; echo c"


def test_a_placeholder_without_value_is_empty() -> None:
    assert of("command", "echo [{location_id}]").pull("act").strip() == "[]"


@pytest.mark.parametrize(
    ("text", "message"), [("exit 3", "exit code 3"), ("echo why >&2; exit 1", "why")], ids=["code", "what it said"]
)
def test_a_command_that_fails_is_our_error(text: str, message: str) -> None:
    with pytest.raises(HarnessError, match=message):
        of("command", text).pull("act")


def test_a_command_that_hangs_ends_at_its_deadline() -> None:
    with pytest.raises(HarnessError, match=r"longer than 0\.2 s"):
        of("command", "exec sleep 60", timeout=0.2).pull("act")


def test_an_http_trigger_gets_its_values_encoded() -> None:
    seen: list[bytes] = []

    def script(connection: object, over: object) -> None:
        seen.append(hostile.read_request(connection))  # type: ignore[arg-type]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")  # type: ignore[attr-defined]

    with hostile.serving(script) as url:
        answer = of("http", f"POST {url}/evse/{{evse_uid}}").pull("act", {"evse_uid": "A/1 2"})
    assert answer == "ok"
    assert seen[0].startswith(b"POST /evse/A%2F1%202 HTTP/1.1\r\n")


def test_an_http_trigger_that_is_refused_is_our_error() -> None:
    raw = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with hostile.serving(hostile.answer(raw)) as url, pytest.raises(HarnessError, match="HTTP 403"):
        of("http", f"POST {url}").pull("act")


def test_what_is_not_configured_says_how_to_configure_it() -> None:
    with pytest.raises(NoTrigger, match=r"Add other to \[triggers\]"):
        of("command", "true").pull("other")


def test_an_operator_is_only_asked_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(NoTrigger, match="operator at a terminal"):
        of("operator", "Unplug {evse_uid}").pull("act")
