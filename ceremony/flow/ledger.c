/* ledger.c: from one ceremony to the next: what a flow begins with, and what it leaves. */
#include <stdio.h>

#include "ceremony/flow/adopt.h"
#include "ceremony/flow/crl_large.h"
#include "ceremony/flow/engine.h"
#include "ceremony/flow/files.h"
#include "ceremony/flow/groups.h"
#include "ceremony/flow/plans.h"
#include "ceremony/flow/series.h"
#include "ceremony/flow/vet.h"
#include "ceremony/pki/crl_foreign.h"

static bool key_from(struct flow_key *out, const struct ledger_key *k, struct err *e)
{
	*out = (struct flow_key){ .id = k->id, .label = k->label, .algorithm = k->algorithm, .loose = k->loose };
	return key_parse(&out->key, k->spki, e);
}

/* What the script needs of the ledger, beyond a root, and no step of its own gives. */
static bool check_facts(const struct script *s, const struct ledger *before, struct err *e)
{
	unsigned have = (before->live ? FACT(FACT_LIVE) : 0) | (before->set ? FACT(FACT_SHARES) | FACT(FACT_BACKUP) : 0);

	for (size_t i = 0; i < s->num_steps; i++) {
		unsigned needs = s->step[i].kind->needs;
		if (needs & ~have & FACT(FACT_LIVE))
			return err_set(e, ERR_RECORD_NOT_LIVE, "[step %s]", s->step[i].id);
		if (needs & ~have & (FACT(FACT_SHARES) | FACT(FACT_BACKUP)))
			return err_set(e, ERR_RECORD_NO_BACKUP, "[step %s]", s->step[i].id);
		have |= s->step[i].kind->gives;
	}
	return true;
}

static void set_from(struct flow *f, const struct ledger_set *s)
{
	f->old_sets = s;
	if (!s)
		return;
	f->set_name = s->name;
	f->set_id = s->identifier;
	f->set_scheme = s->scheme;
	f->key_check = s->key_check;
	f->blob = s->blob;
	f->blob_format = s->format;
	for (unsigned i = 0; i < s->num_shares; i++)
		f->share[i].commitment = s->commitment[i];
}

bool flow_continue(struct flow *f, const struct ledger *before, struct err *e)
{
	const struct script *s = f->script;

	f->time = before->time;
	f->epoch = before->epoch;
	f->crl_number = before->crl_number;
	f->before = before;
	f->revocation = arena_take(f->arena, (before->num_certs + 1) * sizeof *f->revocation);
	if (!f->revocation)
		return err_set(e, ERR_NO_MEMORY, "the state");
	if (!vet_make(f, e))
		return false;
	if (!s->continues)
		return before->root_cert.len == 0 || err_set(e, ERR_RECORD_HAS_ROOT, "of %s", before->organisation);
	if (before->root_cert.len == 0)
		return err_set(e, ERR_RECORD_NO_ROOT, "the script says continues = yes");
	if (strcmp(before->organisation, s->organisation) != 0 || strcmp(before->origin, s->origin) != 0)
		return err_set(e, ERR_RECORD_OTHER_CA, "its organisation is %s, its origin %s", before->organisation,
		               before->origin);
	f->ca_rehearsal = before->rehearsal;
	f->root_cert = before->root_cert;
	f->token[TOKEN_ROOT].serial = before->token_serial;
	f->copy_serial = before->copy_serial;
	f->live = before->live;
	f->continued = true;
	set_from(f, before->set);
	return check_facts(s, before, e) && key_from(&f->root, &before->root, e) && key_from(&f->record, &before->record, e);
}

/* ---- what it leaves ------------------------------------------------------------------- */

static struct bytes keep_bytes(struct arena *a, struct bytes b, bool *ok)
{
	struct bytes copy = arena_copy(a, b);

	*ok = *ok && copy.p;
	return copy;
}

static const char *keep_text(struct arena *a, const char *s, bool *ok)
{
	return (const char *)keep_bytes(a, bytes_str(s), ok).p;
}

