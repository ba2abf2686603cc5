"""What a payment terminal provider shows and sends to a CPO. What a CPO does is in payments, one object in rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER, edition
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.agreements import accepted, sent
from ocpi_conformance.steps.checks.command_requests import BESIDE, COMMAND
from ocpi_conformance.steps.checks.each import REQUESTS, expected_of
from ocpi_conformance.steps.checks.kept import breach
from ocpi_conformance.steps.checks.objects_read import is_one_state, whole
from ocpi_conformance.steps.checks.payments import MODULE, OF_THE_CPO
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import succeeds
from ocpi_conformance.steps.checks.rules.common import Json
from ocpi_conformance.steps.checks.rules.payments import captured_fits_total, currency_of_session
from ocpi_conformance.steps.checks.rules.registry import Flaw
from ocpi_conformance.steps.likeness import absent, differences, parts
from ocpi_conformance.steps.payloads import Payload, is_filtered, is_listed, version_of
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.terminals import is_confirmation, is_creation, starts
from ocpi_conformance.steps.verdicts import Breach, NotObserved

_CONFIRMATION = "FinancialAdviceConfirmation"
_BESIDE_CDRS = f"{_CONFIRMATION} beside CDRs"
_BESIDE_COMMANDS = "confirmation beside commands"
_PLACES = ("location_ids", "evse_uids")
_SEGMENTS = ("location_id", "evse_uid", "connector_id")
_PUT = frozenset({"customer_reference", "invoice_base_url"})


# Terminals ------------------------------------------------------------------------------------------------------------


@expectation("every Terminal", "is the same alone and in the list")
def as_listed(found: Sequence[Payload]) -> Iterator[Breach]:
    """While last_updated is the same, GET of a Terminal gives what the list gives (GET Terminal Method, PAY-016).

    What a CPO may change is passed over: whether last_updated then changes too is not said.
    """
    own = [payload for payload in whole(found) if not payload.in_request]
    entries = [payload for payload in own if is_listed(payload.exchange) and not is_filtered(payload.exchange)]
    for payload in (other for other in own if not is_listed(other.exchange)):
        for entry in entries:
            if _name(entry) == _name(payload) and is_one_state(entry, payload):
                yield from _unlike(entry, payload)


def _name(payload: Payload) -> str:
    return str(payload.value.get("terminal_id")).lower()


def _unlike(entry: Payload, payload: Payload) -> Iterator[Breach]:
    text = edition(version_of(payload), MODULE)
    for found in differences(text, payload.kind, entry.value, payload.value, closed=True, ignored=OF_THE_CPO):
        expected = f"{found.expected} as in the list"
        yield Breach(expected, found.actual, payload.exchange, payload.pointer + found.pointer)


@expectation("the copy", "has the data that the CPO has put")
def has_data_of_cpo(back: ReadBack) -> Iterator[Breach]:
    """customer_reference and invoice_base_url are as in the PUT (PUT Terminal Method, PAY-021); the rest is the PTP's.

    Raises:
        NotObserved: the target did not take the Terminal.
    """
    if back.latest is None or back.latest.exchange is None or not succeeds(back.latest.exchange):
        raise NotObserved("the target did not take the Terminal")
    text = edition(back.exchange.context.version, MODULE)
    put = {name: value for name, value in back.pushed.items() if name in _PUT}
    for found in differences(text, back.kind, put, back.stored):
        yield Breach(found.expected, found.actual, back.exchange, f"/data{found.pointer}")


@expected_of(REQUESTS, "creates a Terminal without a place", is_creation)
def has_no_place(exchange: Exchange) -> Iterator[Breach]:
    """Where a terminal will be the CPO says, by an activation or later (POST Terminal Method, PAY-026)."""
    for name in _PLACES:
        if not absent(places := sent(exchange).get(name)):
            yield Breach(f"no {name}, since nobody has activated the Terminal", str(places)[:80], exchange, f"/{name}")


# Payments -------------------------------------------------------------------------------------------------------------


@expected_of(REQUESTS, "confirms a payment with all that belongs to it", is_confirmation)
def is_whole_confirmation(exchange: Exchange) -> Iterator[Breach]:
    """The body is a Financial Advice Confirmation; what an example lacks is no more than advice (PAY-057, A39)."""
    text = edition(exchange.context.version, MODULE)
    for error in schemas.validator(text, _CONFIRMATION).errors(sent(exchange)):
        if error.severity == "error":
            yield Breach(f"{_CONFIRMATION}: {error.expected}", error.actual, exchange, error.pointer)


@expectation(f"every {_CONFIRMATION}", "confirms what its START_SESSION has authorized", among=_BESIDE_COMMANDS)
def of_its_session(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The authorization_reference of the latest START_SESSION is that of a confirmation after it (PAY-030).

    Raises:
        NotObserved: nothing was started with a reference, or nothing was confirmed after that.
    """
    begun = next((e for e in reversed(exchanges) if starts(e) and sent(e).get("authorization_reference")), None)
    later = [e for e in exchanges if is_confirmation(e) and begun is not None and e.began > begun.began]
    if begun is None or not later:
        raise NotObserved(f"the target has {'confirmed' if begun else 'started'} nothing that has a reference")
    reference = str(sent(begun)["authorization_reference"])
    if not any(_is_of(sent(exchange), reference) for exchange in later):
        actual = str(sent(later[-1]).get("authorization_reference"))[:80]
        yield Breach(f"{reference} of the START_SESSION", actual, later[-1], "/authorization_reference")


