"""The state in a file: what a restart and a kill leave, and files that cannot be used. No test of what objects mean."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ocpi_conformance.mock_partner import registration
from ocpi_conformance.mock_partner.account import Account
from ocpi_conformance.mock_partner.activity import ACTIVITIES
from ocpi_conformance.mock_partner.client import Client
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.ocpi.modules import RECEIVER, SENDER
from ocpi_conformance.mock_partner.persistence import Shelf
from ocpi_conformance.mock_partner.platform import Platform
from ocpi_conformance.mock_partner.record import Record, Request
from ocpi_conformance.mock_partner.sandbox import Sandbox
from ocpi_conformance.mock_partner.sandbox_config import ClockConfig, DataConfig, MockConfig, PartnerTerms
from ocpi_conformance.mock_partner.settings import Secret
from ocpi_conformance.mock_partner.state import Party, Store
from ocpi_conformance.mock_partner.tests.pairs import data_of

CPO, EMSP = Party("CPO", "NL", "AAA", "A"), Party("EMSP", "NL", "BBB", "B")
KEY = ("nl", "aaa", "loc1", "")
START = datetime(2026, 1, 1, tzinfo=UTC)


def full(*_: object) -> None:
    raise sqlite3.OperationalError("disk is full")


def kept(path: Path, *, parties=(CPO,), listen="127.0.0.1:0", **changes) -> Sandbox:
    partners = (PartnerTerms(Account("tester")),)
    config = MockConfig(
        listen=listen,
        parties=parties,
        partners=partners,
        store=path,
        data=DataConfig(6),
        clock=ClockConfig("stepped", start=START),
    )
    return Sandbox(MockConfig(**{**vars(config), **changes}))


def registered(path: Path, listen: str = "127.0.0.1:0") -> tuple[Sandbox, Sandbox]:
    """Return a running CPO that keeps its state at `path`, and an eMSP without a store that has registered with it."""
    cpo = kept(path, listen=listen).start()
    terms = PartnerTerms(Account("cpo"), Secret(cpo.invitations["tester"]), cpo.versions_url)
    config = MockConfig(
        listen="127.0.0.1:0", parties=(EMSP,), partners=(terms,), clock=ClockConfig("stepped", start=START)
    )
    return cpo, Sandbox(config).start()


def test_a_registered_peer_goes_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    cpo, emsp = registered(path)
    try:
        ACTIVITIES["change_location"](cpo.platform)
        before = (cpo.platform.own.all("locations"), cpo.record.size, cpo.platform.connections)
        cpo.platform.agenda.advance(60)
        cpo.stop()
        listen = cpo.versions_url.split("/")[2]
        cpo = kept(path, listen=listen).start()
        assert cpo.platform.own.all("locations") == before[0]
        assert cpo.record.size == before[1]
        assert cpo.platform.connections == before[2]
        assert cpo.platform.clock.now() == START + timedelta(seconds=60)
        (connection,) = emsp.platform.living()
        assert data_of(emsp.platform.call(connection, "GET", "locations", SENDER)) is not None
        ACTIVITIES["change_location"](cpo.platform)
        assert cpo.platform.agenda.failures == []
    finally:
        cpo.stop()
        emsp.stop()


def test_an_invitation_survives(tmp_path: Path) -> None:
    made = kept(tmp_path / "state.db")
    further = made.invite()
    tokens = made.invitations
    made.stop()
    again = kept(tmp_path / "state.db")
    again.stop()
    assert again.invitations == tokens
    assert {connection.token_in for connection in again.platform.connections} == {*tokens.values(), further}


def test_what_was_still_to_be_done_is_told(tmp_path: Path) -> None:
    with kept(tmp_path / "state.db") as made:
        made.platform.agenda.after(60, lambda: None)
    again = kept(tmp_path / "state.db")
    again.stop()
    (failure,) = again.platform.agenda.failures
    assert str(failure).startswith("1 things that were to be done")


def test_a_removed_object_stays_removed_and_the_order_stays(tmp_path: Path) -> None:
    shelf, store = Shelf(tmp_path / "a.db"), Store()
    store.watch()
    for name in "abc":
        store.put("locations", ("nl", "aaa", name, ""), {"id": name})
    shelf.keep({"x": 1}, {"own": store})
    store.remove("locations", ("nl", "aaa", "a", ""))
    lent = store.get("locations", ("nl", "aaa", "b", ""))
    assert lent is not None
    lent["name"] = "changed without a word"
    shelf.keep({"x": 1}, {"own": store})
    shelf.close()
    shelf, again = Shelf(tmp_path / "a.db"), Store()
    shelf.fill("own", again)
    shelf.close()
    assert again.all("locations") == ({"id": "b", "name": "changed without a word"}, {"id": "c"})


def test_what_could_not_be_written_is_written_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, store = Shelf(tmp_path / "a.db"), Store()
    store.watch()
    store.load("locations", [(KEY, {"id": "LOC1"})])
    with monkeypatch.context() as patched:
        patched.setattr(Shelf, "_write", full)
        with pytest.raises(HarnessError, match="disk is full"):
            shelf.keep({"x": 1}, {"own": store})
    shelf.keep({"x": 1}, {"own": store})
    again = Store()
    shelf.fill("own", again)
    shelf.close()
    assert again.count("locations") == 1


def test_a_write_that_cannot_be_kept_is_not_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cpo, emsp = registered(tmp_path / "state.db")
    try:
        (connection,) = emsp.platform.living()
        with monkeypatch.context() as patched:
            patched.setattr(Shelf, "_write", full)
            exchange = put_token(emsp.platform, connection, 1)
        assert exchange.response is not None
        assert (exchange.response.status, exchange.response.json["status_code"]) == (500, 3000)
    finally:
        cpo.stop()
        emsp.stop()


def put_token(platform: Platform, connection, number: int):
    token = {
        "country_code": "NL", "party_id": "BBB", "uid": f"T{number}", "type": "RFID", "contract_id": f"C{number}",
        "issuer": "B", "valid": True, "whitelist": "ALWAYS", "last_updated": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    return platform.call(connection, "PUT", "tokens", RECEIVER, ("NL", "BBB", f"T{number}"), body=token)


KILLED = """
import sys
from pathlib import Path
from ocpi_conformance.mock_partner.tests.test_persistence import kept
made = kept(Path(sys.argv[1])).start()
print(made.versions_url, made.invitations["tester"], flush=True)
sys.stdin.read()
"""


def test_a_kill_loses_no_acknowledged_write(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    url, token = process.stdout.readline().split()
    config = MockConfig(listen="127.0.0.1:0", parties=(EMSP,), clock=ClockConfig("stepped", start=START))
    acknowledged = []
    with Sandbox(config) as emsp:
        connection = registration.register(emsp.platform, url, token)
        for number in itertools.count():
            if number == 20:
                # While requests go on: nobody knows how far the next one comes.
                os.kill(process.pid, signal.SIGKILL)
            try:
                exchange = put_token(emsp.platform, connection, number)
            except HarnessError:
                break
            assert exchange.response is not None
            assert exchange.response.json["status_code"] == 1000
            acknowledged.append(f"T{number}")
    process.communicate()
    assert len(acknowledged) >= 20
    again = kept(path)
    again.stop()
    found = [token["uid"] for token in again.platform.received.all("tokens")]
    assert found[: len(acknowledged)] == acknowledged
    assert [connection.state for connection in again.platform.connections][-1] == "registered"


HALF_FILLED = """
import os, signal, sys
from pathlib import Path
from ocpi_conformance.mock_partner import persistence
from ocpi_conformance.mock_partner.tests.test_persistence import kept
write = persistence.Shelf._write
def write_and_die(shelf, rows):
    write(shelf, rows)
    os.kill(os.getpid(), signal.SIGKILL)
