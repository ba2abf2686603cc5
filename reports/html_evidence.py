"""One exchange in the HTML report: the messages as sent, the place marked, a curl line. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ocpi_conformance.mock_partner.record import Exchange, Headers
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.body_text import Lines, lines
from ocpi_conformance.reports.http_text import curl, title
from ocpi_conformance.reports.markup import Builder, Markup
from ocpi_conformance.reports.writing import brief

MOST_LINES, LINES_BEFORE = 40, 10
MOST_CHARACTERS = 4_000
MOST_HEADERS = 40
# All exchanges of one document together, in characters of markup: it must open at once in any browser.
BUDGET = 4_000_000


class Evidence:
    """Makes the markup of exchanges until the document is as large as it may be.

    Args:
        element: makes the markup.
        redactor: what must not be shown.
        budget: characters of markup that all exchanges together may have.
    """

    def __init__(self, element: Builder, redactor: Redactor, budget: int = BUDGET) -> None:
        self._element = element
        self._redactor = redactor
        self._left = budget

    def exchange(self, exchange: Exchange, pointer: str = "", limit: int = MOST_CHARACTERS) -> Markup:
        """Return the exchange, the place of `pointer` marked in the body that the target sent.

        Args:
            exchange: what to show.
            pointer: a JSON Pointer; empty for none.
            limit: the most characters of each body.
        """
        if self._left <= 0:
            return self._element(
                "p", f"{title(exchange, self._redactor)}: left out for size, see the journal.", class_="note"
            )
        made = self._made(exchange, pointer, limit)
        self._left -= len(made)
        return made

    def _made(self, exchange: Exchange, pointer: str, limit: int) -> Markup:
        element, request, response = self._element, exchange.request, exchange.response
        by_partner = exchange.sender == "partner"
        began = datetime.fromtimestamp(exchange.started_at, UTC)
        seconds = exchange.ended_at - exchange.started_at
        asked = self._message(
            f"{request.method} {request.url}", request.headers, request.body, "" if by_partner else pointer, limit
        )
        if response is None:
            answered = element("pre", f"no response: {exchange.error or 'none came'}")
        else:
            line = f"HTTP {response.status}"
            answered = self._message(line, response.headers, response.body, pointer if by_partner else "", limit)
        return element(
            "div",
            element(
                "p",
                element("strong", title(exchange, self._redactor)),
                f"{' sent by the partner' if by_partner else ''} at {began:%Y-%m-%d %H:%M:%S} UTC, {seconds:.3f} s",
                class_="caption",
            ),
            element("div", asked, answered, class_="messages"),
            *(element("p", note, class_="note") for note in exchange.notes),
            self._curl(exchange),
            class_="exchange",
        )

    def _curl(self, exchange: Exchange) -> Markup | None:
        line = curl(exchange, self._redactor)
        if not line or len(line) > MOST_CHARACTERS:
            return None
        hint = "Tokens are shell variables: set each to what stood there, as it was sent."
        if "[...]" in line:
            hint += " Personal data is shortened: run with --personal-data to have it whole."
        element = self._element
        return element(
            "details",
            element("summary", "Repeat it with curl"),
            element("p", hint),
            element("pre", line),
            class_="curl",
        )

    def _message(self, first: str, headers: Headers, body: bytes, pointer: str, limit: int) -> Markup:
        head = [brief(first, self._redactor, 1_000)]
        head += [brief(f"{name}: {value}", self._redactor, 600) for name, value in headers[:MOST_HEADERS]]
        if len(headers) > MOST_HEADERS:
            head.append(f"({len(headers) - MOST_HEADERS} more headers)")
        return self._element("pre", "\n".join(head), *self._body(body, pointer, limit))

    def _body(self, body: bytes, pointer: str, limit: int) -> Iterator[str]:
        if not body:
            return
        shown, before, after = _window(lines(body, pointer))
        yield "\n\n"
        if before:
            yield self._element("i", f"({before} lines left out)\n")
        # Cleaned before it is cut, so that the end of a cut cannot be half a secret.
        clean = self._redactor.clean
        head, place = clean(shown.text[: shown.begin]), clean(shown.text[shown.begin : shown.end])
        tail = clean(shown.text[shown.end :])
        if len(head) > limit // 2 and place:
            yield self._element("i", f"({len(head) - limit // 2} characters left out) ")
            head = head[-(limit // 2) :]
        yield from self._cut(head, limit)
        if place:
            yield self._element("mark", *self._cut(place, limit))
        yield from self._cut(tail, max(limit - len(head) - len(place), 200))
        if after:
            yield self._element("i", f"\n({after} lines left out)")

    def _cut(self, text: str, limit: int) -> Iterator[str]:
        yield text[:limit]
        if len(text) > limit:
            yield self._element("i", f" ({len(text) - limit} characters left out)")


def _window(body: Lines) -> tuple[Lines, int, int]:
    """Return the lines around the marked place, and how many were left out before and after them."""
    rows = body.text.split("\n")
    first = max(0, body.text.count("\n", 0, body.begin) - LINES_BEFORE)
    last = min(len(rows), first + MOST_LINES)
    skipped = sum(len(row) + 1 for row in rows[:first])
    text = "\n".join(rows[first:last])
    begin, end = body.begin - skipped, min(body.end - skipped, len(text))
    return Lines(text, max(begin, 0), max(end, 0)), first, len(rows) - last
