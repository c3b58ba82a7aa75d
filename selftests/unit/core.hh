/* SPDX-License-Identifier: GPL-2.0-only */
/* The core's headers for C++ programs of the tests. */
#pragma once

extern "C" {
#include "core/path/expire.h"
#include "core/table/flow.h"
#include "core/path/path.h"
#include "core/port/pool.h"
#include "core/port/ports.h"
#include "core/port/portmap.h"
#include "core/port/take.h"
#include "core/path/track.h"
}
