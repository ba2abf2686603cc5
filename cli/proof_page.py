"""What the proofs have shown, kept as numbers in a committed file and as a page for people. No trial runs here.

Rules: a section is replaced as a whole by the command that measures it, but for `proof --full` of some defects, which
replaces what the section says of these; the page says nothing that is not in the file.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocpi_conformance.cli.proof_important import KINDS
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import VERSIONS, Catalogue
from ocpi_conformance.steps.run import USUAL

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
    text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    file.write_text(text, "utf-8")
    # In the order of the file, so that the page can be made again from it.
    file.with_name(PAGE).write_text(page(json.loads(text)), "utf-8")


def kept_as(file: Path, section: str) -> Numbers | None:
    """Return the numbers of a section as they are in the file, None where there are none.

    Raises:
        json.JSONDecodeError: the file is there and holds no JSON.
    """
    found: Numbers | None = json.loads(file.read_text("utf-8")).get(section) if file.exists() else None
    return found


def section(name: str, version: str) -> str:
    """Return what the section `name` is called that holds the numbers of a version of OCPI."""
    return name if version == USUAL else f"{name} {version}"


def in_versions(kept: Mapping[str, Numbers], name: str) -> dict[str, Numbers]:
    """Return by version of OCPI the section `name` of each one that was measured."""
    return {version: kept[section(name, version)] for version in VERSIONS if section(name, version) in kept}


def of_proofs(
    proofs: Sequence[Proof], version: str, untouched: Sequence[str], unshown: Mapping[str, str], seconds: float
) -> Numbers:
    """Return the numbers of `make proof` in a version: by area, and by name what survived and what is not shown."""
    return {
        "machine": machine(),
        "seconds": round(seconds),
        "defects": len(proofs),
        "noticed": sum(proof.killed for proof in proofs),
        "survivors": {proof.defect.name: proof.error or "no finding" for proof in proofs if not proof.killed},
        "unproven_scenarios": list(untouched),
        "not_yet_shown": dict(unshown),
        "verdicts": dict(sorted(Counter(str(proof.verdict) for proof in proofs if proof.killed).items())),
        "by_version": {version: _areas(proofs, Catalogue.load(), version)},
    }


def of_collateral(
    proofs: Sequence[Proof], seconds: float, before: Numbers | None = None, known: frozenset[str] = frozenset()
) -> Numbers:
    """Return the numbers of the proof with all scenarios near a defect: by name what it set off beside.

    Args:
        proofs: of one version.
        seconds: how long they took.
        before: the numbers of earlier runs, of which those of other defects stay as they are.
        known: the defects that there are still.
    """
    names = {proof.defect.name for proof in proofs}
    earlier = before or {}
    others = (set(earlier.get("ran", ())) & known) - names
    new = [proof for proof in proofs if proof.defect.name not in earlier.get("ran", ())]
    declaring = {proof.defect.name for proof in proofs if proof.defect.also}
    return {
        "machine": machine(),
        "seconds": round(seconds) + earlier.get("seconds", 0),
        "ran": sorted(names | others),
        # Those of which a later run counts than the first one of all.
        "again": sorted((names if before else set()) | (set(earlier.get("again", ())) & others)),
        "scenarios": sum(proof.scenarios for proof in new) + earlier.get("scenarios", 0),
        "declaring": sorted(declaring | (set(earlier.get("declaring", ())) & others)),
        "survivors": {proof.defect.name: proof.error or "no finding" for proof in proofs if not proof.killed}
        | _of(others, earlier.get("survivors", {})),
        "collateral": {proof.defect.name: "; ".join(proof.collateral) for proof in proofs if proof.collateral}
        | _of(others, earlier.get("collateral", {})),
        "waiting": sorted(known - names - others),
    }


def _of(names: set[str], entries: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in entries.items() if name in names}


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
        if proof.version == version and proof.killed:
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
    for name, text in _SECTIONS.items():
        if found := in_versions(kept, name):
            parts.append(text(found))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


_HEAD = """# Proof that the suite notices, and that it raises no false alarm

Made from `proof.json` by the commands below, which measure it anew. The target is the embedded one: the mock partner in
the opposite role, with a defect or an oddity armed. It is met over HTTP only.

