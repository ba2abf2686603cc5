"""The mock partner on its own: a platform, its server, its record and its control API put together from mock.toml.

Rules: nothing is decided here that the configuration does not say; what is done is done by the parts.
"""

from __future__ import annotations

import secrets
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ocpi_conformance.mock_partner import activity, datasets, hub_clients
from ocpi_conformance.mock_partner.application import Application
from ocpi_conformance.mock_partner.arming import Arming
from ocpi_conformance.mock_partner.client import Client, TlsSettings
from ocpi_conformance.mock_partner.control import Control
from ocpi_conformance.mock_partner.control_routes import PARTS
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.findings import Explain, Findings, explain_nothing
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.persistence import Shelf, connection_as_json, connection_of
from ocpi_conformance.mock_partner.platform import Platform, Validate, accept_all
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.mock_partner.samples_2_3_0 import extras
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.simulation import Simulation
from ocpi_conformance.mock_partner.state import Connection, Json, Party, Store, TokenMint
from ocpi_conformance.mock_partner.static_files import Console
from ocpi_conformance.mock_partner.timing import AcceleratedClock, Clock, SteppedClock


class Sandbox:
    """A mock partner of its own; as a context manager it serves as long as the context lasts.

    Args:
        config: mock.toml.
        validate: finds what is wrong with an object that is sent to it.
        explain: finds what is wrong with the bodies of an exchange, for who looks at it.
        hosted: it is served by somebody else's ASGI server, through `application`.
    """

    def __init__(
        self,
        config: MockConfig | None = None,
        *,
        validate: Validate = accept_all,
        explain: Explain = explain_nothing,
        hosted: bool = False,
    ) -> None:
        self.config = config = config or MockConfig()
        self._shelf = _opened(config)
        given = config.control_secret
        self.secret = given.reveal() if given else secrets.token_urlsafe(24)
        # Whoever looks here plays with data of their own: only secrets are hidden.
        self.record = Record(
            redactor=Redactor(personal_data=True), keep=config.kept_exchanges, keep_bytes=config.kept_bytes
        )
        self.record.redactor.add(self.secret, "CONTROL_SECRET")
        self.findings = Findings(explain, self.record.redactor)
        self._server: Server | None = None
        if hosted:
            url = config.public_url or f"http://{config.listen}"
            self.application = Application(url, self.record, config.limits)
        else:
            self._server = Server(config.listen, config.public_url, self.record, config.limits)
            self.application = self._server.application
        calls = config.calls
        tls = TlsSettings(calls.verify, str(calls.ca_file) if calls.ca_file else None)
        self._client = Client(self.record, "partner", calls.seconds, tls)
        self.platform = Platform(
            roles=config.parties,
            client=self._client,
            handlers=HANDLERS,
            supported=config.versions,
            clock=clock_of(config.clock),
            validate=validate,
            mint=TokenMint("M"),
            seed=config.seed,
            max_depth=config.limits.depth,
        )
        simulated = config.simulation
        self.simulation = Simulation(self.platform, seed=config.seed, rate=simulated.rate) if simulated.on else None
        self.arming = Arming(self.platform, switches_of(config))
        self._tokens = {terms.account.name: self._token_of(terms) for terms in config.partners}
        self.platform.base_url = self.application.mount(
            "ocpi", self.platform, recorded=True, prompt=self.platform.is_prompt
        )
        self.control_url = self.application.mount("control", Control(self))
        console = Console()
        url = self.application.mount("console", console)
        # The fragment reaches the page and no server.
        self.console_url = f"{url}/#{urllib.parse.quote(self.secret, safe='')}" if console.installed else ""
        if self._shelf:
            self._resume(self._shelf)
        else:
            self.reset()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def versions_url(self) -> str:
        """The URL that a partner starts from."""
        return self.platform.versions_url

    @property
    def invitations(self) -> dict[str, str]:
        """The CREDENTIALS_TOKEN_A of each partner that may register, by the partner's name."""
        names = [terms.account.name for terms in self.config.partners if not terms.versions_url]
        return {name: self._tokens[name] for name in names}

    def start(self) -> Sandbox:
        """Start serving, then register with the partners that are to be registered with.

        Raises:
            HarnessError: the server did not start.
        """
        if self._server:
            self._server.start()
        agenda = self.platform.agenda
        known = {connection.account.name for connection in self.platform.living()}
        for terms in self.config.partners:
            if terms.versions_url and terms.account.name not in known:
                agenda.after(0, self._registration(terms, terms.versions_url))
        if isinstance(agenda.clock, SteppedClock) and self._server:
            agenda.advance(0)
        if self.simulation:
            self.simulation.start()
        return self

    def stop(self) -> None:
        """Stop everything; what it knows is kept first, if anywhere."""
        try:
            self._keep()
        finally:
            self.platform.agenda.close()
            if self._server:
                self._server.stop()
            self._client.close()
            if self._shelf:
                self._shelf.close()

    def reset(self, parts: tuple[str, ...] = PARTS) -> None:
        """Bring `parts` back to what the configuration says."""
        for part in parts:
            _RESETS[part](self)
        # What a hub tells of its clients follows from its connections.
        hub_clients.sync(self.platform)

    def invite(self, name: str = "", token: str = "") -> str:
        """Issue a CREDENTIALS_TOKEN_A to a further partner, or to one of the configuration by its name; returns it."""
        account = next((terms.account for terms in self.config.partners if terms.account.name == name), None)
        made = self.platform.invite(token)
        self.record.redactor.add(made, "CREDENTIALS_TOKEN_A")
        if account:
            self.platform.connections[-1].account = account
        return made

    def _token_of(self, terms: PartnerTerms) -> str:
        token = terms.token_a.reveal() if terms.token_a else self.platform.mint.new("A")
        self.record.redactor.add(token, f"CREDENTIALS_TOKEN_A {terms.account.name}")
        return token

    def _registration(self, terms: PartnerTerms, versions_url: str) -> Callable[[], None]:
        def register() -> None:
            hub_clients.register(self.platform, versions_url, self._tokens[terms.account.name], terms.account)

        return register

    # What survives a restart ---------------------------------------------------------------------------------------

    def _resume(self, shelf: Shelf) -> None:
        """Go on where the sandbox that kept its state on `shelf` was stopped, and keep everything there from now on."""
        if not shelf.is_new:
            self._take_back(shelf)
        for store in self._stores.values():
            store.watch()
        self.reset(PARTS if shelf.is_new else ("faults",))
        self.record.sink = self._keep_exchange
        self.application.settle = self.platform.agenda.settle = self._keep
        self._keep()

    def _take_back(self, shelf: Shelf) -> None:
        for name, store in self._stores.items():
            shelf.fill(name, store)
        accounts = {terms.account.name: terms.account for terms in self.config.partners}
        connections = [connection_of(kept, accounts) for kept in shelf.fact("connections")]
        for connection in connections:
            self.record.redactor.add(connection.token_in, "CREDENTIALS_TOKEN")
            self.record.redactor.add(connection.token_out, "CREDENTIALS_TOKEN")
        chosen = {terms.account.name for terms in self.config.partners if terms.token_a}
        self._tokens |= {name: token for name, token in shelf.fact("tokens").items() if name not in chosen}
        known = {connection.account.name for connection in connections}
        self._reset_connections()
        self.platform.connections[:] = [
            *connections,
            *(connection for connection in self.platform.connections if connection.account.name not in known),
        ]
        self.record.resume(shelf.exchanges(self.config.kept_exchanges))
        clock = self.platform.clock
        if (moment := shelf.fact("moment")) is not None:
            clock.shift += max((parse_timestamp(moment) - clock.now()).total_seconds(), 0.0)
        if lost := shelf.fact("waiting"):
            text = (
                f"{lost} things that were to be done later (results, expiries, meter values) ended with the last stop"
            )
            self.platform.agenda.failures.append(HarnessError(text))

    @property
    def _stores(self) -> dict[str, Store]:
        return {"own": self.platform.own, "received": self.platform.received}

    def _keep(self) -> None:
        if self._shelf is None:
            return
        clock = self.platform.clock
        with self.platform.lock:
            connections = [connection_as_json(connection) for connection in self.platform.connections]
        self._shelf.keep(
            {
                "parties": [vars(party) for party in self.config.parties],
                "connections": connections,
                "tokens": self._tokens,
                # The real time goes on by itself.
                "moment": None if type(clock) is Clock else timestamp(clock.now()),
                "waiting": self.platform.agenda.waiting,
            },
            self._stores,
        )

    def _keep_exchange(self, exchange: Exchange, line: object) -> None:
        if self._shelf:
            try:
                self._shelf.keep_exchange(exchange, line, self.record.first)
            except HarnessError as error:
                # The exchange has taken place: it stays in memory.
                self.platform.agenda.failures.append(error)

    # What the configuration says -----------------------------------------------------------------------------------

    def _reset_faults(self) -> None:
        self.arming.disarm_all()
        for name in (*self.config.profiles, *filter(None, [self.config.quirk])):
            self.arming.arm(name)
        for rule in self.config.faults:
            self.arming.arm(rule.name, rule.table)

    def _reset_data(self) -> None:
        _clear(self.platform.own)
        data, own = self.config.data, self.platform.own
        if data.files:
            activity.load(own, datasets.load_files(data.files))
            return
        now = self.platform.clock.now()
        for party in self.config.parties:
            if party.role in _PUBLISHING:
                datasets.fill(own, data.size, seed=self.config.seed, owner=party, now=now)
            if "2.3.0" in self.config.versions:
                activity.load(own, extras(party, _first_of(own, party), now))

    def _reset_received(self) -> None:
        _clear(self.platform.received)

    def _reset_connections(self) -> None:
        with self.platform.lock:
            self.platform.connections[:] = [
                Connection(token_in=self._tokens[terms.account.name], account=terms.account)
                for terms in self.config.partners
                if not terms.versions_url
            ]


