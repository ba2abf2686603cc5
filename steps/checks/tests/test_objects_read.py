"""What copies of one object must have in common: copies that agree beside copies that do not."""

from __future__ import annotations

import itertools

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import objects_read as checks
from ocpi_conformance.steps.payloads import payloads
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

T0, T1, T2 = "2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"
READ = "2024-01-02T00:00:00Z"
SEGMENTS = ("location_id", "evse_uid", "connector_id")
ROUTES = ("list", "location", "evse", "connector")
NUMBERS = itertools.count(1)


def connector(name="1", **changes):
    return {"id": name, "max_amperage": 32, "last_updated": T0, **changes}


def evse(uid="E1", **changes):
    return {"uid": uid, "status": "AVAILABLE", "connectors": [connector()], "last_updated": T0, **changes}


def location(name="L1", **changes):
    spot = {"latitude": "52.090700", "longitude": "5.121400"}
    fixed = {"country_code": "NL", "party_id": "TST", "id": name, "publish": True, "address": "Street 1"}
    return {**fixed, "city": "Gouda", "coordinates": spot, "evses": [evse()], "last_updated": T0, **changes}


def answer(data, *ids, query="", status=200, timestamp=READ, code=1000, version="2.2.1"):
    """Return the answer to a GET of the list or, with `ids`, of a single object."""
    number, seconds = next(NUMBERS), parse_timestamp(timestamp).timestamp()
    context = Context(version, "locations", "SENDER", ROUTES[len(ids)], tuple(zip(SEGMENTS, ids, strict=False)))
    body = jsontext.dumps({"data": data, "status_code": code, "timestamp": timestamp})
    url = "/".join(("http://x/locations", *ids)) + query
    response = Response(status, (), body)
    return Exchange(number, "partner", Request("GET", url), response, context, number, number, seconds, seconds)


def pushed(data, *ids, method="PUT", at=READ):
    """Return a push of the target below the owner NL/TST."""
    number, seconds = next(NUMBERS), parse_timestamp(at).timestamp()
    names = (("country_code", "NL"), ("party_id", "TST"), *zip(SEGMENTS, ids, strict=False))
    context = Context("2.2.1", "locations", "RECEIVER", ROUTES[len(ids)], names)
    request = Request(method, "http://p/", (), jsontext.dumps(data))
    return Exchange(number, "target", request, Response(200), context, number, number, seconds, seconds)


def breaches(check, *exchanges, kind=""):
    return list(check(tuple(payloads(exchanges, kind))))


def test_an_answer_is_the_object_that_the_url_names():
    check = checks.is_the_named_object
    assert list(check(answer(location("l1"), "L1"))) == []
    assert list(check(answer(evse(), "L1", "E1"))) == []
    assert list(check(answer(connector(), "L1", "E1", "1"))) == []
    assert [b.pointer for b in check(answer(location("L2"), "L1"))] == ["/data/id"]
    assert [b.pointer for b in check(answer(evse("L1"), "L1", "E1"))] == ["/data/uid"]
    assert [b.actual for b in check(answer({}, "L1"))] == ["id None"]
    with pytest.raises(NotObserved, match="no object but array: TRN-072"):
        list(check(answer([location("L1")], "L1")))
    with pytest.raises(NotObserved):
        list(check(answer(None, "L1", status=404)))
    with pytest.raises(NotObserved):
        list(check(answer(None, "L1", code=2003)))


@pytest.mark.parametrize(
    ("check", "kind", "ids", "alone", "field"),
    [
        (checks.location_as_listed, "Location", ("L1",), location(), "city"),
        (checks.evse_as_listed, "EVSE", ("L1", "E1"), evse(), "status"),
        (checks.connector_as_listed, "Connector", ("L1", "E1", "1"), connector(), "max_amperage"),
    ],
)
def test_a_single_object_is_as_listed_while_it_is_as_old(check, kind, ids, alone, field):
    listed = answer([location(), location("L2")])
    assert breaches(check, listed, answer(alone, *ids), kind=kind) == []
    assert breaches(check, listed, answer({**alone, field: 1, "last_updated": T1}, *ids), kind=kind) == []
    found = breaches(check, listed, answer({**alone, field: 1}, *ids), kind=kind)
    assert [breach.pointer for breach in found] == [f"/data/{field}"]


def test_a_list_by_date_is_left_out_of_that_comparison():
    cut = answer([location(evses=[])], query="?date_from=" + T0)
    assert breaches(checks.location_as_listed, cut, answer(location(), "L1"), kind="Location") == []


