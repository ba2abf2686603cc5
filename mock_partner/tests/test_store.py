"""The store shows what is true at any moment, however objects were put there, handed out and changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ocpi_conformance.mock_partner import jsontext
from ocpi_conformance.mock_partner.messages import timestamp
from ocpi_conformance.mock_partner.state import Store, object_key

START = datetime(2026, 1, 1, tzinfo=UTC)


def key(number: int) -> tuple[str, str, str, str]:
    return object_key("NL", "TST", f"X{number}")


def item(number: int) -> dict[str, Any]:
    return {"id": f"X{number}", "last_updated": timestamp(START + timedelta(days=number))}


@pytest.fixture(params=["put", "load"])
def store(request: pytest.FixtureRequest) -> Store:
    """Return a store of five objects, which are there as dicts or as text."""
    made = Store()
    if request.param == "load":
        made.load("things", ((key(n), item(n)) for n in range(5)))
    for n in range(5 if request.param == "put" else 0):
        assert made.put("things", key(n), item(n))
    return made


def shown(store: Store, *window: datetime | None) -> list[Any]:
    return [jsontext.loads(text) for text in store.texts(store.listing("things", *window))]


def test_objects_are_listed_in_the_order_of_their_creation(store: Store) -> None:
    assert shown(store) == [item(n) for n in range(5)]
    assert not store.put("things", key(1), item(9))
    assert [found["last_updated"] for found in shown(store)][1] == item(9)["last_updated"]
    assert store.remove("things", key(0))
    assert not store.remove("things", key(0))
    assert [found["id"] for found in shown(store)] == ["X9", "X2", "X3", "X4"]
    assert store.count("things") == 4
    assert store.counts() == {"things": 4}


def test_a_window_begins_with_its_first_moment_and_ends_before_its_last(store: Store) -> None:
    window = (START + timedelta(days=1), START + timedelta(days=3))
    assert [found["id"] for found in shown(store, *window)] == ["X1", "X2"]
    assert [found["id"] for found in shown(store, window[1])] == ["X3", "X4"]
    assert [found["id"] for found in shown(store, None, window[0])] == ["X0"]


@pytest.mark.parametrize("told", [True, False])
def test_a_change_shows_at_once_whether_or_not_it_was_told(store: Store, told: bool) -> None:
    window = (START + timedelta(days=6), None)
    assert shown(store, *window) == []
    found = store.get("things", key(2))
    assert found is not None
    assert shown(store) == [item(n) for n in range(5)]
    found |= {"name": "other", "last_updated": item(7)["last_updated"]}
    if told:
        store.changed("things", key(2))
    assert shown(store, *window) == [found]
    assert shown(store)[2] == found
    assert store.read("things", key(2)) == found


def test_what_was_told_may_be_got_and_changed_again(store: Store) -> None:
    store.update("things", key(2), {"name": "one"})
    assert shown(store)[2]["name"] == "one"
    found = store.get("things", key(2))
    assert found is not None
    found["name"] = "two"
    assert shown(store)[2]["name"] == "two"
    assert store.update("things", key(99), {"name": "one"}) is None


def test_a_copy_that_was_read_changes_nothing(store: Store) -> None:
    copied = store.read("things", key(1))
    assert copied is not None
    copied["name"] = "mine"
    assert shown(store)[1] == item(1)
    assert store.read("things", key(99)) is None


def test_objects_are_found_by_their_id_whoever_owns_them(store: Store) -> None:
    store.put("things", object_key("BE", "OTH", "y1"), {"id": "Y1"})
    assert store.find("things", "Y1") == {"id": "Y1"}
    assert store.find("things", "x3") == item(3)
    store.remove("things", key(3))
    assert store.find("things", "x3") is None


def test_what_has_no_moment_is_in_every_window() -> None:
    store = Store()
    for n, stamp in enumerate([None, 5, "yesterday"]):
        store.put("things", key(n), {"last_updated": stamp})
    assert len(shown(store, START, START)) == 3


def test_a_view_is_remembered_until_the_object_changes(store: Store) -> None:
    calls: list[str] = []

    def view(found: dict[str, Any]) -> dict[str, Any]:
        calls.append(found["id"])
        return {"name": found["id"]}

    store.changed("things", key(0))
    entries = store.listing("things")[:1]
    assert store.texts(entries, "short", view) == store.texts(entries, "short", view) == (b'{"name":"X0"}',)
    assert calls == ["X0"]
    store.update("things", key(0), {"id": "Z"})
    assert store.texts(entries, "short", view) == (b'{"name":"Z"}',)
    assert store.texts(entries) == (jsontext.dumps(item(0) | {"id": "Z"}),)


@pytest.mark.parametrize("told", [True, False])
def test_a_choice_of_objects_follows_their_changes(store: Store, told: bool) -> None:
    def chosen() -> list[str]:
        entries = store.listing("things", None, None, "without hidden", lambda found: "hidden" not in found)
        return [jsontext.loads(text)["id"] for text in store.texts(entries)]

    assert chosen() == chosen() == ["X0", "X1", "X2", "X3", "X4"]
    found = store.get("things", key(2))
    assert found is not None
    found["hidden"] = True
    if told:
        store.changed("things", key(2))
    assert chosen() == ["X0", "X1", "X3", "X4"]
    assert len(shown(store)) == 5
    assert store.listing("things", None, None, "none", lambda found: False) == ()


def test_texts_are_taken_over_into_an_array_and_can_be_read_again() -> None:
    page = jsontext.Encoded((b'{"a":1}', b"2"))
    assert jsontext.dumps({"data": page, "empty": jsontext.Encoded(())}) == b'{"data":[{"a":1},2],"empty":[]}'
    assert page.decoded() == [{"a": 1}, 2]
    one = jsontext.EncodedValue(b'{"a":1}')
    assert jsontext.dumps({"data": one}) == b'{"data":{"a":1}}'
    assert one.decoded() == {"a": 1}
    with pytest.raises(TypeError, match="set"):
        jsontext.dumps({1})


def test_changes_do_not_grow_with_what_was_ever_handed_out() -> None:
    store = Store()
    store.load("things", ((key(n), item(n)) for n in range(400)))
    store.watch()
    first, *_, last = store.all("things")
    store.take_changes()
    assert 0 < len(store.take_changes()) < 200
    # Who has held on to an object for long says that it was changed; of the last ones nobody has to.
    first["name"] = last["name"] = "changed"
    store.changed("things", key(0))
    found = {changed[2]: jsontext.loads(text or b"{}") for _, changed, text in store.take_changes()}
    assert found["x0"]["name"] == found["x399"]["name"] == "changed"


def test_what_is_kept_is_text_and_what_is_looked_for_is_a_copy(store: Store) -> None:
    assert not store.keep("things", key(1), item(1) | {"name": "new"})
    assert store.keep("things", key(9), item(9))
    store.watch()
    names = [found["id"] for found in store.copies("things", latest_first=True)]
    assert names == ["X9", "X4", "X3", "X2", "X1", "X0"]
    next(store.copies("things"))["id"] = "another"
    assert next(store.copies("things"))["id"] == "X0"
    assert store.keys_of("things", "X9") == (key(9),)
    assert store.keys_of("things", "none") == ()


def test_texts_are_taken_as_they_are() -> None:
    store = Store()
    store.load_texts("things", [(key(1), b'{"id":"X1","last_updated":"2026-01-02T00:00:00Z"}')])
    assert shown(store) == [item(1)]
    assert shown(store, START + timedelta(days=2)) == []
    assert store.read("things", key(1)) == item(1)
