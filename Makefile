# Needs make and Python 3.11 or newer, nothing else. Everything is installed into .venv.
#
#   make run      install what a user needs and open the site
#   make test     linters, types, rooms, then the tests
#   make setup    install only; EXTRAS=dev,torch,jax picks the optional parts
#   make check    linters, types and rooms alone
#   make bench    the measurements in benchmarks/
#   make shots    pictures of the site for the README
#   make field    other people's programs, plain and recorded: FIELD=folder of checkouts
#   make soak     long property tests: HYPOTHESIS_PROFILE=soak
#
# ARGS is handed to unmagic: make run ARGS=--no-browser.
# JOBS=n sets how many test processes run; PYTEST_ARGS is passed on.

EXTRAS ?=
JOBS ?= 2
PYTEST_ARGS ?=
ARGS ?=

# Someone's own settings for another project would shadow the files here.
unexport PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK = 1

comma := ,
empty :=
space := $(empty) $(empty)
asked := $(sort $(subst $(comma), ,$(EXTRAS)))
# One stamp for each set of extras: a rerun with the same set does nothing.
stamp = .venv/.installed$(subst $(space),,$(addprefix -,$(sort $(1))))

PY := .venv/bin/python

.PHONY: run setup test check bench soak shots field
.DEFAULT_GOAL := run

run: $(call stamp,site $(asked))
	$(PY) -m unmagic $(ARGS)

setup: $(call stamp,$(asked))

check: $(call stamp,dev site $(asked))
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) tools/check_rooms.py

test: check
	$(PY) -m pytest -n $(JOBS) $(PYTEST_ARGS)

bench: $(call stamp,dev site $(asked))
	$(PY) -m benchmarks

shots: $(call stamp,dev site $(asked))
	$(PY) tools/shots.py

# Hypothesis's own tests with many examples, and whatever is marked soak.
soak: $(call stamp,dev site $(asked))
	HYPOTHESIS_PROFILE=soak $(PY) -m pytest -n $(JOBS) -m "soak or hypothesis" $(PYTEST_ARGS)

# Never committed: a folder of checkouts of public repositories with NumPy programs in them.
FIELD ?= field

field: $(call stamp,dev site $(asked))
	$(PY) -m tools.field $(FIELD) $(FIELD_ARGS)

# setuptools first and no build isolation: so the build is pinned by constraints.txt like all the rest.
.venv/.installed%: pyproject.toml constraints.txt | $(PY)
	$(PY) -m pip install -q -c constraints.txt setuptools
	$(PY) -m pip install -q -c constraints.txt --no-build-isolation -e '.[$(subst -,$(comma),$(patsubst -%,%,$*))]'
	@touch $@

.venv/.installed: pyproject.toml constraints.txt | $(PY)
	$(PY) -m pip install -q -c constraints.txt setuptools
	$(PY) -m pip install -q -c constraints.txt --no-build-isolation -e .
	@touch $@

$(PY):
	@sh tools/make_venv.sh .venv
