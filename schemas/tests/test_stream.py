"""Values are found in whatever a file holds, in pieces of any size, and what is no JSON is named by its line."""

import json
import tracemalloc

import pytest

from ocpi_conformance.schemas import stream
from ocpi_conformance.schemas.bulk import Bulk, Task
from ocpi_conformance.schemas.stream import Item, is_lines, items_of_lines, items_of_values, line_batches
from ocpi_conformance.schemas.tests.samples import sample


def pieces(text, size):
    data = text if isinstance(text, bytes) else text.encode()
    return [data[at : at + size] for at in range(0, len(data), size)]


def values(text, size=1 << 20, *, unwrap=True):
    return [(item.root, item.value, item.problem) for item in items_of_values(pieces(text, size), unwrap=unwrap)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n", []),
        ('{"a": [1, {"b": "}]"}]}', [("", {"a": [1, {"b": "}]"}]})]),
        ("{}", [("", {})]),
        ("[]", []),
        ("[ ]", []),
        ('[1, "é🔌", null, 2.5e3]', [("/0", 1), ("/1", "é🔌"), ("/2", None), ("/3", 2500.0)]),
        ("12345", [("", 12345)]),
        ('"ACTIVE"', [("", "ACTIVE")]),
        ('{\n "a": 1\n}\n{\n "a": 2\n}\n', [("", {"a": 1}), ("", {"a": 2})]),
        ('[{"a": 1}]\n[{"a": 2}]', [("/0", {"a": 1}), ("/0", {"a": 2})]),
        ('\ufeff{"a": "\\ud83d\\udd0c\\""}', [("", {"a": '🔌"'})]),
        ('{"data": [{"a": 1}, 2], "status_code": 1000}',
         [("/data/0", {"a": 1}), ("/data/1", 2), ("", {"status_code": 1000})]),
        ('{"status_code": 1000, "data": {"a": 1}}', [("/data", {"a": 1}), ("", {"status_code": 1000})]),
        ('{"status_code": 2000}', [("", {"status_code": 2000})]),
        ('{"data": null}', [("", {})]),
    ],
)  # fmt: skip
def test_values_are_found_whatever_the_size_of_the_pieces(text, expected, size):
    assert values(text, size) == [(*found, "") for found in expected]


def test_the_envelope_is_marked_and_left_whole_where_it_is_asked_for():
    text = b'{"status_code": 1000, "data": [1]}'
    assert [item.envelope for item in items_of_values([text], unwrap=True)] == [False, True]
    assert list(items_of_values([text], unwrap=False)) == [Item(1, "", json.loads(text))]
    assert list(items_of_lines(1, text, unwrap=False)) == [Item(1, "", json.loads(text))]


@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("hello", 1, "expecting value"),
        ("{", 1, "found the end"),
        ("[1,\n2", 2, "found the end"),
        ("[1 2]", 1, "expected ',' or ']', found '2'"),
        ("[1,]", 1, "expecting value"),
        ('{"a": 1,}', 1, """expected '"', found '}'"""),
        ('{"a" 1}', 1, "expected ':'"),
        ("{a: 1}", 1, """expected '"', found 'a'"""),
        ('[\n{"a": 1},\n{"a":\n oops}]', 4, "expecting value"),
        ('{"a": "b', 1, "unterminated string starting"),
        ('{"a": tru', 1, "expecting value"),
        ("[" * 100_000, 1, "nested too deeply"),
        (f"[{'9' * 5000}]", 1, "a number of too many digits"),
        ("[1] x", 1, "expecting value"),
    ],
)
def test_what_is_no_json_is_the_last_item_with_its_line(text, line, problem, size):
    *_, last = items_of_values(pieces(text, size), unwrap=True)
    assert (last.line, last.value) == (line, None)
    assert problem in last.problem


def test_the_line_of_each_element_is_that_on_which_it_starts():
    items = items_of_values(pieces('[\n{"a":\n 1},\n\n{"a": 2}, {"a": 3}]', 4), unwrap=True)
    assert [item.line for item in items] == [2, 5, 5]


def test_a_value_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(stream, "MAX_VALUE", 10_000)
    read = []

    def endless():
        yield b'["'
        while True:
            read.append(1000)
            yield b"x" * 1000

    (item,) = items_of_values(endless(), unwrap=True)
    assert "one value of more than" in item.problem
    assert sum(read) < 40_000


