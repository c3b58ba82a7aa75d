/* SPDX-License-Identifier: GPL-2.0-only */
/* The core's headers for C++ programs of the tests. */
#pragma once

extern "C" {
#include "core/host.h"
#include "core/path/end.h"
#include "core/path/expire.h"
#include "core/path/path.h"
#include "core/path/track.h"
#include "core/pkt/hash.h"
#include "core/pkt/siphash.h"
#include "core/port/ports.h"
#include "core/port/reuse.h"
#include "core/table/table.h"
}
