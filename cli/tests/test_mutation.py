"""Mutants: they depend on the seed alone, the oracle says what they amount to, and a sample comes out as it should."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ocpi_conformance.cli import mutation, proof_page
from ocpi_conformance.cli.mutants import ANSWERS, CHANGES, OWNERS, REQUESTS, Account, account_of, bends, mutants, places
from ocpi_conformance.cli.mutation import LEFT_OPEN, Result, judged
from ocpi_conformance.cli.trials import Trial, Tried
from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.editing import edit
from ocpi_conformance.mock_partner.embedded import PARTIES, EmbeddedTarget
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.messages import ABSENT, parse_timestamp
from ocpi_conformance.steps.run import EMBEDDED_VERSIONS
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

SOME = list(mutants(1, 400))
TOKEN = samples.token("04A1", PARTIES["EMSP"], datetime(2030, 1, 1, tzinfo=UTC))
ILLEGAL = next(mutant for mutant in SOME if mutant.account is Account.ILLEGAL and not mutant.way.rules)
TABLES = {"objects": CHANGES, "answers": ANSWERS, "requests": REQUESTS}
LEGAL = replace(ILLEGAL, account=Account.LEGAL)


def test_a_mutant_depends_on_seed_and_number_alone() -> None:
    assert list(mutants(1, 3, 100)) == SOME[99:102]
    assert [mutant.key for mutant in mutants(2, 20)] != [mutant.key for mutant in SOME[:20]]


def test_every_class_of_change_is_drawn() -> None:
    drawn = {(mutant.family, mutant.change) for mutant in mutants(1, 1500)}
    assert {(family, change) for family, table in TABLES.items() for change in table} == drawn


@pytest.mark.parametrize("version", EMBEDDED_VERSIONS)
def test_what_the_oracle_leaves_open_is_decided(version: str) -> None:
    some = mutants(1, 2000, version=version)
    left = {f"{mutant.family}: {mutant.change}" for mutant in some if mutant.account is Account.OPEN}
    assert left <= set(LEFT_OPEN)
    known = {f"{family}: {change}" for family, table in TABLES.items() for change in table}
    assert set(LEFT_OPEN) <= known


def test_what_a_version_does_not_know_is_not_changed_in_it() -> None:
    assert bends(REQUESTS, "2.2.1") == REQUESTS
    assert set(REQUESTS) - set(bends(REQUESTS, "2.1.1")) == {
        "drop X-Request-ID",
        "drop X-Correlation-ID",
        "drop the owner",
        "wrong owner",
    }
    assert bends(ANSWERS, "2.1.1")["another X-Request-ID"].account is Account.LEGAL
    assert ANSWERS["another X-Request-ID"].account is Account.ILLEGAL


def test_objects_are_changed_in_the_form_of_the_version() -> None:
    older = [mutant for mutant in mutants(1, 800, version="2.1.1") if mutant.family == "objects"]
    places_ = {mutant.where for mutant in older}
    assert {"tokens/auth_id", "locations/evses/*/connectors/*/voltage"} <= places_
    assert not [place for place in places_ if "cdr_token" in place or "max_voltage" in place]
    voltage = next(mutant for mutant in older if mutant.where.endswith("connectors/*/voltage") and not mutant.way.rules)
    (source,) = voltage.way.behaviour.get("own_objects", voltage.way.behaviour.get("own_objects_without"))
    assert source.endswith("/max_voltage")
    # What is legal looks the same wherever the object is shown: in lists, pushes and by its id.
    assert not [mutant for mutant in older if mutant.account is Account.LEGAL and mutant.way.rules]


def test_an_object_that_a_version_hides_is_not_changed_in_it() -> None:
    hidden = [
        number
        for number, place in enumerate(
            samples.portfolio(PARTIES["CPO"], datetime(2030, 1, 1, tzinfo=UTC), size=8)["locations"]
        )
        if not place["publish"]
    ]
    assert hidden
    changed = [
        pointer
        for mutant in mutants(1, 800, version="2.1.1")
        for pointer in mutant.way.behaviour.get("own_objects", ())
        if pointer.startswith(tuple(f"/locations/{number}/" for number in hidden))
    ]
    assert changed == []


def test_every_mutant_can_be_armed_and_changes_something() -> None:
    for mutant in SOME:
        Behaviour.of(dict(mutant.way.behaviour))
        assert [Rule.of(rule) for rule in mutant.way.rules] or mutant.way.behaviour


def test_the_sample_objects_are_legal_before_they_are_changed() -> None:
    for role, kinds in {"CPO": ("locations", "sessions", "cdrs", "tariffs"), "EMSP": ("tokens",)}.items():
        published = samples.portfolio(PARTIES[role], datetime(2030, 1, 1, tzinfo=UTC))
        for module in kinds:
            for one in published[module]:
                assert account_of(OWNERS[module][1], {}, one, harmless=False)[0] is not Account.ILLEGAL


@pytest.mark.parametrize(
    ("pointer", "value", "account"),
    [
        ("/issuer", ABSENT, Account.ILLEGAL),
        ("/issuer", 7, Account.ILLEGAL),
        ("/type", "rfid", Account.ILLEGAL),
        ("/visual_number", ABSENT, Account.LEGAL),
        ("/vendor_note", ["anything"], Account.LEGAL),
    ],
)
def test_the_oracle_goes_by_schema_and_rules(pointer: str, value: object, account: Account) -> None:
    assert account_of("Token", TOKEN, edit(TOKEN, pointer, value), harmless=True)[0] is account


def test_what_is_said_elsewhere_too_is_left_open_when_it_is_left_out() -> None:
    found = [
        m for m in mutants(1, 3000) if m.where.startswith(("cdrs/session_id", "cdrs/tariffs")) and m.family == "objects"
    ]
    quiet = {m.where for m in found if m.account is Account.LEGAL}
    assert quiet
    assert not [where for where in quiet if where == "cdrs/session_id" or "restrictions" in where]


def test_the_times_of_a_mutant_are_as_long_ago_as_when_it_was_drawn() -> None:
    place = {"/locations/0/last_updated": "2029-12-31T23:00:00.5Z", "/locations/0/name": "2030"}
    behaviour = Behaviour.of({"own_objects": place, "own_objects_as_of": "2030-01-01T00:00:00Z"})
    target = EmbeddedTarget("CPO", behaviour)
    try:
        first = target.platform.own.all("locations")[0]
    finally:
        target.stop()
    ago = datetime.now(UTC) - parse_timestamp(first["last_updated"])
    assert timedelta(minutes=59) < ago < timedelta(minutes=61)
    assert first["last_updated"].endswith(".5Z")
    assert first["name"] == "2030"


def test_what_another_object_may_contradict_is_left_open() -> None:
    assert account_of("Token", TOKEN, TOKEN | {"issuer": "Another"}, harmless=False)[0] is Account.OPEN


def test_every_value_of_an_object_is_a_place() -> None:
    found = {place.pointer: place.shape for place in places({"a": [{"b": 1}]})}
    assert found == {"/a": "/a", "/a/0": "/a/*", "/a/0/b": "/a/*/b"}


def tried(*findings: Finding, verdict: Verdict = Verdict.FAILED, **more: object) -> Tried:
    outcome = Outcome("A", "a/a.feature", 1, ("LOC-023",), "2.2.1", "CPO", "locations", verdict, "why", findings)
    return Tried(Trial("it", (ILLEGAL.way,)), (outcome,), **more)  # type: ignore[arg-type]


FAILED = Finding("LOC-023", Verdict.FAILED, "a name", "none")
MILD = replace(FAILED, verdict=Verdict.OBSERVED)


@pytest.mark.parametrize(
    ("mutant", "trial", "word"),
    [
        (ILLEGAL, tried(FAILED), "noticed"),
        (ILLEGAL, tried(MILD), "noticed"),
        (ILLEGAL, tried(), "SURVIVED"),
        (ILLEGAL, tried(error="what answers is no OCPI server"), "noticed"),
        (ILLEGAL, tried(verdict=Verdict.ERROR), "untouched"),
        (LEGAL, tried(FAILED), "ALARM"),
        (LEGAL, tried(MILD), "quiet"),
        (LEGAL, tried(verdict=Verdict.ERROR), "ALARM"),
        (LEGAL, tried(verdict=Verdict.PASSED), "quiet"),
        (replace(LEGAL, account=Account.OPEN), tried(FAILED), "open"),
        (replace(ILLEGAL, way=replace(ILLEGAL.way, rules=({},))), tried(acted=(0,)), "untouched"),
        (replace(ILLEGAL, way=replace(ILLEGAL.way, rules=({},))), tried(acted=(2,)), "SURVIVED"),
    ],
)
def test_what_becomes_of_a_mutant(mutant, trial, word) -> None:
    assert judged(mutant, trial, set()).word == word


def test_a_decision_excuses_what_comes_out_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    survivor = judged(ILLEGAL, tried(), set())
    assert survivor.wrong
    monkeypatch.setattr(mutation, "DECIDED", {ILLEGAL.key: "it cannot be seen"})
    assert not survivor.wrong
    assert mutation.numbers([survivor], 1, 2.0)["survivors"] == {ILLEGAL.key: "it cannot be seen"}


def test_the_numbers_make_a_page(tmp_path: Path) -> None:
    results = [Result(ILLEGAL, ("failed LOC-023 in a: b",)), Result(LEGAL, (), ("failed LOC-023 in a: b",))]
    proof_page.keep(tmp_path / "proof.json", "mutants", mutation.numbers(results, 5, 7.3))
    kept = json.loads((tmp_path / "proof.json").read_text("utf-8"))["mutants"]
    assert list(kept["alarms"].values()) == ["undecided: failed LOC-023 in a: b"]
    page = (tmp_path / "proof.md").read_text("utf-8")
    assert "2 mutants from seed 5, 2 different ones, in 7 s" in page
    assert "| all | 2 | 0 | 1 | 1 | 1 | 0 | 0 | 0 |" in page


def test_a_wrong_usage_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert mutation.main(["--n=few"]) == 4
    assert "--n cannot be; known are --n=100" in capsys.readouterr().out
    assert mutation.main(["--version=2.2"]) == 4
    assert "--version=2.2 cannot be; known are 2.1.1, 2.2.1, 2.3.0" in capsys.readouterr().out


def test_a_sample_of_mutants_comes_out_as_it_should() -> None:
    # A few of one module: that hundreds do is shown by `make mutants`, which the gate runs too.
    sample = [mutant for mutant in SOME if mutant.where.startswith("tokens/") and mutant.account is not Account.OPEN]
    again = replace(sample[0], number=sample[0].number + 1)
    results = list(mutation.run([*sample[:3], again]))
    assert len(results) == 4
    # Its own name, and what came of the one of the same effect.
    assert {result.mutant.name for result in results} >= {sample[0].name, again.name}
    assert mutation.numbers(results, 1, 2.0)["different"] == 3
    assert {result.word for result in results} >= {"noticed"}
    assert [str(result) for result in results if result.wrong] == []
