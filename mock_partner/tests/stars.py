"""A hub of ours in the middle, platforms of ours around it, over real sockets: what tests of hubs begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.mock_partner import activity, registration, samples
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Connection, Party, TokenMint

HUB = Party("HUB", "NL", "HUB")
CPO, MSP, MS2 = Party("CPO", "NL", "CPO"), Party("EMSP", "DE", "MSP"), Party("EMSP", "BE", "MS2")
DEADLINE = 10.0


@dataclass(frozen=True)
class Star:
    """A hub, the platforms that have registered with it by their party_id, and what has reached each of them."""

    hub: Platform
    platforms: dict[str, Platform]
    records: dict[str, Record]

    def __getitem__(self, party_id: str) -> Platform:
        return self.platforms[party_id]

    def arrived(self, party_id: str, module: str) -> list[Exchange]:
        """Return what has reached a party of this module, when the hub has nothing left to do."""
        assert self.hub.agenda.idle(DEADLINE)
        return [e for e in self.records[party_id].exchanges(0, "target") if e.context.module == module]

    def ask(self, party_id: str, method: str, module: str, side: str, path: Any = (), **more: Any) -> Exchange:
        """Have a party send the hub a request."""
        platform = self.platforms[party_id]
        return platform.call(peer(platform), method, module, side, path, **more)


@contextmanager
def star(*parties: Party, version: str = "2.2.1", timeout: float = 5.0) -> Iterator[Star]:
    """Yield a hub with which platforms of one party each have registered, in their order."""
    platforms, records = {}, {}
    for party in (HUB, *parties):
        record = Record()
        client = Client(record, "partner", timeout if party is HUB else DEADLINE)
        made = Platform((party,), client, HANDLERS, (version,), mint=TokenMint(party.party_id))
        # One application has one record: what reaches each platform is read from a server of its own.
        own = Server(record=record)
        made.base_url = own.mount("ocpi", made, recorded=True, prompt=made.is_prompt)
        own.start()
        platforms[party.party_id], records[party.party_id] = (made, own), record
    hub, _ = platforms[HUB.party_id]
    try:
        for party in parties:
            one, _ = platforms[party.party_id]
            activity.load(one.own, {"tokens": [samples.token(f"T-{party.party_id}", party, one.clock.now())]})
            registration.register(one, hub.versions_url, hub.invite())
        assert hub.agenda.idle(DEADLINE)
        yield Star(hub, {name: one for name, (one, _) in platforms.items()}, records)
    finally:
        for one, _ in platforms.values():
            one.agenda.close()
        for one, own in platforms.values():
            own.stop()
            one.client.close()


def peer(platform: Platform) -> Connection:
    """Return the one connection that there is."""
    (connection,) = platform.living()
    return connection
