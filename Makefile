# Everything a developer or operator does with a checkout. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV := .amss/uv/bin/uv
CODE := src tests scripts bench
# Each worker starts stores of its own and takes whole files, in order: what a file sets up is set up once.
ON_EVERY_CORE := --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

.PHONY: help run test check lint format types contracts generated schema openapi proto bench faults replay migrate lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.ready ## Set everything up and run AMSS with its own Postgres, Valkey and a demo fleet
	@exec $(BIN)/amss up

test: check ## Set everything up, check the code and pass all tests
	$(BIN)/pytest $(ON_EVERY_CORE)

check: lint types contracts generated ## Check style, types, import contracts and generated files

lint: .venv/dev.ready ## Check style
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/squawk --config .squawk.toml migrations/*.sql

format: .venv/dev.ready ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

types: .venv/dev.ready ## Check types
	$(BIN)/basedpyright

contracts: .venv/dev.ready ## Check which module may import which
	$(BIN)/lint-imports

generated: .venv/dev.ready ## Check that generated files show their sources
	$(BIN)/python scripts/schema.py --check
	$(BIN)/python scripts/openapi.py --check
	scripts/proto.sh --check

schema: .venv/dev.ready ## Renew schema.sql from the migrations
	$(BIN)/python scripts/schema.py

openapi: .venv/dev.ready ## Renew openapi.json from the operation table
	$(BIN)/python scripts/openapi.py

proto: .venv/dev.ready ## Renew the gRPC code from proto/
	scripts/proto.sh

bench: .venv/dev.ready ## Measure against peers; see bench/README.md
	$(BIN)/python bench/request_path.py
	$(BIN)/python bench/sign_in.py
	$(BIN)/python bench/projection.py
	$(BIN)/python bench/due_list.py
	$(BIN)/python bench/tasks.py
	$(BIN)/python bench/long_lists.py
	$(BIN)/python bench/events.py
	PYTHONPATH=tests $(BIN)/python bench/generation.py
	$(BIN)/python bench/audit.py

faults: .venv/dev.ready ## Let everything fail under 5,000 counted events each and print the table; see CONTRIBUTING.md
	FAULTS=full $(BIN)/pytest tests/faults/test_events_outlive_faults.py $(ARGS)

replay: .venv/dev.ready ## Replay a year of real flying; see bench/README.md
	PYTHONPATH=tests $(BIN)/python bench/replay.py $(ARGS)

migrate: .venv/run.ready ## Bring the database of DATABASE_URL up to date
	$(BIN)/amss migrate

lock: $(UV) ## Renew the hashed requirement files
	PATH="$(dir $(UV)):$$PATH" scripts/lock.sh

# --- set-up -----------------------------------------------------------------

.venv/run.ready: requirements/run.txt pyproject.toml scripts/set_up.sh
	@PYTHON=$(PYTHON) scripts/set_up.sh run

.venv/dev.ready: requirements/dev.txt pyproject.toml scripts/set_up.sh
	@PYTHON=$(PYTHON) scripts/set_up.sh dev

$(UV): requirements/uv.txt
	@PYTHON=$(PYTHON) scripts/set_up.sh uv

clean: ## Remove the environment and the embedded stores' data
	@[ ! -L .amss/stores ] || rm -rf "$$(readlink -f .amss/stores)"
	rm -rf .venv .amss
