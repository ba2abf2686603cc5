"""One certification: what was asked for, the runs it opened, the outcomes, the reports at its end. No pytest hooks."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import time
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from ocpi_conformance.cli import facts
from ocpi_conformance.mock_partner.config import Allow, TargetConfig, Waiver, load_target
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import Defect, chosen, defects
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.mock_partner.settings import ConfigError
from ocpi_conformance.reports import documents, github, journal, model, summary_json, summary_text
from ocpi_conformance.reports.documents import Result
from ocpi_conformance.steps.catalogue import VERSIONS, Catalogue, Requirement
from ocpi_conformance.steps.profiles import Profile
from ocpi_conformance.steps.profiles import load as load_profile
from ocpi_conformance.steps.run import EMBEDDED, CannotJudge, Pair, Run, embedded_config, open_run, pairs
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

MOST_MISSING = 6
MOST_OBSTACLES = 8


class UsageError(Exception):
    """What was asked for cannot be done; the message says what to write instead."""


def _profile_lines(result: Result) -> list[str]:
    lines = []
    for found in result.profiles:
        lines.append(f"profile {found.profile}: {found.verdict} ({found.basis})")
        lines += [f"  {obstacle}" for obstacle in found.obstacles[:MOST_OBSTACLES]]
        if len(found.obstacles) > MOST_OBSTACLES:
            lines.append(f"  and {len(found.obstacles) - MOST_OBSTACLES} more: see the reports")
    return lines


def _new_id() -> str:
    """Return a name for a run that sorts by time and that no other run has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"


