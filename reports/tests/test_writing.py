"""Files are whole, lines are harmless, what pytest prints is clean."""

from __future__ import annotations

import json

import pytest

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.writing import brief, clean_report, defused, write_json, write_text


def gate():
    redactor = Redactor()
    redactor.add("s3cret-t0ken", "CREDENTIALS_TOKEN_B")
    return redactor


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x", ": :error::x"),
        ("a\n  ::set-output name=x::y", "a\n  : :set-output name=x::y"),
        ("a ##vso[task.complete]", "a # #vso[task.complete]"),
        ("##[error]x", "# #[error]x"),
        ("a::b, ## heading", "a::b, ## heading"),
    ],
)
def test_ci_commands_are_defused_and_other_text_is_kept(text, expected):
    assert defused(text) == expected


def test_brief_redacts_before_it_cuts():
    shown = brief("x" * 40 + "s3cret-t0ken" + "y" * 400, gate(), 80)
    assert "s3cre" not in shown
    assert len(shown) <= 80


def test_a_file_is_replaced_whole_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_text(path, "old")
    write_text(path, "new \ud800\n")
    assert path.read_bytes() == b"new \\ud800\n"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def test_a_failed_write_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(TypeError):
        write_text(path, None)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_json_is_redacted_and_readable_whatever_is_in_it(tmp_path):
    write_json(tmp_path / "a.json", {"s3cret-t0ken": ["\ud800", "s3cret-t0ken", 1.5]}, gate())
    text = (tmp_path / "a.json").read_text("ascii")
    assert json.loads(text) == {"[CREDENTIALS_TOKEN_B]": ["\\ud800", "[CREDENTIALS_TOKEN_B]", 1.5]}


def report(longrepr, sections=()):
    return pytest.TestReport("a", ("a", 1, "a"), {}, "failed", longrepr, "call", sections)


def test_a_report_of_pytest_is_cleaned():
    failed = report("E  s3cret-t0ken \ud800\n::error::", [("Captured stdout call", "##[error]\x1b[1m s3cret-t0ken")])
    clean_report(failed, gate())
    assert failed.longreprtext == "E  [CREDENTIALS_TOKEN_B] \\ud800\n: :error::"
    assert failed.sections == [("Captured stdout call", "# #[error]\\x1b[1m [CREDENTIALS_TOKEN_B]")]


def test_the_reason_of_a_skip_is_cleaned_and_keeps_its_place():
    skipped = report(("file.py", 3, "Skipped: s3cret-t0ken"))
    clean_report(skipped, gate())
    assert skipped.longrepr == ("file.py", 3, "Skipped: [CREDENTIALS_TOKEN_B]")


def test_a_report_that_says_nothing_stays_so():
    passed = report(None)
    clean_report(passed, gate())
    assert passed.longrepr is None
