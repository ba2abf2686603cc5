"""All rules together: every entry that payloads show is dealt with once, and no rule stumbles over what it is given."""

from __future__ import annotations

import copy
import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.ocpi.views import shows, view
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.schemas.errors import KINDS
from ocpi_conformance.schemas.tests.samples import sample
from ocpi_conformance.steps import checks, gherkin
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.checks import rules
from ocpi_conformance.steps.checks.joins import JOINED, WAITING
from ocpi_conformance.steps.checks.registry import expectations
from ocpi_conformance.steps.checks.rules import RULES, SCHEMA_DECIDES, Rule
from ocpi_conformance.steps.verdicts import LEVELS

VERSIONS = ("2.1.1", "2.2.1", "2.3.0", "2.3.0-bookings", "2.3.0-payments")
CATALOGUE = Catalogue.load()
PAYLOAD = {entry.id for entry in CATALOGUE.values() if entry.observed_by == "payload"}
MODULES = [
    importlib.import_module(f"{package.__name__}.{found.name}")
    for package in (rules, checks)
    for found in pkgutil.iter_modules(package.__path__)
    if found.name not in {"tests", "rules"}
]
EVERY = [entry for entries in RULES.values() for entry in entries]
CLASSES = {"locations": "Location", "tariffs": "Tariff", "sessions": "Session", "cdrs": "CDR", "tokens": "Token"}
PORTFOLIOS = [
    samples.portfolio(Party(role, "NL", "EMB"), datetime(2026, 1, 5, 12, tzinfo=UTC)) for role in ("CPO", "EMSP")
]
ODD: tuple[Any, ...] = (None, 5, "odd", [], {})


def table(name: str) -> set[str]:
    """Return the entries of the tables of this name in all modules."""
    return {requirement for module in MODULES for requirement in getattr(module, name, {})}


def test_every_payload_entry_is_dealt_with() -> None:
    dealt = RULES.keys() | SCHEMA_DECIDES.keys() | table("NOT_JUDGED") | table("JOINS")
    assert sorted(PAYLOAD - dealt) == [], "write a rule, or say in a table of its area who decides it"
    assert sorted(dealt - PAYLOAD) == [], "these are no entries that payloads show"


def test_what_excludes_each_other_is_in_one_table() -> None:
    judged = RULES.keys() | table("JOINS")
    assert sorted(table("NOT_JUDGED") & (judged | SCHEMA_DECIDES.keys())) == []
    assert sorted(SCHEMA_DECIDES.keys() & judged) == []


def test_every_join_is_called_by_a_run_or_says_what_it_waits_for() -> None:
    # What is about many objects of one class only is an expectation of its own.
    named = {entry.function for entry in expectations()}
    own = {
        name for module in MODULES for name, functions in getattr(module, "JOINS", {}).items() if {*functions} & named
    }
    # What a scenario judges in the one exchange that it is about.
    elsewhere = {"CRD-011", "CHP-033", "VER-027"}
    called = JOINED.keys() | own | elsewhere
    assert sorted(table("JOINS") - called - WAITING.keys()) == [], "find its cases, or say what it waits for"
    assert sorted(called - table("JOINS")) == [], "these are no joins"
    assert sorted((JOINED.keys() | own) & WAITING.keys()) == []
    assert sorted(WAITING.keys() - table("JOINS")) == []


def test_every_join_is_named_by_a_scenario() -> None:
    steps = {step.text for feature in gherkin.load() for pickle in feature.pickles for step in pickle.steps}
    wanted = {f"every {entry.kind} of the target keeps {name}" for name, entries in JOINED.items() for entry in entries}
    assert sorted(wanted - steps) == []


@pytest.mark.parametrize("requirement", sorted(SCHEMA_DECIDES))
def test_what_the_schemas_decide_has_a_class_and_ends(requirement: str) -> None:
    kind, *ends = SCHEMA_DECIDES[requirement]
    versions = CATALOGUE[requirement].versions
    known = {name for version in VERSIONS if version[:5] in versions for name in schemas.names(version)}
    assert kind == "*" or kind in known
    assert ends
    assert all(end in KINDS or not end or end[0] in "/_" for end in ends), (
        "a kind of deviation, or the end of a pointer"
    )


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: f"{entry.requirement}-{entry.kind}")
def test_a_rule_is_about_a_class_of_its_versions(entry: Rule) -> None:
    known = {name for version in VERSIONS for name in schemas.names(version)}
    assert entry.kind in known
    assert (entry.one is None) != (entry.many is None)


