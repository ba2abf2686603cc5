"""How late the partner was with an answer: what follows is no evidence against a target. No verdicts here."""

from __future__ import annotations

from collections.abc import Sequence

from ocpi_conformance.mock_partner.record import Exchange

# Seconds: no client that is met in the field gives up sooner, and the partner answers within milliseconds.
PATIENCE = 1.5


def late(exchanges: Sequence[Exchange]) -> tuple[Exchange, float] | None:
    """Return the request of the target that the partner answered latest, and after how many seconds; None for none.

    What the partner waits for meanwhile is not its own: a POST of Credentials is answered when the versions and details
    of the target have been read (credentials_registration).

    Args:
        exchanges: those of a scenario, of both sides.
    """
    found = [(call, _own(call, exchanges)) for call in exchanges if call.sender == "target"]
    call, seconds = max(found, key=lambda each: each[1], default=(None, 0.0))
    return (call, seconds) if call and seconds > PATIENCE else None


def _own(call: Exchange, exchanges: Sequence[Exchange]) -> float:
    """Return the seconds of an answer in which the partner did not wait for the target."""
    asked = [other for other in exchanges if other.sender == "partner" and call.began < other.began < call.ended]
    return call.ended_at - call.started_at - sum(min(call.ended_at, o.ended_at) - o.started_at for o in asked)
