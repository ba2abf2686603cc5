"""A CPO and an eMSP of ours that have registered with each other over real sockets, for tests. No test lives here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.mock_partner import jsontext, registration, samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Connection, Json, Party, TokenMint, key_of

CPO, EMSP = Party("CPO", "NL", "CPO"), Party("EMSP", "NL", "MSP")
DEADLINE = 10.0


@dataclass(frozen=True)
class Pair:
    """The two platforms, and the record of what reached the eMSP and of what it sent."""

    cpo: Platform
    emsp: Platform
    record: Record

    def arrived(self, method: str, module: str, number: int = 1) -> Exchange:
        """Return the `number`-th request of this method and module that reached the eMSP, waiting for it."""

        def enough(exchange: Exchange) -> bool:
            found = [e for e in self.record.exchanges() if fits(e) and e.number <= exchange.number]
            return len(found) >= number and fits(exchange)

        def fits(e: Exchange) -> bool:
            return e.sender == "target" and (e.request.method, e.context.module) == (method, module)

        return self.record.wait_for(enough, f"{method} {module}", DEADLINE)

    def sent(self, method: str, module: str) -> list[Exchange]:
        """Return the requests of this method and module that reached the eMSP so far."""
        exchanges = self.record.exchanges(0, "target")
        return [e for e in exchanges if (e.request.method, e.context.module) == (method, module)]

    def settle(self) -> None:
        """Wait until the CPO has nothing left to do."""
        assert self.cpo.agenda.idle(DEADLINE)

    @property
    def connection(self) -> Connection:
        """The eMSP's connection to the CPO."""
        return self.emsp.living()[0]


def data_of(exchange: Exchange) -> Any:
    """Return `data` of the answer."""
    return envelope_of(exchange).get("data")


def envelope_of(exchange: Exchange) -> Json:
    """Return the envelope of the answer."""
    assert exchange.response is not None
    body: Json = exchange.response.json
    return body


def body_of(exchange: Exchange) -> Any:
    """Return the body of the request."""
    return jsontext.loads(exchange.request.body)


@contextmanager
def connected(
    version: str = "2.2.1", roles: tuple[Party, ...] = (EMSP,), emsp: Behaviour | None = None, **cpo: Any
) -> Iterator[Pair]:
    """Yield a CPO with the switches `cpo` that publishes two Locations, and an eMSP of `roles` that has one Token."""
    record, own = Record(), Record()
    server = Server(record=record)
    platforms = [
        _platform(version, parties, Client(kept, "partner", 5.0), behaviour)
        for parties, kept, behaviour in (
            ((CPO,), own, Behaviour.of(cpo)),
            (roles, record, emsp or Behaviour()),
        )
    ]
    pair = Pair(*platforms, record)
    pair.cpo.base_url = server.mount("cpo", pair.cpo)
    pair.emsp.base_url = server.mount("emsp", pair.emsp, recorded=True)
    now = pair.cpo.clock.now()
    for number in (1, 2):
        place = samples.location(f"LOC{number}", CPO, now, number=number)
        pair.cpo.own.put("locations", key_of("locations", place), place)
    tariff = samples.tariff("TAR1", CPO, now)
    pair.cpo.own.put("tariffs", key_of("tariffs", tariff), tariff)
    token = samples.token("04A1B2C3D4E501", EMSP, now)
    pair.emsp.own.put("tokens", key_of("tokens", token), token)
    server.start()
    try:
        registration.register(pair.emsp, pair.cpo.versions_url, pair.cpo.invite())
        yield pair
    finally:
        for platform in platforms:
            platform.agenda.close()
        server.stop()
        for platform in platforms:
            platform.client.close()


def _platform(version: str, roles: tuple[Party, ...], client: Client, behaviour: Behaviour) -> Platform:
    return Platform(
        roles=roles,
        client=client,
        handlers=HANDLERS,
        supported=(version,),
        behaviour=behaviour,
        mint=TokenMint(roles[0].party_id),
    )
