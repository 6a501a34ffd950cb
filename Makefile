# All chores of this repository. A bare checkout needs Python 3.11 or newer, make and git; the rest is set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
# Nothing of the caller's Python set-up may leak in.
unexport PYTHONPATH PYTHONHOME

.PHONY: decks test check goldens preview bench clean

# Run everything that CI runs: style, types, layers, this repository's decks, and the tests.
.DEFAULT_GOAL := test

test: check
	$(BIN)/python -m pytest

# Build this repository's decks into build/.
decks: .venv/.run
	$(BIN)/citedeck build

# Check style, types, the direction of imports, and the citations of this repository's decks.
check: .venv/.dev
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml --no-logo > .venv/layers.log || { cat .venv/layers.log; false; }
	$(BIN)/citedeck check --strict

# Write the expected outputs of the tests anew, and show what changed.
goldens: .venv/.dev
	-$(BIN)/python -m pytest --regen-all
	git diff --stat -- tests

# Write build/preview.html, a page that shows every card.
preview: .venv/.run
	$(BIN)/citedeck preview

# Measure what looking quotes up costs.
bench: .venv/.dev
	$(BIN)/python tests/bench_proof.py

# Remove everything that the other chores made.
clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -prune -exec rm -rf {} +

.venv/.run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/.dev: pyproject.toml .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
