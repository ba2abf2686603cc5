"""What OCPI requires: Gherkin and facts, no logic."""
