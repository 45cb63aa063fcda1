/* op_revocations.c: see parse.h: a revocation list, a piece at a time. */
#include <stdio.h>

#include "ceremony/base/utc.h"
#include "ceremony/parse/parse.h"

/* Where a piece's entries gather. */
struct packed {
	struct revoked *entry;
	size_t          num, most;
};

static bool pack(void *ctx, const struct revoked *r, struct err *e)
{
	struct packed *p = ctx;

	if (p->num == p->most)
		return err_set(e, ERR_TOO_LARGE, "%zu entries at once", p->num);
	p->entry[p->num++] = *r;
	return true;
}

static bool begin(struct parser *p, const struct fields *in, struct err *e)
{
	struct revocations *r = &p->revocations;
	struct arena        a = ARENA_ON(p->issuer);

	*r = (struct revocations){ .each = pack, .end_entity = fields_is(in, "kind", "end-entity") };
	p->in_list = false;
	if (!fields_get_base64(&r->issuer, &a, in, "issuer") || !utc_parse(&r->now, fields_get(in, "now")) ||
	    !revocations_reason(&r->reason, fields_get(in, "reason"), true))
		return err_set(e, ERR_OP_FIELD, "issuer, now, reason");
	p->in_list = true;
	return true;
}

bool parse_revocations(struct fields *out, struct parser *p, const struct fields *in, struct err *e)
{
	struct revocations *r = &p->revocations;
	struct bytes        piece = fields_get(in, "content");
	struct packed       packed = { .most = piece.len / 4 + 2 }; /* no line that is good is shorter */
	bool                last = fields_is(in, "piece", "last");

	if (fields_is(in, "piece", "first") && !begin(p, in, e))
		return false;
	if (!p->in_list)
		return err_set(e, ERR_OP_FIELD, "piece");
	packed.entry = arena_take(p->scratch, packed.most * sizeof *packed.entry);
	if (!packed.entry)
		return err_set(e, ERR_TOO_LARGE, "a piece of %zu octets", piece.len);
	r->ctx = &packed;
	bool ok = revocations_feed(r, piece, e) && (!last || revocations_end(r, e));
	p->in_list = ok && !last;
	if (!ok)
		return false;
	fields_put(out, "packed", bytes_of(packed.entry, packed.num * sizeof *packed.entry));
	fields_u64(out, "bad", r->num_bad);
	for (size_t i = 0; last && i < r->num_bad && i < REVOCATIONS_MAX_BAD; i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "bad.%zu", i + 1);
		fields_fmt(out, key, "%u %u", r->bad[i].line, (unsigned)r->bad[i].why);
	}
	return true;
}
