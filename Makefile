# Two commands do everything: `make run` starts Escale, `make test` checks it.
# Both install what is missing first.

export GOFLAGS ?= -buildvcs=false
export LANG = en_US.UTF-8

GO       ?= go
LINT_VERSION = v2.15.0
LINT     = $(shell $(GO) env GOPATH)/bin/golangci-lint
TESTBED  = bin/testbed
# The testbed makes a network namespace, which takes root.
SUDO     = $(shell [ "$$(id -u)" = 0 ] || echo sudo -E env "PATH=$$PATH")
FUZZTIME ?= 5m
# Tests that boot a machine use the helper and the guest that were built here.
MACHINE_ENV = env ESCALE_MACHINE=$(CURDIR)/bin/escale-machine ESCALE_GUEST=$(CURDIR)/bin/guest/$(shell $(GO) env GOARCH)

.PHONY: run build test test-more deps test-deps vet lint unit race conformance conformance-machine conformance-build e2e e2e-long e2e-build journey soak fuzz bench shots guest guest-deps guest-boot guest-pack machine machine-journey machine-six machine-wine machine-boot machine-more machine-soak machine-test package package-deps package-test package-linux-test package-windows-test package-twice oscheck testbed-up testbed-down clean

run: deps build ## start the app; without a display, play the main journey in a virtual one
	@packaging/run.sh

build: deps
	$(GO) build -tags migrated_fynedo -ldflags "-s -w" -o bin/escale .

deps:
	@packaging/install-deps.sh build

test-deps:
	@packaging/install-deps.sh test

test: test-deps guest vet lint unit machine-boot conformance e2e testbed-down ## what must hold while one works: minutes; a change lands when test-more holds, too
	@echo "All checks passed."

test-more: test-deps race machine-more conformance-machine e2e-long package package-test testbed-down ## races, more of the machine, every lesson, the packages: installed, used, removed
	@echo "All checks passed, the long ones, too."

vet:
	$(GO) vet ./...
	$(GO) vet -tags "testbed e2e machine" ./...
	GOOS=windows CGO_ENABLED=0 $(GO) vet ./engine/... ./app/...
	GOOS=darwin CGO_ENABLED=0 $(GO) vet ./engine/... ./app/...
	GOOS=windows CGO_ENABLED=0 $(GO) vet $(filter-out %/shell,$(shell $(GO) list ./views/... 2>/dev/null)) # the shell needs C
	$(MAKE) --no-print-directory oscheck

oscheck: ## every package, those with C too, type-checked for the systems that cannot be built for here
	$(GO) run ./packaging/oscheck darwin/arm64 darwin/amd64 windows/amd64 windows/arm64

lint: $(LINT)
	$(LINT) run ./...
	$(LINT) run --build-tags testbed,e2e ./engine/docker/... ./e2e/... ./views/shell/...

