"""The things a phrase can push, and the answers it can prescribe to the partner: words → object or fault rule.

Rules: a thing is built from the samples and from what the scene has chosen; sending it is the step's business.
"""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urljoin

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, makes_urls
from ocpi_conformance.mock_partner.ocpi.routing import HUB
from ocpi_conformance.mock_partner.ocpi.views import view
from ocpi_conformance.mock_partner.record import Exchange, Headers
from ocpi_conformance.mock_partner.samples_2_3_0 import with_parking
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.scene import Chosen, Json, Scene
from ocpi_conformance.steps.verdicts import NotApplicable

_NUMBERS = itertools.count(1)
# Objects within others that have a place of their own: the list that holds them, the field that names one, the class.
NESTED = (("evses", "uid", "EVSE"), ("connectors", "id", "Connector"), ("calendars", "id", "Calendar"))


@dataclass(frozen=True)
class Push:
    """A body and where it goes: class, module, URL segments below the endpoint, parameters, the interface.

    That is the Receiver's but for what the text lets others change at its owner, as a Terminal. `body` has the form of
    the version in use; `ours` is a whole object as a platform of ours keeps it. `sender` is who pushes it, where that
    is not its owner, `address` are the headers that say whom it is for, where the usual ones do not.
    """

    kind: str
    module: str
    path: tuple[str, ...]
    body: Any
    query: tuple[tuple[str, str], ...] = ()
    ours: Json | None = None
    interface: str = RECEIVER
    sender: Party | None = None
    address: Headers = ()

    def kept(self) -> Json:
        """Return the object as a platform of ours keeps it.

        Raises:
            LookupError: it is none, but a part of one or a change.
        """
        if self.ours is None:
            raise LookupError(f"a {self.kind} at {'/'.join(self.path)} is no whole object that the partner keeps")
        return self.ours


Thing = Callable[[Scene], Push]
Builder = TypeVar("Builder", bound=Thing)
THINGS: dict[str, Thing] = {}
# What a partner of a version cannot send or need not be understood with: version → thing → why.
_ABSENT: dict[str, dict[str, str]] = {
    "2.1.1": {
        "a Location with text beyond ASCII": "a string of OCPI 2.1.1 holds printable ASCII only",
        "a Location with fractions of a second": "a DateTime of OCPI 2.1.1 has no fractions of a second",
        "a Location with null for charging_when_closed": "2.1.1 does not say what null means for a default",
    }
}


def thing(name: str) -> Callable[[Builder], Builder]:
    """Register the decorated builder as the thing called `name`."""

    def register(builder: Builder) -> Builder:
        if name in THINGS:
            raise ValueError(f"two things are called {name!r}")
        THINGS[name] = builder
        return builder

    return register


def build(scene: Scene, name: str) -> Push:
    """Return the thing called `name` for this scene.

    Raises:
        LookupError: there is none; the message lists the known ones.
        NotApplicable: the version in use does not have what the thing is about.
        NotObserved: it needs an object that no Given has chosen.
    """
    if name not in THINGS:
        raise LookupError(f'no thing is called "{name}". Known: {sorted(THINGS)}')
    absent = _ABSENT.get(scene.partner.version, {}).get(name)
    if absent:
        raise NotApplicable(absent)
    return THINGS[name](scene)


def new(
    scene: Scene, kind: str, module: str, path: tuple[str, ...], item: Json, query: tuple[tuple[str, str], ...] = ()
) -> Push:
    """Return the push of a whole object of the partner; `item` is in the form in which its platform keeps it."""
    return Push(kind, module, path, shown(scene, kind, item), query, item)


def shown(scene: Scene, kind: str, item: Json, *, partial: bool = False) -> Json:
    """Return an object of the partner, or fields of one (`partial`), in the form of the version in use."""

    def place(location_id: str) -> Json | None:
        known = scene.objects.get("Location")
        return known.ours if known and known.ours and known.ours["id"] == location_id else None

    return view(scene.partner.version, kind, item, place, partial=partial)


