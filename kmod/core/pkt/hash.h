/* SPDX-License-Identifier: GPL-2.0-only */
/* The keyed hash of a tuple, by which tables find flows. Any context. */
#ifndef LVSX_HASH_H
#define LVSX_HASH_H

#include "tuple.h"

void lvsx_hash_seed(struct lvsx_seed *seed, const struct lvsx_key *key);

/* SipHash-1-3 (Aumasson, Bernstein) over addresses, ports and protocol. */
u64 lvsx_hash_tuple(const struct lvsx_tuple *t, const struct lvsx_seed *seed);

#endif
