"""Writes docs/mock.md and docs/mock.schema.json: every key of mock.toml, and the control API, from their tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from ocpi_conformance.cli.target_page import tables
from ocpi_conformance.mock_partner.control_acts import described_triggers
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

# As a hub

With `--role HUB` it stands between the platforms that register with it, in 2.2.1 (role `HUB`) and 2.3.0
(`hub_party_id`). A request with `OCPI-to-*` headers goes to the party that they name, with a new X-Request-ID and the
same X-Correlation-ID, and the answer comes back as it is; URLs in it (`Link`, `Location`), and the `response_url` of a
command, lead through the hub. 4001 says that nobody has this address, 4002 that no answer came in time (`[calls]
seconds`), 4003 that the party is not connected, 4000 that it has not this module in this version: bodies are not
translated. A push of Locations, Tariffs or Tokens to the hub itself is broadcast to the other side, a GET of a list
from the hub itself holds the objects of all. Without `OCPI-to-*` headers the hub looks at the Token in a Session or
CDR, at whose object an id is (of those that passed it), at who else there is; a GET is tried with one after the other.

Who registers and who leaves becomes a ClientInfo and is pushed to the others; `change_client` sets a status (nothing is
sent to a party that is not CONNECTED), `check_clients` asks everybody for the versions. A CPO or eMSP of ours that is
registered with a hub addresses it the same way: a broadcast, a GET of all, whose Token or Session it is, or no receiver
at all. To a party that the hub says is not connected it sends no Session, no CDR and no charging preferences.

# A store

With `--store FILE` what it knows survives a restart, and a kill: what a request or an action has changed is written
before anybody hears of it, in one transaction, the first filling too. What that takes depends on what has changed, not
on how much there is. Measured with 300,000 EVSEs (75,618 Locations, 5,000 CDRs) on two busy cores, CPython 3.11:

| | CPU | memory |
|---|---|---|
| until it answers, with a new file (270 MB) | 20 s | 0.33 GB |
| until it answers after a restart, or a kill | 4.4 s | 0.31 GB |
| to write one change | 0.2 ms | |
| the same with 300,000 Tokens: a new file (115 MB), `invalidate_token` | 24 s, 60 ms | 0.42 GB |

A process that was killed while it filled the file fills it anew; one that was killed later goes on with all that it
had acknowledged. The file holds the exchanges that the memory does: `[limits] kept_exchanges` of them, and `kept_bytes`
bytes, at most.

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


_TRIGGERS = """
# Triggers

`POST trigger` with `{"name": ..., "arguments": {...}}`; what is not marked with a star may be left out. What only 2.3.0
has (invoices, payments, bookings) needs partners that speak it.

| trigger | arguments | what |
|---|---|---|
"""


def _triggers() -> list[str]:
    rows = [_TRIGGERS]
    for row in described_triggers():
        names = [f"`{name}`{'*' if name in row['required'] else ''}" for name in row["arguments"]]
        names += ["fields of its body"] if row["further"] else []
        rows.append(f"| `{row['name']}` | {', '.join(names)} | {row['meaning'].replace('|', '/')} |\n")
    return rows


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
    return "".join([*lines, *_triggers()])


def schema_text() -> str:
    """Return docs/mock.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


WRITERS: dict[str, Callable[[], str]] = {"page": page, "schema": schema_text}


if __name__ == "__main__":
    sys.stdout.write(WRITERS[sys.argv[1]]())
