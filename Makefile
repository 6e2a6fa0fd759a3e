# Everything a newcomer needs: `make run` and `make test` do all the set-up on a machine with Python, git and make.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
UP := $(BIN)/python -m dashboard up
# What is compiled is kept: a house is five processes, and the suite starts some twenty houses.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check fix unit integration browser bench soak clean python browser-ready

help: ## What each verb does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, then run make again."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer (or say PYTHON=python3.12 make …)."; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian: apt install python3-venv), then run make again."; exit 2; }

$(BIN)/python: | python
	@echo "Creating $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing what running needs (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what tests and builds need (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $@ $(VENV)/.run

setup: $(VENV)/.run ## Install what running needs
setup-dev: $(VENV)/.dev ## Install what tests and builds need

run: $(VENV)/.run ## Start everything on the embedded defaults, with the simulator feeding it (Ctrl-C ends it)
	@exec $(UP) $(if $(SCENARIO),--scenario $(SCENARIO))

browser-ready: $(VENV)/.dev
	@$(BIN)/python tests/browser/chromium.py

test: $(VENV)/.dev browser-ready ## The whole suite: real Valkey, real PostgreSQL, real Chromium
	$(PYTEST) -q -m "not soak" -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: lint
lint: $(VENV)/.dev ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## Under a minute: lint, unit, contract on memory, property
	$(PYTEST) -q -n 2 -m "not service and not browser and not slow and not soak" tests/unit tests/contract tests/property tests/golden tests/architecture

fix: $(VENV)/.dev ## Format, and mend what can be mended safely
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

unit: $(VENV)/.dev ## Unit, property and golden tests
	$(PYTEST) -q -n 2 tests/unit tests/property tests/golden

integration: $(VENV)/.dev ## Tests against real servers
	$(PYTEST) -q -n 2 --dist loadfile --no-loadscope-reorder -m "not soak" tests/integration tests/contract

browser: $(VENV)/.dev browser-ready ## Tests in a real Chromium
	$(PYTEST) -q tests/browser

bench: $(VENV)/.dev browser-ready ## Ratios to floors measured in the same run
	$(BIN)/python -m tests.bench

soak: $(VENV)/.dev browser-ready ## The long runs: a hundred kills, full disk, wrong clock, outage, two hours of accelerated time
	$(PYTEST) -q -s -m soak tests

.PHONY: lighthouse pictures
lighthouse: $(VENV)/.dev browser-ready ## Lighthouse on the main screens, where npm is at hand (not part of test)
	@command -v npx >/dev/null || { echo "Lighthouse needs Node and npm: install them (Debian: apt install npm), then run make again."; exit 2; }
	$(BIN)/python -m tests.bench.lighthouse

pictures: $(VENV)/.dev browser-ready ## Every view, size, theme, language and state, measured, and kept in var/pictures
	$(PYTEST) -q -m soak tests/browser/house/test_every_screen.py

.PHONY: bundle bundle-check
bundle: $(VENV)/.run ## One archive in dist/ that installs on a machine without a network
	@$(BIN)/python deploy/bundle.py make

bundle-check: ## Install the newest bundle where there is no network, start it, end it
	@$(PYTHON) deploy/bundle.py check "$$(ls -t dist/lang-son-*.tar.gz | head -n 1)"

clean: ## Remove the virtual environment and caches; data under var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
