# Theca: preservation of optical discs.  `make help` lists the targets.
# SPDX-License-Identifier: GPL-3.0-or-later

VERSION := 0.1.0

# ---- The Debian 12 packages, in this one place -------------------------------------------------
# BUILD compiles and links, DEMO runs `make demo`, CHECK runs `make check`, CI is all of .ci/run.
PACKAGES_BUILD := gcc make pkg-config libc6-dev libcdio-dev libcdio-paranoia-dev libcdio-cdda-dev libsqlite3-dev libxml2-dev libssl-dev \
	libjansson-dev libinih-dev zlib1g-dev
PACKAGES_DEMO := $(PACKAGES_BUILD) binutils xz-utils
PACKAGES_CHECK := $(PACKAGES_BUILD) git libcmocka-dev libxml2-utils gddrescue xorriso sqlite3 jq \
	python3 man-db bchunk libcdio-utils cdrdao cuetools
PACKAGES_BENCH := $(PACKAGES_BUILD) openssl rhash time xorriso cd-paranoia
PACKAGES_CI := $(PACKAGES_CHECK) $(PACKAGES_BENCH) $(PACKAGES_DEMO) clang clang-tidy libclang-rt-14-dev shellcheck \
	qemu-system-x86 busybox-static cpio kmod socat e2fsprogs universal-ctags

# ---- Settings ------------------------------------------------------------------------------------
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
OPT ?= -O2 -g
SANITIZE ?=
WERROR ?=

ROOMS := base image store rip catalog verify cli
LIBS := libcdio libcdio_paranoia libcdio_cdda sqlite3 libxml-2.0 libcrypto jansson inih zlib

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla \
	-Wformat=2 -Wconversion -Wno-sign-conversion -Wimplicit-fallthrough -Wnull-dereference \
	-Wdouble-promotion
HARDENING := -fPIE -fstack-protector-strong -fno-plt
ifeq ($(SANITIZE),)
HARDENING += -D_FORTIFY_SOURCE=2
endif
HARDENING_LINK := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack

CPPFLAGS_ALL := -I. -I$(BUILD)/gen -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DTHECA_VERSION='"$(VERSION)"' $(CPPFLAGS)
CFLAGS_ALL = -std=c17 -pthread $(OPT) $(WARNINGS) $(WERROR) $(HARDENING) $(SANITIZE) \
	$(shell pkg-config --cflags $(LIBS) 2>/dev/null | sed 's/-I/-isystem /g') $(CFLAGS)
LDFLAGS_ALL = -pthread $(HARDENING_LINK) $(SANITIZE) $(LDFLAGS)
LDLIBS_ALL = $(shell pkg-config --libs $(LIBS) 2>/dev/null)

