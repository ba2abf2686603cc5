"""A journal comes back as it was written, whole or cut off, and says what is missing."""

from __future__ import annotations

import json

import pytest

from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.reports import journal, summary_json
from ocpi_conformance.reports.journal import JournalError, read
from ocpi_conformance.reports.summary import Scope
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import finding, outcome
from ocpi_conformance.steps.verdicts import Verdict


def test_outcomes_and_exchanges_come_back(tmp_path):
    plain = outcome(Verdict.PASSED, "LOC-001", exchanges=(1, 2), seconds=0.25, overhead=0.125)
    runs.write(tmp_path, [plain], bodies=(b"[1]", b"\xff"), applicable={"locations": ["LOC-001"]})
    found = read(tmp_path)
    assert found.outcomes == (plain,)
    [part] = found.parts
    assert [exchange.response.body for exchange in part.exchanges()] == [b"[1]", b"\xff"]
    assert part.exchange(2).number == 2
    assert part.exchange(3) is None
    assert found.exchange("2.2.1", "CPO", 1).response.body == b"[1]"
    assert found.exchange("2.2.1", "EMSP", 1) is None
    assert found.applicable == {Scope("2.2.1", "CPO", "locations"): {"LOC-001"}}
    assert found.environment["target"] == "Acme"
    assert (found.interrupted, found.missing) == (False, ())


def test_a_finding_comes_back_with_its_exchange(tmp_path):
    record = Record()
    evidence = record.add(record.begin(), "partner", runs.Request("GET", runs.URL), None, runs.Context())
    failed = outcome(Verdict.FAILED, "LOC-001", findings=[finding(exchange=evidence, pointer="/data/0", note="n")])
    runs.write(tmp_path, [failed], bodies=(b"[7]",))
    [[back]] = [found.findings for found in read(tmp_path).outcomes]
    assert (back.expected, back.pointer, back.note) == ("two letters", "/data/0", "n")
    assert back.exchange.response.body == b"[7]"


def test_a_journal_that_was_cut_off_keeps_all_whole_lines(tmp_path):
    done, never = outcome(Verdict.PASSED, "LOC-001"), outcome(Verdict.PASSED, "LOC-002", line=9)
    path = runs.write(tmp_path, [done], end=False, planned=[[o.feature, o.line, o.scenario] for o in (done, never)])
    with path.open("ab") as file:
        file.write(b'{"exchange":{"number":2,"sen')
    found = read(tmp_path)
    assert found.outcomes == (done,)
    assert [exchange.number for exchange in found.parts[0].exchanges()] == [1]
    assert found.interrupted
    lines = len(path.read_bytes().splitlines())
    assert found.missing == (
        f"{path.name}: line {lines}: was cut off while it was written",
        "2.2.1-CPO: the run was cut off, its journal has no end",
        "2.2.1-CPO: 1 of 2 planned scenarios have no outcome",
    )
    assert found.parts[0].unrun() == ("locations/sender.feature:9: A list",)


def test_the_scenario_that_a_kill_has_ended_is_named(tmp_path):
    path = runs.write(tmp_path, [outcome(Verdict.PASSED)], end=False)
    line = {"scenario": "The last", "feature": "a/b.feature", "line": 7, "started_at": 1005.0}
    with path.open("a") as file:
        file.write(json.dumps({journal.SCENARIO: line}) + "\n")
    first, last = read(tmp_path).parts[0].spans
    assert (first.scenario, first.ended_at) == ("A list", 1002.0)
    assert (last.scenario, last.ended_at) == ("The last", None)


def test_a_line_that_is_none_is_passed_over_and_told(tmp_path):
    path = runs.write(tmp_path, [outcome(Verdict.PASSED)])
    path.write_bytes(path.read_bytes() + b"\x00\x00\n[1]\n")
    found = read(tmp_path)
    assert len(found.outcomes) == 1
    assert [line.rpartition(": ")[2] for line in found.missing] == ["is no line of a journal"] * 2


def test_a_role_that_did_not_begin_is_missing(tmp_path):
    runs.write(tmp_path, asked=["2.2.1-CPO", "2.2.1-EMSP"])
    assert read(tmp_path).missing == ("2.2.1-EMSP: did not begin",)


