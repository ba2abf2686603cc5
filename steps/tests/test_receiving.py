"""Waiting for a copy to settle: an effect that follows its answer beside one that never comes."""

from __future__ import annotations

from ocpi_conformance.steps import receiving
from ocpi_conformance.steps.verdicts import Breach


def test_an_effect_may_follow_its_answer(monkeypatch) -> None:
    monkeypatch.setattr(receiving, "_PAUSE", 0.0)
    looks = iter([[Breach("new", "old")], [Breach("new", "old")], []])
    assert receiving.settled(lambda: next(looks), 60.0) == []


def test_what_never_comes_is_found() -> None:
    assert receiving.settled(lambda: [Breach("new", "old")], 0.0) == [Breach("new", "old")]


def test_what_is_there_is_looked_at_once() -> None:
    looks = iter([[]])
    assert receiving.settled(lambda: next(looks), 60.0) == []
