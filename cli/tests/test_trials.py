"""Trials: which scenarios they choose, and what is said when they cannot be run."""

from __future__ import annotations

import pytest

from ocpi_conformance.cli.trials import Trial, carry_out
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import Defect
from ocpi_conformance.steps.verdicts import Outcome, Verdict

ABOUT = Outcome("A", "locations/sender.feature", 1, ("LOC-018",), "2.2.1", "CPO", "locations", Verdict.ERROR)


@pytest.mark.parametrize(
    ("trial", "wanted"),
    [
        (Trial("all"), True),
        (Trial("role", role="CPO"), True),
        (Trial("role", role="EMSP"), False),
        (Trial("version", version="2.1.1"), False),
        (Trial("requirement", requirements=frozenset({"LOC-018", "LOC-019"})), True),
        (Trial("requirement", requirements=frozenset({"LOC-019"})), False),
        (Trial("folder", places=("tokens", "locations")), True),
        (Trial("feature", places=("locations/sender",)), True),
        (Trial("another", places=("locations/send",)), False),
        (Trial("another", places=("location",)), False),
    ],
)
def test_a_trial_chooses_scenarios(trial: Trial, wanted: bool) -> None:
    assert trial.wants(ABOUT) is wanted


def test_trials_of_one_collection_know_nothing_of_each_other() -> None:
    rule = {"match": {"module": "versions"}, "ocpi_status": 3000}
    defect = Defect("spoilt", "VER-001", "", {}, (rule,))
    trials = [
        Trial("spoilt", (defect,), "CPO", places=("versions/versions",)),
        Trial("brief", (defect,), "CPO", places=("versions/versions",), briefly=True),
        Trial("sound", (), "CPO", places=("versions/versions",)),
        Trial("empty", (), "CPO", frozenset({"LOC-018"}), ("versions/versions",)),
    ]
    found = {tried.trial.name: tried for tried in carry_out(trials, workers=2)}
    assert set(found) == {"spoilt", "brief", "sound", "empty"}
    assert sum(found["spoilt"].acted) > 0
    assert any(finding.verdict is Verdict.FAILED for _, finding in found["spoilt"].findings())
    assert len(found["brief"].outcomes) < len(found["spoilt"].outcomes)
    assert found["brief"].outcomes[-1].verdict is Verdict.FAILED
    assert (found["sound"].acted, list(found["sound"].findings()), found["sound"].error) == ((), [], "")
    assert {outcome.verdict for outcome in found["sound"].outcomes} == {Verdict.PASSED}
    assert (found["empty"].outcomes, found["empty"].error) == ((), "there is no such scenario")


def test_what_cannot_be_collected_is_said() -> None:
    with pytest.raises(HarnessError, match="no_such_folder"):
        list(carry_out([Trial("lost", places=("no_such_folder",))]))
