# Coffer's public targets. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
CORPUS  ?= ../shared
VERSION := $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
LDFLAGS := -s -w -X main.version=$(VERSION)
# One set of flags everywhere, so that the window's C parts are built once.
WINDOW  := -tags migrated_fynedo -ldflags "$(LDFLAGS)"
CI      := CGO_ENABLED=0 $(GO)
PACKAGES := ./...

# timed NAME: runs the recipe after it and prints how long it took.
timed = @start=$$SECONDS; trap 'echo "$(1): $$((SECONDS - start)) s"' EXIT;

.PHONY: help run build build-nogui go tools-window tools-e2e test vet race e2e interop conformance fraud-score prove-door bench bench-vault keyring newcomer soak clean lang

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

go: ## check that Go is new enough
	@.ci/need-go $(GO)

run: go ## install what is missing, build, and start Coffer with the demo bank (headless: a tour with screenshots)
	@GO="$(GO)" .ci/run-demo

build: go ## build build/coffer with the window
	@mkdir -p build
	@.ci/progress "building the window (the first time takes some minutes)" $(GO) build $(WINDOW) -o build/coffer .

build-nogui: go ## build build/coffer-terminal: no window, no C
	@mkdir -p build
	$(CI) build -tags nogui -ldflags "$(LDFLAGS)" -o build/coffer-terminal .

tools-window: ## install what a window build needs
	@.ci/need-packages window

tools-e2e: ## install what the end-to-end run needs
	@.ci/need-packages window e2e

test: go ## the test suite, with nothing but Go
	@echo "go vet, then the tests (the first time takes some minutes, and says nothing until the first room is done)"
	$(call timed,test) $(CI) vet -tags ci $(PACKAGES) && $(CI) vet -tags nogui . && $(CI) test -tags ci -count=1 -timeout 30m $(PACKAGES)

vet: go ## go vet and staticcheck
	$(call timed,vet) $(CI) vet -tags ci $(PACKAGES) && $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags ci $(PACKAGES)

# Modules that compute and share nothing are built without the detector's eyes: SQLite in Go and the drawing of letters
# take most of the time otherwise. Ours and the toolkit are watched whole. rapid tries 20 cases here, 100 in `make test`.
UNWATCHED := modernc.org/... golang.org/x/image/... github.com/go-text/... github.com/srwiley/...
race: go ## the test suite under the race detector (needs a C compiler)
	@.ci/need-packages cc
	$(call timed,race) CGO_ENABLED=1 RAPID_CHECKS=20 $(GO) test -race $(UNWATCHED:%=-gcflags=%=-race=false) -tags ci -count=1 -timeout 30m $(PACKAGES)

e2e: go tools-e2e ## the real window under a virtual display, the real browser at the consent page
	$(call timed,e2e) GO="$(GO)" .ci/e2e

interop: go ## an OAuth server that nobody here wrote (oidc-provider, from npm): link, renew, revoke
	@.ci/need-packages browser
	$(call timed,interop) GO="$(GO)" .ci/interop

conformance: go ## every statement file, bank answer and API description of CORPUS (default ../shared), the latter served by Prism, from npm
	$(call timed,conformance) GO="$(GO)" CORPUS="$(abspath $(CORPUS))" .ci/conformance

fraud-score: go ## how well alerts find fraud, on labelled histories of CORPUS that the model was not fitted on, answered and not (needs Python 3)
	$(call timed,fraud-score) GO="$(GO)" CORPUS="$(abspath $(CORPUS))" .ci/fraud-score

prove-door: go ## watch a thousand requests by their system calls: nobody but the demo bank is called
	@.ci/need-packages strace
	$(call timed,prove-door) GO="$(GO)" .ci/strace-ledger

keyring: go ## the vault against a real gnome-keyring: absent, locked, reset, wrong, slow
	$(call timed,keyring) GO="$(GO)" .ci/keyring

newcomer: go ## make run and make test in a bare Debian 12 (needs root, and 4 GB in ROOT=DIR), with times and download sizes
	$(call timed,newcomer) GO="$(GO)" ROOT="$(ROOT)" .ci/newcomer

bench-vault: go ## what sealing costs: the vault beside plain SQLite, in turns, 7 rounds (and SQLCipher where installed)
	@mkdir -p build
	$(call timed,bench-vault) TMPDIR="$(CURDIR)/build" $(CI) test -tags ci -run '^$$' -bench Paired -benchtime 7x -timeout 30m ./app/vault | .ci/table

bench: go ## the benchmarks
	$(call timed,bench) $(CI) test -tags ci -run '^$$' -bench . -benchtime 1x ./app/... ./sync/...

TIME ?= 60s
soak: go ## long runs with figures: kills, power cuts, new keys, orders, fuzzing, TIME (60s) each
	$(call timed,soak) GO="$(GO)" TIME="$(TIME)" .ci/soak

lang: ## write the English of every sentence into assets/lang/en.json
	$(CI) test -tags ci -run TestLanguages ./ui/say -args -update

clean: ## remove what was built
	rm -rf build
