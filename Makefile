# make demo     a room with bots that draw and a recorder; writes demo.png
# make test     install what the tests need, then run them all
# make run      build, then serve http://localhost:8081
# make install  install what make build has built, below PREFIX: /usr/local
# make dist     archives for Linux, macOS and Windows, packages for Debian, sums
# make check    formatting, vet, staticcheck, ESLint, tsc, the direction of imports
# make bench    benchmarks, as ratios to bare baselines in the same run
# make scale    what one server holds: five minutes; writes docs/scale.svg
# make mutants  break the log in every known way; its tests must notice each
# make soak     20,000 rooms and 20,000 logs in which everything goes wrong, 200
#               kills each of peers (and every second time the server), recorders
#               and keepers, and two minutes of each fuzz target: hours. What fails
#               names its seed, and how to play that one: go test ./peer -run
#               TestSoak -seed N
# make fuzz     two seconds of each fuzz target
# make module   give the tree the module path MODULE, so that others can import it
# make golden   accept the images the tests now draw, and take the screenshots of
#               docs/page.md: look at them

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
PAGE       = cmd/server
BIN        = bin

# Go writes the commit into the programs, and fails where git does: in another
# user's repository, for instance.
VCS       := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo auto || echo false)
BUILD      = CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w'

.PHONY: demo test run install dist dist-check module check bench scale mutants soak fuzz golden build needs clean

demo: build
	$(BIN)/drawbot demo --out demo.png

# The race detector is for what is concurrent. It makes rooms of 30 and 50 peers
# slow beyond use, and 500 rooms, schedules and floods: those run without it. It runs on one
# core: in go1.26, two timers of one synctest bubble that fire at once on two
# cores share a stack of the race detector's, which crashes now and then. The
# commands' tests mostly wait, so pixels are compared meanwhile; one that takes a
# million operations is for make soak. The limits leave room for a machine that is
# four times as slow.
CONCURRENT = ./signaling/... ./internal/... ./peer/...
test: needs $(PAGE)/node_modules/.package-lock.json
	go test -race -short -skip '^TestFloods|^TestSchedules$$|^TestHostileMemory$$|^TestHostilePeer$$|ThatIsTooLarge$$|^Example_thirtyBots$$' -cpu 1 -timeout 40m $(CONCURRENT)
	go test -run 'TestFault21JoinAtOnce|TestSoak|TestHostile|TestFloods|TestSchedules|Example_thirtyBots' -timeout 40m ./peer ./internal/exchange
	go test -race -run 'TestParts|TestPaintWhile' ./canvas/raster
	PATH="$(CURDIR)/.node/node_modules/.bin:$$PATH" npm run --silent --prefix $(PAGE) test
	{ go test -timeout 40m ./canvas/... && go test -timeout 20m ./docs; } & \
	go test -short -skip '^TestAnimationTakesLittleMemory$$' -timeout 40m ./cmd/... && wait $$!

run: build
	$(BIN)/drawmesh-server

build:
	$(BUILD) -o $(BIN)/drawbot ./cmd/drawbot
	$(BUILD) -o $(BIN)/drawmesh-server ./cmd/server
	ln -sf drawmesh-server $(BIN)/server # as it was called, for scripts of then

# PREFIX is where things are in the end, DESTDIR where that folder is until then.
# It takes no Go, so that root need not have one.
PREFIX = /usr/local
INTO   = $(DESTDIR)$(PREFIX)
SHARE  = $(INTO)/share
install: $(BIN)/drawbot $(BIN)/drawmesh-server
	install -d $(INTO)/bin $(SHARE)/man/man1 $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	install $^ $(INTO)/bin
	set -e; for p in $(^F); do \
	  $(BIN)/$$p --man > $(SHARE)/man/man1/$$p.1; \
	  $(BIN)/$$p --completion bash > $(SHARE)/bash-completion/completions/$$p; \
	  $(BIN)/$$p --completion zsh > $(SHARE)/zsh/site-functions/_$$p; \
	  $(BIN)/$$p --completion fish > $(SHARE)/fish/vendor_completions.d/$$p.fish; done

$(BIN)/drawbot $(BIN)/drawmesh-server:
	$(MAKE) build

# DIST is where the files go; TARGETS may name some, such as linux/amd64. In another
# user's repository no commit is known, and the version is devel.
DIST     = dist
TARGETS  =
MAKEDIST = GOFLAGS='$(GOFLAGS) -buildvcs=$(VCS)' go run ./internal/dist
dist:
	$(MAKEDIST) -o $(DIST) $(TARGETS)

