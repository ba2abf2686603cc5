"""What the partner has ready when a target is to set charging preferences: Session, EVSE and Tariff. It acts.

Rules: what the target makes of it is for the checks.
"""

from __future__ import annotations

import functools

from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved

_NEEDED = ("Location", "Tariff", "Session")


def preferences_values(scene: Scene, *, named: bool = True) -> dict[str, str]:
    """Return the Session that the operator is to set preferences for; unless `named` the choice is the target's.

    What the partner has pushed is its own until the scenario ends: only so can it take the preferences.

    Raises:
        NotObserved: no Given has pushed a Session.
    """
    if scene.chosen("Session").interface != RECEIVER:
        raise NotObserved("the partner has pushed no Session that preferences could be set for")
    store = scene.site.platform.own
    for item in (scene.objects[kind] for kind in _NEEDED if kind in scene.objects):
        key = key_of(item.module, item.kept())
        if store.get(item.module, key) is None:
            store.put(item.module, key, item.kept())
            scene.undo.append(functools.partial(store.remove, item.module, key))
    return {"session_id": scene.chosen("Session").path[-1]} if named else {}
