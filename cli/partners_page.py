"""Writes docs/partners.md: the partner profiles that come with the suite, what each checks and where that is said.

Rules: it is made from features/profiles; it says nothing of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from ocpi_conformance.steps import profiles
from ocpi_conformance.steps.catalogue import Catalogue
from ocpi_conformance.steps.profiles import Profile, Required

_HEAD = """# Partner profiles

Made by `python -m ocpi_conformance.cli.partners_page > docs/partners.md`; a test holds it equal.

`ocpi-conformance run --profile NAME` says, apart from conformance, whether the target suits a named partner or
regulator: what it asks beyond OCPI is there, and what fails is nothing that it uses. The exit code stays that of
conformance. A profile holds what the pages beside it said when they were read, and no more; they change, and the
partner has the last word. It looks at what the target sends: run it against the connection that serves this partner.

| profile | versions | roles | who |
|---|---|---|---|
"""
_FOOT = """
## One of your own

A TOML file with the keys that [features/profiles/README.md](../features/profiles/README.md) lists, given by its path:
`run --profile mine.toml`. A class, module, version or requirement that does not exist is refused before the run.

```toml
name = "Our roaming hub"
about = "What the contract asks beyond OCPI"
sources = ["https://example.com/contract"]
versions = ["2.2.1"]
roles = ["CPO"]
modules_required = ["cdrs"]

[[required]]
object = "EVSE"
field = "evse_id"

[[required]]
object = "Tariff"
field = "currency"
values = ["EUR", "SEK"]
```
"""


def page() -> str:
    """Return the page."""
    catalogue = Catalogue.load()
    found = {name: profiles.load(name, catalogue) for name in profiles.names()}
    rows = [
        f"| [`{name}`](#{name}) | {', '.join(each.versions)} | {', '.join(each.roles)} | {each.about} |\n"
        for name, each in found.items()
    ]
    parts = [line for name, each in found.items() for line in _section(name, each)]
    return "".join([_HEAD, *rows, *parts, _FOOT])


def _section(name: str, profile: Profile) -> Iterator[str]:
    yield f"\n## {name}\n\n{profile.name}: {profile.about}.\n\n"
    yield from (f"- has to have: {_rule(required)}\n" for required in profile.required)
    if profile.modules_required:
        yield f"- has to offer: {_codes(profile.modules_required)}\n"
    if profile.modules_off:
        yield f"- does not count: what fails in {_codes(profile.modules_off)}\n"
    yield from (f"- does not count: {row.requirement}: {row.reason}\n" for row in profile.tolerated)
    yield from (f"- not judged: {text}\n" for text in profile.not_judged)
    yield "- said by: " + ", ".join(f"[{number}]({url})" for number, url in enumerate(profile.sources, 1)) + "\n"


def _rule(required: Required) -> str:
    fields = " or ".join(f"`{required.object}.{name}`" for name in required.field)
    values = " or ".join(f"`{json.dumps(value)}`" for value in required.values)
    return f"{fields}, {values}" if values else fields


def _codes(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    sys.stdout.write(page())
