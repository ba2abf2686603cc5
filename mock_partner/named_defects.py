"""Named ways in which a platform of ours behaves otherwise than by default, read from tables. No behaviour here.

A defect breaks one requirement; a profile is legal and only unusual.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ocpi_conformance.mock_partner.errors import HarnessError


@dataclass(frozen=True)
class Defect:
    """A named way to behave; `breaks` is the requirement that it breaks, empty for a profile of legal variance."""

    name: str
    breaks: str
    role: str
    behaviour: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]


def defects() -> dict[str, Defect]:
    """Return the named defects, by name.

    Raises:
        HarnessError: two have the same name.
    """
    found: dict[str, Defect] = {}
    for file in sorted((_HERE / "defects").iterdir(), key=lambda entry: entry.name):
        for name, defect in _read(file).items() if file.name.endswith(".toml") else ():
            if name in found:
                raise HarnessError(f"{file.name}: two defects are called {name}")
            found[name] = defect
    return found


def profiles() -> dict[str, Defect]:
    """Return the profiles of legal variance, by name."""
    return _read(_HERE / "variance.toml")


_HERE = files("ocpi_conformance.mock_partner")


def _read(file: Traversable) -> dict[str, Defect]:
    return {
        name: Defect(
            name,
            table.get("breaks", ""),
            table.get("role", ""),
            table.get("behaviour", {}),
            tuple(table.get("rules", ())),
        )
        for name, table in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
