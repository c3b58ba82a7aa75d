// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint's body; see trace.h. */
#include "core/pkt/packet.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
