"""A sample of `make variance`: a legal but unusual target is not accused, and an alarm would be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ocpi_conformance.cli import variance
from ocpi_conformance.cli.trials import Trial
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.named_defects import ALL, profiles
from ocpi_conformance.steps.run import EMBEDDED_ROLES, USUAL

KNOWN = profiles()


def test_a_target_with_all_variance_and_a_combination_are_not_accused() -> None:
    wanted = list(variance.trials([ALL], range(1, 2), ["versions"]))
    found = dict(variance.look(wanted))
    assert len(found) == len(EMBEDDED_ROLES[USUAL]) + 1
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_combination_is_the_same_for_the_same_seed() -> None:
    some = [variance.combination(seed, KNOWN) for seed in range(1, 40)]
    assert some == [variance.combination(seed, KNOWN) for seed in range(1, 40)]
    assert len(set(map(str, some))) > 30
    assert all(len(ways) >= 2 for ways in some)


def test_every_oddity_is_in_some_combination_of_the_first_hundreds() -> None:
    assert {way.name for seed in range(1, 300) for way in variance.combination(seed, KNOWN)} == set(KNOWN)


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("odd", "no variance is called odd"),
        ("--seeds=many", "--seeds=many is no whole number"),
        ("--seed=3", "unknown option --seed"),
    ],
)
def test_a_wrong_usage_is_said(argument: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert variance.main([argument]) == 4
    assert told in capsys.readouterr().out


def test_what_a_version_does_not_allow_is_no_legal_variance() -> None:
    with pytest.raises(HarnessError, match=r"OCPI 2\.1\.1 does not allow second-party"):
        list(variance.trials(["second-party"], version="2.1.1"))
    (first, _) = variance.trials([ALL], version="2.1.1")
    assert "second-party" not in {way.name for way in first.bent}
    assert "absent-optionals-in-2.1.1" in {way.name for way in first.bent}
    assert first.version == "2.1.1"


def test_an_alarm_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"small-pages": ["failed CPO a.feature: A"], "null-data": []}
    monkeypatch.setattr(variance, "trials", lambda names, seeds, version: [Trial(name) for name in names])
    monkeypatch.setattr(variance, "look", lambda wanted: ((trial.name, said[trial.name]) for trial in wanted))
    assert variance.main(["small-pages", "null-data"]) == 1
    assert "ALARM small-pages\n  failed CPO a.feature: A\nquiet null-data\n1 of 2" in capsys.readouterr().out
    assert variance.main(["null-data"]) == 0


def test_combinations_alone_have_a_section_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(variance, "look", lambda wanted: ((trial.name, []) for trial in wanted))
    assert variance.main(["--only-seeds", "--seeds=3", f"--json={tmp_path / 'proof.json'}"]) == 0
    kept = json.loads((tmp_path / "proof.json").read_text("utf-8"))
    assert (list(kept), kept["mixtures"]["seeds"], kept["mixtures"]["runs"]) == (["mixtures"], 3, 3)
    assert f"{len(variance.legal('2.2.1'))} oddities, 3 seeds. 0 of 3 runs raised an alarm" in (
        tmp_path / "proof.md"
    ).read_text("utf-8")
