"""Records for the reconciliation of invoices: made, changed, deleted, sent by their owner. Receiving is elsewhere."""

from __future__ import annotations

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.publishing import free_id, own, touch
from ocpi_conformance.mock_partner.pushing import tell
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES, invoice_record
from ocpi_conformance.mock_partner.state import Json, key_of

# Records that were taken back: the id of one is no other record's (mod_invoice_reconciliation_record_object).
WITHDRAWN = "withdrawn records"


def create_invoice_record(platform: Platform, cdr_ids: str = "") -> Json:
    """Make a record over CDRs (ids with commas between; by default those that no record has) and POST it.

    A platform that has received CDRs and has none of its own bills in reverse (mod_invoice_reconciliation).

    Raises:
        HarnessError: there is no CDR to bill.
    """
    store = platform.own if platform.own.count("cdrs") else platform.received
    billed = {cdr_id for record in platform.own.copies(INVOICES) for cdr_id in record["cdrs"]}
    free = [cdr["id"] for cdr in store.copies("cdrs") if cdr["id"] not in billed and not cdr.get("credit")]
    listed = [cdr_id.strip() for cdr_id in cdr_ids.split(",") if cdr_id.strip()] or free
    if not listed:
        raise HarnessError("there is no CDR that was not invoiced")
    owner = next((party for party in platform.roles if party.role in {"CPO", "EMSP"}), platform.roles[0])
    record = invoice_record(free_id(platform, INVOICES, "IRR", gone=WITHDRAWN), owner, listed, platform.clock.now())
    platform.own.put(INVOICES, key_of(INVOICES, record), record)
    tell(platform, INVOICES, RECEIVER, "POST", (), record)
    return record


def change_invoice_record(platform: Platform, record_id: str = "", invoice_id: str = "") -> None:
    """Give a record another invoice and PUT it."""
    record = own(platform, INVOICES, record_id)
    record["invoice_id"] = invoice_id or f"{record['invoice_id']}-1"
    if platform.behaviour.changed_record == "updated now":
        touch(platform, INVOICES, record)
    else:
        # The text calls last_updated the moment of the issue only (A37).
        platform.own.changed(INVOICES, key_of(INVOICES, record))
    tell(platform, INVOICES, RECEIVER, "PUT", _path(record), record)


def delete_invoice_record(platform: Platform, record_id: str = "") -> None:
    """Take back a record that was an error, by DELETE."""
    record = own(platform, INVOICES, record_id)
    platform.own.remove(INVOICES, key_of(INVOICES, record))
    platform.own.put(WITHDRAWN, key_of(INVOICES, record), record)
    tell(platform, INVOICES, RECEIVER, "DELETE", _path(record))


def _path(record: Json) -> tuple[str, ...]:
    return record["country_code"], record["party_id"], record["id"]
