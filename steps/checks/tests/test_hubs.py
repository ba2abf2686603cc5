"""Each expectation about a party that is connected to a hub: what fulfils it beside what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi.versions import FROM_COUNTRY, FROM_PARTY, TO_COUNTRY, TO_PARTY
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import hubs as checks
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

FAILED, ADVISED, OBSERVED = Verdict.FAILED, Verdict.ADVISED, Verdict.OBSERVED
HUB, BEHIND, TARGET, FIRST = "TSH", "TSB", "EMB", "TST"
TOKEN = {"cdr_token": {"country_code": "NL", "party_id": BEHIND}}
OK = Response(200, (), jsontext.dumps({"status_code": 1000}))


def credentials(version: str = "2.2.1") -> list[Exchange]:
    """The registrations of a first party and of a hub, as they are in a version."""

    def posted(ours: dict[str, Any]) -> Exchange:
        theirs = {"roles": [{"role": "CPO", "country_code": "NL", "party_id": TARGET}]}
        request = Request("POST", "http://target/credentials", (), jsontext.dumps(ours))
        response = Response(200, (), jsontext.dumps({"status_code": 1000, "data": theirs}))
        return Exchange(1, "partner", request, response, Context(version, "credentials"), 1, 2, 0.0, 0.0)

    hub: dict[str, Any] = {"roles": [{"role": "HUB", "country_code": "NL", "party_id": HUB}]}
    if version == "2.3.0":
        hub = {"hub_party_id": f"NL{HUB}", "roles": [{"role": "EMSP", "country_code": "NL", "party_id": BEHIND}]}
    return [posted({"roles": [{"role": "EMSP", "country_code": "NL", "party_id": FIRST}]}), posted(hub)]


def info(status: str = "CONNECTED", began: int = 2, answer: Response = OK) -> Exchange:
    """A ClientInfo of the party behind the hub, as the hub pushes it."""
    body = {"country_code": "NL", "party_id": BEHIND, "role": "EMSP", "status": status}
    request = Request("PUT", "http://target/clients/NL/TSB", (), jsontext.dumps(body))
    context = Context("2.2.1", "hubclientinfo", "RECEIVER", "client")
    return Exchange(began, "partner", request, answer, context, began, began + 1, 0.0, 0.0)


def asked(
    method: str = "PUT",
    module: str = "sessions",
    route: str = "session",
    to: str | None = BEHIND,
    sender: str | None = TARGET,
    **more: Any,
) -> Exchange:
    """A request of the target to the hub; a name of None leaves both headers out."""
    headers = [(TO_PARTY, to), (TO_COUNTRY, "nl")] if to is not None else []
    headers += [(FROM_PARTY, sender), (FROM_COUNTRY, "NL")] if sender is not None else []
    given = tuple((name, value) for name, value in [*headers, *more.get("extra", ())] if value is not None)
    body = jsontext.dumps(more.get("body", {}))
    context = Context("2.2.1", module, more.get("interface", "RECEIVER"), route)
    began = more.get("began", 10)
    return Exchange(
        began, "target", Request(method, "http://partner/x", given, body), OK, context, began, began + 1, 0.0, 0.0
    )


def verdicts(breaches: Any) -> list[Verdict]:
    return [breach.at_most for breach in breaches]


def known(*requests: Exchange, version: str = "2.2.1") -> list[Exchange]:
    return [*credentials(version), info(), *requests]


PREFERENCES = {"module": "sessions", "interface": "SENDER", "route": "preferences"}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (asked(body=TOKEN), []),
        (asked(to=BEHIND.lower()), []),
        (asked(**PREFERENCES), []),
        (asked(to=HUB, **PREFERENCES), [FAILED]),
        (asked("POST", "commands", "command", to=HUB), [FAILED]),
        # Judged by others: what is broadcast, rightly or not, and what is read.
        (asked(to=HUB), []),
        (asked(to=HUB, module="locations", route="location"), []),
        (asked("GET", "tokens", "list", interface="SENDER"), []),
        (asked(to=TARGET), [FAILED]),
        # Who else is behind the hub the target may know better.
        (asked(to="XXX"), [OBSERVED]),
        (asked(to="XXX", body=TOKEN), [FAILED]),
        (asked(to="XXX", body={"cdr_token": {"country_code": "DE", "party_id": "XXX"}}), [OBSERVED]),
        (asked(sender=None), [FAILED]),
        (asked(sender=HUB), [FAILED]),
    ],
)
def test_a_request_names_its_party(request_: Exchange, expected: list[Verdict]) -> None:
    for version in ("2.2.1", "2.3.0"):
        assert verdicts(checks.names_party(known(request_, version=version))) == expected


def test_a_request_that_names_nobody_is_judged_as_an_open_one_and_a_list_of_all_by_itself() -> None:
    for request in (asked(to=None), asked("GET", "tokens", "list", to=HUB, sender=None, interface="SENDER")):
        with pytest.raises(NotObserved, match="RTE-021"):
            verdicts(checks.names_party(known(request)))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (asked("POST", "commands", "command", to=None), []),
        (asked(to=None, extra=((TO_COUNTRY, "NL"),)), [FAILED]),
        (asked(to=None, extra=((TO_COUNTRY, ""), (TO_PARTY, " "))), [FAILED, FAILED]),
        (asked(to=None, sender=None), [FAILED]),
    ],
)
def test_an_open_request_has_no_to_headers(request_: Exchange, expected: list[Verdict]) -> None:
    assert verdicts(checks.is_open(known(request_))) == expected


def test_what_names_a_party_is_no_open_request_nor_is_a_list() -> None:
    for request in (asked(), asked("GET", "tokens", "list", to=None, interface="SENDER")):
        with pytest.raises(NotObserved, match="names a party"):
            verdicts(checks.is_open(known(request)))


@pytest.mark.parametrize(
    ("to", "sender", "expected"),
    [(HUB, TARGET, []), (BEHIND, TARGET, []), ("XXX", TARGET, []), (None, TARGET, [FAILED]), (HUB, None, [FAILED])],
)
def test_a_list_of_all_is_asked_of_the_hub(to: str | None, sender: str | None, expected: list[Verdict]) -> None:
    request = asked("GET", "tokens", "list", to=to, sender=sender, interface="SENDER")
    assert verdicts(checks.asks_hub(known(request))) == expected


READ = {"method": "GET", "module": "locations", "route": "location"}
PROFILE = {"method": "GET", "module": "chargingprofiles", "route": "profile"}


@pytest.mark.parametrize(("to", "expected"), [(None, []), (BEHIND, []), (HUB, [FAILED])])
def test_no_get_goes_to_all(to: str | None, expected: list[Verdict]) -> None:
    assert verdicts(checks.no_broadcast_get(known(asked(to=to, **READ)))) == expected
    assert verdicts(checks.open_get(known(asked(to=to, **PROFILE)))) == expected
    single = asked("GET", "locations", "location", to=to, interface="SENDER")
    assert verdicts(checks.open_get(known(single))) == expected


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (asked(), []),
        (asked(to=None), []),
        (asked(to=HUB), [FAILED]),
        (asked("POST", "cdrs", "create", to=HUB), [FAILED]),
    ],
)
def test_what_is_for_one_is_not_broadcast(request_: Exchange, expected: list[Verdict]) -> None:
    assert verdicts(checks.broadcasts_for_all(known(request_))) == expected


@pytest.mark.parametrize(("to", "expected"), [(HUB, []), (BEHIND, [FAILED]), (None, [FAILED])])
def test_what_is_for_all_may_be_broadcast(to: str | None, expected: list[Verdict]) -> None:
    """The level of the requirement, MAY, makes a note of it."""
    assert verdicts(checks.is_broadcast(known(asked(to=to, module="locations", route="location")))) == expected


@pytest.mark.parametrize(
    ("check", "request_"),
    [
        (checks.asks_hub, asked()),
        (checks.no_broadcast_get, asked()),
        (checks.no_broadcast_get, asked("GET", "tokens", "list", to=HUB, interface="SENDER")),
        (checks.open_get, asked("GET", "tokens", "list", to=HUB, interface="SENDER")),
        (checks.broadcasts_for_all, asked(to=HUB, module="locations", route="location")),
        (checks.broadcasts_for_all, asked("POST", "commands", "command", to=HUB)),
        (checks.is_broadcast, asked()),
    ],
)
def test_what_was_not_sent_is_not_judged(check: Any, request_: Exchange) -> None:
    with pytest.raises(NotObserved):
        verdicts(check(known(request_)))


def test_a_hub_speaks_for_others() -> None:
    told = credentials()
    for hub in (
        {"hub_party_id": f"NL{TARGET}"},
        {"roles": [{"role": "HUB", "country_code": "NL", "party_id": TARGET}]},
    ):
        answer = Response(200, (), jsontext.dumps({"status_code": 1000, "data": hub}))
        registered = [replace(exchange, response=answer) for exchange in told]
        assert verdicts(checks.names_party([*registered, info(), asked(sender="ABC")])) == []
        assert verdicts(checks.names_party([*registered, info(), asked(sender=None)])) == [FAILED]


def test_without_a_hub_nothing_is_judged() -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.names_party([credentials()[0], asked()]))


# Who is not connected -------------------------------------------------------------------------------------------------


def spared(*exchanges: Exchange) -> list[Breach]:
    return list(checks.spares_the_absent(exchanges))


@pytest.mark.parametrize("status", ["OFFLINE", "PLANNED", "SUSPENDED"])
def test_who_is_not_connected_gets_no_requests(status: str) -> None:
    before = (info(), asked(began=10), info(status, 20))
    assert spared(*before) == []
    assert [breach.expected for breach in spared(*before, asked(began=30))] == [
        f"no request to NL {BEHIND}, which is {status}"
    ]
    # Others, the hub itself and whom the hub finds are not the party.
    assert spared(*before, *(asked(to=to, began=30) for to in (HUB, "XXX", None))) == []
    # What was under way, what the target did not take, and what comes later is no breach.
    assert spared(*before, asked(began=20)) == []
    assert spared(info(), asked(began=10), info(status, 20, Response(404)), asked(began=30)) == []
    assert spared(*before, info("CONNECTED", 30), asked(began=40)) == []


def test_who_was_never_spoken_to_cannot_be_spared() -> None:
    for exchanges in ((info(), info("OFFLINE", 20)), (info("OFFLINE", 5), asked(began=10)), (asked(),)):
        with pytest.raises(NotObserved, match="while it was connected"):
            spared(*exchanges)


# What is answered -----------------------------------------------------------------------------------------------------


def answered(http: int = 200, **headers: str) -> Exchange:
    names = {"to": TO_PARTY, "to_country": TO_COUNTRY, "sender": FROM_PARTY, "sender_country": FROM_COUNTRY}
    asking = ((FROM_PARTY, HUB), (FROM_COUNTRY, "NL"), (TO_PARTY, TARGET), (TO_COUNTRY, "NL"))
    given = {"to": HUB, "to_country": "NL", "sender": TARGET, "sender_country": "NL"} | headers
    response = Response(http, tuple((names[name], value) for name, value in given.items() if value))
    request = Request("PUT", "http://target/tokens/NL/TSB/1", asking)
    return Exchange(1, "partner", request, response, Context("2.2.1", "tokens", "RECEIVER", "token"), 1, 2, 0.0, 0.0)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answered(), []),
        (answered(to=HUB.lower()), []),
        (answered(to=BEHIND), [FAILED]),
        (answered(sender=HUB), [FAILED]),
        (answered(to="", to_country=""), [FAILED, FAILED]),
    ],
)
def test_an_answer_goes_to_who_has_asked(answer: Exchange, expected: list[Verdict]) -> None:
    assert verdicts(checks.addressed_through_hub(answer)) == expected


def test_an_http_error_is_no_answer_of_the_ocpi_layer() -> None:
    with pytest.raises(NotObserved):
        verdicts(checks.addressed_through_hub(answered(404, to="")))
