# Two commands matter: `make demo` and `make test`. Both need Python 3.11+, git and make, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The version of OCPI that is measured in; `make proof` measures in all where none is asked for.
VERSION ?= 2.2.1
# How many combinations of legal oddities, how many mutants and the seed of these, how many runs in another order.
SEEDS ?= 100
RUNS ?= 50
N ?= 300
SEED ?= 1

.PHONY: demo test lint types self-test embedded noticed bench proof mutants variance mixtures stability clean

demo: $(VENV)/installed
	$(BIN)/ocpi-conformance demo -n 2

test: lint types self-test embedded noticed

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed
	$(BIN)/mypy

self-test: $(VENV)/installed
	$(BIN)/pytest -q -n 2

embedded: $(VENV)/installed
	$(BIN)/pytest features --target=embedded --ocpi-version=2.1.1 --ocpi-version=2.2.1 --ocpi-version=2.3.0 -q -n 2

# The first of the mutants that `make mutants` makes by the thousand. The seed stands still: a change decides, not chance.
noticed: $(VENV)/installed
	$(BIN)/python -m ocpi_conformance.cli.mutation --n=300 --seed=1 --quiet

proof: VERSION = all
proof: $(VENV)/installed
	$(BIN)/python -m ocpi_conformance.cli.proof --version=$(VERSION) --json=docs/proof.json

mutants: $(VENV)/installed
	$(BIN)/python -m ocpi_conformance.cli.mutation --version=$(VERSION) --n=$(N) --seed=$(SEED) --json=docs/proof.json

variance: $(VENV)/installed
	$(BIN)/python -m ocpi_conformance.cli.variance --version=$(VERSION) --seeds=$(SEEDS) --json=docs/proof.json

mixtures: $(VENV)/installed
	$(BIN)/python -m ocpi_conformance.cli.variance --version=$(VERSION) --only-seeds --seeds=$(SEEDS) --json=docs/proof.json

stability: $(VENV)/installed
	$(BIN)/python -m ocpi_conformance.cli.stability --version=$(VERSION) --runs=$(RUNS) --json=docs/proof.json

bench: $(VENV)/installed
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist reports/out src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
