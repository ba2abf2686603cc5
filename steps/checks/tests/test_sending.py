"""Each expectation about how a party sends and publishes: messages that fulfil it beside ones that do not."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import FORMER, Actor, Context, Exchange, Headers, Request, Response
from ocpi_conformance.steps.checks import sending as checks
from ocpi_conformance.steps.payloads import payloads
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

TOKEN = (("Authorization", "Token eA=="),)
PUSH = Context("2.2.1", "locations", "RECEIVER", "location")
LIST = Context("2.2.1", "locations", "SENDER", "list")
VERSIONS = Context(module="versions", route="versions")
DETAILS = Context("2.2.1", "version_details", route="version_details")


def exchange(
    number: int = 1,
    sender: Actor = "target",
    method: str = "PUT",
    context: Context = PUSH,
    *,
    body: bytes = b"{}",
    http: int = 200,
    data: object = None,
    url: str = "http://x/",
    at: float = 0.0,
    headers: Headers = TOKEN,
) -> Exchange:
    answer = jsontext.dumps({"status_code": 1000 if http < 300 else 2000, "data": data})
    request, response = Request(method, url, headers, body), Response(http, (), answer)
    return Exchange(number, sender, request, response, context, 2 * number, 2 * number + 1, at, at)


def actual(check, evidence) -> list[str]:
    return [breach.actual for breach in check(evidence)]


def test_methods() -> None:
    assert actual(checks.known_method, exchange(method="OPTIONS")) == []
    assert actual(checks.known_method, exchange(method="SEARCH")) == ["SEARCH"]


def test_media_type_of_a_body() -> None:
    assert actual(checks.declares_json, exchange(headers=(("content-type", "Application/JSON; charset=utf-8"),))) == []
    assert actual(checks.declares_json, exchange()) == ["no Content-Type"]
    assert actual(checks.declares_json, exchange(headers=(("Content-Type", "text/plain"),))) == ["text/plain"]
    assert checks.has_body(exchange())
    assert not checks.has_body(exchange(body=b""))


def test_a_body_declared_as_json_is_json() -> None:
    declared = (("Content-Type", "application/json"),)
    assert actual(checks.declares_json, exchange(headers=declared, body=b'{"id": "T"}')) == []
    (cut,) = checks.declares_json(exchange(headers=declared, body=b'{"id": "T'))
    assert cut.expected == "a body that is JSON, as its Content-Type says"


@pytest.mark.parametrize(
    ("headers", "body", "limits"),
    [
        ((("Content-Type", "application/json"),), b"{}", []),
        ((), b"{}", [Verdict.ADVISED]),
        ((), b"{", [Verdict.ADVISED, Verdict.FAILED]),
        ((("Content-Type", "text/plain"),), b"{}", [Verdict.FAILED]),
    ],
)
def test_2_1_1_names_no_header_for_the_media_type(headers: Headers, body: bytes, limits: list[Verdict]) -> None:
    sent = exchange(context=Context("2.1.1", "locations", "RECEIVER", "location"), headers=headers, body=body)
    assert [breach.at_most for breach in checks.declares_json(sent)] == limits


def test_only_published_urls_are_called() -> None:
    assert actual(checks.published_url, exchange()) == []
    assert actual(checks.published_url, exchange(context=Context(site="s1"))) == ["another URL"]
    assert actual(checks.published_url, exchange(context=Context(), headers=())) == []
    assert actual(checks.published_url, exchange(context=Context(route=FORMER, site="s1"))) == []


def test_a_failed_push_does_not_come_again_after_another() -> None:
    failed = exchange(1, http=500, body=b"1")
    retry, other, again = (exchange(n, body=b) for n, b in ((2, b"1"), (3, b"2"), (4, b"1")))
    assert actual(checks.sent_once, [failed, retry, other]) == []
    assert actual(checks.sent_once, [failed, other, again]) == ["the same message once more"]
    assert actual(checks.sent_once, [failed, exchange(3, http=500, body=b"2"), again]) == []
    with pytest.raises(NotObserved):
        list(checks.sent_once([other]))


def test_a_failed_push_does_not_come_again_later() -> None:
    failed = exchange(1, http=500)
    assert actual(checks.not_repeated_later, [failed, exchange(2, at=5.0)]) == []
    assert actual(checks.not_repeated_later, [failed, exchange(2, at=90.0, body=b"2")]) == []
    assert actual(checks.not_repeated_later, [failed, exchange(2, at=90.0)]) == ["the same message 90 s later"]
    with pytest.raises(NotObserved):
        list(checks.not_repeated_later([exchange()]))


def details(*rows: tuple[str, str, str]) -> Exchange:
    endpoints = [dict(zip(("identifier", "role", "url"), row, strict=True)) for row in rows]
    return exchange(9, "partner", "GET", DETAILS, data={"version": "2.2.1", "endpoints": endpoints})


def test_what_is_pushed_can_be_pulled() -> None:
    offered = details(("locations", "SENDER", "http://x/2.2.1/l"))
    good, bad = (exchange(8, "partner", "GET", LIST, http=http) for http in (200, 500))
    assert actual(checks.can_be_pulled, [exchange(), offered, good, bad]) == []
    assert actual(checks.can_be_pulled, [exchange(), offered]) == []
    stranger = exchange(8, "partner", "GET", LIST, http=401, headers=(("Authorization", "Token no-such-one"),))
    assert actual(checks.can_be_pulled, [exchange(), offered, stranger]) == []
    found = list(checks.can_be_pulled([exchange(), offered, bad]))
    assert [breach.at_most for breach in found] == [Verdict.FAILED]


@pytest.mark.parametrize(("module", "limits"), [("locations", [Verdict.ADVISED]), ("cdrs", [])])
def test_a_list_that_is_not_offered_is_advice_but_for_cdrs(module: str, limits: list[Verdict]) -> None:
    pushed = exchange(context=Context("2.2.1", module, "RECEIVER", "location"))
    found = checks.can_be_pulled([pushed, details(("locations", "RECEIVER", "http://x/"))])
    assert [breach.at_most for breach in found] == limits


def test_without_interface_roles_an_endpoint_is_that_of_the_side_that_pushes() -> None:
    pushed = exchange(context=Context("2.1.1", "locations", "RECEIVER", "location"))
    rows = {"version": "2.1.1", "endpoints": [{"identifier": "locations", "url": "http://x/2.1.1/l"}]}
    told = exchange(9, "partner", "GET", Context("2.1.1", "version_details", route="version_details"), data=rows)
    assert actual(checks.can_be_pulled, [pushed, told]) == []
    nothing = exchange(9, "partner", "GET", told.context, data=rows | {"endpoints": []})
    assert actual(checks.can_be_pulled, [pushed, nothing]) == ["it is not advertised"]


@pytest.mark.parametrize(("name", "number"), [("colour", 0), ("x-colour", 1), ("custom_size", 1)])
def test_fields_of_ones_own_are_named_like_all_others(name: str, number: int) -> None:
    place = {"id": "L1", "evses": [{"uid": "E1", name: "red"}]}
    told = Context("2.3.0", "locations", "SENDER", "list")
    listed = tuple(payloads([exchange(1, "partner", "GET", told, data=[place])]))
    assert [b.pointer for b in checks.own_fields_unmarked(listed)] == [f"/data/0/evses/0/{name}"] * number


def test_endpoint_urls_name_the_version() -> None:
    good = details(("locations", "SENDER", "http://x/2.2.1/l"), ("cdrs", "SENDER", "http://x/v2_2_1/c"))
    assert actual(checks.version_in_urls, good) == []
    assert actual(checks.version_in_urls, details(("cdrs", "SENDER", "http://x/c"))) == ["http://x/c"]
    with pytest.raises(NotObserved):
        list(checks.version_in_urls(exchange(1, "partner", "GET", DETAILS, http=500)))


def test_published_urls_are_over_tls() -> None:
    def versions(url: str, called: str = "https://x/") -> Exchange:
        return exchange(1, "partner", "GET", VERSIONS, data=[{"version": "2.2.1", "url": url}], url=called)

    assert actual(checks.urls_over_tls, [versions("https://x/2.2.1")]) == []
    assert actual(checks.urls_over_tls, [versions("http://x/2.2.1")]) == ["http://x/2.2.1"]
    plain = details(("locations", "SENDER", "http://x/l"))
    assert actual(checks.urls_over_tls, [versions("https://x/2.2.1"), plain]) == ["http://x/l"]
    with pytest.raises(NotObserved):
        list(checks.urls_over_tls([versions("http://x/2.2.1", "http://x/")]))
