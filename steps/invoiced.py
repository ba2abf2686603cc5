"""Records of invoices that a phrase can push, and those of the target that a trigger is about. Nothing is sent here."""

from __future__ import annotations

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES, invoice_record
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import Push, fresh_id, later, moment, new, owner, thing, whole

RECORD = "InvoiceReconciliationRecord"


# Records of the partner -----------------------------------------------------------------------------------------------


@thing(f"an {RECORD}")
def _record(scene: Scene) -> Push:
    """Return a record over the CDR that the scenario is about: one that the target knows."""
    party = owner(scene)
    body = invoice_record(fresh_id("IRR"), party, [str(scene.chosen("CDR").content.get("id"))], moment())
    return new(scene, RECORD, INVOICES, (party.country_code, party.party_id, body["id"]), body)


@thing(f"the {RECORD} as it is")
def _same(scene: Scene) -> Push:
    return whole(scene, RECORD)


@thing(f"the {RECORD} with another invoice_id")
def _of_another_invoice(scene: Scene) -> Push:
    return whole(scene, RECORD, **_change(scene))


@thing(f"another invoice_id of the {RECORD}")
def _another_invoice(scene: Scene) -> Push:
    item = scene.chosen(RECORD)
    return Push(RECORD, item.module, item.path, _change(scene))


def _change(scene: Scene) -> Json:
    content = scene.chosen(RECORD).content
    return {"invoice_id": f"{content['invoice_id']}-CORRECTED", "last_updated": later(content)}


# Records of the target ------------------------------------------------------------------------------------------------


def cdr_values(scene: Scene) -> dict[str, str]:
    """Return the CDR that the operator is asked to put on an invoice, where a Given has chosen one."""
    return {"cdr_ids": str(scene.chosen("CDR").content.get("id"))} if "CDR" in scene.objects else {}


def record_values(scene: Scene) -> dict[str, str]:
    """Return the record that the target has pushed last and not deleted since, or the chosen one of its list."""
    there: dict[str, None] = {}
    for exchange in (e for e in scene.record.exchanges(0, "target") if is_push(e, scene.site.name)):
        name = str(sent(exchange).get("id") or exchange.context.id("id") or "")
        if exchange.request.method == "DELETE":
            there.pop(name, None)
        elif name:
            there[name] = None
    chosen = scene.objects.get(RECORD)
    listed = [chosen.path[-1]] if chosen and chosen.interface == SENDER else []
    known = [*listed, *there]
    return {"record_id": known[-1]} if known else {}


def is_push(exchange: Exchange, site: str) -> bool:
    """Tell whether the target tells the partner of a record in an exchange: by POST, PUT or DELETE."""
    about = (exchange.sender, exchange.context.module, exchange.context.interface, exchange.context.site)
    return about == ("target", INVOICES, RECEIVER, site) and exchange.request.method != "GET"
