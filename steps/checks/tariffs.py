"""How the target pushes Tariffs and what it deletes: URLs, methods, references. Tariffs alone are in rules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.kept import breach
from ocpi_conformance.steps.checks.location_pushes import body_of, route_of
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.rules.common import folded, text
from ocpi_conformance.steps.checks.rules.tariff_costs import expired_amounts, expired_reservation
from ocpi_conformance.steps.commanded import Followed
from ocpi_conformance.steps.evidence import is_deletion
from ocpi_conformance.steps.payloads import Payload, payloads, version_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved

SUBJECT = "every tariff request"


@expectation(SUBJECT, "is addressed by its owner and its id")
def addressed(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """Country code, party id and tariff id follow the endpoint URL (mod_tariffs_emsp_interface)."""
    for exchange in requests:
        if route_of(exchange) is None:
            yield Breach("the endpoint URL, country_code, party_id and tariff_id", exchange.request.url, exchange)


@expectation(SUBJECT, "has the owner of its Tariff in the URL")
def owner_in_url(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """Country code and party id of URL and body are the same (mod_tariffs_msp_put_request_parameters)."""
    return _as_in_url(requests, {"country_code": "country_code", "party_id": "party_id"})


@expectation(SUBJECT, "has the id of its Tariff in the URL")
def id_in_url(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """The last part of the URL is the id of the Tariff (mod_tariffs_msp_put_request_parameters)."""
    return _as_in_url(requests, {"tariff_id": "id"})


def _as_in_url(requests: Sequence[Exchange], fields: dict[str, str]) -> Iterator[Breach]:
    """Yield the PUTs of which the URL and the body differ; `fields` are parts of the URL and names in the body."""
    puts = [exchange for exchange in requests if exchange.request.method == "PUT" and route_of(exchange)]
    if not puts:
        raise NotObserved("the target has pushed no whole Tariff to the URL of one")
    for exchange in puts:
        body, version = body_of(exchange), exchange.context.version
        for part, name in fields.items():
            wanted = exchange.context.id(part) or ""
            found = text(body.get(name)) if isinstance(body, dict) else ""
            if found and folded(found, version) != folded(wanted, version):
                yield Breach(f"{name} {wanted}, as in the URL", found, exchange, f"/{name}")


@expectation(SUBJECT, "is no PATCH")
def no_patch(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """A Tariff is replaced as a whole (mod_tariffs_emsp_interface)."""
    changes = [exchange for exchange in requests if exchange.request.method in {"PUT", "PATCH"}]
    if not changes:
        raise NotObserved("the target has pushed no Tariff")
    patches = [exchange for exchange in changes if exchange.request.method == "PATCH"]
    return (Breach("PUT of the whole Tariff", "PATCH", exchange) for exchange in patches[:MOST])


@expectation("every deletion", "leaves no Connector with the Tariff")
def unreferenced(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No Connector refers to a Tariff that was deleted (mod_tariffs_delete_method), as they are listed afterwards."""
    deleted = {
        text(exchange.context.id("tariff_id")).lower(): exchange for exchange in exchanges if is_deletion(exchange)
    }
    lists = [exchange for exchange in exchanges if (exchange.context.module, exchange.context.route) == _LOCATIONS]
    plugs = [payload for payload in payloads(lists, "Connector") if isinstance(payload.value, dict)]
    if not plugs:
        raise NotObserved("the target lists no Connector")
    return itertools.islice(_references(plugs, deleted), MOST)


_LOCATIONS = ("locations", "list")


def _references(plugs: Sequence[Payload], deleted: dict[str, Exchange]) -> Iterator[Breach]:
    for payload in plugs:
        names = payload.value.get("tariff_ids")
        for index, name in enumerate(names if isinstance(names, list) else ()):
            if text(name).lower() in deleted:
                place = f"{payload.pointer}/tariff_ids/{index}"
                yield Breach("a Tariff that was not deleted", str(name), payload.exchange, place)


# What an amount is off at most, so that it still is the one that is meant.
_CENT = 0.01


@expectation("the CDR of the command", "has the price of an expired reservation")
def priced_as_expired(found: Followed) -> Iterator[Breach]:
    """The price of time of RESERVATION_EXPIRES takes the place of that of RESERVATION (ReservationRestrictionType).

    Raises:
        NotObserved: no CDR of the reservation came, or its Tariffs do not have both prices, or none that can be told
            apart after so short a time.
    """
    if not found.found:
        raise NotObserved("the target has shown no CDR of the reservation that expired")
    payload = found.found[-1]
    cdr, version = payload.value, version_of(payload)
    amounts = expired_amounts(cdr, version)
    if amounts is None:
        raise NotObserved("the Tariffs of the CDR do not price time by both RESERVATION and RESERVATION_EXPIRES alone")
    right, wrong = amounts
    if all(any(abs(one - other) <= 2 * _CENT for other in right) for one in wrong):
        raise NotObserved("the reservation was too short for its two prices to differ by more than a cent")
    for flaw in expired_reservation(cdr, version):
        yield breach(flaw, payload)
