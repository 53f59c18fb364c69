# make bench: measure this machine, its ceilings first.  make test: run the tests, but those that take minutes: make slow.
# Each does its own set-up in .venv.

PYTHON ?= python3
BIN := .venv/bin
PROFILE ?= quick

.PHONY: bench test slow clean

bench: .venv/installed
	mkdir -p runs
	run=runs/bench-$$(date -u +%Y%m%dT%H%M%SZ)-make.jsonl; \
	$(BIN)/tensorlab bench --$(PROFILE) --output "$$run" && $(BIN)/tensorlab bench report "$$run" -o "$${run%.jsonl}.html"

test: .venv/installed
	$(BIN)/python -m pytest -n 2 -m "not slow"

slow: .venv/installed
	$(BIN)/python -m pytest -n 2 -m slow

.venv/installed: pyproject.toml constraints.txt
	@echo "setting up .venv; this takes a minute or more"
	$(PYTHON) -m venv .venv
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
