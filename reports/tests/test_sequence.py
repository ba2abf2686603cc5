"""The sequence diagram: who sends to whom, in which order, and what is left out."""

from __future__ import annotations

import re
from dataclasses import replace

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports import sequence
from ocpi_conformance.reports.markup import Builder
from ocpi_conformance.reports.tests.samples import exchange

REDACTOR = Redactor()


def drawn(*exchanges, focus=None, acts=()):
    return sequence.diagram(exchanges, focus, acts, Builder(REDACTOR), REDACTOR)


def labels(svg):
    return [text.replace("&gt;", ">") for text in re.findall(r'class="label[^"]*">([^<]*)', svg)]


def test_an_exchange_within_another_one_is_drawn_within_it():
    outer = replace(exchange(2, method="POST", url="http://t.test/credentials"), began=1, ended=6)
    inner = replace(exchange(1, url="http://p.test/versions"), sender="target", began=2, ended=3)
    svg = drawn(outer, inner)
    assert labels(svg) == ["2. POST /credentials", "1. GET /versions", "1. HTTP 200", "2. HTTP 200"]
    assert 'x1="90" y1="100" x2="590"' in svg, "the request of the partner goes to the target"
    assert 'x1="590" y1="134" x2="90"' in svg, "the request of the target goes to the partner"


def test_a_lost_answer_says_why_and_the_focus_is_marked():
    lost = replace(exchange(4), response=None, error="timed out")
    svg = drawn(lost, focus=lost)
    assert labels(svg)[1] == "timed out"
    assert svg.count("arrow answer focus") == svg.count("arrow request focus") == 1


def test_the_operator_has_a_lifeline_only_when_it_acts():
    assert "operator" not in drawn(exchange())
    svg = drawn(exchange(), acts=["create a Location"])
    assert labels(svg)[0] == "create a Location"
    assert ">operator</text>" in svg


def test_a_long_scenario_is_cut_to_what_leads_to_the_finding():
    many = range(1, 100)
    near = sequence.near(many, 50)
    assert len(near) == sequence.MOST_EXCHANGES
    assert near[-3] == 50
    assert sequence.near(many, None)[0] == 1
    assert sequence.near(many, 99)[-1] == 99
    assert sequence.near((1, 2, 3), 3) == (1, 2, 3)
