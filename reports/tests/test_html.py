"""The HTML report: what it says, that it is one file, and that nothing of what the target sends is more than text."""

from __future__ import annotations

import base64
import hashlib
import html as stdlib_html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from ocpi_conformance.mock_partner.safety import Redactor, printable
from ocpi_conformance.reports import html, html_evidence, model
from ocpi_conformance.reports.compatibility import Compatibility, Obstacle, Suits
from ocpi_conformance.reports.html_findings import operator_acts
from ocpi_conformance.reports.html_overview import worst_of
from ocpi_conformance.reports.summary import Conformance, Scope, summarize
from ocpi_conformance.reports.tests.samples import exchange, finding, outcome
from ocpi_conformance.steps import gherkin
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.verdicts import Verdict

V = Verdict
CATALOGUE = Catalogue.load()
VOID = {"meta", "input"}
TAGS = {
    *("html", "head", "meta", "title", "style", "script", "body", "header", "nav", "main", "section", "div", "span"),
    *("h1", "h2", "h3", "h4", "p", "a", "strong", "i", "ul", "li", "dl", "dt", "dd", "pre", "mark"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("label", "input", "select", "option", "button", "output", "svg", "rect", "line", "path", "text"),
}
PAYLOADS = [
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "</pre></details><script>document.title='owned'</script>",
    "\"><script>document.title='owned'</script>",
    "'><img src=x onerror=document.title='owned'>",
    "<img src=x onerror=document.title='owned'>",
    "<svg onload=document.title='owned'>",
    "</text></svg><svg/onload=document.title='owned'>",
    "<svg><script>document.title='owned'</script></svg>",
    "<details open ontoggle=document.title='owned'>",
    "<body onload=document.title='owned'>",
    "<iframe srcdoc='<script>parent.document.title=1</script>'></iframe>",
    "<iframe src=javascript:document.title='owned'></iframe>",
    "<a href=javascript:document.title='owned'>x</a>",
    "javascript:document.title='owned'",
    "<meta http-equiv=refresh content='0;url=http://evil.test/'>",
    "<base href=http://evil.test/>",
    "<link rel=stylesheet href=http://evil.test/x.css>",
    "<style>*{display:none}</style>",
    "</style><script>document.title='owned'</script>",
    "</title><script>document.title='owned'</script>",
    "<!--<script>document.title='owned'//-->",
    "<![CDATA[<script>document.title='owned'</script>]]>",
    "<math><mtext></mtext><mglyph><style><img src onerror=document.title=1></style></mglyph></math>",
    "<form action=http://evil.test/><input name=isindex autofocus onfocus=document.title='owned'>",
    '" onmouseover="document.title=1" x="',
    "' autofocus onfocus='document.title=1",
    "&lt;script&gt;document.title=1&lt;/script&gt;",
    "&#60;script&#62;",
    "{{constructor.constructor('document.title=1')()}}",
    "${document.title='owned'}",
    "\u202ereversed\u2066",
    "\ud800<script>",
    "\x00<scr\x00ipt>",
    "+ADw-script+AD4-",
]


class Reader(HTMLParser):
    """Reads a document as a browser does, as far as the tests ask."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.texts, self.scripts = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data):
        (self.scripts if self.open and self.open[-1] in {"script", "style"} else self.texts).append(data)

    @property
    def text(self):
        return "".join(self.texts)


def build(*outcomes, exchanges=(), applicable=None, facts=None, missing=()):
    summary = summarize(outcomes, CATALOGUE, applicable)
    by_number = {e.number: e for e in exchanges}
    facts = facts or {"target": "acme", "date": "2026-01-01", "suite": "ocpi-conformance 0"}
    return model.build(facts, summary, CATALOGUE, lambda v, r, number: by_number.get(number), missing=missing)


def page(*outcomes, redactor=None, **more):
    return html.page(build(*outcomes, **more), redactor or Redactor())


def hostile_page(payload):
    body = json.dumps({"data": [{payload: payload}], payload: {"id": payload}}).encode("utf-8", "surrogatepass")
    bad = exchange(
        1, body=body, answer=payload.encode("utf-8", "surrogatepass"), url=f"http://t.test/{payload}", method="POST"
    )
    bad = replace(bad, request=replace(bad.request, headers=((payload, payload),)), notes=(payload,))
    lost = replace(exchange(2, url=payload), sender="target", response=None, error=payload, began=3, ended=4)
    told = finding(
        "LOC-023", V.FAILED, expected=payload, actual=payload, pointer=f"/{payload}", note=payload, exchange=bad
    )
    other = finding("LOC-018", V.OBSERVED, expected=payload, actual=payload, exchange=lost)
    about = {"scenario": payload, "feature": payload, "reason": payload, "exchanges": (1, 2)}
    return page(
        outcome(V.FAILED, "LOC-023", findings=[told, other], **about),
        outcome(V.NOT_OBSERVED, "LOC-030", **about),
        outcome(V.PASSED, "LOC-028", **about),
        outcome(V.PASSED, payload, module=payload, version=payload, role=payload),
        exchanges=(bad, lost),
        facts={"target": payload, payload: payload, "date": payload},
        missing=(payload,),
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_the_target_sends_is_text_and_nothing_else(payload):
    document = hostile_page(payload)
    read = Reader(document)
    assert {tag for tag, _ in read.elements} <= TAGS
    assert [tag for tag, _ in read.elements].count("script") == 1
    assert [tag for tag, _ in read.elements].count("meta") == 4
    for tag, attributes in read.elements:
        assert not [
            name for name in attributes if name.startswith("on") or name in {"style", "src", "srcdoc", "action"}
        ]
        if "href" in attributes:
            assert tag == "a"
            assert attributes["href"].startswith(("#", "https://github.com/ocpi/ocpi/blob/"))
    assert printable(payload, single_line=True) in read.text
    assert document.isprintable() or not set(document) & set("\x00\u202e\u2066\ud800")


def test_only_our_own_style_and_script_may_run():
    read = Reader(page(outcome(V.PASSED, "LOC-023")))
    [policy] = [a["content"] for _, a in read.elements if a.get("http-equiv") == "Content-Security-Policy"]
    hashes = ["sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in read.scripts]
    assert len(hashes) == 2
    assert policy == (
        f"default-src 'none'; style-src '{hashes[0]}'; script-src '{hashes[1]}'; base-uri 'none'; form-action 'none'"
    )


def test_the_file_needs_nothing_else():
    document = page(outcome(V.FAILED, "LOC-023", findings=[finding("LOC-023", exchange=exchange())]))
    assert not re.search(r"""(?i)<link|<img|@import|url\(|src=|<iframe|<object|fetch\(|XMLHttp""", document)


def test_a_finding_shows_requirement_clause_place_and_curl():
    answer = json.dumps({"data": [{"id": "LOC1", "country": "NL"}]}).encode()
    seen = exchange(5, answer=answer, headers=(("Authorization", "Token s3cret-t0ken"),))
    told = finding("LOC-065", expected="three letters", actual="NL", pointer="/data/0/country", exchange=seen)
    redactor = Redactor()
    redactor.add("s3cret-t0ken", "CREDENTIALS_TOKEN_B")
    document = page(outcome(V.FAILED, "LOC-065", findings=[told]), redactor=redactor)
    text = Reader(document).text
    assert "<mark>&quot;NL&quot;</mark>" in document
    assert 'href="https://github.com/ocpi/ocpi/blob/' in document
    assert CATALOGUE["LOC-065"].text in text
    assert "Use the three-letter code" in text
    assert "5. GET /ocpi/cpo/2.2.1/locations -> 200" in text
    assert "curl --globoff --include --request 'GET'" in text
    assert "${CREDENTIALS_TOKEN_B}" in text
    assert "s3cret-t0ken" not in document


def test_personal_data_is_shortened_and_the_curl_line_says_so():
    redactor = Redactor()
    redactor.add_personal("04A1B2C3D4")
    seen = exchange(1, url="http://t.test/tokens/NL/TNM/04A1B2C3D4", answer=b'{"data": {"uid": "04A1B2C3D4"}}')
    told = finding("TOK-056", actual="'04A1B2C3D4'", pointer="/data/uid", exchange=seen)
    document = page(outcome(V.FAILED, "TOK-056", findings=[told], module="tokens"), redactor=redactor)
    assert "04A1B2C3D4" not in document
    assert "<mark>&quot;04[...]D4&quot;</mark>" in document
    assert "run with --personal-data" in document


@pytest.mark.parametrize(
    ("outcomes", "applicable", "headline"),
    [
        ([outcome(V.FAILED, "LOC-023")], {}, "Not conformant"),
        ([outcome(V.PASSED, "LOC-023")], {}, "Conformant"),
        ([outcome(V.PASSED, "LOC-023"), outcome(V.ADVISED, "LOC-031")], {}, "Conformant with warnings"),
        ([outcome(V.PASSED, "LOC-023")], {"LOC-018"}, "No violation found, judged in part only"),
        ([outcome(V.NOT_OBSERVED, "LOC-023")], {}, "Nothing graded"),
    ],
)
def test_the_headline_says_what_the_numbers_mean(outcomes, applicable, headline):
    document = page(*outcomes, applicable={Scope("2.2.1", "CPO", "locations"): applicable})
    assert f"<strong>{headline}</strong>" in document
    assert f"<title>{headline}: OCPI conformance of acme</title>" in document


def test_several_results_become_one_and_an_ungraded_module_leaves_it_partial():
    c = Conformance
    assert worst_of([c.CONFORMANT, c.NOTHING_GRADED]) is c.PARTIAL
    assert worst_of([c.NOTHING_GRADED]) is c.NOTHING_GRADED
    assert worst_of([]) is c.NOTHING_GRADED
    assert worst_of([c.PARTIAL, c.NON_CONFORMANT]) is c.NON_CONFORMANT
    assert worst_of([c.CONFORMANT, c.WITH_WARNINGS]) is c.WITH_WARNINGS
    assert worst_of([c.CONFORMANT, c.NOT_APPLICABLE]) is c.CONFORMANT
    assert worst_of([c.NOT_APPLICABLE]) is c.NOTHING_GRADED


def test_what_was_not_judged_has_its_reason_and_is_not_among_what_was_met():
    ran = [
        outcome(V.NOT_OBSERVED, "LOC-023", reason="the record holds no list"),
        outcome(V.PASSED, "LOC-028", exchanges=(1,)),
    ]
    applicable = {Scope("2.2.1", "CPO", "locations"): {"LOC-018"}}
    document = page(*ran, exchanges=[exchange(1)], applicable=applicable)
    open_part, met = (document[document.index(f'id="{name}"') :].partition("<section>")[0] for name in ("open", "met"))
    assert "the record holds no list" in open_part
    assert "no scenario of this run looks at it" in open_part
    assert [name for name in ("LOC-018", "LOC-023", "LOC-028") if name in met] == ["LOC-028"]
    assert 'href="#exchange-2.2.1-CPO-1"' in met
    assert 'id="exchange-2.2.1-CPO-1"' in document


def test_alike_findings_are_shown_once_with_their_places():
    found = [finding("LOC-023", exchange=exchange(number)) for number in range(1, 60)]
    document = page(outcome(V.FAILED, "LOC-023", findings=found))
    assert document.count('class="finding"') == 1
    assert "59 findings in 1 scenario" in document
    assert "Also: locations/sender.feature:3 in exchange 2, 3, " in document
    assert "21 and 38 more." in document


def test_the_headings_are_in_order_and_the_language_is_said():
    read = Reader(page(outcome(V.FAILED, "LOC-023", findings=[finding("LOC-023")]), outcome(V.PASSED, "LOC-028")))
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert dict(read.elements)["html"] == {"lang": "en"}
    targets = {attributes["id"] for _, attributes in read.elements if "id" in attributes}
    links = [
        attributes["href"][1:] for tag, attributes in read.elements if tag == "a" and "#" in attributes["href"][:1]
    ]
    assert set(links) <= targets


def test_every_colour_of_text_has_a_contrast_of_four_and_a_half():
    style = Reader(page(outcome(V.PASSED, "LOC-023"))).scripts[0]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style))
    pairs = [(name, f"{name}-ground") for name in colours if f"{name}-ground" in colours]
    pairs += [(name, ground) for name in ("ink", "soft", "link") for ground in ("paper", "ground")]
    assert len(pairs) == 12
    assert [pair for pair in pairs if _contrast(*(colours[name] for name in pair)) < 4.5] == []


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_huge_body_is_cut_around_the_marked_place():
    rows = [{"id": f"LOC{number}", "name": "x" * 50} for number in range(5_000)]
    body = json.dumps({"data": rows}).encode()
    told = finding("LOC-023", pointer="/data/2500/name", exchange=exchange(1, answer=body))
    document = page(outcome(V.FAILED, "LOC-023", findings=[told]))
    assert "&quot;LOC2500&quot;" in document
    assert "lines left out" in document
    assert len(document) < 100_000


def test_a_body_in_one_line_is_cut_after_redaction():
    redactor = Redactor()
    redactor.add("s3cret-t0ken", "CREDENTIALS_TOKEN_B")
    answer = b"x" * (html_evidence.MOST_CHARACTERS - 5) + b"s3cret-t0ken" + b"y" * 900_000
    told = finding("LOC-023", exchange=exchange(1, answer=answer))
    document = page(outcome(V.FAILED, "LOC-023", findings=[told]), redactor=redactor)
    assert "s3cre" not in document
    assert "characters left out" in document


def test_a_full_document_refers_to_the_journal(monkeypatch):
    monkeypatch.setattr(html_evidence, "BUDGET", 1_000)
    monkeypatch.setattr(html_evidence.Evidence.__init__, "__defaults__", (1_000,))
    found = [finding("LOC-023", actual=str(number), exchange=exchange(number)) for number in (1, 2, 3)]
    document = page(outcome(V.FAILED, "LOC-023", findings=found))
    assert "3. GET /ocpi/cpo/2.2.1/locations -&gt; 200: left out for size, see the journal." in document


def test_the_operator_acts_are_those_of_the_scenario():
    features = [feature for feature in gherkin.load() if feature.folder == "credentials"]
    pickle = next(
        pickle
        for feature in features
        for pickle in feature.pickles
        if any(step.text == "the operator has the target create a Location" for step in pickle.steps)
    )
    where = next(feature.where for feature in features if pickle in feature.pickles)
    assert "create a Location" in operator_acts(where, pickle.name)
    assert operator_acts("../../etc/passwd", "x") == ()
    assert operator_acts("no/such.feature", "x") == ()


def test_what_limits_the_run_is_said_first():
    document = page(outcome(V.PASSED, "LOC-023"), missing=("2.2.1-CPO: the run was cut off",))
    assert stdlib_html.escape("2.2.1-CPO: the run was cut off") in document.partition('id="modules"')[0]


def test_written_whole(tmp_path):
    html.write(tmp_path / "out" / "report.html", build(outcome(V.PASSED, "LOC-023")), Redactor())
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>\n<html")
    assert text.endswith("</html>\n")


def test_partners_are_a_chapter_of_their_own_and_only_when_asked_about():
    obstacle = Obstacle("2.2.1", "CPO", "Location.opening_times is missing in 2 of 3 <b>", 2, 17, "/data/0")
    profiles = (
        Compatibility("roaming-hub", Suits.INCOMPATIBLE, 3, (obstacle,)),
        Compatibility("aggregator", Suits.COMPATIBLE, 1, ()),
    )
    ran = build(outcome(V.PASSED, "LOC-023"))
    asked, plain = html.page(replace(ran, profiles=profiles), Redactor()), html.page(ran, Redactor())
    part = asked[asked.index('id="partners"') :].partition("</section>")[0]
    assert '<span class="badge incompatible">incompatible</span>' in part
    assert "missing in 2 of 3 &lt;b&gt;, first in exchange 17 at /data/0" in part
    assert "1 object of the target looked at." in part
    assert 'href="#partners"' in asked
    assert "<strong>Conformant</strong>" in asked
    assert "partners" not in plain.partition("<main>")[2].replace("/", "")


def test_a_module_that_does_not_apply_has_no_row_and_does_not_make_the_result_partial():
    document = page(
        outcome(V.PASSED, "LOC-023"), outcome(V.NOT_APPLICABLE, "CDR-049", module="cdrs", reason="no cdrs here")
    )
    matrix = document[document.index('id="modules"') :].partition("</section>")[0]
    assert "<strong>Conformant</strong>" in document
    assert '<th scope="row">cdrs</th>' not in matrix
    assert "Not applicable, see the reasons below: cdrs." in matrix
    assert "no cdrs here" in document[document.index('id="open"') :]


def test_each_cell_carries_the_heading_of_its_column_for_narrow_screens():
    read = Reader(page(outcome(V.PASSED, "LOC-023"), outcome(V.NOT_OBSERVED, "LOC-028", reason="no")))
    cells = [attributes for tag, attributes in read.elements if tag == "td"]
    assert cells
    assert all(attributes.get("data-label") for attributes in cells)
