"""The parts of the HTML report, each from the graded run to markup. Nothing is graded, and no file is written here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ocpi_conformance.mock_partner.record import Exchange
from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import sequence
from ocpi_conformance.reports.fixes import fixes
from ocpi_conformance.reports.html_evidence import Evidence
from ocpi_conformance.reports.http_text import title
from ocpi_conformance.reports.markup import Builder, Markup
from ocpi_conformance.reports.model import Judgement, Report, Sighting
from ocpi_conformance.reports.summary import Conformance, Row
from ocpi_conformance.reports.writing import brief
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import CatalogueError, Requirement
from ocpi_conformance.steps.verdicts import Finding, Outcome, Verdict

# Findings of one requirement that are shown in full, and places of the others that are named.
MOST_FINDINGS, MOST_PLACES = 3, 20
# Cards that stand open from the beginning.
MOST_OPEN = 3
# Exchanges of what was met: enough to show that it was looked at; the journal has them all.
MOST_SAMPLES, SAMPLE_CHARACTERS = 300, 1_200
_TEXT = 2_000

# Verdict of a requirement: heading of its section, word on its card.
FOUND = {
    Verdict.FAILED: ("Violations", "violated"),
    Verdict.WAIVED: ("Waived violations", "waived"),
    Verdict.ADVISED: ("Recommendations not followed", "not followed"),
    Verdict.OBSERVED: ("Observations", "observed"),
}
_FOUND_NOTES = {
    Verdict.FAILED: "Each of these breaks a MUST of the specification, or a SHOULD in a strict run.",
    Verdict.WAIVED: "Really violated, and accepted for the time being by a waiver of the configuration.",
    Verdict.ADVISED: "A SHOULD of the specification was not followed. This does not cost conformance.",
    Verdict.OBSERVED: "The specification leaves these points open: what the target does is recorded, not graded.",
}
_OPEN = {
    Verdict.ERROR: "could not be judged: error of the suite",
    Verdict.NOT_OBSERVED: "not observed",
    Verdict.DISABLED: "switched off",
    Verdict.NOT_APPLICABLE: "not applicable",
}
_LEVELS = (("MUST", ("MUST",)), ("SHOULD", ("SHOULD",)), ("MAY and INFO", ("MAY", "INFO")))
# Verdict to the word in a cell of the matrix, in the order of the words; the rest is open.
_CELL = {
    Verdict.FAILED: "violated",
    Verdict.WAIVED: "waived",
    Verdict.ADVISED: "not followed",
    Verdict.PASSED: "met",
    Verdict.OBSERVED: "observed",
}
_UNSEEN = "no scenario of this run looks at it"


class Sections:
    """Makes the parts of one report.

    Args:
        report: the graded run.
        redactor: what must not be shown.
    """

    def __init__(self, report: Report, redactor: Redactor) -> None:
        self._report = report
        self._redactor = redactor
        self._element = Builder(redactor)
        self._evidence = Evidence(self._element, redactor)
        self._samples: dict[tuple[str, str, int], Markup] = {}

    def headline(self) -> Markup:
        """Return the result as a sentence for whoever decides, and a line for each version and role."""
        element, report = self._element, self._report
        verdict, sentence = overall(report)
        return element(
            "section",
            element("p", element("strong", verdict), class_=f"verdict {_css(verdict)}"),
            element("p", sentence, class_="lead"),
            self._pairs(),
            *(element("p", element("strong", "Mind: "), line, class_="note warn") for line in report.missing),
            aria_label="Result",
        )

    def _pairs(self) -> Markup:
        element = self._element
        head = ("Version", "Role", "Result", "MUSTs graded", "Violated", "SHOULDs not followed")
        rows = []
        for (version, role), found in self._by_pair().items():
            musts = [row for row in self._report.summary.rows if (row.scope.version, row.scope.role) == (version, role)]
            result = worst_of([row.conformance for row in musts])
            counted = Counter(judgement.verdict for judgement in found)
            cells = (
                f"OCPI {version}",
                role,
                element("span", result, class_=f"badge {_css(result)}"),
                f"{sum(row.graded for row in musts)} of {sum(row.applicable for row in musts)}",
                str(counted[Verdict.FAILED]),
                str(counted[Verdict.ADVISED]),
            )
            rows.append(element("tr", *(element("td", cell) for cell in cells)))
        return self._table("Result for each version and role", head, rows)

    def matrix(self) -> Markup:
        """Return module by level for each version and role."""
        element = self._element
        parts = []
        for version, role in self._by_pair():
            rows = [row for row in self._report.summary.rows if (row.scope.version, row.scope.role) == (version, role)]
            head = ("Module", "Result", *(name for name, _ in _LEVELS))
            parts += [
                element("h3", f"OCPI {version}, {role}"),
                self._table(
                    f"Modules of OCPI {version}, {role}", head, [self._matrix_row(row) for row in rows], "matrix"
                ),
            ]
        return element(
            "section",
            element("h2", "Modules", id="modules"),
            element("p", "Requirements by module and level. What nothing judged is open: it is never counted as met."),
            *parts,
        )

    def _matrix_row(self, row: Row) -> Markup:
        element = self._element
        cells = [
            element("th", row.scope.module, scope="row"),
            element("td", element("span", row.conformance, class_=f"badge {_css(row.conformance)}")),
        ]
        for _, levels in _LEVELS:
            names = [name for name in row.applies if self._level(name) in levels]
            cells.append(element("td", *self._cell([row.verdicts.get(name) for name in names])))
        return element("tr", *cells)

    def _cell(self, verdicts: Sequence[Verdict | None]) -> Iterator[Markup]:
        if not verdicts:
            yield self._element("span", "none", class_="none")
            return
        counted = Counter(_CELL.get(verdict, "open") if verdict else "open" for verdict in verdicts)
        yield self._bar(counted)
        for word in (*_CELL.values(), "open"):
            if counted[word]:
                yield self._element("span", f"{counted[word]} {word}", class_=f"count {_css(word)}")

    def _bar(self, counted: Counter[str]) -> Markup:
        element, done, parts = self._element, 0.0, []
        for word in (*_CELL.values(), "open"):
            width = 100 * counted[word] / counted.total()
            if width:
                parts.append(element("rect", x=f"{done:.2f}", width=f"{width:.2f}", height=6, class_=_css(word)))
            done += width
        return element("svg", *parts, viewBox="0 0 100 6", preserveAspectRatio="none", class_="bar", aria_hidden="true")

    def findings(self) -> Markup:
        """Return a card for each requirement with findings, the gravest first."""
        element = self._element
        parts = []
        for verdict, (heading, _) in FOUND.items():
            found = sorted(self._report.of(verdict), key=lambda judgement: self._rank(judgement.requirement))
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
        level = self._level(requirement)
        return (order.index(level) if level in order else 0), requirement

    def _card(self, judgement: Judgement, *, is_open: bool) -> Markup:
        element, entry, scope = self._element, self._entry(judgement), judgement.scope
        word = FOUND[judgement.verdict][1]
        count = len(judgement.findings) or 1
        told = (
            f"{count} {_plural(count, 'finding')} in {judgement.scenarios} {_plural(judgement.scenarios, 'scenario')}"
        )
        return element(
            "details",
            element(
                "summary",
                element(
                    "h4",
                    element("span", word, class_=f"badge {_css(judgement.verdict)}"),
                    element("span", judgement.requirement, class_="id"),
                    element("span", entry.level if entry else "", class_="level"),
                    element("span", entry.text if entry else "", class_="words"),
                ),
                element("p", f"OCPI {scope.version}, {scope.role}, {scope.module}: {told}", class_="about"),
            ),
            self._facts(judgement, entry),
            *self._distinct(judgement),
            class_=f"card {_css(judgement.verdict)}",
            open=is_open,
            data_verdict=_css(judgement.verdict),
            data_level=entry.level if entry else "",
            data_module=scope.module,
            data_pair=f"{scope.version} {scope.role}",
        )

    def _facts(self, judgement: Judgement, entry: Requirement | None) -> Markup | None:
        if entry is None:
            return None
        element = self._element
        pairs = [("Clause", self._clause(entry, judgement.scope.version)), ("Looked at", entry.check)]
        remedy = fixes().get(entry.id)
        if remedy and judgement.verdict is not Verdict.OBSERVED:
            pairs.append(("How to mend it", remedy))
        if entry.note:
            pairs.append(("Note", entry.note))
        if entry.ambiguity:
            pairs.append(("Reading", f"The text is not clear here; the reading taken is {entry.ambiguity}."))
        return element("dl", *(part for name, value in pairs for part in self._pair(name, value)), class_="facts")

    def _pair(self, name: str, value: str) -> Iterator[Markup]:
        yield self._element("dt", name)
        yield self._element("dd", value)

    def _clause(self, entry: Requirement, version: str) -> Markup:
        element = self._element
        try:
            link = self._report.catalogue.link(entry, version)
        except CatalogueError:
            return element.text(entry.spec)
        return element("a", f"{entry.spec}, OCPI {entry.edition(version)}", href=link, rel="noreferrer")

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
            yield self._element("p", f"And {len(rest)} more: {self._places(rest)}.", class_="note")

    def _finding(self, sightings: Sequence[Sighting], *, drawn: bool) -> Markup:
        element, outcome = self._element, sightings[0].outcome
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
                *(part for name, value in pairs for part in self._pair(name, brief(value, self._redactor, _TEXT))),
                class_="said",
            ),
            self._sequence(outcome, finding) if drawn else None,
            self._evidence.exchange(finding.exchange, finding.pointer) if finding and finding.exchange else None,
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
        shown = [exchange for number in near if (exchange := self._exchange(outcome, number))]
        acts = operator_acts(outcome.feature, outcome.scenario)
        if len(shown) < 2 and not acts:
            return None
        drawn = sequence.diagram(shown, focus, acts, self._element, self._redactor)
        left_out = len(numbers) - len(shown)
        note = self._element("p", f"{left_out} other exchanges of the scenario are not drawn.", class_="note")
        return self._element.join(self._element("div", drawn, class_="wide"), note if left_out else None)

    def unjudged(self) -> Markup:
        """Return what was not judged, by reason: errors, traffic that did not come, what was switched off."""
        element = self._element
        parts = []
        for (version, role), found in self._by_pair().items():
            reasons: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
            for judgement in found:
                if judgement.verdict in _OPEN:
                    reasons[_OPEN[judgement.verdict], self._reason(judgement)].append(judgement.requirement)
            ranked = sorted(reasons.items(), key=lambda item: (list(_OPEN.values()).index(item[0][0]), -len(item[1])))
            rows = [self._open_row(word, reason, names) for (word, reason), names in ranked]
            if rows:
                head = ("Verdict", "Reason", "Requirements")
                parts += [
                    element("h3", f"OCPI {version}, {role}"),
                    self._table(f"Not judged in OCPI {version}, {role}", head, rows, "reasons"),
                ]
        return element(
            "section",
            element("h2", "Not judged", id="open"),
            element("p", "About these the run says nothing, neither good nor bad."),
            *parts,
            None if parts else element("p", "None."),
            self._untestable(),
        )

    def _open_row(self, word: str, reason: str, names: Sequence[str]) -> Markup:
        element = self._element
        listed = element(
            "details", element("summary", f"{len(names)} {_plural(len(names), 'requirement')}"), ", ".join(names)
        )
        return element("tr", element("td", word), element("td", reason), element("td", listed))

    def _reason(self, judgement: Judgement) -> str:
        sighting = judgement.worst
        if sighting is None:
            return _UNSEEN
        reason = sighting.outcome.reason.partition("\n")[0]
        if sighting.outcome.verdict is not judgement.verdict:
            reason = f"the scenario ended before it came to this ({sighting.outcome.verdict})"
        return brief(reason, self._redactor, 300) or _UNSEEN

    def _untestable(self) -> Markup | None:
        element = self._element
        versions = {row.scope.version for row in self._report.summary.rows}
        silent = [e for e in self._report.catalogue.values() if e.not_tested and versions & set(e.versions)]
        if not silent:
            return None
        rows = [element("tr", *(element("td", t) for t in (e.id, e.level, e.text, e.not_tested))) for e in silent]
        return element(
            "details",
            element("summary", f"{len(silent)} more requirements cannot be tested from outside"),
            self._table("Not testable from outside", ("Id", "Level", "Text", "Why not"), rows),
        )

    def met(self) -> Markup:
        """Return what was met, collapsed by module, with the scenarios and exchanges that show it."""
        element = self._element
        groups: defaultdict[str, list[Judgement]] = defaultdict(list)
        for judgement in self._report.of(Verdict.PASSED):
            scope = judgement.scope
            groups[f"OCPI {scope.version}, {scope.role}: {scope.module}"].append(judgement)
        parts = [
            element(
                "details",
                element("summary", f"{name} ({len(found)} met)"),
                self._table(
                    name,
                    ("Id", "Level", "Text", "Scenarios", "Exchanges", "Seen in"),
                    [self._met_row(judgement) for judgement in found],
                    "proofs",
                ),
                class_="group",
            )
            for name, found in groups.items()
        ]
        return element(
            "section",
            element("h2", "Met", id="met"),
            element("p", "Requirements that were looked at and found to be met, with an exchange that shows it."),
            *parts,
            None if parts else element("p", "None."),
        )

    def _met_row(self, judgement: Judgement) -> Markup:
        element, entry = self._element, self._entry(judgement)
        seen: Sequence[str | None] = ()
        # A scenario that looks back at the record has no exchanges of its own to show.
        shown = next((s for s in judgement.sightings if s.outcome.exchanges), judgement.first)
        if shown:
            where = f"{shown.outcome.scenario} ({shown.outcome.feature}:{shown.outcome.line})"
            seen = (f"{brief(where, self._redactor, 300)} ", self._sample(shown.outcome))
        return element(
            "tr",
            element("td", judgement.requirement),
            element("td", entry.level if entry else ""),
            element("td", entry.text if entry else ""),
            element("td", str(judgement.scenarios)),
            element("td", str(judgement.exchanges) if judgement.exchanges else "earlier ones"),
            element("td", *seen),
        )

    def _sample(self, outcome: Outcome) -> Markup | None:
        """Return a link to the last exchange of a scenario, which is then shown once in the list of exchanges."""
        if not outcome.exchanges:
            return None
        key = (outcome.version, outcome.role, outcome.exchanges[-1])
        name = f"exchange-{outcome.version}-{outcome.role}-{key[2]}"
        if key not in self._samples:
            exchange = self._exchange(outcome, key[2]) if len(self._samples) < MOST_SAMPLES else None
            if exchange is None:
                return self._element.text(f"exchange {key[2]} of the journal")
            summary = self._element("summary", f"OCPI {key[0]}, {key[1]}: {title(exchange, self._redactor)}")
            shown = self._evidence.exchange(exchange, limit=SAMPLE_CHARACTERS)
            self._samples[key] = self._element("details", summary, shown, id=name, class_="sample")
        return self._element("a", f"exchange {key[2]}", href=f"#{name}")

    def exchanges(self) -> Markup | None:
        """Return the exchanges that `met` refers to; call it after that."""
        if not self._samples:
            return None
        return self._element(
            "section",
            self._element("h2", "Exchanges", id="exchanges"),
            self._element(
                "p", "Those that show what was met, shortened. The journal of the run has all of them whole."
            ),
            *self._samples.values(),
        )

    def about(self) -> Markup:
        """Return what ran against what, and how the words of the report are meant."""
        element = self._element
        names = {verdict: words[1] for verdict, words in FOUND.items()} | {Verdict.PASSED: "met"} | _OPEN
        counts = self._report.summary.scenarios
        facts = [
            *self._report.facts.items(),
            ("scenarios", ", ".join(f"{n} {verdict}" for verdict, n in counts.items())),
        ]
        return element(
            "section",
            element("h2", "About this run", id="about"),
            element("dl", *(part for name, value in facts for part in self._pair(name, value)), class_="facts"),
            element(
                "p",
                "A requirement has one verdict for each version and role: the gravest of all that was seen. ",
                f"Verdicts here: {', '.join(dict.fromkeys(names.values()))}.",
            ),
        )

    def _table(self, caption: str, head: Sequence[str], rows: Sequence[Markup], kind: str = "") -> Markup:
        element = self._element
        return element(
            "div",
            element(
                "table",
                element("caption", caption, class_="unseen"),
                element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
                element("tbody", *rows),
            ),
            class_=f"wide {kind}".strip(),
            tabindex=0,
            role="region",
            aria_label=caption,
        )

    def _by_pair(self) -> dict[tuple[str, str], list[Judgement]]:
        found: dict[tuple[str, str], list[Judgement]] = {
            (row.scope.version, row.scope.role): [] for row in self._report.summary.rows
        }
        for judgement in self._report.judgements:
            found[judgement.scope.version, judgement.scope.role].append(judgement)
        return found

    def _entry(self, judgement: Judgement) -> Requirement | None:
        return self._report.catalogue.get(judgement.requirement)

    def _level(self, requirement: str) -> str:
        entry = self._report.catalogue.get(requirement)
        return entry.level if entry else "MUST"

    def _exchange(self, outcome: Outcome, number: int) -> Exchange | None:
        return self._report.exchange(outcome.version, outcome.role, number)


def overall(report: Report) -> tuple[str, str]:
    """Return the result of the whole run: a few words, and a sentence with the numbers."""
    rows = report.summary.rows
    graded, applicable = sum(row.graded for row in rows), sum(row.applicable for row in rows)
    counted = Counter(judgement.verdict for judgement in report.judgements)
    violated, unfollowed = counted[Verdict.FAILED], counted[Verdict.ADVISED]
    numbers = (
        f"{graded} of {applicable} applicable MUST requirements graded, {violated} {_plural(violated, 'requirement')} "
        f"violated, {unfollowed} {_plural(unfollowed, 'recommendation')} not followed."
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
    found = set(results)
    if not found - {Conformance.NOTHING_GRADED}:
        return Conformance.NOTHING_GRADED
    if Conformance.NOTHING_GRADED in found:
        found.add(Conformance.PARTIAL)
    order = (Conformance.NON_CONFORMANT, Conformance.PARTIAL, Conformance.WITH_WARNINGS, Conformance.CONFORMANT)
    return next(result for result in order if result in found)


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


def _css(word: str) -> str:
    return str(word).lower().replace(" ", "-").replace(",", "")


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