def test_the_latest_of_several_runs_is_read(tmp_path):
    runs.write(tmp_path, [outcome(Verdict.FAILED)], id="old", started_at=10.0)
    runs.write(tmp_path, [outcome(Verdict.PASSED)], id="new", started_at=20.0)
    runs.write(tmp_path, [outcome(Verdict.PASSED, role="EMSP")], id="new", started_at=15.0, role="EMSP")
    assert [part.name for part in read(tmp_path).parts] == ["2.2.1-EMSP", "2.2.1-CPO"]
    assert [found.verdict for found in read(tmp_path, "old").outcomes] == [Verdict.FAILED]
    with pytest.raises(JournalError, match="there is no run older in it; known are new, old"):
        read(tmp_path, "older")


def test_an_interrupted_run_says_so(tmp_path):
    runs.write(tmp_path, [outcome(Verdict.PASSED)], interrupted=True)
    assert read(tmp_path).interrupted


def test_a_folder_without_a_journal_is_refused(tmp_path):
    with pytest.raises(JournalError, match=r"there is no journal-\*\.ndjson in it; give the folder"):
        read(tmp_path)


def test_a_file_without_a_header_is_read_as_far_as_it_goes(tmp_path):
    record = Record(tmp_path / "journal-x.ndjson")
    record.add(record.begin(), "partner", runs.Request("GET", runs.URL), None, runs.Context(), error="reset")
    record.close()
    found = read(tmp_path)
    assert [exchange.error for exchange in found.parts[0].exchanges()] == ["reset"]
    assert found.missing == ("journal-x.ndjson: the run was cut off, its journal has no end",)


def attempts(folder, *verdicts, findings=()):
    """Write a journal in which one scenario was run once for each verdict; returns it read back."""
    path = runs.write(folder, end=False)
    with path.open("a", encoding="utf-8") as file:
        for number, verdict in enumerate(verdicts):
            ended = outcome(verdict, "LOC-001", findings=findings if verdict is Verdict.FAILED else ())
            line = summary_json.outcome_dict(ended) | {"started_at": float(number), "ended_at": number + 0.5}
            file.write(json.dumps({journal.OUTCOME: line}) + "\n")
        file.write(json.dumps({journal.END: {"interrupted": False}}) + "\n")
    return read(folder)


def test_the_last_attempt_is_the_outcome(tmp_path):
    found = attempts(tmp_path, Verdict.FAILED, Verdict.ERROR, Verdict.PASSED, findings=[finding()])
    assert [ended.verdict for ended in found.outcomes] == [Verdict.PASSED]
    (unsteady,) = found.unsteady
    place = "2.2.1-CPO: locations/sender.feature:3: A list"
    assert (str(unsteady), unsteady.violated) == (f"unsteady: {place}: failed (LOC-001), then error, then passed", True)


def test_attempts_that_end_alike_are_steady(tmp_path):
    found = attempts(tmp_path, Verdict.FAILED, Verdict.FAILED)
    assert ([ended.verdict for ended in found.outcomes], found.unsteady) == ([Verdict.FAILED], ())


def test_an_error_that_goes_away_is_told_and_fails_nothing(tmp_path):
    found = attempts(tmp_path, Verdict.ERROR, Verdict.PASSED)
    (unsteady,) = found.unsteady
    assert (unsteady.violated, found.missing) == (False, (str(unsteady),))


def test_an_attempt_that_ends_twice_is_one(tmp_path):
    path = runs.write(tmp_path, [outcome(Verdict.PASSED, "LOC-001"), outcome(Verdict.ERROR, "LOC-001")])
    assert path.exists()
    found = read(tmp_path)
    assert ([ended.verdict for ended in found.outcomes], found.unsteady) == ([Verdict.ERROR], ())


def test_parts_stand_in_the_order_in_which_they_were_asked_for(tmp_path):
    asked = ["2.2.1-CPO", "2.2.1-EMSP"]
    runs.write(tmp_path, role="CPO", asked=asked, started_at=1001.0)
    runs.write(tmp_path, role="EMSP", asked=asked, started_at=1000.0)
    assert [part.name for part in read(tmp_path).parts] == asked
