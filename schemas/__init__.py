"""The shape of every OCPI payload; nothing here knows HTTP, Gherkin or pytest."""

from __future__ import annotations

from ocpi_conformance.schemas.errors import SchemaError
from ocpi_conformance.schemas.facts import VERSIONS
from ocpi_conformance.schemas.validation import Validator, names, registry, validator

__all__ = ["VERSIONS", "SchemaError", "Validator", "names", "registry", "validator"]
