"""What scenarios of a whole run take for granted: lists that were read, pushes that came; each brought about once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER, list_modules
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.steps import acts, booking, commanding, course, invoicing, profiling, terminals, things
from ocpi_conformance.steps.applicability import OF_HUBS, TYPICAL
from ocpi_conformance.steps.invoiced import RECORD
from ocpi_conformance.steps.places import COLLECTIONS, list_route, lists_of
from ocpi_conformance.steps.scene import Scene, data_of
from ocpi_conformance.steps.verdicts import NotObserved


@dataclass
class _Known:
    """What a run has tried already: the lists that were read, the kinds of push that did not come.

    `lists` has for each module why its list was not read to its end; nothing where it was.
    """

    lists: dict[str, str] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kind:
    """A kind of push: which requests are of it, the triggers that may bring one about, and the class it is about.

    `first` is a trigger without whose push the others have nothing to be about, `needs` what has to be there before.
    """

    fits: Callable[[Exchange], bool]
    triggers: tuple[str, ...]
    kind: str = "Location"
    first: str = ""
    needs: Callable[[Scene], None] | None = None


def _finds_nothing(exchange: Exchange) -> bool:
    return exchange.request.method == "GET" and exchange.response is not None and exchange.response.status == 404


def _is_change(exchange: Exchange) -> bool:
    return exchange.request.method in {"POST", "PUT", "PATCH"}


def _is_whole(exchange: Exchange) -> bool:
    return exchange.request.method == "PUT"


def _is_partial(exchange: Exchange) -> bool:
    return exchange.request.method == "PATCH"


def _bring_terminal(scene: Scene, method: str, trigger: str) -> None:
    """See to it that the target has sent a Terminal, or what it changes of one, to the partner as its PTP.

    Raises:
        NotObserved: there is no trigger, or the target sends nothing of the kind.
    """

    def is_there(exchange: Exchange) -> bool:
        about = (exchange.sender, exchange.context.module, exchange.context.interface, exchange.request.method)
        return about == ("target", "payments", SENDER, method)

    if any(map(is_there, scene.record.exchanges(0, "target"))):
        return
    push = things.build(scene, "a complete Terminal")
    exchange = acts.push(scene, push, "POST")
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take a Terminal: {exchange.summary}")
    things.remember(scene, push, exchange)
    _await(scene, trigger, is_there)


def _bring_new_terminal(scene: Scene) -> None:
    """See to it that the target has sent a new Terminal to the partner as its CPO, by its trigger if need be."""
    if not any(map(terminals.is_creation, scene.record.exchanges(0, "target"))):
        _await(scene, "ship a Terminal", terminals.is_creation)


def _bring_confirmation(scene: Scene) -> None:
    """See to it that the target has confirmed a payment: of a Session that it starts, where it has confirmed none.

    Raises:
        NotObserved: there is no trigger, or the target starts or confirms nothing.
    """
    if any(map(terminals.is_confirmation, scene.record.exchanges(0, "target"))):
        return
    acts.publish(scene, 1, "a Location with a terminal of the CPO's invoices")
    _await(scene, "send START_SESSION", terminals.starts)
    _await(scene, "confirm the payment", terminals.is_confirmation)


def _await(scene: Scene, trigger: str, match: Callable[[Exchange], bool]) -> None:
    try:
        _pull(scene, trigger, match)
    except NotSeen as reason:
        raise NotObserved(str(reason)) from None


# Before the name of a list of which the end has to be known.
WHOLE = "whole "
_RUNS: WeakKeyDictionary[Record, _Known] = WeakKeyDictionary()
_CHANGES = ("change the status of an EVSE", "change a Connector", "change a Location")
# What comes only after requests of the partner, or is about no object that the target publishes.
_BROUGHT: dict[str, Callable[[Scene], None]] = {
    "the result of a command": commanding.bring_result,
    "an active profile": profiling.bring_active_profile,
    "a charging profile": profiling.bring_profile,
    "a Session from begin to end": course.bring_course,
    "a Booking from request to cancellation": booking.bring_course,
    "a new Terminal": _bring_new_terminal,
    "a FinancialAdviceConfirmation": _bring_confirmation,
    "a whole Terminal": partial(_bring_terminal, method="PUT", trigger="update a Terminal"),
    "an assignment of a Terminal": partial(_bring_terminal, method="PATCH", trigger="assign a Terminal"),
}
_PUSHES = {
    "a change": _Kind(_is_change, (*_CHANGES, "create a Location")),
    "a new Location": _Kind(
        lambda e: (e.request.method, e.context.route) == ("PUT", "location"), ("create a Location",)
    ),
    "a whole object": _Kind(_is_whole, ("create a Location", *_CHANGES)),
    "a whole EVSE": _Kind(lambda e: (e.request.method, e.context.route) == ("PUT", "evse"), _CHANGES[:1]),
    "a partial object": _Kind(_is_partial, _CHANGES),
    "a partial EVSE": _Kind(lambda e: (e.request.method, e.context.route) == ("PATCH", "evse"), _CHANGES[:1]),
    "a request for the object after a failed PATCH": _Kind(_finds_nothing, _CHANGES[:1]),
    "a CDR": _Kind(lambda e: e.request.method == "POST", ("create a CDR",), "CDR"),
    "a Tariff": _Kind(lambda e: e.request.method == "PUT", ("create a Tariff", "change a Tariff"), "Tariff"),
    "news of a Tariff": _Kind(
        lambda e: e.request.method != "GET", ("change a Tariff", "delete a Tariff", "create a Tariff"), "Tariff"
    ),
    f"an {RECORD}": _Kind(
        _is_change, (f"create an {RECORD}", f"change an {RECORD}"), RECORD, needs=invoicing.offer_cdr
    ),
    f"news of an {RECORD}": _Kind(
        lambda e: e.request.method != "GET",
        (f"change an {RECORD}", f"create an {RECORD}"),
        RECORD,
        needs=invoicing.offer_cdr,
    ),
}
# The same words for what another role than the CPO has to push.
_PUSHES_OF: Mapping[str, Mapping[str, _Kind]] = {
    "EMSP": {
        "a change": _Kind(_is_change, ("create a Token",), "Token"),
        "a whole object": _Kind(_is_whole, ("create a Token",), "Token"),
        "a partial object": _Kind(_is_partial, ("change a Token", "invalidate a Token"), "Token", "create a Token"),
    }
}


def read(scene: Scene, module: str) -> None:
    """Read the whole list of `module`, once in a run; "whole tariffs" where what is not on it must not be there at all.

    Raises:
        NotObserved: the target does not advertise the list, or it has never given a page of it; of a whole one: it did
            not give it to its end.
    """
    name = module.removeprefix(WHOLE)
    known = _RUNS.setdefault(scene.record, _Known())
    if name not in known.lists:
        known.lists[name] = _crawled(scene, name)
    if name != module and known.lists[name]:
        raise NotObserved(f"the {name} list could not be read to its end: {known.lists[name]}")


def _crawled(scene: Scene, module: str) -> str:
    """Read the list of `module`; returns why that ended too early, or nothing."""
    try:
        for page in acts.crawl(scene, module, {}):
            items = data_of(page)
            if isinstance(items, list):
                acts.keep(scene, module, [item for item in items if isinstance(item, dict)])
    except NotObserved as reason:
        # What it has shown before it stumbled is judged all the same.
        if not any(_is_page(exchange, module) for exchange in scene.record.exchanges(0, "partner")):
            raise
        return str(reason)
    return ""


def _is_page(exchange: Exchange, module: str) -> bool:
    identifier, _ = COLLECTIONS.get(module, (module, ()))
    route = list_route(exchange.context.version, module) if exchange.context.module == identifier else None
    shown = (exchange.context.interface, exchange.context.route)
    return route is not None and shown == (SENDER, route.name) and acts.accepted(exchange)


def read_all(scene: Scene) -> None:
    """Read the whole list of every module that the target publishes, as far as it lets us."""
    for module in list_modules(scene.partner.version):
        if scene.offers(module, SENDER) and not _of_another_role(scene, module):
            for name in lists_of(scene.partner.version, module):
                with suppress(NotObserved):
                    read(scene, name)


def _of_another_role(scene: Scene, module: str) -> bool:
    """Tell whether a list of the target is there for another of its roles, whose certification judges what is in it."""
    if scene.partner.role == HUB:
        # Whoever is behind a hub publishes what the hub shows of other modules.
        return module not in OF_HUBS
    usual = {role for role, sides in TYPICAL.get(module, {}).items() if SENDER in sides}
    return scene.partner.role not in usual and bool(usual.intersection(scene.partner.config.roles))


def pushed(scene: Scene, what: str) -> None:
    """See to it that the record holds a push of the kind `what`, by a trigger or by what leads to it if need be.

    Raises:
        LookupError: no such kind; the message lists the known ones.
        NotObserved: there is no trigger, or the target sends nothing of the kind (it may be pull-only).
    """
    if what in _BROUGHT:
        _BROUGHT[what](scene)
        return
    if what not in _PUSHES:
        raise LookupError(f'no push is called "{what}". Known: {sorted([*_PUSHES, *_BROUGHT])}')
    known = _RUNS.setdefault(scene.record, _Known())
    wanted = _PUSHES_OF.get(scene.partner.role, {}).get(what, _PUSHES[what])
    if what in known.missed:
        raise NotObserved(known.missed[what])
    module = acts.module_of(scene, wanted.kind)
    if any(_is_push(e, module) and wanted.fits(e) for e in scene.record.exchanges(0, "target")):
        return
    reasons = []
    for trigger in wanted.triggers:
        reason = _try(scene, trigger, wanted)
        if not reason:
            return
        reasons.append(reason)
    known.missed[what] = f"the target has not pushed {what}: {reasons[0]}"
    raise NotObserved(known.missed[what])


def share_a_place(scene: Scene, module: str) -> bool:
    """Tell whether the target advertises both interfaces of `module` at one URL."""
    endpoints = [scene.site.connection.endpoint(module, side) for side in (SENDER, RECEIVER)]
    urls = [endpoint.url.rstrip("/") for endpoint in endpoints if endpoint]
    return len(set(urls)) < len(urls)


def _is_push(exchange: Exchange, module: str) -> bool:
    about = (exchange.sender, exchange.context.module, exchange.context.interface)
    return about == ("target", module, RECEIVER)


def _try(scene: Scene, trigger: str, wanted: _Kind) -> str:
    """Pull `trigger` and wait for a push; returns why none came, or nothing."""
    module = acts.module_of(scene, wanted.kind)
    with suppress(NotObserved):
        acts.published(scene, wanted.kind, 1)
    if wanted.needs:
        with suppress(NotObserved):
            wanted.needs(scene)
    try:
        if wanted.first:
            _pull(scene, wanted.first, lambda e: _is_push(e, module))
        _pull(scene, trigger, lambda e: _is_push(e, module) and wanted.fits(e))
    except (NotObserved, NotSeen) as reason:
        return str(reason)
    return ""


def _pull(scene: Scene, trigger: str, match: Callable[[Exchange], bool]) -> None:
    """Pull `trigger` and wait for a request that `match` fits."""
    scene.possible(acts.pull_trigger, scene, trigger)
    scene.record.wait_for(match, trigger, scene.partner.config.timeouts.callback, scene.since)
