"""What changed between two runs: each requirement in one list at most, and a file that is none is refused."""

from __future__ import annotations

import json

import pytest

from ocpi_conformance.reports import diff
from ocpi_conformance.reports.diff import DiffError, compare, load

LISTS = ("newly_failing", "recovered", "no_longer_graded", "newly_graded")


def lists(old, new):
    """Return in which lists a requirement stands that had the verdict `old` and has `new`; None: absent."""
    before, after = ({("2.2.1", "CPO", "LOC-001"): verdict} if verdict else {} for verdict in (old, new))
    found = compare(before, after)
    return [name for name in LISTS if getattr(found, name)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("passed", "passed", []),
        ("passed", "failed", ["newly_failing"]),
        ("waived", "failed", ["newly_failing"]),
        ("not observed", "failed", ["newly_failing"]),
        (None, "failed", ["newly_failing"]),
        ("failed", "passed", ["recovered"]),
        ("failed", "advised", ["recovered"]),
        ("failed", "waived", []),
        ("failed", "not observed", ["no_longer_graded"]),
        ("passed", None, ["no_longer_graded"]),
        ("passed", "error", ["no_longer_graded"]),
        ("disabled", "passed", ["newly_graded"]),
        (None, "passed", ["newly_graded"]),
        ("not observed", "disabled", []),
        ("passed", "advised", []),
    ],
)
def test_a_change_stands_where_it_belongs(old, new, expected):
    assert lists(old, new) == expected


def test_a_change_names_what_was_and_what_is():
    [change] = compare({}, {("2.2.1", "CPO", "LOC-001"): "failed"}).newly_failing
    assert str(change) == "OCPI 2.2.1 CPO LOC-001: absent -> failed"


def test_a_run_is_read_from_its_folder_or_its_file(tmp_path):
    row = {"version": "2.2.1", "role": "CPO", "module": "locations", "requirements": {"LOC-001": "failed"}}
    (tmp_path / diff.SUMMARY).write_text(json.dumps({"format": 1, "results": [row]}))
    expected = {("2.2.1", "CPO", "LOC-001"): "failed"}
    assert load(tmp_path) == load(tmp_path / diff.SUMMARY) == expected


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "results": [{}]}', "nonsense"])
def test_a_file_that_is_no_summary_is_refused(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(DiffError, match=r"x\.json: is no summary of a run; give the summary\.json"):
        load(tmp_path / "x.json")


def test_another_format_is_refused(tmp_path):
    (tmp_path / "x.json").write_text('{"format": 2, "results": []}')
    with pytest.raises(DiffError, match="format 2 is not 1; run both with the same suite"):
        load(tmp_path / "x.json")


def test_a_folder_without_a_summary_is_refused(tmp_path):
    with pytest.raises(DiffError, match=r"report rebuild"):
        load(tmp_path)
