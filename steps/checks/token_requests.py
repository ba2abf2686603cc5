"""What the target sends about Tokens: pushes of an eMSP, and what a CPO does when a Token is used. No answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import REQUESTS, expected_of, parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.rules.common import folded
from ocpi_conformance.steps.checks.tokens import token_type
from ocpi_conformance.steps.likeness import shown
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.token_uses import Use
from ocpi_conformance.steps.verdicts import Breach, NotObserved

Json = dict[str, Any]
USE = "the use of the Token"
_EMAID = "EMAID"
_CHARGING = frozenset({"ACTIVE", "COMPLETED"})


def _body(exchange: Exchange) -> Json:
    value = parsed(exchange.request.body)
    return value if isinstance(value, dict) else {}


def _is_about_token(exchange: Exchange) -> bool:
    return (exchange.context.module, exchange.context.interface) == ("tokens", RECEIVER)


def of_token(exchange: Exchange) -> bool:
    """A request for a Token that the target owns."""
    return _is_about_token(exchange) and exchange.request.method in {"GET", "PUT", "PATCH"}


def of_any_method(exchange: Exchange) -> bool:
    """A request about Tokens that the target owns."""
    return _is_about_token(exchange)


def of_put(exchange: Exchange) -> bool:
    """A PUT of a Token."""
    return _is_about_token(exchange) and exchange.request.method == "PUT" and exchange.context.route == "token"


def of_patch(exchange: Exchange) -> bool:
    """A PATCH of a Token."""
    return _is_about_token(exchange) and exchange.request.method == "PATCH"


# Pushes ---------------------------------------------------------------------------------------------------------------


@expected_of(REQUESTS, "for a Token goes to the URL of its owner and uid", of_token)
def at_its_url(exchange: Exchange) -> Iterator[Breach]:
    """country_code, party_id and token_uid follow the endpoint URL (mod_tokens_cpo_interface)."""
    ids = [str(exchange.context.id(name) or "") for name in ("country_code", "party_id")]
    if exchange.context.route != "token" or [len(value) for value in ids] != [2, 3]:
        yield Breach("the endpoint URL, country code, party id and token uid", exchange.request.url, exchange)


def _as_in_url(exchange: Exchange, name: str, segment: str) -> Iterator[Breach]:
    """Yield a field of the body that is there and not what the URL says; case is ignored where ids are CiStrings."""
    value, wanted = _body(exchange).get(name), str(exchange.context.id(segment))
    version = exchange.context.version
    if value is not None and folded(str(value), version) != folded(wanted, version):
        yield Breach(f"{name} {wanted}, as in the URL", shown(value), exchange, f"/{name}")


@expected_of(REQUESTS, "with a whole Token names its owner in the URL", of_put)
def owner_in_url(exchange: Exchange) -> Iterator[Breach]:
    """country_code and party_id are the same in URL and body (mod_tokens_cpo_put_request_parameters)."""
    for name in ("country_code", "party_id"):
        yield from _as_in_url(exchange, name, name)


@expected_of(REQUESTS, "with a whole Token names its uid in the URL", of_put)
def uid_in_url(exchange: Exchange) -> Iterator[Breach]:
    """The last segment of the URL is the uid of the body (mod_tokens_cpo_put_request_parameters)."""
    yield from _as_in_url(exchange, "uid", "token_uid")


@expected_of(REQUESTS, "with a whole Token names its type in the URL", of_put)
def type_in_url(exchange: Exchange) -> Iterator[Breach]:
    """The parameter type, RFID without it, is the type of the body (mod_tokens_cpo_put_request_parameters)."""
    wanted, kind = token_type(exchange.request.url), _body(exchange).get("type")
    if kind is not None and kind != wanted:
        yield Breach(f"the parameter type with {kind}", f"a URL that means {wanted}", exchange)


@expected_of(("every push",), "is of another Token than an EMAID", of_put)
def pushes_no_emaid(exchange: Exchange) -> Iterator[Breach]:
    """A CPO learns of an EMAID from the vehicle: it need not be pushed (mod_tokens_tokentype_enum)."""
    if _body(exchange).get("type") == _EMAID:
        yield Breach("no push of an EMAID Token", exchange.request.method, exchange, "/type")


@expected_of(REQUESTS, "with a change of a Token holds last_updated", of_patch)
def change_is_dated(exchange: Exchange) -> Iterator[Breach]:
    """mod_tokens_patch_method."""
    if _body(exchange).get("last_updated") is None:
        yield Breach("last_updated in every PATCH", "absent", exchange, "/last_updated")


@expected_of(REQUESTS, "about a Token deletes none", of_any_method)
def deletes_none(exchange: Exchange) -> Iterator[Breach]:
    """Tokens are made invalid; deleting is not possible (mod_tokens_push_model)."""
    if exchange.request.method == "DELETE":
        yield Breach("PUT or PATCH with valid false", "DELETE", exchange)


# The use of a Token ---------------------------------------------------------------------------------------------------


@expectation(USE, "is authorized in real time")
def is_asked(found: Use) -> Iterator[Breach]:
    """The eMSP is asked by POST authorize (mod_tokens_real-time_authorization, mod_tokens_whitelisttype_enum)."""
    if not found.asked:
        kind = f"{found.token['whitelist']} Token"
        yield Breach(f"POST authorize for the {kind}", "no such request")


@expectation(USE, "is not authorized in real time", among="silence")
def is_not_asked(found: Use) -> Iterator[Breach]:
    """ALWAYS: real-time authorization is not allowed (mod_tokens_whitelisttype_enum)."""
    for exchange in found.asked[:1]:
        yield Breach("no POST authorize for a Token that is ALWAYS whitelisted", exchange.request.method, exchange)


@expectation(USE, "reads no list of Tokens", among="silence")
def reads_no_list(found: Use) -> Iterator[Breach]:
    """The whole list is not for real-time operation (mod_tokens_pull_model)."""
    for exchange in found.lists[:1]:
        yield Breach("no request for the list of Tokens", exchange.request.method, exchange)


@expectation(USE, "begins a Session", among="Session")
def begins_session(found: Use) -> Iterator[Breach]:
    """The Token may be used, so that charging begins (mod_tokens_whitelisttype_enum)."""
    if not found.sessions:
        expected = f"a Session for the {found.token['whitelist']} Token"
        yield Breach(expected, "none", found.asked[-1] if found.asked else None)


@expectation(USE, "begins no Session", among="no Session")
def begins_no_session(found: Use) -> Iterator[Breach]:
    """NEVER: without an answer of the eMSP nobody charges (mod_tokens_whitelisttype_enum)."""
    for payload in found.sessions:
        if payload.value.get("status") in _CHARGING:
            actual = f"a Session that is {payload.value['status']}"
            yield Breach("no Session, as the eMSP gave no answer", actual, payload.exchange, payload.pointer)


@expectation(USE, "is asked about in the form of the text")
def asked_in_form(found: Use) -> Iterator[Breach]:
    """POST {token_uid}/authorize, the type unless RFID, valid LocationReferences if any (mod_tokens_post_method)."""
    kind = str(found.token["type"])
    for exchange in _asked(found):
        if exchange.context.route != "authorize":
            yield Breach("the endpoint URL, token uid, authorize", exchange.request.url, exchange)
        elif token_type(exchange.request.url, exchange.context.version) != kind:
            yield Breach(f"the parameter type with {kind}", exchange.request.url, exchange)
        yield from _references(exchange)


def _asked(found: Use) -> tuple[Exchange, ...]:
    if not found.asked:
        raise NotObserved("the target has not asked about the Token")
    return found.asked


def _references(exchange: Exchange) -> Iterator[Breach]:
    if not exchange.request.body.strip():
        return
    version = exchange.context.version or "2.2.1"
    for error in schemas.validator(version, "LocationReferences").errors(parsed(exchange.request.body)):
        if error.severity == "error":
            yield Breach(error.expected, error.actual, exchange, error.pointer)


@expectation(USE, "names EVSEs by their uid")
def evses_by_uid(found: Use) -> Iterator[Breach]:
    """evse_uids hold uids (mod_tokens_locationreferences_class); of an EVSE that nobody knows nothing can be said."""
    uids = {str(evse.get("uid")).lower() for evse in found.evses}
    names = {str(evse.get("evse_id")).lower(): str(evse.get("uid")) for evse in found.evses if evse.get("evse_id")}
    told = [(e, uid) for e in _asked(found) for uid in _named(e)]
    if not told:
        raise NotObserved("the target has named no EVSE")
    for exchange, uid in told:
        if uid.lower() in names and uid.lower() not in uids:
            yield Breach(f"the uid {names[uid.lower()]}", f"the evse_id {uid}", exchange, "/evse_uids")


def _named(exchange: Exchange) -> list[str]:
    listed = _body(exchange).get("evse_uids")
    return [str(uid) for uid in listed] if isinstance(listed, list) else []


@expectation(USE, "carries its reference into the Session", among="Session")
def reference_in_session(found: Use) -> Iterator[Breach]:
    """The authorization_reference that was given is in the Session (mod_tokens_authorizationinfo_object)."""
    return _carried(found, found.sessions, "Session")


@expectation(USE, "carries its reference into the CDR", among="CDR")
def reference_in_cdr(found: Use) -> Iterator[Breach]:
    """The authorization_reference that was given is in the CDR (mod_tokens_authorizationinfo_object)."""
    return _carried(found, found.cdrs, "CDR")


def _carried(found: Use, objects: Sequence[Payload], kind: str) -> Iterator[Breach]:
    reference = _reference(found)
    if not objects:
        raise NotObserved(f"the target has shown no {kind} for the Token")
    for payload in objects:
        value = payload.value.get("authorization_reference")
        if str(value).lower() != reference.lower():
            pointer = f"{payload.pointer}/authorization_reference"
            yield Breach(f"authorization_reference {reference}", shown(value), payload.exchange, pointer)


def _reference(found: Use) -> str:
    for exchange in reversed(_asked(found)):
        data = envelope_of(exchange).get("data")
        if isinstance(data, dict) and data.get("allowed") == "ALLOWED" and data.get("authorization_reference"):
            return str(data["authorization_reference"])
    raise NotObserved("the partner has given no authorization_reference")
