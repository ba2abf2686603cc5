"""Real-time authorization of Tokens: what an eMSP of ours answers, whom a CPO of ours asks, and what it does then.

Rules: an eMSP decides by its Token and by what is noted about it in its store under "authorizations": `allowed`
(AllowedType), and `locations`, to the ids of which it is limited.
"""

from __future__ import annotations

from dataclasses import dataclass

from ocpi_conformance.mock_partner import commands, pulling
from ocpi_conformance.mock_partner.charging import activate_session, start_session
from ocpi_conformance.mock_partner.errors import HarnessError, TransportError
from ocpi_conformance.mock_partner.messages import Reply, problem
from ocpi_conformance.mock_partner.objects import Refused, is_refused, refusing
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.ocpi.views import view
from ocpi_conformance.mock_partner.platform import Call, Platform
from ocpi_conformance.mock_partner.publishing import own_location
from ocpi_conformance.mock_partner.pushing import envelope, peers_for
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Connection, Json, Key, key_of

_INFO = {
    "BLOCKED": "This card is blocked",
    "EXPIRED": "This card has expired",
    "NO_CREDIT": "There is not enough credit",
    "NOT_ALLOWED": "This card cannot be used here",
}
_FREE = ("AVAILABLE", "RESERVED", "UNKNOWN")

# As the eMSP that is asked --------------------------------------------------------------------------------------------


@refusing
def authorize(call: Call) -> Reply:
    """Answer POST {token_uid}/authorize (mod_tokens_post_method).

    The HTTP body is optional; an unknown Token is HTTP 404 with OCPI 2004 (A17), a Token that is limited to locations
    is OCPI 2002 without LocationReferences.
    """
    behaviour = call.platform.behaviour
    token = _asked_about(call)
    if token is None:
        return _unknown(call)
    place = call.body
    if place is None and behaviour.without_location == "400":
        raise Refused(problem(400, status.INVALID_PARAMETERS, "the body is missing"))
    if place is not None:
        _check_place(call, place)
    allowed = _verdict(call, token, place)
    if allowed != "ALLOWED" and behaviour.refused_token != "AuthorizationInfo":
        http = 404 if behaviour.refused_token == "404" else 200
        raise Refused(problem(http, status.CLIENT_ERROR, f"the token is {allowed}"))
    made = _information(call, token, place, allowed)
    return Reply(data=call.platform.show(call.context.version, "AuthorizationInfo", made))


def _asked_about(call: Call) -> Json | None:
    """Return a copy of the own Token of the URL; both names of the parameter are taken (A51)."""
    told = call.inbound.parameter("type") or call.inbound.parameter("token_type")
    if told is None and call.platform.behaviour.authorized_type == "required":
        return None
    store, kind = call.platform.own, told or "RFID"
    any_kind = call.platform.behaviour.authorized_type == "ignored"
    key = _token_key(store.keys("tokens"), call.ids["token_uid"], "" if any_kind else kind, call.context.version)
    return store.read("tokens", key) if key else None


def _token_key(keys: tuple[Key, ...], uid: str, kind: str, version: str = "") -> Key | None:
    """Return the key of the Token with this uid and this TokenType, as far as both are told.

    A `version` that has fewer types shows a Token under another one than that of its key.
    """
    kinds = {kind.lower(), ""}
    return next(
        (key for key in keys if key[2] == uid.lower() and (not kind or _shown_type(key[3], version) in kinds)), None
    )


def _shown_type(kind: str, version: str) -> str:
    shown = view(version, "Token", {"type": kind.upper()}, partial=True)["type"] if version and kind else kind
    return str(shown).lower()


def _unknown(call: Call) -> Reply:
    kind = call.platform.behaviour.unknown_token_answer
    if kind == "ALLOWED":
        party = call.platform.party("EMSP")
        made: Json = {"country_code": party.country_code, "party_id": party.party_id, "uid": call.ids["token_uid"]}
        made |= {"type": "RFID", "contract_id": "NONE", "issuer": party.name, "valid": True, "whitelist": "NEVER"}
        told: Json = {"allowed": "ALLOWED", "token": made | {"last_updated": "2020-01-01T00:00:00Z"}}
        return Reply(data=call.platform.show(call.context.version, "AuthorizationInfo", told))
    http = 200 if kind == "200 with 2004" else 404
    code = status.CLIENT_ERROR if kind == "404 with 2000" else status.UNKNOWN_TOKEN
    reply = problem(http, code, "unknown token")
    if kind == "404 with data":
        reply.data = {"allowed": "NOT_ALLOWED"}
    return reply


def _check_place(call: Call, place: object) -> None:
    problems = call.platform.validate(call.context.version, "LocationReferences", place, False)
    if not isinstance(place, dict) or problems or is_refused(call.platform.behaviour, place):
        detail = problems[0] if problems else "the body is none that is taken"
        raise Refused(problem(200, status.INVALID_PARAMETERS, detail))


