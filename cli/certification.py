"""One certification: what was asked for, the runs it opened, the outcomes, the reports at its end. No pytest hooks."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from ocpi_conformance.mock_partner.config import Allow, TargetConfig, Waiver, load_target
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import summary_json, summary_text
from ocpi_conformance.reports.summary import VIOLATIONS, Scope, Summary, summarize
from ocpi_conformance.steps.catalogue import Catalogue, Requirement
from ocpi_conformance.steps.run import EMBEDDED, Defect, Pair, Run, defects, embedded_config, open_run, pairs
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict


class UsageError(Exception):
    """What was asked for cannot be done; the message says what to write instead."""


@dataclass
class Certification:
    """What `--target` and the other options ask for, and all that comes of it."""

    config: TargetConfig
    catalogue: Catalogue
    folder: Path
    strict: bool = False
    selected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defect: Defect | None = None
    redactor: Redactor = field(default_factory=Redactor)
    outcomes: list[Outcome] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    asked: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, options: dict[str, Any]) -> Certification:
        """Return the certification that the command line asks for.

        Raises:
            ConfigError: target.toml cannot be used.
            UsageError: an option names something that does not exist.
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
        named = defects() if options["defect"] else {}
        if options["defect"] and options["defect"] not in named:
            raise UsageError(f"no defect is called {options['defect']}; known are {', '.join(named)}")
        made = cls(
            config, catalogue, Path(options["report"]), options["strict"], selected, named.get(options["defect"])
        )
        made.asked = pairs(config, tuple(options["version"]), tuple(options["role"]))
        if not made.asked:
            declared = f"{', '.join(config.ocpi)} as {', '.join(config.roles)}"
            raise UsageError(f"{config.source} declares {declared}: of that nothing was asked for")
        return made

    def open(self, pair: Pair) -> Run:
        """Open the run for `pair`; its journal lies beside the reports.

        Raises:
            CannotJudge: the target cannot be reached, or is no OCPI server.
        """
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        journal = self.folder / f"journal-{pair}-{stamp}.ndjson"
        run = open_run(self.config, pair, self.catalogue, journal, self.defect, self.redactor)
        self.runs.append(run)
        return run

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

    def stale_waivers(self) -> tuple[str, ...]:
        """Return the waivers that nothing needed although their requirement was graded."""
        used = {
            finding.requirement
            for outcome in self.outcomes
            for finding in outcome.findings
            if outcome.verdict is Verdict.WAIVED
        }
        graded = {
            name
            for outcome in self.outcomes
            if outcome.verdict in {Verdict.PASSED, Verdict.ADVISED}
            for name in outcome.requirements
        }
        return tuple(w.requirement for w in self.config.waivers if w.requirement in graded - used)

    def summary(self, *, interrupted: bool = False) -> Summary:
        """Return the result so far; every testable requirement that applies counts, whether a scenario ran or not."""
        applicable: dict[Scope, set[str]] = {}
        for run in self.runs:
            for entry in self.catalogue.testable(run.pair.version):
                if self._is_chosen(entry, run.pair.version) and run.applicability(entry.id):
                    scope = Scope(run.pair.version, run.pair.role, entry.area)
                    applicable.setdefault(scope, set()).add(entry.id)
        result = summarize(self.outcomes, self.catalogue, applicable, interrupted=interrupted)
        if self.stale_waivers() and result.exit_code == 0:
            result = replace(result, exit_code=VIOLATIONS)
        return result

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

    def write(self, *, interrupted: bool = False) -> Summary:
        """Write summary.json and return the summary."""
        result = self.summary(interrupted=interrupted)
        summary_json.write(self.folder / "summary.json", result, self.environment(), self.redactor)
        return result

    def reports(self) -> list[str]:
        """Return the paths of what was written."""
        names = ("allure-results", "junit.xml", "summary.json")
        return [str((self.folder / name).resolve()) for name in names if (self.folder / name).exists()]

    def text(self, result: Summary) -> str:
        """Return the summary for the terminal."""
        colour = summary_text.wants_colour(sys.stdout, os.environ)
        lines = summary_text.text(result, self.catalogue, self.redactor, reports=self.reports(), colour=colour)
        stale = "".join(f"  stale waiver: {name} is met, take it out of target.toml\n" for name in self.stale_waivers())
        return lines + stale
