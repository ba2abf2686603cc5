"""A pytest fixture for the suites of others: a running mock partner. Nothing of our own suite uses it.

In a conftest.py:

    from ocpi_conformance.mock_partner.pytest_fixture import ocpi_partner, ocpi_partner_config

Override `ocpi_partner_config` to have another partner.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import MockConfig


@pytest.fixture(scope="session")
def ocpi_partner_config() -> MockConfig:
    """The configuration of the partner: a CPO on a free port."""
    return MockConfig(listen="127.0.0.1:0")


@pytest.fixture
def ocpi_partner(ocpi_partner_config: MockConfig) -> Iterator[Sandbox]:
    """A running mock partner, new for each test.

    `versions_url` and `invitations` are what a system under development needs to register with it, `record` is what
    was exchanged, `platform` what it knows, `arming` bends it.
    """
    with Sandbox(ocpi_partner_config) as sandbox:
        yield sandbox
