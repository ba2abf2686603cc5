"""A platform that speaks OCPI as any role: state, routing of what arrives, and calls to its peers.

Rules: one engine for all modules and versions, driven by the tables in `ocpi`; what a kind of route does lives in
`objects` and `credentials`. It answers and calls; it never judges.
"""

from __future__ import annotations

import copy
import functools
import random
import threading
import urllib.parse
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.errors import HarnessError, NotSent
from ocpi_conformance.mock_partner.fault_actions import About, Outgoing
from ocpi_conformance.mock_partner.faults import Faults
from ocpi_conformance.mock_partner.messages import Inbound, Reply, problem
from ocpi_conformance.mock_partner.ocpi import modules, routing, status, versions, views
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER, Module, Route
from ocpi_conformance.mock_partner.record import FORMER, Context, Exchange, Headers, Request, Response
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Json, Party, Store, TokenMint, object_key
from ocpi_conformance.mock_partner.timing import Agenda, Clock

Validate = Callable[[str, str, Any, bool], Sequence[str]]
CONFIGURATION = ("versions", "version_details", "credentials", "hubclientinfo")


def accept_all(version: str, name: str, instance: Any, partial: bool) -> Sequence[str]:  # noqa: ANN401
    """A validator that knows no schema."""
    return ()


@dataclass(frozen=True)
class Call:
    """A request that was authenticated and found its route."""

    platform: Platform
    inbound: Inbound
    connection: Connection
    context: Context
    route: Route
    body: Any = None

    @property
    def ids(self) -> dict[str, str]:
        """The URL segments by name."""
        return dict(self.context.ids)

    @property
    def module(self) -> Module:
        """The module that is called."""
        return modules.MODULES[self.context.version][self.context.module]

    @property
    def table(self) -> str:
        """The name under which the objects of the route are stored."""
        return self.module.store(self.route)

    @property
    def edition(self) -> str:
        """The edition of the specification that has the module."""
        return modules.edition(self.context.version, self.context.module)


Handler = Callable[[Call], Reply]
Located = tuple[Context, Route | None]


@dataclass(frozen=True)
class _Paths:
    """What is at which path below a platform: `configuration` at a path, `endpoints` at it and below it.

    `former` are the paths of endpoints that were published earlier. `facts` are what they were made of.
    """

    facts: tuple[object, ...]
    configuration: Mapping[tuple[str, ...], Located]
    endpoints: Mapping[tuple[str, ...], tuple[str, str, str]]
    former: frozenset[tuple[str, ...]]


