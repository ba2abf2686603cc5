"""Tests of the reading of Link headers."""

from __future__ import annotations

import pytest

from ocpi_conformance.mock_partner.links import links, next_url

URL = "https://www.server.com/ocpi/cpo/2.2.1/cdrs/?offset=150&limit=50"


@pytest.mark.parametrize(
    "value",
    [
        f'<{URL}>; rel="next"',
        f"<{URL}>;rel=next",
        f'<{URL}>; title="a, b"; REL="prefetch next"',
        f'<https://www.server.com/>; rel="first", <{URL}>; rel="next"',
    ],
)
def test_the_next_link_is_found_in_every_form_of_the_rfc(value: str) -> None:
    assert next_url([value]) == URL


def test_a_second_header_counts_too() -> None:
    assert next_url(['<https://www.server.com/>; rel="first"', f'<{URL}>; rel="next"']) == URL


@pytest.mark.parametrize("value", [f'<{URL}>; rel="last"', f"<{URL}>", ""])
def test_another_relation_is_no_next_link(value: str) -> None:
    assert links(value) is not None
    assert next_url([value]) is None


@pytest.mark.parametrize("value", [URL, f'{URL}; rel="next"', f'<{URL}; rel="next"', f'"{URL}"; rel="next"'])
def test_a_value_of_another_form_is_no_link(value: str) -> None:
    assert links(value) is None
    assert next_url([value]) is None
