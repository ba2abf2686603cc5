"""Markup made of values: text comes in escaped, redacted and printable only. Nothing here knows what a report says."""

from __future__ import annotations

import html

from ocpi_conformance.mock_partner.safety import Redactor

# Elements of HTML without an end tag; in SVG every element has one.
_EMPTY = frozenset({"meta", "input"})


class Markup(str):
    """Text that is markup already; only `Builder` makes it of anything that comes from outside."""

    __slots__ = ()


class Builder:
    """Makes elements. Every child that is no `Markup`, and every attribute, passes `redactor` and is escaped.

    Args:
        redactor: what must not be shown.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def text(self, text: str) -> Markup:
        """Return `text` redacted, printable and escaped; fit for an element and for a quoted attribute."""
        return Markup(html.escape(self._redactor.clean(text), quote=True))

    def __call__(self, name: str, /, *children: str | None, **attributes: object) -> Markup:
        """Return an element.

        Args:
            name: of the element.
            children: markup, or text that is escaped; None is left out.
            attributes: by name, `_` for `-` within and at the end of a reserved word; True stands without a value,
                None and False are left out.
        """
        opened = "".join([name, *(self._attribute(key, value) for key, value in attributes.items())])
        if name in _EMPTY:
            return Markup(f"<{opened}>")
        return Markup(f"<{opened}>{self.join(*children)}</{name}>")

    def join(self, *children: str | None) -> Markup:
        """Return the children one after the other, escaped where they are no markup."""
        return Markup("".join(child if isinstance(child, Markup) else self.text(child) for child in children if child))

    def _attribute(self, key: str, value: object) -> str:
        if value is None or value is False:
            return ""
        name = key.rstrip("_").replace("_", "-")
        return f" {name}" if value is True else f' {name}="{self.text(str(value))}"'
