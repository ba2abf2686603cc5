"""What the Sender of commands must send: URL, body, response_url, ids; and that it takes results. No Receiver here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import body_of, distinct, expected_of, parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import outcome, succeeds
from ocpi_conformance.steps.command_traffic import is_command, name_of
from ocpi_conformance.steps.likeness import parts
from ocpi_conformance.steps.verdicts import Breach, NotObserved

COMMAND, TAKEN = ("every command",), ("every answer to a result",)
BESIDE = "command beside objects"
_REQUIRED = "START_SESSION_CONNECTOR_REQUIRED"
Json = dict[str, Any]


def body(exchange: Exchange) -> Json:
    """Return the JSON object in a request, or an empty one."""
    found = parsed(exchange.request.body)
    return found if isinstance(found, dict) else {}


def _has(*names: str) -> Any:  # noqa: ANN401  (a predicate with a docstring of its own)
    def has(exchange: Exchange) -> bool:
        return all(body(exchange).get(name) is not None for name in names)

    has.__doc__ = f"A command with {' and '.join(names)}"
    return has


# Each command by itself -----------------------------------------------------------------------------------------------


@expected_of(COMMAND, "has the body that belongs to it")
def fitting_body(exchange: Exchange) -> Iterator[Breach]:
    """The body is the object of the command in the URL (CMD-004); the form of expiry_date is for another entry."""
    version = exchange.context.version or "2.2.1"
    row = COMMANDS[version].commands.get(name_of(exchange))
    if row is None:
        yield Breach(f"one of {', '.join(COMMANDS[version].commands)}", name_of(exchange)[:40], exchange)
        return
    for error in schemas.validator(version, row.object).errors(parsed(exchange.request.body)):
        if error.severity == "error" and (error.pointer, error.kind) != ("/expiry_date", "datetime"):
            yield Breach(f"{row.object}: {error.expected}", error.actual, exchange, error.pointer)


@expected_of(COMMAND, "goes to the URL of its name")
def goes_to_its_url(exchange: Exchange) -> Iterator[Breach]:
    """The advertised URL, one slash, the name of the command (CMD-006, A28)."""
    address = urlsplit(exchange.request.url)
    if exchange.context.route != "command" or "//" in address.path or address.query:
        actual = address._replace(scheme="", netloc="").geturl()
        yield Breach("the advertised commands URL, one slash, the command", actual, exchange)


def is_routed(exchange: Exchange) -> bool:
    """A command with a Token from a party that names itself."""
    return "token" in body(exchange) and bool(exchange.request.header(FROM_PARTY))


@expected_of(COMMAND, "uses a Token of its own", is_routed)
def own_token(exchange: Exchange) -> Iterator[Breach]:
    """The owner of the Token is the party that sends the command (CMD-026, LOC-062)."""
    token = body(exchange)["token"]
    if not isinstance(token, dict):
        return
    for name, header in (("country_code", FROM_COUNTRY), ("party_id", FROM_PARTY)):
        sender, owner = exchange.request.header(header) or "", str(token.get(name))
        if owner.lower() != sender.strip().lower():
            yield Breach(f"{name} of the sender, {sender}", owner, exchange, f"/token/{name}")


@expected_of(COMMAND, "names the EVSE of its connector_id", _has("connector_id"))
def names_evse(exchange: Exchange) -> Iterator[Breach]:
    """connector_id comes with evse_uid (CMD-032)."""
    if body(exchange).get("evse_uid") is None:
        yield Breach("evse_uid beside connector_id", "absent", exchange, "/evse_uid")


@expected_of(COMMAND, "gives its expiry_date in UTC", _has("expiry_date"))
def expires_in_utc(exchange: Exchange) -> Iterator[Breach]:
    """expiry_date is a DateTime, which is UTC (CMD-044, A40)."""
    version = exchange.context.version or "2.2.1"
    for error in schemas.validator(version, "ReserveNow").errors(body(exchange)):
        if error.pointer == "/expiry_date":
            yield Breach(error.expected, error.actual, exchange, error.pointer)


@expected_of(COMMAND, "reserves under a number", _has("reservation_id"))
def reserves_by_number(exchange: Exchange) -> Iterator[Breach]:
    """reservation_id is an int in 2.1.1 (CMD-057)."""
    found = body(exchange)["reservation_id"]
    if not isinstance(found, int) or isinstance(found, bool):
        yield Breach("an int", jsontext.type_name(found), exchange, "/reservation_id")


@expected_of(TAKEN, "is a success")
def is_taken(exchange: Exchange) -> Iterator[Breach]:
    """The response_url takes the POST of a result (CMD-017)."""
    if not succeeds(exchange):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


# Commands beside what the partner has shown ---------------------------------------------------------------------------


@dataclass
class _Shown:
    """The ids that the partner has shown to the target: Locations with their EVSEs and Connectors, Sessions."""

    places: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    needing: set[tuple[str, str]] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)

    def add_location(self, place: Json) -> None:
        name = _folded(place.get("id"))
        for evse in parts(place, "EVSE"):
            if _REQUIRED in (evse.get("capabilities") or []):
                self.needing.add((name, _folded(evse.get("uid"))))
        self.places[name] = {
            _folded(evse.get("uid")): {_folded(plug.get("id")) for plug in parts(evse, "Connector")}
            for evse in parts(place, "EVSE")
        }


def _folded(name: object) -> str:
    return str(name).lower()


def _shown(exchanges: Iterable[Exchange]) -> _Shown:
    found = _Shown()
    for kind, item in (pair for exchange in exchanges for pair in _objects(exchange)):
        if kind == "sessions":
            found.sessions.add(_folded(item.get("id")))
        else:
            found.add_location(item)
    return found


def known_sessions(exchanges: Iterable[Exchange]) -> set[str]:
    """Return the ids, in lower case, of the Sessions that the partner has shown."""
    return _shown(exchanges).sessions


def _objects(exchange: Exchange) -> Iterator[tuple[str, Json]]:
    """Yield the Locations and Sessions that the partner pushes or answers with, whole ones only."""
    context, whole = exchange.context, {"locations": "location", "sessions": "session"}
    if context.module not in whole:
        return
    if exchange.sender == "partner" and exchange.request.method == "PUT" and context.interface == RECEIVER:
        if context.route == whole[context.module]:
            yield context.module, body(exchange)
    elif exchange.sender == "target" and context.interface == SENDER and succeeds(exchange):
        envelope = body_of(exchange)
        data = envelope.get("data") if isinstance(envelope, dict) else None
        items = data if isinstance(data, list) else [data] if context.route == "location" else []
        yield from ((context.module, item) for item in items if isinstance(item, dict))


def _beside(exchanges: Sequence[Exchange], *names: str, of: str = "") -> list[Exchange]:
    """Return the commands with the fields `names`; one without any is not observed."""
    found = [e for e in exchanges if is_command(e) and _has(*names)(e) and (not of or name_of(e) == of)]
    if not found:
        raise NotObserved(f"the target has sent no {of or 'command'} with {' and '.join(names)}")
    return found


@expectation("every command", "is for a Location of the partner", among=BESIDE)
def for_own_location(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """location_id is that of a Location that the partner has shown (CMD-054)."""
    shown = _shown(exchanges)
    return distinct(
        Breach("the id of a Location of the partner", str(body(e)["location_id"])[:40], e, "/location_id")
        for e in _beside(exchanges, "location_id")
        if _folded(body(e)["location_id"]) not in shown.places
    )


@expectation("every command", "names an EVSE of the Location by its uid", among=BESIDE)
def by_uid(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """evse_uid is the uid of an EVSE of the Location, not its evse_id (CMD-065); other Locations are passed over."""
    shown = _shown(exchanges)
    return distinct(
        Breach("the uid of an EVSE of the Location", str(body(e)["evse_uid"])[:48], e, "/evse_uid")
        for e in _beside(exchanges, "location_id", "evse_uid")
        if (evses := shown.places.get(_folded(body(e)["location_id"]))) and _folded(body(e)["evse_uid"]) not in evses
    )


@expectation("every command", "names a Connector of the EVSE by its id", among=BESIDE)
def by_connector_id(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """connector_id is the id of a Connector of the EVSE (CMD-066); EVSEs that are not known are passed over."""
    shown = _shown(exchanges)
    for e in _beside(exchanges, "location_id", "evse_uid", "connector_id"):
        evses = shown.places.get(_folded(body(e)["location_id"]), {})
        plugs = evses.get(_folded(body(e)["evse_uid"]))
        if plugs is not None and _folded(body(e)["connector_id"]) not in plugs:
            yield Breach("the id of a Connector of the EVSE", str(body(e)["connector_id"])[:40], e, "/connector_id")


@expectation("every command", "names a Connector where the EVSE requires one", among=BESIDE)
def connector_where_required(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """START_SESSION at an EVSE with START_SESSION_CONNECTOR_REQUIRED has connector_id (CMD-034)."""
    shown = _shown(exchanges)
    concerned = [
        e
        for e in _beside(exchanges, "location_id", "evse_uid", of="START_SESSION")
        if (_folded(body(e)["location_id"]), _folded(body(e)["evse_uid"])) in shown.needing
    ]
    if not concerned:
        raise NotObserved(f"no START_SESSION was for an EVSE with {_REQUIRED}")
    for e in concerned:
        if body(e).get("connector_id") is None:
            yield Breach("connector_id, which the EVSE requires", "absent", e, "/connector_id")


@expectation("every command", "stops a Session of the partner by its id", among=BESIDE)
def by_session_id(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """session_id is that of a Session that the partner has shown (CMD-067)."""
    shown = _shown(exchanges)
    for e in _beside(exchanges, "session_id"):
        if _folded(body(e)["session_id"]) not in shown.sessions:
            yield Breach("the id of a Session of the partner", str(body(e)["session_id"])[:40], e, "/session_id")


@expectation("every command", "cancels a reservation under the id that it was given", among=BESIDE)
def cancels_known(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The reservation_id is that of an earlier RESERVE_NOW (CMD-046)."""
    made: set[str] = set()
    reserved = _beside(exchanges, "reservation_id", of="RESERVE_NOW")
    cancelled = _beside(exchanges, "reservation_id", of="CANCEL_RESERVATION")
    for e in sorted([*reserved, *cancelled], key=lambda exchange: exchange.began):
        name = _folded(body(e)["reservation_id"])
        if name_of(e) == "RESERVE_NOW":
            made.add(name)
        elif name not in made:
            yield Breach("the reservation_id of a RESERVE_NOW", name[:40], e, "/reservation_id")


