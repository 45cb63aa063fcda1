/* steps_revoke.c: certificates are chosen from the ledger, with their reason and date, and two
 * people confirm by typing back their names. Step kind revoke. */
#include <stdio.h>

#include "ceremony/base/text.h"
#include "ceremony/flow/kinds.h"
#include "ceremony/flow/plans.h"

/* What BR 7.2.2 lets a CA certificate be revoked for; never certificateHold (6). Pairs for the
 * choice: key, text; the number beside it. */
static const char *const reasons[] = {
	"keyCompromise",        "its private key was or may have been known to others",
	"affiliationChanged",   "its name or owner has changed",
	"superseded",           "another certificate takes its place",
	"cessationOfOperation", "the CA has stopped",
	"privilegeWithdrawn",   "it may no longer do what it was allowed to",
};
static const uint8_t reason_numbers[] = { 1, 3, 4, 5, 9 };

const char *reason_name(uint8_t reason)
{
	for (size_t i = 0; i < COUNT_OF(reason_numbers); i++)
		if (reason_numbers[i] == reason)
			return reasons[2 * i];
	return "unspecified";
}

static unsigned rounds(const struct flow *f)
{
	return f->num_revocations + (f->revoked_all ? 0 : 1);
}

static bool is_chosen(const struct flow *f)
{
	return f->round < f->num_revocations;
}

static bool is_revoked(const struct flow *f, const struct ledger_cert *c)
{
	for (unsigned i = 0; i < f->num_revocations; i++)
		if (f->revocation[i].cert == c)
			return true;
	return c->revoked;
}

static const char *serial_of(const struct flow *f, const struct ledger_cert *c)
{
	char       hex[2 * SERIAL_MAX + 1];
	struct buf b = BUF_ON(hex);

	buf_hex(&b, c->serial);
	return say(f, "%s", buf_cstr(&b));
}

/* What names a certificate in the record: the ceremony that signed it, and its request's name. */
static const char *ledger_name(const struct flow *f, const struct ledger_cert *c)
{
	return say(f, "%u/%.*s", c->ceremony, (int)(strlen(c->name) - 4), c->name); /* without ".csr" */
}

static void prompt_choose(const struct flow *f, struct prompt *p)
{
	size_t       cap = 2 * (f->before->num_certs + 2);
	const char **choice = arena_take(f->scratch, cap * sizeof *choice);
	size_t       num = 0;

	MUST(choice);
	p->title = f->round == 0 ? "Which certificate is to be revoked?" : "Is there another one to be revoked?";
	p->text = "These are the certificates that this root has signed and not revoked. A revocation cannot be taken back.";
	for (const struct ledger_cert *c = f->before->cert; c; c = c->next) {
		if (is_revoked(f, c))
			continue;
		choice[2 * num] = ledger_name(f, c);
		choice[2 * num++ + 1] = c->subject;
	}
	choice[2 * num] = "find";
	choice[2 * num++ + 1] = "find it by its name, serial number or fingerprint";
	choice[2 * num] = "none";
	choice[2 * num++ + 1] = f->round == 0 ? "none: revoke nothing" : "none: that is all";
	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "certificate.%u", f->round + 1), "Certificate");
	a->choice = choice;
	a->num_choices = num;
}

static bool apply_choose(struct flow *f, const struct fields *data, struct err *e)
{
	char key[32];

	(void)e;
	(void)snprintf(key, sizeof key, "certificate.%u", f->round + 1);
	f->revoked_all = fields_is(data, key, "none");
	f->revoke_finds = fields_is(data, key, "find");
	for (const struct ledger_cert *c = f->before->cert; c && !f->revoked_all; c = c->next)
		if (fields_is(data, key, ledger_name(f, c)))
			f->revocation[f->num_revocations++] = (struct flow_revocation){ .cert = c };
	return true;
}

