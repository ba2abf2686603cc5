"""What the Receiver of commands must answer and send: direct answer, result, Session. Its Sender is not judged here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

from ocpi_conformance import schemas
from ocpi_conformance.mock_partner.ocpi import status
from ocpi_conformance.mock_partner.ocpi.commands import COMMANDS
from ocpi_conformance.mock_partner.ocpi.versions import (
    CORRELATION_ID,
    FROM_COUNTRY,
    FROM_PARTY,
    REQUEST_ID,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.checks.each import distinct, expected_of, parsed
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, ocpi_status, outcome, succeeds
from ocpi_conformance.steps.command_traffic import is_result
from ocpi_conformance.steps.commanded import Followed, Outcome, announced, answered, belongs, is_over
from ocpi_conformance.steps.identities import location_id
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.scene import envelope_of, single_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

RESPONSE, ANSWERS, RESULTS = "the response", ("every answer to a command",), ("every result",)
RESULT, SESSION, CDR = "the result", "the Session of the command", "the CDR of the command"
# CommandResponseType (mod_commands_commandresponsetype_enum): what a CPO can say at once. The one of 2.1.1 is for
# results too, so that no word of it is out of place.
DECISIONS = ("ACCEPTED", "NOT_SUPPORTED", "REJECTED", "UNKNOWN_SESSION")
_WORDS = {"2.1.1": (*DECISIONS, "TIMEOUT")}
# Seconds by which clocks and networks may let a result look late.
TOLERANCE = 0.5
_TOKEN_FIELDS = ("country_code", "party_id", "uid", "type", "contract_id")
_TURNED = {FROM_PARTY: TO_PARTY, FROM_COUNTRY: TO_COUNTRY, TO_PARTY: FROM_PARTY, TO_COUNTRY: FROM_COUNTRY}
_NO_SUCH_PLACE = frozenset({404, 405, 501})


def said(exchange: Exchange) -> str:
    """Return the direct answer in words: its outcome, and the result in it."""
    data = _data(exchange)
    result = f" with the result {data.get('result')}" if isinstance(data, dict) else " without a CommandResponse"
    return outcome(exchange) + (result if succeeds(exchange) else "")


def _data(exchange: Exchange) -> object:
    return single_of(exchange) if succeeds(exchange) else envelope_of(exchange).get("data")


# The direct answer ----------------------------------------------------------------------------------------------------


@expectation(RESPONSE, "accepts the command")
def accepts(exchange: Exchange) -> Iterator[Breach]:
    """A success with the result ACCEPTED."""
    if answered(exchange) != "ACCEPTED":
        yield Breach("the result ACCEPTED", said(exchange), exchange)


@expectation(RESPONSE, "does not accept the command")
def accepts_not(exchange: Exchange) -> Iterator[Breach]:
    """An error, or a result other than ACCEPTED; which one is for other entries."""
    if answered(exchange) == "ACCEPTED":
        yield Breach("an error, or a result other than ACCEPTED", said(exchange), exchange)


@expectation(RESPONSE, "does not claim to have found the EVSE")
def knows_evse(exchange: Exchange) -> Iterator[Breach]:
    """A result other than ACCEPTED, as advice: some leave it to the charge point to know its EVSEs (CMD-063)."""
    if answered(exchange) == "ACCEPTED":
        yield Breach("a result other than ACCEPTED", said(exchange), exchange, at_most=Verdict.ADVISED)


@expectation(RESPONSE, "is a CommandResponse whatever its result")
def is_command_response(exchange: Exchange) -> Iterator[Breach]:
    """A success has a result; an OCPI error is one of the command, not of a place that does not exist (CMD-002).

    In 2.1.1, whose text asks for an HTTP error beside the OCPI one, HTTP 404 can mean what the command names (A03).
    """
    data = _data(exchange)
    if succeeds(exchange):
        if not (isinstance(data, dict) and data.get("result")):
            yield Breach("a CommandResponse in data", said(exchange), exchange, "/data")
    elif http_status(exchange) in _NO_SUCH_PLACE or http_status(exchange) >= 500:
        told = exchange.context.version == "2.1.1" and http_status(exchange) == 404 and _is_client_error(exchange)
        limit = Verdict.ADVISED if told else Verdict.FAILED
        yield Breach("a CommandResponse", outcome(exchange), exchange, at_most=limit)


def _is_client_error(exchange: Exchange) -> bool:
    code = ocpi_status(exchange)
    return isinstance(code, int) and 2000 <= code < 3000


@expectation(RESPONSE, "is a CommandResponse although evse_uid is absent")
def needs_no_evse(exchange: Exchange) -> Iterator[Breach]:
    """Any result; a refusal as invalid means that the optional field was required (CMD-031).

    Raises:
        NotObserved: the refusal has another reason.
    """
    refused = ocpi_status(exchange) == status.INVALID_PARAMETERS or http_status(exchange) in {400, 422}
    if refused:
        yield Breach("a CommandResponse, since evse_uid is optional", outcome(exchange), exchange)
    elif not answered(exchange):
        raise NotObserved(f"the command was refused: {outcome(exchange)}")


@expectation(RESPONSE, "reports an unknown Location")
def unknown_location(exchange: Exchange) -> Iterator[Breach]:
    """OCPI 2003 with or without data (A23); a command that is not supported needs no Location."""
    data = _data(exchange)
    unsupported = isinstance(data, dict) and data.get("result") == "NOT_SUPPORTED"
    fine = 200 <= http_status(exchange) < 300 and ocpi_status(exchange) == status.UNKNOWN_LOCATION
    if not fine and not unsupported:
        yield Breach("OCPI 2003", said(exchange), exchange)


@expectation(RESPONSE, "reports an unknown Session")
def unknown_session(exchange: Exchange) -> Iterator[Breach]:
    """The result UNKNOWN_SESSION, with OCPI 1000 or an error of the client (A24).

    Raises:
        NotObserved: it is an HTTP error, which says nothing of commands.
    """
    if not 200 <= http_status(exchange) < 300:
        raise NotObserved(f"the answer is no CommandResponse: {outcome(exchange)}")
    data = _data(exchange)
    result = data.get("result") if isinstance(data, dict) else None
    if result not in {"UNKNOWN_SESSION", "NOT_SUPPORTED"}:
        yield Breach("the result UNKNOWN_SESSION", f"{outcome(exchange)} with the result {result}", exchange)


def is_success(exchange: Exchange) -> bool:
    """A command that was answered with a success that holds no array."""
    return succeeds(exchange) and not isinstance(envelope_of(exchange).get("data"), list)


@expected_of(ANSWERS, "is the CPO's own decision", is_success)
def own_decision(exchange: Exchange) -> Iterator[Breach]:
    """`result` is a CommandResponseType; what only a charge point can say comes later (CMD-001)."""
    result, words = answered(exchange), _WORDS.get(exchange.context.version, DECISIONS)
    if result and result not in words:
        yield Breach(f"one of {', '.join(words)}", result[:40], exchange, "/data/result")


@expected_of(ANSWERS, "has a result", is_success)
@expected_of(ANSWERS, "has a result and a timeout", is_success)
def whole_response(exchange: Exchange) -> Iterator[Breach]:
    """`data` is a CommandResponse (CMD-008; CMD-059, without timeout); the words of it are for another entry."""
    version = exchange.context.version or "2.2.1"
    for error in schemas.validator(version, "CommandResponse").errors(_data(exchange)):
        if error.severity == "error" and not (error.pointer == "/result" and answered(exchange)):
            yield Breach(error.expected, error.actual, exchange, f"/data{error.pointer}")
    seconds = announced(exchange)
    if answered(exchange) == "ACCEPTED" and seconds is not None and seconds < 1:
        yield Breach("time for a result", f"{seconds:g} s", exchange, "/data/timeout", at_most=Verdict.ADVISED)


# Results: each of a run -----------------------------------------------------------------------------------------------


@expected_of(RESULTS, "is a bare CommandResponse")
@expected_of(RESULTS, "is a bare CommandResult")
def bare_result(exchange: Exchange) -> Iterator[Breach]:
    """The body is the object itself, without an envelope (CMD-012; CMD-060, where it is a CommandResponse)."""
    body = parsed(exchange.request.body)
    version = exchange.context.version or "2.2.1"
    for error in schemas.validator(version, COMMANDS[version].result_object).errors(body):
        if error.severity == "error":
            wrapped = isinstance(body, dict) and "data" in body and "result" not in body
            yield Breach(error.expected, "an envelope around it" if wrapped else error.actual, exchange, error.pointer)


@expected_of(RESULTS, "is authorized with the token of the registration")
def authorized_result(exchange: Exchange) -> Iterator[Breach]:
    """The token that the partner issued to the target, which the partner knows (CMD-013)."""
    if exchange.request.header("Authorization") is None:
        yield Breach("the CREDENTIALS_TOKEN that the partner issued", "no Authorization header", exchange)
    elif http_status(exchange) == 401:
        yield Breach("the CREDENTIALS_TOKEN that the partner issued", "another token", exchange)


@expected_of(RESULTS, "carries both message ids")
def result_has_ids(exchange: Exchange) -> Iterator[Breach]:
    """X-Request-ID and X-Correlation-ID (CMD-061); whether the latter is that of the command is open (A27)."""
    for name in (REQUEST_ID, CORRELATION_ID):
        if not (exchange.request.header(name) or "").strip():
            yield Breach(f"an {name} header", "no such header", exchange)


def pairs(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield each result with the command of the partner to whose response_url it came, in the order of the results."""
    commands = {address(url): e for e in exchanges if (url := response_url(e))}
    for result in filter(is_result, exchanges):
        command = commands.get(address(result.request.url))
        if command is not None:
            yield command, result


