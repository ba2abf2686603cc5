"""Answers of the partner that come late, and those for which it had to wait itself."""

from __future__ import annotations

import itertools

from ocpi_conformance.mock_partner.record import Actor, Context, Exchange, Request, Response
from ocpi_conformance.steps.lateness import PATIENCE, late

TICKS = itertools.count(1)
LONG = PATIENCE + 1


def exchange(sender: Actor, begin: float, end: float, ticks: tuple[int, int] | None = None) -> Exchange:
    request = Request("PUT", "http://x/credentials")
    began, ended = ticks or (next(TICKS), next(TICKS))
    return Exchange(1, sender, request, Response(200), Context(), began, ended, begin, end)


def test_an_answer_that_comes_late_is_found_with_its_seconds() -> None:
    slow, slower = exchange("target", 0, LONG), exchange("target", 10, 11 + LONG)
    assert late([exchange("target", 0, 0.1), slow]) == (slow, LONG)
    assert late([slow, slower]) == (slower, LONG + 1)


def test_an_answer_in_time_is_not_late() -> None:
    assert late([]) is None
    assert late([exchange("target", 0, PATIENCE)]) is None


def test_an_answer_of_the_target_is_none_of_the_partner() -> None:
    assert late([exchange("partner", 0, LONG)]) is None


def test_what_the_partner_waits_for_meanwhile_is_no_time_of_its_own() -> None:
    call = exchange("target", 0, LONG, ticks=(10, 13))
    assert late([exchange("partner", 0.1, LONG - 0.1, ticks=(11, 12)), call]) is None
    assert late([exchange("partner", 0.1, 2 * LONG, ticks=(11, 14)), call]) is None


def test_a_request_of_the_partner_that_is_open_anyway_does_not_hold_it_up() -> None:
    call = exchange("target", 0, LONG, ticks=(10, 13))
    assert late([exchange("partner", -1, 2 * LONG, ticks=(9, 14)), call]) == (call, LONG)
    assert late([exchange("partner", LONG, 2 * LONG, ticks=(14, 15)), call]) == (call, LONG)
