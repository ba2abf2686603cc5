"""What a platform changes of its own accord in what it publishes: Locations, Tariffs, Tokens, ClientInfo.

Rules: every change is one function that pushes it; who asks for it (a trigger, a test, a simulation) is not known here.
Charging has a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.messages import parse_timestamp, timestamp
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.pushing import push_object, push_patch, push_removal
from ocpi_conformance.mock_partner.state import Json, key_of

# Locations ------------------------------------------------------------------------------------------------------------


def create_location(platform: Platform) -> None:
    """Add a Location and push it to every registered peer by PUT."""
    owner = platform.party("CPO")
    number = platform.own.count("locations") + 1
    place = samples.location(free_id(platform, "locations", "LOC"), owner, platform.clock.now(), number=number)
    platform.own.put("locations", key_of("locations", place), place)
    if platform.behaviour.pushes != "no new locations":
        push_object(platform, "locations", place)


def change_location(platform: Platform, location_id: str = "") -> None:
    """Give a Location another name and push the change."""
    place = own_location(platform, location_id)
    place["name"] = f"{place.get('name', '')} *"
    touch(platform, "locations", place)
    push_patch(platform, "locations", place, {"name": place["name"]})


def change_evse_status(platform: Platform, location_id: str = "", evse_uid: str = "", status: str = "") -> None:
    """Set the status of an EVSE, by default to the other of AVAILABLE and CHARGING, and push the change."""
    place = own_location(platform, location_id)
    evse = member(place["evses"], "uid", evse_uid)
    set_evse_status(platform, place, evse, status or ("CHARGING" if evse["status"] == "AVAILABLE" else "AVAILABLE"))


def set_evse_status(platform: Platform, place: Json, evse: Json, status: str) -> None:
    """Set the status of `evse`, one of `place`, and push it."""
    evse["status"] = status
    touch(platform, "locations", place, evse)
    if platform.behaviour.pushes == "no status changes":
        return
    if platform.behaviour.pushes_status_by == "PUT":
        push_object(platform, "locations", place, (evse,))
    else:
        push_patch(platform, "locations", place, {"status": status}, (evse,))


def remove_evse(platform: Platform, location_id: str = "", evse_uid: str = "") -> None:
    """Take an EVSE out of service for good: its status becomes REMOVED, which is pushed with the whole EVSE."""
    behaviour = platform.behaviour
    place = own_location(platform, location_id)
    evse = member(place["evses"], "uid", evse_uid)
    evse["status"] = behaviour.removed_status
    touch(platform, "locations", place, evse)
    if behaviour.pushes != "no removals":
        push_object(platform, "locations", place, (evse,))


def change_connector(platform: Platform, location_id: str = "", evse_uid: str = "", connector_id: str = "") -> None:
    """Give a Connector another tariff and push the whole Connector."""
    place = own_location(platform, location_id)
    evse = member(place["evses"], "uid", evse_uid)
    plug = member(evse["connectors"], "id", connector_id)
    plug["tariff_ids"] = ["TAR2"] if plug.get("tariff_ids") == ["TAR1"] else ["TAR1"]
    touch(platform, "locations", place, evse, plug)
    push_object(platform, "locations", place, (evse, plug))


# Tariffs --------------------------------------------------------------------------------------------------------------


def create_tariff(platform: Platform) -> None:
    """Add a Tariff that no Connector has yet and push it by PUT."""
    _add_tariff(platform)


def _add_tariff(platform: Platform) -> Json:
    made = samples.tariff(free_id(platform, "tariffs", "TAR"), platform.party("CPO"), platform.clock.now())
    platform.own.put("tariffs", key_of("tariffs", made), made)
    push_object(platform, "tariffs", made)
    return made


def change_tariff(platform: Platform, tariff_id: str = "") -> None:
    """Give a Tariff another text and push it: by PUT, or PATCH where the version has it."""
    changed = own(platform, "tariffs", tariff_id)
    before = changed.get("tariff_alt_text") or [{"language": "en", "text": "By the kilowatt-hour"}]
    changed["tariff_alt_text"] = [{**before[0], "text": f"{before[0]['text'][-400:]} *"}]
    touch(platform, "tariffs", changed)
    push_patch(platform, "tariffs", changed, {"tariff_alt_text": changed["tariff_alt_text"]})


def delete_tariff(platform: Platform, tariff_id: str = "") -> None:
    """Delete a Tariff, by default a new one, so that no Connector refers to it and no list runs out, and push that."""
    gone = own(platform, "tariffs", tariff_id) if tariff_id else _dispensable(platform)
    platform.own.remove("tariffs", key_of("tariffs", gone))
    push_removal(platform, "tariffs", gone)


def _dispensable(platform: Platform) -> Json:
    in_use = set(_tariffs_in_use(platform)) if platform.behaviour.deleted_tariffs == "in use" else set()
    tariffs = [tariff for tariff in platform.own.copies("tariffs") if tariff["id"].lower() in in_use]
    return tariffs[-1] if tariffs else _add_tariff(platform)


def _tariffs_in_use(platform: Platform) -> Iterator[str]:
    for place in platform.own.copies("locations"):
        for evse in place.get("evses") or ():
            for plug in evse["connectors"]:
                yield from (name.lower() for name in plug.get("tariff_ids") or ())


# Tokens ---------------------------------------------------------------------------------------------------------------


def create_token(platform: Platform, token_type: str = "RFID", whitelist: str = "ALLOWED") -> None:
    """Add a Token of a TokenType and a WhitelistType and push it by PUT; an EMAID is for the vehicle to tell."""
    owner = platform.party("EMSP")
    made = samples.token(free_id(platform, "tokens", "04F0A1B2C3D4"), owner, platform.clock.now())
    made |= {"type": token_type, "whitelist": whitelist}
    platform.own.put("tokens", key_of("tokens", made), made)
    if token_type != "EMAID" or platform.behaviour.emaid_tokens == "pushed":
        push_object(platform, "tokens", made)


def change_token(platform: Platform, token_uid: str = "") -> None:
    """Give a Token another language and push the change."""
    changed = own(platform, "tokens", token_uid)
    changed["language"] = "nl" if changed.get("language") == "en" else "en"
    touch(platform, "tokens", changed)
    push_patch(platform, "tokens", changed, {"language": changed["language"]})


def invalidate_token(platform: Platform, token_uid: str = "") -> None:
    """Make a Token, by default the first one that is valid, no longer valid and push that."""
    blocked = own(platform, "tokens", token_uid) if token_uid else _first_valid(platform)
    blocked["valid"] = False
    touch(platform, "tokens", blocked)
    kind = platform.behaviour.invalid_tokens
    if kind == "patched":
        push_patch(platform, "tokens", blocked, {"valid": False})
    elif kind == "put":
        push_object(platform, "tokens", blocked)
    elif kind == "deleted":
        push_removal(platform, "tokens", blocked)


def _first_valid(platform: Platform) -> Json:
    valid = (item for item in platform.own.copies("tokens") if item["valid"])
    return _itself(platform, "tokens", next(valid, None), "there is no Token that is valid")


# ClientInfo -----------------------------------------------------------------------------------------------------------


def change_client(platform: Platform, country_code: str, party_id: str, role: str, status: str) -> None:
    """Set the ConnectionStatus of a party that is connected to this hub, known or new, and push its ClientInfo."""
    behaviour = platform.behaviour
    shown = behaviour.removed_client if status == "SUSPENDED" else status
    client = {"party_id": party_id, "country_code": country_code, "role": role, "status": shown}
    client["last_updated"] = timestamp(platform.clock.now())
    key = key_of("hubclientinfo", client)
    before = platform.own.read("hubclientinfo", key)
    platform.own.put("hubclientinfo", key, client)
    new = before is None or before["status"] == "SUSPENDED"
    if behaviour.told_clients in {"all", "no changes" if new else "no new ones"}:
        push_object(platform, "hubclientinfo", client)


# What the changes share -----------------------------------------------------------------------------------------------


def own(platform: Platform, module: str, object_id: str = "") -> Json:
    """Return the own object with this id (uid of a Token) itself, by default the oldest one.

    Raises:
        HarnessError: there is none.
    """
    keys = platform.own.keys(module)
    found = platform.own.find(module, object_id) if object_id else platform.own.get(module, keys[0]) if keys else None
    if found is None:
        raise HarnessError(f"there is no object of {module} with the id {object_id}".rstrip())
    return found


def own_location(platform: Platform, location_id: str = "") -> Json:
    """Return the own Location with this id itself, by default the first one with EVSEs.

    Raises:
        HarnessError: there is none.
    """
    if location_id:
        return own(platform, "locations", location_id)
    places = (place for place in platform.own.copies("locations") if place.get("evses"))
    return _itself(platform, "locations", next(places, None), "there is no Location with an EVSE")


def _itself(platform: Platform, module: str, copied: Json | None, otherwise: str) -> Json:
    """Return the own object of which `copied` is a copy; raises HarnessError saying `otherwise` when it is None."""
    found = platform.own.get(module, key_of(module, copied)) if copied else None
    if found is None:
        raise HarnessError(otherwise)
    return found


def member(items: Iterable[Json], field: str, value: str) -> Json:
    """Return the item in which `field` is `value`, ids compared as CiStrings, or the first one when that is empty.

    Raises:
        HarnessError: there is none.
    """
    listed = list(items)
    found = next((item for item in listed if str(item.get(field)).lower() == value.lower()), None)
    if found is None and (value or not listed):
        raise HarnessError(f"there is no object with {field} {value}")
    return found if found is not None else listed[0]


def touch(platform: Platform, module: str, item: Json, *parts: Json) -> None:
    """Note that an own object, or the last of its nested parts, has changed now.

    Two changes within a second have a second between them: one moment has one state.
    """
    moment = platform.clock.now()
    if "last_updated" in item:
        moment = max(moment, parse_timestamp(item["last_updated"]) + timedelta(seconds=1))
    shown = timestamp(moment)
    for changed in (item, *parts):
        changed["last_updated"] = shown
    platform.own.changed(module, key_of(module, item))


def free_id(platform: Platform, module: str, prefix: str, *, gone: str = "") -> str:
    """Return `prefix`, the mark of the platform if it has one, and a number that no own object of the module has.

    Where what is `gone` is kept under a name of its own, its numbers are not given again either.
    """
    prefix = f"{prefix}-{platform.mark}-" if platform.mark else prefix
    stores = [name for name in (module, gone) if name]
    number = sum(map(platform.own.count, stores)) + 1
    while any(platform.own.find(name, f"{prefix}{number}") is not None for name in stores):
        number += 1
    return f"{prefix}{number}"