def remember(scene: Scene, push: Push, exchange: Exchange | None = None) -> None:
    """Make what was pushed the chosen object of its class, and its nested objects those of theirs."""
    url = _url_of(scene, push, exchange)
    scene.objects[push.kind] = Chosen(
        push.kind, push.module, push.interface, push.path, push.body, exchange, url, push.query, push.ours
    )
    for list_name, id_field, kind in NESTED:
        items = push.body.get(list_name) if isinstance(push.body, dict) else None
        if items and isinstance(items, list):
            ours = push.ours[list_name][0] if push.ours else None
            nested = Push(kind, push.module, (*push.path, items[0][id_field]), items[0], ours=ours)
            remember(scene, nested, exchange)


def _url_of(scene: Scene, push: Push, exchange: Exchange | None) -> str:
    """Return where the target says that it keeps an object; a second POST of one leaves it where it is."""
    if push.interface != RECEIVER or not makes_urls(scene.partner.version, push.module):
        return ""
    known = scene.objects.get(push.kind)
    if known and known.url and known.content.get("id") == push.body.get("id"):
        return known.url
    response = exchange.response if exchange and exchange.request.method == "POST" else None
    location = response.header("Location") if response else None
    return urljoin(exchange.request.url, location) if exchange and location else ""


def fresh_id(prefix: str = "LOC") -> str:
    """Return an id of our own that no object of the run has had (at most 36 printable ASCII characters)."""
    return f"OCT-{prefix}-{datetime.now(UTC):%y%m%d%H%M%S}-{next(_NUMBERS)}"


_CDR_TOKEN = ("country_code", "party_id", "uid", "type", "contract_id")


def cdr_token(scene: Scene) -> Json:
    """Return the chosen Token of the target as a Session or CDR of ours names it; 2.1.1 has no owner in a Token."""
    token = scene.chosen("Token").content
    peer = next(iter(scene.site.connection.peer_roles), Party("", "", ""))
    known = {"country_code": peer.country_code, "party_id": peer.party_id, "contract_id": token.get("auth_id")} | token
    return {name: known[name] for name in _CDR_TOKEN if known.get(name) is not None}


def owner(scene: Scene, role: str = "CPO") -> Party:
    """Return the partner's party that owns what it pushes; where the partner is a hub, the one behind it."""
    if scene.behind:
        return scene.behind
    # Behind a hub the partner is several parties, each with a platform of its own.
    parties = scene.site.platform.roles if scene.partner.role == HUB else scene.partner.roles
    return next((party for party in parties if party.role == role), parties[0])


def moment() -> datetime:
    """Return a time in the recent past, so that changes can follow it without lying in the future."""
    return datetime.now(UTC) - timedelta(minutes=10)


def later(*contents: Json, seconds: int = 60) -> str:
    """Return a DateTime after the last_updated of all `contents`."""
    return timestamp(max(parse_timestamp(item["last_updated"]) for item in contents) + timedelta(seconds=seconds))


def whole(scene: Scene, kind: str, **changes: Any) -> Push:  # noqa: ANN401
    """Return the chosen object of class `kind` as a whole, with `changes`; None as a value removes the field."""
    item = scene.chosen(kind)
    body = _without_nulls(item.content | shown(scene, kind, changes, partial=True))
    ours = _without_nulls(item.ours | changes) if item.ours else None
    return Push(kind, item.module, item.path, body, item.query, ours)


def _without_nulls(item: Json) -> Json:
    return {name: value for name, value in copy.deepcopy(item).items() if value is not None}


@thing("a Location")
def _location(scene: Scene) -> Push:
    return _fresh(scene)


@thing("a Token")
def _token(scene: Scene) -> Push:
    """Return a Token that nobody can charge with: it is not valid."""
    party = owner(scene, "EMSP")
    body = samples.token(fresh_id("TOK"), party, moment()) | {"valid": False, "whitelist": "NEVER"}
    return new(scene, "Token", "tokens", (party.country_code, party.party_id, body["uid"]), body)


@thing("a Location with an undefined field")
def _undefined_in_location(scene: Scene) -> Push:
    push = _location(scene)
    return replace(push, body=push.body | {"example_field": "undefined"})


@thing("a Location with undefined fields in its parts")
def _undefined_in_parts(scene: Scene) -> Push:
    push = _location(scene)
    evses = [evse | {"example_field": "undefined"} for evse in push.body["evses"]]
    coordinates = push.body["coordinates"] | {"example_field": "undefined"}
    return replace(push, body=push.body | {"evses": evses, "coordinates": coordinates})


@thing("a Token with an undefined field")
def _undefined_in_token(scene: Scene) -> Push:
    push = _token(scene)
    return replace(push, body=push.body | {"example_field": "undefined"})


