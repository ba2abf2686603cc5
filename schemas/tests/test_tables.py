"""The tables hold what the specification's tables hold."""

import json
import os
from pathlib import Path

import pytest

from ocpi_conformance.schemas import extract
from ocpi_conformance.schemas.facts import TABLES, VERSIONS, edition
from ocpi_conformance.schemas.overlay import BASE_TYPES, INLINE_TYPES

SPEC = os.environ.get("OCPI_SPEC_DIR")
needs_spec = pytest.mark.skipif(not SPEC, reason="OCPI_SPEC_DIR names no checkout of the specification")


@pytest.mark.parametrize(
    ("version", "classes", "properties", "enums"),
    [("2.1.1", 36, 183, 23), ("2.2.1", 56, 300, 34), ("2.3.0", 61, 342, 39)],
)
def test_core_editions_are_complete(version, classes, properties, enums):
    facts = edition(version)
    counted = sum(len(record.properties) for record in facts.classes.values())
    assert (len(facts.classes), counted, len(facts.enums)) == (classes, properties, enums)


@pytest.mark.parametrize(("version", "added"), [("2.3.0-payments", 2), ("2.3.0-bookings", 13)])
def test_extensions_add_to_their_core_edition(version, added):
    assert len(edition(version).classes) - len(edition("2.3.0").classes) == added


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_is_known(version):
    facts = edition(version)
    known = {*facts.classes, *facts.enums, *BASE_TYPES[facts.core], *INLINE_TYPES}
    used = {row.type for record in facts.classes.values() for row in record.properties.values()}
    assert used <= known


@pytest.mark.parametrize("version", VERSIONS)
def test_names_and_cardinalities_are_clean(version):
    for record in edition(version).classes.values():
        assert "#" in record.anchor
        assert list(record.properties) == [row.name for row in record.properties.values()]
        for row in record.properties.values():
            assert row.name.replace("_", "").isalnum(), (record.name, row.name)
            assert row.card in {"1", "?", "*", "+", "* or ?"}, (record.name, row.name)


def test_an_extension_keeps_the_larger_length_of_its_version():
    assert edition("2.3.0-bookings").classes["Location"].properties["address"].length == 255


def test_an_extension_adds_properties_and_values():
    assert edition("2.3.0-bookings").classes["CDR"].properties["booking_id"].card == "?"
    assert "RESERVATION_OVERTIME" in edition("2.3.0-bookings").enums["CdrDimensionType"].values
    assert "RESERVATION_OVERTIME" not in edition("2.3.0").enums["CdrDimensionType"].values
    assert "preauthorize_amount" in edition("2.3.0-payments").classes["Tariff"].properties


def test_an_unknown_version_names_the_known_ones():
    with pytest.raises(KeyError, match=r"2\.2\.1, 2\.3\.0"):
        edition("2.2")


def test_markdown_and_asciidoc_rows_read_alike(tmp_path):
    (tmp_path / "mod_x.md").write_text(
        "### 4.1 Thing *class*\n\n| Property | Type | Card. | Description |\n|--|--|--|--|\n"
        "| id | [CiString](types.md#11-cistring-type)(36) | 1 | a \\| b |\n|  > kind | [Kind](#k) | * | x |\n"
    )
    markdown = extract.read_edition(tmp_path)["classes"]["Thing"]
    (tmp_path / "mod_x.md").unlink()
    (tmp_path / "mod_x.asciidoc").write_text(
        '[[mod_x_thing]]\n==== Thing _class_\n\n[cols="3,2,1,10"]\n|===\n|Property |Type |Card. |Description\n\n'
        "|id |<<types.asciidoc#c,CiString>>(36) |1 |a \\| b\nmore\n|> [[in_place]]kind a|<<k,Kind>> |* |x\n|===\n"
    )
    asciidoc = extract.read_edition(tmp_path)["classes"]["Thing"]
    assert markdown["properties"] == asciidoc["properties"]
    assert markdown["properties"] == [
        {"name": "id", "type": "CiString", "card": "1", "length": 36},
        {"name": "kind", "type": "Kind", "card": "*", "choice": True},
    ]
    assert (markdown["anchor"], asciidoc["anchor"]) == ("mod_x.md#41-thing-class", "mod_x.asciidoc#mod_x_thing")


def test_a_folder_without_the_text_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="one checkout of the specification per version"):
        extract.read_edition(tmp_path)


@needs_spec
@pytest.mark.parametrize("version", VERSIONS)
def test_the_committed_tables_are_those_of_the_text(version):
    facts = extract.read_edition(Path(SPEC) / version)
    core = extract.CORE[version]
    if core:
        facts = extract.difference(facts, extract.read_edition(Path(SPEC) / core))
    committed = json.loads((TABLES / f"{version}.json").read_text(encoding="utf-8"))
    assert committed == {"version": version, "extends": core, **facts}
