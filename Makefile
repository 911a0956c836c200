# Each target sets up what it needs: a virtual environment in the tree.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test long moto shells browser pipeline engine fuzz site dist check coverage bench mutants sizes docs embed golden constraints scan clean
.DEFAULT_GOAL := demo

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade -c constraints.txt pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]' -c constraints.txt
	touch $@

demo: $(READY)  ## fixtures to running tasks and back, in this process
	@$(BIN)/python -m cron2aws.cli.demo

# one more than there are cores: a fifth of a run is spent waiting, for shells and for daemons
WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

test: $(READY)  ## the whole suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

long: $(READY)  ## the tests that take minutes: commands that end early or meet, two hosts, a real daemon
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long $(PYTEST)

moto: $(READY)  ## the sandbox with the oldest and the newest moto of its range; each repair is needed
	$(BIN)/python -m tests.moto_range

shells: $(READY)  ## completion in the real zsh and fish, the manual page in mandoc; it fails where one is missing
	$(BIN)/python -m pytest -n 2 -m shells tests/other_shells $(PYTEST)

browser: $(READY)  ## the HTML report in Debian's chromium: filters, keyboard, print, axe-core
	$(BIN)/python -m pip install --quiet --editable '.[dev,browser]' -c constraints.txt
	$(BIN)/python -m pytest -n 2 tests/browser $(PYTEST)

pipeline: $(READY)  ## an export deployed by the real aws CLI into the sandbox; the Terraform page, parsed
	$(BIN)/python -m pip install --quiet --editable '.[dev,pipeline]' -c constraints.txt
	$(BIN)/python -m pytest -n 2 tests/pipeline $(PYTEST)

ENGINE := .venv-engine

# an environment of its own: MiniStack pins boto3's parts, and its functions import boto3 from there
$(ENGINE)/.ready: pyproject.toml
	rm -rf $(ENGINE)
	$(PYTHON) -m venv $(ENGINE)
	$(ENGINE)/bin/python -m pip install --quiet --editable '.[engine]'
	touch $@

engine: $(READY) $(ENGINE)/.ready  ## the real command with MiniStack as its AWS, there and back, and what that cannot do
	$(BIN)/python -m pytest -n 2 tests/engine $(PYTEST)

SECONDS := 600

fuzz: $(READY)  ## crontabs of any bytes, read, converted, proved and reported in each format, for SECONDS=600
	$(BIN)/python -m tests.fuzz $(SECONDS)

site: $(READY)  ## docs/ as a site in build/site; a broken link, or a page that GitHub shows otherwise, fails
	$(BIN)/python -m pip install --quiet --editable '.[dev,docs]' -c constraints.txt
	$(BIN)/mkdocs build --strict --quiet

TRY := build/try

