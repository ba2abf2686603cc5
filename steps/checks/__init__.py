"""Pure functions over exchanges and objects; no pytest, no Gherkin, no network. Importing the package imports all."""

from __future__ import annotations

import importlib
import pkgutil

# Every module registers its expectations when it is imported: once, whatever name pytest gives this package.
for _module in pkgutil.iter_modules(__path__):
    if _module.name not in {"registry", "tests"}:
        importlib.import_module(f"ocpi_conformance.steps.checks.{_module.name}")
