"""What the versions list and version details must say: versions, endpoints, modules. Only their content is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.versions import latest_mutual
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.schemas.facts import edition
from ocpi_conformance.steps.applicability import TYPICAL
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, outcome, succeeds
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved

RESPONSE, DETAILS = "the response", "every VersionDetails"
CREDENTIALS = "credentials"
# version_information_endpoint_versionnumber_enum; what is advised instead.
DEPRECATED = {"2.1": "2.1.1", "2.2": "2.2.1"}
# Module and interface ("" for both) → the modules that its chapter says it depends on.
DEPENDENCIES = {
    ("locations", RECEIVER): ("tariffs",),
    ("commands", ""): ("locations", "sessions"),
    ("chargingprofiles", ""): ("sessions",),
}

Json = dict[str, Any]
Details = Iterable[Payload]


# One answer -----------------------------------------------------------------------------------------------------------


@expectation(RESPONSE, "lists each version once")
def versions_unique(exchange: Exchange) -> Iterator[Breach]:
    """No version number stands twice in the versions list."""
    rows = _data(exchange, list)
    counts = Counter(str(row.get("version")) for row in rows if isinstance(row, dict))
    for number, count in counts.items():
        if count > 1:
            yield Breach(f"version {number} once", f"{count} times", exchange, "/data")


@expectation(RESPONSE, "holds the details of the version asked for")
def details_of_version(exchange: Exchange) -> Iterator[Breach]:
    """The details behind the URL of a listed version name that version."""
    version = _data(exchange, dict).get("version")
    if version != exchange.context.version:
        yield Breach(f"version {exchange.context.version}", f"version {version}", exchange, "/data/version")


@expectation(RESPONSE, "names its version and at least 1 endpoint")
def details_complete(exchange: Exchange) -> Iterator[Breach]:
    """Version details hold a version number and a list of at least one endpoint."""
    details = _data(exchange, dict)
    if not isinstance(details.get("version"), str) or not details["version"]:
        yield Breach("a version number", repr(details.get("version")), exchange, "/data/version")
    endpoints = details.get("endpoints")
    if not isinstance(endpoints, list) or not endpoints:
        actual = "an empty list" if endpoints == [] else f"{type(endpoints).__name__}"
        yield Breach("a list of at least 1 Endpoint", actual, exchange, "/data/endpoints")


@expectation(RESPONSE, "names absolute URLs only")
def urls_absolute(exchange: Exchange) -> Iterator[Breach]:
    """Every endpoint of the details has an absolute URL that HTTP can reach."""
    for number, row in enumerate(_endpoints(_data(exchange, dict))):
        url = row.get("url")
        if not isinstance(url, str) or not _is_absolute(url):
            yield Breach("an absolute URL", repr(url), exchange, f"/data/endpoints/{number}/url")


@expectation(RESPONSE, "comes from a place that exists")
def place_exists(exchange: Exchange) -> Iterator[Breach]:
    """An advertised URL is answered, and not with HTTP 404."""
    if http_status(exchange) in {0, 404}:
        yield Breach("an answer other than HTTP 404 at an advertised URL", outcome(exchange), exchange)


@expectation("every request", "leads to the latest version that the partner offers")
def latest_version(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """Who registers does so in the highest version of the partner's list, which here the target has too."""
    listed = [envelope_of(e).get("data") for e in requests if e.context.module == "versions" and succeeds(e)]
    offered = {str(row.get("version")) for rows in listed if isinstance(rows, list) for row in rows}
    latest = latest_mutual(tuple(offered), tuple(offered))
    posts = [e for e in requests if e.context.module == CREDENTIALS and e.request.method == "POST"]
    if not posts or latest is None:
        raise NotObserved("the target has not read the partner's versions and registered")
    if all(exchange.context.version != latest for exchange in posts):
        yield Breach(f"a registration in {latest}", f"one in {posts[0].context.version}", posts[0])


