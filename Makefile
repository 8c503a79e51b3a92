# `make demo` and `make test` are the whole set-up on a machine with Python 3.11 or newer.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo up test lint bench clean
.DEFAULT_GOAL := test

demo: $(READY)
	@exec $(BIN)/python manage.py demo

up: $(READY)
	@exec $(BIN)/python manage.py up

# What pytest makes of every test is kept beside it, also where Python was told to keep nothing: to make it takes longer
# than to collect the tests, and each worker would.
test: $(READY)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 3 --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .

bench: $(READY)
	@$(BIN)/python -m tests.bench

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Countersign needs Python 3.11 or newer: install one, or name it (make PYTHON=/path/to/python)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Countersign needs Python 3.11 or newer, and $(PYTHON) is older: make PYTHON=/path/to/python."; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || \
		{ echo "$(PYTHON) cannot make virtual environments: install its venv package (on Debian: python3-venv)."; exit 1; }
	@echo "Installing what constraints.txt names; this is once."
	@$(BIN)/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print("\n".join(p["dependencies"] + p["optional-dependencies"]["dev"]))' > .venv/wanted.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement .venv/wanted.txt
	@touch $(READY)

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