`python -m ocpi_conformance.cli.proof LOC-023 --full` shows one requirement, and what all scenarios of its area say
beside it; `python -m ocpi_conformance.cli.mutation --n=1 --from=18` one mutant. Each command measures in OCPI 2.2.1, or
in the version of `--version`; `make proof` in all of them.
"""


def _proof_text(measured: Mapping[str, Numbers]) -> str:
    lines = [
        "## Named defects: `make proof`",
        "",
        "A defect counts only when a scenario tagged with the requirement that it breaks has a finding on that "
        "requirement, and has not the same finding without the defect. It is armed in every version in which that "
        "requirement binds, unless its table says that it is none there.",
        "",
    ]
    for version, numbers in measured.items():
        lines += _proof_of(version, numbers)
    if missing := [version for version in VERSIONS if version not in measured]:
        lines += [f"Not measured yet: OCPI {' and '.join(missing)}.", ""]
    untouched = sorted({name for numbers in measured.values() for name in numbers["unproven_scenarios"]})
    lines += _listed("Scenarios that no defect makes fail", dict.fromkeys(untouched, ""))
    for numbers in measured.values():
        lines += _important_text(numbers) if "important" in numbers else []
    return "\n".join(lines)


def _proof_of(version: str, numbers: Numbers) -> list[str]:
    return [
        f"### OCPI {version}",
        "",
        f"{numbers['noticed']} of {numbers['defects']} defects are noticed, {_time(numbers)}. What they amount to: "
        + ", ".join(f"{count} {name}" for name, count in numbers["verdicts"].items())
        + ".",
        "",
        *_table("area", numbers["by_version"][version], _COLUMNS),
        "",
        *_listed("Defects that no scenario notices", numbers["survivors"]),
        *(_listed(_UNSHOWN, numbers["not_yet_shown"]) if "not_yet_shown" in numbers else []),
    ]


_UNSHOWN = "Requirements with a scenario that no defect breaks, and why"


def _important_text(numbers: Numbers) -> list[str]:
    return [
        f"In OCPI {USUAL} an important requirement is broken by at least {KINDS} defects of different kinds. Important "
        "is a MUST on which everything else between two partners rests, and of which implementers report mistakes from "
        "the field:",
        "",
        *(f"- {topic}: {', '.join(names)}" for topic, names in sorted(numbers["important"].items())),
        "",
        *_listed("Important requirements with fewer", dict.fromkeys(numbers["too_few_defects"], "")),
    ]


def _collateral_text(measured: Mapping[str, Numbers]) -> str:
    return _by_version(
        "## What a defect sets off beside: `python -m ocpi_conformance.cli.proof --full`",
        "All scenarios of the area of a defect, and those that look at the messages of every module, meet it. A "
        "failure or a warning on another requirement than the broken one has to be declared with the defect (`also`).",
        measured,
        lambda numbers: [
            f"{len(numbers['ran'])} defects, of which {len(numbers['declaring'])} declare such, met "
            f"{numbers['scenarios']} scenarios, {_time(numbers)}.{_again_text(numbers['again'])}",
            "",
            *_listed("Failures and warnings that nobody declared", numbers["collateral"]),
            *([f"{len(numbers['waiting'])} defects have not met them yet.", ""] if numbers["waiting"] else []),
            *_listed("Defects that are noticed by the scenarios of their requirement alone", numbers["survivors"]),
        ],
    )


def _again_text(names: Sequence[str]) -> str:
    return f" {len(names)} of them were met again by themselves, as they or the scenarios had changed." if names else ""


def _variance_text(measured: Mapping[str, Numbers]) -> str:
    return _by_version(
        "## Legal variance: `make variance SEEDS=…`",
        "Runs against targets that show one oddity that OCPI allows, all of them, or one of some seeded mixtures. An "
        "alarm is a scenario that comes to failed, advised or error.",
        measured,
        lambda numbers: [
            f"{numbers['profiles']} oddities are known, {numbers['alone']} of them met alone; {numbers['seeds']} "
            f"mixtures. {len(numbers['alarms'])} of {numbers['runs']} runs raised an alarm, {_time(numbers)}.",
            "",
            *_listed("Alarms", numbers["alarms"]),
        ],
    )


def _mixtures_text(measured: Mapping[str, Numbers]) -> str:
    return _by_version(
        "## Mixtures of legal variance: `make mixtures SEEDS=…`",
        "From two to a fifth of the oddities at once, drawn from a seed, each mixture before the scenarios of one area "
        "and those of the record.",
        measured,
        lambda numbers: [
            f"{numbers['profiles']} oddities, {numbers['seeds']} seeds. {len(numbers['alarms'])} of {numbers['runs']} "
            f"runs raised an alarm, {_time(numbers)}.",
            "",
            *_listed("Alarms", numbers["alarms"]),
        ],
    )


def _stability_text(measured: Mapping[str, Numbers]) -> str:
    return _by_version(
        "## Stability: `make stability RUNS=…`",
        "The whole suite many times in each role, each time in another order, several runs at once.",
        measured,
        lambda numbers: [
            f"{numbers['scenarios'] - len(numbers['unsteady'])} of {numbers['scenarios']} scenarios came to the same "
            f"verdict in all of {numbers['runs']} runs, {_time(numbers)}.",
            "",
            *_listed("Scenarios that did not", numbers["unsteady"]),
        ],
    )


def _mutants_text(measured: Mapping[str, Numbers]) -> str:
    return _by_version(
        "## Generated mutants: `make mutants N=… SEED=…`",
        "A mutant changes one message of the target at random. An oracle apart from the scenarios says whether it is "
        "illegal; an illegal one must be noticed, a legal one must stay quiet. Mutants of the same effect share one "
        "run.",
        measured,
        lambda numbers: [
            f"{numbers['mutants']} mutants from seed {numbers['seed']}, {numbers['different']} different ones, "
            f"{_time(numbers)}.",
            "",
            *_table("class", numbers["by_class"], _MUTANT_COLUMNS),
            "",
            *_listed("Illegal mutants that nothing notices", numbers["survivors"]),
            *_listed("Legal mutants that raise an alarm", numbers["alarms"]),
            *_listed("Left open by the oracle, and why", numbers["left_open"]),
        ],
    )


def _by_version(title: str, about: str, measured: Mapping[str, Numbers], told: Callable[[Numbers], list[str]]) -> str:
    """Return a section of the page: what it is about, and what is `told` of each version that was measured."""
    lines = [title, "", about, ""]
    for version, numbers in measured.items():
        lines += [f"### OCPI {version}", "", *told(numbers)]
    return "\n".join(lines)


def _time(numbers: Numbers) -> str:
    others = numbers.get("together_with")
    beside = f" together with {' and '.join(others)}" if others else ""
    return f"in {numbers['seconds']} s{beside} ({numbers['machine']})"


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