def test_a_location_in_a_list_by_date_is_complete():
    check = checks.filtered_is_complete
    whole = location(evses=[evse("E1"), evse("E2")])
    assert breaches(check, answer([whole], query="?date_from=" + T0), answer(whole, "L1"), kind="Location") == []
    cut = location(evses=[evse("E1")])
    found = breaches(check, answer([cut], query="?date_from=" + T0), answer(whole, "L1"), kind="Location")
    assert [breach.expected for breach in found] == ["EVSE E2 as in the whole object"]


def test_parents_are_not_older_than_their_parts():
    fresh = location(evses=[evse(last_updated=T1)], last_updated=T1)
    stale = location(evses=[evse(last_updated=T1)])
    assert breaches(checks.location_follows, answer([fresh]), kind="EVSE") == []
    assert len(breaches(checks.location_follows, answer([stale]), kind="EVSE")) == 1
    half = location(evses=[evse(last_updated="2024-01-01T00:00:00.900Z")])
    assert breaches(checks.location_follows, answer([half]), kind="EVSE") == []
    old_evse = location(evses=[evse(connectors=[connector(last_updated=T1)])], last_updated=T1)
    assert breaches(checks.evse_follows, answer([fresh]), kind="Connector") == []
    assert len(breaches(checks.evse_follows, answer([old_evse]), kind="Connector")) == 1
    with pytest.raises(NotObserved):
        breaches(checks.location_follows, answer(evse(), "L1", "E1"), kind="EVSE")


def test_what_changes_has_a_later_last_updated():
    check = checks.changed_is_updated
    before = answer([location()])
    assert breaches(check, before, answer([location(city="Breda", last_updated=T1)])) == []
    assert len(breaches(check, before, answer([location(city="Breda")]))) == 1
    later = answer([location(last_updated=T2)])
    assert len(breaches(check, later, answer([location(city="Breda", last_updated=T1)]))) == 1
    assert (
        breaches(check, before, answer([location(last_updated=T1, evses=[evse(status="BLOCKED", last_updated=T1)])]))
        == []
    )
    silent = breaches(check, before, answer([location(evses=[evse(status="BLOCKED")])]))
    assert [breach.pointer for breach in silent] == ["/data/0/evses/0"]


def test_a_change_within_the_tick_of_the_first_reading_is_fine():
    before = answer([location()], timestamp="2024-01-01T00:00:01Z")
    assert breaches(checks.changed_is_updated, before, answer([location(city="Breda")])) == []


def test_two_changes_within_a_second_are_fine_however_the_clocks_differ():
    check = checks.changed_is_updated
    one, other = location(), location(city="Breda")
    # Our clock is 20 seconds ahead: the two pushes come within a second of each other.
    first = pushed(one, "L1", at="2024-01-01T00:00:20Z")
    assert breaches(check, first, pushed(other, "L1", at="2024-01-01T00:00:21Z")) == []
    assert len(breaches(check, first, pushed(other, "L1", at="2024-01-01T00:00:25Z"))) == 1
    # What was last updated a day ago has not changed in that second, however close the pushes are.
    assert len(breaches(check, pushed(one, "L1"), pushed(other, "L1"))) == 1


def test_what_was_read_in_the_second_of_a_change_may_have_changed_again():
    fresh = answer([location()], timestamp="2024-01-01T00:00:01Z")
    late = answer(location(city="Breda"), "L1")
    assert breaches(checks.location_as_listed, fresh, late, kind="Location") == []
    assert len(breaches(checks.location_as_listed, answer([location()]), late, kind="Location")) == 1


def test_pushes_and_answers_may_cross():
    late = pushed(location(city="Breda", last_updated=T2), "L1")
    assert breaches(checks.changed_is_updated, late, answer([location(last_updated=T1)])) == []


def test_other_owners_have_other_locations():
    one, other = location(), location(party_id="ABC", city="Breda")
    with pytest.raises(NotObserved, match="that changed"):
        breaches(checks.changed_is_updated, answer([one, other]))
    assert breaches(checks.location_ids, answer([one, other]), kind="Location") == []


def test_ids_of_locations_are_unique():
    check = checks.location_ids
    assert breaches(check, answer([location("L1"), location("L2")]), kind="Location") == []
    assert (
        breaches(check, answer([location()]), answer([location(city="Breda", last_updated=T1)]), kind="Location") == []
    )
    assert len(breaches(check, answer([location("L1"), location("l1", city="Breda")]), kind="Location")) == 1
    spot = {"latitude": "53.000000", "longitude": "5.000000"}
    other = location(coordinates=spot, address="Elsewhere", evses=[evse("E9")])
    assert len(breaches(check, answer([location()]), answer([other], query="?offset=1"), kind="Location")) == 1


