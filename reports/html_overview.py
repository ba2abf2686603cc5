"""The beginning and the end of the HTML report: the result, module by level, partners, what ran. Nothing is graded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ocpi_conformance.reports.html_part import FOUND, OPEN, Part, css, plural
from ocpi_conformance.reports.markup import Markup
from ocpi_conformance.reports.model import Report
from ocpi_conformance.reports.summary import Conformance, Row
from ocpi_conformance.steps.verdicts import Verdict

MOST_OBSTACLES = 50
_LEVELS = (("MUST", ("MUST",)), ("SHOULD", ("SHOULD",)), ("MAY and INFO", ("MAY", "INFO")))
# Verdict to the word in a cell of the matrix, in the order of the words; the rest is open.
_CELL = {
    Verdict.FAILED: "violated",
    Verdict.WAIVED: "waived",
    Verdict.ADVISED: "not followed",
    Verdict.PASSED: "met",
    Verdict.OBSERVED: "observed",
}


class Overview(Part):
    """What a reader sees first and last."""

    def headline(self) -> Markup:
        """Return the result as a sentence for whoever decides, and a line for each version and role."""
        element, report = self.element, self.report
        verdict, sentence = overall(report)
        return element(
            "section",
            element("p", element("strong", verdict), class_=f"verdict {css(verdict)}"),
            element("p", sentence, class_="lead"),
            self._pairs(),
            *(element("p", element("strong", "Mind: "), line, class_="note warn") for line in report.missing),
            aria_label="Result",
        )

    def _pairs(self) -> Markup:
        element = self.element
        head = ("Version and role", "Result", "MUSTs graded", "Violated", "SHOULDs not followed")
        rows = []
        for (version, role), found in self.by_pair().items():
            musts = [row for row in self.report.summary.rows if (row.scope.version, row.scope.role) == (version, role)]
            result = worst_of([row.conformance for row in musts])
            counted = Counter(judgement.verdict for judgement in found)
            cells = (
                f"OCPI {version}, {role}",
                element("span", result, class_=f"badge {css(result)}"),
                f"{sum(row.graded for row in musts)} of {sum(row.applicable for row in musts)}",
                str(counted[Verdict.FAILED]),
                str(counted[Verdict.ADVISED]),
            )
            rows.append(cells)
        return self.table("Result for each version and role", head, rows)

    def matrix(self) -> Markup:
        """Return module by level for each version and role."""
        element = self.element
        parts = []
        for version, role in self.by_pair():
            rows = [row for row in self.report.summary.rows if (row.scope.version, row.scope.role) == (version, role)]
            head = ("Module", "Result", *(name for name, _ in _LEVELS))
            bound = [row for row in rows if row.conformance is not Conformance.NOT_APPLICABLE]
            others = ", ".join(row.scope.module for row in rows if row not in bound)
            cells = [tuple(self._matrix_row(row)) for row in bound]
            parts += [
                element("h3", f"OCPI {version}, {role}"),
                self.table(f"Modules of OCPI {version}, {role}", head, cells, "matrix"),
                element("p", f"Not applicable, see the reasons below: {others}.", class_="note") if others else None,
            ]
        return element(
            "section",
            element("h2", "Modules", id="modules"),
            element("p", "Requirements by module and level. What nothing judged is open: it is never counted as met."),
            *parts,
        )

    def _matrix_row(self, row: Row) -> Iterator[str]:
        yield row.scope.module
        yield self.element("span", row.conformance, class_=f"badge {css(row.conformance)}")
        for _, levels in _LEVELS:
            names = [name for name in row.applies if self.level(name) in levels]
            yield self.element.join(*self._cell([row.verdicts.get(name) for name in names]))

    def _cell(self, verdicts: Sequence[Verdict | None]) -> Iterator[Markup]:
        if not verdicts:
            yield self.element("span", "none", class_="none")
            return
        counted = Counter(_CELL.get(verdict, "open") if verdict else "open" for verdict in verdicts)
        yield self._bar(counted)
        for word in (*_CELL.values(), "open"):
            if counted[word]:
                yield self.element("span", f"{counted[word]} {word}", class_=f"count {css(word)}")

    def _bar(self, counted: Counter[str]) -> Markup:
        element, done, parts = self.element, 0.0, []
        for word in (*_CELL.values(), "open"):
            width = 100 * counted[word] / counted.total()
            if width:
                parts.append(element("rect", x=f"{done:.2f}", width=f"{width:.2f}", height=6, class_=css(word)))
            done += width
        return element("svg", *parts, viewBox="0 0 100 6", preserveAspectRatio="none", class_="bar", aria_hidden="true")

    def partners(self) -> Markup | None:
        """Return whether the target suits the partners that were asked about; None when none was."""
        element, parts = self.element, []
        for found in self.report.profiles:
            missing = [element("li", str(obstacle)) for obstacle in found.obstacles[:MOST_OBSTACLES]]
            left_out = len(found.obstacles) - len(missing)
            parts += [
                element(
                    "h3", f"{found.profile} ", element("span", found.verdict, class_=f"badge {css(found.verdict)}")
                ),
                element("p", f"{found.basis[0].upper()}{found.basis[1:]}."),
                element("ul", *missing, element("li", f"and {left_out} more") if left_out else None)
                if missing
                else None,
            ]
        if not parts:
            return None
        return element(
            "section",
            element("h2", "Partners", id="partners"),
            element("p", "What a partner asks for beyond the specification. This does not change the conformance."),
            *parts,
        )

    def about(self) -> Markup:
        """Return what ran against what, and how the words of the report are meant."""
        element = self.element
        names = {verdict: words[1] for verdict, words in FOUND.items()} | {Verdict.PASSED: "met"} | OPEN
        counts = self.report.summary.scenarios
        facts = [
            *self.report.facts.items(),
            ("scenarios", ", ".join(f"{n} {verdict}" for verdict, n in counts.items())),
        ]
        return element(
            "section",
            element("h2", "About this run", id="about"),
            element("dl", *(part for name, value in facts for part in self.pair(name, value)), class_="facts"),
            element(
                "p",
                "A requirement has one verdict for each version and role: the gravest of all that was seen. ",
                f"Verdicts here: {', '.join(dict.fromkeys(names.values()))}.",
            ),
        )


def overall(report: Report) -> tuple[str, str]:
    """Return the result of the whole run: a few words, and a sentence with the numbers."""
    rows = report.summary.rows
    graded, applicable = sum(row.graded for row in rows), sum(row.applicable for row in rows)
    counted = Counter(judgement.verdict for judgement in report.judgements)
    violated, unfollowed = counted[Verdict.FAILED], counted[Verdict.ADVISED]
    numbers = (
        f"{graded} of {applicable} applicable MUST requirements graded, {violated} {plural(violated, 'requirement')} "
        f"violated, {unfollowed} {plural(unfollowed, 'recommendation')} not followed."
    )
    return _OVERALL[worst_of([row.conformance for row in rows])], numbers


_OVERALL = {
    Conformance.NON_CONFORMANT: "Not conformant",
    Conformance.PARTIAL: "No violation found, judged in part only",
    Conformance.NOTHING_GRADED: "Nothing graded",
    Conformance.WITH_WARNINGS: "Conformant with warnings",
    Conformance.CONFORMANT: "Conformant",
}


def worst_of(results: Sequence[Conformance]) -> Conformance:
    """Return the result that stands for several: one module of which nothing was graded leaves the whole partial."""
    found = set(results) - {Conformance.NOT_APPLICABLE}
    if not found - {Conformance.NOTHING_GRADED}:
        return Conformance.NOTHING_GRADED
    if Conformance.NOTHING_GRADED in found:
        found.add(Conformance.PARTIAL)
    order = (Conformance.NON_CONFORMANT, Conformance.PARTIAL, Conformance.WITH_WARNINGS, Conformance.CONFORMANT)
    return next(result for result in order if result in found)
