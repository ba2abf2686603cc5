"""What rules and schemas say of all objects of a run: who is judged, where a breach points, when nothing is said."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import kept
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.checks.rules.tests.samples_bookings import record
from ocpi_conformance.steps.checks.rules.tests.samples_cdrs import V221, cdr, credit, element, tariff
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.verdicts import NotObserved


def payload(kind, value, *, route="list", version=V221, partial=False):
    module = f"{kind.lower()}s"
    context = Context(version, module, "SENDER", route)
    exchange = Exchange(1, "partner", Request("GET", "http://x/"), None, context, 1, 2, 0.0, 0.0)
    return Payload(kind, value, exchange, "/data/3", partial=partial)


def keeps(requirement, kind, *payloads):
    """Return the pointers of the breaches."""
    expectation, arguments = find(f"every {kind}", f"keeps {requirement}")
    return [breach.pointer for breach in expectation.function(payloads, **arguments)]


def test_a_rule_over_one_object():
    assert keeps("CDR-050", "CDR", payload("CDR", cdr(V221))) == []
    wrong = payload("CDR", cdr(V221, end_date_time="2020-01-01T00:00:00Z"))
    assert keeps("CDR-050", "CDR", payload("CDR", cdr(V221)), wrong) == ["/data/3/end_date_time"]


def test_a_rule_over_all_objects():
    seen = [payload("CDR", cdr(V221)), payload("CDR", credit(V221, total_cost={"excl_vat": 4.5, "incl_vat": -4.95}))]
    assert keeps("CDR-010", "CDR", *seen) == ["/data/3/total_cost/excl_vat"]


def test_objects_of_two_versions_are_judged_apart():
    one, other = payload("CDR", cdr(V221)), payload("CDR", cdr("2.3.0", total_energy=1), version="2.3.0")
    assert keeps("CDR-047", "CDR", one, other) == []


def test_what_the_schemas_decide():
    time = element(("ENERGY", 0.2), start_time="10 pm")
    assert keeps("TAR-079", "Tariff", payload("Tariff", tariff(V221, time))) == [
        "/data/3/elements/0/restrictions/start_time"
    ]
    right = element(("ENERGY", 0.2), start_time="22:00")
    other = {**tariff(V221, right), "currency": 5}
    assert keeps("TAR-079", "Tariff", payload("Tariff", other)) == []
    assert keeps("TAR-011", "Tariff", payload("Tariff", other)) == ["/data/3/currency"]


@pytest.mark.parametrize(
    ("requirement", "bare", "telling"),
    [
        ("CDR-057", {"charging_periods": []}, {}),
        ("TAR-087", {"charging_periods": []}, {}),
        ("CDR-064", {"charging_periods": []}, {}),
        ("CDR-077", {"signed_data": {}}, {"signed_data": {"signed_values": [{"nature": "Start"}]}}),
        ("CDR-098", {"tariffs": []}, {}),
        ("TAR-040", {"tariffs": []}, {"tariffs": [tariff(V221, element(("ENERGY", 0.3), vat=None))]}),
    ],
)
def test_a_cdr_without_what_a_rule_is_about_says_nothing(requirement, bare, telling):
    with pytest.raises(NotObserved, match="the target has shown no"):
        keeps(requirement, "CDR", payload("CDR", cdr(V221, **bare)))
    keeps(requirement, "CDR", payload("CDR", cdr(V221, **telling)))


def of_phrase(subject, phrase, *payloads):
    """Return the pointers of the breaches."""
    expectation, arguments = find(subject, phrase)
    return [breach.pointer for breach in expectation.function(payloads, **arguments)]


def test_prices_before_taxes():
    phrase = "has every price as an object with before_taxes"
    right, wrong = (payload("CDR", cdr("2.3.0", total_cost=cost), version="2.3.0") for cost in ({"before_taxes": 1}, 1))
    assert of_phrase("every object", phrase, right) == []
    assert of_phrase("every object", phrase, right, wrong) == ["/data/3/total_cost"]
    with pytest.raises(NotObserved, match="no price"):
        of_phrase("every object", phrase, payload("Location", {"id": "LOC1"}, version="2.3.0"))


def test_taxes_by_percentage():
    phrase = "has taxes that are their percentages of the price"

    def taxed(amount):
        cost = {"before_taxes": 10, "taxes": [{"name": "VAT", "percentage": 21, "amount": amount}]}
        return payload("CDR", cdr("2.3.0", total_cost=cost), version="2.3.0")

    assert of_phrase("every object", phrase, taxed(2.1)) == []
    assert of_phrase("every object", phrase, taxed(3.1)) == ["/data/3/total_cost/taxes/0/amount"]
    with pytest.raises(NotObserved, match="no price with taxes"):
        of_phrase("every object", phrase, payload("CDR", {"total_cost": {"before_taxes": 10}}, version="2.3.0"))


def test_what_the_schemas_decide_of_locations_of_2_1_1():
    right, wrong = (
        payload(
            "Location", {"evses": [{"connectors": [plug]}], "energy_mix": {"environ_impact": [impact]}}, version="2.1.1"
        )
        for plug, impact in (
            ({"tariff_id": "T1", "voltage": 230, "amperage": 16}, {"source": "CARBON_DIOXIDE", "amount": 1}),
            ({"tariff_ids": ["T1"], "voltage": "230", "amperage": 16}, {"category": "CARBON_DIOXIDE", "amount": 1}),
        )
    )
    for phrase, pointer in (
        ("has Connectors with one tariff_id, a voltage and an amperage", "/data/3/evses/0/connectors/0/voltage"),
        ("names the source of each environmental impact", "/data/3/energy_mix/environ_impact/0/source"),
    ):
        assert of_phrase("every Location", phrase, right) == []
        assert of_phrase("every Location", phrase, right, wrong) == [pointer]


def test_what_was_not_seen_is_not_observed():
    with pytest.raises(NotObserved, match="no Credit CDR"):
        keeps("CDR-007", "CDR", payload("CDR", cdr(V221)))
    with pytest.raises(NotObserved, match="no CDR"):
        keeps("CDR-050", "CDR", payload("CDR", {"id": "x"}, partial=True))
    with pytest.raises(NotObserved, match="start_time"):
        keeps("TAR-079", "Tariff", payload("Tariff", tariff(V221, element(("ENERGY", 0.2)))))
    with pytest.raises(NotObserved, match="listed no Tariff"):
        keeps("TAR-011", "Tariff", payload("Tariff", {}, route="tariff"))


def test_a_requirement_that_nothing_decides_is_a_mistake():
    with pytest.raises(LookupError, match="CDR-050"):
        kept.keeps((), "CDR", "SES-051")


def test_a_part_is_judged_with_what_it_is_a_part_of():
    evse = {"uid": "1", "evse_id": "Pole 1", "directions": [{"language": "en", "text": "<b>left</b>"}]}
    place = payload("Location", {"evses": [evse]})
    part = Payload("EVSE", evse, place.exchange, "/data/3/evses/0", parents=(place.value,))
    markup = find("every object", "has no markup in any display text")[0].function
    assert [breach.pointer for breach in markup([place, part])] == ["/data/3/evses/0/directions/0/text"]
    ids = find("every object", "has ids of the form of eMI3")[0].function
    assert [breach.pointer for breach in ids([place, part])] == ["/data/3/evses/0/evse_id"]


def test_a_price_is_an_object():
    wrong = payload("CDR", cdr(V221, total_cost=4.5))
    assert list(kept.has_prices([payload("CDR", cdr(V221))])) == []
    assert [breach.pointer for breach in kept.has_prices([wrong])] == ["/data/3/total_cost"]
    with pytest.raises(NotObserved, match="no price"):
        list(kept.has_prices([payload("Tariff", {"id": "x"})]))


def test_what_was_pushed_before_it_was_listed_is_listed_all_the_same():
    wrong = record(invoice_id=None)
    pushed = Request("POST", "http://y/", body=jsontext.dumps(wrong))
    listed = Response(200, (), jsontext.dumps({"status_code": 1000, "data": [wrong]}))
    context = Context("2.3.0", "invoicereconciliation", "RECEIVER", "create")
    exchanges = [Exchange(1, "target", pushed, None, context, 1, 1, 0.0, 0.0)]
    judge = partial(kept.keeps, kind="InvoiceReconciliationRecord", requirement="INV-009")
    with pytest.raises(NotObserved, match="has listed no"):
        judge(Objects(exchanges))
    read = replace(context, interface="SENDER", route="list")
    exchanges.append(Exchange(2, "partner", Request("GET", "http://x/"), listed, read, 2, 2, 0.0, 0.0))
    assert [breach.pointer for breach in judge(Objects(exchanges))] == ["/data/0/invoice_id"]
