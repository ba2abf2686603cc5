"""What a run leaves at its target: nothing when it ends by itself or by SIGTERM, and after a kill `cleanup` ends it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocpi_conformance.mock_partner.embedded import EmbeddedTarget
from ocpi_conformance.mock_partner.leftovers import PATTERN

COMMAND = (sys.executable, "-m", "ocpi_conformance.cli")
DEADLINE = 60.0


@pytest.fixture
def target() -> Iterator[EmbeddedTarget]:
    started = EmbeddedTarget("CPO").start()
    yield started
    started.stop()


def begin(target: EmbeddedTarget, folder: Path) -> subprocess.Popen[bytes]:
    """Start a run that registers and then waits for a trigger that takes long."""
    told = target.declaration()
    (folder / "target.toml").write_text(
        f"""[target]
name = "a target"
ocpi = ["2.2.1"]
roles = ["CPO"]
versions_url = "{told["versions_url"]}"
tokens_a = {{ env = "TOKENS_A" }}
[triggers]
change_evse_status = {{ command = "exec sleep 60" }}
"""
    )
    arguments = ("run", "--target", "target.toml", "--report", "out", "--requirement", "LOC-003", "-q")
    environ = os.environ | {"TOKENS_A": " ".join(told["tokens_a"])}
    process = subprocess.Popen(
        (*COMMAND, *arguments), cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + DEADLINE
    while not open_files(folder):
        assert process.poll() is None, "the run ended before it registered"
        assert time.monotonic() < deadline, "the run did not register"
        time.sleep(0.05)
    return process


def open_files(folder: Path) -> list[Path]:
    return list((folder / "out").glob(PATTERN))


def test_a_run_that_is_terminated_ends_its_registration(target: EmbeddedTarget, tmp_path: Path) -> None:
    process = begin(target, tmp_path)
    process.send_signal(signal.SIGTERM)
    assert process.wait(DEADLINE) == 2
    assert target.platform.living() == ()
    assert open_files(tmp_path) == []


def test_after_a_kill_cleanup_ends_the_registration(target: EmbeddedTarget, tmp_path: Path) -> None:
    process = begin(target, tmp_path)
    process.kill()
    process.wait(DEADLINE)
    (file,) = open_files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(target.platform.living()) == 1
    done = subprocess.run(
        (*COMMAND, "cleanup", "--report", "out"), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "ended the registration at" in done.stdout
    assert target.platform.living() == ()
    assert open_files(tmp_path) == []


def test_what_cannot_be_ended_is_kept_for_another_try(target: EmbeddedTarget, tmp_path: Path) -> None:
    process = begin(target, tmp_path)
    process.kill()
    process.wait(DEADLINE)
    target.stop()
    done = subprocess.run(
        (*COMMAND, "cleanup", "--report", "out"), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "cannot connect" in done.stderr
    assert len(open_files(tmp_path)) == 1
