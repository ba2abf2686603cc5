"""The values a table of parameters can name: words → text. What is no known name stands for itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.steps.booking import bound
from ocpi_conformance.steps.scene import Scene
from ocpi_conformance.steps.verdicts import NotObserved

# A DateTime without the designator of UTC.
_BARE = " without designator"
_OF_OCPI = re.compile(r"[\d-]+T[\d:.]+Z?")


def _last_updated(scene: Scene, kind: str, seconds: int = 0) -> str:
    text = str(scene.chosen(kind).content.get("last_updated"))
    try:
        moment = parse_timestamp(text)
    except ValueError:
        raise NotObserved(f"last_updated of the {kind} is no DateTime: {text}") from None
    if seconds:
        return timestamp(moment + timedelta(seconds=seconds))
    # What is asked has the one form of a DateTime, also where the target gives another: that is judged by TYP-006.
    return text if _OF_OCPI.fullmatch(text) else moment.replace(tzinfo=None).isoformat() + "Z"


def _offset(scene: Scene, words: str, after_the_end: int) -> str:
    return str(max(_total(scene, words) + after_the_end, 0))


def _third(scene: Scene, words: str) -> str:
    return str(-(-_total(scene, words) // 3) or 1)


def _total(scene: Scene, words: str) -> int:
    """Return the X-Total-Count of the list that a Given has read, `words` being like "Location list"."""
    kind = words.partition(" ")[0]
    exchange = scene.chosen(kind).exchange
    text = (exchange.response.header("X-Total-Count") if exchange and exchange.response else None) or ""
    if not (text.isascii() and text.isdigit()):
        raise NotObserved(f"the {kind} list does not say how long it is")
    return int(text)


def _of_timeslot(which: int, minutes: int) -> Callable[[Scene, str], str]:
    return lambda scene, _: bound(scene, which, minutes)


VALUES: dict[str, Callable[[Scene, str], str]] = {
    "the current time": lambda _scene, _: timestamp(datetime.now(UTC)),
    "the last offset of the ": lambda scene, words: _offset(scene, words, -1),
    "an offset beyond the end of the ": lambda scene, words: _offset(scene, words, 10),
    "a third of the ": _third,
    "a minute before the begin of the timeslot": _of_timeslot(0, -1),
    "a minute after the begin of the timeslot": _of_timeslot(0, 1),
    "two minutes after the begin of the timeslot": _of_timeslot(0, 2),
    "a minute after the end of the timeslot": _of_timeslot(1, 1),
    "the last_updated of the ": _last_updated,
    "a second after the last_updated of the ": lambda scene, kind: _last_updated(scene, kind, 1),
    "a second before the last_updated of the ": lambda scene, kind: _last_updated(scene, kind, -1),
    "two seconds after the last_updated of the ": lambda scene, kind: _last_updated(scene, kind, 2),
    "two seconds before the last_updated of the ": lambda scene, kind: _last_updated(scene, kind, -2),
}


def value(scene: Scene, text: str) -> str:
    """Return the value that `text` names, or `text` itself."""
    if text.endswith(_BARE):
        return value(scene, text.removesuffix(_BARE)).rstrip("Zz")
    for start, build in VALUES.items():
        if text.startswith(start):
            return build(scene, text[len(start) :])
    return text
