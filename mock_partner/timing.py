"""When things happen: the clock of a platform and the agenda of what it does later. Nothing here knows OCPI.

Rules: nobody sleeps; who wants something done later puts it on the agenda, who wants the time asks the clock.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner.errors import HarnessError

Action = Callable[[], None]


class Clock:
    """The time of a platform: the real one, moved by `shift` seconds (clock skew)."""

    def __init__(self, shift: float = 0.0) -> None:
        self.shift = shift

    def now(self) -> datetime:
        """Return the current time, UTC."""
        return datetime.fromtimestamp(time.time() + self.shift, UTC)

    def wait(self, moment: datetime) -> float | None:
        """Return the real seconds until it is `moment` here; None when only `advance` can bring it about."""
        return max((moment - self.now()).total_seconds(), 0.0)


class AcceleratedClock(Clock):
    """A clock that starts at `start` and runs `factor` times as fast as the real one."""

    def __init__(self, start: datetime, factor: float) -> None:
        super().__init__()
        self._start, self._factor, self._began = start, factor, time.monotonic()

    def now(self) -> datetime:
        """Return the current time, UTC."""
        elapsed = (time.monotonic() - self._began) * self._factor
        return self._start + timedelta(seconds=elapsed + self.shift)

    def wait(self, moment: datetime) -> float | None:
        """Return the real seconds until it is `moment` here."""
        return max((moment - self.now()).total_seconds() / self._factor, 0.0)


class SteppedClock(Clock):
    """A clock that stands at `start` until somebody advances it (through its agenda)."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self._moment = start

    def now(self) -> datetime:
        """Return the current time, UTC."""
        return self._moment + timedelta(seconds=self.shift)

    def wait(self, moment: datetime) -> float | None:
        """Return 0 when `moment` has come, else None."""
        return 0.0 if moment <= self.now() else None

    def move_to(self, moment: datetime) -> None:
        """Set the time; it never goes back."""
        self._moment = max(self._moment, moment - timedelta(seconds=self.shift))


class Agenda:
    """What is to be done later, by the time of `clock`, in the order of the due times, one after the other.

    With a running clock a thread does it; with a stepped clock `advance` does, on the caller's thread, so that the
    order is always the same. What an action raises as HarnessError (the peer is away) is kept in `failures`.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.failures: list[HarnessError] = []
        # Called after each action, before anybody hears that it is done.
        self.settle: Action = lambda: None
        self._due: list[tuple[datetime, int, Action]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, action: Action) -> None:
        """Do `action` in `seconds` of the clock's time, at once when that is no time at all."""
        self.at(self.clock.now() + timedelta(seconds=seconds), action)

    def at(self, moment: datetime, action: Action) -> None:
        """Do `action` when the clock shows `moment`."""
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._due, (moment, next(self._numbers), action))
            if self._thread is None and not isinstance(self.clock, SteppedClock):
                self._thread = threading.Thread(target=self._work, name="ocpi-agenda", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        """Move a stepped clock on by `seconds`, doing all that falls due on the way at its own time.

        Raises:
            HarnessError: the clock runs by itself.
        """
        clock = self.clock
        if not isinstance(clock, SteppedClock):
            raise HarnessError("only a stepped clock can be advanced", 'Choose clock = "stepped"')
        end = clock.now() + timedelta(seconds=seconds)
        while (action := self._take(end)) is not None:
            self._do(action)
        clock.move_to(end)

    def idle(self, timeout: float, horizon: timedelta = timedelta.max) -> bool:
        """Wait until nothing is left to do, at most `timeout` real seconds; tells whether that came about.

        What falls due only after the `horizon` does not count.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy and not self._is_soon(horizon), timeout)

    def _is_soon(self, horizon: timedelta) -> bool:
        return bool(self._due) and self._due[0][0] - self.clock.now() < horizon

    @property
    def waiting(self) -> int:
        """How many things are still to be done."""
        with self._changed:
            return len(self._due)

    def close(self) -> None:
        """Drop what is left and stop; what is being done is finished first."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _take(self, end: datetime) -> Action | None:
        with self._changed:
            if not self._due or self._due[0][0] > end or self._closed:
                return None
            moment, _, action = heapq.heappop(self._due)
            if isinstance(self.clock, SteppedClock):
                self.clock.move_to(moment)
            return action

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._closed and (not self._due or self.clock.wait(self._due[0][0]) != 0.0):
                    self._changed.wait(self.clock.wait(self._due[0][0]) if self._due else None)
                if self._closed:
                    return
                _, _, action = heapq.heappop(self._due)
                self._busy = True
            self._do(action)
            with self._changed:
                self._busy = False
                self._changed.notify_all()

    def _do(self, action: Action) -> None:
        for do in (action, self.settle):
            try:
                do()
            except HarnessError as error:
                self.failures.append(error)
