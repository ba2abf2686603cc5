"""The committed schemas are sound, complete, closed, and exactly what the tables ask for."""

import re
from calendar import monthrange
from itertools import pairwise, product

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from ocpi_conformance.schemas import VERSIONS, build, registry
from ocpi_conformance.schemas.facts import ROOT, edition, folder_of
from ocpi_conformance.schemas.overlay import BASE_TYPES, CONSTRAINTS, DATE_TIME
from ocpi_conformance.schemas.validation import contents, schema_path

KEYWORDS = {
    "$schema", "$id", "$ref", "$comment", "title", "type", "properties", "required", "items", "anyOf", "enum",
    "examples", "not", "pattern", "maxLength", "minLength", "maximum", "minimum", "minItems",
}  # fmt: skip


def nodes(schema):
    """Yields every subschema."""
    yield schema
    for keyword, value in schema.items():
        if keyword == "properties":
            children = value.values()
        elif keyword in {"items", "not"}:
            children = [value]
        else:
            children = value if keyword == "anyOf" else []
        for child in children:
            yield from nodes(child)


def patterns():
    found = {node["pattern"] for schema in contents().values() for node in nodes(schema) if "pattern" in node}
    return sorted(found)


def test_the_committed_files_are_those_that_the_tables_build():
    assert build.differences() == []


def test_a_changed_a_surplus_and_a_missing_file_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    assert build.main([]) == 0
    folder = tmp_path / "v2_1_1"
    assert build.differences() == []
    (folder / "Image.json").write_text("{}", encoding="utf-8")
    (folder / "Surplus.json").write_text("{}", encoding="utf-8")
    (folder / "Token.json").unlink()
    assert [path.name for path in build.differences()] == ["Image.json", "Surplus.json", "Token.json"]
    assert build.main(["--check"]) == 1
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0


def test_unknown_arguments_are_refused():
    assert build.main(["--help-me"]) == 4


@pytest.mark.parametrize("uri", list(contents()))
def test_each_schema_is_valid_and_uses_known_keywords_only(uri):
    schema = contents()[uri]
    Draft202012Validator.check_schema(schema)
    assert jsonschema_rs.meta.is_valid(schema)
    assert {keyword for node in nodes(schema) for keyword in node} <= KEYWORDS


@pytest.mark.parametrize("uri", list(contents()))
def test_each_reference_resolves_within_the_registry(uri):
    resolver = registry().resolver(base_uri=uri)
    for node in nodes(contents()[uri]):
        if "$ref" in node:
            assert "$id" in resolver.lookup(node["$ref"]).contents


@pytest.mark.parametrize("uri", list(contents()))
def test_each_id_is_the_place_of_its_file(uri):
    assert contents()[uri]["$id"] == uri
    assert (ROOT / uri.partition("/schemas/")[2]).is_file()


@pytest.mark.parametrize("version", VERSIONS)
def test_no_file_is_an_orphan_and_no_name_without_file(version):
    facts = edition(version)
    base = BASE_TYPES[version] if version == facts.core else {}
    asked = {*facts.classes, *facts.enums, *base}
    present = {path.stem for path in (ROOT / folder_of(version)).glob("*.json")}
    assert present <= asked
    assert all(schema_path(version, name).is_file() for name in asked)


@pytest.mark.parametrize("version", VERSIONS)
def test_tables_and_schemas_agree_on_every_property(version):
    facts = edition(version)
    for name, record in facts.classes.items():
        schema = contents()[f"{build.BASE_URI}{schema_path(version, name).relative_to(ROOT).as_posix()}"]
        assert list(schema["properties"]) == list(record.properties)
        assert schema.get("required", []) == [row.name for row in record.properties.values() if row.required]
        assert schema["$comment"] == record.anchor
        for row in record.properties.values():
            listed = schema["properties"][row.name]
            assert (row.card == "+") == ("minItems" in listed)
            assert row.is_list == ("items" in listed)


@pytest.mark.parametrize("version", list(CONSTRAINTS))
def test_every_constraint_of_the_overlay_belongs_to_a_property(version):
    for name, member in CONSTRAINTS[version]:
        assert member in edition(version).classes[name].properties


@pytest.mark.parametrize("version", ["2.3.0-payments", "2.3.0-bookings"])
def test_an_extension_refers_to_its_own_file_where_it_has_one(version):
    own = {path.stem for path in (ROOT / folder_of(version)).glob("*.json")}
    for name in own:
        schema = contents()[f"{build.BASE_URI}{folder_of(version)}/{name}.json"]
        for node in nodes(schema):
            if "$ref" in node:
                assert ("/" not in node["$ref"]) == (node["$ref"].removesuffix(".json") in own)


@pytest.mark.parametrize("pattern", patterns())
def test_patterns_are_anchored_or_of_single_characters_or_dates(pattern):
    closed = pattern.startswith("^") and pattern.endswith(r"$(?!\n)")
    within_not = re.fullmatch(r"\[[^\]]*\]", pattern) or pattern.startswith("^[0-9]{4}-(?:02-3")
    assert closed or within_not


@pytest.mark.parametrize("pattern", patterns())
def test_patterns_repeat_no_repetition(pattern):
    """Without a group that is repeated without bound, and two neighbours that match the same, matching is linear."""
    assert not re.search(r"\)[*+]|\)\{\d+,\}", pattern)
    unbounded = re.findall(r"(\[[^\]]*\]|\\.|.)[*+]", pattern)
    assert all(left != right for left, right in pairwise(unbounded))


def test_the_days_of_a_date_are_those_of_the_calendar():
    allowed, excluded = re.compile(DATE_TIME["pattern"]), re.compile(DATE_TIME["not"]["pattern"])
    for year in [*range(1880, 2120), 2400, 2500, 9999]:
        for month, day in product(range(14), range(33)):
            text = f"{year:04}-{month:02}-{day:02}T00:00:00Z"
            real = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
            assert (bool(allowed.search(text)) and not excluded.search(text)) == real, text


@pytest.mark.parametrize("pattern", [pattern for pattern in patterns() if pattern.endswith(r"$(?!\n)")])
def test_no_pattern_has_the_hole_of_a_last_line_feed(pattern):
    fast = jsonschema_rs.Draft202012Validator({"pattern": pattern})
    good = ["2024-02-29T12:00:00Z", "https://a.example/x", "08:00", "2024-12-24", "50.770774", "mailto:a@b.example"]
    matched = [text for text in good if re.search(pattern, text)]
    assert matched
    for text in good:
        assert fast.is_valid(text) == bool(re.search(pattern, text))
        assert not re.search(pattern, text + "\n")
        assert not fast.is_valid(text + "\n")
