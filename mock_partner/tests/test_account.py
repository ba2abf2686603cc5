"""What one partner may use, see, and where it is called."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.errors import HarnessError


def test_by_default_everything_is_open() -> None:
    account = Account()
    assert account.admits("2.2.1", "locations")
    assert account.shows("locations", "LOC1")
    account.require_host("https://anywhere.test/x")


def test_versions_and_modules_are_those_that_are_named() -> None:
    account = Account("a", versions=("2.2.1",), modules=("tokens",))
    assert account.admits("2.2.1", "tokens")
    assert account.admits("2.2.1", "credentials")
    assert account.admits("", "versions")
    assert not account.admits("2.1.1", "tokens")
    assert not account.admits("2.2.1", "locations")


def test_objects_are_shown_by_pattern_and_in_any_case() -> None:
    account = Account("a", sees={"locations": ("LOC-1*", "x?")})
    assert account.shows("locations", "loc-12")
    assert account.shows("locations", "X1")
    assert not account.shows("locations", "LOC-2")
    assert account.shows("tariffs", "T1")
    assert account.is_partial("locations")
    assert not account.is_partial("tariffs")


def test_only_the_hosts_that_are_named_are_called() -> None:
    account = Account("a", hosts=("a.test",))
    account.require_host("https://A.test:8443/x")
    with pytest.raises(HarnessError, match=r"evil\.test is no host of partner a\. Add it to allowed_hosts"):
        account.require_host("https://evil.test/a.test")
