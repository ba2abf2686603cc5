"""The matrix of requirements, scenarios and defects: the committed page of each version is what the tables say."""

from pathlib import Path

import pytest

from ocpi_conformance.cli.matrix_page import page
from ocpi_conformance.steps.catalogue import VERSIONS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_page_is_what_the_tables_say(version: str) -> None:
    file = DOCS / f"matrix-{version}.md"
    assert file.read_text(encoding="utf-8") == page(version), (
        f"run: python -m ocpi_conformance.cli.matrix_page {version} > docs/{file.name}"
    )


def test_a_judged_and_an_untestable_entry_are_told_apart() -> None:
    lines = {line.split("**")[1]: line for line in page().splitlines() if line.startswith("| **")}
    assert "../features/versions/" in lines["VER-002"]
    assert "| not tested: the partner can neither" in lines["HUB-022"]
    assert "| not tested: no traffic shows it" in lines["RTE-034"]
    assert "| not tested: " in lines["CMD-028"]


def test_a_version_has_what_binds_in_it_alone() -> None:
    assert "**RTE-002**" in page("2.3.0")
    assert "**RTE-002**" not in page("2.1.1")
