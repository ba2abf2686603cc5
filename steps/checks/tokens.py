"""What the target answers about Tokens: authorizations of an eMSP, Tokens that a CPO keeps. Not what it sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import parsed
from ocpi_conformance.steps.checks.locations import instant
from ocpi_conformance.steps.checks.pushes import reports_unknown as reports_unknown_object
from ocpi_conformance.steps.checks.readings import of_one_moment
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import SUBJECT, http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules.common import folded
from ocpi_conformance.steps.likeness import differences, shown
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import data_of, envelope_of, single_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Json = dict[str, Any]
# Seconds within which an eMSP answers; the text has no number, and after that a driver at a charge point gives up.
LONGEST_DECISION = 4.0
_INFO = "an AuthorizationInfo"
_EVSES, _CONNECTORS = "evse_uids", "connector_ids"
_ABSENT = frozenset({405, 501})


def token_type(url: str, version: str = "") -> str:
    """Return the TokenType that a URL names, RFID when it names none (mod_tokens_msp_post_request_parameters).

    In 2.1.1 the parameter has two names (A51).
    """
    names = ("type", "token_type") if version == "2.1.1" else ("type",)
    told = parse_qs(urlsplit(url).query)
    return next((told[name][0] for name in names if name in told), "RFID")


def information(exchange: Exchange) -> Json | None:
    """Return the AuthorizationInfo of an answer, None when it has none.

    Raises:
        NotObserved: the answer is a success with an array.
    """
    data = single_of(exchange) if succeeds(exchange) else None
    return data if isinstance(data, dict) and isinstance(data.get("allowed"), str) else None


def _wants_location(exchange: Exchange) -> bool:
    return ocpi_status(exchange) == status.NOT_ENOUGH_INFORMATION


def _stumbles(exchange: Exchange) -> bool:
    """Tell whether an answer is that of a server that cannot handle the form of the request, or that fails."""
    return http_status(exchange) == 400 or http_status(exchange) >= 500 or ocpi_status(exchange) in {2001, 3000}


def _decided(exchange: Exchange) -> Json:
    """Return the AuthorizationInfo of an answer.

    Raises:
        NotObserved: the target wants LocationReferences first, or has no authorization.
    """
    found = information(exchange)
    if found is None:
        raise NotObserved(f"the target has not decided: {outcome(exchange)}")
    return found


def _said(exchange: Exchange) -> str:
    found = information(exchange)
    return f"allowed {found['allowed']}" if found else outcome(exchange)


# Whether there is authorization ---------------------------------------------------------------------------------------


@expectation(SUBJECT, "is about the authorization of the Token")
def is_authorization(exchange: Exchange) -> Iterator[Breach]:
    """AuthorizationInfo or OCPI 2002 for a known Token (mod_tokens_post_method); the form is judged elsewhere."""
    if information(exchange) or _wants_location(exchange):
        return
    if _stumbles(exchange):
        raise NotObserved(f"the target does not handle the request: {outcome(exchange)}; TOK-042 judges that")
    yield Breach(f"{_INFO}, or OCPI 2002", outcome(exchange), exchange)


@expectation(SUBJECT, "shows that authorization is offered")
def offers_authorization(exchange: Exchange) -> Iterator[Breach]:
    """Without authorize all Tokens are ALWAYS (mod_tokens_real-time_authorization); the one asked about is not."""
    unknown = http_status(exchange) == 404 and ocpi_status(exchange) != status.UNKNOWN_TOKEN
    if unknown or http_status(exchange) in _ABSENT:
        yield Breach("authorize, as the Token is not ALWAYS", outcome(exchange), exchange)


@expectation(SUBJECT, "does without a body")
def without_body(exchange: Exchange) -> Iterator[Breach]:
    """LocationReferences are optional (mod_tokens_post_request_body): a decision or 2002, no error about the body."""
    if information(exchange) or _wants_location(exchange):
        return
    if not _stumbles(exchange):
        raise NotObserved(f"the target does not authorize the Token: {outcome(exchange)}")
    yield Breach(f"{_INFO}, or OCPI 2002", outcome(exchange), exchange)


@expectation(SUBJECT, "is no authorization")
def no_authorization(exchange: Exchange) -> Iterator[Breach]:
    """What is not asked in the form of the text need not be answered; an answer is only noted (A28)."""
    if found := information(exchange):
        yield Breach("no authorization", f"allowed {found['allowed']}", exchange, at_most=Verdict.OBSERVED)


@expectation(SUBJECT, "comes soon enough for a driver who waits")
def in_time(exchange: Exchange) -> Iterator[Breach]:
    """Delays are to be kept to a minimum (mod_tokens_real-time_authorization)."""
    seconds = exchange.ended_at - exchange.started_at
    if seconds > LONGEST_DECISION:
        yield Breach(f"an answer within {LONGEST_DECISION:g} s", f"{seconds:.1f} s", exchange)


# What is decided ------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "allows the Token")
def allows(exchange: Exchange) -> Iterator[Breach]:
    """The Token was ALLOWED before, and what is different now is nothing to decide by."""
    found = information(exchange)
    if found is None or found["allowed"] != "ALLOWED":
        yield Breach("allowed ALLOWED", _said(exchange), exchange, "/data/allowed" if found else "")


@expectation(SUBJECT, "does not allow the Token")
def does_not_allow(exchange: Exchange) -> Iterator[Breach]:
    """A Token that is not valid is not ALLOWED (mod_tokens_allowed_enum)."""
    if _decided(exchange)["allowed"] == "ALLOWED":
        yield Breach("allowed other than ALLOWED for a Token that is not valid", "ALLOWED", exchange, "/data/allowed")


@expectation(SUBJECT, "does not blame the place")
def not_the_place(exchange: Exchange) -> Iterator[Breach]:
    """NOT_ALLOWED is for valid Tokens at a given place (mod_tokens_allowed_enum)."""
    if _decided(exchange)["allowed"] == "NOT_ALLOWED":
        yield Breach("BLOCKED, EXPIRED or NO_CREDIT", "NOT_ALLOWED", exchange, "/data/allowed")


@expectation(SUBJECT, "informs about the Token")
def informs(exchange: Exchange) -> Iterator[Breach]:
    """A known Token gets an AuthorizationInfo, also when it is not allowed (mod_tokens_post_response_data)."""
    if _wants_location(exchange):
        raise NotObserved("the target wants LocationReferences first")
    if information(exchange) is None:
        yield Breach(f"{_INFO} with OCPI 1000", outcome(exchange), exchange)


@expectation(SUBJECT, "asks for the Location")
def asks_for_location(exchange: Exchange) -> Iterator[Breach]:
    """Without LocationReferences that are needed: OCPI 2002 (mod_tokens_post_method).

    A Token whose use depends on the place may still be said to be ALLOWED somewhere: that is at most advice. What
    else is wrong with the Token needs no place.
    """
    if _wants_location(exchange):
        return
    found = information(exchange)
    if found and found["allowed"] not in {"ALLOWED", "NOT_ALLOWED"}:
        raise NotObserved(f"the decision needs no Location: allowed {found['allowed']}")
    limit = Verdict.ADVISED if found and found["allowed"] == "ALLOWED" else Verdict.FAILED
    yield Breach("OCPI 2002: the decision depends on the Location", _said(exchange), exchange, at_most=limit)


@expectation(SUBJECT, "needs no Location")
def needs_no_location(exchange: Exchange) -> Iterator[Breach]:
    """No place makes a Token valid; but what is too little information an eMSP knows best."""
    if _wants_location(exchange):
        yield Breach(f"{_INFO}: no place makes the Token valid", outcome(exchange), exchange, at_most=Verdict.OBSERVED)


@expectation(SUBJECT, "reports an unknown Token")
def reports_unknown(exchange: Exchange) -> Iterator[Breach]:
    """OCPI 2004 and no data (mod_tokens_post_response_data); without a JSON body at HTTP 404 that is advice (A17)."""
    yield from reports_status(exchange, status.UNKNOWN_TOKEN)
    data = envelope_of(exchange).get("data")
    if data is not None:
        yield Breach("no data", f"data {shown(data)}", exchange, "/data")


@expectation(SUBJECT, "tells that nobody may charge")
def allows_nobody(exchange: Exchange) -> Iterator[Breach]:
    """Without a status code of its own an unknown Token is not found, an error of the client, or not ALLOWED (A17).

    Raises:
        NotObserved: the target has no authorization.
    """
    if http_status(exchange) in _ABSENT:
        raise NotObserved(f"the target has no such interface: {outcome(exchange)}")
    found, code = information(exchange), ocpi_status(exchange)
    refused = http_status(exchange) == 404 or (isinstance(code, int) and 2000 <= code < 3000)
    if found["allowed"] == "ALLOWED" if found else not refused:
        yield Breach("HTTP 404, OCPI 2xxx, or allowed other than ALLOWED", _said(exchange), exchange)


@expectation(SUBJECT, "reports the OCPI status {code:d}")
def reports_status(exchange: Exchange, code: int) -> Iterator[Breach]:
    """This status_code; an answer at HTTP 404 that is no OCPI at all is advice (A17)."""
    if http_status(exchange) in _ABSENT:
        raise NotObserved(f"the target has no such interface: {outcome(exchange)}")
    if ocpi_status(exchange) != code:
        bare = http_status(exchange) == 404 and "status_code" not in envelope_of(exchange)
        limit = Verdict.ADVISED if bare else Verdict.FAILED
        yield Breach(f"OCPI {code}", outcome(exchange), exchange, at_most=limit)


# What an AuthorizationInfo holds --------------------------------------------------------------------------------------

Informed = tuple[Payload, Json, Json | None]


def _informed(found: Sequence[Payload]) -> list[Informed]:
    """Return each AuthorizationInfo, its `location` (empty when there is none), and the LocationReferences asked for.

    Raises:
        NotObserved: there is none.
    """
    items = [p for p in found if p.kind == "AuthorizationInfo" and not p.in_request and isinstance(p.value, dict)]
    if not items:
        raise NotObserved("the target has given no AuthorizationInfo")
    return [(p, _object(p.value.get("location")), _object(parsed(p.exchange.request.body)) or None) for p in items]


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _folded(value: object) -> str:
    return str(value).lower()


def _same(one: object, other: object, payload: Payload) -> bool:
    version = payload.exchange.context.version
    return folded(one, version) == folded(other, version)


def _listed(references: Json, name: str) -> list[str]:
    listed = references.get(name)
    return [str(uid) for uid in listed] if isinstance(listed, list) else []


def _uids(references: Json) -> list[str]:
    return _listed(references, _EVSES)


def _others(item: Informed, name: str, what: str) -> Iterator[Breach]:
    """Yield what was not asked for in the list called `name`; where nothing was named there anything may be told."""
    payload, location, asked = item
    version = payload.exchange.context.version
    wanted = {folded(uid, version) for uid in _listed(asked or {}, name)}
    for uid in _listed(location, name) if wanted else ():
        if folded(uid, version) not in wanted:
            expected = f"only {what} that were asked for"
            yield Breach(expected, uid, payload.exchange, f"{payload.pointer}/location/{name}")


def _other_evses(item: Informed) -> Iterator[Breach]:
    return _others(item, _EVSES, "EVSEs")


@expectation("every AuthorizationInfo", "names the Location that was asked for")
def same_location(found: Sequence[Payload]) -> Iterator[Breach]:
    """The eMSP decides for that Location and those EVSEs (mod_tokens_post_request_body); no location is only noted."""
    concerned = [item for item in _informed(found) if item[2] and item[0].value.get("allowed") == "ALLOWED"]
    if not concerned:
        raise NotObserved("the target has not allowed a Token at a Location")
    for payload, location, asked in concerned:
        wanted = (asked or {}).get("location_id")
        pointer = f"{payload.pointer}/location"
        if not location:
            yield Breach(f"the Location {wanted}", "absent", payload.exchange, pointer, Verdict.OBSERVED)
        elif not _same(location.get("location_id"), wanted, payload):
            actual = shown(location.get("location_id"))
            yield Breach(f"the Location {wanted}", actual, payload.exchange, f"{pointer}/location_id")
        else:
            yield from _other_evses((payload, location, asked))


@expectation("every AuthorizationInfo", "names no EVSE that was not asked for")
def same_evses(found: Sequence[Payload]) -> Iterator[Breach]:
    """Of the EVSEs asked for only those are returned that may be used (mod_tokens_authorizationinfo_object)."""
    concerned = [item for item in _informed(found) if item[1] and _uids(item[2] or {})]
    if not concerned:
        raise NotObserved("the target has told no Location when it was asked for EVSEs")
    for item in concerned:
        yield from _other_evses(item)


@expectation("every AuthorizationInfo", "names no Connector that was not asked for")
def same_connectors(found: Sequence[Payload]) -> Iterator[Breach]:
    """In 2.1.1 the same holds of Connectors (TOK-044)."""
    concerned = [item for item in _informed(found) if item[1] and _listed(item[2] or {}, _CONNECTORS)]
    if not concerned:
        raise NotObserved("the target has told no Location when it was asked for Connectors")
    for item in concerned:
        yield from _others(item, _CONNECTORS, "Connectors")


@expectation("every AuthorizationInfo", "holds neither Token nor reference")
def of_two_fields_less(found: Sequence[Payload]) -> Iterator[Breach]:
    """In 2.1.1 an AuthorizationInfo has no token and no authorization_reference (TOK-078)."""
    for payload, _, _ in _informed(found):
        for name in ("token", "authorization_reference"):
            if name in payload.value:
                yield Breach(f"no {name}", shown(payload.value[name]), payload.exchange, f"{payload.pointer}/{name}")


@expectation("every AuthorizationInfo", "names a Location only if one was asked for")
def location_was_asked(found: Sequence[Payload]) -> Iterator[Breach]:
    """mod_tokens_authorizationinfo_object: the location, if it was included in the request."""
    unasked = [item for item in _informed(found) if item[2] is None]
    if not unasked:
        raise NotObserved("the target was always asked about a Location")
    for payload, location, _ in unasked:
        if location:
            expected = "no location, as the request has none"
            yield Breach(expected, shown(location), payload.exchange, f"{payload.pointer}/location")


@expectation("every AuthorizationInfo", "names a Location only if the Token is allowed there")
def location_is_allowed(found: Sequence[Payload]) -> Iterator[Breach]:
    """mod_tokens_authorizationinfo_object: the location, if the driver is allowed to charge there."""
    refused = [item for item in _informed(found) if item[0].value.get("allowed") != "ALLOWED"]
    if not refused:
        raise NotObserved("the target has allowed each Token")
    for payload, location, _ in refused:
        if location:
            expected = f"no location, as the Token is {payload.value.get('allowed')}"
            yield Breach(expected, shown(location), payload.exchange, f"{payload.pointer}/location")


@expectation("every AuthorizationInfo", "holds the whole Token that was asked about", among="object")
def whole_token(found: Sequence[Payload]) -> Iterator[Breach]:
    """The complete Token (mod_tokens_authorizationinfo_object), as it is listed while last_updated is the same."""
    listed = [p for p in found if p.kind == "Token" and p.exchange.context.route == "list"]
    for payload, _, _ in _informed(found):
        token, pointer = payload.value.get("token"), f"{payload.pointer}/token"
        version = payload.exchange.context.version
        errors = [error for error in schemas.validator(version, "Token").errors(token) if error.severity == "error"]
        for error in errors:
            yield Breach(error.expected, error.actual, payload.exchange, pointer + error.pointer)
        if not errors and isinstance(token, dict):
            yield from _asked_about(payload.exchange, token, pointer)
            yield from _as_listed(payload, token, pointer, listed)


def _asked_about(exchange: Exchange, token: Json, pointer: str) -> Iterator[Breach]:
    wanted = {"uid": str(exchange.context.id("token_uid")), "type": token_type(exchange.request.url)}
    for name, value in wanted.items():
        if _folded(token.get(name)) != value.lower():
            yield Breach(f"{name} {value}, as asked", shown(token.get(name)), exchange, f"{pointer}/{name}")


def _as_listed(payload: Payload, token: Json, pointer: str, listed: Sequence[Payload]) -> Iterator[Breach]:
    for entry in listed:
        if _is_state_of(entry, token, payload):
            version = payload.exchange.context.version
            for found in differences(version, "Token", entry.value, token, closed=True):
                yield Breach(f"{found.expected}, as listed", found.actual, payload.exchange, pointer + found.pointer)
            return


def _is_state_of(entry: Payload, token: Json, payload: Payload) -> bool:
    """Tell whether a Token of the list is the one in `payload`, and nothing can have changed between them."""
    value = entry.value
    if not isinstance(value, dict):
        return False
    same = all(_folded(value.get(n)) == _folded(token.get(n)) for n in ("country_code", "party_id", "uid", "type"))
    changed = instant(value.get("last_updated"))
    if not same or changed != instant(token.get("last_updated")):
        return False
    return changed is None or not of_one_moment(entry, payload, changed)


# What a CPO keeps -----------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "takes the type that the URL names")
def takes_type(exchange: Exchange) -> Iterator[Breach]:
    """A PUT with the parameter type is taken; which types a CPO has a use for is not told, so 2xxx is advice."""
    if not succeeds(exchange):
        code = ocpi_status(exchange)
        refused = http_status(exchange) < 300 and isinstance(code, int) and 2000 <= code < 3000
        expected = f"the Token of type {token_type(exchange.request.url)} taken"
        yield Breach(expected, outcome(exchange), exchange, at_most=Verdict.ADVISED if refused else Verdict.FAILED)


@expectation(SUBJECT, "is the Token of the type that the URL names")
def of_the_type(exchange: Exchange) -> Iterator[Breach]:
    """The parameter type selects the Token, RFID without it (mod_tokens_cpo_get_request_parameters)."""
    wanted = token_type(exchange.request.url)
    if not succeeds(exchange):
        yield Breach(f"the Token of type {wanted}", outcome(exchange), exchange)
        return
    data = data_of(exchange)
    if not isinstance(data, dict):
        raise NotObserved(f"data is no object but {jsontext.type_name(data)}: TRN-072 judges that")
    if data.get("type") != wanted:
        yield Breach(f"the Token of type {wanted}", shown(data.get("type")), exchange, "/data/type")


# Tokens that a CPO keeps or does not keep -----------------------------------------------------------------------------


def _require_readable(exchange: Exchange) -> None:
    if http_status(exchange) in _ABSENT:
        raise NotObserved(f"the target does not let its copy be read: {exchange.summary}")


@expectation(SUBJECT, "shows no valid Token")
def shows_no_valid(exchange: Exchange) -> Iterator[Breach]:
    """What the eMSP lists as invalid is invalid or not kept at all (mod_tokens_msp_get_response_data; A34).

    Raises:
        NotObserved: the target does not let its Tokens be read.
    """
    _require_readable(exchange)
    found = single_of(exchange) if succeeds(exchange) else None
    if isinstance(found, dict) and found.get("valid") is True:
        yield Breach("valid is false, as in the list", "true", exchange, "/data/valid")


@expectation(SUBJECT, "shows the Token of the URL or none")
def shows_token_or_none(exchange: Exchange) -> Iterator[Breach]:
    """A Token that was in a command only may be kept or not (mod_commands_startsession_object).

    Raises:
        NotObserved: the target does not let its Tokens be read.
    """
    _require_readable(exchange)
    if not succeeds(exchange):
        yield from reports_unknown_object(exchange)
        return
    found, uid = single_of(exchange), exchange.context.id("token_uid") or ""
    told = str(found.get("uid")) if isinstance(found, dict) else "no Token"
    if told.lower() != uid.lower():
        yield Breach(f"the Token {uid}, or that it is not there", told, exchange, "/data/uid")
