"""What the pages of a list must be, each alone and together. Only answers are judged; what to ask for is a step's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ocpi_conformance.mock_partner.links import links, next_url
from ocpi_conformance.mock_partner.messages import parse_timestamp
from ocpi_conformance.mock_partner.record import Exchange, header_values
from ocpi_conformance.steps.checks.registry import expectation
from ocpi_conformance.steps.checks.responses import http_status, invalid, outcome, succeeds
from ocpi_conformance.steps.checks.rules.common import folded
from ocpi_conformance.steps.scene import envelope_of
from ocpi_conformance.steps.verdicts import Breach, NotObserved, Verdict

SUBJECT = "the pages"
Json = dict[str, Any]
Identity = tuple[str, ...]
_IDENTIFYING = ("country_code", "party_id", "id", "uid", "terminal_id", "type", "role")
_FILTERS = ("date_from", "date_to")
_PARAMETERS = ("offset", "limit", *_FILTERS)
# Seconds beside a bound in which 2.1.1 does not say whether an object is in the period.
_BOUND = 1.0


@dataclass(frozen=True)
class Page:
    """One answer to a request for a list: its objects, and what its headers and its own URL say."""

    exchange: Exchange

    @cached_property
    def items(self) -> list[Json]:
        """The objects on the page; `data` that is null or absent holds none (A47)."""
        data = envelope_of(self.exchange).get("data")
        return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []

    @cached_property
    def identities(self) -> list[Identity]:
        """What tells each object from all others: owner and id, for Tokens the type too."""
        return [identity(item, self.exchange.context.version) for item in self.items]

    @cached_property
    def asked(self) -> dict[str, str]:
        """The query parameters of the request."""
        return dict(parse_qsl(urlsplit(self.exchange.request.url).query))

    @property
    def offset(self) -> int:
        """The offset that was asked for, 0 by default."""
        return whole(self.asked.get("offset")) or 0

    @property
    def limit(self) -> int | None:
        """The limit that was asked for."""
        return whole(self.asked.get("limit"))

    def header(self, name: str) -> str | None:
        """The value of a response header."""
        return self.exchange.response.header(name) if self.exchange.response else None

    @property
    def total(self) -> int | None:
        """X-Total-Count, None when it is absent or no whole number."""
        return whole(self.header("X-Total-Count"))

    @property
    def x_limit(self) -> int | None:
        """X-Limit, None when it is absent or no whole number."""
        return whole(self.header("X-Limit"))

    @property
    def link_values(self) -> tuple[str, ...]:
        """The values of the Link headers."""
        return header_values(self.exchange.response.headers, "Link") if self.exchange.response else ()

    @property
    def malformed_link(self) -> str:
        """The first Link header that does not have the form of links, or nothing."""
        return next((value for value in self.link_values if links(value) is None), "")

    @property
    def next(self) -> str | None:
        """The URL of the next page, as it stands in the Link header."""
        return next_url(self.link_values)

    @property
    def complete(self) -> bool:
        """Whether nothing can follow: no next link, and fewer objects than the page has room for.

        A target that gives none of the headers of pages may have more to give: that they are missing is judged as such.
        """
        bounds = [bound for bound in (self.limit, self.x_limit) if bound is not None]
        ends = self.next is None and not self.malformed_link and (self.x_limit, self.total) != (None, None)
        return ends and bool(bounds) and len(self.items) < min(bounds)


def identity(item: Json, version: str) -> Identity:
    """Return what tells an object of a list from all others; from 2.2.1 on without regard to letter case."""
    return tuple(folded(str(item.get(name, "")), version) for name in _IDENTIFYING)


def name_of(key: Identity) -> str:
    """Return an identity as a reader would name the object."""
    return " ".join(part for part in key if part)


def whole(text: str | None) -> int | None:
    """Return the whole number that `text` is, or None."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def moment(value: object) -> datetime | None:
    """Return the instant that a DateTime means, or None when it is no DateTime."""
    try:
        return parse_timestamp(value) if isinstance(value, str) else None
    except ValueError:
        return None


