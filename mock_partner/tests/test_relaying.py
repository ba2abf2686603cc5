"""Tests of an eMSP between an SCSP and a CPO, three platforms of ours: what it passes on, and what it can keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from ocpi_conformance.mock_partner import charging_profiles, registration, requesting
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.ocpi.modules import OFFERED, RECEIVER
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.pushing import speakers
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Connection, Json, Party, TokenMint
from ocpi_conformance.mock_partner.tests.pairs import DEADLINE, Pair, body_of, connected, data_of, envelope_of

SCSP = Party("SCSP", "NL", "SCP")
ACCEPTED = {"result": "ACCEPTED", "timeout": 30}


@dataclass(frozen=True)
class Chain:
    """A CPO and an eMSP, a Session of the eMSP's driver, and the SCSP that charges smartly for the eMSP."""

    pair: Pair
    scsp: Platform
    record: Record
    session_id: str

    def settle(self) -> None:
        """Wait until nobody has anything left to do."""
        self.pair.settle()
        assert self.pair.emsp.agenda.idle(DEADLINE)

    def results(self, kind: str) -> tuple[Json, ...]:
        """Return the results of one kind that have come to the SCSP."""
        self.settle()
        return requesting.results(self.scsp, kind, "chargingprofiles")

    def pushes(self) -> list[Exchange]:
        """Return the active profiles that have come to the SCSP."""
        self.settle()
        return [e for e in self.record.exchanges(0, "target") if e.request.method == "PUT"]


@contextmanager
def chain(relay: str = "all", party: Party = SCSP, **cpo: str) -> Iterator[Chain]:
    """Yield the three platforms; `party` is who asks the eMSP."""
    with connected(emsp=Behaviour.of({"relay": relay}), **cpo) as pair:
        pair.emsp.offered = (*OFFERED["2.2.1"]["EMSP"], ("chargingprofiles", RECEIVER))
        requesting.send_command(pair.emsp, "START_SESSION", location_id="LOC1", evse_uid="LOC1-E1")
        pair.settle()
        (session,) = pair.emsp.received.all("sessions")
        record = Record()
        server, client = Server(record=record), Client(Record(), "partner", 5.0)
        scsp = Platform(roles=(party,), client=client, handlers=HANDLERS, mint=TokenMint("S"))
        scsp.offered = OFFERED["2.2.1"]["SCSP"]
        scsp.base_url = server.mount("scsp", scsp, recorded=True)
        server.start()
        try:
            registration.register(scsp, pair.emsp.versions_url, pair.emsp.invite())
            yield Chain(pair, scsp, record, str(session["id"]))
        finally:
            scsp.agenda.close()
            server.stop()
            client.close()


def at_cpo(found: Chain) -> Json:
    """Return what the CPO keeps of the profiles of the Session."""
    (row,) = found.pair.cpo.own.all(charging_profiles.PROFILES)
    return row


def test_a_profile_is_set_shown_and_cleared_through_the_emsp() -> None:
    with chain() as found:
        sent = requesting.send_charging_profile(found.scsp, found.session_id, limit="20")
        assert data_of(sent) == ACCEPTED
        assert found.results("set") == ({"result": "ACCEPTED"},)
        assert at_cpo(found)["profile"] == body_of(sent)["charging_profile"]
        assert at_cpo(found)["setters"] == [["NL", "MSP"]]
        assert data_of(requesting.request_active_profile(found.scsp, found.session_id, duration="3000")) == ACCEPTED
        (shown,) = found.results("get")
        assert shown["profile"]["charging_profile"]["duration"] == 3000
        assert data_of(requesting.clear_charging_profile(found.scsp, found.session_id)) == ACCEPTED
        assert found.results("clear") == ({"result": "ACCEPTED"},)


def test_the_answer_is_that_of_the_cpo() -> None:
    with chain(incapable_of_profiles="NOT_SUPPORTED") as found, chain("no answers") as other:
        for each in (found, other):
            for place in each.pair.cpo.own.all("locations"):
                for evse in place["evses"]:
                    evse["capabilities"].clear()
        answers = [requesting.send_charging_profile(each.scsp, each.session_id) for each in (found, other)]
        assert [data_of(answer)["result"] for answer in answers] == ["NOT_SUPPORTED", "ACCEPTED"]


def test_a_cpo_that_fails_is_no_answer() -> None:
    with chain() as found:
        for connection in found.pair.cpo.living():
            connection.state = "ended"
        answer = requesting.send_charging_profile(found.scsp, found.session_id)
        assert envelope_of(answer)["status_code"] == 3000


@pytest.mark.parametrize(("relay", "pushed"), [("all", 1), ("no active profiles", 0)])
def test_a_change_is_told_to_who_has_set_a_profile(relay: str, pushed: int) -> None:
    with chain(relay) as found:
        charging_profiles.change_active_profile(found.pair.cpo)
        assert found.pushes() == []
        requesting.send_charging_profile(found.scsp, found.session_id)
        found.settle()
        charging_profiles.change_active_profile(found.pair.cpo)
        pushes = found.pushes()
        assert [push.context.id("session_id") for push in pushes] == [found.session_id] * pushed


@pytest.mark.parametrize(("relay", "asked"), [("no requests", 0), ("no results", 1)])
def test_what_is_kept_does_not_arrive(relay: str, asked: int) -> None:
    with chain(relay) as found:
        assert data_of(requesting.send_charging_profile(found.scsp, found.session_id)) == ACCEPTED
        assert found.results("set") == ()
        assert found.pair.cpo.own.count(charging_profiles.PROFILES) == asked


def test_only_an_scsp_has_its_requests_passed_on() -> None:
    with chain(party=Party("OTHER", "NL", "OTH")) as found:
        answer = requesting.send_charging_profile(found.scsp, found.session_id)
        assert data_of(answer)["result"] == "REJECTED"
        unknown = requesting.send_charging_profile(found.scsp, "NONE")
        assert data_of(unknown)["result"] == "UNKNOWN_SESSION"


def test_a_party_is_met_at_its_own_connection_and_at_a_hub_where_it_has_none() -> None:
    hub, own = (Connection("t", peer_roles=(party,)) for party in (Party("HUB", "NL", "HUB"), SCSP))
    assert speakers([hub, own], "NL", "SCP") == [own]
    assert speakers([hub, own], "NL", "OTH") == [hub]
    assert speakers([own], "NL", "OTH") == []
