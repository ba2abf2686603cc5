"""The evidence of a whole run, gathered from the record for a check. It selects; checks judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from ocpi_conformance.mock_partner.activity import next_link
from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.versions import TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.record import Exchange, Match, Record
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.agreements import await_request, sent
from ocpi_conformance.steps.command_traffic import answers_command, answers_result, is_command, is_result
from ocpi_conformance.steps.invoiced import RECORD
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.profile_traffic import (
    answers_profile_request,
    answers_profile_result,
    is_profile_request,
    is_profile_result,
)
from ocpi_conformance.steps.scene import Json, Scene, envelope_of
from ocpi_conformance.steps.terminals import is_confirmation
from ocpi_conformance.steps.verdicts import NotObserved


def _hubs(scene: Scene) -> frozenset[str]:
    """Return the sites at which the partner is a hub."""
    return frozenset(site.name for site in scene.partner.sites if site.platform.is_hub)


def _is_looked_at(scene: Scene) -> Match:
    """Return what tells whether an exchange of the target is one at a hub of the partner, or one that is not.

    A scenario looks at the first where its own site is that of a hub, else at the others.
    """
    hubs = _hubs(scene)
    if not hubs:
        return lambda _: True
    here = scene.site.name in hubs
    return lambda exchange: (exchange.context.site in hubs) == here


def _responses(scene: Scene) -> Sequence[Exchange]:
    return [e for e in scene.record.exchanges(scene.since, "partner") if e.response is not None and e.context.module]


def requests(scene: Scene) -> Sequence[Exchange]:
    """Return the requests of the target; after a trigger it waits for one, and after lookups of the endpoints for more.

    Raises:
        NotObserved: none has come.
    """
    if scene.since <= scene.started:
        return scene.record.exchanges(scene.since, "target")
    fits = _is_looked_at(scene)
    try:
        await_request(scene, lambda exchange: exchange.sender == "target" and fits(exchange))
    except NotSeen as error:
        raise NotObserved(str(error)) from None
    return [exchange for exchange in scene.record.exchanges(scene.since, "target") if fits(exchange)]


def _pushes(scene: Scene) -> Sequence[Exchange]:
    """Return what the target has sent of its own accord in this scenario, or in the whole run once that has ended."""
    requests(scene)
    return [
        exchange
        for exchange in scene.record.exchanges(min(scene.started, scene.since), "target")
        if exchange.request.method in {"POST", "PUT", "PATCH"} and exchange.context.interface == RECEIVER
    ]


def _pushed_modules(scene: Scene) -> Sequence[Exchange]:
    return [*_pushes(scene), *scene.record.exchanges(0, "partner")] if _pushes(scene) else []


def _lists(scene: Scene) -> Sequence[Exchange]:
    return [e for e in _responses(scene) if e.context.route == "list" and e.response and e.response.status < 300]


def _page_requests(scene: Scene) -> Sequence[Exchange]:
    """Return the target's requests for pages of the partner's lists; waits until it has the last page."""
    requests(scene)

    def is_last(exchange: Exchange) -> bool:
        return exchange.sender == "target" and exchange.context.route == "list" and next_link(exchange) is None

    with suppress(NotSeen):  # it stopped before the end: that is for the check to say
        scene.record.wait_for(is_last, "the last page", scene.partner.config.timeouts.callback, scene.since)
    return [exchange for exchange in requests(scene) if exchange.context.route == "list"]


def _awaited(scene: Scene, match: Match, what: str) -> list[Exchange]:
    """Return what `match` fits in this scenario, or in the whole run once that has ended; after a trigger it waits."""
    if scene.since > scene.started:
        with suppress(NotSeen):
            scene.record.wait_for(match, what, scene.partner.config.timeouts.callback, scene.since)
    return [exchange for exchange in scene.record.exchanges(min(scene.started, scene.since)) if match(exchange)]


def _commands(scene: Scene) -> Sequence[Exchange]:
    return _awaited(scene, is_command, "command")


def _beside_objects(scene: Scene) -> Sequence[Exchange]:
    return scene.record.exchanges() if _commands(scene) else ()


def _results(scene: Scene) -> Sequence[Exchange]:
    return _awaited(scene, is_result, "result")


def _beside_commands(scene: Scene) -> Sequence[Exchange]:
    return scene.record.exchanges() if _results(scene) else ()


def _beside_credentials(scene: Scene) -> Sequence[Exchange]:
    """Return the requests of the target but to hubs, and all exchanges of the run in which Credentials were told."""
    hubs = _hubs(scene)
    found = [exchange for exchange in requests(scene) if exchange.context.site not in hubs]
    told = [exchange for exchange in scene.record.exchanges() if exchange.context.module == "credentials"]
    return [*told, *(exchange for exchange in found if exchange.context.module != "credentials")] if found else ()


_BETWEEN_PLATFORMS = frozenset({"credentials", "hubclientinfo"})


def _to_hub(scene: Scene) -> Sequence[Exchange]:
    """Return the target's requests to a hub of the partner, and what tells who is there; of a trigger it waits for one.

    That is told by Credentials and ClientInfo, and by whom the partner speaks for in the scenario.
    """
    hubs = _hubs(scene)
    found = [e for e in requests(scene) if e.context.site in hubs and e.context.module not in _BETWEEN_PLATFORMS]
    told = [e for e in scene.record.exchanges() if e.context.module in _BETWEEN_PLATFORMS]
    spoken = [e for e in scene.record.exchanges(scene.started, "partner") if e.context.module not in _BETWEEN_PLATFORMS]
    return [*told, *spoken, *found] if found else ()


def _beside_client_info(scene: Scene) -> Sequence[Exchange]:
    """Return all exchanges of the scenario, once a request to the party of its ClientInfo has not come for a while."""
    ids = scene.chosen("ClientInfo").path

    def is_addressed(exchange: Exchange) -> bool:
        named = (exchange.request.header(TO_COUNTRY) or "", exchange.request.header(TO_PARTY) or "")
        return exchange.sender == "target" and Party("", *ids).owns(*named)

    with suppress(NotSeen):
        silence = scene.partner.config.timeouts.silence
        scene.record.wait_for(is_addressed, "a request to the party", silence, scene.since)
    return scene.record.exchanges(scene.started)


def _profile_requests(scene: Scene) -> Sequence[Exchange]:
    return _awaited(scene, is_profile_request, "request for a charging profile")


def _tariff_requests(scene: Scene) -> Sequence[Exchange]:
    """Return the target's requests to the partner's Receiver interface of tariffs, in the run or since a trigger."""
    about = ("tariffs", RECEIVER)
    return [e for e in requests(scene) if (e.context.module, e.context.interface) == about]


def _beside_own_tokens(scene: Scene) -> Sequence[Payload]:
    """Return the CDRs of the target, and as Tokens whatever names a contract in what the partner has sent."""
    version = scene.partner.version
    cdrs = [payload for payload in _objects(scene.record, scene.since, version) if payload.kind == "CDR"]
    own = [
        Payload("Token", token, exchange, "")
        for exchange in scene.record.exchanges()
        if exchange.context.module in {"tokens", "commands"}
        for token in _with_contract(sent(exchange) if exchange.sender == "partner" else envelope_of(exchange))
    ]
    return [*cdrs, *own] if cdrs else ()


def _with_contract(value: object) -> Iterator[Json]:
    """Yield the objects in a JSON value, itself among them, that name a contract."""
    if isinstance(value, dict) and "contract_id" in value:
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _with_contract(item)


def _invoice_requests(scene: Scene) -> Sequence[Exchange]:
    """Return the target's requests to the partner's Receiver interface of invoices, in the run or since a trigger."""
    about = (INVOICES, RECEIVER)
    return [e for e in requests(scene) if (e.context.module, e.context.interface) == about]


def _beside_cdrs(scene: Scene, kind: str = RECORD) -> Sequence[Payload]:
    """Return the objects of a class of the target, as records of invoices, and the CDRs that either side has sent."""
    version = scene.partner.version
    records = [payload for payload in _objects(scene.record, scene.since, version) if payload.kind == kind]
    cdrs = [
        Payload("CDR", cdr, exchange, "")
        for exchange in scene.record.exchanges()
        if exchange.context.module == "cdrs"
        for cdr in _cdrs_in(exchange)
    ]
    return [*records, *cdrs] if records else ()


def _cdrs_in(exchange: Exchange) -> Iterator[Json]:
    """Yield the CDRs in a request and in its answer."""
    data = envelope_of(exchange).get("data")
    for item in [sent(exchange), *(data if isinstance(data, list) else [data])]:
        if isinstance(item, dict) and "id" in item:
            yield item


def _after_deletion(scene: Scene) -> Sequence[Exchange]:
    """Return all exchanges since the latest trigger, where the target has deleted a Tariff of its own among them."""
    requests(scene)
    exchanges = scene.record.exchanges(scene.since)
    return exchanges if any(is_deletion(exchange) for exchange in exchanges) else ()


def is_deletion(exchange: Exchange) -> bool:
    """Tell whether the target has deleted a Tariff of its own with the partner."""
    about = (exchange.sender, exchange.request.method, exchange.context.module)
    return about == ("target", "DELETE", "tariffs")


def _wishes(scene: Scene) -> Sequence[Exchange]:
    """Return the target's requests to set charging preferences."""
    return _awaited(scene, sets_preferences, "charging preferences")


