"""What differs between the versions of OCPI as a whole: one row per version. Modules have a table of their own."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class VersionFacts:
    """One version of OCPI.

    `token_encoding`: how the credentials token travels in the Authorization header (field note V1).
    `message_ids`: X-Request-ID and X-Correlation-ID exist. `routing_headers`: OCPI-to/from headers exist.
    `endpoint_roles`: an Endpoint names its InterfaceRole. `patch_last_updated`: a PATCH always holds last_updated.
    `owners_in_body`: a client owned object names its owner, not only its URL. `single_party`: credentials are those of
    one CPO or eMSP, whose role nothing tells. `roles`: the values of Role. `hub`: how a hub shows that it is one.
    """

    number: str
    token_encoding: Literal["raw", "base64"]
    message_ids: bool
    routing_headers: bool
    endpoint_roles: bool
    patch_last_updated: bool
    owners_in_body: bool
    single_party: bool
    roles: tuple[str, ...]
    hub: Literal["", "HUB", "hub_party_id"]


# PTP is a role of the payments edition (A39).
_ROLES = ("CPO", "EMSP", "NAP", "NSP", "OTHER", "SCSP")

VERSIONS = {
    row.number: row
    for row in (
        VersionFacts(
            "2.1.1",
            token_encoding="raw",
            message_ids=False,
            routing_headers=False,
            endpoint_roles=False,
            patch_last_updated=False,
            owners_in_body=False,
            single_party=True,
            roles=("CPO", "EMSP"),
            hub="",
        ),
        VersionFacts(
            "2.2.1",
            token_encoding="base64",
            message_ids=True,
            routing_headers=True,
            endpoint_roles=True,
            patch_last_updated=True,
            owners_in_body=True,
            single_party=False,
            roles=(*_ROLES, "HUB"),
            hub="HUB",
        ),
        VersionFacts(
            "2.3.0",
            token_encoding="base64",
            message_ids=True,
            routing_headers=True,
            endpoint_roles=True,
            patch_last_updated=True,
            owners_in_body=True,
            single_party=False,
            roles=(*_ROLES, "PTP"),
            hub="hub_party_id",
        ),
    )
}
# In a version of single parties the peer is the other one.
COUNTERPART = {"CPO": "EMSP", "EMSP": "CPO"}

REQUEST_ID = "X-Request-ID"
CORRELATION_ID = "X-Correlation-ID"
TO_PARTY, TO_COUNTRY = "OCPI-to-party-id", "OCPI-to-country-code"
FROM_PARTY, FROM_COUNTRY = "OCPI-from-party-id", "OCPI-from-country-code"
ROUTING_HEADERS = (TO_PARTY, TO_COUNTRY, FROM_PARTY, FROM_COUNTRY)


def authorization(token: str, version: str) -> str:
    """Return the value of the Authorization header for the credentials token `token` in `version`."""
    if VERSIONS[version].token_encoding == "raw":
        return f"Token {token}"
    return "Token " + base64.b64encode(token.encode("utf-8")).decode("ascii")


def forms(token: str) -> dict[str, str]:
    """Return the ways in which `token` is written into Authorization headers in the field, by name.

    "in Base64" is what 2.2.1 and later prescribe, "unencoded" what 2.1.1 does; the others are known mistakes.
    """
    octets = token.encode("utf-8")
    encoded = base64.b64encode(octets)
    return {
        "in Base64": encoded.decode("ascii"),
        "unencoded": token,
        "in Base64 with a line feed": base64.b64encode(octets + b"\n").decode("ascii"),
        "in Base64 without padding": encoded.decode("ascii").rstrip("="),
        "in the URL-safe alphabet": base64.urlsafe_b64encode(octets).decode("ascii"),
        "encoded twice": base64.b64encode(encoded).decode("ascii"),
    }


def token_of(authorization_value: str | None, version: str) -> str | None:
    """Return the credentials token in the value of an Authorization header; None when it holds none.

    Strict: the scheme word as printed, one space, and from 2.2.1 Base64 of RFC 4648 section 4 with its padding.
    """
    scheme, _, encoded = (authorization_value or "").partition(" ")
    if scheme != "Token" or not encoded or encoded.strip() != encoded:
        return None
    if VERSIONS[version].token_encoding == "raw":
        return encoded
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def latest_mutual(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str | None:
    """Return the highest version number in both lists, or None."""
    mutual = [number for number in ours if number in theirs]
    return max(mutual, key=lambda number: tuple(int(part) for part in number.split(".")), default=None)