# ---- Files -----------------------------------------------------------------------------------------
SOURCES := $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.c)))
LIB_SOURCES := $(filter-out cli/main.c,$(SOURCES))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/obj/%.o)
LIBRARY := $(BUILD)/libtheca.a
PROGRAM := $(BUILD)/theca
MAKE_DISC_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard examples/*.c)))
MAKE_DISC := $(BUILD)/make_disc
SCHEMAS := $(sort $(wildcard schemas/*.sql))
EMBEDDED := $(SCHEMAS:schemas/%=$(BUILD)/gen/schemas/%.h)

UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/tests/%)
FIXTURE_SOURCES := $(filter-out $(UNIT_SOURCES),$(sort $(wildcard tests/unit/*.c)))
FIXTURE_OBJECTS := $(FIXTURE_SOURCES:%.c=$(BUILD)/obj/%.o)
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_REPLAYS := $(FUZZ_SOURCES:tests/fuzz/%.c=$(BUILD)/tests/replay_%)
CLI_TESTS := $(sort $(wildcard tests/cli/test_*.sh))

.PHONY: all demo check check-san check-all bench install uninstall clean help
.PHONY: packages-build packages-demo packages-check packages-bench packages-ci unit fuzz-replay cli-tests tests-built
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM)

help:
	@echo 'make            build theca into $(BUILD)/'
	@echo 'make demo       install what is missing, build, and preserve a real disc image'
	@echo 'make check      install what the tests need, build and run them (under ten minutes)'
	@echo 'make check-san  the same tests under AddressSanitizer and UBSan'
	@echo 'make check-all  everything that CI runs: both compilers, analysers, sanitizers, drive guest, bench'
	@echo 'make bench      speed and memory, as ratios against dd, openssl and rhash'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR=$(DESTDIR): the program and its man pages'
	@echo 'make uninstall  removes what install put there'
	@echo 'make clean      removes $(BUILD)/'
	@echo 'Variables: CC, OPT, CFLAGS, LDFLAGS, BUILD, PREFIX, DESTDIR'

# ---- Packages ----------------------------------------------------------------------------------------
# Installs only what is missing, says so, and uses sudo only when not root.
packages-build: ; @tests/packages.sh $(PACKAGES_BUILD)
packages-demo: ; @tests/packages.sh $(PACKAGES_DEMO)
packages-check: ; @tests/packages.sh $(PACKAGES_CHECK)
packages-bench: ; @tests/packages.sh $(PACKAGES_BENCH)
packages-ci: ; @tests/packages.sh $(PACKAGES_CI)

# ---- Compiling -------------------------------------------------------------------------------------------
# The flags file changes only when a flag does; every object depends on it.
FLAGS_FILE := $(BUILD)/flags
FLAGS_NOW = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(LDLIBS_ALL)
.PHONY: force
$(FLAGS_FILE): force
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' > $@

$(BUILD)/gen/schemas/%.h: schemas/%
	@mkdir -p $(@D)
	@{ echo '/* made from $< */'; od -An -v -tx1 $< | sed 's/ \(..\)/0x\1,/g'; echo '0x00'; } > $@

$(BUILD)/obj/%.o: %.c $(FLAGS_FILE) | $(EMBEDDED)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(LIBRARY): $(LIB_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(PROGRAM): $(BUILD)/obj/cli/main.o $(LIBRARY)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(MAKE_DISC): $(MAKE_DISC_OBJECTS) $(LIBRARY)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL) -lm

$(BUILD)/tests/test_%: $(BUILD)/obj/tests/unit/test_%.o $(FIXTURE_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL) -lcmocka

$(BUILD)/tests/replay_fuzz_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/obj/tests/fuzz/replay.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

-include $(MAKE_DISC_OBJECTS:%.o=%.d) $(patsubst %.c,$(BUILD)/obj/%.d,$(SOURCES) $(UNIT_SOURCES) $(FIXTURE_SOURCES) $(FUZZ_SOURCES) tests/fuzz/replay.c)

# ---- Tests -------------------------------------------------------------------------------------------------
tests-built: $(PROGRAM) $(MAKE_DISC) $(UNIT_TESTS) $(FUZZ_REPLAYS)

check: packages-check
	@$(MAKE) --no-print-directory tests-built
	@BUILD=$(BUILD) tests/run.sh shape unit fuzz cli

check-san: packages-check
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/san OPT='-O1 -g' tests-built \
		SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
	@BUILD=$(BUILD)/san tests/run.sh unit fuzz cli

check-all: packages-ci
	@tests/check_all.sh

bench: packages-bench
	@$(MAKE) --no-print-directory all $(MAKE_DISC)
	@BUILD=$(BUILD) tests/bench.sh

demo: packages-demo
	@$(MAKE) --no-print-directory all $(MAKE_DISC)
	@BUILD=$(BUILD) examples/demo.sh

# ---- Installing ----------------------------------------------------------------------------------------------
MAN_PAGES := $(sort $(wildcard cli/man/*.[1-8]))
install: all
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/theca'
	@for page in $(MAN_PAGES); do \
		section=$${page##*.}; \
		install -d '$(DESTDIR)$(PREFIX)/share/man/man'$$section; \
		install -m 644 $$page '$(DESTDIR)$(PREFIX)/share/man/man'$$section/; \
	done

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/theca'
	@for page in $(MAN_PAGES); do \
		rm -f '$(DESTDIR)$(PREFIX)/share/man/man'$${page##*.}/$${page##*/}; \
	done

clean:
	rm -rf $(BUILD)
