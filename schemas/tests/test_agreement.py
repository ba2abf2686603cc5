"""`jsonschema` and `jsonschema-rs` give the same verdict, and the same errors, on mutated objects."""

import copy
import os
import random
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ocpi_conformance import schemas
from ocpi_conformance.schemas.facts import BASE_URI, ROOT, edition
from ocpi_conformance.schemas.tests.samples import sample
from ocpi_conformance.schemas.validation import schema_path

ODD_VALUES = [
    None, True, False, 0, 1, -1, 8, 100.5, 1.0, 2**63, 2**70, 10**400, 1e300, "", "a", "A" * 300, "\u00e9", "a\nb",
    "a\n", "\x7f",
    "\U0001f50c", "2024-02-30T00:00:00Z", "2024-02-29T00:00:00", "2024-02-29T00:00:00Z\n", "2024-02-29T00:00:00+00:00",
    "\u0662024-02-29T00:00:00Z", "https://a.example/", "http:/a", "24:00", "23:59", "50.77077", "-50.7707744",
    "AVAILABLE",
    "available", [], [None], [[]], {}, {"a": 1}, ["AVAILABLE"],
]  # fmt: skip
EXAMPLES = int(os.environ.get("OCPI_EXAMPLES", "2000"))
"""Mutated objects per edition.

They are drawn with a plain generator: drawn by hypothesis each would cost three times what judging it twice does.
"""

ROOTS = {
    version: [name for name in schemas.names(version) if name in edition(version).classes]
    for version in schemas.VERSIONS
}


def places(value, path=()):
    """Yields the path of every value inside a value, itself included."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def mutated(value, path, replacement):
    """Returns a copy with the value at a path replaced, or left out where the replacement is Ellipsis."""
    if not path:
        return value if replacement is ... else replacement
    copied = copy.deepcopy(value)
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    if replacement is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = replacement
    return copied


def mutant(version, number):
    """Returns the class and value of one mutated object and what was done to it, the same for the same arguments."""
    chance = random.Random(f"{version} {number}")
    name = chance.choice(ROOTS[version])
    value, changes = sample(version, name), []
    for _ in range(chance.randint(0, 3)):
        path, replacement = chance.choice(list(places(value))), chance.choice([..., *ODD_VALUES])
        value = mutated(value, path, replacement)
        changes.append((path, replacement))
    return name, value, changes


def leaves(errors):
    """Yields the slow validator's errors as ours are counted: those of the value branch of an optional member."""
    for error in errors:
        if error.validator == "anyOf":
            yield from leaves(inner for inner in error.context if inner.schema_path[0] == 0)
        else:
            yield error


@lru_cache
def slow_validator(version, name):
    """Returns the validator of a class by `jsonschema`."""
    uri = BASE_URI + schema_path(version, name).relative_to(ROOT).as_posix()
    return Draft202012Validator({"$ref": uri}, registry=schemas.registry())


def explained(version, name, value):
    """Returns what `jsonschema` rejects, as pairs of place and keyword."""
    found = set()
    for error in leaves(slow_validator(version, name).iter_errors(value)):
        place = "".join(f"/{step}" for step in error.absolute_path)
        if error.validator == "required":
            found |= {
                (f"{place}/{member}", "required") for member in error.validator_value if member not in error.instance
            }
        else:
            found.add((place, error.validator))
    mistyped = {place for place, keyword in found if keyword == "type"}
    return {(place, keyword) for place, keyword in found if keyword == "type" or place not in mistyped}


@pytest.mark.parametrize("version", schemas.VERSIONS)
def test_both_libraries_report_the_same(version):
    for number in range(EXAMPLES):
        name, value, changes = mutant(version, number)
        ours = {(error.pointer, error.keyword) for error in schemas.validator(version, name).errors(value)}
        assert ours == explained(version, name, value), f"mutant {number}: a {name} with {changes}"


def test_a_mutant_can_be_made_again():
    assert [mutant("2.2.1", number) for number in range(20)] == [mutant("2.2.1", number) for number in range(20)]
    mutants = [mutant("2.2.1", number) for number in range(200)]
    assert {name for name, _, _ in mutants} > {"Location", "CDR", "Token"}
    assert {len(changes) for _, _, changes in mutants} == {0, 1, 2, 3}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(JSON_VALUES)
def test_any_json_is_answered_without_an_exception(value):
    checked = schemas.validator("2.2.1", "Location")
    assert checked.errors(value)
    assert checked.notices(value) is not None


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet=st.characters(categories=["Cc", "Cs", "Lu", "Zl", "Zs", "So"]), max_size=20))
def test_any_text_is_answered_without_an_exception(text):
    for name in ("Location", "Token", "CDR"):
        value = sample("2.2.1", name) | {"party_id": text, "last_updated": text, text: text}
        schemas.validator("2.2.1", name).errors(value)
        schemas.validator("2.2.1", name).notices(value)