@thing("a complete Location")
def _complete_location(scene: Scene) -> Push:
    """Return a Location with every optional field of the class, its EVSEs and its Connectors."""
    party = owner(scene)
    body = samples.complete_location(fresh_id(), party, moment())
    return new(scene, "Location", "locations", (party.country_code, party.party_id, body["id"]), body)


@thing("a minimal Location")
def _minimal_location(scene: Scene) -> Push:
    party = owner(scene)
    body = samples.minimal_location(fresh_id(), party, moment())
    return new(scene, "Location", "locations", (party.country_code, party.party_id, body["id"]), body)


# Locations, their EVSEs and Connectors --------------------------------------------------------------------------------


_RARE = ("directions", "energy_mix", "opening_times", "operator")


def _fresh(scene: Scene, change: Callable[[Json], None] | None = None, name: str = "") -> Push:
    """Return a new Location of the partner, with the id `name` where one is given, as `change` leaves it.

    It has few optional fields: a target that stumbles over one of them is judged for that, by `a complete Location`,
    and can still be judged for everything else.
    """
    party = owner(scene)
    full = samples.location(name or fresh_id(), party, moment())
    body = {key: value for key, value in full.items() if key not in _RARE}
    if change:
        change(body)
    return new(scene, "Location", "locations", (party.country_code, party.party_id, body["id"]), body)


def _levels(body: Json) -> list[Json]:
    evses = body["evses"]
    return [body, *evses, *(plug for evse in evses for plug in evse["connectors"])]


def _longest_ids(body: Json) -> None:
    for number, item in enumerate(_levels(body)):
        name = "uid" if "uid" in item else "id"
        item[name] = f"{body['id'][:30]}-{number:02d}-".ljust(36, "X")


def _text(body: Json) -> None:
    body |= {"name": "Łódź 東京 ①", "address": "Königsträßchen 5, Šiauliai", "city": "Kraków-Tōkyō"}


def _fractions(body: Json) -> None:
    for item in _levels(body):
        item["last_updated"] = item["last_updated"].replace("Z", ".250Z")


def _images(body: Json) -> None:
    body["images"] = [
        {"url": f"https://images.example.com/{n}.png", "category": "LOCATION", "type": "png"} for n in range(1, 4)
    ]


def _all_removed(body: Json) -> None:
    for evse in body["evses"]:
        evse["status"] = "REMOVED"


def _open_twice(body: Json) -> None:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    body["opening_times"] = {
        "twentyfourseven": False,
        "regular_hours": [{"weekday": day, "period_begin": "07:00", "period_end": "22:00"} for day in range(1, 8)],
        "exceptional_openings": [{"period_begin": f"{tomorrow}T09:00:00Z", "period_end": f"{tomorrow}T10:00:00Z"}],
    }


def _foreign_evse_ids(body: Json) -> None:
    for number, evse in enumerate(body["evses"], 1):
        evse["evse_id"] = f"DE*ZZZ*E{number:05d}"


def _without_charging_when_closed(body: Json) -> None:
    del body["charging_when_closed"]


def _nulls(body: Json) -> None:
    body |= dict.fromkeys(("name", "parking_type", "postal_code", "state", "opening_times", "energy_mix"))


def _lists(body: Json, value: Any) -> None:  # noqa: ANN401  (null or an empty list)
    body |= dict.fromkeys(("related_locations", "directions", "facilities", "images"), value)
    body["evses"][0] |= dict.fromkeys(("capabilities", "directions", "parking_restrictions", "images"), value)


def _null_charging_when_closed(body: Json) -> None:
    body["charging_when_closed"] = None


def _lower_case_status(body: Json) -> None:
    body["evses"][0]["status"] = "available"


def _unknown_status(body: Json) -> None:
    body["evses"][0]["status"] = "OCCUPIED"


def _unknown_format(body: Json) -> None:
    body["evses"][0]["connectors"][0]["format"] = "PANTOGRAPH"


def _own_standard(body: Json) -> None:
    body["evses"][0]["connectors"][0]["standard"] = "EXAMPLE_CIRCULAR"


def _own_capability(body: Json) -> None:
    body["evses"][0]["capabilities"].append("EXAMPLE_GREETING")


