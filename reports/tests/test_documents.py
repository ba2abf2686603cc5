"""Each document made from a journal: what it says, what it leaves out, what it must never let through."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import badge, documents, github, har, junit, markdown
from ocpi_conformance.reports.documents import judge
from ocpi_conformance.reports.journal import read
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import HOSTILE, exchange, finding, outcome
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Verdict

V = Verdict
CATALOGUE = Catalogue.load()
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "summary.schema.json").read_text("utf-8"))
WAIVER = {"requirement": "LOC-001", "reason": "known", "expires": None, "ticket": None}
SECRET = "s3cret-t0ken-value"


def gate():
    redactor = Redactor()
    redactor.add(SECRET, "CREDENTIALS_TOKEN_C")
    return redactor


def judged(folder, *outcomes, **more):
    runs.write(folder, outcomes, **more)
    return judge(read(folder), CATALOGUE)


def failing(**more):
    return outcome(V.FAILED, "LOC-001", findings=[finding(exchange=exchange(), **more)])


def junit_of(result):
    return ET.fromstring(junit.document(result.summary, CATALOGUE, result.journal, result.flaws, gate()))


def markdown_of(result, **more):
    return markdown.document(result.summary, CATALOGUE, result.journal, result.flaws, result.profiles, gate(), **more)


def test_every_document_is_written_and_again_the_same(tmp_path):
    first = judged(tmp_path, failing(), outcome(V.PASSED, "LOC-002"))
    paths = documents.write(tmp_path, first, CATALOGUE, gate())
    assert [path.name for path in paths] == list(documents.DOCUMENTS)
    written = [path.read_bytes() for path in paths]
    documents.write(tmp_path, judge(read(tmp_path), CATALOGUE), CATALOGUE, Redactor())
    assert [path.read_bytes() for path in paths] == written


def test_summary_json_is_what_its_schema_says(tmp_path):
    result = judged(tmp_path, failing(), outcome(V.NOT_OBSERVED, "LOC-002", reason="no"), waivers=[WAIVER], end=False)
    documents.write(tmp_path, result, CATALOGUE, gate())
    content = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(content)) == []
    assert list(validator.iter_errors(content | {"format": 2})) != []
    assert (content["id"], content["interrupted"]) == (runs.ID, True)


def test_junit_counts_and_places_each_scenario(tmp_path):
    skipped = outcome(V.NOT_OBSERVED, "LOC-002", reason="no trigger", role="EMSP", line=8)
    root = junit_of(judged(tmp_path, failing(), skipped, outcome(V.ERROR, reason="boom"), outcome(V.PASSED, "LOC-002")))
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    assert [suite.get("name") for suite in root] == ["OCPI 2.2.1-CPO", "OCPI 2.2.1-EMSP"]
    case = root.find("testsuite/testcase")
    assert (case.get("file"), case.get("line")) == ("features/locations/sender.feature", "3")
    properties = {(entry.get("name"), entry.get("value")) for entry in case.findall("properties/property")}
    level = CATALOGUE["LOC-001"].level
    assert properties >= {("requirement", "LOC-001"), ("version", "2.2.1"), ("role", "CPO"), ("level", level)}
    assert properties >= {("module", "locations"), ("verdict", "failed")}
    assert case.find("failure").get("message") == "LOC-001 failed: expected two letters; actual three letters"
    assert root.find(".//skipped").get("message") == "not observed: no trigger"


def test_junit_is_not_green_when_the_run_is_not_whole_or_a_waiver_is_stale(tmp_path):
    stale = judged(tmp_path / "a", outcome(V.PASSED, "LOC-001"), waivers=[WAIVER])
    assert [junit_of(stale).get(name) for name in ("tests", "failures", "errors")] == ["2", "1", "0"]
    cut = junit_of(judged(tmp_path / "b", outcome(V.PASSED, "LOC-001"), end=False))
    assert [cut.get(name) for name in ("tests", "failures", "errors")] == ["2", "0", "1"]
    assert cut.find(".//error").get("message") == "2.2.1-CPO: the run was cut off, its journal has no end"


def test_junit_stays_xml_whatever_the_target_says(tmp_path):
    root = junit_of(judged(tmp_path, failing(actual=f"{HOSTILE} ]]> \x00 \ufffe {SECRET}")))
    said = root.find(".//failure").text
    assert "\\ufffe" in said
    assert SECRET not in said
    assert "\n::error" not in said


def test_markdown_says_the_worst_first(tmp_path):
    advice = outcome(V.ADVISED, "LOC-002", findings=[finding("LOC-002", V.ADVISED)])
    text = markdown_of(judged(tmp_path, advice, failing(pointer="/data/0"), outcome(V.ERROR, reason="boom")))
    assert [text.index(word) for word in ("Violations (1)", "Errors (1)", "Advice (1)")] == sorted(
        text.index(word) for word in ("Violations (1)", "Errors (1)", "Advice (1)")
    )
    assert "exchange 1 `GET http://target.test/ocpi/cpo/2.2.1/locations -> 200 (sent by the partner)`" in text
    assert "at `/data/0`" in text


@pytest.mark.parametrize("said", ["`", "``` x", "a | b", "<img src=x onerror=alert(1)>", "@everyone", "**b**", HOSTILE])
def test_markdown_keeps_what_the_target_says_in_code(said):
    span = markdown.code(said, Redactor())
    fence = span[: len(span) - len(span.lstrip("`"))]
    inner = span[len(fence) : -len(fence)]
    assert fence not in inner
    assert "\n" not in inner


def test_markdown_is_cut_with_a_note(tmp_path):
    many = [
        outcome(V.FAILED, "LOC-001", line=number, findings=[finding(actual=f"{number} " + "ä" * 500)])
        for number in range(1, 51)
    ]
    result = judged(tmp_path, *many)
    whole, cut = markdown_of(result), markdown_of(result, limit=5000)
    assert len(whole.encode()) > 5000 >= len(cut.encode())
    assert "Cut here" in cut
    assert "Cut here" not in whole
    assert whole.startswith(cut.split("\n> Cut here")[0])


def test_har_has_every_exchange_and_a_page_for_each_scenario(tmp_path):
    result = judged(tmp_path, outcome(V.PASSED, "LOC-001"), bodies=(SECRET.encode(), b"\xff{}"))
    archive = json.loads("".join(har.chunks(result.journal, gate())))["log"]
    assert archive["version"] == "1.2"
    assert [page["title"] for page in archive["pages"]] == ["OCPI 2.2.1 CPO locations/sender.feature: A list"]
    texts = [entry["response"]["content"]["text"] for entry in archive["entries"]]
    assert texts == ["[CREDENTIALS_TOKEN_C]", "\\xff{}"]
    assert archive["entries"][0]["startedDateTime"] == "1970-01-01T00:16:40.500Z"


def test_har_shows_a_request_without_a_response():
    entry = har.entry(exchange(method="PUT", url="http://t.test/?a=1&b=%20", body=b"{}"))
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": " "}]
    assert entry["request"]["postData"]["text"] == "{}"
    assert entry["time"] == 250.0


@pytest.mark.parametrize(
    ("verdicts", "message", "colour"),
    [
        ([V.PASSED], "conformant", "brightgreen"),
        ([V.PASSED, V.FAILED], "non-conformant", "red"),
        ([V.NOT_OBSERVED], "nothing graded", "lightgrey"),
    ],
)
def test_the_badge_says_the_worst(tmp_path, verdicts, message, colour):
    must = next(entry.id for entry in CATALOGUE.values() if entry.level == "MUST" and entry.area == "locations")
    result = judged(tmp_path, *(outcome(verdict, must) for verdict in verdicts))
    made = badge.badge(result.summary, result.journal)
    assert (made["message"], made["color"], made["label"]) == (message, colour, "OCPI 2.2.1")


def test_the_badge_of_a_run_that_was_killed_promises_nothing(tmp_path):
    result = judged(tmp_path, outcome(V.PASSED, "LOC-001"), end=False)
    assert badge.badge(result.summary, result.journal)["message"] == "interrupted"


def test_github_shows_ten_at_most_and_the_gravest_first(tmp_path):
    advice = [outcome(V.ADVISED, "LOC-002", line=n, findings=[finding("LOC-002", V.ADVISED)]) for n in range(1, 20)]
    lines = github.lines(judged(tmp_path, *advice, failing(), failing()).summary, gate())
    assert len(lines) == 10
    place = "file=features/locations/sender.feature,line=3"
    assert lines[0] == (
        f"::error {place},title=LOC-001 OCPI 2.2.1 CPO%3A A list::expected two letters; actual three letters"
    )
    assert all(line.startswith("::warning ") for line in lines[1:])


def test_github_gets_no_command_from_the_target(tmp_path):
    [line] = github.lines(judged(tmp_path, failing(actual=f"%0A {HOSTILE} {SECRET}")).summary, gate())
    assert "\n" not in line
    assert "%250A" in line
    assert SECRET not in line


def test_github_is_told_only_where_it_listens():
    assert github.wanted({"GITHUB_ACTIONS": "true"})
    assert not github.wanted({})
