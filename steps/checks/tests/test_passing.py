"""Each expectation about a hub: what it passes on, answers and tells as it should, beside what it does otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.ocpi.versions import (
    CORRELATION_ID,
    FROM_COUNTRY,
    FROM_PARTY,
    REQUEST_ID,
    TO_COUNTRY,
    TO_PARTY,
)
from ocpi_conformance.mock_partner.record import Context, Exchange, Headers, Request, Response
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.checks import passing as checks
from ocpi_conformance.steps.passing import Arrival, Behind, Passed
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

HUB, CPO, MSP, OTHER = (
    Party(*ids) for ids in (("HUB", "NL", "HUB"), ("CPO", "NL", "CPO"), ("EMSP", "DE", "MSP"), ("OTHER", "NL", "OTH"))
)
AT_CPO, AT_MSP, AT_OTHER = (
    Behind(party.role, party, party.party_id, f"https://{party.party_id}/versions") for party in (CPO, MSP, OTHER)
)
AT_CP2 = replace(AT_CPO, word="second CPO", party=Party("CPO", "NL", "CP2"), site="CP2")
NOBODY = Party("", "", "")
NOW, LATER = "2026-01-05T12:00:00Z", "2026-01-05T12:00:01Z"


def names(to: Party, of: Party) -> Headers:
    found = (
        (TO_PARTY, to.party_id),
        (TO_COUNTRY, to.country_code),
        (FROM_PARTY, of.party_id),
        (FROM_COUNTRY, of.country_code),
    )
    return tuple((name, value) for name, value in found if value)


def made(
    sender: Any,
    to: Party,
    of: Party,
    *,
    ids: tuple[str, str] = ("r1", "c1"),
    moment: str = NOW,
    owner: Party = CPO,
    code: int = 1000,
    answer: Headers | None = None,
    data: Any = None,
    method: str = "PUT",
    body: Any = None,
    module: str = "locations",
) -> Exchange:
    """Return a message TO and OF these parties, answered with `code` by default as its headers ask for."""
    headers = (*names(to, of), *((n, v) for n, v in zip((REQUEST_ID, CORRELATION_ID), ids, strict=True) if v))
    request = Request(
        method,
        f"https://t/{module}/{owner.country_code}/{owner.party_id}/L1",
        headers,
        jsontext.dumps(body or {"last_updated": moment}),
    )
    told = {"status_code": code, "timestamp": NOW} | ({} if data is None else {"data": data})
    back = names(of, to) if answer is None else answer
    response = Response(200, (*back, (REQUEST_ID, "r1")), jsontext.dumps(told))
    context = Context(
        "2.2.1", module, "RECEIVER", "location", (("country_code", owner.country_code), ("party_id", owner.party_id))
    )
    return Exchange(1, sender, request, response, context, 1, 1, 0.0, 0.0)


def passed(sent: Exchange, *arrived: tuple[Behind, Exchange], **more: Any) -> Passed:
    others = more.pop("others", (AT_MSP, AT_OTHER))
    return Passed(sent, more.pop("sender", AT_CPO), HUB, others, tuple(Arrival(*one) for one in arrived), **more)


def directed(**changes: Any) -> Passed:
    """Return a request for the eMSP that has arrived there with `changes`."""
    return passed(made("partner", MSP, CPO), (AT_MSP, made("target", MSP, CPO, **({"ids": ("r2", "c1")} | changes))))


def count(breaches: Any) -> int:
    return len(list(breaches))


def test_a_request_arrives_as_it_was_addressed() -> None:
    assert count(checks.is_passed_on(directed())) == 0
    assert count(checks.is_passed_on(passed(made("partner", MSP, CPO), (AT_MSP, made("target", MSP, HUB))))) == 1
    assert count(checks.is_passed_on(passed(made("partner", MSP, CPO), (AT_MSP, made("target", NOBODY, CPO))))) == 1
    assert count(checks.is_passed_on(passed(made("partner", MSP, CPO)))) == 1
    with pytest.raises(NotObserved, match="does not pass"):
        list(checks.is_passed_on(passed(made("partner", MSP, CPO, code=4003))))
    with pytest.raises(NotObserved, match="no party of this scenario"):
        list(checks.is_passed_on(passed(made("partner", HUB, CPO))))


def test_a_request_for_one_party_arrives_at_no_other() -> None:
    assert count(checks.is_passed_on_to_one(directed())) == 0
    both = passed(made("partner", MSP, CPO), (AT_MSP, made("target", MSP, CPO)), (AT_OTHER, made("target", OTHER, HUB)))
    assert count(checks.is_passed_on_to_one(both)) == 1


def test_an_answer_comes_back_as_it_was_addressed() -> None:
    assert count(checks.answer_is_passed_back(directed())) == 0
    for answer in (names(CPO, HUB), ()):
        found = replace(directed(), sent=made("partner", MSP, CPO, answer=answer))
        assert count(checks.answer_is_passed_back(found)) == (1 if answer else 2)
    with pytest.raises(NotObserved, match="not passed the request on"):
        list(checks.answer_is_passed_back(passed(made("partner", MSP, CPO, code=4003))))


def test_what_is_passed_on_stays_as_it_is() -> None:
    assert count(checks.last_updated_is_kept(directed())) == 0
    assert count(checks.last_updated_is_kept(directed(moment="2026-01-05T12:00:00.000Z"))) == 0
    assert count(checks.last_updated_is_kept(directed(moment=LATER))) == 1
    assert count(checks.last_updated_is_kept(directed(moment="yesterday"))) == 1


@pytest.mark.parametrize(
    ("ids", "new", "kept"),
    [(("r2", "c1"), 0, 0), (("r1", "c1"), 1, 0), (("r2", "c2"), 0, 1)],
)
def test_ids_of_what_is_passed_on(ids: tuple[str, str], new: int, kept: int) -> None:
    assert count(checks.request_id_is_new(directed(ids=ids))) == new
    assert count(checks.correlation_id_is_kept(directed(ids=ids))) == kept


def test_an_id_that_is_not_there_is_for_other_entries() -> None:
    for check in (checks.request_id_is_new, checks.correlation_id_is_kept):
        with pytest.raises(NotObserved, match="arrived without"):
            list(check(directed(ids=("", ""))))
    sent = made("partner", MSP, CPO)
    bare = replace(directed(), sent=replace(sent, response=Response(200, (), b"{}")))
    with pytest.raises(NotObserved, match="RTE-037"):
        list(checks.request_id_comes_back(bare))


def test_the_requester_gets_its_own_id_back() -> None:
    assert count(checks.request_id_comes_back(directed())) == 0
    assert (
        count(checks.request_id_comes_back(replace(directed(), sent=made("partner", MSP, CPO, ids=("r3", "c1"))))) == 1
    )


def test_an_error_comes_from_the_party_that_has_it() -> None:
    asked = (AT_MSP, made("target", MSP, CPO, code=2001))
    assert count(checks.error_is_passed_back(passed(made("partner", MSP, CPO, code=2001), asked))) == 0
    assert count(checks.error_is_passed_back(passed(made("partner", MSP, CPO, code=4000), asked))) == 1
    assert count(checks.error_is_passed_back(passed(made("partner", MSP, CPO), asked))) == 1
    for nothing in (directed(), passed(made("partner", MSP, CPO, code=4003))):
        with pytest.raises(NotObserved):
            list(checks.error_is_passed_back(nothing))


def test_a_timeout_is_told_from_a_party_that_is_away() -> None:
    asked = (AT_MSP, made("target", MSP, CPO))
    assert count(checks.timeout_is_reported(passed(made("partner", MSP, CPO, code=4002), asked))) == 0
    assert count(checks.timeout_is_reported(passed(made("partner", MSP, CPO, code=4002)))) == 0
    assert count(checks.timeout_is_reported(passed(made("partner", MSP, CPO, code=4000), asked))) == 1
    with pytest.raises(NotObserved, match="not passed the request on"):
        list(checks.timeout_is_reported(passed(made("partner", MSP, CPO, code=4003))))
    verdicts = [
        [breach.at_most for breach in checks.no_connection_is_reported(passed(made("partner", MSP, CPO, code=code)))]
        for code in (4003, 4002, 4000, 1000)
    ]
    assert verdicts == [[], [Verdict.ADVISED], [Verdict.FAILED], [Verdict.FAILED]]
    patient = passed(replace(made("partner", MSP, CPO), response=None))
    for check in (checks.timeout_is_reported, checks.no_connection_is_reported):
        with pytest.raises(NotObserved, match="timeouts"):
            list(check(patient))


def test_a_party_that_nobody_knows_is_reported() -> None:
    for code, number in ((4001, 0), (4000, 1), (1000, 1)):
        assert count(checks.unknown_party_is_reported(passed(made("partner", MSP, CPO, code=code)))) == number


def test_a_hub_that_is_slower_than_the_partner_waits_is_not_judged() -> None:
    late = replace(made("partner", MSP, CPO), response=None)
    found = passed(late, (AT_MSP, made("target", MSP, CPO, code=3000)))
    for check in (
        checks.unknown_party_is_reported,
        checks.answer_is_passed_back,
        checks.error_is_passed_back,
        checks.open_request_is_answered,
    ):
        with pytest.raises(NotObserved, match="timeouts"):
            list(check(found))


def clients(*parties: Party, status: str = "CONNECTED") -> tuple[dict[str, Any], ...]:
    return tuple(party.as_role() | {"status": status} for party in parties)


def broadcast(*reached: Behind, sent: Exchange | None = None, **more: Any) -> Passed:
    told = [(one, made("target", one.party, HUB)) for one in reached]
    more = {"clients": clients(MSP, OTHER), "others": (AT_MSP, AT_OTHER, AT_CP2)} | more
    return passed(sent or made("partner", HUB, CPO), *told, **more)


def test_a_broadcast_reaches_the_other_side_only() -> None:
    assert count(checks.broadcast_reaches(broadcast(AT_MSP, AT_OTHER))) == 0
    assert count(checks.broadcast_reaches(broadcast(AT_MSP))) == 1
    assert count(checks.broadcast_reaches(broadcast(AT_MSP, AT_OTHER, AT_CP2))) == 1
    # Who is not listed as connected need not be told.
    assert count(checks.broadcast_reaches(broadcast(AT_MSP, clients=clients(MSP)))) == 0
    for unknown in (None, (), clients(MSP, OTHER, status="PLANNED")):
        with pytest.raises(NotObserved, match="does not list"):
            list(checks.broadcast_reaches(broadcast(clients=unknown)))


def test_a_broadcast_of_other_is_for_cpos() -> None:
    known: Any = {"sender": AT_OTHER, "others": (AT_MSP, AT_CP2), "clients": clients(AT_CP2.party, MSP)}
    assert count(checks.broadcast_reaches(broadcast(AT_CP2, **known))) == 0
    assert count(checks.broadcast_reaches(broadcast(AT_CP2, AT_MSP, **known))) == 1


def test_a_broadcast_comes_in_the_name_of_the_hub() -> None:
    assert count(checks.broadcast_is_addressed(broadcast(AT_MSP, AT_OTHER))) == 0
    for to, of in ((MSP, CPO), (HUB, HUB)):
        found = passed(made("partner", HUB, CPO), (AT_MSP, made("target", to, of)))
        assert count(checks.broadcast_is_addressed(found)) == 1
    assert count(checks.broadcast_keeps_owner(broadcast(AT_MSP))) == 0
    found = passed(made("partner", HUB, CPO), (AT_MSP, made("target", MSP, HUB, owner=HUB)))
    assert count(checks.broadcast_keeps_owner(found)) == 1


def test_a_broadcast_is_answered_by_the_hub() -> None:
    for answer, number in ((names(CPO, HUB), 0), (names(CPO, CPO), 1), (names(CPO, NOBODY), 1)):
        assert count(checks.broadcast_is_answered(passed(made("partner", HUB, CPO, answer=answer)))) == number
    with pytest.raises(NotObserved, match="does not take"):
        list(checks.broadcast_is_answered(passed(made("partner", HUB, CPO, code=2000))))


def opened(*arrived: tuple[Behind, Exchange], answer: Headers = (), code: int = 1000) -> Passed:
    return passed(made("partner", NOBODY, CPO, answer=answer, code=code), *arrived)


def test_a_request_without_a_receiver_is_routed_or_refused() -> None:
    there = (AT_MSP, made("target", MSP, CPO))
    for check in (checks.open_request_is_routed, checks.open_requests_are_noted):
        assert count(check(opened(there))) == 0
        assert count(check(opened())) == 1
    assert count(checks.open_request_is_routed(opened(code=4001))) == 0
    assert [b.at_most for b in checks.open_requests_are_noted(opened(code=4001))] == [Verdict.OBSERVED]


def test_a_routed_request_names_its_receiver() -> None:
    for to, of, number in ((MSP, CPO, 0), (NOBODY, CPO, 1), (CPO, CPO, 1), (MSP, OTHER, 1)):
        assert count(checks.open_request_is_addressed(opened((AT_MSP, made("target", to, of))))) == number
    there = (AT_MSP, made("target", MSP, CPO))
    for answer, number in ((names(CPO, MSP), 0), (names(CPO, HUB), 1), (names(CPO, NOBODY), 1)):
        assert count(checks.open_request_is_answered(opened(there, answer=answer))) == number


def test_a_request_that_is_broadcast_for_want_of_a_receiver_is_no_routed_one() -> None:
    told = (AT_MSP, made("target", MSP, HUB))
    for check in (checks.open_request_is_addressed, checks.open_request_is_answered):
        with pytest.raises(NotObserved, match="broadcast"):
            list(check(opened(told)))
        with pytest.raises(NotObserved, match="not passed"):
            list(check(opened()))
    both = opened((AT_MSP, made("target", MSP, CPO)), (AT_OTHER, made("target", OTHER, CPO)))
    with pytest.raises(NotObserved, match="several"):
        list(checks.open_request_is_answered(both))


def listing(*items: tuple[str, Party], **changes: Any) -> Passed:
    data = [{"id": name, "country_code": of.country_code, "party_id": of.party_id} for name, of in items]
    page = made("partner", HUB, MSP, data=data, method="GET", **changes)
    return Passed(page, AT_MSP, HUB, pages=(page,), published=(("l1", CPO), ("l2", AT_CP2.party)))


def test_a_list_of_all_parties() -> None:
    whole = listing(("L1", CPO), ("L2", AT_CP2.party))
    assert count(checks.list_is_of_all(whole)) == count(checks.listed_owners_are_kept(whole)) == 0
    assert count(checks.list_is_of_all(listing(("L1", CPO)))) == 1
    assert count(checks.listed_owners_are_kept(listing(("L1", HUB), ("L2", HUB)))) == 1
    with pytest.raises(NotObserved, match="holds nothing"):
        list(checks.listed_owners_are_kept(listing()))
    for check in (checks.list_is_of_all, checks.listed_owners_are_kept, checks.list_is_answered):
        with pytest.raises(NotObserved, match="gives no list"):
            list(check(listing(code=2000)))
    assert count(checks.list_is_answered(whole)) == 0
    assert count(checks.list_is_answered(listing(answer=names(MSP, MSP)))) == 1
    assert count(checks.list_is_answered(listing(answer=()))) == 2


def known(*shown: dict[str, Any], others: tuple[Behind, ...] = (AT_MSP,)) -> Passed:
    return Passed(made("partner", NOBODY, NOBODY), AT_CPO, HUB, others, clients=shown)


def test_a_client_info_has_the_ids_of_the_credentials() -> None:
    shown = clients(MSP, CPO)
    assert count(checks.client_ids_are_known(known(*shown))) == 0
    assert count(checks.client_ids_are_known(known(shown[0] | {"role": "NSP"}))) == 1
    assert count(checks.client_ids_are_known(known(shown[0] | {"country_code": "FR"}))) == 1
    with pytest.raises(NotObserved, match="no party"):
        list(checks.client_ids_are_known(known(*clients(OTHER))))


def test_who_is_reached_is_listed() -> None:
    assert count(checks.reached_party_is_listed(known(*clients(MSP)))) == 0
    assert count(checks.reached_party_is_listed(known(*clients(CPO)))) == 1
    assert count(checks.reached_party_is_connected(known(*clients(MSP)))) == 0
    assert count(checks.reached_party_is_connected(known(*clients(MSP, status="OFFLINE")))) == 1
    with pytest.raises(NotObserved, match="does not list"):
        list(checks.reached_party_is_connected(known()))


def news(*statuses: str, url: Party = MSP) -> Passed:
    told = tuple(
        Arrival(
            AT_OTHER,
            made("target", NOBODY, NOBODY, owner=url, body=clients(MSP, status=status)[0], module="hubclientinfo"),
        )
        for status in statuses
    )
    return Passed(made("partner", NOBODY, NOBODY), AT_CPO, HUB, told=told, about=MSP)


def test_the_others_are_told() -> None:
    assert count(checks.new_party_is_told_of(news("CONNECTED"))) == 0
    assert count(checks.new_party_is_told_of(news())) == 1
    assert count(checks.new_party_is_told_of(replace(news(), clients=clients(MSP)))) == 1
    with pytest.raises(NotObserved, match="apart"):
        list(checks.new_party_is_told_of(replace(news(), clients=())))
    for found, number in (
        (news("CONNECTED", "SUSPENDED"), 0),
        (news("OFFLINE"), 0),
        (news("CONNECTED"), 1),
        (news(), 1),
    ):
        assert count(checks.gone_party_is_told_of(found)) == number
    for found, number in ((news("OFFLINE"), 0), (news("CONNECTED"), 1), (news(), 1)):
        assert count(checks.status_is_told(found, "OFFLINE")) == number
    assert count(checks.client_url_agrees(news("CONNECTED"))) == 0
    assert count(checks.client_url_agrees(news("CONNECTED", url=HUB))) == 1
    with pytest.raises(NotObserved, match="has pushed no ClientInfo"):
        list(checks.client_url_agrees(news()))


def shown(*roles: Party, **more: Any) -> Passed:
    data = {"url": "https://hub/versions", "roles": [role.as_role() for role in roles]} | more
    return Passed(
        made("partner", NOBODY, NOBODY, data=data, method="GET", module="credentials"), AT_CPO, HUB, (AT_MSP,)
    )


def test_a_hub_of_2_2_1_names_itself_only() -> None:
    company = Party("CPO", "NL", "OWN")
    found = [
        [b.at_most for b in checks.only_the_hub_is_a_role(shown(*roles))]
        for roles in ((HUB,), (HUB, company), (HUB, MSP), (company,))
    ]
    assert found == [[], [Verdict.OBSERVED], [Verdict.FAILED], [Verdict.FAILED, Verdict.OBSERVED]]


def test_a_hub_of_2_3_0_names_its_ids_and_whom_it_reaches() -> None:
    for value, number in (("NLHUB", 0), ("HUB", 1), ("NL*HUB", 1), (None, 1)):
        assert count(checks.hub_party_id_is_given(shown(hub_party_id=value))) == number
    assert count(checks.reached_parties_are_roles(shown(MSP, CPO))) == 0
    assert count(checks.reached_parties_are_roles(shown(CPO))) == 1


def test_credentials_are_those_of_the_hub() -> None:
    assert count(checks.configuration_is_its_own(shown(HUB))) == 0
    assert count(checks.configuration_is_its_own(shown(HUB, url=AT_MSP.url))) == 1
    refused = replace(shown(HUB), sent=made("partner", NOBODY, NOBODY, code=2000))
    for check in (checks.only_the_hub_is_a_role, checks.hub_party_id_is_given, checks.configuration_is_its_own):
        with pytest.raises(NotObserved, match="does not show"):
            list(check(refused))