@dataclass
class Platform:
    """One OCPI platform of ours.

    `base_url` is where its server mounts it; `handlers` say what each kind of route does; `validate` finds what is
    wrong with an object, as lines of text. `listed` are versions that it lists before those it has; their details are
    not found. `mark` is in the ids of the objects that it makes, so that a party that
    comes back later does not make them again.
    """

    roles: tuple[Party, ...]
    client: Client
    handlers: Mapping[str, Handler]
    supported: tuple[str, ...] = ("2.2.1",)
    listed: tuple[str, ...] = ()
    base_url: str = ""
    behaviour: Behaviour = field(default_factory=Behaviour)
    faults: Faults = field(default_factory=Faults)
    clock: Clock = field(default_factory=Clock)
    validate: Validate = accept_all
    mint: TokenMint = field(default_factory=lambda: TokenMint("P"))
    offered: tuple[tuple[str, str], ...] | None = None
    endpoint_paths: Mapping[tuple[str, str], str] = field(default_factory=dict)
    own: Store = field(default_factory=Store)
    received: Store = field(default_factory=Store)
    connections: list[Connection] = field(default_factory=list)
    queue: list[Any] = field(default_factory=list)
    seed: int = 0
    mark: str = ""
    max_depth: int = jsontext.MAX_DEPTH
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.clock)
        self.random = random.Random(self.seed)  # noqa: S311  (data and order, no secrets)
        self._held: list[tuple[Request, Context]] = []
        self._paths = _Paths((), {}, {}, frozenset())
        self._places_of_use: dict[tuple[str, ...], Json] = {}
        self._located: tuple[Inbound | None, Located] = (None, (Context(), None))

    # What it publishes -------------------------------------------------------------------------------------------

    @property
    def versions_url(self) -> str:
        """The URL of the versions endpoint."""
        return f"{self.base_url}/versions"

    def details_url(self, version: str) -> str:
        """Return the URL of the version details of `version`."""
        return f"{self.base_url}/{version}"

    def parties(self, version: str) -> tuple[Party, ...]:
        """Return the parties that it has in `version`: in 2.1.1 a platform is one CPO or one eMSP."""
        facts = versions.VERSIONS[version]
        known = tuple(party for party in self.roles if party.role in facts.roles or party.role == facts.hub)
        return (known or self.roles)[:1] if facts.single_party else self.roles

    def published(self, version: str) -> tuple[tuple[str, str], ...]:
        """Return the modules that it offers in `version` as (identifier, interface)."""
        if self.offered is not None:
            return tuple(pair for pair in self.offered if pair[0] in modules.MODULES[version])
        offered = modules.OFFERED[version]
        return tuple(dict.fromkeys(pair for party in self.parties(version) for pair in offered.get(party.role, ())))

    def path_of(self, version: str, identifier: str, interface: str) -> str:
        """Return the path below `base_url` of one endpoint."""
        odd = self.endpoint_paths.get((identifier, interface))
        if odd:
            return odd
        if self.behaviour.endpoint_names == "opaque":
            return f"{version}/x{zlib.crc32(f'{version} {identifier} {interface}'.encode()):08x}"
        start = version if self.behaviour.versioned_urls else "latest"
        return f"{start}/{identifier}" if identifier == "credentials" else f"{start}/{interface.lower()}/{identifier}"

    def endpoints(self, version: str) -> tuple[Endpoint, ...]:
        """Return the entries of its version details."""
        pairs = (("credentials", SENDER), *self.published(version))
        behaviour, base = self.behaviour, self.base_url
        if behaviour.endpoint_host:
            parts = urllib.parse.urlsplit(base)
            base = parts._replace(netloc=parts.netloc.replace(parts.hostname or "", behaviour.endpoint_host)).geturl()
        return tuple(
            Endpoint(module, side, f"{base}/{self.path_of(version, module, side)}{behaviour.endpoint_suffix}")
            for module, side in pairs
        )

    @property
    def is_hub(self) -> bool:
        """Whether one of its parties is a hub."""
        return any(party.role == routing.HUB for party in self.roles)

    def party(self, role: str) -> Party:
        """Return its first party of `role`, or its first party."""
        return next((party for party in self.roles if party.role == role), self.roles[0])

    # What arrives ------------------------------------------------------------------------------------------------

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        """Answer one request; returns the response (None: drop the connection) and what the request was about."""
        context, route = self._locate(inbound)
        reply = self._answer(inbound, context, route)
        self._finish(reply, inbound, context)
        about = About(inbound.method, context, inbound.url, lambda: self._senders(inbound, context))
        reply = self.faults.bend_reply(reply, about)
        return (None if reply.close else reply.render(self.clock.now())), context

    def is_prompt(self, inbound: Inbound) -> bool:
        """Tell whether the answer is made of one object of ours, of ordinary size: nobody is waited for."""
        context, route = self._locate(inbound)
        if route is None or route.kind != "object" or len(inbound.body) > _ORDINARY:
            return False
        return self._own_handler(context, route) is None

    def serve(self, call: Call) -> Reply:
        """Answer `call` as the party that it is for; of a hub, what is not to be passed on."""
        handler = self._special_handler(call.context, call.route) or self.handlers[call.route.kind]
        return handler(call)

    def _own_handler(self, context: Context, route: Route) -> Handler | None:
        """Return the handler that hubs have for all that is routed, or one of a route or a module, if any."""
        if self.is_hub and _functional(context) and versions.VERSIONS[context.version].routing_headers:
            return self.handlers.get("routed")
        return self._special_handler(context, route)

    def _special_handler(self, context: Context, route: Route) -> Handler | None:
        """Return the handler that a route or a module has for itself, if any."""
        return self.handlers.get(f"{context.module} {route.name}") or self.handlers.get(context.module)

    def _locate(self, inbound: Inbound) -> Located:
        """Return what the request is about, and its route if there is one; looked up once for each request."""
        asked, found = self._located
        if asked is not inbound:
            found = self._find(inbound)
            self._located = (inbound, found)
        return found

    def _find(self, inbound: Inbound) -> Located:
        paths = self._current_paths()
        path = inbound.path
        if path in paths.configuration:
            return paths.configuration[path]
        for length in range(len(path), 0, -1):
            if (called := paths.endpoints.get(path[:length])) is not None:
                found = modules.find_route(*called, path[length:], inbound.method)
                if found is None:
                    return Context(*called), None
                route, ids = found
                return Context(*called, route.name, tuple(ids.items())), route
        former = any(path[:length] in paths.former for length in range(len(path), 0, -1))
        return Context(route=FORMER if former else ""), None

    def _current_paths(self) -> _Paths:
        """Return the paths of what the platform publishes now, made anew only when something of it has changed."""
        behaviour = self.behaviour
        facts = (
            self.supported,
            self.listed,
            self.offered,
            self.roles,
            behaviour.endpoint_names,
            behaviour.versioned_urls,
            tuple(self.endpoint_paths.items()),
        )
        if self._paths.facts != facts:
            configuration: dict[tuple[str, ...], Located] = {
                ("versions",): (Context(module="versions", route="versions"), _CONFIGURATION_GET)
            }
            for version in self.listed:
                configuration[version,] = (Context(module="version_details", route="version_details"), None)
            endpoints: dict[tuple[str, ...], tuple[str, str, str]] = {}
            for version in self.supported:
                details = Context(version, "version_details", route="version_details")
                configuration[version,] = (details, _CONFIGURATION_GET)
                for module, side in (("credentials", SENDER), *self.published(version)):
                    path = tuple(self.path_of(version, module, side).split("/"))
                    # Where versions share a URL the first of them answers.
                    endpoints.setdefault(path, (version, module, side))
            former = self._paths.former | self._paths.endpoints.keys()
            self._paths = _Paths(facts, configuration, endpoints, former)
        return self._paths

    def _answer(self, inbound: Inbound, context: Context, route: Route | None) -> Reply:
        connection, refusal = self._authenticate(inbound, context)
        if refusal or not connection:
            return refusal or problem(401, status.CLIENT_ERROR, "unauthorized")
        if route is None or not connection.account.admits(context.version, context.module):
            return problem(404, status.CLIENT_ERROR, "unknown resource")
        if inbound.method not in route.methods:
            undefined = self.handlers.get(f"undefined {inbound.method}", method_not_allowed)
            return undefined(Call(self, inbound, connection, context, route))
        if refusal := self._peculiar(inbound, context):
            return refusal
        body = None
        if inbound.method in {"POST", "PUT", "PATCH"} and not (route.bodiless and not inbound.body):
            try:
                body = jsontext.loads(inbound.body, self.max_depth)
            except jsontext.JsonError as error:
                return _MALFORMED[self.behaviour.malformed_json](str(error))
        handler = self._own_handler(context, route) or self.handlers[route.kind]
        return handler(Call(self, inbound, connection, context, route, body))

    def _peculiar(self, inbound: Inbound, context: Context) -> Reply | None:
        """Refuse what only a platform refuses that asks for headers nobody has to send."""
        behaviour = self.behaviour
        wanting = {"required", f"required by {context.module}"}
        if behaviour.content_type_on_get in wanting and not inbound.header("content-type"):
            return problem(415, status.CLIENT_ERROR, "Content-Type is missing")
        unrouted = context.module in CONFIGURATION and not inbound.header(versions.FROM_PARTY)
        if behaviour.configuration_routing in wanting and unrouted:
            return problem(200, status.INVALID_PARAMETERS, "the routing headers are missing")
        if behaviour.routed_requests != "in any case" and _functional(context) and self._misses(inbound):
            return problem(200, status.CLIENT_ERROR, "there is no such party here")
        return None

    def _misses(self, inbound: Inbound) -> bool:
        """Tell whether a platform that takes routed requests in one way only does not take this one."""
        wanted = (inbound.header(versions.TO_COUNTRY), inbound.header(versions.TO_PARTY))
        exact = any((party.country_code, party.party_id) == wanted for party in self.roles)
        return wanted != (None, None) and (self.behaviour.routed_requests == "refused" or not exact)

    def _authenticate(self, inbound: Inbound, context: Context) -> tuple[Connection | None, Reply | None]:
        value = inbound.header("authorization")
        if self.behaviour.header_names == "exact":
            value = next((v for k, v in inbound.headers if k == "Authorization"), None)
        open_door = not self.behaviour.authenticates or (
            context.module in {"versions", "version_details"} and not self.behaviour.authenticates_versions
        )
        connection = self.connection_for(value, context.version)
        if connection is None and open_door and self.connections:
            return self.connections[-1], None
        if connection is None:
            return None, problem(self._stranger(value, context), status.CLIENT_ERROR, "no known credentials token")
        if connection.state == "invited":
            if self.behaviour.token_a_before_registration == "refused":
                return None, problem(401, status.CLIENT_ERROR, "token is not valid yet")
            if context.module not in {"versions", "version_details", "credentials"} and not (
                self.behaviour.token_a_everywhere
            ):
                http = self.behaviour.token_a_elsewhere_status
                return None, problem(http, status.CLIENT_ERROR, "token is only valid for versions and credentials")
        return connection, None

    def _stranger(self, value: str | None, context: Context) -> int:
        """Return the HTTP status for a request that nobody known has sent."""
        if value is None:
            return self.behaviour.missing_token_status
        decodable = any(versions.token_of(value, version) for version in self._readings(context.version))
        return self.behaviour.unknown_token_status if decodable else self.behaviour.undecodable_token_status

    def connection_for(self, authorization: str | None, version: str) -> Connection | None:
        """Return the living connection whose `token_in` the Authorization header carries, or None."""
        tokens = [versions.token_of(authorization, reading) for reading in self._readings(version)]
        if self.behaviour.token_decoding == "twice":
            tokens = [versions.token_of(f"Token {token}", "2.2.1") for token in tokens]
        # A mistake in the form of the token is one finding; refusing it would hide all others.
        lenient = self.behaviour.token_decoding == "any form"
        with self.lock:
            for connection in self.connections:
                if connection.state == "ended":
                    continue
                if connection.token_in in tokens or (lenient and _carries(authorization, connection.token_in)):
                    return connection
        return None

    def _readings(self, version: str) -> tuple[str, ...]:
        # The versions endpoint serves all versions: whatever any of them prescribes is right there.
        if self.behaviour.token_decoding == "raw":
            return ("2.1.1",)
        return (version,) if version else self.supported

    def _finish(self, reply: Reply, inbound: Inbound, context: Context) -> None:
        reply.ocpi = status.in_version(reply.ocpi, context.version)
        echo = self.behaviour.echoes_ids_on_errors or reply.http < 400
        for name in (versions.REQUEST_ID, versions.CORRELATION_ID):
            value = inbound.header(name)
            if value is not None and echo:
                reply.headers.append((name, value))
        if context.version and versions.VERSIONS[context.version].routing_headers and _functional(context):
            found = reply.names if reply.names is not None else _swapped(inbound)
            reply.headers += [(to, value) for to, value in found if value is not None]

    # What it sends -----------------------------------------------------------------------------------------------

    def invite(self, token: str = "") -> str:
        """Issue a CREDENTIALS_TOKEN_A (or take `token` as one) and return it."""
        token = token or self.mint.new("A")
        with self.lock:
            self.connections.append(Connection(token_in=token))
        return token

    def request(
        self,
        connection: Connection,
        method: str,
        url: str,
        context: Context,
        body: object = None,
        token: str | None = None,
        extra: Headers = (),
    ) -> Request:
        """Return the request to `url` with all the headers that the version prescribes.

        `token` is sent instead of the connection's own; `extra` headers replace those of the same name.

        Raises:
            HarnessError: the peer may not be called there.
        """
        connection.account.require_host(url)
        facts = versions.VERSIONS[context.version or connection.version or self.supported[-1]]
        own = token or connection.token_out
        value = versions.authorization(own, facts.number)
        if self.behaviour.token_form != "version":
            value = f"Token {versions.forms(own)[self.behaviour.token_form]}"
        headers: list[tuple[str, str]] = [("Authorization", value)]
        if facts.message_ids:
            headers += self._message_ids()
        if facts.routing_headers and _functional(context):
            headers += self._routing(connection, context, method)
        payload = b""
        if body is not None:
            payload = body if isinstance(body, bytes) else jsontext.dumps(body)
            headers.append(("Content-Type", "application/json"))
        replaced = {name.lower() for name, _ in extra}
        headers = [pair for pair in headers if pair[0].lower() not in replaced]
        # An extra header with an empty name would be no header at all: an empty value leaves the header out.
        headers += [pair for pair in extra if pair[1]]
        return Request(method, url, tuple(headers), payload)

    def send(self, request: Request, context: Context, timeout: float | None = None) -> Exchange:
        """Send `request` as the fault rules leave it and return the recorded exchange, of several the last.

        Raises:
            NotSent: a rule keeps it back.
            TransportError: no complete response came.
        """
        about = About(request.method, context, request.url, lambda: self._addressed(request))
        going = self.faults.bend_request(request, about)
        if going.dropped:
            raise NotSent("a fault rule drops this request")
        if going.held:
            self._held.append((going.request, context))
            raise NotSent("a fault rule keeps this request back until the next one is sent")
        if going.delay:

            def later() -> None:
                self._dispatch(going, context, timeout)

            self.agenda.after(going.delay, later)
            raise NotSent(f"a fault rule sends this request {going.delay:g} s later")
        return self._dispatch(going, context, timeout)

    def _dispatch(self, going: Outgoing, context: Context, timeout: float | None) -> Exchange:
        for _ in range(going.copies - 1):
            self.client.send(going.request, context, timeout)
        exchange = self.client.send(going.request, context, timeout)
        with self.lock:
            held, self._held = self._held, []
        for request, its_context in held:
            self.client.send(request, its_context)
        return exchange

    def _senders(self, inbound: Inbound, context: Context) -> tuple[Party, ...]:
        """Return the parties that a request comes from."""
        connection = self.connection_for(inbound.header("authorization"), context.version)
        return connection.peer_roles if connection else ()

    def _addressed(self, request: Request) -> tuple[Party, ...]:
        """Return the parties that a request of ours goes to: by an endpoint of theirs, or else by their host."""
        origin = urllib.parse.urlsplit(request.url)[:2]
        with self.lock:
            known = tuple(self.connections)
        exact = [c for c in known if any(request.url.startswith(endpoint.url) for endpoint in c.endpoints)]
        near = [c for c in known if any(urllib.parse.urlsplit(endpoint.url)[:2] == origin for endpoint in c.endpoints)]
        return tuple(role for connection in exact or near for role in connection.peer_roles)

    def call(
        self,
        connection: Connection,
        method: str,
        module: str,
        interface: str,
        path: Iterable[str] = (),
        *,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
        token: str | None = None,
        extra: Headers = (),
    ) -> Exchange:
        """Call one of the peer's endpoints, below its advertised URL, and return the exchange.

        Raises:
            HarnessError: the peer advertises no such endpoint.
            TransportError: no complete response came.
        """
        endpoint = connection.endpoint(module, interface)
        if endpoint is None:
            raise HarnessError(f"the peer advertises no {interface} interface of {module}")
        segments = tuple(path)
        url = join(self._address(connection, endpoint), segments, parameters)
        context = describe(connection.version, module, interface, segments, method)
        return self.send(self.request(connection, method, url, context, body, token, extra), context)

    def _address(self, connection: Connection, endpoint: Endpoint) -> str:
        if self.behaviour.url_style == "guessed" and endpoint.identifier != "credentials":
            base = connection.versions_url.removesuffix("/versions")
            return f"{base}/{connection.version}/{endpoint.identifier}"
        return endpoint.url

    def _message_ids(self) -> list[tuple[str, str]]:
        kind = self.behaviour.request_ids
        if kind == "none":
            return []
        fixed = {"constant": str(uuid.UUID(int=7)), "words": f"message {self.random.random()}"}.get(kind)
        return [
            (versions.REQUEST_ID, fixed or str(uuid.uuid4())),
            (versions.CORRELATION_ID, fixed or str(uuid.uuid4())),
        ]

    def _routing(self, connection: Connection, context: Context, method: str) -> list[tuple[str, str]]:
        module = modules.MODULES[context.version][context.module]
        # The owner of the objects is on the Sender side; without an owner either side calls the interface of the other.
        owners = module.owners or (("EMSP",) if context.interface == RECEIVER else ("CPO",))
        ours_own = context.interface == RECEIVER or not module.owners
        ours = next((p for p in self.roles if (p.role in owners) == ours_own), self.roles[0])
        theirs = next((p for p in connection.peer_roles if (p.role in owners) != ours_own), None)
        theirs = theirs or (connection.peer_roles[0] if connection.peer_roles else None)
        if connection.hub:
            # Of everybody, for everybody, or for whom the hub finds (Open Routing Request).
            theirs = connection.hub if routing.names_hub(module, context.route, context.interface, method) else None
        headers = [(versions.FROM_PARTY, ours.party_id), (versions.FROM_COUNTRY, ours.country_code)]
        if theirs:
            headers += [(versions.TO_PARTY, theirs.party_id), (versions.TO_COUNTRY, theirs.country_code)]
        return headers

    # Its own data ------------------------------------------------------------------------------------------------

    def credentials(self, token: str, version: str = "") -> Json:
        """Return its Credentials object with `token`, in the form of `version` (the latest that it supports)."""
        facts = versions.VERSIONS[version or self.supported[-1]]
        made: Json = {"token": token, "url": self.versions_url}
        if facts.single_party:
            role = self.parties(facts.number)[0].as_role()
            return made | {name: role[name] for name in ("business_details", "party_id", "country_code")}
        hub = next((party for party in self.roles if party.role == routing.HUB), None)
        if hub and self.behaviour.roles_of_a_hub == "of a CPO":
            return made | {"roles": [replace(hub, role="CPO").as_role()]}
        if hub and facts.hub == "hub_party_id":
            made["hub_party_id"] = hub.country_code + hub.party_id
        return made | {"roles": [party.as_role() for party in self._roles_shown(facts)]}

    def _roles_shown(self, facts: versions.VersionFacts) -> tuple[Party, ...]:
        shown = tuple(party for party in self.roles if party.role in facts.roles)
        other = tuple(replace(party, role="OTHER") for party in self.roles[:1])
        kept = self.behaviour.roles_of_a_hub
        if (facts.hub != "hub_party_id" and kept != "with its clients") or kept == "without its clients":
            # What is no role yet, as PTP, is another one.
            return shown or other
        # Whoever can be reached through the hub is a role of its platform (credentials_credentials_object, NOTE).
        clients = (
            Party(client["role"], client["country_code"], client["party_id"], client["party_id"])
            for client in self.own.copies("hubclientinfo")
            if client["role"] in facts.roles
        )
        # One role at least there has to be, also of a hub that nobody is connected to.
        return (*shown, *clients) or other

    def show(self, version: str, kind: str, item: Json, *, partial: bool = False) -> Json:
        """Return its own `item` of the class `kind`, or a PATCH of one, in the form of `version`."""
        return views.view(version, kind, item, functools.partial(self._place_of_use, item), partial=partial)

    def _place_of_use(self, item: Json, location_id: str) -> Json | None:
        """Return the Location of a Session or CDR as it was when that was first shown: what is over stays as it is."""
        used = views.place_of_use(item)
        name = (location_id, *used, str(item.get("session_id") or item.get("id")))
        known = self._places_of_use.get(name)
        place = None if known else self._place(location_id)
        return self._places_of_use.setdefault(name, copy.deepcopy(views.only(place, *used))) if place else known

    def _place(self, location_id: str) -> Json | None:
        keys = (object_key(party.country_code, party.party_id, location_id) for party in self.roles)
        return next((place for key in keys if (place := self.own.read("locations", key))), None)

    def counterpart(self, version: str) -> str:
        """Return the role that a peer has in `version` without saying so; empty where it says it."""
        facts = versions.VERSIONS[version]
        return versions.COUNTERPART.get(self.parties(version)[0].role, "") if facts.single_party else ""

    def living(self) -> tuple[Connection, ...]:
        """Return the registered connections."""
        with self.lock:
            return tuple(c for c in self.connections if c.state == "registered")


