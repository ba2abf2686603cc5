"""What a hub must make of a request for others: whom it reaches, in whose name, what comes back. Nothing is awaited.

Rules: a hub that does not take a request, or knows no way for it, is judged where a clause says how it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.ocpi.versions import (
    CORRELATION_ID,
    FROM_COUNTRY,
    FROM_PARTY,
    REQUEST_ID,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.agreements import received
from ocpi_conformance.steps.agreements import sent as sent_in
from ocpi_conformance.steps.checks.each import body_of
from ocpi_conformance.steps.checks.message_ids import ids_in
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import ocpi_status, outcome, succeeds
from ocpi_conformance.steps.passing import Arrival, Behind, Passed
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

HUB = "the hub"
_HUB_PARTY_ID = re.compile(r"[A-Za-z]{2}[A-Za-z0-9*]{3}")
_UNKNOWN, _TIMEOUT, _NOT_CONNECTED = 4001, 4002, 4003
Pair = tuple[str, str]


# Headers --------------------------------------------------------------------------------------------------------------


def _pair(party: Party) -> Pair:
    return party.country_code.upper(), party.party_id.upper()


def _told(pair: Pair) -> str:
    return " ".join(pair).strip()[:20] or "no such headers"


def _addressed(kind: str, expected: Pair, actual: Pair, exchange: Exchange) -> Iterator[Breach]:
    if actual != expected:
        yield Breach(f"{kind} {_told(expected)}", f"{kind} {_told(actual)}", exchange)


def _arrived(found: Passed) -> tuple[Arrival, ...]:
    """Return where the request has arrived.

    Raises:
        NotObserved: nowhere.
    """
    if not found.arrivals:
        raise NotObserved(f"the target has not passed the request on: {outcome(found.sent)}")
    return found.arrivals


def _is(party: Party, ids: Pair) -> bool:
    return _pair(party) == ids


# To one party ---------------------------------------------------------------------------------------------------------


def _addressee(found: Passed) -> Behind:
    """Return the party that the request names as its receiver."""
    to = ids_in(found.sent.request, TO_COUNTRY, TO_PARTY)
    known = next((one for one in found.others if _is(one.party, to)), None)
    if known is None:
        raise NotObserved("the request names no party of this scenario")
    return known


@expectation(HUB, "passes the request on to the party that it names", among="request")
def is_passed_on(found: Passed) -> Iterator[Breach]:
    """What was answered with success has arrived there, with the same TO and FROM (RTE-031).

    Raises:
        NotObserved: the hub refuses the request.
    """
    to = _addressee(found)
    if not found.arrivals and not succeeds(found.sent):
        raise NotObserved(f"the target does not pass the request on: {outcome(found.sent)}")
    if not found.at(to.word):
        yield Breach(f"the request at the {to.word}", "no such request", found.sent)
    for exchange in found.at(to.word):
        for kind, names in (("TO", (TO_COUNTRY, TO_PARTY)), ("FROM", (FROM_COUNTRY, FROM_PARTY))):
            passed = ids_in(exchange.request, *names)
            yield from _addressed(kind, ids_in(found.sent.request, *names), passed, exchange)


@expectation(HUB, "passes the request on to nobody else", among="request and silence")
def is_passed_on_to_one(found: Passed) -> Iterator[Breach]:
    """A request for one party does not arrive at another one (RTE-031)."""
    to = _addressee(found)
    for arrival in _arrived(found):
        if arrival.at != to:
            yield Breach(f"a request for the {to.word} at nobody else", f"at the {arrival.at.word}", arrival.exchange)


@expectation(HUB, "brings the answer of the party that the request names", among="request")
def answer_is_passed_back(found: Passed) -> Iterator[Breach]:
    """The answer is TO who has asked and FROM the party that was asked, as that has sent it (RTE-031)."""
    _arrived(found)
    _answered_in_time(found)
    asked = ids_in(found.sent.request, FROM_COUNTRY, FROM_PARTY)
    yield from _addressed("TO", asked, ids_in(found.sent.response, TO_COUNTRY, TO_PARTY), found.sent)
    answering = _pair(_addressee(found).party)
    yield from _addressed("FROM", answering, ids_in(found.sent.response, FROM_COUNTRY, FROM_PARTY), found.sent)


@expectation(HUB, "leaves last_updated as it is", among="request")
def last_updated_is_kept(found: Passed) -> Iterator[Breach]:
    """The object that arrives has the last_updated with which it was sent (RTE-032)."""
    expected = str(sent_in(found.sent).get("last_updated"))
    for arrival in _arrived(found):
        actual = str(sent_in(arrival.exchange).get("last_updated"))
        if actual != expected and _moment(actual) != _moment(expected):
            yield Breach(f"last_updated {expected}", actual[:30], arrival.exchange, "/last_updated")


def _moment(text: str) -> datetime | None:
    try:
        return parse_timestamp(text)
    except ValueError:
        return None


@expectation(HUB, "gives the request a new X-Request-ID", among="request")
def request_id_is_new(found: Passed) -> Iterator[Breach]:
    """The request that arrives does not have the X-Request-ID with which it was sent (RTE-041).

    Raises:
        NotObserved: it has none.
    """
    for exchange, value in _with_id(found, REQUEST_ID):
        if value == found.sent.request.header(REQUEST_ID):
            yield Breach(f"a new {REQUEST_ID}", "the one of the sender", exchange)


def _with_id(found: Passed, name: str) -> list[tuple[Exchange, str]]:
    """Return where the request has arrived with a message id, and that.

    Raises:
        NotObserved: nowhere; whether there is one is for other entries.
    """
    calls = [arrival.exchange for arrival in _arrived(found)]
    known = [(call, value) for call in calls if (value := call.request.header(name))]
    if not known:
        raise NotObserved(f"the request has arrived without {name}: another entry judges that")
    return known


@expectation(HUB, "keeps the X-Correlation-ID of the request", among="request")
def correlation_id_is_kept(found: Passed) -> Iterator[Breach]:
    """The request that arrives has the X-Correlation-ID with which it was sent (RTE-042).

    Raises:
        NotObserved: it has none.
    """
    expected = found.sent.request.header(CORRELATION_ID)
    for exchange, value in _with_id(found, CORRELATION_ID):
        if value != expected:
            yield Breach(f"the {CORRELATION_ID} of the sender", "another one", exchange)


@expectation(HUB, "answers with the X-Request-ID of the request", among="request")
def request_id_comes_back(found: Passed) -> Iterator[Breach]:
    """The requester gets its own X-Request-ID back, not that of the request that was passed on (RTE-043).

    Raises:
        NotObserved: the answer has none.
    """
    _arrived(found)
    value = found.sent.response.header(REQUEST_ID) if found.sent.response else None
    if not value:
        raise NotObserved(f"the answer has no {REQUEST_ID}: RTE-037 judges that")
    if value != found.sent.request.header(REQUEST_ID):
        yield Breach(f"the {REQUEST_ID} of the request", "another one", found.sent)


# What goes wrong ------------------------------------------------------------------------------------------------------


@expectation(HUB, "answers with the status of the party that was asked", among="request")
def error_is_passed_back(found: Passed) -> Iterator[Breach]:
    """An error of the receiving party comes to the requester with the status_code that it has given (STA-019).

    Raises:
        NotObserved: the request has not arrived, or the party has reported no error.
    """
    given = ocpi_status(_arrived(found)[-1].exchange)
    _answered_in_time(found)
    if not str(given).startswith(("2", "3")):
        raise NotObserved("the party that was asked has reported no error")
    if ocpi_status(found.sent) != given:
        yield Breach(f"OCPI {given}, as from the party", outcome(found.sent), found.sent)


def _answered_in_time(found: Passed) -> None:
    """See to it that the hub has answered.

    Raises:
        NotObserved: we have waited no longer than it waits itself.
    """
    if found.sent.response is None:
        reason = "the target has given no answer in the time in which the partner waits for one"
        raise NotObserved(f"{reason}; a longer [timeouts] response would show what it says: {found.sent.error}")


@expectation(HUB, "reports that the party is unknown", among="answer")
def unknown_party_is_reported(found: Passed) -> Iterator[Breach]:
    """A request whose TO address nobody has leads to OCPI 4001 (STA-021)."""
    _answered_in_time(found)
    if ocpi_status(found.sent) != _UNKNOWN:
        yield Breach(f"OCPI {_UNKNOWN}", outcome(found.sent), found.sent)


@expectation(HUB, "reports that the request has timed out", among="request")
def timeout_is_reported(found: Passed) -> Iterator[Breach]:
    """A request that was passed on and is not answered leads to OCPI 4002 (STA-022)."""
    _answered_in_time(found)
    _refused_elsewhere(found)
    if ocpi_status(found.sent) != _TIMEOUT:
        yield Breach(f"OCPI {_TIMEOUT}", outcome(found.sent), found.sent)


def _refused_elsewhere(found: Passed) -> None:
    """See to it that it was a party behind the hub that did not answer.

    Raises:
        NotObserved: the hub has not come so far.
    """
    if not found.arrivals and ocpi_status(found.sent) != _TIMEOUT:
        raise NotObserved(f"the target has not passed the request on: {outcome(found.sent)}")


@expectation(HUB, "reports that the party is not connected", among="request")
def no_connection_is_reported(found: Passed) -> Iterator[Breach]:
    """A request for a party that cannot be reached leads to OCPI 4003; 4002 is advice (STA-023)."""
    _answered_in_time(found)
    code = ocpi_status(found.sent)
    if code != _NOT_CONNECTED:
        limit = Verdict.ADVISED if code == _TIMEOUT else Verdict.FAILED
        yield Breach(f"OCPI {_NOT_CONNECTED}", outcome(found.sent), found.sent, at_most=limit)


# To all ---------------------------------------------------------------------------------------------------------------


def _is_opposite(one: Party, other: Party) -> bool:
    """Tell whether two parties are of opposite sides: the CPOs are one, all other roles are of the kind of the eMSP."""
    return (one.role == "CPO") != (other.role == "CPO")


def _reached(found: Passed) -> Iterator[Breach]:
    """Yield the parties of the other side that a broadcast has not come to, and those of the same side that it has.

    Raises:
        NotObserved: the target does not show that somebody of the other side is connected.
    """
    # One party may have several roles, and with each a ClientInfo.
    known = {_ids(client) for client in found.clients or () if str(client.get("status")).upper() == "CONNECTED"}
    opposite = [one for one in found.others if _is_opposite(found.sender.party, one.party)]
    connected = [one for one in opposite if _pair(one.party) in known]
    if not connected:
        raise NotObserved("the target does not list a party of the other side as CONNECTED: it may keep the two apart")
    for one in connected:
        if not found.at(one.word):
            yield Breach(f"the broadcast at the {one.word}", "no such request", found.sent)
    for one in found.others:
        if one not in opposite and (calls := found.at(one.word)):
            yield Breach(f"no broadcast at the {one.word}", "the request of the other one", calls[0])


def _ids(item: dict[str, object]) -> Pair:
    return str(item.get("country_code")).upper(), str(item.get("party_id")).upper()


@expectation(HUB, "sends the broadcast to the other side only", among="broadcast")
def broadcast_reaches(found: Passed) -> Iterator[Breach]:
    """It comes to each connected party of the opposite role, and to none of the same one (RTE-012, RTE-013)."""
    return _reached(found)


@expectation(HUB, "sends the broadcast in its own name to each party", among="broadcast")
def broadcast_is_addressed(found: Passed) -> Iterator[Breach]:
    """What arrives is FROM the hub and TO the party at which it arrives (RTE-014)."""
    for arrival in _arrived(found):
        sender = ids_in(arrival.exchange.request, FROM_COUNTRY, FROM_PARTY)
        yield from _addressed("FROM the hub", _pair(found.hub), sender, arrival.exchange)
        to = ids_in(arrival.exchange.request, TO_COUNTRY, TO_PARTY)
        yield from _addressed(f"TO the {arrival.at.word}", _pair(arrival.at.party), to, arrival.exchange)


@expectation(HUB, "keeps the owner in the URL of the broadcast", among="broadcast")
def broadcast_keeps_owner(found: Passed) -> Iterator[Breach]:
    """The URL names the party that has sent the broadcast, not the hub (RTE-020)."""
    for arrival in _arrived(found):
        named = {name: arrival.exchange.context.id(name) or "" for name in ("country_code", "party_id")}
        ids = (named["country_code"].upper(), named["party_id"].upper())
        yield from _addressed("the URL of the owner", _pair(found.sender.party), ids, arrival.exchange)


@expectation(HUB, "answers the broadcast in its own name", among="answer")
def broadcast_is_answered(found: Passed) -> Iterator[Breach]:
    """The answer is TO who has sent the broadcast and FROM the hub (RTE-016, A26)."""
    if not succeeds(found.sent):
        raise NotObserved(f"the target does not take what is for all: {outcome(found.sent)}")
    yield from _answered_by_hub(found, found.sent)


def _answered_by_hub(found: Passed, exchange: Exchange) -> Iterator[Breach]:
    asked = ids_in(exchange.request, FROM_COUNTRY, FROM_PARTY)
    yield from _addressed("TO", asked, ids_in(exchange.response, TO_COUNTRY, TO_PARTY), exchange)
    yield from _addressed(
        "FROM the hub", _pair(found.hub), ids_in(exchange.response, FROM_COUNTRY, FROM_PARTY), exchange
    )


# To whom it concerns --------------------------------------------------------------------------------------------------


@expectation(HUB, "routes the request or says that it cannot", among="request")
def open_request_is_routed(found: Passed) -> Iterator[Breach]:
    """Without TO a hub may route, broadcast or refuse; a success that nobody gets is noted (RTE-022, RTE-023)."""
    if succeeds(found.sent) and not found.arrivals:
        yield Breach("the request at some party, or an error", "success, and no party has the request", found.sent)


@expectation(HUB, "is noted for routing requests without a receiver", among="request")
def open_requests_are_noted(found: Passed) -> Iterator[Breach]:
    """By which methods a request without TO is passed on is for the hub to say (RTE-024)."""
    if not found.arrivals:
        method = found.sent.request.method
        yield Breach(f"{method} without TO, passed on", outcome(found.sent), found.sent, at_most=Verdict.OBSERVED)


@expectation(HUB, "names the party that it has found", among="request")
def open_request_is_addressed(found: Passed) -> Iterator[Breach]:
    """What arrives is TO the party at which it does, and FROM who has sent it (RTE-025).

    Raises:
        NotObserved: it was broadcast, in the name of the hub.
    """
    for arrival in _found(found):
        to = ids_in(arrival.exchange.request, TO_COUNTRY, TO_PARTY)
        yield from _addressed(f"TO the {arrival.at.word}", _pair(arrival.at.party), to, arrival.exchange)
        asked = ids_in(found.sent.request, FROM_COUNTRY, FROM_PARTY)
        sender = ids_in(arrival.exchange.request, FROM_COUNTRY, FROM_PARTY)
        yield from _addressed("FROM the sender", asked, sender, arrival.exchange)


def _found(found: Passed) -> tuple[Arrival, ...]:
    """Return where a request without TO has arrived in the name of who has sent it.

    Raises:
        NotObserved: nowhere; for whom a hub knows nobody it may broadcast the request.
    """
    routed = [a for a in _arrived(found) if not _is(found.hub, ids_in(a.exchange.request, FROM_COUNTRY, FROM_PARTY))]
    if not routed:
        raise NotObserved("the target has broadcast the request in its own name: RTE-014 judges that")
    return tuple(routed)


@expectation(HUB, "answers in the name of the party that it has found", among="request")
def open_request_is_answered(found: Passed) -> Iterator[Breach]:
    """The answer is TO who has asked and FROM the party that has answered (RTE-026).

    Raises:
        NotObserved: nobody was found, or more than one party.
    """
    arrivals = _found(found)
    _answered_in_time(found)
    if len({arrival.at.site for arrival in arrivals}) > 1:
        raise NotObserved("the target has asked several parties: whose answer it gives is not told")
    asked = ids_in(found.sent.request, FROM_COUNTRY, FROM_PARTY)
    yield from _addressed("TO", asked, ids_in(found.sent.response, TO_COUNTRY, TO_PARTY), found.sent)
    sender = ids_in(found.sent.response, FROM_COUNTRY, FROM_PARTY)
    yield from _addressed("FROM", _pair(arrivals[0].at.party), sender, found.sent)


# From all -------------------------------------------------------------------------------------------------------------


def _listed(found: Passed) -> Iterator[tuple[Exchange, str, dict[str, object], Party]]:
    """Yield the listed objects that a party of ours has published, each with its page, place and owner."""
    owners = dict(found.published)
    for page in found.pages:
        data = (body_of(page) or {}).get("data") if isinstance(body_of(page), dict) else None
        for number, item in enumerate(data if isinstance(data, list) else []):
            name = str(item.get("id")).lower() if isinstance(item, dict) else ""
            if name in owners:
                yield page, f"/data/{number}", item, owners[name]


@expectation(HUB, "lists what each of the parties publishes", among="objects")
def list_is_of_all(found: Passed) -> Iterator[Breach]:
    """A hub may put the objects of several parties into one list (RTE-028)."""
    _taken(found)
    listed = {_pair(owner) for _, _, _, owner in _listed(found)}
    missing = {_pair(owner) for _, owner in found.published} - listed
    if missing:
        yield Breach("objects of each party", f"none of {', '.join(sorted(map(_told, missing)))}", found.sent)


def _taken(found: Passed) -> None:
    if not found.pages or not succeeds(found.pages[0]):
        raise NotObserved(f"the target gives no list of all parties: {outcome(found.sent)}")


@expectation(HUB, "lists objects with the ids of their owners", among="objects")
def listed_owners_are_kept(found: Passed) -> Iterator[Breach]:
    """country_code and party_id of a listed object are those of the party that has published it (RTE-029).

    Raises:
        NotObserved: the list holds nothing that a party of ours has published.
    """
    _taken(found)
    known = list(_listed(found))
    if not known:
        raise NotObserved("the list holds nothing that a party of the partner has published")
    for page, place, item, owner in known:
        if _ids(item) != _pair(owner):
            yield Breach(f"the owner {_told(_pair(owner))}", _told(_ids(item)), page, place)
            return


@expectation(HUB, "gives the list in its own name", among="objects")
def list_is_answered(found: Passed) -> Iterator[Breach]:
    """The answer to a request for all objects is TO who has asked and FROM the hub (RTE-030)."""
    _taken(found)
    yield from _answered_by_hub(found, found.pages[0])


# Who there is ---------------------------------------------------------------------------------------------------------


@expectation(HUB, "lists the parties with the ids of their Credentials", among="clients")
def client_ids_are_known(found: Passed) -> Iterator[Breach]:
    """A ClientInfo of one of our parties has the country_code and role of its Credentials, too (HUB-029).

    Raises:
        NotObserved: none of them is listed.
    """
    ours = {_pair(one.party)[1]: one.party for one in (found.sender, *found.others)}
    listed = [client for client in found.clients or () if str(client.get("party_id")).upper() in ours]
    if not listed:
        raise NotObserved("the target lists no party of the partner")
    for client in listed:
        party = ours[str(client.get("party_id")).upper()]
        told = (*_ids(client), str(client.get("role")).upper())
        if told != (*_pair(party), party.role):
            yield Breach(f"{_told(_pair(party))} {party.role}", " ".join(told)[:30], found.sent)


@expectation(HUB, "lists the party that it has reached", among="clients")
def reached_party_is_listed(found: Passed) -> Iterator[Breach]:
    """Who can be reached through the hub is among its ClientInfo objects (CRD-045)."""
    for one in found.others:
        if _pair(one.party) not in {_ids(client) for client in found.clients or ()}:
            yield Breach(f"a ClientInfo of the {one.word}, {_told(_pair(one.party))}", "no such object", found.sent)


@expectation(HUB, "lists the party that it has reached as CONNECTED", among="clients")
def reached_party_is_connected(found: Passed) -> Iterator[Breach]:
    """The status of a party that messages have just reached is CONNECTED (HUB-028).

    Raises:
        NotObserved: it is not listed.
    """
    words = {_pair(one.party): one.word for one in found.others}
    listed = [client for client in found.clients or () if _ids(client) in words]
    if not listed:
        raise NotObserved("the target does not list the party: CRD-045 judges that")
    for client in listed:
        if str(client.get("status")).upper() != "CONNECTED":
            expected = f"the {words[_ids(client)]} as CONNECTED"
            yield Breach(expected, str(client.get("status"))[:20], found.sent)


@expectation(HUB, "tells the others of the new party", among="news of the party")
def new_party_is_told_of(found: Passed) -> Iterator[Breach]:
    """Who has registered is pushed to the others by PUT (HUB-016)."""
    return _news(found)


@expectation(HUB, "tells the others that the party is gone", among="news of the leaving")
def gone_party_is_told_of(found: Passed) -> Iterator[Breach]:
    """Who has unregistered is pushed to the others, and not as CONNECTED (HUB-017); as what is not told."""
    yield from _news(found)
    if found.told and _statuses(found) == {"CONNECTED"}:
        yield Breach("a status other than CONNECTED", "CONNECTED", found.told[-1].exchange, "/status")


@expectation(HUB, "tells the others that the eMSP is {status:w}", among="news of the eMSP")
def status_is_told(found: Passed, status: str) -> Iterator[Breach]:
    """A change of the ConnectionStatus is pushed to the others by PUT (HUB-017, HUB-018, HUB-028)."""
    yield from _news(found)
    if found.told and status not in _statuses(found):
        yield Breach(status, ", ".join(sorted(_statuses(found)))[:30], found.told[-1].exchange, "/status")


def _news(found: Passed) -> Iterator[Breach]:
    """Yield that the others were not told of the party.

    Raises:
        NotObserved: the hub does not show it to the others at all: it may keep them apart.
    """
    if found.told or found.about is None:
        return
    if found.clients is not None and _pair(found.about) not in {_ids(client) for client in found.clients}:
        raise NotObserved("the target does not list the party for the others: it may keep them apart")
    expected = f"PUT of a ClientInfo of {_told(_pair(found.about))} to another party"
    yield Breach(expected, "no such request", found.sent)


def _statuses(found: Passed) -> set[str]:
    return {str(sent_in(arrival.exchange).get("status")).upper() for arrival in found.told}


@expectation(HUB, "names the party in the URL of its ClientInfo", among="news of the party")
def client_url_agrees(found: Passed) -> Iterator[Breach]:
    """The URL of a ClientInfo has the country_code and party_id of its body (HUB-014).

    Raises:
        NotObserved: the target has pushed none.
    """
    if not found.told:
        raise NotObserved("the target has pushed no ClientInfo")
    for arrival in found.told:
        context = arrival.exchange.context
        url = (context.id("country_code") or "").upper(), (context.id("party_id") or "").upper()
        yield from _addressed("the URL of", _ids(sent_in(arrival.exchange)), url, arrival.exchange)


# Its own Credentials --------------------------------------------------------------------------------------------------


def _roles(found: Passed) -> list[dict[str, object]]:
    """Return the roles of the Credentials in the answer.

    Raises:
        NotObserved: it is no success.
    """
    if not succeeds(found.sent):
        raise NotObserved(f"the target does not show its Credentials: {outcome(found.sent)}")
    roles = received(found.sent).get("roles")
    return [row for row in roles if isinstance(row, dict)] if isinstance(roles, list) else []


@expectation(HUB, "names itself and nobody behind it", among="credentials")
def only_the_hub_is_a_role(found: Passed) -> Iterator[Breach]:
    """The roles hold an entry HUB and no party that is connected to it; a further one is noted (CRD-044, A36)."""
    roles = _roles(found)
    if not any(str(row.get("role")).upper() == "HUB" for row in roles):
        yield Breach("an entry with the role HUB", _named(roles), found.sent, "/data/roles")
    behind = {_pair(one.party) for one in (found.sender, *found.others)}
    for number, row in enumerate(roles):
        place = f"/data/roles/{number}"
        if _ids(row) in behind:
            yield Breach("no party that is connected to the hub", _told(_ids(row)), found.sent, place)
        elif str(row.get("role")).upper() != "HUB":
            yield Breach("the role HUB only", _named([row]), found.sent, place, at_most=Verdict.OBSERVED)


def _named(roles: Sequence[dict[str, object]]) -> str:
    return ", ".join(" ".join((*_ids(row), str(row.get("role")))) for row in roles)[:60] or "none"


@expectation(HUB, "gives its hub_party_id", among="credentials")
def hub_party_id_is_given(found: Passed) -> Iterator[Breach]:
    """hub_party_id is there: a country_code of two characters and a party_id of three, joined (CRD-049)."""
    _roles(found)
    value = received(found.sent).get("hub_party_id")
    if not isinstance(value, str) or not _HUB_PARTY_ID.fullmatch(value):
        yield Breach("hub_party_id of five characters", str(value)[:20], found.sent, "/data/hub_party_id")


@expectation(HUB, "names the parties that it reaches in its roles", among="credentials")
def reached_parties_are_roles(found: Passed) -> Iterator[Breach]:
    """The parties that can be reached through the hub are in roles (CRD-050, A36)."""
    named = {_ids(row) for row in _roles(found)}
    for one in found.others:
        if _pair(one.party) not in named:
            yield Breach(f"the {one.word}, {_told(_pair(one.party))}", "no such role", found.sent, "/data/roles")


@expectation(HUB, "describes itself and no party behind it", among="credentials")
def configuration_is_its_own(found: Passed) -> Iterator[Breach]:
    """Configuration modules are not routed: the Credentials lead to the hub, not to a party behind it (RTE-048)."""
    _roles(found)
    url = str(received(found.sent).get("url"))
    if url in {one.url for one in (found.sender, *found.others)}:
        yield Breach("a versions URL of the target", "that of a party behind it", found.sent, "/data/url")
