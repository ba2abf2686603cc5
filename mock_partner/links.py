"""Reads the Link header of a page (RFC 8288); it knows nothing of pages or objects."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PARAMETER = r"""\s*;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"[^"]*"|[^\s",;]+))?"""
_LINK = re.compile(rf"\s*<(?P<url>[^<>]*)>(?P<parameters>(?:{_PARAMETER})*)\s*(?:,|$)")
_RELATIONS = re.compile(r""";\s*rel\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s",;]+))""", re.IGNORECASE)


def links(value: str) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """Return the links of one header value as (URL, relations); None when it does not have the form of links."""
    found, position = [], 0
    while position < len(value):
        match = _LINK.match(value, position)
        if match is None:
            return None
        relation = _RELATIONS.search(match["parameters"])
        names = (relation["quoted"] or relation["plain"] or "").lower().split() if relation else ()
        found.append((match["url"], tuple(names)))
        position = match.end()
    return tuple(found)


def next_url(values: Iterable[str]) -> str | None:
    """Return the URL of the next page in the values of the Link headers, as it stands there, or None."""
    for value in values:
        for url, relations in links(value) or ():
            if "next" in relations:
                return url
    return None
