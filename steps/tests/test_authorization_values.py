"""Which credentials token a phrase means, and when there is none of it. No requests here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.tokens import authorization_value
from ocpi_conformance.steps.verdicts import NotApplicable, NotObserved


def registration(status_code: int) -> Exchange:
    answer = Response(200, (), b'{"status_code": %d}' % status_code)
    return Exchange(1, "partner", Request("POST", "http://x/", (), b""), answer, Context(), 1, 2, 0.0, 0.0)


def scene(handshake: Exchange | None, version: str = "2.2.1") -> Any:
    site = SimpleNamespace(token_a="a", initiator="partner", handshake=handshake)
    return SimpleNamespace(site=site, partner=SimpleNamespace(version=version))


@pytest.mark.parametrize("handshake", [None, registration(1000)])
def test_token_a_is_that_of_the_registration(handshake: Exchange | None) -> None:
    assert authorization_value(scene(handshake), "CREDENTIALS_TOKEN_A") == "Token YQ=="


@pytest.mark.parametrize("handshake", [None, registration(3001)])
def test_without_a_registration_nothing_has_replaced_token_a(handshake: Exchange | None) -> None:
    with pytest.raises(NotObserved, match="nothing has replaced it"):
        authorization_value(scene(handshake), "the replaced CREDENTIALS_TOKEN_A")
    assert authorization_value(scene(handshake), "CREDENTIALS_TOKEN_A") == "Token YQ=="
    assert authorization_value(scene(registration(1000)), "the replaced CREDENTIALS_TOKEN_A") == "Token YQ=="


def test_what_is_no_base64_is_nothing_where_no_token_is_encoded() -> None:
    assert authorization_value(scene(None), "invalid Base64") == "Token ***not-base64***"
    with pytest.raises(NotApplicable):
        authorization_value(scene(None, "2.1.1"), "invalid Base64")


def test_a_token_is_encoded_from_2_2_1_on() -> None:
    assert authorization_value(scene(None, "2.1.1"), "CREDENTIALS_TOKEN_A") == "Token a"
    assert authorization_value(scene(None, "2.3.0"), "CREDENTIALS_TOKEN_A") == "Token YQ=="
