"""The outcomes as JUnit XML for CI systems: one test case a scenario, at its line. Nothing is judged here."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.journal import Journal
from ocpi_conformance.reports.summary import Leveled, Summary
from ocpi_conformance.reports.writing import defused, write_text
from ocpi_conformance.steps.verdicts import Outcome, Verdict

# Verdict to the element that says so; what is not here passed.
_ELEMENTS = {
    Verdict.FAILED: "failure",
    Verdict.ERROR: "error",
    Verdict.NOT_OBSERVED: "skipped",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.DISABLED: "skipped",
    Verdict.WAIVED: "skipped",
}
# What XML 1.0 has no place for, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(
    summary: Summary, catalogue: Mapping[str, Leveled], journal: Journal, flaws: Sequence[str], redactor: Redactor
) -> str:
    """Return the XML text: a suite for each version and role, in it a case for each scenario.

    What fails the run beside the target, and what a cut-off run is missing, are cases of a suite of their own.
    """
    root = ET.Element("testsuites", {"name": "OCPI conformance", **_counts(summary.outcomes)})
    began = {part.name: part.facts["started_at"] for part in journal.parts if part.facts}
    ordered = sorted(summary.outcomes, key=_pair)
    for pair, outcomes in groupby(ordered, key=_pair):
        found = tuple(outcomes)
        suite = ET.SubElement(root, "testsuite", {"name": f"OCPI {pair}", **_counts(found)})
        if pair in began:
            suite.set("timestamp", datetime.fromtimestamp(began[pair], UTC).strftime("%Y-%m-%dT%H:%M:%S"))
        _properties(suite, list(journal.environment.items()), redactor)
        for outcome in found:
            _case(suite, outcome, catalogue, redactor)
    _run(root, flaws, journal.missing if journal.interrupted else (), redactor)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False)


def write(
    path: Path,
    summary: Summary,
    catalogue: Mapping[str, Leveled],
    journal: Journal,
    flaws: Sequence[str],
    redactor: Redactor,
) -> None:
    """Write the XML text to `path`, whole or not at all."""
    text = document(summary, catalogue, journal, flaws, redactor)
    write_text(path, f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def _pair(outcome: Outcome) -> str:
    return f"{outcome.version}-{outcome.role}"


def _run(root: ET.Element, flaws: Sequence[str], missing: Sequence[str], redactor: Redactor) -> None:
    if not flaws and not missing:
        return
    counts = {"tests": len(flaws) + len(missing), "failures": len(flaws), "errors": len(missing), "skipped": 0}
    suite = ET.SubElement(root, "testsuite", {"name": "The run", **{name: str(n) for name, n in counts.items()}})
    for element, lines in (("failure", flaws), ("error", missing)):
        for line in lines:
            text = _xml(line, redactor)
            case = ET.SubElement(suite, "testcase", {"name": text, "classname": "run", "time": "0"})
            ET.SubElement(case, element, {"message": text, "type": element})
    for name, number in counts.items():
        root.set(name, str(int(root.get(name, "0")) + number))


def _case(suite: ET.Element, outcome: Outcome, catalogue: Mapping[str, Leveled], redactor: Redactor) -> None:
    attributes = {
        "name": outcome.scenario,
        # The tree of most viewers: version and role, then the feature.
        "classname": f"{_pair(outcome).replace('.', '_')}.{outcome.feature.removesuffix('.feature').replace('/', '.')}",
        "file": f"features/{outcome.feature}",
        "line": str(outcome.line),
        "time": f"{outcome.seconds:.3f}",
    }
    case = ET.SubElement(suite, "testcase", {name: _xml(value, redactor) for name, value in attributes.items()})
    levels = dict.fromkeys(catalogue[name].level for name in outcome.requirements if name in catalogue)
    about = [("requirement", name) for name in outcome.requirements]
    about += [(name, getattr(outcome, name)) for name in ("version", "role", "module")]
    _properties(case, [*about, *(("level", level) for level in levels), ("verdict", str(outcome.verdict))], redactor)
    findings = "\n\n".join(str(finding) for finding in outcome.findings)
    if element := _ELEMENTS.get(outcome.verdict):
        said = ET.SubElement(case, element, {"message": _xml(_message(outcome), redactor)})
        if element != "skipped":
            said.set("type", str(outcome.verdict))
        said.text = _xml(findings or outcome.reason, redactor)
    elif findings:
        ET.SubElement(case, "system-out").text = _xml(findings, redactor)


def _message(outcome: Outcome) -> str:
    weighs = next((finding for finding in outcome.findings if finding.verdict is outcome.verdict), None)
    if weighs:
        return f"{weighs.requirement} {weighs.verdict}: expected {weighs.expected}; actual {weighs.actual}"
    return f"{outcome.verdict}: {outcome.reason}" if outcome.reason else str(outcome.verdict)


def _properties(parent: ET.Element, pairs: list[tuple[str, str]], redactor: Redactor) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in pairs:
        ET.SubElement(properties, "property", {"name": name, "value": _xml(value, redactor)})


def _counts(outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    elements = [_ELEMENTS.get(outcome.verdict) for outcome in outcomes]
    return {
        "tests": str(len(outcomes)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _xml(text: str, redactor: Redactor) -> str:
    clean = defused(redactor.clean(text))
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", clean)