$(LINT):
	$(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

unit: ## unit tests and fuzz seeds; those that nothing has changed for are not run again
	$(GO) test -timeout 20m ./...

race: ## all of them, in another order each time, watched for races
	$(GO) test -race -shuffle=on -timeout 20m ./...

$(TESTBED): $(shell find packaging/testbed -name '*.go')
	$(GO) build -o $@ ./packaging/testbed

testbed-up: test-deps $(TESTBED)
	$(SUDO) $(TESTBED) up --podman

testbed-down: $(TESTBED)
	$(SUDO) $(TESTBED) down

# The testbed's network namespace has no way out, so everything is built before
# it is entered.
conformance: testbed-up conformance-build ## the engine adapter against a real Docker and a real Podman
	cd engine/docker && $(SUDO) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/conformance.test -test.timeout 25m -test.skip '^TestMachine'

conformance-machine: testbed-up conformance-build guest machine ## … against the engine of a real machine
	cd engine/docker && $(SUDO) $(MACHINE_ENV) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/conformance.test -test.timeout 25m -test.run '^TestMachine'

conformance-build:
	$(GO) test -c -race -tags testbed -o bin/conformance.test ./engine/docker

e2e-build: deps
	$(GO) build -tags e2e -o bin/escale-e2e .
	$(GO) build -o bin/blank ./e2e/blank
	$(GO) test -c -tags e2e -o bin/e2e.test ./e2e

e2e: testbed-up e2e-build guest machine ## the built program in a real window, on a real engine
	cd e2e && $(SUDO) $(MACHINE_ENV) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/e2e.test -test.v -test.timeout 45m -test.skip '$(LONG)'

# They take minutes each, or measure.
LONG = ^Test(Lessons|LessonsOutside|Compare|Playground.*|Screenshots|RestsInTray|MachineJourney)$$

e2e-long: testbed-up e2e-build guest machine ## those that take minutes each, or measure
	cd e2e && $(SUDO) $(MACHINE_ENV) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/e2e.test -test.v -test.timeout 45m -test.run '$(LONG)'

journey: testbed-up e2e-build ## the main journey alone, with a picture of each step in out/
	cd e2e && $(SUDO) env ESCALE_OUT=$(CURDIR)/out $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/e2e.test -test.v -test.timeout 15m -test.run '^TestJourney$$'

machine-journey: testbed-up e2e-build guest machine ## the journey on a computer without an engine
	cd e2e && $(SUDO) env ESCALE_OUT=$(CURDIR)/out $(MACHINE_ENV) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/e2e.test -test.v -test.timeout 20m -test.run '^TestMachineJourney$$'

shots: export ESCALE_TESTBED_DIR = /var/lib/escale
shots: testbed-down testbed-up e2e-build ## the pictures of docs/screenshots, on an engine that nothing was done with
	cd e2e && $(SUDO) env ESCALE_SHOTS=$(CURDIR)/docs/screenshots $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/e2e.test -test.v -test.timeout 20m -test.run '^TestScreenshots$$'
	$(MAKE) --no-print-directory testbed-down

soak: test test-more fuzz machine-soak ## the longer campaigns
	$(MAKE) --no-print-directory testbed-up e2e-build
	cd engine/docker && $(SUDO) $(MACHINE_ENV) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/conformance.test -test.count=5 -test.timeout 90m
	cd e2e && $(SUDO) $(MACHINE_ENV) ESCALE_LESSONS=all $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/e2e.test -test.count=3 -test.timeout 150m
	$(MAKE) --no-print-directory testbed-down

fuzz: deps ## every parser of outside bytes, FUZZTIME each
	@packaging/fuzz.sh $(FUZZTIME)

bench: testbed-up ## benchmarks; on the testbed's engine, ratios against the docker command
	$(GO) test -run '^$$' -bench . -benchmem ./...
	$(GO) test -c -tags testbed -o bin/bench.test ./engine/docker
	cd engine/docker && $(SUDO) $(CURDIR)/$(TESTBED) exec $(CURDIR)/bin/bench.test -test.run '^$$' -test.bench AgainstCLI

GUEST_ARCH ?= $(shell $(GO) env GOARCH)

guest-deps:
	@packaging/install-deps.sh guest

guest: guest-deps ## the guest of the Escale Machine, in bin/guest/ARCH; the first time takes minutes
	$(GO) run ./packaging/guest --arch $(GUEST_ARCH) --out bin/guest/$(GUEST_ARCH)

guest-pack: guest-deps ## the one file in which the guest travels; fails when it is larger than it may be
	$(GO) run ./packaging/guest --arch $(GUEST_ARCH) --out bin/guest/$(GUEST_ARCH) --pack bin/guest/$(GUEST_ARCH).tar.zst

machine: ## the helper of the Escale Machine, beside the guest in bin/
	CGO_ENABLED=0 $(GO) build -ldflags "-s -w" -o bin/escale-machine ./engine/machine/escale-machine

machine-six: ## the helper for every system that it is for
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo $$os/$$arch; GOOS=$$os GOARCH=$$arch CGO_ENABLED=0 $(GO) build -o /dev/null ./engine/machine/escale-machine || exit 1; done; done

machine-wine: ## the helper's tests for Windows, under Wine, as far as it goes
	GO="$(GO)" packaging/winetest/run.sh

# Trying as another user takes root.
machine-boot: guest machine-test ## the real guest in QEMU: boot, ports, isolation, crashes
	cd engine/machine/escale-machine && $(SUDO) $(CURDIR)/bin/machine.test -test.v -test.timeout 30m -test.run '^TestMachine$$'

machine-more: guest machine-test ## in little memory, with the user's folders; throwaway machines, of which nothing is left
	cd engine/machine/escale-machine && $(SUDO) $(CURDIR)/bin/machine.test -test.v -test.timeout 30m -test.run '^Test(SmallMachine|Shares|Playground)$$'

machine-soak: guest guest-pack machine-test ## many crashes, what is given back, the other architecture, the same bytes twice
	cd engine/machine/escale-machine && $(SUDO) env ESCALE_QEMU_KILLS=20 ESCALE_HELPER_KILLS=10 $(CURDIR)/bin/machine.test \
		-test.v -test.timeout 90m -test.run '^Test(Machine|GivesBack)$$'
	$(MAKE) --no-print-directory guest guest-pack GUEST_ARCH=arm64
	cd engine/machine/escale-machine && $(SUDO) $(CURDIR)/bin/machine.test -test.v -test.timeout 20m -test.run '^TestOtherArchitecture$$'
	packaging/guest/twice.sh

machine-test:
	$(GO) test -c -tags machine -o bin/machine.test ./engine/machine/escale-machine

package-deps:
	@packaging/install-deps.sh package

# GUEST_URL is where packages without the guest fetch it from.
package: package-deps guest-pack ## what users install, in dist/: packages, installers, sums, bills of materials
	rm -rf dist
	$(GO) run ./packaging/bundle --out dist

# With an inspector, which only tests may have, and signed with a certificate of
# its own.
bin/package-test/.made: $(shell git ls-files '*.go' go.mod FyneApp.toml assets packaging/bundle) | package-deps
	rm -rf bin/package-test
	mkdir -p bin/package-test
	openssl req -x509 -newkey rsa:2048 -nodes -keyout bin/package-test/key.pem -out bin/package-test/cert.pem -days 3650 \
		-subj "/CN=Escale test" -addext extendedKeyUsage=codeSigning 2>/dev/null
	WINDOWS_CERTIFICATE=bin/package-test/cert.pem WINDOWS_KEY=bin/package-test/key.pem \
		$(GO) run ./packaging/bundle --out bin/package-test --guest bin/none --tags e2e linux windows
	touch $@

package-test: package-linux-test package-windows-test ## installs, starts, plays with and removes what `make package` made

package-linux-test: testbed-up e2e-build bin/package-test/.made ## the deb in a clean Debian: window, journey, nothing left
	$(SUDO) packaging/installtest/linux.sh prepare dist/escale_*-small.deb
	$(SUDO) $(TESTBED) exec $(CURDIR)/packaging/installtest/linux.sh play $(CURDIR)/$(firstword $(wildcard dist/escale_*-small.deb)) $(CURDIR)/$(firstword $(wildcard bin/package-test/escale_*-small.deb))

package-windows-test: testbed-up e2e-build bin/winetest bin/package-test/.made ## the installers for Windows under Wine: window, tray, journey, nothing left but data
	$(SUDO) $(TESTBED) exec $(CURDIR)/packaging/installtest/windows.sh $(CURDIR)/dist $(CURDIR)/bin/package-test

bin/winetest: packaging/winetest/main.go
	$(GO) build -o $@ ./packaging/winetest

package-twice: ## everything a second time, from nothing: the same bytes
	packaging/bundle/twice.sh

guest-boot: guest ## boot it in QEMU, print the steps' times
	$(GO) run ./packaging/guest/bootcheck --image bin/guest/$(GUEST_ARCH)

clean:
	rm -rf bin out dist
