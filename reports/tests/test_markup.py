"""Markup is made of values only: what comes in as text cannot become an element, an attribute or a secret."""

from __future__ import annotations

from ocpi_conformance.mock_partner.safety import Redactor
from ocpi_conformance.reports.markup import Builder, Markup


def builder(secret="s3cret-t0ken"):
    redactor = Redactor()
    redactor.add(secret, "CREDENTIALS_TOKEN_B")
    return Builder(redactor)


def test_text_is_escaped_and_markup_is_not():
    element = builder()
    assert element("p", "<b>&", element("b", "x")) == "<p>&lt;b&gt;&amp;<b>x</b></p>"


def test_an_attribute_cannot_be_left():
    assert builder()("a", "x", title="\"><i onclick='y'>") == (
        '<a title="&quot;&gt;&lt;i onclick=&#x27;y&#x27;&gt;">x</a>'
    )


def test_names_of_attributes():
    element = builder()
    assert element("p", class_="a", aria_label="b", hidden=True, open=False, id=None) == (
        '<p class="a" aria-label="b" hidden></p>'
    )
    assert element("meta", name="viewport") == '<meta name="viewport">'


def test_secrets_and_control_characters_do_not_come_through():
    shown = builder()("p", "s3cret-t0ken \x1b[31m \ud800", title="s3cret-t0ken")
    assert shown == '<p title="[CREDENTIALS_TOKEN_B]">[CREDENTIALS_TOKEN_B] \\x1b[31m \\ud800</p>'


def test_what_is_joined_is_markup():
    joined = builder().join("<", None, Markup("<hr>"), "")
    assert joined == "&lt;<hr>"
    assert isinstance(joined, Markup)