def test_a_number_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(stream, "MAX_VALUE", 10_000)
    (item,) = items_of_values((b"1" if number else b"[0." for number in range(1_000_000)), unwrap=True)
    assert "one value of more than" in item.problem


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ('{"a": 1}', False),
        ('{"a": NaN}', True),
        ('{"a": -Infinity}', True),
        (b'{"a": "\xff"}', True),
        ('{"a": "\\ud800"}', True),
    ],
)
def test_what_only_python_reads_is_marked(text, odd):
    data = text if isinstance(text, bytes) else text.encode()
    assert [item.odd for item in items_of_values([b"[1,", data, b",2]"], unwrap=True)] == [False, odd, False]
    if b"\xff" not in data:
        assert [item.odd for item in items_of_lines(1, b"1\n" + data, unwrap=True)] == [False, odd]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"", False),
        (b'{"a": 1}', False),
        (b'{"a": 1}\n', False),
        (b'{"a": 1}\n{"a": 2}', True),
        (b'\xef\xbb\xbf{"a": 1}\r\n{"a": 2}', True),
        (b'\n\n{"a": 1}\n\n{"a": 2}', True),
        (b'{"a": \n{"a": 2}', True),
        (b'oops\n{"a": 2}', True),
        (b'"A"\n"B"\n', True),
        (b'{\n "a": 1\n}\n', False),
        (b'{\n"a": 1\n}\n', False),
        (b'[\n{"a": 1},\n{"a": 2}]', False),
        (b'[{"a": 1},\n{"a": 2}]', False),
    ],
)
def test_json_lines_are_told_from_other_texts(text, lines):
    assert is_lines(text) == lines


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_a_bad_line_is_named_and_the_rest_is_read(size):
    text = b'{"a": 1}\n\nnot json\n  \r\n{"a": 2} {"a": 3}\n{"status_code": 1000, "data": [4]}\n{"a": 5}'
    found = [
        (item.line, item.root, item.value, item.problem)
        for first, batch in line_batches(pieces(text, size))
        for item in items_of_lines(first, batch, unwrap=True)
    ]
    assert found == [
        (1, "", {"a": 1}, ""),
        (3, "", None, "expecting value"),
        (5, "", None, "more text after the value"),
        (6, "/data/0", 4, ""),
        (6, "", {"status_code": 1000}, ""),
        (7, "", {"a": 5}, ""),
    ]


def test_a_line_without_end_is_passed(monkeypatch):
    monkeypatch.setattr(stream, "MAX_VALUE", 1000)
    text = b'{"a": 1}\n"' + b"x" * 5000 + b'"\n{"a": 2}\n'
    found = [
        (item.line, item.value, item.problem)
        for first, batch in line_batches(pieces(text, 100))
        for item in items_of_lines(first, batch, unwrap=True)
    ]
    assert found[0] == (1, {"a": 1}, "")
    assert found[1][:2] == (2, None)
    assert "one line of more than" in found[1][2]
    assert found[2] == (3, {"a": 2}, "")


class Generated:
    """A file that is made while it is read: a head, many times one element, a tail."""

    def __init__(self, head, element, between, times, tail):
        self.parts = iter([head, *[element + between] * (times - 1), element, tail])
        self.rest = b""
        self.length = 0

    def read(self, size):
        while len(self.rest) < size and (part := next(self.parts, None)) is not None:
            self.rest += part
        data, self.rest = self.rest[:size], self.rest[size:]
        self.length += len(data)
        return data


@pytest.mark.parametrize(
    ("head", "between", "tail"),
    [(b"[", b",", b"]"), (b'{"data": [', b",", b'], "status_code": 1000, "timestamp": "2024-01-01T00:00:00"}'),
     (b"", b"\n", b"\n")],
    ids=["array", "response", "lines"],
)  # fmt: skip
def test_memory_does_not_grow_with_the_length(head, between, tail):
    element = json.dumps(sample("2.2.1", "Location") | {"padding": "é" * 10_000}, ensure_ascii=False).encode()
    bulk = Bulk(Task("2.2.1", "Location"))
    list(bulk.judge(Generated(head, element, between, 2, tail)))
    source = Generated(head, element, between, 500, tail)
    tracemalloc.start()
    try:
        assert list(bulk.judge(source)) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert bulk.tally.objects == 502
    assert source.length > 10_000_000
    assert peak < 4_000_000