# All of it twice, from copies of the last commit in two folders, and the second time
# with nothing that was compiled before: the files must be the same.
dist-check:
	@[ -z "$$(git status --porcelain)" ] || { echo "make dist-check: commit what has changed first" >&2; exit 1; }
	rm -rf $(DIST)
	set -e; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	git clone -q . "$$dir/here"; git clone -q . "$$dir/there/drawmesh"; \
	(cd "$$dir/here" && $(MAKEDIST) -o $(abspath $(DIST)) $(TARGETS)); \
	(cd "$$dir/there/drawmesh" && GOCACHE="$$dir/cache" $(MAKEDIST) -o "$$dir/again" $(TARGETS)); \
	diff -r $(DIST) "$$dir/again"; cd $(DIST); sha256sum -c SHA256SUMS

# The tests drive a real Chromium, a Firefox, a Redis, an nginx, networks with NATs and ffmpeg, run the
# page's modules in node too, read the manual pages, complete command lines, examine
# the unit, and paint on an emulated arm64.
# Only what is missing is installed: a node from elsewhere is at odds with Debian's
# npm. A tool that Debian has in a package of another name says in which.
TOOLS = chromium firefox-esr redis-server nginx openssl man:man-db mandoc zsh fish systemd-analyze:systemd dpkg ip:iproute2 nft:nftables ffmpeg qemu-aarch64:qemu-user node:nodejs npm python3 jq
needs:
	@PATH=$$PATH:/usr/sbin:/sbin; missing=; for t in $(TOOLS); do command -v $${t%:*} >/dev/null || missing="$$missing $${t#*:}"; done; \
	[ -z "$$missing" ] || { \
	  command -v apt-get >/dev/null || { echo "make test: install these, by their Debian names, so that they are in PATH:$$missing" >&2; exit 1; }; \
	  echo "installing for the tests:$$missing" >&2; \
	  SUDO=; [ "$$(id -u)" = 0 ] || SUDO=sudo; \
	  $$SUDO apt-get update -q && $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -q -y $$missing; }
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' || { \
	  echo "installing for the tests: node 22, for $$(node --version) is too old" >&2; \
	  npm install --silent --no-save --prefix .node node@22; }

bench:
	go test -run '^$$' -bench . -benchmem ./...

scale: build
	go run ./internal/scale -server bin/drawmesh-server -svg docs/scale.svg

mutants:
	go run ./canvas/internal/mutants

soak:
	go test ./canvas -run TestSchedules -soak -timeout 60m
	go test ./internal/exchange -run TestSchedules -soak -timeout 60m
	go test ./peer -run TestSoak -soak -v -timeout 6h
	go test -race -cpu 1 -timeout 60m ./cmd/drawbot
	go test ./cmd/drawbot -run TestAnimationTakesLittleMemory -v -timeout 10m
	go test ./cmd/drawbot -run 'TestFault08|TestKilled|TestKeepThroughKills' -soak -v -timeout 60m
	go test ./cmd/server -run 'TestKilledAtRandom|TestBesieged' -soak -v -timeout 60m
	go test ./internal/archive -run 'TestAHundredThousand|ThatIsTooLarge' -soak -v -timeout 10m
	go run ./internal/fuzzall -for 2m

fuzz:
	go run ./internal/fuzzall

golden:
	go test ./canvas/raster -run 'TestBoard$$|SamePixelsEverywhere' -update
	go test ./cmd/server -run TestScreenshots -update

# The page's own checks come from npm: for development only, as pinned there. Its
# unit tests need nothing but node.
$(PAGE)/node_modules/.package-lock.json: $(PAGE)/package-lock.json
	npm ci --prefix $(PAGE)

GOFILES = find . -name node_modules -prune -o -name '*.go' -print
check: $(PAGE)/node_modules/.package-lock.json
	@test -z "$$(gofmt -l $$($(GOFILES)))" || { gofmt -d $$($(GOFILES)); exit 1; }
	PATH="$(CURDIR)/.node/node_modules/.bin:$$PATH" npm run --silent --prefix $(PAGE) check
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	go run ./internal/layers

module:
	@go run ./internal/module '$(MODULE)'

clean:
	rm -rf bin dist demo.png
