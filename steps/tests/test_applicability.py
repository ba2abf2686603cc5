"""To whom a requirement applies."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner.config import MODULE_VALUES
from ocpi_conformance.mock_partner.config import MODULES as DECLARABLE
from ocpi_conformance.steps.applicability import (
    ALWAYS_IN_USE,
    DECLARED,
    MODULES,
    PARTIES,
    RECEIVER,
    SENDER,
    TYPICAL,
    applies,
    offered,
)
from ocpi_conformance.steps.catalogue import Catalogue, Requirement

CPO_MODULES = {
    "locations": frozenset({SENDER}),
    "tokens": frozenset({RECEIVER}),
    "commands": frozenset({RECEIVER}),
}
EMSP_MODULES = {"locations": frozenset({RECEIVER}), "tokens": frozenset({SENDER})}


def requirement(area: str, applies_to: str, *, versions: tuple[str, ...] = ("2.2.1",), extension: str | None = None):
    return Requirement(
        id="XXX-001",
        area=area,
        level="MUST",
        versions=versions,
        applies_to=applies_to,
        text="t",
        spec="types.asciidoc#string type",
        observed_by="request",
        check="c",
        extension=extension,
    )


def test_the_tables_cover_the_catalogue_and_nothing_else() -> None:
    catalogue = Catalogue.load()
    assert {entry.applies_to for entry in catalogue.values()} == set(PARTIES)
    assert {entry.area for entry in catalogue.values()} == set(MODULES) | ALWAYS_IN_USE
    assert set(TYPICAL) == set(MODULES)


def test_every_declaration_of_target_toml_is_known() -> None:
    assert set(DECLARABLE) == set(MODULES)
    assert set(DECLARED) == set(MODULE_VALUES)


def test_a_requirement_of_another_version_does_not_apply() -> None:
    verdict = applies(requirement("locations", "sender (CPO)"), "2.3.0", "CPO", CPO_MODULES)
    assert not verdict
    assert verdict.reason == "XXX-001 is no requirement of OCPI 2.3.0"


@pytest.mark.parametrize(
    ("area", "applies_to", "role", "modules", "expected"),
    [
        ("locations", "sender (CPO)", "CPO", CPO_MODULES, True),
        ("locations", "sender (CPO)", "EMSP", EMSP_MODULES, False),
        ("locations", "sender (CPO)", "CPO", EMSP_MODULES, False),
        ("locations", "receiver (eMSP/NSP)", "NSP", EMSP_MODULES, True),
        ("locations", "receiver (eMSP)", "NSP", EMSP_MODULES, False),
        ("locations", "sender (CPO)", "NAP", CPO_MODULES, True),
        ("locations", "sender (CPO)", "NAP", EMSP_MODULES, False),
        ("cdrs", "sender (CPO)", "CPO", CPO_MODULES, False),
        ("locations", "both", "CPO", CPO_MODULES, True),
        ("cdrs", "both", "CPO", CPO_MODULES, False),
        ("tokens", "client (CPO)", "CPO", {}, True),
        ("tokens", "client (CPO)", "EMSP", EMSP_MODULES, False),
        ("chargingprofiles", "client (SCSP/eMSP)", "EMSP", EMSP_MODULES, False),
        ("chargingprofiles", "client (SCSP/eMSP)", "EMSP", {"chargingprofiles": frozenset({SENDER})}, True),
        ("chargingprofiles", "eMSP as intermediary", "EMSP", {"chargingprofiles": frozenset({SENDER})}, False),
        ("types", "receiver (of Locations)", "CPO", CPO_MODULES, False),
        ("types", "receiver (of Locations)", "EMSP", EMSP_MODULES, True),
        ("types", "receiver (of Locations)", "NAP", EMSP_MODULES, True),
        ("chargingprofiles", "eMSP as intermediary", "EMSP", {"chargingprofiles": frozenset({SENDER, RECEIVER})}, True),
        ("commands", "sender (eMSP)", "EMSP", {}, True),
        ("commands", "receiver (CPO)", "CPO", {}, False),
        ("locations", "client (receiver of the list)", "EMSP", {}, True),
        ("locations", "client (receiver of the list)", "CPO", CPO_MODULES | EMSP_MODULES, False),
        ("hubclientinfo", "hub", "HUB", {"hubclientinfo": frozenset({SENDER})}, True),
        ("hubclientinfo", "hub", "CPO", {"hubclientinfo": frozenset({RECEIVER})}, False),
        ("hubclientinfo", "receiver (connected party)", "CPO", {"hubclientinfo": frozenset({RECEIVER})}, True),
        ("hubclientinfo", "receiver (connected party)", "HUB", {"hubclientinfo": frozenset({RECEIVER})}, False),
        # What binds the parties behind a hub is not asked of the hub.
        ("locations", "sender", "HUB", CPO_MODULES, False),
        ("tokens", "both", "HUB", {"tokens": frozenset({SENDER, RECEIVER})}, False),
        ("hubclientinfo", "both", "HUB", {"hubclientinfo": frozenset({SENDER})}, True),
        ("routing", "server (party)", "HUB", {}, False),
        ("routing", "client (party)", "HUB", {}, False),
        ("routing", "server (party)", "CPO", {}, True),
        ("routing", "client (party)", "OTHER", {}, True),
        ("routing", "client", "HUB", {}, True),
        ("routing", "hub", "HUB", {}, True),
        ("routing", "hub", "CPO", {}, False),
        ("transport", "client", "PTP", {}, True),
        ("status", "receiver (CPO)", "EMSP", {}, False),
    ],
)
def test_role_and_interface_decide(area: str, applies_to: str, role: str, modules, expected: bool) -> None:
    assert bool(applies(requirement(area, applies_to), "2.2.1", role, modules)) is expected


def test_version_details_of_2_1_1_state_no_interface() -> None:
    locations = requirement("locations", "sender (CPO)", versions=("2.1.1",))
    tokens = requirement("tokens", "sender (eMSP)", versions=("2.1.1",))
    advertised: dict[str, frozenset[str]] = {"locations": frozenset(), "tokens": frozenset()}
    assert applies(locations, "2.1.1", "CPO", advertised)
    assert not applies(locations, "2.1.1", "CPO", {})
    assert applies(tokens, "2.1.1", "EMSP", advertised)
    assert not applies(tokens, "2.1.1", "CPO", advertised)


def test_a_declaration_wins_over_version_details() -> None:
    entry = requirement("locations", "sender (CPO)")
    denied = applies(entry, "2.2.1", "CPO", CPO_MODULES, {"locations": "none"})
    assert denied.reason == 'target.toml declares locations = "none"'
    assert not denied
    assert applies(entry, "2.2.1", "CPO", {}, {"locations": "sender"})
    assert not applies(entry, "2.2.1", "CPO", CPO_MODULES, {"locations": "receiver"})
    assert not applies(requirement("tokens", "client (CPO)"), "2.2.1", "CPO", CPO_MODULES, {"tokens": "none"})


def test_an_extension_counts_where_the_target_offers_its_module() -> None:
    entry = requirement("tariffs", "sender (CPO)", extension="bookings")
    tariffs = {"tariffs": frozenset({SENDER})}
    assert not applies(entry, "2.2.1", "CPO", tariffs)
    assert applies(entry, "2.2.1", "CPO", tariffs | {"Booking": frozenset({SENDER})})


def test_bookings_is_found_under_the_identifiers_in_use() -> None:
    for identifier in ("Booking", "booking", "bookings"):
        assert offered("bookings", "2.3.0", "CPO", {identifier: frozenset({SENDER})}) == {SENDER}


def test_the_reason_names_the_missing_interface() -> None:
    verdict = applies(requirement("locations", "sender (CPO)"), "2.2.1", "CPO", EMSP_MODULES)
    assert verdict.reason == "the target offers no SENDER interface of locations"
