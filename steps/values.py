"""The values a table of parameters can name: words → text. What is no known name stands for itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved


def _last_updated(scene: Scene, kind: str, seconds: int = 0) -> str:
    text = str(scene.chosen(kind).content.get("last_updated"))
    if not seconds:
        return text
    try:
        return timestamp(parse_timestamp(text) + timedelta(seconds=seconds))
    except ValueError:
        raise NotObserved(f"last_updated of the {kind} is no DateTime: {text}") from None


VALUES: dict[str, Callable[[Scene, str], str]] = {
    "the last_updated of the ": _last_updated,
    "a second after the last_updated of the ": lambda scene, kind: _last_updated(scene, kind, 1),
    "a second before the last_updated of the ": lambda scene, kind: _last_updated(scene, kind, -1),
}


def value(scene: Scene, text: str) -> str:
    """Return the value that `text` names, or `text` itself."""
    for start, build in VALUES.items():
        if text.startswith(start):
            return build(scene, text[len(start) :])
    return text
