# `make help` lists what can be made. Nothing here needs more than python3.11, make and git.
SHELL := /bin/sh
PORT ?= 8000
SEED ?= 2026
PY := .venv/bin/python
PIP_INSTALL := .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all:

.PHONY: help demo test test-core cover-core fuzz screenshots check fix bench lock stop clean env env-dev

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/made:
	@sh scripts/make_venv.sh
	@touch $@

.venv/base-installed: requirements/base.txt requirements/demo.txt .venv/made
	@$(PIP_INSTALL) -r requirements/base.txt -r requirements/demo.txt
	@touch $@

.venv/dev-installed: requirements/dev.txt .venv/base-installed
	@$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@

env: .venv/base-installed
	@$(PY) -m linktracker.embedded_postgres

env-dev: .venv/dev-installed env

demo: export PUBLIC_URL = http://127.0.0.1:$(PORT)
demo: env ## Set up, load a quarter of demo data and serve it on PORT (8000)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@$(PY) manage.py run_demo --port $(PORT)

test: env-dev ## Run all tests, real browser included (SEED= another order)
	@sh scripts/find_chromium.sh
	@$(PY) -m pytest -n 2 --dist loadgroup --randomly-seed=$(SEED) $(ARGS)

# Compiled once, whatever the shell says: half a second of each run.
test-core: export PYTHONDONTWRITEBYTECODE =
test-core: .venv/dev-installed ## Run the pure core's tests, in seconds: no database, no browser
	@$(PY) -m pytest -q tests/core

cover-core: .venv/dev-installed ## Run them with many more examples, and gate their branch coverage at 100 %
	@$(PY) -m coverage run -m pytest -q --hypothesis-profile thorough tests/core && $(PY) -m coverage combine -q && $(PY) -m coverage report --include='*/core/*'

fuzz: env-dev ## Try new examples of every law, and 10,000 hostile requests (HOSTILE_SEED= others)
	@$(PY) -m pytest -q --hypothesis-profile searching tests/core
	@HOSTILE_REQUESTS=10000 $(PY) -m pytest -q -s -k no_number tests/web/test_hostile.py

screenshots: env-dev ## Make the README's pictures again
	@sh scripts/find_chromium.sh
	@SCREENSHOTS=true $(PY) -m pytest -q tests/browser/test_screenshots.py

check: env-dev ## Format, lint, types, layers, templates, migrations, lock files; changes nothing
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html' 'templates/**/*.html')
	@$(PY) manage.py makemigrations --check --dry-run
	@sh scripts/check_locks.sh

fix: env-dev ## Format and mend what can be mended
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@.venv/bin/djade --target-version 5.2 $$(git ls-files 'templates/*.html' 'templates/**/*.html')

bench: env-dev ## Run the benchmarks; one JSON line a figure on stdout
	@$(PY) -m bench

lock: env-dev ## Compile the lock files again
	@sh scripts/lock.sh

stop: ## Stop the embedded PostgreSQL
	@test -x $(PY) && $(PY) -m linktracker.embedded_postgres stop || echo "Nothing to stop."

clean: stop ## Remove .local and .venv
	@rm -rf .local .venv
