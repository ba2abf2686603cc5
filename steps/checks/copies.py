"""What the target's copy of a pushed object must be: compared with what was pushed, and with what it was before.

Rules: a copy is judged by the clause at hand only. A push that was refused says nothing about how pushes are applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.ocpi.modules import MODULES
from ocpi_conformance.steps.acts import ReadBack
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.likeness import PARTS, Difference, absent, differences, part, parts, properties, same, shown
from ocpi_conformance.steps.payloads import edition_of
from ocpi_conformance.steps.scene import Chosen, Json
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

SUBJECT = "the copy"
# An absent operator is found in the credentials, so a Receiver may fill it in; parts have rules of their own.
_FILLED_IN = {"operator"}
# Fields of 2.3.0 that a Receiver may drop without a word.
_MAY_BE_LOST = {"/parking_places", "/parking"}
# How many URL segments name an object of the class.
_SEGMENTS = {"EVSE": 4, "Connector": 5}
_MOMENT = frozenset({"last_updated"})


def _version(back: ReadBack) -> str:
    """Return the edition of the specification that has the class of the copy."""
    return edition_of(back.exchange)


def _taken(back: ReadBack) -> Chosen:
    """Return the latest push, which the target has reported as a success."""
    latest = _latest(back)
    if latest.exchange is None or not succeeds(latest.exchange):
        said = outcome(latest.exchange) if latest.exchange else "no answer"
        raise NotObserved(f"the target did not take the push: {said}")
    return latest


def _latest(back: ReadBack) -> Chosen:
    if back.latest is None:
        raise NotObserved("nothing was pushed")
    return back.latest


def _before(back: ReadBack) -> Json:
    if back.before is None:
        raise NotObserved(f"the target's copy of the {back.kind} could not be read before")
    return back.before


def _breach(back: ReadBack, found: Difference, at_most: Verdict = Verdict.FAILED) -> Breach:
    return Breach(found.expected, found.actual, back.exchange, "/data" + found.pointer, at_most)


@expectation(SUBJECT, "equals what was pushed")
def equals_pushed(back: ReadBack) -> Iterator[Breach]:
    """Every required field is as pushed; a lost or changed optional one is at most advice (mod_locations, GET)."""
    if back.latest is not None:
        _taken(back)
    for found in differences(_version(back), back.kind, back.pushed, back.stored):
        if found.actual == "absent" and found.pointer.endswith(tuple(_MAY_BE_LOST)):
            continue
        yield _breach(back, found, Verdict.FAILED if found.required else Verdict.ADVISED)


@expectation(SUBJECT, "has the pushed id")
def has_pushed_id(back: ReadBack) -> Iterator[Breach]:
    """The object exists under its own id."""
    name = _id_field(back)
    stored = back.stored.get(name) if isinstance(back.stored, dict) else None
    if not same(_version(back), "CiString", back.pushed.get(name), stored):
        yield Breach(f"{name} {shown(back.pushed.get(name))}", shown(stored), back.exchange, f"/data/{name}")


def _id_field(back: ReadBack) -> str:
    if back.kind in PARTS:
        return PARTS[back.kind][1]
    modules = MODULES[back.exchange.context.version or "2.2.1"].values()
    return next((module.id_field for module in modules if module.object == back.kind), "id")


@expectation(SUBJECT, "shows the change")
def shows_change(back: ReadBack) -> Iterator[Breach]:
    """Each field of the PATCH has its new value; the moment of the change is judged elsewhere."""
    _taken(back)
    change = {name: value for name, value in (back.change or {}).items() if name != "last_updated"}
    if not change:
        raise NotObserved(f"nothing of the {back.kind} was changed")
    for found in differences(_version(back), back.kind, change, back.stored):
        yield _breach(back, found)


@expectation(SUBJECT, "is otherwise as before")
def otherwise_as_before(back: ReadBack) -> Iterator[Breach]:
    """Every field that the PATCH leaves out keeps its value (transport_and_format_patch)."""
    _taken(back)
    ignored = frozenset(back.change or {}) | _MOMENT
    for found in differences(_version(back), back.kind, _before(back), back.stored, closed=True, ignored=ignored):
        yield _breach(back, found)


@expectation(SUBJECT, "has its EVSEs replaced, changed or as before")
def has_evses(back: ReadBack) -> Iterator[Breach]:
    """What a PATCH does to nested objects is open (A18), but no EVSE comes or goes otherwise (mod_locations, PATCH)."""
    given, known, found = (
        {str(evse.get("uid")).lower() for evse in parts(owner, "EVSE")}
        for owner in (back.change, _before(back), back.stored)
    )
    if found not in (given, known):
        expected = f"the EVSEs {', '.join(sorted(known))}, or those of the PATCH"
        yield Breach(expected, ", ".join(sorted(found)) or "none", back.exchange, "/data/evses")


@expectation(SUBJECT, "is as before")
def as_before(back: ReadBack) -> Iterator[Breach]:
    """Nothing has changed since the copy was read before the latest push or DELETE."""
    for found in differences(_version(back), back.kind, _before(back), back.stored, closed=True):
        yield _breach(back, found)


@expectation(SUBJECT, "has nothing that was left out")
def left_out(back: ReadBack) -> Iterator[Breach]:
    """An optional field that the latest whole object leaves out is gone or at its default (transport_and_format_put).

    Parts that are left out are not judged: the text does not say that they end.
    """
    if back.latest is not None:
        _taken(back)
    version, before = _version(back), _before(back)
    rows = [
        row
        for name, row in properties(version, back.kind).items()
        if not row.required and row.type not in PARTS and name not in _FILLED_IN
        if not absent(before.get(name)) and absent(back.pushed.get(name))
    ]
    if not rows:
        raise NotObserved("the target's copy had no field that was left out")
    silent = {row.name: None for row in rows}
    others = frozenset(properties(version, back.kind)) - set(silent)
    for found in differences(version, back.kind, silent, back.stored, closed=True, ignored=others):
        yield _breach(back, found)


@expectation(SUBJECT, "has the last_updated of the push or a later one")
def follows_push(back: ReadBack) -> Iterator[Breach]:
    """A part that changes takes its parents along (mod_locations, PUT and PATCH); a newer parent is fine (A22)."""
    pushed = str(_taken(back).content.get("last_updated"))
    moment = parse_timestamp(pushed)
    before = _moment(_before(back))
    if before is not None and before >= moment:
        raise NotObserved(f"the target's copy of the {back.kind} was newer than the push already")
    stored = _moment(back.stored)
    if stored is None or (moment - stored).total_seconds() >= 1:
        actual = back.stored.get("last_updated") if isinstance(back.stored, dict) else None
        yield Breach(f"last_updated {pushed} or later", shown(actual), back.exchange, "/data/last_updated")


def _moment(item: object) -> Any:  # noqa: ANN401  (a datetime or None)
    try:
        return parse_timestamp(item["last_updated"]) if isinstance(item, dict) else None
    except (KeyError, TypeError, ValueError):
        return None


@expectation(SUBJECT, "lists the pushed {kind:w}")
def lists_pushed(back: ReadBack, kind: str) -> Iterator[Breach]:
    """The parent's list holds the part that was pushed."""
    name = str(_taken(back).content.get(PARTS[kind][1]))
    if part(back.stored, kind, name) is None:
        listed = ", ".join(str(item.get(PARTS[kind][1])) for item in parts(back.stored, kind)) or "none"
        yield Breach(f"{kind} {name} among its {PARTS[kind][0]}", listed, back.exchange, f"/data/{PARTS[kind][0]}")


