"""The command ocpi-conformance."""
