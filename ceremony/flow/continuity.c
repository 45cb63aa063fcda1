/* continuity.c: see continuity.h. */
#include "ceremony/flow/continuity.h"

#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/pki/crl_foreign.h"
#include "ceremony/record/note.h"

/* ---- the mark ------------------------------------------------------------------------- */

void mark_put(struct buf *b, const struct flow *f, bool sealed)
{
	buf_fmt(b, "ceremony-mark v1 %s %s %u %llu ", f->script->origin, sealed ? "sealed" : "closing", f->number,
	        sealed ? (unsigned long long)f->num_events : 0ULL);
	if (sealed)
		buf_hex(b, bytes_of(f->tree_root, 32));
	else
		buf_str(b, f->previous);
}

bool mark_parse(struct mark *out, struct bytes text, struct err *e)
{
	struct bytes word[7] = { 0 }, rest = text;
	struct mark  m;
	unsigned     n = 0;

	while (n < 6 && bytes_cut(rest, ' ', &word[n], &rest))
		n++;
	word[n++] = rest;
	m = (struct mark){ .origin = word[2], .sealed = bytes_is(word[3], "sealed"), .hex = word[6] };
	if (text.len > MARK_MAX || !text_is_plain(text) || n != 7 || !bytes_is(word[0], "ceremony-mark") ||
	    !bytes_is(word[1], "v1") || (!m.sealed && !bytes_is(word[3], "closing")) ||
	    !bytes_to_u64(&m.number, word[4], 9999) || !bytes_to_u64(&m.lines, word[5], UINT32_MAX))
		return err_set(e, ERR_MARK_FORM, "%zu octets", text.len);
	*out = m;
	return true;
}

static const struct ledger_seal *seal_of(const struct flow *f, uint64_t number)
{
	for (const struct ledger_seal *s = f->before->seal; s; s = s->next)
		if (s->number == number)
			return s;
	return NULL;
}

bool mark_check(const struct flow *f, struct bytes text, struct err *e)
{
	struct mark m;
	char        hex[HASH_MAX * 2 + 1];
	struct buf  b = BUF_ON(hex);

	if (!mark_parse(&m, text, e))
		return false;
	if (!bytes_is(m.origin, f->script->origin))
		return err_set(e, ERR_MARK_FORM, "it is of another CA: %.*s", (int)(m.origin.len < 60 ? m.origin.len : 60),
		               (const char *)m.origin.p);
	if (m.number > f->before->last_number)
		return err_set(e, ERR_MARK_NEWER, "the token knows of ceremony %u, this record ends with %u",
		               (unsigned)m.number, f->before->last_number);
	if (!m.sealed)
		return true; /* it was about to be closed, and its folder is there */
	const struct ledger_seal *s = seal_of(f, m.number);
	if (!s)
		return err_set(e, ERR_MARK_CUT, "the token knows that ceremony %u was closed with %llu lines",
		               (unsigned)m.number, (unsigned long long)m.lines);
	buf_hex(&b, bytes_of(s->root, sizeof s->root));
	return (m.lines == s->lines && bytes_is(m.hex, buf_cstr(&b))) ||
	       err_set(e, ERR_MARK_OTHER, "ceremony %u", (unsigned)m.number);
}

/* ---- the turns that look at it ---------------------------------------------------------- */

bool mark_is_looked_at(const struct flow *f)
{
	return f->continued;
}

static bool was_held(const struct flow *f)
{
	return f->before->mark_serial && f->token[TOKEN_ROOT].serial &&
	       strcmp(f->before->mark_serial, f->token[TOKEN_ROOT].serial) == 0;
}

bool mark_look_check(const struct flow *f, const struct fields *out, struct err *e)
{
	if (fields_is(out, "found", "yes"))
		return mark_check(f, fields_get(out, "mark"), e);
	if (!fields_is(out, "found", "no"))
		return err_set(e, ERR_FLOW_FIELD, "found");
	return !was_held(f) || err_set(e, ERR_MARK_GONE, "of ceremony %u", f->before->last_number);
}

bool mark_look_apply(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->mark_missing = false;
	return true;
}

void mark_look_refuse(struct flow *f, const struct err *why)
{
	f->mark_missing = true;
	f->mark_why = why->id;
}

/* A mark that is not there, or cannot be read, says nothing of which copy is older: people decide. One
 * that does say so stops the ceremony. */
bool mark_is_missing(const struct err *why)
{
	return why->id == ERR_MARK_GONE || why->id == ERR_MARK_FORM;
}

bool mark_went(const struct flow *f)
{
	return f->mark_missing;
}

void mark_prompt_gone(const struct flow *f, struct prompt *p)
{
	const struct err_text *t = err_text_of(f->mark_why);

	p->text = say(f, "%s. Without it the token cannot tell whether this record is the newest copy. Compare the record "
	                 "with another copy, then say who goes on, and why; or end the ceremony with F10.", t->what);
	prompt_row(p, "Rule", t->name)->mark = true;
	prompt_row(p, "This record", say(f, "ends with ceremony %u", f->before->last_number));
	prompt_ask(p, ASK_TEXT, "approved-by", "Who goes on without it");
	prompt_ask(p, ASK_TEXT, "reason", "Why");
}

/* ---- the turns that write it -------------------------------------------------------------- */

static bool ask_mark(const struct flow *f, bool sealed, struct fields *in, struct err *e)
{
	char       text[MARK_MAX];
	struct buf b = BUF_ON(text);

	mark_put(&b, f, sealed);
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_LARGE, "a mark");
	fields_put(in, "mark", buf_bytes(&b));
	return true;
}

