"""Which objects of a run are judged beside which others: for each rule between classes, where its arguments come from.

The rules themselves are in `rules`; no comparison and no verdict is made here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.steps.checks.readings import read_at, seconds_apart
from ocpi_conformance.steps.checks.rules import (
    bookings,
    cdr_costs,
    cdrs,
    invoicereconciliation,
    sessions,
    tariff_costs,
    tariffs,
    tokens,
)
from ocpi_conformance.steps.checks.rules.common import CLOCK_TOLERANCE, Json, folded, listed, member, moment, text
from ocpi_conformance.steps.checks.rules.pricing import bounds
from ocpi_conformance.steps.checks.rules.registry import RULES, Flaw, When, always
from ocpi_conformance.steps.checks.seen import Seen, received_at
from ocpi_conformance.steps.likeness import absent
from ocpi_conformance.steps.payloads import Payload, version_of

# What is judged together, and its flaws; the index of a flaw is that of an object.
Case = tuple[Sequence[Payload], Iterable[Flaw]]
Cases = Callable[[Seen], Iterator[Case]]

WAITING: dict[str, str] = {
    "BOO-026": "needs what the partner has asked for: the scenarios that ask judge it",
    "CDR-008": "refers_to needs a correction that was asked for; what a record shows is for the rule over all CDRs",
    "CDR-087": "needs the Booking that was used: the scenario that has one used judges it",
    "CRD-044": "binds a hub",
    "CRD-049": "binds a hub of 2.3.0",
    "CRD-050": "binds a hub of 2.3.0",
    "HUB-029": "needs the parties that are connected to a hub",
    "PAY-034": "needs the Terminal at which a session was started: the scenario that starts one judges it",
    "PAY-039": "changes count as well as whole objects: checks.payments judges it",
    "PAY-041": "the CDR is the partner's: checks.payment_terminals judges it",
    "PAY-042": "the CDR is the partner's: checks.payment_terminals judges it",
    "RTE-029": "needs the objects of the parties behind a hub",
    "TAR-044": "needs a reservation that is known to have expired: the scenario that lets one expire judges it",
    "TOK-009": "a MAY: the answer to a request for an authorization shows it, not an object",
}
"""Entries with a rule between classes of which no run judges it, and what that takes."""


@dataclass(frozen=True)
class Join:
    """One rule between classes: the requirement, the class of what is judged, and the cases that a run has.

    `what` is how that is called which a run must have shown for a case.
    """

    requirement: str
    kind: str
    what: str
    cases: Cases


JOINED: dict[str, list[Join]] = {}


def join(requirement: str, kind: str, what: str) -> Callable[[Cases], Cases]:
    """Register the decorated function as what finds the cases of `requirement` for objects of class `kind`."""

    def register(cases: Cases) -> Cases:
        JOINED.setdefault(requirement, []).append(Join(requirement, kind, what, cases))
        return cases

    return register


# Owners: the parties of the target by its credentials

_OWNERS = (
    ("BOO-053", "BookingRequest", bookings.owner_of_booking),
    ("BOO-054", "Booking", bookings.owner_of_booking),
    ("BOO-054", "BookingLocation", bookings.owner_of_booking),
    ("CDR-093", "CDR", cdrs.owner_of_cdr),
    ("INV-022", "InvoiceReconciliationRecord", invoicereconciliation.owner_of_record),
    ("SES-060", "Session", sessions.owner_of_session),
    ("TAR-060", "Tariff", tariffs.owner_of_tariff),
    ("TOK-060", "Token", tokens.owner_of_token),
)


def _beside_parties(kind: str, judge: Callable[..., Iterable[Flaw]]) -> Cases:
    def cases(seen: Seen) -> Iterator[Case]:
        parties = seen.parties
        for payload in seen.of(kind):
            yield [payload], judge(payload.value, version_of(payload), parties)

    return cases


for _requirement, _kind, _judge in _OWNERS:
    join(_requirement, _kind, _kind)(_beside_parties(_kind, _judge))


# Copies of one object, read one after the other

Pair = Callable[[Payload, Payload], Iterable[Flaw]]


def _is_stale(earlier: Payload, later: Payload) -> bool:
    """Tell whether the later copy is an older state: a push and an answer may cross, and a push may be repeated."""
    moments = [moment(payload.value.get("last_updated")) for payload in (earlier, later)]
    overtaken = moments[0] is not None and moments[1] is not None and moments[1] < moments[0]
    return overtaken and (earlier.in_request or later.in_request)


def _over_pairs(kind: str, judge: Pair, *, changed: bool = False) -> Cases:
    """Return the cases of a rule over two copies; with `changed` two that are alike are none."""

    def cases(seen: Seen) -> Iterator[Case]:
        for earlier, later in seen.pairs(kind):
            same = earlier.value is later.value or _is_stale(earlier, later)
            if not (same and changed):
                yield [later], () if same else judge(earlier, later)

    return cases


def _later_change(judge: Callable[[Json, Json, str, datetime, float], Iterable[Flaw]]) -> Pair:
    return lambda earlier, later: judge(
        earlier.value, later.value, version_of(later), read_at(earlier), seconds_apart(earlier, later)
    )


def _of_one_cdr(judge: Callable[[Json, Json, str], Iterable[Flaw]]) -> Pair:
    """Two CDRs that have an id in common, and little else, are for the entry on ids."""

    def compare(earlier: Payload, later: Payload) -> Iterable[Flaw]:
        if cdrs.are_two(earlier.value, later.value):
            return ()
        return judge(earlier.value, later.value, version_of(later))

    return compare


_COPIES = (
    ("CDR-003", "CDR", _of_one_cdr(cdrs.unchanged)),
    ("CDR-025", "CDR", _of_one_cdr(cdrs.last_updated_is_constant)),
)
_CHANGES = (
    ("SES-078", "Session", _later_change(sessions.change_is_later)),
    ("TAR-092", "Tariff", _later_change(tariffs.change_is_later)),
    ("TOK-083", "Token", _later_change(tokens.change_is_later)),
)
for _requirement, _kind, _pair in _COPIES:
    join(_requirement, _kind, f"{_kind} twice")(_over_pairs(_kind, _pair))
for _requirement, _kind, _pair in _CHANGES:
    join(_requirement, _kind, f"{_kind} that changed")(_over_pairs(_kind, _pair, changed=True))


def _of_changed_record(earlier: Payload, later: Payload) -> Iterable[Flaw]:
    return invoicereconciliation.last_updated_after_change(earlier.value, later.value, version_of(later))


join("INV-024", "InvoiceReconciliationRecord", "InvoiceReconciliationRecord that changed")(
    _over_pairs("InvoiceReconciliationRecord", _of_changed_record, changed=True)
)


@join("SES-061", "Session", "COMPLETED Session twice")
def _after_completion(seen: Seen) -> Iterator[Case]:
    for sightings in seen.copies("Session"):
        before: Payload | None = None
        for payload in sightings:
            if before and before.exchange is not payload.exchange and before.value.get("status") == "COMPLETED":
                same = before.value is payload.value or _is_stale(before, payload)
                arguments = (before.value, payload.value, version_of(payload))
                yield [payload], () if same else sessions.completed_stays(*arguments, patch=payload.partial)
            before = before if payload.partial else payload


@join("SES-063", "Session", "Session twice")
def _statuses(seen: Seen) -> Iterator[Case]:
    for sightings in seen.copies("Session"):
        statuses = [status for payload in sightings if (status := text(payload.value.get("status")))]
        if len(statuses) > 1:
            yield [sightings[-1]], sessions.order_of_statuses(statuses)


def _over_lists(kind: str, judge: Callable[[Sequence[Json], str], Iterable[Flaw]]) -> Cases:
    def cases(seen: Seen) -> Iterator[Case]:
        lists: dict[int, list[Payload]] = defaultdict(list)
        for payload in (found for sightings in seen.copies(kind) for found in sightings):
            if payload.exchange.context.route == "list":
                lists[payload.exchange.number].append(payload)
        for items in lists.values():
            yield items, judge([payload.value for payload in items], version_of(items[0]))

    return cases


join("TAR-031", "Tariff", "list of Tariffs")(_over_lists("Tariff", tariffs.ids_unique_in_list))
join("TOK-056", "Token", "list of Tokens")(_over_lists("Token", tokens.uids_unique_in_list))
join("INV-033", "InvoiceReconciliationRecord", "list of InvoiceReconciliationRecords")(
    _over_lists("InvoiceReconciliationRecord", invoicereconciliation.listed_once)
)


# Objects and the moment at which they came


@join("CDR-001", "CDR", "CDR")
def _arrivals(seen: Seen) -> Iterator[Case]:
    for cdr in seen.of("CDR"):
        yield [cdr], cdrs.ended_when_received(cdr.value, version_of(cdr), received_at(cdr))


@join("SES-069", "Session", "ACTIVE or COMPLETED Session")
def _begun_sessions(seen: Seen) -> Iterator[Case]:
    for session in seen.of("Session"):
        if session.value.get("status") in {"ACTIVE", "COMPLETED"}:
            yield [session], sessions.active_by_now(session.value, version_of(session), received_at(session))


@join("TAR-013", "Tariff", "list of Tariffs")
def _listed_tariffs(seen: Seen) -> Iterator[Case]:
    for tariff in seen.of("Tariff"):
        if tariff.exchange.context.route == "list":
            yield [tariff], tariffs.listed_after_end(tariff.value, version_of(tariff), received_at(tariff))


@join("INV-023", "CDR", "CDR beside InvoiceReconciliationRecords")
def _billable(seen: Seen) -> Iterator[Case]:
    for cdr in seen.of("CDR") if seen.of("InvoiceReconciliationRecord") else ():
        yield [cdr], invoicereconciliation.ids_can_be_listed([cdr.value], version_of(cdr))


# Bookings: the course of one, and what they name


def _course_of_bookings(judge: Callable[[Sequence[str]], Iterable[Flaw]], *, pushed: bool) -> Cases:
    """Return the cases of a rule over the statuses of one Booking: of its pushes, or of all copies."""

    def cases(seen: Seen) -> Iterator[Case]:
        for sightings in seen.copies("Booking"):
            found = [payload for payload in _in_order(sightings) if payload.in_request or not pushed]
            told = [payload for payload in found if text(payload.value.get("reservation_status"))]
            if len(told) > 1:
                yield told, judge([text(payload.value.get("reservation_status")) for payload in told])

    return cases


join("BOO-021", "Booking", "Booking twice by push")(_course_of_bookings(bookings.from_pending, pushed=True))
join("BOO-022", "Booking", "Booking twice by push")(_course_of_bookings(bookings.from_reserved, pushed=True))
join("BOO-023", "Booking", "Booking twice")(_course_of_bookings(bookings.final_status_stays, pushed=False))


def _in_order(sightings: Iterable[Payload]) -> Iterator[Payload]:
    """Yield the copies of an object but those that show an earlier state than one before: they have crossed."""
    latest: Payload | None = None
    for payload in sightings:
        if latest is None or not _is_stale(latest, payload):
            yield payload
            latest = payload if moment(payload.value.get("last_updated")) else latest


def _places_of_bookings(kind: str) -> Cases:
    def cases(seen: Seen) -> Iterator[Case]:
        for item in seen.of(kind):
            known = [[payload.value for payload in seen.of(name)] or None for name in ("Location", "Tariff")]
            if any(known):
                yield [item], bookings.refers_to_published(item.value, version_of(item), *known)

    return cases


for _kind in ("Booking", "BookingLocation"):
    join("BOO-049", _kind, f"{_kind} beside Locations or Tariffs")(_places_of_bookings(_kind))


# CDRs and their Sessions

_WITH_SESSION = (
    ("CDR-061", cdrs.energy_not_in_wh),
    ("CDR-094", cdrs.place_of_session),
)


def _with_sessions(seen: Seen) -> Iterator[tuple[Payload, Payload]]:
    for cdr in seen.of("CDR"):
        session = seen.latest("Session", cdr.value.get("session_id"), cdr)
        if session and text(cdr.value.get("session_id")):
            yield cdr, session


def _beside_session(judge: Callable[[Json, str, Json], Iterable[Flaw]]) -> Cases:
    def cases(seen: Seen) -> Iterator[Case]:
        for cdr, session in _with_sessions(seen):
            yield [cdr], judge(cdr.value, version_of(cdr), session.value)

    return cases


for _requirement, _beside in _WITH_SESSION:
    join(_requirement, "CDR", "CDR of a Session that it has shown")(_beside_session(_beside))


@join("CDR-049", "CDR", "CDR of a Session that it has shown")
def _starts(seen: Seen) -> Iterator[Case]:
    for cdr, session in _with_sessions(seen):
        copies = seen.named("Session", session.value.get("id"), session)
        reserved = any(copy.value.get("status") == "RESERVATION" for copy in copies)
        yield [cdr], cdrs.starts_with_session(cdr.value, version_of(cdr), session.value, reserved=reserved)


@join("CDR-078", "CDR", "CDR of a Session that it has shown")
def _tokens_of_sessions(seen: Seen) -> Iterator[Case]:
    for cdr, session in _with_sessions(seen):
        if used := member(session.value, "cdr_token"):
            yield [cdr], cdrs.names_token(cdr.value, version_of(cdr), used)


@join("CDR-051", "CDR", "CDR beside an advertised list of Sessions")
def _session_ids(seen: Seen) -> Iterator[Case]:
    if seen.offers("sessions", SENDER):
        for cdr in seen.of("CDR"):
            yield [cdr], cdrs.session_is_named(cdr.value, version_of(cdr))


@join("CDR-051", "CDR", "CDR beside Sessions")
def _known_sessions(seen: Seen) -> Iterator[Case]:
    for cdr in seen.of("CDR") if seen.of("Session") else ():
        name = cdr.value.get("session_id")
        named = [{"id": name}] if seen.is_known("Session", name) else []
        yield [cdr], cdrs.session_is_known(cdr.value, version_of(cdr), named)


@join("SES-062", "CDR", "CDR beside an INVALID Session")
def _bills_of_invalid_sessions(seen: Seen) -> Iterator[Case]:
    latest = [[copy for copy in copies if not copy.partial][-1:] for copies in seen.copies("Session")]
    invalid = [copy.value for copies in latest for copy in copies if copy.value.get("status") == "INVALID"]
    by_version: dict[str, list[Payload]] = defaultdict(list)
    for cdr in seen.of("CDR") if invalid else ():
        # One of 2.1.1 does not name its session.
        if version_of(cdr) != "2.1.1":
            by_version[version_of(cdr)].append(cdr)
    for version, items in by_version.items():
        yield items, sessions.invalid_is_not_billed([cdr.value for cdr in items], version, invalid)


# Sessions, CDRs and the Locations and Tariffs that they are about


@join("SES-055", "Session", "Session beside Locations")
def _places(seen: Seen) -> Iterator[Case]:
    for session in seen.of("Session") if seen.of("Location") else ():
        copies = seen.named("Location", session.value.get("location_id"), session)
        if not copies or not seen.is_in_parts(copies[-1]):
            yield [session], _at_no_place(session, copies)


def _at_no_place(session: Payload, copies: Sequence[Payload]) -> Iterable[Flaw]:
    """Return what is wrong beside the latest copy of the Location; nothing when one of them has the place."""
    found: list[Flaw] = []
    for location in [copy.value for copy in copies] or [None]:
        locations = [location] if location else []
        found = list(sessions.refers_to_locations(session.value, version_of(session), locations))
        if not found:
            break
    return found


@join("CDR-096", "CDR", "Location as it was when a CDR began")
def _postal_codes(seen: Seen) -> Iterator[Case]:
    for cdr in seen.of("CDR"):
        start, _ = bounds(cdr.value, version_of(cdr))
        location = start and seen.at(start, "Location", member(cdr.value, "cdr_location").get("id"), cdr)
        if location:
            yield [cdr], cdrs.postal_code_of_location(cdr.value, version_of(cdr), location.value)


@join("CDR-036", "CDR", "Location or Tariff that changed during the session of a CDR")
def _data_at_start(seen: Seen) -> Iterator[Case]:
    for cdr in seen.of("CDR"):
        version, (start, end) = version_of(cdr), bounds(cdr.value, version_of(cdr))
        for kind, name in _shared(cdr.value):
            before = start and seen.at(start, kind, name, cdr)
            for copy in seen.named(kind, name, cdr) if before and start and end else ():
                if before and start and end and _certainly_changed_within(copy, start, end):
                    yield [cdr], cdrs.data_as_at_start(cdr.value, version, kind, before.value, copy.value)


def _certainly_changed_within(copy: Payload, start: datetime, end: datetime) -> bool:
    """Tell whether the last change of an object came after `start`, though that be a whole second, and by `end`.

    A last_updated in the future of its reading tells nothing.
    """
    changed = moment(copy.value.get("last_updated"))
    if changed is None or changed > received_at(copy):
        return False
    return (changed - start).total_seconds() > CLOCK_TOLERANCE and changed <= end


def _shared(cdr: Json) -> Iterator[tuple[str, str]]:
    """Yield class and id of what a CDR has data of; of Tariffs only where none was switched."""
    yield "Location", text(member(cdr, "cdr_location").get("id"))
    used = [text(tariff.get("id")) for _, tariff in listed(cdr, "tariffs")]
    if len(used) == 1:
        yield "Tariff", used[0]


# Prices by clock and calendar, for which the time zone of the Location must be known

_CLOCK = ("start_time", "end_time")
_DATES = ("start_date", "end_date")
_DAYS = ("day_of_week",)
_LENGTH = ("min_duration", "max_duration")
_BY_CLOCK = (*_CLOCK, *_DATES, *_DAYS)


def _restrictions(tariff: Json) -> Iterator[Json]:
    for _, element in listed(tariff, "elements"):
        yield member(element, "restrictions")


def _has(*names: str) -> Callable[[Json], bool]:
    return lambda restrictions: any(not absent(restrictions.get(name)) for name in names)


def _wraps(restrictions: Json) -> bool:
    begin, end = (text(restrictions.get(name)) for name in _CLOCK)
    return bool(begin) and end != "00:00" and "" < end < begin


def _until_midnight(restrictions: Json) -> bool:
    return restrictions.get("end_time") == "00:00"


_ZONED = (
    ("CDR-037", cdr_costs.periods_at_price_changes, _has(*_BY_CLOCK, *_LENGTH)),
    ("CDR-038", cdr_costs.volumes_at_price_changes, _has(*_BY_CLOCK, *_LENGTH)),
    ("CDR-065", tariff_costs.cost_in_time_zone, _has(*_BY_CLOCK)),
    ("TAR-024", tariff_costs.first_matching_element, _has(*_BY_CLOCK)),
    ("TAR-025", tariff_costs.one_component_at_a_time, _has(*_BY_CLOCK)),
    ("TAR-026", tariff_costs.nothing_without_match, _has(*_BY_CLOCK)),
    ("TAR-039", tariff_costs.prices_without_vat, _has(*_BY_CLOCK)),
    ("TAR-041", tariff_costs.quantities_rounded_up, _has(*_BY_CLOCK)),
    ("TAR-042", tariff_costs.units_of_steps, _has(*_BY_CLOCK)),
    ("TAR-045", tariff_costs.reservation_priced_by_its_time, _has(*_BY_CLOCK)),
    ("TAR-046", tariff_costs.all_restrictions_match, _has(*_BY_CLOCK)),
    ("TAR-047", tariff_costs.restrictions_over_time, _has(*_BY_CLOCK)),
    ("TAR-048", tariff_costs.local_times, _has(*_CLOCK)),
    ("TAR-049", tariff_costs.days_of_dates, _has(*_DATES)),
    ("TAR-050", tariff_costs.energy_so_far, _has(*_BY_CLOCK)),
    ("TAR-051", tariff_costs.momentary_current, _has(*_BY_CLOCK)),
    ("TAR-052", tariff_costs.momentary_power, _has(*_BY_CLOCK)),
    ("TAR-053", tariff_costs.time_so_far, _has(*_BY_CLOCK)),
    ("TAR-054", tariff_costs.days_of_week, _has(*_DAYS)),
    ("TAR-066", tariff_costs.first_element, _has(*_DATES, *_DAYS)),
    ("TAR-069", tariff_costs.taxes_as_stated, _has(*_BY_CLOCK)),
    ("TAR-076", tariff_costs.times_over_midnight, _wraps),
    ("TAR-077", tariff_costs.times_until_midnight, _until_midnight),
    ("TAR-084", tariff_costs.used_reservation_did_not_expire, _has(*_BY_CLOCK)),
)


def _zone_of(seen: Seen, cdr: Payload) -> str:
    """Return the time zone of the Location of a CDR, which in 2.1.1 is in the CDR itself, or nothing."""
    within = member(cdr.value, "location")
    name = (within or member(cdr.value, "cdr_location")).get("id")
    return text(within.get("time_zone")) or seen.time_zone(name, cdr)


def _in_time_zone(
    judge: Callable[[Json, str, str], Iterable[Flaw]], concerned: Callable[[Json], bool], about: When
) -> Cases:
    """Return the cases of CDRs that a rule is `about`, by tariffs with `concerned` restrictions."""

    def cases(seen: Seen) -> Iterator[Case]:
        for cdr in (found for found in seen.of("CDR") if about(found.value)):
            zone = _zone_of(seen, cdr)
            held = (tariff for _, tariff in listed(cdr.value, "tariffs"))
            if zone and any(concerned(found) for tariff in held for found in _restrictions(tariff)):
                yield [cdr], judge(cdr.value, version_of(cdr), zone)

    return cases


for _requirement, _cost, _concerned in _ZONED:
    _about = next((entry.concerned for entry in RULES.get(_requirement, ()) if entry.kind == "CDR"), always)
    join(_requirement, "CDR", "CDR at one of its Locations with such a price")(_in_time_zone(_cost, _concerned, _about))


@join("SES-048", "Session", "Session at one of its Locations with a price that changes")
def _price_changes(seen: Seen) -> Iterator[Case]:
    changing = _has(*_BY_CLOCK, *_LENGTH)
    for session in seen.of("Session"):
        version = version_of(session)
        zone = seen.time_zone(session.value.get("location_id"), session)
        start = moment(session.value.get("start_date_time"))
        named = {text(period.get("tariff_id")) for _, period in listed(session.value, "charging_periods")} - {""}
        used = [start and seen.at(start, "Tariff", name, session) for name in sorted(named)]
        known = {folded(tariff.value.get("id"), version): tariff.value for tariff in used if tariff}
        if zone and any(changing(found) for tariff in known.values() for found in _restrictions(tariff)):
            yield [session], sessions.periods_at_price_changes(session.value, version, known, zone)
