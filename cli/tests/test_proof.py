"""A sample of `make proof`: a defect of each area is noticed, and what is no defect is not."""

from __future__ import annotations

from dataclasses import replace

from ocpi_conformance.cli.proof import prove_all, unproven
from ocpi_conformance.mock_partner.named_defects import Defect, defects


def test_the_first_defect_of_each_area_is_noticed() -> None:
    first: dict[str, Defect] = {}
    for defect in defects().values():
        first.setdefault(defect.breaks.partition("-")[0], defect)
    proofs = list(prove_all(first.values()))
    assert len(proofs) >= 8
    assert [str(proof) for proof in proofs if not proof.killed] == []


def test_a_defect_does_not_accuse_what_it_does_not_break() -> None:
    missing_total = next(defect for defect in defects().values() if defect.breaks == "TRN-045")
    (proof,) = prove_all([replace(missing_total, breaks="VER-002")])
    assert (proof.error, proof.noticed, proof.collateral) == ("", (), ())


def test_a_scenario_that_nothing_makes_fail_is_named() -> None:
    assert "transport/pagination.feature: " in "\n".join(unproven([]))
