"""What the proofs have shown, kept as numbers in a committed file and as a page for people. No trial runs here.

Rules: a section is replaced as a whole by the command that measures it; the page says nothing that is not in the file.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocpi_conformance.cli.proof_important import IMPORTANT, KINDS
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import VERSIONS, Catalogue

if TYPE_CHECKING:
    from ocpi_conformance.cli.proof import Proof

Numbers = dict[str, Any]
PAGE = "proof.md"


def keep(file: Path, section: str, numbers: Numbers) -> None:
    """Put `numbers` into the file as its `section`, and write the page beside it anew.

    Raises:
        json.JSONDecodeError: the file is there and holds no JSON.
    """
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    kept[section] = numbers
    file.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    file.with_name(PAGE).write_text(page(kept), "utf-8")


def of_proofs(proofs: Sequence[Proof], untouched: Sequence[str], few: Sequence[str], seconds: float) -> Numbers:
    """Return the numbers of `make proof`: by version and area, and by name what survived."""
    catalogue, ran = Catalogue.load(), {version for proof in proofs for version in proof.versions}
    return {
        "machine": machine(),
        "seconds": round(seconds),
        "defects": len(proofs),
        "noticed": sum(proof.killed for proof in proofs),
        "survivors": {proof.defect.name: proof.error or "no finding" for proof in proofs if not proof.killed},
        "unproven_scenarios": list(untouched),
        "important": {topic: list(names) for topic, names in IMPORTANT.items()},
        "too_few_defects": list(few),
        "verdicts": dict(sorted(Counter(str(proof.verdict) for proof in proofs if proof.killed).items())),
        "by_version": {version: _areas(proofs, catalogue, version) for version in VERSIONS if version in ran},
    }


def of_collateral(proofs: Sequence[Proof], seconds: float) -> Numbers:
    """Return the numbers of the proof with all scenarios near a defect: by name what it set off beside."""
    return {
        "machine": machine(),
        "seconds": round(seconds),
        "defects": len(proofs),
        "scenarios": sum(proof.scenarios for proof in proofs),
        "declaring": sum(bool(proof.defect.also) for proof in proofs),
        "collateral": {proof.defect.name: "; ".join(proof.collateral) for proof in proofs if proof.collateral},
    }


def machine() -> str:
    """Return what the times were measured on, in a few words."""
    return f"{os.cpu_count()} cores, Python {sys.version_info.major}.{sys.version_info.minor}"


def covered(catalogue: Catalogue, version: str) -> dict[str, Counter[str]]:
    """Return by area how many requirements of a version can be tested, and how many of them have a scenario."""
    named = {tag for feature in gherkin.load() for pickle in feature.pickles for tag in pickle.tags}
    counts: dict[str, Counter[str]] = {}
    for entry in catalogue.testable(version):
        area = counts.setdefault(entry.area, Counter())
        area["requirements"] += 1
        area["with_scenario"] += entry.id in named
    return counts


def _areas(proofs: Iterable[Proof], catalogue: Catalogue, version: str) -> dict[str, dict[str, int]]:
    counts = covered(catalogue, version)
    broken: dict[str, set[str]] = {}
    for proof in proofs:
        if version in proof.versions and proof.killed:
            entry = catalogue[proof.defect.breaks]
            counts.setdefault(entry.area, Counter())["noticed"] += 1
            broken.setdefault(entry.area, set()).add(entry.id)
    for area_name, ids in broken.items():
        counts[area_name]["requirements_shown"] = len(ids)
    return {name: {key: area[key] for key in _COLUMNS} for name, area in sorted(counts.items())}


_COLUMNS = {
    "requirements": "testable requirements (MUST, SHOULD)",
    "with_scenario": "with a scenario",
    "requirements_shown": "shown to be noticed (MAY and INFO too)",
    "noticed": "defects noticed",
}


def page(kept: Mapping[str, Numbers]) -> str:
    """Return the page, in Markdown, that says what the numbers say."""
    parts = [_HEAD]
    parts += [text(kept[name]) for name, text in _SECTIONS.items() if name in kept]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


_HEAD = """# Proof that the suite notices, and that it raises no false alarm

Made from `proof.json` by the commands below, which measure it anew. The target is the embedded one: the mock partner in
the opposite role, with a defect or an oddity armed. It is met over HTTP only.

