"""Whether the target suits a named partner: the second axis beside conformance, never mixed with it. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ocpi_conformance.reports.journal import Journal, Part
from ocpi_conformance.reports.summary import Row, Summary
from ocpi_conformance.steps.applicability import MODULES
from ocpi_conformance.steps.payloads import Payload, payloads
from ocpi_conformance.steps.profiles import Profile, Required
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

    @property
    def basis(self) -> str:
        """What it was judged by, in words; a profile without rules on fields has looked at no object."""
        looked = f"{self.objects} {'object' if self.objects == 1 else 'objects'} of the target looked at"
        return looked if self.objects else "by the verdicts and the version details"


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
        seen = list(payloads(part.exchanges()))
        obstacles += _not_offered(profile, part, seen)
        objects, missing = _missing(profile, part, seen)
        looked += objects
        obstacles += missing
    if obstacles:
        return Compatibility(profile.name, Suits.INCOMPATIBLE, looked, tuple(obstacles))
    suits = looked or (not profile.required and any(_passes(profile, row) for row in rows))
    return Compatibility(profile.name, Suits.COMPATIBLE if suits else Suits.NOTHING_SEEN, looked, ())


def _passes(profile: Profile, row: Row) -> bool:
    """Whether a module that the partner uses has something that was found right: the handshake alone shows no data."""
    used = row.scope.module in MODULES and row.scope.module not in profile.modules_off
    return used and Verdict.PASSED in row.verdicts.values()


def _failing(profile: Profile, row: Row) -> Iterator[Obstacle]:
    tolerated = {entry.requirement for entry in profile.tolerated}
    if row.scope.module in profile.modules_off:
        return
    for requirement, verdict in row.verdicts.items():
        # Waived is failing all the same: the waiver is the target's word, not the partner's.
        if verdict in {Verdict.FAILED, Verdict.WAIVED} and requirement not in tolerated:
            yield Obstacle(row.scope.version, row.scope.role, f"{requirement} is violated", 1)


def _not_offered(profile: Profile, part: Part, seen: Iterable[Payload]) -> list[Obstacle]:
    """Return a row for each module that the partner needs and the version details, if any were seen, do not list."""
    details = [payload for payload in seen if payload.kind == "VersionDetails" and isinstance(payload.value, dict)]
    of_version = [payload for payload in details if payload.value.get("version", part.version) == part.version]
    if not of_version:
        return []
    last = of_version[-1]
    endpoints = last.value.get("endpoints")
    rows = [row for row in endpoints if isinstance(row, dict)] if isinstance(endpoints, list) else []
    offered = {row.get("identifier") for row in rows if isinstance(row.get("identifier"), str)}
    return [
        Obstacle(part.version, part.role, f"the module {name} is not offered", 1, last.exchange.number, last.pointer)
        for name in profile.modules_required
        if offered.isdisjoint(MODULES.get(name, (name,)))
    ]


def _missing(profile: Profile, part: Part, seen: Iterable[Payload]) -> tuple[int, list[Obstacle]]:
    """Return how many objects were looked at, and a row for each field that some of them lack or fill otherwise."""
    rules: dict[str, list[Required]] = {}
    for required in profile.required:
        rules.setdefault(required.object, []).append(required)
    counts: dict[str, int] = dict.fromkeys(rules, 0)
    lacking: dict[Required, list[tuple[int, str]]] = {}
    for payload in seen:
        if payload.kind not in rules or payload.partial or payload.is_copy or not isinstance(payload.value, dict):
            continue
        counts[payload.kind] += 1
        for rule in rules[payload.kind]:
            if not any(_suits(payload.value.get(name), rule) for name in rule.field):
                lacking.setdefault(rule, []).append((payload.exchange.number, payload.pointer))
    return sum(counts.values()), [
        Obstacle(
            part.version,
            part.role,
            f"{rule} is {_wrong(rule)} in {len(places)} of {counts[rule.object]}",
            len(places),
            *places[0],
        )
        for rule, places in lacking.items()
    ]


def _suits(value: Any, rule: Required) -> bool:  # noqa: ANN401  (any JSON value)
    if rule.values:
        # A number is never one of them: 1 would be taken for true.
        return isinstance(value, str | bool) and value in rule.values
    return value is not None and value not in ("", [], {})


def _wrong(rule: Required) -> str:
    if not rule.values:
        return "missing"
    return "not " + " or ".join(json.dumps(value) for value in rule.values)
