"""The bridge from pytest-bdd's hooks to Allure, which knows no Gherkin: steps, titles, labels, evidence.

Rules: nothing is judged here; every text goes through the gate of `allure_files`; target data is attached as text only.
"""

from __future__ import annotations

import hashlib
import re
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import allure_commons
import pytest
from allure_commons.model2 import Label, Link, Parameter, Status, StatusDetails, TestResult
from allure_commons.types import AttachmentType, LabelType, LinkType, Severity

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.reports import allure_files
from ocpi_conformance.reports.http_text import curl, http_text, title
from ocpi_conformance.steps.catalogue import Catalogue, CatalogueError
from ocpi_conformance.steps.verdicts import (
    Disabled,
    Finding,
    Nonconformance,
    NotApplicable,
    NotObserved,
    Outcome,
    Verdict,
)

if TYPE_CHECKING:
    from pytest_bdd.parser import Scenario, ScenarioTemplate, Step

    from ocpi_conformance.mock_partner.record import Exchange, Record
    from ocpi_conformance.mock_partner.safety import Redactor

MOST_EXCHANGES = 40
MOST_FINDINGS = 50

_SEVERITY = {"MUST": Severity.CRITICAL, "SHOULD": Severity.NORMAL, "MAY": Severity.MINOR, "INFO": Severity.MINOR}
_STATUS = {
    Verdict.PASSED: Status.PASSED,
    Verdict.ADVISED: Status.PASSED,
    Verdict.OBSERVED: Status.PASSED,
    Verdict.FAILED: Status.FAILED,
    Verdict.NOT_OBSERVED: Status.SKIPPED,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
    Verdict.DISABLED: Status.SKIPPED,
    Verdict.WAIVED: Status.SKIPPED,
    Verdict.ERROR: Status.BROKEN,
}
# These say the verdict in the first words of the message: categories.json sorts by them.
_SAID_IN_MESSAGE = frozenset(_STATUS) - {Verdict.PASSED, Verdict.FAILED, Verdict.ERROR}
_KEPT_LABELS = frozenset({LabelType.HOST, LabelType.THREAD, LabelType.FRAMEWORK, LabelType.LANGUAGE})
# A step that ends so could not be judged; it is nobody's fault.
_NO_FAULT = (NotObserved, NotApplicable, NotSeen, Disabled)
_EXCEPTION_NAME = re.compile(r"^(XFAIL[^\n]*\n\n)?[\w.]*Nonconformance: ")


@dataclass(frozen=True)
class Subject:
    """What a test item is about, known when it is collected.

    `feature` is the path of the feature file below features/, `module` the OCPI module it belongs to.
    """

    feature: str
    version: str
    role: str
    module: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """How a scenario is shown in Allure, whether it ran or not."""

    subject: Subject
    title: str
    description: str
    labels: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str], ...]


@dataclass
class _Running:
    """The scenario that runs now."""

    card: Card | None = None
    outcome: Outcome | None = None
    step: str = ""
    waiting: list[Step] = field(default_factory=list)
    attached: set[int] = field(default_factory=set)
    findings: set[tuple[object, ...]] = field(default_factory=set)


_CARD = pytest.StashKey[Card]()


