"""`python -m ocpi_conformance.cli`: the command, where its script is not on the path."""

from ocpi_conformance.cli.main import main

main(prog_name="ocpi-conformance")
