"""What the parts of the HTML report share: the run, the maker of markup, tables, words. No part itself.

Rules: nothing is graded, and no file is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.html_evidence import Evidence
from ocpi_conformance.reports.markup import Builder, Markup
from ocpi_conformance.reports.model import Judgement, Report
from ocpi_conformance.steps.catalogue import Requirement
from ocpi_conformance.steps.verdicts import Outcome, Verdict

# Verdict of a requirement: heading of its section, word on its card.
FOUND = {
    Verdict.FAILED: ("Violations", "violated"),
    Verdict.WAIVED: ("Waived violations", "waived"),
    Verdict.ADVISED: ("Recommendations not followed", "not followed"),
    Verdict.OBSERVED: ("Observations", "observed"),
}
# Verdict of what was not judged: the word for it, the gravest first.
OPEN = {
    Verdict.ERROR: "could not be judged: error of the suite",
    Verdict.NOT_OBSERVED: "not observed",
    Verdict.DISABLED: "switched off",
    Verdict.NOT_APPLICABLE: "not applicable",
}


class Part:
    """The base of all parts.

    Args:
        report: the graded run.
        redactor: what must not be shown.
        evidence: makes the markup of exchanges; one for all parts of a document, so that its size is bounded.
    """

    def __init__(self, report: Report, redactor: Redactor, evidence: Evidence) -> None:
        self.report = report
        self.redactor = redactor
        self.evidence = evidence
        self.element = Builder(redactor)

    def pair(self, name: str, value: str) -> Iterator[Markup]:
        """Yield a name and what it stands for, for a list of such pairs."""
        yield self.element("dt", name)
        yield self.element("dd", value)

    def table(self, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> Markup:
        """Return a table whose first column names the rows.

        Each cell carries the heading of its column: where a row is too wide for the screen, its cells stand one below
        the other, each after that.
        """
        element = self.element
        return element(
            "div",
            element(
                "table",
                element("caption", caption, class_="unseen"),
                element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
                element("tbody", *(element("tr", *self._cells(head, row)) for row in rows)),
            ),
            class_=f"wide {kind}".strip(),
            tabindex=0,
            role="region",
            aria_label=caption,
        )

    def _cells(self, head: Sequence[str], row: Sequence[str]) -> Iterator[Markup]:
        for number, (name, cell) in enumerate(zip(head, row, strict=True)):
            if number == 0:
                yield self.element("th", cell, scope="row")
            else:
                yield self.element("td", self.element("div", cell), data_label=name)

    def by_pair(self) -> dict[tuple[str, str], list[Judgement]]:
        """Return the judgements of each version and role, also of one that has none."""
        found: dict[tuple[str, str], list[Judgement]] = {
            (row.scope.version, row.scope.role): [] for row in self.report.summary.rows
        }
        for judgement in self.report.judgements:
            found[judgement.scope.version, judgement.scope.role].append(judgement)
        return found

    def entry(self, judgement: Judgement) -> Requirement | None:
        """Return the requirement in the catalogue; None when the catalogue does not have it."""
        return self.report.catalogue.get(judgement.requirement)

    def level(self, requirement: str) -> str:
        """Return the level of a requirement; what the catalogue does not have counts as a MUST."""
        entry = self.report.catalogue.get(requirement)
        return entry.level if entry else "MUST"

    def exchange(self, outcome: Outcome, number: int) -> Exchange | None:
        """Return an exchange of the version and role of `outcome`; None when the journal does not have it."""
        return self.report.exchange(outcome.version, outcome.role, number)


def css(word: str) -> str:
    """Return the name of the class that gives a word its colour."""
    return str(word).lower().replace(" ", "-").replace(",", "")


def plural(count: int, word: str) -> str:
    """Return `word` as it stands after `count`."""
    return word if count == 1 else f"{word}s"
