"""The partner as a hub: as whom it registers, what it tells of others, whose requests a scenario looks at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY, TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Party, Store, key_of
from ocpi_conformance.schemas import validator
from ocpi_conformance.steps import acts, hubs, things
from ocpi_conformance.steps.evidence import evidence
from ocpi_conformance.steps.things import THINGS, build
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved

HUB, BEHIND = Party("HUB", "NL", "TSH"), Party("EMSP", "NL", "TSB")
INFO = {"party_id": "TSB", "country_code": "NL", "role": "EMSP", "status": "CONNECTED"}


def scene(*, hub: bool = True) -> Any:
    """Return as much of a Scene as is needed, at the site of a hub or at another one."""
    store = Store()
    if hub:
        info = INFO | {"last_updated": "2026-01-01T00:00:00Z"}
        store.put("hubclientinfo", key_of("hubclientinfo", info), info)
    platform = SimpleNamespace(own=store, is_hub=hub, roles=(HUB if hub else BEHIND,), party=lambda role: HUB)
    site = SimpleNamespace(name="s2" if hub else "s1", platform=platform, behind=BEHIND if hub else None)
    made: Any = SimpleNamespace(
        site=site,
        behind=site.behind,
        partner=SimpleNamespace(version="2.2.1", roles=(Party("EMSP", "NL", "TST"),), sites=[site]),
        objects={},
        undo=[],
    )
    made.chosen = made.objects.__getitem__
    return made


def test_the_partner_registers_as_itself_as_a_ptp_or_as_a_hub() -> None:
    partner = SimpleNamespace(registered=lambda: "first", payment_provider=lambda: "provider", hub=lambda: "hub")
    partner.role = "CPO"
    made: Any = SimpleNamespace(partner=partner, possible=lambda act: act())
    assert [hubs.registered_as(made, role) for role in ("", "PTP", "HUB")] == ["first", "provider", "hub"]
    with pytest.raises(LookupError, match="NAP"):
        hubs.registered_as(made, "NAP")
    partner.role = "HUB"
    with pytest.raises(NotApplicable):
        hubs.registered_as(made, "HUB")


OF_CLIENTS = [name for name in THINGS if name.startswith("a ClientInfo")]


@pytest.mark.parametrize("name", OF_CLIENTS)
@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
def test_what_is_told_of_a_party_is_a_client_info(version: str, name: str) -> None:
    made = scene()
    made.partner.version = version
    things.remember(made, build(made, "a ClientInfo"))
    push = build(made, name)
    assert validator(version, "ClientInfo").errors(push.body) == []
    assert (push.module, len(push.path)) == ("hubclientinfo", 2)


def test_each_party_has_ids_of_its_own_and_states_follow_each_other() -> None:
    made = scene()
    first, second = build(made, "a ClientInfo"), build(made, "a ClientInfo")
    assert first.path != second.path
    things.remember(made, second)
    away = build(made, "a ClientInfo that is OFFLINE")
    assert (away.path, away.body["status"]) == (second.path, "OFFLINE")
    assert away.body["last_updated"] > second.body["last_updated"]
    assert build(made, "a ClientInfo of another role").body["role"] == "CPO"
    other = build(made, "a ClientInfo with another party_id than its URL")
    assert other.body["party_id"] not in other.path


def test_the_hub_lists_what_it_tells_of_the_party_behind_it() -> None:
    made = scene()
    push = build(made, "a ClientInfo of the party behind the hub")
    assert push.path == ("NL", "TSB")
    assert list(made.site.platform.own.all("hubclientinfo")) == [push.body]


def test_what_a_hub_sends_is_of_the_party_behind_it() -> None:
    made = scene()
    for name in ("a Location", "a Token"):
        passed_on, broadcast = build(made, name), build(made, f"{name} as a broadcast")
        assert (passed_on.path[:2], passed_on.sender) == (("NL", "TSB"), None)
        assert (broadcast.path[:2], broadcast.sender) == (("NL", "TSB"), HUB)
    with pytest.raises(NotObserved, match="as a hub"):
        build(scene(hub=False), "a ClientInfo")


@pytest.mark.parametrize(
    ("hub", "module", "named"), [(True, "tokens", "TSB"), (True, "hubclientinfo", ""), (False, "tokens", "")]
)
def test_a_hub_speaks_for_the_party_behind_it(hub: bool, module: str, named: str) -> None:
    site: Site = scene(hub=hub).site
    expected = ((FROM_COUNTRY, "NL"), (FROM_PARTY, named)) if named else ()
    assert acts._owner_headers(site, Context("2.2.1", module, "RECEIVER")) == expected


# Whose requests a scenario looks at -----------------------------------------------------------------------------------


def call(number: int, site: str, module: str = "sessions", to: str = "TSB") -> Exchange:
    request = Request("PUT", f"http://partner/{number}", ((TO_COUNTRY, "NL"), (TO_PARTY, to)))
    context = Context("2.2.1", module, "RECEIVER", "session", site=site)
    return Exchange(number, "target", request, Response(200), context, number, number + 1, 0.0, 0.0)


class Kept:
    """A record in which everything is there."""

    def __init__(self, *exchanges: Exchange) -> None:
        self._exchanges = exchanges

    def exchanges(self, since: int = 0, sender: str = "") -> list[Exchange]:
        return [e for e in self._exchanges if e.began > since and sender in {"", e.sender}]

    def wait_for(self, match: Any, awaited: str, timeout: float, since: int = 0) -> Exchange:
        return next(e for e in self._exchanges if match(e) and e.began > since)


def looked_at(subject: str, *, hub: bool, since: int = 1) -> list[int]:
    made = scene(hub=hub)
    made.partner.sites = [scene(hub=False).site, scene().site]
    made.partner.config = SimpleNamespace(timeouts=SimpleNamespace(callback=1.0, silence=1.0))
    made.record = Kept(call(2, "s1"), call(3, "s2"), call(4, "s1", "credentials"), call(5, "s2", "hubclientinfo"))
    made.started, made.since = 0, since
    made.objects["ClientInfo"] = SimpleNamespace(path=("NL", "TSB"))
    return [e.number for e in evidence(made, subject) if isinstance(e, Exchange)]


@pytest.mark.parametrize(
    ("subject", "hub", "since", "expected"),
    [
        ("request", True, 1, [3, 5]),
        ("request", False, 1, [2, 4]),
        # A run has ended.
        ("request", False, 0, [2, 3, 4, 5]),
        ("request beside credentials", False, 1, [4, 2]),
        ("request beside credentials", False, 0, [4, 2]),
        ("request to a hub", True, 1, [4, 5, 3]),
        ("request to a hub", True, 0, [4, 5, 3]),
        ("request beside ClientInfo", True, 1, [2, 3, 4, 5]),
    ],
)
def test_the_requests_to_a_hub_stand_apart(subject: str, hub: bool, since: int, expected: list[int]) -> None:
    assert looked_at(subject, hub=hub, since=since) == expected
