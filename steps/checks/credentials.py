"""What registrations and Credentials must be: who gives which token, who uses it, what an answer holds."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.versions import forms
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import Agreement, Grant, is_lookup, lookups, received
from ocpi_conformance.steps.checks.authorization import written_token
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.checks.rules import credentials as rules
from ocpi_conformance.steps.checks.rules.registry import One
from ocpi_conformance.steps.payloads import Payload, edition_of
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

RESPONSE, REGISTRATION = "the response", "the registration"
BASE64, UNENCODED = "in Base64", "unencoded"
# HTTP statuses that say nothing about what was sent.
NOT_SERVED = {401, 404, 405, 501}
# Seconds after a DELETE in which a request that was under way may still arrive.
GRACE = 5.0
# Which answers are right when the partner cannot be used: the expected OCPI status and those that are tolerated (A44).
TOLERATED = {
    status.UNUSABLE_CLIENT_API: {status.UNUSABLE_CLIENT_API},
    status.UNSUPPORTED_VERSION: {3001, 3002, 3003},
    status.NO_MATCHING_ENDPOINTS: {status.NO_MATCHING_ENDPOINTS},
}


# Answers of the credentials endpoint ----------------------------------------------------------------------------------


@expectation(RESPONSE, "is not refused as unauthorized")
def not_unauthorized(exchange: Exchange) -> Iterator[Breach]:
    """Anything but HTTP 401 (credentials_registration: CREDENTIALS_TOKEN_A holds until the exchange is finished)."""
    if http_status(exchange) in {0, 401}:
        yield Breach("the token is accepted", outcome(exchange), exchange)


@expectation(RESPONSE, "has one of the HTTP statuses {codes}")
def has_one_of(exchange: Exchange, codes: str) -> Iterator[Breach]:
    """One of the HTTP statuses in the list, which is written like "401, 405"."""
    if str(http_status(exchange)) not in {code.strip() for code in codes.split(",")}:
        yield Breach(f"one of HTTP {codes}", outcome(exchange), exchange)


@expectation(RESPONSE, "does not take the token")
def token_not_taken(exchange: Exchange) -> Iterator[Breach]:
    """No success; a success is worth an observation only."""
    if succeeds(exchange):
        yield Breach("a token in this form is not known", outcome(exchange), exchange, at_most=Verdict.OBSERVED)


@expectation(RESPONSE, "is served")
def served(exchange: Exchange) -> Iterator[Breach]:
    """HTTP 2xx, with an OCPI status of 1xxx if there is one at all."""
    code = ocpi_status(exchange)
    if not 200 <= http_status(exchange) < 300 or not (code is None or succeeds(exchange)):
        yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


@expectation(RESPONSE, "refuses the credentials")
def refuses(exchange: Exchange) -> Iterator[Breach]:
    """No success; OCPI 2001 is expected, 3001 accepted, other refusals tolerated."""
    if succeeds(exchange):
        yield Breach("no success; OCPI 2001 is expected", outcome(exchange), exchange)


@expectation(RESPONSE, "preferably refuses the credentials")
def preferably_refuses(exchange: Exchange) -> Iterator[Breach]:
    """As above, but a success is advised against only."""
    if succeeds(exchange):
        yield Breach("OCPI 2001", outcome(exchange), exchange, at_most=Verdict.ADVISED)


@expectation(RESPONSE, "holds the token of this connection")
def holds_own_token(exchange: Exchange) -> Iterator[Breach]:
    """`data.token` is the token that authorized the request; another or a masked one is advised against (A10)."""
    if not succeeds(exchange):
        raise NotObserved(f"the Credentials were not read: {outcome(exchange)}")
    token = received(exchange).get("token")
    if not isinstance(token, str) or carried(exchange, (token,)) is None:
        yield Breach("the token that is in use", "another token", exchange, "/data/token", Verdict.ADVISED, note="A10")


@expectation(RESPONSE, "holds business details")
def holds_business_details(exchange: Exchange) -> Iterator[Breach]:
    """Each role in `data` has business_details and ids."""
    if not succeeds(exchange):
        raise NotObserved(f"the Credentials were not read: {outcome(exchange)}")
    yield from _kept(rules.business_details, received(exchange), exchange, "/data")


@expectation(RESPONSE, "lists the version in use")
def lists_version(exchange: Exchange) -> Iterator[Breach]:
    """A versions list with an entry of the version of the connection."""
    version = exchange.context.version
    data = envelope_of(exchange).get("data")
    listed = [row.get("version") for row in data if isinstance(row, dict)] if isinstance(data, list) else None
    if listed is None or not succeeds(exchange):
        yield Breach("a list of versions at the url of the Credentials", outcome(exchange), exchange)
    elif version not in listed:
        yield Breach(f"the list holds {version}", f"it holds {', '.join(map(str, listed)) or 'nothing'}", exchange)


# The registration, the target as Receiver -----------------------------------------------------------------------------


@expectation(REGISTRATION, "is taken")
def taken(agreement: Agreement) -> Iterator[Breach]:
    """The POST succeeds; a refusal because the partner could not be looked up is not the method's fault."""
    yield from _taken(agreement, agreement.handshake)


