"""The Tokens of scenarios: those of the partner are valid and addressed by type, those of the target are found."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps import issued, things, token_offers
from ocpi_conformance.steps.scene import Chosen, Scene
from ocpi_conformance.steps.verdicts import NotApplicable

PARTY = Party("EMSP", "NL", "TST")


def scene(version: str = "2.2.1") -> Scene:
    """A scene of which only the parties and the chosen objects are there."""
    objects: dict[str, Chosen] = {}
    partner = SimpleNamespace(role="CPO", roles=(PARTY,), version=version)
    return cast(Scene, SimpleNamespace(partner=partner, behind=None, objects=objects, chosen=objects.__getitem__))


def chosen(name: str) -> Scene:
    made = scene()
    things.remember(made, things.build(made, name))
    return made


@pytest.mark.parametrize("name", ["a Token", *issued._NEW])
def test_a_new_token_is_valid_and_has_its_type_in_the_url(name: str) -> None:
    push = things.build(scene(), name)
    assert list(schemas.validator("2.2.1", "Token").errors(push.body)) == []
    assert push.path == ("NL", "TST", push.body["uid"])
    assert dict(push.query) == ({} if push.body["type"] == "RFID" else {"type": push.body["type"]})


@pytest.mark.parametrize("name", ["a Token", *issued._NEW])
def test_a_new_token_has_the_form_of_the_version(name: str) -> None:
    push = things.build(scene("2.1.1"), name)
    errors = schemas.validator("2.1.1", "Token").errors(push.body)
    assert [error for error in errors if error.severity == "error"] == [] or name == "a Token with text beyond ASCII"
    assert push.query == ()
    assert "contract_id" not in push.body


def test_a_field_that_the_version_does_not_have_cannot_be_left_out() -> None:
    made = scene("2.1.1")
    things.remember(made, things.build(made, "a complete Token"))
    assert "language" not in things.build(made, "the Token without its language").body
    with pytest.raises(NotApplicable, match=r"a Token of OCPI 2\.1\.1 has no group_id"):
        things.build(made, "the Token without its group_id")


def test_a_token_of_the_same_uid_has_another_type() -> None:
    made = chosen("a Token")
    other = things.build(made, "the same Token of an app")
    known = made.chosen("Token")
    assert (other.path, other.body["type"], dict(other.query)) == (known.path, "APP_USER", {"type": "APP_USER"})
    assert other.body["last_updated"] > known.content["last_updated"]


def test_a_change_goes_where_the_token_is() -> None:
    made = chosen("a Token of an app")
    assert dict(things.build(made, "the invalidation of the Token").query) == {"type": "APP_USER"}
    assert things.build(made, "the invalidation of the Token without last_updated").body == {"valid": False}
    assert "language" not in things.build(chosen("a complete Token"), "the Token without its language").body


def answered(monkeypatch: pytest.MonkeyPatch, *said: str) -> list[Any]:
    """Let the target answer `said` about one Token after the other; returns these Tokens."""
    tokens = [{"uid": str(number)} for number in range(len(said))]
    monkeypatch.setattr(token_offers, "_answers", lambda *_: iter(zip(tokens, said, strict=True)))
    return tokens


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (("ALLOWED", "NOT_ALLOWED"), "1"),
        (("NOT_ALLOWED", "BLOCKED", "ALLOWED"), "0"),
        (("NOT_ALLOWED", "NOT_ALLOWED"), None),
        (("ALLOWED", "NO_CREDIT"), None),
        (("", "ALLOWED"), None),
    ],
)
def test_a_limited_token_is_refused_where_others_are_allowed(monkeypatch, said, found) -> None:
    tokens = answered(monkeypatch, *said)
    assert (token_offers._limited(scene(), tokens) or {}).get("uid") == found
