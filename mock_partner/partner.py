"""The suite's own party in a run: its server, its client, its sites and their registrations with the target.

Rules: it acts when a step asks and remembers what it agreed with the target; it judges nothing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner import jsontext, registration
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client, TlsSettings
from ocpi_conformance.mock_partner.config import TargetConfig
from ocpi_conformance.mock_partner.errors import HarnessError, OutOfTokens
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.leftovers import Leftovers, OpenRegistration
from ocpi_conformance.mock_partner.messages import Inbound, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import OFFERED, RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.ocpi.versions import VERSIONS
from ocpi_conformance.mock_partner.platform import Platform, Validate, accept_all
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers, Record, Response
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Connection, Party, TokenMint, key_of
from ocpi_conformance.mock_partner.triggers import Triggers

# The partner takes the role that the target's role talks to.
# Seconds that the operator's own command or request may take at least, however soon the target is to act.
_TRIGGER = 30.0
_LENIENT = Behaviour(token_decoding="any form", missing_endpoints="accepted", profile_decimals="any number")
# What a payment terminal provider has, whatever role it says that it has.
_PROVIDES = OFFERED["2.3.0"]["PTP"]
# A hub of the partner answers for the parties behind it itself, and who they are does not follow from connections.
_HUB_HANDLERS = {**HANDLERS, "credentials": registration.credentials, "routed": lambda call: call.platform.serve(call)}
# The one behind a hub that no message can reach.
UNREACHABLE = "unreachable eMSP"
# The parties that the partner has behind a hub, by the word for each: role, the last character of its party_id (or the
# other, where the first party has that already), and what it offers beside what its role has.
BEHIND_HUB: Mapping[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "eMSP": ("EMSP", "EF", ()),
    "CPO": ("CPO", "LM", ()),
    # Only for want of the interface it would not be told what goes to the other side.
    "second CPO": ("CPO", "ST", (("locations", RECEIVER),)),
    "OTHER": ("OTHER", "OR", (("locations", RECEIVER), ("tariffs", RECEIVER), ("tokens", SENDER))),
    UNREACHABLE: ("EMSP", "UV", ()),
}
# Where nobody listens.
_CLOSED_PORT = 1
OPPOSITE = {"CPO": "EMSP", "EMSP": "CPO", "NSP": "CPO", "NAP": "CPO", "SCSP": "CPO", "PTP": "CPO", "OTHER": "CPO"}


@dataclass
class Site:
    """One platform of the partner and what it agreed with the target.

    `initiator` says who sends the POST. `connection` is the partner's view: `token_out` authorizes it at the target
    (CREDENTIALS_TOKEN_A, then C), `token_in` is the token that the target uses here (CREDENTIALS_TOKEN_B).
    `handshake` is the partner's POST, `updates` its PUTs, `ended` the DELETE that was accepted; `spent` are the tokens
    that stopped being valid. `opened` is the tick at which the site was made, `since` that of the partner's latest
    request about Credentials. `tried` says that the CREDENTIALS_TOKEN_A was used for more than reading, `bent` that the
    target last saw the partner with answers that a scenario had spoilt; `beside`, that it is a second party's.
    """

    name: str
    platform: Platform
    connection: Connection
    token_a: str = ""
    initiator: Literal["partner", "target"] = "partner"
    versions: Exchange | None = None
    details: Exchange | None = None
    handshake: Exchange | None = None
    updates: list[Exchange] = field(default_factory=list)
    ended: Exchange | None = None
    opened: int = 0
    since: int = 0
    spent: list[str] = field(default_factory=list)
    tried: bool = False
    bent: bool = False
    beside: bool = False

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Answer one request of the target."""
        return self.platform.handle(inbound)

    @property
    def behind(self) -> Party | None:
        """The party behind the hub that the site is; None where it is none."""
        info = next(self.platform.own.copies("hubclientinfo"), None) if self.platform.is_hub else None
        return Party(info["role"], info["country_code"], info["party_id"]) if info else None

    @property
    def registered(self) -> bool:
        """Whether the registration is complete and not ended."""
        return self.connection.state == "registered"


