"""The journals that a run has written, read back: all that a report is made from. Nothing is judged or written here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ocpi_conformance.mock_partner.record import Exchange, of_dict
from ocpi_conformance.reports.summary import Scope
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

PATTERN = "journal-*.ndjson"
FORMAT = 1
# The kinds of lines beside exchanges: what runs, what applies to the target, a scenario begins, it has ended, the end.
RUN, SCOPE, SCENARIO, OUTCOME, END = "run", "scope", "scenario", "outcome", "end"

_EXCHANGE = re.compile(rb'\{"exchange":\{"number":(\d+),')
_NAMELESS = "a run without a header"


class JournalError(Exception):
    """There is no journal to read; the message names the folder and the remedy."""


@dataclass(frozen=True)
class Span:
    """When a scenario ran: UTC seconds since the epoch; `ended_at` is None when it did not come to its end."""

    scenario: str
    feature: str
    line: int
    started_at: float
    ended_at: float | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """Feature, line and name: what makes it the same scenario."""
        return self.feature, self.line, self.scenario


@dataclass(frozen=True)
class Unsteady:
    """A scenario that was run again and ended otherwise; `attempts` are its outcomes, of which the last one counts."""

    attempts: tuple[Outcome, ...]

    @property
    def violated(self) -> bool:
        """Whether a MUST was violated in one of the attempts."""
        return any(attempt.verdict is Verdict.FAILED for attempt in self.attempts)

    def __str__(self) -> str:
        last = self.attempts[-1]
        told = ", then ".join(map(_told, self.attempts))
        place = f"{last.version}-{last.role}: {last.feature}:{last.line}: {last.scenario}"
        return f"unsteady: {place}: {told}"


def _told(attempt: Outcome) -> str:
    """Return the verdict of an attempt with the requirements that it comes from, where there are findings."""
    names = dict.fromkeys(found.requirement for found in attempt.findings if found.verdict is attempt.verdict)
    return f"{attempt.verdict} ({', '.join(names)})" if names else str(attempt.verdict)


@dataclass(frozen=True)
class Part:
    """The journal of one version and role of the target.

    Attributes:
        path: the file.
        facts: the header: what ran with what against what; empty when there is none.
        modules: what version details advertise: identifier to interfaces.
        applicable: the requirements that were asked for and bind the target, by scope.
        outcomes: how the scenarios ended, in that order; of one that was run several times the last attempt.
        unsteady: the scenarios that were run several times and did not end alike.
        spans: when they ran, those that did not end among them, in the order in which they began.
        ended: there is a last line; a run that is killed writes none.
        interrupted: the run was ended before its time.
        reason: why, when the target could not be judged at all.
        problems: what could not be read, one line each.
        offsets: number of an exchange to where its line begins.
    """

    path: Path
    facts: Mapping[str, Any]
    modules: Mapping[str, tuple[str, ...]]
    applicable: Mapping[Scope, tuple[str, ...]]
    outcomes: tuple[Outcome, ...]
    unsteady: tuple[Unsteady, ...]
    spans: tuple[Span, ...]
    ended: bool
    interrupted: bool
    reason: str
    problems: tuple[str, ...]
    offsets: Mapping[int, int] = field(repr=False)

    @property
    def version(self) -> str:
        """The OCPI version of this part."""
        return str(self.facts.get("version", ""))

    @property
    def role(self) -> str:
        """The role of the target in this part."""
        return str(self.facts.get("role", ""))

    @property
    def name(self) -> str:
        """Version and role, as in "2.2.1-CPO"; the name of the file when there is no header."""
        return f"{self.version}-{self.role}" if self.facts else self.path.name

    @property
    def size(self) -> int:
        """How many exchanges there are."""
        return len(self.offsets)

    def exchange(self, number: int) -> Exchange | None:
        """Return the exchange with `number`, read from the file; None when there is none."""
        return next(self.some((number,)), None)

    def some(self, numbers: Iterable[int]) -> Iterator[Exchange]:
        """Yield the exchanges with these numbers, those that exist, one at a time in memory."""
        with self.path.open("rb") as file:
            for number in numbers:
                if number in self.offsets:
                    file.seek(self.offsets[number])
                    yield of_dict(json.loads(file.readline())["exchange"])

    def exchanges(self) -> Iterator[Exchange]:
        """Yield all exchanges in the order in which they ended, one at a time in memory."""
        return self.some(self.offsets)

    def unrun(self) -> tuple[str, ...]:
        """Return the scenarios that were planned and have no outcome, as "folder/file.feature:12: name"."""
        done = {(outcome.feature, outcome.line, outcome.scenario) for outcome in self.outcomes}
        planned = (tuple(entry) for entry in self.facts.get("planned", ()))
        return tuple(
            f"{feature}:{line}: {name}" for feature, line, name in planned if (feature, line, name) not in done
        )


@dataclass(frozen=True)
class Journal:
    """All parts of one run, in the order in which they were asked for."""

    folder: Path
    run: str
    parts: tuple[Part, ...]

    @property
    def facts(self) -> Mapping[str, Any]:
        """The header of the first part: what is the same for all."""
        return next((part.facts for part in self.parts if part.facts), {})

    @property
    def environment(self) -> dict[str, str]:
        """What ran against what, as `environment.properties` says it."""
        return {str(name): str(value) for name, value in self.facts.get("environment", {}).items()}

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of all parts."""
        return tuple(outcome for part in self.parts for outcome in part.outcomes)

    @cached_property
    def unsteady(self) -> tuple[Unsteady, ...]:
        """The scenarios of all parts that were run several times and did not end alike."""
        return tuple(found for part in self.parts for found in part.unsteady)

    @property
    def applicable(self) -> dict[Scope, set[str]]:
        """The requirements that were asked for and bind the target, by scope."""
        found: dict[Scope, set[str]] = {}
        for part in self.parts:
            for scope, names in part.applicable.items():
                found.setdefault(scope, set()).update(names)
        return found

    @property
    def interrupted(self) -> bool:
        """Whether the run was killed, or ended before its time."""
        return any(part.interrupted or not part.ended for part in self.parts)

    def exchange(self, version: str, role: str, number: int) -> Exchange | None:
        """Return an exchange of the part with this version and role; None when there is none."""
        parts = (part for part in self.parts if (part.version, part.role) == (version, role))
        return next((found for part in parts if (found := part.exchange(number))), None)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What a complete run would have and this one has not, one line each."""
        asked = self.facts.get("asked", ())
        lines = [f"{name}: did not begin" for name in asked if name not in {part.name for part in self.parts}]
        for part in self.parts:
            lines += [f"{part.path.name}: {problem}" for problem in part.problems]
            if part.reason:
                lines.append(f"{part.name}: {part.reason}")
            if not part.ended:
                lines.append(f"{part.name}: the run was cut off, its journal has no end")
            unrun = part.unrun()
            if unrun:
                lines.append(
                    f"{part.name}: {len(unrun)} of {len(part.facts['planned'])} planned scenarios have no outcome"
                )
            lines += [str(found) for found in part.unsteady if not found.violated]
        return tuple(lines)


def read(folder: Path, run: str | None = None) -> Journal:
    """Return the journal of a run from the files that lie in `folder`.

    Args:
        folder: where the run has written its reports.
        run: the id of the run; by default the one that began last.

    Raises:
        JournalError: there is no journal, or none of that run.
    """
    headers = {path: _header(path) for path in sorted(folder.glob(PATTERN))}
    if not headers:
        raise JournalError(
            f"{folder}: there is no {PATTERN} in it; give the folder that the run was told with --report"
        )
    began = {path: (header.get("started_at", 0.0), path.name) for path, header in headers.items()}
    run = run or _id(headers[max(headers, key=began.__getitem__)])
    # In the order in which they were asked for, which is that in which one process begins them.
    place = {path: (_place(header), *began[path]) for path, header in headers.items()}
    chosen = sorted((path for path, header in headers.items() if _id(header) == run), key=place.__getitem__)
    if not chosen:
        known = ", ".join(dict.fromkeys(map(_id, headers.values())))
        raise JournalError(f"{folder}: there is no run {run} in it; known are {known}")
    return Journal(folder, run, tuple(_Reader(path).part() for path in chosen))


def _id(header: Mapping[str, Any]) -> str:
    return str(header.get("id", _NAMELESS))


def _place(header: Mapping[str, Any]) -> int:
    """Return where the part stands among those that were asked for; what does not say so comes first."""
    asked, name = list(header.get("asked", ())), f"{header.get('version')}-{header.get('role')}"
    return asked.index(name) if name in asked else -1


def _header(path: Path) -> Mapping[str, Any]:
    """Return what the first line says of the run; empty when it is no header."""
    with path.open("rb") as file:
        try:
            found = json.loads(file.readline()).get(RUN, {})
        except (ValueError, AttributeError):
            return {}
    return found if isinstance(found, dict) else {}


class _Reader:
    """Reads one file once, keeping of the exchanges only where they are."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: dict[int, int] = {}
        self._lines: dict[str, list[dict[str, Any]]] = {}
        self._problems: list[str] = []

    def part(self) -> Part:
        """Return what the file holds."""
        self._scan()
        header, scope, end = (self._last(kind) for kind in (RUN, SCOPE, END))
        part = Part(
            path=self._path,
            facts=header,
            modules={name: tuple(sides) for name, sides in scope.get("modules", {}).items()},
            applicable={
                Scope(header.get("version", ""), header.get("role", ""), area): tuple(names)
                for area, names in scope.get("applicable", {}).items()
            },
            outcomes=(),
            unsteady=(),
            spans=self._spans(),
            ended=bool(end),
            interrupted=bool(end.get("interrupted")),
            reason=str(end.get("reason", "")),
            problems=tuple(self._problems),
            offsets=self._offsets,
        )
        ended = self._lines.get(OUTCOME, [])
        shown = {finding["exchange"] for line in ended for finding in line["findings"]} - {None}
        evidence = {exchange.number: exchange for exchange in part.some(sorted(shown))}
        attempts = _attempts((line, outcome_of(line, evidence)) for line in ended)
        return Part(
            **{
                **vars(part),
                "outcomes": tuple(outcomes[-1] for outcomes in attempts),
                "unsteady": tuple(
                    Unsteady(outcomes) for outcomes in attempts if len({o.verdict for o in outcomes}) > 1
                ),
            }
        )

    def _last(self, kind: str) -> dict[str, Any]:
        return next(reversed(self._lines.get(kind, [])), {})

    def _scan(self) -> None:
        offset = 0
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                self._take(number, line, offset)
                offset += len(line)

    def _take(self, number: int, line: bytes, offset: int) -> None:
        if not line.endswith(b"\n"):
            self._problems.append(f"line {number}: was cut off while it was written")
        elif found := _EXCHANGE.match(line):
            self._offsets[int(found[1])] = offset
        else:
            self._note(number, line)

    def _note(self, number: int, line: bytes) -> None:
        try:
            [(kind, content)] = json.loads(line).items()
        except (ValueError, AttributeError):
            self._problems.append(f"line {number}: is no line of a journal")
            return
        self._lines.setdefault(kind, []).append(content)

    def _spans(self) -> tuple[Span, ...]:
        began = self._lines.get(SCENARIO, [])
        ends = {_key(line): line["ended_at"] for line in self._lines.get(OUTCOME, [])}
        return tuple(Span(*_scenario(line), line["started_at"], ends.get(_key(line))) for line in began)


