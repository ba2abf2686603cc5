"""The command ocpi-conformance."""

from __future__ import annotations

import click

# Wrong usage ends with 4 in every command, as in pytest; click's own 2 means here that nothing could be judged.
click.UsageError.exit_code = 4