def _own_facility(body: Json) -> None:
    body["facilities"] = ["CAFE", "EXAMPLE_LIBRARY"]


def _parking_places(body: Json) -> None:
    with_parking(body)


def _no_connectors(body: Json) -> None:
    body["evses"][0]["connectors"] = []


def _needs_connector(body: Json) -> None:
    body["evses"][0]["capabilities"].append("START_SESSION_CONNECTOR_REQUIRED")


_LOCATIONS: dict[str, Callable[[Json], None]] = {
    "a Location with an EVSE that needs a connector_id": _needs_connector,
    "a Location with null in its optional fields": _nulls,
    "a Location with empty lists": lambda body: _lists(body, []),
    "a Location with null for its lists": lambda body: _lists(body, None),
    "a Location with null for charging_when_closed": _null_charging_when_closed,
    "a Location with a status in lower case": _lower_case_status,
    "a Location with an EVSE without connectors": _no_connectors,
    "a Location with an unknown status": _unknown_status,
    "a Location with an unknown format": _unknown_format,
    "a Location with a standard of its own": _own_standard,
    "a Location with a capability of its own": _own_capability,
    "a Location with a facility of its own": _own_facility,
    "a Location with parking places": _parking_places,
    "a Location with text beyond ASCII": _text,
    "a Location with fractions of a second": _fractions,
    "a Location with several images of one category": _images,
    "a Location with EVSE ids of another operator": _foreign_evse_ids,
    "a Location without valid EVSEs": _all_removed,
    "a Location with exceptional openings within regular hours": _open_twice,
    "a Location without charging_when_closed": _without_charging_when_closed,
    "a Location with ids of 36 characters": _longest_ids,
}
# Whole objects that replace the chosen ones: class, and what is changed (None: left out).
_REPLACEMENTS: dict[str, tuple[str, Json]] = {
    "the Location with another name": ("Location", {"name": "Another name"}),
    "the Location without its name": ("Location", {"name": None}),
    "the Location without its city": ("Location", {"city": None, "name": "Another name"}),
    "the Location with coordinates of a wrong type": ("Location", {"coordinates": "here", "name": "Another name"}),
    "the EVSE with another floor_level": ("EVSE", {"floor_level": "-2"}),
    "the EVSE without its floor_level": ("EVSE", {"floor_level": None}),
    "the EVSE without its status": ("EVSE", {"status": None, "floor_level": "-2"}),
    "the EVSE with connectors of a wrong type": ("EVSE", {"connectors": "two", "floor_level": "-2"}),
    "the Connector with another max_amperage": ("Connector", {"max_amperage": 16}),
    "the Connector without its tariff_ids": ("Connector", {"tariff_ids": None}),
    "the Connector without its standard": ("Connector", {"standard": None, "max_amperage": 16}),
    "the Connector with max_voltage of a wrong type": ("Connector", {"max_voltage": "high", "max_amperage": 16}),
}
# Bodies of PATCH on the chosen objects: class, and what changes beside last_updated. Each has two variants:
# without last_updated, and of an object that nobody has.
_CHANGES: dict[str, tuple[str, Json]] = {
    "another name of the Location": ("Location", {"name": "Another name"}),
    "another status of the EVSE": ("EVSE", {"status": "CHARGING"}),
    "other tariff_ids of the Connector": ("Connector", {"tariff_ids": ["TAR8", "TAR9"]}),
}


def _after_all(scene: Scene) -> str:
    """Return a DateTime after everything that the chosen Location and its chosen parts hold."""
    return later(*(scene.chosen(kind).content for kind in ("Location", "EVSE", "Connector") if kind in scene.objects))


def _replacement(scene: Scene, kind: str, fields: Json) -> Push:
    return whole(scene, kind, **fields, last_updated=_after_all(scene))


def _change(scene: Scene, kind: str, fields: Json, *, dated: bool = True, known: bool = True) -> Push:
    item = scene.chosen(kind)
    path = item.path if known else (*item.path[:-1], fresh_id("NONE"))
    body = shown(scene, kind, fields, partial=True) | ({"last_updated": _after_all(scene)} if dated else {})
    return Push(kind, item.module, path, body)


