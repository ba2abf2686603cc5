"""What the partner does in a step: requests, crawls, pushes, read-backs. It acts and returns; checks judge."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from ocpi_conformance.mock_partner import keys
from ocpi_conformance.mock_partner.activity import next_link
from ocpi_conformance.mock_partner.errors import HarnessError, TransportError
from ocpi_conformance.mock_partner.faults import Rule
from ocpi_conformance.mock_partner.jsontext import type_name
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER, SENDER, Route, find_route
from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.platform import CONFIGURATION, join
from ocpi_conformance.mock_partner.pushing import receiver_route
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers
from ocpi_conformance.mock_partner.state import Party, object_key
from ocpi_conformance.steps import clients, terminals
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.begun import session_values
from ocpi_conformance.steps.bodies import body_called
from ocpi_conformance.steps.bookable import booking_values, place_values, requested_values
from ocpi_conformance.steps.bookings_pushed import bookable_values
from ocpi_conformance.steps.invoiced import RECORD, cdr_values, record_values
from ocpi_conformance.steps.moving import other_version
from ocpi_conformance.steps.places import COLLECTIONS, Place, called_by, chosen, endpoint, list_route
from ocpi_conformance.steps.preferred import preferences_values
from ocpi_conformance.steps.presenting import asked, begun, never_pushed, presented
from ocpi_conformance.steps.provoked import command_values
from ocpi_conformance.steps.scene import Chosen, Json, Scene, data_of, envelope_of, listed_in
from ocpi_conformance.steps.things import NESTED, Push, build, remember
from ocpi_conformance.steps.verdicts import Breach, NotObserved

MAX_PAGES = 200
OF_OTHER_VERSION = "credentials of the other version"


def send(
    scene: Scene,
    method: str,
    place: Place,
    *,
    parameters: Mapping[str, str] | None = None,
    body: object = None,
    extra: Headers = (),
) -> Exchange:
    """Send one request of the partner to `place` and return the exchange.

    `extra` headers replace those of the same name; an empty value leaves the header out. `body` bytes go as they are.
    """
    url = place.url
    if parameters:
        url = join(url, (), parameters)
    site = scene.speaker(place.context.id("country_code") or "", place.context.id("party_id") or "")
    context = called_by(place.context, method)
    extra = extra or _owner_headers(site, context)
    request = site.platform.request(site.connection, method, url, context, body, extra=extra)
    try:
        return site.platform.send(request, context)
    except TransportError:
        if not place.doubtful:
            raise
        return next(e for e in reversed(scene.record.exchanges(0, "partner")) if e.request.url == url)


def _owner_headers(site: Site, context: Context) -> Headers:
    """Return the headers by which a party of ours other than the first speaks for the objects it owns.

    A hub passes on what the party behind it sends.
    """
    if site.behind:
        return _from(site.behind) if context.module not in CONFIGURATION else ()
    first, *others = site.platform.roles
    owner = (context.id("country_code") or "", context.id("party_id") or "")
    if first.owns(*owner) or not any(party.owns(*owner) for party in others):
        return ()
    return _from(Party("", *owner))


def _from(sender: Party) -> Headers:
    return ((FROM_COUNTRY, sender.country_code), (FROM_PARTY, sender.party_id))


def accepted(exchange: Exchange) -> bool:
    """Tell whether an answer is HTTP 2xx with an OCPI status of 1xxx."""
    response = exchange.response
    return (
        response is not None and response.status < 300 and str(envelope_of(exchange).get("status_code")).startswith("1")
    )


def push(scene: Scene, item: Push, method: str) -> Exchange:
    """Send `item` by `method` to its place on the target's interface, which is that of a Receiver for most."""
    path = _created_at(scene, item) if method == "POST" and item.interface == RECEIVER else item.path
    place = endpoint(scene, item.module, item.interface, path)
    if item.address:
        # Whoever passes it on may wait for another party longer than we wait.
        place = replace(place, doubtful=True)
    extra = item.address or (_from(item.sender) if item.sender else ())
    return send(scene, method, place, parameters=dict(item.query), body=item.body, extra=extra)