@expectation(SUBJECT, "keeps its other {kind:w} objects")
def keeps_others(back: ReadBack, kind: str) -> Iterator[Breach]:
    """The parts beside the one that was pushed, or that holds what was pushed, are as before."""
    path = _latest(back).path
    changed = path[_SEGMENTS[kind] - 1].lower()
    list_name, id_field = PARTS[kind]
    others = [item for item in parts(_before(back), kind) if str(item.get(id_field)).lower() != changed]
    if not others:
        raise NotObserved(f"the target's copy had no other {kind}")
    for item in others:
        found = part(back.stored, kind, str(item.get(id_field)))
        if found is None:
            yield Breach(f"{kind} {item.get(id_field)}", "absent", back.exchange, f"/data/{list_name}")
            continue
        for difference in differences(_version(back), kind, item, found, closed=True):
            yield Breach(
                f"{kind} {item.get(id_field)} with {difference.expected}",
                difference.actual,
                back.exchange,
                f"/data/{list_name}" + difference.pointer,
            )


@expectation(SUBJECT, "has the pushed status")
def has_pushed_status(back: ReadBack) -> Iterator[Breach]:
    """A schedule informs; the status is what was pushed (mod_locations_statusschedule_class)."""
    if back.latest is not None:
        _taken(back)
    stored = back.stored.get("status") if isinstance(back.stored, dict) else None
    if stored != back.pushed["status"]:
        yield Breach(f"status {back.pushed['status']}", shown(stored), back.exchange, "/data/status")


@expectation(SUBJECT, "has charging_when_closed at its default")
def default_of_charging_when_closed(back: ReadBack) -> Iterator[Breach]:
    """Absent means true (mod_locations_location_object)."""
    _taken(back)
    stored = back.stored.get("charging_when_closed") if isinstance(back.stored, dict) else None
    if stored is not None and stored is not True:
        yield Breach("true or absent", shown(stored), back.exchange, "/data/charging_when_closed")


@expectation(SUBJECT, "has changed if a success was reported")
def changed_if_reported(back: ReadBack) -> Iterator[Breach]:
    """What has no effect is no success (status_codes_status_codes); a server error for bad data is advice."""
    latest = _latest(back)
    answer = latest.exchange
    if answer is None or answer.response is None:
        raise NotObserved("the push was not answered")
    code = ocpi_status(answer)
    server_error = isinstance(code, int) and 3000 <= code < 4000
    if server_error or http_status(answer) >= 500:
        yield Breach("a client error (2xxx) for bad data", outcome(answer), answer, at_most=Verdict.ADVISED)
    if not succeeds(answer):
        return
    if not any(differences(_version(back), back.kind, _before(back), back.stored, closed=True)):
        yield Breach("a refusal, or an effect on the copy", f"{outcome(answer)}, and nothing changed", answer)