def response_url(exchange: Exchange) -> str:
    """Return the response_url in a command of the partner, or nothing."""
    if exchange.sender != "partner" or exchange.context.module != "commands" or exchange.request.method != "POST":
        return ""
    url = sent_in(exchange).get("response_url")
    return url if isinstance(url, str) else ""


def address(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a URL means: a client may write the same characters in percent-encoding or without."""
    parts = urlsplit(url)
    return unquote(parts.path), tuple(parse_qsl(parts.query, keep_blank_values=True))


@expectation("every result", "goes to the response_url of a command", among="result beside commands")
def at_response_url(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The whole URL, its query included (CMD-011)."""
    found = {result.number for _, result in pairs(exchanges)}
    return distinct(
        Breach(
            "the response_url of a command, unchanged",
            urlsplit(e.request.url)._replace(scheme="", netloc="").geturl(),
            e,
        )
        for e in filter(is_result, exchanges)
        if e.number not in found
    )


@expectation("every result", "comes within the timeout that was announced", among="result beside commands")
def within_timeout(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The first result of a command, from its direct answer on (CMD-014).

    Raises:
        NotObserved: no answer has announced one.
    """
    firsts = {command.number: (command, result) for command, result in reversed(list(pairs(exchanges)))}
    timed = [(command, result, announced(command)) for command, result in firsts.values()]
    if all(seconds is None for _, _, seconds in timed):
        raise NotObserved("no result came of a command whose answer announces a timeout")
    for command, result, seconds in timed:
        taken = result.started_at - command.ended_at
        if seconds is not None and taken > seconds + TOLERANCE:
            yield Breach(f"a result within {seconds:g} s", f"after {taken:.1f} s", result)


@expectation("every result", "is routed back to who sent the command", among="result beside commands")
def routed_back(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The routing headers are those of the command, turned round; a header that is absent is advice (CMD-062, A25)."""
    found = list(pairs(exchanges))
    if not found:
        raise NotObserved("no result came to the response_url of a command")
    return distinct(breach for command, result in found for breach in _routed(command, result))


def _routed(command: Exchange, result: Exchange) -> Iterator[Breach]:
    for name, source in _TURNED.items():
        wanted, got = command.request.header(source), result.request.header(name)
        if wanted and got is None:
            yield Breach(f"{name}: {wanted}", "no such header", result, at_most=Verdict.ADVISED)
        elif wanted and got and got.strip().lower() != wanted.lower():
            yield Breach(f"{name}: {wanted}", got[:20], result)


# The result of one command --------------------------------------------------------------------------------------------


def was_accepted(found: Outcome) -> None:
    """Raise NotObserved where the request was refused at once."""
    if found.sent.answer != "ACCEPTED":
        raise NotObserved(f"{found.sent.name} was not ACCEPTED: {said(found.sent.exchange)}")


@expectation(RESULT, "comes")
def comes(found: Outcome) -> Iterator[Breach]:
    """After ACCEPTED a result comes in the time announced for it (CMD-010).

    Raises:
        NotObserved: the command was refused, or the time announced is longer than the run waits.
    """
    was_accepted(found)
    if found.results:
        return
    told = found.sent.timeout
    if not found.waited_out:
        raise NotObserved(
            f"no result so far of {told:g} s that were announced; raise [timeouts] callback to wait for it"
        )
    limit = f" within {told:g} s" if told is not None else ""
    yield Breach(f"a result of {found.sent.name}{limit}", "none", found.sent.exchange)


@expectation(RESULT, "comes once", among="silence")
def comes_once(found: Outcome) -> Iterator[Breach]:
    """A result whose POST has failed is not sent again (CMD-015)."""
    was_accepted(found)
    if not found.results:
        raise NotObserved("no result came")
    if len(found.results) > 1:
        yield Breach("one POST of the result", f"{len(found.results)} of them", found.results[1])


@expectation(RESULT, "does not come", among="silence")
def never_comes(found: Outcome) -> Iterator[Breach]:
    """What was refused has no result (CMD-009).

    Raises:
        NotObserved: it was not refused.
    """
    if found.sent.answer == "ACCEPTED":
        raise NotObserved(f"{found.sent.name} was ACCEPTED")
    if found.results:
        yield Breach(f"no result after {said(found.sent.exchange)}", found.words[0], found.results[0])


@expectation(RESULT, "does not tell that the EVSE is reserved")
def is_replaced(found: Outcome) -> Iterator[Breach]:
    """The reservation that was made before is not in the way of the one that replaces it (CMD-039).

    A failure that may have another reason is advice.
    """
    was_accepted(found)
    for breach in _is_one_of(found, "ACCEPTED"):
        yield breach if found.words[0] == "EVSE_OCCUPIED" else replace(breach, at_most=Verdict.ADVISED)


@expectation(RESULT, "does not depend on the Token")
def any_token(found: Outcome) -> Iterator[Breach]:
    """What is accepted for a Token that the CPO knows as valid is so for the one before it, too (CMD-023).

    Raises:
        NotObserved: neither is accepted.
    """
    before = found.earlier[-1][0] if found.earlier else found.sent
    if before.answer == "ACCEPTED":
        return
    was_accepted(found)
    yield Breach("ACCEPTED, as for a Token that is known as valid", said(before.exchange), before.exchange)


@expectation(RESULT, "is {word:w} unless the command was refused")
def is_word_unless_refused(found: Outcome, word: str) -> Iterator[Breach]:
    """The result is this one; a CPO that knows better need not ask the charge point."""
    if found.sent.answer == "ACCEPTED":
        yield from _is_one_of(found, word)


@expectation(RESULT, "is {word:w} at once or later")
def is_word_somewhere(found: Outcome, word: str) -> Iterator[Breach]:
    """The direct answer or the result is this one (CMD-021)."""
    if found.sent.answer == "ACCEPTED":
        yield from _is_one_of(found, word)
    elif found.sent.answer != word:
        yield Breach(f"the result {word}", said(found.sent.exchange), found.sent.exchange)


@expectation(RESULT, "is not {word:w} at once and later")
def is_never(found: Outcome, word: str) -> Iterator[Breach]:
    """The direct answer or the result is another one (CMD-035)."""
    if found.sent.answer != word:
        return
    if not found.results:
        raise NotObserved("no result came")
    if found.words[0] == word:
        yield Breach(f"a result other than {word}", word, found.results[0], "/result")


def _is_one_of(found: Outcome, word: str) -> Iterator[Breach]:
    if not found.results:
        raise NotObserved("no result came")
    if found.words[0] != word:
        yield Breach(f"the result {word}", found.words[0] or "no result in the body", found.results[0], "/result")


@expectation(RESULT, "is followed by {word:w}", among="trigger")
def is_followed_by(found: Outcome, word: str) -> Iterator[Breach]:
    """A second result at the same URL is this one (CMD-048)."""
    was_accepted(found)
    if word not in found.words[1:]:
        yield Breach(
            f"{word} at the response_url of {found.sent.name}", f"{' and '.join(found.words)} only", found.sent.exchange
        )


@expectation(RESULT, "comes to the URL of each command")
def each_its_own(found: Outcome) -> Iterator[Breach]:
    """Commands that run at the same time have their results apart (CMD-011).

    Raises:
        NotObserved: not all were ACCEPTED, or no result came at all.
    """
    was_accepted(found)
    every = [*found.earlier, (found.sent, found.results)]
    if any(sent.answer != "ACCEPTED" for sent, _ in every) or not any(results for _, results in every):
        raise NotObserved("the results of two commands at the same time were not seen")
    for sent, results in every:
        if not results:
            counts = " and ".join(str(len(came)) for _, came in every)
            yield Breach("one result at each response_url", f"{counts} of them", sent.exchange)


@expectation(RESULT, "comes without a real-time authorization")
def unauthorized_start(found: Outcome) -> Iterator[Breach]:
    """Nobody asks the eMSP for the Token of its own command (CMD-024, CMD-025)."""
    was_accepted(found)
    uid = found.sent.token_uid.lower()
    for call in found.calls:
        if call.context.route == "authorize" and (call.context.id("token_uid") or "").lower() == uid:
            yield Breach("no real-time authorization of this Token", call.request.method + " authorize", call)
            return


# Session and CDR ------------------------------------------------------------------------------------------------------


def latest_of(found: Followed, what: str = "Session") -> Payload:
    """Return the object that followed the command.

    Raises:
        NotObserved: the result is not ACCEPTED, or nothing was shown.
    """
    _took_place(found)
    if not found.found:
        raise NotObserved(f"the target has shown no {what} for the Token of {found.sent.name}")
    return found.found[-1]


def _took_place(found: Followed) -> None:
    if found.words[:1] != ("ACCEPTED",):
        raise NotObserved(f"the result of {found.sent.name} is {'/'.join(found.words) or 'missing'}, not ACCEPTED")


def _same(one: object, other: object) -> bool:
    return str(one).lower() == str(other).lower()


@expectation(SESSION, "names the Token that was given")
@expectation(CDR, "names the Token that was given")
def names_token(found: Followed) -> Iterator[Breach]:
    """The fields of cdr_token are those of the Token in the command, compared without case (CMD-030).

    In 2.1.1 that is auth_id, a string (SES-070, CDR-086).
    """
    payload, given = latest_of(found, "Session or CDR"), found.sent.body["token"]
    if "auth_id" in given:
        if payload.value.get("auth_id") != given["auth_id"]:
            expected, actual = f"auth_id of the Token, {given['auth_id']}", str(payload.value.get("auth_id"))
            yield Breach(expected, actual, payload.exchange, f"{payload.pointer}/auth_id")
        return
    shown = payload.value.get("cdr_token") or {}
    for name in _TOKEN_FIELDS:
        if not _same(given[name], shown.get(name)):
            place = f"{payload.pointer}/cdr_token/{name}"
            yield Breach(f"{name} of the Token, {given[name]}", str(shown.get(name)), payload.exchange, place)


@expectation(SESSION, "has its authorization_reference")
@expectation(CDR, "has its authorization_reference")
def has_reference(found: Followed) -> Iterator[Breach]:
    """The reference that was given last (CMD-036, SES-053, SES-054)."""
    payload = latest_of(found, "Session or CDR")
    given, shown = found.sent.body["authorization_reference"], payload.value.get("authorization_reference")
    if not _same(given, shown):
        actual = str(shown) if shown else "absent"
        place = f"{payload.pointer}/authorization_reference"
        yield Breach(f"authorization_reference {given}", actual, payload.exchange, place)


@expectation(SESSION, "is at its Location")
def is_started(found: Followed) -> Iterator[Breach]:
    """A START_SESSION that succeeded leads to a Session for its Token and Location (CMD-037).

    Raises:
        NotObserved: nothing has started, and the operator does not say that a car is there.
    """
    _took_place(found)
    if not found.found and not found.plugged_in:
        raise NotObserved('no Session came; say car = "plugged in" in [offers] evse of target.toml where one should')
    if not found.found:
        yield Breach("a Session for the Token of the command", "none", found.sent.exchange)
    elif not _same(found.sent.body["location_id"], actual := location_id(found.found[-1].value)):
        payload = found.found[-1]
        place = "location_id" if "location_id" in payload.value else "location/id"
        yield Breach(found.sent.body["location_id"], actual, payload.exchange, f"{payload.pointer}/{place}")


@expectation(SESSION, "comes with success and not without")
def comes_with_success(found: Followed) -> Iterator[Breach]:
    """A success without Session, and a Session without success, are noted (mod_commands_flow; A50).

    Raises:
        NotObserved: no result has come.
    """
    result = "/".join(found.words)
    if not result:
        raise NotObserved(f"no result of {found.sent.name} has come")
    came = any(p.kind == "Session" and not p.is_copy and belongs(p.value, found.sent.body) for p in found.objects)
    if came != (found.words[0] == "ACCEPTED"):
        actual = "a Session" if came else "none"
        expected = "no Session" if came else "a Session"
        yield Breach(f"{expected} after {result}", actual, found.sent.exchange, at_most=Verdict.OBSERVED)


@expectation(SESSION, "is one of a reservation")
def is_reservation(found: Followed) -> Iterator[Breach]:
    """A reservation that succeeded is a new Session with the status RESERVATION (CMD-040, A15)."""
    _took_place(found)
    if not found.found:
        yield Breach("a Session with the status RESERVATION", "no Session for the Token", found.sent.exchange)
        return
    payload = found.found[-1]
    if payload.value.get("status") != "RESERVATION":
        actual = str(payload.value.get("status"))
        yield Breach("the status RESERVATION", actual, payload.exchange, f"{payload.pointer}/status")


@expectation(SESSION, "is at one EVSE of the Location or at none yet")
def at_some_evse(found: Followed) -> Iterator[Breach]:
    """evse_uid is that of an EVSE of the Location, or #NA (CMD-041).

    Raises:
        NotObserved: the EVSEs of the Location are not known.
    """
    payload = latest_of(found)
    if not found.evses:
        raise NotObserved("the target does not publish the EVSEs of the Location")
    uid = payload.value.get("evse_uid")
    if not any(_same(uid, known) for known in ("#NA", *found.evses)):
        place = f"{payload.pointer}/evse_uid"
        yield Breach("one EVSE of the Location, or #NA", str(uid), payload.exchange, place)


@expectation(SESSION, "is the only one that is open")
def is_alone(found: Followed) -> Iterator[Breach]:
    """A reservation that was replaced leaves one open Session at most (CMD-039)."""
    _took_place(found)
    waiting = [payload for payload in found.found if not is_over(payload)]
    if len(waiting) > 1:
        yield Breach("one open Session of the reservation", f"{len(waiting)} of them", waiting[0].exchange)


@expectation(SESSION, "is still open")
def is_still_open(found: Followed) -> Iterator[Breach]:
    """Nobody else has ended the reservation: its Session is open, and nothing says that it was cancelled (CMD-043).

    Raises:
        NotObserved: what somebody else has commanded since was not carried out.
    """
    _took_place(found)
    if found.later[:1] != ("ACCEPTED",):
        raise NotObserved(f"the result of the command after it is {'/'.join(found.later) or 'missing'}")
    if "CANCELED_RESERVATION" in found.words:
        yield Breach("a reservation that stands", "CANCELED_RESERVATION", found.sent.exchange)
    elif found.found and all(is_over(payload) for payload in found.found):
        payload = found.found[-1]
        yield Breach("an open Session", str(payload.value.get("status")), payload.exchange, f"{payload.pointer}/status")