static void keep_key(struct ledger_key *out, struct arena *a, const struct flow_key *k, bool *ok)
{
	*out = (struct ledger_key){ keep_text(a, k->id, ok), keep_text(a, k->label, ok), keep_text(a, k->algorithm, ok),
		                    keep_bytes(a, k->key.spki, ok), k->loose };
}

/* A certificate that was read back when it was signed, so it parses. */
static struct ledger_cert *new_cert(const struct flow *f, struct arena *a, const struct flow_request *r, bool *ok)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct ledger_cert *out = arena_take(a, sizeof *out);
	struct err          why = { 0 };
	char                name[512];
	struct buf          b = BUF_ON(name);

	*ok = *ok && c && out && certificate_parse(c, r->cert, &why);
	if (!*ok)
		return NULL;
	name_put(&b, &c->subject);
	*out = (struct ledger_cert){ .name = keep_text(a, r->file, ok),
		                     .ceremony = f->number,
		                     .der = keep_bytes(a, r->cert, ok),
		                     .serial = keep_bytes(a, c->serial, ok),
		                     .subject = keep_text(a, buf_cstr(&b), ok),
		                     .signed_at = r->time,
		                     .not_after = c->not_after };
	out->spki = bytes_of(out->der.p + (c->key.spki.p - r->cert.p), c->key.spki.len);
	return out;
}

static void keep_certs(const struct flow *f, struct ledger *l, struct arena *a, bool *ok)
{
	for (size_t i = 0; *ok && i < f->num_requests; i++) {
		struct ledger_cert *c = f->request[i].cert.len ? new_cert(f, a, &f->request[i], ok) : NULL;
		if (!c)
			continue;
		*l->cert_end = c;
		l->cert_end = &c->next;
		l->num_certs++;
	}
}

/* One "SERIAL:REASON:DATE" of what an imported list says of the ledger's certificates. */
static void keep_known(struct ledger *l, struct bytes one)
{
	struct bytes serial, reason, date;
	uint8_t      octets[SERIAL_MAX];
	struct buf   b = BUF_ON(octets);
	uint64_t     n = 0;
	int64_t      t = 0;

	if (!bytes_cut(one, ':', &serial, &one) || !bytes_cut(one, ':', &reason, &date) || !hex_decode(&b, serial) ||
	    !bytes_to_u64(&n, reason, 10) || !utc_parse(&t, date))
		return;
	for (struct ledger_cert *c = l->cert; c; c = c->next) {
		if (c->revoked || !bytes_equal(c->serial, buf_bytes(&b)))
			continue;
		c->revoked = true;
		c->reason = (uint8_t)n;
		c->revoked_at = t;
	}
}

void ledger_take_known(struct ledger *l, const char *known)
{
	struct bytes rest = bytes_str(known), one;

	while (bytes_cut(rest, ' ', &one, &rest))
		keep_known(l, one);
	if (rest.len)
		keep_known(l, rest);
}

/* Only what two people confirmed: the ceremony may have been ended because it was the wrong one. */
static void keep_revocations(const struct flow *f, struct ledger *l)
{
	for (unsigned i = 0; i < f->num_revocations; i++) {
		for (struct ledger_cert *c = l->cert; c; c = c->next) {
			if (c != f->revocation[i].cert || !f->revocation[i].confirmed)
				continue;
			c->revoked = true;
			c->reason = f->revocation[i].reason;
			c->revoked_at = f->revocation[i].date;
		}
	}
}

/* A number that was signed under is used up, whether or not all parts were written. */
static void keep_large_dates(const struct flow *f, struct ledger *l)
{
	const unsigned shards = f->shard ? crl_num_shards(f) : 1, whole = f->num_written / shards;
	unsigned       num_signed = 0;

	while (f->shard && num_signed < f->num_files && f->shard[num_signed].signature.len)
		num_signed++;
	if (num_signed)
		l->crl_number = crl_number_plus(f->crl_number, (num_signed + shards - 1) / shards);
	if (!whole)
		return;
	l->crl_this_update = f->shard[0].this_update;
	l->crl_next_update = f->shard[whole * shards - 1].next_update;
}