@dataclass
class Certification:
    """What `--target` and the other options ask for, and all that comes of it.

    `planned` has the scenarios that will run, for each version and role, before they do; `narrowed` says that it is not
    all that the target's declaration asks for; `latest` is what the last scenario came to; `result` is there once the
    reports are.
    """

    config: TargetConfig
    catalogue: Catalogue
    folder: Path
    strict: bool = False
    selected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defects: tuple[Defect, ...] = ()
    variance: tuple[Defect, ...] = ()
    redactor: Redactor = field(default_factory=Redactor)
    asked: tuple[Pair, ...] = ()
    narrowed: bool = False
    profiles: tuple[Profile, ...] = ()
    id: str = field(default_factory=_new_id)
    planned: dict[Pair, list[Outcome]] = field(default_factory=dict)
    records: dict[Pair, Record] = field(default_factory=dict)
    latest: Outcome | None = None
    result: Result | None = None
    began: float = 0.0

    @classmethod
    def of(cls, options: dict[str, Any]) -> Certification:
        """Return the certification that the command line asks for.

        Raises:
            ConfigError: target.toml cannot be used.
            UsageError: an option names something that does not exist.
            ProfileError: a profile cannot be used.
        """
        target = options["target"]
        config = embedded_config() if target == EMBEDDED else load_target(Path(target))
        if options["read-only"]:
            config = replace(config, allow=Allow(writes=False, commands=False, credentials=False))
        catalogue = Catalogue.load()
        selected = {name: tuple(options[name]) for name in ("module", "level", "requirement")}
        unknown = [name for name in selected["requirement"] if name not in catalogue]
        unknown += [waiver.requirement for waiver in config.waivers if waiver.requirement not in catalogue]
        if unknown:
            raise UsageError(f"no requirement is called {', '.join(unknown)}; `ocpi-conformance list` shows all")
        made = cls(
            config, catalogue, Path(options["report"]), options["strict"], selected, _armed(options["defect"] or "")
        )
        if options["variance"] and target != EMBEDDED:
            raise UsageError(f"--variance is for --target={EMBEDDED} only: another target is as it is")
        try:
            made.variance = chosen(options["variance"])
        except HarnessError as error:
            raise UsageError(str(error)) from None
        made.redactor = Redactor(personal_data=options["personal-data"])
        made.profiles = tuple(load_profile(name, catalogue) for name in options["profile"])
        made.asked = _asked(config, tuple(options["version"]), tuple(options["role"]))
        less = not set(pairs(config)) <= set(made.asked)
        made.narrowed = less or any(options[name] for name in (*selected, "read-only"))
        return made

    def open(self, pair: Pair) -> Run:
        """Open the run for `pair`; its journal lies beside the reports and begins with what runs against what.

        Raises:
            CannotJudge: the target cannot be reached, or is no OCPI server.
            ConfigError: the partner cannot listen where target.toml says.
        """
        record = Record(self.folder / f"journal-{pair}-{self.id}.ndjson", self.redactor)
        self.records[pair] = record
        record.note(journal.RUN, self._facts(pair))
        try:
            legal = (way for way in self.variance if way.shows_in(pair.version))
            bent = (*legal, *self.defects)
            run = open_run(self._dealt(pair), pair, self.catalogue, record, self.folder, bent)
        except (CannotJudge, ConfigError) as error:
            record.note(journal.END, {"interrupted": True, "ended_at": time.time(), "reason": str(error)})
            record.close()
            raise
        record.note(journal.SCOPE, self._scope(run))
        return run

    def _dealt(self, pair: Pair) -> TargetConfig:
        """Return the configuration of one run: every run registers anew, with tokens that no other one spends."""
        tokens = self.config.tokens_a
        for number, token in enumerate(tokens, 1):
            self.redactor.add(token.reveal(), f"CREDENTIALS_TOKEN_A {number}")
        if len(tokens) < len(self.asked):
            return self.config
        return replace(self.config, tokens_a=tokens[self.asked.index(pair) :: len(self.asked)])

    def begin(self, about: Outcome) -> None:
        """Note in the journal that the scenario of `about` begins."""
        self.began = time.time()
        line = {"scenario": about.scenario, "feature": about.feature, "line": about.line, "started_at": self.began}
        self._note(about, journal.SCENARIO, line)

    def conclude(self, outcome: Outcome) -> None:
        """Note in the journal how a scenario ended."""
        self.latest = outcome
        line = summary_json.outcome_dict(outcome) | {"started_at": self.began, "ended_at": time.time()}
        self._note(outcome, journal.OUTCOME, line)

    def _note(self, outcome: Outcome, kind: str, line: dict[str, object]) -> None:
        self.records[Pair(outcome.version, outcome.role)].note(kind, line)

    def _facts(self, pair: Pair) -> dict[str, object]:
        return {
            "format": journal.FORMAT,
            "id": self.id,
            "version": pair.version,
            "role": pair.role,
            "started_at": time.time(),
            "asked": [str(asked) for asked in self.planned],
            "environment": self.environment(),
            "configuration": facts.configuration(self.config),
            "options": {**{name: list(chosen) for name, chosen in self.selected.items()}, "strict": self.strict},
            "narrowed": self.narrowed,
            "defect": ", ".join(defect.name for defect in self.defects) or None,
            "variance": [profile.name for profile in self.variance],
            "waivers": [facts.waiver(waiver) for waiver in self.config.waivers],
            "profiles": [asdict(profile) for profile in self.profiles],
            "packages": facts.packages(),
            **facts.material(),
            **facts.tools(),
            "planned": [[about.feature, about.line, about.scenario] for about in self.planned.get(pair, ())],
        }

    def _scope(self, run: Run) -> dict[str, object]:
        """Return what applies to the target: every testable requirement that was asked for, scenario or not."""
        applicable: dict[str, list[str]] = {}
        for entry in self.catalogue.testable(run.pair.version):
            if self._is_chosen(entry, run.pair.version) and run.applicability(entry.id):
                applicable.setdefault(entry.area, []).append(entry.id)
        return {"modules": {name: sorted(sides) for name, sides in run.modules.items()}, "applicable": applicable}

    def wanted(self, requirements: Iterable[str], version: str) -> bool:
        """Tell whether a scenario with these requirements was asked for."""
        return any(self._is_chosen(self.catalogue[name], version) for name in requirements)

    def _is_chosen(self, entry: Requirement, version: str) -> bool:
        facts = {"module": entry.area, "level": entry.level, "requirement": entry.id}
        return version in entry.versions and all(
            not self.selected[name] or fact in self.selected[name] for name, fact in facts.items()
        )

    def waiver(self, findings: Iterable[Finding]) -> Waiver | None:
        """Return a waiver when every failed finding is waived, else None."""
        waived = {waiver.requirement: waiver for waiver in self.config.waivers}
        failed = [finding.requirement for finding in findings if finding.verdict is Verdict.FAILED]
        return waived[failed[0]] if failed and all(name in waived for name in failed) else None

    def environment(self) -> dict[str, str]:
        """Return what ran against what, for the reports."""
        return {
            "suite": f"ocpi-conformance {installed('ocpi-conformance')}",
            "python": platform.python_version(),
            "target": self.config.name,
            "target.version": self.config.version or "not stated",
            "ocpi": ", ".join(dict.fromkeys(pair.version for pair in self.asked)),
            "roles": ", ".join(dict.fromkeys(pair.role for pair in self.asked)),
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        }

    @property
    def begun(self) -> bool:
        """Whether the target was turned to, by this process or by one that it started."""
        return bool(self.records) or any(self.folder.glob(f"journal-*-{self.id}.ndjson"))

    def end(self, *, interrupted: bool = False) -> None:
        """Note in the journals of this process that the run is over."""
        for record in self.records.values():
            record.note(journal.END, {"interrupted": interrupted, "ended_at": time.time()})

    def write(self) -> Result:
        """Make every document from the journals of the run, those of other processes too; returns what it says."""
        self.result = documents.judge(journal.read(self.folder, self.id), self.catalogue)
        documents.write(self.folder, self.result, self.catalogue, self.redactor)
        return self.result

    def close(self) -> None:
        """Close the journals."""
        for record in self.records.values():
            record.close()

    def reports(self) -> list[Path]:
        """Return the paths of what was written."""
        names = (*documents.DOCUMENTS, "allure-results")
        return [(self.folder / name).resolve() for name in names if (self.folder / name).exists()]

    def text(self, result: Result) -> str:
        """Return the summary for the terminal."""
        is_terminal = sys.stdout.isatty()
        lines = summary_text.text(
            result.summary,
            self.catalogue,
            self.redactor,
            # The beginning says it: of a run that was cut off nearly everything is missing.
            mind=(*model.limits(result.journal), *result.flaws, *result.journal.missing[:MOST_MISSING]),
            reports=self.reports(),
            colour=summary_text.wants_colour(sys.stdout, os.environ),
            encoding=(sys.stdout.encoding if is_terminal else None) or "ascii",
            width=shutil.get_terminal_size((summary_text.WIDTH, 0)).columns,
        )
        partners = "".join(f"{self.redactor.clean(line, single_line=True)}\n" for line in _profile_lines(result))
        marks = github.lines(result.summary, self.redactor) if github.wanted(os.environ) else ()
        return partners + lines + "".join(f"{mark}\n" for mark in marks)


def _asked(config: TargetConfig, versions: tuple[str, ...], roles: tuple[str, ...]) -> tuple[Pair, ...]:
    """Return what of the target is to be run.

    Raises:
        UsageError: a version does not exist, or nothing of what the target declares was asked for.
    """
    if unknown := [version for version in versions if version not in VERSIONS]:
        raise UsageError(f"no version of OCPI is called {', '.join(unknown)}; known are {', '.join(VERSIONS)}")
    asked = pairs(config, versions, roles)
    if not asked:
        declared = f"{', '.join(config.ocpi)} as {', '.join(config.roles)}"
        raise UsageError(f"{config.source} declares {declared}: of that nothing was asked for")
    return asked


def _armed(names: str) -> tuple[Defect, ...]:
    """Return the defects with these names, which commas separate.

    Raises:
        UsageError: one does not exist.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    known = defects() if wanted else {}
    for name in wanted:
        if name not in known:
            nearest = get_close_matches(name, known, n=5, cutoff=0.4)
            said = f"; nearest are {', '.join(nearest)}" if nearest else ""
            raise UsageError(f"no defect is called {name}{said}: mock_partner/defects has all")
    return tuple(known[name] for name in wanted)
