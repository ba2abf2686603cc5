"""A real run of pytest over a small feature, and what Allure was told of it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from allure_commons import model2

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.allure_files import Gate, write_run_files
from ocpi_conformance.reports.allure_gherkin import Card, Subject, show

TOKEN = "s3cret/t0ken+x"
ENCODED = base64.b64encode(TOKEN.encode()).decode()
FORMS = (TOKEN, ENCODED, urllib.parse.quote(TOKEN, safe=""), json.dumps(TOKEN)[1:-1])

FEATURE = '''\
Feature: Sender interface of locations
  Background:
    Given the partner is registered with the target

  Rule: Lists come in pages
    @TRN-010 @LOC-001
    Scenario: A list is complete
      When the partner asks
        """
        {"limit": 1}
        """
      And the partner sends a table
        | field | value |
        | limit | 1     |
      Then all is well

    @LOC-001
    Scenario: A list is wrong
      When the partner asks
      Then the target is wrong
      And all is well

  Scenario: Advice is given
    Then advice is given

  Scenario: Nothing comes
    When nothing comes
    Then all is well

  Scenario: A step skips
    When a step skips
    Then all is well

  Scenario: Skipped at collection
    Then all is well

  Scenario: The harness breaks
    Then the harness breaks

  Scenario: No such step
    Then there is no such step

  Scenario: The text is hostile
    Then the target is hostile

  Scenario: After the end
    Then all is well

  Scenario Outline: Limit <limit> is kept
    Then the limit is <limit>
    Examples: limits
      | limit |
      | 1     |
      | 2     |
'''

CONFTEST = """\
import pytest
from pathlib import Path
from pytest_bdd import given, when, then, parsers
from pytest_bdd.scenario import scenario_wrapper_template_registry
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.reports.allure_gherkin import AllureGherkin, Subject
from ocpi_conformance.reports.tests.samples import HOSTILE
from ocpi_conformance.reports.writing import clean_report
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Finding, Nonconformance, NotObserved, Outcome, Verdict

TOKEN, ENCODED, QUOTED = TOKENS
RECORD = Record()
RECORD.redactor.add(TOKEN, "CREDENTIALS_TOKEN_B")
ADVICE = Finding("TRN-010", Verdict.ADVISED, "a Link", "none")
KEY = pytest.StashKey()

def pytest_configure(config):
    for name in ("TRN-010", "LOC-001"):
        config.addinivalue_line("markers", name)
    if config.option.allure_report_dir:
        results = Path(config.option.allure_report_dir)
        bridge = AllureGherkin(results, Catalogue.load(), RECORD.redactor, lambda: {"Target": f"Acme {TOKEN}"})
        bridge.watch(RECORD)
        config.stash[KEY] = config.pluginmanager.register(bridge) and bridge

def subject(item):
    tags = tuple(sorted(m.name for m in item.iter_markers() if "-" in m.name))
    return Subject("locations/sender.feature", "2.2.1", "CPO", "locations", tags)

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        template = scenario_wrapper_template_registry[item.obj]
        if KEY in config.stash:
            config.stash[KEY].describe(item, template, subject(item))
        if template.name == "Skipped at collection":
            item.add_marker(pytest.mark.skip(reason="not applicable"))

VERDICTS = {
    "Advice is given": Verdict.ADVISED, "Nothing comes": Verdict.NOT_OBSERVED, "A step skips": Verdict.DISABLED,
    "Skipped at collection": Verdict.NOT_APPLICABLE, "A list is wrong": Verdict.FAILED,
    "The harness breaks": Verdict.ERROR, "No such step": Verdict.ERROR, "The text is hostile": Verdict.FAILED,
    "After the end": Verdict.FAILED,
}

@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    report = yield
    clean_report(report, RECORD.redactor)
    if report.when == "teardown" and KEY in item.config.stash:
        name = scenario_wrapper_template_registry[item.obj].name
        verdict = VERDICTS.get(name, Verdict.PASSED)
        about = subject(item)
        outcome = Outcome(name, about.feature, 1, about.requirements, "2.2.1", "CPO", "locations", verdict,
                          reason=f"because {TOKEN}" if verdict is Verdict.NOT_OBSERVED else "")
        item.config.stash[KEY].conclude(outcome)
    return report

def pytest_bdd_after_scenario(scenario):
    if scenario.name == "After the end":
        raise Nonconformance((Finding("LOC-001", Verdict.FAILED, "all valid", "one is not", exchange()),))

