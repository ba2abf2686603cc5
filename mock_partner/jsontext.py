"""JSON as OCPI means it: a strict reader that says what is wrong, and a compact writer. No OCPI here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

_TYPE_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
MAX_DEPTH = 100


class JsonError(ValueError):
    """The text is not JSON by RFC 8259, or JSON that no two readers understand alike."""


def loads(body: bytes, depth: int = MAX_DEPTH) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the JSON value in `body`.

    Raises:
        JsonError: not UTF-8, not JSON, NaN or Infinity, a number out of range, nesting deeper than `depth`.
            Duplicate keys are not an error here (RFC 8259 allows them); see `duplicate_keys`.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise JsonError(str(error)) from None
    except RecursionError:
        raise JsonError("nested too deeply") from None
    # Most texts have too few brackets to be nested so deeply.
    if body.count(b"{") + body.count(b"[") > depth and _deeper_than(value, depth):
        raise JsonError(f"nested deeper than {depth} levels")
    return value


def duplicate_keys(body: bytes) -> tuple[str, ...]:
    """Return the keys that occur twice in one object of the valid JSON text `body`."""
    found: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in items]
        found.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(items)

    json.loads(body, object_pairs_hook=pairs)
    return tuple(found)


@dataclass(frozen=True)
class Encoded:
    """An array whose items are JSON texts already; `dumps` takes them over as they are."""

    items: tuple[bytes, ...]

    def decoded(self) -> list[Any]:
        """Return the array as values."""
        return [orjson.loads(item) for item in self.items]


@dataclass(frozen=True)
class EncodedValue:
    """A value that is a JSON text already; `dumps` takes it over as it is."""

    text: bytes

    def decoded(self) -> Any:  # noqa: ANN401  (any JSON value)
        """Return the value."""
        return orjson.loads(self.text)


def dumps(value: object) -> bytes:
    """Return `value` as compact UTF-8 JSON."""
    return orjson.dumps(value, _fragment, orjson.OPT_PASSTHROUGH_DATACLASS)


def _fragment(value: object) -> orjson.Fragment:
    if isinstance(value, Encoded):
        return orjson.Fragment(b"[" + b",".join(value.items) + b"]")
    if isinstance(value, EncodedValue):
        return orjson.Fragment(value.text)
    raise TypeError(f"JSON has nothing like {type(value).__name__}")


def type_name(value: object) -> str:
    """Return the JSON name of the type of `value`: object, array, string, number, boolean or null."""
    return "null" if value is None else _TYPE_NAMES[type(value)]


def _deeper_than(value: object, levels: int) -> bool:
    layer: list[object] = [value]
    for _ in range(levels):
        layer = [
            child
            for node in layer
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True
