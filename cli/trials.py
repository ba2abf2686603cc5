"""Many runs against the embedded target, each with it bent in another way, from one collection of the scenarios.

Rules: nothing here says what should come of a run; which ways there are to be bent stands elsewhere.
"""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from ocpi_conformance import features, schemas
from ocpi_conformance.cli import facts
from ocpi_conformance.cli import items as scenarios
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import Defect
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.reports import journal
from ocpi_conformance.steps import given, then, when
from ocpi_conformance.steps.run import USUAL, Run
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

FEATURES = Path(features.__file__).resolve().parent
# How many runs at a time keep the cores busy: with all scenarios of a module half of a run is waiting for the other
# side, with a few of them nearly all of it.
WORKERS = 2 * (os.cpu_count() or 1)
BRIEF_WORKERS = 8 * (os.cpu_count() or 1)
# No trial takes a tenth of it: a process that is silent for so long has died.
PATIENCE = 600.0
_IMPORTED = (schemas, given, when, then)
# Without a defect or an oddity no scenario against the embedded target comes to one of these.
ALARMS = (Verdict.FAILED, Verdict.ADVISED)


@dataclass(frozen=True)
class Trial:
    """One run: how the embedded target is bent, and which scenarios look at it; what is empty chooses all.

    Attributes:
        name: what it is called in results; unique among those that run together.
        bent: the defects and the legal variance of the target, in the order in which they are armed.
        role: the role of the target.
        requirements: only scenarios with one of these.
        places: only features that stand there: "locations" is a folder, "locations/sender" one feature of it.
        order: the seed of another order of the scenarios; 0 leaves them in theirs.
        briefly: end with the first scenario that fails or warns: all that is asked is whether one does.
        version: the version of OCPI.
    """

    name: str
    bent: tuple[Defect, ...] = ()
    role: str = ""
    requirements: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    order: int = 0
    briefly: bool = False
    version: str = USUAL

    def wants(self, about: Outcome) -> bool:
        """Tell whether a scenario is part of the trial."""
        return (
            self.version == about.version
            and self.role in {"", about.role}
            and (not self.requirements or not self.requirements.isdisjoint(about.requirements))
            and (not self.places or any(about.feature.startswith((f"{place}/", f"{place}.")) for place in self.places))
        )


@dataclass(frozen=True)
class Tried:
    """What came of a trial: how its scenarios ended, without the exchanges, or the `error` that ended it.

    `acted` says how often each fault rule of `bent` has acted, in their order, over all runs of the trial.
    """

    trial: Trial
    outcomes: tuple[Outcome, ...] = ()
    acted: tuple[int, ...] = ()
    seconds: float = 0.0
    error: str = ""

    @property
    def broken(self) -> bool:
        """Whether a scenario could not be judged."""
        return any(outcome.verdict is Verdict.ERROR for outcome in self.outcomes)

    def findings(self) -> Iterator[tuple[Outcome, Finding]]:
        """Yield each finding with the scenario that made it."""
        for outcome in self.outcomes:
            for finding in outcome.findings:
                yield outcome, finding


def carry_out(trials: Iterable[Trial], workers: int = WORKERS) -> Iterator[Tried]:
    """Yield what comes of each trial, each in a process of its own, in the order in which they end.

    Only the folders and the versions that some trial looks at are collected.

    Args:
        trials: what to run.
        workers: how many trials run at the same time.

    Raises:
        HarnessError: the scenarios could not be collected, or a process died.
    """
    wanted = tuple(trials)
    folders = sorted({place.partition("/")[0] for trial in wanted for place in trial.places})
    if not all(trial.places for trial in wanted):
        folders = []
    # fork: what is imported and collected once is there at once in each of the hundreds of children.
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_collect, args=(wanted, tuple(folders), workers, theirs))
    process.start()
    theirs.close()
    try:
        for _ in wanted:
            yield _next(ours)
        process.join()
    finally:
        process.terminate()
        process.join()
        ours.close()


def _next(told: Connection) -> Tried:
    if not told.poll(PATIENCE):
        raise HarnessError(f"no trial has ended for {PATIENCE:g} s", "Run them one by one: one of them hangs")
    try:
        tried = told.recv()
    except EOFError:
        raise HarnessError("the process that runs the trials has died") from None
    if not isinstance(tried, Tried):
        raise HarnessError(f"the scenarios cannot be run: {tried}")
    return tried


