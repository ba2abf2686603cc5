"""Charging sessions that come and go at the EVSEs of a CPO of ours, on its agenda; how one is kept is not known here.

Rules: chance decides over drivers, places and energy, and comes from one seed; nothing waits, the agenda calls.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ocpi_conformance.mock_partner import charging
from ocpi_conformance.mock_partner.authorization import Permission, permit
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.state import Json, key_of

# W up to which a charger is slow: more than most vehicles take of alternating current, and one stays there longer.
_SLOW, _ALTERNATING = 22_000, 11_000
_STAYS_SLOW, _STAYS_FAST = 0.4, 0.15
_SHORTEST = 60
_PARKING_STEP = 900
_TRIES = 30


class Interval(NamedTuple):
    """What a meter shows after `seconds`: Wh since before, and whether the vehicle charged or was only parked."""

    seconds: int
    energy: int
    charging: bool = True


@dataclass(frozen=True)
class _Spot:
    location_id: str
    evse_uid: str
    connector_id: str
    power: int


class Simulation:
    """Drivers who charge at the AVAILABLE EVSEs of a platform with the Tokens that peers have pushed.

    Each comes at a time of chance, presents a Token, and where that is allowed a session follows: PENDING, ACTIVE with
    periodic meter values, COMPLETED, the CDR. All of it is pushed. Without any Token there is one driver of the first
    peer's. What cannot be delivered is noted in `platform.agenda.failures`: the peer pulls it when it is back.

    Args:
        platform: a CPO; its clock decides how fast time goes by.
        seed: of all that is left to chance; with a stepped clock the same seed gives the same messages.
        rate: how many drivers come in an hour of the platform's clock.
        step: seconds between two meter values of a vehicle that charges.

    Raises:
        HarnessError: `rate` or `step` is not above 0.
    """

    def __init__(self, platform: Platform, *, seed: int = 0, rate: float = 60.0, step: int = 300) -> None:
        if rate <= 0 or step <= 0:
            raise HarnessError(
                f"a simulation with rate {rate:g} and step {step} does nothing", "Give a rate and a step above 0"
            )
        self._platform = platform
        self._chance = random.Random(seed)  # noqa: S311  (traffic, no secrets)
        self._rate, self._step = rate, step
        self._busy: set[tuple[str, str]] = set()
        self._running = False

    def start(self) -> Simulation:
        """Let drivers come from now on."""
        if not self._running:
            self._running = True
            self._expect_next()
        return self

    def stop(self) -> None:
        """Let nobody come any more; sessions that are going on are brought to their end."""
        self._running = False

    @property
    def ongoing(self) -> int:
        """How many drivers are at an EVSE."""
        return len(self._busy)

    def _expect_next(self) -> None:
        self._platform.agenda.after(self._chance.expovariate(self._rate / 3600), self._arrive)

    def _arrive(self) -> None:
        if not self._running:
            return
        # The next one first: whatever befalls this driver, others come.
        self._expect_next()
        spot = self._free()
        if spot is None:
            return
        permission = self._present_token(spot)
        if permission is None or permission.granted:
            self._connect(spot, permission)

    def _free(self) -> _Spot | None:
        """Return a Connector of an AVAILABLE EVSE, or None when a search of some places finds none."""
        keys = self._platform.own.keys("locations")
        for _ in range(_TRIES if keys else 0):
            place = self._platform.own.read("locations", self._chance.choice(keys)) or {}
            free = [
                evse
                for evse in place.get("evses") or ()
                if evse["status"] == "AVAILABLE" and (place["id"], evse["uid"]) not in self._busy
            ]
            if free:
                evse = self._chance.choice(free)
                plug = self._chance.choice(evse["connectors"])
                return _Spot(place["id"], evse["uid"], plug["id"], plug.get("max_electric_power", _ALTERNATING))
        return None

    def _present_token(self, spot: _Spot) -> Permission | None:
        """Return what is known about a Token of chance; None when there is none at all."""
        keys = self._platform.received.keys("tokens")
        token = self._platform.received.read("tokens", self._chance.choice(keys)) if keys else None
        if token is None:
            return None
        return permit(self._platform, token["uid"], token["type"], spot.location_id, spot.evse_uid)

    def _connect(self, spot: _Spot, permission: Permission | None) -> None:
        self._busy.add((spot.location_id, spot.evse_uid))
        session = charging.start_session(
            self._platform,
            spot.location_id,
            spot.evse_uid,
            spot.connector_id,
            token=permission.token if permission else None,
            reference=permission.reference if permission else "",
            status="PENDING",
            auth_method=permission.auth_method if permission else "WHITELIST",
        )
        visit = _Visit(self, self._platform, spot, session["id"], iter(tuple(self._plan(spot))))
        self._platform.agenda.after(self._chance.randint(5, 40), visit.begin)

    def _plan(self, spot: _Spot) -> Iterator[Interval]:
        """Yield the intervals of a visit: charging until the vehicle has enough, then perhaps some time of parking."""
        chance, slow = self._chance, spot.power <= _SLOW
        power = min(spot.power, _ALTERNATING) if slow and chance.random() < 0.8 else spot.power
        power = round(power * chance.uniform(0.5, 1.0))
        needed = chance.randint(3_000, 45_000)
        while needed > 0:
            energy = min(max(power * self._step // 3600, 1), needed)
            needed -= energy
            yield Interval(self._step if needed else max(energy * 3600 // power, _SHORTEST), energy)
        if chance.random() < (_STAYS_SLOW if slow else _STAYS_FAST):
            for _ in range(chance.randint(1, 12 if slow else 2)):
                yield Interval(_PARKING_STEP, 0, charging=False)

    def leave(self, spot: _Spot) -> None:
        """Note that a driver has gone."""
        self._busy.discard((spot.location_id, spot.evse_uid))


@dataclass(frozen=True)
class _Visit:
    """One driver at one Connector, whose session may also be ended by others."""

    simulation: Simulation
    platform: Platform
    spot: _Spot
    session_id: str
    plan: Iterator[Interval]

    def begin(self) -> None:
        session = self._session("PENDING")
        if session is not None:
            charging.activate_session(self.platform, session)
            self._expect(next(self.plan), next(self.plan, None))

    def _expect(self, interval: Interval, following: Interval | None) -> None:
        self.platform.agenda.after(interval.seconds, lambda: self._read(interval, following))

    def _read(self, interval: Interval, following: Interval | None) -> None:
        """Take the meter value after an interval; the session ends where none follows."""
        session = self._session("ACTIVE")
        if session is None:
            return
        value = interval.energy
        if following is not None:
            charging.update_session(self.platform, session, value, charging=interval.charging)
            self._expect(following, next(self.plan, None))
            return
        cdr = charging.complete_session(self.platform, session, value, charging=interval.charging)
        self._settle(session, cdr)
        self.simulation.leave(self.spot)

    def _session(self, status: str) -> Json | None:
        """Return the session while it has this status; when somebody else has ended it the driver leaves."""
        session = self.platform.own.find("sessions", self.session_id)
        if session is None or session["status"] != status:
            self.simulation.leave(self.spot)
            return None
        return session

    def _settle(self, session: Json, cdr: Json) -> None:
        """Nothing here changes any more: let the store keep the texts."""
        store = self.platform.own
        store.changed("sessions", key_of("sessions", session))
        store.changed("cdrs", key_of("cdrs", cdr))
        place = store.find("locations", self.spot.location_id)
        if place is not None:
            store.changed("locations", key_of("locations", place))
        store.remove("readings", key_of("sessions", session))