def _created_at(scene: Scene, item: Push) -> tuple[str, ...]:
    """Return where an object is POSTed: the collection that it joins, or where none is to be created its own place."""
    for route in MODULES[scene.partner.version][item.module].routes[RECEIVER]:
        if route.kind == "create" and route.resource in {"", *item.path[:1]}:
            return route.segments
    return item.path


def usual_method(scene: Scene, item: Push) -> str:
    """Return by which method a new object is pushed: POST where the Receiver has one for that, else PUT."""
    routes = MODULES[scene.partner.version][item.module].routes[RECEIVER]
    return "POST" if any(route.kind == "create" for route in routes) else "PUT"


def module_of(scene: Scene, kind: str) -> str:
    """Return the identifier of the module that lists objects of class `kind`."""
    version = scene.partner.version
    listed = {route.object: name for name in COLLECTIONS if (route := _listed(version, name))}
    return ({m.object: m.identifier for m in MODULES[version].values()} | listed)[kind]


def _listed(version: str, collection: str) -> Route | None:
    identifier, _ = COLLECTIONS[collection]
    return list_route(version, collection) if identifier in MODULES[version] else None


def published(scene: Scene, kind: str, number: int) -> list[Json]:
    """Return up to `number` objects of the target's list, choosing the first for the scene, with its nested ones."""
    module = module_of(scene, kind)
    wanted = {"limit": str(max(number, 2))}
    exchange = send(scene, "GET", endpoint(scene, module, SENDER), parameters=required(scene, module) | wanted)
    data = data_of(exchange)
    items = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    if items:
        # An object that holds nested ones shows more.
        first = next((item for item in items if item.get("evses") or item.get("calendars")), items[0])
        identifier, _ = COLLECTIONS.get(module, (module, ()))
        facts, route = MODULES[scene.partner.version][identifier], list_route(scene.partner.version, module)
        name = str(first.get(facts.id_of(route) if route else facts.id_field))
        choose(scene, kind, module, (name,), first, exchange)
        keep(scene, module, items)
    return items


def keep(scene: Scene, module: str, items: list[Json]) -> None:
    """Store what the target publishes on the partner's side, so that a change that is pushed finds its object."""
    platform, connection = scene.site.platform, scene.site.connection
    if module != "locations":
        return
    for item in items:
        if not platform.validate(connection.version, "Location", item, False):
            key = keys.of_peer(connection, connection.version, module, receiver_route(connection, module), item)
            platform.received.put(module, key, copy.deepcopy(item))


def required(scene: Scene, module: str) -> dict[str, str]:
    """Return the parameters that the list of `module` cannot do without."""
    route = list_route(scene.partner.version, module)
    names = route.required_parameters if route else ()
    return dict.fromkeys(names, "2010-01-01T00:00:00Z")


def choose(scene: Scene, kind: str, module: str, path: tuple[str, ...], content: Json, exchange: Exchange) -> None:
    """Make an object of the target's list the chosen one of its class, and its first nested objects of theirs."""
    scene.objects[kind] = Chosen(kind, module, SENDER, path, content, exchange)
    for list_name, id_field, nested in NESTED:
        items = content.get(list_name)
        found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        if found:
            # What is REMOVED changes no more.
            first = next((item for item in found if item.get("status") != "REMOVED"), found[0])
            choose(scene, nested, module, (*path, str(first.get(id_field))), first, exchange)


def read_list(scene: Scene, module: str, parameters: Mapping[str, str]) -> Exchange:
    """GET the list of `module` with `parameters` and those that it cannot do without."""
    return send(scene, "GET", endpoint(scene, module, SENDER), parameters=required(scene, module) | dict(parameters))


