"""The findings in the HTML report: a card for each requirement, with what was exchanged. Nothing is graded here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ocpi_conformance.reports import sequence
from ocpi_conformance.reports.fixes import fixes
from ocpi_conformance.reports.html_part import FOUND, Part, css, plural
from ocpi_conformance.reports.markup import Markup
from ocpi_conformance.reports.model import Judgement, Sighting
from ocpi_conformance.reports.writing import brief
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import CatalogueError, Requirement
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

# Findings of one requirement that are shown in full, and places of the others that are named.
MOST_FINDINGS, MOST_PLACES = 3, 20
# Cards that stand open from the beginning.
MOST_OPEN = 3
_TEXT = 2_000

_FOUND_NOTES = {
    Verdict.FAILED: "Each of these breaks a MUST of the specification, or a SHOULD in a strict run.",
    Verdict.WAIVED: "Really violated, and accepted for the time being by a waiver of the configuration.",
    Verdict.ADVISED: "A SHOULD of the specification was not followed. This does not cost conformance.",
    Verdict.OBSERVED: "The specification leaves these points open: what the target does is recorded, not graded.",
}


class Findings(Part):
    """The cards of what was found."""

    def findings(self) -> Markup:
        """Return a card for each requirement with findings, the gravest first."""
        element = self.element
        parts = []
        for verdict, (heading, _) in FOUND.items():
            found = sorted(self.report.of(verdict), key=lambda judgement: self._rank(judgement.requirement))
            if found:
                parts += [
                    element("h3", f"{heading} ({len(found)})"),
                    element("p", _FOUND_NOTES[verdict]),
                    *(self._card(judgement, is_open=index < MOST_OPEN) for index, judgement in enumerate(found)),
                ]
        nothing = element("p", "None.") if not parts else None
        return element("section", element("h2", "Findings", id="findings"), *parts, nothing)

    def _rank(self, requirement: str) -> tuple[int, str]:
        order = ("MUST", "SHOULD", "MAY", "INFO")
        level = self.level(requirement)
        return (order.index(level) if level in order else 0), requirement

    def _card(self, judgement: Judgement, *, is_open: bool) -> Markup:
        element, entry, scope = self.element, self.entry(judgement), judgement.scope
        word = FOUND[judgement.verdict][1]
        count = len(judgement.findings) or 1
        told = f"{count} {plural(count, 'finding')} in {judgement.scenarios} {plural(judgement.scenarios, 'scenario')}"
        return element(
            "details",
            element(
                "summary",
                element(
                    "h4",
                    element("span", word, class_=f"badge {css(judgement.verdict)}"),
                    element("span", judgement.requirement, class_="id"),
                    element("span", entry.level if entry else "", class_="level"),
                    element("span", entry.text if entry else "", class_="words"),
                ),
                element("p", f"OCPI {scope.version}, {scope.role}, {scope.module}: {told}", class_="about"),
            ),
            self._facts(judgement, entry),
            *self._distinct(judgement),
            class_=f"card {css(judgement.verdict)}",
            open=is_open,
            data_verdict=css(judgement.verdict),
            data_level=entry.level if entry else "",
            data_module=scope.module,
            data_pair=f"{scope.version} {scope.role}",
        )

    def _facts(self, judgement: Judgement, entry: Requirement | None) -> Markup | None:
        if entry is None:
            return None
        element = self.element
        pairs = [("Clause", self._clause(entry, judgement.scope.version)), ("Looked at", entry.check)]
        remedy = fixes().get(entry.id)
        if remedy and judgement.verdict is not Verdict.OBSERVED:
            pairs.append(("How to mend it", remedy))
        if entry.note:
            pairs.append(("Note", entry.note))
        if entry.ambiguity:
            pairs.append(("Reading", f"The text is not clear here; the reading taken is {entry.ambiguity}."))
        return element("dl", *(part for name, value in pairs for part in self.pair(name, value)), class_="facts")

    def _clause(self, entry: Requirement, version: str) -> Markup:
        element = self.element
        try:
            link = self.report.catalogue.link(entry, version)
        except CatalogueError:
            return element.text(entry.clause(version))
        return element("a", f"{entry.clause(version)}, OCPI {entry.edition(version)}", href=link, rel="noreferrer")

    def _distinct(self, judgement: Judgement) -> Iterator[Markup]:
        """Yield the findings that differ in what they say, the gravest first, each with its first evidence."""
        alike: defaultdict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for sighting in sorted(judgement.sightings, key=lambda sighting: sighting.verdict is not judgement.verdict):
            if sighting.finding:
                alike[sighting.finding.expected, sighting.finding.actual].append(sighting)
            elif sighting.verdict is judgement.verdict:
                alike["", sighting.outcome.reason].append(sighting)
        for number, sightings in enumerate(list(alike.values())[:MOST_FINDINGS]):
            yield self._finding(sightings, drawn=number == 0)
        rest = [sighting for sightings in list(alike.values())[MOST_FINDINGS:] for sighting in sightings]
        if rest:
            yield self.element("p", f"And {len(rest)} more: {self._places(rest)}.", class_="note")

    def _finding(self, sightings: Sequence[Sighting], *, drawn: bool) -> Markup:
        element, outcome = self.element, sightings[0].outcome
        finding = sightings[0].finding
        pairs = [("Scenario", f"{outcome.scenario} ({outcome.feature}:{outcome.line})")]
        if finding:
            pairs += [("Expected", finding.expected), ("Actual", finding.actual)]
            pairs += [("Place", finding.pointer)] if finding.pointer else []
            pairs += [("Note", finding.note)] if finding.note else []
        else:
            pairs.append(("Because", outcome.reason))
        again = element("p", f"Also: {self._places(sightings[1:])}.", class_="note") if len(sightings) > 1 else None
        return element(
            "div",
            element(
                "dl",
                *(part for name, value in pairs for part in self.pair(name, brief(value, self.redactor, _TEXT))),
                class_="said",
            ),
            self._sequence(outcome, finding) if drawn else None,
            self.evidence.exchange(finding.exchange, finding.pointer) if finding and finding.exchange else None,
            again,
            class_="finding",
        )

    def _places(self, sightings: Sequence[Sighting]) -> str:
        """Return the scenarios that found the same, each with the exchanges in which it did."""
        places: defaultdict[str, list[str]] = defaultdict(list)
        for sighting in sightings:
            finding = sighting.finding
            seen = [str(finding.exchange.number)] if finding and finding.exchange else []
            places[f"{sighting.outcome.feature}:{sighting.outcome.line}"] += seen
        return "; ".join(_listed(f"{place} in exchange", numbers) for place, numbers in places.items())

    def _sequence(self, outcome: Outcome, finding: Finding | None) -> Markup | None:
        focus = finding.exchange if finding else None
        numbers = tuple(dict.fromkeys([*outcome.exchanges, *((focus.number,) if focus else ())]))
        near = sequence.near(numbers, focus.number if focus else None)
        shown = [exchange for number in near if (exchange := self.exchange(outcome, number))]
        acts = operator_acts(outcome.feature, outcome.scenario)
        if len(shown) < 2 and not acts:
            return None
        drawn = sequence.diagram(shown, focus, acts, self.element, self.redactor)
        left_out = len(numbers) - len(shown)
        note = self.element("p", f"{left_out} other exchanges of the scenario are not drawn.", class_="note")
        return self.element.join(self.element("div", drawn, class_="wide"), note if left_out else None)


@cache
def _files() -> dict[str, Path]:
    return {path.relative_to(gherkin.FOLDER).as_posix(): path for path in gherkin.FOLDER.rglob("*.feature")}


@cache
def _acts(feature: str) -> dict[str, tuple[str, ...]]:
    # Looked up, never joined: the name comes from a journal.
    path = _files().get(feature)
    pickles = gherkin.parse(path.read_text("utf-8"), feature).pickles if path else ()
    word = "the operator has the target "
    return {
        pickle.name: tuple(step.text.removeprefix(word) for step in pickle.steps if step.text.startswith(word))
        for pickle in pickles
    }


def operator_acts(feature: str, scenario: str) -> tuple[str, ...]:
    """Return what the operator has the target do in a scenario of this suite; nothing for one it does not have."""
    return _acts(feature).get(scenario, ())


def _listed(place: str, numbers: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(numbers))
    more = f" and {len(distinct) - MOST_PLACES} more" if len(distinct) > MOST_PLACES else ""
    return f"{place} {', '.join(distinct[:MOST_PLACES])}{more}" if distinct else place.removesuffix(" in exchange")
