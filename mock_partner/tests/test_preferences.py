"""Tests of charging preferences: the CPO that is asked, the eMSP that asks, and how each is broken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ocpi_conformance.mock_partner import charging, preferences, samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.state import Json, key_of
from ocpi_conformance.mock_partner.tests.pairs import CPO, Pair, body_of, connected, data_of, envelope_of


def begin(pair: Pair, *, capable: bool = True) -> Json:
    """Have a session begin at LOC1, whose first EVSE takes preferences for green energy and no others; returns it."""
    place = pair.cpo.own.find("locations", "LOC1")
    assert place is not None
    green = samples.green_tariff("TAR4", CPO, pair.cpo.clock.now())
    pair.cpo.own.put("tariffs", key_of("tariffs", green), green)
    if capable:
        place["evses"][0]["capabilities"].append(preferences.CAPABILITY)
        place["evses"][0]["connectors"][0]["tariff_ids"] = ["TAR4"]
    for module, item in (("locations", place), ("tariffs", green)):
        pair.emsp.received.put(module, key_of(module, item), item)
    return charging.start_session(pair.cpo, "LOC1")


def put(pair: Pair, session_id: str, **wish: Any) -> tuple[int, int, Any]:
    """Send preferences as the eMSP does; returns HTTP status, OCPI status and data."""
    path = (session_id, "charging_preferences")
    exchange = pair.emsp.call(pair.connection, "PUT", "sessions", SENDER, path, body={"profile_type": "GREEN"} | wish)
    assert exchange.response is not None
    return exchange.response.status, envelope_of(exchange)["status_code"], data_of(exchange)


def in_hours(pair: Pair, hours: float) -> str:
    """Return the DateTime in some hours."""
    return timestamp(pair.cpo.clock.now() + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("hours", "wish", "expected"),
    [
        (None, {}, "ACCEPTED"),
        (2, {"energy_need": 20}, "ACCEPTED"),
        (1, {"energy_need": 500}, "NOT_POSSIBLE"),
        (None, {"profile_type": "CHEAP"}, "PROFILE_TYPE_NOT_SUPPORTED"),
        (None, {"profile_type": "REGULAR"}, "PROFILE_TYPE_NOT_SUPPORTED"),
    ],
)
def test_preferences_of_a_session_that_goes_on(hours: float | None, wish: Json, expected: str) -> None:
    with connected() as pair:
        session = begin(pair)
        departure = {"departure_time": in_hours(pair, hours)} if hours else {}
        assert put(pair, session["id"], **wish, **departure) == (200, 1000, expected)


def test_an_evse_without_the_capability_is_not_found() -> None:
    with connected() as pair:
        assert put(pair, begin(pair, capable=False)["id"]) == (404, 2001, None)


def test_a_session_that_is_over_or_unknown_takes_none() -> None:
    with connected() as pair:
        session = begin(pair)
        charging.complete_session(pair.cpo, session)
        assert put(pair, session["id"])[:2] == (200, 2001)
        assert put(pair, "NONE")[:2] == (404, 2001)


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"departure_time": "required"}, (200, 1000, "DEPARTURE_REQUIRED")),
        ({"energy_need": "required"}, (200, 1000, "ENERGY_NEED_REQUIRED")),
        ({"preferences_data": "object"}, (200, 1000, {"result": "ACCEPTED"})),
    ],
)
def test_other_answers(switches: Json, expected: tuple[int, int, Any]) -> None:
    with connected(**switches) as pair:
        assert put(pair, begin(pair)["id"]) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [("200 with 2001", (200, 2001, None)), ("ACCEPTED", (200, 1000, "ACCEPTED"))]
)
def test_other_answers_for_an_incapable_evse(kind: str, expected: tuple[int, int, Any]) -> None:
    with connected(incapable_of_preferences=kind, profile_types="any") as pair:
        assert put(pair, begin(pair, capable=False)["id"]) == expected


def test_other_answers_for_a_session_that_does_not_exist() -> None:
    with connected(preferences_without_session="ACCEPTED") as pair:
        assert put(pair, "NONE") == (200, 1000, "ACCEPTED")


def test_any_profile_type_is_taken() -> None:
    with connected(profile_types="any") as pair:
        assert put(pair, begin(pair)["id"], profile_type="FAST")[2] == "ACCEPTED"


# The eMSP that asks ---------------------------------------------------------------------------------------------------


def test_the_emsp_sends_what_the_connector_supports() -> None:
    with connected() as pair:
        session = begin(pair)
        preferences.set_charging_preferences(pair.emsp, energy_need="12.5")
        (sent,) = [e for e in pair.record.exchanges(0, "partner") if e.context.module == "sessions"]
        assert sent.request.url.endswith(f"/sessions/{session['id']}/charging_preferences")
        assert body_of(sent) == {"profile_type": "GREEN", "energy_need": 12.5}
        assert data_of(sent) == "ACCEPTED"


def test_the_emsp_sends_none_for_an_incapable_evse() -> None:
    with connected() as pair:
        begin(pair, capable=False)
        with pytest.raises(HarnessError, match="takes preferences"):
            preferences.set_charging_preferences(pair.emsp)


def test_the_emsp_sends_some_for_any_evse_without_suffix() -> None:
    switches = {"preferences_to": "any EVSE", "preferences_url": "without suffix"}
    with connected(emsp=Behaviour.of(switches)) as pair:
        session = begin(pair, capable=False)
        preferences.set_charging_preferences(pair.emsp)
        (sent,) = [e for e in pair.record.exchanges(0, "partner") if e.context.module == "sessions"]
        assert sent.request.url.endswith(f"/sessions/{session['id']}")
        assert body_of(sent)["profile_type"] == "REGULAR"
