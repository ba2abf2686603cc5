"""Writes docs/mock.md and docs/mock.schema.json: every key of mock.toml, and the control API, from their tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from ocpi_conformance.cli.target_page import tables
from ocpi_conformance.mock_partner.control_routes import ROUTES
from ocpi_conformance.mock_partner.named_defects import profiles
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
partner. Both take every object for valid unless they are given `validate`; the command looks into the schemas.

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


def page() -> str:
    """Return docs/mock.md."""
    lines = [_HEAD, *tables(describe()), "\nProfiles: ", ", ".join(f"`{name}`" for name in profiles()), ".\n", _CONTROL]
    lines += [f"| `{route.method} {route.template}` | {route.summary} |\n" for route in ROUTES]
    return "".join(lines)


def schema_text() -> str:
    """Return docs/mock.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


WRITERS: dict[str, Callable[[], str]] = {"page": page, "schema": schema_text}


if __name__ == "__main__":
    sys.stdout.write(WRITERS[sys.argv[1]]())
