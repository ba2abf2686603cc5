"""Outcomes become numbers: the roll-up, the count of MUSTs, the exit code; and the numbers become text and JSON."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ocpi_conformance.mock_partner.safety import Redactor, printable
from ocpi_conformance.reports import summary_json, summary_text
from ocpi_conformance.reports.journal import read
from ocpi_conformance.reports.summary import Conformance, Scope, exit_code, requirement_verdicts, summarize, worst
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import HOSTILE, exchange, finding, outcome
from ocpi_conformance.steps.verdicts import Verdict

V = Verdict
LOCATIONS = Scope("2.2.1", "CPO", "locations")


@dataclass(frozen=True)
class Entry:
    level: str
    area: str = "locations"

    def clause(self, version: str) -> str:
        return f"mod_locations.{'md' if version == '2.1.1' else 'asciidoc'}#Location Object"


CATALOGUE = {"LOC-001": Entry("MUST"), "LOC-002": Entry("MUST"), "LOC-003": Entry("SHOULD"), "LOC-004": Entry("MAY")}


def row(*outcomes, **more):
    [only] = summarize(outcomes, CATALOGUE, **more).rows
    return only


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([V.PASSED, V.NOT_OBSERVED], V.PASSED),
        ([V.PASSED, V.DISABLED, V.NOT_APPLICABLE, V.OBSERVED], V.PASSED),
        ([V.PASSED, V.ADVISED], V.ADVISED),
        ([V.ADVISED, V.WAIVED], V.WAIVED),
        ([V.PASSED, V.ERROR], V.ERROR),
        ([V.ERROR, V.FAILED], V.FAILED),
        ([V.NOT_APPLICABLE, V.NOT_OBSERVED], V.NOT_OBSERVED),
    ],
)
def test_the_worst_verdict_stands_for_all(verdicts, expected):
    assert worst(verdicts) is expected
    assert worst(reversed(verdicts)) is expected


def test_every_verdict_has_a_rank():
    assert all(worst([verdict]) is verdict for verdict in Verdict)


@pytest.mark.parametrize(
    ("verdict", "found", "rest"),
    [
        (V.FAILED, V.FAILED, V.NOT_OBSERVED),
        (V.WAIVED, V.WAIVED, V.NOT_OBSERVED),
        (V.ADVISED, V.ADVISED, V.PASSED),
        (V.OBSERVED, V.OBSERVED, V.PASSED),
        (V.ERROR, V.ADVISED, V.ERROR),
    ],
)
def test_a_finding_speaks_for_its_requirement_only(verdict, found, rest):
    said = outcome(verdict, "LOC-001", "LOC-002", findings=[finding("LOC-001", found)])
    assert requirement_verdicts(said) == {"LOC-001": found, "LOC-002": rest}


def test_without_a_finding_the_verdict_is_that_of_every_requirement():
    assert requirement_verdicts(outcome(V.FAILED, "LOC-001", "LOC-002")) == {"LOC-001": V.FAILED, "LOC-002": V.FAILED}


def test_the_gravest_finding_of_a_requirement_counts_also_of_one_that_is_no_tag():
    said = outcome(V.FAILED, findings=[finding(verdict=V.FAILED), finding(verdict=V.ADVISED)])
    assert requirement_verdicts(said) == {"LOC-001": V.FAILED}


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([outcome(V.PASSED, "LOC-001")], Conformance.CONFORMANT),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.ADVISED, "LOC-003")], Conformance.WITH_WARNINGS),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.NOT_OBSERVED, "LOC-002")], Conformance.PARTIAL),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.DISABLED, "LOC-002")], Conformance.PARTIAL),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.WAIVED, "LOC-002")], Conformance.PARTIAL),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.ERROR, "LOC-003")], Conformance.PARTIAL),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.NOT_OBSERVED, "XXX-001")], Conformance.PARTIAL),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.NOT_OBSERVED, "LOC-001")], Conformance.CONFORMANT),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.NOT_OBSERVED, "LOC-003")], Conformance.CONFORMANT),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.NOT_APPLICABLE, "LOC-002")], Conformance.CONFORMANT),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.FAILED, "LOC-002")], Conformance.NON_CONFORMANT),
        ([outcome(V.FAILED)], Conformance.NON_CONFORMANT),
        ([outcome(V.NOT_OBSERVED, "LOC-001")], Conformance.NOTHING_GRADED),
        ([outcome(V.OBSERVED, "LOC-004")], Conformance.NOTHING_GRADED),
        ([outcome(V.ERROR, "LOC-001")], Conformance.NOTHING_GRADED),
        ([outcome(V.NOT_APPLICABLE, "LOC-001"), outcome(V.ERROR, "LOC-001")], Conformance.NOTHING_GRADED),
        ([outcome(V.NOT_APPLICABLE, "LOC-001"), outcome(V.ERROR)], Conformance.NOTHING_GRADED),
        ([outcome(V.NOT_APPLICABLE, "LOC-001")], Conformance.NOT_APPLICABLE),
    ],
)
def test_the_roll_up_of_a_scope(outcomes, expected):
    assert row(*outcomes).conformance is expected


def test_graded_musts_are_counted_against_those_that_apply():
    ran = [outcome(V.PASSED, "LOC-001", "LOC-003"), outcome(V.NOT_APPLICABLE, "LOC-002")]
    assert (row(*ran).graded, row(*ran).applicable) == (1, 1)
    wide = row(*ran, applicable={LOCATIONS: {"LOC-002", "LOC-003", "LOC-004"}})
    assert (wide.graded, wide.applicable) == (1, 2)
    assert wide.conformance is Conformance.PARTIAL


def test_each_version_role_and_module_has_its_row_also_without_a_scenario():
    ran = [outcome(V.PASSED, "LOC-001"), outcome(V.FAILED, "LOC-001", version="2.1.1")]
    rows = summarize(ran, CATALOGUE, {Scope("2.2.1", "CPO", "cdrs"): {"CDR-001"}}).rows
    assert [(r.scope.version, r.scope.module, r.conformance.value) for r in rows] == [
        ("2.1.1", "locations", "non-conformant"),
        ("2.2.1", "cdrs", "nothing graded"),
        ("2.2.1", "locations", "conformant"),
    ]


@pytest.mark.parametrize(
    ("outcomes", "interrupted", "expected"),
    [
        ([outcome(V.PASSED, "LOC-001"), outcome(V.ADVISED, "LOC-003"), outcome(V.NOT_OBSERVED, "LOC-002")], False, 0),
        ([outcome(V.WAIVED, "LOC-001")], False, 0),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.FAILED, "LOC-002"), outcome(V.ERROR, "LOC-001")], False, 1),
        ([outcome(V.PASSED, "LOC-001"), outcome(V.ERROR, "LOC-002")], False, 2),
        ([outcome(V.PASSED, "LOC-001")], True, 2),
        ([outcome(V.FAILED, "LOC-001")], True, 2),
        ([], False, 5),
        (
            [outcome(V.NOT_OBSERVED, "LOC-001"), outcome(V.DISABLED, "LOC-002"), outcome(V.OBSERVED, "LOC-004")],
            False,
            5,
        ),
    ],
)
def test_exit_codes(outcomes, interrupted, expected):
    assert exit_code(outcomes, interrupted=interrupted) == expected
    assert summarize(outcomes, CATALOGUE, interrupted=interrupted).exit_code == expected


def gate():
    redactor = Redactor()
    redactor.add("s3cret-t0ken", "CREDENTIALS_TOKEN_B")
    return redactor


def text(*outcomes, **more):
    return summary_text.text(summarize(outcomes, CATALOGUE), CATALOGUE, gate(), **more)


def test_the_text_has_findings_modules_counts_hints_and_reports():
    shown = text(
        outcome(V.FAILED, "LOC-001", findings=[finding(), finding()]),
        outcome(V.ADVISED, "LOC-003", findings=[finding("LOC-003", V.ADVISED)]),
        mind=["the run was cut off"],
        reports=[Path("/out/summary.json"), Path("/out/report.html")],
    )
    clause = "[mod_locations.asciidoc#Location Object]"
    assert shown.splitlines() == [
        "Violations: 1 requirement, 2 findings",
        f"  LOC-001  MUST   expected two letters; actual three letters (2 times) {clause}",
        "Advice: 1 requirement, 1 finding",
        f"  LOC-003  SHOULD expected two letters; actual three letters {clause}",
        "OCPI 2.2.1 CPO: 1 of 1 applicable MUSTs graded",
        f"  {'non-conformant':<24} locations",
        "2 scenarios: 1 failed, 1 advised",
        "Mind: the run was cut off",
        "Reports in /out: summary.json, report.html",
    ]


def test_a_requirement_is_one_line_however_many_findings_it_has():
    many = [finding(actual=str(number)) for number in range(100)]
    assert text(outcome(V.FAILED, "LOC-001", findings=many)).splitlines()[:2] == [
        "Violations: 1 requirement, 100 findings",
        "  LOC-001  MUST   expected two letters; actual 0 (and 99 more) [mod_locations.asciidoc#Location Object]",
    ]


def test_the_text_fits_a_screen_whatever_is_found():
    many = [
        outcome(verdict, *(f"X{verdict[:2]}-{number:03}" for number in range(40)), version=version, role=role)
        for version in ("2.1.1", "2.2.1", "2.3.0")
        for role in ("CPO", "EMSP")
        for verdict in (V.FAILED, V.ADVISED, V.OBSERVED, V.WAIVED)
    ]
    many = [
        replace(
            ran,
            module=f"module{number % 4}",
            findings=tuple(
                finding(name, ran.verdict, expected="e" * 300, actual="a" * 300) for name in ran.requirements
            ),
        )
        for number, ran in enumerate(many)
    ]
    silent = [replace(outcome(V.NOT_OBSERVED, "LOC-001"), reason="r" * 300 + str(number)) for number in range(50)]
    broken = [replace(ran, verdict=V.ERROR) for ran in silent]
    lines = text(*many, *silent, *broken, mind=["m" * 300], width=100).splitlines()
    assert len(lines) <= 52
    assert max(map(len, lines)) <= 100
    assert "  and 28 more, see the reports: Xfa-012, " in "\n".join(lines)


def test_modules_stand_under_their_result_the_worst_first_and_open_ones_with_their_numbers():
    ran = [
        outcome(V.PASSED, "LOC-001"),
        outcome(V.PASSED, "CDR-001", module="cdrs"),
        outcome(V.NOT_OBSERVED, "CDR-002", module="cdrs"),
        outcome(V.FAILED, "TRN-001", module="transport"),
        outcome(V.NOT_APPLICABLE, "HUB-001", module="hubclientinfo"),
    ]
    assert text(*ran).splitlines()[2:-1] == [
        "OCPI 2.2.1 CPO: 3 of 4 applicable MUSTs graded",
        f"  {'non-conformant':<24} transport",
        f"  {'partial':<24} cdrs (1 of 2)",
        f"  {'conformant':<24} locations",
        f"  {'not applicable':<24} hubclientinfo",
    ]


def test_of_many_versions_and_roles_only_what_is_wrong_is_named():
    ran = [outcome(V.PASSED, "LOC-001", version=version) for version in ("2.1.1", "2.2.1", "2.3.0")]
    shown = text(*ran, outcome(V.FAILED, "TRN-001", module="transport")).splitlines()
    assert shown[:3] == [
        "OCPI 2.1.1 CPO: 1 of 1 applicable MUSTs graded; 1 conformant",
        "OCPI 2.2.1 CPO: 2 of 2 applicable MUSTs graded; non-conformant: transport; 1 conformant",
        "OCPI 2.3.0 CPO: 1 of 1 applicable MUSTs graded; 1 conformant",
    ]


def test_the_text_is_harmless_ascii_without_secrets():
    hostile = finding(HOSTILE, expected=HOSTILE, actual="s3cret-t0ken Straße \u202e")
    shown = text(outcome(V.FAILED, "LOC-001", findings=[hostile]), reports=[Path("::error::/" + HOSTILE)])
    assert shown.isascii()
    assert "\x1b" not in shown
    assert "##vso[" not in shown
    assert "s3cret-t0ken" not in shown
    assert "[CREDENTIALS_TOKEN_B] Stra\\xdfe" in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_a_terminal_shows_the_letters_that_it_has_and_no_others():
    failed = outcome(V.FAILED, "LOC-001", findings=[finding(actual="Straße Ł \u202e \ud800")])
    assert "actual Straße Ł \\u202e \\ud800" in text(failed, encoding="utf-8")
    assert "actual Straße \\u0141 \\u202e" in text(failed, encoding="latin-1")
    assert "actual Stra\\xdfe \\u0141 \\u202e" in text(failed)


def test_colours_come_only_when_asked_for():
    failed = outcome(V.FAILED, "LOC-001", findings=[finding()])
    assert "\x1b[31mViolations: 1 requirement, 1 finding\x1b[0m\n" in text(failed, colour=True)
    assert "\x1b" not in text(failed)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [(Terminal(), {}, True), (Terminal(), {"NO_COLOR": "1"}, False), (io.StringIO(), {}, False)],
    ids=["terminal", "no_color", "pipe"],
)
def test_colours_are_for_terminals_without_no_color(stream, environment, expected):
    assert summary_text.wants_colour(stream, environment) is expected


def test_nothing_ran_is_said():
    assert text() == "0 scenarios: none ran\n"


def test_a_module_that_binds_the_target_is_never_called_not_applicable():
    silent = outcome(V.NOT_APPLICABLE, "LOC-002")
    assert row(silent, applicable={LOCATIONS: {"LOC-003"}}).conformance is Conformance.NOTHING_GRADED


def test_summary_json_has_stable_keys_and_no_secrets(tmp_path):
    found = finding(actual=f"s3cret-t0ken {HOSTILE}", exchange=exchange(7), pointer="/data/0")
    ran = summarize([outcome(V.FAILED, "LOC-001", findings=[found], exchanges=(7,), seconds=0.5)], CATALOGUE)
    runs.write(tmp_path, environment={"target": "Acme"})
    summary_json.write(tmp_path / "summary.json", ran, read(tmp_path), (), (), gate())
    written = (tmp_path / "summary.json").read_text("ascii")
    assert json.loads(written) == {
        "format": 1,
        "id": runs.ID,
        "run": {"target": "Acme"},
        "exit_code": 1,
        "interrupted": False,
        "missing": [],
        "unsteady": [],
        "waivers": [],
        "profiles": [],
        "scenarios": {"failed": 1},
        "results": [
            {
                "version": "2.2.1",
                "role": "CPO",
                "module": "locations",
                "conformance": "non-conformant",
                "graded": 1,
                "applicable": 1,
                "requirements": {"LOC-001": "failed"},
            }
        ],
        "outcomes": [
            {
                "scenario": "A list",
                "feature": "locations/sender.feature",
                "line": 3,
                "requirements": ["LOC-001"],
                "version": "2.2.1",
                "role": "CPO",
                "module": "locations",
                "verdict": "failed",
                "reason": "",
                "findings": [
                    {
                        "requirement": "LOC-001",
                        "verdict": "failed",
                        "expected": "two letters",
                        "actual": f"[CREDENTIALS_TOKEN_B] {printable(HOSTILE)}",
                        "exchange": 7,
                        "pointer": "/data/0",
                        "note": "",
                    }
                ],
                "exchanges": [7],
                "seconds": 0.5,
                "overhead": 0.0,
            }
        ],
    }


def test_why_nothing_was_judged_is_told_with_its_frequency():
    silent = [
        replace(outcome(V.NOT_OBSERVED, "LOC-001"), reason=reason)
        for reason in ("no trigger x", "no trigger x", "empty")
    ]
    broken = replace(outcome(V.ERROR, "LOC-002"), reason="no answer\nat all")
    lines = summary_text.text(summarize([*silent, broken], CATALOGUE), CATALOGUE, Redactor()).splitlines()
    assert lines[:5] == [
        "Errors: 1 scenario",
        "     1 x no answer",
        "Not observed: 3 scenarios",
        "     2 x no trigger x",
        "     1 x empty",
    ]
