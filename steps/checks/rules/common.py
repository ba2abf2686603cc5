"""Readers that the rules share: a member as what it should be, or nothing where its shape is wrong. No rule itself."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.schemas.codes import CODE_TABLES
from ocpi_conformance.steps.checks.rules.registry import Flaw
from ocpi_conformance.steps.likeness import differences
from ocpi_conformance.steps.verdicts import Verdict

Json = dict[str, Any]

# Charge points set their clocks by and by: moments this many seconds apart may be the same one.
CLOCK_TOLERANCE = 5.0

# Characters of a timestamp; nothing longer is one, and it is not kept.
_LONGEST = 64


def moment(value: object) -> datetime | None:
    """Return the instant that a DateTime means, without designator in UTC; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    return _moment(value)


@lru_cache(maxsize=1024)
def _moment(value: str) -> datetime | None:
    # Many rules read the same few timestamps of one object.
    try:
        return parse_timestamp(value)
    except (ValueError, OverflowError):
        return None


def number(value: object) -> float | None:
    """Return a finite JSON number as float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def text(value: object) -> str:
    """Return a string as it is, and the empty string for anything else."""
    return value if isinstance(value, str) else ""


def json_text(value: object) -> bytes:
    """Return a value as JSON text, in which what few objects hold is found sooner than by a walk through the value.

    The text is empty for what no JSON text holds. Only quotes, backslashes and control characters are escaped in it.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return b""


def member(value: object, name: str) -> Json:
    """Return the object that `value` has as member `name`; an empty one when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def listed(value: object, name: str) -> Iterator[tuple[int, Json]]:
    """Yield the objects in the list that `value` has as member `name`, each with its index."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, list):
        yield from ((index, item) for index, item in enumerate(found) if isinstance(item, dict))


