"""Tests of the checks of registrations and Credentials: a sample that passes beside one that does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.ocpi.versions import forms
from ocpi_conformance.mock_partner.record import Actor, Context, Exchange, Request, Response
from ocpi_conformance.steps.agreements import Agreement, Grant
from ocpi_conformance.steps.checks import credentials as checks
from ocpi_conformance.steps.checks.registry import find
from ocpi_conformance.steps.payloads import Payload
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Check = Callable[[Agreement], Iterable[Breach]]
ROLE = {"role": "CPO", "country_code": "NL", "party_id": "TST", "business_details": {"name": "Test"}}
THEIRS = {"token": "tokenC", "url": "https://target.test/ocpi/versions", "roles": [ROLE]}


def exchange(
    began: int,
    ended: int,
    sender: Actor = "partner",
    method: str = "GET",
    module: str = "credentials",
    *,
    http: int = 200,
    code: object = 1000,
    data: object = None,
    sent: object = None,
    token: str = "",
    written: str = "",
) -> Exchange:
    """Return an exchange between the ticks `began` and `ended`, with `token` in Base64 or `written` as it is."""
    value = written or (forms(token)["in Base64"] if token else "")
    headers = (("Authorization", f"Token {value}"),) if value else ()
    body = json.dumps({"status_code": code, "data": data}).encode()
    return Exchange(
        number=began,
        sender=sender,
        request=Request(method, f"https://x.test/{module}", headers, json.dumps(sent).encode() if sent else b""),
        response=Response(http, (), body) if http else None,
        context=Context("2.2.1", module),
        began=began,
        ended=ended,
        started_at=float(began),
        ended_at=float(ended),
    )


def post(**changes: Any) -> Exchange:
    """Return the partner's POST from tick 10 to 20."""
    usual: dict[str, Any] = {"data": THEIRS, "sent": {"token": "tokenB"}}
    return exchange(10, 20, "partner", "POST", **(usual | changes))


def put(**changes: Any) -> Exchange:
    """Return the partner's PUT from tick 30 to 40."""
    answer: dict[str, Any] = {"data": THEIRS | {"token": "tokenC2"}, "sent": {"token": "tokenB2"}}
    return exchange(30, 40, "partner", "PUT", **(answer | changes))


def call(began: int, module: str = "versions", token: str = "tokenB", **changes: Any) -> Exchange:
    """Return a request of the target."""
    return exchange(began, began + 1, "target", changes.pop("method", "GET"), module, token=token, **changes)


LOOKUPS = (call(12), call(14, "version_details"))
AGAIN = (call(32, token="tokenB2"), call(34, "version_details", "tokenB2"))


def registered(handshake: Exchange | None = None, **changes: Any) -> Agreement:
    """Return a flawless registration by the partner."""
    handshake = handshake or post()
    whole: dict[str, Any] = {
        "token_a": "tokenA",
        "handshake": handshake,
        "credentials": THEIRS,
        "issued_before": ("earlier",),
        "grants": (Grant("tokenB", handshake, True),),
        "calls": LOOKUPS,
    }
    return Agreement(**(whole | changes))


def updated(update: Exchange | None = None, **changes: Any) -> Agreement:
    """Return a flawless registration with an update."""
    update = update or put()
    whole: dict[str, Any] = {
        "update": update,
        "issued_before_update": ("tokenC",),
        "grants": (Grant("tokenB", post(), True), Grant("tokenB2", update, True)),
        "calls": (*LOOKUPS, *AGAIN, call(50, "locations", "tokenB2")),
    }
    return registered(**(whole | changes))


def begun_by_target(**changes: Any) -> Agreement:
    """Return a flawless registration by the target."""
    handshake = exchange(
        10, 20, "target", "POST", data={"token": "ours"}, sent=THEIRS | {"token": "tokenB"}, token="tokenA"
    )
    whole: dict[str, Any] = {
        "credentials": THEIRS | {"token": "tokenB"},
        "grants": (Grant("ours", handshake, True),),
        "calls": (call(5, token="tokenA"), handshake, call(25, "locations", "ours")),
    }
    return registered(handshake, **(whole | changes))


def found(check: Check, agreement: Agreement) -> list[Breach]:
    """Return the breaches as a list."""
    return list(check(agreement))


