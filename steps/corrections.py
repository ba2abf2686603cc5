"""What came of the correction of a CDR that was asked for: the CDRs before and since. It gathers; checks judge."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.payloads import Payload, payloads
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved


@dataclass(frozen=True)
class Correction:
    """The CDRs that the target had shown before a correction, and those that it has pushed and listed since.

    Each content stands in `since` once, in the order in which it came. `latest` is the last exchange about CDRs.
    """

    before: tuple[Payload, ...]
    since: tuple[Payload, ...]
    latest: Exchange

    @property
    def new(self) -> tuple[Payload, ...]:
        """The CDRs that have come since, with ids that were not there before."""
        known = {_name(payload) for payload in self.before}
        return tuple(payload for payload in self.since if _name(payload) not in known)


def is_credit(payload: Payload) -> bool:
    """Tell whether a CDR says, by its mark or by its reference, that it takes back another one."""
    return payload.value.get("credit") is True or bool(payload.value.get("credit_reference_id"))


def _name(payload: Payload) -> tuple[str, ...]:
    return tuple(str(payload.value.get(name)).lower() for name in ("country_code", "party_id", "id"))


def correction(scene: Scene) -> Correction:
    """Return what came of the correction that the latest trigger was about, waiting for a Credit CDR by push or list.

    Raises:
        NotObserved: no trigger was pulled.
    """
    if scene.since <= scene.started:
        raise NotObserved("no CDR was to be corrected")
    seconds = scene.partner.config.timeouts.callback
    with suppress(NotSeen):
        scene.record.wait_for(_brings_credit, "a Credit CDR", seconds, scene.since)
    if scene.offers("cdrs", SENDER):
        acts.crawl(scene, "cdrs", {})
    exchanges = [e for e in scene.record.exchanges(scene.started) if e.context.module == "cdrs"]
    before = [exchange for exchange in exchanges if exchange.began < scene.since]
    since = [exchange for exchange in exchanges if exchange.began >= scene.since]
    return Correction(_cdrs(before), _cdrs(since), exchanges[-1])


def _brings_credit(exchange: Exchange) -> bool:
    if exchange.sender != "target" or exchange.context.module != "cdrs":
        return False
    return any(is_credit(payload) for payload in _cdrs([exchange]))


def _cdrs(exchanges: list[Exchange]) -> tuple[Payload, ...]:
    return tuple(payload for payload in payloads(exchanges, "CDR") if isinstance(payload.value, dict))
