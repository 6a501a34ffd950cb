# All chores of this repository. A bare checkout needs Python 3.11 or newer, make and git; the rest is set up in .venv.
PYTHON ?= python3
BIN := .venv/bin
# Nothing of the caller's Python set-up may leak in.
unexport PYTHONPATH PYTHONHOME

.PHONY: decks release test test-old-anki test-pythons check goldens preview bench clean

# Run everything that CI runs: style, types, layers, this repository's decks, and the tests.
.DEFAULT_GOAL := test

test: check
	$(BIN)/python -m pytest

# Build this repository's decks into build/. They are those of the last release, if nothing has changed since.
decks: .venv/.run
	$(BIN)/citedeck build

# Release this repository's decks: packages for learners, and the record of them in citedeck.lock. Commit that.
release: .venv/.run
	$(BIN)/citedeck release

# Live through years of releases on versions of Anki that learners still have. Each gets a virtual environment of its own.
OLD_ANKIS := 25.9.2 24.6.3 2.1.66
test-old-anki: $(OLD_ANKIS:%=.venv-anki/%/.done)
	for version in $(OLD_ANKIS); do echo "Anki $$version" && .venv-anki/$$version/bin/python -m pytest tests/test_long_life.py || exit 1; done

.venv-anki/%/.done: pyproject.toml
	$(PYTHON) -m venv .venv-anki/$*
	.venv-anki/$*/bin/python -m pip install --quiet --disable-pip-version-check --editable . anki==$* pytest
	touch $@

# Build this repository's decks with each Python that is here, and compare the packages.
PYTHONS := python3.11 python3.12 python3.13 python3.14
test-pythons: .venv/.run
	for python in $(PYTHONS); do \
	  $$python -c "" 2> /dev/null || { echo "$$python is not here"; continue; }; \
	  $$python -m venv .venv-python/$$python && \
	  .venv-python/$$python/bin/python -m pip install --quiet --disable-pip-version-check --editable . && \
	  .venv-python/$$python/bin/citedeck build --locked --output .venv-python/$$python/build || exit 1; done
	sha256sum .venv-python/*/build/*.apkg

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

# Measure what looking quotes up costs, and taking over a deck.
bench: .venv/.dev
	$(BIN)/python tests/bench_proof.py
	$(BIN)/python tests/bench_import.py

# Remove everything that the other chores made.
clean:
	rm -rf .venv .venv-anki .venv-python build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -prune -exec rm -rf {} +

.venv/.run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/.dev: pyproject.toml .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
