"""Writes docs/target.md: every key of target.toml and every trigger, from the tables that the code reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from ocpi_conformance.mock_partner.config import describe
from ocpi_conformance.mock_partner.embedded import TRIGGER_PARAMETERS
from ocpi_conformance.mock_partner.settings_file import Row
from ocpi_conformance.steps import booking, paying
from ocpi_conformance.steps.acts import TRIGGERS
from ocpi_conformance.steps.offered import ANOTHER, OFFERS

_HEAD = """# target.toml

The whole contract with an implementer. This page is made from the tables that the code reads
(`python -m ocpi_conformance.cli.target_page > docs/target.md`); a test holds it equal.

The command line beats the environment, the environment beats the file. Secrets never stand in the file: write
`{ env = "NAME" }` or `{ file = "path" }`. A pool of tokens is a list of such references, or one variable with several
tokens between commas or spaces. Unknown keys are refused, with the file, the key and what to write instead.
"""
_TRIGGERS = """## Triggers

How to make the target act first. Without one, what it would show is *not observed*. Each is one of

```toml
[triggers]
change_evse_status = { command = "./admin evse {evse_uid} --status {status}" }
create_location = { http = "POST https://admin.acme.test/locations" }
remove_evse = { operator = "Take EVSE {evse_uid} of {location_id} out of service" }
```

| trigger | the target is made to | placeholders |
|---|---|---|
"""


_OFFERS = """
## Offers

What a command of the suite can be for. Where nothing is named, what a command would show is *not observed*: the suite
starts, reserves and unlocks nothing that nobody has offered. With `[allow] commands = true` it takes what the target
publishes, an EVSE that is AVAILABLE and says that it has the capability; say so where no driver is in the way.

A row names one EVSE; without `connector_id` it is the first Connector that is published there. `car = "plugged in"`
says of `evse` that a Session begins as soon as it is started. A terminal of a payment terminal provider is named by
other words, and is left activated or deactivated.

```toml
[offers]
evse = { location_id = "LOC1", evse_uid = "E1", connector_id = "1", car = "plugged in" }
silent_evse = { location_id = "LOC1", evse_uid = "E9", connector_id = "1" }
```

| offer | what it is |
|---|---|
"""


def _plain(name: str) -> str:
    return name.replace("_", " ")


def tables(documented: Iterable[Row]) -> Iterator[str]:
    """Yield the lines that describe the keys of a file, section by section."""
    for section, rows in groupby(documented, key=lambda row: row.section):
        yield f"\n## [{section}]\n\n| key | type | default | meaning | environment |\n|---|---|---|---|---|\n"
        for row in rows:
            cells = (f"`{row.key}`", row.type, row.default, row.meaning, f"`{row.variable}`" if row.variable else "")
            yield "| " + " | ".join(cell.replace("|", "/") or " " for cell in cells) + " |\n"


def page() -> str:
    """Return the page."""
    lines = [_HEAD, *tables(describe()), "\n", _TRIGGERS]
    # The first of the phrases that mean the same trigger is the plainest.
    acts = {name: words for words, (name, _) in reversed(TRIGGERS.items())} | {
        "new_token_a": "issue a CREDENTIALS_TOKEN_A, printed",
        "create_session": "begin a Session in the status that is named",
        "send_command": "send the command that is named",
        "confirm_payment": "capture what the Session with this reference has cost, and confirm that",
    }
    for name, parameters in sorted(TRIGGER_PARAMETERS.items()):
        placeholders = ", ".join(f"`{{{parameter}}}`" for parameter in parameters) or " "
        lines.append(f"| `{name}` | {acts.get(name, _plain(name))} | {placeholders} |\n")
    lines.append(_OFFERS)
    offers = {**OFFERS, "another EVSE to reserve": ANOTHER}
    lines += [f"| `{wanted.key}` | {words} |\n" for words, wanted in offers.items()]
    lines.append(f"| `{booking.KEY}` | an EVSE at which {booking.IN_TIME} is |\n")
    lines += [
        f"| `{wanted.key}` | {words}, named by its `{wanted.told}` |\n" for words, wanted in paying.OFFERS.items()
    ]
    return "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
