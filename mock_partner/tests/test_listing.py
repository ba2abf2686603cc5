"""Lists that are read wrongly on purpose: each switch changes the one thing that it names. Only tests live here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ocpi_conformance.mock_partner import samples
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.state import key_of
from ocpi_conformance.mock_partner.tests.pairs import CPO, connected, envelope_of

SECOND = timedelta(seconds=1)
NONE = {"date_from": "2099-01-01T00:00:00Z"}


def answer(parameters: dict[str, str], **switches: Any) -> tuple[int, int, Any]:
    """The HTTP status, the OCPI status and the ids of the Locations that a CPO with `switches` lists."""
    with connected(**switches) as pair:
        exchange = pair.emsp.call(pair.connection, "GET", "locations", SENDER, parameters=parameters)
        assert exchange.response is not None
        envelope = envelope_of(exchange)
        data = envelope.get("data")
        ids = [item["id"] for item in data] if isinstance(data, list) else data
        return exchange.response.status, envelope["status_code"], ids


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("empty", (200, 1000, [])),
        ("404", (404, 2000, None)),
        ("2000", (200, 2000, None)),
        ("no data", (200, 1000, None)),
    ],
)
def test_a_list_without_matches(how: str, expected: tuple[int, int, Any]) -> None:
    assert answer(NONE, no_matches=how) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [("honoured", ["LOC2"]), ("ignored", ["LOC1", "LOC2"]), ("from one", ["LOC1", "LOC2"])],
)
def test_an_offset_of_one(how: str, expected: list[str]) -> None:
    assert answer({"offset": "1"}, offset=how)[2] == expected


@pytest.mark.parametrize(
    ("switch", "how", "expected"),
    [
        ("date_from", "inclusive", ["LOC1"]),
        ("date_from", "exclusive", []),
        ("date_from", "in local time", []),
        ("date_from", "by the day", []),
        ("date_from", "ignored", ["LOC1"]),
        ("date_to", "exclusive", []),
        ("date_to", "inclusive", ["LOC1"]),
        ("date_to", "in local time", ["LOC1"]),
        ("date_to", "by the day", ["LOC1"]),
        ("date_to", "ignored", ["LOC1"]),
    ],
)
def test_an_object_that_was_updated_at_a_bound(switch: str, how: str, expected: list[str]) -> None:
    with connected(**{switch: how}) as pair:
        moment = pair.cpo.clock.now().replace(microsecond=0) - timedelta(days=3)
        place = samples.location("LOC1", CPO, moment, number=1)
        pair.cpo.own.put("locations", key_of("locations", place), place)
        first = moment if switch == "date_from" else moment - SECOND
        parameters = {"date_from": timestamp(first), "date_to": timestamp(first + SECOND)}
        exchange = pair.emsp.call(pair.connection, "GET", "locations", SENDER, parameters=parameters)
        assert [item["id"] for item in envelope_of(exchange)["data"] if item["id"] == "LOC1"] == expected
