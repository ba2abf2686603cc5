"""Makes one full and valid object of every class from the facts of its edition; expectations belong in the tests."""

from __future__ import annotations

from typing import Any

from ocpi_conformance.schemas.facts import edition

VALUES = {
    "string": "abc",
    "CiString": "abc",
    "DateTime": "2024-02-29T12:00:00Z",
    "URL": "https://example.com/ocpi?x=1",
    "number": 1.5,
    "int": 1,
    "boolean": True,
    "Array or Object or String": [],
}
NAMED = {
    "latitude": "50.770774",
    "longitude": "-126.104965",
    "period_begin": "08:00",
    "period_end": "20:00",
    "start_time": "08:00",
    "end_time": "20:00",
    "start_date": "2024-12-24",
    "end_date": "2024-12-27",
    "country_code": "NL",
    "country": "NLD",
    "currency": "EUR",
    "language": "en",
    "time_zone": "Europe/Amsterdam",
}


def sample(version: str, name: str) -> Any:
    """Returns a valid object of a class with every property set, or a listed value of an enum."""
    facts = edition(version)
    if enum := facts.enums.get(name):
        return enum.values[0]
    members = {}
    for row in facts.classes[name].properties.values():
        if row.type in VALUES:
            value = NAMED.get(row.name, VALUES[row.type]) if row.type in {"string", "CiString"} else VALUES[row.type]
            value = value[: row.length] if isinstance(value, str) and row.length else value
        else:
            value = sample(version, row.type)
        members[row.name] = [value] if row.is_list else value
    return members


def minimal(version: str, name: str) -> dict[str, Any]:
    """Returns a valid object of a class with nothing but what is required."""
    required = {row.name for row in edition(version).classes[name].properties.values() if row.required}
    return {member: value for member, value in sample(version, name).items() if member in required}