def _scenario(line: Mapping[str, Any]) -> tuple[str, str, int]:
    return line["scenario"], line["feature"], line["line"]


def _attempts(ended: Iterable[tuple[Mapping[str, Any], Outcome]]) -> list[tuple[Outcome, ...]]:
    """Return the outcomes of each scenario, one for each attempt; of one that ends twice the last."""
    found: dict[tuple[object, ...], dict[float, Outcome]] = {}
    for line, outcome in ended:
        same = (outcome.version, outcome.role, *_scenario(line), *outcome.requirements)
        found.setdefault(same, {})[line["started_at"]] = outcome
    return [tuple(attempts.values()) for attempts in found.values()]


def _key(line: Mapping[str, Any]) -> tuple[str, str, int, float]:
    return *_scenario(line), line["started_at"]


def outcome_of(line: Mapping[str, Any], exchanges: Mapping[int, Exchange]) -> Outcome:
    """Return the outcome that `summary_json.outcome_dict` made `line` of.

    Args:
        line: the outcome as JSON values.
        exchanges: those that its findings refer to, by number; one that is not there is left out.
    """
    return Outcome(
        scenario=line["scenario"],
        feature=line["feature"],
        line=line["line"],
        requirements=tuple(line["requirements"]),
        version=line["version"],
        role=line["role"],
        module=line["module"],
        verdict=Verdict(line["verdict"]),
        reason=line["reason"],
        findings=tuple(_finding(finding, exchanges) for finding in line["findings"]),
        exchanges=tuple(line["exchanges"]),
        seconds=line["seconds"],
        overhead=line["overhead"],
    )


def _finding(line: Mapping[str, Any], exchanges: Mapping[int, Exchange]) -> Finding:
    return Finding(
        requirement=line["requirement"],
        verdict=Verdict(line["verdict"]),
        expected=line["expected"],
        actual=line["actual"],
        exchange=exchanges.get(line["exchange"]),
        pointer=line["pointer"],
        note=line["note"],
    )
