"""How a report reaches the disk and the terminal: whole files, clean text. Nothing here knows what a report says."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocpi_conformance.mock_partner.safety import Redactor, shortened

if TYPE_CHECKING:
    import pytest

# What CI systems take as a command: "::" first on a line, the other two anywhere in it.
_CI_COMMAND = re.compile(r"(?m)^(\s*:)(?=:)|(#)(?=#(?:vso)?\[)")


def brief(text: str, redactor: Redactor, limit: int = 200) -> str:
    """Return `text` on one line of at most `limit` characters, redacted first: a cut must not halve a secret."""
    return shortened(redactor.text(text), limit)


def defused(text: str) -> str:
    """Return `text` so that no CI system reads a command in it when it is printed."""
    return _CI_COMMAND.sub(lambda found: f"{found[0]} ", text)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 so that a reader finds the old file or the new one, never a part.

    Raises:
        OSError: the folder cannot be written to; its message names the file.
    """
    write_chunks(path, (text,))


def write_chunks(path: Path, chunks: Iterable[str]) -> None:
    """Write a text that comes in pieces as `write_text` does, with no more than a piece of it in memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(chunks)
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Mapping[str, object] | list[object], redactor: Redactor) -> None:
    """Write `content` to `path` as clean, indented ASCII JSON that every reader accepts, whole or not at all."""
    write_text(path, json.dumps(redactor.clean_value(content), indent=2, ensure_ascii=True) + "\n")


def map_texts(node: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  (a tree of other people's records)
    """Return `node` with each text in it replaced by what `change` makes of it; records in it change in place."""
    if isinstance(node, str):
        return change(str(node))
    if isinstance(node, list | tuple):
        return type(node)(map_texts(child, change) for child in node)
    if is_dataclass(node) or hasattr(node, "__attrs_attrs__"):
        for name, child in vars(node).items():
            setattr(node, name, map_texts(child, change))
    return node


def clean_report(report: pytest.TestReport, redactor: Redactor) -> None:
    """Clean what pytest prints and writes to JUnit about one phase of a test: message, trace, captured output.

    For a wrapper of `pytest_runtest_makereport` that runs before those of other plugins see the report.
    """
    if isinstance(report.longrepr, tuple) or is_dataclass(report.longrepr):
        report.longrepr = map_texts(report.longrepr, lambda text: _printed(text, redactor))
    elif report.longrepr is not None:
        report.longrepr = _printed(report.longreprtext, redactor)
    report.sections = [(name, _printed(text, redactor)) for name, text in report.sections]
    if hasattr(report, "wasxfail"):
        report.wasxfail = _printed(report.wasxfail, redactor)


def _printed(text: str, redactor: Redactor) -> str:
    return defused(redactor.clean(text))
