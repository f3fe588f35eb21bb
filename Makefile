# `make demo` and `make test` each work as the first command on a fresh clone.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export UV_LINK_MODE ?= copy
# No tool or library calls home; kgbuild/isolation.py says the same of each of its own processes.
export ORT_DISABLE_TELEMETRY := 1
export HF_HUB_DISABLE_TELEMETRY := 1
export DISABLE_SAFETENSORS_CONVERSION := 1
export DO_NOT_TRACK := 1

.PHONY: demo test stress lint bench lock clean

# uv stands inside the environment, so that nothing has to be installed first.
$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv

$(VENV)/.base: $(BIN)/uv requirements.lock pyproject.toml
	$(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install -q -p $(BIN)/python --no-deps -e .
	touch $@

$(VENV)/.dev: $(VENV)/.base requirements-dev.lock
	$(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements-dev.lock
	touch $@

demo: $(VENV)/.base  ## build the example graph offline and ask it three questions
	BIN=$(BIN) sh examples/demo.sh

test: $(VENV)/.dev  ## every test, with a fixed sample of the long repetitions
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not stress"

stress: $(VENV)/.dev  ## the long repetitions: 10,000 fuzzed inputs a reader, 100 kills, 500 faults
	$(BIN)/python -m pytest -m stress

lint: $(VENV)/.dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/uv pip install -q -p $(BIN)/python --group bench
	$(BIN)/python -m benchmarks

lock: $(BIN)/uv  ## exact versions and their files' hashes, without registry addresses
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header --generate-hashes pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header --generate-hashes pyproject.toml --extra train --extra hub --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist demo-kg