FLAWLESS: list[tuple[Check, Agreement]] = [
    *(
        (check, registered())
        for check in (
            checks.taken,
            checks.registration_authorized,
            checks.looked_up,
            checks.uses_token_b,
            checks.new_token,
            checks.own_token,
            checks.gives_business_details,
            checks.gives_valid,
            checks.gives_printable,
            checks.gives_roles_once,
            checks.gives_countries,
            checks.tokens_in_base64,
        )
    ),
    *(
        (check, updated())
        for check in (
            checks.update_taken,
            checks.looked_up_again,
            checks.new_token_for_update,
            checks.uses_updated_token,
            checks.uses_moved_endpoints,
            checks.takes_any_token,
        )
    ),
    *(
        (check, begun_by_target())
        for check in (checks.begun_with_token_a, checks.uses_token_c, checks.new_token, checks.gives_valid)
    ),
    (checks.rests, registered(ended=exchange(30, 31, method="DELETE"), calls=(*LOOKUPS, call(33)))),
]


@pytest.mark.parametrize(("check", "agreement"), FLAWLESS)
def test_a_flawless_registration_has_no_breach(check: Check, agreement: Agreement) -> None:
    assert found(check, agreement) == []


def _with(credentials: dict[str, Any]) -> Agreement:
    return registered(credentials=THEIRS | credentials)


FLAWED: list[tuple[Check, Agreement]] = [
    (checks.taken, registered(post(http=405))),
    (checks.registration_authorized, registered(post(http=401))),
    (checks.looked_up, registered(calls=LOOKUPS[:1])),
    (checks.looked_up, registered(calls=(LOOKUPS[0], call(25, "version_details")))),
    (checks.uses_token_b, registered(calls=(call(12, token="tokenA"),))),
    (checks.new_token, _with({"token": "tokenA"})),
    (checks.new_token, _with({"token": "tokenB"})),
    (checks.new_token, _with({"token": "earlier"})),
    (checks.new_token, _with({"token": None})),
    (checks.gives_business_details, _with({"roles": [ROLE | {"business_details": None}]})),
    (checks.own_token, _with({"token": "earlier"})),
    (checks.gives_business_details, _with({"roles": []})),
    (checks.gives_valid, _with({"url": None})),
    (checks.gives_printable, _with({"token": "token C"})),
    (checks.gives_roles_once, _with({"roles": [ROLE, ROLE | {"party_id": "tst"}]})),
    (checks.gives_countries, _with({"roles": [ROLE | {"country_code": "N1"}]})),
    (checks.tokens_in_base64, registered(calls=(call(12, written="tokenB"),))),
    (checks.tokens_in_base64, registered(calls=(call(12, written="***"),))),
    (checks.update_taken, updated(put(http=405))),
    (checks.looked_up_again, updated(calls=LOOKUPS)),
    (checks.new_token_for_update, updated(put(data=THEIRS))),
    (checks.uses_updated_token, updated(calls=(call(50, token="tokenB"),))),
    (checks.uses_updated_token, updated(calls=(call(32, token="tokenB"), call(50, token="tokenB")))),
    (checks.uses_updated_token, replace(updated(calls=(call(50, "locations", "tokenB"),)), asked=45)),
    (checks.uses_updated_token, updated(calls=(call(50, "locations", "older"),))),
    (checks.uses_updated_token, updated(put(code=3001), calls=(call(32, token="older"),))),
    (checks.uses_moved_endpoints, updated(calls=(call(50, ""), call(52, "locations", "tokenB2")))),
    (checks.takes_any_token, updated(put(code=2001))),
    (checks.takes_any_token, updated(calls=(call(32, token="token"),))),
    (checks.begun_with_token_a, begun_by_target(calls=(call(5, token="tokenB"),))),
    (checks.uses_token_c, begun_by_target(calls=(call(25, token="tokenA"),))),
    (checks.rests, registered(ended=exchange(30, 31, method="DELETE"), calls=(call(60),))),
]


@pytest.mark.parametrize(("check", "agreement"), FLAWED)
def test_a_flaw_is_a_breach(check: Check, agreement: Agreement) -> None:
    breaches = found(check, agreement)
    assert [breach.at_most for breach in breaches] == [Verdict.FAILED]


