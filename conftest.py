"""The seam to pytest: options, fixtures, applicability, verdict hooks. No behaviour of the suite lives here."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from ocpi_conformance.cli import items as scenarios
from ocpi_conformance.cli import workers
from ocpi_conformance.cli.certification import Certification, UsageError
from ocpi_conformance.mock_partner.settings import ConfigError
from ocpi_conformance.reports.allure_gherkin import AllureGherkin
from ocpi_conformance.reports.writing import clean_report
from ocpi_conformance.steps import given, lookup, then, when
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.profiles import ProfileError
from ocpi_conformance.steps.run import USUAL, CannotJudge, Run
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import Nonconformance, Verdict

ASKED = scenarios.ASKED
ALLURE = pytest.StashKey[AllureGherkin | None]()
KEPT = pytest.StashKey[int]()
FILTERS = ("version", "role", "module", "level", "requirement")
OTHERS = ("target", "defect", "variance", "report", "read-only", "personal-data", "profile")
TAGS = (
    *(f"{role}: for a target in the role {role.upper()}" for role in scenarios.ROLES),
    "sender: the target's Sender interface",
    "receiver: the target's Receiver interface",
    "writes: pushes objects of our own to the target",
    "commands: sends commands",
    "credentials: changes the registration",
    "flow: more than one act",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what `pytest features` takes; `ocpi-conformance run` has the same."""
    group = parser.getgroup("ocpi", "OCPI conformance")
    group.addoption("--target", help="target.toml, or the word embedded")
    for name in FILTERS:
        usual = f"; of the embedded target {USUAL} if not said" if name == "version" else ""
        group.addoption(f"--ocpi-{name}", action="append", default=[], help=f"only this {name} (repeatable){usual}")
    group.addoption("--ocpi-strict", action="store_true", help="a violated SHOULD fails")
    group.addoption("--read-only", action="store_true", help="switch everything of [allow] off")
    group.addoption("--personal-data", action="store_true", help="write ids of drivers whole, not shortened")
    group.addoption("--profile", action="append", default=[], help="also judge compatibility with this partner")
    group.addoption("--defect", help="arm named defects of the embedded target (commas between them)")
    variance = "let the embedded target be different in a legal way (repeatable), or all"
    group.addoption("--variance", action="append", default=[], help=variance)
    group.addoption("--report", default="reports/out", help="folder of the journal and the summary")


def pytest_configure(config: pytest.Config) -> None:
    """Register the catalogue as markers and the steps as plugins; read target.toml when there is one."""
    catalogue = Catalogue.load()
    for line in (*catalogue.marker_lines(), *TAGS):
        config.addinivalue_line("markers", line)
    for module in (given, when, then):
        config.pluginmanager.register(module, module.__name__)
    lookup.install()
    config.stash[ASKED] = config.stash[ALLURE] = None
    if not config.getoption("--target"):
        return
    options: dict[str, Any] = {name: config.getoption(f"--ocpi-{name}") for name in (*FILTERS, "strict")}
    options |= {name: config.getoption(f"--{name}") for name in OTHERS}
    try:
        asked = config.stash[ASKED] = Certification.of(options)
        workers.arrange(config, asked)
    except (ConfigError, ProfileError, UsageError) as error:
        raise pytest.UsageError(str(error)) from None
    config.add_cleanup(asked.close)
    workers.listen(config)
    results = config.getoption("--alluredir", None)
    if results:
        allure = config.stash[ALLURE] = AllureGherkin(Path(results), catalogue, asked.redactor, asked.environment)
        config.pluginmanager.register(allure, "ocpi-allure")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each scenario once for each version and role that is asked for."""
    asked = metafunc.config.stash[ASKED]
    if asked and metafunc.function in scenario_wrapper_template_registry:
        metafunc.fixturenames.append("run")
        metafunc.parametrize("run", asked.asked, indirect=True, scope="session", ids=str)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the scenarios that were asked for, in the order that spends the fewest tokens."""
    ours = [item for item in items if scenarios.template(item)]
    asked = config.stash[ASKED]
    if not ours or not asked:
        if ours:
            raise pytest.UsageError("certifying needs --target=target.toml (or --target=embedded)")
        return
    for item in ours:
        scenarios.place(item, asked, config.stash[ALLURE])
    kept = [item for item in ours if scenarios.is_wanted(item, asked)]
    config.hook.pytest_deselected(items=[item for item in ours if item not in kept])
    kept.sort(key=lambda item: (asked.asked.index(scenarios.pair(item)), scenarios.stage(item)))
    items[:] = [item for item in items if item not in ours] + kept
    asked.narrowed |= scenarios.is_narrowed(config, ours)
    config.stash[KEPT] = len(kept)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what will run, after everybody else has left out what was not asked for: -k, -m, --lf."""
    asked = session.config.stash[ASKED]
    ours = [item for item in session.items if scenarios.template(item)] if asked else []
    if asked and ours:
        asked.narrowed |= len(ours) < session.config.stash[KEPT]
        for item in ours:
            asked.planned.setdefault(scenarios.pair(item), []).append(item.stash[scenarios.OUTCOME])


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The run against the target in one version and role."""
    asked = request.config.stash[ASKED]
    assert asked is not None
    try:
        opened = asked.open(request.param)
    except (CannotJudge, ConfigError) as error:
        code = 2 if isinstance(error, CannotJudge) else 4
        message = asked.redactor.clean(str(error))
        if workers.is_worker(request.config):
            workers.stop(request.session, message, code)
        raise scenarios.Stopped(message, code) from None
    yield opened
    with workers.undisturbed(request.config):
        opened.close()


