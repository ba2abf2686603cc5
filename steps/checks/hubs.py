"""Whom a message of a party that is connected to a hub is for and from, by its routing headers; and whom it spares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.routing import HUB, PUSHES, names_hub
from ocpi_conformance.mock_partner.ocpi.versions import (
    FROM_COUNTRY,
    FROM_PARTY,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.platform import CONFIGURATION
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import accepted, received, sent
from ocpi_conformance.steps.checks.each import RESPONSE, distinct
from ocpi_conformance.steps.checks.message_ids import breaches_of_addressing, ids_in
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

SUBJECT, AMONG = "every request", "request to a hub"
Pair = tuple[str, str]
# What is specific to one party, by the text itself (transport_and_format_message_routing_broadcast_push).
_FOR_ONE = frozenset({"cdrs", "sessions"})


@dataclass(frozen=True)
class Traffic:
    """The requests of the target to a hub of the partner, and who there is.

    `hubs` are the parties that are hubs, `others` all further parties of the partner, `target` those of the target,
    which are not known where it is a hub itself.
    """

    requests: tuple[Exchange, ...]
    hubs: frozenset[Pair]
    others: frozenset[Pair]
    target: frozenset[Pair]


def traffic(exchanges: Iterable[Exchange]) -> Traffic:
    """Return the requests to functional modules among `exchanges`, with the parties that the others tell.

    Raises:
        NotObserved: there is no such request, or nothing tells which party the hub is.
    """
    known = list(exchanges)
    requests = tuple(e for e in known if e.sender == "target" and _is_functional(e))
    told = [e for e in known if e.context.module == "credentials"]
    hubs = frozenset(pair for e in told for pair in _hubs(_body(e, "partner")))
    if not requests or not hubs:
        raise NotObserved("the target has sent no request of a functional module to a hub of the partner")
    ours = {pair for e in told for pair in _roles(_body(e, "partner"))}
    ours |= {_pair(e, FROM_COUNTRY, FROM_PARTY) or ("", "") for e in known if e.sender == "partner"}
    ours |= {_named(sent(e)) for e in known if e.sender == "partner" and e.context.module == "hubclientinfo"}
    theirs = frozenset(pair for e in told for pair in _roles(_body(e, "target")))
    if any(pair for e in told for pair in _hubs(_body(e, "target"))):
        # A hub passes on what others send.
        theirs = frozenset()
    return Traffic(requests, hubs, frozenset(ours) - hubs - {("", "")}, theirs)


def _is_functional(exchange: Exchange) -> bool:
    return bool(exchange.context.module) and exchange.context.module not in CONFIGURATION


def _body(exchange: Exchange, side: str) -> dict[str, object]:
    """Return what one side has sent in an exchange, in its request or in its answer."""
    return sent(exchange) if exchange.sender == side else received(exchange)


def _named(row: dict[str, object]) -> Pair:
    return str(row.get("country_code") or "").upper(), str(row.get("party_id") or "").upper()


def _roles(credentials: dict[str, object]) -> Iterator[Pair]:
    roles = credentials.get("roles")
    yield from (_named(row) for row in (roles if isinstance(roles, list) else []) if isinstance(row, dict))


def _hubs(credentials: dict[str, object]) -> Iterator[Pair]:
    """Yield the parties that Credentials show as hubs: a role HUB (2.2.1), or hub_party_id (2.3.0)."""
    roles = credentials.get("roles")
    rows = [row for row in (roles if isinstance(roles, list) else []) if isinstance(row, dict)]
    yield from (_named(row) for row in rows if row.get("role") == HUB)
    if hub := str(credentials.get("hub_party_id") or "").upper():
        yield hub[:2], hub[2:]


def _pair(exchange: Exchange, country: str, party: str) -> Pair | None:
    """Return the ids in two headers, in capitals; None where one is missing or blank."""
    found = ids_in(exchange.request, country, party)
    return found if all(found) else None


def _to(exchange: Exchange) -> Pair | None:
    return _pair(exchange, TO_COUNTRY, TO_PARTY)


def _is_list(exchange: Exchange) -> bool:
    """Tell whether a request asks for a list, as a GET ALL does."""
    return exchange.request.method == "GET" and exchange.context.interface == SENDER and _is_for_all(exchange)


def _is_for_all(exchange: Exchange) -> bool:
    """Tell whether a request may be for the hub itself: a GET ALL, or a push of what is meant for everybody."""
    context = exchange.context
    module = MODULES[context.version][context.module]
    return names_hub(module, context.route, context.interface, exchange.request.method)


def _is_push(exchange: Exchange) -> bool:
    """Tell whether a request brings an object to those who receive such objects, as a Broadcast Push could."""
    context = exchange.context
    owned = bool(MODULES[context.version][context.module].owners)
    return owned and context.interface == RECEIVER and exchange.request.method in PUSHES


def _shown(pair: Pair | None) -> str:
    return " ".join(pair)[:20] if pair else "no party"


# What is answered -----------------------------------------------------------------------------------------------------


@expectation(RESPONSE[0], "is addressed through the hub to its sender")
def addressed_through_hub(exchange: Exchange) -> Iterator[Breach]:
    """TO is who the request is from, FROM who it was for (RTE-015, RTE-026, RTE-047).

    Who a broadcast is from is the hub. Absence fails, since a hub is involved (A25).

    Raises:
        NotObserved: it is no answer of the OCPI layer.
    """
    if not 200 <= http_status(exchange) < 300:
        raise NotObserved(f"no answer of the OCPI layer: HTTP {http_status(exchange)}")
    yield from breaches_of_addressing(exchange, Verdict.FAILED)


# What is sent ---------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "names the party behind the hub that it is for", among=AMONG)
def names_party(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """TO is a party and not the hub, but for what is broadcast or asked of all; FROM is one of the target (RTE-046).

    That a GET, or the push of an object, goes to the hub itself is judged by RTE-017 to RTE-019 and RTE-027. Who else
    is behind the hub the target may know better: a party that nobody has told of is noted, unless a Token tells it.

    Raises:
        NotObserved: no request names a party.
    """
    found = traffic(exchanges)
    named = [e for e in found.requests if _to(e) and not (_is_list(e) and _to(e) in found.hubs)]
    if not named:
        raise NotObserved("no request of the target to the hub names a party: RTE-021 judges that")
    return distinct(breach for e in named for breach in _misnamed(e, found))


def _misnamed(exchange: Exchange, found: Traffic) -> Iterator[Breach]:
    to, sender = _to(exchange), _pair(exchange, FROM_COUNTRY, FROM_PARTY)
    judged_elsewhere = exchange.request.method == "GET" or _is_push(exchange)
    if to in found.hubs and not judged_elsewhere:
        yield Breach("TO the party that the request is for", f"the hub, {_shown(to)}", exchange)
    elif to in found.target and to not in found.others:
        yield Breach("TO the party that the request is for", f"{_shown(to)} of the target itself", exchange)
    elif to not in found.hubs | found.others:
        token = sent(exchange).get("cdr_token")
        issuer = _named(token) if isinstance(token, dict) else None
        limit = Verdict.FAILED if issuer in found.others else Verdict.OBSERVED
        yield Breach("TO a party behind the hub", _shown(to), exchange, at_most=limit)
    yield from _of_target(exchange, sender, found)


def _of_target(exchange: Exchange, sender: Pair | None, found: Traffic) -> Iterator[Breach]:
    if sender is None or (found.target and sender not in found.target):
        yield Breach("FROM a party of the target", _shown(sender), exchange)


@expectation(SUBJECT, "leaves out both TO headers or none", among=AMONG)
def is_open(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A request whose receiver the hub is to find has no TO header, not even an empty one, but FROM (RTE-021).

    Raises:
        NotObserved: every request names a party.
    """
    found = traffic(exchanges)
    without = [e for e in found.requests if _to(e) is None and not _is_list(e)]
    if not without:
        raise NotObserved("every request of the target to the hub names a party")
    return distinct(breach for e in without for breach in _half_open(e, found))


