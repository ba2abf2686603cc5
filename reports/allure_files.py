"""What Allure writes passes here: every text redacted and printable, no noise; and the two files beside the results.

Rules: nothing of Gherkin and no verdicts; whoever installs the gate says how a result is completed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure_commons
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Globals, Status, TestResult, TestResultContainer

from ocpi_conformance.reports.writing import map_texts, write_text

if TYPE_CHECKING:
    import pytest

    from ocpi_conformance.mock_partner.safety import Redactor

_CATEGORIES = Path(__file__).with_name("categories.json")
_WORTH_SHOWING = frozenset({Status.FAILED, Status.BROKEN})


class Gate:
    """Stands in for Allure's own writer of files, which gets everything cleaned.

    Args:
        writer: Allure's own writer.
        redactor: what must never be written.
        complete: called with each test result before it is cleaned; may change it.
    """

    def __init__(self, writer: AllureFileLogger, redactor: Redactor, complete: Callable[[TestResult], None]) -> None:
        self._writer: Any = writer  # has no types
        self._redactor = redactor
        self._complete = complete

    @allure_commons.hookimpl
    def report_result(self, result: TestResult) -> None:
        """Complete, clean and write the result of a test."""
        self._complete(result)
        self._writer.report_result(self._cleaned(result))

    @allure_commons.hookimpl
    def report_container(self, container: TestResultContainer) -> None:
        """Write the fixtures of tests, only those that went wrong: pytest-bdd makes one of each step and example."""
        container.befores = [fixture for fixture in container.befores if fixture.status in _WORTH_SHOWING]
        container.afters = [fixture for fixture in container.afters if fixture.status in _WORTH_SHOWING]
        if container.befores or container.afters:
            self._writer.report_container(self._cleaned(container))

    @allure_commons.hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        """Write an attachment; all of ours are text."""
        text = body if isinstance(body, str) else body.decode("utf-8", "backslashreplace")
        self._writer.report_attached_data(self._redactor.clean(text), file_name)

    @allure_commons.hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        """Write a copy of the text file `source`."""
        self.report_attached_data(Path(source).read_bytes(), file_name)

    @allure_commons.hookimpl
    def report_globals(self, globals_item: Globals) -> None:
        """Write what belongs to the run as a whole."""
        self._writer.report_globals(self._cleaned(globals_item))

    def _cleaned(self, node: object) -> object:
        return map_texts(node, self._redactor.clean)


def install(config: pytest.Config, redactor: Redactor, complete: Callable[[TestResult], None]) -> None:
    """Put the gate in the place of Allure's writer until pytest ends; Allure must be configured already."""
    manager = allure_commons.plugin_manager
    writer = next(plugin for plugin in manager.get_plugins() if isinstance(plugin, AllureFileLogger))
    gate = Gate(writer, redactor, complete)

    def restore() -> None:
        # Allure takes its own writer away at the end, and fails when it is not there.
        manager.unregister(gate)
        manager.register(writer)

    manager.unregister(writer)
    manager.register(gate)
    config.add_cleanup(restore)


def write_run_files(results: Path, environment: Mapping[str, str], redactor: Redactor) -> None:
    """Write environment.properties and categories.json into the folder of the results."""
    clean = {redactor.clean(key): redactor.clean(value) for key, value in environment.items()}
    lines = [f"{_property(key, r'[ :=#!]')}={_property(value, r'^ ')}\n" for key, value in clean.items()]
    write_text(results / "environment.properties", "".join(map(_ascii, lines)))
    write_text(results / "categories.json", _CATEGORIES.read_text("utf-8"))


def _property(text: str, special: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return re.sub(special, r"\\\g<0>", escaped)


def _ascii(line: str) -> str:
    """Return `line` in ASCII: readers of properties take the octets for Latin-1 and know only four-digit escapes."""
    utf16 = line.encode("utf-16-be")
    units = (int.from_bytes(utf16[i : i + 2], "big") for i in range(0, len(utf16), 2))
    return "".join(chr(unit) if unit < 0x80 else f"\\u{unit:04x}" for unit in units)
