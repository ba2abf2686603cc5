"""What an invoice takes: a CDR that both sides know, and records of the target about some. It acts; checks judge."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.steps import acts, billed, things
from ocpi_conformance.steps.applicability import TYPICAL
from ocpi_conformance.steps.invoiced import RECORD
from ocpi_conformance.steps.scene import Json, Scene, data_of
from ocpi_conformance.steps.verdicts import NotObserved

CDR_TO_INVOICE = "a CDR to invoice"
_CREATE = f"create an {RECORD}"
# CDRs of the target among which one is looked for that was not chosen before.
_CDRS = 50
# The ids of those that were, by run.
_CHOSEN: WeakKeyDictionary[Record, set[str]] = WeakKeyDictionary()


def offer_cdr(scene: Scene) -> None:
    """Choose a CDR that both sides know: one that the target lists, or, where it receives them, a new one of ours.

    Raises:
        NotObserved: the target lists no CDR, takes none, or is to be sent none.
    """
    if scene.offers("cdrs", SENDER) and SENDER in TYPICAL["cdrs"].get(scene.partner.role, {SENDER}):
        _choose_listed(scene)
        return
    if not scene.partner.config.allow.writes:
        raise NotObserved("a CDR to invoice would have to be pushed, and [allow] writes of target.toml is off")
    billed.charged(scene)
    push = things.build(scene, "a CDR")
    exchange = acts.push(scene, push, "POST")
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take a CDR to invoice: {exchange.summary}")
    things.remember(scene, push, exchange)


def _choose_listed(scene: Scene) -> None:
    """Choose a CDR of the target's list; none is on two invoices as long as there are others."""
    page = acts.read_list(scene, "cdrs", {"limit": str(_CDRS)})
    data = data_of(page)
    items = [item for item in (data if isinstance(data, list) else []) if isinstance(item, dict) and item.get("id")]
    plain = [item for item in items if not item.get("credit")]
    if not plain:
        raise NotObserved("the target lists no CDR that could be on an invoice")
    done = _CHOSEN.setdefault(scene.record, set())
    found: Json = next((item for item in plain if str(item["id"]).lower() not in done), plain[0])
    done.add(str(found["id"]).lower())
    acts.choose(scene, "CDR", "cdrs", (str(found["id"]),), found, page)


def provide(scene: Scene, kind: str, number: int) -> list[Json]:
    """Return up to `number` objects of the target's list; records that it lacks its operator is asked to create."""
    found = acts.published(scene, kind, number)
    if kind != RECORD or len(found) >= number or not scene.partner.triggers.has("create_invoice_record"):
        return found
    for _ in range(number - len(found)):
        offer_cdr(scene)
        acts.pull_trigger(scene, _CREATE)
    return acts.published(scene, kind, number)
