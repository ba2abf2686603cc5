"""A target that says every text of the corpus everywhere it can: each document stays well-formed and complete."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import jsonschema
import pytest
from allure_commons import model2
from allure_commons.logger import AllureFileLogger

from ocpi_conformance.mock_partner.record import Context, Record, Request, Response
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import documents, github, journal, pack, summary_json, summary_text
from ocpi_conformance.reports.allure_files import Gate
from ocpi_conformance.reports.allure_gherkin import Card, Subject, finding_text, show, show_verdict
from ocpi_conformance.reports.http_text import curl, http_text
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.naughty import STRINGS
from ocpi_conformance.reports.tests.samples import finding, outcome
from ocpi_conformance.reports.tests.test_documents import SCHEMA
from ocpi_conformance.reports.tests.test_html import TAGS, Reader
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Verdict

V = Verdict
CATALOGUE = Catalogue.load()
# In turn, so that every kind of section has its share.
VERDICTS = (V.FAILED, V.ADVISED, V.OBSERVED, V.WAIVED, V.NOT_OBSERVED, V.ERROR)
BEGAN = {"started_at": 1001.0}
FOUND = frozenset({V.FAILED, V.ADVISED, V.OBSERVED, V.WAIVED})


def _said(record, number, text):
    """Return the exchange in which the target says `text`: address, header, body, error."""
    octets = text.encode("utf-8", "surrogatepass")
    body = json.dumps({"data": [{text: text}], "status_code": 1000, "status_message": text}).encode()
    request = Request("POST", f"http://target.test/{text}", (("X-Said", text),), octets)
    response = Response(200, (("Content-Type", text), ("Link", text)), octets if number % 2 else body)
    lost = {"response": None, "error": text} if number % 7 == 6 else {"response": response}
    record.add(record.begin(), "partner" if number % 3 else "target", request, context=Context(), notes=(text,), **lost)
    return record.exchanges()[-1]


def _outcome(number, text, seen):
    verdict = VERDICTS[number % len(VERDICTS)]
    told = finding("LOC-065", verdict, expected=text, actual=text, exchange=seen, pointer=f"/data/{text}", note=text)
    return outcome(
        verdict,
        "LOC-065",
        findings=[told] if verdict in FOUND else [],
        scenario=f"{number}: {text}",
        reason=text,
        line=number + 1,
        exchanges=(seen.number,),
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """All documents of the run, written."""
    folder = tmp_path_factory.mktemp("naughty")
    record = Record(folder / f"journal-2.2.1-CPO-{runs.ID}.ndjson", now=lambda: 1000.5)
    facts = runs.header(environment={"suite": "ocpi-conformance 0.1.0", "target": "\ud800</h1>\n::error::\x1b"})
    record.note(journal.RUN, facts)
    record.note(journal.SCOPE, {"modules": {}, "applicable": {}})
    for number, text in enumerate(STRINGS):
        ended = _outcome(number, text, _said(record, number, text))
        record.note(
            journal.SCENARIO, {"scenario": ended.scenario, "feature": ended.feature, "line": ended.line} | BEGAN
        )
        record.note(journal.OUTCOME, summary_json.outcome_dict(ended) | BEGAN | {"ended_at": 1002.0})
    record.note(journal.END, {"interrupted": False, "ended_at": 1003.0})
    record.close()
    made = documents.judge(journal.read(folder), CATALOGUE)
    documents.write(folder, made, CATALOGUE, Redactor())
    return made


def _text(result, name):
    return (result.journal.folder / name).read_text("utf-8")


def test_the_corpus_is_large_and_nothing_stands_in_it_twice():
    assert len(STRINGS) == len(set(STRINGS)) >= 150


def test_the_journal_gives_every_outcome_and_exchange_back(result):
    assert result.journal.missing == ()
    assert len(result.journal.outcomes) == len(STRINGS)
    assert [part.size for part in result.journal.parts] == [len(STRINGS)]


def test_summary_json_is_whole_and_as_its_schema_says(result):
    content = json.loads(_text(result, "summary.json"))
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(content)) == []
    assert [ended["line"] for ended in content["outcomes"]] == list(range(1, len(STRINGS) + 1))


def test_junit_has_a_case_for_each_scenario(result):
    root = ET.fromstring(_text(result, "junit.xml"))
    wanted = {str(number + 1) for number in range(len(STRINGS))}
    assert {case.get("line") for case in root.iter("testcase")} >= wanted
    assert int(root.get("failures")) == sum(VERDICTS[n % len(VERDICTS)] is V.FAILED for n in range(len(STRINGS)))


def test_the_html_page_has_our_elements_only(result):
    read = Reader(_text(result, "report.html"))
    assert {tag for tag, _ in read.elements} <= TAGS
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
    assert read.open == []


def test_the_archive_has_every_exchange(result):
    entries = json.loads(_text(result, "exchanges.har"))["log"]["entries"]
    assert len(entries) == len(STRINGS)


def test_in_markdown_the_target_speaks_in_code_only(result):
    text = _text(result, "report.md")
    ours = re.sub("(?<!`)(`+)(?!`).+?(?<!`)\\1(?!`)", "", text)
    assert text.count("expected `") > 1
    assert not re.search(r"[<@`\\]|::|!\[|alert|javascript|##vso|##\[", ours)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\ud800-\udfff]", text)


def test_the_terminal_gets_clean_lines_in_any_encoding(result):
    for encoding in ("ascii", "latin-1", "utf-8"):
        shown = summary_text.text(result.summary, CATALOGUE, Redactor(), encoding=encoding)
        assert shown.encode(encoding)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]", shown)
        assert not [line for line in shown.split("\n") if line.lstrip().startswith("::") or "##vso[" in line]


def test_annotations_are_one_line_each(result):
    lines = github.lines(result.summary, Redactor())
    assert len(lines) == github.MOST
    assert all(line.startswith("::") and line.isprintable() for line in lines)


def test_a_pack_of_it_is_whole(result, tmp_path):
    pack.write(tmp_path / "evidence.zip", result.journal, tuple(documents.DOCUMENTS))
    assert pack.verify(tmp_path / "evidence.zip") == ()


def test_allure_gets_json_and_text_whatever_was_said(result, tmp_path):
    gate = Gate(AllureFileLogger(tmp_path), Redactor(), lambda result: None)
    for number, (text, ended) in enumerate(zip(STRINGS, result.journal.outcomes, strict=True)):
        subject = Subject("locations/sender.feature", "2.2.1", "CPO", "locations", ("LOC-065",))
        shown = model2.TestResult(uuid=f"{number:03}", status="broken", labels=[])
        show(shown, Card(subject, text, text, (("tag", text),), (("LOC-065", text),), ((text, text),)))
        show_verdict(shown, ended)
        gate.report_result(shown)
        for told in ended.findings:
            gate.report_attached_data(finding_text(told, CATALOGUE, "2.2.1", Redactor()), f"{number}-finding.txt")
            seen = told.exchange
            gate.report_attached_data(http_text(seen, Redactor()) + curl(seen, Redactor()), f"{number}-exchange.txt")
    assert len([json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*-result.json")]) == len(STRINGS)
    texts = [path.read_text("utf-8") for path in tmp_path.glob("*.txt")]
    assert texts
    assert not [text for text in texts if "\x1b" in text or "\x00" in text]
