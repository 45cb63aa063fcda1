/* steps_crl_large.c: revocation lists too large for the transcript: they are built, signed and checked as
 * files of the ceremony's folder, and the transcript holds their hashes. The turns are steps_crl.c's. */
#include <stdio.h>

#include "ceremony/flow/crl_diff.h"
#include "ceremony/flow/crl_large.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/series.h"
#include "ceremony/pki/ext.h"
#include "ceremony/record/crlfile.h"

static const struct script_step *crl_step(const struct flow *f)
{
	return step_of_kind(f, &step_kind_crl);
}

unsigned crl_num_shards(const struct flow *f)
{
	return (unsigned)script_number(crl_step(f), "shards");
}

unsigned crl_num_files(const struct flow *f)
{
	return series_num(f) * crl_num_shards(f);
}

bool crl_is_large(const struct flow *f)
{
	return f->list.file || ledger_list_large(f->before->crl_from) || crl_num_shards(f) > 1 ||
	       bytes_is(script_param(crl_step(f), "store"), "file");
}

/* The URI of a part: {shard} in the script's stands for its number. */
static bool partition_of(const struct flow *f, struct bytes *out, unsigned shard, struct err *e)
{
	*out = bytes_of(NULL, 0);
	return crl_num_shards(f) == 1 || shard_fill(out, f->scratch, script_param(crl_step(f), "distribution"), shard, e);
}

/* The reasons of the list, "1=200000 4=3", as one entry each: the profile judges entries. */
static bool sample_reasons(const struct flow *f, struct crl_plan *plan, struct err *e)
{
	struct crl_entry *x = arena_take(f->scratch, 11 * sizeof *x);
	struct bytes      rest = bytes_str(f->list.file ? f->list.reasons : "");

	if (!x)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	for (plan->num_entries = 0; rest.len && plan->num_entries < 11;) {
		struct bytes one, number, count;
		uint64_t     n;
		if (!bytes_cut(rest, ' ', &one, &rest)) {
			one = rest;
			rest.len = 0;
		}
		if (!bytes_cut(one, '=', &number, &count) || !bytes_to_u64(&n, number, 10))
			return err_set(e, ERR_FLOW_FIELD, "reasons");
		x[plan->num_entries++].reason = (uint8_t)n;
	}
	plan->entry = x;
	if (!plan_crl_allows(f, plan, e))
		return false;
	plan->num_entries = 0;
	return true;
}

/* Each certificate that names distribution points names the one of the part that it belongs to. What an old list revokes and nobody
 * brought says nothing. */
static bool points_match(const struct flow *f, struct err *e)
{
	const unsigned shards = crl_num_shards(f);

	for (const struct ledger_cert *c = f->before->cert; shards > 1 && c; c = c->next) {
		struct certificate *cert = arena_take(f->scratch, sizeof *cert);
		struct ext_list     points;
		bool                found = false;
		if (!c->der.len)
			continue;
		if (!cert || !certificate_parse(cert, c->der, e))
			return err_set(e, ERR_TOO_LARGE, "a certificate");
		const struct ext *x = ext_find(cert->ext, cert->num_exts, OID_EXT_CRLDP);
		if (!x || !ext_get_list(&points, OID_EXT_CRLDP, x->value))
			continue;
		struct bytes want;
		if (!partition_of(f, &want, shard_of(c->serial, shards), e))
			return false;
		for (size_t i = 0; i < points.num; i++)
			found |= bytes_equal(points.item[i].uri, want);
		if (!found)
			return err_set(e, ERR_CRL_POINT, "%.60s: %.*s", c->subject, (int)want.len, (const char *)want.p);
	}
	return true;
}

bool crl_large_plan(const struct flow *f, unsigned n, struct crl_plan *out, struct err *e)
{
	const unsigned  shards = crl_num_shards(f);
	struct crl_plan plan;
	enum hash_alg   ignored;

	if (!plan_crl_header(f, n / shards, &plan, e) || !sample_reasons(f, &plan, e))
		return false;
	if (!sig_hash(&ignored, plan.sig))
		return err_set(e, ERR_LIST_ED25519, "%s", sig_name(plan.sig));
	if (!partition_of(f, &plan.partition, n % shards, e))
		return false;
	*out = plan;
	return true;
}

/* What this ceremony revokes by hand: SERIAL:REASON:DATE, blanks between. */
static void put_hand(const struct flow *f, struct fields *in)
{
	size_t     cap = (size_t)f->num_revocations * (2 * SERIAL_MAX + 32) + 1;
	char      *text = arena_take(f->scratch, cap), date[24];
	struct buf b = buf_init(text, text ? cap : 0);

	for (unsigned i = 0; i < f->num_revocations; i++) {
		const struct flow_revocation *r = &f->revocation[i];
		buf_str(&b, i ? " " : "");
		buf_hex(&b, r->cert->serial);
		buf_fmt(&b, ":%u:%s", r->reason, utc_str(date, r->date));
	}
	MUST(text && buf_ok(&b));
	fields_put(in, "hand", buf_bytes(&b));
}

