"""What the exit codes of the commands mean, as their help tells it. Text only."""

from __future__ import annotations

EXIT_CODES = """\b
Exit codes:
  0  conformant (also with warnings, or partial)
  1  at least one MUST is violated, or a waiver is stale
  2  interrupted, or the target could not be judged
  3  internal error
  4  wrong usage or configuration
  5  nothing was graded
"""
