# `make run` opens the app, `make test` proves it; both set up what they need on a machine with Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test sweep lint bench lock clean

run: .venv/run
	OPENBLAS_NUM_THREADS=1 $(BIN)/streamlit run app.py

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

# Each mark is remade when the list of packages it stands for changes.
.venv/run: requirements.txt encodings/pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/test: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

.venv/bench: .venv/run benchmarks/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --no-header --no-emit-index-url --no-annotate --python-version 3.11

lock: .venv/test
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt
	echo "-e ./encodings" >> requirements.txt

clean:
	rm -rf .venv
