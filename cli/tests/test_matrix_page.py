"""The matrix of requirements, scenarios and defects: the committed page is what the tables say."""

from pathlib import Path

from ocpi_conformance.cli.matrix_page import VERSION, page

PAGE = Path(__file__).parents[2] / "docs" / f"matrix-{VERSION}.md"


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        f"run: python -m ocpi_conformance.cli.matrix_page > docs/{PAGE.name}"
    )


def test_a_judged_a_waiting_and_an_untestable_entry_are_told_apart() -> None:
    lines = {line.split("**")[1]: line for line in page().splitlines() if line.startswith("| **")}
    assert "../features/versions/" in lines["VER-002"]
    assert "| waits: " in lines["HUB-001"]
    assert "| not tested: " in lines["CMD-028"]
