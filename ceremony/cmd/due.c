/* due.c: see due.h. */
#include "ceremony/cmd/due.h"

#include <stdlib.h>

#include "ceremony/base/text.h"

#define LIST_WARNING (30 * UTC_DAY)
#define END_WARNING  (90 * UTC_DAY)

static enum due_state state_of(int64_t at, int64_t now, int64_t warning)
{
	return at <= now ? DUE_OVERDUE : at - warning <= now ? DUE_SOON : DUE_LATER;
}

static void add(struct due *out, size_t max, size_t *num, struct due row, const char *of)
{
	if (*num == max)
		return;
	struct buf b = buf_init(row.of, sizeof row.of);
	text_escape(&b, bytes_str(of));
	(void)buf_cstr(&b);
	out[(*num)++] = row;
}

static int by_time(const void *a, const void *b)
{
	const struct due *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

size_t due_list(struct due *out, size_t max, const struct ledger *l, int64_t now)
{
	size_t num = 0;

	if (l->crl_number)
		add(out, max, &num,
		    (struct due){ .at = l->crl_next_update,
		                  .what = "next revocation list",
		                  .clause = "BR 4.9.7",
		                  .state = state_of(l->crl_next_update, now, LIST_WARNING) },
		    "");
	else if (l->cert)
		add(out, max, &num,
		    (struct due){ .at = l->cert->signed_at + UTC_DAY,
		                  .what = "first revocation list",
		                  .clause = "BR 4.9.7",
		                  .state = state_of(l->cert->signed_at + UTC_DAY, now, UTC_DAY) },
		    "");
	if (l->root_cert.len)
		add(out, max, &num,
		    (struct due){ .at = l->root_not_after,
		                  .what = "end of the root certificate",
		                  .clause = "",
		                  .state = state_of(l->root_not_after, now, END_WARNING) },
		    l->organisation);
	for (const struct ledger_cert *c = l->cert; c; c = c->next) {
		if (c->adopted && !c->der.len) /* an entry of a list, and nobody knows of what */
			continue;
		add(out, max, &num,
		    (struct due){ .at = c->not_after,
		                  .what = c->revoked ? "end of a revoked certificate" : "end of a certificate",
		                  .clause = "",
		                  .state = c->revoked || c->not_after <= now ? DUE_PAST : state_of(c->not_after, now, END_WARNING) },
		    c->subject);
	}
	qsort(out, num, sizeof *out, by_time);
	return num;
}

const char *due_state_name(enum due_state s)
{
	static const char *const names[] = {
		[DUE_LATER] = "later", [DUE_SOON] = "soon", [DUE_OVERDUE] = "overdue", [DUE_PAST] = "past"
	};

	return names[s];
}
