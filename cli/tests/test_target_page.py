"""docs/target.md says what the code reads."""

from pathlib import Path

from ocpi_conformance.cli.target_page import page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_tables_say() -> None:
    assert (ROOT / "docs" / "target.md").read_text(encoding="utf-8") == page(), (
        "run: python -m ocpi_conformance.cli.target_page > docs/target.md"
    )