def _register_tables() -> None:
    for name, change in _LOCATIONS.items():
        THINGS[name] = functools.partial(_fresh, change=change)
    for name, (kind, fields) in _REPLACEMENTS.items():
        THINGS[name] = functools.partial(_replacement, kind=kind, fields=fields)
    for name, (kind, fields) in _CHANGES.items():
        THINGS[name] = functools.partial(_change, kind=kind, fields=fields)
        THINGS[f"{name} without last_updated"] = functools.partial(_change, kind=kind, fields=fields, dated=False)
        unknown = name.replace(f"the {kind}", f"an unknown {kind}")
        THINGS[unknown] = functools.partial(_change, kind=kind, fields=fields, known=False)


_register_tables()


@thing("a Location with asterisks in its ids")
def _asterisks(scene: Scene) -> Push:
    return _fresh(scene, name=fresh_id().replace("-", "*"))


@thing("the removal of the EVSE")
def _removal(scene: Scene) -> Push:
    return _change(scene, "EVSE", {"status": "REMOVED"})


@thing("the EVSE with a status schedule that has begun")
def _begun_schedule(scene: Scene) -> Push:
    begun = timestamp(datetime.now(UTC) - timedelta(hours=1))
    return _replacement(scene, "EVSE", {"status_schedule": [{"period_begin": begun, "status": "OUTOFORDER"}]})


@thing("the EVSE with a status schedule that ends in its removal")
def _announced_removal(scene: Scene) -> Push:
    begin = timestamp(datetime.now(UTC) + timedelta(days=30))
    return _replacement(scene, "EVSE", {"status_schedule": [{"period_begin": begin, "status": "REMOVED"}]})


@thing("an EVSE within the Location")
def _within(scene: Scene) -> Push:
    evse = {"uid": scene.chosen("EVSE").path[-1], "floor_level": "-2", "last_updated": _after_all(scene)}
    return _change(scene, "Location", {"evses": [evse]})


@thing("a Location with another id than its URL")
def _other_id(scene: Scene) -> Push:
    push = _fresh(scene)
    return replace(push, body=push.body | {"id": fresh_id("OTHER")})


@thing("a Location with another party_id than its URL")
def _other_party(scene: Scene) -> Push:
    push = _fresh(scene)
    return replace(push, body=push.body | {"party_id": "ZZZ"})


@thing("a Location of a foreign owner")
def _foreign_location(scene: Scene) -> Push:
    push = _fresh(scene)
    return replace(push, path=("XX", "ZZZ", push.path[2]), body=push.body | {"country_code": "XX", "party_id": "ZZZ"})


@thing("the same Location of the second party")
def _of_second_party(scene: Scene) -> Push:
    party = scene.second_party
    push = whole(scene, "Location", party_id=party.party_id, name="Of the second party")
    return replace(push, path=(party.country_code, party.party_id, push.path[2]))


@thing("another name of the first party's Location")
def _of_first_party(scene: Scene) -> Push:
    party = owner(scene)
    change = _change(scene, "Location", {"name": "Of the first party"})
    return replace(change, path=(party.country_code, party.party_id, change.path[2]))


def _new_evse(scene: Scene, place: tuple[str, ...]) -> Push:
    party, uid = owner(scene), fresh_id("EVSE")
    body = samples.evse(uid, f"{party.country_code}*{party.party_id}*E{next(_NUMBERS):07d}", moment())
    moments = _after_all(scene)
    body |= {"last_updated": moments, "connectors": [body["connectors"][0] | {"last_updated": moments}]}
    return new(scene, "EVSE", "locations", (*place, uid), body)


@thing("another EVSE")
def _another_evse(scene: Scene) -> Push:
    return _new_evse(scene, scene.chosen("Location").path)


@thing("an EVSE of an unknown Location")
def _evse_nowhere(scene: Scene) -> Push:
    return _new_evse(scene, (*scene.chosen("Location").path[:-1], fresh_id("NONE")))


def _new_connector(scene: Scene, place: tuple[str, ...]) -> Push:
    body = samples.connector(9, moment()) | {"last_updated": _after_all(scene)}
    return new(scene, "Connector", "locations", (*place, body["id"]), body)


@thing("another Connector")
def _another_connector(scene: Scene) -> Push:
    return _new_connector(scene, scene.chosen("EVSE").path)


@thing("a Connector of an unknown EVSE")
def _connector_nowhere(scene: Scene) -> Push:
    return _new_connector(scene, (*scene.chosen("EVSE").path[:-1], fresh_id("NONE")))
