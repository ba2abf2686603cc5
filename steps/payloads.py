"""From exchanges to the OCPI objects of the target in them: one table says which payload has which class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, overload

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi import modules
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, Route
from ocpi_conformance.mock_partner.record import Context, Exchange
from ocpi_conformance.schemas import responses

Json = dict[str, Any]

# Nested objects that have rules of their own: class → (field, class of its items or of its value).
NESTED: dict[str, tuple[tuple[str, str], ...]] = {
    "Location": (("evses", "EVSE"),),
    "EVSE": (("connectors", "Connector"),),
    "VersionDetails": (("endpoints", "Endpoint"),),
    "Credentials": (("roles", "CredentialsRole"),),
}
# The classes of which copies are compared.
SIGHTED = frozenset(
    {"Booking", "BookingLocation", "CDR", "InvoiceReconciliationRecord", "Location", "Session", "Tariff", "Token"}
)
# What an answer holds where that is not what the request holds: class in the request → class in the answer.
_ANSWERED = {"BookingRequest": "Booking", "ChargingPreferences": "ChargingPreferencesResponse"}
# The same the other way round: class in the answer → class in the request.
_ASKED = {"AuthorizationInfo": "LocationReferences", "ChargingProfileResponse": "SetChargingProfile"}
# The configuration endpoints, whose classes are not those of a module: (module, list?).
_CONFIGURATION = {"versions": ("Version", True), "version_details": ("VersionDetails", False)}


@dataclass(frozen=True)
class Payload:
    """One object that the target sent.

    `kind` is its class in the specification, `pointer` where it stands in the body of `exchange`, `partial` whether it
    is a PATCH body, `parents` the objects around it, outermost first.
    """

    kind: str
    value: Any
    exchange: Exchange
    pointer: str
    partial: bool = False
    parents: tuple[Json, ...] = ()

    @property
    def in_request(self) -> bool:
        """Whether the target sent it in a request of its own."""
        return self.exchange.sender == "target"

    @property
    def is_copy(self) -> bool:
        """Whether it is what the partner pushed, read back: the target has not made it."""
        context, method = self.exchange.context, self.exchange.request.method
        route = _route(context)
        read_back = not self.in_request and method == "GET" and context.interface == RECEIVER
        return read_back and route is not None and route.kind == "object"


def version_of(payload: Payload) -> str:
    """Return the version by whose text and tables an object is judged."""
    return payload.exchange.context.version or "2.2.1"


def edition_of(exchange: Exchange) -> str:
    """Return the edition whose tables say what an exchange holds: that of its version, or of an extension."""
    return modules.edition(exchange.context.version or "2.2.1", exchange.context.module)


def excused(payload: Payload) -> tuple[str, ...]:
    """Return the members that a request may leave out although the table of its class requires them.

    As the terminal_id of a Terminal that a PTP is asked to activate (mod_payments_ptp_terminal_post_activate_method).
    """
    exchange, context = payload.exchange, payload.exchange.context
    route = _route(context) if payload.in_request else None
    if route is None:
        return ()
    edition, method = edition_of(exchange), exchange.request.method
    body = responses.request(edition, context.module, context.interface, method, "/".join(route.segments))
    return body.excused if body else ()


class Objects(Sequence[Payload]):
    """The objects that the target sent, in the order in which they came; it grows with the record.

    As a sequence it holds each content once, nested objects with the object around them, and once more where a list by
    date has shown it before anything else did, as that says less. `sightings` holds whole objects and PATCH bodies of
    `SIGHTED` classes as often as they were seen.
    """

    def __init__(self, exchanges: Iterable[Exchange] = ()) -> None:
        self.sightings: list[Payload] = []
        self._found: list[Payload] = []
        self._first: dict[tuple[str, bool, bytes], Payload] = {}
        self.extend(exchanges)

    def extend(self, exchanges: Iterable[Exchange]) -> None:
        """Add what the target sent in `exchanges`, which are later than those before."""
        for payload in (found for exchange in exchanges for found in _of_exchange(exchange)):
            key = (payload.kind, payload.partial, _identity(payload))
            first = self._first.setdefault(key, payload)
            if first is payload or (is_filtered(first.exchange) and not is_filtered(payload.exchange)):
                self._first[key] = replace(payload, value=first.value)
                self._found += _with_nested(self._first[key])
            if payload.kind in SIGHTED:
                # What was seen before shares its content: a list that is read ten times is kept once.
                self.sightings.append(replace(payload, value=first.value))

    @overload
    def __getitem__(self, index: int) -> Payload: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Payload]: ...

    def __getitem__(self, index: int | slice) -> Payload | Sequence[Payload]:
        """Return the object at `index`, or those of a slice."""
        return self._found[index]

    def __iter__(self) -> Iterator[Payload]:
        """Return the objects one after the other."""
        return iter(self._found)

    def __len__(self) -> int:
        """Return how many objects of different content there are, nested ones included."""
        return len(self._found)


def is_listed(exchange: Exchange) -> bool:
    """Tell whether an answer is a page of a list."""
    route = _route(exchange.context)
    return route is not None and route.kind == "list"


def is_filtered(exchange: Exchange) -> bool:
    """Tell whether a list was asked for by date: what is missing in one need not be missing."""
    return "date_from=" in exchange.request.url or "date_to=" in exchange.request.url


def payloads(exchanges: Iterable[Exchange], kind: str = "") -> Iterator[Payload]:
    """Yield the objects of class `kind` (all, when empty) that the target sent, nested ones included.

    An object that was seen before with the same content is yielded once; nested ones come with the object around them.
    """
    return (payload for payload in Objects(exchanges) if not kind or payload.kind == kind)


def _identity(payload: Payload) -> bytes:
    try:
        return jsontext.dumps(payload.value)
    except TypeError:
        return f"{payload.exchange.number}{payload.pointer}".encode()


def _of_exchange(exchange: Exchange) -> Iterator[Payload]:
    if exchange.sender == "target":
        yield from _in_request(exchange)
        return
    response = exchange.response
    if response is None or response.status >= 300 or not exchange.context.module:
        return
    envelope = _parsed(response.body)
    if not isinstance(envelope, dict) or not str(envelope.get("status_code")).startswith("1"):
        return
    kind, listed = _class_of_answer(exchange.context, exchange.request.method)
    data = envelope.get("data")
    if kind and listed and isinstance(data, list):
        yield from (Payload(kind, item, exchange, f"/data/{n}") for n, item in enumerate(data))
    elif kind and not listed and data is not None:
        yield Payload(kind, data, exchange, "/data")


def _in_request(exchange: Exchange) -> Iterator[Payload]:
    if exchange.request.method not in {"POST", "PUT", "PATCH"} or not exchange.request.body:
        return
    route = _route(exchange.context)
    value = _parsed(exchange.request.body)
    if route is not None and value is not None:
        kind = _class_of_request(exchange.context, route)
        if kind:
            yield Payload(kind, value, exchange, "", partial=exchange.request.method == "PATCH")


def _class_of_request(context: Context, route: Route) -> str:
    """Return the class of a request's body, that of a command by its name; empty where there is no such command."""
    if route.object == "CommandResponse" and context.interface == RECEIVER:
        row = COMMANDS[context.version].commands.get(context.id("command") or "")
        return row.object if row else ""
    return _ASKED.get(route.object, route.object)