def sets_preferences(exchange: Exchange) -> bool:
    """Tell whether the target sets charging preferences: there is no other PUT to this interface."""
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == ("target", "PUT", "sessions", SENDER)


def is_booking_request(exchange: Exchange) -> bool:
    """Tell whether the target asks for a Booking, or for a change of one."""
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == ("target", "POST", "Booking", SENDER)


_SUBJECTS: dict[str, Callable[[Scene], Sequence[Exchange | Payload]]] = {
    "response": _responses,
    "list": _lists,
    "request": requests,
    "request beside credentials": _beside_credentials,
    "request to a hub": _to_hub,
    "request beside ClientInfo": _beside_client_info,
    "page request": _page_requests,
    "push": _pushes,
    "tariff request": _tariff_requests,
    "deletion": _after_deletion,
    "invoice request": _invoice_requests,
    f"{RECORD} beside CDRs": _beside_cdrs,
    "confirmation beside commands": lambda scene: (
        scene.record.exchanges() if _awaited(scene, is_confirmation, "confirmation") else ()
    ),
    "FinancialAdviceConfirmation beside CDRs": partial(_beside_cdrs, kind="FinancialAdviceConfirmation"),
    "CDR beside the partner's Tokens": _beside_own_tokens,
    "pushed module": _pushed_modules,
    "command": _commands,
    "command beside objects": _beside_objects,
    "result": _results,
    "result beside commands": _beside_commands,
    "profile request": _profile_requests,
    "profile request beside objects": lambda scene: scene.record.exchanges() if _profile_requests(scene) else (),
    "answer to a profile request": lambda scene: _awaited(scene, answers_profile_request, "profile request"),
    "answer to a profile result": lambda scene: _awaited(scene, answers_profile_result, "result"),
    "profile result": lambda scene: _awaited(scene, is_profile_result, "result"),
    "request for preferences": _wishes,
    "request for preferences beside objects": lambda scene: scene.record.exchanges() if _wishes(scene) else (),
    "booking request": lambda scene: _awaited(scene, is_booking_request, "booking request"),
    "booking request beside objects": lambda scene: (
        scene.record.exchanges() if _awaited(scene, is_booking_request, "booking request") else ()
    ),
    "answer to a command": lambda scene: _awaited(scene, answers_command, "command"),
    "answer to a result": lambda scene: _awaited(scene, answers_result, "result"),
}


