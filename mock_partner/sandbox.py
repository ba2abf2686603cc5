"""The mock partner on its own: a platform, its server, its record and its control API put together from mock.toml.

Rules: nothing is decided here that the configuration does not say; what is done is done by the parts.
"""

from __future__ import annotations

import secrets
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ocpi_conformance.mock_partner import activity, datasets, registration
from ocpi_conformance.mock_partner.application import Application
from ocpi_conformance.mock_partner.arming import Arming
from ocpi_conformance.mock_partner.client import Client, TlsSettings
from ocpi_conformance.mock_partner.control import Control
from ocpi_conformance.mock_partner.control_routes import PARTS
from ocpi_conformance.mock_partner.findings import Explain, Findings, explain_nothing
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.platform import Platform, Validate, accept_all
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.simulation import Simulation
from ocpi_conformance.mock_partner.state import Connection, Store, TokenMint
from ocpi_conformance.mock_partner.static_files import Console
from ocpi_conformance.mock_partner.timing import AcceleratedClock, Clock, SteppedClock

# Makes the stores of a sandbox's own and of received objects; the path is that of [mock] store.
Stores = Callable[[Path | None], tuple[Store, Store]]


def in_memory(path: Path | None) -> tuple[Store, Store]:
    """Return stores that forget; whatever `path` says."""
    return Store(), Store()


class Sandbox:
    """A mock partner of its own; as a context manager it serves as long as the context lasts.

    Args:
        config: mock.toml.
        validate: finds what is wrong with an object that is sent to it.
        explain: finds what is wrong with the bodies of an exchange, for who looks at it.
        stores: makes the stores of its own and of received objects.
        hosted: it is served by somebody else's ASGI server, through `application`.
    """

    def __init__(
        self,
        config: MockConfig | None = None,
        *,
        validate: Validate = accept_all,
        explain: Explain = explain_nothing,
        stores: Stores = in_memory,
        hosted: bool = False,
    ) -> None:
        self.config = config = config or MockConfig()
        given = config.control_secret
        self.secret = given.reveal() if given else secrets.token_urlsafe(24)
        # Whoever looks here plays with data of their own: only secrets are hidden.
        self.record = Record(redactor=Redactor(personal_data=True), keep=config.kept_exchanges)
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
        own, received = stores(config.store)
        self.platform = Platform(
            roles=config.parties,
            client=self._client,
            handlers=HANDLERS,
            supported=config.versions,
            clock=clock_of(config.clock),
            validate=validate,
            mint=TokenMint("M"),
            own=own,
            received=received,
            seed=config.seed,
            max_depth=config.limits.depth,
        )
        simulated = config.simulation
        self.simulation = Simulation(self.platform, seed=config.seed, rate=simulated.rate) if simulated.on else None
        self.arming = Arming(self.platform, switches_of(config))
        self._tokens = {terms.account.name: self._token_of(terms) for terms in config.partners}
        self.platform.base_url = self.application.mount("ocpi", self.platform, recorded=True)
        self.control_url = self.application.mount("control", Control(self))
        console = Console()
        url = self.application.mount("console", console)
        # The fragment reaches the page and no server.
        self.console_url = f"{url}/#{urllib.parse.quote(self.secret, safe='')}" if console.installed else ""
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
        for terms in self.config.partners:
            if terms.versions_url:
                agenda.after(0, self._registration(terms, terms.versions_url))
        if isinstance(agenda.clock, SteppedClock) and self._server:
            agenda.advance(0)
        if self.simulation:
            self.simulation.start()
        return self

    def stop(self) -> None:
        """Stop everything."""
        self.platform.agenda.close()
        if self._server:
            self._server.stop()
        self._client.close()

    def reset(self, parts: tuple[str, ...] = PARTS) -> None:
        """Bring `parts` back to what the configuration says."""
        for part in parts:
            _RESETS[part](self)

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
            registration.register(self.platform, versions_url, self._tokens[terms.account.name], terms.account)

        return register

    def _reset_faults(self) -> None:
        self.arming.disarm_all()
        for name in self.config.profiles:
            self.arming.arm(name)
        for rule in self.config.faults:
            self.arming.arm(rule.name, rule.table)

    def _reset_data(self) -> None:
        _clear(self.platform.own)
        data, own = self.config.data, self.platform.own
        if data.files:
            activity.load(own, datasets.load_files(data.files))
            return
        for party in self.config.parties:
            if party.role in _PUBLISHING:
                now = self.platform.clock.now()
                datasets.fill(own, data.size, seed=self.config.seed, owner=party, now=now)

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


def _clear(store: Store) -> None:
    for module in tuple(store.counts()):
        for key in store.keys(module):
            store.remove(module, key)
