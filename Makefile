# Two commands matter: `make demo` and `make test`. Both set up what they need in .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

ifeq (, $(shell command -v $(PYTHON) 2>/dev/null))
PYTHON := python3
endif

.PHONY: demo test test-soak check format bench bench-startup accuracy calibrate ablation sample-data lock clean setup

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: $(READY)  ## Triage the made-up tenant in sample_data/contoso.
	$(BIN)/analyzer demo

test: $(READY)  ## All tests; those that need a browser are skipped with a reason where there is none.
	$(BIN)/python -m pytest --quiet

test-soak: $(READY)  ## Tests of the benchmark's own parts, and long ones.
	$(BIN)/python -m pytest --quiet -m soak

check: $(READY)  ## Lint, format, types and the walls between the rooms.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## Triage of 300,000 and 600,000 sign-ins beside a bare typed scan; help start-up.
	$(BIN)/python -m benchmarks.bench_triage
	$(BIN)/python -m benchmarks.bench_startup

bench-startup: $(READY)
	$(BIN)/python -m benchmarks.bench_startup

accuracy: $(READY)  ## Score it on simulated tenants with known truth; writes docs/accuracy.md.
	$(BIN)/python -m benchmarks.accuracy

calibrate: $(READY)  ## Fit confidence on tuning tenants; writes analyzer/hypotheses/calibration.py.
	$(BIN)/python -m benchmarks.weighing.calibrate

ablation: $(READY)  ## Leave out each check in turn; writes docs/checks.md.
	$(BIN)/python -m benchmarks.weighing.ablation

sample-data: $(READY)  ## Write sample_data/contoso again from its generator.
	$(BIN)/python sample_data/generate.py

lock:  ## Resolve pyproject.toml into requirements.lock, with hashes and without index hosts.
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet pip-tools
	.venv-lock/bin/pip-compile --quiet --extra dev --allow-unsafe --strip-extras --generate-hashes \
		--no-emit-options --no-header \
		--output-file requirements.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .venv-lock build *.egg-info