def _taken(agreement: Agreement, exchange: Exchange) -> Iterator[Breach]:
    found = lookups(agreement.calls, exchange.began).values()
    if succeeds(exchange):
        return
    if _code(exchange) in TOLERATED and not (found and all(succeeds(lookup) for lookup in found)):
        raise NotObserved(
            f"the target could not look the partner up: {outcome(exchange)}; can it reach [partner] public_url?"
        )
    yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


@expectation(REGISTRATION, "is not refused as unauthorized")
def registration_authorized(agreement: Agreement) -> Iterator[Breach]:
    """The POST with CREDENTIALS_TOKEN_A is answered with anything but HTTP 401."""
    yield from not_unauthorized(agreement.handshake)


@expectation(REGISTRATION, "is looked up before it is answered")
def looked_up(agreement: Agreement) -> Iterator[Breach]:
    """Versions and the details of the version in use are fetched while the POST is open (credentials_post_method).

    The text of 2.1.1 does not say when, only its diagram does: there a later request is advised against.
    """
    post = _successful(agreement.handshake)
    found, within = _lookups_of(agreement, post), _lookups_of(agreement, post, post.ended)
    for module, name in (("versions", "versions"), ("version_details", f"details of {post.context.version}")):
        late = found.get(module) if post.context.version == "2.1.1" else None
        if module not in within:
            actual, limit = ("after it", Verdict.ADVISED) if late else ("no such request", Verdict.FAILED)
            yield Breach(f"GET of the partner's {name} before the response", actual, late or post, at_most=limit)


def _lookups_of(agreement: Agreement, post: Exchange, until: float = inf) -> dict[str, Exchange]:
    """Return the target's first requests for versions, and for the details of the version of `post`, since `post`."""
    wanted = {"", post.context.version}
    calls = (call for call in agreement.calls if call.began < until and call.context.version in wanted)
    return lookups(calls, post.began)


@expectation(REGISTRATION, "is carried on with CREDENTIALS_TOKEN_B")
def uses_token_b(agreement: Agreement) -> Iterator[Breach]:
    """The target's requests carry CREDENTIALS_TOKEN_B, during the POST and after it."""
    yield from _wrong_tokens(agreement, ("partner", "POST"), "CREDENTIALS_TOKEN_B")


@expectation(REGISTRATION, "gives a new token")
def new_token(agreement: Agreement) -> Iterator[Breach]:
    """The token of the target's Credentials differs from A, from B and from all that it issued before."""
    post, credentials = agreement.handshake, _given(agreement)
    known = {agreement.token_a: "CREDENTIALS_TOKEN_A"}
    if post.sender == "partner":
        known[agreement.token_b] = "CREDENTIALS_TOKEN_B"
    known |= dict.fromkeys(agreement.issued_before, "the token of an earlier exchange")
    yield from _fresh(credentials, known, post)


@expectation(REGISTRATION, "gives a token that no other party has")
def own_token(agreement: Agreement) -> Iterator[Breach]:
    """The token of the target's Credentials was not issued before (transport_and_format_authorization_header)."""
    known = dict.fromkeys(agreement.issued_before, "the token of another party")
    yield from _fresh(_given(agreement), known, agreement.handshake)


@expectation(REGISTRATION, "gives business details")
def gives_business_details(agreement: Agreement) -> Iterator[Breach]:
    """Each role of the target's Credentials has business_details and ids."""
    yield from _kept(rules.business_details, _given(agreement), agreement.handshake, _place(agreement))


