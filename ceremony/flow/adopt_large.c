/* adopt_large.c: the last list of a CA that is taken over, where it is too large for the transcript: a file of the
 * ceremony's folder, that the next list goes on from. See adopt.h. */
#include <stdio.h>

#include "ceremony/flow/adopt.h"
#include "ceremony/flow/continuity.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"
#include "ceremony/pki/crl_foreign.h"

bool adopt_has_list(const struct flow *f)
{
	return !bytes_is(script_param(now_step(f), "crl"), "none");
}

bool adopt_list_is_small(const struct flow *f)
{
	return adopt_has_list(f) && !f->adopt->is_large;
}

bool adopt_list_is_large(const struct flow *f)
{
	return adopt_has_list(f) && f->adopt->is_large;
}

bool adopt_ask_large(const struct flow *f, struct fields *in, struct err *e)
{
	const struct script_step *s = now_step(f);
	size_t                    cap = f->adopt->num_certs * (2 * SERIAL_MAX + 1) + 1;
	char                     *text = arena_take(f->scratch, cap);
	struct buf                b = buf_init(text, text ? cap : 0);

	if (!text)
		return err_set(e, ERR_TOO_LARGE, "the certificates");
	for (size_t i = 0; i < f->adopt->num_certs; i++) {
		if (f->adopt->cert[i].refused)
			continue;
		buf_str(&b, b.len ? " " : "");
		buf_hex(&b, f->adopt->cert[i].serial);
	}
	fields_put(in, "medium", script_param(s, "medium"));
	fields_put(in, "name", script_param(s, "crl"));
	fields_str(in, "file", ADOPT_LIST_FILE);
	fields_u64(in, "reason", adopt_reason(f, 0));
	fields_put(in, "serials", buf_bytes(&b));
	return true;
}

bool adopt_check_large(const struct flow *f, const struct fields *out, struct err *e)
{
	struct list_said s;
	uint64_t         distinct = 0, twice = 0;

	if (!list_said_read(&s, f, out, e))
		return false;
	if (s.this_update > f->clock_now)
		return err_set(e, ERR_LIST_FOREIGN, "it is of the future");
	if (!fields_find(out, "known") || !fields_get_u64(&distinct, out, "distinct", s.entries) ||
	    !fields_get_u64(&twice, out, "twice", s.entries) || distinct + twice != s.entries)
		return err_set(e, ERR_FLOW_FIELD, "distinct, twice, known");
	return adopt_odd_is(out, (unsigned)s.odd, e);
}

bool adopt_apply_large(struct flow *f, const struct fields *data, struct err *e)
{
	struct list_said      s;
	struct certificate   *root = arena_take(f->scratch, sizeof *root);
	struct adopted_large *to = &f->adopt->large;

	if (!root || !certificate_parse(root, f->root_cert, e) || !list_said_read(&s, f, data, e))
		return false;
	*to = (struct adopted_large){ .sha256 = keep(f, data, "sha256"), .known = keep(f, data, "known"), .number = s.number,
		                      .this_update = s.this_update, .next_update = s.next_update };
	f->adopt->odd = (unsigned)s.odd | (bytes_equal(s.issuer, root->subject.der) ? 0 : 1u << CRL_ODD_ISSUER);
	f->crl_number = s.number;
	return fields_get_u64(&to->entries, data, "distinct", s.entries) || err_set(e, ERR_FLOW_FIELD, "distinct");
}

struct ledger_list *adopt_large_list(const struct flow *f, struct arena *a, bool *ok)
{
	const struct adopted_large *from = &f->adopt->large;
	struct ledger_list         *out = arena_take(a, sizeof *out);
	struct ledger_part         *part = arena_take(a, sizeof *part);

	*ok = *ok && out && part;
	if (!*ok)
		return NULL;
	*part = (struct ledger_part){ .file = ADOPT_LIST_FILE };
	(void)snprintf(part->sha256, sizeof part->sha256, "%s", from->sha256);
	*out = (struct ledger_list){ .number = from->number, .this_update = from->this_update, .next_update = from->next_update,
		                     .ceremony = f->number, .file = ADOPT_LIST_FILE, .num_parts = 1, .part = part, .foreign = true,
		                     .reason = adopt_reason(f, 0) };
	memcpy(out->sha256, part->sha256, sizeof out->sha256);
	return out;
}
