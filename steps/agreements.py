"""What a registration agreed on, read from the record: who gave which token, and who used which. No judging here."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.mock_partner.record import Exchange, Match, Record
from ocpi_conformance.steps.scene import Scene, envelope_of
from ocpi_conformance.steps.verdicts import NotObserved

Json = dict[str, Any]


@dataclass(frozen=True)
class Grant:
    """A token that the target is to use at the partner, and the POST or PUT by which it was given.

    `accepted` tells whether that exchange succeeded; only then does the token replace the one before.
    """

    token: str
    exchange: Exchange
    accepted: bool

    @property
    def act(self) -> tuple[str, str]:
        """Who sent the Credentials, and by which method."""
        return self.exchange.sender, self.exchange.request.method


@dataclass(frozen=True)
class Agreement:
    """A registration as the record shows it.

    `token_a` opened it, `handshake` is the POST of either side (or how far the target came), `credentials` what the
    target sent in it, `issued_before` all tokens that the target had issued before. `grants` are the tokens for the
    target in their order, `calls` its requests at this site, `update` the partner's latest PUT, `issued_before_update`
    all tokens that the target had issued by then; `ended` is the accepted DELETE. `asked` is the tick at which the
    operator had the target act since, if so.
    """

    token_a: str
    handshake: Exchange
    credentials: Json
    issued_before: tuple[str, ...]
    grants: tuple[Grant, ...]
    calls: tuple[Exchange, ...]
    update: Exchange | None = None
    issued_before_update: tuple[str, ...] = ()
    ended: Exchange | None = None
    asked: int | None = None

    @property
    def token_b(self) -> str:
        """CREDENTIALS_TOKEN_B: what the initiator sent in its POST."""
        return str(sent(self.handshake).get("token"))


def agreement(scene: Scene) -> Agreement:
    """Return what the registration of the scene's site agreed on, once the target has done what is awaited of it.

    Raises:
        NotObserved: there was none.
    """
    site, record = scene.site, scene.record
    _settle(scene, site)
    calls = _calls(record, site)
    handshake = _handshake(site, calls)
    if handshake is None:
        raise NotObserved("no POST was exchanged between the two credentials endpoints in this registration")
    update = site.updates[-1] if site.updates else None
    return Agreement(
        token_a=site.token_a,
        handshake=handshake,
        credentials=received(handshake) if handshake.sender == "partner" else sent(handshake),
        issued_before=_issued(record, handshake),
        grants=_grants(site, calls),
        calls=calls,
        update=update,
        issued_before_update=_issued(record, update) if update else (),
        ended=site.ended,
        asked=scene.since if scene.since > max(scene.started, site.since) else None,
    )


def is_lookup(exchange: Exchange) -> bool:
    """Tell whether a request asks for the endpoints only; many do before each thing that they have been told to do."""
    return exchange.context.module in {"versions", "version_details"}


def await_request(scene: Scene, fits: Match) -> None:
    """Wait for a request since the latest trigger that `fits`, and after a lookup of the endpoints for what follows.

    Raises:
        NotSeen: none has come.
    """
    timeouts = scene.partner.config.timeouts
    first = scene.record.wait_for(fits, "a request of the target", timeouts.callback, scene.since)
    if is_lookup(first):
        with suppress(NotSeen):
            # What it is for comes soon, or nothing does.
            scene.record.wait_for(lambda e: fits(e) and not is_lookup(e), "more", timeouts.silence, scene.since)


def lookups(calls: Iterable[Exchange], since: int) -> dict[str, Exchange]:
    """Return the first request for "versions" and for "version_details" among `calls` that began after `since`."""
    found: dict[str, Exchange] = {}
    for call in calls:
        if call.began > since and is_lookup(call):
            found.setdefault(call.context.module, call)
    return found


def _settle(scene: Scene, site: Site) -> None:
    """Wait for what the target is to do: register when it was told to, act after a trigger, look again after a PUT."""
    record, seconds = scene.record, scene.partner.config.timeouts.callback
    told = site.updates[-1] if site.updates else None
    if told is None and scene.partner.version == "2.1.1":
        # Its text does not say when the target looks us up.
        told = site.handshake

    def posted(exchange: Exchange) -> bool:
        return exchange.context.module == "credentials" and exchange.request.method == "POST"

    with suppress(NotSeen):
        if site.initiator == "target" and not site.registered and site.ended is None:
            record.wait_for(lambda e: _is_call(e, site) and posted(e), "POST", seconds, site.since)
        elif scene.since > max(scene.started, site.since):
            await_request(scene, lambda e: _is_call(e, site))
        elif told and accepted(told) and not lookups(_calls(record, site), told.began):
            record.wait_for(lambda e: _is_call(e, site), "a request", seconds, told.began)


def _is_call(exchange: Exchange, site: Site) -> bool:
    return exchange.sender == "target" and exchange.context.site == site.name


def _calls(record: Record, site: Site) -> tuple[Exchange, ...]:
    return tuple(e for e in record.exchanges(0, "target") if e.context.site == site.name)


def sent(exchange: Exchange) -> Json:
    """Return the JSON object in the request, or an empty one."""
    try:
        body = jsontext.loads(exchange.request.body)
    except jsontext.JsonError:
        return {}
    return body if isinstance(body, dict) else {}


def received(exchange: Exchange) -> Json:
    """Return the object in `data` of the answer, or an empty one."""
    data = envelope_of(exchange).get("data")
    return data if isinstance(data, dict) else {}


def accepted(exchange: Exchange) -> bool:
    """Tell whether the answer is HTTP 2xx with an OCPI status of 1xxx."""
    response = exchange.response
    return (
        response is not None and response.status < 300 and str(envelope_of(exchange).get("status_code")).startswith("1")
    )


def _handshake(site: Site, calls: tuple[Exchange, ...]) -> Exchange | None:
    if site.initiator == "partner":
        return site.handshake
    posts = [e for e in calls if e.context.module == "credentials" and e.request.method == "POST"]
    # A target that is refused on the way never comes to its POST: what it sent last is judged then.
    return next((e for e in posts if accepted(e)), (posts or calls or (None,))[-1])


def _grants(site: Site, calls: tuple[Exchange, ...]) -> tuple[Grant, ...]:
    ours = [e for e in (site.handshake, *site.updates) if e is not None]
    theirs = [e for e in calls if e.context.module == "credentials" and e.request.method in {"POST", "PUT"}]
    given = [Grant(str(sent(e).get("token")), e, accepted(e)) for e in ours]
    given += [Grant(str(received(e).get("token")), e, accepted(e)) for e in theirs if accepted(e)]
    return tuple(sorted(given, key=lambda grant: grant.exchange.began))


def _issued(record: Record, before: Exchange) -> tuple[str, ...]:
    """Return the tokens that the target gave out by POST and PUT before the exchange `before`, oldest first."""
    found = []
    for exchange in record.exchanges():
        if exchange.context.module != "credentials" or exchange.request.method not in {"POST", "PUT"}:
            continue
        if exchange.ended < before.began and accepted(exchange):
            body = received(exchange) if exchange.sender == "partner" else sent(exchange)
            found.append(str(body.get("token")))
    return tuple(found)
