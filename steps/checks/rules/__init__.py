"""The rules beyond schemas: what the text says of an object's content in words, one function for each requirement.

Importing the package imports all rules. Rules are pure functions over values: no exchange, no network, no pytest.
"""

from __future__ import annotations

import importlib
import pkgutil

from ocpi_conformance.steps.checks.rules.registry import RULES, Flaw, Rule, flaws, rule, rule_over

SCHEMA_DECIDES: dict[str, tuple[str, ...]] = {}
"""What the schemas decide, of all areas: requirement → class ("*" is any), then what `steps.checks.kept` explains."""

for _module in pkgutil.iter_modules(__path__):
    if _module.name not in {"registry", "tests"}:
        # By its one name: a test runner may import this file under another one, and a rule registers itself once.
        _imported = importlib.import_module(f"ocpi_conformance.steps.checks.rules.{_module.name}")
        SCHEMA_DECIDES |= getattr(_imported, "SCHEMA_DECIDES", {})

__all__ = ["RULES", "SCHEMA_DECIDES", "Flaw", "Rule", "flaws", "rule", "rule_over"]
