/* bytes.c: see bytes.h. */
#include "ceremony/base/bytes.h"

bool bytes_cut(struct bytes a, uint8_t at, struct bytes *head, struct bytes *tail)
{
	const uint8_t *hit = a.len ? memchr(a.p, at, a.len) : NULL;

	if (!hit)
		return false;
	size_t n = (size_t)(hit - a.p);
	*head = bytes_first(a, n);
	*tail = bytes_skip(a, n + 1);
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes bytes_trim(struct bytes a)
{
	while (a.len && is_blank(a.p[0]))
		a = bytes_skip(a, 1);
	while (a.len && is_blank(a.p[a.len - 1]))
		a.len--;
	return a;
}

bool bytes_to_u64(uint64_t *out, struct bytes a, uint64_t max)
{
	uint64_t v = 0;

	if (a.len == 0 || (a.len > 1 && a.p[0] == '0'))
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (a.p[i] < '0' || a.p[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(a.p[i] - '0');
		if (v > max / 10 || digit > max - v * 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}
