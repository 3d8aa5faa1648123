# Two promises: `make run` and `make test`. Both start from a fresh clone with Python 3.11 or newer, git and make.
# Stamps (*.ready) remember what is done, so a second run is quick; remove .boot and .venv to begin again.

PYTHON ?= python3
TEST_PROCESSES ?= 2
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
BUILD := src/anru/web/shell/static/build
NPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm --prefix frontend
# A folder's date changes when a file in it is added or removed, so folders count as sources too.
FRONT_END := $(shell find frontend/src -not -name '.*' 2>/dev/null) $(wildcard frontend/*.js frontend/*.ts frontend/*.json)
CATALOGUES := $(wildcard src/anru/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
CHECKS := check-style check-types check-floors check-migrations check-templates check-scripts check-catalogue
PLACES := src tests scripts bench
# Nothing here reaches a database: the address leads nowhere and the key is used for nothing.
NO_DATABASE := env -u ANRU_DATABASE_URL -u ANRU_OWNER_DATABASE_URL ANRU_SECRET_KEY=for-checks-only \
	DJANGO_SETTINGS_MODULE=anru.config.settings

# An interpreter that was upgraded away leaves a dangling link; its environment is made anew.
$(shell test -x .boot/bin/python || rm -f .boot/*.ready; test -x $(RUN) || rm -f $(VENV)/*.ready)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup build dev test check $(CHECKS) bench format lock messages clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

run: setup ## Run everything: database, pages, worker (options in ARGS="--port 8080")
	@exec $(RUN) -m anru run $(ARGS)

setup: $(VENV)/prod.ready build ## Make everything that `make run` needs, without running it

build: $(BUILD)/.ready $(COMPILED) ## Build the front end and the catalogues

dev: $(VENV)/dev.ready build

test: dev ## Run every test, those in a real browser too (one of them: ARGS=tests/kernel)
	@$(RUN) scripts/browser.py
	@exec $(RUN) -m pytest -n $(TEST_PROCESSES) --dist loadgroup $(ARGS)

check: $(CHECKS) ## Look for mistakes without running tests (`make -k check` goes on after the first)

$(CHECKS): dev

check-style:
	$(RUN) -m ruff format --check $(PLACES)
	$(RUN) -m ruff check $(PLACES)

check-types:
	$(RUN) -m mypy

check-floors:
	$(VENV)/bin/lint-imports

check-migrations:
	$(NO_DATABASE) $(RUN) -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

check-templates:
	$(RUN) -m djlint --lint src/anru

check-scripts:
	$(NPM) run --if-present check

check-catalogue:
	$(RUN) scripts/catalogue.py check

bench: dev ## Measure; the numbers are printed
	@exec $(RUN) -m bench $(ARGS)

format: $(VENV)/dev.ready ## Bring the code into its one shape
	$(RUN) -m ruff check --fix --exit-zero --quiet $(PLACES)
	$(RUN) -m ruff format $(PLACES)

messages: $(VENV)/dev.ready ## Bring the English catalogue up to the texts in use
	$(RUN) scripts/catalogue.py update

lock: .boot/uv.ready ## Choose the newest allowed version of every library again, and fix it by its hash
	.boot/bin/python scripts/lock.py

clean: ## Remove what was made here, but not the data in var/
	rm -rf .boot $(VENV) frontend/node_modules $(BUILD) $(COMPILED)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} +

.boot/uv.ready: requirements/bootstrap.txt
	@$(PYTHON) scripts/boot.py

$(VENV)/prod.ready: .boot/uv.ready requirements/prod.txt scripts/environment.py pyproject.toml
	@.boot/bin/python scripts/environment.py prod

$(VENV)/dev.ready: .boot/uv.ready requirements/dev.txt scripts/environment.py pyproject.toml
	@.boot/bin/python scripts/environment.py dev

frontend/node_modules/.ready: frontend/package-lock.json frontend/package.json frontend/.npmrc | $(VENV)/prod.ready
	$(NPM) ci --no-progress
	@touch $@

$(BUILD)/.ready: frontend/node_modules/.ready $(FRONT_END)
	$(NPM) run build
	@touch $@

$(COMPILED): %.mo: %.po | $(VENV)/prod.ready
	@$(RUN) scripts/catalogue.py compile
