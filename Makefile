# motrade: `make help` lists the targets.
# Files are found by wildcard: a new source or test needs no change here.

VARIANT ?= release
WERROR  ?= 0
CC       = gcc
AR       = ar
BUILD   ?= build/$(VARIANT)
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
MAKEFLAGS += --no-print-directory

# V=1 shows whole commands
V  ?= 0
Q   = $(if $(filter 1,$(V)),,@)
SAY = $(if $(filter 1,$(V)),@:,@echo)

# Debian packages; DEPS_CHECK only for `make check`
DEPS       = gcc make libc6-dev libopenblas-dev liblapacke-dev libyaml-dev libjansson-dev libsqlite3-dev libcmocka-dev libmatio-dev libjs-chart.js \
             gmsh libglpk-dev
DEPS_CHECK = clang

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion -Wstrict-prototypes -Wmissing-prototypes \
           -Wvla -Wundef -Wwrite-strings
OPT_release = -O3 -g
OPT_debug   = -O0 -g3
OPT_san     = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,float-divide-by-zero -fno-sanitize-recover=undefined
OPT_cov     = -O0 -g --coverage
ifndef OPT_$(VARIANT)
$(error VARIANT=$(VARIANT) is unknown; expected release, debug, san or cov)
endif

CFLAGS   += -std=c11 $(OPT_$(VARIANT)) $(WARNINGS) -ffp-contract=off -fno-math-errno
# The sanitizers' extra code makes gcc see cut texts everywhere; every cut here is wanted, and seen by the release build.
ifeq ($(VARIANT)$(findstring clang,$(CC)),san)
CFLAGS   += -Wno-format-truncation -Wno-maybe-uninitialized
endif
ifeq ($(WERROR),1)
CFLAGS   += -Werror
endif
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -I.
DEPFLAGS  = -MMD -MP
LDLIBS    = -llapacke -lopenblas -lyaml -ljansson -lsqlite3 -lmatio -lm -lpthread

# ---- what there is to build -----------------------------------------------------------------------------------------
SRC_materials = $(wildcard materials/*.c materials/base/*.c)
SRC_models    = $(wildcard models/*.c models/*/*.c)
SRC_solver    = $(filter-out solver/main.c,$(wildcard solver/*.c solver/*/*.c))
SRC_support   = $(wildcard tests/support/*.c)
LAYERS        = materials models solver support
objects       = $(patsubst %.c,$(BUILD)/%.o,$(1))

LIB_materials = $(BUILD)/libmaterials.a
LIB_models    = $(BUILD)/libmodels.a
LIB_solver    = $(BUILD)/libsolver.a
LIB_support   = $(BUILD)/libsupport.a
LIBS          = $(LIB_solver) $(LIB_models) $(LIB_materials)

PROGRAM = $(if $(wildcard solver/main.c),$(BUILD)/motrade)

programs     = $(patsubst %.c,$(BUILD)/%,$(1))
TEST_UNIT     = $(call programs,$(sort $(wildcard tests/unit/test_*.c tests/unit/*/test_*.c)))
TEST_VERIFY   = $(call programs,$(sort $(wildcard tests/verify/test_*.c tests/verify/*/test_*.c)))
TEST_VALIDATE = $(call programs,$(sort $(wildcard tests/validate/test_*.c tests/validate/*/test_*.c)))
TEST_FAULT    = $(call programs,$(sort $(wildcard tests/fault/test_*.c)))
BENCH         = $(call programs,$(sort $(wildcard tests/bench/bench_*.c)))
FUZZ          = $(call programs,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
SCRIPTS       = $(wildcard tests/layers.sh tests/style.sh tests/units.sh tests/refs.sh)

.DEFAULT_GOAL = all
.PHONY: all demo test build-test unit verify validate fault bench soak build-bench fuzz build-fuzz check examples format deps deps-check clean help
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) $(LIBS)

# ---- rules ----------------------------------------------------------------------------------------------------------
# What the compiler was told: a change of flags or compiler rebuilds everything.
STAMP = $(BUILD)/flags
FLAGS_NOW = $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
$(shell mkdir -p $(BUILD); echo '$(FLAGS_NOW)' | cmp -s - $(STAMP) || echo '$(FLAGS_NOW)' > $(STAMP))

# Choices between two results vectorise when the compiler may work out both; the figures do not change.
$(BUILD)/models/field/%.o: CFLAGS += -fno-trapping-math
$(BUILD)/%.o: %.c $(STAMP)
	@mkdir -p $(@D)
	$(SAY) "CC   $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(DEPFLAGS) -c $< -o $@

# ar leaves members of deleted sources behind, hence rm.
define library
$$(LIB_$(1)): $$(call objects,$$(SRC_$(1)))
	@mkdir -p $$(@D); rm -f $$@
	$(SAY) "AR   $$@"
	$(Q)$$(AR) rcs $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call library,$(layer))))

$(BUILD)/motrade: $(BUILD)/solver/main.o $(LIBS)
	$(SAY) "LINK $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

