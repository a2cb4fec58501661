# make demo   set up what the run needs, then investigate the built-in scenario
# make test   set up everything, then run every test
# make check  format, lint, types, import layers, docs, security (scripts/security.py)
# make reference  write docs/reference again from the code and the catalogues
# make lock   write requirements/*.txt again (asks a registry for newer versions)
# make lowest  try the lowest versions that pyproject.toml promises (asks a registry for them)
# make native  build the native kernel again (demo, test and check do so where cargo is there)
# make screenshot  write the pictures in docs/images again (every test run takes them, too)

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
NATIVE := $(wildcard native/src/*.rs native/src/*/*.rs native/Cargo.toml)
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
LANGUAGE_OPTION := $(if $(LANG_REPORT),--lang $(LANG_REPORT),)

.PHONY: demo test check format reference lock screenshot browser servers native lowest clean

demo: $(VENV)/.run-ready
	@$(BIN)/paicha demo $(LANGUAGE_OPTION)

test: $(VENV)/.dev-ready browser servers
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -p no:cacheprovider

check: $(VENV)/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/docs
	$(BIN)/python scripts/security.py

format: $(VENV)/.dev-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reference: $(VENV)/.dev-ready
	$(BIN)/python scripts/reference.py

screenshot: $(VENV)/.dev-ready browser
	$(BIN)/python -m pytest -q -p no:cacheprovider --pictures tests/journeys/page/test_as_documents_show_it.py

# The native kernel alone, built again (cargo must be there).
native: $(VENV)/.dev-ready
	@PAICHA_NATIVE=required $(PIP) install --no-deps --no-build-isolation --editable .

lock:
	scripts/lock.sh

lowest:
	scripts/lowest.sh

# With CI=true a missing browser is a failure; elsewhere its tests say that they were skipped, and why.
browser:
	@scripts/install-browser.sh

# With CI=true a missing server is a failure; `scripts/install-servers.sh --install` fetches them on a desk.
servers: | $(VENV)/.dev-ready
	@scripts/install-servers.sh

clean:
	rm -rf build dist paicha-report .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Paicha needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "This Python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.run-ready: requirements/run.txt pyproject.toml hatch_build.py $(NATIVE) | $(BIN)/python
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-ready: requirements/dev.txt pyproject.toml hatch_build.py $(NATIVE) | $(BIN)/python
	@echo "Setting up $(VENV) for development (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run-ready
