"""The exchanges of a scenario as a sequence diagram in SVG: partner, target, operator. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.http_text import path_of
from ocpi_conformance.reports.markup import Builder, Markup
from ocpi_conformance.reports.writing import brief

MOST_EXCHANGES = 12
_TOP, _STEP, _HEAD = 66, 34, 8
_PARTNER, _TARGET, _OPERATOR = 90, 590, 760
_LABEL, _ACT = 62, 90


@dataclass(frozen=True)
class _Arrow:
    """One line of the diagram: from where to where (x), what stands over it, whether it is an answer, a finding."""

    start: int
    end: int
    text: str
    kind: str


def near(numbers: Sequence[int], focus: int | None) -> tuple[int, ...]:
    """Return at most `MOST_EXCHANGES` of the numbers of a scenario's exchanges: those up to `focus`, else the first."""
    at = numbers.index(focus) if focus in numbers else 0
    begin = max(0, min(at - MOST_EXCHANGES + 3, len(numbers) - MOST_EXCHANGES))
    return tuple(numbers[begin : begin + MOST_EXCHANGES])


def diagram(
    exchanges: Sequence[Exchange], focus: Exchange | None, acts: Sequence[str], element: Builder, redactor: Redactor
) -> Markup:
    """Return the diagram as an SVG element.

    Args:
        exchanges: those to draw, in any order; an exchange that lies within another one is drawn within it.
        focus: the one that the finding is about.
        acts: what the operator has the target do, drawn first.
        element: makes the markup.
        redactor: what must not be shown.
    """
    arrows = [_Arrow(_OPERATOR, _TARGET, brief(act, redactor, _ACT), "act") for act in acts]
    arrows += _arrows(exchanges, focus, redactor)
    height = _TOP + _STEP * len(arrows) + 10
    lifelines = {"partner": _PARTNER, "target": _TARGET} | ({"operator": _OPERATOR} if acts else {})
    width = max(lifelines.values()) + 80
    said = f"Sequence of {len(exchanges)} exchanges between partner and target"
    return element(
        "svg",
        element("title", said),
        *(part for name, x in lifelines.items() for part in _lifeline(name, x, height, element)),
        *(part for row, arrow in enumerate(arrows) for part in _drawn(arrow, _TOP + _STEP * (row + 1), element)),
        class_="sequence",
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_label=said,
    )


def _arrows(exchanges: Iterable[Exchange], focus: Exchange | None, redactor: Redactor) -> Iterator[_Arrow]:
    """Yield request and answer of each exchange, in the order of the ticks at which they began and ended."""
    moments = [(e.began, False, e) for e in exchanges]
    moments += [(e.ended, True, e) for _, _, e in moments]
    for _, is_answer, exchange in sorted(moments, key=lambda moment: moment[0]):
        there, back = (_PARTNER, _TARGET) if exchange.sender == "partner" else (_TARGET, _PARTNER)
        kind = "answer" if is_answer else "request"
        if focus and exchange.number == focus.number:
            kind += " focus"
        if is_answer:
            yield _Arrow(back, there, brief(_answer(exchange), redactor, _LABEL), kind)
        else:
            said = f"{exchange.number}. {exchange.request.method} {path_of(exchange.request.url)}"
            yield _Arrow(there, back, brief(said, redactor, _LABEL), kind)


def _answer(exchange: Exchange) -> str:
    if exchange.response is None:
        return exchange.error or "no response"
    return f"{exchange.number}. HTTP {exchange.response.status}"


def _lifeline(name: str, x: int, height: int, element: Builder) -> Iterator[Markup]:
    yield element("rect", x=x - 55, y=10, width=110, height=30, rx=4, class_="party")
    yield element("text", name, x=x, y=30, text_anchor="middle", class_="name")
    yield element("line", x1=x, y1=40, x2=x, y2=height, class_="life")


def _drawn(arrow: _Arrow, y: int, element: Builder) -> Iterator[Markup]:
    back = _HEAD if arrow.end < arrow.start else -_HEAD
    head = f"M{arrow.end} {y} l{back} -4 l0 8 z"
    yield element("line", x1=arrow.start, y1=y, x2=arrow.end, y2=y, class_=f"arrow {arrow.kind}")
    yield element("path", d=head, class_=f"head {arrow.kind}")
    if arrow.kind == "act":
        yield element("text", arrow.text, x=arrow.end - 8, y=y - 7, text_anchor="end", class_="label act")
    else:
        middle = (arrow.start + arrow.end) // 2
        yield element("text", arrow.text, x=middle, y=y - 7, text_anchor="middle", class_=f"label {arrow.kind}")
