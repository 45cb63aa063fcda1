/* shard.h: the parts of a revocation list that was divided: which one a certificate belongs to, and what
 * its URI is (RFC 5280 5.2.5). Certificates and lists must name it alike: both ask here. */
#pragma once

#include "ceremony/base/arena.h"
#include "ceremony/base/err.h"

#define SHARDS_MAX 64 /* lists that share the certificates of one CA */

/* shard_of: which of `shards` lists a serial belongs to: the serial, as a number, mod shards. */
unsigned shard_of(struct bytes serial, unsigned shards);

/* shard_is_pattern: whether {shard} stands in a text, just once, and no other brace does. */
bool shard_is_pattern(struct bytes text);

/* shard_fill: the pattern with the part's number, in decimal, for {shard}; in `a`. ERR_TOO_LARGE. */
bool shard_fill(struct bytes *out, struct arena *a, struct bytes pattern, unsigned shard, struct err *e)
	__attribute__((warn_unused_result));
