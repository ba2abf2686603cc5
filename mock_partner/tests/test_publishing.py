"""Tests of what a platform changes and pushes by itself: Tariffs, Tokens, ClientInfo, and how each is broken."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import publishing
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.pushing import push_object, push_patch
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Party, key_of
from ocpi_conformance.mock_partner.tests.pairs import CPO, EMSP, Pair, body_of, connected

HUB = Party("HUB", "NL", "HUB")


def pushes(pair: Pair, module: str, sender: str = "target") -> list[Exchange]:
    """Return what one side has sent to the other's interfaces of `module`."""
    return [e for e in pair.record.exchanges(0, sender) if e.context.module == module]


def methods(pair: Pair, module: str, sender: str = "target") -> list[str]:
    """Return the methods of those."""
    return [e.request.method for e in pushes(pair, module, sender)]


def test_a_new_tariff_is_put_changed_by_put_and_deleted() -> None:
    with connected() as pair:
        publishing.create_tariff(pair.cpo)
        made = pair.cpo.own.all("tariffs")[-1]
        publishing.change_tariff(pair.cpo, made["id"])
        changed = pair.emsp.received.read("tariffs", key_of("tariffs", made))
        publishing.delete_tariff(pair.cpo, made["id"])
        assert methods(pair, "tariffs") == ["PUT", "PUT", "DELETE"]
        assert pushes(pair, "tariffs")[2].request.url.endswith(f"/NL/CPO/{made['id']}")
        assert changed == made
        assert pair.emsp.received.count("tariffs") == 0
        assert pair.cpo.own.find("tariffs", made["id"]) is None


def test_a_tariff_is_patched_where_the_version_has_that() -> None:
    with connected("2.1.1") as pair:
        publishing.create_tariff(pair.cpo)
        publishing.change_tariff(pair.cpo, pair.cpo.own.all("tariffs")[-1]["id"])
        assert methods(pair, "tariffs") == ["PUT", "PATCH"]


def test_by_default_a_new_tariff_is_deleted() -> None:
    with connected() as pair:
        publishing.delete_tariff(pair.cpo)
        assert methods(pair, "tariffs") == ["PUT", "DELETE"]
        assert pair.cpo.own.find("tariffs", "TAR1") is not None


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"unpushed": ("DELETE tariffs",)}, ["PUT"]),
        ({"unpushed": ("PUT tariffs", "DELETE tariffs")}, []),
        ({"pushes": "never"}, []),
        ({"deleted_tariffs": "in use"}, ["DELETE"]),
    ],
)
def test_tariffs_pushed_otherwise(switches: dict[str, Any], expected: list[str]) -> None:
    with connected(**switches) as pair:
        publishing.delete_tariff(pair.cpo)
        assert methods(pair, "tariffs") == expected


def test_a_tariff_changed_by_a_patch_that_is_not_defined() -> None:
    with connected(undefined_patch="PATCH") as pair:
        publishing.change_tariff(pair.cpo)
        assert methods(pair, "tariffs")[0] == "PATCH"


def test_a_token_is_put_changed_and_made_invalid_by_patch() -> None:
    with connected() as pair:
        publishing.create_token(pair.emsp, "APP_USER", "NEVER")
        made = pair.emsp.own.all("tokens")[-1]
        publishing.change_token(pair.emsp, made["uid"])
        publishing.invalidate_token(pair.emsp, made["uid"])
        sent = pushes(pair, "tokens", "partner")
        assert [e.request.method for e in sent] == ["PUT", "PATCH", "PATCH"]
        assert all(e.request.url.endswith(f"/NL/MSP/{made['uid']}?type=APP_USER") for e in sent)
        assert body_of(sent[2]) == {"valid": False, "last_updated": made["last_updated"]}
        assert pair.cpo.received.read("tokens", key_of("tokens", made)) == made
        assert made["valid"] is False


@pytest.mark.parametrize(
    ("kind", "expected"), [("put", ["PUT"]), ("deleted", ["DELETE"]), ("silent", []), ("patched", ["PATCH"])]
)
def test_how_a_token_becomes_invalid(kind: str, expected: list[str]) -> None:
    with connected(emsp=Behaviour.of({"invalid_tokens": kind, "after_failed_patch": "nothing"})) as pair:
        publishing.invalidate_token(pair.emsp)
        assert methods(pair, "tokens", "partner") == expected


@pytest.mark.parametrize(("kind", "number"), [("not pushed", 0), ("pushed", 1)])
def test_an_emaid_is_for_the_vehicle_to_tell(kind: str, number: int) -> None:
    with connected("2.3.0", emsp=Behaviour.of({"emaid_tokens": kind})) as pair:
        publishing.create_token(pair.emsp, "EMAID", "NEVER")
        assert pair.emsp.own.all("tokens")[-1]["type"] == "EMAID"
        assert len(pushes(pair, "tokens", "partner")) == number