def _is_of(item: Json, reference: str) -> bool:
    return str(item.get("authorization_reference")).lower() == reference.lower()


@expectation(f"every {_CONFIRMATION}", "captures what its CDR costs", among=_BESIDE_CDRS)
def captures_total(found: Sequence[Payload]) -> Iterator[Breach]:
    """total_costs are those of the CDR with the same authorization_reference; others are noted (PAY-041, A39)."""
    return _beside_cdr(found, captured_fits_total)


@expectation(f"every {_CONFIRMATION}", "has the currency of its CDR", among=_BESIDE_CDRS)
def has_currency(found: Sequence[Payload]) -> Iterator[Breach]:
    """The currency is that of the CDR with the same authorization_reference; another one is advice (PAY-042)."""
    return _beside_cdr(found, currency_of_session)


Judge = Callable[[Json, str, Json], Iterable[Flaw]]


def _beside_cdr(found: Sequence[Payload], judge: Judge) -> Iterator[Breach]:
    pairs = [
        (payload, cdr)
        for payload in found
        if payload.kind == _CONFIRMATION and payload.in_request and isinstance(payload.value, dict)
        for cdr in (other.value for other in found if other.kind == "CDR")
        if _is_of(cdr, str(payload.value.get("authorization_reference")))
    ]
    if not pairs:
        raise NotObserved("no CDR was exchanged that has the reference of a confirmation")
    return (breach(flaw, payload) for payload, cdr in pairs for flaw in judge(payload.value, version_of(payload), cdr))


# Before a Session is started ------------------------------------------------------------------------------------------


@expected_of(COMMAND, "starts a Session under a reference of its own", starts)
def has_reference(exchange: Exchange) -> Iterator[Breach]:
    """The PTP passes an authorization_reference, to which CDR and invoice refer (Transaction, PAY-031)."""
    if absent(sent(exchange).get("authorization_reference")):
        yield Breach("an authorization_reference", "absent", exchange, "/authorization_reference")


