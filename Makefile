PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup web run test lint audit format typecheck check bench selfcheck settings observe lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(VENV)/.ready ## make the virtual environment from the hash-pinned lock

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

web: setup ## build the web client, unless it is built
	$(BIN)/python web/build.py

run: setup web ## start everything on this machine
	$(BIN)/talknshop dev

observe: setup web ## the same with Prometheus, which must be installed: http://127.0.0.1:9090
	$(BIN)/talknshop dev --observe

test: setup web ## run every test that this machine can run
	$(BIN)/pytest tests
	$(BIN)/python web/build.py --test

check: lint test ## what CI runs; it changes nothing

lint: setup typecheck ## check format, style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

audit: setup ## look up known weaknesses of what is pinned, where that can be reached
	.ci/audit

typecheck: setup ## check types strictly
	$(BIN)/mypy

format: setup ## put every Python file into the common format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/.bench: requirements-bench.lock $(VENV)/.ready
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.lock
	touch $@

bench: setup web $(VENV)/.bench ## measure turns, jobs, growth, search and memory, beside the alternatives
	$(BIN)/python -m bench.turn
	$(BIN)/python -m bench.jobs
	$(BIN)/python -m bench.scale people length idle --conversations 1000
	$(BIN)/python -m bench.memory
	$(BIN)/python -m bench.ranking
	$(BIN)/python -m bench.search

selfcheck: setup ## buy and sell once on a stack of its own, and say what works
	$(BIN)/talknshop selfcheck

settings: setup ## write the reference of all settings anew
	$(BIN)/talknshop settings > docs/settings-reference.md

lock: ## pin every dependency anew, with hashes
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --extra bench -c requirements-dev.lock pyproject.toml -o requirements-bench.lock

clean: ## remove what was made, but neither state (data/) nor the virtual environment
	rm -rf web/dist web/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis bench/results
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