def _verdict(call: Call, token: Json, place: Json | None) -> str:
    """Return the AllowedType; a Token that is not valid is BLOCKED unless something else is noted about it."""
    behaviour = call.platform.behaviour
    noted = call.platform.own.read("authorizations", key_of("tokens", token)) or {}
    allowed = str(noted.get("allowed", "ALLOWED"))
    if not token["valid"] and allowed == "ALLOWED":
        allowed = "BLOCKED"
    if not token["valid"] and behaviour.invalid_token == "ALLOWED":
        allowed = "ALLOWED"
    limits = noted.get("locations")
    if place is None and (limits is not None or behaviour.without_location == "always 2002"):
        if behaviour.without_location in {"2002", "always 2002"}:
            raise Refused(problem(200, status.NOT_ENOUGH_INFORMATION, "LocationReferences are needed"))
        return behaviour.without_location if allowed == "ALLOWED" else allowed
    if allowed != "ALLOWED" or place is None:
        return allowed
    here = limits is None or str(place["location_id"]).lower() in {str(name).lower() for name in limits}
    return "ALLOWED" if here and _usable(call, place) else "NOT_ALLOWED"


def _usable(call: Call, place: Json) -> bool:
    """Tell whether charging seems possible: nothing the eMSP shall look at (mod_tokens_real-time_authorization)."""
    kind = call.platform.behaviour.authorizes_at
    known = call.platform.received.find("locations", str(place["location_id"]))
    if kind == "any location" or known is None:
        return kind != "published locations"
    if kind == "locations that are open":
        return bool((known.get("opening_times") or {}).get("twentyfourseven", True))
    if kind == "EVSEs that are free":
        asked = {str(uid).lower() for uid in place.get("evse_uids") or ()}
        evses = [e for e in known.get("evses") or () if not asked or str(e.get("uid")).lower() in asked]
        return all(evse.get("status") in _FREE for evse in evses)
    return True


def _information(call: Call, token: Json, place: Json | None, allowed: str) -> Json:
    """Return the AuthorizationInfo; the location is that of the request, where charging there is allowed."""
    kind = call.platform.behaviour.authorized_location
    made: Json = {"allowed": allowed, "token": token}
    shown = dict(place) if place else None
    if kind == "always" and shown is None:
        shown = {"location_id": "LOC1"}
    elif kind == "another" and shown:
        shown["location_id"] = f"X{shown['location_id']}"[:36]
    elif kind == "more EVSEs" and shown:
        shown["evse_uids"] = [*(shown.get("evse_uids") or ()), "ANOTHER"]
    if shown and (allowed == "ALLOWED" or kind in {"always", "also when refused"}):
        made["location"] = shown
    if allowed == "ALLOWED":
        made["authorization_reference"] = f"AUTH-{call.platform.random.getrandbits(64):016X}"
    else:
        made["info"] = {"language": "en", "text": _INFO.get(allowed, "This card cannot be used")}
    return made


def note_authorization(
    platform: Platform, token_uid: str, token_type: str = "RFID", allowed: str = "ALLOWED", locations: str = ""
) -> None:
    """Note what this eMSP answers about a Token of its own from now on.

    Args:
        platform: the eMSP.
        token_uid: the uid of the Token.
        token_type: its TokenType.
        allowed: AllowedType.
        locations: ids between commas to which it is limited; empty: it is not.

    Raises:
        HarnessError: it has no such Token.
    """
    key = _token_key(platform.own.keys("tokens"), token_uid, token_type)
    if key is None:
        raise HarnessError(f"there is no Token {token_uid} of the type {token_type}")
    limits = {"locations": locations.split(",")} if locations else {}
    platform.own.put("authorizations", key, {"allowed": allowed, **limits})


# As the CPO that asks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Permission:
    """What a CPO knows when somebody presents a Token: whether it may be used, and what a session says about that."""

    granted: bool
    token: Json
    auth_method: str = "WHITELIST"
    reference: str = ""


def authorize_token(
    platform: Platform, token_uid: str, token_type: str = "", location_id: str = "", evse_uid: str = ""
) -> Json | None:
    """Ask the eMSP whether a Token may be used, at a Location where one is named (mod_tokens_post_method).

    Returns the AuthorizationInfo, or None when no peer gives one: the Token is unknown to them.

    Raises:
        TransportError: the only eMSP that could know gives no response.
        HarnessError: no peer has the Sender interface of tokens.
    """
    known = _known(platform, token_uid, token_type)
    kind = token_type or (known or {}).get("type", "RFID")
    peers = _issuers(platform, known)
    if not peers:
        raise HarnessError("no registered peer authorizes tokens")
    for connection in peers:
        exchange = _ask(platform, connection, (token_uid, kind), _references(platform, location_id, evse_uid))
        data = envelope(exchange).get("data")
        if isinstance(data, dict) and "allowed" in data:
            return data
    return None