def crawl(scene: Scene, module: str, parameters: Mapping[str, str], most: int = MAX_PAGES) -> tuple[Exchange, ...]:
    """Follow the list of `module` from its first page by its next links, for `most` pages at most.

    Ends on a repeated link too, and on a second page without objects in a row.
    """
    place = endpoint(scene, module, SENDER)
    found = [read_list(scene, module, parameters)]
    seen: set[str] = set()
    while (link := next_link(found[-1])) and link not in seen and len(found) < most:
        if len(found) > 1 and not any(envelope_of(exchange).get("data") for exchange in found[-2:]):
            break
        seen.add(link)
        linked = _linked(link, place)
        if not scene.partner.trusts(scene.site, linked.url):
            raise NotObserved(f"the next link leads to another host, which does not get our token: {linked.url}")
        found.append(send(scene, "GET", linked))
    return tuple(found)


def _linked(link: str, base: Place) -> Place:
    """Return the place of a next link. Where it leads to another server, nobody may be there at all."""
    url = urljoin(base.url, link)
    return Place(url, base.context, doubtful=urlsplit(url)[:2] != urlsplit(base.url)[:2])


def read_back(scene: Scene, kind: str) -> tuple[Any, Exchange, list[Breach]]:
    """GET the target's copy of the chosen object; returns it, the exchange, and a breach when it is not there.

    Raises:
        NotObserved: the target does not let its copy be read at all, or nobody is at the URL that it gave.
    """
    exchange = send(scene, "GET", chosen(scene, kind))
    if exchange.response is None:
        raise NotObserved(f"the URL that the target gave cannot be called: {exchange.summary}")
    if accepted(exchange):
        data = envelope_of(exchange).get("data")
        if not isinstance(data, dict):
            raise NotObserved(f"the target's copy is no object but {type_name(data)}: TRN-072 judges that")
        return data, exchange, []
    if exchange.response.status in {401, 403, 405, 501}:
        raise NotObserved(f"the target does not let its copy be read: {exchange.summary}")
    return None, exchange, [Breach(f"the target's copy of the {kind}", exchange.summary, exchange)]


@dataclass(frozen=True)
class ReadBack:
    """The target's copy of an object, beside what it should be.

    `pushed` is the object as the partner last PUT it, `change` the body of the latest push (None when that was for
    another class), `before` the copy as it was before the latest push, `method` how that was sent.
    """

    kind: str
    stored: Any
    exchange: Exchange
    pushed: Json
    change: Json | None
    before: Json | None
    method: str
    latest: Chosen | None = None


def keep_copies(scene: Scene) -> None:
    """Read the target's copies of what was pushed before, so that a change can be told from what stays."""
    scene.before = {}
    for kind, item in scene.objects.items():
        if item.interface == RECEIVER or _can_be_put(scene, item):
            exchange = send(scene, "GET", chosen(scene, kind))
            data = envelope_of(exchange).get("data") if accepted(exchange) else None
            if isinstance(data, dict):
                scene.before[kind] = data


def _can_be_put(scene: Scene, item: Chosen) -> bool:
    """Tell whether an object of the target's own is one that others may change, as a Terminal of a PTP is."""
    identifier, start = COLLECTIONS.get(item.module, (item.module, ()))
    found = find_route(scene.partner.version, identifier, item.interface, (*start, *item.path))
    return found is not None and "PUT" in found[0].methods


def remember_push(scene: Scene, item: Push, method: str) -> None:
    """Note the latest push; what was PUT becomes the chosen object of its class."""
    scene.sent = Chosen(item.kind, item.module, item.interface, item.path, item.body, scene.response, query=item.query)
    scene.sent_by = method
    # What is asked of a Terminal by POST is none.
    if method == "PUT" or (method == "POST" and item.interface == RECEIVER):
        remember(scene, item, scene.response)


