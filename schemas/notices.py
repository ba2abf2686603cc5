"""Finds what the specification allows but an implementer should hear about; no error is ever raised from here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ocpi_conformance.schemas.codes import CODE_TABLES, CODED_PROPERTIES
from ocpi_conformance.schemas.errors import SchemaError, describe, pointer_of
from ocpi_conformance.schemas.overlay import AS_LONG_AS_COPIED, LENGTH_BY_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocpi_conformance.schemas.facts import ClassFacts, Edition, EnumFacts, Property

MAX_NOTICES: Final = 1000
MAX_DECIMALS: Final = 4
SNAKE_CASE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")

Path = list[str | int]


def notices_of(facts: Edition, name: str, instance: object) -> list[SchemaError]:
    """Returns the notices of a JSON value that should be a `name`, in document order, at most `MAX_NOTICES`.

    Kinds: those that `errors.KINDS` calls notices, and `null` for an optional member.
    """
    found: list[SchemaError] = []
    for notice in _of_type(facts, name, instance, []):
        found.append(notice)
        if len(found) >= MAX_NOTICES:
            break
    return found


def _of_type(facts: Edition, name: str, value: object, path: Path) -> Iterator[SchemaError]:
    if record := facts.classes.get(name):
        if isinstance(value, dict):
            yield from _of_object(facts, record, value, path)
    elif (enum := facts.enums.get(name)) and enum.open and isinstance(value, str) and value not in enum.values:
        yield _notice(path, "open-enum", "a listed value", value, enum)


def _of_object(facts: Edition, record: ClassFacts, value: dict[str, Any], path: Path) -> Iterator[SchemaError]:
    for name, member in value.items():
        here = [*path, name]
        row = record.properties.get(name)
        if row is None:
            yield _notice(here, "unknown-field", f"a property of {record.name}", member, record)
            if not SNAKE_CASE.fullmatch(name):
                yield _notice(here, "property-name", "lower snake case", name, record)
        elif member is None:
            if not row.required:
                yield _notice(here, "null", "the member left out, or a value", member, record)
        elif row.is_list and isinstance(member, list):
            for index, element in enumerate(member):
                yield from _of_value(facts, record, row, element, [*here, index])
        else:
            yield from _of_value(facts, record, row, member, here)


def _of_value(facts: Edition, record: ClassFacts, row: Property, value: object, path: Path) -> Iterator[SchemaError]:
    if isinstance(value, str):
        yield from _of_text(facts, record, row, value, path)
    elif isinstance(value, float) and row.type == "number" and _decimals(value) > MAX_DECIMALS:
        yield _notice(path, "decimals", f"at most {MAX_DECIMALS} decimals", value, record)
    yield from _of_type(facts, row.type, value, path)


def _of_text(facts: Edition, record: ClassFacts, row: Property, value: str, path: Path) -> Iterator[SchemaError]:
    if table := CODED_PROPERTIES.get((row.name, row.length)):
        codes = CODE_TABLES[table]
        if (kind := codes.deviation(value)) is not None:
            yield _notice(path, codes.kind, kind, value, record)
    elif row.length and row.length < len(value) <= AS_LONG_AS_COPIED.get((record.name, row.name), 0):
        yield _notice(path, "copied-length", f"at most {row.length} characters", value, record)
    elif row.name in LENGTH_BY_PATTERN and row.length and len(value) > row.length and value.startswith("-"):
        yield _notice(path, "coordinate-length", f"at most {row.length} characters", value, record)
    elif row.type == "DateTime" and facts.core == "2.1.1" and "." in value:
        yield _notice(path, "fraction", "whole seconds", value, record)


def _decimals(value: float) -> int:
    mantissa, _, exponent = repr(value).partition("e")
    decimals = len(mantissa.partition(".")[2].rstrip("0"))
    return max(0, decimals - int(exponent or 0))


def _notice(path: Path, kind: str, expected: str, actual: object, owner: ClassFacts | EnumFacts) -> SchemaError:
    return SchemaError(pointer_of(path), kind, expected, describe(actual), owner.anchor, "notice", kind)