def method_not_allowed(call: Call) -> Reply:
    """Refuse a method that the version does not define at this place; OCPI leaves the code open (A05)."""
    reply = problem(405, status.CLIENT_ERROR, f"{call.inbound.method} is not defined here")
    reply.set_header("Allow", ", ".join(call.route.methods))
    return reply


def join(url: str, segments: Iterable[str], parameters: Mapping[str, str] | None = None) -> str:
    """Return `url` with path `segments` appended by exactly one slash each, then the query.

    An advertised URL may end in a slash or hold a query of its own; both are kept as they are (A28).
    """
    base, mark, query = url.partition("?")
    for segment in segments:
        base = f"{base.rstrip('/')}/{urllib.parse.quote(segment, safe='')}"
    pairs = [query] if mark else []
    if parameters:
        pairs.append(urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote))
    return base + ("?" + "&".join(pairs) if pairs else "")


def describe(version: str, module: str, interface: str, segments: tuple[str, ...], method: str = "") -> Context:
    """Return the context of a call by `method` to `module` with the path `segments` below its endpoint."""
    if module not in modules.MODULES.get(version, {}):
        return Context(version, module, interface)
    found = modules.find_route(version, module, interface, segments, method)
    if not found:
        return Context(version, module, interface)
    route, ids = found
    return Context(version, module, interface, route.name, tuple(ids.items()))