@dataclass
class _Gathered:
    """The objects of a record from the tick `since` on, of its first `size` exchanges."""

    since: int
    size: int = 0
    objects: Objects = field(default_factory=Objects)


# Whole-run scenarios ask for the same objects again and again: what has come since is added to those known.
_GATHERED: WeakKeyDictionary[Record, _Gathered] = WeakKeyDictionary()


def _in_version(exchange: Exchange, version: str, elsewhere: frozenset[str] = frozenset()) -> bool:
    """Tell whether an exchange is of the version under test, or of none as requests for versions are.

    Which version a request for versions belongs to nobody knows at the sites `elsewhere`, where another one is spoken.
    """
    spoken = exchange.context.version
    return spoken == version or (not spoken and exchange.context.site not in elsewhere)


def _moved(record: Record, version: str) -> frozenset[str]:
    """Return the sites of the partner at which the target has spoken another version, as after an update."""
    calls = record.exchanges(0, "target")
    return frozenset(call.context.site for call in calls if call.context.version not in {"", version})


def _objects(record: Record, since: int, version: str) -> Objects:
    known = _GATHERED.get(record)
    if known is None or known.since != since:
        known = _GATHERED[record] = _Gathered(since)
    size = record.size
    if size > known.size:
        new = [e for e in record.exchanges(since) if known.size < e.number <= size]
        known.objects.extend(e for e in new if _in_version(e, version))
        known.size = size
    return known.objects


def _exchange(item: Exchange | Payload) -> Exchange:
    return item.exchange if isinstance(item, Payload) else item


def evidence(scene: Scene, subject: str) -> Sequence[Exchange | Payload]:
    """Return all that the record holds of the target as `subject`: a key of `_SUBJECTS`, "object" or a class name.

    Raises:
        NotObserved: it holds nothing of the kind.
    """
    find, version = _SUBJECTS.get(subject), scene.partner.version
    found: Sequence[Exchange | Payload]
    if find:
        found = find(scene)
        if scene.since == 0:
            # Scenarios that change the version are judged by themselves.
            elsewhere = _moved(scene.record, version)
            found = [item for item in found if _in_version(_exchange(item), version, elsewhere)]
    elif subject == "object":
        found = _objects(scene.record, scene.since, version)
    else:
        found = [payload for payload in _objects(scene.record, scene.since, version) if payload.kind == subject]
    if not found:
        raise NotObserved(f"the record holds no {subject} of the target")
    return found