class TokenPool:
    """The CREDENTIALS_TOKEN_A that the operator gave us; each registration spends one."""

    def __init__(self, tokens: Iterable[str], triggers: Triggers) -> None:
        self._tokens = list(tokens)
        self._triggers = triggers
        self._lock = threading.Lock()

    def take(self, keep: int = 0) -> str:
        """Return a token that no registration has used, leaving `keep` of them for what is more important.

        Raises:
            OutOfTokens: there is none and no trigger `new_token_a`.
        """
        with self._lock:
            if len(self._tokens) > keep:
                return self._tokens.pop(0)
        if self._triggers.has("new_token_a"):
            return _token_in(self._triggers.pull("new_token_a"))
        raise OutOfTokens(
            "every CREDENTIALS_TOKEN_A is used up", "Give more tokens_a, or a trigger new_token_a, in target.toml"
        )


class Partner:
    """The partner of one run.

    Args:
        config: target.toml.
        version: the OCPI version under test.
        role: the role of the target under test.
        record: the record of the run.
        validate: finds what is wrong with what the target pushes, so that the partner answers as a partner would.
        leftovers: where open registrations are kept, for a cleanup after the run was killed.
    """

    def __init__(
        self,
        config: TargetConfig,
        version: str,
        role: str,
        record: Record,
        validate: Validate = accept_all,
        leftovers: Leftovers | None = None,
    ) -> None:
        self.config = config
        self._leftovers = leftovers or Leftovers()
        self.version = version
        self.role = role
        self.record = record
        self.triggers = Triggers(config.triggers, max(config.timeouts.callback, _TRIGGER))
        self.pool = TokenPool((secret.reveal() for secret in config.tokens_a), self.triggers)
        self._validate = validate
        tls = TlsSettings(config.tls.verify, str(config.tls.ca_file) if config.tls.ca_file else None)
        self.client = Client(record, "partner", config.timeouts.response, tls)
        self.server = Server(config.partner.listen, config.partner.public_url, record)
        self._numbers = itertools.count(1)
        self._mint = TokenMint("P")
        self._mark = hashlib.sha256((config.partner.seed or secrets.token_hex(8)).encode()).hexdigest()[:8]
        self.sites: list[Site] = []
        self._unused: Site | None = None
        self._refused: HarnessError | None = None
        self._refused_provider: HarnessError | None = None
        self._newcomers = itertools.count(1)
        # Further parties that serve the run, by a word for each: where they are met, or why they are not registered.
        self._further: dict[str, Site | HarnessError] = {}
        for number, secret in enumerate(config.tokens_a, 1):
            record.redactor.add(secret.reveal(), f"CREDENTIALS_TOKEN_A {number}")

    def start(self) -> Partner:
        """Start serving."""
        self.server.start()
        return self

    @property
    def roles(self) -> tuple[Party, ...]:
        """The parties of the partner's platform."""
        own = self.config.partner
        names = own.roles or (OPPOSITE.get(self.role, "EMSP"),)
        return tuple(Party(name, own.country_code, own.party_id, own.name) for name in names)

    def new_site(self, supported: tuple[str, ...] = (), roles: tuple[Party, ...] = ()) -> Site:
        """Open a further platform of the partner below a path of its own, unknown to the target so far."""
        name = f"s{next(self._numbers)}"
        platform = Platform(
            roles=roles or self.roles,
            client=self.client,
            handlers=HANDLERS,
            supported=supported or (self.version,),
            behaviour=_LENIENT,
            validate=self._validate,
            mint=self._mint,
            mark=f"{self._mark}-{name}",
        )
        site = Site(name, platform, Connection(token_in=self._new_token("B"), version=self.version))
        site.connection.versions_url = self.config.versions_url
        site.opened = site.since = self.record.tick()
        platform.connections.append(site.connection)
        platform.base_url = self.server.mount(name, site, recorded=True)
        self.sites.append(site)
        return site

    def invite(self) -> Site:
        """Open a site that the target may register with: its CREDENTIALS_TOKEN_A is ours to give out.

        A registration that exists is ended first: the target would have the partner twice.
        """
        self._end_all()
        site = self.new_site()
        site.initiator = "target"
        site.platform.connections.clear()
        site.token_a = site.platform.invite(self._new_token("A"))
        site.connection = site.platform.connections[-1]
        return site

    def invited(self) -> Site | None:
        """Return the site at which the target registered of its own accord and still is as it did, or None."""
        for site in reversed(self.sites):
            if site.initiator == "target" and site.registered and not site.bent and not self._is_updated(site):
                return site
        return None

    def _is_updated(self, site: Site) -> bool:
        """Tell whether either side has sent a PUT of its Credentials: from then on other tokens count."""
        calls = self.record.exchanges(site.opened, "target")
        puts = (e for e in calls if (e.request.method, e.context.module) == ("PUT", "credentials"))
        return bool(site.updates) or any(e.context.site == site.name for e in puts)

    def registered(self) -> Site:
        """Return a site that is registered with the target, registering one when there is none.

        Raises:
            HarnessError: the registration did not succeed.
        """
        for site in reversed(self.sites):
            if site.registered and not site.beside and self._mended(site):
                return site
        if self._refused is not None:
            raise self._refused
        try:
            if self.config.credentials.mode == "preshared":
                return self._preshared()
            return self.register(self._unregistered())
        except HarnessError as error:
            # Every scenario would try again, spend a token, and fail the same way.
            self._refused = error
            raise

    def attempted(self) -> Site:
        """Return the site of a registration that the partner began, beginning one when there is none.

        It may have failed: what was exchanged on the way can be judged all the same.

        Raises:
            HarnessError: it failed before the POST.
        """
        for site in reversed(self.sites):
            own = site.initiator == "partner" and not site.beside
            if own and site.handshake and site.registered and self._mended(site):
                return site
        if self._refused is None:
            try:
                return self.register(self.unregistered())
            except HarnessError as error:
                self._refused = error
        return self._tried(self._refused)

    def _tried(self, error: HarnessError) -> Site:
        for site in reversed(self.sites):
            if site.initiator == "partner" and site.handshake and not (site.bent or site.beside):
                return site
        raise error

    def _mended(self, site: Site) -> bool:
        """Let the target look again at a partner that it saw with spoilt answers; tells whether `site` can be used."""
        if site.bent and not site.platform.faults.rules:
            with suppress(HarnessError):
                self.rotate(site)
            if site.bent:
                self.unregister(site)
        return site.registered

    def known(self) -> Site:
        """Return a registered site, or else one that holds a CREDENTIALS_TOKEN_A; nothing is sent for it.

        Raises:
            OutOfTokens: no token is left.
        """
        known = (site for site in reversed(self.sites) if site.registered and not site.beside)
        return next(known, None) or self._unregistered()

    def unregistered(self) -> Site:
        """Return a site that holds an unspent CREDENTIALS_TOKEN_A and is not registered.

        A registration that exists is ended first: a target may refuse one party twice.

        Raises:
            OutOfTokens: no token is left.
        """
        # The last token is for the registration that all other scenarios share: the one that there is must not end.
        return self._unregistered(keep=int(any(site.registered for site in self.sites)))

    def _unregistered(self, keep: int = 0) -> Site:
        if self.config.credentials.mode == "preshared":
            raise HarnessError("the tokens are preshared: nothing registers with this target")
        if self._unused is None or not self._still_valid(self._unused):
            # The token first: without one the registration that exists stays.
            token = self.pool.take(keep)
            self._unused = self.new_site()
            self._arm(self._unused, token)
        self._end_all()
        return self._unused

    def unregistered_again(self) -> Site:
        """Return a site whose registration the target has ended at our DELETE, registering and ending one if needed.

        Raises:
            HarnessError: the registration or the DELETE did not succeed.
        """
        for site in reversed(self.sites):
            if site.ended is not None:
                return site
        site = self.registered()
        exchange = self.unregister(site)
        if site.ended is None:
            raise HarnessError(f"the DELETE did not succeed: {exchange.summary if exchange else 'nothing was sent'}")
        return site

    def second_party(self, role: str = "") -> Site:
        """Register a second party of the partner, beside the first one; the caller ends it with `unregister`.

        It has the roles of the first one, or `role` alone. A hub may overlook that a party that has just left is back:
        there each second party has a party_id of its own.

        Raises:
            HarnessError: the registration did not succeed.
            OutOfTokens: no token is left.
        """
        party_id = other_id(self.roles[0].party_id)
        if self.role == HUB:
            party_id = f"{party_id[0]}{next(self._newcomers) % 100:02}"
        others = tuple(replace(party, party_id=party_id) for party in self.roles)
        if role:
            others = (replace(others[0], role=role),)
        token = self.pool.take()
        site = self.new_site(roles=others)
        site.beside = True
        self._arm(site, token)
        return self.register(site)

    def smart_charging_provider(self) -> Site:
        """Return the site of a second party that is an SCSP, registering one when there is none; one serves the run.

        Raises:
            HarnessError: the registration did not succeed.
            OutOfTokens: no token is left.
        """
        for site in reversed(self.sites):
            if site.registered and site.beside and site.platform.roles[0].role == "SCSP":
                return site
        return self.second_party("SCSP")

    def payment_provider(self) -> Site:
        """Return the site of a party that is a payment terminal provider, registering one when there is none.

        That is the first party where it has the role PTP. Else one with a party_id of its own serves the run: as PTP,
        or as OTHER where the target does not take that role (A39).

        Raises:
            HarnessError: the registration did not succeed; it is not tried again.
            OutOfTokens: no token is left.
        """
        if any(party.role == "PTP" for party in self.roles):
            return self.registered()
        for site in reversed(self.sites):
            if site.registered and site.beside and site.platform.offered == _PROVIDES:
                return site
        if self._refused_provider is not None:
            raise self._refused_provider
        try:
            return self._provider("PTP")
        except OutOfTokens:
            raise
        except HarnessError as error:
            self._refused_provider = error
        site = self._provider("OTHER")
        self._refused_provider = None
        return site

    def _provider(self, role: str) -> Site:
        first = self.roles[0]
        site = self._beside(
            replace(first, role=role, party_id=_id_in(first.party_id, "PQ")),
            "no payment terminal provider registers",
            "Agree on one by hand, and name its role PTP in [partner] roles of target.toml",
        )
        site.platform.offered = _PROVIDES
        return self.register(site)

    def _beside(self, party: Party, preshared: str, remedy: str = "") -> Site:
        """Open a site for a further party, which is still to register; `preshared` is what pre-shared tokens prevent.

        Raises:
            HarnessError: the tokens are pre-shared.
            OutOfTokens: no token is left.
        """
        if self.config.credentials.mode == "preshared":
            raise HarnessError(f"with pre-shared tokens {preshared}", remedy)
        # The last token is for the registration that all other scenarios share.
        token = self.pool.take(keep=int(any(site.registered for site in self.sites)))
        site = self.new_site(roles=(party,))
        site.beside = True
        self._arm(site, token)
        return site

    def hub(self) -> Site:
        """Return the site of a hub with one party behind it, registering one when there is none; one serves the run.

        The party behind has the role of the partner and ids of its own, and is the first ClientInfo of the site.

        Raises:
            HarnessError: the registration did not succeed; it is not tried again.
            OutOfTokens: no token is left.
        """
        if (known := self._serving(HUB)) is not None:
            return known
        # Whoever connects to one partner only would take the hub for the first party.
        self.registered()
        return self._serve(HUB, self._hub)

    def _hub(self) -> Site:
        first = self.roles[0]
        site = self._beside(replace(first, role=HUB, party_id=_id_in(first.party_id, "HJ")), "no hub registers")
        site.platform.handlers = _HUB_HANDLERS
        behind = replace(first, party_id=_id_in(first.party_id, "BC"))
        info = {"party_id": behind.party_id, "country_code": behind.country_code, "role": behind.role}
        info |= {"status": "CONNECTED", "last_updated": timestamp(site.platform.clock.now())}
        # In 2.3.0 the Credentials of a hub name who is behind it.
        site.platform.own.put("hubclientinfo", key_of("hubclientinfo", info), info)
        return self.register(site)

    def behind_hub(self, word: str) -> Site:
        """Return the site of a party of ours behind the hub that the target is, registering it when there is none.

        `word` is a key of `BEHIND_HUB`. Our first party serves where it has the role and no other; each other party has
        a platform and a party_id of its own, and serves the run.

        Raises:
            HarnessError: the registration did not succeed; it is not tried again.
            OutOfTokens: no token is left.
        """
        first = self.registered()
        if word == "eMSP" and {party.role for party in self.roles} == {BEHIND_HUB[word][0]}:
            return first
        return self._serving(word) or self._serve(word, lambda: self._connected(word))

    def _connected(self, word: str) -> Site:
        role, letters, more = BEHIND_HUB[word]
        first = self.roles[0]
        site = self._beside(
            replace(first, role=role, party_id=_id_in(first.party_id, letters)), "no further party connects to the hub"
        )
        site.platform.offered = (*OFFERED[self.version].get(role, ()), *more)
        if word == UNREACHABLE:
            parts = urlsplit(site.platform.base_url)
            away = {"/endpoints/*/url": f"{parts.scheme}://{parts.hostname}:{_CLOSED_PORT}/ocpi"}
            site.platform.faults.rules.append(Rule.of({"match": {"module": "version_details"}, "set": away}))
        return self.register(site)

    def _serving(self, word: str) -> Site | None:
        """Return the site of a further party that is registered; raises the HarnessError of one that was refused."""
        known = self._further.get(word)
        if isinstance(known, HarnessError):
            raise known
        return known if known is not None and known.registered else None

    def _serve(self, word: str, register: Callable[[], Site]) -> Site:
        """Register a further party, once; a refusal is kept, since every scenario would meet it again."""
        try:
            site = self._further[word] = register()
        except OutOfTokens:
            raise
        except HarnessError as error:
            self._further[word] = error
            raise
        return site

    def _end_all(self) -> None:
        for site in self.sites:
            if site.registered:
                self.unregister(site)

    def _still_valid(self, site: Site) -> bool:
        """Tell whether a CREDENTIALS_TOKEN_A works after a failed registration; a target need not allow that."""
        if not site.tried:
            return True
        exchange = registration.get_configuration(
            site.platform, site.connection, self.config.versions_url, "versions", site.token_a
        )
        return exchange.response is not None and exchange.response.status not in {401, 403}

    def register(self, site: Site) -> Site:
        """Carry out the whole registration of `site`; returns it.

        Raises:
            HarnessError: an answer did not let the handshake go on.
        """
        self.discover(site)
        exchange = self.send_credentials(site, "POST")
        self.conclude(site, exchange)
        return site

    def discover(self, site: Site) -> None:
        """Fetch versions and version details with the site's current token; stores the endpoints.

        Raises:
            HarnessError: the version under test or its details cannot be found there.
        """
        token = site.connection.token_out
        site.versions = registration.get_configuration(
            site.platform, site.connection, self.config.versions_url, "versions", token
        )
        listed = registration.data_of(site.versions, list)
        url = next((r["url"] for r in listed if isinstance(r, dict) and r.get("version") == self.version), None)
        if not isinstance(url, str):
            raise HarnessError(f"the target does not list version {self.version}")
        site.details = registration.get_configuration(
            site.platform, site.connection, url, "version_details", token, self.version
        )
        site.connection.endpoints = registration.endpoints_in(
            registration.data_of(site.details, dict), site.platform.counterpart(self.version)
        )

    def send_credentials(
        self, site: Site, method: str, *, body: object = None, token: str | None = None, extra: Headers = ()
    ) -> Exchange:
        """Send the partner's Credentials to the target; POST and PUT announce the site's `token_in`."""
        if not site.connection.endpoints:
            self.discover(site)
        site.since = self.record.tick()
        if method != "GET":
            site.tried = True
        exchange = registration.send_credentials(
            site.platform,
            site.connection,
            method,
            site.connection.token_out if token is None else token,
            site.connection.token_in,
            body,
            extra,
        )
        bent = bool(site.platform.faults.rules)
        if method == "POST" and not site.registered:
            site.handshake, site.bent = exchange, bent
        elif method == "PUT":
            site.updates.append(exchange)
            site.bent = bent or (site.bent and not _succeeded(exchange))
        elif method == "DELETE" and _succeeded(exchange, bare=True):
            site.ended = exchange
        return exchange

    def conclude(self, site: Site, exchange: Exchange) -> None:
        """Take over what the target answered to our POST or PUT.

        Raises:
            HarnessError: it was no success.
        """
        old = site.connection.token_out
        registration.accept_credentials(site.connection, exchange)
        self.record.redactor.add(site.connection.token_out, f"CREDENTIALS_TOKEN_C {site.name}")
        site.connection.state = "registered"
        site.spent.append(old)
        self._refused = None
        self.spend(site)
        self._keep_open()

    def rotate(self, site: Site, body: dict[str, Any] | None = None) -> Exchange:
        """Announce new credentials (or `body`) by PUT and return the exchange.

        The old and the new token of the target both work until the answer is read (A07), and further when there is
        none or it is no success: then nobody can say which one the target will use.

        Raises:
            HarnessError: nothing could be sent, or no answer came.
        """
        connection = site.connection
        fresh = (body or {}).get("token") or self._new_token("B")
        self.record.redactor.add(fresh, "CREDENTIALS_TOKEN_B")
        other = Connection(token_in=fresh, state="registered", peer_roles=connection.peer_roles)
        site.platform.connections.append(other)
        payload = body or site.platform.credentials(fresh, connection.version or self.version)
        exchange = self.send_credentials(site, "PUT", body=payload)
        try:
            self.conclude(site, exchange)
        except HarnessError:
            # Updated, but without a token for us: what comes next needs another registration.
            site.bent = site.bent or _succeeded(exchange)
        else:
            connection.token_in = fresh
            other.state = "ended"
        return exchange

    def in_two_versions(self, version: str) -> Site:
        """Register a site that speaks `version` beside the one under test; the caller ends it with `unregister`.

        Raises:
            HarnessError: the registration did not succeed.
            OutOfTokens: no token is left.
        """
        site = self.unregistered()
        # Whatever comes of it, no other scenario begins here.
        self.spend(site)
        site.platform.supported = tuple(number for number in VERSIONS if number in {self.version, version})
        return self.register(site)

    def change_version(self, site: Site, version: str, body: dict[str, Any] | None = None) -> Exchange:
        """Announce new credentials (or `body`) by PUT at the credentials endpoint of `version`; returns the exchange.

        Unless it is a success the connection stays in the version in which it was.

        Raises:
            HarnessError: the target does not offer `version`, or no answer came.
        """
        connection = site.connection
        before = connection.version, connection.endpoints
        changed = replace(connection, version=version)
        registration.fetch(site.platform, changed, connection.token_out, connection)
        connection.version, connection.endpoints = version, changed.endpoints
        exchange = self.rotate(site, body)
        if not _succeeded(exchange):
            connection.version, connection.endpoints = before
        return exchange

    def unregister(self, site: Site) -> Exchange | None:
        """End the registration of `site` by DELETE; returns the exchange, or None when the target cannot be reached."""
        exchange = None
        if self.config.credentials.mode == "handshake":
            with suppress(HarnessError):
                exchange = self.send_credentials(site, "DELETE")
        self.forget(site)
        return exchange

    def forget(self, site: Site) -> None:
        """Note that the registration of `site` is over."""
        site.spent.append(site.connection.token_out)
        site.connection.state = "ended"
        self.spend(site)
        self._keep_open()

    def spend(self, site: Site) -> None:
        """Note that the token of an unregistered `site` must not be used for another registration."""
        if site is self._unused:
            self._unused = None

    def discard(self, site: Site, exchange: Exchange) -> None:
        """End what came of Credentials that the target took against expectation; they cannot be relied on."""
        self.spend(site)
        with suppress(HarnessError):
            self.conclude(site, exchange)
            self.unregister(site)
        site.connection.state = "ended"
        self._keep_open()

    def trusts(self, site: Site, url: str) -> bool:
        """Tell whether `url` is on a host that the operator or the target's version details named.

        The token goes nowhere else: a next link may lead anywhere.
        """
        named = (self.config.versions_url, *(endpoint.url for endpoint in site.connection.endpoints))
        return urlsplit(url).hostname in {urlsplit(known).hostname for known in named}

    def stop(self) -> None:
        """Leave the target as it was found: end our registrations, then stop serving."""
        self._end_all()
        for site in self.sites:
            site.platform.agenda.close()
        self.server.stop()
        self.client.close()

    def _keep_open(self) -> None:
        """Keep what is registered now where a cleanup finds it; a connection agreed by hand is not ours to end."""
        tls = self.config.tls
        ca_file = str(tls.ca_file) if tls.ca_file else None
        self._leftovers.save(
            OpenRegistration(
                self.config.versions_url,
                site.connection.version or self.version,
                site.connection.token_out,
                tls.verify,
                ca_file,
            )
            for site in self.sites
            if site.registered and self.config.credentials.mode == "handshake"
        )

    def _preshared(self) -> Site:
        credentials = self.config.credentials
        site = self.new_site()
        if credentials.token is None:
            raise HarnessError("mode preshared needs [credentials] token")
        site.connection.token_out = credentials.token.reveal()
        self.record.redactor.add(site.connection.token_out, "CREDENTIALS_TOKEN_C")
        if credentials.our_token is not None:
            site.connection.token_in = credentials.our_token.reveal()
            self.record.redactor.add(site.connection.token_in, "CREDENTIALS_TOKEN_B")
        self.discover(site)
        # Only the target can say whom to address; without the credentials module nobody does.
        with suppress(HarnessError):
            own = self.send_credentials(site, "GET")
            site.connection.peer_roles = registration.roles_in(registration.data_of(own, dict))
        site.connection.state = "registered"
        return site

    def _arm(self, site: Site, token: str) -> None:
        site.token_a = site.connection.token_out = token
        self.record.redactor.add(token, f"CREDENTIALS_TOKEN_A {site.name}")

    def _new_token(self, kind: str) -> str:
        token = self._mint.new(kind)
        self.record.redactor.add(token, f"CREDENTIALS_TOKEN_{kind}")
        return token