def _collect(trials: tuple[Trial, ...], folders: tuple[str, ...], workers: int, told: Connection) -> None:
    """Have pytest collect, and run the trials where it would run the scenarios; in a process of its own."""
    # Plugins that nothing here needs cost more than the scenarios.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = [
        *([str(FEATURES / folder) for folder in folders] or [str(FEATURES)]),
        *("--target=embedded", f"--rootdir={FEATURES.parent}"),
        *(f"--ocpi-version={version}" for version in sorted({trial.version for trial in trials})),
        # The modules are imported already, so nothing can be rewritten.
        *("-qq", "--no-summary", "-s", "--tb=native", "--assert=plain"),
        *("-p", "no:cacheprovider", "-p", "no:logging", "-p", "pytest_bdd.plugin"),
    ]
    laboratory = _Laboratory(trials, workers, told)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(arguments, plugins=[laboratory])
    if not laboratory.complete:
        told.send(f"pytest ended with {int(code)}\n{said.getvalue()[-2000:]}")
    told.close()


@dataclass
class _Laboratory:
    """The plugin that runs trials in the place of scenarios. `runs` are those that the trial of a child has opened."""

    trials: tuple[Trial, ...]
    workers: int
    told: Connection
    session: pytest.Session | None = None
    runs: list[Run] = field(default_factory=list)
    complete: bool = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run each trial in a child that begins with what is collected here."""
        self.session = session
        global _laboratory  # noqa: PLW0603  (the way from here into a forked child)
        _laboratory = self
        # What is the same for all is read here, once, not in each child.
        Client(Record())
        facts.packages()
        facts.material()
        # A collection in a child would touch, and so copy, every object that is here.
        gc.collect()
        gc.freeze()
        late = []
        for number, tried in self._spread(range(len(self.trials)), self.workers):
            if tried.broken:
                late.append(number)
            else:
                self.told.send(tried)
        # A busy machine makes answers late, and that an error; alone it shows whether there is one.
        for _, tried in self._spread(late, 1):
            self.told.send(tried)
        self.complete = True
        return True

    def _spread(self, numbers: Iterable[int], workers: int) -> Iterator[tuple[int, Tried]]:
        with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
            yield from pool.imap_unordered(_in_child, numbers)
            pool.close()
            pool.join()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Keep the runs that are opened."""
        made = yield
        if isinstance(made, Run):
            self.runs.append(made)
        return made

    def carry_out(self, trial: Trial) -> Tried:
        """Run the scenarios of one trial in this process."""
        assert self.session is not None
        asked = self.session.config.stash[scenarios.ASKED]
        assert asked is not None
        chosen = [item for item in self.session.items if trial.wants(item.stash[scenarios.OUTCOME])]
        if trial.order:
            random.Random(trial.order).shuffle(chosen)  # noqa: S311  (no secrets)
            # What needs an unregistered partner still comes first, and the whole record last.
            chosen.sort(key=scenarios.stage)
        asked.variance, asked.planned = trial.bent, {}
        began, error = time.perf_counter(), "" if chosen else "there is no such scenario"
        with tempfile.TemporaryDirectory() as folder:
            asked.folder = Path(folder)
            for item, following in itertools.zip_longest(chosen, chosen[1:]):
                try:
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                except scenarios.Stopped as stopped:
                    error = str(stopped)
                    break
                if trial.briefly and asked.latest is not None and asked.latest.verdict in ALARMS:
                    break
            asked.close()
            outcomes = journal.read(asked.folder, asked.id).outcomes if asked.records else ()
        return Tried(trial, tuple(map(_light, outcomes)), self._acted(), time.perf_counter() - began, error)

    def _acted(self) -> tuple[int, ...]:
        counts = [[rule.acted for rule in run.embedded.platform.faults.rules] for run in self.runs if run.embedded]
        return tuple(map(sum, zip(*counts, strict=False)))


def _in_child(number: int) -> tuple[int, Tried]:
    assert _laboratory is not None
    return number, _laboratory.carry_out(_laboratory.trials[number])


def _light(outcome: Outcome) -> Outcome:
    findings = tuple(replace(finding, exchange=None) for finding in outcome.findings)
    return replace(outcome, findings=findings, exchanges=())


_laboratory: _Laboratory | None = None
