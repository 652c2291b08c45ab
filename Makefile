# `make run` opens the app, `make test` proves it; both set up what they need on a machine with Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test sweep lint bench lock clean

# One thread a matrix product, as sessions share the cores; glibc gives freed memory back (see the Dockerfile).
run: .venv/run
	OPENBLAS_NUM_THREADS=1 MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1000000 $(BIN)/python -m streamlit run app.py

test: .venv/test
	$(BIN)/python -m tests.chromium
	$(BIN)/pytest -n 2 --dist loadfile

# Every page with every scheme and setting of the sweeps, of which `make test` runs a tenth: hours.
sweep: .venv/test
	SWEEP=whole $(BIN)/pytest -n 2 tests/sweep

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/bench .venv/test
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m benchmarks.tables
	$(BIN)/python -m benchmarks.soak
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.crowd
	$(BIN)/python -m benchmarks.loop

# A .venv is good in one folder and for one Python: half made, moved, or with another Python below it, it is made anew.
GOOD := $(shell test "$$(cat .venv/home 2>/dev/null)" = "$$(pwd -P)" && $(BIN)/python -c "import pip" 2>/dev/null && echo yes)
.PHONY: $(if $(GOOD),,.venv/home)

.venv/home:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { echo >&2 \
	  "Python 3.11 or newer is needed; $(PYTHON) says: $$($(PYTHON) --version 2>&1). Name another: make run PYTHON=python3.13"; \
	  exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { echo >&2 \
	  "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt install $(notdir $(PYTHON))-venv"; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@pwd -P > $@

# Of pip's words only a failure's are shown, and without a network, where they are many lines, a sentence instead.
define install
@echo "Installing $(1): a minute or two, and only this once."
@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(1) > .venv/pip.log 2>&1 || { \
  if grep -q "connection broken" .venv/pip.log; \
  then echo "$(1) could not be installed: no package index answered. Is there a network? pip's words: .venv/pip.log"; \
  else cat .venv/pip.log; fi >&2; exit 1; }
@touch $@
endef

# Each mark is remade when the list of packages it stands for changes.
.venv/run: .venv/home requirements.txt encodings/pyproject.toml
	$(call install,requirements.txt)

.venv/test: .venv/run requirements-dev.txt
	$(call install,requirements-dev.txt)

.venv/bench: .venv/run benchmarks/requirements.txt
	$(call install,benchmarks/requirements.txt)

COMPILE := $(BIN)/uv pip compile --quiet --universal --no-header --no-emit-index-url --no-annotate --python-version 3.11

lock: .venv/test
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	echo "-e ./encodings" >> requirements.txt

clean:
	rm -rf .venv