def test_a_token_pushed_without_its_type() -> None:
    with connected(emsp=Behaviour.of({"token_type_parameter": "never"})) as pair:
        publishing.create_token(pair.emsp, "APP_USER")
        assert "type=" not in pushes(pair, "tokens", "partner")[0].request.url


def test_a_peer_without_the_object_is_asked_and_given_it_whole() -> None:
    with connected() as pair:
        publishing.change_token(pair.emsp)
        assert methods(pair, "tokens", "partner") == ["PATCH", "GET", "PUT"]


def test_client_info_is_pushed_by_the_hub_and_kept_by_party() -> None:
    with connected(roles=(HUB, EMSP)) as pair:
        pair.cpo.offered = (("hubclientinfo", "RECEIVER"),)
        connection = pair.emsp.living()[0]
        connection.endpoints = pair.cpo.endpoints("2.2.1")
        publishing.change_client(pair.emsp, "DE", "ABC", "EMSP", "PLANNED")
        publishing.change_client(pair.emsp, "DE", "ABC", "EMSP", "CONNECTED")
        sent = pushes(pair, "hubclientinfo", "partner")
        assert [(e.request.method, e.response and e.response.status) for e in sent] == [("PUT", 201), ("PUT", 200)]
        assert sent[0].request.url.endswith("/hubclientinfo/DE/ABC")
        assert not any(name.lower().startswith("ocpi-") for name, _ in sent[0].request.headers)
        assert [client["status"] for client in pair.cpo.received.all("hubclientinfo")] == ["CONNECTED"]
        got = pair.emsp.call(connection, "GET", "hubclientinfo", "RECEIVER", ("DE", "ABC"))
        assert got.response is not None
        assert got.response.json["data"]["party_id"] == "ABC"


def test_a_hub_lists_client_info() -> None:
    with connected(roles=(HUB, EMSP)) as pair:
        for role in ("EMSP", "CPO"):
            publishing.change_client(pair.emsp, "DE", "ABC", role, "PLANNED")
        pair.emsp.offered = (("hubclientinfo", "SENDER"),)
        connection = pair.cpo.living()[0]
        connection.endpoints = pair.emsp.endpoints("2.2.1")
        exchange = pair.cpo.call(connection, "GET", "hubclientinfo", "SENDER")
        assert exchange.response is not None
        assert [client["role"] for client in exchange.response.json["data"]] == ["EMSP", "CPO"]


def test_sessions_only_go_to_whom_they_concern() -> None:
    other = Party("EMSP", "NL", "OTH")
    with connected(roles=(other,)) as pair:
        known = {"country_code": "NL", "party_id": "OTH"}
        meanwhile = pair.cpo.living()[0]
        item = {"country_code": "NL", "party_id": "CPO", "id": "S1", "cdr_token": known, "last_updated": "2020-01-01"}
        push_object(pair.cpo, "sessions", item)
        assert len(pushes(pair, "sessions")) == 1
        stranger = type(meanwhile)(token_in="x", state="registered", version="2.2.1", peer_roles=(EMSP,))
        stranger.endpoints, stranger.token_out = meanwhile.endpoints, meanwhile.token_out
        pair.cpo.connections.append(stranger)
        push_object(pair.cpo, "sessions", item)
        assert len(pushes(pair, "sessions")) == 2
        pair.cpo.behaviour = Behaviour.of({"push_to": "everyone"})
        push_object(pair.cpo, "sessions", item)
        assert len(pushes(pair, "sessions")) == 4


def test_a_push_to_a_peer_that_is_away_is_not_sent_again() -> None:
    with connected() as pair:
        connection = pair.cpo.living()[0]
        there = connection.endpoints
        moved = type(there[0])("tariffs", "RECEIVER", "http://127.0.0.1:1/tariffs")
        connection.endpoints = (moved,)
        publishing.create_tariff(pair.cpo)
        assert len(pair.cpo.agenda.failures) == 1
        connection.endpoints = there
        publishing.create_tariff(pair.cpo)
        assert len(pushes(pair, "tariffs")) == 1


def test_a_cdr_cannot_be_patched() -> None:
    with connected() as pair, pytest.raises(HarnessError, match="Credit CDR"):
        push_patch(pair.cpo, "cdrs", {"id": "CDR1"}, {"remark": "x"})


def test_what_does_not_exist_is_our_error() -> None:
    with connected() as pair:
        with pytest.raises(HarnessError, match="tariffs with the id NONE"):
            publishing.change_tariff(pair.cpo, "NONE")
        with pytest.raises(HarnessError, match="uid NONE"):
            publishing.change_evse_status(pair.cpo, "LOC1", "NONE")
        assert publishing.own_location(pair.cpo, "loc1")["party_id"] == CPO.party_id