@pytest.mark.parametrize(
    ("check", "agreement"),
    [
        (checks.looked_up_again, updated(calls=(*LOOKUPS, call(45, "version_details", "tokenB2")))),
        (checks.looked_up_again, updated(calls=(*LOOKUPS, AGAIN[1]))),
        (checks.uses_updated_token, updated(calls=(call(32, token="tokenB"),))),
        (checks.tokens_in_base64, registered(calls=(call(12, written=forms("tokenB")["in Base64 with a line feed"]),))),
    ],
)
def test_what_is_tolerated_is_advised_against(check: Check, agreement: Agreement) -> None:
    assert [breach.at_most for breach in found(check, agreement)] == [Verdict.ADVISED]


@pytest.mark.parametrize(
    ("check", "agreement"),
    [
        (checks.taken, registered(post(code=3001), calls=())),
        (checks.looked_up, registered(post(code=2001))),
        (checks.uses_token_b, registered(calls=())),
        (checks.gives_valid, registered(post(http=500))),
        (checks.looked_up_again, updated(put(code=2001))),
        # A push that was on its way when the update came.
        (checks.uses_updated_token, updated(calls=(call(32, "locations", "tokenB"),))),
        (checks.uses_updated_token, updated(calls=(call(50, "locations", "tokenB"),))),
        (checks.uses_updated_token, replace(updated(calls=(call(50, "locations", "tokenB"),)), asked=60)),
        (checks.uses_moved_endpoints, updated(calls=AGAIN)),
        (checks.takes_any_token, registered()),
        (checks.takes_any_token, updated(put(http=405))),
        (checks.begun_with_token_a, registered()),
        (checks.gives_valid, replace(begun_by_target(), handshake=call(5, token="tokenA"))),
        (checks.rests, registered()),
    ],
)
def test_without_evidence_nothing_is_judged(check: Check, agreement: Agreement) -> None:
    with pytest.raises(NotObserved):
        found(check, agreement)


@pytest.mark.parametrize(("place", "number"), [("moved/locationsNL/EXA/1", 0), ("locations/NL/EXA/1", 1)])
def test_a_slash_that_is_missing_below_the_place_of_the_update_is_no_stay_at_the_old_one(
    place: str, number: int
) -> None:
    endpoints = [{"identifier": "locations", "url": "https://x.test/moved/locations"}]
    details = call(34, "version_details", "tokenB2", data={"endpoints": endpoints})
    push = replace(call(50, "", "tokenB2"), request=Request("PUT", f"https://x.test/{place}"))
    assert len(found(checks.uses_moved_endpoints, updated(calls=(details, push)))) == number


def in_version(version: str, of: Exchange) -> Exchange:
    return replace(of, context=replace(of.context, version=version))


NEWER = in_version("2.3.0", put())
MOVE = in_version("2.3.0", call(50, "credentials", method="PUT"))


@pytest.mark.parametrize(
    ("check", "agreement", "number"),
    [
        (checks.uses_version_of_update, updated(NEWER, calls=(in_version("2.3.0", call(50, "locations")),)), 0),
        # What was under way comes in the former version.
        (
            checks.uses_version_of_update,
            updated(NEWER, calls=(call(45, "locations"), in_version("2.3.0", call(50, "locations")))),
            0,
        ),
        (checks.uses_version_of_update, updated(NEWER, calls=(call(50, "locations"),)), 1),
        (checks.uses_version_of_update, updated(in_version("2.3.0", put(http=405))), 1),
        (checks.moved, registered(calls=(*LOOKUPS, MOVE)), 0),
        (checks.moved, registered(calls=(*LOOKUPS, call(50, "credentials", method="PUT"))), 1),
    ],
)
def test_the_way_to_another_version(check: Check, agreement: Agreement, number: int) -> None:
    assert [breach.at_most for breach in found(check, agreement)] == [Verdict.FAILED] * number


@pytest.mark.parametrize(
    ("check", "agreement"),
    [
        (checks.uses_version_of_update, registered()),
        (checks.uses_version_of_update, updated(in_version("2.3.0", put(code=3003)))),
        (checks.uses_version_of_update, updated(NEWER, calls=AGAIN)),
        (checks.moved, registered(calls=(*LOOKUPS, call(50, "credentials", method="POST")))),
    ],
)
def test_without_a_way_to_another_version_nothing_is_judged(check: Check, agreement: Agreement) -> None:
    with pytest.raises(NotObserved):
        found(check, agreement)


