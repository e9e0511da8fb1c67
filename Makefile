# Two commands do everything: `make run` starts Escale, `make test` checks it.
# Both install what is missing first.

export GOFLAGS ?= -buildvcs=false
export LANG = en_US.UTF-8

GO       ?= go
LINT_VERSION = v2.15.0
LINT     = $(shell $(GO) env GOPATH)/bin/golangci-lint
PACKAGES = $(shell $(GO) list ./... 2>/dev/null)
TESTBED  = bin/testbed
FUZZTIME ?= 5m

.PHONY: run build test deps vet lint unit conformance e2e soak fuzz bench shots testbed-up testbed-down clean

run: deps build ## start the app; without a display, play the main journey in a virtual one
	@packaging/run.sh

build: deps
	$(GO) build -tags migrated_fynedo -trimpath -ldflags "-s -w" -o bin/escale .

deps:
	@packaging/install-deps.sh

test: deps vet lint unit conformance e2e ## everything that must hold before a change lands
	@echo "All checks passed."

vet:
	$(GO) vet ./...
	$(GO) vet -tags "testbed e2e" ./...
	GOOS=windows CGO_ENABLED=0 $(GO) vet ./engine/... ./app/...
	GOOS=darwin CGO_ENABLED=0 $(GO) vet ./engine/... ./app/...

lint: $(LINT)
	$(LINT) run ./...
	$(LINT) run --build-tags testbed,e2e ./engine/docker/... ./e2e/... ./views/shell/...

$(LINT):
	$(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

unit: ## unit tests and fuzz seeds
	$(GO) test -race -shuffle=on -timeout 20m ./...

$(TESTBED): $(shell find packaging/testbed -name '*.go')
	$(GO) build -o $@ ./packaging/testbed

testbed-up: deps $(TESTBED)
	$(TESTBED) up --podman

testbed-down: $(TESTBED)
	$(TESTBED) down

conformance: testbed-up ## the engine adapter against a real Docker and a real Podman
	$(TESTBED) exec $(GO) test -tags testbed -race -count=1 -timeout 15m ./engine/docker/...

e2e: testbed-up ## the built program in a real window, on a real engine
	$(TESTBED) exec $(GO) test -tags e2e -count=1 -timeout 25m ./e2e/...

shots: testbed-up ## the pictures of docs/screenshots
	ESCALE_SHOTS_DIR=$(CURDIR)/docs/screenshots $(TESTBED) exec $(GO) test -tags e2e -count=1 -timeout 20m -run TestScreenshots ./e2e/...

soak: test fuzz ## the longer campaigns
	$(TESTBED) exec $(GO) test -tags testbed -race -count=5 -timeout 60m ./engine/docker/...
	$(TESTBED) exec $(GO) test -tags e2e -count=3 -timeout 90m ./e2e/...

fuzz: deps ## every parser of outside bytes, FUZZTIME each
	@packaging/fuzz.sh $(FUZZTIME)

bench: deps
	$(GO) test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf bin out dist