def _swapped(inbound: Inbound) -> Iterable[tuple[str, str | None]]:
    return ((to, inbound.header(source)) for to, source in _SWAPPED)


def _functional(context: Context) -> bool:
    return bool(context.module) and context.module not in CONFIGURATION


def _carries(authorization: str | None, token: str) -> bool:
    return (authorization or "").partition(" ")[2].strip() in versions.forms(token).values()


# Who a request came from is who its answer goes to.
_SWAPPED = (
    (versions.TO_PARTY, versions.FROM_PARTY),
    (versions.TO_COUNTRY, versions.FROM_COUNTRY),
    (versions.FROM_PARTY, versions.TO_PARTY),
    (versions.FROM_COUNTRY, versions.TO_COUNTRY),
)
# Bytes of a body that is read and checked in less time than it takes to hand it to a thread and back, or little more.
_ORDINARY = 64 * 1024
_CONFIGURATION_GET = Route("configuration", "", ("GET",), "Version", "configuration")
_MALFORMED: dict[str, Callable[[str], Reply]] = {
    "400": lambda detail: problem(400, status.INVALID_PARAMETERS, f"not JSON: {detail}"),
    "2001": lambda detail: problem(200, status.INVALID_PARAMETERS, f"not JSON: {detail}"),
    "500": lambda detail: problem(500, status.SERVER_ERROR, f"not JSON: {detail}"),
    "1000": lambda _: Reply(),
}
