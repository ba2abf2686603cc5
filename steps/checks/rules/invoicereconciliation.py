"""The rules on InvoiceReconciliationRecords beyond their shape. Pure functions, no exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ocpi_conformance.steps.checks.rules.common import Json, code_flaws, listed, moment, owner, owner_flaws, text, texts
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule, rule_over
from ocpi_conformance.steps.likeness import differences, shown
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, str]] = {"INV-009": ("InvoiceReconciliationRecord", "")}
"""What the schemas decide: the class, and the end of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {}
"""Entries that no object can break, and why."""

_LISTABLE = 36


# One InvoiceReconciliationRecord


@rule("INV-021", "InvoiceReconciliationRecord")
def cdrs_listed_once(record: Json, version: str) -> Iterator[Flaw]:
    """A CDR that a record lists twice is advice (mod_invoice_reconciliation_record_object); see `cdrs_are_known`."""
    seen: set[str] = set()
    for index, name in texts(record, "cdrs"):
        if name.lower() in seen:
            yield Flaw(f"/cdrs/{index}", "each CDR once", f"{name} again", Verdict.ADVISED)
        seen.add(name.lower())


@rule("INV-022", "InvoiceReconciliationRecord")
def owner_country(record: Json, version: str) -> Iterator[Flaw]:
    """country_code is a code of ISO 3166-1 alpha-2 (InvoiceReconciliationRecord Object); see `owner_of_record`."""
    yield from code_flaws(record, "country_code", "alpha-2")


@rule("INV-023", "InvoiceReconciliationRecord")
def long_ids_listed(record: Json, version: str) -> Iterator[Flaw]:
    """A listed id that is longer than the table allows is noted: Credit CDRs have such ids (A37)."""
    for index, name in texts(record, "cdrs"):
        if len(name) > _LISTABLE:
            yield Flaw(f"/cdrs/{index}", f"at most {_LISTABLE} characters", f"{len(name)} characters")


@rule("INV-032", "InvoiceReconciliationRecord")
def plain_ids(record: Json, version: str) -> Iterator[Flaw]:
    """CDRs that are listed as objects, as the diagrams print them, are noted: the table has ids (A37)."""
    for index, item in listed(record, "cdrs"):
        yield Flaw(f"/cdrs/{index}", "the id of a CDR", f"an object with id {shown(item.get('id'))}")


# Between InvoiceReconciliationRecords


@rule_over("INV-033", "InvoiceReconciliationRecord")
def id_unique(records: Sequence[Json], version: str) -> Iterator[Flaw]:
    """No two records of one owner share an id (mod_invoice_reconciliation_record_object).

    A record may be corrected: two with another invoice and not one CDR in common may still be one, and are noted.
    """
    for index, record, first in _of_one_id(records, version):
        if _differ(record, first):
            expected = "an id that no other record of the owner has"
            yield Flaw("/id", expected, text(record["id"]), Verdict.OBSERVED, index=index)


def _of_one_id(records: Sequence[Json], version: str) -> Iterator[tuple[int, Json, Json]]:
    """Yield each record whose owner and id came before, with its index and the first one that has them."""
    seen: dict[tuple[str, str, str], Json] = {}
    for index, record in enumerate(records):
        name = text(record.get("id")).lower()
        first = seen.setdefault((*owner(record, version), name), record)
        if name and first is not record:
            yield index, record, first


def _differ(one: Json, two: Json) -> bool:
    invoices = [text(record.get("invoice_id")).lower() for record in (one, two)]
    cdrs = [{name.lower() for _, name in texts(record, "cdrs")} for record in (one, two)]
    return all(invoices) and invoices[0] != invoices[1] and all(cdrs) and cdrs[0].isdisjoint(cdrs[1])


# Between objects of several classes, or two readings of one


def listed_once(records: Sequence[Json], version: str) -> Iterator[Flaw]:
    """INV-033: no two of the `records` of one page share owner and id (mod_invoice_reconciliation_record_object).

    Between pages a record may move when another one changes, so that only one page counts.
    """
    for index, record, _ in _of_one_id(records, version):
        yield Flaw("/id", "an id that no other record of the owner has", text(record["id"]), index=index)


def cdrs_are_known(record: Json, version: str, cdrs: Iterable[Json]) -> Iterator[Flaw]:
    """INV-021: a listed id that is none of `cdrs`, all that were exchanged, is advice (InvoiceReconciliationRecord).

    With reverse billing the record is the eMSP's and the CDRs are the CPO's: the owner says nothing.
    """
    known = {text(cdr.get("id")).lower() for cdr in cdrs}
    for index, name in texts(record, "cdrs"):
        if name.lower() not in known:
            yield Flaw(f"/cdrs/{index}", "the id of a CDR that was exchanged", name, Verdict.ADVISED)


def owner_of_record(record: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """INV-022: the owner is a party of the target, `parties` by its credentials; not for hubs."""
    yield from owner_flaws(record, version, parties)


def ids_can_be_listed(cdrs: Sequence[Json], version: str) -> Iterator[Flaw]:
    """INV-023: CDRs with ids too long for a record are noted; the index is that of the CDR (A37).

    `cdrs` are those of a target that uses invoice reconciliation.
    """
    for index, cdr in enumerate(cdrs):
        length = len(text(cdr.get("id")))
        if length > _LISTABLE:
            yield Flaw("/id", f"at most {_LISTABLE} characters, as records list them", f"{length}", index=index)


def last_updated_after_change(before: Json, after: Json, version: str) -> Iterator[Flaw]:
    """INV-024: a changed copy of a record whose last_updated is not later is noted; both are allowed (A37)."""
    first, second = moment(before.get("last_updated")), moment(after.get("last_updated"))
    kind, ignored = "InvoiceReconciliationRecord", frozenset({"last_updated"})
    if first is None or second is None or second > first:
        return
    if any(differences(version, kind, before, after, closed=True, ignored=ignored)):
        expected = f"later than {before['last_updated']}, where a change counts as an update"
        yield Flaw("/last_updated", expected, after["last_updated"], Verdict.OBSERVED)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "INV-021": (cdrs_are_known,),
    "INV-022": (owner_of_record,),
    "INV-023": (ids_can_be_listed,),
    "INV-024": (last_updated_after_change,),
    "INV-033": (listed_once,),
}
"""By requirement, the functions that need more than one record, or what no record says; their arguments differ."""
