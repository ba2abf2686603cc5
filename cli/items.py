"""Scenarios as pytest items: where they stand, what they are about, whether they were asked for, how they ended."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from _pytest.outcomes import Exit
from pytest_bdd.parser import ScenarioTemplate
from pytest_bdd.scenario import scenario_wrapper_template_registry

from ocpi_conformance.cli.certification import Certification
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.reports.allure_gherkin import AllureGherkin, Subject
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.gherkin import FOLDER
from ocpi_conformance.steps.lateness import late
from ocpi_conformance.steps.run import Pair
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import (
    Disabled,
    Finding,
    Nonconformance,
    NotApplicable,
    NotObserved,
    Outcome,
    Verdict,
    worst,
)

ASKED = pytest.StashKey[Certification | None]()
OUTCOME = pytest.StashKey[Outcome]()
SCENE = pytest.StashKey[Scene]()
ENDED = pytest.StashKey[tuple[Verdict, str]]()
ACTS = ("writes", "commands", "credentials")
ROLES = ("cpo", "emsp", "hub", "nsp", "nap", "scsp", "ptp", "other")
# The order in which the features run: what needs an unregistered partner first, the whole record last. What only reads
# comes before what acts on the target: a target that is spoilt by a push has shown by then what it publishes.
_STAGES = {"before_registration.feature": 0, "credentials": 3, "registering_target.feature": 3, "record": 4}
_READING, _ACTING = 1, 2
# Seconds in which answers that are being worked on are awaited before a target is blamed.
_SETTLING = 5.0
# The first parameter of a scenario is its version and role, as in "[2.2.1-CPO-...]".
_PAIR = re.compile(r"\[(\d+(?:\.\d+)+)-([A-Z]+)")


class Stopped(Exit):
    """The run ends at once, with a message and an exit code of ours."""

    # pytest prints the full name of what ends a run; the message is for the operator.
    __module__ = "builtins"


def template(item: pytest.Item) -> ScenarioTemplate | None:
    """Return the scenario behind a test item, or None for any other test."""
    return scenario_wrapper_template_registry.get(getattr(item, "function", None))  # type: ignore[arg-type]


def pair(item: pytest.Item) -> Pair:
    """Return the version and role for which a scenario item runs."""
    found: Pair = item.callspec.params["run"]  # type: ignore[attr-defined]
    return found


def part(nodeid: str) -> str:
    """Return the version and role of the scenario with this id, as "OCPI 2.2.1 CPO"; "other" for any other test."""
    found = _PAIR.search(nodeid)
    return f"OCPI {found[1]} {found[2]}" if found else "other"


def example(item: pytest.Item) -> dict[str, str]:
    """Return the row of the Examples table that a scenario item stands for; empty without one."""
    found: dict[str, str] = item.callspec.params.get("_pytest_bdd_example", {})  # type: ignore[attr-defined]
    return found


def place(item: pytest.Item, asked: Certification, allure: AllureGherkin | None) -> None:
    """Note what a scenario item is about, and make reports point at its line of the feature, not at pytest-bdd."""
    scenario = template(item)
    assert scenario is not None
    feature = Path(scenario.feature.filename)
    tags = tuple(dict.fromkeys(mark.name for mark in item.iter_markers()))
    names = binding(tags, pair(item).version, asked.catalogue)
    # A scenario counts for the area of what it verifies, wherever it stands: the record of a run shows every module.
    module = asked.catalogue[names[0]].area if names else feature.parent.name
    where = f"{feature.parent.name}/{feature.name}"
    item.stash[OUTCOME] = Outcome(
        scenario=scenario.render(example(item)).name,
        feature=where,
        line=scenario.line_number,
        requirements=names,
        version=pair(item).version,
        role=pair(item).role,
        module=module,
        verdict=Verdict.ERROR,
    )
    item.user_properties += [("requirement", name) for name in names]
    item.user_properties += [("version", pair(item).version), ("role", pair(item).role), ("module", module)]
    item.__dict__["location"] = (f"features/{where}", scenario.line_number - 1, item.stash[OUTCOME].scenario)
    if allure:
        allure.describe(item, scenario, Subject(where, pair(item).version, pair(item).role, module, names))


def binding(names: tuple[str, ...], version: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the requirements among `names` that bind in a version; where none does all of them, to say so of them.

    One scenario may serve entries that say the same of different versions at different levels.
    """
    known = tuple(name for name in names if name in catalogue)
    return tuple(name for name in known if version in catalogue[name].versions) or known


def is_wanted(item: pytest.Item, asked: Certification) -> bool:
    """Tell whether a scenario is for the role of its run and was asked for on the command line."""
    roles = {mark.name for mark in item.iter_markers()} & set(ROLES)
    outcome = item.stash[OUTCOME]
    for_role = not roles or outcome.role.lower() in roles
    return for_role and asked.wanted(outcome.requirements, outcome.version)


