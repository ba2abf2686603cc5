"""The facts of one edition, read from `tables/`, with what an extension adds; no JSON Schema may live here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from ocpi_conformance.schemas.overlay import ADDED_VALUES, ALIASES, OPEN_BY_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parent
TABLES: Final = ROOT / "tables"
BASE_URI: Final = "https://ocpi-conformance.example/schemas/"
"""Start of every `$id`; a name only, nothing is fetched. References are relative, so the folders work anywhere."""

VERSIONS: Final = ("2.1.1", "2.2.1", "2.3.0", "2.3.0-payments", "2.3.0-bookings")
"""The editions with tables: the core editions, then the extensions of 2.3.0."""


@dataclass(frozen=True)
class Property:
    """One row of a class table; `card` is the specification's `1`, `?`, `*` or `+`."""

    name: str
    type: str
    card: str
    length: int | None = None
    min_length: int | None = None
    choice: bool = False

    @property
    def required(self) -> bool:
        """Whether an object without this property breaks the table; members of a choice may be absent."""
        return self.card in {"1", "+"} and not self.choice

    @property
    def is_list(self) -> bool:
        """Whether the value is an array."""
        return self.card in {"*", "+"}


@dataclass(frozen=True)
class ClassFacts:
    """One class table: its anchor and its properties by name, in the order of the table."""

    name: str
    anchor: str
    properties: Mapping[str, Property]


@dataclass(frozen=True)
class EnumFacts:
    """One enum table: its anchor, its values, and whether other values are allowed too."""

    name: str
    anchor: str
    values: tuple[str, ...]
    open: bool


@dataclass(frozen=True)
class Edition:
    """Everything that the tables of one edition say; an extension holds those of its core edition as well."""

    version: str
    core: str
    classes: Mapping[str, ClassFacts]
    enums: Mapping[str, EnumFacts]


def folder_of(version: str) -> str:
    """Returns the folder of an edition's schemas: `2.3.0-payments` is `v2_3_0_payments`."""
    return "v" + version.replace(".", "_").replace("-", "_")


def core_of(version: str) -> str:
    """Returns the core edition of an edition: that of `2.3.0-payments` is `2.3.0`.

    Raises:
        KeyError: there are no tables for this version; the message lists those that there are.
    """
    if version not in VERSIONS:
        message = f"no tables for OCPI {version!r}; known: {', '.join(VERSIONS)}"
        raise KeyError(message)
    return version.partition("-")[0]


@lru_cache(maxsize=4096)
def owner(version: str, name: str, members: tuple[str, ...]) -> tuple[ClassFacts | EnumFacts | None, Property | None]:
    """Returns the class that defines the last of nested members of an object of class `name`, and that member's row.

    The row is None for a member that the class does not define. Indices of arrays are left out of `members`.
    """
    facts = edition(version)
    found: ClassFacts | EnumFacts | None = facts.classes.get(name) or facts.enums.get(name)
    row: Property | None = None
    current = facts.classes.get(name)
    for member in members:
        if current is None:
            return found, row
        found, row = current, current.properties.get(member)
        current = facts.classes.get(row.type) if row else None
    return found, row


@cache
def edition(version: str) -> Edition:
    """Returns the facts of an edition.

    Raises:
        KeyError: there are no tables for this version; the message lists those that there are.
    """
    core = core_of(version)
    data = orjson.loads((TABLES / f"{version}.json").read_bytes())
    base = edition(core) if core != version else Edition(version, core, {}, {})
    classes = {name: _class(name, facts, base.classes.get(name)) for name, facts in data["classes"].items()}
    enums = {name: _enum(name, facts, base.enums.get(name)) for name, facts in data["enums"].items()}
    enums = {**base.enums, **enums}
    for (edited, name), values in ADDED_VALUES.items():
        if edited == version:
            enums[name] = replace(enums[name], values=(*enums[name].values, *values))
    return Edition(version, core, {**base.classes, **classes}, enums)


def _class(name: str, facts: dict[str, Any], base: ClassFacts | None) -> ClassFacts:
    properties = dict(base.properties) if base else {}
    for row in facts["properties"]:
        read = Property(**{**row, "type": ALIASES.get(row["type"], row["type"])})
        known = properties.get(read.name)
        # Where two editions of one version differ in a length, the larger one counts.
        properties[read.name] = (
            replace(read, length=max(read.length, known.length)) if known and known.length and read.length else read
        )
    return ClassFacts(name, base.anchor if base else facts["anchor"], properties)


def _enum(name: str, facts: dict[str, Any], base: EnumFacts | None) -> EnumFacts:
    known = base.values if base else ()
    values = (*known, *(value for value in facts["values"] if value not in known))
    return EnumFacts(name, facts["anchor"], values, facts["open"] or name in OPEN_BY_TEXT)
