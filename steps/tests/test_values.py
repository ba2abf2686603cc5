"""The values that a table of parameters can name: moments of an object in the form in which they are asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.steps.values import value
from ocpi_conformance.steps.verdicts import NotObserved


def scene(last_updated: object) -> Any:
    return SimpleNamespace(chosen=lambda _: SimpleNamespace(content={"last_updated": last_updated}))


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        ("2015-06-29T20:39:09Z", "2015-06-29T20:39:09Z"),
        ("2015-06-29T20:39:09.250Z", "2015-06-29T20:39:09.250Z"),
        ("2015-06-29T20:39:09", "2015-06-29T20:39:09"),
        ("2015-06-29T22:39:09+02:00", "2015-06-29T20:39:09Z"),
        ("2015-06-29T20:39:09.250000+00:00", "2015-06-29T20:39:09.250000Z"),
        ("2015-06-29 20:39:09Z", "2015-06-29T20:39:09Z"),
    ],
)
def test_a_moment_is_asked_for_in_the_form_of_ocpi(shown: str, asked: str) -> None:
    assert value(scene(shown), "the last_updated of the Token") == asked


def test_a_second_later() -> None:
    assert value(scene("2015-06-29T20:39:09.9Z"), "a second after the last_updated of the Token") == (
        "2015-06-29T20:39:10Z"
    )


@pytest.mark.parametrize("shown", [None, "yesterday", 7])
def test_what_is_no_moment_asks_for_nothing(shown: object) -> None:
    with pytest.raises(NotObserved, match="is no DateTime"):
        value(scene(shown), "the last_updated of the Token")


def test_what_names_nothing_stands_for_itself() -> None:
    assert value(scene(None), "50") == "50"
