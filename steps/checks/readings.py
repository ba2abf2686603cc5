"""When the target gave objects out, and which readings may both be of one moment. It judges nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from ocpi_conformance.steps.checks.each import body_of
from ocpi_conformance.steps.checks.rules.common import moment, within_one_moment
from ocpi_conformance.steps.payloads import Payload


def read_at(payload: Payload) -> datetime:
    """Return when the target gave an object out, by its own clock where it tells the time."""
    envelope = None if payload.in_request else body_of(payload.exchange)
    told = moment(envelope.get("timestamp")) if isinstance(envelope, dict) else None
    return told or datetime.fromtimestamp(payload.exchange.ended_at, UTC)


def seconds_apart(earlier: Payload, later: Payload) -> float:
    """Return how many seconds after the one object the other one came, by our clock."""
    return later.exchange.ended_at - earlier.exchange.ended_at


def of_one_moment(one: Payload, other: Payload, changed: datetime) -> bool:
    """Tell whether two states with the same last_updated, `changed`, may both have come to be within its second."""
    earlier, later = sorted((one, other), key=lambda payload: payload.exchange.began)
    return within_one_moment(changed, read_at(earlier), seconds_apart(earlier, later))