/* The name by which it is typed back: the common name, whatever signs it has, else the serial. */
static const char *short_name(const struct flow *f, const struct ledger_cert *c)
{
	struct certificate      cert;
	struct err              why = { 0 };
	const struct name_attr *cn = c->der.len && certificate_parse(&cert, c->der, &why) ? name_find(&cert.subject, OID_AT_CN) : NULL;

	return cn && text_is_plain(cn->value) ? say(f, "%.*s", (int)cn->value.len, (const char *)cn->value.p) : serial_of(f, c);
}

/* ---- by name, serial number or fingerprint ---- */

static bool finds(const struct flow *f)
{
	return f->revoke_finds;
}

/* Hex however it was copied: in either case, with colons or blanks. */
static bool same_hex(struct bytes typed, const char *hex)
{
	for (size_t i = 0; i < typed.len; i++) {
		uint8_t c = typed.p[i];
		if (c == ':' || c == ' ')
			continue;
		if (c >= 'A' && c <= 'F')
			c = (uint8_t)(c + 32);
		if (!*hex || c != (uint8_t)*hex++)
			return false;
	}
	return typed.len > 0 && !*hex;
}

static bool same_name(struct bytes typed, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < typed.len && i < len; i++) {
		uint8_t a = typed.p[i], b = (uint8_t)name[i];
		a = (uint8_t)(a >= 'A' && a <= 'Z' ? a + 32 : a);
		b = (uint8_t)(b >= 'A' && b <= 'Z' ? b + 32 : b);
		if (a != b)
			return false;
	}
	return typed.len == len && len > 0;
}

static bool is_meant(const struct flow *f, const struct ledger_cert *c, struct bytes typed)
{
	char hex[HASH_MAX * 2 + 1];

	return same_name(typed, short_name(f, c)) || same_name(typed, c->subject) || same_hex(typed, serial_of(f, c)) ||
	       same_hex(typed, sha256_hex(hex, c->der));
}

/* No list of a root's own takes it back: whoever trusts it asks nobody. */
static bool is_root(const struct flow *f, struct bytes typed)
{
	struct certificate cert;
	struct err         why = { 0 };
	char               text[NAME_MAX_DER];
	struct buf         b = BUF_ON(text);

	if (!certificate_parse(&cert, f->root_cert, &why))
		return false;
	name_put(&b, &cert.subject);
	struct ledger_cert root = { .der = f->root_cert, .serial = cert.serial, .subject = buf_cstr(&b) };
	return is_meant(f, &root, typed);
}

/* The one certificate that is meant; NULL, and e says why not. */
static const struct ledger_cert *find_meant(const struct flow *f, const struct fields *data, struct err *e)
{
	struct bytes              typed = bytes_trim(fields_get(data, say(f, "find.%u", f->round + 1)));
	const struct ledger_cert *found = NULL, *second = NULL;
	unsigned                  num = 0, revoked = 0;

	for (const struct ledger_cert *c = f->before->cert; c; c = c->next) {
		if (!c->der.len || !is_meant(f, c, typed))
			continue;
		if (is_revoked(f, c)) {
			revoked++;
			continue;
		}
		second = found ? c : NULL;
		found = found ? found : c;
		num++;
	}
	if (num == 1)
		return found;
	if (num)
		(void)err_set(e, ERR_FLOW_FIELD, "%u certificates fit, %s and %s among them: give the serial number or the fingerprint",
		              num, ledger_name(f, found), ledger_name(f, second));
	else if (!revoked && is_root(f, typed))
		(void)err_set(e, ERR_FLOW_FIELD, "it is the root itself, which no list of its own revokes: tell whoever trusts it, and revoke what it signed");
	else
		(void)err_set(e, ERR_FLOW_FIELD, revoked ? "it is revoked already" :
		                                           "no certificate of this record fits: a common name, a serial number, or the SHA-256");
	return NULL;
}

static void prompt_find(const struct flow *f, struct prompt *p)
{
	p->text = "Type its whole common name or subject, its serial number in hex, or the SHA-256 of the certificate. Just one must fit.";
	prompt_ask(p, ASK_TEXT, say(f, "find.%u", f->round + 1), "Find");
}

