"""Keeps hypothesis from leaving files in the checkout; fixtures belong in the test files."""

from tempfile import TemporaryDirectory

from hypothesis.configuration import set_hypothesis_home_dir

_home = TemporaryDirectory(prefix="hypothesis-")
set_hypothesis_home_dir(_home.name)