def _half_open(exchange: Exchange, found: Traffic) -> Iterator[Breach]:
    for name in (TO_PARTY, TO_COUNTRY):
        if (value := exchange.request.header(name)) is not None:
            yield Breach(f"no {name} where the other TO header names nobody", value[:20] or "an empty one", exchange)
    yield from _of_target(exchange, _pair(exchange, FROM_COUNTRY, FROM_PARTY), found)


@expectation(SUBJECT, "asks the hub itself for the objects of all", among=AMONG)
def asks_hub(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A GET of a list names the hub as TO; one that names a party asks for the objects of that party (RTE-027).

    Raises:
        NotObserved: the target has asked for no list.
    """
    found = traffic(exchanges)
    lists = [e for e in found.requests if _is_list(e)]
    if not lists:
        raise NotObserved("the target has asked the hub for no list")
    for exchange in lists:
        if _to(exchange) is None:
            yield Breach("TO the hub", "no party", exchange)
        yield from _of_target(exchange, _pair(exchange, FROM_COUNTRY, FROM_PARTY), found)


@expectation(SUBJECT, "is no GET that goes to all", among=AMONG)
def no_broadcast_get(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No GET on a Receiver interface has the hub as TO (RTE-017).

    Raises:
        NotObserved: the target has read nothing from a Receiver interface.
    """
    return _not_to_hub(exchanges, RECEIVER, "the target has read nothing from a Receiver interface of the hub")


@expectation(SUBJECT, "leaves it to the hub to find who is asked", among=AMONG)
def open_get(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A GET of something else than a list is for a party, or for whom the hub finds: not for the hub itself (RTE-018).

    Raises:
        NotObserved: the target has sent no such GET.
    """
    return _not_to_hub(exchanges, "", "the target has sent the hub no GET but for lists")


def _not_to_hub(exchanges: Sequence[Exchange], interface: str, none: str) -> Iterator[Breach]:
    found = traffic(exchanges)
    gets = [e for e in found.requests if e.request.method == "GET" and not _is_list(e)]
    gets = [e for e in gets if interface in {"", e.context.interface}]
    if not gets:
        raise NotObserved(none)
    wrong = (e for e in gets if _to(e) in found.hubs)
    return distinct(Breach("TO a party or no TO headers", f"the hub, {_shown(_to(e))}", e) for e in wrong)


@expectation(SUBJECT, "broadcasts only what is meant for all", among=AMONG)
def broadcasts_for_all(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No Session or CDR has the hub as TO (RTE-019); of other objects that are for one party it is advice.

    Raises:
        NotObserved: the target has pushed nothing of the kind to the hub.
    """
    found = traffic(exchanges)
    pushes = [e for e in found.requests if _is_push(e) and not _is_for_all(e)]
    if not pushes:
        raise NotObserved("the target has pushed the hub nothing that is for one party")
    return distinct(
        Breach(
            "TO the party that the object is for, or no TO headers",
            f"the hub, {_shown(_to(e))}",
            e,
            at_most=Verdict.FAILED if e.context.module in _FOR_ONE else Verdict.ADVISED,
        )
        for e in pushes
        if _to(e) in found.hubs
    )


@expectation(SUBJECT, "is noted unless it is a broadcast", among=AMONG)
def is_broadcast(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """What is meant for all may be sent to the hub itself, once for everybody (RTE-011).

    Raises:
        NotObserved: the target has pushed nothing of the kind to the hub.
    """
    found = traffic(exchanges)
    pushes = [e for e in found.requests if _is_push(e) and _is_for_all(e)]
    if not pushes:
        raise NotObserved("the target has pushed the hub nothing that is meant for all")
    return distinct(Breach("TO the hub", _shown(_to(e)), e) for e in pushes if _to(e) not in found.hubs)


# Who is not connected -------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "spares the parties that are not connected", among="request beside ClientInfo")
def spares_the_absent(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No request has as TO a party that the hub has told to be OFFLINE, PLANNED or SUSPENDED (HUB-021, 023, 025).

    Raises:
        NotObserved: no request was for the party while it was CONNECTED, so that none can be missing now.
    """
    status: dict[Pair, tuple[str, int]] = {}
    addressed = False
    for exchange in sorted(exchanges, key=lambda e: e.began):
        to = _to(exchange) if exchange.sender == "target" else None
        known, since = status.get(to, ("", 0)) if to else ("", 0)
        if known == "CONNECTED":
            addressed = True
        elif known and exchange.began > since and addressed:
            yield Breach(f"no request to {_shown(to)}, which is {known}", exchange.summary, exchange)
        if exchange.sender == "partner" and exchange.context.module == "hubclientinfo" and accepted(exchange):
            info = sent(exchange)
            status[_named(info)] = (str(info.get("status")), exchange.ended)
    if not addressed:
        raise NotObserved("the target has sent no request that names the party behind the hub while it was connected")
