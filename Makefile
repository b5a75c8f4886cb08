# make demo: install into .venv and try everything on a small company's books
# make test: every test; those that need Java, poppler or Chromium are skipped where these are absent

PYTHON ?= python3
VENV ?= .venv
BIN ?= $(VENV)/bin
DEMO ?= demo
PYTEST_OPTIONS ?=

INSTALLED := $(VENV)/.installed
INSTALLED_FOR_TESTS := $(VENV)/.installed-for-tests
CATALOGUE := --project facturier --version 0 --no-wrap

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs pictures messages clean

help:
	@echo "make demo      install into $(VENV), copy the demo books to $(DEMO)/, check and render them"
	@echo "make test      run all tests (PYTEST_OPTIONS=… adds options)"
	@echo "make lint      ruff, mypy, import-linter"
	@echo "make docs      write the generated pages of docs/ again"
	@echo "make pictures  make the pictures of docs/ again (needs poppler and Chromium)"
	@echo "make messages  bring the French catalogue up to date with the sources"
	@echo "make clean     remove $(VENV) and what the tools left; $(DEMO)/ stays"

# Where the books are there already they are the user's: they are checked and rendered, never copied over.
demo: $(INSTALLED)
	@if [ -e "$(DEMO)/main.beancount" ]; then \
	  echo "The books in $(DEMO)/ are there already and stay as they are; for fresh ones: make demo DEMO=other-folder"; \
	  $(BIN)/facturier check -f "$(DEMO)/main.beancount" || test $$? -eq 1; \
	  $(BIN)/facturier pdf --all -f "$(DEMO)/main.beancount" -o "$(DEMO)/pdf" || test $$? -eq 1; \
	else \
	  $(BIN)/facturier demo "$(DEMO)"; \
	fi
	@echo
	@echo "Fava:  $(BIN)/fava $(DEMO)/main.beancount    http://localhost:5000"
	@echo "To type the other commands as they stand / Pour taper les autres telles quelles :  . $(BIN)/activate"

test: $(INSTALLED_FOR_TESTS)
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_OPTIONS)

lint: $(INSTALLED_FOR_TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(INSTALLED_FOR_TESTS)
	$(BIN)/python -m facturier.directives.reference en > docs/reference.md
	$(BIN)/python -m facturier.directives.reference fr > docs/reference.fr.md
	$(BIN)/python -m facturier.rules.reference en > docs/rules.md
	$(BIN)/python -m facturier.rules.reference fr > docs/rules.fr.md
	$(BIN)/python -m facturier.rules.mention_page > docs/mentions.md
	$(BIN)/python -m facturier.pdf.dialect_page > docs/templates.md
	$(BIN)/python tests/einvoice_terms_page.py > docs/e-invoice-terms.md

pictures: $(INSTALLED_FOR_TESTS)
	$(BIN)/python docs/images/make_pictures.py

# What is new is left empty in facturier.po: translate it, then run this again to compile it.
messages: $(INSTALLED_FOR_TESTS)
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k message --no-default-keywords --add-location=file --sort-by-file \
	  $(CATALOGUE) -o build/facturier.pot .
	$(BIN)/pybabel -q update -D facturier -i build/facturier.pot -d facturier/locale -l fr --no-wrap \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel compile -D facturier -d facturier/locale -l fr

$(INSTALLED): pyproject.toml | $(BIN)/python
	@echo "Installing facturier into $(VENV)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(INSTALLED_FOR_TESTS): pyproject.toml | $(BIN)/python
	@echo "Installing facturier and what its tests need into $(VENV)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@ $(INSTALLED)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "facturier needs Python 3.11 or later; name one: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