def _succeeded(exchange: Exchange, *, bare: bool = False) -> bool:
    """Tell whether an answer is HTTP 2xx with an OCPI status of 1xxx; when `bare`, one without a status counts too."""
    response = exchange.response
    if response is None or response.status >= 300:
        return False
    try:
        body = jsontext.loads(response.body)
    except jsontext.JsonError:
        return bare
    code = body.get("status_code") if isinstance(body, dict) else None
    return str(code).startswith("1") or (bare and code is None)


def other_id(party_id: str) -> str:
    """Return a party_id that differs from `party_id` in its last character."""
    return party_id[:-1] + ("2" if not party_id.endswith("2") else "3")


def _id_in(party_id: str, letters: str) -> str:
    """Return `party_id` with another last character, the first of `letters` unless it has that already."""
    return party_id[:-1] + next(letter for letter in letters if not party_id.endswith(letter))


def _token_in(answer: str) -> str:
    """Return the token in what a trigger printed: the text itself, or the string in a JSON answer."""
    text = answer.strip()
    with suppress(ValueError):
        value = json.loads(text)
        if isinstance(value, dict):
            value = value.get("token") or value.get("data")
        if isinstance(value, str):
            return value
    if not text:
        raise HarnessError("trigger new_token_a gave no token", "It prints or answers the token")
    return text
