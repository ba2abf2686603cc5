"""What usually mends a breach of a requirement, in one sentence; read from fixes.toml. Nothing is decided here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def fixes() -> Mapping[str, str]:
    """Return requirement id to the remedy, for the requirements that are broken most often."""
    table = tomllib.loads((files("ocpi_conformance.reports") / "fixes.toml").read_text("utf-8"))
    return {requirement: str(remedy) for requirement, remedy in table.items()}
