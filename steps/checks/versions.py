"""What the versions list and version details must say: versions, endpoints, modules. Only their content is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.versions import latest_mutual
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.applicability import TYPICAL
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.common import listed, text
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import data_of, envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved

RESPONSE, DETAILS = "the response", "every VersionDetails"
CREDENTIALS = "credentials"

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


def identifiers(exchange: Exchange, means: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return where version details name a module, and how: the pointer and text of each identifier that `means` it.

    Raises:
        NotObserved: the answer is no success.
    """
    rows = listed(data_of(exchange), "endpoints")
    named = [(f"/data/endpoints/{number}/identifier", text(row.get("identifier"))) for number, row in rows]
    return [(pointer, name) for pointer, name in named if means(name)]


def misspelt(exchange: Exchange, identifier: str, means: Callable[[str], bool]) -> Iterator[Breach]:
    """Yield each identifier that means a module and is not the one that its edition prints.

    Raises:
        NotObserved: the answer is no success, or names no such module.
    """
    found = identifiers(exchange, means)
    if not found:
        raise NotObserved(f"the version details list no module of {identifier}")
    for pointer, name in found:
        if name != identifier:
            yield Breach(f"identifier {identifier}", name, exchange, pointer)


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _endpoints(details: Any) -> list[Json]:  # noqa: ANN401  (any JSON value)
    rows = details.get("endpoints") if isinstance(details, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


# All versions and details of a run; what one must be is in `rules` ----------------------------------------------------


@expectation(DETAILS, "offers the credentials module")
def offers_credentials(details: Details) -> Iterator[Breach]:
    """Every implementation has the credentials module."""
    for payload in details:
        if not any(row.get("identifier") == CREDENTIALS for row in _endpoints(payload.value)):
            yield Breach("an endpoint with the identifier credentials", "none", payload.exchange, payload.pointer)


# What else the text of a module has a role do (mod_charging_profiles_toplogies_emsp_scspp): module and role.
_IN_OTHER_TOPOLOGIES = {("chargingprofiles", "EMSP"): frozenset({RECEIVER})}


@expectation(DETAILS, "offers the interfaces that are usual for a {role}")
def usual_interfaces(details: Details, role: str) -> Iterator[Breach]:
    """The interfaces of modules that the role usually has are those (terminology, typical implementations).

    One list covers all roles of a platform (Version details endpoint): with both sides of a module in it there are
    several, and which interface belongs to which nobody can tell.
    """
    for payload in details:
        unusual = [
            (number, row, usual)
            for number, row in enumerate(_endpoints(payload.value))
            if (usual := _usual(row, role)) and row.get("role") in {SENDER, RECEIVER} - usual
        ]
        offered = {(row.get("identifier"), row.get("role")) for row in _endpoints(payload.value)}
        if any((row.get("identifier"), side) in offered for _, row, usual in unusual for side in usual):
            continue
        for number, row, usual in unusual:
            place = f"{payload.pointer}/endpoints/{number}/role"
            yield Breach(f"{row['identifier']} {' or '.join(sorted(usual))}", str(row["role"]), payload.exchange, place)


def _usual(row: Json, role: str) -> frozenset[str]:
    """Return the sides that `role` has of the module in `row`; none where nothing is said of it."""
    name = str(row.get("identifier"))
    usual = TYPICAL.get(name, {}).get(role.upper(), frozenset())
    return usual | _IN_OTHER_TOPOLOGIES.get((name, role.upper()), frozenset()) if usual else usual


JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {
    "VER-004": (versions_unique,),
    "VER-029": (usual_interfaces,),
}
"""By requirement, what needs a whole list, or the role of the target, beside the objects."""
