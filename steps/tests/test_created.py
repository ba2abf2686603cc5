"""Where an object is that the target has given a URL: what that is taken from, and which URL nobody has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ocpi_conformance.mock_partner.record import Context, Exchange, Request, Response
from ocpi_conformance.mock_partner.samples_2_3_0 import INVOICES
from ocpi_conformance.steps import places, things
from ocpi_conformance.steps.invoiced import RECORD
from ocpi_conformance.steps.scene import Chosen
from ocpi_conformance.steps.things import Push
from ocpi_conformance.steps.verdicts import NotObserved

ENDPOINT = "https://t.example/ocpi/cdrs"
BODY = {"id": "CDR-1"}


def trusts(_: object, url: str) -> bool:
    return url.startswith("https://t.example/")


def scene(**objects: Chosen) -> Any:
    """Return as much of a Scene as is needed."""
    partner = SimpleNamespace(version="2.2.1", trusts=trusts)
    return SimpleNamespace(objects=objects, site=None, partner=partner, chosen=objects.get)


def posted(location: str, method: str = "POST") -> Exchange:
    headers = (("Location", location),) if location else ()
    context = Context("2.2.1", "cdrs", "RECEIVER", "create")
    return Exchange(1, "partner", Request(method, ENDPOINT), Response(201, headers), context, 1, 2, 0.0, 0.0)


def remembered(exchange: Exchange, **known: Chosen) -> Chosen:
    made = scene(**known)
    things.remember(made, Push("CDR", "cdrs", (), BODY), exchange)
    found: Chosen = made.objects["CDR"]
    return found


@pytest.mark.parametrize(
    ("location", "url"),
    [("https://t.example/x/1", "https://t.example/x/1"), ("/x/1", "https://t.example/x/1"), ("", "")],
)
def test_the_location_header_says_where_it_is(location: str, url: str) -> None:
    assert remembered(posted(location)).url == url


def test_a_second_post_of_an_id_leaves_the_first_where_it_is() -> None:
    first = remembered(posted("https://t.example/x/1"))
    assert remembered(posted("https://t.example/x/2"), CDR=first).url == "https://t.example/x/1"
    first.content = {"id": "CDR-2"}
    assert remembered(posted("https://t.example/x/2"), CDR=first).url == "https://t.example/x/2"


def test_what_was_put_has_its_url_by_its_ids() -> None:
    assert remembered(posted("https://t.example/x/1", "PUT")).url == ""


@pytest.mark.parametrize(
    ("url", "unknown"),
    [
        ("https://t.example/x/CDR-1?owner=NL", f"https://t.example/x/{places.UNKNOWN_ID}?owner=NL"),
        ("https://t.example/x?id=cdr-1", f"https://t.example/x?id={places.UNKNOWN_ID}"),
        ("https://t.example/x/77/", f"https://t.example/x/{places.UNKNOWN_ID}"),
        (f"{ENDPOINT}/77?a=b", f"{ENDPOINT}/{places.UNKNOWN_ID}?a=b"),
    ],
)
def test_an_unknown_one_has_another_id(url: str, unknown: str) -> None:
    known = scene(CDR=remembered(posted(url)))
    assert places.chosen(known, "CDR").url == url
    assert places.unknown(known, "CDR").url == unknown


def test_on_another_server_there_may_be_nobody() -> None:
    assert not places.chosen(scene(CDR=remembered(posted("https://t.example/x/1"))), "CDR").doubtful
    made = scene(CDR=remembered(posted("http://t.example/x/1")))
    made.partner.trusts = lambda site, url: True
    assert places.chosen(made, "CDR").doubtful


@pytest.mark.parametrize("url", [f"{ENDPOINT}?key=77", f"{ENDPOINT}/", "https://t.example"])
def test_a_url_without_an_id_is_left_alone(url: str) -> None:
    with pytest.raises(NotObserved, match="no part of the URL"):
        places.unknown(scene(CDR=remembered(posted(url))), "CDR")


@pytest.mark.parametrize(("url", "reason"), [("", "gave no URL"), ("https://other.example/1", "another host")])
def test_our_token_goes_nowhere_else(url: str, reason: str) -> None:
    with pytest.raises(NotObserved, match=reason):
        places.chosen(scene(CDR=remembered(posted(url))), "CDR")


def test_a_record_of_an_invoice_is_at_the_url_of_its_ids_wherever_its_post_leads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = scene()
    made.partner.version = "2.3.0"
    path = ("NL", "TST", "IRR1")
    things.remember(made, Push(RECORD, INVOICES, path, {"id": "IRR1"}), posted("https://t.example/x/1"))
    monkeypatch.setattr(places, "endpoint", lambda scene, module, interface, path: path)
    assert made.objects[RECORD].url == ""
    assert places.chosen(made, RECORD) == path
    assert places.unknown(made, RECORD) == ("NL", "TST", places.UNKNOWN_ID)