def texts(value: object, name: str) -> Iterator[tuple[int, str]]:
    """Yield the texts in the list that `value` has as member `name`, each with its index; empty ones are left out."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, list):
        yield from ((index, item) for index, item in enumerate(found) if isinstance(item, str) and item)


def folded(value: object, version: str) -> str:
    """Return an id for comparing: without regard to case from 2.2.1 on, where ids are CiStrings."""
    return text(value) if version == "2.1.1" else text(value).lower()


def with_stars(evse_id: str, version: str) -> str:
    """Return an EVSE id with the separators of eMI3; the examples of 2.1.1 have hyphens in their place."""
    return evse_id.replace("-", "*") if version == "2.1.1" else evse_id


# The field of a Price that holds the amount without tax; in 2.1.1 a cost is a bare number.
_WITHOUT_TAX = {"2.2.1": "excl_vat"}


def amount(value: object, version: str) -> float | None:
    """Return a cost without tax, from the number of 2.1.1 or the Price of later versions; None for anything else."""
    if version == "2.1.1":
        return number(value)
    return number(value.get(_WITHOUT_TAX.get(version, "before_taxes"))) if isinstance(value, dict) else None


# What ISO 3166-1 leaves to its users, such as XK and XKX for Kosovo: nobody can say that these are wrong.
_USER_ASSIGNED = {
    "alpha-2": re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ"),
    "alpha-3": re.compile(r"AA[A-Z]|Q[M-Z][A-Z]|X[A-Z]{2}|ZZ[A-Z]"),
}


def code_flaws(item: Json, name: str, table: str) -> Iterator[Flaw]:
    """Yield a flaw when the text in member `name` is no code of `table` (`alpha-2`, `alpha-3`, `currency`).

    Withdrawn codes and those left to users pass; a code in the wrong letter case is advice.
    """
    value = text(item.get(name))
    codes = CODE_TABLES[table]
    known = codes.current | codes.withdrawn.keys()
    assigned = _USER_ASSIGNED.get(table)
    if not value or value in known or (assigned and assigned.fullmatch(value.upper())):
        return
    if value.upper() not in known:
        yield Flaw(f"/{name}", f"a code of {codes.title}", value)
    elif name != "country_code":
        yield Flaw(f"/{name}", value.upper(), value, at_most=Verdict.ADVISED)


def owner(item: Json, version: str) -> tuple[str, str]:
    """Return country code and party id of an object in lower case; empty in 2.1.1, where only URLs have them."""
    if version == "2.1.1":
        return "", ""
    return text(item.get("country_code")).lower(), text(item.get("party_id")).lower()


def owner_flaws(item: Json, version: str, parties: Iterable[tuple[str, str]]) -> Iterator[Flaw]:
    """Yield a flaw, advice, when an object's owner is none of the `parties` (country code, party id) of its sender.

    For a hub, which passes on what others own, this is not to be called. Nothing is said without parties.
    """
    known = {(country.lower(), party.lower()) for country, party in parties}
    if known and all(found := owner(item, version)) and found not in known:
        expected = " or ".join(sorted("*".join(pair).upper() for pair in known))
        yield Flaw("/party_id", f"an owner from the credentials: {expected}", "*".join(found).upper(), Verdict.ADVISED)


# What changes without a change of the object around it: in 2.1.1 a Session holds its Location.
_OTHERWISE_DATED = frozenset({"last_updated", "location"})
# Seconds in which an object may change twice with one last_updated: that may be a whole second.
_SAME_MOMENT = 2.0
# Seconds by which the clocks of two platforms, and a push on its way, may make a change seem older than it is.
_CLOCKS_APART = 60.0


def within_one_moment(changed: datetime, first_read: datetime, apart: float) -> bool:
    """Tell whether two states of an object with the same last_updated, `changed`, may both have come to be then.

    `first_read` is when the first state was read, `apart` how many seconds later the second one was. Two states that
    came together may be as young as that, however the clocks of the two platforms differ.
    """
    age = (first_read - changed).total_seconds()
    return age < _SAME_MOMENT or (apart < _SAME_MOMENT and age < _CLOCKS_APART)


def change_flaws(
    version: str, kind: str, first: Json, second: Json, first_read: datetime, apart: float = math.inf
) -> Iterator[Flaw]:
    """Yield a flaw when the later of two whole copies of one object differs and has no later last_updated.

    `first_read` is when the first one was read and `apart` how many seconds later the second one was: an object may
    change twice within the second of its last_updated. A Location within another object has a last_updated of its own.
    """
    before, after = (moment(copy.get("last_updated")) for copy in (first, second))
    if before is None or after is None or after > before:
        return
    if not any(differences(version, kind, first, second, closed=True, ignored=_OTHERWISE_DATED)):
        return
    if after == before and within_one_moment(before, first_read, apart):
        return
    yield Flaw("/last_updated", f"later than {first['last_updated']}, as other fields changed", second["last_updated"])


def reused(
    items: Sequence[Json],
    version: str,
    kind: str,
    key: Callable[[Json], tuple[str, ...]],
    apart: Callable[[Json, Json], bool],
) -> Iterator[tuple[int, Verdict]]:
    """Yield (index, verdict) of the objects with the key of another one of which they seem to be no later state.

    `items` are in the order in which they were seen. `apart` tells of two what no change explains, which is certain:
    FAILED. One object that changed has a new last_updated, and what it was before does not come back: ADVISED, but
    OBSERVED of states with the same last_updated, for an object may change twice within a second. An object whose key
    ends in an empty text is left out.
    """
    seen: dict[tuple[str, ...], list[Json]] = {}
    for index, item in enumerate(items):
        name = key(item)
        states = seen.setdefault(name, []) if name[-1] else []
        place = next((n for n, state in enumerate(states) if not _differ(version, kind, state, item)), None)
        others = states if place is None else states[place + 1 :]
        young = [_at_one_moment(state, item) for state in others]
        if any(apart(state, item) for state in states):
            yield index, Verdict.FAILED
        elif place is not None and not all(young):
            yield index, Verdict.ADVISED
        elif any(young):
            yield index, Verdict.OBSERVED
        if place is None:
            states.append(item)


def twins(items: Sequence[Json], version: str, kind: str, key: Callable[[Json], tuple[str, ...]]) -> Iterator[int]:
    """Yield the indices of objects of one list, read at once, that are another one than the first with their key."""
    first: dict[tuple[str, ...], Json] = {}
    for index, item in enumerate(items):
        name = key(item)
        if name[-1] and _differ(version, kind, first.setdefault(name, item), item):
            yield index


def _at_one_moment(one: Json, other: Json) -> bool:
    changed = moment(one.get("last_updated"))
    return changed is not None and changed == moment(other.get("last_updated"))


def _differ(version: str, kind: str, one: Json, other: Json) -> bool:
    return one != other and any(differences(version, kind, one, other, closed=True))
