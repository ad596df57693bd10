# Everything a person or a build server does with this repository. Needs a Python 3.11 or newer with pip; nothing else.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP = $(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install -qq --no-input
LOCK = uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet pyproject.toml

# Two makes at once take turns on .venv. Python holds the lock, because not every system has a command for it.
IN_TURN = $(PYTHON) -c 'import fcntl, subprocess, sys; turn = open("Makefile"); fcntl.flock(turn, fcntl.LOCK_EX); sys.exit(subprocess.call(sys.argv[1:], close_fds=False))'

.DEFAULT_GOAL := help
.PHONY: help install demo serve test opinion live check chaos fuzz bench schema lock clean runtime development forget-broken-venv

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile
	@echo "Options: PYTHON=python3.12 chooses the Python, ARGS=\"...\" is handed to the command."

install: runtime ## Set up .venv with what the gateway needs to run

demo: runtime ## Run the gateway with sandboxes of the platforms: no account, no network
	@$(BIN)/cartograph demo $(ARGS)

serve: runtime ## Run the gateway with your own stores
	@$(BIN)/cartograph serve $(ARGS)

test: development ## Run the tests; ARGS="tests/unit -k money" runs some of them
	@$(BIN)/python -m pytest $(ARGS)

opinion: development ## Let a mock server of others judge our requests (needs npm and the official descriptions)
	@command -v npm >/dev/null || { echo "make opinion needs npm, which comes with Node.js; nothing else does." >&2; exit 1; }
	@npm ci --ignore-scripts --no-audit --no-fund --silent --prefix tests/second_opinion
	@$(BIN)/python -m pytest tests/second_opinion $(ARGS)

live: development ## Compare the adapters with real stores, named by LIVE_WOOCOMMERCE_* and LIVE_MAGENTO_*
	@$(BIN)/python -m pytest tests/live -rs $(ARGS)

check: development ## Check style, types, imports, spelling, and that generated files are fresh
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports
	@$(BIN)/codespell
	@$(BIN)/cartograph schema | diff -u schema/schema.graphql - || { echo "schema/schema.graphql is not what the code says: run 'make schema'." >&2; exit 1; }
	@echo "All checks passed."

chaos: development ## Kill workers and servers for longer while writes come in; CHAOS_WRITES=20000, CHAOS_SEED=7
	@CHAOS_WRITES=$${CHAOS_WRITES:-20000} $(BIN)/python -m pytest tests/chaos -rs -s $(ARGS)

fuzz: development ## Compare compiled execution with graphql-core for longer; FUZZ_CASES=200000
	@FUZZ_CASES=$${FUZZ_CASES:-200000} $(BIN)/python -m pytest tests/fuzz/test_equality.py --timeout=0 --dist=load $(ARGS)

bench: development ## Measure the gateway, beside what a team would build in Node where npm is there
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund --silent --prefix tests/perf/node; \
	else echo "npm is not here: graphql-yoga and Hive Gateway are not compared."; fi
	@$(BIN)/python -m tests.perf $(ARGS)

schema: development ## Write schema/schema.graphql from the code
	@$(BIN)/cartograph schema > schema/.schema.graphql && mv schema/.schema.graphql schema/schema.graphql

lock: ## Choose the versions of all dependencies anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv; nothing else does." >&2; exit 1; }
	@$(LOCK) --group build --output-file requirements.lock
	@$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock

clean: ## Remove .venv and all caches; data and settings stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find adapters gateway resolvers schema tests -name __pycache__ -type d -prune -exec rm -rf {} +

# What follows sets .venv up. A stamp is written last, so that an installation that was cut short is done again.

runtime: STAMP := .venv/.runtime
development: STAMP := .venv/.dev
runtime development:
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON) here: name a Python 3.11 or newer, as in 'make PYTHON=python3.12'." >&2; exit 1; }
	@$(IN_TURN) $(MAKE) --no-print-directory --silent forget-broken-venv $(STAMP)

# .venv knows the place it was made for; scripts in it stop working when the checkout moves, and so does all when its Python is gone.
forget-broken-venv:
	@if [ -d .venv ] && ! { [ "$$(cat .venv/.place 2>/dev/null)" = "$$PWD" ] && $(BIN)/python -c "" 2>/dev/null; }; then \
		echo ".venv is not usable here and is made again."; rm -rf .venv; \
	fi

.venv/.place: | forget-broken-venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cartograph needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1): name another, as in 'make PYTHON=python3.12'." >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "$(PYTHON) has no pip: install it (on Debian and Ubuntu: python3-pip), or name another Python, as in 'make PYTHON=python3.12'." >&2; exit 1; }
	@echo "Setting up .venv; the first time takes about a minute."
	@rm -rf .venv
	@$(PYTHON) -m venv --without-pip .venv
	@pwd > .venv/.place

.venv/.runtime: requirements.lock pyproject.toml | .venv/.place
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | .venv/.place
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
