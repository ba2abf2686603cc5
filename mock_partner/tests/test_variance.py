"""Legal variance and the behaviour of known systems: every name can be armed, and each changes what is on the wire."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from ocpi_conformance.mock_partner import activity, jsontext, samples
from ocpi_conformance.mock_partner.behaviour import Behaviour
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.faults import Faults, Rule
from ocpi_conformance.mock_partner.handlers import HANDLERS
from ocpi_conformance.mock_partner.messages import Inbound, parse_timestamp
from ocpi_conformance.mock_partner.named_defects import ALL, Defect, chosen, defects, profiles, quirks
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Context, Record, Response
from ocpi_conformance.mock_partner.server import Server
from ocpi_conformance.mock_partner.state import Connection, Endpoint, Party
from ocpi_conformance.mock_partner.timing import SteppedClock

NOW = parse_timestamp("2026-01-02T03:04:05Z")
OWN, PEER = Party("CPO", "NL", "OWN", "Own"), Party("EMSP", "NL", "TST", "Peer")
TOKEN = samples.token("04A1B2C3D4E501", PEER, NOW)
UNLOCK = {"response_url": "", "location_id": "LOC1", "evse_uid": "LOC1-E1", "connector_id": "1"}
# Switches that only show in longer conversations, which the tests of preferences, profiles, parties and records hold,
# and what the embedded target publishes.
ELSEWHERE = {"second_party", "profile_requests", "departure_time", "energy_need", "own_objects", "changed_record"}
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n" + b'{"status_code":1000}'


class Tap:
    """A server that takes down what is sent to it, byte by byte, and answers always the same."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.heard: list[bytes] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        # Shutting down is what wakes the thread that waits in accept.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connected, _ = self._socket.accept()
                with connected:
                    said = b""
                    while not _whole(said):
                        said += connected.recv(65536)
                    self.heard.append(said)
                    connected.sendall(ANSWER)


def _whole(message: bytes) -> bool:
    head, blank, body = message.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return bool(blank) and len(body) >= (int(length[1]) if length else 0)


class Stage:
    """Where the platform of the moment is mounted, so that all of them have one address."""

    def __init__(self) -> None:
        self.platform: Platform | None = None

    def handle(self, inbound: Inbound) -> tuple[Response | None, Context]:
        assert self.platform is not None
        return self.platform.handle(inbound)


@dataclass(frozen=True)
class Wire:
    """The tap, the stage, and where the stage is."""

    tap: Tap
    stage: Stage
    url: str


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    tap, stage, served = Tap(), Stage(), Server()
    url = served.mount("p", stage)
    served.start()
    yield Wire(tap, stage, url)
    served.stop()
    tap.close()


def said(wire: Wire, *ways: Defect) -> list[bytes]:
    """Return all that a CPO says that behaves in `ways`: what it answers and what it sends by itself."""
    switches = {name: value for way in ways for name, value in way.behaviour.items()}
    platform = Platform(
        roles=(OWN,),
        client=Client(Record(), timeout=5.0),
        handlers=HANDLERS,
        base_url=wire.url,
        behaviour=Behaviour.of({**switches, "request_ids": "constant"}),
        faults=Faults(tuple(Rule.of(rule) for way in ways for rule in way.rules)),
        clock=SteppedClock(NOW),
        connections=[_peer(wire.tap)],
    )
    activity.load(platform.own, samples.portfolio(OWN, NOW, seed=1))
    wire.stage.platform = platform
    wire.tap.heard.clear()
    answers = [_asked(platform, *question) for question in QUESTIONS]
    with suppress(HarnessError):
        activity.ACTIVITIES["change_tariff"](platform)
    with suppress(HarnessError):
        activity.ACTIVITIES["create_location"](platform)
    platform.client.close()
    return [*answers, *wire.tap.heard]


def _peer(tap: Tap) -> Connection:
    """Return a connection with fixed tokens to the tap, which has a Receiver of everything that is pushed."""
    endpoints = tuple(Endpoint(name, RECEIVER, f"{tap.url}/{name}") for name in ("locations", "tariffs"))
    return Connection("in", "registered", "out", "2.2.1", f"{tap.url}/versions", endpoints, (PEER,))


