# 廉讯 (lianxun). `make` alone says what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8080
DATA ?= demo-data
FRESH ?=
CLOCK ?=
ARGS ?=

BIN := .venv/bin
RUN := .venv/.installed
DEV := .venv/.installed-dev
INSTALLER := scripts/install.sh scripts/venv.sh pyproject.toml

PACKAGES := bot schedules messages
SOURCES := $(PACKAGES) scripts tests
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --all-extras \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

.PHONY: help demo test lint lint-style lint-types lint-imports lint-catalogs lint-dead lint-dependencies lint-audit \
	audit bench format catalogs lock clean

help:  ## say what there is
	@echo "廉讯 lianxun"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

# ── installation: a stamp for what the service runs on, one for the tools of development beside it ──

$(RUN): constraints.txt $(INSTALLER)
	@scripts/install.sh constraints.txt
	@touch $@

$(DEV): constraints-dev.txt $(INSTALLER)
	@scripts/install.sh constraints-dev.txt
	@touch $(RUN) $@

# ── what a person does ──

demo: $(RUN)  ## everything in one process, in your browser: PORT=8080 DATA=demo-data FRESH=1 CLOCK=TIME
	@$(BIN)/lianxun demo --port "$(PORT)" --data "$(DATA)" $(if $(FRESH),--fresh) $(if $(CLOCK),--clock "$(CLOCK)")

test: $(DEV)  ## all tests: ARGS="-k name" for some
	@scripts/chromium.sh
	$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal $(ARGS)

lint: lint-style lint-types lint-imports lint-catalogs lint-dead lint-dependencies lint-audit  ## every check of the code

bench: $(DEV)  ## measure against the sandbox in its own process
	$(BIN)/python -m tests.benchmarks $(ARGS)

format: $(DEV)  ## write the code the one way
	$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

catalogs: $(DEV)  ## collect the messages and update the catalogs
	$(BIN)/python scripts/catalogs.py update

lock: $(DEV)  ## resolve and pin every dependency anew, with hashes (UPGRADE=1 takes newer versions)
	$(LOCK) $(if $(UPGRADE),--upgrade) --group build -o constraints.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --group build --group dev -c constraints.txt -o constraints-dev.txt

audit: $(DEV)  ## known vulnerabilities of the pinned packages; fails when the advisory service cannot be asked
	$(BIN)/python scripts/audit.py --strict

clean:  ## remove the virtual environment, caches and builds (the demo's data stay)
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# ── the checks of lint, one by one ──

lint-style: $(DEV)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

lint-types: $(DEV)
	$(BIN)/mypy

lint-imports: $(DEV)
	$(BIN)/lint-imports --no-logo

lint-catalogs: $(DEV)
	$(BIN)/python scripts/catalogs.py check

lint-dead: $(DEV)
	$(BIN)/python scripts/dead_code.py

lint-dependencies: $(DEV)
	$(BIN)/deptry $(PACKAGES)

lint-audit: $(DEV)
	$(BIN)/python scripts/audit.py
