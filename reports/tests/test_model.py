"""One verdict for each version, role and requirement, and what it rests on."""

from __future__ import annotations

from ocpi_conformance.reports import model
from ocpi_conformance.reports.summary import Scope, summarize
from ocpi_conformance.reports.tests.samples import exchange, finding, outcome
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Verdict

V = Verdict
CATALOGUE = Catalogue.load()
LOCATIONS = Scope("2.2.1", "CPO", "locations")


def judged(*outcomes, applicable=None):
    """Return the judgements by version, role and requirement, and how many there are."""
    found = model.judgements(summarize(outcomes, CATALOGUE, applicable))
    by_key = {(j.scope.version, j.scope.role, j.requirement): j for j in found}
    assert len(by_key) == len(found), "a requirement has two verdicts"
    return by_key


def of(name, *outcomes, **more):
    return judged(*outcomes, **more)["2.2.1", "CPO", name]


def test_the_verdict_is_the_gravest_of_all_scenarios_wherever_they_stand():
    found = of(
        "TYP-031",
        outcome(V.PASSED, "TYP-031", module="types"),
        outcome(V.FAILED, "LOC-023", findings=[finding("TYP-031", V.FAILED)], module="locations"),
    )
    assert (found.verdict, found.scope.module, found.scenarios) == (V.FAILED, "types", 2)


def test_each_version_and_role_has_its_own():
    found = judged(outcome(V.PASSED, "LOC-023"), outcome(V.FAILED, "LOC-023", role="EMSP"))
    assert {key[1]: judgement.verdict for key, judgement in found.items()} == {"CPO": V.PASSED, "EMSP": V.FAILED}


def test_a_requirement_of_a_module_without_result_counts_where_it_was_seen_first():
    failed = outcome(V.FAILED, "LOC-023", findings=[finding("TYP-031")])
    found = of("TYP-031", failed, outcome(V.PASSED, "TYP-031", "TAR-001", module="tariffs"))
    assert (found.scope.module, found.verdict) == ("locations", V.FAILED)


def test_what_nothing_looked_at_is_not_observed_and_has_no_evidence():
    found = of("LOC-018", outcome(V.PASSED, "LOC-023"), applicable={LOCATIONS: {"LOC-018"}})
    assert (found.verdict, found.sightings, found.first, found.worst) == (V.NOT_OBSERVED, (), None, None)


def test_a_skip_is_no_pass():
    assert of("LOC-023", outcome(V.NOT_OBSERVED, "LOC-023")).verdict is V.NOT_OBSERVED
    assert of("LOC-023", outcome(V.DISABLED, "LOC-023")).verdict is V.DISABLED
    assert of("LOC-023", outcome(V.NOT_OBSERVED, "LOC-023"), outcome(V.PASSED, "LOC-023")).verdict is V.PASSED


def test_first_and_worst_evidence():
    advised = finding("LOC-023", V.ADVISED, actual="first", exchange=exchange(7))
    failed = finding("LOC-023", V.FAILED, actual="worst", exchange=exchange(3))
    found = of(
        "LOC-023",
        outcome(V.PASSED, "LOC-023", exchanges=(1, 2)),
        outcome(V.FAILED, "LOC-023", findings=[advised, failed], exchanges=(2, 3)),
    )
    assert found.first.finding is None
    assert found.worst.finding.actual == "worst"
    assert [f.actual for f in found.findings] == ["first", "worst"]
    assert (found.scenarios, found.exchanges) == (2, 4)


def test_judgements_by_verdict():
    summary = summarize([outcome(V.PASSED, "LOC-023"), outcome(V.FAILED, "LOC-018")], CATALOGUE)
    report = model.build({}, summary, CATALOGUE, lambda *_: None)
    assert [judgement.requirement for judgement in report.of(V.FAILED)] == ["LOC-018"]
    assert [judgement.requirement for judgement in report.of(V.FAILED, V.PASSED)] == ["LOC-018", "LOC-023"]