def _class_of_answer(context: Context, method: str) -> tuple[str, bool]:
    if context.module in _CONFIGURATION:
        return _CONFIGURATION[context.module]
    route = _route(context)
    if route is None:
        return "", False
    # Only these answers have a class; what else may stand in data is not specified.
    if method == "GET" or route.kind in {"configuration", "action"}:
        kind = _ANSWERED.get(route.object, route.object)
        return (kind if method != "DELETE" else ""), route.kind == "list"
    return "", False


def _route(context: Context) -> Route | None:
    return _routed(context.version, context.module, context.interface, context.route)


@lru_cache(maxsize=1024)
def _routed(version: str, name: str, interface: str, route: str) -> Route | None:
    module = MODULES.get(version, {}).get(name)
    if module is None:
        return None
    return next((found for found in module.routes.get(interface, ()) if found.name == route), None)


def _with_nested(payload: Payload) -> Iterator[Payload]:
    yield payload
    if not isinstance(payload.value, dict):
        return
    for name, kind in NESTED.get(payload.kind, ()):
        items = payload.value.get(name)
        for number, item in enumerate(items if isinstance(items, list) else []):
            pointer = f"{payload.pointer}/{name}/{number}"
            nested = Payload(kind, item, payload.exchange, pointer, False, (*payload.parents, payload.value))
            yield from _with_nested(nested)


@lru_cache(maxsize=4096)
def _parsed(body: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    try:
        return jsontext.loads(body)
    except jsontext.JsonError:
        return None
