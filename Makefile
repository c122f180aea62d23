# Everyday commands; `make help` lists them. The only things needed are make and Python 3.11+.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench browser soak fmt messages clean lock

PY := .venv/bin/python
# The environment's own Python while it works, else the newest there is. A name alone proves
# nothing (version managers leave empty shims), so each candidate has to answer.
FIND_PYTHON = for p in $(PYTHON) $(PY) python3.14 python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	p=; done; \
	if [ -z "$$p" ]; then echo "error: Allegro Hub needs Python 3.11 or newer on the PATH" >&2; \
	exit 1; fi
SETUP = $(FIND_PYTHON); "$$p" launcher/bootstrap.py
SERVICES = $(PY) -m launcher services --parent $$PPID

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	while IFS='|' read -r name text; do printf '%-16s %s\n' "$$name" "$$text"; done

run: ## everything with demo data on http://127.0.0.1:8000 (or PORT=9000 make run)
	@$(SETUP) run
	@exec $(PY) -m launcher run --parent $$PPID

test: ## the test suite on real PostgreSQL and Valkey (ARGS="tests/orders -x")
	@$(SETUP) dev
	@exec $(SERVICES) --name test -- $(PY) -m pytest -n $(or $(WORKERS),2) $(ARGS)

check: ## lint, types, import rules, migrations, API schema, templates, compose
	@$(SETUP) dev
	@exec $(SERVICES) --name check -- $(PY) -m launcher check

bench: ## measure speed; table and .run/bench.json
	@$(SETUP) dev
	@exec $(SERVICES) --name bench -- $(PY) -m tests.bench

soak: ## long runs under faults; table and .run/soak.json
	@$(SETUP) dev
	@exec $(SERVICES) --name soak -- $(PY) -m tests.soak $(ARGS)

browser: ## install Chromium for the browser tests (apt, Debian and Ubuntu)
	@sh launcher/browser.sh

fmt: ## format the code
	@$(SETUP) dev
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

messages: ## collect new texts for translation, list what has none, compile
	@$(SETUP) dev
	@$(PY) -m launcher.messages

lock: ## resolve requirements.txt again into the hash-locked files
	@$(SETUP) dev
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --upgrade -o requirements.lock requirements.txt
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header -c requirements.lock -o requirements-dev.lock requirements-dev.txt

clean: ## remove the demo's data, the environment and all caches
	@if [ -x $(PY) ]; then $(PY) -m launcher clean; fi
	@rm -rf .venv .run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
