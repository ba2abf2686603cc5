"""What becomes of a waiver, and when it fails the run."""

from __future__ import annotations

import pytest

from ocpi_conformance.reports.documents import judge
from ocpi_conformance.reports.journal import read
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import finding, outcome
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Verdict

V = Verdict
CATALOGUE = Catalogue.load()
WAIVER = {"requirement": "LOC-001", "reason": "known", "expires": "2099-01-01", "ticket": "ACME-1"}


def state(folder, *outcomes, **more):
    runs.write(folder, outcomes, waivers=[WAIVER], **more)
    result = judge(read(folder), CATALOGUE)
    [waiver] = result.waivers
    return str(waiver.state), bool(result.flaws), result.summary.exit_code


def of(verdict, *names, **more):
    findings = [finding(names[0], verdict)] if verdict in {V.FAILED, V.ADVISED, V.WAIVED} else []
    return outcome(verdict, *names, findings=findings, **more)


OTHER = of(V.PASSED, "LOC-002")


def test_one_that_is_needed_is_used(tmp_path):
    assert state(tmp_path, of(V.WAIVED, "LOC-001"), OTHER) == ("used", False, 0)


def test_one_that_is_met_in_one_role_and_needed_in_the_other_is_used(tmp_path):
    assert state(tmp_path, of(V.WAIVED, "LOC-001"), of(V.PASSED, "LOC-001", role="EMSP"), OTHER)[0] == "used"


def test_one_that_is_met_is_stale_and_fails_the_run(tmp_path):
    assert state(tmp_path, of(V.PASSED, "LOC-001"), OTHER) == ("stale", True, 1)


def test_one_that_nothing_judges_is_unused_and_fails_the_run(tmp_path):
    assert state(tmp_path, OTHER) == ("unused", True, 1)
    assert state(tmp_path, of(V.NOT_APPLICABLE, "LOC-001"), OTHER) == ("unused", True, 1)


@pytest.mark.parametrize("more", [{"narrowed": True}, {"end": False}, {"interrupted": True}])
def test_a_run_that_did_not_see_everything_cannot_call_one_unused(tmp_path, more):
    assert state(tmp_path, OTHER, **more)[:2] == ("open", False)


@pytest.mark.parametrize("verdict", [V.NOT_OBSERVED, V.DISABLED, V.ERROR, V.ADVISED])
def test_one_that_could_not_be_judged_is_open(tmp_path, verdict):
    assert state(tmp_path, of(verdict, "LOC-001"), OTHER)[:2] == ("open", False)


def test_the_line_says_what_to_do(tmp_path):
    runs.write(tmp_path, [of(V.PASSED, "LOC-001")], waivers=[WAIVER])
    assert judge(read(tmp_path), CATALOGUE).flaws == ("stale waiver: LOC-001 is met, take it out of target.toml",)
