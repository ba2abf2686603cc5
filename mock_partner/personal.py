"""Which values of an OCPI message are data of a driver: a table, and the walk that finds them. It replaces nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ocpi_conformance.mock_partner import jsontext

if TYPE_CHECKING:
    from ocpi_conformance.mock_partner.record import Context

# Fields that say who charges, whatever object they stand in.
FIELDS = frozenset({"auth_id", "contract_id", "visual_number", "license_plate"})
# An EVSE has a uid as well: only that of a token names a person. These fields hold a token, or part of one.
TOKEN_HOLDERS = frozenset({"cdr_token", "token", "publish_allowed_to", "booking_tokens"})
# Objects of which `value` is a licence plate or a code that opens a door.
ACCESS_HOLDERS = frozenset({"access_information"})
_MARKS = tuple(name.encode() for name in (*FIELDS, *TOKEN_HOLDERS, *ACCESS_HOLDERS))
_TOKENS = "tokens"


def personal_values(body: bytes, context: Context) -> Iterator[str]:
    """Yield the personal texts in a request or response body; a body that is no JSON has none that could be told."""
    if context.module != _TOKENS and not any(mark in body for mark in _MARKS):
        return
    try:
        value = jsontext.loads(body)
    except jsontext.JsonError:
        return
    yield from _found(value, "token" if context.module == _TOKENS else "")


def personal_segments(context: Context) -> Iterator[str]:
    """Yield the personal segments of the URL that `context` was read from."""
    yield from (value for name, value in context.ids if name == "token_uid")


def _found(node: Any, holder: str) -> Iterator[str]:  # noqa: ANN401  (any JSON value)
    if isinstance(node, list):
        for child in node:
            yield from _found(child, holder)
    elif isinstance(node, dict):
        for name, child in node.items():
            if isinstance(child, str):
                if _is_personal(name, holder):
                    yield child
            else:
                # The envelope and an answer around a token hold what they are asked for.
                yield from _found(child, holder if name == "data" else name)


def _is_personal(name: str, holder: str) -> bool:
    return (
        name in FIELDS or (name == "uid" and holder in TOKEN_HOLDERS) or (name == "value" and holder in ACCESS_HOLDERS)
    )
