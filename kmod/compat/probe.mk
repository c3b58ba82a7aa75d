# SPDX-License-Identifier: GPL-2.0-only
#
# Included by Kbuild. Asks the headers of the kernel that is built for which form of a thing they
# have, and sets LVSX_HAVE_… for the code under compat/. Why headers and not version numbers:
# see README.

lvsx-probe := $(shell $(CONFIG_SHELL) $(src)/compat/probe.sh $(srctree)/include 2>&1)
ifeq ($(filter -DLVSX_PROBED,$(lvsx-probe)),)
$(error lvsx: $(or $(lvsx-probe),$(src)/compat/probe.sh could not be run))
endif
ccflags-y += $(lvsx-probe)