def exchange():
    request = Request("GET", f"http://target.test/locations?t={QUOTED}", (("Authorization", f"Token {ENCODED}"),))
    answer = Response(200, (("X-Evil", HOSTILE),), ('{"token":"' + TOKEN + '"}').encode())
    return RECORD.add(RECORD.begin(), "partner", request, answer, Context())

@given("the partner is registered with the target")
def _(): pass

@when("the partner asks")
def _(): exchange()

@when("the partner sends a table")
def _(datatable): pass

@then("all is well")
def _(): print(f"said {TOKEN} {ENCODED} {QUOTED}")

@then("the target is wrong")
def _():
    raise Nonconformance((Finding("LOC-001", Verdict.FAILED, "no secret", TOKEN, exchange(), "/data/0"),))

@then("advice is given")
def _(request):
    if KEY in request.config.stash:
        request.config.stash[KEY].add_findings([ADVICE])
        request.config.stash[KEY].add_findings([ADVICE])

@when("nothing comes")
def _(): raise NotObserved("no push within 5 s")

@when("a step skips")
def _(): pytest.skip("writes are off")

@then("the harness breaks")
def _(): raise HarnessError(f"cannot connect with {ENCODED}")

@then("the target is hostile")
def _():
    assert HOSTILE == TOKEN, HOSTILE + TOKEN