def _data(exchange: Exchange, kind: type) -> Any:  # noqa: ANN401  (JSON)
    """Return `data` of a success that has the JSON type `kind`; anything else is for other entries to judge."""
    data = envelope_of(exchange).get("data")
    if not succeeds(exchange) or not isinstance(data, kind):
        raise NotObserved(f"no {'list' if kind is list else 'object'} to judge: {outcome(exchange)}")
    return data


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _endpoints(details: Any) -> list[Json]:  # noqa: ANN401  (any JSON value)
    rows = details.get("endpoints") if isinstance(details, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


# All versions and details of a run ------------------------------------------------------------------------------------


@expectation("every Version", "is not deprecated")
def not_deprecated(listed: Iterable[Payload]) -> Iterator[Breach]:
    """A version that the enum calls deprecated is not offered any more."""
    for payload in listed:
        number = payload.value.get("version") if isinstance(payload.value, dict) else None
        if number in DEPRECATED:
            expected = f"version {DEPRECATED[number]} instead of {number}"
            yield Breach(expected, f"version {number}", payload.exchange, payload.pointer)


@expectation(DETAILS, "offers the credentials module")
def offers_credentials(details: Details) -> Iterator[Breach]:
    """Every implementation has the credentials module."""
    for payload in details:
        if not any(row.get("identifier") == CREDENTIALS for row in _endpoints(payload.value)):
            yield Breach("an endpoint with the identifier credentials", "none", payload.exchange, payload.pointer)


@expectation(DETAILS, "gives each endpoint an interface role")
def has_roles(details: Details) -> Iterator[Breach]:
    """The role of an endpoint is SENDER or RECEIVER; that of credentials has no function."""
    for pointer, row, payload in _rows(details):
        if row.get("identifier") != CREDENTIALS and row.get("role") not in {SENDER, RECEIVER}:
            yield Breach("role SENDER or RECEIVER", f"role {row.get('role')}", payload.exchange, f"{pointer}/role")


@expectation(DETAILS, "names each interface of a module once")
def interfaces_unique(details: Details) -> Iterator[Breach]:
    """Identifier and role together stand once; credentials has a rule of its own."""
    for payload in details:
        pairs = Counter((str(row.get("identifier")), str(row.get("role"))) for row in _endpoints(payload.value))
        for (identifier, role), count in pairs.items():
            if count > 1 and identifier != CREDENTIALS:
                yield Breach(f"{identifier} {role} once", f"{count} times", payload.exchange, payload.pointer)


@expectation(DETAILS, "gives the credentials endpoint the role SENDER")
def credentials_as_sender(details: Details) -> Iterator[Breach]:
    """SENDER is advised as the role of the own credentials endpoint."""
    for pointer, row, payload in _rows(details):
        if row.get("identifier") == CREDENTIALS and row.get("role") != SENDER:
            yield Breach("role SENDER", f"role {row.get('role')}", payload.exchange, f"{pointer}/role")


@expectation(DETAILS, "lists the credentials endpoint once")
def credentials_once(details: Details) -> Iterator[Breach]:
    """One credentials endpoint serves all roles of a platform."""
    for payload in details:
        count = sum(row.get("identifier") == CREDENTIALS for row in _endpoints(payload.value))
        if count > 1:
            yield Breach("one endpoint for credentials", f"{count} endpoints", payload.exchange, payload.pointer)


@expectation(DETAILS, "spells the identifiers of modules as defined")
def identifiers_spelled(details: Details) -> Iterator[Breach]:
    """What is meant as a module of the version's table has its exact identifier."""
    for pointer, row, payload in _rows(details):
        identifier = str(row.get("identifier"))
        known = _known(payload)
        meant = {_folded(name): name for name in known}.get(_folded(identifier))
        if meant and identifier not in known:
            yield Breach(f"identifier {meant}", identifier, payload.exchange, f"{pointer}/identifier")


@expectation(DETAILS, "lists no custom module")
def no_custom_module(details: Details) -> Iterator[Breach]:
    """A custom module is only shown to a party that agreed to it, and the partner agreed to none."""
    for pointer, identifier, payload in _custom(details):
        note = "a module that was agreed on is a case for a waiver in target.toml"
        yield Breach("modules of the version only", identifier, payload.exchange, f"{pointer}/identifier", note=note)


@expectation(DETAILS, "prefixes the identifiers of custom modules")
def custom_prefixed(details: Details) -> Iterator[Breach]:
    """The identifier of a custom module begins with a prefix and a hyphen, of any letter case."""
    found = list(_custom(details))
    if not found:
        raise NotObserved("the target lists no custom module")
    for pointer, identifier, payload in found:
        if not identifier.partition("-")[0] or "-" not in identifier:
            expected = "a prefix, such as country code and party id, and a hyphen"
            yield Breach(expected, identifier, payload.exchange, f"{pointer}/identifier")


@expectation(DETAILS, "offers what its modules depend on")
def dependencies_offered(details: Details) -> Iterator[Breach]:
    """Where a module depends on another one, that is offered too."""
    for pointer, row, payload in _rows(details):
        identifier, role = str(row.get("identifier")), row.get("role")
        offered = {other.get("identifier") for other in _endpoints(payload.value)}
        for (module, side), needed in DEPENDENCIES.items():
            if identifier == module and side in {"", role}:
                for name in sorted(set(needed) - offered):
                    yield Breach(f"{name}, on which {identifier} {role} depends", "none", payload.exchange, pointer)


@expectation(DETAILS, "offers the interfaces that are usual for a {role}")
def usual_interfaces(details: Details, role: str) -> Iterator[Breach]:
    """The interfaces of modules that the role usually has are those (terminology, typical implementations)."""
    for pointer, row, payload in _rows(details):
        usual = TYPICAL.get(str(row.get("identifier")), {}).get(role.upper())
        if usual and row.get("role") in {SENDER, RECEIVER} - usual:
            expected = f"{row['identifier']} {' or '.join(sorted(usual))}"
            yield Breach(expected, str(row.get("role")), payload.exchange, f"{pointer}/role")


def _rows(details: Details) -> Iterator[tuple[str, Json, Payload]]:
    for payload in details:
        for number, row in enumerate(_endpoints(payload.value)):
            yield f"{payload.pointer}/endpoints/{number}", row, payload


def _custom(details: Details) -> Iterator[tuple[str, str, Payload]]:
    for pointer, row, payload in _rows(details):
        identifier = str(row.get("identifier"))
        if _folded(identifier) not in {_folded(name) for name in _known(payload)}:
            yield pointer, identifier, payload


def _known(payload: Payload) -> tuple[str, ...]:
    return edition(payload.exchange.context.version or "2.2.1").enums["ModuleID"].values


def _folded(identifier: str) -> str:
    """Return what the spellings of one identifier share: letter case, separators and a plural make no other module."""
    return "".join(filter(str.isalnum, identifier)).lower().rstrip("s")
