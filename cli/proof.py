"""Shows that the suite notices: arms each named defect of the embedded target and looks at what the scenarios say.

Rules: a defect is noticed only when a scenario tagged with its requirement has a finding on that requirement.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ocpi_conformance import features, schemas
from ocpi_conformance.cli import items
from ocpi_conformance.mock_partner.named_defects import Defect, defects
from ocpi_conformance.steps import gherkin, given, then, when

FOUND = ("failed", "advised", "observed")
_ROLES = ("CPO", "EMSP")
_IMPORTED = (schemas, items, given, when, then)
UNBREAKABLE = {"TRN-001": "the embedded target speaks plain http, where the entry is not graded"}
# Scenarios over a whole run that no run of some seconds can break; each has a twin that a defect makes fail.
NOT_SHOWN = {
    "record/credentials.feature: No request follows the end of a registration": "looks at what comes 5 s later",
    "record/transport.feature: No failed push is sent again later": "looks at what is sent again 30 s later",
    "record/transport.feature: Every request uses a method of OCPI": "INFO; another method meets no route of ours",
}


@dataclass(frozen=True)
class Proof:
    """What came of one defect: the scenarios that noticed it, and findings on other requirements."""

    defect: Defect
    noticed: tuple[str, ...]
    collateral: tuple[str, ...]
    error: str = ""

    @property
    def killed(self) -> bool:
        """Whether the defect was noticed."""
        return bool(self.noticed) and not self.error

    def __str__(self) -> str:
        word = "noticed" if self.killed else "SURVIVED"
        more = f"; also: {', '.join(self.collateral)}" if self.collateral else ""
        why = f" ({self.error})" if self.error else ""
        return f"{word:<9} {self.defect.name} by {len(self.noticed)} scenarios{more}{why}"


def prove(defect: Defect, *, everything: bool = False) -> Proof:
    """Run the scenarios of the defect's requirement (or `everything`) against the embedded target with it.

    Runs pytest in this process: call it in a process of its own.
    """
    noticed: list[str] = []
    collateral: dict[str, None] = {}
    here = Path(features.__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        arguments = [
            *([str(here)] if everything else _folders_of(defect.breaks, here)),
            "--target=embedded",
            f"--defect={defect.name}",
            f"--report={folder}",
            f"--rootdir={here.parent}",
            *(["--ocpi-role=" + defect.role] if defect.role else [f"--ocpi-role={role}" for role in _ROLES]),
            *([] if everything else [f"--ocpi-requirement={defect.breaks}"]),
            # The modules are imported already, so nothing can be rewritten; other plugins only cost time.
            *("-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "pytest_bdd.plugin"),
        ]
        code = pytest.main(arguments)
        summary = Path(folder) / "summary.json"
        if not summary.exists():
            return Proof(defect, (), (), f"pytest ended with {int(code)} and no summary")
        for outcome in json.loads(summary.read_text(encoding="utf-8"))["outcomes"]:
            for finding in outcome["findings"]:
                if finding["verdict"] not in FOUND:
                    continue
                if finding["requirement"] == defect.breaks:
                    noticed.append(f"{outcome['feature']}: {outcome['scenario']}")
                else:
                    collateral[finding["requirement"]] = None
            if outcome["verdict"] == "error":
                collateral[f"error in {outcome['scenario']}"] = None
    return Proof(defect, tuple(dict.fromkeys(noticed)), tuple(collateral))


def _folders_of(requirement: str, features_folder: Path) -> list[str]:
    """Return the folders with a scenario for the requirement: collecting the others would only cost time."""
    tag = re.compile(rf"@{requirement}\b")
    found = {str(f.parent) for f in features_folder.rglob("*.feature") if tag.search(f.read_text(encoding="utf-8"))}
    return sorted(found) or [str(features_folder)]


def _quietly(task: tuple[Defect, bool]) -> Proof:
    # In the child only: plugins that nothing here needs cost more than the scenarios.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        return prove(task[0], everything=task[1])


def prove_all(chosen: Iterable[Defect], *, everything: bool = False, workers: int = 2) -> Iterator[Proof]:
    """Yield the proof of each defect, each in a process of its own, `workers` at a time."""
    # fork: what is imported here is there at once in each of the hundreds of children.
    context = multiprocessing.get_context("fork")
    with context.Pool(workers, maxtasksperchild=1) as pool:
        yield from pool.imap(_quietly, [(defect, everything) for defect in chosen])


def unproven(proofs: Iterable[Proof]) -> list[str]:
    """Return the scenarios that none of the defects has made fail, as "folder/file.feature: name"."""
    noticed = {scenario for proof in proofs for scenario in proof.noticed}
    known = {
        f"{feature.where}: {pickle.name}"
        for feature in gherkin.load()
        for pickle in feature.pickles
        if not pickle.tags & set(UNBREAKABLE)
    }
    return sorted(known - noticed - set(NOT_SHOWN))


def main(arguments: list[str]) -> int:
    """Prove the defects whose name or requirement begins with one of `arguments`, or all of them.

    Returns 0 when every defect was noticed and, with all of them, every scenario was made to fail by one.
    """
    unknown = [word for word in arguments if word.startswith("-") and word != "--full"]
    if unknown:
        print(f"unknown option {unknown[0]}; known is --full (all scenarios against each defect)")
        return 4
    everything = "--full" in arguments
    starts = tuple(word for word in arguments if not word.startswith("--"))
    chosen = [d for d in defects().values() if not starts or d.name.startswith(starts) or d.breaks.startswith(starts)]
    proofs = []
    for proof in prove_all(chosen, everything=everything):
        print(proof, flush=True)
        proofs.append(proof)
    killed = sum(proof.killed for proof in proofs)
    print(f"{killed} of {len(chosen)} defects noticed")
    untouched = unproven(proofs) if not starts else []
    for scenario in untouched:
        print(f"no defect makes this fail: {scenario}")
    return 0 if chosen and killed == len(chosen) and not untouched else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
