"""What the target's own requests about Sessions must be: pushes, reads of the list, charging preferences.

Rules: whether they come is for the scenarios; what a pushed Session holds is for `rules`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.activity import next_link
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY, TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.charges import CAPABILITY
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.location_pushes import body_of, owned, route_of
from ocpi_conformance.steps.checks.locations import Json
from ocpi_conformance.steps.checks.objects_read import folded
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import succeeds
from ocpi_conformance.steps.checks.rules.common import folded as in_version
from ocpi_conformance.steps.checks.rules.common import listed, member, moment
from ocpi_conformance.steps.evidence import sets_preferences
from ocpi_conformance.steps.verdicts import Breach, NotObserved
from ocpi_conformance.steps.wishes import PROFILES

PUSH = "every push"
_BESIDE = "request for preferences beside objects"
_SEGMENTS = 3

# URLs -----------------------------------------------------------------------------------------------------------------


def _below(exchange: Exchange) -> list[str]:
    """Return the URL segments of a push below the partner's Receiver interface of sessions."""
    rest = urlsplit(exchange.request.url).path.rpartition("/sessions")[2]
    return [unquote(segment) for segment in rest.split("/") if segment]


@expectation(PUSH, "of a Session is addressed by its owner and its id")
def addressed(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """Country code, party id, session id (mod_sessions_emsp_interface); what follows the id is SES-042."""
    for exchange in owned(pushes, "PUT", "PATCH", module="sessions"):
        segments = _below(exchange)
        odd = [len(part) for part in segments[:2]] != [2, 3] or len(segments) < _SEGMENTS
        if odd or (exchange.request.method == "PUT" and len(segments) > _SEGMENTS):
            yield Breach("country code, party id and session id", "/".join(segments) or "nothing", exchange)


@expectation(PUSH, "by PATCH goes to the whole Session")
def patches_whole(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """No segments follow the session id (mod_sessions_patch_method)."""
    for exchange in owned(pushes, "PATCH", module="sessions"):
        more = _below(exchange)[_SEGMENTS:]
        if more:
            yield Breach("the URL of the Session itself", f"{'/'.join(more)} below it", exchange)


def _whole(pushes: Iterable[Exchange]) -> Iterator[tuple[Exchange, Json]]:
    """Yield the Sessions that were pushed whole to the URL of one."""
    for exchange in owned(pushes, "PUT", module="sessions"):
        value = body_of(exchange)
        if route_of(exchange) and isinstance(value, dict):
            yield exchange, value


@expectation(PUSH, "of a whole Session goes to the URL of its owner")
def owner_in_url(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """country_code and party_id of URL and body are equal, case ignored (mod_sessions_cpo_put_request_parameters)."""
    for exchange, value in _whole(pushes):
        for name in ("country_code", "party_id"):
            wanted = exchange.context.id(name)
            if value.get(name) is not None and folded(value[name]) != folded(wanted):
                yield Breach(f"{name} {wanted}, as in the URL", str(value[name]), exchange, f"/{name}")


@expectation(PUSH, "of a whole Session carries the id of its URL")
def id_in_url(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """session_id of the URL is the id of the body (mod_sessions_cpo_put_request_parameters), a CiString from 2.2.1."""
    for exchange, value in _whole(pushes):
        wanted, version = exchange.context.id("session_id"), exchange.context.version
        if value.get("id") is not None and in_version(value["id"], version) != in_version(wanted, version):
            yield Breach(f"id {wanted}, as in the URL", str(value["id"]), exchange, "/id")


# Bodies ---------------------------------------------------------------------------------------------------------------


@expectation(PUSH, "of a change of a Session holds last_updated")
def patches_dated(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """mod_sessions_patch_method."""
    for exchange in owned(pushes, "PATCH", module="sessions"):
        value = body_of(exchange)
        if isinstance(value, dict) and value.get("last_updated") is None:
            yield Breach("last_updated in every PATCH", "absent", exchange, "/last_updated")


def _starts(value: object) -> list[object]:
    """Return when each charging period in a Session begins, as far as that can be read."""
    return [
        begin for _, period in listed(value, "charging_periods") if (begin := moment(period.get("start_date_time")))
    ]


def _of_each(pushes: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """Yield the pushes of each Session to each site of the partner in their order."""
    found: dict[tuple[str, ...], list[Exchange]] = defaultdict(list)
    for exchange in owned(pushes, "PUT", "PATCH", module="sessions"):
        if route_of(exchange):
            ids = (value.lower() for _, value in exchange.context.ids)
            found[exchange.context.site, *ids].append(exchange)
    yield from found.values()


@expectation(PUSH, "of a change of a Session adds charging periods that are new")
def adds_new_periods(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """What was pushed before is replaced by PUT, not sent again by PATCH (mod_sessions_patch_method).

    Raises:
        NotObserved: no PATCH has brought periods.
    """
    owned(pushes, "PATCH", module="sessions")
    seen = False
    for exchanges in _of_each(pushes):
        known: set[object] = set()
        for exchange in exchanges:
            value = body_of(exchange)
            starts = _starts(value)
            changes = exchange.request.method == "PATCH"
            seen = seen or (changes and bool(starts))
            again = known.intersection(starts) if changes else set()
            if again:
                yield Breach("periods that were not pushed before", f"{len(again)} once more", exchange)
            if succeeds(exchange):
                known = known | set(starts) if changes else set(starts)
    if not seen:
        raise NotObserved("the target has pushed no charging periods by PATCH")


@expectation(PUSH, "of a whole Session repeats the charging periods before")
def repeats_periods(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """A PUT removes the periods that it leaves out, which may be meant (mod_sessions_msp_put_method)."""
    owned(pushes, "PUT", module="sessions")
    for exchanges in _of_each(pushes):
        known: set[object] = set()
        for exchange in exchanges:
            starts = set(_starts(body_of(exchange)))
            if exchange.request.method == "PUT" and known - starts:
                yield Breach("the periods that were pushed before", f"{len(known - starts)} left out", exchange)
            known = starts if exchange.request.method == "PUT" else known | starts


# Parties --------------------------------------------------------------------------------------------------------------


def _party(exchange: Exchange, country: str, party: str) -> tuple[str, str]:
    header = exchange.request.header
    return folded(header(country) or ""), folded(header(party) or "")


@expectation(PUSH, "of a Session goes to the party of its Token", among="pushed module")
def to_party_of_token(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A Session concerns the eMSP of its Token (mod_sessions_push_model), as far as the partner's parties show it.

    Raises:
        NotObserved: no Session of a Token of the partner was pushed to a party that the target named.
    """
    parties = {_party(e, FROM_COUNTRY, FROM_PARTY) for e in exchanges if e.sender == "partner"}
    judged = 0
    for exchange, value in _whole(e for e in exchanges if e.sender == "target" and e.context.interface == RECEIVER):
        token = member(value, "cdr_token")
        concerned = (folded(token.get("country_code")), folded(token.get("party_id")))
        addressee = _party(exchange, TO_COUNTRY, TO_PARTY)
        if concerned not in parties or not all(addressee):
            continue
        judged += 1
        if concerned != addressee:
            names = (" ".join(names).upper() for names in (concerned, addressee))
            yield Breach(f"a push to {next(names)}, whose Token was used", f"a push to {next(names)}", exchange)
    if not judged:
        raise NotObserved("the target has pushed no Session of a Token of the partner to a party that it named")


# Reads of the list ----------------------------------------------------------------------------------------------------


@expectation("every page request", "for Sessions names a date_from")
def names_date_from(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """The parameter is required (mod_sessions_cpo_get_request_parameters); a next link is followed as it is.

    Raises:
        NotObserved: the target has not asked for the list.
    """
    pages = [e for e in requests if (e.context.module, e.context.interface) == ("sessions", SENDER)]
    links: set[str] = set()
    judged = 0
    for exchange in pages:
        if exchange.request.url not in links:
            judged += 1
            query = dict(parse_qsl(urlsplit(exchange.request.url).query))
            if not query.get("date_from"):
                yield Breach("date_from among the parameters", ", ".join(sorted(query)) or "no parameter", exchange)
        links |= {link} if (link := next_link(exchange)) else set()
    if not judged:
        raise NotObserved("the target has not asked for the list of Sessions")


# Charging preferences -------------------------------------------------------------------------------------------------


@expectation("every request for preferences", "goes to the URL that ends in charging_preferences")
def suffixed(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """The suffix is required (mod_sessions_cpo_put_method)."""
    for exchange in requests:
        if exchange.context.route != "preferences":
            below = "/".join(_below(exchange)) or "nothing"
            yield Breach("the session id and charging_preferences", below, exchange)


@expectation("every request for preferences", "holds ChargingPreferences")
def holds_preferences(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """mod_sessions_cpo_post_request_body."""
    for exchange in requests:
        validator = schemas.validator(exchange.context.version, "ChargingPreferences")
        errors = (Breach(e.expected, e.actual, exchange, e.pointer) for e in validator.errors(body_of(exchange)))
        yield from itertools.islice(errors, MOST)


def _beside(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Json, list[Json]]]:
    """Yield each request for preferences with the EVSE and the Tariffs of its Connector, as the partner pushed them.

    Raises:
        NotObserved: the partner has pushed nothing that one of the requests is about.
    """
    pushed: dict[str, dict[str, Json]] = defaultdict(dict)
    found = 0
    for exchange in exchanges:
        value = body_of(exchange)
        if sets_preferences(exchange):
            evse, plug = _used(pushed, _below(exchange)[:1])
            if evse:
                found += 1
                tariffs = [pushed["tariffs"].get(folded(name), {}) for name in plug.get("tariff_ids") or ()]
                yield exchange, evse, tariffs
        elif (exchange.sender, exchange.request.method) == ("partner", "PUT") and isinstance(value, dict):
            pushed[exchange.context.module][folded(value.get("id"))] = value
    if not found:
        raise NotObserved("the target has sent no preferences for a Session that the partner has pushed")


def _used(pushed: dict[str, dict[str, Json]], names: list[str]) -> tuple[Json, Json]:
    """Return the EVSE and the Connector of the Session called by the first of `names`; empty where not known."""
    session = pushed["sessions"].get(folded(names[0]), {}) if names else {}
    place = pushed["locations"].get(folded(session.get("location_id")), {})
    evse = _named(place, "evses", "uid", session.get("evse_uid"))
    return evse, _named(evse, "connectors", "id", session.get("connector_id"))


def _named(owner: Json, list_name: str, id_field: str, name: object) -> Json:
    return next((item for _, item in listed(owner, list_name) if folded(item.get(id_field)) == folded(name)), {})


@expectation("every request for preferences", "is for an EVSE that takes them", among=_BESIDE)
def for_capable_evse(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The capability tells where preferences make sense (mod_sessions_set_charging_preferences)."""
    for exchange, evse, _ in _beside(exchanges):
        if CAPABILITY not in (evse.get("capabilities") or ()):
            yield Breach(f"an EVSE with {CAPABILITY}", f"EVSE {evse.get('uid')} without it", exchange)


@expectation("every request for preferences", "names a profile type of the Connector", among=_BESIDE)
def for_known_profile(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A profile type is supported where there is a Tariff for it, REGULAR everywhere (ChargingPreferences)."""
    for exchange, _, tariffs in _beside(exchanges):
        value = body_of(exchange)
        profile = value.get("profile_type") if isinstance(value, dict) else None
        types = {str(tariff.get("type") or "") for tariff in tariffs}
        if profile in PROFILES and not {"", f"PROFILE_{profile}"} & types:
            expected = f"a profile type of the Tariffs: {', '.join(sorted(types)) or 'none'}"
            yield Breach(expected, str(profile), exchange, "/profile_type")
