"""Which lists are read for the scenarios of a whole run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.steps import acts, background
from ocpi_conformance.steps.verdicts import NotObserved


def lists_read(monkeypatch: pytest.MonkeyPatch, role: str, *roles: str) -> set[str]:
    """Return the modules whose lists are read of a target that offers all of them."""
    found: set[str] = set()
    monkeypatch.setattr(background, "read", lambda _, module: found.add(module))
    partner = SimpleNamespace(version="2.2.1", role=role, config=SimpleNamespace(roles=roles))
    scene: Any = SimpleNamespace(partner=partner, offers=lambda *_: True)
    background.read_all(scene)
    functional = {"locations", "sessions", "cdrs", "tariffs", "tokens"}
    return found if role == "HUB" else found & functional


def test_a_list_of_another_role_is_left_to_the_run_of_that_role(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lists_read(monkeypatch, "EMSP", "CPO", "EMSP") == {"tokens"}
    assert lists_read(monkeypatch, "CPO", "CPO", "EMSP") == {"locations", "sessions", "cdrs", "tariffs"}


def test_a_list_that_only_this_role_can_have_made_is_read_however_unusual(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lists_read(monkeypatch, "EMSP", "EMSP") == {"locations", "sessions", "cdrs", "tariffs", "tokens"}


def test_of_a_hub_only_its_own_list_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lists_read(monkeypatch, "HUB", "HUB") == {"hubclientinfo"}


def stumbling(monkeypatch: pytest.MonkeyPatch, *, pages: int) -> Any:
    """Return the scene, as far as it is read, of a run whose target gives `pages` pages of a list, and then none."""

    def crawl(*_: object) -> Any:
        raise NotObserved("page 2 is HTTP 500")

    monkeypatch.setattr(acts, "crawl", crawl)
    monkeypatch.setattr(background, "_is_page", lambda *_: True)
    record = Record(None)
    monkeypatch.setattr(record, "exchanges", lambda *_: [object()] * pages)
    return SimpleNamespace(record=record)


def test_a_list_that_ends_too_early_is_judged_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stumbling(monkeypatch, pages=1)
    background.read(scene, "tariffs")
    with pytest.raises(NotObserved, match="tariffs list could not be read to its end: page 2 is HTTP 500"):
        background.read(scene, "whole tariffs")


def test_a_list_without_a_page_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotObserved, match="page 2"):
        background.read(stumbling(monkeypatch, pages=0), "tariffs")
