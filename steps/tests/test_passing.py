"""What is behind a hub, as scenarios name it: whom a push is for, what has arrived, what an operator has changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.versions import TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Party
from ocpi_conformance.steps import clients, connecting, passing, places, things
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

HUB, CPO, MSP = Party("HUB", "NL", "HUB"), Party("CPO", "NL", "OCL"), Party("EMSP", "DE", "OCT")


def site(party: Party, name: str = "s1") -> Any:
    endpoints = tuple(Endpoint(module, "RECEIVER", f"https://hub/{module}") for module in ("locations", "sessions"))
    connection = Connection("token", endpoints=endpoints, peer_roles=(HUB,))
    platform = SimpleNamespace(roles=(party,), versions_url=f"https://{name}/versions")
    return SimpleNamespace(name=name, connection=connection, platform=platform)


def scene(role: str = "HUB", **parties: Any) -> Any:
    """Return as much of a Scene as is needed: the partner acts as its CPO."""
    acting = site(CPO)
    return SimpleNamespace(
        partner=SimpleNamespace(role=role, version="2.2.1", roles=(MSP,)),
        site=acting,
        behind=None,
        speaker=lambda *_: acting,
        parties=parties,
        objects={},
        undo=[],
    )


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("a Location for the eMSP", ("OCT", "DE")),
        ("a Location for all", ("HUB", "NL")),
        ("a Token for all", ("HUB", "NL")),
        ("a Location for an unknown party", ("ZZZ", "XX")),
        ("a Location for whom the hub finds", ("", "")),
        ("a Session for whom the hub finds", ("", "")),
    ],
)
def test_a_push_is_for_whom_its_name_says(name: str, to: tuple[str, str]) -> None:
    push = things.build(scene(eMSP=site(MSP)), name)
    assert push.address == ((TO_PARTY, to[0]), (TO_COUNTRY, to[1]))
    assert push.path[:2] == ("NL", "OCL")


def test_a_session_names_the_party_that_it_is_for() -> None:
    push = things.build(scene(eMSP=site(MSP)), "a Session for whom the hub finds")
    assert (push.body["cdr_token"]["country_code"], push.body["cdr_token"]["party_id"]) == ("DE", "OCT")


def test_a_push_for_nobody_that_is_there_is_not_observed() -> None:
    with pytest.raises(NotObserved, match="no eMSP"):
        things.build(scene(), "a Location for the eMSP")
    made = scene()
    made.site.connection.peer_roles = (CPO,)
    with pytest.raises(NotObserved, match="names no hub"):
        things.build(made, "a Location for all")


def test_a_hub_is_asked_for_the_parties_that_a_scenario_has() -> None:
    with pytest.raises(NotApplicable, match="passes requests on"):
        places.endpoint(scene(), "locations", "RECEIVER", ("NL", "OCL", "L1"))
    assert places.endpoint(scene(), "locations", "RECEIVER", judged=False).url == "https://hub/locations"
    assert places.endpoint(scene(eMSP=site(MSP)), "locations", "RECEIVER").url == "https://hub/locations"
    assert places.endpoint(scene("CPO"), "locations", "RECEIVER").url == "https://hub/locations"


def test_only_a_hub_has_parties_behind_it() -> None:
    with pytest.raises(NotApplicable, match="only a hub"):
        connecting.connected_as(scene("CPO"), "eMSP")
    with pytest.raises(LookupError, match="second CPO"):
        connecting.connected_as(scene(), "third CPO")


def test_what_an_operator_has_changed_is_as_before_after_all_else() -> None:
    made, pulled = scene(eMSP=site(MSP)), []

    def pull(*call: Any) -> None:
        pulled.append(call)
        raise HarnessError("the operator is away")

    made.partner.triggers = SimpleNamespace(pull=pull)
    made.undo.append(lambda: pulled.append("rules"))
    told = {"country_code": "DE", "party_id": "OCT", "role": "EMSP"}
    assert clients.status_values(made, "OFFLINE") == told | {"status": "OFFLINE"}
    assert clients.check_values(made) == {}
    while made.undo:
        made.undo.pop()()
    assert pulled == ["rules", ("change_client", told | {"status": "CONNECTED"}), ("check_clients", {})]


def call(method: str, url: str, where: str = "s2", module: str = "locations") -> Exchange:
    context = Context("2.2.1", module, "RECEIVER", "location", (), where)
    return Exchange(1, "target", Request(method, url, (), b""), Response(200, (), b""), context, 1, 1, 0.0, 0.0)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (call("PUT", "https://p/x/NL/OCL/l1?type=RFID"), True),
        (call("PUT", "https://p/x/NL/HUB/L1/"), True),
        (call("GET", "https://p/x/NL/OCL/L1"), False),
        (call("PUT", "https://p/x/NL/OCL/L2"), False),
        (call("PUT", "https://p/x/NL/OCL/L1", "s3"), False),
        (call("PUT", "https://p/x/NL/OCL/L1", module="tariffs"), False),
    ],
)
def test_a_request_is_known_again_by_what_it_is_about(other: Exchange, expected: bool) -> None:
    assert passing._is_of(call("PUT", "https://t/y/NL/OCL/L1"), other, "s2") is expected
