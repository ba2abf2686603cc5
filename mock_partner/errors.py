"""Whose fault it is, as a type: everything here is ours or the network's, never a verdict on the target."""

from __future__ import annotations

import re


class HarnessError(Exception):
    """We could not do our part, or the network could not do its own; the run has no verdict on the point.

    Args:
        problem: what happened, one sentence without secrets.
        remedy: what the operator can do about it, or an empty string.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem if not remedy else f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy


class TransportError(HarnessError):
    """A request did not get an HTTP response: no connection, TLS failure, deadline, oversized or broken answer."""


class ConnectFailed(TransportError):
    """No connection to the peer could be made (name, address, port, refused, unreachable)."""


class TlsFailed(TransportError):
    """The TLS handshake with the peer failed (certificate expired, unknown issuer, wrong host, protocol)."""


class DeadlineExceeded(TransportError):
    """The peer did not complete its response within the deadline for the whole exchange."""


class ConnectionLost(TransportError):
    """The peer closed or broke the connection before its response was complete."""


class BodyTooLarge(TransportError):
    """The response grew beyond the byte cap."""


class NotSent(HarnessError):
    """A fault rule kept a request of ours back."""


class NotSeen(Exception):
    """Awaited traffic did not come before the deadline.

    Args:
        awaited: what was awaited, in words.
        timeout: the deadline in seconds.
        near_misses: one line for each recorded exchange that came closest.
    """

    def __init__(self, awaited: str, timeout: float, near_misses: tuple[str, ...] = ()) -> None:
        lines = "".join(f"\n  near miss: {line}" for line in near_misses)
        named = re.sub(r"^(?:an?|the) ", "", awaited)
        super().__init__(f"no {named} within {timeout:g} s{lines}")
        self.awaited = awaited
        self.timeout = timeout
        self.near_misses = near_misses


class OutOfTokens(HarnessError):
    """Every CREDENTIALS_TOKEN_A of the pool is spent and no trigger makes a new one."""


class NoTrigger(HarnessError):
    """target.toml does not say how to make the target do this."""
