# Ceremony: see `make help`.
B       ?= build
CC      ?= cc
VERSION := 0.1.0

WARN    := -std=c17 -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -Wpointer-arith -Wvla -Wformat=2 -Wundef -Werror
HARDEN  := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2
OPT     ?= -O2 -g
# Of what is linked into a program, only what is called stays in it.
SMALL   := -ffunction-sections -fdata-sections
CXX     ?= c++
CXXWARN := -std=c++20 -Wall -Wextra -Wconversion -Wshadow -Wpointer-arith -Wformat=2 -Wundef -Werror
CXXFLAGS += $(OPT) $(SMALL) $(CXXWARN) $(HARDEN) -I. -MMD -MP
CFLAGS  += $(OPT) $(SMALL) $(WARN) $(HARDEN) -D_GNU_SOURCE -DCEREMONY_VERSION='"$(VERSION)"' -I. -MMD -MP
LDFLAGS += -pie -Wl,--compress-debug-sections=zlib -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed

# One short line a command; `make V=1` shows them whole, `make -s` none.
Q       := $(if $(V),,@)
quiet   := $(V)$(findstring s,$(firstword -$(MAKEFLAGS)))
say      = $(if $(quiet),,@printf '  %-4s %s\n' '$(1)' '$(2)')

# Rooms, lower ones last: each is an archive, in the order of docs/layers.txt.
ROOMS   := tui ceremony/parse media ceremony/token ceremony/audit ceremony/flow keytest qr ceremony/port \
           ceremony/record ceremony/share ceremony/paper ceremony/pki ceremony/base
CORE    := ceremony/port ceremony/record ceremony/share ceremony/pki ceremony/base

