/* shard.c: see shard.h. */
#include "ceremony/pki/shard.h"

#include "ceremony/base/buf.h"

#define WORD     "{shard}"
#define WORD_LEN (sizeof WORD - 1)

unsigned shard_of(struct bytes serial, unsigned shards)
{
	uint64_t v = 0;

	for (size_t i = 0; i < serial.len; i++)
		v = (v << 8 | serial.p[i]) % shards;
	return (unsigned)v;
}

static bool has_brace(struct bytes text)
{
	struct bytes before, behind;

	return bytes_cut(text, '{', &before, &behind) || bytes_cut(text, '}', &before, &behind);
}

/* What stands on either side of the word. */
static bool split(struct bytes text, struct bytes *before, struct bytes *behind)
{
	if (!bytes_cut(text, '{', before, behind))
		return false;
	*behind = bytes_skip(text, before->len);
	if (!bytes_starts(*behind, WORD))
		return false;
	*behind = bytes_skip(*behind, WORD_LEN);
	return !has_brace(*before) && !has_brace(*behind);
}

bool shard_is_pattern(struct bytes text)
{
	struct bytes before, behind;

	return split(text, &before, &behind);
}

bool shard_fill(struct bytes *out, struct arena *a, struct bytes pattern, unsigned shard, struct err *e)
{
	struct bytes before, behind;

	MUST(split(pattern, &before, &behind));
	const size_t cap = pattern.len + 16;
	uint8_t     *room = arena_take(a, cap);
	struct buf   b = buf_init(room, room ? cap : 0);

	buf_put(&b, before);
	buf_fmt(&b, "%u", shard);
	buf_put(&b, behind);
	if (!room || !buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "a part's URI");
	*out = buf_bytes(&b);
	return true;
}
