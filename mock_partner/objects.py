"""What a platform does with objects: lists with paging, single objects, pushes of client-owned objects.

Rules: one handler per kind of route, for all modules; which switch breaks which clause is not known here.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ocpi_conformance.mock_partner import jsontext, keys
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.messages import Reply, parse_timestamp, problem
from ocpi_conformance.mock_partner.ocpi import status, versions, views
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Call, Handler, method_not_allowed
from ocpi_conformance.mock_partner.state import Json, Party, Stored

# The nested classes of an object by URL segment: the list that holds them and the field that names them.
CHILDREN = {
    "evse_uid": ("evses", "uid"),
    "connector_id": ("connectors", "id"),
    "calendar_id": ("calendars", "id"),
}


class Refused(Exception):
    """The request is answered with this reply instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.message)
        self.reply = reply


def refusing(handler: Handler) -> Handler:
    """Let `handler` end early by raising `Refused`."""

    def wrapped(call: Call) -> Reply:
        try:
            return handler(call)
        except Refused as refused:
            return refused.reply

    return wrapped


# Lists ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """What a list request asks for."""

    offset: int
    limit: int
    asked: int | None
    date_from: datetime | None
    date_to: datetime | None


@refusing
def list_objects(call: Call) -> Reply:
    """Answer a paginated GET of a Sender interface (transport_and_format, pagination)."""
    behaviour = call.platform.behaviour
    for name in call.route.required_parameters or (("limit",) if behaviour.requires_parameters else ()):
        if call.inbound.parameter(name) is None:
            raise Refused(problem(200, status.INVALID_PARAMETERS, f"parameter {name} is required"))
    window = _window(call)
    store, module = call.platform.own, call.table
    found = store.listing(module, *_bounds(call, window), *_choice(call))
    if call.route.object == "BookingLocation":
        found = tuple(entry for entry in found if _has_timeslot(call, entry))
    if behaviour.order != "stable":
        found = found[::-1]
    if behaviour.order == "shuffled":
        found = tuple(call.platform.random.sample(found, len(found)))
    page = found[window.offset : window.offset + window.limit]
    if not page and window.offset > 0 and behaviour.beyond_the_end == "2001":
        raise Refused(problem(200, status.INVALID_PARAMETERS, "offset is beyond the end"))
    if not found and behaviour.no_matches != "empty":
        return _nothing_found(behaviour.no_matches)
    reply = Reply(data=jsontext.Encoded(store.texts(page, call.context.version, lambda item: _view(call, item))))
    if behaviour.filtered_locations == "one EVSE each" and (window.date_from or window.date_to):
        items = reply.data.decoded()
        reply.data = [{**item, "evses": item["evses"][:1]} if item.get("evses") else item for item in items]
    totals = {"all": len(found), "page": len(page), "unfiltered": store.count(module)}
    reply.set_header("X-Total-Count", str(totals[behaviour.total]))
    maximum = behaviour.max_limit if behaviour.x_limit == "maximum" else len(page)
    reply.set_header("X-Limit", str(maximum))
    _link(call, reply, window, more=window.offset + len(page) < len(found))
    return reply


def _has_timeslot(call: Call, entry: Stored) -> bool:
    """Tell whether a BookingLocation has a timeslot in the period that is asked for (GET BookingLocations)."""
    since, until = (_date(call, name) for name in ("timeslot_from", "timeslot_to"))
    if call.platform.behaviour.timeslot_filter == "ignored" or (since is None and until is None):
        return True
    place = jsontext.loads(entry.encoded())
    slots = [slot for calendar in place.get("calendars", ()) for slot in calendar["available_timeslots"]]
    periods = [(parse_timestamp(slot["start_date_time"]), parse_timestamp(slot["end_date_time"])) for slot in slots]
    return any((since is None or end > since) and (until is None or begin < until) for begin, end in periods)


def paged(call: Call, items: list[Json]) -> Reply:
    """Return the page that a list request asks for of `items`, which are those within its dates."""
    try:
        window = _window(call)
    except Refused as refused:
        return refused.reply
    page = items[window.offset : window.offset + window.limit]
    reply = Reply(data=page)
    reply.set_header("X-Total-Count", str(len(items)))
    reply.set_header("X-Limit", str(call.platform.behaviour.max_limit))
    _link(call, reply, window, more=window.offset + len(page) < len(items))
    return reply


