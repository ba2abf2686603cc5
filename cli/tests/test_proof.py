"""A sample of `make proof`: a defect of each area is noticed, and what is no defect is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ocpi_conformance.cli import proof, proof_page
from ocpi_conformance.cli.proof import (
    NEAR,
    Proof,
    binds,
    breakable,
    controls,
    judged,
    mark,
    not_yet_shown,
    prove_all,
    to_break,
    unproven,
    weak,
)
from ocpi_conformance.cli.proof_important import IMPORTANT, KINDS, thin
from ocpi_conformance.cli.trials import FEATURES, Trial, Tried
from ocpi_conformance.mock_partner.named_defects import Defect, defects
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

DEFECTS = defects()
NO_TOTAL = next(defect for defect in DEFECTS.values() if defect.breaks == "TRN-045")


def test_defects_of_each_area_are_noticed_and_only_for_what_they_break() -> None:
    first: dict[str, Defect] = {}
    for defect in DEFECTS.values():
        first.setdefault(defect.breaks.partition("-")[0], defect)
    accused = replace(NO_TOTAL, name="accused", breaks="VER-002")
    unsaid = replace(NO_TOTAL, name="unsaid", says="something else")
    proofs = {proof.defect.name: proof for proof in prove_all([*first.values(), accused, unsaid])}
    wrong, other = proofs.pop("accused"), proofs.pop("unsaid")
    assert (wrong.error, wrong.noticed, wrong.killed) == ("", (), False)
    assert (other.error, other.noticed, other.killed) == ("", (), False)
    assert len(proofs) >= 8
    assert [str(proof) for proof in proofs.values() if not proof.killed] == []


def tried(defect: Defect, *findings: Finding, verdict: Verdict = Verdict.FAILED, error: str = "") -> Tried:
    outcome = Outcome("A", "a.feature", 1, ("TRN-045", "TRN-047"), "2.2.1", "CPO", "transport", verdict, "", findings)
    return Tried(Trial(defect.name, (defect,)), (outcome,), error=error)


FOUND = Finding("TRN-045", Verdict.FAILED, "a total", "none")


def test_a_finding_that_is_there_without_the_defect_shows_nothing() -> None:
    proof_ = judged(tried(NO_TOTAL, FOUND), set())
    assert (proof_.killed, proof_.noticed, proof_.verdict) == (True, ("a.feature: A",), Verdict.FAILED)
    (outcome,) = tried(NO_TOTAL, FOUND).outcomes
    assert not judged(tried(NO_TOTAL, FOUND), {mark(outcome, FOUND)}).killed
    assert not judged(tried(NO_TOTAL, FOUND, error="it hangs"), set()).killed


def test_what_else_is_said_is_told_unless_the_defect_breaks_it_too() -> None:
    other = replace(FOUND, requirement="TRN-047")
    mild = replace(other, verdict=Verdict.OBSERVED)
    assert judged(tried(NO_TOTAL, FOUND, other), set()).collateral == ("TRN-047 in a.feature: A",)
    assert judged(tried(NO_TOTAL, FOUND, mild), set()).collateral == ()
    assert judged(tried(replace(NO_TOTAL, also=("TRN-047",)), FOUND, other), set()).collateral == ()
    assert judged(tried(NO_TOTAL, verdict=Verdict.ERROR), set()).collateral == ("error in A: ",)


def test_a_scenario_that_nothing_makes_fail_is_named() -> None:
    scenarios = breakable("2.2.1", Catalogue.load())
    assert any(scenario.startswith("transport/pagination.feature: ") for scenario in scenarios)
    # There are no routing headers before 2.2.1.
    of_routing = [name for name in scenarios if name.startswith("routing/requests.feature: ")]
    assert of_routing
    assert not set(of_routing) & breakable("2.1.1", Catalogue.load())
    name = min(scenarios)
    assert unproven(frozenset({name, "a: b"}), [Proof(NO_TOTAL, "2.2.1", ("a: b",))]) == [name]


def test_what_runs_in_the_usual_version_has_to_fail_there() -> None:
    catalogue = Catalogue.load()
    alone, together = to_break(["2.1.1"], catalogue)["2.1.1"], to_break(["2.1.1", "2.2.1"], catalogue)
    assert alone == breakable("2.1.1", catalogue) - breakable("2.2.1", catalogue)
    assert together == {version: breakable(version, catalogue) for version in ("2.1.1", "2.2.1")}


def test_a_finding_milder_than_its_level_is_named() -> None:
    mild = Proof(NO_TOTAL, "2.2.1", ("a: b",), Verdict.OBSERVED)
    lines = weak([mild, replace(mild, verdict=Verdict.FAILED), Proof(NO_TOTAL, "2.2.1")], Catalogue.load())
    assert lines == [f"{NO_TOTAL.name}: observed, and TRN-045 is a MUST"]


def test_a_defect_is_one_where_its_requirement_binds_and_its_table_allows() -> None:
    catalogue = Catalogue.load()
    assert binds(NO_TOTAL, "2.1.1", catalogue)
    assert not binds(replace(NO_TOTAL, versions=("2.3.0",)), "2.1.1", catalogue)
    assert not binds(replace(NO_TOTAL, breaks="RTE-002"), "2.1.1", catalogue)


def test_what_is_not_shown_in_a_version_is_listed() -> None:
    catalogue = Catalogue.load()
    shown = [Proof(NO_TOTAL, "2.2.1", ("a: b",))]
    assert "TRN-045" not in not_yet_shown(shown, "2.2.1", catalogue)
    assert not_yet_shown(shown, "2.1.1", catalogue)["TRN-045"].startswith("MUST ")
    assert "RTE-002" not in not_yet_shown(shown, "2.1.1", catalogue)


def test_a_defect_is_proved_in_every_version_that_is_asked_for() -> None:
    later = replace(NO_TOTAL, name="later", versions=("2.3.0",))
    proofs = list(prove_all([NO_TOTAL, later], ("2.1.1", "2.3.0")))
    assert sorted((proof.defect.name, proof.version, proof.killed) for proof in proofs) == [
        *((NO_TOTAL.name, version, True) for version in ("2.1.1", "2.3.0")),
        ("later", "2.3.0", True),
    ]


def test_where_nothing_is_a_defect_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert proof.main(["RTE-002", "--version=2.1.1"]) == 1
    assert "nothing that is called so is a defect in OCPI 2.1.1" in capsys.readouterr().out
    assert proof.main(["--version=2.0"]) == 4
    assert "--version=2.0: no scenario runs in that version; known are 2.1.1, 2.2.1, 2.3.0" in capsys.readouterr().out


def test_an_unknown_option_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert proof.main(["--everything"]) == 4
    assert "unknown option --everything; known are --version=VERSION" in capsys.readouterr().out


def test_numbers_are_kept_section_by_section_and_the_page_is_made_of_them(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    found = [
        Proof(NO_TOTAL, "2.2.1", ("a: b",), Verdict.FAILED),
        Proof(replace(NO_TOTAL, name="left"), "2.2.1"),
    ]
    numbers = proof_page.of_proofs(found, "2.2.1", ["c: d"], {"TRN-047": "why"}, 12.4)
    numbers |= {"important": {}, "too_few_defects": ["TRN-045: 1 of 3"]}
    proof_page.keep(file, "other", {})
    proof_page.keep(file, "proof", numbers)
    proof_page.keep(file, "proof 2.1.1", proof_page.of_proofs(found[:1], "2.1.1", ["e: f"], {}, 3.0))
    kept = json.loads(file.read_text("utf-8"))
    assert set(kept) == {"other", "proof", "proof 2.1.1"}
    assert kept["proof"]["survivors"] == {"left": "no finding"}
    assert kept["proof"]["by_version"]["2.2.1"]["transport"]["noticed"] == 1
    assert set(kept["proof"]["by_version"]) == {"2.2.1"}
    page = (tmp_path / "proof.md").read_text("utf-8")
    assert "1 of 2 defects are noticed, in 12 s" in page
    assert "- `left`: no finding" in page
    assert "- `c: d`" in page
    assert "- `TRN-045: 1 of 3`" in page
    assert "- `TRN-047`: why" in page
    assert "1 of 1 defects are noticed, in 3 s" in page
    assert "- `e: f`" in page
    assert page.index("### OCPI 2.1.1") < page.index("### OCPI 2.2.1")
    assert "Not measured yet: OCPI 2.3.0." in page


def test_what_was_set_off_beside_is_kept_in_a_section_of_its_own(tmp_path: Path) -> None:
    declared = Proof(replace(NO_TOTAL, also=("TRN-047",)), "2.2.1", ("a: b",), scenarios=40)
    other = Proof(replace(NO_TOTAL, name="other"), "2.2.1", ("a: b",), collateral=("TRN-047 in a: b",), scenarios=2)
    file = tmp_path / "proof.json"
    proof_page.keep(file, "full", proof_page.of_collateral([declared, other], 90.0))
    page = (tmp_path / "proof.md").read_text("utf-8")
    assert "2 defects, of which 1 declare such, met 42 scenarios, in 90 s" in page
    assert "- `other`: TRN-047 in a: b" in page


def test_a_later_run_of_some_defects_takes_the_place_of_their_part(tmp_path: Path) -> None:
    def named(name: str, beside: str = "", *, noticed: bool = True) -> Proof:
        by = ("a: b",) if noticed else ()
        return Proof(replace(NO_TOTAL, name=name), "2.2.1", by, collateral=(beside,) * bool(beside), scenarios=5)

    known = frozenset({"mended", "left", "new", "mute", "not yet"})
    first = [named("mended", "x"), named("left", "y"), named("gone", "z"), named("mute", noticed=False)]
    before = proof_page.of_collateral(first, 90.0)
    assert (before["again"], before["scenarios"], before["waiting"]) == ([], 20, [])
    after = proof_page.of_collateral([named("mended"), named("new")], 10.0, before, known)
    assert after["ran"] == ["left", "mended", "mute", "new"]
    assert after["again"] == ["mended", "new"]
    assert after["waiting"] == ["not yet"]
    assert after["collateral"] == {"left": "y"}
    assert after["survivors"] == {"mute": "no finding"}
    assert (after["seconds"], after["scenarios"]) == (100, 25)
    last = proof_page.of_collateral([named("left")], 10.0, after, known)
    assert (last["again"], last["collateral"]) == (["left", "mended", "new"], {})


def test_the_runs_without_a_defect_see_all_that_the_others_see() -> None:
    trials = [
        Trial("a", role="CPO", requirements=frozenset({"TRN-045"}), places=("transport/pagination",)),
        Trial("b", role="CPO", requirements=frozenset({"TRN-047"}), places=("types",)),
        Trial("c", role="EMSP", places=("types",)),
        Trial("d", role="EMSP", places=("tokens",), version="2.1.1"),
    ]
    older, cpo, emsp = controls(trials)
    assert (older.version, older.role, older.places) == ("2.1.1", "EMSP", ("tokens",))
    assert (cpo.version, emsp.version) == ("2.2.1", "2.2.1")
    assert (cpo.role, cpo.bent, cpo.requirements) == ("CPO", (), {"TRN-045", "TRN-047"})
    assert cpo.places == ("transport/pagination", "types")
    assert (emsp.role, emsp.requirements, emsp.places) == ("EMSP", frozenset(), ("types",))


def test_every_area_with_a_defect_has_scenarios_that_look_at_it() -> None:
    catalogue = Catalogue.load()
    assert {catalogue[defect.breaks].area for defect in DEFECTS.values()} <= set(NEAR)
    places = {place for group in NEAR.values() for place in group}
    assert [place for place in places if not list(FEATURES.glob(f"{place}*"))] == []


def test_important_requirements_are_broken_in_several_ways() -> None:
    catalogue = Catalogue.load()
    assert thin(defect.breaks for defect in DEFECTS.values()) == []
    for name in (name for group in IMPORTANT.values() for name in group):
        assert catalogue[name].level == "MUST"
        ways = [(d.behaviour, d.rules) for d in DEFECTS.values() if d.breaks == name]
        assert all(way not in ways[:place] for place, way in enumerate(ways)), name
    missing = [defect.breaks for defect in DEFECTS.values() if defect.breaks != "TRN-045"]
    assert thin(missing) == [f"TRN-045: 0 of {KINDS}"]
