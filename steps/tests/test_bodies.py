"""The bodies of Credentials in the form of each version, as far as versions differ. Nothing is sent here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.state import Connection, Party
from ocpi_conformance.steps.bodies import body_called


def scene(version: str) -> Any:
    platform = Platform((Party("EMSP", "NL", "TST"),), Client(Record(), "partner", 1.0), HANDLERS, (version,))
    connection = Connection(token_in="token", version=version)
    return SimpleNamespace(site=SimpleNamespace(platform=platform, connection=connection))


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_credentials_without_roles_do_not_say_whose_they_are(version: str) -> None:
    assert set(body_called(scene(version), "credentials without roles")) == {"token", "url"}


def test_an_undefined_field_is_all_that_is_odd() -> None:
    odd, usual = body_called(scene("2.3.0"), "credentials with an undefined field"), scene("2.3.0").site.platform
    assert set(odd) - set(usual.credentials("token", "2.3.0")) == {"example_field"}
