# SPDX-License-Identifier: GPL-2.0-only
#
# How the C++ of userspace/ and tools/ is built, tested, checked and installed. A Makefile that includes
# this only names: PROGRAMS (with NAME_SOURCES), TESTS (with NAME_SOURCES), CHECKED (files to lint).
# Sources are named from the top of the tree; objects mirror that tree under $(OBJ).

TOP := $(realpath $(dir $(lastword $(MAKEFILE_LIST)))..)
BUILD ?= $(TOP)/build
PREFIX ?= /usr
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
VERSION ?= 0.1.0

# SANITIZE=address,undefined builds a second set of everything beside the first.
SANITIZE ?=
OBJ := $(BUILD)/user$(if $(SANITIZE),-sanitized)
BIN := $(BUILD)/$(if $(SANITIZE),user-sanitized,bin)

PACKAGES := libnl-genl-3.0 libnl-3.0 fmt popt
MISSING := $(shell pkg-config --print-errors --exists $(PACKAGES) nlohmann_json gtest 2>&1)
ifneq ($(MISSING),)
$(error $(MISSING); on Debian: apt-get install libnl-genl-3-dev libfmt-dev libpopt-dev nlohmann-json3-dev libgtest-dev)
endif

CXX ?= g++
CXXFLAGS ?= -O2 -g
override CPPFLAGS += -I$(TOP)/kmod/uapi -I$(TOP)/userspace/lib -I$(TOP)/tools \
	-DLVSX_VERSION=\"$(VERSION)\" $(shell pkg-config --cflags $(PACKAGES))
override CXXFLAGS += -std=c++20 -Wall -Wextra -Werror
override LDLIBS += $(shell pkg-config --libs $(PACKAGES))
ifneq ($(SANITIZE),)
override CXXFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
endif
GTEST := $(shell pkg-config --libs gtest_main gtest)

LIB := $(OBJ)/liblvsx.a
LIB_SOURCES := $(filter-out %_test.cc,$(patsubst $(TOP)/%,%,$(wildcard $(TOP)/userspace/lib/*.cc)))

objects = $(patsubst %.cc,$(OBJ)/%.o,$(1))

all: $(LIB) $(PROGRAMS:%=$(BIN)/%)

$(LIB): $(call objects,$(LIB_SOURCES))
	@rm -f $@
	$(AR) rcs $@ $^

$(OBJ)/%.o: $(TOP)/%.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# $(1): a program or test; links its objects with the library.
define link
$(2)/$(1): $$(call objects,$$($(1)_SOURCES)) $$(LIB)
	@mkdir -p $$(@D)
	$$(CXX) $$(CXXFLAGS) $$(LDFLAGS) -o $$@ $$^ $(3) $$(LDLIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call link,$(p),$(BIN))))
$(foreach t,$(TESTS),$(eval $(call link,$(t),$(OBJ),$$(GTEST))))

check: $(TESTS:%=$(OBJ)/%)
	@for t in $^; do $$t --gtest_brief=1 || exit 1; done

# Format, clang-tidy, and every header alone.
CLANG_FORMAT ?= clang-format
lint: lint-format lint-headers lint-tidy

lint-format:
	$(CLANG_FORMAT) --dry-run -Werror $(addprefix $(TOP)/,$(CHECKED))

lint-headers:
	@for h in $(addprefix $(TOP)/,$(filter %.hh,$(CHECKED))); do \
		$(CXX) $(CPPFLAGS) $(CXXFLAGS) -Wno-unused-const-variable -x c++ -include $$h -fsyntax-only /dev/null || exit 1; \
	done

# gtest's macros break half of the checks, so tests are only formatted.
lint-tidy:
	@printf '%s\n' $(addprefix $(TOP)/,$(filter-out %_test.cc,$(filter %.cc,$(CHECKED)))) | \
		xargs -P $$(nproc) -I '{}' $(TOP)/tools/dev/tidy '{}' $(CPPFLAGS) -std=c++20

.PHONY: all check lint lint-format lint-headers lint-tidy
.DELETE_ON_ERROR:
-include $(patsubst %.o,%.d,$(call objects,$(LIB_SOURCES) $(foreach p,$(PROGRAMS) $(TESTS),$($(p)_SOURCES))))
