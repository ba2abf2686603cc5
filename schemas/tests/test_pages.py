"""The committed pages are those that the tables make, and say what a reader looks for."""

import re
from functools import cache

import pytest

from ocpi_conformance.schemas import pages
from ocpi_conformance.schemas.facts import ROOT, VERSIONS, edition
from ocpi_conformance.schemas.overlay import BASE_TYPES, CONSTRAINTS, INLINE_TYPES

page = cache(pages.page)


def test_the_committed_pages_are_those_that_the_tables_make():
    assert pages.differences() == []


def test_a_changed_and_a_missing_page_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "PAGES", tmp_path / "docs")
    assert pages.main([]) == 0
    assert pages.main(["--check"]) == 0
    (tmp_path / "docs" / "2.1.1.md").write_text("", encoding="utf-8")
    (tmp_path / "docs" / "2.3.0.md").unlink()
    assert [path.name for path in pages.differences()] == ["2.1.1.md", "2.3.0.md"]
    assert pages.main(["--check"]) == 1


def test_unknown_arguments_are_refused():
    assert pages.main(["--now"]) == 4


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_every_class_property_and_value_of_a_core_edition_is_on_its_page(version):
    text = pages.page(version)
    for record in edition(version).classes.values():
        section = text.partition(f"\n### {record.name}\n")[2].partition("\n### ")[0]
        assert record.anchor in section
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(record.properties)
    for enum in edition(version).enums.values():
        section = text.partition(f"\n### {enum.name}\n")[2].partition("\n### ")[0]
        assert section.startswith("\n[specification]")
        assert all(f"`{value}`" in section for value in enum.values)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_link_within_the_folder_leads_somewhere(version):
    for target in re.findall(r"\]\(((?!https)[^)]+)\)", pages.page(version)):
        file, _, anchor = target.partition("#")
        if file.startswith("../../schemas/"):
            assert (ROOT / file.removeprefix("../../schemas/")).exists(), target
        else:
            text = page(file.removesuffix(".md") or version)
            assert not anchor or re.search(rf"^### {anchor}$", text, re.MULTILINE | re.IGNORECASE), target


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
def test_every_basic_type_and_every_pattern_is_put_in_words(version):
    named = {*BASE_TYPES[version], *(name for name in INLINE_TYPES if " " not in name)}
    assert set(pages.TYPES[version]) == named
    assert {member for (_, member), rule in CONSTRAINTS[version].items() if "pattern" in rule} <= set(pages.WORDS)


def test_constraints_are_told():
    text = pages.page("2.2.1")
    assert "| `weekday` | int | 1 required | at most 1 digits; 1 to 7 |" in text
    assert "| `evses` | [EVSE](#evse) | * list |  |" in text
    assert "Open: other values are noticed. Values:\n\n`2.0`" in text
    assert "noticed if left out" in pages.page("2.3.0-payments")