bool mark_ask_closing(const struct flow *f, struct fields *in, struct err *e)
{
	return ask_mark(f, false, in, e);
}

/* Not every token can hold one: by trial, and the record says which. */
bool mark_check_closing(const struct flow *f, const struct fields *out, struct err *e)
{
	(void)f;
	return fields_is(out, "held", "yes") || fields_is(out, "held", "no") || err_set(e, ERR_FLOW_FIELD, "held");
}

bool mark_apply_closing(struct flow *f, const struct fields *data, struct err *e)
{
	(void)e;
	f->mark_held = fields_is(data, "held", "yes");
	return true;
}

bool mark_is_held(const struct flow *f)
{
	return f->mark_held;
}

bool mark_ask_sealed(const struct flow *f, struct fields *in, struct err *e)
{
	return ask_mark(f, true, in, e);
}

bool mark_check_sealed(const struct flow *f, const struct fields *out, struct err *e)
{
	(void)f;
	return fields_is(out, "held", "yes") || err_set(e, ERR_TOKEN_FAILED, "it does not hold the mark any more");
}

/* ---- a checkpoint on a medium ---------------------------------------------------------------- */

void checkpoint_name(char out[24], unsigned number)
{
	(void)snprintf(out, 24, "checkpoint-%04u", number);
}

static bool name_number(uint64_t *out, struct bytes name)
{
	if (!bytes_starts(name, "checkpoint-") || name.len != 15)
		return false;
	struct bytes digits = bytes_skip(name, 11);
	while (digits.len > 1 && digits.p[0] == '0')
		digits = bytes_skip(digits, 1);
	return bytes_to_u64(out, digits, 9999) && *out > 0;
}

bool checkpoint_check(const struct flow *f, struct bytes name, struct bytes content, struct err *e)
{
	const struct ledger_seal *newest = f->before->seal;
	uint64_t                  number = 0;
	char                      body[512];
	struct buf                b = BUF_ON(body);

	if (!name_number(&number, name))
		return err_set(e, ERR_CHECKPOINT_FORM, "a file's name: checkpoint-NNNN");
	if (!newest || number > newest->number)
		return err_set(e, ERR_MARK_NEWER, "the medium knows of ceremony %u, the last one that this record has closed is %u",
		               (unsigned)number, newest ? newest->number : 0);
	const struct ledger_seal *s = seal_of(f, number);
	if (!s)
		return err_set(e, ERR_MARK_CUT, "the medium knows that ceremony %u was closed", (unsigned)number);
	checkpoint_body(&b, bytes_str(f->script->origin), s->lines, s->root);
	/* The three lines, or the whole file that begins with them. */
	if (!buf_ok(&b) || !bytes_equal(buf_bytes(&b), bytes_first(content, b.len)))
		return err_set(e, ERR_MARK_OTHER, "ceremony %u", (unsigned)number);
	return number == newest->number ||
	       err_set(e, ERR_CHECKPOINT_OLD, "the medium ends with ceremony %u, this record with %u", (unsigned)number,
	               newest->number);
}

/* ---- a list on a medium ----------------------------------------------------------------------- */

bool list_is_ours(const struct flow *f, const struct crl *c, struct err *e)
{
	struct certificate *root = arena_take(f->scratch, sizeof *root);
	struct err          why = { 0 };

	if (!root || !certificate_parse(root, f->root_cert, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	return (name_same(&c->issuer, &root->subject) && crl_verify(c, &root->key, &why)) ||
	       err_set(e, ERR_LIST_FOREIGN, "number %s", say_number(f, c->number));
}

bool list_is_of_now(const struct flow *f, const struct ledger_list *l, const struct ledger_list *now, struct err *e)
{
	char from[24];

	if (ledger_list_is_void(l))
		return err_set(e, ERR_LIST_OVERTAKEN, "list %s; list %s was made instead", say_number(f, l->number), say_number(f, l->instead));
	if (crl_number_compare(l->number, now->number) < 0)
		return err_set(e, ERR_LIST_OLD, "the medium has list %s, this record %s", say_number(f, l->number),
		               say_number(f, now->number));
	return l->this_update <= f->clock_now || err_set(e, ERR_LIST_AHEAD, "list %s begins %s, and today's is list %s",
	                                         say_number(f, l->number), utc_str(from, l->this_update),
	                                         say_number(f, now->number));
}

bool list_check(const struct flow *f, struct bytes der, struct err *e)
{
	const struct ledger_list *now = ledger_list_at(f->before, f->clock_now), *last = f->before->list;
	struct crl               *c = arena_take(f->scratch, sizeof *c);
	unsigned                  odd = 0; /* a list that was taken over may be; that it is the one, its SHA-256 says */
	char                      hex[HASH_MAX * 2 + 1];

	if (!c)
		return err_set(e, ERR_TOO_LARGE, "a revocation list");
	if (!crl_read(c, &odd, der, e) || !list_is_ours(f, c, e))
		return false;
	(void)sha256_hex(hex, der);
	now = now ? now : last;
	if (!last || crl_number_compare(c->number, f->before->crl_number) > 0)
		return err_set(e, ERR_LIST_NEWER, "the medium has list %s, this record's last is %s",
		               say_number(f, c->number), say_number(f, f->before->crl_number));
	for (const struct ledger_list *l = last; l; l = l->next)
		if (strcmp(l->sha256, hex) == 0)
			return list_is_of_now(f, l, now, e);
	return err_set(e, ERR_LIST_OTHER, "number %s", say_number(f, c->number));
}