@pytest.mark.parametrize("version", ["2.1.1", "2.2.1", "2.3.0"])
@pytest.mark.parametrize("portfolio", PORTFOLIOS, ids=["CPO", "EMSP"])
def test_nothing_is_said_of_the_portfolios_in_any_version(version: str, portfolio: dict[str, Any]) -> None:
    places = {place["id"]: place for place in portfolio.get("locations", [])}
    for module, kind in CLASSES.items():
        items = portfolio.get(module, [])
        shown = [view(version, kind, item, places.get) for item in items if shows(version, kind, item)]
        assert [line for item in shown for line in schemas.validator(version, kind).errors(item)] == []
        found = [
            (entry.requirement, shown[flaw.index].get("id"), flaw.pointer)
            for entry in EVERY
            if entry.kind == kind and version in CATALOGUE[entry.requirement].versions
            for flaw in entry.flaws(shown, version)
        ]
        assert found == []


def odd_variants(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield one object again and again, each time with one field, however deep, of another shape."""
    made: dict[str, Any] = copy.deepcopy(value)
    for path in list(_paths(value)):
        inner: Any = made
        for step in path[:-1]:
            inner = inner[step]
        right = inner[path[-1]]
        for odd in ODD:
            inner[path[-1]] = odd
            yield made
        inner[path[-1]] = right


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield (*path, name)
        yield from _paths(inner, (*path, name))


def of_version(kind: str, version: str) -> list[Rule]:
    core, _, extension = version.partition("-")
    return [
        entry
        for entry in EVERY
        if entry.kind == kind
        and core in CATALOGUE[entry.requirement].versions
        and CATALOGUE[entry.requirement].extension in {None, extension or None}
    ]


def judged(version: str) -> list[str]:
    """Return the classes of a version that have rules; of an extension those that are new in it."""
    core, _, extension = version.partition("-")
    known = set(schemas.names(version)) - (set(schemas.names(core)) if extension else set())
    return sorted({entry.kind for entry in EVERY} & known)


@pytest.mark.parametrize(("version", "kind"), [(version, kind) for version in VERSIONS for kind in judged(version)])
def test_no_rule_stumbles_over_odd_shapes(version: str, kind: str) -> None:
    value = sample(version, kind)
    entries = of_version(kind, version)
    for odd in itertools.chain((value, {}), odd_variants(value)):
        for entry in entries:
            entry.concerned(odd)
            for flaw in entry.flaws([value, odd], version):
                assert isinstance(flaw.expected, str)
                assert isinstance(flaw.actual, str)
                assert flaw.pointer in {""} or flaw.pointer[0] == "/"
                assert flaw.at_most in LEVELS.values()
                assert flaw.index in {0, 1}


KEEPS = re.compile(r"every (?P<kind>\w+) of the target keeps (?P<requirement>[A-Z]{3}-[0-9]{3})")


def test_what_a_scenario_says_is_kept_is_its_tag_and_decided() -> None:
    found = [
        (match["kind"], match["requirement"], pickle.tags)
        for feature in gherkin.load()
        for pickle in feature.pickles
        for step in pickle.steps
        if (match := KEEPS.fullmatch(step.text))
    ]
    assert found
    for kind, requirement, tags in found:
        assert requirement in tags
        judges = (*RULES.get(requirement, ()), *JOINED.get(requirement, ()))
        ruled = any(entry.kind == kind for entry in judges)
        assert ruled or SCHEMA_DECIDES.get(requirement, ("",))[0] == kind, (kind, requirement)


@pytest.mark.parametrize("area", ["sessions", "cdrs", "tariffs", "tokens"])
def test_every_rule_of_an_area_has_a_scenario(area: str) -> None:
    tags = {name for feature in gherkin.load() for pickle in feature.pickles for name in pickle.tags}
    wanted = {
        entry.id
        for entry in CATALOGUE.testable("2.2.1")
        if entry.area == area and entry.id in PAYLOAD & (RULES.keys() | SCHEMA_DECIDES.keys() | JOINED.keys())
    }
    assert sorted(wanted - tags) == []
