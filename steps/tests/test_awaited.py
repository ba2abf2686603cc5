"""What a Then waits for: the methods that a version has, and the words that name a message."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.awaited import defined


@pytest.mark.parametrize(
    ("version", "message", "expected"),
    [
        ("2.1.1", "PUT or PATCH to the partner's tariffs interface", "PUT or PATCH to the partner's tariffs interface"),
        ("2.2.1", "PUT or PATCH to the partner's tariffs interface", "PUT to the partner's tariffs interface"),
        (
            "2.3.0",
            "PUT or PATCH with the status of an EVSE to the partner's locations interface",
            "PUT or PATCH with the status of an EVSE to the partner's locations interface",
        ),
        ("2.2.1", "PATCH to the partner's tariffs interface", "PATCH to the partner's tariffs interface"),
        ("2.1.1", "GET to the partner's versions endpoint", "GET to the partner's versions endpoint"),
    ],
)
def test_a_method_that_the_version_does_not_have_is_not_awaited(version: str, message: str, expected: str) -> None:
    assert defined(version, message) == expected
