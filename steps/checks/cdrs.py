"""What a Receiver answers to CDRs, and how a Sender brings them: URLs, order, delay. What one must be is in rules."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER
from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY, TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.checks.each import MOST
from ocpi_conformance.steps.checks.kept import breach
from ocpi_conformance.steps.checks.location_pushes import body_of, owned
from ocpi_conformance.steps.checks.locations import Json, missing
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import SUBJECT, http_status, ocpi_status, outcome, succeeds, successful
from ocpi_conformance.steps.checks.rules import cdrs
from ocpi_conformance.steps.checks.rules.common import listed, member, moment, text
from ocpi_conformance.steps.checks.seen import Seen, seen
from ocpi_conformance.steps.commanded import Followed
from ocpi_conformance.steps.corrections import Correction, is_credit
from ocpi_conformance.steps.payloads import Payload, version_of
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.token_uses import Use
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

CORRECTION, USE = "the correction", "the use of the Token"
# Parties may agree to send CDRs once a month; what takes longer than a week is worth a note.
_MONTH, _WEEK = timedelta(days=32), timedelta(days=7)
_WRAPPERS = ("cdr", "cdrs", "data")

# The target as Receiver -----------------------------------------------------------------------------------------------


@expectation(SUBJECT, "says where the object is")
def says_where(exchange: Exchange) -> Iterator[Breach]:
    """A Location header with the URL of what was created (mod_cdrs_response_headers); a URL is absolute (A43)."""
    if not succeeds(exchange):
        raise NotObserved(f"the target did not take the object: {outcome(exchange)}")
    location = exchange.response.header("Location") if exchange.response else None
    if not location:
        yield Breach("a Location header with the URL of the object", "absent", exchange)
    elif not urlsplit(location).netloc and exchange.context.version != "2.1.1":
        yield Breach("an absolute URL in the Location header", location, exchange, at_most=Verdict.ADVISED)


@expectation(SUBJECT, "shows that GET is offered")
def offers_get(exchange: Exchange) -> Iterator[Breach]:
    """A success (mod_cdrs_emsp_interface); a URL at which nobody is says nothing of the interface.

    Raises:
        NotObserved: there is no answer.
    """
    if exchange.response is None:
        raise NotObserved(f"the URL that the target gave cannot be called: {outcome(exchange)}; CDR-030 judges that")
    yield from successful(exchange)


@expectation(SUBJECT, "refuses what is incomplete")
def refuses_incomplete(exchange: Exchange) -> Iterator[Breach]:
    """OCPI 2001 (mod_cdrs_post_method; A03); another 2xxx refuses as well and is noted."""
    code = ocpi_status(exchange)
    if code == status.INVALID_PARAMETERS and http_status(exchange) < 300:
        return
    refused = isinstance(code, int) and 2000 <= code < 3000 and http_status(exchange) < 500
    limit = Verdict.OBSERVED if refused else Verdict.ADVISED
    yield Breach("HTTP 2xx with OCPI 2001", outcome(exchange), exchange, at_most=limit)


# CDRs that the target pushes ------------------------------------------------------------------------------------------


@expectation("every push", "of a CDR brings one CDR to the endpoint itself")
def one_at_the_endpoint(pushes: Sequence[Exchange]) -> Iterator[Breach]:
    """mod_cdrs_post_method: the URL is that of the endpoint, the body is the CDR with its required fields."""
    for exchange in owned(pushes, "POST", module="cdrs"):
        if exchange.context.route != "create":
            yield Breach("the URL of the CDRs endpoint", exchange.request.url, exchange)
        yield from itertools.islice(_not_one(exchange, body_of(exchange)), MOST)


def _not_one(exchange: Exchange, body: object) -> Iterator[Breach]:
    if not isinstance(body, dict):
        yield Breach("one CDR", f"a list of {len(body)}" if isinstance(body, list) else "no object", exchange)
        return
    wrapper = next((name for name in _WRAPPERS if isinstance(body.get(name), dict | list)), "")
    if wrapper:
        yield Breach("one CDR", f"an object with {wrapper}", exchange, f"/{wrapper}")
        return
    for pointer, expected in missing(exchange.context.version, "CDR", body):
        yield Breach(f"{expected} for a required field", "absent", exchange, pointer)


@expectation("every CDR", "was complete when it was pushed", among="object")
def complete_when_pushed(objects: Sequence[Payload]) -> Iterator[Breach]:
    """A CDR that was pushed is the one that is listed, or pushed once more (mod_cdrs_post_method)."""
    pairs = [
        (one, other)
        for one, other in seen(objects).pairs("CDR")
        if (one.in_request or other.in_request) and not cdrs.are_two(one.value, other.value)
    ]
    if not pairs:
        raise NotObserved("the target has shown no CDR that it has pushed once more")
    for one, other in pairs:
        flaws = () if one.value is other.value else cdrs.unchanged(one.value, other.value, version_of(other))
        yield from (breach(flaw, other) for flaw in flaws)


@expectation("every CDR", "comes soon after its session", among="object")
def comes_soon(objects: Sequence[Payload]) -> Iterator[Breach]:
    """As soon as possible (mod_cdrs_cdrs_module): within a month, which parties may agree on; after a week it is noted.

    last_updated is the moment of creation. A CDR in the place of another one is late by its nature.
    """
    found = seen(objects)
    corrected = _corrected(found.of("CDR"))
    delays = [
        (payload, end, made)
        for payload in found.of("CDR")
        if not is_credit(payload) and _session(payload) not in corrected
        if (end := moment(payload.value.get(_end_of(payload)))) and (made := moment(payload.value.get("last_updated")))
    ]
    if not delays:
        raise NotObserved("the target has shown no CDR of a session that was not corrected")
    late = [(payload, made - end) for payload, end, made in delays if made - end > _WEEK]
    for payload, delay in late[:MOST]:
        yield Breach(
            "a CDR as soon as its session is over, unless agreed otherwise",
            f"{delay.total_seconds() / 86400:.1f} days later",
            payload.exchange,
            f"{payload.pointer}/last_updated",
            at_most=Verdict.ADVISED if delay > _MONTH else Verdict.OBSERVED,
        )


def _end_of(payload: Payload) -> str:
    return "stop_date_time" if version_of(payload) == "2.1.1" else "end_date_time"


def _corrected(payloads: Sequence[Payload]) -> set[str]:
    """Return the sessions of which a CDR was corrected: it is credited or, in 2.1.1, there is another one beside it."""
    bills: dict[str, set[str]] = defaultdict(set)
    for payload in payloads:
        bills[_session(payload)].add(text(payload.value.get("id")).lower())
    credited = {_session(payload) for payload in payloads if is_credit(payload)}
    twice = {_session(payload) for payload in payloads if version_of(payload) == "2.1.1"}
    return (credited | {name for name in twice if len(bills[name]) > 1}) - {""}


def _session(payload: Payload) -> str:
    """Return by what the CDRs of one session are known: session_id, in 2.1.1 Token and start; nothing without them."""
    value = payload.value
    if version_of(payload) != "2.1.1":
        return text(value.get("session_id")).lower()
    token, start = text(value.get("auth_id")), text(value.get("start_date_time"))
    return f"{token} {start}" if token and start else ""


@expectation("every push", "of a CDR goes to the party of its Token", among="pushed module")
def to_party_of_token(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A CDR is sent to the eMSP that it concerns (mod_cdrs_push_model), as far as the partner's parties show it."""
    parties = {party for exchange in exchanges if exchange.sender == "partner" for party in _named(exchange)}
    pushes = [e for e in exchanges if e.sender == "target"]
    judged = [
        (exchange, token, addressee)
        for exchange in owned(pushes, "POST", module="cdrs")
        if (token := _token_party(body_of(exchange))) in parties
        and all(addressee := _party(exchange, TO_COUNTRY, TO_PARTY))
    ]
    if not judged:
        raise NotObserved("the target has pushed no CDR for a Token of the partner to a party that it named")
    for exchange, token, addressee in judged:
        if token != addressee:
            yield Breach(f"a push to {_shown(token)}, whose Token was used", f"a push to {_shown(addressee)}", exchange)


