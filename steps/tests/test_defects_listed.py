"""The named defects of the embedded target: each can be armed, breaks a known entry, and no switch is left over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.named_defects import Defect, defects, profiles
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.gherkin import FOLDER
from ocpi_conformance.steps.run import EMBEDDED_ROLES

CATALOGUE = Catalogue.load()
DEFECTS = defects()
TYPES = get_type_hints(Behaviour)
FILES = sorted((FOLDER.parent / "mock_partner" / "defects").glob("*.toml"))
KEYS = {"breaks", "role", "behaviour", "rules", "also", "says", "versions"}


def mistakes(defect: Defect) -> Iterator[str]:
    """What is wrong with a defect, one line each."""
    if defect.breaks not in CATALOGUE:
        yield f'breaks = "{defect.breaks}" is no requirement'
    elif not defect.name.startswith(defect.breaks):
        yield f'breaks = "{defect.breaks}", so the name begins with it'
    if defect.role and not any(defect.role in played for played in EMBEDDED_ROLES.values()):
        yield f'role = "{defect.role}"; the embedded target plays {", ".join(EMBEDDED_ROLES["2.3.0"])}'
    if unknown := set(defect.also) - set(CATALOGUE):
        yield f"also = {sorted(unknown)}: no such requirement"
    if defect.breaks in CATALOGUE and (unbound := set(defect.versions) - set(CATALOGUE[defect.breaks].versions)):
        yield f"versions = {sorted(unbound)}: {defect.breaks} does not bind there"
    if not defect.behaviour and not defect.rules:
        yield "it changes nothing; give it behaviour or rules"
    try:
        Behaviour.of(dict(defect.behaviour))
        for rule in defect.rules:
            Rule.of(rule)
    except HarnessError as error:
        yield str(error)
    yield from _wrong_values(defect.behaviour)


def _wrong_values(behaviour: Mapping[str, Any]) -> Iterator[str]:
    for name, value in behaviour.items():
        kind = TYPES.get(name)
        if get_origin(kind) is Literal and value not in get_args(kind):
            yield f'{name} = "{value}" is no value of it; known are {", ".join(get_args(kind))}'
        elif isinstance(kind, type) and type(value) is not kind:
            yield f"{name} = {value!r} is no {kind.__name__}"
        elif name in TYPES and value == getattr(Behaviour(), name):
            yield f"{name} = {value!r} is the conformant behaviour"


@pytest.mark.parametrize(
    ("defect", "message"),
    [
        (Defect("VER-002-no-list", "VER-002", "", {}, ({"data": []},)), ""),
        (Defect("CRD-018-same", "CRD-018", "CPO", {"put_token": "same"}, ()), ""),
        (Defect("VER-999-no-list", "VER-999", "", {}, ({"data": []},)), "is no requirement"),
        (Defect("no-list", "VER-002", "", {}, ({"data": []},)), "the name begins with it"),
        (Defect("VER-002-no-list", "VER-002", "", {}, ({"data": []},), also=("VER-003",)), ""),
        (Defect("VER-002-no-list", "VER-002", "", {}, ({"data": []},), also=("VER-999",)), "no such requirement"),
        (Defect("VER-002-no-list", "VER-002", "", {}, ({"data": []},), versions=("2.1.1",)), ""),
        (Defect("RTE-002-no-list", "RTE-002", "", {}, ({"data": []},), versions=("2.1.1",)), "does not bind there"),
        (Defect("VER-002-no-list", "VER-002", "NSP", {}, ({"data": []},)), "the embedded target plays CPO, EMSP"),
        (Defect("VER-002-no-list", "VER-002", "", {}, ()), "it changes nothing"),
        (Defect("VER-002-no-list", "VER-002", "", {}, ({"dta": []},)), "unknown key dta"),
        (Defect("VER-002-no-list", "VER-002", "", {}, ({"match": {"modul": "x"}},)), "unknown key modul"),
        (Defect("CRD-018-same", "CRD-018", "", {"puts": "same"}, ()), "unknown behaviour puts"),
        (Defect("CRD-018-same", "CRD-018", "", {"put_token": "old"}, ()), "known are new, same"),
        (Defect("CRD-018-same", "CRD-018", "", {"put_token": "new"}, ()), "is the conformant behaviour"),
        (Defect("TRN-010-open", "TRN-010", "", {"authenticates": "no"}, ()), "is no bool"),
    ],
)
def test_what_is_wrong_with_a_defect_is_said(defect: Defect, message: str) -> None:
    found = list(mistakes(defect))
    assert bool(found) == bool(message)
    assert message in "".join(found)


def test_every_defect_can_be_armed() -> None:
    assert DEFECTS
    problems = [f"{defect.name}: {problem}" for defect in DEFECTS.values() for problem in mistakes(defect)]
    assert not problems, "\n" + "\n".join(problems)


def test_defects_have_known_keys() -> None:
    tables = [(file, name, set(table)) for file in FILES for name, table in tomllib.loads(file.read_text()).items()]
    problems = [f"{file.name}: [{name}] {sorted(keys - KEYS)}" for file, name, keys in tables if keys - KEYS]
    assert not problems, f"a defect has {', '.join(sorted(KEYS))}; actions stand in rules: {problems}"


# What only the generated defects of the command line set: what tests of steps import knows nothing of them.
_OF_MUTANTS = {"own_objects_as_of"}


def test_every_switch_of_behaviour_is_used_by_a_defect_or_by_legal_variance() -> None:
    used = {name for way in (*DEFECTS.values(), *profiles().values()) for name in way.behaviour} | _OF_MUTANTS
    unused = [field.name for field in fields(Behaviour) if field.name not in used]
    assert not unused, f"write a defect that sets it, or take the switch out of mock_partner/behaviour.py: {unused}"
