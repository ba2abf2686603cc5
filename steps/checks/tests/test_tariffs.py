"""Each expectation about how Tariffs are pushed and deleted: traffic that fulfils it beside traffic that does not."""

from __future__ import annotations

from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import tariffs as checks
from ocpi_conformance.steps.commanded import Followed
from ocpi_conformance.steps.payloads import Objects
from ocpi_conformance.steps.verdicts import NotObserved

Json = dict[str, Any]
TARIFF = {"country_code": "NL", "party_id": "EMB", "id": "TAR1"}


def request(method: str = "PUT", path: str = "NL/EMB/TAR1", body: object = TARIFF) -> Exchange:
    """Return a request of the target to the Receiver interface of tariffs."""
    segments = path.split("/")
    known = len(segments) == 3
    ids = tuple(zip(("country_code", "party_id", "tariff_id"), segments, strict=True)) if known else ()
    context = Context("2.2.1", "tariffs", "RECEIVER", "tariff" if known else "", ids)
    made = Request(method, f"https://p/{path}", body=jsontext.dumps(body))
    return Exchange(1, "target", made, Response(200), context, 1, 1, 0.0, 0.0)


def locations(*tariff_ids: str) -> Exchange:
    """Return a list of Locations with one Connector that has these tariff_ids."""
    plug = {"id": "1", "tariff_ids": list(tariff_ids)}
    data = [{"id": "LOC1", "evses": [{"uid": "E1", "connectors": [plug]}]}]
    body = jsontext.dumps({"data": data, "status_code": 1000})
    context = Context("2.2.1", "locations", "SENDER", "list")
    return Exchange(2, "partner", Request("GET", "https://t/l"), Response(200, (), body), context, 2, 2, 0.0, 0.0)


@pytest.mark.parametrize("method", ["PUT", "GET", "DELETE"])
@pytest.mark.parametrize(("path", "wrong"), [("NL/EMB/TAR1", False), ("TAR1", True), ("NL/EMB/X/TAR1", True)])
def test_the_url_of_a_tariff(method: str, path: str, *, wrong: bool) -> None:
    assert bool(list(checks.addressed([request(method, path)]))) == wrong


@pytest.mark.parametrize(
    ("path", "pointers"), [("NL/EMB/TAR1", []), ("nl/emb/TAR1", []), ("BE/XXX/TAR1", ["/country_code", "/party_id"])]
)
def test_the_owner_in_the_url(path: str, pointers: list[str]) -> None:
    assert [breach.pointer for breach in checks.owner_in_url([request(path=path)])] == pointers


@pytest.mark.parametrize(("path", "actual"), [("NL/EMB/tar1", []), ("NL/EMB/TAR2", ["TAR1"])])
def test_the_id_in_the_url(path: str, actual: list[str]) -> None:
    assert [breach.actual for breach in checks.id_in_url([request(path=path)])] == actual


@pytest.mark.parametrize("expectation", [checks.owner_in_url, checks.id_in_url])
def test_a_deletion_has_no_body_to_compare(expectation: Any) -> None:
    with pytest.raises(NotObserved):
        list(expectation([request("DELETE"), request(path="TAR1")]))


def test_a_tariff_is_not_patched() -> None:
    assert list(checks.no_patch([request("PUT"), request("DELETE")])) == []
    assert [breach.actual for breach in checks.no_patch([request("PUT"), request("PATCH")])] == ["PATCH"]
    with pytest.raises(NotObserved):
        list(checks.no_patch([request("DELETE")]))


@pytest.mark.parametrize(("names", "actual"), [(("TAR2",), []), (("TAR2", "tar1"), ["tar1"])])
def test_a_deleted_tariff_is_in_use_nowhere(names: tuple[str, ...], actual: list[str]) -> None:
    found = list(checks.unreferenced([request("DELETE"), locations(*names)]))
    assert [breach.actual for breach in found] == actual
    assert [breach.pointer.rpartition("/")[2] for breach in found] == ["1"] * len(found)


def test_without_connectors_nothing_can_refer_to_a_tariff() -> None:
    with pytest.raises(NotObserved):
        list(checks.unreferenced([request("DELETE")]))


def reserved(stated: float, *prices: tuple[str, float], minutes: int = 60) -> Followed:
    """Return what a CDR shows that bills a reservation of some minutes by `prices`: kind of reservation, TIME price."""
    elements = [
        {"price_components": [{"type": "TIME", "price": price, "step_size": 1}], "restrictions": {"reservation": kind}}
        for kind, price in prices
    ]
    cdr = {
        "id": "C1",
        "start_date_time": "2026-01-05T12:00:00Z",
        "end_date_time": f"2026-01-05T{12 + minutes // 60:02d}:{minutes % 60:02d}:00Z",
        "tariffs": [TARIFF | {"elements": elements}],
        "charging_periods": [{"dimensions": [{"type": "RESERVATION_TIME", "volume": minutes / 60}]}],
        "total_cost": {"excl_vat": stated},
        "total_reservation_cost": {"excl_vat": stated},
    }
    made = Request("POST", "https://p/cdrs", body=jsontext.dumps(cdr))
    exchange = Exchange(
        1, "target", made, Response(201), Context("2.2.1", "cdrs", "RECEIVER", "create"), 1, 1, 0.0, 0.0
    )
    sent: Any = type("Sent", (), {"name": "RESERVE_NOW"})
    return Followed(sent, (), tuple(Objects([exchange])))


BOTH = (("RESERVATION", 3.0), ("RESERVATION_EXPIRES", 6.0))


@pytest.mark.parametrize(
    ("stated", "pointers"),
    [(6.0, []), (3.0, ["/total_reservation_cost"]), (9.0, ["/total_reservation_cost"]), (7.0, [])],
)
def test_the_price_of_an_expired_reservation(stated: float, pointers: list[str]) -> None:
    assert [breach.pointer for breach in checks.priced_as_expired(reserved(stated, *BOTH))] == pointers


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (reserved(3.0, BOTH[0]), "both"),
        (reserved(0.1, ("RESERVATION", 0.3), ("RESERVATION_EXPIRES", 0.6), minutes=1), "too short"),
        (Followed(reserved(3.0).sent, (), ()), "no CDR"),
    ],
)
def test_prices_of_expired_reservations_that_cannot_be_judged(found: Followed, reason: str) -> None:
    with pytest.raises(NotObserved, match=reason):
        list(checks.priced_as_expired(found))
