"""Shows that the suite notices: arms each named defect of the embedded target and looks at what the scenarios say.

Rules: a defect is noticed only when a scenario tagged with its requirement has a finding on that requirement that it
has not without the defect. How trials run stands in `trials`, what is written about them in `proof_page`.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocpi_conformance.cli import measuring, proof_page
from ocpi_conformance.cli.proof_important import IMPORTANT, thin
from ocpi_conformance.cli.trials import ALARMS, BRIEF_WORKERS, FEATURES, WORKERS, Trial, Tried, carry_out
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import Defect, defects
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.run import EMBEDDED_ROLES, USUAL
from ocpi_conformance.steps.verdicts import LEVELS, Finding, Outcome, Verdict

# From the gravest on.
FOUND = (*ALARMS, Verdict.OBSERVED)
# Where all scenarios stand that could mind a defect: those that look at the messages of every module, and by area.
SHARED = ("record/transport", "record/types", "types")
_BASIS = ("transport", "record/credentials", "record/lists", "record/pushes", "record/versions")
NEAR = {
    "bookings": ("bookings", "record/bookings"),
    "cdrs": ("cdrs", "record/cdrs", "record/costs"),
    "chargingprofiles": ("charging_profiles", "record/active_profiles", "record/charging_profiles"),
    "commands": ("commands", "record/commands"),
    "credentials": ("credentials", *_BASIS),
    "hubclientinfo": ("hub_client_info",),
    "invoicereconciliation": ("invoice_reconciliation", "record/invoice_reconciliation"),
    "locations": ("locations", "record/locations"),
    "payments": ("payments", "record/payments"),
    "routing": ("routing", *_BASIS),
    "sessions": ("sessions", "record/sessions", "record/session_pushes", "record/costs"),
    "status": _BASIS,
    "tariffs": ("tariffs", "record/tariffs", "record/costs"),
    "tokens": ("tokens", "record/tokens"),
    "transport": _BASIS,
    "types": _BASIS,
    "versions": ("versions", *_BASIS),
}
CONTROL = "without a defect"
UNBREAKABLE = {"TRN-001": "the embedded target speaks plain http, where the entry is not graded"}
# Why no defect breaks a requirement that has a scenario, by version; "" is all of them.
WHY_NOT: Mapping[str, Mapping[str, str]] = {
    "": UNBREAKABLE
    | {
        "LOC-003": "a permission: who makes no use of it is right too",
        "TRN-019": "told, not judged; a request by another method meets no route of ours",
    },
    "2.1.1": {
        "CDR-014": "a CDR of 2.1.1 does not name the party of its Token",
        "SES-062": "a CDR of 2.1.1 does not name its Session",
        "TAR-039": "a Tariff of 2.1.1 has no VAT that could be in a price",
    },
    "2.3.0": {
        "CRD-046": "no version is newer",
        "TAR-040": "2.3.0 leaves open whether taxes may appear that no Tariff names",
    },
}
# Scenarios over a whole run that no run of some seconds can break; each has a twin that a defect makes fail.
NOT_SHOWN = {
    "record/credentials.feature: No request follows the end of a registration": "looks at what comes 5 s later",
    "record/transport.feature: No failed push is sent again later": "looks at what is sent again 30 s later",
    "record/transport.feature: Every request uses a method of OCPI": "INFO; another method meets no route of ours",
}

# Version, role, scenario, requirement, verdict, expected, actual: what makes it the same finding in another run.
Mark = tuple[str, str, str, str, Verdict, str, str]


@dataclass(frozen=True)
class Proof:
    """What came of one defect in one version.

    Attributes:
        defect: the one that was armed.
        version: of OCPI.
        noticed: the scenarios that noticed it, as "folder/file.feature: name".
        verdict: the gravest of what they found; None when they found nothing.
        collateral: failures and warnings on other requirements, none of which the defect says that it breaks too.
        scenarios: how many looked at it.
        error: why nothing can be said.
    """

    defect: Defect
    version: str
    noticed: tuple[str, ...] = ()
    verdict: Verdict | None = None
    collateral: tuple[str, ...] = ()
    scenarios: int = 0
    error: str = ""

    @property
    def killed(self) -> bool:
        """Whether the defect was noticed."""
        return bool(self.noticed) and not self.error

    def __str__(self) -> str:
        word = "noticed" if self.killed else "SURVIVED"
        more = f"; also: {', '.join(self.collateral)}" if self.collateral else ""
        how = f" ({self.error or self.verdict or 'no finding'})"
        by = "".join(f"\n            {scenario}" for scenario in self.noticed)
        return f"{word:<9} {self.version}  {self.defect.breaks}  {self.defect.name}{how}{more}{by}"


def prove_all(
    chosen: Iterable[Defect],
    versions: Sequence[str] = (USUAL,),
    *,
    everything: bool = False,
    workers: int = 0,
) -> Iterator[Proof]:
    """Yield the proof of each defect in each version in which it is one, in the order in which they end.

    Args:
        chosen: the defects, of different names.
        versions: of OCPI; in another than those in which its requirement binds nothing can notice a defect.
        everything: run not only the scenarios of the requirement but all that could mind the defect.
        workers: how many runs there are at the same time; 0: as many as keep the machine busy.

    Raises:
        HarnessError: the scenarios could not be run at all.
    """
    catalogue = Catalogue.load()
    wanted = [(defect, version) for defect in chosen for version in versions if binds(defect, version, catalogue)]
    if not wanted:
        return
    features = _features({defect.breaks for defect, _ in wanted})
    trials = [
        _trial(defect, version, features[defect.breaks], catalogue[defect.breaks].area if everything else "")
        for defect, version in wanted
    ]
    late = []
    for tried, usual in beside_controls(trials, workers or (WORKERS if everything else BRIEF_WORKERS)):
        proof = judged(tried, usual)
        if proof.killed:
            yield proof
        else:
            late.append(tried.trial)
    # On a busy machine what is awaited may come too late to be judged; alone it shows whether the defect is noticed.
    for tried, usual in beside_controls(late, 1) if late else ():
        yield judged(tried, usual)


def binds(defect: Defect, version: str, catalogue: Catalogue) -> bool:
    """Tell whether the defect is one in a version: what it breaks binds there, and its table does not say otherwise."""
    return version in catalogue[defect.breaks].versions and defect.shows_in(version)


def bound(version: str) -> frozenset[str]:
    """Return the names of the defects that are ones in a version."""
    catalogue = Catalogue.load()
    return frozenset(name for name, defect in defects().items() if binds(defect, version, catalogue))


def _trial(defect: Defect, version: str, features: tuple[str, ...], area: str) -> Trial:
    """Return the run with the scenarios of the requirement, or with all that could mind a defect of `area`."""
    name = f"{defect.name} in {version}"
    if area:
        places = {*features, *NEAR[area], *SHARED}
        return Trial(name, (defect,), defect.role, places=tuple(sorted(places)), version=version)
    return Trial(name, (defect,), defect.role, frozenset({defect.breaks}), features, version=version)


def beside_controls(trials: Iterable[Trial], workers: int) -> Iterator[tuple[Tried, set[Mark]]]:
    """Yield what comes of each trial with what is found without any, in the order in which the trials end.

    Raises:
        HarnessError: the scenarios could not be run at all.
    """
    bent = tuple(trials)
    without = list(controls(bent))
    usual: set[Mark] = set()
    early: list[Tried] = []
    missing = len(without)
    for tried in carry_out([*without, *bent], workers):
        if tried.trial.bent:
            early.append(tried)
        else:
            usual |= {mark(outcome, finding) for outcome, finding in tried.findings()}
            missing -= 1
        # What is said without any change has to be known first.
        if not missing:
            yield from ((done, usual) for done in early)
            early.clear()


def controls(trials: Iterable[Trial]) -> Iterator[Trial]:
    """Yield the runs without a defect: for each version and role all that the trials look at."""
    known = tuple(trials)
    for version in sorted({trial.version for trial in known}):
        for role in EMBEDDED_ROLES[version]:
            asked = [trial for trial in known if trial.version == version and trial.role in {"", role}]
            if asked:
                yield Trial(
                    f"{CONTROL}: {version} {role}",
                    (),
                    role,
                    _all_of(trial.requirements for trial in asked),
                    tuple(sorted(_all_of(frozenset(trial.places) for trial in asked))),
                    version=version,
                )


def _all_of(chosen: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return what is in any of `chosen`, an empty one of which means everything, as does an empty result."""
    known = list(chosen)
    return frozenset().union(*known) if all(known) else frozenset()


