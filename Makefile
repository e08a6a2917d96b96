# Impasto: everything that is done often. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test build bench bench-peers format lint docs deb tarball test-deb test-studio

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## stylise the sample photographs and say where the pictures are
	@Scripts/demo

# Tests are built with the products and run as built: `swift test` by itself would compile all
# of it again, with other flags. Those that compute run once for each set of instructions.
test: ## run every test, after installing, building and fetching what they need
	Scripts/install-dependencies
	swift build -c release --build-tests
	.build/release/impasto weights install
	Scripts/test
	Scripts/check-decoders

build: ## install what is missing and build
	Scripts/install-dependencies
	swift build -c release

bench: build ## measure the kernels and the network on this machine
	.build/release/impasto-bench

bench-peers: build ## measure beside OpenVINO, ONNX Runtime and PyTorch, which this installs (6 GB)
	.build/release/impasto weights install
	Scripts/bench-peers

format: ## lay out the Swift sources
	swift format --in-place --recursive Sources Tests Package.swift

lint: ## check the layout of the Swift sources
	swift format lint --strict --recursive Sources Tests Package.swift

test-studio: build ## use the page of `impasto serve` in Chromium, which this installs (as root)
	Scripts/test-studio

docs: build ## write the command line's reference and build the API documentation; warnings are errors
	@Scripts/document-commands $(if $(CI),--check)
	@Scripts/check-kernel-derivations >/dev/null
	@Scripts/build-docs

deb: ## make a package for Debian and Ubuntu, which needs no Swift
	Scripts/install-dependencies
	Scripts/package deb

tarball: ## make an archive for other distributions with glibc 2.36 or later
	Scripts/install-dependencies
	Scripts/package tarball

test-deb: deb ## install the package in a fresh Debian and use it (as root)
	Scripts/test-package .build-package/impasto_*.deb
