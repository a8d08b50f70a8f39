# The commands of a checkout. Everything runs in .venv, which `make setup` fills.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Relative names, so that a path with spaces needs no care; `make -C` changes into it.
BIN := .venv/bin
# What deploy/setup.sh test leaves in .cache/bin (promtool, versitygw) comes before the system's.
export PATH := $(CURDIR)/.cache/bin:$(PATH)
PYTEST := $(BIN)/python -m pytest
# The tests of faults mostly wait; a file stays on one process, so that its servers start once.
PARALLEL ?= -n 2 --dist loadfile
# Options for one's own runs: make test ARGS="-k mrz -x"
ARGS ?=

.PHONY: help setup demo up test check lint type-check format coverage faults fuzz bench

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

setup: ## Install everything into this checkout; leaves .venv/bin/bitaqa
	@./deploy/setup.sh

demo: setup ## Draw documents, send them through the real pipeline, show what was read
	@$(BIN)/bitaqa demo $(ARGS)

up: setup ## Run the embedded stack and all workers until Ctrl-C
	@$(BIN)/bitaqa up $(ARGS)

test: setup-test ## Run every test, faults at a short length
	@$(PYTEST) $(PARALLEL) $(ARGS)

check: lint type-check test ## Lint, types and tests

lint: setup ## Check style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

type-check: setup ## Check types
	@$(BIN)/mypy

format: setup ## Put the sources into shape
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

coverage: setup-test ## Run the tests and show which lines they missed
	@$(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage combine
	@$(BIN)/coverage report

faults: setup-test ## Run the fault tests at length; they print their seed
	@BITAQA_FAULTS_LONG=1 $(PYTEST) -m faults --timeout 3600 -s $(ARGS)

fuzz: setup-test ## Send twenty thousand generated requests to the API
	@BITAQA_FUZZ_REQUESTS=20000 $(PYTEST) tests/ingest/test_fuzz.py --timeout 3600 -s $(ARGS)

bench: setup ## Measure throughput, latency and memory
	@$(BIN)/bitaqa bench $(ARGS)

.PHONY: setup-test
setup-test:
	@./deploy/setup.sh test
