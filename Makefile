# Commonstream. `make` alone says what there is.
# Everything but Node, npm, Java and Maven comes with `make install`: pinned, locked, and kept inside this folder.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

NODE := node_modules/.bin/node
PNPM := .tools/node_modules/.bin/pnpm
DATA := $(or $(CITY_DATA_DIR),.data)
INSTALL := infra/embedded/install
MANIFESTS := package.json pnpm-workspace.yaml pnpm-lock.yaml $(wildcard patches/*.patch schemas/package.json services/*/package.json infra/*/package.json test/package.json)
DASHBOARD := services/dashboard/dist/index.html
DASHBOARD_SOURCES := $(shell find services/dashboard -type f -not -path '*/node_modules/*' -not -path '*/dist/*')

# Node keeps what it made of the TypeScript sources.
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/node
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help prerequisites install demo stack contracts stream asyncapi apply register replay reconcile rebuild backup restore import replay-data test check bench chaos debian dashboard clean clean-data

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

install: prerequisites node_modules/.installed ## Bring everything the project needs into this folder (the other targets do it by themselves)
	@$(NODE) $(INSTALL)/kafka.ts

demo: install dashboard ## Replay a night of two cities' real data from the sensors to the page
	@exec $(NODE) infra/embedded/src/demo.ts

stack: install dashboard ## Run Kafka, ClickHouse and all services in the foreground; Ctrl-C ends them
	@exec $(NODE) infra/embedded/src/stack.ts

contracts: install ## Check the contracts (CITY_SCHEMAS) and say how each stream stands
	@$(NODE) schemas/src/commands/main.ts check

stream: install ## Make a stream's folder: NAME=sound-levels KIND=gauge PROPERTY=level UNIT=dB EVERY=PT1M
	@$(NODE) schemas/src/commands/main.ts stream --name "$(NAME)" $(if $(KIND),--kind "$(KIND)") $(if $(PROPERTY),--property "$(PROPERTY)") \
	  $(if $(UNIT),--unit "$(UNIT)") $(if $(EVERY),--every "$(EVERY)")

asyncapi: install ## Print the AsyncAPI document of all topics, as /asyncapi.json serves it
	@$(NODE) schemas/src/commands/main.ts asyncapi

apply: install ## Show what the contracts would change in topics and tables; CONFIRM=1 does it
	@$(NODE) infra/apply/src/main.ts $(if $(CONFIRM),--confirm)

register: install ## Merge a city's GeoJSON of sensors: STREAM=, FILE=; shows what would change, CONFIRM=1 writes it, ARGS=--help explains
	@$(NODE) infra/apply/src/register/main.ts --stream="$(STREAM)" --file="$(FILE)" $(if $(CONFIRM),--confirm) $(ARGS)

replay: install ## Show which quarantined messages would be sent again; CONFIRM=1 does it, ARGS=--help explains filters
	@$(NODE) infra/replay/src/main.ts $(if $(CONFIRM),--confirm) $(ARGS)

reconcile: install ## Compare ledger and tables of a running stack and heal what differs
	@$(NODE) services/worker/src/reconcile/main.ts $(ARGS)

backup: install ## Write windows, alerts, ledger, sensors and contracts of a running stack to TO=folder
	@$(NODE) infra/backup/src/main.ts backup "$(TO)"

restore: install ## Bring a backup back into a running stack: FROM=folder
	@$(NODE) infra/backup/src/main.ts restore "$(FROM)"

import: install ## Write years of a city's CSV as closed windows: STREAM=name FILE=csv MAPPING=yaml; DRY=1 only shows, ARGS=--help explains
	@$(NODE) infra/import/src/main.ts --stream "$(STREAM)" --file "$(FILE)" --mapping "$(MAPPING)" $(if $(DRY),--dry-run) $(ARGS)

rebuild: install ## Restore a lost store or position from the log and its topics (end the stack first)
	@exec $(NODE) infra/embedded/src/rebuild.ts $(ARGS)

test: install dashboard ## Test everything that one machine can test
	@$(INSTALL)/debian.sh --if-missing
	@$(NODE) test/support/run-tests.ts unit integration+e2e page

replay-data: install ## Replay whole published files (CITY_DATA=folder, docs/contributing.md) and compare every figure; some minutes
	@[ -d "$(CITY_DATA)" ] || { echo 'CITY_DATA names the folder of the published files: docs/contributing.md says which' >&2; exit 1; }
	@CITY_DATA="$$(cd "$(CITY_DATA)" && pwd)" vitest run --project e2e test/e2e/all-streams.test.ts

check: install contracts ## Contracts, types, lint, format and unit tests
	tsc -p tsconfig.json
	oxlint --type-aware
	biome check
	vitest run --project unit

bench: install ## Measure speed, latency and memory on this machine
	@$(NODE) test/bench/main.ts $(ARGS)

chaos: install dashboard ## Kill and cut off parts of real and simulated stacks for a quarter of an hour; SEED=n replays one simulated city
	@$(NODE) test/support/run-tests.ts $(if $(SEED)$(SEEDS),chaos-simulated,chaos-kills+chaos-outages+chaos-simulated)

debian: ## Install what tests need from Debian's packages (as root): Chromium, mosquitto, paho
	@$(INSTALL)/debian.sh

dashboard: install $(DASHBOARD)

prerequisites:
	@$(INSTALL)/prerequisites.sh

clean: ## Remove what was built and installed; the state stays
	rm -rf node_modules .tools */node_modules */*/node_modules infra/embedded/.kafka services/dashboard/dist bench-results

clean-data: ## Remove the state of stack and demo (asks first)
	@for file in "$(DATA)"/run/stack.pid "$(DATA)"/demo/run/stack.pid; do \
	  if [ -f "$$file" ] && kill -0 "$$(cat "$$file")" 2>&1; then echo "A stack runs on it: stop that first" >&2; exit 1; fi; done
	@printf 'Remove $(DATA) with every event, key and token in it? [y/N] ' && read answer && [ "$$answer" = y ]
	rm -rf "$(DATA)"

$(DASHBOARD): $(DASHBOARD_SOURCES) node_modules/.installed
	@cd services/dashboard && node_modules/.bin/vite build --logLevel warn
	@touch $@

node_modules/.installed: $(PNPM) $(MANIFESTS)
	@echo 'Libraries: by pnpm, about 340 MB'
	@# The lock file's hashes are checked; asking for the age of every version once more would cost 150 MB.
	@$(PNPM) install --frozen-lockfile --config.minimumReleaseAge=0
	@$(NODE) --version | grep -q '^v26\.' || { echo 'There is no Node 26 for this machine among our libraries' >&2; exit 1; }
	@touch $@

$(PNPM): infra/embedded/tools/package-lock.json | prerequisites
	@echo 'pnpm: by npm'
	@mkdir -p .tools
	@cp infra/embedded/tools/package.json infra/embedded/tools/package-lock.json .tools/
	@cd .tools && npm install --no-audit --no-fund --loglevel=error
	@touch $@
