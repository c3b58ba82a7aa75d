/* SPDX-License-Identifier: GPL-2.0-only */
/* The keyed hash of a tuple, by which a table finds its flows. */
#ifndef LVSX_HASH_H
#define LVSX_HASH_H

#include "tuple.h"

/**
 * lvsx_hash_seed() - prepare a key for hashing
 * @seed: the result
 * @key: the key
 */
void lvsx_hash_seed(struct lvsx_seed *seed, const struct lvsx_key *key);

/**
 * lvsx_hash_tuple() - SipHash-1-3 (Aumasson, Bernstein) of addresses, ports and protocol
 * @t: the tuple
 * @seed: the prepared key
 *
 * Return: The hash. Its low half finds the place in a table's index.
 */
u64 lvsx_hash_tuple(const struct lvsx_tuple *t, const struct lvsx_seed *seed);

#endif
