"""Each rule on values in whatever object: a value that keeps it beside one that does not."""

from __future__ import annotations

import pytest

from ocpi_conformance import schemas
from ocpi_conformance.steps.checks.rules import RULES, transport, types
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import V230, cdr, session


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "pointer"),
    [
        ("EVSE", {"evse_id": "BE-BEC-E041503001"}, {"evse_id": "Pole 1"}, "/evse_id"),
        ("Session", {"location": {"evses": [{"evse_id": "NL*EMB*E1"}]}}, {"location": {"evses": [{"evse_id": "1"}]}},
         "/location/evses/0/evse_id"),
        ("CDR", {"auth_id": "DE8ACC12E46L89"}, {"auth_id": "4711"}, "/auth_id"),
        ("Token", {"auth_id": "NL-TST-C00000001-X"}, {"auth_id": "x"}, "/auth_id"),
    ],
)  # fmt: skip
def test_ids_of_2_1_1_have_the_form_of_emi3(kind, right, wrong, pointer):
    rule = of_kind("TYP-021", kind)
    assert list(rule.flaws([right, {}], "2.1.1")) == []
    assert [flaw.pointer for flaw in rule.flaws([wrong], "2.1.1")] == [pointer]
    assert rule.concerned(right)


def of_kind(requirement, kind):
    return next(rule for rule in RULES[requirement] if rule.kind == kind)


def test_markup_is_found_wherever_a_text_stands():
    rule = of_kind("TYP-009", "EVSE")
    right, wrong = ({"directions": [{"language": "en", "text": text}]} for text in ("2 < 3 & 4", "<b>left</b>"))
    assert list(rule.flaws([right], "2.2.1")) == []
    assert [flaw.pointer for flaw in rule.flaws([wrong], "2.2.1")] == ["/directions/0/text"]
    assert rule.concerned(right)
    assert not rule.concerned({"directions": ["<b>"]})


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "pointer"),
    [
        ("EVSE", {"evse_id": "NL*EMB*E1"}, {"evse_id": "Pole 1"}, "/evse_id"),
        ("CDR", {"cdr_location": {"evse_id": "#NA"}}, {"cdr_location": {"evse_id": "1"}}, "/cdr_location/evse_id"),
        ("Session", {"cdr_token": {"contract_id": "NL-TST-C00000001-X"}}, {"cdr_token": {"contract_id": "4711"}},
         "/cdr_token/contract_id"),
        ("Token", {"contract_id": "DE8ACC12E46L89"}, {"contract_id": "x"}, "/contract_id"),
    ],
)  # fmt: skip
def test_ids_have_the_form_of_emi3(kind, right, wrong, pointer):
    rule = of_kind("TYP-021", kind)
    assert list(rule.flaws([right, {}], "2.2.1")) == []
    assert [flaw.pointer for flaw in rule.flaws([wrong], "2.2.1")] == [pointer]
    assert rule.concerned(right)
    assert not rule.concerned({})


@pytest.mark.parametrize(
    ("taxes", "wrong"),
    [
        ([{"name": "VAT", "percentage": 20, "amount": 2.0}], []),
        ([{"name": "VAT", "amount": 9.0}], []),
        # a tax on the price with another tax
        ([{"name": "GST", "percentage": 5, "amount": 0.5}, {"name": "QST", "percentage": 10, "amount": 1.05}], []),
        ([{"name": "VAT", "percentage": 20, "amount": 3.0}], ["/total_cost/taxes/0/amount"]),
        ([{"name": "VAT", "percentage": 20, "amount": "2"}], []),
    ],
)
def test_a_tax_is_its_percentage(taxes, wrong):
    cost = {"before_taxes": 10.0, "taxes": taxes}
    for kind, made in (("CDR", cdr), ("Session", session)):
        value = made(V230, total_cost=cost)
        assert [flaw.pointer for flaw in of_kind("TYP-026", kind).flaws([value], V230)] == wrong


def test_names_and_values_of_experiments():
    value = {**cdr("2.3.0"), "x-colour": "red", "custom_size": 1, "colour": "red"}
    notices = schemas.validator("2.3.0", "CDR").notices(value)
    found = [flaw.pointer for notice in notices for flaw in transport.prefixed_field(notice)]
    assert sorted(found) == ["/custom_size", "/x-colour"]
    evse = {"capabilities": ["X-WASH", "CAR_WASH"]}
    notices = schemas.validator("2.3.0", "EVSE", partial=True).notices(evse)
    assert [f.pointer for n in notices for f in types.experimental_value(n)] == ["/capabilities/0"]