def former(exchange: Exchange) -> Exchange:
    """Return an exchange as it is in 2.1.1; requests for versions are of no version."""
    return in_version("2.1.1" if exchange.context.module != "versions" else "", exchange)


@pytest.mark.parametrize(
    ("calls", "limits"),
    [
        (LOOKUPS, []),
        ((LOOKUPS[0], call(25, "version_details")), [Verdict.ADVISED]),
        ((call(25), call(27, "version_details")), [Verdict.ADVISED] * 2),
        (LOOKUPS[:1], [Verdict.FAILED]),
    ],
)
def test_in_2_1_1_only_the_diagram_says_when_the_partner_is_looked_up(
    calls: tuple[Exchange, ...], limits: list[Verdict]
) -> None:
    agreement = registered(former(post()), calls=tuple(map(former, calls)))
    assert [breach.at_most for breach in found(checks.looked_up, agreement)] == limits


def test_details_of_another_version_are_none_of_the_version_in_use() -> None:
    other = in_version("2.3.0", call(13, "version_details"))
    assert found(checks.looked_up, registered(calls=(LOOKUPS[0], other, LOOKUPS[1]))) == []
    assert len(found(checks.looked_up, registered(calls=(LOOKUPS[0], other)))) == 1


@pytest.mark.parametrize(
    ("form", "limits"),
    [
        ("unencoded", []),
        ("in Base64", [Verdict.ADVISED]),
        ("in Base64 with a line feed", [Verdict.FAILED]),
        ("encoded twice", [Verdict.FAILED]),
    ],
)
def test_in_2_1_1_a_token_is_sent_as_it_is(form: str, limits: list[Verdict]) -> None:
    sent = former(call(14, "version_details", written=forms("tokenB")[form]))
    breaches = found(checks.tokens_as_they_are, registered(calls=(sent, sent)))
    assert [breach.at_most for breach in breaches] == limits


def test_who_asks_for_versions_may_try_another_form() -> None:
    tried, right = former(call(12)), former(call(14, "version_details", written="tokenB"))
    assert found(checks.tokens_as_they_are, registered(calls=(tried, right))) == []
    with pytest.raises(NotObserved):
        found(checks.tokens_as_they_are, registered(calls=(tried,)))


def test_a_target_that_could_reach_the_partner_has_no_excuse() -> None:
    assert len(found(checks.taken, registered(post(code=3001)))) == 1


SPOILT = (call(12, http=500, code=3000),)


@pytest.mark.parametrize(
    ("code", "answer", "calls", "breaches"),
    [
        (3001, post(code=3001), SPOILT, 0),
        (3001, post(code=1000), SPOILT, 1),
        (3001, post(http=500, code=3000), SPOILT, 1),
        (3002, post(code=3001), LOOKUPS, 0),
        (3002, post(code=1000), LOOKUPS, 1),
        (3003, post(code=1000), LOOKUPS, 0),
        (3003, post(code=2000), LOOKUPS, 1),
        (3003, post(http=500, code=[]), LOOKUPS, 1),
    ],
)
def test_a_partner_that_cannot_be_used(code: int, answer: Exchange, calls: tuple[Exchange, ...], breaches: int) -> None:
    assert len(list(checks.answered_with(registered(answer, calls=calls), code))) == breaches


@pytest.mark.parametrize("calls", [(), LOOKUPS])
def test_a_target_that_met_no_spoilt_answer_is_not_judged(calls: tuple[Exchange, ...]) -> None:
    with pytest.raises(NotObserved):
        list(checks.answered_with(registered(post(code=1000), calls=calls), 3001))


def test_the_target_uses_the_answer_to_its_own_put() -> None:
    own = exchange(30, 40, "target", "PUT", data={"token": "ours2"}, sent=THEIRS)
    grants = (Grant("tokenB", post(), True), Grant("ours2", own, True))
    right = registered(grants=grants, calls=(call(50, token="ours2"),))
    assert found(checks.uses_token_of_answer, right) == []
    wrong = replace(right, calls=(call(50, token="tokenB"),))
    assert len(found(checks.uses_token_of_answer, wrong)) == 1