@expectation("every command", "reserves another Location under another id", among=BESIDE)
def own_reservation_ids(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """RESERVE_NOW for different Locations have different reservation_ids (CMD-068).

    Raises:
        NotObserved: there was only one Location.
    """
    places: dict[str, dict[str, Exchange]] = defaultdict(dict)
    reserved = _beside(exchanges, "reservation_id", "location_id", of="RESERVE_NOW")
    for e in reserved:
        places[_folded(body(e)["reservation_id"])].setdefault(_folded(body(e)["location_id"]), e)
    if len({name for found in places.values() for name in found}) < 2:
        raise NotObserved("the target has reserved at one Location only")
    for name, found in places.items():
        if len(found) > 1:
            actual = f"{name[:36]} for {len(found)} Locations"
            yield Breach("a reservation_id of its own", actual, list(found.values())[1], "/reservation_id")


@expectation("every command", "has a response_url of its own", among=BESIDE)
def own_response_url(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """No two commands have the same response_url (CMD-016).

    Raises:
        NotObserved: there was only one command.
    """
    first: dict[str, Exchange] = {}
    sent = _beside(exchanges, "response_url")
    if len(sent) < 2:
        raise NotObserved("the target has sent one command only")
    for e in sent:
        earlier = first.setdefault(str(body(e)["response_url"]), e)
        if earlier is not e:
            yield Breach("a response_url of its own", f"that of exchange {earlier.number}", e, "/response_url")
            return