def _nothing_found(kind: str) -> Reply:
    """Return what a platform says that does not answer with an empty list."""
    if kind == "no data":
        return Reply()
    return problem(404 if kind == "404" else 200, status.CLIENT_ERROR, "nothing found")


def _window(call: Call) -> Window:
    behaviour = call.platform.behaviour
    offset = _number(call, "offset")
    asked = _number(call, "limit")
    if (asked or 0) > behaviour.max_limit and behaviour.above_max_limit == "2001":
        raise Refused(problem(200, status.INVALID_PARAMETERS, "limit is too large"))
    limit = min(behaviour.max_limit if asked is None else asked, behaviour.max_limit)
    if behaviour.offset == "ignored":
        offset = 0
    elif behaviour.offset == "page number" and offset:
        offset *= limit
    elif behaviour.offset == "from one" and offset:
        offset -= 1
    if offset is None:
        offset = behaviour.default_offset
    if behaviour.limit == "ignored":
        limit = behaviour.max_limit
    elif behaviour.limit == "plus one":
        limit += 1
    return Window(offset, limit, asked, _date(call, "date_from"), _date(call, "date_to"))


def _number(call: Call, name: str) -> int | None:
    text = call.inbound.parameter(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    _bad_parameter(call, f"{name} is no whole number")
    return None


def _date(call: Call, name: str) -> datetime | None:
    text = call.inbound.parameter(name)
    if text is None:
        return None
    behaviour = call.platform.behaviour
    try:
        if "." in text and behaviour.fractions == "refused":
            raise ValueError(text)
        moment = parse_timestamp(text)
    except ValueError:
        _bad_parameter(call, f"{name} is no DateTime")
        return None
    if behaviour.missing_designator == "local" and not text.endswith("Z"):
        return moment.replace(hour=(moment.hour + 7) % 24)
    return moment


def _bad_parameter(call: Call, message: str) -> None:
    kind = call.platform.behaviour.bad_parameters
    if kind == "2001":
        raise Refused(problem(200, status.INVALID_PARAMETERS, message))
    if kind == "500":
        raise Refused(problem(500, status.SERVER_ERROR, message))


def _bounds(call: Call, window: Window) -> tuple[datetime | None, datetime | None]:
    behaviour = call.platform.behaviour
    date_from = _misread(window.date_from, behaviour.date_from)
    date_to = _misread(window.date_to, behaviour.date_to)
    # The switched bounds only differ for objects exactly on them: step over that moment, to the next one there is.
    if behaviour.date_from == "exclusive" and date_from in (moments := _moments(call)):
        date_from = next((moment for moment in moments if moment > date_from), date_from + timedelta(seconds=1))
    if behaviour.date_to == "inclusive" and date_to in (moments := _moments(call)):
        date_to = next((moment for moment in moments if moment > date_to), None)
    return date_from, date_to


def _misread(moment: datetime | None, how: str) -> datetime | None:
    """Return what a platform makes of a bound that reads it in a way of its own: the wrong zone, or rounded up."""
    if moment is None or how == "ignored":
        return None
    if how == "in local time":
        return moment + timedelta(hours=2)
    if how == "by the day":
        return moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return moment


def _choice(call: Call) -> tuple[str, Callable[[Json], bool] | None]:
    """Return what tells whether the peer is shown an object, and a name for it; None when it is shown all."""
    version, account = call.context.version, call.connection.account
    hides = views.hides(version, call.module.class_of(call.route))
    party = _addressed(call)
    if not hides and not account.is_partial(call.context.module) and party is None:
        return "", None
    patterns = account.sees.get(call.context.module)
    return f"{version} {patterns} {party}", lambda item: _is_shown(call, item) and _is_of(party, item)


def _addressed(call: Call) -> Party | None:
    """Return the own party that a list request is for, where others of the platform own such objects too (A49)."""
    owners = [party for party in call.platform.roles if party.role in call.module.owners]
    if len(owners) < 2 or call.platform.behaviour.lists_of == "every party":
        return None
    wanted = (call.inbound.header(versions.TO_COUNTRY) or "", call.inbound.header(versions.TO_PARTY) or "")
    return next((party for party in owners if party.owns(*wanted)), None)


def _is_of(party: Party | None, item: Json) -> bool:
    return party is None or party.owns(str(item.get("country_code")), str(item.get("party_id")))


def _is_shown(call: Call, item: Json) -> bool:
    if call.context.interface != SENDER:
        return True
    known = views.shows(call.context.version, call.module.class_of(call.route), item)
    object_id = str(item.get(call.module.id_of(call.route), ""))
    return known and call.connection.account.shows(call.context.module, object_id)


def _view(call: Call, item: Json) -> Json:
    """Return an object of the platform's own in the form of the version that is spoken."""
    return call.platform.show(call.context.version, call.module.class_of(call.route), item)


def _moments(call: Call) -> list[datetime]:
    """Return each last_updated that there is, in order."""
    entries = call.platform.own.listing(call.table)
    return sorted({entry.moment for entry in entries if entry.moment is not None})


def _link(call: Call, reply: Reply, window: Window, *, more: bool) -> None:
    style = call.platform.behaviour.link
    if style == "never" or not (more or style in {"always", "looping"}):
        return
    filters = {key: value for key, value in call.inbound.query if key in {"date_from", "date_to"}}
    if style == "without filters":
        filters = {}
    shown = window.asked if style == "requested limit" and window.asked else window.limit
    offset = window.offset + window.limit if more or style == "always" else 0
    # A URL of the server's own making: nobody else could have put it together.
    cursor = {"cursor": f"after-{offset}"} if style == "with a cursor" else {}
    query = urllib.parse.urlencode({"offset": offset, "limit": shown, **filters, **cursor})
    path = call.platform.path_of(call.context.version, call.context.module, SENDER)
    path = "/".join((path, *call.route.segments))
    base = "" if style == "relative" else f"{call.platform.base_url}/{path}"
    reply.set_header("Link", f'<{base}?{query}>; rel="next"' if style != "unquoted" else f"{base}?{query}")


# Single objects -------------------------------------------------------------------------------------------------------


@refusing
def object_route(call: Call) -> Reply:
    """Answer GET, PUT, PATCH or DELETE of one object or of a part of it."""
    _require_kind(call)
    return _METHODS[call.inbound.method](call)


def _require_kind(call: Call) -> None:
    """Know no objects of another kind than the default, for a platform that does not (mod_tokens, type)."""
    told = call.route.kind_parameter
    limited = call.platform.behaviour.token_types == "RFID only"
    if told and limited and call.inbound.parameter(told[0]) not in {None, told[1]}:
        raise _not_found(call.route.name)


def _require_owner(call: Call) -> None:
    ids = call.ids
    if (
        call.platform.behaviour.foreign_owners == "404"
        and "country_code" in ids
        # A hub tells of others.
        and call.module.owners != ("HUB",)
        and not call.connection.speaks_for(ids["country_code"], ids["party_id"])
    ):
        raise Refused(problem(404, status.CLIENT_ERROR, "no such owner on this connection"))


def _stored(call: Call, *, to_change: bool = True) -> Json | None:
    """Return the object that the URL names: itself, or a copy when it is not `to_change`."""
    store = keys.store_of(call)
    stored = (store.get if to_change else store.read)(call.table, keys.in_url(call))
    exact = stored is None or stored.get(call.module.id_of(call.route)) == keys.base_id(call)
    return stored if exact or call.platform.behaviour.ids != "case-sensitive" else None


def _not_found(what: str) -> Refused:
    return Refused(
        problem(404, status.UNKNOWN_LOCATION if what == "location" else status.CLIENT_ERROR, f"unknown {what}")
    )


def _branch(call: Call, base: Json, depth: int | None = None) -> list[Json]:
    """Return the object and its nested ones down the URL (all of it, or `depth` levels below the base)."""
    chain = [base]
    wanted = [(name, call.ids[name]) for name in CHILDREN if name in call.ids][:depth]
    for name, value in wanted:
        list_name, id_field = CHILDREN[name]
        child = _child(chain[-1], list_name, id_field, value)
        if child is None:
            raise _not_found(name.partition("_")[0])
        chain.append(child)
    return chain


def _child(parent: Json, list_name: str, id_field: str, value: str) -> Json | None:
    for child in parent.get(list_name) or []:
        if str(child.get(id_field, "")).lower() == value.lower():
            found: Json = child
            return found
    return None


def _get(call: Call) -> Reply:
    if call.context.interface == RECEIVER:
        _require_owner(call)
    if _is_whole(call):
        return Reply(data=jsontext.EncodedValue(_text(call)))
    base = _stored(call, to_change=False)
    if base is None or not _is_shown(call, base):
        raise _not_found(call.route.name)
    shown = _view(call, base) if call.context.interface == SENDER else base
    return Reply(data=_branch(call, shown)[-1])


def _is_whole(call: Call) -> bool:
    """Tell whether the text of the object, if there is one, is the answer: nothing in it has to be looked at."""
    looked_at = call.platform.behaviour.ids == "case-sensitive" or (
        call.context.interface == SENDER
        and (
            call.connection.account.is_partial(call.context.module)
            or views.hides(call.context.version, call.module.class_of(call.route))
        )
    )
    return not looked_at and CHILDREN.keys().isdisjoint(call.ids)


def _text(call: Call) -> bytes:
    store = keys.store_of(call)
    entry = store.entry(call.table, keys.in_url(call))
    if entry is None:
        raise _not_found(call.route.name)
    if call.context.interface != SENDER:
        return store.texts((entry,))[0]
    return store.texts((entry,), call.context.version, lambda item: _view(call, item))[0]


def _put(call: Call) -> Reply:
    _require_owner(call)
    behaviour = call.platform.behaviour
    _check_body(call, partial=False)
    if behaviour.put == "ignored":
        return Reply()
    body = _as_stored(call, dict(call.body))
    nested = [name for name in CHILDREN if name in call.ids]
    if not nested:
        return _put_base(call, body)
    base = _stored(call)
    if base is None:
        raise _not_found("location")
    chain = _branch(call, base, len(nested) - 1)
    list_name, id_field = CHILDREN[nested[-1]]
    existing = _child(chain[-1], list_name, id_field, call.ids[nested[-1]])
    _place_child(call, chain, list_name, existing, body)
    if behaviour.parents_last_updated == "follow":
        _follow(chain, body)
    keys.store_of(call).changed(call.table, keys.in_url(call))
    return Reply(http=200 if existing else behaviour.created_status)


def _put_base(call: Call, body: Json) -> Reply:
    behaviour = call.platform.behaviour
    stored = _stored(call, to_change=False)
    if stored is None and not behaviour.put_creates:
        raise _not_found(call.route.name)
    if stored is not None and behaviour.put == "keeps the first":
        return Reply()
    if stored is not None and behaviour.put == "merges":
        body = {**stored, **body}
    if stored is not None and call.route.object == "Session":
        _put_periods(behaviour, stored, body)
    created = keys.store_of(call).keep(call.table, keys.in_url(call), body)
    return Reply(http=behaviour.created_status if created else 200)


def _put_periods(behaviour: Behaviour, stored: Json, body: Json) -> None:
    """Keep charging_periods that a PUT replaces (mod_sessions_msp_put_method), for a platform that does."""
    old, new = stored.get("charging_periods") or [], body.get("charging_periods") or []
    if behaviour.put_periods == "added" or (behaviour.put_periods == "kept when none" and not new):
        body["charging_periods"] = [*old, *new]


def _patch_periods(behaviour: Behaviour, stored: Json, body: Json) -> None:
    """Make the charging_periods of a PATCH all that are to be stored: they are added (mod_sessions_patch_method)."""
    new = body.get("charging_periods")
    if behaviour.patched_periods == "added" or (behaviour.patched_periods == "emptied by none" and new):
        body["charging_periods"] = [*(stored.get("charging_periods") or []), *(new or [])]


def _place_child(call: Call, chain: list[Json], list_name: str, existing: Json | None, body: Json) -> None:
    behaviour = call.platform.behaviour
    if behaviour.child_put == "not listed" and existing is None:
        return
    siblings: list[Json] = chain[-1].setdefault(list_name, []) or []
    if behaviour.child_put == "replaces siblings":
        siblings = []
        existing = None
    if existing is None:
        siblings.append(body)
    else:
        replacement = {**existing, **body} if behaviour.put == "merges" else body
        siblings = [replacement if child is existing else child for child in siblings]
    chain[-1][list_name] = siblings
    if behaviour.child_keys == "by id" and list_name == "connectors":
        # One table of connectors for the whole location: the same id means the same row.
        for evse in chain[0].get("evses") or []:
            evse["connectors"] = [body if c.get("id") == body.get("id") else c for c in evse.get("connectors") or []]


def _follow(parents: list[Json], change: Json) -> None:
    """Give the parents the `last_updated` of the change, unless theirs is newer (A22)."""
    moment = change.get("last_updated")
    if not isinstance(moment, str):
        return
    for parent in parents:
        if parse_timestamp(parent["last_updated"]) < parse_timestamp(moment):
            parent["last_updated"] = moment


def _patch(call: Call) -> Reply:
    _require_owner(call)
    behaviour = call.platform.behaviour
    base = _stored(call)
    if base is None and behaviour.patch_unknown == "1000":
        return Reply()
    if base is None:
        raise _not_found(call.route.name)
    chain = _branch(call, base)
    _check_body(call, partial=True)
    kind = behaviour.patch_without_last_updated
    needs_moment = versions.VERSIONS[call.context.version].patch_last_updated or kind == "2001 in every version"
    if needs_moment and call.module.patch_moment and "last_updated" not in call.body and kind != "accepted":
        raise Refused(problem(200, int(kind[:4]), "last_updated is missing"))
    if behaviour.patch != "ignored":
        _merge(call, chain)
        keys.store_of(call).changed(call.table, keys.in_url(call))
    return Reply()


def _merge(call: Call, chain: list[Json]) -> None:
    """Apply the PATCH body to the last object of `chain`; its parents follow."""
    behaviour, target = call.platform.behaviour, chain[-1]
    keep = {"id", "uid", "country_code", "party_id", "evses", "connectors"}
    lost = {
        "drops optional": {"name", "postal_code", "physical_reference", "tariff_ids"},
        "replaces": set(target) - keep,
    }
    for field in lost.get(behaviour.patch, set()):
        target.pop(field, None)
    change = _as_stored(call, dict(call.body))
    if call.route.object == "Session" and "charging_periods" in change:
        _patch_periods(behaviour, target, change)
    if behaviour.patch == "empties lists":
        change |= {name: [] for name, value in change.items() if isinstance(value, list)}
    target.update(change)
    if behaviour.parents_last_updated_on_patch == "follow":
        _follow(chain[:-1], call.body)
    if behaviour.removed_evse == "dropped" and call.body.get("status") == "REMOVED":
        chain[-2]["evses"] = [evse for evse in chain[-2]["evses"] if evse is not target]


def _delete(call: Call) -> Reply:
    _require_owner(call)
    behaviour, key = call.platform.behaviour, keys.in_url(call)
    if not keys.store_of(call).has(call.table, key):
        if behaviour.absent_tariff == "1000":
            return Reply()
        raise _not_found(call.route.name)
    if behaviour.deleted_tariff == "removed":
        keys.store_of(call).remove(call.table, key)
    return Reply()


# Fields of Locations and Tokens that a platform which knows no Unicode keeps in ASCII.
_FREE_TEXTS = ("name", "address", "city", "issuer")


def _as_stored(call: Call, body: Json) -> Json:
    """Return `body` as this platform keeps it."""
    behaviour = call.platform.behaviour
    if behaviour.text == "ascii":
        texts = {name: body[name] for name in _FREE_TEXTS if isinstance(body.get(name), str)}
        body |= {name: text.encode("ascii", "replace").decode() for name, text in texts.items()}
    is_location = call.route.object == "Location"
    if is_location and not behaviour.charging_when_closed_default and body.get("charging_when_closed") is None:
        body["charging_when_closed"] = False
    if behaviour.status_schedule == "applied" and body.get("status_schedule"):
        body["status"] = body["status_schedule"][0]["status"]
    return body


def _check_body(call: Call, *, partial: bool) -> None:
    """Refuse a body that the version's tables do not allow, or whose ids are not those of the URL."""
    behaviour = call.platform.behaviour
    if not isinstance(call.body, dict):
        raise Refused(problem(200, status.INVALID_PARAMETERS, "the body is no JSON object"))
    problems = list(call.platform.validate(call.edition, call.route.object, call.body, partial))
    problems += _own_refusals(call)
    tolerated = (
        (behaviour.lower_case_enums == "accepted" and any("enum" in line for line in problems))
        or (behaviour.empty_required_list == "accepted" and any("min-items" in line for line in problems))
        or behaviour.put_invalid == "accepted"
    )
    if problems and not tolerated:
        _refuse_invalid(call, problems[0], partial=partial)
    if not partial and behaviour.put_mismatch == "2001" and _mismatch(call):
        raise Refused(problem(200, status.INVALID_PARAMETERS, "the ids in the body are not those in the URL"))


def _own_refusals(call: Call) -> list[str]:
    behaviour, body = call.platform.behaviour, call.body
    categories = [str(image.get("category")) for image in _objects_in(body.get("images"))]
    # Of the URL: an object of 2.1.1 does not name its owner.
    operator = f"{call.ids.get('country_code')}*{call.ids.get('party_id')}*"
    evses = _objects_in(body.get("evses"))
    refusals = (
        ("two images of one category", behaviour.images != "any number" and len(categories) > len(set(categories))),
        (
            "an evse_id of another operator",
            behaviour.evse_ids != "any" and not all(str(evse.get("evse_id")).startswith(operator) for evse in evses),
        ),
        ("nothing of this kind is taken here", is_refused(behaviour, body)),
    )
    return empty_values(behaviour, body) + [text for text, refused in refusals if refused]


def empty_values(behaviour: Behaviour, body: Json) -> list[str]:
    """Return what a platform says that does not take every form of an optional field without a value (cardinality)."""
    values = list(body.values())
    refusals = (
        ("an optional field is null", behaviour.null_optional == "refused" and None in values),
        ("an optional list is empty", behaviour.empty_list == "refused" and [] in values),
    )
    return [text for text, refused in refusals if refused]


def is_refused(behaviour: Behaviour, body: Json) -> bool:
    """Tell whether a platform takes no object like this one, though it is valid."""
    written = jsontext.dumps(body).decode() if behaviour.refused_bodies else ""
    return any(re.search(pattern, written) for pattern in behaviour.refused_bodies)


def _objects_in(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _refuse_invalid(call: Call, detail: str, *, partial: bool) -> None:
    kind = call.platform.behaviour.put_invalid
    if kind == "stored with 2001" and not partial and not CHILDREN.keys() & call.ids.keys():
        keys.store_of(call).keep(call.table, keys.in_url(call), call.body)
    if kind == "1000 unstored":
        raise Refused(Reply())
    code = status.CLIENT_ERROR if kind == "2000" else status.INVALID_PARAMETERS
    raise Refused(problem(200, code, detail))


def _mismatch(call: Call) -> bool:
    ids, module = call.ids, call.module
    if not ids:
        return False
    deepest = next((name for name in reversed(ids) if name not in keys.OWNER), "party_id")
    id_field = CHILDREN[deepest][1] if deepest in CHILDREN else module.id_of(call.route)
    body = call.body
    if call.route.other_id and str(body.get(call.route.other_id)).lower() == ids[deepest].lower():
        id_field = call.route.other_id
    pairs = [(ids[deepest], body.get(id_field))]
    if deepest not in CHILDREN and versions.VERSIONS[call.context.version].owners_in_body:
        pairs += [(ids[name], body.get(name)) for name in keys.OWNER if name in ids]
    return any(str(given).lower() != str(found).lower() for given, found in pairs)


_METHODS: dict[str, Callable[[Call], Reply]] = {"GET": _get, "PUT": _put, "PATCH": _patch, "DELETE": _delete}


# Methods that the version does not define -----------------------------------------------------------------------------


@refusing
def undefined_delete(call: Call) -> Reply:
    """Answer a DELETE where none is defined, for a platform that does not simply refuse it."""
    kind = call.platform.behaviour.delete
    if kind == "405" or call.route.kind != "object" or call.context.interface != RECEIVER:
        return method_not_allowed(call)
    if kind == "1000":
        return Reply()
    base = _stored(call)
    if base is None:
        raise _not_found(call.route.name)
    nested = [name for name in CHILDREN if name in call.ids]
    if not nested:
        return _delete(call)
    chain = _branch(call, base)
    list_name, _ = CHILDREN[nested[-1]]
    chain[-2][list_name] = [child for child in chain[-2][list_name] if child is not chain[-1]]
    keys.store_of(call).changed(call.table, keys.in_url(call))
    return Reply()


@refusing
def undefined_post(call: Call) -> Reply:
    """Answer a POST where none is defined, for a platform that does not simply refuse it."""
    if call.platform.behaviour.post == "405" or call.route.kind not in {"object", "list"}:
        return method_not_allowed(call)
    if call.context.interface == RECEIVER and call.route.name in _TAKEN_BY_POST:
        keys.store_of(call).keep(call.table, keys.in_url(call), jsontext.loads(call.inbound.body))
    return Reply(http=201)


# Whole objects, at whose URL it stores what is posted.
_TAKEN_BY_POST = frozenset({"location", "tariff"})


# Creation by POST -----------------------------------------------------------------------------------------------------


@refusing
def create(call: Call) -> Reply:
    """Answer the POST of an object whose URL the server makes: a CDR, a record of invoices, a terminal."""
    _check_body(call, partial=False)
    body = dict(call.body)
    key = keys.of_peer(call.connection, call.context.version, call.context.module, call.route, body)
    if call.route.object == "CDR":
        _check_cdr(call, body)
    known, kind = call.platform.received.has(call.table, key), call.platform.behaviour.known_cdr
    if known and kind == "2000":
        raise Refused(problem(200, status.CLIENT_ERROR, f"a {call.route.object} with this id was received before"))
    if call.platform.behaviour.post_creates and (not known or kind == "replaced"):
        call.platform.received.keep(call.table, key, body)
    reply = Reply(http=201)
    reply.set_header("Location", _url_of(call, body))
    return reply


def _check_cdr(call: Call, body: Json) -> None:
    """Refuse a CDR that others take, for a platform that does (CDR-013, CDR-035, CDR-068, CDR-073)."""
    behaviour = call.platform.behaviour
    location = body.get("cdr_location") or {}
    place = str(location.get("id"))
    if behaviour.cdr_of_unknown_location == "2003" and call.platform.received.find("locations", place) is None:
        raise Refused(problem(200, status.UNKNOWN_LOCATION, "unknown location"))
    if behaviour.credit_cdrs == "2001" and body.get("credit") is True:
        raise Refused(problem(200, status.INVALID_PARAMETERS, "no Credit CDRs here"))
    if behaviour.cdrs_at_no_evse == "2001" and location.get("evse_uid") == "#NA":
        raise Refused(problem(200, status.INVALID_PARAMETERS, "no CDRs without an EVSE here"))
    if behaviour.session_dimensions_in_cdrs == "2001" and not _SESSION_ONLY.isdisjoint(_dimension_types(body)):
        raise Refused(problem(200, status.INVALID_PARAMETERS, "these dimensions are for Sessions"))


# Of CdrDimensionType, those marked as for Sessions only.
_SESSION_ONLY = frozenset({"CURRENT", "ENERGY_EXPORT", "ENERGY_IMPORT", "POWER", "STATE_OF_CHARGE"})


def _dimension_types(cdr: Json) -> set[str]:
    return {dimension["type"] for period in cdr["charging_periods"] for dimension in period["dimensions"]}


def _url_of(call: Call, body: Json) -> str:
    """Return the URL at which the object that was created can be read."""
    routes = call.module.routes[RECEIVER]
    place = next(route for route in routes if route.kind == "object" and route.resource == call.route.resource)
    values = {"{country_code}": body.get("country_code"), "{party_id}": body.get("party_id")}
    object_id = body[call.module.id_of(call.route)]
    segments = [values.get(part, object_id if part.startswith("{") else part) for part in place.segments]
    path = call.platform.path_of(call.context.version, call.context.module, RECEIVER)
    url = "/".join((call.platform.base_url, path, *(urllib.parse.quote(str(part), safe="") for part in segments)))
    # Ids are unique for each owner: where the path does not name it, the query does.
    owner = "" if "{party_id}" in place.segments else _owner_of_created(call, body)
    return f"{url}?owner={owner}" if owner else url


def _owner_of_created(call: Call, body: Json) -> str:
    """Return the owner of an object that was created; a CDR of 2.1.1 is that of the peer, other objects have none."""
    if "party_id" in body:
        return f"{body['country_code']}-{body['party_id']}"
    peer = next(iter(call.connection.peer_roles), None) if call.route.object == "CDR" else None
    return f"{peer.country_code}-{peer.party_id}" if peer else ""


def unsupported(call: Call) -> Reply:
    """Answer a request that this platform understands and does not carry out."""
    return problem(200, status.CLIENT_ERROR, f"{call.route.name} is not supported here")
