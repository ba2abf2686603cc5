"""What pushes of the target must be: a push that is right beside one that is not."""

from __future__ import annotations

import itertools

import pytest

from ocpi_conformance.mock_partner import jsontext, samples
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.state import Party
from ocpi_conformance.steps.checks import location_pushes as checks
from ocpi_conformance.steps.payloads import payloads
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

OWNER = Party("CPO", "NL", "TST")
MOMENT, LATER = "2024-01-01T00:00:00Z", "2024-01-01T00:01:00Z"
LOCATION = samples.location("L1", OWNER, parse_timestamp(MOMENT))
EVSE = LOCATION["evses"][0]
CONNECTOR = EVSE["connectors"][0]
SEGMENTS = ("country_code", "party_id", "location_id", "evse_uid", "connector_id")
ROUTES = {3: "location", 4: "evse", 5: "connector"}
NUMBERS = itertools.count(1)


def push(body, *ids, method="PUT", status=200, module="locations"):
    """Return a push of the target to the URL that `ids` make below the endpoint."""
    number = next(NUMBERS)
    route = ROUTES.get(len(ids), "") if module == "locations" else "tariff"
    context = Context("2.2.1", module, "RECEIVER", route, tuple(zip(SEGMENTS, ids, strict=False)) if route else ())
    request = Request(method, "http://p/" + "/".join(ids), (), jsontext.dumps(body))
    return Exchange(number, "target", request, Response(status), context, number, number, 0.0, 0.0)


def answer(data, module="locations", route="list"):
    number = next(NUMBERS)
    body = jsontext.dumps({"data": data, "status_code": 1000, "timestamp": MOMENT})
    context = Context("2.2.1", module, "SENDER", route)
    return Exchange(
        number, "partner", Request("GET", "http://x/"), Response(200, (), body), context, number, number, 0.0, 0.0
    )


def credentials(*roles):
    data = {"token": "t", "url": "http://x/", "roles": list(roles)}
    return answer(data, "credentials", "credentials")


WHERE = ("NL", "TST", "L1")
EVSE_URL = (*WHERE, EVSE["uid"])
CONNECTOR_URL = (*EVSE_URL, CONNECTOR["id"])


@pytest.mark.parametrize("ids", [WHERE, EVSE_URL, CONNECTOR_URL])
def test_owner_and_ids_address_a_push(ids):
    assert list(checks.addressed([push({}, *ids)])) == []


@pytest.mark.parametrize("ids", [("L1",), ("L1", "E1"), ("LOC1", "EVSE1", "1")])
def test_a_url_without_owner_is_no_address(ids):
    assert len(list(checks.addressed([push({}, *ids)]))) == 1


@pytest.mark.parametrize(
    ("body", "ids", "right"),
    [
        (LOCATION, WHERE, True),
        (EVSE, EVSE_URL, True),
        (CONNECTOR, CONNECTOR_URL, True),
        ({"status": "BLOCKED", "last_updated": LATER}, EVSE_URL, True),
        ({"last_updated": LATER}, WHERE, True),
        ({"name": "New", "status": "of our own", "last_updated": LATER}, WHERE, True),
        (EVSE, WHERE, False),
        (CONNECTOR, EVSE_URL, False),
        (LOCATION, EVSE_URL, False),
        ({"status": "BLOCKED", "last_updated": LATER}, WHERE, False),
        ({"status": "BLOCKED", "last_updated": LATER}, CONNECTOR_URL, False),
        ({"tariff_ids": ["T1"], "last_updated": LATER}, EVSE_URL, False),
    ],
)
def test_a_body_goes_to_a_url_of_its_class(body, ids, right):
    assert (list(checks.at_its_level([push(body, *ids, method="PATCH")])) == []) is right


def test_a_push_carries_the_id_of_its_url():
    check = checks.carries_its_id
    right = [push(LOCATION, "nl", "tst", "l1"), push(EVSE, *EVSE_URL), push(CONNECTOR, *CONNECTOR_URL)]
    assert list(check(right)) == []
    assert list(check([push({"name": "no id"}, *WHERE)])) == []
    assert [b.pointer for b in check([push(LOCATION, "NL", "TST", "L2")])] == ["/id"]
    assert [b.pointer for b in check([push(EVSE, *WHERE, EVSE["evse_id"])])] == ["/uid"]
    with pytest.raises(NotObserved):
        list(check([push({"status": "BLOCKED"}, *EVSE_URL, method="PATCH")]))


def test_a_location_goes_to_the_url_of_its_owner():
    check = checks.owner_in_url
    assert list(check([push(LOCATION, "nl", "tst", "L1")])) == []
    assert [b.pointer for b in check([push(LOCATION, "NL", "ABC", "L1")])] == ["/party_id"]
    with pytest.raises(NotObserved):
        list(check([push(EVSE, *EVSE_URL)]))


