# Everything runs in a virtual environment of the project's own, .venv, made on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := PYTHONUTF8=1 $(BIN)

.PHONY: demo test check lint types data models bench bench-full bench-peers clean help

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: $(VENV)/.demo ## set up, tag the sample pages, show the result
	$(RUN)/python examples/demo.py

test: $(VENV)/.dev ## set up, run the whole test suite
	$(RUN)/python -m pytest

check: lint types data test ## what must be green before a change is committed

lint: $(VENV)/.dev ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/mypy

data: $(VENV)/.dev ## the files of src/parknlp/data are what their sources give
	$(RUN)/python scripts/build_data --check

models: $(VENV)/.dev ## make the models again: from jieba's dictionary, and trained on models/corpus
	$(RUN)/python scripts/build_tokenizer.py
	$(RUN)/python scripts/train_chains.py
	$(RUN)/python scripts/train_tagger.py
	$(RUN)/python scripts/train_facts.py
	$(RUN)/python scripts/train_located.py

bench: $(VENV)/.dev ## speed and memory beside jieba, in some five minutes; writes benchmarks/results.md
	$(RUN)/python benchmarks/speed.py --out benchmarks/results.md

bench-full: $(VENV)/.dev ## the same up to a million characters and 100,000 documents
	$(RUN)/python benchmarks/speed.py --full --out benchmarks/results.md

bench-peers: ## set up the libraries with which make bench compares, in an environment of their own
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt

clean: ## remove the virtual environment and everything that was built
	rm -rf $(VENV) .venv-peers build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis examples/tagged.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[html]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.demo
