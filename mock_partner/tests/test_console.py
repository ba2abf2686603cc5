"""The console in a real browser: what it shows, what its buttons do, its keys, and what a hostile partner may send."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.findings import Finding
from ocpi_conformance.mock_partner.messages import Inbound
from ocpi_conformance.mock_partner.ocpi.modules import SENDER
from ocpi_conformance.mock_partner.record import Exchange, Record, Request
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, DataConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.settings import Secret
from ocpi_conformance.mock_partner.state import Party, key_of
from ocpi_conformance.mock_partner.static_files import Console
from ocpi_conformance.mock_partner.tests.browser import Browser, chromium

STOPPED = ClockConfig("stepped", start=datetime(2026, 1, 1, tzinfo=UTC))
DEADLINE = 10.0
VIEWS = ("exchanges", "partners", "map", "actions", "faults")
SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
in_browser = pytest.mark.skipif(chromium() is None, reason="no Chromium is installed to open the console in")

# Walks over every text that is shown and returns those whose contrast with what lies behind them is below 4.5.
FAINT = """(() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const light = (colour) => {
        const [r, g, b] = colour.slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const colour = rgb(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = new Set();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const holder = text.parentElement;
        if (!text.data.trim() || holder.closest("svg, script") || !holder.checkVisibility()) continue;
        const [one, two] = [rgb(getComputedStyle(holder).color), behind(holder)].map(light).sort((a, b) => b - a);
        if ((one + 0.05) / (two + 0.05) < 4.5) faint.add(`${holder.tagName} ${text.data.slice(0, 40)}`);
    }
    return [...faint];
})()"""
WIDE = "[document.documentElement.scrollWidth, innerWidth].join(' of ')"
FOCUS = "document.activeElement.id"


def explain(exchange: Exchange) -> Sequence[Finding]:
    """Find fault with the first of the Locations that were listed."""
    if exchange.context.module != "locations" or exchange.context.route != "list":
        return ()
    return (
        Finding("response", "/data/0/id", "another id", "this one", "pattern", "mod_locations#id"),
        Finding("response", "/data/0/motto", "a value", "absent", "required", "mod_locations#motto"),
    )


class Stage:
    """A CPO with a console, and an eMSP that is registered with it."""

    def __init__(self, browser: Browser) -> None:
        partners = (PartnerTerms(Account("blue"), Secret("token-a")), PartnerTerms(Account("green"), Secret("token-b")))
        self.cpo = Sandbox(
            MockConfig(
                "127.0.0.1:0",
                parties=(Party("CPO", "NL", "AAA", "Amperage"),),
                partners=partners,
                clock=STOPPED,
                data=DataConfig(6),
                control_secret=Secret("a/secret+with %41"),
            ),
            explain=explain,
        ).start()
        terms = PartnerTerms(Account("cpo"), Secret("token-a"), self.cpo.versions_url)
        self.emsp = Sandbox(
            MockConfig(
                "127.0.0.1:0",
                parties=(Party("EMSP", "NL", "BBB", "B"),),
                partners=(terms,),
                clock=STOPPED,
                data=DataConfig(1),
            )
        ).start()
        self.browser = browser

    def close(self) -> None:
        self.browser.ask("Page.navigate", url="about:blank")
        self.emsp.stop()
        self.cpo.stop()

    def open(self, width: int = 1280, height: int = 800) -> None:
        """Open the console anew and wait until it shows something."""
        self.browser.open(self.cpo.console_url, width, height)
        self.browser.await_("document.querySelector('#exchange-list [role=option]')")

    def show(self, view: str) -> None:
        """Open one of its views."""
        self.browser.see(f"document.getElementById('tab-{view}').click()")

    def choose(self, name: str, key: object) -> None:
        """Click on the entry with this key of a list, when it is there."""
        entry = f"[...document.querySelectorAll('#{name} [role=option]')].find((o) => o.dataset.key === '{key}')"
        self.browser.await_(entry)
        self.browser.see(f"{entry}.click()")

    def says(self, place: str, text: str) -> None:
        """Wait until a place of the page says this."""
        self.browser.await_(f"document.getElementById('{place}').innerText.includes({json.dumps(text)})")

    def list_locations(self) -> int:
        """Have the eMSP list the Locations; return the number of the exchange."""
        (connection,) = self.emsp.platform.living()
        self.emsp.platform.call(connection, "GET", "locations", SENDER)
        return self.cpo.record.size


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    browser = Browser()
    made = Stage(browser)
    yield made
    made.close()
    browser.close()


@pytest.fixture
def stage(shared: Stage) -> Stage:
    """The console, open at 1280 px."""
    shared.cpo.reset(("faults", "data"))
    shared.open()
    return shared


@in_browser
def test_it_loads_without_a_problem_and_asks_nobody_else(stage: Stage) -> None:
    stage.says("parties", "CPO NL*AAA · Amperage")
    assert stage.browser.problems == []
    assert stage.browser.requests
    assert all(url.startswith(f"{stage.cpo.application.url}/") for url in stage.browser.requests)
    assert stage.browser.see("location.hash") == ""


@in_browser
def test_a_partner_is_listed_with_the_state_of_its_registration(stage: Stage) -> None:
    stage.show("partners")
    for text in ("blue", "registered", "EMSP NL*BBB", "locations RECEIVER", "green", "invited"):
        stage.says("connections", text)


@in_browser
def test_an_invitation_is_shown(stage: Stage) -> None:
    stage.show("partners")
    stage.browser.see("document.querySelector('#invite button').click()")
    stage.says("invitation", "CREDENTIALS_TOKEN_A")
    assert stage.cpo.platform.connections[-1].token_in in stage.browser.see(
        "document.getElementById('invitation').innerText"
    )


@in_browser
def test_an_exchange_that_happens_meanwhile_is_shown_with_its_errors_in_place(stage: Stage) -> None:
    number = stage.list_locations()
    stage.choose("exchange-list", number)
    stage.says("exchange", f"#{number} GET locations")
    stage.says("exchange", "2 schema errors")
    flawed = "[...document.querySelectorAll('.flawed')].map((line) => [line.innerText, line.nextSibling.innerText])"
    (item, missing), (line, why) = stage.browser.await_(f"document.querySelectorAll('.flawed').length && {flawed}")
    assert item.strip() == "{"
    assert missing == "✗ motto: expected a value, got absent [required, mod_locations#motto]"
    assert line.startswith('"id": "')
    assert why == "✗ expected another id, got this one [pattern, mod_locations#id]"
    stage.browser.see("document.querySelector('.found button').click()")
    assert stage.browser.see(FOCUS) == "finding-response-0"


@in_browser
def test_a_body_is_shown_as_it_was_sent(stage: Stage) -> None:
    client = Client(Record(), timeout=DEADLINE)
    client.send(Request("POST", stage.cpo.versions_url, (), b'{"a": 1.0, "a": [], "b": {"c": [1e2, null]}}'))
    client.close()
    stage.choose("exchange-list", stage.cpo.record.size)
    lines = "[...document.querySelectorAll('.message .json')[0].children].map((line) => line.textContent)"
    found = stage.browser.await_(f"document.querySelector('#exchange h2').textContent.includes('POST') && {lines}")
    assert found == ["{", '"a": 1.0,', '"a": [],', '"b": {', '"c": [', "1e2,", "null", "]", "}", "}"]


@in_browser
def test_the_filter_narrows_the_list(stage: Stage) -> None:
    number = stage.list_locations()
    stage.browser.await_(f"document.querySelector('#exchange-list [data-key=\"{number}\"]')")
    stage.browser.see("document.getElementById('filter-text').focus()")
    stage.browser.type('"EVSE_ID"')
    stage.says("exchange-count", " of ")
    rows = "[...document.querySelectorAll('#exchange-list .name')].map((row) => row.textContent)"
    found = stage.browser.see(rows)
    assert "GET locations" in found
    assert all("locations" in row for row in found)


@in_browser
def test_a_trigger_acts_and_leads_to_its_exchanges(stage: Stage) -> None:
    stage.show("actions")
    stage.choose("action-list", "change_evse_status")
    place = stage.cpo.platform.own.all("locations")[0]
    stage.browser.see("document.getElementById('argument-location_id').focus()")
    stage.browser.type(place["id"])
    before = stage.cpo.record.size
    stage.browser.press("Enter")
    stage.says("action-result", "Done. ")
    sent = stage.cpo.record.later_than(before)[0]
    assert (sent.sender, sent.request.method, sent.context.id("location_id")) == ("partner", "PATCH", place["id"])
    stage.browser.see("document.querySelector('.steps button').click()")
    stage.says("exchange", f"#{sent.number} PATCH locations")


@in_browser
def test_a_trigger_that_fails_says_why(stage: Stage) -> None:
    stage.show("actions")
    stage.choose("action-list", "change_location")
    stage.browser.see("document.getElementById('argument-location_id').value = 'none'")
    stage.browser.see("document.querySelector('#action .main').click()")
    stage.says("action-result", "there is no object of locations with the id none")


@in_browser
def test_faults_are_armed_and_disarmed(stage: Stage) -> None:
    stage.show("faults")
    stage.choose("fault-list", "small-pages")
    stage.browser.see("document.getElementById('fault-list').focus()")
    stage.browser.press("Enter")
    stage.says("armed", "small-pages")
    assert list(stage.cpo.arming.all()) == ["small-pages"]
    stage.browser.press("Enter")
    stage.says("armed", "Nothing")
    stage.browser.see("document.querySelector('#rule .main').click()")
    stage.says("armed", "my-rule")
    stage.browser.see("document.getElementById('disarm-all').click()")
    stage.says("armed", "Nothing")
    assert stage.cpo.arming.all() == {}


@in_browser
def test_the_map_shows_the_locations_and_leads_to_their_evses(stage: Stage) -> None:
    stage.show("map")
    count = stage.cpo.platform.own.count("locations")
    assert stage.browser.await_("document.querySelectorAll('#chart .dot').length") == count
    stage.browser.see("document.querySelector('#chart .dot').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    stage.browser.await_("document.querySelector('#chart .dot.chosen')")
    stage.browser.await_("document.querySelector('#place table button')")
    stage.browser.see("document.querySelector('#place table button').click()")
    assert stage.browser.see("document.getElementById('argument-evse_uid').value")


@in_browser
def test_what_a_partner_sends_is_never_run(stage: Stage) -> None:
    own = stage.cpo.platform.own
    place = {**own.all("locations")[0], "id": "EVIL", "name": SCRIPT, "address": SCRIPT}
    place["coordinates"] = {"latitude": SCRIPT, "longitude": "4.9"}
    own.put("locations", key_of("locations", place), place)
    number = stage.list_locations()
    stage.choose("exchange-list", number)
    stage.browser.await_("document.getElementById('exchange').textContent.includes('window.ran')")
    stage.show("map")
    stage.choose("place-list", "NL*AAA*EVIL")
    stage.says("place", SCRIPT)
    stage.says("place-count", "1 without usable coordinates")
    assert stage.browser.see("[typeof window.ran, document.querySelectorAll('main img, main script').length]") == [
        "undefined",
        0,
    ]
    assert stage.browser.problems == []


@in_browser
def test_texts_that_could_deceive_are_made_visible(stage: Stage) -> None:
    client = Client(Record(), timeout=DEADLINE)
    client.send(Request("POST", stage.cpo.versions_url, (), '{"name": "a\u202eb"}'.encode()))
    client.close()
    stage.choose("exchange-list", stage.cpo.record.size)
    stage.says("exchange", "a\\u202eb")


@in_browser
@pytest.mark.parametrize("width", [1280, 400, 320])
def test_nothing_overflows_and_every_text_can_be_read(stage: Stage, width: int) -> None:
    place = {**stage.cpo.platform.own.all("locations")[0], "id": "X" * 300, "name": "Y" * 300}
    stage.cpo.platform.own.put("locations", key_of("locations", place), place)
    number = stage.list_locations()
    stage.browser.resize(width, 800)
    stage.choose("exchange-list", number)
    stage.says("exchange", "2 schema errors")
    choices = {
        "map": ("place-list", f"NL*AAA*{'X' * 300}"),
        "actions": ("action-list", "send_command"),
        "faults": ("fault-list", "small-pages"),
    }
    for view in VIEWS:
        stage.show(view)
        if view in choices:
            stage.choose(*choices[view])
        assert stage.browser.see(WIDE) == f"{width} of {width}", view
        assert stage.browser.see(FAINT) == [], view


@in_browser
def test_everything_to_operate_has_a_name(stage: Stage) -> None:
    stage.choose("exchange-list", stage.list_locations())
    for view in VIEWS:
        stage.show(view)
        stage.browser.await_(f"!document.getElementById('{view}').hidden")
        nodes = stage.browser.ask("Accessibility.getFullAXTree")["nodes"]
        operated = {"button", "checkbox", "combobox", "listbox", "option", "searchbox", "spinbutton", "tab", "textbox"}
        nameless = [
            node
            for node in nodes
            if not node["ignored"]
            and node["role"]["value"] in operated
            and not node.get("name", {}).get("value", "").strip()
        ]
        assert nameless == [], view


@in_browser
def test_it_can_be_used_with_the_keys_alone(stage: Stage) -> None:
    browser = stage.browser
    browser.press("Tab")
    assert browser.see("document.activeElement.className") == "skip"
    browser.press("Tab")
    assert browser.see(FOCUS) == "tab-exchanges"
    assert "3px" in browser.see("getComputedStyle(document.activeElement).outline")
    browser.press("ArrowRight")
    assert browser.see(FOCUS) == "tab-partners"
    browser.press("Home", *["Tab"] * 6)
    assert browser.see(FOCUS) == "exchange-list"
    chosen = "document.querySelector('#exchange-list [aria-selected=true]').dataset.key"
    browser.press("Home")
    newest = browser.see(chosen)
    browser.press("ArrowDown")
    assert int(browser.see(chosen)) == int(newest) - 1
    assert browser.see("document.getElementById('follow').checked") is False
    assert browser.see(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).dataset.key"
    ) == browser.see(chosen)
    browser.press("Enter")
    assert browser.see(FOCUS) == "exchange"
    browser.press("Escape")
    assert browser.see(FOCUS) == "exchange-list"


@in_browser
def test_without_the_secret_it_asks_for_it(stage: Stage) -> None:
    browser = stage.browser
    browser.see("sessionStorage.clear()")
    browser.open(stage.cpo.console_url.partition("#")[0])
    browser.await_("!document.getElementById('entry').hidden")
    assert browser.see("document.getElementById('console').hidden")
    browser.see("document.getElementById('secret').focus()")
    browser.type("wrong")
    browser.press("Enter")
    stage.says("entry-problem", "That is not the secret.")
    browser.type(stage.cpo.secret)
    browser.press("Enter")
    browser.await_("document.querySelector('#exchange-list [role=option]')")


def test_a_console_that_is_open_does_not_disturb_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox = Sandbox(MockConfig("127.0.0.1:0", data=DataConfig(1))).start()
    began, wait_for = threading.Event(), sandbox.record.wait_for

    def told(*arguments: Any) -> Exchange:
        began.set()
        return wait_for(*arguments)

    monkeypatch.setattr(sandbox.record, "wait_for", told)
    client = Client(Record(), timeout=DEADLINE)
    headers = (("Authorization", f"Bearer {sandbox.secret}"),)
    poll = Request("GET", f"{sandbox.control_url}/exchanges?wait=60", headers)
    asked = threading.Thread(target=client.send, args=(poll,))
    asked.start()
    assert began.wait(DEADLINE)
    sandbox.stop()
    asked.join(DEADLINE)
    client.close()
    assert not asked.is_alive()
    assert caplog.records == []


def test_the_page_is_served_with_a_policy_and_in_its_folder() -> None:
    console = Console()

    def get(url: str, *path: str) -> tuple[int, dict[str, str]]:
        response, _ = console.handle(Inbound("GET", url, path, (), (), b""))
        assert response is not None
        return response.status, dict(response.headers)

    assert console.installed
    assert get("http://a.test/console")[1]["Location"] == "http://a.test/console/"
    for name, kind in (("", "text/html"), ("console.js", "text/javascript"), ("console.css", "text/css")):
        status, headers = get(f"http://a.test/console/{name}", *filter(None, (name,)))
        assert status == 200
        assert headers["Content-Type"].startswith(kind)
        assert headers["Content-Security-Policy"].startswith("default-src 'self';")