@expectation("every command", "is for a Connector that was looked up", among=BESIDE)
def knows_connector(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The Location, EVSE or Connector was read, alone or in a list, or had been pushed (Transaction, PAY-032).

    What was asked for and not given was asked for all the same.
    """
    begun, before = _latest_start(exchanges)
    name = str(sent(begun).get("location_id"))
    if not any(_tells_of(exchange, name) or _was_refused(exchange, "locations") for exchange in before):
        yield Breach(f"GET of Location {name}, its EVSE or Connector", "none before START_SESSION", begun)


@expectation("every command", "is for a Connector with a Tariff that was looked up", among=BESIDE)
def knows_tariff(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A Tariff of the Connector was read, or had been pushed (Transaction, PAY-048).

    Raises:
        NotObserved: the Connector has no Tariff, or the target was not shown which.
    """
    begun, before = _latest_start(exchanges)
    wanted = _tariffs_at(sent(begun), before)
    if not wanted:
        raise NotObserved("the target was not told of a Tariff at the Connector")
    shown = {str(item.get("id")).lower() for exchange in before for item in _told(exchange, "tariffs")}
    if not wanted & shown and not any(_was_refused(exchange, "tariffs") for exchange in before):
        yield Breach(f"GET of the Tariff {', '.join(sorted(wanted))}", "none before START_SESSION", begun)


def _latest_start(exchanges: Sequence[Exchange]) -> tuple[Exchange, list[Exchange]]:
    """Return the latest START_SESSION of the target, and what was exchanged before it."""
    begun = next((exchange for exchange in reversed(exchanges) if starts(exchange)), None)
    if begun is None:
        raise NotObserved("the target has sent no START_SESSION")
    return begun, [exchange for exchange in exchanges if exchange.ended < begun.began]


def _tells_of(exchange: Exchange, name: str) -> bool:
    """Tell whether the target was told of a Location, or of a part of it."""
    if not _is_told(exchange, "locations"):
        return False
    named = (exchange.context.id("location_id") or "").lower() == name.lower()
    return named or any(str(item.get("id")).lower() == name.lower() for item in _told(exchange, "locations"))


def _tariffs_at(command: Json, before: Iterable[Exchange]) -> set[str]:
    """Return the ids of the Tariffs at the Connector of a command, as the target was told of it last."""
    found: set[str] = set()
    for exchange in before:
        for plug in _plugs_at(command, exchange):
            found = {str(name).lower() for name in plug.get("tariff_ids") or ()}
    return found


def _plugs_at(command: Json, exchange: Exchange) -> list[Json]:
    """Return what an exchange tells of the Connector of a command: in a Location, in an EVSE or by itself."""
    wanted = [command.get(name) for name in _SEGMENTS]
    named = [exchange.context.id(name) for name in _SEGMENTS]
    if not all(name is None or _fits(name, given) for name, given in zip(named, wanted, strict=True)):
        return []
    found = _told(exchange, "locations")
    if named[1] is None:
        places = [item for item in found if _fits(item.get("id"), wanted[0])]
        found = [evse for place in places for evse in parts(place, "EVSE") if _fits(evse.get("uid"), wanted[1])]
    if named[2] is None:
        found = [plug for evse in found for plug in parts(evse, "Connector") if _fits(plug.get("id"), wanted[2])]
    return found


def _fits(name: object, wanted: object) -> bool:
    return absent(wanted) or str(name).lower() == str(wanted).lower()


def _is_told(exchange: Exchange, module: str) -> bool:
    """Tell whether the target has read something of a module of the partner, or was pushed something, successfully."""
    about = (exchange.sender, exchange.context.module, exchange.context.interface)
    return (_asks(exchange, module) or about == ("partner", module, RECEIVER)) and accepted(exchange)


def _asks(exchange: Exchange, module: str) -> bool:
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == ("target", "GET", module, SENDER)


def _was_refused(exchange: Exchange, module: str) -> bool:
    return _asks(exchange, module) and not accepted(exchange)


def _told(exchange: Exchange, module: str) -> list[Json]:
    """Return the objects of a module that the target was told of in an exchange."""
    if not _is_told(exchange, module):
        return []
    data = envelope_of(exchange).get("data") if exchange.sender == "target" else sent(exchange)
    return [item for item in (data if isinstance(data, list) else [data]) if isinstance(item, dict)]
