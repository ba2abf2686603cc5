"""Whether the target suits a named partner: the second axis beside conformance, never mixed with it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ocpi_conformance.reports.journal import Journal, Part
from ocpi_conformance.reports.summary import Row, Summary
from ocpi_conformance.steps.payloads import payloads
from ocpi_conformance.steps.profiles import Profile
from ocpi_conformance.steps.verdicts import Verdict


class Suits(StrEnum):
    """The verdict of a profile."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    NOTHING_SEEN = "nothing seen"


@dataclass(frozen=True)
class Obstacle:
    """Why the target does not suit the partner: what is missing or violated, how often, where first.

    `exchange` is a number in the journal of the version and role, None when it is a requirement that fails.
    """

    version: str
    role: str
    what: str
    times: int
    exchange: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        where = f", first in exchange {self.exchange} at {self.pointer or '/'}" if self.exchange else ""
        return f"OCPI {self.version} {self.role}: {self.what}{where}"


@dataclass(frozen=True)
class Compatibility:
    """What one profile says of the target; `objects` is how many objects were looked at."""

    profile: str
    verdict: Suits
    objects: int
    obstacles: tuple[Obstacle, ...]


def judge(journal: Journal, summary: Summary) -> tuple[Compatibility, ...]:
    """Return what each profile of the run says, from what the target sent and from the verdicts of conformance."""
    profiles = [Profile.of(table, "journal") for table in journal.facts.get("profiles", ())]
    return tuple(_judge(profile, journal, summary) for profile in profiles)


def _judge(profile: Profile, journal: Journal, summary: Summary) -> Compatibility:
    parts = [part for part in journal.parts if part.version in profile.versions and part.role in profile.roles]
    rows = [row for row in summary.rows if row.scope.version in profile.versions and row.scope.role in profile.roles]
    looked = 0
    obstacles = [obstacle for row in rows for obstacle in _failing(profile, row)]
    for part in parts:
        seen, missing = _missing(profile, part)
        looked += seen
        obstacles += missing
    if obstacles:
        return Compatibility(profile.name, Suits.INCOMPATIBLE, looked, tuple(obstacles))
    return Compatibility(profile.name, Suits.COMPATIBLE if looked else Suits.NOTHING_SEEN, looked, ())


def _failing(profile: Profile, row: Row) -> Iterator[Obstacle]:
    tolerated = {entry.requirement for entry in profile.tolerated}
    if row.scope.module in profile.modules_off:
        return
    for requirement, verdict in row.verdicts.items():
        # Waived is failing all the same: the waiver is the target's word, not the partner's.
        if verdict in {Verdict.FAILED, Verdict.WAIVED} and requirement not in tolerated:
            yield Obstacle(row.scope.version, row.scope.role, f"{requirement} is violated", 1)


def _missing(profile: Profile, part: Part) -> tuple[int, list[Obstacle]]:
    """Return how many objects were looked at, and a row for each field that some of them lack."""
    fields: dict[str, list[str]] = {}
    for required in profile.required:
        fields.setdefault(required.object, []).append(required.field)
    seen: dict[str, int] = dict.fromkeys(fields, 0)
    lacking: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for payload in payloads(part.exchanges()):
        if payload.kind not in fields or payload.partial or payload.is_copy or not isinstance(payload.value, dict):
            continue
        seen[payload.kind] += 1
        for name in fields[payload.kind]:
            if _is_empty(payload.value.get(name)):
                lacking.setdefault((payload.kind, name), []).append((payload.exchange.number, payload.pointer))
    return sum(seen.values()), [
        Obstacle(
            part.version,
            part.role,
            f"{kind}.{name} is missing in {len(places)} of {seen[kind]}",
            len(places),
            *places[0],
        )
        for (kind, name), places in lacking.items()
    ]


def _is_empty(value: Any) -> bool:  # noqa: ANN401  (any JSON value)
    return value is None or value in ("", [], {})
