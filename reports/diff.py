"""What changed from one run to another, requirement by requirement. Nothing is printed here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocpi_conformance.reports.summary import Scope
from ocpi_conformance.reports.summary_json import FORMAT

SUMMARY = "summary.json"
_ABSENT = "absent"
_FAILED = "failed"
_GRADED = frozenset({"passed", "advised", "waived", _FAILED})
_MET = frozenset({"passed", "advised"})


class DiffError(Exception):
    """A run cannot be compared; the message names the file and the remedy."""


@dataclass(frozen=True)
class Change:
    """A requirement whose verdict is another one than before; "absent" where the run has none."""

    version: str
    role: str
    requirement: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"OCPI {self.version} {self.role} {self.requirement}: {self.old} -> {self.new}"


@dataclass(frozen=True)
class Diff:
    """The changes between two runs, each requirement in one list at most."""

    newly_failing: tuple[Change, ...]
    recovered: tuple[Change, ...]
    no_longer_graded: tuple[Change, ...]
    newly_graded: tuple[Change, ...]


def load(path: Path) -> Mapping[tuple[str, str, str], str]:
    """Return the verdicts of a run: version, role and requirement to verdict.

    Args:
        path: its summary.json, or the folder that holds it.

    Raises:
        DiffError: there is none, or it is not what this version of the suite writes.
    """
    file = path / SUMMARY if path.is_dir() else path
    try:
        content = json.loads(file.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise DiffError(f"{file}: format {content['format']} is not {FORMAT}; run both with the same suite")
        return dict(_verdicts(content))
    except OSError as error:
        remedy = "give the folder of a run; after a kill, `ocpi-conformance report rebuild` makes the file"
        raise DiffError(f"{file}: cannot be read: {error.strerror}; {remedy}") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise DiffError(f"{file}: is no summary of a run; give the {SUMMARY} that a run writes") from None


def _verdicts(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    for row in content["results"]:
        scope = Scope(row["version"], row["role"], row["module"])
        for requirement, verdict in row["requirements"].items():
            yield (scope.version, scope.role, requirement), str(verdict)


def compare(old: Mapping[tuple[str, str, str], str], new: Mapping[tuple[str, str, str], str]) -> Diff:
    """Return what changed from `old` to `new`.

    Newly failing: it fails and did not before, graded or not. Recovered: it failed and is met now. No longer graded: it
    was judged before and is not now. Newly graded: the other way round, and it does not fail.
    """
    changes = [
        Change(*key, old.get(key, _ABSENT), new.get(key, _ABSENT))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    ]
    return Diff(
        newly_failing=tuple(change for change in changes if change.new == _FAILED),
        recovered=tuple(change for change in changes if change.old == _FAILED and change.new in _MET),
        no_longer_graded=tuple(change for change in changes if change.old in _GRADED and change.new not in _GRADED),
        newly_graded=tuple(
            change for change in changes if change.old not in _GRADED and change.new in _GRADED - {_FAILED}
        ),
    )
