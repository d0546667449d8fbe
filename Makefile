# `make run` starts the site, `make check` is what CI runs. `make` alone lists everything.

HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON := .venv/bin/python

# Tests run on SQLite, and once more on this server where it answers.
TEST_DATABASE_URL ?= postgresql://postgres@127.0.0.1:5432/postgres
PYTEST := $(PYTHON) -m pytest -n auto --dist worksteal

# With podman; the time of the last commit, so that the same source gives the same image.
CONTAINER_TOOL ?= podman
BUILT_AT = $(shell git log -1 --format=%ct)

# What is installed, named after the content of the requirements: a change installs anew.
SITE := .venv/site-$(shell cksum < requirements.txt | cut -d ' ' -f 1)
TOOLS := .venv/tools-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)

# A site on a port of its own links to itself.
ifneq ($(HOST):$(PORT),127.0.0.1:8000)
run: export SITE_URL ?= http://$(HOST):$(PORT)
endif

.DEFAULT_GOAL := help
.PHONY: help run services test test-service test-gateway test-image test-procfile test-kills test-faults test-mutants contract-table lint types format check deploy-check check-migrations test-postgresql shell clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: export PYTHONUNBUFFERED = 1
run: $(SITE) ## Start the site; PORT=8001 for another port. Installs what it needs first.
	@$(PYTHON) manage.py prepare --listen $(HOST):$(PORT)
	@exec $(PYTHON) manage.py runserver $(HOST):$(PORT)

services: export PYTHONUNBUFFERED = 1
services: $(SITE) ## Start the site as services behind nginx; PORT=8001 for another port.
	@exec $(PYTHON) manage.py run_services --listen $(HOST):$(PORT)

shell: $(SITE) ## Open a Python shell with the site's models at hand.
	@$(PYTHON) manage.py shell

test: $(TOOLS) ## Run all tests on SQLite; TESTS=tests/books for some of them.
	env -u TEST_DATABASE_URL $(PYTEST) $(TESTS)

test-kills: $(TOOLS) ## 300 jobs and 300 events over 50 kills of everything: none lost, none doubled.
	TEST_KILLS=50 $(PYTHON) -m pytest -n 0 -s tests/jobs/kills tests/events/test_killed.py

test-mutants: $(TOOLS) ## Break the site in some 300 ways: each check of the contract must fail its own.
	TEST_MUTANT_PARTS=1 $(PYTHON) -m pytest -n 0 tests/practice/test_mutants.py

contract-table: $(TOOLS) ## Write the table of checks and mutants in docs/contract.md anew.
	$(PYTHON) -m tests.contract.mutants.table docs/contract.md

bench-rest: $(TOOLS) ## Hello and books beside Flask, FastAPI, Express and plain DRF, in a quarter of an hour.
	@test -x benchmarks/peers/python/.venv/bin/python || $(PYTHON) -m venv benchmarks/peers/python/.venv
	@benchmarks/peers/python/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
		-r benchmarks/peers/python/requirements.txt
	@npm ci --silent --no-audit --no-fund --prefix benchmarks/peers/node
	$(PYTHON) benchmarks/rest.py

test-service: $(TOOLS) ## The tests of each service with no other app beside it; SERVICE=books for one.
	$(PYTHON) -m tests.alone $(SERVICE)

test-gateway: $(TOOLS) ## `make services` itself, on servers of its own, and the whole contract through it.
	TEST_GATEWAY=1 $(PYTHON) -m pytest -n 0 -s -p no:randomly tests/services/test_whole_site.py

test-faults: $(TOOLS) ## Kill services and servers in turn, then at random for five minutes, under load.
	TEST_FAULTS=$${TEST_FAULTS:-300} $(PYTHON) -m pytest -n 0 -s -p no:randomly tests/services/faults

test-image: $(TOOLS) ## Build the image and run it; BASE=… for another base.
	$(CONTAINER_TOOL) build --format docker --timestamp $(BUILT_AT) $(if $(BASE),--build-arg BASE=$(BASE)) \
		$(BUILD_OPTIONS) --ignorefile deploy/Dockerfile.dockerignore \
		--file deploy/Dockerfile --tag back-end-practice .
	TEST_IMAGE=back-end-practice CONTAINER_TOOL="$(CONTAINER_TOOL)" $(PYTHON) -m pytest -n 0 tests/deploy/test_image.py

