"""Data of any size are the same for one seed and hang together; own files are read, or refused with a reason."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.datasets import dataset, fill, load_files
from ocpi_conformance.mock_partner.errors import HarnessError
from ocpi_conformance.mock_partner.state import Party, Store, key_of

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CPO, EMSP = Party("CPO", "NL", "TST"), Party("EMSP", "NL", "TST")


@pytest.mark.parametrize("owner", [CPO, EMSP], ids=lambda owner: owner.role)
def test_the_same_seed_gives_the_same_bytes(owner: Party) -> None:
    first, second, third = (jsontext.dumps(dataset(200, seed=seed, owner=owner, now=NOW)) for seed in (1, 1, 2))
    assert first == second != third


@pytest.mark.parametrize("size", [0, 1, 10, 1000])
def test_there_are_as_many_evses_or_tokens_as_asked_for(size: int) -> None:
    made = dataset(size, seed=1, owner=CPO, now=NOW)
    assert sum(len(place["evses"]) for place in made["locations"]) == size
    assert len(dataset(size, seed=1, owner=EMSP, now=NOW)["tokens"]) == size


def test_a_store_is_filled_with_the_same() -> None:
    store = Store()
    fill(store, 100, seed=1, owner=CPO, now=NOW)
    for module, items in dataset(100, seed=1, owner=CPO, now=NOW).items():
        assert jsontext.dumps([store.read(module, key) for key in store.keys(module)]) == jsontext.dumps(items)


def test_ids_are_unique_and_evse_ids_those_of_the_owner() -> None:
    made = dataset(1000, seed=1, owner=CPO, now=NOW)
    for module, items in made.items():
        assert len({key_of(module, item) for item in items}) == len(items)
    evses = [evse for place in made["locations"] for evse in place["evses"]]
    assert len({evse["uid"] for evse in evses}) == len({evse["evse_id"] for evse in evses}) == 1000
    assert all(re.fullmatch(r"NL\*TST\*E[0-9*]+", evse["evse_id"]) for evse in evses)


def test_the_parts_of_a_cpo_hang_together() -> None:
    made = dataset(1000, seed=1, owner=CPO, now=NOW)
    tariffs = {tariff["id"] for tariff in made["tariffs"]}
    plugs = [plug for place in made["locations"] for evse in place["evses"] for plug in evse["connectors"]]
    assert {name for plug in plugs for name in plug["tariff_ids"]} == tariffs
    places = {place["id"] for place in made["locations"]}
    sessions = {session["id"]: session for session in made["sessions"]}
    assert len(sessions) == len(made["cdrs"]) > 40
    for cdr in made["cdrs"]:
        session = sessions[cdr["session_id"]]
        assert session["location_id"] == cdr["cdr_location"]["id"] in places
        assert (session["kwh"], session["total_cost"]) == (cdr["total_energy"], cdr["total_cost"])


def test_there_is_some_of_everything() -> None:
    made = dataset(1000, seed=1, owner=CPO, now=NOW)
    evses = [evse for place in made["locations"] for evse in place["evses"]]
    statuses = Counter(evse["status"] for evse in evses)
    assert statuses.most_common(1)[0][0] == "AVAILABLE"
    assert len(statuses) == 9
    powers = {plug["max_electric_power"] for evse in evses for plug in evse["connectors"]}
    assert powers == {11_000, 22_000, 50_000, 150_000, 350_000}
    assert {tariff["type"] for tariff in made["tariffs"]} == {"REGULAR", "AD_HOC_PAYMENT"}
    assert {place["opening_times"]["twentyfourseven"] for place in made["locations"]} == {True, False}
    assert len({place["city"] for place in made["locations"]}) > 10


def test_objects_changed_one_after_the_other_before_now() -> None:
    for owner in (CPO, EMSP):
        for module in ("locations", "tokens"):
            stamps = [item["last_updated"] for item in dataset(300, seed=1, owner=owner, now=NOW).get(module, [])]
            assert stamps == sorted(stamps)
            assert all(stamp < "2026-01-05T12:00:00Z" for stamp in stamps)


@pytest.mark.parametrize(
    ("country", "alpha3", "currency", "zone"),
    [("GB", "GBR", "GBP", "Europe/London"), ("SE", "SWE", "SEK", "Europe/Stockholm"), ("XX", "NLD", "EUR", None)],
)
def test_the_country_of_the_owner_decides(country: str, alpha3: str, currency: str, zone: str | None) -> None:
    made = dataset(20, seed=1, owner=Party("CPO", country, "TST"), now=NOW)
    assert {place["country"] for place in made["locations"]} == {alpha3}
    assert {place["time_zone"] for place in made["locations"]} == {zone or "Europe/Amsterdam"}
    assert {tariff["currency"] for tariff in made["tariffs"]} == {currency}


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(HarnessError, match="-1 EVSEs"):
        dataset(-1, seed=1, owner=CPO, now=NOW)


# Files ----------------------------------------------------------------------------------------------------------------

GOOD = '{"country_code": "NL", "party_id": "TST", "id": "A", "last_updated": "2026-01-01T00:00:00Z"}'


def test_files_of_both_kinds_are_read(tmp_path: Path) -> None:
    (tmp_path / "locations.json").write_text(f"[{GOOD}]", encoding="utf-8")
    (tmp_path / "tariffs.jsonl").write_text(f"{GOOD}\n\n{GOOD.replace('A', 'B')}\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("not data", encoding="utf-8")
    found = load_files(tmp_path)
    assert [item["id"] for item in found["locations"]] == ["A"]
    assert len(found["tariffs"]) == 2


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("locations.json", f"[{GOOD},\n{{]", r"locations\.json:2: not JSON"),
        ("locations.jsonl", f"{GOOD}\n{{", r"locations\.jsonl:2: not JSON"),
        ("locations.jsonl", f"{GOOD}\n[]", r"locations\.jsonl:2: no object but array"),
        ("locations.json", GOOD, r"locations\.json:1: no array"),
        ("locations.json", '[{"id": "A"}]', r"item 1 of the array: no field country_code"),
        ("locations.json", "[" + GOOD.replace('"A"', "5") + "]", r"item 1 .*an id that is no string"),
        ("locations.json", "[" + GOOD.replace("2026", "last") + "]", r"item 1 .*last_updated is no DateTime"),
        ("locations.json", f"[{GOOD}, {GOOD}]", r"two objects of locations with the id a of nl\*tst"),
        ("chargers.json", "[]", r"chargers is no module with lists"),
        ("notes.txt", "", r"holds no data"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(HarnessError, match=message):
        load_files(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="no folder"):
        load_files(tmp_path / "none")