Single = Callable[[Exchange], Iterable[Breach]]
ANSWERS: list[tuple[Single, Exchange, Exchange]] = [
    (checks.not_unauthorized, exchange(1, 2, http=405), exchange(1, 2, http=401)),
    (checks.token_not_taken, exchange(1, 2, http=401), exchange(1, 2)),
    (checks.served, exchange(1, 2, http=204, code=None), exchange(1, 2, http=501)),
    (checks.served, exchange(1, 2), exchange(1, 2, code=2000)),
    (checks.refuses, exchange(1, 2, code=2001), exchange(1, 2)),
    (checks.preferably_refuses, exchange(1, 2, http=400), exchange(1, 2)),
    (checks.holds_own_token, exchange(1, 2, data=THEIRS, token="tokenC"), exchange(1, 2, data=THEIRS, token="tokenX")),
    (checks.holds_business_details, exchange(1, 2, data=THEIRS), exchange(1, 2, data={"roles": []})),
    (
        checks.lists_version,
        exchange(1, 2, data=[{"version": "2.2.1"}]),
        exchange(1, 2, data=[{"version": "2.1.1"}]),
    ),
    (checks.lists_version, exchange(1, 2, data=[{"version": "2.2.1"}]), exchange(1, 2, http=0)),
    (lambda e: checks.has_one_of(e, "401, 405"), exchange(1, 2, http=405), exchange(1, 2, http=404)),
]


@pytest.mark.parametrize(("check", "right", "wrong"), ANSWERS)
def test_answers(check: Single, right: Exchange, wrong: Exchange) -> None:
    assert list(check(right)) == []
    assert len(list(check(wrong))) == 1


def test_every_request_in_base64() -> None:
    assert list(checks.every_request_in_base64(LOOKUPS)) == []
    assert len(list(checks.every_request_in_base64([call(1, written="a:b")]))) == 1
    (breach,) = checks.every_request_in_base64([call(1, token="tokenB\n")])
    assert breach.at_most is Verdict.ADVISED


def test_a_registration_without_endpoints_is_observed() -> None:
    read = call(1, "version_details")
    assert list(checks.no_registration([read])) == []
    (breach,) = checks.no_registration([read, call(3, "credentials", method="POST")])
    assert breach.at_most is Verdict.OBSERVED
    with pytest.raises(NotObserved):
        list(checks.no_registration([call(1)]))


@pytest.mark.parametrize(
    ("phrase", "change"),
    [
        ("is valid", {"url": None}),
        ("has a printable token", {"token": "a b"}),
        ("has each role once", {"roles": [ROLE, ROLE]}),
        ("has two-letter country codes", {"roles": [ROLE | {"country_code": "1"}]}),
    ],
)
def test_all_credentials(phrase: str, change: dict[str, Any]) -> None:
    check = find("every Credentials", phrase)[0].function
    assert list(check([Payload("Credentials", THEIRS, post(), "/data")])) == []
    assert len(list(check([Payload("Credentials", THEIRS | change, post(), "/data")]))) == 1


def test_credentials_of_2_1_1_are_those_of_one_party() -> None:
    alone = {"token": "t", "url": "https://x.test/", "country_code": "NL", "party_id": "TST", "business_details": {}}

    def actual(value: dict[str, Any]) -> list[str]:
        return [breach.actual for breach in checks.one_party([Payload("Credentials", value, post(), "/data")])]

    assert actual(alone) == []
    assert actual({**alone, "roles": [ROLE]}) == ["roles"]
    assert actual(THEIRS) == ["no country_code, party_id, business_details"]


@pytest.mark.parametrize(
    ("version", "role", "valid"),
    [("2.3.0", "PTP", True), ("2.3.0", "CPO", True), ("2.3.0", "BANK", False), ("2.2.1", "PTP", False)],
)
def test_a_payment_terminal_provider_is_a_role_of_the_edition_that_has_it(
    version: str,
    role: str,
    valid: bool,
) -> None:
    details = {"name": "Payments"}
    roles = [{"role": role, "country_code": "AT", "party_id": "PTP", "business_details": details}]
    told = {"token": "abc", "url": "https://t.example/versions", "roles": roles}
    given = replace(post(), context=Context(version, "credentials", "SENDER", "credentials"))
    assert (not list(checks.all_valid([Payload("Credentials", told, given, "/data")]))) is valid
