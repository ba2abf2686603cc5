"""Runs the benchmarks and prints each number beside its goal (`python -m bench [NAME…]`); nothing is measured here."""

from __future__ import annotations

import sys

from bench import BENCHMARKS, partner, reports, running, schemas

MODULES = (schemas, running, reports, partner)
"""The files that register benchmarks; a new one is added here."""


def main(names: list[str]) -> int:
    """Runs the benchmarks named, or all; returns 0 when every goal is met, 1 when one is missed, 4 for a wrong name."""
    if unknown := [name for name in names if name not in BENCHMARKS]:
        sys.stderr.write(f"no benchmark is called {', '.join(unknown)}; known: {', '.join(BENCHMARKS)}\n")
        return 4
    met = True
    for name in names or BENCHMARKS:
        for measured in BENCHMARKS[name]():
            print(measured, flush=True)
            met = met and measured.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