def mark(outcome: Outcome, finding: Finding) -> Mark:
    """Return what makes it the same finding in another run."""
    scenario = f"{outcome.feature}: {outcome.scenario}"
    return (
        outcome.version,
        outcome.role,
        scenario,
        finding.requirement,
        finding.verdict,
        finding.expected,
        finding.actual,
    )


def judged(tried: Tried, usual: set[Mark]) -> Proof:
    """Return what the trial of one defect shows, `usual` being what is found without any."""
    (defect,) = tried.trial.bent
    noticed: dict[str, None] = {}
    verdicts = set()
    collateral = {
        f"error in {outcome.scenario}: {outcome.reason}": None
        for outcome in tried.outcomes
        if outcome.verdict == "error"
    }
    for outcome, finding in tried.findings():
        if finding.verdict not in FOUND or mark(outcome, finding) in usual:
            continue
        if finding.requirement != defect.breaks:
            if finding.verdict in ALARMS and finding.requirement not in defect.also:
                collateral[f"{finding.requirement} in {outcome.feature}: {outcome.scenario}"] = None
        elif finding.requirement in outcome.requirements and _gives_the_reason(finding, defect):
            noticed[f"{outcome.feature}: {outcome.scenario}"] = None
            verdicts.add(finding.verdict)
    gravest = next((verdict for verdict in FOUND if verdict in verdicts), None)
    looked, version = len(tried.outcomes), tried.trial.version
    return Proof(defect, version, tuple(noticed), gravest, tuple(collateral), looked, tried.error)


