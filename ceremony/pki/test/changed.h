/* changed.h: for tests: a shipped profile with one piece of its text replaced. */
#pragma once

#include "ceremony/pki/test/throwaway.h"

static inline bool is_in_comment(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	return *at == '#';
}

/* The text of a shipped profile with one piece replaced, not in a comment. */
static inline struct bytes changed(struct arena *a, const char *path, const char *old, const char *new)
{
	struct bytes text;
	struct err   e = { 0 };
	uint8_t     *room = arena_take(a, 16384);
	struct buf   b = buf_init(room, 16384);

	OK(file_read(&text, a, AT_FDCWD, path, 65536, &e), e);
	const char *at = strstr((const char *)text.p, old);
	while (at && *old && is_in_comment((const char *)text.p, at))
		at = strstr(at + 1, old);
	if (!at)
		fail_msg("%s does not say \"%s\"", path, old);
	size_t before = (size_t)(at - (const char *)text.p);
	buf_put(&b, bytes_first(text, before));
	buf_str(&b, new);
	buf_put(&b, bytes_skip(text, before + strlen(old)));
	assert_true(buf_ok(&b));
	return buf_bytes(&b);
}

#define ROOT "scripts/profiles/tls-root.ini"
#define SUB  "scripts/profiles/tls-subca.ini"
#define CRL  "scripts/profiles/crl-ca.ini"
