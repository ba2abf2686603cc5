"""The rules on Terminals and financial advice confirmations beyond their shape. Pure functions, no exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ocpi_conformance.steps.checks.rules.common import (
    Json,
    amount,
    code_flaws,
    listed,
    member,
    number,
    text,
    texts,
)
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.likeness import absent
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, str]] = {
    "PAY-010": ("Terminal", ""),
    "PAY-014": ("FinancialAdviceConfirmation", ""),
}
"""What the schemas decide: the class, and the end of the pointer of its errors without indices; "" is any error."""

NOT_JUDGED: dict[str, str] = {"PAY-045": "OTHER and PTP are both accepted as role, so there is nothing to break"}
"""Entries that no object can break, and why."""

_FAILED = "FAILED"
_PARTIAL = "PARTIAL_SUCCESS"
_FREE = 0.005
# What is captured has whole cents, what is due may have four decimals, and taxes are rounded by themselves.
_CENT = 0.011
_OF_2_2_1 = ("excl_vat", "incl_vat")


# One Terminal


@rule("PAY-038", "Terminal")
def party_is_complete(terminal: Json, version: str) -> Iterator[Flaw]:
    """party_id and country_code, which together stand for a customer_reference, are both there or none (Terminal)."""
    names = ("party_id", "country_code")
    for name, other in (names, names[::-1]):
        if absent(terminal.get(name)) and not absent(terminal.get(other)):
            yield Flaw(f"/{name}", f"{name}, since {other} is given", "absent")


@rule("PAY-040", "Terminal")
def country_code(terminal: Json, version: str) -> Iterator[Flaw]:
    """The country is or was a code of ISO 3166-1 alpha-3, in any letter case (mod_payments_terminal_object)."""
    yield from _in_any_case(code_flaws(terminal, "country", "alpha-3"))


def _in_any_case(found: Iterable[Flaw]) -> Iterator[Flaw]:
    """Yield the flaws other than those of letter case: the field is a CiString."""
    yield from (flaw for flaw in found if flaw.at_most is Verdict.FAILED)


# One FinancialAdviceConfirmation


@rule("PAY-042", "FinancialAdviceConfirmation")
def currency_code(confirmation: Json, version: str) -> Iterator[Flaw]:
    """The currency is or was a code of ISO 4217, in any letter case (Financial Advice Confirmation)."""
    yield from _in_any_case(code_flaws(confirmation, "currency", "currency"))


@rule("PAY-043", "FinancialAdviceConfirmation")
def failure_without_data(confirmation: Json, version: str) -> Iterator[Flaw]:
    """A failed capture without eft_data is noted: the table wants a line, an example has none (A39)."""
    if confirmation.get("capture_status_code") == _FAILED and absent(confirmation.get("eft_data")):
        yield Flaw("/eft_data", "at least one line", "absent")


@rule("PAY-044", "FinancialAdviceConfirmation")
def nothing_captured(confirmation: Json, version: str) -> Iterator[Flaw]:
    """A capture that failed with an amount captured is noted (mod_payments_capture_status_code_enum)."""
    captured = _with_taxes(member(confirmation, "total_costs"))
    if confirmation.get("capture_status_code") == _FAILED and captured is not None and abs(captured) > _FREE:
        yield Flaw("/total_costs", f"nothing captured, since the capture is {_FAILED}", f"{captured:.4g}")


@rule("PAY-054", "FinancialAdviceConfirmation")
def price_of_2_2_1(confirmation: Json, version: str) -> Iterator[Flaw]:
    """The Price fields of 2.2.1, which the examples print, are noted (Financial Advice Confirmation; A39)."""
    costs = member(confirmation, "total_costs")
    found = [name for name in _OF_2_2_1 if name in costs]
    if found:
        yield Flaw("/total_costs", "before_taxes and taxes", " and ".join(found))


def _with_taxes(price: Json) -> float | None:
    before, taxed = number(price.get("before_taxes")), number(price.get("incl_vat"))
    if before is None:
        return taxed
    return before + sum(number(tax.get("amount")) or 0.0 for _, tax in listed(price, "taxes"))


# Between objects of several classes


def invoice_reference_fits(cdr: Json, version: str, terminal: Json) -> Iterator[Flaw]:
    """PAY-034: a CDR has an invoice_reference_id exactly when the CPO makes the invoice (Payments, Transaction).

    `terminal` is the one at which the session was started. CDRs that cost nothing, and Credit CDRs, may lack it.
    """
    creator, reference = terminal.get("invoice_creator"), cdr.get("invoice_reference_id")
    cost = amount(cdr.get("total_cost"), version)
    due = cost is not None and cost > _FREE and cdr.get("credit") is not True
    if creator == "CPO" and absent(reference) and due:
        yield Flaw("/invoice_reference_id", "that of the invoice, which the CPO creates", "absent")
    elif creator == "PTP" and not absent(reference):
        yield Flaw("/invoice_reference_id", "absent, since the PTP creates the invoice", str(reference))


def assigned_places_exist(terminal: Json, version: str, locations: Iterable[Json]) -> Iterator[Flaw]:
    """PAY-039: what the CPO assigns to a terminal is among its `locations` and their EVSEs (Terminal Object).

    `terminal` is a Terminal or the body of a PATCH.
    """
    known: dict[str, set[str]] = {"location_ids": set(), "evse_uids": set()}
    for location in locations:
        known["location_ids"].add(text(location.get("id")).lower())
        known["evse_uids"].update(text(evse.get("uid")).lower() for _, evse in listed(location, "evses"))
    for name, ids in known.items():
        for index, assigned in texts(terminal, name):
            if assigned.lower() not in ids:
                yield Flaw(f"/{name}/{index}", "one of the CPO's own", assigned)


def captured_fits_total(confirmation: Json, version: str, cdr: Json) -> Iterator[Flaw]:
    """PAY-041: what was captured is the total with taxes of the CDR, in part at most that; else noted (A39).

    `cdr` has the same authorization_reference. Nothing is said for a capture that failed, a Credit CDR, another
    currency, or a CDR whose taxes are unknown.
    """
    status, total = confirmation.get("capture_status_code"), member(cdr, "total_cost")
    comparable = text(confirmation.get("currency")).upper() == text(cdr.get("currency")).upper()
    if status == _FAILED or cdr.get("credit") is True or not comparable or absent(total.get("taxes")):
        return
    captured, due = _with_taxes(member(confirmation, "total_costs")), _with_taxes(total)
    if captured is None or due is None:
        return
    if captured > due + _CENT or (status != _PARTIAL and captured < due - _CENT):
        yield Flaw("/total_costs", f"{due:.4f}, as in the CDR", f"{captured:.4f}")


def currency_of_session(confirmation: Json, version: str, session: Json) -> Iterator[Flaw]:
    """PAY-042: the currency is that of the session; otherwise advice (Financial Advice Confirmation).

    `session` is the Session or CDR with the same authorization_reference.
    """
    found, expected = text(confirmation.get("currency")), text(session.get("currency"))
    if found and expected and found.upper() != expected.upper():
        yield Flaw("/currency", f"{expected}, as in the session", found, Verdict.ADVISED)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "PAY-034": (invoice_reference_fits,),
    "PAY-039": (assigned_places_exist,),
    "PAY-041": (captured_fits_total,),
    "PAY-042": (currency_of_session,),
}
"""By requirement, the functions that need objects of several classes; their arguments differ."""
