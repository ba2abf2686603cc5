"""What Locations must be beside Tariffs and version details: a fit beside a misfit."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import location_joins as checks
from ocpi_conformance.steps.payloads import payloads
from ocpi_conformance.steps.verdicts import NotObserved, Verdict

OWNER = {"country_code": "NL", "party_id": "TST"}


def answer(module, route, data, version="2.2.1"):
    body = jsontext.dumps({"data": data, "status_code": 1000})
    context = Context(version, module, "SENDER", route)
    return Exchange(1, "partner", Request("GET", "http://x/"), Response(200, (), body), context, 1, 2, 0.0, 0.0)


def places(*tariff_ids, capabilities=()):
    plug = {"id": "1", "tariff_ids": list(tariff_ids)}
    evse = {"uid": "E1", "capabilities": list(capabilities), "connectors": [plug]}
    return answer("locations", "list", [{**OWNER, "id": "L1", "evses": [evse]}])


def tariffs(*items):
    return answer("tariffs", "list", [{**OWNER, **item} for item in items])


def details(*pairs):
    endpoints = [{"identifier": module, "role": side, "url": "http://x/"} for module, side in pairs]
    return answer("version_details", "version_details", {"version": "2.2.1", "endpoints": endpoints})


def found(check, *exchanges):
    return list(check(tuple(payloads(exchanges))))


def test_tariffs_of_connectors_exist():
    check = checks.tariffs_exist
    assert found(check, places("t1"), tariffs({"id": "T1"})) == []
    assert [b.actual for b in found(check, places("T1", "T2"), tariffs({"id": "T1"}))] == ["t2"]
    with pytest.raises(NotObserved):
        found(check, places("T1"))
    with pytest.raises(NotObserved):
        found(check, places(), tariffs({"id": "T1"}))


def test_the_tariff_of_a_connector_of_2_1_1_exists():
    check, offered = checks.tariffs_exist, answer("tariffs", "list", [{"id": "T1"}], "2.1.1")

    def with_tariff(**fields):
        place = {"id": "L1", "evses": [{"uid": "E1", "connectors": [{"id": "1", **fields}]}]}
        return answer("locations", "list", [place], "2.1.1")

    assert found(check, with_tariff(tariff_id="T1"), offered) == []
    wrong = found(check, with_tariff(tariff_id="t1"), offered)
    assert [(b.actual, b.pointer) for b in wrong] == [("t1", "/data/0/evses/0/connectors/0/tariff_id")]
    with pytest.raises(NotObserved):
        found(check, with_tariff(tariff_ids=["T1"]), offered)


def test_tariffs_of_one_type_follow_each_other():
    check, turn = checks.tariffs_apart, "2024-01-01T00:00:00Z"
    ends, begins = {"id": "T1", "end_date_time": turn}, {"id": "T2", "start_date_time": turn}
    assert found(check, places("T1", "T2"), tariffs({**ends, "type": "REGULAR"}, {**begins, "type": "REGULAR"})) == []
    both = ({"id": "T1", "type": "REGULAR"}, {"id": "T2", "type": "AD_HOC_PAYMENT"})
    assert found(check, places("T1", "T2"), tariffs(*both)) == []
    same = ({"id": "T1", "type": "REGULAR"}, {**begins, "type": "REGULAR"})
    assert [b.at_most for b in found(check, places("T1", "T2"), tariffs(*same))] == [Verdict.FAILED]
    assert [b.at_most for b in found(check, places("T1", "T2"), tariffs({"id": "T1"}, {"id": "T2"}))] == [
        Verdict.OBSERVED
    ]


def test_preferences_come_with_tariffs():
    check, capable = checks.preferred_tariffs, ("CHARGING_PREFERENCES_CAPABLE",)
    green, ad_hoc = {"id": "T1", "type": "PROFILE_GREEN"}, {"id": "T1", "type": "AD_HOC_PAYMENT"}
    assert found(check, places("T1", capabilities=capable), tariffs(green)) == []
    assert len(found(check, places("T1", capabilities=capable), tariffs(ad_hoc))) == 1
    assert found(check, places("T9", capabilities=capable), tariffs(ad_hoc)) == []
    with pytest.raises(NotObserved):
        found(check, places("T1"), tariffs(ad_hoc))


def test_capabilities_go_with_modules():
    check = checks.capabilities_are_usable
    capable = places(capabilities=("RESERVABLE", "RFID_READER"))
    assert found(check, capable, details(("commands", "RECEIVER"))) == []
    assert len(found(check, capable, details(("commands", "SENDER")))) == 1
    with pytest.raises(NotObserved):
        found(check, capable)
