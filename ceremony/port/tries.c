/* tries.c: see tries.h. */
#include "ceremony/port/tries.h"

static const struct {
	const char *name, *left, *after;
} tries[TRIES_COUNT_] = {
	[TRIES_OK] = { "ok", "all, as far as the token tells", "the token does not tell how many tries are left" },
	[TRIES_LOW] = { "low", "not all: at least one is used up", "it has used up a try; some are left" },
	[TRIES_FINAL] = { "final", "ONE: the token locks if it is wrong", "ONE try is left: if that is wrong too, the token locks" },
	[TRIES_LOCKED] = { "locked", "none: the token is locked", "no try is left: the token is locked" },
};

const char *tries_name(enum tries t)
{
	return tries[t].name;
}

enum tries tries_by_name(struct bytes name)
{
	enum tries t = TRIES_OK;

	while (t < TRIES_COUNT_ && !bytes_is(name, tries[t].name))
		t++;
	return t;
}

const char *tries_left(enum tries t)
{
	return tries[t].left;
}

const char *tries_after(enum tries t)
{
	return tries[t].after;
}

enum tries tries_of_detail(struct bytes detail)
{
	const struct bytes before = BYTES_LIT("tries left: ");
	enum tries         t = TRIES_OK;

	if (detail.len > before.len && bytes_equal(bytes_first(detail, before.len), before))
		return tries_by_name(bytes_skip(detail, before.len));
	while (t < TRIES_COUNT_ && !bytes_is(detail, tries[t].after))
		t++;
	return t;
}