def _named(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield the parties as which the partner speaks in a request: by its headers, or in the credentials it sends."""
    yield _party(exchange, FROM_COUNTRY, FROM_PARTY)
    if exchange.context.module == "credentials":
        yield from (_ids(role) for _, role in listed(body_of(exchange), "roles"))


def _ids(owner: Json) -> tuple[str, str]:
    return text(owner.get("country_code")).lower(), text(owner.get("party_id")).lower()


def _party(exchange: Exchange, country: str, party: str) -> tuple[str, str]:
    request = exchange.request
    return (request.header(country) or "").lower(), (request.header(party) or "").lower()


def _token_party(body: object) -> tuple[str, str]:
    return _ids(member(body, "cdr_token"))


def _shown(party: tuple[str, str]) -> str:
    return "*".join(party).upper()


@expectation("every CDR", "is for a Token of the partner", among="CDR")
def for_the_partner(payloads: Sequence[Payload]) -> Iterator[Breach]:
    """A CDR need only go to the eMSP that it concerns (mod_cdrs_push_model): one that is for another is noted."""
    shown = [payload for payload in payloads if isinstance(payload.value, dict) and not payload.is_copy]
    judged = [(payload, party) for payload in shown if all(party := _receiver(payload))]
    if not judged:
        raise NotObserved("the target has shown no CDR to a party that it could name")
    flaws = (
        breach(flaw, payload)
        for payload, party in judged
        for flaw in cdrs.for_other_parties(payload.value, version_of(payload), [party])
    )
    return itertools.islice(flaws, MOST)


def _receiver(payload: Payload) -> tuple[str, str]:
    """Return to which party of the partner a CDR was shown: the one that asked, or the one that it was pushed to."""
    names = (TO_COUNTRY, TO_PARTY) if payload.in_request else (FROM_COUNTRY, FROM_PARTY)
    return _party(payload.exchange, *names)


@expectation("every CDR", "names its contract by an eMA ID", among="CDR beside the partner's Tokens")
def names_contract(found: Sequence[Payload]) -> Iterator[Breach]:
    """contract_id is an eMA ID (mod_cdrs_cdr_token_object); what our own Tokens say is not held against the target.

    `found` are the CDRs of the target, and the Tokens that the partner has sent.
    """
    tokens = [payload.value for payload in found if payload.kind == "Token" and isinstance(payload.value, dict)]
    shown = [payload for payload in found if payload.kind == "CDR" and not payload.is_copy]
    judged = [payload for payload in shown if isinstance(payload.value, dict)]
    if not judged:
        raise NotObserved("the target has shown no CDR")
    flaws = (
        breach(flaw, payload)
        for payload in judged
        for flaw in cdrs.contract_id_format(payload.value, version_of(payload), tokens)
    )
    return itertools.islice(flaws, MOST)


@expectation("every request", "for a CDR goes to the URL that it was given")
def at_given_url(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """A CDR is read at the URL in the answer to its POST (mod_cdrs_response_url)."""
    own = [e for e in requests if (e.context.module, e.context.interface) == ("cdrs", RECEIVER)]
    reads = [exchange for exchange in own if exchange.request.method == "GET"]
    if not reads:
        raise NotObserved("the target has read no CDR back")
    given = {
        _comparable(location)
        for exchange in own
        if exchange.request.method == "POST"
        and exchange.response
        and (location := exchange.response.header("Location"))
    }
    for exchange in reads:
        if _comparable(exchange.request.url) not in given:
            yield Breach("the URL in the answer to the POST of the CDR", exchange.request.url, exchange)


def _comparable(url: str) -> str:
    parts = urlsplit(url)
    return f"{unquote(parts.path)}?{unquote(parts.query)}"


# How its driver was authorized ----------------------------------------------------------------------------------------


@expectation("the CDR of the command", "has the auth_method COMMAND")
def by_command(found: Followed) -> Iterator[Breach]:
    """A session that a START_SESSION began (mod_cdrs_authmethod_enum); that its eMSP was asked as well is noted."""
    payload = _last(found.found, f"the Token of {found.sent.name}")
    method = text(payload.value.get("auth_method"))
    if method != "COMMAND":
        limit = Verdict.OBSERVED if method == "AUTH_REQUEST" else Verdict.ADVISED
        yield _method("COMMAND", payload, limit)


@expectation(USE, "leads to a CDR with the auth_method of its use", among="CDR")
def by_its_use(use: Use) -> Iterator[Breach]:
    """AUTH_REQUEST where the eMSP was asked and allowed it, WHITELIST where not (mod_cdrs_authmethod_enum)."""
    payload = _last(use.cdrs, "the Token")
    wanted = "AUTH_REQUEST" if _permissions(use) else "WHITELIST"
    if text(payload.value.get("auth_method")) != wanted:
        yield _method(wanted, payload)


@expectation(USE, "leads to a CDR by another method than the command before", among="CDR")
def by_the_last_use(use: Use) -> Iterator[Breach]:
    """Of several methods the last one is in the CDR (mod_cdrs_cdr_object); a CDR of the reservation may be apart."""
    payload = _last(use.cdrs, "the Token")
    if all(text(other.value.get("auth_method")) == "COMMAND" for other in use.cdrs):
        yield _method("AUTH_REQUEST" if _permissions(use) else "WHITELIST", payload)


@expectation(USE, "leads to a CDR with the authorization_reference that was given", among="CDR")
def with_reference(use: Use) -> Iterator[Breach]:
    """The authorization_reference that the eMSP gave, the last of several, is in the CDR (mod_cdrs_cdr_object)."""
    payload = _last(use.cdrs, "the Token")
    given = [reference for answer in _permissions(use) if (reference := text(answer.get("authorization_reference")))]
    if not given:
        raise NotObserved("the target was given no authorization_reference for the Token")
    found = text(payload.value.get("authorization_reference"))
    if found.lower() != given[-1].lower():
        place = f"{payload.pointer}/authorization_reference"
        yield Breach(f"authorization_reference {given[-1]}", found or "absent", payload.exchange, place)


@expectation("the CDR of the command", "has the Location of the start of its Session")
def with_first_location(found: Followed) -> Iterator[Breach]:
    """What changed after the start of the session is not in its CDR (mod_cdrs_cdr_object).

    Raises:
        NotObserved: no CDR came, or the target has shown no change of its Location since.
    """
    payload = _last(found.found, f"the Token of {found.sent.name}")
    name = text(member(payload.value, "cdr_location").get("id")).lower()
    before, after = _around(found, name)
    if not before or not after:
        raise NotObserved("the target has shown no Location that changed during the session")
    later: Json = before | {field: value for change in after for field, value in change.items()}
    for flaw in cdrs.data_as_at_start(payload.value, version_of(payload), "Location", before, later):
        yield breach(flaw, payload)


def _around(found: Followed, name: str) -> tuple[Json, list[Json]]:
    """Return the Location called `name` as it was before the command, and what has been shown of it since."""
    before: Json = {}
    after: list[Json] = []
    for copy in found.objects:
        if copy.kind != "Location" or not isinstance(copy.value, dict):
            continue
        known = copy.exchange.context.id("location_id") or copy.value.get("id")
        if text(known).lower() != name:
            continue
        if copy.exchange.began > found.sent.exchange.began:
            after.append(copy.value)
        elif not copy.partial:
            before = copy.value
    return before, after


def _permissions(use: Use) -> list[Json]:
    """Return the answers by which the eMSP has allowed the use of the Token."""
    answers = [member(envelope_of(exchange), "data") for exchange in use.asked if succeeds(exchange)]
    return [answer for answer in answers if answer.get("allowed") == "ALLOWED"]


def _last(found: Sequence[Payload], token: str) -> Payload:
    if not found:
        raise NotObserved(f"the target has shown no CDR for {token}")
    return found[-1]


def _method(wanted: str, payload: Payload, at_most: Verdict = Verdict.FAILED) -> Breach:
    actual, place = text(payload.value.get("auth_method")) or "absent", f"{payload.pointer}/auth_method"
    return Breach(f"auth_method {wanted}", actual, payload.exchange, place, at_most)


# Corrections ----------------------------------------------------------------------------------------------------------


@expectation(CORRECTION, "is a Credit CDR")
def is_by_credit(made: Correction) -> Iterator[Breach]:
    """A CDR that was sent is credited, not altered (mod_cdrs_credit_cdrs)."""
    if any(is_credit(payload) for payload in made.new):
        return
    came = made.new or _altered(made)
    actual = f"the CDR {came[0].value.get('id')} that is none" if came else "nothing new"
    yield Breach("a Credit CDR, pushed or listed", actual, came[0].exchange if came else made.latest)


def _altered(made: Correction) -> Sequence[Payload]:
    """Return the CDRs that were there before and are no longer the same."""
    known = Seen((*made.before, *made.since))
    return [later for earlier, later in known.pairs("CDR") if _differ(earlier, later)]


def _differ(one: Payload, other: Payload) -> bool:
    return any(cdrs.unchanged(one.value, other.value, version_of(other)))


@expectation(CORRECTION, "begins with the Credit CDR")
def credit_comes_first(made: Correction) -> Iterator[Breach]:
    """The CDR in the place of the old one follows after the Credit CDR (mod_cdrs_credit_cdrs)."""
    credits_ = {_session(payload): payload for payload in made.new if is_credit(payload) and _session(payload)}
    replacements = [p for p in made.new if not is_credit(p) and _session(p) in credits_]
    if not replacements:
        raise NotObserved("the target has made no CDR in the place of one that it has credited")
    for payload in replacements:
        if _precedes(payload, credits_[_session(payload)]):
            yield Breach("the CDR in the place of the old one after its Credit CDR", "before it", payload.exchange)


def _precedes(one: Payload, other: Payload) -> bool:
    """Tell whether a CDR came before another one: by their pushes, or where either was only listed by last_updated."""
    if one.in_request and other.in_request:
        return one.exchange.began < other.exchange.began
    moments = [moment(payload.value.get("last_updated")) for payload in (one, other)]
    return bool(moments[0] and moments[1] and moments[0] < moments[1])


JOINS: Mapping[str, tuple[Callable[..., Iterator[Breach]], ...]] = {
    "CDR-014": (for_the_partner,),
    "CDR-079": (names_contract,),
}
"""By requirement, what is about CDRs beside what the partner has sent."""
