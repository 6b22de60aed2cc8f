# Everything runs from .venv, which make rebuilds when requirements-dev.txt changes.
.DEFAULT_GOAL := help
.PHONY: help run test load lint bench pins
PYTHON ?= python3
PORT ?= 8000
VENV := .venv/installed

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*##/make \1 \t/p' Makefile | expand -t 14

run: export PORT := $(PORT)
run: $(VENV)  ## start everything on http://127.0.0.1:8000 with sample data; PORT=8123 takes another port, Ctrl-C stops all
	@.venv/bin/python -m dev.run

test: $(VENV)  ## run all tests, on services of their own; ARGS="-k ranking" selects tests
	@.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

load: $(VENV)  ## load a performance file: make load FILE=export.csv
	@.venv/bin/python manage.py load_performance $(if $(FILE),"$(FILE)",$(error FILE=… names the file to load))

lint: $(VENV)  ## check formatting, rules and types
	@.venv/bin/python -m ruff format --check
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m mypy

bench: $(VENV)  ## measure the figures of docs/benchmarks.md
	@.venv/bin/python -m benchmarks

pins: $(VENV)  ## pin the newest versions that requirements*.in allow
	@set -e; for name in requirements requirements-dev; do .venv/bin/python -m piptools compile --upgrade --quiet --strip-extras \
	  --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file=$$name.txt $$name.in; done

$(VENV): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'famekeeda: needs Python 3.11 or newer; make … PYTHON=python3.12 names one'; exit 1; }
	@.venv/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@echo 'Installing what requirements-dev.txt pins into .venv …'
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@
