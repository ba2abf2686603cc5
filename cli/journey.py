"""Two mock partners, a CPO and an eMSP, live through one relation: the chapters, and what makes one of them true.

Rules: all that happens is done by the partners over HTTP; time goes on only when a chapter says so. Nothing is printed
and no payload is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ocpi_conformance.cli.explaining import explain
from ocpi_conformance.mock_partner import activity, authorization, charging, publishing, pulling, requesting
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import Inbound, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, SENDER
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.pushing import envelope, succeeded
from ocpi_conformance.mock_partner.record import Context, Exchange, Record, Response
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, DataConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.settings import Secret
from ocpi_conformance.mock_partner.state import Json, Party
from ocpi_conformance.steps.run import validate

CPO, EMSP = Party("CPO", "NL", "CPO", "Journey Charging"), Party("EMSP", "NL", "MSP", "Journey Mobility")
START = datetime(2026, 1, 5, 12, tzinfo=UTC)
# So many EVSEs stand at somewhat more than 1,000 Locations; so many cards are out.
_EVSES, _TOKENS = 4_000, 20
_PAGE = 250
_MINUTE = 60.0
_RECENT = timedelta(days=30)
# What a driver needs who is to be started from afar and to have the power limited.
_ABILITIES = frozenset({"REMOTE_START_STOP_CAPABLE", "CHARGING_PROFILE_CAPABLE"})


class JourneyError(HarnessError):
    """Something that a chapter is about has not come to pass."""


class Spot(NamedTuple):
    """A Connector, by the ids that the eMSP knows it by."""

    location_id: str
    evse_uid: str
    connector_id: str


class Sent(NamedTuple):
    """One exchange: the role of whoever sent the request, and within how many other exchanges it lies."""

    caller: str
    exchange: Exchange
    depth: int


@dataclass(frozen=True)
class Stage:
    """The two partners of a journey in one version; the eMSP is not there before it starts."""

    version: str
    cpo_sandbox: Sandbox
    emsp_sandbox: Sandbox

    @property
    def cpo(self) -> Platform:
        """The CPO."""
        return self.cpo_sandbox.platform

    @property
    def emsp(self) -> Platform:
        """The eMSP."""
        return self.emsp_sandbox.platform

    @property
    def records(self) -> dict[str, Record]:
        """What each of the two has sent and answered, by role."""
        return {"CPO": self.cpo_sandbox.record, "eMSP": self.emsp_sandbox.record}

    def pass_time(self, minutes: float) -> None:
        """Let time go by for both, with all that falls due."""
        for platform in (self.emsp, self.cpo):
            platform.agenda.advance(minutes * _MINUTE)

    def spots(self) -> Iterator[Spot]:
        """Yield the Connectors that are free and can do all that a journey asks for, as the eMSP knows them."""
        for key in self.emsp.received.keys("locations"):
            place = self.emsp.received.read("locations", key) or {}
            for evse in place.get("evses") or ():
                if evse["status"] == "AVAILABLE" and set(evse.get("capabilities") or ()) >= _ABILITIES:
                    yield Spot(place["id"], evse["uid"], evse["connectors"][0]["id"])

    def spot(self) -> Spot:
        """Return the first of `spots`.

        Raises:
            JourneyError: there is none.
        """
        spot = next(self.spots(), None)
        if spot is None:
            raise JourneyError("the eMSP knows no free EVSE that takes commands and charging profiles")
        return spot

    def sent(self, since: dict[str, int]) -> tuple[Sent, ...]:
        """Return every exchange since these ticks of the two records, once, in the order of the requests."""
        found = [
            (role, exchange)
            for role, record in self.records.items()
            for exchange in record.exchanges(since[role], "partner")
        ]
        found.sort(key=lambda pair: pair[1].started_at)
        return tuple(Sent(role, exchange, _depth(exchange, found)) for role, exchange in found)


Act = Callable[[Stage], str]


@dataclass(frozen=True)
class Chapter:
    """A part of the journey: `act` lets it happen and returns in a sentence what came of it.

    `module` is one without which a version has no such chapter; in a `disturbed` one requests may fail.
    """

    title: str
    act: Act
    module: str = ""
    disturbed: bool = False


@dataclass(frozen=True)
class Told:
    """A chapter that has come to pass."""

    chapter: Chapter
    outcome: str
    sent: tuple[Sent, ...]

    @property
    def failures(self) -> tuple[Sent, ...]:
        """The exchanges that were not answered with success although nothing disturbed them."""
        return () if self.chapter.disturbed else tuple(sent for sent in self.sent if not succeeded(sent.exchange))


@contextmanager
def staged(version: str, evses: int = _EVSES) -> Iterator[Stage]:
    """Yield the two partners in `version`: the CPO serves `evses` EVSEs, the eMSP is about to start.

    Raises:
        HarnessError: the CPO cannot serve.
    """
    with Sandbox(_config(version, CPO, evses, ()), validate=validate, explain=explain) as cpo:
        ((name, token),) = cpo.invitations.items()
        terms = PartnerTerms(Account(name), Secret(token), cpo.versions_url)
        emsp = Sandbox(_config(version, EMSP, _TOKENS, (terms,)), validate=validate, explain=explain)
        try:
            yield Stage(version, cpo, emsp)
        finally:
            emsp.stop()


def chapters(version: str) -> tuple[Chapter, ...]:
    """Return the chapters that a journey in `version` has."""
    return tuple(chapter for chapter in _CHAPTERS if chapter.module in {"", *MODULES[version]})


def tell(stage: Stage, chapter: Chapter) -> Told:
    """Let a chapter happen.

    Raises:
        JourneyError: what it is about has not come to pass.
        HarnessError: a partner could not do its part.
    """
    since = {role: record.tick() for role, record in stage.records.items()}
    outcome = chapter.act(stage)
    return Told(chapter, outcome, stage.sent(since))


def _config(version: str, party: Party, size: int, partners: tuple[PartnerTerms, ...]) -> MockConfig:
    named = partners or (PartnerTerms(Account("partner")),)
    return MockConfig(
        listen="127.0.0.1:0",
        versions=(version,),
        parties=(party,),
        partners=named,
        clock=ClockConfig("stepped", start=START),
        data=DataConfig(size),
        max_page=_PAGE,
    )


def _depth(exchange: Exchange, others: list[tuple[str, Exchange]]) -> int:
    return sum(other.started_at < exchange.started_at and exchange.ended_at < other.ended_at for _, other in others)


def _expect(came_true: object, what: str) -> None:
    if not came_true:
        raise JourneyError(f"this has not come to pass: {what}")


# The chapters ---------------------------------------------------------------------------------------------------------


def _register(stage: Stage) -> str:
    stage.emsp_sandbox.start()
    (theirs,), (ours,) = stage.cpo.living() or (None,), stage.emsp.living() or (None,)
    _expect(theirs and ours and ours.token_in == theirs.token_out, "each of the two has a token of the other")
    return "CREDENTIALS_TOKEN_A is spent, B and C are in use"


def _pull_everything(stage: Stage) -> str:
    for module in ("tariffs", "locations"):
        pulling.pull(stage.emsp, module)
    for module in ("sessions", "cdrs"):
        pulling.pull(stage.emsp, module, date_from=timestamp(START - _RECENT))
    known = stage.emsp.received.counts()
    for module in ("tariffs", "locations"):
        _expect(known[module] == stage.cpo.own.count(module), f"the eMSP has all {module} of the CPO")
    return f"The eMSP knows {known['locations']:,} Locations, {known['tariffs']} Tariffs, {known['cdrs']} CDRs"


def _exchange_tokens(stage: Stage) -> str:
    pulling.pull(stage.cpo, "tokens")
    publishing.create_token(stage.emsp, whitelist="NEVER")
    known = stage.cpo.received.count("tokens")
    _expect(known == stage.emsp.own.count("tokens"), "the CPO has all Tokens of the eMSP")
    return f"The CPO knows {known} Tokens, the last of which it has to ask about each time"


def _present_card(stage: Stage) -> str:
    token = _token(stage, {"NEVER"})
    spot = stage.spot()
    permission = authorization.permit(stage.cpo, token["uid"], token["type"], spot.location_id, spot.evse_uid)
    _expect(permission.granted and permission.auth_method == "AUTH_REQUEST", "the eMSP was asked and allows it")
    # The Token in the form that a CPO keeps: in 2.1.1 what it was sent names no owner.
    session = charging.start_session(stage.cpo, *spot, token, permission.reference, auth_method=permission.auth_method)
    _expect_known(stage, session["id"], "ACTIVE")
    return f"The eMSP allows it; Session {session['id']} is ACTIVE"


def _charge(stage: Stage) -> str:
    session = _latest(stage.cpo, "sessions")
    for _ in range(3):
        stage.pass_time(15)
        charging.change_session(stage.cpo, session["id"])
    known = stage.emsp.received.find("sessions", session["id"]) or {}
    energy = _latest(stage.cpo, "sessions")["kwh"]
    _expect(known.get("kwh") == energy > 0, "the eMSP knows the latest meter value")
    return f"After 45 minutes the eMSP knows of {energy:g} kWh"


def _conclude(stage: Stage) -> str:
    session = _latest(stage.cpo, "sessions")
    stage.pass_time(5)
    charging.stop_session(stage.cpo, session["id"])
    return _billed(stage, session["id"])


def _start_remotely(stage: Stage) -> str:
    token, spot = _token(stage, {"ALLOWED", "ALWAYS"}), stage.spot()
    requesting.send_command(stage.emsp, "START_SESSION", token_uid=token["uid"], **spot._asdict())
    stage.pass_time(1)
    _expect_result(stage, "START_SESSION")
    session = _latest(stage.cpo, "sessions")
    _expect(session["auth_method"] == "COMMAND", "the session goes back to the command")
    _expect_known(stage, session["id"], "ACTIVE")
    return f"The charge point accepts it; Session {session['id']} is ACTIVE"


def _limit_power(stage: Stage) -> str:
    session = _latest(stage.cpo, "sessions")["id"]
    requesting.send_charging_profile(stage.emsp, session, limit="10")
    stage.pass_time(1)
    requesting.request_active_profile(stage.emsp, session, duration="1800")
    stage.pass_time(1)
    activity.ACTIVITIES["change_active_profile"](stage.cpo, session, share="0.25")
    requesting.clear_charging_profile(stage.emsp, session)
    stage.pass_time(1)
    for kind in ("set", "get", "clear"):
        _expect_result(stage, kind, "chargingprofiles")
    pushed = stage.emsp.received.count(requesting.ACTIVE_PROFILES)
    _expect(pushed, "the eMSP is told of the limit at the site")
    (active,) = requesting.results(stage.emsp, "get", "chargingprofiles")
    limit = active["profile"]["charging_profile"]["charging_profile_period"][0]["limit"]
    return f"The EVSE kept to {limit:g} A, had less when the site had less, and is free of the profile again"


def _stop_remotely(stage: Stage) -> str:
    session = _latest(stage.cpo, "sessions")["id"]
    stage.pass_time(30)
    requesting.send_command(stage.emsp, "STOP_SESSION", session_id=session)
    stage.pass_time(1)
    _expect_result(stage, "STOP_SESSION")
    return _billed(stage, session)


def _rotate(stage: Stage) -> str:
    for platform in (stage.emsp, stage.cpo):
        (before,) = platform.living()
        old = before.token_in, before.token_out
        activity.update_credentials(platform)
        (after,) = platform.living()
        _expect(not {after.token_in, after.token_out} & set(old), "both tokens are new")
    pulling.pull(stage.emsp, "tariffs")
    pulling.pull(stage.cpo, "tokens")
    return "Each has rotated once; the new tokens open everything"


def _miss_something(stage: Stage) -> str:
    since = timestamp(stage.cpo.clock.now())
    token, spot = _token(stage, {"ALLOWED", "ALWAYS"}), stage.spot()
    with _away(stage.emsp_sandbox):
        session = charging.start_session(stage.cpo, *spot, token, auth_method="WHITELIST")["id"]
        for _ in range(2):
            stage.pass_time(20)
            charging.change_session(stage.cpo, session)
        charging.stop_session(stage.cpo, session)
    lost = len(stage.cpo.agenda.failures)
    _expect(lost, "pushes are lost while the eMSP is away")
    _expect(stage.emsp.received.find("sessions", session) is None, "the eMSP knows nothing of the session")
    stage.pass_time(10)
    for module in ("locations", "sessions", "cdrs"):
        pulling.pull(stage.emsp, module, date_from=since)
    return f"{lost} pushes were lost. {_billed(stage, session)}"


class _Nobody:
    """Where a partner was: every connection breaks off unanswered."""

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        return None, Context()


@contextmanager
def _away(sandbox: Sandbox) -> Iterator[None]:
    """Have nobody answer in the place of a partner, which learns nothing of what is sent to it."""
    sandbox.application.mount("ocpi", _Nobody())
    try:
        yield
    finally:
        sandbox.application.mount("ocpi", sandbox.platform, recorded=True)


def _part(stage: Stage) -> str:
    (connection,) = stage.emsp.living()
    activity.unregister(stage.emsp)
    _expect(not stage.cpo.living() and not stage.emsp.living(), "neither has a connection any more")
    refused = stage.emsp.call(connection, "GET", "locations", SENDER)
    _expect(refused.response and refused.response.status == 401, "the old token opens nothing")
    return "The registration is over; the old token is refused"


# Without a module: every version has it.
_CHAPTERS = (
    Chapter("The eMSP registers with the CPO", _register),
    Chapter("The eMSP pulls all that the CPO publishes", _pull_everything),
    Chapter("The CPO pulls Tokens, the eMSP pushes a new one", _exchange_tokens),
    Chapter("A driver shows an RFID card: real-time authorization", _present_card),
    Chapter("The session is pushed as it goes on", _charge),
    Chapter("The session ends, the CDR follows", _conclude),
    Chapter("The eMSP starts a session by command", _start_remotely, "commands"),
    Chapter("The eMSP limits the power of the session", _limit_power, "chargingprofiles"),
    Chapter("The eMSP stops the session by command", _stop_remotely, "commands"),
    Chapter("Both rotate their credentials", _rotate),
    Chapter("The eMSP is away for a while and pulls what it has missed", _miss_something, disturbed=True),
    Chapter("The eMSP ends the registration", _part, disturbed=True),
)


# What the chapters share ----------------------------------------------------------------------------------------------


def _latest(platform: Platform, module: str) -> Json:
    """Return a copy of the own object that was made last."""
    return platform.own.read(module, platform.own.keys(module)[-1]) or {}


def _token(stage: Stage, whitelist: set[str]) -> Json:
    """Return the last valid RFID Token of the eMSP with one of these WhitelistTypes."""
    for key in reversed(stage.emsp.own.keys("tokens")):
        token = stage.emsp.own.read("tokens", key) or {}
        if token["valid"] and token["type"] == "RFID" and token["whitelist"] in whitelist:
            return token
    raise JourneyError(f"the eMSP has no valid RFID Token with the whitelist {' or '.join(sorted(whitelist))}")


def _expect_known(stage: Stage, session_id: str, status: str) -> None:
    known = stage.emsp.received.find("sessions", session_id) or {}
    _expect(known.get("status") == status, f"the eMSP knows Session {session_id} as {status}")


def _expect_result(stage: Stage, kind: str, module: str = "commands") -> None:
    results = [result["result"] for result in requesting.results(stage.emsp, kind, module)]
    _expect(results == ["ACCEPTED"], f"the one result of {kind} is ACCEPTED")


def _billed(stage: Stage, session_id: str) -> str:
    """Return what the eMSP knows of a session that is over."""
    _expect_known(stage, session_id, "COMPLETED")
    cdr = _latest(stage.cpo, "cdrs")
    known = stage.emsp.received.find("cdrs", cdr["id"]) or {}
    _expect(cdr["session_id"] == session_id and known, f"the eMSP has the CDR of Session {session_id}")
    _expect(known["total_energy"] == cdr["total_energy"] > 0, "it says how much energy was used")
    return f"Session {session_id} is COMPLETED, CDR {cdr['id']} bills {cdr['total_energy']:g} kWh"


def status_of(exchange: Exchange) -> tuple[str, str]:
    """Return HTTP and OCPI status of the answer, as texts; empty where there is none."""
    if exchange.response is None:
        return "", ""
    return str(exchange.response.status), str(envelope(exchange).get("status_code", ""))