def test_uids_of_evses_are_unique():
    check = checks.evse_uids
    assert breaches(check, answer([location("L1"), location("L2", evses=[evse("E2")])]), kind="EVSE") == []
    moved_on = answer([location(evses=[evse(status="BLOCKED")])])
    assert breaches(check, answer([location()]), moved_on, kind="EVSE") == []
    assert len(breaches(check, answer([location("L1"), location("L2", evses=[evse("e1")])]), kind="EVSE")) == 1
    twice = location(evses=[evse("E1"), evse("E1", status="BLOCKED")])
    assert len(breaches(check, answer([twice]), kind="EVSE")) == 1


def test_in_2_1_1_ids_in_another_letter_case_are_other_ids():
    for both in (
        [location("L1"), location("l1", evses=[evse("E2")], city="Breda")],
        [location("L1"), location("L2", evses=[evse("e1")])],
    ):
        lists = [answer(both, version="2.1.1"), answer(both, version="2.1.1", query="?limit=9")]
        assert breaches(checks.location_ids, *lists, kind="Location") == []
        assert breaches(checks.evse_uids, *lists, kind="EVSE") == []
        assert list(checks.keeps_ids(lists)) == []
    twice = answer([location("L1"), location("L1", city="Breda")], version="2.1.1")
    assert len(breaches(checks.location_ids, twice, kind="Location")) == 1
    (breach,) = checks.is_the_named_object(answer(location("l1"), "L1", version="2.1.1"))
    assert breach.actual == "id l1"


def test_a_list_keeps_the_ids_of_its_locations():
    check = checks.keeps_ids
    before = answer([location("L1"), location("L2", evses=[evse("E2")])])
    assert list(check([before, answer([location("L1")])])) == []
    renamed = answer([location("L1"), location("L3", evses=[evse("E2")])])
    assert [breach.actual for breach in check([before, renamed])] == ["l3"]
    other = answer([location("L1"), location("L3", evses=[evse("E3")])])
    assert list(check([before, other])) == []
    # Another page, read once, says nothing of the first; nor does a list that holds both.
    assert list(check([before, answer([location("L3", evses=[evse("E2")])], query="?offset=2")])) == []
    assert list(check([before, renamed, before])) == []


def test_evses_stay_until_they_are_removed():
    check = checks.keeps_evses
    both = answer([location(evses=[evse("E1"), evse("E2")])])
    one = answer([location(evses=[evse("E2")], last_updated=T1)])
    assert [breach.at_most for breach in breaches(check, both, one, kind="Location")] == [Verdict.OBSERVED]
    removed = answer([location(evses=[evse("E1", status="REMOVED"), evse("E2")], last_updated=T1)])
    assert breaches(check, removed, one, kind="Location") == []
    cut = answer([location(evses=[evse("E2")])], query="?date_from=" + T0)
    assert breaches(check, both, cut, kind="Location") == []


def test_what_a_list_by_date_has_shown_first_counts_when_the_whole_list_shows_it_too():
    lost = location(evses=[evse("E2")], last_updated=T1)
    whole = answer([location(evses=[evse("E1"), evse("E2")])])
    exchanges = [whole, answer([lost], query="?date_from=" + T0), answer([lost]), whole, answer([lost])]
    assert [breach.actual for breach in checks.keeps_evses(list(payloads(exchanges, "Location")))] == ["absent"]


def test_uids_of_evses_do_not_change():
    check = checks.keeps_uids
    before = answer([location()])
    renamed = answer([location(evses=[evse("E9")], last_updated=T1)])
    assert [breach.at_most for breach in breaches(check, before, renamed, kind="Location")] == [Verdict.ADVISED]
    replaced = answer([location(evses=[evse("E9", floor_level="1")], last_updated=T1)])
    assert breaches(check, before, replaced, kind="Location") == []


def test_one_place_is_one_location():
    check = checks.grouped
    elsewhere = {"latitude": "53.000000", "longitude": "5.000000"}
    assert breaches(check, answer([location("L1"), location("L2", coordinates=elsewhere)]), kind="Location") == []
    assert breaches(check, answer([location("L1"), location("L2", publish=False)]), kind="Location") == []
    found = breaches(check, answer([location("L1"), location("L2")]), kind="Location")
    assert [breach.actual for breach in found] == ["several: l1, l2"]
