"""A certification in two processes: who runs what, what is refused, and that it says what one process says."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from ocpi_conformance.cli import certify as commands
from ocpi_conformance.cli.certification import Certification
from ocpi_conformance.cli.shares import ByPair
from ocpi_conformance.cli.tests.test_certification import OPTIONS, certify, write_target
from ocpi_conformance.cli.workers import refuse, undisturbed
from ocpi_conformance.mock_partner.config import Allow, TargetConfig, Trigger, load_target
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.mock_partner.settings import ConfigError
from ocpi_conformance.reports import documents, journal
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.gherkin import FOLDER
from ocpi_conformance.steps.run import Pair, embedded_config

TWO = ("-p", "xdist.plugin", "-n", "2")
URL = "https://ocpi.acme.test/versions"
# A few scenarios with and without a record, one of which fails in both roles.
SELECTION = (
    str(FOLDER / "record" / "test_record.py"),
    *(f"--ocpi-requirement={name}" for name in ("VER-001", "VER-002", "VER-008", "VER-010", "VER-022", "TRN-001")),
    "--defect=VER-008-no-credentials",
)
# Ends its process, as the kernel does when memory is short, at the third scenario for the eMSP.
KILLER = """
import os, signal

def pytest_runtest_setup(item):
    if "-EMSP" in item.name:
        item.session.seen = getattr(item.session, "seen", 0) + 1
        if item.session.seen == 3:
            os.kill(os.getpid(), signal.SIGKILL)
"""

# Cancels the whole run at the third scenario for the eMSP, and goes on with nothing until it is ended itself.
CANCELLER = KILLER.replace(
    "os.kill(os.getpid(), signal.SIGKILL)", "os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
)


def target(folder: Path, tokens: str = "one two three", **changes: Any) -> TargetConfig:
    return replace(load_target(write_target(folder, URL, tokens)), roles=("CPO", "EMSP"), **changes)


def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    return found


def said(folder: Path) -> list[object]:
    """Return what a run says, without what differs from run to run: ports, times, numbers of exchanges."""
    told = summary(folder)
    outcomes = [
        (*(outcome[key] for key in ("feature", "line", "scenario", "role", "verdict")), _findings(outcome))
        for outcome in told["outcomes"]
    ]
    return [told["exit_code"], told["scenarios"], told["results"], sorted(outcomes)]


def _findings(outcome: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((found["requirement"], found["verdict"], found["expected"]) for found in outcome["findings"])


def histories(folder: Path) -> list[str]:
    results = (json.loads(file.read_text("utf-8")) for file in folder.glob("*-result.json"))
    return sorted(result["historyId"] for result in results)


def test_two_processes_say_what_one_says(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, how in ((one, ()), (two, TWO)):
        folder.mkdir()
        allure = ("-p", "allure_pytest.plugin", f"--alluredir={folder / 'allure'}", "--clean-alluredir")
        done = certify(folder, "--target=embedded", *SELECTION, *allure, *how)
        assert done.returncode == 1, done.stdout + done.stderr
    assert said(two) == said(one)
    assert summary(two)["scenarios"]["failed"] > 0
    assert histories(two / "allure") == histories(one / "allure")
    assert len(set(histories(two / "allure"))) == len(summary(two)["outcomes"])
    # Each worker has had a partner and a record of its own, and the reports find the exchanges in the right one.
    read = journal.read(two / "out")
    assert [part.name for part in read.parts] == ["2.2.1-CPO", "2.2.1-EMSP", "2.2.1-HUB"]
    for outcome in read.outcomes:
        for number in outcome.exchanges:
            exchange = read.exchange(outcome.version, outcome.role, number)
            assert exchange is not None
            assert exchange.scenario == outcome.scenario


def test_what_a_killed_worker_had_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "killer.py").write_text(KILLER)
    plugin = ("-p", "killer", "-o", f"pythonpath={tmp_path}")
    done = certify(tmp_path, "--target=embedded", "--ocpi-module=versions", *plugin, *TWO)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "2.2.1-EMSP: the run was cut off, its journal has no end" in done.stdout
    told = summary(tmp_path)
    ended = {role: sum(outcome["role"] == role for outcome in told["outcomes"]) for role in ("CPO", "EMSP")}
    planned = [part.facts["planned"] for part in journal.read(tmp_path / "out").parts]
    assert ended == {"CPO": len(planned[0]), "EMSP": 2}
    again = documents.judge(journal.read(tmp_path / "out"), Catalogue.load())
    documents.write(tmp_path / "again", again, Catalogue.load(), Redactor())
    assert json.loads((tmp_path / "again" / "summary.json").read_text("utf-8")) == told


def test_a_cancelled_run_leaves_nothing_at_the_target(tmp_path: Path) -> None:
    (tmp_path / "canceller.py").write_text(CANCELLER)
    plugin = ("-p", "canceller", "-o", f"pythonpath={tmp_path}")
    done = certify(tmp_path, "--target=embedded", "--ocpi-module=versions", *plugin, *TWO)
    assert done.returncode == 2, done.stdout + done.stderr
    parts = {part.role: part for part in journal.read(tmp_path / "out").parts}
    assert (parts["EMSP"].ended, parts["EMSP"].interrupted, parts["CPO"].ended) == (True, True, True)
    assert len(parts["EMSP"].outcomes) >= 2
    assert not list((tmp_path / "out").glob("open-registrations-*"))


def test_a_worker_is_interrupted_when_it_has_left_the_target() -> None:
    worker: Any = SimpleNamespace(workerinput={})
    usual, left = signal.signal(signal.SIGTERM, signal.default_int_handler), []

    def leave() -> None:
        with undisturbed(worker):
            signal.raise_signal(signal.SIGTERM)
            left.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            leave()
        # Once is enough: what has been interrupted ends by itself.
        leave()
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert left == [True, True]


def test_one_version_and_role_runs_in_one_process(tmp_path: Path) -> None:
    done = certify(tmp_path, "--target=embedded", "--ocpi-role=CPO", "--ocpi-requirement=VER-002", *TWO)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bringing up nodes" not in done.stdout


def certify_two_roles(folder: Path, tokens: str) -> subprocess.CompletedProcess[str]:
    """Certify in two processes a target in two roles that nobody answers for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        file = write_target(folder, f"http://127.0.0.1:{free.getsockname()[1]}/versions", tokens)
        file.write_text(file.read_text().replace('["CPO"]', '["CPO", "EMSP"]'))
        return certify(folder, f"--target={file}", "--ocpi-requirement=VER-002", *TWO)