@expectation(REGISTRATION, "gives valid Credentials")
def gives_valid(agreement: Agreement) -> Iterator[Breach]:
    """The target's Credentials have the fields of the table (credentials_credentials_object)."""
    yield from _valid(_given(agreement), agreement.handshake, _place(agreement))


@expectation(REGISTRATION, "gives a printable token")
def gives_printable(agreement: Agreement) -> Iterator[Breach]:
    """The token consists of U+0021 to U+007E."""
    yield from _kept(rules.printable_token, _given(agreement), agreement.handshake, _place(agreement))


@expectation(REGISTRATION, "gives each role once")
def gives_roles_once(agreement: Agreement) -> Iterator[Breach]:
    """No two roles agree in role, party_id and country_code."""
    yield from _kept(rules.roles_once, _given(agreement), agreement.handshake, _place(agreement))


@expectation(REGISTRATION, "gives two-letter country codes")
def gives_countries(agreement: Agreement) -> Iterator[Breach]:
    """country_code of each role has the form of ISO 3166 alpha-2, in any case."""
    yield from _kept(rules.countries, _given(agreement), agreement.handshake, _place(agreement))


@expectation(REGISTRATION, "is used with tokens in Base64")
def tokens_in_base64(agreement: Agreement) -> Iterator[Breach]:
    """Each known token is in the header as the specification says (transport_and_format_authorization_header)."""
    if not agreement.calls:
        raise NotObserved("the target has sent no request to the partner")
    tokens = (agreement.token_a, *(grant.token for grant in agreement.grants))
    reported: set[str] = set()
    for call in agreement.calls:
        found = carried(call, tokens)
        form = found[1] if found else ""
        if form == BASE64 or form in reported or (not form and _decodes(call)):
            continue
        reported.add(form)
        limit = Verdict.ADVISED if form == "in Base64 with a line feed" else Verdict.FAILED
        actual = f"the token {form}" if form else "something that is no Base64"
        yield Breach("the token in Base64, with padding", actual, call, at_most=limit, requirement="TRN-005")


@expectation(REGISTRATION, "is used with tokens as they are")
def tokens_as_they_are(agreement: Agreement) -> Iterator[Breach]:
    """Each known token is in the header with no encoding (2.1.1 Request format); Base64 is advised against (A02).

    Requests for versions are of no version: who speaks later ones too has to try how the partner wants the token.
    """
    calls = [call for call in agreement.calls if call.context.module != "versions"]
    if not calls:
        raise NotObserved("the target has sent no request to the partner but for its versions")
    tokens = (agreement.token_a, *(grant.token for grant in agreement.grants))
    reported = {UNENCODED}
    for call in calls:
        found = carried(call, tokens)
        if found is None or found[1] in reported:
            continue
        reported.add(found[1])
        limit = Verdict.ADVISED if found[1] == BASE64 else Verdict.FAILED
        yield Breach("the token as it is", f"the token {found[1]}", call, at_most=limit, requirement="TRN-084")


@expectation(REGISTRATION, "is answered with OCPI status {code:d}")
def answered_with(agreement: Agreement, code: int) -> Iterator[Breach]:
    """The POST is answered with `code`, when the target met what it is for; the endpoints it needs are its choice."""
    post = agreement.handshake
    found = lookups(agreement.calls, post.began)
    if not found:
        raise NotObserved("the target did not look the partner up before it answered")
    if code == status.UNUSABLE_CLIENT_API and all(succeeds(call) for call in found.values()):
        raise NotObserved("the target asked for nothing that was spoilt")
    if code == status.NO_MATCHING_ENDPOINTS and succeeds(post):
        return
    if _code(post) not in TOLERATED[code]:
        yield Breach(f"OCPI {code}", outcome(post), post)


# Updates of the registration ------------------------------------------------------------------------------------------


@expectation(REGISTRATION, "is taken with its update")
def update_taken(agreement: Agreement) -> Iterator[Breach]:
    """The PUT succeeds, as far as the target could look the partner up."""
    yield from _taken(agreement, _sent_update(agreement))


@expectation(REGISTRATION, "is looked up again for the update")
def looked_up_again(agreement: Agreement) -> Iterator[Breach]:
    """The PUT makes the target fetch the details again; to do so later, or to skip the list, is advised against."""
    put = _updated(agreement)
    found = lookups(agreement.calls, put.began)
    details = found.get("version_details")
    if details is None:
        yield Breach("GET of the partner's version details before the response", "no such request", put)
    elif details.began > put.ended:
        yield Breach("GET of the version details before the response", "after it", details, at_most=Verdict.ADVISED)
    elif "versions" not in found:
        yield Breach("GET of the versions list first", "no such request", put, at_most=Verdict.ADVISED)