def comparison(scene: Scene, kind: str, stored: Any, exchange: Exchange) -> ReadBack:  # noqa: ANN401
    """Return the target's copy of the chosen object of class `kind` beside what it should be."""
    sent = scene.sent if scene.sent and scene.sent.kind == kind else None
    change = sent.content if sent and isinstance(sent.content, dict) else None
    pushed = scene.chosen(kind).content
    return ReadBack(kind, stored, exchange, pushed, change, scene.before.get(kind), scene.sent_by, scene.sent)


def publish(scene: Scene, number: int, name: str = "a Location") -> None:
    """Put `number` such things into the partner's own list until the scenario ends; the last becomes the chosen."""
    store = scene.site.platform.own
    for _ in range(number):
        item = build(scene, name)
        key = object_key(*item.path)
        store.put(item.module, key, item.kept())
        scene.undo.append(functools.partial(store.remove, item.module, key))
        remember(scene, item)


def exchange_credentials(scene: Scene, name: str, method: str) -> None:
    """Send the partner's Credentials (or the variant `name`) by `method`; a success takes effect at once.

    Those of the other version that the partner speaks go to the credentials endpoint of that version, by PUT.
    """
    partner, site = scene.partner, scene.site
    body = None if name == "its credentials" else body_called(scene, name)
    if name == OF_OTHER_VERSION:
        scene.response = scene.possible(partner.change_version, site, other_version(scene), body)
        return
    if method == "PUT" and site.registered:
        scene.response = scene.possible(partner.rotate, site, body)
        return
    scene.response = scene.possible(lambda: partner.send_credentials(site, method, body=body))
    if method == "DELETE":
        if site.ended is scene.response:
            partner.forget(site)
    elif not accepted(scene.response):
        return
    elif method == "POST" and body is None:
        # What is wrong with the answer is for the Then to say.
        with suppress(HarnessError):
            partner.conclude(site, scene.response)
        partner.spend(site)
    else:
        partner.discard(site, scene.response)


@contextmanager
def spoilt(scene: Scene, rule: Rule) -> Iterator[None]:
    """Bend the partner's answers by `rule` within the block."""
    rules = scene.site.platform.faults.rules
    rules.append(rule)
    try:
        yield
    finally:
        rules.remove(rule)


def move(scene: Scene, module: str) -> None:
    """Serve the partner's `module` at other URLs until the scenario ends; the target then has to look again."""
    site, platform = scene.site, scene.site.platform
    version = scene.partner.version
    moved = {(module, side): f"moved/{platform.path_of(version, module, side)}" for side in (SENDER, RECEIVER)}
    platform.endpoint_paths = moved

    def back() -> None:
        platform.endpoint_paths = {}
        site.bent = True

    scene.undo.append(back)


def need_trigger(scene: Scene, words: str) -> str:
    """Return the name of the trigger that `words` stand for.

    Raises:
        LookupError: unknown words; the message lists the known ones.
        NotObserved: no such trigger is configured.
    """
    if words not in TRIGGERS:
        raise LookupError(f'the target is not known to "{words}". Known: {sorted(TRIGGERS)}')
    name = TRIGGERS[words][0]
    if not scene.partner.triggers.has(name):
        raise NotObserved(f"no trigger {name} in target.toml: the target could not be made to {words}")
    return name


# Triggers for what a target may do as soon as what they are told of has happened.
_MAY_BE_AHEAD = frozenset({"confirm_payment"})


def pull_trigger(scene: Scene, words: str) -> None:
    """Make the target act first: `words` name a trigger of target.toml and the values it is given.

    Raises:
        LookupError: unknown words; the message lists the known ones.
        NotObserved: no such trigger is configured.
    """
    name = need_trigger(scene, words)
    values, before = TRIGGERS[words][1], scene.record.tick()
    if name == "register_with_partner" and not scene.invited and (done := scene.partner.invited()):
        # One registration by the target serves all scenarios that do not spoil it.
        scene.site, scene.since = done, done.opened
        return
    pull(scene, name, values(scene))
    if name in _MAY_BE_AHEAD:
        scene.since = before


