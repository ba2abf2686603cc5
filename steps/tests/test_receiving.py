"""Waiting for a copy to settle: an effect that follows its answer beside one that never comes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps import receiving
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.things import Push, build
from ocpi_conformance.steps.verdicts import Breach, NotApplicable, NotObserved


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
    site, partner = SimpleNamespace(platform=SimpleNamespace(own=own)), SimpleNamespace(version="2.2.1")
    scene: Any = SimpleNamespace(site=site, partner=partner, undo=[])
    place = {"country_code": "NL", "party_id": "TST", "id": "L1"}
    item = Push("Location", "locations", ("NL", "TST", "L1"), place, ours=place)
    if given:
        receiving._have_pulled(scene, item)
    else:
        with pytest.raises(NotObserved, match="was not given the list"):
            receiving._have_pulled(scene, item)
    assert len(scene.undo) == 1


@pytest.mark.parametrize(
    "name",
    [
        "a Location with text beyond ASCII",
        "a Location with fractions of a second",
        "a Location with null for charging_when_closed",
    ],
)
def test_what_a_version_does_not_have_is_not_asked_of_it(name: str) -> None:
    scene: Any = SimpleNamespace(partner=SimpleNamespace(version="2.1.1"))
    with pytest.raises(NotApplicable, match=r"2\.1\.1"):
        build(scene, name)


def test_a_second_party_of_2_1_1_has_a_platform_of_its_own() -> None:
    ended: list[object] = []
    party = Party("CPO", "NL", "TSU", "Other")
    beside = SimpleNamespace(platform=SimpleNamespace(roles=(party,)))
    usual, waits = SimpleNamespace(), SimpleNamespace(waited=0.0)
    partner = SimpleNamespace(
        version="2.1.1", known=lambda: usual, second_party=lambda: beside, unregister=ended.append, triggers=waits
    )
    scene = Scene(cast(Any, partner), cast(Any, waits), cast(Any, {}), ())
    receiving.act_for_second_party(scene)
    assert scene.second_party == party
    assert scene.speaker("nl", "tsu") is beside
    assert scene.speaker("NL", "TST") is usual
    scene.undo.pop()()
    assert ended == [beside]
