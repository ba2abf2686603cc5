"""Shows that the suite says the same every time: many runs, each in another order, several at once on a busy machine.

Rules: what runs is the whole suite against the embedded target as it is. Only whether two runs agree is looked at.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ocpi_conformance.cli import measuring, proof_page
from ocpi_conformance.cli.trials import WORKERS, Trial, Tried, carry_out
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.steps.run import EMBEDDED_ROLES, USUAL

# Role, feature, line and name of a scenario (several may stand at one line).
Name = tuple[str, str, int, str]


def trials(first: int, count: int, version: str = USUAL) -> Iterator[Trial]:
    """Yield `count` trials of the whole suite in each role, the scenarios in an order drawn from the seed."""
    for seed in range(first, first + count):
        for role in EMBEDDED_ROLES[version]:
            yield Trial(f"{seed} {role}", (), role, order=seed, version=version)


def verdicts(tried: Tried) -> dict[Name, str]:
    """Return what each scenario came to; of one that was not judged with the reason."""
    return {(o.role, o.feature, o.line, o.scenario): _word(o.verdict.value, o.reason) for o in tried.outcomes}


def _word(verdict: str, reason: str) -> str:
    return verdict if verdict == "passed" else f"{verdict}: {' '.join(reason.split())[:200]}"


def unsteady(runs: Iterable[Mapping[Name, str]]) -> dict[str, str]:
    """Return the scenarios that did not come to the same in all `runs`, with what they came to how often."""
    counts: dict[Name, Counter[str]] = {}
    for run in runs:
        for name, verdict in run.items():
            counts.setdefault(name, Counter())[verdict] += 1
    return {
        f"{role} {feature}: {scenario}": "; ".join(f"{times} x {verdict}" for verdict, times in found.most_common())
        for (role, feature, _, scenario), found in sorted(counts.items())
        if len(found) > 1
    }


def main(arguments: list[str]) -> int:
    """Run the suite `--runs=N` times, in orders drawn from the seeds `--from=S` on; `--json=FILE` keeps the numbers.

    They run in OCPI 2.2.1, or in that of `--version=VERSION`.

    Returns 0 when every scenario came to the same in all of them.
    """
    try:
        asked, options = measuring.read(arguments, _DEFAULTS, ("json=FILE", "version=VERSION"))
        version = measuring.version(options)
    except measuring.WrongOption as wrong:
        print(wrong)
        return 4
    count, first = asked.values()
    began, runs, ended = time.monotonic(), [], []
    try:
        for tried in carry_out(trials(first, count, version), WORKERS):
            print(
                f"{tried.trial.name}: {len(tried.outcomes)} scenarios in {tried.seconds:.0f} s {tried.error}",
                flush=True,
            )
            runs.append(verdicts(tried))
            ended += [f"{tried.trial.name}: {tried.error}"] if tried.error else []
    except HarnessError as error:
        print(error)
        return 4
    seconds, found = time.monotonic() - began, unsteady(runs)
    for name, told in found.items():
        print(f"UNSTEADY {name}\n    {told}")
    print(f"{len(found)} scenarios did not come to the same in all of {count} runs, in {seconds:.0f} s", *ended)
    if "json" in options:
        kept = {"machine": proof_page.machine(), "seconds": round(seconds), "runs": count, "unsteady": found}
        section = proof_page.section("stability", version)
        proof_page.keep(Path(options["json"]), section, {**kept, "scenarios": len(set().union(*runs))})
    return 1 if found or ended else 0


_DEFAULTS = {"runs": 50, "from": 1}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