def pull(scene: Scene, name: str, values: dict[str, str]) -> None:
    """Pull the trigger `name` of target.toml; what comes of it is looked for from here on.

    Raises:
        NotObserved: it is not configured, or it failed.
    """
    if not scene.partner.triggers.has(name):
        raise NotObserved(f"no trigger {name} in target.toml")
    scene.since = scene.record.tick()
    scene.possible(scene.partner.triggers.pull, name, values)


def _register_values(scene: Scene) -> dict[str, str]:
    """Open a site for the target to register with, unless a Given has; its CREDENTIALS_TOKEN_A is ours to give."""
    if not scene.invited:
        scene.site = scene.partner.invite()
    return {"versions_url": scene.site.platform.versions_url, "token_a": scene.site.token_a}


def _nothing(_: Scene) -> dict[str, str]:
    return {}


def _evse_values(scene: Scene) -> dict[str, str]:
    path = scene.chosen("Connector" if "Connector" in scene.objects else "EVSE").path
    return dict(zip(("location_id", "evse_uid", "connector_id"), path, strict=False))


def _other_status(scene: Scene) -> str:
    return "AVAILABLE" if scene.chosen("EVSE").content.get("status") == "CHARGING" else "CHARGING"


def _session(scene: Scene) -> dict[str, str]:
    return {"session_id": str(scene.chosen("Session").content.get("id"))}


def _reservation(scene: Scene) -> dict[str, str]:
    made = [sent.body["reservation_id"] for sent in scene.commands if sent.name == "RESERVE_NOW"]
    return {"reservation_id": str(made[-1])} if made else {}


def _cdr_to_correct(scene: Scene) -> dict[str, str]:
    """Read the whole list and choose a CDR that is neither a credit nor credited."""
    listed = listed_in(crawl(scene, "cdrs", {}))
    credited = {str(item.get("credit_reference_id")).lower() for item in listed}
    for item in listed:
        if not item.get("credit") and str(item.get("id")).lower() not in credited:
            return {"cdr_id": str(item["id"])}
    raise NotObserved("the target lists no CDR that could be corrected")


def _tariff_to_change(scene: Scene) -> dict[str, str]:
    return {"tariff_id": scene.chosen("Tariff").path[-1]} if "Tariff" in scene.objects else {}


def _pushed_token(scene: Scene) -> dict[str, str]:
    """Return the Token that the target has pushed last: what nobody was told of need not be pushed when it changes.

    Raises:
        NotObserved: it has pushed none in this scenario.
    """
    pushes = scene.record.exchanges(scene.started, "target")
    for exchange in reversed(pushes):
        about = (exchange.request.method, exchange.context.module)
        if about == ("PUT", "tokens") and (uid := sent(exchange).get("uid")):
            return {"token_uid": str(uid)}
    raise NotObserved("the target has pushed no Token")