/* The lists of the last ceremony that made any; the first is the one whose time had come. */
static void keep_small_dates(const struct flow *f, struct ledger *l, bool *ok)
{
	struct crl *first = arena_take(f->scratch, sizeof *first), *last = arena_take(f->scratch, sizeof *last);
	struct err  why = { 0 };

	if (!f->num_crls)
		return;
	*ok = *ok && first && last && crl_parse(first, f->crl[0], &why) && crl_parse(last, f->crl[f->num_crls - 1], &why);
	if (!*ok)
		return;
	l->crl_number = last->number;
	l->crl_this_update = first->this_update;
	l->crl_next_update = last->next_update;
}

static void keep_dates(const struct flow *f, struct ledger *l, bool *ok)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct err          why = { 0 };

	*ok = *ok && c && certificate_parse(c, f->root_cert, &why);
	if (!*ok)
		return;
	l->root_not_after = c->not_after;
	keep_small_dates(f, l, ok);
	keep_large_dates(f, l);
}

/* A list, and where a ceremony ended: what the next can be compared with. */
static void keep_list(const struct flow *f, struct ledger *l, struct arena *a, struct bytes der, const char *file, bool *ok)
{
	struct crl         *list = arena_take(f->scratch, sizeof *list);
	struct ledger_list *out = arena_take(a, sizeof *out);
	struct err          why = { 0 };
	unsigned            odd = 0; /* ours are not; one that was taken over may be */

	*ok = *ok && list && out && crl_read(list, &odd, der, &why);
	if (!*ok)
		return;
	*out = (struct ledger_list){ .number = list->number, .this_update = list->this_update, .next_update = list->next_update,
		                     .ceremony = f->number, .file = keep_text(a, file, ok), .next = l->list };
	(void)sha256_hex(out->sha256, der);
	l->list = out;
}

/* The n-th list that lies as files. */
static void keep_large_list(const struct flow *f, struct ledger *l, struct arena *a, unsigned n, bool *ok)
{
	const unsigned           shards = crl_num_shards(f);
	const struct flow_shard *s = &f->shard[(size_t)n * shards];
	struct ledger_list      *out = arena_take(a, sizeof *out);
	struct ledger_part      *part = arena_take(a, shards * sizeof *part);
	const char              *name = s->file;

	*ok = *ok && out && part;
	if (!*ok)
		return;
	for (unsigned i = 0; i < shards; i++) {
		part[i] = (struct ledger_part){ .file = keep_text(a, s[i].file, ok) };
		(void)snprintf(part[i].sha256, sizeof part[i].sha256, "%s", s[i].file_sha256);
	}
	if (shards > 1) /* "root-0.crl" */
		name = say(f, "%.*s*.crl", (int)(strlen(s->file) - strlen("0.crl")), s->file);
	*out = (struct ledger_list){ .number = crl_number_plus(f->crl_number, n + 1), .this_update = s->this_update, .next_update = s->next_update,
		                     .ceremony = f->number, .file = keep_text(a, name, ok), .ahead = n > 0,
		                     .num_parts = shards, .part = part, .next = l->list };
	if (shards == 1)
		memcpy(out->sha256, part[0].sha256, sizeof out->sha256);
	l->list = out;
}

/* A list that is made before the time of an older one has come takes its place: that one must never be published,
 * since it says less under a later date. Its number stays used. */
static void overtake(const struct flow *f, struct ledger *l)
{
	bool made = f->num_crls || (f->shard && f->shard[0].signature.len);

	for (struct ledger_list *x = l->list; made && x; x = x->next)
		if (!ledger_list_is_void(x) && x->this_update > f->crl_time)
			x->instead = crl_number_plus(f->crl_number, 1);
}

static void keep_lists(const struct flow *f, struct ledger *l, struct arena *a, bool *ok)
{
	overtake(f, l);
	if (f->adopt && f->adopt->list_der.len)
		keep_list(f, l, a, f->adopt->list_der, ADOPT_LIST_FILE, ok);
	struct ledger_list *large = f->adopt && f->adopt->large.sha256 ? adopt_large_list(f, a, ok) : NULL;
	if (large) {
		large->next = l->list;
		l->list = large;
		l->crl_from = large;
	}
	for (unsigned i = 0; *ok && i < f->num_crls; i++) {
		keep_list(f, l, a, f->crl[i], flow_list_file(f, i), ok);
		if (*ok)
			l->list->ahead = i > 0;
		if (*ok && i == 0)
			l->crl_from = l->list;
	}
	for (unsigned n = 0; *ok && f->shard && n < f->num_written / crl_num_shards(f); n++) {
		keep_large_list(f, l, a, n, ok);
		if (*ok && n == 0)
			l->crl_from = l->list;
	}
}

