"""What a server of ours accepts at most: sizes, nesting, seconds, connections. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from ocpi_conformance.mock_partner.jsontext import MAX_DEPTH


@dataclass(frozen=True)
class Limits:
    """The limits of one server.

    `body_bytes` and `header_bytes` are sizes of a request, `depth` the nesting of its JSON, `header_seconds` and
    `body_seconds` how long a client may take to send each part as a whole, `connections` how many may be open at once.
    """

    body_bytes: int = 8 * 1024 * 1024
    header_bytes: int = 64 * 1024
    depth: int = MAX_DEPTH
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    connections: int = 200