dist: $(READY)  ## the wheel and the source archive, each installed in a fresh environment, where it runs the demo; the extra, by what is told
	rm -rf build/dist $(TRY)
	$(BIN)/python -m pip install --quiet build
	$(BIN)/python -m build --outdir build/dist
	for made in build/dist/*.whl build/dist/*.tar.gz; do \
	  rm -rf $(TRY) && $(PYTHON) -m venv $(TRY) && \
	  $(TRY)/bin/python -m pip install --quiet "$$made[sandbox]" && \
	  (cd / && $(CURDIR)/$(TRY)/bin/cron2aws --version && $(CURDIR)/$(TRY)/bin/python -m cron2aws.cli.demo >/dev/null) \
	  || exit 1; \
	done
	test -x build/tools/bin/uv || { $(PYTHON) -m venv build/tools && build/tools/bin/python -m pip install --quiet pipx uv; }
	$(BIN)/python -m pytest -n 2 tests/installed $(PYTEST)

check: $(READY)  ## lint, format, types, import direction, shell, templates, generated text
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.any_share cron2aws.aws 3
	$(BIN)/lint-imports
	$(BIN)/shellcheck .ci/run
	$(BIN)/shellcheck --shell=sh --exclude=SC2016,SC2094,SC2154 cfn/functions/runner.sh
	$(BIN)/shellcheck --shell=sh cfn/functions/read.sh
	$(BIN)/python -m tools.pack_documents | $(BIN)/shellcheck --shell=sh -
	$(BIN)/cfn-lint cfn/*.yaml cfn/*.json
	$(BIN)/python -m cogapp --check $(COGGED)
	$(BIN)/python -m tools.deployed --check
	$(BIN)/python -m tools.man_page --check
	$(BIN)/python -m tools.pictures --check
	$(BIN)/python -m tests.golden --check

coverage: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term-missing

bench: $(READY)  ## the figures of bench/README.md, beside the peer, in one run
	$(BIN)/python bench/run.py
	$(BIN)/python -m pip install --quiet --editable '.[dev,browser]' -c constraints.txt
	PYTHONPATH=. $(BIN)/python bench/page.py

mutants: $(READY)  ## changes of src/cron2aws/report that no test notices; MUTANTS='lint --tests ...' for others
	$(BIN)/python -m pip install --quiet --editable '.[dev,mutants]'
	$(BIN)/python bench/mutants.py $(MUTANTS)

sizes: $(READY)  ## how large and how loose the code is, by package; SIZES='/another/tree'
	$(BIN)/python bench/sizes.py $(SIZES)

COGGED := src/cron2aws/task/runner.py src/cron2aws/task/outcomes.py cfn/task.yaml cfn/foundation.yaml cfn/documents.yaml src/cron2aws/task/rules.py docs/reference/cli.md docs/reference/exit-codes.md docs/reference/findings.md docs/reference/json.md docs/reference/parameters.md docs/reference/permissions.md docs/reference/stack-states.md docs/explanation/what-a-run-costs.md docs/reference/limits.md docs/reference/faults.md docs/reference/second-engine.md docs/reference/moto.md

docs embed: $(READY)  ## rewrite what is generated: the packed functions, the templates, the reference, the manual page, the pictures
	$(BIN)/python -m cogapp -r $(COGGED)
	$(BIN)/python -m tools.deployed
	$(BIN)/python -m tools.man_page
	$(BIN)/python -m tools.pictures

golden: docs  ## the same, and every golden text and transcript: see tests/golden/README.md
	$(BIN)/python -m tests.golden

FRESH := .venv-constraints

constraints:  ## the newest versions that pyproject.toml allows, written to constraints.txt
	rm -rf $(FRESH)
	$(PYTHON) -m venv $(FRESH)
	$(FRESH)/bin/python -m pip install --quiet --upgrade pip
	$(FRESH)/bin/python -m pip install --quiet --editable '.[dev,browser,docs,pipeline]'
	echo '# Made by `make constraints` with $(shell $(PYTHON) --version): what `.[dev,browser,docs,pipeline]` installs.' >constraints.txt
	$(FRESH)/bin/python -m pip freeze --all --exclude-editable --exclude setuptools >>constraints.txt
	rm -rf $(FRESH)

SCAN := .venv-scan

scan: $(READY)  ## checkov over the templates as they are deployed; its environment takes minutes to make
	test -x $(SCAN)/bin/checkov || { $(PYTHON) -m venv $(SCAN) && $(SCAN)/bin/pip install --quiet checkov==3.3.30; }
	rm -rf $(SCAN)/rendered
	$(BIN)/python -m tests.rendered $(SCAN)/rendered
	$(SCAN)/bin/checkov --directory $(SCAN)/rendered --framework cloudformation --soft-fail --output json >$(SCAN)/found.json
	$(BIN)/python -m tests.findings $(SCAN)/found.json

clean:
	rm -rf $(VENV) $(FRESH) $(SCAN) $(ENGINE) .venv-moto .mypy_cache .ruff_cache .pytest_cache .hypothesis
