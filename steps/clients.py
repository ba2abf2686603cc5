"""The parties of the partner behind a hub that is certified, and what an operator says of them. No request is sent."""

from __future__ import annotations

from contextlib import suppress

from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.partner import Site
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved

_EMSP = "eMSP"


def party(scene: Scene, word: str) -> Site:
    """Return the site of a party that a Given has named.

    Raises:
        NotObserved: none has.
    """
    if word not in scene.parties:
        raise NotObserved(f"no {word} of the partner is connected in this scenario")
    return scene.parties[word]


def status_values(scene: Scene, status: str) -> dict[str, str]:
    """Return what the operator sets the ConnectionStatus of our eMSP to; it is CONNECTED again when the scenario ends.

    Raises:
        NotObserved: no Given has named it.
    """
    them = party(scene, _EMSP).platform.roles[0]
    told = {"country_code": them.country_code, "party_id": them.party_id, "role": them.role, "status": status}
    _finally(scene, "change_client", told | {"status": "CONNECTED"})
    return told


def check_values(scene: Scene) -> dict[str, str]:
    """Return nothing: the operator has the hub ask all parties, and once more when the scenario has ended."""
    _finally(scene, "check_clients", {})
    return {}


def _finally(scene: Scene, trigger: str, values: dict[str, str]) -> None:
    def pull() -> None:
        with suppress(HarnessError):
            scene.partner.triggers.pull(trigger, values)

    # What is undone first was done last: this comes after all else.
    scene.undo.insert(0, pull)
