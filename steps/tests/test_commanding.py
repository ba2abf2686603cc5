"""Commands that a version has and those that it has not, and how their bodies look there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ocpi_conformance.steps import command_bodies, commanding, provoked
from ocpi_conformance.steps.answers import answer_rule
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotApplicable


def scene_of(version: str) -> Scene:
    return cast(Scene, SimpleNamespace(partner=SimpleNamespace(version=version), commands=[], undo=[]))


def test_what_the_version_does_not_have_is_not_applicable(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[str] = []
    monkeypatch.setattr(commanding, "_post", lambda _, name, body: posted.append(name))
    with pytest.raises(NotApplicable, match=r"OCPI 2\.1\.1 has no command CANCEL_RESERVATION"):
        commanding.send(scene_of("2.1.1"), "CANCEL_RESERVATION for an unknown reservation")
    commanding.send(scene_of("2.2.1"), "CANCEL_RESERVATION for an unknown reservation")
    assert posted == ["CANCEL_RESERVATION"]


@pytest.mark.parametrize("words", sorted(command_bodies.NONEXISTENT))
def test_what_does_not_exist_is_sent_all_the_same(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[str] = []
    monkeypatch.setattr(commanding, "_post", lambda _, name, body: posted.append(name))
    commanding.send(scene_of("2.1.1"), words)
    assert posted == [command_bodies.COMMANDS[words][0]]


def test_a_command_that_the_operator_cannot_have_sent() -> None:
    with pytest.raises(NotApplicable, match="CANCEL_RESERVATION"):
        provoked.command_values(scene_of("2.1.1"), "CANCEL_RESERVATION")


def test_a_reservation_has_a_number_where_the_version_wants_one() -> None:
    _, body = command_bodies.COMMANDS["CANCEL_RESERVATION, which does not exist yet"]
    ids: list[Any] = [body(scene_of("2.1.1"))["reservation_id"] for _ in range(3)]
    assert len({int(name) for name in ids}) == 3
    assert all(0 <= int(name) < 2**31 for name in ids)
    assert not body(scene_of("2.2.1"))["reservation_id"].isdigit()


def test_a_result_that_the_version_does_not_have() -> None:
    with pytest.raises(NotApplicable, match=r"OCPI 2\.1\.1 has no result FAILED"):
        answer_rule("commands", "the result FAILED", "2.1.1")
    assert answer_rule("commands", "the result TIMEOUT", "2.1.1")
    assert answer_rule("commands", "the result FAILED", "2.3.0")
