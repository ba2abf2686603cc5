"""Two partners of ours live through one relation in each version, and every message of it keeps OCPI."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ocpi_conformance.cli import exchange_flaws, journey, journey_trace
from ocpi_conformance.cli.journey import Chapter, JourneyError, Sent, Stage, Told
from ocpi_conformance.cli.main import main
from ocpi_conformance.mock_partner.authorization import present_token
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response

FEW = 60
VERSIONS = ("2.1.1", "2.2.1", "2.3.0")
SUCCESS = Response(200, (), b'{"status_code": 1000}')


def begun(stage: Stage, chapters: int) -> list[Told]:
    """Let the first chapters of a journey happen."""
    return [journey.tell(stage, chapter) for chapter in journey.chapters(stage.version)[:chapters]]


def calls(told: list[Told]) -> set[tuple[str, str, str]]:
    return {
        (sent.caller, sent.exchange.request.method, sent.exchange.context.module) for part in told for sent in part.sent
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_relation_from_the_handshake_to_its_end(version: str) -> None:
    with journey.staged(version) as stage:
        told = begun(stage, 99)
        assert [sent.exchange.summary for part in told for sent in part.failures] == []
        assert list(journey_trace.flaws_of(stage)) == []
        assert stage.emsp.received.count("locations") >= 1000
        assert {sent.exchange.context.version for part in told for sent in part.sent} <= {version, ""}
        wanted = {
            ("eMSP", "POST", "credentials"),
            ("eMSP", "GET", "locations"),
            ("eMSP", "PUT", "tokens"),
            ("CPO", "POST", "tokens"),
            ("CPO", "PUT", "sessions"),
            ("CPO", "PATCH", "sessions"),
            ("CPO", "PATCH", "locations"),
            ("CPO", "POST", "cdrs"),
            ("eMSP", "POST", "commands"),
            ("CPO", "POST", "commands"),
            ("eMSP", "PUT", "credentials"),
            ("CPO", "PUT", "credentials"),
            ("eMSP", "DELETE", "credentials"),
        }
        profiles = {(who, "PUT", "chargingprofiles") for who in ("eMSP", "CPO")} if version != "2.1.1" else set()
        assert calls(told) >= wanted | profiles


def test_a_version_without_charging_profiles_has_no_chapter_of_them() -> None:
    titles = {version: [chapter.title for chapter in journey.chapters(version)] for version in VERSIONS}
    assert set(titles["2.2.1"]) - set(titles["2.1.1"]) == {"The eMSP limits the power of the session"}
    assert titles["2.2.1"] == titles["2.3.0"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"match": {"module": "tariffs"}, "unset": ["0/currency"]}, "/currency"),
        ({"match": {"module": "cdrs"}, "set": {"0/total_energy": 123456.0}}, "total_energy"),
    ],
)
def test_what_breaks_ocpi_on_the_way_is_found(rule: dict, said: str) -> None:
    with journey.staged("2.2.1", FEW) as stage:
        begun(stage, 1)
        assert list(journey_trace.flaws_of(stage)) == []
        stage.cpo_sandbox.arming.arm("spoilt", rule)
        for module in ("tariffs", "cdrs"):
            journey.pulling.pull(stage.emsp, module)
        flaws = list(journey_trace.flaws_of(stage))
        assert any(said in flaw for flaw in flaws), flaws


def test_schemas_and_rules_look_at_both_partners() -> None:
    with journey.staged("2.2.1", FEW) as stage:
        begun(stage, 1)
        stage.emsp_sandbox.arming.arm("spoilt", {"match": {"module": "tokens"}, "unset": ["0/issuer"]})
        with pytest.raises(JourneyError, match="the CPO has all Tokens of the eMSP"):
            begun_later(stage)
        assert [flaw for flaw in exchange_flaws.by_schemas(stage.records["CPO"]) if "issuer" in flaw]
        assert list(exchange_flaws.by_schemas(stage.records["eMSP"])) == []


def begun_later(stage: Stage) -> None:
    for chapter in journey.chapters(stage.version)[1:3]:
        journey.tell(stage, chapter)


def test_what_fails_is_a_failure_unless_the_chapter_is_disturbed() -> None:
    refused = sent(Response(200, (), b'{"status_code": 2001}'))
    calm, disturbed = (
        Told(Chapter("A", lambda stage: "", disturbed=flag), "", (refused, sent())) for flag in (False, True)
    )
    assert calm.failures == (refused,)
    assert disturbed.failures == ()


@pytest.mark.parametrize(
    "version",
    [
        "2.1.1",
        "2.2.1",
        "2.3.0",
    ],
)
def test_a_token_that_was_sent_begins_a_session(version: str) -> None:
    with journey.staged(version, FEW) as stage:
        begun(stage, 3)
        token = stage.emsp.own.read("tokens", stage.emsp.own.keys("tokens")[-1]) or {}
        present_token(stage.cpo, token["uid"], token["type"], *stage.spot()[:2])
        latest = stage.cpo.own.read("sessions", stage.cpo.own.keys("sessions")[-1]) or {}
        assert latest["auth_method"] == "AUTH_REQUEST"
        assert stage.emsp.received.find("sessions", latest["id"]) is not None


def sent(response: Response | None = SUCCESS, depth: int = 0) -> Sent:
    request = Request("GET", "http://a.test/ocpi/versions?x=1")
    return Sent("eMSP", Exchange(1, "partner", request, response, Context(), 1, 2, 0.0, 1.0), depth)


def test_an_exchange_is_one_line() -> None:
    assert journey_trace.line(sent()).split() == ["eMSP", "->", "CPO", "GET", "/ocpi/versions?x=1", "200/1000"]
    assert journey_trace.line(sent(None)).endswith("no answer")
    assert len(journey_trace.line(sent(depth=1))) == len(journey_trace.line(sent()))


def test_the_journey_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journey, "chapters", lambda version: journey._CHAPTERS[:1])
    result = CliRunner().invoke(main, ["demo", "--journey", "--version", "2.2.1"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[3] == " 1. The eMSP registers with the CPO"
    assert lines[-1] == "OCPI 2.2.1: 5 exchanges, 0 errors by schemas and rules"
    assert [line.split()[3] for line in lines[4:9]] == ["GET", "GET", "POST", "GET", "GET"]


def test_a_journey_that_comes_to_no_end_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(stage: Stage) -> str:
        raise JourneyError("this has not come to pass: anything")

    monkeypatch.setattr(journey, "chapters", lambda version: (Chapter("Nothing", stuck),))
    result = CliRunner().invoke(main, ["demo", "--journey", "--version", "2.2.1"])
    assert (result.exit_code, result.stderr.count("this has not come to pass: anything")) == (3, 1)


@pytest.mark.parametrize(
    ("options", "said"), [(["--version", "9"], "9"), (["--role", "CPO"], "--role"), (["--strict"], "--strict")]
)
def test_what_a_journey_does_not_take_is_refused(options: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["demo", "--journey", *options])
    assert (result.exit_code, f"--journey does not take {said};" in result.stderr) == (4, True)
