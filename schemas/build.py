"""Builds the JSON Schemas in `v*/` from the tables and the overlay; validating and reading the text live elsewhere.

Use: `python -m ocpi_conformance.schemas.build` writes every file, `… build --check` says which ones differ.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

from ocpi_conformance.schemas.facts import (
    BASE_URI,
    ROOT,
    VERSIONS,
    ClassFacts,
    Edition,
    EnumFacts,
    Property,
    edition,
    folder_of,
)
from ocpi_conformance.schemas.overlay import (
    AS_LONG_AS_COPIED,
    BASE_ANCHORS,
    BASE_TYPES,
    CONSTRAINTS,
    INLINE_TYPES,
    LENGTH_BY_PATTERN,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

if TYPE_CHECKING:
    from pathlib import Path

Schema = dict[str, Any]


def build(version: str) -> dict[str, Schema]:
    """Returns the schemas that belong in the folder of one edition, by name.

    A core edition has all its classes, enums and base types; an extension only what differs from its core edition, or
    refers to something that does.
    """
    facts = edition(version)
    own = own_names(facts)
    schemas: dict[str, Schema] = {}
    if facts.version == facts.core:
        for name, keywords in BASE_TYPES[version].items():
            schemas[name] = _head(version, name, BASE_ANCHORS[version][name]) | keywords
    for name, enum in facts.enums.items():
        if name in own:
            schemas[name] = _head(version, name, enum.anchor) | _enum(enum)
    for name, record in facts.classes.items():
        if name in own:
            schemas[name] = _head(version, name, record.anchor) | _class(facts, record, own)
    return dict(sorted(schemas.items()))


def own_names(facts: Edition) -> frozenset[str]:
    """Returns the classes and enums that an edition's folder holds itself."""
    every = {*facts.classes, *facts.enums}
    if facts.version == facts.core:
        return frozenset(every)
    core = edition(facts.core)
    own = {
        name
        for name in every
        if (facts.classes.get(name), facts.enums.get(name)) != (core.classes.get(name), core.enums.get(name))
    }
    while grown := {
        name
        for name, record in facts.classes.items()
        if name not in own and any(p.type in own for p in record.properties.values())
    }:
        own |= grown
    return frozenset(own)


def _head(version: str, name: str, anchor: str) -> Schema:
    return {"$schema": DIALECT, "$id": f"{BASE_URI}{folder_of(version)}/{name}.json", "$comment": anchor, "title": name}


def _enum(enum: EnumFacts) -> Schema:
    return (
        {"type": "string", "examples": list(enum.values)}
        if enum.open
        else {"type": "string", "enum": list(enum.values)}
    )


def _class(facts: Edition, record: ClassFacts, own: frozenset[str]) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {name: _property(facts, record, row, own) for name, row in record.properties.items()},
    }
    required = [name for name, row in record.properties.items() if row.required]
    return schema | ({"required": required} if required else {})


def _property(facts: Edition, record: ClassFacts, row: Property, own: frozenset[str]) -> Schema:
    value = _value(facts, record, row, own) | CONSTRAINTS[facts.core].get((record.name, row.name), {})
    if row.card == "+":
        return {"type": "array", "items": value, "minItems": 1}
    if row.card == "*":
        return {"type": ["array", "null"], "items": value}
    return value if row.card == "1" else {"anyOf": [value, {"type": "null"}]}


def _value(facts: Edition, record: ClassFacts, row: Property, own: frozenset[str]) -> Schema:
    if row.type in INLINE_TYPES:
        digits = {"maximum": 10**row.length - 1} if row.length else {}
        return INLINE_TYPES[row.type] | digits
    here = row.type in own or (row.type in BASE_TYPES[facts.core] and facts.version == facts.core)
    value: Schema = {"$ref": f"{row.type}.json" if here else f"../{folder_of(facts.core)}/{row.type}.json"}
    if row.min_length:
        value["minLength"] = row.min_length
    if row.length and row.name not in LENGTH_BY_PATTERN:
        value["maxLength"] = AS_LONG_AS_COPIED.get((record.name, row.name), row.length)
    return value


def render(schema: Schema) -> str:
    """Returns the text of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=True) + "\n"


def files() -> dict[Path, str]:
    """Returns every schema file of every edition with its text."""
    return {
        ROOT / folder_of(version) / f"{name}.json": render(schema)
        for version in VERSIONS
        for name, schema in build(version).items()
    }


def differences() -> list[Path]:
    """Returns the files that are missing, surplus or not what the tables say."""
    wanted = files()
    present = {path for version in VERSIONS for path in (ROOT / folder_of(version)).glob("*.json")}
    return sorted(
        path
        for path in {*wanted, *present}
        if not path.exists() or path.read_text(encoding="utf-8") != wanted.get(path)
    )


def main(arguments: list[str]) -> int:
    """Writes or, with `--check`, compares the schema files; returns an exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m ocpi_conformance.schemas.build [--check]\n")
        return 4
    wrong = differences()
    if arguments:
        sys.stderr.writelines(
            f"{path}: differs from the tables; run `python -m ocpi_conformance.schemas.build`\n" for path in wrong
        )
        return 1 if wrong else 0
    wanted = files()
    for path in wrong:
        if path in wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
