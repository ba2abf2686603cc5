"""The rest of the HTML report: what was not judged and why, what was met and where it shows. Nothing is graded here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.html_evidence import Evidence
from ocpi_conformance.reports.html_part import OPEN, Part, plural
from ocpi_conformance.reports.http_text import title
from ocpi_conformance.reports.markup import Markup
from ocpi_conformance.reports.model import Judgement, Report
from ocpi_conformance.reports.writing import brief
from ocpi_conformance.steps.verdicts import Outcome, Verdict

# Exchanges of what was met: enough to show that it was looked at; the journal has them all.
MOST_SAMPLES, SAMPLE_CHARACTERS = 300, 1_200
_UNSEEN = "no scenario of this run looks at it"


class Proofs(Part):
    """What was met, with an exchange that shows it, and what the run says nothing about."""

    def __init__(self, report: Report, redactor: Redactor, evidence: Evidence) -> None:
        super().__init__(report, redactor, evidence)
        self._samples: dict[tuple[str, str, int], Markup] = {}

    def unjudged(self) -> Markup:
        """Return what was not judged, by reason: errors, traffic that did not come, what was switched off."""
        element = self.element
        parts = []
        for (version, role), found in self.by_pair().items():
            reasons: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
            for judgement in found:
                if judgement.verdict in OPEN:
                    reasons[OPEN[judgement.verdict], self._reason(judgement)].append(judgement.requirement)
            ranked = sorted(reasons.items(), key=lambda item: (list(OPEN.values()).index(item[0][0]), -len(item[1])))
            rows = [self._open_row(word, reason, names) for (word, reason), names in ranked]
            if rows:
                head = ("Verdict", "Reason", "Requirements")
                parts += [
                    element("h3", f"OCPI {version}, {role}"),
                    self.table(f"Not judged in OCPI {version}, {role}", head, rows, "reasons"),
                ]
        return element(
            "section",
            element("h2", "Not judged", id="open"),
            element("p", "About these the run says nothing, neither good nor bad."),
            *parts,
            None if parts else element("p", "None."),
            self._untestable(),
        )

    def _open_row(self, word: str, reason: str, names: Sequence[str]) -> tuple[str, ...]:
        element = self.element
        listed = element(
            "details", element("summary", f"{len(names)} {plural(len(names), 'requirement')}"), ", ".join(names)
        )
        return word, reason, listed

    def _reason(self, judgement: Judgement) -> str:
        sighting = judgement.worst
        if sighting is None:
            return _UNSEEN
        reason = sighting.outcome.reason.partition("\n")[0]
        if sighting.outcome.verdict is not judgement.verdict:
            reason = f"the scenario ended before it came to this ({sighting.outcome.verdict})"
        return brief(reason, self.redactor, 300) or _UNSEEN

    def _untestable(self) -> Markup | None:
        element = self.element
        versions = {row.scope.version for row in self.report.summary.rows}
        silent = [e for e in self.report.catalogue.values() if e.not_tested and versions & set(e.versions)]
        if not silent:
            return None
        rows = [(e.id, e.level, e.text, e.not_tested or "") for e in silent]
        return element(
            "details",
            element("summary", f"{len(silent)} more requirements cannot be tested from outside"),
            self.table("Not testable from outside", ("Id", "Level", "Text", "Why not"), rows),
        )

    def met(self) -> Markup:
        """Return what was met, collapsed by module, with the scenarios and exchanges that show it."""
        element = self.element
        groups: defaultdict[str, list[Judgement]] = defaultdict(list)
        for judgement in self.report.of(Verdict.PASSED):
            scope = judgement.scope
            groups[f"OCPI {scope.version}, {scope.role}: {scope.module}"].append(judgement)
        parts = [
            element(
                "details",
                element("summary", f"{name} ({len(found)} met)"),
                self.table(
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

    def _met_row(self, judgement: Judgement) -> tuple[str, ...]:
        element, entry = self.element, self.entry(judgement)
        seen: Sequence[str | None] = ()
        # A scenario that looks back at the record has no exchanges of its own to show.
        shown = next((s for s in judgement.sightings if s.outcome.exchanges), judgement.first)
        if shown:
            where = f"{shown.outcome.scenario} ({shown.outcome.feature}:{shown.outcome.line})"
            seen = (f"{brief(where, self.redactor, 300)} ", self._sample(shown.outcome))
        return (
            judgement.requirement,
            entry.level if entry else "",
            entry.text if entry else "",
            str(judgement.scenarios),
            str(judgement.exchanges) if judgement.exchanges else "earlier ones",
            element.join(*seen),
        )

    def _sample(self, outcome: Outcome) -> Markup | None:
        """Return a link to the last exchange of a scenario, which is then shown once in the list of exchanges."""
        if not outcome.exchanges:
            return None
        key = (outcome.version, outcome.role, outcome.exchanges[-1])
        name = f"exchange-{outcome.version}-{outcome.role}-{key[2]}"
        if key not in self._samples:
            exchange = self.exchange(outcome, key[2]) if len(self._samples) < MOST_SAMPLES else None
            if exchange is None:
                return self.element.text(f"exchange {key[2]} of the journal")
            summary = self.element("summary", f"OCPI {key[0]}, {key[1]}: {title(exchange, self.redactor)}")
            shown = self.evidence.exchange(exchange, limit=SAMPLE_CHARACTERS)
            self._samples[key] = self.element("details", summary, shown, id=name, class_="sample")
        return self.element("a", f"exchange {key[2]}", href=f"#{name}")

    def exchanges(self) -> Markup | None:
        """Return the exchanges that `met` refers to; call it after that."""
        if not self._samples:
            return None
        return self.element(
            "section",
            self.element("h2", "Exchanges", id="exchanges"),
            self.element("p", "Those that show what was met, shortened. The journal of the run has all of them whole."),
            *self._samples.values(),
        )