static void keep_seal(const struct flow *f, struct ledger *l, struct arena *a, bool *ok)
{
	struct ledger_seal *s = arena_take(a, sizeof *s);

	*ok = *ok && s;
	if (!*ok)
		return;
	*s = (struct ledger_seal){ .number = f->number, .lines = f->num_events, .next = l->seal };
	memcpy(s->root, f->tree_root, sizeof s->root);
	l->seal = s;
	l->mark_serial = f->mark_held ? keep_text(a, f->token[TOKEN_ROOT].serial, ok) : NULL;
}

/* A set that this ceremony dealt is the one in force from now on. */
static void keep_set(const struct flow *f, struct ledger *l, struct arena *a, bool *ok)
{
	struct ledger_set *s;

	if (!f->set_id || (l->set && l->set->epoch == f->epoch))
		return;
	s = arena_take(a, sizeof *s);
	if (!s) {
		*ok = false;
		return;
	}
	*s = (struct ledger_set){ .name = keep_text(a, f->set_name, ok), .identifier = keep_text(a, f->set_id, ok),
		                  .format = keep_text(a, f->blob_format, ok), .epoch = f->epoch,
		                  .num_shares = groups_num_shares(&f->set_scheme), .scheme = f->set_scheme,
		                  .key_check = keep_text(a, f->key_check, ok),
		                  .blob = keep_bytes(a, f->blob, ok), .next = l->set };
	for (unsigned i = 0; i < s->scheme.num_groups; i++)
		s->scheme.group[i].name = keep_bytes(a, s->scheme.group[i].name, ok);
	for (unsigned i = 0; i < s->num_shares; i++)
		s->commitment[i] = keep_text(a, f->share[i].commitment, ok);
	l->set = s;
}

bool flow_ledger(const struct flow *f, struct ledger *l, struct arena *arena, const char *checkpoint, struct err *e)
{
	bool ok = true;

	l->last_number = f->number;
	if (f->aborted && !f->continued) { /* a root that never came to its end is none */
		l->time = f->time;
		return true;
	}
	if (!f->continued && f->root_cert.len) {
		l->root_cert = keep_bytes(arena, f->root_cert, &ok);
		l->organisation = keep_text(arena, f->script->organisation, &ok);
		l->origin = keep_text(arena, f->script->origin, &ok);
		l->rehearsal = f->rehearsal;
		keep_key(&l->root, arena, &f->root, &ok);
	}
	if (f->destroyed)
		l->live = false;
	if (f->root_cert.len && !f->aborted) {
		l->token_serial = keep_text(arena, f->token[TOKEN_ROOT].serial, &ok);
		l->copy_serial = f->copy_serial ? keep_text(arena, f->copy_serial, &ok) : NULL;
		l->live = f->live;
		keep_key(&l->record, arena, &f->record, &ok);
		keep_set(f, l, arena, &ok);
	}
	keep_certs(f, l, arena, &ok);
	if (f->adopt && f->adopt->agreed && !f->aborted)
		ok = ok && adopt_ledger(f, l, arena);
	l->time = f->time;
	l->epoch = f->epoch;
	keep_revocations(f, l);
	ledger_take_known(l, f->list.confirmed ? f->list.known : "");
	keep_dates(f, l, &ok);
	keep_lists(f, l, arena, &ok);
	if (checkpoint)
		keep_seal(f, l, arena, &ok);
	if (!ok)
		return err_set(e, ERR_NO_MEMORY, "the ledger");
	if (checkpoint) {
		l->num_ceremonies++;
		(void)snprintf(l->previous, sizeof l->previous, "%s", checkpoint);
	}
	return true;
}
