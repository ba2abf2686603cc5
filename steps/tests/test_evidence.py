"""Which exchanges are evidence: what is waited for after a trigger, what belongs to the version under test."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.errors import NotSeen
from ocpi_conformance.mock_partner.record import Context, Exchange, Match, Request, Response
from ocpi_conformance.steps import agreements, when
from ocpi_conformance.steps.evidence import evidence
from ocpi_conformance.steps.verdicts import NotObserved


def call(number: int, module: str, version: str = "2.2.1", site: str = "s1") -> Exchange:
    method = "GET" if module in {"versions", "version_details"} else "PUT"
    context = Context(version, module, "RECEIVER", "", site=site)
    request = Request(method, f"http://partner/{number}")
    return Exchange(number, "target", request, Response(200), context, number, number + 1, 0.0, 0.0)


class Arriving:
    """A record in which the exchanges after the first `there` come while somebody waits, or never."""

    def __init__(self, *exchanges: Exchange, there: int = 0) -> None:
        self._exchanges, self._there = exchanges, there

    def exchanges(self, since: int = 0, sender: str = "") -> Sequence[Exchange]:
        return [exchange for exchange in self._exchanges[: self._there] if exchange.began > since]

    def wait_for(self, match: Match, awaited: str, timeout: float, since: int = 0) -> Exchange:
        for number, exchange in enumerate(self._exchanges, 1):
            if match(exchange) and exchange.began > since:
                self._there = max(self._there, number)
                return exchange
        raise NotSeen(awaited, timeout)


def scene(record: Arriving, since: int, version: str = "2.2.1") -> Any:
    partner = SimpleNamespace(
        version=version,
        sites=(),
        config=SimpleNamespace(timeouts=SimpleNamespace(callback=1.0, silence=1.0)),
    )
    return SimpleNamespace(record=record, partner=partner, since=since, started=0)


def numbers(record: Arriving, since: int) -> list[int]:
    return [item.number for item in evidence(scene(record, since), "request") if isinstance(item, Exchange)]


def test_a_push_is_waited_for_when_the_target_looks_for_the_endpoints_first() -> None:
    record = Arriving(call(2, "version_details"), call(3, "locations"), there=1)
    assert numbers(record, 1) == [2, 3]


def test_a_push_to_an_address_that_was_made_up_is_one() -> None:
    record = Arriving(call(2, "version_details"), call(3, "", version=""), there=1)
    assert numbers(record, 1) == [2, 3]


def test_a_target_that_only_looks_has_sent_that() -> None:
    assert numbers(Arriving(call(2, "versions", ""), there=1), 1) == [2]
    with pytest.raises(NotObserved):
        evidence(scene(Arriving(), 1), "request")


def test_a_request_for_versions_where_another_version_is_spoken_is_no_evidence() -> None:
    stayed = [call(1, "versions", ""), call(2, "locations")]
    moved = [call(3, "versions", "", "s4"), call(4, "locations", "2.1.1", "s4")]
    assert numbers(Arriving(*stayed, *moved, there=4), 0) == [1, 2]


def test_the_registration_is_looked_at_once_more_than_a_lookup_has_come() -> None:
    record = Arriving(call(2, "version_details"), call(3, "locations"), there=1)
    site = SimpleNamespace(name="s1", updates=(), initiator="partner", registered=True, since=0)
    agreements._settle(scene(record, 1), site)  # type: ignore[arg-type]
    assert len(record.exchanges()) == 2


@pytest.mark.parametrize(("version", "seen"), [("2.1.1", 1), ("2.2.1", 0)])
def test_where_no_text_says_when_a_lookup_is_waited_for_after_the_registration(version: str, seen: int) -> None:
    post = Exchange(
        1, "partner", Request("POST", "http://x/"), Response(200, (), b'{"status_code": 1000}'), Context(), 1, 2, 0, 0
    )
    site = SimpleNamespace(name="s1", updates=(), initiator="partner", registered=True, since=0, handshake=post)
    record = Arriving(call(3, "versions", ""))
    agreements._settle(scene(record, 0, version), site)  # type: ignore[arg-type]
    assert len(record.exchanges()) == seen


def test_the_run_has_not_ended_before_the_push_of_a_trigger_has_come() -> None:
    record = Arriving(call(2, "version_details"), call(3, "locations"), there=1)
    looking = scene(record, 1)
    when.run_has_ended(looking)
    assert (len(record.exchanges()), looking.since) == (2, 0)
    when.run_has_ended(scene(Arriving(), 1))