# A test in tests/unit/<layer>/ links that layer and those below it only, so an upward call fails to link.
LIBS_FOR_materials = $(LIB_materials)
LIBS_FOR_models    = $(LIB_models) $(LIB_materials)
define unit_of_layer
$(BUILD)/tests/unit/$(1)/%: $(BUILD)/tests/unit/$(1)/%.o $(LIB_support) $(LIBS_FOR_$(1))
	$(SAY) "LINK $$@"
	$(Q)$$(CC) $$(CFLAGS) $$(LDFLAGS) $$^ -lcmocka $$(LDLIBS) -o $$@
endef
$(foreach layer,materials models,$(eval $(call unit_of_layer,$(layer))))

# The public solver of linear programmes is a witness in one test, no part of the program.
$(BUILD)/tests/unit/models/test_strategy_lp: LDLIBS += -lglpk

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIB_support) $(LIBS)
	$(SAY) "LINK $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -lcmocka $(LDLIBS) -o $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- targets for people ---------------------------------------------------------------------------------------------
# Whole-tree builds go through a sub-make with -j, so that a plain `make test` uses every core.
SUBMAKE = $(MAKE) $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS)) VARIANT=$(VARIANT) BUILD=$(BUILD) CC=$(CC) WERROR=$(WERROR)

build-test: all $(TEST_UNIT) $(TEST_VERIFY) $(TEST_VALIDATE) $(TEST_FAULT)
build-bench: all $(BENCH)
build-fuzz: all $(FUZZ)

RUN = MOTRADE_BUILD=$(BUILD) bash tests/run.sh

test: deps
	@$(SUBMAKE) build-test
	@$(RUN) $(SCRIPTS) $(TEST_UNIT) $(TEST_FAULT) $(TEST_VERIFY) $(TEST_VALIDATE)

unit:
	@$(SUBMAKE) build-test
	@$(RUN) $(TEST_UNIT)
verify:
	@$(SUBMAKE) build-test
	@$(RUN) $(TEST_VERIFY) $(TEST_VALIDATE)
validate:
	@$(SUBMAKE) build-test
	@$(RUN) $(TEST_VALIDATE)
fault:
	@$(SUBMAKE) build-test
	@$(RUN) $(TEST_FAULT)

bench: deps
	@$(SUBMAKE) build-bench
	@for b in $(BENCH); do OPENBLAS_NUM_THREADS=1 $$b || exit 1; done

# 100,000 evaluations in one process, and 10,000 random cold solutions; minutes each.
soak: deps
	@$(SUBMAKE) build-test
	$(BUILD)/tests/verify/test_random_cases all
	$(BUILD)/tests/verify/test_soak all

fuzz: deps
	@$(MAKE) VARIANT=san BUILD=build/san build-fuzz -j$(JOBS)
	@$(MAKE) VARIANT=san BUILD=build/san run-fuzz
run-fuzz:
	@$(RUN) $(FUZZ)

DEMO_STUDY = examples/01-traction-80kw/study.yaml
demo: deps
	@$(SUBMAKE) VARIANT=release BUILD=build/release all
	build/release/motrade compare $(DEMO_STUDY) -o out/demo
	@echo; echo "The report is in out/demo/report.html (open it in a browser); the figures are in out/demo/result.json."

examples: deps
	@$(SUBMAKE) all
	@$(RUN) tests/examples.sh

# What continuous integration runs.
check: deps-check
	@$(MAKE) CC=clang BUILD=build/clang WERROR=1 build-test -j$(JOBS)
	@$(MAKE) WERROR=1 test
	@bash tests/selftest.sh
	@$(MAKE) WERROR=1 VARIANT=san BUILD=build/san test
	@$(MAKE) WERROR=1 examples

# apt is asked only for what is missing, so a complete machine needs no network.
define install
	@command -v dpkg >/dev/null || { echo "no dpkg here; please see to it yourself that these are installed: $(1)"; exit 0; }; \
	missing=""; for p in $(1); do \
	    dpkg -s $$p 2>/dev/null | grep -q '^Status: .* installed' || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	echo "installing:$$missing"; \
	$$sudo apt-get update && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing
endef
deps:
	$(call install,$(DEPS))
deps-check: deps
	$(call install,$(DEPS_CHECK))

format:
	bash tests/format.sh

clean:
	rm -rf build out

help:
	@echo "make            build build/$(VARIANT)/motrade"
	@echo "make demo       install what is missing, build, run $(DEMO_STUDY), say where the report is"
	@echo "make test       install what is missing, build, run every test; VARIANT=san for the sanitizers"
	@echo "make unit|verify|validate|fault    one part of the tests; verify includes validate and ends in the table of proof"
	@echo "make check      what continuous integration runs: gcc and clang with -Werror, tests, sanitizers, examples"
	@echo "make format     rewrap overlong lines (needs clang-format)"
	@echo "make soak       100,000 evaluations in one process, 10,000 random field cases (minutes)"
	@echo "make bench      timings;  make fuzz   fuzz targets under sanitizers"
	@echo "make deps       install missing Debian packages: $(DEPS)"
	@echo "make clean      remove build/ and out/"
	@echo "VARIANT=release|debug|san|cov   CC=gcc|clang   WERROR=1   V=1 shows the commands"
