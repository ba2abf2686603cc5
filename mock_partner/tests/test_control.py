"""The control API: every operation is described, every answer is as described, every mistake has a remedy."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ocpi_conformance.mock_partner import control_acts
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.control_routes import CRITERIA, ERROR, ROUTES
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Record, Request
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, DataConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.settings import Secret
from ocpi_conformance.mock_partner.state import Party

DEADLINE = 10.0
STOPPED = ClockConfig("stepped", start=datetime(2026, 1, 1, tzinfo=UTC))
TARIFF = {
    "country_code": "NL",
    "party_id": "AAA",
    "id": "NEW",
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "FLAT", "price": 1.0, "step_size": 1}]}],
    "last_updated": "2026-01-01T00:00:00Z",
}


def check(version: str, name: str, instance: Any, partial: bool) -> list[str]:
    return ["currency is missing"] if name == "Tariff" and "currency" not in instance else []


class Api:
    """The control API of a CPO, and an eMSP that is registered with it."""

    def __init__(self) -> None:
        partners = (PartnerTerms(Account("emsp"), Secret("token-a")),)
        cpo = Party("CPO", "NL", "AAA", "A")
        self.sandbox = Sandbox(
            MockConfig("127.0.0.1:0", parties=(cpo,), partners=partners, clock=STOPPED, data=DataConfig(4)),
            validate=check,
        ).start()
        terms = PartnerTerms(Account("cpo"), Secret("token-a"), self.sandbox.versions_url)
        emsp = Party("EMSP", "NL", "BBB", "B")
        self.other = Sandbox(
            MockConfig("127.0.0.1:0", parties=(emsp,), partners=(terms,), clock=STOPPED, data=DataConfig(1))
        ).start()
        self._client = Client(Record(), timeout=DEADLINE)

    def close(self) -> None:
        self.other.stop()
        self.sandbox.stop()
        self._client.close()

    def ask(self, method: str, path: str, body: object = None, secret: str | None = None) -> tuple[int, Any]:
        value = self.sandbox.secret if secret is None else secret
        headers = (("Authorization", f"Bearer {value}"),) if value else ()
        payload = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"{self.sandbox.control_url}/{path}"
        response = self._client.send(Request(method, url, headers, payload)).response
        assert response is not None
        assert response.header("Content-Type") == "application/json"
        return response.status, response.json

    def fetch(self, module: str) -> int:
        """Have the eMSP ask for a list; return the number of the exchange at the CPO."""
        (connection,) = self.other.platform.living()
        self.other.platform.call(connection, "GET", module, SENDER)
        return self.sandbox.record.size


@pytest.fixture(scope="module")
def shared() -> Iterator[Api]:
    api = Api()
    yield api
    api.close()


@pytest.fixture
def api(shared: Api) -> Api:
    """The two platforms, with faults and data as configured."""
    shared.sandbox.reset(("faults", "data"))
    return shared


# One request for each operation.
REQUESTS: dict[str, tuple[str, object]] = {
    "health": ("health", None),
    "openapi": ("openapi.json", None),
    "state": ("state", None),
    "exchanges": ("exchanges?module=credentials&limit=5", None),
    "exchange": ("exchanges/1", None),
    "findings": ("exchanges/1/findings", None),
    "wait": ("wait", {"match": {"module": "credentials", "method": "POST", "direction": "in", "status": 200}}),
    "reset": ("reset", {"parts": ["faults"]}),
    "objects": ("objects?module=locations&limit=1", None),
    "data": ("data", {"objects": {"tariffs": [TARIFF]}}),
    "faults": ("faults", None),
    "arm": ("faults", {"name": "down", "rule": {"status": 503}}),
    "disarm": ("faults/down", None),
    "disarm_all": ("faults", None),
    "triggers": ("triggers", None),
    "trigger": ("trigger", {"name": "change_location"}),
    "advance": ("clock/advance", {"seconds": 60}),
    "invite": ("invitations", {"partner": "emsp"}),
}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_operation_is_described_and_answers_as_described(api: Api, route: Any) -> None:
    if route.name == "disarm":
        api.sandbox.arming.arm("down", {"status": 503})
    path, body = REQUESTS[route.name]
    status, answer = api.ask(route.method, path, body)
    document = control_acts.document(api.sandbox.control_url)
    described = document["paths"][f"/{route.template}"][route.method.lower()]["responses"][str(status)]
    schema = described["content"]["application/json"]["schema"]
    assert status == route.status
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)


def test_the_description_holds_every_operation_and_valid_schemas(api: Api) -> None:
    _, document = api.ask("GET", "openapi.json", secret="")
    described = {(m.upper(), p[1:]) for p, methods in document["paths"].items() for m in methods}
    assert described == {(route.method, route.template) for route in ROUTES}
    assert document["openapi"].startswith("3.1.")
    for route in ROUTES:
        for schema in filter(None, (route.answer, route.body, *route.query.values())):
            Draft202012Validator.check_schema(schema)
    assert set(control_acts.ACTS) == {route.name for route in ROUTES} == set(REQUESTS)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_only_the_open_operations_need_no_secret(api: Api, route: Any) -> None:
    path, body = REQUESTS[route.name]
    for secret in ("", "wrong"):
        status, _ = api.ask(route.method, path, body, secret)
        assert (status == 401) != route.open


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "expected"),
    [
        ("GET", "nothing", None, 404, "there is no such operation"),
        ("PUT", "state", None, 405, "PUT is not defined here"),
        ("GET", "state?x=1", None, 400, "unknown parameter x"),
        ("GET", "exchanges?limit=0", None, 400, "limit: 0 is less than the minimum of 1"),
        ("GET", "exchanges?after=some", None, 400, "after: 'some' is not of type 'integer'"),
        ("GET", "exchanges?direction=up", None, 400, "direction: 'up' is not one of"),
        ("GET", "exchanges/0", None, 404, "there is no exchange 0"),
        ("GET", "exchanges/99999", None, 404, "there is no exchange 99999"),
        ("GET", "exchanges/x", None, 404, "there is no exchange x"),
        ("GET", "exchanges/0/findings", None, 404, "there is no exchange 0"),
        ("POST", "wait", b"{", 400, "the body is no JSON"),
        ("POST", "wait", [], 400, "the request: [] is not of type 'object'"),
        ("POST", "wait", {}, 400, "the request: 'match' is a required property"),
        ("POST", "wait", {"match": {"x": 1}}, 400, "match: Additional properties are not allowed ('x' was unexpected)"),
        ("POST", "wait", {"match": {}, "timeout": 61}, 400, "timeout: 61 is greater than the maximum of 60"),
        ("POST", "reset", {"parts": ["all"]}, 400, "parts/0: 'all' is not one of"),
        ("GET", "objects", None, 400, "the parameter module is missing"),
        ("POST", "data", {"objects": {"cars": []}}, 400, "cars is no module with objects; known are locations"),
        ("POST", "data", {"objects": {"tariffs": [{"id": "1"}]}}, 400, "tariffs[0]: country_code is no text"),
        ("POST", "faults", {"name": "odd"}, 400, "no defect is called odd"),
        ("POST", "faults", {"name": "odd", "rule": {"x": 1}}, 400, "fault rule with unknown key x"),
        ("DELETE", "faults/odd", None, 404, "odd is not armed"),
        ("POST", "trigger", {"name": "explode"}, 400, "no trigger is called explode"),
        ("POST", "trigger", {"name": "register_with_partner"}, 400, "unknown none, missing token_a, versions_url"),
        ("POST", "trigger", {"name": "send_command", "arguments": {"x": 1}}, 400, "unknown none, missing command"),
        ("POST", "trigger", {"name": "change_location", "arguments": {"x": 1}}, 400, "unknown x, missing none"),
        ("POST", "trigger", {"name": "change_location", "arguments": {"location_id": "no"}}, 502, "no object"),
        ("POST", "clock/advance", {"seconds": -1}, 400, "seconds: -1 is less than the minimum of 0"),
        ("POST", "invitations", {"partner": "nobody"}, 400, "no partner is called nobody"),
    ],
)
def test_a_mistake_is_told_with_a_remedy(
    api: Api, method: str, path: str, body: object, status: int, expected: str
) -> None:
    found, answer = api.ask(method, path, body)
    Draft202012Validator(ERROR).validate(answer)
    assert (found, expected in answer["error"]) == (status, True), answer
    assert answer["remedy"]


def test_the_state_names_partners_and_counts(api: Api) -> None:
    _, state = api.ask("GET", "state")
    assert state["connections"][0]["partner"] == "emsp"
    assert state["connections"][0]["state"] == "registered"
    assert state["connections"][0]["parties"][0]["party_id"] == "BBB"
    assert state["objects"]["own"]["locations"] == api.sandbox.platform.own.count("locations")
    assert state["clock"]["mode"] == "stepped"


def test_exchanges_are_found_by_each_criterion(api: Api) -> None:
    number = api.fetch("locations")
    _, exchange = api.ask("GET", f"exchanges/{number}")
    matching = {
        "direction": "in",
        "module": "locations",
        "interface": "SENDER",
        "route": "list",
        "method": "get",
        "status": 200,
        "ocpi_status": 1000,
        "version": "2.2.1",
        "path": "/sender/locations",
        "contains": "",
    }
    other = {
        "direction": "out",
        "interface": "RECEIVER",
        "status": 201,
        "ocpi_status": 2001,
        "version": "2.1.1",
        "contains": "{",
    }
    assert set(matching) == set(CRITERIA)
    for name, value in matching.items():
        _, found = api.ask("GET", f"exchanges?after={number - 1}&{name}={value}")
        assert found == {"exchanges": [exchange], "last": number}, name
        _, found = api.ask("GET", f"exchanges?after={number - 1}&{name}={other.get(name, 'other')}")
        assert found["exchanges"] == [], name


def test_exchanges_are_given_in_pages(api: Api) -> None:
    first = api.fetch("tariffs")
    second = api.fetch("tariffs")
    _, page = api.ask("GET", f"exchanges?module=tariffs&limit=1&after={first - 1}")
    assert ([e["number"] for e in page["exchanges"]], page["last"]) == ([first], first)
    _, page = api.ask("GET", f"exchanges?module=tariffs&limit=1&after={first}")
    assert [e["number"] for e in page["exchanges"]] == [second]


def test_secrets_of_the_connection_are_not_shown(api: Api) -> None:
    text = json.dumps(api.ask("GET", "exchanges")[1])
    tokens = [token for c in api.sandbox.platform.connections for token in (c.token_in, c.token_out) if token]
    assert tokens
    assert not any(token in text for token in tokens)


def test_a_long_poll_ends_with_the_exchange(api: Api) -> None:
    after, answers = api.sandbox.record.size, []

    def poll() -> None:
        answers.append(api.ask("GET", f"exchanges?module=cdrs&after={after}&wait={DEADLINE}"))

    thread = threading.Thread(target=poll)
    thread.start()
    number = api.fetch("cdrs")
    thread.join(DEADLINE)
    assert [e["number"] for e in answers[0][1]["exchanges"]] == [number]


def test_a_long_poll_without_an_exchange_ends_empty(api: Api) -> None:
    after = api.sandbox.record.size
    assert api.ask("GET", f"exchanges?after={after}&wait=0.01")[1] == {"exchanges": [], "last": after}


def test_a_wait_that_fails_says_which_criterion_was_not_met(api: Api) -> None:
    after = api.fetch("sessions")
    body = {"match": {"module": "sessions", "method": "PUT", "path": "/SES1"}, "timeout": 0.01, "after": after - 1}
    status, answer = api.ask("POST", "wait", body)
    (miss,) = answer["near_misses"]
    assert status == 504
    assert miss["exchange"]["number"] == after
    assert miss["differs"][0] == "method: expected PUT, found GET"
    assert miss["differs"][1].startswith("path: expected a part /SES1, found http://")


def test_too_many_waiters_are_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_acts, "_waiting", threading.BoundedSemaphore(1))
    control_acts._waiting.acquire()
    status, answer = api.ask("POST", "wait", {"match": {"module": "none"}, "timeout": 0.01})
    assert (status, answer["remedy"]) == (503, "Ask again when one of them has its answer")


def test_data_is_published_and_looked_at(api: Api) -> None:
    before = api.sandbox.platform.own.count("tariffs")
    assert api.ask("POST", "data", {"objects": {"tariffs": [TARIFF]}}) == (200, {"loaded": {"tariffs": 1}})
    _, found = api.ask("GET", f"objects?module=tariffs&offset={before}")
    assert found == {"objects": [TARIFF], "total": before + 1}
    api.ask("POST", "data", {"objects": {"tariffs": [TARIFF]}, "replace": True})
    assert api.ask("GET", "objects?module=tariffs")[1]["total"] == 1


def test_an_invalid_object_is_refused_unless_it_is_wanted(api: Api) -> None:
    odd = {key: value for key, value in TARIFF.items() if key != "currency"}
    status, answer = api.ask("POST", "data", {"objects": {"tariffs": [odd]}})
    assert (status, answer["error"]) == (400, "tariffs[0]: currency is missing")
    assert api.ask("POST", "data", {"objects": {"tariffs": [odd]}, "check": False})[0] == 200


def test_a_named_defect_bends_the_answers_until_it_is_disarmed(api: Api) -> None:
    _, armed = api.ask("POST", "faults", {"name": "TRN-011-unknown-token-403"})
    assert armed["switches"] == {"unknown_token_status": 403}
    _, listed = api.ask("GET", "faults")
    assert [row["name"] for row in listed["armed"]] == ["TRN-011-unknown-token-403"]
    assert {"name": "TRN-011-unknown-token-403", "breaks": "TRN-011"} in listed["known"]
    assert api.sandbox.platform.behaviour.unknown_token_status == 403
    api.ask("DELETE", "faults/TRN-011-unknown-token-403")
    assert api.sandbox.platform.behaviour.unknown_token_status == 401


def test_a_rule_counts_what_it_has_seen(api: Api) -> None:
    api.ask("POST", "faults", {"name": "down", "rule": {"match": {"module": "tariffs"}, "status": 503}})
    number = api.fetch("tariffs")
    assert api.ask("GET", f"exchanges/{number}")[1]["response"]["status"] == 503
    assert api.ask("GET", "faults")[1]["armed"][0]["seen"] == 1
    api.ask("DELETE", "faults")
    number = api.fetch("tariffs")
    assert api.ask("GET", f"exchanges/{number}")[1]["response"]["status"] == 200


def test_a_trigger_names_the_exchanges_that_it_caused(api: Api) -> None:
    # A Location that the other side does not have yet would be put after the PATCH was refused.
    api.ask("POST", "trigger", {"name": "change_location"})
    _, done = api.ask("POST", "trigger", {"name": "change_location"})
    (number,) = done["exchanges"]
    assert api.ask("GET", f"exchanges/{number}")[1]["request"]["method"] == "PATCH"


def test_the_triggers_tell_their_arguments(api: Api) -> None:
    rows = {row["name"]: row for row in api.ask("GET", "triggers")[1]["triggers"]}
    assert rows["register_with_partner"]["arguments"] == ["versions_url", "token_a"]
    assert rows["change_evse_status"]["arguments"] == ["location_id", "evse_uid", "status"]
    assert all(row["meaning"] for row in rows.values())
    assert rows["note_authorization"]["required"] == ["token_uid"]
    assert (rows["send_command"]["arguments"], rows["send_command"]["further"]) == (["command"], True)
    assert not rows["change_location"]["further"]


def test_a_registration_that_fails_is_told(api: Api) -> None:
    arguments = {"versions_url": f"{api.sandbox.control_url}/health", "token_a": "x"}
    status, answer = api.ask("POST", "trigger", {"name": "register_with_partner", "arguments": arguments})
    assert status == 502
    assert "no success" in answer["error"]


def test_the_clock_moves_on_and_what_is_due_is_done(api: Api) -> None:
    done = []
    api.sandbox.platform.agenda.after(30, lambda: done.append("due"))
    before = datetime.fromisoformat(api.ask("GET", "state")[1]["clock"]["now"])
    _, clock = api.ask("POST", "clock/advance", {"seconds": 60})
    assert done == ["due"]
    assert (datetime.fromisoformat(clock["now"]) - before).total_seconds() == 60


def test_a_clock_that_runs_is_not_advanced() -> None:
    sandbox = Sandbox(MockConfig(data=DataConfig(0)), hosted=True)
    with pytest.raises(control_acts.ControlError, match="runs by itself") as caught:
        control_acts.advance(control_acts.Asked(sandbox, {}, {}, {"seconds": 1}))
    assert caught.value.status == 409


def test_an_invitation_registers(api: Api) -> None:
    _, invitation = api.ask("POST", "invitations")
    assert invitation["versions_url"] == api.sandbox.versions_url
    assert api.ask("POST", "invitations", {"token_a": "chosen-token"})[1]["token_a"] == "chosen-token"
    assert {invitation["token_a"], "chosen-token"} <= {c.token_in for c in api.sandbox.platform.connections}
