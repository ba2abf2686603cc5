"""What a run lends the parties: what an object is judged by, strictly or not. No run is opened here."""

from __future__ import annotations

import pytest

from ocpi_conformance.steps.run import validate, validate_strictly

ENTRY = {"version": "2.3.0", "url": "https://x.test/2.3.0"}


@pytest.mark.parametrize(("more", "wrong", "strictly"), [({}, 0, 0), ({"colour": "red"}, 0, 1), ({"url": 5}, 1, 1)])
def test_only_who_is_strict_minds_fields_that_are_not_defined(
    more: dict[str, object], wrong: int, strictly: int
) -> None:
    assert len(validate("2.3.0", "Version", ENTRY | more, False)) == wrong
    assert len(validate_strictly("2.3.0", "Version", ENTRY | more, False)) == strictly


def test_a_class_without_schema_has_nothing_wrong() -> None:
    assert validate_strictly("2.3.0", "NoSuchClass", {"colour": "red"}, False) == []