@pytest.fixture
def scene(request: pytest.FixtureRequest, run: Run) -> Iterator[Scene]:
    """The state of one scenario; skips the scenario when it does not apply or is switched off."""
    item = request.node
    about = item.stash[scenarios.OUTCOME]
    asked = request.config.stash[ASKED]
    assert asked is not None
    asked.begin(about)
    reasons = [run.applicability(name) for name in about.requirements]
    if reasons and not any(reasons):
        scenarios.end(item, Verdict.NOT_APPLICABLE, reasons[0].reason)
    for act in scenarios.ACTS:
        if item.get_closest_marker(act) and not getattr(run.config.allow, act):
            scenarios.end(item, Verdict.DISABLED, f"[allow] {act} is off")
    tick = run.record.enter_scenario(about.scenario)
    strict = request.config.getoption("--ocpi-strict")
    made = Scene(run.partner, run.record, run.catalogue, about.requirements, strict, run.modules, tick, tick)
    item.stash[scenarios.SCENE] = made
    allure = request.config.stash[ALLURE]
    if allure:
        allure.watch(run.record)
    yield made
    made.finish()


def pytest_bdd_before_scenario(request: pytest.FixtureRequest) -> None:
    """Decide on applicability before the first step."""
    request.getfixturevalue("scene")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin a scenario anew: a plugin may run it several times."""
    scenarios.renew(item)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Turn what a step raises into a verdict."""
    asked = pyfuncitem.config.stash[ASKED]
    if not asked or not scenarios.template(pyfuncitem):
        return (yield)
    with scenarios.verdicts(pyfuncitem, asked):
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the outcome of each scenario, and let nothing unclean into a report."""
    report = yield
    asked = item.config.stash[ASKED]
    if asked and scenarios.template(item):
        if call.when == "call" or report.failed:
            outcome = scenarios.conclude(item, call, time.time() - call.start)
            asked.conclude(outcome)
            allure = item.config.stash[ALLURE]
            if allure:
                allure.conclude(outcome)
        if call.excinfo and isinstance(call.excinfo.value, Nonconformance):
            # Where our own code stood tells the people of the target nothing.
            report.longrepr = str(call.excinfo.value)
        clean_report(report, asked.redactor)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """End the journals, and where the workers have ended too write the summary and set the exit code that it means."""
    asked = session.config.stash[ASKED]
    if asked is None:
        return
    asked.end(interrupted=exitstatus == 2)
    controller = session.config.stash.get(workers.CONTROLLER, None)
    stopped = controller.stopped if controller else None
    if stopped in {None, 2} and exitstatus in {0, 1, 2, 5} and not workers.is_worker(session.config) and asked.begun:
        session.exitstatus = asked.write().summary.exit_code
    elif stopped is not None:
        session.exitstatus = stopped


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the run says, on one screen."""
    asked = terminalreporter.config.stash[ASKED]
    if asked and asked.result:
        terminalreporter.write_line("")
        terminalreporter.write(asked.text(asked.result))
