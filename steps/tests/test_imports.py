"""The order of the packages: who may import whom, how, and that every module says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocpi_conformance.steps.gherkin import FOLDER

ROOT = FOLDER.parent
NAME = "ocpi_conformance"
# Package → the packages of ours that it may import. "conftest" is the one file beside them.
MAY_IMPORT = {
    "features": set(),
    "mock_partner": {"mock_partner"},
    "schemas": {"mock_partner", "schemas"},
    "steps": {"features", "mock_partner", "schemas", "steps"},
    "reports": {"mock_partner", "schemas", "steps", "reports"},
    "cli": {"features", "mock_partner", "schemas", "steps", "reports", "cli", "conftest"},
    "conftest": {"mock_partner", "schemas", "steps", "reports", "cli"},
}
SOURCES = {
    file.relative_to(ROOT).as_posix(): file.read_text("utf-8")
    for package in MAY_IMPORT
    for file in [*(ROOT / package).rglob("*.py"), *ROOT.glob(f"{package}.py")]
}


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and package of ours of each import, "." for a relative one; imports of others are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "."
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == NAME else [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            first, _, rest = (name or "").partition(".")
            if first == NAME and rest:
                yield node.lineno, rest.partition(".")[0]
            elif first in MAY_IMPORT:
                yield node.lineno, f"{first} (the top-level folder)"


def mistakes(place: str, text: str) -> Iterator[str]:
    """What is wrong with a module, one line each."""
    tree = ast.parse(text)
    package = place.partition("/")[0].removesuffix(".py")
    if not ast.get_docstring(tree):
        yield f"{place}:1: no docstring; begin with one sentence on what it is and what may not live in it"
    is_test = "/tests/" in place
    for line, name in imported(tree):
        if name == ".":
            yield f"{place}:{line}: a relative import; write from {NAME}.{package}… import …"
        elif name not in MAY_IMPORT:
            yield f"{place}:{line}: imports {name}; write from {NAME}.… import …"
        elif not is_test and name not in MAY_IMPORT[package]:
            yield f"{place}:{line}: {package} imports {name}; it may import {sorted(MAY_IMPORT[package])}"


DOC = '"""A module."""\n'


@pytest.mark.parametrize(
    ("place", "text", "message"),
    [
        ("steps/a.py", DOC + "from ocpi_conformance.mock_partner.record import Record\n", ""),
        ("steps/a.py", DOC + "import json\nfrom gherkin.parser import Parser\n", ""),
        ("reports/a.py", DOC + "from ocpi_conformance.steps.verdicts import Verdict\n", ""),
        ("steps/a.py", "import json\n", "no docstring"),
        ("steps/a.py", DOC + "from .record import Record\n", "a relative import"),
        ("steps/a.py", DOC + "from mock_partner.record import Record\n", "imports mock_partner (the top-level folder)"),
        ("mock_partner/a.py", DOC + "from ocpi_conformance.schemas import build\n", "mock_partner imports schemas"),
        ("mock_partner/a.py", DOC + "from ocpi_conformance import schemas\n", "mock_partner imports schemas"),
        ("mock_partner/a.py", DOC + "import ocpi_conformance.schemas.build\n", "mock_partner imports schemas"),
        ("schemas/a.py", DOC + "from ocpi_conformance.steps.scene import Scene\n", "schemas imports steps"),
        ("steps/a.py", DOC + "def f():\n    from ocpi_conformance.reports import writing\n", "steps imports reports"),
        ("steps/a.py", DOC + "from ocpi_conformance.cli.items import ROLES\n", "steps imports cli"),
        ("steps/tests/test_a.py", DOC + "from ocpi_conformance.cli.items import ROLES\n", ""),
        ("reports/a.py", DOC + "from ocpi_conformance.cli.items import ROLES\n", "reports imports cli"),
    ],
)
def test_what_is_wrong_with_a_module_is_said(place: str, text: str, message: str) -> None:
    found = list(mistakes(place, text))
    assert bool(found) == bool(message)
    assert message in "".join(found)


def test_imports_point_one_way() -> None:
    assert {place.partition("/")[0].removesuffix(".py") for place in SOURCES} == set(MAY_IMPORT)
    problems = [problem for place, text in SOURCES.items() for problem in mistakes(place, text)]
    assert not problems, "\n" + "\n".join(problems)


def test_every_package_is_linked_under_the_installed_name() -> None:
    source = ROOT / "src" / NAME
    if not source.is_dir():
        pytest.skip("this is no checkout")
    missing = [name for name in MAY_IMPORT if not _leads_to(source, name)]
    assert not missing, f"link src/{NAME}/<name> to ../../<name>: {missing}"


def _leads_to(source: Path, name: str) -> bool:
    here = ROOT / (name if (ROOT / name).is_dir() else f"{name}.py")
    return (source / here.name).is_symlink() and (source / here.name).resolve() == here.resolve()


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {Path(place).parent for place in SOURCES if "/tests/" not in place and not place.startswith("features/")}
    missing = [str(folder) for folder in folders if folder != Path() and not (ROOT / folder / "__init__.py").exists()]
    assert not missing, f"add an __init__.py with a docstring, or the wheel leaves it out: {missing}"
