"""Runs mutants of the embedded target: an illegal one has to be noticed, a legal one has to stay quiet.

Rules: what a mutant is and amounts to stands in `mutants`; here it is only run, and what came of it counted.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ocpi_conformance.cli import measuring, proof_page
from ocpi_conformance.cli.mutants import Account, Mutant, mutants
from ocpi_conformance.cli.proof import FOUND, Mark, beside_controls, mark
from ocpi_conformance.cli.trials import ALARMS, WORKERS, Trial, Tried
from ocpi_conformance.mock_partner.errors import HarnessError

# What is known of mutants that come out otherwise than they should, by their key or how it begins: the decision.
DECIDED: Mapping[str, str] = {
    "answers: truncate the body": "the connection breaks: what needs the list is an error, and the run has no verdict",
}
_OF_TEXTS = "free text may say anything; what refers to another object is judged beside it"
_OF_LISTS = "how long a list is and in which order is its publisher's to say, unless a rule says otherwise"
_OF_TIMES = "when something happened the target alone knows; what has to come first is judged by rules"
_TOLD_TWICE = "another object or a sum says it too: judged where both are seen"
# What the oracle leaves open, by class of change: why, and who decides.
LEFT_OPEN: Mapping[str, str] = {
    "answers: HTTP 201": "any HTTP 2xx is success; which one a GET has is not said",
    "answers: another success": "any status 1xxx is success; one without a name is told",
    "answers: reorder items": "a page may be in any order; that pages fit together is judged where a list is followed",
    "answers: skip an item": "what a list lacks is judged by its total, and by reading it again",
    "answers: timestamp a day old": "clocks differ; how far is told",
    "objects: add a field": _TOLD_TWICE,
    "objects: another case": "free text may be in any case, and ids are the same in any",
    "objects: another type": "in a field that the version does not define any value may stand",
    "objects: drop a field": _TOLD_TWICE,
    "objects: empty a text or a list": "an empty text is allowed, and an empty list where none is required",
    "objects: future time": _OF_TIMES,
    "objects: garbage around a text": _OF_TEXTS,
    "objects: lengthen a text": _OF_TEXTS,
    "objects: negate a number": "a number below zero is wrong only where the text says so",
    "objects: null in a field": _TOLD_TWICE,
    "objects: reorder items": _OF_LISTS,
    "objects: repeat an item": _OF_LISTS,
    "objects: shorten a text": _OF_TEXTS,
    "objects: skip an item": _OF_LISTS,
    "objects: stale time": _OF_TIMES,
    "objects: wrong owner": "a valid owner that is no party of the target: judged over the run, by its Credentials",
    "requests: a call that is missing": "whether it pushes is the target's to say; what was awaited in vain is told",
    "requests: an extra call": "once more is allowed, and advised against",
    "requests: stale time": "a push may be late; copies are compared over the run",
}


@dataclass(frozen=True)
class Result:
    """What came of a mutant: the graver of the findings that are not there without it, and how often its rule acted.

    `met` tells whether there was anything to change.
    """

    mutant: Mutant
    findings: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    met: bool = True

    @property
    def word(self) -> str:
        """In one word: "untouched", "noticed", "SURVIVED", "quiet", "ALARM" or, of an open one, "open"."""
        if not self.met:
            return "untouched"
        if self.mutant.account is Account.ILLEGAL:
            return "noticed" if self.findings else "SURVIVED"
        if self.mutant.account is Account.LEGAL:
            return "ALARM" if self.alarms else "quiet"
        return "open"

    @property
    def decision(self) -> str:
        """Why it may come out so, if that was decided."""
        return next((text for start, text in DECIDED.items() if self.mutant.key.startswith(start)), "")

    @property
    def wrong(self) -> bool:
        """Whether it should have come out otherwise, and nobody has said why not."""
        return self.word in {"SURVIVED", "ALARM"} and not self.decision

    def __str__(self) -> str:
        told = (self.alarms or self.findings)[:1] if self.word != "SURVIVED" else (self.mutant.reason,)
        return f"{self.word:<9} {self.mutant.name}" + "".join(f"\n            {line}" for line in told)


def run(chosen: Iterable[Mutant], workers: int = WORKERS) -> Iterator[Result]:
    """Yield what comes of each mutant, in the order in which they end.

    Among thousands there are many of the same effect: these share one run, and what came of it.

    Raises:
        HarnessError: the scenarios could not be run at all.
    """
    alike: dict[str, list[Mutant]] = {}
    for mutant in chosen:
        alike.setdefault(mutant.effect, []).append(mutant)
    by_name = {same[0].name: same for same in alike.values()}
    # Of an illegal one all that is asked is whether it is noticed.
    trials = [
        Trial(
            name, (one.way,), one.role, places=one.places, briefly=one.account is Account.ILLEGAL, version=one.version
        )
        for name, (one, *_) in by_name.items()
    ]
    for tried, usual in beside_controls(trials, workers):
        for mutant in by_name[tried.trial.name]:
            yield judged(mutant, tried, usual)


def judged(mutant: Mutant, tried: Tried, usual: set[Mark]) -> Result:
    """Return what a trial says about its mutant, `usual` being what is found without any."""
    found = [
        (finding.verdict, f"{finding.verdict} {finding.requirement} in {outcome.feature}: {outcome.scenario}")
        for outcome, finding in tried.findings()
        if finding.verdict in FOUND and mark(outcome, finding) not in usual
    ]
    broken = [f"error in {o.feature}: {o.scenario}: {o.reason}" for o in tried.outcomes if o.verdict == "error"]
    # Where nothing can be judged any more the run says so, and ends with that.
    ended = [tried.error] if tried.error else []
    findings = [*ended, *(line for _, line in sorted(found, key=lambda pair: FOUND.index(pair[0])))]
    alarms = [*ended, *(line for verdict, line in found if verdict in ALARMS), *broken]
    ran = any(outcome.verdict != "error" for outcome in tried.outcomes)
    met = bool(tried.error) or (any(tried.acted) if mutant.way.rules else ran or mutant.account is not Account.ILLEGAL)
    return Result(mutant, tuple(dict.fromkeys(findings)), tuple(dict.fromkeys(alarms)), met)


def numbers(results: Iterable[Result], seed: int, seconds: float) -> dict[str, object]:
    """Return what is kept of a measurement: counts by family and class, and what came out otherwise than it should."""
    known = list(results)
    classes: dict[str, Counter[str]] = {}
    for result in known:
        count = classes.setdefault(f"{result.mutant.family}: {result.mutant.change}", Counter())
        count["mutants"] += 1
        count.update(_COUNTED[result.word])
        count["open_noticed"] += result.word == "open" and bool(result.findings)
    return {
        "machine": proof_page.machine(),
        "seconds": round(seconds),
        "seed": seed,
        "mutants": len(known),
        "different": len({result.mutant.effect for result in known}),
        "by_class": {name: dict(sorted(count.items())) for name, count in sorted(classes.items())},
        "left_open": {name: LEFT_OPEN[name] for name, count in sorted(classes.items()) if count["open"]},
        "survivors": _listed(known, "SURVIVED"),
        "alarms": _listed(known, "ALARM"),
    }


_COUNTED = {
    "untouched": ("untouched",),
    "noticed": ("illegal", "noticed"),
    "SURVIVED": ("illegal",),
    "quiet": ("legal", "quiet"),
    "ALARM": ("legal",),
    "open": ("open",),
}


def _listed(results: Iterable[Result], word: str) -> dict[str, str]:
    wanted = [result for result in results if result.word == word]
    return {r.mutant.key: r.decision or f"undecided: {(r.alarms or (r.mutant.reason,))[0]}" for r in wanted}


def main(arguments: list[str]) -> int:
    """Run `--n=N` mutants of `--seed=S` from the number `--from=F` on; `--json=FILE` keeps the numbers.

    They are met in OCPI 2.2.1, or in that of `--version=VERSION`.

    With `--quiet` only those are printed that come out otherwise than they should.

    Returns 0 when each came out as it should or for a reason that is written down.
    """
    try:
        asked, options = measuring.read(arguments, _DEFAULTS, ("json=FILE", "quiet", "version=VERSION"))
        version = measuring.version(options)
    except measuring.WrongOption as wrong:
        print(wrong)
        return 4
    count, seed, first = asked.values()
    began, results = time.monotonic(), []
    try:
        for result in run(mutants(seed, count, first, version)):
            if result.wrong or "quiet" not in options:
                print(result, flush=True)
            results.append(result)
    except HarnessError as error:
        print(error)
        return 4
    seconds = time.monotonic() - began
    print(f"{dict(Counter(result.word for result in results))} in {seconds:.0f} s")
    if "json" in options:
        proof_page.keep(Path(options["json"]), proof_page.section("mutants", version), numbers(results, seed, seconds))
    return 1 if any(result.wrong for result in results) else 0


_DEFAULTS = {"n": 100, "seed": 1, "from": 1}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