def read(exchanges: Sequence[Exchange]) -> list[Page]:
    """Return the exchanges as pages.

    Raises:
        NotObserved: one of them is no success, so that it shows no page.
    """
    for exchange in exchanges:
        if not succeeds(exchange):
            raise NotObserved(f"no page to judge: {outcome(exchange)} from {exchange.summary}")
    return [Page(exchange) for exchange in exchanges]


def steady(exchanges: Sequence[Exchange]) -> list[Page]:
    """Return the exchanges as pages of a list that stood still meanwhile.

    Raises:
        NotObserved: two answers to the same request differ, or one is no success.
    """
    pages = read(exchanges)
    first: dict[str, Page] = {}
    for page in pages:
        known = first.setdefault(page.exchange.request.url, page)
        if (known.identities, known.total) != (page.identities, page.total):
            raise NotObserved("the list changed while it was read")
    return pages


def _breach(page: Page, expected: str, actual: str, **more: Any) -> Breach:  # noqa: ANN401
    return Breach(expected, actual, page.exchange, **more)


# Parameters -----------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "succeed with and without parameters")
def parameters_are_optional(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A list that answers a request with parameters answers one without (transport_and_format_paginated_request)."""
    bare = [exchange for exchange in exchanges if not set(_PARAMETERS) & set(Page(exchange).asked)]
    others = [exchange for exchange in exchanges if exchange not in bare]
    read(others)
    for exchange in bare:
        if not succeeds(exchange):
            yield Breach("success without parameters, as with them", outcome(exchange), exchange)


@expectation(SUBJECT, "are accepted")
def are_accepted(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """Every request succeeds."""
    for exchange in exchanges:
        if not succeeds(exchange):
            yield Breach("HTTP 2xx with an OCPI status of 1xxx", outcome(exchange), exchange)


@expectation(SUBJECT, "are refused as invalid")
def are_refused(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """OCPI 2001 for every request (A03: with HTTP 200 or 400)."""
    for exchange in exchanges:
        yield from invalid(exchange)


@expectation(SUBJECT, "show the effect of each parameter")
def parameters_have_effect(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """Each page differs from the first by one parameter, and shows it (transport_and_format_paginated_request)."""
    base, *others = steady(exchanges)
    if len(base.items) < 2:
        raise NotObserved("two objects are needed to see an effect")
    for page in others:
        changed = [name for name in _PARAMETERS if page.asked.get(name) != base.asked.get(name)]
        for name in changed:
            if not _EFFECTS[name](page, base):
                shown = page.asked.get(name, "nothing")
                yield _breach(page, f"{name}={shown} has an effect", f"the same objects as with {base.asked}")


def _limit_has_effect(page: Page, base: Page) -> bool:
    limit = page.limit or 0
    return len(page.items) <= limit or len(page.items) != len(base.items)


def _filter_has_effect(page: Page, _: Page) -> bool:
    return not list(_outside(page))


def _outside(page: Page) -> Iterator[Json]:
    """Yield the objects of a page that its date filters leave out; at the bounds 2.1.1 does not say (A13)."""
    date_from, date_to = (moment(page.asked.get(name)) for name in _FILTERS)
    exclusive = page.exchange.context.version != "2.1.1"
    for item in page.items:
        updated = moment(item.get("last_updated"))
        late = updated and date_to and (updated > date_to or (exclusive and updated == date_to))
        if (updated and date_from and updated < date_from) or late:
            yield item


_EFFECTS: dict[str, Callable[[Page, Page], bool]] = {
    "offset": lambda page, base: page.identities[:1] != base.identities[:1],
    "limit": _limit_has_effect,
    "date_from": _filter_has_effect,
    "date_to": _filter_has_effect,
}


@expectation(SUBJECT, "begin with the same object")
def same_beginning(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A page without offset is the page at offset 0."""
    pages = steady(exchanges)
    zero = next(page for page in pages if "offset" in page.asked)
    if not zero.items:
        raise NotObserved("the list is empty")
    for page in pages:
        if page.identities != zero.identities:
            yield _breach(page, f"as with offset=0: {_shown(zero)}", _shown(page))


@expectation(SUBJECT, "hold no more objects than asked for")
def no_more_than_limit(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """At most `limit` objects on a page."""
    for page in read(exchanges):
        if page.limit is not None and len(page.items) > page.limit:
            yield _breach(page, f"at most {page.limit} objects", f"{len(page.items)} objects", pointer="/data")


@expectation(SUBJECT, "hold the objects at their places in the list")
def contiguous(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The first page shows a stretch of the list from offset 0; each other one begins at its offset in it."""
    base, *others = steady(exchanges)
    compared = 0
    for page in others:
        wanted = base.identities[page.offset : page.offset + (page.limit or 0)]
        found = page.identities[: len(wanted)]
        compared += len(found) if page.offset else 0
        if found != wanted[: len(found)] or (wanted and not found):
            place = f"at offset {page.offset}: {', '.join(map(name_of, wanted))}"
            yield _breach(page, place, _shown(page), pointer="/data")
    if not compared and not any(page.offset < len(base.items) for page in others if page.offset):
        raise NotObserved("the server shows too few objects at once to compare windows")


def _shown(page: Page) -> str:
    return ", ".join(name_of(key) for key in page.identities) or "no object"


# Date filters ---------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "include what was updated at their date_from")
def date_from_is_inclusive(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """What some page shows with a last_updated equal to the date_from of another one is on that one too."""
    yield from _at_the_bound(steady(exchanges), "date_from", wanted=True)


@expectation(SUBJECT, "exclude what was updated at their date_to")
def date_to_is_exclusive(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """What was last updated at the date_to of a page is not on it."""
    yield from _at_the_bound(steady(exchanges), "date_to", wanted=False)


def _at_the_bound(pages: list[Page], name: str, *, wanted: bool) -> Iterator[Breach]:
    shown = {key: item for page in pages for key, item in zip(page.identities, page.items, strict=True)}
    judged = False
    for page in pages:
        bound = moment(page.asked.get(name))
        at_bound = [key for key, item in shown.items() if bound and moment(item.get("last_updated")) == bound]
        # What is missing from a page that others follow may be on one of those.
        if not at_bound or (wanted and not page.complete and not set(at_bound) <= set(page.identities)):
            continue
        judged = True
        for key in at_bound:
            if (key in page.identities) is not wanted:
                word = "is" if wanted else "is not"
                asked = f"{name}={page.asked[name]}"
                actual = f"{name_of(key)} is {'missing' if wanted else 'there'}"
                yield _breach(page, f"what was updated at {asked} {word} returned", actual, pointer="/data")
    if not judged:
        raise NotObserved(f"no page shows an object that was last updated at {name}")


@expectation(SUBJECT, "hold what was updated well within their periods and nothing else")
def well_within_periods(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """What was updated after date_from and before date_to is returned, as 2.1.1 says it: not at the bounds (A13).

    Raises:
        NotObserved: no page can be judged by an object that was updated well within or well outside its period.
    """
    pages = steady(exchanges)
    shown = {key: item for page in pages for key, item in zip(page.identities, page.items, strict=True)}
    judged = False
    for page in pages:
        asked = " and ".join(f"{name}={page.asked[name]}" for name in _FILTERS if name in page.asked)
        for key, item in shown.items() if asked else ():
            wanted, there = _is_well_within(page, item), key in page.identities
            # What is missing from a page that others follow may be on one of those.
            if wanted is None or (wanted and not there and not page.complete):
                continue
            judged = True
            if wanted and not there:
                yield _breach(
                    page, f"what was updated well within {asked}", f"{name_of(key)} is missing", pointer="/data"
                )
            elif there and not wanted:
                yield _breach(page, f"nothing that was updated outside {asked}", name_of(key), pointer="/data")
    if not judged:
        raise NotObserved("no page shows an object that was updated well within or well outside the period of another")


def _is_well_within(page: Page, item: Json) -> bool | None:
    """Tell whether an object was updated in the period of a page; None where the bounds are too near to tell."""
    updated = moment(item.get("last_updated"))
    bounds = [moment(page.asked.get(name)) for name in _FILTERS]
    if updated is None or any(
        bound is None for bound, name in zip(bounds, _FILTERS, strict=True) if name in page.asked
    ):
        return None
    date_from, date_to = bounds
    inside = [(updated - date_from).total_seconds()] if date_from else []
    inside += [(date_to - updated).total_seconds()] if date_to else []
    if any(seconds < -_BOUND for seconds in inside):
        return False
    return True if all(seconds > _BOUND for seconds in inside) else None


@expectation(SUBJECT, "share the whole period without overlap or gap")
def windows_share(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The first page has the whole period; the second and third have its two parts."""
    whole_period, before, after, *_ = pages = steady(exchanges)
    if not all(page.complete for page in pages) or not whole_period.items:
        raise NotObserved("the period holds no object, or more than fit on one page")
    union = set(before.identities) | set(after.identities)
    for key in sorted(set(whole_period.identities) - union):
        yield _breach(after, "every object of the period in one of its parts", f"{name_of(key)} in neither")
    for key in sorted(set(before.identities) & set(after.identities)):
        yield _breach(after, "every object in one part only", f"{name_of(key)} in both")


@expectation(SUBJECT, "hold the same objects")
def same_objects(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """Every page holds the objects of the first one; the order is of no importance."""
    base, *others = read(exchanges)
    if not base.items:
        raise NotObserved("the first page holds no object")
    for page in others:
        if set(page.identities) != set(base.identities):
            yield _breach(page, f"the objects {_shown(base)}", _shown(page), pointer="/data")


@expectation(SUBJECT, "are empty lists")
def empty_lists(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A success without objects; X-Total-Count of a filter that nothing matches is 0 (TRN-046)."""
    for exchange in exchanges:
        if not succeeds(exchange):
            yield Breach("a successful response with an empty list", outcome(exchange), exchange)
            continue
        page = Page(exchange)
        if page.items:
            raise NotObserved("the page is not empty: the parameter that should make it so had no effect")
        if not isinstance(envelope_of(exchange).get("data"), list):
            yield _breach(page, "data is []", "data is null or absent", at_most=Verdict.OBSERVED)
        if set(_FILTERS) <= set(page.asked) and page.total:
            yield _breach(page, "X-Total-Count 0", f"X-Total-Count {page.total}", requirement="TRN-046")


# Order ----------------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "are the same every time")
def repeatable(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The same request gives the same objects in the same order, unless an object came, went or changed."""
    base, *others = read(exchanges)
    if len(base.items) < 2:
        raise NotObserved("a list of two objects is needed")
    for page in others:
        changed = page.total != base.total or _moments(page) != _moments(base)
        if changed:
            raise NotObserved("the list changed while it was read")
        if page.identities != base.identities:
            yield _breach(page, f"the order {_shown(base)}", _shown(page), pointer="/data")


def _moments(page: Page) -> dict[Identity, object]:
    return {key: item.get("last_updated") for key, item in zip(page.identities, page.items, strict=True)}


@expectation(SUBJECT, "are ordered by age")
def oldest_first(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The oldest object first; for objects that never change, whose last_updated is their creation."""
    for page in read(exchanges):
        found = [when for item in page.items if (when := moment(item.get("last_updated")))]
        if len(set(found)) < 2:
            raise NotObserved("the page holds no two objects of different age")
        if found != sorted(found):
            yield _breach(page, "the oldest object first", "last_updated does not ascend", pointer="/data")


# Links ----------------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "link onward wherever more follows")
def links_onward(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """A page after which another one has further objects has a next link."""
    pages = read(exchanges)
    judged = False
    for page, follower in pairwise(pages):
        more = set(follower.identities) - set(page.identities)
        follows = follower.offset == page.offset + len(page.items)
        if not more or not follows or page.malformed_link:
            continue
        judged = True
        if page.next is None:
            actual = f"Link: {page.link_values[0]}" if page.link_values else "no Link header"
            yield _breach(page, 'a Link header with rel="next": more objects follow', actual)
    if not judged:
        raise NotObserved("no page was followed by another one with further objects")


@expectation(SUBJECT, "end without a further link")
def last_page_links_nowhere(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The last page that has an object not seen before has no next link (A12)."""
    seen: set[Identity] = set()
    last = None
    for page in read(exchanges):
        if set(page.identities) - seen:
            last = page
        seen |= set(page.identities)
    if last is None:
        raise NotObserved("the list is empty")
    if last.next is not None:
        yield _breach(last, "no next link on the last page", f"Link: {last.link_values[0]}")


@expectation(SUBJECT, "link onward with the filters kept")
def link_keeps_filters(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The next link holds the date filters of the request, as the same instants."""
    for page in read(exchanges):
        if page.next is None:
            raise NotObserved("the page has no next link")
        linked = dict(parse_qsl(urlsplit(page.next).query))
        for name in _FILTERS:
            if name not in page.asked:
                continue
            same = linked.get(name) == page.asked[name] or (
                name in linked and moment(linked[name]) == moment(page.asked[name])
            )
            if not same:
                actual = f"{name}={linked[name]}" if name in linked else f"no {name} in {page.next}"
                yield _breach(page, f"{name}={page.asked[name]} in the next link", actual)


@expectation(SUBJECT, "link onward in the standard form")
def link_has_form(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The Link header has the form of RFC 8288, and its URL can be called as it is."""
    page, *followers = [Page(exchange) for exchange in exchanges]
    read(exchanges[:1])
    if not page.link_values:
        raise NotObserved("the page has no Link header")
    if page.malformed_link:
        yield _breach(page, 'Link: <URL>; rel="next"', f"Link: {page.malformed_link}")
        return
    if page.next is None:
        raise NotObserved("the page links to no next page")
    if not urlsplit(page.next).netloc:
        yield _breach(page, "an absolute URL in the Link header", page.next, at_most=Verdict.ADVISED)
    for follower in followers[:1]:
        if not succeeds(follower.exchange):
            yield _breach(follower, "the next page at the URL of the next link", outcome(follower.exchange))


@expectation(SUBJECT, "hold every object exactly once")
def every_object_once(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """All pages together hold no object twice and as many as X-Total-Count says, and the links come to an end."""
    pages = read(exchanges)
    if len({page.total for page in pages if page.items}) > 1:
        raise NotObserved("X-Total-Count changed while the list was read")
    seen: set[Identity] = set()
    for page in pages:
        for key in page.identities:
            if key in seen:
                yield _breach(page, "every object once", f"{name_of(key)} again", pointer="/data")
                return
            seen.add(key)
    yield from _end(pages, len(seen))


def _end(pages: list[Page], count: int) -> Iterator[Breach]:
    last, total = pages[-1], pages[0].total
    if last.next is not None and not last.items:
        yield _breach(last, "links that come to an end", "one empty page links to the next")
    elif last.next is not None:
        raise NotObserved(f"the list goes on after {len(pages)} pages")
    elif total is not None and count < total and not last.malformed_link:
        yield _breach(last, f"{total} objects on all pages together", f"{count} objects")


# Headers --------------------------------------------------------------------------------------------------------------


@expectation(SUBJECT, "are paginated")
def are_paginated(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """The answer has something of a page: which header is missing is the business of other entries."""
    for page in read(exchanges):
        if page.header("X-Total-Count") is None and page.header("X-Limit") is None:
            yield _breach(page, "the headers of a paginated response", "neither X-Total-Count nor X-Limit")


@expectation(SUBJECT, "have the header {name} with a whole number")
def have_number(exchanges: Sequence[Exchange], name: str) -> Iterator[Breach]:
    """The header is there and is a whole number."""
    for page in read(exchanges):
        value = page.header(name)
        if whole(value) is None:
            yield _breach(page, f"{name}: a whole number", f"no {name}" if value is None else f"{name}: {value}")


@expectation(SUBJECT, "all count the whole list")
def same_total(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """X-Total-Count is the same for every offset and limit, and never less than what a page shows."""
    pages = steady(exchanges)
    if any(page.total is None for page in pages):
        raise NotObserved("no X-Total-Count to judge")
    for page in pages[1:]:
        if page.total != pages[0].total:
            yield _breach(page, f"X-Total-Count {pages[0].total}, whatever offset and limit", str(page.total))
    for page in pages:
        shown = page.offset + len(page.items)
        if page.items and (page.total or 0) < shown:
            yield _breach(page, f"X-Total-Count of at least {shown}", str(page.total))


@expectation(SUBJECT, "count the objects that match")
def total_of_matches(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """X-Total-Count of a filtered list that fits on one page is the number of objects on it."""
    for page in read(exchanges):
        if page.total is None or not page.complete or page.offset:
            raise NotObserved("the filtered list does not fit on one page, or does not say how long it is")
        if page.total != len(page.items):
            yield _breach(page, f"X-Total-Count {len(page.items)}, as many as match", str(page.total))


@expectation(SUBJECT, "hold no more objects than their X-Limit")
def within_x_limit(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """X-Limit is an upper limit; whether it is that of the server or of the page 2.1.1 leaves open (A11)."""
    pages = read(exchanges)
    if any(page.x_limit is None for page in pages):
        raise NotObserved("no X-Limit to judge")
    for page in pages:
        if (page.x_limit or 0) < len(page.items):
            yield _breach(page, f"X-Limit of at least {len(page.items)}", str(page.x_limit))


@expectation(SUBJECT, "state one upper limit")
def one_limit(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """X-Limit is the same on full and on short pages, and never below the number of objects (A11)."""
    yield from within_x_limit(exchanges)
    pages = read(exchanges)
    for page in pages[1:]:
        if page.x_limit != pages[0].x_limit:
            yield _breach(page, f"X-Limit {pages[0].x_limit}, also when fewer objects remain", str(page.x_limit))


@expectation(SUBJECT, "name the maximum of the server")
def names_maximum(exchanges: Sequence[Exchange]) -> Iterator[Breach]:
    """Where the server cut a page: X-Limit, and limit and offset in the next link, are what it returned."""
    for page in read(exchanges):
        if page.next is None:
            raise NotObserved("the server returned all at once: no maximum of its own was seen")
        count = len(page.items)
        linked = dict(parse_qsl(urlsplit(page.next).query))
        if page.x_limit is not None and page.x_limit != count:
            yield _breach(page, f"X-Limit {count}, the number of objects that was allowed", str(page.x_limit))
        for name, wanted in (("limit", count), ("offset", page.offset + count)):
            if name in linked and whole(linked[name]) != wanted:
                yield _breach(page, f"{name}={wanted} in the next link", f"{name}={linked[name]}")


# The target as the client ---------------------------------------------------------------------------------------------


@expectation("every page request", "follows the link of the page before")
def follows_links(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """After a page with a next link the client asks for exactly that URL (transport_and_format_paginated_response)."""
    given = [(exchange, link) for exchange in requests if (link := Page(exchange).next)]
    if not given:
        raise NotObserved("the target has read no page that links to a next one")
    asked = {_comparable(exchange.request.url) for exchange in requests}
    for exchange, link in given:
        if _comparable(link) not in asked:
            later = [other for other in requests if other.began > exchange.ended]
            actual = f"GET {later[0].request.url}" if later else "no further request"
            yield Breach(f"GET {link}", actual, later[0] if later else exchange)


def _comparable(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    return parts.path, tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


@expectation("every page request", "makes up for a list that got shorter")
def makes_up(requests: Sequence[Exchange]) -> Iterator[Breach]:
    """After X-Total-Count fell in a crawl with filters, the client reads the object before that page again."""
    pages = [Page(exchange) for exchange in requests if http_status(exchange) < 300]
    if not any(set(_FILTERS) & set(page.asked) for page in pages):
        raise NotObserved("the target reads the list without filters")
    for before, page in pairwise(pages):
        if before.total is None or page.total is None or page.total >= before.total or not page.offset:
            continue
        later = [other for other in pages if other.exchange.began > page.exchange.ended]
        if not any(other.offset < page.offset for other in later):
            yield _breach(page, f"a request with an offset below {page.offset} afterwards", "none")
        return
    raise NotObserved("the target has not read the list from before to after it got shorter")