# The roles that data sets are made for.
_PUBLISHING = ("CPO", "EMSP")
_RESETS: dict[str, Callable[[Sandbox], None]] = {
    "faults": Sandbox._reset_faults,
    "data": Sandbox._reset_data,
    "received": Sandbox._reset_received,
    "connections": Sandbox._reset_connections,
}


def clock_of(config: ClockConfig) -> Clock:
    """Return the clock that `config` describes."""
    start = config.start or datetime.now(UTC)
    if config.mode == "accelerated":
        return AcceleratedClock(start, config.factor)
    return SteppedClock(start) if config.mode == "stepped" else Clock()


def switches_of(config: MockConfig) -> dict[str, Any]:
    """Return the switches of the behaviour that `config` asks for: its limits, then its own switches."""
    switches: dict[str, Any] = {"max_limit": config.max_page}
    if not config.push:
        switches["pushes"] = "never"
    return switches | dict(config.behaviour)


def _opened(config: MockConfig) -> Shelf | None:
    """Return the open file of `config`, if it names one; raises HarnessError when it is no file of these parties."""
    if config.store is None:
        return None
    shelf = Shelf(config.store)
    kept = [Party(**party) for party in shelf.fact("parties") or ()]
    if shelf.is_new or kept == list(config.parties):
        return shelf
    shelf.close()
    names = ", ".join(f"{party.role} {party.country_code}*{party.party_id}" for party in kept)
    raise HarnessError(f"{shelf.path} is the store of {names}", "Start with the same parties, or with another --store")


def _first_of(store: Store, party: Party) -> dict[str, list[Json]]:
    """Return a CDR and some Locations of `party`, for what 2.3.0 has beside them."""
    return {
        module: list(islice((i for i in store.copies(module) if party.owns(i["country_code"], i["party_id"])), number))
        for module, number in (("cdrs", 1), ("locations", 2))
    }


def _clear(store: Store) -> None:
    for module in tuple(store.counts()):
        for key in store.keys(module):
            store.remove(module, key)