@expectation(REGISTRATION, "gives a new token for the update")
def new_token_for_update(agreement: Agreement) -> Iterator[Breach]:
    """The answer to PUT holds a token that was not issued before (credentials_put_method)."""
    put = _updated(agreement)
    known = {agreement.token_a: "CREDENTIALS_TOKEN_A"}
    known |= dict.fromkeys(agreement.issued_before_update, "the token of an earlier exchange")
    yield from _fresh(received(put), known, put)


@expectation(REGISTRATION, "is carried on with the token of the update")
def uses_updated_token(agreement: Agreement) -> Iterator[Breach]:
    """The target's requests carry the token of the PUT; the old one while that is open is advised against (A07)."""
    _sent_update(agreement)
    yield from _wrong_tokens(agreement, ("partner", "PUT"), "the token of the PUT")


@expectation(REGISTRATION, "is carried on at the endpoints of the update")
def uses_moved_endpoints(agreement: Agreement) -> Iterator[Breach]:
    """After the PUT the target calls the partner's modules where the version details then say they are.

    What is wrong below such a place, as a slash that is missing, TRN-079 judges.
    """
    put = _updated(agreement)
    later = [call for call in agreement.calls if call.began > put.ended]
    if not [call for call in later if call.context.module not in {"versions", "version_details", "credentials"}]:
        raise NotObserved("the target has called no module of the partner since the PUT")
    told = _told(call for call in agreement.calls if call.began > put.began)
    for call in later:
        if not call.context.module and not call.request.url.startswith(told):
            yield Breach("a request to an endpoint of the version details", call.request.url, call)
            return


def _told(calls: Iterable[Exchange]) -> tuple[str, ...]:
    """Return the URLs in the version details that the target was given in answer to `calls`."""
    details = [received(call).get("endpoints") for call in calls if call.context.module == "version_details"]
    rows = [row for endpoints in details if isinstance(endpoints, list) for row in endpoints if isinstance(row, dict)]
    return tuple(str(row["url"]) for row in rows if row.get("url"))


@expectation(REGISTRATION, "is carried on in the version of the update")
def uses_version_of_update(agreement: Agreement) -> Iterator[Breach]:
    """After a PUT to another version the target calls the partner's modules in that one (credentials_put_method)."""
    put = _sent_update(agreement)
    version = put.context.version
    if not succeeds(put):
        if _code(put) in TOLERATED:
            raise NotObserved(f"the target cannot use the partner in {version}: {outcome(put)}")
        yield Breach(f"a PUT to the credentials endpoint of {version} succeeds", outcome(put), put)
        return
    later = [call for call in agreement.calls if call.began > put.ended and call.context.version]
    calls = [call for call in later if call.context.module not in {"versions", "version_details", "credentials"}]
    if not calls:
        raise NotObserved("the target has called no module of the partner since the PUT")
    # What was under way may still come in the former version.
    if calls[-1].context.version != version:
        yield Breach(
            f"requests to the endpoints of {version}", f"one to those of {calls[-1].context.version}", calls[-1]
        )


@expectation(REGISTRATION, "is moved to the newer version")
def moved(agreement: Agreement) -> Iterator[Breach]:
    """The target sends its PUT to the credentials endpoint of a later version (credentials, Updating to a newer)."""
    former = agreement.handshake.context.version
    puts = [
        call
        for call in agreement.calls
        if (call.context.module, call.request.method) == ("credentials", "PUT")
        and call.began > agreement.handshake.ended
    ]
    if not puts:
        raise NotObserved("the target has sent no PUT of its Credentials")
    if puts[-1].context.version <= former:
        actual = f"to that of {puts[-1].context.version}"
        yield Breach(f"a PUT to the credentials endpoint of a version after {former}", actual, puts[-1])


