# Two commands matter: `make demo` and `make test`. Both set up what they need in .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

ifeq (, $(shell command -v $(PYTHON) 2>/dev/null))
PYTHON := python3
endif

.PHONY: demo test test-soak soak check format bench bench-plans bench-startup accuracy calibrate ablation sample-data lock clean setup

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: $(READY)  ## Triage the made-up tenant in sample_data/contoso.
	$(BIN)/analyzer demo

test: $(READY)  ## All tests; those that need a browser are skipped with a reason where there is none.
	$(BIN)/python -m pytest --quiet -n auto --dist worksteal

test-soak: $(READY)  ## Tests of the benchmark's own parts, and long ones.
	$(BIN)/python -m pytest --quiet -m soak

soak: $(READY)  ## 500 pulls' lives with faults and kill -9; some 25 of them are in test-soak.
	$(BIN)/python -m tests.soak --runs 500 --seed 1

check: $(READY)  ## Lint, format, types and the walls between the rooms.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## Triage beside a bare typed scan; pace, CPU and memory of a pull; help start-up.
	$(BIN)/python -m benchmarks.bench_triage
	$(BIN)/python -m benchmarks.bench_pull
	$(BIN)/python -m benchmarks.bench_startup

bench-plans: $(READY)  ## Requests and verdicts of both plans, in a tenant of 20,000 people.
	$(BIN)/python -m benchmarks.bench_plans

bench-startup: $(READY)
	$(BIN)/python -m benchmarks.bench_startup

accuracy: $(READY)  ## Score it on simulated tenants with known truth; writes docs/accuracy.md.
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.readiness

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
