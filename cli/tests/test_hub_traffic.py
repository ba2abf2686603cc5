"""What a hub of ours sends, answers and passes on is valid by the schemas and keeps the rules, in both versions."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.cli.exchange_flaws import by_rules, by_schemas
from ocpi_conformance.mock_partner import activity, charging, hub_clients, publishing, pulling, requesting
from ocpi_conformance.mock_partner.faults import Faults, Rule
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.mock_partner.tests.stars import CPO, DEADLINE, MS2, MSP, Star, star

CP2 = Party("CPO", "FR", "CP2")
# What is seen at a hub.
MODULES = {"hubclientinfo", "locations", "sessions", "cdrs", "tariffs", "tokens", "commands"}


def live(parties: Star) -> None:
    """Have everything happen that goes through a hub: broadcasts, GET ALL, requests that are passed on, leaving."""
    cpo, emsp = parties["CPO"], parties["MSP"]
    for act in (publishing.create_location, publishing.create_tariff, publishing.change_location):
        act(cpo)
    publishing.create_token(emsp)
    publishing.change_token(emsp)
    assert parties.hub.agenda.idle(DEADLINE)
    for module in ("locations", "tariffs", "hubclientinfo"):
        pulling.pull(emsp, module)
    requesting.send_command(emsp, "START_SESSION")
    assert cpo.agenda.idle(DEADLINE)
    charging.stop_session(cpo)
    hub_clients.check_clients(parties.hub)
    activity.unregister(parties["MS2"])
    assert parties.hub.agenda.idle(DEADLINE)


def flaws(parties: Star, version: str) -> list[str]:
    """Return what is wrong in all that has passed between the hub and its clients."""
    records = parties.records.values()
    return [flaw for record in records for found in (by_schemas(record), by_rules(record, version)) for flaw in found]


def passed(parties: Star) -> list[Exchange]:
    """Return what the hub has sent."""
    return list(parties.records["HUB"].exchanges(0, "partner"))


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
def test_what_goes_through_a_hub_is_valid_and_keeps_the_rules(version: str) -> None:
    with star(CPO, CP2, MSP, MS2, version=version) as parties:
        live(parties)
        assert flaws(parties, version) == []
        assert {exchange.context.module for exchange in passed(parties)} >= MODULES


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ({"match": {"direction": "request", "module": "hubclientinfo"}, "unset": ["/status"]}, "status"),
        ({"match": {"module": "hubclientinfo", "route": "list"}, "set": {"/0/role": "HUBBUB"}}, "role"),
    ],
)
def test_what_a_hub_spoils_is_found(actions: dict[str, Any], said: str) -> None:
    with star(CPO, MSP, MS2) as parties:
        parties.hub.faults = Faults((Rule.of(actions),))
        live(parties)
        assert [flaw for flaw in flaws(parties, "2.2.1") if "hubclientinfo" in flaw and said in flaw]
