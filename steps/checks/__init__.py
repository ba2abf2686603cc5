"""Pure functions over exchanges and objects; no pytest, no Gherkin, no network."""
