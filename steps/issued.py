"""Tokens that the partner pushes, and places they are used at: words → object. Nothing is sent here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.ocpi.modules import MODULES, RECEIVER
from ocpi_conformance.steps.scene import Json, Scene
from ocpi_conformance.steps.things import THINGS, Push, fresh_id, later, moment, new, owner, shown, thing, whole
from ocpi_conformance.steps.verdicts import NotApplicable

WHITELISTS = ("ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER")
# Another type than the default one; such Tokens are on no whitelist (mod_tokens_tokentype_enum).
APP = "APP_USER"
_COMPLETE: Json = {
    "visual_number": "OCT 0001",
    "group_id": "OCT-GROUP-1",
    "language": "en",
    "default_profile_type": "GREEN",
    "energy_contract": {"supplier_name": "Conformance energy", "contract_id": "OCT-ENERGY-1"},
}
_OF_APP: Json = {"type": APP, "issuer": "Conformance app"}


def issued(scene: Scene, *, valid: bool = False, whitelist: str = "NEVER", **changes: object) -> Push:
    """Return a new Token of the partner, by default one that nobody can charge with.

    Its type stands in the URL unless it is RFID (mod_tokens_cpo_put_request_parameters); 2.1.1 has no such parameter.
    """
    party = owner(scene, "EMSP")
    body = samples.token(fresh_id("TOK"), party, moment()) | {"valid": valid, "whitelist": whitelist} | changes
    kind = str(shown(scene, "Token", body)["type"])
    query = () if kind == "RFID" or not _told_apart(scene) else (("type", kind),)
    return new(scene, "Token", "tokens", (party.country_code, party.party_id, str(body["uid"])), body, query)


def _told_apart(scene: Scene) -> bool:
    """Tell whether the version in use has Tokens of one uid that differ in their type."""
    return any(route.kind_parameter for route in MODULES[scene.partner.version]["tokens"].routes[RECEIVER])


def _another_type(scene: Scene, fields: Json) -> Push:
    """Return a Token of the chosen one's uid and of another type."""
    known = scene.chosen("Token").content
    return issued(scene, **{**fields, "uid": known["uid"], "last_updated": later(known)})


def _without(scene: Scene, name: str) -> Push:
    """Return the chosen Token without an optional field.

    Raises:
        NotApplicable: a Token of the version in use has no such field.
    """
    if not shown(scene, "Token", {name: ""}, partial=True):
        raise NotApplicable(f"a Token of OCPI {scene.partner.version} has no {name}")
    return _replaced(scene, **{name: None})


def _replaced(scene: Scene, **fields: object) -> Push:
    return whole(scene, "Token", **fields, last_updated=later(scene.chosen("Token").content))


def invalidation(scene: Scene, *, dated: bool = True) -> Push:
    """Return the change that makes the chosen Token no longer valid (mod_tokens_example_invalidate_a_token)."""
    item = scene.chosen("Token")
    body = {"valid": False} | ({"last_updated": later(item.content)} if dated else {})
    return Push("Token", "tokens", item.path, body, item.query)


_NEW: dict[str, Json] = {
    "a complete Token": {**_COMPLETE, "valid": True},
    "a Token of an app": _OF_APP,
    # In a required field: one that may be lost says nothing about its text.
    "a Token with text beyond ASCII": {"issuer": "Łódź 東京 ①, Königsträßchen 5, Šiauliai"},
    "a Token with null in its optional fields": dict.fromkeys(_COMPLETE),
    **{f"a Token with whitelist {name}": {"valid": True, "whitelist": name} for name in WHITELISTS},
}
_TOKENS: dict[str, Callable[[Scene], Push]] = {
    **{name: functools.partial(issued, **fields) for name, fields in _NEW.items()},
    # From 2.3.0 on the type is an open enum.
    "a Token with a type of its own": functools.partial(issued, type="EXAMPLE_WATCH"),
    "the same Token of an app": functools.partial(_another_type, fields=_OF_APP),
    "the same Token as RFID": functools.partial(_another_type, fields={}),
    "the Token with another issuer": functools.partial(_replaced, issuer="Another issuer"),
    "the Token without its language": functools.partial(_without, name="language"),
    "the Token without its visual_number": functools.partial(_without, name="visual_number"),
    "the Token without its group_id": functools.partial(_without, name="group_id"),
    "the invalidation of the Token": invalidation,
    "the invalidation of the Token without last_updated": functools.partial(invalidation, dated=False),
}
_CLOSED: Json = {
    "twentyfourseven": False,
    "exceptional_closings": [{"period_begin": "2020-01-01T00:00:00Z", "period_end": "2099-01-01T00:00:00Z"}],
}


def _place(scene: Scene, **fields: object) -> Push:
    """Return the chosen Location where nobody could charge now, by what is known of it (mod_tokens, authorization)."""
    return whole(scene, "Location", **fields, last_updated=later(scene.chosen("Location").content))


def _with_status(scene: Scene, status: str) -> Push:
    evses = scene.chosen("Location").content["evses"]
    return _place(scene, evses=[{**evse, "status": status} for evse in evses])


_PLACES: dict[str, Callable[[Scene], Push]] = {
    "the Location while it is closed": functools.partial(_place, opening_times=_CLOSED),
    "the Location with an EVSE in use": functools.partial(_with_status, status="CHARGING"),
    "the Location with an EVSE out of order": functools.partial(_with_status, status="OUTOFORDER"),
}
THINGS.update(_TOKENS | _PLACES)


@thing("a Token with its type in the URL")
def _explicit(scene: Scene) -> Push:
    return replace(issued(scene), query=(("type", "RFID"),))


@thing("the invalidation of the Token of the app")
def _of_app(scene: Scene) -> Push:
    """Return a change of the Token that has the chosen one's uid and is of an app."""
    return replace(invalidation(scene), query=(("type", APP),))


@thing("a Token with another party_id than its URL")
def _other_party(scene: Scene) -> Push:
    push = issued(scene)
    return replace(push, body=push.body | {"party_id": "ZZZ"})


@thing("the same Token of the second party")
def _of_second_party(scene: Scene) -> Push:
    party = scene.second_party
    push = _replaced(scene, party_id=party.party_id, issuer="Of the second party")
    return replace(push, path=(party.country_code, party.party_id, push.path[2]))


@thing("another issuer of the first party's Token")
def _of_first_party(scene: Scene) -> Push:
    party, item = owner(scene, "EMSP"), scene.chosen("Token")
    body = {"issuer": "Of the first party", "last_updated": later(item.content)}
    return Push("Token", "tokens", (party.country_code, party.party_id, item.path[2]), body, item.query)
