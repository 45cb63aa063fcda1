/* op_revocations.c: see parse.h: revocations, of either kind of list, a piece at a time. */
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

static bool packed_new(struct packed *out, struct arena *a, size_t most, struct err *e)
{
	*out = (struct packed){ .entry = arena_take(a, most * sizeof *out->entry), .most = most };
	return out->entry || err_set(e, ERR_TOO_LARGE, "%zu entries at once", most);
}

static struct bytes packed_bytes(const struct packed *p)
{
	return bytes_of(p->entry, p->num * sizeof *p->entry);
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
	struct packed       packed;
	bool                last = fields_is(in, "piece", "last");

	if (fields_is(in, "piece", "first") && !begin(p, in, e))
		return false;
	if (!p->in_list)
		return err_set(e, ERR_OP_FIELD, "piece");
	if (!packed_new(&packed, p->scratch, piece.len / 4 + 2, e)) /* no line that is good is shorter */
		return false;
	r->ctx = &packed;
	bool ok = revocations_feed(r, piece, e) && (!last || revocations_end(r, e));
	p->in_list = ok && !last;
	if (!ok)
		return false;
	fields_put(out, "packed", packed_bytes(&packed));
	fields_u64(out, "bad", r->num_bad);
	for (size_t i = 0; last && i < r->num_bad && i < REVOCATIONS_MAX_BAD; i++) {
		char key[24];
		(void)snprintf(key, sizeof key, "bad.%zu", i + 1);
		fields_fmt(out, key, "%u %u", r->bad[i].line, (unsigned)r->bad[i].why);
	}
	return true;
}

#define ENTRY_MIN 16 /* octets of a CRL's entry, at the least */

bool parse_crl(struct fields *out, struct parser *p, const struct fields *in, struct err *e)
{
	struct bytes  piece = fields_get(in, "content");
	struct packed packed;
	bool          last = fields_is(in, "piece", "last");

	if (fields_is(in, "piece", "first")) {
		crl_stream_done(&p->crl);
		p->crl = (struct crl_stream){ .each = pack };
		p->in_crl = true;
	}
	if (!p->in_crl)
		return err_set(e, ERR_OP_FIELD, "piece");
	if (!packed_new(&packed, p->scratch, (piece.len + CRL_STREAM_ROOM) / ENTRY_MIN, e))
		return false;
	p->crl.ctx = &packed;
	bool ok = crl_stream_feed(&p->crl, piece, e) && (!last || crl_stream_end(&p->crl, e));
	p->in_crl = ok && !last;
	if (!ok)
		return false;
	fields_put(out, "packed", packed_bytes(&packed));
	if (last)
		crl_stream_say(&p->crl, out);
	return true;
}
