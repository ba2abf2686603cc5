"""Writes docs/mock.md and docs/mock.schema.json: every key of mock.toml, and the control API, from their tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from ocpi_conformance.cli.target_page import tables
from ocpi_conformance.mock_partner.control_routes import ROUTES
from ocpi_conformance.mock_partner.fault_actions import REPLY_ACTIONS, REQUEST_ACTIONS
from ocpi_conformance.mock_partner.faults import MATCH, SCOPE
from ocpi_conformance.mock_partner.named_defects import profiles, quirks
from ocpi_conformance.mock_partner.sandbox_config import describe, schema

_HEAD = """# The mock partner on its own

```
.venv/bin/ocpi-conformance mock --role EMSP --version 2.2.1 --port 9000
```

prints what your system needs to register with it, and runs until Ctrl-C. `ocpi-conformance mock print-config` shows the
configuration that counts. This page is made from the tables that the code reads
(`python -m ocpi_conformance.cli.mock_page page > docs/mock.md`); a test holds it equal.

In Python: `ocpi_conformance.mock_partner.asgi:app_from` returns an ASGI application;
`from ocpi_conformance.mock_partner.pytest_fixture import ocpi_partner, ocpi_partner_config` gives a pytest suite a
partner. Both take every object for valid unless they are given `validate`, and mark nothing in the console unless they
are given `explain`; the command looks into the schemas.

# Console

The command prints its address, which ends in `#` and the control secret: browsers keep that part to themselves, and the
page takes it out of the address bar. It shows the exchanges as they happen, with what breaks the schemas marked in
place; the partners and their registration; the Locations on a map. Its buttons run triggers and arm faults. It asks
nothing of any other server, so it works offline. Keys: arrows in tabs and lists, Enter to what is chosen, Escape back.

# mock.toml

The command line beats the environment, the environment beats the file. Secrets never stand in the file: write
`{ env = "NAME" }` or `{ file = "path" }`. Unknown keys are refused, with the file, the key and what to write instead.
[mock.schema.json](mock.schema.json) is its JSON Schema. A switch of `[behaviour]` or a rule of `[[faults]]` that breaks
OCPI is for testing how your system takes it; the profiles of `[variance]` are legal.
"""
_CONTROL = """
# Control API

Below `/control`, with `Authorization: Bearer <control secret>`; errors are `{"error": ..., "remedy": ...}`.
`GET /control/openapi.json` describes it in OpenAPI 3.1.

| operation | what |
|---|---|
"""


_RULES = """
# Fault rules

A rule is a table: `match` says which messages are meant, then comes how many of them, and one key for each action.
`{ match = { module = "locations", route = "list", nth = 2 }, status = 503, retry_after = 5 }` is the second list of
Locations; `after = 1`, `times = 2`, `every = 3` and `probability = 0.1` (with a `seed`) choose among those that match.
`match.direction` is `reply` (what the mock answers, by default), `request` (what it sends) or `any`. Places are JSON
Pointers into `data` or into the body of a request, where `*` is every item. `delay`, `drop` and `reorder` of the result
of a command make it late, missing or out of order, `duplicate` sends it twice.

"""
_VARIANCE = """
# Legal variance and known systems

`[variance] profiles` takes any of: %s. `ocpi-conformance` is tested with each of them and with all.

`[behaviour] profile`, or `POST faults` at run time, takes one known system:

| profile | who behaves so | told by |
|---|---|---|
"""


def _rules() -> list[str]:
    lines = [_RULES, "| key | takes |\n|---|---|\n"]
    lines += [f"| `match.{name}` | {takes} |\n" for name, takes in MATCH.items()]
    lines += [f"| `{name}` | {takes} |\n" for name, takes in SCOPE.items()]
    lines.append("\n| action | takes | answers | requests |\n|---|---|---|---|\n")
    for name in dict.fromkeys((*REPLY_ACTIONS, *REQUEST_ACTIONS)):
        sides = ("yes" if name in REPLY_ACTIONS else "", "yes" if name in REQUEST_ACTIONS else "")
        takes = {table[name].takes: None for table in (REPLY_ACTIONS, REQUEST_ACTIONS) if name in table}
        lines.append(f"| `{name}` | {', or '.join(takes)} | {sides[0]} | {sides[1]} |\n")
    return lines


def _variance() -> list[str]:
    told = {name: ", ".join(f"[{n}]({url})" for n, url in enumerate(q.sources, 1)) for name, q in quirks().items()}
    rows = [f"| `{name}` | {quirk.about} | {told[name]} |\n" for name, quirk in quirks().items()]
    return [_VARIANCE % ", ".join(f"`{name}`" for name in profiles()), *rows]


def page() -> str:
    """Return docs/mock.md."""
    lines = [_HEAD, *tables(describe()), *_rules(), *_variance(), _CONTROL]
    lines += [f"| `{route.method} {route.template}` | {route.summary} |\n" for route in ROUTES]
    return "".join(lines)


def schema_text() -> str:
    """Return docs/mock.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


WRITERS: dict[str, Callable[[], str]] = {"page": page, "schema": schema_text}


if __name__ == "__main__":
    sys.stdout.write(WRITERS[sys.argv[1]]())