# Method, module, interface, path and body of what is asked; versions and version_details have no interface.
QUESTIONS: tuple[tuple[str, str, str, str, object], ...] = (
    ("GET", "versions", "", "", None),
    ("GET", "version_details", "", "", None),
    ("GET", "credentials", SENDER, "", None),
    ("GET", "locations", SENDER, "", None),
    ("GET", "locations", SENDER, "/LOC1", None),
    ("GET", "tariffs", SENDER, "", None),
    ("GET", "cdrs", SENDER, "", None),
    ("GET", "tokens", RECEIVER, "/NL/TST/nobody", None),
    ("PUT", "tokens", RECEIVER, f"/NL/TST/{TOKEN['uid']}", TOKEN),
    ("PUT", "tokens", RECEIVER, f"/NL/TST/{TOKEN['uid']}", {"uid": 7}),
    ("GET", "locations", SENDER, "?limit=many", None),
    ("POST", "commands", RECEIVER, "/UNLOCK_CONNECTOR", UNLOCK),
)
HEADERS = (
    "Host: a",
    "Connection: close",
    "Authorization: Token aW4=",
    "X-Request-ID: 1",
    "X-Correlation-ID: 1",
    "OCPI-from-party-id: TST",
    "OCPI-from-country-code: NL",
    "OCPI-to-party-id: OWN",
    "OCPI-to-country-code: NL",
)


def _asked(platform: Platform, method: str, module: str, interface: str, path: str, body: object) -> bytes:
    """Return the answer to one question, without the header that has the time of day."""
    urls = {"versions": platform.versions_url, "version_details": platform.details_url("2.2.1")}
    if interface:
        urls = {point.identifier: point.url for point in platform.endpoints("2.2.1") if point.role == interface} | {
            "credentials": platform.endpoints("2.2.1")[0].url
        }
    parts = urlsplit(urls[module])
    place, _, asked = path.partition("?")
    query = "&".join(filter(None, [parts.query, asked]))
    payload = b"" if body is None else jsontext.dumps(body)
    target = parts.path.rstrip("/") + place + (f"?{query}" if query else "")
    head = "\r\n".join([f"{method} {target} HTTP/1.1", *HEADERS, f"Content-Length: {len(payload)}", "", ""])
    with socket.create_connection(("127.0.0.1", parts.port or 0), timeout=10) as client:
        client.sendall(head.encode() + payload)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    return re.sub(rb"(?i)\r\ndate: [^\r]*", b"", answer)


def test_the_same_behaviour_says_the_same(wire: Wire) -> None:
    assert said(wire) == said(wire)


@pytest.mark.parametrize(
    "name", [name for name, way in profiles().items() if way.rules or set(way.behaviour) - ELSEWHERE]
)
def test_each_variance_changes_what_is_on_the_wire(wire: Wire, name: str) -> None:
    assert said(wire, profiles()[name]) != said(wire)


def test_all_variance_at_once_still_says_something(wire: Wire) -> None:
    assert all(said(wire, *chosen([ALL])))


@pytest.mark.parametrize("name", quirks())
def test_a_known_system_is_different_and_says_who_tells(name: str) -> None:
    quirk = quirks()[name]
    assert Behaviour.of(dict(quirk.behaviour)) != Behaviour() or [Rule.of(rule) for rule in quirk.rules]
    assert quirk.about
    assert quirk.sources
    assert all(source.startswith("https://") for source in quirk.sources)


def test_what_is_chosen_keeps_the_order_of_the_table() -> None:
    first, second, *_ = profiles()
    assert [way.name for way in chosen([second, first])] == [first, second]
    assert [way.name for way in chosen([ALL])] == list(profiles())
    assert chosen([]) == ()


def test_an_unknown_variance_is_said() -> None:
    with pytest.raises(HarnessError, match=r"no variance is called odd\. Known are: all, small-pages"):
        chosen(["odd", "small-pages"])


def test_no_name_means_two_things() -> None:
    names = [*profiles(), *quirks(), *defects()]
    assert len(names) == len(set(names))


def test_a_mistake_in_a_table_is_named() -> None:
    assert Defect.of("odd", {"versions": ["2.1.1"]}).shows_in("2.1.1")
    assert not Defect.of("odd", {"versions": ["2.1.1"]}).shows_in("2.2.1")
    assert Defect.of("odd", {}).shows_in("2.2.1")
    with pytest.raises(HarnessError, match=r"\[odd\] has rule\. It takes about, also, behaviour"):
        Defect.of("odd", {"rule": []})
    with pytest.raises(HarnessError, match=r"\[odd\] versions: \['2\.2'\] is no version. Known are: 2\.1\.1"):
        Defect.of("odd", {"versions": ["2.2"]})
