"""A certification from its options to its exit code: what is refused, what is waived, what cannot be judged."""

from __future__ import annotations

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ocpi_conformance.cli.certification import Certification, UsageError
from ocpi_conformance.mock_partner.embedded import EmbeddedTarget
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.settings import ConfigError
from ocpi_conformance.steps.gherkin import FOLDER
from ocpi_conformance.steps.run import EMBEDDED_ROLES, CannotJudge, Pair

# The requirement of these runs, its folder of features, and a way to break it: the versions list is empty.
REQUIREMENT, MODULE = "VER-002", "versions"
BROKEN = Rule.of({"match": {"module": "versions"}, "data": []})
TARGET = """\
[target]
name = "Lab target"
ocpi = ["2.2.1"]
roles = ["CPO"]
versions_url = "{url}"
tokens_a = {{ file = "tokens.txt" }}

[timeouts]
response = 2
callback = 1

[tls]
allow_http = true
"""
WAIVER = """
[[waivers]]
requirement = "{requirement}"
reason = "the list is filled in from 4.3 on"
expires = 2099-01-01
"""
OPTIONS: dict[str, Any] = {
    "target": "embedded",
    "version": [],
    "role": [],
    "module": [],
    "level": [],
    "requirement": [],
    "strict": False,
    "read-only": False,
    "personal-data": False,
    "profile": [],
    "defect": None,
    "variance": [],
    "report": "reports",
}


def write_target(folder: Path, url: str, tokens: str = "one two", more: str = "") -> Path:
    (folder / "tokens.txt").write_text(tokens)
    file = folder / "target.toml"
    file.write_text(TARGET.format(url=url) + more)
    return file


