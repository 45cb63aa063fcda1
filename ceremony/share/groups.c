/* groups.c: see groups.h. */
#include "ceremony/share/groups.h"

#define MAX_NAME 24

static bool small_number(uint8_t *out, struct bytes text)
{
	uint64_t v = 0;

	if (!bytes_to_u64(&v, bytes_trim(text), UINT8_MAX))
		return false;
	*out = (uint8_t)v;
	return true;
}

static bool is_name(struct bytes a)
{
	for (size_t i = 0; i < a.len; i++) {
		bool letter = a.p[i] >= 'a' && a.p[i] <= 'z', other = (a.p[i] >= '0' && a.p[i] <= '9') || a.p[i] == '-';
		if (!letter && (!other || i == 0))
			return false;
	}
	return a.len > 0 && a.len <= MAX_NAME;
}

/* One group: [NAME] K/N. */
static bool parse_one(struct slip39_scheme *s, struct bytes *name, struct bytes text, struct err *e)
{
	unsigned     number = s->num_groups + 1U;
	struct bytes head, tail, k, n;

	if (number > SLIP39_MAX_GROUPS)
		return err_set(e, ERR_SHARE_SCHEME, "more than 16 groups");
	text = bytes_trim(text);
	if (name) {
		name[number - 1] = bytes_of(NULL, 0);
		if (bytes_cut(text, ' ', &head, &tail)) {
			if (!is_name(head))
				return err_set(e, ERR_SHARE_SCHEME, "group %u: its name", number);
			name[number - 1] = head;
			text = bytes_trim(tail);
		}
		for (unsigned i = 0; i + 1 < number; i++)
			if (name[i].len && bytes_equal(name[i], name[number - 1]))
				return err_set(e, ERR_SHARE_SCHEME, "two groups of one name");
	}
	if (!bytes_cut(text, '/', &k, &n) || !small_number(&s->group[number - 1].threshold, k) ||
	    !small_number(&s->group[number - 1].count, n))
		return err_set(e, ERR_SHARE_SCHEME, "group %u: K/N is wanted, such as 2/3", number);
	s->num_groups++;
	return true;
}

bool groups_parse(struct slip39_scheme *s, struct bytes *name, struct bytes text, struct err *e)
{
	struct slip39_scheme got = *s;
	struct bytes         group;

	for (bool more = true; more;) {
		more = bytes_cut(text, ',', &group, &text);
		if (!parse_one(&got, name, more ? group : text, e))
			return false;
	}
	*s = got;
	return true;
}
