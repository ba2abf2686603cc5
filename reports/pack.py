"""The evidence of a run in one file that both sides of a dispute can check: a zip with a checksum of all that is in it.

Rules: the same run gives the same octets; nothing that could hold a live token is ever put in.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ocpi_conformance.reports.journal import Journal

SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
# Parts of the header of a journal that stand in the manifest.
_TOLD = (
    "environment",
    "configuration",
    "options",
    "packages",
    "python",
    "platform",
    "catalogue_sha256",
    "features_sha256",
)
_ALLURE = "allure-results"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3


class PackError(Exception):
    """A pack cannot be made or read; the message names the file and the remedy."""


def write(path: Path, journal: Journal, names: Iterable[str]) -> None:
    """Write the evidence of a run to `path`.

    Args:
        path: the zip to write, anew.
        journal: the run.
        names: the documents in its folder; those that are not there are left out.

    Raises:
        PackError: the file cannot be written, or one that belongs in it cannot be read.
    """
    files = {MANIFEST: _manifest(journal)}
    try:
        files |= {name: (journal.folder / name).read_bytes() for name in names if (journal.folder / name).is_file()}
        files |= {part.path.name: part.path.read_bytes() for part in journal.parts}
        results = sorted((journal.folder / _ALLURE).glob("*"))
        files |= {f"{_ALLURE}/{file.name}": file.read_bytes() for file in results if file.is_file()}
        files[SUMS] = "".join(f"{_digest(files[name])}  {name}\n" for name in sorted(files)).encode()
        part = path.with_name(f".{path.name}.part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(files):
                archive.writestr(_entry(name), files[name])
        part.replace(path)
    except OSError as error:
        raise PackError(f"{error.filename or path}: {error.strerror}; check the folder and its permissions") from None


def verify(path: Path) -> tuple[str, ...]:
    """Return what is wrong with a pack, one line each, naming the file; nothing when it is as it was made.

    Raises:
        PackError: it is no pack.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if SUMS not in names:
                raise PackError(f"{path}: has no {SUMS}; give a file that `ocpi-conformance report pack` has made")
            expected = _sums(path, archive)
            return tuple(_flaws(archive, names, expected))
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}; give the path of a pack") from None
    except zipfile.BadZipFile:
        raise PackError(f"{path}: is no zip, or a damaged one; give a file that `report pack` has made") from None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, to be told to the other side: who changes a pack can change the sums in it too."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sums(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    lines = archive.read(SUMS).decode("utf-8", "replace").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    if any(len(pair) != 2 for pair in pairs):
        raise PackError(f"{path}: {SUMS} in it is not readable; the pack was changed")
    return {name: digest for digest, name in pairs}


def _flaws(archive: zipfile.ZipFile, names: list[str], expected: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*names, *expected} - {SUMS}):
        if name not in expected:
            yield f"{name}: was added"
        elif name not in names:
            yield f"{name}: is missing"
        elif names.count(name) > 1:
            yield f"{name}: is there twice"
        elif _read(archive, name) != expected[name]:
            yield f"{name}: was changed"
    if names.count(SUMS) > 1:
        yield f"{SUMS}: is there twice"


def _read(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return _digest(archive.read(name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error):
        return "unreadable"


def _manifest(journal: Journal) -> bytes:
    told = {name: journal.facts[name] for name in _TOLD if name in journal.facts}
    content = {"format": 1, "run": journal.run, "missing": list(journal.missing), **told}
    return json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _MODE
    entry.create_system = _UNIX
    return entry


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