persistence._BATCH, persistence.Shelf._write = 2, write_and_die
kept(Path(sys.argv[1]))
"""


def test_a_file_that_was_not_filled_is_filled_anew(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    killed = subprocess.run([sys.executable, "-c", HALF_FILLED, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    shelf = Shelf(path)
    assert shelf.is_new
    shelf.close()
    whole = kept(path)
    whole.stop()
    again = kept(path)
    again.stop()
    assert again.platform.own.counts() == whole.platform.own.counts()
    assert again.platform.own.counts()["locations"] > 1


def test_what_a_peer_has_put_and_patched_is_looked_at_once(tmp_path: Path) -> None:
    cpo, emsp = registered(tmp_path / "state.db")
    try:
        (connection,) = emsp.platform.living()
        for number in range(3):
            put_token(emsp.platform, connection, number)
            change = {"valid": False, "last_updated": "2026-01-02T00:00:00Z"}
            path = ("NL", "BBB", f"T{number}")
            emsp.platform.call(connection, "PATCH", "tokens", RECEIVER, path, body=change)
            assert cpo.platform.received.take_changes() == []
        assert [token["valid"] for token in cpo.platform.received.all("tokens")] == [False] * 3
    finally:
        emsp.stop()
        cpo.stop()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    Shelf(tmp_path / "a.db").close()
    assert (tmp_path / "a.db").stat().st_mode & 0o077 == 0


def test_a_second_sandbox_on_the_same_file_is_refused(tmp_path: Path) -> None:
    first = Shelf(tmp_path / "a.db")
    with pytest.raises(HarnessError, match="in use"):
        Shelf(tmp_path / "a.db")
    first.close()
    Shelf(tmp_path / "a.db").close()


def test_files_that_are_not_ours_are_refused_and_left_alone(tmp_path: Path) -> None:
    text, other, later = tmp_path / "text", tmp_path / "other.db", tmp_path / "later.db"
    text.write_text("no database at all, but long enough to be read as one" * 50)
    with closing(sqlite3.connect(other)) as base:
        base.execute("CREATE TABLE theirs (a)")
    Shelf(later).close()
    with closing(sqlite3.connect(later)) as base:
        base.execute("PRAGMA user_version = 99")
    for path, message in ((text, "no usable store"), (other, "another program"), (later, "format 99")):
        with pytest.raises(HarnessError, match=message):
            Shelf(path)
    assert text.read_text().startswith("no database")
    with pytest.raises(HarnessError, match="cannot be opened"):
        Shelf(tmp_path)


def test_the_store_of_other_parties_is_refused(tmp_path: Path) -> None:
    with kept(tmp_path / "state.db"):
        pass
    with pytest.raises(HarnessError, match=r"store of CPO NL\*AAA"):
        kept(tmp_path / "state.db", parties=(EMSP,))


def test_the_file_holds_no_more_exchanges_than_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    cpo, emsp = registered(path)
    try:
        cpo.record._keep_bytes = 30_000
        (connection,) = emsp.platform.living()
        for _ in range(20):
            emsp.platform.call(connection, "GET", "locations", SENDER)
        kept_numbers = [exchange.number for exchange in cpo.record]
        assert 1 < len(kept_numbers) < 20
    finally:
        emsp.stop()
        cpo.stop()
    with closing(sqlite3.connect(path)) as base:
        assert [number for (number,) in base.execute("SELECT number FROM exchanges ORDER BY number")] == kept_numbers


def test_exchanges_beyond_what_is_kept_leave_the_file(tmp_path: Path) -> None:
    shelf, record = Shelf(tmp_path / "a.db"), Record()
    record.sink = shelf.keep_exchange
    client = Client(record, "partner", timeout=0.5)
    for _ in range(5):
        with pytest.raises(HarnessError):
            client.send(Request("GET", "http://127.0.0.1:1/"))
    found = shelf.exchanges(2)
    shelf.close()
    assert [exchange.number for exchange in found] == [4, 5]
