"""Pure functions over exchanges and objects; no pytest, no Gherkin, no network."""

from ocpi_conformance.steps.checks import responses

__all__ = ["responses"]