static bool take_find(const struct flow *f, const struct fields *data, struct err *e)
{
	return find_meant(f, data, e);
}

static bool apply_find(struct flow *f, const struct fields *data, struct err *e)
{
	const struct ledger_cert *c = find_meant(f, data, e);

	if (!c)
		return false;
	f->revocation[f->num_revocations++] = (struct flow_revocation){ .cert = c };
	f->revoke_finds = false;
	return true;
}

/* ---- reason and date ---- */

static void prompt_reason(const struct flow *f, struct prompt *p)
{
	const struct ledger_cert *c = f->revocation[f->round].cert;
	char                      now[24];

	p->text = "The date is when the CA decided; for a compromised key it is when the key was first known to others, if "
	          "that is earlier.";
	prompt_row(p, "Certificate", c->subject);
	prompt_row(p, "Serial", serial_of(f, c));
	struct ask *a = prompt_ask(p, ASK_CHOICE, say(f, "reason.%u", f->round + 1), "Reason");
	a->choice = reasons;
	a->num_choices = COUNT_OF(reason_numbers);
	struct ask *d = prompt_ask(p, ASK_TEXT, say(f, "date.%u", f->round + 1), "Date (UTC)");
	d->shape = SHAPE_DATE;
	d->hint = "2026-11-21T09:00:00Z, or 2026-11-21";
	d->preset = say(f, "%s", utc_str(now, f->time));
}

static bool read_reason(const struct flow *f, const struct fields *data, struct flow_revocation *out, struct err *e)
{
	const struct ledger_cert *c = f->revocation[f->round].cert;
	struct certificate       *cert = arena_take(f->scratch, sizeof *cert);
	char                      key[32], at[24];

	*out = (struct flow_revocation){ .cert = c };
	(void)snprintf(key, sizeof key, "reason.%u", f->round + 1);
	for (size_t i = 0; i < COUNT_OF(reason_numbers); i++)
		if (fields_is(data, key, reasons[2 * i]))
			out->reason = reason_numbers[i];
	(void)snprintf(key, sizeof key, "date.%u", f->round + 1);
	if (!utc_parse(&out->date, bytes_trim(fields_get(data, key))))
		return err_set(e, ERR_FLOW_FIELD, "the date: 2026-11-21T09:00:00Z, or 2026-11-21");
	if (!cert || !certificate_parse(cert, c->der, e))
		return err_set(e, ERR_TOO_LARGE, "a certificate");
	if (out->date > f->clock_now)
		return err_set(e, ERR_FLOW_FIELD, "the date lies in the future: it is %s", utc_str(at, f->clock_now));
	if (out->date < cert->not_before)
		return err_set(e, ERR_FLOW_FIELD, "the date lies before the certificate began, at %s", utc_str(at, cert->not_before));
	if (out->reason != 1 && out->date < f->clock_now - 2 * UTC_DAY)
		return err_set(e, ERR_FLOW_FIELD, "only a compromised key is back-dated (BR 7.2.2)");
	return true;
}

static bool take_reason(const struct flow *f, const struct fields *data, struct err *e)
{
	struct flow_revocation r;

	return read_reason(f, data, &r, e);
}

static bool apply_reason(struct flow *f, const struct fields *data, struct err *e)
{
	return read_reason(f, data, &f->revocation[f->round], e);
}

/* What this record knows of what stops, and of what does not. */
static void below_rows(const struct flow *f, struct prompt *p, const struct ledger_cert *gone)
{
	struct certificate *c = arena_take(f->scratch, sizeof *c);
	struct err          why = { 0 };
	unsigned            others = 0;

	if (c && certificate_parse(c, gone->der, &why) && !c->is_ca) {
		prompt_row(p, "Below it", "nothing: it is no CA");
	} else {
		prompt_row(p, "Below it", "all that this CA has issued. This record knows what the root signed, and no more: how much that "
		                          "is, its operator must say")->mark = true;
	}
	for (const struct ledger_cert *x = f->before->cert; x && others < 8; x = x->next) {
		if (x == gone || is_revoked(f, x) || !x->spki.len || !bytes_equal(x->spki, gone->spki))
			continue;
		prompt_row(p, "Goes on", say(f, "%s, %s: the same key, not revoked by this", ledger_name(f, x), x->subject))->mark = true;
		others++;
	}
}

