"""A scenario that is run again: the last attempt counts, and that it was not the only one is told everywhere."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from ocpi_conformance.cli.tests.test_certification import REQUIREMENT, certify, lab_target, write_target
from ocpi_conformance.mock_partner.faults import Rule

# The first look at the versions is that of the run itself; what the scenario sees is spoilt once.
ONCE = Rule.of({"match": {"module": "versions"}, "data": [], "after": 1, "times": 1})
# What pytest-rerunfailures does, without its options.
AGAIN = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for attempt in (1, 2):
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        again = attempt == 1 and any(report.failed for report in reports)
        for report in reports:
            if again and report.failed:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        if not again:
            break
        item._initrequest()
    return True
"""

DOCUMENTS = ("report.md", "junit.xml", "report.html")


def certify_again(folder: Path, *rules: Rule) -> subprocess.CompletedProcess[str]:
    """Certify an embedded target with a plugin that runs once more what has failed; Allure is there too."""
    (folder / "again.py").write_text(AGAIN)
    with lab_target(*rules) as target:
        told = target.declaration()
        file = write_target(folder, told["versions_url"], " ".join(told["tokens_a"]))
        allure = ("-p", "allure_pytest.plugin", f"--alluredir={folder / 'allure'}")
        plugin = ("-p", "again", "-o", f"pythonpath={folder}")
        return certify(folder, f"--target={file}", f"--ocpi-requirement={REQUIREMENT}", *plugin, *allure)


def results(folder: Path) -> list[dict[str, Any]]:
    found = [json.loads(file.read_text("utf-8")) for file in (folder / "allure").glob("*-result.json")]
    return sorted(found, key=lambda result: result["start"])


def test_a_violation_that_goes_away_is_not_green(tmp_path: Path) -> None:
    done = certify_again(tmp_path, ONCE)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert {outcome["verdict"] for outcome in summary["outcomes"]} == {"passed"}
    (unsteady,) = summary["unsteady"]
    assert unsteady["verdicts"] == ["failed", "passed"]
    assert (done.returncode, summary["exit_code"]) == (1, 1), done.stdout
    told = [done.stdout, *((tmp_path / "out" / name).read_text("utf-8") for name in DOCUMENTS)]
    assert [f"failed ({REQUIREMENT}), then passed" in text for text in told] == [True] * len(told)
    # Allure shows results with one history id as attempts at one thing.
    assert [result["status"] for result in results(tmp_path)] == ["failed", "passed"]
    assert len({result["historyId"] for result in results(tmp_path)}) == 1


def test_a_violation_that_stays_is_told_once(tmp_path: Path) -> None:
    done = certify_again(tmp_path, Rule.of({"match": {"module": "versions"}, "data": [], "after": 1}))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert (done.returncode, summary["unsteady"]) == (1, []), done.stdout
    assert len({(o["feature"], o["line"], o["scenario"]) for o in summary["outcomes"]}) == len(summary["outcomes"])
