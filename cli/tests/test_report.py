"""The commands below `report`, on runs that ended and one that was killed; no artefact of a run holds a secret."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ocpi_conformance.cli.main import main
from ocpi_conformance.mock_partner.embedded import EmbeddedTarget
from ocpi_conformance.reports.documents import DOCUMENTS
from ocpi_conformance.reports.journal import PATTERN, SCENARIO, read
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import finding, outcome
from ocpi_conformance.steps.verdicts import Verdict

COMMAND = (sys.executable, "-m", "ocpi_conformance.cli")
POLL, POLLS = 0.05, 1200


class Watched:
    """An embedded target that remembers what it has answered and which secrets there were."""

    def __init__(self) -> None:
        self.target = EmbeddedTarget("CPO")
        self.answered: list[str] = []
        self.secrets: set[str] = set()
        handle, mint = self.target.platform.handle, self.target.platform.mint.new

        def handled(inbound: Any) -> Any:
            answer = handle(inbound)
            headers = {name.lower(): value for name, value in inbound.headers}
            self.answered.append(headers.get("x-request-id", ""))
            if inbound.method in {"POST", "PUT"} and inbound.url.endswith("/credentials"):
                self.secrets.add(json.loads(inbound.body)["token"])
            return answer

        def minted(kind: str) -> str:
            token = mint(kind)
            self.secrets.add(token)
            return token

        vars(self.target.platform)["handle"] = handled
        vars(self.target.platform.mint)["new"] = minted
        self.target.start()
        self.told = self.target.declaration()
        self.secrets |= set(self.told["tokens_a"])

    def write_target(self, folder: Path, triggers: dict[str, dict[str, str]]) -> dict[str, str]:
        """Write target.toml into `folder`; returns the environment of the run."""
        lines = [
            f"{name} = {{ {kind} = {json.dumps(text)} }}"
            for name, way in triggers.items()
            for kind, text in way.items()
        ]
        (folder / "target.toml").write_text(
            f"""[target]
name = "a target"
ocpi = ["2.2.1"]
roles = ["CPO"]
versions_url = "{self.told["versions_url"]}"
tokens_a = {{ env = "TOKENS_A" }}
[timeouts]
callback = 1
[triggers]
"""
            + "\n".join(lines)
        )
        return os.environ | {"TOKENS_A": " ".join(self.told["tokens_a"])}


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.target.stop()


def report(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["report", *map(str, arguments)])
    return done.exit_code, done.output


def begun(folder: Path) -> list[str]:
    """Return the scenarios that the journal says have begun."""
    text = "".join(file.read_text("utf-8") for file in (folder / "out").glob(PATTERN))
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return [line[SCENARIO]["scenario"] for line in lines if SCENARIO in line]


def test_after_a_kill_everything_that_was_acknowledged_is_in_the_reports(watched: Watched, tmp_path: Path) -> None:
    environ = watched.write_target(tmp_path, {"change_evse_status": {"command": "exec sleep 60"}})
    arguments = ("run", "--target", "target.toml", "--report", "out", "-q")
    chosen = ("--requirement", "VER-002", "--requirement", "VER-003", "--requirement", "LOC-003")
    process = subprocess.Popen(
        (*COMMAND, *arguments, *chosen),
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(POLLS):
        if len(begun(tmp_path)) > 2:
            break
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(POLL)
    process.kill()
    process.wait()
    out = tmp_path / "out"
    assert not (out / "summary.json").exists()
    code, said = report("rebuild", out)
    assert (code, [name for name in DOCUMENTS if not (out / name).exists()]) == (0, [])
    assert "missing: 2.2.1-CPO: the run was cut off, its journal has no end" in said
    entries = json.loads((out / "exchanges.har").read_text("utf-8"))["log"]["entries"]
    seen = {
        pair["value"] for entry in entries for pair in entry["request"]["headers"] if pair["name"] == "X-Request-ID"
    }
    # The last answer may have been on its way when the run was killed.
    assert set(watched.answered[:-1]) <= seen
    assert len(watched.answered) > 4
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert (summary["interrupted"], summary["exit_code"]) == (True, 2)
    assert [o["scenario"] for o in summary["outcomes"]] == begun(tmp_path)[: len(summary["outcomes"])]
    assert len(summary["outcomes"]) >= len(begun(tmp_path)) - 1


def test_no_artefact_holds_a_secret(watched: Watched, tmp_path: Path) -> None:
    triggers = {name: {"http": text} for name, text in watched.told["triggers"].items()}
    environ = watched.write_target(tmp_path, triggers)
    arguments = ("run", "--target", "target.toml", "--report", "out", "-q", "--module", "credentials")
    done = subprocess.run(
        (*COMMAND, *arguments, "--module", "versions"),
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    out = tmp_path / "out"
    assert report("pack", out)[0] == 0, done.stdout
    secrets = watched.secrets | {watched.told["triggers"]["new_token_a"].split("/")[3]}
    texts = {"terminal": (done.stdout + done.stderr).encode()} | dict(contents(out))
    assert len(texts) > 50
    assert len(secrets) > 20
    found = [(name, form) for secret in secrets for form in forms(secret) for name in texts if form in texts[name]]
    assert found == []


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below `folder`, those within zips as well."""
    for file in folder.rglob("*"):
        if file.is_file():
            yield str(file), file.read_bytes()
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                yield from ((f"{file}/{name}", archive.read(name)) for name in archive.namelist())


