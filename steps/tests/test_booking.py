"""Which periods are asked for, what is gathered of a Booking: long before the begin, at places that may be booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocpi_conformance.mock_partner.config import OFFERED, Allow
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps import booking
from ocpi_conformance.steps.bodies import BODIES
from ocpi_conformance.steps.run import embedded_config
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.verdicts import NotObserved

NOW = datetime.now(UTC).replace(microsecond=0)


def slot(begin: timedelta, end: timedelta) -> dict[str, str]:
    return {"start_date_time": timestamp(NOW + begin), "end_date_time": timestamp(NOW + end)}


def place(*slots: dict[str, str], increment: int | None = 15, **terms: float) -> dict[str, Any]:
    """Return a BookingLocation with one Calendar; it may be changed and canceled until an hour before."""
    limits = {"change_until_minutes": 60, "cancel_until_minutes": 60} | terms
    calendar = {"id": "C1", "available_timeslots": list(slots)}
    calendar |= {} if increment is None else {"timeslot_increment": increment}
    option = {"evse_uid": "E1"}
    return {
        "id": "BL1",
        "location_id": "LOC1",
        "booking_option": option,
        "booking_terms": limits,
        "calendars": [calendar],
    }


def starts(item: dict[str, Any], *, late: bool = False) -> list[int]:
    """Return after how many minutes from now the periods begin that may be asked for."""
    return [round((begin - NOW).total_seconds() / 60) for begin, _ in booking._periods(item, late=late)]


HOURS = [timedelta(hours=n) for n in range(12)]


def test_periods_begin_long_enough_before_they_can_no_longer_be_canceled() -> None:
    assert starts(place(slot(HOURS[0], HOURS[4]))) == [120, 180]
    assert starts(place(slot(HOURS[0], HOURS[4]), cancel_until_minutes=150)) == [180]
    assert starts(place(slot(-HOURS[4], -HOURS[2]))) == []


def test_a_period_that_is_too_near_to_be_changed_can_be_canceled() -> None:
    far = place(slot(HOURS[0], HOURS[4]), change_until_minutes=170)
    assert starts(far) == [180]
    assert starts(far, late=True) == [120]
    assert starts(place(slot(HOURS[0], HOURS[4])), late=True) == []


def test_a_period_is_as_short_as_it_may_be() -> None:
    lengths = {
        (15, 0): 30,
        (20, 0): 40,
        (None, 0): 30,
        (15, 50): 60,
        (60, 45): 60,
    }
    for (increment, least), minutes in lengths.items():
        item = place(slot(HOURS[2], HOURS[8]), increment=increment, min_booking_duration=least)
        begin, end = next(booking._periods(item, late=False))
        assert (end - begin).total_seconds() / 60 == minutes, (increment, least)


@pytest.mark.parametrize(
    "calendars", [None, "none", [{"id": "C1"}], [{"available_timeslots": [{"start_date_time": 5}]}]]
)
def test_timeslots_that_cannot_be_read_are_none(calendars: Any) -> None:
    assert booking.slots({"id": "BL1", "calendars": calendars}) == []


class Stage:
    """Stands for a scene with a chosen BookingLocation and timeslot."""

    behind = None

    def __init__(self, item: dict[str, Any], commands: bool | str = True, **offers: dict[str, str]) -> None:
        self.partner: Any = self
        self.role = "CPO"
        self.roles: tuple[Any, ...] = (Party("EMSP", "NL", "OCT"),)
        self.config = replace(embedded_config(Allow(commands=commands)), offers=offers)
        self.record = Record()
        self.undo: list[Any] = []
        known = booking.slots(item)
        self.objects = {"BookingLocation": Chosen("BookingLocation", "Booking", "SENDER", ("BL1",), item)}
        if known:
            begin = known[0][0]
            period = booking._written((begin, begin + timedelta(minutes=30)))
            self.objects["Timeslot"] = Chosen("Timeslot", "Booking", "SENDER", (), period)

    def chosen(self, kind: str) -> Chosen:
        """Return the chosen object of class `kind`."""
        return self.objects[kind]


def test_only_what_the_operator_allows_is_booked() -> None:
    item = place(slot(HOURS[2], HOURS[8]))
    here, there = ({"location_id": "LOC1", "evse_uid": uid} for uid in ("e1", "E2"))
    assert booking._may_book(Stage(item), item)  # type: ignore[arg-type]
    assert booking._may_book(Stage(item, OFFERED, bookable_evse=here), item)  # type: ignore[arg-type]
    assert not booking._may_book(Stage(item, OFFERED, bookable_evse=there), item)  # type: ignore[arg-type]
    assert not booking._may_book(Stage(item, OFFERED), item)  # type: ignore[arg-type]


def asked(words: str, item: dict[str, Any]) -> tuple[float, float]:
    """Return after how many hours from now the period of a request begins, and how many minutes it lasts."""
    begin, end = booking._period(BODIES[words](Stage(item))["period"]) or (NOW, NOW)  # type: ignore[arg-type]
    return (begin - NOW).total_seconds() / 3600, (end - begin).total_seconds() / 60


def test_requests_against_the_terms_leave_them_at_one_end() -> None:
    item = place(slot(HOURS[2], HOURS[8]), min_booking_duration=60, max_booking_duration=120)
    assert asked("a BookingRequest that is too short", item) == (2, 30)
    assert asked("a BookingRequest that is too long", item) == (2, 180)
    assert asked("a BookingRequest of no whole increments", item) == (2, 37)
    with pytest.raises(NotObserved, match="no max_booking_duration"):
        asked("a BookingRequest that is too long", place(slot(HOURS[2], HOURS[8])))
    with pytest.raises(NotObserved, match="no timeslot lasts longer"):
        asked("a BookingRequest that is too long", place(slot(HOURS[2], HOURS[4]), max_booking_duration=120))
    with pytest.raises(NotObserved, match="no timeslot_increment"):
        asked("a BookingRequest of no whole increments", place(slot(HOURS[2], HOURS[8]), increment=None))


def test_between_timeslots_is_a_gap_within_a_calendar() -> None:
    two = place(slot(HOURS[2], HOURS[4]), slot(HOURS[5], HOURS[8]))
    assert asked("a BookingRequest between two timeslots", two) == (4, 30)
    with pytest.raises(NotObserved, match="no gap"):
        asked("a BookingRequest between two timeslots", place(slot(HOURS[2], HOURS[4]), slot(HOURS[4], HOURS[8])))


def test_a_later_period_and_a_cancellation_are_the_same_request() -> None:
    scene: Any = Stage(place(slot(HOURS[2], HOURS[8])))
    first = BODIES["a BookingRequest"](scene)
    later, canceled = (
        BODIES[words](scene)
        for words in ("the BookingRequest for a later period", "the BookingRequest as a cancellation")
    )
    assert later["request_id"] == canceled["request_id"] == first["request_id"]
    assert later["period"]["start_date_time"] == first["period"]["end_date_time"]
    assert canceled["canceled"]["who_canceled"] == "EMSP"
    assert "canceled" not in first


@pytest.mark.parametrize(
    ("reservation", "requests", "decided"),
    [
        ("RESERVED", ["ACCEPTED"], True),
        ("RESERVED", ["ACCEPTED", "PENDING"], False),
        ("PENDING", ["PENDING"], False),
        ("REJECTED", ["DECLINED"], True),
    ],
)
def test_a_booking_is_decided_when_nothing_is_pending(reservation: str, requests: list[str], decided: bool) -> None:
    entries = [{"request_status": status} for status in requests]
    assert booking.is_decided({"reservation_status": reservation, "booking_requests": entries}) is decided
    assert not booking.is_decided({})
