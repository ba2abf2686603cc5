"""The rules on Credentials beyond their shape. Pure functions over one object, no exchange and no registration."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from ocpi_conformance.steps.checks.rules.common import Json, code_flaws, listed, member, text
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.verdicts import Verdict

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {
    "CRD-048": ("Credentials", "/party_id", "/country_code", "/business_details"),
    "CRD-055": ("Credentials", ""),
}
"""What the schemas decide: the class, and ends of the pointers of its errors without indices; "" is any error."""

CREDENTIALS = "Credentials"
PRINTABLE = re.compile(r"[\x21-\x7e]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


@rule("CRD-036", CREDENTIALS, "has a printable token")
@rule("CRD-052", CREDENTIALS)
def printable_token(credentials: Json, version: str) -> Iterator[Flaw]:
    """The token consists of U+0021 to U+007E (credentials_credentials_object)."""
    token = credentials.get("token")
    if isinstance(token, str) and not PRINTABLE.fullmatch(token):
        yield Flaw("/token", "characters from U+0021 to U+007E only", "other characters")


@rule("CRD-039", CREDENTIALS, "has each role once")
def roles_once(credentials: Json, version: str) -> Iterator[Flaw]:
    """No two roles agree in role, party_id and country_code, case ignored (credentials_credentials_object)."""
    seen: set[tuple[str, ...]] = set()
    for index, role in listed(credentials, "roles"):
        key = tuple(str(role.get(name)).lower() for name in ("role", "country_code", "party_id"))
        if key in seen:
            yield Flaw(f"/roles/{index}", "each role once", f"{' '.join(key)} again")
        seen.add(key)


@rule("CRD-056", CREDENTIALS, "has two-letter country codes")
def countries(credentials: Json, version: str) -> Iterator[Flaw]:
    """country_code has the form of ISO 3166 alpha-2, in any case; a code that is not assigned is advice."""
    for index, role in listed(credentials, "roles"):
        code = text(role.get("country_code"))
        if code and not _COUNTRY.fullmatch(code):
            yield Flaw(f"/roles/{index}/country_code", "an ISO 3166 alpha-2 code", code)
            continue
        for flaw in code_flaws(role, "country_code", "alpha-2"):
            yield Flaw(f"/roles/{index}/country_code", flaw.expected, flaw.actual, Verdict.ADVISED)


@rule("CRD-051", CREDENTIALS, "names no role HUB")
def no_hub_role(credentials: Json, version: str) -> Iterator[Flaw]:
    """No role is HUB, which 2.3.0 no longer has (types_role_enum)."""
    for index, role in listed(credentials, "roles"):
        yield from _no_hub(role, f"/roles/{index}/role")


@rule("CRD-051", "ClientInfo")
def no_hub_client(info: Json, version: str) -> Iterator[Flaw]:
    """No connected party is a HUB, which 2.3.0 no longer has (types_role_enum)."""
    yield from _no_hub(info, "/role")


def _no_hub(item: Json, pointer: str) -> Iterator[Flaw]:
    if item.get("role") == "HUB":
        yield Flaw(pointer, "a role of 2.3.0", "HUB")


# With what no Credentials say

Parties = Collection[tuple[str, str]]


def business_details(credentials: Json, version: str) -> Iterator[Flaw]:
    """CRD-011: there are business details and ids, in 2.1.1 at the top level (credentials_credentials_object).

    To be called for the Credentials in the answer to a POST.
    """
    roles = [(f"/roles/{index}", role) for index, role in listed(credentials, "roles")]
    holders = [("", credentials)] if version == "2.1.1" else roles
    if not holders:
        yield Flaw("", "roles with business details", "no role")
    for pointer, holder in holders:
        missing = [name for name in ("country_code", "party_id") if not holder.get(name)]
        if not member(holder, "business_details").get("name"):
            missing.append("business_details with a name")
        if missing:
            yield Flaw(pointer, "business details and ids", f"no {', '.join(missing)}")


def _ids(credentials: Json) -> dict[tuple[str, str], set[str]]:
    """Return the roles of each party, its ids in lower case."""
    found: dict[tuple[str, str], set[str]] = {}
    for _, role in listed(credentials, "roles"):
        ids = (text(role.get("country_code")).lower(), text(role.get("party_id")).lower())
        found.setdefault(ids, set()).add(text(role.get("role")))
    return found


def _folded(parties: Parties) -> set[tuple[str, str]]:
    return {(country.lower(), party.lower()) for country, party in parties}


def hub_for_itself(credentials: Json, version: str, connected: Parties) -> Iterator[Flaw]:
    """CRD-044: a hub has the role HUB and lists none of the `connected` parties (2.2.1 credentials; A36).

    A further role of the hub's own company is noted.
    """
    found = _ids(credentials)
    if not any("HUB" in roles for roles in found.values()):
        yield Flaw("/roles", "a role HUB", "none")
    for ids, roles in found.items():
        if "HUB" not in roles:
            behind = ids in _folded(connected)
            limit = Verdict.FAILED if behind else Verdict.OBSERVED
            yield Flaw("/roles", "the role HUB only", f"{' '.join(sorted(roles))} {'*'.join(ids).upper()}", limit)


def hub_party_id(credentials: Json, version: str, ids: tuple[str, str]) -> Iterator[Flaw]:
    """CRD-049: hub_party_id is country code and party id of the hub, `ids`, in one (Credentials object; A36)."""
    expected, found = "".join(ids), text(credentials.get("hub_party_id"))
    if found.lower() != expected.lower():
        yield Flaw("/hub_party_id", expected, found or "absent")


def parties_behind_hub(credentials: Json, version: str, connected: Parties) -> Iterator[Flaw]:
    """CRD-050: the roles of a hub of 2.3.0 hold the parties that it connects (Credentials object; A36)."""
    for ids in sorted(_folded(connected) - _ids(credentials).keys()):
        yield Flaw("/roles", f"a role of {'*'.join(ids).upper()}", "none")


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {
    "CRD-011": (business_details,),
    "CRD-044": (hub_for_itself,),
    "CRD-049": (hub_party_id,),
    "CRD-050": (parties_behind_hub,),
}
"""By requirement, the functions that need to know what the Credentials are for; their arguments differ."""
