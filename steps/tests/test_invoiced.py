"""Which CDR an invoice is about, which record a trigger names, and where a record that was pushed is read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Record, Request, Response
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps import acts, invoiced, invoicing, things
from ocpi_conformance.steps.invoiced import RECORD
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved

CDR = Chosen("CDR", "cdrs", "SENDER", ("CDR1",), {"id": "CDR1"})


def scene(*exchanges: Exchange, **objects: Chosen) -> Any:
    """Return as much of a Scene as is needed."""
    site = SimpleNamespace(name="s1")
    partner = SimpleNamespace(version="2.3.0", role="CPO", roles=[Party("EMSP", "NL", "TST", "Partner")])
    made = SimpleNamespace(objects=dict(objects), partner=partner, site=site, behind=None, offers=lambda *_: True)
    made.chosen = lambda kind: made.objects[kind]
    made.record = Record()
    made.record.exchanges = lambda *_: list(exchanges)
    return made


def push(method: str, name: str, *, site: str = "s1") -> Exchange:
    """Return a request of the target about the record called `name`."""
    ids = () if method == "POST" else (("country_code", "NL"), ("party_id", "EMB"), ("id", name))
    body = b"" if method == "DELETE" else jsontext.dumps({"id": name})
    context = Context("2.3.0", INVOICES, "RECEIVER", "record", ids, site=site)
    return Exchange(1, "target", Request(method, "https://p/", body=body), Response(200), context, 1, 1, 0.0, 0.0)


def test_a_record_of_ours_is_about_the_chosen_cdr() -> None:
    made = things.build(scene(CDR=CDR), f"an {RECORD}")
    assert (made.body["cdrs"], made.body["party_id"], made.path) == (["CDR1"], "TST", ("NL", "TST", made.body["id"]))


def test_a_change_is_another_invoice_and_later() -> None:
    stage = scene(CDR=CDR)
    first = things.build(stage, f"an {RECORD}")
    things.remember(stage, first)
    changed = things.build(stage, f"the {RECORD} with another invoice_id")
    patch = things.build(stage, f"another invoice_id of the {RECORD}")
    different = {name for name, value in changed.body.items() if first.body[name] != value}
    assert different == set(patch.body) == {"invoice_id", "last_updated"}
    assert changed.body["last_updated"] > first.body["last_updated"]
    assert things.build(stage, f"the {RECORD} as it is").body == first.body


@pytest.mark.parametrize(("method", "path"), [("POST", ()), ("PUT", ("NL", "TST", "IRR1"))])
def test_a_record_is_posted_to_the_endpoint_and_put_to_its_url(
    monkeypatch: pytest.MonkeyPatch, method: str, path: tuple[str, ...]
) -> None:
    found: list[Any] = []
    monkeypatch.setattr(acts, "endpoint", lambda scene, module, interface, path: path)
    monkeypatch.setattr(acts, "send", lambda scene, method, place, **_: found.append((method, place)))
    acts.push(scene(), things.Push(RECORD, INVOICES, ("NL", "TST", "IRR1"), {}), method)
    assert found == [(method, path)]


@pytest.mark.parametrize(
    ("pushes", "values"),
    [
        ([], {}),
        ([push("POST", "IRR1"), push("POST", "IRR2")], {"record_id": "IRR2"}),
        ([push("POST", "IRR1"), push("POST", "IRR2"), push("DELETE", "IRR2")], {"record_id": "IRR1"}),
        ([push("POST", "IRR1"), push("PUT", "IRR1"), push("DELETE", "IRR1")], {}),
        ([push("POST", "IRR1", site="s2")], {}),
    ],
)
def test_a_trigger_names_a_record_that_the_partner_knows(pushes: list[Exchange], values: dict[str, str]) -> None:
    assert invoiced.record_values(scene(*pushes)) == values


def test_a_trigger_names_a_listed_record_where_none_was_pushed() -> None:
    listed = Chosen(RECORD, INVOICES, "SENDER", ("IRR7",), {"id": "IRR7"})
    assert invoiced.record_values(scene(**{RECORD: listed})) == {"record_id": "IRR7"}
    assert invoiced.record_values(scene(push("POST", "IRR1"), **{RECORD: listed})) == {"record_id": "IRR1"}


def test_a_new_invoice_is_about_the_chosen_cdr_or_left_to_the_operator() -> None:
    assert invoiced.cdr_values(scene(CDR=CDR)) == {"cdr_ids": "CDR1"}
    assert invoiced.cdr_values(scene()) == {}


def listing(*items: dict[str, Any]) -> Exchange:
    body = jsontext.dumps({"data": list(items), "status_code": 1000})
    context = Context("2.3.0", "cdrs", "SENDER", "list")
    return Exchange(1, "partner", Request("GET", "https://t/"), Response(200, (), body), context, 1, 1, 0.0, 0.0)


def test_each_listed_cdr_is_offered_before_one_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page = listing({"id": "CDR1"}, {"id": "CDR1-C", "credit": True}, {"id": "CDR2"})
    monkeypatch.setattr(acts, "read_list", lambda *_: page)
    stage, found = scene(), []
    for _ in range(3):
        invoicing.offer_cdr(stage)
        found.append(stage.objects["CDR"].path[-1])
    assert found == ["CDR1", "CDR2", "CDR1"]


def test_where_nothing_may_be_written_no_cdr_is_pushed() -> None:
    stage = scene()
    stage.partner.role = "EMSP"
    stage.partner.config = SimpleNamespace(allow=SimpleNamespace(writes=False))
    with pytest.raises(NotObserved, match=r"\[allow\] writes"):
        invoicing.offer_cdr(stage)


def test_without_a_cdr_there_is_nothing_to_invoice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "read_list", lambda *_: listing({"id": "CDR1", "credit": True}))
    with pytest.raises(NotObserved, match="lists no CDR"):
        invoicing.offer_cdr(scene())


@pytest.mark.parametrize(("there", "has_trigger", "pulled"), [(2, True, 0), (0, True, 2), (1, True, 1), (0, False, 0)])
def test_records_that_are_missing_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, there: int, pulled: int, *, has_trigger: bool
) -> None:
    stage, acted = scene(), []
    stage.partner.triggers = SimpleNamespace(has=lambda _: has_trigger)
    monkeypatch.setattr(acts, "published", lambda *_: [{}] * (there + len(acted)))
    monkeypatch.setattr(invoicing, "offer_cdr", lambda _: None)
    monkeypatch.setattr(acts, "pull_trigger", lambda _, words: acted.append(words))
    assert len(invoicing.provide(stage, RECORD, 2)) == there + pulled
    assert acted == [f"create an {RECORD}"] * pulled
