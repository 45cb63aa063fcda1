/* lists_judge.c: an imported revocation list that was read and sorted, against the record. See lists.h. */
#include <stdlib.h>

#include "ceremony/audit/lists_helper.h"
#include "ceremony/base/utc.h"
#include "ceremony/pki/certificate.h"

#define KNOWN_MAX ((size_t)192 << 10) /* octets of the field "known" */
#define TELL_EACH 65536 /* entries between two words of progress */

/* A certificate of the ledger, as a list may name it. */
struct known {
	struct revoked            key;
	const struct ledger_cert *cert;
};

static int by_key(const void *a, const void *b)
{
	return revoked_compare(&((const struct known *)a)->key, &((const struct known *)b)->key);
}

struct judging {
	const struct ledger *ledger;
	struct known        *known;
	size_t               num_known, at;
	uint64_t             reasons[11], unknown;
	struct revoked       first, last;
	int64_t              earliest, latest;
	bool                 any;
	uint32_t             unknown_line[8];
	struct buf           text; /* of the field "known" */
	uint8_t              octets[KNOWN_MAX];
};

static bool not_before(int64_t *out, const struct ledger_cert *c, struct err *e)
{
	struct certificate cert;

	if (!certificate_parse(&cert, c->der, e))
		return false;
	*out = cert.not_before;
	return true;
}

/* One line's serial: is it the ledger's, and may it be revoked on that day? */
static bool judge(struct judging *j, const struct revoked *x, bool had, struct err *e)
{
	int64_t date = revoked_date(x), from = 0;
	char    text[24];

	while (j->at < j->num_known && revoked_compare(&j->known[j->at].key, x) < 0)
		j->at++;
	const struct ledger_cert *c = j->at < j->num_known && revoked_compare(&j->known[j->at].key, x) == 0 ? j->known[j->at].cert : NULL;
	if (c && !not_before(&from, c, e))
		return false;
	if (c && date < from)
		return err_set(e, ERR_LIST_EARLY, "line %u: before %s", revoked_line(x), utc_str(text, from));
	if (!c && !had) {
		if (j->unknown < COUNT_OF(j->unknown_line))
			j->unknown_line[j->unknown] = revoked_line(x);
		j->unknown++;
	}
	if (c && !c->revoked) {
		buf_str(&j->text, j->text.len ? " " : "");
		buf_hex(&j->text, revoked_serial(x));
		buf_fmt(&j->text, ":%u:%s", x->reason, utc_str(text, date));
	}
	j->reasons[x->reason]++;
	if (!j->any)
		j->first = *x;
	j->last = *x;
	j->earliest = !j->any || date < j->earliest ? date : j->earliest;
	j->latest = !j->any || date > j->latest ? date : j->latest;
	j->any = true;
	return buf_ok(&j->text) || err_set(e, ERR_TOO_LARGE, "more of the ledger's certificates at once than a line holds");
}

static bool know(struct judging *j, struct arena *a, struct err *e)
{
	j->known = arena_take(a, (j->ledger->num_certs + 1) * sizeof *j->known);
	if (!j->known)
		return err_set(e, ERR_NO_MEMORY, "the ledger");
	for (const struct ledger_cert *c = j->ledger->cert; c; c = c->next) {
		struct known *k = &j->known[j->num_known++];
		revoked_pack(&k->key, c->serial, 0, 0, 0, 0);
		k->cert = c;
	}
	qsort(j->known, j->num_known, sizeof *j->known, by_key);
	return true;
}

static bool refuse_unknown(const struct judging *j, struct err *e)
{
	char       text[120];
	struct buf b = BUF_ON(text);

	for (size_t i = 0; i < j->unknown && i < COUNT_OF(j->unknown_line); i++)
		buf_fmt(&b, "%s%u", i ? ", " : "", j->unknown_line[i]);
	return err_set(e, ERR_LIST_UNKNOWN, "%llu; line %s", (unsigned long long)j->unknown, buf_cstr(&b));
}

static void put_judgement(struct fields *out, const struct judging *j, const struct crl_sources *s)
{
	char       text[200], time[24];
	struct buf b = BUF_ON(text);

	for (unsigned i = 0; i < COUNT_OF(j->reasons); i++)
		if (j->reasons[i])
			buf_fmt(&b, "%s%u=%llu", b.len ? " " : "", i, (unsigned long long)j->reasons[i]);
	fields_u64(out, "twice", s->num_twice);
	fields_u64(out, "already", s->num_again);
	fields_u64(out, "unknown", j->unknown);
	fields_str(out, "reasons", buf_cstr(&b));
	fields_hex(out, "first", revoked_serial(&j->first));
	fields_hex(out, "last", revoked_serial(&j->last));
	fields_str(out, "earliest", utc_str(time, j->earliest));
	fields_str(out, "latest", utc_str(time, j->latest));
	fields_put(out, "known", buf_bytes(&j->text));
}

static bool told(const struct call *c, uint64_t done, uint64_t total, struct err *e)
{
	if (c->progress)
		c->progress(c->progress_ctx, "judging the list", done, total);
	return lists_go_on(c, "judging the list", e);
}

static bool judge_all(struct lists *l, struct call *c, struct judging *j, struct err *e)
{
	struct lists_sources  s;
	const struct revoked *r = NULL;
	uint64_t              entries = 0;

	if (!lists_sources_open(&s, l, bytes_of(NULL, 0), true, e))
		return false;
	s.s.num_over = 0; /* a list's line is judged whether it will need an entry or not */
	bool ok = know(j, &s.room, e) && crl_sources_begin(&s.s, e);
	do {
		ok = ok && crl_sources_next(&s.s, &r, e);
		if (ok && r && s.s.had_list) {
			entries++;
			ok = judge(j, s.s.list_head, s.s.had_before, e) &&
			     (entries % TELL_EACH != 0 || told(c, entries, l->sorted.num_all, e));
		}
	} while (ok && r);
	if (ok && j->unknown && !fields_is(&c->in, "unknown", "accept"))
		ok = refuse_unknown(j, e);
	if (ok) {
		fields_u64(&c->out, "entries", entries);
		put_judgement(&c->out, j, &s.s);
	}
	lists_sources_done(&s);
	return ok;
}

bool lists_judge(struct lists *l, struct call *c, struct err *e)
{
	struct judging *j = calloc(1, sizeof *j);

	if (!j)
		return err_set(e, ERR_NO_MEMORY, "a revocation list");
	j->ledger = l->before;
	j->text = BUF_ON(j->octets);
	bool ok = judge_all(l, c, j, e);
	free(j);
	return ok;
}
