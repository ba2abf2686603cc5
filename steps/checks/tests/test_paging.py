"""Each expectation about pages: answers that fulfil it beside answers that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.steps.checks import paging as checks
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

Check = Callable[[Sequence[Exchange]], Iterable[Breach]]
URL = "https://cpo.example.com/ocpi/2.2.1/cdrs"
DAY = "2024-05-{:02d}T12:00:00Z"
ABSENT: Any = object()


def items(*days: int) -> list[dict[str, str]]:
    return [{"country_code": "NL", "party_id": "EMB", "id": f"CDR{n}", "last_updated": DAY.format(n)} for n in days]


def page(
    query: str,
    data: Any = ABSENT,
    *,
    total: str | None = "5",
    x_limit: str | None = "50",
    link: str = "",
    http: int = 200,
    number: int = 1,
    version: str = "2.2.1",
) -> Exchange:
    body: dict[str, Any] = {"status_code": 1000 if http == 200 else 2001, "timestamp": DAY.format(9)}
    body |= {} if data is ABSENT else {"data": data}
    named = {"x-total-count": total, "X-Limit": x_limit, "Link": link or None}
    headers = tuple((name, value) for name, value in named.items() if value is not None)
    url = f"{URL}?{query}" if query else URL
    context = Context(version, "cdrs", "SENDER", "list")
    response = Response(http, headers, jsontext.dumps(body))
    ticks = (2 * number, 2 * number + 1)
    return Exchange(number, "partner", Request("GET", url), response, context, *ticks, 0.0, 0.0)


def following(query: str) -> str:
    return f'<{URL}?{query}>; rel="next"'


def found(check: Check, *pages: Exchange) -> list[Breach]:
    return list(check(pages))


def not_observed(check: Check, *pages: Exchange) -> bool:
    try:
        list(check(pages))
    except NotObserved:
        return True
    return False


@pytest.mark.parametrize(
    "check",
    [
        checks.parameters_have_effect,
        checks.same_beginning,
        checks.no_more_than_limit,
        checks.contiguous,
        checks.date_from_is_inclusive,
        checks.date_to_is_exclusive,
        checks.windows_share,
        checks.same_objects,
        checks.repeatable,
        checks.oldest_first,
        checks.links_onward,
        checks.last_page_links_nowhere,
        checks.link_keeps_filters,
        checks.link_has_form,
        checks.every_object_once,
        checks.are_paginated,
        checks.same_total,
        checks.total_of_matches,
        checks.one_limit,
        checks.names_maximum,
    ],
)
def test_an_answer_that_is_no_success_shows_no_page(check: Check) -> None:
    assert not_observed(check, page("limit=2", http=400), page("limit=2", http=400))


def test_parameters_are_optional() -> None:
    with_them = page("limit=2", items(1))
    assert found(checks.parameters_are_optional, with_them, page("", items(1))) == []
    assert len(found(checks.parameters_are_optional, with_them, page("", http=400))) == 1
    assert not_observed(checks.parameters_are_optional, page("limit=2", http=400), page("", http=400))


def test_a_large_limit_is_accepted() -> None:
    assert found(checks.are_accepted, page("limit=100000", items(1))) == []
    assert len(found(checks.are_accepted, page("limit=100000", http=400))) == 1


def test_nonsense_is_refused() -> None:
    assert found(checks.are_refused, page("offset=-1", http=400)) == []
    assert len(found(checks.are_refused, page("offset=-1", items(1)))) == 1


def test_each_parameter_has_an_effect() -> None:
    base = page("offset=0&limit=2", items(1, 2))
    assert found(checks.parameters_have_effect, base, page("offset=1&limit=2", items(2, 3))) == []
    assert len(found(checks.parameters_have_effect, base, page("offset=1&limit=2", items(1, 2)))) == 1
    assert found(checks.parameters_have_effect, base, page("offset=0&limit=1", items(1))) == []
    assert len(found(checks.parameters_have_effect, base, page("offset=0&limit=1", items(1, 2)))) == 1
    since = f"offset=0&limit=2&date_from={DAY.format(2)}"
    assert found(checks.parameters_have_effect, base, page(since, items(2, 3))) == []
    assert len(found(checks.parameters_have_effect, base, page(since, items(1, 2)))) == 1
    until = f"offset=0&limit=2&date_to={DAY.format(1)}"
    assert found(checks.parameters_have_effect, base, page(until, [])) == []
    assert len(found(checks.parameters_have_effect, base, page(until, items(1, 2)))) == 1


def test_the_default_offset_is_0() -> None:
    zero = page("offset=0&limit=2", items(1, 2))
    assert found(checks.same_beginning, page("limit=2", items(1, 2)), zero) == []
    assert len(found(checks.same_beginning, page("limit=2", items(2, 3)), zero)) == 1
    assert not_observed(checks.same_beginning, page("limit=2", items(1)), zero, page("limit=2", items(2)))


def test_a_page_holds_at_most_limit_objects() -> None:
    assert found(checks.no_more_than_limit, page("limit=2", items(1, 2)), page("limit=5", items(1))) == []
    assert len(found(checks.no_more_than_limit, page("limit=2", items(1, 2, 3)))) == 1


def test_offset_and_limit_choose_a_stretch() -> None:
    whole, first = page("offset=0&limit=4", items(1, 2, 3, 4)), page("offset=0&limit=2", items(1, 2))
    assert found(checks.contiguous, whole, first, page("offset=2&limit=2", items(3, 4))) == []
    assert found(checks.contiguous, whole, first, page("offset=2&limit=2", items(3))) == []
    assert len(found(checks.contiguous, whole, first, page("offset=2&limit=2", items(5)))) == 1
    assert len(found(checks.contiguous, whole, first, page("offset=2&limit=2", []))) == 1
    small = page("offset=0&limit=4", items(1, 2))
    assert not_observed(checks.contiguous, small, first, page("offset=2&limit=2", items(3, 4)))


def split(before: list[dict[str, str]], after: list[dict[str, str]]) -> tuple[Exchange, ...]:
    a, b, c = (DAY.format(n) for n in (1, 2, 3))
    whole = page(f"limit=50&date_from={a}&date_to={c}", items(1, 2))
    left = page(f"limit=50&date_from={a}&date_to={b}", before)
    right = page(f"limit=50&date_from={b}&date_to={c}", after)
    return whole, left, right, whole


def test_date_from_belongs_to_the_period() -> None:
    assert found(checks.date_from_is_inclusive, *split(items(1), items(2))) == []
    assert [b.actual for b in checks.date_from_is_inclusive(split(items(1), []))] == ["nl emb cdr2 is missing"]
    assert not_observed(checks.date_from_is_inclusive, page(f"limit=50&date_from={DAY.format(4)}", items(5)))


def test_an_object_that_may_be_on_a_later_page_is_not_missing() -> None:
    whole, left, _, again = split(items(1), [])
    bounds = f"date_from={DAY.format(2)}&date_to={DAY.format(3)}"
    more = page(f"limit=50&{bounds}", [], link=following("offset=50"))
    assert found(checks.date_from_is_inclusive, whole, left, more, again) == []


def test_date_to_does_not_belong_to_the_period() -> None:
    assert found(checks.date_to_is_exclusive, *split(items(1), items(2))) == []
    assert [b.actual for b in checks.date_to_is_exclusive(split(items(1, 2), items(2)))] == ["nl emb cdr2 is there"]


def around(inside: list[dict[str, str]], later: list[dict[str, str]], at_bound: list[dict[str, str]]) -> list[Exchange]:
    """Three periods about the object of the third day: it lies within, before, and at the bound of them."""
    return [
        page(f"limit=50&date_from={DAY.format(2)}&date_to={DAY.format(4)}", inside),
        page(f"limit=50&date_from={DAY.format(4)}", later),
        page(f"limit=50&date_from={DAY.format(3)}", at_bound),
        page(f"limit=50&date_from={DAY.format(2)}&date_to={DAY.format(4)}", inside),
    ]


def test_what_was_updated_well_within_a_period_is_in_it() -> None:
    check = checks.well_within_periods
    assert found(check, *around(items(3), [], items(3))) == []
    assert found(check, *around(items(3), [], [])) == []
    assert [b.actual for b in check(around([], items(5), items(3, 5)))] == ["nl emb cdr3 is missing"] * 2
    assert [b.actual for b in check(around(items(3), items(3, 5), []))] == ["nl emb cdr3", "nl emb cdr5 is missing"]
    assert not_observed(check, *around([], [], []))


def test_a_page_without_any_header_of_pages_may_not_be_the_last() -> None:
    asked = f"limit=50&date_from={DAY.format(1)}"
    shown = page("limit=50", items(3))
    for bare in (page(asked, items(4), total=None, x_limit=None), page(asked, items(4), link=following("offset=1"))):
        assert found(checks.well_within_periods, shown, bare) == []
    for last in (page(asked, items(4), total=None), page(asked, items(4), x_limit=None)):
        assert [b.actual for b in found(checks.well_within_periods, shown, last)] == ["nl emb cdr3 is missing"]


def test_adjoining_periods_share_the_whole() -> None:
    assert found(checks.windows_share, *split(items(1), items(2))) == []
    assert len(found(checks.windows_share, *split(items(1), []))) == 1
    assert len(found(checks.windows_share, *split(items(1, 2), items(2)))) == 1


def test_a_timestamp_without_designator_gives_the_same_objects() -> None:
    assert found(checks.same_objects, page("date_from=a", items(1, 2)), page("date_from=b", items(2, 1))) == []
    assert len(found(checks.same_objects, page("date_from=a", items(1)), page("date_from=b", []))) == 1
    assert not_observed(checks.same_objects, page("date_from=a", []), page("date_from=b", []))


def test_nothing_matches() -> None:
    query = f"date_from={DAY.format(1)}&date_to={DAY.format(2)}"
    assert found(checks.empty_lists, page(query, [], total="0")) == []
    assert [b.at_most for b in found(checks.empty_lists, page(query, None, total="0"))] == [Verdict.OBSERVED]
    assert [b.requirement for b in found(checks.empty_lists, page(query, [], total="5"))] == ["TRN-046"]
    assert len(found(checks.empty_lists, page(query, http=404))) == 1
    assert found(checks.empty_lists, page("offset=15", [], total="5")) == []
    assert not_observed(checks.empty_lists, page("offset=15", items(1)))


def test_a_page_is_the_same_every_time() -> None:
    first = page("limit=10", items(1, 2, 3))
    assert found(checks.repeatable, first, page("limit=10", items(1, 2, 3))) == []
    assert len(found(checks.repeatable, first, page("limit=10", items(3, 1, 2)))) == 1
    assert not_observed(checks.repeatable, first, page("limit=10", items(3, 1, 2), total="6"))


def test_the_oldest_comes_first() -> None:
    assert found(checks.oldest_first, page("", items(1, 2, 3))) == []
    assert len(found(checks.oldest_first, page("", items(3, 2, 1)))) == 1
    assert not_observed(checks.oldest_first, page("", items(1, 1)))


def test_a_page_before_another_one_has_a_next_link() -> None:
    second = page("offset=1&limit=1", items(2))
    linked = page("offset=0&limit=1", items(1), link=following("offset=1&limit=1"))
    assert found(checks.links_onward, linked, second) == []
    assert len(found(checks.links_onward, page("offset=0&limit=1", items(1)), second)) == 1
    back = page("offset=0&limit=1", items(1), link=f'<{URL}>; rel="first"')
    assert len(found(checks.links_onward, back, second)) == 1
    assert not_observed(checks.links_onward, page("offset=0&limit=1", items(1)), page("offset=1&limit=1", []))


def test_the_last_page_has_no_next_link() -> None:
    assert found(checks.last_page_links_nowhere, page("offset=4", items(5))) == []
    last = page("offset=4", items(5), link=following("offset=5"))
    assert len(found(checks.last_page_links_nowhere, last, page("offset=5", []))) == 1
    assert found(checks.last_page_links_nowhere, last, page("offset=5", items(6))) == []


def test_the_next_link_keeps_the_filters() -> None:
    query = f"limit=1&date_from={DAY.format(1)}"
    for kept in (query, "offset=1&date_from=2024-05-01T12:00:00.0Z", "date_from=2024-05-01T12%3A00%3A00"):
        assert found(checks.link_keeps_filters, page(query, items(1), link=following(kept))) == []
    assert len(found(checks.link_keeps_filters, page(query, items(1), link=following("offset=1")))) == 1
    other = following(f"date_from={DAY.format(2)}")
    assert len(found(checks.link_keeps_filters, page(query, items(1), link=other))) == 1
    assert not_observed(checks.link_keeps_filters, page(query, items(1)))


def test_the_next_link_has_the_standard_form() -> None:
    second = page("offset=1", items(2))
    assert found(checks.link_has_form, page("", items(1), link=following("offset=1")), second) == []
    assert len(found(checks.link_has_form, page("", items(1), link=f"{URL}?offset=1"))) == 1
    dead = page("offset=1", http=401)
    assert len(found(checks.link_has_form, page("", items(1), link=following("offset=1")), dead)) == 1
    relative = page("", items(1), link='<?offset=1>; rel="next"')
    assert [breach.at_most for breach in found(checks.link_has_form, relative, second)] == [Verdict.ADVISED]
    assert not_observed(checks.link_has_form, page("", items(1)))


def test_the_links_lead_to_every_object_once() -> None:
    first = page("limit=3", items(1, 2, 3), link=following("offset=3"))
    assert found(checks.every_object_once, first, page("offset=3", items(4, 5))) == []
    assert len(found(checks.every_object_once, first, page("offset=3", items(3, 4, 5)))) == 1
    assert [b.actual for b in found(checks.every_object_once, first, page("offset=3", items(4)))] == ["4 objects"]
    endless = page("offset=5", [], link=following("offset=6"))
    assert len(found(checks.every_object_once, first, page("offset=3", items(4, 5)), endless)) == 1
    assert not_observed(checks.every_object_once, first)
    assert not_observed(checks.every_object_once, first, page("offset=3", items(4, 5), total="6"))


def test_ids_are_compared_without_regard_to_case() -> None:
    first, second = items(1), [item | {"id": item["id"].lower()} for item in items(1)]
    assert len(found(checks.every_object_once, page("", first), page("offset=1", second))) == 1


def test_tokens_of_one_uid_and_two_types_are_two() -> None:
    tokens = [{"uid": "1", "type": kind} for kind in ("RFID", "APP_USER")]
    assert found(checks.every_object_once, page("", tokens, total="2")) == []


def test_a_list_has_the_headers_of_pages() -> None:
    assert found(checks.are_paginated, page("", [], x_limit=None)) == []
    assert len(found(checks.are_paginated, page("", [], total=None, x_limit=None))) == 1


@pytest.mark.parametrize("value", [None, "many", "-1", "5.0", ""])
def test_a_count_is_a_whole_number(value: str | None) -> None:
    assert list(checks.have_number([page("", [])], "X-Total-Count")) == []
    assert len(list(checks.have_number([page("", [], total=value)], "X-Total-Count"))) == 1


def test_the_count_depends_on_no_offset_or_limit() -> None:
    first = page("offset=0&limit=1", items(1))
    assert found(checks.same_total, first, page("offset=0&limit=2", items(1, 2)), first) == []
    assert len(found(checks.same_total, first, page("offset=0&limit=2", items(1, 2), total="6"), first)) == 1
    assert len(found(checks.same_total, page("offset=4&limit=2", items(5, 6)))) == 1
    assert not_observed(checks.same_total, first, page("offset=0&limit=1", items(1), total="6"))


def test_the_count_covers_what_matches() -> None:
    query = f"limit=50&date_from={DAY.format(1)}"
    assert found(checks.total_of_matches, page(query, items(1), total="1")) == []
    assert len(found(checks.total_of_matches, page(query, items(1), total="5"))) == 1
    assert not_observed(checks.total_of_matches, page(query, items(1), link=following("offset=1")))


def test_the_limit_is_the_same_on_a_short_page() -> None:
    full = page("offset=0&limit=2", items(1, 2))
    assert found(checks.one_limit, full, page("offset=4&limit=2", items(5))) == []
    assert len(found(checks.one_limit, full, page("offset=4&limit=2", items(5), x_limit="1"))) == 1
    assert len(found(checks.one_limit, page("offset=0&limit=2", items(1, 2), x_limit="1"))) == 1


def test_a_server_that_cuts_a_page_says_where() -> None:
    query = "limit=100000"
    cut = page(query, items(1, 2), x_limit="2", link=following("offset=2&limit=2"))
    assert found(checks.names_maximum, cut) == []
    assert found(checks.names_maximum, page(query, items(1, 2), x_limit="2", link=following("cursor=abc"))) == []
    too_large = page(query, items(1, 2), x_limit="2", link=following("offset=2&limit=100000"))
    assert len(found(checks.names_maximum, too_large)) == 1
    assert len(found(checks.names_maximum, page(query, items(1, 2), link=following("offset=2&limit=2")))) == 1
    assert not_observed(checks.names_maximum, page(query, items(1, 2)))


def test_a_client_follows_the_links() -> None:
    first = page("limit=2", items(1, 2), link=following("offset=2&cursor=a%2Fb"), number=1)
    exact, computed = page("offset=2&cursor=a%2Fb", items(3), number=2), page("offset=2", items(3), number=2)
    assert found(checks.follows_links, first, exact) == []
    assert len(found(checks.follows_links, first, computed)) == 1
    assert len(found(checks.follows_links, first)) == 1
    assert not_observed(checks.follows_links, page("limit=2", items(1)))


def test_a_client_makes_up_for_a_list_that_got_shorter() -> None:
    since = f"date_from={DAY.format(1)}"
    first = page(since, items(1, 2), number=1)
    second = page(f"{since}&offset=2", items(4, 5), total="4", number=2)
    assert found(checks.makes_up, first, second, page(f"{since}&offset=1", items(3, 4), total="4", number=3)) == []
    assert found(checks.makes_up, first, second, page(since, items(1), total="4", number=3)) == []
    assert len(found(checks.makes_up, first, second, page(f"{since}&offset=4", [], total="4", number=3))) == 1
    assert not_observed(checks.makes_up, page("", items(1)), page("offset=2", items(4), total="4"))
    assert not_observed(checks.makes_up, first)


def test_x_limit_is_never_below_what_a_page_holds() -> None:
    full, short = page("limit=2", items(1, 2), x_limit="2"), page("offset=4&limit=2", items(5), x_limit="1")
    assert found(checks.within_x_limit, full, short) == []
    assert [b.actual for b in found(checks.within_x_limit, full, page("limit=2", items(1, 2), x_limit="1"))] == ["1"]
    assert not_observed(checks.within_x_limit, page("limit=2", items(1), x_limit=None))


@pytest.mark.parametrize(("version", "number"), [("2.1.1", 0), ("2.2.1", 1)])
def test_ids_have_a_letter_case_in_2_1_1(version: str, number: int) -> None:
    named = [{"id": name, "last_updated": DAY.format(1)} for name in ("a", "A")]
    assert len(found(checks.every_object_once, page("limit=5", named, total="2", version=version))) == number


@pytest.mark.parametrize(("version", "number"), [("2.1.1", 0), ("2.2.1", 1)])
def test_2_1_1_leaves_the_end_of_a_period_open(version: str, number: int) -> None:
    base = page("limit=5", items(1, 2), version=version)
    until = page(f"limit=5&date_to={DAY.format(2)}", items(1, 2), version=version)
    assert len(found(checks.parameters_have_effect, base, until)) == number