def is_narrowed(config: pytest.Config, items: list[pytest.Item]) -> bool:
    """Tell whether the command line names less than all features; `items` are all the scenarios that it names."""
    return any("::" in name for name in config.args) or {item.path for item in items} != set(FOLDER.glob("*/test_*.py"))


def stage(item: pytest.Item) -> int:
    """Return when a scenario runs, lower first."""
    feature = item.stash[OUTCOME].feature
    folder, _, name = feature.partition("/")
    acts = any(item.get_closest_marker(act) for act in ACTS)
    return _STAGES.get(name, _STAGES.get(folder, _ACTING if acts else _READING))


def renew(item: pytest.Item) -> None:
    """Forget how a scenario ended that was run before."""
    if ENDED in item.stash:
        del item.stash[ENDED]
    if SCENE in item.stash:
        del item.stash[SCENE]


def end(item: pytest.Item, verdict: Verdict, reason: str) -> NoReturn:
    """End a scenario without judging it."""
    item.stash[ENDED] = (verdict, reason)
    pytest.skip(f"{verdict}: {reason}")


@contextmanager
def verdicts(item: pytest.Item, asked: Certification) -> Generator[None]:
    """Turn what a step raises into the verdict of the scenario, and that into what pytest calls it."""
    try:
        yield
    except NotObserved as reason:
        end(item, Verdict.NOT_OBSERVED, str(reason))
    except NotApplicable as reason:
        end(item, Verdict.NOT_APPLICABLE, str(reason))
    except Disabled as reason:
        end(item, Verdict.DISABLED, str(reason))
    except Nonconformance as failure:
        _minded(item)
        waiver = asked.waiver(failure.findings)
        item.stash[ENDED] = (Verdict.WAIVED if waiver else Verdict.FAILED, str(failure))
        if waiver:
            pytest.xfail(f"waived: {waiver.reason}")
        raise
    scene = item.stash.get(SCENE, None)
    verdict = worst(tuple(scene.findings)) if scene else Verdict.PASSED
    if verdict is Verdict.ADVISED:
        _minded(item)
    item.stash[ENDED] = (verdict, "")


def _minded(item: pytest.Item) -> None:
    """See to it that nobody is blamed for what this machine may have brought about: an answer of ours that came late.

    Raises:
        HarnessError: in the scenario the partner was late; what was found goes.
    """
    scene = item.stash.get(SCENE, None)
    if scene is None:
        return
    # A client that gave up goes on before the answer that it waited for is there.
    scene.record.settle(_SETTLING)
    slow = late(scene.record.exchanges(scene.started))
    if slow is None:
        return
    scene.findings.clear()
    call, seconds = slow
    raise HarnessError(
        f"the partner was {seconds:.1f} s late, so what the target did then tells nothing about it: {call.summary}",
        "Run the scenario again while this machine has less to do",
    ) from None


def conclude(item: pytest.Item, call: pytest.CallInfo[Any], seconds: float) -> Outcome:
    """Return the outcome of a scenario from how it ended and what its scene found."""
    unexpected = str(call.excinfo.value) if call.excinfo else ""
    verdict, reason = item.stash.get(ENDED, (Verdict.ERROR, unexpected or "it did not run to its end"))
    scene = item.stash.get(SCENE, None)
    exchanges = scene.record.exchanges(scene.started) if scene else ()
    # What the target made us wait for is no cost of ours.
    waited = sum(e.ended_at - e.started_at for e in exchanges if e.sender == "partner") + (scene.waited if scene else 0)
    base = item.stash[OUTCOME]
    return Outcome(
        **{
            **vars(base),
            "verdict": verdict,
            "reason": reason,
            "findings": _findings(scene, verdict) if scene else (),
            "exchanges": tuple(e.number for e in exchanges),
            "seconds": seconds,
            "overhead": max(seconds - waited, 0.0),
        }
    )


def steps(item: pytest.Item) -> tuple[str, ...]:
    """Return what a scenario has the partner or the operator do, one line each: its Givens and Whens."""
    scenario = template(item)
    if scenario is None:
        return ()
    acts = [step for step in scenario.render(example(item)).steps if step.type in {"given", "when"}]
    return tuple(f"{step.keyword} {step.name}" for step in acts)


def _findings(scene: Scene, verdict: Verdict) -> tuple[Finding, ...]:
    """Return what the scene found; in a waived scenario its failures are waived."""
    if verdict is not Verdict.WAIVED:
        return tuple(scene.findings)
    return tuple(replace(f, verdict=verdict) if f.verdict is Verdict.FAILED else f for f in scene.findings)
