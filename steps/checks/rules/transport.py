"""The rules of the transport chapter on objects: fields that the specification does not define. No exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocpi_conformance.schemas.errors import SchemaError
from ocpi_conformance.steps.checks.rules.registry import Flaw

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {"TRN-090": ("*", "unknown-field")}
"""What the schemas find, "*" being every class, and kinds of deviation; of these the name decides."""

NOT_JUDGED: dict[str, str] = {
    "TRN-094": "fields of one's own are allowed, so there is nothing to break",
    "TRN-095": "fields of one's own are neither allowed nor forbidden, so there is nothing to break",
}
"""Entries that no object can break, and why."""


def prefixed_field(found: SchemaError) -> Iterator[Flaw]:
    """TRN-090: a field of its own has no prefix such as x- or custom (transport_and_format, extensions)."""
    *_, name = found.pointer.split("/")
    if found.kind == "unknown-field" and re.match(r"x[-_]|custom", name, re.IGNORECASE):
        yield Flaw(found.pointer, "a name without x- or custom in front", name)