def _ask(platform: Platform, connection: Connection, token: tuple[str, str], place: Json | None) -> Exchange:
    behaviour, (uid, kind) = platform.behaviour, token
    path = [uid, "authorize"]
    if behaviour.authorize_url == "without suffix":
        path = [uid]
    elif behaviour.authorize_url == "with owner":
        owner = platform.party("CPO")
        path = [owner.country_code, owner.party_id, *path]
    typed = kind != "RFID" and behaviour.authorize_type == "unless RFID"
    parameters = {"type": kind} if typed else {}
    return platform.call(connection, "POST", "tokens", SENDER, path, parameters=parameters, body=place)


def _known(platform: Platform, uid: str, kind: str) -> Json | None:
    """Return a copy of the Token that a peer has pushed, or None."""
    key = _token_key(platform.received.keys("tokens"), uid, kind)
    return platform.received.read("tokens", key) if key else None


def _issuers(platform: Platform, token: Json | None) -> list[Connection]:
    peers = peers_for(platform, "tokens", SENDER)
    ids = tuple(str((token or {}).get(name, "")) for name in ("country_code", "party_id"))
    return [c for c in peers if any(role.owns(*ids) for role in c.peer_roles)] or peers


def _references(platform: Platform, location_id: str, evse_uid: str) -> Json | None:
    if not location_id:
        return None
    named: list[str] = [evse_uid] if evse_uid else []
    if named and platform.behaviour.authorize_evses == "evse_id":
        evses = own_location(platform, location_id)["evses"]
        named = [evse["evse_id"] for evse in evses if evse["uid"] == evse_uid]
    return {"location_id": location_id} | ({"evse_uids": named} if named else {})


def present_token(
    platform: Platform, token_uid: str, token_type: str = "", location_id: str = "", evse_uid: str = ""
) -> None:
    """Have a driver present a Token at an EVSE: a session begins when its whitelist or its eMSP allows that.

    WhitelistType says whether the eMSP is asked (mod_tokens_whitelisttype_enum); one that nobody has pushed is asked
    about. Where the EVSE is reserved for the Token, the Session of the reservation becomes active.
    """
    if platform.behaviour.list_at_swipe == "read":
        pulling.pull(platform, "tokens")
    place = own_location(platform, location_id)
    evse = evse_uid or place["evses"][0]["uid"]
    permission = permit(platform, token_uid, token_type, place["id"], evse)
    if permission.granted:
        _begin(platform, permission, place["id"], evse)


def _begin(platform: Platform, permission: Permission, location_id: str, evse_uid: str) -> None:
    """Begin the session that was permitted; that of a reservation for its Token becomes active."""
    method, reference = permission.auth_method, permission.reference
    reserved = commands.take_up(platform, location_id, evse_uid, str(permission.token.get("uid")))
    if reserved is None:
        start_session(platform, location_id, evse_uid, token=permission.token, reference=reference, auth_method=method)
    else:
        last = platform.behaviour.method_after_reservation == "last"
        activate_session(platform, reserved, method if last else "", reference)


def permit(platform: Platform, token_uid: str, token_type: str, location_id: str, evse_uid: str) -> Permission:
    """Return whether a Token may be used at an EVSE, by its whitelist or by the answer of its eMSP.

    Raises:
        HarnessError: the eMSP is to be asked, and no peer authorizes tokens.
    """
    known = _known(platform, token_uid, token_type)
    permission = _whitelisted(platform, known) if known else None
    if permission is None and known is None and platform.behaviour.unknown_token == "refused":
        return Permission(granted=False, token={})
    return permission or _asked(platform, known, (token_uid, token_type), (location_id, evse_uid))


def _whitelisted(platform: Platform, token: Json) -> Permission | None:
    """Return what the Token itself says, or None when the eMSP is to be asked."""
    kind = platform.behaviour.whitelist
    asks = {
        "always asks": True,
        "never asks": False,
        "asks for valid ones only": token["whitelist"] in {"NEVER", "ALLOWED_OFFLINE"} and token["valid"],
    }
    asked = asks.get(kind, token["whitelist"] in {"NEVER", "ALLOWED_OFFLINE"})
    return None if asked else Permission(bool(token["valid"]) and kind != "refuses unasked", token)


def _asked(platform: Platform, known: Json | None, token: tuple[str, str], place: tuple[str, str]) -> Permission:
    """Return what the eMSP says; without a response ALLOWED_OFFLINE decides."""
    try:
        answer = authorize_token(platform, *token, *place)
    except TransportError:
        kind, token_known = platform.behaviour.whitelist, known or {}
        offline = token_known.get("whitelist") == "ALLOWED_OFFLINE" and token_known.get("valid") is True
        granted = {"refuses while offline": False, "starts offline": True}.get(kind, offline)
        return Permission(granted and bool(known), token_known)
    granted = answer is not None and answer.get("allowed") == "ALLOWED"
    found = (answer or {}).get("token") or known or {}
    return Permission(granted, found, "AUTH_REQUEST", str((answer or {}).get("authorization_reference", "")))
