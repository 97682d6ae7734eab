# make run    everything from nothing: engine, workers, front door, three sample cases
# make test   everything that proves it, from nothing
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9

ifdef ENGINE
export ONETHING_ENGINE_FLAVOUR := $(ENGINE)
endif

.PHONY: help run up test prove fault fault-quick check fix lock sbom audit clean needs-run needs-test

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

run: needs-run $(VENV)/.ready ## start everything and take three sample cases to signed certificates
	@$(BIN)/onething up --demo

up: needs-run $(VENV)/.ready ## start everything without sample cases
	@$(BIN)/onething up

test: needs-test $(VENV)/.ready ## all tests: unit, contract, real engine, browser
	@$(BIN)/ruff check .
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

prove: needs-test $(VENV)/.ready ## thousands of random lives and requests, every item on every way to its end; more than an hour
	@$(BIN)/pytest -m prove --durations=0 tests/machine tests/uploads tests/api/test_verify.py tests/browser/test_journey.py \
		tests/proxy/test_keycloak.py
	@$(BIN)/pytest -m "prove or not prove" --durations=0 tests/process/test_every_item.py
	@$(BIN)/pytest -m prove --durations=0 -n 2 -rP tests/api/test_contract.py

fault: needs-test $(VENV)/.ready ## every fault of docs/faults.md on the real city, and that report anew; hours
	@$(BIN)/python -m tests.fault run all; status=$$?; $(BIN)/python -m tests.fault report; exit $$status

fault-quick: needs-test $(VENV)/.ready ## a few faults in small, as CI runs them first; two minutes
	@$(BIN)/python -m tests.fault run QUICK --quick

check: $(VENV)/.ready ## style only; changes nothing
	@$(BIN)/ruff check .

fix: $(VENV)/.ready ## style, repaired where it can be
	@$(BIN)/ruff check --fix .

lock: $(VENV)/.ready ## renew requirements.lock and the list of the engine's libraries
	@$(BIN)/uv pip compile pyproject.toml --group dev --extra postgres --generate-hashes --no-emit-index-url \
		--no-header --upgrade -q -o requirements.lock
	@echo cyclonedx-bom | $(BIN)/uv pip compile - --generate-hashes --no-emit-index-url --no-header --upgrade -q -o docker/sbom/tools.lock
	@$(BIN)/python -m onething.engine.jars

SBOM := docker/sbom/target
BOM_PLUGIN := org.cyclonedx:cyclonedx-maven-plugin:2.9.1
LISTS := $(SBOM)/python.json $(SBOM)/engine-operaton.json $(SBOM)/engine-camunda.json $(SBOM)/javascript.json

sbom: needs-test $(VENV)/.ready $(SBOM)/tools/.ready ## CycloneDX lists of all components in docker/sbom/target, and their licences checked
	@$(SBOM)/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --of JSON --output-reproducible -o $(SBOM)/python.json $(VENV)
	@for flavour in operaton camunda; do \
		mvn -q -B -f docker/engine/pom.xml -D$$flavour -DoutputDirectory=$(CURDIR)/$(SBOM) -DoutputName=engine-$$flavour \
			-DoutputFormat=json -DincludeTestScope=false $(BOM_PLUGIN):makeBom || exit 1; done
	@cd tests/js && npm sbom --sbom-format cyclonedx --package-lock-only > $(CURDIR)/$(SBOM)/javascript.json
	@$(BIN)/python docker/sbom/check.py licences $(LISTS)

audit: sbom ## weaknesses known of these components; fails when nobody can be asked
	@$(BIN)/python docker/sbom/check.py weaknesses $(LISTS)

$(SBOM)/tools/.ready: docker/sbom/tools.lock $(VENV)/.ready
	@$(BIN)/uv venv -q --clear $(SBOM)/tools
	@$(BIN)/uv pip install -q --python $(SBOM)/tools/bin/python --require-hashes -r docker/sbom/tools.lock
	@touch $@

clean: ## remove what was built and what was run; the cases in var/ are lost
	@rm -rf $(VENV) docker/engine/target tests/js/node_modules docker/sbom/target var .pytest_cache .ruff_cache

needs-run needs-test: needs-%:
	@bash docker/needs.sh $*

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "Python packages ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@
