"""Whom a message is from and for, by its routing headers; on one link of two platforms. Hubs are not judged here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.ocpi.versions import (
    FROM_COUNTRY,
    FROM_PARTY,
    ROUTING_HEADERS,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.platform import CONFIGURATION
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import received
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.checks.each import distinct
from ocpi_conformance.steps.checks.message_ids import single_roles
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.scene import data_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

BESIDE = "request beside credentials"
Pair = tuple[str, str]


def _functional(exchanges: Iterable[Exchange]) -> list[Exchange]:
    found = [
        e for e in exchanges if e.sender == "target" and e.context.module and e.context.module not in CONFIGURATION
    ]
    if not found:
        raise NotObserved("the target has sent no request to a functional module")
    return found


@expectation("every request", "carries its routing headers", among=BESIDE)
def is_routed(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """All four are there in requests to functional modules (RTE-002); advice where both sides host one party (A25)."""
    alone = single_roles(exchanges)
    return distinct(
        Breach(name, "no such header", e, at_most=Verdict.ADVISED if alone(e) else Verdict.FAILED)
        for e in _functional(exchanges)
        for name in ROUTING_HEADERS
        if not e.request.header(name)
    )


@expectation("every request", "is from a party of the target to a party of the partner", among=BESIDE)
def is_between_parties(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """TO is a party of the partner, FROM one of the target, both by their Credentials (RTE-004).

    FROM another party than the owner of what is pushed is advice (A25). Headers that are absent are not judged here.

    Raises:
        NotObserved: no Credentials were exchanged, or no request names a party.
    """
    theirs, ours = _parties(exchanges, "target"), _parties(exchanges, "partner")
    if not theirs and not ours:
        raise NotObserved("no Credentials were exchanged that name the parties")
    routed = [e for e in _functional(exchanges) if _pair(e, TO_COUNTRY, TO_PARTY) or _pair(e, FROM_COUNTRY, FROM_PARTY)]
    if not routed:
        raise NotObserved("no request of the target names a party in routing headers: RTE-002 judges that")
    return distinct(breach for e in routed for breach in _misrouted(e, theirs, ours))


def _misrouted(exchange: Exchange, theirs: set[Pair], ours: set[Pair]) -> Iterator[Breach]:
    to, sender = _pair(exchange, TO_COUNTRY, TO_PARTY), _pair(exchange, FROM_COUNTRY, FROM_PARTY)
    if to and ours and to not in ours:
        yield Breach(f"TO one of {_listed(ours)}", " ".join(to)[:20], exchange)
    if sender and theirs and sender not in theirs:
        yield Breach(f"FROM one of {_listed(theirs)}", " ".join(sender)[:20], exchange)
    owner = (exchange.context.id("country_code") or "").upper(), (exchange.context.id("party_id") or "").upper()
    pushed = exchange.context.interface == RECEIVER and exchange.request.method != "GET"
    if pushed and sender in theirs and owner in theirs and sender != owner:
        expected = f"FROM the owner of what is pushed, {' '.join(owner)}"
        yield Breach(expected, " ".join(sender), exchange, at_most=Verdict.ADVISED)


def _pair(exchange: Exchange, country: str, party: str) -> Pair | None:
    """Return the ids in two headers, in capitals; None where one is missing."""
    found = exchange.request.header(country), exchange.request.header(party)
    return (found[0].strip().upper(), found[1].strip().upper()) if found[0] and found[1] else None


def _parties(exchanges: Iterable[Exchange], side: str) -> set[Pair]:
    """Return the parties in all Credentials that one side has sent, in a request or in an answer."""
    found: set[Pair] = set()
    for exchange in exchanges:
        if exchange.context.module == "credentials":
            body = sent_in(exchange) if exchange.sender == side else received(exchange)
            roles = body.get("roles")
            rows = [row for row in roles if isinstance(row, dict)] if isinstance(roles, list) else []
            found |= {(str(row.get("country_code")).upper(), str(row.get("party_id")).upper()) for row in rows}
            # A platform of 2.3.0 names its hub beside its roles.
            hub = str(body.get("hub_party_id") or "").upper()
            found |= {(hub[:2], hub[2:])} if hub else set()
    return found


def _listed(pairs: Iterable[Pair]) -> str:
    return ", ".join(sorted(" ".join(pair) for pair in pairs))


@expectation("the answers", "hold objects of the party addressed")
def of_party(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No list holds objects of another party than the one in its TO headers (RTE-010, A49)."""
    for exchange in exchanges:
        wanted, data = _pair(exchange, TO_COUNTRY, TO_PARTY), data_of(exchange)
        for number, item in enumerate(data if isinstance(data, list) else []):
            owner = (str(item.get("country_code")).upper(), str(item.get("party_id")).upper())
            if wanted and owner != wanted:
                yield Breach(f"objects of {' '.join(wanted)}", " ".join(owner)[:20], exchange, f"/data/{number}")
                break