class AllureGherkin:
    """A pytest plugin object; register it in `pytest_configure` when `--alluredir` is given.

    Args:
        results: the folder of the Allure results.
        catalogue: the requirements, for texts, levels and links.
        redactor: what must never be written.
        environment: called at the end of the run for the entries of environment.properties.
    """

    def __init__(
        self,
        results: Path,
        catalogue: Catalogue,
        redactor: Redactor,
        environment: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._results = results
        self._catalogue = catalogue
        self._redactor = redactor
        self._environment = environment
        self._record: Record | None = None
        self._seen = 0
        self._running = _Running()

    def watch(self, record: Record) -> None:
        """Attach the exchanges of `record` from now on, each under the step in which it was recorded."""
        self._record = record
        self._seen = record.size

    def describe(self, item: pytest.Item, template: ScenarioTemplate, subject: Subject) -> None:
        """Set how the scenario of `item` is shown; call it for each item in `pytest_collection_modifyitems`."""
        callspec = getattr(item, "callspec", None)
        example = callspec.params.get("_pytest_bdd_example", {}) if callspec else {}
        card = make_card(template.render(example), subject, self._catalogue, tuple(example.items()))
        item.stash[_CARD] = card
        for name, value in card.labels:
            if name != LabelType.TAG:
                item.add_marker(pytest.mark.allure_label(value, label_type=name))

    def add_findings(self, findings: Iterable[Finding]) -> None:
        """Attach the findings not attached before, with their exchanges, to what runs now: the step or the test."""
        by_key = {_key(finding): finding for finding in findings}
        new = [finding for key, finding in by_key.items() if key not in self._running.findings]
        self._running.findings.update(by_key)
        if not new:
            return
        texts = [finding_text(finding, self._catalogue, self._version(), self._redactor) for finding in new]
        more = [f"and {len(new) - MOST_FINDINGS} more\n"] if len(new) > MOST_FINDINGS else []
        _attach("Finding", "\n".join([*texts[:MOST_FINDINGS], *more]))
        self._attach_exchanges(finding.exchange for finding in new if finding.exchange)

    def conclude(self, outcome: Outcome) -> None:
        """Take over the verdict of the scenario that runs now; call it before pytest's `pytest_runtest_logfinish`."""
        self.add_findings(outcome.findings)
        self._running.outcome = outcome

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Put the gate before Allure's writer, which is there by now."""
        allure_files.install(session.config, self._redactor, self._complete)

    def pytest_sessionfinish(self) -> None:
        """Write the files beside the results."""
        allure_files.write_run_files(self._results, self._environment(), self._redactor)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Turn to the next scenario, or to the next attempt at one."""
        self._running = _Running(card=item.stash.get(_CARD, None))
        self._seen = self._record.size if self._record else 0

    def pytest_bdd_before_scenario(self, scenario: Scenario) -> None:
        """Note the steps to come."""
        self._running.waiting = list(scenario.steps)

    def pytest_bdd_before_step(self, step: Step) -> None:
        """Open the step, with its doc string and its table."""
        self._open(step)

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_after_step(self) -> None:
        """Close the step as passed, after everybody else had their say."""
        self._close(None)

    def pytest_bdd_step_error(self, exception: BaseException) -> None:
        """Close the step as failed, broken or skipped."""
        self._close(exception)

    def pytest_bdd_step_func_lookup_error(self, step: Step, exception: BaseException) -> None:
        """Show the step that has no definition as broken."""
        self._open(step)
        self._close(exception)

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_after_scenario(self) -> None:
        """Close what a skip left open and list the steps that were not reached as skipped."""
        if self._running.step:
            self._close(sys.exc_info()[1])
        for step in tuple(self._running.waiting):
            self._open(step)
            self._close(pytest.skip.Exception("not reached"))
        self._attach_exchanges(self._unseen())

    def _version(self) -> str:
        return self._running.card.subject.version if self._running.card else ""

    def _open(self, step: Step) -> None:
        self._running.waiting = [other for other in self._running.waiting if other is not step]
        self._running.step = str(uuid.uuid4())
        allure_commons.plugin_manager.hook.start_step(
            uuid=self._running.step, title=f"{step.keyword} {step.name}", params={}
        )
        if step.docstring is not None:
            _attach("Doc string", step.docstring)
        if step.datatable is not None:
            _attach("Data table", _table_text(step.datatable.raw()))

    def _close(self, exception: BaseException | None) -> None:
        if isinstance(exception, Nonconformance):
            self.add_findings(exception.findings)
        self._attach_exchanges(self._unseen())
        shown = pytest.skip.Exception(str(exception)) if isinstance(exception, _NO_FAULT) else exception
        allure_commons.plugin_manager.hook.stop_step(
            uuid=self._running.step, exc_type=type(shown) if shown else None, exc_val=shown, exc_tb=_trace(shown)
        )
        self._running.step = ""

    def _unseen(self) -> tuple[Exchange, ...]:
        exchanges = self._record.later_than(self._seen) if self._record else ()
        self._seen += len(exchanges)
        return exchanges

    def _attach_exchanges(self, exchanges: Iterable[Exchange]) -> None:
        unique = {exchange.number: exchange for exchange in exchanges}
        new = [exchange for number, exchange in unique.items() if number not in self._running.attached]
        for exchange in new[:MOST_EXCHANGES]:
            self._running.attached.add(exchange.number)
            again = curl(exchange, self._redactor)
            text = http_text(exchange, self._redactor)
            _attach(title(exchange, self._redactor), f"{text}\n# again:\n{again}\n" if again else text)
        if len(new) > MOST_EXCHANGES:
            _attach(f"{len(new) - MOST_EXCHANGES} more exchanges", "They are in the record of the run.\n")

    def _complete(self, result: TestResult) -> None:
        if self._running.card:
            show(result, self._running.card)
        for shown in (result, *result.steps):
            if shown.statusDetails and shown.statusDetails.message:
                shown.statusDetails.message = _EXCEPTION_NAME.sub("", shown.statusDetails.message)
        if self._running.outcome:
            show_verdict(result, self._running.outcome)


def make_card(
    scenario: Scenario, subject: Subject, catalogue: Catalogue, parameters: tuple[tuple[str, str], ...] = ()
) -> Card:
    """Return how `scenario` is shown; requirements that the catalogue does not know are shown as tags only."""
    epic = _pair(subject)
    feature, story = scenario.feature.name, scenario.rule.name if scenario.rule else ""
    known = [catalogue[name] for name in subject.requirements if name in catalogue]
    levels = {entry.level for entry in known}
    labels = {
        LabelType.EPIC: epic,
        LabelType.FEATURE: feature,
        LabelType.STORY: story,
        LabelType.PARENT_SUITE: epic,
        LabelType.SUITE: feature,
        LabelType.SUB_SUITE: story,
        LabelType.SEVERITY: next((_SEVERITY[level].value for level in _SEVERITY if level in levels), "normal"),
        "package": subject.feature.removesuffix(".feature").replace("/", "."),
        "module": subject.module,
    }
    texts = [f"**{entry.id}** ({entry.level}): {entry.text}  \n`{entry.clause(subject.version)}`" for entry in known]
    links = [
        (f"{entry.id}: {entry.clause(subject.version)}", _link(catalogue, entry.id, subject.version)) for entry in known
    ]
    return Card(
        subject=subject,
        title=scenario.name,
        description="\n\n".join(part for part in (scenario.description, *texts) if part),
        labels=(
            *((name, value) for name, value in labels.items() if value),
            *((LabelType.TAG, requirement) for requirement in subject.requirements),
        ),
        links=tuple((name, url) for name, url in links if url),
        parameters=parameters,
    )


def finding_text(finding: Finding, catalogue: Catalogue, version: str, redactor: Redactor) -> str:
    """Return a finding as lines of text: requirement, verdict, expected, actual, where, clause."""
    entry = catalogue.get(finding.requirement)
    lines = {
        "Requirement": f"{finding.requirement} ({entry.level}): {entry.text}" if entry else finding.requirement,
        "Verdict": str(finding.verdict),
        "Expected": finding.expected,
        "Actual": finding.actual,
        "At": finding.pointer,
        "In": title(finding.exchange, redactor) if finding.exchange else "",
        "Note": finding.note,
        "Clause": _link(catalogue, finding.requirement, version) or (entry.clause(version) if entry else ""),
    }
    return redactor.clean("".join(f"{name + ':':<12} {value}\n" for name, value in lines.items() if value))


def show(result: TestResult, card: Card) -> None:
    """Make `result` say what `card` says, and nothing of functions, files of this machine or single runs."""
    identity = "\n".join((card.subject.feature, card.title))
    scope = (card.subject.version, card.subject.role, *(f"{name}={value}" for name, value in card.parameters))
    result.name = card.title
    result.fullName = f"{card.subject.feature}: {card.title}"
    result.titlePath = [_pair(card.subject), *card.subject.feature.split("/")]
    result.testCaseId = _digest(identity)
    result.historyId = _digest("\n".join((identity, *scope)))
    result.description, result.descriptionHtml = card.description, None
    # Allure takes results of one case with the same parameters for attempts at the same thing, and hides all but one.
    told = (("OCPI", card.subject.version), ("role", card.subject.role), *card.parameters)
    result.parameters = [Parameter(name=name, value=value) for name, value in told]
    kept = [label for label in result.labels if label.name in _KEPT_LABELS]
    result.labels = [*(Label(name=name, value=value) for name, value in card.labels), *kept]
    result.links = [Link(type=LinkType.LINK, url=url, name=name) for name, url in card.links]


def show_verdict(result: TestResult, outcome: Outcome) -> None:
    """Make the status, the message and the label `verdict` of `result` say what `outcome` says."""
    verdict = outcome.verdict
    result.labels.append(Label(name="verdict", value=str(verdict)))
    result.status = _STATUS[verdict]
    details = result.statusDetails or StatusDetails()
    message = details.message or ""
    if verdict in _SAID_IN_MESSAGE:
        message = f"{verdict.capitalize()}: {outcome.reason or _first_finding(outcome)}"
    if message:
        result.statusDetails = details
        details.message = message
        # Where our own code stood tells the target's people nothing; of our own errors it tells everything.
        details.trace = details.trace if verdict is Verdict.ERROR else None


def _pair(subject: Subject) -> str:
    return f"OCPI {subject.version}, {subject.role}"


def _key(finding: Finding) -> tuple[object, ...]:
    """What makes two findings one: a waiver changes the verdict only."""
    number = finding.exchange.number if finding.exchange else 0
    return finding.requirement, finding.expected, finding.actual, finding.pointer, number


def _first_finding(outcome: Outcome) -> str:
    lines = [
        f"{finding.requirement}: expected {finding.expected}, got {finding.actual}" for finding in outcome.findings
    ]
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return f"{lines[0]}{more}" if lines else outcome.scenario


def _link(catalogue: Catalogue, requirement: str, version: str) -> str:
    try:
        return catalogue.link(catalogue[requirement], version)
    except (KeyError, CatalogueError):
        return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _trace(exception: BaseException | None) -> TracebackType | None:
    ours = exception is not None and not isinstance(exception, Nonconformance | pytest.skip.Exception)
    return exception.__traceback__ if exception and ours else None


def _table_text(rows: Iterable[Iterable[object]]) -> str:
    return "".join("| " + " | ".join(str(cell) for cell in row) + " |\n" for row in rows)


def _attach(name: str, text: str) -> None:
    allure_commons.plugin_manager.hook.attach_data(
        body=text, name=name, attachment_type=AttachmentType.TEXT, extension=None
    )