def test_a_target_that_cannot_be_reached_is_not_judged_by_workers_either(tmp_path: Path) -> None:
    done = certify_two_roles(tmp_path, "one two")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "the target cannot be judged" in done.stdout


def test_one_token_is_not_enough_for_two_partners(tmp_path: Path) -> None:
    done = certify_two_roles(tmp_path, "one")
    assert done.returncode == 4, done.stdout
    assert "target.toml: [target] tokens_a: -n runs 2 partners at once" in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_two_partners_need_can_be_there(tmp_path: Path) -> None:
    refuse(target(tmp_path), 2)
    refuse(target(tmp_path, tokens_a=(), triggers={"new_token_a": Trigger("command", "issue")}), 2)
    refuse(embedded_config(Allow()), 2)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"tokens_a": ()}, r"\[target\] tokens_a: .* there are 0"),
        ({"triggers": {"create_cdr": Trigger("operator", "End a Session")}}, r"\[triggers\] create_cdr: "),
    ],
)
def test_what_two_partners_cannot_share_is_refused(tmp_path: Path, changes: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigError, match=rf"target\.toml: {key}.*leave -n out"):
        refuse(target(tmp_path, **changes), 2)


@pytest.mark.parametrize("changes", [{"listen": "0.0.0.0:9000"}, {"public_url": "https://partner.acme.test"}])
def test_two_partners_cannot_have_one_address(tmp_path: Path, changes: dict[str, Any]) -> None:
    config = target(tmp_path)
    with pytest.raises(ConfigError, match=r"\[partner\] listen: .*write port 0"):
        refuse(replace(config, partner=replace(config.partner, **changes)), 2)


def test_two_partners_cannot_share_preshared_tokens(tmp_path: Path) -> None:
    config = target(tmp_path)
    with pytest.raises(ConfigError, match=r"\[credentials\] mode: "):
        refuse(replace(config, credentials=replace(config.credentials, mode="preshared")), 2)


def test_every_run_has_tokens_of_its_own(tmp_path: Path) -> None:
    asked = Certification.of(OPTIONS | {"target": str(write_target(tmp_path, URL))})
    asked.config = target(tmp_path, "one two three")
    asked.asked = (Pair("2.2.1", "CPO"), Pair("2.2.1", "EMSP"))
    dealt = [[token.reveal() for token in asked._dealt(pair).tokens_a] for pair in asked.asked]
    assert dealt == [["one", "three"], ["two"]]
    assert asked.redactor.text("three") == "[CREDENTIALS_TOKEN_A 3]"
    asked.config = target(tmp_path, "one")
    assert [token.reveal() for token in asked._dealt(asked.asked[1]).tokens_a] == ["one"]


def test_scenarios_are_shared_by_version_and_role() -> None:
    shares: Any = ByPair.__new__(ByPair)
    scopes = [
        shares._split_scope("features/cdrs/test_cdrs.py::test_a_cdr[2.2.1-CPO]"),
        shares._split_scope("features/cdrs/test_cdrs.py::test_a_push[2.3.0-EMSP-says [2.2.1-CPO]]"),
        shares._split_scope("reports/tests/test_html.py::test_it"),
    ]
    assert scopes == ["OCPI 2.2.1 CPO", "OCPI 2.3.0 EMSP", "other"]


def test_what_a_dead_worker_has_not_run_goes_to_no_other() -> None:
    shares: Any = ByPair.__new__(ByPair)
    shares.workqueue = {}
    shares.assigned_work = {
        "gw0": {"2.2.1-CPO": {"a": True, "b": False, "c": False}},
        "gw1": {"2.2.1-EMSP": {"d": True}},
    }
    assert (shares.remove_node("gw0"), shares.remove_node("gw1")) == ("b", None)
    assert (shares.workqueue, shares.assigned_work) == ({}, {})


def test_several_processes_without_pytest_xdist_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "find_spec", lambda name: None)
    said = CliRunner().invoke(commands.demo, ["-n", "2"])
    assert (said.exit_code, "pip install pytest-xdist" in said.output) == (4, True)
