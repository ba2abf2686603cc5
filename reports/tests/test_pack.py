"""A pack of evidence: all of the run and nothing else, the same octets each time, and every change shows."""

from __future__ import annotations

import json
import zipfile

import pytest

from ocpi_conformance.reports import pack
from ocpi_conformance.reports.journal import read
from ocpi_conformance.reports.pack import PackError
from ocpi_conformance.reports.tests import runs
from ocpi_conformance.reports.tests.samples import outcome
from ocpi_conformance.steps.verdicts import Verdict


def packed(folder, name="evidence.zip"):
    runs.write(folder, [outcome(Verdict.PASSED, "LOC-001")])
    (folder / "summary.json").write_text("{}")
    (folder / "allure-results").mkdir(exist_ok=True)
    (folder / "allure-results" / "1-result.json").write_text("{}")
    (folder / "open-registrations-2.2.1-CPO.json").write_text("live tokens")
    pack.write(folder / name, read(folder), ("summary.json", "absent.html"))
    return folder / name


def changed(path, change):
    """Write a copy of the pack at `path` with the files that `change` returns; no file when it is None."""
    copy = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return copy


def test_it_holds_the_run_and_nothing_else(tmp_path):
    with zipfile.ZipFile(packed(tmp_path)) as archive:
        assert archive.namelist() == [
            "SHA256SUMS",
            "allure-results/1-result.json",
            f"journal-2.2.1-CPO-{runs.ID}.ndjson",
            "manifest.json",
            "summary.json",
        ]
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["run"], manifest["packages"]) == (runs.ID, {"ocpi-conformance": "0.1.0"})
    assert manifest["configuration"] == {"target": {"name": "Acme", "tokens_a": 2}}


def test_it_is_the_same_each_time(tmp_path):
    first = packed(tmp_path).read_bytes()
    (tmp_path / f"journal-2.2.1-CPO-{runs.ID}.ndjson").unlink()
    assert packed(tmp_path, "again.zip").read_bytes() == first


def test_as_it_was_made_nothing_is_wrong(tmp_path):
    assert pack.verify(packed(tmp_path)) == ()


def test_what_was_changed_is_named(tmp_path):
    path = changed(packed(tmp_path), lambda name, content: b"{ }" if name == "summary.json" else content)
    assert pack.verify(path) == ("summary.json: was changed",)


def test_what_was_taken_out_is_named(tmp_path):
    path = changed(packed(tmp_path), lambda name, content: None if name.endswith(".ndjson") else content)
    assert pack.verify(path) == (f"journal-2.2.1-CPO-{runs.ID}.ndjson: is missing",)


def test_what_was_added_is_named(tmp_path):
    path = packed(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("more.html", "x")
    assert pack.verify(path) == ("more.html: was added",)


def test_an_octet_flipped_within_the_zip_is_noticed(tmp_path):
    path = packed(tmp_path)
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("manifest.json")
    content = bytearray(path.read_bytes())
    content[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0xFF
    path.write_bytes(content)
    assert pack.verify(path) == ("manifest.json: was changed",)


def test_what_is_no_pack_is_refused(tmp_path):
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(PackError, match="is no zip"):
        pack.verify(tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(PackError, match="has no SHA256SUMS"):
        pack.verify(tmp_path / "y.zip")
