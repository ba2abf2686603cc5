"""Whether two objects say the same by the tables of OCPI: instants, numbers, CiStrings, absent and null.

Rules: it compares and describes; what a difference amounts to is for the checks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.schemas.facts import Property, edition

Json = dict[str, Any]

# The lists of parts that are objects of their own, with the field that names one of them.
PARTS = {"EVSE": ("evses", "uid"), "Connector": ("connectors", "id")}
# What an optional field means when it is absent, where the specification says so.
DEFAULTS: dict[tuple[str, str], Any] = {("Location", "charging_when_closed"): True}
# Texts that hold a number.
_NUMBERS_AS_TEXT = {"latitude", "longitude"}
# A Receiver may keep time in whole seconds.
_SECOND = 1.0
# The order of these decides: the first element that fits is the one that counts.
_ORDERED = {"TariffElement"}
_SHOWN = 80


@dataclass(frozen=True)
class Difference:
    """One field in which an object is not as expected.

    `pointer` is a JSON Pointer from the object, `expected` and `actual` are short texts, `required` tells whether the
    tables want the field, and what holds it.
    """

    pointer: str
    expected: str
    actual: str
    required: bool


def shown(value: object) -> str:
    """Return `value` as short JSON text; "absent" for null and the empty list."""
    if absent(value):
        return "absent"
    text = jsontext.dumps(value).decode("utf-8")
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def absent(value: object) -> bool:
    """Tell whether a field with this value holds nothing: null and an empty list say no more than no field at all."""
    return value is None or value == []


def properties(version: str, kind: str) -> dict[str, Property]:
    """Return the rows of the table of class `kind`, by name.

    Raises:
        KeyError: the version has no such class.
    """
    return dict(edition(version).classes[kind].properties)


def differences(
    version: str,
    kind: str,
    expected: Json,
    actual: object,
    *,
    closed: bool = False,
    ignored: frozenset[str] = frozenset(),
    pointer: str = "",
) -> Iterator[Difference]:
    """Yield the fields of class `kind` in which `actual` is not as `expected`.

    Fields that the tables do not know count for nothing, nor do those in `ignored` (of this object, not of its parts).
    With `closed`, what `actual` has beyond `expected` is a difference too.
    """
    if not isinstance(actual, dict):
        yield Difference(pointer, f"one {kind}", jsontext.type_name(actual), True)
        return
    for name, row in properties(version, kind).items():
        place = f"{pointer}/{name}"
        one, other = expected.get(name), actual.get(name)
        if name in ignored or (absent(one) and not closed):
            continue
        if row.type in PARTS and isinstance(one, list) and isinstance(other, list):
            yield from _parts(version, row.type, one, other, closed=closed, pointer=place)
        elif _is_object(version, row) and isinstance(one, dict) and isinstance(other, dict):
            inner = differences(version, row.type, one, other, closed=True, pointer=place)
            yield from (replace(found, required=found.required and row.required) for found in inner)
        elif not _same_field(version, kind, row, one, other):
            yield Difference(place, shown(one), shown(other), row.required or row.type in PARTS)


def _is_object(version: str, row: Property) -> bool:
    return row.type in edition(version).classes and not row.is_list


def part(owner: object, kind: str, name: str) -> Json | None:
    """Return the part of class `kind` that `owner` lists as `name`, in this letter case or else in any; or None."""
    listed = parts(owner, kind)
    named = (item for item in listed if str(item.get(PARTS[kind][1])) == name)
    return next(named, None) or next((item for item in listed if _name(item, kind) == name.lower()), None)


def parts(owner: object, kind: str) -> list[Json]:
    """Return the parts of class `kind` that `owner` lists."""
    listed = owner.get(PARTS[kind][0]) if isinstance(owner, dict) else None
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _name(item: Json, kind: str) -> str:
    return str(item.get(PARTS[kind][1])).lower()


def _parts(
    version: str, kind: str, one: list[Any], other: list[Any], *, closed: bool, pointer: str
) -> Iterator[Difference]:
    owner = {PARTS[kind][0]: other}
    for number, item in enumerate(one):
        found = part(owner, kind, str(item.get(PARTS[kind][1])))
        if found is None:
            yield Difference(f"{pointer}/{number}", f"{kind} {item.get(PARTS[kind][1])}", "absent", True)
        else:
            yield from differences(version, kind, item, found, closed=closed, pointer=f"{pointer}/{number}")
    known = {_name(item, kind) for item in one}
    for item in parts(owner, kind) if closed else []:
        if _name(item, kind) not in known:
            yield Difference(pointer, "absent", f"{kind} {item.get(PARTS[kind][1])}", True)


def _same_field(version: str, kind: str, row: Property, one: object, other: object) -> bool:
    default = DEFAULTS.get((kind, row.name))
    one, other = (default if absent(value) else value for value in (one, other))
    if absent(one) or absent(other):
        return absent(one) and absent(other)
    if row.name in _NUMBERS_AS_TEXT:
        return _same_number_text(one, other)
    if row.is_list:
        return isinstance(one, list) and isinstance(other, list) and _same_items(version, row.type, one, other)
    return same(version, row.type, one, other)


def same(version: str, kind: str, one: object, other: object) -> bool:
    """Tell whether two values of one type (a class, an enum or a basic type of the tables) mean the same."""
    if kind in edition(version).classes:
        return isinstance(one, dict) and not any(differences(version, kind, one, other, closed=True))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, str) and isinstance(other, str):
        return _same_text(kind, one, other)
    return one == other


def _same_text(kind: str, one: str, other: str) -> bool:
    if kind == "CiString":
        return one.lower() == other.lower()
    if kind == "DateTime":
        try:
            return abs((parse_timestamp(one) - parse_timestamp(other)).total_seconds()) < _SECOND
        except ValueError:
            return one == other
    return one == other


def _same_number_text(one: object, other: object) -> bool:
    try:
        return math.isclose(float(str(one)), float(str(other)), abs_tol=1e-9)
    except ValueError:
        return one == other


def _same_items(version: str, kind: str, one: list[Any], other: list[Any]) -> bool:
    if kind in _ORDERED:
        return len(one) == len(other) and all(same(version, kind, *pair) for pair in zip(one, other, strict=True))
    rest = list(other)
    for item in one:
        found = next((n for n, value in enumerate(rest) if same(version, kind, item, value)), None)
        if found is None:
            return False
        del rest[found]
    return not rest
