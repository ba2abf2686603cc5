"""The page of the partner profiles: the committed page is what the profiles say."""

from pathlib import Path

from ocpi_conformance.cli.partners_page import page
from ocpi_conformance.steps import profiles

PAGE = Path(__file__).parents[2] / "docs" / "partners.md"


def test_the_page_is_what_the_profiles_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m ocpi_conformance.cli.partners_page > docs/partners.md"
    )


def test_each_profile_and_each_kind_of_rule_is_there() -> None:
    text = page()
    assert all(f"\n## {name}\n" in text for name in profiles.names())
    for line in (
        "- has to have: `Location.operator` or `Location.owner`\n",
        '- has to have: `Location.country`, `"BEL"`\n',
        "- has to offer: `credentials`, `locations`, `tokens`\n",
        "- does not count: what fails in `credentials`\n",
        "- does not count: TRN-005: whether ",
    ):
        assert line in text
