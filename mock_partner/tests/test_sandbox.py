"""The mock partner on its own, on real sockets: several partners, each with its own view; reset, other servers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from ocpi_conformance.mock_partner import activity, registration
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.asgi import app_from
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.limits import Limits
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.ocpi import versions
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.pytest_fixture import ocpi_partner, ocpi_partner_config
from ocpi_conformance.mock_partner.record import Record, Request, Response
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import (
    ClockConfig,
    DataConfig,
    MockConfig,
    NamedRule,
    PartnerTerms,
    SimulationConfig,
)
from ocpi_conformance.mock_partner.settings import Secret
from ocpi_conformance.mock_partner.state import Connection, Party
from ocpi_conformance.mock_partner.static_files import Console

__all__ = ["ocpi_partner", "ocpi_partner_config"]

STOPPED = ClockConfig("stepped", start=datetime(2026, 1, 1, tzinfo=UTC))
CPO, EMSP = Party("CPO", "NL", "AAA", "A"), Party("EMSP", "NL", "BBB", "B")
DEADLINE = 10.0


def partner_of(name: str, token: str, **terms) -> PartnerTerms:
    return PartnerTerms(Account(name, **terms), Secret(token))


def sandbox(**changes) -> Sandbox:
    return Sandbox(MockConfig(**{"listen": "127.0.0.1:0", "clock": STOPPED, "data": DataConfig(6), **changes}))


@pytest.fixture
def cpo() -> Iterator[Sandbox]:
    """A CPO with two partners: one that sees everything, one that sees little."""
    partners = (
        partner_of("all", "token-all"),
        partner_of("some", "token-some", modules=("locations", "tokens"), sees={"locations": ("none*",)}),
    )
    with sandbox(parties=(CPO,), partners=partners) as made:
        yield made


def emsp(token: str, url: str, **changes) -> Sandbox:
    """Return an eMSP that registers with `url` when it starts."""
    terms = PartnerTerms(Account("cpo"), Secret(token), url)
    return sandbox(parties=(EMSP,), partners=(terms,), **changes)


def listed(platform: Platform, module: str) -> list[dict]:
    (connection,) = platform.living()
    exchange = platform.call(connection, "GET", module, SENDER)
    assert exchange.response is not None
    return exchange.response.json["data"]


def test_a_partner_registers_at_the_start(cpo: Sandbox) -> None:
    with emsp("token-all", cpo.versions_url) as other:
        (connection,) = other.platform.living()
        assert connection.account.name == "cpo"
        assert [peer.account.name for peer in cpo.platform.living()] == ["all"]
        assert len(listed(other.platform, "locations")) == cpo.platform.own.count("locations") > 0


def test_a_registration_that_fails_is_kept_as_a_failure(cpo: Sandbox) -> None:
    with emsp("wrong", cpo.versions_url) as other:
        assert other.platform.living() == ()
        assert len(other.platform.agenda.failures) == 1


def test_each_partner_has_its_own_view(cpo: Sandbox) -> None:
    with emsp("token-all", cpo.versions_url) as one, emsp("token-some", cpo.versions_url) as two:
        (all_of_it,), (some_of_it,) = one.platform.living(), two.platform.living()
        assert {e.identifier for e in some_of_it.endpoints} == {"credentials", "locations", "tokens"}
        assert {e.identifier for e in all_of_it.endpoints} > {"credentials", "locations", "tokens", "tariffs"}
        assert listed(one.platform, "locations")
        assert listed(two.platform, "locations") == []
        guessed = all_of_it.endpoint("tariffs", SENDER)
        assert guessed is not None
        some_of_it.endpoints += (guessed,)
        answer = two.platform.call(some_of_it, "GET", "tariffs", SENDER).response
        assert answer is not None
        assert answer.status == 404


def test_a_single_object_is_shown_as_in_the_list_and_only_to_whom_it_is_shown(cpo: Sandbox) -> None:
    with emsp("token-all", cpo.versions_url) as one, emsp("token-some", cpo.versions_url) as two:
        shown = listed(one.platform, "locations")[0]

        def answer(platform: Platform) -> Response | None:
            return platform.call(platform.living()[0], "GET", "locations", SENDER, [shown["id"]]).response

        assert (found := answer(one.platform)) is not None
        assert (found.status, found.json["data"]) == (200, shown)
        assert (hidden := answer(two.platform)) is not None
        assert (hidden.status, "data" in hidden.json) == (404, False)


@pytest.mark.parametrize(
    ("method", "path", "size", "expected"),
    [
        ("GET", "2.2.1/sender/locations/L1", 0, True),
        ("PUT", "2.2.1/receiver/tokens/NL/BBB/T1", 1000, True),
        ("PUT", "2.2.1/receiver/tokens/NL/BBB/T1", 100_000, False),
        ("GET", "2.2.1/sender/locations", 0, False),
        ("POST", "2.2.1/credentials", 1000, False),
        ("POST", "2.2.1/receiver/commands/START_SESSION", 1000, False),
        ("GET", "versions", 0, False),
        ("GET", "nothing", 0, False),
    ],
)
def test_only_what_is_made_of_one_object_is_at_hand(
    cpo: Sandbox, method: str, path: str, size: int, expected: bool
) -> None:
    asked = Inbound(method, f"http://a.test/ocpi/{path}", tuple(path.split("/")), (), (), bytes(size))
    assert cpo.platform.is_prompt(asked) is expected


def test_what_a_partner_does_not_see_is_not_pushed_to_it(cpo: Sandbox) -> None:
    with emsp("token-all", cpo.versions_url) as one, emsp("token-some", cpo.versions_url) as two:
        activity.ACTIVITIES["change_location"](cpo.platform)
        assert [e.request.method for e in one.record if e.sender == "target" and e.context.module == "locations"]
        assert not [e for e in two.record if e.sender == "target" and e.context.module == "locations"]


def test_a_partner_is_called_at_its_own_hosts_only(cpo: Sandbox) -> None:
    with sandbox(parties=(EMSP,), partners=(partner_of("cpo", "t", hosts=("a.test",)),)) as other:
        with pytest.raises(HarnessError, match="no host of partner cpo"):
            registration.register(other.platform, cpo.versions_url, "token-all", other.config.partners[0].account)
        assert [e for e in other.record if e.sender == "partner"] == []


def test_a_partner_speaks_the_version_of_its_terms(cpo: Sandbox) -> None:
    account = Account("old", versions=("2.1.1",))
    cpo.platform.supported = ("2.1.1", "2.2.1")
    terms = PartnerTerms(account, Secret("token-all"), cpo.versions_url)
    with sandbox(parties=(EMSP,), partners=(terms,), versions=("2.1.1", "2.2.1")) as other:
        assert [connection.version for connection in other.platform.living()] == ["2.1.1"]


def test_several_parties_publish_on_one_platform() -> None:
    made = sandbox(parties=(CPO, EMSP))
    assert {"locations", "tokens"} <= set(made.platform.own.counts())
    assert {item["party_id"] for item in made.platform.own.all("tokens")} == {"BBB"}
    made.stop()


def test_the_same_seed_gives_the_same_data() -> None:
    first, second, other = sandbox(seed=3), sandbox(seed=3), sandbox(seed=4)
    for made in (first, second, other):
        made.stop()
    one, same, different = (s.platform.own.all("locations") for s in (first, second, other))
    assert one == same != different


def test_a_reset_brings_back_what_the_configuration_says(cpo: Sandbox) -> None:
    before = cpo.platform.own.count("tariffs")
    cpo.arming.arm("small-pages")
    with emsp("token-all", cpo.versions_url):
        cpo.platform.own.remove("tariffs", cpo.platform.own.keys("tariffs")[0])
        cpo.reset(("data",))
        assert cpo.platform.own.count("tariffs") == before
        assert cpo.platform.living()
        assert cpo.platform.behaviour.max_limit == 1
        cpo.reset()
    assert cpo.platform.living() == ()
    assert cpo.platform.behaviour.max_limit == cpo.config.max_page
    with emsp("token-all", cpo.versions_url) as again:
        assert again.platform.living()


def test_named_rules_of_the_configuration_are_armed_and_come_back_with_a_reset() -> None:
    made = sandbox(faults=(NamedRule("down", {"status": 503}),), profiles=("trailing-slashes",))
    assert list(made.arming.all()) == ["trailing-slashes", "down"]
    assert made.platform.behaviour.endpoint_suffix == "/"
    made.arming.disarm("down")
    assert made.platform.faults.rules == []
    made.reset(("faults",))
    assert len(made.platform.faults.rules) == 1
    with pytest.raises(HarnessError, match=r"odd is not armed\. Armed are: trailing-slashes, down"):
        made.arming.disarm("odd")
    made.stop()


def test_everything_that_is_known_by_name_can_be_armed() -> None:
    made = sandbox()
    assert {"small-pages", "TRN-011-unknown-token-403"} <= set(made.arming.known())
    for name in made.arming.known():
        made.arming.arm(name)
        made.arming.disarm(name)
    assert made.platform.behaviour == Behaviour(max_limit=made.config.max_page)
    made.stop()


def test_a_simulation_fills_the_log_of_a_partner() -> None:
    simulation = SimulationConfig(on=True, rate=60.0)
    with sandbox(parties=(CPO,), simulation=simulation) as made, emsp("given", made.versions_url) as other:
        registration.register(other.platform, made.versions_url, made.invitations["partner"])
        made.platform.agenda.advance(3600)
        assert other.platform.received.count("sessions") > 0


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    with sandbox(parties=(EMSP,), limits=Limits(depth=4)) as made:
        path = "2.2.1/receiver/locations/NL/AAA/LOC1"
        made.platform.connections[0].state = "registered"
        token = made.invitations["partner"]
        answers = {depth: put(f"{made.platform.base_url}/{path}", token, depth) for depth in (4, 5)}
    assert answers[5].status == 400
    assert answers[5].json["status_message"] == "not JSON: nested deeper than 4 levels"
    assert answers[4].status != 400


def put(url: str, token: str, depth: int) -> Response:
    headers = (("Authorization", versions.authorization(token, "2.2.1")),)
    body = b'{"a":' * depth + b"1" + b"}" * depth
    return ask(url, Request("PUT", url, headers, body))


def test_an_invitation_can_carry_the_terms_of_a_partner(cpo: Sandbox) -> None:
    assert cpo.invitations == {"all": "token-all", "some": "token-some"}
    token = cpo.invite("some")
    assert cpo.platform.connections[-1] == Connection(token, account=cpo.config.partners[1].account)
    assert cpo.invite(token="given") == "given"
    assert cpo.platform.connections[-1].account == Account()


def test_secrets_are_not_shown(cpo: Sandbox) -> None:
    clean = cpo.record.redactor.clean(f"{cpo.secret} token-all")
    assert clean == "[CONTROL_SECRET] [CREDENTIALS_TOKEN_A all]"


def test_only_the_latest_exchanges_are_kept() -> None:
    with sandbox(parties=(CPO,), kept_exchanges=2) as made, emsp(made.invitations["partner"], made.versions_url):
        assert made.record.size > 2
        assert [e.number for e in made.record] == [made.record.size - 1, made.record.size]
        assert made.record.later_than(0) == made.record.exchanges()


@contextmanager
def hosted(app: ASGIApp, listening: socket.socket) -> Iterator[None]:
    """Run `app` under a server that is none of ours."""
    server = uvicorn.Server(uvicorn.Config(app, http="h11", lifespan="on", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(DEADLINE)


def ask(url: str, request: Request | None = None) -> Response:
    client = Client(Record(), timeout=DEADLINE)
    try:
        response = client.send(request or Request("GET", url)).response
    finally:
        client.close()
    assert response is not None
    return response


def test_it_runs_under_another_asgi_server(tmp_path: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    path = tmp_path / "mock.toml"
    path.write_text(f'[mock]\npublic_url = "{url}"\n[data]\nsize = 1\n')
    with hosted(app_from(path), listening):
        assert ask(f"{url}/control/health").json["versions_url"] == f"{url}/ocpi/versions"
        refused = ask(f"{url}/ocpi/versions")
    assert (refused.status, refused.json["status_code"]) == (401, 2000)


def test_the_lifespan_of_an_application_is_that_of_its_sandbox(cpo: Sandbox) -> None:
    """It registers when it starts, while the server that hosts it answers already."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    terms = PartnerTerms(Account("cpo"), Secret("token-all"), cpo.versions_url)
    with hosted(app_from(MockConfig(public_url=url, parties=(EMSP,), partners=(terms,))), listening):
        posted = cpo.record.wait_for(
            lambda e: e.sender == "target" and e.request.method == "POST", "the registration", DEADLINE
        )
    assert posted.response is not None
    assert posted.response.json["status_code"] == 1000


def test_a_suite_of_others_has_a_partner(ocpi_partner: Sandbox) -> None:
    """What a user's own test looks like: here their system is a second partner."""
    with emsp(ocpi_partner.invitations["partner"], ocpi_partner.versions_url) as system:
        ocpi_partner.arming.arm("no tariffs", {"match": {"module": "tariffs"}, "status": 503})
        (connection,) = system.platform.living()
        exchange = system.platform.call(connection, "GET", "tariffs", SENDER)
        assert exchange.response is not None
        assert exchange.response.status == 503
        seen = ocpi_partner.record.wait_for(lambda e: e.context.module == "tariffs", "the request", DEADLINE)
        assert seen.sender == "target"


def test_the_console_serves_the_files_of_its_folder_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>hello")
    console = Console(tmp_path)

    def get(*path: str) -> tuple[int, bytes]:
        response, _ = console.handle(Inbound("GET", "http://a.test/console/", path, (), (), b""))
        assert response is not None
        return response.status, response.body

    assert console.installed
    assert get() == get("index.html") == (200, b"<p>hello")
    assert get("..", "secret")[0] == get("../index.html")[0] == get("none.js")[0] == 404
    assert not Console(files("ocpi_conformance.mock_partner") / "nowhere").installed
