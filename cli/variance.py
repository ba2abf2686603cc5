"""Shows that the suite raises no false alarm: runs it against an embedded target that is legal and only unusual.

Rules: what is unusual stands in a table of the mock partner; here it is only armed: one by one, all at once, and in
combinations drawn from a seed.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ocpi_conformance.cli import measuring, proof_page
from ocpi_conformance.cli.trials import FEATURES, WORKERS, Trial, Tried, carry_out
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import ALL, Defect, chosen, profiles
from ocpi_conformance.steps.run import EMBEDDED_ROLES, SIDES, USUAL

ALARMS = ("failed", "advised", "error")
SHOWN = 3
RECORD = "record"
# A combination has from two oddities up to a fifth of all: "all" is a run of its own.
FEWEST, SHARE = 2, 5


def alarms(tried: Tried) -> list[str]:
    """Return what is said against a legal target, one line each; nothing should be."""
    found = [
        f"{outcome.verdict} {outcome.role} {outcome.feature}: {outcome.scenario}"
        + "".join([f"\n    {line}" for line in dict.fromkeys(map(_line, outcome.findings))][:SHOWN])
        + (f"\n    {outcome.reason}" if outcome.verdict == "error" else "")
        for outcome in tried.outcomes
        if outcome.verdict in ALARMS
    ]
    return [*([tried.error] if tried.error else []), *found]


def _line(finding: object) -> str:
    return " ".join(str(finding).split())


def legal(version: str) -> dict[str, Defect]:
    """Return the oddities that a version of OCPI allows, by name."""
    return {name: way for name, way in profiles().items() if way.shows_in(version)}


def combination(seed: int, known: Mapping[str, Defect]) -> tuple[Defect, ...]:
    """Return some of the `known` oddities, drawn from `seed`, in the order of their table."""
    drawn = random.Random(f"variance {seed}")  # noqa: S311  (no secrets)
    names = set(drawn.sample(sorted(known), drawn.randint(FEWEST, max(FEWEST, len(known) // SHARE))))
    return tuple(way for name, way in known.items() if name in names)


def trials(
    names: Collection[str], seeds: Iterable[int] = (), folders: Iterable[str] = (), version: str = USUAL
) -> Iterator[Trial]:
    """Yield a trial of each of `names` in each role over all scenarios (or those of `folders`), and one of each seed.

    A combination is looked at by the scenarios of one area, in one of the two `SIDES`, and by those of the record: the
    seed chooses.

    Raises:
        HarnessError: an unknown name, or one of what the version does not allow.
    """
    limits, known = tuple(folders), legal(version)
    if wrong := sorted(set(names) & set(profiles()) - set(known)):
        raise HarnessError(f"OCPI {version} does not allow {', '.join(wrong)}", f"It allows {', '.join(known)}")
    for name in names:
        bent = tuple(way for way in chosen([name]) if way.name in known)
        for role in EMBEDDED_ROLES[version]:
            yield Trial(f"{name} {role}", bent, role, places=limits, version=version)
    areas = limits or tuple(sorted({file.parent.name for file in FEATURES.rglob("*.feature")} - {RECORD}))
    for seed in seeds:
        bent = combination(seed, known)
        role = SIDES[seed % len(SIDES)]
        area = areas[seed // len(SIDES) % len(areas)]
        told = "+".join(way.name for way in bent)
        yield Trial(f"seed {seed} ({area} {role}: {told})", bent, role, places=(area, RECORD), version=version)


def look(wanted: Iterable[Trial], workers: int = WORKERS) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each trial with its alarms, in the order in which they end.

    Raises:
        HarnessError: the scenarios could not be run at all.
    """
    for tried in carry_out(wanted, workers):
        yield tried.trial.name, alarms(tried)


def main(arguments: list[str]) -> int:
    """Run with each variance that is named, or with every one and then all; returns 0 when there was no alarm.

    They are met in OCPI 2.2.1, or in that of `--version=VERSION`.

    `--seeds=N` adds N combinations (from `--from=SEED` on, by default 1), `--only-seeds` leaves out the rest, and
    `--json=FILE` keeps the numbers there; those of combinations alone have a section of their own.
    """
    options = dict(word.removeprefix("--").partition("=")[::2] for word in arguments if word.startswith("--"))
    names = [word for word in arguments if not word.startswith("--")]
    try:
        first, count = _whole(options, "from", 1), _whole(options, "seeds", 0)
        _refuse_unknown(options)
        version = measuring.version(options)
        known = names or [*([] if "only-seeds" in options else [*legal(version), ALL])]
        wanted = list(trials(known, range(first, first + count), version=version))
        began, found = time.monotonic(), {}
        for name, lines in look(wanted):
            print("\n  ".join([f"{'ALARM' if lines else 'quiet'} {name}", *lines]), flush=True)
            found[name] = lines
    except (HarnessError, measuring.WrongOption) as error:
        print(error)
        return 4
    raised = {name: lines[0].split("\n")[0] for name, lines in found.items() if lines}
    numbers = {
        "machine": proof_page.machine(),
        "seconds": round(time.monotonic() - began),
        "profiles": len(legal(version)),
        "alone": len(set(known) - {ALL}),
        "seeds": count,
        "runs": len(found),
        "alarms": raised,
    }
    print(f"{len(found) - len(raised)} of {len(found)} runs were quiet, in {numbers['seconds']} s")
    if "json" in options:
        name = "mixtures" if "only-seeds" in options else "variance"
        proof_page.keep(Path(options["json"]), proof_page.section(name, version), numbers)
    return 1 if raised else 0


def _whole(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, str(default))
    if not text.isdecimal():
        raise HarnessError(f"--{name}={text} is no whole number", f"Write --{name}=100")
    return int(text)


def _refuse_unknown(options: Mapping[str, str]) -> None:
    if unknown := sorted(set(options) - {"from", "seeds", "json", "only-seeds", "version"}):
        raise HarnessError(
            f"unknown option --{unknown[0]}",
            "Known are --version=VERSION, --seeds=N, --from=SEED, --only-seeds and --json=FILE",
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