/* As in the ceremony's folder: of a series, with the list's window. */
static const char *file_of(const struct flow *f, unsigned n, const struct crl_plan *plan)
{
	const unsigned shards = crl_num_shards(f);

	if (!series_is(f))
		return shards > 1 ? say(f, "root-%u.crl", n) : "root.crl";
	const char *name = series_name(f, plan->number, plan->this_update, plan->next_update);
	return shards > 1 ? say(f, "%s-part-%u.crl", name, n % shards) : say(f, "%s.crl", name);
}

/* The fields of crl-build and of crl-write; the header is linted as a list without entries. */
bool crl_large_ask_build(const struct flow *f, struct fields *in, struct err *e)
{
	const unsigned  shards = crl_num_shards(f);
	struct crl_plan plan;
	struct bytes    tbs, head, tail, issuer;

	if (!points_match(f, e) || !crl_large_plan(f, f->round, &plan, e) || !plan_crl_tbs(f, &plan, &tbs, e) ||
	    !plan_root_name(f, &issuer, e))
		return false;
	MUST(crl_edges(&head, &tail, tbs));
	fields_str(in, "file", file_of(f, f->round, &plan));
	fields_base64(in, "head", head);
	fields_base64(in, "tail", tail);
	fields_str(in, "algorithm", sig_name(plan.sig));
	fields_u64(in, "shard", f->round % shards);
	fields_u64(in, "shards", shards);
	put_hand(f, in);
	if (!f->list.file)
		return true;
	fields_str(in, "list", f->list.file);
	fields_str(in, "list-sha256", f->list.sha256);
	fields_str(in, "kind", f->list.kind);
	fields_str(in, "now", f->list.now);
	fields_str(in, "reason", f->list.reason);
	fields_base64(in, "issuer", issuer);
	return true;
}

static bool get_digest(struct digest *out, const struct fields *data, const char *key)
{
	struct buf b = BUF_ON(out->p);

	if (!hex_decode(&b, fields_get(data, key)))
		return false;
	out->len = b.len;
	return true;
}

bool crl_large_check_build(const struct flow *f, const struct fields *out, struct err *e)
{
	static const char *const counts[] = { "entries", "before", "hand", "listed", "again", "removed", "size" };
	struct crl_plan          plan;
	struct digest            d;
	uint64_t                 n[COUNT_OF(counts)];
	enum hash_alg            hash;

	if (!crl_large_plan(f, f->round, &plan, e))
		return false;
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		if (!fields_get_u64(&n[i], out, counts[i], UINT32_MAX))
			return err_set(e, ERR_FLOW_FIELD, "%s", counts[i]);
	if (n[0] != n[1] - n[5] + n[2] + n[3] || n[5] > n[1])
		return err_set(e, ERR_FLOW_FIELD, "the counts do not add up");
	if (!get_digest(&d, out, "sha256") || d.len != 32)
		return err_set(e, ERR_FLOW_FIELD, "sha256");
	if (!get_digest(&d, out, "digest") || !sig_hash(&hash, plan.sig) || d.len != hash_len(hash))
		return err_set(e, ERR_FLOW_FIELD, "digest");
	return true;
}

bool crl_large_apply_build(struct flow *f, const struct fields *data, struct err *e)
{
	struct crl_plan plan;

	if (!crl_large_plan(f, f->round, &plan, e))
		return false;
	if (!f->shard) {
		f->num_files = crl_num_files(f);
		f->shard = arena_take(f->arena, f->num_files * sizeof *f->shard);
		if (!f->shard)
			return err_set(e, ERR_NO_MEMORY, "the lists");
	}
	struct flow_shard *s = &f->shard[f->round];
	*s = (struct flow_shard){ .this_update = plan.this_update, .next_update = plan.next_update, .sha256 = keep(f, data, "sha256"), .counts = fields_on(f->arena) };
	fields_add_all(&s->counts, data);
	struct bytes name = arena_copy(f->arena, bytes_str(file_of(f, f->round, &plan)));
	s->file = (const char *)name.p;
	return (name.p && !s->counts.failed && fields_get_u64(&s->entries, data, "entries", UINT32_MAX) &&
	        fields_get_u64(&s->size, data, "size", UINT32_MAX) && get_digest(&s->digest, data, "digest")) ||
	       err_set(e, ERR_TOO_LARGE, "a list");
}

/* ---- the review ------------------------------------------------------------------------- */

static uint64_t sum_of(const struct flow *f, const char *key)
{
	uint64_t sum = 0, n;

	for (unsigned i = 0; i < crl_num_shards(f); i++) /* of the first list: the others of a series have the same entries */
		if (fields_get_u64(&n, &f->shard[i].counts, key, UINT32_MAX))
			sum += n;
	return sum;
}

