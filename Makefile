# SPDX-License-Identifier: GPL-2.0-only
#
# lvsx: each target is one line into the room that knows how. `make help` lists them.
#   KERNEL=NAME  which kernel of selftests/vm/kernels a guest boots (6.1)    DEBUG=1  the debug kernel
#   T="NAMES"    only these tests    CMD="..."  what a guest runs    DESTDIR=  where install puts files

KERNEL ?= 6.1
guest = $(if $(filter 1,$(DEBUG)),debug,$(KERNEL))
KDIR ?= /lib/modules/$(shell uname -r)/build
KVER = $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)
MANDIR ?= $(or $(PREFIX),/usr)/share/man
DKMS_VERSION = $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' kmod/dkms.conf)

.DEFAULT_GOAL := help
.PHONY: help all kmod user compdb demo check check-fast check-night lint unit fuzz vm net kunit install dkms clean

help: ## this list
	@awk -F': .*## |: ## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

all: kmod user ## the module for KERNEL and the command

kmod: ## the module for KERNEL, in build/KERNEL/kmod
	selftests/vm/build $(guest)

user: ## lvsxadm, in build/bin
	$(MAKE) -C userspace
	$(MAKE) -C tools/lvsxadm

compdb: ## compile_commands.json: how each source is compiled, for clangd and the like
	selftests/vm/build $(guest) -- LVSX_TESTS=1
	tools/dev/compdb $(guest)

demo: ## the three-host demonstration in a guest: FullNAT with real programs
	selftests/vm/deps build vm
	$(MAKE) -s kmod user
	selftests/vm/run -k $(guest) -p 600 -- selftests/demo/demo

CHECK ?= all
check: ## what a change must pass: lint, unit, fuzz, guests of all kernels; prints the total
	selftests/run $(CHECK)

check-fast: ## what needs no guest: lint, floors, unit tests of core and command
	selftests/run fast

check-night: ## each guest test on each kernel, too: for hours
	selftests/run night

lint: ## style, floors, documents, messages of commits that main does not have
	selftests/run lint

jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
unit: ## kmod/core in userspace under ASan and UBSan; T="parse tcp": nothing but these suites
	$(MAKE) -s $(jobs) -C selftests/unit check

fuzz: ## the fuzzers, a minute each
	selftests/fuzz/run

vm: ## a command in a guest: make vm KERNEL=6.12 CMD="uname -a"
	selftests/vm/run -k $(guest) -- bash -c '$(or $(CMD),uname -a)'

net: kmod user ## the guest tests, or T="names" of them, on KERNEL
	selftests/vm/run -k $(guest) -p 600 -- selftests/net/all $(T)

kunit: ## the kernel's unit tests in guests
	selftests/run kunit

bench: ## every benchmark, in twenty minutes; figures in build/bench/results.json
	$(MAKE) -C selftests/bench bench

bench-insn: ## exact instructions a packet: lvsx, stock IPVS, other ways; some: CASES="base lvsx_fwd"
	$(MAKE) -C selftests/bench insn

bench-native: ## nanoseconds of the same on this CPU, in the user-mode kernel
	$(MAKE) -C selftests/bench native

bench-core: ## the core in one process: nanoseconds at 1 k to 10 M flows, rates, bytes; FLOWS="1000 64000"
	$(MAKE) -C selftests/bench core

bench-conns: ## ten million connections in a guest, memory of each, scaling of new ones over CPUs
	$(MAKE) -C selftests/bench conns

install: ## module for the running kernel (or KDIR=), command, manual pages, completion; DESTDIR=
	$(MAKE) -C kmod KDIR=$(KDIR) modules
	install -D -m 644 kmod/lvsx.ko $(DESTDIR)/lib/modules/$(KVER)/updates/lvsx.ko
	strip -g $(DESTDIR)/lib/modules/$(KVER)/updates/lvsx.ko
	$(if $(DESTDIR),,depmod $(KVER))
	install -D -m 644 Documentation/lvsx.7 $(DESTDIR)$(MANDIR)/man7/lvsx.7
	$(MAKE) -C tools/lvsxadm install DESTDIR=$(DESTDIR)

dkms: ## hand the module to DKMS: rebuilt with every new kernel of this host
	! dkms status lvsx/$(DKMS_VERSION) | grep -q . || dkms remove lvsx/$(DKMS_VERSION) --all
	dkms add kmod
	dkms install lvsx/$(DKMS_VERSION) -k $(KVER)

clean: ## all that was built here; the cache of kernels stays
	rm -rf build compile_commands.json
	find kmod -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o -name '.*.cmd' -o -name Module.symvers -o -name modules.order | xargs rm -f