@expectation(REGISTRATION, "takes any token")
def takes_any_token(agreement: Agreement) -> Iterator[Breach]:
    """A token of up to 64 printable characters is stored and used as it is (credentials_credentials_object)."""
    put = _sent_update(agreement)
    since = [call for call in agreement.calls if call.began > put.began]
    if http_status(put) in NOT_SERVED:
        raise NotObserved(f"the target does not serve PUT: {outcome(put)}")
    if not succeeds(put) and (_code(put) not in TOLERATED or not since):
        yield Breach("a PUT with this token succeeds", outcome(put), put, requirement="CRD-037")
    tokens = tuple(grant.token for grant in agreement.grants)
    for call in since:
        if carried(call, tokens) is None and _decodes(call):
            yield Breach("the token of the PUT", "another token", call, requirement="CRD-037")
            return


# The registration, the target as Sender -------------------------------------------------------------------------------


@expectation(REGISTRATION, "is begun with CREDENTIALS_TOKEN_A")
def begun_with_token_a(agreement: Agreement) -> Iterator[Breach]:
    """Versions, details and the POST of the target carry CREDENTIALS_TOKEN_A (credentials_registration)."""
    post = agreement.handshake
    if post.sender != "target":
        raise NotObserved("the target did not begin this registration")
    for call in agreement.calls:
        if call.began <= post.began and carried(call, (agreement.token_a,)) is None:
            yield Breach("CREDENTIALS_TOKEN_A", "another token", call)
            return


@expectation(REGISTRATION, "is carried on with CREDENTIALS_TOKEN_C")
def uses_token_c(agreement: Agreement) -> Iterator[Breach]:
    """After its POST the target's requests carry the token of the partner's answer."""
    yield from _wrong_tokens(agreement, ("target", "POST"), "CREDENTIALS_TOKEN_C")


@expectation(REGISTRATION, "is carried on with the token of the answer")
def uses_token_of_answer(agreement: Agreement) -> Iterator[Breach]:
    """After its own PUT the target's requests carry the token of the partner's answer."""
    yield from _wrong_tokens(agreement, ("target", "PUT"), "the token of the answer")


@expectation(REGISTRATION, "rests after its end")
def rests(agreement: Agreement) -> Iterator[Breach]:
    """No request of the target after the DELETE (credentials_delete_method), but for those that were under way."""
    end = agreement.ended
    if end is None:
        raise NotObserved("the registration was not ended")
    late = next((call for call in agreement.calls if call.started_at > end.ended_at + GRACE), None)
    if late:
        yield Breach("no request after the DELETE", late.summary, late)


@expectation("every request", "leads to no registration")
def no_registration(calls: Iterable[Exchange]) -> Iterator[Breach]:
    """No POST of Credentials once the details were read; a target that needs no endpoint may send it (observed)."""
    found = list(calls)
    if not any(call.context.module == "version_details" for call in found):
        raise NotObserved("the target has not read the partner's version details")
    for call in found:
        if call.context.module == "credentials" and call.request.method == "POST":
            yield Breach("no POST without the endpoints that are needed", call.summary, call, at_most=Verdict.OBSERVED)


@expectation("every request", "carries its token in Base64")
def every_request_in_base64(calls: Iterable[Exchange]) -> Iterator[Breach]:
    """The header holds Base64 of RFC 4648 section 4; a line feed in it is advised against (A01)."""
    for call in calls:
        written = written_token(call)
        text = _decoded(written)
        if written and text is None:
            yield Breach("the token in Base64, with padding", "something else", call)
            return
        if text and text.endswith("\n"):
            yield Breach("the token alone", "the token and a line feed", call, at_most=Verdict.ADVISED)
            return


# All Credentials of a run; what one object must be is in `rules` ------------------------------------------------------


@expectation("every Credentials", "is valid")
def all_valid(payloads: Iterable[Payload]) -> Iterator[Breach]:
    """Each Credentials object has the fields of the table."""
    for payload in payloads:
        yield from _valid(payload.value, payload.exchange, payload.pointer)


@expectation("every Credentials", "names one party at the top level")
def one_party(payloads: Iterable[Payload]) -> Iterator[Breach]:
    """Ids and business details of the party stand beside token and url, and there are no roles (CRD-048)."""
    for payload in payloads:
        value = payload.value if isinstance(payload.value, dict) else {}
        missing = [name for name in ("country_code", "party_id", "business_details") if name not in value]
        if missing or "roles" in value:
            actual = f"no {', '.join(missing)}" if missing else "roles"
            yield Breach("ids and business details of one party", actual, payload.exchange, payload.pointer)


# What they share ------------------------------------------------------------------------------------------------------


def carried(call: Exchange, tokens: Iterable[str]) -> tuple[str, str] | None:
    """Return which of `tokens` the Authorization header carries, and in which of the known forms; None for none."""
    written = written_token(call)
    for token in tokens:
        for form, text in forms(token).items():
            if text == written:
                return token, form
    return None


def _decoded(written: str) -> str | None:
    try:
        return base64.b64decode(written, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _decodes(call: Exchange) -> bool:
    return not written_token(call) or _decoded(written_token(call)) is not None


def _grant_at(agreement: Agreement, call: Exchange) -> tuple[Grant | None, Grant | None]:
    """Return the grant in force when `call` began, and the one whose exchange was open then."""
    current = opening = None
    for grant in agreement.grants:
        if grant.exchange.began < call.began < grant.exchange.ended:
            opening = grant
        elif grant.accepted and grant.exchange.ended < call.began:
            current = grant
    return current, opening


def _token_before(agreement: Agreement, grant: Grant) -> tuple[str, ...]:
    """Return the token that counted before `grant` did, if any."""
    earlier = [g for g in agreement.grants if g.accepted and g.exchange.ended < grant.exchange.began]
    return tuple(g.token for g in earlier[-1:])


def _was_asked_for(agreement: Agreement, call: Exchange) -> bool:
    """Tell whether a request came after the operator had the target act: it began no earlier then."""
    return agreement.asked is not None and call.began > agreement.asked


def _wrong_tokens(agreement: Agreement, act: tuple[str, str], name: str) -> Iterator[Breach]:
    """Yield one request under the grants of `act` that carries another token than the granted one, the worst."""
    judged, tolerated = False, None
    for call in agreement.calls:
        current, opening = _grant_at(agreement, call)
        grant = opening or current
        if grant is None or grant.act != act or (opening and act[0] == "target"):
            continue
        former = bool(carried(call, _token_before(agreement, grant)))
        if former and not is_lookup(call) and (opening or not _was_asked_for(agreement, call)):
            # It was on its way before the new token was there.
            continue
        judged = True
        if carried(call, (grant.token,)):
            continue
        if not (former and opening):
            yield Breach(name, "another token", call)
            return
        tolerated = tolerated or Breach(name, "the former token", call, at_most=Verdict.ADVISED)
    if tolerated:
        yield tolerated
    if not judged:
        raise NotObserved("the target has sent no request to the partner since then")


def _code(exchange: Exchange) -> int:
    code = ocpi_status(exchange)
    return code if isinstance(code, int) else 0


def _successful(exchange: Exchange) -> Exchange:
    if not succeeds(exchange):
        raise NotObserved(f"the registration did not succeed: {outcome(exchange)}")
    return exchange


def _sent_update(agreement: Agreement) -> Exchange:
    if agreement.update is None:
        raise NotObserved("the partner has sent no PUT")
    return agreement.update


def _updated(agreement: Agreement) -> Exchange:
    put = _sent_update(agreement)
    if not succeeds(put):
        raise NotObserved(f"the PUT did not succeed: {outcome(put)}")
    return put


def _given(agreement: Agreement) -> Mapping[str, Any]:
    if agreement.handshake.sender == "partner":
        _successful(agreement.handshake)
    elif agreement.handshake.request.method != "POST":
        raise NotObserved("the target did not come to the POST of its Credentials")
    return agreement.credentials


def _place(agreement: Agreement) -> str:
    return "/data" if agreement.handshake.sender == "partner" else ""


def _fresh(credentials: Mapping[str, Any], known: Mapping[str, str], exchange: Exchange) -> Iterator[Breach]:
    token = credentials.get("token")
    if not isinstance(token, str):
        yield Breach("a new token", "no token", exchange)
    elif token in known:
        yield Breach("a new token", known[token], exchange)


def _kept(judge: One, value: object, exchange: Exchange, place: str) -> Iterator[Breach]:
    """Yield what a rule says of the Credentials at `place` in the body of an exchange."""
    for flaw in judge(value if isinstance(value, dict) else {}, exchange.context.version):
        yield Breach(flaw.expected, flaw.actual, exchange, place + flaw.pointer, flaw.at_most)


def _valid(value: object, exchange: Exchange, place: str) -> Iterator[Breach]:
    for error in schemas.validator(edition_of(exchange), "Credentials").errors(value):
        yield Breach(error.expected, error.actual, exchange, place + error.pointer)
