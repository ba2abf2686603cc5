"""Waiting for a copy to settle: an effect that follows its answer beside one that never comes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps import receiving
from ocpi_conformance.steps.things import Push
from ocpi_conformance.steps.verdicts import Breach, NotObserved


def test_an_effect_may_follow_its_answer(monkeypatch) -> None:
    monkeypatch.setattr(receiving, "_PAUSE", 0.0)
    looks = iter([[Breach("new", "old")], [Breach("new", "old")], []])
    assert receiving.settled(lambda: next(looks), 60.0) == []


def test_what_never_comes_is_found() -> None:
    assert receiving.settled(lambda: [Breach("new", "old")], 0.0) == [Breach("new", "old")]


def test_what_is_there_is_looked_at_once() -> None:
    looks = iter([[]])
    assert receiving.settled(lambda: next(looks), 60.0) == []


@pytest.mark.parametrize(("status", "given"), [(200, True), (401, False)])
def test_what_the_target_was_not_given_it_need_not_have_taken(monkeypatch, status: int, given: bool) -> None:
    answer = Response(status, (), b'{"status_code": %d}' % (1000 if status == 200 else 2001))
    asked = Exchange(1, "target", Request("GET", "http://x/", (), b""), answer, Context(), 1, 2, 0.0, 0.0)
    monkeypatch.setattr(receiving.acts, "pull_trigger", lambda *_: None)
    monkeypatch.setattr(receiving.acts, "required", lambda *_: False)
    monkeypatch.setattr(receiving.awaited, "request", lambda *_: asked)
    own = SimpleNamespace(put=lambda *_: None, remove=lambda *_: None)
    scene: Any = SimpleNamespace(site=SimpleNamespace(platform=SimpleNamespace(own=own)), undo=[])
    item = Push("Location", "locations", ("NL", "TST", "L1"), {"country_code": "NL", "party_id": "TST", "id": "L1"})
    if given:
        receiving._have_pulled(scene, item)
    else:
        with pytest.raises(NotObserved, match="was not given the list"):
            receiving._have_pulled(scene, item)
    assert len(scene.undo) == 1
