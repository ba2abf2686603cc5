"""The tables of ISO 3166-1, 4217, 639-1 and of IANA's time zones, read from `codes/`; no code is ever an error here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

FOLDER: Final = Path(__file__).parent / "codes"
"""From pycountry (3166, 639), ISO 4217's list of 2026-01-01, the ends of use in Unicode CLDR, and tzdata 2026f."""


@dataclass(frozen=True)
class CodeTable:
    """One table: the file with its codes, the kind of the notice, and the letter case in which codes are written."""

    file: str
    kind: str
    title: str
    upper: bool | None

    @cached_property
    def current(self) -> frozenset[str]:
        """The codes in use."""
        return frozenset(self._data["codes"])

    @cached_property
    def withdrawn(self) -> MappingProxyType[str, str]:
        """Codes no longer in use, with the month or year in which they ended."""
        return MappingProxyType(self._data.get("withdrawn", {}))

    @cached_property
    def _data(self) -> dict[str, dict[str, str]]:
        return dict(json.loads((FOLDER / self.file).read_text(encoding="utf-8")))

    def deviation(self, value: str) -> str | None:
        """Returns what was expected instead of `value`, or None when the table holds it."""
        if value in self.current:
            return None
        if value in self.withdrawn:
            return f"a code in use ({value} was withdrawn in {self.withdrawn[value]})"
        if self.upper is not None and (folded := value.upper() if self.upper else value.lower()) in self.current:
            return f"{folded}, in this letter case"
        return f"a code of {self.title}"


CODE_TABLES: Final = {
    "alpha-2": CodeTable("iso3166-alpha2.json", "country-code", "ISO 3166-1 alpha-2", upper=True),
    "alpha-3": CodeTable("iso3166-alpha3.json", "country-code", "ISO 3166-1 alpha-3", upper=True),
    "currency": CodeTable("iso4217.json", "currency", "ISO 4217", upper=True),
    "language": CodeTable("iso639-1.json", "language", "ISO 639-1", upper=False),
    "time-zone": CodeTable("iana-zones.json", "time-zone", "the tz database", upper=None),
}

CODED_PROPERTIES: Final[dict[tuple[str, int | None], str]] = {
    ("country_code", 2): "alpha-2",
    ("country", 3): "alpha-3",
    ("currency", 3): "currency",
    ("language", 2): "language",
    ("time_zone", 255): "time-zone",
}
"""Property name and length, and the table that its values come from."""
