"""The evidence of a whole run or of a registration, gathered from the record for a check. It selects; checks judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.payloads import Payload, payloads
from ocpi_conformance.steps.scene import Scene, envelope_of
from ocpi_conformance.steps.verdicts import NotObserved


@dataclass(frozen=True)
class Agreement:
    """What a registration agreed on: the tokens, the exchange that completed it, all tokens the target ever issued."""

    token_a: str
    token_b: str
    answer: Exchange
    credentials: dict[str, Any]
    issued_before: tuple[str, ...]


def _responses(scene: Scene) -> Sequence[Exchange]:
    return [e for e in scene.record.exchanges(scene.since, "partner") if e.response is not None and e.context.module]


def _requests(scene: Scene) -> Sequence[Exchange]:
    return scene.record.exchanges(scene.since, "target")


_SUBJECTS: dict[str, Callable[[Scene], Sequence[Exchange]]] = {"response": _responses, "request": _requests}


def evidence(scene: Scene, subject: str) -> Sequence[Exchange | Payload]:
    """Return all that the record holds of the target as `subject`: "response", "request", "object" or a class name.

    Raises:
        NotObserved: it holds nothing of the kind.
    """
    find = _SUBJECTS.get(subject)
    found: Sequence[Exchange | Payload]
    if find:
        found = find(scene)
    else:
        found = tuple(payloads(scene.record.exchanges(scene.since), "" if subject == "object" else subject))
    if not found:
        raise NotObserved(f"the record holds no {subject} of the target")
    return found


def agreement(scene: Scene) -> Agreement:
    """Return what the registration of the scene's site agreed on.

    Raises:
        NotObserved: there was none.
    """
    site = scene.site
    if site.handshake is None:
        raise NotObserved("the partner has not registered at the target's credentials endpoint in this run")
    data = envelope_of(site.handshake).get("data")
    before = tuple(
        token
        for exchange in scene.record.exchanges(0, "partner")
        if exchange.context.module == "credentials" and exchange.ended < site.handshake.began
        if isinstance(token := (envelope_of(exchange).get("data") or {}).get("token"), str)
    )
    token_b = _token_sent(site.handshake)
    return Agreement(site.token_a, token_b, site.handshake, data if isinstance(data, dict) else {}, before)


def _token_sent(exchange: Exchange) -> str:

    body = jsontext.loads(exchange.request.body)
    return str(body.get("token"))
