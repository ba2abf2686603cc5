"""The shape of every OCPI payload; nothing here knows HTTP, Gherkin or pytest."""