TRIGGERS: dict[str, tuple[str, Callable[[Scene], dict[str, str]]]] = {
    "register with the partner": ("register_with_partner", _register_values),
    "update its credentials": ("update_credentials", _nothing),
    "move to the newer version": ("change_version", lambda scene: {"version": other_version(scene)}),
    "unregister from the partner": ("unregister_from_partner", _nothing),
    "create a Location": ("create_location", _nothing),
    "change a Location": ("change_location", _evse_values),
    "change the status of an EVSE": ("change_evse_status", lambda s: _evse_values(s) | {"status": _other_status(s)}),
    "change a Connector": ("change_connector", _evse_values),
    "remove an EVSE": ("remove_evse", _evse_values),
    "pull the Location list": ("pull_locations", _nothing),
    "cancel the reservation": ("cancel_reservation", _reservation),
    "go on with the Session": ("change_session", session_values),
    "stop the Session": ("stop_session", session_values),
    "pull the Session list": ("pull_sessions", _nothing),
    "set charging preferences": ("set_charging_preferences", preferences_values),
    "set charging preferences of some Session": (
        "set_charging_preferences",
        functools.partial(preferences_values, named=False),
    ),
    "set a charging profile": ("set_charging_profile", _session),
    "request the active profile": ("request_active_profile", lambda scene: _session(scene) | {"duration": "900"}),
    "clear the charging profile": ("clear_charging_profile", _session),
    "change the active profile": ("change_active_profile", _session),
    "cancel the charging profile": ("cancel_charging_profile", _session),
    "push a BookingLocation": ("push_booking_location", place_values),
    "change a Calendar": ("change_calendar", place_values),
    "cancel the Booking": ("cancel_booking", booking_values),
    "let a driver use the Booking": ("use_booking", booking_values),
    "let nobody come for the Booking": ("miss_booking", booking_values),
    "request a Booking": ("request_booking", bookable_values),
    "request a change of the Booking": ("change_booking_request", requested_values),
    "request the cancellation of the Booking": ("cancel_booking_request", requested_values),
    "create a CDR": ("create_cdr", _nothing),
    "correct a CDR": ("correct_cdr", _cdr_to_correct),
    "pull the CDR list": ("pull_cdrs", _nothing),
    "create a Tariff": ("create_tariff", _nothing),
    "change a Tariff": ("change_tariff", _tariff_to_change),
    "delete a Tariff": ("delete_tariff", _nothing),
    "pull the Tariff list": ("pull_tariffs", _nothing),
    "create a Token": ("create_token", lambda _: {"token_type": "RFID", "whitelist": "ALLOWED"}),
    "create a Token of an app": ("create_token", lambda _: {"token_type": "APP_USER", "whitelist": "NEVER"}),
    "create an EMAID Token": ("create_token", lambda _: {"token_type": "EMAID", "whitelist": "NEVER"}),
    "change a Token": ("change_token", _pushed_token),
    "invalidate a Token": ("invalidate_token", _pushed_token),
    "assign a Terminal": ("assign_terminal", terminals.assigned_values),
    "update a Terminal": ("update_terminal", terminals.updated_values),
    "activate a Terminal": ("activate_terminal", terminals.activated_values),
    "deactivate a Terminal": ("deactivate_terminal", terminals.terminal_values),
    "pull the ClientInfo list": ("pull_hubclientinfo", _nothing),
    "call the eMSP OFFLINE": ("change_client", functools.partial(clients.status_values, status="OFFLINE")),
    "suspend the eMSP": ("change_client", functools.partial(clients.status_values, status="SUSPENDED")),
    "check its parties": ("check_clients", clients.check_values),
    "pull the Terminal list": ("pull_terminals", _nothing),
    "pull the FinancialAdviceConfirmation list": ("pull_confirmations", _nothing),
    "ship a Terminal": ("ship_terminal", _nothing),
    "confirm the payment": ("confirm_payment", terminals.paid_values),
    "pull the Token list": ("pull_tokens", _nothing),
    f"create an {RECORD}": ("create_invoice_record", cdr_values),
    f"change an {RECORD}": ("change_invoice_record", record_values),
    f"delete an {RECORD}": ("delete_invoice_record", record_values),
    f"pull the {RECORD} list": ("pull_invoicereconciliation", _nothing),
    "present the Token": ("present_token", presented),
    "present a Token that was never pushed": ("present_token", never_pushed),
    "present an EMAID Token": ("present_token", functools.partial(never_pushed, token_type="EMAID")),
    "ask about the Token": ("authorize_token", asked),
    "ask about the Token at the EVSE": ("authorize_token", presented),
    "end the Session of the Token": ("stop_session", begun),
    **{
        f"send {command}": ("send_command", functools.partial(command_values, command=command))
        for command in ("START_SESSION", "STOP_SESSION", "RESERVE_NOW", "CANCEL_RESERVATION", "UNLOCK_CONNECTOR")
    },
    "pull the Location objects of the past day": (
        "pull_locations",
        lambda _: {"date_from": timestamp(datetime.now(UTC) - timedelta(days=1))},
    ),
}
