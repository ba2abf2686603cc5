"""The rules on the versions list and on version details: versions, endpoints, modules. Pure functions, no exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.steps.checks.rules.common import Json, listed, text
from ocpi_conformance.steps.checks.rules.registry import Flaw, rule
from ocpi_conformance.steps.verdicts import Verdict

NOT_JUDGED: dict[str, str] = {
    "VER-031": "the identifiers of the newer modules are accepted, by VER-034, so there is nothing to break",
    "VER-033": "any number may be listed beside the version under test, so there is nothing to break",
}
"""Entries that no object can break, and why."""

DETAILS = "VersionDetails"
CREDENTIALS = "credentials"
# version_information_endpoint_versionnumber_enum: what is advised instead, and from which version on.
_DEPRECATED = {"2.1": "2.1.1", "2.2": "2.2.1"}
_NOT_YET = {("2.1.1", "2.2")}
# Module and interface ("" for both) → the modules that its chapter says it depends on.
_DEPENDENCIES = {
    ("locations", RECEIVER): ("tariffs",),
    ("commands", ""): ("locations", "sessions"),
    ("chargingprofiles", ""): ("sessions",),
}
# Identifiers that only the chapters of their modules define; of bookings in all spellings of its texts (A38).
_OF_CHAPTERS = {
    "2.3.0": ("invoicereconciliation", "payments", "Booking", "booking", "Bookings", "bookings"),
}


def known_modules(version: str) -> tuple[str, ...]:
    """Return the identifiers that a version defines, those of its extensions included."""
    core = version.partition("-")[0] or "2.2.1"
    return (*edition(core).enums["ModuleID"].values, *_OF_CHAPTERS.get(core, ()))


def _folded(identifier: str) -> str:
    """Return what the spellings of one identifier share: letter case, separators and a plural make no other module."""
    return "".join(filter(str.isalnum, identifier)).lower().rstrip("s")


def _custom(details: Json, version: str) -> Iterator[tuple[int, str]]:
    known = {_folded(name) for name in known_modules(version)}
    for index, endpoint in listed(details, "endpoints"):
        identifier = text(endpoint.get("identifier"))
        if identifier and _folded(identifier) not in known:
            yield index, identifier


# Versions


@rule("VER-022", "Version", "is not deprecated")
def not_deprecated(entry: Json, version: str) -> Iterator[Flaw]:
    """A version that the enum calls deprecated is not offered any more (version_information_endpoint)."""
    number = text(entry.get("version"))
    if number in _DEPRECATED and (version, number) not in _NOT_YET:
        yield Flaw("", f"version {_DEPRECATED[number]} instead of {number}", f"version {number}")


# Version details


@rule("VER-010", DETAILS, "gives each endpoint an interface role")
def has_roles(details: Json, version: str) -> Iterator[Flaw]:
    """The role of an endpoint is SENDER or RECEIVER; that of credentials has no function (Endpoint class)."""
    for index, endpoint in listed(details, "endpoints"):
        if endpoint.get("identifier") != CREDENTIALS and text(endpoint.get("role")) not in {SENDER, RECEIVER}:
            yield Flaw(f"/endpoints/{index}/role", "role SENDER or RECEIVER", f"role {endpoint.get('role')}")


@rule("VER-011", DETAILS, "names each interface of a module once")
def interfaces_unique(details: Json, version: str) -> Iterator[Flaw]:
    """Identifier and role together stand once; credentials has a rule of its own (Endpoint class)."""
    pairs = Counter((str(item.get("identifier")), str(item.get("role"))) for _, item in listed(details, "endpoints"))
    for (identifier, role), count in pairs.items():
        if count > 1 and identifier != CREDENTIALS:
            yield Flaw("", f"{identifier} {role} once", f"{count} times")


@rule("VER-030", DETAILS, "names each module once")
def modules_unique(details: Json, version: str) -> Iterator[Flaw]:
    """Endpoints of 2.1.1 have no role, so that a module that stands twice is noted (Endpoint class)."""
    counts = Counter(text(item.get("identifier")) for _, item in listed(details, "endpoints"))
    for identifier, count in counts.items():
        if identifier and count > 1:
            yield Flaw("", f"{identifier} once", f"{count} times")


@rule("VER-013", DETAILS, "gives the credentials endpoint the role SENDER")
def credentials_as_sender(details: Json, version: str) -> Iterator[Flaw]:
    """SENDER is advised as the role of the own credentials endpoint (Endpoint class)."""
    for index, endpoint in listed(details, "endpoints"):
        if endpoint.get("identifier") == CREDENTIALS and endpoint.get("role") != SENDER:
            yield Flaw(f"/endpoints/{index}/role", "role SENDER", f"role {endpoint.get('role')}")


@rule("VER-015", DETAILS, "lists the credentials endpoint once")
def credentials_once(details: Json, version: str) -> Iterator[Flaw]:
    """One credentials endpoint serves all roles of a platform (Endpoint class)."""
    count = sum(endpoint.get("identifier") == CREDENTIALS for _, endpoint in listed(details, "endpoints"))
    if count > 1:
        yield Flaw("", "one endpoint for credentials", f"{count} endpoints")


@rule("VER-016", DETAILS, "spells the identifiers of modules as defined")
@rule("VER-034", DETAILS)
def identifiers_spelled(details: Json, version: str) -> Iterator[Flaw]:
    """What is meant as a module of the version has its exact identifier (ModuleID enum)."""
    known = known_modules(version)
    meant = {_folded(name): name for name in known}
    for index, endpoint in listed(details, "endpoints"):
        identifier = text(endpoint.get("identifier"))
        name = meant.get(_folded(identifier))
        if name and identifier not in known:
            yield Flaw(f"/endpoints/{index}/identifier", f"identifier {name}", identifier)


@rule("VER-017", DETAILS, "lists no custom module")
def no_custom_module(details: Json, version: str) -> Iterator[Flaw]:
    """A custom module is only shown to a party that agreed to it; that is a case for a waiver (Custom Modules)."""
    for index, identifier in _custom(details, version):
        expected = "modules of the version only, unless agreed on: then a waiver in target.toml"
        yield Flaw(f"/endpoints/{index}/identifier", expected, identifier)


def _has_custom(details: Json) -> bool:
    return any(True for _ in _custom(details, "2.3.0"))


@rule("VER-018", DETAILS, "prefixes the identifiers of custom modules", what="custom module", when=_has_custom)
def custom_prefixed(details: Json, version: str) -> Iterator[Flaw]:
    """The identifier of a custom module begins with a prefix and a hyphen, of any letter case (Custom Modules)."""
    for index, identifier in _custom(details, version):
        if not identifier.partition("-")[0] or "-" not in identifier:
            expected = "a prefix, such as country code and party id, and a hyphen"
            yield Flaw(f"/endpoints/{index}/identifier", expected, identifier)


@rule("VER-023", DETAILS, "offers what its modules depend on")
def dependencies_offered(details: Json, version: str) -> Iterator[Flaw]:
    """Where a module depends on another one, that is offered too (dependencies of the modules' chapters)."""
    for needed, index, words in _missing(details):
        yield Flaw(f"/endpoints/{index}", f"{needed}, on which {words} depends", "none")


@rule("LOC-101", DETAILS)
def receiver_of_locations_has_tariffs(details: Json, version: str) -> Iterator[Flaw]:
    """Who receives locations receives tariffs too (mod_locations, module dependency); 2.1.1 does not tell who."""
    for needed, index, words in _missing(details):
        if words == f"locations {RECEIVER}":
            yield Flaw(f"/endpoints/{index}", f"{needed}, on which {words} depends", "none")


def _missing(details: Json) -> Iterator[tuple[str, int, str]]:
    """Yield (module that is not offered, index of the endpoint that depends on it, that endpoint in words)."""
    offered = {text(endpoint.get("identifier")) for _, endpoint in listed(details, "endpoints")}
    for index, endpoint in listed(details, "endpoints"):
        identifier, role = text(endpoint.get("identifier")), text(endpoint.get("role"))
        for (module, side), needed in _DEPENDENCIES.items():
            if identifier == module and side in {"", role}:
                yield from ((name, index, f"{identifier} {role}".strip()) for name in sorted({*needed} - offered))


# With what no details say


def publishes_profiles(details: Json, version: str) -> Iterator[Flaw]:
    """VER-027: chargingprofiles SENDER is listed by a party that sends profiles (mod_charging_profiles_module; A48).

    To be called for a target that has sent requests of the module.
    """
    pairs = {(text(row.get("identifier")), text(row.get("role"))) for _, row in listed(details, "endpoints")}
    if ("chargingprofiles", SENDER) not in pairs:
        yield Flaw("/endpoints", "chargingprofiles SENDER, as profiles are sent", "none", Verdict.ADVISED)


JOINS: Mapping[str, tuple[Callable[..., Iterator[Flaw]], ...]] = {"VER-027": (publishes_profiles,)}
"""By requirement, the functions that need more than the details; their arguments differ."""
