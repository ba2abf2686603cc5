"""The report as one HTML file that needs nothing else: no network, no server, no script to be read. The frame only."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.html_evidence import Evidence
from ocpi_conformance.reports.html_findings import Findings
from ocpi_conformance.reports.html_overview import Overview, overall
from ocpi_conformance.reports.html_part import FOUND
from ocpi_conformance.reports.html_proofs import Proofs
from ocpi_conformance.reports.markup import Builder, Markup
from ocpi_conformance.reports.model import Report
from ocpi_conformance.reports.writing import write_text

_CHAPTERS = (
    ("modules", "Modules"),
    ("partners", "Partners"),
    ("findings", "Findings"),
    ("open", "Not judged"),
    ("met", "Met"),
    ("about", "About this run"),
)


def write(path: Path, report: Report, redactor: Redactor) -> None:
    """Write the HTML report to `path`, whole or not at all; raises OSError when the folder cannot be written to."""
    write_text(path, page(report, redactor))


def page(report: Report, redactor: Redactor) -> str:
    """Return the report as an HTML document.

    Whatever the target has sent is text in it; a Content-Security-Policy with the hashes of our own style and script
    keeps a browser from running or loading anything else.
    """
    element = Builder(redactor)
    evidence = Evidence(element, redactor)
    overview, proofs = Overview(report, redactor, evidence), Proofs(report, redactor, evidence)
    chapters = (element("li", element("a", name, href=f"#{anchor}")) for anchor, name in _chapters(report))
    style, script = (_own(name) for name in ("page.css", "page.js"))
    verdict, _ = overall(report)
    heading = f"OCPI conformance of {report.facts.get('target', 'the target')}"
    body = element.join(
        element("a", "Skip to the findings", href="#findings", class_="skip"),
        element(
            "header",
            element("h1", heading),
            element("p", ", ".join(f"{report.facts[name]}" for name in ("date", "suite") if name in report.facts)),
        ),
        element(
            "nav",
            element("ul", *chapters),
            aria_label="Chapters",
        ),
        element(
            "main",
            overview.headline(),
            overview.matrix(),
            overview.partners(),
            _tools(report, element),
            Findings(report, redactor, evidence).findings(),
            proofs.unjudged(),
            proofs.met(),
            proofs.exchanges(),
            overview.about(),
        ),
        element("script", Markup(script)),
    )
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{verdict}: {heading}"),
        element("style", Markup(style)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', body), lang='en')}\n"


def _chapters(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the chapters that the report has."""
    yield from (chapter for chapter in _CHAPTERS if chapter[0] != "partners" or report.profiles)


def _tools(report: Report, element: Builder) -> Markup:
    """Return the filters of the findings; the script shows them, without it they would do nothing."""
    modules = sorted({judgement.scope.module for judgement in report.of(*FOUND)})
    verdicts = [(str(verdict), words[1]) for verdict, words in FOUND.items() if report.of(verdict)]
    choices = (
        ("verdict", "Verdict", verdicts),
        ("level", "Level", [(level, level) for level in ("MUST", "SHOULD", "MAY", "INFO")]),
        ("module", "Module", [(module, module) for module in modules]),
    )
    return element(
        "section",
        element("label", "Search ", element("input", type="search", id="search"), for_="search"),
        *(
            element(
                "label",
                f"{label} ",
                element(
                    "select",
                    element("option", "all", value=""),
                    *(element("option", text, value=value) for value, text in options),
                    id=f"only-{name}",
                ),
                for_=f"only-{name}",
            )
            for name, label, options in choices
        ),
        element("button", "Open all", type="button", id="open-all"),
        element("button", "Close all", type="button", id="close-all"),
        element("output", "", id="shown", aria_live="polite"),
        id="tools",
        aria_label="Filter the findings",
        hidden=True,
    )


def _own(name: str) -> str:
    return (files("ocpi_conformance.reports") / "page" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
