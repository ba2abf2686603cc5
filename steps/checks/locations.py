"""What Locations must be as they are listed, and readers for the checks on them. What one must be is in `rules`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.rules.locations import SCHEMA_DECIDES
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import Breach, NotObserved

Json = dict[str, Any]


def instant(value: object) -> datetime | None:
    """Return the moment that a DateTime means, in whole seconds; None when it is none (types judges that)."""
    try:
        return parse_timestamp(value).replace(microsecond=0) if isinstance(value, str) else None
    except ValueError:
        return None


def listed(owner: object, name: str) -> list[Any]:
    """Return the list `name` of an object; empty when it is absent, null or no list."""
    found = owner.get(name) if isinstance(owner, dict) else None
    return found if isinstance(found, list) else []


def missing(version: str, kind: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield (JSON Pointer, expected) for each required field that `value` and its parts lack."""
    for error in schemas.validator(version, kind).errors(value):
        if error.kind in SCHEMA_DECIDES["LOC-023"] and error.actual in {"absent", "null"}:
            yield error.pointer, error.expected


def _lacking(payload: Payload) -> Iterator[Breach]:
    """Yield what a Location lacks, and the fields whose value is of another type: it does not hold these either."""
    version = payload.exchange.context.version
    for pointer, expected in missing(version, "Location", payload.value):
        yield Breach(f"{expected} for a required field", "absent", payload.exchange, payload.pointer + pointer)
    for error in schemas.validator(version, "Location").errors(payload.value):
        if error.kind == "type" and error.actual != "null":
            yield Breach(error.expected, error.actual, payload.exchange, payload.pointer + error.pointer)


@expectation("every Location", "that is listed has all required fields")
def lists_are_complete(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """mod_locations_get_list_response_data: each object of a list holds its required fields, each of its type."""
    found = [payload for payload in payloads if payload.exchange.context.route == "list"]
    if not found:
        raise NotObserved("the target has listed no Location")
    return itertools.islice((breach for payload in found for breach in _lacking(payload)), MOST)
