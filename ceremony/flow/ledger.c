/* ledger.c: from one ceremony to the next: what a flow begins with, and what it leaves. */
#include <stdio.h>

#include "ceremony/flow/engine.h"
#include "ceremony/flow/plans.h"

static bool key_from(struct flow_key *out, const struct ledger_key *k, struct err *e)
{
	*out = (struct flow_key){ .id = k->id, .label = k->label, .algorithm = k->algorithm };
	return key_parse(&out->key, k->spki, e);
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
	f->continued = true;
	return key_from(&f->root, &before->root, e) && key_from(&f->record, &before->record, e);
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
		                    keep_bytes(a, k->key.spki, ok) };
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

static void keep_revocations(const struct flow *f, struct ledger *l)
{
	for (unsigned i = 0; i < f->num_revocations; i++) {
		for (struct ledger_cert *c = l->cert; c; c = c->next) {
			if (c != f->revocation[i].cert)
				continue;
			c->revoked = true;
			c->reason = f->revocation[i].reason;
			c->revoked_at = f->revocation[i].date;
		}
	}
}

static void keep_dates(const struct flow *f, struct ledger *l, bool *ok)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct crl         *list = arena_take(f->scratch, sizeof *list);
	struct err          why = { 0 };

	*ok = *ok && c && list && certificate_parse(c, f->root_cert, &why) &&
	      (!f->crl.len || crl_parse(list, f->crl, &why));
	if (!*ok)
		return;
	l->root_not_after = c->not_after;
	if (f->crl.len) {
		l->crl_number = list->number;
		l->crl_this_update = list->this_update;
		l->crl_next_update = list->next_update;
	}
}

bool flow_ledger(const struct flow *f, struct ledger *l, struct arena *arena, const char *checkpoint, struct err *e)
{
	bool ok = true;

	if (f->aborted && !f->continued) { /* a root that never came to its end is none */
		l->time = f->time;
		return true;
	}
	if (!f->continued && f->root_cert.len) {
		l->root_cert = keep_bytes(arena, f->root_cert, &ok);
		l->organisation = keep_text(arena, f->script->organisation, &ok);
		l->origin = keep_text(arena, f->script->origin, &ok);
		l->token_serial = keep_text(arena, f->token[TOKEN_ROOT].serial, &ok);
		l->rehearsal = f->rehearsal;
		keep_key(&l->root, arena, &f->root, &ok);
		keep_key(&l->record, arena, &f->record, &ok);
	}
	keep_certs(f, l, arena, &ok);
	l->time = f->time;
	l->epoch = f->epoch;
	keep_revocations(f, l);
	keep_dates(f, l, &ok);
	if (!ok)
		return err_set(e, ERR_NO_MEMORY, "the ledger");
	if (checkpoint) {
		l->num_ceremonies++;
		(void)snprintf(l->previous, sizeof l->previous, "%s", checkpoint);
	}
	return true;
}
