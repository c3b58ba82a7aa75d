/* SPDX-License-Identifier: GPL-2.0-only */
/* The core's headers for C++ programs of the tests. */
#pragma once

extern "C" {
#include "age.h"
#include "flow.h"
#include "path.h"
#include "pool.h"
#include "ports.h"
#include "rss.h"
#include "take.h"
#include "tcp.h"
}
