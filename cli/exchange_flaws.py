"""What is wrong in the exchanges of one of our partners: bodies by the schemas, objects by every rule of the catalogue.

Rules: what breaks a MUST is told and nothing else; nothing is sent and nothing is printed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ocpi_conformance.cli.explaining import explain
from ocpi_conformance.cli.object_rules import requirements
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.steps.checks.joins import JOINED
from ocpi_conformance.steps.checks.kept import keeps
from ocpi_conformance.steps.checks.rules import RULES
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict, grade


def by_schemas(record: Record) -> Iterator[str]:
    """Yield where the bodies of what the partner of `record` has asked depart from the schemas, answers included."""
    for exchange in record.exchanges(0, "partner"):
        for found in explain(exchange):
            if found.severity == "error":
                said = f"expected {found.expected}, got {found.actual}"
                yield f"{exchange.summary}: {found.part} {found.pointer}: {said} [{found.kind}, {found.anchor}]"


def by_rules(record: Record, version: str) -> Iterator[str]:
    """Yield where the objects that the *other* partner has shown to that of `record` break a MUST of `version`.

    Each object is judged by itself, beside those of its class, and beside those of other classes, as a run does.
    """
    objects = Objects(record)
    by_kind: dict[str, list[Payload]] = defaultdict(list)
    for payload in objects:
        by_kind[payload.kind].append(payload)
    for entry in requirements(version).values():
        for kind in sorted(_kinds(entry.id)):
            # Only a rule between classes has to look at all of them.
            seen = objects if entry.id in JOINED else by_kind[kind]
            for breach in _breaches(seen, kind, entry.id):
                finding = grade(breach, entry.id, entry.level)
                if finding.verdict is Verdict.FAILED:
                    yield str(finding)


def _kinds(requirement: str) -> set[str]:
    """Return the classes that have a rule for the requirement."""
    return {found.kind for table in (RULES, JOINED) for found in table.get(requirement, ())}


def _breaches(objects: Sequence[Payload], kind: str, requirement: str) -> Iterator[Breach]:
    # A rule about something that nobody has shown has nothing to say.
    with suppress(NotObserved):
        yield from keeps(objects, kind, requirement)