lib      = $(B)/lib/$(subst /,-,$(1)).a
objs     = $(patsubst %.c,$(B)/obj/%.o,$(filter-out %main.c,$(wildcard $(1)/*.c))) \
           $(patsubst %.cc,$(B)/obj/%.o,$(wildcard $(1)/*.cc))

.PHONY: all
all: $(addprefix $(B)/bin/,ceremony ceremony-token ceremony-media ceremony-parse ceremony-scan ceremony-verify)

# Both ends of a QR transfer must come to the same doubles.
$(B)/obj/qr/sampler.o: CFLAGS += -ffp-contract=off

# What each entry of a revocation list passes through, a million of them: here it pays to inline.
HOT     := ceremony/pki/revoked ceremony/pki/revocations ceremony/record/sorter ceremony/record/crlfile ceremony/record/crlfile_read
$(HOT:%=$(B)/obj/%.o): OPT := $(patsubst -O2,-O3,$(OPT))

# The one library whose headers lie in a folder of their own.
$(B)/obj/ceremony/token/%.o: CFLAGS += $(shell pkg-config --cflags p11-kit-1)

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# The only C++: the door to zxing-cpp, whose own headers are not held to our warnings.
$(B)/obj/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CXXFLAGS) -c -o $@ $<

define room_rule
$(call lib,$(1)): $(call objs,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach r,$(ROOMS) ceremony/cmd,$(eval $(call room_rule,$(r))))

# What reads pictures; only ceremony-scan has it.
READERS := -lZXing -lpng -lturbojpeg -lstdc++

# program: its main, the rooms it may link, the libraries those need. A ceremony begins by hashing every program, and each is read
# when it starts: what only a debugger wants lies beside them, where gdb and perf look for it, in build/bin/.debug.
define program
$(B)/bin/$(1): $(B)/obj/$(2).o $(foreach r,$(3),$(call lib,$(r)))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$(Q)$(CC) $(OPT) $(LDFLAGS) -o $$@.whole $$(filter %.o %.a,$$^) $(4)
	@mkdir -p $$(@D)/.debug && objcopy --only-keep-debug $$@.whole $$(@D)/.debug/$(1).debug && \
		objcopy --strip-all --add-gnu-debuglink=$$(@D)/.debug/$(1).debug $$@.whole $$@ && rm $$@.whole
endef
$(eval $(call program,ceremony,ceremony/cmd/main,ceremony/cmd tui ceremony/audit ceremony/flow keytest qr ceremony/paper $(CORE),-lncursesw -lqrencode -lhpdf -lseccomp -lwolfssl -lgcrypt -lgmp -lsodium))
$(eval $(call program,ceremony-token,ceremony/token/main,ceremony/token keytest $(CORE),-lp11-kit -ldl -lseccomp -lwolfssl -lgcrypt -lgmp -lsodium))
$(eval $(call program,ceremony-media,media/main,media $(CORE),-lseccomp -lwolfssl -lgcrypt -lgmp -lsodium))
$(eval $(call program,ceremony-parse,ceremony/parse/main,ceremony/parse keytest $(CORE),-lseccomp -lwolfssl -lgcrypt -lgmp -lsodium))
$(eval $(call program,ceremony-scan,ceremony/parse/scan_main,ceremony/parse qr $(CORE),$(READERS) -lseccomp -lwolfssl -lgcrypt -lgmp -lsodium))
$(eval $(call program,ceremony-verify,ceremony/audit/main,ceremony/audit ceremony/flow keytest $(CORE),-lseccomp -lwolfssl -lgcrypt -lgmp -lsodium))

# Tests: ROOM/test/x_test.c is one cmocka program, linked with every room.
TESTS   := $(patsubst %.c,$(B)/test/%,$(wildcard $(addsuffix /test/*_test.c,$(ROOMS) ceremony/cmd)))
$(B)/test/%: $(B)/obj/%.o $(call lib,ceremony/cmd) $(foreach r,$(ROOMS),$(call lib,$(r)))
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(OPT) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -lncursesw -lqrencode -lhpdf $(READERS) -lp11-kit -ldl -lseccomp -lwolfssl -lgcrypt -lgmp -lsodium

$(B)/test/tui/test/screen_test $(B)/test/tui/test/hand_test $(B)/test/tui/test/cost_test $(B)/test/tui/test/forget_test $(B)/test/tui/test/qr_test: $(B)/obj/tui/test/samples.o $(B)/obj/tui/test/vt.o
$(B)/test/tui/test/screen_test $(B)/test/tui/test/hand_test $(B)/test/tui/test/cost_test: $(B)/obj/tui/test/person.o
$(B)/test/tui/test/screen_test $(B)/test/tui/test/hand_test $(B)/test/tui/test/cost_test $(B)/test/tui/test/qr_test: $(B)/obj/tui/test/job.o
$(B)/test/tui/test/demo: $(B)/obj/tui/test/samples.o
$(B)/test/tui/test/matrix: $(B)/obj/tui/test/vt.o $(B)/obj/tui/test/steady.o

.PHONY: check tests unit lint e2e
check: lint unit e2e ## run everything that must be green: lint, unit tests, end-to-end tests

tests: $(TESTS)

unit: all $(TESTS) ## run the unit tests (T=slip39 picks some)
	@sh scripts/unit $(B) $(if $(T),$(foreach t,$(TESTS),$(if $(findstring $(T),$(t)),$(t))),$(TESTS))

e2e: all $(B)/test/ceremony/token/test/life_test $(B)/test/ceremony/token/test/copy $(B)/test/qr/test/degrade $(B)/test/media/test/ask $(B)/test/ceremony/parse/test/vivid $(B)/test/tui/test/matrix $(B)/test/tui/test/demo ## run the end-to-end tests (T=lint picks some)
	@sh scripts/end-to-end $(B) $(T)

.PHONY: usb
usb: all $(B)/test/media/test/ask $(B)/test/ceremony/parse/test/vivid ## test USB sticks and a camera on an emulated machine (QEMU; fetches Debian's kernel)
	@sh scripts/setup guest
	@bash scripts/usb-guest kernel $(B)/guest-kernel
	@sh scripts/end-to-end $(B) usb

GOLDEN  := $(addprefix $(B)/test/,ceremony/cmd/test/plain_test tui/test/screen_test tui/test/hand_test)
.PHONY: accept
accept: $(GOLDEN) ## rewrite the golden texts; look at the diff before you keep them
	@for t in $(GOLDEN); do ACCEPT=1 $$t || exit 1; done

$(B)/test/hostile: $(wildcard scripts/fixtures/requests/*.[ch]) $(call lib,ceremony/base)
	@mkdir -p $(B)/test
	@$(CC) $(filter-out -MMD -MP,$(CFLAGS)) $(filter-out %.h,$^) -lgmp -lwolfssl -lgcrypt -lsodium -o $@

.PHONY: fixtures
fixtures: $(B)/test/hostile ## make the hostile requests of hostile.txt anew
	@$(B)/test/hostile scripts/fixtures/requests/hostile.txt scripts/fixtures/requests

# What a fuzzer starts from.
fuzz_seeds = $(if $(filter profile,$(T)),scripts/profiles,$(if $(filter certificate crl,$(T)),$(B)/mutants,$(if $(filter superblock sysfs,$(T)),,scripts/fixtures/requests)))
fuzz_of = $(if $(filter superblock sysfs,$(T)),media/fuzz/fuzz.c media/superblock.c media/device.c media/device_line.c,ceremony/pki/fuzz/fuzz.c $(wildcard ceremony/pki/*.c))
SECONDS ?= 60

.PHONY: fuzz
fuzz: ## fuzz a reader with clang: T=request, certificate, crl, pem, profile, superblock or sysfs; SECONDS=60
	@case "$(T)" in request|certificate|crl|pem|profile|superblock|sysfs) ;; *) echo "fuzz: T=request, certificate, crl, pem, profile, superblock or sysfs"; exit 2 ;; esac
	@mkdir -p $(B)/fuzz/$(T).new $(B)/mutants
	@case "$(T)" in certificate|crl) $(MAKE) -s $(B)/test/ceremony/pki/test/mutants_test && \
		MUTANTS_OUT=$(B)/mutants $(B)/test/ceremony/pki/test/mutants_test >/dev/null 2>&1 ;; esac
	@clang -g -O1 -std=c17 -D_GNU_SOURCE -I. -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		-DTARGET=fuzz_$(T) $(fuzz_of) $(wildcard ceremony/base/*.c) \
		-lwolfssl -lgcrypt -lgmp -lsodium -o $(B)/fuzz/$(T)
	@$(B)/fuzz/$(T) -max_total_time=$(SECONDS) -max_len=131072 -print_final_stats=1 -artifact_prefix=$(B)/fuzz/ \
		$(B)/fuzz/$(T).new $(fuzz_seeds)

lint: ## check the layers, the style and the docs
	@sh scripts/lint

.PHONY: bench
bench: all ## measure ourselves against the floor and the peers (ratios in one run)
	@sh scripts/bench

.PHONY: ct
ct: ## check with valgrind that no branch and no index depends on a shared secret
	@sh scripts/ct $(B) $(CC)

.PHONY: compile_commands.json
compile_commands.json: ## for clangd
	@sh scripts/compile-commands $(CC) $(CFLAGS) > $@

.PHONY: clean help
clean: ## remove the build directory
	rm -rf $(B)

help: ## what a newcomer can do
	@echo 'sh scripts/rehearse         install, build, and rehearse a ceremony on a throwaway token'
	@echo 'sh scripts/rehearse --auto  the same, unattended'
	@echo 'sh scripts/test             install, build, and run every test'
	@awk -F':.*## ' '/^[a-z0-9_.]+:.*## / { printf "make %-22s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.SECONDARY:
