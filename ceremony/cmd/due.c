/* due.c: see due.h. */
#include "ceremony/cmd/due.h"

#include <stdlib.h>

#include "ceremony/base/text.h"

#define LIST_WARNING    (30 * UTC_DAY)
#define PUBLISH_WARNING (14 * UTC_DAY)
#define END_WARNING     (90 * UTC_DAY)

static enum due_state state_of(int64_t at, int64_t now, int64_t warning)
{
	return at <= now ? DUE_OVERDUE : at - warning <= now ? DUE_SOON : DUE_LATER;
}

struct rows {
	struct due *out;
	size_t      max, num;
};

static void add(struct rows *r, struct due row, const char *of)
{
	if (r->num == r->max)
		return;
	struct buf b = buf_init(row.of, sizeof row.of);
	text_escape(&b, bytes_str(of));
	(void)buf_cstr(&b);
	r->out[r->num++] = row;
}

static int by_time(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

size_t due_most(const struct ledger *l)
{
	size_t num = 2 + l->num_certs;

	for (const struct ledger_list *x = l->list; x; x = x->next)
		num++;
	return num;
}

static void add_next_list(struct rows *r, const struct ledger *l, int64_t now)
{
	struct due row = { .what = "next revocation list", .clause = "BR 4.9.7", .key = "list" };

	if (l->crl_next_update) {
		row.at = l->crl_next_update;
		row.state = state_of(row.at, now, LIST_WARNING);
	} else if (l->cert) {
		row.what = "first revocation list";
		row.at = l->cert->signed_at + UTC_DAY;
		row.state = state_of(row.at, now, UTC_DAY);
	} else {
		return;
	}
	add(r, row, "");
}

/* Those that were signed ahead and whose time has not come, and those whose time will not come any more. */
static void add_ahead(struct rows *r, const struct ledger *l, int64_t now)
{
	for (const struct ledger_list *x = l->list; x; x = x->next) {
		struct due row = { .at = x->this_update, .what = "publish the list that was signed ahead", .clause = "RFC 5280 5.1.2.5" };
		char       number[CRL_NUMBER_TEXT];
		struct buf key = BUF_ON(row.key);
		const bool is_void = ledger_list_is_void(x);
		if (!x->ahead || (!is_void && x->this_update <= now) || (is_void && x->next_update <= now))
			continue;
		buf_fmt(&key, "publish-%s", crl_number_str(number, x->number));
		(void)buf_cstr(&key);
		row.state = is_void ? DUE_VOID : state_of(row.at, now, PUBLISH_WARNING);
		if (is_void)
			row.what = "never publish the list that was signed ahead";
		add(r, row, x->file); /* its name has its number */
	}
}

static void add_end(struct rows *r, const struct ledger_cert *c, int64_t now)
{
	struct due row = { .at = c->not_after, .what = c->revoked ? "end of a revoked certificate" : "end of a certificate", .clause = "" };
	struct buf key = BUF_ON(row.key);

	buf_str(&key, "certificate-");
	buf_hex(&key, c->serial);
	(void)buf_cstr(&key);
	row.state = c->revoked || c->not_after <= now ? DUE_PAST : state_of(c->not_after, now, END_WARNING);
	add(r, row, c->subject);
}

size_t due_list(struct due *out, size_t max, const struct ledger *l, int64_t now)
{
	struct rows r = { out, max, 0 };

	add_next_list(&r, l, now);
	add_ahead(&r, l, now);
	if (l->root_cert.len)
		add(&r, (struct due){ .at = l->root_not_after,
		                      .what = "end of the root certificate",
		                      .key = "root",
		                      .clause = "",
		                      .state = state_of(l->root_not_after, now, END_WARNING) },
		    l->organisation);
	for (const struct ledger_cert *c = l->cert; c; c = c->next)
		if (!c->adopted || c->der.len) /* else an entry of a list, and nobody knows of what */
			add_end(&r, c, now);
	qsort(out, r.num, sizeof *out, by_time);
	return r.num;
}

const char *due_state_name(enum due_state s)
{
	static const char *const names[] = {
		[DUE_LATER] = "later", [DUE_SOON] = "soon", [DUE_OVERDUE] = "overdue", [DUE_PAST] = "past", [DUE_VOID] = "void"
	};

	return names[s];
}
