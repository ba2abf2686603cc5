"""Where a command of the suite may go: what [offers] names; what is only published where target.toml says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.config import OFFERED, Allow
from ocpi_conformance.mock_partner.record import Record
from ocpi_conformance.steps import commanding, offered
from ocpi_conformance.steps.places import UNKNOWN_ID
from ocpi_conformance.steps.run import embedded_config
from ocpi_conformance.steps.verdicts import NotObserved

PLUG = {"id": "1"}
LOCATION = {
    "id": "LOC1",
    "evses": [
        {"uid": "E1", "status": "AVAILABLE", "capabilities": ["UNLOCK_CAPABLE"], "connectors": [PLUG]},
        {"uid": "E2", "status": "AVAILABLE", "capabilities": ["UNLOCK_CAPABLE"], "connectors": [PLUG]},
    ],
}
EVSES = [(LOCATION, evse, None) for evse in LOCATION["evses"]]


class Stage:
    """Stands for a scene: a configuration, and the objects that are chosen."""

    def __init__(self, commands: bool | str, offers: dict[str, dict[str, str]]) -> None:
        self.partner: Any = self
        self.version = "2.2.1"
        self.config = replace(embedded_config(Allow(commands=commands)), offers=offers)
        self.objects: dict[str, Any] = {}

    def chosen(self, kind: str) -> Any:
        """Return the chosen object of class `kind`."""
        return self.objects[kind]


def chosen_evse(monkeypatch: pytest.MonkeyPatch, commands: bool | str, offers: dict[str, dict[str, str]]) -> str:
    """Return the uid of the EVSE that is chosen to be unlocked."""
    monkeypatch.setattr(offered, "_published", lambda scene: iter(EVSES))
    stage: Any = Stage(commands, offers)
    offered.offer(stage, "a Connector to unlock")
    return str(stage.objects["EVSE"].path[-1])


def test_what_nobody_offers_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"unlockable_connector": {"location_id": "LOC1", "evse_uid": "E2"}}
    assert chosen_evse(monkeypatch, OFFERED, row) == "E2"
    assert chosen_evse(monkeypatch, True, row) == "E2"
    assert chosen_evse(monkeypatch, True, {}) == "E1"
    with pytest.raises(NotObserved, match=r"name one in \[offers\] unlockable_connector .* \[allow\] commands = true"):
        chosen_evse(monkeypatch, OFFERED, {})


def test_an_evse_that_is_still_in_use_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = {**LOCATION["evses"][0], "status": "CHARGING", "capabilities": ["RESERVABLE"]}
    looks = [[(LOCATION, busy, None)], [(LOCATION, busy, None)], [(LOCATION, busy | {"status": "AVAILABLE"}, None)]]
    monkeypatch.setattr(offered, "_published", lambda scene: iter(looks.pop(0)))
    stage: Any = Stage(commands=True, offers={})
    stage.record = Record()
    offered.offer(stage, "an EVSE to reserve")
    assert stage.objects["EVSE"].content["status"] == "AVAILABLE"


def test_an_evse_that_stays_in_use_is_none_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = {**LOCATION["evses"][0], "status": "CHARGING", "capabilities": ["RESERVABLE"]}
    monkeypatch.setattr(offered, "_published", lambda scene: iter([(LOCATION, busy, None)]))
    stage: Any = Stage(commands=True, offers={})
    stage.record = Record()
    stage.config = replace(stage.config, timeouts=replace(stage.config.timeouts, silence=0.0))
    with pytest.raises(NotObserved, match="offers no EVSE to reserve"):
        offered.offer(stage, "an EVSE to reserve")


@pytest.mark.parametrize(
    ("body", "certain"),
    [
        ({"location_id": "LOC1", "evse_uid": "E2"}, True),
        ({"location_id": UNKNOWN_ID}, True),
        ({"session_id": UNKNOWN_ID}, True),
        ({"location_id": "LOC1"}, False),
        ({"location_id": "LOC1", "evse_uid": UNKNOWN_ID}, False),
    ],
)
def test_a_target_does_not_choose_among_what_nobody_offers(
    monkeypatch: pytest.MonkeyPatch, body: dict[str, str], certain: bool
) -> None:
    def sent(commands: bool | str) -> bool:
        posted: list[str] = []
        stage: Any = Stage(commands, {})
        stage.commands = []
        monkeypatch.setitem(commanding.COMMANDS, "such a command", ("UNLOCK_CONNECTOR", lambda scene: body))
        monkeypatch.setattr(commanding, "_post", lambda scene, name, body: posted.append(name))
        monkeypatch.setattr(commanding, "_UNDONE", {})
        try:
            commanding.send(stage, "such a command")
        except NotObserved:
            return False
        return posted == ["UNLOCK_CONNECTOR"]

    assert sent(True)
    assert sent(OFFERED) is certain