void crl_large_rows(const struct flow *f, struct prompt *p)
{
	static const struct {
		const char *label, *key;
		bool        mark;
	} rows[] = {
		{ "On the list before", "before", false },   { "Added by hand", "hand", true }, { "Added from the file", "listed", true },
		{ "In the file, revoked already", "again", false }, { "Removed, expired", "removed", true }, { "Revoked in all", "entries", false },
	};
	struct hash all;

	crl_diff_rows(f, p, CRL_DIFF_ROWS_LARGE);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint64_t n = sum_of(f, rows[i].key);
		prompt_row(p, rows[i].label, say(f, "%llu", (unsigned long long)n))->mark = rows[i].mark && n > 0;
	}
	if (f->list.file)
		prompt_row(p, "The file", say(f, "%s, SHA-256 %.16s...", f->list.file, f->list.sha256));
	hash_init(&all, HASH_SHA256);
	for (unsigned i = 0; i < f->num_files; i++) {
		hash_put(&all, bytes_str(f->shard[i].sha256));
		if (f->num_files > 1 && i < FLOW_MAX_LISTS && !series_is(f))
			prompt_row(p, f->shard[i].file, say(f, "%llu entries, SHA-256 %.16s...", (unsigned long long)f->shard[i].entries,
			                                    f->shard[i].sha256));
	}
	struct digest d = hash_end(&all);
	if (f->num_files > 1)
		prompt_row(p, series_is(f) ? "Files" : "Parts",
		           say(f, "%u; SHA-256 of their SHA-256, in hex, one behind the other:", f->num_files));
	if (f->num_files == 1) {
		struct buf b = BUF_ON(d.p);
		MUST(hex_decode(&b, bytes_str(f->shard[0].sha256)));
	}
	prompt_row(p, "SHA-256", say_hex(f, digest_bytes(&d)));
	p->aloud = say_words(f, digest_bytes(&d), 8);
}

/* ---- signing and writing ----------------------------------------------------------------- */

bool crl_large_ask_sign(const struct flow *f, struct fields *in, struct err *e)
{
	const struct flow_shard *s = &f->shard[f->round];
	struct crl_plan          plan;

	if (!crl_large_plan(f, f->round, &plan, e))
		return false;
	fields_str(in, "id", f->root.id);
	fields_str(in, "algorithm", sig_name(plan.sig));
	fields_str(in, "purpose", "crl");
	fields_fmt(in, "file", "crls/%s.tbs.crl.tmp", s->file);
	fields_str(in, "sha256", s->sha256);
	if (f->tells_prompts) /* in a v1 it begins with the file's first octet, and the intent does not say so */
		fields_u64(in, "from", (uint64_t)crlfile_room((int64_t)s->size));
	return true;
}

bool crl_large_check_sign(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_shard *s = &f->shard[f->round];
	struct crl_plan          plan;
	struct bytes             signature;

	if (!fields_is(out, "sha256", s->sha256) || !fields_get_base64(&signature, f->scratch, out, "signature"))
		return err_set(e, ERR_FLOW_FIELD, "signature, sha256");
	return crl_large_plan(f, f->round, &plan, e) && sig_verify_digest(&f->root.key, plan.sig, &s->digest, signature, e);
}

bool crl_large_apply_sign(struct flow *f, const struct fields *data, struct err *e)
{
	return fields_get_base64(&f->shard[f->round].signature, f->arena, data, "signature") ||
	       err_set(e, ERR_TOO_LARGE, "a signature");
}

bool crl_large_ask_write(const struct flow *f, struct fields *in, struct err *e)
{
	if (!crl_large_ask_build(f, in, e))
		return false;
	fields_u64(in, "tbs-size", f->shard[f->round].size);
	fields_base64(in, "signature", f->shard[f->round].signature);
	return true;
}

bool crl_large_check_write(const struct flow *f, const struct fields *out, struct err *e)
{
	const struct flow_shard *s = &f->shard[f->round];
	char                     hex[HASH_MAX * 2 + 1];
	struct digest            d;
	uint64_t                 size;

	if (!fields_is(out, "digest", digest_hex(hex, &s->digest)) ||
	    !bytes_equal(fields_get(out, "entries"), fields_get(&s->counts, "entries")))
		return err_set(e, ERR_CRL_DIFFERS, "what was written is not what was signed");
	return (get_digest(&d, out, "sha256") && d.len == 32 && fields_get_u64(&size, out, "size", UINT32_MAX)) ||
	       err_set(e, ERR_FLOW_FIELD, "sha256, size");
}

bool crl_large_apply_write(struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_shard *s = &f->shard[f->round];

	s->file_sha256 = keep(f, data, "sha256");
	f->num_written++;
	return fields_get_u64(&s->file_size, data, "size", UINT32_MAX) || err_set(e, ERR_FLOW_FIELD, "size");
}