`python -m ocpi_conformance.cli.proof LOC-023 --full` shows one requirement, and what all scenarios of its area say
beside it; `python -m ocpi_conformance.cli.mutation --n=1 --from=18` one mutant.
"""


def _proof_text(numbers: Numbers) -> str:
    lines = [
        "## Named defects: `make proof`",
        "",
        f"{numbers['noticed']} of {numbers['defects']} defects are noticed, in {numbers['seconds']} s "
        f"({numbers['machine']}). A defect counts only when a scenario tagged with the requirement that it breaks has "
        "a finding on that requirement, and has not the same finding without the defect.",
        "",
        "What they amount to: " + ", ".join(f"{count} {name}" for name, count in numbers["verdicts"].items()) + ".",
        "",
    ]
    for version, areas in numbers["by_version"].items():
        lines += [f"### OCPI {version}", "", *_table("area", areas, _COLUMNS), ""]
    missing = [version for version in VERSIONS if version not in numbers["by_version"]]
    lines += [f"No scenario runs in OCPI {' and '.join(missing)}, so nothing is shown of it.", ""] if missing else []
    lines += _listed("Defects that no scenario notices", numbers["survivors"])
    lines += _listed("Scenarios that no defect makes fail", dict.fromkeys(numbers["unproven_scenarios"], ""))
    lines += [
        f"An important requirement is broken by at least {KINDS} defects of different kinds. Important is a MUST on "
        "which everything else between two partners rests, and of which implementers report mistakes from the field:",
        "",
        *(f"- {topic}: {', '.join(names)}" for topic, names in sorted(numbers["important"].items())),
        "",
    ]
    lines += _listed("Important requirements with fewer", dict.fromkeys(numbers["too_few_defects"], ""))
    return "\n".join(lines)


def _collateral_text(numbers: Numbers) -> str:
    lines = [
        "## What a defect sets off beside: `python -m ocpi_conformance.cli.proof --full`",
        "",
        f"All scenarios of the area of a defect, and those that look at the messages of every module, met each of "
        f"{numbers['defects']} defects: {numbers['scenarios']} scenarios in {numbers['seconds']} s "
        f"({numbers['machine']}). A failure or a warning on another requirement than the broken one has to be declared "
        f"with the defect (`also`); {numbers['declaring']} defects declare such.",
        "",
    ]
    return "\n".join(lines + _listed("Failures and warnings that nobody declared", numbers["collateral"]))


def _variance_text(numbers: Numbers) -> str:
    lines = [
        "## Legal variance: `make variance SEEDS=…`",
        "",
        f"{numbers['profiles']} oddities are known that OCPI allows; {numbers['runs']} runs against targets that show "
        f"{numbers['alone']} of them alone, or one of {numbers['seeds']} seeded mixtures: {numbers['seconds']} s "
        f"({numbers['machine']}). {len(numbers['alarms'])} of them raised an alarm (failed, advised or error).",
        "",
    ]
    return "\n".join(lines + _listed("Alarms", numbers["alarms"]))


def _mixtures_text(numbers: Numbers) -> str:
    lines = [
        "## Mixtures of legal variance: `make mixtures SEEDS=…`",
        "",
        f"Of the {numbers['profiles']} oddities from two to a fifth at once, drawn from {numbers['seeds']} seeds, each "
        f"mixture before the scenarios of one area and those of the record: {numbers['seconds']} s "
        f"({numbers['machine']}). {len(numbers['alarms'])} of {numbers['runs']} runs raised an alarm.",
        "",
    ]
    return "\n".join(lines + _listed("Alarms", numbers["alarms"]))


def _stability_text(numbers: Numbers) -> str:
    lines = [
        "## Stability: `make stability RUNS=…`",
        "",
        f"The whole suite {numbers['runs']} times in both roles, each time in another order, several runs at once on "
        f"{numbers['machine']}: {numbers['seconds']} s. {numbers['scenarios'] - len(numbers['unsteady'])} of "
        f"{numbers['scenarios']} scenarios came to the same verdict every time.",
        "",
    ]
    return "\n".join(lines + _listed("Scenarios that did not", numbers["unsteady"]))


def _mutants_text(numbers: Numbers) -> str:
    lines = [
        "## Generated mutants: `make mutants N=… SEED=…`",
        "",
        f"{numbers['mutants']} mutants from seed {numbers['seed']}, {numbers['different']} different ones, in "
        f"{numbers['seconds']} s ({numbers['machine']}). A mutant changes one message of the target at random. "
        "An oracle apart from the scenarios says whether it is illegal; an illegal one must be noticed, a legal one "
        "must stay quiet. Mutants of the same effect share one run.",
        "",
        *_table("class", numbers["by_class"], _MUTANT_COLUMNS),
        "",
    ]
    lines += _listed("Illegal mutants that nothing notices", numbers["survivors"])
    lines += _listed("Legal mutants that raise an alarm", numbers["alarms"])
    lines += _listed("Left open by the oracle, and why", numbers["left_open"])
    return "\n".join(lines)


_MUTANT_COLUMNS = {
    "mutants": "mutants",
    "untouched": "met no message",
    "illegal": "illegal",
    "noticed": "of these noticed",
    "legal": "legal",
    "quiet": "of these quiet",
    "open": "left open by the oracle",
    "open_noticed": "of these noticed",
}
_SECTIONS = {
    "proof": _proof_text,
    "full": _collateral_text,
    "mutants": _mutants_text,
    "variance": _variance_text,
    "mixtures": _mixtures_text,
    "stability": _stability_text,
}


def _table(first: str, rows: Mapping[str, Mapping[str, int]], columns: Mapping[str, str]) -> list[str]:
    total = {key: sum(row.get(key, 0) for row in rows.values()) for key in columns}
    lines = [f"| {first} | {' | '.join(columns.values())} |", "|---|" + "---:|" * len(columns)]
    for name, row in {**rows, "all": total}.items():
        lines.append(f"| {name} | {' | '.join(str(row.get(key, 0)) for key in columns)} |")
    return lines


def _listed(title: str, entries: Mapping[str, str]) -> list[str]:
    if not entries:
        return [f"{title}: none.", ""]
    told = (f"- `{name}`{': ' if reason else ''}{reason}" for name, reason in entries.items())
    return [f"{title}:", "", *told, ""]
