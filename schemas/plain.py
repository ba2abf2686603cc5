"""Turns any Python value into what a strict JSON parser could have returned, and says what had to change."""

from __future__ import annotations

import math
from typing import Any, Final

from ocpi_conformance.schemas.errors import SchemaError, describe, pointer_of

MAX_DEPTH: Final = 64
"""Levels of nesting that are looked at; OCPI's deepest object has 8."""

ANCHOR: Final = "rfc8259"
"""JSON itself: OCPI says no more about it."""


def plain_json(instance: object) -> tuple[Any, list[SchemaError]]:
    """Returns a copy without what JSON cannot hold, and an error of kind `not-json` for each place that was changed.

    Changed are NaN and infinities (to null), lone surrogates (to U+FFFD), names that are not strings (left out), other
    Python types and anything deeper than `MAX_DEPTH` (to null). Without any of these the copy equals the instance.
    """
    defects: list[SchemaError] = []
    return _plain(instance, [], defects), defects


def _plain(value: object, path: list[str | int], defects: list[SchemaError]) -> object:
    match value:
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str():
            return _text(value, path, defects)
        case dict() | list() if len(path) >= MAX_DEPTH:
            _defect(path, f"at most {MAX_DEPTH} levels", "deeper nesting", defects)
            return None
        case dict():
            return {name: _plain(member, [*path, name], defects) for name, member in _named(value, path, defects)}
        case list():
            return [_plain(element, [*path, index], defects) for index, element in enumerate(value)]
    _defect(path, "a JSON value", describe(value), defects)
    return None


def _named(value: dict[Any, Any], path: list[str | int], defects: list[SchemaError]) -> list[tuple[str, Any]]:
    named = []
    for name, member in value.items():
        if isinstance(name, str):
            named.append((_text(name, path, defects), member))
        else:
            _defect(path, "member names that are strings", describe(name), defects)
    return named


def _text(value: str, path: list[str | int], defects: list[SchemaError]) -> str:
    clean = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if not value.isascii() else value
    if clean != value:
        _defect(path, "text that UTF-8 can hold", describe(value), defects)
    return clean


def _defect(path: list[str | int], expected: str, actual: str, defects: list[SchemaError]) -> None:
    defects.append(SchemaError(pointer_of(path), "type", expected, actual, ANCHOR, "error", "not-json"))
