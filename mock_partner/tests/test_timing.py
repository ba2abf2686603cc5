"""Clocks and the agenda: order, stepping, failures. No HTTP."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.timing import AcceleratedClock, Agenda, Clock, SteppedClock

START = datetime(2026, 1, 1, tzinfo=UTC)
DEADLINE = 10.0


def stepped() -> Agenda:
    return Agenda(SteppedClock(START))


def test_a_stepped_agenda_does_what_falls_due_at_its_own_time_and_in_order() -> None:
    agenda, seen = stepped(), list[tuple[str, float]]()

    def note(name: str) -> None:
        seen.append((name, (agenda.clock.now() - START).total_seconds()))

    agenda.after(20, lambda: note("second"))
    agenda.after(10, lambda: (note("first"), agenda.after(5, lambda: note("follow-up")))[0])
    agenda.after(61, lambda: note("too late"))
    agenda.advance(60)
    assert seen == [("first", 10), ("follow-up", 15), ("second", 20)]
    assert agenda.clock.now() == START + timedelta(seconds=60)


def test_a_running_agenda_does_it_by_itself() -> None:
    agenda, done = Agenda(Clock()), threading.Event()
    agenda.after(0, done.set)
    assert done.wait(DEADLINE)
    assert agenda.idle(DEADLINE)
    agenda.close()


def test_an_accelerated_clock_reaches_a_far_moment_soon() -> None:
    clock = AcceleratedClock(START, factor=1_000_000)
    agenda, done = Agenda(clock), threading.Event()
    agenda.after(3600, done.set)
    assert done.wait(DEADLINE)
    agenda.close()
    assert clock.now() >= START + timedelta(hours=1)


def test_a_failed_action_is_kept_and_the_next_is_done() -> None:
    agenda, seen = stepped(), list[str]()

    def fail() -> None:
        raise HarnessError("the peer is away")

    agenda.after(1, fail)
    agenda.after(2, lambda: seen.append("next"))
    agenda.advance(3)
    assert [str(error) for error in agenda.failures] == ["the peer is away"]
    assert seen == ["next"]


def test_a_closed_agenda_does_nothing_more() -> None:
    agenda, seen = stepped(), list[str]()
    agenda.after(1, lambda: seen.append("left"))
    agenda.close()
    agenda.after(1, lambda: seen.append("late"))
    agenda.advance(5)
    assert seen == []


def test_only_a_stepped_clock_can_be_advanced() -> None:
    with pytest.raises(HarnessError, match="stepped"):
        Agenda(Clock()).advance(1)


def test_a_stepped_clock_never_goes_back() -> None:
    clock = SteppedClock(START)
    clock.move_to(START - timedelta(days=1))
    assert clock.now() == START


def test_idle_tells_that_something_is_left() -> None:
    agenda = stepped()
    agenda.after(1, lambda: None)
    assert not agenda.idle(0)
    assert agenda.idle(0, timedelta(seconds=1))