def test_a_put_holds_all_required_fields():
    check = checks.puts_are_whole
    assert list(check([push(LOCATION, *WHERE), push(EVSE, *EVSE_URL), push(CONNECTOR, *CONNECTOR_URL)])) == []
    cut = {key: value for key, value in LOCATION.items() if key != "time_zone"}
    assert [b.pointer for b in check([push(cut, *WHERE)])] == ["/time_zone"]
    assert [b.pointer for b in check([push({**EVSE, "status": None}, *EVSE_URL)])] == ["/status"]
    assert list(check([push({**EVSE, "status": "BUSY"}, *EVSE_URL)])) == []


def test_a_whole_evse_holds_all_required_fields():
    check = checks.evse_puts_are_whole
    assert list(check([push(EVSE, *EVSE_URL)])) == []
    assert [b.pointer for b in check([push({**EVSE, "connectors": None}, *EVSE_URL)])] == ["/connectors"]
    with pytest.raises(NotObserved):
        list(check([push(LOCATION, *WHERE)]))


def test_a_patch_is_a_valid_part():
    check = checks.patches_are_valid
    assert list(check([push({"status": "BLOCKED", "last_updated": LATER}, *EVSE_URL, method="PATCH")])) == []
    assert [b.pointer for b in check([push({"status": 1}, *EVSE_URL, method="PATCH")])] == ["/status"]
    assert len(list(check([push(["status"], *EVSE_URL, method="PATCH")]))) == 1


def test_a_patch_holds_last_updated():
    check = checks.patches_are_dated
    assert list(check([push({"status": "BLOCKED", "last_updated": LATER}, *EVSE_URL, method="PATCH")])) == []
    assert len(list(check([push({"status": "BLOCKED"}, *EVSE_URL, method="PATCH")]))) == 1
    with pytest.raises(NotObserved):
        list(check([push(LOCATION, *WHERE)]))


def changes(*exchanges):
    return [breach.actual for breach in checks.changes_only(tuple(payloads(exchanges)))]


def patch(**fields):
    return push({**fields, "last_updated": LATER}, *EVSE_URL, method="PATCH")


def test_a_patch_holds_changes_only():
    assert changes(answer([LOCATION]), patch(status="BLOCKED")) == []
    assert changes(answer([LOCATION]), patch(status="BLOCKED", floor_level="0")) == ["also floor_level"]
    assert changes(answer([LOCATION]), patch(status="BLOCKED", uid=EVSE["uid"], own_field=1)) == []


def test_a_patch_is_compared_with_what_is_known_by_then():
    second = push({"status": "BLOCKED", "floor_level": "1", "last_updated": LATER}, *EVSE_URL, method="PATCH")
    assert changes(answer([LOCATION]), patch(status="BLOCKED"), second) == ["also status"]
    refused = push({"status": "BLOCKED", "last_updated": LATER}, *EVSE_URL, method="PATCH", status=500)
    assert changes(answer([LOCATION]), refused, second) == []


def test_a_patch_that_changes_nothing_is_not_judged():
    assert changes(answer([LOCATION]), patch(status="AVAILABLE")) == []
    with pytest.raises(NotObserved):
        changes(patch(status="BLOCKED"))


CPO = {"role": "CPO", "country_code": "nl", "party_id": "tst"}
HUB = {"role": "HUB", "country_code": "DE", "party_id": "HUB"}


def test_pushes_go_to_a_role_of_the_target():
    def found(*exchanges):
        return [breach.actual for breach in checks.pushed_under_a_role(tuple(payloads(exchanges)))]

    assert found(credentials(CPO), push(EVSE, *EVSE_URL)) == []
    assert found(credentials(CPO), push(EVSE, "XX", "YYY", "L1", "E1")) == ["XX/YYY"]
    for exchanges in ([push(EVSE, *EVSE_URL)], [credentials(CPO)], [credentials(HUB), push(EVSE, *EVSE_URL)]):
        with pytest.raises(NotObserved):
            found(*exchanges)


def test_in_2_1_1_the_credentials_name_the_one_party_that_pushes():
    def found(*exchanges):
        return [breach.actual for breach in checks.pushed_under_a_role(tuple(payloads(exchanges)))]

    alone = answer({"token": "t", "url": "http://x/", **CPO}, "credentials", "credentials")
    assert found(alone, push(EVSE, *EVSE_URL)) == []
    assert found(alone, push(EVSE, "XX", "YYY", "L1", "E1")) == ["XX/YYY"]


def test_locations_belong_to_a_role_of_the_target():
    def found(*exchanges):
        return [breach.at_most for breach in checks.owned_by_a_role(tuple(payloads(exchanges)))]

    assert found(credentials(CPO), answer([LOCATION])) == []
    assert found(credentials({**CPO, "party_id": "ABC"}), answer([LOCATION])) == [Verdict.ADVISED]
    with pytest.raises(NotObserved):
        found(credentials(HUB), answer([LOCATION]))


def test_listed_objects_name_their_owner():
    def found(*exchanges):
        return [breach.pointer for breach in checks.names_its_owner(tuple(payloads(exchanges)))]

    assert found(answer([LOCATION])) == []
    assert found(answer([{**LOCATION, "party_id": None}])) == ["/data/0/party_id"]
    assert found(answer([{"id": "T1", "country_code": "NL"}], "tariffs")) == ["/data/0/party_id"]
    with pytest.raises(NotObserved):
        found(push(LOCATION, *WHERE))
