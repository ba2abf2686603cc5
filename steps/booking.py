"""Bookings: which timeslot is asked for, what is asked, what came of it. It acts and gathers; checks judge.

Rules: every scenario asks for a timeslot of its own, long before its begin, and cancels what it has booked.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.errors import HarnessError, NotSeen
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.record import Exchange, Record
from ocpi_conformance.mock_partner.samples_2_3_0 import BOOKINGS, booking_request
from ocpi_conformance.steps import acts
from ocpi_conformance.steps.agreements import sent
from ocpi_conformance.steps.bodies import BODIES
from ocpi_conformance.steps.likeness import absent
from ocpi_conformance.steps.payloads import Objects, Payload
from ocpi_conformance.steps.places import endpoint
from ocpi_conformance.steps.scene import Chosen, Json, Scene, data_of, single_of
from ocpi_conformance.steps.things import fresh_id, owner
from ocpi_conformance.steps.verdicts import NotObserved

FINAL = frozenset({"CANCELED", "NO_SHOW", "REJECTED", "FAILED", "FULFILLED"})
# The key of [offers] that names where a timeslot may be booked.
KEY = "bookable_evse"
SHOWN, IN_TIME, RESERVED = ("a timeslot", "a timeslot to book", "a Booking that is RESERVED")
LATE_BOOKING = "a RESERVED Booking that is too near to be changed"
OFFERS = (SHOWN, IN_TIME, RESERVED, LATE_BOOKING)
# Minutes that a request may take until it is decided upon: terms in which it would then be too late do not count.
_MARGIN = 10
_SHORTEST, _LOOK, _PAGES = 30, 0.5, 20
_TOKEN = ("country_code", "party_id", "uid", "type", "contract_id")
# The records that hold a Booking from its request to its cancellation.
_BROUGHT: WeakSet[Record] = WeakSet()
# The periods that a run has asked for already, by BookingLocation.
_USED: WeakKeyDictionary[Record, set[tuple[str, datetime]]] = WeakKeyDictionary()

Period = tuple[datetime, datetime]


@dataclass(frozen=True)
class Booked:
    """What came of the booking requests of a scenario: those that were taken, and each sight of their Booking.

    `answer` is the latest answer to a request, `sights` are whole Bookings and PATCH bodies in the order in which they
    came, `calls` all requests of the target meanwhile; `request` is the body of the latest request, and `taken` the
    bodies of those that were answered with success.
    """

    answer: Exchange
    request: Json
    taken: tuple[Json, ...]
    sights: tuple[Payload, ...]
    calls: tuple[Exchange, ...] = ()

    @property
    def latest(self) -> Json:
        """The Booking as it was seen last, changes applied; empty when it was never shown."""
        value: Json = {}
        for sight in self.sights:
            if not is_older(sight.value, value):
                value = {**value, **sight.value} if sight.partial else sight.value
        return value

    @property
    def is_settled(self) -> bool:
        """Whether the Booking shows what came of all requests that were taken, and nothing of it is pending.

        What was decided before the latest request tells nothing of that one.
        """
        booking = self.latest
        entries = booking.get("booking_requests")
        listed = len(entries) if isinstance(entries, list) else 0
        over = booking.get("reservation_status") in FINAL
        return is_decided(booking) and (over or listed >= len(self.taken))

    @property
    def is_shown_since(self) -> bool:
        """Whether the target has shown the Booking in the answer to the latest request, or since."""
        return any(sight.exchange.ended >= self.answer.ended for sight in self.sights)

    @property
    def evidence(self) -> Exchange:
        """The exchange that showed the Booking last, or the answer."""
        return self.sights[-1].exchange if self.sights else self.answer


def is_older(one: Json, other: Json) -> bool:
    """Tell whether a copy is of an earlier state than another one: answers and pushes may cross."""
    try:
        return parse_timestamp(one["last_updated"]) < parse_timestamp(other["last_updated"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


# Where and when -------------------------------------------------------------------------------------------------------


def offer(scene: Scene, thing: str) -> None:
    """Choose a BookingLocation of the target and a period there; for a Booking, book it and wait until it is RESERVED.

    Raises:
        NotObserved: the target lists no such timeslot, or has not reserved it.
    """
    if thing == SHOWN:
        _show_timeslot(scene)
        return
    _choose_timeslot(scene, late=thing == LATE_BOOKING)
    if thing in {RESERVED, LATE_BOOKING}:
        _book(scene)


def _ask(scene: Scene) -> Booked:
    """Send a request for the chosen timeslot; returns what came of it.

    Raises:
        NotObserved: the target does not take it.
    """
    exchange = acts.send(scene, "POST", endpoint(scene, BOOKINGS, SENDER), body=BODIES["a BookingRequest"](scene))
    if not acts.accepted(exchange):
        raise NotObserved(f"the target did not take a BookingRequest: {exchange.summary}")
    return outcome(scene)


def _book(scene: Scene) -> None:
    found = _ask(scene)
    status = found.latest.get("reservation_status")
    if status != "RESERVED":
        raise NotObserved(f"the Booking is not RESERVED but {status}")
    path = (str(found.latest.get("id")),)
    scene.objects["Booking"] = Chosen("Booking", BOOKINGS, SENDER, path, found.latest, found.evidence)


def bring_course(scene: Scene) -> None:
    """See to it that the record of the run holds a Booking that was decided upon and, if RESERVED, then canceled.

    Raises:
        NotObserved: the target lists no timeslot, or does not take the request.
    """
    if scene.record not in _BROUGHT:
        _choose_timeslot(scene, late=False)
        if _ask(scene).latest.get("reservation_status") not in FINAL:
            acts.send(scene, "POST", endpoint(scene, BOOKINGS, SENDER), body=_canceled(scene))
            outcome(scene)
        _read_list(scene)
        _BROUGHT.add(scene.record)


def _choose_timeslot(scene: Scene, *, late: bool) -> None:
    used = _USED.setdefault(scene.record, set())
    found = list(_bookable(scene, late=late))
    if not found:
        raise NotObserved(
            f"the target lists no {'timeslot that is too near to be changed' if late else 'timeslot to book'}; "
            f'where it may be booked is for [allow] commands = true, or [offers] {KEY} = {{ location_id = "...", '
            'evse_uid = "..." } of target.toml, to say'
        )
    place, period, page = next((row for row in found if _name(*row[:2]) not in used), found[0])
    used.add(_name(place, period))
    acts.choose(scene, "BookingLocation", "booking_locations", (str(place.get("id")),), place, page)
    scene.objects["Timeslot"] = Chosen("Timeslot", BOOKINGS, SENDER, (), _written(period), page)


def _show_timeslot(scene: Scene) -> None:
    """Choose the first timeslot that the target lists; nothing will be booked."""
    for page in acts.crawl(scene, "booking_locations", {}, _PAGES):
        data = data_of(page)
        for place in data if isinstance(data, list) else []:
            if isinstance(place, dict) and (known := slots(place)):
                acts.choose(scene, "BookingLocation", "booking_locations", (str(place.get("id")),), place, page)
                scene.objects["Timeslot"] = Chosen("Timeslot", BOOKINGS, SENDER, (), _written(known[0]), page)
                return
    raise NotObserved("the target lists no BookingLocation with timeslots")


def _name(place: Json, period: Period) -> tuple[str, datetime]:
    return str(place.get("id")).lower(), period[0]


def _bookable(scene: Scene, *, late: bool) -> Iterator[tuple[Json, Period, Exchange]]:
    """Yield the periods that may be asked for; twice as much is free, so that a Booking can be moved within it."""
    for page in acts.crawl(scene, "booking_locations", {}, _PAGES):
        data = data_of(page)
        for place in data if isinstance(data, list) else []:
            if isinstance(place, dict) and place.get("location_id") and _may_book(scene, place):
                yield from ((place, period, page) for period in _periods(place, late=late))


def _may_book(scene: Scene, place: Json) -> bool:
    if scene.partner.config.allow.commands is True:
        return True
    row = scene.partner.config.offers.get(KEY, {})
    option = _part(place, "booking_option")
    wanted = (row.get("location_id", "").lower(), row.get("evse_uid", "").lower())
    return bool(row) and wanted == (str(place.get("location_id")).lower(), str(option.get("evse_uid")).lower())


def _periods(place: Json, *, late: bool) -> Iterator[Period]:
    terms = _part(place, "booking_terms")
    length = _length(terms, _increment(place))
    earliest = datetime.now(UTC) + timedelta(minutes=_number(terms.get("cancel_until_minutes")) + _MARGIN)
    no_more_changes = datetime.now(UTC) + timedelta(minutes=_number(terms.get("change_until_minutes")))
    for begin, end in slots(place):
        for number in range((end - begin) // (2 * length)):
            start = begin + 2 * number * length
            if start > earliest and (start < no_more_changes) is late:
                yield start, start + length


def _part(place: Json, name: str) -> Json:
    found = place.get(name)
    return found if isinstance(found, dict) else {}


def _increment(place: Json) -> float:
    calendars = place.get("calendars") or [{}]
    return _number(calendars[0].get("timeslot_increment")) if isinstance(calendars[0], dict) else 0


def _length(terms: Json, increment: float) -> timedelta:
    """Return how long a Booking of ours lasts: not below the least time, a multiple of the increment."""
    least = max(_number(terms.get("min_booking_duration")), _SHORTEST)
    steps = -(-least // increment) if increment else 0
    return timedelta(minutes=steps * increment or least)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def slots(place: Json) -> list[Period]:
    """Return the timeslots that a BookingLocation shows as available, as far as they can be read."""
    return [period for calendar in _calendars(place) for period in _slots_of(calendar)]


def _calendars(place: Json) -> list[Json]:
    found = place.get("calendars")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _slots_of(calendar: Json) -> list[Period]:
    found = calendar.get("available_timeslots")
    read = [_period(item) for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return [period for period in read if period]


def _period(item: Json) -> Period | None:
    try:
        return parse_timestamp(item["start_date_time"]), parse_timestamp(item["end_date_time"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _written(period: Period) -> Json:
    begin, end = map(timestamp, period)
    return {"start_date_time": begin, "end_date_time": end}


def bound(scene: Scene, which: int, minutes: int) -> str:
    """Return a moment so many minutes from the begin (`which` is 0) or end (1) of the timeslot that was chosen.

    It is the whole timeslot that the target shows as available.
    """
    asked = _period(scene.chosen("Timeslot").content)
    whole = (slot for slot in slots(scene.chosen("BookingLocation").content) if asked and slot[0] <= asked[0] < slot[1])
    return timestamp(next(whole)[which] + timedelta(minutes=minutes))


# What is asked --------------------------------------------------------------------------------------------------------


def _request(scene: Scene, period: Period | None = None) -> Json:
    """Return a BookingRequest for the chosen timeslot, or another period; what comes of it ends with the scenario."""
    place, slot = scene.chosen("BookingLocation").content, _period(scene.chosen("Timeslot").content)
    begin, end = period or slot or (datetime.now(UTC), datetime.now(UTC))
    party = owner(scene, "EMSP")
    token = samples.token(fresh_id("TOK"), party, datetime.now(UTC))
    asked: Json = {"booking_option": {}} | place
    body = booking_request(fresh_id("REQ"), party, asked, begin, end)
    if absent(place.get("booking_option")):
        del body["booking_option"]
    body |= {"tokens": [{name: token[name] for name in _TOKEN}]}
    scene.objects["BookingRequest"] = Chosen("BookingRequest", BOOKINGS, SENDER, (), body)
    scene.undo.append(partial(_cancel, scene, body))
    return body


def _asked(scene: Scene) -> Json:
    return scene.chosen("BookingRequest").content


def _moved(scene: Scene) -> Json:
    """Return the same request for the period after the one that was asked for."""
    begin, end = _period(_asked(scene)["period"]) or (datetime.now(UTC), datetime.now(UTC))
    return _asked(scene) | {"period": _written((end, end + (end - begin)))}


def _canceled(scene: Scene) -> Json:
    return _cancellation(_asked(scene))


def _cancellation(request: Json) -> Json:
    return request | {"canceled": {"cancellation_reason": "NO_CANCELED", "who_canceled": "EMSP"}}


def _term(scene: Scene, name: str) -> timedelta:
    minutes = _number(_part(scene.chosen("BookingLocation").content, "booking_terms").get(name))
    if not minutes:
        raise NotObserved(f"the BookingLocation has no {name}")
    return timedelta(minutes=minutes)


def _of_length(scene: Scene, length: timedelta) -> Json:
    begin, _ = _period(scene.chosen("Timeslot").content) or (datetime.now(UTC), None)
    return _request(scene, (begin, begin + length))


def _too_short(scene: Scene) -> Json:
    return _of_length(scene, _term(scene, "min_booking_duration") / 2)


def _too_long(scene: Scene) -> Json:
    """Return a request for longer than may be booked, at the begin of a timeslot that lasts as long as that.

    Raises:
        NotObserved: there is no upper limit, or no timeslot that lasts longer.
    """
    longest = _term(scene, "max_booking_duration") + timedelta(hours=1)
    earliest = _period(scene.chosen("Timeslot").content)
    for begin, end in slots(scene.chosen("BookingLocation").content):
        start = max(begin, earliest[0]) if earliest else begin
        if start + longest <= end:
            return _request(scene, (start, start + longest))
    raise NotObserved("no timeslot lasts longer than max_booking_duration")


def _off_the_increment(scene: Scene) -> Json:
    """Return a request for a period that is no multiple of the increment.

    Raises:
        NotObserved: the calendar has no increment that could be missed.
    """
    increment = _increment(scene.chosen("BookingLocation").content)
    if increment <= 1:
        raise NotObserved("the calendar has no timeslot_increment, or one of a minute")
    period = _period(scene.chosen("Timeslot").content)
    length = period[1] - period[0] if period else timedelta()
    return _of_length(scene, length + timedelta(minutes=increment // 2))


def _between_timeslots(scene: Scene) -> Json:
    """Return a request for a time within a calendar in which nothing is available.

    Raises:
        NotObserved: there is no such gap.
    """
    asked = _period(scene.chosen("Timeslot").content)
    length = asked[1] - asked[0] if asked else timedelta()
    for calendar in _calendars(scene.chosen("BookingLocation").content):
        known = sorted(_slots_of(calendar))
        for (_, end), (begin, _) in pairwise(known):
            if asked and begin - end >= length and end > asked[0]:
                return _request(scene, (end, end + length))
    raise NotObserved("the calendars of the BookingLocation show no gap between two timeslots")


BODIES.update(
    {
        "a BookingRequest": _request,
        "the BookingRequest for a later period": _moved,
        "the BookingRequest as a cancellation": _canceled,
        "a BookingRequest that is too short": _too_short,
        "a BookingRequest that is too long": _too_long,
        "a BookingRequest between two timeslots": _between_timeslots,
        "a BookingRequest of no whole increments": _off_the_increment,
    }
)


def _cancel(scene: Scene, request: Json) -> None:
    """Leave nothing booked that the scenario has asked for."""
    found = _gathered(scene, request)
    if found is None or not found.taken or found.latest.get("reservation_status") in FINAL:
        return
    if all(absent(body.get("canceled")) for body in found.taken):
        site = scene.site
        with suppress(HarnessError):
            body = _cancellation(found.taken[-1])
            site.platform.call(site.connection, "POST", BOOKINGS, SENDER, (), body=body)


# What came of it ------------------------------------------------------------------------------------------------------


def _gathered(scene: Scene, request: Json) -> Booked | None:
    """Return what came of the requests with the request_id of this one so far, None when none was sent."""
    wanted = str(request["request_id"]).lower()
    exchanges = scene.record.exchanges(scene.started)
    posts = [e for e in exchanges if _is_request(e) and str(sent(e).get("request_id")).lower() == wanted]
    if not posts:
        return None
    taken = [post for post in posts if acts.accepted(post)]
    ids = {str(data.get("id")).lower() for post in taken if isinstance(data := single_of(post), dict)}
    sights = tuple(
        payload
        for payload in Objects(e for e in exchanges if e.began >= posts[0].began).sightings
        if payload.kind == "Booking" and isinstance(payload.value, dict) and _is_of(payload, ids, wanted)
    )
    calls = tuple(e for e in exchanges if e.sender == "target")
    return Booked(posts[-1], sent(posts[-1]), tuple(map(sent, taken)), sights, calls)


def _is_request(exchange: Exchange) -> bool:
    about = (exchange.sender, exchange.request.method, exchange.context.module, exchange.context.interface)
    return about == ("partner", "POST", BOOKINGS, SENDER)


def _is_of(payload: Payload, ids: set[str], request_id: str) -> bool:
    named = {str(name).lower() for name in (payload.value.get("id"), payload.exchange.context.id("booking_id")) if name}
    return bool(named & ids) or str(payload.value.get("request_id")).lower() == request_id or request_id in named


def is_decided(booking: Json) -> bool:
    """Tell whether nothing of a Booking is pending any more."""
    entries = booking.get("booking_requests")
    statuses = [entry.get("request_status") for entry in entries or () if isinstance(entry, dict)]
    return bool(booking) and "PENDING" not in {booking.get("reservation_status"), *statuses}


def outcome(scene: Scene) -> Booked:
    """Return what came of the latest booking request, waiting while it is pending: for pushes, and in the list.

    Raises:
        NotObserved: the partner has sent none.
    """
    request = _asked(scene)
    return _awaited(scene, request, lambda found: not acts.accepted(found.answer) or found.is_settled)


def ending(scene: Scene) -> Booked:
    """Return what came of the Booking after the latest trigger, waiting until it is in a final state."""
    request = _asked(scene)
    return _awaited(scene, request, lambda found: found.latest.get("reservation_status") in FINAL)


def pushed(scene: Scene) -> Booked:
    """Return what came of the latest booking request, waiting for a push of the decision before the list is read."""
    found = _gathered(scene, _asked(scene))
    if found is None:
        raise NotObserved("the partner has sent no BookingRequest")
    with suppress(NotSeen):
        scene.record.wait_for(
            lambda _: _has_pushed(scene), "the decision", scene.partner.config.timeouts.callback, scene.started
        )
    # A target that only lets its list be pulled shows there whether it has decided.
    return outcome(scene)


def _has_pushed(scene: Scene) -> bool:
    found = _gathered(scene, _asked(scene))
    pushes = [sight for sight in found.sights if sight.in_request] if found else []
    return found is not None and bool(pushes) and found.is_settled


def _awaited(scene: Scene, request: Json, condition: Any) -> Booked:  # noqa: ANN401
    deadline = time.monotonic() + scene.partner.config.timeouts.callback
    since, found = scene.record.tick(), _gathered(scene, request)
    while found is not None and not condition(found) and (left := deadline - time.monotonic()) > 0:
        try:
            scene.record.wait_for(_is_push, "a push of a Booking", min(_LOOK, left), since)
        except NotSeen:
            _read_list(scene)
        since, found = scene.record.tick(), _gathered(scene, request)
    if found is None:
        raise NotObserved("the partner has sent no BookingRequest")
    return found


def _is_push(exchange: Exchange) -> bool:
    return (exchange.sender, exchange.context.module, exchange.context.interface) == ("target", BOOKINGS, RECEIVER)


def _read_list(scene: Scene) -> None:
    since = timestamp(datetime.now(UTC) - timedelta(minutes=10))
    with suppress(NotObserved, HarnessError):
        acts.crawl(scene, BOOKINGS, {"date_from": since}, _PAGES)


# What an expectation about a result is judged among → what waits for it.
OUTCOMES = {"booking": outcome, "pushed booking": pushed, "booking at its end": ending}