def certify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on one folder of features, as an implementer would."""
    command = [sys.executable, "-m", "pytest", str(FOLDER / MODULE), f"--rootdir={FOLDER.parent}", *options]
    command += ["-p", "no:cacheprovider", "-p", "pytest_bdd.plugin", f"--report={folder / 'out'}"]
    # Without the plugins it does not need it starts in half the time; on a wide screen no line is cut.
    environ = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=FOLDER.parent, env=environ)


@contextmanager
def lab_target(*rules: Rule) -> Iterator[EmbeddedTarget]:
    target = EmbeddedTarget("CPO", rules=rules).start()
    try:
        yield target
    finally:
        target.stop()


def certify_lab_target(folder: Path, more: str, *rules: Rule) -> subprocess.CompletedProcess[str]:
    """Certify an embedded target over its target.toml, with a waiver or whatever `more` says."""
    with lab_target(*rules) as target:
        told = target.declaration()
        file = write_target(folder, told["versions_url"], " ".join(told["tokens_a"]), more)
        return certify(folder, f"--target={file}", f"--ocpi-requirement={REQUIREMENT}")


def verdicts(folder: Path) -> list[str]:
    summary = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    return [outcome["verdict"] for outcome in summary["outcomes"]]


def test_the_embedded_target_is_asked_in_each_role_of_the_version() -> None:
    for version, roles in EMBEDDED_ROLES.items():
        asked = Certification.of(OPTIONS | {"version": [version]}).asked
        assert asked == tuple(Pair(version, role) for role in roles)
    assert {pair.version for pair in Certification.of(OPTIONS).asked} == {"2.2.1"}
    assert Certification.of(OPTIONS | {"role": ["EMSP"]}).asked == (Pair("2.2.1", "EMSP"),)


def test_read_only_switches_every_act_off() -> None:
    allow = Certification.of(OPTIONS | {"read-only": True}).config.allow
    assert (allow.writes, allow.commands, allow.credentials) == (False, False, False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"requirement": ["VER-002", "VER-999"]},
            "no requirement is called VER-999; `ocpi-conformance list` shows all",
        ),
        ({"defect": "VER-002-nothing"}, "no defect is called VER-002-nothing; nearest are "),
        ({"variance": ["odd"]}, "no variance is called odd. Known are: all, small-pages"),
        ({"role": ["NAP"]}, "embedded declares 2.1.1, 2.2.1, 2.3.0 as CPO, EMSP, HUB, PTP: of that nothing was asked"),
        ({"version": ["2.2", "2.2.1"]}, "no version of OCPI is called 2.2; known are 2.1.1, 2.2.1, 2.3.0"),
    ],
)
def test_what_does_not_exist_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Certification.of(OPTIONS | options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "runs"), [([], ["2.2.1"]), (["2.3.0"], ["2.3.0"]), (["2.3.0", "2.1.1"], ["2.1.1", "2.3.0"])]
)
def test_the_version_is_the_usual_one_unless_another_is_asked_for(
    asked: list[str], runs: list[str], tmp_path: Path
) -> None:
    file = write_target(tmp_path, "https://ocpi.acme.test/versions")
    file.write_text(file.read_text().replace('["2.2.1"]', '"highest"'))
    for target in ("embedded", str(file)):
        made = Certification.of(OPTIONS | {"target": target, "version": asked, "role": ["CPO"]})
        assert [pair.version for pair in made.asked] == runs


@pytest.mark.parametrize(
    ("asked", "narrowed"),
    [
        ({}, False),
        ({"version": ["2.2.1"], "role": ["CPO", "EMSP", "HUB"]}, False),
        ({"version": ["2.1.1", "2.2.1", "2.3.0"]}, False),
        ({"version": ["2.1.1"]}, True),
        ({"role": ["CPO"]}, True),
        ({"level": ["MUST"]}, True),
    ],
)
def test_a_run_is_narrowed_when_it_is_less_than_a_whole_one(asked: dict[str, Any], narrowed: bool) -> None:
    assert Certification.of(OPTIONS | asked).narrowed is narrowed


def test_a_version_that_the_target_does_not_declare_is_not_run(tmp_path: Path) -> None:
    file = write_target(tmp_path, "https://ocpi.acme.test/versions")
    with pytest.raises(UsageError, match=r"declares 2\.2\.1 as CPO: of that nothing was asked for"):
        Certification.of(OPTIONS | {"target": str(file), "version": ["2.1.1"]})


def test_a_waiver_of_an_unknown_requirement_is_refused(tmp_path: Path) -> None:
    file = write_target(tmp_path, "https://ocpi.acme.test/versions", more=WAIVER.format(requirement="VER-999"))
    with pytest.raises(UsageError, match="no requirement is called VER-999"):
        Certification.of(OPTIONS | {"target": str(file)})


def test_another_target_than_ours_cannot_be_made_unusual(tmp_path: Path) -> None:
    file = write_target(tmp_path, "https://ocpi.acme.test/versions")
    with pytest.raises(UsageError, match="--variance is for --target=embedded only"):
        Certification.of(OPTIONS | {"target": str(file), "variance": ["all"]})


def test_a_target_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"target\.toml: -: cannot be read"):
        Certification.of(OPTIONS | {"target": str(tmp_path / "target.toml")})


def test_without_a_target_nothing_runs(tmp_path: Path) -> None:
    done = certify(tmp_path)
    assert done.returncode == 4
    assert "certifying needs --target=target.toml (or --target=embedded)" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_mistake_on_the_command_line_is_no_verdict(tmp_path: Path) -> None:
    done = certify(tmp_path, "--target=embedded", "--ocpi-requirement=VER-999")
    assert done.returncode == 4
    assert "no requirement is called VER-999" in done.stderr


def test_what_another_option_leaves_out_was_not_planned(tmp_path: Path) -> None:
    done = certify(tmp_path, "--target=embedded", "-k", "at_least_one_version and CPO")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "only a part of what the target declares was asked for" in done.stdout
    assert "planned scenarios have no outcome" not in done.stdout
    assert verdicts(tmp_path) == ["passed"]


def test_a_target_that_does_what_is_asked_is_conformant(tmp_path: Path) -> None:
    done = certify_lab_target(tmp_path, "")
    assert done.returncode == 0, done.stdout
    assert set(verdicts(tmp_path)) == {"passed"}


def test_a_violation_fails_the_run(tmp_path: Path) -> None:
    done = certify_lab_target(tmp_path, "", BROKEN)
    assert done.returncode == 1, done.stdout
    assert "failed" in verdicts(tmp_path)


def test_a_violation_that_is_waived_does_not_fail_the_run(tmp_path: Path) -> None:
    done = certify_lab_target(tmp_path, WAIVER.format(requirement=REQUIREMENT), BROKEN)
    assert done.returncode == 0, done.stdout
    assert "waived" in verdicts(tmp_path)
    assert "failed" not in verdicts(tmp_path)


def test_a_waiver_that_nothing_needs_fails_the_run(tmp_path: Path) -> None:
    done = certify_lab_target(tmp_path, WAIVER.format(requirement=REQUIREMENT))
    assert done.returncode == 1, done.stdout
    assert f"stale waiver: {REQUIREMENT} is met, take it out of target.toml" in done.stdout
    assert set(verdicts(tmp_path)) == {"passed"}


def test_a_target_that_cannot_be_reached_is_not_judged(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/versions"
        done = certify(tmp_path, f"--target={write_target(tmp_path, url)}")
    assert done.returncode == 2, done.stdout
    assert "the target cannot be judged" in done.stdout


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<html><body>Log in</body></html>")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        return


@contextmanager
def page_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/versions"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_web_page_is_no_target(tmp_path: Path) -> None:
    with page_server() as url:
        file = write_target(tmp_path, url)
        asked = Certification.of(OPTIONS | {"target": str(file), "report": str(tmp_path / "out")})
        with pytest.raises(CannotJudge, match=r"is no OCPI server: HTTP 200, text/html\. Check versions_url"):
            asked.open(asked.asked[0])
