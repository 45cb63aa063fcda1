/* share_options.c: see share_options.h. */
#include "ceremony/cmd/share_options.h"

#include <getopt.h>

#include "ceremony/share/groups.h"

/* As they stand on the command line; 0: not there. */
struct given {
	struct slip39_scheme plain, groups;
	uint8_t              group_threshold;
};

static bool small_number(uint8_t *out, struct bytes text)
{
	uint64_t v = 0;

	if (!bytes_to_u64(&v, text, 255))
		return false;
	*out = (uint8_t)v;
	return true;
}

/* A number that may stand once, and not be 0. */
static bool once(uint8_t *out, struct bytes text)
{
	return *out == 0 && small_number(out, text) && *out > 0;
}

/* K/N,K/N,... or GT:K/N,K/N,... */
static bool parse_groups(struct slip39_scheme *s, struct bytes text)
{
	struct bytes head, tail;
	struct err   why;

	if (s->num_groups)
		return false;
	if (bytes_cut(text, ':', &head, &tail)) {
		text = tail;
		if (!once(&s->group_threshold, head))
			return false;
	}
	return groups_parse(s, NULL, text, &why);
}

/* What split is to make; false if the options contradict each other. */
static bool choose_scheme(struct share_options *o, const struct given *g)
{
	bool is_plain = g->plain.group[0].threshold || g->plain.group[0].count, is_grouped = g->groups.num_groups > 0;

	if ((is_plain && is_grouped) || (g->group_threshold && (!is_grouped || g->groups.group_threshold)))
		return false;
	struct slip39_scheme s = is_grouped ? g->groups : g->plain;
	if (is_grouped && !s.group_threshold)
		s.group_threshold = g->group_threshold ? g->group_threshold : s.num_groups;
	s.ext = o->scheme.ext;
	s.exponent = o->scheme.exponent;
	o->scheme = s;
	o->has_scheme = is_grouped || is_plain;
	o->is_for_split |= o->has_scheme;
	return true;
}

static bool take(struct share_options *o, struct given *g, int option, struct bytes value)
{
	uint8_t fd = 0;

	switch (option) {
	case 'k': return once(&g->plain.group[0].threshold, value);
	case 'n': return once(&g->plain.group[0].count, value);
	case 'g': return parse_groups(&g->groups, value);
	case 't': return once(&g->group_threshold, value);
	case 'e': return o->is_for_split = small_number(&o->scheme.exponent, value);
	case 'x': o->scheme.ext = false; return o->is_for_split = true;
	case 'p': return o->ask_passphrase = true;
	case 'f':
		if (o->passphrase_fd >= 0 || !small_number(&fd, value))
			return false;
		o->passphrase_fd = fd;
		return true;
	default: return false;
	}
}

bool share_options_parse(struct share_options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "threshold", required_argument, NULL, 'k' },
		{ "shares", required_argument, NULL, 'n' },
		{ "groups", required_argument, NULL, 'g' },
		{ "group-threshold", required_argument, NULL, 't' },
		{ "exponent", required_argument, NULL, 'e' },
		{ "not-extendable", no_argument, NULL, 'x' },
		{ "passphrase-fd", required_argument, NULL, 'f' },
		{ "passphrase", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct given g = { .plain = { .group_threshold = 1, .num_groups = 1 } };

	*o = (struct share_options){ .scheme = { .ext = true, .exponent = 1 }, .passphrase_fd = -1 };
	optind = 0; /* start over: another subcommand may have used it */
	for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;)
		if (!take(o, &g, c, bytes_str(optarg)))
			return false;
	return optind == argc && choose_scheme(o, &g) && !(o->ask_passphrase && o->passphrase_fd >= 0);
}