def _gives_the_reason(finding: Finding, defect: Defect) -> bool:
    return defect.says in f"{finding.expected}\n{finding.actual}\n{finding.note}"


def _features(requirements: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each requirement the features with a scenario for it: to collect others would only cost time."""
    found: dict[str, set[str]] = {name: set() for name in requirements}
    for file in FEATURES.rglob("*.feature"):
        for name in set(re.findall(r"@([A-Z]{3}-\d{3})\b", file.read_text("utf-8"))) & set(found):
            found[name].add(f"{file.parent.name}/{file.stem}")
    return {name: tuple(sorted(features)) for name, features in found.items()}


def weak(proofs: Iterable[Proof], catalogue: Catalogue) -> list[str]:
    """Return the defects whose finding is milder than their requirement, one line each.

    That is right where the text leaves room, and a sign of a check that is too mild elsewhere.
    """
    return [
        f"{proof.defect.name}: {proof.verdict}, and {proof.defect.breaks} is a {catalogue[proof.defect.breaks].level}"
        for proof in proofs
        if proof.killed and proof.verdict != LEVELS[catalogue[proof.defect.breaks].level]
    ]


def breakable(version: str, catalogue: Catalogue) -> frozenset[str]:
    """Return the scenarios of a version that some defect has to make fail, as "folder/file.feature: name"."""
    known = {
        f"{feature.where}: {pickle.name}"
        for feature in gherkin.load()
        for pickle in feature.pickles
        if not pickle.tags & set(UNBREAKABLE)
        and any(version in catalogue[name].versions for name in pickle.tags & catalogue.keys())
    }
    return frozenset(known - set(NOT_SHOWN))


def to_break(versions: Sequence[str], catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return by version the scenarios that have to be made fail by a defect in one of `versions`.

    What runs in `USUAL` too is made fail there: without that it is not asked for.
    """
    elsewhere = frozenset() if USUAL in versions else breakable(USUAL, catalogue)
    return {version: breakable(version, catalogue) - elsewhere for version in versions}


def not_yet_shown(proofs: Iterable[Proof], version: str, catalogue: Catalogue) -> dict[str, str]:
    """Return the requirements that bind in a version, have a scenario and no defect that was noticed there: id, why."""
    shown = {proof.defect.breaks for proof in proofs if proof.killed and proof.version == version}
    reasons = why_not(version)
    named = {tag for feature in gherkin.load() for pickle in feature.pickles for tag in pickle.tags}
    return {
        entry.id: reasons.get(entry.id, f"{entry.level} {entry.text}")
        for entry in catalogue.values()
        if version in entry.versions and entry.id in named - shown
    }


def why_not(version: str) -> dict[str, str]:
    """Return the requirements that no defect breaks in a version, and why."""
    return {**WHY_NOT[""], **WHY_NOT.get(version, {})}


def unproven(scenarios: frozenset[str], proofs: Iterable[Proof]) -> list[str]:
    """Return those of `scenarios` that none of the defects has made fail."""
    return sorted(scenarios - {scenario for proof in proofs for scenario in proof.noticed})


def main(arguments: list[str]) -> int:
    """Prove the defects whose name or requirement begins with one of `arguments`, or all of them.

    They are armed in OCPI 2.2.1, or in each `--version=VERSION`; `--version=all` is every one.

    Returns 0 when every defect was noticed, and with all of them every scenario was made to fail by one in some
    version, every requirement is broken by one in each (but for those of `WHY_NOT`) and every important one by several;
    with --full when, beside, no defect sets off anything that it does not declare.
    """
    try:
        versions = measuring.versions(arguments)
    except measuring.WrongOption as wrong:
        print(wrong)
        return 4
    options = [word for word in arguments if word.startswith("-")]
    if unknown := [word for word in options if word != "--full" and not word.startswith(_KNOWN)]:
        print(
            f"unknown option {unknown[0]}; known are --version=VERSION (repeatable, or all), --full (all scenarios of "
            "its area against each defect, and what they say beside it) and --json=FILE (also keep the numbers there)"
        )
        return 4
    began, catalogue = time.monotonic(), Catalogue.load()
    # As the children will see them: the features may be written on while they are run.
    scenarios = to_break(versions, catalogue)
    starts, full = tuple(word for word in arguments if not word.startswith("--")), "--full" in arguments
    chosen = [d for d in defects().values() if not starts or d.name.startswith(starts) or d.breaks.startswith(starts)]
    proofs = []
    try:
        for proof in prove_all(chosen, versions, everything=full):
            print(proof, flush=True)
            proofs.append(proof)
    except HarnessError as error:
        print(error)
        return 4
    if not proofs:
        print(f"nothing that is called so is a defect in OCPI {', '.join(versions)}: see mock_partner/defects")
        return 1
    untouched, few = _gaps(scenarios, proofs) if not starts else ({}, [])
    seconds = time.monotonic() - began
    _conclude(proofs, untouched, few, seconds)
    for word in arguments:
        if word.startswith(_JSON):
            _keep(Path(word.removeprefix(_JSON)), proofs, untouched, few, seconds, full=full, part=bool(starts))
    owing = any(not_yet_shown(proofs, version, catalogue).keys() - why_not(version) for version in untouched)
    undeclared = full and any(proof.collateral for proof in proofs)
    survived = not all(proof.killed for proof in proofs)
    return 1 if survived or any(untouched.values()) or few or owing or undeclared else 0


_JSON = "--json="
_KNOWN = (_JSON, measuring.VERSION)


def _gaps(scenarios: Mapping[str, frozenset[str]], proofs: Sequence[Proof]) -> tuple[dict[str, list[str]], list[str]]:
    """Return by version the scenarios that no defect makes fail in any, and what too few defects break."""
    untouched = {version: unproven(known, proofs) for version, known in scenarios.items()}
    return untouched, thin(_broken(proofs)) if USUAL in scenarios else []


def _broken(proofs: Iterable[Proof]) -> list[str]:
    return [proof.defect.breaks for proof in proofs if proof.killed and proof.version == USUAL]


def _keep(
    file: Path,
    proofs: Sequence[Proof],
    untouched: Mapping[str, list[str]],
    few: Sequence[str],
    seconds: float,
    *,
    full: bool,
    part: bool,
) -> None:
    """Put the numbers of each version that was run into a section of its own; a `part` of `full` ones into the old."""
    ran = sorted({proof.version for proof in proofs})
    for version in ran:
        here = [proof for proof in proofs if proof.version == version]
        if full:
            name, before = "full", proof_page.kept_as(file, proof_page.section("full", version)) if part else None
            numbers = proof_page.of_collateral(here, seconds, before, known=bound(version))
        else:
            shown = not_yet_shown(here, version, Catalogue.load())
            name, numbers = "proof", proof_page.of_proofs(here, version, untouched.get(version, ()), shown, seconds)
            numbers |= {"important": dict(IMPORTANT), "too_few_defects": few} if version == USUAL else {}
        numbers |= {"together_with": [other for other in ran if other != version]} if not part else {}
        proof_page.keep(file, proof_page.section(name, version), numbers)


def _conclude(
    proofs: Sequence[Proof], untouched: Mapping[str, Sequence[str]], few: Sequence[str], seconds: float
) -> None:
    catalogue = Catalogue.load()
    for line in weak(proofs, catalogue):
        print(f"milder than its level: {line}")
    for scenario in sorted({name for names in untouched.values() for name in names}):
        print(f"no defect makes this fail: {scenario}")
    for line in few:
        print(f"too few defects break this: {line}")
    for version in untouched:
        for name, text in not_yet_shown(proofs, version, catalogue).items():
            print(f"not yet shown in {version}: {name} {text}")
    for proof in proofs:
        if not proof.killed:
            print(proof)
    for version in sorted({proof.version for proof in proofs}):
        here = [proof.killed for proof in proofs if proof.version == version]
        print(f"OCPI {version}: {sum(here)} of {len(here)} defects noticed")
    print(f"in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
