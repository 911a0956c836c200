# Each target sets up what it needs: a virtual environment in the tree.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check coverage bench mutants sizes docs embed golden clean
.DEFAULT_GOAL := demo

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(READY)  ## fixtures to running tasks and back, in this process
	$(BIN)/python -m cron2aws.cli.demo

test: $(READY)  ## the whole suite
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST)

check: $(READY)  ## lint, format, types, import direction, templates, generated text
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.any_share cron2aws.aws 3
	$(BIN)/lint-imports
	$(BIN)/cfn-lint cfn/task.yaml cfn/topics.yaml
	$(BIN)/cog --check $(COGGED)
	$(BIN)/python -m tests.golden --check

coverage: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term-missing

bench: $(READY)  ## the figures of bench/README.md, beside the peer, in one run
	$(BIN)/python bench/run.py

mutants: $(READY)  ## changes of src/cron2aws/report that no test notices; MUTANTS='lint --tests ...' for others
	$(BIN)/python -m pip install --quiet --editable '.[dev,mutants]'
	$(BIN)/python bench/mutants.py $(MUTANTS)

sizes: $(READY)  ## how large and how loose the code is, by package; SIZES='/another/tree'
	$(BIN)/python bench/sizes.py $(SIZES)

COGGED := cfn/task.yaml src/cron2aws/task/template.py docs/reference/cli.md docs/reference/exit-codes.md docs/reference/findings.md docs/reference/parameters.md

docs embed: $(READY)  ## rewrite what is generated: the functions in the template, the reference
	$(BIN)/cog -r $(COGGED)

golden: docs  ## the same, and every golden text and transcript: see tests/golden/README.md
	$(BIN)/python -m tests.golden

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
