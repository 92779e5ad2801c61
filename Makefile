# tasktype: what can be run from here
#
#   make demo     install what is missing, build, classify the requests in Examples/requests.txt
#   make test     install what tests need and run every test and check
#   make model    train models/default.safetensors from training-data/ and build it in
#   make format   format all Swift sources
#   make bench    measure speed, write docs/performance.md, print accuracy (Benchmarks/)
#   make help     this menu
#
# Swift 6.3 has to be there (https://www.swift.org/install); the rest is installed with apt.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test model format bench packages

# What the package links (Package.swift names the same ones as system libraries).
PACKAGES := libopenblas-dev liblapacke-dev zlib1g-dev libre2-dev libsqlite3-dev pkg-config
SWIFT_FOLDERS := Package.swift Sources Tests Examples FuzzTesting Benchmarks

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

demo: packages
	swift build -c release --product tasktype
	.build/release/tasktype classify --strict --input Examples/requests.txt --time

# Products are named, since --build-tests also builds what dependencies have and nobody here uses. Tests wait more than
# they compute, so what is built in other folders is built meanwhile. Those of training, five minutes of a processor in a
# debug build, are left to the release build of Scripts/test-numerics.
test: packages
	Scripts/check-imports
	Scripts/check-corpus
	Scripts/test-corpus
	Scripts/test-public-data
	swift format lint --strict --parallel --recursive $(SWIFT_FOLDERS)
	swift build --product tasktypePackageTests
	swift build --product tasktype
	Scripts/python-environment
	Scripts/beside 'Scripts/test-numerics; Scripts/check-example; Scripts/client-environment' \
	    'TASKTYPE_PYTHON="$$(Scripts/python-environment)" swift test --skip-build --skip "^TrainingTests\."'
	Scripts/check-model
	Scripts/check-deploy
	Scripts/test-clients
	Scripts/check-instructions

model: packages
	swift build -c release --product tasktype
	Scripts/make-model models
	touch Sources/CDefaultModel/CDefaultModel.c
	swift build -c release --product tasktype

format:
	swift format --in-place --parallel --recursive $(SWIFT_FOLDERS)

bench: packages
	swift build -c release --product tasktype
	TASKTYPE_PYTHON="$$(Scripts/python-environment)" Benchmarks/report
	Benchmarks/accuracy

packages:
	@command -v swift >/dev/null || { echo "no swift on the PATH; install Swift 6.3 from https://www.swift.org/install"; exit 1; }
	@Scripts/install-packages $(PACKAGES)