@then(parsers.parse("the limit is {limit:d}"))
def _(limit): pass
"""


def run(folder, *arguments):
    tokens = repr((TOKEN, ENCODED, urllib.parse.quote(TOKEN, safe="")))
    (folder / "pytest.toml").write_text('[pytest]\nstrict = true\naddopts = ["--import-mode=importlib"]\n')
    (folder / "conftest.py").write_text(CONFTEST.replace("TOKENS", tokens, 1))
    (folder / "sender.feature").write_text(FEATURE)
    (folder / "test_locations.py").write_text('from pytest_bdd import scenarios\nscenarios(".")\n')
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--junitxml=junit.xml", "-l", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


class Results:
    """What one run left behind."""

    def __init__(self, folder):
        self.folder = folder
        self.finished = run(folder, "--alluredir=allure")
        self.files = sorted((folder / "allure").iterdir())
        self.by_title = {}
        for path in self.files:
            if path.name.endswith("-result.json"):
                result = json.loads(path.read_text("utf-8"))
                self.by_title[result["name"]] = result

    def text(self, attachment):
        return (self.folder / "allure" / attachment["source"]).read_text("utf-8")

    def steps(self, name):
        return [(step["name"], step["status"]) for step in self.by_title[name]["steps"]]

    def labels(self, name, label):
        return [entry["value"] for entry in self.by_title[name]["labels"] if entry["name"] == label]

    def message(self, name):
        return self.by_title[name]["statusDetails"]["message"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return Results(tmp_path_factory.mktemp("run"))


def test_the_run_ends_without_an_internal_error(results):
    output = results.finished.stdout.decode()
    assert results.finished.returncode == 1, output
    assert "INTERNALERROR" not in output
    assert len(results.by_title) == 12


def test_without_an_allure_folder_the_run_is_the_same(tmp_path, results):
    finished = run(tmp_path)
    assert finished.returncode == 1
    assert (
        finished.stdout.decode().splitlines()[-1].split(" in ")[0]
        == (results.finished.stdout.decode().splitlines()[-1].split(" in ")[0])
    )


def test_steps_are_gherkin_steps_with_their_status(results):
    assert results.steps("A list is complete") == [
        ("Given the partner is registered with the target", "passed"),
        ("When the partner asks", "passed"),
        ("And the partner sends a table", "passed"),
        ("Then all is well", "passed"),
    ]


def test_steps_after_a_failure_are_listed_as_skipped(results):
    assert results.steps("A list is wrong")[2:] == [
        ("Then the target is wrong", "failed"),
        ("And all is well", "skipped"),
    ]


@pytest.mark.parametrize(
    ("name", "status", "step"),
    [
        ("A list is wrong", "failed", "failed"),
        ("Advice is given", "passed", "passed"),
        ("Nothing comes", "skipped", "skipped"),
        ("A step skips", "skipped", "skipped"),
        ("The harness breaks", "broken", "broken"),
        ("No such step", "broken", "broken"),
        ("The text is hostile", "failed", "failed"),
        ("After the end", "failed", "passed"),
    ],
)
def test_statuses_follow_the_verdict(results, name, status, step):
    assert results.by_title[name]["status"] == status
    assert next((status for _, status in results.steps(name) if status != "passed"), "passed") == step
    assert len(results.steps(name)) == len({title for title, _ in results.steps(name)})


def test_a_skipped_scenario_has_its_title_epic_feature_and_story(results):
    assert results.by_title["Skipped at collection"]["status"] == "skipped"
    assert results.message("Skipped at collection").startswith("Not applicable: ")
    assert results.labels("Skipped at collection", "epic") == ["OCPI 2.2.1, CPO"]
    assert results.labels("Skipped at collection", "feature") == ["Sender interface of locations"]


def test_labels_are_those_of_the_requirement_and_nothing_else(results):
    name = "A list is complete"
    assert results.labels(name, "story") == ["Lists come in pages"]
    assert results.labels(name, "tag") == ["LOC-001", "TRN-010"]
    assert results.labels(name, "severity") == ["critical"]
    assert results.labels(name, "parentSuite") == ["OCPI 2.2.1, CPO"]
    assert results.labels(name, "suite") == ["Sender interface of locations"]
    assert results.labels(name, "package") == ["locations.sender"]
    assert results.labels(name, "verdict") == ["passed"]
    assert results.labels("Advice is given", "verdict") == ["advised"]


def test_the_description_is_the_requirement_and_links_lead_to_the_clause(results):
    result = results.by_title["A list is wrong"]
    assert result["description"].startswith("**LOC-001** (")
    assert str(results.folder) not in result["description"]
    assert [link["type"] for link in result["links"]] == ["link"]
    assert result["links"][0]["url"].startswith("https://github.com/ocpi/ocpi/blob/release-2.2.1")


def test_doc_strings_and_tables_are_attached_to_their_step(results):
    _, asks, table, _ = results.by_title["A list is complete"]["steps"]
    assert asks["attachments"][0]["name"] == "Doc string"
    assert results.text(asks["attachments"][0]) == '{"limit": 1}'
    assert results.text(table["attachments"][0]) == "| field | value |\n| limit | 1 |\n"


def test_exchanges_are_attached_to_the_step_in_which_they_came(results):
    asks = results.by_title["A list is complete"]["steps"][1]
    [exchange] = [entry for entry in asks["attachments"] if "GET" in entry["name"]]
    assert exchange["name"] == "1. GET /locations?t=[CREDENTIALS_TOKEN_B] -> 200"
    assert exchange["type"] == "text/plain"
    text = results.text(exchange)
    assert "Authorization: Token [CREDENTIALS_TOKEN_B]\n" in text
    assert "HTTP 200\n" in text
    assert "\n# again:\ncurl " in text
    assert "attachments" not in results.by_title["A list is complete"]["steps"][3]


def test_a_finding_is_attached_with_requirement_expected_actual_and_clause(results):
    wrong = results.by_title["A list is wrong"]["steps"][2]
    finding, exchange = wrong["attachments"]
    lines = dict(line.split(":", 1) for line in results.text(finding).splitlines())
    assert finding["name"] == "Finding"
    assert lines["Requirement"].strip().startswith("LOC-001 (")
    assert lines["Expected"].strip() == "no secret"
    assert lines["Actual"].strip() == "[CREDENTIALS_TOKEN_B]"
    assert lines["At"].strip() == "/data/0"
    assert lines["In"].strip() == exchange["name"]
    assert lines["Clause"].strip().startswith("https://github.com/ocpi/ocpi/")


def test_a_finding_is_attached_once(results):
    [advice] = results.by_title["Advice is given"]["steps"][1]["attachments"]
    assert advice["name"] == "Finding"
    assert "attachments" not in results.by_title["Advice is given"]


def test_messages_begin_with_the_verdict_where_the_status_does_not_say_it(results):
    assert results.message("Nothing comes") == "Not observed: because [CREDENTIALS_TOKEN_B]"
    assert results.message("A step skips").startswith("Disabled: ")
    assert results.message("A list is wrong").startswith("LOC-001 failed\n")
    assert results.by_title["A list is wrong"]["steps"][2]["statusDetails"]["message"].startswith("LOC-001 failed\n")
    assert "trace" not in results.by_title["A list is wrong"]["statusDetails"]
    assert "trace" in results.by_title["The harness breaks"]["statusDetails"]


def test_examples_are_parameters_of_the_scenario(results):
    limits = [results.by_title[f"Limit {limit} is kept"] for limit in (1, 2)]
    assert [result["parameters"][2:] for result in limits] == [
        [{"name": "limit", "value": "1"}],
        [{"name": "limit", "value": "2"}],
    ]
    assert limits[0]["historyId"] != limits[1]["historyId"]


def test_history_ids_do_not_change_from_run_to_run_or_from_folder_to_folder(results, tmp_path):
    again = Results(tmp_path)
    assert {name: result["historyId"] for name, result in again.by_title.items()} == {
        name: result["historyId"] for name, result in results.by_title.items()
    }
    assert len({result["historyId"] for result in again.by_title.values()}) == 12


def test_the_versions_and_roles_of_a_scenario_are_no_attempts_at_the_same_thing():
    pairs = [("2.1.1", "CPO"), ("2.2.1", "CPO"), ("2.2.1", "EMSP")]
    shown = [model2.TestResult(uuid=str(number)) for number in range(len(pairs))]
    for result, (version, role) in zip(shown, pairs, strict=True):
        show(result, Card(Subject("a.feature", version, role, "locations", ()), "A list", "", (), (), ()))
    assert len({result.testCaseId for result in shown}) == 1
    assert [[(parameter.name, parameter.value) for parameter in result.parameters] for result in shown] == [
        [("OCPI", version), ("role", role)] for version, role in pairs
    ]
    assert len({result.historyId for result in shown}) == 3


def test_passed_fixtures_are_no_set_up_or_tear_down(results):
    assert not [path for path in results.files if path.name.endswith("-container.json")]


def test_only_text_is_attached(results):
    def types(node):
        if isinstance(node, dict):
            yield from (entry["type"] for entry in node.get("attachments", ()))
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from types(child)

    assert set(types(list(results.by_title.values()))) == {"text/plain"}


def test_hostile_text_is_made_visible_in_the_result(results):
    message = results.message("The text is hostile")
    assert "\\ud800" in message
    assert "\\x1b[31m" in message


def test_no_file_and_no_line_holds_a_secret(results):
    written = [path for path in results.folder.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    texts = {path.name: path.read_bytes() for path in written} | {"terminal": results.finished.stdout}
    assert all(b"[CREDENTIALS_TOKEN_B]" in texts[name] for name in ("junit.xml", "terminal"))
    hits = [(name, form) for name, text in texts.items() for form in FORMS if form.encode() in text]
    assert hits == []


def test_the_last_lines_of_the_terminal_still_say_what_failed(results):
    assert "test_a_list_is_wrong - ocpi_conformance.steps." in results.finished.stdout.decode()


def test_no_line_of_the_terminal_is_a_command_for_a_ci_system(results):
    lines = results.finished.stdout.decode("utf-8", "replace").splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::") or "##vso[" in line]


class Writer:
    """Keeps what it is told to write."""

    def __init__(self):
        self.bodies = []

    def report_attached_data(self, body, file_name):
        self.bodies.append(body)


def test_the_gate_cleans_attachments_whoever_made_them(tmp_path):
    redactor, writer = Redactor(), Writer()
    redactor.add(TOKEN, "CREDENTIALS_TOKEN_B")
    gate = Gate(writer, redactor, lambda result: None)
    (tmp_path / "a.txt").write_bytes(b"\x1b " + TOKEN.encode())
    gate.report_attached_data(f"\ud800 {TOKEN}", "1.txt")
    gate.report_attached_data(b"\xff " + ENCODED.encode(), "2.txt")
    gate.report_attached_file(str(tmp_path / "a.txt"), "3.txt")
    assert writer.bodies == [f"{escape} [CREDENTIALS_TOKEN_B]" for escape in ("\\ud800", "\\xff", "\\x1b")]


def test_the_run_is_described_beside_the_results(results):
    folder = results.folder / "allure"
    assert (folder / "environment.properties").read_text("ascii") == "Target=Acme [CREDENTIALS_TOKEN_B]\n"
    names = [entry["name"] for entry in json.loads((folder / "categories.json").read_text("utf-8"))]
    assert names[:3] == ["Spec violation", "Harness error", "Advice"]


def test_properties_are_escaped_for_their_readers(tmp_path):
    entries = {"OCPI version": "2.2.1", "Target = x:y": "a\\b\nüber 😀", "Hostile": "\ud800 \x1b"}
    write_run_files(tmp_path, entries, Redactor())
    assert (tmp_path / "environment.properties").read_text("ascii").splitlines() == [
        r"OCPI\ version=2.2.1",
        r"Target\ \=\ x\:y=a\\b\n\u00fcber \ud83d\ude00",
        r"Hostile=\\ud800 \\x1b",
    ]


def test_the_categories_are_a_file_of_the_package():
    categories = json.loads(
        Path(sys.modules[write_run_files.__module__].__file__).with_name("categories.json").read_text()
    )
    assert all(set(entry["matchedStatuses"]) <= {"failed", "broken", "passed", "skipped"} for entry in categories)