static void prompt_confirm(const struct flow *f, struct prompt *p)
{
	const struct flow_revocation *r = &f->revocation[f->round];
	char                          date[24], end[24];

	p->text = "Everything below this certificate dies with it: whoever reads the next list refuses all that this CA has issued.";
	p->irreversible = true;
	p->role = "officers";
	prompt_two(f, p, flow_person(f, ROLE_OFFICER, 0), flow_person(f, ROLE_OFFICER, 1));
	prompt_row(p, "Certificate", r->cert->subject)->mark = true;
	prompt_row(p, "Serial", serial_of(f, r->cert));
	prompt_row(p, "Would end", say(f, "%s", utc_str(end, r->cert->not_after)));
	prompt_row(p, "Reason", reason_name(r->reason));
	prompt_row(p, "Revoked at", say(f, "%s", utc_str(date, r->date)));
	below_rows(f, p, r->cert);
	prompt_row(p, "To type", say(f, "%s: each of the two officers, to confirm", short_name(f, r->cert)));
	for (unsigned i = 0; i < 2; i++) {
		struct ask *a = prompt_ask(p, ASK_TYPE_BACK, say(f, "name.%u.%u", f->round + 1, i + 1),
		                           say(f, "%s: its name", flow_person(f, ROLE_OFFICER, i)));
		a->hint = "each of the two types the common name";
		a->expect = short_name(f, r->cert);
	}
}

static bool apply_confirm(struct flow *f, const struct fields *data, struct err *e)
{
	(void)data;
	(void)e;
	f->revocation[f->round].confirmed = true;
	return true;
}

static const struct turn turns[] = {
	{ .name = "choose", .role = ROLE_OFFICER, .rounds = rounds, .title = "Which certificate is to be revoked?", .prompt = prompt_choose, .apply = apply_choose },
	{ .name = "find", .flags = TURN_BACK, .role = ROLE_OFFICER, .rounds = rounds, .when = finds, .title = "Find the certificate", .prompt = prompt_find, .take = take_find, .apply = apply_find },
	{ .name = "reason", .role = ROLE_OFFICER, .rounds = rounds, .when = is_chosen, .title = "Why, and since when?", .prompt = prompt_reason, .take = take_reason, .apply = apply_reason },
	{ .name = "confirm", .flags = TURN_BACK, .role = ROLE_OFFICER, .rounds = rounds, .when = is_chosen, .title = "What stops working", .two = true, .prompt = prompt_confirm, .apply = apply_confirm },
};

/* A revocation that no list carries is none. */
static bool fits(const struct script *s, const struct script_step *step, struct err *e)
{
	for (size_t i = 0; i < s->num_steps; i++)
		if (s->step[i].kind == &step_kind_crl && &s->step[i] > step)
			return true;
	return err_set(e, ERR_SCRIPT_ORDER, "[step %s] is not followed by a step of kind crl", step->id);
}

const struct step_kind step_kind_revoke = {
	.name = "revoke",
	.title = "Revocation",
	.role = ROLE_OFFICER,
	.needs = FACT(FACT_ROOT_CERT) | FACT(FACT_PEOPLE) | FACT(FACT_CLOCK),
	.gives = FACT(FACT_REVOKED),
	.turn = turns,
	.num_turns = COUNT_OF(turns),
	.fits = fits,
	.what = "Certificates of the ledger are chosen to be revoked, with a reason and a date.",
	.why = "A certificate that was mis-issued, or whose key is known, must stop working.",
	.clause = "BR 4.9.1.2, 7.2.2; RFC 5280 5.3.1",
	.fail = "Esc takes back the reason and the date. Nothing is revoked until the list is signed.",
};