def forms(secret: str) -> set[bytes]:
    raw = secret.encode()
    encoded = {base64.b64encode(raw), base64.urlsafe_b64encode(raw), raw.hex().encode()}
    quoted = {urllib.parse.quote(form, safe="").encode() for form in (raw, base64.b64encode(raw))}
    return {raw, raw.hex().upper().encode()} | encoded | {form.rstrip(b"=") for form in encoded} | quoted


def test_a_run_is_compared_with_the_one_before(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    runs.write(old, [outcome(Verdict.PASSED, "LOC-001"), outcome(Verdict.PASSED, "LOC-002")])
    runs.write(new, [outcome(Verdict.FAILED, "LOC-001", findings=[finding()]), outcome(Verdict.PASSED, "LOC-002")])
    assert {report("rebuild", folder)[0] for folder in (old, new)} == {0}
    code, said = report("diff", old, new)
    assert (code, said.splitlines()[:2]) == (1, ["newly failing: 1", "  OCPI 2.2.1 CPO LOC-001: passed -> failed"])
    code, said = report("diff", new, old, "--format", "json")
    assert (code, [change["requirement"] for change in json.loads(said)["recovered"]]) == (0, ["LOC-001"])
    assert report("diff", old, old)[0] == 0


def test_a_pack_is_made_and_checked(tmp_path: Path) -> None:
    runs.write(tmp_path, [outcome(Verdict.PASSED, "LOC-001")])
    report("rebuild", tmp_path)
    pack = tmp_path / "case.zip"
    code, said = report("pack", tmp_path, "--output", pack)
    digest = said.splitlines()[-1]
    assert (code, digest.split()[0]) == (0, "SHA-256")
    assert report("verify", pack) == (
        0,
        "every file is as it was made; compare this with the sum that its maker tells you:\n" + digest + "\n",
    )
    with zipfile.ZipFile(pack, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("summary.json", "{}")
    code, said = report("verify", pack)
    assert (code, said.splitlines()[0]) == (1, "summary.json: is there twice")


def test_reports_of_another_run_are_not_packed(tmp_path: Path) -> None:
    runs.write(tmp_path, id="one", started_at=1.0)
    report("rebuild", tmp_path)
    runs.write(tmp_path, id="two", started_at=2.0)
    code, said = report("pack", tmp_path)
    assert (
        code,
        f"the reports in it are not of run two; run `ocpi-conformance report rebuild {tmp_path} --run two` first"
        in said,
    ) == (4, True)
    assert report("pack", tmp_path, "--run", "one")[0] == 0


@pytest.mark.parametrize("command", ["rebuild", "pack", "diff"])
def test_a_folder_without_a_run_is_refused(command: str, tmp_path: Path) -> None:
    code, said = report(command, *([tmp_path] * (2 if command == "diff" else 1)))
    assert code == 4
    assert said.startswith(f"error: {tmp_path}")


def test_the_journal_says_what_ran_with_what(tmp_path: Path) -> None:
    done = subprocess.run(
        (*COMMAND, "run", "--target=embedded", "--role=CPO", "--requirement=VER-002", f"--report={tmp_path}", "-q"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    [part] = read(tmp_path).parts
    assert part.facts["asked"] == ["2.2.1-CPO"]
    assert part.facts["narrowed"] is True
    assert {"ocpi-conformance", "pytest", "httpx"} <= set(part.facts["packages"])
    assert len(part.facts["catalogue_sha256"]) == 64
    assert part.modules["locations"] == ("SENDER",)
    assert list(part.applicable.values()) == [("VER-002",)]
    assert len(part.spans) == len(part.outcomes) == len(part.facts["planned"]) > 0