test-procfile: $(TOOLS) ## Run the Procfile's processes together on PostgreSQL, Redis and RabbitMQ.
	TEST_PROCFILE=1 $(PYTHON) -m pytest -n 0 tests/deploy/test_procfile.py

test-chat: $(TOOLS) ## 10,000 messages, 200 cuts, restarts of a process and of Redis: none lost.
	TEST_CHAT_MESSAGES=10000 $(PYTHON) -m pytest -n 0 -s tests/chat/faults

bench-chat: $(TOOLS) ## A thousand clients in one room, beside Socket.IO and Channels' own way.
	@npm ci --silent --no-audit --no-fund --prefix benchmarks/peers/socket_io
	$(PYTHON) benchmarks/chat.py

lint: $(TOOLS) ## Look for mistakes, formatting and forbidden imports.
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	.venv/bin/lint-imports

types: $(TOOLS) ## Check the types.
	$(PYTHON) -m mypy

format: $(TOOLS) ## Put the code into its form.
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

check: lint types check-migrations deploy-check test test-postgresql ## Everything that CI checks.

clean: ## Remove the environment and the caches; the data in var/ stays.
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# ---- Parts of check ----------------------------------------------------------

check-migrations: $(TOOLS)
	$(PYTHON) manage.py makemigrations --check
	@if $(PYTHON) -m tests.servers "$(TEST_DATABASE_URL)"; then \
		DJANGO_SETTINGS_MODULE=tests.migration_settings DATABASE_URL="$(TEST_DATABASE_URL)" LOG_LEVEL=WARNING \
			$(PYTHON) manage.py lintmigrations --warnings-as-errors; \
	elif [ "$$CI" = true ]; then \
		echo "PostgreSQL does not answer at $(TEST_DATABASE_URL)." >&2; exit 1; \
	else \
		echo "SKIPPED the linter of migrations: no PostgreSQL answers at $(TEST_DATABASE_URL)."; \
	fi

deploy-check: export ENVIRONMENT = production
deploy-check: export SECRET_KEY = no-secret-at-all-but-long-enough-for-the-deployment-check
deploy-check: export ALLOWED_HOSTS = www.example.com
deploy-check: export SITE_URL = https://www.example.com
deploy-check: export DATABASE_URL = postgresql://postgres@127.0.0.1:5432/postgres
deploy-check: export SIGNING_KEYS_DIR = /run/secrets/signing-keys
deploy-check: export EMAIL_URL = smtp+tls://mail.example.com
deploy-check: $(TOOLS)
	$(PYTHON) manage.py check --deploy --fail-level WARNING

test-postgresql: $(TOOLS)
	@if $(PYTHON) -m tests.servers "$(TEST_DATABASE_URL)"; then \
		echo "$(PYTEST) -m 'not once'  # on PostgreSQL"; \
		TEST_DATABASE_URL="$(TEST_DATABASE_URL)" $(PYTEST) -m 'not once'; \
	elif [ "$$CI" = true ]; then \
		echo "PostgreSQL does not answer at $(TEST_DATABASE_URL)." >&2; exit 1; \
	else \
		echo "SKIPPED the tests on PostgreSQL: none answers at $(TEST_DATABASE_URL)."; \
	fi

# ---- Installing --------------------------------------------------------------

$(SITE): | .venv/bin/python
	@echo "Installing what the site needs: about a minute the first time."
	@$(call install,requirements.txt)
	@touch $@

$(TOOLS): | .venv/bin/python
	@echo "Installing what the site and its tests need: a minute or two the first time."
	@$(call install,requirements-dev.txt)
	@touch $@ $(SITE)

.venv/bin/python:
	@python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 or later is needed. On Debian: apt install python3 python3-venv" >&2; exit 1; \
	elif $(have_uv); then \
		uv venv --quiet --clear --no-python-downloads --python "$$python" .venv; \
	elif $$python -c 'import ensurepip' 2>/dev/null; then \
		$$python -m venv --clear .venv; \
	else \
		echo "$$python lacks venv. On Debian: apt install python3-venv" >&2; exit 1; \
	fi

# uv where it is on the path, because it is faster; else pip.
have_uv = uv --version >/dev/null 2>&1
install = if $(have_uv); \
	then uv pip install --quiet --python .venv/bin/python -r $(1); \
	else $(PYTHON) -m pip install --quiet --disable-pip-version-check -r $(1); fi

# The first Python on the path that is new enough.
find_python = for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done
