"""A hub of ours between CPOs and eMSPs of ours, over real sockets: who is reached, in whose name, what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import (
    activity,
    charging,
    hub_clients,
    publishing,
    pulling,
    pushing,
    registration,
    requesting,
    samples,
)
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.faults import Faults, Rule
from ocpi_conformance.mock_partner.ocpi import versions
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Headers
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import MockConfig
from ocpi_conformance.mock_partner.state import Json, Party
from ocpi_conformance.mock_partner.tests.pairs import data_of, envelope_of
from ocpi_conformance.mock_partner.tests.stars import CPO, DEADLINE, HUB, MS2, MSP, peer, star

FROM = (versions.FROM_COUNTRY, versions.FROM_PARTY)
TO = (versions.TO_COUNTRY, versions.TO_PARTY)
IDS = (versions.REQUEST_ID, versions.CORRELATION_ID)


def to(party: Party) -> Headers:
    return ((versions.TO_PARTY, party.party_id), (versions.TO_COUNTRY, party.country_code))


def named(message: Any, names: tuple[str, ...]) -> list[str | None]:
    return [message.header(name) for name in names]


def location(platform: Platform, name: str = "LOC1") -> Json:
    made = samples.location(name, CPO, platform.clock.now())
    activity.load(platform.own, {"locations": [made]})
    return made


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
def test_a_request_reaches_the_party_that_it_names_and_its_answer_comes_back(version: str) -> None:
    with star(CPO, MSP, MS2, version=version) as parties:
        place = location(parties["CPO"])
        path = ("NL", "CPO", "LOC1")
        sent = parties.ask("CPO", "PUT", "locations", RECEIVER, path, body=place, extra=to(MS2))
        assert envelope_of(sent)["status_code"] == 1000
        (arrived,) = parties.arrived("MS2", "locations")
        assert parties.arrived("MSP", "locations") == []
        assert arrived.request.body == sent.request.body
        assert named(arrived.request, FROM) == ["NL", "CPO"]
        assert named(arrived.request, TO) == ["BE", "MS2"]
        assert named(sent.response, FROM) == ["BE", "MS2"]
        assert named(sent.response, TO) == ["NL", "CPO"]
        # A request of its own, in the same chain; the answer has the ids that were sent.
        first, second = (named(exchange.request, IDS) for exchange in (sent, arrived))
        assert first[0] != second[0]
        assert first[1] == second[1]
        assert named(sent.response, IDS) == first
        got = parties.ask("CPO", "GET", "locations", RECEIVER, path, extra=to(MS2))
        assert data_of(got)["last_updated"] == place["last_updated"]


def test_an_error_of_the_receiver_is_passed_on() -> None:
    with star(CPO, MSP) as parties:
        path = ("NL", "CPO", "NONE")
        got = parties.ask("CPO", "GET", "locations", RECEIVER, path, extra=to(MSP))
        assert got.response is not None
        assert got.response.status == 404
        assert envelope_of(got)["status_code"] == 2003


def test_a_fault_rule_bends_what_the_hub_passes_back() -> None:
    with star(CPO, MSP) as parties:
        place = location(parties["CPO"])
        path = ("NL", "CPO", "LOC1")
        parties.ask("CPO", "PUT", "locations", RECEIVER, path, body=place, extra=to(MSP))
        got = parties.ask("CPO", "GET", "locations", RECEIVER, path, extra=to(MSP))
        parties.hub.faults = Faults((Rule.of({"match": {"method": "PUT"}, "ocpi_status": 4003}),))
        bent = parties.ask("CPO", "PUT", "locations", RECEIVER, path, body=place, extra=to(MSP))
        assert envelope_of(bent)["status_code"] == 4003
        again = parties.ask("CPO", "GET", "locations", RECEIVER, path, extra=to(MSP))
        assert envelope_of(again) == envelope_of(got) | {"timestamp": envelope_of(again)["timestamp"]}


def test_who_cannot_be_reached_is_told_by_the_status() -> None:
    with star(CPO, MSP, MS2, timeout=1.5) as parties:
        path = ("NL", "CPO", "LOC1")

        def status(receiver: Party) -> int:
            asked = parties.ask("CPO", "GET", "locations", RECEIVER, path, extra=to(receiver))
            code: int = envelope_of(asked)["status_code"]
            return code

        assert status(Party("EMSP", "FR", "XXX")) == 4001
        parties["MSP"].faults = Faults((Rule.of({"match": {"module": "locations"}, "hang": True}),))
        assert status(MSP) == 4002
        parties["MSP"].faults = Faults((Rule.of({"match": {"module": "locations"}, "reset": True}),))
        assert status(MSP) == 4003
        publishing.change_client(parties.hub, "BE", "MS2", "EMSP", "OFFLINE")
        assert status(MS2) == 4003
        assert parties.arrived("MS2", "locations") == []


def test_a_party_without_the_module_is_no_receiver() -> None:
    with star(CPO, MSP) as parties:
        parties.hub.living()[1].endpoints = ()
        asked = parties.ask("CPO", "GET", "locations", RECEIVER, ("NL", "CPO", "LOC1"), extra=to(MSP))
        assert envelope_of(asked)["status_code"] == 4000


def test_a_push_to_the_hub_is_broadcast_to_the_other_side() -> None:
    with star(CPO, Party("CPO", "FR", "CP2"), MSP, MS2) as parties:
        publishing.create_location(parties["CPO"])
        place = parties["CPO"].own.all("locations")[0]
        for name, party in (("MSP", MSP), ("MS2", MS2)):
            (arrived,) = parties.arrived(name, "locations")
            assert arrived.request.method == "PUT"
            assert arrived.request.url.endswith(f"/NL/CPO/{place['id']}")
            assert named(arrived.request, FROM) == ["NL", "HUB"]
            assert named(arrived.request, TO) == [party.country_code, party.party_id]
            assert parties[name].received.all("locations") == (place,)
        assert parties.arrived("CP2", "locations") == []
        sent = next(e for e in parties.records["CPO"].exchanges(0, "partner") if e.context.module == "locations")
        assert named(sent.request, TO) == named(sent.response, FROM) == ["NL", "HUB"]
        publishing.change_token(parties["MSP"])
        assert len(parties.arrived("CP2", "tokens")) == len(parties.arrived("CPO", "tokens")) == 1
        assert parties.arrived("MS2", "tokens") == []


@pytest.mark.parametrize(
    ("method", "module", "path"),
    [("GET", "locations", ("NL", "CPO", "LOC1")), ("PUT", "sessions", ("NL", "CPO", "S1")), ("POST", "cdrs", ())],
)
def test_what_is_not_for_all_is_not_broadcast(method: str, module: str, path: tuple[str, ...]) -> None:
    with star(CPO, MSP) as parties:
        body = None if method == "GET" else {"id": "S1"}
        asked = parties.ask("CPO", method, module, RECEIVER, path, body=body, extra=to(HUB))
        assert envelope_of(asked)["status_code"] == 2000
        assert parties.arrived("MSP", module) == []


def test_get_all_combines_the_objects_of_all_parties_in_pages() -> None:
    with star(CPO, Party("CPO", "FR", "CP2"), MSP) as parties:
        parties["CPO"].behaviour = parties["CPO"].behaviour.of({"max_limit": 2})
        for name in ("LOC1", "LOC2", "LOC3"):
            location(parties["CPO"], name)
        other = samples.location("LOC1", Party("CPO", "FR", "CP2"), parties.hub.clock.now())
        activity.load(parties["CP2"].own, {"locations": [other]})
        parties.hub.behaviour = parties.hub.behaviour.of({"max_limit": 3})
        pulling.pull(parties["MSP"], "locations")
        kept = parties["MSP"].received.keys("locations")
        assert [key[:3] for key in kept] == [
            ("nl", "cpo", "loc1"),
            ("nl", "cpo", "loc2"),
            ("nl", "cpo", "loc3"),
            ("fr", "cp2", "loc1"),
        ]
        pages = [e for e in parties.records["MSP"].exchanges(0, "partner") if e.context.module == "locations"]
        assert [named(page.request, TO) for page in pages] == [["NL", "HUB"]] * 2
        assert pages[0].response is not None
        assert pages[0].response.header("X-Total-Count") == "4"


def test_a_list_of_one_party_goes_on_through_the_hub() -> None:
    with star(CPO, MSP) as parties:
        parties["CPO"].behaviour = parties["CPO"].behaviour.of({"max_limit": 2, "link": "with a cursor"})
        for name in ("LOC1", "LOC2", "LOC3"):
            location(parties["CPO"], name)
        emsp = parties["MSP"]
        pages = list(pulling.exchanges(emsp, peer(emsp), "locations", {}, to(CPO)))
        assert [item["id"] for page in pages for item in data_of(page)] == ["LOC1", "LOC2", "LOC3"]
        assert all(page.request.url.startswith(parties.hub.base_url) for page in pages)


def test_a_link_to_another_host_gets_no_token() -> None:
    with star(CPO, MSP) as parties:
        page = {"page": "aHR0cHM6Ly9ldmlsLnRlc3QvbG9jYXRpb25z"}
        asked = parties.ask("MSP", "GET", "locations", SENDER, parameters=page, extra=to(CPO))
        assert envelope_of(asked)["status_code"] == 4003
        assert parties.arrived("CPO", "locations") == []


def test_an_open_request_finds_its_receiver_by_what_it_is_about() -> None:
    with star(CPO, Party("CPO", "FR", "CP2"), MSP, MS2) as parties:
        now = parties.hub.clock.now()
        session = samples.session("S1", CPO, samples.location("LOC1", CPO, now), now)
        session["cdr_token"] |= {"country_code": MS2.country_code, "party_id": MS2.party_id}
        sent = parties.ask("CPO", "PUT", "sessions", RECEIVER, ("NL", "CPO", "S1"), body=session)
        (arrived,) = parties.arrived("MS2", "sessions")
        assert parties.arrived("MSP", "sessions") == []
        assert named(arrived.request, TO) == ["BE", "MS2"]
        assert named(sent.request, TO) == [None, None]
        assert named(sent.response, FROM) == ["BE", "MS2"]
        # From now on the hub knows whose session it is.
        body = {"response_url": f"{parties['MS2'].base_url}/x", "session_id": "S1"}
        asked = parties.ask("MS2", "POST", "commands", RECEIVER, ("STOP_SESSION",), body=body)
        assert named(asked.response, FROM) == ["NL", "CPO"]


def test_a_session_is_sent_to_whom_the_token_is_of() -> None:
    with star(CPO, MSP, MS2) as parties:
        cpo, now = parties["CPO"], parties.hub.clock.now()
        session = samples.session("S1", CPO, samples.location("LOC1", CPO, now), now)
        session["cdr_token"] |= {"country_code": MS2.country_code, "party_id": MS2.party_id}
        activity.push_object(cpo, "sessions", session)
        activity.push_patch(cpo, "sessions", session, {"kwh": 12.0})
        arrived = parties.arrived("MS2", "sessions")
        assert [(e.request.method, named(e.request, TO)) for e in arrived] == [
            ("PUT", ["BE", "MS2"]),
            ("PATCH", ["BE", "MS2"]),
        ]
        assert parties.arrived("MSP", "sessions") == []


def test_nothing_is_sent_to_who_is_not_connected_behind_the_hub() -> None:
    with star(CPO, MSP, MS2) as parties:
        cpo, now = parties["CPO"], parties.hub.clock.now()
        session = samples.session("S1", CPO, samples.location("LOC1", CPO, now), now)
        session["cdr_token"] |= {"country_code": MS2.country_code, "party_id": MS2.party_id}
        publishing.change_client(parties.hub, MS2.country_code, MS2.party_id, "EMSP", "OFFLINE")
        activity.push_object(cpo, "sessions", session)
        assert parties.arrived("MS2", "sessions") == []
        cpo.behaviour = Behaviour(away_parties="told while OFFLINE")
        assert len(pushing._receivers(cpo, "sessions", session)) == 1
        cpo.behaviour = Behaviour(away_parties="told while PLANNED")
        publishing.change_client(parties.hub, MS2.country_code, MS2.party_id, "EMSP", "CONNECTED")
        activity.push_object(cpo, "sessions", session)
        assert [e.request.method for e in parties.arrived("MS2", "sessions")] == ["PUT"]


def test_an_open_get_asks_one_after_the_other() -> None:
    with star(CPO, MSP, MS2) as parties:
        place = location(parties["CPO"])
        path = ("NL", "CPO", "LOC1")
        parties.ask("CPO", "PUT", "locations", RECEIVER, path, body=place, extra=to(MS2))
        got = parties.ask("CPO", "GET", "locations", RECEIVER, path)
        assert data_of(got) == place
        assert named(got.response, FROM) == ["BE", "MS2"]


def test_an_open_request_that_says_nothing_of_its_receiver_is_refused() -> None:
    with star(CPO, Party("CPO", "FR", "CP2"), MSP) as parties:
        body = {"response_url": "http://127.0.0.1:1/x", "location_id": "NONE"}
        asked = parties.ask("MSP", "POST", "commands", RECEIVER, ("UNLOCK_CONNECTOR",), body=body)
        assert envelope_of(asked)["status_code"] == 4001
        no_names: Headers = ((versions.TO_PARTY, ""), (versions.TO_COUNTRY, ""))
        listed = parties.ask("MSP", "GET", "locations", SENDER, extra=no_names)
        assert envelope_of(listed)["status_code"] == 2002


def test_a_command_and_its_result_go_through_the_hub() -> None:
    with star(CPO, MSP) as parties:
        cpo, emsp = parties["CPO"], parties["MSP"]
        publishing.create_location(cpo)
        assert parties.hub.agenda.idle(DEADLINE)
        asked = requesting.send_command(emsp, "START_SESSION")
        assert data_of(asked)["result"] == "ACCEPTED"
        assert cpo.agenda.idle(DEADLINE)
        assert [result["result"] for result in requesting.results(emsp, "START_SESSION")] == ["ACCEPTED"]
        (command,) = parties.arrived("CPO", "commands")
        result = next(e for e in parties.arrived("MSP", "commands") if e.context.route == "result")
        assert parties.hub.base_url in command.request.body.decode()
        assert named(result.request, TO) == ["DE", "MSP"]
        assert named(result.request, FROM) == ["NL", "CPO"]


def test_the_url_of_a_cdr_leads_through_the_hub() -> None:
    with star(CPO, MSP) as parties:
        cpo = parties["CPO"]
        publishing.create_location(cpo)
        publishing.create_token(parties["MSP"])
        assert parties.hub.agenda.idle(DEADLINE)
        charging.create_session(cpo, token_uid=cpo.received.all("tokens")[0]["uid"])
        charging.stop_session(cpo)
        posted, read = (e for e in parties.records["CPO"].exchanges(0, "partner") if e.context.module == "cdrs")
        assert read.request.url == posted.response.header("Location")
        assert read.request.url.startswith(parties.hub.base_url)
        assert data_of(read) == cpo.own.all("cdrs")[0]


# ClientInfo -----------------------------------------------------------------------------------------------------------


def test_who_comes_and_goes_is_told_to_the_others() -> None:
    with star(CPO, MSP) as parties:
        told = parties.arrived("CPO", "hubclientinfo")
        assert [e.request.url.rpartition("hubclientinfo")[2] for e in told] == ["/DE/MSP"]
        assert named(told[0].request, (*TO, *FROM)) == [None] * 4
        # Whoever comes later asks for those that are there.
        pulling.pull(parties["MSP"], "hubclientinfo")
        clients = parties["MSP"].received.all("hubclientinfo")
        assert [(c["party_id"], c["role"], c["status"]) for c in clients] == [
            ("CPO", "CPO", "CONNECTED"),
            ("MSP", "EMSP", "CONNECTED"),
        ]
        activity.unregister(parties["MSP"])
        parties.arrived("CPO", "hubclientinfo")
        (gone,) = parties["CPO"].received.all("hubclientinfo")
        assert gone["status"] == "SUSPENDED"
        path = ("NL", "CPO", "LOC1")
        asked = parties.ask("CPO", "GET", "locations", RECEIVER, path, extra=to(MSP))
        assert envelope_of(asked)["status_code"] == 4003


def test_the_hub_asks_who_is_still_there() -> None:
    with star(CPO, MSP) as parties:
        down = Rule.of({"match": {"module": "versions"}, "status": 503})
        parties["MSP"].faults = Faults((down,))
        hub_clients.check_clients(parties.hub)
        (client,) = parties["CPO"].received.all("hubclientinfo")
        assert client["status"] == "OFFLINE"
        parties["MSP"].faults = Faults()
        hub_clients.check_clients(parties.hub)
        (client,) = parties["CPO"].received.all("hubclientinfo")
        assert client["status"] == "CONNECTED"


def test_a_hub_that_registers_itself_tells_the_others() -> None:
    with star(CPO) as parties, star(MSP) as others:
        others["MSP"].connections.clear()
        token = others["MSP"].invite()
        hub_clients.register(parties.hub, others["MSP"].versions_url, token)
        assert [c["party_id"] for c in parties["CPO"].received.all("hubclientinfo")] == ["MSP"]


def test_a_mock_hub_knows_its_clients_after_a_reset() -> None:
    made = Sandbox(MockConfig("127.0.0.1:0", parties=(HUB,)))
    with made, star(CPO) as parties:
        cpo = parties["CPO"]
        cpo.connections.clear()
        registration.register(cpo, made.versions_url, made.invite())
        assert made.platform.agenda.idle(DEADLINE)
        made.reset(("data",))
        clients = [(c["party_id"], c["status"]) for c in made.platform.own.copies("hubclientinfo")]
        assert clients == [("CPO", "CONNECTED")]
        made.reset(("connections",))
        clients = [(c["party_id"], c["status"]) for c in made.platform.own.copies("hubclientinfo")]
        assert clients == [("CPO", "SUSPENDED")]


def test_a_platform_that_is_no_hub_has_no_client_info() -> None:
    with star(CPO) as parties:
        hub_clients.sync(parties["CPO"])
        assert parties["CPO"].own.count("hubclientinfo") == 0


def test_the_hub_is_a_party_of_its_platform_in_2_3_0() -> None:
    with star(CPO, MSP, version="2.3.0") as parties:
        hub = peer(parties["CPO"]).hub
        assert hub is not None
        assert (hub.country_code, hub.party_id) == ("NL", "HUB")
        # The first one to come finds nobody: still there is a role.
        assert [(p.role, p.party_id) for p in peer(parties["CPO"]).peer_roles] == [("OTHER", "HUB"), ("HUB", "HUB")]
        assert [(p.role, p.party_id) for p in peer(parties["MSP"]).peer_roles] == [("CPO", "CPO"), ("HUB", "HUB")]
